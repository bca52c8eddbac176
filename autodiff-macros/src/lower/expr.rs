//! Expressions.

use proc_macro2::Span;
use quote::{quote, ToTokens};
use syn::spanned::Spanned;
use syn::{BinOp as SynOp, Expr as Syn, UnOp};

use super::control::Dest;
use super::pattern::better;
use super::{scan, Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{BinOp, Expr, Place, Proj, Stmt, Var, VarKind};
use crate::types::{Float, Ty};
use crate::varied;

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
            Syn::Binary(b) if varied::is_plain_operator(&b.op) => Ok(Val::Expr(self.plain(e)?, Ty::Plain)),
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
            Syn::Struct(s) => self.struct_literal(s),
            Syn::Call(c) => self.call(c, expected),
            Syn::MethodCall(m) => self.method(m, expected),
            Syn::If(_) | Syn::Match(_) | Syn::Block(_) | Syn::Loop(_) => self.value_of_control(e, expected),
            Syn::ForLoop(_) | Syn::While(_) => {
                self.effect(e)?;
                Ok(Val::Unit)
            }
            Syn::Macro(m) => self.macro_expr(m, expected),
            Syn::Range(r) => self.errors.refuse_at(r, "a range of differentiable values cannot be differentiated"),
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
            val @ (Val::Closure(_) | Val::Poison | Val::Ref(..)) => val,
            other => {
                let (e, ty) = self.operand(other, span)?;
                Val::Expr(e, ty)
            }
        })
    }

    pub(super) fn items<'e>(&mut self, elems: impl Iterator<Item = &'e Syn>, mut elem: Ty) -> Lowered<(Vec<Expr>, Ty)> {
        let mut items = Vec::new();
        for e in elems {
            let val = self.expr(e, &elem)?;
            let (item, ty) = self.operand(val, e.span())?;
            elem = better(elem, ty);
            items.push(item);
        }
        Ok((items, elem))
    }

    fn closure(&mut self, c: &syn::ExprClosure) -> Lowered<Val> {
        if c.asyncness.is_some() {
            return self.errors.refuse_at(c, "async code cannot be differentiated; compute the value in a plain function");
        }
        Ok(Val::Closure(self.captured(c)?))
    }

    /// A closure as it is followed later. A `move` closure copies what it captures here and now.
    pub(super) fn captured(&mut self, c: &syn::ExprClosure) -> Lowered<std::rc::Rc<syn::ExprClosure>> {
        let mut c = c.clone();
        if c.capture.is_none() {
            return Ok(std::rc::Rc::new(c));
        }
        let body = &c.body;
        let facts = scan::Facts::of(&syn::parse_quote!({ #body }));
        let mut names: Vec<String> = self
            .env
            .keys()
            .filter(|name| varied::mentions(body.to_token_stream(), &std::iter::once((*name).clone()).collect()))
            .cloned()
            .collect();
        names.sort();
        for name in names {
            let Some(Val::Place(place, ty)) = self.env.get(&name).cloned() else { continue };
            let versioned = self.versions.contains(&name);
            if self.place_is_fixed(&place) && !versioned {
                continue;
            }
            if facts.reassigned.contains(&name) && ty.is_copy_or_plain() {
                return self.errors.refuse_at(
                    &c,
                    "a `move` closure that changes its own copy of a variable cannot be followed; keep what changes in a variable outside",
                );
            }
            if !ty.is_copy_or_plain() && !self.facts.reassigned.contains(&name) {
                // Moved into the closure: nobody else writes to it.
                continue;
            }
            let var = if versioned && place.path.is_empty() {
                place.root
            } else {
                self.temp(Expr::Clone(Box::new(Expr::Read(place))), ty.clone())
            };
            let copy = self.names.version(&name, c.span());
            if self.varied.contains(&name) {
                self.varied.insert(copy.to_string());
            }
            self.types.names.insert(copy.to_string(), ty.clone());
            self.env.insert(copy.to_string(), Val::Place(Place::var(var), ty));
            let mut rename = Rename { from: &name, to: &copy, in_macro: None };
            syn::visit_mut::VisitMut::visit_expr_mut(&mut rename, &mut c.body);
            if let Some(span) = rename.in_macro {
                return self.errors.refuse(
                    span,
                    "a macro in a `move` closure that mentions a changing variable cannot be followed; bind the value with `let` first",
                );
            }
        }
        Ok(std::rc::Rc::new(c))
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

    fn unary(&mut self, u: &syn::ExprUnary, expected: &Ty) -> Lowered<Val> {
        match u.op {
            UnOp::Neg(_) => {
                let val = self.expr(&u.expr, expected)?;
                let (e, ty) = self.operand(val, u.expr.span())?;
                let ty = better(ty.peel().clone(), expected.clone());
                let ty = if ty.is_float() || ty.is_plain() { ty } else { Ty::Unknown };
                Ok(Val::Expr(Expr::Neg(Box::new(e)), ty))
            }
            UnOp::Deref(_) => match self.expr(&u.expr, &Ty::Unknown)? {
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
        let (tl, tr) = (self.types.of(&b.left), self.types.of(&b.right));
        // `f64 op _ = f64` leaves only a float for the other operand; a sum that is a number has numbers for terms.
        let wanted = if expected.is_float() { expected.clone() } else { Ty::Unknown };
        let term = |e: &Syn| matches!(op, BinOp::Add | BinOp::Sub) && is_made_here(e);
        let want_left = if tr.peel().is_float() || term(&b.left) { wanted.clone() } else { Ty::Unknown };
        let left = self.expr(&b.left, &known_or(&tl, &want_left)).and_then(|left| self.operand(left, b.left.span()));
        let Ok((l, lt)) = left else {
            // What is wrong with the other operand is reported together with it.
            let _ = self.expr(&b.right, &tr);
            return Err(Refused);
        };
        let want_right = if lt.peel().is_float() || term(&b.right) { wanted.clone() } else { Ty::Unknown };
        let right = self.expr(&b.right, &known_or(&tr, &want_right))?;
        let (r, rt) = self.operand(right, b.right.span())?;
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
        // Where the types are certain but an operand is a reference, read through it.
        let (l, r) = if ty.is_float() { (through(l), through(r)) } else { (l, r) };
        if ty.is_float() {
            self.learn(&l, &ty);
            self.learn(&r, &ty);
        }
        let value = Expr::Bin(op, Box::new(l), Box::new(r), span);
        if matches!(ty, Ty::Unknown) && wanted.is_float() {
            // A number that an operator of other types gives.
            let own = self.temp(value, wanted.clone());
            return Ok(Val::Expr(Expr::Var(own), wanted));
        }
        Ok(Val::Expr(value, ty))
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

    // ---- assignments -----------------------------------------------------------------------------------

    fn assign(&mut self, a: &syn::ExprAssign) -> Lowered<Val> {
        match &*a.left {
            Syn::Tuple(t) => {
                // `(a, b) = (b, a);`: all values first.
                let val = self.expr(&a.right, &Ty::Unknown)?;
                let span = a.right.span();
                let values = match self.settled(val, span)? {
                    Val::Tuple(items) if items.len() == t.elems.len() => items,
                    other => {
                        let (place, ty) = self.place(other, span)?;
                        (0..t.elems.len())
                            .map(|k| {
                                let member = syn::Member::Unnamed(k.into());
                                let ty = ty.field(&member);
                                Val::Place(place.project(Proj::Field(member)), ty)
                            })
                            .collect()
                    }
                };
                for (target, value) in t.elems.iter().zip(values) {
                    self.assign_to(target, value, span)?;
                }
                Ok(Val::Unit)
            }
            left => {
                let ty = self.types.of(left);
                let val = self.expr(&a.right, &ty)?;
                self.assign_to(left, val, a.right.span())?;
                Ok(Val::Unit)
            }
        }
    }

    fn assign_to(&mut self, target: &Syn, val: Val, span: Span) -> Lowered<()> {
        if matches!(target, Syn::Infer(_)) {
            return self.operand(val, span).map(|_| ());
        }
        if let Syn::Path(p) = target {
            if let Some(name) = p.path.get_ident() {
                let name = name.to_string();
                if self.versions.contains(&name) {
                    return self.new_version(p, &name, val, span);
                }
                if let Some(var) = self.followed.get(&name) {
                    return self.follow(*var, val, span);
                }
            }
        }
        let (place, ty) = self.target(target)?;
        let value = match val {
            Val::Expr(e, from) => {
                let ty = better(from, ty.clone());
                self.assignable(e, &ty)
            }
            Val::Place(from, _) => Expr::Read(from),
            other => self.operand(other, span)?.0,
        };
        if matches!(ty, Ty::Unknown)
            && !place.path.is_empty()
            && self.expr_varies(&value)
            && !matches!(value, Expr::Var(_) | Expr::Const(_) | Expr::Read(_))
        {
            let var = self.temp(value, Ty::Unknown);
            self.out.push(Stmt::Assign(place, Expr::Var(var)));
            return Ok(());
        }
        self.out.push(Stmt::Assign(place, value));
        Ok(())
    }

    /// A new version of a variable that only its own block overwrites.
    fn new_version(&mut self, p: &syn::ExprPath, name: &str, val: Val, span: Span) -> Lowered<()> {
        let ident = p.path.get_ident().cloned().ok_or(Refused)?;
        let (e, ty) = match val {
            Val::Expr(e, ty) => (e, ty),
            other => self.operand(other, span)?,
        };
        let old = match self.env.get(name) {
            Some(Val::Place(_, ty)) => ty.clone(),
            _ => Ty::Unknown,
        };
        let ty = better(old, ty);
        let version = self.names.version(&ident.to_string(), ident.span());
        let var = self.define(version, e, ty.clone());
        self.env.insert(name.to_string(), Val::Place(Place::var(var), ty));
        Ok(())
    }

    fn update(&mut self, b: &syn::ExprBinary) -> Lowered<Val> {
        let op = match b.op {
            SynOp::AddAssign(_) => BinOp::Add,
            SynOp::SubAssign(_) => BinOp::Sub,
            SynOp::MulAssign(_) => BinOp::Mul,
            SynOp::DivAssign(_) => BinOp::Div,
            SynOp::RemAssign(_) => BinOp::Rem,
            _ => {
                let stmt = syn::Stmt::Expr(Syn::Binary(b.clone()), Some(syn::token::Semi { spans: [b.span()] }));
                let (stmt, vars) = self.verbatim_stmt(&stmt)?;
                self.out.push(Stmt::Verbatim(Box::new(stmt), vars));
                return Ok(Val::Unit);
            }
        };
        let ty = self.types.of(&b.left);
        let wanted = if ty.is_float() { ty.clone() } else { Ty::Unknown };
        let val = self.expr(&b.right, &wanted)?;
        let (value, _) = self.operand(val, b.right.span())?;
        let value = if ty.is_float() { through(value) } else { value };
        if let Syn::Path(p) = &*b.left {
            if let Some(name) = p.path.get_ident().map(ToString::to_string) {
                if self.versions.contains(&name) {
                    let Some(Val::Place(old, ty)) = self.env.get(&name).cloned() else { return Err(Refused) };
                    let sum = Expr::Bin(op, Box::new(Expr::Var(old.root)), Box::new(value), b.op.span());
                    self.new_version(p, &name, Val::Expr(sum, ty), b.span())?;
                    return Ok(Val::Unit);
                }
            }
        }
        let (place, _) = self.target(&b.left)?;
        self.out.push(Stmt::Update(place, op, value, b.op.span()));
        Ok(Val::Unit)
    }

    /// A place that is written to.
    pub(super) fn target(&mut self, e: &Syn) -> Lowered<(Place, Ty)> {
        match self.expr_place(e)? {
            Val::Place(place, ty) | Val::Ref(place, ty, true) => {
                if self.info(place.root).kind == VarKind::Bound {
                    return self.errors.refuse_at(
                        e,
                        "writing through a name bound by a `match` is not supported yet; assign to the field of the matched value",
                    );
                }
                Ok((self.freeze(place)?, ty))
            }
            Val::Poison => Err(Refused),
            _ => self.errors.refuse_at(e, "this cannot be assigned to in a differentiated function"),
        }
    }

    /// An expression as a place, whether or not it varies.
    pub(super) fn expr_place(&mut self, e: &Syn) -> Lowered<Val> {
        match e {
            Syn::Paren(p) => self.expr_place(&p.expr),
            Syn::Group(g) => self.expr_place(&g.expr),
            Syn::Path(p) => self.path(p, &Ty::Unknown),
            Syn::Field(f) => self.field(f),
            Syn::Index(i) => self.index(i),
            Syn::Unary(u) if matches!(u.op, UnOp::Deref(_)) => self.unary(u, &Ty::Unknown),
            Syn::Reference(r) => self.reference(r),
            Syn::MethodCall(m) if self.is_place_method(m) => self.method(m, &Ty::Unknown),
            Syn::Block(_) if self.varies(e) => match self.expr(e, &Ty::Unknown)? {
                // A block gives the value of what it ends in, not the place.
                Val::Place(from, ty) if !ty.is_float() && !ty.is_plain() => {
                    let copy = self.own(Expr::Read(from), ty.clone());
                    Ok(Val::Place(copy, ty))
                }
                other => Ok(other),
            },
            other if self.varies(other) => self.expr(other, &Ty::Unknown),
            other => {
                let ty = self.types.of(other);
                let value = self.plain(other)?;
                Ok(Val::Expr(value, ty))
            }
        }
    }

    // ---- places ----------------------------------------------------------------------------------------

    fn field(&mut self, f: &syn::ExprField) -> Lowered<Val> {
        match self.expr_place(&f.base)? {
            Val::Tuple(items) => {
                if let syn::Member::Unnamed(k) = &f.member {
                    if let Some(item) = items.get(k.index as usize) {
                        return Ok(item.clone());
                    }
                }
                self.errors.refuse_at(f, "no such part")
            }
            base => {
                let (place, ty) = self.place(base, f.base.span())?;
                let part = ty.field(&f.member);
                Ok(Val::Place(place.project(Proj::Field(f.member.clone())), part))
            }
        }
    }

    fn index(&mut self, i: &syn::ExprIndex) -> Lowered<Val> {
        let base = self.expr_place(&i.expr)?;
        let (place, ty) = self.place(base, i.expr.span())?;
        let place = self.freeze(place)?;
        let slice = matches!(strip(&i.index), Syn::Range(_)) || matches!(self.types.of(&i.index), Ty::Range);
        let span = i.bracket_token.span.join();
        let index = self.fixed(&i.index)?;
        let index =
            if matches!(strip(&i.index), Syn::Tuple(_)) && matches!(ty, Ty::Unknown | Ty::Named) { self.key(&place, index) } else { index };
        let (step, part) =
            if slice { (Proj::Slice(Box::new(index), span), slice_type(&ty)) } else { (Proj::Index(Box::new(index), span), ty.element()) };
        Ok(Val::Place(place.project(step), part))
    }

    /// What `matrix[(i, j)]` depends on: the value may have to be asked for its sizes, which its cotangent has not.
    fn key(&mut self, place: &Place, index: Expr) -> Expr {
        let (of, index_tokens) = (crate::emit::place_tokens(&self.vars, place), crate::emit::expr_tokens(&self.vars, &index));
        let mut vars = Vec::new();
        place.each_var(&mut |v| vars.push(v));
        index.each_operand(&mut |v| vars.push(v));
        let code = Syn::Verbatim(quote!(::autodiff_core::__key!(#of, #index_tokens)));
        let name = self.names.numbered("key_");
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        self.out.push(Stmt::Let(var, Expr::Verbatim(Box::new(code), vars)));
        Expr::Var(var)
    }

    fn reference(&mut self, r: &syn::ExprReference) -> Lowered<Val> {
        let mutable = r.mutability.is_some();
        let place = self.is_place(&r.expr);
        match self.expr_place(&r.expr)? {
            // The value of a block, say, which was found in a variable: the reference is to a copy.
            Val::Place(from, ty) | Val::Ref(from, ty, _) if !place && (mutable || self.info(from.root).mutable) => {
                let copy = self.own(Expr::Read(from), ty.clone());
                Ok(Val::Ref(copy, ty, mutable))
            }
            Val::Place(place, ty) => Ok(Val::Ref(place, ty, mutable)),
            // `&r` of a reference: methods and indexing see through it.
            Val::Ref(place, ty, m) => Ok(Val::Ref(place, ty, m && mutable)),
            Val::Closure(c) => Ok(Val::Closure(c)),
            // What is written through the reference is a variable of its own.
            other if mutable => {
                let (e, ty) = self.operand(other, r.expr.span())?;
                Ok(Val::Ref(self.own(e, ty.clone()), ty, true))
            }
            Val::Expr(e, ty) if !self.expr_varies(&e) => {
                let tokens = crate::emit::expr_tokens(&self.vars, &e);
                let mut vars = Vec::new();
                e.each_operand(&mut |v| vars.push(v));
                Ok(Val::Expr(Expr::Verbatim(Box::new(Syn::Verbatim(quote!(&#tokens))), vars), Ty::Ref(Box::new(ty), false)))
            }
            other => {
                let (var, ty) = self.variable(other, r.expr.span())?;
                Ok(Val::Ref(Place::var(var), ty, mutable))
            }
        }
    }

    /// Whether an expression denotes a place rather than a value.
    pub(super) fn is_place(&self, e: &Syn) -> bool {
        match strip(e) {
            Syn::Path(_) | Syn::Reference(_) | Syn::Unary(syn::ExprUnary { op: UnOp::Deref(_), .. }) => true,
            Syn::Field(syn::ExprField { base, .. }) | Syn::Index(syn::ExprIndex { expr: base, .. }) => self.is_place(base),
            Syn::MethodCall(m) => self.is_place_method(m),
            _ => false,
        }
    }

    /// A variable that holds a value which the user gave no name, and may be written to.
    pub(super) fn own(&mut self, e: Expr, ty: Ty) -> Place {
        let name = self.names.numbered("own");
        let varied = !ty.is_plain();
        let var = self.local(name, ty, VarKind::Memory, varied);
        self.vars[var.0 as usize].owned = true;
        self.invented.insert(var);
        self.out.push(Stmt::Decl(var, Some(e)));
        Place::var(var)
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
        Ok(Val::Expr(Expr::Cast(Box::new(e), c.ty.to_token_stream()), target))
    }

    fn struct_literal(&mut self, s: &syn::ExprStruct) -> Lowered<Val> {
        let mut fields = Vec::new();
        for f in &s.fields {
            let val = self.expr(&f.expr, &Ty::Unknown)?;
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
        Ok(Val::Expr(Expr::Struct(s.path.clone(), fields, base.map(Box::new)), Ty::Named))
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

    // ---- control flow as a value ------------------------------------------------------------------------

    fn value_of_control(&mut self, e: &Syn, expected: &Ty) -> Lowered<Val> {
        if let Syn::Block(b) = e {
            if b.label.is_none() && !scan::block_exits(&b.block) {
                return self.block_value(&b.block, expected);
            }
        }
        let ty = match expected {
            // Arms of several types may be coerced to it.
            Ty::Ref(inner, false) if matches!(**inner, Ty::Slice(_)) => expected.clone(),
            _ => better(self.types.of(e), expected.clone()),
        };
        if matches!(ty, Ty::Unit) || matches!(e, Syn::If(i) if i.else_branch.is_none()) {
            self.effect(e)?;
            return Ok(Val::Unit);
        }
        let var = match e {
            Syn::If(_) | Syn::Match(_) => {
                let chosen = match &ty {
                    Ty::Ref(inner, false) if !ty.is_plain() => match &**inner {
                        Ty::Slice(elem) => Ty::Vec(elem.clone()),
                        other => other.clone(),
                    },
                    other => other.clone(),
                };
                let var = self.choice_var(&chosen);
                match e {
                    Syn::If(i) => self.branch(i, &Dest::Var(var), &[], &Dest::Nothing)?,
                    Syn::Match(m) => self.match_to(m, &[], &Dest::Var(var), &Dest::Nothing)?,
                    _ => {}
                }
                if self.chosen.remove(&var) == Some(true) {
                    let owned = self.info(var).ty.clone();
                    return Ok(Val::Ref(Place::var(var), owned, false));
                }
                var
            }
            Syn::Loop(l) => {
                if super::scan::expr_exits(e) && !ty.static_zero() && !ty.is_plain() {
                    return self
                        .errors
                        .refuse_at(e, "this loop gives a value or leaves, and the value's type is not known here; give the `let` a type");
                }
                let var = self.result_var("value", &ty, false);
                self.loop_loop(l, Some(var))?;
                var
            }
            Syn::Block(b) => {
                let var = self.result_var("value", &ty, false);
                if b.label.is_some() {
                    self.labelled_block(b, &Dest::Var(var))?;
                } else {
                    self.block_to(&b.block.stmts, &Dest::Var(var))?;
                }
                var
            }
            other => return self.errors.refuse_at(other, "this expression cannot be differentiated"),
        };
        let ty = self.info(var).ty.clone();
        match self.read_result(var) {
            Expr::Var(v) => Ok(Val::Place(Place::var(v), ty)),
            e => Ok(Val::Expr(e, ty)),
        }
    }

    /// The variable that takes the value of an `if` or `match`.
    fn choice_var(&mut self, ty: &Ty) -> Var {
        let name = self.names.numbered("c");
        let var = self.local(name, ty.clone(), VarKind::Deferred, !ty.is_plain());
        self.invented.insert(var);
        self.chosen.insert(var, false);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, None));
        var
    }

    /// The value of a block without exits.
    pub(super) fn block_value(&mut self, b: &syn::Block, expected: &Ty) -> Lowered<Val> {
        let Some((last, before)) = b.stmts.split_last() else { return Ok(Val::Unit) };
        match last {
            syn::Stmt::Expr(e, None) => {
                for s in before {
                    self.stmt(s)?;
                }
                self.expr(e, expected)
            }
            syn::Stmt::Macro(m) if m.semi_token.is_none() => {
                for s in before {
                    self.stmt(s)?;
                }
                let e = Syn::Macro(syn::ExprMacro { attrs: Vec::new(), mac: m.mac.clone() });
                self.expr(&e, expected)
            }
            _ => {
                self.block_to(&b.stmts, &Dest::Nothing)?;
                Ok(Val::Unit)
            }
        }
    }

    fn macro_expr(&mut self, m: &syn::ExprMacro, expected: &Ty) -> Lowered<Val> {
        let name = m.mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        if varied::is_observing_macro(&name) {
            let (e, vars) = self.verbatim_expr(&Syn::Macro(m.clone()))?;
            return Ok(Val::Expr(Expr::Verbatim(Box::new(e), vars), Ty::Unknown));
        }
        match name.as_str() {
            "vec" => {
                let tokens = m.mac.tokens.clone();
                if let Ok(r) = syn::parse2::<VecRepeat>(tokens.clone()) {
                    let val = self.expr(&r.value, &expected.element())?;
                    let (value, ty) = self.operand(val, r.value.span())?;
                    let len = self.fixed(&r.len)?;
                    return Ok(Val::Expr(Expr::VecRepeat(Box::new(value), Box::new(len)), Ty::Vec(Box::new(better(expected.element(), ty)))));
                }
                let parser = syn::punctuated::Punctuated::<Syn, syn::Token![,]>::parse_terminated;
                let Ok(list) = syn::parse::Parser::parse2(parser, tokens) else {
                    return self.errors.refuse_at(m, "this `vec!` cannot be read");
                };
                let (items, elem) = self.items(list.iter(), expected.element())?;
                Ok(Val::Expr(Expr::VecList(items), Ty::Vec(Box::new(elem))))
            }
            "dbg" => {
                let Ok(inner) = syn::parse2::<Syn>(m.mac.tokens.clone()) else {
                    return self.errors.refuse_at(m, "only `dbg!` of one expression can be differentiated");
                };
                let val = self.expr(&inner, expected)?;
                let (e, ty) = self.operand(val, inner.span())?;
                let shown = crate::emit::expr_tokens(&self.vars, &e);
                let mut vars = Vec::new();
                e.each_operand(&mut |v| vars.push(v));
                let path = &m.mac.path;
                let stmt = syn::Stmt::Expr(Syn::Verbatim(quote!(#path!(&#shown))), Some(syn::token::Semi { spans: [m.span()] }));
                self.out.push(Stmt::Verbatim(Box::new(stmt), vars));
                Ok(Val::Expr(e, ty))
            }
            _ => self.errors.refuse_at(
                &m.mac.path,
                format!("the macro `{name}!` receives differentiable values and cannot be looked into; write out what it does, or move it into a function"),
            ),
        }
    }
}

/// Another name for a variable.
struct Rename<'n> {
    from: &'n str,
    to: &'n syn::Ident,
    in_macro: Option<Span>,
}

impl syn::visit_mut::VisitMut for Rename<'_> {
    fn visit_expr_path_mut(&mut self, p: &mut syn::ExprPath) {
        if p.path.get_ident().is_some_and(|i| i == self.from) {
            p.path = self.to.clone().into();
        }
    }
    fn visit_field_value_mut(&mut self, f: &mut syn::FieldValue) {
        syn::visit_mut::visit_field_value_mut(self, f);
        if f.colon_token.is_none() && matches!(&f.expr, Syn::Path(p) if p.path.get_ident() == Some(self.to)) {
            f.colon_token = Some(syn::token::Colon::default());
        }
    }
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        if varied::mentions(m.tokens.clone(), &std::iter::once(self.from.to_string()).collect())
            || m.tokens.to_string().contains(&format!("{{{}", self.from))
        {
            self.in_macro = Some(m.path.span());
        }
    }
}

struct VecRepeat {
    value: Syn,
    len: Syn,
}

impl syn::parse::Parse for VecRepeat {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<syn::Token![;]>()?;
        Ok(VecRepeat { value, len: input.parse()? })
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

pub(super) fn slice_type(ty: &Ty) -> Ty {
    match ty.element() {
        Ty::Unknown => Ty::Unknown,
        elem => Ty::Slice(Box::new(elem)),
    }
}

pub(crate) fn strip(e: &Syn) -> &Syn {
    match e {
        Syn::Paren(p) => strip(&p.expr),
        Syn::Group(g) => strip(&g.expr),
        other => other,
    }
}
