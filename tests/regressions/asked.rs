//! Options that plain code asks, of iterators that move on and of what may be written to.

use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn advanced(v: &[f64]) -> f64 {
    let mut it = v.iter();
    let mut s = v[3];
    while it.next().is_some_and(|y| *y > 0.0) {
        s += v[0] * s * 0.5;
    }
    for x in it {
        s += x * x * v[1];
    }
    s
}

fn positive(y: &f64) -> bool {
    *y > 0.0
}

#[differentiate]
fn advanced_by_name(v: &[f64]) -> f64 {
    let mut it = v.iter();
    let mut s = v[3];
    while it.next().is_some_and(positive) {
        s += v[0] * s * 0.5;
    }
    let last = it.next_back().is_none_or(positive);
    for x in it {
        s += x * x * v[1];
    }
    if last { s * v[2] } else { s }
}

#[differentiate]
fn peeked(v: &[f64]) -> f64 {
    let mut it = v.iter().peekable();
    let mut s = 0.0;
    while let Some(x) = it.next() {
        if it.peek().is_some_and(|m| **m > 0.0) && s < 5.0 {
            s += x * v[0];
        } else {
            s += x * x;
        }
        if it.peek().is_none_or(|&&m| m > x * x) || s > 9.0 {
            s *= v[1];
        }
    }
    s
}

#[differentiate]
fn compared(v: &[f64]) -> f64 {
    let mut it = v.iter();
    let mut pairs = v.iter().copied().enumerate();
    let mut s = v[0];
    for i in 0..6 {
        if it.next() == v.get(5 - i) {
            s += v[1] * s;
        }
        if pairs.next() > Some((2, v[0])) {
            s *= v[2];
        }
        if i == 1 && it.next() != Some(&v[2]) {
            s += v[3];
        }
    }
    s
}

#[differentiate]
fn negated(v: &[f64]) -> f64 {
    let mut it = v.iter().map(|x| x * v[0]);
    let mut s = v[1];
    for i in 0..5 {
        let big = i > 1 && !it.next().is_some_and(|y| y > 0.3) || it.next().is_none_or(|y| y < 0.0);
        if big { s *= v[2] } else { s += v[3] }
    }
    s
}

/// What an iterator gave was asked for its value where it is a reference (E0614, E0308).
#[test]
fn what_an_iterator_gives_is_asked_where_it_is() {
    check! {
        advanced advanced_vjp advanced_jvp;
        advanced_by_name advanced_by_name_vjp advanced_by_name_jvp;
        peeked peeked_vjp peeked_jvp;
        compared compared_vjp compared_jvp;
        negated negated_vjp negated_jvp;
    }
}

#[differentiate]
fn lent_mutably(v: &[f64]) -> f64 {
    let mut w = v.to_vec();
    let mut o = if v[0] > 0.0 { Some(v[0] * v[1]) } else { None };
    let mut s = v[3];
    if w.first_mut().is_some_and(|y| *y > 0.0) {
        s += w[0] * s;
    }
    if w.get_mut(7).is_none_or(|y| *y > 0.0) && w.last_mut().is_some_and(|y| *y < s) {
        s *= w[1];
    }
    w[1] *= w[2];
    if o.as_mut().is_some_and(|y| *y > -0.3) {
        s += w[1] * 3.0;
    }
    if let Some(x) = &mut o {
        *x *= 2.0;
    }
    if o.as_mut().is_none_or(|y| *y < 0.0) { s * w[2] } else { s * s }
}

#[derive(Clone, Debug, Differentiable)]
struct Slot {
    held: Option<f64>,
    list: Vec<f64>,
}

impl Slot {
    #[differentiate]
    fn settled(&mut self, k: f64) -> f64 {
        if self.held.as_mut().is_some_and(|h| *h > k) {
            self.held = Some(k * k);
        }
        if self.list.first_mut().is_some_and(|h| *h < k) {
            self.list[0] *= k;
        }
        self.held.unwrap_or(k) * self.list[0]
    }
}

#[differentiate]
fn of_fields(v: &[f64]) -> f64 {
    let mut slot = Slot { held: Some(v[0]), list: vec![v[1], v[2]] };
    let a = slot.settled(v[3]);
    slot.held = None;
    a + slot.settled(v[0] * v[2])
}

/// So was what is lent to be written to (E0614).
#[test]
fn what_is_lent_mutably_is_asked_where_it_is() {
    check! {
        lent_mutably lent_mutably_vjp lent_mutably_jvp;
        of_fields of_fields_vjp of_fields_jvp;
    }
}

#[differentiate]
fn least(v: &[f64]) -> f64 {
    let ns = v.iter().map(|y| (y * 10.0).floor() as i64);
    let a = ns.min().map_or(1, |k| k.max(-3));
    let b = v.iter().map(|y| *y as i64).max().map(|k| k.pow(2)).unwrap_or(3);
    let c = v.iter().map(|y| (*y * 3.0) as i32).min_by_key(|k| k.abs()).map_or(1, |k| k.wrapping_mul(3));
    let d = v.iter().map(|y| *y as i64).reduce(|a, b| a.max(b)).map_or_else(|| 1, |k| k.saturating_sub(3).abs());
    let e = v.iter().map(|y| (y * 9.0) as i64).find(|k| k.abs() > 4).map_or(1, |k| k.max(-3));
    let f = v.iter().map(|y| *y as i64).last().map_or(7, |k| k.signum());
    (v[0] * a as f64 + v[1] * b as f64) * (v[2] * c as f64 + v[3] * d as f64) * (e + f) as f64 * v[0]
}

/// Methods of what was counted were met before anything told the integer's type (E0282).
#[test]
fn methods_of_the_least_of_what_is_counted() {
    check! { least least_vjp least_jvp; }
}

#[differentiate]
fn expected(v: &[f64]) -> f64 {
    let texts = vec!["a".to_string(), "b".to_string()];
    let n = if v[0] > 1.0 { 2 } else { 1 };
    let o = if v[1] > -5.0 { Some(v[0] * v[1]) } else { None };
    let mut w = v.to_vec();
    let a = v.get(n).expect(&format!("{} {}", v.len(), v[n])) * o.expect(&texts[n]);
    let r: Result<f64, usize> = if v[2] > -4.0 { Ok(a * v[2]) } else { Err(n) };
    r.expect(&format!("{}", texts[n])) * w.pop().expect(&texts[n])
}

/// The text of `expect` was only evaluated where it is needed: it may panic.
#[test]
fn the_text_of_expect_is_evaluated() {
    for point in [[0.7, -0.4, 0.9, 1.2], [-0.3, 0.8, 0.2, -0.7]] {
        let (value, gradient) = expected_vjp(&point, -2.0);
        assert_eq!(value.to_bits(), expected(&point).to_bits());
        autodiff_core::check_gradient(|p| -2.0 * expected(p), |_| gradient.clone(), &point).unwrap();
    }
    let point = [1.7, -0.4, 0.9, 1.2];
    assert!(std::panic::catch_unwind(|| expected(&point)).is_err());
    assert!(std::panic::catch_unwind(|| expected_vjp(&point, 1.0)).is_err());
    assert!(std::panic::catch_unwind(|| expected_jvp(&point, &point)).is_err());
}

#[differentiate]
fn of_an_option(v: &[f64], names: &[String]) -> f64 {
    let o = if v[1] > -5.0 { Some(v[0] * v[1]) } else { None };
    o.expect(&names[3])
}

#[differentiate]
fn of_a_part(v: &[f64], names: &[String]) -> f64 {
    v.first().expect(&names[3]) * v[1]
}

#[differentiate]
fn of_a_result(v: &[f64], names: &[String]) -> f64 {
    let r: Result<f64, usize> = if v[2] > -4.0 { Ok(v[0] * v[2]) } else { Err(3) };
    r.expect(&names[3])
}

#[differentiate]
fn of_the_last(v: &[f64], names: &[String]) -> f64 {
    let mut w = v.to_vec();
    w.pop().expect(&names[3]) * w[0]
}

/// Each of its forms by itself.
#[test]
fn each_text_of_expect_is_evaluated() {
    let point = [0.7, -0.4, 0.9, 1.2];
    let names = vec!["a".to_string(); 4];
    assert_eq!(of_an_option_grad(&point, &names).1, [-0.4, 0.7, 0.0, 0.0]);
    assert_eq!(of_a_part_grad(&point, &names).1, [-0.4, 0.7, 0.0, 0.0]);
    assert_eq!(of_a_result_grad(&point, &names).1, [0.9, 0.0, 0.7, 0.0]);
    assert_eq!(of_the_last_grad(&point, &names).1, [1.2, 0.0, 0.0, 0.7]);
    for f in [of_an_option_grad, of_a_part_grad, of_a_result_grad, of_the_last_grad] {
        assert!(std::panic::catch_unwind(|| f(&point, &names[..2])).is_err());
    }
}

#[differentiate]
trait Series {
    fn get(&self, i: usize) -> Option<f64>;
}

#[derive(Clone, Debug, Differentiable)]
struct Line {
    a: f64,
    b: f64,
}

#[differentiate]
impl Series for Line {
    fn get(&self, i: usize) -> Option<f64> {
        if i < 3 { Some(self.a + self.b * i as f64) } else { None }
    }
}

#[differentiate]
fn of_any<S: Series>(s: &S, k: f64) -> f64 {
    let mut t = 0.0;
    for y in s.get(1) {
        t += y * y * k;
    }
    for y in s.get(7) {
        t *= y;
    }
    if s.get(2).is_some_and(|y| y > 0.0) { t * k } else { t + s.get(0).map_or(k, |y| y * k) }
}

#[differentiate]
fn iterated(v: &[f64]) -> f64 {
    let lines = [Line { a: v[0], b: v[1] }, Line { a: v[2] * v[2], b: v[3] }];
    let mut t = of_any(&lines[0], v[1]) + of_any(&lines[1], v[0]);
    for (i, s) in lines.iter().enumerate() {
        for y in s.get(1 + 3 * i) {
            t += y * y * v[2];
        }
        t += s.get(2).iter().map(|y| y * y).sum::<f64>() + s.get(1).into_iter().sum::<f64>() * v[0];
    }
    t + lines.iter().filter_map(|s| s.get(1)).map(|y| y * v[3]).sum::<f64>() + lines.iter().flat_map(|s| s.get(2)).product::<f64>()
}

/// An option that a trait's function gives was taken for a list where it is iterated over (E0608, E0624).
#[test]
fn options_of_methods_iterated_over() {
    check! { iterated iterated_vjp iterated_jvp; }
}
