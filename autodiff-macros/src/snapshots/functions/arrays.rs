fn arrays(v: [f64; 3]) -> f64 {
    let mut w = v;
    w[0] *= v[1];
    w[0] + w[2]
}
