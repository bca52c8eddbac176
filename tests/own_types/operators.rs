//! Operators that macros of the file write, for values and for references: they are not in its text, and one rule serves both.

use autodiff_core::{Differentiable, differentiate};
use std::ops::{Add, Mul};

#[derive(Differentiable, Clone, Copy)]
struct V {
    x: f64,
    y: f64,
}

macro_rules! operators {
    ($Trait:ident, $f:ident, $op:tt) => {
        #[differentiate]
        impl $Trait for V {
            type Output = V;
            fn $f(self, o: V) -> V {
                V { x: self.x $op o.x, y: self.y $op o.y }
            }
        }

        #[differentiate]
        impl<'a> $Trait<&'a V> for V {
            type Output = V;
            fn $f(self, o: &'a V) -> V {
                V { x: self.x $op o.x, y: self.y $op o.y }
            }
        }

        #[differentiate]
        impl<'a> $Trait<&'a V> for &'a V {
            type Output = V;
            fn $f(self, o: &'a V) -> V {
                V { x: self.x $op o.x, y: self.y $op o.y }
            }
        }
    };
}

operators!(Add, add, +);
operators!(Mul, mul, *);

#[differentiate]
fn of_macros(v: &[f64]) -> f64 {
    let (a, b) = (V { x: v[0], y: v[1] }, V { x: v[2], y: v[3] });
    let c = &a + &b;
    let d = a * b + &c;
    let e = c * &d;
    e.x * e.y + (&e * &a).x
}

mod tests {
    checked! {
        of_macros of_macros_grad of_macros_vjp of_macros_jvp at [0.5, 0.3, -0.2, 0.9];
    }
}

/// Operators that take a number by reference, and have no other `impl`.
mod numbers_by_reference {
    use autodiff_core::{Differentiable, check_gradient, differentiate};

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct V(f64, f64);
    #[differentiate(order = 3)]
    impl std::ops::Add<&f64> for V {
        type Output = V;
        fn add(self, k: &f64) -> V {
            V(self.0 + k, self.1 * k)
        }
    }
    #[differentiate(order = 3)]
    impl std::ops::Mul<&V> for &f64 {
        type Output = V;
        fn mul(self, v: &V) -> V {
            V(self * v.0, v.1 * self)
        }
    }
    #[differentiate]
    fn added(v: V, k: f64) -> f64 {
        let w = v + &k;
        w.0 * w.1
    }
    #[differentiate(order = 3, lanes)]
    fn added_in_all_modes(v: V, k: f64) -> f64 {
        let w = v + &k;
        w.0 * w.1
    }
    #[differentiate(order = 3, lanes)]
    fn in_a_loop(v: V, ks: &[f64]) -> f64 {
        let mut s = 0.0;
        let mut w = v;
        for k in ks {
            w = w + k;
            w = k * &w;
            s += w.0 * w.1;
        }
        s + ks.iter().map(|k| (v + k).1).sum::<f64>()
    }
    #[differentiate(order = 3, lanes)]
    fn overwritten(v: V, ks: &[f64]) -> f64 {
        let mut k = ks[0];
        let w = v + &k;
        k *= w.0;
        let u = v + &k;
        k = k * u.1;
        let x = &k * &u;
        w.0 * u.1 * k * x.0
    }
    #[test]
    fn numbers() {
        let at = [0.7, 0.4, 1.2, -0.3, 0.9];
        check_gradient(
            |v| added(V(v[0], v[1]), v[2]),
            |v| {
                let g = added_grad(V(v[0], v[1]), v[2]).1;
                [g.0.0, g.0.1, g.1]
            },
            &at[..3],
        )
        .unwrap();
        check_gradient(
            |v| added_in_all_modes(V(v[0], v[1]), v[2]),
            |v| {
                let g = added_in_all_modes_grad(V(v[0], v[1]), v[2]).1;
                [g.0.0, g.0.1, g.1]
            },
            &at[..3],
        )
        .unwrap();
        check_gradient(
            |v| in_a_loop(V(v[0], v[1]), &v[2..]),
            |v| {
                let g = in_a_loop_grad(V(v[0], v[1]), &v[2..]).1;
                vec![g.0.0, g.0.1, g.1[0], g.1[1], g.1[2]]
            },
            &at,
        )
        .unwrap();
        check_gradient(
            |v| overwritten(V(v[0], v[1]), &v[2..]),
            |v| {
                let g = overwritten_grad(V(v[0], v[1]), &v[2..]).1;
                vec![g.0.0, g.0.1, g.1[0], g.1[1], g.1[2]]
            },
            &at,
        )
        .unwrap();
        for row in 0..5 {
            let part = |v: &[f64]| {
                let g = overwritten_grad(V(v[0], v[1]), &v[2..]).1;
                [g.0.0, g.0.1, g.1[0], g.1[1], g.1[2]][row]
            };
            check_gradient(part, |v| overwritten_hessian(V(v[0], v[1]), &v[2..]).2[row].clone(), &at).unwrap();
            let part = |v: &[f64]| {
                let g = in_a_loop_grad(V(v[0], v[1]), &v[2..]).1;
                [g.0.0, g.0.1, g.1[0], g.1[1], g.1[2]][row]
            };
            check_gradient(part, |v| in_a_loop_hessian(V(v[0], v[1]), &v[2..]).2[row].clone(), &at).unwrap();
        }
    }
}
