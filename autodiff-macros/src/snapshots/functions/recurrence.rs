fn recurrence(x: f64, steps: usize) -> f64 {
    let mut s = 1.0;
    for _ in 0..steps {
        s = (s * x).tanh();
    }
    s
}
