use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let fs: Vec<Box<dyn Fn(f64) -> f64>> = vec![Box::new(|v| v * v), Box::new(|v| v + 1.0)];
    fs[0](x) + fs[1](x)
}

fn main() {}
