//! Structs of numbers field by field, and operators and methods that are written out: overwritten operands, parts that are borrowed, fields
//! that cannot be seen, operands that change each other, copies, nested structs.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct P {
    x: f64,
    y: f64,
}

#[derive(Clone, Copy, Differentiable)]
struct Motion {
    at: P,
    speed: P,
    mass: f64,
}

/// Not copied.
#[derive(Clone, Differentiable)]
struct Kept {
    a: f64,
    b: f64,
}

#[derive(Clone, Copy, Differentiable)]
struct C(f64, f64);

mod hidden {
    use autodiff_core::{Differentiable, differentiate};

    /// Its fields are its own.
    #[derive(Clone, Copy, Differentiable)]
    pub struct Angle {
        turn: f64,
        scale: f64,
    }
    #[differentiate]
    impl Angle {
        pub fn new(turn: f64, scale: f64) -> Angle {
            Angle { turn, scale }
        }
        pub fn value(&self) -> f64 {
            self.turn * self.scale
        }
    }
    #[differentiate]
    impl std::ops::Add for Angle {
        type Output = Angle;
        fn add(self, o: Angle) -> Angle {
            Angle { turn: self.turn + o.turn, scale: self.scale * o.scale }
        }
    }
}
use hidden::Angle;

#[differentiate]
impl P {
    fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
    fn dot(self, o: P) -> f64 {
        self.x * o.x + self.y * o.y
    }
    fn norm(&self) -> f64 {
        (self.dot(*self) + 0.1).sqrt()
    }
    fn unit(&self) -> P {
        let n = self.norm();
        P::new(self.x / n, self.y / n)
    }
    fn turned(self) -> P {
        let y = self.x;
        P { y, x: -self.y }
    }
    fn grow(&mut self, k: f64) -> f64 {
        self.x *= k;
        self.y += k;
        self.x
    }
}
#[differentiate]
impl Add for P {
    type Output = P;
    fn add(self, o: P) -> P {
        P { x: self.x + o.x, y: self.y + o.y }
    }
}
#[differentiate]
impl Add<&P> for &P {
    type Output = P;
    fn add(self, o: &P) -> P {
        P { x: self.x + o.x, y: self.y + o.y }
    }
}
#[differentiate]
impl Sub for P {
    type Output = P;
    fn sub(self, o: P) -> P {
        P::new(self.x - o.x, self.y - o.y)
    }
}
#[differentiate]
impl Mul<f64> for P {
    type Output = P;
    fn mul(self, k: f64) -> P {
        P { x: self.x * k, y: self.y * k }
    }
}
#[differentiate]
impl Mul<P> for f64 {
    type Output = P;
    fn mul(self, p: P) -> P {
        p * self
    }
}
#[differentiate]
impl Neg for P {
    type Output = P;
    fn neg(self) -> P {
        P { x: -self.x, y: -self.y }
    }
}
#[differentiate]
impl AddAssign for P {
    fn add_assign(&mut self, o: P) {
        self.x += o.x;
        self.y += o.y;
    }
}
#[differentiate]
impl Add for Motion {
    type Output = Motion;
    fn add(self, o: Motion) -> Motion {
        Motion { at: self.at + o.at, speed: self.speed + o.speed, mass: self.mass + o.mass }
    }
}
#[differentiate]
impl Mul<f64> for Motion {
    type Output = Motion;
    fn mul(self, k: f64) -> Motion {
        Motion { at: k * self.at, speed: self.speed * k, mass: self.mass * k }
    }
}
// Numbers of two parts, whose product reads each of them twice.
#[differentiate]
impl Mul for C {
    type Output = C;
    fn mul(self, o: C) -> C {
        C(self.0 * o.0 - self.1 * o.1, self.0 * o.1 + self.1 * o.0)
    }
}
#[differentiate]
impl Add for C {
    type Output = C;
    fn add(self, o: C) -> C {
        C(self.0 + o.0, self.1 + o.1)
    }
}
#[differentiate]
impl C {
    fn size(&self) -> f64 {
        self.0.powi(2) + self.1 * self.1
    }
}
#[differentiate]
fn stretched(p: P, k: f64) -> P {
    let mut q = p;
    q.x *= k;
    q
}
#[differentiate]
fn moved(p: &mut P, k: f64) -> P {
    p.x += k;
    P { x: p.y, y: p.x * k }
}

with_and_without! {
    state_of_a_loop off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: 1.0, y: 0.5 };
        for v in x {
            let step = P { x: *v, y: k };
            p = (p + step * 0.3).unit();
        }
        p.x * p.y + p.dot(p.turned())
    }
    swapped_fields off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: k, y: 0.5 };
        for v in x {
            p = P { x: p.y * v, y: p.x };
            p = p.turned();
        }
        p.x - 2.0 * p.y
    }
    fields_by_themselves off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: k, y: 1.0 };
        let mut s = 0.0;
        for v in x {
            p.x += v * p.y;
            p.y = p.x.sin();
            if p.x > 1.0 && p.y < 0.9 {
                p = P { x: p.x * 0.5, y: k };
            }
            s += p.x * p.y;
        }
        s
    }
    copies off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: k, y: 0.2 };
        let mut before = p;
        let mut s = 0.0;
        for v in x {
            let old = before;
            before = p;
            p = p + P { x: *v, y: old.x } * 0.5;
            s += before.dot(p) * old.y;
        }
        s + before.x
    }
    handed_on off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: k, y: 0.2 };
        let mut all = Vec::new();
        for v in x {
            let q = P { x: p.y * v, y: p.x + q_of(*v) };
            p = stretched(q, k) + q;
            all.push(p);
            p.y += q.x * q.y;
        }
        all.iter().map(|p| p.x * p.y).sum::<f64>() + p.x
    }
    written_through off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: k, y: 0.2 };
        let mut q = P { x: 0.1, y: k };
        for v in x {
            let r = moved(&mut p, *v);
            p = p + r * 0.5;
            let g = q.grow(0.9);
            q = q - P { x: g, y: p.x } * 0.1;
            std::mem::swap(&mut p, &mut q);
        }
        p.dot(q)
    }
    operands_that_change_others off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: k, y: 0.2 };
        let mut list = [P { x: 0.3, y: k }, P { x: 1.0, y: 2.0 }];
        let mut s = 0.0;
        for v in x {
            let a = p + moved(&mut p, *v);
            let b = list[0] + { list[0] = a; list[0] * k };
            let c = list[1].dot({ list[1] = b * 0.2; list[1] });
            s += a.x * b.y + c.tanh() + p.y;
        }
        s
    }
    sums_in_place off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: k, y: 0.2 };
        for v in x {
            p += P { x: *v, y: p.x };
            p += p * 0.1;
        }
        p.x * p.y
    }
    nested off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut m = Motion { at: P { x: k, y: 0.0 }, speed: P { x: 0.1, y: k }, mass: 1.0 };
        for v in x {
            let pull = Motion { at: m.speed, speed: -m.at * *v, mass: 0.01 * m.at.dot(m.at) };
            m = m + pull * 0.1;
            if m.at.x > 2.0 {
                m.at = m.speed;
            }
            m.speed.y *= 0.9;
        }
        m.at.x * m.speed.y + m.mass * m.at.norm()
    }
    exits off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: k, y: 0.2 };
        for v in x {
            if p.x > 1.5 {
                break;
            }
            p = p + P { x: *v, y: 0.3 * k };
            if p.y < 0.1 {
                return p.x * p.x;
            }
        }
        while p.x < 1.0 {
            p = p * 1.5 + P { x: 0.2, y: 0.0 };
        }
        p.norm() + p.y
    }
    chosen off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut best = P { x: 0.0, y: k };
        for (i, v) in x.iter().enumerate() {
            let q = if *v > 0.6 { P { x: *v, y: k * v } } else { P { x: k, y: v * v } };
            if i == 0 || q.x > best.x {
                best = q;
            }
        }
        let s = match best {
            P { x, y } if x > 1.0 => x * y,
            P { x, .. } => x + k,
        };
        s * best.y
    }
    one_side_divides off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            let d = P { x: v - 0.75, y: 0.0 };
            let far = P { x: 1.0 / d.x, y: (d.x * d.x).sqrt() };
            s += if d.x * d.x > 0.01 { far.x * k + far.y } else { k * d.x };
        }
        s
    }
    references off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let all: Vec<P> = x.iter().map(|v| P { x: *v, y: k }).collect();
        let mut s = 0.0;
        for pair in all.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let d = *a - *b;
            let e = a + b;
            let whole = &d;
            s += whole.norm() * e.dot(d) + (*a + *b * k).unit().x;
        }
        s
    }
    fields_that_are_not_seen off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut angle = Angle::new(k, 1.1);
        for v in x {
            angle = angle + Angle::new(*v, 0.9);
        }
        angle.value()
    }
    not_copied off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut kept = Kept { a: k, b: 1.0 };
        let mut last = Kept { a: 0.5, b: k };
        for v in x {
            let next = Kept { a: kept.b * v, b: kept.a + last.b };
            last = kept;
            kept = next;
        }
        let both = Kept { a: kept.a * last.b, ..kept.clone() };
        both.a + both.b * last.a
    }
    products off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut z = C(0.1, k);
        let mut s = 0.0;
        for v in x {
            let c = C(*v * 0.3, 0.2);
            z = z * z + c;
            if z.size() > 4.0 {
                z = C(z.0 * 0.1, z.1 * 0.1);
            }
            s += z.size();
        }
        s
    }
    names_that_mean_others off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let p = P { x: k, y: 2.0 };
        let p_x = 3.0 * k;
        let mut s = 0.0;
        for v in x {
            let p = p * *v;
            let self_ = p.turned();
            let o = P { x: p_x, y: s };
            let n = o + self_;
            let p = n - p;
            s += p.x * n.y * 0.1;
        }
        s + p.x * p_x
    }
    in_plain_code off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = P { x: 0.37, y: k };
        let mut n = 0;
        for v in x {
            p = p + P { x: *v, y: 0.1 };
            let steps = p.x.abs().floor() as usize;
            let near = { let y = p.y; y < 1.0 };
            if near {
                n += steps.min(3);
            }
            p.y *= 0.8 + 0.01 * steps as f64;
        }
        p.x * p.y * (1.0 + n as f64)
    }
    elements off(fieldwise, straight) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut all = vec![P { x: k, y: 0.5 }; x.len() + 1];
        for i in 0..x.len() {
            let p = all[i];
            let q = P { x: p.y + x[i], y: p.x * k };
            all[i + 1] = q + p * 0.5;
            all[i] = all[i + 1] - q;
        }
        all.iter().map(|p| p.norm() * p.x).sum()
    }
}

#[differentiate]
fn q_of(v: f64) -> f64 {
    v * 2.0
}
