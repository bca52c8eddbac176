use autodiff_core::differentiate;

mod helpers {
    pub fn square(x: f64) -> f64 {
        x * x
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    helpers::square(x) + 1.0
}

fn main() {}
