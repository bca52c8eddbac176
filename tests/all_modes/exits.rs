//! What leaves in the middle of expressions whose other parts are places, or change places.

/// An element that a method changes is no copy.
mod receivers {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone, Copy)]
    struct C {
        k: usize,
        s: f64,
    }
    #[differentiate(hessian, lanes)]
    impl C {
        fn step(&mut self, x: f64) -> f64 {
            self.k += 1;
            self.s = (self.s * x).sin();
            self.s * x
        }
    }
    impl C {
        fn next(&mut self) -> usize {
            self.k += 1;
            self.k
        }
    }
    #[differentiate(hessian, lanes)]
    fn bump(c: &mut C, x: f64) -> f64 {
        c.k += 1;
        c.s = (c.s * x).cos();
        c.s * x
    }
    #[differentiate(hessian, lanes)]
    fn h(x: f64) -> Option<f64> {
        if x > -0.5 { Some(x * x * 0.3 + 0.3) } else { None }
    }
    #[differentiate(hessian, lanes)]
    fn g(v: &[f64]) -> Option<f64> {
        let mut k = 0usize;
        let mut l = vec![C { k: 0, s: v[0] }, C { k: 1, s: v[1] }];
        let mut a = [v[0], v[1], v[2], v[3]];
        let y = l[k].step({
            k += 1;
            h(v[k])?
        }) * l[k].step(h(v[2])?);
        {
            let r = &mut l[0];
            let z = (*r).step(h(v[3])?);
            a[0] += z;
        }
        let m = (&mut l[1]).step(h(v[0])?);
        let z = a[k].max(h(0.001)? * 0.01)
            + a[k].powi({
                a[k] = 2.0 * v[3];
                h(v[1])?;
                2
            });
        Some(y * z * m + l[0].s * l[1].s * a[1] + l[0].k as f64 * a[0] + l[1].k as f64)
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        g(v).unwrap_or(v[1]) * v[0]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// Elements of elements that are borrowed.
mod borrowed {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn h(x: f64) -> Option<f64> {
        if x > -0.5 { Some(x * x * 0.3 + 0.3) } else { None }
    }
    #[differentiate(hessian, lanes)]
    fn g(v: &[f64]) -> Option<f64> {
        let mut m = [[v[0], v[1]], [v[2], v[3]]];
        let mut k = 0usize;
        let at = |x: f64| -> Option<usize> { if x > 90.0 { None } else { Some(1) } };
        let r = &mut m[k][at(v[0])?];
        *r *= 3.0;
        let w = &mut m[{
            k += 1;
            k
        }][..at(v[1])? + 1];
        w[0] *= v[1];
        w[1] += h(w[0])?;
        let x = m[k][{
            m[1][1] = 2.0 * v[0];
            at(v[2])?
        }];
        (m[0])[1] *= h(v[2])?;
        let q = m[1][0];
        let t = std::mem::replace(&mut m[0][at(v[3])?], q);
        m[1][0] = t;
        Some(m[0][0] * m[0][1] + m[1][0] * m[1][1] * x)
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        g(v).unwrap_or(v[1]) * v[0]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// Values that are read before a method changes what they are parts of.
mod read_before {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone, Copy)]
    struct C {
        k: usize,
        s: f64,
    }
    #[differentiate(hessian, lanes)]
    impl C {
        fn step(&mut self, x: f64) -> f64 {
            self.k += 1;
            self.s = (self.s * x).sin();
            self.s * x
        }
    }
    impl C {
        fn next(&mut self) -> usize {
            self.k += 1;
            self.k
        }
    }
    #[differentiate(hessian, lanes)]
    fn bump(c: &mut C, x: f64) -> f64 {
        c.k += 1;
        c.s = (c.s * x).cos();
        c.s * x
    }
    #[differentiate(hessian, lanes)]
    fn h(x: f64) -> Option<f64> {
        if x > -0.5 { Some(x * x * 0.3 + 0.3) } else { None }
    }
    #[differentiate(hessian, lanes)]
    fn g(v: &[f64]) -> Option<f64> {
        let mut c = C { k: 0, s: v[0] };
        let mut s = v[1];
        let t = (c, c.step(h(v[2])?), c);
        let u = [c.s, c.step(h(v[1])?), c.s];
        let w = c.k as f64 * c.step(h(s)?) * c.k as f64;
        let d = C { k: c.k, s: c.step(h(v[3])?) * c.s };
        let mut q = [s, s];
        s *= {
            q[0] = 2.0;
            h(q[0] * s)?
        };
        let p = (
            q,
            {
                q[1] = s;
                h(q[1])?
            },
            q[1],
        );
        Some(t.0.s * t.1 + t.2.s * u[0] - u[1] * u[2] + w * d.s * v[d.k] + p.0[1] * p.1 * p.2 + s)
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        g(v).unwrap_or(v[1]) * v[0]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// The same of what is handed on by the name of a reference.
mod handed_on {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone, Copy)]
    struct C {
        k: usize,
        s: f64,
    }
    #[differentiate(hessian, lanes)]
    impl C {
        fn step(&mut self, x: f64) -> f64 {
            self.k += 1;
            self.s = (self.s * x).sin();
            self.s * x
        }
    }
    impl C {
        fn next(&mut self) -> usize {
            self.k += 1;
            self.k
        }
    }
    #[differentiate(hessian, lanes)]
    fn bump(c: &mut C, x: f64) -> f64 {
        c.k += 1;
        c.s = (c.s * x).cos();
        c.s * x
    }
    #[differentiate(hessian, lanes)]
    fn h(x: f64) -> Option<f64> {
        if x > -0.5 { Some(x * x * 0.3 + 0.3) } else { None }
    }
    #[differentiate(hessian, lanes)]
    fn g(v: &[f64]) -> Option<f64> {
        fn inc(k: &mut usize) -> usize {
            *k += 1;
            *k
        }
        let mut c = C { k: 0, s: v[0] };
        let mut k = 0usize;
        let r = &mut c;
        let kk = &mut k;
        let y = v[*kk % 4] * h(v[inc(kk) % 4])? + v[*kk % 4];
        let z = r.k as f64 + bump(r, h(v[1])?) + r.k as f64 * r.s;
        let w = (
            r.s,
            bump(r, {
                inc(kk);
                h(v[*kk % 4])?
            }),
            r.s * v[inc(kk) % 4],
        );
        Some(y * z + w.0 * w.1 * w.2 + c.s * k as f64)
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        g(v).unwrap_or(v[1]) * v[0]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// `return` in what is asked for a first value leaves that alone.
mod first_values {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = v[0];
        let mut k = 0usize;
        let mut o: Option<f64> = None;
        let mut p: Option<f64> = None;
        let a = *o.get_or_insert_with(|| {
            k += 1;
            if k == 1 {
                return v[1];
            }
            v[2]
        }) * s;
        *p.get_or_insert_with(|| {
            k += 1;
            if k == 2 {
                return s * v[3];
            }
            0.0
        }) += v[2];
        {
            let r = o.get_or_insert_with(|| {
                k += 9;
                return 0.0;
            });
            *r *= p.unwrap();
            s += *r;
        }
        let b = p.get_or_insert({
            k += 1;
            s *= 2.0;
            s
        });
        *b += s;
        *o.insert({
            k += 1;
            v[k % 4]
        }) *= 2.0;
        a * s + o.unwrap() * p.unwrap() + k as f64
    }
    crate::all_modes!(4, 0.4, 1.4);
}
