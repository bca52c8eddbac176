use autodiff_core::differentiate;

#[differentiate]
pub fn huber(r: f64, delta: f64) -> f64 {
    if r.abs() <= delta { 0.5 * r * r } else { delta * (r.abs() - 0.5 * delta) }
}

/// Comes to other files by imports.
macro_rules! softened {
    ($x:expr) => {
        $crate::losses::huber($x, 0.4)
    };
}

pub(crate) use softened;
