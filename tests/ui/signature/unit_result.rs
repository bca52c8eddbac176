use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) {
    println!("{x}");
}

fn main() {}
