#[allow(dead_code)]
fn call(x: f64, h: &[f64]) -> f64 {
    let y = square(x);
    y * norm(h)
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
fn call_vjp_accumulate(
    x: f64,
    h: &[f64],
    seed: f64,
    x_bar_out: &mut f64,
    h_bar: &mut [f64],
) -> f64 {
    use ::autodiff_core::__methods::*;
    let (y, y_pull) = ::autodiff_core::__callee!(square => pull)(x);
    let (t0, t0_pull) = ::autodiff_core::__callee!(norm => pull)(h);
    let t1 = ::core::clone::Clone::clone(&y) * ::core::clone::Clone::clone(&t0);
    let mut y_bar = ::autodiff_core::Differentiable::zero_cotangent(&y);
    ::autodiff_core::MulRule::lhs(&y, &t0, &seed, &mut y_bar);
    let mut t0_bar = ::autodiff_core::Differentiable::zero_cotangent(&t0);
    ::autodiff_core::MulRule::rhs(&y, &t0, &seed, &mut t0_bar);
    t0_pull(h, t0_bar, ::core::option::Option::Some(&mut *h_bar));
    let mut x_bar = 0.0;
    y_pull(&x, y_bar, ::core::option::Option::Some(&mut x_bar));
    *x_bar_out += x_bar;
    t1
}
/// Value of [`call`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `x`, `h`.
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
fn call_vjp(
    x: f64,
    h: &[f64],
    seed: f64,
) -> (f64, (f64, ::autodiff_core::__private::Vec<f64>)) {
    let mut x_bar = 0.0;
    let mut h_bar = ::autodiff_core::rt::zero(&*h);
    let value = call_vjp_accumulate(x, h, seed, &mut x_bar, &mut h_bar);
    (value, (x_bar, h_bar))
}
/// Value of [`call`]; adds its gradient with respect to `x`, `h` into the buffers.
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
fn call_grad_accumulate(x: f64, h: &[f64], x_bar: &mut f64, h_bar: &mut [f64]) -> f64 {
    call_vjp_accumulate(x, h, 1.0, x_bar, h_bar)
}
/// Value of [`call`] and its gradient with respect to `x`, `h`.
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
fn call_grad(x: f64, h: &[f64]) -> (f64, (f64, ::autodiff_core::__private::Vec<f64>)) {
    call_vjp(x, h, 1.0)
}
/// Value of [`call`] and its derivative in the direction of the tangents of `x`, `h` (forward mode).
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
fn call_jvp(x: f64, h: &[f64], (x_dot, h_dot): (f64, &[f64])) -> (f64, f64) {
    call::push(
        x,
        h,
        ::core::option::Option::Some(&x_dot),
        ::core::option::Option::Some(h_dot),
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum call {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl call {
    #[doc(hidden)]
    #[inline]
    fn pull(
        x: f64,
        h: &[f64],
    ) -> (
        f64,
        impl ::core::ops::FnOnce(
            &f64,
            &[f64],
            f64,
            ::core::option::Option<&mut f64>,
            ::core::option::Option<&mut [f64]>,
        ),
    ) {
        use ::autodiff_core::__methods::*;
        let (y, y_pull) = ::autodiff_core::__callee!(square => pull)(x);
        let (t0, t0_pull) = ::autodiff_core::__callee!(norm => pull)(h);
        let t1 = ::core::clone::Clone::clone(&y) * ::core::clone::Clone::clone(&t0);
        let value_out = t1;
        (
            value_out,
            move |
                _: &f64,
                h: &[f64],
                seed: f64,
                x_bar_out: ::core::option::Option<&mut f64>,
                mut h_bar: ::core::option::Option<&mut [f64]>|
            {
                let mut y_bar = ::autodiff_core::Differentiable::zero_cotangent(&y);
                ::autodiff_core::MulRule::lhs(&y, &t0, &seed, &mut y_bar);
                let mut t0_bar = ::autodiff_core::Differentiable::zero_cotangent(&t0);
                ::autodiff_core::MulRule::rhs(&y, &t0, &seed, &mut t0_bar);
                t0_pull(h, t0_bar, h_bar.as_deref_mut());
                let mut x_bar = 0.0;
                y_pull(&x, y_bar, ::core::option::Option::Some(&mut x_bar));
                if let ::core::option::Option::Some(out) = x_bar_out {
                    *out += x_bar;
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        x: f64,
        h: &[f64],
        x_dot: ::core::option::Option<&f64>,
        h_dot: ::core::option::Option<&[f64]>,
    ) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let x_dot = match x_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let h_dot_own;
        let h_dot = match h_dot {
            ::core::option::Option::Some(d) => d,
            ::core::option::Option::None => {
                h_dot_own = ::autodiff_core::rt::zero(&*h);
                &h_dot_own[..]
            }
        };
        let (y, y_dot) = ::autodiff_core::__callee!(
            square => push
        )(x, ::core::option::Option::Some(&x_dot));
        let (t0, t0_dot) = ::autodiff_core::__callee!(
            norm => push
        )(h, ::core::option::Option::Some(h_dot));
        let t1 = ::core::clone::Clone::clone(&y) * ::core::clone::Clone::clone(&t0);
        let mut t1_dot = 0.0;
        ::autodiff_core::MulRule::push_lhs(&y, &t0, &y_dot, &mut t1_dot);
        ::autodiff_core::MulRule::push_rhs(&y, &t0, &t0_dot, &mut t1_dot);
        let value_dot = t1_dot;
        (t1, value_dot)
    }
}
#[cfg(any())]
fn call_hvp() {}
#[cfg(any())]
fn call_hessian() {}
#[cfg(any())]
fn call_hessian_into() {}
#[cfg(any())]
fn call_jacobian() {}
#[cfg(any())]
fn call_jacobian_into() {}
#[cfg(any())]
fn call_jvp_lanes() {}
