//! Images in plain loops: a convolution with a nonlinearity, and a warp with bilinear interpolation.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- a convolution and a rectifier -------------------------------------------------------------------------

#[differentiate]
pub fn filtered(image: &[f64], width: usize, kernel: &[f64; 9], bias: f64) -> f64 {
    let height = image.len() / width;
    let mut total = 0.0;
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let mut sum = bias;
            for dy in 0..3 {
                for dx in 0..3 {
                    sum += kernel[dy * 3 + dx] * image[(y + dy - 1) * width + x + dx - 1];
                }
            }
            if sum > 0.0 {
                total += sum * sum;
            }
        }
    }
    total
}

pub fn filtered_by_hand(image: &[f64], width: usize, kernel: &[f64; 9], bias: f64) -> (f64, (Vec<f64>, [f64; 9], f64)) {
    let height = image.len() / width;
    let (mut image_bar, mut kernel_bar, mut bias_bar) = (vec![0.0; image.len()], [0.0; 9], 0.0);
    let mut total = 0.0;
    for y in 1..height - 1 {
        let rows: [&[f64]; 3] = std::array::from_fn(|dy| &image[(y + dy - 1) * width..][..width]);
        for x in 1..width - 1 {
            let mut sum = bias;
            for (dy, row) in rows.iter().enumerate() {
                for dx in 0..3 {
                    sum += kernel[dy * 3 + dx] * row[x + dx - 1];
                }
            }
            if sum > 0.0 {
                total += sum * sum;
                let bar = 2.0 * sum;
                bias_bar += bar;
                for (dy, row) in rows.iter().enumerate() {
                    let out = &mut image_bar[(y + dy - 1) * width + x - 1..][..3];
                    let part = &row[x - 1..][..3];
                    for dx in 0..3 {
                        kernel_bar[dy * 3 + dx] += bar * part[dx];
                        out[dx] += bar * kernel[dy * 3 + dx];
                    }
                }
            }
        }
    }
    (total, (image_bar, kernel_bar, bias_bar))
}

// ---- a warp ------------------------------------------------------------------------------------------------

/// An affine map of the plane.
#[derive(Clone, Copy, autodiff_core::Differentiable)]
pub struct Affine {
    pub matrix: [[f64; 2]; 2],
    pub shift: [f64; 2],
}

#[differentiate]
fn sample(image: &[f64], width: usize, x: f64, y: f64) -> f64 {
    let height = image.len() / width;
    let left = (x.floor().max(0.0) as usize).min(width - 2);
    let top = (y.floor().max(0.0) as usize).min(height - 2);
    let u = x - left as f64;
    let v = y - top as f64;
    let at = top * width + left;
    let upper = image[at] * (1.0 - u) + image[at + 1] * u;
    let lower = image[at + width] * (1.0 - u) + image[at + width + 1] * u;
    upper * (1.0 - v) + lower * v
}

#[differentiate(wrt(map))]
pub fn registration(map: &Affine, image: &[f64], target: &[f64], width: usize) -> f64 {
    let height = target.len() / width;
    let mut misfit = 0.0;
    for row in 0..height {
        for column in 0..width {
            let (p, q) = (column as f64, row as f64);
            let x = map.matrix[0][0] * p + map.matrix[0][1] * q + map.shift[0];
            let y = map.matrix[1][0] * p + map.matrix[1][1] * q + map.shift[1];
            let difference = sample(image, width, x, y) - target[row * width + column];
            misfit += difference * difference;
        }
    }
    misfit
}

pub fn registration_by_hand(map: &Affine, image: &[f64], target: &[f64], width: usize) -> (f64, [f64; 6]) {
    let height = image.len() / width;
    let (mut matrix, mut shift, mut misfit) = ([[0.0; 2]; 2], [0.0; 2], 0.0);
    for (row, line) in target.chunks_exact(width).enumerate() {
        for (column, t) in line.iter().enumerate() {
            let (p, q) = (column as f64, row as f64);
            let x = map.matrix[0][0] * p + map.matrix[0][1] * q + map.shift[0];
            let y = map.matrix[1][0] * p + map.matrix[1][1] * q + map.shift[1];
            let left = (x.floor().max(0.0) as usize).min(width - 2);
            let top = (y.floor().max(0.0) as usize).min(height - 2);
            let (u, v) = (x - left as f64, y - top as f64);
            let at = top * width + left;
            let (a, b, c, d) = (image[at], image[at + 1], image[at + width], image[at + width + 1]);
            let (upper, lower) = (a * (1.0 - u) + b * u, c * (1.0 - u) + d * u);
            let e = upper * (1.0 - v) + lower * v - t;
            misfit += e * e;
            let x_bar = 2.0 * e * ((b - a) * (1.0 - v) + (d - c) * v);
            let y_bar = 2.0 * e * (lower - upper);
            matrix[0][0] += x_bar * p;
            matrix[0][1] += x_bar * q;
            matrix[1][0] += y_bar * p;
            matrix[1][1] += y_bar * q;
            shift[0] += x_bar;
            shift[1] += y_bar;
        }
    }
    let [[a, b], [c, d]] = matrix;
    (misfit, [a, b, c, d, shift[0], shift[1]])
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(211);
    let (image, kernel) = (r.list(48 * 40, -1.0, 1.0), r.list(9, -0.5, 0.5));
    let kernel: &'static [f64; 9] = kernel.try_into().unwrap();
    let target = r.list(48 * 40, -1.0, 1.0);
    let map: &'static Affine = Box::leak(Box::new(Affine { matrix: [[0.9, 0.05], [-0.04, 0.93]], shift: [1.3, 2.2] }));
    vec![
        Case::new(
            "filtered",
            "48 x 40",
            move || filtered(image, 48, kernel, 0.1),
            move || filtered_by_hand(image, 48, kernel, 0.1),
            move || filtered_grad(image, 48, kernel, 0.1),
        ),
        Case::new(
            "registration",
            "48 x 40",
            move || registration(map, image, target, 48),
            move || registration_by_hand(map, image, target, 48),
            move || {
                let (value, AffineCotangent { matrix: [[a, b], [c, d]], shift: [p, q] }) = registration_grad(map, image, target, 48);
                (value, [a, b, c, d, p, q])
            },
        ),
    ]
}
