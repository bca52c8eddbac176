//! States that calls change, where what the calls give is not always asked for.

mod tracks;

use autodiff_core::{Differentiable, differentiate};
use tracks::Track;

#[derive(Clone, Differentiable)]
struct LowPass {
    y: f64,
    gain: f64,
}

#[differentiate]
impl LowPass {
    fn step(&mut self, x: f64) -> f64 {
        self.y += self.gain * (x - self.y) * x;
        self.y
    }

    fn scaled(&self, x: f64) -> f64 {
        self.gain * x
    }
}

// The first outputs are not counted: the state comes from all of them.
#[differentiate]
fn settled_output(x: &[f64], gain: f64) -> f64 {
    let mut filter = LowPass { y: 0.0, gain };
    let mut sum = 0.0;
    for (k, &v) in x.iter().enumerate() {
        let y = filter.step(v);
        if k >= 2 {
            sum += y * y;
        }
    }
    sum
}

#[differentiate]
fn bank_output(x: &[f64], gain: f64) -> f64 {
    let mut bank = vec![LowPass { y: 0.1, gain }, LowPass { y: -0.2, gain: gain * gain }];
    let mut sum = 0.0;
    for &v in x {
        let mut input = v;
        for filter in bank.iter_mut() {
            let y = filter.step(input);
            if y > 0.3 {
                sum += y * y;
            }
            input = v * gain;
        }
    }
    sum
}

#[differentiate]
fn chosen_output(x: &[f64], gain: f64) -> f64 {
    let mut maybe = Some(LowPass { y: 0.1, gain });
    let mut other = LowPass { y: 0.3, gain: 0.5 };
    let mut sum = 0.0;
    for (k, &v) in x.iter().enumerate() {
        if let Some(filter) = &mut maybe {
            let y = filter.step(v);
            if k % 2 == 1 {
                sum += y * v;
            }
        }
        let second = &mut other;
        let y = second.step(v * gain);
        if k == 3 {
            sum += y;
        }
    }
    sum
}

#[differentiate]
fn handed_output(filter: &LowPass, x: &[f64]) -> f64 {
    fn run(filter: &mut LowPass, x: &[f64]) -> f64 {
        let mut last = 0.0;
        for &v in x {
            let y = filter.step(v);
            if v > 0.7 {
                last = y * v;
            }
        }
        last
    }
    let mut own = filter.clone();
    run(&mut own, x) + own.y
}

// Iterators whose items change something: those that are left out are made all the same.
#[differentiate]
fn skipped(x: &[f64], gain: f64) -> f64 {
    let mut filter = LowPass { y: 0.0, gain };
    x.iter().map(|&v| filter.step(v)).skip(2).map(|e| e * e).sum()
}

#[differentiate]
fn every_second(x: &[f64], gain: f64) -> f64 {
    let mut s = 0.0;
    let t: f64 = x
        .iter()
        .map(|v| {
            s += gain * v;
            s * s
        })
        .step_by(2)
        .sum();
    t * s
}

#[differentiate]
fn third_item(x: &[f64], gain: f64) -> f64 {
    let mut s = 0.3;
    let mut go = |v: f64| {
        s = s * gain + v;
        s
    };
    let t = x.iter().map(|v| go(*v)).nth(2).unwrap_or(0.0);
    t * s
}

#[differentiate]
fn filtered(x: &[f64], gain: f64) -> f64 {
    let mut filter = LowPass { y: 0.0, gain };
    let t: f64 = x.iter().filter(|v| **v > 0.5).map(|&v| filter.step(v)).skip(1).step_by(2).sum();
    filter.y * t
}

#[differentiate]
fn grow(x: &mut f64) -> f64 {
    *x *= 1.5;
    *x * *x
}

#[differentiate]
fn grown(x: &[f64], a: f64) -> f64 {
    let mut w = x.to_vec();
    let t: f64 = w.iter_mut().map(grow).skip(2).sum();
    t * a + w[0] * w[3]
}

#[differentiate]
fn dropped_items(x: &[f64], gain: f64) -> f64 {
    let mut filter = LowPass { y: 0.0, gain };
    let mut n = 0;
    for _ in x.iter().map(|&v| filter.step(v)) {
        n += 1;
    }
    let t: f64 = x[1..].iter().zip(x.iter().map(|&v| filter.step(v))).enumerate().map(|(i, (v, _))| i as f64 * v).sum();
    filter.y * n as f64 * t
}

// An item that is not there is not made.
#[differentiate]
fn one_too_many(x: &[f64], gain: f64) -> f64 {
    let mut s = 0.3;
    let mut items = x[..1].iter().map(|v| {
        s += gain * v;
        s * s
    });
    let p = items.next().unwrap_or(0.1);
    let q = items.next().unwrap_or(0.2);
    p * q * s
}

#[differentiate]
fn called_for_its_effect(x: &[f64], gain: f64) -> f64 {
    let mut filter = LowPass { y: 0.0, gain };
    let mut go = |v: f64| filter.step(v);
    let p = go(x[0]);
    let q = go(x[1]);
    let _ = go(x[2]);
    go(x[3]);
    p * q * filter.y
}

// Nothing is changed: the items may be made by position.
#[differentiate]
fn harmless(x: &[f64], gain: f64) -> f64 {
    let filter = LowPass { y: 0.0, gain };
    x.iter().zip(x.iter().map(|v| filter.scaled(*v) * gain).skip(1)).map(|(p, q)| p * q).sum()
}

// Methods of the user's with names of std's that change nothing, or give no numbers.
#[differentiate]
fn named_like_adaptors(x: &[f64], speed: f64) -> f64 {
    let mut track = Track { x: 0.3, speed };
    let mut sum = 0.0;
    for (k, &z) in x.iter().enumerate() {
        let y = track.filter(z);
        if k > 1 {
            sum += y * y;
        }
    }
    sum * track.x
}

#[differentiate]
fn named_like_methods_of_numbers(x: &[f64], speed: f64) -> f64 {
    let mut track = Track { x: 0.3, speed };
    let mut sum = 0.0;
    for &z in x {
        let before = track.x;
        track.filter(z);
        track.clamp(0.1, 0.35);
        track.round();
        sum += track.x * z * before;
        track.skip(z);
    }
    sum
}

#[derive(Differentiable, Clone, Copy)]
struct Body {
    x: f64,
    v: f64,
}

#[differentiate]
impl Body {
    fn position(&self, t: f64) -> f64 {
        self.x + self.v * t
    }

    fn shape(&self) -> f64 {
        self.x * self.v
    }

    fn count(&self) -> usize {
        3
    }
}

#[differentiate]
trait Moves {
    fn dim(&self, t: f64) -> f64;
}

#[differentiate]
impl Moves for Body {
    fn dim(&self, t: f64) -> f64 {
        self.position(t * t) * self.shape()
    }
}

#[differentiate]
fn fly<M: Moves + Differentiable>(m: &M, t: f64) -> f64 {
    m.dim(t) * t
}

#[differentiate]
fn body_at(t: f64) -> Body {
    Body { x: t, v: t * t }
}

#[differentiate]
fn named_like_counts(bodies: &[Body], t: f64) -> f64 {
    let far = bodies.iter().map(|b| b.position(t)).sum::<f64>();
    let first = bodies.iter().position(|b| b.x > 0.0).unwrap_or(0);
    let moved = bodies[first].position(t) - body_at(t).position(2.0);
    (far - t) * moved + bodies[0].shape() * bodies[0].count() as f64 + fly(&bodies[1], t)
}

mod checks {
    use super::*;
    use crate::checked;

    checked!(settled_output settled_output_grad settled_output_vjp settled_output_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(bank_output bank_output_grad bank_output_vjp bank_output_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(chosen_output chosen_output_grad chosen_output_vjp chosen_output_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(handed_output handed_output_grad handed_output_vjp handed_output_jvp: 7, 0.3, 1.2, |v| (&LowPass { y: v[0], gain: v[1] }, &v[2..]), d => (&LowPassCotangent { y: d[0], gain: d[1] }, &d[2..]));
    checked!(skipped skipped_grad skipped_vjp skipped_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(every_second every_second_grad every_second_vjp every_second_jvp: 7, 0.2, 1.2, |v| (&v[..6], v[6]), d => (&d[..6], d[6]));
    checked!(third_item third_item_grad third_item_vjp third_item_jvp: 7, 0.2, 1.2, |v| (&v[..6], v[6]), d => (&d[..6], d[6]));
    checked!(filtered filtered_grad filtered_vjp filtered_jvp: 9, 0.2, 1.2, |v| (&v[..8], v[8]), d => (&d[..8], d[8]));
    checked!(grown grown_grad grown_vjp grown_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(dropped_items dropped_items_grad dropped_items_vjp dropped_items_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(one_too_many one_too_many_grad one_too_many_vjp one_too_many_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(called_for_its_effect called_for_its_effect_grad called_for_its_effect_vjp called_for_its_effect_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(harmless harmless_grad harmless_vjp harmless_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(named_like_adaptors named_like_adaptors_grad named_like_adaptors_vjp named_like_adaptors_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(named_like_methods_of_numbers named_like_methods_of_numbers_grad named_like_methods_of_numbers_vjp named_like_methods_of_numbers_jvp: 6, 0.2, 1.2, |v| (&v[..5], v[5]), d => (&d[..5], d[5]));
    checked!(named_like_counts named_like_counts_grad named_like_counts_vjp named_like_counts_jvp: 5, 0.2, 1.2,
        |v| (&[Body { x: v[0], v: v[1] }, Body { x: v[2], v: v[3] }], v[4]),
        d => (&[BodyCotangent { x: d[0], v: d[1] }, BodyCotangent { x: d[2], v: d[3] }], d[4]));
}
