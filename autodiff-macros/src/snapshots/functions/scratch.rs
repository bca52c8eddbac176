fn scratch(w: &[f64], x: &[f64]) -> f64 {
    let mut h = vec![0.0; 4];
    let mut loss = 0.0;
    for v in x {
        layer(w, v, &mut h);
        loss += norm(&h);
    }
    loss / 2.0
}
