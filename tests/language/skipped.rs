//! Fields with `#[differentiable(skip)]` that hold numbers: they are constants, wherever they stand.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Params {
    k: f64,
    #[differentiable(skip)]
    dt: f64,
    #[differentiable(skip)]
    xs: Vec<f64>,
    #[differentiable(skip)]
    grid: [f64; 3],
    #[differentiable(skip)]
    n: usize,
}

fn params(k: f64) -> Params {
    Params { k, dt: 0.75, xs: vec![0.5, -1.25, 2.0], grid: [1.5, 0.25, -0.5], n: 2 }
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Checks `fn g(p: &Params, x: f64) -> f64`.
macro_rules! functions {
    ($($name:ident |$p:ident, $x:ident| $body:block)*) => {$(
        mod $name {
            use super::*;

            #[differentiate]
            fn g($p: &Params, $x: f64) -> f64 $body

            #[differentiate]
            fn caller(p: &Params, x: f64) -> f64 {
                g(p, x * 0.5) * x + g(p, x)
            }

            #[test]
            fn gradient() {
                for v in crate::points(2) {
                    let p = params(v[0]);
                    let (value, (bar, x_bar)) = g_grad(&p, v[1]);
                    assert_eq!(value.to_bits(), g(&p, v[1]).to_bits());
                    crate::close("gradient", &[bar.k, x_bar], &crate::differences(|v| g(&params(v[0]), v[1]), &v));
                    let (value, d) = g_jvp(&p, v[1], (&ParamsCotangent { k: 0.3 }, -2.0));
                    assert_eq!(value.to_bits(), g(&p, v[1]).to_bits());
                    crate::close("forward mode", &[d], &[0.3 * bar.k - 2.0 * x_bar]);
                    let (_, (bar, x_bar)) = caller_grad(&p, v[1]);
                    crate::close("caller", &[bar.k, x_bar], &crate::differences(|v| caller(&params(v[0]), v[1]), &v));
                    let (_, d) = caller_jvp(&p, v[1], (&ParamsCotangent { k: 0.3 }, -2.0));
                    crate::close("forward mode of the caller", &[d], &[0.3 * bar.k - 2.0 * x_bar]);
                }
            }
        }
    )*};
}

functions! {
    products |p, x| { p.dt * x * p.k }
    sums |p, x| { (x - p.dt) / (p.k + p.dt) - p.dt }
    negated |p, x| { -p.dt * x + (-p.k) % (x + 7.0) }
    iterated |p, x| {
        let mut s = p.k;
        for v in &p.xs {
            s += v * x;
        }
        s
    }
    zipped |p, x| {
        let t = p.dt;
        p.xs.iter().zip(p.grid.iter()).map(|(a, b)| a * b * x).sum::<f64>() + t.sin() * x * p.k
    }
    methods |p, x| { p.dt.powi(2) * x + p.grid[1] * p.k + p.xs.len() as f64 + x.max(p.dt) + p.dt.hypot(x) }
    indexed |p, x| {
        let mut s = x;
        for i in 0..p.n {
            s = s * p.xs[i] + p.k * p.grid[i + 1];
        }
        s
    }
    handed_over |p, x| { dot(&p.xs, &p.grid) * x + dot(&p.xs[1..], &[x, p.k]) * p.k }
    chosen |p, x| { if x > p.dt { x - p.dt } else { p.dt * p.k } }
    taken_apart |p, x| {
        let Params { dt, xs, k, .. } = p;
        dt * x + xs[0] * x * k
    }
    advanced |p, x| {
        let mut q = p.clone();
        for _ in 0..3 {
            q.k += q.dt * x * q.k;
            q.dt += 0.5;
        }
        q.k * q.dt
    }
    overwritten |p, x| {
        let mut q = p.clone();
        q.dt = 2.0;
        q.xs[1] = 3.0;
        q.grid = [1.0, 2.0, 3.0];
        q.k *= q.dt;
        q.k * q.xs[1] * x + q.grid[2]
    }
    copied |p, x| {
        let q = Params { k: x, ..p.clone() };
        q.k * q.dt * p.k + q.xs.iter().sum::<f64>()
    }
}

mod splines {
    use super::*;

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Knot {
        #[differentiable(skip)]
        t: f64,
        y: f64,
        slope: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Spline {
        knots: Vec<Knot>,
    }

    impl Spline {
        fn interval(&self, t: f64) -> usize {
            self.knots.partition_point(|k| k.t <= t).clamp(1, self.knots.len() - 1) - 1
        }
    }

    #[differentiate]
    fn value(s: &Spline, t: f64) -> f64 {
        let i = s.interval(t);
        let (a, b) = (&s.knots[i], &s.knots[i + 1]);
        let h = b.t - a.t;
        let u = (t - a.t) / h;
        let (u2, u3) = (u * u, u * u * u);
        (2.0 * u3 - 3.0 * u2 + 1.0) * a.y + (u3 - 2.0 * u2 + u) * h * a.slope + (3.0 * u2 - 2.0 * u3) * b.y + (u3 - u2) * h * b.slope
    }

    #[test]
    fn gradient() {
        let spline = |v: &[f64]| {
            let knots = [0.0, 1.5, 2.0].iter().zip(v.chunks(2)).map(|(&t, c)| Knot { t, y: c[0], slope: c[1] });
            Spline { knots: knots.collect() }
        };
        for t in [0.4, 1.75, 1.9] {
            let v = crate::random(6, 5);
            let (_, (bar, t_bar)) = value_grad(&spline(&v), t);
            let mut bars: Vec<f64> = bar.knots.iter().flat_map(|k| [k.y, k.slope]).collect();
            bars.push(t_bar);
            let at = [&v[..], &[t]].concat();
            crate::close("gradient", &bars, &crate::differences(|v| value(&spline(v), v[6]), &at));
        }
    }
}

mod variants {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    enum Shape {
        Ring {
            outer: f64,
            #[differentiable(skip)]
            inner: f64,
        },
        Fan(f64, #[differentiable(skip)] Vec<f64>),
    }

    #[differentiate]
    fn area(s: &Shape, k: f64) -> f64 {
        match s {
            Shape::Ring { outer, inner } => (outer * outer - inner * inner) * k * inner.sqrt(),
            Shape::Fan(r, angles) => angles.iter().map(|a| a * r * r).sum::<f64>() * k + angles[0],
        }
    }

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        area(&Shape::Ring { outer: a, inner: 0.5 }, b) * area(&Shape::Fan(b, vec![0.5, 0.25]), a)
    }

    crate::of_two!();
}
