fn diffused(start: &[f64], k: f64, steps: usize) -> f64 {
    let mut u = start.to_vec();
    let mut next = start.to_vec();
    for _ in 0..steps {
        for i in 1..u.len() {
            next[i] = u[i] + k * u[i - 1] * u[i];
        }
        std::mem::swap(&mut u, &mut next);
    }
    u[0] * u[0]
}
