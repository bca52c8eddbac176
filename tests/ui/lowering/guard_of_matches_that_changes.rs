use autodiff_core::differentiate;

#[differentiate]
fn popped(v: &[f64]) -> f64 {
    let mut st = v.to_vec();
    let some = matches!(st.pop(), Some(x) if x > -1.0);
    let last = st.iter().sum::<f64>();
    if some { last } else { v[0] }
}

fn main() {}
