use autodiff_core::differentiate;

#[differentiate]
fn filled<T: std::ops::IndexMut<usize, Output = f64> + Clone + autodiff_core::Differentiable>(mut w: T, x: f64) -> f64 {
    let mut i = 0;
    w[i] += {
        i += 1;
        x
    };
    w[0] * x
}

fn main() {}
