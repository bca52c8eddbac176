#[allow(dead_code)]
fn structs(p: &Params, x: f64) -> f64 {
    p.slope * x + p.offset
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
fn structs_vjp_accumulate(
    p: &Params,
    x: f64,
    seed: f64,
    p_bar: &mut <Params as ::autodiff_core::Differentiable>::Cotangent,
    x_bar_out: &mut f64,
) -> f64 {
    use ::autodiff_core::__methods::*;
    let t1 = p.slope * x + p.offset;
    p_bar.offset += seed;
    p_bar.slope += seed * x;
    *x_bar_out += seed * p.slope;
    t1
}
/// Value of [`structs`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `p`, `x`.
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
fn structs_vjp(
    p: &Params,
    x: f64,
    seed: f64,
) -> (f64, (<Params as ::autodiff_core::Differentiable>::Cotangent, f64)) {
    let mut p_bar = <Params as ::autodiff_core::Differentiable>::zero_cotangent(&*p);
    let mut x_bar = 0.0;
    let value = structs_vjp_accumulate(p, x, seed, &mut p_bar, &mut x_bar);
    (value, (p_bar, x_bar))
}
/// Value of [`structs`]; adds its gradient with respect to `p`, `x` into the buffers.
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
fn structs_grad_accumulate(
    p: &Params,
    x: f64,
    p_bar: &mut <Params as ::autodiff_core::Differentiable>::Cotangent,
    x_bar: &mut f64,
) -> f64 {
    structs_vjp_accumulate(p, x, 1.0, { p_bar }, x_bar)
}
/// Value of [`structs`] and its gradient with respect to `p`, `x`.
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
fn structs_grad(
    p: &Params,
    x: f64,
) -> (f64, (<Params as ::autodiff_core::Differentiable>::Cotangent, f64)) {
    structs_vjp(p, x, 1.0)
}
/// Value of [`structs`] and its derivative in the direction of the tangents of `p`, `x` (forward mode).
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
fn structs_jvp(
    p: &Params,
    x: f64,
    (p_dot, x_dot): (&<Params as ::autodiff_core::Differentiable>::Cotangent, f64),
) -> (f64, f64) {
    structs::push(
        p,
        x,
        ::core::option::Option::Some(p_dot),
        ::core::option::Option::Some(&x_dot),
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum structs {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl structs {
    #[doc(hidden)]
    #[inline]
    fn pull(
        p: &Params,
        x: f64,
    ) -> (
        f64,
        impl ::core::ops::FnOnce(
            &Params,
            &f64,
            f64,
            ::core::option::Option<
                &mut <Params as ::autodiff_core::Differentiable>::Cotangent,
            >,
            ::core::option::Option<&mut f64>,
        ),
    ) {
        use ::autodiff_core::__methods::*;
        let t1 = p.slope * x + p.offset;
        let value_out = t1;
        (
            value_out,
            move |
                p: &Params,
                _: &f64,
                seed: f64,
                mut p_bar: ::core::option::Option<
                    &mut <Params as ::autodiff_core::Differentiable>::Cotangent,
                >,
                x_bar_out: ::core::option::Option<&mut f64>|
            {
                if let ::core::option::Option::Some(p_bar) = p_bar.as_deref_mut() {
                    p_bar.offset += seed;
                }
                if let ::core::option::Option::Some(p_bar) = p_bar.as_deref_mut() {
                    p_bar.slope += seed * x;
                }
                if let ::core::option::Option::Some(out) = x_bar_out {
                    *out += seed * p.slope;
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        p: &Params,
        x: f64,
        p_dot: ::core::option::Option<
            &<Params as ::autodiff_core::Differentiable>::Cotangent,
        >,
        x_dot: ::core::option::Option<&f64>,
    ) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let p_dot_own;
        let p_dot = match p_dot {
            ::core::option::Option::Some(d) => d,
            ::core::option::Option::None => {
                p_dot_own = <Params as ::autodiff_core::Differentiable>::zero_cotangent(
                    &*p,
                );
                &p_dot_own
            }
        };
        let x_dot = match x_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let t0 = p.slope * x;
        let t0_dot = ::autodiff_core::rt::tangent_of(&p.slope, &p_dot.slope) * x
            + p.slope * x_dot;
        let t1 = t0 + p.offset;
        let t1_dot = t0_dot + ::autodiff_core::rt::tangent_of(&p.offset, &p_dot.offset);
        let value_dot = t1_dot;
        (t1, value_dot)
    }
}
#[cfg(any())]
fn structs_hvp() {}
#[cfg(any())]
fn structs_hessian() {}
#[cfg(any())]
fn structs_hessian_into() {}
#[cfg(any())]
fn structs_jacobian() {}
#[cfg(any())]
fn structs_jacobian_into() {}
#[cfg(any())]
fn structs_jvp_lanes() {}
