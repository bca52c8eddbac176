//! Type parameters that values hold nothing of, as those of units and of states, and types that are only a place for functions.

use autodiff_core::{Differentiable, Real, differentiate};
use std::marker::PhantomData;
use std::ops::{Add, Mul};

/// Neither has a cotangent.
#[derive(Clone, Copy, Debug)]
struct Metre;
#[derive(Clone, Copy, Debug)]
struct Second;

#[derive(Differentiable, Clone, Copy, Debug)]
struct Length<T, U>(T, PhantomData<U>);

#[differentiate]
impl<T: Real, U> Add for Length<T, U> {
    type Output = Length<T, U>;
    fn add(self, o: Self) -> Self {
        Length(self.0 + o.0, PhantomData)
    }
}

#[differentiate]
impl<U> Mul<f64> for Length<f64, U> {
    type Output = Length<f64, U>;
    fn mul(self, k: f64) -> Length<f64, U> {
        Length(self.0 * k, PhantomData)
    }
}

#[differentiate]
impl<U> Length<f64, U> {
    fn new(x: f64) -> Self {
        Length(x, PhantomData)
    }

    fn value(&self) -> f64 {
        self.0
    }

    fn scaled(self, k: f64) -> Self {
        Length(self.0 * k.sin(), PhantomData)
    }
}

#[differentiate]
fn speed(s: Length<f64, Metre>, t: Length<f64, Second>) -> f64 {
    s.value() / t.scaled(0.9).0
}

#[differentiate]
fn units(v: &[f64]) -> f64 {
    let x: Length<f64, Metre> = Length(v[0], PhantomData);
    let y = Length::<f64, Metre>::new(v[1] * v[0]);
    let z = (x + y) * v[1];
    let w = z.scaled(v[0]) + Length::new(v[1]);
    w.0 * z.value() + speed(w, Length(v[1], PhantomData))
}

#[derive(Clone)]
struct Open;
#[derive(Clone)]
struct Closed;

#[derive(Differentiable, Clone)]
struct Door<S> {
    angle: f64,
    state: PhantomData<S>,
}

#[differentiate]
impl Door<Closed> {
    fn open(self, k: f64) -> Door<Open> {
        Door { angle: self.angle + k, state: PhantomData }
    }
}

#[differentiate]
impl Door<Open> {
    fn close(self, k: f64) -> Door<Closed> {
        Door { angle: self.angle * k, state: PhantomData }
    }

    fn sine(&self) -> f64 {
        self.angle.sin()
    }
}

#[differentiate]
fn states(v: &[f64]) -> f64 {
    let door = Door::<Closed> { angle: v[0], state: PhantomData };
    let open = door.open(v[1]);
    let y = open.sine();
    open.close(y).open(v[0]).sine() * y
}

#[differentiate]
trait Density {
    fn pdf(x: f64, p: f64) -> f64;

    fn log_pdf(x: f64, p: f64) -> f64 {
        Self::pdf(x, p).ln()
    }
}

struct Exponential;

#[differentiate]
impl Density for Exponential {
    fn pdf(x: f64, p: f64) -> f64 {
        p * (-p * x).exp()
    }
}

/// No value of it is ever made.
struct Both<D>(PhantomData<D>);

#[differentiate]
impl<D: Density> Both<D> {
    fn at(x: f64, p: f64) -> f64 {
        D::pdf(x, p) * D::log_pdf(p, x)
    }
}

#[differentiate]
trait Space {
    type Point: Copy;
    fn add(a: Self::Point, b: Self::Point) -> Self::Point;
    fn norm(p: Self::Point) -> f64;
}

struct Plane;

#[differentiate]
impl Space for Plane {
    type Point = [f64; 2];

    fn add(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
        [a[0] + b[0], a[1] + b[1]]
    }

    fn norm(p: [f64; 2]) -> f64 {
        (p[0] * p[0] + p[1] * p[1]).sqrt()
    }
}

#[differentiate]
fn distance<S: Space>(a: S::Point, b: S::Point) -> f64 {
    S::norm(S::add(a, b)) * S::norm(b)
}

#[differentiate]
fn places(v: &[f64]) -> f64 {
    distance::<Plane>([v[0], v[1]], [v[1], v[0] * v[1]]) + Both::<Exponential>::at(v[0], v[1])
}

/// Values of a parameter that nothing says can be copied.
#[derive(Differentiable, Clone)]
struct Pair<T> {
    a: T,
    b: T,
}

#[differentiate]
impl<T> Pair<T> {
    fn swapped(self) -> Pair<T> {
        Pair { a: self.b, b: self.a }
    }
}

#[differentiate]
fn swapped(v: &[f64]) -> f64 {
    let p = Pair { a: v[0], b: v[1] }.swapped();
    p.a * p.a * p.b
}

/// A constant as an argument of a method that the call alone tells.
#[differentiate]
trait Basis {
    fn eval<const N: usize>(&self, x: f64) -> [f64; N];
}

#[derive(Differentiable, Clone)]
struct Powers {
    s: f64,
}

#[differentiate]
impl Basis for Powers {
    fn eval<const N: usize>(&self, x: f64) -> [f64; N] {
        let mut all = [1.0; N];
        for i in 1..N {
            all[i] = all[i - 1] * x * self.s;
        }
        all
    }
}

#[differentiate]
fn lengths(v: &[f64]) -> f64 {
    let m = Powers { s: v[0] };
    let a: [f64; 3] = m.eval(v[1]);
    let b = m.eval::<2>(v[1]);
    a[2] * b[1]
}

mod tests {
    checked! {
        units units_grad units_vjp units_jvp at [0.5, 0.7], [-0.4, 1.2];
        states states_grad states_vjp states_jvp at [0.5, 0.3];
        places places_grad places_vjp places_jvp at [0.5, 0.3];
        swapped swapped_grad swapped_vjp swapped_jvp at [0.5, 0.3];
        lengths lengths_grad lengths_vjp lengths_jvp at [0.5, 0.3];
    }
}
