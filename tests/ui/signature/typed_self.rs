use autodiff_core::differentiate;

#[derive(Clone, autodiff_core::Differentiable)]
struct S {
    a: f64,
}

impl S {
    #[differentiate]
    fn f(self: Box<Self>, x: f64) -> f64 {
        self.a * x
    }
}

fn main() {}
