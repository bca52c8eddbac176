//! Functions beside the function that can only be followed where they are called, see `position/helpers.rs`.
//!
//! What enters: a body before names are resolved. What leaves: the same body with such functions inside, as if they had been written there,
//! so that [`local`](super::local) makes closures of them. Guarantee: what has the name in the body itself is what it was.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::{self, Visit};

use crate::varied::{bound_names, mentions};

/// Brings the helpers that a function's body calls into it, and those that they call. `around` are the type parameters of its block.
pub(crate) fn bring_in(item: &mut syn::ItemFn, around: &syn::Generics) {
    let mut names = Names::default();
    item.sig.inputs.iter().for_each(|input| names.visit_fn_arg(input));
    names.visit_block(&item.block);
    if names.imports {
        return;
    }
    let parameters = item.sig.generics.params.iter().chain(&around.params).filter_map(parameter);
    names.items.extend(parameters);
    let caller = item.sig.ident.clone();
    let mut brought: Vec<syn::Stmt> = Vec::new();
    while let Some(name) = names.called.pop() {
        if names.items.contains(&name.to_string()) || !names.own.insert(name.to_string()) || name == caller {
            continue;
        }
        let Some(helper) = crate::position::helper(&caller, &name) else { continue };
        // A name that means something else in the caller than in the module.
        let own: HashSet<String> = helper.sig.generics.params.iter().filter_map(parameter).collect();
        let elsewhere: HashSet<String> = names.items.difference(&own).cloned().collect();
        if mentions(helper.to_token_stream(), &elsewhere) || !Followed::is(&helper) {
            continue;
        }
        // What it binds is its own business.
        let mut inside = Names::default();
        inside.visit_block(&helper.block);
        names.called.extend(inside.called.into_iter().filter(|n| !inside.own.contains(&n.to_string())));
        brought.push(syn::Stmt::Item(syn::Item::Fn(helper)));
    }
    item.block.stmts.splice(0..0, brought);
}

fn parameter(p: &syn::GenericParam) -> Option<String> {
    match p {
        syn::GenericParam::Type(t) => Some(t.ident.to_string()),
        syn::GenericParam::Const(c) => Some(c.ident.to_string()),
        syn::GenericParam::Lifetime(_) => None,
    }
}

/// Whether a function means the same at the top of another one: no macros of the module's, whose place matters, no `?` on what may be
/// a `Result`, no items.
struct Followed(bool);

impl Followed {
    fn is(f: &syn::ItemFn) -> bool {
        let mut followed = Followed(true);
        followed.visit_block(&f.block);
        followed.0
    }
}

impl<'a> Visit<'a> for Followed {
    fn visit_item(&mut self, _: &'a syn::Item) {
        self.0 = false;
    }
    fn visit_expr_try(&mut self, _: &'a syn::ExprTry) {
        self.0 = false;
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        let known =
            ["vec", "assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "panic", "unreachable", "matches", "format"];
        self.0 &= known.iter().any(|k| m.path.is_ident(k));
    }
}

/// Names that are called as functions or handed over, and those that mean something in the body itself.
#[derive(Default)]
struct Names {
    called: Vec<Ident>,
    own: HashSet<String>,
    /// Those of items, which mean something inside an item that is brought in, too.
    items: HashSet<String>,
    /// Whether names may come from elsewhere.
    imports: bool,
}

impl<'a> Visit<'a> for Names {
    fn visit_item(&mut self, item: &'a syn::Item) {
        let name = match item {
            syn::Item::Fn(f) => &f.sig.ident,
            syn::Item::Const(c) => &c.ident,
            syn::Item::Static(s) => &s.ident,
            syn::Item::Struct(s) => &s.ident,
            syn::Item::Enum(e) => &e.ident,
            syn::Item::Type(t) => &t.ident,
            syn::Item::Trait(t) => &t.ident,
            _ => {
                self.imports = true;
                return;
            }
        };
        self.items.insert(name.to_string());
    }
    fn visit_pat(&mut self, p: &'a syn::Pat) {
        self.own.extend(bound_names(p));
        visit::visit_pat(self, p);
    }
    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        if let syn::Expr::Path(p) = &*c.func {
            self.called.extend(p.path.get_ident().cloned());
        }
        visit::visit_expr_call(self, c);
    }
}
