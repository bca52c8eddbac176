//! Methods that run an iterator to its end: sums, folds, collections.

use proc_macro2::Span;
use syn::Expr as Syn;

use super::{float_type, Function, Iter};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{BinOp, Expr, Place, Proj, Stmt, Var, VarKind};
use crate::lower::expr::strip;
use crate::lower::pattern::better;
use crate::lower::{Lower, Val};
use crate::types::{Float, Ty};

/// Where a closure makes a `ControlFlow`.
fn control_flow(f: &Syn) -> Option<Span> {
    struct Made(Option<Span>);
    impl<'a> syn::visit::Visit<'a> for Made {
        fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
            let mut names = p.path.segments.iter().rev().map(|s| &s.ident);
            let variant = names.next().is_some_and(|n| n == "Break" || n == "Continue");
            if variant && names.next().is_none_or(|n| n == "ControlFlow") {
                self.0.get_or_insert(p.path.segments[0].ident.span());
            }
        }
    }
    let mut made = Made(None);
    syn::visit::Visit::visit_expr(&mut made, f);
    made.0
}

impl Lower<'_> {
    /// A method that runs an iterator to its end; none if the receiver is not one.
    pub(in crate::lower) fn consumer(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Lowered<Option<Val>> {
        let name = m.method.to_string();
        if !matches!(
            name.as_str(),
            "sum" | "product" | "fold" | "for_each" | "collect" | "unzip" | "partition" | "try_fold" | "count" | "next" | "any" | "all"
        ) {
            return Ok(None);
        }
        let span = m.method.span();
        let ty = better(self.types.of(&Syn::MethodCall(m.clone())), expected.clone());
        let iter = match strip(&m.receiver) {
            Syn::Range(r) => self.range(r)?,
            Syn::MethodCall(inner) => {
                let stops = matches!(name.as_str(), "try_fold" | "next" | "any" | "all") || matches!(ty, Ty::Option(_)) || is_of_options(m);
                let before = std::mem::replace(&mut self.runs_out, !stops && Self::takes_all(&m.receiver));
                let chain = self.chain(inner);
                self.runs_out = before;
                match chain? {
                    Some(i) => i,
                    None => return Ok(None),
                }
            }
            path @ Syn::Path(_) => match self.named_iterator(path) {
                Some(i) => self.started(i)?,
                None => return Ok(None),
            },
            call if self.makes_iterator(call) => self.iterator(call)?,
            _ => return Ok(None),
        };
        match name.as_str() {
            "sum" | "product" if matches!(ty, Ty::Option(_)) => self.accumulate_options(iter, name == "sum", &ty, span).map(Some),
            "sum" => self.accumulate(iter, BinOp::Add, ty, m).map(Some),
            "product" => self.accumulate(iter, BinOp::Mul, ty, m).map(Some),
            "fold" => {
                let [init, f] = [m.args.first().ok_or(Refused)?, m.args.iter().nth(1).ok_or(Refused)?];
                let literal = matches!(self.types.of(init), Ty::Float(Float::Inferred));
                let val = self.expr(init, &ty)?;
                let f = self.function(f)?;
                let (init, init_ty) = match val {
                    Val::Tuple(items) if items.iter().all(|i| matches!(i, Val::Expr(..) | Val::Place(..))) => {
                        return self.fold_tuple(iter, items, &f, span).map(Some);
                    }
                    other => self.operand(other, span)?,
                };
                let told = self.first_parameter(&f);
                let ty = better(ty, better(told.clone(), init_ty));
                let acc = self.accumulator(init, &ty);
                let written = match &f {
                    Function::Closure(c) => {
                        c.inputs.first().and_then(|p| if let syn::Pat::Type(t) = p { Some((*t.ty).clone()) } else { None })
                    }
                    Function::Path(_) => None,
                };
                self.vars[acc.0 as usize].annotation =
                    float_type(if literal { &ty } else { &told }).or(written.filter(|_| !told.has_reference()));
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
            "partition" => self.partition(iter, m, expected, span).map(Some),
            "try_fold" => self.try_fold(iter, m, &ty, span).map(Some),
            "unzip" => self.unzip(iter, m, expected, span).map(Some),
            _ => self.errors.refuse(span, format!("the iterator method `{name}` cannot be differentiated here; write the loop out")),
        }
    }

    pub(in crate::lower) fn accumulator(&mut self, init: Expr, ty: &Ty) -> Var {
        let name = self.names.numbered("acc");
        let var = self.local(name, ty.clone(), VarKind::Memory, !ty.is_plain());
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, Some(init)));
        var
    }

    /// What a closure says of its first parameter.
    fn first_parameter(&self, f: &Function) -> Ty {
        match f {
            Function::Closure(c) => c.inputs.first().map_or(Ty::Unknown, |p| match p {
                syn::Pat::Type(t) => Ty::parse(&t.ty, &self.source.floats),
                _ => Ty::Unknown,
            }),
            Function::Path(_) => Ty::Unknown,
        }
    }

    pub(in crate::lower) fn accumulate(&mut self, iter: Iter, op: BinOp, ty: Ty, m: &syn::ExprMethodCall) -> Lowered<Val> {
        let span = m.method.span();
        // The neutral element as std has it: the sum of nothing is -0.0. A type of the user's has to state that it adds from there.
        let start = match (op, ty.is_float() || ty.is_plain()) {
            (BinOp::Add, true) => Expr::Runtime("rt::sum_start", Vec::new()),
            (_, true) => Expr::Runtime("rt::product_start", Vec::new()),
            (BinOp::Add, false) => Expr::Const(quote::quote_spanned!(span=> ::autodiff_core::rt::sum_of_nothing())),
            (_, false) => Expr::Const(quote::quote_spanned!(span=> ::autodiff_core::rt::product_of_nothing())),
        };
        let acc = self.accumulator(start, &ty);
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
                l.out.push(Stmt::Assign(Place::var(acc), Expr::Bin(op, Box::new(Expr::Var(old)), Box::new(e), span)));
            }
            Ok(())
        })?;
        Ok(Val::Place(Place::var(acc), ty_out))
    }

    pub(in crate::lower) fn fold_tuple(&mut self, iter: Iter, items: Vec<Val>, f: &Function, span: Span) -> Lowered<Val> {
        let mut accs = Vec::new();
        let told = match self.first_parameter(f) {
            Ty::Tuple(told) => told,
            _ => Vec::new(),
        };
        for (k, item) in items.into_iter().enumerate() {
            let (e, ty) = self.operand(item, span)?;
            let told = told.get(k).cloned().unwrap_or(Ty::Unknown);
            let ty = better(told.clone(), ty);
            let acc = self.accumulator(e, &ty);
            self.vars[acc.0 as usize].annotation = float_type(&told);
            accs.push((acc, ty));
        }
        self.drive(iter, None, None, span, &mut |l, item| {
            let mut old = Vec::new();
            for (acc, ty) in &accs {
                let (e, ty) = l.read(Place::var(*acc), ty.clone())?;
                old.push(Val::Expr(e, ty));
            }
            let val = l.apply(f, vec![Val::Tuple(old), item], span)?;
            let new = match val {
                Val::Tuple(new) if new.len() == accs.len() => new,
                whole => {
                    let (place, _) = l.place(whole, span)?;
                    let part = |k: usize| place.project(Proj::Field(syn::Member::Unnamed(k.into())));
                    accs.iter().enumerate().map(|(k, (_, ty))| Val::Place(part(k), ty.clone())).collect()
                }
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

    pub(in crate::lower) fn collect(&mut self, iter: Iter, m: &syn::ExprMethodCall, expected: &Ty, span: Span) -> Lowered<Val> {
        let fish = m.turbofish.as_ref().and_then(|t| match t.args.first() {
            Some(syn::GenericArgument::Type(t)) => Some(Ty::parse(t, &self.source.floats)),
            _ => None,
        });
        let target = fish.unwrap_or_else(|| expected.clone());
        if let Ty::Option(inner) = &target {
            if let Ty::Vec(elem) = &**inner {
                return self.collect_options(iter, (**elem).clone(), span);
            }
        }
        let target = match target {
            // A field, say: rustc tells, and nearly always it is this.
            Ty::Unknown => Ty::Vec(Box::new(Ty::Unknown)),
            known => known,
        };
        if !matches!(target, Ty::Vec(_)) {
            return self.errors.refuse(span, "only `Vec`s can be collected into; say so with `collect::<Vec<_>>()` or a type on the `let`");
        }
        if matches!(target.element(), Ty::Ref(..)) && !target.is_plain() || lends_numbers(&target.element()) {
            return self.errors.refuse(span, crate::lower::LIST_OF_REFERENCES);
        }
        let (list, ty) = self.list_of(iter, target.element(), span)?;
        Ok(Val::Place(Place::var(list), ty))
    }

    fn is_of_this_region(&self, v: Var) -> bool {
        let info = self.info(v);
        info.kind == VarKind::Memory && info.owned && !info.optional && info.origin.is_none() && info.region == self.region
    }

    /// A `Vec` of all items, and its type.
    pub(in crate::lower) fn list_of(&mut self, iter: Iter, elem: Ty, span: Span) -> Lowered<(Var, Ty)> {
        let target = Ty::Vec(Box::new(elem.clone()));
        let mut name = self.names.numbered("list");
        name.set_span(name.span().located_at(span));
        let var = self.local(name, target.clone(), VarKind::Memory, true);
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        let capacity = if iter.indexable() { Some(self.count(&iter)?) } else { None };
        let init = match capacity {
            Some(n) => Expr::Runtime("rt::list_with_capacity", vec![n]),
            None => Expr::Runtime("rt::list", Vec::new()),
        };
        self.out.push(Stmt::Decl(var, Some(init)));
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
                // A list that the iteration has made is moved.
                Val::Place(p, t) if matches!(t, Ty::Vec(_)) && p.path.is_empty() && l.is_of_this_region(p.root) => {
                    Val::Expr(Expr::Var(p.root), t)
                }
                Val::Place(p, t) if !t.is_float() && !matches!(t, Ty::Unknown) => Val::Expr(Expr::Clone(Box::new(Expr::Read(p))), t),
                other => other,
            };
            let (e, ty) = l.operand(item, span)?;
            elem_out = better(elem_out.clone(), ty);
            l.out.push(Stmt::Container(crate::ir::ContainerOp::Push, Place::var(var), vec![e], span));
            Ok(())
        })?;
        let ty = Ty::Vec(Box::new(elem_out));
        self.vars[var.0 as usize].ty = ty.clone();
        Ok((var, ty))
    }

    /// Items that are options; at the first `None`, `failed` is set and the loop stops.
    fn drive_options(&mut self, iter: Iter, failed: Var, span: Span, each: &mut dyn FnMut(&mut Self, Val) -> Lowered<()>) -> Lowered<()> {
        let depth = self.frames.len();
        self.drive_stopping(iter, span, true, &mut |l, item| {
            let item = l.settle_item(item, span)?;
            let item = match item {
                Val::Expr(e, Ty::Unknown) => Val::Expr(e, Ty::Option(Box::new(Ty::Unknown))),
                other => other,
            };
            let option = l.name_of(item);
            l.set_flag(failed);
            l.optional_item(&option, None, &mut |l, value| {
                l.out.push(Stmt::Assign(Place::var(failed), Expr::Const(quote::quote!(false))));
                each(l, value)
            })?;
            let test = l.condition(Expr::Read(Place::var(failed)));
            l.when(test, |l| {
                l.stop_from(depth);
                Ok(())
            })
        })
    }

    /// `Some` of a value, unless `failed`.
    fn unless(&mut self, failed: Var, value: Val) -> Val {
        let found = self.opaque(&[&Expr::Var(failed)], |t| {
            let f = &t[0];
            quote::quote!(!#f)
        });
        let found = self.condition(found);
        Val::Maybe { found, value: Box::new(value) }
    }

    /// `collect::<Option<Vec<_>>>()`
    fn collect_options(&mut self, iter: Iter, mut elem: Ty, span: Span) -> Lowered<Val> {
        let failed = self.flag("failed");
        let name = self.names.numbered("list");
        let var = self.local(name, Ty::Vec(Box::new(elem.clone())), VarKind::Memory, true);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, Some(Expr::Runtime("rt::list", Vec::new()))));
        self.drive_options(iter, failed, span, &mut |l, value| {
            let (e, ty) = l.operand(value, span)?;
            elem = better(elem.clone(), ty);
            l.out.push(Stmt::Container(crate::ir::ContainerOp::Push, Place::var(var), vec![e], span));
            Ok(())
        })?;
        let ty = Ty::Vec(Box::new(elem));
        self.vars[var.0 as usize].ty = ty.clone();
        self.found.insert(var);
        Ok(self.unless(failed, Val::Place(Place::var(var), ty)))
    }

    /// `sum::<Option<f64>>()`
    fn accumulate_options(&mut self, iter: Iter, sum: bool, ty: &Ty, span: Span) -> Lowered<Val> {
        let Ty::Option(inner) = ty else { return Err(Refused) };
        if !inner.is_float() {
            return self.errors.refuse(span, "a sum of options is only followed for numbers; write the loop out");
        }
        let failed = self.flag("failed");
        let (start, op) = if sum { ("rt::sum_start", BinOp::Add) } else { ("rt::product_start", BinOp::Mul) };
        let acc = self.accumulator(Expr::Runtime(start, Vec::new()), inner);
        self.vars[acc.0 as usize].annotation = float_type(inner);
        self.drive_options(iter, failed, span, &mut |l, value| {
            let (e, _) = l.operand(value, span)?;
            l.out.push(Stmt::Update(Place::var(acc), op, e, span));
            Ok(())
        })?;
        self.found.insert(acc);
        Ok(self.unless(failed, Val::Place(Place::var(acc), (**inner).clone())))
    }

    /// `try_fold` with a closure that gives an `Option`.
    fn try_fold(&mut self, iter: Iter, m: &syn::ExprMethodCall, ty: &Ty, span: Span) -> Lowered<Val> {
        let [init, f] = [m.args.first().ok_or(Refused)?, m.args.iter().nth(1).ok_or(Refused)?];
        if let Some(at) = control_flow(f) {
            return self.errors.refuse(
                at,
                "a `ControlFlow` is not followed; write the loop out and leave it with `break`, or give an `Option` or a `Result`",
            );
        }
        let inner = match ty {
            Ty::Option(inner) => (**inner).clone(),
            _ => self.types.of(init),
        };
        let val = self.expr(init, &inner)?;
        let (init, init_ty) = self.operand(val, span)?;
        let f = self.function(f)?;
        let inner = better(inner, init_ty);
        let acc = self.accumulator(init, &inner);
        let failed = self.flag("failed");
        let depth = self.frames.len();
        self.drive_stopping(iter, span, true, &mut |l, item| {
            let item = l.settle_item(item, span)?;
            let old = l.read(Place::var(acc), inner.clone())?;
            l.set_flag(failed);
            l.optional_call(&f, vec![Val::Expr(old.0, old.1), item], None, span, &mut |l, value| {
                l.out.push(Stmt::Assign(Place::var(failed), Expr::Const(quote::quote!(false))));
                let value = match value {
                    Val::Expr(e, _) => l.assignable(e, &inner),
                    other => l.operand(other, span)?.0,
                };
                l.out.push(Stmt::Assign(Place::var(acc), value));
                Ok(())
            })?;
            let test = l.condition(Expr::Read(Place::var(failed)));
            l.when(test, |l| {
                l.stop_from(depth);
                Ok(())
            })
        })?;
        self.found.insert(acc);
        Ok(self.unless(failed, Val::Place(Place::var(acc), inner)))
    }

    /// The element types of two `Vec`s that a method gives.
    fn two_lists(&mut self, m: &syn::ExprMethodCall, expected: &Ty, span: Span) -> Lowered<[Ty; 2]> {
        let name = &m.method;
        let fish: Vec<Ty> = m
            .turbofish
            .iter()
            .flat_map(|t| &t.args)
            .filter_map(|a| match a {
                syn::GenericArgument::Type(t) => Some(Ty::parse(t, &self.source.floats)),
                _ => None,
            })
            .collect();
        match (&fish[..], expected) {
            ([.., Ty::Vec(a), Ty::Vec(b)], _) => Ok([(**a).clone(), (**b).clone()]),
            ([Ty::Vec(a), ..], _) if name == "partition" => Ok([(**a).clone(), (**a).clone()]),
            (_, Ty::Tuple(items)) => match &items[..] {
                [Ty::Vec(a), Ty::Vec(b)] => Ok([(**a).clone(), (**b).clone()]),
                _ => self.errors.refuse(span, format!("only `Vec`s are followed as the result of `{name}`")),
            },
            _ => self.errors.refuse(
                span,
                format!(
                    "only `Vec`s are followed as the result of `{name}`; give the `let` a type, as in `let (a, b): (Vec<_>, Vec<_>) = ...`"
                ),
            ),
        }
    }

    /// `partition` into two `Vec`s.
    fn partition(&mut self, iter: Iter, m: &syn::ExprMethodCall, expected: &Ty, span: Span) -> Lowered<Val> {
        let elems = self.two_lists(m, expected, span)?;
        if elems.iter().any(lends_numbers) {
            return self.errors.refuse(span, crate::lower::LIST_OF_REFERENCES);
        }
        let f = self.function(m.args.first().ok_or(Refused)?)?;
        let mut lists = self.new_lists(elems);
        self.drive(iter, None, None, span, &mut |l, item| {
            let item = l.settle_item(item, span)?;
            let test = l.test(&f, &item, true, span)?;
            let test = l.condition(test);
            let [yes, no] = &mut lists;
            let then = l.block(false, |l| l.push_item(yes, item.clone(), "partitioned", span))?;
            let other = l.block(false, |l| l.push_item(no, item, "partitioned", span))?;
            l.out.push(Stmt::If(test, then, other));
            Ok(())
        })?;
        Ok(self.both(lists))
    }

    fn new_lists(&mut self, elems: [Ty; 2]) -> [(Var, Ty); 2] {
        elems.map(|elem| {
            let name = self.names.numbered("list");
            let var = self.local(name, Ty::Vec(Box::new(elem.clone())), VarKind::Memory, true);
            self.vars[var.0 as usize].owned = true;
            self.out.push(Stmt::Decl(var, Some(Expr::Runtime("rt::list", Vec::new()))));
            (var, elem)
        })
    }

    fn push_item(&mut self, (list, elem): &mut (Var, Ty), item: Val, what: &str, span: Span) -> Lowered<()> {
        let item = match item {
            // `Vec<f64>` takes `&f64` as well.
            Val::Ref(p, ty, _) if elem.is_float() && (ty.is_float() || matches!(ty, Ty::Unknown)) => Val::Place(p, elem.clone()),
            Val::Ref(..) => return self.errors.refuse(span, format!("references cannot be {what} here; add `.copied()` or `.cloned()`")),
            Val::Place(p, t) if !t.is_float() && !matches!(t, Ty::Unknown) => Val::Expr(Expr::Clone(Box::new(Expr::Read(p))), t),
            other => other,
        };
        let (e, ty) = self.operand(item, span)?;
        *elem = better(elem.clone(), ty);
        self.out.push(Stmt::Container(crate::ir::ContainerOp::Push, Place::var(*list), vec![e], span));
        Ok(())
    }

    fn both(&mut self, lists: [(Var, Ty); 2]) -> Val {
        Val::Tuple(
            lists
                .into_iter()
                .map(|(var, elem)| {
                    let ty = Ty::Vec(Box::new(elem));
                    self.vars[var.0 as usize].ty = ty.clone();
                    self.invented.insert(var);
                    Val::Place(Place::var(var), ty)
                })
                .collect(),
        )
    }

    /// `unzip` into two `Vec`s.
    fn unzip(&mut self, iter: Iter, m: &syn::ExprMethodCall, expected: &Ty, span: Span) -> Lowered<Val> {
        let elems = self.two_lists(m, expected, span)?;
        if elems.iter().any(lends_numbers) {
            return self.errors.refuse(span, crate::lower::LIST_OF_REFERENCES);
        }
        let mut lists = self.new_lists(elems);
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
            for (list, half) in lists.iter_mut().zip(halves) {
                l.push_item(list, half, "unzipped", span)?;
            }
            Ok(())
        })?;
        Ok(self.both(lists))
    }
}

/// Whether tuples hold references to numbers: the items that they would be made of are numbers, which are copied.
fn lends_numbers(elem: &Ty) -> bool {
    let lent = |t: &Ty| matches!(t, Ty::Ref(..)) && t.peel().is_float() || lends_numbers(t);
    matches!(elem, Ty::Tuple(items) if items.iter().any(lent))
}

/// `collect::<Option<Vec<_>>>()` and the like, which stop early.
fn is_of_options(m: &syn::ExprMethodCall) -> bool {
    m.turbofish.iter().flat_map(|t| &t.args).any(|a| {
        matches!(a, syn::GenericArgument::Type(syn::Type::Path(p))
            if p.path.segments.last().is_some_and(|s| s.ident == "Option" || s.ident == "Result"))
    })
}
