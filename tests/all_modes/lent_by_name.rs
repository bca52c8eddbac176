//! References to what has no derivative, called by a name and handed to functions: `let r = &mut rng; f(x, r)`.

use autodiff_core::differentiate;

#[derive(Clone, Copy)]
struct Lcg(u64);

impl Lcg {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1);
        (self.0 >> 40) as f64 / 16777216.0
    }
}

#[differentiate(hessian, lanes)]
fn counted(y: &f64, k: &usize, j: &mut usize) -> f64 {
    *j += k;
    *y * *y * *j as f64
}

#[differentiate(hessian, lanes)]
fn noisy(x: f64, rng: &mut Lcg) -> f64 {
    x * x * (0.5 + rng.next())
}

crate::cases! { 4, 0.3, 1.2;
    counters v {
        let mut j = 1;
        let jj = &mut j;
        let a = counted(&v[0], &1, jj);
        a * j as f64 * v[1]
    }
    counters_in_loops v {
        let mut j = 1;
        let jj = &mut j;
        let mut s = v[3];
        for (i, x) in v.iter().enumerate() {
            s += counted(x, &i, jj) * s;
            *jj += 1;
        }
        let b = counted(&s, &1, jj);
        *jj *= 2;
        (s * 0.01 + b * 0.0001) * j as f64
    }
    generators v {
        let mut own = Lcg(3);
        let rng = &mut own;
        let a = noisy(v[0], rng);
        let b = noisy(v[1] * a, rng);
        a * b + v[2] * noisy(v[3], &mut own)
    }
    generators_in_closures v {
        let mut rng = Lcg(3);
        let rng = &mut rng;
        v.iter().map(|x| noisy(*x, rng)).sum::<f64>() * v[0]
    }
}
