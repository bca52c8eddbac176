#[allow(dead_code)]
fn straight_line(x: f64, y: f64) -> f64 {
    let a = x * y;
    let b = a.sin() + x;
    b / y
}
/// Value of [`straight_line`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `x`, `y`.
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
#[inline]
fn straight_line_vjp(x: f64, y: f64, seed: f64) -> (f64, (f64, f64)) {
    let a = x * y;
    let b = a.sin() + x;
    let t1 = b / y;
    let share_0 = seed / y;
    /// reverse of: let a = x * y
    let a_bar = ::autodiff_core::rules::sin::pullback(a, a, share_0);
    let x_bar = a_bar * y + share_0;
    let y_bar = a_bar * x - share_0 * t1;
    (t1, (x_bar, y_bar))
}
/// Value of [`straight_line`]; adds its gradient with respect to `x`, `y` into the buffers.
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
#[inline]
fn straight_line_grad_accumulate(
    x: f64,
    y: f64,
    x_bar: &mut f64,
    y_bar: &mut f64,
) -> f64 {
    ::autodiff_core::rt::added_of_2(straight_line_vjp(x, y, 1.0), x_bar, y_bar)
}
/// Value of [`straight_line`] and its gradient with respect to `x`, `y`.
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
#[inline]
fn straight_line_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
    straight_line_vjp(x, y, 1.0)
}
/// Value of [`straight_line`] and its derivative in the direction of the tangents of `x`, `y` (forward mode).
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
#[inline]
fn straight_line_jvp(x: f64, y: f64, tangents: (f64, f64)) -> (f64, f64) {
    ::autodiff_core::rt::along_of_2(straight_line_vjp(x, y, 1.0), tangents)
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum straight_line {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl straight_line {
    #[doc(hidden)]
    #[inline]
    fn pull(x: f64, y: f64) -> (f64, impl ::autodiff_core::rt::PullbackOf2<f64>) {
        ::autodiff_core::rt::pullback_of_2(straight_line_vjp(x, y, 1.0))
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        x: f64,
        y: f64,
        x_dot: ::core::option::Option<&f64>,
        y_dot: ::core::option::Option<&f64>,
    ) -> (f64, f64) {
        ::autodiff_core::rt::pushforward_of_2(straight_line_vjp(x, y, 1.0), x_dot, y_dot)
    }
}
#[cfg(any())]
fn straight_line_hvp() {}
#[cfg(any())]
fn straight_line_hessian() {}
#[cfg(any())]
fn straight_line_hessian_into() {}
#[cfg(any())]
fn straight_line_jacobian() {}
#[cfg(any())]
fn straight_line_jacobian_into() {}
#[cfg(any())]
fn straight_line_jvp_lanes() {}
