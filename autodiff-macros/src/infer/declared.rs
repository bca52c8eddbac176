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

    /// What so many arguments of a function, associated function or tuple struct are, as far as the file tells.
    pub fn declared_params(&self, path: &syn::Path, count: usize) -> Vec<Ty> {
        let names: Vec<_> = path.segments.iter().map(|s| &s.ident).collect();
        let taken = match &names[..] {
            _ if path.segments.iter().any(|s| !s.arguments.is_none()) => Vec::new(),
            [name] if !self.bound.contains(&name.to_string()) => crate::position::taken_by(name),
            [owner, name] if **owner == "Self" => match self.this.name() {
                Some(owner) => crate::position::taken_by_method(&owner, name),
                None => Vec::new(),
            },
            [owner, name] => crate::position::taken_by_method(&owner.to_string(), name),
            _ => Vec::new(),
        };
        if taken.is_empty() && names.len() == 1 {
            return (0..count).map(|k| self.declared_field(path, &syn::Member::from(k))).collect();
        }
        told(taken, count)
    }

    /// What so many arguments of a method are, as far as the file tells.
    pub fn declared_method_params(&self, receiver: &Ty, name: &syn::Ident, count: usize) -> Vec<Ty> {
        let owner = if let Ty::Named(named) = receiver.peel() { named.name() } else { None };
        told(owner.map(|owner| crate::position::taken_by_method(&owner, name)).unwrap_or_default(), count)
    }

    /// What a field of a struct that is written out takes, as far as the file tells.
    pub fn declared_field(&self, path: &syn::Path, member: &syn::Member) -> Ty {
        if path.is_ident("Self") {
            return Ty::Named(self.this.clone()).field(member);
        }
        Ty::named(path, &self.floats).field(member)
    }

    /// What a method of a struct gives, as far as the file tells.
    pub fn declared_method(&self, receiver: &Ty, name: &syn::Ident) -> Ty {
        let owner = if let Ty::Named(named) = receiver.peel() { named.name() } else { None };
        let given = owner.and_then(|owner| crate::position::result_of_method(&owner, name));
        given.and_then(|ty| Ty::parse(&ty, &[]).declared()).unwrap_or(Ty::Unknown)
    }
}

/// Types that say something, of as many parameters as there are arguments: the receiver may be one of these.
fn told(written: Vec<Option<syn::Type>>, count: usize) -> Vec<Ty> {
    if written.len() != count {
        return Vec::new();
    }
    let parse = |ty: Option<syn::Type>| match Ty::parse(&ty?, &[]) {
        Ty::Ref(inner, false) => inner.declared().map(|inner| Ty::Ref(Box::new(inner), false)),
        ty => ty.declared(),
    };
    written.into_iter().map(|ty| parse(ty).unwrap_or(Ty::Unknown)).collect()
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
