//! Parts of structs and variants that are moved, lent to calls in loops, skipped, or have other names here than where they are declared.

use autodiff_core::{Differentiable, differentiate};

#[differentiate(hessian, lanes)]
fn advance(pos: &mut f64, speed: f64, dt: f64) {
    *pos += speed * dt;
}

#[differentiate(hessian, lanes)]
fn step(x: &mut f64, k: f64) -> f64 {
    let old = *x;
    *x = *x * 0.9 + k.sin();
    *x - old
}

/// The loops look at `pos`, `x`, `acc` or `w` alone, which begin as constants.
#[differentiate(hessian, lanes)]
fn travelled(speed: f64, dt: f64, n: usize) -> f64 {
    let mut pos = 0.0;
    let mut total = 0.0;
    for _ in 0..n {
        advance(&mut pos, speed, dt);
        total += pos * pos;
    }
    total + pos
}

#[differentiate(hessian, lanes)]
fn dropped(k: f64, n: usize) -> f64 {
    let (mut x, mut s) = (1.0, 0.0);
    for i in 0..n {
        let _ = step(&mut x, k);
        s += x * (0.5 + i as f64);
        step(&mut x, k * 0.5);
    }
    s + x * 3.0
}

#[differentiate(hessian, lanes)]
fn in_branches_and_loops(y: f64, n: usize) -> f64 {
    let mut acc = 0.0;
    let mut s = 0.0;
    for i in 0..n {
        if i % 2 == 0 {
            for j in 0..i + 1 {
                advance(&mut acc, y, 0.1 * j as f64 + y);
            }
        } else {
            s += acc * i as f64;
        }
    }
    s + 2.0 * acc
}

#[differentiate(hessian, lanes)]
fn of_elements(y: f64, n: usize) -> f64 {
    let mut w = vec![0.5; n];
    let mut s = 0.0;
    for i in 0..n {
        advance(&mut w[i], y, 1.0 + i as f64);
        s += w[0] * (i as f64 + 0.5);
    }
    s + w[n - 1] * w[1]
}

#[derive(Clone, Debug, Differentiable)]
struct Clock {
    t: f64,
}

#[differentiate(hessian, lanes)]
impl Clock {
    fn tick(&mut self, dt: f64) {
        self.t += dt * (1.0 + self.t * 0.1);
    }
}

#[differentiate(hessian, lanes)]
fn beside_a_method(dt: f64, n: usize) -> f64 {
    let mut c = Clock { t: 0.5 };
    let mut w = 1.0;
    for _ in 0..n {
        w += w * 0.2;
        c.tick(dt);
    }
    w += dt;
    w * c.t
}

#[derive(Clone, Debug, Differentiable)]
struct Outline {
    pts: Vec<f64>,
    last: Vec<f64>,
    scale: f64,
}

#[derive(Clone, Debug, Differentiable)]
enum Shape {
    Poly { scale: f64, pts: Vec<f64>, end: Option<Vec<f64>> },
    Dot(f64),
}

#[differentiate(hessian, lanes)]
fn to_shape(o: Outline, k: f64) -> Shape {
    if k > 10.0 { Shape::Dot(k) } else { Shape::Poly { scale: o.scale * k, end: Some(o.last), pts: o.pts } }
}

#[differentiate(hessian, lanes)]
fn sum(pts: Vec<f64>, k: f64) -> f64 {
    pts.iter().sum::<f64>() * k
}

#[differentiate(hessian, lanes)]
fn rescaled(pair: (Outline, f64)) -> Outline {
    Outline { scale: pair.0.scale * pair.1, ..pair.0 }
}

#[derive(Clone, Debug, Differentiable)]
struct Osc(f64, #[differentiable(skip)] f64, Vec<f64>);

#[differentiate(hessian, lanes)]
impl Osc {
    fn drift(&self, x: f64) -> f64 {
        let mut acc = self.1;
        acc += x * self.0;
        acc *= 2.0 + self.1 * x;
        acc + x
    }
    fn halve(&mut self, k: f64) {
        self.1 *= 0.5;
        self.0 = self.0 * self.1 + k;
        self.1 = 0.75;
        self.2[0] *= self.1;
    }
}

/// The file does not tell what its cotangent has.
#[cfg(not(any()))]
#[derive(Clone, Debug, Differentiable)]
struct Hidden(f64, #[differentiable(skip)] f64);

#[differentiate(hessian, lanes)]
fn chosen(o: &mut Hidden, x: f64) -> f64 {
    let mut y = o.1;
    if x > 0.1 {
        y = x * o.0 * y;
    }
    o.1 = 0.5;
    o.1 += 0.25;
    o.0 = o.1 * x;
    y * o.1 + x
}

mod shapes {
    use autodiff_core::Differentiable;

    #[derive(Clone, Debug, Differentiable)]
    pub enum Figure {
        Circle(f64),
        Rect { w: f64, h: f64 },
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct Point(pub f64, pub f64);
}

use shapes::Figure::{self, Circle as Round, Rect as Brick};
use shapes::Point as P2;

#[differentiate(hessian, lanes)]
fn grown(s: &Figure, k: f64) -> Figure {
    match s {
        Round(r) => Brick { w: r * k, h: *r },
        Brick { w, h } => Round(w * h * k),
    }
}

#[differentiate(hessian, lanes)]
fn turned(p: &P2, k: f64) -> P2 {
    P2(p.0 * k - p.1, p.0 + p.1 * k)
}

crate::cases! { 6, 0.35, 1.5;
    moved_by_a_call v {
        travelled(v[0], 0.3 * v[1], 5) * 1.7 + v[2]
    }
    moved_by_calls_whose_results_are_dropped v {
        dropped(v[3], 4) + dropped(v[1] * v[2], 3)
    }
    moved_in_branches_and_inner_loops v {
        in_branches_and_loops(v[4], v.len() - 1) - v[0]
    }
    moved_elements v {
        of_elements(v[2], 5)
    }
    moved_by_a_method v {
        beside_a_method(v[0], 3) + beside_a_method(v[1], 2) * 0.5
    }
    moved_into_a_variant v {
        let o = Outline { pts: vec![v[0], v[1] * v[2]], last: vec![v[5]], scale: v[3] };
        match to_shape(o, v[4]) {
            Shape::Poly { pts, end, scale } => pts.iter().sum::<f64>() * scale * end.map_or(1.0, |e| e[0]),
            Shape::Dot(r) => r,
        }
    }
    moved_into_a_call v {
        let o = Outline { pts: vec![v[0], v[1] * v[2]], last: vec![v[5]], scale: v[3] };
        let s = sum(o.pts, o.scale);
        s * sum(o.last, v[4])
    }
    moved_as_a_base v {
        let o = Outline { pts: vec![v[0], v[1] * v[2]], last: vec![v[5]], scale: v[3] };
        let o = rescaled((o, v[4]));
        sum(o.pts, o.scale) + o.last[0]
    }
    skipped_position_read v {
        Osc(v[0], 0.75, vec![]).drift(v[1]) * v[2]
    }
    skipped_position_written v {
        let mut o = Osc(v[0], 1.5, vec![v[1], v[2]]);
        for i in 0..3 {
            o.halve(v[3 + i]);
        }
        o.0 * o.2[0] + o.2[1] * o.1
    }
    skipped_position_of_an_unknown_struct v {
        let mut o = Hidden(v[0], 0.75);
        chosen(&mut o, v[1]) * v[2] + chosen(&mut o, v[3]) + o.0
    }
    other_names v {
        let a = grown(&Round(v[0]), v[1]);
        let b = grown(&a, v[2]);
        let area = |s: &Figure| match s {
            Round(r) => 3.0 * r * r,
            Brick { w, h } => w * h,
        };
        let P2(x, y) = turned(&P2(v[3], v[4]), v[5]);
        area(&a) + 2.0 * area(&b) + x * y
    }
}
