//! Iterator chains become loops: a source that can be indexed, adaptors applied to each item, a consumer.

use std::rc::Rc;

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr as Syn, Pat};

use super::expr::{slice_type, strip};
use super::{Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{BinOp, Counter, Expr, Place, Proj, Stmt, Var, VarKind};
use crate::types::Ty;

/// An iterator that has not run.
#[derive(Clone, Debug)]
pub(crate) enum Iter {
    /// Integers.
    Range {
        start: Expr,
        end: Expr,
        inclusive: bool,
    },
    /// Elements of an array, slice or vector.
    Elements {
        place: Place,
        elem: Ty,
        by: By,
    },
    /// `windows(n)`
    Windows {
        place: Place,
        elem: Ty,
        size: Expr,
    },
    /// `chunks(n)`, `chunks_exact(n)`, also mutable.
    Chunks {
        place: Place,
        elem: Ty,
        size: Expr,
        exact: bool,
        mutable: bool,
    },
    /// `flatten` of an array of arrays.
    Flat {
        place: Place,
        elem: Ty,
        len: proc_macro2::TokenStream,
        by: By,
    },
    Zip(Box<Iter>, Box<Iter>),
    Enumerate(Box<Iter>),
    Rev(Box<Iter>),
    Skip(Box<Iter>, Expr),
    Take(Box<Iter>, Expr),
    StepBy(Box<Iter>, Expr),
    Copied(Box<Iter>),
    Map(Box<Iter>, Function),
    Filter(Box<Iter>, Rc<syn::ExprClosure>),
    FilterMap(Box<Iter>, Rc<syn::ExprClosure>),
    TakeWhile(Box<Iter>, Rc<syn::ExprClosure>),
    Chain(Box<Iter>, Box<Iter>),
    FlatMap(Box<Iter>, Option<Rc<syn::ExprClosure>>),
    Scan(Box<Iter>, Var, Ty, Rc<syn::ExprClosure>),
    /// Advanced by hand: the variable counts the items that are gone.
    Cursor(Box<Iter>, Var),
    SkipWhile(Box<Iter>, Rc<syn::ExprClosure>),
    MapWhile(Box<Iter>, Rc<syn::ExprClosure>),
    Cycle(Box<Iter>),
    /// `once(x)`
    Once(Box<Val>),
    Inspect(Box<Iter>, Rc<syn::ExprClosure>),
    /// A range or other iterator over plain values that stays as it is.
    Plain(Expr),
}

/// How elements are handed out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum By {
    Ref,
    Mut,
    Value,
}

/// What `map` applies.
#[derive(Clone, Debug)]
pub(crate) enum Function {
    Closure(Rc<syn::ExprClosure>),
    Path(syn::ExprPath),
}

type Body<'b, 'a> = &'b mut dyn FnMut(&mut Lower<'a>, Val) -> Lowered<()>;

impl Iter {
    /// Whether the item at a position can be computed without running those before it.
    pub(super) fn indexable(&self) -> bool {
        match self {
            Iter::Range { .. } | Iter::Elements { .. } | Iter::Windows { .. } | Iter::Chunks { .. } | Iter::Flat { .. } => true,
            Iter::Once(_) => true,
            Iter::Cycle(i) => i.indexable(),
            Iter::Zip(a, b) => a.indexable() && b.indexable(),
            Iter::Enumerate(i)
            | Iter::Rev(i)
            | Iter::Skip(i, _)
            | Iter::Take(i, _)
            | Iter::StepBy(i, _)
            | Iter::Copied(i)
            | Iter::Map(i, _) => i.indexable(),
            _ => false,
        }
    }
}

impl Iter {
    /// Whether its items are parts of places or numbers, so that those that are not asked for need not be made.
    pub(super) fn is_bare(&self) -> bool {
        match self {
            Iter::Range { .. } | Iter::Elements { .. } | Iter::Windows { .. } | Iter::Chunks { .. } | Iter::Flat { .. } => true,
            Iter::Once(_) => true,
            Iter::Cycle(i) => i.is_bare(),
            Iter::Zip(a, b) => a.is_bare() && b.is_bare(),
            Iter::Enumerate(i) | Iter::Rev(i) | Iter::Skip(i, _) | Iter::Take(i, _) | Iter::StepBy(i, _) | Iter::Copied(i) => i.is_bare(),
            _ => false,
        }
    }
}

impl Iter {
    /// Whether making an item more than is asked for shows nothing.
    fn is_quiet(&self) -> bool {
        match self {
            Iter::Chain(a, b) | Iter::Zip(a, b) => a.is_quiet() && b.is_quiet(),
            Iter::Enumerate(i) | Iter::Skip(i, _) | Iter::Take(i, _) | Iter::Copied(i) => i.is_quiet(),
            other => other.is_bare(),
        }
    }

    fn has_chain(&self) -> bool {
        match self {
            Iter::Chain(..) => true,
            Iter::Zip(a, b) => a.has_chain() || b.has_chain(),
            Iter::Enumerate(i) | Iter::Skip(i, _) | Iter::Take(i, _) | Iter::Copied(i) => i.has_chain(),
            _ => false,
        }
    }
}

/// Methods that make an iterator of an iterator.
pub(super) fn is_adaptor(name: &str) -> bool {
    matches!(
        name,
        "zip"
            | "enumerate"
            | "rev"
            | "skip"
            | "take"
            | "step_by"
            | "copied"
            | "cloned"
            | "map"
            | "filter"
            | "filter_map"
            | "take_while"
            | "chain"
            | "flat_map"
            | "flatten"
            | "scan"
            | "by_ref"
            | "peekable"
            | "fuse"
            | "inspect"
            | "skip_while"
            | "map_while"
            | "cycle"
    )
}

impl<'a> Lower<'a> {
    /// An expression that is iterated over.
    pub(super) fn iterator(&mut self, e: &Syn) -> Lowered<Iter> {
        if let Syn::Range(r) = strip(e) {
            return self.range(r);
        }
        if let Syn::MethodCall(m) = strip(e) {
            if let Some(i) = self.chain(m)? {
                return Ok(i);
            }
        }
        if let Syn::Call(c) = strip(e) {
            if let (Syn::Path(p), Some(value)) = (strip(&c.func), c.args.first()) {
                let names: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
                if let ([.., "iter", what @ ("once" | "repeat")], 1) =
                    (&names.iter().map(String::as_str).collect::<Vec<_>>()[..], c.args.len())
                {
                    let val = self.expr_place(value)?;
                    let val = self.settled(val, e.span())?;
                    let once = Iter::Once(Box::new(val));
                    return Ok(if *what == "once" { once } else { Iter::Cycle(Box::new(once)) });
                }
            }
        }
        let plain = !self.varies(e);
        if plain {
            if let Syn::Path(p) = strip(e) {
                if let Some(i) = self.named_iterator(e) {
                    return Ok(self.started(i));
                }
                let _ = p;
            }
            if !matches!(self.types.of(e).peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) {
                let code = self.plain(e)?;
                return Ok(Iter::Plain(code));
            }
        }
        let val = self.expr_place(e)?;
        self.iterate(val, By::Value, e.span())
    }

    /// The iterator that a name stands for.
    pub(super) fn named_iterator(&self, e: &Syn) -> Option<Iter> {
        let Syn::Path(p) = strip(e) else { return None };
        match p.path.get_ident().and_then(|n| self.env.get(&n.to_string())) {
            Some(Val::Iter(i)) => Some((**i).clone()),
            _ => None,
        }
    }

    /// What is left of an iterator that may have been advanced.
    fn started(&mut self, i: Iter) -> Iter {
        match i {
            Iter::Cursor(inner, cursor) => {
                let gone = self.named(Expr::Read(Place::var(cursor)));
                Iter::Skip(inner, gone)
            }
            other => other,
        }
    }

    /// Whether an iterator hands out the elements of an array that may be overwritten before it runs.
    pub(super) fn copies_array(&self, i: &Iter) -> bool {
        match i {
            Iter::Elements { place, by: By::Value, .. } | Iter::Flat { place, by: By::Value, .. } => {
                !self.place_is_fixed(place) && !matches!(self.info(place.root).ty, Ty::Vec(_))
            }
            Iter::Zip(a, b) | Iter::Chain(a, b) => self.copies_array(a) || self.copies_array(b),
            Iter::Enumerate(i)
            | Iter::Rev(i)
            | Iter::Skip(i, _)
            | Iter::Take(i, _)
            | Iter::StepBy(i, _)
            | Iter::Copied(i)
            | Iter::Map(i, _)
            | Iter::Filter(i, _)
            | Iter::FilterMap(i, _)
            | Iter::TakeWhile(i, _)
            | Iter::SkipWhile(i, _)
            | Iter::MapWhile(i, _)
            | Iter::Inspect(i, _)
            | Iter::Cycle(i)
            | Iter::FlatMap(i, _)
            | Iter::Cursor(i, _)
            | Iter::Scan(i, ..) => self.copies_array(i),
            Iter::Elements { .. }
            | Iter::Flat { .. }
            | Iter::Range { .. }
            | Iter::Windows { .. }
            | Iter::Chunks { .. }
            | Iter::Once(_)
            | Iter::Plain(_) => false,
        }
    }

    /// An iterator with a name that `next` may be called on.
    pub(super) fn with_cursor(&mut self, i: Iter) -> Iter {
        if !i.indexable() || matches!(i, Iter::Cursor(..)) {
            return i;
        }
        let cursor = self.counter();
        Iter::Cursor(Box::new(i), cursor)
    }

    fn iterate(&mut self, val: Val, by: By, span: Span) -> Lowered<Iter> {
        match val {
            Val::Iter(i) => Ok(self.started(*i)),
            Val::Ref(place, ty, mutable) => {
                let place = self.freeze(place)?;
                let by = if by == By::Value {
                    if mutable {
                        By::Mut
                    } else {
                        By::Ref
                    }
                } else {
                    by
                };
                Ok(Iter::Elements { place, elem: ty.element(), by })
            }
            Val::Place(place, Ty::Ref(inner, m)) => {
                let place = self.freeze(place)?;
                let by = if by == By::Value {
                    if m {
                        By::Mut
                    } else {
                        By::Ref
                    }
                } else {
                    by
                };
                Ok(Iter::Elements { place, elem: inner.element(), by })
            }
            Val::Place(place, ty) => {
                let place = self.freeze(place)?;
                Ok(Iter::Elements { place, elem: ty.element(), by })
            }
            Val::Poison => Err(Refused),
            other => {
                let (var, ty) = self.variable(other, span)?;
                Ok(Iter::Elements { place: Place::var(var), elem: ty.element(), by })
            }
        }
    }

    fn range(&mut self, r: &syn::ExprRange) -> Lowered<Iter> {
        let (Some(start), Some(end)) = (&r.start, &r.end) else {
            let Some(start) = &r.start else { return self.errors.refuse_at(r, "this range has no start") };
            // `0..`: only beside something that ends.
            let start = self.fixed(start)?;
            return Ok(Iter::Range { start, end: Expr::Const(quote!(usize::MAX)), inclusive: false });
        };
        let start = self.fixed(start)?;
        let end = self.fixed(end)?;
        Ok(Iter::Range { start, end, inclusive: matches!(r.limits, syn::RangeLimits::Closed(_)) })
    }

    /// A method call that makes or adapts an iterator.
    pub(super) fn chain(&mut self, m: &syn::ExprMethodCall) -> Lowered<Option<Iter>> {
        let name = m.method.to_string();
        let span = m.method.span();
        let source = |l: &mut Self, by: By| -> Lowered<Iter> {
            if let Syn::Range(r) = strip(&m.receiver) {
                return l.range(r);
            }
            if let Syn::MethodCall(inner) = strip(&m.receiver) {
                if let Some(i) = l.chain(inner)? {
                    return Ok(i);
                }
            }
            let val = l.expr_place(&m.receiver)?;
            l.iterate(val, by, m.receiver.span())
        };
        let arg = || m.args.first().ok_or(Refused);
        match name.as_str() {
            "iter" if m.args.is_empty() => return source(self, By::Ref).map(Some),
            "iter_mut" if m.args.is_empty() => return source(self, By::Mut).map(Some),
            "into_iter" if m.args.is_empty() => return source(self, By::Value).map(Some),
            "windows" => {
                let size = self.fixed(arg()?)?;
                let val = self.expr_place(&m.receiver)?;
                let (place, ty) = self.place(val, span)?;
                let place = self.freeze(place)?;
                return Ok(Some(Iter::Windows { place, elem: ty.element(), size }));
            }
            "chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut" => {
                let size = self.fixed(arg()?)?;
                let val = self.expr_place(&m.receiver)?;
                let (place, ty) = self.place(val, span)?;
                let place = self.freeze(place)?;
                let (exact, mutable) = (name.contains("exact"), name.ends_with("mut"));
                return Ok(Some(Iter::Chunks { place, elem: ty.element(), size, exact, mutable }));
            }
            name if is_adaptor(name) => {}
            _ => return Ok(None),
        }
        // Adaptors: only of what is an iterator itself.
        let inner = match strip(&m.receiver) {
            Syn::Range(r) => self.range(r)?,
            Syn::MethodCall(inner) => match self.chain(inner)? {
                Some(i) => i,
                None => return Ok(None),
            },
            path @ Syn::Path(_) => match self.named_iterator(path) {
                Some(i) if name == "by_ref" => {
                    let _ = i;
                    return self
                        .errors
                        .refuse(span, "an iterator that is used in parts cannot be differentiated; loop over slices of the data instead");
                }
                Some(i) => self.started(i),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let inner = Box::new(inner);
        Ok(Some(match name.as_str() {
            "zip" => {
                let other = self.iterator(arg()?)?;
                Iter::Zip(inner, Box::new(other))
            }
            "enumerate" => Iter::Enumerate(inner),
            "rev" => Iter::Rev(inner),
            "skip" => Iter::Skip(inner, self.fixed(arg()?)?),
            "take" => Iter::Take(inner, self.fixed(arg()?)?),
            "step_by" => Iter::StepBy(inner, self.fixed(arg()?)?),
            "copied" | "cloned" => Iter::Copied(inner),
            "by_ref" | "peekable" | "fuse" => *inner,
            "map" => Iter::Map(inner, self.function(arg()?)?),
            "filter" => Iter::Filter(inner, self.closure_arg(arg()?)?),
            "filter_map" => Iter::FilterMap(inner, self.closure_arg(arg()?)?),
            "take_while" => Iter::TakeWhile(inner, self.closure_arg(arg()?)?),
            "skip_while" => Iter::SkipWhile(inner, self.closure_arg(arg()?)?),
            "map_while" => Iter::MapWhile(inner, self.closure_arg(arg()?)?),
            "inspect" => Iter::Inspect(inner, self.closure_arg(arg()?)?),
            "cycle" if inner.indexable() => Iter::Cycle(inner),
            "chain" => {
                let other = self.iterator(arg()?)?;
                Iter::Chain(inner, Box::new(other))
            }
            "flat_map" => Iter::FlatMap(inner, Some(self.closure_arg(arg()?)?)),
            "flatten" => match *inner {
                Iter::Elements { place, elem: Ty::Array(elem, len), by } => Iter::Flat { place, elem: *elem, len, by },
                other => Iter::FlatMap(Box::new(other), None),
            },
            "scan" => {
                let init = arg()?;
                let closure = self.closure_arg(m.args.iter().nth(1).ok_or(Refused)?)?;
                let val = self.expr(init, &Ty::Unknown)?;
                let (e, ty) = self.operand(val, init.span())?;
                let name = self.names.numbered("state_");
                let var = self.local(name, ty.clone(), VarKind::Memory, !ty.is_plain());
                self.vars[var.0 as usize].owned = true;
                self.out.push(Stmt::Decl(var, Some(e)));
                Iter::Scan(inner, var, ty, closure)
            }
            _ => {
                return self.errors.refuse(span, format!("the iterator method `{name}` cannot be differentiated; write the loop out"));
            }
        }))
    }

    fn closure_arg(&mut self, e: &Syn) -> Lowered<Rc<syn::ExprClosure>> {
        match self.function(e)? {
            Function::Closure(c) => Ok(c),
            Function::Path(p) => {
                self.errors.refuse_at(&p, "a function by name is only followed in `map` and `fold`; write a closure that calls it")
            }
        }
    }

    pub(super) fn function(&mut self, e: &Syn) -> Lowered<Function> {
        match strip(e) {
            Syn::Closure(c) => Ok(Function::Closure(self.captured(c)?)),
            Syn::Reference(r) => self.function(&r.expr),
            Syn::Path(p) => {
                if let Some(name) = p.path.get_ident() {
                    match self.env.get(&name.to_string()) {
                        Some(Val::Closure(c)) => return Ok(Function::Closure(c.clone())),
                        Some(_) => {
                            return self.errors.refuse_at(e, "which function this calls is not known; pass a closure or a named function")
                        }
                        None => {}
                    }
                }
                Ok(Function::Path(p.clone()))
            }
            other => self.errors.refuse_at(other, "which function this calls is not known; pass a closure or a named function"),
        }
    }

    // ---- lengths and items -------------------------------------------------------------------------------

    pub(super) fn opaque(&self, parts: &[&Expr], build: impl FnOnce(Vec<proc_macro2::TokenStream>) -> proc_macro2::TokenStream) -> Expr {
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

    pub(super) fn length_of(&self, place: &Place) -> Expr {
        let tokens = crate::emit::receiver_tokens(&self.vars, place);
        let mut vars = Vec::new();
        Expr::Read(place.clone()).each_operand(&mut |v| vars.push(v));
        Expr::Verbatim(Box::new(syn::parse_quote!(#tokens.len())), vars)
    }

    /// A value used more than once: named unless it is cheap and fixed.
    pub(super) fn named(&mut self, e: Expr) -> Expr {
        if matches!(e, Expr::Var(_) | Expr::Const(_)) {
            return e;
        }
        let name = self.names.numbered("n");
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Let(var, e));
        Expr::Var(var)
    }

    /// How many items an indexable iterator has.
    pub(super) fn count(&mut self, i: &Iter) -> Lowered<Expr> {
        Ok(match i {
            Iter::Range { start, end, inclusive } => {
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
    pub(super) fn item(&mut self, i: &Iter, at: &Expr, span: Span) -> Lowered<Val> {
        Ok(match i {
            Iter::Range { start, .. } => {
                let is_zero = matches!(start, Expr::Const(t) if t.to_string() == "0");
                if is_zero {
                    return Ok(Val::Expr(at.clone(), Ty::Plain));
                }
                let e = self.opaque(&[start, at], |t| {
                    let (s, k) = (&t[0], &t[1]);
                    quote!(::autodiff_core::rt::offset(#s, #k))
                });
                Val::Expr(self.named(e), Ty::Plain)
            }
            Iter::Elements { place, elem, by } => {
                let p = place.project(Proj::Index(Box::new(at.clone()), span));
                match by {
                    By::Ref => Val::Ref(p, elem.clone(), false),
                    By::Mut => Val::Ref(p, elem.clone(), true),
                    By::Value => Val::Place(p, elem.clone()),
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
                    By::Value => Val::Place(p, elem.clone()),
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
            Iter::Chunks { place, elem, size, exact, mutable } => {
                let (exact, len) = (*exact, self.length_of(place));
                let range = self.opaque(&[at, size, &len], |t| {
                    let (k, n, len) = (&t[0], &t[1], &t[2]);
                    if exact {
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
                    quote!(#k % (#n))
                });
                let at = self.named(e);
                self.item(i, &at, span)?
            }
            Iter::Rev(i) => {
                let count = self.count(i)?;
                let e = self.opaque(&[&count, at], |t| {
                    let (n, k) = (&t[0], &t[1]);
                    quote!(#n - 1 - #k)
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

    // ---- running -----------------------------------------------------------------------------------------

    /// Runs an iterator that `each` may stop.
    pub(super) fn drive_stopping(&mut self, iter: Iter, span: Span, stops: bool, each: Body<'_, 'a>) -> Lowered<()> {
        self.drive_inner(iter, None, None, span, stops, each)
    }

    /// Runs an iterator: `each` lowers the body for one item.
    pub(super) fn drive(
        &mut self,
        iter: Iter,
        label: Option<&syn::Label>,
        body: Option<&syn::Block>,
        span: Span,
        each: Body<'_, 'a>,
    ) -> Lowered<()> {
        self.drive_inner(iter, label, body, span, false, each)
    }

    fn drive_inner(
        &mut self,
        iter: Iter,
        label: Option<&syn::Label>,
        body: Option<&syn::Block>,
        span: Span,
        stops: bool,
        each: Body<'_, 'a>,
    ) -> Lowered<()> {
        if iter.indexable() {
            return self.drive_counted(&iter, label, body, span, stops, each);
        }
        match iter {
            Iter::Plain(code) => {
                let name = self.names.numbered("item");
                self.drive_plain(code, name, label, body, span, stops, each)
            }
            Iter::Chain(a, b) => {
                if body.is_some_and(super::scan::body_jumps) || stops {
                    return self.errors.refuse(span, "leaving a loop over `chain` early is not supported; write two loops");
                }
                self.drive_inner(*a, label, body, span, stops, each)?;
                self.drive_inner(*b, label, body, span, stops, each)
            }
            Iter::Map(i, f) => self.drive_inner(*i, label, body, span, stops, &mut |l, item| {
                let item = l.apply(&f, vec![item], span)?;
                each(l, item)
            }),
            Iter::Copied(i) => self.drive_inner(*i, label, body, span, stops, &mut |l, item| {
                let item = match item {
                    Val::Ref(p, ty, _) => Val::Place(p, ty),
                    other => other,
                };
                each(l, item)
            }),
            Iter::Filter(i, f) => self.drive_inner(*i, label, body, span, stops, &mut |l, item| {
                let item = l.settle_item(item, span)?;
                let seen = l.borrowed(item.clone());
                let cond = l.predicate(&f, vec![seen])?;
                l.when(cond, |l| each(l, item))
            }),
            Iter::TakeWhile(i, f) => self.drive_inner(*i, label, body, span, true, &mut |l, item| {
                let item = l.settle_item(item, span)?;
                let seen = l.borrowed(item.clone());
                let cond = l.predicate(&f, vec![seen])?;
                l.when_else_stop(cond, |l| each(l, item))
            }),
            Iter::SkipWhile(i, f) => {
                let begun = self.flag("begun");
                self.drive_inner(*i, label, body, span, stops, &mut |l, item| {
                    let item = l.settle_item(item, span)?;
                    let waiting = l.opaque(&[&Expr::Var(begun)], |t| {
                        let b = &t[0];
                        quote!(!#b)
                    });
                    let waiting = l.condition(waiting);
                    let then = l.block(false, |l| {
                        let seen = l.borrowed(item.clone());
                        let cond = l.predicate(&f, vec![seen])?;
                        let go = l.opaque(&[&cond], |t| {
                            let c = &t[0];
                            quote!(!(#c))
                        });
                        l.out.push(Stmt::Assign(Place::var(begun), go));
                        Ok(())
                    })?;
                    let other = l.empty_block();
                    l.out.push(Stmt::If(waiting, then, other));
                    l.when(Expr::Read(Place::var(begun)), |l| each(l, item))
                })
            }
            Iter::MapWhile(i, f) => self.drive_inner(*i, label, body, span, true, &mut |l, item| {
                l.bind_params(&f, vec![item])?;
                l.optional_item(&f.body, true, each)
            }),
            Iter::Inspect(i, f) => self.drive_inner(*i, label, body, span, stops, &mut |l, item| {
                let item = l.settle_item(item, span)?;
                let seen = l.borrowed(item.clone());
                l.bind_params(&f, vec![seen])?;
                l.effect(&f.body)?;
                each(l, item)
            }),
            Iter::FilterMap(i, f) => self.drive_inner(*i, label, body, span, stops, &mut |l, item| l.filter_map(&f, item, each)),
            Iter::FlatMap(i, f) => {
                if body.is_some_and(super::scan::body_jumps) || stops {
                    return self.errors.refuse(span, "leaving a loop over `flat_map` early is not supported; write nested loops");
                }
                self.drive_inner(*i, label, None, span, false, &mut |l, item| {
                    let inner = match &f {
                        Some(f) => l.inline_iter(f, vec![item])?,
                        None => l.iterate(item, By::Value, span)?,
                    };
                    l.drive_inner(inner, None, body, span, false, each)
                })
            }
            Iter::Enumerate(i) => {
                let counter = self.counter();
                self.drive_inner(*i, label, body, span, stops, &mut |l, item| {
                    let at = l.tick(counter);
                    each(l, Val::Tuple(vec![at, item]))
                })
            }
            Iter::Skip(i, n) => {
                let counter = self.counter();
                self.drive_inner(*i, label, body, span, stops, &mut |l, item| {
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let cond = l.opaque(&[&at, &n], |t| {
                        let (k, n) = (&t[0], &t[1]);
                        quote!(#k >= #n)
                    });
                    l.when(cond, |l| each(l, item))
                })
            }
            Iter::Take(i, n) => {
                let counter = self.counter();
                self.drive_inner(*i, label, body, span, true, &mut |l, item| {
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let cond = l.opaque(&[&at, &n], |t| {
                        let (k, n) = (&t[0], &t[1]);
                        quote!(#k < #n)
                    });
                    l.when_else_stop(cond, |l| each(l, item))
                })
            }
            Iter::Zip(a, b) if b.indexable() => {
                let counter = self.counter();
                let count = self.count(&b)?;
                let count = self.named(count);
                self.drive_inner(*a, label, body, span, true, &mut |l, item| {
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let cond = l.opaque(&[&at, &count], |t| {
                        let (k, n) = (&t[0], &t[1]);
                        quote!(#k < #n)
                    });
                    l.when_else_stop(cond, |l| {
                        let other = l.item(&b, &at, span)?;
                        each(l, Val::Tuple(vec![item.clone(), other]))
                    })
                })
            }
            Iter::Zip(a, b) if a.indexable() => {
                // The other way round. An item too many of `b` is made at most where that shows nothing.
                if !b.is_quiet() && !matches!(*b, Iter::Plain(_)) {
                    return self.errors.refuse(span, "this combination of iterator adaptors cannot be differentiated; write the loop out");
                }
                let counter = self.counter();
                let count = self.count(&a)?;
                let count = self.named(count);
                let chained = b.has_chain();
                self.drive_inner(*b, label, body, span, stops || !chained, &mut |l, item| {
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let cond = l.opaque(&[&at, &count], |t| {
                        let (k, n) = (&t[0], &t[1]);
                        quote!(#k < #n)
                    });
                    let pair = |l: &mut Self| {
                        let other = l.item(&a, &at, span)?;
                        each(l, Val::Tuple(vec![other, item.clone()]))
                    };
                    if chained {
                        l.when(cond, pair)
                    } else {
                        l.when_else_stop(cond, pair)
                    }
                })
            }
            Iter::Scan(i, state, ty, f) => self.drive_inner(*i, label, body, span, true, &mut |l, item| {
                let state = Val::Ref(Place::var(state), ty.clone(), true);
                l.scan_step(&f, state, item, each)
            }),
            _ => self.errors.refuse(span, "this combination of iterator adaptors cannot be differentiated; write the loop out"),
        }
    }

    fn drive_counted(
        &mut self,
        iter: &Iter,
        label: Option<&syn::Label>,
        body: Option<&syn::Block>,
        span: Span,
        stops: bool,
        each: Body<'_, 'a>,
    ) -> Lowered<()> {
        // A plain range keeps its own bounds and order.
        let mut inner = iter;
        let (mut reversed, mut step) = (false, None);
        loop {
            match inner {
                Iter::Rev(i) if step.is_none() => {
                    reversed = !reversed;
                    inner = i;
                }
                Iter::StepBy(i, n) if step.is_none() && !reversed => {
                    step = Some(n.clone());
                    inner = i;
                }
                _ => break,
            }
        }
        let name = self.names.numbered("i");
        let empty = syn::Block { brace_token: syn::token::Brace::default(), stmts: Vec::new() };
        let jumps = if stops { None } else { Some(body.unwrap_or(&empty)) };
        if let (Iter::Range { start, end, inclusive }, true) = (inner, step.is_none() || !reversed) {
            let var = self.index_var(name, label, jumps);
            let (body, exit) = self.loop_body(label, jumps, None, |l| {
                l.vars[var.0 as usize].region = l.region;
                each(l, Val::Expr(Expr::Var(var), Ty::Plain))
            })?;
            let counter = Counter { start: start.clone(), end: end.clone(), inclusive: *inclusive, step, reversed };
            self.counted(var, counter, body, exit, span);
            return Ok(());
        }
        let count = self.count(iter)?;
        let count = if self.is_stable(&count) { count } else { self.named(count) };
        let var = self.index_var(name, label, jumps);
        let (body, exit) = self.loop_body(label, jumps, None, |l| {
            l.vars[var.0 as usize].region = l.region;
            let item = l.item(iter, &Expr::Var(var), span)?;
            each(l, item)
        })?;
        let counter = Counter { start: Expr::Const(quote!(0)), end: count, inclusive: false, step: None, reversed: false };
        self.counted(var, counter, body, exit, span);
        Ok(())
    }

    fn index_var(&mut self, name: proc_macro2::Ident, _: Option<&syn::Label>, _: Option<&syn::Block>) -> Var {
        let var = self.local(name, Ty::Plain, VarKind::Index, false);
        self.vars[var.0 as usize].owned = true;
        var
    }

    #[allow(clippy::too_many_arguments)]
    fn drive_plain(
        &mut self,
        code: Expr,
        name: proc_macro2::Ident,
        label: Option<&syn::Label>,
        body: Option<&syn::Block>,
        span: Span,
        stops: bool,
        each: Body<'_, 'a>,
    ) -> Lowered<()> {
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        let empty = syn::Block { brace_token: syn::token::Brace::default(), stmts: Vec::new() };
        let jumps = if stops { None } else { Some(body.unwrap_or(&empty)) };
        let (block, exit) = self.loop_body(label, jumps, None, |l| {
            l.vars[var.0 as usize].region = l.region;
            each(l, Val::Expr(Expr::Var(var), Ty::Unknown))
        })?;
        self.out.push(Stmt::ForEach(crate::ir::ForEach { var, over: code, body: block, exit, span }));
        Ok(())
    }

    /// A counter of items, for positions after a filter.
    fn counter(&mut self) -> Var {
        let name = self.names.numbered("k");
        let var = self.local(name, Ty::Plain, VarKind::Memory, false);
        self.out.push(Stmt::Decl(var, Some(Expr::Const(quote!(0usize)))));
        var
    }

    fn tick(&mut self, counter: Var) -> Val {
        let at = self.named(Expr::Read(Place::var(counter)));
        let one = Expr::Const(quote!(1));
        self.out.push(Stmt::Update(Place::var(counter), BinOp::Add, one, Span::call_site()));
        Val::Expr(at, Ty::Plain)
    }

    pub(super) fn borrowed(&mut self, val: Val) -> Val {
        match val {
            Val::Place(p, ty) => Val::Ref(p, ty, false),
            Val::Expr(Expr::Var(v), ty) => Val::Ref(Place::var(v), ty, false),
            other => other,
        }
    }

    /// An item that is looked at more than once.
    pub(super) fn settle_item(&mut self, val: Val, span: Span) -> Lowered<Val> {
        match val {
            Val::Expr(e, ty) => {
                let (e, ty) = self.operand(Val::Expr(e, ty), span)?;
                Ok(Val::Expr(e, ty))
            }
            Val::Tuple(items) => Ok(Val::Tuple(items.into_iter().map(|i| self.settle_item(i, span)).collect::<Lowered<_>>()?)),
            other => Ok(other),
        }
    }

    pub(super) fn predicate(&mut self, f: &Rc<syn::ExprClosure>, args: Vec<Val>) -> Lowered<Expr> {
        self.bind_params(f, args)?;
        match &*f.body {
            Syn::Block(b) => {
                let val = self.block_value(&b.block, &Ty::Plain)?;
                Ok(self.operand(val, b.span())?.0)
            }
            body => self.plain(body),
        }
    }

    /// `if cond { then }`
    fn when(&mut self, cond: Expr, then: impl FnOnce(&mut Self) -> Lowered<()>) -> Lowered<()> {
        let cond = self.condition(cond);
        let then = self.block(false, then)?;
        let other = self.empty_block();
        self.out.push(Stmt::If(cond, then, other));
        Ok(())
    }

    /// `if cond { then } else { break }`
    fn when_else_stop(&mut self, cond: Expr, then: impl FnOnce(&mut Self) -> Lowered<()>) -> Lowered<()> {
        let cond = self.condition(cond);
        let stop = self.frames.last().and_then(|f| f.stop).ok_or(Refused)?;
        let then = self.block(false, then)?;
        let other = self.block(false, |l| {
            l.set_flag(stop);
            Ok(())
        })?;
        self.out.push(Stmt::If(cond, then, other));
        Ok(())
    }

    fn filter_map(&mut self, f: &Rc<syn::ExprClosure>, item: Val, each: Body<'_, 'a>) -> Lowered<()> {
        self.bind_params(f, vec![item])?;
        self.optional_item(&f.body, false, each)
    }

    fn scan_step(&mut self, f: &Rc<syn::ExprClosure>, state: Val, item: Val, each: Body<'_, 'a>) -> Lowered<()> {
        self.bind_params(f, vec![state, item])?;
        self.optional_item(&f.body, true, each)
    }

    /// The body of a closure that gives `Some(item)` or `None`.
    fn optional_item(&mut self, body: &Syn, stops: bool, each: Body<'_, 'a>) -> Lowered<()> {
        match strip(body) {
            Syn::Block(b) if b.label.is_none() => {
                let Some((last, before)) = b.block.stmts.split_last() else { return Err(Refused) };
                for s in before {
                    self.stmt(s)?;
                }
                match last {
                    syn::Stmt::Expr(e, None) => self.optional_item(e, stops, each),
                    other => self.errors.refuse_at(other, "expected `Some(..)` or `None`"),
                }
            }
            Syn::Call(c) if matches!(&*c.func, Syn::Path(p) if p.path.is_ident("Some")) && c.args.len() == 1 => {
                let val = self.expr(&c.args[0], &Ty::Unknown)?;
                each(self, val)
            }
            Syn::Path(p) if p.path.is_ident("None") => {
                if stops {
                    let stop = self.frames.last().and_then(|f| f.stop).ok_or(Refused)?;
                    self.set_flag(stop);
                }
                Ok(())
            }
            Syn::If(i) if !super::control::has_let(&i.cond) => {
                let cond = self.plain(&i.cond)?;
                let cond = self.condition(cond);
                let Some((_, other)) = &i.else_branch else { return Err(Refused) };
                let then_body = Syn::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: i.then_branch.clone() });
                let then = self.block(false, |l| l.optional_item(&then_body, stops, each))?;
                let other = self.block(false, |l| l.optional_item(other, stops, each))?;
                self.out.push(Stmt::If(cond, then, other));
                Ok(())
            }
            Syn::MethodCall(m) if m.method == "then_some" && m.args.len() == 1 => {
                let cond = self.plain(&m.receiver)?;
                let value = m.args[0].clone();
                self.when(cond, |l| {
                    let val = l.expr(&value, &Ty::Unknown)?;
                    each(l, val)
                })
            }
            Syn::MethodCall(m) if m.method == "then" && m.args.len() == 1 => {
                let cond = self.plain(&m.receiver)?;
                let f = self.closure_arg(&m.args[0])?;
                self.when(cond, |l| {
                    let val = l.inline(&f, Vec::new(), &Ty::Unknown)?;
                    each(l, val)
                })
            }
            other => self.errors.refuse_at(other, "expected `Some(..)` or `None`, perhaps behind `if`; write the loop out"),
        }
    }

    fn inline_iter(&mut self, f: &Rc<syn::ExprClosure>, args: Vec<Val>) -> Lowered<Iter> {
        self.bind_params(f, args)?;
        match strip(&f.body) {
            Syn::Block(b) if b.label.is_none() => {
                let Some((syn::Stmt::Expr(e, None), before)) = b.block.stmts.split_last() else { return Err(Refused) };
                for s in before {
                    self.stmt(s)?;
                }
                self.iterator(e)
            }
            other => self.iterator(other),
        }
    }

    // ---- consumers ---------------------------------------------------------------------------------------

    /// A method that runs an iterator to its end; none if the receiver is not one.
    pub(super) fn consumer(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Lowered<Option<Val>> {
        let name = m.method.to_string();
        if !matches!(name.as_str(), "sum" | "product" | "fold" | "for_each" | "collect" | "unzip" | "count" | "next" | "any" | "all") {
            return Ok(None);
        }
        let iter = match strip(&m.receiver) {
            Syn::Range(r) => self.range(r)?,
            Syn::MethodCall(inner) => match self.chain(inner)? {
                Some(i) => i,
                None => return Ok(None),
            },
            path @ Syn::Path(_) => match self.named_iterator(path) {
                Some(i) => self.started(i),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let span = m.method.span();
        let ty = super::pattern::better(self.types.of(&Syn::MethodCall(m.clone())), expected.clone());
        match name.as_str() {
            "sum" => self.accumulate(iter, BinOp::Add, ty, m).map(Some),
            "product" => self.accumulate(iter, BinOp::Mul, ty, m).map(Some),
            "fold" => {
                let [init, f] = [m.args.first().ok_or(Refused)?, m.args.iter().nth(1).ok_or(Refused)?];
                let f = self.function(f)?;
                let val = self.expr(init, &ty)?;
                let (init, init_ty) = match val {
                    Val::Tuple(items) if items.iter().all(|i| matches!(i, Val::Expr(..) | Val::Place(..))) => {
                        return self.fold_tuple(iter, items, &f, span).map(Some);
                    }
                    other => self.operand(other, span)?,
                };
                let ty = super::pattern::better(ty, init_ty);
                let acc = self.accumulator(init, &ty);
                if let Function::Path(p) = &f {
                    // `fold(0.0, f64::max)`: the function tells the type.
                    let owner = p.path.segments.iter().rev().nth(1).map(|s| s.ident.clone());
                    self.vars[acc.0 as usize].annotation = owner.filter(|o| o == "f64" || o == "f32").map(|o| syn::parse_quote!(#o));
                }
                self.drive(iter, None, None, span, &mut |l, item| {
                    let old = l.read(Place::var(acc), ty.clone())?;
                    let val = l.apply(&f, vec![Val::Expr(old.0, old.1), item], span)?;
                    let value = match val {
                        Val::Expr(e, _) => l.assignable(e, &ty),
                        other => l.operand(other, span)?.0,
                    };
                    l.out.push(Stmt::Assign(Place::var(acc), value));
                    Ok(())
                })?;
                Ok(Some(Val::Place(Place::var(acc), ty)))
            }
            "for_each" => {
                let f = self.function(m.args.first().ok_or(Refused)?)?;
                self.drive(iter, None, None, span, &mut |l, item| {
                    let val = l.apply(&f, vec![item], span)?;
                    match val {
                        Val::Expr(call @ Expr::Call(_), _) => {
                            l.refuse_hidden_effect(&call)?;
                            l.out.push(Stmt::Do(call));
                        }
                        Val::Expr(code @ Expr::Verbatim(..), _) => l.out.push(Stmt::Do(code)),
                        _ => {}
                    }
                    Ok(())
                })?;
                Ok(Some(Val::Unit))
            }
            "collect" => self.collect(iter, m, expected, span).map(Some),
            "unzip" => self.unzip(iter, m, expected, span).map(Some),
            _ => self.errors.refuse(span, format!("the iterator method `{name}` cannot be differentiated here; write the loop out")),
        }
    }

    fn accumulator(&mut self, init: Expr, ty: &Ty) -> Var {
        let name = self.names.numbered("acc");
        let var = self.local(name, ty.clone(), VarKind::Memory, !ty.is_plain());
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, Some(init)));
        var
    }

    fn accumulate(&mut self, iter: Iter, op: BinOp, ty: Ty, m: &syn::ExprMethodCall) -> Lowered<Val> {
        let span = m.method.span();
        // The neutral element as std has it: the sum of nothing is -0.0.
        let (start, step) = if op == BinOp::Add { ("rt::sum_start", "rt::sum_step") } else { ("rt::product_start", "rt::product_step") };
        let acc = self.accumulator(Expr::Runtime(start, Vec::new()), &ty);
        if let (true, Some(t)) = (ty.is_float(), float_type(&ty)) {
            self.vars[acc.0 as usize].annotation = Some(t);
        } else if let Some(syn::GenericArgument::Type(t)) = m.turbofish.as_ref().and_then(|t| t.args.first()) {
            self.vars[acc.0 as usize].annotation = Some(t.clone());
        }
        let mut ty_out = ty.clone();
        self.drive(iter, None, None, span, &mut |l, item| {
            let item = match item {
                Val::Ref(p, t, _) => Val::Place(p, t),
                other => other,
            };
            let item = match (item, ty.is_float()) {
                (Val::Place(p, Ty::Unknown), true) => Val::Place(p, ty.clone()),
                (item, _) => item,
            };
            let (e, item_ty) = l.operand(item, span)?;
            let known = ty.is_float() || item_ty.is_float();
            if known || item_ty.is_plain() {
                if !ty.is_float() && item_ty.is_float() {
                    l.vars[acc.0 as usize].ty = item_ty.clone();
                    ty_out = item_ty;
                }
                l.out.push(Stmt::Update(Place::var(acc), op, e, span));
            } else {
                let old = l.temp(Expr::Read(Place::var(acc)), Ty::Unknown);
                let _ = step;
                l.out.push(Stmt::Assign(Place::var(acc), Expr::Bin(op, Box::new(Expr::Var(old)), Box::new(e), span)));
            }
            Ok(())
        })?;
        Ok(Val::Place(Place::var(acc), ty_out))
    }

    fn fold_tuple(&mut self, iter: Iter, items: Vec<Val>, f: &Function, span: Span) -> Lowered<Val> {
        let mut accs = Vec::new();
        for item in items {
            let (e, ty) = self.operand(item, span)?;
            let acc = self.accumulator(e, &ty);
            accs.push((acc, ty));
        }
        self.drive(iter, None, None, span, &mut |l, item| {
            let mut old = Vec::new();
            for (acc, ty) in &accs {
                let (e, ty) = l.read(Place::var(*acc), ty.clone())?;
                old.push(Val::Expr(e, ty));
            }
            let val = l.apply(f, vec![Val::Tuple(old), item], span)?;
            let Val::Tuple(new) = val else {
                return l.errors.refuse(span, "the closure of this `fold` must end in a tuple");
            };
            let mut values = Vec::new();
            for v in new {
                values.push(l.operand(v, span)?.0);
            }
            for ((acc, _), value) in accs.iter().zip(values) {
                l.out.push(Stmt::Assign(Place::var(*acc), value));
            }
            Ok(())
        })?;
        Ok(Val::Tuple(accs.into_iter().map(|(acc, ty)| Val::Place(Place::var(acc), ty)).collect()))
    }

    fn collect(&mut self, iter: Iter, m: &syn::ExprMethodCall, expected: &Ty, span: Span) -> Lowered<Val> {
        let fish = m.turbofish.as_ref().and_then(|t| match t.args.first() {
            Some(syn::GenericArgument::Type(t)) => Some(Ty::parse(t, &self.source.floats)),
            _ => None,
        });
        let target = fish.unwrap_or_else(|| expected.clone());
        let Ty::Vec(elem) = &target else {
            return self.errors.refuse(span, "only `Vec`s can be collected into; say so with `collect::<Vec<_>>()` or a type on the `let`");
        };
        let name = self.names.numbered("list");
        let var = self.local(name, target.clone(), VarKind::Memory, true);
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        let capacity = if iter.indexable() { Some(self.count(&iter)?) } else { None };
        let init = match capacity {
            Some(n) => Expr::Runtime("rt::list_with_capacity", vec![n]),
            None => Expr::Runtime("rt::list", Vec::new()),
        };
        self.out.push(Stmt::Decl(var, Some(init)));
        let elem = (**elem).clone();
        // What the last closure gives has the element's type.
        let (iter, last) = match iter {
            Iter::Map(inner, Function::Closure(c)) => (*inner, Some(c)),
            other => (other, None),
        };
        let mut elem_out = elem.clone();
        self.drive(iter, None, None, span, &mut |l, item| {
            let item = match &last {
                Some(c) => l.inline(c, vec![item], &elem)?,
                None => item,
            };
            let item = match item {
                Val::Place(p, t) if !t.is_float() && !matches!(t, Ty::Unknown) => Val::Expr(Expr::Clone(Box::new(Expr::Read(p))), t),
                other => other,
            };
            let (e, ty) = l.operand(item, span)?;
            elem_out = super::pattern::better(elem_out.clone(), ty);
            l.out.push(Stmt::Container(crate::ir::ContainerOp::Push, Place::var(var), vec![e], span));
            Ok(())
        })?;
        let ty = Ty::Vec(Box::new(elem_out));
        self.vars[var.0 as usize].ty = ty.clone();
        Ok(Val::Place(Place::var(var), ty))
    }

    /// `unzip` into two `Vec`s.
    fn unzip(&mut self, iter: Iter, m: &syn::ExprMethodCall, expected: &Ty, span: Span) -> Lowered<Val> {
        let fish: Vec<Ty> = m
            .turbofish
            .iter()
            .flat_map(|t| &t.args)
            .skip(2)
            .filter_map(|a| match a {
                syn::GenericArgument::Type(t) => Some(Ty::parse(t, &self.source.floats)),
                _ => None,
            })
            .collect();
        let targets = match expected {
            _ if fish.len() == 2 => fish,
            Ty::Tuple(items) if items.len() == 2 => items.clone(),
            _ => Vec::new(),
        };
        let [Ty::Vec(first), Ty::Vec(second)] = &targets[..] else {
            return self
                .errors
                .refuse(span, "only `Vec`s can be unzipped into; give the `let` a type, as in `let (a, b): (Vec<_>, Vec<_>) = ...`");
        };
        let mut lists = Vec::new();
        for elem in [first, second] {
            let name = self.names.numbered("list");
            let var = self.local(name, Ty::Vec(elem.clone()), VarKind::Memory, true);
            self.vars[var.0 as usize].owned = true;
            self.out.push(Stmt::Decl(var, Some(Expr::Runtime("rt::list", Vec::new()))));
            lists.push((var, (**elem).clone()));
        }
        self.drive(iter, None, None, span, &mut |l, item| {
            let halves = match item {
                Val::Tuple(items) if items.len() == 2 => items,
                other => {
                    let (place, ty) = l.place(other, span)?;
                    let part = |k: usize| {
                        let member = syn::Member::Unnamed(k.into());
                        let ty = ty.field(&member);
                        Val::Place(place.project(Proj::Field(member)), ty)
                    };
                    vec![part(0), part(1)]
                }
            };
            for ((list, elem), half) in lists.iter_mut().zip(halves) {
                let half = match half {
                    Val::Ref(..) => return l.errors.refuse(span, "references cannot be unzipped here; add `.copied()` or `.cloned()`"),
                    Val::Place(p, t) if !t.is_float() && !matches!(t, Ty::Unknown) => Val::Expr(Expr::Clone(Box::new(Expr::Read(p))), t),
                    other => other,
                };
                let (e, ty) = l.operand(half, span)?;
                *elem = super::pattern::better(elem.clone(), ty);
                l.out.push(Stmt::Container(crate::ir::ContainerOp::Push, Place::var(*list), vec![e], span));
            }
            Ok(())
        })?;
        Ok(Val::Tuple(
            lists
                .into_iter()
                .map(|(var, elem)| {
                    let ty = Ty::Vec(Box::new(elem));
                    self.vars[var.0 as usize].ty = ty.clone();
                    self.invented.insert(var);
                    Val::Place(Place::var(var), ty)
                })
                .collect(),
        ))
    }

    // ---- closures ----------------------------------------------------------------------------------------

    /// Applies a closure or named function to values.
    pub(super) fn apply(&mut self, f: &Function, args: Vec<Val>, span: Span) -> Lowered<Val> {
        match f {
            Function::Closure(c) => self.inline(c, args, &Ty::Unknown),
            Function::Path(p) => self.call_path(p, args, span),
        }
    }

    fn bind_params(&mut self, c: &Rc<syn::ExprClosure>, args: Vec<Val>) -> Lowered<()> {
        if c.inputs.len() != args.len() {
            return self.errors.refuse(c.span(), "a closure with another number of parameters was expected here");
        }
        for (p, val) in c.inputs.iter().zip(args) {
            let (pat, annotation): (&Pat, Option<&syn::Type>) = match p {
                Pat::Type(t) => (&t.pat, Some(&t.ty)),
                other => (other, None),
            };
            let val = match (val, annotation) {
                (Val::Place(place, ty), Some(t)) => Val::Place(place, super::pattern::better(ty, Ty::parse(t, &self.source.floats))),
                (Val::Expr(e, ty), Some(t)) => Val::Expr(e, super::pattern::better(ty, Ty::parse(t, &self.source.floats))),
                (v, _) => v,
            };
            // Annotations on closure parameters tell types only; a reference stays a reference. Where the value gets a name
            // of its own, rustc may need what the annotation told it.
            let named = matches!(&val, Val::Place(p, Ty::Float(_)) if p.path.is_empty() && !self.place_is_fixed(p));
            self.bind(pat, val, annotation.filter(|_| named), pat.span())?;
        }
        Ok(())
    }

    /// The value of a closure's body for given arguments.
    pub(super) fn inline(&mut self, c: &Rc<syn::ExprClosure>, args: Vec<Val>, expected: &Ty) -> Lowered<Val> {
        if self.closure_depth > 16 {
            return self.errors.refuse(c.span(), "closures are nested too deeply here; make them functions");
        }
        self.bind_params(c, args)?;
        self.closure_depth += 1;
        let val = match &*c.body {
            Syn::Block(b) if b.label.is_none() => {
                if super::scan::has_return(&b.block) {
                    self.errors
                        .refuse_at(c, "`return` inside a closure cannot be differentiated; make its value the closure's last expression")
                } else {
                    self.block_value(&b.block, expected)
                }
            }
            body => self.expr(body, expected),
        };
        self.closure_depth -= 1;
        val
    }
}

fn slice(elem: &Ty) -> Ty {
    slice_type(&Ty::Slice(Box::new(elem.clone())))
}

pub(super) fn float_type(ty: &Ty) -> Option<syn::Type> {
    match ty {
        Ty::Float(crate::types::Float::F64) => Some(syn::parse_quote!(f64)),
        Ty::Float(crate::types::Float::F32) => Some(syn::parse_quote!(f32)),
        Ty::Float(crate::types::Float::Generic(t)) => Some(syn::parse_quote!(#t)),
        _ => None,
    }
}
