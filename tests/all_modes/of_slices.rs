//! Methods that traits give slices, of slices, lists and arrays: `impl Stat for [f64]`.

use autodiff_core::differentiate;

#[differentiate(hessian)]
trait Stat {
    fn mean(&self) -> f64;
    fn var(&self) -> f64;
    fn normalize(&mut self);
    fn scaled(&self, k: f64) -> Vec<f64>;
    fn dot(&self, other: &[f64]) -> f64;
    fn count(&self) -> usize;
}
#[differentiate(hessian)]
impl Stat for [f64] {
    fn mean(&self) -> f64 {
        self.iter().sum::<f64>() / self.len() as f64
    }
    fn var(&self) -> f64 {
        let m = self.mean();
        self.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (self.len() - 1) as f64
    }
    fn normalize(&mut self) {
        let m = self.mean();
        let s = self.var().sqrt();
        for x in self.iter_mut() {
            *x = (*x - m) / s;
        }
    }
    fn scaled(&self, k: f64) -> Vec<f64> {
        self.iter().map(|x| x * k).collect()
    }
    fn dot(&self, other: &[f64]) -> f64 {
        self.iter().zip(other).map(|(a, b)| a * b).sum()
    }
    fn count(&self) -> usize {
        self.len()
    }
}
#[differentiate(hessian)]
fn whitened(w: &mut [f64]) -> f64 {
    w.normalize();
    w[0] * 2.0 + w.mean()
}

crate::cases! { without lanes: 4, 0.3, 1.2;
    of_a_parameter v { v.mean() * v.var() + v[0] }
    of_lists_and_their_parts v { let w: Vec<f64> = v.iter().map(|x| x * x).collect(); w.var() * v[..3].mean() }
    that_change_a_list v { let mut w = v.to_vec(); w.normalize(); w[0] * v[1] + w[1..3].mean() }
    of_arrays v { let a = [v[0], v[1] * v[2], v[3]]; a.mean() * a.var() + a[1..].mean() }
    that_give_lists v { let w = v.scaled(v[1]); w.dot(v) + v.dot(&w) + w[1..].dot(&v[..3]) }
    of_parts_in_a_loop v { let mut s = 0.0; for k in 1..v.len() { s += v[..=k].mean() * v[k..].dot(&v[..v.len() - k]); } s }
    of_windows v { v.windows(3).map(|w| w.var() * w.mean()).sum() }
    of_chunks v { v.chunks(2).map(|w| w.mean() * w.count() as f64).product() }
    of_rows v { let rows = vec![v.to_vec(), v.scaled(2.0)]; rows.iter().map(|r| r.var()).sum::<f64>() + rows[1].mean() }
    by_path v { <[f64] as Stat>::mean(v) * Stat::var(v) }
    of_halves v { let (a, b) = v.split_at(2); a.mean() * b.mean() + a.dot(b) }
    that_change_a_part v { let mut w = v.to_vec(); w[..3].normalize(); let m = [[v[0], v[1], 0.5], [v[2], v[3], 1.0]]; m.iter().map(|r| r.mean() * r.var()).sum::<f64>() * w.mean() }
    that_change_an_array v { let mut a = [v[0] * v[1], v[1], v[2] * v[3]]; a.normalize(); let m = a.mean(); a[0] += 1.0; a.normalize(); a[0] * v[0] + m + a[2] }
    that_change_rows v { let mut w = vec![v.to_vec(), v.scaled(2.0)]; for r in w.iter_mut() { r.normalize(); } for r in &mut w { r[1..].normalize(); r[0] *= v[3]; } w[0].dot(&w[1]) + w[1][2] }
    that_change_chunks v { let mut w = v.to_vec(); for c in w.chunks_mut(2) { let m = c.mean(); c[0] -= m * m; if c.len() > 1 { c.normalize(); } } w.iter().sum::<f64>() + w.dot(v) }
    that_change_what_is_lent v { let mut w = v.to_vec(); let a = whitened(&mut w); w[1] *= a; let b = whitened(&mut w[1..]); a * b + w[0] + w[1] * v[2] }
}
