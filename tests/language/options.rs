//! Methods of `Option`.

use autodiff_core::{Differentiable, differentiate};

mod opt_combos {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let o: Option<f64> = if a > 0.0 { Some(a * b) } else { None };
        let m = o.map(|x| x * x).unwrap_or(b);
        let n = o.map_or(1.0, |x| x.sin());
        let k = o.and_then(|x| if x > 0.0 { Some(x + a) } else { None });
        m * n + k.unwrap_or(2.0 * a)
    }

    crate::of_two!();
}

mod opt_zip_filter {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let o = if a > 0.0 { Some(a * b) } else { None };
        let p = if b > 0.0 { Some(b) } else { None };
        let z = o.zip(p).map(|(x, y)| x * y);
        let fl = o.filter(|x| *x > 0.5);
        z.unwrap_or(a) + fl.unwrap_or_default() * b + o.or(p).unwrap_or(a)
    }

    crate::of_two!();
}

mod opt_map_or_else {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let o = if a > 0.0 { Some(a * b) } else { None };
        o.map_or_else(|| b * 3.0, |x| x * x) + o.unwrap_or_else(|| a * a)
    }

    crate::of_two!();
}

mod opt_or_else {
    use super::*;

    #[differentiate]
    fn g(x: Option<f64>, y: f64) -> f64 {
        x.or_else(|| Some(y * y)).unwrap() * y
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(None, a) * g(Some(b), a)
    }

    crate::of_two!();
}

mod opt_take_replace {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut o = Some(a);
        let x = o.take();
        let y = o.replace(b * b);
        let z = o.insert(a * b);
        x.unwrap_or(0.0) + *z + y.map_or(1.0, |t| t)
    }

    crate::of_two!();
}

mod opt_is_some_and {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let o = if a > 0.0 { Some(a * b) } else { None };
        if o.is_some_and(|x| x > 0.5) { o.unwrap() * a } else { b }
    }

    crate::of_two!();
}

mod mapped_results_of_calls {
    use super::*;

    #[differentiate]
    fn root(a: f64) -> Option<f64> {
        if a > 0.0 { Some(a.sqrt()) } else { None }
    }

    #[differentiate]
    fn scaled(a: f64, b: f64) -> Option<f64> {
        root(a * b).map(|r| r.sin() + r * a)
    }

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let x = root(a + 3.0).map(|r| r * b).unwrap_or(1e3);
        let y = root(a * b).map(|r| r + a).filter(|r| *r > 0.1).map(|r| r * b).map_or(b, |r| r * r);
        x + y + scaled(a, b).map(|z| z * z).unwrap_or_else(|| a)
    }

    crate::of_two!();
}
