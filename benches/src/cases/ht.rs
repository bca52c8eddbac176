//! Hand tracking, as in ADBench: distances between measured points and the skin of a hand whose bones are turned by 26 parameters.
//!
//! `simple`: each point belongs to a vertex. `complicated`: it belongs to a place in a triangle, two more inputs per point. Wanted is the
//! Jacobian, by columns: theta moves everything, a point's own coordinates only its own three rows.

use autodiff_core::{Lanes, differentiate};

use super::Numbers;
use crate::measure::Case;

pub type Matrix = [[f64; 4]; 4];

pub struct Model {
    /// Of each bone; a parent stands before its children.
    pub parents: Vec<Option<usize>>,
    pub base_relatives: Vec<Matrix>,
    pub inverse_base_absolutes: Vec<Matrix>,
    pub base_positions: Vec<[f64; 4]>,
    /// Of each bone, for all vertices.
    pub weights: Vec<Vec<f64>>,
    pub triangles: Vec<[usize; 3]>,
    pub is_mirrored: bool,
}

pub struct Hand {
    pub model: Model,
    /// Vertices, or triangles.
    pub correspondences: Vec<usize>,
    pub points: Vec<[f64; 3]>,
}

#[differentiate(lanes)]
fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let mut out = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            let mut sum = 0.0;
            for k in 0..4 {
                sum += a[i][k] * b[k][j];
            }
            out[i][j] = sum;
        }
    }
    out
}

/// Rotation about z, y and x.
#[differentiate(lanes)]
fn euler(angles: [f64; 3]) -> Matrix {
    let (sx, cx) = angles[0].sin_cos();
    let (sz, cz) = angles[1].sin_cos();
    let (sy, cy) = angles[2].sin_cos();
    [
        [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx, 0.0],
        [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx, 0.0],
        [-sy, cy * sx, cy * cx, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
}

#[differentiate(lanes)]
fn rotation(axis: [f64; 3]) -> [[f64; 3]; 3] {
    let norm = (axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]).sqrt();
    if norm < 0.0001 {
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    }
    let (x, y, z) = (axis[0] / norm, axis[1] / norm, axis[2] / norm);
    let (s, c) = norm.sin_cos();
    [
        [x * x + (1.0 - x * x) * c, x * y * (1.0 - c) - z * s, x * z * (1.0 - c) + y * s],
        [x * y * (1.0 - c) + z * s, y * y + (1.0 - y * y) * c, y * z * (1.0 - c) - x * s],
        [x * z * (1.0 - c) - y * s, z * y * (1.0 - c) + x * s, z * z + (1.0 - z * z) * c],
    ]
}

/// Angles of each bone; the wrist, the finger tips and the forearm keep theirs.
#[differentiate(lanes)]
fn pose(theta: &[f64], angles: &mut [[f64; 3]]) {
    let mut next = 6;
    let mut bone = 2;
    for _ in 0..5 {
        for i in 2..=4 {
            angles[bone][0] = theta[next];
            next += 1;
            if i == 2 {
                angles[bone][1] = theta[next];
                next += 1;
            }
            bone += 1;
        }
        bone += 1;
    }
}

/// What each bone does to the vertices that it moves.
#[differentiate(lanes, wrt(angles))]
fn bone_transforms(angles: &[[f64; 3]], model: &Model) -> Vec<Matrix> {
    let mut absolutes: Vec<Matrix> = Vec::new();
    let mut transforms: Vec<Matrix> = Vec::new();
    for i in 0..model.parents.len() {
        let relative = times(&model.base_relatives[i], &euler(angles[i]));
        let absolute = match model.parents[i] {
            None => relative,
            Some(parent) => times(&absolutes[parent], &relative),
        };
        transforms.push(times(&absolute, &model.inverse_base_absolutes[i]));
        absolutes.push(absolute);
    }
    transforms
}

#[differentiate(lanes, wrt(transforms, positions))]
fn skin(transforms: &[Matrix], model: &Model, positions: &mut [[f64; 3]]) {
    for (bone, t) in transforms.iter().enumerate() {
        let weights = &model.weights[bone];
        for v in 0..positions.len() {
            let base = model.base_positions[v];
            let w = weights[v];
            for i in 0..3 {
                let moved = t[i][0] * base[0] + t[i][1] * base[1] + t[i][2] * base[2] + t[i][3] * base[3];
                positions[v][i] += moved * w;
            }
        }
    }
}

/// The skin of the hand.
#[differentiate(lanes, wrt(theta))]
fn vertices(theta: &[f64], model: &Model) -> Vec<[f64; 3]> {
    let mut angles = vec![[0.0; 3]; model.parents.len()];
    pose(theta, &mut angles[..]);
    let transforms = bone_transforms(&angles, model);
    let mut positions = vec![[0.0; 3]; model.base_positions.len()];
    skin(&transforms, model, &mut positions);
    if model.is_mirrored {
        for v in 0..positions.len() {
            positions[v][0] = -positions[v][0];
        }
    }
    let r = rotation([theta[0], theta[1], theta[2]]);
    for v in 0..positions.len() {
        let p = positions[v];
        for i in 0..3 {
            positions[v][i] = r[i][0] * p[0] + r[i][1] * p[1] + r[i][2] * p[2] + theta[3 + i];
        }
    }
    positions
}

#[differentiate(lanes, wrt(theta))]
pub fn simple(theta: &[f64], hand: &Hand) -> Vec<f64> {
    let skin = vertices(theta, &hand.model);
    let mut errors = vec![0.0; 3 * hand.points.len()];
    for i in 0..hand.points.len() {
        let at = hand.correspondences[i];
        for j in 0..3 {
            errors[3 * i + j] = hand.points[i][j] - skin[at][j];
        }
    }
    errors
}

#[differentiate(lanes, wrt(theta, us))]
pub fn complicated(theta: &[f64], us: &[f64], hand: &Hand) -> Vec<f64> {
    let skin = vertices(theta, &hand.model);
    let mut errors = vec![0.0; 3 * hand.points.len()];
    for i in 0..hand.points.len() {
        let corners = hand.model.triangles[hand.correspondences[i]];
        let (u, v) = (us[2 * i], us[2 * i + 1]);
        for j in 0..3 {
            let at = u * skin[corners[0]][j] + v * skin[corners[1]][j] + (1.0 - u - v) * skin[corners[2]][j];
            errors[3 * i + j] = hand.points[i][j] - at;
        }
    }
    errors
}

/// How many columns are computed at once.
const N: usize = 8;

/// The Jacobian, generated: one lane per column; the columns of `us` first, since a point's own coordinates move nothing else.
pub fn jacobian(theta: &[f64], us: &[f64], hand: &Hand) -> (Vec<f64>, Vec<Vec<f64>>) {
    let of_points = if us.is_empty() { 0 } else { 2 };
    let mut columns = vec![vec![0.0; 3 * hand.points.len()]; of_points + theta.len()];
    let mut value = Vec::new();
    for (block, columns) in columns.chunks_mut(N).enumerate() {
        let unit = |column: usize| Lanes(std::array::from_fn(|lane| if block * N + lane == column { 1.0 } else { 0.0 }));
        let direction: Vec<Lanes<f64, N>> = (0..theta.len()).map(|k| unit(of_points + k)).collect();
        let (errors, dots) = if us.is_empty() {
            simple_jvp_lanes(theta, hand, &direction)
        } else {
            let own: Vec<Lanes<f64, N>> = (0..us.len()).map(|i| unit(i % 2)).collect();
            complicated_jvp_lanes(theta, us, hand, (&direction, &own))
        };
        for (lane, column) in columns.iter_mut().enumerate() {
            column.iter_mut().zip(&dots).for_each(|(c, dots)| *c = dots.0[lane]);
        }
        value = errors;
    }
    (value, columns)
}

/// The derivative of `euler` with respect to one of its angles.
fn euler_derivative(angles: [f64; 3], which: usize) -> Matrix {
    let (sx, cx) = angles[0].sin_cos();
    let (sz, cz) = angles[1].sin_cos();
    let (sy, cy) = angles[2].sin_cos();
    if which == 0 {
        [
            [0.0, cz * sy * cx + sz * sx, -cz * sy * sx + sz * cx, 0.0],
            [0.0, sz * sy * cx - cz * sx, -sz * sy * sx - cz * cx, 0.0],
            [0.0, cy * cx, -cy * sx, 0.0],
            [0.0; 4],
        ]
    } else {
        [
            [-sz * cy, -sz * sy * sx - cz * cx, -sz * sy * cx + cz * sx, 0.0],
            [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx, 0.0],
            [0.0; 4],
            [0.0; 4],
        ]
    }
}

fn apply(t: &Matrix, p: &[f64; 4]) -> [f64; 3] {
    std::array::from_fn(|i| t[i][0] * p[0] + t[i][1] * p[1] + t[i][2] * p[2] + t[i][3] * p[3])
}

/// By hand: a parameter of a finger moves its bone and those behind it, and only points on their skin; columns of everything else are zero.
/// Vertices that no point belongs to are not computed.
pub fn by_hand(theta: &[f64], us: &[f64], hand: &Hand) -> (Vec<f64>, Vec<Vec<f64>>) {
    let model = &hand.model;
    let bones = model.parents.len();
    let mut angles = vec![[0.0; 3]; bones];
    pose(theta, &mut angles);
    let mut relatives = Vec::with_capacity(bones);
    let mut absolutes: Vec<Matrix> = Vec::with_capacity(bones);
    let mut transforms = Vec::with_capacity(bones);
    for i in 0..bones {
        let relative = times(&model.base_relatives[i], &euler(angles[i]));
        let absolute = model.parents[i].map_or(relative, |p| times(&absolutes[p], &relative));
        transforms.push(times(&absolute, &model.inverse_base_absolutes[i]));
        absolutes.push(absolute);
        relatives.push(relative);
    }
    // The parameters of fingers: bone, angle, and how the transforms of the bones behind change.
    let mut parameters: Vec<Vec<(usize, Matrix)>> = Vec::with_capacity(20);
    for finger in 0..5 {
        for (joint, which) in [(0, 0), (0, 1), (1, 0), (2, 0)] {
            let bone = 2 + 4 * finger + joint;
            let turned = times(&model.base_relatives[bone], &euler_derivative(angles[bone], which));
            let mut moved = model.parents[bone].map_or(turned, |p| times(&absolutes[p], &turned));
            let mut list = vec![(bone, times(&moved, &model.inverse_base_absolutes[bone]))];
            let mut at = bone;
            for next in bone + 1..bones {
                if model.parents[next] == Some(at) {
                    moved = times(&moved, &relatives[next]);
                    list.push((next, times(&moved, &model.inverse_base_absolutes[next])));
                    at = next;
                }
            }
            parameters.push(list);
        }
    }
    let sign = if model.is_mirrored { -1.0 } else { 1.0 };
    let r = rotation([theta[0], theta[1], theta[2]]);
    let dr = rotation_derivatives([theta[0], theta[1], theta[2]]);
    let rotate =
        |r: &[[f64; 3]; 3], p: &[f64; 3]| -> [f64; 3] { std::array::from_fn(|i| r[i][0] * p[0] + r[i][1] * p[1] + r[i][2] * p[2]) };

    // A point is a mixture of up to three vertices.
    let n = hand.points.len();
    let first = if us.is_empty() { 0 } else { 2 };
    let mut columns = vec![vec![0.0; 3 * n]; first + theta.len()];
    let mut errors = vec![0.0; 3 * n];
    for k in 0..n {
        let corners = if us.is_empty() { [hand.correspondences[k]; 3] } else { model.triangles[hand.correspondences[k]] };
        let shares = if us.is_empty() { [1.0, 0.0, 0.0] } else { [us[2 * k], us[2 * k + 1], 1.0 - us[2 * k] - us[2 * k + 1]] };
        let count = if us.is_empty() { 1 } else { 3 };
        let mut local = [[0.0; 3]; 3];
        let mut mixed = [0.0; 3];
        for c in 0..count {
            let v = corners[c];
            let base = &model.base_positions[v];
            let mut p = [0.0; 3];
            for bone in 0..bones {
                let w = model.weights[bone][v];
                if w != 0.0 {
                    let q = apply(&transforms[bone], base);
                    for i in 0..3 {
                        p[i] += q[i] * w;
                    }
                }
            }
            p[0] *= sign;
            local[c] = p;
            for i in 0..3 {
                mixed[i] += shares[c] * p[i];
            }
        }
        let turned = rotate(&r, &mixed);
        for i in 0..3 {
            errors[3 * k + i] = hand.points[k][i] - (turned[i] + theta[3 + i]);
            columns[first + 3 + i][3 * k + i] = -1.0;
        }
        for a in 0..3 {
            let d = rotate(&dr[a], &mixed);
            for i in 0..3 {
                columns[first + a][3 * k + i] = -d[i];
            }
        }
        for a in 0..first {
            let between = std::array::from_fn(|i| local[a][i] - local[2][i]);
            let d = rotate(&r, &between);
            for i in 0..3 {
                columns[a][3 * k + i] = -d[i];
            }
        }
        for (a, list) in parameters.iter().enumerate() {
            let mut d = [0.0; 3];
            let mut any = false;
            for c in 0..count {
                let base = &model.base_positions[corners[c]];
                for (bone, m) in list {
                    let w = model.weights[*bone][corners[c]] * shares[c];
                    if w != 0.0 {
                        let q = apply(m, base);
                        for i in 0..3 {
                            d[i] += q[i] * w;
                        }
                        any = true;
                    }
                }
            }
            if any {
                d[0] *= sign;
                let d = rotate(&r, &d);
                for i in 0..3 {
                    columns[first + 6 + a][3 * k + i] = -d[i];
                }
            }
        }
    }
    (errors, columns)
}

/// The derivatives of `rotation` with respect to the three components.
fn rotation_derivatives(axis: [f64; 3]) -> [[[f64; 3]; 3]; 3] {
    let square = axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2];
    let norm = square.sqrt();
    if norm < 0.0001 {
        return [[[0.0; 3]; 3]; 3];
    }
    let inverse = 1.0 / norm;
    let [x, y, z] = axis.map(|v| v * inverse);
    let (s, c) = norm.sin_cos();
    let v = 1.0 - c;
    std::array::from_fn(|a| {
        let along = [x, y, z][a];
        let d = |k: usize, at: f64| (if k == a { inverse } else { 0.0 }) - at * along * inverse;
        let (dx, dy, dz) = (d(0, x), d(1, y), d(2, z));
        let (ds, dc) = (c * along, -s * along);
        let square = |u: f64, du: f64| 2.0 * u * du * v + (1.0 - u * u) * dc;
        let product = |p: f64, dp: f64, q: f64, dq: f64| (dp * q + p * dq) * v - p * q * dc;
        let turned = |u: f64, du: f64| du * s + u * ds;
        [
            [square(x, dx), product(x, dx, y, dy) - turned(z, dz), product(x, dx, z, dz) + turned(y, dy)],
            [product(x, dx, y, dy) + turned(z, dz), square(y, dy), product(y, dy, z, dz) - turned(x, dx)],
            [product(x, dx, z, dz) - turned(y, dy), product(y, dy, z, dz) + turned(x, dx), square(z, dz)],
        ]
    })
}

/// A hand of the size of ADBench's: 22 bones, 544 vertices.
fn hand(r: &mut Numbers, points: usize, complicated: bool) -> Hand {
    let parents: Vec<Option<usize>> =
        (0..22).map(|b| if b == 0 { None } else { Some(if b == 21 || b % 4 == 1 { 0 } else { b - 1 }) }).collect();
    let bones = parents.len();
    let vertices = 544;
    let placed = |r: &mut Numbers| {
        let mut m = euler(std::array::from_fn(|_| r.between(-0.5, 0.5)));
        for row in &mut m[..3] {
            row[3] = r.between(-0.1, 0.1);
        }
        m
    };
    let base_relatives = (0..bones).map(|_| placed(r)).collect();
    let inverse_base_absolutes = (0..bones).map(|_| placed(r)).collect();
    let base_positions = (0..vertices).map(|_| [r.between(-0.1, 0.1), r.between(-0.1, 0.1), r.between(-0.1, 0.1), 1.0]).collect();
    let mut weights = vec![vec![0.0; vertices]; bones];
    for v in 0..vertices {
        let bone = v * bones / vertices;
        let w = r.between(0.2, 0.8);
        weights[bone][v] = w;
        weights[parents[bone].unwrap_or(21)][v] += 1.0 - w;
    }
    let triangles = (0..1000).map(|k| [k % vertices, (k + 1) % vertices, (k * 7 + 2) % vertices]).collect();
    let limit = if complicated { 1000 } else { vertices };
    let model = Model { parents, base_relatives, inverse_base_absolutes, base_positions, weights, triangles, is_mirrored: false };
    let correspondences = (0..points).map(|k| (k * 37) % limit).collect();
    let points = (0..points).map(|_| std::array::from_fn(|_| r.unit())).collect();
    Hand { model, correspondences, points }
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, points) in [("simple", 100), ("simple", 1600), ("complicated", 100), ("complicated", 1600)] {
        let mut r = Numbers::new(19);
        let hand: &'static Hand = Box::leak(Box::new(hand(&mut r, points, name == "complicated")));
        let theta = r.list(26, -0.6, 0.6);
        let us = r.list(if name == "simple" { 0 } else { 2 * points }, 0.1, 0.4);
        let primal = move || if us.is_empty() { simple(theta, hand) } else { complicated(theta, us, hand) };
        let sum = |(errors, columns): (Vec<f64>, Vec<Vec<f64>>)| (errors.iter().sum(), columns);
        cases.push(Case::new(
            "ht",
            format!("{name} n={points}"),
            move || primal().iter().sum(),
            move || sum(by_hand(theta, us, hand)),
            move || sum(jacobian(theta, us, hand)),
        ));
    }
    cases
}
