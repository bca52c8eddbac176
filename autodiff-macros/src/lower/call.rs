//! Calls: constructors, functions of std, closures, and functions of the user.

mod arguments;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::pattern::better;
use super::{Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::infer::float_method_args;
use crate::ir::{Arg, Call, Callee, ContainerExpr, ContainerOp, Conversion, Expr, Place, Proj, Stmt, VarKind};
use crate::types::{Float, Ty};
use crate::varied::{is_constructor, starts_uppercase};

impl Lower<'_> {
    pub(super) fn call(&mut self, c: &syn::ExprCall, expected: &Ty) -> Lowered<Val> {
        let func = super::expr::strip(&c.func);
        let Syn::Path(p) = func else {
            if let Syn::Closure(closure) = func {
                let closure = self.captured(closure)?;
                let args = self.arguments_of_closure(&closure, c.args.iter())?;
                return self.inline(&closure, args, expected);
            }
            if let Syn::Call(made) = func {
                // A closure that a closure gives, called at once.
                if let Val::Closure(closure) = self.call(made, &Ty::Unknown)? {
                    let args = self.arguments_of_closure(&closure, c.args.iter())?;
                    return self.inline(&closure, args, expected);
                }
            }
            return self.errors.refuse_at(&c.func, "which function this calls is not known; call a named function or a local closure");
        };
        let p = &without_brackets(p);
        if let Some(name) = p.path.get_ident() {
            match self.env.get(&name.to_string()).cloned() {
                Some(Val::Closure(closure)) => {
                    let args = self.arguments_of_closure(&closure, c.args.iter())?;
                    return self.inline(&closure, args, expected);
                }
                Some(Val::Poison) => return Err(Refused),
                Some(Val::Expr(e, _)) if named_function(&e).is_some() => {
                    let mut call = c.clone();
                    *call.func = Syn::Path(named_function(&e).ok_or(Refused)?);
                    return self.call(&call, expected);
                }
                Some(_) => {
                    // Said once, however often it is called.
                    self.env.insert(name.to_string(), Val::Poison);
                    return self.errors.refuse_at(
                        &c.func,
                        format!(
                            "`{name}` is a function passed as a value; which one it is is not known here, so it cannot be differentiated; call a named function, or take a parameter of an annotated trait"
                        ),
                    );
                }
                None => {}
            }
        }
        if p.path.get_ident().is_some_and(crate::signature::is_primitive) {
            return self.errors.refuse_at(
                &p.path,
                "a function with the name of a type of the language cannot be called here, since its hidden companion would take the name of the type; give it another name",
            );
        }
        if let Some(reason) = super::opaque::reason(&p.path) {
            return self.errors.refuse_at(&p.path, reason);
        }
        if let Some(val) = self.std_call(p, &c.args, expected)? {
            return Ok(val);
        }
        if super::sized::array_tried(&c.func).is_some() && c.args.iter().any(|a| self.varies(a)) {
            return self.errors.refuse_at(
                &c.func,
                "whether a list becomes an array is followed where `unwrap` or `expect` of `try_from` give it; ask for its length before",
            );
        }
        if p.path.get_ident().and_then(crate::position::arity).is_some_and(|n| n != c.args.len()) {
            return self.errors.left_to_rustc(c.span());
        }
        let (given, apart) = self.tangents_apart(p.path.segments.last().map(|s| &s.ident), c.args.iter());
        given.iter().try_for_each(|a| self.lends_no_part(a))?;
        let takes = self.types.declared_params(&p.path, given.len());
        let mut args = self.arguments_of(given.iter().copied(), &takes)?;
        for (k, (a, val)) in given.iter().zip(&mut args).enumerate() {
            self.is_no_option_of_reference(a, val)?;
            Self::lend(&p.path, (k, given.len()), a, val);
        }
        self.integers_apart(&given, &takes, &mut args);
        let mut val = self.call_path(p, args, c.span())?;
        if let Val::Expr(Expr::Call(call), _) = &mut val {
            call.apart = apart;
        }
        Ok(match val {
            Val::Expr(e, ty) => {
                let ty = better(ty, self.types.given_by_arguments(c).unwrap_or(Ty::Unknown));
                Val::Expr(e, better(ty, expected.clone()))
            }
            other => other,
        })
    }

    /// Integers and the like that are parts of something that varies are none of it: nothing varies that a call makes of them alone.
    fn integers_apart(&mut self, given: &[&Syn], takes: &[Ty], args: &mut [Val]) {
        let integer = |l: &Self, k: usize, val: &Val| match val {
            Val::Place(_, ty) => {
                [Some(ty), takes.get(k), Some(&l.types.of(given[k]))].into_iter().flatten().any(|ty| matches!(ty, Ty::Plain | Ty::Inert))
            }
            Val::Ref(_, ty, false) => ty.peel().is_plain(),
            _ => false,
        };
        if (0..given.len()).any(|k| !integer(self, k, &args[k]) && self.varies(given[k])) {
            return;
        }
        for (k, val) in args.iter_mut().enumerate() {
            if let (true, Val::Place(place, ty)) = (integer(self, k, val), &*val) {
                let part = Expr::Read(place.clone());
                let ty = if matches!(ty.peel(), Ty::Inert) { Ty::Inert } else { Ty::Plain };
                *val = Val::Expr(Expr::Var(self.temp(part, ty.clone())), ty);
            }
            if let (true, Val::Ref(place, ty, _)) = (integer(self, k, val), &*val) {
                let (part, ty) = (Expr::Ref(place.clone()), Ty::Ref(Box::new(ty.peel().clone()), false));
                *val = Val::Expr(Expr::Var(self.temp(part, ty.clone())), ty);
            }
        }
    }

    /// Whether a value may vary by what is in it, apart from what stands in `constant(..)`.
    fn carries(&self, e: &Syn) -> bool {
        struct Constants;
        impl syn::visit_mut::VisitMut for Constants {
            fn visit_expr_mut(&mut self, e: &mut Syn) {
                match e {
                    Syn::Call(c) if matches!(&*c.func, Syn::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "constant") && !crate::position::may_be_own(&p.path)) =>
                    {
                        *e = syn::parse_quote!(());
                    }
                    other => syn::visit_mut::visit_expr_mut(self, other),
                }
            }
        }
        let mut e = e.clone();
        syn::visit_mut::VisitMut::visit_expr_mut(&mut Constants, &mut e);
        self.varies(&e)
    }

    /// Whether something in an expression is called that its file shows to have no derivative.
    fn calls_without_derivative(&self, e: &Syn) -> bool {
        struct Calls<'a, 'l>(&'a Lower<'l>, bool);
        impl<'t> syn::visit::Visit<'t> for Calls<'_, '_> {
            fn visit_expr_call(&mut self, c: &'t syn::ExprCall) {
                if let Syn::Path(p) = super::expr::strip(&c.func) {
                    let bound = p.path.get_ident().is_some_and(|name| self.0.types.binds(&name.to_string()));
                    let mut owner = p.path.segments.iter().rev().skip(1).map(|s| s.ident.to_string());
                    let method = p.path.segments.last().zip(owner.next());
                    self.1 |= !bound && crate::position::has_no_derivative(&p.path);
                    self.1 |= method.is_some_and(|(name, owner)| crate::position::is_unannotated(&owner, &name.ident));
                }
                syn::visit::visit_expr_call(self, c);
            }
            fn visit_expr_method_call(&mut self, m: &'t syn::ExprMethodCall) {
                if let Ty::Named(named) = self.0.types.of(&m.receiver).peel() {
                    self.1 |= named.name().is_some_and(|owner| crate::position::is_unannotated(&owner, &m.method));
                }
                syn::visit::visit_expr_method_call(self, m);
            }
        }
        let mut calls = Calls(self, false);
        syn::visit::Visit::visit_expr(&mut calls, e);
        calls.1
    }

    /// The same expression, with copies of what its calls would take away: the reverse sweep may read that again.
    fn with_copies(&self, e: &Syn) -> Syn {
        struct Copies<'a, 'l>(&'a Lower<'l>);
        impl syn::visit_mut::VisitMut for Copies<'_, '_> {
            fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
                syn::visit_mut::visit_expr_call_mut(self, c);
                c.args.iter_mut().for_each(|a| self.copy(a));
            }
            fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
                syn::visit_mut::visit_expr_method_call_mut(self, m);
                m.args.iter_mut().for_each(|a| self.copy(a));
            }
        }
        impl Copies<'_, '_> {
            fn copy(&self, a: &mut Syn) {
                let taken = matches!(super::expr::strip(a), Syn::Path(_) | Syn::Field(_));
                if taken && matches!(self.0.types.of(a), Ty::Vec(_) | Ty::Named(_) | Ty::Inert) {
                    *a = syn::parse_quote!(#a.clone());
                }
            }
        }
        let mut e = e.clone();
        syn::visit_mut::VisitMut::visit_expr_mut(&mut Copies(self), &mut e);
        e
    }

    /// Whether a path is no name of the body's, and by its case no constant.
    fn names_function(&self, e: &Syn) -> bool {
        let Syn::Path(p) = super::expr::strip(e) else { return false };
        let bound = p.path.get_ident().is_some_and(|name| self.env.contains_key(&name.to_string()));
        !bound && p.path.segments.last().is_some_and(|s| !starts_uppercase(&s.ident))
    }

    /// The type of number of which a path names a method with a rule, as `f64::max` does; unknown if the path does not say.
    pub(super) fn number_function(&self, p: &syn::ExprPath) -> Option<Ty> {
        let mut names = p.path.segments.iter().rev().map(|s| s.ident.to_string());
        let (last, owner) = (names.next()?, names.next()?);
        let ty = match owner.as_str() {
            "f64" => Ty::F64,
            "f32" => Ty::Float(Float::F32),
            _ if self.source.floats.iter().any(|f| *f == owner)
                || (owner == "Float" || owner == "Real") && !crate::position::may_be_own(&p.path) =>
            {
                self.source.floats.first().map_or(Ty::Unknown, |f| Ty::Float(Float::Generic(f.clone())))
            }
            _ => return None,
        };
        (float_method_args(&last).is_some() || last == "powi" || last == "sin_cos").then_some(ty)
    }

    /// A conversion by the rule of an `impl From`, if that is what a value of this type needs; `from` is the path of the function.
    pub(super) fn converted_by_rule(&mut self, from: syn::ExprPath, val: Val, of: &Ty, to: Ty, span: Span) -> Lowered<Option<Val>> {
        let by_rule = match (of, &to) {
            (Ty::Named(named), _) => named.home().is_some(),
            (Ty::Unknown, Ty::Float(_)) => from.path.segments.first().is_some_and(|s| crate::position::is_converted_to(&s.ident)),
            (_, Ty::Named(_)) | (Ty::Unknown, Ty::Array(..)) => true,
            _ => false,
        };
        if !by_rule {
            return Ok(None);
        }
        let args = vec![self.arg(val, span)?];
        Ok(Some(Val::Expr(Expr::Call(Box::new(Call { callee: Callee::Associated(Box::new(from)), args, span, apart: 0 })), to)))
    }

    /// Functions and constructors of std that have a meaning of their own here.
    fn std_call(
        &mut self,
        p: &syn::ExprPath,
        args: &syn::punctuated::Punctuated<Syn, syn::Token![,]>,
        expected: &Ty,
    ) -> Lowered<Option<Val>> {
        let names: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
        let last = names.last().cloned().unwrap_or_default();
        let owner = names.len().checked_sub(2).map(|k| names[k].as_str()).unwrap_or_default();
        let floats: Vec<String> = self.source.floats.iter().map(ToString::to_string).collect();
        let known = matches!(owner, "mem" | "array" | "Float" | "Real" | "Add" | "Sub" | "Mul" | "Div" | "Rem" | "Neg" | "Into" | "From");
        if (known || last == "constant") && !floats.iter().any(|f| f == owner) && crate::position::may_be_own(&p.path) {
            return Ok(None);
        }
        if owner == "f64" || owner == "f32" || owner == "Float" || owner == "Real" || floats.iter().any(|f| f == owner) {
            if last == "from" {
                let val = self.expr(&args[0], &Ty::Unknown)?;
                let (e, ty) = self.operand(val, args[0].span())?;
                if let Expr::Var(v) = &e {
                    if !self.info(*v).varied {
                        // Of a constant it is one.
                        let name = self.info(*v).name.clone();
                        let code = Expr::Verbatim(Box::new(syn::parse_quote!(#p(#name))), vec![*v]);
                        return Ok(Some(Val::Expr(code, Ty::Unknown)));
                    }
                }
                if matches!(ty, Ty::Float(Float::Generic(_))) && owner.starts_with('f') {
                    return Ok(Some(super::method::converted(e, if owner == "f64" { Ty::F64 } else { Ty::Float(Float::F32) })));
                }
                if names.len() == 2 && (owner == "f64" || owner == "f32") {
                    let (val, to) = (Val::Expr(e.clone(), ty.clone()), if owner == "f64" { Ty::F64 } else { Ty::Float(Float::F32) });
                    if let Some(converted) = self.converted_by_rule(p.clone(), val, &ty, to, args[0].span())? {
                        return Ok(Some(converted));
                    }
                }
                if floats.iter().any(|f| f == owner) || owner == "Float" || owner == "Real" {
                    return self
                        .errors
                        .refuse_at(p, "a conversion by `from` into a type parameter cannot be differentiated; give the value that type from the start, or write `constant(..)` around it if it is meant to be constant");
                }
                let name = &p.path.segments[names.len() - 2].ident;
                return Ok(Some(Val::Expr(
                    Expr::Cast(Box::new(e), Conversion::As(quote::quote!(#name))),
                    Ty::parse(&syn::parse_quote!(#name), &[]),
                )));
            }
            let ty = match self.number_function(p) {
                // `Float::sin(x)` of a number.
                Some(Ty::Unknown) => args.first().map_or(Ty::Unknown, |x| self.types.of(x)),
                known => known.unwrap_or(Ty::Unknown),
            };
            if ty.is_float() {
                let mut operands = Vec::new();
                for a in args {
                    let val = self.expr(a, &ty)?;
                    operands.push(self.operand(val, a.span())?.0);
                }
                let method = p.path.segments.last().ok_or(Refused)?.ident.clone();
                self.state_type(&mut operands, &ty);
                return self.rule(&method, operands, ty).map(Some);
            }
        }
        match (owner, last.as_str()) {
            ("Add", "add") | ("Sub", "sub") | ("Mul", "mul") | ("Div", "div") | ("Rem", "rem") | ("Neg", "neg") => {
                self.errors.refuse_at(p, format!("`{owner}::{last}` as a function cannot be differentiated; write the operator"))
            }
            ("Into", "into") | ("From", "from") => self
                .errors
                .refuse_at(p, format!("what `{owner}::{last}` makes of a number is not known here; name the type, as in `f64::from(x)`")),
            ("mem", "swap") => {
                let (a, ty) = self.target(&args[0])?;
                let (b, _) = self.target(&args[1])?;
                let (a, b) = (through_reference(a), through_reference(b));
                // What is skipped has no cotangent to exchange another for, whatever the type of the other side is.
                let skipped = args.iter().any(|arg| self.types.is_skipped(arg));
                let ty = if skipped { Ty::Unknown } else { ty };
                if a.meets(&b) || skipped {
                    // Elements of one array cannot be borrowed beside each other.
                    let (a, b) = (self.freeze(a)?, self.freeze(b)?);
                    let read = |place: &Place| {
                        let read = Expr::Read(place.clone());
                        if ty.is_copy_or_plain() {
                            read
                        } else {
                            Expr::Clone(Box::new(read))
                        }
                    };
                    let old = self.temp(read(&a), ty.clone());
                    self.out.push(Stmt::Assign(a, read(&b)));
                    self.out.push(Stmt::Assign(b, Expr::Var(old)));
                    return Ok(Some(Val::Unit));
                }
                self.out.push(Stmt::Container(ContainerOp::Swap, a, vec![Expr::RefMut(b)], p.span()));
                Ok(Some(Val::Unit))
            }
            ("mem", "replace") => {
                let (place, ty) = self.target(&args[0])?;
                let val = self.expr(&args[1], &ty)?;
                let (new, _) = self.operand(val, args[1].span())?;
                Ok(Some(self.replaced(&args[0], place, ty, new, p.span())))
            }
            ("mem", "take") => {
                let (place, ty) = self.target(&args[0])?;
                let empty = match &ty {
                    Ty::Vec(_) => Expr::Runtime("rt::list", Vec::new()),
                    Ty::Option(_) => super::none(),
                    Ty::Float(_) => crate::emit::zero_of(&ty),
                    _ => Expr::Const(quote::quote!(::core::default::Default::default())),
                };
                Ok(Some(self.replaced(&args[0], place, ty, empty, p.span())))
            }
            ("array", "from_fn") => {
                let told = match &p.path.segments.last().map(|s| &s.arguments) {
                    Some(syn::PathArguments::AngleBracketed(a)) => array_of_arguments(a, &self.source.floats),
                    _ => None,
                };
                let f = self.function(&args[0])?;
                let Ty::Array(elem, len) = told.unwrap_or_else(|| expected.clone()) else {
                    return self.inferred_array(f, p).map(Some);
                };
                if !elem.static_zero() {
                    return self.written_out(&f, &len, p.span(), |at, _| Val::Expr(at, Ty::Plain)).map(Some);
                }
                self.filled_array(&f, *elem, &len, p.span()).map(Some)
            }
            ("", "drop") if crate::position::is_function(&p.path) => self
                .errors
                .refuse_at(p, "this `drop` is a function of the file, but generated code finds two of its name; write `self::drop(..)`"),
            ("", "drop") | ("mem", "drop") => {
                let gone = args.first().ok_or(Refused)?;
                // What makes the value may change something.
                if !self.is_place(gone) && !matches!(super::expr::strip(gone), Syn::Closure(_)) {
                    let val = self.expr(gone, &Ty::Unknown)?;
                    self.bind(&syn::parse_quote!(_), val, None, gone.span())?;
                }
                Ok(Some(Val::Unit))
            }
            (module, "constant") if !module.starts_with(char::is_uppercase) => {
                self.is_the_librarys(p);
                let (e, ty) = if self.calls_without_derivative(&args[0]) {
                    (self.plain(&self.with_copies(&args[0]))?, better(self.types.of(&args[0]), expected.clone()))
                } else {
                    let val = self.expr(&args[0], expected)?;
                    self.operand(val, args[0].span())?
                };
                let var = self.temp(Expr::Runtime("constant", vec![e]), ty.clone());
                self.vars[var.0 as usize].varied = false;
                Ok(Some(Val::Expr(Expr::Var(var), ty)))
            }
            ("Vec", "from") if args.len() == 1 => {
                let val = self.expr(&args[0], &Ty::Unknown)?;
                let (place, ty) = self.place(val, args[0].span())?;
                Ok(Some(Val::Expr(Expr::Container(ContainerExpr::ToVec, place, Vec::new()), Ty::Vec(Box::new(ty.element())))))
            }
            ("Box", "new") => {
                let val = self.expr(&args[0], &Ty::Unknown)?;
                let (e, _) = self.operand(val, args[0].span())?;
                Ok(Some(Val::Expr(Expr::Ctor(p.path.clone(), vec![e]), Ty::Unknown)))
            }
            _ if super::pattern::is_err(&p.path) && args.iter().any(|a| self.carries(a)) => {
                let varying = args.iter().find(|a| self.carries(a)).ok_or(Refused)?;
                self.errors.refuse_at(
                    varying,
                    "what an error holds has no derivative; write `constant(..)` around the numbers in it, or give them as text",
                )
            }
            _ if is_constructor(&p.path) => {
                let mut items = Vec::new();
                let inner = if let Ty::Option(inner) = expected { (**inner).clone() } else { Ty::Unknown };
                let mut first = Ty::Unknown;
                let takes = self.types.declared_params(&p.path, args.len());
                for (k, a) in args.iter().enumerate() {
                    let told = takes.get(k).cloned().unwrap_or(Ty::Unknown);
                    let expected = better(told, inner.clone());
                    let val = match last.as_str() {
                        "Some" | "Ok" | "Err" => self.expr(a, &expected)?,
                        _ => self.told(a, |l| l.expr(a, &expected))?,
                    };
                    let (e, ty) = self.operand(val, a.span())?;
                    self.holds(&e, a.span())?;
                    first = ty;
                    items.push(e);
                }
                let ty = if last == "Some" { Ty::Option(Box::new(first)) } else { Ty::Unknown };
                Ok(Some(Val::Expr(Expr::Ctor(p.path.clone(), items), ty)))
            }
            _ => Ok(None),
        }
    }

    /// `[f(0), f(1), ..]`
    pub(super) fn filled_array(&mut self, f: &super::iter::Function, elem: Ty, len: &proc_macro2::TokenStream, span: Span) -> Lowered<Val> {
        let ty = Ty::Array(Box::new(elem.clone()), len.clone());
        let name = self.names.numbered("a");
        let var = self.local(name, ty.clone(), crate::ir::VarKind::Memory, true);
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        let zero = Expr::Repeat(Box::new(crate::emit::zero_of(&elem)), len.clone());
        self.out.push(Stmt::Decl(var, Some(zero)));
        let range = super::iter::Iter::Range {
            // The closure may call methods of its number.
            start: Expr::Const(quote::quote!(0usize)),
            end: Some(Expr::Const(quote::quote!((#len)))),
            inclusive: false,
        };
        self.drive(range, None, None, span, &mut |l, item| {
            let (at, _) = l.operand(item.clone(), span)?;
            let val = match f {
                super::iter::Function::Closure(c) => l.inline(c, vec![item], &elem)?,
                super::iter::Function::Path(_) => l.apply(f, vec![item], span)?,
            };
            let value = match val {
                Val::Expr(e, _) => l.assignable(e, &elem),
                other => l.operand(other, span)?.0,
            };
            l.out.push(Stmt::Assign(Place::var(var).project(Proj::Index(Box::new(at), span)), value));
            Ok(())
        })?;
        Ok(Val::Place(Place::var(var), ty))
    }

    /// `[f(0), f(1), ..]`, element by element, where the elements' type is not known.
    pub(super) fn written_out(
        &mut self,
        f: &super::iter::Function,
        len: &proc_macro2::TokenStream,
        span: Span,
        item: impl Fn(Expr, Span) -> Val,
    ) -> Lowered<Val> {
        let n = len.to_string().trim_matches(|c| c == '(' || c == ')').trim_end_matches("usize").trim().parse::<usize>();
        let Ok(n @ 0..=16) = n else {
            return self.errors.refuse(span, "an array of elements whose type is not known here cannot be built by a closure; give the closure's result a type, or write a loop");
        };
        let mut items = Vec::new();
        let mut elem = Ty::Unknown;
        for k in 0..n {
            let k = proc_macro2::Literal::usize_suffixed(k);
            let val = self.apply(f, vec![item(Expr::Const(quote::quote!(#k)), span)], span)?;
            let (e, ty) = self.operand(val, span)?;
            elem = ty;
            items.push(e);
        }
        Ok(Val::Expr(Expr::Array(items), Ty::Array(Box::new(elem), len.clone())))
    }

    /// A method of floats.
    pub(super) fn rule(&mut self, method: &syn::Ident, operands: Vec<Expr>, ty: Ty) -> Lowered<Val> {
        if method == "sin_cos" {
            // std's `sin_cos` is the pair of both.
            let sin = self.temp(Expr::Rule(syn::Ident::new("sin", method.span()), operands.clone()), ty.clone());
            let cos = self.temp(Expr::Rule(syn::Ident::new("cos", method.span()), operands), ty.clone());
            return Ok(Val::Tuple(vec![Val::Expr(Expr::Var(sin), ty.clone()), Val::Expr(Expr::Var(cos), ty)]));
        }
        Ok(Val::Expr(Expr::Rule(method.clone(), operands), ty))
    }

    /// `f64::max(0.0, x)` says of what type its first operand is; `(0.0).max(x)` would not.
    fn state_type(&mut self, operands: &mut [Expr], ty: &Ty) {
        let float = match ty {
            Ty::Float(Float::F64) => "f64",
            Ty::Float(Float::F32) => "f32",
            _ => return,
        };
        let Some(receiver) = operands.first_mut() else { return };
        let root = match receiver {
            Expr::Var(v) => Some(*v),
            Expr::Read(p) => Some(p.root),
            _ => None,
        };
        // Of a local one that is a literal at first, rustc may not know it yet.
        if root.is_some_and(|v| self.info(v).kind == VarKind::Param || self.info(v).annotation.is_some()) {
            return;
        }
        if let Expr::Const(code) = receiver {
            if let Some(literal) = with_suffix(code, float) {
                *code = literal;
                return;
            }
        }
        let own = self.temp(receiver.clone(), ty.clone());
        let name = syn::Ident::new(float, Span::call_site());
        self.vars[own.0 as usize].annotation = Some(syn::parse_quote!(#name));
        *receiver = Expr::Var(own);
    }

    /// Another function of the name `constant` does not compile, rather than lose its derivative.
    fn is_the_librarys(&mut self, p: &syn::ExprPath) {
        let mut path = p.path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.arguments = syn::PathArguments::None;
        }
        let check: syn::Item = syn::parse_quote!(const _: () = #path::IS_THAT_OF_AUTODIFF_CORE;);
        self.items.push(Stmt::Verbatim(Box::new(syn::Stmt::Item(check)), Vec::new()));
    }

    /// A call of a function by its path.
    pub(super) fn call_path(&mut self, p: &syn::ExprPath, args: Vec<Val>, span: Span) -> Lowered<Val> {
        // `f64::max` and the like, passed by name.
        let names: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
        if let [.., owner, last] = &names[..] {
            if (owner == "f64" || owner == "f32") && float_method_args(last).is_some() {
                let ty = if owner == "f64" { Ty::F64 } else { Ty::Float(Float::F32) };
                let mut operands = Vec::new();
                for a in args {
                    let a = match a {
                        Val::Ref(p, _, _) => Val::Place(p, ty.clone()),
                        other => other,
                    };
                    operands.push(self.operand(a, span)?.0);
                }
                let method = p.path.segments.last().ok_or(Refused)?.ident.clone();
                self.state_type(&mut operands, &ty);
                return self.rule(&method, operands, ty);
            }
        }
        if p.qself.is_none() && is_constructor(&p.path) {
            return self.made_by_name(&p.path, args, span);
        }
        let mut lowered = Vec::new();
        for a in args {
            lowered.push(self.arg(a, span)?);
        }
        let last = p.path.segments.last().ok_or(Refused)?;
        let associated = p.qself.is_some() || p.path.segments.iter().rev().nth(1).is_some_and(|s| starts_uppercase(&s.ident));
        if let (Some(Arg::RefMut(place)), true) = (lowered.first(), associated && crate::position::is_mut_method(&last.ident)) {
            // A receiver that is written to is in and out in another way than an argument.
            lowered[0] = Arg::Receiver(place.clone());
        }
        let callee = if associated { Callee::Associated(Box::new(p.clone())) } else { Callee::Function(p.path.clone()) };
        let bound = p.path.get_ident().is_some_and(|name| self.types.binds(&name.to_string()));
        let varies = lowered.iter().any(|a| match a {
            Arg::Value(e) => self.expr_varies(e),
            Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => self.info(place.root).varied,
        });
        if varies && !associated && !bound && crate::position::has_no_derivative(&p.path) {
            let name = &last.ident;
            let message = format!(
                "`{name}` has no derivative, since it has no attribute; write `#[differentiate]` over it, or `autodiff_core::constant(..)` around the call if its value counts as a constant"
            );
            return self.errors.refuse_at(&p.path, &message);
        }
        let ty = self.types.declared_call(&p.path).unwrap_or_else(|| self.given_by_all(&last.ident));
        self.called(Call { callee, args: lowered, span, apart: 0 }, ty)
    }

    /// What a constructor that is passed by name makes: `.map(Mass)`.
    fn made_by_name(&mut self, path: &syn::Path, args: Vec<Val>, span: Span) -> Lowered<Val> {
        let (mut items, mut first) = (Vec::new(), Ty::Unknown);
        for a in args {
            let (e, ty) = self.operand(a, span)?;
            if super::pattern::is_err(path) && self.expr_varies(&e) {
                return self.errors.refuse(
                    span,
                    "what an error holds has no derivative; write `constant(..)` around the numbers in it, or give them as text",
                );
            }
            self.holds(&e, span)?;
            first = ty;
            items.push(e);
        }
        let ty = if path.is_ident("Some") { Ty::Option(Box::new(first)) } else { Ty::Unknown };
        Ok(Val::Expr(Expr::Ctor(path.clone(), items), ty))
    }

    /// The arguments of a call, and the parts of the last one if it is a tuple of tangents some of which are references: a companion takes
    /// those one by one, as its pullback must not keep a reference.
    pub(super) fn tangents_apart<'a>(&self, callee: Option<&syn::Ident>, args: impl Iterator<Item = &'a Syn>) -> (Vec<&'a Syn>, usize) {
        let mut args: Vec<&Syn> = args.collect();
        let takes_tangents = callee.map(ToString::to_string).is_some_and(|name| name.ends_with("_jvp") || name.ends_with("_hvp"));
        let Some(Syn::Tuple(tangents)) = args.last().map(|a| super::expr::strip(a)).filter(|_| takes_tangents) else { return (args, 0) };
        let reference = |part: &Syn| match super::expr::strip(part) {
            Syn::Reference(r) => r.mutability.is_none(),
            Syn::Path(p) => p.path.get_ident().is_some_and(|name| self.is_reference(&name.to_string())),
            _ => false,
        };
        if !tangents.elems.iter().any(reference) {
            return (args, 0);
        }
        args.pop();
        args.extend(&tangents.elems);
        (args, tangents.elems.len())
    }

    /// Refuses references in what is handed to a function: the pullback would have to keep them.
    pub(super) fn lends_no_part(&mut self, argument: &Syn) -> Lowered<()> {
        match super::expr::strip(argument) {
            Syn::Tuple(t) => t.elems.iter().try_for_each(|part| self.is_not_lent(part)),
            Syn::Array(a) => a.elems.iter().try_for_each(|part| self.is_not_lent(part)),
            Syn::Struct(s) => s.fields.iter().try_for_each(|f| self.is_not_lent(&f.expr)),
            Syn::Call(c) if matches!(&*c.func, Syn::Path(p) if is_constructor(&p.path)) => {
                c.args.iter().try_for_each(|part| self.is_not_lent(part))
            }
            _ => Ok(()),
        }
    }

    fn is_not_lent(&mut self, part: &Syn) -> Lowered<()> {
        let lent = match super::expr::strip(part) {
            Syn::Reference(r) => r.mutability.is_none() && self.varies(&r.expr),
            Syn::Path(p) => p.path.get_ident().is_some_and(|name| self.is_reference(&name.to_string())) && self.varies(part),
            _ => false,
        };
        if !lent {
            return self.lends_no_part(part);
        }
        self.errors.refuse_at(
            part,
            "a reference inside a tuple, an array, an `Option` or a struct that is handed to a function cannot be followed; hand over the reference itself, or a copy of the value",
        )
    }

    fn is_reference(&self, name: &str) -> bool {
        match self.binding(name) {
            Some(Val::Ref(..)) => true,
            Some(Val::Place(place, ty)) => place.path.is_empty() && matches!(ty, Ty::Ref(..)),
            _ => false,
        }
    }

    /// A name of a `&mut` reference that is handed to a function which takes `&`.
    pub(super) fn lend(callee: &syn::Path, (k, count): (usize, usize), argument: &Syn, val: &mut Val) {
        let (Val::Ref(_, _, mutable), Syn::Path(_)) = (val, super::expr::strip(argument)) else { return };
        let known = crate::position::lent(callee);
        // The receiver of a method is a parameter, but no argument.
        let taken = known.and_then(|lent| lent.get((k + lent.len()).checked_sub(count)?).copied());
        if taken == Some(false) {
            *mutable = false;
        }
    }

    pub(super) fn is_no_option_of_reference(&mut self, argument: &Syn, val: &Val) -> Lowered<()> {
        if !matches!(val, Val::Maybe { value, .. } if matches!(**value, Val::Ref(..))) {
            return Ok(());
        }
        self.errors.refuse_at(
            argument,
            "an `Option` of a reference that is handed to a function cannot be followed; write `.copied()` or `.cloned()` behind it, for a function that takes the value",
        )
    }

    pub(super) fn arg(&mut self, val: Val, span: Span) -> Lowered<Arg> {
        Ok(match self.sized(val) {
            Val::Ref(place, ty, mutable) => {
                let place = self.freeze(place)?;
                let _ = ty;
                if mutable {
                    Arg::RefMut(place)
                } else {
                    Arg::Ref(place)
                }
            }
            Val::Place(place, ty) if !ty.is_float() && !ty.is_plain() && !place.path.is_empty() => {
                let var = self.temp(Expr::Clone(Box::new(Expr::Read(place))), ty);
                Arg::Value(Expr::Var(var))
            }
            // A name of a reference to something that has no derivative.
            Val::Place(place, Ty::Ref(_, true)) if place.path.is_empty() => Arg::RefMut(place.project(Proj::Deref)),
            Val::Closure(_) => {
                return self.errors.refuse(span, "a closure passed to another function cannot be followed; write that function's work out here, or pass it numbers instead");
            }
            other => {
                let (e, _) = self.operand(other, span)?;
                Arg::Value(e)
            }
        })
    }
}

/// The function that code names which is handed over as one: `cube`, `&cube`.
pub(in crate::lower) fn named_function(e: &Expr) -> Option<syn::ExprPath> {
    let code = match e {
        Expr::Const(code) => syn::parse2::<Syn>(code.clone()).ok()?,
        Expr::Verbatim(code, vars) if vars.is_empty() => (**code).clone(),
        _ => return None,
    };
    let mut code = &code;
    while let Syn::Reference(r) = super::expr::strip(code) {
        code = &r.expr;
    }
    match super::expr::strip(code) {
        Syn::Path(p) if p.path.segments.last().is_some_and(|s| !crate::varied::starts_uppercase(&s.ident)) => Some(p.clone()),
        _ => None,
    }
}

/// A literal of floats, with its type.
fn with_suffix(code: &proc_macro2::TokenStream, float: &str) -> Option<proc_macro2::TokenStream> {
    let mut e: Syn = syn::parse2(code.clone()).ok()?;
    let mut inner = &mut e;
    while let Syn::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr, .. }) = inner {
        inner = expr;
    }
    let Syn::Lit(syn::ExprLit { lit: syn::Lit::Float(l), .. }) = inner else { return None };
    if l.suffix().is_empty() {
        *l = syn::LitFloat::new(&format!("{}{float}", l.base10_digits()), l.span());
    }
    Some(e.to_token_stream())
}

fn through_reference(p: Place) -> Place {
    p
}

/// The array that `from_fn::<f64, 3, _>` makes, if its arguments say so.
fn array_of_arguments(a: &syn::AngleBracketedGenericArguments, floats: &[proc_macro2::Ident]) -> Option<Ty> {
    use syn::GenericArgument::{Const, Type};
    let mut args = a.args.iter();
    let (Some(Type(elem)), Some(len)) = (args.next(), args.next()) else { return None };
    let len = match len {
        Const(n) => quote::quote!(#n),
        Type(syn::Type::Path(n)) => quote::quote!(#n),
        _ => return None,
    };
    (!matches!(elem, syn::Type::Infer(_))).then(|| Ty::Array(Box::new(Ty::parse(elem, floats)), len))
}

/// `<f64>::atan2` as `f64::atan2`.
fn without_brackets(p: &syn::ExprPath) -> syn::ExprPath {
    let mut plain = p.clone();
    let Some(syn::QSelf { ty, position: 0, .. }) = &p.qself else { return plain };
    let syn::Type::Path(syn::TypePath { qself: None, path }) = &**ty else { return plain };
    if path.segments.iter().all(|s| s.arguments.is_none()) {
        plain.qself = None;
        plain.path.leading_colon = path.leading_colon;
        plain.path.segments = path.segments.iter().chain(&p.path.segments).cloned().collect();
    }
    plain
}
