//! How many items an iterator has, and the item at a position, where they can be computed without running it.

use proc_macro2::Span;
use quote::quote;
use syn::Expr as Syn;

use super::{By, Iter};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Expr, Place, Proj, Stmt, Var, VarKind};
use crate::lower::expr::{slice_type, strip};
use crate::lower::{Lower, Val};
use crate::types::Ty;

impl Lower<'_> {
    pub(in crate::lower) fn opaque(
        &self,
        parts: &[&Expr],
        build: impl FnOnce(Vec<proc_macro2::TokenStream>) -> proc_macro2::TokenStream,
    ) -> Expr {
        let mut vars = Vec::new();
        let tokens = parts
            .iter()
            .map(|e| {
                e.each_operand(&mut |v| vars.push(v));
                match e {
                    Expr::Var(_) | Expr::Const(_) => crate::emit::expr_tokens(&self.vars, e),
                    other => {
                        let t = crate::emit::expr_tokens(&self.vars, other);
                        quote!((#t))
                    }
                }
            })
            .collect();
        Expr::Verbatim(Box::new(Syn::Verbatim(build(tokens))), vars)
    }

    /// An element that the user moves out of a list. The list is read again, so that what has no derivative is a copy, or, of a type that
    /// cannot be cloned, a reference.
    fn moved_out(&mut self, place: Place, elem: &Ty) -> Val {
        if self.info(place.root).varied || elem.is_copy_or_plain() {
            return Val::Place(place, elem.clone());
        }
        let mut vars = Vec::new();
        Expr::Read(place.clone()).each_operand(&mut |v| vars.push(v));
        let tokens = crate::emit::place_tokens(&self.vars, &place);
        let item =
            quote!({ use ::autodiff_core::rt::items::{Copied as _, Lent as _}; (&&::autodiff_core::rt::items::Item(&#tokens)).item() });
        let var = self.temp(Expr::Verbatim(Box::new(Syn::Verbatim(item)), vars), elem.clone());
        self.vars[var.0 as usize].lent = true;
        self.moved.insert(var);
        Val::Place(Place::var(var), elem.clone())
    }

    /// The name of what a pattern binds of such an element denotes a copy, or a reference.
    pub(in crate::lower) fn bind_part_of_moved(&mut self, name: String, bound: Var, ty: Ty) {
        let own = self.names.numbered("part_");
        let part = self.part_of_moved(bound);
        let own = self.define(own, part, ty.clone());
        self.vars[own.0 as usize].lent = !ty.is_copy_or_plain();
        self.env.insert(name, Val::Place(Place::var(own), ty));
    }

    /// The copy, or the reference.
    pub(in crate::lower) fn part_of_moved(&self, bound: Var) -> Expr {
        let name = &self.info(bound).name;
        let part = quote!({
            use ::autodiff_core::rt::items::{Copied as _, Lent as _, Unlent as _};
            (&&&::autodiff_core::rt::items::Item(&#name)).item()
        });
        Expr::Verbatim(Box::new(Syn::Verbatim(part)), vec![bound])
    }

    pub(in crate::lower) fn length_of(&self, place: &Place) -> Expr {
        if let Some(known) = self.known_length(place) {
            return known;
        }
        let tokens = crate::emit::receiver_tokens(&self.vars, place);
        let mut vars = Vec::new();
        Expr::Read(place.clone()).each_operand(&mut |v| vars.push(v));
        Expr::Verbatim(Box::new(syn::parse_quote!(#tokens.len())), vars)
    }

    /// The length of an array, where its type tells it as a number or as a parameter of the function.
    fn known_length(&self, place: &Place) -> Option<Expr> {
        let ty = crate::analysis::ty_at(&self.vars, place);
        let Ty::Array(_, length) = ty.peel() else { return None };
        match syn::parse2::<Syn>(length.clone()).ok()? {
            Syn::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) if matches!(n.suffix(), "" | "usize") => {
                let n = proc_macro2::Literal::usize_suffixed(n.base10_parse().ok()?);
                Some(Expr::Const(quote!(#n)))
            }
            Syn::Path(p)
                if p.path.get_ident().is_some_and(|n| self.source.sizes.contains(&n.to_string()) && !self.types.binds(&n.to_string())) =>
            {
                Some(Expr::Const(length.clone()))
            }
            _ => None,
        }
    }

    /// A value used more than once: named unless it is cheap and fixed.
    pub(in crate::lower) fn named(&mut self, e: Expr) -> Expr {
        if matches!(e, Expr::Var(_) | Expr::Const(_)) {
            return e;
        }
        let name = self.names.numbered("n");
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Let(var, e));
        Expr::Var(var)
    }

    /// Whether a number is certainly a `usize`.
    fn is_size(&self, e: &Expr) -> bool {
        match e {
            Expr::Verbatim(e, _) => matches!(strip(e), Syn::MethodCall(m) if m.method == "len"),
            Expr::Const(literal) => literal.to_string().ends_with("usize"),
            Expr::Var(v) => {
                let name = &self.info(*v).name;
                self.source.params.iter().any(|p| p.ident == *name && p.size)
            }
            _ => false,
        }
    }

    /// How many items an indexable iterator has.
    pub(in crate::lower) fn count(&mut self, i: &Iter) -> Lowered<Expr> {
        Ok(match i {
            Iter::Range { end: None, .. } => Expr::Const(quote!(usize::MAX)),
            Iter::Range { start, end: Some(end), inclusive } => {
                let inclusive = *inclusive;
                self.opaque(&[start, end], |t| {
                    let (s, e) = (&t[0], &t[1]);
                    if inclusive {
                        quote!(::autodiff_core::rt::count_inclusive(#s, #e))
                    } else {
                        quote!(::autodiff_core::rt::count(#s, #e))
                    }
                })
            }
            Iter::Elements { place, .. } => self.length_of(place),
            Iter::Flat { place, len, .. } => {
                let outer = self.length_of(place);
                let len = len.clone();
                self.opaque(&[&outer], |t| {
                    let n = &t[0];
                    quote!(#n * (#len))
                })
            }
            Iter::Windows { place, size, .. } => {
                let len = self.length_of(place);
                self.opaque(&[&len, size], |t| {
                    let (n, k) = (&t[0], &t[1]);
                    quote!(::autodiff_core::rt::count_windows(#n, #k))
                })
            }
            Iter::Chunks { place, size, exact, .. } => {
                let len = self.length_of(place);
                let exact = *exact;
                self.opaque(&[&len, size], |t| {
                    let (n, k) = (&t[0], &t[1]);
                    if exact {
                        quote!(#n / #k)
                    } else {
                        quote!(usize::div_ceil(#n, #k))
                    }
                })
            }
            Iter::Once(_) => Expr::Const(quote!(1)),
            Iter::Cycle(i) => {
                let n = self.count(i)?;
                self.opaque(&[&n], |t| {
                    let n = &t[0];
                    quote!(::autodiff_core::rt::count_cycle(#n))
                })
            }
            Iter::Zip(a, b) => {
                let a = self.count(a)?;
                let b = self.count(b)?;
                self.opaque(&[&a, &b], |t| {
                    let (a, b) = (&t[0], &t[1]);
                    quote!(::core::cmp::Ord::min(#a, #b))
                })
            }
            Iter::Enumerate(i) | Iter::Rev(i) | Iter::Copied(i) | Iter::Map(i, _) => self.count(i)?,
            Iter::Skip(i, n) => {
                let c = self.count(i)?;
                self.opaque(&[&c, n], |t| {
                    let (c, n) = (&t[0], &t[1]);
                    quote!(usize::saturating_sub(#c, #n))
                })
            }
            Iter::Take(i, n) => {
                let c = self.count(i)?;
                self.opaque(&[&c, n], |t| {
                    let (c, n) = (&t[0], &t[1]);
                    quote!(::core::cmp::Ord::min(#c, #n))
                })
            }
            Iter::StepBy(i, n) => {
                let c = self.count(i)?;
                self.opaque(&[&c, n], |t| {
                    let (c, n) = (&t[0], &t[1]);
                    quote!(usize::div_ceil(#c, #n))
                })
            }
            _ => return Err(Refused),
        })
    }

    /// The item at a position.
    pub(in crate::lower) fn item(&mut self, i: &Iter, at: &Expr, span: Span) -> Lowered<Val> {
        Ok(match i {
            Iter::Range { start, end, .. } => {
                // Positions are `usize`, items are whatever integer the range is of.
                let from_zero = matches!(start, Expr::Const(t) if t.to_string() == "0");
                let e = match end {
                    Some(end) if from_zero && self.is_size(end) => return Ok(Val::Expr(at.clone(), Ty::Plain)),
                    Some(end) => self.opaque(&[start, end, at], |t| {
                        let (s, e, k) = (&t[0], &t[1], &t[2]);
                        quote!(::autodiff_core::rt::offset_within(#s, #e, #k))
                    }),
                    None => self.opaque(&[start, at], |t| {
                        let (s, k) = (&t[0], &t[1]);
                        quote!(::autodiff_core::rt::offset(#s, #k))
                    }),
                };
                Val::Expr(self.named(e), Ty::Plain)
            }
            Iter::Elements { place, elem, by } => {
                let p = place.project(Proj::Index(Box::new(at.clone()), span));
                match by {
                    By::Ref => Val::Ref(p, elem.clone(), false),
                    By::Mut => Val::Ref(p, elem.clone(), true),
                    By::Value => self.moved_out(p, elem),
                }
            }
            Iter::Flat { place, elem, len, by } => {
                let len = len.clone();
                let (row, column) = (
                    self.opaque(&[at], |t| {
                        let k = &t[0];
                        quote!(#k / (#len))
                    }),
                    self.opaque(&[at], |t| {
                        let k = &t[0];
                        quote!(#k % (#len))
                    }),
                );
                let p = place.project(Proj::Index(Box::new(row), span)).project(Proj::Index(Box::new(column), span));
                match by {
                    By::Value => self.moved_out(p, elem),
                    By::Ref | By::Mut => Val::Ref(p, elem.clone(), *by == By::Mut),
                }
            }
            Iter::Windows { place, elem, size } => {
                let range = self.opaque(&[at, size], |t| {
                    let (k, n) = (&t[0], &t[1]);
                    quote!(#k..#k + #n)
                });
                let p = place.project(Proj::Slice(Box::new(range), span));
                Val::Ref(p, slice(elem), false)
            }
            Iter::Chunks { place, elem, size, exact, mutable, from_end } => {
                let (exact, from_end, len) = (*exact, *from_end, self.length_of(place));
                let range = self.opaque(&[at, size, &len], |t| {
                    let (k, n, len) = (&t[0], &t[1], &t[2]);
                    if from_end {
                        quote!(usize::saturating_sub(#len, (#k + 1) * #n)..#len - #k * #n)
                    } else if exact {
                        quote!(#k * #n..(#k + 1) * #n)
                    } else {
                        quote!(#k * #n..::core::cmp::Ord::min((#k + 1) * #n, #len))
                    }
                });
                let p = place.project(Proj::Slice(Box::new(range), span));
                Val::Ref(p, slice(elem), *mutable)
            }
            Iter::Zip(a, b) => Val::Tuple(vec![self.item(a, at, span)?, self.item(b, at, span)?]),
            Iter::Enumerate(i) => Val::Tuple(vec![Val::Expr(at.clone(), Ty::Plain), self.item(i, at, span)?]),
            Iter::Once(value) => (**value).clone(),
            Iter::Cycle(i) => {
                let count = self.count(i)?;
                let e = self.opaque(&[at, &count], |t| {
                    let (k, n) = (&t[0], &t[1]);
                    // Nobody reads the item if there is none.
                    quote!(#k % ::core::cmp::Ord::max(#n, 1))
                });
                let at = self.named(e);
                self.item(i, &at, span)?
            }
            Iter::Rev(i) => {
                let count = self.count(i)?;
                let perhaps = self.perhaps;
                let e = self.opaque(&[&count, at], |t| {
                    let (n, k) = (&t[0], &t[1]);
                    // Nobody reads the item if it is not there, but its number must not overflow.
                    if perhaps {
                        quote!(usize::saturating_sub(#n, #k + 1))
                    } else {
                        quote!(#n - 1 - #k)
                    }
                });
                let at = self.named(e);
                self.item(i, &at, span)?
            }
            Iter::Skip(i, n) => {
                let e = self.opaque(&[at, n], |t| {
                    let (k, n) = (&t[0], &t[1]);
                    quote!(#k + #n)
                });
                let at = self.named(e);
                self.item(i, &at, span)?
            }
            Iter::Take(i, _) => self.item(i, at, span)?,
            Iter::StepBy(i, n) => {
                let e = self.opaque(&[at, n], |t| {
                    let (k, n) = (&t[0], &t[1]);
                    quote!(#k * #n)
                });
                let at = self.named(e);
                self.item(i, &at, span)?
            }
            Iter::Copied(i) => match self.item(i, at, span)? {
                Val::Ref(p, ty, _) => Val::Place(p, ty),
                other => other,
            },
            Iter::Map(i, f) => {
                let item = self.item(i, at, span)?;
                self.apply(f, vec![item], span)?
            }
            _ => return Err(Refused),
        })
    }
}

impl Lower<'_> {
    /// What `chunks_exact` leaves at the end, as a part of its source.
    pub(in crate::lower) fn rest_of_chunks(&mut self, iter: &Iter, span: Span) -> Option<(Place, Ty)> {
        let chunks = if let Iter::Cursor(i, _) = iter { i } else { iter };
        let Iter::Chunks { place, elem, size, exact: true, from_end, .. } = chunks else { return None };
        let from_end = *from_end;
        let len = self.length_of(place);
        let range = self.opaque(&[size, &len], |t| {
            let (size, len) = (&t[0], &t[1]);
            match from_end {
                true => quote!(..#len % #size),
                false => quote!(#len - #len % #size..),
            }
        });
        Some((place.project(Proj::Slice(Box::new(range), span)), elem.clone()))
    }
}

fn slice(elem: &Ty) -> Ty {
    slice_type(&Ty::Slice(Box::new(elem.clone())))
}
