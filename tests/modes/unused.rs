//! What a function computes in front of a branch that does not use it, and whose partials are infinite or not numbers: it poisons no derivative.

use crate::harness::*;
use autodiff_core::differentiate;

#[differentiate(order = 4, lanes)]
fn na(x: f64, y: f64) -> f64 {
    let r = (x * x + y * y).sqrt();
    let u = x / r;
    let l = (x - y).ln();
    if x > 100.0 {
        u * l
    } else if x == 0.0 && y == 0.0 {
        x + y * y * 3.0 + x * y
    } else {
        r
    }
}
#[differentiate(order = 4, lanes)]
fn nb(x: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for v in x {
        let a = v.abs().sqrt();
        let b = 1.0 / v;
        let e = v.powf(k);
        s += if *v > 0.0 { a * b * e } else { v * v * k };
    }
    s
}
#[differentiate(order = 4, lanes)]
fn nc(x: f64, k: f64) -> f64 {
    let q = k / x;
    let n = (x * k).sqrt() + x.hypot(x) + (x / k + 3.0).acos() + x.atan2(x);
    let used = x > 1.0;
    let z = match used {
        true => q * n,
        false => k * k * x,
    };
    z * z
}
#[differentiate(order = 4, lanes)]
fn helper(x: f64) -> f64 {
    x.sqrt() / x
}
#[differentiate(order = 4, lanes)]
fn ne(x: f64, k: f64) -> f64 {
    let h = helper(x);
    let p = [h, h * h];
    if x > 0.0 { p[0] * p[1] } else { x * k * k }
}
#[differentiate(order = 4, lanes)]
fn nf(x: f64, k: f64) -> f64 {
    let mut h = x.ln();
    let mut i = 0;
    while i < 3 {
        if h.is_finite() {
            h = h * k;
        } else {
            h = k * x;
        }
        i += 1;
    }
    h * k
}
#[differentiate(order = 4, lanes)]
fn ng(x: f64, k: f64) -> f64 {
    let h = (x / 0.0_f64.max(x)).sqrt();
    let g = if h > 0.0 { Some(h * k) } else { None };
    g.map_or(k * k * x + x * x, |v| v * x)
}
#[differentiate(hessian)]
fn ta(x: f64, k: f64) -> f64 {
    let (_, _, (a, b)) = na_hvp(x, k, (1.0, 0.5));
    a + b * 0.5
}
#[differentiate(hessian)]
fn tb(x: &[f64], k: f64) -> f64 {
    let d = vec![1.0; x.len()];
    let (_, _, (a, b)) = nb_hvp(x, k, (&d, 0.5));
    a[0] + a[1] + b * 0.5
}
#[differentiate(hessian)]
fn tc(x: f64, k: f64) -> f64 {
    let (_, _, (a, b)) = nc_hvp(x, k, (1.0, 0.5));
    a + b * 0.5
}
#[differentiate(hessian)]
fn te(x: f64, k: f64) -> f64 {
    let (_, _, (a, b)) = ne_hvp(x, k, (1.0, 0.5));
    a + b * 0.5
}
#[differentiate(hessian)]
fn tf(x: f64, k: f64) -> f64 {
    let (_, _, (a, b)) = nf_hvp(x, k, (1.0, 0.5));
    a + b * 0.5
}
#[differentiate(hessian)]
fn tg(x: f64, k: f64) -> f64 {
    let (_, _, (a, b)) = ng_hvp(x, k, (1.0, 0.5));
    a + b * 0.5
}

/// All modes against those of the side that is used, alone.
macro_rules! as_alone {
    ($f:ident $grad:ident $hvp:ident $hess:ident $jvp:ident $lanes:ident $third:ident, $alone:expr, at $x:expr; $c:ident => ($($a:expr),*); $dir:expr) => { {
        let at: Vec<f64> = $x.to_vec();
        let alone: &dyn Fn(&[f64]) -> f64 = &$alone;
        let one = |x: &[f64]| vec![alone(x)];
        let want = jacobian(&one, &at);
        let name = stringify!($f);
        let mut $c = Cur::new(&at);
        close(name, &flat(&$grad($($a),*).1), &want[0], 1e-7);
        let second = |x: &[f64]| jacobian(&one, x).concat();
        let hessian = jacobian(&second, &at);
        let mut $c = Cur::new(&at);
        let (_, g, h) = $hess($($a),*);
        close(name, &flat(&g), &want[0], 1e-7);
        for (row, want) in h.to_rows().iter().zip(&hessian) {
            close(name, row, want, 1e-5);
        }
        let d = random(at.len(), 3);
        let moved = [&at[..], &d[..]].concat();
        let mut $c = Cur::new(&moved);
        let (_, g, p) = $hvp($($a,)* $dir);
        close(name, &flat(&g), &want[0], 1e-7);
        close(name, &flat(&p), &hessian.iter().map(|r| dot(r, &d)).collect::<Vec<_>>(), 1e-5);
        let mut $c = Cur::new(&moved);
        close(name, &[$jvp($($a,)* $dir).1], &[dot(&want[0], &d)], 1e-7);
        lanes!($f $jvp $lanes at at; $c => ($($a),*); $dir);
        let mut $c = Cur::new(&at);
        assert!(flat(&$third($($a),*).1).iter().all(|g| g.is_finite()), "third derivatives of {name}");
    } };
}
#[test]
fn does_not_poison() {
    as_alone!(na na_grad na_hvp na_hessian na_jvp na_jvp_lanes ta_grad, |x| x[0] + x[1] * x[1] * 3.0 + x[0] * x[1], at [0.0, 0.0]; c => (c.n(), c.n()); (c.n(), c.n()));
    as_alone!(nb nb_grad nb_hvp nb_hessian nb_jvp nb_jvp_lanes tb_grad, |x| x[..2].iter().map(|v| v * v * x[2]).sum(), at [0.0, -0.5, 1.5]; c => (&c.vec(2), c.n()); (&*c.vec(2), c.n()));
    for at in [[0.0, 1.5], [-0.3, 1.5]] {
        as_alone!(nc nc_grad nc_hvp nc_hessian nc_jvp nc_jvp_lanes tc_grad, |x| (x[1] * x[1] * x[0]).powi(2), at at; c => (c.n(), c.n()); (c.n(), c.n()));
        as_alone!(ne ne_grad ne_hvp ne_hessian ne_jvp ne_jvp_lanes te_grad, |x| x[0] * x[1] * x[1], at at; c => (c.n(), c.n()); (c.n(), c.n()));
        as_alone!(nf nf_grad nf_hvp nf_hessian nf_jvp nf_jvp_lanes tf_grad, |x| x[0] * x[1].powi(4), at at; c => (c.n(), c.n()); (c.n(), c.n()));
        as_alone!(ng ng_grad ng_hvp ng_hessian ng_jvp ng_jvp_lanes tg_grad, |x| x[1] * x[1] * x[0] + x[0] * x[0], at at; c => (c.n(), c.n()); (c.n(), c.n()));
    }
}
