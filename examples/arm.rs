//! Robotics: the joint angles of a planar arm that reach a point, past an obstacle.
//!
//! ```sh
//! cargo run --release --example arm
//! ```

use autodiff_core::{Differentiable, differentiate};

/// A disc that no part of the arm may enter.
#[derive(Clone, Copy, Differentiable)]
struct Disc {
    center: [f64; 2],
    radius: f64,
}

/// How far the hand is from the target, how deep the links are in the obstacle, and how much the joints bend.
#[differentiate(wrt(angles))]
fn cost(angles: &[f64], lengths: &[f64], target: [f64; 2], obstacle: &Disc) -> f64 {
    let (mut x, mut y, mut heading) = (0.0, 0.0, 0.0);
    let mut inside = 0.0;
    for (&angle, &length) in angles.iter().zip(lengths) {
        heading += angle;
        for k in 1..=8 {
            // Points along the link.
            let s = length * k as f64 / 8.0;
            let (px, py) = (x + s * heading.cos(), y + s * heading.sin());
            let depth = obstacle.radius - (px - obstacle.center[0]).hypot(py - obstacle.center[1]);
            inside += depth.max(0.0).powi(2);
        }
        x += length * heading.cos();
        y += length * heading.sin();
    }
    let miss = (x - target[0]).powi(2) + (y - target[1]).powi(2);
    let bend: f64 = angles.iter().map(|a| a * a).sum();
    miss + 20.0 * inside + 1e-4 * bend
}

/// The hand's position.
fn hand(angles: &[f64], lengths: &[f64]) -> (f64, f64) {
    let mut heading = 0.0;
    angles.iter().zip(lengths).fold((0.0, 0.0), |(x, y), (angle, length)| {
        heading += angle;
        (x + length * heading.cos(), y + length * heading.sin())
    })
}

fn main() {
    let lengths = [1.0, 0.8, 0.6, 0.4];
    let target = [0.4, 1.9];
    let obstacle = Disc { center: [0.5, 1.2], radius: 0.3 };
    let mut angles = vec![2.2, 0.0, 0.0, 0.0];
    let mut velocity = vec![0.0; lengths.len()];
    println!("{:>5} {:>10} {:>18}  angles in degrees", "step", "cost", "hand");
    for step in 0..=400 {
        let (value, gradient) = cost_grad(&angles, &lengths, target, &obstacle);
        if step % 50 == 0 {
            let (x, y) = hand(&angles, &lengths);
            let degrees: Vec<f64> = angles.iter().map(|a| a.to_degrees()).collect();
            println!("{step:>5} {value:>10.6}   ({x:>6.3}, {y:>6.3})  {degrees:.1?}");
        }
        for ((angle, v), g) in angles.iter_mut().zip(&mut velocity).zip(gradient) {
            *v = 0.9 * *v - 0.01 * g;
            *angle += *v;
        }
    }
}
