//! Arguments of calls, in their order.
//!
//! What enters: the arguments as they are written. What leaves: their values, or the places that are handed over. Guarantee: what stands in
//! front of an argument that changes something is what it was before.

use quote::ToTokens;
use syn::Expr as Syn;

use super::super::changes::{Changes, Variables};
use super::super::expr::strip;
use super::super::{Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::Expr;
use crate::types::Ty;

impl Lower<'_> {
    /// Arguments of a closure, which is followed: options of references need not be put together.
    pub(super) fn arguments_of_closure<'e>(
        &mut self,
        closure: &syn::ExprClosure,
        args: impl Iterator<Item = &'e Syn>,
    ) -> Lowered<Vec<Val>> {
        let mut inputs = closure.inputs.iter();
        self.in_turn(args, |l, _, a| match l.lent_option(inputs.next(), a) {
            Some(val) => val,
            None => l.argument(a, &Ty::Unknown),
        })
    }

    /// Arguments one after the other: what stands in front of one that changes something is what it was before.
    fn in_turn<'e>(
        &mut self,
        args: impl Iterator<Item = &'e Syn>,
        mut argument: impl FnMut(&mut Self, usize, &'e Syn) -> Lowered<Val>,
    ) -> Lowered<Vec<Val>> {
        let args: Vec<&Syn> = args.collect();
        let last = if args.len() > 1 { args.iter().rposition(|a| self.works(a)) } else { None };
        // All of them, so that all mistakes are reported together.
        let vals: Vec<_> = args
            .iter()
            .enumerate()
            .map(|(k, a)| {
                let val = argument(self, k, a)?;
                Ok(match last {
                    Some(last) if k <= last => self.at_once(a, val, &args[k + 1..=last])?,
                    _ => val,
                })
            })
            .collect();
        vals.into_iter().collect()
    }

    /// What is handed over by value, as it is now, in front of others one of which changes something.
    fn at_once(&mut self, a: &Syn, val: Val, others: &[&Syn]) -> Lowered<Val> {
        let plain = |l: &Self, ty: &Ty| ty.is_plain() || l.types.of(a).is_plain();
        Ok(match val {
            Val::Expr(e @ Expr::Verbatim(..), ty) if plain(self, &ty) => Val::Expr(Expr::Var(self.temp(e, Ty::Plain)), Ty::Plain),
            Val::Expr(e @ Expr::Verbatim(..), ty) if ty.is_float() => Val::Expr(Expr::Var(self.temp(e, ty.clone())), ty),
            Val::Place(place, ty) if ty.is_float() => Val::Expr(Expr::Var(self.temp(Expr::Read(place), ty.clone())), ty),
            Val::Place(place, ty) if plain(self, &ty) && matches!(ty, Ty::Plain | Ty::Unknown) => {
                Val::Expr(Expr::Var(self.temp(Expr::Read(place), Ty::Plain)), Ty::Plain)
            }
            // What is handed over whole, and meant again, is copied.
            Val::Place(place, ty) if !matches!(ty, Ty::Ref(..)) && (!place.path.is_empty() || is_meant(a, others)) => {
                let copy = self.temp(Expr::Clone(Box::new(Expr::Read(place))), ty.clone());
                Val::Expr(Expr::Var(copy), ty)
            }
            Val::Tuple(parts) => {
                let exprs: Vec<&Syn> = match strip(a) {
                    Syn::Tuple(t) if t.elems.len() == parts.len() => t.elems.iter().collect(),
                    _ => vec![a; parts.len()],
                };
                Val::Tuple(parts.into_iter().zip(exprs).map(|(part, e)| self.at_once(e, part, others)).collect::<Lowered<_>>()?)
            }
            Val::Ref(place, ty, mutable) => Val::Ref(self.led_to(place)?, ty, mutable),
            val => val,
        })
    }

    /// Whether an argument changes anything when it is evaluated, apart from what it hands over by `&mut`.
    pub(in crate::lower) fn works(&self, a: &Syn) -> bool {
        let a = match strip(a) {
            Syn::Reference(r) => &*r.expr,
            Syn::Closure(_) => return false,
            a => a,
        };
        let mut changes = Changes::new(Variables::All(self));
        syn::visit::Visit::visit_expr(&mut changes, a);
        changes.found.is_some()
    }

    /// `Some(&x)`, and `None` where a closure takes an option of a reference.
    fn lent_option(&mut self, input: Option<&syn::Pat>, a: &Syn) -> Option<Lowered<Val>> {
        match strip(a) {
            Syn::Call(c) if matches!(&*c.func, Syn::Path(p) if p.path.is_ident("Some")) && c.args.len() == 1 && self.varies(a) => {
                let reference = &c.args[0];
                let lent = match strip(reference) {
                    Syn::Reference(_) => true,
                    Syn::Path(p) => p.path.get_ident().is_some_and(|n| match self.env.get(&n.to_string()) {
                        Some(Val::Ref(..)) => true,
                        Some(Val::Place(_, ty)) => matches!(ty, Ty::Ref(..)),
                        _ => false,
                    }),
                    _ => false,
                };
                if !lent {
                    return None;
                }
                Some(self.expr_place(reference).map(|value| Val::Maybe {
                    found: Expr::Const(quote::quote!(true)),
                    value: Box::new(match value {
                        Val::Place(place, Ty::Ref(inner, mutable)) => Val::Ref(place, *inner, mutable),
                        value => value,
                    }),
                }))
            }
            e if self.gives_maybe(e) && self.varies(e) => Some(self.expr_place(e)),
            Syn::Path(p) if p.path.is_ident("None") => {
                let syn::Pat::Type(t) = input? else { return None };
                let lent = matches!(Ty::parse(&t.ty, &self.source.floats), Ty::Option(inner) if matches!(*inner, Ty::Ref(..)) && !inner.is_plain());
                lent.then(|| Ok(Val::Maybe { found: Expr::Const(quote::quote!(false)), value: Box::new(Val::Poison) }))
            }
            _ => None,
        }
    }

    /// Arguments of types that may be known.
    pub(super) fn arguments_of<'e>(&mut self, args: impl Iterator<Item = &'e Syn>, takes: &[Ty]) -> Lowered<Vec<Val>> {
        self.in_turn(args, |l, k, a| l.told(a, |l| l.argument(a, takes.get(k).unwrap_or(&Ty::Unknown))))
    }

    fn argument(&mut self, a: &Syn, expected: &Ty) -> Lowered<Val> {
        match strip(a) {
            Syn::Closure(c) => Ok(Val::Closure(self.captured(c)?)),
            Syn::Reference(r) if self.names_function(&r.expr) => Ok(Val::Expr(Expr::Const(a.to_token_stream()), Ty::Unknown)),
            e @ (Syn::Reference(_) | Syn::Path(_)) => {
                let val = self.expr_place(e)?;
                Ok(self.told_twice(e, val))
            }
            e => {
                let val = self.expr(e, expected)?;
                // Evaluated in its turn.
                match val {
                    Val::Expr(e @ (Expr::Var(_) | Expr::Const(_) | Expr::Verbatim(..)), ty) => Ok(Val::Expr(e, ty)),
                    Val::Expr(e, ty) => Ok(Val::Expr(Expr::Var(self.temp(e, ty.clone())), ty)),
                    other => Ok(other),
                }
            }
        }
    }
}

/// Whether others mention what a place is part of.
fn is_meant(place: &Syn, others: &[&Syn]) -> bool {
    crate::varied::root_name(place).is_some_and(|name| {
        let names = std::iter::once(name).collect();
        others.iter().any(|e| crate::varied::mentions(e.to_token_stream(), &names))
    })
}
