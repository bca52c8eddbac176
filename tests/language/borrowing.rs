//! Parameters that are taken by value and hold references.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
struct View<'a> {
    data: &'a [f64],
    k: f64,
}

fn check(x: &[f64], f: impl Fn(&[f64]) -> f64, (value, bars): (f64, Vec<f64>)) {
    assert_eq!(value.to_bits(), f(x).to_bits());
    crate::close("gradient", &bars, &crate::differences(f, x));
}

mod an_option_of_a_reference {
    use super::*;

    #[differentiate]
    fn g(best: Option<&f64>, x: f64) -> f64 {
        if let Some(b) = best { b * x } else { x * x }
    }
    #[differentiate]
    fn weighted(w: Option<&[f64]>, x: &[f64]) -> f64 {
        match w {
            Some(w) => w.iter().zip(x).map(|(a, b)| a * b).sum(),
            None => x.iter().map(|x| x * x).sum(),
        }
    }

    #[test]
    fn gradient() {
        for x in crate::points(6) {
            let (value, (best, k)) = g_grad(Some(&x[0]), x[1]);
            check(&x[..2], |x| g(Some(&x[0]), x[1]), (value, vec![best.unwrap(), k]));
            let (value, (best, k)) = g_grad(None, x[1]);
            assert_eq!(best, None);
            check(&x[1..2], |x| g(None, x[0]), (value, vec![k]));
            let (value, (w, y)) = weighted_grad(Some(&x[..3]), &x[3..]);
            check(&x, |x| weighted(Some(&x[..3]), &x[3..]), (value, [w.unwrap(), y].concat()));
            check(&x, |x| weighted(None, x), (weighted(None, &x), weighted_grad(None, &x).1.1));
            let (_, dot) = g_jvp(Some(&x[0]), x[1], (Some(0.5), 2.0));
            crate::close("forward mode", &[dot], &[0.5 * x[1] + 2.0 * x[0]]);
        }
    }
}

mod tuples_and_arrays_of_references {
    use super::*;

    #[differentiate]
    fn g(p: (&[f64], &f64), q: [&[f64]; 2]) -> f64 {
        let (d, k) = p;
        p.0.iter().zip(q[1]).map(|(a, b)| a * b).sum::<f64>() * p.1 + q[0][0] * d[0] * k
    }

    #[test]
    fn gradient() {
        for x in crate::points(6) {
            let (value, ((d, k), [q0, q1])) = g_grad((&x[..2], &x[2]), [&x[3..4], &x[4..]]);
            check(&x, |x| g((&x[..2], &x[2]), [&x[3..4], &x[4..]]), (value, [d, vec![k], q0, q1].concat()));
        }
    }
}

mod structs_that_borrow {
    use super::*;

    #[differentiate]
    fn g(v: View<'_>, x: f64) -> f64 {
        v.data.iter().map(|d| d * x).sum::<f64>() * v.k * v.data[0]
    }
    #[differentiate]
    fn taken_apart(View { data, k }: View<'_>, q: Option<&f64>) -> f64 {
        data.iter().sum::<f64>() * k * q.map_or(1.0, |v| v * v)
    }
    #[differentiate]
    fn several(v: &View<'_>, w: View<'_>, x: &[f64]) -> f64 {
        v.data.iter().zip(w.data).map(|(a, b)| a * b).sum::<f64>() * x[0] * v.k
    }
    #[test]
    fn gradient() {
        for x in crate::points(6) {
            let (value, (v_bar, x_bar)) = g_grad(View { data: &x[..4], k: x[4] }, x[5]);
            check(&x, |x| g(View { data: &x[..4], k: x[4] }, x[5]), (value, [&v_bar.data[..], &[v_bar.k, x_bar]].concat()));
            let (value, (v_bar, q_bar)) = taken_apart_grad(View { data: &x[..4], k: x[4] }, Some(&x[5]));
            let bars = [&v_bar.data[..], &[v_bar.k, q_bar.unwrap()]].concat();
            check(&x, |x| taken_apart(View { data: &x[..4], k: x[4] }, Some(&x[5])), (value, bars));
            let (value, (v_bar, w_bar, x_bar)) = several_grad(&View { data: &x[..2], k: x[2] }, View { data: &x[3..5], k: 2.0 }, &x[5..]);
            let bars = [&v_bar.data[..], &[v_bar.k], &w_bar.data, &x_bar].concat();
            check(&x, |x| several(&View { data: &x[..2], k: x[2] }, View { data: &x[3..5], k: 2.0 }, &x[5..]), (value, bars));
        }
    }
}
