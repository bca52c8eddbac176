//! Physics: at which angles does a ball with air drag land on a target? The derivatives go through the simulation.
//!
//! ```sh
//! cargo run --release --example projectile
//! ```

use autodiff_core::differentiate;

/// Drag per speed and mass, in 1/m.
const DRAG: f64 = 0.005;
const GRAVITY: f64 = 9.81;
const STEP: f64 = 0.01;

/// Where the ball comes down, by symplectic Euler steps; the last one is cut where it crosses the ground.
#[differentiate]
fn range(angle: f64, speed: f64) -> f64 {
    let (mut x, mut y) = (0.0, 0.0);
    let (mut vx, mut vy) = (speed * angle.cos(), speed * angle.sin());
    loop {
        let drag = DRAG * vx.hypot(vy);
        vx -= STEP * drag * vx;
        vy -= STEP * (GRAVITY + drag * vy);
        if y + STEP * vy < 0.0 {
            return x - vx * y / vy;
        }
        x += STEP * vx;
        y += STEP * vy;
    }
}

/// Newton's method for the angle, from a first guess.
fn aim(target: f64, speed: f64, mut angle: f64) -> Option<f64> {
    for _ in 0..20 {
        let (landed, (by_angle, _)) = range_grad(angle, speed);
        if (landed - target).abs() < 1e-9 {
            return Some(angle);
        }
        // At most a tenth of a radian at a time: the range has a maximum between the two answers.
        angle += ((target - landed) / by_angle).clamp(-0.1, 0.1);
    }
    None
}

fn main() {
    let target = 80.0;
    println!("angles that reach {target} m, and by how much a faster shot must be aimed elsewhere\n");
    println!("{:>7} {:>12} {:>14} {:>12} {:>14}", "m/s", "flat", "per m/s", "steep", "per m/s");
    for speed in [32.0, 33.5, 35.0, 40.0, 50.0] {
        print!("{speed:>7}");
        for guess in [0.3, 1.2] {
            match aim(target, speed, guess) {
                Some(angle) => {
                    // The range stays: range(angle(speed), speed) = target.
                    let (_, (by_angle, by_speed)) = range_grad(angle, speed);
                    print!(" {:>11.4}° {:>13.4}°", angle.to_degrees(), (-by_speed / by_angle).to_degrees());
                }
                None => print!(" {:>12} {:>14}", "too slow", "-"),
            }
        }
        println!();
    }
}
