//! The attribute on one function of a trait's `impl`: siblings in an `impl` inside of its body.

mod springs {
    use autodiff_core::{Differentiable, differentiate};
    trait Energy {
        fn energy(&self, x: f64) -> f64;
        fn name(&self) -> String;
    }
    #[derive(Differentiable, Clone, Debug)]
    struct Spring {
        k: f64,
        rest: f64,
    }
    impl Energy for Spring {
        #[differentiate(hessian, lanes)]
        fn energy(&self, x: f64) -> f64 {
            let d = x - self.rest;
            0.5 * self.k * d * d * d
        }
        fn name(&self) -> String {
            "spring".to_string()
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let s = Spring { k: v[0], rest: v[1] };
        s.energy(v[2]) * v[3] + Spring::energy(&s, v[3])
    }
    #[test]
    fn own() {
        let s = Spring { k: 2.0, rest: 0.5 };
        let (v, (s_bar, x_bar)) = s.energy_grad(1.5);
        assert_eq!(v, s.energy(1.5));
        assert!((x_bar - 3.0).abs() < 1e-12 && (s_bar.k - 0.5).abs() < 1e-12);
    }
    crate::all_modes!(4, 0.3, 1.4);
}

mod two_traits {
    use autodiff_core::{Differentiable, differentiate};
    trait Energy {
        fn energy(&self, x: f64) -> f64;
        fn force(&self, x: f64) -> f64 {
            let h = 1e-3;
            (self.energy(x + h) - self.energy(x - h)) / (2.0 * h)
        }
    }
    trait Damped {
        type Out;
        const C: f64;
        fn drag(&self, v: f64) -> Self::Out;
    }
    #[derive(Differentiable, Clone, Debug)]
    struct Spring<'a> {
        k: f64,
        name: &'a str,
    }
    impl<'a> Energy for Spring<'a> {
        #[differentiate(hessian, lanes)]
        fn energy(&self, x: f64) -> f64 {
            #![allow(unused)]
            0.5 * self.k * x.powi(4)
        }
        #[differentiate(hessian, lanes)]
        fn force(&self, x: f64) -> f64 {
            self.energy(x) / x + Self::C * self.drag(x)
        }
    }
    impl Damped for Spring<'_> {
        type Out = f64;
        const C: f64 = 0.25;
        #[differentiate(hessian, lanes)]
        fn drag(&self, v: f64) -> Self::Out {
            let y: Self::Out = v * v.abs() * self.k;
            y
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let s = Spring { k: v[0] * v[1], name: "s" };
        s.force(v[2]) + s.drag(v[3] * v[2])
    }
    crate::all_modes!(4, 0.3, 1.4);
}

mod generic {
    use autodiff_core::{Differentiable, differentiate};
    pub trait Field<T> {
        fn at(&self, x: &[T]) -> T;
    }
    #[derive(Differentiable, Clone, Debug)]
    pub struct Lin<T, const N: usize> {
        w: [T; N],
        b: T,
    }
    impl<T: autodiff_core::Scalar, const N: usize> Field<T> for Lin<T, N> {
        #[differentiate(hessian)]
        fn at(&self, x: &[T]) -> T {
            let mut s = self.b;
            for i in 0..N {
                s = s + self.w[i] * x[i] * x[i];
            }
            s.sin()
        }
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let l = Lin::<f64, 2> { w: [v[0], v[1]], b: v[2] };
        l.at(&[v[3], v[0]])
    }
    crate::all_modes!(without lanes: 4, 0.3, 1.4);
}

mod changed {
    use autodiff_core::{Differentiable, differentiate};
    trait Step {
        fn step(&mut self, dt: f64) -> f64;
        fn reset(&mut self);
    }
    #[derive(Differentiable, Clone, Copy, Debug, Default)]
    struct Body {
        x: f64,
        v: f64,
    }
    impl Step for Body {
        fn reset(&mut self) {
            *self = Body::default();
        }
        #[differentiate(hessian, lanes)]
        fn step(&mut self, dt: f64) -> f64 {
            self.v -= self.x.sin() * dt;
            self.x += self.v * dt;
            self.x * self.v
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut b = Body { x: v[0], v: v[1] };
        let mut s = 0.0;
        for _ in 0..3 {
            s += b.step(v[2]) * v[3];
        }
        s
    }
    crate::all_modes!(4, 0.3, 1.4);
}

mod operators {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone, Copy, Debug)]
    struct V {
        x: f64,
        y: f64,
    }
    impl std::ops::Add for V {
        type Output = V;
        #[differentiate(hessian)]
        fn add(self, o: V) -> V {
            V { x: self.x + o.x, y: self.y + o.y }
        }
    }
    impl std::ops::Mul<f64> for V {
        type Output = Self;
        #[differentiate(hessian)]
        fn mul(self, k: f64) -> Self {
            V { x: self.x * k, y: self.y * k }
        }
    }
    impl std::ops::AddAssign for V {
        #[differentiate(hessian)]
        fn add_assign(&mut self, o: V) {
            self.x += o.x;
            self.y += o.y;
        }
    }
    impl std::ops::Index<usize> for V {
        type Output = f64;
        #[differentiate]
        fn index(&self, i: usize) -> &f64 {
            if i == 0 { &self.x } else { &self.y }
        }
    }
    impl From<(f64, f64)> for V {
        #[differentiate(hessian)]
        fn from(p: (f64, f64)) -> V {
            V { x: p.0, y: p.1 * p.1 }
        }
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let mut a = V { x: v[0], y: v[1] } * v[2] + V { x: v[3], y: v[2] };
        a += V { x: v[0] * v[1], y: v[2] };
        let b = V::from((v[0], v[1]));
        a.x * a.y + a[0] * a[1] * b.y
    }
    crate::all_modes!(without lanes: 4, 0.3, 1.4);
}

mod trees {
    use autodiff_core::{Differentiable, differentiate};
    trait Eval {
        fn eval(&self, x: f64) -> f64;
    }
    #[derive(Differentiable, Clone, Debug)]
    enum Expr {
        C(f64),
        X,
        Add(Box<Expr>, Box<Expr>),
        Mul(Box<Expr>, Box<Expr>),
    }
    impl Eval for Expr {
        #[differentiate(hessian)]
        fn eval(&self, x: f64) -> f64 {
            match self {
                Expr::C(c) => *c,
                Expr::X => x,
                Expr::Add(a, b) => a.eval(x) + b.eval(x),
                Expr::Mul(a, b) => a.eval(x) * b.eval(x),
            }
        }
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let e = Expr::Add(Box::new(Expr::Mul(Box::new(Expr::C(v[0])), Box::new(Expr::X))), Box::new(Expr::C(v[1])));
        e.eval(v[2]) * v[1]
    }
    crate::all_modes!(without lanes: 3, 0.3, 1.4);
}
