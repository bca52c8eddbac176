//! Structs, enums, boxes and what else holds numbers.

use autodiff_core::{Differentiable, differentiate};

mod box_local {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let x = Box::new(a * b);
        *x * *x + b
    }

    crate::of_two!();
}

mod box_param {
    use super::*;

    #[differentiate]
    fn g(a: Box<f64>, b: f64) -> f64 {
        *a * b
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(Box::new(a * a), b)
    }

    crate::of_two!();
}

mod nested_struct_update {
    use super::*;

    #[derive(Clone, Copy, Differentiable, Default)]
    struct I {
        a: f64,
        b: f64,
    }
    #[derive(Clone, Copy, Differentiable, Default)]
    struct O {
        i: I,
        c: f64,
        n: usize,
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut o = O { i: I { a: v[0], ..Default::default() }, c: v[1], ..O::default() };
        o.i.b += v[2] * o.i.a;
        let O { i: I { a, b }, c, .. } = o;
        let o2 = O { c: a * b, ..o };
        o2.c * c + o2.i.b
    }

    crate::of_six!();
}

mod hashmap_read {
    use super::*;

    use std::collections::HashMap;
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut m: HashMap<&str, f64> = HashMap::new();
        m.insert("a", 2.0);
        let k = m["a"];
        a * k + b
    }

    crate::of_two!();
}

mod parts_of_lists_without_floats {
    use super::*;

    #[derive(Clone, Differentiable)]
    struct Reaction {
        reactants: Vec<(usize, i32)>,
        products: [(usize, u32, [usize; 2]); 1],
        rows: Vec<Vec<usize>>,
        rate: f64,
    }

    /// Numbers from tables of integers that are fields of something with a cotangent.
    #[differentiate]
    fn rates(c: &[f64], network: &[Reaction]) -> Vec<f64> {
        let mut dc = vec![0.0; c.len()];
        for r in network {
            let rate = r.reactants.iter().fold(r.rate, |acc, &(s, order)| acc * c[s].powi(order));
            for &(s, nu) in &r.reactants {
                dc[s] -= nu as f64 * rate;
            }
            for (s, nu, _) in r.products.iter() {
                dc[*s] += f64::from(*nu) * rate;
            }
            let weight = r.rows[0][1] as f64 + r.products[0].2[1] as f64;
            dc[r.rows[0][1]] += weight * rate.sin();
            for row in &r.rows {
                for i in row {
                    dc[*i] += rate * c[*i];
                }
            }
        }
        dc
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let network = [
            Reaction { reactants: vec![(0, 1), (1, 2)], products: [(2, 1, [0, 2])], rows: vec![vec![0, 1], vec![2]], rate: v[3] },
            Reaction { reactants: vec![(2, 3)], products: [(1, 2, [0, 1])], rows: vec![vec![1, 1, 0]], rate: v[4] * v[5] },
        ];
        let dc = rates(&v[..3], &network);
        dc[0] + 2.0 * dc[1] * dc[2]
    }

    crate::of_six!();
}

mod array_of_one_struct {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    struct S {
        x: f64,
        rate: [f64; 2],
    }
    #[differentiate]
    fn make(a: f64, b: f64) -> S {
        S { x: a * b, rate: [a, b * b] }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut seed = [make(a, b); 2];
        seed[1].x *= b;
        seed[0].rate[1] = seed[1].x;
        let again = [seed[0]; 3];
        again[2].x * seed[1].rate[0] + again[1].rate[1]
    }

    crate::of_two!();
}
