//! `#[checkpoint]` on loops: where it may stand, and what a loop with it must not do.
//!
//! What enters: a function as written, or its representation. What leaves: messages; the function without the attribute, which only
//! `#[differentiate]` knows. Guarantees: every loop that carries the attribute can be started again in its middle.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;

use crate::diagnostics::Errors;
use crate::ir::{Block, Expr, Function, Stmt, Var, VarKind};
use crate::types::Ty;

/// Whether a loop carries the attribute.
pub(crate) fn is_on(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(is_checkpoint)
}

pub(crate) fn is_checkpoint(a: &syn::Attribute) -> bool {
    a.path().segments.last().is_some_and(|s| s.ident == "checkpoint")
}

/// Messages for attributes that stand elsewhere, or have arguments.
pub(crate) fn check_places(item: &syn::ItemFn) -> syn::Result<()> {
    struct Places(Errors);
    impl Places {
        fn on_loop(&mut self, attrs: &[syn::Attribute]) {
            for a in attrs.iter().filter(|a| is_checkpoint(a) && !matches!(a.meta, syn::Meta::Path(_))) {
                let message = "`#[checkpoint]` takes no arguments; how far checkpoints are apart is chosen as the loop runs";
                self.0.push(syn::Error::new_spanned(a, message));
            }
        }
    }
    impl<'a> Visit<'a> for Places {
        fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
            self.on_loop(&l.attrs);
            self.visit_expr(&l.expr);
            self.visit_block(&l.body);
        }
        fn visit_expr_while(&mut self, l: &'a syn::ExprWhile) {
            self.on_loop(&l.attrs);
            self.visit_expr(&l.cond);
            self.visit_block(&l.body);
        }
        fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
            self.on_loop(&l.attrs);
            self.visit_block(&l.body);
        }
        fn visit_attribute(&mut self, a: &'a syn::Attribute) {
            if is_checkpoint(a) {
                self.0.push(syn::Error::new_spanned(a, "`#[checkpoint]` belongs on a `for`, `while` or `loop`"));
            }
        }
        // Functions inside have their own attributes.
        fn visit_item(&mut self, _: &'a syn::Item) {}
    }
    let mut places = Places(Errors::default());
    places.visit_item_fn(item);
    places.0.finish(())
}

struct Strip(bool);

impl Strip {
    fn strip(&mut self, attrs: &mut Vec<syn::Attribute>) {
        let before = attrs.len();
        attrs.retain(|a| !is_checkpoint(a));
        self.0 |= attrs.len() < before;
    }
}

impl VisitMut for Strip {
    fn visit_attributes_mut(&mut self, attrs: &mut Vec<syn::Attribute>) {
        self.strip(attrs);
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The tokens of a function without the attribute; as they are where it does not occur.
pub(crate) fn function_without(original: &TokenStream, item: &syn::ItemFn) -> TokenStream {
    let mut stripped = item.clone();
    let mut strip = Strip(false);
    strip.visit_item_fn_mut(&mut stripped);
    if strip.0 {
        stripped.to_token_stream()
    } else {
        original.clone()
    }
}

/// The same for a block, whose functions have no more attributes of ours.
pub(crate) fn tokens_without(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_attribute = |k: usize| match (&tokens[k], tokens.get(k + 1)) {
        (TokenTree::Punct(p), Some(TokenTree::Group(g))) if p.as_char() == '#' && g.delimiter() == Delimiter::Bracket => {
            let attr: syn::Result<syn::Meta> = syn::parse2(g.stream());
            attr.is_ok_and(|m| m.path().segments.last().is_some_and(|s| s.ident == "checkpoint"))
        }
        _ => false,
    };
    let mut out = TokenStream::new();
    let mut k = 0;
    while k < tokens.len() {
        if is_attribute(k) {
            k += 2;
            continue;
        }
        out.extend([match &tokens[k] {
            TokenTree::Group(g) => {
                let mut new = Group::new(g.delimiter(), tokens_without(g.stream()));
                new.set_span(g.span());
                TokenTree::Group(new)
            }
            other => other.clone(),
        }]);
        k += 1;
    }
    out
}

/// Messages for loops that cannot be started again in their middle.
pub(crate) fn check_loops(f: &Function) -> syn::Result<()> {
    let mut errors = Errors::default();
    check_block(f, &f.body, &mut HashSet::default(), &mut errors);
    errors.finish(())
}

/// `unset` are the variables in memory that hold nothing where the block begins; afterwards, where it ends.
fn check_block(f: &Function, block: &Block, unset: &mut HashSet<Var>, errors: &mut Errors) {
    for s in &block.stmts {
        match s {
            Stmt::For(l) if f.regions[l.body.region.0 as usize].checkpoint => check_body(f, &l.body, l.span, unset, errors),
            Stmt::While(l) if f.regions[l.body.region.0 as usize].checkpoint => {
                let plain = match &l.cond {
                    Expr::Verbatim(code, _) => crate::lower::is_simple(code),
                    _ => true,
                };
                if !plain {
                    let message = "the condition of a checkpointed loop is evaluated again; compute it in the body, and `break`";
                    errors.push(syn::Error::new(l.cond.place().unwrap_or(l.span), message));
                }
                check_body(f, &l.body, l.span, unset, errors);
            }
            Stmt::ForEach(l) if f.regions[l.body.region.0 as usize].checkpoint => {
                let message =
                    "a checkpointed loop is started again in its middle, which this iterator does not allow; count with `for i in a..b`";
                errors.push(syn::Error::new(l.span, message));
            }
            Stmt::Decl(v, None) => {
                unset.insert(*v);
            }
            Stmt::Assign(p, _) if p.path.is_empty() => {
                unset.remove(&p.root);
            }
            _ => {}
        }
        // What some of the branches leave unset is unset; a loop may not run at all.
        let mut after = HashSet::default();
        s.each_block(&mut |b| {
            let mut there = unset.clone();
            check_block(f, b, &mut there, errors);
            after.extend(there);
        });
        if matches!(s, Stmt::If(..) | Stmt::Match(..)) {
            *unset = after;
        }
    }
}

fn check_body(f: &Function, body: &Block, span: proc_macro2::Span, unset: &HashSet<Var>, errors: &mut Errors) {
    let mut mentioned = HashSet::default();
    body.stmts.iter().for_each(|s| {
        s.each_var(&mut |v| {
            mentioned.insert(v);
        });
    });
    let given = mentioned.iter().map(|v| &f.vars[v.0 as usize]).find(|i| i.kind == VarKind::Param && matches!(i.ty, Ty::Ref(_, true)));
    if let Some(given) = given {
        let message = format!(
            "a checkpointed loop cannot use `{0}`, which the caller lent by `&mut`; copy it before the loop, and write it back after",
            given.name
        );
        errors.push(syn::Error::new(span, message));
    }
    for v in crate::analysis::written_outside(f, body) {
        let info = &f.vars[v.0 as usize];
        if unset.contains(&v) && (info.kind == VarKind::Deferred || info.kind == VarKind::Memory && !info.optional) {
            let message = format!("a checkpointed loop keeps what it changes: give `{}` a value where it is declared", info.name);
            errors.push(syn::Error::new(info.name.span(), message));
        }
    }
}
