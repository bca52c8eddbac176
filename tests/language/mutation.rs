//! Values that are overwritten, and containers whose elements move.

use autodiff_core::{Differentiable, differentiate};

mod sort_total {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w.sort_by(f64::total_cmp);
        w.iter().enumerate().map(|(i, x)| x * x * i as f64).sum()
    }

    crate::of_six!();
}

mod sort_by_closure {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w.sort_by(|a, b| b.partial_cmp(a).unwrap());
        w[0] * w[1] + w[5].exp()
    }

    crate::of_six!();
}

mod sort_unstable_total {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w: Vec<f64> = v.iter().map(|x| x * x).collect();
        w.sort_unstable_by(|a, b| a.total_cmp(b));
        let m = w.len() / 2;
        w[m] * w[0]
    }

    crate::of_six!();
}

mod sort_by_key_pairs {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w: Vec<(usize, f64)> = v.iter().copied().enumerate().collect();
        w.sort_by(|a, b| a.1.total_cmp(&b.1));
        w.iter().map(|&(i, x)| x * i as f64).sum()
    }

    crate::of_six!();
}

mod sort_indices {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut idx: Vec<usize> = (0..v.len()).collect();
        idx.sort_by(|&i, &j| v[i].total_cmp(&v[j]));
        let mut s = 0.0;
        for (r, &i) in idx.iter().enumerate() {
            s += v[i] * v[i] * r as f64;
        }
        s
    }

    crate::of_six!();
}

mod select_nth {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let n = w.len() / 2;
        w.select_nth_unstable_by(n, |a, b| a.total_cmp(b));
        w[n] * w[n]
    }

    crate::of_six!();
}

mod reverse_rotate {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w.reverse();
        w.rotate_left(2);
        w.rotate_right(1);
        w[0] * w[1] + w[2] * w[5].sin()
    }

    crate::of_six!();
}

mod reverse_part {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w[1..4].reverse();
        w[..3].sort_by(|a, b| a.total_cmp(b));
        w[0] * w[1] + w[2] * w[5].sin() - w[3]
    }

    crate::of_six!();
}

mod retain {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w.retain(|x| *x > 0.0);
        w.iter().map(|x| x * x).sum::<f64>() * w[0]
    }

    crate::of_six!();
}

mod dedup {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = vec![v[0], v[0], v[1], v[2], v[2]];
        w.dedup();
        w.iter().product::<f64>()
    }

    crate::of_six!();
}

mod insert_remove {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w.insert(1, v[0] * v[2]);
        let x = w.remove(3);
        let y = w.swap_remove(0);
        w.iter().sum::<f64>() * x + y * w[0]
    }

    crate::of_six!();
}

mod drain {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let s: f64 = w.drain(1..3).map(|x| x * x).sum();
        s * w[0] + w[1]
    }

    crate::of_six!();
}

mod drain_all {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let mut s = 0.0;
        for x in w.drain(..) {
            s = s * 0.5 + x;
        }
        w.push(s * s);
        w[0]
    }

    crate::of_six!();
}

mod append {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let mut u = vec![v[0] * v[1], v[2]];
        w.append(&mut u);
        w.iter().map(|x| x.sin()).sum::<f64>() + u.len() as f64
    }

    crate::of_six!();
}

mod concat {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (a, b) = v.split_at(2);
        let w = [b, a].concat();
        w[0] * w[5] + w[1]
    }

    crate::of_six!();
}

mod concat_vecs {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let rows = vec![vec![v[0], v[1]], vec![v[2] * v[3]]];
        let w: Vec<f64> = rows.concat();
        w[0] * w[2] + w[1]
    }

    crate::of_six!();
}

mod mem_replace_vec {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let old = std::mem::replace(&mut w, vec![v[0] * 2.0; 3]);
        old[1] * w[2] + old[2]
    }

    crate::of_six!();
}

mod mem_take_vec {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w[0] *= w[1];
        let old = std::mem::take(&mut w);
        w.push(old[0] * 2.0);
        old[1] * w[0] + old[2]
    }

    crate::of_six!();
}

mod mem_take_loop {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        for _ in 0..3 {
            let old = std::mem::take(&mut w);
            for i in 0..old.len() {
                w.push(old[i] * old[(i + 1) % old.len()]);
            }
        }
        w.iter().sum()
    }

    crate::of_six!();
}

mod split_at_mut {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let (a, b) = w.split_at_mut(3);
        for (x, y) in a.iter_mut().zip(b.iter()) {
            *x *= y;
        }
        b[0] = a[1] * b[1];
        a.swap_with_slice(b);
        w.iter().map(|x| x.sin()).sum()
    }

    crate::of_six!();
}

mod resize_truncate {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = Vec::with_capacity(4);
        w.resize(2, v[0]);
        w.extend(v.iter().map(|x| x * x));
        w.extend_from_slice(&v[1..3]);
        w.truncate(7);
        w.clear();
        w.extend(v);
        w.push(v[1]);
        let p = w.pop().unwrap();
        w.resize(9, p * p);
        w.iter().sum::<f64>() * w[8]
    }

    crate::of_six!();
}

mod copy_within {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w.copy_within(0..2, 3);
        w[2..4].fill(v[0] * v[1]);
        let mut u = [0.0; 6];
        u.copy_from_slice(&w);
        u.clone_from_slice(&w);
        let mut z = Vec::new();
        z.clone_from(&w);
        u[3] * z[4] + w[2]
    }

    crate::of_six!();
}

mod double_buffer {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut a = v.to_vec();
        let mut b = vec![0.0; a.len()];
        for _ in 0..3 {
            for i in 0..a.len() {
                b[i] = a[i] + 0.1 * a[(i + 1) % a.len()].sin();
            }
            std::mem::swap(&mut a, &mut b);
        }
        a.iter().map(|x| x * x).sum()
    }

    crate::of_six!();
}

mod mut_out {
    use super::*;

    #[differentiate]
    fn g(x: &[f64], out: &mut [f64], s: &mut f64) {
        for (o, x) in out.iter_mut().zip(x) {
            *o += x * x;
            *s += *o;
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut o = vec![0.5; 3];
        let mut s = v[0];
        g(&v[..3], &mut o, &mut s);
        g(&v[3..], &mut o, &mut s);
        o[0] * s + o[2]
    }

    crate::of_six!();
}

mod tuple_assign {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let (mut x, mut y) = (a, b);
        for _ in 0..3 {
            (x, y) = (y, x * y * 0.5 + x);
        }
        let mut p = [a, b];
        (p[0], p[1]) = (p[1] * 2.0, p[0]);
        (x, _) = (x * p[0], 1);
        x * y + p[1]
    }

    crate::of_two!();
}

mod struct_assign_destructure {
    use super::*;

    struct Q {
        u: f64,
        w: f64,
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut x = a;
        let y;
        (x, y) = (b, x);
        x * x + y
    }

    crate::of_two!();
}

mod arrays_assigned {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let (mut x, mut y) = (a, b * 2.0);
        for _ in 0..3 {
            [x, y] = [y, x * y * 0.5 + x];
        }
        let mut p = [x, y];
        [p[0], p[1]] = [p[1] * a, p[0]];
        p[0] * p[1] + x
    }

    crate::of_two!();
}

mod parts_of_one_variable_swapped {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[0] * v[2]];
        let (left, right) = a.split_at_mut(1);
        std::mem::swap(&mut left[0], &mut right[1]);
        let [first, _, last] = &mut a;
        *first *= v[3];
        std::mem::swap(first, last);
        let mut rows = [vec![v[4], v[5]], vec![v[1]]];
        let (top, bottom) = rows.split_at_mut(1);
        std::mem::swap(&mut top[0], &mut bottom[0]);
        let mut pair = (v[2], (v[3], v[4]));
        std::mem::swap(&mut pair.0, &mut pair.1.1);
        a[0] * 2.0 + a[1] * a[2] + rows[1][0] * rows[1][1] * rows[0][0] + pair.0 * pair.0 + pair.1.1
    }

    crate::of_six!();
}

mod fields_change_their_shape {
    use super::*;
    use autodiff_core::Differentiable;

    #[derive(Clone, Debug, Differentiable)]
    enum Phase {
        Idle,
        Burn { thrust: f64, left: u32 },
        Coast(f64),
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Rocket {
        height: f64,
        speed: f64,
        phase: Phase,
        samples: Vec<f64>,
        peak: Option<f64>,
        stages: Vec<Phase>,
    }

    impl Rocket {
        #[differentiate]
        fn tick(&mut self, dt: f64) {
            let accel = match &self.phase {
                Phase::Idle => 0.0,
                Phase::Burn { thrust, .. } => thrust - 1.0,
                Phase::Coast(drag) => -1.0 - drag * self.speed,
            };
            self.speed += accel * dt;
            self.height += self.speed * dt;
            let drag = 0.1 + 0.01 * self.height;
            self.phase = match self.phase.clone() {
                Phase::Idle => Phase::Burn { thrust: 3.0 + self.height, left: 1 },
                Phase::Burn { left: 0, .. } => Phase::Coast(drag),
                Phase::Burn { thrust, left } => Phase::Burn { thrust: thrust * 0.95, left: left - 1 },
                Phase::Coast(d) => Phase::Coast(d * 0.99),
            };
            self.peak = Some(match self.peak {
                Some(p) => p.max(self.height),
                None => self.height,
            });
            let longer: Vec<f64> = self.samples.iter().map(|s| s * dt).chain(std::iter::once(self.speed)).collect();
            self.samples = longer;
            let k = self.samples.len() % 2;
            self.stages[k] = self.phase.clone();
        }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let stages = vec![Phase::Idle, Phase::Coast(v[4])];
        let mut r = Rocket { height: v[0], speed: v[1], phase: Phase::Idle, samples: vec![v[2]], peak: None, stages };
        for _ in 0..6 {
            r.tick(0.3 + 0.01 * v[3]);
        }
        let last = match &r.stages[1] {
            Phase::Coast(d) => *d,
            Phase::Burn { thrust, .. } => *thrust,
            Phase::Idle => 0.0,
        };
        r.peak.unwrap() + r.speed * last + r.samples.iter().sum::<f64>()
    }

    crate::of_six!();
}
