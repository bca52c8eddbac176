//! What an iterator has of its own, so that nothing else that happens to the same variables shows in its items.
//!
//! What enters: an iterator that is cloned, or gets a name, or what it goes through. What leaves: the same with a state of its own, with copies
//! of lists that were moved into it, of an array that is copied. Guarantee: the items are those that std's iterator gives.

use syn::Expr as Syn;

use super::{By, Iter};
use crate::ir::{Expr, Place, Stmt, VarKind};
use crate::lower::{Lower, Val};
use crate::types::Ty;

impl Iter {
    /// Does something to it and to all that it is made of.
    fn each_mut(&mut self, f: &mut dyn FnMut(&mut Iter)) {
        f(self);
        self.parts_mut().0.into_iter().for_each(|i| i.each_mut(f));
    }
}

impl Lower<'_> {
    /// The same iterator, with states of its own.
    pub(super) fn cloned(&mut self, mut i: Iter) -> Iter {
        i.each_mut(&mut |i| {
            let (state, ty) = match i {
                Iter::Scan(_, state, ty, _) => (state, ty.clone()),
                Iter::Successors(next, ty, _) => (next, Ty::Option(Box::new(ty.clone()))),
                _ => return,
            };
            let name = self.names.numbered("state_");
            let var = self.local(name, ty.clone(), VarKind::Memory, !ty.is_plain());
            self.vars[var.0 as usize].owned = true;
            self.out.push(Stmt::Decl(var, Some(Expr::Clone(Box::new(Expr::Read(Place::var(*state)))))));
            *state = var;
        });
        i
    }

    /// An iterator that has a name, with copies of the lists that it has taken from variables which are assigned again.
    pub(in crate::lower) fn with_lists_of_its_own(&mut self, mut i: Iter) -> Iter {
        i.each_mut(&mut |i| {
            let Iter::Elements { place, by: By::Value, .. } = i else { return };
            let info = self.info(place.root);
            if matches!(info.ty, Ty::Vec(_)) && place.path.is_empty() && self.facts.reassigned.contains(&info.name.to_string()) {
                let ty = info.ty.clone();
                *place = self.own(Expr::Clone(Box::new(Expr::Read(place.clone()))), ty);
            }
        });
        i
    }

    /// A copy of an array whose items are copied, where closures or arguments write to it: those of a chain may, before its items are made.
    pub(in crate::lower) fn copied_array(&mut self, e: &Syn, val: Val) -> Val {
        match val {
            Val::Place(place, ty @ Ty::Array(..))
                if ty.copied() != Some(false)
                    && crate::varied::root_name(e).is_some_and(|root| self.facts.by_arguments.contains(&root)) =>
            {
                let whole = Expr::Read(place);
                let copy = if ty.is_copy_or_plain() { whole } else { Expr::Clone(Box::new(whole)) };
                Val::Place(self.own(copy, ty.clone()), ty)
            }
            val => val,
        }
    }
}
