//! Functions that take closures, followed where lengths are parameters of theirs, in associated functions and in vec!, and a slice that is an array.

mod slice_of_array {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn c1<const N: usize>(v: &[f64; N], acc: f64) -> f64 {
        let v: &[f64] = v;
        let n = v
            .iter()
            .enumerate()
            .map(|(i, &x)| match v {
                [] => v[i % v.len().max(1)] * x,
                [a] => *a,
                [.., b] => *b,
            })
            .filter_map(|y| if y > 0.1 { Some(y * acc) } else { None })
            .count();
        acc * n as f64
            + match v {
                [] => 0.0,
                [a, .., b] => a * b,
                [a] => *a,
            }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        c1(&[v[0], v[1], v[2]], v[3])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod associated_functions {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Dense {
        w: Vec<f64>,
        n: usize,
    }
    #[differentiate(hessian)]
    impl Dense {
        fn new(n: usize, f: impl Fn(usize, usize) -> f64) -> Self {
            let w = (0..n * n).map(|i| f(i / n, i % n)).collect();
            Dense { w, n }
        }
        fn sum(&self) -> f64 {
            self.w.iter().enumerate().map(|(i, w)| w * i as f64).sum()
        }
    }
    #[derive(Clone, Debug, Differentiable)]
    pub struct Other {
        w: Vec<f64>,
    }
    #[differentiate(hessian)]
    impl Other {
        fn new(n: usize) -> Self {
            Other { w: vec![0.5; n] }
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let d = Dense::new(3, |i, j| v[i] * v[j + 3]);
        let e = vec![Dense::new(2, |i, j| v[i + j]), Dense::new(1, |_, _| v[7])];
        d.sum() + e[0].sum() * 2.0 + e[1].w[0] + Other::new(2).w[1] * v[0]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod const_generic_rk4 {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn rk4<const N: usize>(y: &[f64; N], h: f64, f: impl Fn(&[f64; N]) -> [f64; N]) -> [f64; N] {
        let axpy = |a: &[f64; N], s: f64, b: &[f64; N]| -> [f64; N] {
            let mut out = *a;
            for i in 0..N {
                out[i] += s * b[i];
            }
            out
        };
        let k1 = f(y);
        let k2 = f(&axpy(y, 0.5 * h, &k1));
        std::array::from_fn(|i| y[i] + h * k2[i])
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let w = v[0];
        let mut y = [v[1], v[2]];
        for _ in 0..4 {
            y = rk4(&y, 0.1, |s| [s[1], -w * s[0]]);
        }
        y[0] + 2.0 * y[1]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod const_generic_turbofish {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    pub fn lattice<const N: usize>(s: f64, payoff: impl Fn(f64) -> f64) -> f64 {
        let mut values: Vec<f64> = (0..=N).map(|j| payoff(s * (1.1f64).powi(2 * j as i32 - N as i32))).collect();
        for step in (0..N).rev() {
            for j in 0..=step {
                values[j] = 0.5 * (values[j + 1] + values[j]);
            }
            values.truncate(step + 1);
        }
        values[0]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let k = v[0];
        let put = |s: f64| (k - s).max(0.0);
        lattice::<5>(v[1], put) + 2.0 * lattice::<4>(v[2], put) + lattice::<5>(v[3], |s| s * s * k)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod result_of_a_length {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn step<const N: usize, F>(rhs: F, y0: [f64; N], h: f64) -> Result<[f64; N], String>
    where
        F: Fn(f64, &[f64; N]) -> [f64; N],
    {
        let mut k = [[0.0; N]; 3];
        k[0] = rhs(0.0, &y0);
        let mut y = y0;
        for s in 0..2 {
            y = y0;
            for i in 0..N {
                y[i] += h * k[s][i];
            }
            k[s + 1] = rhs(h, &y);
        }
        if h > 5.0 {
            return Err(format!("big"));
        }
        Ok(y)
    }
    #[differentiate(hessian, lanes)]
    fn end(v: &[f64]) -> Result<f64, String> {
        let mu = v[0];
        let rhs = |t: f64, s: &[f64; 4]| {
            let &[x, z, vx, vz] = s;
            [vx, vz, -mu * x - t, -mu * z]
        };
        let s = step(rhs, [v[1], v[2], v[3], v[4]], v[5])?;
        Ok(s[0] + 2.0 * s[1] - s[2] * 0.7 + s[3])
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        end(v).unwrap_or(0.0)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod methods_named_as_std_in_two_types {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct V {
        x: f64,
        y: f64,
    }
    #[differentiate(hessian)]
    impl V {
        fn map(self, f: impl Fn(f64) -> f64) -> V {
            V { x: f(self.x), y: f(self.y) }
        }
    }
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct W(f64);
    #[differentiate(hessian)]
    impl W {
        fn map(self, f: impl Fn(f64) -> f64) -> W {
            W(f(self.0) * 2.0)
        }
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let p = V { x: v[0], y: v[1] };
        let q = W(v[2]);
        let r = p.map(|x| x.sin() * v[3]);
        r.x * r.y + q.map(|x| x * x).0 * v[4]
    }
    crate::all_modes!(without lanes: 12, 0.3, 1.7);
}

mod const_as_number {
    use autodiff_core::differentiate;
    #[differentiate(hessian)]
    fn g<const N: usize>(y: &[f64; N], f: impl Fn(f64) -> f64) -> f64 {
        let h = N.pow(2) as f64;
        let n = N.min(3);
        y.iter().map(|x| f(*x)).sum::<f64>() * h + y[n - 1] / (N - 1) as f64
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let a = [v[0], v[1], v[2], v[3]];
        g(&a, |x| x * x * v[4])
    }

    crate::all_modes!(without lanes: 12, 0.3, 1.7);
}

mod const_of_two {
    use autodiff_core::differentiate;
    const A: usize = 2;
    #[differentiate(hessian)]
    fn g<const N: usize>(y: &[f64; N], f: impl Fn(f64) -> f64) -> f64 {
        fn_of(y.iter().map(|x| f(*x)).sum::<f64>(), { N * 2 })
    }
    #[differentiate(hessian)]
    fn fn_of(x: f64, n: usize) -> f64 {
        x.powi(n as i32) * 0.01
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let a: [f64; A + 1] = [v[0], v[1], v[2]];
        g(&a, |x| x * v[4]) + g::<{ A + 1 }>(&a, |x| x.sin())
    }

    crate::all_modes!(without lanes: 12, 0.3, 1.7);
}
