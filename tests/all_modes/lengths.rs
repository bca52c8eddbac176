//! Lists that change their lengths behind their last use: their cotangents have the lengths of where they begin.

use autodiff_core::{Differentiable, differentiate};

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

mod replaced {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = w.to_vec();
        a[0] = scaled(w[0], &a);
        let y = a[0];
        let t = std::mem::replace(&mut a, Vec::new());
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod grown {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        grow(&mut a, w[1]);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod shrunk {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        shrink(&mut a, w[1]);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod grown_by_a_constant {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        grow_by_two(&mut a);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod shrunk_and_used {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        let z = shrink(&mut a, w[1]);
        y * z
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod cleared_by_a_method {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let y = scaled(w[0], &a.l);
        a.put(w[1]);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod cleared_and_used {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let y = scaled(w[0], &a.l);
        let z = a.put(w[1]);
        y * z
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod taken_from_a_field {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let y = scaled(w[0], &a.l);
        let z = std::mem::take(&mut a.l);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod exchanged_by_a_method {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let mut b = Held { l: vec![], x: w[0] };
        let y = scaled(w[0], &a.l);
        a.exchange(&mut b);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod exchanged_structs {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = Held { l: w.to_vec(), x: w[1] };
        let mut b = Held { l: vec![w[1]; 4], x: w[0] };
        let y = scaled(w[0], &a.l);
        std::mem::swap(&mut a, &mut b);
        y + b.x
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod exchanged_rows {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = w.to_vec();
        let mut b = vec![a.clone(), vec![w[0]]];
        let y = scaled(w[0], &a) * scaled(w[1], &b[0]);
        b.swap(0, 1);
        std::mem::swap(&mut a, &mut b[0]);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod cleared_and_filled {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        a.clear();
        let z = scaled(w[0], w);
        a.extend([y, z, y]);
        y * z
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod cut_and_resized {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = w.to_vec();
        let y = scaled(w[0], &a);
        a.truncate(1);
        a.resize(5, y);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod taken_in_a_loop {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
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
    crate::all_modes!(2, 0.4, 1.4);
}

mod exchanged_in_a_loop {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
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
    crate::all_modes!(2, 0.4, 1.4);
}

mod taken_options {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = Some(w.to_vec());
        let y = scaled(w[0], a.as_ref().unwrap());
        let b = a.take();
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod replaced_options {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = Some(w[0]);
        let y = a.unwrap_or(1.0) * w[1];
        let b = std::mem::replace(&mut a, None);
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}

mod halves {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(w: &[f64]) -> f64 {
        let mut a = vec![w.to_vec(); 2];
        let y = scaled(w[0], &a[1]);
        let (p, q) = a.split_at_mut(1);
        std::mem::swap(&mut p[0], &mut q[0]);
        p[0] = vec![];
        y
    }
    crate::all_modes!(2, 0.4, 1.4);
}
