//! Random programs against an independent derivative: the same text run on dual numbers.
//!
//! A run of the tests takes the first hundred; a long one is
//! `AUTODIFF_PROGRAMS=10000 cargo test --test generated random_programs -- --nocapture`, with `AUTODIFF_SEED` for other programs: the
//! number of the first, or the numbers of some (`AUTODIFF_SEED=343,928`). It says after every batch how far it is, and what it found.
//! Of every program are checked, at several points: the value bit for bit, the same panics, the gradient by `_vjp` with a random
//! seed, the tangent by `_jvp`, three tangents by `_jvp_lanes`, `_grad_accumulate` into buffers that are not zero, the product with the Hessian by `_hvp`
//! (beside kinks), the rows of `_jacobian`, and, of every third program, the gradient without some optimisations or all.
//! `AUTODIFF_THEME=Tables` takes programs that are about tables alone (or `Indices`, `Effects`, `Leaving`, `Lists`, `Containers`).
//! `AUTODIFF_KEEP=/folder` leaves the modules there as they are compiled. A program that fails is printed after everything has been taken out of it that the failure does not need.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

mod batch;
mod grow;
mod program;
mod rng;
mod shrink;

use batch::{Outcome, Toolchain};

const PER_BATCH: usize = 50;

/// Points at which a program is checked: they cost next to nothing beside its compilation.
const POINTS: u64 = 12;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// The passes that are switched off to see whether the gradient of a program depends on them: all, or some. Only every third program
/// has such a version, with `AUTODIFF_PASSES=1` each.
fn off(i: usize) -> Vec<String> {
    let every = number("AUTODIFF_PASSES", 3);
    if !i.is_multiple_of(every) {
        return Vec::new();
    }
    let mut rng = rng::Rng::new(i as u64);
    let all = rng.chance(50);
    // A method of the file that a list has too: which one is called, only the declarations say.
    let ambiguous = text(i).contains("fn last(&mut self)");
    program::passes().into_iter().filter(|p| (all || rng.chance(40)) && !(ambiguous && p == "declared")).collect()
}

/// The program with a number: a random one, or with `AUTODIFF_FOLDER` the file of that name in there.
fn text(i: usize) -> String {
    match std::env::var_os("AUTODIFF_FOLDER") {
        Some(folder) => std::fs::read_to_string(Path::new(&folder).join(format!("{i}.rs"))).expect("a program's file"),
        None => grow::program(i as u64),
    }
}

/// The numbers of the programs to be run: so many from the first one on, or those that are listed.
fn numbers() -> Vec<usize> {
    let listed = std::env::var("AUTODIFF_SEED").unwrap_or_default();
    match listed.split(',').map(|n| n.trim().parse().unwrap_or(0)).collect::<Vec<usize>>()[..] {
        [first] => (first..first + number("AUTODIFF_PROGRAMS", 110)).collect(),
        ref some => some.to_vec(),
    }
}

fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn random_programs() {
    let numbers = numbers();
    let count = numbers.len();
    // Optimised macros take a minute to build, and save more than that if the run is long.
    let toolchain = Toolchain::prepare(&directory(&format!("generated-{}", std::process::id())), count >= 5000);
    let next = AtomicUsize::new(0);
    let all: Mutex<BTreeMap<usize, Outcome>> = Mutex::new(BTreeMap::new());
    let begin = Instant::now();
    let workers = number("AUTODIFF_WORKERS", std::thread::available_parallelism().map_or(1, |n| n.get().min(2)));
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (next, all, toolchain, numbers) = (&next, &all, &toolchain, &numbers);
            scope.spawn(move || {
                loop {
                    let start = next.fetch_add(PER_BATCH, Ordering::Relaxed);
                    if start >= count {
                        break;
                    }
                    let files: Vec<(usize, syn::File)> = numbers[start..(start + PER_BATCH).min(count)]
                        .iter()
                        .map(|&i| {
                            let text = text(i);
                            (i, syn::parse_file(&text).unwrap_or_else(|e| panic!("program {i} is not Rust: {e}\n{text}")))
                        })
                        .collect();
                    let refs: Vec<(usize, &syn::File)> = files.iter().map(|(i, f)| (*i, f)).collect();
                    let outcomes = toolchain.run(&format!("worker{worker}"), &refs, POINTS, &off);
                    progress(&refs, &outcomes, begin);
                    all.lock().expect("not poisoned").extend(outcomes);
                }
            });
        }
    });
    let all = all.into_inner().expect("not poisoned");
    report(&all);
    let dir = toolchain.folder().to_path_buf();
    let failing: Vec<usize> = all.iter().filter(|(_, o)| fails(o)).map(|(i, _)| *i).collect();
    show(&toolchain, &all, &failing);
    let _ = std::fs::remove_dir_all(dir);
    assert!(failing.is_empty(), "{} of {} programs fail: {:?}", failing.len(), all.len(), &failing[..failing.len().min(20)]);
    let share = |kind: fn(&Outcome) -> bool| all.values().filter(|o| kind(o)).count() * 100 / all.len();
    assert!(share(|o| matches!(o, Outcome::Right { .. })) >= 85, "too few programs get as far as a comparison");
    assert!(share(|o| matches!(o, Outcome::Refused(_))) <= 5, "too many programs are refused");
}

/// A line for a batch, and one for each program of it that fails: a run that is stopped goes on from the last batch's number.
fn progress(programs: &[(usize, &syn::File)], outcomes: &BTreeMap<usize, Outcome>, begin: Instant) {
    let right = outcomes.values().filter(|o| matches!(o, Outcome::Right { .. })).count();
    let next = programs.last().map_or(0, |(i, _)| i + 1);
    println!("{right} of {} right, next {next}, {} s", programs.len(), begin.elapsed().as_secs());
    for (i, o) in outcomes.iter().filter(|(_, o)| !matches!(o, Outcome::Right { .. })) {
        if std::env::var_os("AUTODIFF_DETAILS").is_some() {
            println!("--- {i}: {o:#?}\n{}", text(*i));
        } else if fails(o) {
            println!("  program {i}: {}", o.key().unwrap_or_default());
        }
    }
}

/// What the documents say is refused, and the generator still writes.
const REFUSED: &[&str] = &[
    "the length of this array is not known here",
    "this value comes from several branches while others leave, and its type is not known here",
    "`` has no tangents in lanes",
];

fn fails(o: &Outcome) -> bool {
    match o {
        Outcome::Right { .. } => false,
        Outcome::Refused(message) => !REFUSED.iter().any(|r| batch::without_names(message).starts_with(r)),
        // The generator's own mistakes count as well.
        Outcome::Broken(_) | Outcome::Wrong(..) | Outcome::IllTyped(_) => true,
    }
}

/// Prints one program of every kind of failure, made small: the first few, or those that `AUTODIFF_SHRINK` lists.
fn show(toolchain: &Toolchain, all: &BTreeMap<usize, Outcome>, failing: &[usize]) {
    let listed: Option<Vec<usize>> = std::env::var("AUTODIFF_SHRINK").ok().map(|l| l.split(',').filter_map(|n| n.parse().ok()).collect());
    let mut shown: Vec<String> = Vec::new();
    for i in listed.as_deref().unwrap_or(failing) {
        let Some((outcome, key)) = all.get(i).and_then(|o| Some((o, o.key()?))) else { continue };
        if shown.contains(&key) || listed.is_none() && shown.len() == 3 {
            continue;
        }
        let file = syn::parse_file(&text(*i)).expect("Rust");
        let (small, outcome) = shrink::shrink(toolchain, "shrink", &file, outcome, 4, &off(*i));
        println!("==== program {i}: {outcome:#?}\n{}", prettyplease::unparse(&small));
        shown.push(key);
    }
}

fn report(all: &BTreeMap<usize, Outcome>) {
    let mut kinds: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let (mut right, mut smooth, mut panicking) = (0, 0, 0);
    for (i, o) in all {
        match o {
            Outcome::Right { .. } => {
                right += 1;
                smooth += o.smooth();
                panicking += o.panicking();
            }
            o => kinds.entry(o.key().unwrap_or_default()).or_default().push(*i),
        }
    }
    println!("{} programs, {right} right; {smooth} points with a derivative, {panicking} that panic", all.len());
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, v)| std::cmp::Reverse(v.len()));
    for (kind, seeds) in &kinds {
        println!("{:4} {kind}: {:?}", seeds.len(), &seeds[..seeds.len().min(8)]);
    }
}
