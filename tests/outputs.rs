//! Jacobians and Hessians of functions that write through `&mut`: what they leave there has rows behind those of the result, what was
//! there before has columns, and what the caller handed over is written to once.

#![allow(clippy::needless_range_loop, clippy::assign_op_pattern, clippy::misrefactored_assign_op)] // how functions are written is what these tests vary

use approx::assert_relative_eq;
use autodiff_core::{Cotangent, Differentiable, differentiate};

/// The Jacobian by differences of fourth order.
fn differences(f: impl Fn(&[f64]) -> Vec<f64>, x: &[f64]) -> Vec<Vec<f64>> {
    let columns: Vec<Vec<f64>> = (0..x.len())
        .map(|k| {
            let at: Vec<Vec<f64>> = [-2.0, -1.0, 1.0, 2.0]
                .map(|t| {
                    let mut x = x.to_vec();
                    x[k] += t * 1e-3;
                    f(&x)
                })
                .into();
            (0..at[0].len()).map(|i| (8.0 * (at[2][i] - at[1][i]) - (at[3][i] - at[0][i])) / 12e-3).collect()
        })
        .collect();
    (0..f(x).len()).map(|i| columns.iter().map(|c| c[i]).collect()).collect()
}

#[track_caller]
fn close<R: AsRef<[f64]>>(got: &[R], want: &[Vec<f64>]) {
    assert_eq!(got.len(), want.len(), "rows");
    for (g, w) in got.iter().zip(want) {
        assert_eq!(g.as_ref().len(), w.len(), "columns");
        for (g, w) in g.as_ref().iter().zip(w) {
            assert_relative_eq!(g, w, epsilon = 1e-8, max_relative = 1e-7);
        }
    }
}

/// In and out, with a result.
#[differentiate(jacobian)]
fn step(u: &mut [f64], k: f64) -> f64 {
    for i in 1..u.len() {
        u[i] = u[i] * u[i - 1] + k.sin();
    }
    u[0] *= k;
    u.iter().sum::<f64>() * k
}

#[test]
fn in_and_out_of_a_size_known_at_run_time() {
    let (start, k) = ([0.7, -1.2, 0.4], 1.3);
    let x: Vec<f64> = start.iter().copied().chain([k]).collect();
    let f = |x: &[f64]| {
        let mut u = x[..3].to_vec();
        let value = step(&mut u, x[3]);
        std::iter::once(value).chain(u).collect()
    };
    let mut u = start;
    let (value, jacobian): (f64, Vec<Vec<f64>>) = step_jacobian(&mut u, k);
    close(&jacobian, &differences(f, &x));
    let mut again = start;
    assert_eq!(value, step(&mut again, k));
    assert_eq!(u, again, "written to once");
    let (_, none) = step_jacobian(&mut [0.5], 2.0);
    close(&none, &differences(|x| vec![x[0] * x[1] * x[1], x[0] * x[1]], &[0.5, 2.0]));
}

/// Nothing but outputs, of known size: many rows, few columns.
#[differentiate(jacobian)]
fn curve(t: f64, out: &mut [f64; 5], scale: &mut f64) {
    for i in 0..5 {
        out[i] = (t * i as f64).sin() * *scale;
    }
    *scale *= t;
}

/// Few rows, many columns.
#[differentiate(jacobian)]
fn gathered(x: &[f64; 20], sum: &mut f64) {
    *sum = 0.5 * *sum;
    for v in x {
        *sum += v * v * v.cos();
    }
}

#[test]
fn outputs_alone_of_known_size() {
    let (mut out, mut scale) = ([9.0; 5], 1.5);
    let ((), jacobian): ((), [[f64; 7]; 6]) = curve_jacobian(0.8, &mut out, &mut scale);
    let f = |x: &[f64]| {
        let (mut out, mut scale) = (x[1..6].try_into().unwrap(), x[6]);
        curve(x[0], &mut out, &mut scale);
        out.into_iter().chain([scale]).collect()
    };
    let x: Vec<f64> = [0.8].into_iter().chain([9.0; 5]).chain([1.5]).collect();
    close(&jacobian, &differences(f, &x));
    assert!(jacobian.iter().all(|row| row[1..6] == [0.0; 5]), "what is overwritten has no part in anything");
    assert_eq!(out.to_vec(), f(&x)[..5]);
    assert_eq!(scale, 1.5 * 0.8);

    let x: [f64; 20] = std::array::from_fn(|i| 0.1 * i as f64 - 0.7);
    let mut sum = 2.0;
    let mut jacobian = [[f64::NAN; 21]];
    gathered_jacobian_into(&x, &mut sum, &mut jacobian);
    let all: Vec<f64> = x.iter().copied().chain([2.0]).collect();
    let f = |x: &[f64]| {
        let mut sum = x[20];
        gathered(x[..20].try_into().unwrap(), &mut sum);
        vec![sum]
    };
    close(&jacobian, &differences(f, &all));
    assert_eq!(vec![sum], f(&all));
}

/// A list that grows, an index that counts, a struct of one's own.
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Filter {
    gain: f64,
    state: [f64; 2],
    #[differentiable(skip)]
    dt: f64,
    count: usize,
}

#[differentiate(jacobian)]
fn pushed(list: &mut Vec<f64>, at: &mut usize, f: &mut Filter, x: f64) -> (f64, [f64; 2]) {
    list.push(f.gain * x * f.dt);
    *at += 1;
    f.state = [f.state[1], f.state[0] * list[0]];
    f.gain += list[*at] * x;
    f.count += 1;
    (f.gain * list[list.len() - 1], f.state)
}

#[test]
fn lists_indices_and_structs() {
    let filter = Filter { gain: 0.7, state: [1.1, -0.4], dt: 0.5, count: 3 };
    let f = |x: &[f64]| {
        let (mut list, mut at) = (x[..2].to_vec(), 0);
        let mut f = Filter { gain: x[2], state: [x[3], x[4]], ..filter.clone() };
        let (a, b) = pushed(&mut list, &mut at, &mut f, x[5]);
        [a, b[0], b[1]].into_iter().chain(list).chain([f.gain, f.state[0], f.state[1]]).collect()
    };
    let x = [0.3, 1.4, 0.7, 1.1, -0.4, 0.9];
    let (mut list, mut at, mut own) = (x[..2].to_vec(), 0, filter.clone());
    let (value, jacobian) = pushed_jacobian(&mut list, &mut at, &mut own, 0.9);
    close(&jacobian, &differences(f, &x));
    let (mut list_2, mut at_2, mut own_2) = (x[..2].to_vec(), 0, filter.clone());
    assert_eq!(value, pushed(&mut list_2, &mut at_2, &mut own_2, 0.9));
    assert_eq!((list, at, own), (list_2, at_2, own_2));
}

#[differentiate]
impl Filter {
    #[differentiate(jacobian, hessian)]
    fn follow(&mut self, x: f64) -> f64 {
        self.state[0] += (x - self.state[0]) * self.gain * self.dt;
        self.gain *= self.state[1] * x;
        self.state[0] * self.state[0] * self.gain
    }

    #[differentiate(jacobian)]
    fn read(&self, out: &mut [f64]) {
        out[0] += self.gain * self.state[0];
        out[1] = self.state[1];
    }
}

#[test]
fn methods() {
    let filter = Filter { gain: 0.7, state: [1.1, -0.4], dt: 0.5, count: 3 };
    let of = |x: &[f64]| Filter { gain: x[0], state: [x[1], x[2]], ..filter.clone() };
    let f = |x: &[f64]| {
        let mut f = of(x);
        let value = f.follow(x[3]);
        vec![value, f.gain, f.state[0], f.state[1]]
    };
    let x = [0.7, 1.1, -0.4, 0.9];
    let mut own = filter.clone();
    let (value, jacobian) = own.follow_jacobian(0.9);
    close(&jacobian, &differences(f, &x));
    assert_eq!(vec![value, own.gain, own.state[0], own.state[1]], f(&x));

    let mut own = filter.clone();
    let (value, gradient, hessian) = own.follow_hessian(0.9);
    assert_eq!(vec![value, own.gain, own.state[0], own.state[1]], f(&x));
    let gradient_at = |x: &[f64]| {
        let (_, (bar, x_bar)) = of(x).follow_grad(x[3]);
        vec![bar.gain, bar.state[0], bar.state[1], x_bar]
    };
    close(&hessian, &differences(gradient_at, &x));
    assert_eq!(vec![gradient.0.gain, gradient.0.state[0], gradient.0.state[1], gradient.1], gradient_at(&x));

    let mut out = [0.25, 4.0];
    let ((), jacobian) = filter.read_jacobian(&mut out);
    let f = |x: &[f64]| {
        let mut out = x[3..].to_vec();
        of(x).read(&mut out);
        out
    };
    let x = [0.7, 1.1, -0.4, 0.25, 4.0];
    close(&jacobian, &differences(f, &x));
    assert_eq!(out.to_vec(), f(&x));
}

/// Products with the transposed Jacobian: the seed has a part for the result and one for each parameter that is written to.
#[test]
fn vector_jacobian_products() {
    #[track_caller]
    fn of_rows<R: AsRef<[f64]>>(seed: &[f64], jacobian: &[R]) -> Vec<f64> {
        assert_eq!(seed.len(), jacobian.len());
        let columns = jacobian[0].as_ref().len();
        (0..columns).map(|k| seed.iter().zip(jacobian).map(|(s, row)| s * row.as_ref()[k]).sum()).collect()
    }
    let seed = [0.7, -1.3, 2.1, 0.4, -0.6, 1.9];
    let (mut out, mut scale) = ([9.0; 5], 1.5);
    let (_, jacobian) = curve_jacobian(0.8, &mut out.clone(), &mut scale.clone());
    let ((), (t, out_bar, scale_bar)) = curve_vjp(0.8, &mut out, &mut scale, ([0.7, -1.3, 2.1, 0.4, -0.6], 1.9));
    close(&[[t].iter().chain(&out_bar).chain([&scale_bar]).copied().collect::<Vec<_>>()], &[of_rows(&seed, &jacobian)]);
    assert_eq!(scale, 1.5 * 0.8, "written to");

    let x: [f64; 20] = std::array::from_fn(|i| 0.1 * i as f64 - 0.7);
    let ((), (bar, sum_bar)) = gathered_vjp(&x, &mut 2.0, 3.0);
    let (_, jacobian) = gathered_jacobian(&x, &mut 2.0);
    close(&[bar.into_iter().chain([sum_bar]).collect::<Vec<_>>()], &[of_rows(&[3.0], &jacobian)]);

    let filter = Filter { gain: 0.7, state: [1.1, -0.4], dt: 0.5, count: 3 };
    let (_, jacobian) = pushed_jacobian(&mut vec![0.3, 1.4], &mut 0, &mut filter.clone(), 0.9);
    let after = FilterCotangent { gain: 0.8, state: [-0.3, 1.1] };
    let (list, mut own) = (vec![0.4, -0.6, 1.9], filter.clone());
    let (value, (list, own_bar, x)) = pushed_vjp(&mut vec![0.3, 1.4], &mut 0, &mut own, 0.9, ((0.7, [-1.3, 2.1]), list, after));
    let seed = [0.7, -1.3, 2.1, 0.4, -0.6, 1.9, 0.8, -0.3, 1.1];
    let got = [list, vec![own_bar.gain], own_bar.state.to_vec(), vec![x]].concat();
    close(&[got], &[of_rows(&seed, &jacobian)]);
    assert_eq!(value.1, own.state);

    let (_, jacobian) = filter.read_jacobian(&mut [0.25, 4.0]);
    let ((), (bar, out_bar)) = filter.read_vjp(&mut [0.25, 4.0], vec![0.7, -1.3]);
    close(&[[vec![bar.gain], bar.state.to_vec(), out_bar].concat()], &[of_rows(&[0.7, -1.3], &jacobian)]);
}

/// What has no derivative has no part in the seed.
#[differentiate(jacobian)]
fn counted(x: &[f64], at: &mut usize) -> [f64; 2] {
    *at += 1;
    [x[*at] * x[0], x[0].sin()]
}

#[differentiate(jacobian, wrt(x))]
fn with_a_constant_buffer(x: f64, work: &mut [f64]) -> (f64, f64) {
    work[0] = 2.0;
    (x * x, x.exp())
}

#[test]
fn what_counts_has_no_seed() {
    let mut at = 0;
    let (value, bar) = counted_vjp(&[0.5, 2.0], &mut at, [1.0, -2.0]);
    assert_eq!((value, at), ([1.0, 0.5_f64.sin()], 1));
    assert_relative_eq!(bar[0], 2.0 - 2.0 * 0.5_f64.cos());
    assert_relative_eq!(bar[1], 0.5);
    let (_, bar) = with_a_constant_buffer_vjp(0.5, &mut [0.0], (1.0, 0.5));
    assert_relative_eq!(bar, 1.0 + 0.5 * 0.5_f64.exp());
}

/// Hessians of all forms: a list alone, with others, a number alone.
#[differentiate(hessian)]
fn relaxed(u: &mut [f64]) -> f64 {
    let mut energy = 0.0;
    for i in 1..u.len() {
        u[i] *= u[i - 1];
        energy += u[i].sin() * u[i - 1];
    }
    energy
}

#[differentiate(hessian)]
fn mixed(w: &[f64; 2], u: &mut Vec<f64>, k: f64, n: &mut usize) -> f64 {
    u[*n] = u[*n] * w[0] * k;
    u.push(u[0] * u[1]);
    *n += 1;
    u[2].exp() * w[1] * k
}

#[differentiate(hessian)]
fn cubed(x: &mut f64) -> f64 {
    *x *= *x * *x;
    *x
}

#[differentiate(hessian)]
fn of_array(x: &mut [f64; 2]) -> f64 {
    x[0] *= x[1];
    x[0] * x[0] * x[1]
}

#[test]
fn hessians() {
    let start = [0.7, -1.2, 0.4, 2.1];
    let mut u = start;
    let (value, gradient, hessian): (f64, Vec<f64>, Vec<Vec<f64>>) = relaxed_hessian(&mut u);
    let mut again = start;
    assert_eq!(value, relaxed(&mut again));
    assert_eq!(u, again, "written to once");
    assert_eq!(gradient, relaxed_grad(&mut start.clone()).1);
    close(&hessian, &differences(|x| relaxed_grad(&mut x.to_vec()).1, &start));

    let x = [0.7, 1.3, 0.4, -0.6, 1.2];
    let (mut u, mut n) = (vec![x[2], x[3]], 1);
    let (value, _, hessian) = mixed_hessian(&[x[0], x[1]], &mut u, x[4], &mut n);
    let (mut u_2, mut n_2) = (vec![x[2], x[3]], 1);
    assert_eq!(value, mixed(&[x[0], x[1]], &mut u_2, x[4], &mut n_2));
    assert_eq!((u, n), (u_2, n_2));
    let gradient_at = |x: &[f64]| {
        let (_, (w, u, k)) = mixed_grad(&[x[0], x[1]], &mut vec![x[2], x[3]], x[4], &mut 1);
        [w[0], w[1], u[0], u[1], k].to_vec()
    };
    close(&hessian, &differences(gradient_at, &x));

    let mut x = 1.5;
    let (value, gradient, hessian) = cubed_hessian(&mut x);
    assert_eq!((value, x), (3.375, 3.375));
    assert_relative_eq!(gradient, 3.0 * 1.5 * 1.5);
    assert_relative_eq!(hessian[0][0], 9.0);

    let mut x = [0.5, 1.5];
    let (_, _, hessian): (f64, [f64; 2], [[f64; 2]; 2]) = of_array_hessian(&mut x);
    close(&hessian, &differences(|x| of_array_grad(&mut [x[0], x[1]]).1.to_vec(), &[0.5, 1.5]));
    assert_eq!(x, [0.75, 1.5]);
}

/// Tangents of shapes that are never seen are of the values before.
#[test]
fn nothing_to_write_to() {
    let (value, jacobian) = step_jacobian(&mut [1.0], 1.0);
    assert_eq!((value, jacobian.len(), jacobian[0].len()), (1.0, 2, 2));
    let zeros = Filter { gain: 1.0, state: [0.0; 2], dt: 1.0, count: 0 }.zero_cotangent();
    let mut count = 0;
    zeros.clone().map_numbers(&mut |d| {
        count += 1;
        d
    });
    assert_eq!(count, 3);
}

/// The list has another length after the call than before, and the enum another variant.
#[derive(Clone, Debug, Differentiable, PartialEq)]
enum Phase {
    Solid(f64),
    Gas { heat: f64 },
}

#[differentiate(hessian, jacobian)]
fn grown(u: &mut Vec<f64>, phase: &mut Phase, rows: &mut Vec<Vec<f64>>, k: f64) -> f64 {
    let mut heat = k;
    if let Phase::Solid(h) = phase {
        heat = *h * k;
    }
    *phase = Phase::Gas { heat };
    u.push(u[0] * heat);
    u.push(u[1] * k);
    rows.push(vec![u[2]; 2]);
    let last = u.pop().unwrap();
    u[2] * last.sin() * heat + rows[1][0]
}

#[test]
fn shapes_that_change() {
    let x = [0.7, 1.2, 0.4, -0.3, 0.9];
    let at = |x: &[f64]| (vec![x[0], x[1]], Phase::Solid(x[2]), vec![vec![x[3]]]);
    let value_at = |x: &[f64]| {
        let (mut u, mut phase, mut rows) = at(x);
        grown(&mut u, &mut phase, &mut rows, x[4])
    };
    let gradient_at = |x: &[f64]| {
        let (mut u, mut phase, mut rows) = at(x);
        let (value, (u, phase, rows, k)) = grown_grad(&mut u, &mut phase, &mut rows, x[4]);
        assert_eq!(value, value_at(x));
        let PhaseCotangent::Solid(h) = phase else { panic!("the shape before the call") };
        vec![u[0], u[1], h, rows[0][0], k]
    };
    close(&[gradient_at(&x)], &differences(|x| vec![value_at(x)], &x));
    let (mut u, mut phase, mut rows) = at(&x);
    let (_, _, hessian) = grown_hessian(&mut u, &mut phase, &mut rows, x[4]);
    close(&hessian, &differences(gradient_at, &x));
    let (mut u_2, mut phase_2, mut rows_2) = at(&x);
    grown(&mut u_2, &mut phase_2, &mut rows_2, x[4]);
    assert_eq!((&u, &phase, &rows), (&u_2, &phase_2, &rows_2));

    let (mut u, mut phase, mut rows) = at(&x);
    let (_, jacobian) = grown_jacobian(&mut u, &mut phase, &mut rows, x[4]);
    let all = |x: &[f64]| {
        let (mut u, mut phase, mut rows) = at(x);
        let value = grown(&mut u, &mut phase, &mut rows, x[4]);
        let heat = match phase {
            Phase::Solid(h) | Phase::Gas { heat: h } => h,
        };
        std::iter::once(value).chain(u).chain([heat]).chain(rows.concat()).collect()
    };
    close(&jacobian, &differences(all, &x));
}

/// A sum that is reversed while it runs, over what has another length by then than before the call.
#[differentiate(hessian, jacobian)]
fn summed_after_growth(u: &mut Vec<f64>, k: f64) -> f64 {
    u.push(u[0] * k);
    u[1] *= k;
    u.iter().map(|v| v * v * k).sum()
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Series {
    list: Vec<f64>,
    scale: f64,
}

#[differentiate]
impl Series {
    #[differentiate(hessian, jacobian)]
    fn replaced(&mut self, x: f64) -> f64 {
        self.list = vec![x * self.list[0], self.scale, x * x];
        let mut s = 0.0;
        for v in &self.list {
            s += v * v * self.scale;
        }
        s
    }

    #[differentiate(hessian)]
    fn extended(&mut self, x: f64) {
        self.list.push(self.list[0] * x);
    }

    #[differentiate(hessian, jacobian)]
    fn extended_by_another(&mut self, x: f64) -> f64 {
        self.extended(x);
        self.list.iter().map(|v| v * v * x).sum()
    }
}

#[test]
fn sums_over_what_the_call_made_longer() {
    let x = [0.7, 1.2, 0.4, 0.9];
    let all = |x: &[f64]| {
        let mut u = x[..3].to_vec();
        let value = summed_after_growth(&mut u, x[3]);
        std::iter::once(value).chain(u).collect()
    };
    let gradient_at = |x: &[f64]| {
        let (_, (mut u, k)) = summed_after_growth_grad(&mut x[..3].to_vec(), x[3]);
        u.push(k);
        u
    };
    close(&[gradient_at(&x)], &differences(all, &x)[..1]);
    close(&summed_after_growth_jacobian(&mut x[..3].to_vec(), x[3]).1, &differences(all, &x));
    close(&summed_after_growth_hessian(&mut x[..3].to_vec(), x[3]).2, &differences(gradient_at, &x));

    let of = |x: &[f64]| Series { list: vec![x[0]], scale: x[1] };
    let x = [0.7, 1.2, 0.4];
    for (call, gradient, jacobian, hessian) in [
        (
            Series::replaced as fn(&mut Series, f64) -> f64,
            Series::replaced_grad as fn(&mut Series, f64) -> (f64, (SeriesCotangent, f64)),
            Series::replaced_jacobian as fn(&mut Series, f64) -> (f64, Vec<Vec<f64>>),
            (|s, x| s.replaced_hessian(x).2) as fn(&mut Series, f64) -> Vec<Vec<f64>>,
        ),
        (Series::extended_by_another, Series::extended_by_another_grad, Series::extended_by_another_jacobian, |s, x| {
            s.extended_by_another_hessian(x).2
        }),
    ] {
        let all = |x: &[f64]| {
            let mut s = of(x);
            let value = call(&mut s, x[2]);
            std::iter::once(value).chain(s.list).chain([s.scale]).collect()
        };
        let gradient_at = |x: &[f64]| {
            let (_, (s, k)) = gradient(&mut of(x), x[2]);
            vec![s.list[0], s.scale, k]
        };
        close(&[gradient_at(&x)], &differences(all, &x)[..1]);
        close(&jacobian(&mut of(&x), x[2]).1, &differences(all, &x));
        close(&hessian(&mut of(&x), x[2]), &differences(gradient_at, &x));
    }
}
