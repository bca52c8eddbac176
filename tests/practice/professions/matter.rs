//! Chemistry, materials and engineering: mechanisms, torsions, eigenvalues, batteries, trusses, controllers.

mod arrhenius_mechanism {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Reaction {
        a: f64,
        n: f64,
        ea: f64,
        reactants: Vec<usize>,
        products: Vec<usize>,
    }

    #[differentiate]
    impl Reaction {
        fn rate_constant(&self, temp: f64) -> f64 {
            const R: f64 = 8.314;
            self.a * temp.powf(self.n) * (-self.ea / (R * temp)).exp()
        }
        fn rate(&self, conc: &[f64], temp: f64) -> f64 {
            let mut r = self.rate_constant(temp);
            for &s in &self.reactants {
                r *= conc[s];
            }
            r
        }
    }

    #[differentiate]
    fn arrhenius_mechanism(mech: &[Reaction], c0: &[f64], temp: f64, dt: f64, steps: usize) -> f64 {
        let mut conc = c0.to_vec();
        for _ in 0..steps {
            let mut dcdt = vec![0.0; conc.len()];
            for rxn in mech {
                let q = rxn.rate(&conc, temp);
                for &s in rxn.reactants.iter() {
                    dcdt[s] -= q;
                }
                for &s in rxn.products.iter() {
                    dcdt[s] += q;
                }
            }
            for (c, d) in conc.iter_mut().zip(dcdt.iter()) {
                *c = (*c + dt * d).max(0.0);
            }
        }
        conc[2] * 3.0 + conc[0]
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Reaction { a, n, ea, reactants, products });
        trial! { arrhenius_mechanism arrhenius_mechanism_grad arrhenius_mechanism_vjp arrhenius_mechanism_jvp |r| {
            x0: Vec<Reaction> = vec![Reaction{a:r.u(1.0,2.0),n:r.u(0.0,0.2),ea:r.u(1000.0,2000.0),reactants:vec![0,1],products:vec![2]},Reaction{a:r.u(1.0,2.0),n:0.1,ea:3000.0,reactants:vec![2],products:vec![0,1]}];
            x1: Vec<f64> = r.v(3, 0.5, 1.0);
            x2: f64 = r.u(290.0, 310.0);
            x3: f64 = 0.05;
            x4: usize = 10;
        } (&x0, &x1, x2.clone(), x3.clone(), x4.clone()) dots => (&dots.0, &dots.1, dots.2.clone(), dots.3.clone()) }
    }
}

mod torsion_energy {
    use autodiff_core::differentiate;
    #[differentiate]
    fn sub(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
        [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
    }
    #[differentiate]
    fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    }
    #[differentiate]
    fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    #[differentiate]
    fn torsion_energy(atoms: &[[f64; 3]; 4], v: [f64; 3], gamma: f64) -> f64 {
        let b1 = sub(&atoms[1], &atoms[0]);
        let b2 = sub(&atoms[2], &atoms[1]);
        let b3 = sub(&atoms[3], &atoms[2]);
        let n1 = cross(&b1, &b2);
        let n2 = cross(&b2, &b3);
        let m1 = cross(&n1, &b2);
        let len = dot(&b2, &b2).sqrt();
        let phi = (dot(&m1, &n2) / len).atan2(dot(&n1, &n2));
        v.iter().enumerate().fold(0.0, |acc, (k, vk)| acc + 0.5 * vk * (1.0 + ((k + 1) as f64 * phi - gamma).cos()))
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { torsion_energy torsion_energy_grad torsion_energy_vjp torsion_energy_jvp |r| {
            x0: [[f64;3];4] = [r.a::<3>(0.0,0.3),[1.0+r.u(0.0,0.3),0.2,0.1],[1.3,1.2,r.u(0.0,0.4)],[2.0,1.4,1.0+r.u(0.0,0.3)]];
            x1: [f64;3] = r.a::<3>(0.5,1.5);
            x2: f64 = r.u(0.0, 1.0);
        } (&x0, x1.clone(), x2.clone()) dots => (&dots.0, dots.1.clone(), dots.2.clone()) }
    }
}

mod gillespie_mean {
    use autodiff_core::differentiate;
    #[differentiate]
    fn propensity(x: &[f64; 2], k: &[f64; 3], r: usize) -> f64 {
        match r {
            0 => k[0],
            1 => k[1] * x[0],
            2 => k[2] * x[1] * x[0],
            _ => unreachable!(),
        }
    }

    #[differentiate]
    fn gillespie_mean(x0: [f64; 2], k: [f64; 3], t_end: f64) -> f64 {
        let stoich: [[f64; 2]; 3] = [[1.0, 0.0], [-1.0, 1.0], [0.0, -1.0]];
        let mut x = x0;
        let mut t = 0.0;
        let mut acc = 0.0;
        let mut guard = 0;
        while guard < 30 {
            let props: Vec<f64> = (0..3).map(|r| propensity(&x, &k, r)).collect();
            let total: f64 = props.iter().sum();
            let dt = 0.1 / total;
            if t + dt >= t_end {
                acc += x[1] * (t_end - t);
                break;
            }
            t += dt;
            acc += x[1] * dt;
            for (p, s) in props.iter().zip(stoich.iter()) {
                x[0] += p * dt * s[0];
                x[1] += p * dt * s[1];
            }
            guard += 1;
        }
        acc / t_end
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { gillespie_mean gillespie_mean_grad gillespie_mean_vjp gillespie_mean_jvp |r| {
            x0: [f64;2] = r.a::<2>(1.0,2.0);
            x1: [f64;3] = r.a::<3>(0.5,1.5);
            x2: f64 = r.u(0.5, 0.9);
        } (x0.clone(), x1.clone(), x2.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone()) }
    }
}

mod huckel {
    use autodiff_core::differentiate;
    #[differentiate]
    fn jacobi_eigen<const N: usize>(m: [[f64; N]; N]) -> [f64; N] {
        let mut a = m;
        for _sweep in 0..8 {
            for p in 0..N - 1 {
                for q in p + 1..N {
                    if a[p][q].abs() < 1e-14 {
                        continue;
                    }
                    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                    let c = 1.0 / (t * t + 1.0).sqrt();
                    let s = t * c;
                    for k in 0..N {
                        let (akp, akq) = (a[k][p], a[k][q]);
                        a[k][p] = c * akp - s * akq;
                        a[k][q] = s * akp + c * akq;
                    }
                    for k in 0..N {
                        let (apk, aqk) = (a[p][k], a[q][k]);
                        a[p][k] = c * apk - s * aqk;
                        a[q][k] = s * apk + c * aqk;
                    }
                }
            }
        }
        let mut ev = [0.0; N];
        for i in 0..N {
            ev[i] = a[i][i];
        }
        ev.sort_by(|x, y| x.partial_cmp(y).unwrap());
        ev
    }
    #[differentiate]
    fn huckel_energy(alpha: f64, beta: [f64; 3]) -> f64 {
        let h = [[alpha, beta[0], beta[2]], [beta[0], alpha * 1.2, beta[1]], [beta[2], beta[1], alpha * 0.7]];
        let [e0, e1, _] = jacobi_eigen(h);
        2.0 * e0 + e1
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { huckel_energy huckel_energy_grad huckel_energy_vjp huckel_energy_jvp |r| {
            x0: f64 = r.u(-2.,-1.);
            x1: [f64;3] = r.a::<3>(-1.,-0.3);
        } (x0.clone(), x1.clone()) dots => (dots.0.clone(), dots.1.clone()) }
    }
}

mod battery_model {
    use autodiff_core::{Differentiable, differentiate};
    const OCV_SOC: [f64; 6] = [0.0, 0.1, 0.3, 0.5, 0.8, 1.0];
    const OCV_V: [f64; 6] = [3.0, 3.4, 3.6, 3.7, 3.9, 4.2];

    #[differentiate]
    fn ocv(soc: f64) -> f64 {
        let s = soc.clamp(0.0, 1.0);
        let mut lo = 0;
        let mut hi = OCV_SOC.len() - 1;
        while hi - lo > 1 {
            let mid = (lo + hi) / 2;
            if OCV_SOC[mid] <= s {
                lo = mid;
            } else {
                hi = mid;
            }
        }
        let w = (s - OCV_SOC[lo]) / (OCV_SOC[hi] - OCV_SOC[lo]);
        OCV_V[lo] * (1.0 - w) + OCV_V[hi] * w
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Cell {
        capacity: f64,
        r0: f64,
        r1: f64,
        c1: f64,
    }

    #[differentiate]
    fn battery_model(cell: &Cell, current: &[f64], soc0: f64) -> f64 {
        let mut soc = soc0;
        let mut v1 = 0.0;
        let mut delivered = 0.0;
        let tau = cell.r1 * cell.c1;
        for &i in current {
            let decay = (-1.0 / tau).exp();
            v1 = v1 * decay + cell.r1 * (1.0 - decay) * i;
            soc -= i / cell.capacity;
            let v = ocv(soc) - i * cell.r0 - v1;
            if v < 2.5 {
                break;
            }
            delivered += v * i;
        }
        delivered
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Cell { capacity, r0, r1, c1 });
        trial! { battery_model battery_model_grad battery_model_vjp battery_model_jvp |r| {
            x0: Cell = Cell{capacity:r.u(20.,30.),r0:r.u(0.02,0.05),r1:r.u(0.01,0.03),c1:r.u(100.,200.)};
            x1: Vec<f64> = r.v(10,0.5,2.);
            x2: f64 = r.u(0.8,0.95);
        } (&x0, &x1, x2.clone()) dots => (&dots.0, &dots.1, dots.2.clone()) }
    }
}

mod truss_fem {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Bar {
        i: usize,
        j: usize,
        area: f64,
    }

    #[differentiate]
    fn solve_dense(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
        let n = b.len();
        for col in 0..n {
            let mut piv = col;
            for row in col + 1..n {
                if a[row][col].abs() > a[piv][col].abs() {
                    piv = row;
                }
            }
            a.swap(col, piv);
            b.swap(col, piv);
            for row in col + 1..n {
                let f = a[row][col] / a[col][col];
                for k in col..n {
                    let t = a[col][k];
                    a[row][k] -= f * t;
                }
                b[row] -= f * b[col];
            }
        }
        let mut x = vec![0.0; n];
        for row in (0..n).rev() {
            let s: f64 = (row + 1..n).map(|k| a[row][k] * x[k]).sum();
            x[row] = (b[row] - s) / a[row][row];
        }
        x
    }

    #[differentiate]
    fn truss_fem(nodes: &[[f64; 2]], bars: &[Bar], young: f64, load: [f64; 2]) -> f64 {
        let ndof = 2 * nodes.len();
        let mut k = vec![vec![0.0; ndof]; ndof];
        for bar in bars {
            let [xi, yi] = nodes[bar.i];
            let [xj, yj] = nodes[bar.j];
            let len = ((xj - xi).powi(2) + (yj - yi).powi(2)).sqrt();
            let (c, s) = ((xj - xi) / len, (yj - yi) / len);
            let stiff = young * bar.area / len;
            let dofs = [2 * bar.i, 2 * bar.i + 1, 2 * bar.j, 2 * bar.j + 1];
            let dir = [-c, -s, c, s];
            for (a, &da) in dofs.iter().enumerate() {
                for (b, &db) in dofs.iter().enumerate() {
                    k[da][db] += stiff * dir[a] * dir[b];
                }
            }
        }
        let free: Vec<usize> = (4..ndof).collect();
        let kff: Vec<Vec<f64>> = free.iter().map(|&r| free.iter().map(|&c| k[r][c]).collect()).collect();
        let mut f = vec![0.0; free.len()];
        let n = f.len();
        f[n - 2] = load[0];
        f[n - 1] = load[1];
        let u = solve_dense(kff, f.clone());
        u.iter().zip(f.iter()).map(|(a, b)| a * b).sum()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Bar { i, j, area });
        trial! { truss_fem truss_fem_grad truss_fem_vjp truss_fem_jvp |r| {
            x0: Vec<[f64;2]> = vec![[0.,0.],[0.,1.],[1.+r.u(0.,0.2),0.],[1.,1.+r.u(0.,0.2)]];
            x1: Vec<Bar> = vec![Bar{i:0,j:2,area:r.u(1.,2.)},Bar{i:1,j:3,area:r.u(1.,2.)},Bar{i:0,j:3,area:r.u(1.,2.)},Bar{i:1,j:2,area:r.u(1.,2.)},Bar{i:2,j:3,area:r.u(1.,2.)}];
            x2: f64 = r.u(1.,2.);
            x3: [f64;2] = r.a::<2>(-1.,1.);
        } (&x0, &x1, x2.clone(), x3.clone()) dots => (&dots.0, &dots.1, dots.2.clone(), dots.3.clone()) }
    }
}

mod pid_simulation {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Default, Differentiable)]
    struct Pid {
        kp: f64,
        ki: f64,
        kd: f64,
        integral: f64,
        last_err: Option<f64>,
    }

    #[differentiate]
    impl Pid {
        fn update(&mut self, err: f64, dt: f64) -> f64 {
            self.integral += err * dt;
            let deriv = match self.last_err {
                Some(prev) => (err - prev) / dt,
                None => 0.0,
            };
            self.last_err = Some(err);
            (self.kp * err + self.ki * self.integral + self.kd * deriv).clamp(-2.0, 2.0)
        }
    }

    #[differentiate]
    fn pid_simulation(kp: f64, ki: f64, kd: f64, setpoint: f64, tau: f64) -> f64 {
        let mut pid = Pid { kp, ki, kd, ..Default::default() };
        let dt = 0.1;
        let mut y = 0.0;
        let mut cost = 0.0;
        for k in 0..20 {
            let target = if k < 10 { setpoint } else { -setpoint };
            let u = pid.update(target - y, dt);
            y += dt * (u - y) / tau;
            cost += (target - y).powi(2) * dt;
        }
        cost
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { pid_simulation pid_simulation_grad pid_simulation_vjp pid_simulation_jvp |r| {
            x0: f64 = r.u(0.5,1.5);
            x1: f64 = r.u(0.1,0.5);
            x2: f64 = r.u(0.01,0.05);
            x3: f64 = r.u(0.5,1.);
            x4: f64 = r.u(0.5,1.);
        } (x0.clone(), x1.clone(), x2.clone(), x3.clone(), x4.clone()) dots => (dots.0.clone(), dots.1.clone(), dots.2.clone(), dots.3.clone(), dots.4.clone()) }
    }
}
