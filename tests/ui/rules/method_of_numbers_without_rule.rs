use autodiff_core::differentiate;

trait Double {
    fn double(self) -> Self;
}

impl Double for f64 {
    fn double(self) -> f64 {
        2.0 * self
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    x.double()
}

fn main() {}
