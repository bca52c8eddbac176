//! Statistics and learning: mixtures, processes, chains, survival, families of distributions, networks, alignments.

mod em_gmm_step {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Component {
        weight: f64,
        mean: f64,
        var: f64,
    }

    #[differentiate]
    impl Component {
        fn density(&self, x: f64) -> f64 {
            let d = x - self.mean;
            (-0.5 * d * d / self.var).exp() / (2.0 * std::f64::consts::PI * self.var).sqrt()
        }
    }

    #[differentiate]
    fn em_gmm_step(data: &[f64], init: &[Component], iters: usize) -> f64 {
        let mut comps = init.to_vec();
        let k = comps.len();
        let n = data.len();
        for _ in 0..iters {
            let mut resp = vec![vec![0.0; k]; n];
            for (i, &x) in data.iter().enumerate() {
                let mut total = 0.0;
                for (j, c) in comps.iter().enumerate() {
                    resp[i][j] = c.weight * c.density(x);
                    total += resp[i][j];
                }
                for r in resp[i].iter_mut() {
                    *r /= total;
                }
            }
            for j in 0..k {
                let nj: f64 = resp.iter().map(|r| r[j]).sum();
                let mean = data.iter().zip(&resp).map(|(x, r)| r[j] * x).sum::<f64>() / nj;
                let var = data.iter().zip(&resp).map(|(x, r)| r[j] * (x - mean).powi(2)).sum::<f64>() / nj;
                comps[j] = Component { weight: nj / n as f64, mean, var: var + 1e-3 };
            }
        }
        data.iter().map(|&x| comps.iter().map(|c| c.weight * c.density(x)).sum::<f64>().ln()).sum()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Component { weight, mean, var });
        trial! { em_gmm_step em_gmm_step_grad em_gmm_step_vjp em_gmm_step_jvp |r| {
            x0: Vec<f64> = r.v(8,-2.,2.);
            x1: Vec<Component> = vec![Component{weight:0.4,mean:r.u(-1.,0.),var:r.u(0.5,1.)},Component{weight:0.6,mean:r.u(0.,1.),var:r.u(0.5,1.)}];
            x2: usize = 3;
        } (&x0, &x1, x2.clone()) dots => (&dots.0, &dots.1) }
    }
}

mod gaussian_process_ml {
    use autodiff_core::differentiate;
    #[differentiate]
    fn cholesky(a: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
        let n = a.len();
        let mut l = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let mut s = a[i][j];
                for k in 0..j {
                    s -= l[i][k] * l[j][k];
                }
                if i == j {
                    if s <= 0.0 {
                        return None;
                    }
                    l[i][i] = s.sqrt();
                } else {
                    l[i][j] = s / l[j][j];
                }
            }
        }
        Some(l)
    }

    #[differentiate]
    fn gaussian_process_ml(x: &[f64], y: &[f64], ell: f64, sf: f64, noise: f64) -> f64 {
        let kernel = |a: f64, b: f64| sf * sf * (-(a - b).powi(2) / (2.0 * ell * ell)).exp();
        let n = x.len();
        let k: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| kernel(x[i], x[j]) + if i == j { noise * noise } else { 0.0 }).collect()).collect();
        let l = match cholesky(&k) {
            Some(l) => l,
            None => return f64::NEG_INFINITY,
        };
        let mut z = vec![0.0; n];
        for i in 0..n {
            let s: f64 = (0..i).map(|j| l[i][j] * z[j]).sum();
            z[i] = (y[i] - s) / l[i][i];
        }
        let fit: f64 = z.iter().map(|v| v * v).sum();
        let logdet: f64 = (0..n).map(|i| l[i][i].ln()).sum();
        -0.5 * fit - logdet - 0.5 * n as f64 * (2.0 * std::f64::consts::PI).ln()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { gaussian_process_ml gaussian_process_ml_grad gaussian_process_ml_vjp gaussian_process_ml_jvp |r| {
            x0: Vec<f64> = r.v(5,-2.,2.);
            x1: Vec<f64> = r.v(5,-1.,1.);
            x2: f64 = r.u(0.5,1.5);
            x3: f64 = r.u(0.5,1.5);
            x4: f64 = r.u(0.3,0.5);
        } (&x0, &x1, x2.clone(), x3.clone(), x4.clone()) dots => (&dots.0, &dots.1, dots.2.clone(), dots.3.clone(), dots.4.clone()) }
    }
}

mod hidden_states {
    use autodiff_core::differentiate;
    #[differentiate]
    fn hmm_forward<const S: usize>(init: &[f64; S], trans: &[[f64; S]; S], means: &[f64; S], obs: &[f64]) -> f64 {
        let emit = |s: usize, o: f64| (-0.5 * (o - means[s]).powi(2)).exp();
        let mut alpha = [0.0; S];
        let mut loglik = 0.0;
        for (t, &o) in obs.iter().enumerate() {
            let mut next = [0.0; S];
            for s in 0..S {
                let prior = if t == 0 { init[s] } else { (0..S).map(|p| alpha[p] * trans[p][s]).sum::<f64>() };
                next[s] = prior * emit(s, o);
            }
            let scale: f64 = next.iter().sum();
            loglik += scale.ln();
            alpha = next.map(|a| a / scale);
        }
        loglik
    }
    #[differentiate]
    fn hmm2(init: &[f64; 2], trans: &[[f64; 2]; 2], means: &[f64; 2], obs: &[f64]) -> f64 {
        hmm_forward(init, trans, means, obs)
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { hmm2 hmm2_grad hmm2_vjp hmm2_jvp |r| {
            x0: [f64;2] = r.a::<2>(0.3,0.7);
            x1: [[f64;2];2] = [r.a::<2>(0.3,0.7),r.a::<2>(0.3,0.7)];
            x2: [f64;2] = r.a::<2>(-1.,1.);
            x3: Vec<f64> = r.v(6,-1.,1.);
        } (&x0, &x1, &x2, &x3) dots => (&dots.0, &dots.1, &dots.2, &dots.3) }
    }
}

mod cox_partial {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Subject {
        time: f64,
        event: bool,
        x: Vec<f64>,
    }

    #[differentiate]
    fn cox_partial(subjects: &[Subject], beta: &[f64], ridge: f64) -> f64 {
        let eta: Vec<f64> = subjects.iter().map(|s| s.x.iter().zip(beta.iter()).map(|(x, b)| x * b).sum()).collect();
        let mut ll = 0.0;
        for (i, s) in subjects.iter().enumerate().filter(|(_, s)| s.event) {
            let risk: f64 = subjects.iter().zip(&eta).filter(|(o, _)| o.time >= s.time).map(|(_, e)| e.exp()).sum();
            ll += eta[i] - risk.ln();
        }
        ll - ridge * beta.iter().map(|b| b * b).sum::<f64>()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Subject { time, event, x });
        trial! { cox_partial cox_partial_grad cox_partial_vjp cox_partial_jvp |r| {
            x0: Vec<Subject> = (0..6).map(|i| Subject{time:r.u(0.,5.),event:i%2==0,x:r.v(3,-1.,1.)}).collect();
            x1: Vec<f64> = r.v(3,-1.,1.);
            x2: f64 = r.u(0.1,0.5);
        } (&x0, &x1, x2.clone()) dots => (&dots.0, &dots.1, dots.2.clone()) }
    }
}

mod lasso_cd {
    use autodiff_core::differentiate;
    #[differentiate]
    fn soft_threshold(z: f64, g: f64) -> f64 {
        if z > g {
            z - g
        } else if z < -g {
            z + g
        } else {
            0.0
        }
    }

    #[differentiate]
    fn lasso_cd(x: &[Vec<f64>], y: &[f64], lambda: f64, sweeps: usize) -> f64 {
        let n = y.len();
        let p = x[0].len();
        let mut beta = vec![0.0; p];
        let mut resid = y.to_vec();
        for _ in 0..sweeps {
            for j in 0..p {
                let mut rho = 0.0;
                let mut norm = 0.0;
                for i in 0..n {
                    resid[i] += x[i][j] * beta[j];
                    rho += x[i][j] * resid[i];
                    norm += x[i][j] * x[i][j];
                }
                beta[j] = soft_threshold(rho, lambda) / norm;
                for i in 0..n {
                    resid[i] -= x[i][j] * beta[j];
                }
            }
        }
        0.5 * resid.iter().map(|r| r * r).sum::<f64>() + lambda * beta.iter().map(|b| b.abs()).sum::<f64>()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { lasso_cd lasso_cd_grad lasso_cd_vjp lasso_cd_jvp |r| {
            x0: Vec<Vec<f64>> = r.m(6,3,-1.,1.);
            x1: Vec<f64> = r.v(6,-1.,1.);
            x2: f64 = r.u(0.1,0.4);
            x3: usize = 4;
        } (&x0, &x1, x2.clone(), x3.clone()) dots => (&dots.0, &dots.1, dots.2.clone()) }
    }
}

mod metropolis_chain {
    use autodiff_core::differentiate;
    #[differentiate]
    fn energy(s: &[f64], j: &[Vec<f64>], h: f64) -> f64 {
        let mut e = 0.0;
        for (a, row) in s.iter().zip(j) {
            for (b, jab) in s.iter().zip(row) {
                e -= 0.5 * jab * a * b;
            }
            e -= h * a;
        }
        e
    }
    #[differentiate]
    fn metropolis_chain(spins: &[f64], j: &[Vec<f64>], h: f64, beta: f64, uniforms: &[f64]) -> f64 {
        let mut s = spins.to_vec();
        let mut e = energy(&s, j, h);
        let mut avg = 0.0;
        for (t, &u) in uniforms.iter().enumerate() {
            let site = t % s.len();
            let mut trial = s.clone();
            trial[site] = -trial[site];
            let e_new = energy(&trial, j, h);
            let accept = e_new <= e || u < (-beta * (e_new - e)).exp();
            if accept {
                s = trial;
                e = e_new;
            }
            avg += e;
        }
        avg / uniforms.len() as f64
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { metropolis_chain metropolis_chain_grad metropolis_chain_vjp metropolis_chain_jvp |r| {
            x0: Vec<f64> = vec![1.,-1.,1.,1.];
            x1: Vec<Vec<f64>> = r.m(4,4,-1.,1.);
            x2: f64 = r.u(-0.5,0.5);
            x3: f64 = r.u(0.5,1.);
            x4: Vec<f64> = r.v(8,0.,1.);
        } (&x0, &x1, x2.clone(), x3.clone(), &x4) dots => (&dots.0, &dots.1, dots.2.clone(), dots.3.clone(), &dots.4) }
    }
}

mod lstm_sequence {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct LstmCell {
        wx: Vec<Vec<f64>>,
        wh: Vec<Vec<f64>>,
        b: Vec<f64>,
        hidden: usize,
    }

    #[differentiate]
    fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    #[differentiate]
    impl LstmCell {
        fn forward(&self, x: &[f64], h: &[f64], c: &[f64]) -> (Vec<f64>, Vec<f64>) {
            let n = self.hidden;
            let gates: Vec<f64> = (0..4 * n)
                .map(|g| {
                    let mut s = self.b[g];
                    for (w, xi) in self.wx[g].iter().zip(x) {
                        s += w * xi;
                    }
                    for (w, hi) in self.wh[g].iter().zip(h) {
                        s += w * hi;
                    }
                    s
                })
                .collect();
            let mut h_new = vec![0.0; n];
            let mut c_new = vec![0.0; n];
            for k in 0..n {
                let i = sigmoid(gates[k]);
                let f = sigmoid(gates[n + k]);
                let o = sigmoid(gates[2 * n + k]);
                let g = gates[3 * n + k].tanh();
                c_new[k] = f * c[k] + i * g;
                h_new[k] = o * c_new[k].tanh();
            }
            (h_new, c_new)
        }
    }

    #[differentiate]
    fn lstm_sequence(cell: &LstmCell, xs: &[Vec<f64>], target: &[f64]) -> f64 {
        let mut h = vec![0.0; cell.hidden];
        let mut c = vec![0.0; cell.hidden];
        let mut loss = 0.0;
        for (x, t) in xs.iter().zip(target) {
            let (hn, cn) = cell.forward(x, &h, &c);
            h = hn;
            c = cn;
            let pred: f64 = h.iter().sum();
            loss += 0.5 * (pred - t).powi(2);
        }
        loss / xs.len() as f64
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(LstmCell { wx, wh, b, hidden });
        trial! { lstm_sequence lstm_sequence_grad lstm_sequence_vjp lstm_sequence_jvp |r| {
            x0: LstmCell = LstmCell{wx:r.m(8,3,-1.,1.),wh:r.m(8,2,-1.,1.),b:r.v(8,-1.,1.),hidden:2};
            x1: Vec<Vec<f64>> = r.m(4,3,-1.,1.);
            x2: Vec<f64> = r.v(4,-1.,1.);
        } (&x0, &x1, &x2) dots => (&dots.0, &dots.1, &dots.2) }
    }
}

mod ctc_loss {
    use autodiff_core::differentiate;
    const NEG_INF: f64 = -1e30;
    #[differentiate]
    fn log_add(a: f64, b: f64) -> f64 {
        if a <= NEG_INF {
            return b;
        }
        if b <= NEG_INF {
            return a;
        }
        let (hi, lo) = if a > b { (a, b) } else { (b, a) };
        hi + (lo - hi).exp().ln_1p()
    }
    #[differentiate]
    fn ctc_loss(logp: &[Vec<f64>], labels: &[usize]) -> f64 {
        let blank = 0usize;
        let mut ext = vec![blank];
        for &l in labels {
            ext.push(l);
            ext.push(blank);
        }
        let s = ext.len();
        let mut alpha = vec![NEG_INF; s];
        alpha[0] = logp[0][ext[0]];
        alpha[1] = logp[0][ext[1]];
        for row in logp.iter().skip(1) {
            let prev = alpha.clone();
            for i in 0..s {
                let mut a = prev[i];
                if i >= 1 {
                    a = log_add(a, prev[i - 1]);
                }
                if i >= 2 && ext[i] != blank && ext[i] != ext[i - 2] {
                    a = log_add(a, prev[i - 2]);
                }
                alpha[i] = if a <= NEG_INF { NEG_INF } else { a + row[ext[i]] };
            }
        }
        -log_add(alpha[s - 1], alpha[s - 2])
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { ctc_loss ctc_loss_grad ctc_loss_vjp ctc_loss_jvp |r| {
            x0: Vec<Vec<f64>> = r.m(5,3,-3.,-0.1);
            x1: Vec<usize> = vec![1,2];
        } (&x0, &x1) dots => &dots }
    }
}

mod soft_decision_tree {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    enum Tree {
        Leaf(f64),
        Split { weights: Vec<f64>, bias: f64, left: Box<Tree>, right: Box<Tree> },
    }

    #[differentiate]
    impl Tree {
        fn predict(&self, x: &[f64]) -> f64 {
            match self {
                Tree::Leaf(v) => *v,
                Tree::Split { weights, bias, left, right } => {
                    let z = weights.iter().zip(x).map(|(w, xi)| w * xi).sum::<f64>() + bias;
                    let p = 1.0 / (1.0 + (-z).exp());
                    p * left.predict(x) + (1.0 - p) * right.predict(x)
                }
            }
        }
    }

    #[differentiate]
    fn soft_decision_tree(x: &[Vec<f64>], y: &[f64], w: &[f64], leaves: [f64; 3]) -> f64 {
        let tree = Tree::Split {
            weights: w.to_vec(),
            bias: 0.1,
            left: Box::new(Tree::Leaf(leaves[0])),
            right: Box::new(Tree::Split {
                weights: w.iter().map(|v| -v).collect(),
                bias: 0.0,
                left: Box::new(Tree::Leaf(leaves[1])),
                right: Box::new(Tree::Leaf(leaves[2])),
            }),
        };
        x.iter().zip(y).map(|(xi, yi)| (tree.predict(xi) - yi).powi(2)).sum()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { soft_decision_tree soft_decision_tree_grad soft_decision_tree_vjp soft_decision_tree_jvp |r| {
            x0: Vec<Vec<f64>> = r.m(4,2,-1.,1.);
            x1: Vec<f64> = r.v(4,-1.,1.);
            x2: Vec<f64> = r.v(2,-1.,1.);
            x3: [f64;3] = r.a::<3>(-1.,1.);
        } (&x0, &x1, &x2, x3.clone()) dots => (&dots.0, &dots.1, &dots.2, dots.3.clone()) }
    }
}

mod adam_training {
    use autodiff_core::differentiate;
    #[differentiate]
    fn adam_training(w0: &[f64], data: &[(f64, f64)], lr: f64, beta1: f64, beta2: f64) -> f64 {
        let mut w = w0.to_vec();
        let mut m = vec![0.0; w.len()];
        let mut v = vec![0.0; w.len()];
        for t in 1..=5 {
            let mut g = vec![0.0; w.len()];
            for &(x, y) in data {
                let e = w[0] * x + w[1] - y;
                g[0] += 2.0 * e * x;
                g[1] += 2.0 * e;
            }
            let c1 = 1.0 - beta1.powi(t);
            let c2 = 1.0 - beta2.powi(t);
            for (((wi, gi), mi), vi) in w.iter_mut().zip(&g).zip(m.iter_mut()).zip(v.iter_mut()) {
                *mi = beta1 * *mi + (1.0 - beta1) * gi;
                *vi = beta2 * *vi + (1.0 - beta2) * gi * gi;
                *wi -= lr * (*mi / c1) / ((*vi / c2).sqrt() + 1e-8);
            }
        }
        data.iter().map(|(x, y)| (w[0] * x + w[1] - y).powi(2)).sum()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { adam_training adam_training_grad adam_training_vjp adam_training_jvp |r| {
            x0: Vec<f64> = r.v(2,-1.,1.);
            x1: Vec<(f64,f64)> = (0..4).map(|_| (r.u(-1.,1.), r.u(-1.,1.))).collect();
            x2: f64 = r.u(0.05,0.1);
            x3: f64 = r.u(0.8,0.9);
            x4: f64 = r.u(0.9,0.99);
        } (&x0, &x1, x2.clone(), x3.clone(), x4.clone()) dots => (&dots.0, &dots.1, dots.2.clone(), dots.3.clone(), dots.4.clone()) }
    }
}
