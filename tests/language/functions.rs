//! Calls, closures, functions by name, functions inside functions.

use autodiff_core::{Differentiable, differentiate};

mod closure_to_closure {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let g = |x: f64| x * a;
        let twice = |h: &dyn Fn(f64) -> f64, x: f64| h(h(x));
        twice(&g, b)
    }

    crate::of_two!();
}

mod closure_compose {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let g = |x: f64| x.sin() * a;
        let h = |x: f64| g(x) + g(b);
        h(a) * h(b)
    }

    crate::of_two!();
}

mod closure_mutates {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut total = 0.0;
        let mut add = |x: f64, w: f64| {
            total += x * w;
            total
        };
        let a = add(v[0], v[1]);
        let b = add(v[2], v[3]);
        total * a + b
    }

    crate::of_six!();
}

mod calls_many {
    use super::*;

    #[differentiate]
    fn h(x: f64, y: f64) -> f64 {
        x.sin() * y
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        h(h(a, b), h(b, a)) + h(a, a) * h(a + b, 2.0)
    }

    crate::of_two!();
}

mod inner_fn {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        #[differentiate]
        fn sq(x: f64) -> f64 {
            x * x
        }
        sq(a) * sq(b) + sq(a + b)
    }

    crate::of_two!();
}

mod generic_float {
    use super::*;

    use num_traits::Float;
    #[differentiate]
    fn g<T: Float>(x: T, y: T) -> T {
        let two = T::one() + T::one();
        (x.powi(2) + y * two).sqrt().max(T::zero()) + x.sin() * T::from(0.5).unwrap()
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(a, b * b)
    }

    crate::of_two!();
}

mod inner_fn_unannotated {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        fn sq(x: f64) -> f64 {
            x * x
        }
        fn two(x: f64, y: f64) -> (f64, f64) {
            let z = sq(x);
            (z * y, x)
        }
        let (p, q) = two(a, b);
        sq(a) * p + q
    }

    crate::of_two!();
}

mod closure_to_local_fn {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        fn apply(g: impl Fn(f64) -> f64, x: f64) -> f64 {
            g(x) * g(x + 1.0)
        }
        apply(|t| t * a, b)
    }

    crate::of_two!();
}

mod mutual_recursion {
    use super::*;

    #[differentiate]
    fn even(x: f64, n: u32) -> f64 {
        if n == 0 { x } else { odd(x * x, n - 1) }
    }
    #[differentiate]
    fn odd(x: f64, n: u32) -> f64 {
        if n == 0 { -x } else { even(x + 1.0, n - 1) }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        even(a, 2) * b + odd(b, 1)
    }

    crate::of_two!();
}

mod functions_under_other_names {
    use super::*;

    #[differentiate]
    fn cube(x: f64) -> f64 {
        x * x * x
    }
    mod inner {
        #[autodiff_core::differentiate]
        pub fn scaled(x: f64, k: f64) -> f64 {
            (x * k).sin()
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let g = cube;
        let h: fn(f64) -> f64 = f64::exp;
        let s = inner::scaled;
        let v = [a, b, a * b];
        let inside = {
            let g = h;
            v.iter().copied().map(g).sum::<f64>() * 0.1 + g(a * 0.5) + s(a, b) + v.iter().map(|x| s(*x, a)).sum::<f64>()
        };
        inside + g(b)
    }

    crate::of_two!();
}

mod inner_fn_with_array_result {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        fn apply(m: &[[f64; 3]; 2], v: &[f64; 3]) -> [f64; 2] {
            std::array::from_fn(|i| (0..3).map(|j| m[i][j] * v[j]).sum())
        }
        let scaled = |a: &[f64; 3], k: f64| -> [f64; 3] { std::array::from_fn(|i| a[i] * k) };
        let m = [[v[0], v[1], v[2]], [v[3], v[4], v[5]]];
        let w = apply(&m, &scaled(&m[1], v[1]));
        w[0] * w[1]
    }

    crate::of_six!();
}

mod boxes_where_references_are_expected {
    use super::*;
    use autodiff_core::Differentiable;

    #[derive(Clone, Differentiable)]
    enum Tree {
        Leaf(usize),
        Node(Box<Tree>, f64, Box<Tree>),
    }

    #[differentiate]
    fn partial(tree: &Tree, rate: f64) -> [f64; 2] {
        match tree {
            Tree::Leaf(state) => {
                let mut p = [0.1, 0.1];
                p[*state] = rate;
                p
            }
            Tree::Node(left, length, right) => {
                let (l, r) = (partial(left, rate), partial(right, *length));
                let e = (-length * rate).exp();
                [l[0] * r[1] + e, l[1] * e + r[0]]
            }
        }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let inner = Tree::Node(Box::new(Tree::Leaf(1)), v[1], Box::new(Tree::Leaf(0)));
        let tree = Tree::Node(Box::new(inner), v[2], Box::new(Tree::Leaf(0)));
        let p = partial(&tree, v[0]);
        p[0] * p[1] * v[3]
    }

    crate::of_six!();
}

mod functions_of_types_in_brackets {
    use super::*;

    struct Curve;
    #[differentiate]
    impl Curve {
        fn at(x: f64, k: f64) -> f64 {
            x.powi(2) * k
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        <f64>::atan2(a, b) * <Curve>::at(a, b) + 2.0 * f64::max(<f64>::sin(b), a)
    }

    crate::of_two!();
}

mod from_fn_asks_its_number {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    struct S {
        x: f64,
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let w: [f64; 3] = std::array::from_fn(|i| if i.abs_diff(1) > 0 { a * b } else { b.powi(i as i32) });
        let s: [S; 2] = std::array::from_fn(|i| S { x: if i.pow(2) > 0 { a } else { a * b } });
        w[0] * w[1] + w[2] * s[0].x * s[1].x
    }

    crate::of_two!();
}
