//! Economics and finance: nests of goods, states behind noise, choices, auctions, options that are exercised early.

mod ces_nest {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Nest {
        share: f64,
        sigma: f64,
        goods: Vec<f64>,
        prices: Vec<f64>,
    }

    #[differentiate]
    impl Nest {
        fn price_index(&self) -> f64 {
            let e = 1.0 - self.sigma;
            self.goods.iter().zip(&self.prices).map(|(w, p)| w.powf(self.sigma) * p.powf(e)).sum::<f64>().powf(1.0 / e)
        }
    }

    #[differentiate]
    fn ces_nest(nests: &[Nest], sigma_top: f64, income: f64) -> f64 {
        let indices: Vec<f64> = nests.iter().map(|n| n.price_index()).collect();
        let mut total = 0.0;
        for (n, p) in nests.iter().zip(indices.iter()) {
            total += n.share * p.powf(1.0 - sigma_top);
        }
        let top = total.powf(1.0 / (1.0 - sigma_top));
        income / top
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Nest { share, sigma, goods, prices });
        trial! { ces_nest ces_nest_grad ces_nest_vjp ces_nest_jvp |r| {
            x0: Vec<Nest> = vec![Nest{share:r.u(0.3,0.7),sigma:r.u(1.5,3.0),goods:r.v(3,0.2,0.5),prices:r.v(3,0.5,2.0)},Nest{share:r.u(0.3,0.7),sigma:r.u(1.5,3.0),goods:r.v(2,0.2,0.5),prices:r.v(2,0.5,2.0)}];
            x1: f64 = r.u(1.5, 2.5);
            x2: f64 = r.u(5.0, 10.0);
        } (&x0, x1.clone(), x2.clone()) dots => (&dots.0, dots.1.clone(), dots.2.clone()) }
    }
}

mod kalman_local_level_ml {
    use autodiff_core::differentiate;
    #[differentiate]
    fn kalman_local_level_ml(y: &[Option<f64>], log_q: f64, log_r: f64, a0: f64) -> f64 {
        let (q, r) = (log_q.exp(), log_r.exp());
        let (mut a, mut p) = (a0, 10.0);
        let mut ll = 0.0;
        for obs in y {
            p += q;
            match obs {
                Some(v) => {
                    let innov = v - a;
                    let f = p + r;
                    let k = p / f;
                    a += k * innov;
                    p *= 1.0 - k;
                    ll += -0.5 * (f.ln() + innov * innov / f);
                }
                None => continue,
            }
        }
        ll
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { kalman_local_level_ml kalman_local_level_ml_grad kalman_local_level_ml_vjp kalman_local_level_ml_jvp |r| {
            x0: Vec<Option<f64>> = vec![Some(r.u(0.,1.)),Some(r.u(0.,1.)),None,Some(r.u(0.,1.)),None,Some(r.u(0.,2.))];
            x1: f64 = r.u(-2.0, 0.0);
            x2: f64 = r.u(-2.0, 0.0);
            x3: f64 = r.u(-1.0, 1.0);
        } (&x0, x1.clone(), x2.clone(), x3.clone()) dots => (&dots.0, dots.1.clone(), dots.2.clone(), dots.3.clone()) }
    }
}

mod nested_logit {
    use autodiff_core::differentiate;
    #[differentiate]
    fn log_sum_exp(xs: &[f64]) -> f64 {
        let m = xs.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
        m + xs.iter().map(|x| (x - m).exp()).sum::<f64>().ln()
    }

    #[differentiate]
    fn nested_logit(attrs: &[Vec<Vec<f64>>], beta: &[f64], lambda: &[f64], chosen: (usize, usize)) -> f64 {
        let mut inclusive = Vec::with_capacity(attrs.len());
        let mut within: Vec<Vec<f64>> = Vec::new();
        for (nest, lam) in attrs.iter().zip(lambda) {
            let utils: Vec<f64> = nest.iter().map(|alt| alt.iter().zip(beta).map(|(x, b)| x * b).sum::<f64>() / lam).collect();
            inclusive.push(lam * log_sum_exp(&utils));
            within.push(utils);
        }
        let (g, a) = chosen;
        let log_p_nest = inclusive[g] - log_sum_exp(&inclusive);
        let log_p_alt = within[g][a] - log_sum_exp(&within[g]);
        log_p_nest + log_p_alt
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { nested_logit nested_logit_grad nested_logit_vjp nested_logit_jvp |r| {
            x0: Vec<Vec<Vec<f64>>> = vec![r.m(2,3,-1.,1.),r.m(3,3,-1.,1.)];
            x1: Vec<f64> = r.v(3,-1.,1.);
            x2: Vec<f64> = r.v(2,0.4,0.9);
            x3: (usize,usize) = (1,2);
        } (&x0, &x1, &x2, x3.clone()) dots => (&dots.0, &dots.1, &dots.2) }
    }
}

mod auction_revenue {
    use autodiff_core::differentiate;
    #[differentiate]
    fn auction_revenue(bids: &[f64], reserve: f64, ctr: &[f64]) -> f64 {
        let mut order: Vec<usize> = (0..bids.len()).collect();
        order.sort_by(|&i, &j| bids[j].partial_cmp(&bids[i]).unwrap());
        let mut revenue = 0.0;
        for (slot, c) in ctr.iter().enumerate() {
            let Some(&winner) = order.get(slot) else { break };
            if bids[winner] < reserve {
                break;
            }
            let price = match order.get(slot + 1) {
                Some(&next) if bids[next] > reserve => bids[next],
                _ => reserve,
            };
            revenue += c * price;
        }
        revenue
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { auction_revenue auction_revenue_grad auction_revenue_vjp auction_revenue_jvp |r| {
            x0: Vec<f64> = r.v(5, 0.0, 2.0);
            x1: f64 = r.u(0.4, 0.8);
            x2: Vec<f64> = r.v(3, 0.1, 0.5);
        } (&x0, x1.clone(), &x2) dots => (&dots.0, dots.1.clone(), &dots.2) }
    }
}

mod american_put {
    use autodiff_core::differentiate;
    #[differentiate]
    fn binomial_american_put<const N: usize>(s0: f64, strike: f64, vol: f64, rate: f64, expiry: f64) -> f64 {
        let dt = expiry / N as f64;
        let up = (vol * dt.sqrt()).exp();
        let down = 1.0 / up;
        let disc = (-rate * dt).exp();
        let p = ((rate * dt).exp() - down) / (up - down);
        let mut values = vec![0.0; N + 1];
        for (i, v) in values.iter_mut().enumerate() {
            let s = s0 * up.powi(2 * i as i32 - N as i32);
            *v = (strike - s).max(0.0);
        }
        for step in (0..N).rev() {
            for i in 0..=step {
                let cont = disc * (p * values[i + 1] + (1.0 - p) * values[i]);
                let s = s0 * up.powi(2 * i as i32 - step as i32);
                let exercise = strike - s;
                values[i] = if exercise > cont { exercise } else { cont };
            }
        }
        values[0]
    }
    #[differentiate]
    fn put12(s0: f64, strike: f64, vol: f64, rate: f64, expiry: f64) -> f64 {
        binomial_american_put::<12>(s0, strike, vol, rate, expiry)
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { put12 put12_grad put12_vjp put12_jvp |r| {
            x0: f64 = r.u(95.,105.);
            x1: f64 = r.u(95.,105.);
            x2: f64 = r.u(0.2,0.3);
            x3: f64 = r.u(0.02,0.05);
            x4: f64 = r.u(0.5,1.5);
        } (x0.clone(), x1.clone(), x2.clone(), x3.clone(), x4.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone(), dots.3.clone(), dots.4.clone()) }
    }
}

mod lsm_american {
    use autodiff_core::differentiate;
    #[differentiate]
    fn solve3(mut a: [[f64; 3]; 3], mut b: [f64; 3]) -> [f64; 3] {
        for i in 0..3 {
            for k in (i + 1)..3 {
                let f = a[k][i] / a[i][i];
                for j in i..3 {
                    a[k][j] -= f * a[i][j];
                }
                b[k] -= f * b[i];
            }
        }
        let mut x = [0.0; 3];
        for i in (0..3).rev() {
            let mut s = b[i];
            for j in (i + 1)..3 {
                s -= a[i][j] * x[j];
            }
            x[i] = s / a[i][i];
        }
        x
    }

    #[differentiate]
    fn lsm_american(s0: f64, vol: f64, strike: f64, rate: f64, normals: &[Vec<f64>]) -> f64 {
        let n_paths = normals.len();
        let n_steps = normals[0].len();
        let dt = 1.0 / n_steps as f64;
        let mut paths = vec![vec![0.0; n_steps + 1]; n_paths];
        for (path, zs) in paths.iter_mut().zip(normals.iter()) {
            path[0] = s0;
            for (t, z) in zs.iter().enumerate() {
                path[t + 1] = path[t] * ((rate - 0.5 * vol * vol) * dt + vol * dt.sqrt() * z).exp();
            }
        }
        let df = (-rate * dt).exp();
        let mut cash: Vec<f64> = paths.iter().map(|p| (strike - p[n_steps]).max(0.0)).collect();
        for t in (1..n_steps).rev() {
            let mut ata = [[0.0; 3]; 3];
            let mut atb = [0.0; 3];
            for i in 0..n_paths {
                let x = paths[i][t] / strike;
                let basis = [1.0, x, x * x];
                for a in 0..3 {
                    for b in 0..3 {
                        ata[a][b] += basis[a] * basis[b];
                    }
                    atb[a] += basis[a] * cash[i] * df;
                }
            }
            let coef = solve3(ata, atb);
            for i in 0..n_paths {
                let x = paths[i][t] / strike;
                let cont = coef[0] + coef[1] * x + coef[2] * x * x;
                let ex = strike - paths[i][t];
                cash[i] = if ex > 0.0 && ex > cont { ex } else { cash[i] * df };
            }
        }
        df * cash.iter().sum::<f64>() / n_paths as f64
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { lsm_american lsm_american_grad lsm_american_vjp lsm_american_jvp |r| {
            x0: f64 = r.u(95.,105.);
            x1: f64 = r.u(0.2,0.3);
            x2: f64 = r.u(98.,108.);
            x3: f64 = r.u(0.02,0.05);
            x4: Vec<Vec<f64>> = r.m(8,4,-1.5,1.5);
        } (x0.clone(), x1.clone(), x2.clone(), x3.clone(), &x4) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone(), dots.3.clone(), &dots.4) }
    }
}

mod builder_portfolio {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Default, Differentiable)]
    struct Portfolio {
        weights: Vec<f64>,
        cash: f64,
        cost: f64,
    }
    #[differentiate]
    impl Portfolio {
        fn new() -> Self {
            Portfolio { weights: Vec::new(), cash: 1.0, cost: 0.0 }
        }
        fn with_asset(mut self, w: f64) -> Self {
            self.cash -= w;
            self.weights.push(w);
            self
        }
        fn with_cost(mut self, c: f64) -> Self {
            self.cost = c;
            self
        }
        fn variance(&self, cov: &[Vec<f64>]) -> f64 {
            let mut v = 0.0;
            for (i, wi) in self.weights.iter().enumerate() {
                for (j, wj) in self.weights.iter().enumerate() {
                    v += wi * wj * cov[i][j];
                }
            }
            v
        }
    }
    #[differentiate]
    fn builder_portfolio(w1: f64, w2: f64, mu: [f64; 2], cov: &[Vec<f64>], cost: f64) -> f64 {
        let p = Portfolio::new().with_asset(w1).with_asset(w2).with_cost(cost);
        let ret: f64 = p.weights.iter().zip(mu.iter()).map(|(w, m)| w * m).sum::<f64>() + 0.01 * p.cash;
        let turnover: f64 = p.weights.iter().map(|w| w.abs()).sum();
        (ret - p.cost * turnover) / p.variance(cov).sqrt()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { builder_portfolio builder_portfolio_grad builder_portfolio_vjp builder_portfolio_jvp |r| {
            x0: f64 = r.u(0.2,0.6);
            x1: f64 = r.u(0.2,0.6);
            x2: [f64;2] = r.a::<2>(0.,0.1);
            x3: Vec<Vec<f64>> = vec![vec![r.u(0.1,0.2),0.02],vec![0.03,r.u(0.1,0.2)]];
            x4: f64 = r.u(0.001,0.01);
        } (x0.clone(), x1.clone(), x2.clone(), &x3, x4.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone(), &dots.3, dots.4.clone()) }
    }
}

mod potentials {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Arc {
        from: usize,
        to: usize,
        cost: f64,
        flow: f64,
    }
    #[derive(Clone, Debug, Differentiable)]
    struct Network {
        arcs: Vec<Arc>,
        potential: Vec<f64>,
    }
    #[differentiate]
    impl Network {
        fn relax(&mut self) -> bool {
            let mut changed = false;
            for a in &self.arcs {
                let cand = self.potential[a.from] + a.cost;
                if cand < self.potential[a.to] {
                    self.potential[a.to] = cand;
                    changed = true;
                }
            }
            changed
        }
        fn push(&mut self, amount: f64) {
            for arc in self.arcs.iter_mut() {
                let reduced = arc.cost + self.potential[arc.from] - self.potential[arc.to];
                arc.flow += amount * (-reduced).exp();
            }
        }
        fn cost(&self) -> f64 {
            self.arcs.iter().map(|a| a.cost * a.flow).sum::<f64>() + self.potential.iter().skip(1).sum::<f64>()
        }
    }
    #[differentiate]
    fn k_transport_simplex(costs: &[f64], amount: f64) -> f64 {
        let ends = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)];
        let arcs: Vec<Arc> = ends.iter().zip(costs).map(|(&(from, to), &cost)| Arc { from, to, cost, flow: 0.0 }).collect();
        let mut net = Network { arcs, potential: vec![0.0, 1e3, 1e3, 1e3] };
        let mut rounds = 0;
        while net.relax() {
            rounds += 1;
            if rounds > 10 {
                break;
            }
        }
        net.push(amount);
        net.push(0.5 * amount);
        net.cost()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { k_transport_simplex k_transport_simplex_grad k_transport_simplex_vjp k_transport_simplex_jvp |r| {
            x0: Vec<f64> = r.v(5,0.2,1.5);
            x1: f64 = r.u(0.5,1.);
        } (&x0, x1.clone()) dots => (&dots.0, dots.1.clone()) }
    }
}
