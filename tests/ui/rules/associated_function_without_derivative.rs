use autodiff_core::differentiate;

struct Law;

impl Law {
    fn force(x: f64) -> f64 {
        x * x
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    Law::force(x)
}

fn main() {}
