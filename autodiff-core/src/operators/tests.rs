//! Partials against finite differences, seeds and targets that are not 1 and 0, references on either side.

use alloc::boxed::Box;
use alloc::vec;

use super::*;

/// Slope of `f` at `x` by central differences.
fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-5;
    (f(x + h) - f(x - h)) / (2.0 * h)
}

macro_rules! agrees {
    ($Rule:ident, $op:tt) => {
        for (a, b) in [(7.3, 2.1), (-7.3, 2.1), (7.3, -2.1), (-0.4, -2.1)] {
            let (seed, start) = (-1.7, 10.0);
            let (mut a_bar, mut b_bar) = (start, start);
            $Rule::lhs(&a, &b, &seed, &mut a_bar);
            $Rule::rhs(&a, &b, &seed, &mut b_bar);
            let by_a = start + seed * slope(|a| a $op b, a);
            let by_b = start + seed * slope(|b| a $op b, b);
            assert!((a_bar - by_a).abs() < 1e-8, "{a} {} {b}, left: {a_bar}, differences: {by_a}", stringify!($op));
            assert!((b_bar - by_b).abs() < 1e-8, "{a} {} {b}, right: {b_bar}, differences: {by_b}", stringify!($op));

            let (mut through_a, mut through_b) = (start, start);
            $Rule::lhs(&&a, &&b, &seed, &mut through_a);
            $Rule::rhs(&a, &&b, &seed, &mut through_b);
            assert_eq!((through_a, through_b), (a_bar, b_bar));
        }
    };
}

#[test]
fn partials_agree_with_differences() {
    agrees!(MulRule, *);
    agrees!(DivRule, /);
    agrees!(RemRule, %);
}

#[test]
fn sums_of_all_shapes() {
    let c = (vec![1.0, 2.0], [3.0], Some(4.0), Box::new(5.0), ());
    let mut target = (vec![10.0, 20.0], [30.0], None, Box::new(50.0), ());
    c.add_into(&mut target);
    assert_eq!(target, (vec![11.0, 22.0], [33.0], Some(4.0), Box::new(55.0), ()));
    c.sub_into(&mut target);
    c.sub_into(&mut target);
    assert_eq!(target, (vec![9.0, 18.0], [27.0], Some(-4.0), Box::new(45.0), ()));
}

#[test]
fn a_difference_from_nothing_is_negative() {
    let mut target = None;
    Some(2.0).sub_into(&mut target);
    assert_eq!(target, Some(-2.0));
    None.sub_into(&mut target);
    assert_eq!(target, Some(-2.0));
}

#[test]
#[should_panic(expected = "cannot add a cotangent of 2 elements to one of 3 elements")]
fn lists_must_agree_in_length() {
    vec![0.0; 2].add_into(&mut vec![0.0; 3]);
}

#[test]
fn conversions_add_the_converted_number() {
    let (mut wide, mut narrow) = (1.0_f64, 1.0_f32);
    0.1_f32.cast_into(&mut wide);
    0.1_f64.cast_into(&mut narrow);
    assert_eq!((wide, narrow), (1.0 + f64::from(0.1_f32), 1.1));
}
