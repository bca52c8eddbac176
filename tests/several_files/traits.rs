//! What things can do, whatever they are.

use autodiff_core::differentiate;

#[differentiate]
pub trait Potential {
    fn energy(&self, r: f64) -> f64;
    fn twice(&self, r: f64) -> f64 {
        2.0 * self.energy(r)
    }
}

pub trait Describe {
    fn describe(&self) -> String;
    fn len(&self) -> usize;
}
