//! First contributions.
//!
//! What enters: an adjoint. What leaves: the same, where the first thing that is added to a cotangent which was just set to zero is what it
//! is set to:
//!
//! ```text
//! let x_bar_1 = x_bar; x_bar = 0.0; k_bar += x_bar_1 * x; x_bar += x_bar_1 * k;
//! // becomes
//! let x_bar_1 = x_bar; k_bar += x_bar_1 * x; x_bar = x_bar_1 * k;
//! ```
//!
//! Adding zero changes -0.0, so compilers must do it; where iterations hand a cotangent on, each waits for that sum. Guarantees: the
//! same cotangents, up to the signs of zeros.

use rustc_hash::FxHashSet as HashSet;

use crate::guard::is_zero;
use crate::ir::{Function, Place, Stmt, Var, VarKind};
use crate::reverse::{targets, Adjoint};

/// Sets instead of adding, in both sweeps.
pub(crate) fn first(adjoint: &mut Adjoint) {
    let mut body = std::mem::take(&mut adjoint.function.body.stmts);
    in_list(&adjoint.function, &mut body);
    in_list(&adjoint.function, &mut adjoint.reverse);
    adjoint.function.body.stmts = body;
}

fn in_list(f: &Function, stmts: &mut Vec<Stmt>) {
    stmts.iter_mut().for_each(|s| s.each_block_mut(&mut |b| in_list(f, &mut b.stmts)));
    let mut k = 0;
    while k < stmts.len() {
        if let Some(at) = zero(f, &stmts[k]).and_then(|place| added_to(f, &stmts[k + 1..], &place)) {
            let zero = stmts.remove(k);
            // The zero in front of it is gone.
            let at = k + at;
            if let Stmt::Accumulate(place, e) = &stmts[at] {
                stmts[at] = match zero {
                    Stmt::DeclBar(v, _) => Stmt::DeclBar(v, e.clone()),
                    _ => Stmt::Assign(place.clone(), e.clone()),
                };
            }
        } else {
            k += 1;
        }
    }
}

/// The cotangent of a number that a statement sets to zero.
fn zero(f: &Function, s: &Stmt) -> Option<Place> {
    let place = match s {
        Stmt::DeclBar(v, e) if is_zero(e) => Place::var(*v),
        Stmt::Assign(p, e) if is_zero(e) && f.vars[p.root.0 as usize].kind == VarKind::Cotangent => p.clone(),
        _ => return None,
    };
    crate::analysis::place_ty(f, &place).is_float().then_some(place)
}

/// The first statement that mentions the cotangent, if that adds to the same place; none that changes an index may come before it.
fn added_to(f: &Function, stmts: &[Stmt], place: &Place) -> Option<usize> {
    let mut vars: HashSet<Var> = HashSet::default();
    place.each_var(&mut |v| {
        vars.insert(v);
    });
    let text = |p: &Place| crate::emit::place_tokens(&f.vars, p).to_string();
    for (at, s) in stmts.iter().enumerate() {
        if s.mentions(place.root) {
            let Stmt::Accumulate(p, e) = s else { return None };
            let mut read = false;
            e.each_operand(&mut |v| read |= v == place.root);
            p.each_var(&mut |v| read |= v == place.root && p.root != v);
            let same = p.root == place.root && text(p) == text(place);
            return (same && !read).then_some(at);
        }
        let mut changed = targets(s).iter().any(|v| vars.contains(v));
        s.each_definition(&mut |v| changed |= vars.contains(&v));
        if changed || matches!(s, Stmt::Verbatim(..)) {
            return None;
        }
    }
    None
}
