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
            if kept_reference(call, errors) {
                continue;
            }
            if let Some((at, message)) = without_derivative(f, call) {
                errors.push(syn::Error::new(at, message));
            }
        }
        s.each_block(&mut |b| walk(f, &b.stmts, errors));
    }
}

fn without_derivative(f: &Function, call: &Call) -> Option<(proc_macro2::Span, String)> {
    if let Some(found) = of_a_trait(call) {
        return Some(found);
    }
    if let Some(found) = of_std(f, call) {
        return Some(found);
    }
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

/// Refuses a reference that is handed over as a value of a type parameter: the callee's pullback would borrow.
fn kept_reference(call: &Call, errors: &mut Errors) -> bool {
    let args: Vec<&Arg> = call.args.iter().filter(|a| !matches!(a, Arg::Receiver(_))).collect();
    let lent = |k: usize| matches!(args.get(k), Some(Arg::Ref(_)));
    match &call.callee {
        Callee::Function(path) if crate::position::values_of_parameters(path).into_iter().any(lent) => {
            let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            let message = format!("`{name}` knows this reference as a value of a type parameter, which its pullback would have to keep; let it take a reference to the parameter, as in `&T`");
            errors.push(syn::Error::new(call.span, message));
            true
        }
        // Said at the `impl`.
        Callee::Method(name, _) if (0..args.len()).any(lent) && crate::position::knows_references(name) => {
            let _: crate::diagnostics::Lowered<()> = errors.left_to_rustc(call.span);
            true
        }
        _ => false,
    }
}

/// Whether a method of the name has a rule where its receiver is a number, or a matrix of a library.
fn may_be_a_rule(name: &proc_macro2::Ident) -> bool {
    let name = name.to_string();
    name == "powi" || name == "sin_cos" || crate::infer::float_method_args(&name).is_some() || crate::infer::is_method_of_matrices(&name)
}

/// The same of a function of a trait that the file shows to have none.
fn of_a_trait(call: &Call) -> Option<(proc_macro2::Span, String)> {
    let (name, owner) = match &call.callee {
        Callee::Associated(path) if path.qself.is_none() && path.path.segments.len() == 2 => {
            let owner = &path.path.segments[0].ident;
            (&path.path.segments[1].ident, crate::position::is_unannotated_trait(owner).then(|| owner.to_string())?)
        }
        Callee::Method(name, _) => (name, crate::position::unannotated_trait_of(name).filter(|_| !may_be_a_rule(name))?),
        Callee::Associated(_) | Callee::Function(_) => return None,
    };
    let message = format!(
        "the function `{name}` of the trait `{owner}` has no derivative; put `#[differentiate]` above the trait, and above its `impl`s"
    );
    Some((name.span(), message))
}

/// The same of a function of a trait of std that a type of the file implements.
fn of_std(f: &Function, call: &Call) -> Option<(proc_macro2::Span, String)> {
    let (owner, name) = match &call.callee {
        Callee::Associated(path) if path.qself.is_none() && path.path.segments.len() == 2 => {
            (path.path.segments[0].ident.to_string(), &path.path.segments[1].ident)
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
    let of = crate::position::trait_of_std(&owner, name)?;
    let message = format!("`{name}` of `{owner}` is a function of `{of}`, a trait of the standard library, which has no room for siblings; write a function of the type's own, and call that");
    Some((name.span(), message))
}
