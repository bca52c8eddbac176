//! Methods of lists in types that a macro makes, so that nothing is known of them: in lanes, and with third derivatives.

use approx::assert_relative_eq;
use autodiff_core::{ByLane, Cotangent, Differentiable, Lanes, differentiate};

macro_rules! made {
    ($name:ident $field:ident) => {
        #[derive(Clone, Debug, Differentiable)]
        pub struct $name<T: Differentiable + Clone> {
            pub $field: T,
            pub k: f64,
        }
    };
}
made!(Holder values);
type Held = Holder<Vec<f64>>;
type HeldDot = <Held as Differentiable>::Cotangent;

#[differentiate(order = 3, lanes)]
fn changed(h: &Held, x: f64) -> f64 {
    let mut h = h.clone();
    h.values.push(x * h.k);
    h.values.insert(1, x.sin());
    h.values.extend_from_slice(&[x, x * x]);
    h.values.swap(0, 2);
    let first = h.values.remove(1);
    let last = h.values.pop().unwrap();
    h.values.resize(7, h.k * x);
    h.values.rotate_left(2);
    h.values.reverse();
    let third = h.values.swap_remove(2);
    h.values.rotate_right(1);
    h.values.truncate(5);
    let mut s = first * last * third;
    for v in h.values.iter() {
        s = s * 0.5 + v * v * x;
    }
    h.values.fill(x * s);
    let copy = h.values.clone();
    h.values.copy_from_slice(&copy);
    let sum: f64 = h.values.iter().sum();
    h.values.clear();
    s + sum * x
}

#[differentiate(hessian)]
fn of_slopes(h: &Held, x: f64) -> f64 {
    let (_, (bar, x_bar)) = changed_grad(h, x);
    x_bar * x_bar + bar.k * x_bar
}

const POINT: [f64; 5] = [0.7, -0.4, 1.2, 0.9, 0.6];
const DIRECTION: [f64; 5] = [0.3, -0.5, 0.2, 0.8, 1.0];

fn held(x: &[f64]) -> (Held, f64) {
    (Holder { values: x[..3].to_vec(), k: x[3] }, x[4])
}

fn dot(x: &[f64]) -> HeldDot {
    let mut numbers = x.iter();
    let mut dot = held(x).0.zero_cotangent();
    dot.map_numbers(&mut |_| *numbers.next().unwrap());
    dot
}

fn flat((bar, x_bar): (HeldDot, f64)) -> Vec<f64> {
    [bar.values, vec![bar.k, x_bar]].concat()
}

/// How `f` changes along a direction.
fn along(direction: &[f64], f: &dyn Fn(&Held, f64) -> Vec<f64>) -> Vec<f64> {
    let at = |t: f64| {
        let x: Vec<f64> = POINT.iter().zip(direction).map(|(x, d)| x + t * d).collect();
        let (h, x) = held(&x);
        f(&h, x)
    };
    let (a, b, c, d) = (at(1e-3), at(-1e-3), at(2e-3), at(-2e-3));
    (0..a.len()).map(|i| (8.0 * (a[i] - b[i]) - (c[i] - d[i])) / 12e-3).collect()
}

fn gradient_by_differences(f: &dyn Fn(&Held, f64) -> f64) -> Vec<f64> {
    let unit = |k: usize| -> Vec<f64> { (0..5).map(|i| if i == k { 1.0 } else { 0.0 }).collect() };
    (0..5).map(|k| along(&unit(k), &|h, x| vec![f(h, x)])[0]).collect()
}

fn close(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert_relative_eq!(got, expected, max_relative = 1e-6, epsilon = 1e-7);
    }
}

#[test]
fn first_and_second_derivatives() {
    let (h, x) = held(&POINT);
    let (value, bar) = changed_vjp(&h, x, -2.0);
    assert_eq!(value.to_bits(), changed(&h, x).to_bits());
    let expected: Vec<f64> = gradient_by_differences(&changed).iter().map(|g| -2.0 * g).collect();
    close(&flat(bar), &expected);
    let (_, _, product) = changed_hvp(&h, x, (&dot(&DIRECTION), DIRECTION[4]));
    close(&flat(product), &along(&DIRECTION, &|h, x| flat(changed_grad(h, x).1)));
}

#[test]
fn third_derivatives() {
    let (h, x) = held(&POINT);
    close(&flat(of_slopes_grad(&h, x).1), &gradient_by_differences(&of_slopes));
    let (_, _, product) = of_slopes_hvp(&h, x, (&dot(&DIRECTION), DIRECTION[4]));
    close(&flat(product), &along(&DIRECTION, &|h, x| flat(of_slopes_grad(h, x).1)));
}

#[test]
fn in_lanes() {
    let (h, x) = held(&POINT);
    let dots = ByLane([dot(&DIRECTION), dot(&[0.0; 5]), dot(&[1.0, 0.0, 0.0, 0.0, 0.0])]);
    let (value, lanes) = changed_jvp_lanes::<3>(&h, x, (&dots, Lanes([DIRECTION[4], 1.0, 0.0])));
    assert_eq!(value.to_bits(), changed(&h, x).to_bits());
    let gradient = flat(changed_grad(&h, x).1);
    let first: f64 = gradient.iter().zip(DIRECTION).map(|(g, d)| g * d).sum();
    close(&lanes.0, &[first, gradient[4], gradient[0]]);
}
