#[allow(dead_code)]
fn early_return(x: f64) -> f64 {
    if x < 0.0 {
        return 0.0;
    }
    x.sqrt()
}
/// Value of [`early_return`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `x`.
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
fn early_return_vjp(x: f64, seed: f64) -> (f64, f64) {
    use ::autodiff_core::__methods::*;
    let mut saved_0 = ::autodiff_core::rt::Slot::new();
    let result;
    let took_0 = x < 0.0;
    if took_0 {
        result = 0.0;
    } else {
        let t0 = x.sqrt();
        result = t0;
        saved_0.push((t0,));
    }
    let mut x_bar = 0.0;
    let mut result_bar = seed;
    if !took_0 {
        let (t0,) = saved_0.pop();
        /// reverse of: let t0 = x.sqrt()
        let t0_bar = result_bar;
        x_bar += ::autodiff_core::rules::sqrt::pullback(t0, t0, t0_bar);
    }
    (result, x_bar)
}
/// Value of [`early_return`]; adds its gradient with respect to `x` into the buffers.
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
fn early_return_grad_accumulate(x: f64, x_bar: &mut f64) -> f64 {
    ::autodiff_core::rt::added_of_1(early_return_vjp(x, 1.0), x_bar)
}
/// Value of [`early_return`] and its gradient with respect to `x`.
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
fn early_return_grad(x: f64) -> (f64, f64) {
    early_return_vjp(x, 1.0)
}
/// Value of [`early_return`] and its derivative in the direction of the tangents of `x` (forward mode).
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
fn early_return_jvp(x: f64, tangents: f64) -> (f64, f64) {
    ::autodiff_core::rt::along_of_1(early_return_vjp(x, 1.0), tangents)
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum early_return {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl early_return {
    #[doc(hidden)]
    #[inline]
    fn pull(x: f64) -> (f64, impl ::autodiff_core::rt::PullbackOf1<f64>) {
        ::autodiff_core::rt::pullback_of_1(early_return_vjp(x, 1.0))
    }
    #[doc(hidden)]
    #[inline]
    fn push(x: f64, x_dot: ::core::option::Option<&f64>) -> (f64, f64) {
        ::autodiff_core::rt::pushforward_of_1(early_return_vjp(x, 1.0), x_dot)
    }
}
#[cfg(any())]
fn early_return_hvp() {}
#[cfg(any())]
fn early_return_hessian() {}
#[cfg(any())]
fn early_return_hessian_into() {}
#[cfg(any())]
fn early_return_jacobian() {}
#[cfg(any())]
fn early_return_jacobian_into() {}
#[cfg(any())]
fn early_return_jvp_lanes() {}
