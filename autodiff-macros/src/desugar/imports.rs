//! Functions of the standard library under the names that `use` gives them: `swap` after `use std::mem::swap;`.
//!
//! What enters: a body in which every binding has its own name. What leaves: the same with the paths that the file's imports stand for.
//! Guarantee: a name that is bound in the function, or that the file gives anything else, stays.

use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, ExprPath};

/// Writes imported names out.
pub(crate) fn written_out(block: &mut Block, is_bound: impl Fn(&str) -> bool) {
    Imports { is_bound }.visit_block_mut(block);
}

struct Imports<F> {
    is_bound: F,
}

impl<F: Fn(&str) -> bool> VisitMut for Imports<F> {
    fn visit_expr_path_mut(&mut self, p: &mut ExprPath) {
        visit_mut::visit_expr_path_mut(self, p);
        if p.qself.is_some() || p.path.leading_colon.is_some() {
            return;
        }
        let Some(first) = p.path.segments.first() else { return };
        if p.path.segments.len() == 1 && (self.is_bound)(&first.ident.to_string()) {
            return;
        }
        let Some(full) = crate::position::imported(&first.ident) else { return };
        let span = first.ident.span();
        let mut path: syn::Path = syn::Path { leading_colon: Some(syn::Token![::](span)), segments: Default::default() };
        for name in full.split("::") {
            path.segments.push(syn::PathSegment::from(syn::Ident::new(name, span)));
        }
        if let Some(last) = path.segments.last_mut() {
            last.arguments = first.arguments.clone();
            last.ident.set_span(p.path.span());
        }
        path.segments.extend(p.path.segments.iter().skip(1).cloned());
        p.path = path;
    }
}
