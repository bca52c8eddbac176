//! Patterns that look further into what a search or a lookup gives: `Some(Shape::Circle { r, .. })` of `shapes.get(i)`.
//!
//! What enters: such a branch. What leaves: a branch over whether there is something, and one inside over what it is. Guarantee: each
//! body stands in the result once, but for one that leaves, and each guard is asked once.
//!
//! | was | is |
//! | --- | --- |
//! | `match m { Some(P) => a, .., None => c }` | `match m { Some(x) => match x { P => a, .. }, None => c }` |
//! | `let Some(P) = m else { c };` | `let Some(x) = m else { c }; let P = x else { c };` |
//! | `if let Some(P) = m { a } else { c }` | `let found = ..; if found { let P = m.unwrap(); a } else { c }` |
//! | `let (P, Q) = (m, n) else { c };` | `let (x, y) = (m, n); let P = x else { c }; let Q = y else { c };` |

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{parse_quote, Expr as Syn, Pat, Stmt as SynStmt};

use super::super::expr::strip;
use super::super::optional::{is_none, some_of};
use super::super::{Lower, Val};
use super::branch::{number, ArmOf, Placement};
use super::{Dest, Seq};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Expr, Place, Stmt};
use crate::types::Ty;

/// The arms of a branch, sorted.
struct Sorted<'p> {
    /// Patterns of what is there, with the arms they belong to.
    some: Vec<(usize, &'p Pat)>,
    none: Option<usize>,
    /// `_`, the last one.
    other: Option<usize>,
}

impl<'p> Sorted<'p> {
    /// None where an arm is something else.
    fn of(arms: &[ArmOf<'p>]) -> Option<Sorted<'p>> {
        let mut sorted = Sorted { some: Vec::new(), none: None, other: None };
        for (k, (pat, guard, ..)) in arms.iter().enumerate() {
            match some_of(pat) {
                _ if sorted.other.is_some() => return None,
                Some(inner) => sorted.some.push((k, inner)),
                None if guard.is_some() => return None,
                None if matches!(pat, Pat::Wild(_)) => sorted.other = Some(k),
                None if is_none(pat) && sorted.none.is_none() => sorted.none = Some(k),
                None => return None,
            }
        }
        (!sorted.some.is_empty()).then_some(sorted)
    }
}

impl Lower<'_> {
    /// A branch over what a search or lookup gives, if its patterns look further than whether there is something.
    pub(super) fn arms_further(
        &mut self,
        scrutinee: &Syn,
        arms: &[ArmOf<'_>],
        exits: bool,
        own: &Dest,
        rest: &Seq,
        dest: &Dest,
    ) -> Option<Lowered<()>> {
        if !self.varies(scrutinee) {
            return None;
        }
        if let Syn::Tuple(t) = strip(scrutinee) {
            return self.all_further(t, arms, exits, own, rest, dest);
        }
        if !self.gives_maybe(scrutinee) {
            return None;
        }
        let sorted = Sorted::of(arms)?;
        let none = sorted.none.or(sorted.other)?;
        let found = self.expr_place(scrutinee).and_then(|val| match val {
            Val::Maybe { found, value } => Ok((found, value)),
            _ => Err(Refused),
        });
        let (found, there) = match found {
            Ok(parts) => parts,
            Err(refused) => return Some(Err(refused)),
        };
        let (_, _, nothing, falls) = &arms[none];
        if sorted.none.is_none() && *falls && !(nothing.is_empty() && rest.is_empty()) {
            let name = match self.named_maybe(found, *there, scrutinee) {
                Ok(name) => name,
                Err(refused) => return Some(Err(refused)),
            };
            let several = sorted.some.len() > 1 || sorted.some.iter().any(|(k, _)| arms[*k].1.is_some());
            let flag = self.names.numbered("arm_");
            let tried = sorted.some.iter().enumerate().map(|(n, (k, pat))| -> syn::Arm {
                let n = number(n + 1);
                match arms[*k].1 {
                    Some(guard) => parse_quote!(Some(#pat) if #guard => #flag = #n,),
                    None => parse_quote!(Some(#pat) => #flag = #n,),
                }
            });
            let asked = parse_quote!(match #name { #(#tried)* _ => {} });
            let unreached: SynStmt = parse_quote!(::core::unreachable!(););
            let wild: Pat = parse_quote!(_);
            let guards: Vec<Syn> = (1..=sorted.some.len()).map(number).map(|n| parse_quote!(#flag == #n)).collect();
            let mut inner: Vec<ArmOf> = Vec::new();
            for ((k, _), guard) in sorted.some.iter().zip(&guards) {
                inner.push((arms[*k].0, several.then_some(guard), arms[*k].2.clone(), arms[*k].3));
            }
            inner.push((&wild, None, vec![&unreached], false));
            let falling = inner.iter().any(|a| a.3);
            return Some(self.asked_before(
                flag,
                &asked,
                exits,
                [falling, *falls],
                own,
                rest,
                dest,
                |l, rest, dest| l.arms(&parse_quote!(#name), &inner, exits, own, rest, dest),
                nothing,
            ));
        }
        let name = self.names.numbered("c");
        self.varied.insert(name.to_string());
        let (whole, value): (Pat, Syn) = (parse_quote!(#name), parse_quote!(#name));
        let wild: Pat = parse_quote!(_);
        let mut inner: Vec<ArmOf> = sorted.some.iter().map(|(k, pat)| (*pat, arms[*k].1, arms[*k].2.clone(), arms[*k].3)).collect();
        inner.extend(sorted.other.map(|k| (&wild, None, arms[k].2.clone(), arms[k].3)));
        // What follows stands once, too.
        let falling: Vec<bool> = inner.iter().map(|a| a.3).chain([*falls]).collect();
        let place = Placement::of(&falling, exits, rest);
        let (inner_rest, inner_dest): (&Seq, &Dest) = if place == Placement::Inside { (rest, dest) } else { (&[], own) };
        let done = self.maybe_branch(
            found,
            *there,
            &whole,
            |l| l.arms(&value, &inner, exits, own, inner_rest, inner_dest),
            |l| l.arm(nothing, *falls, place, own, rest, dest),
        );
        Some(done.and_then(|()| if place == Placement::Guarded { self.guarded(rest, dest) } else { Ok(()) }))
    }

    /// Several of them side by side, where all have to match.
    fn all_further(
        &mut self,
        scrutinees: &syn::ExprTuple,
        arms: &[ArmOf<'_>],
        exits: bool,
        own: &Dest,
        rest: &Seq,
        dest: &Dest,
    ) -> Option<Lowered<()>> {
        let [(Pat::Tuple(pats), None, body, falls), (Pat::Wild(_), None, otherwise, other_falls)] = arms else { return None };
        let elems = &scrutinees.elems;
        if pats.elems.len() != elems.len() || !elems.iter().all(|e| self.gives_maybe(e) && self.varies(e)) {
            return None;
        }
        let mut links: Vec<(&Pat, Ident)> = Vec::new();
        for (pat, e) in pats.elems.iter().zip(elems) {
            let bound = self.expr_place(e).and_then(|val| match val {
                Val::Maybe { found, value } => self.named_maybe(found, *value, e),
                _ => Err(Refused),
            });
            match bound {
                Ok(name) => links.push((pat, name)),
                Err(refused) => return Some(Err(refused)),
            }
        }
        let unreached: SynStmt = parse_quote!(::core::unreachable!(););
        let leave: Vec<&SynStmt> = if *other_falls { vec![&unreached] } else { otherwise.clone() };
        let steps: Vec<SynStmt> = links.iter().map(|(pat, name)| parse_quote!(let #pat = #name else { #(#leave)* };)).collect();
        let all = |l: &mut Self, rest: &Seq, dest: &Dest| {
            let seq: Vec<&SynStmt> = steps.iter().chain(body.iter().copied()).chain(rest.iter().copied()).collect();
            l.seq_to(&seq, dest)
        };
        if !*other_falls {
            return Some(if rest.is_empty() { all(self, &[], own) } else { all(self, rest, dest) });
        }
        let flag = self.names.numbered("arm_");
        let one = number(1);
        let asked = links
            .iter()
            .rev()
            .fold(parse_quote!({ #flag = #one; }), |inner: syn::Block, (pat, name)| parse_quote!({ if let #pat = #name #inner }));
        let asked = parse_quote!(#asked);
        Some(self.asked_before(flag, &asked, exits, [*falls, true], own, rest, dest, all, otherwise))
    }

    /// A name for what a search or a lookup gives.
    fn named_maybe(&mut self, found: Expr, there: Val, code: &Syn) -> Lowered<Ident> {
        let name = self.names.numbered("c");
        self.bind_maybe(name.to_string(), found, there, code.span())?;
        self.varied.insert(name.to_string());
        Ok(name)
    }

    /// A branch over the number that `asked` gives the flag; `some` is run where it is not 0.
    #[allow(clippy::too_many_arguments)]
    fn asked_before(
        &mut self,
        flag: Ident,
        asked: &Syn,
        exits: bool,
        falls: [bool; 2],
        own: &Dest,
        rest: &Seq,
        dest: &Dest,
        some: impl FnOnce(&mut Self, &Seq, &Dest) -> Lowered<()>,
        otherwise: &Seq,
    ) -> Lowered<()> {
        let arm = self.noted("arm", quote::quote!(0usize));
        self.env.insert(flag.to_string(), Val::Place(Place::var(arm), Ty::Plain));
        self.effect(asked)?;
        let chosen = self.known(arm);
        self.env.insert(flag.to_string(), Val::Expr(Expr::Var(chosen), Ty::Plain));
        let taken = self.opaque(&[&Expr::Var(chosen)], |t| {
            let chosen = &t[0];
            quote::quote!(#chosen != 0)
        });
        let taken = self.condition(taken);
        let place = Placement::of(&falls, exits, rest);
        let inside = place == Placement::Inside && falls[0];
        let then = self.block(false, |l| if inside { some(l, rest, dest) } else { some(l, &[], own) });
        let other = self.block(false, |l| l.arm(otherwise, falls[1], place, own, rest, dest));
        self.out.push(Stmt::If(taken, then?, other?));
        if place == Placement::Guarded {
            self.guarded(rest, dest)
        } else {
            Ok(())
        }
    }
}
