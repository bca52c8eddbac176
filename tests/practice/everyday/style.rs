//! Iterators, slices, errors and ownership as they are written today.

mod array_methods {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn quantize_soft(levels: [f64; 3], v: f64, beta: f64) -> f64 {
        let logits = levels.map(|l| -beta * (v - l) * (v - l));
        let top = logits.iter().copied().reduce(f64::max).unwrap();
        let weights = logits.map(|l| (l - top).exp());
        let z: f64 = weights.iter().sum();
        weights.into_iter().zip(levels).map(|(w, l)| w / z * l).sum()
    }

    #[differentiate]
    fn pairwise_max(a: &[f64; 4], b: &[f64; 4]) -> [f64; 4] {
        std::array::from_fn(|i| if a[i] > b[i] { a[i] } else { b[i] })
    }

    #[differentiate]
    fn array_methods_value(x: &[f64]) -> f64 {
        let [p, q]: [[f64; 4]; 2] = [[x[0], x[1], x[2], x[3]], [x[4], x[5], x[6], x[7]]];
        let mut m = pairwise_max(&p, &q);
        m.reverse();
        m.rotate_left(1);
        m[1..].copy_within(0..2, 1);
        let first = m.first().copied().unwrap_or_default();
        let widths = [&p, &q].map(|r| r.iter().fold(f64::MIN, |a, &b| a.max(b)) - r.iter().fold(f64::MAX, |a, &b| a.min(b)));
        let s: f64 = m.iter().rev().enumerate().map(|(i, v)| v * (i + 1) as f64).sum();
        s + first * widths[0] - widths.iter().product::<f64>() + quantize_soft([p[0], q[0], 0.5], x[8], 4.0)
    }

    mod checks {
        use super::*;
        checked!(array_methods_value array_methods_value_grad array_methods_value_vjp array_methods_value_jvp: 9, 0.1, 1.1, |v| (v), d => d);
    }
}

mod convolve_chunks {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn convolve(signal: &[f64], kernel: &[f64]) -> Vec<f64> {
        signal.windows(kernel.len()).map(|w| w.iter().zip(kernel.iter().rev()).map(|(a, b)| a * b).sum()).collect()
    }

    #[differentiate]
    fn haar(data: &mut [f64]) {
        let mut len = data.len();
        let mut tmp = vec![0.0; len];
        while len > 1 {
            let half = len / 2;
            for (i, pair) in data[..len].chunks_exact(2).enumerate() {
                tmp[i] = (pair[0] + pair[1]) / 2f64.sqrt();
                tmp[half + i] = (pair[0] - pair[1]) / std::f64::consts::SQRT_2;
            }
            data[..len].copy_from_slice(&tmp[..len]);
            len = half;
        }
    }

    #[differentiate]
    fn soft_threshold(v: f64, t: f64) -> f64 {
        v.signum() * (v.abs() - t).max(0.0)
    }

    #[differentiate]
    fn convolve_chunks_value(x: &[f64]) -> f64 {
        let mut wave = convolve(&x[..10], &x[10..]);
        wave.truncate(8);
        haar(&mut wave);
        let (approx, detail) = wave.split_at_mut(1);
        for d in detail.iter_mut() {
            *d = soft_threshold(*d, 0.1);
        }
        approx[0] *= 2.0;
        wave.iter().zip(x.iter().cycle()).map(|(w, s)| w * s).sum()
    }

    mod checks {
        use super::*;
        checked!(convolve_chunks_value convolve_chunks_value_grad convolve_chunks_value_vjp convolve_chunks_value_jvp: 13, -1.0, 1.0, |v| (v), d => d);
    }
}

mod state_machine {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    enum Mode {
        Idle,
        Heating { power: f64 },
        Cooling { rate: f64, since: u32 },
        Fault(f64),
    }

    #[differentiate]
    impl Mode {
        fn next(self, temp: f64, step: u32) -> Mode {
            match self {
                Mode::Idle if temp < 0.0 => Mode::Heating { power: 0.5 - temp },
                Mode::Idle if temp > 1.0 => Mode::Cooling { rate: 0.2 * temp, since: step },
                Mode::Heating { .. } if temp > 0.4 => Mode::Idle,
                Mode::Heating { power: p @ 0.0..=5.0 } => Mode::Heating { power: p * 0.95 },
                Mode::Heating { power } => Mode::Fault(power),
                Mode::Cooling { since, .. } if step - since > 3 => Mode::Idle,
                m @ (Mode::Cooling { .. } | Mode::Fault(_) | Mode::Idle) => m,
            }
        }
        fn heat(&self) -> f64 {
            match *self {
                Mode::Idle | Mode::Fault(_) => 0.0,
                Mode::Heating { power } => power,
                Mode::Cooling { rate, .. } => -rate,
            }
        }
    }

    #[differentiate]
    fn run(initial: f64, disturbance: &[f64], loss: f64) -> (f64, f64) {
        let mut mode = Mode::Idle;
        let mut temp = initial;
        let mut energy = 0.0;
        for (step, d) in (0u32..).zip(disturbance) {
            mode = mode.next(temp, step);
            temp += 0.3 * mode.heat() - loss * temp + d;
            energy += mode.heat().abs();
        }
        (temp, energy)
    }

    #[differentiate]
    fn state_machine_value(x: &[f64]) -> f64 {
        let noise: Vec<f64> = x[2..].iter().cycle().take(9).map(|v| 0.4 * v).collect();
        let (t, e) = run(x[0], &noise, 0.1 + 0.05 * x[1]);
        t + 0.3 * e
    }

    mod checks {
        use super::*;
        checked!(state_machine_value state_machine_value_grad state_machine_value_vjp state_machine_value_jvp: 6, -0.9, 0.9, |v| (v), d => d);
    }
}

mod labelled_search {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn first_crossing(grid: &[[f64; 3]; 3], level: f64) -> Option<f64> {
        let mut found = None;
        'rows: for (i, row) in grid.iter().enumerate() {
            for j in 0..row.len() - 1 {
                let (a, b) = (row[j], row[j + 1]);
                if a.is_nan() {
                    continue 'rows;
                }
                if (a < level) != (b < level) {
                    found = Some(i as f64 + (level - a) / (b - a));
                    break 'rows;
                }
            }
        }
        found
    }

    #[differentiate]
    fn fixed_point(c: f64, tol: f64) -> f64 {
        let mut x = 1.0;
        let result = 'solve: {
            for _ in 0..40 {
                let next = (c * x).cos();
                if (next - x).abs() < tol {
                    break 'solve next;
                }
                x = next;
            }
            x
        };
        result * 2.0
    }

    #[differentiate]
    fn collatz_like(mut v: f64) -> f64 {
        let mut n = 0;
        let out = loop {
            n += 1;
            if n > 6 {
                break v * 0.5;
            }
            v = if n % 2 == 0 { v / 2.0 + 1.0 } else { 3.0 * v * v };
            if v > 20.0 {
                break v.ln();
            }
        };
        out + f64::from(n)
    }

    #[differentiate]
    fn labelled_search_value(x: &[f64]) -> f64 {
        let grid = [[x[0], x[1], x[2]], [x[3], x[4], x[5]], [x[6], x[7], x[8]]];
        first_crossing(&grid, 0.1).unwrap_or(-1.0) + fixed_point(0.5 + 0.1 * x[0], 1e-14) + collatz_like(x[1])
    }

    mod checks {
        use super::*;
        checked!(labelled_search_value labelled_search_value_grad labelled_search_value_vjp labelled_search_value_jvp: 9, -1.0, 1.0, |v| (v), d => d);
    }
}

mod slice_patterns {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn divided_difference(xs: &[f64], ys: &[f64]) -> f64 {
        match (xs, ys) {
            ([_], [y]) => *y,
            ([x0, .., xn], [_, ..]) => {
                let (n, m) = (xs.len(), ys.len());
                (divided_difference(&xs[1..], &ys[1..]) - divided_difference(&xs[..n - 1], &ys[..m - 1])) / (xn - x0)
            }
            _ => 0.0,
        }
    }

    #[differentiate]
    fn telescoped(v: &[f64]) -> f64 {
        match v {
            [] => 0.0,
            [x] => x.sin(),
            [a, b] => a * b,
            &[a, ref mid @ .., b] => (a - b).abs().sqrt() + telescoped(mid),
        }
    }

    #[differentiate]
    fn pad_to<const N: usize>(v: &[f64]) -> [f64; N] {
        let mut out = [const { 0.25 }; N];
        let n = v.len().min(N);
        out[..n].copy_from_slice(&v[..n]);
        out
    }

    #[differentiate]
    fn slice_patterns_value(x: &[f64]) -> f64 {
        let nodes = [0.0, 0.5, 1.1, 1.7];
        let [a, b, .., z] = pad_to::<6>(&x[4..]);
        divided_difference(&nodes, &x[..4]) + telescoped(x) + a * b + z * a
    }

    mod checks {
        use super::*;
        checked!(slice_patterns_value slice_patterns_value_grad slice_patterns_value_vjp slice_patterns_value_jvp: 7, -1.0, 1.0, |v| (v), d => d);
    }
}

mod mem_take_swap {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Default, Differentiable)]
    struct Grid {
        cells: Vec<f64>,
        scratch: Vec<f64>,
        width: usize,
        total_heat: f64,
    }

    #[differentiate]
    impl Grid {
        fn diffuse(&mut self, k: f64) {
            self.scratch.resize(self.cells.len(), 0.0);
            for i in 0..self.cells.len() {
                let left = if i == 0 { self.cells[i] } else { self.cells[i - 1] };
                let right = *self.cells.get(i + 1).unwrap_or(&self.cells[i]);
                self.scratch[i] = self.cells[i] + k * (left - 2.0 * self.cells[i] + right);
            }
            std::mem::swap(&mut self.cells, &mut self.scratch);
        }
        fn harvest(&mut self) -> Vec<f64> {
            self.total_heat += self.cells.iter().sum::<f64>();
            let taken = std::mem::take(&mut self.cells);
            self.cells = taken.iter().map(|c| c * 0.5).collect();
            taken
        }
        fn replace_first(&mut self, v: f64) -> f64 {
            match self.cells.first_mut() {
                Some(first) => std::mem::replace(first, v),
                None => v,
            }
        }
    }

    #[differentiate]
    fn mem_take_swap_value(x: &[f64]) -> f64 {
        let mut g = Grid { cells: x[..6].to_vec(), width: 6, ..Default::default() };
        g.diffuse(0.2 + 0.05 * x[6]);
        let a = g.harvest();
        let old = g.replace_first(x[7]);
        g.diffuse(0.1);
        a.iter().zip(&g.cells).map(|(p, q)| p * q).sum::<f64>() + old * g.total_heat
    }

    mod checks {
        use super::*;
        checked!(mem_take_swap_value mem_take_swap_value_grad mem_take_swap_value_vjp mem_take_swap_value_jvp: 8, -1.0, 1.0, |v| (v), d => d);
    }
}

mod builder_pipeline {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub struct Pipeline {
        stages: Vec<Stage>,
        bias: f64,
        name: String,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub enum Stage {
        Gain(f64),
        Delay(usize),
        Saturate { drive: f64, mix: f64 },
    }

    #[derive(Clone, Debug, Default, Differentiable)]
    pub struct PipelineBuilder {
        stages: Vec<Stage>,
        bias: Option<f64>,
    }

    #[differentiate]
    impl PipelineBuilder {
        pub fn new() -> Self {
            Self::default()
        }
        pub fn gain(mut self, g: f64) -> Self {
            self.stages.push(Stage::Gain(g));
            self
        }
        pub fn delay(mut self, n: usize) -> Self {
            self.stages.push(Stage::Delay(n));
            self
        }
        pub fn saturate(mut self, drive: f64, mix: f64) -> Self {
            self.stages.push(Stage::Saturate { drive, mix });
            self
        }
        pub fn bias(self, b: f64) -> Self {
            Self { bias: Some(b), ..self }
        }
        pub fn build(self) -> Pipeline {
            Pipeline { stages: self.stages, bias: self.bias.unwrap_or(0.0), name: "pipeline".to_string() }
        }
    }

    #[differentiate]
    impl Stage {
        fn run(&self, input: Vec<f64>) -> Vec<f64> {
            match self {
                Stage::Gain(g) => input.into_iter().map(|x| x * g).collect(),
                Stage::Delay(n) => {
                    let mut out = vec![0.0; *n];
                    out.extend_from_slice(&input[..input.len() - n]);
                    out
                }
                &Stage::Saturate { drive, mix } => input.iter().map(|x| (1.0 - mix) * x + mix * (drive * x).tanh()).collect(),
            }
        }
    }

    #[differentiate]
    impl Pipeline {
        fn process(&self, signal: &[f64]) -> Vec<f64> {
            let mut buf = signal.to_vec();
            for s in &self.stages {
                buf = s.run(buf);
            }
            buf.iter().map(|v| v + self.bias).collect()
        }
    }

    #[differentiate]
    fn builder_pipeline_value(x: &[f64]) -> f64 {
        let p = PipelineBuilder::new().gain(1.0 + x[0]).delay(1).saturate(2.0 * x[1], 0.5 * x[2]).bias(0.1 * x[3]).gain(0.9).build();
        p.process(&x[3..]).iter().map(|v| v.powi(3)).sum()
    }

    mod checks {
        use super::*;
        checked!(builder_pipeline_value builder_pipeline_value_grad builder_pipeline_value_vjp builder_pipeline_value_jvp: 7, 0.1, 1.1, |v| (v), d => d);
    }
}

mod user_then {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct T {
        k: f64,
    }
    #[differentiate]
    impl T {
        fn then(self, o: T) -> T {
            T { k: self.k * o.k }
        }
        fn map(self, o: T) -> T {
            T { k: self.k + o.k }
        }
    }
    #[differentiate]
    fn user_then_value(x: &[f64]) -> f64 {
        let (a, b) = (T { k: x[0] }, T { k: x[1] });
        let c = a.then(b);
        c.map(T { k: x[2] }).then(a).k
    }

    mod checks {
        use super::*;
        checked!(user_then_value user_then_value_grad user_then_value_vjp user_then_value_jvp: 3, 0.2, 0.9, |v| (v), d => d);
    }
}

mod eager_then_some {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn eager_then_some_value(x: &[f64]) -> f64 {
        let a = (x[0] > 0.5).then_some(x[1] * 2.0).unwrap_or(x[2]);
        let b = (x[1] > 0.3).then_some(x[0]).map_or(1.0, |v| v * v);
        a * b
    }

    mod checks {
        use super::*;
        checked!(eager_then_some_value eager_then_some_value_grad eager_then_some_value_vjp eager_then_some_value_jvp: 3, 0.2, 0.9, |v| (v), d => d);
    }
}

mod sized_parts {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn ends(v: &[f64]) -> Option<f64> {
        let [a, b] = v.first_chunk::<2>()?;
        let &[y, z] = v.last_chunk::<2>()?;
        Some(a * z - b * y)
    }

    #[differentiate]
    fn norm3(v: &[f64; 3]) -> f64 {
        v.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    #[differentiate]
    fn headed(v: &[f64]) -> f64 {
        let Some((head, tail)) = v.split_first_chunk::<3>() else { return 0.5 };
        let Some((front, last)) = v.split_last_chunk::<1>() else { return 0.0 };
        norm3(head) * tail.iter().sum::<f64>() + front.len() as f64 * last[0]
    }

    #[differentiate]
    fn trace(m: &[[f64; 3]; 3]) -> f64 {
        m[0][0] + m[1][1] * m[2][2]
    }

    #[differentiate]
    fn in_range(v: &[f64], from: usize, to: usize) -> f64 {
        match v.get(from..to) {
            Some(part) => part.iter().product::<f64>(),
            None => v[0] * 0.5,
        }
    }

    #[differentiate]
    fn sized_parts_value(x: &[f64]) -> f64 {
        let (triples, rest) = x.as_chunks::<3>();
        let mut total = rest[0] * rest[1];
        for t in triples {
            total += norm3(t) * t[1];
        }
        let first: [f64; 3] = x[1..4].try_into().unwrap();
        let refs = first.each_ref().map(|v| *v * *v);
        let halves = x.get(..4).map_or(0.0, |p| p.iter().sum::<f64>()) + x.get(2..=3).unwrap()[1] + x.get(9..30).map_or(0.25, |p| p[0]);
        let made = std::array::from_fn(|i| std::array::from_fn(|j| x[i] * x[j] + i as f64));
        total
            + ends(x).unwrap_or(0.0)
            + ends(&x[..1]).unwrap_or(x[3])
            + headed(x)
            + headed(&x[..2]) * x[0]
            + in_range(x, 1, 4)
            + in_range(x, 9, 20)
            + in_range(x, 5, 4)
            + refs[0] * refs[2]
            + halves
            + trace(&made)
    }

    mod checks {
        use super::*;
        checked!(sized_parts_value sized_parts_value_grad sized_parts_value_vjp sized_parts_value_jvp: 11, -1.0, 1.0, |v| (v), d => d);
    }
}

mod flattened {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn scaled(m: &[[f64; 3]; 2], by: &[f64]) -> f64 {
        m.as_flattened().iter().zip(by).map(|(a, b)| a * b).sum()
    }
    #[differentiate]
    fn flattened_value(x: &[f64]) -> f64 {
        let mut m = [[x[0], x[1], x[2]], [x[3], x[4], x[5]]];
        for v in m.as_flattened_mut().iter_mut() {
            *v *= x[6];
        }
        let s = scaled(&m, &x[..6]);
        s + m.as_flattened().iter().rev().enumerate().map(|(i, v)| v * i as f64).sum::<f64>() * x[7] + x[8]
    }

    mod checks {
        use super::*;
        checked!(flattened_value flattened_value_grad flattened_value_vjp flattened_value_jvp: 9, -1.0, 1.0, |v| (v), d => d);
    }
}

mod taken_in_parts {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn taken_in_parts_value(x: &[f64]) -> f64 {
        let mut it = x.iter();
        let first: f64 = it.by_ref().take(3).map(|v| v * v).sum();
        let mut pairs = Vec::new();
        for k in 0..2 {
            let row: Vec<f64> = it.by_ref().take(2 + k).copied().collect();
            pairs.push(row);
        }
        let next = it.next().copied().unwrap_or(0.5);
        // Nothing more than there is.
        let rest: Vec<f64> = it.by_ref().take(30).cloned().collect();
        let none = it.by_ref().take(2).fold(x[0], |a, b| a + b);
        let n = rest.len() as f64;
        first * pairs[0][1] + pairs[1].iter().product::<f64>() + next * rest[0] * n + none + it.map(|v| v * 100.0).sum::<f64>()
    }

    mod checks {
        use super::*;
        checked!(taken_in_parts_value taken_in_parts_value_grad taken_in_parts_value_vjp taken_in_parts_value_jvp: 11, -1.0, 1.0, |v| (v), d => d);
    }
}
