//! Loops of the forward sweep without tests of bounds: sums, functions, numbers that iterations hand on, and those whose elements are missing.

use autodiff_core::differentiate;

with_and_without! {
    a_product_before_a_function off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut s = k;
            for j in 0..x.len() {
                s += x[j] * (i as f64 + 0.3 * j as f64);
            }
            total += s.tanh() * x[i];
        }
        total
    }
    functions off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut s = 0.0;
            for j in 0..x.len() {
                s += (x[j] * k - x[i]).exp();
            }
            total += s.ln();
        }
        total
    }
    handed_on off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut p = 0.0;
            for j in (0..i + 1).rev() {
                p = p * k + x[j];
            }
            total += p.sin();
        }
        total
    }
    a_sum_that_is_looked_at off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut s = 0.0;
            let mut most = k;
            for j in 0..x.len() {
                s += x[j] * x[i];
                most = f64::max(most, s * 0.1);
            }
            total += most * s.cos();
        }
        total
    }
    terms_of_neighbours off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = k * k;
        for i in 0..x.len() {
            let mut s = 0.0;
            for j in 1..x.len() {
                s += (x[j] - x[j - 1]) * (k + x[i]);
            }
            total += s.atan();
        }
        total
    }
}

fn inner(x: &[f64], n: usize, w: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..2 {
        let mut s = 0.0;
        for j in 0..n {
            s += x[j] * w[i * n + j];
        }
        total += s.tanh();
    }
    total
}

mod generated {
    use autodiff_core::differentiate;

    #[differentiate(wrt(x))]
    pub fn inner(x: &[f64], n: usize, w: &[f64]) -> f64 {
        let mut total = 0.0;
        for i in 0..2 {
            let mut s = 0.0;
            for j in 0..n {
                s += x[j] * w[i * n + j];
            }
            total += s.tanh();
        }
        total
    }
}

#[test]
fn missing_elements_panic_as_before() {
    let (x, w) = ([0.3, -0.2, 0.7], [1.0, 0.5, 2.0, -1.0]);
    let message = |f: &dyn Fn() -> f64| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).map_err(|e| e.downcast::<String>().map(|s| *s).ok());
        caught.err().flatten()
    };
    for n in [0, 1, 2] {
        assert_eq!(generated::inner_grad(&x, n, &w).0.to_bits(), inner(&x, n, &w).to_bits());
    }
    for n in [3, 4, 9] {
        let here = message(&|| inner(&x, n, &w)).expect("an index is out of bounds");
        assert_eq!(message(&|| generated::inner_grad(&x, n, &w).0), Some(here), "{n}");
    }
}
