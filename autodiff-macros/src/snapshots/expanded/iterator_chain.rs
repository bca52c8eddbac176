#[allow(dead_code)]
fn iterator_chain(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(p, q)| p * q).sum()
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
fn iterator_chain_vjp_accumulate(
    a: &[f64],
    b: &[f64],
    seed: f64,
    a_bar: &mut [f64],
    b_bar: &mut [f64],
) -> f64 {
    use ::autodiff_core::__methods::*;
    let mut acc0: f64 = ::autodiff_core::rt::sum_start();
    let mut acc0_bar = seed;
    if 0 < (::core::cmp::Ord::min((a.len()), (b.len()))) {
        let len_0 = (::core::cmp::Ord::min((a.len()), (b.len())));
        if a.get(..len_0).is_some() && b.get(..len_0).is_some() {
            let row_0 = &a[..len_0];
            let row_1 = &b[..len_0];
            let row_2 = &mut a_bar[..len_0];
            let row_3 = &mut b_bar[..len_0];
            let whole_0 = len_0 - len_0 % 8;
            for k0 in (0..whole_0).step_by(8) {
                let part_0 = &row_0[k0..k0 + 8];
                let part_1 = &row_1[k0..k0 + 8];
                let part_2 = &mut row_2[k0..k0 + 8];
                let part_3 = &mut row_3[k0..k0 + 8];
                let mut terms_0 = [0.0; 8];
                for l0 in 0..8 {
                    let t0 = part_0[l0] * part_1[l0];
                    terms_0[l0] = t0;
                    let acc0_bar_1 = acc0_bar;
                    part_2[l0] += acc0_bar_1 * part_1[l0];
                    part_3[l0] += acc0_bar_1 * part_0[l0];
                }
                for l0 in 0..8 {
                    acc0 += terms_0[l0];
                }
            }
            for k1 in whole_0..len_0 {
                let t0 = row_0[k1] * row_1[k1];
                acc0 += t0;
                let acc0_bar_1 = acc0_bar;
                row_2[k1] += acc0_bar_1 * row_1[k1];
                row_3[k1] += acc0_bar_1 * row_0[k1];
            }
        } else {
            for i0 in 0..(::core::cmp::Ord::min((a.len()), (b.len()))) {
                let _ = &a[i0];
                let _ = &b[i0];
                let t0 = a[i0] * b[i0];
                acc0 += t0;
            }
        }
    }
    acc0
}
/** Value of [`iterator_chain`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `a`, `b`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..::core::cmp::Ord::min((a.len()), (b.len()))`: keeps nothing, since each iteration is reversed right after it ran*/
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
fn iterator_chain_vjp(
    a: &[f64],
    b: &[f64],
    seed: f64,
) -> (
    f64,
    (::autodiff_core::__private::Vec<f64>, ::autodiff_core::__private::Vec<f64>),
) {
    let mut a_bar = ::autodiff_core::rt::zero(&*a);
    let mut b_bar = ::autodiff_core::rt::zero(&*b);
    let value = iterator_chain_vjp_accumulate(a, b, seed, &mut a_bar, &mut b_bar);
    (value, (a_bar, b_bar))
}
/// Value of [`iterator_chain`]; adds its gradient with respect to `a`, `b` into the buffers.
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
fn iterator_chain_grad_accumulate(
    a: &[f64],
    b: &[f64],
    a_bar: &mut [f64],
    b_bar: &mut [f64],
) -> f64 {
    iterator_chain_vjp_accumulate(a, b, 1.0, a_bar, b_bar)
}
/** Value of [`iterator_chain`] and its gradient with respect to `a`, `b`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..::core::cmp::Ord::min((a.len()), (b.len()))`: keeps nothing, since each iteration is reversed right after it ran*/
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
fn iterator_chain_grad(
    a: &[f64],
    b: &[f64],
) -> (
    f64,
    (::autodiff_core::__private::Vec<f64>, ::autodiff_core::__private::Vec<f64>),
) {
    iterator_chain_vjp(a, b, 1.0)
}
/// Value of [`iterator_chain`] and its derivative in the direction of the tangents of `a`, `b` (forward mode).
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
fn iterator_chain_jvp(
    a: &[f64],
    b: &[f64],
    (a_dot, b_dot): (&[f64], &[f64]),
) -> (f64, f64) {
    iterator_chain::push(
        a,
        b,
        ::core::option::Option::Some(a_dot),
        ::core::option::Option::Some(b_dot),
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum iterator_chain {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl iterator_chain {
    #[doc(hidden)]
    #[inline]
    fn pull(
        a: &[f64],
        b: &[f64],
    ) -> (
        f64,
        impl ::core::ops::FnOnce(
            &[f64],
            &[f64],
            f64,
            ::core::option::Option<&mut [f64]>,
            ::core::option::Option<&mut [f64]>,
        ),
    ) {
        use ::autodiff_core::__methods::*;
        let mut acc0: f64 = ::autodiff_core::rt::sum_start();
        for i0 in 0..(::core::cmp::Ord::min((a.len()), (b.len()))) {
            let _ = &a[i0];
            let _ = &b[i0];
            let t0 = a[i0] * b[i0];
            acc0 += t0;
        }
        let value_out = acc0;
        (
            value_out,
            move |
                a: &[f64],
                b: &[f64],
                seed: f64,
                mut a_bar: ::core::option::Option<&mut [f64]>,
                mut b_bar: ::core::option::Option<&mut [f64]>|
            {
                let mut acc0_bar = seed;
                if 0 < (::core::cmp::Ord::min((a.len()), (b.len()))) {
                    let len_0 = (::core::cmp::Ord::min((a.len()), (b.len())));
                    let mut row_0 = match &mut a_bar {
                        ::core::option::Option::Some(a_bar) => {
                            ::core::option::Option::Some(&mut a_bar[..len_0])
                        }
                        ::core::option::Option::None => ::core::option::Option::None,
                    };
                    let row_1 = &b[..len_0];
                    let mut row_2 = match &mut b_bar {
                        ::core::option::Option::Some(b_bar) => {
                            ::core::option::Option::Some(&mut b_bar[..len_0])
                        }
                        ::core::option::Option::None => ::core::option::Option::None,
                    };
                    let row_3 = &a[..len_0];
                    for k0 in 0..len_0 {
                        let acc0_bar_1 = acc0_bar;
                        if let ::core::option::Option::Some(row_0) = row_0.as_deref_mut()
                        {
                            row_0[k0] += acc0_bar_1 * row_1[k0];
                        }
                        if let ::core::option::Option::Some(row_2) = row_2.as_deref_mut()
                        {
                            row_2[k0] += acc0_bar_1 * row_3[k0];
                        }
                    }
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        a: &[f64],
        b: &[f64],
        a_dot: ::core::option::Option<&[f64]>,
        b_dot: ::core::option::Option<&[f64]>,
    ) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let a_dot_own;
        let a_dot = match a_dot {
            ::core::option::Option::Some(d) => d,
            ::core::option::Option::None => {
                a_dot_own = ::autodiff_core::rt::zero(&*a);
                &a_dot_own[..]
            }
        };
        let b_dot_own;
        let b_dot = match b_dot {
            ::core::option::Option::Some(d) => d,
            ::core::option::Option::None => {
                b_dot_own = ::autodiff_core::rt::zero(&*b);
                &b_dot_own[..]
            }
        };
        let mut acc0: f64 = ::autodiff_core::rt::sum_start();
        let mut acc0_dot = 0.0;
        if 0 < (::core::cmp::Ord::min((a.len()), (b.len()))) {
            let len_0 = (::core::cmp::Ord::min((a.len()), (b.len())));
            if a.get(..len_0).is_some() && b.get(..len_0).is_some() {
                let row_0 = &a[..len_0];
                let row_1 = &b[..len_0];
                let row_2 = &a_dot[..len_0];
                let row_3 = &b_dot[..len_0];
                let whole_0 = len_0 - len_0 % 8;
                for k0 in (0..whole_0).step_by(8) {
                    let part_0 = &row_0[k0..k0 + 8];
                    let part_1 = &row_1[k0..k0 + 8];
                    let part_2 = &row_2[k0..k0 + 8];
                    let part_3 = &row_3[k0..k0 + 8];
                    let mut terms_0 = [0.0; 8];
                    let mut terms_1 = [0.0; 8];
                    for l0 in 0..8 {
                        let t0 = part_0[l0] * part_1[l0];
                        let t0_dot = part_2[l0] * part_1[l0] + part_0[l0] * part_3[l0];
                        terms_0[l0] = t0_dot;
                        terms_1[l0] = t0;
                    }
                    for l0 in 0..8 {
                        acc0_dot += terms_0[l0];
                        acc0 += terms_1[l0];
                    }
                }
                for k1 in whole_0..len_0 {
                    let t0 = row_0[k1] * row_1[k1];
                    let t0_dot = row_2[k1] * row_1[k1] + row_0[k1] * row_3[k1];
                    acc0_dot += t0_dot;
                    acc0 += t0;
                }
            } else {
                for i0 in 0..(::core::cmp::Ord::min((a.len()), (b.len()))) {
                    let _ = &a[i0];
                    let _ = &b[i0];
                    let t0 = a[i0] * b[i0];
                    acc0 += t0;
                }
            }
        }
        let value_dot = acc0_dot;
        (acc0, value_dot)
    }
}
#[cfg(any())]
fn iterator_chain_hvp() {}
#[cfg(any())]
fn iterator_chain_hessian() {}
#[cfg(any())]
fn iterator_chain_hessian_into() {}
#[cfg(any())]
fn iterator_chain_jacobian() {}
#[cfg(any())]
fn iterator_chain_jacobian_into() {}
#[cfg(any())]
fn iterator_chain_jvp_lanes() {}
