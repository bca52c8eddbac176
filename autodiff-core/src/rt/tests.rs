//! One test per function with something to get wrong.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::*;

#[test]
fn take_leaves_zeros_of_the_same_shape() {
    let mut c = vec![Some(1.0), None, Some(2.0)];
    assert_eq!(take(&mut c), [Some(1.0), None, Some(2.0)]);
    assert_eq!(c, [Some(0.0), None, Some(0.0)]);
}

#[test]
fn contributions_reach_slices_vectors_and_arrays() {
    let mut list = vec![1.0, 2.0];
    add(&mut list, &vec![10.0, 20.0]);
    add(&mut list[..], &vec![10.0, 20.0]);
    sub(&mut list, &[1.0, 2.0][..]);
    assert_eq!(list, [20.0, 40.0]);
    accumulate_from(&mut list[..], &vec![1.0, 1.0]);
    accumulate_from(&mut list, &vec![1.0, 1.0]);
    assert_eq!(list, [22.0, 42.0]);
    let mut array = [1.0, 2.0];
    accumulate_from(&mut array, &[1.0, 1.0]);
    accumulate_from(&mut array, &vec![1.0, 1.0]);
    accumulate_slice(&mut array, &list);
    accumulate_slice(&mut list[..], &array);
    accumulate_slice(&mut list, &array[..]);
    assert_eq!((list, array), (vec![72.0, 134.0], [25.0, 46.0]));
    let mut behind: Box<[f64]> = vec![1.0].into();
    accumulate_slice(&mut behind, &&[2.0]);
    accumulate_slice(&mut &mut behind[..], &&mut [3.0]);
    assert_eq!(*behind, [6.0]);
    set_zero_slice(&mut behind);
    assert_eq!(*behind, [0.0]);
}

#[test]
#[should_panic(expected = "cannot add a cotangent of 1 elements to one of 2 elements")]
fn slices_must_agree_in_length() {
    accumulate_slice(&mut [1.0, 2.0], &[1.0]);
}

#[test]
fn parts_are_summed() {
    let mut number = 1.0;
    add_all(&mut number, &vec![2.0, 3.0]);
    add_all(&mut number, &[4.0]);
    add_all(&mut number, &[5.0, 6.0][..]);
    assert_eq!(number, 21.0);
    let mut row = [1.0, 2.0];
    add_all(&mut row, &vec![[10.0, 20.0]; 3]);
    assert_eq!(row, [31.0, 62.0]);
}

#[test]
fn operators_reach_through_references() {
    let (a, b) = (3.0, 5.0);
    let (mut a_bar, mut b_bar) = (1.0, 1.0);
    mul_lhs(&&a, &&b, &2.0, &mut a_bar);
    mul_rhs(&a, &&b, &2.0, &mut b_bar);
    assert_eq!((a_bar, b_bar), (11.0, 7.0));
    div_lhs(&a, &b, &10.0, &mut a_bar);
    div_rhs(&&a, &b, &25.0, &mut b_bar);
    assert_eq!((a_bar, b_bar), (13.0, 4.0));
    mul_lhs(&2, &3, &(), &mut ());
    rem_rhs(&2_u8, &&3, &(), &mut ());
}

#[test]
fn remainders_count_whole_quotients() {
    assert_eq!(rem_by(7.5, 2.0, 1.0), -3.0);
    assert_eq!(rem_by(-7.5, 2.0, 10.0), 30.0);
    assert_eq!(rem_by(7.5, -2.0, 1.0), 3.0);
    assert_eq!(rem_by(1.5, 2.0, 1.0), 0.0);
    // 1.0 / 0.1 rounds to 10, but 0.1 goes into 1.0 only 9 times
    assert_eq!(1.0_f64 / 0.1, 10.0);
    assert_eq!(rem_by(1.0, 0.1, 1.0), -9.0);
    let (mut l_bar, mut r_bar) = (0.0, 0.0);
    rem_lhs(&7.5, &2.0, &3.0, &mut l_bar);
    rem_rhs(&7.5, &2.0, &3.0, &mut r_bar);
    assert_eq!((l_bar, r_bar), (3.0, -9.0));
}

#[test]
fn casts_convert_back() {
    let (mut wide, mut narrow) = (1.0_f64, 1.0_f32);
    cast(&mut wide, &0.5_f32);
    cast(&mut narrow, &0.25_f64);
    cast(&mut (), &1.0_f64);
    cast(&mut (), &());
    assert_eq!((wide, narrow), (1.5, 1.25));
}

#[test]
fn late_assignments() {
    assert_eq!(assigned(assign(3)), 3);
    assert_eq!(zero_assigned(&assign(vec![1.0])), Some(vec![0.0]));
}

#[test]
#[should_panic(expected = "this is a bug in autodiff")]
fn reading_too_early_is_reported() {
    let _: f64 = assigned(None);
}

#[test]
fn the_payload_of_an_option_is_reached() {
    let mut c = Some([1.0, 2.0]);
    c.__bar_Some_0()[1] += 1.0;
    assert_eq!(c, Some([1.0, 3.0]));
}

#[test]
#[should_panic(expected = "expected the cotangent of `Some` or `Ok`, found that of `None` or `Err`")]
fn none_has_no_payload() {
    None::<f64>.__bar_Some_0();
}

#[test]
fn sums_and_products_are_those_of_the_standard_library() {
    let items = [0.1, 0.2, 0.7];
    assert_eq!(items.iter().fold(sum_of_nothing::<f64>(), |acc, x| acc + *x).to_bits(), items.iter().sum::<f64>().to_bits());
    assert_eq!(items.iter().fold(product_of_nothing::<f64>(), |acc, x| acc * *x), items.iter().product::<f64>());
    assert_eq!(sum_start::<f64>().to_bits(), core::iter::empty::<f64>().sum::<f64>().to_bits());
    assert_eq!(sum_start::<i32>(), 0);
}

#[test]
fn lists_get_their_length_back() {
    let mut bar = vec![1.0];
    unpop(&mut bar, &Some(2.0));
    unpop(&mut bar, &None);
    assert_eq!(bar, [1.0, 2.0]);

    let mut bar = vec![1.0, 2.0, 3.0];
    let shape: Vec<f64> = vec![0.0];
    assert_eq!(unextend(&mut bar, &shape), [2.0, 3.0]);
    assert_eq!(bar, [1.0]);

    // grown, shrunk, unchanged, cleared
    let shape = vec![0.0; 2];
    let mut bar = vec![1.0, 2.0, 3.0];
    assert_eq!(unresize(&mut bar, shape.clone()), [3.0]);
    assert_eq!(bar, [1.0, 2.0]);
    let mut bar = vec![1.0];
    assert_eq!(unresize(&mut bar, shape.clone()), Vec::<f64>::new());
    assert_eq!(bar, [1.0, 0.0]);
    let mut bar = vec![1.0, 2.0];
    assert_eq!(unresize(&mut bar, shape.clone()), Vec::<f64>::new());
    assert_eq!(bar, [1.0, 2.0]);
    let mut bar = Vec::new();
    assert_eq!(unresize(&mut bar, shape), Vec::<f64>::new());
    assert_eq!(bar, [0.0, 0.0]);
}

#[test]
fn counts_are_those_of_the_ranges() {
    for (start, end) in [(0_i32, 5), (5, 5), (6, 5), (-3, 2)] {
        assert_eq!(count(start, end), (start..end).count());
        assert_eq!(count_inclusive(start, end), (start..=end).count());
        for (k, i) in (start..end).enumerate() {
            assert_eq!(offset(start, k), i);
        }
    }
    assert_eq!(count(i8::MIN, i8::MAX), 255);
    assert_eq!(count_inclusive(u8::MIN, u8::MAX), 256);
    assert_eq!(offset(i8::MIN, 255), i8::MAX);
    assert_eq!(count_windows(5, 2), [0; 5].windows(2).count());
    assert_eq!(count_windows(5, 6), 0);
    assert_eq!(count_windows(0, 1), 0);
}

#[test]
#[should_panic(expected = "window size must be non-zero")]
fn windows_have_elements() {
    let _ = count_windows(5, 0);
}

#[test]
fn slots_and_tapes_have_the_same_methods() {
    let mut tape = Tape::with_capacity(1);
    tape.reserve(2);
    tape.push(1);
    tape.push(2);
    assert_eq!((tape.pop(), tape.pop(), tape.is_empty()), (2, 1, true));
    let mut slot = Slot::new();
    slot.push(1);
    assert_eq!((slot.len(), slot.pop(), slot.len()), (1, 1, 0));
}

#[test]
#[should_panic(expected = "this is a bug in autodiff")]
fn an_empty_tape_is_reported() {
    Tape::<f64>::new().pop();
}

#[test]
#[should_panic(expected = "this is a bug in autodiff")]
fn an_empty_slot_is_reported() {
    Slot::<f64>::new().pop();
}

#[test]
fn two_of_a_list_in_both_orders() {
    let mut list = [1, 2, 3, 4, 5];
    let (a, b) = two(&mut list, 1, 4);
    core::mem::swap(a, b);
    let (a, b) = two(&mut list, 2, 0);
    *a += 10 * *b;
    assert_eq!(list, [1, 5, 13, 4, 2]);
    for (a, b) in [(0..2, 2..5), (2..5, 0..2), (3..4, 0..0), (0..0, 0..5)] {
        let expected = (list[a.clone()].to_vec(), list[b.clone()].to_vec());
        let (left, right) = two_parts(&mut list, a, b);
        assert_eq!((left.to_vec(), right.to_vec()), expected);
    }
}

#[test]
#[should_panic(expected = "range start index")]
fn parts_that_overlap_are_none() {
    two_parts(&mut [1, 2, 3], 0..2, 1..3);
}
