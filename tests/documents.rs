//! The documents name tests and files; each must exist.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Whether a text has the parts of an example, which `...` separates, in their order; spaces are nothing.
fn shows(text: &str, example: &str) -> bool {
    let dense = |t: &str| t.split_whitespace().collect::<String>();
    let text = dense(text);
    let mut rest = &text[..];
    example.split("...").map(dense).all(|part| match rest.find(&part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// The examples of a row: what stands between backticks in the cell before the last.
fn examples(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\u{1}");
    let cells: Vec<&str> = row.trim_end().trim_end_matches('|').split('|').collect();
    let cell = cells[cells.len() - 2].replace('\u{1}', "|");
    cell.split('`').skip(1).step_by(2).map(ToString::to_string).collect()
}

/// What stands between backticks in the last cell of a row.
fn test_of(row: &str) -> Option<&str> {
    row.trim_end().strip_suffix(" |")?.rsplit_once("| `")?.1.strip_suffix('`')
}

#[test]
fn every_row_of_the_language_has_its_test() {
    let text = read("docs/language.md");
    let mut count = 0;
    for row in text.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| ---")) {
        if row.ends_with("| test |") {
            continue;
        }
        let test = test_of(row).unwrap_or_else(|| panic!("no test in: {row}"));
        count += 1;
        let source = read(test.split('#').next().unwrap_or(test));
        let examples = examples(row);
        assert!(!examples.is_empty(), "no example in: {row}");
        for example in examples {
            assert!(shows(&source, &example), "`{example}` is not in {test}");
        }
        match test.split_once('#') {
            Some((file, name)) => {
                let source = read(file);
                let found = source.contains(&format!("fn {name}")) || source.contains(&format!("mod {name} {{"));
                assert!(found, "{file} has no function `{name}`: {row}");
                assert!(!row.contains("| refused |"), "shows no refusal: {row}");
            }
            None => assert!(!read(test).is_empty(), "{row}"),
        }
    }
    assert!(count > 60, "{count} rows");
}

#[test]
fn every_link_leads_somewhere() {
    for (document, folder) in [("README.md", ""), ("CONTRIBUTING.md", ""), ("docs/internals.md", "docs/"), ("docs/language.md", "docs/")] {
        for part in read(document).split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            if !target.starts_with("http") && !target.starts_with('#') {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
                assert!(path.exists(), "{document} links to {target}");
            }
        }
    }
}

#[test]
fn every_refusal_has_its_message() {
    for folder in ["options", "signature", "subset", "lowering", "rules"] {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui").join(folder);
        for entry in fs::read_dir(dir).expect("the folder").flatten() {
            // A program may come with what it includes.
            let program = entry.path().extension().is_some_and(|e| e == "rs");
            assert!(!program || entry.path().with_extension("stderr").exists(), "{:?} has no .stderr", entry.path());
        }
    }
}
