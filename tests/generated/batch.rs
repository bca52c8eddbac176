//! Compiles many programs as one crate, runs them, and says of each what came of it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::program;

/// What came of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Checked at so many points, at so many of which it has a finite derivative, and panics.
    Right { points: u64, smooth: u64, panicking: u64 },
    /// rustc rejects the program itself.
    IllTyped(String),
    /// The macro refuses it.
    Refused(String),
    /// rustc rejects what the macro made of it.
    Broken(String),
    /// A check failed: its kind, and the details.
    Wrong(String, String),
}

impl Outcome {
    /// What a smaller program has to share with this one.
    pub fn key(&self) -> Option<String> {
        match self {
            Outcome::Right { .. } => None,
            Outcome::IllTyped(m) => Some(format!("ill-typed: {}", without_names(m))),
            Outcome::Refused(m) => Some(format!("refused: {}", without_names(m))),
            Outcome::Broken(m) => Some(format!("broken: {}", without_names(m))),
            Outcome::Wrong(kind, _) => Some(kind.clone()),
        }
    }

    fn smooth_and_panicking(&self) -> (u64, u64) {
        match *self {
            Outcome::Right { smooth, panicking, .. } => (smooth, panicking),
            _ => (0, 0),
        }
    }

    pub fn smooth(&self) -> u64 {
        self.smooth_and_panicking().0
    }

    pub fn panicking(&self) -> u64 {
        self.smooth_and_panicking().1
    }
}

/// The first line of a message, with what stands in backticks left out.
pub fn without_names(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.split('`').enumerate().map(|(k, part)| if k % 2 == 0 { part } else { "``" }).collect()
}

/// The compiled library and runtime.
pub struct Toolchain {
    dir: PathBuf,
    flags: Vec<String>,
    rustc: PathBuf,
}

impl Toolchain {
    /// Builds the library as the tests use it, and the runtime.
    pub fn prepare(dir: &Path, optimised_macros: bool) -> Toolchain {
        std::fs::create_dir_all(dir).expect("a directory");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let optimise = if optimised_macros { &["--config", "profile.dev.build-override.opt-level=2"][..] } else { &[] };
        let output = Command::new(env!("CARGO"))
            .current_dir(root)
            .args(["build", "--quiet", "-p", "autodiff-core", "--message-format=json"])
            .args(optimise)
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "the library does not build");
        let text = String::from_utf8_lossy(&output.stdout);
        let artifact = text
            .lines()
            .filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok())
            .filter(|m| m["reason"] == "compiler-artifact" && m["target"]["name"] == "autodiff_core")
            .find_map(|m| m["filenames"].as_array()?.iter().filter_map(|f| f.as_str()).find(|f| f.ends_with(".rlib")).map(String::from))
            .expect("the library's file");
        let deps = Path::new(&artifact).parent().expect("a folder");
        let deps = if deps.ends_with("deps") { deps.to_path_buf() } else { deps.join("deps") };
        // Copies, so that a build beside the run does not take them away.
        let own = dir.join("deps");
        let _ = std::fs::remove_dir_all(&own);
        std::fs::create_dir_all(&own).expect("a directory");
        let needed = |name: &str| ["libautodiff_", "autodiff_macros", "liblibm", "libnum_traits"].iter().any(|p| name.starts_with(p));
        for file in std::fs::read_dir(&deps).expect("the folder").flatten() {
            let name = file.file_name();
            if needed(&name.to_string_lossy()) && !name.to_string_lossy().ends_with(".d") {
                std::fs::copy(file.path(), own.join(&name)).expect("copied");
            }
        }
        // What these tests themselves are built with.
        let numbers = std::fs::read_dir(&own).expect("the folder").flatten().map(|e| e.path());
        let numbers = numbers.filter(|p| p.extension().is_some_and(|e| e == "rlib") && p.to_string_lossy().contains("libnum_traits"));
        let numbers = numbers.max().expect("num-traits, which the tests depend on");
        let library = own.join(Path::new(&artifact).file_name().expect("a file"));
        std::fs::copy(&artifact, &library).expect("copied");
        let rustc = std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
        let runtime = dir.join("libruntime.rlib");
        let status = Command::new(&rustc)
            .args(["--edition", "2024", "--crate-type", "lib", "--crate-name", "runtime", "-O", "--cap-lints", "allow", "-o"])
            .arg(&runtime)
            .arg(root.join("tests/generated/runtime/lib.rs"))
            .status()
            .expect("rustc runs");
        assert!(status.success(), "the runtime does not compile");
        let flags = [
            "--edition".into(),
            "2024".into(),
            "--error-format=json".into(),
            "--cap-lints=allow".into(),
            format!("-Ldependency={}", own.display()),
            format!("--extern=autodiff_core={}", library.display()),
            format!("--extern=num_traits={}", numbers.display()),
            format!("--extern=runtime={}", runtime.display()),
        ];
        Toolchain { dir: dir.to_path_buf(), flags: flags.to_vec(), rustc }
    }

    /// Where everything is.
    pub fn folder(&self) -> &Path {
        &self.dir
    }

    /// Compiles and runs programs; `name` tells batches that run at the same time apart. `off` are the passes of which a program's
    /// gradient has to be independent.
    pub fn run(
        &self,
        name: &str,
        programs: &[(usize, &syn::File)],
        points: u64,
        off: &dyn Fn(usize) -> Vec<String>,
    ) -> BTreeMap<usize, Outcome> {
        let dir = self.dir.join(name);
        // The last batch's files go, so that a long run does not fill the disk.
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).expect("a directory");
        let mut outcomes = BTreeMap::new();
        let mut left: Vec<(usize, &syn::File)> = programs.to_vec();
        let write = |left: &[(usize, &syn::File)], text: &dyn Fn(usize, &syn::File) -> String| write_to(&dir, left, text);
        write(&left, &|index, file| program::module(file, index, points, off(index)));
        if let Some(kept) = std::env::var_os("AUTODIFF_KEEP") {
            write_to(Path::new(&kept), &left, &|index, file| program::module(file, index, points, off(index)));
        }
        while let Some(errors) = self.compile(&dir, &left, "check") {
            let (mut failing, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|(i, _)| errors.contains_key(i));
            for (index, e) in &errors {
                let outcome = if e.code { Outcome::Broken(e.text.clone()) } else { Outcome::Refused(e.text.clone()) };
                outcomes.insert(*index, outcome);
            }
            // Whether the programs themselves are to blame.
            write(&failing, &|_, file| program::unannotated(file));
            while let Some(errors) = self.compile(&dir, &failing, "") {
                outcomes.extend(errors.iter().map(|(i, e)| (*i, Outcome::IllTyped(e.text.clone()))));
                failing.retain(|(i, _)| !errors.contains_key(i));
            }
            left = rest;
        }
        while !left.is_empty() {
            let (output, ended) = execute(&dir.join("main"), left[0].0);
            let mut last = None;
            for line in output.lines() {
                let mut words = line.splitn(4, ' ');
                let (word, index) = (words.next().unwrap_or_default(), words.next().and_then(|w| w.parse::<usize>().ok()));
                let Some(index) = index else { continue };
                match word {
                    "START" => last = Some(index),
                    "FAIL" => {
                        let kind = words.next().unwrap_or_default().to_string();
                        outcomes.insert(index, Outcome::Wrong(kind, words.next().unwrap_or_default().to_string()));
                    }
                    "DONE" => {
                        last = None;
                        let mut number =
                            || words.next().unwrap_or_default().split(' ').map(|w| w.parse().unwrap_or(0)).collect::<Vec<u64>>();
                        let (a, b) = (number(), number());
                        let points = a[0];
                        outcomes.entry(index).or_insert(Outcome::Right { points, smooth: b[0], panicking: b[1] });
                    }
                    _ => {}
                }
            }
            let at = last.map_or(left.len(), |l| left.iter().position(|(i, _)| *i == l).expect("one of them"));
            if let Some(index) = last {
                outcomes.insert(index, Outcome::Wrong("crash".into(), ended));
            } else {
                break;
            }
            left.drain(..=at);
        }
        outcomes
    }

    /// Errors by program, the first of each; none at all if the crate compiles. It calls the function `call` of every program;
    /// without one it is only looked at.
    fn compile(&self, dir: &Path, programs: &[(usize, &syn::File)], call: &str) -> Option<BTreeMap<usize, CompileError>> {
        use std::fmt::Write as _;
        if programs.is_empty() {
            return None;
        }
        let mut text = String::from("#![allow(warnings)]\n");
        for (i, _) in programs {
            let _ = writeln!(text, "mod p{i};");
        }
        if !call.is_empty() {
            text += "fn main() {\n    let from: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(0);\n    runtime::check::start();\n    let mut on = false;\n";
            for (i, _) in programs {
                let _ = writeln!(text, "    on |= from == {i};\n    if on {{ p{i}::{call}(); }}");
            }
            text += "}\n";
        }
        let kind: &[&str] = if call.is_empty() {
            &["--crate-type=lib", "--emit=metadata", "-o", "main.rmeta"]
        } else {
            &["--crate-type=bin", "-o", "main"]
        };
        std::fs::write(dir.join("main.rs"), text).expect("writable");
        let output = Command::new(&self.rustc).current_dir(dir).args(&self.flags).args(kind).arg("main.rs").output().expect("rustc runs");
        if output.status.success() {
            return None;
        }
        let mut errors: BTreeMap<usize, CompileError> = BTreeMap::new();
        let stderr = String::from_utf8_lossy(&output.stderr);
        for line in stderr.lines() {
            let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            // Where a constant of the library fails, a note says which program asked for it.
            let note = message["message"].as_str().is_some_and(|m| m.contains("while instantiating"));
            if message["level"] != "error" && !note {
                continue;
            }
            let mut spans: Vec<&serde_json::Value> = message["spans"].as_array().into_iter().flatten().collect();
            spans.sort_by_key(|s| s["is_primary"] != true);
            let file = spans.iter().filter_map(|s| program_of(s)).next();
            let Some(index) = file else { continue };
            let text = format!("{}\n{}", message["message"].as_str().unwrap_or_default(), message["rendered"].as_str().unwrap_or_default());
            errors.entry(index).or_insert(CompileError { code: !message["code"].is_null(), text });
        }
        assert!(!errors.is_empty(), "errors that belong to no program:\n{stderr}");
        Some(errors)
    }
}

fn write_to(folder: &Path, programs: &[(usize, &syn::File)], text: &dyn Fn(usize, &syn::File) -> String) {
    for (index, file) in programs {
        std::fs::write(folder.join(format!("p{index}.rs")), text(*index, file)).expect("writable");
    }
}

/// The number of the program in which a span is, or from which it comes.
fn program_of(span: &serde_json::Value) -> Option<usize> {
    let name = Path::new(span["file_name"].as_str()?).file_name()?.to_str()?;
    match name.strip_prefix('p').and_then(|n| n.strip_suffix(".rs")).and_then(|n| n.parse().ok()) {
        Some(index) => Some(index),
        None => program_of(span["expansion"].get("span")?),
    }
}

#[derive(Debug)]
struct CompileError {
    /// Whether rustc numbers it, as it does its own.
    code: bool,
    text: String,
}

/// The output from program `from` on, and how the process ended.
fn execute(binary: &Path, from: usize) -> (String, String) {
    let mut child =
        Command::new(binary).arg(from.to_string()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the batch runs");
    let mut out = child.stdout.take().expect("piped");
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = out.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let start = Instant::now();
    let ended = loop {
        match child.try_wait().expect("the batch can be waited for") {
            Some(status) => break status.to_string(),
            None if start.elapsed() > Duration::from_secs(120) => {
                let _ = child.kill();
                let _ = child.wait();
                break "no end after two minutes".into();
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    (reader.join().expect("read"), ended)
}
