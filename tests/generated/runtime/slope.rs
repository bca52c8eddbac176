//! Partials of the dual numbers' rules, with how they change along a second direction.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number of a formula for a partial: its value, its derivative along the second direction, and what that would be if nothing
/// cancelled.
#[derive(Clone, Copy, Debug)]
pub struct Slope {
    pub v: f64,
    pub e: f64,
    pub m: f64,
}

impl From<f64> for Slope {
    fn from(v: f64) -> Slope {
        Slope { v, e: 0.0, m: 0.0 }
    }
}

impl Slope {
    fn one(self, v: f64, p: f64) -> Slope {
        // Where nothing moves, a partial that is not finite does no harm.
        if self.m == 0.0 { v.into() } else { Slope { v, e: p * self.e, m: p.abs() * self.m } }
    }

    fn two(self, o: Slope, v: f64, p: f64, q: f64) -> Slope {
        let (a, b) = (self.one(v, p), o.one(v, q));
        Slope { v, e: a.e + b.e, m: a.m + b.m }
    }

    pub fn sin(self) -> Slope {
        self.one(self.v.sin(), self.v.cos())
    }
    pub fn cos(self) -> Slope {
        self.one(self.v.cos(), -self.v.sin())
    }
    pub fn sinh(self) -> Slope {
        self.one(self.v.sinh(), self.v.cosh())
    }
    pub fn cosh(self) -> Slope {
        self.one(self.v.cosh(), self.v.sinh())
    }
    pub fn exp(self) -> Slope {
        self.one(self.v.exp(), self.v.exp())
    }
    pub fn exp2(self) -> Slope {
        self.one(self.v.exp2(), self.v.exp2() * 2.0_f64.ln())
    }
    pub fn ln(self) -> Slope {
        self.one(self.v.ln(), 1.0 / self.v)
    }
    pub fn sqrt(self) -> Slope {
        self.one(self.v.sqrt(), 0.5 / self.v.sqrt())
    }
    pub fn cbrt(self) -> Slope {
        self.one(self.v.cbrt(), self.v.cbrt() / (3.0 * self.v))
    }
    pub fn powi(self, n: i32) -> Slope {
        self.one(self.v.powi(n), if n == 0 { 0.0 } else { f64::from(n) * self.v.powi(n - 1) })
    }
    pub fn powf(self, e: Slope) -> Slope {
        let p = if e.v == 0.0 { 0.0 } else { e.v * self.v.powf(e.v - 1.0) };
        let q = if self.v == 0.0 { 0.0 } else { self.v.powf(e.v) * self.v.ln() };
        self.two(e, self.v.powf(e.v), p, q)
    }
    pub fn hypot(self, o: Slope) -> Slope {
        let h = self.v.hypot(o.v);
        self.two(o, h, self.v / h, o.v / h)
    }
}

impl Neg for Slope {
    type Output = Slope;
    fn neg(self) -> Slope {
        self.one(-self.v, -1.0)
    }
}

macro_rules! operators {
    ($($Op:ident $op:ident |$a:ident, $b:ident| $v:expr, $p:expr, $q:expr;)*) => { $(
        impl $Op for Slope {
            type Output = Slope;
            fn $op(self, o: Slope) -> Slope {
                let ($a, $b) = (self.v, o.v);
                self.two(o, $v, $p, $q)
            }
        }
        impl $Op<f64> for Slope {
            type Output = Slope;
            fn $op(self, o: f64) -> Slope {
                $Op::$op(self, Slope::from(o))
            }
        }
        impl $Op<Slope> for f64 {
            type Output = Slope;
            fn $op(self, o: Slope) -> Slope {
                $Op::$op(Slope::from(self), o)
            }
        }
    )* };
}

operators! {
    Add add |a, b| a + b, 1.0, 1.0;
    Sub sub |a, b| a - b, 1.0, -1.0;
    Mul mul |a, b| a * b, b, a;
    Div div |a, b| a / b, 1.0 / b, -a / (b * b);
}
