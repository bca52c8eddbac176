use std::ops::{Mul, MulAssign, Sub};

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone)]
struct Row {
    list: Vec<f64>,
}

#[differentiate]
impl Sub for Row {
    type Output = Row;
    fn sub(self, o: Row) -> Row {
        Row { list: self.list.iter().zip(o.list.iter()).map(|(a, b)| a - b).collect() }
    }
}

#[differentiate]
impl Sub for &Row {
    type Output = Row;
    fn sub(self, o: &Row) -> Row {
        Row { list: o.list.iter().zip(self.list.iter()).map(|(a, b)| a - b).collect() }
    }
}

#[differentiate]
impl Mul<f64> for Row {
    type Output = Row;
    fn mul(self, k: f64) -> Row {
        Row { list: self.list.iter().map(|x| x * k).collect() }
    }
}

#[differentiate]
impl MulAssign<f64> for Row {
    fn mul_assign(&mut self, k: f64) {
        for x in self.list.iter_mut().take(2) {
            *x *= k;
        }
    }
}

fn main() {}
