use autodiff_core::differentiate;

trait Model {
    #[differentiate]
    fn energy(&self, x: f64) -> f64 {
        x * x
    }
}

struct Steep;

impl Model for Steep {
    fn energy(&self, x: f64) -> f64 {
        x * x * x
    }
}

fn main() {}
