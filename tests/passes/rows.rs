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

with_and_without! {
    indices_out_of_a_list off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let order: Vec<usize> = (0..x.len()).map(|i| i * 3 % x.len()).collect();
        let mut total = k;
        for i in 0..x.len() {
            let mut s = k;
            for j in 0..x.len() {
                s += x[j] * x[order[j]] * k;
            }
            total += s.sin() * x[order[i]];
        }
        total
    }
    indices_out_of_a_list_that_changes off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut order: Vec<usize> = (0..x.len()).collect();
        let mut s = k;
        for i in 0..x.len() {
            s += (x[i] * x[order[i]]).sin() * k;
            if i + 1 < order.len() {
                order[i + 1] = i / 2;
            }
        }
        s * s
    }
    written_through_indices off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let bins: [usize; 5] = [2, 0, 1, 2, 0];
        let mut sums = [0.0; 3];
        for i in 0..x.len() {
            sums[bins[i]] += x[i] * x[i] * k;
        }
        sums[0] * sums[1] - sums[2] * k
    }
    indices_of_indices off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let (a, b) = (vec![4, 3, 2, 1, 0], vec![1, 1, 0, 2, 4]);
        let mut total = k;
        for n in 0..x.len() {
            for i in 0..n {
                total += (x[a[b[i]] % x.len()] * x[b[i] % x.len()]).tanh() * k;
            }
        }
        total
    }
    a_few_iterations off(rows) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for n in 0..4 * x.len() {
            let mut s = k;
            for j in 0..n % 13 {
                s += x[j % x.len()] * x[n % x.len()] * 0.1;
            }
            let mut least = 3.0;
            for j in 0..n.min(x.len()) {
                least += x[j] * s;
            }
            total += least * least * 0.1;
        }
        total
    }
}

fn picked(x: &[f64], order: &[usize], n: usize) -> f64 {
    let mut s = 1.0;
    for j in 0..n {
        s += x[order[j]] * x[j];
    }
    s * s
}

mod picking {
    use autodiff_core::differentiate;

    #[differentiate(wrt(x))]
    pub fn picked(x: &[f64], order: &[usize], n: usize) -> f64 {
        let mut s = 1.0;
        for j in 0..n {
            s += x[order[j]] * x[j];
        }
        s * s
    }
}

/// Whichever of the two lists ends first, or holds an index that is too large.
#[test]
fn missing_indices_panic_as_before() {
    let message = |f: &dyn Fn() -> f64| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).map_err(|e| e.downcast::<String>().map(|s| *s).ok());
        caught.map(f64::to_bits).map_err(Option::unwrap_or_default)
    };
    let x: Vec<f64> = (0..20).map(|i| 0.1 * f64::from(i) - 0.7).collect();
    for order in [vec![3; 5], vec![2; 18], (0..20).collect(), (0..20).rev().map(|i| if i == 4 { 20 } else { i }).collect::<Vec<_>>()] {
        for n in [0, 1, 5, 6, 17, 19, 20, 21] {
            assert_eq!(message(&|| picked(&x, &order, n)), message(&|| picking::picked_grad(&x, &order, n).0), "{n}");
        }
    }
}
