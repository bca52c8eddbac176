//! The files of the crate that is compiled, and which of them declares a name.
//!
//! What enters: a name and the file where it stands. What leaves: the file that declares it, and its name there. Guarantee: an answer is
//! what the language's own rules settle from imports that are written out: names that the file declares, names that it imports, and what
//! its outermost `use m::*` bring. What is there under conditions (`#[cfg]`), at a `#[path]`, or what a macro may define, has no answer.
//! A module that is written inside a file counts as a file of its own, see [`inside`].

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::TokenTree;

use super::declared::{Brought, Seen};
use super::file::File;
use super::inside;

/// A file and a name that it declares outside of everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Declaration {
    pub file: PathBuf,
    pub name: String,
}

/// The modules of a crate.
#[derive(Default)]
struct Modules {
    /// The file of each, by its path from the root: `["losses", "huber"]`.
    files: HashMap<Vec<String>, PathBuf>,
    /// The other way round; also of those that there may not be, and of whole files with modules inside.
    paths: HashMap<PathBuf, Vec<String>>,
    /// Files that are asked by the modules inside.
    whole: Vec<PathBuf>,
    /// The files in which texts have been looked for.
    with: RefCell<HashMap<String, Rc<Vec<PathBuf>>>>,
}

#[derive(Default)]
struct Known {
    /// By their paths as rustc says them.
    #[cfg(not(test))]
    canonical: HashMap<PathBuf, PathBuf>,
    files: HashMap<PathBuf, Rc<File>>,
    /// The crate of each file that has been asked for.
    crates: HashMap<PathBuf, Rc<Modules>>,
    located: HashMap<Declaration, Option<Declaration>>,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// The one path of a file.
#[cfg(not(test))]
pub(super) fn canonical(path: PathBuf) -> PathBuf {
    let known = KNOWN.with_borrow(|k| k.canonical.get(&path).cloned());
    known.unwrap_or_else(|| {
        let one = path.canonicalize().unwrap_or_else(|_| path.clone());
        KNOWN.with_borrow_mut(|k| k.canonical.insert(path, one.clone()));
        one
    })
}

/// A file, read once.
pub(super) fn file(path: &Path) -> Rc<File> {
    let known = KNOWN.with_borrow(|k| k.files.get(path).cloned());
    known.unwrap_or_else(|| {
        let text = inside::text(path).unwrap_or_else(|| std::fs::read_to_string(path).unwrap_or_default());
        let file = Rc::new(File::of(text));
        KNOWN.with_borrow_mut(|k| k.files.insert(path.to_path_buf(), file.clone()));
        file
    })
}

/// Where a name that stands in a file is declared.
pub(super) fn locate(at: &Path, name: &str) -> Option<Declaration> {
    let asked = Declaration { file: at.to_path_buf(), name: name.to_string() };
    let known = KNOWN.with_borrow(|k| k.located.get(&asked).cloned());
    known.unwrap_or_else(|| {
        let modules = modules_around(at);
        let found = modules.locate(at, name, None, 8);
        KNOWN.with_borrow_mut(|k| k.located.insert(asked, found.clone()));
        found
    })
}

/// The same of a name behind modules: `types::Layer`, `crate::losses::huber`.
pub(super) fn locate_in(at: &Path, modules: &[String], name: &str) -> Option<Declaration> {
    if modules.is_empty() {
        return locate(at, name);
    }
    let tree = modules_around(at);
    let module = tree.module(at, modules, 8)?;
    tree.locate(tree.files.get(&module)?, name, Some(tree.paths.get(at)?), 8)
}

/// All files of the crate around one; only that one if nothing is known of its crate.
fn all(at: &Path) -> Vec<PathBuf> {
    let modules = modules_around(at);
    if modules.paths.contains_key(at) {
        let mut files: Vec<PathBuf> = modules.paths.keys().filter(|path| !modules.whole.contains(path)).cloned().collect();
        files.sort();
        files
    } else {
        vec![at.to_path_buf()]
    }
}

/// The files of the crate around one whose text has a text in it.
pub(super) fn with(at: &Path, text: &str) -> Rc<Vec<PathBuf>> {
    let tree = modules_around(at);
    let known = tree.with.borrow().get(text).cloned();
    known.unwrap_or_else(|| {
        let found = Rc::new(all(at).into_iter().filter(|path| file(path).text().contains(text)).collect::<Vec<_>>());
        if tree.paths.contains_key(at) {
            tree.with.borrow_mut().insert(text.to_string(), found.clone());
        }
        found
    })
}

/// The files of the modules around a file, from the root to it, each with the name of the next one.
pub(super) fn chain(at: &Path) -> Option<Vec<(PathBuf, Option<String>)>> {
    let tree = modules_around(at);
    let own = tree.paths.get(at)?;
    (0..=own.len()).map(|k| Some((tree.files.get(&own[..k])?.clone(), own.get(k).cloned()))).collect()
}

/// The file of a module that a file declares.
pub(super) fn below(at: &Path, name: &str) -> Option<PathBuf> {
    let tree = modules_around(at);
    let path: Vec<String> = tree.paths.get(at)?.iter().cloned().chain(std::iter::once(name.to_string())).collect();
    tree.files.get(&path).cloned()
}

/// The path of something from the root of its crate, if a file sees it.
pub(super) fn path_for(home: &Declaration, at: &Path) -> Option<Vec<String>> {
    let tree = modules_around(at);
    let (within, from) = (tree.paths.get(&home.file)?, tree.paths.get(at)?);
    let seen = file(&home.file).declared().visibility(&home.name)?;
    // The modules on the way are seen as well, by what is in the same one; others must say that they are.
    let shared = within.iter().zip(from).take_while(|(a, b)| a == b).count();
    let open = (shared..within.len()).skip(1).all(|k| {
        let outer = &within[..k];
        let text = tree.files.get(outer).map(|path| file(path));
        text.is_some_and(|text| text.declared().visibility(&within[k]).is_some_and(|seen| tree.is_seen(&seen, outer, Some(from))))
    });
    (open && tree.is_seen(&seen, within, Some(from))).then(|| within.iter().cloned().chain(std::iter::once(home.name.clone())).collect())
}

/// Whether the crate has objects of a trait of the name, or of one that asks for it.
pub(super) fn has_objects(at: &Path, name: &str) -> bool {
    let mut asked = vec![name.to_string()];
    let mut k = 0;
    while let Some(name) = asked.get(k).cloned() {
        for path in with(at, &name).iter() {
            let text = file(path);
            if has_object_of(text.text(), &name) {
                return true;
            }
            let above = text.declared().asking_for(&name).filter(|t| !asked.contains(*t)).cloned().collect::<Vec<_>>();
            asked.extend(above);
        }
        k += 1;
    }
    false
}

/// Whether a text has `dyn Name`, by a longer path too.
fn has_object_of(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices("dyn").any(|(k, word)| {
        let behind = &text[k + word.len()..];
        let path: String = behind.trim_start().chars().take_while(|c| is_word(*c) || *c == ':').collect();
        let comment = text[..k].rsplit('\n').next().is_some_and(|line| line.contains("//"));
        !comment && !text[..k].ends_with(is_word) && behind.starts_with(char::is_whitespace) && path.rsplit("::").next() == Some(name)
    })
}

/// Whether a field or method of the name, as code of the file `there` sees it, may not be seen from the file `at`.
pub(super) fn is_hidden(name: &str, there: &Path, at: &Path) -> bool {
    let tree = modules_around(at);
    let (Some(there), Some(from)) = (tree.paths.get(there), tree.paths.get(at)) else { return true };
    let hides = |path: &PathBuf| {
        let hidden = |within: &Vec<String>| there.starts_with(within) && !from.starts_with(within);
        file(path).declared().hides(name) && tree.paths.get(path).is_none_or(hidden)
    };
    with(at, name).iter().any(hides)
}

/// Whether a module of the crate has a module of the name, and imports beside it what has the name and stands in that module.
pub(super) fn is_imported_beside_its_module(at: &Path, name: &str) -> bool {
    let tree = modules_around(at);
    let Some((last, parent)) = tree.paths.get(at).and_then(|own| own.split_last()) else { return false };
    let Some(parent) = tree.files.get(parent).filter(|_| last == name) else { return false };
    let beside = |b: &Brought| b.name.as_deref() == Some(name) && !b.in_module && b.path.len() > 1;
    file(parent).declared().brought().iter().any(beside)
}

/// Whether a file sees a function that is imported beside its module, and not that module.
pub(super) fn is_behind_its_module(home: &Declaration, at: &Path) -> bool {
    let tree = modules_around(at);
    let (Some(within), Some(from)) = (tree.paths.get(&home.file), tree.paths.get(at)) else { return false };
    let Some((name, parent)) = within.split_last() else { return false };
    let seen = tree.files.get(parent).and_then(|path| file(path).declared().visibility(name));
    is_imported_beside_its_module(&home.file, &home.name) && !seen.is_some_and(|seen| tree.is_seen(&seen, parent, Some(from)))
}

fn modules_around(at: &Path) -> Rc<Modules> {
    if let Some(known) = KNOWN.with_borrow(|k| k.crates.get(at).cloned()) {
        return known;
    }
    let tree = roots(at).find_map(|root| Some(Modules::of(&root)).filter(|tree| tree.paths.contains_key(at)));
    let tree = Rc::new(tree.unwrap_or_else(|| Modules::of_file(&inside::file(at))));
    KNOWN.with_borrow_mut(|k| {
        for path in tree.paths.keys().cloned().chain(std::iter::once(at.to_path_buf())) {
            k.crates.insert(path, tree.clone());
        }
    });
    tree
}

/// What may be the root of the crate: what rustc was asked to compile; else, where something else runs the macro, files of the usual names.
fn roots(at: &Path) -> impl Iterator<Item = PathBuf> {
    let is_source = |p: &PathBuf| p.extension().is_some_and(|e| e == "rs") && !p.to_string_lossy().starts_with('-');
    let asked = std::env::args_os().skip(1).map(PathBuf::from).filter(is_source).filter_map(|p| p.canonicalize().ok());
    let usual = at.ancestors().skip(1).take(6).flat_map(|folder| ["lib.rs", "main.rs"].map(|name| folder.join(name)));
    let usual: Vec<PathBuf> = usual.filter(|p| p.is_file()).collect();
    asked.chain(usual)
}

impl Modules {
    fn of(root: &Path) -> Modules {
        let mut tree = Modules::default();
        let folder = root.parent().map(Path::to_path_buf).unwrap_or_default();
        tree.add(root.to_path_buf(), Vec::new(), &folder);
        tree
    }

    /// The modules inside a file that is somewhere in a crate.
    fn of_file(path: &Path) -> Modules {
        let mut tree = Modules::default();
        if inside::modules(path).is_some() {
            tree.add(path.to_path_buf(), vec!["?".to_string()], Path::new("/?"));
        }
        tree
    }

    /// A file, and those of the modules it declares.
    fn add(&mut self, path: PathBuf, module: Vec<String>, folder: &Path) {
        if module.len() > 16 || self.paths.contains_key(&path) {
            // The file of two modules is that of neither.
            return;
        }
        self.paths.insert(path.clone(), module.clone());
        let Some(inner) = inside::modules(&path) else {
            self.files.insert(module.clone(), path.clone());
            return self.add_below(file(&path).text(), &module, folder);
        };
        self.whole.push(path);
        for one in &inner.all {
            let own: Vec<String> = module.iter().chain(&one.names).cloned().collect();
            self.paths.insert(one.path.clone(), own.clone());
            if !one.conditional {
                self.files.insert(own.clone(), one.path.clone());
                self.add_below(&one.text, &own, &one.names.iter().fold(folder.to_path_buf(), |folder, name| folder.join(name)));
            }
        }
    }

    /// The files of the modules that a text declares.
    fn add_below(&mut self, text: &str, module: &[String], folder: &Path) {
        for name in declared_modules(text) {
            let below = folder.join(&name);
            let found = [below.with_extension("rs"), below.join("mod.rs")].into_iter().filter_map(|p| p.canonicalize().ok()).next();
            if let Some(found) = found {
                let path = module.iter().cloned().chain(std::iter::once(name)).collect();
                self.add(found, path, &below);
            }
        }
    }

    /// The path of a module from the root, as it is written in a file.
    fn module(&self, at: &Path, written: &[String], fuel: usize) -> Option<Vec<String>> {
        let (first, mut rest) = written.split_first()?;
        let own = self.paths.get(at)?;
        let mut path = match first.as_str() {
            "crate" => Vec::new(),
            "self" => own.clone(),
            "super" => own.split_last()?.1.to_vec(),
            name => {
                let below: Vec<String> = own.iter().cloned().chain(std::iter::once(name.to_string())).collect();
                if self.files.contains_key(&below) {
                    below
                } else {
                    let fuel = fuel.checked_sub(1)?;
                    let text = file(at);
                    let mut brought = text.declared().brought().iter().filter(|b| b.name.as_deref() == Some(name));
                    let one = brought.next().filter(|b| !b.in_module && b.path[0] != name)?;
                    if brought.any(|b| b.path != one.path) {
                        return None;
                    }
                    self.module(at, &one.path, fuel)?
                }
            }
        };
        while let Some(("super", left)) = rest.split_first().map(|(f, left)| (f.as_str(), left)) {
            path.pop()?;
            rest = left;
        }
        path.extend(rest.iter().cloned());
        self.files.contains_key(&path).then_some(path)
    }

    /// Whether something with a visibility in a module is seen from another one.
    fn is_seen(&self, seen: &Seen, within: &[String], from: Option<&Vec<String>>) -> bool {
        // What asks in its own file sees everything.
        let Some(from) = from else { return true };
        match seen {
            Seen::Everywhere => true,
            Seen::Above => within.split_last().is_some_and(|(_, above)| from.starts_with(above)),
            Seen::Inside => from.starts_with(within),
        }
    }

    /// Where a name is declared that a module has; `from` is the module that asks another one.
    fn locate(&self, at: &Path, name: &str, from: Option<&Vec<String>>, fuel: usize) -> Option<Declaration> {
        let fuel = fuel.checked_sub(1)?;
        let text = file(at);
        let declared = text.declared();
        let own = self.paths.get(at);
        if declared.declares(name) {
            let visible =
                from.is_none() || declared.visibility(name).is_some_and(|seen| own.is_some_and(|own| self.is_seen(&seen, own, from)));
            return visible.then(|| Declaration { file: at.to_path_buf(), name: name.to_string() });
        }
        let own = own?;
        let target = |b: &Brought| -> Option<Option<Declaration>> {
            // Nothing, where it is the file's own once more: `use super::*` in a module inside.
            let outwards = b.path.iter().take_while(|s| *s == "super").count();
            if b.in_module && outwards > 0 && b.path.len() == outwards + usize::from(b.name.is_some()) {
                return Some(None);
            }
            if b.in_module && b.path[0] != "crate" {
                return None;
            }
            let (last, modules) = match &b.name {
                Some(_) => b.path.split_last().map(|(last, modules)| (last.as_str(), modules))?,
                None => (name, &b.path[..]),
            };
            let module = self.module(at, modules, fuel)?;
            Some(self.locate(self.files.get(&module)?, last, Some(own), fuel))
        };
        let mut found: Option<Declaration> = None;
        let mut named = false;
        for b in declared.brought().iter().filter(|b| b.name.as_deref() == Some(name)) {
            if !self.is_seen(&b.seen, own, from) {
                continue;
            }
            match target(b)? {
                None if b.in_module => {}
                None => return None,
                Some(one) if found.as_ref().is_none_or(|f| *f == one) => {
                    found = Some(one);
                    named |= b.scope == 0;
                }
                Some(_) => return None,
            }
        }
        // Whatever an inner scope brings hides it there.
        for b in declared.brought().iter().filter(|b| b.name.is_none() && (b.scope != 0 || !named)) {
            let outer = b.scope == 0;
            if outer && !self.is_seen(&b.seen, own, from) {
                continue;
            }
            let target = target(b);
            // What a macro of its own defines hides what a module has of another file; of the same file, a macro would name it.
            let beside = target.as_ref().is_some_and(|t| t.as_ref().is_some_and(|t| inside::file(&t.file) == inside::file(at)));
            if outer && declared.has_macros() && !beside {
                continue;
            }
            match target {
                Some(None) => {}
                Some(Some(one)) if found.as_ref().is_none_or(|f| *f == one) => found = Some(one),
                Some(Some(_)) => return None,
                // What another crate or a type brings; beside this module's own, rustc asks which is meant.
                None if outer => {}
                None if b.path.last().is_some_and(|s| s == "consts") => {}
                None if self.has_no_variant(at, b, name, fuel) => {}
                None => return None,
            }
        }
        found
    }
}

impl Modules {
    /// Whether what a `use Shape::*` brings are the variants of an enum of the crate, and none of the name.
    fn has_no_variant(&self, at: &Path, glob: &Brought, name: &str, fuel: usize) -> bool {
        let [shape] = &glob.path[..] else { return false };
        if shape == name {
            return true;
        }
        let home = self.locate(at, shape, None, fuel);
        home.is_some_and(|home| file(&home.file).declared().variants(&home.name).is_some_and(|all| all.iter().all(|v| v != name)))
    }
}

/// The names of modules that a file declares outside of everything, without conditions, and that are files of their own.
fn declared_modules(text: &str) -> Vec<String> {
    if !text.contains("mod ") {
        return Vec::new();
    }
    let Ok(tokens) = text.parse::<proc_macro2::TokenStream>() else { return Vec::new() };
    let mut found = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut conditional = false;
    while let Some(t) = tokens.next() {
        match t {
            TokenTree::Punct(p) if p.as_char() == '#' => {
                let inner = matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '!');
                if inner {
                    tokens.next();
                }
                if let Some(TokenTree::Group(g)) = tokens.next() {
                    let name = g.stream().into_iter().next().map(|t| t.to_string()).unwrap_or_default();
                    conditional |= !inner && (name == "cfg" || name == "path" || name == "cfg_attr");
                }
            }
            TokenTree::Ident(word) if word == "mod" => {
                let Some(TokenTree::Ident(name)) = tokens.next() else { continue };
                let Some(TokenTree::Punct(p)) = tokens.peek() else { continue };
                if p.as_char() == ';' && !conditional {
                    found.push(name.to_string().trim_start_matches("r#").to_string());
                }
            }
            TokenTree::Punct(p) if p.as_char() == ';' => conditional = false,
            TokenTree::Group(g) if g.delimiter() == proc_macro2::Delimiter::Brace => conditional = false,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A crate written into a folder: its files, by their paths.
    pub fn project(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("autodiff_crates_{}_{name}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder.canonicalize().unwrap()
    }

    /// Where a name in a file is declared: `types::Layer`.
    fn found(folder: &Path, at: &str, name: &str) -> Option<String> {
        let declaration = locate(&folder.join(at), name)?;
        let file = declaration.file.strip_prefix(folder).unwrap().with_extension("");
        Some(format!("{}::{}", file.display(), declaration.name))
    }

    #[test]
    fn names_are_found_where_they_are_declared() {
        let folder = project(
            "found",
            &[
                (
                    "lib.rs",
                    "pub mod types; mod models; mod losses; mod user; mod other { pub struct Inside; } #[cfg(test)] mod tests; pub use types::Layer as Renamed;",
                ),
                ("types.rs", "pub struct Layer { w: f64 } pub(crate) struct Net; struct Private; pub struct Both; pub const N: usize = 3;"),
                ("models/mod.rs", "mod linear; pub use linear::*; use super::types; pub struct Both;"),
                ("models/linear.rs", "use super::super::types::*; pub struct Linear(Layer); fn f() {}"),
                ("losses/mod.rs", "mod huber; pub use self::huber::{huber, Kind as Sort};"),
                ("losses/huber.rs", "pub fn huber() {} pub enum Kind { A } use crate::types::{Layer, Net};"),
                (
                    "user.rs",
                    "use crate::{types::*, losses::*}; use rand::prelude::*; use crate::models::Linear; use crate::Renamed; fn f() { use crate::losses::Sort; } mod tests { use super::*; use super::Net; }",
                ),
                ("tests.rs", "use crate::types::Layer;"),
            ],
        );
        let at = |file: &str, name: &str| found(&folder, file, name);
        assert_eq!(at("models/linear.rs", "Layer").as_deref(), Some("types::Layer"));
        assert_eq!(at("losses/huber.rs", "Net").as_deref(), Some("types::Net"));
        assert_eq!(at("user.rs", "Layer").as_deref(), Some("types::Layer"));
        assert_eq!(at("user.rs", "N").as_deref(), Some("types::N"));
        assert_eq!(at("user.rs", "Net").as_deref(), Some("types::Net"));
        assert_eq!(at("user.rs", "Renamed").as_deref(), Some("types::Layer"));
        assert_eq!(at("user.rs", "Linear").as_deref(), Some("models/linear::Linear"));
        assert_eq!(at("user.rs", "huber").as_deref(), Some("losses/huber::huber"));
        assert_eq!(at("user.rs", "Sort").as_deref(), Some("losses/huber::Kind"));
        assert_eq!(at("user.rs", "f").as_deref(), Some("user::f"));
        for name in ["Private", "Inside", "Unknown", "StdRng"] {
            assert_eq!(at("user.rs", name), None, "{name}");
        }
        // Under a condition.
        assert_eq!(at("tests.rs", "Layer"), None);
        let behind = |modules: &[&str], name: &str| {
            let modules: Vec<String> = modules.iter().map(ToString::to_string).collect();
            locate_in(&folder.join("models/mod.rs"), &modules, name).map(|d| d.name)
        };
        assert_eq!(behind(&["types"], "Net").as_deref(), Some("Net"));
        assert_eq!(behind(&["crate", "losses"], "Sort").as_deref(), Some("Kind"));
        assert_eq!(behind(&["super", "losses"], "Kind"), None);
        assert_eq!(behind(&["linear"], "Linear").as_deref(), Some("Linear"));
        // Its imports are its own.
        assert_eq!(behind(&["linear"], "Layer"), None);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_may_be_something_else_is_not_found() {
        for (k, user) in [
            "use crate::a::*; use crate::b::*;",
            "use crate::a::*; fn f() { use crate::b::A; }",
            "use crate::a::*; mod m { use crate::b::*; }",
            "use crate::a::*; mod m { use other::*; }",
            "use crate::a::A; mod m { use other::A; }",
            "use crate::a::*; make!();",
            "use crate::a::*; make!(A);",
            "use crate::a::*; macro_rules! make { () => { struct A; } }",
            "use crate::a::*; fn f<A>(a: A) {}",
            "use other::A;",
            "use crate::c::*;",
            "use a::A;",
        ]
        .iter()
        .enumerate()
        {
            let files = [
                ("lib.rs", "mod a; mod b; mod c; mod user;"),
                ("a.rs", "pub struct A;"),
                ("b.rs", "pub struct A;"),
                ("c.rs", "use crate::a::A;"),
                ("user.rs", user),
            ];
            let folder = project(&format!("else{k}"), &files);
            let declaration = locate(&folder.join("user.rs"), "A");
            let own = declaration.is_some_and(|d| d.file == folder.join("user.rs"));
            assert!(own || found(&folder, "user.rs", "A").is_none(), "{user}");
            std::fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn functions_beside_their_modules_are_found() {
        let files = [
            ("lib.rs", "mod gamma; mod beta; mod zeta; pub use gamma::{gamma, ln_gamma}; pub use beta::*;"),
            ("gamma.rs", "pub fn gamma() {} pub fn ln_gamma() {}"),
            ("beta.rs", "pub fn beta() {}"),
            ("zeta.rs", "pub fn zeta() {}"),
        ];
        let folder = project("beside", &files);
        let beside = |file: &str, name: &str| is_imported_beside_its_module(&folder.join(file), name);
        assert!(beside("gamma.rs", "gamma") && !beside("gamma.rs", "ln_gamma") && !beside("zeta.rs", "zeta"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
