//! Alpha-renaming: gives every local binding of a function its own name.
//!
//! What enters: the signature and the body of a function as the user wrote them.
//!
//! What leaves: the same function, rewritten in place, and a table ([`Bindings`]) with one entry
//! per local binding, keyed by its name after the pass.
//!
//! What is guaranteed:
//!
//! * No two bindings share a name. The first binding of a name (in source order) keeps the user's
//!   identifier, each later one becomes `<name>_1`, `<name>_2`, ..., and no such name occurs
//!   anywhere else in the function: neither as an identifier nor as a word in a string. If the name
//!   also stands for something else, where the binding is not in scope or in the arguments of a macro
//!   (`m!(a.x)`), the first one becomes `<name>_1` too, unless it is a parameter. Loop and block labels are made unique by the same rule. The one
//!   exception are bindings under `#[cfg]`, which share the name of what they would shadow
//!   ([`Binding::conditional`]).
//! * Every use names the binding that Rust's scoping rules give it, spelled as in the table. That
//!   covers the shorthand in struct literals and patterns, the arguments of macros, and variables
//!   captured by format strings.
//! * The function means what it meant; only texts that quote the source (the message of a failed
//!   `assert!`, the output of `dbg!`) show the new names.
//! * Each new identifier has the span of the user's identifier at that place.
//! * No invisible group is left around an expression: parentheses take its place where needed.
//! * Running the pass on its own output renames nothing, and it accepts whatever `syn` parses.
//!
//! `self`, items nested in the body, fields, methods and types are left alone. Identifiers are
//! compared by their text (`r#x` is `x`), not by macro hygiene. Whether a lone identifier in a
//! pattern is a constant cannot be known here: one that starts with an upper-case letter counts
//! as a constant unless it has `mut`, `ref` or a subpattern, or a variable of that name is in
//! scope.

mod format;
mod macros;
mod syntax;
pub(crate) mod tokens;
mod visit;

pub(crate) use macros::is_macro_of_std;
pub(crate) use tokens::captures_names;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use proc_macro2::Ident;
use quote::ToTokens;
use rustc_hash::FxHashSet as HashSet;
use syn::ext::IdentExt;
use syn::visit_mut::VisitMut;
use syn::{Block, FnArg, Label, Lifetime, Pat, Signature};

use crate::by_example;

/// Where a binding was introduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingKind {
    /// A parameter of the function, or a part of one that is destructured.
    Param,
    /// A `let` statement, with or without `else`, destructuring or not.
    Let,
    /// A pattern that may fail: a match arm, `if let`, `while let`, `matches!`.
    Pattern,
    /// The pattern of a `for` loop.
    For,
    /// A parameter of a closure, or a part of one that is destructured.
    ClosureParam,
}

/// One local binding.
#[derive(Clone, Debug)]
#[cfg_attr(not(test), allow(dead_code, reason = "the pass's tests look at every field"))]
pub(crate) struct Binding {
    /// The identifier the user wrote.
    pub(crate) original: String,
    /// `mut` is written at the binding (together with `by_ref`: `ref mut`).
    pub(crate) mutable: bool,
    /// `ref` is written at the binding.
    pub(crate) by_ref: bool,
    /// What introduced the binding.
    pub(crate) kind: BindingKind,
    /// A macro that the pass does not know mentions the binding.
    pub(crate) in_unknown_macro: bool,
    /// The name is bound under `#[cfg]`, so that it may be bound several times or not at all.
    pub(crate) conditional: bool,
}

/// All local bindings of a function, by their unique names (the text of the identifier).
#[derive(Clone, Debug, Default)]
pub(crate) struct Bindings {
    map: BTreeMap<String, Binding>,
    /// All words of the function, whether or not they name a binding, and the unique names.
    words: HashSet<String>,
    /// Names in patterns that may fail, of the case of constants: they are taken for these.
    constants: Vec<Ident>,
}

#[cfg_attr(not(test), allow(dead_code, reason = "the pass's tests look bindings up"))]
impl Bindings {
    /// The binding of that unique name.
    pub(crate) fn get(&self, name: &str) -> Option<&Binding> {
        self.map.get(name)
    }

    /// Names in patterns that are taken for those of constants, and that expressions have, too.
    pub(crate) fn doubtful<'b>(&'b self, block: &'b Block) -> impl Iterator<Item = &'b Ident> {
        struct Named(HashSet<String>);
        impl<'a> syn::visit::Visit<'a> for Named {
            fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
                self.0.extend(p.path.get_ident().map(ToString::to_string));
            }
            fn visit_macro(&mut self, m: &'a syn::Macro) {
                tokens::collect_words(m.tokens.clone(), &mut self.0);
            }
        }
        let mut named = Named(HashSet::default());
        if !self.constants.is_empty() {
            syn::visit::Visit::visit_block(&mut named, block);
        }
        self.constants.iter().filter(move |name| named.0.contains(&name.to_string()))
    }

    /// The names that an invented one must avoid.
    pub(crate) fn words(&mut self) -> HashSet<String> {
        std::mem::take(&mut self.words)
    }

    /// The bindings with their unique names, ordered by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Binding)> {
        self.map.iter().map(|(name, binding)| (&**name, binding))
    }
}

/// Renames the bindings of a function in place; see the module's documentation.
pub(crate) fn resolve(sig: &mut Signature, block: &mut Block) -> Bindings {
    let original = (sig.clone(), block.clone());
    let (bindings, unbound) = resolve_around(sig, block, &BTreeSet::new());
    // Parameters are in scope everywhere.
    let bound_inside = |name: &String| bindings.map.get(name).is_some_and(|binding| binding.kind != BindingKind::Param);
    let outer: BTreeSet<String> = unbound.into_iter().filter(bound_inside).collect();
    if outer.is_empty() {
        return bindings;
    }
    (*sig, *block) = original;
    resolve_around(sig, block, &outer).0
}

/// Gives the names that macros bind in an expansion their own, among names that are in use; names without a mark stay what they are. Also
/// gives the marked names that nothing in the expansion binds.
pub(crate) fn hygienic(block: &mut Block, taken: &mut HashSet<String>) -> BTreeSet<String> {
    let mut words = mem::take(taken);
    tokens::collect_words(block.to_token_stream(), &mut words);
    let mut resolver = Resolver::new(words, &BTreeSet::new());
    resolver.marked_only = true;
    resolver.visit_block_mut(block);
    *taken = resolver.taken;
    resolver.unbound.into_inner().into_iter().filter(|name| by_example::is_marked(name)).collect()
}

/// The same, where some names are those of items around the function; also gives the names that no binding is in scope for.
fn resolve_around(sig: &mut Signature, block: &mut Block, outer: &BTreeSet<String>) -> (Bindings, BTreeSet<String>) {
    let mut taken = HashSet::default();
    tokens::collect_words(sig.to_token_stream(), &mut taken);
    tokens::collect_words(block.to_token_stream(), &mut taken);
    let mut resolver = Resolver::new(taken, outer);
    for input in &mut sig.inputs {
        if let FnArg::Typed(param) = input {
            let conditional = syntax::is_conditional(&param.attrs);
            resolver.bind(&mut param.pat, BindingKind::Param, conditional);
        }
    }
    if let Some((pat, _)) = sig.variadic.as_mut().and_then(|rest| rest.pat.as_mut()) {
        resolver.bind(pat, BindingKind::Param, false);
    }
    resolver.visit_block_mut(block);
    resolver.bindings.words = resolver.taken;
    (resolver.bindings, resolver.unbound.into_inner())
}

/// What a name in scope stands for.
#[derive(Clone)]
enum Meaning {
    /// The local binding with this unique name.
    Local(Ident),
    /// An item of an enclosing block; a pattern cannot rebind a `constant` one.
    Item { constant: bool },
}

/// The names that one scope adds, without `r#`.
type Scope = BTreeMap<String, Meaning>;

/// The names of one namespace that are in use, and how far each was counted up.
#[derive(Default)]
struct Names {
    counts: BTreeMap<String, u64>,
}

impl Names {
    /// `ident` itself at its first call with that name, later an identifier that is not `taken`.
    fn unique(&mut self, ident: &Ident, taken: &mut HashSet<String>) -> Ident {
        let name = ident.unraw().to_string();
        let Some(count) = self.counts.get_mut(&name) else {
            self.counts.insert(name, 0);
            return ident.clone();
        };
        Self::numbered(&name, count, ident, taken)
    }

    /// The same for a name of a constant's case that is none.
    fn unique_in_lower_case(&mut self, ident: &Ident, taken: &mut HashSet<String>) -> Ident {
        let name = ident.unraw().to_string().to_lowercase();
        let free = syn::parse_str::<Ident>(&name).is_ok() && taken.insert(name.clone());
        let count = self.counts.entry(name.clone()).or_insert(0);
        if free {
            return Ident::new(&name, ident.span());
        }
        Self::numbered(&name, count, ident, taken)
    }

    /// The name itself, if no macro made it; else one without a mark.
    fn unique_if_marked(&mut self, ident: &Ident, taken: &mut HashSet<String>) -> Ident {
        let name = ident.unraw().to_string();
        let Some(base) = by_example::base(&name) else { return ident.clone() };
        let count = self.counts.entry(base.to_string()).or_insert(0);
        Self::numbered(base, count, ident, taken)
    }

    fn numbered(name: &str, count: &mut u64, ident: &Ident, taken: &mut HashSet<String>) -> Ident {
        loop {
            *count += 1;
            let fresh = format!("{name}_{count}");
            if taken.insert(fresh.clone()) {
                return Ident::new(&fresh, ident.span());
            }
        }
    }
}

/// The pattern being bound; its names enter the scope when it is complete.
struct Pattern {
    kind: BindingKind,
    /// It cannot fail, so that no name in it is that of a constant.
    certain: bool,
    conditional: bool,
    names: BTreeMap<String, Ident>,
}

impl Default for Pattern {
    fn default() -> Self {
        Pattern { kind: BindingKind::Pattern, certain: false, conditional: false, names: BTreeMap::new() }
    }
}

struct Resolver {
    bindings: Bindings,
    variables: Names,
    /// Words that are used where they are no binding of that name.
    unbound: RefCell<BTreeSet<String>>,
    labels: Names,
    /// Words that occur in the function, and the names made up so far.
    taken: HashSet<String>,
    /// Innermost last.
    scopes: Vec<Scope>,
    /// Labels around the current expression with their unique names, innermost last.
    label_scopes: Vec<(String, Ident)>,
    pattern: Pattern,
    /// Only the names of macros are given others.
    marked_only: bool,
}

impl Resolver {
    fn new(taken: HashSet<String>, outer: &BTreeSet<String>) -> Resolver {
        Resolver {
            bindings: Bindings::default(),
            variables: Names { counts: outer.iter().map(|name| (name.clone(), 0)).collect() },
            unbound: RefCell::default(),
            labels: Names::default(),
            taken,
            scopes: vec![Scope::new()],
            label_scopes: Vec::new(),
            pattern: Pattern::default(),
            marked_only: false,
        }
    }

    fn scoped(&mut self, scope: Scope, body: impl FnOnce(&mut Self)) {
        self.scopes.push(scope);
        body(self);
        self.scopes.pop();
    }

    fn labelled(&mut self, label: Option<&mut Label>, body: impl FnOnce(&mut Self)) {
        let Some(label) = label else {
            return body(self);
        };
        let ident = &mut label.name.ident;
        let unique = if self.marked_only {
            self.labels.unique_if_marked(ident, &mut self.taken)
        } else {
            self.labels.unique(ident, &mut self.taken)
        };
        self.label_scopes.push((ident.unraw().to_string(), unique.clone()));
        *ident = unique;
        body(self);
        self.label_scopes.pop();
    }

    fn meaning(&self, name: &str) -> Option<&Meaning> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    /// The unique name of the local that `name` (without `r#`) stands for.
    fn local(&self, name: &str) -> Option<&Ident> {
        match self.meaning(name) {
            Some(Meaning::Local(unique)) => Some(unique),
            _ => None,
        }
    }

    /// The identifier to write in place of `ident` used as a variable, if it is one.
    fn variable(&self, ident: &Ident) -> Option<Ident> {
        let name = ident.unraw().to_string();
        let Some(unique) = self.local(&name) else {
            if self.meaning(&name).is_none() {
                self.unbound.borrow_mut().insert(name);
            }
            return None;
        };
        let mut unique = unique.clone();
        unique.set_span(ident.span());
        Some(unique)
    }

    /// The identifier to write in place of `ident` used as a label, if it is one.
    fn label(&self, ident: &Ident) -> Option<Ident> {
        let name = ident.unraw().to_string();
        let (_, unique) = self.label_scopes.iter().rev().find(|(l, _)| *l == name)?;
        let mut unique = unique.clone();
        unique.set_span(ident.span());
        Some(unique)
    }

    fn use_label(&self, label: Option<&mut Lifetime>) {
        let Some(label) = label else { return };
        if let Some(unique) = self.label(&label.ident) {
            label.ident = unique;
        }
    }

    /// Renames the variables of a pattern and brings them into the innermost scope.
    fn bind(&mut self, pat: &mut Pat, kind: BindingKind, conditional: bool) {
        let certain = kind != BindingKind::Pattern;
        let pattern = Pattern { kind, certain, conditional, names: BTreeMap::new() };
        let outer = mem::replace(&mut self.pattern, pattern);
        self.visit_pat_mut(pat);
        let pattern = mem::replace(&mut self.pattern, outer);
        if let Some(scope) = self.scopes.last_mut() {
            let names = pattern.names.into_iter();
            scope.extend(names.map(|(name, unique)| (name, Meaning::Local(unique))));
        }
    }

    /// Whether an identifier pattern binds a variable rather than naming a constant.
    fn is_binding(&self, pat: &syn::PatIdent) -> bool {
        if pat.by_ref.is_some() || pat.mutability.is_some() || pat.subpat.is_some() {
            return true;
        }
        let name = pat.ident.unraw().to_string();
        match self.meaning(&name) {
            Some(Meaning::Item { constant: true }) => false,
            Some(Meaning::Local(_)) => true,
            _ => {
                self.pattern.certain
                    || !name.starts_with(char::is_uppercase)
                    || by_example::base(&name).unwrap_or(&name) != "None"
                        && crate::position::is_no_constant(&by_example::without_mark(&pat.ident))
            }
        }
    }

    /// Whether a constant of the name is declared in the function, around where it stands.
    fn is_declared_constant(&self, name: &Ident) -> bool {
        matches!(self.meaning(&name.unraw().to_string()), Some(Meaning::Item { constant: true }))
    }

    /// The unique name for a variable bound by the current pattern.
    fn introduce(&mut self, pat: &syn::PatIdent) -> Ident {
        let name = pat.ident.unraw().to_string();
        // The same name again in one pattern: another alternative of an or-pattern.
        if let Some(unique) = self.pattern.names.get(&name) {
            return unique.clone();
        }
        let conditional = self.pattern.conditional;
        let shadowed = self.local(&name).filter(|_| conditional).cloned();
        if let Some(shadowed) = shadowed {
            if let Some(binding) = self.bindings.map.get_mut(&shadowed.to_string()) {
                binding.conditional = true;
            }
            self.pattern.names.insert(name, shadowed.clone());
            return shadowed;
        }
        // From here on, case tells variables from constants.
        let unique = if self.marked_only {
            self.variables.unique_if_marked(&pat.ident, &mut self.taken)
        } else if name.starts_with(char::is_uppercase) && self.pattern.kind != BindingKind::Param {
            self.variables.unique_in_lower_case(&pat.ident, &mut self.taken)
        } else {
            self.variables.unique(&pat.ident, &mut self.taken)
        };
        let binding = Binding {
            original: pat.ident.to_string(),
            mutable: pat.mutability.is_some(),
            by_ref: pat.by_ref.is_some(),
            kind: self.pattern.kind,
            in_unknown_macro: false,
            conditional,
        };
        self.bindings.map.insert(unique.to_string(), binding);
        self.pattern.names.insert(name, unique.clone());
        unique
    }
}

#[cfg(test)]
mod tests;
