//! Locals and parameters with the names that generated code uses.
use autodiff_core::differentiate;

#[differentiate]
fn f(x_bar: f64, seed: f64, value: f64) -> f64 {
    let t0 = x_bar * seed;
    let t1 = t0 + value;
    let x = t1 * t1;
    let grad = x + t0;
    let tape = grad * value;
    tape
}

#[differentiate]
fn g(x: f64, x_bar: f64, w: &[f64], w_bar: &[f64]) -> f64 {
    let mut tape_0 = x;
    for i0 in 0..w.len() {
        let t0 = tape_0 * w[i0];
        let took_0 = t0 > 1.0;
        tape_0 = if took_0 { t0.sin() } else { t0 * x_bar + w_bar[i0] };
    }
    tape_0
}

#[differentiate]
fn h(sum: f64, acc: f64, list: &[f64], result: f64, self_: f64) -> f64 {
    let value = list.iter().map(|v| v * sum).sum::<f64>();
    if value > acc {
        return value * result;
    }
    value + self_
}

// Functions that are called as siblings and companions are.
#[differentiate]
fn seed(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn pull(value: f64) -> f64 {
    seed(value) * value
}

#[differentiate]
fn push(grad: f64) -> f64 {
    pull(grad) + seed(grad)
}

#[differentiate]
fn vjp(push_: f64) -> f64 {
    push(push_)
}

/// A trait of everything, whose methods are called as those of lists and numbers.
trait Everything {
    fn to_vec(&self) {}
    fn into_iter(&self) {}
    fn borrow(&self) {}
    fn zero(&self) {}
    fn pullback(&self) {}
}
impl<T: ?Sized> Everything for T {}

fn main() {
    // x³ + x²
    assert_eq!(vjp_grad(2.0), (12.0, 16.0));
    // With s = x seed and u = s + value: (u² + s) value.
    let (v, (dx, dseed, dvalue)) = f_grad(2.0, 3.0, 0.5);
    assert_eq!(v.to_bits(), f(2.0, 3.0, 0.5).to_bits());
    assert_eq!((dx, dseed), ((2.0 * 6.5 + 1.0) * 3.0 * 0.5, (2.0 * 6.5 + 1.0) * 2.0 * 0.5));
    assert_eq!(dvalue, 6.5 * 6.5 + 6.0 + 2.0 * 6.5 * 0.5);
    let (v, (_, dx_bar, _, dw_bar)) = g_grad(1.0, 2.0, &[0.5], &[0.25]);
    assert_eq!((v, dx_bar, dw_bar), (1.25, 0.5, vec![1.0]));
    let (v, (dsum, dacc, dlist, dresult, dself)) = h_grad(2.0, 1.0, &[3.0], 5.0, 7.0);
    assert_eq!((v, dsum, dacc, dlist, dresult, dself), (30.0, 15.0, 0.0, vec![10.0], 6.0, 0.0));
}
