use autodiff_core::differentiate;

#[differentiate]
fn no_loop(x: f64) -> f64 {
    if x > 0.0 {
        break;
    }
    x * x
}

#[differentiate]
fn no_label(v: &[f64]) -> f64 {
    let mut s = 0.0;
    'rows: for x in v {
        if *x > 1.0 {
            break 'columns;
        }
        s += x * x;
    }
    s
}

fn main() {
    no_loop_grad(1.0);
    no_label_grad(&[1.0]);
}
