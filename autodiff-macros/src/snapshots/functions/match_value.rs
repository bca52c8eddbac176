fn match_value(x: Option<f64>, y: f64) -> f64 {
    match x {
        Some(v) if v > 0.0 => v * y,
        Some(v) => -v,
        None => y,
    }
}
