//! The documents name tests and files; each must exist.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
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
            assert!(entry.path().with_extension("stderr").exists(), "{:?} has no .stderr", entry.path());
        }
    }
}
