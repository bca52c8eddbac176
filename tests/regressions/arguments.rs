//! The order of arguments, and functions that are handed over.

/// What a call is handed is evaluated in turn: arguments in front of one that changes something were read behind it.
mod arguments_in_turn {
    use autodiff_core::{Differentiable, differentiate};

    #[differentiate]
    fn times(n: usize, x: f64) -> f64 {
        n as f64 * x * x
    }

    #[differentiate]
    fn mixed(x: f64, y: f64) -> f64 {
        x * x + 3.0 * y
    }

    #[derive(Clone, Differentiable)]
    struct Walk {
        x: f64,
        n: usize,
    }

    #[differentiate]
    impl Walk {
        fn step(&mut self, by: f64) -> f64 {
            self.n += 1;
            self.x *= by;
            self.x
        }
    }

    #[differentiate]
    fn lists(v: &[f64]) -> f64 {
        let mut st = v.to_vec();
        let a = times(st.len(), st.pop().unwrap_or(0.5));
        let g = |n: usize, x: f64| n as f64 * x;
        let b = g(st.len(), st.pop().unwrap_or(0.5));
        let mut take = || st.pop().unwrap_or(0.25);
        a * b + mixed(take(), take())
    }

    #[differentiate]
    fn numbers(v: &[f64]) -> f64 {
        let (mut x, mut k) = (v[0], 1);
        let a = mixed(x, {
            x = x * 2.0 + v[1];
            x
        });
        let b = times(
            {
                k += 1;
                k
            },
            v[0] * k as f64,
        );
        let c = times(k, {
            k += 2;
            v[1] * k as f64
        });
        a + b * c + x
    }

    #[differentiate]
    fn methods(v: &[f64]) -> f64 {
        let mut r = Walk { x: v[0], n: 2 };
        let a = times(r.n, r.step(v[1]));
        let b = mixed(r.x, r.step(v[1]));
        let c = mixed(r.step(v[0]), r.x);
        a * b + c
    }

    #[differentiate]
    fn total(a: [f64; 3], y: f64) -> f64 {
        a[0] * a[1] * y + a[2]
    }

    #[differentiate]
    fn product(p: (f64, f64), y: f64) -> f64 {
        p.0 * p.1 * y
    }

    #[derive(Clone, Copy, Differentiable)]
    struct Turned {
        a: [f64; 3],
    }

    #[differentiate]
    impl Turned {
        fn turn(&mut self, by: f64) -> f64 {
            self.a.rotate_left(1);
            self.a[0] *= by;
            self.a[0]
        }
    }

    #[differentiate]
    fn of_turned(t: Turned, y: f64) -> f64 {
        total(t.a, y)
    }

    #[differentiate]
    fn wholes(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let first = total(a, {
            a[1] = 3.0 * v[3];
            a[1]
        });
        let mut t = (v[0], v[1]);
        let second = product(t, {
            t.0 *= 2.0 * v[2];
            t.0
        });
        let third = product((a[0], t.1), {
            a[0] *= v[3];
            t.1 += a[0];
            t.1
        });
        let mut r = Turned { a };
        let fourth = total(r.a, r.turn(v[1]));
        let fifth = of_turned(r, r.turn(v[0]));
        let local = |a: [f64; 3], y: f64| a[0] * y + a[1] * a[2];
        let sixth = local(r.a, r.turn(v[2]));
        first * second + third - fourth * sixth + fifth + r.a[1]
    }

    #[derive(Clone, Differentiable)]
    struct Moved {
        x: f64,
    }

    #[differentiate]
    fn of_moved(m: Moved, y: f64) -> f64 {
        m.x * m.x * y
    }

    #[differentiate]
    fn moves(v: &[f64]) -> f64 {
        let (m, mut k) = (Moved { x: v[0] }, v[1]);
        of_moved(m, {
            k *= v[2];
            k
        }) * k
    }

    #[differentiate]
    fn doubled(r: &mut f64) -> f64 {
        *r *= 2.0;
        *r * *r
    }

    #[differentiate]
    fn through(r: &mut f64) -> f64 {
        mixed(*r, doubled(r)) + mixed(doubled(r), *r)
    }

    #[differentiate]
    fn references(v: &[f64]) -> f64 {
        let mut x = v[0] * v[1];
        through(&mut x) + x * v[2]
    }

    #[differentiate]
    fn literals(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let list = [
            a[0],
            {
                a[0] += v[1] * v[1];
                a[0]
            },
            a[0],
        ];
        let pair = (a[2], {
            a[2] *= v[3];
            a[2]
        });
        let walk = Walk {
            x: a[1],
            n: {
                a[1] = v[0] * 5.0;
                2
            },
        };
        let sum = a[1] * {
            a[1] = v[3];
            a[1]
        };
        let some = Some((a[2], {
            a[2] = v[0] * a[1];
            a[2]
        }));
        let more = vec![a[2], std::mem::replace(&mut a[2], v[1]), a[2]];
        let (s, t) = some.unwrap_or((1.0, 2.0));
        list[0] * list[1] * list[2] + pair.0 * pair.0 * pair.1 + walk.x * walk.n as f64 * sum + a[1] * s * s * t
            - more[0] * more[0] * more[1] * more[2]
    }

    #[differentiate]
    fn second(x: f64, y: f64) -> f64 {
        x * y * y
    }

    /// What changes something, and does not depend on the inputs.
    #[differentiate]
    fn counted(v: &[f64]) -> f64 {
        let mut k = 0_usize;
        let mut z = [v[0], v[1], v[2]];
        z[k % 3] = {
            k += 1;
            k as f64
        };
        let a = z[0] * z[1] * z[2] + z[k];
        let b = second(
            {
                k += 1;
                k as f64
            },
            v[0] * k as f64,
        );
        let c = {
            k += 1;
            k as f64
        } * (v[1] * k as f64);
        let d = (v[2] * k as f64) - {
            k += 1;
            k as f64
        };
        let e = [k as f64, {
            k += 1;
            k as f64
        }];
        z[k % 3] *= {
            k += 2;
            k as f64
        };
        let g = second(k as f64, {
            k += 1;
            v[0] * k as f64
        });
        a * b + c * d - e[0] * e[1] * z[1] * z[2] + g
    }

    #[test]
    fn arguments_in_front_of_a_change_are_what_they_were() {
        for (f, vjp) in [
            (lists as fn(&[f64]) -> f64, lists_vjp as fn(&[f64], f64) -> (f64, Vec<f64>)),
            (numbers, numbers_vjp),
            (methods, methods_vjp),
            (wholes, wholes_vjp),
            (moves, moves_vjp),
            (counted, counted_vjp),
            (references, references_vjp),
            (literals, literals_vjp),
        ] {
            for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 0.6, 0.8, 2.1]] {
                assert_eq!(vjp(&point, -2.0).0.to_bits(), f(&point).to_bits());
                autodiff_core::check_gradient(|p| -2.0 * f(p), |p| vjp(p, -2.0).1, &point).unwrap();
            }
        }
    }
}

/// Second derivatives and Jacobians of functions that take `impl Fn` did not compile (E0666, E0277), nor did any that call an `FnMut`.
mod functions_without_a_name {
    use autodiff_core::{Differentiable, differentiate};

    #[differentiate(hessian, jacobian)]
    fn scaled(x: f64, by: impl Fn(f64) -> f64) -> f64 {
        x * x * x * by(2.0)
    }

    #[differentiate(hessian, jacobian)]
    fn generic<F: Fn(f64) -> f64>(x: [f64; 2], by: F) -> [f64; 2] {
        [x[0] * x[1] * by(2.0), x[0]]
    }

    #[differentiate(hessian, jacobian)]
    fn lent(x: f64, by: &impl Fn(f64) -> f64, also: &dyn Fn(f64) -> f64, name: fn(f64) -> f64) -> f64 {
        x * x * by(1.0) * also(2.0) * name(3.0)
    }

    #[differentiate(hessian, jacobian)]
    fn counted(x: f64, mut by: impl FnMut(f64) -> f64) -> f64 {
        let mut s = 0.0;
        while by(1.0) < 4.0 {
            s += x * by(2.0);
        }
        s * s
    }

    #[differentiate(hessian, jacobian)]
    fn drawn(x: f64, by: &mut impl FnMut(f64) -> f64) -> f64 {
        x * x * by(3.0)
    }

    #[differentiate(hessian, jacobian)]
    fn of_items(x: f64, ks: impl Iterator<Item = usize>) -> f64 {
        let mut s = x;
        for k in ks {
            s *= x * k as f64;
        }
        s
    }

    #[derive(Clone, Debug, Differentiable, PartialEq)]
    struct Arm {
        length: f64,
    }

    #[differentiate(hessian, jacobian)]
    impl Arm {
        fn reach(&self, x: f64, by: impl Fn(f64) -> f64) -> f64 {
            self.length * x * x * by(1.0)
        }
    }

    #[test]
    fn have_all_modes() {
        let twice = |x: f64| 2.0 * x;
        assert_eq!(scaled_hessian(3.0, twice), (108.0, 108.0, 72.0));
        assert_eq!(scaled_hvp(3.0, twice, 0.5), (108.0, 108.0, 36.0));
        assert_eq!(scaled_jacobian(3.0, twice), (108.0, [[108.0]]));
        assert_eq!(generic_jacobian([3.0, 5.0], twice), ([60.0, 3.0], [[20.0, 12.0], [1.0, 0.0]]));
        assert_eq!(lent_hessian(3.0, &twice, &twice, f64::sqrt).2, 16.0 * 3.0_f64.sqrt());
        assert_eq!(drawn_hessian(3.0, &mut |x| 2.0 * x).2, 12.0);
        assert_eq!(drawn_jacobian(3.0, &mut |x| 2.0 * x).1, [[36.0]]);
        assert_eq!(of_items_hessian(3.0, [1, 2].into_iter()), (54.0, 54.0, 36.0));
        assert_eq!(of_items_jacobian(3.0, [1, 2].into_iter()), (54.0, [[54.0]]));
        let arm = Arm { length: 0.5 };
        assert_eq!(arm.reach_hessian(3.0, twice).2, [[0.0, 12.0], [12.0, 2.0]]);
        assert_eq!(arm.reach_jacobian(3.0, twice).1, [[18.0, 6.0]]);
        // 1, 4; 3, 8; 5: the square of 12 x
        let counting = || {
            let mut calls = 0.0;
            move |k: f64| {
                calls += 1.0;
                k * calls
            }
        };
        assert_eq!(counted(3.0, counting()), 144.0 * 9.0);
        assert_eq!(counted_grad(3.0, counting()).1, 2.0 * 144.0 * 3.0);
        assert_eq!(counted_hessian(3.0, counting()).2, 2.0 * 144.0);
    }
}

/// The pullback of a generic function that calls itself is on the heap: what it holds had to be `'static` (E0310). So had that of a function
/// that has the name of another one which calls itself.
mod generic_functions_that_call_themselves {
    use autodiff_core::{Differentiable, differentiate};

    #[differentiate(hessian)]
    trait Model: Clone {
        fn at(&self, x: f64) -> f64;
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Square {
        k: f64,
    }

    #[differentiate(hessian)]
    impl Model for Square {
        fn at(&self, x: f64) -> f64 {
            self.k * x * x
        }
    }

    #[differentiate(hessian)]
    fn lent<M: Model>(m: &M, x: f64, n: usize) -> f64 {
        if n == 0 { x } else { m.at(lent(m, x, n - 1)) * x }
    }

    #[differentiate(hessian)]
    fn owned(m: impl Model, x: f64, n: usize) -> f64 {
        if n == 0 { x } else { m.at(owned(m.clone(), x, n - 1)) * x }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct View<'a> {
        data: &'a [f64],
    }

    #[differentiate(hessian)]
    fn viewed<'a>(v: View<'a>, x: f64, n: usize) -> f64 {
        if n == 0 { x * v.data[1] } else { viewed(v.clone(), x * v.data[0], n - 1) * x }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Held<M> {
        m: M,
    }

    #[differentiate(hessian)]
    impl<M: Model> Held<M> {
        fn even(&self, x: f64, n: usize) -> f64 {
            if n == 0 { x } else { self.m.at(self.odd(x, n - 1)) * x }
        }

        fn odd(&self, x: f64, n: usize) -> f64 {
            if n == 0 { x } else { self.m.at(self.even(x, n - 1)) * x }
        }
    }

    #[test]
    fn are_differentiated() {
        let m = Square { k: 0.7 };
        // k⁷ x¹⁵ by k and x
        let (k, x) = (0.7_f64, 1.1_f64);
        let want = [7.0 * k.powi(6) * x.powi(15), 15.0 * k.powi(7) * x.powi(14)];
        let (_, (of_m, of_x)) = lent_grad(&m, x, 3);
        approx::assert_relative_eq!([of_m.k, of_x][..], want[..], max_relative = 1e-12);
        let (_, (of_m, of_x)) = owned_grad(m.clone(), x, 3);
        approx::assert_relative_eq!([of_m.k, of_x][..], want[..], max_relative = 1e-12);
        let held = Held { m: m.clone() };
        let (_, (of_held, of_x)) = held.odd_grad(x, 3);
        approx::assert_relative_eq!([of_held.m.k, of_x][..], want[..], max_relative = 1e-12);
        for second in [lent_hessian(&m, x, 3).2, owned_hessian(m.clone(), x, 3).2, held.odd_hessian(x, 3).2] {
            assert_eq!(second[0][1], second[1][0]);
            approx::assert_relative_eq!(second[0][1], 105.0 * k.powi(6) * x.powi(14), max_relative = 1e-12);
            approx::assert_relative_eq!(second[1][1], 210.0 * k.powi(7) * x.powi(13), max_relative = 1e-12);
        }
        // d0³ d1 x³ by x and d1
        let (_, (of_v, of_x)) = viewed_grad(View { data: &[0.3, 2.0] }, x, 2);
        approx::assert_relative_eq!(of_x, 3.0 * 0.027 * 2.0 * x * x, max_relative = 1e-12);
        approx::assert_relative_eq!(of_v.data[1], 0.027 * x.powi(3), max_relative = 1e-12);
    }
}
