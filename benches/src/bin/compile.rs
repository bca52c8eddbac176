//! Prints the table of compile times: `cargo run --release -p autodiff-benches --bin compile -- [options] [kinds]`.
//!
//! Writes crates into `target/compile-times` and lets rustc build each of them as it is, with the attribute, and with the attribute and a
//! call of every gradient. Processor time and peak memory are rustc's own, macro included; dependencies are built before.
//!
//! | option | |
//! | --- | --- |
//! | `kinds` | only these: `straight`, `loops`, `small` |
//! | `--rounds n` | builds of each, of which the fastest counts (3) |
//! | `--max n` | no larger size (5000) |
//! | `--profile dev\|release` | one of them only |

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a crate is made of.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// One function of so many statements, each a `let`.
    Straight,
    /// One function of so many statements, five in each loop.
    Loops,
    /// So many functions of four statements; every third calls the one before.
    Small,
}

const KINDS: [(&str, Kind, &[usize]); 3] = [
    ("straight", Kind::Straight, &[10, 100, 300, 1000, 2000, 5000]),
    ("loops", Kind::Loops, &[10, 100, 300, 1000, 2000, 5000]),
    ("small", Kind::Small, &[10, 50, 100, 200, 500]),
];

/// What of the crate is built.
const VARIANTS: [&str; 3] = ["without", "attribute", "and calls"];

fn source(kind: Kind, size: usize, variant: usize) -> String {
    let attribute = if variant > 0 { "#[autodiff_core::differentiate]\n" } else { "" };
    let mut text = String::new();
    let mut calls = String::new();
    match kind {
        Kind::Straight => {
            text += &format!("{attribute}pub fn f(x: f64, y: f64, z: f64) -> f64 {{\n    let (a0, a1, a2) = (x * y, y + z, z - x);\n");
            for k in 3..size + 2 {
                let (a, b) = (k - 1, k - 3);
                let line = match k % 5 {
                    0 => format!("a{a} * y + a{b}"),
                    1 => format!("(a{a} * a{b}).sin()"),
                    2 => format!("a{a} - 0.5 * a{b} * a{}", k - 2),
                    3 => format!("a{a} / (1.0 + a{b} * a{b}) + a{}", k - 2),
                    _ => format!("(a{a} + x).tanh() * z"),
                };
                writeln!(text, "    let a{k} = {line};").expect("a string");
            }
            writeln!(text, "    a{} + a{}\n}}", size + 1, size).expect("a string");
            calls += "pub fn g(x: f64, y: f64, z: f64) -> (f64, (f64, f64, f64)) { f_grad(x, y, z) }\n";
        }
        Kind::Loops => {
            text += &format!("{attribute}pub fn f(w: &[f64], x: f64) -> f64 {{\n    let mut s0 = x;\n");
            for k in 1..=(size / 5).max(1) {
                let p = k - 1;
                writeln!(
                    text,
                    "    let mut s{k} = 0.0;\n    for i in 0..w.len() {{\n        let a = w[i] * s{p};\n        let b = a.sin() + x;\n        s{k} += a * b;\n    }}"
                )
                .expect("a string");
            }
            writeln!(text, "    s{}\n}}", (size / 5).max(1)).expect("a string");
            calls += "pub fn g(w: &[f64], x: f64) -> (f64, (Vec<f64>, f64)) { f_grad(w, x) }\n";
        }
        Kind::Small => {
            for k in 0..size {
                let inner = if k % 3 == 2 { format!("part_{}(a, y)", k - 1) } else { "a.cos()".into() };
                writeln!(
                    text,
                    "{attribute}pub fn part_{k}(x: f64, y: f64) -> f64 {{\n    let a = x * y + {k}.0;\n    let b = {inner} * x;\n    let c = b.exp() - y;\n    c * a\n}}"
                )
                .expect("a string");
                writeln!(calls, "pub fn g{k}(x: f64, y: f64) -> (f64, (f64, f64)) {{ part_{k}_grad(x, y) }}").expect("a string");
            }
        }
    }
    if variant > 1 {
        text += &calls;
    }
    text
}

/// The libraries a crate is built against.
struct Libraries {
    core: PathBuf,
    dependencies: Vec<PathBuf>,
}

/// Builds `autodiff-core` in a profile, and finds it.
fn libraries(target: &Path, release: bool) -> Libraries {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "-p", "autodiff-core", "--message-format=json", "--target-dir"]).arg(target);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit());
    if release {
        cargo.arg("--release");
    }
    let out = cargo.output().expect("cargo runs");
    assert!(out.status.success(), "autodiff-core does not build");
    let mut core = None;
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        if message["reason"] == "compiler-artifact" && message["target"]["name"] == "autodiff_core" {
            core = message["filenames"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|f| f.as_str())
                .find(|f| f.ends_with(".rlib"))
                .map(PathBuf::from);
        }
    }
    let deps = target.join(if release { "release" } else { "debug" }).join("deps");
    Libraries { core: core.expect("cargo names the library"), dependencies: vec![deps] }
}

/// Seconds of processor time and peak memory in bytes of one build.
fn build(dir: &Path, name: &str, libraries: &Libraries, release: bool, size: usize) -> (f64, u64) {
    let mut rustc = Command::new("rustc");
    if size > 2000 {
        // With its usual stack, rustc 1.95 cannot describe more nested `let`s to a debugger, attribute or not.
        rustc.env("RUST_MIN_STACK", "268435456");
    }
    rustc.current_dir(dir).arg(format!("{name}.rs")).args([
        "--crate-type",
        "lib",
        "--edition",
        "2024",
        "--emit",
        "link,metadata",
        "--out-dir",
        "out",
    ]);
    rustc.args(["--cap-lints", "allow"]).stderr(Stdio::null());
    rustc.arg("--extern").arg(format!("autodiff_core={}", libraries.core.display()));
    for d in &libraries.dependencies {
        rustc.arg("-L").arg(format!("dependency={}", d.display()));
    }
    // What cargo passes in these profiles.
    if release {
        rustc.args(["-C", "opt-level=3", "-C", "strip=debuginfo"]);
    } else {
        rustc.args(["-C", "debuginfo=2"]);
    }

    #[allow(clippy::zombie_processes, reason = "`wait4` waits for it, and knows its memory")]
    let child = rustc.spawn().expect("rustc runs");
    let (mut status, mut usage) = (0, unsafe { std::mem::zeroed::<libc::rusage>() });
    // SAFETY: the process is a child of this one, and nothing else waits for it; both pointers are to locals.
    let waited = unsafe { libc::wait4(child.id() as libc::pid_t, &mut status, 0, &mut usage) };
    let time = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    let seconds = time(usage.ru_utime) + time(usage.ru_stime);
    assert!(waited > 0);
    if status != 0 {
        eprintln!("{name} of size {size} does not compile");
        return (f64::INFINITY, u64::MAX);
    }
    (seconds, usage.ru_maxrss as u64 * 1024)
}

fn main() {
    let mut kinds = Vec::new();
    let (mut rounds, mut max, mut profile) = (3, 5000, None);
    let mut args = std::env::args().skip(1);
    while let Some(a) = args.next() {
        let mut value = || args.next().expect("an option lacks its value");
        match a.as_str() {
            "--rounds" => rounds = value().parse().expect("a number"),
            "--max" => max = value().parse().expect("a number"),
            "--profile" => profile = Some(value()),
            _ => kinds.push(a),
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").join("target/compile-times");
    fs::create_dir_all(root.join("out")).expect("a folder");
    println!("| crate | profile | size | without | attribute | ratio | and calls | ratio | memory without, attribute, and calls |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut exponents = Vec::new();
    for release in [false, true] {
        let name = if release { "release" } else { "dev" };
        if profile.as_ref().is_some_and(|p| p != name) {
            continue;
        }
        let libraries = libraries(&root, release);
        fs::write(root.join("empty.rs"), "").expect("a file");
        let empty = (0..rounds).map(|_| build(&root, "empty", &libraries, release, 0).0).fold(f64::INFINITY, f64::min);
        for (label, kind, sizes) in KINDS {
            if !kinds.is_empty() && !kinds.iter().any(|k| k == label) {
                continue;
            }
            let mut last: Option<(usize, [f64; 3])> = None;
            for &size in sizes.iter().filter(|s| **s <= max) {
                let mut best = [(f64::INFINITY, u64::MAX); 3];
                for (variant, _) in VARIANTS.iter().enumerate() {
                    fs::write(root.join(format!("{label}_{variant}.rs")), source(kind, size, variant)).expect("a file");
                }
                for _ in 0..rounds {
                    for (variant, best) in best.iter_mut().enumerate() {
                        let (t, m) = build(&root, &format!("{label}_{variant}"), &libraries, release, size);
                        *best = (best.0.min(t), best.1.min(m));
                    }
                }
                let [a, b, c] = best;
                let mb = |m: u64| m / 1_000_000;
                println!(
                    "| {label} | {name} | {size} | {:.3} s | {:.3} s | {:.2} | {:.3} s | {:.2} | {}, {}, {} MB |",
                    a.0,
                    b.0,
                    b.0 / a.0,
                    c.0,
                    c.0 / a.0,
                    mb(a.1),
                    mb(b.1),
                    mb(c.1)
                );
                let times = best.map(|(t, _)| (t - empty).max(1e-4));
                // Growth over the largest sizes: smaller ones are lost in what rustc takes for nothing.
                if let Some((smaller, before)) = last {
                    let by = (size as f64 / smaller as f64).ln();
                    let e: [f64; 3] = std::array::from_fn(|k| (times[k] / before[k]).ln() / by);
                    exponents.push(format!("| {label} | {name} | {smaller} to {size} | {:.2} | {:.2} | {:.2} |", e[0], e[1], e[2]));
                }
                last = Some((size, times));
            }
        }
        println!("| empty crate | {name} | | {empty:.3} s | | | | | |");
    }
    println!(
        "\nExponents of growth, time of an empty crate taken off:\n\n| crate | profile | sizes | without | attribute | and calls |\n| --- | --- | --- | ---: | ---: | ---: |"
    );
    exponents.iter().for_each(|e| println!("{e}"));
}
