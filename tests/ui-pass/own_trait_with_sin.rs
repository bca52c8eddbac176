//! A trait of the user's own with a method that is called like a rule.
use autodiff_core::differentiate;

struct Angle(u8);

trait Wave {
    fn sin(&self) -> u8;
    fn pullback(&self) -> u8 {
        0
    }
}

impl Wave for Angle {
    fn sin(&self) -> u8 {
        self.0
    }
}

impl Wave for f64 {
    fn sin(&self) -> u8 {
        7
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    let n = Angle(2).sin();
    x.sin() * f64::from(n)
}

fn main() {
    assert_eq!(f_grad(0.0), (0.0, 2.0));
    assert_eq!(Wave::sin(&1.0) + Angle(0).pullback(), 7);
}
