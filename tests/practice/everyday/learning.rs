//! Layers, losses and models of lists of lists.

mod attention {
    use crate::checked;
    use autodiff_core::differentiate;
    type Matrix = Vec<Vec<f64>>;

    #[differentiate]
    fn softmax(scores: &[f64]) -> Vec<f64> {
        let max = scores.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
        let exps: Vec<f64> = scores.iter().map(|s| (s - max).exp()).collect();
        let total: f64 = exps.iter().sum();
        exps.into_iter().map(|e| e / total).collect()
    }

    #[differentiate]
    fn scaled_dot_product_attention(q: &Matrix, k: &Matrix, v: &Matrix, causal: bool) -> Matrix {
        let d = q[0].len() as f64;
        q.iter()
            .enumerate()
            .map(|(i, qi)| {
                let scores: Vec<f64> =
                    k.iter()
                        .enumerate()
                        .map(|(j, kj)| {
                            if causal && j > i { f64::NEG_INFINITY } else { qi.iter().zip(kj).map(|(a, b)| a * b).sum::<f64>() / d.sqrt() }
                        })
                        .collect();
                let weights = softmax(&scores);
                let mut out = vec![0.0; v[0].len()];
                for (w, vj) in weights.iter().zip(v) {
                    for (o, x) in out.iter_mut().zip(vj) {
                        *o += w * x;
                    }
                }
                out
            })
            .collect()
    }

    #[differentiate]
    fn attention_value(x: &[f64]) -> f64 {
        let mats: Vec<Matrix> = x.chunks(6).map(|m| m.chunks(2).map(<[f64]>::to_vec).collect()).collect();
        let [q, k, v] = &mats[..] else { unreachable!() };
        let y = scaled_dot_product_attention(q, k, v, true);
        y.iter().flatten().enumerate().map(|(i, v)| v * (1.0 + i as f64)).sum()
    }

    mod checks {
        use super::*;
        checked!(attention_value attention_value_grad attention_value_vjp attention_value_jvp: 18, -1.0, 1.0, |v| (v), d => d);
    }
}

mod batch_norm {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub struct BatchNorm1d {
        gamma: Vec<f64>,
        beta: Vec<f64>,
        running_mean: Vec<f64>,
        running_var: Vec<f64>,
        momentum: f64,
        eps: f64,
    }

    #[differentiate]
    impl BatchNorm1d {
        pub fn new(features: usize) -> Self {
            Self {
                gamma: vec![1.0; features],
                beta: vec![0.0; features],
                running_mean: vec![0.0; features],
                running_var: vec![1.0; features],
                momentum: 0.1,
                eps: 1e-5,
            }
        }

        pub fn forward(&mut self, batch: &[Vec<f64>], training: bool) -> Vec<Vec<f64>> {
            let n = batch.len() as f64;
            let (mean, var) = if training {
                let mean: Vec<f64> = (0..self.gamma.len()).map(|j| batch.iter().map(|r| r[j]).sum::<f64>() / n).collect();
                let var: Vec<f64> =
                    mean.iter().enumerate().map(|(j, m)| batch.iter().map(|r| (r[j] - m).powi(2)).sum::<f64>() / n).collect();
                for (rm, m) in self.running_mean.iter_mut().zip(&mean) {
                    *rm = (1.0 - self.momentum) * *rm + self.momentum * m;
                }
                for (rv, v) in self.running_var.iter_mut().zip(&var) {
                    *rv = (1.0 - self.momentum) * *rv + self.momentum * v * n / (n - 1.0);
                }
                (mean, var)
            } else {
                (self.running_mean.clone(), self.running_var.clone())
            };
            batch
                .iter()
                .map(|row| {
                    row.iter()
                        .zip(mean.iter().zip(&var))
                        .zip(self.gamma.iter().zip(&self.beta))
                        .map(|((x, (m, v)), (g, b))| g * (x - m) / (v + self.eps).sqrt() + b)
                        .collect()
                })
                .collect()
        }
    }

    #[differentiate]
    fn batch_norm_value(x: &[f64]) -> f64 {
        let mut bn = BatchNorm1d::new(2);
        bn.gamma[1] = x[0];
        bn.beta = vec![x[1], 0.3];
        let batch: Vec<Vec<f64>> = x[2..].chunks(2).map(Vec::from).collect();
        let train = bn.forward(&batch, true);
        let eval = bn.forward(&batch, false);
        train.iter().zip(&eval).map(|(t, e)| t[0] * e[1] - 0.5 * t[1] * t[1] * e[0]).sum()
    }

    mod checks {
        use super::*;
        checked!(batch_norm_value batch_norm_value_grad batch_norm_value_vjp batch_norm_value_jvp: 12, -1.5, 1.5, |v| (v), d => d);
    }
}

mod gru_cell {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Default, Differentiable)]
    struct Gate {
        w: Vec<f64>,
        u: Vec<f64>,
        b: Vec<f64>,
    }

    #[derive(Clone, Debug, Default, Differentiable)]
    struct GruCell {
        update: Gate,
        reset: Gate,
        candidate: Gate,
        hidden: usize,
    }

    #[differentiate]
    fn sigmoid(x: f64) -> f64 {
        (1.0 + (-x).exp()).recip()
    }

    #[differentiate]
    impl Gate {
        fn linear(&self, x: &[f64], h: &[f64]) -> Vec<f64> {
            let (nx, nh) = (x.len(), h.len());
            (0..nh)
                .map(|i| {
                    let wx: f64 = self.w[i * nx..(i + 1) * nx].iter().zip(x).map(|(a, b)| a * b).sum();
                    let uh: f64 = self.u[i * nh..][..nh].iter().zip(h).map(|(a, b)| a * b).sum();
                    wx + uh + self.b[i]
                })
                .collect()
        }
    }

    #[differentiate]
    impl GruCell {
        fn step(&self, x: &[f64], h: Vec<f64>) -> Vec<f64> {
            let z: Vec<f64> = self.update.linear(x, &h).into_iter().map(sigmoid).collect();
            let r: Vec<f64> = self.reset.linear(x, &h).into_iter().map(sigmoid).collect();
            let gated: Vec<f64> = h.iter().zip(&r).map(|(h, r)| h * r).collect();
            let c = self.candidate.linear(x, &gated);
            h.iter().zip(&z).zip(c).map(|((&h, &z), c)| (1.0 - z) * h + z * c.tanh()).collect()
        }
        fn run(&self, sequence: &[[f64; 1]]) -> Vec<f64> {
            let mut h = vec![0.0; self.hidden];
            for x in sequence {
                h = self.step(x, h);
            }
            h
        }
    }

    #[differentiate]
    fn gru_cell_value(x: &[f64]) -> f64 {
        let gates: Vec<Gate> =
            x[..24].chunks_exact(8).map(|c| Gate { w: c[..2].to_vec(), u: c[2..6].to_vec(), b: c[6..].to_vec() }).collect();
        let mut gates = gates.into_iter();
        let cell = GruCell {
            update: gates.next().unwrap_or_default(),
            reset: gates.next().unwrap_or_default(),
            candidate: gates.next().unwrap_or_default(),
            hidden: 2,
        };
        let h = cell.run(&[[x[24]], [0.5], [x[25]], [-0.25]]);
        h[0] - 2.0 * h[1]
    }

    mod checks {
        use super::*;
        checked!(gru_cell_value gru_cell_value_grad gru_cell_value_vjp gru_cell_value_jvp: 26, -1.0, 1.0, |v| (v), d => d);
    }
}

mod lstm_sequence {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, Default, Differentiable)]
    pub struct LstmState {
        h: f64,
        c: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Lstm {
        params: [[f64; 3]; 4],
    }

    #[differentiate]
    impl Lstm {
        #[inline]
        fn cell(&self, LstmState { h, c }: LstmState, x: f64) -> LstmState {
            let [i, f, g, o] = self.params.each_ref().map(|[w, u, b]| w * x + u * h + b);
            let sig = |z: f64| 1.0 / (1.0 + (-z).exp());
            let c = sig(f + 1.0) * c + sig(i) * g.tanh();
            LstmState { h: sig(o) * c.tanh(), c }
        }

        pub fn outputs<'a>(&'a self, xs: &'a [f64]) -> Vec<f64> {
            xs.iter()
                .scan(LstmState::default(), |state, &x| {
                    *state = self.cell(*state, x);
                    Some(state.h)
                })
                .collect()
        }
    }

    #[differentiate]
    fn lstm_sequence_value(x: &[f64]) -> f64 {
        let params = std::array::from_fn(|g| std::array::from_fn(|k| x[3 * g + k]));
        let lstm = Lstm { params };
        let out = lstm.outputs(&x[12..]);
        let targets = [0.1, -0.2, 0.3];
        out.iter().zip(targets).map(|(o, t)| (o - t).powi(2)).sum::<f64>() / targets.len() as f64
    }

    mod checks {
        use super::*;
        checked!(lstm_sequence_value lstm_sequence_value_grad lstm_sequence_value_vjp lstm_sequence_value_jvp: 15, -1.0, 1.0, |v| (v), d => d);
    }
}

mod info_nce {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn l2_normalize(v: &mut [f64]) {
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-12);
        for x in v {
            *x /= norm;
        }
    }

    #[differentiate]
    fn info_nce(anchors: &[Vec<f64>], positives: &[Vec<f64>], temperature: f64) -> f64 {
        let unit = |m: &[Vec<f64>]| -> Vec<Vec<f64>> {
            m.iter()
                .cloned()
                .map(|mut v| {
                    l2_normalize(&mut v);
                    v
                })
                .collect()
        };
        let (a, p) = (unit(anchors), unit(positives));
        let mut loss = 0.0;
        for (i, ai) in a.iter().enumerate() {
            let sims: Vec<f64> = p.iter().map(|pj| ai.iter().zip(pj).map(|(x, y)| x * y).sum::<f64>() / temperature).collect();
            let max = sims.iter().fold(f64::NEG_INFINITY, |m, &s| m.max(s));
            let lse = sims.iter().map(|s| (s - max).exp()).sum::<f64>().ln() + max;
            loss += lse - sims[i];
        }
        loss / a.len() as f64
    }

    #[differentiate]
    fn info_nce_value(x: &[f64]) -> f64 {
        let rows: Vec<Vec<f64>> = x[..12].chunks(2).map(|c| c.to_vec()).collect();
        info_nce(&rows[..3], &rows[3..], 0.5 + 0.2 * x[12])
    }

    mod checks {
        use super::*;
        checked!(info_nce_value info_nce_value_grad info_nce_value_vjp info_nce_value_jvp: 13, -1.0, 1.0, |v| (v), d => d);
    }
}

mod boosting_leaves {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub enum Tree {
        Leaf(f64),
        Split { feature: usize, threshold: f64, left: Box<Tree>, right: Box<Tree> },
    }

    #[differentiate]
    impl Tree {
        pub fn predict(&self, row: &[f64]) -> f64 {
            let mut node = self;
            loop {
                match node {
                    Tree::Leaf(w) => break *w,
                    Tree::Split { feature, threshold, left, right } => {
                        node = if row[*feature] < *threshold { left } else { right };
                    }
                }
            }
        }
        fn l2(&self) -> f64 {
            match self {
                Tree::Leaf(w) => w * w,
                Tree::Split { left, right, .. } => left.l2() + right.l2(),
            }
        }
    }

    #[differentiate]
    fn logistic_objective(trees: &[Tree], rows: &[[f64; 2]], labels: &[bool], lambda: f64) -> f64 {
        let data: f64 = rows
            .iter()
            .zip(labels)
            .map(|(row, &y)| {
                let margin: f64 = trees.iter().map(|t| 0.3 * t.predict(row)).sum();
                (-(if y { margin } else { -margin })).exp().ln_1p()
            })
            .sum();
        data + 0.5 * lambda * trees.iter().map(Tree::l2).sum::<f64>()
    }

    #[differentiate]
    fn boosting_leaves_value(x: &[f64]) -> f64 {
        let split = |f: usize, t: f64, l: Tree, r: Tree| Tree::Split { feature: f, threshold: t, left: Box::new(l), right: Box::new(r) };
        let trees = vec![
            split(0, 0.0, Tree::Leaf(x[0]), split(1, 0.5, Tree::Leaf(x[1]), Tree::Leaf(x[2]))),
            split(1, -0.1, Tree::Leaf(x[3]), Tree::Leaf(x[4])),
        ];
        let rows = [[-0.5, 0.2], [0.3, 0.7], [0.9, -0.4]];
        logistic_objective(&trees, &rows, &[true, false, true], 0.1 + 0.05 * x[5])
    }

    mod checks {
        use super::*;
        checked!(boosting_leaves_value boosting_leaves_value_grad boosting_leaves_value_vjp boosting_leaves_value_jvp: 6, -1.0, 1.0, |v| (v), d => d);
    }
}

mod kmeans_inertia {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn assign<const K: usize>(point: [f64; 2], centres: &[[f64; 2]; K]) -> (usize, f64) {
        centres
            .iter()
            .map(|c| c.iter().zip(point).map(|(a, b)| (a - b) * (a - b)).sum::<f64>())
            .enumerate()
            .min_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap())
            .expect("at least one centre")
    }

    #[differentiate]
    fn lloyd_step<const K: usize>(points: &[[f64; 2]], centres: [[f64; 2]; K]) -> [[f64; 2]; K] {
        let mut sums = [([0.0; 2], 0usize); K];
        for &p in points {
            let (k, _) = assign(p, &centres);
            let (sum, count) = &mut sums[k];
            sum[0] += p[0];
            sum[1] += p[1];
            *count += 1;
        }
        std::array::from_fn(|k| match sums[k] {
            (_, 0) => centres[k],
            ([sx, sy], n) => [sx / n as f64, sy / n as f64],
        })
    }

    #[differentiate]
    fn kmeans_inertia_value(x: &[f64]) -> f64 {
        let (points, _) = x.as_chunks::<2>();
        let mut centres = [[-1.0, 0.1], [1.0, -0.2]];
        for _ in 0..2 {
            centres = lloyd_step(points, centres);
        }
        points.iter().map(|&p| assign(p, &centres).1).sum()
    }

    mod checks {
        use super::*;
        checked!(kmeans_inertia_value kmeans_inertia_value_grad kmeans_inertia_value_vjp kmeans_inertia_value_jvp: 10, -2.0, 2.0, |v| (v), d => d);
    }
}

mod mlp_layers {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub struct Linear {
        weight: Vec<Vec<f64>>,
        bias: Vec<f64>,
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub enum Activation {
        Relu,
        Tanh,
        Gelu,
        Identity,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Mlp {
        layers: Vec<(Linear, Activation)>,
    }

    #[differentiate]
    pub trait Layer {
        fn forward(&self, input: &[f64]) -> Vec<f64>;
    }

    #[differentiate]
    impl Layer for Linear {
        fn forward(&self, input: &[f64]) -> Vec<f64> {
            self.weight.iter().zip(&self.bias).map(|(row, b)| row.iter().zip(input).map(|(w, x)| w * x).sum::<f64>() + b).collect()
        }
    }

    #[differentiate]
    impl Activation {
        fn apply(&self, x: f64) -> f64 {
            match self {
                Self::Relu => x.max(0.0),
                Self::Tanh => x.tanh(),
                Self::Gelu => 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh()),
                Self::Identity => x,
            }
        }
    }

    #[differentiate]
    impl Layer for Mlp {
        fn forward(&self, input: &[f64]) -> Vec<f64> {
            self.layers.iter().fold(input.to_vec(), |h, (layer, act)| layer.forward(&h).into_iter().map(|z| act.apply(z)).collect())
        }
    }

    #[differentiate]
    fn mlp_layers_value(x: &[f64]) -> f64 {
        let mut it = x.iter().copied();
        let mut linear = |rows: usize, cols: usize| Linear {
            weight: (0..rows).map(|_| it.by_ref().take(cols).collect()).collect(),
            bias: it.by_ref().take(rows).collect(),
        };
        let net = Mlp { layers: vec![(linear(3, 2), Activation::Gelu), (linear(2, 3), Activation::Tanh)] };
        let out = net.forward(&[0.5, -0.3]);
        out.iter().enumerate().map(|(i, o)| (o - i as f64).powi(2)).sum::<f64>() + it.map(|v| v * v).sum::<f64>()
    }

    mod checks {
        use super::*;
        checked!(mlp_layers_value mlp_layers_value_grad mlp_layers_value_vjp mlp_layers_value_jvp: 21, -1.0, 1.0, |v| (v), d => d);
    }
}

mod coupling_flow {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub struct AffineCoupling {
        scale: [f64; 2],
        shift: [f64; 2],
        flip: bool,
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct RealNvp {
        steps: Vec<AffineCoupling>,
        prior_log_std: f64,
    }

    #[differentiate]
    impl AffineCoupling {
        fn forward(&self, x: [f64; 2]) -> ([f64; 2], f64) {
            let [a, b] = if self.flip { [x[1], x[0]] } else { x };
            let s = (self.scale[0] * a + self.scale[1]).tanh();
            let t = self.shift[0] * a + self.shift[1];
            let b = b * s.exp() + t;
            (if self.flip { [b, a] } else { [a, b] }, s)
        }
    }

    #[differentiate]
    impl RealNvp {
        pub fn log_prob(&self, x: [f64; 2]) -> f64 {
            let (z, log_det) = self.steps.iter().fold((x, 0.0), |(x, ld), step| {
                let (y, s) = step.forward(x);
                (y, ld + s)
            });
            let ls = self.prior_log_std;
            let quad: f64 = z.iter().map(|v| (v / ls.exp()).powi(2)).sum();
            -0.5 * quad - 2.0 * ls - std::f64::consts::TAU.ln() + log_det
        }
    }

    #[differentiate]
    fn coupling_flow_value(x: &[f64]) -> f64 {
        let mut steps = Vec::with_capacity(3);
        for (i, c) in x[..12].chunks_exact(4).enumerate() {
            steps.push(AffineCoupling { scale: [c[0], c[1]], shift: [c[2], c[3]], flip: i % 2 == 1 });
        }
        let flow = RealNvp { steps, prior_log_std: x[12] };
        let data = [[x[13], x[14]], [x[15], x[16]], [0.2, x[17]]];
        -data.iter().map(|&p| flow.log_prob(p)).sum::<f64>() / data.len() as f64
    }

    mod checks {
        use super::*;
        checked!(coupling_flow_value coupling_flow_value_grad coupling_flow_value_vjp coupling_flow_value_jvp: 18, -0.8, 0.8, |v| (v), d => d);
    }
}
