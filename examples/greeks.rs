//! Finance: price and all sensitivities of an option from one call, and the volatility that the market implies.
//!
//! ```sh
//! cargo run --example greeks
//! ```

use autodiff_core::{derivative, differentiate};

/// The density of the standard normal distribution.
fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}

/// Its distribution function (Abramowitz and Stegun 26.2.17); its derivative is known better than that of the approximation.
#[derivative(x = density(x))]
fn normal(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let terms = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530];
    let tail = density(x) * terms.iter().fold(0.0, |sum, c| (sum + c) * t);
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// A European call (Black and Scholes 1973).
#[differentiate]
fn call(spot: f64, strike: f64, volatility: f64, rate: f64, years: f64) -> f64 {
    let spread = volatility * years.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * years) / spread;
    spot * normal(d1) - strike * (-rate * years).exp() * normal(d1 - spread)
}

fn main() {
    let (spot, strike, rate, years) = (100.0, 105.0, 0.02, 0.5);
    let (price, (delta, _, vega, rho, slope)) = call_grad(spot, strike, 0.25, rate, years);
    println!("price  {price:>9.4}");
    println!("delta  {delta:>9.4}   per unit of the spot price");
    println!("vega   {vega:>9.4}   per unit of volatility");
    println!("rho    {rho:>9.4}   per unit of the interest rate");
    println!("theta  {:>9.4}   per year that passes", -slope);

    println!("\nvolatility at which the price is 9.00, by Newton's method:");
    let mut volatility = 0.2;
    for step in 0..6 {
        let (price, (_, _, vega, _, _)) = call_grad(spot, strike, volatility, rate, years);
        println!("{step}  {volatility:.12}  price {price:.12}");
        volatility -= (price - 9.0) / vega;
    }
}
