//! Forward mode in several directions at once, against forward mode in each of them.

#![allow(clippy::needless_range_loop)] // how functions are written is what these tests vary

use approx::assert_relative_eq;
use autodiff_core::{ByLane, Cotangent, Differentiable, InLanes, Lanes, OfLanes, differentiate};

/// Numbers that look random.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((self.0 >> 33) as u32) / f64::from(1_u32 << 30) - 1.0
    }
}

fn numbers<C: Cotangent + Clone>(c: &C) -> Vec<f64> {
    let mut list = Vec::new();
    c.clone().map_numbers(&mut |d| {
        list.push(d);
        d
    });
    list
}

/// Compares `f_jvp_lanes` with `f_jvp`, in random directions of the shape of `zero`, of which one stays zero.
#[track_caller]
fn agree<G, R, C, const N: usize>(zero: &G, one: impl Fn(&G) -> (R, C), many: impl Fn(&G::Lanes) -> (R, C::Lanes))
where
    G: InLanes<N>,
    R: PartialEq + std::fmt::Debug,
    C: InLanes<N>,
{
    for seed in [1, 2] {
        let mut random = Random(seed);
        let mut lanes = zero.zero_lanes();
        let directions: Vec<G> = (0..N)
            .map(|k| {
                let mut direction = zero.clone();
                direction.map_numbers(&mut |_| if k == 1 { 0.0 } else { random.next() });
                lanes.set_lane(k, &direction);
                direction
            })
            .collect();
        let (value, dots) = many(&lanes);
        for (k, direction) in directions.iter().enumerate() {
            let (want_value, want) = one(direction);
            assert_eq!(value, want_value);
            let (got, want) = (numbers(&dots.lane(k)), numbers(&want));
            assert_eq!(got.len(), want.len(), "numbers of direction {k}");
            for (g, w) in got.iter().zip(&want) {
                assert!(g == w || g.is_nan() && w.is_nan() || (g - w).abs() <= 1e-13 * (1.0 + w.abs()), "direction {k}: {g} and {w}");
            }
        }
    }
}

#[differentiate(lanes)]
fn arithmetic(a: f64, b: f64) -> f64 {
    let mut t = a * b - a / b;
    t *= a;
    t /= b + 2.0;
    t -= -b;
    t += a % 0.3 + 5.0 % b;
    t * a.sin() + a.hypot(b) + a.powi(3) + b.max(a) - (a * b).exp().ln()
}

#[test]
fn numbers_in_straight_lines() {
    agree::<_, _, _, 3>(&(0.0, 0.0), |d| arithmetic_jvp(0.7, 1.4, *d), |d| arithmetic_jvp_lanes(0.7, 1.4, *d));
    agree::<_, _, _, 1>(&(0.0, 0.0), |d| arithmetic_jvp(0.7, 1.4, *d), |d| arithmetic_jvp_lanes(0.7, 1.4, *d));
    agree::<_, _, _, 16>(&(0.0, 0.0), |d| arithmetic_jvp(0.7, 1.4, *d), |d| arithmetic_jvp_lanes(0.7, 1.4, *d));
}

/// The rounding of a cast is that of forward mode.
#[differentiate(lanes)]
fn rounded(a: f64, b: f64) -> [f64; 2] {
    let u = (a * b) as f32;
    [f64::from(u.sin()) * b, (u * u) as f64]
}

#[test]
fn casts() {
    agree::<_, _, _, 3>(&(0.0, 0.0), |d| rounded_jvp(0.7, 1.4, *d), |d| rounded_jvp_lanes(0.7, 1.4, *d));
}

#[differentiate(lanes)]
fn singular(x: f64, y: f64) -> [f64; 3] {
    [x.sqrt() + y, y / x, x.abs() * y]
}

#[test]
fn a_direction_without_change_of_a_singular_argument_stays_finite() {
    let (_, [root, ..]) = singular_jvp_lanes::<3>(0.0, 1.0, (Lanes([0.0, 1.0, 0.0]), Lanes([1.0, 0.0, 0.0])));
    assert_eq!(root, Lanes([1.0, f64::INFINITY, 0.0]));
    agree::<_, _, _, 4>(&(0.0, 0.0), |d| singular_jvp(0.0, 1.0, *d), |d| singular_jvp_lanes(0.0, 1.0, *d));
    // The inverse of the divisor is infinite, the quotient is not.
    let tiny = 1e-310;
    agree::<_, _, _, 4>(
        &(0.0, 0.0),
        |d| singular_jvp(tiny, 1e-20, (d.0 * 1e-300, d.1 * 1e-300)),
        |d| singular_jvp_lanes(tiny, 1e-20, (d.0 * 1e-300, d.1 * 1e-300)),
    );
}

#[differentiate(lanes)]
fn walk(x: &[f64], k: f64, steps: usize) -> Vec<f64> {
    let mut u = x.to_vec();
    let mut next = vec![0.0; x.len()];
    for step in 0..steps {
        for i in 1..u.len() {
            next[i] = u[i - 1] * k + u[i].cos();
            if next[i] > 1.5 {
                next[i] *= 0.5;
            }
        }
        if step == 2 && u[1] > 10.0 {
            return x.to_vec();
        }
        std::mem::swap(&mut u, &mut next);
    }
    u.push(k * k);
    u.extend_from_slice(&x[..1]);
    u
}

#[test]
fn slices_loops_and_branches() {
    let x = [0.3, -0.4, 1.2, 0.9];
    for steps in 0..4 {
        agree::<(Vec<f64>, f64), _, _, 4>(
            &(vec![0.0; 4], 0.0),
            |d| walk_jvp(&x, 1.3, steps, (&d.0, d.1)),
            |d| walk_jvp_lanes(&x, 1.3, steps, (&d.0, d.1)),
        );
    }
}

#[differentiate(lanes)]
fn spread(x: &[f64; 3], out: &mut [f64]) -> f64 {
    for v in out.iter_mut() {
        *v = *v * x[0] + x[1];
    }
    x[2] * out[0]
}

#[differentiate(lanes)]
fn spread_twice(x: &[f64; 3]) -> [f64; 4] {
    let mut scratch = [1.0, x[1], 3.0];
    let a = spread(x, &mut scratch);
    let b = spread(x, &mut scratch[1..]);
    [a, b, scratch[0], scratch[2]]
}

#[test]
fn what_is_written_to_has_its_tangents_in_and_out() {
    let x = [0.7, -1.1, 0.4];
    agree::<_, _, _, 5>(&[0.0; 3], |d| spread_twice_jvp(&x, d), |d| spread_twice_jvp_lanes(&x, d));
    let (mut out, mut out_dot) = (vec![1.0, 2.0], vec![Lanes([1.0, 0.0]), Lanes([0.0, 0.0])]);
    let (_, dots) = spread_jvp_lanes::<2>(&x, &mut out, (&[Lanes([0.0, 1.0]), Lanes::ZERO, Lanes::ZERO], &mut out_dot));
    assert_eq!(out_dot, [Lanes([0.7, 1.0]), Lanes([0.0, 2.0])]);
    assert_relative_eq!(dots.0[0], 0.4 * 0.7);
}

/// Without lanes: called once per direction.
#[differentiate]
fn plain(v: &[f64], w: [f64; 2], by: f64, n: usize) -> (f64, Vec<f64>) {
    let mut sum = 0.0;
    for _ in 0..n {
        sum += v.iter().map(|v| v * w[0]).sum::<f64>() * by;
    }
    (sum, vec![w[1] * by, sum])
}

#[autodiff_core::derivative(x = 2.0 * x, y = 1.0)]
fn by_hand(x: f64, y: f64) -> f64 {
    x * x + y
}

#[differentiate(lanes)]
fn mixed_calls(x: &[f64; 2], v: &[f64]) -> Vec<f64> {
    let (sum, mut list) = plain(v, *x, x[0], 2);
    let (other, _) = plain(x, [x[1], 1.0], 0.5, 1);
    list.push(by_hand(sum, 3.0) + by_hand(1.0, other));
    list.push(arithmetic(x[0], 2.0));
    list.push(spread_twice(&[x[0], 1.0, sum])[1]);
    list.push(helpers::deep(x[1]));
    list
}

mod helpers {
    use autodiff_core::differentiate;

    #[differentiate(lanes)]
    pub fn deep(x: f64) -> f64 {
        if x > 8.0 { x } else { deep(x * 1.5) * x }
    }
}

#[test]
fn calls_of_functions_with_and_without_lanes() {
    let (x, v) = ([0.7, 1.2], vec![1.0, -0.5, 2.0]);
    agree::<([f64; 2], Vec<f64>), _, _, 3>(
        &([0.0; 2], vec![0.0; 3]),
        |d| mixed_calls_jvp(&x, &v, (&d.0, &d.1)),
        |d| mixed_calls_jvp_lanes(&x, &v, (&d.0, &d.1)),
    );
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Camera {
    focal: f64,
    center: [f64; 2],
    name: &'static str,
}

#[differentiate]
fn focus(c: &Camera, x: f64) -> f64 {
    c.focal * x - c.center[0] * c.center[1]
}

#[differentiate(lanes)]
fn through(c: &Camera, x: &[f64]) -> (f64, Camera) {
    let d = c.clone();
    (focus(&d, x[0]) * x[1], d)
}

#[test]
fn structs_as_a_whole() {
    let c = Camera { focal: 1.5, center: [0.2, -0.3], name: "left" };
    let x = [2.0, 0.7];
    agree::<(CameraCotangent, Vec<f64>), _, _, 3>(
        &(c.zero_cotangent(), vec![0.0; 2]),
        |d| through_jvp(&c, &x, (&d.0, &d.1)),
        |d| through_jvp_lanes(&c, &x, (&d.0, &d.1)),
    );
    let dots: ByLane<CameraCotangent, 2> = c.zero_cotangent().zero_lanes();
    assert_eq!(dots.lane(1), c.zero_cotangent());
}

/// Structs of structs, written part by part.
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Rig {
    left: Camera,
    weights: Vec<f64>,
    pair: (f64, [f64; 2]),
}

#[differentiate(lanes)]
fn adjusted(rig: &Rig, rigs: &[Rig], t: f64) -> Rig {
    let mut r = rig.clone();
    r.left.center[1] += t * rig.left.focal;
    r.left.focal *= r.left.center[1] / 3.0;
    r.pair.1[0] = r.pair.0.sin() - rigs[1].left.center[0];
    r.pair.0 -= t;
    for i in 0..r.weights.len() {
        r.weights[i] /= 1.0 + rigs[i].weights[0] * t;
        r.weights[i] %= 0.7;
    }
    let (a, [b, c]) = rigs[0].pair;
    let part = &rigs[1].left;
    let camera = Camera { focal: a * b, center: [c, part.focal], name: "new" };
    r.left = Camera { focal: camera.focal + focus(&camera, t) + focus(&rigs[0].left, t), ..camera };
    let Camera { focal, center, .. } = &r.left;
    r.pair = (focal * center[0], r.pair.1);
    r
}

#[test]
fn parts_of_structs() {
    let camera = Camera { focal: 1.5, center: [0.2, -0.3], name: "left" };
    let rig = Rig { left: camera, weights: vec![0.5, 1.7], pair: (0.4, [0.6, -1.2]) };
    let rigs = [rig.clone(), Rig { weights: vec![2.0, 0.1], ..rig.clone() }];
    let zero = (rig.zero_cotangent(), rigs.zero_cotangent().to_vec(), 0.0);
    agree::<(RigCotangent, Vec<RigCotangent>, f64), _, _, 3>(
        &zero,
        |d| adjusted_jvp(&rig, &rigs, 0.8, (&d.0, &d.1, d.2)),
        |d| adjusted_jvp_lanes(&rig, &rigs, 0.8, (&d.0, &d.1, d.2)),
    );
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
enum Shape {
    Circle { radius: f64 },
    Box(f64, [f64; 2]),
}

#[differentiate(lanes)]
fn area(s: &Shape, k: f64) -> f64 {
    match s {
        Shape::Circle { radius } => radius * radius * k,
        Shape::Box(a, b) => a * b[0] + k * b[1],
    }
}

#[differentiate(lanes)]
fn reshaped(s: &Shape, k: f64) -> Shape {
    let a = area(s, k);
    if a > 1.0 { Shape::Circle { radius: a } } else { Shape::Box(k * a, [a, k]) }
}

#[test]
fn enums() {
    for s in [Shape::Circle { radius: 1.5 }, Shape::Box(0.2, [1.0, 0.3])] {
        agree::<(ShapeCotangent, f64), _, _, 3>(
            &(s.zero_cotangent(), 0.0),
            |d| reshaped_jvp(&s, 0.6, (&d.0, d.1)),
            |d| reshaped_jvp_lanes(&s, 0.6, (&d.0, d.1)),
        );
    }
}

#[differentiate(lanes, wrt(x))]
fn optional(x: Option<f64>, w: f64, list: Vec<f64>) -> f64 {
    let y = match x {
        Some(v) => v * v * w,
        None => w,
    };
    y * list[0]
}

#[test]
fn options_and_parameters_that_are_left_out() {
    agree::<Option<f64>, _, _, 2>(
        &Some(0.0),
        |d| optional_jvp(Some(3.0), 2.0, vec![0.5], *d),
        |d| optional_jvp_lanes(Some(3.0), 2.0, vec![0.5], *d),
    );
    agree::<Option<f64>, _, _, 2>(&None, |d| optional_jvp(None, 2.0, vec![0.5], *d), |d| optional_jvp_lanes(None, 2.0, vec![0.5], *d));
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Scale(f64, Vec<f64>);

#[differentiate]
impl Scale {
    #[differentiate(lanes)]
    fn apply(&self, x: &[f64; 2]) -> [f64; 2] {
        let n = self.norm();
        [x[0] * Self::twice(x[1]) * self.0, x[1] * self.1[0] + n]
    }

    #[differentiate(lanes)]
    fn norm(&self) -> f64 {
        self.1.iter().map(|v| v * v).sum::<f64>()
    }

    #[differentiate(lanes)]
    fn grow(&mut self, by: f64) -> f64 {
        self.0 *= by;
        self.1[0] += by;
        self.0
    }

    #[differentiate(lanes)]
    fn twice(x: f64) -> f64 {
        2.0 * x
    }
}

#[differentiate(lanes)]
fn grown(s: Scale, by: f64) -> Scale {
    let mut s = s;
    let a = s.grow(by);
    s.1[1] -= s.grow(a);
    s
}

#[test]
fn methods() {
    let s = Scale(0.7, vec![1.0, -2.0]);
    let zero = s.zero_cotangent();
    agree::<_, _, _, 3>(&0.0, |d| Scale::twice_jvp(1.5, *d), |d| Scale::twice_jvp_lanes(1.5, *d));
    agree::<(ScaleCotangent, [f64; 2]), _, _, 3>(
        &(zero.clone(), [0.0; 2]),
        |d| s.apply_jvp(&[0.3, 1.1], (&d.0, &d.1)),
        |d| s.apply_jvp_lanes(&[0.3, 1.1], (&d.0, &d.1)),
    );
    agree::<(ScaleCotangent, f64), _, _, 3>(
        &(zero, 0.0),
        |d| grown_jvp(s.clone(), 1.3, (d.0.clone(), d.1)),
        |d| grown_jvp_lanes(s.clone(), 1.3, (d.0.clone(), d.1)),
    );
}

#[differentiate(lanes)]
fn single(x: [f32; 2], k: f32) -> [f32; 2] {
    [x[0].sin() * k, x[1] / k]
}

#[test]
fn single_precision() {
    let (_, dots) = single_jvp_lanes::<2>([0.5, 2.0], 4.0, ([Lanes([1.0, 0.0]), Lanes([0.0, 1.0])], Lanes([0.0, 1.0])));
    assert_eq!(dots[0], Lanes([0.5_f32.cos() * 4.0, 0.5_f32.sin()]));
    assert_eq!(dots[1], Lanes([0.0, 1.0 / 4.0 - 2.0 / 16.0]));
}

#[differentiate(lanes)]
fn sized<const K: usize>(x: &[f64; K], by: f64) -> [f64; K] {
    let mut y = *x;
    for i in 0..K {
        y[i] *= by * x[0];
    }
    y
}

#[test]
fn const_parameters_of_the_user() {
    let x = [0.3, 1.2, -0.7];
    agree::<([f64; 3], f64), _, _, 2>(&([0.0; 3], 0.0), |d| sized_jvp(&x, 1.5, (&d.0, d.1)), |d| sized_jvp_lanes(&x, 1.5, (&d.0, d.1)));
}

/// Names that generated code might use itself.
#[differentiate(lanes)]
#[allow(non_upper_case_globals, non_snake_case)]
fn hostile(width: f64, k: f64, lane_0: f64, N: f64) -> f64 {
    let dot_0 = width * k;
    let argument_0 = arithmetic(dot_0, N) + plain(&[lane_0], [k, width], N, 1).0;
    argument_0 * lane_0
}

#[test]
fn hostile_names() {
    agree::<_, _, _, 3>(&(0.0, 0.0, 0.0, 0.0), |d| hostile_jvp(0.5, 1.5, 0.8, 2.5, *d), |d| hostile_jvp_lanes(0.5, 1.5, 0.8, 2.5, *d));
}

/// Fields that are constants, wherever they stand.
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Held {
    k: f64,
    #[differentiable(skip)]
    dt: f64,
    #[differentiable(skip)]
    xs: Vec<f64>,
    #[differentiable(skip)]
    grid: [f64; 3],
    free: Vec<f64>,
    pair: (f64, f64),
}

#[differentiate(lanes)]
fn sum_of(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[differentiate(lanes)]
fn of_held(p: &Held, x: f64) -> (f64, Held) {
    let mut q = p.clone();
    q.dt = x * p.k;
    q.grid[1] = x;
    q.xs[0] = p.xs[0] * x;
    q.k = p.dt;
    q.k = q.k * x + p.dt * p.k - (-p.dt) / (p.k + p.dt);
    q.free[1] = p.dt;
    q.free[0] += p.grid[0] * x;
    q.pair = (p.dt, p.k);
    q.pair.0 *= x;
    let own = if x > 0.0 { p.xs.clone() } else { p.free.clone() };
    let both = (p.dt, p.k * x);
    (sum_of(&p.xs, &own) * both.0 + sum_of(&p.grid[1..], &p.free) * both.1, q)
}

#[differentiate(lanes)]
fn moved_out(p: Held, x: f64) -> f64 {
    let Held { k, xs, free, .. } = p;
    let parts = (xs, free);
    let list = [parts.0, parts.1];
    list[0][0] * list[1][0] * x + list[1][1] * k
}

#[differentiate(lanes)]
fn rebuilt(p: Held, x: f64) -> Held {
    let pair = (p.dt * x, p.pair.0);
    let grown = Held { pair, free: p.xs, xs: p.free, ..p };
    Held { dt: grown.k, k: grown.dt, ..grown }
}

#[test]
fn skipped_fields() {
    let p = Held { k: 0.7, dt: 1.25, xs: vec![0.5, -1.5], grid: [2.0, 0.3, -0.4], free: vec![1.1, 0.2], pair: (0.4, 0.9) };
    let zero = (p.zero_cotangent(), 0.0);
    for x in [1.3, -0.8] {
        agree::<(HeldCotangent, f64), _, _, 3>(&zero, |d| of_held_jvp(&p, x, (&d.0, d.1)), |d| of_held_jvp_lanes(&p, x, (&d.0, d.1)));
        agree::<(HeldCotangent, f64), _, _, 3>(
            &zero,
            |d| moved_out_jvp(p.clone(), x, (d.0.clone(), d.1)),
            |d| moved_out_jvp_lanes(p.clone(), x, (d.0.clone(), d.1)),
        );
        agree::<(HeldCotangent, f64), _, _, 3>(
            &zero,
            |d| rebuilt_jvp(p.clone(), x, (d.0.clone(), d.1)),
            |d| rebuilt_jvp_lanes(p.clone(), x, (d.0.clone(), d.1)),
        );
    }
}

/// <y_bar, J x_dot> and <J^T y_bar, x_dot>, of random numbers.
#[track_caller]
fn transposed<G: Cotangent + Clone, C: Cotangent + Clone>(zero: &G, result: &C, jvp: impl Fn(&G) -> C, vjp: impl Fn(C) -> G) {
    for seed in [3, 4] {
        let mut random = Random(seed);
        let (mut x_dot, mut y_bar) = (zero.clone(), result.clone());
        x_dot.map_numbers(&mut |_| random.next());
        y_bar.map_numbers(&mut |_| random.next());
        let inner = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).map(|(a, b)| a * b).sum::<f64>();
        let forward = inner(numbers(&y_bar), numbers(&jvp(&x_dot)));
        assert_relative_eq!(forward, inner(numbers(&vjp(y_bar)), numbers(&x_dot)), max_relative = 1e-12);
    }
}

/// What is assigned to a skipped field, and from one to another field.
#[test]
fn reverse_mode_of_skipped_fields() {
    let p = Held { k: 0.7, dt: 1.25, xs: vec![0.5, -1.5], grid: [2.0, 0.3, -0.4], free: vec![1.1, 0.2], pair: (0.4, 0.9) };
    let zero = (p.zero_cotangent(), 0.0);
    for x in [1.3, -0.8] {
        let result = of_held(&p, x).zero_cotangent();
        transposed(&zero, &result, |d| of_held_jvp(&p, x, (&d.0, d.1)).1, |y| of_held_vjp(&p, x, y).1);
        transposed(&zero, &0.0, |d| moved_out_jvp(p.clone(), x, d.clone()).1, |y| moved_out_vjp(p.clone(), x, y).1);
        let result = rebuilt(p.clone(), x).zero_cotangent();
        transposed(&zero, &result, |d| rebuilt_jvp(p.clone(), x, d.clone()).1, |y| rebuilt_vjp(p.clone(), x, y).1);
    }
}

/// Parts of tuples and payloads, behind `&mut` and behind `&`.
#[differentiate(lanes)]
fn behind_references(x: &[f64; 4], k: f64) -> Vec<f64> {
    let mut z = x.to_vec();
    for i in 1..z.len() {
        let (done, rest) = z.split_at_mut(i);
        rest[0] = (rest[0] - done[i - 1] * k) / (1.0 + done[0] * done[0]);
        rest[0] %= 0.9;
    }
    let mut found: Option<f64> = None;
    if k > 0.0 {
        found = Some(z[1] * k);
    }
    if let Some(y) = &mut found {
        *y *= x[0];
        *y += x[1] / k;
    }
    let best = z.iter().copied().max_by(f64::total_cmp).unwrap_or(k);
    let by = match &found {
        Some(y) => x[2] / y + x[3] % y,
        None => best,
    };
    z.push(by);
    z
}

#[test]
fn parts_behind_references() {
    let x = [0.7, -1.1, 0.4, 2.3];
    for k in [1.3, -0.6] {
        agree::<([f64; 4], f64), _, _, 3>(
            &([0.0; 4], 0.0),
            |d| behind_references_jvp(&x, k, (&d.0, d.1)),
            |d| behind_references_jvp_lanes(&x, k, (&d.0, d.1)),
        );
    }
}

/// Replaced by what is read from itself.
#[differentiate(lanes)]
fn of_itself(rig: &Rig, t: f64) -> Rig {
    let mut r = rig.clone();
    r.left = r.left.clone();
    r.left.center = [r.left.center[1], r.left.focal];
    r.weights[0] = r.weights[1] * t;
    r.pair = (r.pair.1[0], [r.pair.0, t]);
    r = r.clone();
    r
}

#[test]
fn parts_that_are_replaced_by_parts() {
    let camera = Camera { focal: 1.5, center: [0.2, -0.3], name: "left" };
    let rig = Rig { left: camera, weights: vec![0.5, 1.7], pair: (0.4, [0.6, -1.2]) };
    let zero = (rig.zero_cotangent(), 0.0);
    agree::<(RigCotangent, f64), _, _, 3>(
        &zero,
        |d| of_itself_jvp(&rig, 0.8, (&d.0, d.1)),
        |d| of_itself_jvp_lanes(&rig, 0.8, (&d.0, d.1)),
    );
}

/// Parts of structs that are changed in place otherwise than by assignment.
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Buffer {
    values: Vec<f64>,
    scale: f64,
    other: Vec<f64>,
}

#[differentiate(lanes)]
fn pushed(b: Buffer, x: f64) -> Buffer {
    let mut b = b;
    b.values.push(x * b.scale);
    b.values[0] *= x;
    b.other.push(b.values[1]);
    std::mem::swap(&mut b.values, &mut b.other);
    b
}

#[differentiate(lanes)]
fn popped(b: Buffer, x: f64) -> (f64, Buffer) {
    let mut b = b;
    let last = b.values.pop().unwrap();
    b.values.resize(3, x);
    b.values.fill(last * x);
    b.other.extend(b.values.clone());
    (b.values[1] * b.other[1] + b.scale, b)
}

#[differentiate(lanes)]
fn grow(v: &mut Vec<f64>, x: f64) {
    v.push(x * x);
    v[0] += x;
}

#[differentiate(lanes)]
fn lent(b: Buffer, x: f64) -> (f64, Buffer) {
    let mut b = b;
    grow(&mut b.values, x * b.scale);
    b.scale *= x;
    (b.values[1] * b.values[0], b)
}

#[differentiate]
impl Buffer {
    #[differentiate(lanes)]
    fn add(&mut self, x: f64) {
        self.values.push(x * self.scale);
        self.scale *= x;
    }

    #[differentiate(lanes)]
    fn add_twice(&self, x: f64) -> (f64, Buffer) {
        let mut b = self.clone();
        b.add(x);
        b.add(b.scale);
        (b.values[1] * b.values[2], b)
    }
}

#[test]
fn parts_that_are_changed_in_place() {
    let b = Buffer { values: vec![0.7], scale: 1.3, other: vec![-0.4] };
    let zero = (b.zero_cotangent(), 0.0);
    agree::<_, _, _, 3>(&zero, |d| pushed_jvp(b.clone(), 0.9, d.clone()), |d| pushed_jvp_lanes(b.clone(), 0.9, d.clone()));
    agree::<_, _, _, 3>(&zero, |d| popped_jvp(b.clone(), 0.9, d.clone()), |d| popped_jvp_lanes(b.clone(), 0.9, d.clone()));
    agree::<_, _, _, 3>(&zero, |d| lent_jvp(b.clone(), 0.9, d.clone()), |d| lent_jvp_lanes(b.clone(), 0.9, d.clone()));
    agree::<_, _, _, 3>(&zero, |d| b.add_twice_jvp(0.9, (&d.0, d.1)), |d| b.add_twice_jvp_lanes(0.9, (&d.0, d.1)));
}

/// What a block asks for, of all functions that can have it.
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Arm {
    lengths: [f64; 2],
    held: Vec<f64>,
}

#[differentiate(lanes, jacobian, hessian)]
impl Arm {
    fn tip(&self, q: &[f64; 2]) -> [f64; 2] {
        let [a, b] = self.lengths;
        [a * q[0].cos() + b * (q[0] + q[1]).cos() + self.load(), a * q[0].sin() + b * (q[0] + q[1]).sin()]
    }

    fn load(&self) -> f64 {
        self.held.iter().map(|m| m * m).sum()
    }

    fn take(&mut self, m: f64) -> f64 {
        self.held.push(m * self.lengths[0]);
        self.lengths[1] *= m;
        self.load()
    }

    /// Has no lanes.
    fn scaled(&self, by: impl Fn(f64) -> f64) -> f64 {
        self.lengths.iter().map(|l| l * 2.0).sum::<f64>() * by(1.0)
    }

    fn links(&self) -> usize {
        self.lengths.len()
    }
}

#[differentiate(lanes)]
fn after_taking(arm: Arm, m: f64) -> (f64, Arm) {
    let mut arm = arm;
    let load = arm.take(m);
    let more = arm.take(load);
    (load * more, arm)
}

#[test]
fn options_of_blocks() {
    let arm = Arm { lengths: [1.2, 0.7], held: vec![0.3, -0.4] };
    let q = [0.4, -0.9];
    let zero = (arm.zero_cotangent(), [0.0; 2]);
    agree::<_, _, _, 3>(&zero, |d| arm.tip_jvp(&q, (&d.0, &d.1)), |d| arm.tip_jvp_lanes(&q, (&d.0, &d.1)));
    agree::<_, _, _, 3>(&arm.zero_cotangent(), |d| arm.load_jvp(d), |d| arm.load_jvp_lanes(d));
    let zero = (arm.zero_cotangent(), 0.0);
    agree::<_, _, _, 3>(&zero, |d| after_taking_jvp(arm.clone(), 0.9, d.clone()), |d| after_taking_jvp_lanes(arm.clone(), 0.9, d.clone()));
    let (_, rows) = arm.tip_jacobian(&q);
    for (k, row) in rows.iter().enumerate() {
        let mut seed = [0.0; 2];
        seed[k] = 1.0;
        let (_, (of_arm, of_q)) = arm.tip_vjp(&q, seed);
        let row_of_vjp: Vec<f64> = of_arm.lengths.iter().chain(&of_arm.held).chain(&of_q).copied().collect();
        assert_eq!(row, &row_of_vjp);
    }
    // d2/dm2 of m0^2 + m1^2
    let (_, _, product) = arm.load_hvp(&ArmCotangent { lengths: [0.5, 0.1], held: vec![2.0, -3.0] });
    assert_eq!(product, ArmCotangent { lengths: [0.0; 2], held: vec![4.0, -6.0] });
    assert_eq!((arm.links(), arm.scaled(|x| 3.0 * x)), (2, 2.0 * 1.9 * 3.0));
}

/// Generic numbers.
#[differentiate(lanes)]
fn recurrence<T: autodiff_core::Scalar>(x: T, w: &[T]) -> T {
    let mut s = x;
    for v in w {
        s = s * *v + x.sin() / (*v + T::from_f64(3.0));
    }
    s
}

#[differentiate(lanes)]
fn mixed<T: num_traits::Float>(x: [T; 2], k: T) -> [T; 2] {
    [x[0] * x[1].exp(), x[1] / k + x[0].hypot(k)]
}

#[differentiate(lanes)]
fn calls_generics(x: f64, w: &[f64]) -> f64 {
    recurrence(x, w) * mixed([x, w[0]], w[1])[1]
}

#[test]
fn generic_numbers() {
    let w = [0.7, -1.2, 0.4];
    let zero = (0.0, w.zero_cotangent());
    agree::<_, _, _, 3>(&zero, |d| recurrence_jvp(0.9, &w, (d.0, &d.1)), |d| recurrence_jvp_lanes(0.9, &w, (d.0, &d.1)));
    agree::<_, _, _, 3>(&([0.0; 2], 0.0), |d| mixed_jvp([0.7, 0.4], 0.9, *d), |d| mixed_jvp_lanes([0.7, 0.4], 0.9, *d));
    agree::<_, _, _, 3>(&zero, |d| calls_generics_jvp(0.9, &w, (d.0, &d.1)), |d| calls_generics_jvp_lanes(0.9, &w, (d.0, &d.1)));
}

mod fields_of_which_the_file_tells_nothing {
    use autodiff_core::{Differentiable, Lanes, differentiate};

    mod first {
        #[derive(Clone, super::Differentiable)]
        pub struct Twin {
            pub x: f64,
        }
    }

    mod second {
        #[derive(Clone, super::Differentiable)]
        pub struct Twin {
            pub x: f32,
        }
    }

    #[differentiate(lanes)]
    fn powers(t: &first::Twin, y: f64) -> f64 {
        t.x.powi(3) * t.x.sin().atan2(y)
    }

    #[test]
    fn have_methods_of_numbers() {
        let t = first::Twin { x: 0.7 };
        let _ = second::Twin { x: 0.7 };
        let mut dots = autodiff_core::InLanes::<2>::zero_lanes(&t.zero_cotangent());
        let (_, (bar, y_bar)) = powers_grad(&t, 1.3);
        for (k, dx) in [1.0, -0.5].into_iter().enumerate() {
            let mut dot = t.zero_cotangent();
            dot.x = dx;
            autodiff_core::OfLanes::set_lane(&mut dots, k, &dot);
        }
        let (_, along) = powers_jvp_lanes::<2>(&t, 1.3, (&dots, Lanes([0.25, 2.0])));
        assert!((along.0[0] - (bar.x + 0.25 * y_bar)).abs() < 1e-14, "{along:?}");
        assert!((along.0[1] - (-0.5 * bar.x + 2.0 * y_bar)).abs() < 1e-14, "{along:?}");
    }
}
