use autodiff_core::differentiate;

#[differentiate]
fn f(mut o: Option<f64>, k: f64) -> f64 {
    let Some(x) = &mut o else { return k };
    *x *= k;
    o.unwrap()
}

fn main() {}
