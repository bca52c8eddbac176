#[allow(dead_code)]
fn branch(x: f64, y: f64) -> f64 {
    if x > y { x * x } else { y.ln() }
}
/// Value of [`branch`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `x`, `y`.
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
fn branch_vjp(x: f64, y: f64, seed: f64) -> (f64, (f64, f64)) {
    use ::autodiff_core::__methods::*;
    let c0;
    let took_0 = x > y;
    if took_0 {
        let t0 = x * x;
        c0 = t0;
    } else {
        let t1 = y.ln();
        c0 = t1;
    }
    let mut x_bar = 0.0;
    let mut y_bar = 0.0;
    let mut c0_bar = seed;
    if took_0 {
        /// reverse of: let t0 = x * x
        let t0_bar = c0_bar;
        x_bar += t0_bar * x;
        x_bar += t0_bar * x;
    } else {
        /// reverse of: let t1 = y.ln()
        let t1_bar = c0_bar;
        y_bar += ::autodiff_core::rules::ln::pullback(y, y, t1_bar);
    }
    (c0, (x_bar, y_bar))
}
/// Value of [`branch`]; adds its gradient with respect to `x`, `y` into the buffers.
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
fn branch_grad_accumulate(x: f64, y: f64, x_bar: &mut f64, y_bar: &mut f64) -> f64 {
    ::autodiff_core::rt::added_of_2(branch_vjp(x, y, 1.0), x_bar, y_bar)
}
/// Value of [`branch`] and its gradient with respect to `x`, `y`.
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
fn branch_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
    branch_vjp(x, y, 1.0)
}
/// Value of [`branch`] and its derivative in the direction of the tangents of `x`, `y` (forward mode).
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
fn branch_jvp(x: f64, y: f64, tangents: (f64, f64)) -> (f64, f64) {
    ::autodiff_core::rt::along_of_2(branch_vjp(x, y, 1.0), tangents)
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum branch {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl branch {
    #[doc(hidden)]
    #[inline]
    fn pull(x: f64, y: f64) -> (f64, impl ::autodiff_core::rt::PullbackOf2<f64>) {
        ::autodiff_core::rt::pullback_of_2(branch_vjp(x, y, 1.0))
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        x: f64,
        y: f64,
        x_dot: ::core::option::Option<&f64>,
        y_dot: ::core::option::Option<&f64>,
    ) -> (f64, f64) {
        ::autodiff_core::rt::pushforward_of_2(branch_vjp(x, y, 1.0), x_dot, y_dot)
    }
}
#[cfg(any())]
fn branch_hvp() {}
#[cfg(any())]
fn branch_hessian() {}
#[cfg(any())]
fn branch_hessian_into() {}
#[cfg(any())]
fn branch_jacobian() {}
#[cfg(any())]
fn branch_jacobian_into() {}
#[cfg(any())]
fn branch_jvp_lanes() {}
