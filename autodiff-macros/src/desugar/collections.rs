//! Queues and maps of numbers that a function makes for itself: lists.
//!
//! What enters: a body in which every binding has its own name, and the names whose values may depend on the input. What leaves: a body of the same
//! meaning, in which
//!
//! | was | is |
//! | --- | --- |
//! | a `VecDeque` | a `Vec`, see [`queues`] |
//! | a `HashMap` or `BTreeMap` of numbers | a map of places, and a `Vec` with what is there, see [`maps`] |
//!
//! Guarantees: values, their order and panics are those of the collections. Where anything else than their methods is done to one, as handing it to
//! a function, it stays what it is, for lowering to refuse.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use rustc_hash::FxHashSet as HashSet;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Type};

use crate::names::Namer;

mod maps;
mod queues;

/// Whether a body may have such collections at all.
fn occur_in(block: &syn::Block) -> bool {
    fn any(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|t| match t {
            TokenTree::Ident(i) => i == "VecDeque" || i == "HashMap" || i == "BTreeMap",
            TokenTree::Group(g) => any(g.stream()),
            _ => false,
        })
    }
    any(block.to_token_stream())
}

/// Rewrites a body; gives the names it made.
pub(crate) fn as_lists(block: &mut syn::Block, names: Namer, varied: impl Fn(&syn::Block) -> HashSet<String>) -> (Vec<String>, Namer) {
    if !occur_in(block) {
        return (Vec::new(), names);
    }
    let varied = varied(block);
    queues::as_lists(block, &varied);
    maps::as_lists(block, &varied, names)
}

/// A variable that holds a collection.
struct Variable {
    name: Ident,
    /// Its type, where it is written down.
    ty: Option<Type>,
    kind: &'static str,
}

/// The variables of a body that hold collections of these kinds, and what may vary.
fn variables(block: &syn::Block, varied: &HashSet<String>, kinds: &'static [&'static str]) -> Vec<Variable> {
    struct Find<'v> {
        kinds: &'static [&'static str],
        varied: &'v HashSet<String>,
        found: Vec<Variable>,
    }
    impl<'a> Visit<'a> for Find<'_> {
        fn visit_item(&mut self, _: &'a syn::Item) {}
        fn visit_local(&mut self, l: &'a syn::Local) {
            let (pat, ty) = match &l.pat {
                Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
                pat => (pat, None),
            };
            if let (Pat::Ident(i), Some(init)) = (pat, l.init.as_ref().filter(|i| i.diverge.is_none())) {
                let made = || {
                    let of = taken_from(&init.expr).and_then(|of| self.found.iter().find(|v| v.name == *of));
                    of.map(|v| v.kind).or_else(|| kind_made(&init.expr, self.kinds))
                };
                let kind = ty.and_then(|ty| kind_of_type(ty, self.kinds)).or_else(made);
                if let Some(kind) = kind.filter(|_| self.varied.contains(&i.ident.to_string()) && i.by_ref.is_none()) {
                    self.found.push(Variable { name: i.ident.clone(), ty: ty.cloned(), kind });
                }
            }
            visit::visit_local(self, l);
        }
    }
    let mut find = Find { kinds, varied, found: Vec::new() };
    find.visit_block(block);
    find.found
}

/// The variable whose collection an expression copies or takes, or a part of it.
fn taken_from(e: &Expr) -> Option<&Ident> {
    match crate::lower::strip(e) {
        Expr::MethodCall(m) if m.method == "clone" || m.method == "split_off" => name_of(&m.receiver),
        Expr::Call(c) => match (&*c.func, c.args.first().map(crate::lower::strip)) {
            (Expr::Path(p), Some(Expr::Reference(r))) if p.path.segments.last().is_some_and(|s| s.ident == "take") => name_of(&r.expr),
            _ => None,
        },
        e => name_of(e),
    }
}

/// The variable that an expression is.
fn name_of(e: &Expr) -> Option<&Ident> {
    match crate::lower::strip(e) {
        Expr::Path(p) => p.path.get_ident(),
        _ => None,
    }
}

/// The collection of std that a path names.
fn kind_of_path(path: &syn::Path, kinds: &'static [&'static str]) -> Option<&'static str> {
    let last = path.segments.last()?;
    let is_std = path.segments.len() > 1 || !crate::position::is_type(&last.ident);
    kinds.iter().find(|k| last.ident == **k).copied().filter(|_| is_std)
}

fn kind_of_type(ty: &Type, kinds: &'static [&'static str]) -> Option<&'static str> {
    match ty {
        Type::Path(p) if p.qself.is_none() => kind_of_path(&p.path, kinds),
        _ => None,
    }
}

/// The collection that a call makes: `VecDeque::new()`.
fn kind_made(e: &Expr, kinds: &'static [&'static str]) -> Option<&'static str> {
    match crate::lower::strip(e) {
        Expr::Call(c) => {
            let Expr::Path(p) = &*c.func else { return None };
            let mut owner = p.path.clone();
            owner.segments.pop()?;
            owner.segments.pop_punct();
            kind_of_path(&owner, kinds)
        }
        Expr::MethodCall(m) if m.method == "collect" => {
            let arguments = m.turbofish.as_ref()?;
            match arguments.args.first()? {
                syn::GenericArgument::Type(ty) => kind_of_type(ty, kinds),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The function of a collection that a call is, as `new`, and its arguments.
fn constructor<'e>(e: &'e Expr, kinds: &'static [&'static str]) -> Option<(String, Vec<&'e Expr>)> {
    kind_made(e, kinds)?;
    match crate::lower::strip(e) {
        Expr::Call(c) => match &*c.func {
            Expr::Path(p) => Some((p.path.segments.last()?.ident.to_string(), c.args.iter().collect())),
            _ => None,
        },
        Expr::MethodCall(m) => Some(("collect".to_string(), vec![&m.receiver])),
        _ => None,
    }
}

/// How often a name stands in tokens.
fn count(tokens: TokenStream, name: &Ident) -> usize {
    tokens
        .into_iter()
        .map(|t| match t {
            TokenTree::Ident(i) => usize::from(i == *name),
            TokenTree::Group(g) => count(g.stream(), name),
            _ => 0,
        })
        .sum()
}
