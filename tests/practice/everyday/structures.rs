//! Lists, trees, graphs and matrices of fixed sizes.

mod linked_list_horner {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    enum List {
        Cons(f64, Box<List>),
        Nil,
    }

    #[differentiate]
    impl List {
        fn from_slice(s: &[f64]) -> List {
            match s {
                [] => List::Nil,
                [head, tail @ ..] => List::Cons(*head, Box::new(List::from_slice(tail))),
            }
        }
        fn horner(&self, x: f64) -> f64 {
            match self {
                List::Nil => 0.0,
                List::Cons(c, rest) => c + x * rest.horner(x),
            }
        }
        fn reversed(self) -> List {
            let mut out = List::Nil;
            let mut cur = self;
            while let List::Cons(v, next) = cur {
                out = List::Cons(v, Box::new(out));
                cur = *next;
            }
            out
        }
    }

    #[differentiate]
    fn linked_list_horner_value(x: &[f64]) -> f64 {
        let (last, coeffs) = x.split_last().unwrap();
        let l = List::from_slice(coeffs);
        l.horner(*last) * 2.0 + l.reversed().horner(0.5 * last)
    }

    mod checks {
        use super::*;
        checked!(linked_list_horner_value linked_list_horner_value_grad linked_list_horner_value_vjp linked_list_horner_value_jvp: 6, -1.0, 1.0, |v| (v), d => d);
    }
}

mod union_find_energy {
    use crate::checked;
    use autodiff_core::differentiate;
    struct UnionFind {
        parent: Vec<usize>,
    }

    impl UnionFind {
        fn new(n: usize) -> Self {
            Self { parent: (0..n).collect() }
        }
        fn find(&mut self, i: usize) -> usize {
            if self.parent[i] != i {
                let r = self.find(self.parent[i]);
                self.parent[i] = r;
            }
            self.parent[i]
        }
        fn union(&mut self, a: usize, b: usize) -> bool {
            let (ra, rb) = (self.find(a), self.find(b));
            self.parent[ra] = rb;
            ra != rb
        }
    }

    /// Length of the minimum spanning tree (Kruskal).
    #[differentiate]
    fn mst_length(points: &[(f64, f64)]) -> f64 {
        let mut edges: Vec<(f64, usize, usize)> = Vec::new();
        for (i, a) in points.iter().enumerate() {
            for (j, b) in points.iter().enumerate().skip(i + 1) {
                edges.push(((a.0 - b.0).hypot(a.1 - b.1), i, j));
            }
        }
        edges.sort_by(|x, y| x.0.partial_cmp(&y.0).unwrap());
        let mut uf = UnionFind::new(points.len());
        let mut total = 0.0;
        for (len, i, j) in edges {
            if uf.union(i, j) {
                total += len;
            }
        }
        total
    }

    #[differentiate]
    fn union_find_energy_value(x: &[f64]) -> f64 {
        let pts: Vec<_> = x[..8].chunks_exact(2).map(|c| (c[0], c[1])).collect();
        mst_length(&pts) * (1.0 + x[8])
    }

    mod checks {
        use super::*;
        checked!(union_find_energy_value union_find_energy_value_grad union_find_energy_value_vjp union_find_energy_value_jvp: 9, -1.0, 1.0, |v| (v), d => d);
    }
}

mod boxed_scene_graph {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub struct Transform {
        angle: f64,
        scale: f64,
        offset: (f64, f64),
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Node {
        local: Transform,
        points: Vec<(f64, f64)>,
        children: Vec<Node>,
        parent_opacity: Option<f64>,
    }

    #[differentiate]
    impl Transform {
        fn apply(&self, p: (f64, f64)) -> (f64, f64) {
            let (s, c) = self.angle.sin_cos();
            (self.scale * (c * p.0 - s * p.1) + self.offset.0, self.scale * (s * p.0 + c * p.1) + self.offset.1)
        }
        fn then(&self, child: &Transform) -> Transform {
            Transform { angle: self.angle + child.angle, scale: self.scale * child.scale, offset: self.apply(child.offset) }
        }
    }

    #[differentiate]
    impl Node {
        fn collect_points(&self, world: &Transform, out: &mut Vec<(f64, f64)>) {
            let here = world.then(&self.local);
            out.extend(self.points.iter().map(|&p| here.apply(p)));
            for child in &self.children {
                child.collect_points(&here, out);
            }
        }
        fn opacity(&self) -> f64 {
            let own = self.parent_opacity.unwrap_or(1.0);
            own * self.children.iter().map(Node::opacity).product::<f64>()
        }
    }

    #[differentiate]
    fn boxed_scene_graph_value(x: &[f64]) -> f64 {
        let leaf = |a: f64, o: Option<f64>| Node {
            local: Transform { angle: a, scale: 0.8, offset: (0.2, a) },
            points: vec![(x[0], x[1]), (1.0, 0.0)],
            children: vec![],
            parent_opacity: o,
        };
        let root = Node {
            local: Transform { angle: x[2], scale: 1.0 + 0.3 * x[3], offset: (x[4], 0.0) },
            points: vec![(0.0, x[5])],
            children: vec![leaf(x[6], Some(0.5 + 0.2 * x[7])), leaf(0.3, None)],
            parent_opacity: None,
        };
        let mut pts = Vec::new();
        root.collect_points(&Transform { angle: 0.0, scale: 1.0, offset: (0.0, 0.0) }, &mut pts);
        pts.iter().enumerate().map(|(i, (a, b))| a * (i + 1) as f64 + b * b).sum::<f64>() * root.opacity()
    }

    mod checks {
        use super::*;
        checked!(boxed_scene_graph_value boxed_scene_graph_value_grad boxed_scene_graph_value_vjp boxed_scene_graph_value_jvp: 8, -1.0, 1.0, |v| (v), d => d);
    }
}

mod mutual {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Tree {
        w: f64,
        kids: Vec<Tree>,
    }
    #[differentiate]
    impl Tree {
        fn max_player(&self, x: f64) -> f64 {
            if self.kids.is_empty() {
                self.w * x
            } else {
                self.kids.iter().map(|k| k.min_player(x * self.w)).fold(f64::NEG_INFINITY, f64::max)
            }
        }
        fn min_player(&self, x: f64) -> f64 {
            if self.kids.is_empty() { self.w * x } else { self.kids.iter().map(|k| k.max_player(x + self.w)).fold(f64::INFINITY, f64::min) }
        }
    }
    #[differentiate]
    fn mutual_value(x: &[f64]) -> f64 {
        let leaf = |w: f64| Tree { w, kids: vec![] };
        let t = Tree { w: x[0], kids: vec![leaf(x[1]), Tree { w: x[2], kids: vec![leaf(0.5), leaf(x[0])] }] };
        t.max_player(x[1])
    }

    mod checks {
        use super::*;
        checked!(mutual_value mutual_value_grad mutual_value_vjp mutual_value_jvp: 3, 0.2, 0.9, |v| (v), d => d);
    }
}

mod const_generic_matrix {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    use std::ops::{Add, Mul};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct SMatrix<const R: usize, const C: usize>(pub [[f64; C]; R]);

    #[differentiate]
    impl<const R: usize, const K: usize, const C: usize> Mul<SMatrix<K, C>> for SMatrix<R, K> {
        type Output = SMatrix<R, C>;
        fn mul(self, rhs: SMatrix<K, C>) -> SMatrix<R, C> {
            let mut out = SMatrix([[0.0; C]; R]);
            for i in 0..R {
                for j in 0..C {
                    for k in 0..K {
                        out.0[i][j] += self.0[i][k] * rhs.0[k][j];
                    }
                }
            }
            out
        }
    }
    #[differentiate]
    impl<const R: usize, const C: usize> Add for SMatrix<R, C> {
        type Output = Self;
        fn add(mut self, rhs: Self) -> Self {
            for (a, b) in self.0.iter_mut().flatten().zip(rhs.0.iter().flatten()) {
                *a += b;
            }
            self
        }
    }
    #[differentiate]
    impl<const R: usize, const C: usize> SMatrix<R, C> {
        pub fn transpose(&self) -> SMatrix<C, R> {
            SMatrix(std::array::from_fn(|j| std::array::from_fn(|i| self.0[i][j])))
        }
        pub fn frobenius(&self) -> f64 {
            self.0.as_flattened().iter().map(|v| v.powi(2)).sum::<f64>().sqrt()
        }
    }
    #[differentiate]
    impl<const N: usize> SMatrix<N, N> {
        pub fn identity() -> Self {
            Self(std::array::from_fn(|i| std::array::from_fn(|j| if i == j { 1.0 } else { 0.0 })))
        }
        pub fn trace(&self) -> f64 {
            (0..N).map(|i| self.0[i][i]).sum()
        }
        pub fn exp(self, terms: u32) -> Self {
            let mut acc = Self::identity();
            let mut term = acc;
            for k in 1..=terms {
                term = term * self;
                term.0.iter_mut().for_each(|row| row.iter_mut().for_each(|v| *v /= k as f64));
                acc = acc + term;
            }
            acc
        }
    }

    #[differentiate]
    fn const_generic_matrix_value(x: &[f64]) -> f64 {
        let a = SMatrix::<2, 3>([[x[0], x[1], x[2]], [x[3], x[4], x[5]]]);
        let g = a * a.transpose();
        let b = SMatrix([[x[6]], [x[7]], [x[8]]]);
        g.exp(6).trace() + (a * b).frobenius()
    }

    mod checks {
        use super::*;
        checked!(const_generic_matrix_value const_generic_matrix_value_grad const_generic_matrix_value_vjp const_generic_matrix_value_jvp: 9, -1.0, 1.0, |v| (v), d => d);
    }
}

mod polynomial_const {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct Polynomial<const N: usize> {
        pub coeffs: [f64; N],
    }

    #[differentiate]
    impl<const N: usize> Polynomial<N> {
        pub fn eval(&self, x: f64) -> f64 {
            self.coeffs.iter().rev().fold(0.0, |acc: f64, c| acc.mul_add(x, *c))
        }
        pub fn derivative(&self) -> Polynomial<N> {
            let mut coeffs = [0.0; N];
            for (i, c) in self.coeffs.iter().enumerate().skip(1) {
                coeffs[i - 1] = i as f64 * c;
            }
            Polynomial { coeffs }
        }
        pub fn integrate(&self, a: f64, b: f64) -> f64 {
            let primitive = |x: f64| self.coeffs.iter().enumerate().map(|(i, c)| c * x.powi(i as i32 + 1) / (i + 1) as f64).sum::<f64>();
            primitive(b) - primitive(a)
        }
        pub fn newton(&self, start: f64) -> f64 {
            let d = self.derivative();
            std::iter::successors(Some(start), |&x| {
                let slope = d.eval(x);
                (slope.abs() > 1e-9).then(|| x - 0.1 * self.eval(x) / slope)
            })
            .take(4)
            .last()
            .unwrap_or(start)
        }
    }

    #[differentiate]
    fn polynomial_const_value(x: &[f64]) -> f64 {
        let p = Polynomial::<5> { coeffs: x[..5].try_into().unwrap() };
        p.newton(2.0 + x[5]) + p.integrate(-0.5, x[6])
    }

    mod checks {
        use super::*;
        checked!(polynomial_const_value polynomial_const_value_grad polynomial_const_value_vjp polynomial_const_value_jvp: 7, -1.0, 1.0, |v| (v), d => d);
    }
}

mod spherical_harmonics {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub struct Sh9<T>(pub [T; 9]);

    #[differentiate]
    fn basis(d: [f64; 3]) -> [f64; 9] {
        let [x, y, z] = d;
        [
            0.282095,
            0.488603 * y,
            0.488603 * z,
            0.488603 * x,
            1.092548 * x * y,
            1.092548 * y * z,
            0.315392 * (3.0 * z * z - 1.0),
            1.092548 * x * z,
            0.546274 * (x * x - y * y),
        ]
    }

    #[differentiate]
    impl Sh9<f64> {
        pub fn irradiance(&self, normal: [f64; 3]) -> f64 {
            const A: [f64; 9] = [3.141593, 2.094395, 2.094395, 2.094395, 0.785398, 0.785398, 0.785398, 0.785398, 0.785398];
            let b = basis(normal);
            self.0.iter().zip(b.iter()).zip(&A).map(|((l, y), a)| l * y * a).sum::<f64>().max(0.0)
        }
    }

    #[differentiate]
    fn spherical_harmonics_value(x: &[f64]) -> f64 {
        let (coeffs, angles) = x.split_first_chunk::<9>().expect("nine coefficients");
        let sh = Sh9(*coeffs);
        let (st, ct) = angles[0].sin_cos();
        let (sp, cp) = angles[1].sin_cos();
        sh.irradiance([st * cp, st * sp, ct]) * 0.7
    }

    mod checks {
        use super::*;
        checked!(spherical_harmonics_value spherical_harmonics_value_grad spherical_harmonics_value_vjp spherical_harmonics_value_jvp: 11, 0.1, 1.0, |v| (v), d => d);
    }
}

mod own_scalar_trait {
    use crate::checked;
    use autodiff_core::differentiate;
    use std::ops::{Add, Div, Mul, Sub};

    pub trait Scalar: Copy + PartialOrd + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
        const ZERO: Self;
        const ONE: Self;
        fn exp(self) -> Self;
        fn from_f64(v: f64) -> Self;
    }

    impl Scalar for f64 {
        const ZERO: Self = 0.0;
        const ONE: Self = 1.0;
        fn exp(self) -> Self {
            f64::exp(self)
        }
        fn from_f64(v: f64) -> Self {
            v
        }
    }

    #[differentiate]
    fn logistic<S: Scalar>(x: S) -> S {
        if x >= S::ZERO {
            S::ONE / (S::ONE + (S::ZERO - x).exp())
        } else {
            let e = x.exp();
            e / (S::ONE + e)
        }
    }

    #[differentiate]
    fn polynomial_logit<S: Scalar>(coeffs: &[S; 3], x: S) -> S {
        let z = coeffs.iter().rev().fold(S::ZERO, |acc, &c| acc * x + c);
        logistic(z) * S::from_f64(2.0) - S::ONE
    }

    #[differentiate]
    fn own_scalar_trait_value(x: &[f64]) -> f64 {
        polynomial_logit(&[x[0], -x[1], x[2]], 0.7) + logistic::<f64>(x[1] * x[2])
    }

    mod checks {
        use super::*;
        checked!(own_scalar_trait_value own_scalar_trait_value_grad own_scalar_trait_value_vjp own_scalar_trait_value_jvp: 3, 0.2, 1.2, |v| (v), d => d);
    }
}
