//! Finds the minimum of the Rosenbrock function by gradient descent, with a generated gradient.
//!
//! ```sh
//! cargo run --release --example rosenbrock
//! ```

use autodiff_core::differentiate;

/// A curved valley with steep walls; the minimum is 0, at (1, ..., 1).
#[differentiate]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() {
        let across = x[i] - x[i - 1] * x[i - 1];
        let along = 1.0 - x[i - 1];
        sum += 100.0 * across * across + along * along;
    }
    sum
}

/// The steps end where the gradient is shorter than this ...
const TOLERANCE: f64 = 1e-6;
/// ... or here.
const MAX_STEPS: usize = 100_000;

fn main() {
    let mut x = vec![-1.2, 1.0, -0.5, 0.8];
    let mut step = 1.0;
    println!("{:>6}  {:>12}  {:>12}  x", "step", "f(x)", "|gradient|");
    for count in 0..=MAX_STEPS {
        let (value, gradient) = rosenbrock_grad(&x);
        let square: f64 = gradient.iter().map(|g| g * g).sum();
        let done = square.sqrt() < TOLERANCE || count == MAX_STEPS;
        if done || is_power_of_ten(count) {
            let size = square.sqrt();
            println!("{count:>6}  {value:>12.4e}  {size:>12.4e}  {x:.5?}");
        }
        if done {
            break;
        }

        // Halve the step until it lowers the function enough (Armijo's rule); try a longer one next time.
        step *= 2.0;
        loop {
            let next: Vec<f64> = x.iter().zip(&gradient).map(|(x, g)| x - step * g).collect();
            if rosenbrock(&next) <= value - 0.5 * step * square {
                x = next;
                break;
            }
            step /= 2.0;
        }
    }
}

/// 0, 1, 10, 100, ...
fn is_power_of_ten(count: usize) -> bool {
    count == 0 || 10_usize.pow(count.ilog10()) == count
}
