use autodiff_core::{derivative, differentiate};

#[differentiate]
trait Activation {
    #[derivative(self = 0.0, x = 3.0 * x * x)]
    fn cube(&self, x: f64) -> f64 {
        x * x * x
    }
}

fn main() {}
