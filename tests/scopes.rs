//! Names that stand for one thing in a block and for another outside of it.

use autodiff_core::differentiate;

#[differentiate]
fn twice(x: f64) -> f64 {
    2.0 * x
}

#[differentiate]
fn closure_of_the_same_name(x: f64) -> f64 {
    let a = {
        let twice = |t: f64| t * t;
        twice(x)
    };
    a * twice(x)
}

/// A name that a local had in an inner block was taken for that local outside of the block as well.
#[test]
fn locals_end_with_their_block() {
    assert_eq!(closure_of_the_same_name_grad(1.5), (closure_of_the_same_name(1.5), 6.0 * 1.5 * 1.5));
}
