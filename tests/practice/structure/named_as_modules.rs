//! Functions in modules of their own name, which `use super::*` brings into the module once more.

use super::check;
use autodiff_core::differentiate;

mod blend {
    use super::*;

    #[differentiate]
    fn blend(x: f64, v: &[f64]) -> f64 {
        x * v[0]
    }

    #[differentiate]
    fn twice(x: f64, v: &[f64]) -> f64 {
        blend(x, v) * blend(v[1], v)
    }

    #[test]
    fn called_beside() {
        check(
            3,
            (0.3, 1.0),
            |p| twice(p[0], &p[1..]),
            |p| {
                let (value, bars) = twice_grad(p[0], &p[1..]);
                (value, crate::numbers(&bars))
            },
        );
    }
}

mod series {
    use super::*;

    #[differentiate]
    fn series(n: usize, x: f64, v: &[f64]) -> f64 {
        if n < 2 { x * v[n] } else { series(n - 1, x, v) * x + series(n - 2, x * x, v) }
    }

    #[test]
    fn calls_itself() {
        check(
            3,
            (0.3, 1.0),
            |p| series(5, p[0], &p[1..]),
            |p| {
                let (value, bars) = series_grad(5, p[0], &p[1..]);
                (value, crate::numbers(&bars))
            },
        );
    }
}

mod wave {
    use autodiff_core::differentiate;

    #[differentiate]
    pub fn wave(x: f64, v: &[f64]) -> f64 {
        x.sin() * v[0]
    }
}

mod elsewhere {
    use super::wave::wave;
    use super::*;

    #[differentiate]
    fn imported(x: f64, v: &[f64]) -> f64 {
        wave(x, v) * x
    }

    #[test]
    fn called_from_elsewhere() {
        check(
            3,
            (0.3, 1.0),
            |p| imported(p[0], &p[1..]),
            |p| {
                let (value, bars) = imported_grad(p[0], &p[1..]);
                (value, crate::numbers(&bars))
            },
        );
    }
}
