//! Conditions of `assert!` that may leave: branches that panic.
//!
//! What enters: a body in which every binding has its own name. What leaves: the same, in which
//!
//! | was | is |
//! | --- | --- |
//! | `assert!(c, "..", ..)` with `?` or `return` in `c` | `if !c { panic!("..", ..) }` |
//! | `debug_assert!(c, "..", ..)` | the same where debug assertions are on |
//!
//! Guarantee: what stands in other macros, or behind the condition, stays there, for lowering to refuse.

use proc_macro2::TokenStream;
use quote::{quote, ToTokens};
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Block, Expr, Stmt};

/// Writes out assertions whose conditions may leave.
pub(crate) fn written_out(block: &mut Block) {
    WriteOut.visit_block_mut(block);
}

struct WriteOut;

impl VisitMut for WriteOut {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_stmt_mut(&mut self, s: &mut Stmt) {
        if let Stmt::Macro(m) = s {
            if let Some(branch) = branch(&m.mac) {
                *s = Stmt::Expr(branch, m.semi_token);
            }
        }
        visit_mut::visit_stmt_mut(self, s);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Macro(m) = e {
            if let Some(branch) = branch(&m.mac) {
                *e = branch;
            }
        }
        visit_mut::visit_expr_mut(self, e);
    }
}

/// The branch that an assertion is, if its condition may leave.
fn branch(m: &syn::Macro) -> Option<Expr> {
    let debug = m.path.is_ident("debug_assert");
    if !debug && !m.path.is_ident("assert") {
        return None;
    }
    let (condition, message) = parts.parse2(m.tokens.clone()).ok()?;
    if !crate::lower::expr_exits(&condition) {
        return None;
    }
    let text = condition.to_token_stream().to_string();
    let panic = match message.is_empty() {
        true => quote!(::core::panic!("assertion failed: {}", #text)),
        false => quote!(::core::panic!(#message)),
    };
    // In brackets: a block at the beginning would be a statement.
    let branch: Expr = parse_quote!(if !(#condition) { #panic });
    Some(if debug { parse_quote!(if ::core::cfg!(debug_assertions) { #branch }) } else { branch })
}

/// The condition, and what follows it.
fn parts(input: ParseStream<'_>) -> syn::Result<(Expr, TokenStream)> {
    let condition = input.parse()?;
    let _: Option<syn::Token![,]> = input.parse()?;
    Ok((condition, input.parse()?))
}
