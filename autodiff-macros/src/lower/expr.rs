//! Expressions.
//!
//! What enters: an expression, and its type where the surroundings tell. What leaves: what it denotes; operations stand in statements of
//! their own. Guarantee: operands are evaluated once and in the order of the source.

use proc_macro2::Span;
use quote::{quote, ToTokens};
use syn::spanned::Spanned;
use syn::{BinOp as SynOp, Expr as Syn, UnOp};

use super::pattern::better;
use super::{scan, Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{BinOp, Conversion, Expr, Place, Proj, VarKind};
use crate::types::{Float, Ty};
use crate::varied;

mod assign;
mod closure;
mod control;
mod place;

pub(super) use place::slice_type;

impl Lower<'_> {
    /// The initialiser of a `let`.
    pub(super) fn initialiser(&mut self, e: &Syn, expected: &Ty, annotation: Option<&syn::Type>) -> Lowered<Val> {
        let annotated = annotation.map(|t| Ty::parse(t, &self.source.floats));
        self.expr(e, annotated.as_ref().filter(|t| !matches!(t, Ty::Unknown)).unwrap_or(expected))
    }

    /// Lowers an expression; `expected` is its type where the context tells.
    pub(super) fn expr(&mut self, e: &Syn, expected: &Ty) -> Lowered<Val> {
        match e {
            Syn::Paren(p) => return self.expr(&p.expr, expected),
            Syn::Group(g) => return self.expr(&g.expr, expected),
            Syn::Path(p) => return self.path(p, expected),
            Syn::Closure(c) => return self.closure(c),
            _ => {}
        }
        let structural =
            matches!(e, Syn::If(_) | Syn::Match(_) | Syn::Block(_) | Syn::Loop(_) | Syn::ForLoop(_) | Syn::While(_) | Syn::Assign(_))
                || matches!(e, Syn::Binary(b) if scan::is_update(&b.op));
        let touched = structural && varied::mentions(e.to_token_stream(), &self.varied);
        if !touched && !self.varies(e) && !self.writes_varied(e) {
            let ty = better(self.types.of(e), expected.clone());
            let value = self.plain(e)?;
            // What changes something is evaluated in its turn, not where its value is used.
            let value = if matches!(value, Expr::Verbatim(..)) && self.works(e) { Expr::Var(self.temp(value, ty.clone())) } else { value };
            return Ok(Val::Expr(value, ty));
        }
        self.expr_active(e, expected)
    }

    /// Whether a call or method hands out a varied variable by `&mut`.
    fn writes_varied(&self, e: &Syn) -> bool {
        match e {
            Syn::Call(c) => c
                .args
                .iter()
                .any(|a| matches!(a, Syn::Reference(r) if r.mutability.is_some() && varied::mentions(r.to_token_stream(), &self.varied))),
            Syn::MethodCall(m) => scan::mutates(m) && varied::root_name(&m.receiver).is_some_and(|n| self.varied.contains(&n)),
            _ => false,
        }
    }

    pub(super) fn expr_active(&mut self, e: &Syn, expected: &Ty) -> Lowered<Val> {
        match e {
            Syn::Paren(p) => self.expr_active(&p.expr, expected),
            Syn::Group(g) => self.expr_active(&g.expr, expected),
            Syn::Path(p) => self.path(p, expected),
            Syn::Closure(c) => self.closure(c),
            Syn::Lit(l) => Ok(Val::Expr(Expr::Const(l.to_token_stream()), self.types.of(e))),
            Syn::Unary(u) => self.unary(u, expected),
            Syn::Binary(b) if scan::is_update(&b.op) => self.update(b),
            Syn::Binary(b) if varied::is_plain_operator(&b.op) => Ok(Val::Expr(self.plain(e)?, self.types.of(e))),
            Syn::Binary(b) => self.binary(b, expected),
            Syn::Assign(a) => self.assign(a),
            Syn::Field(f) => self.field(f),
            Syn::Index(i) => self.index(i),
            Syn::Reference(r) => self.reference(r),
            Syn::Cast(c) => self.cast(c),
            Syn::Tuple(t) => {
                let items = t
                    .elems
                    .iter()
                    .enumerate()
                    .map(|(k, e)| {
                        let ty = if let Ty::Tuple(items) = expected { items.get(k).cloned().unwrap_or(Ty::Unknown) } else { Ty::Unknown };
                        let val = self.expr(e, &ty)?;
                        self.settled(val, e.span())
                    })
                    .collect::<Lowered<Vec<_>>>()?;
                Ok(Val::Tuple(items))
            }
            Syn::Array(a) => {
                let elem = expected.element();
                let (items, elem) = self.items(a.elems.iter(), elem)?;
                let n = proc_macro2::Literal::usize_unsuffixed(a.elems.len());
                Ok(Val::Expr(Expr::Array(items), Ty::Array(Box::new(elem), quote!(#n))))
            }
            Syn::Repeat(r) => {
                let val = self.expr(&r.expr, &expected.element())?;
                let (value, ty) = self.operand(val, r.expr.span())?;
                let (len, _) = self.verbatim_expr(&r.len)?;
                let len = len.to_token_stream();
                Ok(Val::Expr(Expr::Repeat(Box::new(value), len.clone()), Ty::Array(Box::new(ty), len)))
            }
            Syn::Struct(s) => self.struct_literal(s, expected),
            Syn::Call(c) => self.call(c, expected),
            Syn::MethodCall(m) => self.method(m, expected),
            Syn::If(_) | Syn::Match(_) | Syn::Block(_) | Syn::Loop(_) => self.value_of_control(e, expected),
            Syn::ForLoop(_) | Syn::While(_) => {
                self.effect(e)?;
                Ok(Val::Unit)
            }
            Syn::Macro(m) => self.macro_expr(m, expected),
            Syn::Range(r) => self.range_of_numbers(r),
            Syn::Return(r) => self.errors.refuse_at(r, "an early exit inside an expression cannot be differentiated; leave in a statement of its own"),
            Syn::Break(r) => self.errors.refuse_at(r, "an early exit inside an expression cannot be differentiated; leave in a statement of its own"),
            Syn::Continue(r) => self.errors.refuse_at(r, "an early exit inside an expression cannot be differentiated; leave in a statement of its own"),
            Syn::Try(t) => self.errors.refuse_at(t, "`?` cannot be differentiated; write `let Some(x) = ... else { return ... };`"),
            Syn::Unsafe(u) => self.errors.refuse(u.unsafe_token.span, "unsafe code that touches differentiable values cannot be differentiated; move it into a function with `#[derivative(...)]`"),
            Syn::Async(a) => self.errors.refuse(a.async_token.span, "async code cannot be differentiated; compute the value in a plain function"),
            Syn::Await(a) => self.errors.refuse_at(a, "async code cannot be differentiated; compute the value in a plain function"),
            Syn::RawAddr(r) => self.errors.refuse_at(r, "raw pointers cannot be differentiated; use a reference or an index"),
            Syn::Let(l) => self.errors.refuse_at(l, "`let` in this position cannot be differentiated"),
            Syn::Const(c) => self.errors.refuse_at(c, "a const block of differentiable values cannot be differentiated"),
            other => self.errors.refuse_at(other, "this expression cannot be differentiated; compute it in a function with `#[derivative(...)]`, or wrap inputs in `constant(...)`"),
        }
    }

    /// A value that does not change any more: operands instead of places that may be overwritten.
    pub(super) fn settled(&mut self, val: Val, span: Span) -> Lowered<Val> {
        Ok(match val {
            Val::Tuple(items) => Val::Tuple(items.into_iter().map(|i| self.settled(i, span)).collect::<Lowered<_>>()?),
            Val::Ref(place, ty, mutable) => Val::Ref(self.led_to(place)?, ty, mutable),
            val @ (Val::Closure(_) | Val::Poison | Val::Twice(_)) => val,
            other => {
                let (e, ty) = self.operand(other, span)?;
                Val::Expr(e, ty)
            }
        })
    }

    pub(super) fn items<'e>(&mut self, elems: impl Iterator<Item = &'e Syn>, mut elem: Ty) -> Lowered<(Vec<Expr>, Ty)> {
        let mut items = Vec::new();
        for e in elems {
            if let Some(lent) = lent_in(e) {
                return self.errors.refuse_at(
                    lent,
                    "a `&mut` reference in an array cannot be followed; put the values into an array, and back when they have changed",
                );
            }
            let val = self.expr(e, &elem)?;
            let (item, ty) = self.operand(val, e.span())?;
            elem = better(elem, ty);
            items.push(item);
        }
        Ok((items, elem))
    }

    fn path(&mut self, p: &syn::ExprPath, expected: &Ty) -> Lowered<Val> {
        let whole = Syn::Path(p.clone());
        if let Some(name) = p.path.get_ident() {
            if let Some(val) = self.env.get(&name.to_string()) {
                return match val.clone() {
                    Val::Poison => Err(Refused),
                    Val::Place(place, ty) => Ok(Val::Place(place, better(ty, expected.clone()))),
                    other => Ok(other),
                };
            }
        }
        let ty = better(self.types.of(&whole), expected.clone());
        Ok(Val::Expr(Expr::Const(p.to_token_stream()), ty))
    }

    /// A value, of which it is told whether it is a reference to a reference.
    fn with_levels(&mut self, e: &Syn) -> Lowered<Val> {
        let val = self.expr(e, &Ty::Unknown)?;
        Ok(self.told_twice(e, val))
    }

    /// The value of a name that is one reference more away than what it denotes.
    pub(super) fn told_twice(&self, e: &Syn, val: Val) -> Val {
        let twofold = matches!(strip(e), Syn::Path(p) if p.path.get_ident().is_some_and(|n| self.twofold.contains(&n.to_string())));
        match val {
            val @ Val::Ref(..) if twofold => Val::Twice(Box::new(val)),
            val => val,
        }
    }

    fn unary(&mut self, u: &syn::ExprUnary, expected: &Ty) -> Lowered<Val> {
        match u.op {
            UnOp::Neg(_) => {
                if let Some(val) = self.negation_written_out(u)? {
                    return Ok(val);
                }
                let val = self.expr(&u.expr, expected)?;
                let (e, ty) = self.operand(val, u.expr.span())?;
                let ty = better(ty.peel().clone(), expected.clone());
                let ty = if ty.is_float() || ty.is_plain() { ty } else { Ty::Unknown };
                Ok(Val::Expr(Expr::Neg(Box::new(e)), ty))
            }
            UnOp::Deref(_) => match self.with_levels(&u.expr)? {
                Val::Twice(inner) => Ok(*inner),
                Val::Ref(place, ty, _) => Ok(Val::Place(place, better(ty, expected.clone()))),
                Val::Place(place, ty) if ty.is_float() => Ok(Val::Place(place, ty)),
                Val::Place(place, ty) => {
                    let inner = match ty {
                        Ty::Ref(inner, _) => *inner,
                        _ => expected.clone(),
                    };
                    // A name bound by a pattern may be a reference or a value behind one; both denote the same part.
                    Ok(Val::Place(place.project(Proj::Deref), inner))
                }
                Val::Poison => Err(Refused),
                other => {
                    let (place, _) = self.place(other, u.expr.span())?;
                    Ok(Val::Place(place.project(Proj::Deref), expected.clone()))
                }
            },
            _ => self.errors.refuse_at(u, "this operator cannot be differentiated"),
        }
    }

    pub(super) fn binary(&mut self, b: &syn::ExprBinary, expected: &Ty) -> Lowered<Val> {
        let op = match b.op {
            SynOp::Add(_) => BinOp::Add,
            SynOp::Sub(_) => BinOp::Sub,
            SynOp::Mul(_) => BinOp::Mul,
            SynOp::Div(_) => BinOp::Div,
            SynOp::Rem(_) => BinOp::Rem,
            _ => return self.errors.refuse_at(b, "this operator cannot be differentiated"),
        };
        if let Some(val) = self.operator_written_out(b)? {
            return Ok(val);
        }
        let (tl, tr) = (self.types.of(&b.left), self.types.of(&b.right));
        // `f64 op _ = f64` leaves only a float for the other operand; a sum that is a number has numbers for terms.
        let wanted = if expected.is_float() { expected.clone() } else { Ty::Unknown };
        let term = |e: &Syn| matches!(op, BinOp::Add | BinOp::Sub) && is_made_here(e);
        let want_left = if tr.peel().is_float() || term(&b.left) { wanted.clone() } else { Ty::Unknown };
        let left = self.expr(&b.left, &known_or(&tl, &want_left)).and_then(|left| self.operand_beside(left, &tr, b.left.span()));
        let Ok((l, lt)) = left else {
            // What is wrong with the other operand is reported together with it.
            let _ = self.expr(&b.right, &tr);
            return Err(Refused);
        };
        let want_right = if lt.peel().is_float() || term(&b.right) { wanted.clone() } else { Ty::Unknown };
        let right = self.expr(&b.right, &known_or(&tr, &want_right))?;
        let (r, rt) = self.operand_beside(right, &lt, b.right.span())?;
        // The right operand may have made the left one's type certain.
        let settles =
            |own: &Ty, other: &Ty, e: &Syn| matches!(own, Ty::Unknown) && wanted.is_float() && (other.peel().is_float() || term(e));
        let (lt, rt) = (
            if settles(&lt, &rt, &b.left) { wanted.clone() } else { lt.clone() },
            if settles(&rt, &lt, &b.right) { wanted.clone() } else { rt },
        );
        let ty = match (lt.peel(), rt.peel()) {
            (Ty::Float(Float::Inferred), Ty::Float(f)) | (Ty::Float(f), Ty::Float(_)) => Ty::Float(f.clone()),
            (Ty::Plain, Ty::Plain) => Ty::Plain,
            _ => Ty::Unknown,
        };
        let span = b.op.span();
        if let (Ty::Float(_), Ty::Plain) | (Ty::Plain, Ty::Float(_)) = (lt.peel(), rt.peel()) {
            return self.errors.left_to_rustc(span);
        }
        if let (Ty::Float(Float::F64), Ty::Float(Float::F32)) | (Ty::Float(Float::F32), Ty::Float(Float::F64)) = (lt.peel(), rt.peel()) {
            return self.errors.left_to_rustc(span);
        }
        let (l, r) = (self.number_lent(l, &rt), self.number_lent(r, &lt));
        // Where the types are certain but an operand is a reference, read through it.
        let (l, r) = if ty.is_float() { (through(l), through(r)) } else { (l, r) };
        if ty.is_float() {
            self.learn(&l, &ty);
            self.learn(&r, &ty);
        }
        let value = Expr::Bin(op, Box::new(l), Box::new(r), span);
        let (ty, wanted) = match (ty, self.types.declared_operator(&b.op, &lt, &rt)) {
            (Ty::Unknown, number) if number.is_float() => (Ty::Unknown, number),
            (Ty::Unknown, declared) => (declared, wanted),
            (ty, _) => (ty, wanted),
        };
        if matches!(ty, Ty::Unknown) && wanted.is_float() {
            // A number that an operator of other types gives.
            let own = self.temp(value, wanted.clone());
            return Ok(Val::Expr(Expr::Var(own), wanted));
        }
        Ok(Val::Expr(value, ty))
    }

    /// An operand of an operator with a value of a type. An operator of the crate's types may take a number by reference, and only so.
    fn operand_beside(&mut self, val: Val, other: &Ty, span: proc_macro2::Span) -> Lowered<(Expr, Ty)> {
        match val {
            Val::Ref(place, ty, false) if matches!(other.peel(), Ty::Named(_)) && ty.is_float() => {
                Ok((Expr::Ref(place), Ty::Ref(Box::new(ty), false)))
            }
            val => self.operand(val, span),
        }
    }

    /// What a number is computed with and may be borrowed, as a number of its own.
    fn number_lent(&mut self, e: Expr, other: &Ty) -> Expr {
        match e {
            Expr::Var(v) if self.info(v).lent && other.peel().is_float() => {
                let own = self.temp(Expr::Runtime("rt::number_of", vec![Expr::Ref(Place::var(v))]), other.peel().clone());
                Expr::Var(own)
            }
            e => e,
        }
    }

    /// A variable whose type has become certain.
    fn learn(&mut self, e: &Expr, ty: &Ty) {
        if let Expr::Var(v) = e {
            let info = &mut self.vars[v.0 as usize];
            if matches!(info.ty, Ty::Unknown) && info.kind == VarKind::Value {
                info.ty = ty.clone();
                info.owned = true;
            }
        }
    }

    // ---- places ----------------------------------------------------------------------------------------

    /// `x..y` of numbers is a struct like any other.
    fn range_of_numbers(&mut self, r: &syn::ExprRange) -> Lowered<Val> {
        let ends = [&r.start, &r.end].map(|e| e.as_ref().map(|e| self.types.of(e).peel().clone()));
        match (&ends, &r.start, &r.end, r.limits) {
            ([Some(a), Some(b)], Some(start), Some(end), syn::RangeLimits::HalfOpen(_)) if a.is_float() || b.is_float() => {
                let literal: Syn = syn::parse_quote_spanned!(r.limits.span()=> ::core::ops::Range { start: #start, end: #end });
                self.expr(&literal, &Ty::Unknown)
            }
            _ if ends.iter().flatten().all(Ty::is_plain) => {
                let (code, vars) = self.verbatim_expr(&Syn::Range(r.clone()))?;
                Ok(Val::Expr(Expr::Verbatim(Box::new(Syn::Verbatim(code.to_token_stream())), vars), Ty::Range))
            }
            _ => self.errors.refuse_at(
                r,
                "a range whose ends may be differentiable is only followed as `a..b` of numbers that are known to be such; use a pair, `(a, b)`",
            ),
        }
    }

    fn cast(&mut self, c: &syn::ExprCast) -> Lowered<Val> {
        let target = Ty::parse(&c.ty, &self.source.floats);
        let val = self.expr(&c.expr, &Ty::Unknown)?;
        let (e, from) = self.operand(val, c.expr.span())?;
        if from.is_plain() || target.is_plain() {
            let tokens = crate::emit::expr_tokens(&self.vars, &e);
            let mut vars = Vec::new();
            e.each_operand(&mut |v| vars.push(v));
            let ty = &c.ty;
            return Ok(Val::Expr(Expr::Verbatim(Box::new(Syn::Verbatim(quote!((#tokens) as #ty))), vars), target));
        }
        Ok(Val::Expr(Expr::Cast(Box::new(e), Conversion::As(c.ty.to_token_stream())), target))
    }

    fn struct_literal(&mut self, s: &syn::ExprStruct, expected: &Ty) -> Lowered<Val> {
        // What is asked for has the arguments that a literal leaves out, and tells `Self`.
        let written = Ty::named(&s.path, &self.source.floats);
        let ty = match expected {
            Ty::Named(asked) if s.path.is_ident("Self") || asked.is_of(&s.path) => expected.clone(),
            _ => written,
        };
        let mut fields = Vec::new();
        for f in &s.fields {
            let ty = super::pattern::better(ty.field(&f.member), self.types.declared_field(&s.path, &f.member));
            let val = self.told(&f.expr, |l| l.expr(&f.expr, &ty))?;
            let (e, _) = self.operand(val, f.expr.span())?;
            self.holds(&e, f.expr.span())?;
            fields.push((f.member.clone(), e));
        }
        let base = match &s.rest {
            Some(rest) if self.varies(rest) => {
                let val = self.expr(rest, &Ty::Unknown)?;
                let (place, _) = self.place(val, rest.span())?;
                Some(Expr::Read(place))
            }
            Some(rest) => Some(self.plain(rest)?),
            None => None,
        };
        Ok(Val::Expr(Expr::Struct(s.path.clone(), fields, base.map(Box::new)), ty))
    }

    /// Data may keep what is only read.
    pub(super) fn holds(&mut self, e: &Expr, span: Span) -> Lowered<()> {
        if matches!(e, Expr::RefMut(_)) {
            return self
                .errors
                .refuse(span, "data that keeps `&mut` of differentiable values cannot be differentiated, since writes through it are not followed; pass the values themselves");
        }
        Ok(())
    }
}

/// The first `&mut` reference that an expression puts into data.
pub(super) fn lent_in(e: &Syn) -> Option<&Syn> {
    match strip(e) {
        Syn::Reference(r) if r.mutability.is_some() => Some(e),
        Syn::Tuple(t) => t.elems.iter().find_map(lent_in),
        Syn::Array(a) => a.elems.iter().find_map(lent_in),
        _ => None,
    }
}

/// Reads through a reference.
fn through(e: Expr) -> Expr {
    match e {
        Expr::Ref(p) | Expr::RefMut(p) => Expr::Read(p),
        other => other,
    }
}

/// Whether an operand is a value that the expression computes, so that it cannot be a reference to a number.
fn is_made_here(e: &Syn) -> bool {
    match e {
        Syn::Paren(p) => is_made_here(&p.expr),
        Syn::Group(g) => is_made_here(&g.expr),
        Syn::Call(_) | Syn::MethodCall(_) | Syn::Binary(_) | Syn::Index(_) => true,
        Syn::Unary(u) => matches!(u.op, UnOp::Neg(_)),
        _ => false,
    }
}

fn known_or(known: &Ty, other: &Ty) -> Ty {
    if matches!(known, Ty::Unknown) {
        other.clone()
    } else {
        known.clone()
    }
}

pub(crate) fn strip(e: &Syn) -> &Syn {
    match e {
        Syn::Paren(p) => strip(&p.expr),
        Syn::Group(g) => strip(&g.expr),
        other => other,
    }
}
