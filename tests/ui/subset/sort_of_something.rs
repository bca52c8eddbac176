use autodiff_core::differentiate;

mod elsewhere {
    use autodiff_core::differentiate;

    #[differentiate]
    pub fn squares<const N: usize>(v: [f64; N]) -> [f64; N] {
        v.map(|x| x * x)
    }
}

#[differentiate]
fn largest(v: [f64; 3]) -> f64 {
    let mut w = elsewhere::squares(v);
    w.sort_by(|a, b| b.total_cmp(a));
    w[0]
}

fn main() {}
