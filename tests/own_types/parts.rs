//! Parts of skipped fields, which are constants whatever they are.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Debug)]
struct Meta {
    n: usize,
    k: f64,
    table: [f64; 2],
}

#[derive(Differentiable, Clone)]
struct Model {
    w: f64,
    #[differentiable(skip)]
    meta: Rc<Meta>,
    #[differentiable(skip)]
    rows: Arc<Vec<Meta>>,
}

#[differentiate]
impl Model {
    fn value(&self, x: f64) -> f64 {
        let k = self.meta.k;
        let mut s = self.w * self.meta.table[1] * x + k * x;
        for i in 0..self.meta.n {
            s += self.rows[i].k * self.w * x;
        }
        s * self.meta.n as f64 - self.meta.k
    }
}

#[differentiate]
fn of_parts(v: &[f64]) -> f64 {
    let rows = vec![Meta { n: 1, k: 0.3, table: [0.0; 2] }, Meta { n: 0, k: -0.7, table: [1.0; 2] }];
    let m = Model { w: v[0], meta: Rc::new(Meta { n: 2, k: 1.5, table: [0.5, 2.5] }), rows: Arc::new(rows) };
    m.value(v[1]) * m.meta.k * v[0]
}

mod tests {
    checked! {
        of_parts of_parts_grad of_parts_vjp of_parts_jvp at [0.5, 0.7], [-1.5, 0.2];
    }
}

/// Types of std without numbers have no slot and no field in a cotangent.
#[derive(Differentiable, Clone)]
pub struct Run {
    pub w: f64,
    pub file: PathBuf,
    pub every: std::time::Duration,
    pub tagged: (f64, Duration),
}

#[differentiate]
pub fn value(run: &Run, since: Duration, started: &Instant, x: f64) -> f64 {
    let late = if started.elapsed() > Duration::from_secs(1_000_000) { 2.0 } else { 1.0 };
    run.w * x * since.as_secs_f64() * run.every.as_secs_f64() * late + run.tagged.0 * run.file.components().count() as f64
}

#[test]
fn types_of_std_without_numbers() {
    let (w, x) = (0.5, 0.7);
    let run = Run { w, file: "a/b".into(), every: Duration::from_secs(2), tagged: (3.0, Duration::ZERO) };
    let (result, (bar, x_bar)) = value_vjp(&run, Duration::from_secs(3), &Instant::now(), x, -2.0);
    assert_eq!(result, w * x * 3.0 * 2.0 + 6.0);
    assert_eq!((bar.w, bar.tagged.0, x_bar), (-2.0 * x * 6.0, -4.0, -2.0 * w * 6.0));
}
