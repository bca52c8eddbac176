use autodiff_core::differentiate;

mod other {
    macro_rules! dbg {
        ($x:expr) => {
            $x * 2.0
        };
    }
    pub fn twice(x: f64) -> f64 {
        dbg!(x)
    }
}

macro_rules! dbg {
    ($x:expr) => {
        $x * 3.0
    };
}

#[differentiate]
fn f(x: f64) -> f64 {
    dbg!(x) * x
}

fn main() {
    f(other::twice(1.0));
}
