//! What is in an `Option`, borrowed: `as_ref`, `as_deref`, `get_or_insert_with`, of locals, parameters and fields.

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone)]
struct Layer {
    weights: Option<Vec<f64>>,
    last: Option<f64>,
    k: f64,
}

impl Layer {
    fn plain(k: f64) -> Layer {
        Layer { weights: None, last: None, k }
    }
}

#[derive(Differentiable, Clone)]
struct Node {
    x: f64,
    next: Option<Box<Node>>,
}

/// A field whose type only rustc knows.
#[derive(Differentiable, Clone)]
struct Slot<T> {
    held: Option<T>,
    k: f64,
}

mod fields_looked_into {
    use super::*;

    #[differentiate]
    fn at(l: &Layer, x: f64) -> f64 {
        let a = l.weights.as_deref().map_or(l.k, |w| w[0] * x);
        let b = l.weights.as_ref().map(|w| w.iter().sum::<f64>() * x).unwrap_or(l.k * x);
        let c = match l.weights.as_deref() {
            Some(w) if w.len() > 2 => w[2] * w[1],
            Some(w) => w[0],
            None => x,
        };
        let Some(w) = l.weights.as_deref() else { return a * b + c };
        a * b + c * w[1]
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let w = v.iter().map(|x| x.sin()).collect();
        let l = Layer { weights: Some(w), last: None, k: v[2] };
        at(&l, v[0]) * at(&Layer { weights: None, last: None, k: v[1] }, v[3])
    }

    crate::of_six!();
}

mod boxes {
    use super::*;

    #[differentiate]
    fn total(n: &Node, k: f64) -> f64 {
        if let Some(next) = n.next.as_deref() { n.x * k + total(next, k * n.x) } else { n.x * n.x }
    }

    #[differentiate]
    fn second(n: &Node) -> f64 {
        n.next.as_deref().map_or(1.0, |next| next.x * next.x) + n.next.as_ref().map_or(0.0, |next| next.x)
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let tail = Node { x: v[1] * v[2], next: Some(Box::new(Node { x: v[3], next: None })) };
        let list = Node { x: v[0], next: Some(Box::new(tail)) };
        total(&list, v[4]) * second(&list)
    }

    crate::of_six!();
}

mod written_through {
    use super::*;

    #[differentiate]
    fn scale(l: &mut Layer, x: f64) {
        if let Some(w) = l.weights.as_deref_mut() {
            w[1] *= x;
            w[0] = w[1] * w[0];
        }
        if let Some(last) = l.last.as_mut() {
            *last *= x;
        }
        match l.last.as_mut() {
            Some(last) => *last += l.k,
            None => l.k *= x,
        }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut l = Layer { weights: Some(v.to_vec()), last: Some(v[0]), k: v[2] };
        let mut none = Layer::plain(0.5);
        for x in &v[3..] {
            scale(&mut l, *x);
            scale(&mut none, *x);
        }
        l.weights.unwrap()[0] + l.last.unwrap() * none.k
    }

    crate::of_six!();
}

mod filled_once {
    use super::*;

    #[differentiate]
    impl Layer {
        fn normal(&mut self, x: f64) -> f64 {
            let k = self.k;
            let last = self.last.get_or_insert_with(|| x * k);
            *last *= x;
            *last + 1.0
        }
        fn first(&mut self, x: f64) -> f64 {
            let first = *self.last.get_or_insert(x * x);
            first * x
        }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (mut l, mut m) = (Layer { weights: None, last: None, k: v[5] }, Layer::plain(2.0));
        let mut t = 0.0;
        for x in &v[..3] {
            t += l.normal(*x) * m.first(*x) * 0.3;
        }
        t + l.last.unwrap() * m.last.unwrap()
    }

    crate::of_six!();
}

mod accumulated {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut best: Option<f64> = None;
        let mut sums = [None; 3];
        for (k, x) in v.iter().enumerate() {
            *best.get_or_insert(0.25) += x * v[0];
            *sums[k % 2].get_or_insert_with(|| x * x) *= x;
        }
        let n = sums.iter().filter(|s| s.is_some()).count();
        best.unwrap() * sums[0].unwrap() + sums[1].unwrap_or(1.0) * sums[2].unwrap_or(n as f64)
    }

    crate::of_six!();
}

/// The default is computed whether or not it is needed, and what fills the place changes other things.
mod filled_with_effects {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = v[1];
        let mut count = 0;
        let mut held = None;
        for x in v {
            let a = *held.get_or_insert_with(|| {
                count += 1;
                s *= x;
                s + x
            });
            s += a * 0.5;
        }
        s * f64::from(count)
    }

    crate::of_six!();
}

mod taken_and_replaced {
    use super::*;

    #[differentiate]
    impl Layer {
        fn difference(&mut self, x: f64) -> f64 {
            let before = self.last.replace(x * self.k);
            before.map_or(x, |b| x * b - b)
        }
        fn out(&mut self) -> f64 {
            let w = self.weights.take();
            match (w, self.weights.is_none()) {
                (Some(w), true) => w[0] * w[1],
                _ => self.k,
            }
        }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut l = Layer { weights: Some(v[2..4].to_vec()), last: None, k: v[5] };
        let mut t = 0.0;
        for x in &v[..3] {
            t += l.difference(*x) + l.out() * *x;
        }
        t * *l.last.insert(t * 0.1)
    }

    crate::of_six!();
}

mod of_a_type_that_is_not_known {
    use super::*;

    #[differentiate]
    fn weighted(s: &Slot<Vec<f64>>, x: f64) -> f64 {
        let a = s.held.as_ref().map_or(x, |w| w[0] * s.k);
        a + s.held.as_deref().map_or(x, |w| w[1] * x)
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = Slot { held: Some(v.to_vec()), k: v[2] };
        let a = weighted(&s, v[3]);
        s.held = None;
        a * weighted(&s, v[4])
    }

    crate::of_six!();
}
