//! Whether a file calls a function of a name that it does not define.
//!
//! What enters: a text and a name. What leaves: whether all that the text does with the name is to call it. Guarantee: where the name may come
//! from elsewhere, by an import of its own or of all that is in a module, the answer is no.

/// Whether the name is called, and neither defined nor imported.
pub(super) fn is_only_called(text: &str, name: &str) -> bool {
    if may_be_imported(text) {
        return false;
    }
    occurrences(text, name, |before| !before.ends_with('.') && !is_defined(before)) == Some(true)
}

/// The same of a function or method of a type, in all texts that have the name: whether it is called, as in `x.f(..)` or `Type::f(..)`.
pub(super) fn is_only_called_of_types<'t>(texts: impl Iterator<Item = &'t str>, name: &str) -> bool {
    let of_a_type = |before: &str| before.ends_with('.') || before.ends_with("::");
    let found: Option<Vec<bool>> = texts.map(|text| occurrences(text, name, of_a_type)).collect();
    found.is_some_and(|found| found.contains(&true))
}

fn is_defined(before: &str) -> bool {
    before.ends_with("fn") || before.ends_with('!')
}

/// Whether a text has calls of a name, if all that it does with the name is to call it, behind what `called` accepts.
fn occurrences(text: &str, name: &str, called: impl Fn(&str) -> bool) -> Option<bool> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = false;
    for (at, _) in code.match_indices(name) {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        if before.ends_with(is_word) || after.starts_with(is_word) {
            continue;
        }
        let is_call = after.trim_start().starts_with('(') || after.starts_with("::<");
        if !is_call || !called(before.trim_end()) {
            return None;
        }
        found = true;
    }
    Some(found)
}

/// `use other::*;`: but for what is above a module of the file.
fn may_be_imported(text: &str) -> bool {
    text.lines().any(|line| line.contains("::*") && line.trim() != "use super::*;" || line.starts_with("use super::*"))
}

#[cfg(test)]
mod tests {
    use super::{is_only_called, is_only_called_of_types};

    #[test]
    fn calls() {
        for text in [
            "fn main() { f_hessian(1.0); }",
            "mod tests {\n    use super::*;\n fn t() { self::f_hessian (x); } }",
            "/// As `f_hessian` does.\nfn g() { f_hessian::<f64>(x); my_f_hessian(); }",
        ] {
            assert!(is_only_called(text, "f_hessian"), "{text}");
        }
    }

    #[test]
    fn other_meanings() {
        for text in [
            "fn main() {}",
            "fn f_hessian(x: f64) -> f64 { x } fn main() { f_hessian(1.0); }",
            "use other::f_hessian; fn main() { f_hessian(1.0); }",
            "use other::{g,\n f_hessian,\n};\n fn main() { f_hessian(1.0); }",
            "use other::*;\nfn main() { f_hessian(1.0); }",
            "use super::*;\nfn main() { f_hessian(1.0); }",
            "by_hand!(f_hessian);\nfn main() { f_hessian(1.0); }",
            "fn main() { x.f_hessian(1.0); }",
            "fn main() { f_hessian_into(1.0); }",
        ] {
            assert!(!is_only_called(text, "f_hessian"), "{text}");
        }
    }

    #[test]
    fn calls_of_types() {
        let is = |texts: &[&str]| is_only_called_of_types(texts.iter().copied(), "f_hessian");
        assert!(is(&["fn main() { s.f_hessian(1.0); }", "// f_hessian"]));
        assert!(is(&["fn main() { let my_f_hessian = S\n::f_hessian(&s, 1.0); }"]));
        assert!(!is(&["fn main() { s.f_hessian(1.0); }", "impl S { fn f_hessian(&self, x: f64) {} }"]));
        assert!(!is(&["fn main() { f_hessian(1.0); }"]) && !is(&["let g = S::f_hessian;"]) && !is(&[]));
    }
}
