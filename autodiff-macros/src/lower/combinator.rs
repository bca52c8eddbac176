//! Methods of `Option`: each becomes the `match` that explains it.
//!
//! What enters: such a call. What leaves: its value. Guarantees: arguments that are evaluated in any case are evaluated
//! before it is known whether there is a value, those in closures only where they are needed.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::expr::strip;
use super::pattern::better;
use super::{scan, Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{ContainerExpr, Expr, Place, Stmt};
use crate::types::Ty;

/// The methods that look into an `Option` or hand it on.
pub(super) fn is_combinator(name: &str) -> bool {
    is_telling(name) || matches!(name, "map" | "filter" | "and" | "or" | "xor" | "zip" | "unzip" | "flatten" | "inspect")
}

/// Those whose names say that the receiver is an `Option`.
fn is_telling(name: &str) -> bool {
    matches!(
        name,
        "unwrap"
            | "expect"
            | "unwrap_or"
            | "unwrap_or_else"
            | "unwrap_or_default"
            | "map_or"
            | "map_or_else"
            | "map_or_default"
            | "and_then"
            | "or_else"
    )
}

/// Those whose first argument is evaluated in any case.
fn is_eager(name: &str) -> bool {
    matches!(name, "unwrap_or" | "map_or" | "and" | "or" | "xor" | "zip")
}

impl Lower<'_> {
    /// Whether a method call is one of `Option`.
    pub(super) fn is_option_method(&self, name: &str, base: &Ty) -> bool {
        match base {
            Ty::Option(_) => {
                is_combinator(name) || matches!(name, "take" | "replace" | "insert" | "ok_or" | "ok_or_else" | "copied" | "cloned")
            }
            // A count or a position, and whether there is one.
            Ty::Unknown | Ty::Plain => is_telling(name),
            _ => false,
        }
    }

    /// Whether a call with a closure is one of `Option`, by what is asked of its value: `f(x).map(|r| r * r).unwrap_or(0.0)`.
    pub(super) fn asked_for_option(&self, m: &syn::ExprMethodCall, base: &Ty, expected: &Ty) -> bool {
        let takes_function = || m.args.len() == 1 && matches!(strip(&m.args[0]), Syn::Closure(_) | Syn::Path(_));
        let takes_option = || m.args.len() == 1 && (is_option(&m.args[0]) || matches!(self.types.of(&m.args[0]), Ty::Option(_)));
        let asked = matches!(expected, Ty::Option(_)) || is_none(strip(&m.receiver));
        matches!(base, Ty::Unknown)
            && match m.method.to_string().as_str() {
                "map" | "filter" | "inspect" => asked && takes_function(),
                "or" | "xor" | "zip" | "and" => asked && takes_option(),
                "take" | "flatten" => asked && m.args.is_empty(),
                _ => false,
            }
    }

    /// Lowers the call.
    pub(super) fn option(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Lowered<Val> {
        if let Some(val) = self.looked_at_in_place(m, expected) {
            return val;
        }
        let name = m.method.to_string();
        let span = m.method.span();
        if let Syn::MethodCall(r) = strip(&m.receiver) {
            let text_shows = m.args.iter().any(|text| !matches!(strip(text), Syn::Lit(_) | Syn::Path(_)));
            if r.method == "pop"
                && (name == "unwrap" || name == "expect" && !text_shows)
                && matches!(self.types.of(&r.receiver).peel(), Ty::Vec(_))
            {
                let (place, ty) = self.target(&r.receiver)?;
                let elem = ty.element();
                let var = self.temp(Expr::Container(ContainerExpr::PopUnwrap, place, Vec::new()), elem.clone());
                return Ok(Val::Expr(Expr::Var(var), elem));
            }
        }
        match name.as_str() {
            "take" => {
                let (place, ty) = self.target(&m.receiver)?;
                Ok(self.replaced(&m.receiver, place, ty, super::none(), span))
            }
            "replace" | "insert" => {
                let (place, ty) = self.target(&m.receiver)?;
                let new = m.args.first().ok_or(Refused)?;
                let inner = self.types.item_of_option(&m.receiver);
                let val = self.expr(new, &inner)?;
                let (value, value_ty) = self.variable(val, new.span())?;
                let whole = Expr::Ctor(syn::parse_quote!(::core::option::Option::Some), vec![Expr::Var(value)]);
                if name == "replace" {
                    let whole = Expr::Var(self.temp(whole, ty.clone()));
                    return Ok(self.replaced(&m.receiver, place, ty, whole, span));
                }
                self.out.push(Stmt::Assign(place, whole));
                Ok(Val::Ref(Place::var(value), value_ty, false))
            }
            "ok_or" | "ok_or_else" => self
                .errors
                .refuse(span, "a `Result` cannot be differentiated, since it has no cotangent type; use an `Option`, or `let ... else`"),
            _ => {
                let inner = match self.types.of(&m.receiver).peel() {
                    Ty::Plain => Ty::Plain,
                    _ => self.types.item_of_option(&m.receiver),
                };
                let val = self.expr(&m.receiver, &Ty::Option(Box::new(inner.clone())))?;
                let receiver = match val {
                    Val::Maybe { .. } => val,
                    other => self.settled(other, m.receiver.span())?,
                };
                self.combined(m, receiver, inner, expected)
            }
        }
    }

    /// The `match` over a value that has been computed.
    pub(super) fn combined(&mut self, m: &syn::ExprMethodCall, receiver: Val, inner: Ty, expected: &Ty) -> Lowered<Val> {
        let name = m.method.to_string();
        let receiver = match receiver {
            // A copy of what changes before it is looked at again is made now.
            Val::Maybe { found, value } if !self.lasts(&value) && self.changes_behind(m) => {
                let (e, ty) = self.put_together(found, *value, m.receiver.span())?;
                Val::Expr(e, ty)
            }
            other => other,
        };
        let is_maybe = matches!(receiver, Val::Maybe { .. });
        let inner = match &receiver {
            Val::Expr(_, Ty::Option(i)) | Val::Place(_, Ty::Option(i)) => better(inner, (**i).clone()),
            _ => inner,
        };
        let receiver = match receiver {
            Val::Expr(e, ty) if !matches!(ty, Ty::Option(_)) => Val::Expr(e, Ty::Option(Box::new(inner.clone()))),
            Val::Place(p, ty) if !matches!(ty, Ty::Option(_)) => Val::Place(p, Ty::Option(Box::new(inner.clone()))),
            other => other,
        };
        let takes = match name.as_str() {
            "map_or" | "map_or_else" => 2,
            "expect" | "unwrap_or" | "unwrap_or_else" | "map" | "map_or_default" | "and_then" | "and" | "or" | "xor" | "or_else"
            | "zip" | "filter" | "inspect" => 1,
            _ => 0,
        };
        if m.args.len() < takes {
            return self.errors.left_to_rustc(m.method.span());
        }
        let receiver = self.name_of(receiver);
        if is_maybe {
            if let Syn::Path(p) = &receiver {
                self.opaque.extend(p.path.get_ident().map(ToString::to_string));
            }
        }
        let v = self.names.fresh("payload");
        self.types.names.insert(v.to_string(), inner.clone());
        if !inner.is_plain() {
            self.varied.insert(v.to_string());
        }
        if name == "filter" {
            return self.filtered(m, &receiver, &v, expected);
        }
        let eager = is_eager(&name);
        let mut args = Vec::new();
        for (k, a) in m.args.iter().enumerate() {
            args.push(if eager && k == 0 { self.beforehand(a, &inner, &name)? } else { a.clone() });
        }
        self.matched(m, &receiver, &v, args, inner, expected)
    }

    /// Whether what runs before the value is looked at changes something: the argument of `unwrap_or`, the closure of `filter`.
    fn changes_behind(&self, m: &syn::ExprMethodCall) -> bool {
        let name = m.method.to_string();
        let Some(first) = m.args.first() else { return false };
        match strip(first) {
            Syn::Closure(c) => name == "filter" && self.works(&c.body),
            first => is_eager(&name) && self.works(first),
        }
    }

    /// What no derivative flows through is looked into where it stands: nothing keeps what it borrows.
    pub(super) fn looked_at_in_place(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Option<Lowered<Val>> {
        let takes = match m.method.to_string().as_str() {
            "map_or" | "map_or_else" => 2,
            "map_or_default" | "and_then" | "map" => 1,
            _ => return None,
        };
        let is_call = matches!(strip(&m.receiver), Syn::MethodCall(_));
        let follows = |a: &Syn| is_cheap(a) || matches!(strip(a), Syn::Closure(_));
        if !is_call || m.args.len() != takes || !m.args.iter().all(follows) || self.varies(&m.receiver) || !self.can_stay(&m.receiver) {
            return None;
        }
        let v = self.names.fresh("payload");
        Some(self.matched(m, &m.receiver, &v, m.args.iter().cloned().collect(), Ty::Unknown, expected))
    }

    /// The `match` that the method stands for, over what its receiver is called.
    fn matched(
        &mut self,
        m: &syn::ExprMethodCall,
        receiver: &Syn,
        v: &proc_macro2::Ident,
        args: Vec<Syn>,
        inner: Ty,
        expected: &Ty,
    ) -> Lowered<Val> {
        let name = m.method.to_string();
        let span = m.method.span();
        let first = args.first();
        let second = args.get(1);
        // Where the value turns out to be none, rustc says so at the method.
        let at = span.resolved_at(proc_macro2::Span::mixed_site());
        let some = quote_spanned!(at=> ::core::option::Option::Some);
        let none = quote_spanned!(at=> ::core::option::Option::None);
        let e: Syn = match name.as_str() {
            "unwrap" => {
                syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #v, #none => ::core::panic!("called `Option::unwrap()` on a `None` value") })
            }
            "expect" => {
                let value = first.map_or_else(|| quote!(#v), |text| behind_text(text, &quote!(#v)));
                syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #value, #none => ::core::panic!("{}", #first) })
            }
            "unwrap_or" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #v, #none => #first }),
            "unwrap_or_else" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #v, #none => (#first)() }),
            "unwrap_or_default" => {
                syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #v, #none => ::core::default::Default::default() })
            }
            "map" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #some((#first)(#v)), #none => #none }),
            "map_or" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => (#second)(#v), #none => #first }),
            "map_or_else" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => (#second)(#v), #none => (#first)() }),
            "map_or_default" => {
                syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => (#first)(#v), #none => ::core::default::Default::default() })
            }
            "and_then" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => (#first)(#v), #none => #none }),
            "or" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #some(#v), #none => #first }),
            "and" => syn::parse_quote_spanned!(at=> match #receiver { #some(_) => #first, #none => #none }),
            // Nothing would tell the type of what such a `None` does not hold.
            "xor" if first.is_some_and(is_none) => {
                syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #some(#v), #none => #none })
            }
            "xor" => syn::parse_quote_spanned!(at=> match #receiver {
                #some(#v) => match #first { #some(_) => #none, #none => #some(#v) },
                #none => #first,
            }),
            "inspect" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => { (#first)(&#v); #some(#v) } #none => #none }),
            "unzip" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => (#some(#v.0), #some(#v.1)), #none => (#none, #none) }),
            "or_else" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #some(#v), #none => (#first)() }),
            "copied" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #some(*#v), #none => #none }),
            "cloned" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #some(#v.clone()), #none => #none }),
            "flatten" => syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => #v, #none => #none }),
            "zip" => {
                let w = self.names.fresh("payload");
                let other = self.types.item_of_option(first.ok_or(Refused)?);
                self.types.names.insert(w.to_string(), other);
                self.varied.insert(w.to_string());
                syn::parse_quote_spanned!(at=> match #receiver { #some(#v) => match #first { #some(#w) => #some((#v, #w)), #none => #none }, #none => #none })
            }
            _ => {
                return self.errors.refuse(span, format!("the method `{name}` of an `Option` is not followed; write a `match`"));
            }
        };
        let expected = match name.as_str() {
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" => better(expected.clone(), inner),
            "or" | "xor" | "or_else" | "inspect" if !matches!(inner, Ty::Unknown) => Ty::Option(Box::new(inner)),
            "map" | "zip" | "copied" | "cloned" => better(expected.clone(), self.types.of(&Syn::MethodCall(m.clone()))),
            _ => expected.clone(),
        };
        self.expr(&e, &expected)
    }

    /// An argument that is evaluated in any case.
    fn beforehand(&mut self, a: &Syn, inner: &Ty, method: &str) -> Lowered<Syn> {
        if is_cheap(a) {
            return Ok(a.clone());
        }
        let expected = match method {
            "unwrap_or" => inner.clone(),
            "or" | "xor" => Ty::Option(Box::new(inner.clone())),
            _ => self.types.of(a),
        };
        let val = self.expr(a, &expected)?;
        let val = match val {
            Val::Maybe { found, value } => {
                let (e, ty) = self.put_together(found, *value, a.span())?;
                Val::Expr(e, ty)
            }
            other => self.settled(other, a.span())?,
        };
        // Where it is read, it may panic: here, whatever the option holds.
        let val = match val {
            Val::Expr(e @ Expr::Read(_), ty) if ty.is_copy_or_plain() => Val::Expr(Expr::Var(self.temp(e, ty.clone())), ty),
            other => other,
        };
        Ok(self.name_of(val))
    }

    fn filtered(&mut self, m: &syn::ExprMethodCall, receiver: &Syn, v: &proc_macro2::Ident, expected: &Ty) -> Lowered<Val> {
        let span = m.method.span();
        let f = self.function(m.args.first().ok_or(Refused)?)?;
        let keeps = self.flag("keeps");
        self.optional_item(receiver, None, &mut |l, item| {
            let test = l.test(&f, &item, true, span)?;
            l.out.push(Stmt::Assign(Place::var(keeps), test));
            Ok(())
        })?;
        let test = self.names.fresh("keeps");
        self.env.insert(test.to_string(), Val::Place(Place::var(keeps), Ty::Plain));
        let e: Syn = syn::parse_quote!(match #receiver {
            ::core::option::Option::Some(#v) => if #test { ::core::option::Option::Some(#v) } else { ::core::option::Option::None },
            ::core::option::Option::None => ::core::option::Option::None,
        });
        self.expr(&e, expected)
    }
}

/// A value behind the text of `expect`, which std evaluates whether it is needed or not.
pub(crate) fn behind_text(text: &Syn, value: &TokenStream) -> TokenStream {
    if matches!(strip(text), Syn::Lit(_) | Syn::Path(_)) {
        return value.clone();
    }
    let at = text.span().resolved_at(proc_macro2::Span::mixed_site());
    quote_spanned!(at=> { ::core::assert!(::core::primitive::str::len(#text) < ::core::primitive::usize::MAX); #value })
}

/// `None`
fn is_none(e: &Syn) -> bool {
    matches!(strip(e), Syn::Path(p) if p.path.is_ident("None"))
}

/// `None`, of which nothing but what it is handed to tells the type.
pub(super) fn is_none_value(e: &Expr) -> bool {
    matches!(e, Expr::Const(code) if syn::parse2::<Syn>(code.clone()).is_ok_and(|e| is_none(&e)))
}

/// `Some(x)` or `None`
fn is_option(e: &Syn) -> bool {
    match strip(e) {
        Syn::Call(c) => matches!(&*c.func, Syn::Path(p) if crate::infer::is_some(&p.path)),
        e => is_none(e),
    }
}

/// A literal, a name, or arithmetic on them: nothing shows when it is evaluated.
pub(crate) fn is_cheap(e: &Syn) -> bool {
    struct Indexes(bool);
    impl<'a> syn::visit::Visit<'a> for Indexes {
        fn visit_expr_index(&mut self, _: &'a syn::ExprIndex) {
            self.0 = true;
        }
        fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
            self.0 |= matches!(b.op, syn::BinOp::Div(_) | syn::BinOp::Rem(_));
            syn::visit::visit_expr_binary(self, b);
        }
    }
    let mut indexes = Indexes(false);
    syn::visit::Visit::visit_expr(&mut indexes, e);
    scan::is_simple(e) && !indexes.0
}
