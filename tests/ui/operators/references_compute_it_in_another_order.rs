use std::ops::{Mul, MulAssign, Sub};

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Gap {
    a: f64,
    b: f64,
}

#[differentiate]
impl Sub for Gap {
    type Output = Gap;
    fn sub(self, o: Gap) -> Gap {
        Gap { a: self.a - o.a, b: self.b - o.b }
    }
}

#[differentiate]
impl Sub<&Gap> for &Gap {
    type Output = Gap;
    fn sub(self, o: &Gap) -> Gap {
        Gap { a: o.a - self.a, b: o.b - self.b }
    }
}

#[differentiate]
impl Mul for Gap {
    type Output = Gap;
    fn mul(self, o: Gap) -> Gap {
        Gap { a: self.a * o.a, b: self.b * o.b }
    }
}

#[differentiate]
impl MulAssign for Gap {
    fn mul_assign(&mut self, o: Gap) {
        self.a *= o.b;
        self.b *= o.a;
    }
}

fn main() {}
