use autodiff_core::differentiate;

#[derive(Clone, Copy, autodiff_core::Differentiable)]
struct V(f64, f64);

impl std::ops::Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V(self.0 + o.0, self.1 + o.1)
    }
}

#[differentiate]
fn f(a: V, b: V) -> f64 {
    let c = a + b;
    c.0 * c.1
}

fn main() {}
