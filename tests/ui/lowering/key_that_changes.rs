use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut asked = 0.0;
    let found = xs.iter().min_by_key(|x| {
        asked += 1.0;
        (**x * 100.0) as i64
    });
    found.unwrap() * asked
}

fn main() {}
