//! Mixed models, splines, survival, force fields, geodesics, epidemics.
use autodiff_core::{Differentiable, differentiate};
use std::cmp::Ordering;

#[differentiate]
fn cholesky(a: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let s: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            l[i][j] = match i.cmp(&j) {
                Ordering::Equal => {
                    let d = a[i][i] - s;
                    if d <= 0.0 {
                        return None;
                    }
                    d.sqrt()
                }
                _ => (a[i][j] - s) / l[j][j],
            };
        }
    }
    Some(l)
}
#[differentiate]
fn forward_sub(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut y: Vec<f64> = Vec::with_capacity(b.len());
    for (i, &bi) in b.iter().enumerate() {
        let dot: f64 = l[i].iter().zip(y.iter()).map(|(a, c)| a * c).sum();
        y.push((bi - dot) / l[i][i]);
    }
    y
}
/// Mixed model marginal log-likelihood.
#[differentiate(wrt(beta, log_su, log_se))]
fn lmm_loglik(beta: &[f64], log_su: f64, log_se: f64, groups: &[(Vec<[f64; 2]>, Vec<f64>)]) -> f64 {
    let (su2, se2) = ((2.0 * log_su).exp(), (2.0 * log_se).exp());
    let mut total = 0.0;
    for (xs, ys) in groups.iter() {
        let n = ys.len();
        let resid: Vec<f64> =
            xs.iter().zip(ys.iter()).map(|(x, y)| y - x.iter().zip(beta.iter()).map(|(a, b)| a * b).sum::<f64>()).collect();
        let v: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| su2 + if i == j { se2 } else { 0.0 }).collect()).collect();
        let Some(l) = cholesky(&v) else {
            return f64::NEG_INFINITY;
        };
        let z = forward_sub(&l, &resid);
        let logdet: f64 = 2.0 * l.iter().enumerate().map(|(i, r)| r[i].ln()).sum::<f64>();
        total -= 0.5 * (logdet + z.iter().map(|x| x * x).sum::<f64>());
    }
    total
}

// natural cubic spline
#[derive(Clone, Debug, Differentiable)]
pub struct Spline {
    #[differentiable(skip)]
    knots: Vec<f64>,
    y: Vec<f64>,
    m: Vec<f64>,
}
#[differentiate]
impl Spline {
    pub fn fit(knots: &[f64], y: &[f64]) -> Self {
        let n = knots.len();
        let h: Vec<f64> = knots.windows(2).map(|w| w[1] - w[0]).collect();
        let mut c = vec![0.0; n];
        let mut d = vec![0.0; n];
        for i in 1..n - 1 {
            let (hl, hr) = (h[i - 1], h[i]);
            let rhs = 6.0 * ((y[i + 1] - y[i]) / hr - (y[i] - y[i - 1]) / hl);
            let den = 2.0 * (hl + hr) - hl * c[i - 1];
            c[i] = hr / den;
            d[i] = (rhs - hl * d[i - 1]) / den;
        }
        let mut m = vec![0.0; n];
        for i in (1..n - 1).rev() {
            m[i] = d[i] - c[i] * m[i + 1];
        }
        Self { knots: knots.to_vec(), y: y.to_vec(), m }
    }
    pub fn eval(&self, x: f64) -> f64 {
        let i = self.knots.partition_point(|&k| k <= x).clamp(1, self.knots.len() - 1) - 1;
        let h = self.knots[i + 1] - self.knots[i];
        let (a, b) = ((self.knots[i + 1] - x) / h, (x - self.knots[i]) / h);
        a * self.y[i] + b * self.y[i + 1] + ((a.powi(3) - a) * self.m[i] + (b.powi(3) - b) * self.m[i + 1]) * h * h / 6.0
    }
}
#[differentiate(wrt(y))]
fn spline_rss(y: &[f64], knots: &[f64], data: &[(f64, f64)]) -> f64 {
    let s = Spline::fit(knots, y);
    data.iter().map(|(x, v)| (s.eval(*x) - v).powi(2)).sum()
}

// Cox partial likelihood
#[derive(Clone, Debug)]
struct Subject {
    time: f64,
    event: bool,
    x: Vec<f64>,
}
#[differentiate(wrt(beta))]
fn cox(beta: &[f64], subjects: &[Subject]) -> f64 {
    let eta: Vec<f64> = subjects.iter().map(|s| s.x.iter().zip(beta).map(|(a, b)| a * b).sum()).collect();
    let mut order: Vec<usize> = (0..subjects.len()).collect();
    order.sort_by(|&a, &b| subjects[b].time.partial_cmp(&subjects[a].time).unwrap_or(Ordering::Equal));
    let mut risk = 0.0;
    let mut ll = 0.0;
    for &i in &order {
        risk += eta[i].exp();
        if subjects[i].event {
            ll += eta[i] - risk.ln();
        }
    }
    -ll
}

// HMM scaled forward
#[derive(Clone, Debug, Differentiable)]
struct Hmm<const K: usize> {
    trans: [[f64; K]; K],
    means: [f64; K],
    sigma: f64,
    init: [f64; K],
}
#[differentiate]
impl<const K: usize> Hmm<K> {
    fn density(&self, k: usize, y: f64) -> f64 {
        let z = (y - self.means[k]) / self.sigma;
        (-0.5 * z * z).exp() / (self.sigma * (2.0 * std::f64::consts::PI).sqrt())
    }
    fn loglik(&self, ys: &[f64]) -> f64 {
        let mut ll = 0.0;
        let mut alpha = [0.0; K];
        for (t, &y) in ys.iter().enumerate() {
            let mut next = [0.0; K];
            for j in 0..K {
                let prior = if t == 0 { self.init[j] } else { (0..K).map(|i| alpha[i] * self.trans[i][j]).sum() };
                next[j] = prior * self.density(j, y);
            }
            let c: f64 = next.iter().sum();
            ll += c.ln();
            alpha = next.map(|a| a / c);
        }
        ll
    }
}
#[differentiate(wrt(h))]
fn hmm_nll(h: &Hmm<2>, ys: &[f64]) -> f64 {
    -h.loglik(ys)
}

// chemistry: MM force field
#[derive(Clone, Debug)]
enum Term {
    Bond { i: usize, j: usize, k: f64, r0: f64 },
    Angle(usize, usize, usize, f64, f64),
    Torsion { atoms: [usize; 4], n: u8, barrier: f64 },
    Lj { pair: (usize, usize), eps: f64, sigma: f64 },
}
#[differentiate]
fn sub3(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
#[differentiate]
fn dot3(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b.iter()).map(|(x, y)| x * y).sum()
}
#[differentiate]
fn cross3([a, b, c]: [f64; 3], [d, e, f]: [f64; 3]) -> [f64; 3] {
    [b * f - c * e, c * d - a * f, a * e - b * d]
}
#[differentiate(wrt(xyz))]
fn energy(xyz: &[[f64; 3]], terms: &[Term]) -> f64 {
    terms
        .iter()
        .map(|term| match *term {
            Term::Bond { i, j, k, r0 } => {
                let d = sub3(&xyz[i], &xyz[j]);
                0.5 * k * (dot3(d, d).sqrt() - r0).powi(2)
            }
            Term::Angle(i, j, k, force, theta0) => {
                let (u, v) = (sub3(&xyz[i], &xyz[j]), sub3(&xyz[k], &xyz[j]));
                let cos = dot3(u, v) / (dot3(u, u) * dot3(v, v)).sqrt();
                0.5 * force * (cos.clamp(-1.0, 1.0).acos() - theta0).powi(2)
            }
            Term::Torsion { atoms: [a, b, c, d], n, barrier } => {
                let (b1, b2, b3) = (sub3(&xyz[b], &xyz[a]), sub3(&xyz[c], &xyz[b]), sub3(&xyz[d], &xyz[c]));
                let n1 = cross3(b1, b2);
                let n2 = cross3(b2, b3);
                let m1 = cross3(n1, b2.map(|x| x / dot3(b2, b2).sqrt()));
                let phi = dot3(m1, n2).atan2(dot3(n1, n2));
                barrier * (1.0 + (f64::from(n) * phi).cos())
            }
            Term::Lj { pair: (i, j), eps, sigma } => {
                let d = sub3(&xyz[i], &xyz[j]);
                let s6 = (sigma * sigma / dot3(d, d)).powi(3);
                4.0 * eps * (s6 * s6 - s6)
            }
        })
        .sum()
}

// chemical kinetics Arrhenius w/ while
const R_GAS: f64 = 8.314e-3;
static SPECIES: [&str; 3] = ["A", "B", "C"];
#[derive(Clone, Copy, Debug, Differentiable)]
struct Arrhenius {
    ln_a: f64,
    ea: f64,
}
#[differentiate]
impl Arrhenius {
    fn rate(&self, temp: f64) -> f64 {
        self.ln_a.exp() * (-self.ea / (R_GAS * temp)).exp()
    }
}
#[differentiate]
fn kinetics(r1: Arrhenius, r2: Arrhenius, temp: f64) -> f64 {
    let mut conc = [0.0; SPECIES.len()];
    conc[0] = 1.0;
    let mut t = 0.0;
    let dt = 0.05;
    while t < 1.0 - 1e-12 {
        let [a, b, _] = conc;
        let v1 = r1.rate(temp + 300.0) * a;
        let v2 = r2.rate(temp + 300.0) * b * b;
        conc[0] -= dt * v1;
        conc[1] += dt * (v1 - 2.0 * v2);
        conc[2] += dt * v2;
        t += dt;
    }
    let names = SPECIES;
    conc.iter().zip(names.iter()).filter(|(_, n)| **n != "B").map(|(c, _)| c).sum::<f64>() + conc[2]
}

// Hückel: Jacobi eigen smallest
#[differentiate]
fn jacobi_eigen(h: &[[f64; 3]; 3]) -> f64 {
    let mut a = *h;
    for _sweep in 0..12 {
        for p in 0..2 {
            for q in (p + 1)..3 {
                if a[p][q].abs() < 1e-15 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..3 {
                    let (akp, akq) = (a[k][p], a[k][q]);
                    a[k][p] = c * akp - s * akq;
                    a[k][q] = s * akp + c * akq;
                }
                for k in 0..3 {
                    let (apk, aqk) = (a[p][k], a[q][k]);
                    a[p][k] = c * apk - s * aqk;
                    a[q][k] = s * apk + c * aqk;
                }
            }
        }
    }
    let mut e: Vec<f64> = (0..3).map(|i| a[i][i]).collect();
    e.sort_by(|x, y| x.total_cmp(y));
    2.0 * e[0] + e[1]
}
#[differentiate]
fn huckel(alpha: [f64; 3], b12: f64, b23: f64) -> f64 {
    jacobi_eigen(&[[alpha[0], b12, 0.0], [b12, alpha[1], b23], [0.0, b23, alpha[2]]])
}

// geodesy: vincenty inverse w/ tuple return
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct LatLon {
    pub lat: f64,
    pub lon: f64,
}
pub mod wgs84 {
    pub const A: f64 = 6378.137;
    pub const F: f64 = 1.0 / 298.257_223_563;
    pub const B: f64 = A * (1.0 - F);
}
#[differentiate]
pub fn vincenty(p: LatLon, q: LatLon) -> Option<f64> {
    let l = q.lon - p.lon;
    let u1 = ((1.0 - wgs84::F) * p.lat.tan()).atan();
    let u2 = ((1.0 - wgs84::F) * q.lat.tan()).atan();
    let (su1, cu1) = u1.sin_cos();
    let (su2, cu2) = u2.sin_cos();
    let mut lambda = l;
    for _ in 0..100 {
        let (sl, cl) = lambda.sin_cos();
        let sin_sigma = ((cu2 * sl).powi(2) + (cu1 * su2 - su1 * cu2 * cl).powi(2)).sqrt();
        if sin_sigma == 0.0 {
            return Some(0.0);
        }
        let cos_sigma = su1 * su2 + cu1 * cu2 * cl;
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = cu1 * cu2 * sl / sin_sigma;
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        let cos2_sm = if cos2_alpha == 0.0 { 0.0 } else { cos_sigma - 2.0 * su1 * su2 / cos2_alpha };
        let c = wgs84::F / 16.0 * cos2_alpha * (4.0 + wgs84::F * (4.0 - 3.0 * cos2_alpha));
        let prev = std::mem::replace(
            &mut lambda,
            l + (1.0 - c) * wgs84::F * sin_alpha * (sigma + c * sin_sigma * (cos2_sm + c * cos_sigma * (-1.0 + 2.0 * cos2_sm * cos2_sm))),
        );
        if (lambda - prev).abs() < 1e-14 {
            let usq = cos2_alpha * (wgs84::A.powi(2) - wgs84::B.powi(2)) / wgs84::B.powi(2);
            let big_a = 1.0 + usq / 16384.0 * (4096.0 + usq * (-768.0 + usq * (320.0 - 175.0 * usq)));
            return Some(wgs84::B * big_a * sigma);
        }
    }
    None
}
#[differentiate]
fn route_length(stops: &[LatLon]) -> f64 {
    stops.windows(2).map_while(|w| vincenty(w[0], w[1])).sum()
}
#[differentiate]
fn route_length_checked(stops: &[LatLon]) -> Option<f64> {
    let mut total = 0.0;
    for pair in stops.windows(2) {
        total += vincenty(pair[0], pair[1])?;
    }
    Some(total)
}
#[differentiate]
fn route(stops: &[LatLon]) -> f64 {
    route_length_checked(stops).expect("converges") + route_length(stops)
}

// epi: SEIR with age groups & try_fold budget
#[derive(Clone, Debug, Differentiable)]
struct Seir {
    s: Vec<f64>,
    e: Vec<f64>,
    i: Vec<f64>,
    r: Vec<f64>,
}
#[differentiate(wrt(contact, rates))]
fn seir(contact: &[Vec<f64>], rates: &[f64; 3], days: u32, n: usize) -> f64 {
    let &[beta, sigma, gamma] = rates;
    let mut st = Seir { s: vec![0.97; n], e: vec![0.02; n], i: vec![0.01; n], r: vec![0.0; n] };
    let mut peak = f64::MIN;
    for day in 1..=days {
        let lockdown = matches!(day, 3..=5 | 8);
        let force: Vec<f64> = contact
            .iter()
            .map(|row| beta * if lockdown { 0.4 } else { 1.0 } * row.iter().zip(&st.i).map(|(c, i)| c * i).sum::<f64>())
            .collect();
        for (g, f) in force.into_iter().enumerate() {
            let Seir { s, e, i, r } = &mut st;
            let (inf, prog, rec) = (f * s[g], sigma * e[g], gamma * i[g]);
            s[g] -= inf;
            e[g] += inf - prog;
            i[g] += prog - rec;
            r[g] += rec;
        }
        let prevalence = st.i.iter().sum::<f64>();
        if prevalence > peak {
            peak = prevalence;
        }
    }
    peak + st.r.iter().sum::<f64>()
}
#[differentiate(wrt(costs))]
fn budget(costs: &[f64], limit: f64) -> f64 {
    let within: Option<f64> = costs.iter().try_fold(0.0, |acc, c| {
        let next = acc + c * c;
        if next > limit { None } else { Some(next) }
    });
    match within {
        Some(v) => v.sqrt(),
        None => costs.iter().sum::<f64>() * 2.0,
    }
}
fn arr<const N: usize>(v: &[f64]) -> [f64; N] {
    v.try_into().unwrap()
}
fn ll(v: &[f64]) -> Vec<LatLon> {
    v.chunks(2).map(|c| LatLon { lat: c[0], lon: c[1] }).collect()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(lmm_loglik lmm_loglik_grad lmm_loglik_vjp lmm_loglik_jvp: 4, -0.5, 0.5, |v| (&v[..2], v[2], v[3], &[(vec![[1.0,0.3],[1.0,-0.4]], vec![0.5,0.1]), (vec![[1.0,0.1],[1.0,0.9],[1.0,-1.2]], vec![0.2,-0.7,0.3])]));
    checked!(spline_rss spline_rss_grad spline_rss_vjp spline_rss_jvp: 5, -1.0, 1.0, |v| (v, &[0.0,0.5,1.1,1.6,2.2], &[(0.2,0.3),(0.9,-0.2),(2.0,0.4)]));
    checked!(cox cox_grad cox_vjp cox_jvp: 2, -1.0, 1.0, |v| (v, &[Subject{time:1.0,event:true,x:vec![0.3,0.5]},Subject{time:0.5,event:true,x:vec![-0.3,0.9]},Subject{time:2.0,event:false,x:vec![0.7,-0.5]}]));
    checked!(hmm_nll hmm_nll_grad hmm_nll_vjp hmm_nll_jvp: 9, 0.2, 1.0, |v| (&Hmm{trans:[arr(&v[..2]),arr(&v[2..4])],means:arr(&v[4..6]),sigma:v[6],init:arr(&v[7..])}, &[0.1,0.8,0.4,-0.2]));
    checked!(energy energy_grad energy_vjp energy_jvp: 12, -1.5, 1.5, |v| (&[arr(&v[..3]),arr(&v[3..6]),arr(&v[6..9]),arr(&v[9..])], &[Term::Bond{i:0,j:1,k:2.0,r0:1.0},Term::Angle(0,1,2,1.5,1.9),Term::Torsion{atoms:[0,1,2,3],n:3,barrier:0.7},Term::Lj{pair:(0,3),eps:0.1,sigma:1.0}]));
    checked!(kinetics kinetics_grad kinetics_vjp kinetics_jvp: 5, 0.2, 1.0, |v| (Arrhenius{ln_a:v[0],ea:v[1]}, Arrhenius{ln_a:v[2],ea:v[3]}, v[4]));
    checked!(huckel huckel_grad huckel_vjp huckel_jvp: 5, -1.0, 1.0, |v| (arr(&v[..3]), v[3], v[4]));
    checked!(route route_grad route_vjp route_jvp: 6, 0.1, 1.0, |v| (&ll(v)));
    checked!(seir seir_grad seir_vjp seir_jvp: 7, 0.1, 0.8, |v| (&[v[..2].to_vec(), v[2..4].to_vec()], &arr(&v[4..]), 10, 2));
    checked!(budget budget_grad budget_vjp budget_jvp: 5, 0.1, 0.8, |v| (v, 1.5));
}
