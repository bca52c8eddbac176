//! Macros of the file, written out where they are called: what they bind is theirs, what they are handed is the caller's.

#![allow(clippy::all, unused)] // how functions are written is what these tests vary

use autodiff_core::differentiate;

#[macro_use]
mod common;

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

/// Horner's rule.
macro_rules! polynomial {
    ($x:expr; $first:expr $(, $more:expr)* $(,)?) => {{
        let x = $x;
        let mut y = $first;
        $( y = y * x + $more; )*
        y
    }};
}

macro_rules! sum {
    () => { 0.0 };
    ($x:expr) => { $x };
    ($x:expr, $($more:expr),+) => { $x + sum!($($more),+) };
}

macro_rules! constants {
    ($($name:ident = $value:expr),+ $(,)?) => { $( let $name: f64 = $value; )+ };
}

macro_rules! positive_or {
    ($x:expr, $other:expr) => {
        if $x <= 0.0 {
            return $other;
        }
    };
}

macro_rules! summation {
    ($type:ty, $var:pat, $range:expr, $form:expr) => {{
        let mut result: $type = 0 as $type;
        for $var in $range {
            result += $form;
        }
        result
    }};
}

macro_rules! matrix {
    ($([$($e:expr),* $(,)?]),* $(,)?) => { [$([$($e),*]),*] };
}

macro_rules! first_above {
    ($list:expr, $limit:expr) => {{
        let mut found = $limit;
        'search: for v in $list.iter() {
            if *v > $limit {
                found = *v;
                break 'search;
            }
        }
        found
    }};
}

macro_rules! operation {
    ($a:expr, $o:tt, $b:expr) => { $a $o $b };
}

macro_rules! swapped {
    ($a:ident, $b:ident) => {
        let t = $a;
        $a = $b;
        $b = t;
    };
}

macro_rules! wave {
    ($x:expr, sin) => { ($x).sin() };
    ($x:expr, cos) => { ($x).cos() };
    ($x:expr, $f:ident of $($rest:tt)+) => { wave!(wave!($x, $($rest)+), $f) };
}

macro_rules! checked_log {
    ($x:expr) => {{
        assert!($x > 0.0, "logarithm of {}", $x);
        debug_assert!(square!($x) > 0.0);
        $x.ln()
    }};
}

macro_rules! damped {
    ($x:expr) => {
        $x * (-DAMPING * scale($x)).exp()
    };
}

const DAMPING: f64 = 0.3;

#[differentiate]
fn scale(x: f64) -> f64 {
    1.0 + x * x
}

#[differentiate]
fn squares(v: &[f64]) -> f64 {
    square!(v[0] + v[1]) - 2.0 * square!(v[2]).sin()
}

#[differentiate]
fn horner(v: &[f64]) -> f64 {
    let x = v[0] * v[1];
    let y = polynomial!(x + v[2]; 0.3, v[1], -1.5, x,);
    y * x + polynomial!(y; 2.0)
}

#[differentiate]
fn summed(v: &[f64]) -> f64 {
    sum!(v[0], v[1] * v[0], sum!(v[2], v[0].exp())) * sum!(v[2]) + sum!()
}

/// What the caller names is the caller's, whatever the macro calls its own.
#[differentiate]
fn named(v: &[f64]) -> f64 {
    constants!(a = v[0] * 2.0, b = v[1].sin(), a = a * b);
    constants! { c = a - b }
    a * b * c
}

#[differentiate]
fn guarded(v: &[f64]) -> f64 {
    let x = v[0] * v[1];
    positive_or!(x, v[2] * v[2] * v[0]);
    positive_or!(v[2], x * v[2]);
    x.ln() * v[2]
}

#[differentiate]
fn summations(v: &[f64]) -> f64 {
    let result = v[0];
    result * summation!(f64, i, 0..v.len(), v[i] * result + summation!(f64, (j, x), v.iter().enumerate(), x * x * (i + j) as f64))
}

#[differentiate]
fn matrices(v: &[f64]) -> f64 {
    let m = matrix!([v[0], v[1], 1.0], [v[2] * v[0], 0.5, v[1],]);
    m[0][0] * m[1][2] - m[0][1] * m[1][0] + m[1][1] * m[0][2] * v[0]
}

#[differentiate]
fn searched(v: &[f64]) -> f64 {
    let mut s = 0.0;
    let found = v[2];
    'search: for k in 1..4 {
        s += first_above!(v, 0.2 * k as f64) * found;
        if s > 100.0 {
            break 'search;
        }
    }
    s * s
}

#[differentiate]
fn operations(v: &[f64]) -> f64 {
    operation!(v[0], *, v[1] + v[2]) + operation!(v[1], /, operation!(v[2], +, 3.0)) - if operation!(v[0], <=, 0.0) { v[1] } else { v[2] }
}

#[differentiate]
fn exchanged(v: &[f64]) -> f64 {
    let (mut t, mut u) = (v[0], v[1] * v[2]);
    swapped!(t, u);
    let first = t * u.sin();
    swapped!(u, t);
    first * t + u
}

#[differentiate]
fn waves(v: &[f64]) -> f64 {
    wave!(v[0] * v[1], sin of cos) + wave!(v[2], sin) * wave!(v[0], cos of sin of cos)
}

#[differentiate]
fn logarithms(v: &[f64]) -> f64 {
    let x = v[0] * v[0] + 0.1;
    checked_log!(x) * v[1] + checked_log!((x + v[2] * v[2]))
}

/// The function's variables are not the items that a macro names.
#[differentiate]
fn with_items(v: &[f64]) -> f64 {
    let damping = v[1];
    damped!(v[0] * damping) + damped!(v[2])
}

/// In loops, closures, branches, arms, and in the arguments of other macros.
#[differentiate]
fn everywhere(v: &[f64]) -> f64 {
    let list = vec![square!(v[0]), v[1], sum!(v[2], v[0])];
    let f = |x: f64| square!(x + v[1]) * v[0];
    let mut s = 0.0;
    for (k, x) in list.iter().enumerate() {
        s += match k {
            0 => square!(x * v[2]),
            1 if square!(*x) > 0.5 => sum!(*x, s),
            _ => f(*x),
        };
    }
    s * if square!(s) > 1.0 { square!(0.1 * s).cos() } else { 1.0 }
}

/// A macro of the function itself, with variables that it saw.
#[differentiate]
fn own(v: &[f64]) -> f64 {
    let k = v[0] * v[1];
    macro_rules! scaled {
        ($x:expr) => {{
            let y = $x;
            y * y * k
        }};
    }
    let y = v[2];
    scaled!(y) + scaled!(v[0] * y) * y
}

/// Calls itself through a macro.
#[differentiate]
fn recursive(v: &[f64], n: usize) -> f64 {
    macro_rules! again {
        ($n:expr) => {
            recursive(v, $n)
        };
    }
    if n == 0 {
        return v[0];
    }
    (again!(n - 1) * v[1]).sin() + v[2]
}

#[differentiate]
fn from_recursion(v: &[f64]) -> f64 {
    recursive(v, 3) * v[0]
}

#[derive(Clone, autodiff_core::Differentiable)]
struct Spring {
    rest: f64,
}

impl Spring {
    #[differentiate]
    fn energy(&self, v: &[f64]) -> f64 {
        macro_rules! stretch {
            ($x:expr) => {
                ($x - self.rest)
            };
        }
        square!(stretch!(v[0])) * v[1] + stretch!(v[2]).exp()
    }
}

#[differentiate]
fn springs(v: &[f64]) -> f64 {
    Spring { rest: 0.7 }.energy(v) * v[0]
}

mod derivatives {
    checked! {
        squares squares_grad squares_vjp squares_jvp at [0.3, -1.2, 0.8];
        horner horner_grad horner_vjp horner_jvp at [0.3, -1.2, 0.8], [1.1, 0.4, -0.2];
        summed summed_grad summed_vjp summed_jvp at [0.3, -1.2, 0.8];
        named named_grad named_vjp named_jvp at [0.3, -1.2, 0.8];
        guarded guarded_grad guarded_vjp guarded_jvp at [0.3, -1.2, 0.8], [0.3, 1.2, 0.8], [0.3, 1.2, -0.8];
        summations summations_grad summations_vjp summations_jvp at [0.3, -1.2, 0.8];
        matrices matrices_grad matrices_vjp matrices_jvp at [0.3, -1.2, 0.8];
        searched searched_grad searched_vjp searched_jvp at [0.3, 0.5, 0.8], [-0.3, -0.5, -0.8];
        operations operations_grad operations_vjp operations_jvp at [0.3, -1.2, 0.8], [-0.3, 1.2, 0.8];
        exchanged exchanged_grad exchanged_vjp exchanged_jvp at [0.3, -1.2, 0.8];
        waves waves_grad waves_vjp waves_jvp at [0.3, -1.2, 0.8];
        logarithms logarithms_grad logarithms_vjp logarithms_jvp at [0.3, -1.2, 0.8];
        with_items with_items_grad with_items_vjp with_items_jvp at [0.3, -1.2, 0.8];
        everywhere everywhere_grad everywhere_vjp everywhere_jvp at [0.3, -1.2, 0.8], [1.3, 0.2, -0.8];
        own own_grad own_vjp own_jvp at [0.3, -1.2, 0.8];
        from_recursion from_recursion_grad from_recursion_vjp from_recursion_jvp at [0.3, -1.2, 0.8];
        springs springs_grad springs_vjp springs_jvp at [0.3, -1.2, 0.8];
    }
}

#[test]
#[should_panic(expected = "logarithm of")]
fn panics_where_the_macro_does() {
    #[differentiate]
    fn f(x: f64) -> f64 {
        checked_log!(x)
    }
    let _ = f_grad(-1.0);
}
