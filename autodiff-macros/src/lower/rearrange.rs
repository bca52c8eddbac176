//! Methods that move the elements of a container: sorting, reversing, inserting, removing.
//!
//! What enters: such a call on a place whose type is a known container. What leaves: exchanges of elements, `push`, `pop` and
//! `truncate`, which have reverses of their own. Guarantees: the elements end up where std's method puts them, bit for bit, and what
//! std's method panics at panics.

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::expr::{slice_type, strip};
use super::iter::{By, Iter};
use super::{Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{ContainerExpr, ContainerOp, Expr, Place, Proj, Stmt, Var, VarKind};
use crate::types::{Float, Ty};

/// The methods.
pub(crate) fn is_rearranging(name: &str) -> bool {
    is_sort(name)
        || matches!(
            name,
            "reverse"
                | "rotate_left"
                | "rotate_right"
                | "insert"
                | "remove"
                | "swap_remove"
                | "retain"
                | "retain_mut"
                | "dedup"
                | "drain"
                | "split_off"
                | "append"
                | "extend_from_within"
                | "copy_within"
                | "swap_with_slice"
                | "fill_with"
        )
}

fn is_sort(name: &str) -> bool {
    matches!(
        name,
        "sort_by" | "sort_unstable_by" | "sort_by_key" | "sort_unstable_by_key" | "sort_by_cached_key" | "select_nth_unstable_by"
    )
}

/// A place and a bound for it, while elements move.
struct Moving {
    place: Place,
    ty: Ty,
    span: Span,
}

impl Moving {
    fn at(&self, index: Expr) -> Place {
        self.place.project(Proj::Index(Box::new(index), self.span))
    }

    fn elem(&self) -> Ty {
        self.ty.element()
    }
}

fn number(n: usize) -> Expr {
    let n = proc_macro2::Literal::usize_unsuffixed(n);
    Expr::Const(quote!(#n))
}

impl Lower<'_> {
    /// Lowers the call.
    pub(super) fn rearranged(&mut self, m: &syn::ExprMethodCall) -> Lowered<Val> {
        let name = m.method.to_string();
        let span = m.method.span();
        let arg = |k: usize| m.args.iter().nth(k).ok_or(Refused);
        let (place, ty) = self.target(&m.receiver)?;
        let moving = Moving { place, ty, span };
        match name.as_str() {
            _ if is_sort(&name) => return self.sorted(m, &moving),
            "reverse" => {
                let len = self.len(&moving);
                self.turn(&moving, &number(0), &len)?;
            }
            "rotate_left" | "rotate_right" => {
                let k = self.fixed(arg(0)?)?;
                let len = self.len(&moving);
                self.demand(&[&k, &len], span, |t| {
                    let (k, n) = (&t[0], &t[1]);
                    quote!(#k <= #n)
                });
                let mid = if name == "rotate_left" {
                    k
                } else {
                    self.computed(&[&len, &k], |t| {
                        let (n, k) = (&t[0], &t[1]);
                        quote!(#n - #k)
                    })
                };
                self.turn(&moving, &number(0), &mid)?;
                self.turn(&moving, &mid, &len)?;
                self.turn(&moving, &number(0), &len)?;
            }
            "insert" => {
                let at = self.fixed(arg(0)?)?;
                let val = self.expr(arg(1)?, &moving.elem())?;
                let value = self.element(val, &moving.elem(), arg(1)?.span())?;
                let len = self.len(&moving);
                self.demand(&[&at, &len], span, |t| {
                    let (k, n) = (&t[0], &t[1]);
                    quote!(#k <= #n)
                });
                self.out.push(Stmt::Container(ContainerOp::Push, moving.place.clone(), vec![value], span));
                self.shift(&moving, &at, &len, true)?;
            }
            "remove" | "swap_remove" => {
                let at = self.fixed(arg(0)?)?;
                let len = self.len(&moving);
                self.demand(&[&at, &len], span, |t| {
                    let (k, n) = (&t[0], &t[1]);
                    quote!(#k < #n)
                });
                let last = self.computed(&[&len], |t| {
                    let n = &t[0];
                    quote!(#n - 1)
                });
                if name == "remove" {
                    self.shift(&moving, &at, &last, false)?;
                } else {
                    self.exchange(&moving, at, last);
                }
                let elem = moving.elem();
                let var = self.temp(Expr::Container(ContainerExpr::PopUnwrap, moving.place, Vec::new()), elem.clone());
                return Ok(Val::Expr(Expr::Var(var), elem));
            }
            "retain" | "retain_mut" => {
                let f = self.function(arg(0)?)?;
                let mutable = name == "retain_mut";
                self.kept_in_place(&moving, &mut |l, at, _| {
                    let item = Val::Ref(moving.at(at.clone()), moving.elem(), mutable);
                    l.test(&f, &item, false, span)
                })?;
            }
            "dedup" => {
                if !moving.elem().is_float() {
                    return self.errors.refuse(span, "`dedup` is only followed for numbers; write the loop out");
                }
                self.kept_in_place(&moving, &mut |l, at, kept| {
                    let (here, vars) = l.place_code(&moving.at(at.clone()));
                    let k = &l.info(kept).name;
                    let (before, _) = l.place_code(&moving.at(Expr::Verbatim(Box::new(Syn::Verbatim(quote!(#k - 1))), vec![kept])));
                    let mut vars = vars;
                    vars.push(kept);
                    Ok(Expr::Verbatim(Box::new(Syn::Verbatim(quote!(#k == 0 || #here != #before))), vars))
                })?;
            }
            "split_off" => {
                let at = self.fixed(arg(0)?)?;
                let range = self.opaque(&[&at], |t| {
                    let k = &t[0];
                    quote!(#k..)
                });
                let part = moving.place.project(Proj::Slice(Box::new(range), span));
                let ty = Ty::Vec(Box::new(moving.elem()));
                // A list of its own, which may be changed.
                let taken = self.own(Expr::Container(ContainerExpr::ToVec, part, Vec::new()), ty.clone());
                self.out.push(Stmt::Container(ContainerOp::Truncate, moving.place, vec![at], span));
                return Ok(Val::Place(taken, ty));
            }
            "drain" => {
                let range = self.fixed(arg(0)?)?;
                let len = self.len(&moving);
                let bounds = self.computed(&[&range, &len], |t| {
                    let (r, n) = (&t[0], &t[1]);
                    quote!(::autodiff_core::rt::bounds(#r, #n))
                });
                let part = |l: &mut Self, k: usize| {
                    let k = proc_macro2::Literal::usize_unsuffixed(k);
                    l.computed(&[&bounds], |t| {
                        let b = &t[0];
                        quote!(#b.#k)
                    })
                };
                let (low, high) = (part(self, 0), part(self, 1));
                let range = self.opaque(&[&low, &high], |t| {
                    let (a, b) = (&t[0], &t[1]);
                    quote!(#a..#b)
                });
                let taken = self.taken(&moving, range);
                // What follows moves down.
                let rest = self.computed(&[&len, &high, &low], |t| {
                    let (n, b, a) = (&t[0], &t[1], &t[2]);
                    quote!(#n - (#b - #a))
                });
                let range = Iter::Range { start: low.clone(), end: Some(rest.clone()), inclusive: false };
                self.drive(range, None, None, span, &mut |l, item| {
                    let (at, _) = l.operand(item, span)?;
                    let from = l.computed(&[&at, &high, &low], |t| {
                        let (k, b, a) = (&t[0], &t[1], &t[2]);
                        quote!(#k + (#b - #a))
                    });
                    l.exchange(&moving, at, from);
                    Ok(())
                })?;
                self.out.push(Stmt::Container(ContainerOp::Truncate, moving.place.clone(), vec![rest], span));
                let Val::Place(place, _) = taken else { return Err(Refused) };
                return Ok(Val::Iter(Box::new(Iter::Elements { place, elem: moving.elem(), by: By::Value })));
            }
            "append" => {
                let (other, _) = self.target(arg(0)?)?;
                self.out.push(Stmt::Container(ContainerOp::Extend, moving.place, vec![Expr::Ref(other.clone())], span));
                self.out.push(Stmt::Container(ContainerOp::Clear, other, Vec::new(), span));
            }
            "extend_from_within" => {
                let range = self.fixed(arg(0)?)?;
                let Val::Place(taken, _) = self.taken(&moving, range) else { return Err(Refused) };
                self.out.push(Stmt::Container(ContainerOp::Extend, moving.place, vec![Expr::Ref(taken)], span));
            }
            "copy_within" => {
                let range = self.fixed(arg(0)?)?;
                let to = self.fixed(arg(1)?)?;
                let Val::Place(taken, _) = self.taken(&moving, range) else { return Err(Refused) };
                let n = self.length_of(&taken);
                let target = self.computed_range(&to, &n);
                let target = moving.place.project(Proj::Slice(Box::new(target), span));
                self.out.push(Stmt::Container(ContainerOp::CopyFrom, target, vec![Expr::Ref(taken)], span));
            }
            "swap_with_slice" => {
                let (other, other_ty) = self.target(arg(0)?)?;
                let other = Moving { place: other, ty: other_ty, span };
                let (n, k) = (self.len(&moving), self.len(&other));
                self.demand(&[&n, &k], span, |t| {
                    let (n, k) = (&t[0], &t[1]);
                    quote!(#n == #k)
                });
                let elem = moving.elem();
                let range = Iter::Range { start: number(0), end: Some(n), inclusive: false };
                self.drive(range, None, None, span, &mut |l, item| {
                    let (at, _) = l.operand(item, span)?;
                    let (a, b) = (moving.at(at.clone()), other.at(at));
                    let kept = l.temp(copied(a.clone(), &elem), elem.clone());
                    l.out.push(Stmt::Assign(a, copied(b.clone(), &elem)));
                    l.out.push(Stmt::Assign(b, Expr::Var(kept)));
                    Ok(())
                })?;
            }
            "fill_with" => {
                let f = self.function(arg(0)?)?;
                let n = self.len(&moving);
                let elem = moving.elem();
                let range = Iter::Range { start: number(0), end: Some(n), inclusive: false };
                self.drive(range, None, None, span, &mut |l, item| {
                    let (at, _) = l.operand(item, span)?;
                    let val = l.apply(&f, Vec::new(), span)?;
                    let value = match val {
                        Val::Expr(e, _) => l.assignable(e, &elem),
                        other => l.operand(other, span)?.0,
                    };
                    l.out.push(Stmt::Assign(moving.at(at), value));
                    Ok(())
                })?;
            }
            _ => return Err(Refused),
        }
        Ok(Val::Unit)
    }

    /// Sorting: the order is found by plain code, then the elements are copied in that order.
    fn sorted(&mut self, m: &syn::ExprMethodCall, moving: &Moving) -> Lowered<Val> {
        let name = m.method.to_string();
        let span = m.method.span();
        let elem = moving.elem();
        let unstable = name.contains("unstable");
        if unstable && !matches!(elem, Ty::Float(Float::F32 | Float::F64 | Float::Inferred)) {
            return self.errors.refuse(
                span,
                format!("`{name}` leaves the order of equal elements open, so a derivative may not belong to what it did; use the stable method"),
            );
        }
        let Some(compare) = m.args.last() else { return Err(Refused) };
        let compare = self.plain(compare)?;
        let (code, mut vars) = self.place_code(&moving.place);
        compare.each_operand(&mut |v| vars.push(v));
        let compare = crate::emit::expr_tokens(&self.vars, &compare);
        let nth = if name == "select_nth_unstable_by" { Some(self.fixed(&m.args[0])?) } else { None };
        let order = match (&nth, name.as_str()) {
            (Some(n), _) => {
                n.each_operand(&mut |v| vars.push(v));
                let n = crate::emit::expr_tokens(&self.vars, n);
                let method = &m.method;
                quote!(::autodiff_core::rt::order_after(&#code[..], |part| { part.#method(#n, #compare); }))
            }
            (None, "sort_unstable_by" | "sort_unstable_by_key") => {
                let method = &m.method;
                quote!(::autodiff_core::rt::order_after(&#code[..], |part| part.#method(#compare)))
            }
            (None, "sort_by") => quote!(::autodiff_core::rt::sorted_order(&#code[..], #compare)),
            _ => quote!(::autodiff_core::rt::sorted_order_by_key(&#code[..], #compare)),
        };
        let order_name = self.names.fresh("order");
        let order_ty = Ty::Vec(Box::new(Ty::Plain));
        let order_var = self.local(order_name, order_ty, VarKind::Value, false);
        self.vars[order_var.0 as usize].owned = true;
        self.out.push(Stmt::Let(order_var, Expr::Verbatim(Box::new(Syn::Verbatim(order)), vars)));
        let before = self.temp(Expr::Container(ContainerExpr::ToVec, moving.place.clone(), Vec::new()), Ty::Vec(Box::new(elem.clone())));
        let n = self.len(moving);
        let range = Iter::Range { start: number(0), end: Some(n), inclusive: false };
        self.drive(range, None, None, span, &mut |l, item| {
            let (at, _) = l.operand(item, span)?;
            let from = l.opaque(&[&Expr::Var(order_var), &at], |t| {
                let (o, k) = (&t[0], &t[1]);
                quote!(#o[#k])
            });
            let from = Place::var(before).project(Proj::Index(Box::new(from), span));
            l.out.push(Stmt::Assign(moving.at(at), copied(from, &elem)));
            Ok(())
        })?;
        let Some(n) = nth else { return Ok(Val::Unit) };
        // `(before, nth, after)`
        let below = self.opaque(&[&n], |t| {
            let n = &t[0];
            quote!(..#n)
        });
        let above = self.opaque(&[&n], |t| {
            let n = &t[0];
            quote!(#n + 1..)
        });
        let part = |e: Expr| Val::Ref(moving.place.project(Proj::Slice(Box::new(e), span)), slice_type(&moving.ty), true);
        Ok(Val::Tuple(vec![part(below), Val::Ref(moving.at(n), elem, true), part(above)]))
    }

    // ---- steps -------------------------------------------------------------------------------------------

    fn len(&mut self, moving: &Moving) -> Expr {
        let len = self.length_of(&moving.place);
        self.named(len)
    }

    fn computed(&mut self, parts: &[&Expr], build: impl FnOnce(Vec<proc_macro2::TokenStream>) -> proc_macro2::TokenStream) -> Expr {
        let e = self.opaque(parts, build);
        self.named(e)
    }

    fn computed_range(&mut self, from: &Expr, len: &Expr) -> Expr {
        self.opaque(&[from, len], |t| {
            let (a, n) = (&t[0], &t[1]);
            quote!(#a..#a + #n)
        })
    }

    pub(super) fn place_code(&self, place: &Place) -> (proc_macro2::TokenStream, Vec<Var>) {
        let mut vars = Vec::new();
        Expr::Read(place.clone()).each_operand(&mut |v| vars.push(v));
        (crate::emit::receiver_tokens(&self.vars, place), vars)
    }

    /// `assert!(condition)`
    fn demand(&mut self, parts: &[&Expr], span: Span, build: impl FnOnce(Vec<proc_macro2::TokenStream>) -> proc_macro2::TokenStream) {
        let condition = self.opaque(parts, build);
        let mut vars = Vec::new();
        condition.each_operand(&mut |v| vars.push(v));
        let condition = crate::emit::expr_tokens(&self.vars, &condition);
        let check = syn::Stmt::Expr(
            Syn::Verbatim(quote!(::core::assert!(#condition, "index out of range"))),
            Some(syn::token::Semi { spans: [span] }),
        );
        self.out.push(Stmt::Check(Box::new(check), vars));
    }

    fn exchange(&mut self, moving: &Moving, a: Expr, b: Expr) {
        self.out.push(Stmt::Container(ContainerOp::SwapIndex, moving.place.clone(), vec![a, b], moving.span));
    }

    /// Turns the elements from `low` to before `high` round.
    fn turn(&mut self, moving: &Moving, low: &Expr, high: &Expr) -> Lowered<()> {
        let span = moving.span;
        let half = self.computed(&[low, high], |t| {
            let (a, b) = (&t[0], &t[1]);
            quote!((#b - #a) / 2)
        });
        let range = Iter::Range { start: number(0), end: Some(half), inclusive: false };
        self.drive(range, None, None, span, &mut |l, item| {
            let (k, _) = l.operand(item, span)?;
            let a = l.computed(&[low, &k], |t| {
                let (a, k) = (&t[0], &t[1]);
                quote!(#a + #k)
            });
            let b = l.computed(&[high, &k], |t| {
                let (b, k) = (&t[0], &t[1]);
                quote!(#b - 1 - #k)
            });
            l.exchange(moving, a, b);
            Ok(())
        })
    }

    /// Moves the element at `low` to `high`, or (`down`) the one at `high` to `low`, and those between by one.
    fn shift(&mut self, moving: &Moving, low: &Expr, high: &Expr, down: bool) -> Lowered<()> {
        let span = moving.span;
        let range = Iter::Range { start: low.clone(), end: Some(high.clone()), inclusive: false };
        let range = if down { Iter::Rev(Box::new(range)) } else { range };
        self.drive(range, None, None, span, &mut |l, item| {
            let (k, _) = l.operand(item, span)?;
            let next = l.computed(&[&k], |t| {
                let k = &t[0];
                quote!(#k + 1)
            });
            l.exchange(moving, k, next);
            Ok(())
        })
    }

    /// Copies a part into a list of its own.
    fn taken(&mut self, moving: &Moving, range: Expr) -> Val {
        let place = moving.place.project(Proj::Slice(Box::new(range), moving.span));
        let ty = Ty::Vec(Box::new(moving.elem()));
        let var = self.temp(Expr::Container(ContainerExpr::ToVec, place, Vec::new()), ty.clone());
        self.invented.insert(var);
        Val::Place(Place::var(var), ty)
    }

    /// Keeps the elements for which the condition holds, in order. The condition gets the position and the counter of those kept.
    fn kept_in_place(&mut self, moving: &Moving, keep: &mut dyn FnMut(&mut Self, &Expr, Var) -> Lowered<Expr>) -> Lowered<()> {
        let span = moving.span;
        let kept = self.counter();
        let n = self.len(moving);
        let range = Iter::Range { start: number(0), end: Some(n), inclusive: false };
        self.drive(range, None, None, span, &mut |l, item| {
            let (at, _) = l.operand(item, span)?;
            let cond = keep(l, &at, kept)?;
            l.when(cond, |l| {
                let to = l.tick(kept);
                let (to, _) = l.operand(to, span)?;
                l.exchange(moving, to, at.clone());
                Ok(())
            })
        })?;
        let n = self.named(Expr::Read(Place::var(kept)));
        self.out.push(Stmt::Container(ContainerOp::Truncate, moving.place.clone(), vec![n], span));
        Ok(())
    }

    /// `rows.concat()`
    pub(super) fn concatenated(&mut self, m: &syn::ExprMethodCall) -> Lowered<Val> {
        let span = m.method.span();
        let name = self.names.numbered("list");
        let var = self.local(name, Ty::Unknown, VarKind::Memory, true);
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, Some(Expr::Runtime("rt::list", Vec::new()))));
        let mut elem = Ty::Unknown;
        let mut extend = |l: &mut Self, val: Val| -> Lowered<()> {
            let (place, ty) = l.place(val, span)?;
            elem = super::pattern::better(elem.clone(), ty.element());
            let place = l.freeze(place)?;
            l.out.push(Stmt::Container(ContainerOp::Extend, Place::var(var), vec![Expr::Ref(place)], span));
            Ok(())
        };
        if let Syn::Array(parts) = strip(&m.receiver) {
            let parts = parts.elems.iter().map(|e| self.expr_place(e)).collect::<Lowered<Vec<_>>>()?;
            for part in parts {
                extend(self, part)?;
            }
        } else {
            let val = self.expr_place(&m.receiver)?;
            let (place, ty) = self.place(val, span)?;
            let rows = Iter::Elements { place: self.freeze(place)?, elem: ty.element(), by: By::Ref };
            self.drive(rows, None, None, span, &mut |l, row| extend(l, row))?;
        }
        let ty = Ty::Vec(Box::new(elem));
        self.vars[var.0 as usize].ty = ty.clone();
        Ok(Val::Place(Place::var(var), ty))
    }

    /// `mem::replace` and the like: the new value is exchanged for the old one. Of a skipped field it is copied: there is nothing to exchange
    /// a cotangent for.
    pub(super) fn replaced(&mut self, written: &syn::Expr, place: Place, ty: Ty, new: Expr, span: Span) -> Val {
        if ty.is_copy() || self.types.is_skipped(written) {
            let old = self.temp(copied(place.clone(), &ty), ty.clone());
            self.out.push(Stmt::Assign(place, new));
            return Val::Expr(Expr::Var(old), ty);
        }
        let name = self.names.numbered("old_");
        let old = self.local(name, ty.clone(), VarKind::Memory, !ty.is_plain());
        self.invented.insert(old);
        self.vars[old.0 as usize].owned = true;
        self.out.push(Stmt::Decl(old, Some(new)));
        self.out.push(Stmt::Container(ContainerOp::Swap, place, vec![Expr::RefMut(Place::var(old))], span));
        Val::Place(Place::var(old), ty)
    }
}

fn copied(place: Place, elem: &Ty) -> Expr {
    let read = Expr::Read(place);
    if elem.is_copy() {
        read
    } else {
        Expr::Clone(Box::new(read))
    }
}
