//! The functions, each with its gradient by hand and its cases.

use crate::measure::Case;

pub mod ba;
pub mod bodies;
pub mod branches;
pub mod embeddings;
pub mod everyday;
pub mod fields;
pub mod filter;
pub mod finance;
pub mod fits;
pub mod geometry;
pub mod gmm;
pub mod graphics;
pub mod heat;
pub mod ht;
pub mod images;
pub mod iterators;
pub mod kmeans;
pub mod learning;
pub mod linalg;
pub mod lstm;
pub mod markets;
pub mod mechanics;
pub mod mlp;
pub mod models;
pub mod molecules;
pub mod motion;
pub mod networks;
pub mod numerics;
pub mod ode;
pub mod polynomial;
pub mod recursion;
pub mod sequences;
pub mod series;
pub mod simulation;
pub mod spectra;
pub mod statistics;
pub mod systems;
pub mod waves;

/// All cases, in the order of the table.
pub fn all() -> Vec<Case> {
    let groups = [
        gmm::cases(),
        lstm::cases(),
        ba::cases(),
        ht::cases(),
        heat::cases(),
        ode::cases(),
        molecules::cases(),
        iterators::cases(),
        finance::cases(),
        linalg::cases(),
        recursion::cases(),
        branches::cases(),
        mlp::cases(),
        polynomial::cases(),
        kmeans::cases(),
        filter::cases(),
        everyday::cases(),
        networks::cases(),
        motion::cases(),
        numerics::cases(),
        images::cases(),
        simulation::cases(),
        sequences::cases(),
        fits::cases(),
        models::cases(),
        bodies::cases(),
        graphics::cases(),
        markets::cases(),
        learning::cases(),
        waves::cases(),
        series::cases(),
        mechanics::cases(),
        fields::cases(),
        embeddings::cases(),
        spectra::cases(),
        statistics::cases(),
        geometry::cases(),
        systems::cases(),
    ];
    groups.into_iter().flatten().collect()
}

/// Numbers that look random and are the same in every run.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Numbers(seed.wrapping_mul(2).wrapping_add(0x9e37_79b9_7f4a_7c15))
    }

    /// Between 0 and 1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = self.0 ^ (self.0 >> 29);
        (x.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// One of the first numbers.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    /// Lists of one length, for the whole run.
    pub fn rows(&mut self, n: usize, m: usize, low: f64, high: f64) -> &'static Vec<Vec<f64>> {
        Box::leak(Box::new((0..n).map(|_| (0..m).map(|_| self.between(low, high)).collect()).collect()))
    }

    /// For the whole run.
    pub fn list(&mut self, n: usize, low: f64, high: f64) -> &'static [f64] {
        (0..n).map(|_| self.between(low, high)).collect::<Vec<_>>().leak()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients_by_hand_and_generated_agree() {
        let mut faults = Vec::new();
        for mut case in super::all() {
            if let Err(e) = case.check() {
                faults.push(e);
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
