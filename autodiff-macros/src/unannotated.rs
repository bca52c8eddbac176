//! Calls of methods that the file shows to have no derivative.
//!
//! What enters: a function with its reverse sweep. What leaves: a message at each call whose pullback it would ask for, where the file has
//! the callee without an attribute. Everywhere else rustc finds out, in words of generated code. Guarantee: a call that is not pulled is
//! left alone, annotated or not.

use crate::diagnostics::Errors;
use crate::ir::{Arg, Call, Callee, Function, Stmt};
use crate::types::Ty;

/// Refuses such calls in both sweeps.
pub(crate) fn refuse(f: &Function, reverse: &[Stmt]) -> syn::Result<()> {
    let mut errors = Errors::default();
    walk(f, &f.body.stmts, &mut errors);
    walk(f, reverse, &mut errors);
    errors.finish(())
}

fn walk(f: &Function, stmts: &[Stmt], errors: &mut Errors) {
    for s in stmts {
        if let Stmt::LetPull(_, _, call) = s {
            if let Some((at, message)) = without_derivative(f, call) {
                errors.push(syn::Error::new(at, message));
            }
        }
        s.each_block(&mut |b| walk(f, &b.stmts, errors));
    }
}

fn without_derivative(f: &Function, call: &Call) -> Option<(proc_macro2::Span, String)> {
    let (owner, name) = match &call.callee {
        Callee::Associated(path) if path.qself.is_none() => {
            let mut segments = path.path.segments.iter();
            let (owner, name, None) = (segments.next()?, segments.next()?, segments.next()) else { return None };
            (owner.ident.to_string(), &name.ident)
        }
        Callee::Method(name, _) => {
            let place = call.args.first().and_then(|a| match a {
                Arg::Receiver(p) | Arg::Ref(p) | Arg::RefMut(p) => Some(p),
                Arg::Value(_) => None,
            })?;
            match crate::analysis::place_ty(f, place).peel() {
                Ty::Named(named) => (named.name()?, name),
                _ => return None,
            }
        }
        Callee::Associated(_) | Callee::Function(_) => return None,
    };
    let message = || format!("the function `{name}` of `{owner}` has no derivative; put `#[differentiate]` above it, or above its `impl`");
    crate::position::is_unannotated(&owner, name).then(|| (name.span(), message()))
}
