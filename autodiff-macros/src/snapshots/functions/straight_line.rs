fn straight_line(x: f64, y: f64) -> f64 {
    let a = x * y;
    let b = a.sin() + x;
    b / y
}
