use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let shared = std::rc::Rc::new(x * x);
    *shared + x
}

fn main() {}
