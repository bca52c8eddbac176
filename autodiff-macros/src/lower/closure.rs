//! Closures and functions passed by name: followed where they are called.

use std::rc::Rc;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr as Syn, Pat};

use super::expr::strip;
use super::iter::Function;
use super::{Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{Arg, Expr, Var, VarKind};
use crate::types::Ty;

impl Lower<'_> {
    pub(in crate::lower) fn function(&mut self, e: &Syn) -> Lowered<Function> {
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

    /// Applies a closure or named function to values.
    pub(in crate::lower) fn apply(&mut self, f: &Function, args: Vec<Val>, span: Span) -> Lowered<Val> {
        match f {
            Function::Closure(c) => self.inline(c, args, &Ty::Unknown),
            Function::Path(p) => match (self.number_function(p), p.path.segments.last()) {
                (Some(ty), Some(method)) if ty.is_float() => {
                    let operands: Lowered<Vec<_>> = args.into_iter().map(|a| Ok(self.operand(a, span)?.0)).collect();
                    self.rule(&method.ident.clone(), operands?, ty)
                }
                _ => {
                    let val = self.call_path(p, args, span)?;
                    self.happened(val, span)
                }
            },
        }
    }

    /// A call that may write to something happens here, and not where its value is first used.
    fn happened(&mut self, val: Val, span: Span) -> Lowered<Val> {
        match val {
            Val::Expr(Expr::Call(call), ty) if call.args.iter().any(|a| self.may_write(a)) => {
                let (e, ty) = self.operand(Val::Expr(Expr::Call(call), ty), span)?;
                Ok(Val::Expr(e, ty))
            }
            other => Ok(other),
        }
    }

    fn may_write(&self, a: &Arg) -> bool {
        match a {
            Arg::RefMut(_) => true,
            Arg::Receiver(place) => self.info(place.root).mutable || matches!(self.info(place.root).ty, Ty::Ref(_, true)),
            _ => false,
        }
    }

    pub(in crate::lower) fn bind_params(&mut self, c: &Rc<syn::ExprClosure>, args: Vec<Val>) -> Lowered<()> {
        if c.inputs.len() != args.len() {
            return self.errors.left_to_rustc(c.span());
        }
        // Those in sight have become values before.
        if matches!(&*c.body, Syn::Block(b) if super::scan::has_return(&b.block)) {
            return self.errors.refuse(
                c.body.span(),
                "`return` inside a closure cannot be differentiated here; make its value the closure's last expression",
            );
        }
        for (p, val) in c.inputs.iter().zip(args) {
            let (pat, annotation): (&Pat, Option<&syn::Type>) = match p {
                Pat::Type(t) => (&t.pat, Some(&t.ty)),
                other => (other, None),
            };
            let val = match (val, annotation) {
                (Val::Place(place, ty), Some(t)) => Val::Place(place, super::pattern::better(ty, Ty::parse(t, &self.source.floats))),
                (Val::Closure(handed), Some(syn::Type::ImplTrait(t))) => Val::Closure(told(handed, t)),
                (Val::Expr(e, ty), Some(t)) => Val::Expr(e, super::pattern::better(ty, Ty::parse(t, &self.source.floats))),
                (v, _) => v,
            };
            if let (Val::Expr(Expr::Var(v), ty), Some(t)) = (&val, annotation) {
                let written = if is_of_numbers(&Ty::parse(t, &self.source.floats)) { Some(t.clone()) } else { super::iter::float_type(ty) };
                self.told_type(*v, written);
            }
            // Annotations on closure parameters tell types only; a reference stays a reference. Where the value gets a name
            // of its own, rustc may need what the annotation told it.
            let named = matches!(&val, Val::Place(p, Ty::Float(_)) if !self.place_is_fixed(p));
            self.bind(pat, val, annotation.filter(|_| named), pat.span())?;
        }
        Ok(())
    }

    /// A value whose type the user's code knows from a parameter, which is not there any more.
    fn told_type(&mut self, v: Var, written: Option<syn::Type>) {
        let info = &mut self.vars[v.0 as usize];
        if info.kind == VarKind::Value && info.annotation.is_none() {
            info.annotation = written;
        }
    }

    /// The value of a closure's body for given arguments.
    pub(in crate::lower) fn inline(&mut self, c: &Rc<syn::ExprClosure>, args: Vec<Val>, expected: &Ty) -> Lowered<Val> {
        if self.calls_around.len() > 16 {
            return self.errors.refuse(c.span(), "closures are nested too deeply here; make them functions");
        }
        // Each variable has its own name, so parameters tell closures apart.
        let again = self.calls_around.iter().any(|around| around.inputs == c.inputs);
        let args = if again { self.kept_apart(c, args)? } else { args };
        let around = self.names_around(c);
        self.bind_params(c, args)?;
        self.calls_around.push(c.clone());
        let written = match &c.output {
            syn::ReturnType::Type(_, ty) => Ty::parse(ty, &self.source.floats),
            syn::ReturnType::Default => Ty::Unknown,
        };
        let expected = &super::pattern::better(written, expected.clone());
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
        self.calls_around.pop();
        let given = val.and_then(|val| match val {
            Val::Closure(made) => Ok(Val::Closure(self.keeping(c, &made)?)),
            // What it does later, it does with what this call binds.
            Val::Iter(mut iter) => {
                for f in iter.functions_mut() {
                    if let Function::Closure(made) = f {
                        *made = self.keeping(c, made)?;
                    }
                }
                Ok(Val::Iter(iter))
            }
            val => self.happened(val, c.body.span()),
        });
        self.env.extend(around);
        given
    }

    /// The arguments of a closure that comes to call itself. In front of that, closures that its call around this one made keep what they
    /// know of that one.
    fn kept_apart(&mut self, c: &syn::ExprClosure, args: Vec<Val>) -> Lowered<Vec<Val>> {
        let mut known: Vec<(String, Rc<syn::ExprClosure>)> = self
            .env
            .iter()
            .filter_map(|(name, val)| match val {
                Val::Closure(made) => Some((name.clone(), made.clone())),
                _ => None,
            })
            .collect();
        known.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, made) in known {
            let kept = self.keeping(c, &made)?;
            self.env.insert(name, Val::Closure(kept));
        }
        let keep = |val| match val {
            Val::Closure(made) => Ok(Val::Closure(self.keeping(c, &made)?)),
            val => Ok(val),
        };
        args.into_iter().map(keep).collect()
    }

    /// What the names stand for that a closure binds: those of a call around this one, if the closure comes to call itself by what it is
    /// handed.
    fn names_around(&self, c: &syn::ExprClosure) -> Vec<(String, Val)> {
        bound_in(c).into_iter().filter_map(|name| Some((name.clone(), self.env.get(&name)?.clone()))).collect()
    }

    /// Whether code that stays as it is written can have the closure itself where it calls it: the closure changes nothing, and everything that
    /// it captures can be written there.
    pub(in crate::lower) fn can_be_written_out(&self, c: &syn::ExprClosure) -> bool {
        fn written(l: &Lower, val: &Val) -> bool {
            match val {
                Val::Expr(e, _) => matches!(e, Expr::Var(_) | Expr::Const(_) | Expr::Verbatim(..)),
                Val::Place(_, ty) => !matches!(ty, Ty::Ref(_, true)),
                Val::Ref(_, _, mutable) => !mutable,
                Val::Twice(inner) | Val::Maybe { value: inner, .. } => written(l, inner),
                Val::Tuple(items) => items.iter().all(|item| written(l, item)),
                Val::Unit => true,
                Val::Closure(c) => l.can_be_written_out(c),
                Val::Iter(_) | Val::Poison => false,
            }
        }
        let own = bound_in(c);
        let names = crate::varied::names_in(quote::ToTokens::to_token_stream(&c.body));
        let mut changes = super::changes::Changes::new(super::changes::Variables::These(&names));
        syn::visit::Visit::visit_expr_closure(&mut changes, c);
        changes.found.is_none()
            && !super::scan::expr_exits(&c.body)
            && names.iter().filter(|name| !own.contains(name)).all(|name| self.env.get(name).is_none_or(|val| written(self, val)))
    }

    /// What a function says of an item, or of a reference to it (`by_ref`): plain.
    pub(in crate::lower) fn test(&mut self, f: &Function, item: &Val, by_ref: bool, span: Span) -> Lowered<Expr> {
        match f {
            Function::Closure(c) => {
                if by_ref {
                    let seen = self.looking_at(c, [item.clone()]);
                    self.predicate(c, seen)
                } else {
                    self.predicate(c, vec![item.clone()])
                }
            }
            Function::Path(p) => {
                let item = self.settle_item(item.clone(), span)?;
                let Some((code, vars)) = self.value_code(&item, span) else {
                    return self.errors.refuse_at(p, "what this function gets cannot be written down here; write a closure that calls it");
                };
                let code = if by_ref { quote::quote!(&#code) } else { code };
                Ok(Expr::Verbatim(Box::new(Syn::Verbatim(quote::quote!(#p(#code)))), vars))
            }
        }
    }

    /// What the parameters of a closure denote that gets references to items.
    pub(in crate::lower) fn looking_at(&mut self, c: &syn::ExprClosure, items: impl IntoIterator<Item = Val>) -> Vec<Val> {
        c.inputs.iter().zip(items).map(|(pat, item)| self.borrowed_by(pat, item)).collect()
    }

    /// An item of which a closure gets a reference: a pattern of a tuple binds references to its parts.
    fn borrowed_by(&mut self, pat: &Pat, item: Val) -> Val {
        match (pat, item) {
            (Pat::Paren(p), item) => self.borrowed_by(&p.pat, item),
            (Pat::Type(t), item) => self.borrowed_by(&t.pat, item),
            (Pat::Tuple(t), Val::Tuple(items)) if t.elems.len() == items.len() && !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                Val::Tuple(t.elems.iter().zip(items).map(|(p, item)| self.borrowed_by(p, item)).collect())
            }
            // Nothing is written through a reference to a `&mut`.
            (_, Val::Ref(place, ty, _)) => Val::Twice(Box::new(Val::Ref(place, ty, false))),
            (_, item) => self.borrowed(item),
        }
    }

    pub(in crate::lower) fn predicate(&mut self, f: &Rc<syn::ExprClosure>, args: Vec<Val>) -> Lowered<Expr> {
        self.bind_params(f, args)?;
        match &*f.body {
            Syn::Block(b) => {
                let val = self.block_value(&b.block, &Ty::Plain)?;
                Ok(self.operand(val, b.span())?.0)
            }
            body => self.plain(body),
        }
    }

    /// The statements of a closure's body that come before its value, lowered, and the expression that is its value.
    pub(in crate::lower) fn body_value<'c>(&mut self, body: &'c Syn) -> Lowered<&'c Syn> {
        match strip(body) {
            Syn::Block(b) if b.label.is_none() => match b.block.stmts.split_last() {
                Some((syn::Stmt::Expr(e, None), before)) => {
                    for s in before {
                        self.stmt(s)?;
                    }
                    self.body_value(e)
                }
                _ => self.errors.refuse_at(body, "expected a block that ends in a value"),
            },
            other => Ok(other),
        }
    }
}

/// A closure whose parameters have the types that it is called with, `Fn(f64, &[f64]) -> f64`.
fn told(c: Rc<syn::ExprClosure>, handed_as: &syn::TypeImplTrait) -> Rc<syn::ExprClosure> {
    let types = handed_as.bounds.iter().find_map(|b| match b {
        syn::TypeParamBound::Trait(t) => match &t.path.segments.last()?.arguments {
            syn::PathArguments::Parenthesized(args) => Some(&args.inputs),
            _ => None,
        },
        _ => None,
    });
    let Some(types) = types.filter(|types| types.len() == c.inputs.len()) else { return c };
    let mut c = (*c).clone();
    for (input, ty) in c.inputs.iter_mut().zip(types) {
        if !matches!(input, Pat::Type(_)) {
            let (pat, colon_token) = (Box::new(input.clone()), syn::token::Colon { spans: [input.span()] });
            *input = Pat::Type(syn::PatType { attrs: Vec::new(), pat, colon_token, ty: Box::new(ty.clone()) });
        }
    }
    Rc::new(c)
}

/// The names that a closure binds, its parameters and those inside.
pub(super) fn bound_in(c: &syn::ExprClosure) -> Vec<String> {
    struct Bound(Vec<String>);
    impl<'a> syn::visit::Visit<'a> for Bound {
        fn visit_pat(&mut self, p: &'a Pat) {
            self.0.extend(crate::varied::bound_names(p));
            syn::visit::visit_pat(self, p);
        }
    }
    let mut bound = Bound(Vec::new());
    syn::visit::Visit::visit_expr_closure(&mut bound, c);
    bound.0
}

/// Whether a type is made of numbers alone.
fn is_of_numbers(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) => true,
        Ty::Array(e, _) | Ty::Vec(e) => is_of_numbers(e),
        Ty::Tuple(items) => !items.is_empty() && items.iter().all(is_of_numbers),
        _ => false,
    }
}
