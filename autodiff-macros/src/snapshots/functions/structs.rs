fn structs(p: &Params, x: f64) -> f64 {
    p.slope * x + p.offset
}
