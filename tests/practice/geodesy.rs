//! Geodesy.
use autodiff_core::{Differentiable, differentiate};

const EARTH_RADIUS: f64 = 6371.0088;
static DEG: f64 = std::f64::consts::PI / 180.0;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct LatLon {
    pub lat: f64,
    pub lon: f64,
}

impl LatLon {
    /// Great-circle distance in km.
    #[differentiate]
    pub fn haversine(&self, other: &LatLon) -> f64 {
        let (p1, p2) = (self.lat.to_radians(), other.lat.to_radians());
        let dphi = p2 - p1;
        let dl = (other.lon - self.lon).to_radians();
        let a = (dphi / 2.0).sin().powi(2) + p1.cos() * p2.cos() * (dl / 2.0).sin().powi(2);
        2.0 * EARTH_RADIUS * a.sqrt().atan2((1.0 - a).sqrt())
    }
}

#[differentiate]
fn route_length(route: &[LatLon]) -> f64 {
    route.windows(2).map(|w| w[0].haversine(&w[1])).sum()
}

/// Vincenty's inverse formula on WGS84 in km.
#[differentiate]
fn vincenty(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let a = 6378.137;
    let f = 1.0 / 298.257223563;
    let b = (1.0 - f) * a;
    let l = (lon2 - lon1) * DEG;
    let u1 = ((1.0 - f) * (lat1 * DEG).tan()).atan();
    let u2 = ((1.0 - f) * (lat2 * DEG).tan()).atan();
    let (su1, cu1) = u1.sin_cos();
    let (su2, cu2) = u2.sin_cos();
    let mut lambda = l;
    let mut iterations = 0;
    let (mut sigma, mut sin_sigma, mut cos_sigma, mut cos2_alpha, mut cos_2m): (f64, f64, f64, f64, f64);
    loop {
        let (sl, cl) = lambda.sin_cos();
        sin_sigma = ((cu2 * sl).powi(2) + (cu1 * su2 - su1 * cu2 * cl).powi(2)).sqrt();
        if sin_sigma == 0.0 {
            return 0.0;
        }
        cos_sigma = su1 * su2 + cu1 * cu2 * cl;
        sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = cu1 * cu2 * sl / sin_sigma;
        cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        cos_2m = if cos2_alpha.abs() < 1e-12 { 0.0 } else { cos_sigma - 2.0 * su1 * su2 / cos2_alpha };
        let c = f / 16.0 * cos2_alpha * (4.0 + f * (4.0 - 3.0 * cos2_alpha));
        let lambda_prev = lambda;
        lambda = l + (1.0 - c) * f * sin_alpha * (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (-1.0 + 2.0 * cos_2m * cos_2m)));
        iterations += 1;
        if (lambda - lambda_prev).abs() < 1e-15 || iterations >= 100 {
            break;
        }
    }
    let u_sq = cos2_alpha * (a * a - b * b) / (b * b);
    let big_a = 1.0 + u_sq / 16384.0 * (4096.0 + u_sq * (-768.0 + u_sq * (320.0 - 175.0 * u_sq)));
    let big_b = u_sq / 1024.0 * (256.0 + u_sq * (-128.0 + u_sq * (74.0 - 47.0 * u_sq)));
    let delta = big_b
        * sin_sigma
        * (cos_2m
            + big_b / 4.0
                * (cos_sigma * (-1.0 + 2.0 * cos_2m.powi(2))
                    - big_b / 6.0 * cos_2m * (-3.0 + 4.0 * sin_sigma.powi(2)) * (-3.0 + 4.0 * cos_2m.powi(2))));
    b * big_a * (sigma - delta)
}

#[differentiate]
trait Projection {
    fn project(&self, lat: f64, lon: f64) -> (f64, f64);
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Mercator {
    pub lon0: f64,
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Lambert {
    pub lat1: f64,
    pub lat2: f64,
    pub lat0: f64,
    pub lon0: f64,
}

#[differentiate]
impl Projection for Mercator {
    fn project(&self, lat: f64, lon: f64) -> (f64, f64) {
        let x = lon - self.lon0;
        let y = (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln();
        (x, y)
    }
}

#[differentiate]
impl Projection for Lambert {
    fn project(&self, lat: f64, lon: f64) -> (f64, f64) {
        let t = |phi: f64| (std::f64::consts::FRAC_PI_4 + phi / 2.0).tan();
        let n = (self.lat1.cos() / self.lat2.cos()).ln() / (t(self.lat2) / t(self.lat1)).ln();
        let f = self.lat1.cos() * t(self.lat1).powf(n) / n;
        let rho = f / t(lat).powf(n);
        let rho0 = f / t(self.lat0).powf(n);
        let theta = n * (lon - self.lon0);
        (rho * theta.sin(), rho0 - rho * theta.cos())
    }
}

/// Map distance between two points, by two projections.
#[differentiate]
fn projected_distances(m: Mercator, c: Lambert, p: [f64; 2], q: [f64; 2]) -> f64 {
    let (x1, y1) = m.project(p[0], p[1]);
    let (x2, y2) = m.project(q[0], q[1]);
    let d_merc = ((x1 - x2).powi(2) + (y1 - y2).powi(2)).sqrt();
    let a = c.project(p[0], p[1]);
    let b = c.project(q[0], q[1]);
    d_merc - (a.0 - b.0).hypot(a.1 - b.1)
}

/// GPS: one Gauss-Newton solution of pseudoranges with a clock bias, then its residual.
#[differentiate]
fn solve4(mut a: [[f64; 4]; 4], mut b: [f64; 4]) -> [f64; 4] {
    for col in 0..4 {
        let mut pivot = col;
        for row in col + 1..4 {
            if a[row][col].abs() > a[pivot][col].abs() {
                pivot = row;
            }
        }
        a.swap(col, pivot);
        b.swap(col, pivot);
        for row in col + 1..4 {
            let factor = a[row][col] / a[col][col];
            for k in col..4 {
                a[row][k] -= factor * a[col][k];
            }
            b[row] -= factor * b[col];
        }
    }
    let mut x = [0.0; 4];
    for row in (0..4).rev() {
        let mut s = b[row];
        for k in row + 1..4 {
            s -= a[row][k] * x[k];
        }
        x[row] = s / a[row][row];
    }
    x
}

#[differentiate]
fn gps_fix(sats: &[[f64; 3]], ranges: &[f64], guess: [f64; 4], iterations: usize) -> [f64; 4] {
    let mut state = guess;
    for _ in 0..iterations {
        let mut jtj = [[0.0; 4]; 4];
        let mut jtr = [0.0; 4];
        for (sat, &range) in sats.iter().zip(ranges) {
            let dx = state[0] - sat[0];
            let dy = state[1] - sat[1];
            let dz = state[2] - sat[2];
            let dist = (dx * dx + dy * dy + dz * dz).sqrt();
            let row = [dx / dist, dy / dist, dz / dist, 1.0];
            let residual = range - dist - state[3];
            for i in 0..4 {
                for j in 0..4 {
                    jtj[i][j] += row[i] * row[j];
                }
                jtr[i] += row[i] * residual;
            }
        }
        let step = solve4(jtj, jtr);
        state.iter_mut().zip(step.iter()).for_each(|(s, d)| *s += d);
    }
    state
}

#[differentiate]
fn gps_error(sats: &[[f64; 3]], ranges: &[f64]) -> f64 {
    let fix = gps_fix(sats, ranges, [0.1, -0.1, 0.2, 0.0], 4);
    let truth = [0.3, 0.2, 0.1];
    fix.iter().zip(&truth).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt() + 0.1 * fix[3]
}

/// Geodetic to ECEF and back with Bowring's iteration.
#[differentiate]
fn ecef(lat: f64, lon: f64, h: f64) -> (f64, f64, f64) {
    const A: f64 = 1.0;
    const E2: f64 = 6.694379990141317e-3;
    let n = A / (1.0 - E2 * lat.sin().powi(2)).sqrt();
    ((n + h) * lat.cos() * lon.cos(), (n + h) * lat.cos() * lon.sin(), (n * (1.0 - E2) + h) * lat.sin())
}

#[differentiate]
fn geodetic_height(x: f64, y: f64, z: f64) -> f64 {
    const E2: f64 = 6.694379990141317e-3;
    let p = x.hypot(y);
    let mut lat = z.atan2(p * (1.0 - E2));
    let mut h = 0.0;
    for _ in 0..5 {
        let n = 1.0 / (1.0 - E2 * lat.sin().powi(2)).sqrt();
        h = p / lat.cos() - n;
        lat = (z / (p * (1.0 - E2 * n / (n + h)))).atan();
    }
    h
}

#[differentiate]
fn height_round_trip(lat: f64, lon: f64, h: f64) -> f64 {
    let (x, y, z) = ecef(lat, lon, h);
    geodetic_height(x * 1.01, y * 0.99, z)
}

/// Bilinear interpolation of a geoid grid given as a lookup table.
#[differentiate]
fn geoid_undulation(grid: &[[f64; 4]; 3], lat: f64, lon: f64) -> Option<f64> {
    if !(0.0..=2.0).contains(&lat) || !(0.0..=3.0).contains(&lon) {
        return None;
    }
    let i = (lat.floor() as usize).min(1);
    let j = (lon.floor() as usize).min(2);
    let (u, v) = (lat - i as f64, lon - j as f64);
    Some(grid[i][j] * (1.0 - u) * (1.0 - v) + grid[i + 1][j] * u * (1.0 - v) + grid[i][j + 1] * (1.0 - u) * v + grid[i + 1][j + 1] * u * v)
}

#[differentiate]
fn geoid_misfit(grid: &[[f64; 4]; 3], lat: f64, lon: f64) -> f64 {
    let n = geoid_undulation(grid, lat, lon).unwrap_or(0.0);
    let outside = geoid_undulation(grid, lat + 5.0, lon).map_or(1.0, |u| u * u);
    (n - 0.5).powi(2) + outside
}

/// Area of a polygon on the sphere / plane with the shoelace formula, wraps around by `cycle`.
#[differentiate]
fn shoelace(points: &[(f64, f64)]) -> f64 {
    let twice: f64 = points.iter().zip(points.iter().cycle().skip(1)).map(|(&(x1, y1), &(x2, y2))| x1 * y2 - x2 * y1).sum();
    0.5 * twice.abs()
}

mod checks {
    use super::*;
    use crate::checked;
    fn route(v: &[f64]) -> Vec<LatLon> {
        v.chunks(2).map(|c| LatLon { lat: c[0], lon: c[1] }).collect()
    }
    checked!(route_length route_length_grad route_length_vjp route_length_jvp: 6, 0.0, 40.0, |v| (&route(v)));
    checked!(vincenty vincenty_grad vincenty_vjp vincenty_jvp: 4, 0.0, 40.0,
        |v| (v[0], v[1], v[2], v[3]),
        d => (d[0], d[1], d[2], d[3]));
    checked!(projected_distances projected_distances_grad projected_distances_vjp projected_distances_jvp: 9, 0.2, 1.0,
        |v| (Mercator { lon0: v[0] }, Lambert { lat1: v[1], lat2: v[2], lat0: v[3], lon0: v[4] }, [v[5], v[6]], [v[7], v[8]]));
    fn three(v: &[f64]) -> Vec<[f64; 3]> {
        v.chunks(3).map(|c| [c[0] + 3., c[1] - 2., c[2] * 5.]).collect()
    }
    #[test]
    fn gps() {
        crate::check(4, 2.0, 4.0, &|v| gps_error(&three(&[0.1, 0.3, 0.4, -3.2, 0.1, 0.7, 0.9, 4.2, 0.3, -0.4, -0.6, -0.9]), v), &|v| {
            let (a, g) = gps_error_grad(&three(&[0.1, 0.3, 0.4, -3.2, 0.1, 0.7, 0.9, 4.2, 0.3, -0.4, -0.6, -0.9]), v);
            (a, g.1)
        });
    }
    checked!(height_round_trip height_round_trip_grad height_round_trip_vjp height_round_trip_jvp: 3, 0.2, 0.9,
        |v| (v[0], v[1], v[2]),
        d => (d[0], d[1], d[2]));
    checked!(geoid_misfit geoid_misfit_grad geoid_misfit_vjp geoid_misfit_jvp: 14, 0.2, 1.9,
        |v| (&[[v[0], v[1], v[2], v[3]], [v[4], v[5], v[6], v[7]], [v[8], v[9], v[10], v[11]]], v[12], v[13]));
    checked!(shoelace shoelace_grad shoelace_vjp shoelace_jvp: 8, 0.0, 1.0,
        |v| (&[(v[0], v[1]), (v[2] + 1., v[3]), (v[4] + 1., v[5] + 1.), (v[6], v[7] + 1.)]));
}
