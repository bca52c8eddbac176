#[allow(dead_code)]
fn pair(r: f64, phi: f64) -> (f64, f64) {
    (r * phi.cos(), r * phi.sin())
}
/// Value of [`pair`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `r`, `phi`.
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
fn pair_vjp(r: f64, phi: f64, seed: (f64, f64)) -> ((f64, f64), (f64, f64)) {
    use ::autodiff_core::__methods::*;
    let t0 = phi.cos();
    let t1 = r * t0;
    let t2 = phi.sin();
    let t3 = r * t2;
    let t4 = (t1, t3);
    let mut t4_bar = seed;
    /// reverse of: let t3 = r * t2
    let t3_bar = t4_bar.1;
    /// reverse of: let t2 = phi.sin()
    let t2_bar = t3_bar * r;
    /// reverse of: let t1 = r * t0
    let t1_bar = t4_bar.0;
    /// reverse of: let t0 = phi.cos()
    let t0_bar = t1_bar * r;
    let r_bar = t1_bar * t0 + t3_bar * t2;
    let phi_bar = -(t0_bar * t2) + t2_bar * t0;
    (t4, (r_bar, phi_bar))
}
/// Value of [`pair`] and its derivative in the direction of the tangents of `r`, `phi` (forward mode).
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
fn pair_jvp(r: f64, phi: f64, (r_dot, phi_dot): (f64, f64)) -> ((f64, f64), (f64, f64)) {
    pair::push(
        r,
        phi,
        ::core::option::Option::Some(&r_dot),
        ::core::option::Option::Some(&phi_dot),
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum pair {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl pair {
    #[doc(hidden)]
    #[inline]
    fn pull(
        r: f64,
        phi: f64,
    ) -> (
        (f64, f64),
        impl ::core::ops::FnOnce(
            &f64,
            &f64,
            (f64, f64),
            ::core::option::Option<&mut f64>,
            ::core::option::Option<&mut f64>,
        ),
    ) {
        use ::autodiff_core::__methods::*;
        let t0 = phi.cos();
        let t1 = r * t0;
        let t2 = phi.sin();
        let t3 = r * t2;
        let t4 = (t1, t3);
        let value_out = t4;
        (
            value_out,
            move |
                _: &f64,
                _: &f64,
                seed: (f64, f64),
                r_bar_out: ::core::option::Option<&mut f64>,
                phi_bar_out: ::core::option::Option<&mut f64>|
            {
                let mut t4_bar = seed;
                /// reverse of: let t3 = r * t2
                let t3_bar = t4_bar.1;
                /// reverse of: let t2 = phi.sin()
                let t2_bar = t3_bar * r;
                /// reverse of: let t1 = r * t0
                let t1_bar = t4_bar.0;
                /// reverse of: let t0 = phi.cos()
                let t0_bar = t1_bar * r;
                if let ::core::option::Option::Some(out) = r_bar_out {
                    *out += t1_bar * t0 + t3_bar * t2;
                }
                if let ::core::option::Option::Some(out) = phi_bar_out {
                    *out += -(t0_bar * t2) + t2_bar * t0;
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        r: f64,
        phi: f64,
        r_dot: ::core::option::Option<&f64>,
        phi_dot: ::core::option::Option<&f64>,
    ) -> ((f64, f64), (f64, f64)) {
        use ::autodiff_core::__methods::*;
        let r_dot = match r_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let phi_dot = match phi_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let t0 = phi.cos();
        let t0_dot = ::autodiff_core::rules::cos::pushforward(phi, t0, phi_dot);
        let t1 = r * t0;
        let t1_dot = r_dot * t0 + r * t0_dot;
        let t2 = phi.sin();
        let t2_dot = ::autodiff_core::rules::sin::pushforward(phi, t2, phi_dot);
        let t3 = r * t2;
        let t3_dot = r_dot * t2 + r * t2_dot;
        let t4 = (t1, t3);
        let t4_dot = (t1_dot, t3_dot);
        let value_dot = t4_dot;
        (t4, value_dot)
    }
}
#[cfg(any())]
fn pair_grad() {}
#[cfg(any())]
fn pair_grad_accumulate() {}
#[cfg(any())]
fn pair_jacobian() {}
#[cfg(any())]
fn pair_jacobian_into() {}
#[cfg(any())]
fn pair_jvp_lanes() {}
