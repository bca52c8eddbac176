//! The tool for GradBench, driven through its standard streams as the intermediary does.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

struct Session {
    tool: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    id: u64,
}

impl Session {
    fn new() -> Session {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_gradbench")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
        let (to, from) = (tool.stdin.take().expect("piped"), BufReader::new(tool.stdout.take().expect("piped")));
        Session { tool, to, from, id: 0 }
    }

    fn send(&mut self, mut message: Value) -> Value {
        message["id"] = json!(self.id);
        writeln!(self.to, "{message}").expect("it listens");
        let mut line = String::new();
        self.from.read_line(&mut line).expect("it answers");
        let answer: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(answer["id"], json!(self.id));
        self.id += 1;
        answer
    }

    fn evaluate(&mut self, module: &str, function: &str, input: &Value) -> Value {
        let answer = self.send(json!({ "kind": "evaluate", "module": module, "function": function, "input": input }));
        assert_eq!(answer["success"], json!(true), "{answer}");
        answer
    }

    fn output(&mut self, module: &str, function: &str, input: &Value) -> Value {
        self.evaluate(module, function, input)["output"].clone()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.tool.kill();
        let _ = self.tool.wait();
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6 * (1.0 + a.abs() + b.abs())
}

fn number(v: &Value) -> f64 {
    v.as_f64().expect("a number")
}

#[test]
fn a_session() {
    let mut s = Session::new();
    assert_eq!(s.send(json!({ "kind": "start", "eval": "hello" }))["tool"], json!("autodiff"));
    assert_eq!(s.send(json!({ "kind": "define", "module": "hello" }))["success"], json!(true));
    assert_eq!(s.send(json!({ "kind": "define", "module": "goodbye" }))["success"], json!(false));
    assert_eq!(s.output("hello", "square", &json!(3.0)), json!(9.0));
    assert_eq!(s.output("hello", "double", &json!(9.0)), json!(18.0));
    assert_eq!(s.send(json!({ "kind": "analysis", "of": 3, "valid": true })), json!({ "id": 5 }));
    let wrong = s.send(json!({ "kind": "evaluate", "module": "gmm", "function": "jacobian", "input": { "d": 2 } }));
    assert_eq!(wrong["success"], json!(false));
    assert!(wrong["error"].as_str().expect("a text").contains("`k`"), "{wrong}");
}

#[test]
fn runs_are_as_many_as_wanted() {
    let mut s = Session::new();
    let input = json!({ "d": 1, "k": 1, "n": 1, "alpha": [0.1], "mu": [[0.2]], "q": [[0.3]], "l": [[]], "x": [[0.4]], "m": 0, "gamma": 1.0, "min_runs": 7, "min_seconds": 0.0 });
    let answer = s.evaluate("gmm", "jacobian", &input);
    let timings = answer["timings"].as_array().expect("a list");
    assert_eq!(timings.len(), 7);
    assert!(timings.iter().all(|t| t["name"] == json!("evaluate") && t["nanoseconds"].is_u64()));
}

/// The value whose place in the input the path names, moved both ways.
fn difference(s: &mut Session, module: &str, input: &Value, path: &str, of: &dyn Fn(&Value) -> f64) -> f64 {
    let h = 1e-5;
    let mut at = |by: f64| {
        let mut moved = input.clone();
        let slot = moved.pointer_mut(path).expect("a place in the input");
        *slot = json!(number(slot) + by);
        of(&s.output(module, "objective", &moved))
    };
    (at(h) - at(-h)) / (2.0 * h)
}

#[test]
fn the_mixture() {
    let mut s = Session::new();
    let input = json!({
        "d": 2, "k": 2, "n": 3, "m": 1, "gamma": 1.5,
        "alpha": [0.3, -0.2], "mu": [[0.1, 0.7], [-0.4, 0.2]], "q": [[0.1, -0.3], [0.2, 0.4]], "l": [[0.5], [-0.6]],
        "x": [[0.3, 0.2], [1.1, -0.7], [-0.5, 0.9]],
    });
    let gradient = s.output("gmm", "jacobian", &input);
    for path in ["/alpha/1", "/mu/0/1", "/mu/1/0", "/q/0/0", "/q/1/1", "/l/0/0", "/l/1/0"] {
        let expected = difference(&mut s, "gmm", &input, path, &number);
        let found = number(gradient.pointer(path).expect("as in the input"));
        assert!(near(found, expected), "{path}: {found} {expected}");
    }
}

#[test]
fn the_network() {
    let mut s = Session::new();
    let row = |n: usize, at: f64| -> Vec<f64> { (0..n).map(|i| (i as f64 * 0.7 + at).sin()).collect() };
    let input = json!({
        "main_params": [row(8, 0.1), row(8, 0.2)], "extra_params": [row(2, 0.3), row(2, 0.4), row(2, 0.5)],
        "state": [row(2, 0.6), row(2, 0.7)], "sequence": [[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]],
    });
    let gradient = s.output("lstm", "jacobian", &input);
    for (at, path) in [(0, "/main_params/0/0"), (13, "/main_params/1/5"), (17, "/extra_params/0/1"), (21, "/extra_params/2/1")] {
        let expected = difference(&mut s, "lstm", &input, path, &number);
        assert!(near(number(&gradient[at]), expected), "{path}: {} {expected}", gradient[at]);
    }
}

#[test]
fn the_bundle() {
    let mut s = Session::new();
    let input = json!({
        "n": 2, "m": 3, "p": 4, "cam": [0.1, 0.2, -0.3, 0.5, 0.4, 0.3, 1.2, 0.1, 0.2, 0.01, 0.02],
        "x": [1.0, 0.5, 2.5], "w": 0.8, "feat": [0.3, 0.4],
    });
    let jacobian = s.output("ba", "jacobian", &input);
    assert_eq!(jacobian["vals"].as_array().map(Vec::len), Some(13 + 18));
    assert_eq!(jacobian["cols"][30], json!(11 * 2 + 3 * 3 + 3));
    // The three weights' errors depend on nothing else.
    assert_eq!(jacobian["vals"][30], json!(-1.6));
    for (at, path) in [(0, "/cam/0"), (2, "/cam/2"), (4, "/cam/4"), (6, "/cam/6"), (9, "/cam/9"), (12, "/x/1"), (14, "/w")] {
        for row in 0..2 {
            let of = |v: &Value| number(&v["reproj_error"]["elements"][row]);
            let expected = difference(&mut s, "ba", &input, path, &of);
            let found = number(&jacobian["vals"][15 * row + at]);
            assert!(near(found, expected), "{path} {row}: {found} {expected}");
        }
    }
}

#[test]
fn the_hand() {
    let mut s = Session::new();
    let wave = |n: usize, at: f64| -> Vec<f64> { (0..n).map(|i| (i as f64 * 0.9 + at).sin() * 0.4).collect() };
    let matrix =
        |at: f64| -> Vec<Vec<f64>> { (0..4).map(|i| if i < 3 { wave(4, at + i as f64) } else { vec![0.0, 0.0, 0.0, 1.0] }).collect() };
    let parents: Vec<i64> = (0..22)
        .map(|b| {
            if b == 0 {
                -1
            } else if b == 21 || b % 4 == 1 {
                0
            } else {
                b - 1
            }
        })
        .collect();
    let vertices = 5;
    let positions: Vec<Vec<f64>> = (0..vertices).map(|v| wave(3, v as f64).into_iter().chain([1.0]).collect()).collect();
    for complicated in [false, true] {
        let us = if complicated { vec![vec![0.2, 0.3], vec![0.1, 0.4]] } else { Vec::new() };
        let input = json!({
            "theta": wave(26, 0.5), "us": us,
            "data": {
                "correspondences": [1, 2], "points": [wave(3, 0.2), wave(3, 0.4)],
                "model": {
                    "parents": parents, "base_relatives": (0..22).map(|b| matrix(f64::from(b))).collect::<Vec<_>>(),
                    "inverse_base_absolutes": (0..22).map(|b| matrix(f64::from(b) + 0.5)).collect::<Vec<_>>(),
                    "base_positions": positions, "weights": (0..vertices).map(|v| wave(22, 2.0 * v as f64)).collect::<Vec<_>>(),
                    "triangles": [[0, 1, 2], [1, 2, 3], [2, 3, 4]], "is_mirrored": true,
                },
            },
        });
        let jacobian = s.output("ht", "jacobian", &input);
        let first = if complicated { 2 } else { 0 };
        for row in 0..6 {
            let of = move |v: &Value| number(&v[row]);
            for column in [0, 2, 4, 6, 7, 9, 25] {
                let expected = difference(&mut s, "ht", &input, &format!("/theta/{column}"), &of);
                let found = number(&jacobian[row][first + column]);
                assert!(near(found, expected), "{row} {column}: {found} {expected}");
            }
            for column in 0..first {
                let expected = difference(&mut s, "ht", &input, &format!("/us/{}/{column}", row / 3), &of);
                assert!(near(number(&jacobian[row][column]), expected), "{row} {column}");
            }
        }
    }
}
