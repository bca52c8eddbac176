//! Method calls: rules of floats, containers of std, iterators, and methods of the user's types.

use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::expr::{slice_type, strip};
use super::pattern::better;
use super::{Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::infer::float_method_args;
use crate::ir::{Arg, Call, Callee, ContainerExpr, ContainerOp, Conversion, Expr, Place, Proj, Stmt};
use crate::types::{Float, Ty};

/// How a method of std's containers is followed.
fn is_container_method(name: &str) -> bool {
    super::scan::is_mutating_method(name)
        || matches!(
            name,
            "to_vec"
                | "clone"
                | "to_owned"
                | "as_slice"
                | "as_mut_slice"
                | "as_ref"
                | "as_mut"
                | "first"
                | "last"
                | "get"
                | "split_at"
                | "into_vec"
        )
}

/// Methods of slices, vectors and arrays that are not followed.
fn is_std_container_method(name: &str) -> bool {
    const STEMS: &[&str] = &[
        "iter",
        "into_",
        "as_",
        "to_",
        "sort",
        "select_",
        "binary_search",
        "chunk",
        "array_",
        "rchunk",
        "split",
        "rsplit",
        "drain",
        "retain",
        "dedup",
        "get",
        "first",
        "last",
        "rotate",
        "copy_",
        "swap",
        "fill",
        "each_",
        "extract",
        "append",
        "insert",
        "remove",
        "shrink",
        "reserve",
        "starts_",
        "ends_",
        "strip_",
        "partition",
        "concat",
        "join",
        "repeat",
        "reverse",
        "splice",
        "leak",
        "escape",
        "align_",
        "set_len",
        "try_",
        "pop",
        "map",
        "zip",
        "flatten",
        "is_",
        "contains",
        "spare_",
        "trim_",
        "element_",
        "subslice",
        "window",
        "cmp",
        "eq",
        "partial_cmp",
        "clone",
        "write",
        "flat_map",
        "sum",
        "product",
        "fold",
        "min",
        "max",
    ];
    STEMS.iter().any(|s| name == *s || name.starts_with(s) && (s.ends_with('_') || name[s.len()..].starts_with(['_', 's', 'e'])))
}

/// Whether std has a method of the name, of lists, options or iterators.
pub(crate) fn is_method_of_std(name: &str) -> bool {
    is_container_method(name)
        || is_std_container_method(name)
        || super::combinator::is_combinator(name)
        || super::iter::is_adaptor(name)
        || crate::varied::is_observer(name)
        || crate::infer::float_method_args(name).is_some()
}

/// Whether a method of that name on a type that is not known may be taken for std's.
fn looks_like_container(name: &str, base: &Ty) -> bool {
    matches!(name, "clone" | "to_owned") && matches!(base, Ty::Unknown | Ty::Named(_) | Ty::Option(_) | Ty::Tuple(_))
}

impl Lower<'_> {
    /// Methods that give a reference to a part of their receiver.
    pub(super) fn is_place_method(&self, m: &syn::ExprMethodCall) -> bool {
        matches!(m.method.to_string().as_str(), "as_slice" | "as_mut_slice" | "as_ref" | "as_mut" | "split_at" | "split_at_mut" | "by_ref")
    }

    pub(super) fn method(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Lowered<Val> {
        // What a method looks at is told by nothing but itself.
        let told = std::mem::take(&mut self.told);
        self.told = told && matches!(m.method.to_string().as_str(), "collect" | "unwrap" | "expect");
        let val = self.method_inside(m, expected);
        self.told = told;
        val
    }

    fn method_inside(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Lowered<Val> {
        if let Some(val) = self.conversion(m)? {
            return Ok(val);
        }
        if let Some(val) = self.optional(m, expected)? {
            return Ok(val);
        }
        if let Some(val) = self.list_into_array(m, expected)? {
            return Ok(val);
        }
        if let Some(val) = self.consumer(m, expected)? {
            return Ok(val);
        }
        if let Some(val) = self.mapped_literal(m)? {
            return Ok(val);
        }
        if let Some(iter) = self.chain(m)? {
            return Ok(Val::Iter(Box::new(iter)));
        }
        let name = m.method.to_string();
        if let (true, Some(value)) = (self.is_of_condition(m), m.args.first()) {
            let cond = &m.receiver;
            let e: Syn = match (name.as_str(), strip(value)) {
                ("then_some", v) => {
                    // The value is computed in any case.
                    let found = self.plain(cond)?;
                    let found = self.condition(found);
                    let val = self.expr(v, &Ty::Unknown)?;
                    let val = self.settled(val, value.span())?;
                    let val = self.in_any_case(val);
                    let (e, ty) = self.put_together(found, val, m.method.span())?;
                    return Ok(Val::Expr(e, ty));
                }
                // `cond.then(|| x)` is `if cond { Some(x) } else { None }`.
                (_, Syn::Closure(c)) => {
                    let body = &c.body;
                    syn::parse_quote!(if #cond { Some(#body) } else { None })
                }
                (_, f) => syn::parse_quote!(if #cond { Some(#f()) } else { None }),
            };
            return self.expr(&e, expected);
        }
        let ty = self.types.of_receiver(&m.receiver);
        let base = ty.peel().clone();
        if self.is_made_of_inert(m) {
            let call = Syn::MethodCall(m.clone());
            if !self.can_stay(&call) {
                return Ok(Val::Expr(self.plain(&call)?, expected.clone()));
            }
        }
        if self.is_option_method(&name, &base) || self.asked_for_option(m, &base, expected) {
            return self.option(m, expected);
        }
        if let Some(val) = self.method_written_out(m)? {
            return Ok(val);
        }
        let val = match self.expr_place(&m.receiver)? {
            Val::Twice(inner) => *inner,
            other => other,
        };
        let base = match &val {
            Val::Place(_, t) | Val::Ref(_, t, _) | Val::Expr(_, t) => better(base, t.peel().clone()),
            _ => base,
        };
        if base.is_float() {
            return self.float_method(m, val, &base, expected);
        }
        // What is asked for tells an `Option` as well.
        let is_option = matches!((&base, expected), (Ty::Option(_), _) | (Ty::Unknown, Ty::Option(_)));
        if is_option && matches!(name.as_str(), "as_ref" | "as_mut") {
            let (place, ty) = self.place(val, m.receiver.span())?;
            let ty = better(ty, expected.clone());
            return Ok(Val::Ref(place, ty, name == "as_mut"));
        }
        let base = if matches!(base, Ty::Unknown) && self.is_of_lists_alone(m) {
            self.confirm_list(&val, m.method.span());
            Ty::Vec(Box::new(Ty::Unknown))
        } else {
            base
        };
        // A float by all that is said about it: `Float`'s own methods on what will turn out to be one.
        if let Some(done) = self.container(m, val.clone(), &base, expected)? {
            return Ok(done);
        }
        self.user_method(m, val, expected)
    }

    /// Whether a method of what is not known is one of lists, by its name.
    pub(super) fn is_of_lists_alone(&self, m: &syn::ExprMethodCall) -> bool {
        let name = m.method.to_string();
        let known = matches!(
            name.as_str(),
            "to_vec"
                | "split_at"
                | "split_at_mut"
                | "as_chunks"
                | "as_mut_slice"
                | "append"
                | "copy_within"
                | "drain"
                | "extend"
                | "extend_from_within"
                | "fill_with"
                | "repeat"
                | "reserve"
                | "resize_with"
                | "retain"
                | "retain_mut"
                | "shrink_to_fit"
                | "sort_by"
                | "sort_by_key"
                | "sort_by_cached_key"
                | "split_off"
                | "swap_with_slice"
        );
        known && self.varies(&m.receiver) && self.is_place(&m.receiver) && !crate::position::is_method(&m.method, &name)
    }

    /// Has rustc confirm that something is a list.
    pub(super) fn confirm_list(&mut self, val: &Val, span: proc_macro2::Span) {
        let (Val::Place(place, _) | Val::Ref(place, ..)) = val else { return };
        let (code, vars) = self.place_code(place);
        let at = span.resolved_at(proc_macro2::Span::mixed_site());
        let check = quote::quote_spanned!(at=> ::autodiff_core::rt::is_list(&#code));
        let check = syn::Stmt::Expr(Syn::Verbatim(check), Some(syn::token::Semi { spans: [at] }));
        self.out.push(Stmt::Check(Box::new(check), vars));
    }

    /// `then` and `then_some` of a `bool`, which does not vary; a type of the user's may have methods of these names.
    pub(super) fn is_of_condition(&self, m: &syn::ExprMethodCall) -> bool {
        let asks_nothing = matches!(m.args.first().map(strip), Some(Syn::Closure(c)) if c.inputs.is_empty());
        let named = m.method == "then" || m.method == "then_some";
        named
            && m.args.len() == 1
            && (asks_nothing || !matches!(self.types.of(&m.receiver).peel(), Ty::Named(_)) && !self.varies(&m.receiver))
    }

    /// A value that is used in a branch only, but computed in front of it: the elements that it reads must exist.
    fn in_any_case(&mut self, val: Val) -> Val {
        match val {
            Val::Expr(e @ (Expr::Var(_) | Expr::Const(_)), ty) => Val::Expr(e, ty),
            Val::Expr(e, ty) => Val::Expr(Expr::Var(self.temp(e, ty.clone())), ty),
            Val::Tuple(parts) => Val::Tuple(parts.into_iter().map(|part| self.in_any_case(part)).collect()),
            Val::Ref(place, ty, mutable) => {
                if !place.path.is_empty() {
                    let (code, vars) = self.place_code(&place);
                    let check = syn::parse_quote!(let _ = &#code;);
                    self.out.push(Stmt::Check(Box::new(check), vars));
                }
                Val::Ref(place, ty, mutable)
            }
            val => val,
        }
    }

    fn float_method(&mut self, m: &syn::ExprMethodCall, val: Val, ty: &Ty, expected: &Ty) -> Lowered<Val> {
        let name = m.method.to_string();
        let val = match val {
            Val::Place(p, _) | Val::Ref(p, _, _) => Val::Place(p, ty.clone()),
            other => other,
        };
        match name.as_str() {
            "clone" | "to_owned" => return Ok(val),
            "into" => return self.float_into(m, val, ty, expected),
            // Any trait in scope may have methods of these names.
            "add" | "sub" | "mul" | "div" | "rem" | "neg" => {
                let operator = match name.as_str() {
                    "neg" => "-x",
                    "add" => "x + y",
                    "sub" => "x - y",
                    "mul" => "x * y",
                    "div" => "x / y",
                    _ => "x % y",
                };
                return self.errors.refuse(
                    m.method.span(),
                    format!("the method `{name}` of a number may belong to any trait, so that its derivative is not known; write the operator, `{operator}`"),
                );
            }
            "powi" => {
                let (x, _) = self.operand(val, m.receiver.span())?;
                let n = self.fixed(m.args.first().ok_or(Refused)?)?;
                return Ok(Val::Expr(Expr::Rule(m.method.clone(), vec![x, n]), ty.clone()));
            }
            _ => {}
        }
        let (x, _) = self.operand(val, m.receiver.span())?;
        let mut operands = vec![x];
        for a in &m.args {
            let val = self.expr(a, ty)?;
            let val = match val {
                Val::Place(p, _) | Val::Ref(p, _, _) => Val::Place(p, ty.clone()),
                other => other,
            };
            operands.push(self.operand(val, a.span())?.0);
        }
        if float_method_args(&name).is_some() || name == "sin_cos" {
            return self.rule(&m.method, operands, ty.clone());
        }
        // Another method of floats: a rule of the library or of the user's own trait, found by name.
        let args = operands.into_iter().map(Arg::Value).collect();
        let callee = Callee::Method(m.method.clone(), m.turbofish.clone());
        Ok(Val::Expr(Expr::Call(Box::new(Call { callee, args, span: m.method.span(), apart: 0 })), Ty::Unknown))
    }

    /// `T::from_f64(x).unwrap()` and `x.to_f64().unwrap()`, of which one type is a parameter: conversions that do not fail.
    fn conversion(&mut self, m: &syn::ExprMethodCall) -> Lowered<Option<Val>> {
        let Some((x, from, to)) = self.types.conversion(m) else { return Ok(None) };
        if !self.varies(x) || self.types.of(x).peel().is_plain() {
            return Ok(None);
        }
        let val = self.expr(x, &from)?;
        let (e, own) = self.operand(val, x.span())?;
        if !better(from, own).peel().is_float() {
            return self.errors.refuse_at(x, "the type of what is converted here is not known; bind it first, as in `let x: f64 = ...`");
        }
        Ok(Some(converted(e, to)))
    }

    /// `x.into()` is a conversion where both types are known.
    fn float_into(&mut self, m: &syn::ExprMethodCall, val: Val, from: &Ty, to: &Ty) -> Lowered<Val> {
        match (from, to) {
            (Ty::Float(Float::F64), Ty::Float(Float::F64)) | (Ty::Float(Float::F32), Ty::Float(Float::F32)) => Ok(val),
            (Ty::Float(Float::F32), Ty::Float(Float::F64)) => {
                let (x, _) = self.operand(val, m.receiver.span())?;
                Ok(Val::Expr(Expr::Cast(Box::new(x), Conversion::As(quote::quote!(f64))), Ty::F64))
            }
            (Ty::Float(Float::Generic(_)), Ty::Float(Float::F64 | Float::F32)) => {
                let (x, _) = self.operand(val, m.receiver.span())?;
                Ok(converted(x, to.clone()))
            }
            _ => match self.told_conversion(m, val, from, to)? {
                Some(converted) => Ok(converted),
                None => self
                    .errors
                    .refuse(m.method.span(), "what `into` makes of a number is not known here; name the type, as in `f64::from(x)`"),
            },
        }
    }

    /// `x.into()` where a type of its own is asked for, or made from one: `Type::from(x)`.
    fn told_conversion(&mut self, m: &syn::ExprMethodCall, val: Val, from: &Ty, to: &Ty) -> Lowered<Option<Val>> {
        let made: Option<proc_macro2::TokenStream> = match to {
            Ty::Named(named) => named.name_at(m.method.span()).map(|name| quote::quote!(#name)),
            Ty::Float(Float::F64) => Some(quote::quote!(f64)),
            Ty::Float(Float::F32) => Some(quote::quote!(f32)),
            Ty::Array(elem, len) if matches!(**elem, Ty::Float(Float::F64)) => Some(quote::quote!(<[f64; #len]>)),
            _ => None,
        };
        let Some(made) = made.map(|made| crate::position::moved(made, m.method.span())) else { return Ok(None) };
        // A part of a list is no value: it is its reference that is converted.
        let val = match val {
            Val::Place(place, ty) if matches!(ty, Ty::Slice(_)) => Val::Ref(place, slice_type(&ty), false),
            other => other,
        };
        self.converted_by_rule(syn::parse_quote!(#made::from), val, from, to.clone(), m.span())
    }

    // ---- containers -------------------------------------------------------------------------------------

    fn container(&mut self, m: &syn::ExprMethodCall, val: Val, base: &Ty, expected: &Ty) -> Lowered<Option<Val>> {
        let name = m.method.to_string();
        let known = matches!(base, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..));
        let looks = is_container_method(&name) && looks_like_container(&name, base);
        if !(known || looks) {
            return Ok(None);
        }
        let span = m.method.span();
        if name == "clone" || name == "to_owned" || name == "into_vec" {
            let (place, ty) = self.place(val, span)?;
            // A slice is not cloned: this is the reference.
            if name == "clone" && matches!(ty, Ty::Slice(_)) {
                return Ok(Some(Val::Ref(place, ty, false)));
            }
            let result = match (&ty, name.as_str()) {
                (Ty::Slice(e), _) => Ty::Vec(e.clone()),
                (t, _) => t.clone(),
            };
            let e = if name == "to_owned" && matches!(ty, Ty::Slice(_)) {
                Expr::Container(ContainerExpr::ToVec, place, Vec::new())
            } else {
                Expr::Clone(Box::new(Expr::Read(place)))
            };
            return Ok(Some(Val::Expr(e, result)));
        }
        if !known {
            return Ok(None);
        }
        if let ("into", Ty::Vec(_)) = (name.as_str(), expected) {
            let (place, ty) = self.place(val, span)?;
            return Ok(Some(Val::Expr(Expr::Container(ContainerExpr::ToVec, place, Vec::new()), Ty::Vec(Box::new(ty.element())))));
        }
        if super::rearrange::is_rearranging(&name) {
            return self.rearranged(m).map(Some);
        }
        let arg = |k: usize| m.args.iter().nth(k).ok_or(Refused);
        let op = match name.as_str() {
            "concat" => return self.concatenated(m).map(Some),
            "to_vec" => {
                let (place, ty) = self.place(val, span)?;
                return Ok(Some(Val::Expr(Expr::Container(ContainerExpr::ToVec, place, Vec::new()), Ty::Vec(Box::new(ty.element())))));
            }
            "as_slice" | "as_mut_slice" | "as_ref" | "as_mut" => {
                let (mut place, ty) = self.place(val, span)?;
                if name.ends_with("slice") && !matches!(ty, Ty::Slice(_) | Ty::Array(..)) {
                    // Patterns tell a slice from a vector.
                    place = place.project(Proj::Slice(Box::new(Expr::Const(quote::quote!(..))), span));
                }
                return Ok(Some(Val::Ref(place, slice_type(&ty), name.contains("mut"))));
            }
            "as_chunks" if m.args.is_empty() => {
                let n = crate::infer::methods::sized_part(m);
                let Some(n) = n else {
                    return self.errors.refuse(span, "the length of these chunks is not known here; write it, as in `as_chunks::<3>()`");
                };
                let (place, ty) = self.place(val, span)?;
                return self.chunks_as_arrays(place, &ty.element(), &n, span).map(Some);
            }
            // References to the elements, where the next method looks at them.
            "each_ref" if matches!(base, Ty::Array(..)) => {
                let (place, ty) = self.place(val, span)?;
                return Ok(Some(Val::Ref(place, ty, false)));
            }
            "map" if matches!(base, Ty::Array(..)) => {
                let Ty::Array(_, len) = base.clone() else { return Err(Refused) };
                let f = self.function(arg(0)?)?;
                // What `each_ref` gives are references.
                let by_ref = matches!(strip(&m.receiver), Syn::MethodCall(r) if r.method == "each_ref");
                let val = if by_ref { val } else { self.copied_array(&m.receiver, val) };
                let (place, ty) = self.place(val, span)?;
                let part = move |place: &Place, at: Expr, elem: Ty| {
                    let place = place.project(Proj::Index(Box::new(at), span));
                    if by_ref {
                        Val::Ref(place, elem, false)
                    } else {
                        Val::Place(place, elem)
                    }
                };
                let elem = match (expected, &f) {
                    (Ty::Array(e, _), _) if !matches!(**e, Ty::Unknown) => (**e).clone(),
                    (_, super::iter::Function::Closure(c)) => self.types.of(&c.body),
                    _ => Ty::Unknown,
                };
                if !elem.static_zero() {
                    let place = self.freeze(place)?;
                    return self.written_out(&f, &len, span, |at, _| part(&place, at, ty.element())).map(Some);
                }
                return self.mapped_array(&f, place, &|place, at| part(place, at, ty.element()), elem, &len, span).map(Some);
            }
            "split_at" | "split_at_mut" => {
                let (place, ty) = self.place(val, span)?;
                let place = self.freeze(place)?;
                let mid = self.fixed(arg(0)?)?;
                let part = slice_type(&ty);
                let mid_tokens = crate::emit::expr_tokens(&self.vars, &mid);
                let mut vars = Vec::new();
                mid.each_operand(&mut |v| vars.push(v));
                let range = |t: proc_macro2::TokenStream| Expr::Verbatim(Box::new(Syn::Verbatim(t)), vars.clone());
                let left = place.project(Proj::Slice(Box::new(range(quote::quote!(..#mid_tokens))), span));
                let right = place.project(Proj::Slice(Box::new(range(quote::quote!(#mid_tokens..))), span));
                let mutable = name == "split_at_mut";
                return Ok(Some(Val::Tuple(vec![Val::Ref(left, part.clone(), mutable), Val::Ref(right, part, mutable)])));
            }
            "pop" => {
                let (place, ty) = self.target(&m.receiver)?;
                let e = Expr::Container(ContainerExpr::Pop, place, Vec::new());
                let ty = Ty::Option(Box::new(ty.element()));
                let var = self.temp(e, ty.clone());
                return Ok(Some(Val::Expr(Expr::Var(var), ty)));
            }
            "push" => ContainerOp::Push,
            "fill" => ContainerOp::Fill,
            "clone_from" if matches!(base, Ty::Vec(_)) => {
                // `a.clone_from(&b)` is `a = b.clone()`.
                let (from, ty) = match self.expr_place(arg(0)?)? {
                    Val::Ref(p, ty, _) | Val::Place(p, ty) => (self.freeze(p)?, ty),
                    other => self.place(other, span)?,
                };
                let value = self.temp(Expr::Clone(Box::new(Expr::Read(from))), ty);
                let (place, _) = self.target(&m.receiver)?;
                self.out.push(Stmt::Assign(place, Expr::Var(value)));
                return Ok(Some(Val::Unit));
            }
            "copy_from_slice" | "clone_from_slice" | "clone_from" => ContainerOp::CopyFrom,
            "swap" => ContainerOp::SwapIndex,
            "clear" => ContainerOp::Clear,
            "resize" => ContainerOp::Resize,
            "truncate" => ContainerOp::Truncate,
            "extend_from_slice" => ContainerOp::Extend,
            "extend" => return self.extend(m, span).map(Some),
            "resize_with" => return self.resized_with(m, span).map(Some),
            "repeat" if m.args.len() == 1 => return self.repeated(m, val).map(Some),
            // Room for elements is no part of the value.
            "reserve" | "reserve_exact" | "shrink_to_fit" | "shrink_to" => {
                for a in &m.args {
                    self.fixed(a)?;
                }
                return Ok(Some(Val::Unit));
            }
            // A method of a trait of the user's.
            _ if !is_std_container_method(&name) => return Ok(None),
            _ => {
                return self.errors.refuse(
                    span,
                    format!(
                        "the method `{name}` of a container of differentiable values is not supported; write out what it does with indices"
                    ),
                );
            }
        };
        let takes = match op {
            ContainerOp::Clear => 0,
            ContainerOp::SwapIndex | ContainerOp::Resize => 2,
            _ => 1,
        };
        if m.args.len() != takes {
            return self.errors.left_to_rustc(span);
        }
        if op == ContainerOp::Extend && m.args.first().is_some_and(is_empty_literal) {
            // Nothing would say of which type its elements are.
            return Ok(Some(Val::Unit));
        }
        let (place, ty) = self.target(&m.receiver)?;
        let elem = ty.element();
        let mut args = Vec::new();
        for (k, a) in m.args.iter().enumerate() {
            let e = match (op, k) {
                (ContainerOp::SwapIndex, _) | (ContainerOp::Resize, 0) | (ContainerOp::Truncate, _) => self.fixed(a)?,
                (ContainerOp::CopyFrom | ContainerOp::Extend, _) => match self.expr_place(a)? {
                    Val::Ref(p, _, _) | Val::Place(p, _) => Expr::Ref(self.freeze(p)?),
                    other => self.operand(other, a.span())?.0,
                },
                _ => {
                    let val = self.expr(a, &elem)?;
                    self.element(val, &elem, a.span())?
                }
            };
            args.push(e);
        }
        self.out.push(Stmt::Container(op, place, args, span));
        Ok(Some(Val::Unit))
    }

    /// What a list is handed: one `None`, so that the list tells the type of its tangent as well.
    pub(super) fn element(&mut self, val: Val, elem: &Ty, span: proc_macro2::Span) -> Lowered<Expr> {
        let (e, ty) = self.operand(val, span)?;
        if super::combinator::is_none_value(&e) {
            return Ok(Expr::Var(self.temp(e, super::pattern::better(elem.clone(), ty))));
        }
        Ok(e)
    }

    /// `v.extend(iterator)` pushes each item.
    fn extend(&mut self, m: &syn::ExprMethodCall, span: proc_macro2::Span) -> Lowered<Val> {
        let (place, _) = self.target(&m.receiver)?;
        let iter = self.iterator(m.args.first().ok_or(Refused)?)?;
        self.drive(iter, None, None, span, &mut |l, item| {
            let item = match item {
                Val::Ref(p, t, _) => Val::Place(p, t),
                other => other,
            };
            let (e, _) = l.operand(item, span)?;
            l.out.push(Stmt::Container(ContainerOp::Push, place.clone(), vec![e], span));
            Ok(())
        })?;
        Ok(Val::Unit)
    }

    /// `v.resize_with(n, f)` pushes what `f` gives, or takes away.
    fn resized_with(&mut self, m: &syn::ExprMethodCall, span: proc_macro2::Span) -> Lowered<Val> {
        let (Some(n), Some(f)) = (m.args.first(), m.args.iter().nth(1)) else { return self.errors.left_to_rustc(span) };
        let (place, _) = self.target(&m.receiver)?;
        let n = self.fixed(n)?;
        let f = match strip(f) {
            // `Default::default` is told its type by nothing but the list.
            Syn::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "default") => {
                return self.errors.refuse_at(f, "what this function gives is not known here; write a closure, as in `|| 0.0`");
            }
            f => self.function(f)?,
        };
        let before = self.length_of(&place);
        let before = self.named(before);
        self.out.push(Stmt::Container(ContainerOp::Truncate, place.clone(), vec![n.clone()], span));
        let range = super::iter::Iter::Range { start: before, end: Some(n), inclusive: false };
        self.drive(range, None, None, span, &mut |l, _| {
            let val = l.apply(&f, Vec::new(), span)?;
            let (e, _) = l.operand(val, span)?;
            l.out.push(Stmt::Container(ContainerOp::Push, place.clone(), vec![e], span));
            Ok(())
        })?;
        Ok(Val::Unit)
    }

    /// `v.repeat(n)`
    fn repeated(&mut self, m: &syn::ExprMethodCall, val: Val) -> Lowered<Val> {
        let span = m.method.span();
        let (place, ty) = self.place(val, span)?;
        let place = self.freeze(place)?;
        let n = self.fixed(m.args.first().ok_or(Refused)?)?;
        let name = self.names.numbered("list");
        let ty = Ty::Vec(Box::new(ty.element()));
        let var = self.local(name, ty.clone(), crate::ir::VarKind::Memory, true);
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, Some(Expr::Runtime("rt::list", Vec::new()))));
        let range = super::iter::Iter::Range { start: Expr::Const(quote::quote!(0usize)), end: Some(n), inclusive: false };
        self.drive(range, None, None, span, &mut |l, _| {
            l.out.push(Stmt::Container(ContainerOp::Extend, Place::var(var), vec![Expr::Ref(place.clone())], span));
            Ok(())
        })?;
        Ok(Val::Place(Place::var(var), ty))
    }

    fn mapped_array(
        &mut self,
        f: &super::iter::Function,
        place: Place,
        part: &dyn Fn(&Place, Expr) -> Val,
        elem: Ty,
        len: &proc_macro2::TokenStream,
        span: proc_macro2::Span,
    ) -> Lowered<Val> {
        let place = self.freeze(place)?;
        let ty = Ty::Array(Box::new(elem.clone()), len.clone());
        let name = self.names.numbered("a");
        let var = self.local(name, ty.clone(), crate::ir::VarKind::Memory, true);
        self.invented.insert(var);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, Some(Expr::Repeat(Box::new(crate::emit::zero_of(&elem)), len.clone()))));
        let range = super::iter::Iter::Range {
            start: Expr::Const(quote::quote!(0)),
            end: Some(Expr::Const(quote::quote!((#len)))),
            inclusive: false,
        };
        self.drive(range, None, None, span, &mut |l, item| {
            let (at, _) = l.operand(item, span)?;
            let val = l.apply(f, vec![part(&place, at.clone())], span)?;
            let value = match val {
                Val::Expr(e, _) => l.assignable(e, &elem),
                other => l.operand(other, span)?.0,
            };
            l.out.push(Stmt::Assign(Place::var(var).project(Proj::Index(Box::new(at), span)), value));
            Ok(())
        })?;
        Ok(Val::Place(Place::var(var), ty))
    }

    // ---- methods of the user's types ---------------------------------------------------------------------

    /// A method of what has no numbers, as a field of what has others, with arguments without any.
    pub(super) fn is_of_inert(&self, m: &syn::ExprMethodCall) -> bool {
        matches!(self.types.of_receiver(&m.receiver).peel(), Ty::Inert) && !m.args.iter().any(|a| self.varies(a))
    }

    /// The same of what such methods give, as in `counts.entry(k).or_insert(0)`.
    pub(super) fn is_made_of_inert(&self, m: &syn::ExprMethodCall) -> bool {
        self.is_of_inert(m)
            || matches!(strip(&m.receiver), Syn::MethodCall(inner) if self.is_made_of_inert(inner))
                && matches!(self.types.of_receiver(&m.receiver), Ty::Unknown)
                && !m.args.iter().any(|a| self.varies(a))
    }

    fn user_method(&mut self, m: &syn::ExprMethodCall, val: Val, expected: &Ty) -> Lowered<Val> {
        let name = m.method.to_string();
        if self.is_of_inert(m) {
            return Ok(Val::Expr(self.plain(&Syn::MethodCall(m.clone()))?, expected.clone()));
        }
        if let (Ty::Named(named), true) = (self.types.of_receiver(&m.receiver).peel(), self.varies(&m.receiver)) {
            self.is_no_collection(named, m.method.span())?;
        }
        if let (true, Some(closure)) = (matches!(name.as_str(), "map"), m.args.iter().find(|a| is_function_of_numbers(a))) {
            return self.errors.refuse_at(
                closure,
                format!("whether `{name}` is called on an array or an `Option` is not known here; bind the receiver with a type first, as in `let v: [f64; 3] = ...`"),
            );
        }
        if let (true, Some(closure)) = (super::rearrange::is_rearranging(&name), m.args.iter().find(|a| matches!(a, Syn::Closure(_)))) {
            return self.errors.refuse_at(
                closure,
                format!("what `{name}` is called on is not known here; bind it with a type first, as in `let mut v: [f64; 3] = ...`"),
            );
        }
        let val = if name == "into" && m.args.is_empty() {
            let from = match &val {
                Val::Place(_, ty) | Val::Ref(_, ty, _) | Val::Expr(_, ty) => ty.clone(),
                _ => Ty::Unknown,
            };
            match self.told_conversion(m, val.clone(), &from, expected)? {
                Some(converted) => return Ok(converted),
                None => val,
            }
        } else {
            val
        };
        let reason = match name.as_str() {
            "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "borrow" | "borrow_mut" if m.args.is_empty() => Some(
                "borrows is not known here; write `&*x` for what is in a `Box`, and look into an `Option` with `match &x` or `if let Some(y) = &x`",
            ),
            "into" => Some("makes of this value is not known here; name the type, as in `Vec::from(x)`"),
            _ => None,
        };
        if let Some(reason) = reason {
            return self.errors.refuse(m.method.span(), format!("what `{name}` {reason}"));
        }
        if let (Val::Iter(i), "remainder") = (&val, name.as_str()) {
            if let Some((place, elem)) = self.rest_of_chunks(i, m.method.span()) {
                return Ok(Val::Ref(place, slice_type(&Ty::Slice(Box::new(elem))), false));
            }
        }
        if let Val::Closure(_) | Val::Iter(_) = val {
            return self.errors.refuse(m.method.span(), format!("the method `{name}` cannot be differentiated here; write the loop out"));
        }
        // The method may write to its receiver, also to one without a name.
        let constant = matches!(&val, Val::Expr(Expr::Const(_), _));
        let place = match val {
            Val::Expr(e, ty) if !constant && !ty.is_float() && !ty.is_plain() => {
                let e = self.assignable(e, &ty);
                self.own(e, ty)
            }
            val => {
                // A `&mut` that a call gives leads to what it leads to: `s.scaled(k).count()`.
                let own = !constant && !self.is_place(&m.receiver) && !matches!(val, Val::Ref(_, _, true));
                let (place, ty) = self.place(val, m.receiver.span())?;
                if own && !ty.is_float() && !ty.is_plain() {
                    self.own(Expr::Read(place), ty)
                } else {
                    self.freeze(place)?
                }
            }
        };
        if let Ty::Named(named) = self.types.of(&m.receiver).peel() {
            let takes = named.name().and_then(|owner| crate::position::arity_of_method(&owner, &m.method));
            if takes.is_some_and(|n| n != m.args.len()) {
                return self.errors.left_to_rustc(m.method.span());
            }
        }
        self.is_certain(m)?;
        // Arguments can only change what the method takes by value: a copy from before that.
        let place = if self.arguments_change_receiver(m) {
            let ty = crate::analysis::ty_at(&self.vars, &place);
            self.own(Expr::Clone(Box::new(Expr::Read(place))), ty)
        } else {
            place
        };
        // An array that is called as the slice that it is.
        let ty = crate::analysis::ty_at(&self.vars, &place);
        let place = if matches!(ty.peel(), Ty::Array(..)) && crate::position::method_of_slices(&m.method).is_some() {
            place.project(Proj::Slice(Box::new(Expr::Const(quote::quote!(..))), m.method.span()))
        } else {
            place
        };
        let mut args = vec![Arg::Receiver(place)];
        let callee = syn::Path::from(m.method.clone());
        let (given, apart) = self.tangents_apart(Some(&m.method), m.args.iter());
        let takes = self.types.declared_method_params(&self.types.of(&m.receiver), &m.method, given.len());
        for (k, a) in given.iter().copied().enumerate() {
            self.lends_no_part(a)?;
            let mut val = match strip(a) {
                e @ (Syn::Reference(_) | Syn::Path(_)) => self.expr_place(e)?,
                e => self.told(e, |l| l.expr(e, takes.get(k).unwrap_or(&Ty::Unknown)))?,
            };
            self.is_no_option_of_reference(a, &val)?;
            Self::lend(&callee, (k, given.len()), a, &mut val);
            let val = match val {
                Val::Expr(e @ (Expr::Var(_) | Expr::Const(_) | Expr::Verbatim(..)), ty) => Val::Expr(e, ty),
                Val::Expr(e, ty) => Val::Expr(Expr::Var(self.temp(e, ty.clone())), ty),
                other => other,
            };
            args.push(self.arg(val, a.span())?);
        }
        let callee = Callee::Method(m.method.clone(), m.turbofish.clone());
        let call = Call { callee, args, span: m.method.span(), apart };
        let ty = match self.types.declared_method(&self.types.of(&m.receiver), &m.method) {
            Ty::Unknown => better(expected.clone(), self.given_by_all(&m.method)),
            declared => declared,
        };
        self.called(call, ty)
    }
}

impl Lower<'_> {
    /// Refuses a method of a type's own where that of a trait goes before it, since it takes the receiver as it is: companions of both take it by
    /// reference, so that those of the type's own go first.
    pub(super) fn is_certain(&mut self, m: &syn::ExprMethodCall) -> Lowered<()> {
        use crate::position::Receiver::{Mut, Ref, Value};
        let of = self.types.of(&m.receiver);
        let Ty::Named(named) = of.peel() else { return Ok(()) };
        let Some((own, others)) = named.home().and_then(|home| home.own_and_of_traits(&m.method)) else { return Ok(()) };
        let order = match of {
            Ty::Ref(_, false) => [Ref, Value, Mut],
            Ty::Ref(_, true) => [Mut, Value, Ref],
            _ => [Value, Ref, Mut],
        };
        let turn = |receiver| order.iter().position(|known| *known == receiver);
        if others.into_iter().all(|other| turn(own) <= turn(other)) {
            return Ok(());
        }
        let (name, owner) = (&m.method, named.last().unwrap_or_default());
        let message = format!(
            "`{owner}` has a method `{name}` of its own and one of a trait, which take `self` in different ways; say which one is meant by its path: `{owner}::{name}(..)`, or with the trait's name"
        );
        self.errors.refuse(name.span(), &message)
    }

    /// Whether arguments write to what a method is called on that does not.
    fn arguments_change_receiver(&self, m: &syn::ExprMethodCall) -> bool {
        let Some(root) = crate::varied::root_name(&m.receiver).filter(|_| !crate::position::may_be_mut_method(&m.method)) else {
            return false;
        };
        let names = std::iter::once(root).collect();
        let mut changes = super::changes::Changes::new(super::changes::Variables::These(&names));
        m.args.iter().for_each(|a| syn::visit::Visit::visit_expr(&mut changes, a));
        changes.found.is_some()
    }

    /// What is told by all functions of the crate that have a name, where nothing else tells what a call gives.
    pub(super) fn given_by_all(&self, name: &syn::Ident) -> Ty {
        if crate::position::gives_option(name) {
            Ty::Option(Box::new(Ty::Unknown))
        } else {
            Ty::Unknown
        }
    }
}

/// `&[]`
fn is_empty_literal(e: &Syn) -> bool {
    matches!(strip(e), Syn::Reference(r) if matches!(strip(&r.expr), Syn::Array(a) if a.elems.is_empty()))
}

/// A number as one of another type, where one of the two is a parameter.
pub(super) fn converted(x: Expr, to: Ty) -> Val {
    let ty = match &to {
        Ty::Float(Float::F32) => quote::quote!(f32),
        Ty::Float(Float::Generic(t)) => quote::quote!(#t),
        _ => quote::quote!(f64),
    };
    Val::Expr(Expr::Cast(Box::new(x), Conversion::Number(ty)), to)
}

/// A closure, or `f64::sin` and the like.
fn is_function_of_numbers(e: &Syn) -> bool {
    match e {
        Syn::Closure(_) => true,
        Syn::Path(p) => p.path.segments.len() == 2 && (p.path.segments[0].ident == "f64" || p.path.segments[0].ident == "f32"),
        _ => false,
    }
}
