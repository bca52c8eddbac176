//! Values bit for bit; gradients, seeds and tangents against differences.

use crate::types::*;
use crate::{expr::*, hostile::*, linalg::*, losses::*, market::*, network::*, physics::*};
use autodiff_core::{Cotangent, check_gradient_to};

fn point(n: usize, seed: u64, low: f64, high: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(12345);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        low + (high - low) * ((state >> 11) as f64 / (1u64 << 53) as f64)
    };
    (0..n).map(|_| next()).collect()
}

/// All numbers of a cotangent, in order.
fn numbers<C: Cotangent + Clone>(cotangent: &C) -> Vec<f64> {
    let mut list = Vec::new();
    cotangent.clone().map_numbers(&mut |x| {
        list.push(x);
        x
    });
    list
}

const SEED: f64 = -1.37;

#[track_caller]
fn check(n: usize, low: f64, high: f64, f: &dyn Fn(&[f64]) -> f64, vjp: &dyn Fn(&[f64]) -> (f64, f64, Vec<f64>, Vec<f64>)) {
    for seed in 1..4 {
        let at = point(n, seed, low, high);
        let want = f(&at);
        let (value, again, bars, seeded) = vjp(&at);
        assert!(want.is_finite(), "{want}");
        assert_eq!(value.to_bits(), want.to_bits(), "value {value}, expected {want}");
        assert_eq!(again.to_bits(), want.to_bits(), "value {again}, expected {want}");
        assert_eq!(bars.len(), n, "number of slots");
        check_gradient_to(2e-6, f, |_| bars.clone(), &at).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        for (bar, seeded) in bars.iter().zip(seeded) {
            assert!((seeded - SEED * bar).abs() <= 1e-9 * (1.0 + bar.abs()), "{seeded}, expected {SEED} * {bar}");
        }
    }
}

/// `checked!(f f_grad f_vjp f_jvp: 3, -1.0, 1.0, |v| (v[0], &v[1..]))`: a function of three numbers between -1 and 1, and its arguments.
macro_rules! checked {
    ($($f:ident $grad:ident $vjp:ident: $n:expr, $low:expr, $high:expr, |$v:ident| ($($arg:expr),*);)*) => {$(
        #[test]
        fn $f() {
            let value = |$v: &[f64]| super::$f($($arg),*);
            super::check($n, $low, $high, &value, &|$v| {
                let (value, bars) = super::$grad($($arg),*);
                let (again, seeded) = super::$vjp($($arg),*, super::SEED);
                (value, again, super::numbers(&bars), super::numbers(&seeded))
            });
        }
    )*};
}

fn layer(v: &[f64]) -> Layer {
    Layer { weights: vec![v[0..2].to_vec(), v[2..4].to_vec()], bias: v[4..6].to_vec(), activation: Activation::Tanh }
}

fn network(v: &[f64]) -> Network {
    let second = Layer { activation: Activation::Identity, ..layer(&v[6..]) };
    Network { layers: vec![layer(v), second], scale: v[12] }
}

fn vec3(v: &[f64]) -> Vec3 {
    Vec3 { x: v[0], y: v[1], z: v[2] }
}

fn particle(v: &[f64]) -> Particle {
    Particle { position: vec3(v), velocity: vec3(&v[3..]), mass: v[6] }
}

/// 19 numbers: two particles, two springs of two numbers, damping; the history has one more.
fn world(v: &[f64]) -> World {
    let spring = |v: &[f64]| Spring { ends: (0, 1), rest: v[0], stiffness: v[1] };
    World {
        particles: vec![particle(v), particle(&v[7..])],
        springs: vec![spring(&v[14..]), spring(&v[16..])],
        damping: v[18],
        history: vec![v[19]],
    }
}

fn portfolio(v: &[f64]) -> Portfolio {
    Portfolio { weights: v[..4].to_vec(), cash: v[4], name: "test".to_string(), fee: Some(v[5]) }
}

fn curve(v: &[f64]) -> Curve {
    Curve { times: vec![v[0], 1.0 + v[1], 2.0 + v[2]], rates: v[3..6].to_vec() }
}

fn rows(v: &[f64]) -> Matrix {
    v.chunks(2).map(<[f64]>::to_vec).collect()
}

fn table(v: &[f64]) -> Table {
    Table { rows: rows(&v[..4]), missing: vec![Some(v[4]), None, Some(v[5])] }
}

fn polygon(v: &[f64]) -> Shape {
    Shape::Polygon(vec![(v[0], v[1]), (v[2], v[3]), (v[4], v[5])])
}

fn gaussian(v: &[f64]) -> Gaussian {
    Gaussian { mean: [v[0], v[1], v[2]], log_sigma: [v[3], v[4], v[5]] }
}

mod lists {
    use super::*;

    checked! {
        dot dot_grad dot_vjp: 6, -1.0, 1.0, |v| (&v[..3], &v[3..]);
        log_sum_exp log_sum_exp_grad log_sum_exp_vjp: 4, -1.0, 1.0, |v| (v);
        trace trace_grad trace_vjp: 4, -1.0, 1.0, |v| (&rows(v));
        frobenius frobenius_grad frobenius_vjp: 6, -1.0, 1.0, |v| (&table(v));
        corner corner_grad corner_vjp: 6, -1.0, 1.0, |v| (&table(v));
        known known_grad known_vjp: 6, -1.0, 1.0, |v| (&table(v));
        filled filled_grad filled_vjp: 7, -1.0, 1.0, |v| (&table(v), v[6]);
        laplacian laplacian_grad laplacian_vjp: 12, -1.0, 1.0, |v| (&Grid { cells: v.to_vec(), cols: 3 });
        row_sums row_sums_grad row_sums_vjp: 12, -1.0, 1.0, |v| (&Grid { cells: v.to_vec(), cols: 4 });
    }
}

mod networks {
    use super::*;

    checked! {
        activate activate_grad activate_vjp: 1, -1.0, 1.0, |v| (Activation::Relu { leak: 3 }, v[0]);
        mse mse_grad mse_vjp: 17, -1.0, 1.0, |v| (&network(v), &v[13..15], &v[15..17]);
        cross_entropy cross_entropy_grad cross_entropy_vjp: 15, -1.0, 1.0, |v| (&network(v), &v[13..15], 1);
        last_layer last_layer_grad last_layer_vjp: 15, -1.0, 1.0, |v| (&network(v), &v[13..15]);
        second_bias second_bias_grad second_bias_vjp: 13, -1.0, 1.0, |v| (&network(v));
        regularised regularised_grad regularised_vjp: 14, -1.0, 1.0, |v| (&network(v), v[13]);
        spread spread_grad spread_vjp: 7, -1.0, 1.0, |v| (&layer(v), v[6]);
        shrunk shrunk_grad shrunk_vjp: 7, -1.0, 1.0, |v| (&layer(v), v[6]);
        linear_part linear_part_grad linear_part_vjp: 14, -1.0, 1.0, |v| (&network(v), v[13]);
        through_matrix through_matrix_grad through_matrix_vjp: 8, -1.0, 1.0, |v| (&rows(&v[..6]), &v[6..]);
        second_row second_row_grad second_row_vjp: 7, -1.0, 1.0, |v| (&table(v), v[6]);
        diagonal diagonal_grad diagonal_vjp: 12, -1.0, 1.0, |v| (&Grid { cells: v.to_vec(), cols: 4 });
        gaussian_log_density gaussian_log_density_grad gaussian_log_density_vjp: 9, -1.0, 1.0, |v| (&gaussian(v), &v[6..]);
        reparameterised reparameterised_grad reparameterised_vjp: 9, -1.0, 1.0, |v| (&gaussian(v), &v[6..]);
    }
}

mod bodies {
    use super::*;

    checked! {
        lennard_jones lennard_jones_grad lennard_jones_vjp: 4, 0.5, 1.0, |v| (v);
        kinetic kinetic_grad kinetic_vjp: 7, 0.5, 1.0, |v| (&particle(v));
        total_energy total_energy_grad total_energy_vjp: 20, 0.1, 1.0, |v| (&world(v));
        simulate simulate_grad simulate_vjp: 21, 0.1, 0.9, |v| (&world(v), v[20], 3);
        centre_norm centre_norm_grad centre_norm_vjp: 20, 0.1, 1.0, |v| (&world(v));
        nearest nearest_grad nearest_vjp: 23, 0.1, 1.0, |v| (&world(v), vec3(&v[20..]));
        gaps gaps_grad gaps_vjp: 20, 0.1, 1.0, |v| (&world(v));
        stiffest stiffest_grad stiffest_vjp: 20, 0.1, 1.0, |v| (&world(v));
        reversed reversed_grad reversed_vjp: 21, 0.1, 1.0, |v| (&world(v), v[20]);
        quadrature quadrature_grad quadrature_vjp: 3, -1.0, 2.0, |v| (v[0], v[1], v[2]);
        simpson simpson_grad simpson_vjp: 2, -1.0, 2.0, |v| (v[0], v[1]);
        areas areas_grad areas_vjp: 4, 0.1, 2.0, |v| (v);
        outline outline_grad outline_vjp: 7, 0.1, 2.0, |v| (&polygon(v), v[6]);
        grown grown_grad grown_vjp: 7, 0.1, 2.0, |v| (&polygon(v), v[6]);
        area area_grad area_vjp: 6, 0.1, 2.0, |v| (&Shape::Polygon(vec![(v[0], v[1]), (v[2], v[3]), (v[4], v[5])]));
    }
}

mod markets {
    use super::*;

    checked! {
        bond_price bond_price_grad bond_price_vjp: 7, 0.01, 0.2, |v| (&curve(v), v[6], 6);
        stressed stressed_grad stressed_vjp: 10, 0.1, 1.0, |v| (&portfolio(v), &v[6..]);
        diversification diversification_grad diversification_vjp: 6, -1.0, 1.0, |v| (&portfolio(v));
        rebalanced rebalanced_grad rebalanced_vjp: 7, 0.1, 1.0, |v| (&portfolio(v), v[6]);
        interpolated interpolated_grad interpolated_vjp: 2, 0.6, 0.9, |v| (v[0], v[1]);
        lanczos lanczos_grad lanczos_vjp: 1, 0.6, 0.9, |v| (v[0]);
        concentration concentration_grad concentration_vjp: 6, -1.0, 1.0, |v| (&portfolio(v));
        middle_weight middle_weight_grad middle_weight_vjp: 6, -1.0, 1.0, |v| (&portfolio(v));
        every_other every_other_grad every_other_vjp: 7, -1.0, 1.0, |v| (&portfolio(v), v[6]);
        expected_shortfall expected_shortfall_grad expected_shortfall_vjp: 7, 0.1, 1.0, |v| (&portfolio(v), v[6]);
        tracking tracking_grad tracking_vjp: 7, 0.1, 1.0, |v| (&portfolio(v), v[6]);
        pairs pairs_grad pairs_vjp: 6, -1.0, 1.0, |v| (&portfolio(v));
        joined joined_grad joined_vjp: 12, -1.0, 1.0, |v| (&portfolio(v), &portfolio(&v[6..]));
        prefix prefix_grad prefix_vjp: 6, -1.0, 1.0, |v| (&portfolio(v), 2);
        drained drained_grad drained_vjp: 7, -1.0, 1.0, |v| (&portfolio(v), v[6]);
    }
}

mod functions {
    use super::*;

    checked! {
        total total_grad total_vjp: 6, 0.1, 1.0, |v| (&v[..3], &v[3..]);
        fit fit_grad fit_vjp: 9, 0.1, 1.0, |v| (&curve(v), &v[6..]);
        normaliser normaliser_grad normaliser_vjp: 1, 1.0, 5.0, |v| (v[0]);
        robust robust_grad robust_vjp: 4, 0.1, 1.0, |v| (&v[..3], v[3]);
        with_beta with_beta_grad with_beta_vjp: 3, 0.1, 1.0, |v| (v);
        blended blended_grad blended_vjp: 3, 0.1, 1.0, |v| (v);
        between between_grad between_vjp: 3, 0.1, 1.0, |v| (v);
        huber huber_grad huber_vjp: 2, 0.1, 1.0, |v| (v[0], v[1]);
        gamma gamma_grad gamma_vjp: 1, 1.1, 2.0, |v| (v[0]);
        ln_gamma ln_gamma_grad ln_gamma_vjp: 1, 1.1, 2.0, |v| (v[0]);
        quantile quantile_grad quantile_vjp: 2, 0.1, 1.0, |v| (v[0], v[1]);
        eval eval_grad eval_vjp: 3, -1.0, 1.0, |v| (&Expr::Call { name: Func::Exp, arg: Box::new(Expr::Binary { op: Op::Sub, left: Box::new(Expr::Num(v[0])), right: Box::new(Expr::Var(1)) }) }, &v[1..]);
        formula formula_grad formula_vjp: 3, -1.0, 1.0, |v| (v);
        by_index by_index_grad by_index_vjp: 3, -1.0, 1.0, |v| (v, Some(2));
    }
}

mod names {
    use super::*;
    use crate::other;

    fn other_layer(v: &[f64]) -> other::Layer {
        other::Layer { weights: [v[0], v[1]], bias: v[2] }
    }

    fn other_gaussian(v: &[f64]) -> other::Gaussian {
        other::Gaussian { mean: [v[0], v[1]], scale: v[2] }
    }

    checked! {
        imported imported_grad imported_vjp: 4, -1.0, 1.0, |v| (&other_layer(v), v[3]);
        by_path by_path_grad by_path_vjp: 7, -1.0, 1.0, |v| (&layer(v), v[6]);
        inside inside_grad inside_vjp: 3, -1.0, 1.0, |v| (v);
        rates rates_grad rates_vjp: 9, 0.1, 0.6, |v| (&curve(v), &other_gaussian(&v[6..]));
        captured captured_grad captured_vjp: 2, -1.0, 1.0, |v| (v[0], v[1]);
        shadowed shadowed_grad shadowed_vjp: 6, -1.0, 1.0, |v| (&v[..5], v[5]);
        overwritten overwritten_grad overwritten_vjp: 4, -1.0, 1.0, |v| (&other_layer(v), v[3]);
        empty empty_grad empty_vjp: 4, -1.0, 1.0, |v| (&other_layer(v), v[3]);
        nested nested_grad nested_vjp: 7, -1.0, 1.0, |v| (&gaussian(v), v[6]);
    }
}

#[test]
fn variants() {
    let circle = |r: f64| Shape::Circle { radius: r };
    check(2, 0.2, 2.0, &|v| grown(&circle(v[0]), v[1]), &|v| {
        let (value, bars) = grown_grad(&circle(v[0]), v[1]);
        let (again, seeded) = grown_vjp(&circle(v[0]), v[1], SEED);
        (value, again, numbers(&bars), numbers(&seeded))
    });
    let rect = |v: &[f64]| Shape::Rect { width: v[0], height: v[1] };
    check(3, 0.2, 2.0, &|v| outline(&rect(v), v[2]) + grown(&rect(v), v[2]), &|v| {
        let (value, bars) = outline_grad(&rect(v), v[2]);
        let (grown_value, grown_bars) = grown_grad(&rect(v), v[2]);
        let (again, seeded) = outline_vjp(&rect(v), v[2], SEED);
        let (grown_again, grown_seeded) = grown_vjp(&rect(v), v[2], SEED);
        let sum = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).map(|(a, b)| a + b).collect::<Vec<_>>();
        let (bars, seeded) = (sum(numbers(&bars), numbers(&grown_bars)), sum(numbers(&seeded), numbers(&grown_seeded)));
        (value + grown_value, again + grown_again, bars, seeded)
    });
}
