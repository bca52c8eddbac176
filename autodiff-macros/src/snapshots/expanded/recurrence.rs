#[allow(dead_code)]
fn recurrence(x: f64, steps: usize) -> f64 {
    let mut s = 1.0;
    for _ in 0..steps {
        s = (s * x).tanh();
    }
    s
}
/** Value of [`recurrence`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: `x`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..steps`: keeps for each iteration `s`, `t1.tanh()`; the reverse sweep reads that, and the next iteration overwrites it*/
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
fn recurrence_vjp(x: f64, steps: usize, seed: f64) -> (f64, f64) {
    use ::autodiff_core::__methods::*;
    let mut tape_0 = ::autodiff_core::rt::ShortTape::<_, 16>::new();
    let mut s = 1.0;
    let saved_0 = ::autodiff_core::rt::room(
        &mut tape_0,
        ::autodiff_core::rt::count(0, steps),
    );
    for i0 in 0..steps {
        let t0 = s;
        let t1 = t0 * x;
        let t2 = t1.tanh();
        saved_0[::autodiff_core::rt::count(0, i0)] = (t0, t2);
        s = t2;
    }
    let mut x_bar = 0.0;
    let mut s_bar = seed;
    let back_0 = ::autodiff_core::rt::back(
        &tape_0,
        ::autodiff_core::rt::count(0, steps),
    );
    for i0 in (0..steps).rev() {
        let t0 = back_0[::autodiff_core::rt::count(0, i0)].0;
        let t2 = back_0[::autodiff_core::rt::count(0, i0)].1;
        let s_bar_1 = s_bar;
        /// reverse of: let t1 = t0 * x
        let t1_bar = ::autodiff_core::rules::tanh::pullback(t2, t2, s_bar_1);
        x_bar += t1_bar * t0;
        s_bar = t1_bar * x;
    }
    ::autodiff_core::rt::drop_back(&mut tape_0, ::autodiff_core::rt::count(0, steps));
    (s, x_bar)
}
/// Value of [`recurrence`]; adds its gradient with respect to `x` into the buffers.
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
fn recurrence_grad_accumulate(x: f64, steps: usize, x_bar: &mut f64) -> f64 {
    ::autodiff_core::rt::added_of_1(recurrence_vjp(x, steps, 1.0), x_bar)
}
/** Value of [`recurrence`] and its gradient with respect to `x`.

 Loops, and what they keep for the reverse sweep:

 - `for i0 in 0..steps`: keeps for each iteration `s`, `t1.tanh()`; the reverse sweep reads that, and the next iteration overwrites it*/
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
fn recurrence_grad(x: f64, steps: usize) -> (f64, f64) {
    recurrence_vjp(x, steps, 1.0)
}
/// Value of [`recurrence`] and its derivative in the direction of the tangents of `x` (forward mode).
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
fn recurrence_jvp(x: f64, steps: usize, x_dot: f64) -> (f64, f64) {
    recurrence::push(
        x,
        steps,
        ::core::option::Option::Some(&x_dot),
        ::core::option::Option::None,
    )
}
#[doc(hidden)]
#[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
enum recurrence {}
#[allow(
    unused,
    nonstandard_style,
    impl_trait_overcaptures,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl recurrence {
    #[doc(hidden)]
    #[inline]
    fn pull(
        x: f64,
        steps: usize,
    ) -> (
        f64,
        impl ::core::ops::FnOnce(
            &f64,
            &usize,
            f64,
            ::core::option::Option<&mut f64>,
            ::core::option::Option<&mut ()>,
        ),
    ) {
        let (value, partials) = recurrence_vjp(x, steps, 1.0);
        (
            value,
            move |
                _: &f64,
                _: &usize,
                seed: f64,
                x_bar_out: ::core::option::Option<&mut f64>,
                _: ::core::option::Option<&mut ()>|
            {
                if let ::core::option::Option::Some(out) = x_bar_out {
                    *out += seed * partials;
                }
            },
        )
    }
    #[doc(hidden)]
    #[inline]
    fn push(
        x: f64,
        steps: usize,
        x_dot: ::core::option::Option<&f64>,
        steps_dot: ::core::option::Option<&()>,
    ) -> (f64, f64) {
        use ::autodiff_core::__methods::*;
        let x_dot = match x_dot {
            ::core::option::Option::Some(d) => *d,
            ::core::option::Option::None => 0.0,
        };
        let mut s = 1.0;
        let mut s_dot = 0.0;
        for i0 in 0..steps {
            let t0 = s;
            let t0_dot = s_dot;
            let t1 = t0 * x;
            let t1_dot = t0_dot * x + t0 * x_dot;
            let t2 = t1.tanh();
            let t2_dot = ::autodiff_core::rules::tanh::pushforward(t1, t2, t1_dot);
            s_dot = t2_dot;
            s = t2;
        }
        let value_dot = s_dot;
        (s, value_dot)
    }
}
#[cfg(any())]
fn recurrence_hvp() {}
#[cfg(any())]
fn recurrence_hessian() {}
#[cfg(any())]
fn recurrence_hessian_into() {}
#[cfg(any())]
fn recurrence_jacobian() {}
#[cfg(any())]
fn recurrence_jacobian_into() {}
#[cfg(any())]
fn recurrence_jvp_lanes() {}
