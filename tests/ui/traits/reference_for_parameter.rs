//! A trait that knows a reference as a value.
use autodiff_core::{differentiate, Differentiable};

#[differentiate]
trait Next<T> {
    fn next(&mut self, input: T) -> f64;
}

#[derive(Differentiable, Clone)]
struct Average {
    current: f64,
}

#[derive(Differentiable, Clone)]
struct Bar {
    close: f64,
}

#[differentiate]
impl Next<&Bar> for Average {
    fn next(&mut self, input: &Bar) -> f64 {
        self.current = 0.5 * (self.current + input.close);
        self.current
    }
}

#[differentiate]
fn after(average: &Average, bar: &Bar) -> f64 {
    let mut average = average.clone();
    average.next(bar)
}

fn main() {}
