//! Traits for all types, whose methods have names of methods that generated code calls.

#![allow(clippy::needless_range_loop)]

/// By reference: found before what takes `&mut self`.
mod by_reference {
    use autodiff_core::differentiate;

    #[allow(dead_code)]
    trait Hostile {
        fn push(&self) {}
        fn pop(&self) {}
        fn save(&self) {}
        fn save_run(&self) {}
        fn restore(&self) {}
        fn restore_run(&self) {}
        fn is_due(&self) {}
        fn segment(&self) {}
        fn last(&self) {}
        fn as_deref_mut(&self) {}
        fn zero(&self) {}
        fn accumulate(&self) {}
        fn to_owned(&self) {}
        fn map(&self) {}
        fn rev(&self) {}
        fn step_by(&self) {}
        fn skip(&self) {}
        fn take(&self) {}
    }

    impl<T> Hostile for T {}

    #[differentiate]
    pub fn logistic(v: &[f64]) -> f64 {
        let (mut x, mut i) = (v[0], 0);
        while i < 5 {
            if x > 0.3 {
                x = v[1] * x * (1.0 - x);
            } else {
                x = x.exp() * v[1];
            }
            i += 1;
        }
        x
    }

    #[differentiate]
    pub fn swapped(v: &[f64]) -> f64 {
        let mut u = vec![v[3]; 3];
        let mut next = vec![v[3] * 2.0; 3];
        for _ in 0..4 {
            for i in 1..3 {
                next[i] = u[i] * u[i - 1] * v[3] * v[i];
            }
            std::mem::swap(&mut u, &mut next);
        }
        u[1]
    }

    #[differentiate]
    pub fn in_place(v: &[f64]) -> f64 {
        let mut u = [v[3]; 3];
        #[checkpoint]
        for _ in 0..4 {
            for i in 1..3 {
                u[i] = u[i] * u[i - 1] * v[3] + v[i];
            }
        }
        u[1] * u[2]
    }
}

/// By value: found before all that takes references.
mod by_value {
    use autodiff_core::differentiate;

    #[allow(dead_code)]
    trait Hostile: Sized {
        fn push(self) {}
        fn pop(self) {}
        fn save(self) {}
        fn save_run(self) {}
        fn restore(self) {}
        fn restore_run(self) {}
        fn is_due(self) {}
        fn segment(self) {}
        fn last(self) {}
        fn as_deref_mut(self) {}
        fn zero(self) {}
        fn accumulate(self) {}
        fn sin(self) {}
        fn exp(self) {}
        fn iter(self) {}
        fn len(self) {}
        fn clone(self) {}
        fn rev(self) {}
        fn step_by(self) {}
    }

    impl<T> Hostile for T {}

    #[differentiate]
    fn step(x: f64, k: f64) -> f64 {
        if x > 0.3 { k * x * (1.0 - x) } else { x.exp() * k }
    }

    #[differentiate]
    pub fn sequence(v: &[f64]) -> f64 {
        let mut u = [v[3]; 3];
        for _ in 0..3 {
            for i in 1..3 {
                u[i] = u[i] * u[i - 1] * v[3] + v[i];
            }
        }
        let (mut x, mut i) = (u[1], 0);
        while i < 4 {
            x = step(x, u[2]);
            i += 1;
        }
        x.sin()
    }

    #[differentiate]
    pub fn kept(v: &[f64]) -> f64 {
        let mut u = [v[3]; 3];
        #[checkpoint]
        for _ in 0..5 {
            for i in 1..3 {
                u[i] = u[i] * u[i - 1] * v[3] + v[i];
            }
        }
        u[1] * u[2]
    }
}

use by_reference::{in_place, in_place_grad, in_place_jvp, in_place_vjp};
use by_reference::{logistic, logistic_grad, logistic_jvp, logistic_vjp};
use by_reference::{swapped, swapped_grad, swapped_jvp, swapped_vjp};
use by_value::{kept, kept_grad, kept_jvp, kept_vjp};
use by_value::{sequence, sequence_grad, sequence_jvp, sequence_vjp};

mod tests {
    checked! {
        logistic logistic_grad logistic_vjp logistic_jvp at [0.5, 0.7], [0.2, 0.9];
        swapped swapped_grad swapped_vjp swapped_jvp at [0.5, 1.5, 2.0, 0.7];
        in_place in_place_grad in_place_vjp in_place_jvp at [0.5, 1.5, 2.0, 0.7];
        sequence sequence_grad sequence_vjp sequence_jvp at [0.5, 0.15, 0.2, 0.7];
        kept kept_grad kept_vjp kept_jvp at [0.5, 0.15, 0.2, 0.7];
    }
}
