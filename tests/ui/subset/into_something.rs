use autodiff_core::differentiate;

#[differentiate]
fn f(x: f32, y: f64) -> f64 {
    y * Into::<f64>::into(x) + outside::g(x.into())
}

mod outside {
    pub fn g(x: f64) -> f64 {
        x
    }
}

fn main() {}
