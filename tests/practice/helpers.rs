//! Helpers without the attribute that count, searches, texts, skipped parts of tuples.
use autodiff_core::{Differentiable, differentiate};

// find_map
#[differentiate]
fn findmap(v: &[f64], t: f64) -> f64 {
    let r = v.iter().find_map(|&x| if x > t { Some(x * x - t) } else { None }).unwrap_or(0.5 * v[0]);
    let s = v.windows(2).find_map(|w| (w[0] < w[1]).then(|| w[1] - w[0]));
    r + s.unwrap_or(t)
}
// integer helper without attribute
#[derive(Clone, Debug, Differentiable)]
struct Grid {
    data: Vec<f64>,
    #[differentiable(skip)]
    nx: usize,
    #[differentiable(skip)]
    ny: usize,
}
impl Grid {
    fn idx(&self, i: usize, j: usize) -> usize {
        i * self.ny + j
    }
    fn interior(&self) -> bool {
        self.nx > 2
    }
    fn size(&self) -> (usize, usize) {
        (self.nx, self.ny)
    }
}
#[differentiate]
impl Grid {
    fn at(&self, i: usize, j: usize) -> f64 {
        self.data[self.idx(i, j)]
    }
    fn set(&mut self, i: usize, j: usize, v: f64) {
        let k = self.idx(i, j);
        self.data[k] = v;
    }
    fn energy(&self) -> f64 {
        let (nx, ny) = self.size();
        let mut e = 0.0;
        for i in 0..nx {
            for j in 0..ny {
                if self.interior() && i > 0 {
                    e += (self.at(i, j) - self.data[self.idx(i - 1, j)]).powi(2);
                } else {
                    e += self.at(i, j).sin();
                }
            }
        }
        e
    }
}
#[differentiate]
fn grid(v: &[f64]) -> f64 {
    let mut g = Grid { data: v.to_vec(), nx: 3, ny: 2 };
    let k = g.idx(1, 1);
    g.data[k] *= v[0];
    g.set(2, 0, v[1] * v[2]);
    g.energy()
}
// E: map with effect
#[differentiate]
fn effect(v: &[f64]) -> f64 {
    let mut s = 0.0;
    let n = (0..3)
        .map(|i| {
            s += v[i] * v[i];
            i
        })
        .sum::<usize>();
    s * n as f64
}
#[differentiate]
fn effect2(v: &[f64]) -> f64 {
    let mut s = 0i32;
    let n = (0..3)
        .map(|i| {
            s += i;
            s
        })
        .sum::<i32>();
    v[0] * n as f64 + s as f64
}
// return u of Vec in loop
#[differentiate]
fn relax(v: &[f64], k: f64) -> Vec<f64> {
    let mut u = v.to_vec();
    for i in 0..10 {
        for x in u.iter_mut() {
            *x = *x * k + 0.1;
        }
        if u[0] > 5.0 || i == 4 {
            return u;
        }
    }
    u
}
#[differentiate]
fn relaxed(v: &[f64], k: f64) -> f64 {
    relax(v, k).iter().sum()
}
// strings
#[differentiate]
fn text(name: &str, v: &[f64]) -> f64 {
    let owned = name.to_string();
    match owned.trim() {
        "a" => v[0] * v[1],
        "b" => v[1],
        _ => v[2].sin(),
    }
}
#[differentiate]
fn texts(names: &[&str], v: &[f64]) -> f64 {
    let mut s = 0.0;
    for (n, x) in names.iter().zip(v) {
        s += match *n {
            "sq" => x * x,
            "sin" => x.sin(),
            _ => *x,
        };
    }
    s += match &names[0] {
        &"sq" => v[0],
        _ => v[1] * v[0],
    };
    s += match names[1] {
        "sin" => v[2],
        other if other.len() > 3 => 0.0,
        _ => v[1],
    };
    s
}
// inner fns calling each other
#[differentiate]
fn inner(x: f64, y: f64) -> f64 {
    fn sq(a: f64) -> f64 {
        a * a
    }
    fn hyp(a: f64, b: f64) -> f64 {
        (sq(a) + sq(b)).sqrt()
    }
    hyp(x, y) + sq(hyp(y, 1.0))
}
// chunks remainder
#[differentiate]
fn remainder(v: &[f64]) -> f64 {
    let c = v.chunks_exact(3);
    let rest: f64 = c.remainder().iter().map(|x| x * x).sum();
    let head: f64 = c.map(|w| w[0] * w[1] * w[2]).sum();
    rest + head
}
#[derive(Clone, Debug, Differentiable)]
struct Tup(f64, #[differentiable(skip)] usize, Vec<f64>);
#[differentiate]
fn tup(t: &Tup) -> f64 {
    t.0 * t.2[t.1]
}
#[differentiate]
fn tup2(a: f64, b: f64) -> f64 {
    let t = Tup(a, 1, vec![a * b, b]);
    let Tup(x, n, list) = t;
    x * n as f64 + list[1] * list[0]
}
#[derive(Clone, Debug, Differentiable)]
enum En {
    A(#[differentiable(skip)] usize, f64),
    B {
        #[differentiable(skip)]
        n: u32,
        x: f64,
    },
}
#[differentiate]
fn en(a: f64, b: f64) -> f64 {
    let l = vec![En::A(2, a), En::B { n: 3, x: b }];
    l.iter()
        .map(|e| match e {
            En::A(n, x) => *n as f64 * x,
            En::B { n, x } => x.powi(*n as i32),
        })
        .product()
}
fn tt(v: &[f64]) -> Tup {
    Tup(v[0], 1, v[1..].to_vec())
}

/// Closures that a closure makes: each has its own `k`.
#[differentiate]
fn made(a: f64, b: f64) -> f64 {
    let scale = |k: f64| move |x: f64| k * x.sin();
    let shifted = |k: f64| {
        let twice = k * 2.0;
        move |x: f64| twice * k + x
    };
    let (f, g) = (scale(a), scale(b));
    let (p, q) = (shifted(a), shifted(b * a));
    f(0.3) * g(b) + g(f(a)) * p(b) - q(p(a))
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(findmap findmap_grad findmap_vjp findmap_jvp: 6, -1.0, 1.0, |v| (&v[..5], v[5]));
    checked!(grid grid_grad grid_vjp grid_jvp: 6, -1.0, 1.0, |v| (v));
    checked!(effect effect_grad effect_vjp effect_jvp: 3, -1.0, 1.0, |v| (v));
    checked!(effect2 effect2_grad effect2_vjp effect2_jvp: 1, -1.0, 1.0, |v| (v));
    checked!(relaxed relaxed_grad relaxed_vjp relaxed_jvp: 4, -1.0, 1.0, |v| (&v[..3], v[3]));
    checked!(text text_grad text_vjp text_jvp: 3, -1.0, 1.0, |v| (" a", v));
    checked!(texts texts_grad texts_vjp texts_jvp: 3, -1.0, 1.0, |v| (&["sq", "sin", "id"], v));
    checked!(inner inner_grad inner_vjp inner_jvp: 2, -1.0, 1.0, |v| (v[0], v[1]));
    checked!(remainder remainder_grad remainder_vjp remainder_jvp: 8, -1.0, 1.0, |v| (v));
    checked!(tup tup_grad tup_vjp tup_jvp: 3, -1.0, 1.0, |v| (&tt(v)));
    checked!(tup2 tup2_grad tup2_vjp tup2_jvp: 2, -1.0, 1.0, |v| (v[0], v[1]));
    checked!(en en_grad en_vjp en_jvp: 2, -1.0, 1.0, |v| (v[0], v[1]));
    checked!(made made_grad made_vjp made_jvp: 2, -1.0, 1.0, |v| (v[0], v[1]), d => (d[0], d[1]));
}
