//! Times and allocations of a case.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// Counts what goes through the heap, while it is asked to: counting costs more than an allocation, and must not be part of the times.
pub struct Counting;

static ON: AtomicBool = AtomicBool::new(false);

static COUNT: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn shrink(by: usize) {
    if ON.load(Ordering::Relaxed) {
        LIVE.fetch_sub(by, Ordering::Relaxed);
    }
}

fn grow(by: usize) {
    if !ON.load(Ordering::Relaxed) {
        return;
    }
    COUNT.fetch_add(1, Ordering::Relaxed);
    let live = LIVE.fetch_add(by, Ordering::Relaxed) + by;
    PEAK.fetch_max(live, Ordering::Relaxed);
}

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        shrink(layout.size());
        unsafe { System.dealloc(ptr, layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        shrink(layout.size());
        grow(size);
        unsafe { System.realloc(ptr, layout, size) }
    }
}

/// Allocations of one call, and the peak of its heap above what was there before, in bytes.
pub fn heap<R>(f: impl FnOnce() -> R) -> (usize, usize) {
    let (count, live) = (COUNT.load(Ordering::Relaxed), LIVE.load(Ordering::Relaxed));
    PEAK.store(live, Ordering::Relaxed);
    ON.store(true, Ordering::Relaxed);
    let result = f();
    ON.store(false, Ordering::Relaxed);
    let (count, peak) = (COUNT.load(Ordering::Relaxed) - count, PEAK.load(Ordering::Relaxed) - live);
    drop(result);
    (count, peak)
}

/// Gradients as lists of numbers, to be compared.
pub trait Flat {
    fn flat(&self, into: &mut Vec<f64>);
}

impl Flat for f64 {
    fn flat(&self, into: &mut Vec<f64>) {
        into.push(*self);
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn flat(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|x| x.flat(into));
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn flat(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|x| x.flat(into));
    }
}

macro_rules! flat_tuple {
    ($($T:ident $n:tt)+) => {
        impl<$($T: Flat),+> Flat for ($($T,)+) {
            fn flat(&self, into: &mut Vec<f64>) {
                $(self.$n.flat(into);)+
            }
        }
    };
}
flat_tuple!(A 0 B 1);
flat_tuple!(A 0 B 1 C 2);
flat_tuple!(A 0 B 1 C 2 D 3);
flat_tuple!(A 0 B 1 C 2 D 3 E 4);

/// A value and, where asked for, its gradient.
type Gradient = Box<dyn FnMut(Option<&mut Vec<f64>>) -> f64>;

/// A function at one size.
pub struct Case {
    pub name: &'static str,
    pub size: String,
    pub primal: Box<dyn FnMut() -> f64>,
    pub hand: Gradient,
    pub generated: Gradient,
}

fn gradient<G: Flat + 'static>(mut f: impl FnMut() -> (f64, G) + 'static) -> Gradient {
    Box::new(move |into| {
        let (value, gradient) = f();
        if let Some(list) = into {
            gradient.flat(list);
        }
        black_box(gradient);
        value
    })
}

impl Case {
    pub fn new<G: Flat + 'static, H: Flat + 'static>(
        name: &'static str,
        size: impl ToString,
        primal: impl FnMut() -> f64 + 'static,
        hand: impl FnMut() -> (f64, H) + 'static,
        generated: impl FnMut() -> (f64, G) + 'static,
    ) -> Case {
        Case { name, size: size.to_string(), primal: Box::new(primal), hand: gradient(hand), generated: gradient(generated) }
    }

    /// The values and the largest relative difference of the gradients.
    pub fn check(&mut self) -> Result<f64, String> {
        let primal = (self.primal)();
        let (mut hand, mut generated) = (Vec::new(), Vec::new());
        let by_hand = (self.hand)(Some(&mut hand));
        let value = (self.generated)(Some(&mut generated));
        if value.to_bits() != primal.to_bits() {
            return Err(format!("{} {}: the value is {value}, not {primal}", self.name, self.size));
        }
        if (by_hand - primal).abs() > 1e-9 * primal.abs().max(1e-3) {
            return Err(format!("{} {}: the value by hand is {by_hand}, not {primal}", self.name, self.size));
        }
        if hand.len() != generated.len() {
            return Err(format!("{} {}: {} slots by hand, {} generated", self.name, self.size, hand.len(), generated.len()));
        }
        let scale = hand.iter().fold(1e-6_f64, |m, x| m.max(x.abs()));
        let mut worst = 0.0_f64;
        for (k, (a, b)) in hand.iter().zip(&generated).enumerate() {
            let e = (a - b).abs() / (a.abs() + 1e-3 * scale);
            if e.is_nan() || e > 1e-7 {
                return Err(format!("{} {}: slot {k} is {a} by hand, {b} generated", self.name, self.size));
            }
            worst = worst.max(e);
        }
        Ok(worst)
    }
}

/// What a case takes.
pub struct Row {
    pub name: &'static str,
    pub size: String,
    /// Seconds of the primal, at best.
    pub primal: f64,
    /// Generated over hand-written: minimum over minimum, median of the rounds' ratios.
    pub to_hand: (f64, f64),
    /// Generated over primal.
    pub to_primal: (f64, f64),
    /// Hand-written over primal.
    pub hand_to_primal: f64,
    /// Allocations and peak heap of the primal, the hand-written and the generated gradient.
    pub heap: [(usize, usize); 3],
}

fn median(mut list: Vec<f64>) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

fn time(f: &mut dyn FnMut() -> f64, calls: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(f());
    }
    start.elapsed().as_secs_f64() / calls as f64
}

/// Measures a case: `rounds` rounds in which the three take turns, each for about `seconds`.
pub fn measure(case: &mut Case, rounds: usize, seconds: f64) -> Row {
    let Case { name, size, primal, hand, generated } = case;
    let mut runs: [Box<dyn FnMut() -> f64 + '_>; 3] = [Box::new(primal), Box::new(|| hand(None)), Box::new(|| generated(None))];
    let heap = [heap(&mut runs[0]), heap(&mut runs[1]), heap(&mut runs[2])];
    let calls: Vec<usize> = runs
        .iter_mut()
        .map(|f| {
            let once = time(f, 1).min(time(f, 3)).min(time(f, 3));
            ((seconds / once.max(1e-9)) as usize).clamp(1, 10_000_000)
        })
        .collect();
    let mut times = [const { Vec::new() }; 3];
    for round in 0..rounds {
        for k in 0..3 {
            let k = (k + round) % 3;
            times[k].push(time(&mut runs[k], calls[k]));
        }
    }
    let best = |k: usize| times[k].iter().copied().fold(f64::INFINITY, f64::min);
    let ratio = |a: usize, b: usize| median(times[a].iter().zip(&times[b]).map(|(x, y)| x / y).collect());
    let row = Row {
        name,
        size: size.clone(),
        primal: best(0),
        to_hand: (best(2) / best(1), ratio(2, 1)),
        to_primal: (best(2) / best(0), ratio(2, 0)),
        hand_to_primal: best(1) / best(0),
        heap,
    };
    drop(runs);
    row
}
