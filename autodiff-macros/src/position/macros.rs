//! Which `macro_rules!` of the crate a call names.
//!
//! What enters: the name of a macro and where it is called. What leaves: its rules, as text. Guarantee: the answer is the macro that rustc
//! finds: the only one of the name in the file, in front of the call; else the only one of the crate, if the order of the modules or an
//! import brings it to the call. What is there under conditions, or what another crate may bring under the name, has no answer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use rustc_hash::FxHashMap as HashMap;

use super::file::File;
use super::{crates, inside};

/// A macro of a file.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    name: String,
    rules: String,
    conditional: bool,
    exported: bool,
}

/// What a file says about macros, in its order.
#[derive(Debug)]
enum Entry {
    Macro(Definition),
    Module(Module),
}

#[derive(Debug)]
struct Module {
    name: String,
    /// `#[macro_use]`
    opens: bool,
    conditional: bool,
    /// What stands in it, if that is not another file.
    inside: Option<Vec<Entry>>,
}

/// The macros of a file.
#[derive(Debug, Default)]
pub(super) struct Macros {
    outline: Vec<Entry>,
    /// The names of all macros that anything in the file defines, each as often as it is defined.
    names: Vec<String>,
    places: HashMap<String, usize>,
    /// Whether `#[macro_use]` may stand in it.
    opens: bool,
}

/// The rules of the macro that a path in a file calls; `at` is the line and column of the call.
pub(super) fn rules(file: &Path, at: Option<(usize, usize)>, path: &[String]) -> Option<String> {
    let (name, modules) = path.split_last()?;
    let text = crates::file(file);
    let found = if modules.is_empty() && text.macros().count(name) > 0 {
        text.macros().of_the_file(name, &text, at, file)
    } else {
        of_the_crate(file, modules, name)
    };
    found.map(|definition| definition.rules)
}

/// The only macro of a name in the crate, if it comes to a file that has none of the name.
fn of_the_crate(file: &Path, modules: &[String], name: &str) -> Option<Definition> {
    let (home, definition) = only(file, name)?;
    let text = crates::file(file);
    let mut brought = text.declared().brought().iter().filter(|b| b.name.as_deref() == Some(name)).peekable();
    let of_the_crate = |word: &String| word == "crate" || word == "self" || word == "super";
    let by_path = || {
        let home = crates::file(&home);
        definition.exported || home.declared().brought().iter().any(|b| b.name.as_deref() == Some(name) && b.path.len() == 1)
    };
    let comes = match modules.first() {
        Some(first) => of_the_crate(first) && by_path(),
        None if brought.peek().is_some() => brought.all(|b| of_the_crate(&b.path[0])) && by_path(),
        None => crates::chain(file).is_some_and(|chain| is_in_scope(&chain, name)),
    };
    comes.then_some(definition)
}

/// The file and the text of the only macro of a name in the crate.
fn only(file: &Path, name: &str) -> Option<(PathBuf, Definition)> {
    // All of each file: its modules are entries of its outline.
    let files: BTreeSet<PathBuf> = crates::with(file, "macro_rules!").iter().map(|path| inside::file(path)).collect();
    let mut files = files.into_iter().filter(|path| crates::file(path).macros().count(name) > 0);
    let (home, None) = (files.next()?, files.next()) else { return None };
    let text = crates::file(&home);
    let definition = text.macros().only(name)?.clone();
    Some((home, definition))
}

/// Whether a macro is defined in front of the module of a file: in what is in front of it in the modules around.
fn is_in_scope(chain: &[(PathBuf, Option<String>)], name: &str) -> bool {
    let mut found = false;
    for (path, next) in chain {
        let Some(next) = next else { break };
        let mut arrived = false;
        for entry in &crates::file(&inside::file(path)).macros().outline {
            match entry {
                Entry::Macro(d) => found |= d.name == name,
                Entry::Module(m) if m.name == *next => {
                    arrived = true;
                    break;
                }
                Entry::Module(m) if m.opens && m.conditional => return false,
                Entry::Module(m) if m.opens => found |= brings(path, m, name),
                Entry::Module(_) => {}
            }
        }
        // The next one is written inside another one.
        if !arrived {
            return false;
        }
    }
    found
}

/// Whether a module with `#[macro_use]` brings a macro into the file where it is declared.
fn brings(file: &Path, module: &Module, name: &str) -> bool {
    match &module.inside {
        Some(inside) => has(inside, name),
        None => crates::below(file, &module.name).is_some_and(|below| opened(&inside::file(&below), name)),
    }
}

/// The same of the file of such a module.
fn opened(path: &Path, name: &str) -> bool {
    let opens =
        |entry: &Entry| matches!(entry, Entry::Module(m) if m.opens && !m.conditional && m.inside.is_none() && brings(path, m, name));
    let text = crates::file(path);
    has(&text.macros().outline, name) || text.macros().outline.iter().any(opens)
}

fn has(entries: &[Entry], name: &str) -> bool {
    entries.iter().any(|entry| match entry {
        Entry::Macro(d) => d.name == name,
        Entry::Module(m) => m.opens && !m.conditional && m.inside.as_ref().is_some_and(|inside| has(inside, name)),
    })
}

impl Macros {
    pub fn read(text: &str) -> Macros {
        let mut macros = Macros::default();
        if let (true, Ok(tokens)) = (text.contains("macro_rules!") || text.contains("mod "), text.parse::<TokenStream>()) {
            count(tokens.clone(), &mut macros.names);
            macros.outline = outline(tokens);
            macros.places = places(text);
            macros.opens = text.contains("macro_use");
        }
        macros
    }

    pub fn defines(&self, name: &str) -> bool {
        self.count(name) > 0
    }

    /// How often a name is defined, wherever that is.
    fn count(&self, name: &str) -> usize {
        self.names.iter().filter(|n| *n == name).count()
    }

    /// The only macro of a name, if it stands outside of functions.
    fn only(&self, name: &str) -> Option<&Definition> {
        fn find<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Definition> {
            entries.iter().find_map(|entry| match entry {
                Entry::Macro(d) => (d.name == name && !d.conditional).then_some(d),
                Entry::Module(m) if m.conditional => None,
                Entry::Module(m) => m.inside.as_ref().and_then(|inside| find(inside, name)),
            })
        }
        if self.count(name) == 1 {
            find(&self.outline, name)
        } else {
            None
        }
    }

    /// The same, if it is in front of a line and column, and in scope there.
    fn of_the_file(&self, name: &str, text: &File, at: Option<(usize, usize)>, file: &Path) -> Option<Definition> {
        let definition = self.only(name)?;
        // A module that is opened may bring another one.
        if self.opens && only(file, name).is_none() {
            return None;
        }
        let call = text.layout().offset(at?);
        let place = *self.places.get(name)?;
        let mut outside = text.layout().around(place).filter(|b| !b.inside.contains(&call));
        (place < call && outside.all(|b| b.words().contains(&"mod") && b.head.contains("macro_use"))).then(|| definition.clone())
    }
}

/// How many characters stand in front of the first definition of each macro.
fn places(text: &str) -> HashMap<String, usize> {
    let word = "macro_rules!";
    let mut found = HashMap::default();
    let (mut counted, mut characters) = (0, 0);
    for (at, _) in text.match_indices(word) {
        characters += text[counted..at].chars().count();
        counted = at;
        let behind = text[at + word.len()..].trim_start();
        let end = behind.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(behind.len());
        found.entry(behind[..end].to_string()).or_insert(characters);
    }
    found
}

/// All names that are defined by `macro_rules!`.
fn count(tokens: TokenStream, names: &mut Vec<String>) {
    let mut before = [String::new(), String::new()];
    for t in tokens {
        if let TokenTree::Group(g) = &t {
            count(g.stream(), names);
        }
        if let (TokenTree::Ident(name), ["macro_rules", "!"]) = (&t, [before[0].as_str(), before[1].as_str()]) {
            names.push(crate::names::bare(name));
        }
        let text = if matches!(t, TokenTree::Group(_)) { String::new() } else { t.to_string() };
        before = [std::mem::take(&mut before[1]), text];
    }
}

fn outline(tokens: TokenStream) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut attributes: Vec<String> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(t) = tokens.next() {
        match t {
            TokenTree::Punct(p) if p.as_char() == '#' => {
                if let Some(TokenTree::Group(g)) = tokens.peek() {
                    attributes.push(g.stream().to_string());
                }
            }
            TokenTree::Ident(word) if word == "macro_rules" => {
                let (Some(TokenTree::Punct(_)), Some(TokenTree::Ident(name)), Some(TokenTree::Group(g))) =
                    (tokens.next(), tokens.next(), tokens.next())
                else {
                    continue;
                };
                found.push(Entry::Macro(Definition {
                    name: crate::names::bare(&name),
                    rules: g.stream().to_string(),
                    conditional: is_conditional(&attributes),
                    exported: attributes.iter().any(|a| a.starts_with("macro_export")),
                }));
                attributes.clear();
            }
            TokenTree::Ident(word) if word == "mod" => {
                let Some(TokenTree::Ident(name)) = tokens.next() else { continue };
                let inside = match tokens.peek() {
                    Some(TokenTree::Group(g)) => Some(outline(g.stream())),
                    _ => None,
                };
                found.push(Entry::Module(Module {
                    name: crate::names::bare(&name),
                    opens: attributes.iter().any(|a| a.starts_with("macro_use")),
                    conditional: is_conditional(&attributes),
                    inside,
                }));
                attributes.clear();
            }
            TokenTree::Punct(p) if p.as_char() == ';' => attributes.clear(),
            TokenTree::Group(g) if g.delimiter() == proc_macro2::Delimiter::Brace => attributes.clear(),
            _ => {}
        }
    }
    found
}

fn is_conditional(attributes: &[String]) -> bool {
    attributes.iter().any(|a| a.starts_with("cfg") || a.starts_with("path"))
}

#[cfg(test)]
mod tests {
    use super::super::crates::tests::project;
    use super::*;

    /// Whether a call in the line of `m!` in a file finds a macro.
    fn found(folder: &Path, file: &str, path: &str) -> bool {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let line = 1 + text.lines().position(|l| l.contains("m!(")).unwrap();
        let column = 1 + text.lines().nth(line - 1).unwrap().find("m!(").unwrap();
        let path: Vec<String> = path.split("::").map(ToString::to_string).collect();
        rules(&folder.join(file), Some((line, column)), &path).is_some()
    }

    #[test]
    fn macros_in_front_of_a_call_are_found() {
        for (k, (text, want)) in [
            ("macro_rules! m { () => {} }\nfn f() { m!() }", true),
            ("#[macro_export]\nmacro_rules! m(() => {});\nfn f() { m!() }", true),
            ("mod inner { macro_rules! m { () => {} } }\nfn f() { m!() }", false),
            ("#[macro_use] mod inner { macro_rules! m { () => {} } }\nfn f() { m!() }", true),
            ("macro_rules! m { () => {} }\nmod inner { fn f() { m!() } }", true),
            ("mod inner { macro_rules! m { () => {} }\nfn f() { m!() } }", true),
            ("fn f() { m!() }\nmacro_rules! m { () => {} }", false),
            ("macro_rules! m { () => {} }\nmacro_rules! m { () => {} }\nfn f() { m!() }", false),
            ("macro_rules! m { () => {} }\nfn g() { macro_rules! m { () => {} } }\nfn f() { m!() }", false),
            ("#[cfg(a)]\nmacro_rules! m { () => {} }\nfn f() { m!() }", false),
            ("fn g() { macro_rules! m { () => {} } }\nfn f() { m!() }", false),
            ("macro_rules! make { () => { macro_rules! m { () => {} } } }\nmake!();\nfn f() { m!() }", false),
            ("use other::m;\nfn f() { m!() }", false),
        ]
        .iter()
        .enumerate()
        {
            let folder = project(&format!("macro{k}"), &[("lib.rs", text)]);
            assert_eq!(found(&folder, "lib.rs", "m"), *want, "{text}");
            std::fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn macros_of_other_files_are_found_where_they_are_in_scope() {
        let plain = "macro_rules! m { () => {} }";
        for (k, (lib, macros, user, path, want)) in [
            ("#[macro_use] mod macros; mod user;", plain, "fn f() { m!() }", "m", true),
            ("mod macros; mod user;", plain, "fn f() { m!() }", "m", false),
            ("mod user; #[macro_use] mod macros;", plain, "fn f() { m!() }", "m", false),
            ("#[cfg(a)] #[macro_use] mod macros; mod user;", plain, "fn f() { m!() }", "m", false),
            ("macro_rules! m { () => {} } mod macros; mod user;", "", "fn f() { m!() }", "m", true),
            ("mod macros; mod user; macro_rules! m { () => {} }", "", "fn f() { m!() }", "m", false),
            ("macro_rules! m { () => {} } mod macros; mod user;", plain, "fn f() { m!() }", "m", false),
            ("mod macros; mod user;", "#[macro_export] macro_rules! m { () => {} }", "fn f() { crate::m!() }", "crate::m", true),
            ("mod macros; mod user;", "macro_rules! m { () => {} } pub(crate) use m;", "use crate::macros::m; fn f() { m!() }", "m", true),
            ("#[macro_use] mod macros; mod user;", plain, "use other::m; fn f() { m!() }", "m", false),
            ("#[macro_use] mod macros { pub mod m2 {} macro_rules! m { () => {} } } mod user;", "", "fn f() { m!() }", "m", true),
        ]
        .into_iter()
        .enumerate()
        {
            let folder = project(&format!("macros{k}"), &[("lib.rs", lib), ("macros.rs", macros), ("user.rs", user)]);
            assert_eq!(found(&folder, "user.rs", path), want, "{lib} {macros} {user}");
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
}
