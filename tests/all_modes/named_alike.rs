//! Names that mean more than one thing: methods and traits of one name, modules and types named like std's, blocks that stand word for word in two
//! modules, and what only macros write.
#![allow(dead_code)]

use autodiff_core::{Differentiable, differentiate};

mod crossed {
    pub mod first {
        use autodiff_core::{Differentiable, differentiate};
        use std::ops::{Add, AddAssign};
        #[derive(Differentiable, Clone, Copy)]
        pub struct Vec2d {
            pub x: f64,
            pub y: f64,
        }
        #[differentiate(hessian)]
        impl Add for Vec2d {
            type Output = Vec2d;
            fn add(self, o: Vec2d) -> Vec2d {
                Vec2d { x: self.x + o.x, y: self.y + o.y }
            }
        }
        #[differentiate(hessian)]
        impl AddAssign for Vec2d {
            fn add_assign(&mut self, o: Vec2d) {
                *self = *self + o;
            }
        }
    }
    pub mod second {
        use autodiff_core::{Differentiable, differentiate};
        use std::ops::{Add, AddAssign};
        #[derive(Differentiable, Clone, Copy)]
        pub struct Vec2d {
            pub x: f64,
            pub y: f64,
        }
        /// Crossed over.
        #[differentiate(hessian)]
        impl Add for Vec2d {
            type Output = Vec2d;
            fn add(self, o: Vec2d) -> Vec2d {
                Vec2d { x: self.x + o.y, y: self.y + o.x }
            }
        }
        #[differentiate(hessian)]
        impl AddAssign for Vec2d {
            fn add_assign(&mut self, o: Vec2d) {
                *self = *self + o;
            }
        }
    }
}

mod pins {
    pub mod first {
        use autodiff_core::{Differentiable, differentiate};
        use std::ops::Sub;
        #[derive(Differentiable, Clone, Copy)]
        pub struct Pin {
            pub x: f64,
        }
        #[differentiate(hessian)]
        impl Sub for Pin {
            type Output = Pin;
            fn sub(self, o: Pin) -> Pin {
                let d = self.x - o.x;
                Pin { x: d }
            }
        }
        #[differentiate(hessian)]
        impl<'a> Sub<&'a Pin> for &'a Pin {
            type Output = Pin;
            fn sub(self, o: &'a Pin) -> Pin {
                let mut d = self.x;
                d -= o.x;
                Pin { x: d }
            }
        }
    }
    pub mod second {
        use autodiff_core::{Differentiable, differentiate};
        use std::ops::Sub;
        #[derive(Differentiable, Clone)]
        pub struct Pin {
            pub x: f64,
        }
        /// Of references alone.
        #[differentiate(hessian)]
        impl<'a> Sub<&'a Pin> for &'a Pin {
            type Output = Pin;
            fn sub(self, o: &'a Pin) -> Pin {
                let mut d = self.x;
                d -= o.x;
                Pin { x: d }
            }
        }
    }
}

mod tones {
    pub mod first {
        use autodiff_core::{Differentiable, differentiate};
        use std::ops::{Mul, MulAssign};
        #[derive(Differentiable, Clone, Copy)]
        pub struct Tone {
            pub l: f64,
            pub r: f64,
        }
        #[differentiate(hessian)]
        impl Mul<f64> for Tone {
            type Output = Tone;
            fn mul(self, k: f64) -> Tone {
                Tone { l: self.l * k, r: self.r * k }
            }
        }
        #[differentiate(hessian)]
        impl MulAssign<f64> for Tone {
            fn mul_assign(&mut self, k: f64) {
                for _ in 0..1 {
                    self.l *= k;
                    self.r *= k;
                }
            }
        }
    }
    pub mod second {
        use autodiff_core::{Differentiable, differentiate};
        use std::ops::MulAssign;
        #[derive(Differentiable, Clone, Copy)]
        pub struct Tone {
            pub l: f64,
            pub r: f64,
        }
        #[differentiate(hessian)]
        impl MulAssign<f64> for Tone {
            fn mul_assign(&mut self, k: f64) {
                for _ in 0..1 {
                    self.l *= k;
                    self.r *= k;
                }
            }
        }
    }
}

mod rover {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone, Copy)]
    pub struct Rover {
        pub at: f64,
        pub v: f64,
    }
    #[differentiate(hessian)]
    impl Rover {
        /// The type's own.
        pub fn move_on(&mut self, dt: f64) {
            self.at += dt * self.v;
        }
    }
    #[differentiate(hessian)]
    pub trait Vehicle {
        fn move_on(&mut self, dt: f64);
    }
    #[differentiate(hessian)]
    impl Vehicle for Rover {
        fn move_on(&mut self, dt: f64) {
            self.at *= 1.0 + dt;
            self.v -= dt * self.at;
        }
    }
    #[differentiate(hessian)]
    pub fn drive<V: Vehicle>(x: &mut V, dt: f64) {
        x.move_on(dt);
    }
}

mod lever {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone)]
    pub struct Lever {
        pub arm: f64,
        pub load: f64,
    }
    #[differentiate(hessian)]
    pub trait Stretch {
        fn pull_by(&mut self, k: f64) -> f64;
    }
    #[differentiate(hessian)]
    pub trait Tighten {
        fn pull_by(&mut self, k: f64) -> f64;
    }
    #[differentiate(hessian)]
    impl Stretch for Lever {
        fn pull_by(&mut self, k: f64) -> f64 {
            self.arm += k;
            self.arm * self.load
        }
    }
    #[differentiate(hessian)]
    impl Tighten for Lever {
        fn pull_by(&mut self, k: f64) -> f64 {
            self.load *= k;
            self.load - self.arm
        }
    }
}

mod shakers {
    use autodiff_core::{Differentiable, differentiate};
    macro_rules! shakers {
        ($($name:ident),*) => {
            $(
                #[derive(Differentiable, Clone, Copy)]
                pub struct $name {
                    pub x: f64,
                    pub y: f64,
                }
                #[differentiate(hessian)]
                impl $name {
                    pub fn shake(&mut self, k: f64) -> f64 {
                        self.x = self.x * k + self.y;
                        self.y -= k * self.x;
                        self.x * self.y
                    }
                    pub fn shaken(mut self, k: f64) -> $name {
                        self.shake(k);
                        self
                    }
                }
            )*
        };
    }
    shakers!(Shaker, Mixer);
    #[differentiate(hessian)]
    pub fn three(a: f64, b: f64, c: f64) -> f64 {
        a * b - c * a * a + b
    }
    #[differentiate(hessian)]
    pub fn first_and_last(a: Shaker, k: f64, b: &Shaker) -> f64 {
        a.x * k - b.y * a.y
    }
}

mod swinger {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone, Copy)]
    pub struct Swinger {
        pub x: f64,
        pub y: f64,
    }
    #[differentiate(hessian)]
    impl Swinger {
        pub fn weigh5(self, k: f64) -> f64 {
            self.x * k + self.y * self.y
        }
        pub fn joined5(&self, o: Swinger) -> f64 {
            self.x * o.y - o.x
        }
    }
    #[differentiate(hessian)]
    impl std::ops::Add for Swinger {
        type Output = Swinger;
        fn add(self, o: Swinger) -> Swinger {
            Swinger { x: self.x + o.x, y: self.y * o.y }
        }
    }
    macro_rules! changes {
        () => {
            #[differentiate(hessian)]
            impl Swinger {
                pub fn nudge5(&mut self, k: f64) -> f64 {
                    self.x *= k;
                    self.y += self.x;
                    self.y * k
                }
                pub fn nudged5(&mut self, k: f64) -> Swinger {
                    self.y *= k;
                    *self
                }
            }
        };
    }
    changes!();
}

mod knob {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone)]
    pub struct Knob {
        pub at: f64,
        pub step: f64,
    }
    #[differentiate(hessian)]
    impl Knob {
        pub fn tweak_knob(&mut self, d: f64) {
            self.at += d * self.step;
        }
    }
    pub mod functions {
        use super::Knob;
        use autodiff_core::differentiate;
        macro_rules! tweaks {
            ($name:ident) => {
                #[differentiate(hessian)]
                pub fn $name(k: &mut Knob, d: f64) {
                    k.at *= d;
                    k.step += k.at;
                }
            };
        }
        tweaks!(tweak_knob);
    }
}

mod membrane {
    pub mod mem {
        use autodiff_core::differentiate;
        /// Not that of std.
        #[differentiate(hessian)]
        pub fn swap(a: &mut f64, b: &mut f64) {
            let t = *a;
            *a = *b * 2.0;
            *b = t * t;
        }
        #[differentiate(hessian)]
        pub fn replace(a: &mut f64, x: f64) -> f64 {
            *a += x;
            *a * x
        }
        #[differentiate(hessian)]
        pub fn take(a: &mut f64) -> f64 {
            *a *= 0.5;
            *a
        }
    }
    pub mod array {
        use autodiff_core::differentiate;
        #[differentiate(hessian)]
        pub fn from_fn(x: f64) -> [f64; 2] {
            [x, x * x]
        }
    }
}

mod goods {
    use autodiff_core::{Differentiable, differentiate};
    /// An order of goods, not of numbers.
    #[derive(Differentiable, Clone, Copy)]
    pub struct Ordering {
        pub amount: f64,
        pub price: f64,
    }
    #[differentiate(hessian)]
    impl Ordering {
        pub fn value(&self) -> f64 {
            self.amount * self.price
        }
    }
}

mod smooth {
    use autodiff_core::{Differentiable, differentiate};
    /// Smooth versions of what numbers have, to be called by path.
    #[differentiate(hessian)]
    pub trait Real {
        fn abs(self) -> f64;
        fn max(self, o: f64) -> f64;
    }
    #[differentiate(hessian)]
    impl Real for f64 {
        fn abs(self) -> f64 {
            (self * self + 0.04).sqrt()
        }
        fn max(self, o: f64) -> f64 {
            (self.exp() + o.exp()).ln()
        }
    }
    pub struct Float;
    #[differentiate(hessian)]
    impl Float {
        pub fn min(a: f64, b: f64) -> f64 {
            -((-a).exp() + (-b).exp()).ln()
        }
        pub fn sqrt(x: f64) -> f64 {
            (x + 0.01).sqrt() - 0.1
        }
    }
}

mod own_constant {
    use autodiff_core::differentiate;
    #[differentiate(hessian)]
    pub fn constant(x: f64) -> f64 {
        3.0 * x * x
    }
}

mod orders {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone, Copy)]
    pub struct Ordering {
        pub amount: f64,
        pub price: f64,
    }
    #[differentiate(hessian)]
    impl Ordering {
        pub fn value(&self) -> f64 {
            self.amount * self.price
        }
    }
    #[differentiate(hessian)]
    pub fn discounted(o: Ordering, k: f64) -> Ordering {
        Ordering { amount: o.amount, price: o.price * k }
    }
    #[differentiate(hessian)]
    pub fn worth_of(o: &Ordering) -> f64 {
        o.value() + o.price * o.price
    }
}

mod shell {
    use autodiff_core::{Differentiable, differentiate};
    use std::ops::Deref;
    #[derive(Differentiable, Clone, Copy)]
    pub struct Kernel {
        pub x: f64,
        pub y: f64,
    }
    #[derive(Differentiable, Clone, Copy)]
    pub struct Shell {
        pub inside: Kernel,
        pub x: f64,
    }
    #[differentiate(hessian)]
    impl Deref for Shell {
        type Target = Kernel;
        fn deref(&self) -> &Kernel {
            &self.inside
        }
    }
    #[differentiate(hessian)]
    impl Shell {
        pub fn both_of_shell(self) -> f64 {
            (*self).x * self.x + (*self).x
        }
        pub fn with_other_shell(self, o: Shell) -> f64 {
            (*o).x * self.x - (*self).x * 0.5 * o.x
        }
    }
}

mod negated {
    use autodiff_core::{Differentiable, differentiate};
    use std::ops::Neg;
    #[derive(Differentiable, Clone, Copy)]
    pub struct Up {
        pub a: f64,
        pub b: f64,
    }
    #[derive(Differentiable, Clone, Copy)]
    pub struct Down {
        pub a: f64,
        pub b: f64,
    }
    #[differentiate(hessian)]
    impl Neg for Up {
        type Output = Down;
        fn neg(self) -> Down {
            Down { a: -self.b, b: -self.a }
        }
    }
    #[differentiate(hessian)]
    impl Up {
        pub fn weighed(&self) -> f64 {
            self.a * self.a + self.b
        }
    }
    #[differentiate(hessian)]
    impl Down {
        pub fn weighed(&self) -> f64 {
            3.0 * self.a - self.b * self.b * self.a
        }
    }
}

mod brakets {
    use autodiff_core::{Differentiable, differentiate};
    use std::ops::{Add, Neg};
    #[derive(Differentiable, Clone, Copy)]
    pub struct Ket {
        pub p: f64,
        pub q: f64,
    }
    #[derive(Differentiable, Clone, Copy)]
    pub struct Bra {
        pub p: f64,
        pub q: f64,
    }
    #[differentiate(hessian)]
    impl Neg for Ket {
        type Output = Bra;
        fn neg(self) -> Bra {
            Bra { p: self.q, q: -self.p }
        }
    }
    #[differentiate(hessian)]
    impl Add for Ket {
        type Output = Ket;
        fn add(self, o: Ket) -> Ket {
            Ket { p: self.p + o.p, q: self.q + o.q }
        }
    }
    #[differentiate(hessian)]
    impl Add for Bra {
        type Output = Bra;
        fn add(self, o: Bra) -> Bra {
            Bra { p: self.p + 2.0 * o.p, q: self.q * o.q }
        }
    }
}

crate::cases! { without lanes: 6, 0.3, 1.6;
    add_assign_of_the_other_module v {
    let mut p = crossed::second::Vec2d { x: v[0], y: v[1] };
    p += crossed::second::Vec2d { x: v[2] * v[3], y: v[4] };
    p += crossed::second::Vec2d { x: p.x * v[0], y: 0.5 };
    let mut q = crossed::first::Vec2d { x: v[0], y: v[1] };
    q += crossed::first::Vec2d { x: v[2], y: v[5] };
    p.x * 3.0 + p.y * v[5] + q.x * q.y
    }
    references_alone_in_the_second_module v {
    let a = pins::second::Pin { x: v[0] * v[1] };
    let b = pins::second::Pin { x: v[2] };
    let c = pins::first::Pin { x: v[3] };
    let d = &a - &b;
    (&d - &a).x * d.x + (c - c).x + (&c - &pins::first::Pin { x: v[4] }).x
    }
    product_in_place_alone_in_the_second_module v {
    let mut t = tones::second::Tone { l: v[0], r: v[1] };
    t *= v[2];
    t *= t.l;
    let mut u = tones::first::Tone { l: v[3], r: v[4] };
    u *= v[5];
    t.l * t.r + (u * v[0]).l
    }
    trait_function_by_path_beside_own_method v {
    use rover::{drive, Rover, Vehicle};
    let mut r = Rover { at: v[0], v: v[1] };
    Vehicle::move_on(&mut r, v[2]);
    r.move_on(v[3]);
    <Rover as Vehicle>::move_on(&mut r, v[4]);
    Rover::move_on(&mut r, v[1] * 0.5);
    drive(&mut r, v[5]);
    r.at * r.v
    }
    two_traits_with_one_method_by_path v {
    use lever::{Lever, Stretch, Tighten};
    let mut l = Lever { arm: v[0], load: v[1] };
    let a = Stretch::pull_by(&mut l, v[2]);
    let b = Tighten::pull_by(&mut l, v[3] * a);
    let c = <Lever as Stretch>::pull_by(&mut l, b);
    a * b + c * l.load + <Lever as Tighten>::pull_by(&mut l, v[4]) * v[5]
    }
    changing_method_of_a_macro_between_arguments v {
    let mut s = shakers::Shaker { x: v[0], y: v[1] };
    let a = shakers::three(s.x, s.shake(v[2]), s.x);
    let b = shakers::three(s.y, s.y, s.shake(v[3]));
    a * 0.1 + b * 0.1 + s.x * s.y
    }
    changing_method_of_a_macro_between_operands v {
    let mut s = shakers::Mixer { x: v[0], y: v[1] };
    let a = s.x * s.shake(v[2]) + s.x;
    let [p, q, r] = [s.x, s.shake(v[3]), s.y];
    let (f, g) = (s.y, s.shake(0.4) * s.y);
    let t = shakers::Mixer { x: s.x, y: s.shake(v[4]) };
    let u = s.shaken(s.shake(0.3));
    let w = [s.x; 2];
    let z = s.x.powf(1.0) + s.y.max(s.shake(v[5]) - 50.0);
    a + p * q - r * f + g * t.x + (t.y * u.x).tanh() + w[1] * z * 0.1
    }
    copy_in_front_of_changing_method_of_a_macro v {
    let mut s = shakers::Shaker { x: v[0], y: v[1] };
    let before = s;
    let a = shakers::first_and_last(s, s.shake(v[2]), &before);
    let mut all = [s, before];
    let b = all[0].x * all[0].shake(v[3]) + all[1].y * all[0].x;
    a + b * v[4] + s.x
    }
    receiver_changed_by_a_method_of_a_macro v {
    let mut c = swinger::Swinger { x: v[0], y: v[1] };
    let a = c.weigh5(c.nudge5(v[2]));
    let d = c + c.nudged5(v[3]);
    let b = d.joined5(c.nudged5(v[4])) + c.x * c.nudge5(v[5]);
    a + b * 0.1 + d.y + c.y
    }
    function_of_a_macro_with_the_name_of_a_method v {
    let mut k = knob::Knob { at: v[0], step: v[1] };
    knob::functions::tweak_knob(&mut k, v[2]);
    k.tweak_knob(v[3]);
    knob::functions::tweak_knob(&mut k, v[4]);
    k.at * k.step + v[5]
    }
    own_module_called_mem v {
    use membrane::mem;
    let (mut a, mut b) = (v[0], v[1]);
    mem::swap(&mut a, &mut b);
    let c = mem::replace(&mut a, v[2]);
    let d = mem::take(&mut b);
    let e = membrane::mem::take(&mut a);
    membrane::mem::swap(&mut b, &mut a);
    a * b + c * d + e * v[3]
    }
    own_type_called_ordering v {
    use goods::Ordering;
    let o: Ordering = Ordering { amount: v[0], price: v[1] * v[2] };
    let all: Vec<Ordering> = v.iter().map(|x| Ordering { amount: *x, price: 2.0 * x }).collect();
    let first: &Ordering = &all[0];
    o.amount * o.price + first.price * v[3] + all[4].amount * v[5]
    }
    own_trait_called_real v {
    use smooth::{Float, Real};
    let a = Real::abs(v[0] - v[1]);
    let b = Real::max(v[2], v[3]) + Float::min(v[4], v[5]);
    let c = <f64 as Real>::max(a, b) * Float::sqrt(a);
    a + b * c + Real::abs(c)
    }
    own_function_called_constant v {
    own_constant::constant(v[0]) * v[1] + own_constant::constant(v[2] * v[3])
    }
    parameters_of_own_type_called_ordering v {
    let o = orders::Ordering { amount: v[0], price: v[1] };
    let p = orders::discounted(o, v[2]);
    orders::worth_of(&p) * v[5] + p.value()
    }
    deref_of_self_by_value_in_straight_line v {
    let s = shell::Shell { inside: shell::Kernel { x: v[0], y: v[1] }, x: v[2] };
    let t = shell::Shell { inside: shell::Kernel { x: v[3], y: v[4] }, x: v[5] };
    s.both_of_shell() + t.with_other_shell(s) * 2.0
    }
    deref_of_a_local_with_a_field_of_the_same_name v {
    let mut s = shell::Shell { inside: shell::Kernel { x: v[0], y: v[1] }, x: v[2] };
    for k in 3..6 {
        s = shell::Shell { inside: shell::Kernel { x: s.x * v[k], y: (*s).x }, x: (*s).y + s.inside.x };
    }
    (*s).x * s.x + (*s).y
    }
    neg_gives_another_type_with_the_same_method v {
    let u = negated::Up { a: v[0] * v[1], b: v[2] };
    let d = -u;
    d.weighed() + (-negated::Up { a: v[3], b: v[4] }).weighed() * u.weighed()
    }
    sum_of_negatives_is_of_another_type v {
    let a = brakets::Ket { p: v[0], q: v[1] };
    let b = brakets::Ket { p: v[2] * v[3], q: v[4] };
    let s = a + b;
    let t = -a + -b;
    let w = -s + t;
    w.p * v[5] + w.q * t.p
    }
}
