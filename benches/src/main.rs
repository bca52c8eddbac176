//! Prints the table of run times: `cargo run --release -p autodiff-benches -- [options] [names]`.
//!
//! | option | |
//! | --- | --- |
//! | `names` | only functions whose name or size contains one of them |
//! | `--rounds n` | rounds in which primal, hand-written and generated code take turns (31) |
//! | `--millis x` | time of each in a round (2) |
//! | `--all-sizes` | the mixture at all of ADBench's sizes, minutes each at the largest |
//! | `--only primal\|hand\|generated --calls n` | runs one of the three alone, for a profiler |
//!
//! Growth is the exponent with which the generated gradient's time grows over the primal's, from the size in the row above: 1 means
//! as the primal does.

use autodiff_benches::{cases, measure};

#[global_allocator]
static HEAP: measure::Counting = measure::Counting;

fn bytes(n: usize) -> String {
    match n {
        0..10_000 => format!("{n} B"),
        10_000..10_000_000 => format!("{} kB", n / 1000),
        _ => format!("{} MB", n / 1_000_000),
    }
}

fn duration(seconds: f64) -> String {
    if seconds < 1e-6 {
        format!("{:.1} ns", seconds * 1e9)
    } else if seconds < 1e-3 {
        format!("{:.1} µs", seconds * 1e6)
    } else {
        format!("{:.2} ms", seconds * 1e3)
    }
}

fn main() {
    let mut names = Vec::new();
    let (mut rounds, mut millis, mut only, mut calls, mut all_sizes) = (31, 2.0, None, 1, false);
    let mut args = std::env::args().skip(1);
    while let Some(a) = args.next() {
        let mut value = || args.next().expect("an option lacks its value");
        match a.as_str() {
            "--rounds" => rounds = value().parse().expect("a number"),
            "--millis" => millis = value().parse().expect("a number"),
            "--calls" => calls = value().parse().expect("a number"),
            "--all-sizes" => all_sizes = true,
            "--only" => only = Some(value()),
            _ => names.push(a),
        }
    }
    let wanted = |c: &measure::Case| names.is_empty() || names.iter().any(|n| format!("{} {}", c.name, c.size).contains(n.as_str()));
    let cases = if all_sizes { cases::gmm::all_sizes() } else { cases::all() };
    if let Some(which) = only {
        for mut case in cases.into_iter().filter(wanted) {
            for _ in 0..calls {
                match which.as_str() {
                    "primal" => (case.primal)(),
                    "hand" => (case.hand)(None),
                    _ => (case.generated)(None),
                };
            }
        }
        return;
    }
    println!(
        "| function | size | primal | generated / hand | (median) | generated / primal | (median) | hand / primal | allocations primal, hand, generated | peak heap | growth |"
    );
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut last: Option<(&str, f64, f64)> = None;
    let (mut log_hand, mut log_primal, mut count) = (0.0, 0.0, 0);
    for mut case in cases.into_iter().filter(wanted) {
        if let Err(e) = case.check() {
            println!("| {} | {} | **wrong** {e} |", case.name, case.size);
            continue;
        }
        let r = measure::measure(&mut case, rounds, millis * 1e-3);
        let [p, h, g] = r.heap;
        let generated = r.primal * r.to_primal.0;
        let growth = match last {
            // Sizes that differ in shape alone say nothing.
            Some((name, primal, before)) if name == r.name && !(0.7..1.5).contains(&(r.primal / primal)) => {
                format!("{:.2}", f64::ln(generated / before) / f64::ln(r.primal / primal))
            }
            _ => String::new(),
        };
        last = Some((r.name, r.primal, generated));
        println!(
            "| {} | {} | {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {}, {}, {} | {}, {}, {} | {} |",
            r.name,
            r.size,
            duration(r.primal),
            r.to_hand.0,
            r.to_hand.1,
            r.to_primal.0,
            r.to_primal.1,
            r.hand_to_primal,
            p.0,
            h.0,
            g.0,
            bytes(p.1),
            bytes(h.1),
            bytes(g.1),
            growth,
        );
        log_hand += r.to_hand.0.ln();
        log_primal += r.to_primal.0.ln();
        count += 1;
    }
    let mean = |log: f64| (log / f64::from(count)).exp();
    println!("| geometric mean | | | {:.2} | | {:.2} | | | | | |", mean(log_hand), mean(log_primal));
}
