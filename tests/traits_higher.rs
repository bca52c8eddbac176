//! Second and third derivatives through functions that are generic over a trait.

#![allow(clippy::needless_range_loop)] // loops by index are what is differentiated

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

#[differentiate(order = 3)]
trait Spring {
    fn energy(&self, x: f64) -> f64;

    fn rest() -> f64;

    fn relax(&mut self, rate: f64);

    /// Provided by the trait.
    fn stretched(&self, x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            sum += self.energy(x[i] - Self::rest());
        }
        sum
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Hooke {
    k: f64,
}

#[differentiate(order = 3)]
impl Spring for Hooke {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x * x
    }

    fn rest() -> f64 {
        0.25
    }

    fn relax(&mut self, rate: f64) {
        self.k *= (-rate).exp();
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Morse {
    depth: f64,
    width: f64,
}

#[differentiate(order = 3)]
impl Spring for Morse {
    fn energy(&self, x: f64) -> f64 {
        self.depth * (1.0 - (-self.width * x).exp()).powi(2)
    }

    fn rest() -> f64 {
        1.1
    }

    fn relax(&mut self, rate: f64) {
        self.depth -= rate * self.depth * self.width;
        self.width += rate;
    }

    fn stretched(&self, x: &[f64]) -> f64 {
        self.energy(x[0] * x[1]) + self.width
    }
}

#[differentiate(order = 3)]
fn total<S: Spring + Clone>(spring: &S, x: &[f64], rate: f64) -> f64 {
    let mut later = spring.clone();
    let now = later.stretched(x);
    later.relax(rate * x[0]);
    now * later.energy(x[1])
}

#[differentiate(hessian)]
fn of_hooke(k: f64, x: &[f64], rate: f64) -> f64 {
    total(&Hooke { k }, x, rate)
}

#[differentiate(hessian)]
fn of_morse(depth: f64, x: &[f64], rate: f64) -> f64 {
    total(&Morse { depth, width: 0.8 }, x, rate)
}

macro_rules! check {
    ($f:ident $grad:ident $hvp:ident) => {
        let (p, x, rate) = (1.3, [0.7, 1.9], 0.4);
        let (dp, dx, dr) = (0.5, [1.0, -0.6], 0.8);
        let at = |t: f64| (p + t * dp, [x[0] + t * dx[0], x[1] + t * dx[1]], rate + t * dr);
        let (value, (p_bar, x_bar, r_bar), (hp, hx, hr)) = $hvp(p, &x, rate, (dp, &dx, dr));
        assert_eq!(value.to_bits(), $f(p, &x, rate).to_bits());
        let along = p_bar * dp + x_bar[0] * dx[0] + x_bar[1] * dx[1] + r_bar * dr;
        let moved = |t: f64| {
            let (p, x, r) = at(t);
            $grad(p, &x, r).1
        };
        assert_relative_eq!(
            along,
            slope(|t| {
                let (p, x, r) = at(t);
                $f(p, &x, r)
            }),
            max_relative = 1e-8
        );
        assert_relative_eq!(hp, slope(|t| moved(t).0), max_relative = 1e-7);
        assert_relative_eq!(hx[0], slope(|t| moved(t).1[0]), max_relative = 1e-7);
        assert_relative_eq!(hx[1], slope(|t| moved(t).1[1]), max_relative = 1e-7);
        assert_relative_eq!(hr, slope(|t| moved(t).2), max_relative = 1e-7);
    };
}

#[test]
fn through_generic_functions() {
    check!(of_hooke of_hooke_grad of_hooke_hvp);
    check!(of_morse of_morse_grad of_morse_hvp);
}

/// Third derivatives: the gradient of a generic function inside, twice differentiated outside.
#[differentiate(hessian)]
fn stiffness(k: f64, x: &[f64]) -> f64 {
    let (_, (_, force, _)) = hooke_total_grad(k, x, 0.3);
    force[0] * force[1]
}

#[differentiate(order = 3)]
fn hooke_total(k: f64, x: &[f64], rate: f64) -> f64 {
    total(&Hooke { k }, x, rate)
}

#[test]
fn third_derivatives() {
    let (k, x, dx) = (1.3, [0.7, 1.9], [1.0, -0.6]);
    let at = |t: f64| [x[0] + t * dx[0], x[1] + t * dx[1]];
    let (_, (k_bar, _), (hk, hx)) = stiffness_hvp(k, &x, (0.0, &dx));
    assert_relative_eq!(k_bar, slope(|t| stiffness(k + t, &x)), max_relative = 1e-8);
    assert_relative_eq!(hk, slope(|t| stiffness_grad(k, &at(t)).1.0), max_relative = 1e-7);
    assert_relative_eq!(hx[1], slope(|t| stiffness_grad(k, &at(t)).1.1[1]), max_relative = 1e-7);
}

/// What a user calls of a trait with higher derivatives.
#[differentiate(order = 3)]
trait Energy {
    #[differentiate(jacobian)]
    fn energy(&self, x: f64) -> f64;

    #[differentiate(jacobian)]
    fn product(&self, x: &[f64]) -> f64 {
        self.energy(x[0]) * self.energy(x[1]) + 1.0
    }

    #[differentiate(jacobian)]
    fn both(&self, x: f64) -> [f64; 2] {
        [self.energy(x), x * x]
    }

    fn step(&self, u: &mut [f64]) {
        u[0] *= self.energy(u[1]);
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Sine {
    k: f64,
}

#[differentiate(order = 3)]
impl Energy for Sine {
    fn energy(&self, x: f64) -> f64 {
        self.k * x.sin() * x
    }
}

fn curvature_of<E: Energy + Differentiable<Cotangent = SineCotangent>>(e: &E, x: f64) -> f64 {
    e.energy_hessian(x).2[1][1]
}

#[test]
fn siblings_of_a_trait_with_higher_derivatives() {
    let (sine, mut u) = (Sine { k: 2.0 }, [3.0, 0.5]);
    sine.step(&mut u);
    assert_eq!(u[0], 3.0 * sine.energy(0.5));
    #[track_caller]
    fn columns(got: &[Vec<f64>], f: &dyn Fn(&[f64]) -> Vec<f64>, x: &[f64]) {
        for k in 0..x.len() {
            let at = |t: f64| {
                let mut x = x.to_vec();
                x[k] = t;
                f(&x)
            };
            for (row, i) in got.iter().zip(0..) {
                assert_relative_eq!(row[k], slope(|t| at(x[k] + t)[i]), max_relative = 1e-7, epsilon = 1e-9);
            }
        }
    }
    let x = [1.3, 0.7, -0.4];
    let s = |x: &[f64]| Sine { k: x[0] };
    columns(&s(&x).energy_hessian(x[1]).2, &|x| vec![s(x).energy_grad(x[1]).1.0.k, s(x).energy_grad(x[1]).1.1], &x[..2]);
    let gradient = |x: &[f64]| {
        let (_, (bar, x_bar)) = s(x).product_grad(&x[1..]);
        vec![bar.k, x_bar[0], x_bar[1]]
    };
    columns(&s(&x).product_hessian(&x[1..]).2, &gradient, &x);
    columns(&s(&x).product_jacobian(&x[1..]).1, &|x| vec![s(x).product(&x[1..])], &x);
    columns(&s(&x).both_jacobian(x[1]).1, &|x| s(x).both(x[1]).to_vec(), &x[..2]);
    assert_eq!(curvature_of(&s(&x), x[1]), s(&x).energy_hessian(x[1]).2[1][1]);
    let (value, gradient, product) = s(&x).energy_hvp(x[1], (&SineCotangent { k: 0.3 }, -2.0));
    let (_, _, hessian) = s(&x).energy_hessian(x[1]);
    assert_eq!((value, gradient.1), (s(&x).energy(x[1]), s(&x).energy_grad(x[1]).1.1));
    assert_relative_eq!(product.0.k, 0.3 * hessian[0][0] - 2.0 * hessian[0][1], max_relative = 1e-12);
    assert_relative_eq!(product.1, 0.3 * hessian[1][0] - 2.0 * hessian[1][1], max_relative = 1e-12);
    let mut u = [2.0, 0.4];
    let ((), (bar, u_bar)) = s(&x).step_vjp(&mut u, vec![1.5, 0.25]);
    let (energy, (e_bar, e_x)) = s(&x).energy_grad(0.4);
    assert_eq!(u, [2.0 * energy, 0.4]);
    assert_relative_eq!(bar.k, 1.5 * 2.0 * e_bar.k, max_relative = 1e-14);
    assert_relative_eq!(u_bar[0], 1.5 * energy, max_relative = 1e-14);
    assert_relative_eq!(u_bar[1], 0.25 + 1.5 * 2.0 * e_x, max_relative = 1e-14);
}
