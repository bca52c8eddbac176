//! What rustc refused in code that had been generated.

use autodiff_core::{Differentiable, Lanes, check_gradient, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Counted {
    n: usize,
    i: i64,
    u: u32,
    x: f64,
    even: bool,
}

impl Counted {
    #[differentiate]
    fn step(&mut self, k: f64) -> f64 {
        self.n = self.n.saturating_sub(1);
        self.i = -self.i.wrapping_mul(3).abs();
        self.x *= k;
        self.x * k * self.n.abs_diff(4) as f64
    }
}

#[differentiate]
fn counted(mut r: Counted, k: f64) -> f64 {
    r.n = r.n.saturating_sub(1).max(2).clamp(1, 9);
    r.i = r.i.wrapping_mul(3).pow(2).abs().rem_euclid(7).signum();
    r.u = r.u.count_ones() + r.u.leading_zeros().min(3);
    r.even = r.n.is_power_of_two();
    let n = r.n.checked_sub(1).unwrap_or(0);
    let (w, over) = r.i.overflowing_add(i64::MAX);
    let s = r.step(k) + r.x * k * (r.n + n + r.n.div_ceil(2)) as f64 + r.i as f64 * r.x;
    let ilog = r.u.checked_ilog2().map_or(1, |l| l.max(2));
    if over != r.even { s * ilog as f64 } else { s + w.unsigned_abs().ilog2() as f64 * r.x * k }
}

#[differentiate]
fn counted_in_lists(rs: &mut [Counted], k: f64) -> f64 {
    let mut s = 0.0;
    for r in rs.iter_mut() {
        r.n = r.n.saturating_sub(1);
        r.i = r.i.abs().pow(2);
        r.u = r.u.wrapping_add(7).min(3);
        r.x *= k;
        s += r.x * r.n as f64 * (r.i as f64 + r.u as f64);
    }
    let total: usize = rs.iter().map(|r| r.n.saturating_sub(1)).sum();
    s * total as f64 + rs.iter().map(|r| r.x * r.n.saturating_sub(1) as f64 * r.i.abs() as f64).sum::<f64>()
}

#[differentiate]
fn counted_in_tuples(mut t: (usize, f64, i32), k: f64) -> f64 {
    t.0 = t.0.saturating_sub(1);
    t.2 = t.2.abs().pow(2).wrapping_mul(2);
    let least = t.2.min(40).max(t.0 as i32);
    t.1 * k * t.0 as f64 * least as f64
}

/// Methods of integers were taken for functions without a derivative where the integer is a field of what varies (E0599).
#[test]
fn methods_of_integers_that_are_fields() {
    for (n, i) in [(4, -5), (0, 3), (9, 0)] {
        let of = |x: f64| Counted { n, i, u: 5, x, even: false };
        let point = [0.7, -0.4];
        let (value, (bar, k_bar)) = counted_vjp(of(point[0]), point[1], -2.0);
        assert_eq!(value.to_bits(), counted(of(point[0]), point[1]).to_bits());
        check_gradient(|p| -2.0 * counted(of(p[0]), p[1]), |_| vec![bar.x, k_bar], &point).unwrap();
        let (_, tangent) = counted_jvp(of(point[0]), point[1], (bar.clone(), k_bar));
        let square = bar.x * bar.x + k_bar * k_bar;
        assert!((square + 2.0 * tangent).abs() < 1e-12 * (1.0 + square));

        let list = |p: &[f64]| vec![of(p[0]), of(p[1] * 2.0)];
        let (value, (bars, k_bar)) = counted_in_lists_vjp(&mut list(&point), 0.3, -2.0);
        assert_eq!(value.to_bits(), counted_in_lists(&mut list(&point), 0.3).to_bits());
        let gradient = vec![bars[0].x, bars[1].x * 2.0, k_bar];
        check_gradient(|p| -2.0 * counted_in_lists(&mut list(p), p[2]), |_| gradient.clone(), &[0.7, -0.4, 0.3]).unwrap();

        let tuple = |x: f64| (n, x, i as i32);
        let (value, (bar, k_bar)) = counted_in_tuples_vjp(tuple(0.7), -0.4, -2.0);
        assert_eq!(value.to_bits(), counted_in_tuples(tuple(0.7), -0.4).to_bits());
        check_gradient(|p| -2.0 * counted_in_tuples(tuple(p[0]), p[1]), |_| vec![bar.1, k_bar], &point).unwrap();
    }
}

fn positive_times(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    assert!(f(x) > -1e9 && f(1.0).is_finite(), "{}", f(2.0));
    f(x) * x
}

fn summed<F>(f: F, v: &[f64]) -> f64
where
    F: Fn(&[f64], f64) -> f64,
{
    assert!(f(v, 1.0) > -1e9);
    assert!(v.iter().all(|y| f(v, *y) > -1e9), "{}", f(v, 0.0));
    if matches!(f(v, v[1]).partial_cmp(&0.0), Some(_)) { f(v, v[0]) } else { 0.0 }
}

#[differentiate]
fn asserted(v: &[f64]) -> f64 {
    let k = v[2].exp();
    let a = positive_times(|y| y.sin() * y * k + 1.0, v[0]);
    let b = positive_times(
        |y| {
            let z = y.exp();
            z * k + v[3]
        },
        v[1],
    );
    a * b + summed(|w, y| w[0].cos() * w[0] * k + y.sin() + 1.0, v)
}

#[differentiate]
fn asserted_itself(v: &[f64]) -> f64 {
    let c = v[1].exp();
    let f = |w| {
        let a = v[3] * w;
        a * c
    };
    let g = |w, (y, z)| v[3] * w + y * w + f(z);
    assert!(f(v[0]) > -1e9 && g(v[0], (v[1], f(v[2]))) > -1e9);
    f(v[1]) * g(v[1], (v[0], v[2]))
}

/// Rustc read closures that were written out in assertions before it knew what they are called with (E0282).
#[test]
fn closures_called_in_assertions() {
    check!(asserted asserted_vjp asserted_jvp,);
    check!(asserted_itself asserted_itself_vjp asserted_itself_jvp,);
}

#[derive(Debug, Clone, Differentiable)]
struct Held(f64, Vec<f64>);

#[differentiate]
fn halved(x: f64) -> Result<f64, String> {
    if x > 0.0 { Ok(x * 0.5) } else { Err(format!("negative")) }
}

#[differentiate]
fn apart(x: f64, y: f64) -> f64 {
    let rs = [halved(x), halved(y)];
    let [a, b] = rs.clone();
    let [c, (d, e)] = [(halved(x), 1.0), (halved(y), x * y)];
    let [h, Held(p, q)] = [Held(x * y, vec![x]), Held(y, vec![y, x * x])];
    let mut s = a.unwrap_or(1.0) * b.unwrap_or(x) + c.0.unwrap_or(y) * d.unwrap_or(3.0) * e + h.0 * h.1[0] + p * q[1];
    let [mut r, ..] = rs;
    if let Ok(z) = &mut r {
        *z *= y;
    }
    s *= r.unwrap_or(y);
    s
}

/// A pattern moved what an index does not (E0508).
#[test]
fn arrays_of_results_taken_apart() {
    for point in [[0.7, 0.4], [0.7, -0.4], [-0.3, 0.8], [-0.2, -0.9]] {
        let (value, (x_bar, y_bar)) = apart_vjp(point[0], point[1], -2.0);
        assert_eq!(value.to_bits(), apart(point[0], point[1]).to_bits());
        check_gradient(|p| -2.0 * apart(p[0], p[1]), |_| vec![x_bar, y_bar], &point).unwrap();
        let (_, tangent) = apart_jvp(point[0], point[1], (x_bar, y_bar));
        let square = x_bar * x_bar + y_bar * y_bar;
        assert!((square + 2.0 * tangent).abs() < 1e-12 * (1.0 + square));
    }
}

#[differentiate]
fn checkpointed_inside(x: f64, k: f64, n: usize) -> f64 {
    let mut y = x;
    let mut turns = 0;
    let acc = loop {
        let mut waits = 0;
        #[checkpoint]
        for i in 0..n {
            waits += i;
            y = y * k + y.sin();
        }
        turns += 1;
        if turns == 2 + waits / 100 {
            break y;
        }
    };
    let count = {
        let mut c = 0;
        #[checkpoint]
        for i in 0..n {
            c += i;
        }
        c
    };
    let mut more = loop {
        let mut c = count;
        #[checkpoint]
        while c < 9 {
            c += 2;
        }
        break c;
    };
    more += if more > 3 {
        #[checkpoint]
        for _ in 0..n {
            more += 1;
        }
        more
    } else {
        1
    };
    acc * x * (count + more) as f64
}

/// The attribute stayed on loops that carry no derivative (E0658).
#[test]
fn checkpoints_of_loops_that_stay() {
    let point = [0.7, 0.4];
    let (value, (x_bar, k_bar)) = checkpointed_inside_vjp(point[0], point[1], 4, -2.0);
    assert_eq!(value.to_bits(), checkpointed_inside(point[0], point[1], 4).to_bits());
    check_gradient(|p| -2.0 * checkpointed_inside(p[0], p[1], 4), |_| vec![x_bar, k_bar], &point).unwrap();
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Up,
    Down,
    End(u8),
}

#[differentiate(hessian, lanes)]
fn phases(x: f64, k: f64) -> f64 {
    let mut phase = Phase::Up;
    let mut s = x;
    let mut i = 0;
    while !matches!(phase, Phase::End(_)) {
        phase = match (phase, s) {
            (Phase::Up, v) if v > 2.0 => Phase::Down,
            (Phase::Down, v) if v < 0.5 => Phase::Up,
            _ if i > 6 => Phase::End(2),
            (other, _) => other,
        };
        s = match phase {
            Phase::Up => s + x * k,
            Phase::Down => s * 0.5 - k * 0.1,
            Phase::End(n) => s * n as f64 * k,
        };
        i += 1;
    }
    s
}

/// The phase was taken for something that varies, since it is decided beside a number (E0277).
#[test]
fn what_is_matched_beside_a_number_is_a_plain_variant() {
    for (x, k) in [(0.7, 0.9), (1.9, 0.4), (-0.3, 1.2)] {
        let (value, gradient) = phases_grad(x, k);
        assert_eq!(value.to_bits(), phases(x, k).to_bits());
        autodiff_core::check_gradient(|p| phases(p[0], p[1]), |_| <[f64; 2]>::from(gradient), &[x, k]).unwrap();
        let (_, dots) = phases_jvp_lanes::<2>(x, k, (Lanes([1.0, 0.0]), Lanes([0.0, 1.0])));
        assert_eq!(dots.0.map(|d| (d * 1e9).round()), <[f64; 2]>::from(gradient).map(|d| (d * 1e9).round()));
    }
}

#[differentiate(hessian, lanes)]
fn by_letters(x: &[f64]) -> f64 {
    let program = "+*-+";
    let mut s = x[0];
    for (c, v) in program.chars().zip(x) {
        match c {
            '+' => s += v,
            '*' => s *= v,
            _ => s = v - s * s,
        }
    }
    for (word, v) in "one two".split(' ').rev().zip(&x[1..]) {
        s += v * word.len() as f64;
    }
    s + "ab".bytes().zip(x).map(|(b, v)| v * v * f64::from(b)).sum::<f64>()
}

/// A text that is written down was taken for something that varies where its letters are paired with numbers (E0599).
#[test]
fn letters_of_a_text_are_paired_with_numbers() {
    let x = [0.7, -0.4, 0.9, 1.2];
    let (value, gradient) = by_letters_grad(&x);
    assert_eq!(value.to_bits(), by_letters(&x).to_bits());
    autodiff_core::check_gradient(by_letters, |_| gradient.clone(), &x).unwrap();
}

#[differentiate]
trait Spring {
    fn energy(&self, x: f64) -> f64;
    fn windings(&self) -> usize {
        2
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Soft {
    k: f64,
}

#[derive(Clone, Debug, Differentiable)]
enum AnySpring {
    Soft(Soft),
    Stiff(f64),
}

#[differentiate]
impl Spring for Soft {
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }
    fn windings(&self) -> usize {
        3
    }
}

#[differentiate]
impl Spring for AnySpring {
    fn energy(&self, x: f64) -> f64 {
        match self {
            AnySpring::Soft(s) => s.energy(x) * s.windings() as f64,
            AnySpring::Stiff(k) => k * x.sin(),
        }
    }
}

#[differentiate]
fn wound(soft: &Soft, any: &AnySpring, x: f64) -> f64 {
    soft.energy(x) * soft.windings() as f64 + any.energy(x) * any.windings() as f64
}

#[differentiate]
fn wound_springs(v: &[f64]) -> f64 {
    wound(&Soft { k: v[0] }, &AnySpring::Soft(Soft { k: v[1] }), v[2]) + wound(&Soft { k: v[3] }, &AnySpring::Stiff(v[1]), v[0])
}

/// What a trait's function counts was asked for its derivative (E0599).
#[test]
fn functions_of_traits_that_count_have_no_derivative() {
    check!(wound_springs wound_springs_vjp wound_springs_jvp,);
}

#[derive(Clone, Debug, Differentiable)]
enum Rule {
    Leaf(f64),
    Split { at: f64, left: Box<Rule>, right: Box<Rule> },
}

#[differentiate]
impl Rule {
    fn value(&self, x: f64) -> f64 {
        match self {
            Rule::Leaf(v) => *v * x,
            Rule::Split { at, left, right } => (x - at) * right.value(x) + left.value(x),
        }
    }
    fn depth(&self) -> usize {
        match self {
            Rule::Leaf(_) => 0,
            Rule::Split { left, right, .. } => 1 + left.depth().max(right.depth()),
        }
    }
}

#[differentiate]
fn by_rules(x: &[f64]) -> f64 {
    let rule = Rule::Split { at: x[0], left: Box::new(Rule::Leaf(x[1])), right: Box::new(Rule::Leaf(-x[2])) };
    let cost = rule.depth() as f64 * 0.1;
    rule.value(x[3]) + cost * x[0]
}

/// What a method of an enum counts was asked for its pullback where a variant was written out (E0599).
#[test]
fn variants_that_are_written_out_have_their_enum() {
    check!(by_rules by_rules_vjp by_rules_jvp,);
}

#[derive(Clone, Debug)]
enum Fault {
    Large,
}

#[differentiate]
fn small(x: f64) -> Result<f64, Fault> {
    if x > 3.0 {
        Err(Fault::Large)?;
    }
    let y = if x > 2.5 { Err(Fault::Large)? } else { x * x };
    Ok(x * y)
}

#[differentiate]
fn left_by_what_fails(x: &[f64]) -> f64 {
    small(x[0]).unwrap_or(x[1]) * small(x[2] + 3.0).unwrap_or({ x[3] } * 2.0)
}

/// Nothing told of which type what an error does not hold is (E0282).
#[test]
fn errors_that_are_asked_for_leave() {
    check!(left_by_what_fails left_by_what_fails_vjp left_by_what_fails_jvp,);
    assert!(matches!(small_vjp(3.5, None).0, Err(Fault::Large)));
}

#[differentiate]
fn rests_of_arrays(x: &[f64]) -> f64 {
    let mut a = [x[0], x[1], x[2], x[3]];
    let [first, rest @ ..] = a;
    a[1] *= 2.0;
    let [front @ .., last] = *x.first_chunk::<3>().unwrap();
    let [p, q] = front;
    first * rest[0] * a[1] + rest.iter().sum::<f64>() * last + p * q * rest.len() as f64
}

/// The named rest of an array that is taken apart by value had no size (E0277).
#[test]
fn rests_of_arrays_are_arrays() {
    check!(rests_of_arrays rests_of_arrays_vjp rests_of_arrays_jvp,);
}

#[differentiate]
fn blocks_behind_or(x: &[f64]) -> f64 {
    let (mut k, mut n) = (x[0], 0);
    let large = n > 0 || {
        k += x[1];
        k > 0.0
    } && !{
        n += 2;
        k *= 0.7;
        false
    };
    if large { k * x[2] } else { k * n as f64 + x[3] }
}

/// A block at the beginning of an operand was taken for a statement (E0308).
#[test]
fn blocks_behind_or_are_operands() {
    check!(blocks_behind_or blocks_behind_or_vjp blocks_behind_or_jvp,);
}
