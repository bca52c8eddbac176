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

mod guard_on_what_changes {
    use super::*;

    #[derive(Clone, Differentiable)]
    enum E {
        A(f64),
        B(f64, f64),
    }
    #[differentiate]
    fn g(e: &E, x: f64) -> f64 {
        let (mut k, mut s, mut seen) = (x, 0.0, vec![x; 2]);
        for i in 0..5 {
            let y = match e {
                E::A(a) if k < 0.8 && *a > 0.0 => *a * k,
                E::A(a) if s > 1.0 || seen.len() > 4 => *a * *a * k,
                E::A(a) => *a - k,
                E::B(p, q) if *p * k < *q && seen[i] < 2.0 => p * q * k,
                E::B(p, _) => *p,
            };
            if i == 3 {
                continue;
            }
            s += y * y;
            seen.push(y);
            k = k * 0.9 + 0.1 * y;
        }
        s + k
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(&E::A(a), b) + g(&E::B(a, b), a) * b
    }

    crate::of_two!();
}

mod guard_that_counts {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let (mut n, mut s) = (0, a);
        while n < 6 {
            n += 1;
            match (a > b, n) {
                (true, k) if k % 2 == n % 2 && n < 4 => s *= b,
                (false, 1..=3) if s > 0.5 => s += a * b,
                (_, k) if k == n => s = s.sin() + b,
                _ => s = 0.0,
            }
        }
        s
    }

    crate::of_two!();
}

mod guard_asked_once {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut o = v.to_vec();
        let mut s = 0.0;
        while let Some(x) = o.pop() {
            let part = match Some(x) {
                Some(y) if o.len() > 3 => return y * s,
                Some(y) if o.iter().sum::<f64>() > 1.0 => y * y,
                Some(y) => -y,
                None => 0.0,
            };
            s += part * part;
        }
        s
    }

    crate::of_six!();
}

mod constant_bound_by_mut {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let (mut o, mut n, mut s) = (Some(2.0), Some(1usize), a);
        if let Some(x) = &mut o {
            *x += 1.5;
            s *= b;
        }
        for _ in 0..3 {
            if let Some(k) = &mut n {
                *k += 1;
                s += a * b * *k as f64;
            }
        }
        s * o.unwrap() + n.unwrap() as f64 * b
    }

    crate::of_two!();
}

mod slice_that_a_branch_chooses {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let w = [v[1], v[2] * v[3], v[0]];
        let chosen: &[f64] = if v[0] > 0.65 { &v[2..] } else { &w[1..] };
        let s = match chosen {
            [] => 1.0,
            [a] => a * a,
            [first, rest @ ..] => first * rest[rest.len() - 1],
        };
        let lent: &[f64] = &w;
        let t = match lent {
            [a, .., b] if *a < 2.0 => a * b,
            [] => 0.5,
            [.., b] => *b,
        };
        s * t
    }

    crate::of_six!();
}

mod array_of_any_length_as_a_slice {
    use super::*;

    #[differentiate]
    fn g<const N: usize>(q: &[f64; N], x: f64) -> f64 {
        let q: &[f64] = q;
        match q {
            [] => x,
            [a] => a * x,
            [a, rest @ ..] => a * rest.iter().sum::<f64>(),
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(&[a, b, a * b], b) + g(&[b], a) + g(&[], a * b)
    }

    crate::of_two!();
}

mod guard_on_what_is_bound_by_mut {
    use super::*;

    #[derive(Clone, Differentiable)]
    enum E {
        A(f64),
        B(f64, f64),
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let (mut o, mut e, mut k) = (Some(a * b), E::B(a, b), b);
        for i in 0..4 {
            match o.as_mut() {
                Some(x) if *x < 0.75 => *x += k * a,
                Some(x) if *x > k => *x *= 0.25,
                _ => {}
            }
            match &mut e {
                E::A(p) if *p > 1.0 => *p *= 0.5,
                E::A(p) => *p += k,
                E::B(p, q) if *p * *q < 0.5 && i > 0 => *q += *p * k,
                E::B(p, q) => *p = *q * 0.25,
            }
            match o {
                Some(mut x) if x > 0.5 && k < 2.0 => {
                    x *= x;
                    k += 0.05 * x;
                }
                Some(ref mut x) if *x < 0.25 => *x += 0.5 * a,
                _ => k *= 0.5,
            }
            if i == 2 {
                e = E::A(k);
            }
        }
        let E::A(last) = e else { return b };
        o.unwrap() * last + k
    }

    crate::of_two!();
}
