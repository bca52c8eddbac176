//! Input becomes a number of the function.

use autodiff_core::differentiate;

#[differentiate]
fn from_a_file(x: f64) -> f64 {
    let text = std::fs::read_to_string("k.txt").unwrap();
    let k: f64 = text.trim().parse().unwrap();
    x * k
}

#[differentiate]
fn from_the_terminal(x: f64) -> f64 {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    x * line.trim().parse::<f64>().unwrap()
}

#[differentiate]
fn from_the_environment(x: f64) -> f64 {
    match std::env::var("GAIN").ok().and_then(|text| text.parse::<f64>().ok()) {
        Some(gain) => gain * x,
        None => x,
    }
}

fn main() {}
