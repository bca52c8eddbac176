//! What functions are lent by `&mut` that carries no derivative, or that comes back as it was, in all modes.

use autodiff_core::{Differentiable, differentiate};

use super::harness::*;

/// Not `Clone`.
pub struct Generator {
    state: u64,
}

impl Generator {
    fn draw(&mut self) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 60) as usize
    }
}

#[differentiate(hessian, lanes)]
fn cubes(v: &[f64], lengths: &mut Vec<usize>) -> f64 {
    lengths.push(v.len());
    v.iter().map(|x| x * x * x).sum()
}

/// That the list holds no floats is not said here.
#[differentiate(hessian, lanes, jacobian)]
fn twice(v: &[f64]) -> f64 {
    let mut lengths = vec![];
    let first = cubes(v, &mut lengths);
    first * lengths.len() as f64 + cubes(&v[1..], &mut lengths) * lengths[0] as f64
}

#[differentiate(hessian, lanes, jacobian)]
fn drawn(
    v: &[f64],
    generator: &mut Generator,
    hits: &mut [[u32; 2]; 3],
    last: &mut Option<usize>,
    pair: &mut (usize, bool),
    rows: &mut Vec<Vec<usize>>,
    text: &mut String,
) -> f64 {
    let k = generator.draw() % v.len();
    hits[0][1] += 1;
    *last = Some(k);
    pair.0 = k;
    rows.push(vec![k]);
    text.push('x');
    v[k] * v[0].sin()
}

#[differentiate(hessian, lanes, jacobian)]
fn several(v: &[f64]) -> f64 {
    let mut generator = Generator { state: 3 };
    let (mut hits, mut last, mut pair) = ([[0; 2]; 3], None, (0, false));
    let (mut rows, mut text) = (Vec::new(), String::new());
    let mut s = 0.0;
    for _ in 0..4 {
        s += drawn(v, &mut generator, &mut hits, &mut last, &mut pair, &mut rows, &mut text);
    }
    s * hits[0][1] as f64 + rows[0].len() as f64 * v[0] + text.len() as f64 * v[1]
}

#[differentiate(hessian)]
trait Visits {
    fn visit(&self, x: f64, seen: &mut Vec<usize>) -> f64;
    #[differentiate(wrt(x))]
    fn with_buffer(&self, x: f64, buffer: &mut [f64]) -> f64 {
        buffer[0] = 1.0;
        self.visit(x, &mut vec![3]) * buffer[0]
    }
}

#[derive(Clone, Differentiable)]
struct Walk {
    k: f64,
}

#[differentiate(hessian)]
impl Visits for Walk {
    fn visit(&self, x: f64, seen: &mut Vec<usize>) -> f64 {
        seen.push(1);
        self.k * x * x * x
    }
}

#[differentiate(hessian, wrt(x))]
fn walked<V: Visits>(v: &V, x: f64) -> f64 {
    let mut seen = vec![0];
    v.visit(x, &mut seen) * v.visit(2.0 * x, &mut seen) * seen.len() as f64
}

fn of_list(
    name: &str,
    f: fn(&[f64]) -> f64,
    grad: F,
    hvp: &dyn Fn(&[f64], &[f64]) -> (f64, Vec<f64>, Vec<f64>),
    hess: &dyn Fn(&[f64]) -> (f64, Vec<f64>, Vec<Vec<f64>>),
) {
    second(name, 1e-6, &[0.5, 0.7, -0.2], &|x| vec![f(x)], grad, hvp, hess);
}

#[test]
fn lists_of_positions() {
    let x = [0.5, 0.7, -0.2];
    second(
        "cubes",
        1e-6,
        &x,
        &|x| vec![cubes(x, &mut vec![])],
        &|x| cubes_grad(x, &mut vec![]).1,
        &|x, d| cubes_hvp(x, &mut vec![], d),
        &|x| cubes_hessian(x, &mut vec![]),
    );
    let mut lengths = vec![7];
    let (value, tangent) = cubes_jvp(&x, &mut lengths, &[1.0, 0.0, 0.0]);
    assert_eq!((value, lengths), (cubes(&x, &mut vec![]), vec![7, 3]));
    close("cubes_jvp", &[tangent], &[0.75], 1e-12);
    of_list("twice", twice, &|x| twice_grad(x).1, &|x, d| twice_hvp(x, d), &|x| twice_hessian(x));
    jac("twice", 1e-6, &x, &|x| vec![twice(x)], {
        let (v, j) = twice_jacobian(&x);
        (vec![v], j)
    });
    close("twice_jvp", &[twice_jvp(&x, &[0.3, -1.0, 2.0]).1], &along(&|x| vec![twice(x)], &x, &[0.3, -1.0, 2.0]), 1e-7);
}

#[test]
fn states_of_many_types() {
    let x = [0.5, 0.7, -0.2];
    of_list("several", several, &|x| several_grad(x).1, &|x, d| several_hvp(x, d), &|x| several_hessian(x));
    jac("several", 1e-6, &x, &|x| vec![several(x)], {
        let (v, j) = several_jacobian(&x);
        (vec![v], j)
    });
    // Of what cannot be copied, there are all siblings that hand it on once.
    let mut generator = Generator { state: 3 };
    let (mut hits, mut last, mut pair) = ([[0; 2]; 3], None, (0, false));
    let (mut rows, mut text) = (Vec::new(), String::new());
    let d = [0.3, -1.0, 2.0];
    let (_, _, product) = drawn_hvp(&x, &mut generator, &mut hits, &mut last, &mut pair, &mut rows, &mut text, &d);
    let gradient = |x: &[f64]| {
        let (mut generator, mut text) = (Generator { state: 3 }, String::new());
        drawn_grad(x, &mut generator, &mut [[0; 2]; 3], &mut None, &mut (0, true), &mut vec![], &mut text).1
    };
    close("drawn_hvp", &product, &along(&gradient, &x, &d), 1e-6);
    assert_eq!((hits[0][1], rows.len(), text.len()), (1, 1, 1));
}

#[test]
fn functions_of_traits() {
    let walk = Walk { k: 0.7 };
    second(
        "walked",
        1e-6,
        &[0.4],
        &|x| vec![walked(&walk, x[0])],
        &|x| vec![walked_grad(&walk, x[0]).1],
        &|x, d| {
            let (v, g, h) = walked_hvp(&walk, x[0], d[0]);
            (v, vec![g], vec![h])
        },
        &|x| {
            let (v, g, h) = walked_hessian(&walk, x[0]);
            (v, vec![g], vec![vec![h]])
        },
    );
    let (_, tangent) = walk.visit_jvp(0.4, &mut vec![], (&zero(&walk), 1.0));
    close("visit_jvp", &[tangent], &[3.0 * 0.7 * 0.16], 1e-12);
    let mut buffer = [0.0];
    close("with_buffer_grad", &[walk.with_buffer_grad(0.4, &mut buffer).1], &[3.0 * 0.7 * 0.16], 1e-12);
    close("with_buffer_jvp", &[walk.with_buffer_jvp(0.4, &mut buffer, 2.0).1], &[6.0 * 0.7 * 0.16], 1e-12);
    close("with_buffer_hvp", &[walk.with_buffer_hvp(0.4, &mut buffer, 2.0).2], &[12.0 * 0.7 * 0.4], 1e-12);
}

#[differentiate(hessian)]
fn potential(q: &[f64], scale: f64) -> f64 {
    let r2: f64 = q.iter().map(|v| v * v).sum();
    0.5 * r2 * scale + 0.1 * (q[0] * q[1]).sin() + (1.0 + r2).ln()
}

/// Siblings take by `&` what the function is lent by `&mut`.
#[differentiate]
fn leapfrog(q: &mut Vec<f64>, p: &mut [f64], scale: f64, step: f64) {
    let (_, (force, _)) = potential_grad(q, scale);
    for (p, f) in p.iter_mut().zip(&force) {
        *p -= 0.5 * step * f;
    }
    for (q, p) in q.iter_mut().zip(p.iter()) {
        *q += step * p;
    }
    let force = potential_grad(q, scale).1.0;
    for i in 0..p.len() {
        p[i] -= 0.5 * step * force[i];
    }
}

#[differentiate]
fn jumped(x: &[f64]) -> f64 {
    let (mut q, mut p) = (x[..2].to_vec(), x[2..4].to_vec());
    for _ in 0..5 {
        leapfrog(&mut q, &mut p, x[4], x[5]);
    }
    potential(&q, x[4]) + p.iter().map(|v| v * v).sum::<f64>() - q[0] * q[1]
}

#[test]
fn siblings_of_what_is_lent() {
    let x = [0.5, -0.3, 0.8, 1.0, 1.3, 0.11];
    close("jumped", &jumped_grad(&x).1, &jacobian(&|x| vec![jumped(x)], &x)[0], 1e-7);
    close("jumped", &[jumped_jvp(&x, &[1.0; 6]).1], &along(&|x| vec![jumped(x)], &x, &[1.0; 6]), 1e-7);
}

/// Without a derive.
struct Task {
    points: Vec<f64>,
}

#[differentiate(hessian, wrt(w))]
fn misfit(w: f64, task: &Task) -> f64 {
    task.points.iter().map(|x| (x * w).sin().powi(2)).sum()
}

/// The pullback kept references to the parts of the pairs.
#[differentiate(wrt(w))]
fn learned(w: f64, tasks: &[(Task, Task)]) -> f64 {
    let mut s = 0.0;
    for (train, test) in tasks {
        let mut fast = w;
        for _ in 0..2 {
            let (_, slope) = misfit_grad(fast, train);
            fast -= 0.1 * slope;
        }
        s += misfit(fast, test) * misfit(s, train);
    }
    s
}

#[test]
fn pairs_that_are_taken_apart() {
    let task = |a: f64| Task { points: vec![a, 0.5 * a + 0.2] };
    let tasks = [(task(0.3), task(0.9)), (task(-0.5), task(0.4))];
    close("learned", &[learned_grad(0.6, &tasks).1], &jacobian(&|x| vec![learned(x[0], &tasks)], &[0.6])[0], 1e-7);
    close("learned", &[learned_jvp(0.6, &tasks, 1.0).1], &jacobian(&|x| vec![learned(x[0], &tasks)], &[0.6])[0], 1e-7);
}
