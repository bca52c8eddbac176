use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Cable {
    r: f64,
}

#[differentiate]
impl Cable {
    fn strain(&self) -> f64 {
        self.r * 5.0
    }
}

#[differentiate]
trait Strained: Copy {
    fn strain(self) -> f64;
}

#[differentiate]
impl Strained for Cable {
    fn strain(self) -> f64 {
        self.r * self.r
    }
}

#[differentiate]
fn f(r: f64) -> f64 {
    let c = Cable { r };
    c.strain()
}

fn main() {
    f_grad(1.0);
}
