//! Patterns that bind by `&mut`: what is bound are copies, and the whole is put together again where the arm ends.
//!
//! What enters: such a pattern. What leaves: one that names all its parts, and the value they make. Guarantees: the place
//! holds what the user's references would have left there, before anything that follows the `match` looks at it.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr as Syn, Pat};

use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place, Var};
use crate::lower::Lower;
use crate::names::Namer;
use crate::types::Ty;

/// Whether a pattern has `ref mut`.
pub(in crate::lower) fn binds_mutably(pat: &Pat) -> bool {
    struct Finder(bool);
    impl<'a> syn::visit::Visit<'a> for Finder {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            self.0 |= p.by_ref.is_some() && p.mutability.is_some();
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut finder = Finder(false);
    syn::visit::Visit::visit_pat(&mut finder, pat);
    finder.0
}

/// Names the parts that have no name; an error where that cannot be done.
pub(super) fn complete(pat: &mut Pat, names: &mut Namer) -> Result<(), Span> {
    match pat {
        Pat::Wild(_) | Pat::Range(_) => {
            let name = names.numbered("rest_");
            let inner = pat.clone();
            *pat = if matches!(inner, Pat::Wild(_)) { syn::parse_quote!(#name) } else { syn::parse_quote!(#name @ #inner) };
            Ok(())
        }
        Pat::Ident(i) => {
            i.by_ref = None;
            i.mutability = None;
            Ok(())
        }
        Pat::Lit(_) | Pat::Path(_) | Pat::Const(_) => Ok(()),
        Pat::Paren(p) => {
            let inner = (*p.pat).clone();
            *pat = inner;
            complete(pat, names)
        }
        Pat::Reference(r) => {
            let inner = (*r.pat).clone();
            *pat = inner;
            complete(pat, names)
        }
        Pat::Tuple(t) => t.elems.iter_mut().try_for_each(|p| complete(p, names)),
        Pat::TupleStruct(t) => t.elems.iter_mut().try_for_each(|p| complete(p, names)),
        Pat::Struct(s) => {
            if let Some(rest) = &s.rest {
                return Err(rest.dot2_token.span());
            }
            for f in &mut s.fields {
                complete(&mut f.pat, names)?;
            }
            let mut colons = Colons;
            colons.visit_pat_struct_mut(s);
            Ok(())
        }
        other => Err(other.span()),
    }
}

struct Colons;

impl VisitMut for Colons {
    fn visit_field_pat_mut(&mut self, f: &mut syn::FieldPat) {
        visit_mut::visit_field_pat_mut(self, f);
        let short = matches!((&*f.pat, &f.member), (Pat::Ident(i), syn::Member::Named(m)) if i.ident == *m && i.subpat.is_none());
        if !short {
            f.colon_token = Some(syn::token::Colon::default());
        }
    }
}

/// Whether code mentions the place that a `match` looks at, or what it is a part of, as a method of that does.
pub(in crate::lower) fn mentions_place(code: &impl ToTokens, scrutinee: &Syn) -> bool {
    let text = |t: &dyn ToTokens| -> String { t.to_token_stream().to_string().chars().filter(|c| !c.is_whitespace()).collect() };
    let mut place = scrutinee;
    while let Syn::Reference(syn::ExprReference { expr, .. }) | Syn::Paren(syn::ExprParen { expr, .. }) = place {
        place = expr;
    }
    if let Syn::MethodCall(m) = place {
        place = &m.receiver;
    }
    let place = text(&place);
    let root: String = place.trim_start_matches('*').chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let field = |after: &str| -> Option<String> {
        Some(after.strip_prefix('.')?.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
    };
    let own = field(place.trim_start_matches('*').get(root.len()..).unwrap_or_default());
    let body = text(&code);
    body.match_indices(&root).any(|(at, _)| {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let (before, after) = (&body[..at], &body[at + root.len()..]);
        if word(before.chars().next_back()) || word(after.chars().next()) || before.ends_with('.') && !before.ends_with("..") {
            return false;
        }
        match (&own, field(after)) {
            // A method of the owner may look at all of it.
            (Some(own), Some(other)) => *own == other || after[1 + other.len()..].starts_with(['(', ':']),
            _ => true,
        }
    })
}

impl Lower<'_> {
    /// The value that the parts of a completed pattern make.
    pub(super) fn whole(&mut self, pat: &Pat, copies: &HashMap<String, (Var, Ty)>, ty: &Ty) -> Lowered<Expr> {
        let e = match pat {
            Pat::Ident(i) => match copies.get(&i.ident.to_string()) {
                Some((var, ty)) => {
                    let read = Expr::Read(Place::var(*var));
                    let value = if ty.is_copy_or_plain() { read } else { Expr::Clone(Box::new(read)) };
                    return Ok(Expr::Var(self.temp(value, ty.clone())));
                }
                None => return Ok(Expr::Const(i.ident.to_token_stream())),
            },
            Pat::Lit(l) => return Ok(Expr::Const(l.to_token_stream())),
            Pat::Path(p) => return Ok(Expr::Const(p.to_token_stream())),
            Pat::Const(c) => return Ok(Expr::Const(c.to_token_stream())),
            Pat::Tuple(t) => Expr::Tuple(t.elems.iter().map(|p| self.whole(p, copies, &Ty::Unknown)).collect::<Lowered<_>>()?),
            Pat::TupleStruct(t) => {
                Expr::Ctor(t.path.clone(), t.elems.iter().map(|p| self.whole(p, copies, &Ty::Unknown)).collect::<Lowered<_>>()?)
            }
            Pat::Struct(s) => {
                let mut fields = Vec::new();
                for f in &s.fields {
                    fields.push((f.member.clone(), self.whole(&f.pat, copies, &Ty::Unknown)?));
                }
                Expr::Struct(s.path.clone(), fields, None)
            }
            other => return self.errors.refuse_at(other, "this pattern cannot be differentiated"),
        };
        Ok(Expr::Var(self.temp(e, ty.clone())))
    }
}
