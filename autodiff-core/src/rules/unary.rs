//! Rows of the methods with one argument.
//!
//! A row is `name hidden_name names_of_companions on [pieces] { "y", "dy/dx", |x, y, g| contribution }`, where `g` is the seed.
//! The pieces are intervals on which the method is smooth. An operand that a row calls `_` is never read.

/// Calls `$callback! { unary { rows } }`.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_unary_rule {
    ($callback:ident) => {
        $callback! { unary {
            sin __sin sin_needs_differentiate sin_needs_differentiate_jvp sin_needs_differentiate_hessian sin_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "sin(x)", "cos(x)", |x, _, g| x.__cos() * g
            }
            cos __cos cos_needs_differentiate cos_needs_differentiate_jvp cos_needs_differentiate_hessian cos_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "cos(x)", "-sin(x)", |x, _, g| -x.__sin() * g
            }
            tan __tan tan_needs_differentiate tan_needs_differentiate_jvp tan_needs_differentiate_hessian tan_needs_differentiate_order_3 on [(-1.5, 1.5), (1.7, 4.6)] {
                "tan(x)", "1 + y²", |_, y, g| (T::__ONE + y * y) * g
            }
            asin __asin asin_needs_differentiate asin_needs_differentiate_jvp asin_needs_differentiate_hessian asin_needs_differentiate_order_3 on [(-1.0, 1.0)] {
                "arcsin(x)", "1 / √(1 - x²), infinite at ±1",
                |x, _, g| ((T::__ONE - x) * (T::__ONE + x)).__sqrt().__recip() * g
            }
            acos __acos acos_needs_differentiate acos_needs_differentiate_jvp acos_needs_differentiate_hessian acos_needs_differentiate_order_3 on [(-1.0, 1.0)] {
                "arccos(x)", "-1 / √(1 - x²), infinite at ±1",
                |x, _, g| -((T::__ONE - x) * (T::__ONE + x)).__sqrt().__recip() * g
            }
            atan __atan atan_needs_differentiate atan_needs_differentiate_jvp atan_needs_differentiate_hessian atan_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "arctan(x)", "1 / (1 + x²)", |x, _, g| (T::__ONE + x * x).__recip() * g
            }
            sinh __sinh sinh_needs_differentiate sinh_needs_differentiate_jvp sinh_needs_differentiate_hessian sinh_needs_differentiate_order_3 on [(-5.0, 5.0)] {
                "sinh(x)", "cosh(x)", |x, _, g| x.__cosh() * g
            }
            cosh __cosh cosh_needs_differentiate cosh_needs_differentiate_jvp cosh_needs_differentiate_hessian cosh_needs_differentiate_order_3 on [(-5.0, 5.0)] {
                "cosh(x)", "sinh(x)", |x, _, g| x.__sinh() * g
            }
            tanh __tanh tanh_needs_differentiate tanh_needs_differentiate_jvp tanh_needs_differentiate_hessian tanh_needs_differentiate_order_3 on [(-5.0, 5.0)] {
                "tanh(x)", "1 - y²", |_, y, g| (T::__ONE - y * y) * g
            }
            asinh __asinh asinh_needs_differentiate asinh_needs_differentiate_jvp asinh_needs_differentiate_hessian asinh_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "arsinh(x)", "1 / √(x² + 1)", |x, _, g| x.__hypot(T::__ONE).__recip() * g
            }
            acosh __acosh acosh_needs_differentiate acosh_needs_differentiate_jvp acosh_needs_differentiate_hessian acosh_needs_differentiate_order_3 on [(1.0, 8.0)] {
                "arcosh(x)", "1 / √(x² - 1), infinite at 1",
                // Two roots: `x * x` overflows long before the partial vanishes.
                |x, _, g| ((x.__abs() - T::__ONE).__sqrt() * (x.__abs() + T::__ONE).__sqrt()).__recip() * g
            }
            atanh __atanh atanh_needs_differentiate atanh_needs_differentiate_jvp atanh_needs_differentiate_hessian atanh_needs_differentiate_order_3 on [(-1.0, 1.0)] {
                "artanh(x)", "1 / (1 - x²), infinite at ±1",
                |x, _, g| ((T::__ONE - x) * (T::__ONE + x)).__recip() * g
            }
            exp __exp exp_needs_differentiate exp_needs_differentiate_jvp exp_needs_differentiate_hessian exp_needs_differentiate_order_3 on [(-6.0, 6.0)] {
                "eˣ", "y", |_, y, g| y * g
            }
            exp2 __exp2 exp2_needs_differentiate exp2_needs_differentiate_jvp exp2_needs_differentiate_hessian exp2_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "2ˣ", "y ln 2", |_, y, g| y * T::__from_f64(core::f64::consts::LN_2) * g
            }
            exp_m1 __exp_m1 exp_m1_needs_differentiate exp_m1_needs_differentiate_jvp exp_m1_needs_differentiate_hessian exp_m1_needs_differentiate_order_3 on [(-6.0, 6.0)] {
                "eˣ - 1", "eˣ",
                // `y + 1` is cheap, but cancels where `y` is close to -1.
                |x, y, g| (if y > T::__from_f64(-0.5) { y + T::__ONE } else { x.__exp() }) * g
            }
            ln __ln ln_needs_differentiate ln_needs_differentiate_jvp ln_needs_differentiate_hessian ln_needs_differentiate_order_3 on [(0.0, 8.0)] {
                "ln(x)", "1 / x, infinite at 0", |x, _, g| x.__recip() * g
            }
            ln_1p __ln_1p ln_1p_needs_differentiate ln_1p_needs_differentiate_jvp ln_1p_needs_differentiate_hessian ln_1p_needs_differentiate_order_3 on [(-1.0, 8.0)] {
                "ln(1 + x)", "1 / (1 + x), infinite at -1", |x, _, g| (T::__ONE + x).__recip() * g
            }
            log2 __log2 log2_needs_differentiate log2_needs_differentiate_jvp log2_needs_differentiate_hessian log2_needs_differentiate_order_3 on [(0.0, 8.0)] {
                "log₂(x)", "1 / (x ln 2), infinite at 0",
                |x, _, g| T::__from_f64(core::f64::consts::LOG2_E) / x * g
            }
            log10 __log10 log10_needs_differentiate log10_needs_differentiate_jvp log10_needs_differentiate_hessian log10_needs_differentiate_order_3 on [(0.0, 8.0)] {
                "log₁₀(x)", "1 / (x ln 10), infinite at 0",
                |x, _, g| T::__from_f64(core::f64::consts::LOG10_E) / x * g
            }
            sqrt __sqrt sqrt_needs_differentiate sqrt_needs_differentiate_jvp sqrt_needs_differentiate_hessian sqrt_needs_differentiate_order_3 on [(0.0, 8.0)] {
                "√x", "1 / (2y), infinite at 0", |_, y, g| T::__from_f64(0.5) / y * g
            }
            cbrt __cbrt cbrt_needs_differentiate cbrt_needs_differentiate_jvp cbrt_needs_differentiate_hessian cbrt_needs_differentiate_order_3 on [(-8.0, 0.0), (0.0, 8.0)] {
                "∛x", "1 / (3y²), infinite at 0", |_, y, g| (T::__from_f64(3.0) * y * y).__recip() * g
            }
            recip __recip recip_needs_differentiate recip_needs_differentiate_jvp recip_needs_differentiate_hessian recip_needs_differentiate_order_3 on [(-8.0, 0.0), (0.0, 8.0)] {
                "1 / x", "-y²", |_, y, g| -y * y * g
            }
            abs __abs abs_needs_differentiate abs_needs_differentiate_jvp abs_needs_differentiate_hessian abs_needs_differentiate_order_3 on [(-8.0, 0.0), (0.0, 8.0)] {
                "|x|", "the sign of x, and 0 at 0",
                |x, _, g| if x == T::__ZERO { T::__ZERO } else { x.__signum() * g }
            }
            signum __signum signum_needs_differentiate signum_needs_differentiate_jvp signum_needs_differentiate_hessian signum_needs_differentiate_order_3 on [(-8.0, 0.0), (0.0, 8.0)] {
                "the sign of x", "0", |_, _, _| T::__ZERO
            }
            floor __floor floor_needs_differentiate floor_needs_differentiate_jvp floor_needs_differentiate_hessian floor_needs_differentiate_order_3 on [(-3.0, -2.0), (0.0, 1.0), (4.0, 5.0)] {
                "⌊x⌋", "0", |_, _, _| T::__ZERO
            }
            ceil __ceil ceil_needs_differentiate ceil_needs_differentiate_jvp ceil_needs_differentiate_hessian ceil_needs_differentiate_order_3 on [(-3.0, -2.0), (0.0, 1.0), (4.0, 5.0)] {
                "⌈x⌉", "0", |_, _, _| T::__ZERO
            }
            round __round round_needs_differentiate round_needs_differentiate_jvp round_needs_differentiate_hessian round_needs_differentiate_order_3 on [(-2.5, -1.5), (-0.5, 0.5), (4.5, 5.5)] {
                "x rounded, halves away from zero", "0", |_, _, _| T::__ZERO
            }
            round_ties_even __round_ties_even round_ties_even_needs_differentiate round_ties_even_needs_differentiate_jvp round_ties_even_needs_differentiate_hessian round_ties_even_needs_differentiate_order_3
            on [(-2.5, -1.5), (-0.5, 0.5), (4.5, 5.5)] {
                "x rounded, halves to even", "0", |_, _, _| T::__ZERO
            }
            trunc __trunc trunc_needs_differentiate trunc_needs_differentiate_jvp trunc_needs_differentiate_hessian trunc_needs_differentiate_order_3 on [(-3.0, -2.0), (-1.0, 1.0), (4.0, 5.0)] {
                "x rounded towards zero", "0", |_, _, _| T::__ZERO
            }
            fract __fract fract_needs_differentiate fract_needs_differentiate_jvp fract_needs_differentiate_hessian fract_needs_differentiate_order_3 on [(-3.0, -2.0), (-1.0, 1.0), (4.0, 5.0)] {
                "x - trunc(x)", "1", |_, _, g| g
            }
            to_degrees __to_degrees to_degrees_needs_differentiate to_degrees_needs_differentiate_jvp to_degrees_needs_differentiate_hessian to_degrees_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "180 x / π", "180 / π", |_, _, g| T::__from_f64(180.0 / core::f64::consts::PI) * g
            }
            to_radians __to_radians to_radians_needs_differentiate to_radians_needs_differentiate_jvp to_radians_needs_differentiate_hessian to_radians_needs_differentiate_order_3 on [(-400.0, 400.0)] {
                "π x / 180", "π / 180", |_, _, g| T::__from_f64(core::f64::consts::PI / 180.0) * g
            }
            next_up __next_up next_up_needs_differentiate next_up_needs_differentiate_jvp next_up_needs_differentiate_hessian next_up_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "the least number above x", "1", |_, _, g| g
            }
            next_down __next_down next_down_needs_differentiate next_down_needs_differentiate_jvp next_down_needs_differentiate_hessian next_down_needs_differentiate_order_3 on [(-8.0, 8.0)] {
                "the greatest number below x", "1", |_, _, g| g
            }
        } }
    };
}
