//! What functions and methods give, where the file of the function declares that.

use rustc_hash::FxHashSet as HashSet;

use syn::visit::{self, Visit};

use super::Types;
use crate::types::Ty;

impl Types {
    /// What a function, constructor or associated function gives, as far as the file tells.
    pub fn declared_call(&self, path: &syn::Path) -> Option<Ty> {
        let given = |ty: Option<syn::Type>| Ty::parse(&ty?, &[]).declared();
        match path.segments.len() {
            1 => {
                let name = path.get_ident().filter(|name| !self.bound.contains(&name.to_string()))?;
                given(crate::position::result_of(name)).or_else(|| Ty::named(path, &self.floats).declared())
            }
            2 if path.segments.iter().all(|s| s.arguments.is_none()) => {
                let (owner, name) = (&path.segments[0].ident, &path.segments[1].ident);
                given(crate::position::result_of_method(&owner.to_string(), name))
            }
            _ => None,
        }
    }

    /// What a method of a struct gives, as far as the file tells.
    pub fn declared_method(&self, receiver: &Ty, name: &syn::Ident) -> Ty {
        let owner = if let Ty::Named(named) = receiver.peel() { named.name() } else { None };
        let given = owner.and_then(|owner| crate::position::result_of_method(&owner, name));
        given.and_then(|ty| Ty::parse(&ty, &[]).declared()).unwrap_or(Ty::Unknown)
    }
}

impl Types {
    /// Whether a call only counts or compares and changes nothing, as far as the file tells.
    pub fn is_count(&self, e: &syn::Expr) -> bool {
        match crate::lower::strip(e) {
            syn::Expr::MethodCall(m) => match self.of(&m.receiver).peel() {
                Ty::Named(named) => named.name().is_some_and(|owner| crate::position::counts(Some(&owner), &m.method)),
                _ => false,
            },
            syn::Expr::Call(c) => match &*c.func {
                syn::Expr::Path(p) if p.qself.is_none() => match &p.path.segments.iter().map(|s| &s.ident).collect::<Vec<_>>()[..] {
                    [name] => !self.bound.contains(&name.to_string()) && crate::position::counts(None, name),
                    [owner, name] => crate::position::counts(Some(&owner.to_string()), name),
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }
}

/// The names that patterns bind.
pub(super) struct Bound<'b>(pub &'b mut HashSet<String>);

impl<'a> Visit<'a> for Bound<'_> {
    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        self.0.insert(p.ident.to_string());
        visit::visit_pat_ident(self, p);
    }
}
