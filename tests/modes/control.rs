//! Control flow of all kinds, in all modes: labels, exits, patterns, swaps, what is overwritten, what is lent by `&mut`.

use crate::harness::Cur;
use autodiff_core::{Differentiable, differentiate};

mod label_break_value {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let r = 'b: { if v[0] > 1.0 { break 'b v[0] * k; } let t = v[1] * k; if t < -0.5 { break 'b t * t; } t + v[2] };
        r * k
    }
    modes!();
}
mod loop_break_value {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut n = 0;
        let mut s = v[0];
        let r = loop { s = s * k + v[1]; n += 1; if s.abs() > 2.0 { break s * 2.0; } if n > 4 { break s * s; } };
        r * s + n as f64 * k
    }
    modes!();
}
mod nested_labels {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        'o: for i in 0..4 { let mut j = 0; 'i: loop { j += 1; if j > 3 { continue 'o; } if v[i] * j as f64 > 2.5 { break 'o; } if v[i] < 0.0 { break 'i; } s = s * v[i] + j as f64 * 0.1; } s *= k; }
        s
    }
    modes!();
}
mod return_nested {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        for i in 0..4 { for j in 0..i { let p = v[i] * v[j] * k; if p > 0.3 { return p * p + v[j]; } } }
        let mut s = 0.0;
        for t in v { s += t * k; }
        s
    }
    modes!();
}
mod let_else {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let Some(a) = v.iter().copied().find(|t| *t > 1.0) else { return k * v[0] };
        let [p, q, ..] = v else { return k };
        a * p * q
    }
    modes!();
}
mod while_let_pop {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut st = v.to_vec();
        let mut s = k;
        while let Some(x) = st.pop() { s = s * 0.7 + x * k; if x > 1.0 && st.len() < 6 { st.push(x * 0.5); st.push(x - 1.0); } }
        s
    }
    modes!();
}
mod match_ranges {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for (i, t) in v.iter().enumerate() { s += match i { 0 => t * k, 1..=2 if *t > 0.0 => t * t, n @ 1..=2 => t * n as f64, _ => k }; }
        let z = match v[0] { x if x < 0.5 => x * k, 0.5..1.0 => v[0] * v[0], _ => v[0] + k };
        s * z
    }
    modes!();
}
mod match_slices {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut w = v;
        loop { match w { [] => break, [a] => { s *= a; break; } [a, b, rest @ ..] => { s = s + a * b * k; w = rest; } } }
        match &v[1..] { [a, .., z] if *a > *z => s += a * z, [a, _, z] => s -= a + z, _ => {} }
        s
    }
    modes!();
}
mod match_nested_enum {
    use super::*;
    #[derive(Clone, Debug, Differentiable)] enum E { N(f64), V, Add(Box<E>, Box<E>), Mul(Vec<E>), O(Option<f64>), T((f64, bool)) }
    #[differentiate(hessian, lanes)] fn ev(e: &E, x: f64) -> f64 { match e { E::N(a) => *a, E::V => x, E::Add(a, b) => ev(a, x) + ev(b, x), E::Mul(l) => l.iter().map(|e| ev(e, x)).product(), E::O(Some(a)) if *a > 0.0 => a * x, E::O(Some(a)) => a * a, E::O(None) => 1.0, E::T((a, true)) => a * 2.0, E::T((a, false)) => a * x } }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let e = E::Add(Box::new(E::Mul(vec![E::N(v[0]), E::V, E::O(Some(v[1])), E::T((v[2], true))])), Box::new(E::Add(Box::new(E::T((k, false))), Box::new(E::Mul(vec![E::O(None), E::V])))));
        ev(&e, k) * ev(&E::Mul(vec![]), k)
    }
    modes!();
}
mod match_tuples {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..3 { s += match (v[i] > 0.5, v[i + 1]) { (true, b) if b > 1.0 => v[i] * b, (true, b) => b * k, (false, b) => { let c = b * v[i]; c * c } }; }
        let (a, (b, c)) = (s, (k, v[0]));
        a * b + c
    }
    modes!();
}
mod question_result {
    use super::*;
    #[derive(Clone, Debug, PartialEq)] enum Er { Neg, Big(usize) }
    #[differentiate(hessian, lanes)] fn lg(x: f64) -> Result<f64, Er> { if x <= 0.0 { return Err(Er::Neg); } Ok(x.ln()) }
    #[differentiate(hessian, lanes)] fn go(v: &[f64], k: f64) -> Result<f64, Er> { let mut s = k; for (i, t) in v.iter().enumerate() { s += lg(t * t)? * t; if s > 3.0 { return Err(Er::Big(i)); } } Ok(s * lg(s * s + 1.0)?) }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        (match go(v, k) { Ok(s) => s, Err(Er::Big(i)) => v[i] * k, Err(Er::Neg) => k })
    }
    modes!();
}
mod if_let_chain {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..6 { if let Some(a) = v.get(i) && *a > 0.0 && let Some(b) = v.get(i + 1) && a * b < 1.0 { s += a * b * k; } else if i > 4 { s *= k; } }
        s + k
    }
    modes!();
}
mod while_let_chain {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut i = 0;
        let mut s = k;
        while let Some(a) = v.get(i) && s.abs() < 3.0 { s = s * a + 0.5; i += 1; }
        s * i as f64 + k
    }
    modes!();
}
mod branch_reassign {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let (mut a, mut b) = (v[0], k);
        for t in v { if *t > 0.8 { a = b * t; } else if *t < 0.0 { b = a; a *= k; } else { (a, b) = (b, a + t); } if a > b { std::mem::swap(&mut a, &mut b); } }
        a * b + a
    }
    modes!();
}
mod split_at_mut {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut w = v.to_vec();
        { let (l, r) = w.split_at_mut(2); for i in 0..2 { let t = l[i] * r[i]; r[i] += l[i] * k; l[i] = t; } l.swap_with_slice(r); }
        let (a, b) = w.split_at(1);
        a[0] * b.iter().sum::<f64>() + w[3] * k
    }
    modes!();
}
mod mem_replace_take {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut a = v.to_vec();
        let b = std::mem::take(&mut a);
        a.push(k * b[0]);
        let c = std::mem::replace(&mut a, vec![b[1], k]);
        let mut x = k;
        let y = std::mem::replace(&mut x, c[0] * b[2]);
        let z = std::mem::take(&mut x);
        a[0] * c[0] + x + y * z + a[1] * b[3]
    }
    modes!();
}
mod mem_take_field {
    use super::*;
    #[derive(Clone, Debug, Default, Differentiable)] struct S { w: Vec<f64>, m: f64, o: Option<f64> }
    #[differentiate(hessian, lanes)] impl S { fn flush(&mut self, k: f64) -> f64 { let w = std::mem::take(&mut self.w); let o = self.o.take().unwrap_or(2.0); self.w.push(k); self.m = std::mem::replace(&mut self.m, k * o) * 2.0; w.iter().sum::<f64>() * o } }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = S { w: v.to_vec(), m: k, o: Some(v[0]) };
        let a = s.flush(k);
        let b = s.flush(a);
        a * b + s.m * s.w[0]
    }
    modes!();
}
mod nested_field_borrow {
    use super::*;
    #[derive(Clone, Debug, Differentiable)] struct In { a: f64, l: [f64; 2] }
    #[derive(Clone, Debug, Differentiable)] struct Ou { i: In, j: In, k: f64 }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut o = Ou { i: In { a: v[0], l: [v[1], k] }, j: In { a: k, l: [v[2], v[3]] }, k };
        { let Ou { i, j, k } = &mut o; i.a *= *k; *k += j.a; let l = &mut i.l; l[0] += j.l[1]; l.swap(0, 1); let a = &mut j.a; *a = i.a * l[0]; }
        let r = &mut o.i; r.a += 1.0; let p = &mut r.l[1]; *p *= *p;
        std::mem::swap(&mut o.i, &mut o.j);
        o.i.a * o.j.l[1] + o.k * o.j.a
    }
    modes!();
}
mod out_params {
    use super::*;
    #[differentiate(hessian, lanes)] fn polar(x: f64, y: f64, r: &mut f64, t: &mut f64) { *r = (x * x + y * y).sqrt(); *t = y * *r; }
    #[differentiate(hessian, lanes)] fn acc(v: &[f64], out: &mut Vec<f64>, n: &mut usize, s: &mut [f64; 2]) -> f64 { for t in v { if *t > 0.0 { out.push(t * s[0]); *n += 1; s[1] += t; } } s.swap(0, 1); s[0] * *n as f64 }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let (mut r, mut t) = (0.0, 0.0);
        polar(v[0], k, &mut r, &mut t);
        polar(r, t, &mut t, &mut r);
        let (mut o, mut n, mut s) = (vec![k], 0, [r, t]);
        let z = acc(v, &mut o, &mut n, &mut s) + acc(&v[..0], &mut o, &mut n, &mut s);
        z * o.iter().sum::<f64>() + s[0] * s[1] + n as f64 * k
    }
    modes!();
}
mod zero_trip_loops {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..0 { s *= v[i]; }
        for t in &v[2..2] { s += t; }
        while s > 1e9 { s *= 0.5; }
        let mut w: Vec<f64> = Vec::new();
        for t in w.iter_mut() { *t *= s; }
        w.extend(v[..0].iter());
        let m = w.iter().copied().fold(s, f64::max);
        m * s + w.iter().sum::<f64>()
    }
    modes!();
}
mod swap_arrays_loop {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut a = [v[0], v[1], k];
        let mut b = [0.0; 3];
        for s in 0..3 { for i in 0..3 { b[i] = a[(i + 1) % 3] * a[i] * 0.5 + k * s as f64 * 0.1; } std::mem::swap(&mut a, &mut b); if a[0] > 2.0 { break; } }
        a[0] + b[1] * a[2]
    }
    modes!();
}
mod aliasing_in_place {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut w = v.to_vec();
        for i in 1..4 { w[i] = w[i - 1] * w[i] + w[(i + 1) % 4]; w[i - 1] = w[i] * k; }
        let i = if w[0] > 0.0 { 1 } else { 2 };
        w[i] = w[i] * w[i];
        let e = w.len() - 1; w[e] += w[i];
        w.iter().map(|t| t * t).sum::<f64>()
    }
    modes!();
}
mod input_overwritten {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut v = v.to_vec();
        let mut k = k;
        k *= v[0]; v[0] = k; v[1] = v[0] * v[1]; k = v[1] + k; v[0] = 0.0;
        for t in v.iter_mut() { *t += k; k = *t * 0.5; }
        k * v[0] + v[3]
    }
    modes!();
}
mod iter_mut_state {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut w = v.to_vec();
        let mut prev = k;
        for t in w.iter_mut() { let old = *t; *t = prev * old; if *t > 1.0 { continue; } prev = old + *t; }
        for (a, b) in w.iter_mut().zip(v).rev().skip(1) { *a -= b * prev; }
        w[0] * w[3] + w[1]
    }
    modes!();
}
mod chunks_mut {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut w = v.to_vec();
        for c in w.chunks_mut(2) { let s = c[0] + c[1]; c[0] *= s; c[1] -= k; c.reverse(); }
        for c in w.chunks_exact_mut(3) { c[2] = c[0] * c[1]; }
        w[0] * w[2] + w[3]
    }
    modes!();
}
mod option_state {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut best: Option<(usize, f64)> = None;
        for (i, t) in v.iter().enumerate() { match best { Some((_, b)) if b >= t * k => {} _ => best = Some((i, t * k)) } }
        let mut last = None;
        for t in v { if let Some(l) = last { if l > 0.5 { last = Some(l * t); continue; } } last = Some(t + k); }
        (match best { Some((i, b)) => b * v[i] * i as f64 + b, None => 0.0 } + last.unwrap())
    }
    modes!();
}
mod state_machine {
    use super::*;
    #[derive(Clone, Copy, Debug, PartialEq)] enum Mode { Up, Down, End(u8) }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut m = Mode::Up;
        let mut s = k;
        let mut i = 0;
        while !matches!(m, Mode::End(_)) { let t = v[i % 4]; m = match (m, s) { (Mode::Up, x) if x > 1.0 => Mode::Down, (Mode::Down, x) if x < 0.1 => Mode::Up, (_, _) if i > 6 => Mode::End(1), (m, _) => m }; s = match m { Mode::Up => s + t * t * k, Mode::Down => s * 0.5 - t * 0.1, Mode::End(n) => s * n as f64 * k }; i += 1; }
        s
    }
    modes!();
}
mod do_while {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut x = v[0];
        let mut n = 0;
        while { x = x * k + 0.1; n += 1; x.abs() > 0.3 && n < 4 } {}
        x * x + k
    }
    modes!();
}
mod rows_swap {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut m = vec![vec![v[0], v[1]], vec![v[2], v[3]], vec![k, k * v[0]]];
        m.swap(0, 2);
        let r = m.remove(1);
        m.insert(0, r.iter().map(|t| t * k).collect());
        m[0][1] = m[1][0] * m[2][1];
        let (a, b) = m.split_at_mut(1);
        a[0][0] *= b[0][1]; b[1][0] += a[0][1];
        let last = m.pop().unwrap();
        m[0][0] * m[1][1] + last[0] * m[0][1]
    }
    modes!();
}
mod two_muts_tuple {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let (mut a, mut b) = (v.to_vec(), vec![k; 4]);
        let (x, y) = (&mut a, &mut b);
        for i in 0..4 { y[i] *= x[i]; x[i] += y[(i + 1) % 4]; }
        std::mem::swap(x, y);
        a[0] * b[1] + a[2] * b[3]
    }
    modes!();
}
mod tuple_state {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut st = (k, [v[0], v[1]], 0usize);
        for t in v { st.0 += st.1[st.2] * t; st.2 = (st.2 + 1) % 2; st.1[st.2] = st.0 * 0.3; if st.0 > 2.0 { st = (st.1[0], [k, st.0 * 0.1], 0); } }
        let (a, [b, c], n) = st;
        a * b + c * n as f64 + a
    }
    modes!();
}
mod string_keys {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let ops = "+*-+";
        let mut s = k;
        for (c, t) in ops.chars().zip(v) { match c { '+' => s += t, '*' => s *= t, '-' => { let o = s; s = t - o * o; } _ => unreachable!() } }
        s
    }
    modes!();
}
mod rpn {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let prog: [(&str, f64); 5] = [("n", v[0]), ("n", v[1]), ("*", 0.0), ("n", k), ("+", 0.0)];
        let mut st: Vec<f64> = vec![];
        for (op, x) in prog { match op { "n" => st.push(x), _ => { let b = st.pop().unwrap(); let a = st.pop().unwrap(); st.push(if op == "*" { a * b } else { a + b * k }); } } }
        st[0] * st.len() as f64
    }
    modes!();
}
mod dp_table {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let n = 4;
        let mut d = vec![vec![0.0; n + 1]; n + 1];
        for i in 0..=n { for j in 0..=n { d[i][j] = if i == 0 || j == 0 { (i + j) as f64 * k } else { let a = d[i - 1][j] + v[i - 1] * 0.3; let b = d[i][j - 1] + k; let c = d[i - 1][j - 1] + (v[i - 1] - v[j - 1]).powi(2); if a < b && a < c { a } else if b < c { b } else { c } }; } }
        d[n][n] * d[2][3]
    }
    modes!();
}
mod unreachable_panics {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        for t in v { assert!(t.abs() < 100.0, "big {t}"); s += if *t > 99.0 { panic!("no {s}") } else { t * k }; }
        let Some(x) = v.last() else { unreachable!("none") };
        s * x
    }
    modes!();
}
mod ref_patterns {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for &t in v { let ref r = t; s += r * k; }
        let &[a, ref b, ..] = v else { return k };
        let (ref p, q) = (a * k, *b);
        if let Some(&x @ 0.0..=1.0) = v.first() { s += x * x; }
        s * p * q
    }
    modes!();
}
mod binding_at {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..4u32 { s += match i { n @ (0 | 3) => v[n as usize] * k, n @ 1.. if v[n as usize] > 0.0 => v[n as usize].powi(n as i32), n => k * n as f64 }; }
        s
    }
    modes!();
}
mod break_in_args {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..4 { s = (s * v[i]).mul_add(if v[i] > 1.5 { break } else { v[i] }, if s > 2.0 { continue } else { k }); }
        s
    }
    modes!();
}
mod lens_mut_chain {
    use super::*;
    #[derive(Clone, Debug, Differentiable)] struct L { w: Vec<Vec<f64>>, b: [f64; 2] }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut l = L { w: vec![v[..2].to_vec(), v[2..].to_vec()], b: [k, v[0]] };
        if let Some(x) = l.w.iter_mut().flatten().next() { *x *= k; }
        if let Some(r) = l.w.last_mut() { if let Some(x) = r.first_mut() { *x += l.b[1]; } r.push(k); }
        for (r, b) in l.w.iter_mut().zip(&mut l.b) { *b += r[0]; r[1] *= *b; }
        let [b0, b1] = &mut l.b;
        *b0 *= *b1; std::mem::swap(b0, b1);
        l.w[0][1] * l.w[1][2] * l.b[0] + l.w[1][0] * l.b[1]
    }
    modes!();
}
mod labeled_block_nested_in_loop {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..4 { let t = 'b: { for j in 0..i { if v[j] > 1.0 { break 'b v[j] * s; } if v[j] < -1.0 && i == 2 { break 'b k; } } s += v[i] * k; v[i] * v[i] }; s = s * 0.5 + t; }
        s
    }
    modes!();
}
mod continue_outer_with_state {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut acc = [0.0; 2];
        let mut w = v.to_vec();
        'a: for i in 0..4 { w[i] *= k; for j in 0..2 { if w[i] > acc[j] { acc[j] += w[i] * w[(i + j) % 4]; continue 'a; } acc[j] -= 0.1 * w[i]; if acc[j] < -0.4 { break 'a; } } w[i] = acc[0]; }
        acc[0] * acc[1] + w[3] * w[0]
    }
    modes!();
}
mod early_return_out_param {
    use super::*;
    #[differentiate(hessian, lanes)] fn fill(out: &mut [f64], v: &[f64], k: f64) -> f64 { for (o, t) in out.iter_mut().zip(v) { if *t < -1.0 { return k * *t; } *o += t * k; if *o > 1.5 { *o = k; return *o * t; } } out[0] *= out[1]; out[0] }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut o = [k, v[0], 0.5, 1.0];
        let a = fill(&mut o, v, k);
        let b = fill(&mut o, &v[2..], a);
        let c = fill(&mut o[..], &[], b);
        a * b + c + o.iter().map(|t| t * t).sum::<f64>()
    }
    modes!();
}
mod match_on_moved_vec {
    use super::*;
    #[derive(Clone, Debug, Differentiable)] enum T { Leaf(Vec<f64>), Node(Box<T>, Box<T>), Nil }
    #[differentiate(hessian, lanes)] fn fold(t: T, k: f64) -> Vec<f64> { match t { T::Leaf(w) => w, T::Node(a, b) => { let (x, mut y) = (fold(*a, k), fold(*b, k * k)); if let Some(l) = x.last() { y.push(l * k); } y.extend(x.into_iter().filter(|t| *t > 0.0)); y } T::Nil => vec![] } }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let t = T::Node(Box::new(T::Leaf(v.to_vec())), Box::new(T::Node(Box::new(T::Nil), Box::new(T::Leaf(vec![k, v[0]])))));
        let w = fold(t, k);
        w.iter().enumerate().map(|(i, t)| t * (i + 1) as f64).sum::<f64>() * w[0]
    }
    modes!();
}
mod nested_match_result {
    use super::*;
    #[derive(Clone, Debug, Differentiable)] enum Cmd { Set(usize, f64), Scale(f64), Clamp { lo: f64, hi: f64 }, Swap(usize, usize), Undo }
    #[differentiate(hessian, lanes)] fn exec(cmds: &[Cmd], v: &[f64]) -> Vec<f64> { let mut w = v.to_vec(); let mut hist: Vec<Vec<f64>> = vec![]; for c in cmds { if let Cmd::Undo = c { if let Some(h) = hist.pop() { w = h; } continue; } hist.push(w.clone()); match c { Cmd::Set(i, x) if *i < w.len() => w[*i] = *x, Cmd::Set(..) => {} Cmd::Scale(s) => w.iter_mut().for_each(|t| *t *= s), Cmd::Clamp { lo, hi } => for t in &mut w { *t = if *t < *lo { *lo } else if *t > *hi { *hi } else { *t } }, Cmd::Swap(i, j) => w.swap(*i, *j), Cmd::Undo => unreachable!() } } w }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let w = exec(&[Cmd::Scale(k), Cmd::Set(1, v[0] * k), Cmd::Undo, Cmd::Swap(0, 3), Cmd::Clamp { lo: v[1] * 0.5, hi: 1.0 + k * k }, Cmd::Set(9, k), Cmd::Set(2, k * k)], v);
        let z = exec(&[], v);
        w[0] * w[1] + w[2] * w[3] + z[1] * k
    }
    modes!();
}
mod ops_assign_exprs {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut w = [v[0], v[1], k];
        let mut i = 0;
        w[{ i += 1; i }] += { i += 1; w[i] * 2.0 };
        w[i] *= w[i] - w[0];
        let t = { w[0] /= 1.0 + w[1] * w[1]; w[0] } * { w[0] = k; w[0] };
        t + w[0] * w[1] * w[2]
    }
    modes!();
}
mod tuple_fields_swap {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64], k: f64) -> f64 {
        let mut p = ((v[0], k), [v[1], v[2]]);
        let q = p;
        std::mem::swap(&mut p.0.0, &mut p.1[1]);
        (p.0.1, p.1[0]) = (p.1[0] * p.0.0, p.0.1);
        p.0 = (p.0.1, q.0.0 * p.0.0);
        p.0.0 * p.0.1 + p.1[0] * p.1[1] + q.1[1]
    }
    modes!();
}
