#[allow(dead_code)]
fn diffused(start: &[f64], k: f64, steps: usize) -> f64 {
    let mut u = start.to_vec();
    let mut next = start.to_vec();
    for _ in 0..steps {
        for i in 1..u.len() {
            next[i] = u[i] + k * u[i - 1] * u[i];
        }
        std::mem::swap(&mut u, &mut next);
    }
    u[0] * u[0]
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
fn diffused_vjp_accumulate(
    start: &[f64],
    k: f64,
    steps: usize,
    seed: f64,
    start_bar: &mut [f64],
    k_bar_out: &mut f64,
) -> f64 {
    use ::autodiff_core::__methods::*;
    let mut log_0 = ::autodiff_core::rt::Log::new();
    let mut tape_0 = ::autodiff_core::rt::Tape::new();
    let mut u = start.to_vec();
    let mut next = start.to_vec();
    ::autodiff_core::rt::reserve(&mut tape_0, ::autodiff_core::rt::count(0, steps));
    for i0 in 0..steps {
        let n0 = u.len();
        log_0.save_run(&next, 1..n0, |i1| i1);
        if 1 < n0 {
            let len_0 = n0 - 1;
            if u.get(..len_0 + 1).is_some() && next.get(1..1 + len_0).is_some() {
                let row_0 = &u[..len_0 + 1];
                let row_1 = &mut next[1..1 + len_0];
                for k0 in 0..len_0 {
                    let t0 = row_0[k0 + 1];
                    let t1 = row_0[k0];
                    let t2 = k * t1;
                    let t3 = t0;
                    row_1[k0] = t0 + t2 * t3;
                }
            } else {
                for i1 in 1..n0 {
                    let t0 = u[i1];
                    let t1 = u[i1 - 1];
                    let t2 = k * t1;
                    let t3 = t0;
                    next[i1] = t0 + t2 * t3;
                }
            }
        }
        ::core::mem::swap(&mut u, &mut next);
        tape_0.push((n0,));
    }
    let t5 = u[0];
    let t6 = t5;
    let t7 = t5 * t6;
    let mut k_bar = 0.0;
    let mut u_bar = ::autodiff_core::Differentiable::zero_cotangent(&u);
    u_bar[0] += seed * t5 + seed * t6;
    let mut next_bar = ::autodiff_core::Differentiable::zero_cotangent(&next);
    for i0 in (0..steps).rev() {
        let (n0,) = tape_0.pop();
        ::core::mem::swap(&mut u, &mut next);
        ::core::mem::swap(&mut u_bar, &mut next_bar);
        log_0.restore_run(&mut next, 1..n0, |i1| i1);
        if 1 + 1 < n0 {
            for q0 in 0..1 {
                let i1 = 1 + q0;
                let t0 = u[i1];
                let t3 = t0;
                let next_bar_1 = next_bar[i1];
                /// reverse of: let t2 = k * t1
                let t2_bar = next_bar_1 * t3;
                u_bar[i1 - 1] += t2_bar * k;
            }
            for q1 in 0..1 {
                let i1 = n0 - 1 - q1;
                let t1 = u[i1 - 1];
                let t2 = k * t1;
                let next_bar_1 = next_bar[i1];
                u_bar[i1] += next_bar_1 * t2 + next_bar_1;
            }
            if 2 < n0 {
                let len_1 = n0 - 2;
                let row_2 = &u[..len_1 + 2];
                let row_3 = &next_bar[1..1 + len_1 + 1];
                let row_4 = &mut u_bar[1..1 + len_1];
                for k1 in 0..len_1 {
                    let t0 = row_2[k1 + 2];
                    let t3 = t0;
                    let next_bar_1 = row_3[k1 + 1];
                    let t2_bar = next_bar_1 * t3;
                    let term_0 = t2_bar * k;
                    let t1 = row_2[k1];
                    let t2 = k * t1;
                    let next_bar_1 = row_3[k1];
                    let term_1 = next_bar_1 * t2 + next_bar_1;
                    row_4[k1] += term_0;
                    row_4[k1] += term_1;
                }
            }
            if 1 < n0 {
                let len_2 = n0 - 1;
                let row_5 = &u[..len_2 + 1];
                let row_6 = &next_bar[1..1 + len_2];
                if len_2 >= 16 {
                    let mut terms_0 = [0.0; 64];
                    for b0 in (0..len_2).step_by(64) {
                        let size_0 = ::core::cmp::Ord::min(64, len_2 - b0);
                        let part_0 = &row_5[b0..b0 + size_0];
                        let part_1 = &row_5[b0 + 1..b0 + 1 + size_0];
                        let part_2 = &row_6[b0..b0 + size_0];
                        let part_3 = &mut terms_0[..size_0];
                        for l0 in 0..size_0 {
                            let t0 = part_1[l0];
                            let t1 = part_0[l0];
                            let t3 = t0;
                            let next_bar_1 = part_2[l0];
                            let t2_bar = next_bar_1 * t3;
                            let term_2 = t2_bar * t1;
                            part_3[l0] = term_2;
                        }
                        k_bar += ::autodiff_core::rt::sum_terms(part_3);
                    }
                } else {
                    for k2 in 0..len_2 {
                        let t0 = row_5[k2 + 1];
                        let t1 = row_5[k2];
                        let t3 = t0;
                        let next_bar_1 = row_6[k2];
                        let t2_bar = next_bar_1 * t3;
                        let term_2 = t2_bar * t1;
                        k_bar += term_2;
                    }
                }
            }
            if 1 < n0 {
                let len_3 = n0 - 1;
                let row_7 = &mut next_bar[1..1 + len_3];
                for k3 in 0..len_3 {
                    row_7[k3] = 0.0;
                }
            }
        } else {
            for i1 in (1..n0).rev() {
                let t0 = u[i1];
                let t1 = u[i1 - 1];
                let t2 = k * t1;
                let t3 = t0;
                let next_bar_1 = next_bar[i1];
                next_bar[i1] = 0.0;
                /// reverse of: let t2 = k * t1
                let t2_bar = next_bar_1 * t3;
                k_bar += t2_bar * t1;
                u_bar[i1 - 1] += t2_bar * k;
                u_bar[i1] += next_bar_1 * t2 + next_bar_1;
            }
        }
    }
    ::autodiff_core::rt::accumulate_slice(&mut *start_bar, &next_bar);
    ::autodiff_core::rt::accumulate_slice(&mut *start_bar, &u_bar);
    *k_bar_out += k_bar;
    t7
}
/** Value of [`diffused`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `start`, `k`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..steps`: keeps for each iteration `u.len()`; the reverse sweep reads that, and the next iteration overwrites it
   - `for i1 in 1..n0`: keeps the elements of `next` that it overwrites in front of it, at once; computes 4 values again*/
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
fn diffused_vjp(
    start: &[f64],
    k: f64,
    steps: usize,
    seed: f64,
) -> (f64, (::autodiff_core::__private::Vec<f64>, f64)) {
    let mut start_bar = ::autodiff_core::rt::zero(&*start);
    let mut k_bar = 0.0;
    let value = diffused_vjp_accumulate(
        start,
        k,
        steps,
        seed,
        &mut start_bar,
        &mut k_bar,
    );
    (value, (start_bar, k_bar))
}
/// Value of [`diffused`]; adds its gradient with respect to `start`, `k` into the buffers.
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
fn diffused_grad_accumulate(
    start: &[f64],
    k: f64,
    steps: usize,
    start_bar: &mut [f64],
    k_bar: &mut f64,
) -> f64 {
    diffused_vjp_accumulate(start, k, steps, 1.0, start_bar, k_bar)
}
/** Value of [`diffused`] and its gradient with respect to `start`, `k`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..steps`: keeps for each iteration `u.len()`; the reverse sweep reads that, and the next iteration overwrites it
   - `for i1 in 1..n0`: keeps the elements of `next` that it overwrites in front of it, at once; computes 4 values again*/
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
fn diffused_grad(
    start: &[f64],
    k: f64,
    steps: usize,
) -> (f64, (::autodiff_core::__private::Vec<f64>, f64)) {
    diffused_vjp(start, k, steps, 1.0)
}
/// Value of [`diffused`] and its derivative in the direction of the tangents of `start`, `k` (forward mode).
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
fn diffused_jvp(
    start: &[f64],
    k: f64,
    steps: usize,
    (start_dot, k_dot): (&[f64], f64),
) -> (f64, f64) {
    diffused::push(
        start,
        k,
        steps,
        ::core::option::Option::Some(start_dot),
        ::core::option::Option::Some(&k_dot),
        ::core::option::Option::None,
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum diffused {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl diffused {
    #[doc(hidden)]
    #[inline]
    fn pull(
        start: &[f64],
        k: f64,
        steps: usize,
    ) -> (
        f64,
        impl ::core::ops::FnOnce(
            &[f64],
            &f64,
            &usize,
            f64,
            ::core::option::Option<&mut [f64]>,
            ::core::option::Option<&mut f64>,
            ::core::option::Option<&mut ()>,
        ),
    ) {
        use ::autodiff_core::__methods::*;
        let mut log_0 = ::autodiff_core::rt::Log::new();
        let mut tape_0 = ::autodiff_core::rt::Tape::new();
        let mut u = start.to_vec();
        let mut next = start.to_vec();
        ::autodiff_core::rt::reserve(&mut tape_0, ::autodiff_core::rt::count(0, steps));
        for i0 in 0..steps {
            let n0 = u.len();
            log_0.save_run(&next, 1..n0, |i1| i1);
            if 1 < n0 {
                let len_0 = n0 - 1;
                if u.get(..len_0 + 1).is_some() && next.get(1..1 + len_0).is_some() {
                    let row_0 = &u[..len_0 + 1];
                    let row_1 = &mut next[1..1 + len_0];
                    for k0 in 0..len_0 {
                        let t0 = row_0[k0 + 1];
                        let t1 = row_0[k0];
                        let t2 = k * t1;
                        let t3 = t0;
                        row_1[k0] = t0 + t2 * t3;
                    }
                } else {
                    for i1 in 1..n0 {
                        let t0 = u[i1];
                        let t1 = u[i1 - 1];
                        let t2 = k * t1;
                        let t3 = t0;
                        next[i1] = t0 + t2 * t3;
                    }
                }
            }
            ::core::mem::swap(&mut u, &mut next);
            tape_0.push((n0,));
        }
        let t5 = u[0];
        let t6 = t5;
        let t7 = t5 * t6;
        let value_out = t7;
        (
            value_out,
            move |
                start: &[f64],
                _: &f64,
                _: &usize,
                seed: f64,
                mut start_bar: ::core::option::Option<&mut [f64]>,
                k_bar_out: ::core::option::Option<&mut f64>,
                _: ::core::option::Option<&mut ()>|
            {
                let mut k_bar = 0.0;
                let mut u_bar = ::autodiff_core::Differentiable::zero_cotangent(&u);
                u_bar[0] += seed * t5 + seed * t6;
                let mut next_bar = ::autodiff_core::Differentiable::zero_cotangent(
                    &next,
                );
                for i0 in (0..steps).rev() {
                    let (n0,) = tape_0.pop();
                    ::core::mem::swap(&mut u, &mut next);
                    ::core::mem::swap(&mut u_bar, &mut next_bar);
                    log_0.restore_run(&mut next, 1..n0, |i1| i1);
                    if 1 + 1 < n0 {
                        for q0 in 0..1 {
                            let i1 = 1 + q0;
                            let t0 = u[i1];
                            let t3 = t0;
                            let next_bar_1 = next_bar[i1];
                            /// reverse of: let t2 = k * t1
                            let t2_bar = next_bar_1 * t3;
                            u_bar[i1 - 1] += t2_bar * k;
                        }
                        for q1 in 0..1 {
                            let i1 = n0 - 1 - q1;
                            let t1 = u[i1 - 1];
                            let t2 = k * t1;
                            let next_bar_1 = next_bar[i1];
                            u_bar[i1] += next_bar_1 * t2 + next_bar_1;
                        }
                        if 2 < n0 {
                            let len_1 = n0 - 2;
                            let row_2 = &u[..len_1 + 2];
                            let row_3 = &next_bar[1..1 + len_1 + 1];
                            let row_4 = &mut u_bar[1..1 + len_1];
                            for k1 in 0..len_1 {
                                let t0 = row_2[k1 + 2];
                                let t3 = t0;
                                let next_bar_1 = row_3[k1 + 1];
                                let t2_bar = next_bar_1 * t3;
                                let term_0 = t2_bar * k;
                                let t1 = row_2[k1];
                                let t2 = k * t1;
                                let next_bar_1 = row_3[k1];
                                let term_1 = next_bar_1 * t2 + next_bar_1;
                                row_4[k1] += term_0;
                                row_4[k1] += term_1;
                            }
                        }
                        if 1 < n0 {
                            let len_2 = n0 - 1;
                            let row_5 = &u[..len_2 + 1];
                            let row_6 = &next_bar[1..1 + len_2];
                            if len_2 >= 16 {
                                let mut terms_0 = [0.0; 64];
                                for b0 in (0..len_2).step_by(64) {
                                    let size_0 = ::core::cmp::Ord::min(64, len_2 - b0);
                                    let part_0 = &row_5[b0..b0 + size_0];
                                    let part_1 = &row_5[b0 + 1..b0 + 1 + size_0];
                                    let part_2 = &row_6[b0..b0 + size_0];
                                    let part_3 = &mut terms_0[..size_0];
                                    for l0 in 0..size_0 {
                                        let t0 = part_1[l0];
                                        let t1 = part_0[l0];
                                        let t3 = t0;
                                        let next_bar_1 = part_2[l0];
                                        let t2_bar = next_bar_1 * t3;
                                        let term_2 = t2_bar * t1;
                                        part_3[l0] = term_2;
                                    }
                                    k_bar += ::autodiff_core::rt::sum_terms(part_3);
                                }
                            } else {
                                for k2 in 0..len_2 {
                                    let t0 = row_5[k2 + 1];
                                    let t1 = row_5[k2];
                                    let t3 = t0;
                                    let next_bar_1 = row_6[k2];
                                    let t2_bar = next_bar_1 * t3;
                                    let term_2 = t2_bar * t1;
                                    k_bar += term_2;
                                }
                            }
                        }
                        if 1 < n0 {
                            let len_3 = n0 - 1;
                            let row_7 = &mut next_bar[1..1 + len_3];
                            for k3 in 0..len_3 {
                                row_7[k3] = 0.0;
                            }
                        }
                    } else {
                        for i1 in (1..n0).rev() {
                            let t0 = u[i1];
                            let t1 = u[i1 - 1];
                            let t2 = k * t1;
                            let t3 = t0;
                            let next_bar_1 = next_bar[i1];
                            next_bar[i1] = 0.0;
                            /// reverse of: let t2 = k * t1
                            let t2_bar = next_bar_1 * t3;
                            k_bar += t2_bar * t1;
                            u_bar[i1 - 1] += t2_bar * k;
                            u_bar[i1] += next_bar_1 * t2 + next_bar_1;
                        }
                    }
                }
                if let ::core::option::Option::Some(start_bar) = start_bar.as_deref_mut()
                {
                    ::autodiff_core::rt::accumulate_slice(&mut *start_bar, &next_bar);
                }
                if let ::core::option::Option::Some(start_bar) = start_bar.as_deref_mut()
                {
                    ::autodiff_core::rt::accumulate_slice(&mut *start_bar, &u_bar);
                }
                if let ::core::option::Option::Some(out) = k_bar_out {
                    *out += k_bar;
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        start: &[f64],
        k: f64,
        steps: usize,
        start_dot: ::core::option::Option<&[f64]>,
        k_dot: ::core::option::Option<&f64>,
        steps_dot: ::core::option::Option<&()>,
    ) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let start_dot_own;
        let start_dot = match start_dot {
            ::core::option::Option::Some(d) => d,
            ::core::option::Option::None => {
                start_dot_own = ::autodiff_core::rt::zero(&*start);
                &start_dot_own[..]
            }
        };
        let k_dot = match k_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let mut u = start.to_vec();
        let mut u_dot = start_dot.to_vec();
        let mut next = start.to_vec();
        let mut next_dot = start_dot.to_vec();
        for i0 in 0..steps {
            let n0 = u.len();
            if 1 < n0 {
                let len_0 = n0 - 1;
                if u.get(..len_0 + 1).is_some() && u_dot.get(..len_0 + 1).is_some()
                    && next_dot.get(1..1 + len_0).is_some()
                    && next.get(1..1 + len_0).is_some()
                {
                    let row_0 = &u[..len_0 + 1];
                    let row_1 = &u_dot[..len_0 + 1];
                    let row_2 = &mut next_dot[1..1 + len_0];
                    let row_3 = &mut next[1..1 + len_0];
                    for k0 in 0..len_0 {
                        let t0 = row_0[k0 + 1];
                        let t0_dot = row_1[k0 + 1];
                        let t1 = row_0[k0];
                        let t1_dot = row_1[k0];
                        let t2 = k * t1;
                        let t2_dot = k_dot * t1 + k * t1_dot;
                        let t3 = row_0[k0 + 1];
                        let t3_dot = row_1[k0 + 1];
                        let t4 = t2 * t3;
                        let t4_dot = t2_dot * t3 + t2 * t3_dot;
                        let t8 = t0 + t4;
                        let t8_dot = t0_dot + t4_dot;
                        row_2[k0] = t8_dot;
                        row_3[k0] = t8;
                    }
                } else {
                    for i1 in 1..n0 {
                        let t0 = u[i1];
                        let t1 = u[i1 - 1];
                        let t2 = k * t1;
                        let t3 = u[i1];
                        let t4 = t2 * t3;
                        next[i1] = t0 + t4;
                    }
                }
            }
            ::core::mem::swap(&mut u_dot, &mut next_dot);
            ::core::mem::swap(&mut u, &mut next);
        }
        let t5 = u[0];
        let t5_dot = u_dot[0];
        let t6 = u[0];
        let t6_dot = u_dot[0];
        let t7 = t5 * t6;
        let t7_dot = t5_dot * t6 + t5 * t6_dot;
        let value_dot = t7_dot;
        (t7, value_dot)
    }
}
#[cfg(any())]
fn diffused_hvp() {}
#[cfg(any())]
fn diffused_hessian() {}
#[cfg(any())]
fn diffused_hessian_into() {}
#[cfg(any())]
fn diffused_jacobian() {}
#[cfg(any())]
fn diffused_jacobian_into() {}
#[cfg(any())]
fn diffused_jvp_lanes() {}
