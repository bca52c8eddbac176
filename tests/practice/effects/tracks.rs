//! Types with methods that have the names of std's: of another file, so that nothing tells what they take and give.

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
pub struct Track {
    pub x: f64,
    pub speed: f64,
}

#[differentiate]
impl Track {
    pub fn filter(&mut self, z: f64) -> f64 {
        self.x += self.speed * (z - self.x) * z;
        self.x
    }

    pub fn clamp(&mut self, low: f64, high: f64) -> f64 {
        if self.x < low {
            self.x = low;
        }
        if self.x > high {
            self.x = high * self.speed;
        }
        self.x
    }

    pub fn round(&mut self) -> f64 {
        self.x *= self.x;
        self.x
    }

    pub fn skip(&mut self, k: f64) -> f64 {
        self.x *= k * self.x;
        self.x
    }
}
