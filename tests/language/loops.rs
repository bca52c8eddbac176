//! Loops over ranges, slices, arrays, lists of structs, and iterators advanced by hand.

use autodiff_core::{Differentiable, differentiate};

mod for_inclusive {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..=3 {
            s += v[i] * v[i + 1];
        }
        s
    }

    crate::of_six!();
}

mod for_rev_step {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 1.0;
        for i in (0..v.len()).rev().step_by(2) {
            s = s * 0.5 + v[i].sin();
        }
        s
    }

    crate::of_six!();
}

mod for_chunks {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for c in v.chunks(4) {
            s += c[0] * c[c.len() - 1];
        }
        s
    }

    crate::of_six!();
}

mod for_chunks_exact {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for c in v.chunks_exact(2) {
            let [a, b] = c else { unreachable!() };
            s += a * b;
        }
        s
    }

    crate::of_six!();
}

mod chunks_exact_mut {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        for c in w.chunks_exact_mut(2) {
            let t = c[0];
            c[0] = c[1] * t;
            c[1] += t;
        }
        w.iter().sum()
    }

    crate::of_six!();
}

mod chunks_mut_enum {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        for (i, c) in w.chunks_mut(4).enumerate() {
            for x in c.iter_mut() {
                *x = x.sin() * (i + 1) as f64;
            }
        }
        w.iter().product()
    }

    crate::of_six!();
}

mod nested_arrays {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut m = [[0.0; 3]; 2];
        for i in 0..2 {
            for j in 0..3 {
                m[i][j] = v[i * 3 + j];
            }
        }
        let mut s = 0.0;
        for row in &m {
            for x in row {
                s += x * x;
            }
        }
        for row in m.iter_mut() {
            for x in row.iter_mut() {
                *x *= 2.0;
            }
        }
        s + m[1][2] * m[0][0]
    }

    crate::of_six!();
}

mod slice_arrays {
    use super::*;

    #[differentiate]
    fn g(p: &[[f64; 3]]) -> f64 {
        p.iter().map(|[x, y, z]| x * y + z).sum()
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        g(&[[v[0], v[1], v[2]], [v[3], v[4], v[5]]])
    }

    crate::of_six!();
}

mod mut_nested_param {
    use super::*;

    #[differentiate]
    fn g(m: &mut [[f64; 3]; 2]) {
        for row in m.iter_mut() {
            let s: f64 = row.iter().sum();
            for x in row.iter_mut() {
                *x /= 1.0 + s * s;
            }
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut m = [[v[0], v[1], v[2]], [v[3], v[4], v[5]]];
        g(&mut m);
        m[0][0] * m[1][1] + m[0][2]
    }

    crate::of_six!();
}

mod mut_slice_of_arrays {
    use super::*;

    #[differentiate]
    fn g(m: &mut [[f64; 3]]) {
        for i in 0..m.len() {
            m[i][0] *= m[i][1];
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut m = [[v[0], v[1], v[2]], [v[3], v[4], v[5]]];
        g(&mut m);
        m[0][0] * m[1][0]
    }

    crate::of_six!();
}

mod vecvec {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut m: Vec<Vec<f64>> = vec![vec![0.0; 3]; 2];
        for i in 0..2 {
            for j in 0..3 {
                m[i][j] = v[3 * i + j] * v[j];
            }
        }
        let mut s = 0.0;
        for row in m.iter() {
            s += row.iter().map(|x| x * x).sum::<f64>();
        }
        s
    }

    crate::of_six!();
}

mod slice_structs {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    struct P {
        m: f64,
        x: f64,
    }
    #[differentiate]
    fn g(p: &[P]) -> f64 {
        let mut e = 0.0;
        for i in 0..p.len() {
            for j in i + 1..p.len() {
                e += p[i].m * p[j].m / (p[i].x - p[j].x).abs();
            }
        }
        e
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let ps = vec![P { m: v[0], x: v[1] }, P { m: v[2], x: v[3] }, P { m: v[4], x: v[5] }];
        g(&ps)
    }

    crate::of_six!();
}

mod iter_structs {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    struct P {
        m: f64,
        x: f64,
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut ps = vec![P { m: v[0], x: v[1] }, P { m: v[2], x: v[3] }, P { m: v[4], x: v[5] }];
        for p in ps.iter_mut() {
            p.x += p.m * 0.1;
        }
        for p in &mut ps {
            p.m *= p.x;
        }
        ps.iter().map(|p| p.m * p.x).sum()
    }

    crate::of_six!();
}

mod while_let_next {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut it = v.iter();
        let mut s = 0.0;
        while let Some(x) = it.next() {
            s = s * 0.5 + x * x;
        }
        s
    }

    crate::of_six!();
}

mod while_let_pair {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut it = v.iter();
        let mut s = 0.0;
        while let (Some(x), Some(y)) = (it.next(), it.next()) {
            s += x * y;
        }
        s
    }

    crate::of_six!();
}

mod rev_enumerate {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for (i, x) in v.iter().rev().enumerate() {
            s += x * x * i as f64;
        }
        for (i, x) in v.iter().enumerate().rev() {
            s = s * 0.5 + x * i as f64;
        }
        s
    }

    crate::of_six!();
}

mod range_float_step {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut t = 0.0;
        let dt = 0.25;
        let mut x = a;
        while t < 1.0 {
            x += dt * (b - x) * t;
            t += dt;
        }
        x
    }

    crate::of_two!();
}

mod array_iter_by_value {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for x in [v[0], v[1] * v[2], 3.0] {
            s += x * x;
        }
        for (i, x) in [v[3], v[4]].into_iter().enumerate() {
            s *= x + i as f64;
        }
        s
    }

    crate::of_six!();
}

mod assigned_in_loops_only {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let (mut s, (c, _)): (f64, (f64, i32));
        let (mut u, mut v);
        let mut k = 0;
        c = a * b;
        loop {
            if k > 8 {
                return c;
            }
            s = a.sin() * c;
            u = s * b + a;
            v = u + s;
            k += 1;
            if v > 3.0 || k > 3 {
                break;
            }
        }
        let z: f64;
        loop {
            if u > 2.0 {
                return u * a;
            }
            z = u * v;
            break;
        }
        let mut n;
        let mut i = 0;
        loop {
            if v < -4.0 {
                return v * a;
            }
            n = i % 2 + 1;
            i += n;
            if i > 4 {
                break;
            }
        }
        u * v + s + z * n as f64
    }

    crate::of_two!();
}

mod random_numbers_in_a_loop {
    use super::*;

    /// Without a derive, and without a clone: nothing in it depends on an input.
    struct Lcg(u64);

    impl Lcg {
        fn uniform(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut rng = Lcg(42);
        let mut total = 0.0;
        for _ in 0..4 {
            let mut x = a;
            for _ in 0..3 {
                let z = rng.uniform();
                let shifted = b * z + (1.0 + a * a).sqrt() * rng.uniform();
                x += shifted.max(0.1) * z;
            }
            total += x * x;
        }
        total
    }

    crate::of_two!();
}

mod option_that_stays_constant {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let (mut n, mut s) = (0, a);
        let mut o: Option<f64> = Some(1.5);
        while let Some(x) = o {
            s = s.sin() * x + b;
            n += 1;
            o = if n < 3 && b < 1.25 { Some(0.5_f64.copysign(x)) } else { None };
        }
        s
    }

    crate::of_two!();
}

mod option_that_comes_to_vary {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let (mut n, mut s) = (0, 0.0);
        let mut o: Option<f64> = None;
        while n < 4 {
            if let Some(x) = o {
                s += x * x * a;
            }
            n += 1;
            o = if n % 2 == 1 { Some(a * b + s) } else { o.map(|x| x * 0.5) };
        }
        s
    }

    crate::of_two!();
}
