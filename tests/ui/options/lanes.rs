use autodiff_core::differentiate;

#[differentiate]
trait Energy {
    fn energy(&self, x: f64) -> f64;
}

#[differentiate(lanes)]
fn generic<E: Energy>(e: &E, x: f64) -> f64 {
    e.energy(x) * x
}

fn main() {}
