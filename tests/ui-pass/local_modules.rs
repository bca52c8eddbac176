//! The same function names in several scopes, glob imports and re-exports.
#![deny(warnings)]
mod a {
    #[autodiff_core::differentiate]
    pub fn f(x: f64) -> f64 {
        2.0 * x
    }
}

mod b {
    #[autodiff_core::differentiate]
    pub fn f(x: f64) -> f64 {
        3.0 * x
    }
}

mod c {
    pub use super::a::f as double;
    pub use super::b::f as triple;
}

mod user {
    use super::c::*;

    #[autodiff_core::differentiate]
    pub fn both(x: f64) -> f64 {
        double(x) * triple(x) + super::a::f(x)
    }
}

fn main() {
    assert_eq!(user::both_grad(1.0), (8.0, 14.0));
}
