//! A builder, and what it builds.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Config {
    lr: f64,
    momentum: f64,
    decay: f64,
    steps: usize,
    clip: Option<f64>,
}
#[derive(Debug, Clone, Differentiable)]
pub struct ConfigBuilder {
    inner: Config,
}
#[differentiate]
impl ConfigBuilder {
    pub fn new(lr: f64) -> Self {
        ConfigBuilder { inner: Config { lr, momentum: 0.0, decay: 0.0, steps: 3, clip: None } }
    }
    pub fn momentum(mut self, m: f64) -> Self {
        self.inner.momentum = m;
        self
    }
    pub fn decay(self, decay: f64) -> Self {
        ConfigBuilder { inner: Config { decay, ..self.inner } }
    }
    pub fn steps(mut self, n: usize) -> Self {
        self.inner.steps = n;
        self
    }
    pub fn clip(mut self, c: f64) -> Self {
        self.inner.clip = Some(c);
        self
    }
    pub fn build(self) -> Result<Config, String> {
        if self.inner.lr <= 0.0 {
            return Err(format!("bad learning rate {}", self.inner.lr));
        }
        Ok(self.inner)
    }
}
#[differentiate]
pub fn optimise(cfg: &Config, mut w: f64) -> f64 {
    let mut vel = 0.0;
    for _ in 0..cfg.steps {
        let mut g = w.cos() + cfg.decay * w;
        if let Some(c) = cfg.clip {
            g = g.max(-c).min(c);
        }
        vel = cfg.momentum * vel - cfg.lr * g;
        w += vel;
    }
    w.sin()
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let cfg = ConfigBuilder::new(0.1 + 0.1 * x[0]).momentum(x[1]).decay(0.01 * x[2]).steps(6).clip(0.8 + x[3]).build();
    match cfg {
        Ok(c) => optimise(&c, x[4]),
        Err(_) => 0.0,
    }
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 5, 0.05, 1.0, |v| (v), d => d);
}
