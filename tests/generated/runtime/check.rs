//! One program against its twin, at several points, in every mode. Findings go to the standard output, a line each:
//! `START program`, `FAIL program kind details`, `DONE program points smooth panicking`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::dual::{D64, take_kink, take_largest};
use crate::input::{Parts, Source};

type Numbers<'a> = &'a mut dyn FnMut(f64) -> f64;

/// What a program and its derivatives do, with types erased.
pub struct Program<'a> {
    pub index: usize,
    /// Whether any number is in single precision.
    pub single: bool,
    pub value: &'a dyn Fn(&mut Source) -> Parts,
    pub twin: &'a dyn Fn(&mut Source) -> Parts,
    /// Every sibling that needs no seed: to see whether it panics.
    pub siblings: &'a [&'a dyn Fn(&mut Source)],
    /// The value, and the gradient; the seed is filled by the last argument.
    pub vjp: &'a dyn Fn(&mut Source, Numbers<'_>) -> (Parts, Vec<f64>),
    /// The value, and its tangent; the tangents of the inputs are filled by the last argument.
    pub jvp: &'a dyn Fn(&mut Source, Numbers<'_>) -> (Parts, Vec<f64>),
    /// The value, and what buffers hold that were filled by the last argument.
    pub accumulate: Option<&'a dyn Fn(&mut Source, Numbers<'_>) -> (Parts, Vec<f64>)>,
    /// The value, the gradient, and the Hessian's product with the tangents of the inputs.
    pub second: Option<&'a dyn Fn(&mut Source, Numbers<'_>) -> (Parts, Vec<f64>, Vec<f64>)>,
    /// The value, and the Jacobian's rows.
    pub jacobian: Option<&'a dyn Fn(&mut Source) -> (Parts, Vec<Vec<f64>>)>,
    /// The value, and its tangents in three directions at once; their numbers are given one direction after the other.
    pub lanes: Option<&'a dyn Fn(&mut Source, Numbers<'_>) -> (Parts, Vec<Vec<f64>>)>,
    /// The gradient with optimisations switched off.
    pub plain: Option<&'a dyn Fn(&mut Source, Numbers<'_>) -> (Parts, Vec<f64>)>,
}

fn attempt<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).ok()
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

fn same_parts(a: &Parts, b: &Parts) -> bool {
    a.rest == b.rest && a.numbers.len() == b.numbers.len() && a.numbers.iter().zip(&b.numbers).all(|(x, y)| same(x.v, y.v))
}

/// Numbers that fill seeds and tangents, and are remembered.
fn filler(seed: u64, kept: &mut Vec<f64>) -> impl FnMut(f64) -> f64 {
    let mut s = Source::new(seed, false);
    move |_| {
        let x = s.number() + 0.125;
        // Exact in single precision too.
        let x = f64::from(x as f32);
        kept.push(x);
        x
    }
}

impl Program<'_> {
    /// Runs everything at `points` points.
    pub fn check(&self, points: u64) {
        println!("START {}", self.index);
        let mut failed = false;
        let (mut smooth, mut panicking) = (0, 0);
        for point in 0..points {
            let mut fail = |kind: &str, details: String| {
                if !failed {
                    println!("FAIL {} {kind} at point {point}: {details}", self.index);
                }
                failed = true;
            };
            match self.check_point(point, &mut fail) {
                Outcome::Smooth => smooth += 1,
                Outcome::Panics => panicking += 1,
                Outcome::Extreme => {}
            }
        }
        println!("DONE {} {points} {smooth} {panicking}", self.index);
    }

    fn check_point(&self, point: u64, fail: &mut dyn FnMut(&str, String)) -> Outcome {
        let seed = 1000 + point;
        let source = || Source::new(seed, point % 3 == 2);
        let mut s = source();
        let value = attempt(|| (self.value)(&mut s));
        let coordinates = s.taken;
        take_largest();
        let twin = attempt(|| (self.twin)(&mut source()));
        let Some(value) = value else {
            if twin.is_some() {
                fail("twin", "the program panics, its twin does not".into());
            }
            for (k, sibling) in self.siblings.iter().enumerate() {
                if attempt(|| sibling(&mut source())).is_some() {
                    fail("panic", format!("the program panics, its sibling {k} does not"));
                }
            }
            return Outcome::Panics;
        };
        match &twin {
            None => fail("twin", "the twin panics, the program does not".into()),
            Some(t) if !same_parts(t, &value) => fail("twin", format!("{value:?} in the program, {t:?} in its twin")),
            _ => {}
        }
        let mut y_bar = Vec::new();
        let Some((reverse_value, bar)) = attempt(|| (self.vjp)(&mut source(), &mut filler(seed + 7, &mut y_bar))) else {
            fail("panic", "vjp panics, the program does not".into());
            return Outcome::Smooth;
        };
        if !same_parts(&reverse_value, &value) {
            fail("value", format!("{value:?} from the program, {reverse_value:?} from vjp"));
        }
        let mut x_dot = Vec::new();
        let Some((forward_value, y_dot)) = attempt(|| (self.jvp)(&mut source(), &mut filler(seed + 8, &mut x_dot))) else {
            fail("panic", "jvp panics, the program does not".into());
            return Outcome::Smooth;
        };
        if !same_parts(&forward_value, &value) {
            fail("value", format!("{value:?} from the program, {forward_value:?} from jvp"));
        }
        if bar.len() != coordinates || x_dot.len() != coordinates || y_dot.len() != y_bar.len() {
            fail("shape", format!("{coordinates} coordinates, {} in the gradient, {} tangents", bar.len(), x_dot.len()));
            return Outcome::Smooth;
        }
        for (k, sibling) in self.siblings.iter().enumerate() {
            if attempt(|| sibling(&mut source())).is_none() {
                fail("panic", format!("sibling {k} panics, the program does not"));
            }
        }
        // The derivative along every coordinate, and how far rounding may move it.
        let (round, tiny, limit) = if self.single { (6e-8 * 2048.0, 1e-25, 1e10) } else { (1.1e-16 * 8192.0, 1e-60, 1e30) };
        let (mut bounds, mut slopes) = (vec![0.0; coordinates], vec![0.0; coordinates]);
        take_kink();
        let (mut product, mut bound_of_product) = (0.0, 0.0);
        for i in 0..coordinates {
            let Some(t) = attempt(|| (self.twin)(&mut source().along(i, &[]))) else { return Outcome::Smooth };
            if take_largest().0 > limit {
                return Outcome::Extreme;
            }
            let size = t.numbers.iter().zip(&y_bar).map(|(y, b)| b.abs() * y.m).sum::<f64>();
            let want = t.numbers.iter().zip(&y_bar).map(|(y, b): (&D64, _)| b * y.d).sum::<f64>();
            (bounds[i], slopes[i]) = (round * size + tiny, want);
            product += want * x_dot[i];
            bound_of_product += (bounds[i] * x_dot[i]).abs();
            if !((bar[i] - want).abs() <= bounds[i]) {
                fail("gradient", format!("coordinate {i}: {:e} by vjp, {want:e} by dual numbers (bound {:e})", bar[i], bounds[i]));
            }
        }
        let got: f64 = y_dot.iter().zip(&y_bar).map(|(d, b)| d * b).sum();
        if !((got - product).abs() <= bound_of_product + tiny) {
            fail("tangent", format!("{got:e} by jvp, {product:e} by dual numbers (bound {bound_of_product:e})"));
        }
        if let Some(lanes) = self.lanes {
            let mut directions = Vec::new();
            let mut random = Source::new(seed + 10, false);
            // Along the second one nothing changes.
            let mut number = |_| {
                let x = if directions.len() / coordinates == 1 { 0.0 } else { f64::from((random.number() + 0.125) as f32) };
                directions.push(x);
                x
            };
            match attempt(|| lanes(&mut source(), &mut number)) {
                None => fail("panic", "jvp_lanes panics".into()),
                Some((v, _)) if !same_parts(&v, &value) => fail("value", format!("{value:?} from the program, {v:?} from jvp_lanes")),
                Some((_, dots)) if dots.iter().any(|d| d.len() != y_bar.len()) => fail("shape", format!("{dots:?} from jvp_lanes")),
                Some((_, dots)) => {
                    for (k, dot) in dots.iter().enumerate() {
                        let along = &directions[k * coordinates..][..coordinates];
                        let got: f64 = dot.iter().zip(&y_bar).map(|(d, b)| d * b).sum();
                        let want: f64 = along.iter().zip(&slopes).map(|(x, s)| x * s).sum();
                        let bound: f64 = along.iter().zip(&bounds).map(|(x, b)| (x * b).abs()).sum();
                        if !((got - want).abs() <= bound + tiny) {
                            fail("lanes", format!("direction {k}: {got:e} by jvp_lanes, {want:e} by dual numbers (bound {bound:e})"));
                        }
                    }
                }
            }
        }
        if let Some(second) = self.second {
            // The table of kinks says what first derivatives are there; second ones are looked at beside it.
            let kink = take_kink();
            self.check_second(second, &|| if kink { source().moved_apart() } else { source() }, seed, (round, tiny, limit), fail);
        }
        if let Some(jacobian) = self.jacobian {
            match attempt(|| jacobian(&mut source())) {
                None => fail("panic", "jacobian panics".into()),
                Some((v, rows)) => {
                    if !same_parts(&v, &value) {
                        fail("value", format!("{value:?} from the program, {v:?} from jacobian"));
                    }
                    if rows.len() != y_bar.len() || rows.iter().any(|r| r.len() != coordinates) {
                        fail("shape", format!("{} rows, {} results, {coordinates} coordinates", rows.len(), y_bar.len()));
                        return Outcome::Smooth;
                    }
                    for i in 0..coordinates {
                        let got = rows.iter().zip(&y_bar).map(|(r, b)| r[i] * b).sum::<f64>();
                        if !((got - bar[i]).abs() <= 2.0 * bounds[i]) {
                            fail("jacobian", format!("column {i}: {got:e} by jacobian, {:e} by vjp (bound {:e})", bar[i], bounds[i]));
                        }
                    }
                }
            }
        }
        if let Some(plain) = self.plain {
            let mut again = Vec::new();
            match attempt(|| plain(&mut source(), &mut filler(seed + 7, &mut again))) {
                None => fail("panic", "vjp without optimisations panics".into()),
                Some((v, b)) => {
                    if !same_parts(&v, &value) {
                        fail("value", format!("{value:?} from the program, {v:?} from vjp without optimisations"));
                    }
                    if let Some(i) = (0..coordinates).find(|&i| !((b[i] - bar[i]).abs() <= 2.0 * bounds[i])) {
                        fail("passes", format!("coordinate {i}: {:e} with optimisations, {:e} without", bar[i], b[i]));
                    }
                }
            }
        }
        if let Some(accumulate) = self.accumulate {
            let mut start = Vec::new();
            match attempt(|| accumulate(&mut source(), &mut filler(seed + 9, &mut start))) {
                None => fail("panic", "grad_accumulate panics".into()),
                Some((v, end)) => {
                    if !same_parts(&v, &value) {
                        fail("value", format!("{value:?} from the program, {v:?} from grad_accumulate"));
                    }
                    let seed = y_bar[0];
                    for i in 0..coordinates {
                        let want = start[i] + bar[i] / seed;
                        let bound = bounds[i] * (1.0 + 1.0 / seed.abs()) + round * (start[i].abs() + want.abs());
                        if !((end[i] - want).abs() <= bound) {
                            fail("accumulate", format!("coordinate {i}: {:e}, expected {want:e} (bound {bound:e})", end[i]));
                        }
                    }
                }
            }
        }
        Outcome::Smooth
    }
}

type Second<'a> = &'a dyn Fn(&mut Source, Numbers<'_>) -> (Parts, Vec<f64>, Vec<f64>);

impl Program<'_> {
    /// The gradient for the seed 1 and the product with the Hessian.
    fn check_second(
        &self,
        second: Second<'_>,
        source: &dyn Fn() -> Source,
        seed: u64,
        (round, tiny, limit): (f64, f64, f64),
        fail: &mut dyn FnMut(&str, String),
    ) {
        let Some(value) = attempt(|| (self.value)(&mut source())) else { return };
        let mut x_dot = Vec::new();
        let Some((v, gradient, product)) = attempt(|| second(&mut source(), &mut filler(seed + 8, &mut x_dot))) else {
            return fail("panic", "hvp panics".into());
        };
        if !same_parts(&v, &value) {
            fail("value", format!("{value:?} from the program, {v:?} from hvp"));
        }
        take_largest();
        take_kink();
        for i in 0..x_dot.len() {
            let Some(t) = attempt(|| (self.twin)(&mut source().along(i, &x_dot))) else { return };
            let ((first, change), [y]) = (take_largest(), t.numbers.as_slice()) else { return };
            if first > limit || take_kink() {
                return;
            }
            let (bound, bound_of_c) = (round * y.m + tiny, 16.0 * round * (y.k + y.m * 1e-3) + tiny);
            if !((gradient[i] - y.d).abs() <= bound) {
                fail("gradient", format!("coordinate {i}: {:e} by hvp, {:e} by dual numbers (bound {bound:e})", gradient[i], y.d));
            }
            if change <= limit && !((product[i] - y.c).abs() <= bound_of_c) {
                fail("second", format!("coordinate {i}: {:e} by hvp, {:e} by dual numbers (bound {bound_of_c:e})", product[i], y.c));
            }
        }
    }
}

enum Outcome {
    Smooth,
    Panics,
    Extreme,
}

/// To be called first: panics are expected, and told apart by where they happen.
pub fn start() {
    std::panic::set_hook(Box::new(|_| {}));
}
