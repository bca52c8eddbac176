#[allow(dead_code)]
fn independent_loop(w: &[f64], x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..w.len() {
        let d = w[i] - x;
        sum += d * d;
    }
    sum
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
fn independent_loop_vjp_accumulate(
    w: &[f64],
    x: f64,
    seed: f64,
    w_bar: &mut [f64],
    x_bar_out: &mut f64,
) -> f64 {
    use ::autodiff_core::__methods::*;
    let mut x_bar = 0.0;
    let mut sum = 0.0;
    let mut sum_bar = seed;
    if 0 < w.len() {
        let len_0 = w.len();
        if w.get(..len_0).is_some() {
            let row_0 = &w[..len_0];
            let row_1 = &mut w_bar[..len_0];
            let whole_0 = len_0 - len_0 % 8;
            let mut lanes_0 = [0.0; 8];
            for k0 in (0..whole_0).step_by(8) {
                let part_0 = &row_0[k0..k0 + 8];
                let part_1 = &mut row_1[k0..k0 + 8];
                let mut terms_0 = [0.0; 8];
                for l0 in 0..8 {
                    let d = part_0[l0] - x;
                    terms_0[l0] = d * d;
                    let sum_bar_1 = sum_bar;
                    /// reverse of: let d = w[i0] - x
                    let d_bar = sum_bar_1 * d + sum_bar_1 * d;
                    part_1[l0] += d_bar;
                    lanes_0[l0] -= d_bar;
                }
                for l0 in 0..8 {
                    sum += terms_0[l0];
                }
            }
            for k1 in whole_0..len_0 {
                let d = row_0[k1] - x;
                sum += d * d;
                let sum_bar_1 = sum_bar;
                /// reverse of: let d = w[i0] - x
                let d_bar = sum_bar_1 * d + sum_bar_1 * d;
                row_1[k1] += d_bar;
                lanes_0[0] -= d_bar;
            }
            x_bar += ::autodiff_core::rt::sum_lanes(&lanes_0);
        } else {
            for i0 in 0..w.len() {
                let d = w[i0] - x;
                let t0 = d * d;
                sum += t0;
            }
        }
    }
    *x_bar_out += x_bar;
    sum
}
/** Value of [`independent_loop`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `w`, `x`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..w.len()`: keeps nothing, since each iteration is reversed right after it ran*/
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
fn independent_loop_vjp(
    w: &[f64],
    x: f64,
    seed: f64,
) -> (f64, (::autodiff_core::__private::Vec<f64>, f64)) {
    let mut w_bar = ::autodiff_core::rt::zero(&*w);
    let mut x_bar = 0.0;
    let value = independent_loop_vjp_accumulate(w, x, seed, &mut w_bar, &mut x_bar);
    (value, (w_bar, x_bar))
}
/// Value of [`independent_loop`]; adds its gradient with respect to `w`, `x` into the buffers.
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
fn independent_loop_grad_accumulate(
    w: &[f64],
    x: f64,
    w_bar: &mut [f64],
    x_bar: &mut f64,
) -> f64 {
    independent_loop_vjp_accumulate(w, x, 1.0, w_bar, x_bar)
}
/** Value of [`independent_loop`] and its gradient with respect to `w`, `x`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..w.len()`: keeps nothing, since each iteration is reversed right after it ran*/
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
fn independent_loop_grad(
    w: &[f64],
    x: f64,
) -> (f64, (::autodiff_core::__private::Vec<f64>, f64)) {
    independent_loop_vjp(w, x, 1.0)
}
/// Value of [`independent_loop`] and its derivative in the direction of the tangents of `w`, `x` (forward mode).
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
fn independent_loop_jvp(w: &[f64], x: f64, (w_dot, x_dot): (&[f64], f64)) -> (f64, f64) {
    independent_loop::push(
        w,
        x,
        ::core::option::Option::Some(w_dot),
        ::core::option::Option::Some(&x_dot),
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum independent_loop {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl independent_loop {
    #[doc(hidden)]
    #[inline]
    fn pull(
        w: &[f64],
        x: f64,
    ) -> (
        f64,
        impl ::core::ops::FnOnce(
            &[f64],
            &f64,
            f64,
            ::core::option::Option<&mut [f64]>,
            ::core::option::Option<&mut f64>,
        ),
    ) {
        use ::autodiff_core::__methods::*;
        let mut sum = 0.0;
        for i0 in 0..w.len() {
            let d = w[i0] - x;
            sum += d * d;
        }
        let value_out = sum;
        (
            value_out,
            move |
                w: &[f64],
                _: &f64,
                seed: f64,
                mut w_bar: ::core::option::Option<&mut [f64]>,
                x_bar_out: ::core::option::Option<&mut f64>|
            {
                let mut x_bar = 0.0;
                let mut sum_bar = seed;
                if 0 < w.len() {
                    let len_0 = w.len();
                    let row_0 = &w[..len_0];
                    let mut row_1 = match &mut w_bar {
                        ::core::option::Option::Some(w_bar) => {
                            ::core::option::Option::Some(&mut w_bar[..len_0])
                        }
                        ::core::option::Option::None => ::core::option::Option::None,
                    };
                    let whole_0 = len_0 - len_0 % 8;
                    let mut lanes_0 = [0.0; 8];
                    for k0 in (0..whole_0).step_by(8) {
                        let part_0 = &row_0[k0..k0 + 8];
                        let mut part_1 = match &mut row_1 {
                            ::core::option::Option::Some(row_1) => {
                                ::core::option::Option::Some(&mut row_1[k0..k0 + 8])
                            }
                            ::core::option::Option::None => ::core::option::Option::None,
                        };
                        for l0 in 0..8 {
                            let d = part_0[l0] - x;
                            let sum_bar_1 = sum_bar;
                            /// reverse of: let d = w[i0] - x
                            let d_bar = sum_bar_1 * d + sum_bar_1 * d;
                            if let ::core::option::Option::Some(part_1) = part_1
                                .as_deref_mut()
                            {
                                part_1[l0] += d_bar;
                            }
                            lanes_0[l0] -= d_bar;
                        }
                    }
                    for k1 in whole_0..len_0 {
                        let d = row_0[k1] - x;
                        let sum_bar_1 = sum_bar;
                        /// reverse of: let d = w[i0] - x
                        let d_bar = sum_bar_1 * d + sum_bar_1 * d;
                        if let ::core::option::Option::Some(row_1) = row_1.as_deref_mut()
                        {
                            row_1[k1] += d_bar;
                        }
                        lanes_0[0] -= d_bar;
                    }
                    x_bar += ::autodiff_core::rt::sum_lanes(&lanes_0);
                }
                if let ::core::option::Option::Some(out) = x_bar_out {
                    *out += x_bar;
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        w: &[f64],
        x: f64,
        w_dot: ::core::option::Option<&[f64]>,
        x_dot: ::core::option::Option<&f64>,
    ) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let w_dot_own;
        let w_dot = match w_dot {
            ::core::option::Option::Some(d) => d,
            ::core::option::Option::None => {
                w_dot_own = ::autodiff_core::rt::zero(&*w);
                &w_dot_own[..]
            }
        };
        let x_dot = match x_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let mut sum = 0.0;
        let mut sum_dot = 0.0;
        if 0 < w.len() {
            let len_0 = w.len();
            if w.get(..len_0).is_some() {
                let row_0 = &w[..len_0];
                let row_1 = &w_dot[..len_0];
                let whole_0 = len_0 - len_0 % 8;
                for k0 in (0..whole_0).step_by(8) {
                    let part_0 = &row_0[k0..k0 + 8];
                    let part_1 = &row_1[k0..k0 + 8];
                    let mut terms_0 = [0.0; 8];
                    let mut terms_1 = [0.0; 8];
                    for l0 in 0..8 {
                        let d = part_0[l0] - x;
                        let d_dot = part_1[l0] - x_dot;
                        let t0 = d * d;
                        let t0_dot = d_dot * d + d * d_dot;
                        terms_0[l0] = t0_dot;
                        terms_1[l0] = t0;
                    }
                    for l0 in 0..8 {
                        sum_dot += terms_0[l0];
                        sum += terms_1[l0];
                    }
                }
                for k1 in whole_0..len_0 {
                    let d = row_0[k1] - x;
                    let d_dot = row_1[k1] - x_dot;
                    let t0 = d * d;
                    let t0_dot = d_dot * d + d * d_dot;
                    sum_dot += t0_dot;
                    sum += t0;
                }
            } else {
                for i0 in 0..w.len() {
                    let d = w[i0] - x;
                    let t0 = d * d;
                    sum += t0;
                }
            }
        }
        let value_dot = sum_dot;
        (sum, value_dot)
    }
}
#[cfg(any())]
fn independent_loop_hvp() {}
#[cfg(any())]
fn independent_loop_hessian() {}
#[cfg(any())]
fn independent_loop_hessian_into() {}
#[cfg(any())]
fn independent_loop_jacobian() {}
#[cfg(any())]
fn independent_loop_jacobian_into() {}
#[cfg(any())]
fn independent_loop_jvp_lanes() {}
