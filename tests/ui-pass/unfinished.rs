//! Functions that are still to be written: they compile with the attribute on them, and panic as they do.

use autodiff_core::differentiate;

#[differentiate]
fn later(_x: f64, _y: &[f64]) -> f64 {
    todo!()
}

#[differentiate]
fn pair(x: f64) -> (f64, Vec<f64>) {
    unimplemented!("for {x}")
}

#[differentiate]
fn never(x: f64) -> f64 {
    if x > 0.0 {
        return x * x;
    }
    panic!("{x} is not positive")
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    assert!(std::panic::catch_unwind(|| later_grad(1.0, &[])).is_err());
    assert!(std::panic::catch_unwind(|| later_jvp(1.0, &[], (1.0, &[]))).is_err());
    assert!(std::panic::catch_unwind(|| pair_vjp(1.0, (1.0, vec![]))).is_err());
    assert_eq!(never_grad(3.0), (9.0, 6.0));
    assert!(std::panic::catch_unwind(|| never_grad(-1.0)).is_err());
}
