//! Expressions whose value carries no derivative, but which change something that does.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct Body {
    p: f64,
    v: f64,
}

#[differentiate]
impl Body {
    fn advance(&mut self, dt: f64) -> bool {
        self.p += self.v * dt;
        self.p < 3.0
    }
    fn steps(&mut self, k: f64) -> usize {
        self.v *= k;
        2
    }
    fn inside(&self) -> bool {
        self.p < 2.0
    }
    fn energy(&self) -> f64 {
        self.v * self.v + self.p
    }
}

impl Body {
    fn faster(&self, than: f64) -> bool {
        self.v > than
    }
}

#[differentiate]
fn halve(x: &mut f64) -> bool {
    *x *= 0.5;
    *x > 0.1
}

macro_rules! functions {
    ($($name:ident |$a:ident, $b:ident| $body:block)*) => {$(
        mod $name {
            use super::*;

            #[differentiate]
            fn f($a: f64, $b: f64) -> f64 $body

            crate::of_two!();
        }
    )*};
}

functions! {
    in_an_if |x, y| {
        let mut b = Body { p: x, v: y };
        if b.advance(0.5) { b.p * 2.0 } else { b.p * y }
    }
    in_a_while |x, y| {
        let mut b = Body { p: x, v: y };
        let mut n = 0;
        while b.advance(0.5) && n < 4 {
            n += 1;
        }
        b.p * b.v * n as f64
    }
    behind_an_and |x, y| {
        let mut b = Body { p: x, v: y };
        let mut n = 0;
        while n < 4 && !b.advance(0.25) {
            n += 1;
        }
        b.p * b.v
    }
    as_a_bound |x, y| {
        let mut b = Body { p: x, v: y };
        let mut s = 0.0;
        for i in 0..b.steps(x) {
            s += b.v * i as f64 + b.p;
        }
        s
    }
    as_an_index |x, y| {
        let mut b = Body { p: x, v: y };
        let z = [x, y, 1.0 + x, 2.0];
        z[b.steps(y)] * b.v
    }
    in_a_cast |x, y| {
        let mut b = Body { p: x, v: y };
        let r = b.steps(y) as i32 as f64;
        b.v * r
    }
    as_what_is_matched |x, y| {
        let mut b = Body { p: x, v: y };
        match b.steps(y) {
            2 => b.v,
            _ => b.p,
        }
    }
    in_a_tuple |x, y| {
        let mut b = Body { p: x, v: y };
        let t = (b.v, b.steps(y), b.v);
        t.0 * t.2 * t.1 as f64
    }
    of_elements |x, y| {
        let mut bodies = [Body { p: x, v: y }, Body { p: y, v: x }];
        let mut n = 0;
        for b in bodies.iter_mut() {
            if b.advance(0.3) {
                n += 1;
            }
        }
        bodies[0].p * bodies[1].p + n as f64
    }
    through_a_reference |x, y| {
        let mut b = Body { p: x, v: y };
        {
            let r = &mut b;
            if r.advance(y) {
                r.p *= 2.0;
            }
        }
        b.p
    }
    in_a_closure |x, y| {
        let mut b = Body { p: x, v: y };
        let mut f = |k: f64| b.advance(k);
        let z = if f(x) { 1.0 } else { 2.0 };
        z * b.p
    }
    that_only_look |x, y| {
        let mut b = Body { p: x, v: y };
        b.p *= 0.5;
        if b.inside() && b.faster(0.5) { b.energy() } else { b.energy() * 2.0 }
    }
    through_mutable_parameters |x, y| {
        let mut a = x;
        let mut n = 0;
        while halve(&mut a) && n < 9 {
            n += 1;
        }
        if halve(&mut a) { a * y } else { a + y }
    }
    in_blocks |x, y| {
        let mut s = 0.0;
        let on = x > 0.0 && {
            s = x;
            true
        };
        let n = match { s += y; 2 } {
            2 => 1.0,
            _ => 3.0,
        };
        s * y * n + f64::from(u8::from(on))
    }
    in_the_condition_of_a_loop |x, y| {
        let (mut s, mut i) = (0.0, 0);
        while { s += x; i < 3 } {
            s += 0.1 * y;
            i += 1;
        }
        loop {
            i += 1;
            if { s *= y; i } > 5 {
                break;
            }
        }
        s
    }
    of_names_of_their_own |x, y| {
        let v = [1, 2, 3];
        let n = v.iter().filter(|k| { let mut t = x; t *= f64::from(**k); t > 2.0 }).count();
        x * y * n as f64 + y
    }
}
