//! Functions of other files, and methods, that are followed where they are called, as if they stood there.
//!
//! What enters: a helper as its file has it, and the file of the caller. What leaves: the same function, in which every name means for the
//! caller what it means there, if need be by its whole path. Guarantee: what the caller may not see, or what may be something else, is not
//! followed.

use std::path::Path;

use rustc_hash::FxHashSet as HashSet;

use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

use super::crates::{self, Declaration};
use super::helpers::Method;
use crate::varied::bound_names;

/// The helper that a path in a file calls, if that is one of another file; with `of_parts`, one that may also be called otherwise.
pub(super) fn function(at: &Path, path: &syn::Path, of_parts: bool) -> Option<syn::ItemFn> {
    if path.leading_colon.is_some() || path.segments.iter().any(|s| !s.arguments.is_none()) {
        return None;
    }
    let words: Vec<String> = path.segments.iter().map(|s| crate::names::bare(&s.ident)).collect();
    let (name, modules) = words.split_last()?;
    let home = crates::locate_in(at, modules, name).filter(|home| home.file != at)?;
    let file = crates::file(&home.file);
    file.declared().visibility(&home.name)?;
    let helper = file.helpers().and_then(|helpers| helpers.of_the_file(&home.name, of_parts));
    // The companion of a function beside its module stands in that module.
    let text = helper.or_else(|| file.declared().source(&home.name).filter(|_| crates::is_behind_its_module(&home, at)))?;
    written_for(syn::parse_str(&text).ok()?, &home.file, at)
}

/// The associated function of a type that a path in a file calls, if the type is one of another file that has it, too.
pub(super) fn associated(at: &Path, path: &syn::Path) -> Option<(Method, syn::ItemFn)> {
    if path.leading_colon.is_some() || path.segments.iter().any(|s| !s.arguments.is_none()) {
        return None;
    }
    let words: Vec<String> = path.segments.iter().map(|s| crate::names::bare(&s.ident)).collect();
    let [modules @ .., owner, name] = &words[..] else { return None };
    let home = crates::locate_in(at, modules, owner).filter(|home| home.file != at)?;
    let file = crates::file(&home.file);
    file.declared().visibility(&home.name)?;
    let mut method = file.helpers()?.associated_of(&home.name, name)?.clone();
    let mut function = written_for(syn::parse_str(&method.text).ok()?, &home.file, at)?;
    // Other modules may have a type of that name.
    method.owner = crates::path_for(&home, at)?.join("_");
    function.sig.ident = method.name(&path.segments.last()?.ident);
    Some((method, function))
}

/// The only method of a name that the crate has, if it is a helper: a function of its receiver.
pub(super) fn method(at: &Path, name: &str) -> Option<syn::ItemFn> {
    let files = crates::with(at, &format!("fn {name}"));
    let mut files = files.iter().filter(|path| crates::file(path).declared().is_associated(name));
    let (path, None) = (files.next()?, files.next()) else { return None };
    let function = syn::parse_str(&crates::file(path).helpers()?.method(name)?).ok()?;
    written_for(function, path, at)
}

/// A function of one file as it is written in another one.
fn written_for(mut function: syn::ItemFn, from: &Path, to: &Path) -> Option<syn::ItemFn> {
    let mut bound = Bound(HashSet::default());
    bound.visit_item_fn(&function);
    let mut names = Absolute { from, to, bound: bound.0, failed: false };
    if from != to {
        names.visit_item_fn_mut(&mut function);
    }
    (!names.failed).then_some(function)
}

/// Whatever a function binds, and its parameters.
struct Bound(HashSet<String>);

impl<'a> Visit<'a> for Bound {
    fn visit_pat(&mut self, p: &'a syn::Pat) {
        self.0.extend(bound_names(p));
        visit::visit_pat(self, p);
    }
    fn visit_type_param(&mut self, p: &'a syn::TypeParam) {
        self.0.insert(p.ident.to_string());
        visit::visit_type_param(self, p);
    }
    fn visit_const_param(&mut self, p: &'a syn::ConstParam) {
        self.0.insert(p.ident.to_string());
    }
}

/// What every file means by these.
const PRELUDE: &[&str] = &[
    "Ok",
    "Err",
    "Result",
    "String",
    "Fn",
    "FnMut",
    "FnOnce",
    "Iterator",
    "IntoIterator",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "Copy",
    "Clone",
    "Sized",
    "Default",
    "Into",
    "From",
    "AsRef",
    "PartialOrd",
    "PartialEq",
];

/// Writes names for another file.
struct Absolute<'a> {
    from: &'a Path,
    to: &'a Path,
    bound: HashSet<String>,
    failed: bool,
}

impl Absolute<'_> {
    /// What a word means, where it does not mean the same in both files.
    fn differs(&self, word: &str) -> Result<Option<Declaration>, ()> {
        let (there, here) = (crates::locate(self.from, word), crates::locate(self.to, word));
        if there.is_some() {
            return Ok(there.filter(|there| here.as_ref() != Some(there)));
        }
        let brought = |file: &Path| {
            let file = crates::file(file);
            let paths = file.declared().brought().iter().filter(|b| b.name.as_deref() == Some(word));
            paths.map(|b| b.path.clone()).collect::<Vec<_>>()
        };
        let (there, of_the_caller) = (brought(self.from), brought(self.to));
        let of_the_language = PRELUDE.contains(&word) || crate::desugar::inline::EVERYWHERE.contains(&word);
        let same = match &there[..] {
            [] => of_the_language && of_the_caller.is_empty(),
            [path] => path[0] != "crate" && path[0] != "super" && of_the_caller.first() == Some(path) && of_the_caller.len() == 1,
            _ => false,
        };
        if same && here.is_none() {
            Ok(None)
        } else {
            Err(())
        }
    }

    /// A path of as many segments as are declared somewhere, from the root of the crate.
    fn by_whole_path(&self, home: &Declaration) -> Option<syn::Path> {
        let path = crates::path_for(home, self.to)?;
        syn::parse_str(&format!("crate::{}", path.join("::"))).ok()
    }

    fn path(&self, p: &syn::Path) -> Result<Option<syn::Path>, ()> {
        let words: Vec<String> = p.segments.iter().map(|s| crate::names::bare(&s.ident)).collect();
        let first = words.first().ok_or(())?;
        if p.leading_colon.is_some() || self.bound.contains(first) {
            return Ok(None);
        }
        let replaced = |home: &Declaration, count: usize| {
            let mut path = self.by_whole_path(home).ok_or(())?;
            if let (Some(last), Some(own)) = (path.segments.last_mut(), p.segments.iter().nth(count - 1)) {
                last.arguments = own.arguments.clone();
            }
            path.segments.extend(p.segments.iter().skip(count).cloned());
            Ok(Some(path))
        };
        for count in (2..=words.len()).rev() {
            if let Some(home) = crates::locate_in(self.from, &words[..count - 1], &words[count - 1]) {
                return replaced(&home, count);
            }
        }
        match self.differs(first)? {
            Some(home) => replaced(&home, 1),
            None => Ok(None),
        }
    }
}

impl VisitMut for Absolute<'_> {
    fn visit_path_mut(&mut self, p: &mut syn::Path) {
        match self.path(p) {
            Ok(Some(path)) => *p = path,
            Ok(None) => {}
            Err(()) => self.failed = true,
        }
        for s in &mut p.segments {
            self.visit_path_arguments_mut(&mut s.arguments);
        }
    }
    fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
        // Perhaps a constant.
        self.failed |= bound_names(&syn::Pat::Ident(p.clone())).is_empty();
        visit_mut::visit_pat_ident_mut(self, p);
    }
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        fn all(tokens: proc_macro2::TokenStream, same: &mut impl FnMut(&str) -> bool) -> bool {
            tokens.into_iter().all(|t| match t {
                proc_macro2::TokenTree::Ident(i) => same(&crate::names::bare(&i)),
                proc_macro2::TokenTree::Group(g) => all(g.stream(), same),
                _ => true,
            })
        }
        let same = |word: &str| self.bound.contains(word) || crates::locate(self.from, word) == crates::locate(self.to, word);
        self.failed |= !all(m.tokens.clone(), &mut { same });
    }
    fn visit_member_mut(&mut self, m: &mut syn::Member) {
        if let syn::Member::Named(name) = m {
            self.failed |= crates::is_hidden(&crate::names::bare(name), self.from, self.to);
        }
    }
    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        let name = crate::names::bare(&m.method);
        let of_a_trait = !crate::lower::is_method_of_std(&name)
            && crates::with(self.from, &format!("fn {name}")).iter().any(|path| crates::file(path).declared().is_of_a_trait(&name));
        self.failed |= of_a_trait || crates::is_hidden(&name, self.from, self.to);
        visit_mut::visit_expr_method_call_mut(self, m);
    }
}
