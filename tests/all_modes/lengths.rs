//! Lists that change their lengths behind their last use: their cotangents have the lengths of where they begin.

use autodiff_core::{Differentiable, differentiate};

#[path = "scratch.rs"]
mod scratch;

#[differentiate(hessian, lanes)]
fn scaled(x: f64, v: &[f64]) -> f64 {
    x * v[0]
}
#[differentiate(hessian, lanes)]
fn grow(v: &mut Vec<f64>, x: f64) -> f64 {
    v.push(x * x);
    v.push(2.0);
    v.remove(0);
    x * v[0]
}
#[differentiate(hessian, lanes)]
fn shrink(v: &mut Vec<f64>, x: f64) -> f64 {
    v.pop();
    x * v[0]
}
#[differentiate(hessian, lanes)]
fn grow_by_two(v: &mut Vec<f64>) {
    v.push(2.0);
}
#[derive(Clone, Differentiable)]
struct Held {
    l: Vec<f64>,
    x: f64,
}
#[differentiate(hessian, lanes)]
impl Held {
    fn put(&mut self, x: f64) -> f64 {
        self.l.push(x * self.x);
        self.l.clear();
        x * self.x
    }
    fn exchange(&mut self, other: &mut Held) {
        std::mem::swap(&mut self.l, &mut other.l);
        self.x *= other.x;
    }
}

crate::cases! { 2, 0.4, 1.4;
    replaced w {
        let mut a = w.to_vec();
        a[0] = scaled(w[0], &a);
        let y = a[0];
        let t = std::mem::replace(&mut a, Vec::new());
        y
    }
    grown w {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        grow(&mut a, w[1]);
        y
    }
    shrunk w {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        shrink(&mut a, w[1]);
        y
    }
    grown_by_a_constant w {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        grow_by_two(&mut a);
        y
    }
    shrunk_and_used w {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        let z = shrink(&mut a, w[1]);
        y * z
    }
    cleared_by_a_method w {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let y = scaled(w[0], &a.l);
        a.put(w[1]);
        y
    }
    cleared_and_used w {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let y = scaled(w[0], &a.l);
        let z = a.put(w[1]);
        y * z
    }
    taken_from_a_field w {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let y = scaled(w[0], &a.l);
        let z = std::mem::take(&mut a.l);
        y
    }
    exchanged_by_a_method w {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let mut b = Held { l: vec![], x: w[0] };
        let y = scaled(w[0], &a.l);
        a.exchange(&mut b);
        y
    }
    exchanged_structs w {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let mut b = Held { l: vec![w[1]; 4], x: w[0] };
        let y = scaled(w[0], &a.l);
        std::mem::swap(&mut a, &mut b);
        y + b.x
    }
    exchanged_rows w {
        let mut a = w.to_vec();
        let mut b = vec![a.clone(), vec![w[0]]];
        let y = scaled(w[0], &a) * scaled(w[1], &b[0]);
        b.swap(0, 1);
        std::mem::swap(&mut a, &mut b[0]);
        y
    }
    cleared_and_filled w {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        a.clear();
        let z = scaled(w[0], w);
        a.extend([y, z, y]);
        y * z
    }
    cut_and_resized w {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        a.truncate(1);
        a.resize(5, y);
        y
    }
    taken_in_a_loop w {
        let mut a = w.to_vec();
        let mut s = 0.0;
        for k in 0..2 {
            s += scaled(w[0], &a);
            let mut t = std::mem::take(&mut a);
            t.push(s);
            a = t;
            let z = std::mem::replace(&mut a, vec![s; 4]);
        }
        s
    }
    exchanged_in_a_loop w {
        let mut a = w.to_vec();
        let mut s = 0.0;
        for k in 0..2 {
            s += scaled(w[0], &a);
            let mut t = vec![s; 3];
            if k == 0 {
                std::mem::swap(&mut t, &mut a);
            }
        }
        s
    }
    taken_options w {
        let mut a = Some(w.to_vec());
        let y = scaled(w[0], a.as_ref().unwrap());
        let b = a.take();
        y
    }
    replaced_options w {
        let mut a = Some(w[0]);
        let y = a.unwrap_or(1.0) * w[1];
        let b = std::mem::replace(&mut a, None);
        y
    }
    halves w {
        let mut a = vec![w.to_vec(); 2];
        let y = scaled(w[0], &a[1]);
        let (p, q) = a.split_at_mut(1);
        std::mem::swap(&mut p[0], &mut q[0]);
        p[0] = vec![];
        y
    }
}
