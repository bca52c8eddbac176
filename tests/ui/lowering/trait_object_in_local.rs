use autodiff_core::{Differentiable, differentiate};

trait Energy {
    fn at(&self, x: f64) -> f64;
}

#[derive(Differentiable, Clone)]
struct Spring {
    k: f64,
}

impl Energy for Spring {
    fn at(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

#[differentiate]
fn f(k: f64, x: f64) -> f64 {
    let all: Vec<Box<dyn Energy>> = vec![Box::new(Spring { k })];
    all.iter().map(|e| e.at(x)).sum()
}

fn main() {}
