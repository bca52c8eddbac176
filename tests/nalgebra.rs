//! Vectors, matrices and points of `nalgebra`.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};
use nalgebra::{DMatrix, DVector, Matrix2x3, Matrix3, Matrix4, Point3, SMatrix, Vector2, Vector3, Vector4};

/// The derivative of `f` at 0.
fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

const SEED: f64 = -1.75;

#[differentiate(hessian)]
fn turned(m: &Matrix3<f64>, v: Vector3<f64>, s: f64) -> f64 {
    let w = m * v * s + Vector3::new(s, 0.0, v.x);
    let u = -w + v / s - 2.0 * w;
    w.dot(&v) + u.norm() * m[(0, 1)] + v[2] * w.y
}

#[differentiate(hessian)]
fn methods(a: &Matrix3<f64>, v: &Vector3<f64>, w: &Vector3<f64>, s: f64) -> f64 {
    let c = v.cross(w).normalize();
    let d = c.component_mul(v) + w.component_div(v).scale(s) - v.unscale(s);
    let t = (a.transpose() * d).add_scalar(s * s);
    let parts = t.sum() + t.mean() * a.trace() + a.determinant() + t.abs().norm_squared();
    let inverse = match a.try_inverse() {
        Some(i) => i,
        None => return s,
    };
    parts + (inverse * c).magnitude() + v.metric_distance(w) * w.magnitude_squared()
}

#[differentiate(hessian)]
fn placed(p: Point3<f64>, q: &Point3<f64>, r: &Matrix3<f64>) -> f64 {
    let mut d = p - r * q;
    d.x *= 2.0;
    d[1] += p.x;
    d += q.coords;
    d /= 2.0;
    let mut moved = p + d - q.coords * 0.5;
    moved += d;
    moved.z * moved[0] + d.norm_squared() + (moved * 0.5 - Point3::new(d.x, 1.0, p.y)).norm()
}

#[differentiate(hessian)]
fn rows(a: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    let mut y = DVector::from_element(a.nrows(), x[0]);
    y += a * x;
    let mut s = 0.0;
    for i in 0..a.nrows() {
        for j in 0..a.ncols() {
            s += a[(i, j)] * x[j] * y[i];
        }
    }
    y[1] = s * x[1];
    y.dot(&y) + a.transpose().norm_squared()
}

#[differentiate(hessian)]
fn made(x: &[f64], k: f64) -> f64 {
    let a = Matrix2x3::new(x[0], x[1], k, k * k, 1.0, x[2]);
    let b = DMatrix::from_row_slice(2, 2, x);
    let c = SMatrix::<f64, 2, 2>::from_column_slice(x);
    let d = Vector3::from_vec(vec![k, x[3] * k, x[0]]);
    let h = DVector::from_vec(vec![x[3], k * x[1]]);
    let e = Matrix3::from_diagonal(&Vector3::new(k, x[1], x[2] * x[0]));
    let f = Vector2::repeat(k * x[2]);
    let g = DMatrix::from_element(2, 2, x[1]);
    (a * e * d).norm_squared() * b[(0, 1)] * (&b * h)[1] + (c * f).dot(&f) + (b * g)[(1, 0)] * c.determinant()
}

#[differentiate]
fn rolled(state: &Vector4<f64>, gain: &Matrix4<f64>, steps: usize) -> Vector4<f64> {
    let mut x = *state;
    for k in 0..steps {
        let pushed = gain * x;
        if pushed.norm() > 4.0 {
            break;
        }
        x = if k % 2 == 0 { x + pushed * 0.1 } else { x - x.component_mul(&pushed) };
    }
    x
}

#[derive(Clone, Debug, Differentiable)]
struct Body {
    place: Point3<f64>,
    speed: Vector3<f64>,
    inertia: Matrix3<f64>,
    mass: f64,
}

#[differentiate]
impl Body {
    fn kinetic(&self) -> f64 {
        0.5 * self.mass * self.speed.norm_squared() + 0.5 * self.speed.dot(&(self.inertia * self.speed))
    }

    fn step(&mut self, force: &Vector3<f64>, dt: f64) {
        self.speed += force * (dt / self.mass);
        self.place += self.speed * dt;
    }
}

#[differentiate]
fn thrown(body: &Body, force: &Vector3<f64>, steps: usize) -> f64 {
    let mut body = body.clone();
    for _ in 0..steps {
        body.step(force, 0.1);
    }
    body.kinetic() + body.place.x * body.place.coords.y
}

fn elements<'a>(parts: impl IntoIterator<Item = &'a [f64]>) -> Vec<f64> {
    parts.into_iter().flatten().copied().collect()
}

/// Gradient and Hessian-vector product of a function of a list of numbers against differences.
fn check(
    x: &[f64],
    f: impl Fn(&[f64]) -> f64,
    vjp: impl Fn(&[f64]) -> (f64, Vec<f64>),
    hvp: impl Fn(&[f64], &[f64]) -> Vec<f64>,
    jvp: impl Fn(&[f64], &[f64]) -> f64,
) {
    let (value, gradient) = vjp(x);
    assert_eq!(value.to_bits(), f(x).to_bits());
    let direction: Vec<f64> = (0..x.len()).map(|k| 0.9 - 0.37 * ((k * k) % 5) as f64).collect();
    let moved = |k: usize, h: f64| {
        let mut x = x.to_vec();
        x[k] += h;
        x
    };
    for (k, got) in gradient.iter().enumerate() {
        assert_relative_eq!(*got, SEED * slope(|h| f(&moved(k, h))), max_relative = 1e-7, epsilon = 1e-8);
    }
    let along = |h: f64| x.iter().zip(&direction).map(|(x, d)| x + h * d).collect::<Vec<_>>();
    assert_relative_eq!(jvp(x, &direction), slope(|h| f(&along(h))), max_relative = 1e-7, epsilon = 1e-8);
    for (k, got) in hvp(x, &direction).into_iter().enumerate() {
        assert_relative_eq!(got, slope(|h| vjp(&along(h)).1[k]) / SEED, max_relative = 1e-6, epsilon = 1e-7);
    }
}

fn matrix3(x: &[f64]) -> Matrix3<f64> {
    Matrix3::from_column_slice(&x[..9])
}

fn vector3(x: &[f64]) -> Vector3<f64> {
    Vector3::from_column_slice(&x[..3])
}

const POINT: [f64; 16] = [0.7, -1.2, 0.4, 0.9, 1.5, 0.3, -0.6, 0.8, 2.1, 0.35, -0.55, 1.3, 0.62, 0.47, -0.91, 1.15];

#[test]
fn operators_parts_and_constructors() {
    let parts = |x: &[f64]| (matrix3(x), vector3(&x[9..]), x[12]);
    check(
        &POINT[..13],
        |x| {
            let (m, v, s) = parts(x);
            turned(&m, v, s)
        },
        |x| {
            let (m, v, s) = parts(x);
            let (value, (m, v, s)) = turned_vjp(&m, v, s, SEED);
            (value, elements([m.as_slice(), v.as_slice(), &[s]]))
        },
        |x, d| {
            let ((m, v, s), (dm, dv, ds)) = (parts(x), parts(d));
            let (_, _, (m, v, s)) = turned_hvp(&m, v, s, (&dm, dv, ds));
            elements([m.as_slice(), v.as_slice(), &[s]])
        },
        |x, d| {
            let ((m, v, s), (dm, dv, ds)) = (parts(x), parts(d));
            turned_jvp(&m, v, s, (&dm, dv, ds)).1
        },
    );
}

#[test]
fn methods_of_matrices() {
    let parts = |x: &[f64]| (matrix3(x), vector3(&x[9..]), vector3(&x[12..]), x[15]);
    check(
        &POINT,
        |x| {
            let (a, v, w, s) = parts(x);
            methods(&a, &v, &w, s)
        },
        |x| {
            let (a, v, w, s) = parts(x);
            let (value, (a, v, w, s)) = methods_vjp(&a, &v, &w, s, SEED);
            (value, elements([a.as_slice(), v.as_slice(), w.as_slice(), &[s]]))
        },
        |x, d| {
            let ((a, v, w, s), (da, dv, dw, ds)) = (parts(x), parts(d));
            let (_, _, (a, v, w, s)) = methods_hvp(&a, &v, &w, s, (&da, &dv, &dw, ds));
            elements([a.as_slice(), v.as_slice(), w.as_slice(), &[s]])
        },
        |x, d| {
            let ((a, v, w, s), (da, dv, dw, ds)) = (parts(x), parts(d));
            methods_jvp(&a, &v, &w, s, (&da, &dv, &dw, ds)).1
        },
    );
}

#[test]
fn points() {
    let parts = |x: &[f64]| (Point3::from(vector3(x)), Point3::from(vector3(&x[3..])), matrix3(&x[6..]));
    check(
        &POINT[..15],
        |x| {
            let (p, q, r) = parts(x);
            placed(p, &q, &r)
        },
        |x| {
            let (p, q, r) = parts(x);
            let (value, (p, q, r)) = placed_vjp(p, &q, &r, SEED);
            (value, elements([p.coords.as_slice(), q.coords.as_slice(), r.as_slice()]))
        },
        |x, d| {
            let ((p, q, r), (dp, dq, dr)) = (parts(x), parts(d));
            let (_, _, (p, q, r)) = placed_hvp(p, &q, &r, (dp, &dq, &dr));
            elements([p.coords.as_slice(), q.coords.as_slice(), r.as_slice()])
        },
        |x, d| {
            let ((p, q, r), (dp, dq, dr)) = (parts(x), parts(d));
            placed_jvp(p, &q, &r, (dp, &dq, &dr)).1
        },
    );
}

#[test]
fn sizes_known_at_run_time() {
    let parts = |x: &[f64]| (DMatrix::from_column_slice(2, 4, &x[..8]), DVector::from_column_slice(&x[8..]));
    let numbers = |a: &DMatrix<f64>, x: &DVector<f64>| elements([a.as_slice(), x.as_slice()]);
    check(
        &POINT[..12],
        |x| {
            let (a, x) = parts(x);
            rows(&a, &x)
        },
        |x| {
            let (a, x) = parts(x);
            let (value, (a, x)) = rows_vjp(&a, &x, SEED);
            (value, numbers(&a, &x))
        },
        |x, d| {
            let ((a, x), (da, dx)) = (parts(x), parts(d));
            let (_, _, (a, x)) = rows_hvp(&a, &x, (&da, &dx));
            numbers(&a, &x)
        },
        |x, d| {
            let ((a, x), (da, dx)) = (parts(x), parts(d));
            rows_jvp(&a, &x, (&da, &dx)).1
        },
    );
}

#[test]
fn made_of_numbers() {
    check(
        &POINT[..5],
        |x| made(&x[..4], x[4]),
        |x| {
            let (value, (mut v, k)) = made_vjp(&x[..4], x[4], SEED);
            v.push(k);
            (value, v)
        },
        |x, d| {
            let (_, _, (mut v, k)) = made_hvp(&x[..4], x[4], (&d[..4], d[4]));
            v.push(k);
            v
        },
        |x, d| made_jvp(&x[..4], x[4], (&d[..4], d[4])).1,
    );
}

#[test]
fn vectors_in_loops_and_results() {
    let gain = Matrix4::from_column_slice(&POINT);
    let seed = Vector4::new(0.5, -1.75, 1.25, 2.0);
    for steps in [0, 1, 5, 40] {
        let state = Vector4::new(0.3, -0.2, 0.5, 0.1);
        let (end, (state_bar, gain_bar)) = rolled_vjp(&state, &gain, steps, seed);
        assert_eq!(end, rolled(&state, &gain, steps));
        for k in 0..4 {
            let unit = |h: f64| Vector4::from_fn(|i, _| if i == k { h } else { 0.0 });
            assert_relative_eq!(
                state_bar[k],
                slope(|h| rolled(&(state + unit(h)), &gain, steps).dot(&seed)),
                max_relative = 1e-7,
                epsilon = 1e-8
            );
        }
        for at in 0..16 {
            let unit = |h: f64| Matrix4::from_fn(|i, j| if i + 4 * j == at { h } else { 0.0 });
            assert_relative_eq!(
                gain_bar[at],
                slope(|h| rolled(&state, &(gain + unit(h)), steps).dot(&seed)),
                max_relative = 1e-7,
                epsilon = 1e-8
            );
        }
    }
}

#[test]
fn in_structs() {
    let body = |x: &[f64]| Body { place: Point3::from(vector3(x)), speed: vector3(&x[3..]), inertia: matrix3(&x[6..]), mass: x[15] };
    let force = Vector3::new(0.4, -0.9, 0.2);
    let (value, (bar, force_bar)) = thrown_vjp(&body(&POINT), &force, 3, SEED);
    assert_eq!(value.to_bits(), thrown(&body(&POINT), &force, 3).to_bits());
    let gradient = elements([bar.place.coords.as_slice(), bar.speed.as_slice(), bar.inertia.as_slice(), &[bar.mass]]);
    for (k, got) in gradient.iter().enumerate() {
        let f = |h: f64| {
            let mut x = POINT;
            x[k] += h;
            thrown(&body(&x), &force, 3)
        };
        assert_relative_eq!(*got, SEED * slope(f), max_relative = 1e-7, epsilon = 1e-8);
    }
    for k in 0..3 {
        let unit = |h: f64| Vector3::from_fn(|i, _| if i == k { h } else { 0.0 });
        assert_relative_eq!(force_bar[k], SEED * slope(|h| thrown(&body(&POINT), &(force + unit(h)), 3)), max_relative = 1e-7);
    }
}
