use autodiff_core::differentiate;

trait Energy {
    fn at(&self, x: f64) -> f64;
}

#[differentiate]
fn f(e: Box<dyn Energy>, x: f64) -> f64 {
    e.at(x)
}

fn main() {}
