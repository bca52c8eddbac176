//! Names of functions: `let g = cube;` is another name of `cube`.
//!
//! What enters: a body in which every binding has its own name. What leaves: the same, with the function's own name wherever the other
//! one is used, so that it is known which function is called.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprPath, Pat};

/// Rewrites a body; `is_local` tells the names that it binds.
pub(crate) fn name_functions(block: &mut Block, is_local: impl Fn(&str) -> bool) {
    let mut found = Found { functions: HashMap::new(), is_local: &is_local };
    found.visit_block(block);
    if !found.functions.is_empty() {
        Names(found.functions).visit_block_mut(block);
    }
}

struct Found<'l> {
    functions: HashMap<String, ExprPath>,
    is_local: &'l dyn Fn(&str) -> bool,
}

impl<'a> Visit<'a> for Found<'_> {
    fn visit_local(&mut self, local: &'a syn::Local) {
        let pat = if let Pat::Type(t) = &local.pat { &*t.pat } else { &local.pat };
        if let (Pat::Ident(name), Some(init)) = (pat, &local.init) {
            let plain = name.by_ref.is_none() && name.mutability.is_none() && name.subpat.is_none() && init.diverge.is_none();
            if let (true, Expr::Path(path)) = (plain, &*init.expr) {
                // Also another name of another name.
                let again = path.path.get_ident().and_then(|of| self.functions.get(&of.to_string()).cloned());
                if let Some(function) = again.or_else(|| self.is_function(path).then(|| path.clone())) {
                    self.functions.insert(name.ident.to_string(), function);
                }
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}
}

impl Found<'_> {
    /// A path that is no local name, and by its case no constant.
    fn is_function(&self, path: &ExprPath) -> bool {
        let last = path.path.segments.last();
        let local = path.path.get_ident().is_some_and(|name| (self.is_local)(&name.to_string()));
        !local && last.is_some_and(|s| !crate::varied::starts_uppercase(&s.ident))
    }
}

struct Names(HashMap<String, ExprPath>);

impl VisitMut for Names {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Path(p) = e {
            if let Some((name, function)) = p.path.get_ident().and_then(|name| Some((name.span(), self.0.get(&name.to_string())?))) {
                let mut function = function.clone();
                for s in &mut function.path.segments {
                    located_at(&mut s.ident, name);
                }
                *e = Expr::Path(function);
                return;
            }
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

fn located_at(ident: &mut proc_macro2::Ident, at: Span) {
    ident.set_span(ident.span().located_at(at));
}
