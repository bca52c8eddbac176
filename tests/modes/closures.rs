//! Closures of all kinds, in all modes: what they capture, change, give and leave by, and what they are handed to.

use crate::harness::Cur;
use autodiff_core::{Differentiable, differentiate};

mod by_move_then_overwrite {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k * v[0];
        let g = move |t: f64| t * s;
        s *= 3.0;
        g(v[2]) * s + g(s)
    }
    modes!();
}
mod fnmut_counter {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut n = 0;
        let mut g = |t: f64| { n += 1; t * n as f64 * k };
        let a = g(v[0]);
        let b = g(v[1]);
        let c = a * g(b);
        c + n as f64 * k
    }
    modes!();
}
mod fnmut_acc {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut acc = k;
        let mut add = |t: f64| acc = acc * t + t * t;
        for t in v { add(*t); }
        add(k);
        acc
    }
    modes!();
}
mod fnmut_acc_two {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut acc = 0.0;
        let mut list = Vec::new();
        let mut add = |t: f64| { acc += t * k; list.push(acc * t); acc };
        let a = add(v[0]) * add(v[1]);
        let b = add(a);
        list.iter().map(|l| l * b).sum::<f64>() + acc
    }
    modes!();
}
mod returns_closure {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let make = |a: f64| move |t: f64| a * t + k;
        let p = make(v[0]);
        let q = make(v[1]);
        p(q(v[2])) * make(k)(v[3])
    }
    modes!();
}
mod returns_option {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = |a: f64| if a > 0.0 { Some(a.sqrt() * k) } else { None };
        let mut s = 0.0;
        for t in v { if let Some(r) = g(*t) { s += r * t; } else { s -= t * k; } }
        s + g(k * k).unwrap_or(1.0) + g(v[0]).map_or(k, |z| z * z)
    }
    modes!();
}
mod returns_struct {
    use super::*;
    #[derive(Clone, Debug, Differentiable)]
    struct P { a: f64, w: Vec<f64>, n: usize }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = |t: f64| P { a: t * k, w: vec![t, k * t], n: 2 };
        let mut p = g(v[0]);
        p.a *= p.w[1];
        let q = g(p.a);
        q.w.iter().sum::<f64>() * q.a * q.n as f64
    }
    modes!();
}
mod to_helper_generic_fnmut {
    use super::*;
    fn each<F: FnMut(f64)>(v: &[f64], mut g: F) { for t in v { g(*t); } }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        each(v, |t| s = s * t + t * t);
        each(&v[..0], |t| s = t);
        let mut n = 0;
        each(&v[1..], |t| { n += 1; s += t * n as f64 * k; });
        s
    }
    modes!();
}
mod to_helper_generic_where {
    use super::*;
    fn integrate<F>(g: F, a: f64, b: f64, n: usize) -> f64 where F: Fn(f64) -> f64 {
        let h = (b - a) / n as f64;
        let mut s = 0.5 * (g(a) + g(b));
        for i in 1..n { s += g(a + h * i as f64); }
        s * h
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        integrate(|t| (t * v[0]).exp() * k, v[1], v[2], 4) * integrate(|t| t * t, 0.0, k, 3)
    }
    modes!();
}
mod to_helper_dyn_mut {
    use super::*;
    fn run(g: &mut dyn FnMut(f64), v: &[f64]) { for t in v { g(*t) } }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        run(&mut |t| s += t * t * k, v);
        s * s
    }
    modes!();
}
mod fn_item_as_arg {
    use super::*;
    #[differentiate(hessian, lanes)] fn half(x: f64) -> f64 { 0.5 * x * x }
    fn twice<F: Fn(f64) -> f64>(g: F, x: f64) -> f64 { g(g(x)) }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        twice(half, v[0]) * twice(f64::sin, k) + v.iter().copied().map(half).sum::<f64>()
    }
    modes!();
}
mod fn_pointer_param {
    use super::*;
    #[differentiate(hessian, lanes)] fn half(x: f64) -> f64 { 0.5 * x * x }
    fn layer(v: &[f64], a: fn(f64) -> f64) -> Vec<f64> { v.iter().map(|x| a(*x)).collect() }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let h = layer(v, half);
        let h = layer(&h, f64::tanh);
        h.iter().sum::<f64>() * k
    }
    modes!();
}
mod early_return {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = |t: f64| -> f64 { if t < 0.0 { return -t * k; } if t > 1.5 { return t * t; } let u = t * k; u.sin() };
        v.iter().map(|t| g(*t)).sum::<f64>() * g(k)
    }
    modes!();
}
mod early_return_in_loop {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = |lim: f64| -> f64 { let mut s = 0.0; for (i, t) in v.iter().enumerate() { if *t > lim { return s * t + i as f64 * k; } s += t * t * k; } s };
        g(0.5) * g(10.0) + g(-5.0)
    }
    modes!();
}
mod while_in_closure {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = |t: f64| { let mut s = t.abs() + 0.1; let mut n = 0; while s < 3.0 { s = s * 1.7 + k * k * 0.1; n += 1; } (s, n) };
        let (a, n) = g(v[0]);
        let (b, m) = g(v[1] * a);
        a * b + n as f64 * k + m as f64 * a
    }
    modes!();
}
mod question {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let root = |t: f64| -> Option<f64> { if t < 0.0 { None } else { Some(t.sqrt()) } };
        let g = |a: f64, b: f64| -> Option<f64> { let p = root(a)?; let q = root(b * k)?; Some(p * q) };
        g(v[0], v[2]).unwrap_or(k * k) + g(v[2], v[3]).unwrap_or(v[0] * k)
    }
    modes!();
}
mod question_result {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let ln = |t: f64| -> Result<f64, String> { if t <= 0.0 { Err(format!("bad")) } else { Ok(t.ln()) } };
        let g = |a: f64| -> Result<f64, String> { let p = ln(a)?; let q = ln(p * p + 1.0)?; Ok(q * k) };
        (match g(v[0]) { Ok(z) => z * z, Err(_) => k } + g(v[1]).unwrap_or_else(|_| v[1] * k))
    }
    modes!();
}
mod shadow_capture {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let a = v[0];
        let g = |t: f64| t * a;
        let a = a * k;
        let h = |t: f64| g(t) + a;
        let g = |t: f64| h(t) * a;
        g(v[1])
    }
    modes!();
}
mod capture_then_overwrite {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut a = v[0];
        let p = { let g = |t: f64| t * a; g(k) };
        a *= p;
        let q = { let g = |t: f64| t * a; g(k) };
        a = q * q;
        p * q * a
    }
    modes!();
}
mod mut_slice {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut w = v.to_vec();
        {
            let s = &mut w[1..3];
            let mut g = |i: usize, t: f64| { s[i] *= t; s[i] };
            let a = g(0, k);
            let b = g(1, a);
            g(0, b);
        }
        w.iter().map(|t| t * t).sum::<f64>()
    }
    modes!();
}
mod mut_vec_param {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let grow = |s: &mut Vec<f64>, t: f64| { let l = s[s.len() - 1]; s.push(l * t); s.len() };
        let mut w = v.to_vec();
        let n = grow(&mut w, k);
        let m = grow(&mut w, v[0]);
        w[n - 1] * w[m - 1]
    }
    modes!();
}
mod nested_three {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let a = |x: f64| { let b = |y: f64| { let c = |z: f64| x * y * z + k; c(y) + c(v[0]) }; b(x) * b(v[1]) };
        a(v[2]) + a(k)
    }
    modes!();
}
mod nested_mut_three {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut a = |x: f64| { let mut b = |y: f64| { let mut c = |z: f64| { s = s * z + x; s }; c(y) * c(x) }; b(x) + b(0.5) };
        let p = a(v[0]);
        let q = a(v[1]);
        s * p + q
    }
    modes!();
}
mod in_loop_mut {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..4 { let mut g = |u: f64| { s += u * v[i]; s }; let a = g(k); if a > 0.4 { continue; } let b = g(a); s *= b; }
        s
    }
    modes!();
}
mod in_condition_mut {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut n = 0;
        let mut s = k;
        let mut g = |t: f64| { n += 1; t * n as f64 > 0.5 };
        for t in v { if g(*t) { s *= *t; } else { s += t * t; } }
        s * n as f64
    }
    modes!();
}
mod arg_pattern_struct {
    use super::*;
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct P { x: f64, y: f64 }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = |P { x, y }: P, P { y: b, .. }: &P| x * b + y * k;
        let p = P { x: v[0], y: v[1] };
        let q = P { x: k, y: v[2] };
        g(p, &q) * g(q, &p)
    }
    modes!();
}
mod captured_struct_field {
    use super::*;
    #[derive(Clone, Debug, Differentiable)]
    struct S { a: f64, w: Vec<f64>, n: u32 }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = S { a: k, w: v.to_vec(), n: 0 };
        let mut g = |t: f64| { s.a *= t; s.w[0] += s.a; s.n += 1; s.w[1] * s.a };
        let p = g(v[0]);
        let q = g(p);
        s.a * s.w[0] + q * s.n as f64 + p
    }
    modes!();
}
mod move_vec {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let w: Vec<f64> = v.iter().map(|t| t * k).collect();
        let g = move |i: usize| w[i] * w[(i + 1) % w.len()];
        g(0) + g(3) * g(1)
    }
    modes!();
}
mod map_with_state {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut prev = k;
        let w: Vec<f64> = v.iter().map(|t| { let d = t - prev; prev = *t * k; d * d }).collect();
        w.iter().zip(v).map(|(a, b)| a * b).sum::<f64>() + prev
    }
    modes!();
}
mod sort_by_captured {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut w = v.to_vec();
        w.sort_by(|a, b| (a * k).total_cmp(&(b * k)));
        w.iter().enumerate().map(|(i, t)| t * t * (i as f64 + k)).sum::<f64>()
    }
    modes!();
}
mod rk4_system {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let f = |s: [f64; 2]| [s[1], -k * s[0] + v[3] * s[1] * s[0]];
        let add = |a: [f64; 2], b: [f64; 2], h: f64| [a[0] + h * b[0], a[1] + h * b[1]];
        let mut s = [v[0], v[1]];
        for _ in 0..3 { let a = f(s); let b = f(add(s, a, 0.05)); let c = f(add(s, b, 0.1)); s = add(s, add(b, c, v[2]), 0.1); }
        s[0] * s[1]
    }
    modes!();
}
mod compose {
    use super::*;
    fn compose<A: Fn(f64) -> f64, B: Fn(f64) -> f64>(a: A, b: B) -> impl Fn(f64) -> f64 { move |x| b(a(x)) }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = compose(|t| t * v[0], |t: f64| t.sin() + k);
        g(v[1]) * g(k)
    }
    modes!();
}
mod newton_helper {
    use super::*;
    fn newton(g: impl Fn(f64) -> (f64, f64), mut x: f64, n: usize) -> f64 { for _ in 0..n { let (a, b) = g(x); if b.abs() < 1e-9 { return x; } x -= a / b; } x }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        newton(|x| (x * x * x - k * k - 2.0, 3.0 * x * x), 1.5 + 0.1 * v[0], 2) * v[1]
    }
    modes!();
}
mod fnonce {
    use super::*;
    fn once<R>(g: impl FnOnce() -> R) -> R { g() }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let w = v.to_vec();
        let a = once(move || w.iter().sum::<f64>() * k);
        let (p, q) = once(|| (a * a, k));
        p * q
    }
    modes!();
}
mod visit_rows {
    use super::*;
    fn rows(v: &[f64], mut each: impl FnMut(usize, &[f64])) { for (i, r) in v.chunks(2).enumerate() { each(i, r); } }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        let mut best = [0.0; 2];
        rows(v, |i, r| { s += r[0] * r[1] * k; best[i] = s * r[1]; });
        best[0] * best[1] + s
    }
    modes!();
}
mod captures_mut_ref {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut a = [v[0], v[1]];
        let r = &mut a;
        let mut g = |t: f64| { r[0] += t * r[1]; r.swap(0, 1); };
        g(k); g(v[2]); g(k);
        a[0] * a[1]
    }
    modes!();
}
mod closure_in_match_guard {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let big = |t: f64| t * t > k * 0.9;
        let mut s = 0.0;
        for t in v { s += match *t { t if big(t) && t > 0.0 => t * k, t if big(t) => t * t, t => t + k }; }
        s
    }
    modes!();
}
mod helper_returns_pair_mut {
    use super::*;
    fn minmax(v: &[f64], mut key: impl FnMut(f64) -> f64) -> (f64, f64) { let mut lo = f64::MAX; let mut hi = f64::MIN; for t in v { let q = key(*t); if q < lo { lo = q; } if q > hi { hi = q; } } (lo, hi) }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut n = 0.0;
        let (a, b) = minmax(v, |t| { n += 1.0; t * k + n * v[0] });
        a * b * n
    }
    modes!();
}
mod once_cell_style {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut memo: Option<f64> = None;
        let mut get = |t: f64| -> f64 { if let Some(m) = memo { return m * t; } let m = t * k; memo = Some(m); m };
        let a = get(v[0]);
        let b = get(v[1]);
        a * b + memo.unwrap_or(0.0)
    }
    modes!();
}
mod labelled_break_in_closure {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = |lim: f64| { let mut s = k; 'o: for a in v { for b in v { if a * b > lim { break 'o; } s += a * b * k; } s *= 0.9; } s };
        g(1.0) * g(-9.0) + g(9.0)
    }
    modes!();
}
mod ret_closure_by_fn {
    use super::*;
    fn scaler(k: f64) -> impl Fn(f64) -> f64 { move |t| t * k }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let g = scaler(k * v[0]);
        g(v[1]) + v.iter().map(|t| g(*t)).sum::<f64>()
    }
    modes!();
}
mod mut_closure_passed_by_ref {
    use super::*;
    fn drive(g: &mut impl FnMut(f64) -> f64, v: &[f64]) -> f64 { let mut s = 0.0; for t in v { s += g(*t); } s }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut st = k;
        let mut g = |t: f64| { let o = st; st = st * 0.5 + t; o * t };
        let a = drive(&mut g, v);
        let b = drive(&mut g, &v[..0]);
        let c = g(k);
        a * c + b + st
    }
    modes!();
}
mod two_closures_interleaved {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut t = 1.0;
        for x in v { let mut up = |d: f64| { s += d * t; s }; let a = up(*x); let b = up(a); let mut dn = |d: f64| { t = t * 0.5 + d * s * 0.1; }; dn(b); dn(*x); }
        s * t
    }
    modes!();
}
mod early_q_in_helper_closure {
    use super::*;
    fn all_ok(v: &[f64], g: impl Fn(f64) -> Option<f64>) -> Option<f64> { let mut s = 0.0; for t in v { s += g(*t)?; } Some(s) }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let a = all_ok(v, |t| if t > -5.0 { Some(t * t * k) } else { None });
        let b = all_ok(v, |t| (t > 0.0).then(|| t.sqrt() * k));
        a.unwrap_or(k) * b.unwrap_or(v[0])
    }
    modes!();
}
mod closure_result_ignored {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut n = 0usize;
        let mut s = k;
        let mut g = |t: f64| -> Option<f64> { n += 1; if n > 3 { return None; } s *= t; Some(s) };
        let _ = g(v[0]);
        g(v[2]);
        let Some(z) = g(v[3]) else { return k };
        let e = g(v[3]).is_none();
        (if e { z * s } else { z })
    }
    modes!();
}
mod closures_in_match_arms {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..3 { s += match i { 0 => { let g = |t: f64| t * k; g(v[0]) + g(v[1]) } 1 => (|t: f64| t * t)(v[2]), _ => { let q = s; let g = move |t: f64| t * q; g(v[3]) } }; }
        s
    }
    modes!();
}
mod captured_loop_var_mutated {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut h = k;
        let mut out = vec![];
        for i in 0..3 { let g = |t: f64| t * h; out.push(g(v[i])); h = g(h) + 0.1; out.push(h); }
        out.iter().zip(out.iter().rev()).map(|(a, b)| a * b).sum::<f64>()
    }
    modes!();
}
mod mutable_capture_of_array_elements {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut a = [v[0], v[1], k];
        let mut rot = |i: usize, j: usize, c: f64| { let (x, y) = (a[i], a[j]); a[i] = c * x - y; a[j] = c * y + x; };
        rot(0, 1, k); rot(1, 2, v[2]); rot(0, 0, 0.5);
        a[0] * a[1] + a[2]
    }
    modes!();
}
mod closure_uses_param_after_move {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let w = v.to_vec();
        let f2 = |mut w: Vec<f64>, t: f64| { w[0] *= t; w.push(t); w };
        let a = f2(w.clone(), k);
        let b = f2(w, a[4]);
        a[0] * b[0] + b[4] * b[1]
    }
    modes!();
}
