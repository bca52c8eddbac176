#[allow(dead_code)]
fn overwritten(x: f64) -> f64 {
    let mut y = x;
    y *= 2.0;
    y += x.exp();
    y * y
}
/// Value of [`overwritten`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `x`.
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
fn overwritten_vjp(x: f64, seed: f64) -> (f64, f64) {
    use ::autodiff_core::__methods::*;
    let y = x;
    let y_1 = y * 2.0;
    let t0 = x.exp();
    let y_2 = y_1 + t0;
    let t1 = y_2 * y_2;
    /// reverse of: let y_2 = y_1 + t0
    let y_2_bar = seed * y_2 + seed * y_2;
    /// reverse of: let y = x
    let y_bar = y_2_bar * 2.0;
    let x_bar = y_bar + ::autodiff_core::rules::exp::pullback(t0, t0, y_2_bar);
    (t1, x_bar)
}
/// Value of [`overwritten`]; adds its gradient with respect to `x` into the buffers.
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
fn overwritten_grad_accumulate(x: f64, x_bar: &mut f64) -> f64 {
    ::autodiff_core::rt::added_of_1(overwritten_vjp(x, 1.0), x_bar)
}
/// Value of [`overwritten`] and its gradient with respect to `x`.
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
fn overwritten_grad(x: f64) -> (f64, f64) {
    overwritten_vjp(x, 1.0)
}
/// Value of [`overwritten`] and its derivative in the direction of the tangents of `x` (forward mode).
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
fn overwritten_jvp(x: f64, tangents: f64) -> (f64, f64) {
    ::autodiff_core::rt::along_of_1(overwritten_vjp(x, 1.0), tangents)
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum overwritten {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl overwritten {
    #[doc(hidden)]
    #[inline]
    fn pull(x: f64) -> (f64, impl ::autodiff_core::rt::PullbackOf1<f64>) {
        ::autodiff_core::rt::pullback_of_1(overwritten_vjp(x, 1.0))
    }
    #[doc(hidden)]
    #[inline]
    fn push(x: f64, x_dot: ::core::option::Option<&f64>) -> (f64, f64) {
        ::autodiff_core::rt::pushforward_of_1(overwritten_vjp(x, 1.0), x_dot)
    }
}
#[cfg(any())]
fn overwritten_hvp() {}
#[cfg(any())]
fn overwritten_hessian() {}
#[cfg(any())]
fn overwritten_hessian_into() {}
#[cfg(any())]
fn overwritten_jacobian() {}
#[cfg(any())]
fn overwritten_jacobian_into() {}
#[cfg(any())]
fn overwritten_jvp_lanes() {}
