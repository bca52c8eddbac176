//! Options of the attribute.

use autodiff_core::differentiate;

mod boxed {
    use super::*;

    #[differentiate(boxed)]
    fn even(x: f64, n: u32) -> f64 {
        if n == 0 { x } else { odd(x * x, n - 1) }
    }

    #[differentiate]
    fn odd(x: f64, n: u32) -> f64 {
        if n == 0 { -x } else { even(x + 1.0, n - 1) }
    }

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        even(a, 2) * b + odd(b, 1)
    }

    crate::of_two!();
}

mod no_companion {
    use super::*;

    #[differentiate(no_companion)]
    fn area(r: f64) -> f64 {
        r * r * 3.0
    }

    /// Takes the name that a companion would have.
    #[allow(non_camel_case_types)]
    pub enum area {}

    #[test]
    fn gradient() {
        assert_eq!(area_grad(2.0), (12.0, 12.0));
        assert_eq!(area_vjp(2.0, -0.5), (12.0, -6.0));
    }
}

mod method {
    use super::*;

    pub struct Circle;

    macro_rules! area {
        ($name:ident) => {
            impl Circle {
                #[differentiate(method)]
                fn $name(r: f64) -> f64 {
                    r * r * 3.0
                }
            }
        };
    }

    area!(area);

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        Circle::area(a) * b
    }

    crate::of_two!();
}
