//! Traits and their `impl` blocks, bounds, operators of own types, generic types.

use autodiff_core::{Differentiable, differentiate};

mod trait_generic {
    use super::*;

    #[differentiate]
    trait Model {
        const SCALE: f64;
        fn eval(&self, x: f64) -> f64;
        fn twice(&self, x: f64) -> f64 {
            self.eval(self.eval(x)) * Self::SCALE
        }
    }
    #[derive(Clone, Differentiable)]
    struct Lin {
        a: f64,
        b: f64,
    }
    #[derive(Clone, Differentiable)]
    struct Quad {
        a: f64,
    }
    #[differentiate]
    impl Model for Lin {
        const SCALE: f64 = 2.0;
        fn eval(&self, x: f64) -> f64 {
            self.a * x + self.b
        }
    }
    #[differentiate]
    impl Model for Quad {
        const SCALE: f64 = 3.0;
        fn eval(&self, x: f64) -> f64 {
            self.a * x * x
        }
    }
    #[differentiate]
    fn loss<M: Model + Differentiable>(m: &M, xs: &[f64]) -> f64 {
        xs.iter().map(|&x| m.twice(x)).sum()
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let m = Lin { a: v[0], b: v[1] };
        let q = Quad { a: v[2] };
        loss(&m, &v[3..]) * loss(&q, &v[3..5])
    }

    crate::of_six!();
}

mod trait_generic_assoc {
    use super::*;

    #[differentiate]
    trait Base {
        fn scale(&self) -> f64;
    }
    #[differentiate]
    trait Energy: Base {
        fn energy(&self, x: &[f64]) -> f64;
    }
    #[derive(Clone, Differentiable)]
    struct H {
        k: f64,
    }
    #[differentiate]
    impl Base for H {
        fn scale(&self) -> f64 {
            self.k * 0.5
        }
    }
    #[differentiate]
    impl Energy for H {
        fn energy(&self, x: &[f64]) -> f64 {
            x.iter().map(|x| x * x).sum::<f64>() * self.scale()
        }
    }
    #[differentiate]
    fn total<E: Energy + Differentiable>(e: &E, x: &[f64]) -> f64 {
        e.energy(x) * e.scale()
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        total(&H { k: v[0] }, &v[1..])
    }

    crate::of_six!();
}

mod trait_overridden_default {
    use super::*;

    #[differentiate]
    trait Model {
        fn eval(&self, x: f64) -> f64;
        fn twice(&self, x: f64) -> f64 {
            self.eval(self.eval(x))
        }
    }
    #[derive(Clone, Differentiable)]
    struct Lin {
        a: f64,
    }
    #[differentiate]
    impl Model for Lin {
        fn eval(&self, x: f64) -> f64 {
            self.a * x
        }
        fn twice(&self, x: f64) -> f64 {
            self.a * self.a * x + 1.0
        }
    }
    #[differentiate]
    fn through<M: Model + Differentiable>(m: &M, x: f64) -> f64 {
        m.twice(x) * m.eval(x)
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let m = Lin { a };
        through(&m, b) + m.twice_through(b)
    }
    #[differentiate]
    impl Lin {
        fn twice_through(&self, x: f64) -> f64 {
            through(self, x * x)
        }
    }

    crate::of_two!();
}

mod trait_of_mutable_state {
    use super::*;

    #[differentiate]
    trait Stepper: Clone {
        fn step(&mut self, dt: f64);
        fn energy(&self) -> f64;
        fn run(&mut self, n: usize, dt: f64) -> f64 {
            for _ in 0..n {
                self.step(dt);
            }
            self.energy()
        }
    }
    #[derive(Clone, Differentiable)]
    struct Spring {
        x: f64,
        v: f64,
        k: f64,
    }
    #[differentiate]
    impl Stepper for Spring {
        fn step(&mut self, dt: f64) {
            self.v -= self.k * self.x * dt;
            self.x += self.v * dt;
        }
        fn energy(&self) -> f64 {
            0.5 * (self.v * self.v + self.k * self.x * self.x)
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = Spring { x: v[0], v: v[1], k: v[2] };
        s.run(3, 0.1) * v[3]
    }

    crate::of_six!();
}

mod trait_with_type_parameter {
    use super::*;

    #[differentiate]
    trait Loss<T> {
        fn loss(&self, guess: T, truth: T) -> f64;
    }
    #[derive(Clone, Differentiable)]
    struct Squared {
        scale: f64,
    }
    #[differentiate]
    impl Loss<f64> for Squared {
        fn loss(&self, guess: f64, truth: f64) -> f64 {
            self.scale * (guess - truth).powi(2)
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let l = Squared { scale: v[0] };
        l.loss(v[1], v[2]) + l.loss(v[3], v[3] * 2.0)
    }

    crate::of_six!();
}

mod generic_impl {
    use super::*;

    use num_traits::Float;
    #[derive(Clone, Copy, Differentiable)]
    struct P<T> {
        x: T,
        y: T,
    }
    #[differentiate]
    impl<T: Float> P<T> {
        fn norm(&self) -> T {
            (self.x * self.x + self.y * self.y).sqrt()
        }
        fn scaled(self, k: T) -> P<T> {
            P { x: self.x * k, y: self.y * k }
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let p = P { x: a, y: b };
        p.norm() * p.scaled(a).norm()
    }

    crate::of_two!();
}

mod vec3_ops {
    use super::*;

    use std::ops::*;
    #[derive(Clone, Copy, PartialEq, Debug, Differentiable)]
    struct V {
        x: f64,
        y: f64,
        z: f64,
    }
    #[differentiate]
    impl Add for V {
        type Output = V;
        fn add(self, o: V) -> V {
            V { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
        }
    }
    #[differentiate]
    impl Sub for V {
        type Output = Self;
        fn sub(self, o: V) -> Self {
            V { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
        }
    }
    #[differentiate]
    impl Mul<f64> for V {
        type Output = V;
        fn mul(self, k: f64) -> V {
            V { x: self.x * k, y: self.y * k, z: self.z * k }
        }
    }
    #[differentiate]
    impl Mul<V> for f64 {
        type Output = V;
        fn mul(self, o: V) -> V {
            o * self
        }
    }
    #[differentiate]
    impl Neg for V {
        type Output = V;
        fn neg(self) -> V {
            V { x: -self.x, y: -self.y, z: -self.z }
        }
    }
    #[differentiate]
    impl V {
        fn dot(self, o: V) -> f64 {
            self.x * o.x + self.y * o.y + self.z * o.z
        }
        fn norm(&self) -> f64 {
            self.dot(*self).sqrt()
        }
        fn new(x: f64, y: f64, z: f64) -> Self {
            V { x, y, z }
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let a = V::new(v[0], v[1], v[2]);
        let b = V { x: v[3], y: v[4], z: v[5] };
        let c = 2.0 * a + -b * v[0];
        (c - a).norm() + c.dot(b)
    }

    crate::of_six!();
}

mod vec3_sum {
    use super::*;

    use std::ops::*;
    #[derive(Clone, Copy, Differentiable)]
    struct V {
        x: f64,
        y: f64,
    }
    #[differentiate]
    impl Add for V {
        type Output = V;
        fn add(self, o: V) -> V {
            V { x: self.x + o.x, y: self.y + o.y }
        }
    }
    impl std::iter::Sum for V {
        fn sum<I: Iterator<Item = V>>(it: I) -> V {
            it.fold(V { x: 0.0, y: 0.0 }, |a, b| a + b)
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let ps = [V { x: v[0], y: v[1] }, V { x: v[2], y: v[3] }];
        let c: V = ps.iter().copied().sum();
        let d = ps.iter().copied().fold(V { x: 0.0, y: 1.0 }, |a, b| a + b);
        c.x * c.y + d.x * d.y
    }

    crate::of_six!();
}

mod indexed_type {
    use super::*;

    use std::ops::*;
    #[derive(Clone, Copy, Differentiable)]
    struct V {
        e: [f64; 3],
        w: f64,
    }
    #[differentiate]
    impl Index<usize> for V {
        type Output = f64;
        fn index(&self, i: usize) -> &f64 {
            match i {
                0..=2 => &self.e[i],
                _ => &self.w,
            }
        }
    }
    impl IndexMut<usize> for V {
        fn index_mut(&mut self, i: usize) -> &mut f64 {
            match i {
                0..=2 => &mut self.e[i],
                _ => &mut self.w,
            }
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut p = V { e: [v[0], v[1], v[2]], w: v[3] };
        p[1] *= v[4];
        p[3] = p[0] * p[1];
        p[0] * p[1] + p[2] * p[3]
    }

    crate::of_six!();
}

mod generic_operators {
    use super::*;

    use num_traits::Float;
    use std::ops::*;
    #[derive(Clone, Copy, Differentiable)]
    struct V<T> {
        x: T,
        y: T,
    }
    #[differentiate]
    impl<T: Float> Add for V<T> {
        type Output = V<T>;
        fn add(self, o: V<T>) -> V<T> {
            V { x: self.x + o.x, y: self.y + o.y }
        }
    }
    #[differentiate]
    impl<T: Float> Mul<T> for V<T> {
        type Output = V<T>;
        fn mul(self, k: T) -> V<T> {
            V { x: self.x * k, y: self.y * k }
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let a = V { x: v[0], y: v[1] };
        let b = V { x: v[2], y: v[3] };
        let c = a + b * v[4];
        c.x * c.y
    }

    crate::of_six!();
}
