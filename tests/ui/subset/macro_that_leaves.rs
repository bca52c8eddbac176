use autodiff_core::differentiate;

macro_rules! positive_or {
    ($x:expr, $other:expr $(; $more:stmt)?) => {
        if $x == 0 {
            return $other;
        }
    };
}

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    positive_or!(n, 1.0);
    x / n as f64
}

fn main() {}
