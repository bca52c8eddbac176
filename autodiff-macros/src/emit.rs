//! The representation to tokens.
//!
//! What enters: statements and expressions. What leaves: Rust code, hygienic and with absolute paths. No decisions
//! are made here, except where parentheses are needed.

use rustc_hash::FxHashSet as HashSet;
use std::cell::RefCell;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::ir::{Expr, Place, Var, VarInfo};
use crate::types::{Float, Ty};

mod call;
mod companion;
mod expr;
mod lanes;
mod lifted;
mod outline;
pub(crate) mod siblings;
mod stmt;
mod tokens;

pub(crate) use companion::{companion_item, method_suffix_of};
pub(crate) use tokens::tidy;

/// Zeros of a type whose shape is static.
pub(crate) fn zero_of(ty: &Ty) -> Expr {
    match ty {
        Ty::Float(Float::Generic(t)) => Expr::Const(quote!(<#t as ::autodiff_core::Real>::__ZERO)),
        Ty::Array(elem, len) => Expr::Repeat(Box::new(zero_of(elem)), len.clone()),
        Ty::Tuple(items) => Expr::Tuple(items.iter().map(zero_of).collect()),
        Ty::Plain | Ty::Inert | Ty::Unit => Expr::Const(quote!(())),
        _ => Expr::Const(quote!(0.0)),
    }
}

/// An expression over a table of variables.
pub(crate) fn expr_tokens(vars: &[VarInfo], e: &Expr) -> TokenStream {
    Emit::new(vars).expr(e)
}

/// A place over a table of variables.
pub(crate) fn place_tokens(vars: &[VarInfo], p: &Place) -> TokenStream {
    Emit::new(vars).place(p)
}

/// A place as the receiver of a method call or field access.
pub(crate) fn receiver_tokens(vars: &[VarInfo], p: &Place) -> TokenStream {
    Emit::new(vars).receiver(p)
}

/// The printer.
pub(crate) struct Emit<'v> {
    vars: &'v [VarInfo],
    /// Cotangents behind `Option<&mut _>`, and rows of them.
    optional: RefCell<HashSet<Var>>,
    /// What lies on a stack, in a function that calls itself.
    stacked: Option<&'v siblings::stack::Stacked>,
}

impl<'v> Emit<'v> {
    pub fn new(vars: &'v [VarInfo]) -> Self {
        Emit { vars, optional: RefCell::default(), stacked: None }
    }

    pub fn with_optional(vars: &'v [VarInfo], optional: HashSet<Var>) -> Self {
        Emit { vars, optional: RefCell::new(optional), stacked: None }
    }

    pub fn on_stack(self, stacked: Option<&'v siblings::stack::Stacked>) -> Self {
        Emit { stacked, ..self }
    }

    fn info(&self, v: Var) -> &VarInfo {
        &self.vars[v.0 as usize]
    }

    pub fn name(&self, v: Var) -> &Ident {
        &self.info(v).name
    }
}
