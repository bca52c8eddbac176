//! Raw identifiers and identifiers beyond ASCII.
use autodiff_core::differentiate;

#[differentiate]
fn r#match(r#type: f64, r#loop: f64) -> f64 {
    let r#fn = r#type * r#loop;
    r#fn * r#type
}

#[differentiate]
fn größe(λ: f64, τ: &[f64]) -> f64 {
    let mut σ = 0.0;
    for &β in τ {
        σ += λ * β;
    }
    σ
}

#[differentiate]
fn caller(r#in: f64) -> f64 {
    r#match(r#in, 2.0) + größe(r#in, &[1.0, 2.0])
}

fn main() {
    assert_eq!(match_grad(3.0, 2.0), (18.0, (12.0, 9.0)));
    assert_eq!(größe_grad(2.0, &[1.0, 3.0]), (8.0, (4.0, vec![2.0, 2.0])));
    assert_eq!(caller_grad(3.0), (27.0, 15.0));
}
