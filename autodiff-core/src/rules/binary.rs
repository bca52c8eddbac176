//! Rows of the methods with two arguments.
//!
//! A row is `name hidden_name names_of_companions on [pieces] { "y", "dy/dx" |x, p, y, g| contribution, "dy/dp" |...| ... }`.
//! The pieces are rectangles on which the method is smooth.

/// Calls `$callback! { binary { rows } }`.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_binary_rule {
    ($callback:ident) => {
        $callback! { binary {
            powf __powf powf_needs_differentiate powf_needs_differentiate_jvp powf_needs_differentiate_hessian powf_needs_differentiate_order_3
            on [((0.0, 4.0), (-3.0, 3.0))] {
                "xᵖ",
                "p xᵖ⁻¹, and 0 for p = 0"
                |x, p, _, g| if p.__is_zero() { T::__ZERO } else { p * x.__powf(p - T::__ONE) * g },
                "y ln(x), and 0 at x = 0 for p ≥ 0"
                // For p ≤ 1 the derivative of that with respect to x is infinite at 0.
                |x, p, y, g| if x == T::__ZERO && (p > T::__ONE || p >= T::__ZERO && x.__is_zero()) { T::__ZERO } else { y * x.__ln() * g }
            }
            log __log log_needs_differentiate log_needs_differentiate_jvp log_needs_differentiate_hessian log_needs_differentiate_order_3
            on [((0.0, 8.0), (0.0, 1.0)), ((0.0, 8.0), (1.0, 8.0))] {
                "ln(x) / ln(p)",
                "1 / (x ln(p))"
                |x, p, _, g| (x * p.__ln()).__recip() * g,
                "-y / (p ln(p))"
                |_, p, y, g| -y / (p * p.__ln()) * g
            }
            hypot __hypot hypot_needs_differentiate hypot_needs_differentiate_jvp hypot_needs_differentiate_hessian hypot_needs_differentiate_order_3
            on [((-4.0, 4.0), (0.0, 4.0)), ((-4.0, 0.0), (-4.0, 4.0))] {
                "√(x² + p²)",
                "x / y, and 0 at the origin"
                |x, _, y, g| if y == T::__ZERO { T::__ZERO } else { x / y * g },
                "p / y, and 0 at the origin"
                |_, p, y, g| if y == T::__ZERO { T::__ZERO } else { p / y * g }
            }
            atan2 __atan2 atan2_needs_differentiate atan2_needs_differentiate_jvp atan2_needs_differentiate_hessian atan2_needs_differentiate_order_3
            on [((-4.0, 4.0), (0.0, 4.0)), ((0.0, 4.0), (-4.0, 4.0)), ((-4.0, 0.0), (-4.0, 4.0))] {
                "the angle of the point with ordinate x and abscissa p",
                "p / (x² + p²)"
                // Two divisions by the norm: its square overflows and underflows.
                |x, p, _, g| p / x.__hypot(p) / x.__hypot(p) * g,
                "-x / (x² + p²)"
                |x, p, _, g| -x / x.__hypot(p) / x.__hypot(p) * g
            }
            max __max max_needs_differentiate max_needs_differentiate_jvp max_needs_differentiate_hessian max_needs_differentiate_order_3
            on [((-1.0, 0.5), (0.5, 3.0)), ((0.5, 3.0), (-1.0, 0.5))] {
                "the greater of x and p; the other one if one is NaN",
                "1 where x is the greater, ½ for a tie, 0 else"
                |x, p, _, g| $crate::rules::__select(x > p || p.__is_nan(), x == p, g),
                "1 where p is the greater, ½ for a tie, 0 else"
                |x, p, _, g| $crate::rules::__select(p > x || x.__is_nan(), x == p, g)
            }
            min __min min_needs_differentiate min_needs_differentiate_jvp min_needs_differentiate_hessian min_needs_differentiate_order_3
            on [((-1.0, 0.5), (0.5, 3.0)), ((0.5, 3.0), (-1.0, 0.5))] {
                "the lesser of x and p; the other one if one is NaN",
                "1 where x is the lesser, ½ for a tie, 0 else"
                |x, p, _, g| $crate::rules::__select(x < p || p.__is_nan(), x == p, g),
                "1 where p is the lesser, ½ for a tie, 0 else"
                |x, p, _, g| $crate::rules::__select(p < x || x.__is_nan(), x == p, g)
            }
            copysign __copysign copysign_needs_differentiate copysign_needs_differentiate_jvp copysign_needs_differentiate_hessian copysign_needs_differentiate_order_3
            on [((-4.0, 0.0), (-4.0, 0.0)), ((-4.0, 0.0), (0.0, 4.0)), ((0.0, 4.0), (-4.0, 0.0)), ((0.0, 4.0), (0.0, 4.0))] {
                "|x| with the sign of p",
                "1 where the signs agree, -1 where they do not, and 0 at x = 0"
                |x, p, _, g| if x == T::__ZERO {
                    T::__ZERO
                } else {
                    T::__ONE.__copysign(x) * T::__ONE.__copysign(p) * g
                },
                "0"
                |_, _, _, _| T::__ZERO
            }
            rem_euclid __rem_euclid rem_euclid_needs_differentiate rem_euclid_needs_differentiate_jvp rem_euclid_needs_differentiate_hessian rem_euclid_needs_differentiate_order_3
            on [((7.0, 8.0), (2.7, 3.4)), ((-8.0, -7.0), (2.7, 3.4)), ((7.0, 8.0), (-3.4, -2.7)), ((-8.0, -7.0), (-3.4, -2.7))] {
                "the remainder of x / p, 0 ≤ y < |p|",
                "1"
                |_, _, _, g| g,
                "-(x - y) / p, a whole number"
                // From the result, so that the rounding of `x / p` cannot be off by one.
                |x, p, y, g| -((x - y) / p).__round() * g
            }
            div_euclid __div_euclid div_euclid_needs_differentiate div_euclid_needs_differentiate_jvp div_euclid_needs_differentiate_hessian div_euclid_needs_differentiate_order_3
            on [((7.0, 8.0), (2.7, 3.4)), ((-8.0, -7.0), (2.7, 3.4)), ((7.0, 8.0), (-3.4, -2.7)), ((-8.0, -7.0), (-3.4, -2.7))] {
                "the whole number of times that p goes into x",
                "0"
                |_, _, _, _| T::__ZERO,
                "0"
                |_, _, _, _| T::__ZERO
            }
            abs_sub __abs_sub abs_sub_needs_differentiate abs_sub_needs_differentiate_jvp abs_sub_needs_differentiate_hessian abs_sub_needs_differentiate_order_3
            on [((-1.0, 0.5), (0.5, 3.0)), ((0.5, 3.0), (-1.0, 0.5))] {
                "x - p where that is positive, 0 else",
                "1 where x > p, 0 else"
                |x, p, _, g| if x <= p { T::__ZERO } else { g },
                "-1 where x > p, 0 else"
                |x, p, _, g| if x <= p { T::__ZERO } else { -g }
            }
            midpoint __midpoint midpoint_needs_differentiate midpoint_needs_differentiate_jvp midpoint_needs_differentiate_hessian midpoint_needs_differentiate_order_3
            on [((-4.0, 4.0), (-4.0, 4.0))] {
                "(x + p) / 2",
                "½"
                |_, _, _, g| T::__from_f64(0.5) * g,
                "½"
                |_, _, _, g| T::__from_f64(0.5) * g
            }
        } }
    };
}
