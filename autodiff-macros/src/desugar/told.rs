//! The type of a variable that is the function's result, where nothing before that tells.
//!
//! What enters: a body in which every binding has its own name, and the result's type. What leaves: the same body, with the type written at
//! `let mut m = Matrix::zeros();` if `m` is the result and its type is a `Matrix<R, C>`. In the user's function rustc looks ahead; generated
//! code reads elements of the variable through traits, for which its type must be known by then.

use syn::{Expr, Pat, Stmt, Type};

/// Writes the type, if there is such a variable.
pub(crate) fn tell_result(block: &mut syn::Block, result: &Type) {
    let Some(Stmt::Expr(Expr::Path(last), None)) = block.stmts.last() else { return };
    let Some(name) = last.path.get_ident().cloned() else { return };
    for stmt in &mut block.stmts {
        let Stmt::Local(l) = stmt else { continue };
        if !matches!(&l.pat, Pat::Ident(i) if i.ident == name && i.by_ref.is_none() && i.subpat.is_none()) {
            continue;
        }
        let Some(init) = l.init.as_ref().filter(|i| i.diverge.is_none()) else { return };
        if leaves_open(&init.expr, result) {
            let pat = &l.pat;
            l.pat = Pat::Type(syn::PatType {
                attrs: Vec::new(),
                pat: Box::new(pat.clone()),
                colon_token: syn::token::Colon::default(),
                ty: Box::new(result.clone()),
            });
        }
        return;
    }
}

/// Whether the expression is `Matrix::zeros()`, and the type a `Matrix<R, C>`.
fn leaves_open(e: &Expr, result: &Type) -> bool {
    let (Expr::Call(call), Type::Path(result)) = (e, result) else { return false };
    let Expr::Path(function) = &*call.func else { return false };
    let (Some(owner), Some(of)) = (function.path.segments.iter().rev().nth(1), result.path.segments.last()) else { return false };
    let open = function.qself.is_none() && function.path.segments.iter().all(|s| s.arguments.is_none());
    let std = owner.ident == "Vec" || owner.ident == "Box";
    open && !std && owner.ident == of.ident && matches!(of.arguments, syn::PathArguments::AngleBracketed(_))
}
