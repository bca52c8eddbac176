//! Calls of functions that their files show to have no derivative, or not those that are asked for.
//!
//! What enters: a function with its reverse sweep. What leaves: a message at each call whose pullback it would ask for, where the file has
//! the callee without an attribute, or with one that gives lower orders; nothing but stubs, where its signature is refused, since it has its
//! message. Everywhere else rustc finds out, in words of generated code. Guarantee: a call that is not pulled is left alone, annotated or not.

use rustc_hash::FxHashMap as HashMap;

use crate::diagnostics::Errors;
use crate::ir::{Arg, Call, CallWidth, Callee, Function, PullBar, Stmt, Var};
use crate::position::Modes;
use crate::types::Ty;

/// Refuses such calls in both sweeps, of a function with derivatives up to an order.
pub(crate) fn refuse(f: &Function, reverse: &[Stmt], order: usize) -> syn::Result<()> {
    let mut errors = Errors::default();
    walk(f, &f.body.stmts, order, &mut errors);
    walk(f, reverse, order, &mut errors);
    let mut pulled = HashMap::default();
    calls_by_pullback(&f.body.stmts, &mut pulled);
    calls_by_pullback(reverse, &mut pulled);
    walk_bars(f, &f.body.stmts, &pulled, &mut errors);
    walk_bars(f, reverse, &pulled, &mut errors);
    errors.finish(())
}

/// The calls whose pullbacks are kept.
fn calls_by_pullback(stmts: &[Stmt], pulled: &mut HashMap<Var, Call>) {
    for s in stmts {
        if let Stmt::LetPull(_, pull, call) = s {
            pulled.insert(*pull, (**call).clone());
        }
        s.each_block(&mut |b| calls_by_pullback(&b.stmts, pulled));
    }
}

/// Refuses calls that ask for the cotangent of a parameter which the callee's `wrt` leaves out, and whose type may have none.
fn walk_bars(f: &Function, stmts: &[Stmt], pulled: &HashMap<Var, Call>, errors: &mut Errors) {
    for s in stmts {
        if let Stmt::CallPull(pull) = s {
            if let Some(call) = pulled.get(&pull.pull) {
                let asked = |k: usize| pull.bars.get(k).is_some_and(|bar| !matches!(bar, PullBar::Nothing));
                if let Some((at, message)) = left_out(f, call, asked) {
                    errors.push(syn::Error::new(at, message));
                }
            }
        }
        s.each_block(&mut |b| walk_bars(f, &b.stmts, pulled, errors));
    }
}

fn left_out(f: &Function, call: &Call, asked: impl Fn(usize) -> bool) -> Option<(proc_macro2::Span, String)> {
    let (name, left_out) = match &call.callee {
        Callee::Function(path) => (&path.segments.last()?.ident, crate::position::left_out_of(path)),
        Callee::Associated(_) | Callee::Method(..) => {
            let (owner, name) = owner_of(f, call)?;
            (name, crate::position::left_out_of_method(&owner, name))
        }
    };
    let has_cotangent = |k: usize| match call.args.get(k) {
        Some(Arg::Value(e)) => {
            let mut of = None;
            crate::analysis::each_carrier(e, &mut |v| of = Some(f.vars[v.0 as usize].ty.clone()));
            of.and_then(|ty| ty.peel().clone().declared()).is_some()
        }
        Some(Arg::Ref(p) | Arg::RefMut(p) | Arg::Receiver(p)) => crate::analysis::place_ty(f, p).peel().clone().declared().is_some(),
        None => false,
    };
    let found = left_out.into_iter().find(|p| asked(p.place) && has_cotangent(p.place))?;
    let message = format!(
        "`{name}` has no derivative with respect to `{0}`, which its `wrt(..)` leaves out, and what it is handed there depends on the inputs; write `{0}` into that `wrt(..)`, or hand over `constant(..)`",
        found.name
    );
    Some((name.span(), message))
}

fn walk(f: &Function, stmts: &[Stmt], order: usize, errors: &mut Errors) {
    for s in stmts {
        if let Stmt::LetPull(_, _, call) = s {
            if kept_reference(call, errors) {
                continue;
            }
            if matches!(&call.callee, Callee::Function(path) if path.segments.last().is_some_and(|s| crate::position::is_refused(&s.ident)))
            {
                let _: crate::diagnostics::Lowered<()> = errors.left_to_rustc(call.span);
                continue;
            }
            if let Some((at, message)) = without_derivative(f, call).or_else(|| of_lower_order(f, call, order)) {
                errors.push(syn::Error::new(at, message));
            }
        }
        s.each_block(&mut |b| walk(f, &b.stmts, order, errors));
    }
}

/// The same of tangents in lanes: refuses calls that cannot be made once per direction, of functions without lanes.
pub(crate) fn refuse_without_lanes(f: &Function) -> syn::Result<()> {
    let mut errors = Errors::default();
    walk_lanes(f, &f.body.stmts, &mut errors);
    errors.finish(())
}

fn walk_lanes(f: &Function, stmts: &[Stmt], errors: &mut Errors) {
    for s in stmts {
        if let Stmt::LetPush(push) = s {
            let known = of_callee(f, &push.call).filter(|_| push.width == CallWidth::Lanes);
            if let Some((name, _, _)) = known.filter(|(_, modes, _)| !modes.lanes) {
                let message = format!("`{name}` has no tangents in lanes, and it writes to what it is handed, so that it cannot be called once per direction; write `#[differentiate(lanes)]` above it");
                errors.push(syn::Error::new(name.span(), message));
            }
        }
        s.each_block(&mut |b| walk_lanes(f, &b.stmts, errors));
    }
}

/// The name of a callee, what its attribute gives, and what a call of it asks for beyond the caller's own order: siblings are derivatives
/// themselves.
fn of_callee<'c>(f: &Function, call: &'c Call) -> Option<(&'c proc_macro2::Ident, Modes, usize)> {
    let base = |name: &proc_macro2::Ident| -> Option<(proc_macro2::Ident, usize)> {
        let (of, suffix) = crate::names::of_sibling(name)?;
        Some((of, if suffix == "_hvp" { 2 } else { 1 }))
    };
    match &call.callee {
        Callee::Function(path) => {
            let name = &path.segments.last()?.ident;
            if let Some(modes) = crate::position::modes_of(path) {
                return Some((name, modes, 0));
            }
            let (of, more) = base(name).filter(|_| !crate::position::is_declared(path))?;
            let mut path = path.clone();
            path.segments.last_mut()?.ident = of;
            crate::position::modes_of(&path).map(|modes| (name, modes, more))
        }
        Callee::Associated(_) | Callee::Method(..) => {
            let (owner, name) = owner_of(f, call)?;
            if let Some(modes) = crate::position::modes_of_method(&owner, name) {
                return Some((name, modes, 0));
            }
            let (of, more) = base(name).filter(|_| !crate::position::has_method(name))?;
            crate::position::modes_of_method(&owner, &of).map(|modes| (name, modes, more))
        }
    }
}

/// The type whose function is called, by name, where that is known.
fn owner_of<'c>(f: &Function, call: &'c Call) -> Option<(String, &'c proc_macro2::Ident)> {
    match &call.callee {
        Callee::Associated(path) => owner_of_path(path, f),
        Callee::Method(name, _) => {
            let place = call.args.first().and_then(|a| match a {
                Arg::Receiver(p) | Arg::Ref(p) | Arg::RefMut(p) => Some(p),
                Arg::Value(_) => None,
            })?;
            match crate::analysis::place_ty(f, place).peel() {
                Ty::Named(named) => Some((named.name()?, name)),
                _ => None,
            }
        }
        Callee::Function(_) => None,
    }
}

/// The same of `Type::function`, and of `Self::function` where the type is known.
pub(crate) fn owner_of_path<'p>(path: &'p syn::ExprPath, f: &Function) -> Option<(String, &'p proc_macro2::Ident)> {
    let mut segments = path.path.segments.iter();
    let (owner, name, None) = (segments.next()?, segments.next()?, segments.next()) else { return None };
    let owner = if owner.ident == "Self" { f.this.last()? } else { owner.ident.to_string() };
    path.qself.is_none().then_some((owner, &name.ident))
}

/// A callee with an attribute that gives lower orders.
fn of_lower_order(f: &Function, call: &Call, order: usize) -> Option<(proc_macro2::Span, String)> {
    let (name, modes, more) = of_callee(f, call)?;
    let needed = order.max(1) + more;
    if modes.order >= needed {
        return None;
    }
    let (derivatives, option) = match needed {
        2 => ("second derivatives".to_string(), "hessian".to_string()),
        n => (format!("derivatives of order {n}"), format!("order = {n}")),
    };
    let text = name.to_string();
    let message = match text.rsplit_once('_').filter(|_| more > 0) {
        Some((of, _)) => {
            format!("`{text}` is differentiated here, which takes {derivatives} of `{of}`; write `#[differentiate({option})]` above `{of}`")
        }
        None => format!("`{text}` has no {derivatives}; write `#[differentiate({option})]` above it"),
    };
    Some((name.span(), message))
}

fn without_derivative(f: &Function, call: &Call) -> Option<(proc_macro2::Span, String)> {
    if let Some(found) = of_a_trait(f, call) {
        return Some(found);
    }
    if let Some(found) = of_std(f, call) {
        return Some(found);
    }
    let (owner, name) = owner_of(f, call)?;
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

/// Whether the attribute stands on the function in the `impl` for the receiver's type, or may do so, where nothing is known of that: a type
/// parameter has no siblings.
fn may_be_annotated_alone(f: &Function, call: &Call, name: &proc_macro2::Ident) -> bool {
    let receiver = call.args.first().and_then(|a| match a {
        Arg::Receiver(p) | Arg::Ref(p) | Arg::RefMut(p) => Some(crate::analysis::place_ty(f, p)),
        Arg::Value(_) => None,
    });
    match receiver.as_ref().map(Ty::peel) {
        Some(Ty::Named(named)) => named.last().is_some_and(|owner| crate::position::is_annotated_alone(Some(&owner), name)),
        _ => crate::position::is_annotated_alone(None, name),
    }
}

/// The same of a function of a trait that the file shows to have none.
fn of_a_trait(f: &Function, call: &Call) -> Option<(proc_macro2::Span, String)> {
    let (name, owner) = match &call.callee {
        Callee::Associated(path) if path.qself.is_none() && path.path.segments.len() == 2 => {
            let owner = &path.path.segments[0].ident;
            (&path.path.segments[1].ident, crate::position::is_unannotated_trait(owner).then(|| owner.to_string())?)
        }
        Callee::Method(name, _) => {
            let owner = crate::position::unannotated_trait_of(name).filter(|_| !may_be_a_rule(name))?;
            if may_be_annotated_alone(f, call, name) {
                return None;
            }
            (name, owner)
        }
        Callee::Associated(_) | Callee::Function(_) => return None,
    };
    let message = format!(
        "the function `{name}` of the trait `{owner}` has no derivative; put `#[differentiate]` above the trait and above its `impl`s, or, where the type is known, above the function in its `impl`"
    );
    Some((name.span(), message))
}

/// The same of a function of a trait of std that a type of the file implements.
fn of_std(f: &Function, call: &Call) -> Option<(proc_macro2::Span, String)> {
    let (owner, name) = owner_of(f, call)?;
    let of = crate::position::trait_of_std(&owner, name)?;
    let message = format!("`{name}` of `{owner}` is a function of `{of}`, a trait of the standard library, which has no room for siblings; write a function of the type's own, and call that");
    Some((name.span(), message))
}
