#[allow(dead_code)]
fn arrays(v: [f64; 3]) -> f64 {
    let mut w = v;
    w[0] *= v[1];
    w[0] + w[2]
}
#[doc(hidden)]
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
fn arrays_vjp_accumulate(v: [f64; 3], seed: f64, v_bar: &mut [f64; 3]) -> f64 {
    use ::autodiff_core::__methods::*;
    let mut w = v;
    let old_0 = w[0];
    w[0] *= v[1];
    let t0 = w[0];
    let t1 = w[2];
    let t2 = t0 + t1;
    let mut w_bar = [0.0; 3];
    w_bar[2] += seed;
    w_bar[0] += seed;
    let w_bar_1 = w_bar[0];
    w_bar[0] = w_bar_1 * v[1];
    v_bar[1] += w_bar_1 * old_0;
    ::autodiff_core::rt::accumulate_from(&mut *v_bar, &w_bar);
    t2
}
/// Value of [`arrays`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `v`.
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
fn arrays_vjp(v: [f64; 3], seed: f64) -> (f64, [f64; 3]) {
    let mut v_bar = [0.0; 3];
    let value = arrays_vjp_accumulate(v, seed, &mut v_bar);
    (value, v_bar)
}
/// Value of [`arrays`]; adds its gradient with respect to `v` into the buffers.
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
fn arrays_grad_accumulate(v: [f64; 3], v_bar: &mut [f64; 3]) -> f64 {
    arrays_vjp_accumulate(v, 1.0, v_bar)
}
/// Value of [`arrays`] and its gradient with respect to `v`.
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
fn arrays_grad(v: [f64; 3]) -> (f64, [f64; 3]) {
    arrays_vjp(v, 1.0)
}
/// Value of [`arrays`] and its derivative in the direction of the tangents of `v` (forward mode).
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
fn arrays_jvp(v: [f64; 3], v_dot: [f64; 3]) -> (f64, f64) {
    arrays::push(v, ::core::option::Option::Some(&v_dot))
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum arrays {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl arrays {
    #[doc(hidden)]
    #[inline]
    fn pull(
        v: [f64; 3],
    ) -> (
        f64,
        impl ::core::ops::FnOnce(&[f64; 3], f64, ::core::option::Option<&mut [f64; 3]>),
    ) {
        use ::autodiff_core::__methods::*;
        let mut w = v;
        let old_0 = w[0];
        w[0] *= v[1];
        let t0 = w[0];
        let t1 = w[2];
        let t2 = t0 + t1;
        let value_out = t2;
        (
            value_out,
            move |
                _: &[f64; 3],
                seed: f64,
                mut v_bar: ::core::option::Option<&mut [f64; 3]>|
            {
                let mut w_bar = [0.0; 3];
                w_bar[2] += seed;
                w_bar[0] += seed;
                let w_bar_1 = w_bar[0];
                w_bar[0] = w_bar_1 * v[1];
                if let ::core::option::Option::Some(v_bar) = v_bar.as_deref_mut() {
                    v_bar[1] += w_bar_1 * old_0;
                }
                if let ::core::option::Option::Some(v_bar) = v_bar.as_deref_mut() {
                    ::autodiff_core::rt::accumulate_from(&mut *v_bar, &w_bar);
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(v: [f64; 3], v_dot: ::core::option::Option<&[f64; 3]>) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let v_dot = match v_dot {
            ::core::option::Option::Some(d) => ::core::clone::Clone::clone(d),
            ::core::option::Option::None => [0.0; 3],
        };
        let mut w = v;
        let mut w_dot = v_dot;
        w_dot[0] = w_dot[0] * v[1] + w[0] * v_dot[1];
        w[0] *= v[1];
        let t0 = w[0];
        let t0_dot = w_dot[0];
        let t1 = w[2];
        let t1_dot = w_dot[2];
        let t2 = t0 + t1;
        let t2_dot = t0_dot + t1_dot;
        let value_dot = t2_dot;
        (t2, value_dot)
    }
}
#[cfg(any())]
fn arrays_hvp() {}
#[cfg(any())]
fn arrays_hessian() {}
#[cfg(any())]
fn arrays_hessian_into() {}
#[cfg(any())]
fn arrays_jacobian() {}
#[cfg(any())]
fn arrays_jacobian_into() {}
#[cfg(any())]
fn arrays_jvp_lanes() {}
