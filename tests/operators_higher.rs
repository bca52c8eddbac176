//! Third and fourth derivatives through operators of types of one's own, against the same function written out on numbers.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, Scalar, differentiate};
use std::ops::{Add, Div, Mul, MulAssign, Neg, Rem, Sub};

#[derive(Clone, Copy, Debug, Differentiable)]
struct C {
    re: f64,
    im: f64,
    #[differentiable(skip)]
    unit: f64,
}

#[differentiate(order = 4)]
impl Mul for C {
    type Output = C;
    fn mul(self, o: C) -> C {
        C { re: self.re * o.re - self.im * o.im * self.unit, im: self.re * o.im + self.im * o.re, unit: self.unit }
    }
}

#[differentiate(order = 4)]
impl Add for C {
    type Output = C;
    fn add(self, o: C) -> C {
        C { re: self.re + o.re, im: self.im + o.im, unit: self.unit }
    }
}

#[differentiate(order = 4)]
impl Sub for C {
    type Output = C;
    fn sub(self, o: C) -> C {
        C { re: self.re - o.re, im: self.im - o.im, unit: self.unit }
    }
}

#[differentiate(order = 4)]
impl Div for C {
    type Output = C;
    fn div(self, o: C) -> C {
        let n = o.re * o.re + o.im * o.im;
        C { re: (self.re * o.re + self.im * o.im) / n, im: (self.im * o.re - self.re * o.im) / n, unit: self.unit }
    }
}

#[differentiate(order = 4)]
impl Neg for C {
    type Output = C;
    fn neg(self) -> C {
        C { re: -self.re, im: -self.im * self.im, ..self }
    }
}

/// A number on the left, and one that has no derivative.
#[differentiate(order = 4)]
impl Mul<C> for f64 {
    type Output = C;
    fn mul(self, o: C) -> C {
        C { re: self * o.re, im: self.sin() * o.im, unit: o.unit }
    }
}

#[differentiate(order = 4)]
impl Rem<i32> for C {
    type Output = C;
    fn rem(self, n: i32) -> C {
        C { re: self.re.powi(n), im: self.im, unit: self.unit }
    }
}

impl MulAssign for C {
    fn mul_assign(&mut self, o: C) {
        *self = *self * o;
    }
}

#[differentiate(order = 4)]
fn with_operators(x: &[f64]) -> f64 {
    let a = C { re: x[0], im: x[1], unit: 1.0 };
    let mut z = C { re: x[2], im: x[3], unit: 1.0 };
    let k = x[0] * x[3];
    for _ in 0..2 {
        z = z * z / a + k * z;
        z *= a;
    }
    let w = -(z % 3) - a;
    w.re * w.im
}

#[differentiate(order = 4)]
fn written_out(x: &[f64]) -> f64 {
    let (a, b) = (x[0], x[1]);
    let (mut p, mut q) = (x[2], x[3]);
    let k = x[0] * x[3];
    let n = a * a + b * b;
    for _ in 0..2 {
        let (s, t) = (p * p - q * q, p * q + q * p);
        let (s, t) = ((s * a + t * b) / n + k * p, (t * a - s * b) / n + k.sin() * q);
        (p, q) = (s * a - t * b, s * b + t * a);
    }
    (-(p * p * p) - a) * (-q * q - b)
}

macro_rules! steepness {
    ($($steepness:ident $bending:ident of $grad:ident $hvp:ident;)*) => { $(
        #[differentiate(order = 3)]
        fn $steepness(x: &[f64]) -> f64 {
            let (value, gradient) = $grad(x);
            let mut sum = value * x[1];
            for i in 0..x.len() {
                sum += gradient[i] * gradient[i] * x[x.len() - 1 - i];
            }
            sum
        }

        #[differentiate(hessian)]
        fn $bending(x: &[f64], d: &[f64]) -> f64 {
            let (_, gradient, product) = $hvp(x, d);
            let mut sum = 0.0;
            for i in 0..x.len() {
                sum += product[i] * d[i] + gradient[i] * product[i] * x[0];
            }
            sum
        }
    )* };
}

steepness! {
    steep bent of with_operators_grad with_operators_hvp;
    steep_out bent_out of written_out_grad written_out_hvp;
}

#[differentiate(hessian)]
fn steepest(x: &[f64]) -> f64 {
    let (_, gradient) = steep_grad(x);
    gradient.iter().map(|g| g * g).sum()
}

#[differentiate(hessian)]
fn steepest_out(x: &[f64]) -> f64 {
    let (_, gradient) = steep_out_grad(x);
    gradient.iter().map(|g| g * g).sum()
}

#[track_caller]
fn close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    let size = want.iter().fold(1e-3_f64, |m, w| m.max(w.abs()));
    for (g, w) in got.iter().zip(want) {
        assert!((g - w).abs() <= 1e-9 * size, "{got:?}, expected {want:?}");
    }
}

#[test]
fn third_and_fourth_derivatives() {
    for x in [[0.7, 0.4, -0.6, 0.3], [1.1, -0.5, 0.2, 0.8]] {
        let d = [0.3, -1.1, 0.5, 0.9];
        assert_relative_eq!(with_operators(&x), written_out(&x), max_relative = 1e-13);
        close(&with_operators_hessian(&x).2.concat(), &written_out_hessian(&x).2.concat());
        let ((value, gradient, h), (value_out, gradient_out, h_out)) = (steep_hessian(&x), steep_out_hessian(&x));
        close(&[value], &[value_out]);
        close(&gradient, &gradient_out);
        close(&h.concat(), &h_out.concat());
        let ((value, (x_bar, d_bar), h), (value_out, (x_out, d_out), h_out)) = (bent_hessian(&x, &d), bent_out_hessian(&x, &d));
        close(&[value], &[value_out]);
        close(&x_bar, &x_out);
        close(&d_bar, &d_out);
        close(&h.concat(), &h_out.concat());
        let ((value, gradient, h), (value_out, gradient_out, h_out)) = (steepest_hessian(&x), steepest_out_hessian(&x));
        close(&[value], &[value_out]);
        close(&gradient, &gradient_out);
        close(&h.concat(), &h_out.concat());
    }
}

/// Values and references, lists of numbers of any length, operands that are overwritten.
#[derive(Clone, Debug, Differentiable)]
struct List {
    data: Vec<f64>,
    #[differentiable(skip)]
    scale: f64,
}

#[differentiate(order = 3)]
impl Mul<&List> for &List {
    type Output = List;
    fn mul(self, o: &List) -> List {
        List { data: self.data.iter().zip(&o.data).map(|(a, b)| a * b * self.scale).collect(), scale: o.scale }
    }
}

impl Mul for List {
    type Output = List;
    fn mul(self, o: List) -> List {
        &self * &o
    }
}

#[differentiate(order = 3)]
impl Mul<f64> for &List {
    type Output = List;
    fn mul(self, k: f64) -> List {
        List { data: self.data.iter().map(|a| (a * k).sin()).collect(), scale: self.scale }
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Pair {
    first: List,
    #[differentiable(skip)]
    second: List,
    #[differentiable(skip)]
    rate: f64,
}

#[differentiate(order = 3)]
fn of_lists(p: &Pair, k: f64) -> f64 {
    let mut l = &p.first * &p.second;
    for _ in 0..2 {
        l = &l * &p.first;
        l = &l * (k * p.rate);
    }
    l.data.iter().map(|v| v * v * k).sum()
}

#[differentiate(hessian)]
fn steep_list(p: &Pair, k: f64) -> f64 {
    let (value, (bar, k_bar)) = of_lists_grad(p, k);
    bar.first.data.iter().map(|b| b * b).sum::<f64>() * value + k_bar * k_bar
}

fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

#[test]
fn skipped_fields_and_references() {
    let second = List { data: vec![0.5, -1.2, 0.9], scale: 1.3 };
    let of = |x: [f64; 3]| Pair { first: List { data: x.to_vec(), scale: 0.8 }, second: second.clone(), rate: 0.7 };
    let (x, k, d) = ([0.6, 1.1, -0.7], 1.4, [0.4, -0.9, 1.2]);
    let moved = |t: f64| of([0, 1, 2].map(|i| x[i] + t * d[i]));
    let mut direction = of(x).zero_cotangent();
    direction.first.data.copy_from_slice(&d);
    let (value, (bar, k_bar), (bar_dot, k_bar_dot)) = steep_list_hvp(&of(x), k, (&direction, 0.5));
    assert_eq!(value.to_bits(), steep_list(&of(x), k).to_bits());
    let along: f64 = bar.first.data.iter().zip(d).map(|(b, d)| b * d).sum();
    assert_relative_eq!(along, slope(|t| steep_list(&moved(t), k)), max_relative = 1e-7);
    assert_relative_eq!(k_bar, slope(|t| steep_list(&of(x), k + t)), max_relative = 1e-7);
    let gradient = |t: f64| steep_list_grad(&moved(t), k + 0.5 * t).1;
    for i in 0..3 {
        assert_relative_eq!(bar_dot.first.data[i], slope(|t| gradient(t).0.first.data[i]), max_relative = 1e-6);
    }
    assert_relative_eq!(k_bar_dot, slope(|t| gradient(t).1), max_relative = 1e-6);
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Complex<T> {
    re: T,
    im: T,
}

#[differentiate(order = 3)]
impl<T: Scalar> Mul for Complex<T> {
    type Output = Complex<T>;
    fn mul(self, o: Self) -> Self {
        Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}

#[differentiate(order = 3)]
fn fourth_power<T: Scalar>(x: T, y: T) -> T {
    let z = Complex { re: x, im: y };
    let w = z * z;
    let v = w * w;
    v.re + v.im
}

#[differentiate(hessian)]
fn slope_of_power<T: Scalar>(x: T, y: T) -> T {
    let (_, (by_x, by_y)) = fourth_power_grad(x, y);
    by_x * by_y
}

/// Re z⁴ + Im z⁴ = x⁴ - 6x²y² + y⁴ + 4x³y - 4xy³
#[test]
fn operators_of_generic_numbers() {
    let (x, y) = (0.7_f64, -0.4_f64);
    let (a, b) = (
        4.0 * x.powi(3) - 12.0 * x * y * y + 12.0 * x * x * y - 4.0 * y.powi(3),
        -12.0 * x * x * y + 4.0 * y.powi(3) + 4.0 * x.powi(3) - 12.0 * x * y * y,
    );
    let (xx, xy) = (12.0 * x * x - 12.0 * y * y + 24.0 * x * y, -24.0 * x * y + 12.0 * x * x - 12.0 * y * y);
    let yy = -12.0 * x * x + 12.0 * y * y - 24.0 * x * y;
    let (xxx, xxy, xyy) = (24.0 * x + 24.0 * y, -24.0 * y + 24.0 * x, -24.0 * x - 24.0 * y);
    let (value, (by_x, by_y), h) = slope_of_power_hessian(x, y);
    close(&[value, by_x, by_y], &[a * b, xx * b + a * xy, xy * b + a * yy]);
    close(&[h[0][0], h[0][1]], &[xxx * b + 2.0 * xx * xy + a * xxy, xxy * b + xx * yy + xy * xy + a * xyy]);
    assert_relative_eq!(f64::from(slope_of_power_hessian(x as f32, y as f32).2[0][0]), h[0][0], max_relative = 1e-4);
}
