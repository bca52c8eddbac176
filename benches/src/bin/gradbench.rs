//! A tool for GradBench: reads the messages of an eval from standard input, one JSON object a line, and answers on standard output.
//!
//! ```text
//! gradbench run --eval "gradbench eval gmm" --tool "cargo run --release -p autodiff-benches --bin gradbench"
//! ```

use std::io::{BufRead, Write};

use autodiff_benches::gradbench::{MODULES, evaluate};
use serde_json::{Value, json};

fn answer(message: &Value) -> Value {
    let id = message["id"].clone();
    let module = message["module"].as_str().unwrap_or_default();
    match message["kind"].as_str().unwrap_or_default() {
        "start" => json!({ "id": id, "tool": "autodiff" }),
        "define" => json!({ "id": id, "success": MODULES.contains(&module) }),
        "evaluate" => {
            let mut times = Vec::new();
            let function = message["function"].as_str().unwrap_or_default();
            match evaluate(module, function, &message["input"], &mut times) {
                Ok(output) => {
                    let timings: Vec<Value> = times.iter().map(|t| json!({ "name": "evaluate", "nanoseconds": *t as u64 })).collect();
                    json!({ "id": id, "success": true, "output": output, "timings": timings })
                }
                Err(e) => json!({ "id": id, "success": false, "error": e }),
            }
        }
        _ => json!({ "id": id }),
    }
}

fn main() -> std::io::Result<()> {
    let (input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let message: Value = serde_json::from_str(&line)?;
        writeln!(output, "{}", answer(&message))?;
        output.flush()?;
    }
    Ok(())
}
