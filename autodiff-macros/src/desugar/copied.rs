//! Options of references that are assigned again: `best = Some(a);` where `a` is a reference, and `best = Some((d, a));`.
//!
//! What enters: a body in which every binding has its own name, the types that are known and the names that vary. What leaves: the same body,
//! in which such an option holds copies of what its references lead to: it is assigned `Some((*a).clone())`, and what looks into it takes
//! references to the copies. Guarantee: an option that is used in any other way stays as it is, for lowering to refuse, and so do
//! all where something asks for addresses.

use proc_macro2::{Ident, Span};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Block, Expr, Pat, Stmt};

use crate::infer::{is_some, Types};
use crate::lower::strip;
use crate::types::Ty;

/// Rewrites such options; gives whether there are any.
pub(crate) fn copied(block: &mut Block, types: &Types, varied: &HashSet<String>) -> bool {
    let mut options = Options { types, varied, found: HashMap::default(), assigned: HashSet::default(), same: Vec::new() };
    options.visit_block(block);
    let Options { mut found, assigned, same, .. } = options;
    found.retain(|name, _| assigned.contains(name));
    // In the order of the statements, so that one may be what another one is that comes before.
    for (name, of) in &same {
        found.extend(found.get(of).cloned().map(|held| (name.clone(), held)));
    }
    if found.is_empty() || crate::lower::Facts::of(block).addresses {
        return false;
    }
    while !found.is_empty() {
        let mut with_copies = block.clone();
        let mut copies = Copies { found, failed: HashSet::default() };
        copies.visit_block_mut(&mut with_copies);
        if copies.failed.is_empty() {
            *block = with_copies;
            return true;
        }
        found = copies.found;
        let mut failed = copies.failed;
        for (name, of) in same.iter().rev().chain(&same) {
            if failed.contains(name) || failed.contains(of) {
                failed.extend([name.clone(), of.clone()]);
            }
        }
        found.retain(|name, _| !failed.contains(name));
    }
    false
}

/// What an option holds.
#[derive(Clone)]
enum Held {
    One(Part),
    Tuple(Vec<Part>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Value,
    /// A reference; true if what it leads to is copied, not cloned.
    Reference(bool),
}

impl Part {
    fn of(ty: &Ty) -> Option<Part> {
        match ty {
            Ty::Ref(inner, false) if !matches!(**inner, Ty::Slice(_)) && !inner.has_reference() => Some(Part::Reference(inner.is_copy())),
            other => (!other.has_reference()).then_some(Part::Value),
        }
    }

    fn is_reference(self) -> bool {
        self != Part::Value
    }
}

impl Held {
    fn of(ty: &Ty) -> Option<Held> {
        let Ty::Option(inner) = ty else { return None };
        if inner.is_plain() {
            return None;
        }
        match &**inner {
            Ty::Tuple(parts) => {
                let parts = parts.iter().map(Part::of).collect::<Option<Vec<_>>>()?;
                parts.iter().any(|p| p.is_reference()).then_some(Held::Tuple(parts))
            }
            one => Part::of(one).filter(|p| p.is_reference()).map(Held::One),
        }
    }
}

/// Options that hold references, by their names.
struct Options<'t> {
    types: &'t Types,
    varied: &'t HashSet<String>,
    found: HashMap<String, Held>,
    assigned: HashSet<String>,
    /// What is bound to what another one is then: `let before = best;`.
    same: Vec<(String, String)>,
}

impl<'a> Visit<'a> for Options<'_> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_local(&mut self, l: &'a syn::Local) {
        let ident = declared(&l.pat).filter(|_| l.init.as_ref().is_some_and(|init| init.diverge.is_none()));
        if let Some(ident) = ident.filter(|i| self.varied.contains(&i.to_string())) {
            let ty = match &l.pat {
                Pat::Type(t) => Ty::parse(&t.ty, &self.types.floats),
                _ => self.types.of(&parse_quote!(#ident)),
            };
            self.found.extend(Held::of(&ty).map(|held| (ident.to_string(), held)));
        }
        if let (Some(name), Some(init)) = (bound(&l.pat), &l.init) {
            self.same.extend(name_of(&init.expr).map(|of| (name.to_string(), of)));
        }
        visit::visit_local(self, l);
    }

    fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
        self.assigned.extend(name_of(&a.left));
        visit::visit_expr_assign(self, a);
    }
}

/// Writes the copies.
struct Copies {
    found: HashMap<String, Held>,
    /// Options with another use.
    failed: HashSet<String>,
}

impl Copies {
    fn held(&self, e: &Expr) -> Option<(String, Held)> {
        let name = name_of(e)?;
        self.found.get(&name).cloned().map(|held| (name, held))
    }

    /// `best.unwrap()` and the like.
    fn unwrapped<'e>(&self, e: &'e mut Expr) -> Option<(&'e mut syn::ExprMethodCall, String, Held)> {
        let Expr::MethodCall(m) = e else { return None };
        let (name, held) = self.held(&m.receiver).filter(|_| m.method == "unwrap" || m.method == "expect")?;
        Some((m, name, held))
    }

    fn fail(&mut self, name: String) {
        self.failed.insert(name);
    }

    /// What is looked into by patterns stays a place, of which they borrow the copies.
    fn looked_into<'p>(&mut self, e: &Expr, pats: impl Iterator<Item = &'p mut Pat>) -> bool {
        let Some((name, held)) = self.held(e) else { return false };
        for pat in pats {
            let fits = match in_some(pat) {
                Some(part) => borrows(part, &held),
                None => matches!(pat, Pat::Wild(_) | Pat::Path(_)) || matches!(pat, Pat::Ident(i) if i.ident == "None"),
            };
            if !fits {
                self.fail(name.clone());
            }
        }
        true
    }

    /// What is assigned, with copies in it.
    fn copy(&mut self, e: &mut Expr, name: &str, held: &Held) {
        match e {
            Expr::Paren(p) => self.copy(&mut p.expr, name, held),
            Expr::Block(b) => self.copy_last(&mut b.block, name, held),
            Expr::If(i) => {
                self.copy_last(&mut i.then_branch, name, held);
                if let Some((_, other)) = &mut i.else_branch {
                    self.copy(other, name, held);
                }
            }
            Expr::Match(m) => m.arms.iter_mut().for_each(|arm| self.copy(&mut arm.body, name, held)),
            Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "None") => {}
            Expr::Call(c) if matches!(&*c.func, Expr::Path(p) if is_some(&p.path)) && c.args.len() == 1 => match (held, &mut c.args[0]) {
                (Held::One(part), e) => copy_of(e, *part),
                (Held::Tuple(parts), Expr::Tuple(t)) if t.elems.len() == parts.len() => {
                    t.elems.iter_mut().zip(parts).for_each(|(e, part)| copy_of(e, *part));
                }
                (Held::Tuple(_), _) => self.fail(name.to_string()),
            },
            other if crate::lower::expr_diverges(other) => {}
            _ if matches!(held, Held::One(_)) => *e = parse_quote!(#e.cloned()),
            _ => self.fail(name.to_string()),
        }
    }

    fn copy_last(&mut self, block: &mut Block, name: &str, held: &Held) {
        if let Some(Stmt::Expr(last, None)) = block.stmts.last_mut() {
            self.copy(last, name, held);
        }
    }

    /// A method of the option.
    fn method(&mut self, m: &mut syn::ExprMethodCall, name: String, held: &Held) {
        const CHANGING: &[&str] = &["take", "replace", "insert", "get_or_insert", "get_or_insert_with", "iter", "iter_mut"];
        m.args.iter_mut().for_each(|arg| self.visit_expr_mut(arg));
        let method = m.method.to_string();
        let fits = match (method.as_str(), held) {
            ("is_some" | "is_none", _) => return,
            (other, Held::One(_)) => !CHANGING.contains(&other) && !other.starts_with("as_"),
            ("is_some_and" | "is_none_or" | "map" | "map_or" | "map_or_else" | "and_then", Held::Tuple(_)) => match m.args.last_mut() {
                Some(Expr::Closure(c)) if c.inputs.len() == 1 => lends(&mut c.inputs[0], held),
                _ => false,
            },
            _ => false,
        };
        if !fits {
            self.fail(name);
        }
        *m.receiver = lent(&m.receiver);
    }
}

impl VisitMut for Copies {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        let mentioned = |name: &&String| crate::varied::mentions(m.tokens.clone(), &std::iter::once((*name).clone()).collect());
        let names: Vec<String> = self.found.keys().filter(mentioned).cloned().collect();
        self.failed.extend(names);
    }

    fn visit_local_mut(&mut self, l: &mut syn::Local) {
        let Some(init) = &mut l.init else { return };
        if let Some((_, other)) = &mut init.diverge {
            if self.looked_into(&init.expr, std::iter::once(&mut l.pat)) {
                return self.visit_expr_mut(other);
            }
        }
        if let (Pat::Tuple(_), Some((m, name, held @ Held::Tuple(_)))) = (&l.pat, self.unwrapped(&mut init.expr)) {
            *m.receiver = lent(&m.receiver);
            if !lends(&mut l.pat, &held) {
                self.fail(name);
            }
            return;
        }
        let held = bound(&l.pat).and_then(|i| self.found.get(&i.to_string()).cloned().map(|held| (i.to_string(), held)));
        if held.is_some() && self.held(&init.expr).is_some() {
            let option = &init.expr;
            *init.expr = parse_quote!(#option.clone());
            if let Pat::Type(t) = &mut l.pat {
                Unreferenced.visit_type_mut(&mut t.ty);
            }
            return;
        }
        visit_mut::visit_local_mut(self, l);
        let (Some((name, held)), Some(init)) = (held, &mut l.init) else { return };
        self.copy(&mut init.expr, &name, &held);
        if let Pat::Type(t) = &mut l.pat {
            Unreferenced.visit_type_mut(&mut t.ty);
        }
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Assign(a) => {
                self.visit_expr_mut(&mut a.right);
                match self.held(&a.left) {
                    Some((name, held)) => self.copy(&mut a.right, &name, &held),
                    None => self.visit_expr_mut(&mut a.left),
                }
            }
            Expr::Let(l) => {
                if !self.looked_into(&l.expr, std::iter::once(&mut *l.pat)) {
                    self.visit_expr_mut(&mut l.expr);
                }
            }
            Expr::Match(m) => {
                if !self.looked_into(&m.expr, m.arms.iter_mut().map(|arm| &mut arm.pat)) {
                    self.visit_expr_mut(&mut m.expr);
                }
                m.arms.iter_mut().for_each(|arm| self.visit_arm_mut(arm));
            }
            Expr::Reference(r) if self.held(&r.expr).is_some() => self.failed.extend(name_of(&r.expr)),
            Expr::Field(f) => match (self.unwrapped(&mut f.base), &f.member) {
                (Some((m, _, Held::Tuple(parts))), syn::Member::Unnamed(k)) => {
                    *m.receiver = lent(&m.receiver);
                    if parts.get(k.index as usize).is_some_and(|p| p.is_reference()) {
                        *e = parse_quote!((&#e));
                    }
                }
                _ => self.visit_expr_mut(&mut f.base),
            },
            Expr::MethodCall(m) => match self.held(&m.receiver) {
                Some((name, held)) => self.method(m, name, &held),
                None => visit_mut::visit_expr_method_call_mut(self, m),
            },
            _ => match self.held(e) {
                Some((_, Held::One(_))) => *e = lent(e),
                Some((name, Held::Tuple(_))) => self.fail(name),
                None => visit_mut::visit_expr_mut(self, e),
            },
        }
    }
}

/// `Option<&T>` becomes `Option<T>`.
struct Unreferenced;

impl VisitMut for Unreferenced {
    fn visit_type_mut(&mut self, t: &mut syn::Type) {
        if let syn::Type::Reference(r) = t {
            *t = (*r.elem).clone();
        }
        visit_mut::visit_type_mut(self, t);
    }
}

/// `best.as_ref()`
fn lent(option: &Expr) -> Expr {
    let as_ref = Ident::new("as_ref", Span::mixed_site());
    parse_quote!(#option.#as_ref())
}

fn copy_of(e: &mut Expr, part: Part) {
    let Part::Reference(copies) = part else { return };
    let to: Expr = match strip(e) {
        Expr::Reference(r) => (*r.expr).clone(),
        other => parse_quote!(*#other),
    };
    *e = if copies { to } else { parse_quote!((#to).clone()) };
}

/// A pattern of what an option holds, as one of the copies in their place: references are borrowed from it. Whether that is possible.
fn borrows(pat: &mut Pat, held: &Held) -> bool {
    match (held, pat) {
        (_, Pat::Wild(_)) => true,
        (Held::One(_), pat) => borrows_part(pat),
        (Held::Tuple(parts), Pat::Tuple(t)) if t.elems.len() == parts.len() => {
            let fits = |p: &mut Pat, part: &Part| if part.is_reference() { borrows_part(p) } else { !matches!(p, Pat::Rest(_)) };
            t.elems.iter_mut().zip(parts).all(|(p, part)| fits(p, part))
        }
        _ => false,
    }
}

fn borrows_part(pat: &mut Pat) -> bool {
    match pat {
        Pat::Wild(_) => true,
        Pat::Ident(i) if i.by_ref.is_none() && i.mutability.is_none() && i.subpat.is_none() => {
            i.by_ref = Some(syn::token::Ref { span: i.ident.span() });
            true
        }
        Pat::Reference(r) => {
            *pat = (*r.pat).clone();
            true
        }
        _ => false,
    }
}

/// The same of a reference to what an option holds.
fn lends(pat: &mut Pat, held: &Held) -> bool {
    let fits = borrows(pat, held);
    if !matches!(pat, Pat::Wild(_)) {
        *pat = parse_quote!(&#pat);
    }
    fits
}

/// What is in a pattern's `Some`.
fn in_some(pat: &mut Pat) -> Option<&mut Pat> {
    match pat {
        Pat::TupleStruct(t) if t.elems.len() == 1 && is_some(&t.path) => t.elems.first_mut(),
        Pat::Paren(p) => in_some(&mut p.pat),
        _ => None,
    }
}

/// The name that a `let mut` declares.
fn declared(pat: &Pat) -> Option<&Ident> {
    named(pat).filter(|i| i.mutability.is_some()).map(|i| &i.ident)
}

/// The name that a `let` binds.
fn bound(pat: &Pat) -> Option<&Ident> {
    named(pat).map(|i| &i.ident)
}

fn named(pat: &Pat) -> Option<&syn::PatIdent> {
    match pat {
        Pat::Ident(i) if i.by_ref.is_none() => Some(i),
        Pat::Type(t) => named(&t.pat),
        _ => None,
    }
}

fn name_of(e: &Expr) -> Option<String> {
    match strip(e) {
        Expr::Path(p) => p.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}
