//! Parts of one list that a call is lent beside each other, of which it changes one: the halves of `split_at_mut`, and elements of them.
//!
//! What enters: the arguments of a call, which are places. What leaves: the same, where all but the first of such parts are copies, and what is to
//! be written back behind the call. Guarantee: the parts have nothing in common, since rustc has let both be borrowed, so that the order of
//! writing them back does not matter.

use super::{Lower, Lowered, Val};
use crate::ir::{Arg, Call, Callee, ContainerOp, Expr, Place, Proj, Stmt};
use crate::types::Ty;

impl Lower<'_> {
    /// A call, and what it gives.
    pub(super) fn called(&mut self, mut call: Call, ty: Ty) -> Lowered<Val> {
        let back = self.lent_beside(&mut call)?;
        let span = call.span;
        let call = Expr::Call(Box::new(call));
        if back.is_empty() {
            return Ok(Val::Expr(call, ty));
        }
        let value = self.temp(call, ty.clone());
        for (part, copy) in back {
            self.out.push(match self.ty_of_part(&part) {
                Ty::Slice(_) => Stmt::Container(ContainerOp::CopyFrom, part, vec![Expr::Ref(copy)], span),
                ty if ty.is_copy_or_plain() => Stmt::Assign(part, Expr::Read(copy)),
                _ => Stmt::Assign(part, Expr::Clone(Box::new(Expr::Read(copy)))),
            });
        }
        Ok(Val::Expr(Expr::Var(value), ty))
    }

    /// Copies of the parts that cannot be borrowed beside an earlier one; gives those that the call changes.
    fn lent_beside(&mut self, call: &mut Call) -> Lowered<Vec<(Place, Place)>> {
        let mut earlier: Vec<(Place, bool)> = Vec::new();
        let mut back = Vec::new();
        for k in 0..call.args.len() {
            let (place, changes) = match &call.args[k] {
                Arg::Ref(p) => (p.clone(), false),
                Arg::RefMut(p) => (p.clone(), true),
                Arg::Receiver(p) => (p.clone(), self.changes_receiver(&call.callee, p)),
                Arg::Value(_) => continue,
            };
            let listed = |p: &Place| p.path.iter().any(|step| matches!(step, Proj::Index(..) | Proj::Slice(..)));
            let beside = |(p, changed): &(Place, bool)| (changes || *changed) && listed(p) && listed(&place) && p.meets(&place);
            // What a method of slices changes is a list of its own: that is what the method's cotangent is.
            let of_slice = changes && k == 0 && matches!(call.args[k], Arg::Receiver(_)) && call.wants_list(|p| self.ty_of_part(p));
            if !of_slice && !earlier.iter().any(beside) {
                earlier.push((place, changes));
                continue;
            }
            let part = self.freeze(place)?;
            let (copy, ty) = self.copy_of(part.clone(), &self.ty_of_part(&part), false, call.span)?;
            let copy = self.own(copy, ty);
            call.args[k] = match &call.args[k] {
                Arg::Receiver(_) => Arg::Receiver(copy.clone()),
                _ if changes => Arg::RefMut(copy.clone()),
                _ => Arg::Ref(copy.clone()),
            };
            back.extend(changes.then_some((part, copy)));
        }
        Ok(back)
    }

    fn ty_of_part(&self, part: &Place) -> Ty {
        match crate::analysis::ty_at(&self.vars, part) {
            Ty::Ref(inner, _) => *inner,
            ty => ty,
        }
    }

    /// Whether a method is known to change what it is called on.
    fn changes_receiver(&self, callee: &Callee, receiver: &Place) -> bool {
        match (callee, crate::analysis::ty_at(&self.vars, receiver).peel()) {
            (Callee::Method(name, _), Ty::Named(named)) => named.home().is_some_and(|home| home.is_changed_by(name)),
            (Callee::Method(name, _), Ty::Slice(_)) => crate::position::method_of_slices(name) == Some(true),
            _ => false,
        }
    }
}
