//! Functions of many kinds, in all modes: rules, loops with flags, lists in place, structs, enums, options.

use crate::harness::{Cur, Flat, zero};
use autodiff_core::{Differentiable, Scalar, constant, differentiate};

// ---------- straight lines and rules
#[differentiate(order = 3, lanes)]
fn rules_a(x: f64, y: f64) -> f64 {
    let a = x.mul_add(y, x.sinh()) - y.cosh().ln();
    let b = (x.atan2(y) + x.hypot(y)) * (x * y).tanh();
    a.exp_m1() + b.ln_1p() + x.asinh() * y.recip() + (x * 0.3).asin() - (y * 0.2).acos() + (y * 0.4).atanh()
}

#[differentiate(order = 3, lanes)]
fn rules_c(x: f64, y: f64) -> f64 {
    let m = x.powf(y) + x.powi(-3) + y.cbrt() + x.log10() + y.log2() + x.log(y);
    let (s, c) = (x * y).sin_cos();
    m * s + c.exp2() + (x % 0.3) * y + x.to_degrees() * 0.01 + y.to_radians() + (x * y).acosh()
}

#[differentiate(order = 3, lanes)]
fn choices(x: f64, y: f64, z: f64) -> f64 {
    let m = x.max(y * z).min(z * z * 3.0);
    let k = (x * y).clamp(-0.5, 0.9) * m + z.abs() * y.signum() + (x - z).copysign(y) * x;
    if k > 0.3 && (x > y || z < 0.0) {
        k * k * x
    } else if !(k < -2.0) {
        k.exp() * z
    } else {
        k
    }
}

// ---------- loops
#[differentiate(order = 3, lanes)]
fn flags(x: &[f64], k: f64) -> f64 {
    let mut up = true;
    let mut s = k;
    let mut seen = false;
    for (i, v) in x.iter().enumerate() {
        if up {
            s = s * v + k;
        } else {
            s -= v * v * s.sin();
        }
        if s > 0.6 {
            up = !up;
        }
        if !seen && i > 1 && *v < 0.5 {
            seen = true;
            s *= k;
            continue;
        }
        up ^= seen;
    }
    if seen { s * s } else { s * k }
}

#[differentiate(order = 3, lanes)]
fn bubble(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let n = v.len();
    let mut swapped = true;
    while swapped {
        swapped = false;
        for i in 1..n {
            if v[i - 1] > v[i] {
                v.swap(i - 1, i);
                v[i] *= k;
                swapped = v[i].abs() < 3.0;
            }
        }
    }
    v.iter().enumerate().map(|(i, a)| a * a * (i as f64 + k)).sum()
}

#[differentiate(order = 3, lanes)]
fn collatz(x: f64, y: f64, n0: u32) -> f64 {
    let (mut n, mut v, mut steps) = (n0, x, 0);
    loop {
        if n == 1 {
            break;
        }
        v = if n % 2 == 0 {
            n /= 2;
            v * y.cos()
        } else {
            n = 3 * n + 1;
            v + y * v.sin()
        };
        steps += 1;
        if steps > 12 {
            v *= y;
            break;
        }
    }
    v * steps as f64 * 0.1
}

#[differentiate(order = 3, lanes)]
fn rows_in_place(a: &[Vec<f64>], b: &[f64]) -> f64 {
    let n = b.len();
    let mut m: Vec<Vec<f64>> = a.to_vec();
    let mut r = b.to_vec();
    for k in 0..n {
        let mut p = k;
        for i in k + 1..n {
            if m[i][k].abs() > m[p][k].abs() {
                p = i;
            }
        }
        m.swap(k, p);
        r.swap(k, p);
        for i in k + 1..n {
            let f = m[i][k] / m[k][k];
            for j in k..n {
                m[i][j] -= f * m[k][j];
            }
            r[i] -= f * r[k];
        }
    }
    let mut x = vec![0.0; n];
    for i in (0..n).rev() {
        let mut s = r[i];
        for j in i + 1..n {
            s -= m[i][j] * x[j];
        }
        x[i] = s / m[i][i];
    }
    x.iter().map(|v| v * v).sum::<f64>().sqrt()
}

#[differentiate(order = 3, lanes)]
fn stencil3(u0: &[[f64; 4]; 3], k: f64, steps: usize) -> f64 {
    let mut u = *u0;
    for t in 0..steps {
        let old = u;
        for i in 0..3 {
            for j in 0..4 {
                let l = old[i][(j + 3) % 4];
                let r = old[i][(j + 1) % 4];
                let up = if i > 0 { old[i - 1][j] } else { old[2][j] };
                u[i][j] = old[i][j] + k * (l + r + up - 3.0 * old[i][j]) * (1.0 + 0.1 * old[i][j] * t as f64);
            }
        }
    }
    u.iter().flatten().map(|v| v * v * v).sum()
}

#[differentiate(order = 3, lanes)]
fn checkpointed(x: &[f64], k: f64, n: usize) -> f64 {
    let mut s = x.to_vec();
    #[checkpoint]
    for i in 0..n {
        let j = i % s.len();
        s[j] = (s[j] * k + s[(j + 1) % x.len()]).sin();
    }
    s[0] * s[1] + s[2]
}

#[differentiate(order = 3, lanes)]
fn labelled(a: &[Vec<f64>], t: f64) -> f64 {
    let mut s = 0.0;
    'o: for (i, r) in a.iter().enumerate() {
        for (j, v) in r.iter().enumerate() {
            if *v < -1.0 {
                continue 'o;
            }
            if i == 2 && j == 1 {
                break 'o;
            }
            s += v * t.powi(j as i32) * (s + v).cos();
        }
        s *= t;
    }
    s
}

#[differentiate(order = 3, lanes)]
fn trips(x: f64, tol: &[f64; 1]) -> f64 {
    let mut a = 1.0;
    let mut b = x;
    let mut n = 0usize;
    while (a - b).abs() > constant(tol[0]) {
        let m = 0.5 * (a + b);
        b = (a * b).sqrt();
        a = m;
        n += 1;
        if n > 40 {
            return x * a;
        }
    }
    a * x.ln() + n as f64
}

// ---------- iterators
#[differentiate(order = 3, lanes)]
fn chains(x: &[f64], y: &[f64], k: f64) -> f64 {
    let a: Vec<f64> = x.iter().zip(y).filter(|(a, b)| **a * **b > -0.5).map(|(a, b)| a * b + k).collect();
    let b = a
        .iter()
        .scan(k, |s, v| {
            *s = *s * 0.5 + v;
            Some(*s * *s)
        })
        .skip(1)
        .step_by(2)
        .fold(0.0, |s, v| s + v * s + v);
    let c: f64 = x.chunks(2).map(|c| c.iter().product::<f64>()).sum();
    let d = y.windows(2).rev().take(2).map(|w| (w[0] - w[1]).powi(2)).fold(f64::NEG_INFINITY, f64::max);
    b * c + d * k
}

#[differentiate(order = 3, lanes)]
fn peeked(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        match it.peek() {
            Some(b) if **b > *a => s += a * *b * *b,
            Some(b) => s -= (a - *b).powi(3),
            None => s *= a,
        }
    }
    s
}

#[differentiate(order = 3, lanes)]
fn grouped(x: &[f64], labels: &[usize]) -> f64 {
    let mut sums = vec![0.0; 3];
    let mut counts = vec![0usize; 3];
    for (v, &l) in x.iter().zip(labels) {
        sums[l] += v;
        counts[l] += 1;
    }
    let means: Vec<f64> = sums.iter().zip(&counts).map(|(s, &n)| if n > 0 { s / n as f64 } else { 0.0 }).collect();
    x.iter().zip(labels).map(|(v, &l)| (v - means[l]).powi(4)).sum::<f64>() / means.iter().map(|m| m.exp()).sum::<f64>()
}

#[differentiate(order = 3, lanes)]
fn partitioned(x: &[f64], k: f64) -> f64 {
    let (pos, neg): (Vec<f64>, Vec<f64>) = x.iter().map(|v| v * k).partition(|v| *v > 0.0);
    let top = pos.iter().copied().reduce(f64::max).unwrap_or(k);
    let low = neg.iter().copied().min_by(|a, b| a.total_cmp(b)).map_or(k * k, |v| v * v);
    top * low + pos.iter().sum::<f64>() * neg.iter().rev().fold(1.0, |p, v| p * v)
}

#[differentiate(order = 3, lanes)]
fn retained(x: &[f64], k: f64) -> f64 {
    let mut v: Vec<f64> = x.iter().map(|a| a * a * k).collect();
    v.retain(|a| *a > 0.2);
    v.insert(1, k * x[0]);
    v.reverse();
    v.rotate_left(1);
    let r = v.remove(0);
    v.extend(x.iter().map(|a| a * r));
    v.truncate(5);
    let tail = v.split_off(3);
    v.iter().zip(tail.iter().cycle()).map(|(a, b)| a * b).sum::<f64>() + r
}

// ---------- in place, swaps, moves
#[differentiate(order = 3, lanes)]
fn ping_pong(x: &[f64], k: f64, n: usize) -> f64 {
    let mut a = x.to_vec();
    let mut b = vec![0.0; x.len()];
    for _ in 0..n {
        for i in 0..a.len() {
            b[i] = a[i] * k - a[(i + 1) % a.len()].powi(2) * 0.1;
        }
        std::mem::swap(&mut a, &mut b);
    }
    a.iter().zip(&b).map(|(p, q)| p * q).sum()
}

#[differentiate(order = 3, lanes)]
fn replaced(x: &[f64], k: f64) -> f64 {
    let mut h = vec![k; 2];
    let mut all = Vec::new();
    for v in x {
        let next: Vec<f64> = h.iter().enumerate().map(|(i, a)| (a * v + k * i as f64).tanh()).collect();
        let old = std::mem::replace(&mut h, next);
        all.push(old[0] * old[1]);
    }
    let last = std::mem::take(&mut h);
    all.iter().sum::<f64>() * last[0] + last[1]
}

#[differentiate(order = 3, lanes)]
fn split_mut(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let (l, r) = v.split_at_mut(2);
    for (a, b) in l.iter_mut().zip(r.iter_mut()) {
        let t = *a * *b;
        *a += t * k;
        *b = *b * *b - t;
    }
    v.chunks_mut(2).for_each(|c| c[0] *= c[1]);
    if let Some(q) = v.last_mut() {
        *q = q.sin() * k;
    }
    v.iter().sum::<f64>() * v[0]
}

#[differentiate(order = 3, lanes)]
fn lookback(x: f64, k: f64, n: usize) -> f64 {
    let mut f = vec![x, k];
    for i in 2..n {
        let v = f[i - 1] * k + f[i - 2] * x;
        f.push(v.sin());
        if v > 0.8 {
            f[i - 1] *= 0.5;
        }
    }
    while f.len() > 3 {
        let a = f.pop().unwrap();
        let l = f.len();
        f[l - 2] += a * f[l - 1];
    }
    f[0] * f[1] * f[2]
}

#[differentiate(order = 3, lanes)]
fn heap_like(x: &[f64]) -> f64 {
    let mut h: Vec<f64> = Vec::with_capacity(x.len());
    for &v in x {
        h.push(v * v);
        let mut i = h.len() - 1;
        while i > 0 {
            let p = (i - 1) / 2;
            if h[p] >= h[i] {
                break;
            }
            h.swap(p, i);
            i = p;
        }
    }
    h[0] * h[1] + h[2].exp() * h[h.len() - 1]
}

// ---------- structs, enums, options
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Arm {
    len: [f64; 2],
    mass: Vec<f64>,
    tip: Option<f64>,
    inner: Inner,
    #[differentiable(skip)]
    g: f64,
    name: String,
}
#[derive(Clone, Copy, Debug, Differentiable, PartialEq, Default)]
struct Inner {
    a: f64,
    b: (f64, f64),
    on: bool,
}
fn arm(c: &mut Cur) -> Arm {
    Arm {
        len: c.arr(),
        mass: c.vec(2),
        tip: Some(c.n()),
        inner: Inner { a: c.n(), b: (c.n(), c.n()), on: true },
        g: 9.0,
        name: "arm".into(),
    }
}
fn arm0() -> Arm {
    arm(&mut Cur::new(&[0.0; 8]))
}

#[differentiate(order = 3, lanes)]
fn arm_energy(m: &Arm, q: &[f64; 2]) -> f64 {
    let Arm { len, mass, inner, .. } = m;
    let mut e = 0.0;
    let mut y = 0.0;
    let mut angle = 0.0;
    for i in 0..2 {
        angle += q[i];
        y += len[i] * angle.cos();
        e += mass[i] * m.g * y * 0.1;
    }
    let t = match m.tip {
        Some(t) if t > 0.0 => t * y,
        Some(t) => t * t,
        None => 0.0,
    };
    let scaled = Inner { a: inner.a * y, b: (inner.b.1, inner.b.0 * t), ..*inner };
    if scaled.on { e + t * scaled.a + scaled.b.0 * scaled.b.1 } else { e }
}

#[differentiate(order = 3, lanes)]
fn arm_changed(m: &Arm, k: f64) -> f64 {
    let mut a = m.clone();
    a.len[1] *= k;
    a.mass.push(a.len[0] * a.len[1]);
    a.mass[0] += a.mass[2] * k;
    if let Some(t) = a.tip.as_mut() {
        *t *= a.inner.a;
    }
    let old = a.tip.take();
    a.inner.b.0 = old.unwrap_or(1.0) * k;
    std::mem::swap(&mut a.inner.b.0, &mut a.inner.a);
    a.inner.b = (a.inner.b.1 * a.inner.a, a.inner.b.0);
    a.tip.map_or(1.0, |t| t * 2.0) * a.inner.a * a.inner.b.0 + a.inner.b.1 * a.mass.iter().sum::<f64>()
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
enum Expr {
    Var(usize),
    Const(f64),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Sin(Box<Expr>),
    Pow { base: Box<Expr>, e: f64 },
}
#[differentiate(order = 3, lanes)]
fn eval(e: &Expr, v: &[f64]) -> f64 {
    match e {
        Expr::Var(i) => v[*i],
        Expr::Const(c) => *c,
        Expr::Add(a, b) => eval(a, v) + eval(b, v),
        Expr::Mul(a, b) => eval(a, v) * eval(b, v),
        Expr::Sin(a) => eval(a, v).sin(),
        Expr::Pow { base, e } => eval(base, v).powf(*e),
    }
}
fn tree(c: &mut Cur) -> Expr {
    use Expr::*;
    let b = Box::new;
    Add(b(Mul(b(Const(c.n())), b(Sin(b(Var(0)))))), b(Pow { base: b(Mul(b(Var(1)), b(Var(0)))), e: c.n() }))
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
enum Mode {
    Idle,
    Ramp { rate: f64, left: u32 },
    Hold(f64),
}
#[differentiate(order = 3, lanes)]
fn machine(inputs: &[f64], m0: &Mode, k: f64) -> f64 {
    let mut m = m0.clone();
    let mut y = k;
    for u in inputs {
        m = match m {
            Mode::Idle if *u > 0.5 => Mode::Ramp { rate: u * k, left: 2 },
            Mode::Idle => Mode::Idle,
            Mode::Ramp { rate, left: 0 } => Mode::Hold(rate * y),
            Mode::Ramp { rate, left } => {
                y += rate * y;
                Mode::Ramp { rate: rate * 0.9 + u * 0.1, left: left - 1 }
            }
            Mode::Hold(v) => {
                y = 0.5 * y + v * u;
                if y > 2.0 { Mode::Idle } else { Mode::Hold(v * k) }
            }
        };
    }
    match &m {
        Mode::Hold(v) => y * v,
        Mode::Ramp { rate, .. } => y + rate * rate,
        Mode::Idle => y,
    }
}

#[differentiate(order = 3, lanes)]
fn matched_mut(x: f64, y: f64) -> f64 {
    let mut ms = vec![Mode::Hold(x), Mode::Ramp { rate: y, left: 1 }, Mode::Idle];
    for m in ms.iter_mut() {
        match m {
            Mode::Hold(v) => *v *= y,
            Mode::Ramp { rate, left } => {
                *rate = rate.sin() * x;
                *left += 1;
            }
            Mode::Idle => {}
        }
    }
    ms.push(Mode::Hold(x * x));
    ms.swap(0, 3);
    ms.iter()
        .map(|m| match m {
            Mode::Hold(v) => v * v * y,
            Mode::Ramp { rate, left } => rate * *left as f64,
            Mode::Idle => x,
        })
        .sum()
}

#[differentiate(order = 3, lanes)]
fn opts(x: Option<f64>, y: &[Option<f64>], k: f64) -> f64 {
    let a = x.map(|v| v * k).filter(|v| *v > 0.0).or(Some(k * k));
    let s: f64 = y.iter().flatten().map(|v| v * v).sum();
    let t = y.iter().filter_map(|v| v.map(|v| v.sin() * k)).fold(1.0, |p, v| p * v);
    let u = a.zip(y[0]).map_or(0.0, |(p, q)| p * q);
    let Some(w) = a else { return k };
    if let (Some(p), Some(q)) = (x, y[1]) { s * t + u + p * q * w } else { s + t * u * w }
}

#[differentiate(order = 3, lanes)]
fn root(a: f64, b: f64) -> Result<f64, String> {
    if a * b < 0.0 { Err("negative".to_string()) } else { Ok((a * b).sqrt()) }
}
#[differentiate(order = 3, lanes)]
fn questioned(x: f64, y: f64, z: f64) -> Option<f64> {
    let a = root(x, y).ok()?;
    let b = root(z, x).unwrap_or(x * z);
    let c = (a > 0.1).then(|| a * b)?;
    Some(c * a + root(y, y).map(|v| v * z).unwrap_or(0.0))
}
#[differentiate(hessian)]
fn questioned_s(x: f64, y: f64, z: f64) -> f64 {
    let (v, (a, b, c)) = questioned_vjp(x, y, z, Some(x * y));
    v.unwrap_or(0.0) * a + b * c
}

#[test]
fn all_modes() {
    second!(2e-6; rules_a rules_a_vjp rules_a_jvp rules_a_grad rules_a_hvp rules_a_hessian at [0.7, 1.3]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(2e-6; rules_c rules_c_vjp rules_c_jvp rules_c_grad rules_c_hvp rules_c_hessian at [1.7, 1.3]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(2e-6; choices choices_vjp choices_jvp choices_grad choices_hvp choices_hessian at [0.7, 1.3, -0.4]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(2e-6; flags flags_vjp flags_jvp flags_grad flags_hvp flags_hessian at [0.7, 1.3, -0.4, 0.9, 0.3, 1.2]; c => (&c.vec(5), c.n()); (&c.vec(5), c.n()));
    second!(2e-6; bubble bubble_vjp bubble_jvp bubble_grad bubble_hvp bubble_hessian at [0.7, -1.3, 0.4, -0.9, 1.1]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    second!(2e-6; collatz collatz_vjp collatz_jvp collatz_grad collatz_hvp collatz_hessian at [0.7, 1.3]; c => (c.n(), c.n(), 6); (c.n(), c.n()));
    second!(2e-6; rows_in_place rows_in_place_vjp rows_in_place_jvp rows_in_place_grad rows_in_place_hvp rows_in_place_hessian at [0.3, 2.0, 0.5, 1.5, 0.2, -0.4, 0.1, 0.9, 2.2, 1.0, 0.5, -0.7]; c => (&c.rows(3, 3), &c.vec(3)); (&c.rows(3, 3), &c.vec(3)));
    second!(2e-6; stencil3 stencil3_vjp stencil3_jvp stencil3_grad stencil3_hvp stencil3_hessian at [0.1, 0.5, -0.3, 0.7, 0.9, 0.2, 0.4, -0.6, 0.8, 0.3, -0.2, 0.6, 0.15]; c => (&c.mat::<3, 4>(), c.n(), 3); (&c.mat::<3, 4>(), c.n()));
    second!(2e-6; checkpointed checkpointed_vjp checkpointed_jvp checkpointed_grad checkpointed_hvp checkpointed_hessian at [0.4, 0.9, -0.6, 1.1]; c => (&c.vec(3), c.n(), 7); (&c.vec(3), c.n()));
    second!(2e-6; labelled labelled_vjp labelled_jvp labelled_grad labelled_hvp labelled_hessian at [0.4, 0.9, -1.6, 1.1, 0.3, -0.2, 0.8]; c => (&c.rows(3, 2), c.n()); (&c.rows(3, 2), c.n()));
    second!(2e-6; chains chains_vjp chains_jvp chains_grad chains_hvp chains_hessian at [0.4, 0.9, -0.6, 1.1, 0.3, -0.2, 0.8, 0.5, 0.7]; c => (&c.vec(4), &c.vec(4), c.n()); (&c.vec(4), &c.vec(4), c.n()));
    second!(2e-6; peeked peeked_vjp peeked_jvp peeked_grad peeked_hvp peeked_hessian at [0.4, 0.9, -0.6, 1.1, 0.7]; c => (&c.vec(5)); &c.vec(5));
    second!(2e-6; grouped grouped_vjp grouped_jvp grouped_grad grouped_hvp grouped_hessian at [0.4, 0.9, -0.6, 1.1, 0.7]; c => (&c.vec(5), &[0, 1, 0, 1, 0]); &c.vec(5));
    second!(2e-6; partitioned partitioned_vjp partitioned_jvp partitioned_grad partitioned_hvp partitioned_hessian at [0.4, 0.9, -0.6, -1.1, 0.7]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    second!(2e-6; retained retained_vjp retained_jvp retained_grad retained_hvp retained_hessian at [0.4, 0.9, -0.6, -1.1, 0.7]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    second!(2e-6; ping_pong ping_pong_vjp ping_pong_jvp ping_pong_grad ping_pong_hvp ping_pong_hessian at [0.4, 0.9, -0.6, 0.8]; c => (&c.vec(3), c.n(), 3); (&c.vec(3), c.n()));
    second!(2e-6; replaced replaced_vjp replaced_jvp replaced_grad replaced_hvp replaced_hessian at [0.4, 0.9, -0.6, 0.8]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    second!(2e-6; split_mut split_mut_vjp split_mut_jvp split_mut_grad split_mut_hvp split_mut_hessian at [0.4, 0.9, -0.6, 0.8, 1.3]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    second!(2e-6; lookback lookback_vjp lookback_jvp lookback_grad lookback_hvp lookback_hessian at [0.4, 0.9]; c => (c.n(), c.n(), 7); (c.n(), c.n()));
    second!(2e-6; heap_like heap_like_vjp heap_like_jvp heap_like_grad heap_like_hvp heap_like_hessian at [0.4, 0.9, -0.6, 0.8, 1.3]; c => (&c.vec(5)); &c.vec(5));
    second!(2e-6; arm_energy arm_energy_vjp arm_energy_jvp arm_energy_grad arm_energy_hvp arm_energy_hessian at [0.4, 0.9, 0.6, 0.8, 1.3, 0.3, -0.5, 0.2, 0.7, -0.2]; c => (&arm(&mut c), &c.arr()); (&c.fill(zero(&arm0())), &c.arr()));
    second!(2e-6; arm_changed arm_changed_vjp arm_changed_jvp arm_changed_grad arm_changed_hvp arm_changed_hessian at [0.4, 0.9, 0.6, 0.8, 1.3, 0.3, -0.5, 0.2, 0.7]; c => (&arm(&mut c), c.n()); (&c.fill(zero(&arm0())), c.n()));
    second!(2e-6; eval eval_vjp eval_jvp eval_grad eval_hvp eval_hessian at [1.4, 1.9, 0.6, 0.8]; c => (&tree(&mut c), &c.vec(2)); (&c.fill(zero(&tree(&mut Cur::new(&[0.0; 2])))), &c.vec(2)));
    second!(2e-6; machine machine_vjp machine_jvp machine_grad machine_hvp machine_hessian at [0.4, 0.9, 0.6, 0.8, 0.3, 0.7, 0.5]; c => (&c.vec(6), &Mode::Idle, c.n()); (&c.vec(6), &c.fill(zero(&Mode::Idle)), c.n()));
    second!(2e-6; machine machine_vjp machine_jvp machine_grad machine_hvp machine_hessian at [0.4, 0.9, 0.6, 0.8, 0.3]; c => (&c.vec(3), &Mode::Ramp { rate: c.n(), left: 1 }, c.n()); (&c.vec(3), &c.fill(zero(&Mode::Ramp { rate: 0.0, left: 1 })), c.n()));
    second!(2e-6; matched_mut matched_mut_vjp matched_mut_jvp matched_mut_grad matched_mut_hvp matched_mut_hessian at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(2e-6; opts opts_vjp opts_jvp opts_grad opts_hvp opts_hessian at [0.4, 0.9, 0.6, 0.7]; c => (Some(c.n()), &[Some(c.n()), None, Some(c.n())], c.n()); (Some(c.n()), &[Some(c.n()), None, Some(c.n())], c.n()));
    second!(2e-6; opts opts_vjp opts_jvp opts_grad opts_hvp opts_hessian at [0.9, 0.6, 0.7]; c => (None, &[Some(c.n()), Some(c.n())], c.n()); (None, &[Some(c.n()), Some(c.n())], c.n()));
    first!(2e-6; questioned questioned_vjp questioned_jvp at [0.4, 0.9, -0.6]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    second!(2e-6; questioned_s questioned_s_vjp questioned_s_jvp questioned_s_grad questioned_s_hvp questioned_s_hessian at [0.4, 0.9, -0.6]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
}
#[test]
fn several_directions() {
    lanes!(rules_a rules_a_jvp rules_a_jvp_lanes at [0.7, 1.3]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(rules_c rules_c_jvp rules_c_jvp_lanes at [1.7, 1.3]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(choices choices_jvp choices_jvp_lanes at [0.7, 1.3, -0.4]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    lanes!(flags flags_jvp flags_jvp_lanes at [0.7, 1.3, -0.4, 0.9, 0.3, 1.2]; c => (&c.vec(5), c.n()); (&*c.vec(5), c.n()));
    lanes!(bubble bubble_jvp bubble_jvp_lanes at [0.7, -1.3, 0.4, -0.9, 1.1]; c => (&c.vec(4), c.n()); (&*c.vec(4), c.n()));
    lanes!(collatz collatz_jvp collatz_jvp_lanes at [0.7, 1.3]; c => (c.n(), c.n(), 6); (c.n(), c.n()));
    lanes!(rows_in_place rows_in_place_jvp rows_in_place_jvp_lanes at [0.3, 2.0, 0.5, 1.5, 0.2, -0.4, 0.1, 0.9, 2.2, 1.0, 0.5, -0.7]; c => (&c.rows(3, 3), &c.vec(3)); (&*c.rows(3, 3), &*c.vec(3)));
    lanes!(stencil3 stencil3_jvp stencil3_jvp_lanes at [0.1, 0.5, -0.3, 0.7, 0.9, 0.2, 0.4, -0.6, 0.8, 0.3, -0.2, 0.6, 0.15]; c => (&c.mat::<3, 4>(), c.n(), 3); (&c.mat::<3, 4>(), c.n()));
    lanes!(checkpointed checkpointed_jvp checkpointed_jvp_lanes at [0.4, 0.9, -0.6, 1.1]; c => (&c.vec(3), c.n(), 7); (&*c.vec(3), c.n()));
    lanes!(labelled labelled_jvp labelled_jvp_lanes at [0.4, 0.9, -1.6, 1.1, 0.3, -0.2, 0.8]; c => (&c.rows(3, 2), c.n()); (&*c.rows(3, 2), c.n()));
    lanes!(chains chains_jvp chains_jvp_lanes at [0.4, 0.9, -0.6, 1.1, 0.3, -0.2, 0.8, 0.5, 0.7]; c => (&c.vec(4), &c.vec(4), c.n()); (&*c.vec(4), &*c.vec(4), c.n()));
    lanes!(peeked peeked_jvp peeked_jvp_lanes at [0.4, 0.9, -0.6, 1.1, 0.7]; c => (&c.vec(5)); &*c.vec(5));
    lanes!(grouped grouped_jvp grouped_jvp_lanes at [0.4, 0.9, -0.6, 1.1, 0.7]; c => (&c.vec(5), &[0, 1, 0, 1, 0]); &*c.vec(5));
    lanes!(partitioned partitioned_jvp partitioned_jvp_lanes at [0.4, 0.9, -0.6, -1.1, 0.7]; c => (&c.vec(4), c.n()); (&*c.vec(4), c.n()));
    lanes!(retained retained_jvp retained_jvp_lanes at [0.4, 0.9, -0.6, -1.1, 0.7]; c => (&c.vec(4), c.n()); (&*c.vec(4), c.n()));
    lanes!(ping_pong ping_pong_jvp ping_pong_jvp_lanes at [0.4, 0.9, -0.6, 0.8]; c => (&c.vec(3), c.n(), 3); (&*c.vec(3), c.n()));
    lanes!(replaced replaced_jvp replaced_jvp_lanes at [0.4, 0.9, -0.6, 0.8]; c => (&c.vec(3), c.n()); (&*c.vec(3), c.n()));
    lanes!(split_mut split_mut_jvp split_mut_jvp_lanes at [0.4, 0.9, -0.6, 0.8, 1.3]; c => (&c.vec(4), c.n()); (&*c.vec(4), c.n()));
    lanes!(lookback lookback_jvp lookback_jvp_lanes at [0.4, 0.9]; c => (c.n(), c.n(), 7); (c.n(), c.n()));
    lanes!(heap_like heap_like_jvp heap_like_jvp_lanes at [0.4, 0.9, -0.6, 0.8, 1.3]; c => (&c.vec(5)); &*c.vec(5));
    lanes!(arm_energy arm_energy_jvp arm_energy_jvp_lanes at [0.4, 0.9, 0.6, 0.8, 1.3, 0.3, -0.5, 0.2, 0.7, -0.2]; c => (&arm(&mut c), &c.arr()); (&c.fill(zero(&arm0())), &c.arr()));
    lanes!(arm_changed arm_changed_jvp arm_changed_jvp_lanes at [0.4, 0.9, 0.6, 0.8, 1.3, 0.3, -0.5, 0.2, 0.7]; c => (&arm(&mut c), c.n()); (&c.fill(zero(&arm0())), c.n()));
    lanes!(eval eval_jvp eval_jvp_lanes at [1.4, 1.9, 0.6, 0.8]; c => (&tree(&mut c), &c.vec(2)); (&c.fill(zero(&tree(&mut Cur::new(&[0.0; 2])))), &*c.vec(2)));
    lanes!(machine machine_jvp machine_jvp_lanes at [0.4, 0.9, 0.6, 0.8, 0.3, 0.7, 0.5]; c => (&c.vec(6), &Mode::Idle, c.n()); (&*c.vec(6), &c.fill(zero(&Mode::Idle)), c.n()));
    lanes!(machine machine_jvp machine_jvp_lanes at [0.4, 0.9, 0.6, 0.8, 0.3]; c => (&c.vec(3), &Mode::Ramp { rate: c.n(), left: 1 }, c.n()); (&*c.vec(3), &c.fill(zero(&Mode::Ramp { rate: 0.0, left: 1 })), c.n()));
    lanes!(matched_mut matched_mut_jvp matched_mut_jvp_lanes at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
    lanes!(opts opts_jvp opts_jvp_lanes at [0.4, 0.9, 0.6, 0.7]; c => (Some(c.n()), &[Some(c.n()), None, Some(c.n())], c.n()); (Some(c.n()), &*vec![Some(c.n()), None, Some(c.n())], c.n()));
    lanes!(opts opts_jvp opts_jvp_lanes at [0.9, 0.6, 0.7]; c => (None, &[Some(c.n()), Some(c.n())], c.n()); (None, &*vec![Some(c.n()), Some(c.n())], c.n()));
    lanes!(questioned questioned_jvp questioned_jvp_lanes at [0.4, 0.9, -0.6]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
}
#[differentiate]
fn third_rules_a(x: f64, y: f64) -> f64 {
    let (_, _, (g0, g1)) = rules_a_hvp(x, y, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[differentiate]
fn third_rules_c(x: f64, y: f64) -> f64 {
    let (_, _, (g0, g1)) = rules_c_hvp(x, y, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[differentiate]
fn third_choices(x: f64, y: f64, z: f64) -> f64 {
    let (_, _, (g0, g1, g2)) = choices_hvp(x, y, z, (0.3, 0.7, 1.1));
    g0 * 1.0 + g1 * 0.7 + g2 * 0.4
}
#[differentiate]
fn third_flags(x: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = flags_hvp(x, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[differentiate]
fn third_bubble(x: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = bubble_hvp(x, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[differentiate]
fn third_peeked(x: &[f64]) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, g0) = peeked_hvp(x, &d0);
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>()
}
#[differentiate]
fn third_partitioned(x: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = partitioned_hvp(x, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[differentiate]
fn third_retained(x: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = retained_hvp(x, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[differentiate]
fn third_replaced(x: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = replaced_hvp(x, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[differentiate]
fn third_split_mut(x: &[f64], k: f64) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, (g0, g1)) = split_mut_hvp(x, k, (&d0, 0.7));
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>() + g1 * 0.7
}
#[differentiate]
fn third_heap_like(x: &[f64]) -> f64 {
    let d0 = vec![0.5; x.len()];
    let (_, _, g0) = heap_like_hvp(x, &d0);
    g0.iter().enumerate().map(|(i, g)| g * (0.3 + i as f64)).sum::<f64>()
}
#[differentiate]
fn third_matched_mut(x: f64, y: f64) -> f64 {
    let (_, _, (g0, g1)) = matched_mut_hvp(x, y, (0.3, 0.7));
    g0 * 1.0 + g1 * 0.7
}
#[test]
fn third_derivatives() {
    first!(2e-5; third_rules_a third_rules_a_vjp third_rules_a_jvp at [0.7, 1.3]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-5; third_rules_c third_rules_c_vjp third_rules_c_jvp at [1.7, 1.3]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(2e-5; third_choices third_choices_vjp third_choices_jvp at [0.7, 1.3, -0.4]; c => (c.n(), c.n(), c.n()); (c.n(), c.n(), c.n()));
    first!(2e-5; third_flags third_flags_vjp third_flags_jvp at [0.7, 1.3, -0.4, 0.9, 0.3, 1.2]; c => (&c.vec(5), c.n()); (&c.vec(5), c.n()));
    first!(2e-5; third_bubble third_bubble_vjp third_bubble_jvp at [0.7, -1.3, 0.4, -0.9, 1.1]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    first!(2e-5; third_peeked third_peeked_vjp third_peeked_jvp at [0.4, 0.9, -0.6, 1.1, 0.7]; c => (&c.vec(5)); &c.vec(5));
    first!(2e-5; third_partitioned third_partitioned_vjp third_partitioned_jvp at [0.4, 0.9, -0.6, -1.1, 0.7]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    first!(2e-5; third_retained third_retained_vjp third_retained_jvp at [0.4, 0.9, -0.6, -1.1, 0.7]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    first!(2e-5; third_replaced third_replaced_vjp third_replaced_jvp at [0.4, 0.9, -0.6, 0.8]; c => (&c.vec(3), c.n()); (&c.vec(3), c.n()));
    first!(2e-5; third_split_mut third_split_mut_vjp third_split_mut_jvp at [0.4, 0.9, -0.6, 0.8, 1.3]; c => (&c.vec(4), c.n()); (&c.vec(4), c.n()));
    first!(2e-5; third_heap_like third_heap_like_vjp third_heap_like_jvp at [0.4, 0.9, -0.6, 0.8, 1.3]; c => (&c.vec(5)); &c.vec(5));
    first!(2e-5; third_matched_mut third_matched_mut_vjp third_matched_mut_jvp at [0.4, 0.9]; c => (c.n(), c.n()); (c.n(), c.n()));
}
