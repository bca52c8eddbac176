//! The modules that are written inside a file, each as if it were a file of its own.
//!
//! What enters: a file, and where in it something stands. What leaves: a path below the file's for each module, and for what stands
//! outside of them (`lib.rs/losses`, `lib.rs/self`), and the text behind it, without that of the modules in it. Guarantees: a file without
//! such modules is its own only text; modules in functions and in macros are part of the text around them; what a `macro_rules!` of the
//! file writes belongs to no module, since the file does not say where it is used.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustc_hash::FxHashMap as HashMap;

use super::text::{braces, lines, Braces, Nested};

/// A module of a file, or what stands outside of all.
pub(super) struct Module {
    /// The path that stands for it.
    pub path: PathBuf,
    /// Its modules within the file.
    pub names: Vec<String>,
    /// Whether there may be another one of its name, or none.
    pub conditional: bool,
    pub text: String,
    /// Where it stands, in characters.
    inside: Range<usize>,
}

/// The modules of a file.
pub(super) struct Modules {
    /// What stands outside of all first, outer ones before those in them.
    pub all: Vec<Module>,
    /// Where each of them stands.
    nested: Nested,
    /// Where the bodies of its macros stand.
    macros: Nested,
    /// Where each line begins.
    lines: Vec<usize>,
}

thread_local! {
    static KNOWN: RefCell<HashMap<PathBuf, Option<Rc<Modules>>>> = RefCell::default();
}

/// The modules inside a file; nothing if it has none.
pub(super) fn modules(file: &Path) -> Option<Rc<Modules>> {
    let known = KNOWN.with_borrow(|k| k.get(file).cloned());
    known.unwrap_or_else(|| {
        let found = Modules::of(file, super::crates::file(file).text()).map(Rc::new);
        KNOWN.with_borrow_mut(|k| k.insert(file.to_path_buf(), found.clone()));
        found
    })
}

/// The text of a module inside a file.
pub(super) fn text(path: &Path) -> Option<String> {
    let around = KNOWN.with_borrow(|k| k.get(file_of(k, path)?).cloned())??;
    around.all.iter().find(|m| m.path == path).map(|m| m.text.clone())
}

/// The file that a path is in, or is.
pub(super) fn file(path: &Path) -> PathBuf {
    KNOWN.with_borrow(|k| file_of(k, path).unwrap_or(path).to_path_buf())
}

/// The modules inside a file around what a path stands for; nothing where that is not known.
pub(super) fn names(file: &Path, path: &Path) -> Option<Vec<String>> {
    match modules(file) {
        None => (file == path).then(Vec::new),
        Some(modules) => modules.all.iter().find(|m| m.path == path).map(|m| m.names.clone()),
    }
}

fn file_of<'p>(known: &HashMap<PathBuf, Option<Rc<Modules>>>, path: &'p Path) -> Option<&'p Path> {
    path.ancestors().skip(1).find(|above| known.get(*above).is_some_and(Option::is_some))
}

/// What stands for the innermost module around a line and column of a file.
#[cfg_attr(test, allow(dead_code))]
pub(super) fn around(file: PathBuf, (line, column): (usize, usize)) -> PathBuf {
    let Some(modules) = modules(&file) else { return file };
    let Some(at) = modules.lines.get(line.wrapping_sub(1)).map(|begin| begin + column.saturating_sub(1)) else { return file };
    if modules.macros.around(at).next().is_some() {
        return file;
    }
    let innermost = modules.nested.around(at).next();
    innermost.map_or(file, |k| modules.all[k].path.clone())
}

impl Modules {
    fn of(file: &Path, text: &str) -> Option<Modules> {
        if !text.contains("mod ") {
            return None;
        }
        let mut braces = braces(text);
        braces.sort_by_key(|b| b.inside.start);
        let chars: Vec<char> = text.chars().collect();
        let outside =
            Module { path: file.join("self"), names: Vec::new(), conditional: false, text: String::new(), inside: 0..chars.len() + 1 };
        let (mut all, mut macros) = (vec![outside], Vec::new());
        // Pairs that are no modules, and what is in them.
        let mut closed = 0;
        for b in braces {
            let is_macro = b.words().contains(&"macro_rules");
            match name(&b) {
                Some(name) if b.inside.start >= closed => {
                    // The innermost one before it that is not over.
                    let outer = all.iter().rfind(|m| m.inside.contains(&b.inside.start)).unwrap_or(&all[0]);
                    let names: Vec<String> = outer.names.iter().cloned().chain(std::iter::once(name)).collect();
                    let conditional = outer.conditional || b.words().iter().any(|w| ["cfg", "cfg_attr", "path"].contains(w));
                    let path = names.iter().fold(file.to_path_buf(), |path, name| path.join(name));
                    all.push(Module { path, names, conditional, text: String::new(), inside: b.inside });
                }
                _ => {
                    closed = closed.max(b.inside.end);
                    if is_macro {
                        macros.push(b.inside);
                    }
                }
            }
        }
        if all.len() == 1 {
            return None;
        }
        let ranges: Vec<Range<usize>> = all.iter().map(|m| m.inside.clone()).collect();
        let names: Vec<Vec<String>> = all.iter().map(|m| m.names.clone()).collect();
        for (k, module) in all.iter_mut().enumerate() {
            if names[..k].contains(&module.names) {
                module.path.as_mut_os_string().push(format!("#{k}"));
            }
            module.conditional |= names.iter().filter(|n| module.names.starts_with(n) && !n.is_empty()).count() > module.names.len();
            module.text = own_text(&chars, k, &ranges);
        }
        Some(Modules { all, nested: Nested::new(ranges), macros: Nested::new(macros), lines: lines(text) })
    }
}

/// The characters of a module that are not of those in it.
fn own_text(chars: &[char], k: usize, ranges: &[Range<usize>]) -> String {
    let mut text = String::new();
    let (mut at, end) = (ranges[k].start, ranges[k].end.min(chars.len()));
    for inner in ranges[k + 1..].iter().take_while(|r| r.start < end) {
        if inner.start >= at {
            text.extend(&chars[at..inner.start]);
            at = inner.end;
        }
    }
    text.extend(&chars[at..end]);
    text
}

/// The name of a module that braces hold.
fn name(b: &Braces) -> Option<String> {
    match b.words()[..] {
        [.., "mod", "r", name] | [.., "mod", name] => Some(name.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_module_has_its_text() {
        let text = "struct A;\nmod m {\n  fn f() { mod no { } }\n  pub mod n { struct B; }\n}\n#[cfg(a)] mod c { mod d {} }\nmacro_rules! w {\n  () => { mod e { fn g() {} } }\n}\nmod x { 1 }\nmod x { 2 }\nfn é() { mod no { } } mod z { }";
        let file = Path::new("/none/lib.rs");
        let modules = Modules::of(file, text).unwrap();
        let of =
            |names: &[&str]| modules.all.iter().filter(|m| m.names == names).map(|m| (m.text.trim(), m.conditional)).collect::<Vec<_>>();
        assert_eq!(of(&["m"]), [("fn f() { mod no { } }\n  pub mod n {}", false)]);
        assert_eq!(of(&["m", "n"]), [("struct B;", false)]);
        assert_eq!(of(&["c"]), [("mod d {}", true)]);
        assert_eq!(of(&["c", "d"]), [("", true)]);
        assert_eq!(of(&["x"]), [("1", true), ("2", true)]);
        assert_eq!(of(&["z"]), [("", false)]);
        let (outside, conditional) = of(&[])[0];
        assert!(
            !conditional
                && outside.starts_with("struct A;\nmod m {}\n#[cfg(a)] mod c {}\nmacro_rules! w {\n  () => { mod e { fn g() {} } }")
        );
        assert_eq!(modules.all.len(), 8);
        assert!(Modules::of(file, "fn mod_of() { } struct A { x: f64 }").is_none());
        KNOWN.with_borrow_mut(|k| k.insert(file.to_path_buf(), Some(Rc::new(modules))));
        for (at, want) in [
            ((1, 3), "self"),
            ((3, 4), "m"),
            ((3, 19), "m"),
            ((4, 16), "m/n"),
            ((6, 20), "c"),
            ((8, 20), ""),
            ((10, 9), "x"),
            ((11, 9), "x#6"),
            ((12, 4), "self"),
            ((12, 30), "z"),
        ] {
            assert_eq!(around(file.to_path_buf(), at), file.join(want), "{at:?}");
        }
        assert_eq!(super::file(&file.join("m/n")), file);
        assert_eq!(super::text(&file.join("x")).as_deref(), Some(" 1 "));
    }
}
