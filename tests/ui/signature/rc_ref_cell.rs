use autodiff_core::differentiate;

use std::cell::RefCell;
use std::rc::Rc;

#[differentiate]
fn f(x: Rc<RefCell<f64>>, y: f64) -> f64 {
    *x.borrow() * y
}

fn main() {}
