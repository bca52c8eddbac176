//! MAML: an outer gradient through two inner steps of a generated gradient, over tasks.
use autodiff_core::{differentiate, Differentiable};
use super::harness::*;

#[derive(Clone, Debug, Differentiable)]
pub struct Net { w1: [[f64; 1]; 4], b1: [f64; 4], w2: [f64; 4], b2: f64 }

#[derive(Clone)]
pub struct Task { xs: Vec<f64>, ys: Vec<f64> }

#[differentiate(hessian)]
impl Net {
    pub fn predict(&self, x: f64) -> f64 {
        let mut y = self.b2;
        for i in 0..4 {
            y += self.w2[i] * (self.w1[i][0] * x + self.b1[i]).tanh();
        }
        y
    }
}
#[differentiate(hessian, wrt(net))]
pub fn mse(net: &Net, task: &Task) -> f64 {
    task.xs.iter().zip(&task.ys).map(|(x, y)| (net.predict(*x) - y).powi(2)).sum::<f64>() / task.xs.len() as f64
}
#[differentiate(wrt(net, rate))]
pub fn meta(net: &Net, rate: f64, tasks: &[(Task, Task)]) -> f64 {
    let mut total = 0.0;
    for (train, test) in tasks {
        let mut fast = net.clone();
        for _ in 0..2 {
            let (_, g) = mse_grad(&fast, train);
            for i in 0..4 {
                fast.w1[i][0] -= rate * g.w1[i][0];
                fast.b1[i] -= rate * g.b1[i];
                fast.w2[i] -= rate * g.w2[i];
            }
            fast.b2 -= rate * g.b2;
        }
        total += mse(&fast, test);
    }
    total / tasks.len() as f64
}
fn net(x: &[f64]) -> Net { let mut c = Cur::new(x); Net { w1: c.mat(), b1: c.arr(), w2: c.arr(), b2: c.n() } }
#[test]
fn maml() {
    let task = |a: f64| { let xs = vec![-1.0, 0.2, 0.9]; Task { ys: xs.iter().map(|x: &f64| (a * x).sin()).collect(), xs } };
    let tasks = vec![(task(1.0), task(1.3)), (task(-0.5), task(0.4))];
    let x = random(14, 3);
    let (v, (g, r)) = meta_grad(&net(&x), x[13], &tasks);
    let mut got = flat(&g); got.push(r);
    close("maml", &got, &jacobian(&|x| vec![meta(&net(x), x[13], &tasks)], &x)[0], 1e-5);
}
