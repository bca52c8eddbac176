//! Iterator chains become loops: a source that can be indexed, adaptors applied to each item, a consumer.

use std::rc::Rc;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::expr::strip;
use super::{Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Expr, Place, Stmt, Var, VarKind};
use crate::types::Ty;

/// An iterator that has not run.
#[derive(Clone, Debug)]
pub(crate) enum Iter {
    /// Integers; without an end only beside something that has one.
    Range {
        start: Expr,
        end: Option<Expr>,
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
    /// `chunks(n)`, `chunks_exact(n)`, also mutable, and from the end.
    Chunks {
        place: Place,
        elem: Ty,
        size: Expr,
        exact: bool,
        mutable: bool,
        from_end: bool,
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
    Filter(Box<Iter>, Function),
    FilterMap(Box<Iter>, Function),
    TakeWhile(Box<Iter>, Function),
    Chain(Box<Iter>, Box<Iter>),
    /// `flat_map(f)`, `flatten()`
    FlatMap(Box<Iter>, Option<Function>),
    Scan(Box<Iter>, Var, Ty, Function),
    /// `successors(first, f)`: the variable holds the next item.
    Successors(Var, Ty, Function),
    /// `from_fn(f)`
    FromFn(Function),
    /// `repeat_with(f)`
    RepeatWith(Function),
    /// Advanced by hand.
    Cursor(Box<Iter>, Cursor),
    SkipWhile(Box<Iter>, Function),
    MapWhile(Box<Iter>, Function),
    Cycle(Box<Iter>),
    /// `once(x)`
    Once(Box<Val>),
    Inspect(Box<Iter>, Function),
    /// Whose items are made one after the other, none left out: making them changes something.
    InOrder(Box<Iter>),
    /// A range or other iterator over plain values that stays as it is.
    Plain(Expr),
}

/// The variables that count the items of an iterator that are gone, at its front and, where some are taken from there, at its back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    pub front: Var,
    pub back: Option<Var>,
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

mod consume;
mod drive;
mod effects;
mod items;
mod own;

type Body<'b, 'a> = &'b mut dyn FnMut(&mut Lower<'a>, Val) -> Lowered<()>;

impl Iter {
    /// Those that it asks for items, and the function that makes, chooses or changes what it gives.
    fn parts_mut(&mut self) -> (Vec<&mut Iter>, Option<&mut Function>) {
        match self {
            Iter::Zip(a, b) | Iter::Chain(a, b) => (vec![&mut **a, &mut **b], None),
            Iter::Enumerate(i)
            | Iter::Rev(i)
            | Iter::Skip(i, _)
            | Iter::Take(i, _)
            | Iter::StepBy(i, _)
            | Iter::Copied(i)
            | Iter::FlatMap(i, None)
            | Iter::Cursor(i, _)
            | Iter::Cycle(i)
            | Iter::InOrder(i) => (vec![&mut **i], None),
            Iter::Map(i, f)
            | Iter::Filter(i, f)
            | Iter::FilterMap(i, f)
            | Iter::TakeWhile(i, f)
            | Iter::FlatMap(i, Some(f))
            | Iter::Scan(i, _, _, f)
            | Iter::SkipWhile(i, f)
            | Iter::MapWhile(i, f)
            | Iter::Inspect(i, f) => (vec![&mut **i], Some(f)),
            Iter::Successors(_, _, f) | Iter::FromFn(f) | Iter::RepeatWith(f) => (Vec::new(), Some(f)),
            Iter::Elements { .. }
            | Iter::Windows { .. }
            | Iter::Chunks { .. }
            | Iter::Flat { .. }
            | Iter::Range { .. }
            | Iter::Once(_)
            | Iter::Plain(_) => (Vec::new(), None),
        }
    }

    /// The functions that make, choose or change its items.
    pub(in crate::lower) fn functions_mut(&mut self) -> Vec<&mut Function> {
        let (inner, own) = self.parts_mut();
        inner.into_iter().flat_map(Iter::functions_mut).chain(own).collect()
    }

    /// Whether the item at a position can be computed without running those before it.
    pub(in crate::lower) fn indexable(&self) -> bool {
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
    pub(in crate::lower) fn is_bare(&self) -> bool {
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
    pub(in crate::lower) fn is_quiet(&self) -> bool {
        match self {
            Iter::Chain(a, b) | Iter::Zip(a, b) => a.is_quiet() && b.is_quiet(),
            Iter::Enumerate(i) | Iter::Skip(i, _) | Iter::Take(i, _) | Iter::Copied(i) => i.is_quiet(),
            other => other.is_bare(),
        }
    }
}

/// Methods that make an iterator of an iterator.
pub(crate) fn is_adaptor(name: &str) -> bool {
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

/// Methods that make an iterator of a text.
const PARTS_OF_TEXTS: &[&str] =
    &["bytes", "chars", "char_indices", "lines", "split", "split_whitespace", "split_terminator", "rsplit", "splitn"];

/// `&TABLE` of `TABLE.iter()`: a static cannot be moved out of its place, and a table need not be copied.
fn lent_constant(val: Val) -> Val {
    match val {
        Val::Expr(Expr::Const(code), ty) if syn::parse2::<syn::Path>(code.clone()).is_ok() => {
            Val::Expr(Expr::Const(quote::quote!(&#code)), Ty::Ref(Box::new(ty), false))
        }
        other => other,
    }
}

/// `rev` moves towards the source, where it can be counted.
fn reversed(i: Iter) -> Iter {
    match i {
        Iter::Chain(a, b) => Iter::Chain(Box::new(reversed(*b)), Box::new(reversed(*a))),
        Iter::Map(i, f) if !i.indexable() => Iter::Map(Box::new(reversed(*i)), f),
        Iter::Copied(i) if !i.indexable() => Iter::Copied(Box::new(reversed(*i))),
        Iter::Filter(i, f) => Iter::Filter(Box::new(reversed(*i)), f),
        Iter::FilterMap(i, f) => Iter::FilterMap(Box::new(reversed(*i)), f),
        Iter::Inspect(i, f) => Iter::Inspect(Box::new(reversed(*i)), f),
        Iter::Rev(i) => *i,
        // What std iterates over, it iterates over backwards.
        Iter::Plain(Expr::Verbatim(e, vars)) => {
            let back = quote::quote!(::core::iter::Iterator::rev(::core::iter::IntoIterator::into_iter(#e)));
            Iter::Plain(Expr::Verbatim(Box::new(Syn::Verbatim(back)), vars))
        }
        other => Iter::Rev(Box::new(other)),
    }
}

impl Lower<'_> {
    /// An expression that is iterated over.
    pub(in crate::lower) fn iterator(&mut self, e: &Syn) -> Lowered<Iter> {
        if let Syn::Range(r) = strip(e) {
            return self.range(r);
        }
        if let Syn::MethodCall(m) = strip(e) {
            if self.is_of_what_only_counts(e) {
                return Ok(Iter::Plain(self.plain(e)?));
            }
            if let Some(i) = self.chain(m)? {
                return Ok(i);
            }
        }
        if let Some((what, args)) = crate::varied::made_iterator(strip(e)) {
            if let Some(source) = self.made_iterator(&what, &args, e.span())? {
                return Ok(source);
            }
        }
        let plain = !self.varies(e) || matches!(self.types.of(e).peel(), Ty::Range | Ty::Plain);
        if plain {
            if let Syn::Path(p) = strip(e) {
                if let Some(i) = self.named_iterator(e) {
                    return self.started(i);
                }
                let _ = p;
            }
            if !matches!(self.types.of(e).peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) {
                let code = self.plain(e)?;
                return Ok(Iter::Plain(code));
            }
        }
        let val = self.expr_place(e)?;
        let val = self.copied_array(e, val);
        self.iterate(val, By::Value, e.span())
    }

    /// `std::iter::once(x)` and the like.
    fn made_iterator(&mut self, what: &str, args: &[&Syn], span: Span) -> Lowered<Option<Iter>> {
        Ok(Some(match (what, args) {
            ("once" | "repeat" | "repeat_n", [value, rest @ ..]) => {
                let val = self.expr_place(value)?;
                let val = self.settled(val, span)?;
                let once = Iter::Once(Box::new(val));
                match (what, rest) {
                    ("once", []) => once,
                    ("repeat", []) => Iter::Cycle(Box::new(once)),
                    ("repeat_n", [n]) => {
                        let n = self.fixed(n)?;
                        Iter::Take(Box::new(Iter::Cycle(Box::new(once))), n)
                    }
                    _ => return Ok(None),
                }
            }
            ("zip", [a, b]) => Iter::Zip(Box::new(self.iterator(a)?), Box::new(self.iterator(b)?)),
            ("successors", [first, f]) => {
                let ty = match self.types.of(first) {
                    Ty::Option(inner) => *inner,
                    _ => Ty::Unknown,
                };
                let option = Ty::Option(Box::new(ty.clone()));
                let val = self.expr(first, &option)?;
                let (e, _) = self.operand(val, span)?;
                let f = self.function(f)?;
                let name = self.names.numbered("next_");
                let var = self.local(name, option, VarKind::Memory, true);
                self.vars[var.0 as usize].owned = true;
                self.out.push(Stmt::Decl(var, Some(e)));
                Iter::Successors(var, ty, f)
            }
            ("from_fn", [f]) => Iter::FromFn(self.function(f)?),
            ("repeat_with", [f]) => Iter::RepeatWith(self.function(f)?),
            _ => return Ok(None),
        }))
    }

    /// Whether an expression is made of a map, a text or the like by methods, and carries no derivative: only rustc knows what it gives.
    pub(in crate::lower) fn is_of_what_only_counts(&self, e: &Syn) -> bool {
        fn starts_so(l: &Lower<'_>, e: &Syn) -> bool {
            match (l.types.of(e).peel(), strip(e)) {
                (Ty::Inert, _) => true,
                (_, Syn::Path(p)) if p.path.get_ident().is_some_and(|name| l.facts.maps.contains(&name.to_string())) => true,
                (Ty::Unknown, Syn::MethodCall(m)) => is_made_so(l, m),
                _ => false,
            }
        }
        // Texts that are written down are plain like numbers that are.
        fn is_made_so(l: &Lower<'_>, m: &syn::ExprMethodCall) -> bool {
            let of_text = PARTS_OF_TEXTS.iter().any(|part| m.method == part);
            of_text && matches!(l.types.of(&m.receiver).peel(), Ty::Plain) || starts_so(l, &m.receiver)
        }
        matches!(strip(e), Syn::MethodCall(m) if is_made_so(self, m)) && !self.varies(e) && self.is_untouched(e)
    }

    /// Whether an expression is of a type of the crate that carries no derivative, and that is an iterator if a method of iterators is
    /// called on it.
    pub(in crate::lower) fn is_own_iterator(&self, e: &Syn, method: &proc_macro2::Ident) -> bool {
        let of_the_crate = match strip(e) {
            Syn::Call(_) | Syn::Path(_) => matches!(self.types.of(e), Ty::Inert),
            Syn::Struct(_) => true,
            _ => false,
        };
        of_the_crate && !crate::position::has_method(method) && !self.varies(e) && self.is_untouched(e)
    }

    /// The iterator that a name stands for.
    /// `std::iter::once(x)` and the like, and calls of closures that end in a chain.
    pub(in crate::lower) fn makes_iterator(&self, e: &Syn) -> bool {
        crate::varied::made_iterator(e).is_some() || self.given_by_closure(e).is_some_and(|last| self.is_chain(&last))
    }

    /// The last expression of a closure that is called.
    pub(in crate::lower) fn given_by_closure(&self, e: &Syn) -> Option<Syn> {
        let Syn::Call(c) = strip(e) else { return None };
        let Syn::Path(p) = &*c.func else { return None };
        let Some(Val::Closure(closure)) = p.path.get_ident().and_then(|f| self.env.get(&f.to_string())) else { return None };
        match &*closure.body {
            Syn::Block(b) => match b.block.stmts.last() {
                Some(syn::Stmt::Expr(last, None)) => Some(last.clone()),
                _ => None,
            },
            body => Some(body.clone()),
        }
    }

    pub(in crate::lower) fn named_iterator(&self, e: &Syn) -> Option<Iter> {
        let Syn::Path(p) = strip(e) else { return None };
        match p.path.get_ident().and_then(|n| self.env.get(&n.to_string())) {
            Some(Val::Iter(i)) => Some((**i).clone()),
            _ => None,
        }
    }

    /// What is left of an iterator that may have been advanced.
    pub(in crate::lower) fn started(&mut self, i: Iter) -> Lowered<Iter> {
        let Iter::Cursor(inner, cursor) = i else { return Ok(i) };
        let gone = self.named(Expr::Read(Place::var(cursor.front)));
        if cursor.back.is_none() {
            return Ok(Iter::Skip(inner, gone));
        }
        let end = self.end_of(&inner, cursor)?;
        let left = self.opaque(&[&end, &gone], |t| {
            let (end, gone) = (&t[0], &t[1]);
            quote::quote!(usize::saturating_sub(#end, #gone))
        });
        let left = self.named(left);
        Ok(Iter::Take(Box::new(Iter::Skip(inner, gone)), left))
    }

    /// How many items there are up to those that have been taken from the back.
    pub(in crate::lower) fn end_of(&mut self, rest: &Iter, cursor: Cursor) -> Lowered<Expr> {
        let all = self.count(rest)?;
        let Some(back) = cursor.back else { return Ok(all) };
        let taken = self.named(Expr::Read(Place::var(back)));
        let end = self.opaque(&[&all, &taken], |t| {
            let (all, taken) = (&t[0], &t[1]);
            quote::quote!(#all - #taken)
        });
        Ok(self.named(end))
    }

    /// Whether an iterator hands out the elements of an array that may be overwritten before it runs.
    pub(in crate::lower) fn copies_array(&self, i: &Iter) -> bool {
        match i {
            Iter::Elements { place, by: By::Value, .. } | Iter::Flat { place, by: By::Value, .. } => {
                !self.place_is_fixed(place) && !matches!(crate::analysis::ty_at(&self.vars, place), Ty::Vec(_))
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
            | Iter::InOrder(i)
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
            | Iter::Successors(..)
            | Iter::FromFn(_)
            | Iter::RepeatWith(_)
            | Iter::Plain(_) => false,
        }
    }

    /// An iterator with a name that `next` may be called on.
    pub(in crate::lower) fn with_cursor(&mut self, i: Iter, name: &str) -> Iter {
        if !i.indexable() || matches!(i, Iter::Cursor(..)) {
            return i;
        }
        let front = self.counter();
        let back = self.facts.from_behind.contains(name).then(|| self.counter());
        Iter::Cursor(Box::new(i), Cursor { front, back })
    }

    /// The next items of an iterator that is advanced by hand, all of which are going to be taken.
    fn next_items(&mut self, rest: &Iter, cursor: Cursor, count: &Expr, span: Span) -> Lowered<Iter> {
        let all = self.end_of(rest, cursor)?;
        let at = self.named(Expr::Read(Place::var(cursor.front)));
        let count = self.opaque(&[count, &at, &all], |t| {
            let (count, at, all) = (&t[0], &t[1], &t[2]);
            quote::quote!(::core::cmp::Ord::min(#count, usize::saturating_sub(#all, #at)))
        });
        let count = self.named(count);
        self.out.push(Stmt::Update(Place::var(cursor.front), crate::ir::BinOp::Add, count.clone(), span));
        Ok(Iter::Take(Box::new(Iter::Skip(Box::new(rest.clone()), at)), count))
    }

    /// Whether `it.by_ref().take(n)` is at the start of a chain whose items are all taken.
    pub(in crate::lower) fn takes_all(e: &Syn) -> bool {
        let Syn::MethodCall(m) = strip(e) else { return false };
        match m.method.to_string().as_str() {
            "map" | "copied" | "cloned" | "enumerate" | "filter" | "filter_map" | "inspect" => Self::takes_all(&m.receiver),
            "take" => matches!(strip(&m.receiver), Syn::MethodCall(r) if r.method == "by_ref"),
            _ => false,
        }
    }

    pub(in crate::lower) fn iterate(&mut self, val: Val, by: By, span: Span) -> Lowered<Iter> {
        if let Val::Place(place, ty) | Val::Ref(place, ty, _) = &val {
            self.is_no_deref(place, ty, span)?;
            if let (Ty::Named(named), true) = (ty.peel(), self.info(place.root).varied) {
                self.is_no_collection(named, span)?;
            }
        }
        if let Val::Place(_, ty) | Val::Ref(_, ty, _) | Val::Expr(_, ty) = &val {
            self.is_iterated(ty, span)?;
        }
        let is_option = matches!(&val, Val::Place(_, ty) | Val::Ref(_, ty, _) | Val::Expr(_, ty) if matches!(ty.peel(), Ty::Option(_)));
        match val {
            Val::Iter(i) => self.started(*i),
            // An item, if there is one.
            val if is_option => self.item_of_option(val, by, span),
            Val::Ref(place, ty, mutable) => {
                let place = self.pinned(place)?;
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
                let place = self.pinned(place)?;
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
                let place = self.pinned(place)?;
                self.hands_out(&place, &ty, by);
                Ok(Iter::Elements { place, elem: ty.element(), by })
            }
            Val::Poison => Err(Refused),
            Val::Twice(inner) => self.iterate(*inner, by, span),
            // What adaptors make of what carries no derivative, as a method gives it: an iterator, and no list.
            Val::Expr(e, Ty::Unknown) if by == By::Value && is_adapted(&e) && !self.expr_varies(&e) => Ok(Iter::Plain(e)),
            other => {
                let lent = if by == By::Ref { lent_constant(other) } else { other };
                let (var, ty) = self.variable(lent, span)?;
                if matches!(ty, Ty::Option(_)) {
                    return self.item_of_option(Val::Place(Place::var(var), ty), by, span);
                }
                self.hands_out(&Place::var(var), &ty, by);
                Ok(Iter::Elements { place: Place::var(var), elem: ty.element(), by })
            }
        }
    }

    fn item_of_option(&mut self, val: Val, by: By, span: Span) -> Lowered<Iter> {
        if by == By::Mut || matches!(val, Val::Ref(_, _, true) | Val::Place(_, Ty::Ref(_, true))) {
            return self
                .errors
                .refuse(span, "what is in an `Option` cannot be changed by iterating over it here; write `if let Some(x) = &mut ..`");
        }
        let option = match (val, by) {
            (Val::Place(place, ty), By::Ref) => Val::Ref(place, ty, false),
            (val, _) => self.settled(val, span)?,
        };
        Ok(Iter::FlatMap(Box::new(Iter::Once(Box::new(option))), None))
    }

    /// Notes that elements are moved out of a list.
    fn hands_out(&mut self, place: &Place, list: &Ty, by: By) {
        if by == By::Value && !list.element().is_copy_or_plain() {
            self.handed_out.insert(place.root);
        }
    }

    /// A method of lists is called on what is not known.
    fn is_unknown_list(&self, m: &syn::ExprMethodCall) -> bool {
        matches!(self.types.of(&m.receiver).peel(), Ty::Unknown) && self.is_of_lists_alone(m)
    }

    pub(in crate::lower) fn range(&mut self, r: &syn::ExprRange) -> Lowered<Iter> {
        let (Some(start), Some(end)) = (&r.start, &r.end) else {
            let Some(start) = &r.start else { return self.errors.refuse_at(r, "this range has no start") };
            let start = self.fixed(start)?;
            return Ok(Iter::Range { start, end: None, inclusive: false });
        };
        let start = self.fixed(start)?;
        let end = Some(self.fixed(end)?);
        Ok(Iter::Range { start, end, inclusive: matches!(r.limits, syn::RangeLimits::Closed(_)) })
    }

    /// A method call that makes or adapts an iterator.
    pub(in crate::lower) fn chain(&mut self, m: &syn::ExprMethodCall) -> Lowered<Option<Iter>> {
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
                // The elements of an array of arrays in a row.
                if let ("as_flattened" | "as_flattened_mut", Ty::Array(..)) =
                    (inner.method.to_string().as_str(), l.types.of(&inner.receiver).element())
                {
                    let val = l.expr_place(&inner.receiver)?;
                    if let Iter::Elements { place, elem: Ty::Array(elem, len), .. } = l.iterate(val, by, inner.method.span())? {
                        return Ok(Iter::Flat { place, elem: *elem, len, by });
                    }
                }
            }
            let mut val = l.expr_place(&m.receiver)?;
            if by == By::Mut && !l.is_place(&m.receiver) {
                let (e, ty) = l.operand(val, m.receiver.span())?;
                val = Val::Place(l.own(e, ty.clone()), ty);
            }
            let val = if by == By::Value { l.copied_array(&m.receiver, val) } else { val };
            l.iterate(val, by, m.receiver.span())
        };
        let arg = || m.args.first().ok_or(Refused);
        match name.as_str() {
            _ if self.is_of_what_only_counts(&Syn::MethodCall(m.clone())) => {
                return Ok(Some(Iter::Plain(self.plain(&Syn::MethodCall(m.clone()))?)));
            }
            "iter" if m.args.is_empty() => return source(self, By::Ref).map(Some),
            "iter_mut" if m.args.is_empty() => return source(self, By::Mut).map(Some),
            "into_iter" if m.args.is_empty() => return source(self, By::Value).map(Some),
            "windows" => {
                let size = self.fixed(arg()?)?;
                let val = lent_constant(self.expr_place(&m.receiver)?);
                let (place, ty) = self.place(val, span)?;
                let place = self.pinned(place)?;
                return Ok(Some(Iter::Windows { place, elem: ty.element(), size }));
            }
            "chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut" | "rchunks" | "rchunks_exact" | "rchunks_mut"
            | "rchunks_exact_mut" => {
                let size = self.fixed(arg()?)?;
                let val = lent_constant(self.expr_place(&m.receiver)?);
                let (place, ty) = self.place(val, span)?;
                let place = self.pinned(place)?;
                let (exact, mutable, from_end) = (name.contains("exact"), name.ends_with("mut"), name.starts_with('r'));
                return Ok(Some(Iter::Chunks { place, elem: ty.element(), size, exact, mutable, from_end }));
            }
            "drain" if matches!(self.types.of(&m.receiver).peel(), Ty::Vec(_)) || self.is_unknown_list(m) => match self.rearranged(m)? {
                Val::Iter(i) => return Ok(Some(*i)),
                _ => return Err(Refused),
            },
            // An iterator is what it was before it is used.
            "clone" if m.args.is_empty() => match self.named_iterator(&m.receiver) {
                Some(i) if !matches!(i, Iter::Cursor(..)) => return Ok(Some(self.cloned(i))),
                _ => return Ok(None),
            },
            name if is_adaptor(name) => {}
            _ => return Ok(None),
        }
        // Adaptors: only of what is an iterator itself.
        let inner = match strip(&m.receiver) {
            Syn::Range(r) => self.range(r)?,
            own if self.is_own_iterator(own, &m.method) => Iter::Plain(self.plain(own)?),
            Syn::MethodCall(inner) => match self.chain(inner)? {
                Some(i) => i,
                None => return Ok(None),
            },
            path @ Syn::Path(_) => match self.named_iterator(path) {
                Some(i @ Iter::Cursor(..)) if name == "by_ref" && self.runs_out => i,
                Some(_) if name == "by_ref" => {
                    return self
                        .errors
                        .refuse(span, "an iterator that is used in parts cannot be differentiated; loop over slices of the data instead");
                }
                Some(i) => self.started(i)?,
                None => return Ok(None),
            },
            call if self.makes_iterator(call) => self.iterator(call)?,
            _ => return Ok(None),
        };
        if let (Iter::Cursor(rest, cursor), "take", Syn::MethodCall(by_ref)) = (&inner, name.as_str(), strip(&m.receiver)) {
            if by_ref.method == "by_ref" {
                let count = self.fixed(arg()?)?;
                return self.next_items(rest, *cursor, &count, span).map(Some);
            }
        }
        let inner = Box::new(inner);
        Ok(Some(match name.as_str() {
            "zip" => {
                let other = self.iterator(arg()?)?;
                if self.changes_something(&inner) {
                    // The first one may be asked once more before the second one turns out to have no more items, or may not be: what
                    // consumes the pairs decides.
                    return self.errors.refuse(
                        span,
                        "how often `zip` asks for what changes something here is not known; collect the items before, or write the loop out",
                    );
                }
                Iter::Zip(inner, Box::new(other))
            }
            "enumerate" => Iter::Enumerate(inner),
            "rev" if self.makes_in_vain(&inner) => {
                return self.errors.refuse(
                    span,
                    "`rev` makes items here that nobody is given, and making them changes something; collect the items before, or write the loop out",
                );
            }
            "rev" => reversed(self.in_any_order(*inner)),
            "skip" => Iter::Skip(Box::new(self.in_order(*inner)), self.fixed(arg()?)?),
            "take" => Iter::Take(inner, self.fixed(arg()?)?),
            "step_by" => Iter::StepBy(Box::new(self.in_order(*inner)), self.fixed(arg()?)?),
            "copied" | "cloned" => Iter::Copied(inner),
            "peekable" if self.changes_something(&inner) => {
                return self.errors.refuse(
                    span,
                    "`peekable` makes items that change something before they are asked for; collect the items before, or write the loop out",
                );
            }
            "by_ref" | "peekable" | "fuse" => *inner,
            "map" => Iter::Map(inner, self.function(arg()?)?),
            "filter" => Iter::Filter(inner, self.function(arg()?)?),
            "filter_map" => Iter::FilterMap(inner, self.function(arg()?)?),
            "take_while" => Iter::TakeWhile(inner, self.function(arg()?)?),
            "skip_while" => Iter::SkipWhile(inner, self.function(arg()?)?),
            "map_while" => Iter::MapWhile(inner, self.function(arg()?)?),
            "inspect" => Iter::Inspect(inner, self.function(arg()?)?),
            "cycle" if inner.indexable() => Iter::Cycle(inner),
            "chain" => {
                let other = self.iterator(arg()?)?;
                Iter::Chain(inner, Box::new(other))
            }
            "flat_map" => Iter::FlatMap(inner, Some(self.function(arg()?)?)),
            "flatten" => match *inner {
                Iter::Elements { place, elem: Ty::Array(elem, len), by } => Iter::Flat { place, elem: *elem, len, by },
                other => Iter::FlatMap(Box::new(other), None),
            },
            "scan" => {
                let init = arg()?;
                let val = self.expr(init, &Ty::Unknown)?;
                let (e, ty) = self.operand(val, init.span())?;
                let closure = self.function(m.args.iter().nth(1).ok_or(Refused)?)?;
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
}

/// Whether code ends in an adaptor.
fn is_adapted(e: &Expr) -> bool {
    let Expr::Verbatim(code, _) = e else { return false };
    matches!(strip(code), Syn::MethodCall(m) if is_adaptor(&m.method.to_string()))
}

pub(super) fn float_type(ty: &Ty) -> Option<syn::Type> {
    match ty {
        Ty::Float(crate::types::Float::F64) => Some(syn::parse_quote!(f64)),
        Ty::Float(crate::types::Float::F32) => Some(syn::parse_quote!(f32)),
        Ty::Float(crate::types::Float::Generic(t)) => Some(syn::parse_quote!(#t)),
        _ => None,
    }
}
