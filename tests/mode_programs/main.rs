//! Programs as users write them with modes: Newton, least squares, sensitivities, filters, meta-learning, dynamics inside losses. Every
//! derivative is compared with differences.

#![allow(unused, clippy::all)] // how programs are written is what these tests vary

#[path = "../modes/harness.rs"]
mod harness;
#[rustfmt::skip]
mod bilevel;
#[rustfmt::skip]
mod constrained;
#[rustfmt::skip]
mod fisher;
#[rustfmt::skip]
mod gnc;
#[rustfmt::skip]
mod gp;
#[rustfmt::skip]
mod hmc;
#[rustfmt::skip]
mod implicit;
#[rustfmt::skip]
mod kalman_smoother;
#[rustfmt::skip]
mod laplace;
#[rustfmt::skip]
mod lcg;
#[rustfmt::skip]
mod lm;
#[rustfmt::skip]
mod maml;
#[rustfmt::skip]
mod md;
#[rustfmt::skip]
mod mut_jvp;
#[rustfmt::skip]
mod newton;
#[rustfmt::skip]
mod ode_sensitivity;
#[rustfmt::skip]
mod operators;
#[rustfmt::skip]
mod perturbation;
#[rustfmt::skip]
mod pinn;
#[rustfmt::skip]
mod self_lanes;
#[rustfmt::skip]
mod struct_jacobian;
#[rustfmt::skip]
mod taylor;
#[rustfmt::skip]
mod traits;
