//! Parts of one list that a call is lent beside each other: halves of `split_at_mut`, elements of them, and rows.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Cell {
    x: f64,
    l: Vec<f64>,
}
#[differentiate(hessian, lanes)]
impl Cell {
    fn mix(&mut self, other: &mut Cell) -> f64 {
        self.x = (self.x * other.x).sin() * 0.4;
        other.x = (other.x + self.x * other.l[0]).sin() * 0.6;
        other.l.push(self.x);
        other.x
    }
    fn pull(&self, other: &mut Cell) -> f64 {
        other.x *= self.x;
        self.x * other.x
    }
    fn dist(&self, other: &Cell) -> f64 {
        (self.x - other.x).sin() * self.l[0]
    }
    fn eat(&mut self, other: &Cell) {
        self.x *= other.x;
        self.l[0] = (self.l[0] + other.l[0]).cos();
    }
}
#[differentiate(hessian, lanes)]
fn merge(a: &mut [f64], b: &mut [f64]) -> f64 {
    a[0] = (a[0] * b[0]).sin();
    b[0] += a[0] * a[0];
    a[0] * b[b.len() - 1]
}
#[differentiate(hessian, lanes)]
fn numbers(a: &mut f64, b: &mut f64) {
    let t = *a;
    *a = *a * *b;
    *b = (*b + t).cos();
}
#[differentiate(hessian, lanes)]
fn onto(a: &[f64], b: &mut [f64]) {
    for (x, y) in a.iter().zip(b.iter_mut()) {
        *y = *y * 0.5 + x.sin() * x.cos();
    }
}

mod slices {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut c = v.to_vec();
        let mut s: f64 = 1.0;
        for k in 1..4usize {
            let (a, b) = c.split_at_mut(k);
            s += merge(a, b) * v[k];
            onto(a, b);
            onto(b, a);
            numbers(&mut a[0], &mut b[0]);
            if s > 1e3 {
                return s;
            }
        }
        s * c[0] + c[1] * c[3]
    }
    crate::all_modes!(4, 0.4, 1.2);
}

mod cells {
    use super::*;
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let mut c: Vec<Cell> = v.iter().map(|x| Cell { x: *x, l: vec![x * x] }).collect();
        let mut s: f64 = 0.5;
        for i in 0..3usize {
            for j in i + 1..4 {
                let (a, b) = c.split_at_mut(j);
                s += a[i].mix(&mut b[0]) * s.cos();
                s += b[0].pull(&mut a[i]) + a[i].dist(&b[0]);
                a[i].eat(&b[0]);
                b[0].eat(&a[i]);
                a[i].x = a[i].x.sin();
                b[0].x *= v[3];
                numbers(&mut a[i].x, &mut b[0].l[0]);
            }
        }
        let (first, rest) = c.split_first_mut().unwrap();
        let y = first.mix(&mut rest[1]);
        (s * y).sin() + c[0].x * c[2].x + c[2].l.iter().sum::<f64>().sin()
    }
    crate::all_modes!(without lanes: 4, 0.4, 1.2);
}

mod rows {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m = vec![v.to_vec(), vec![v[1]; 4], vec![v[0] * v[2]; 4]];
        for k in 1..3 {
            let (top, low) = m.split_at_mut(k);
            onto(&top[k - 1], &mut low[0]);
            merge(&mut low[0][1..3], &mut top[0]);
            for _ in 0..0 {
                merge(&mut low[0], &mut top[0]);
            }
        }
        m[2][0] * m[0][0] + m[1][1] * m[2][3]
    }
    crate::all_modes!(4, 0.4, 1.2);
}

mod nested_arrays {
    use super::*;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m = [[v[0], v[1]], [v[2], v[3]]];
        {
            let (a, b) = m.split_at_mut(1);
            merge(&mut a[0], &mut b[0]);
            numbers(&mut a[0][1], &mut b[0][0]);
        }
        m[0][0] * m[1][1] + m[0][1] * m[1][0]
    }
    crate::all_modes!(4, 0.4, 1.2);
}
