//! Macros for other files.

macro_rules! blend {
    ($a:expr, $b:expr, $t:expr) => {{
        let t = $t;
        $a * (1.0 - t) + $b * t
    }};
}

/// A test of a function of one number, and of its derivative.
macro_rules! at_points {
    ($name:ident, [$($x:expr),*], $f:expr, $df:expr) => {
        #[test]
        fn $name() {
            let (f, df): (fn(f64) -> f64, fn(f64) -> f64) = ($f, $df);
            for x in [$($x),*] {
                check_gradient(|p| f(p[0]), |p| [df(p[0])], &[x]).unwrap();
            }
        }
    };
}
