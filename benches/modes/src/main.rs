//! Prints what the other modes cost: `cargo run --release` in this folder.
//!
//! Forward mode, also in several directions at once, against the primal, a product with the Hessian against the gradient, a Hessian against as many products, and a Jacobian
//! of two rows and fifteen columns against dual numbers of `num-dual` and `ad_trait`. Runs take turns; a time is the least of all rounds.

use std::hint::black_box;
use std::time::Instant;

use autodiff_core::{Lanes, differentiate};

/// Least seconds per call of each, in turns.
fn times(rounds: usize, runs: &mut [&mut dyn FnMut() -> f64]) -> Vec<f64> {
    let calls: Vec<usize> = runs
        .iter_mut()
        .map(|run| {
            let start = Instant::now();
            let mut n = 0;
            while start.elapsed().as_secs_f64() < 1e-3 {
                black_box(run());
                n += 1;
            }
            n.max(1)
        })
        .collect();
    let mut best = vec![f64::INFINITY; runs.len()];
    for _ in 0..rounds {
        for (k, run) in runs.iter_mut().enumerate() {
            let start = Instant::now();
            for _ in 0..calls[k] {
                black_box(run());
            }
            best[k] = best[k].min(start.elapsed().as_secs_f64() / calls[k] as f64);
        }
    }
    best
}

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|k| ((k * 37 + 11) % 101) as f64 / 101.0 - 0.4).collect()
}

#[differentiate(hessian, lanes)]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..x.len() {
        let a = 1.0 - x[i - 1];
        let b = x[i] - x[i - 1] * x[i - 1];
        s += a * a + 100.0 * b * b;
    }
    s
}

/// Logistic regression: a dot product per sample.
#[differentiate(hessian, lanes, wrt(w))]
fn logistic(w: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let d = w.len();
    let mut loss = 0.0;
    for i in 0..y.len() {
        let mut z = 0.0;
        for j in 0..d {
            z += w[j] * x[i * d + j];
        }
        loss += (1.0 + z.exp()).ln() - y[i] * z;
    }
    loss
}

/// A recurrence: every step reads the one before.
#[differentiate(hessian, lanes)]
fn pendulum(state: [f64; 2], length: f64, steps: usize) -> f64 {
    let [mut angle, mut speed] = state;
    for _ in 0..steps {
        speed -= 0.01 * 9.81 / length * angle.sin();
        angle += 0.01 * speed;
    }
    angle * angle + speed
}

#[differentiate(hessian, lanes)]
fn straight(x: f64, y: f64, z: f64) -> f64 {
    let r = (x * x + y * y + z * z).sqrt();
    (r * x).sin() * (y / r).exp() + z.powi(3) * r.ln()
}

mod camera {
    //! The residual of one observation in bundle adjustment: rotation vector, centre, focal length, principal point, two distortions;
    //! point; weight. Fifteen numbers in, two out.

    use autodiff_core::{Scalar, differentiate};

    /// The same arithmetic for every library.
    macro_rules! residual {
        ($T:ty, $c:expr, $p:expr, $w:expr, |$v:ident| $number:expr) => {{
            let (c, p, w) = ($c, $p, $w);
            let d = [p[0] - c[3], p[1] - c[4], p[2] - c[5]];
            let t2 = c[0] * c[0] + c[1] * c[1] + c[2] * c[2];
            let t = t2.sqrt();
            let (s, k) = (t.sin(), t.cos());
            let n = [c[0] / t, c[1] / t, c[2] / t];
            let cross = [n[1] * d[2] - n[2] * d[1], n[2] * d[0] - n[0] * d[2], n[0] * d[1] - n[1] * d[0]];
            let along = (n[0] * d[0] + n[1] * d[1] + n[2] * d[2])
                * ({
                    let $v = 1.0;
                    $number
                } - k);
            let q =
                [d[0] * k + cross[0] * s + n[0] * along, d[1] * k + cross[1] * s + n[1] * along, d[2] * k + cross[2] * s + n[2] * along];
            let (x, y) = (q[0] / q[2], q[1] / q[2]);
            let r2 = x * x + y * y;
            let l = {
                let $v = 1.0;
                $number
            } + c[9] * r2
                + c[10] * r2 * r2;
            [w * (x * l * c[6] + c[7]), w * (y * l * c[6] + c[8])]
        }};
    }

    #[differentiate(jacobian)]
    pub fn residual(c: &[f64; 11], p: &[f64; 3], w: f64) -> [f64; 2] {
        let d = [p[0] - c[3], p[1] - c[4], p[2] - c[5]];
        let t2 = c[0] * c[0] + c[1] * c[1] + c[2] * c[2];
        let t = t2.sqrt();
        let (s, k) = (t.sin(), t.cos());
        let n = [c[0] / t, c[1] / t, c[2] / t];
        let cross = [n[1] * d[2] - n[2] * d[1], n[2] * d[0] - n[0] * d[2], n[0] * d[1] - n[1] * d[0]];
        let along = (n[0] * d[0] + n[1] * d[1] + n[2] * d[2]) * (1.0 - k);
        let q = [d[0] * k + cross[0] * s + n[0] * along, d[1] * k + cross[1] * s + n[1] * along, d[2] * k + cross[2] * s + n[2] * along];
        let (x, y) = (q[0] / q[2], q[1] / q[2]);
        let r2 = x * x + y * y;
        let l = 1.0 + c[9] * r2 + c[10] * r2 * r2;
        [w * (x * l * c[6] + c[7]), w * (y * l * c[6] + c[8])]
    }

    pub fn of_scalars<T: Scalar>(c: &[T; 11], p: &[T; 3], w: T) -> [T; 2] {
        residual!(T, c, p, w, |v| T::from_f64(v))
    }

    pub fn of_num_dual<T: num_dual::DualNum<f64> + Copy>(c: &[T; 11], p: &[T; 3], w: T) -> [T; 2] {
        residual!(T, c, p, w, |v| T::from(v))
    }

    pub fn of_ad_trait<T: ad_trait::AD>(c: &[T; 11], p: &[T; 3], w: T) -> [T; 2] {
        residual!(T, c, p, w, |v| T::constant(v))
    }
}

fn row(name: &str, size: &str, what: &str, ratio: f64) {
    println!("| {name} | {size} | {what} | {ratio:.2} |");
}

fn modes() {
    for n in [10, 100, 1000] {
        let (x, d) = (numbers(n), numbers(n));
        let mut bar = vec![0.0; n];
        let mut h = (vec![0.0; n], vec![0.0; n]);
        let mut seen = (Vec::new(), Vec::new());
        let t = times(
            25,
            &mut [
                &mut || rosenbrock(black_box(&x)),
                &mut || rosenbrock_jvp(black_box(&x), &d).1,
                &mut || rosenbrock_grad_accumulate(black_box(&x), &mut bar),
                &mut || rosenbrock_hvp_accumulate(black_box(&x), &d, &mut h.0, &mut h.1),
            ],
        );
        row("rosenbrock", &n.to_string(), "JVP / primal", t[1] / t[0]);
        row("rosenbrock", &n.to_string(), "HVP / gradient", t[3] / t[2]);
        let rounds = if n > 100 { 3 } else { 15 };
        let t = times(
            rounds,
            &mut [
                &mut || rosenbrock_hessian(black_box(&x)).2[0][0],
                &mut || (0..n).map(|_| rosenbrock_hvp_accumulate(black_box(&x), &d, &mut h.0, &mut h.1)).sum(),
                &mut || rosenbrock_hessian_into(black_box(&x), &mut seen.0, &mut seen.1),
            ],
        );
        row("rosenbrock", &n.to_string(), "Hessian / n HVPs", t[0] / t[1]);
        row("rosenbrock", &n.to_string(), "Hessian into memory / n HVPs", t[2] / t[1]);
    }
    let (d, m) = (30, 200);
    let (w, x, v) = (numbers(d), numbers(d * m), numbers(d));
    let y: Vec<f64> = (0..m).map(|k| (k % 2) as f64).collect();
    let mut bar = vec![0.0; d];
    let mut h = (vec![0.0; d], vec![0.0; d]);
    let t = times(
        25,
        &mut [
            &mut || logistic(black_box(&w), &x, &y),
            &mut || logistic_jvp(black_box(&w), &x, &y, &v).1,
            &mut || logistic_grad_accumulate(black_box(&w), &x, &y, &mut bar),
            &mut || logistic_hvp_accumulate(black_box(&w), &x, &y, &v, &mut h.0, &mut h.1),
        ],
    );
    row("logistic", "30 x 200", "JVP / primal", t[1] / t[0]);
    row("logistic", "30 x 200", "HVP / gradient", t[3] / t[2]);
    let s = [0.7, 0.1];
    let t = times(
        25,
        &mut [
            &mut || pendulum(black_box(s), 1.3, 1000),
            &mut || pendulum_jvp(black_box(s), 1.3, 1000, ([1.0, 0.5], 0.2)).1,
            &mut || pendulum_grad(black_box(s), 1.3, 1000).1.1,
            &mut || pendulum_hvp(black_box(s), 1.3, 1000, ([1.0, 0.5], 0.2)).2.1,
        ],
    );
    row("pendulum", "1000 steps", "JVP / primal", t[1] / t[0]);
    row("pendulum", "1000 steps", "HVP / gradient", t[3] / t[2]);
    let t = times(
        25,
        &mut [
            &mut || straight(black_box(0.7), 0.4, 1.1),
            &mut || straight_jvp(black_box(0.7), 0.4, 1.1, (1.0, 0.5, -0.3)).1,
            &mut || straight_grad(black_box(0.7), 0.4, 1.1).1.0,
            &mut || straight_hvp(black_box(0.7), 0.4, 1.1, (1.0, 0.5, -0.3)).2.0,
        ],
    );
    row("straight line", "3", "JVP / primal", t[1] / t[0]);
    row("straight line", "3", "HVP / gradient", t[3] / t[2]);
}

/// `N` lanes, of which each is another direction.
fn lanes<const N: usize>(k: usize) -> Lanes<f64, N> {
    Lanes(std::array::from_fn(|lane| ((k * 29 + lane * 13 + 5) % 17) as f64 / 17.0 - 0.4))
}

/// Forward mode in `N` directions at once, against once per direction and against the primal.
fn directions<const N: usize>() {
    let rows =
        |name: &str, size: &str, primal: &mut dyn FnMut() -> f64, one: &mut dyn FnMut(usize) -> f64, all: &mut dyn FnMut() -> f64| {
            let t = times(25, &mut [primal, &mut || (0..N).map(&mut *one).sum(), all]);
            row(name, size, &format!("JVP in {N} directions / primal"), t[2] / t[0]);
            row(name, size, &format!("{N} JVPs / JVP in {N} directions"), t[1] / t[2]);
        };
    for n in [10, 1000] {
        let x = numbers(n);
        let many: Vec<Lanes<f64, N>> = (0..n).map(lanes).collect();
        let single: Vec<Vec<f64>> = (0..N).map(|lane| many.iter().map(|l| l.0[lane]).collect()).collect();
        rows(
            "rosenbrock",
            &n.to_string(),
            &mut || rosenbrock(black_box(&x)),
            &mut |lane| rosenbrock_jvp(black_box(&x), &single[lane]).1,
            &mut || black_box(rosenbrock_jvp_lanes(black_box(&x), &many)).1.0[0],
        );
    }
    let (d, m) = (30, 200);
    let (w, x) = (numbers(d), numbers(d * m));
    let y: Vec<f64> = (0..m).map(|k| (k % 2) as f64).collect();
    let many: Vec<Lanes<f64, N>> = (0..d).map(lanes).collect();
    let single: Vec<Vec<f64>> = (0..N).map(|lane| many.iter().map(|l| l.0[lane]).collect()).collect();
    rows(
        "logistic",
        "30 x 200",
        &mut || logistic(black_box(&w), &x, &y),
        &mut |lane| logistic_jvp(black_box(&w), &x, &y, &single[lane]).1,
        &mut || black_box(logistic_jvp_lanes(black_box(&w), &x, &y, &many)).1.0[0],
    );
    let s = [0.7, 0.1];
    let many: [Lanes<f64, N>; 3] = [lanes(0), lanes(1), lanes(2)];
    rows(
        "pendulum",
        "1000 steps",
        &mut || pendulum(black_box(s), 1.3, 1000),
        &mut |lane| pendulum_jvp(black_box(s), 1.3, 1000, ([many[0].0[lane], many[1].0[lane]], many[2].0[lane])).1,
        &mut || black_box(pendulum_jvp_lanes(black_box(s), 1.3, 1000, ([many[0], many[1]], many[2]))).1.0[0],
    );
    rows(
        "straight line",
        "3",
        &mut || straight(black_box(0.7), 0.4, 1.1),
        &mut |lane| straight_jvp(black_box(0.7), 0.4, 1.1, (many[0].0[lane], many[1].0[lane], many[2].0[lane])).1,
        &mut || black_box(straight_jvp_lanes(black_box(0.7), 0.4, 1.1, (many[0], many[1], many[2]))).1.0[0],
    );
}

fn blocks() {
    let c = [0.1, -0.3, 0.2, 0.5, 0.1, -4.0, 500.0, 320.0, 240.0, -0.1, 0.02];
    let (p, w) = ([0.4, -0.7, 2.0], 1.5);
    let mut jacobian = [[0.0; 15]; 2];
    let own = |jacobian: &mut [[f64; 15]; 2]| camera::residual_jacobian_into(black_box(&c), black_box(&p), w, jacobian)[0];
    own(&mut jacobian);
    // Checked against this library's dual numbers, one column at a time.
    let columns: [_; 15] = std::array::from_fn(|k| {
        let lift = |j: usize, v: f64| autodiff_core::Dual::new(v, f64::from(u8::from(j == k)));
        camera::of_scalars(&std::array::from_fn(|j| lift(j, c[j])), &std::array::from_fn(|j| lift(11 + j, p[j])), lift(14, w))
    });
    for (k, y) in columns.iter().enumerate() {
        for (y, row) in y.iter().zip(&jacobian) {
            assert!((y.eps - row[k]).abs() <= 1e-9 * (1.0 + y.eps.abs()), "column {k}");
        }
    }
    {
        use num_dual::DualSVec64;
        let num_dual = || {
            let lift = |j: usize, v: f64| {
                DualSVec64::<15>::new(v, num_dual::Derivative::derivative_generic(nalgebra::Const::<15>, nalgebra::U1, j))
            };
            let y = camera::of_num_dual(
                &std::array::from_fn(|j| lift(j, black_box(&c)[j])),
                &std::array::from_fn(|j| lift(11 + j, black_box(&p)[j])),
                lift(14, w),
            );
            y[0].eps.unwrap_generic(nalgebra::Const::<15>, nalgebra::U1)[0]
                + y[1].eps.unwrap_generic(nalgebra::Const::<15>, nalgebra::U1)[14]
        };
        let ad = || {
            use ad_trait::AD;
            use ad_trait::forward_ad::adfn::adfn;
            let lift = |j: usize, v: f64| adfn::<15>::new(v, std::array::from_fn(|k| f64::from(u8::from(j == k))));
            let y = camera::of_ad_trait(
                &std::array::from_fn(|j| lift(j, black_box(&c)[j])),
                &std::array::from_fn(|j| lift(11 + j, black_box(&p)[j])),
                lift(14, w),
            );
            let _ = adfn::<15>::constant(0.0);
            y[0].tangent()[0] + y[1].tangent()[14]
        };
        let t = times(
            25,
            &mut [&mut || own(&mut jacobian), &mut { num_dual }, &mut { ad }, &mut || camera::residual(black_box(&c), black_box(&p), w)[0]],
        );
        row("camera", "2 x 15", "Jacobian / primal", t[0] / t[3]);
        row("camera", "2 x 15", "`num-dual` / Jacobian", t[1] / t[0]);
        row("camera", "2 x 15", "`ad_trait` / Jacobian", t[2] / t[0]);
    }
}

fn main() {
    println!("| function | size | what | ratio |");
    println!("| --- | --- | --- | ---: |");
    modes();
    directions::<4>();
    directions::<8>();
    directions::<16>();
    blocks();
}
