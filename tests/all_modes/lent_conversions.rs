//! Conversions of references, and methods behind a box.

mod boxed_method {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Cell {
        x: f64,
        next: Option<Box<Cell>>,
    }
    #[differentiate(hessian)]
    impl Cell {
        fn scale(&mut self, k: f64) {
            self.x *= k;
            if let Some(n) = self.next.as_mut() {
                n.scale(k * 1.5);
            }
        }
        fn total(&self) -> f64 {
            self.x
                + match &self.next {
                    Some(n) => 2.0 * n.total(),
                    None => 0.0,
                }
        }
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let mut c = Box::new(Cell { x: v[0], next: Some(Box::new(Cell { x: v[1], next: None })) });
        c.scale(v[2]);
        c.total()
    }

    crate::all_modes!(without lanes: 12, 0.3, 1.7);
}

mod from_slices {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Poly {
        c: Vec<f64>,
    }
    #[differentiate(hessian)]
    impl From<&[f64]> for Poly {
        fn from(c: &[f64]) -> Self {
            Poly { c: c.to_vec() }
        }
    }
    #[differentiate(hessian)]
    impl From<Vec<f64>> for Poly {
        fn from(c: Vec<f64>) -> Self {
            Poly { c }
        }
    }
    #[differentiate(hessian)]
    impl Poly {
        fn at(&self, x: f64) -> f64 {
            self.c.iter().rev().fold(0.0, |s, c| s * x + c)
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let p = Poly::from(&v[..4]);
        let q: Poly = v[4..8].into();
        let r: Poly = v.into();
        let s: Poly = vec![v[1], v[2]].into();
        p.at(v[8]) + 2.0 * q.at(v[9]) + 0.1 * r.at(0.5) + s.at(v[3])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod from_array_ref {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct V {
        x: f64,
        y: f64,
        z: f64,
    }
    #[differentiate(hessian)]
    impl From<&[f64; 3]> for V {
        fn from(a: &[f64; 3]) -> V {
            let [x, y, z] = *a;
            V { x, y, z }
        }
    }
    #[differentiate(hessian)]
    impl From<[f64; 3]> for V {
        fn from(a: [f64; 3]) -> V {
            V { x: a[0], y: a[1], z: a[2] }
        }
    }
    #[differentiate(hessian)]
    impl From<V> for [f64; 3] {
        fn from(v: V) -> [f64; 3] {
            [v.x, v.y, v.z]
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let a = [v[0], v[1], v[2]];
        let p = V::from(&a);
        let q = V::from([v[3], p.x, p.y]);
        let r: [f64; 3] = q.into();
        r[0] * r[1] + r[2] * p.z
    }

    crate::all_modes!(12, 0.3, 1.7);
}
