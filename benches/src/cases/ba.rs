//! Bundle adjustment, as in ADBench: the reprojection error of an observation, two numbers of 15 inputs.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

#[differentiate]
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[differentiate]
fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The point rotated by the Rodrigues vector.
#[differentiate]
fn rotate(rot: [f64; 3], point: [f64; 3]) -> [f64; 3] {
    let square = dot(rot, rot);
    if square != 0.0 {
        let theta = square.sqrt();
        let (sin, cos) = theta.sin_cos();
        let inverse = 1.0 / theta;
        let w = [rot[0] * inverse, rot[1] * inverse, rot[2] * inverse];
        let w_cross = cross(w, point);
        let along = dot(w, point) * (1.0 - cos);
        let mut out = [0.0; 3];
        for i in 0..3 {
            out[i] = point[i] * cos + w_cross[i] * sin + w[i] * along;
        }
        out
    } else {
        let c = cross(rot, point);
        [point[0] + c[0], point[1] + c[1], point[2] + c[2]]
    }
}

#[differentiate]
fn distort(rad: [f64; 2], p: [f64; 2]) -> [f64; 2] {
    let r2 = p[0] * p[0] + p[1] * p[1];
    let l = 1.0 + rad[0] * r2 + rad[1] * r2 * r2;
    [p[0] * l, p[1] * l]
}

/// Camera: rotation 3, center 3, focal length 1, principal point 2, distortion 2.
#[differentiate]
fn project(cam: &[f64; 11], x: &[f64; 3]) -> [f64; 2] {
    let centered = [x[0] - cam[3], x[1] - cam[4], x[2] - cam[5]];
    let p = rotate([cam[0], cam[1], cam[2]], centered);
    let distorted = distort([cam[9], cam[10]], [p[0] / p[2], p[1] / p[2]]);
    [distorted[0] * cam[6] + cam[7], distorted[1] * cam[6] + cam[8]]
}

#[differentiate(jacobian, wrt(cam, x, w))]
pub fn reprojection(cam: &[f64; 11], x: &[f64; 3], w: f64, feature: [f64; 2]) -> [f64; 2] {
    let p = project(cam, x);
    [w * (p[0] - feature[0]), w * (p[1] - feature[1])]
}

/// How far a weight is from 1.
#[differentiate]
pub fn weight_error(w: f64) -> f64 {
    1.0 - w * w
}

/// By hand: the two rows of the Jacobian together.
pub fn by_hand(cam: &[f64; 11], x: &[f64; 3], w: f64, feature: [f64; 2]) -> ([f64; 2], [[f64; 15]; 2]) {
    let rot = [cam[0], cam[1], cam[2]];
    let c = [x[0] - cam[3], x[1] - cam[4], x[2] - cam[5]];
    let square = rot[0] * rot[0] + rot[1] * rot[1] + rot[2] * rot[2];
    let (p, rotation, by_rot) = if square != 0.0 {
        let theta = square.sqrt();
        let (sin, cos) = theta.sin_cos();
        let inverse = 1.0 / theta;
        let a = [rot[0] * inverse, rot[1] * inverse, rot[2] * inverse];
        let axc = cross(a, c);
        let ac = dot(a, c);
        let v = 1.0 - cos;
        let mut p = [0.0; 3];
        for i in 0..3 {
            p[i] = c[i] * cos + axc[i] * sin + a[i] * (ac * v);
        }
        let mut m = [[0.0; 3]; 3];
        for i in 0..3 {
            for j in 0..3 {
                m[i][j] = a[i] * a[j] * v;
            }
            m[i][i] += cos;
        }
        m[0][1] -= a[2] * sin;
        m[0][2] += a[1] * sin;
        m[1][0] += a[2] * sin;
        m[1][2] -= a[0] * sin;
        m[2][0] -= a[1] * sin;
        m[2][1] += a[0] * sin;
        // d p / d theta, and d p / d a
        let mut by_theta = [0.0; 3];
        for i in 0..3 {
            by_theta[i] = -c[i] * sin + axc[i] * cos + a[i] * (ac * sin);
        }
        let mut by_a = [[0.0; 3]; 3];
        for i in 0..3 {
            for j in 0..3 {
                by_a[i][j] = v * a[i] * c[j];
            }
            by_a[i][i] += v * ac;
        }
        by_a[0][1] += c[2] * sin;
        by_a[0][2] -= c[1] * sin;
        by_a[1][0] -= c[2] * sin;
        by_a[1][2] += c[0] * sin;
        by_a[2][0] += c[1] * sin;
        by_a[2][1] -= c[0] * sin;
        let mut by_rot = [[0.0; 3]; 3];
        for i in 0..3 {
            let along = dot(by_a[i], a);
            for j in 0..3 {
                by_rot[i][j] = by_theta[i] * a[j] + (by_a[i][j] - along * a[j]) * inverse;
            }
        }
        (p, m, by_rot)
    } else {
        let k = cross(rot, c);
        let m = [[1.0, -rot[2], rot[1]], [rot[2], 1.0, -rot[0]], [-rot[1], rot[0], 1.0]];
        let by_rot = [[0.0, c[2], -c[1]], [-c[2], 0.0, c[0]], [c[1], -c[0], 0.0]];
        ([c[0] + k[0], c[1] + k[1], c[2] + k[2]], m, by_rot)
    };
    let z = 1.0 / p[2];
    let u = [p[0] / p[2], p[1] / p[2]];
    let r2 = u[0] * u[0] + u[1] * u[1];
    let l = 1.0 + cam[9] * r2 + cam[10] * r2 * r2;
    let l_r2 = cam[9] + 2.0 * cam[10] * r2;
    let f = cam[6];
    let mut error = [0.0; 2];
    let mut jacobian = [[0.0; 15]; 2];
    for k in 0..2 {
        let row = &mut jacobian[k];
        let q = u[k] * l * f + cam[7 + k] - feature[k];
        error[k] = w * q;
        // d (u_k l) / d u
        let mut du = [2.0 * u[k] * l_r2 * u[0], 2.0 * u[k] * l_r2 * u[1]];
        du[k] += l;
        let s = w * f;
        let dp = [s * du[0] * z, s * du[1] * z, -s * (du[0] * u[0] + du[1] * u[1]) * z];
        for j in 0..3 {
            row[j] = dp[0] * by_rot[0][j] + dp[1] * by_rot[1][j] + dp[2] * by_rot[2][j];
            let dx = dp[0] * rotation[0][j] + dp[1] * rotation[1][j] + dp[2] * rotation[2][j];
            row[3 + j] = -dx;
            row[11 + j] = dx;
        }
        row[6] = w * u[k] * l;
        row[7 + k] = w;
        row[9] = s * u[k] * r2;
        row[10] = s * u[k] * r2 * r2;
        row[14] = q;
    }
    (error, jacobian)
}

pub fn cases() -> Vec<Case> {
    let (n, m, p) = (49, 776, 1000);
    let mut r = Numbers::new(3);
    let cams: &'static [[f64; 11]] = (0..n).map(|_| std::array::from_fn(|_| r.between(0.1, 1.0))).collect::<Vec<_>>().leak();
    let points: &'static [[f64; 3]] = (0..m).map(|_| std::array::from_fn(|_| r.between(1.0, 2.0))).collect::<Vec<_>>().leak();
    let observations: &'static [(usize, usize, f64, [f64; 2])] =
        (0..p).map(|k| (k % n, (k * 7) % m, r.between(0.5, 1.5), [r.unit(), r.unit()])).collect::<Vec<_>>().leak();
    let primal = move || {
        observations
            .iter()
            .map(|&(c, x, w, f)| {
                let e = reprojection(&cams[c], &points[x], w, f);
                e[0] + e[1]
            })
            .sum()
    };
    let hand = move || {
        let mut sum = 0.0;
        let jacobians: Vec<[[f64; 15]; 2]> = observations
            .iter()
            .map(|&(c, x, w, f)| {
                let (e, j) = by_hand(&cams[c], &points[x], w, f);
                sum += e[0] + e[1];
                j
            })
            .collect();
        (sum, jacobians)
    };
    let generated = move || {
        let mut sum = 0.0;
        let jacobians: Vec<[[f64; 15]; 2]> = observations
            .iter()
            .map(|&(c, x, w, f)| {
                let (e, rows) = reprojection_jacobian(&cams[c], &points[x], w, f);
                sum += e[0] + e[1];
                rows
            })
            .collect();
        (sum, jacobians)
    };
    vec![Case::new("ba", format!("p={p}"), primal, hand, generated)]
}
