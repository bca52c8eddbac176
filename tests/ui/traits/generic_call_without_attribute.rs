use autodiff_core::differentiate;

trait Model {
    fn energy(&self, x: f64) -> f64;
}

#[differentiate]
fn total<M: Model>(m: &M, x: f64) -> f64 {
    m.energy(x)
}

fn main() {}
