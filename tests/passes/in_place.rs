//! Methods that change their receiver: read after it is written, through other methods, in parts of other things, with names that methods of other
//! types have, too.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct State {
    x: Vec<f64>,
    v: Vec<f64>,
    energy: f64,
    bounces: usize,
}

#[derive(Clone, Differentiable)]
struct World {
    inner: State,
    drag: f64,
}

/// Its `step` changes nothing.
#[derive(Clone, Differentiable)]
struct Still {
    x: Vec<f64>,
}

#[differentiate]
impl State {
    fn step(&mut self, k: f64, dt: f64) {
        for i in 0..self.x.len() {
            let before = self.x[i];
            self.v[i] -= dt * k * self.x[i].sin();
            self.x[i] += dt * self.v[i] * before.cos();
            if self.x[i] < 0.2 {
                self.x[i] = 0.4 - self.x[i] * before.cos();
                self.v[i] *= -0.9;
                self.bounces += 1;
            }
            self.energy = (self.energy + self.v[i] * before).sin();
        }
    }
    /// Gives a number as well.
    fn moved(&mut self, by: f64) -> f64 {
        let old = self.energy * by;
        self.energy = old.sin() + by;
        for x in &mut self.x {
            *x *= by;
        }
        old * self.energy
    }
    fn leave(&mut self, by: f64) -> f64 {
        if by > 0.0 {
            return self.energy * by;
        }
        self.energy *= by;
        self.energy
    }
    fn grow(&mut self, by: f64) {
        self.x.push(by * self.energy);
        self.v.push(self.x[0] * by);
        self.energy *= 1.1;
    }
    fn replaced(&mut self, by: &[f64]) {
        let sum: f64 = self.x.iter().sum();
        self.x = by.to_vec();
        self.energy += sum * by.len() as f64;
    }
    fn twice(&mut self, k: f64) {
        self.step(k, 0.1);
        self.energy *= k;
        self.step(k * self.energy.cos(), 0.05);
    }
    fn exchanged(&mut self, other: &mut State) {
        std::mem::swap(&mut self.x, &mut other.x);
        self.energy += (other.energy * self.x.len() as f64).sin();
        other.energy *= self.energy.cos();
    }
    fn sum(&self) -> f64 {
        let both = self.x.iter().zip(&self.v).map(|(x, v)| x * v + x).sum::<f64>();
        both + self.energy * (1.0 + 0.1 * self.bounces as f64) + self.energy.sin()
    }
}

#[differentiate]
impl World {
    fn step(&mut self, k: f64, dt: f64) {
        self.inner.step(k * self.drag, dt);
        self.drag *= 0.9 + 0.1 * self.inner.energy.sin();
        self.inner.step(k, dt * self.drag);
    }
    fn sum(&self) -> f64 {
        self.inner.sum() * self.drag
    }
}

#[differentiate]
impl Still {
    fn step(&self, k: f64, dt: f64) -> f64 {
        self.x.iter().map(|x| (x * k).sin() * dt).sum()
    }
    fn set(&mut self, k: f64) {
        for x in &mut self.x {
            *x = *x * k + 0.1;
        }
    }
}

#[differentiate]
fn started(x: &[f64], k: f64) -> State {
    State { x: x.to_vec(), v: x.iter().map(|x| x * k).collect(), energy: k + 0.3, bounces: 1 }
}

#[differentiate]
fn pushed(s: &mut State, k: f64, steps: usize) {
    for n in 0..steps {
        s.step(k, 0.1);
        if n % 2 == 1 {
            s.energy *= k;
        }
    }
}

with_and_without! {
    in_a_loop off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        for _ in 0..5 {
            s.step(k, 0.2);
        }
        s.sum()
    }
    read_between off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        let mut total = 0.0;
        for n in 0..4 {
            total += s.sum() * s.energy;
            s.step(k * s.energy.cos(), 0.1);
            if n == 2 {
                s.energy = s.x.iter().sum::<f64>() * k;
            }
            total = total * k + s.energy;
        }
        0.1 * total + s.sum()
    }
    with_a_result off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        let mut total = 1.0;
        for n in 0..3 {
            let m = s.moved(k + 0.1 * n as f64);
            total = total * m + s.leave(if n == 1 { k } else { -1.1 * k });
        }
        total + s.energy
    }
    result_that_nobody_reads off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        s.moved(k);
        let _ = s.moved(0.5);
        s.sum()
    }
    receiver_that_nobody_reads off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for n in 0..3 {
            let mut s = started(x, k * n as f64);
            total += s.moved(k) * s.moved(total + k);
        }
        total
    }
    constant_receiver off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = State { x: vec![0.5, 1.5], v: vec![0.1, 0.2], energy: 0.7, bounces: 0 };
        s.step(0.3, 0.1);
        let mut total = s.energy * k;
        for v in x {
            s.step(v * k, 0.1);
            total += s.sum();
        }
        total
    }
    shapes_that_change off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = State { x: vec![k, 0.4], v: vec![0.1 * k, 1.0], energy: 0.7, bounces: 1 };
        for v in x {
            s.grow(v * k);
            s.step(k, 0.1);
        }
        s.replaced(&[k, 2.0 * k]);
        s.sum() + s.x.iter().sum::<f64>()
    }
    others_that_it_calls off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        for _ in 0..2 {
            s.twice(k);
        }
        s.sum()
    }
    part_of_another off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut w = World { inner: started(x, k), drag: 1.2 * k };
        for _ in 0..2 {
            w.step(k, 0.1);
            w.inner.step(w.drag, 0.1);
            w.inner.energy *= w.sum().sin();
        }
        w.sum()
    }
    elements off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut all = vec![started(x, k), started(x, 0.5 * k)];
        for n in 0..4 {
            all[n % 2].step(k, 0.1);
            all[1].energy *= all[0].energy.cos();
        }
        for s in &mut all {
            s.step(k, 0.3);
        }
        for s in all.iter_mut() {
            s.moved(k);
        }
        all[0].sum() * all[1].sum()
    }
    two_receivers off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut a, mut b) = (started(x, k), started(x, 0.3));
        for _ in 0..3 {
            a.exchanged(&mut b);
            b.step(k, 0.1);
        }
        a.sum() + b.sum() * a.energy
    }
    same_name_that_reads off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut still = Still { x: x.to_vec() };
        let mut s = started(x, k);
        let mut total = 0.0;
        for _ in 0..3 {
            total += still.step(k, 0.5);
            still.set(k);
            s.step(total, 0.1);
            total *= still.step(s.energy, 0.1);
        }
        total + s.sum()
    }
    behind_a_reference off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        let r = &mut s;
        r.step(k, 0.1);
        pushed(r, k, 3);
        pushed(&mut s, k * k, 2);
        s.sum()
    }
    on_one_side off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        for v in x {
            if *v > 0.5 {
                s.step(k, 0.1);
            } else if s.energy > 0.0 {
                s.moved(*v);
            }
        }
        s.sum()
    }
    while_it_lasts off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        let mut n = 0;
        while n < 6 {
            n += 1;
            if n == 3 {
                continue;
            }
            s.step(k, 0.1);
            if s.energy > 10.0 {
                break;
            }
        }
        s.sum()
    }
    own_copies off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let first = started(x, k);
        let mut total = 0.0;
        for n in 0..3 {
            let mut s = first.clone();
            s.step(k, 0.1);
            let before = s.clone();
            s.step(k * n as f64, 0.1);
            total += s.sum() * before.sum();
            let mut t = before;
            t.step(total.sin(), 0.1);
            total += t.energy;
        }
        total
    }
    with_checkpoints off(in_place) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = started(x, k);
        #[checkpoint]
        for _ in 0..9 {
            s.step(k, 0.1);
        }
        s.sum()
    }
}
