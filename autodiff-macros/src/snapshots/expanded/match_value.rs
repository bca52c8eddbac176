#[allow(dead_code)]
fn match_value(x: Option<f64>, y: f64) -> f64 {
    match x {
        Some(v) if v > 0.0 => v * y,
        Some(v) => -v,
        None => y,
    }
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
fn match_value_vjp_accumulate(
    x: Option<f64>,
    y: f64,
    seed: f64,
    x_bar: &mut ::core::option::Option<f64>,
    y_bar_out: &mut f64,
) -> f64 {
    use ::autodiff_core::__methods::*;
    let c0;
    match x {
        Some(v) if v > 0.0 => {
            let t0 = v * y;
            c0 = t0;
        }
        Some(v_1) => {
            let t1 = -v_1;
            c0 = t1;
        }
        None => {
            c0 = y;
        }
    }
    let mut y_bar = 0.0;
    let mut c0_bar = seed;
    match x {
        Some(v) if v > 0.0 => {
            /// reverse of: let t0 = v * y
            let t0_bar = c0_bar;
            *x_bar.__bar_Some_0() += t0_bar * y;
            y_bar += t0_bar * v;
        }
        Some(v_1) => {
            /// reverse of: let t1 = - v_1
            let t1_bar = c0_bar;
            *x_bar.__bar_Some_0() -= t1_bar;
        }
        None => {
            y_bar += c0_bar;
        }
    }
    *y_bar_out += y_bar;
    c0
}
/// Value of [`match_value`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `x`, `y`.
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
fn match_value_vjp(
    x: Option<f64>,
    y: f64,
    seed: f64,
) -> (f64, (::core::option::Option<f64>, f64)) {
    let mut x_bar = ::autodiff_core::rt::zero(&x);
    let mut y_bar = 0.0;
    let value = match_value_vjp_accumulate(x, y, seed, &mut x_bar, &mut y_bar);
    (value, (x_bar, y_bar))
}
/// Value of [`match_value`]; adds its gradient with respect to `x`, `y` into the buffers.
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
fn match_value_grad_accumulate(
    x: Option<f64>,
    y: f64,
    x_bar: &mut ::core::option::Option<f64>,
    y_bar: &mut f64,
) -> f64 {
    match_value_vjp_accumulate(x, y, 1.0, x_bar, y_bar)
}
/// Value of [`match_value`] and its gradient with respect to `x`, `y`.
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
fn match_value_grad(
    x: Option<f64>,
    y: f64,
) -> (f64, (::core::option::Option<f64>, f64)) {
    match_value_vjp(x, y, 1.0)
}
/// Value of [`match_value`] and its derivative in the direction of the tangents of `x`, `y` (forward mode).
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
fn match_value_jvp(
    x: Option<f64>,
    y: f64,
    (x_dot, y_dot): (::core::option::Option<f64>, f64),
) -> (f64, f64) {
    match_value::push(
        x,
        y,
        ::core::option::Option::Some(&x_dot),
        ::core::option::Option::Some(&y_dot),
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum match_value {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl match_value {
    #[doc(hidden)]
    #[inline]
    fn pull(
        x: Option<f64>,
        y: f64,
    ) -> (
        f64,
        impl ::core::ops::FnOnce(
            &Option<f64>,
            &f64,
            f64,
            ::core::option::Option<&mut ::core::option::Option<f64>>,
            ::core::option::Option<&mut f64>,
        ),
    ) {
        use ::autodiff_core::__methods::*;
        let c0;
        match x {
            Some(v) if v > 0.0 => {
                let t0 = v * y;
                c0 = t0;
            }
            Some(v_1) => {
                let t1 = -v_1;
                c0 = t1;
            }
            None => {
                c0 = y;
            }
        }
        let value_out = c0;
        (
            value_out,
            move |
                _: &Option<f64>,
                _: &f64,
                seed: f64,
                mut x_bar: ::core::option::Option<&mut ::core::option::Option<f64>>,
                y_bar_out: ::core::option::Option<&mut f64>|
            {
                let mut y_bar = 0.0;
                let mut c0_bar = seed;
                match x {
                    Some(v) if v > 0.0 => {
                        /// reverse of: let t0 = v * y
                        let t0_bar = c0_bar;
                        if let ::core::option::Option::Some(x_bar) = x_bar.as_deref_mut()
                        {
                            *x_bar.__bar_Some_0() += t0_bar * y;
                        }
                        y_bar += t0_bar * v;
                    }
                    Some(v_1) => {
                        /// reverse of: let t1 = - v_1
                        let t1_bar = c0_bar;
                        if let ::core::option::Option::Some(x_bar) = x_bar.as_deref_mut()
                        {
                            *x_bar.__bar_Some_0() -= t1_bar;
                        }
                    }
                    None => {
                        y_bar += c0_bar;
                    }
                }
                if let ::core::option::Option::Some(out) = y_bar_out {
                    *out += y_bar;
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        x: Option<f64>,
        y: f64,
        x_dot: ::core::option::Option<&::core::option::Option<f64>>,
        y_dot: ::core::option::Option<&f64>,
    ) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let x_dot = match x_dot {
            ::core::option::Option::Some(d) => ::core::clone::Clone::clone(d),
            ::core::option::Option::None => ::autodiff_core::rt::zero(&x),
        };
        let y_dot = match y_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let c0;
        let c0_dot;
        match x {
            Some(v) if v > 0.0 => {
                let t0 = v * y;
                let t0_dot = *x_dot.__dot_Some_0() * y + v * y_dot;
                c0_dot = t0_dot;
                c0 = t0;
            }
            Some(v_1) => {
                let t1 = -v_1;
                let t1_dot = -*x_dot.__dot_Some_0();
                c0_dot = t1_dot;
                c0 = t1;
            }
            None => {
                c0_dot = y_dot;
                c0 = y;
            }
        }
        let value_dot = c0_dot;
        (c0, value_dot)
    }
}
#[cfg(any())]
fn match_value_hvp() {}
#[cfg(any())]
fn match_value_hessian() {}
#[cfg(any())]
fn match_value_hessian_into() {}
#[cfg(any())]
fn match_value_jacobian() {}
#[cfg(any())]
fn match_value_jacobian_into() {}
#[cfg(any())]
fn match_value_jvp_lanes() {}
