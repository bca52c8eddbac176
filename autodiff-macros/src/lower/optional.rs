//! Options that never are put together: `xs.first()`, `xs.iter().min_by(..)`, `it.next()` and the like.
//!
//! What enters: such a call. What leaves: a [`Val::Maybe`], a plain condition and what is there if it holds. What
//! looks into it at once (`unwrap`, `if let`, `map`, ...) becomes a branch over that condition, so that references in it stay
//! aliases of places. Guarantees: the value is looked at only where the condition holds.

mod kept;

use proc_macro2::Span;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr as Syn, Pat, Stmt as SynStmt};

use kept::Kept;

use super::expr::{slice_type, strip};
use super::iter::{Cursor, Function, Iter};
use super::{Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Expr, Place, Proj, Stmt, Var};
use crate::types::Ty;

/// What is asked of an iterator that is advanced by hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Next,
    NextBack,
    Peek,
}

/// Ends of slices and the like.
fn is_part_method(name: &str) -> bool {
    matches!(
        name,
        "first"
            | "last"
            | "first_mut"
            | "last_mut"
            | "get"
            | "get_mut"
            | "split_first"
            | "split_last"
            | "split_first_mut"
            | "split_last_mut"
            | "split_at_checked"
    ) || is_sized_part(name)
}

/// The same, of a length that is part of their type.
fn is_sized_part(name: &str) -> bool {
    matches!(name, "first_chunk" | "last_chunk" | "split_first_chunk" | "split_last_chunk")
}

/// Searches of iterators; `min` and `max` of two numbers have an argument.
fn is_search(m: &syn::ExprMethodCall) -> bool {
    matches!(
        m.method.to_string().as_str(),
        "min_by" | "max_by" | "min_by_key" | "max_by_key" | "reduce" | "last" | "nth" | "next" | "next_back" | "find" | "find_map" | "peek"
    ) || m.args.is_empty() && (m.method == "min" || m.method == "max")
}

impl<'a> Lower<'a> {
    /// Whether an expression is such a call, or the name of one.
    pub(super) fn gives_maybe(&self, e: &Syn) -> bool {
        match strip(e) {
            Syn::Path(p) => p.path.get_ident().is_some_and(|n| matches!(self.env.get(&n.to_string()), Some(Val::Maybe { .. }))),
            call @ Syn::Call(_) => self.given_by_closure(call).is_some_and(|last| self.gives_maybe(&last)),
            Syn::MethodCall(m) => {
                let name = m.method.to_string();
                match name.as_str() {
                    "copied" | "cloned" | "as_ref" | "as_mut" => self.gives_maybe(&m.receiver),
                    _ if is_search(m) && self.is_chain(&m.receiver) => true,
                    "try_fold" => self.is_chain(&m.receiver),
                    "sum" | "product" | "collect" if self.is_chain(&m.receiver) => self.gives_option(m),
                    _ if is_part_method(&name) => match self.types.of_receiver(&m.receiver).peel() {
                        Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..) => true,
                        Ty::Unknown => self.is_lookup(m, &name),
                        _ => false,
                    },
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// `first`, `last` or `get` of what is not known, and varies: a part of a list, which rustc is asked to confirm.
    fn is_lookup(&self, m: &syn::ExprMethodCall, name: &str) -> bool {
        let arguments = match name {
            "first" | "last" | "first_mut" | "last_mut" => m.args.is_empty(),
            "split_first" | "split_last" | "split_first_mut" | "split_last_mut" => m.args.is_empty(),
            "split_at_checked" => m.args.len() == 1,
            _ if is_sized_part(name) => m.args.is_empty(),
            "get" | "get_mut" => {
                matches!(&m.args.iter().collect::<Vec<_>>()[..], [k] if self.types.is_index(k) || matches!(strip(k), Syn::Range(_)))
            }
            _ => false,
        };
        arguments && self.is_place(&m.receiver) && self.varies(&m.receiver) && !crate::position::is_method(&m.method, name)
    }

    /// Whether there is such a part, by the method itself: it gives a reference to one if it is that of a list.
    fn found_by(&mut self, m: &syn::ExprMethodCall, place: &Place, index: Option<&Expr>) -> Expr {
        let (of, mut vars) = self.place_code(place);
        let name = m.method.to_string();
        let looks = proc_macro2::Ident::new(name.trim_end_matches("_mut"), m.method.span());
        let index = index.map(|e| {
            e.each_operand(&mut |v| vars.push(v));
            crate::emit::expr_tokens(&self.vars, e)
        });
        let span = m.method.span().resolved_at(Span::mixed_site());
        let code = quote::quote_spanned!(span=> ::autodiff_core::rt::is_part(#of.#looks(#index)));
        Expr::Verbatim(Box::new(Syn::Verbatim(code)), vars)
    }

    /// `sum::<Option<f64>>()` and the like.
    fn gives_option(&self, m: &syn::ExprMethodCall) -> bool {
        let fish = m.turbofish.iter().flat_map(|t| &t.args).next();
        matches!(fish, Some(syn::GenericArgument::Type(t)) if matches!(Ty::parse(t, &self.source.floats), Ty::Option(_)))
    }

    /// Whether an expression is an iterator that is followed.
    pub(super) fn is_chain(&self, e: &Syn) -> bool {
        match strip(e) {
            Syn::Range(_) => true,
            call @ Syn::Call(_) => self.makes_iterator(call),
            Syn::Path(p) => p.path.get_ident().is_some_and(|n| matches!(self.env.get(&n.to_string()), Some(Val::Iter(_)))),
            Syn::MethodCall(m) => {
                matches!(
                    m.method.to_string().as_str(),
                    "iter"
                        | "iter_mut"
                        | "into_iter"
                        | "windows"
                        | "chunks"
                        | "chunks_exact"
                        | "chunks_mut"
                        | "chunks_exact_mut"
                        | "rchunks"
                        | "rchunks_exact"
                        | "rchunks_mut"
                        | "rchunks_exact_mut"
                        | "drain"
                ) || super::iter::is_adaptor(&m.method.to_string())
                    && (self.is_chain(&m.receiver)
                        || self.is_of_what_only_counts(&m.receiver)
                        || self.is_own_iterator(&m.receiver, &m.method))
            }
            _ => false,
        }
    }

    /// A method call that gives a [`Val::Maybe`], or looks into one.
    pub(super) fn optional(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Lowered<Option<Val>> {
        let name = m.method.to_string();
        if super::combinator::is_combinator(&name) && self.gives_maybe(&m.receiver) {
            if let Some(val) = self.looked_at_in_place(m, expected) {
                return val.map(Some);
            }
            return self.look_into(m, expected).map(Some);
        }
        if !self.gives_maybe(&Syn::MethodCall(m.clone())) {
            return Ok(None);
        }
        match name.as_str() {
            "copied" | "cloned" | "as_ref" | "as_mut" => match self.expr_place(&m.receiver)? {
                Val::Maybe { found, value } => {
                    let value = if name.starts_with("as") { *value } else { by_value(*value) };
                    Ok(Some(Val::Maybe { found, value: Box::new(value) }))
                }
                // Nothing in it depends on the inputs.
                _ => Ok(None),
            },
            "try_fold" | "sum" | "product" | "collect" => self.consumer(m, expected),
            _ if is_search(m) && self.is_chain(&m.receiver) => self.search(m).map(Some),
            _ => self.lookup(m).map(Some),
        }
    }

    /// `x.unwrap()`, `x.map_or(..)`: a branch.
    fn look_into(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Lowered<Val> {
        let val = self.expr_place(&m.receiver)?;
        let name = m.method.to_string();
        let Val::Maybe { found, value } = val else {
            // Nothing in it depends on the inputs: an option like any other.
            let inner = self.types.item_of_option(&m.receiver);
            let receiver = self.settled(val, m.receiver.span())?;
            return self.combined(m, receiver, inner, expected);
        };
        if matches!(*value, Val::Poison) && matches!(name.as_str(), "unwrap" | "expect") {
            return self.errors.refuse(m.method.span(), NEVER);
        }
        if name == "unwrap" || name == "expect" {
            let span = m.method.span();
            let (test, mut vars) = self.tokens_of(&found);
            let none = |what: proc_macro2::TokenStream| quote!(if !(#test) { ::core::panic!(#what) });
            let check = match m.args.first() {
                Some(Syn::Lit(text)) => none(quote!("{}", #text)),
                // Evaluated behind the receiver, whatever that is.
                Some(text) => {
                    let (text, mentioned) = self.verbatim_expr(text)?;
                    vars.extend(mentioned);
                    let name = proc_macro2::Ident::new("text", Span::mixed_site());
                    let check = none(quote!("{}", #name));
                    quote!(match #text { #name => #check })
                }
                None => none(quote!("called `Option::unwrap()` on a `None` value")),
            };
            let check = SynStmt::Expr(Syn::Verbatim(check), Some(syn::token::Semi { spans: [span] }));
            self.out.push(Stmt::Check(Box::new(check), vars));
            return Ok(*value);
        }
        let inner = self.types.item_of_option(&m.receiver);
        self.combined(m, Val::Maybe { found, value }, inner, expected)
    }

    /// `xs.first()`, `xs.get(i)`, ..
    fn lookup(&mut self, m: &syn::ExprMethodCall) -> Lowered<Val> {
        let what = m.method.to_string();
        let span = m.method.span();
        let val = self.expr_place(&m.receiver)?;
        let (place, ty) = self.place(val, span)?;
        let place = self.freeze(place)?;
        let mutable = what.ends_with("mut");
        let elem = ty.element();
        let len = self.length_of(&place);
        let len = self.named(len);
        let at = |e: Expr| Proj::Index(Box::new(e), span);
        let one = |step: Proj| Val::Ref(place.project(step), elem.clone(), mutable);
        let rest = |e: Expr| Val::Ref(place.project(Proj::Slice(Box::new(e), span)), slice_type(&ty), mutable);
        let zero = || Expr::Const(quote!(0));
        let nonempty = self.opaque(&[&len], |t| {
            let n = &t[0];
            quote!(#n > 0)
        });
        let back = |l: &mut Self| {
            l.opaque(&[&len], |t| {
                let n = &t[0];
                quote!(usize::saturating_sub(#n, 1))
            })
        };
        let unknown = matches!(ty.peel(), Ty::Unknown);
        let mut index_of_one = None;
        let (found, value) = match what.as_str() {
            "first" | "first_mut" => (nonempty, one(at(zero()))),
            "last" | "last_mut" => {
                let k = back(self);
                (nonempty, one(at(k)))
            }
            "split_first" | "split_first_mut" => (nonempty, Val::Tuple(vec![one(at(zero())), rest(Expr::Const(quote!(1..)))])),
            "split_at_checked" => {
                let mid = self.fixed(m.args.first().ok_or(Refused)?)?;
                let mid = self.named(mid);
                let inside = self.opaque(&[&mid, &len], |t| {
                    let (k, n) = (&t[0], &t[1]);
                    quote!(#k <= #n)
                });
                let [before, behind] = [false, true].map(|behind| {
                    self.opaque(&[&mid], |t| {
                        let k = &t[0];
                        if behind {
                            quote!(#k..)
                        } else {
                            quote!(..#k)
                        }
                    })
                });
                (inside, Val::Tuple(vec![rest(before), rest(behind)]))
            }
            "split_last" | "split_last_mut" => {
                let k = back(self);
                let before = self.opaque(&[&k], |t| {
                    let k = &t[0];
                    quote!(..#k)
                });
                (nonempty, Val::Tuple(vec![one(at(k)), rest(before)]))
            }
            _ if is_sized_part(&what) => {
                let Some(n) = crate::infer::methods::sized_part(m) else {
                    return self.errors.refuse(span, format!("the length of this part is not known here; write it, as in `{what}::<3>()`"));
                };
                let array = Ty::Array(Box::new(elem.clone()), n.clone());
                let part = |e: Expr, ty: Ty| Val::Ref(place.project(Proj::Slice(Box::new(e), span)), ty, false);
                let long_enough = self.opaque(&[&len], |t| {
                    let len = &t[0];
                    quote!((#n) <= #len)
                });
                let back = self.opaque(&[&len], |t| {
                    let len = &t[0];
                    quote!(usize::saturating_sub(#len, #n))
                });
                let back = self.named(back);
                let (before, behind) = (
                    self.opaque(&[&back], |t| {
                        let back = &t[0];
                        quote!(..#back)
                    }),
                    self.opaque(&[&back], |t| {
                        let back = &t[0];
                        quote!(#back..)
                    }),
                );
                let value = match what.as_str() {
                    "first_chunk" => part(Expr::Const(quote!(..(#n))), array),
                    "last_chunk" => part(behind, array),
                    "split_first_chunk" => Val::Tuple(vec![part(Expr::Const(quote!(..(#n))), array), rest(Expr::Const(quote!((#n)..)))]),
                    _ => Val::Tuple(vec![rest(before), part(behind, array)]),
                };
                (long_enough, value)
            }
            _ if matches!(m.args.first().map(strip), Some(Syn::Range(_))) => {
                let Some(Syn::Range(range)) = m.args.first().map(strip) else { return Err(Refused) };
                let mut bound = |e: Option<&Syn>, other: &Expr| match e {
                    Some(e) => {
                        let e = self.fixed(e)?;
                        Ok(self.named(e))
                    }
                    None => Ok(other.clone()),
                };
                let start = bound(range.start.as_deref(), &zero())?;
                let end = bound(range.end.as_deref(), &len)?;
                let closed = range.end.is_some() && matches!(range.limits, syn::RangeLimits::Closed(_));
                let inside = self.opaque(&[&start, &end, &len], |t| {
                    let (start, end, len) = (&t[0], &t[1], &t[2]);
                    match closed {
                        true => quote!(#end < #len && #start <= #end + 1),
                        false => quote!(#start <= #end && #end <= #len),
                    }
                });
                let part = self.opaque(&[&start, &end], |t| {
                    let (start, end) = (&t[0], &t[1]);
                    match closed {
                        true => quote!(#start..=#end),
                        false => quote!(#start..#end),
                    }
                });
                index_of_one = Some(part.clone());
                (inside, rest(part))
            }
            _ => {
                let index = m.args.first().ok_or(Refused)?;
                if !self.types.is_index(index) {
                    return self.errors.refuse_at(index, "whether `get` is given an index or a range is not known here; bind it first, with a type, as in `let i: usize = ...`");
                }
                let known = !matches!(self.types.of(index), Ty::Unknown);
                let at_user = index.span();
                let mut index = self.fixed(index)?;
                if !known {
                    // Were it a range, rustc would say so.
                    let position = self.opaque(&[&index], |t| {
                        let k = &t[0];
                        quote_spanned!(at_user=> ::autodiff_core::rt::position(#k))
                    });
                    index = self.named(position);
                }
                let inside = self.opaque(&[&index, &len], |t| {
                    let (k, n) = (&t[0], &t[1]);
                    quote!(#k < #n)
                });
                index_of_one = Some(index.clone());
                (inside, one(at(index)))
            }
        };
        let found = match what.as_str() {
            "first" | "last" | "first_mut" | "last_mut" | "get" | "get_mut" if unknown => self.found_by(m, &place, index_of_one.as_ref()),
            _ => {
                if unknown {
                    self.confirm_list(&Val::Place(place, ty.clone()), span);
                }
                found
            }
        };
        let found = self.condition(found);
        Ok(Val::Maybe { found, value: Box::new(value) })
    }

    // ---- searches of iterators ---------------------------------------------------------------------------

    fn search(&mut self, m: &syn::ExprMethodCall) -> Lowered<Val> {
        let name = m.method.to_string();
        let span = m.method.span();
        let arg = || m.args.first().ok_or(Refused);
        if let Some(Iter::Cursor(inner, cursor)) = self.named_iterator(&m.receiver) {
            match name.as_str() {
                "next" => return self.advance(&inner, cursor, Step::Next, span),
                "next_back" => return self.advance(&inner, cursor, Step::NextBack, span),
                "peek" => return self.advance(&inner, cursor, Step::Peek, span),
                _ => {}
            }
        }
        if matches!(name.as_str(), "next" | "next_back" | "nth" | "find" | "find_map" | "peek")
            && matches!(strip(&m.receiver), Syn::Path(_))
        {
            return self
                .errors
                .refuse(span, format!("advancing this iterator by `{name}` cannot be differentiated; loop over it, or use an index"));
        }
        if name == "next_back" {
            // Of an iterator made right there, the first one from its back.
            let receiver = &m.receiver;
            let iter = self.iterator(&syn::parse_quote_spanned!(span=> #receiver.rev()))?;
            return self.first_item(iter, span);
        }
        let iter = self.iterator(&m.receiver)?;
        match name.as_str() {
            "nth" => {
                let k = self.fixed(arg()?)?;
                let iter = Iter::Skip(Box::new(self.in_order(iter)), k);
                self.first_item(iter, span)
            }
            "next" => self.first_item(iter, span),
            "last" if iter.is_bare() => {
                let n = self.count(&iter)?;
                let n = self.named(n);
                let found = self.opaque(&[&n], |t| {
                    let n = &t[0];
                    quote!(#n > 0)
                });
                let found = self.condition(found);
                let at = self.opaque(&[&n], |t| {
                    let n = &t[0];
                    quote!(usize::saturating_sub(#n, 1))
                });
                let at = self.named(at);
                let perhaps = std::mem::replace(&mut self.perhaps, true);
                let value = self.item(&iter, &at, span);
                self.perhaps = perhaps;
                Ok(Val::Maybe { found, value: Box::new(value?) })
            }
            "last" => self.kept_item(iter, span, false, &mut |_, _, _| Ok(None)),
            "find" => {
                let f = self.function(arg()?)?;
                self.kept_item(iter, span, true, &mut |l, _, item| l.test(&f, item, true, span).map(Some))
            }
            "find_map" => {
                let f = self.function(arg()?)?;
                self.first_item(Iter::FilterMap(Box::new(iter), f), span)
            }
            "reduce" => {
                let f = self.function(arg()?)?;
                self.reduce(iter, &f, span)
            }
            "peek" => self.errors.refuse(span, "`peek` is followed where the iterator has a name; write `next()` here"),
            _ => {
                let f = match m.args.first() {
                    Some(f) => self.function(f)?,
                    // In the order of the items themselves.
                    None => Function::Path(syn::parse_quote!(::core::cmp::Ord::cmp)),
                };
                let max = name.starts_with("max");
                let by_key = name.ends_with("key");
                if by_key && self.changes_something(&Iter::Map(Box::new(Iter::Plain(Expr::Const(quote!(0..0)))), f.clone())) {
                    return self.errors.refuse(
                        span,
                        format!("how often `{name}` asks for a key that changes something cannot be followed; compute the keys before"),
                    );
                }
                self.kept_item(iter, span, false, &mut |l, old, item| {
                    let order =
                        if by_key { l.order_of_keys(&f, [old, item], span)? } else { l.ordering(&f, [old.clone(), item.clone()], span)? };
                    let test = l.opaque(&[&order], |t| {
                        let o = &t[0];
                        // std's choice among equals: the first minimum, the last maximum.
                        if max {
                            quote!(#o != ::core::cmp::Ordering::Greater)
                        } else {
                            quote!(#o == ::core::cmp::Ordering::Greater)
                        }
                    });
                    Ok(Some(test))
                })
            }
        }
    }

    /// How the keys of two items compare.
    fn order_of_keys(&mut self, f: &Function, items: [&Val; 2], span: Span) -> Lowered<Expr> {
        let [a, b] = items.map(|item| self.test(f, item, true, span));
        Ok(self.opaque(&[&a?, &b?], |t| {
            let (a, b) = (&t[0], &t[1]);
            quote!(::core::cmp::Ord::cmp(&(#a), &(#b)))
        }))
    }

    /// What a comparing closure or function says of references to two items.
    fn ordering(&mut self, f: &Function, items: [Val; 2], span: Span) -> Lowered<Expr> {
        match f {
            Function::Closure(c) => {
                let seen = self.looking_at(c, items);
                self.predicate(c, seen)
            }
            Function::Path(p) => {
                let mut vars = Vec::new();
                let mut shown = Vec::new();
                for item in items {
                    let Val::Ref(place, ..) = self.borrowed(item) else {
                        return self.errors.refuse(span, "write this comparison as a closure");
                    };
                    Expr::Read(place.clone()).each_operand(&mut |v| vars.push(v));
                    let tokens = crate::emit::place_tokens(&self.vars, &place);
                    shown.push(quote!(&#tokens));
                }
                Ok(Expr::Verbatim(Box::new(Syn::Verbatim(quote!(#p(#(#shown),*)))), vars))
            }
        }
    }

    /// The first item, if there is one.
    fn first_item(&mut self, iter: Iter, span: Span) -> Lowered<Val> {
        if iter.indexable() {
            let n = self.count(&iter)?;
            let found = self.opaque(&[&n], |t| {
                let n = &t[0];
                quote!(#n > 0)
            });
            let found = self.condition(found);
            return self.item_if(found, &iter, &Expr::Const(quote!(0)), span);
        }
        self.kept_item(iter, span, true, &mut |_, _, _| Ok(Some(Expr::Const(quote!(true)))))
    }

    /// The item at a position, where there is one.
    fn item_if(&mut self, found: Expr, iter: &Iter, at: &Expr, span: Span) -> Lowered<Val> {
        if iter.is_bare() {
            let perhaps = std::mem::replace(&mut self.perhaps, true);
            let value = self.item(iter, at, span);
            self.perhaps = perhaps;
            return Ok(Val::Maybe { found, value: Box::new(value?) });
        }
        // Making it may panic, or change something.
        let outer = self.region;
        let begin = self.out.len();
        let mut kept: Option<Kept> = None;
        let mut decls = Vec::new();
        let then = self.block(false, |l| {
            let item = l.item(iter, at, span)?;
            let item = l.settle_item(item, span)?;
            let slot = l.slot(&item, outer, &mut decls, false, span)?;
            l.keep(&slot, &item, span)?;
            kept = Some(slot);
            Ok(())
        })?;
        let other = self.empty_block();
        self.out.push(Stmt::If(found.clone(), then, other));
        self.out.splice(begin..begin, decls);
        let value = self.kept_if_found(&kept.ok_or(Refused)?);
        Ok(Val::Maybe { found, value: Box::new(value) })
    }

    /// The next item of an iterator that is advanced by hand.
    fn advance(&mut self, inner: &Iter, cursor: Cursor, step: Step, span: Span) -> Lowered<Val> {
        let end = self.end_of(inner, cursor)?;
        let front = self.named(Expr::Read(Place::var(cursor.front)));
        let found = self.opaque(&[&front, &end], |t| {
            let (k, n) = (&t[0], &t[1]);
            quote!(#k < #n)
        });
        let found = self.condition(found);
        let gone = match step {
            Step::Next => Some(cursor.front),
            Step::NextBack => Some(cursor.back.ok_or(Refused)?),
            Step::Peek => None,
        };
        if let Some(gone) = gone {
            let then = self.block(false, |l| {
                let one = Expr::Const(quote!(1));
                l.out.push(Stmt::Update(Place::var(gone), crate::ir::BinOp::Add, one, span));
                Ok(())
            })?;
            let other = self.empty_block();
            self.out.push(Stmt::If(found.clone(), then, other));
        }
        let at = match step {
            Step::NextBack => {
                let last = self.opaque(&[&end], |t| {
                    let n = &t[0];
                    quote!(usize::saturating_sub(#n, 1))
                });
                self.named(last)
            }
            _ => front,
        };
        let item = self.item_if(found, inner, &at, span)?;
        Ok(match item {
            // A reference to the item.
            Val::Maybe { found, value } if step == Step::Peek => Val::Maybe { found, value: Box::new(lent(*value)) },
            item => item,
        })
    }

    /// An option in the user's own terms, for code that hands it on.
    pub(super) fn put_together(&mut self, found: Expr, value: Val, span: Span) -> Lowered<(Expr, Ty)> {
        let value = if let Val::Twice(inner) = value { *inner } else { value };
        if matches!(value, Val::Poison) {
            return self.errors.refuse(span, NEVER);
        }
        if let Val::Ref(_, ty, _) = &value {
            if !ty.is_float() && !ty.is_plain() {
                return self.errors.refuse(
                    span,
                    "an `Option` of a reference is only followed where it is looked into at once; `match` on it here, or add `.cloned()`",
                );
            }
        }
        let name = self.names.numbered("c");
        let var = self.local(name, Ty::Unknown, crate::ir::VarKind::Deferred, true);
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, None));
        let mut inner = Ty::Unknown;
        let then = self.block(false, |l| {
            let (e, ty) = l.operand(by_value(value), span)?;
            inner = ty;
            let some = Expr::Ctor(syn::parse_quote!(::core::option::Option::Some), vec![e]);
            l.out.push(Stmt::Assign(Place::var(var), some));
            Ok(())
        })?;
        let other = self.block(false, |l| {
            l.out.push(Stmt::Assign(Place::var(var), super::none()));
            Ok(())
        })?;
        self.out.push(Stmt::If(found, then, other));
        let ty = Ty::Option(Box::new(inner));
        self.vars[var.0 as usize].ty = ty.clone();
        self.vars[var.0 as usize].varied = !ty.is_plain();
        Ok((Expr::Var(var), ty))
    }

    /// Whether what a value denotes stays the same, whatever follows.
    pub(super) fn lasts(&self, val: &Val) -> bool {
        match val {
            Val::Ref(..) | Val::Twice(_) | Val::Poison => true,
            Val::Tuple(items) => items.iter().all(|i| self.lasts(i)),
            Val::Expr(Expr::Var(_) | Expr::Const(_), _) => true,
            Val::Place(p, _) => p.path.is_empty() && self.found.contains(&p.root),
            _ => false,
        }
    }

    fn tokens_of(&self, e: &Expr) -> (proc_macro2::TokenStream, Vec<Var>) {
        let mut vars = Vec::new();
        e.each_operand(&mut |v| vars.push(v));
        (crate::emit::expr_tokens(&self.vars, e), vars)
    }

    /// `match` and `if let` over a [`Val::Maybe`]: the bodies' order, and what `Some` binds; none if the arms ask for more.
    pub(super) fn maybe_arms<'p>(
        arms: &[(&'p Pat, Option<&Syn>, Vec<&SynStmt>, bool)],
        array: Option<Array>,
    ) -> Option<(usize, usize, &'p Pat)> {
        let [a, b] = arms else { return None };
        if a.1.is_some() || b.1.is_some() {
            return None;
        }
        let some = |p: &'p Pat| some_of(p).filter(|p| is_irrefutable(p, array));
        let none = |p: &Pat| matches!(p, Pat::Wild(_)) || is_none(p);
        match (some(a.0), some(b.0)) {
            (Some(p), None) if none(b.0) => Some((0, 1, p)),
            (None, Some(p)) if none(a.0) && !matches!(a.0, Pat::Wild(_)) => Some((1, 0, p)),
            _ => None,
        }
    }

    /// A branch over whether there is a value; the first body is run with the pattern bound to it.
    pub(super) fn maybe_branch(
        &mut self,
        found: Expr,
        value: Val,
        pat: &Pat,
        some: impl FnOnce(&mut Self) -> Lowered<()>,
        none: impl FnOnce(&mut Self) -> Lowered<()>,
    ) -> Lowered<()> {
        // What is known when the code is made needs no branch.
        match constant(&found) {
            Some(true) => {
                self.bind(pat, value, None, pat.span())?;
                return some(self);
            }
            Some(false) => return none(self),
            None => {}
        }
        let found = self.condition(found);
        let then = self.block(false, |l| {
            l.bind(pat, value, None, pat.span())?;
            some(l)
        });
        let other = self.block(false, none);
        self.out.push(Stmt::If(found, then?, other?));
        Ok(())
    }

    /// A name for what an iterator's search or a part's lookup gives, so that its pieces stay what they are.
    pub(super) fn bind_maybe(&mut self, name: String, found: Expr, value: Val, span: Span) -> Lowered<()> {
        let found = self.condition(found);
        if self.lasts(&value) {
            self.opaque.insert(name.clone());
            self.env.insert(name, Val::Maybe { found, value: Box::new(value) });
            return Ok(());
        }
        let (e, ty) = self.put_together(found, value, span)?;
        let Expr::Var(var) = e else { return Err(Refused) };
        self.env.insert(name, Val::Place(Place::var(var), ty));
        Ok(())
    }
}

/// Of an option that is `None` wherever it is looked at.
const NEVER: &str = "an option of a reference that a call gives as `None` is only followed in `match`, `if let` and methods like `map_or`";

/// What a condition is, if that is known.
fn constant(found: &Expr) -> Option<bool> {
    match found {
        Expr::Const(code) => match code.to_string().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A reference to a value that is somewhere.
fn lent(val: Val) -> Val {
    match val {
        Val::Place(p, ty) => Val::Ref(p, ty, false),
        Val::Expr(Expr::Var(v), ty) => Val::Ref(Place::var(v), ty, false),
        val @ Val::Ref(..) => Val::Twice(Box::new(val)),
        other => other,
    }
}

/// What a reference refers to, as a value.
pub(super) fn by_value(val: Val) -> Val {
    match val {
        Val::Ref(p, ty, _) => Val::Place(p, ty),
        Val::Twice(inner) => *inner,
        other => other,
    }
}

/// What is in a pattern's `Some`.
pub(super) fn some_of(p: &Pat) -> Option<&Pat> {
    match p {
        Pat::TupleStruct(t) if is_named(&t.path, "Some") && t.elems.len() == 1 => t.elems.first(),
        Pat::Paren(p) => some_of(&p.pat),
        _ => None,
    }
}

pub(super) fn is_none(p: &Pat) -> bool {
    match p {
        Pat::Ident(i) => i.ident == "None",
        Pat::Path(p) => is_named(&p.path, "None"),
        _ => false,
    }
}

fn is_named(path: &syn::Path, name: &str) -> bool {
    path.is_ident(name)
        || path.segments.len() > 1 && path.segments.last().is_some_and(|s| s.ident == name) && {
            path.segments.iter().rev().nth(1).is_some_and(|s| s.ident == "Option")
        }
}

/// Where what is found is an array, of which a pattern of its elements cannot fail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Array {
    Whole,
    /// A part of a tuple.
    Part(usize),
}

/// Where the part that a call gives has a length that is part of its type.
pub(super) fn array_of(e: &Syn) -> Option<Array> {
    let Syn::MethodCall(m) = strip(e) else { return None };
    match m.method.to_string().as_str() {
        "first_chunk" | "last_chunk" => Some(Array::Whole),
        "split_first_chunk" => Some(Array::Part(0)),
        "split_last_chunk" => Some(Array::Part(1)),
        _ => None,
    }
}

fn is_irrefutable(p: &Pat, array: Option<Array>) -> bool {
    match p {
        Pat::Ident(i) => i.subpat.is_none() && !crate::varied::starts_uppercase(&i.ident),
        Pat::Wild(_) => true,
        Pat::Tuple(t) => {
            t.elems.iter().enumerate().all(|(k, p)| is_irrefutable(p, array.filter(|a| *a == Array::Part(k)).map(|_| Array::Whole)))
        }
        Pat::Reference(r) => is_irrefutable(&r.pat, array),
        Pat::Paren(p) => is_irrefutable(&p.pat, array),
        Pat::Slice(s) => array == Some(Array::Whole) && s.elems.iter().all(|p| matches!(p, Pat::Rest(_)) || is_irrefutable(p, None)),
        _ => false,
    }
}
