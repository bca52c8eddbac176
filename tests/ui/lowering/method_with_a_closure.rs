use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct V {
    x: f64,
    y: f64,
}

#[differentiate]
impl V {
    fn each(self, f: impl Fn(f64) -> f64) -> V {
        V { x: f(self.x), y: f(self.y) }
    }
}

#[derive(Differentiable, Clone, Copy)]
struct W(f64);

#[differentiate]
impl W {
    fn each(self, f: impl Fn(f64) -> f64) -> W {
        W(f(self.0))
    }
}

#[differentiate]
fn f(v: V) -> f64 {
    v.each(|x| x.sin()).x
}

fn main() {}
