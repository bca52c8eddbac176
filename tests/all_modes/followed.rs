//! Functions that take functions, with the attribute and what it asks for of orders and modes: callers follow them in all modes.

mod closures_that_capture {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn step<F: Fn(f64, f64) -> f64>(f: &F, t: f64, y: f64, h: f64) -> f64 {
        let a = f(t, y);
        let b = f(t + 0.5 * h, y + 0.5 * h * a);
        y + h * b
    }

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let (k, c) = (v[0], v[1]);
        let f = |t: f64, y: f64| -k * y * y + c * t.sin();
        let mut y = v[2];
        for i in 0..5 {
            y = step(&f, i as f64 * 0.2, y, 0.2);
        }
        y * v[3]
    }

    crate::all_modes!(4, 0.3, 1.2);
}

mod closures_written_down {
    use autodiff_core::differentiate;

    #[differentiate(order = 2)]
    fn integral(f: impl Fn(f64) -> f64, from: f64, to: f64, n: usize) -> f64 {
        let h = (to - from) / n as f64;
        (0..n).map(|i| f(from + (i as f64 + 0.5) * h) * h).sum()
    }

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        integral(|x| (v[0] * x).exp() * x, v[1], v[2] + 1.0, 6) + integral(f64::sin, 0.0, v[3], 4)
    }

    crate::all_modes!(4, 0.3, 1.2);
}
