//! Rows of the methods with three arguments, with an integer argument, and with two results.

/// Calls `$callback! { ternary { rows } }`; the arguments are x, a, b.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_ternary_rule {
    ($callback:ident) => {
        $callback! { ternary {
            mul_add __mul_add mul_add_needs_differentiate mul_add_needs_differentiate_jvp mul_add_needs_differentiate_hessian mul_add_needs_differentiate_order_3
            on [((-4.0, 4.0), (-4.0, 4.0), (-4.0, 4.0))] {
                "x a + b, rounded once",
                "a" |_, a, _, _, g| a * g,
                "x" |x, _, _, _, g| x * g,
                "1" |_, _, _, _, g| g
            }
            clamp __clamp clamp_needs_differentiate clamp_needs_differentiate_jvp clamp_needs_differentiate_hessian clamp_needs_differentiate_order_3
            on [((-3.0, -1.0), (-1.0, 0.5), (0.5, 2.0)), ((-0.5, 0.5), (-2.0, -0.5), (0.5, 2.0)), ((1.5, 3.0), (-1.0, 0.5), (0.5, 1.5))] {
                "x, but at least a and at most b",
                "1 between the bounds, ½ at one of them, 0 outside and where the bounds coincide"
                |x, a, b, _, g| $crate::rules::__select(!(x <= a || x >= b), a != b && (x == a || x == b), g),
                "1 for x < a, ½ for x = a, 0 else"
                |x, a, _, _, g| $crate::rules::__select(x < a, x == a, g),
                "1 for x > b, ½ for x = b, 0 else"
                |x, _, b, _, g| $crate::rules::__select(x > b, x == b, g)
            }
        } }
    };
}

/// Calls `$callback! { integer { rows } }`; the arguments are x and an `i32`, of which a row lists some after `for`.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_integer_rule {
    ($callback:ident) => {
        $callback! { integer {
            powi __powi powi_needs_differentiate powi_needs_differentiate_jvp powi_needs_differentiate_hessian powi_needs_differentiate_order_3
            on [(-3.0, 0.0), (0.0, 3.0)] for [-3, -2, -1, 0, 1, 2, 3, 7] {
                "xⁿ", "n xⁿ⁻¹, and 0 for n = 0",
                |x, n, _, g| if n == 0 {
                    T::__ZERO
                } else {
                    let below = match n.checked_sub(1) {
                        Some(m) => x.__powi(m),
                        None => x.__powi(n) / x,
                    };
                    T::__from_f64(f64::from(n)) * below * g
                }
            }
        } }
    };
}

/// Calls `$callback! { pair { rows } }`: one argument, two results.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_pair_rule {
    ($callback:ident) => {
        $callback! { pair {
            sin_cos __sin_cos sin_cos_needs_differentiate sin_cos_needs_differentiate_jvp sin_cos_needs_differentiate_hessian sin_cos_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "(sin(x), cos(x))", "(y.1, -y.0)", |_, y, g| y.1 * g.0 - y.0 * g.1
            }
        } }
    };
}
