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
