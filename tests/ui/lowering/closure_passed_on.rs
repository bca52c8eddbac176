use autodiff_core::differentiate;

#[cfg(all())]
mod outside {
    pub fn twice(g: impl Fn(f64) -> f64, x: f64) -> f64 {
        g(g(x))
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    outside::twice(|v| v * x, x)
}

fn main() {}
