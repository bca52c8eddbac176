//! Zeros have the shape of their value; adding and clearing keep it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::rt::zero;

#[test]
fn zeros_have_the_shape_of_the_value() {
    let list: Vec<Vec<f64>> = vec![vec![1.0, 2.0], vec![], vec![3.0]];
    assert_eq!(list.zero_cotangent(), vec![vec![0.0, 0.0], vec![], vec![0.0]]);
    assert_eq!(zero(&list[0][..]), vec![0.0, 0.0]);
    assert_eq!([[1.0_f32; 2]; 3].zero_cotangent(), [[0.0_f32; 2]; 3]);
    assert_eq!((1.0, 2, "text", Some(3.0), None::<f64>).zero_cotangent(), (0.0, (), (), Some(0.0), None));
    assert_eq!(Box::new([1.0]).zero_cotangent(), Box::new([0.0]));
    let boxed: Box<[f64]> = vec![1.0, 2.0].into();
    assert_eq!(*boxed.zero_cotangent(), vec![0.0, 0.0]);
}

#[test]
fn types_without_floats_have_none() {
    fn none<T: Differentiable<Cotangent = ()> + ?Sized>(x: &T) {
        x.zero_cotangent();
    }
    none(&1_u8);
    none(&1_i128);
    none(&true);
    none(&'c');
    none("text");
    none(&String::new());
    none(&Ordering::Less);
    none(&PhantomData::<str>);
    none(&(0..3));
    none(&(0..=3));
    none(&(..));
}

#[test]
fn references_have_the_cotangent_of_the_value() {
    let mut x = [1.0, 2.0];
    assert_eq!(zero(&&x), [0.0, 0.0]);
    assert_eq!(zero(&&mut x), [0.0, 0.0]);
    let slice: &mut [f64] = &mut x;
    assert_eq!(slice.zero_cotangent(), vec![0.0, 0.0]);
}

#[test]
fn contributions_add_up() {
    let mut c = (vec![1.0, 2.0], [Some(3.0), None], Box::new(4.0));
    c.accumulate(&(vec![10.0, 20.0], [Some(30.0), Some(40.0)], Box::new(50.0)));
    assert_eq!(c, (vec![11.0, 22.0], [Some(33.0), Some(40.0)], Box::new(54.0)));
    c.accumulate(&(vec![0.0, 0.0], [None, None], Box::new(0.0)));
    assert_eq!(c, (vec![11.0, 22.0], [Some(33.0), Some(40.0)], Box::new(54.0)));
    c.set_zero();
    assert_eq!(c, (vec![0.0, 0.0], [Some(0.0), Some(0.0)], Box::new(0.0)));
}

#[test]
fn clearing_removes_nan() {
    let mut c = [f64::NAN, f64::INFINITY];
    c.set_zero();
    assert_eq!(c, [0.0, 0.0]);
}

#[test]
#[should_panic(expected = "cannot add a cotangent of 2 elements to one of 3 elements")]
fn lengths_must_agree() {
    vec![0.0; 3].accumulate(&vec![0.0; 2]);
}
