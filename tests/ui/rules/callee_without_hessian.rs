use autodiff_core::differentiate;

struct Spring {
    k: f64,
}

#[differentiate]
impl Spring {
    #[differentiate(wrt(x))]
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate(hessian, wrt(x))]
fn total(s: &Spring, x: f64) -> f64 {
    square(x) + s.energy(x)
}

fn main() {}
