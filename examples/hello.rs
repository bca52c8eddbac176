//! The smallest example: a function of two numbers, its value and its gradient.
//!
//! ```sh
//! cargo run --example hello
//! ```

use autodiff_core::differentiate;

/// `f(x, y) = x² sin y + e^(x y)`; the attribute adds `f_grad` beside it.
#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    x * x * y.sin() + (x * y).exp()
}

fn main() {
    let (x, y) = (0.5, 2.0);
    let (value, (df_dx, df_dy)) = f_grad(x, y);
    println!("f({x}, {y})  = {value:.6}");
    println!("df/dx      = {df_dx:.6}");
    println!("df/dy      = {df_dy:.6}");

    // The same by hand, from the formula.
    let by_hand = (2.0 * x * y.sin() + y * (x * y).exp(), x * x * y.cos() + x * (x * y).exp());
    println!("by hand    = ({:.6}, {:.6})", by_hand.0, by_hand.1);
}
