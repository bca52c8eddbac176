//! Items of blocks inside a function: they hide other things of their name in their block, and nowhere else.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::differentiate;

#[macro_use]
mod common;

const K: f64 = 2.0;

fn scale(n: usize) -> f64 {
    2.0 * n as f64
}

mod other {
    pub const Z: f64 = 7.0;
    pub fn scale(n: usize) -> f64 {
        -(n as f64)
    }
}

const Z: f64 = 1.5;

/// The constant of the block stood for the outer one as well: 9 x for 6 x.
#[differentiate]
fn hidden_constant(v: &[f64]) -> f64 {
    let y = {
        const K: f64 = 3.0;
        v[0] * K
    };
    y * K * v[1]
}

#[differentiate]
fn hidden_function(v: &[f64]) -> f64 {
    let y = {
        fn scale(n: usize) -> f64 {
            5.0 * n as f64
        }
        v[0] * scale(v.len())
    };
    y * scale(v.len()) * v[1]
}

#[differentiate]
fn hidden_by_an_import(v: &[f64]) -> f64 {
    let y = {
        use other::{Z, scale};
        v[0] * Z * scale(v.len())
    };
    let z = {
        use std::f64::consts::PI;
        y * PI
    };
    let w = {
        use std::f64::consts::PI;
        z * PI
    };
    w * Z * scale(v.len()) * v[1]
}

/// As many constants as blocks.
#[differentiate]
fn one_in_each_block(v: &[f64]) -> f64 {
    let mut y = v[0];
    if v[1] > 0.0 {
        const K: f64 = 3.0;
        y *= K * v[1];
    } else {
        const K: f64 = 4.0;
        y *= K;
    }
    for x in v {
        const K: f64 = 5.0;
        y *= K * x;
        {
            const K: f64 = 0.25;
            y += K * x;
        }
    }
    let by = |x: f64| {
        const K: f64 = 7.0;
        K * x * x
    };
    by(y) + K * y
}

/// A number of the same name: in front of it, the constant would have been a pattern.
#[differentiate]
fn beside_a_variable(v: &[f64]) -> f64 {
    let scale = v[0] * v[1];
    let y = {
        fn scale(x: f64, by: f64) -> f64 {
            x * x * by
        }
        scale(v[1], v[0]) + scale(v[0], 2.0)
    };
    y * scale
}

#[differentiate]
fn types_and_patterns(v: &[f64]) -> f64 {
    let mut s = 0.0;
    for (k, x) in v.iter().enumerate() {
        #[derive(Clone, Copy)]
        struct Step {
            scale: f64,
        }
        const N: usize = 1;
        let scale = 0.5;
        let step = Step { scale };
        let all = [step.scale; N];
        match k {
            N => s += x * x,
            _ => s += x * all[N - 1],
        }
        assert!(k < N + 5, "N is {}", N);
    }
    struct Step(f64);
    const N: usize = 4;
    let step = Step(3.0);
    s * step.0 * N as f64 * v[0]
}

/// Functions inside functions inside, each called more than once.
#[differentiate]
fn functions_in_functions(v: &[f64]) -> f64 {
    fn outer(z: f64, w: &[f64]) -> f64 {
        fn inner(a: f64, b: &[f64]) -> f64 {
            fn innermost(a: f64) -> f64 {
                a.sin() * K
            }
            innermost(a) * b[0] + innermost(b[1])
        }
        inner(z * 2.0, w) * inner(z, &w[..])
    }
    outer(v[0], v) * outer(v[1] * v[0], v)
}

mod checks {
    checked! {
        hidden_constant hidden_constant_grad hidden_constant_vjp hidden_constant_jvp at [1.3, 0.7], [-0.5, 0.4];
        hidden_function hidden_function_grad hidden_function_vjp hidden_function_jvp at [1.3, 0.7], [-0.5, 0.4];
        hidden_by_an_import hidden_by_an_import_grad hidden_by_an_import_vjp hidden_by_an_import_jvp at [1.3, 0.7], [-0.5, 0.4];
        one_in_each_block one_in_each_block_grad one_in_each_block_vjp one_in_each_block_jvp at [0.3, 0.7], [-0.5, -0.4], [0.2, 0.1, 0.6];
        beside_a_variable beside_a_variable_grad beside_a_variable_vjp beside_a_variable_jvp at [1.3, 0.7], [-0.5, 0.4];
        types_and_patterns types_and_patterns_grad types_and_patterns_vjp types_and_patterns_jvp at [1.3, 0.7, 0.2], [-0.5, 0.4, 0.9];
        functions_in_functions functions_in_functions_grad functions_in_functions_vjp functions_in_functions_jvp at [1.3, 0.7], [-0.5, 0.4];
    }
}
