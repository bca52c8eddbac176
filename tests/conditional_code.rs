//! Code that is there in some configurations only: each has the gradient of what rustc leaves in the function.
#![allow(unexpected_cfgs, reason = "a feature that does not exist is off")]

use autodiff_core::{Differentiable, check_gradient, check_vjp, differentiate};

/// Value bit for bit, gradient against differences.
fn checked(f: impl Fn(&[f64]) -> f64, gradient: impl Fn(&[f64]) -> (f64, Vec<f64>), at: &[f64]) {
    assert_eq!(gradient(at).0.to_bits(), f(at).to_bits());
    check_gradient(f, |x| gradient(x).1, at).unwrap();
}

#[differentiate]
fn changed(x: f64, k: f64) -> f64 {
    let mut y = x * x * k;
    #[cfg(any())]
    {
        y *= 2.0;
    }
    #[cfg(feature = "absent")]
    if y > 0.0 {
        y *= 3.0;
    }
    #[cfg(not(feature = "absent"))]
    for _ in 0..2 {
        y = y * k + x;
    }
    let mut list = vec![y];
    #[cfg(feature = "absent")]
    list.clear();
    #[cfg(not(feature = "absent"))]
    list.push(x.sin());
    list.iter().sum()
}

#[differentiate]
fn bound(x: f64, k: f64) -> f64 {
    let y = x * k;
    #[cfg(test)]
    let y = y * y;
    #[cfg(not(test))]
    let y = y.sin();
    #[cfg(all(not(test), target_pointer_width = "64"))]
    return k;
    y * k
}

#[differentiate]
fn result_of_blocks(x: f64, k: f64) -> f64 {
    let y = x.sin() * k;
    #[cfg(debug_assertions)]
    {
        y.exp()
    }
    #[cfg(not(debug_assertions))]
    {
        y.exp()
    }
}

#[differentiate]
fn arms(x: f64, k: f64) -> f64 {
    match x > 0.0 {
        #[cfg(feature = "absent")]
        true => k,
        #[cfg(not(feature = "absent"))]
        true => x * x * k,
        false => x.cos() * k,
    }
}

#[differentiate]
fn names_that_are_not_there(x: f64) -> f64 {
    #[cfg(feature = "absent")]
    use elsewhere::squared;
    #[cfg(not(feature = "absent"))]
    fn squared(x: f64) -> f64 {
        x * x
    }
    squared(x) * x
}

#[differentiate]
fn parameters(x: f64, #[cfg(feature = "absent")] scale: f64) -> f64 {
    #[cfg(feature = "absent")]
    let x = x * scale;
    x * x.sin()
}

#[differentiate]
fn in_a_closure(v: &[f64]) -> f64 {
    let squared = |a: f64| {
        #[cfg(feature = "absent")]
        let a = a * 2.0;
        a * a
    };
    v.iter()
        .map(|&a| {
            #[cfg(not(feature = "absent"))]
            let a = a.exp();
            squared(a)
        })
        .sum()
}

#[differentiate]
fn calls_such_a_function(x: f64, k: f64) -> f64 {
    changed(k, x) * bound(x, x * k)
}

#[derive(Differentiable, Clone, Copy)]
struct Spring {
    k: f64,
    rest: f64,
}

impl Spring {
    #[differentiate]
    fn energy(&self, x: f64) -> f64 {
        let d = x - self.rest;
        #[cfg(feature = "absent")]
        {
            d * self.k
        }
        #[cfg(not(feature = "absent"))]
        {
            d * d * self.k
        }
    }
}

#[differentiate]
impl Spring {
    fn moved(self, by: f64) -> Spring {
        Spring {
            #[cfg(not(feature = "absent"))]
            rest: self.rest + by * by,
            #[cfg(feature = "absent")]
            rest: self.rest,
            ..self
        }
    }
}

#[differentiate]
trait Potential {
    fn at(&self, x: f64) -> f64;
    fn twice(&self, x: f64) -> f64 {
        let mut y = self.at(x);
        #[cfg(feature = "absent")]
        {
            y = x;
        }
        #[cfg(not(feature = "absent"))]
        {
            y *= 2.0 * x;
        }
        y
    }
}

#[differentiate]
impl Potential for Spring {
    fn at(&self, x: f64) -> f64 {
        #[cfg(not(feature = "absent"))]
        let x = x * x;
        self.k * x
    }
}

#[differentiate(hessian)]
fn second_order(x: f64) -> f64 {
    let mut y = x.sin();
    #[cfg(feature = "absent")]
    {
        y *= x;
    }
    #[cfg(not(feature = "absent"))]
    {
        y *= y;
    }
    y
}

#[test]
fn what_is_not_there_has_no_part() {
    for at in [[0.7, 1.3], [-0.4, 0.9]] {
        checked(
            |x| changed(x[0], x[1]),
            |x| {
                let (v, g) = changed_grad(x[0], x[1]);
                (v, vec![g.0, g.1])
            },
            &at,
        );
        checked(
            |x| bound(x[0], x[1]),
            |x| {
                let (v, g) = bound_grad(x[0], x[1]);
                (v, vec![g.0, g.1])
            },
            &at,
        );
        checked(
            |x| result_of_blocks(x[0], x[1]),
            |x| {
                let (v, g) = result_of_blocks_grad(x[0], x[1]);
                (v, vec![g.0, g.1])
            },
            &at,
        );
        checked(
            |x| arms(x[0], x[1]),
            |x| {
                let (v, g) = arms_grad(x[0], x[1]);
                (v, vec![g.0, g.1])
            },
            &at,
        );
        checked(
            |x| names_that_are_not_there(x[0]),
            |x| {
                let (v, g) = names_that_are_not_there_grad(x[0]);
                (v, vec![g])
            },
            &at[..1],
        );
        checked(
            |x| parameters(x[0]),
            |x| {
                let (v, g) = parameters_grad(x[0]);
                (v, vec![g])
            },
            &at[..1],
        );
        checked(in_a_closure, in_a_closure_grad, &at);
        checked(
            |x| calls_such_a_function(x[0], x[1]),
            |x| {
                let (v, g) = calls_such_a_function_grad(x[0], x[1]);
                (v, vec![g.0, g.1])
            },
            &at,
        );
    }
    assert!((changed_jvp(0.7, 1.3, (1.0, 0.0)).1 - changed_grad(0.7, 1.3).1.0).abs() < 1e-12);
}

#[test]
fn methods_and_traits() {
    let spring = |x: &[f64]| Spring { k: x[0], rest: x[1] };
    let at = [1.4, 0.3, 0.8];
    checked(
        |x| spring(x).energy(x[2]),
        |x| {
            let (v, (s, d)) = spring(x).energy_grad(x[2]);
            (v, vec![s.k, s.rest, d])
        },
        &at,
    );
    checked(
        |x| spring(x).twice(x[2]),
        |x| {
            let (v, (s, d)) = spring(x).twice_grad(x[2]);
            (v, vec![s.k, s.rest, d])
        },
        &at,
    );
    let seed = SpringCotangent { k: 0.7, rest: -1.3 };
    check_vjp(
        |x| {
            let s = spring(x).moved(x[2]);
            vec![s.k, s.rest]
        },
        |x, _| {
            let (_, (s, by)) = spring(x).moved_vjp(x[2], seed.clone());
            vec![s.k, s.rest, by]
        },
        &at,
        &[seed.k, seed.rest],
    )
    .unwrap();
}

#[test]
fn second_derivatives() {
    let (_, _, h) = second_order_hessian(0.6);
    assert!((h - 2.0 * (2.0 * 0.6_f64).cos()).abs() < 1e-12);
}
