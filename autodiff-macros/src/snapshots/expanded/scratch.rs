#[allow(dead_code)]
fn scratch(w: &[f64], x: &[f64]) -> f64 {
    let mut h = vec![0.0; 4];
    let mut loss = 0.0;
    for v in x {
        layer(w, v, &mut h);
        loss += norm(&h);
    }
    loss / 2.0
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
fn scratch_vjp_accumulate(
    w: &[f64],
    x: &[f64],
    seed: f64,
    w_bar: &mut [f64],
    x_bar: &mut [f64],
) -> f64 {
    use ::autodiff_core::__methods::*;
    let mut log_0 = ::autodiff_core::rt::Log::new();
    let mut tape_0 = ::autodiff_core::rt::Tape::new();
    let mut h = vec![0.0; 4];
    let mut loss = 0.0;
    let fused_0 = ::autodiff_core::rt::all([
        ::autodiff_core::rt::overwrites(
            ::autodiff_core::__callee!(layer => OVERWRITES)[2usize],
            h.len(),
            [w.len(), ::core::primitive::usize::MAX, h.len()],
        ),
    ]);
    let mut loss_bar = seed / 2.0;
    let mut h_bar = ::autodiff_core::Differentiable::zero_cotangent(&h);
    if fused_0 {
        for i0 in 0..x.len() {
            let _ = &x[i0];
            let (t3, t3_pull) = ::autodiff_core::__callee!(
                layer => pull
            )(w, &x[i0], &mut h);
            let (t0, t0_pull) = ::autodiff_core::__callee!(norm => pull)(&h);
            loss += t0;
            let loss_bar_1 = loss_bar;
            t0_pull(&h, loss_bar_1, ::core::option::Option::Some(&mut h_bar));
            t3_pull(
                w,
                &x[i0],
                ::autodiff_core::Differentiable::zero_cotangent(&t3),
                ::core::option::Option::Some(&mut *w_bar),
                ::core::option::Option::Some(&mut x_bar[i0]),
                &mut h_bar,
            );
        }
    } else {
        ::autodiff_core::rt::reserve(
            &mut tape_0,
            ::autodiff_core::rt::count(0, x.len()),
        );
        for i0 in 0..x.len() {
            let _ = &x[i0];
            log_0.save(&h);
            let (t3, t3_pull_1) = ::autodiff_core::__callee!(
                layer => pull
            )(w, &x[i0], &mut h);
            let (t0, t0_pull_1) = ::autodiff_core::__callee!(norm => pull)(&h);
            loss += t0;
            tape_0.push((t3, t0_pull_1, t3_pull_1));
        }
    }
    let t1 = loss;
    let t2 = t1 / 2.0;
    if !fused_0 {
        h_bar = ::autodiff_core::Differentiable::zero_cotangent(&h);
        if 0 < x.len() {
            let len_0 = x.len();
            let row_0 = &x[..len_0];
            for k0 in (0..len_0).rev() {
                let i0 = k0;
                let (t3, t0_pull_1, t3_pull_1) = tape_0.pop();
                let loss_bar_2 = loss_bar;
                t0_pull_1(&h, loss_bar_2, ::core::option::Option::Some(&mut h_bar));
                log_0.restore(&mut h);
                t3_pull_1(
                    w,
                    &row_0[k0],
                    ::autodiff_core::Differentiable::zero_cotangent(&t3),
                    ::core::option::Option::Some(&mut *w_bar),
                    ::core::option::Option::Some(&mut x_bar[i0]),
                    &mut h_bar,
                );
            }
        }
    }
    t2
}
/** Value of [`scratch`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `w`, `x`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..x.len()`: keeps nothing, since each iteration is reversed right after it ran*/
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
fn scratch_vjp(
    w: &[f64],
    x: &[f64],
    seed: f64,
) -> (
    f64,
    (::autodiff_core::__private::Vec<f64>, ::autodiff_core::__private::Vec<f64>),
) {
    let mut w_bar = ::autodiff_core::rt::zero(&*w);
    let mut x_bar = ::autodiff_core::rt::zero(&*x);
    let value = scratch_vjp_accumulate(w, x, seed, &mut w_bar, &mut x_bar);
    (value, (w_bar, x_bar))
}
/// Value of [`scratch`]; adds its gradient with respect to `w`, `x` into the buffers.
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
fn scratch_grad_accumulate(
    w: &[f64],
    x: &[f64],
    w_bar: &mut [f64],
    x_bar: &mut [f64],
) -> f64 {
    scratch_vjp_accumulate(w, x, 1.0, w_bar, x_bar)
}
/** Value of [`scratch`] and its gradient with respect to `w`, `x`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..x.len()`: keeps nothing, since each iteration is reversed right after it ran*/
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
fn scratch_grad(
    w: &[f64],
    x: &[f64],
) -> (
    f64,
    (::autodiff_core::__private::Vec<f64>, ::autodiff_core::__private::Vec<f64>),
) {
    scratch_vjp(w, x, 1.0)
}
/// Value of [`scratch`] and its derivative in the direction of the tangents of `w`, `x` (forward mode).
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
fn scratch_jvp(w: &[f64], x: &[f64], (w_dot, x_dot): (&[f64], &[f64])) -> (f64, f64) {
    scratch::push(
        w,
        x,
        ::core::option::Option::Some(w_dot),
        ::core::option::Option::Some(x_dot),
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum scratch {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl scratch {
    #[doc(hidden)]
    #[inline]
    fn pull(
        w: &[f64],
        x: &[f64],
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
        let mut log_0 = ::autodiff_core::rt::Log::new();
        let mut tape_0 = ::autodiff_core::rt::Tape::new();
        let mut h = vec![0.0; 4];
        let mut loss = 0.0;
        ::autodiff_core::rt::reserve(
            &mut tape_0,
            ::autodiff_core::rt::count(0, x.len()),
        );
        for i0 in 0..x.len() {
            let _ = &x[i0];
            log_0.save(&h);
            let (t3, t3_pull) = ::autodiff_core::__callee!(
                layer => pull
            )(w, &x[i0], &mut h);
            let (t0, t0_pull) = ::autodiff_core::__callee!(norm => pull)(&h);
            loss += t0;
            tape_0.push((t3, t0_pull, t3_pull));
        }
        let t1 = loss;
        let t2 = t1 / 2.0;
        let value_out = t2;
        (
            value_out,
            move |
                w: &[f64],
                x: &[f64],
                seed: f64,
                mut w_bar: ::core::option::Option<&mut [f64]>,
                mut x_bar: ::core::option::Option<&mut [f64]>|
            {
                let mut loss_bar = seed / 2.0;
                let mut h_bar = ::autodiff_core::Differentiable::zero_cotangent(&h);
                if 0 < x.len() {
                    let len_0 = x.len();
                    let row_0 = &x[..len_0];
                    for k0 in (0..len_0).rev() {
                        let i0 = k0;
                        let (t3, t0_pull, t3_pull) = tape_0.pop();
                        let loss_bar_1 = loss_bar;
                        t0_pull(
                            &h,
                            loss_bar_1,
                            ::core::option::Option::Some(&mut h_bar),
                        );
                        log_0.restore(&mut h);
                        t3_pull(
                            w,
                            &row_0[k0],
                            ::autodiff_core::Differentiable::zero_cotangent(&t3),
                            w_bar.as_deref_mut(),
                            match &mut x_bar {
                                ::core::option::Option::Some(x_bar) => {
                                    ::core::option::Option::Some(&mut x_bar[i0])
                                }
                                ::core::option::Option::None => ::core::option::Option::None,
                            },
                            &mut h_bar,
                        );
                    }
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        w: &[f64],
        x: &[f64],
        w_dot: ::core::option::Option<&[f64]>,
        x_dot: ::core::option::Option<&[f64]>,
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
        let x_dot_own;
        let x_dot = match x_dot {
            ::core::option::Option::Some(d) => d,
            ::core::option::Option::None => {
                x_dot_own = ::autodiff_core::rt::zero(&*x);
                &x_dot_own[..]
            }
        };
        let mut h = vec![0.0; 4];
        let mut h_dot = ::autodiff_core::Differentiable::zero_cotangent(&h);
        let mut loss = 0.0;
        let mut loss_dot = 0.0;
        for i0 in 0..x.len() {
            let _ = &x[i0];
            let (t3, t3_dot) = ::autodiff_core::__callee!(
                layer => push
            )(
                w,
                &x[i0],
                &mut h,
                ::core::option::Option::Some(w_dot),
                ::core::option::Option::Some(&x_dot[i0]),
                &mut h_dot,
            );
            let (t0, t0_dot) = ::autodiff_core::__callee!(
                norm => push
            )(&h, ::core::option::Option::Some(&h_dot));
            loss_dot += t0_dot;
            loss += t0;
        }
        let t1 = loss;
        let t1_dot = loss_dot;
        let t2 = t1 / 2.0;
        let t2_dot = t1_dot / 2.0;
        let value_dot = t2_dot;
        (t2, value_dot)
    }
}
#[cfg(any())]
fn scratch_hvp() {}
#[cfg(any())]
fn scratch_hessian() {}
#[cfg(any())]
fn scratch_hessian_into() {}
#[cfg(any())]
fn scratch_jacobian() {}
#[cfg(any())]
fn scratch_jacobian_into() {}
#[cfg(any())]
fn scratch_jvp_lanes() {}
