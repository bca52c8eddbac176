use autodiff_core::differentiate;

trait Model {
    fn energy(&self, x: f64) -> f64;
}

impl Model for f64 {
    #[differentiate]
    fn energy(&self, x: f64) -> f64 {
        self * x * x
    }
}

fn main() {}
