//! `match`, `if let`, `let else` and the patterns in them.

use autodiff_core::{Differentiable, differentiate};

mod or_pattern {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    enum S {
        Circle(f64),
        Square(f64),
        Rect { w: f64, h: f64 },
    }
    #[differentiate]
    fn g(s: S) -> f64 {
        match s {
            S::Circle(a) | S::Square(a) => a * a,
            S::Rect { w, h } => w * h,
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(S::Circle(a)) + g(S::Square(b)) * a + g(S::Rect { w: a, h: b })
    }

    crate::of_two!();
}

mod or_pattern_guard {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    enum S {
        Circle(f64),
        Square(f64),
    }
    #[differentiate]
    fn g(s: &S, k: f64) -> f64 {
        match s {
            S::Circle(a) | S::Square(a) if *a > 1.0 => a * a * k,
            S::Circle(r) => r * 3.0,
            S::Square(_) => k,
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(&S::Circle(a), b) + g(&S::Square(b), a)
    }

    crate::of_two!();
}

mod slice_rest {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        match v {
            [first, rest @ ..] => first * rest.iter().map(|x| x * x).sum::<f64>(),
            [] => 0.0,
        }
    }

    crate::of_six!();
}

mod slice_rest_let {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let [a, mid @ .., b] = v else { return 0.0 };
        a * b + mid[0] * mid[1]
    }

    crate::of_six!();
}

mod slice_rest_rec {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        match v {
            [] => 1.0,
            [x] => x * x,
            [x, y, rest @ ..] => x * y + 0.5 * f(rest),
        }
    }

    crate::of_six!();
}

mod slice_ends {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        match v {
            [a, .., b] => a * b,
            [a] => *a,
            [] => 0.0,
        }
    }

    crate::of_six!();
}

mod slice_lit_pats {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        match v {
            [] | [_] => 0.0,
            &[a, b] => a * b,
            &[a, b, c, ..] => a * b * c,
        }
    }

    crate::of_six!();
}

mod match_mut {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    enum S {
        Low(f64),
        High(f64, f64),
    }
    #[differentiate]
    fn g(mut s: S, k: f64) -> f64 {
        match &mut s {
            S::Low(v) => *v *= k,
            S::High(a, b) => {
                *a += k;
                *b *= *a;
            }
        }
        match s {
            S::Low(v) => v,
            S::High(a, b) => a * b,
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(S::Low(a), b) + g(S::High(a, b), a)
    }

    crate::of_two!();
}

mod iflet_mut_option {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut o = if a > 0.0 { Some(a * b) } else { None };
        if let Some(x) = &mut o {
            *x *= 2.0;
            *x += a;
        }
        if let Some(x) = o.as_mut() {
            *x *= b;
        }
        o.unwrap_or(b)
    }

    crate::of_two!();
}

mod match_ref_mut {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    enum S {
        Low(f64),
        High(f64, f64),
    }
    #[differentiate]
    fn g(mut s: S, k: f64) -> f64 {
        match s {
            S::Low(ref mut v) => {
                *v *= k;
            }
            S::High(ref mut a, _) => {
                *a += k;
            }
        }
        match s {
            S::Low(v) => v,
            S::High(a, b) => a * b,
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(S::Low(a), b) + g(S::High(a, b), a)
    }

    crate::of_two!();
}

mod let_chain {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let o = v.iter().copied().find(|x| *x > 1.0);
        if let Some(x) = o
            && x < 2.5
            && v[0] > 0.0
        {
            x * v[0]
        } else if let Some(y) = o {
            y
        } else {
            v[1]
        }
    }

    crate::of_six!();
}

mod let_chain_two {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        if let Some(a) = v.first()
            && let Some(b) = v.get(3)
        {
            a * b
        } else {
            v[1]
        }
    }

    crate::of_six!();
}

mod match_float_range {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        match a {
            x if x < 0.0 => x * x,
            0.0..1.0 => a * b,
            x @ 1.0..=2.0 => x * x * b,
            _ => b,
        }
    }

    crate::of_two!();
}

mod matches_if {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let o = v.first();
        if matches!(o, Some(x) if *x > 0.0) { v[0] * v[1] } else { v[2] }
    }

    crate::of_six!();
}

mod tuple_struct {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    struct W(f64, f64);
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut w = W(a, b);
        w.0 *= w.1;
        let W(x, y) = w;
        let W(p, ..) = W(x * y, 1.0);
        p + x
    }

    crate::of_two!();
}
