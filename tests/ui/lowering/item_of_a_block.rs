use autodiff_core::differentiate;

fn scale(x: usize) -> f64 {
    x as f64
}

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    let y = {
        fn scale(x: usize) -> f64 {
            3.0 * x as f64
        }
        let scale = scale(n);
        x * scale
    };
    y * scale(n)
}

fn main() {}
