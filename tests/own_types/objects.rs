//! `dyn Trait` of annotated traits, elsewhere in the file: the attribute must not take it away.

use autodiff_core::{Differentiable, differentiate};

/// Asked for by a trait that has objects.
#[differentiate]
pub trait Base {
    fn base(&self, x: f64) -> f64;
}

#[differentiate]
pub trait Energy: Base + Send {
    fn energy(&self, x: f64) -> f64;

    fn twice(&self, x: f64) -> f64 {
        2.0 * self.energy(x) + self.base(x)
    }

    fn over(&self, xs: &[f64]) -> Vec<f64> {
        xs.iter().map(|x| self.energy(*x)).collect()
    }

    fn name(&self) -> String {
        String::from("energy")
    }

    fn stiffen(&mut self, by: f64);

    fn make(k: f64) -> Self
    where
        Self: Sized;
}

#[derive(Differentiable, Clone)]
pub struct Spring {
    k: f64,
}

#[derive(Differentiable, Clone)]
pub struct Cubic {
    c: f64,
}

#[differentiate]
impl Base for Spring {
    fn base(&self, x: f64) -> f64 {
        self.k * x.sin()
    }
}

#[differentiate]
impl Base for Cubic {
    fn base(&self, x: f64) -> f64 {
        self.c - x
    }
}

#[differentiate]
impl Energy for Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }

    fn stiffen(&mut self, by: f64) {
        self.k *= by;
    }

    fn make(k: f64) -> Spring {
        Spring { k: k * k }
    }
}

#[differentiate]
impl Energy for Cubic {
    fn energy(&self, x: f64) -> f64 {
        self.c * x * x * x
    }

    fn twice(&self, x: f64) -> f64 {
        3.0 * self.energy(x)
    }

    fn stiffen(&mut self, by: f64) {
        self.c += by;
    }

    fn make(c: f64) -> Cubic {
        Cubic { c }
    }
}

/// With a parameter.
#[differentiate]
pub trait Kernel<T: autodiff_core::Real> {
    fn eval(&self, x: T, y: T) -> T;
}

#[derive(Differentiable, Clone)]
pub struct Rbf {
    l: f64,
}

#[differentiate]
impl Kernel<f64> for Rbf {
    fn eval(&self, x: f64, y: f64) -> f64 {
        (-(x - y) * (x - y) / self.l).exp()
    }
}

struct Registry {
    all: Vec<Box<dyn Energy>>,
}

impl Registry {
    fn add(&mut self, e: impl Energy + 'static) {
        self.all.push(Box::new(e));
    }

    fn at(&mut self, x: f64) -> f64 {
        self.all.iter_mut().for_each(|e| e.stiffen(2.0));
        self.all.iter().map(|e| e.energy(x) + e.twice(x) + e.base(x) + e.over(&[x])[0]).sum()
    }
}

fn of_object(e: &dyn Energy, k: &dyn Kernel<f64>, x: f64) -> f64 {
    e.energy(x) * k.eval(x, 1.0)
}

#[differentiate]
fn total<E: Energy + Clone>(e: &E, x: f64) -> f64 {
    let mut e2 = E::make(x);
    e2.stiffen(x);
    e.energy(x) + e.twice(x * x) * e.over(&[x, 2.0 * x])[1] + e2.energy(x)
}

#[differentiate]
fn through_generics(v: &[f64]) -> f64 {
    total(&Spring { k: v[0] }, v[1]) * total(&Cubic { c: v[1] }, v[0])
}

#[differentiate]
fn kernels<K: Kernel<f64>>(k: &K, a: f64, b: f64) -> f64 {
    k.eval(a, b) * k.eval(a, a * b)
}

#[differentiate]
fn of_kernel(v: &[f64]) -> f64 {
    kernels(&Rbf { l: v[0] }, v[1], v[2])
}

mod tests {
    checked! {
        through_generics through_generics_grad through_generics_vjp through_generics_jvp at [1.3, 0.7], [0.4, -0.9];
        of_kernel of_kernel_grad of_kernel_vjp of_kernel_jvp at [1.5, 0.7, 0.2];
    }
}

#[test]
fn objects_are_what_they_were() {
    let mut all = Registry { all: Vec::new() };
    all.add(Spring { k: 1.5 });
    all.add(Cubic { c: 0.5 });
    let (spring, cubic) = (Spring { k: 3.0 }, Cubic { c: 2.5 });
    let of = |e: &dyn Energy, x: f64| e.energy(x) + e.twice(x) + e.base(x) + e.over(&[x])[0];
    assert_eq!(all.at(0.3), 0.0 + of(&spring, 0.3) + of(&cubic, 0.3));
    assert_eq!(of_object(&spring, &Rbf { l: 2.0 }, 0.5), spring.energy(0.5) * Rbf { l: 2.0 }.eval(0.5, 1.0));
    assert_eq!(all.all[0].name(), "energy");
}

#[test]
fn siblings_of_types() {
    let (value, (this, x)) = Spring { k: 2.0 }.energy_vjp(0.7, -2.0);
    assert_eq!((value, this.k, x), (Spring { k: 2.0 }.energy(0.7), -2.0 * 0.5 * 0.7 * 0.7, -2.0 * 2.0 * 0.7));
    let (_, tangent) = Cubic { c: 2.0 }.twice_jvp(0.5, (&CubicCotangent { c: 1.0 }, 0.0));
    assert_eq!(tangent, 3.0 * 0.5 * 0.5 * 0.5);
}
