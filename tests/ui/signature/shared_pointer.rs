use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use autodiff_core::differentiate;

#[differentiate]
fn counted(x: Rc<f64>) -> f64 {
    *x * 2.0
}

#[differentiate]
fn between_threads(x: &Arc<Vec<f64>>) -> f64 {
    x[0] * 2.0
}

#[differentiate]
fn perhaps_borrowed(x: Cow<'_, [f64]>) -> f64 {
    x[0] * 2.0
}

fn main() {}
