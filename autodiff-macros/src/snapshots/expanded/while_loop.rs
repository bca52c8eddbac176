#[allow(dead_code)]
fn while_loop(x: f64, limit: f64) -> f64 {
    let mut s = x;
    while s < limit {
        s *= 1.5;
    }
    s
}
/** Value of [`while_loop`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `x`, `limit`.

 Loops, and what they keep for the reverse sweep:

 - `while s < limit`: keeps for each iteration `old_0`; the reverse sweep reads that, and the next iteration overwrites it*/
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
fn while_loop_vjp(x: f64, limit: f64, seed: f64) -> (f64, (f64, f64)) {
    use ::autodiff_core::__methods::*;
    let mut tape_0 = ::autodiff_core::rt::ShortTape::<_, 32>::new();
    let mut s = x;
    let mut trips_0 = 0usize;
    while s < limit {
        let old_0 = s;
        s *= 1.5;
        tape_0.push((old_0,));
        trips_0 += 1;
    }
    let mut s_bar = seed;
    for _ in 0..trips_0 {
        let (old_0,) = tape_0.pop();
        let s_bar_1 = s_bar;
        s_bar = s_bar_1 * 1.5;
    }
    let limit_bar = 0.0;
    (s, (s_bar, limit_bar))
}
/// Value of [`while_loop`]; adds its gradient with respect to `x`, `limit` into the buffers.
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
fn while_loop_grad_accumulate(
    x: f64,
    limit: f64,
    x_bar: &mut f64,
    limit_bar: &mut f64,
) -> f64 {
    ::autodiff_core::rt::added_of_2(while_loop_vjp(x, limit, 1.0), x_bar, limit_bar)
}
/** Value of [`while_loop`] and its gradient with respect to `x`, `limit`.

 Loops, and what they keep for the reverse sweep:

 - `while s < limit`: keeps for each iteration `old_0`; the reverse sweep reads that, and the next iteration overwrites it*/
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
fn while_loop_grad(x: f64, limit: f64) -> (f64, (f64, f64)) {
    while_loop_vjp(x, limit, 1.0)
}
/// Value of [`while_loop`] and its derivative in the direction of the tangents of `x`, `limit` (forward mode).
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
fn while_loop_jvp(x: f64, limit: f64, (x_dot, limit_dot): (f64, f64)) -> (f64, f64) {
    while_loop::push(
        x,
        limit,
        ::core::option::Option::Some(&x_dot),
        ::core::option::Option::Some(&limit_dot),
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum while_loop {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl while_loop {
    #[doc(hidden)]
    #[inline]
    fn pull(x: f64, limit: f64) -> (f64, impl ::autodiff_core::rt::PullbackOf2<f64>) {
        ::autodiff_core::rt::pullback_of_2(while_loop_vjp(x, limit, 1.0))
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        x: f64,
        limit: f64,
        x_dot: ::core::option::Option<&f64>,
        limit_dot: ::core::option::Option<&f64>,
    ) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let x_dot = match x_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let mut s = x;
        let mut s_dot = x_dot;
        while s < limit {
            s_dot = s_dot * 1.5;
            s *= 1.5;
        }
        let value_dot = s_dot;
        (s, value_dot)
    }
}
#[cfg(any())]
fn while_loop_hvp() {}
#[cfg(any())]
fn while_loop_hessian() {}
#[cfg(any())]
fn while_loop_hessian_into() {}
#[cfg(any())]
fn while_loop_jacobian() {}
#[cfg(any())]
fn while_loop_jacobian_into() {}
#[cfg(any())]
fn while_loop_jvp_lanes() {}
