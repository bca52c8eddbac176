//! Fields without numbers, handed to functions: lists of integers, tuples, texts, skipped or not.

use autodiff_core::{ByLane, Differentiable, Lanes, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Mesh {
    scale: f64,
    index: Vec<usize>,
    pair: [usize; 2],
    nested: Vec<Vec<usize>>,
    both: (usize, bool),
    name: String,
    count: usize,
    frequency: u32,
    #[differentiable(skip)]
    fixed: Vec<usize>,
    #[differentiable(skip)]
    step: f64,
    #[differentiable(skip)]
    grid: Vec<f64>,
}

fn mesh(scale: f64) -> Mesh {
    Mesh {
        scale,
        index: vec![2, 3],
        pair: [3, 1],
        nested: vec![vec![2, 1], vec![5]],
        both: (2, true),
        name: "mesh".to_string(),
        count: 2,
        frequency: 3,
        fixed: vec![4],
        step: 0.5,
        grid: vec![1.5, -0.5],
    }
}

#[differentiate(hessian, lanes)]
fn by_list(list: &[usize], x: f64) -> f64 {
    x * x * list[0] as f64 + list.len() as f64 * x
}

#[differentiate(hessian)]
fn by_vec(list: &Vec<usize>, x: f64) -> f64 {
    x * x.sin() * list[0] as f64
}

#[differentiate(hessian, lanes)]
fn by_array(list: &[usize; 2], both: (usize, bool), x: f64) -> f64 {
    x * x * list[0] as f64 + if both.1 { x * both.0 as f64 } else { x }
}

#[differentiate(hessian)]
fn by_nested(list: &[Vec<usize>], name: &str, count: usize, x: f64) -> f64 {
    (x * list[0][1] as f64).sin() * name.len() as f64 + count as f64 * x
}

#[differentiate(hessian)]
fn by_numbers(grid: &[f64], step: f64, x: f64) -> f64 {
    x * x * grid[0] * step + grid[1].sin() * x
}

/// Checks `fn g(m: &Mesh, x: f64) -> f64` in all modes.
macro_rules! functions {
    ($($name:ident |$m:ident, $x:ident| $body:block)*) => {$(
        mod $name {
            use super::*;

            #[differentiate(hessian, lanes, jacobian)]
            fn g($m: &Mesh, $x: f64) -> f64 $body

            #[test]
            fn derivatives() {
                for v in crate::points(2) {
                    let m = mesh(v[0]);
                    let (value, (bar, x_bar)) = g_grad(&m, v[1]);
                    let gradient = [bar.scale, x_bar];
                    assert_eq!(value.to_bits(), g(&m, v[1]).to_bits());
                    crate::close("gradient", &gradient, &crate::differences(|v| g(&mesh(v[0]), v[1]), &v));
                    let (_, d) = g_jvp(&m, v[1], (&MeshCotangent { scale: 0.3 }, -2.0));
                    crate::close("forward mode", &[d], &[0.3 * gradient[0] - 2.0 * x_bar]);
                    let lanes = ByLane([MeshCotangent { scale: 1.0 }, MeshCotangent { scale: 0.0 }]);
                    let (_, d) = g_jvp_lanes(&m, v[1], (&lanes, Lanes([0.0, 1.0])));
                    crate::close("lanes", &d.0, &gradient);
                    let (_, rows) = g_jacobian(&m, v[1]);
                    crate::close("Jacobian", &rows[0], &gradient);
                    let (_, _, hessian) = g_hessian(&m, v[1]);
                    crate::close("Hessian, scale", &hessian[0], &crate::differences(|v| g_grad(&mesh(v[0]), v[1]).1.0.scale, &v));
                    crate::close("Hessian, x", &hessian[1], &crate::differences(|v| g_grad(&mesh(v[0]), v[1]).1.1, &v));
                }
            }
        }
    )*};
}

functions! {
    lists |m, x| { by_list(&m.index, x * m.scale) + by_list(&m.fixed, x) * m.scale }
    parts_of_lists |m, x| { by_list(&m.index[1..], x) * m.scale + by_list(&m.nested[0], m.scale) }
    vectors |m, x| { by_vec(&m.index, x) * m.scale + by_vec(&m.fixed, m.scale) }
    arrays_and_tuples |m, x| { by_array(&m.pair, m.both, x * m.scale) }
    nested_lists |m, x| { by_nested(&m.nested, &m.name, m.count, x * m.scale) }
    under_names |m, x| {
        let (index, own) = (&m.index, m.fixed.clone());
        by_list(index, x) * m.scale + by_list(&own, m.scale)
    }
    numbers |m, x| { by_numbers(&m.grid, m.step, x * m.scale) }
    converted |m, x| {
        let f = f64::from(m.frequency);
        (x / f).powi(m.count as i32) * m.scale / f + x * m.pair[0] as f64
    }
    in_loops |m, x| {
        let mut s = 0.0;
        for k in 0..m.index.len() {
            s += by_list(&m.index[k..], x + s * 0.1) * m.scale;
        }
        for i in &m.index {
            s += by_numbers(&m.grid, *i as f64, x * m.scale);
        }
        s
    }
}
