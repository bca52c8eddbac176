//! Methods of `Result`: `match`es; where they are is told by [`shape`](super::shape).
//!
//! What enters: a method call. What leaves: the `match` that it stands for, if the receiver is known to be a `Result`: by its type where it is
//! written down, by the file's functions, or by a method that nothing else has. Elsewhere such a method is one of `Option`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned, ToTokens};
use syn::{Expr, Type};

use crate::lower::strip;

/// Whether a type is written as a `Result`, or by another name for one.
pub(crate) fn is_result_type(ty: &Type) -> bool {
    is_written_as_result(ty) || named(ty).is_some_and(crate::position::is_name_of_result)
}

/// Whether a type is written as a `Result`.
pub(crate) fn is_written_as_result(ty: &Type) -> bool {
    named(ty).and_then(|path| path.segments.last()).is_some_and(|s| s.ident == "Result")
}

/// The path of a type, or of what it refers to.
fn named(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Paren(p) => named(&p.elem),
        Type::Group(g) => named(&g.elem),
        Type::Reference(r) => named(&r.elem),
        Type::Path(p) => Some(&p.path),
        _ => None,
    }
}

/// Whether a method call is certainly one of `Result`, whatever is known of the receiver.
pub(super) fn is_only_results(m: &syn::ExprMethodCall) -> bool {
    match m.method.to_string().as_str() {
        "map_err" | "unwrap_err" | "expect_err" | "inspect_err" => true,
        "ok" | "err" => m.args.is_empty() && !crate::position::is_method(&m.method, &m.method.to_string()),
        "unwrap_or_else" | "map_or_else" => matches!(m.args.first().map(strip), Some(Expr::Closure(c)) if c.inputs.len() == 1),
        _ => false,
    }
}

/// `Result<Vec<f64>, E>` of `collect::<Result<Vec<f64>, E>>()` and the like.
pub(super) fn collected_result(m: &syn::ExprMethodCall) -> Option<Type> {
    match m.turbofish.iter().flat_map(|t| &t.args).next()? {
        syn::GenericArgument::Type(t) => Some(t.clone()).filter(|t| first_of_result(t).is_some()),
        _ => None,
    }
}

/// `T` of `Result<T, E>`.
pub(super) fn first_of_result(ty: &Type) -> Option<Type> {
    let Type::Path(p) = ty else { return None };
    let last = p.path.segments.last().filter(|s| s.ident == "Result")?;
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    match args.args.first()? {
        syn::GenericArgument::Type(t) => Some(t.clone()),
        _ => None,
    }
}

/// `x.ok_or(e)?` as `match x { Some(v) => v, None => return Err(e.into()) }`, where it does not show that `e` is made only if it is needed.
pub(super) fn tried_option(e: &Expr, value: &Ident, at: proc_macro2::Span) -> Option<Expr> {
    let Expr::MethodCall(m) = strip(e) else { return None };
    let given = m.args.first()?;
    let error = match (m.method.to_string().as_str(), strip(given)) {
        ("ok_or", e) if shows_nothing(e) => quote!(#e),
        ("ok_or_else", Expr::Closure(c)) if c.inputs.is_empty() => super::returns::given_by(c).to_token_stream(),
        _ => return None,
    };
    let receiver = &m.receiver;
    let code = quote_spanned! {at=>
        match #receiver {
            ::core::option::Option::Some(#value) => #value,
            ::core::option::Option::None => return ::core::result::Result::Err(::core::convert::From::from(#error)),
        }
    };
    syn::parse2(code).ok()
}

/// `Err(e)?` as `return Err(e.into())`: nothing would tell of which type what it does not hold is. `None?` is the same of an `Option`.
pub(super) fn left_by(e: &Expr, in_result: bool, in_closure: bool) -> Option<Expr> {
    match strip(e) {
        Expr::Call(c) if in_result && c.args.len() == 1 => {
            let Expr::Path(p) = strip(&c.func) else { return None };
            let named = p.path.is_ident("Err") || {
                let mut names = p.path.segments.iter().rev().map(|s| &s.ident);
                names.next().is_some_and(|n| n == "Err") && names.next().is_some_and(|n| n == "Result")
            };
            let error = &c.args[0];
            let at = syn::spanned::Spanned::span(error);
            let given = if in_closure { quote!(#error) } else { quote_spanned!(at=> ::core::convert::From::from(#error)) };
            named.then(|| syn::parse_quote!(return ::core::result::Result::Err(#given)))
        }
        Expr::Path(p) if !in_result && p.path.is_ident("None") => Some(syn::parse_quote!(return ::core::option::Option::None)),
        _ => None,
    }
}

/// `&place` for `place.as_ref()`, whose parts are places, too.
fn looked_at(e: &Expr) -> TokenStream {
    match strip(e) {
        Expr::MethodCall(m) if m.method == "as_ref" && m.args.is_empty() => {
            let place = &m.receiver;
            quote!(&#place)
        }
        e => quote!(#e),
    }
}

impl super::Desugar {
    /// Options in place of the `Result`s that an iterator leaves out if they are errors.
    pub(super) fn results_flattened(&mut self, m: &mut syn::ExprMethodCall) {
        let at = m.method.span();
        let name = m.method.to_string();
        match (name.as_str(), m.args.first()) {
            ("flatten", None) if self.shapes.holds_results(&m.receiver) => {
                let (items, result) = (&m.receiver, self.fresh("result_", at));
                m.receiver = syn::parse_quote!(#items.map(|#result| #result.ok()));
            }
            ("flat_map", Some(f)) if self.shapes.gives_result(f) => {
                let item = self.fresh("item_", at);
                m.method = Ident::new("filter_map", at);
                let f: Expr = syn::parse_quote!(|#item| (#f)(#item).ok());
                m.args = std::iter::once(f).collect();
            }
            ("filter_map" | "flat_map", Some(Expr::Path(p))) if is_ok_of_result(&p.path) => {
                let result = self.fresh("result_", at);
                let f: Expr = syn::parse_quote!(|#result| #result.ok());
                m.args = std::iter::once(f).collect();
            }
            _ => {}
        }
    }
}

/// `Result::ok`
fn is_ok_of_result(path: &syn::Path) -> bool {
    let mut names = path.segments.iter().rev().map(|s| &s.ident);
    names.next().is_some_and(|n| n == "ok") && names.next().is_some_and(|n| n == "Result")
}

/// Literals, names, what constructors make of such, and texts: nobody sees whether they are evaluated.
fn shows_nothing(e: &Expr) -> bool {
    match strip(e) {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::MethodCall(m) => matches!(strip(&m.receiver), Expr::Lit(_)) && m.args.is_empty(),
        Expr::Call(c) => {
            let constructor =
                matches!(strip(&c.func), Expr::Path(p) if p.path.segments.iter().any(|s| crate::varied::starts_uppercase(&s.ident)));
            constructor && c.args.iter().all(|a| matches!(strip(a), Expr::Lit(_)))
        }
        Expr::Struct(s) => s.rest.is_none() && s.fields.iter().all(|f| shows_nothing(&f.expr)),
        Expr::Macro(m) => m.mac.path.is_ident("format") && m.mac.tokens.clone().into_iter().count() == 1,
        _ => false,
    }
}

/// `o.transpose()` of an option of a `Result`, with names for what is inside.
pub(super) fn transposed(m: &syn::ExprMethodCall, [result, value, error]: [Ident; 3]) -> Expr {
    let at = m.method.span();
    let (ok, err) = (quote_spanned!(at=> ::core::result::Result::Ok), quote_spanned!(at=> ::core::result::Result::Err));
    let (some, none) = (quote_spanned!(at=> ::core::option::Option::Some), quote_spanned!(at=> ::core::option::Option::None));
    let receiver = &m.receiver;
    syn::parse_quote_spanned! {at=>
        match #receiver {
            #some(#result) => match #result { #ok(#value) => #ok(#some(#value)), #err(#error) => #err(#error) },
            #none => #ok(#none),
        }
    }
}

/// The `match` that a method call stands for, with names for what is inside.
pub(super) fn method(m: &syn::ExprMethodCall, value: &Ident, error: &Ident) -> Option<Expr> {
    let at = m.method.span();
    let (ok, err) = (quote_spanned!(at=> ::core::result::Result::Ok), quote_spanned!(at=> ::core::result::Result::Err));
    let (some, none) = (quote_spanned!(at=> ::core::option::Option::Some), quote_spanned!(at=> ::core::option::Option::None));
    let receiver = looked_at(&m.receiver);
    let args: Vec<&Expr> = m.args.iter().collect();
    let applied = |f: &Expr, x: &Ident| match strip(f) {
        Expr::Closure(c) => quote!((#c)(#x)),
        f => quote!(#f(#x)),
    };
    let applied_to_reference = |f: &Expr, x: &Ident| match strip(f) {
        Expr::Closure(c) => quote!((#c)(&#x)),
        f => quote!(#f(&#x)),
    };
    let both = |of_ok: TokenStream, of_err: TokenStream| -> TokenStream {
        quote_spanned!(at=> match #receiver { #ok(#value) => #of_ok, #err(#error) => #of_err })
    };
    // What is given by value is evaluated in any case, behind the receiver.
    let unused = |d: &Expr| {
        // Of `Ok(x)` alone rustc could not tell the type of the error.
        let mut d = strip(d);
        while let Expr::Call(c) = d {
            let is_variant = matches!(&*c.func, Expr::Path(p) if ["Ok", "Err", "Some"].iter().any(|v| p.path.is_ident(v)));
            match c.args.first() {
                Some(inner) if is_variant => d = strip(inner),
                _ => break,
            }
        }
        if crate::lower::is_cheap(d) {
            TokenStream::new()
        } else {
            quote!(let _ = #d;)
        }
    };
    let name = m.method.to_string();
    let code = match (name.as_str(), &args[..]) {
        ("unwrap", []) => {
            both(quote!(#value), quote_spanned!(at=> ::core::panic!("called `Result::unwrap()` on an `Err` value: {:?}", #error)))
        }
        ("expect", [text]) => {
            let of_ok = crate::lower::behind_text(text, &quote!(#value));
            both(of_ok, quote_spanned!(at=> ::core::panic!("{}: {:?}", #text, #error)))
        }
        ("unwrap_or", [d]) => {
            let unused = unused(d);
            quote_spanned!(at=> match #receiver { #ok(#value) => { #unused #value } #err(_) => (#d) })
        }
        ("unwrap_or_default", []) => {
            quote_spanned!(at=> match #receiver { #ok(#value) => #value, #err(_) => ::core::default::Default::default() })
        }
        ("unwrap_or_else", [f]) => {
            let of_err = applied(f, error);
            both(quote!(#value), of_err)
        }
        ("map", [f]) => {
            let of_ok = applied(f, value);
            both(quote!(#ok(#of_ok)), quote!(#err(#error)))
        }
        ("map_err", [f]) => {
            let of_err = applied(f, error);
            both(quote!(#ok(#value)), quote!(#err(#of_err)))
        }
        ("and_then", [f]) => {
            let of_ok = applied(f, value);
            both(of_ok, quote!(#err(#error)))
        }
        ("and", [d]) => {
            let unused = unused(d);
            quote_spanned!(at=> match #receiver { #ok(_) => (#d), #err(#error) => { #unused #err(#error) } })
        }
        ("or", [d]) => {
            let unused = unused(d);
            quote_spanned!(at=> match #receiver { #ok(#value) => { #unused #ok(#value) } #err(_) => (#d) })
        }
        ("inspect", [f]) => {
            let seen = applied_to_reference(f, value);
            both(quote!({ #seen; #ok(#value) }), quote!(#err(#error)))
        }
        ("inspect_err", [f]) => {
            let seen = applied_to_reference(f, error);
            both(quote!(#ok(#value)), quote!({ #seen; #err(#error) }))
        }
        ("flatten", []) => both(quote!(#value), quote!(#err(#error))),
        ("err", []) => quote_spanned!(at=> match #receiver { #ok(_) => #none, #err(#error) => #some(#error) }),
        ("or_else", [f]) => {
            let of_err = applied(f, error);
            both(quote!(#ok(#value)), of_err)
        }
        ("map_or", [d, f]) => {
            let of_ok = applied(f, value);
            let unused = unused(d);
            quote_spanned!(at=> match #receiver { #ok(#value) => { #unused #of_ok } #err(_) => (#d) })
        }
        ("map_or_else", [g, f]) => {
            let (of_ok, of_err) = (applied(f, value), applied(g, error));
            both(of_ok, of_err)
        }
        ("ok", []) => quote_spanned!(at=> match #receiver { #ok(#value) => #some(#value), #err(_) => #none }),
        ("ok_or", [d]) => {
            let unused = unused(d);
            quote_spanned!(at=> match #receiver { #some(#value) => { #unused #ok(#value) } #none => #err(#d) })
        }
        ("ok_or_else", [f]) => {
            let call = match strip(f) {
                Expr::Closure(c) => {
                    let body = &c.body;
                    quote!(#body)
                }
                f => quote!(#f()),
            };
            quote_spanned!(at=> match #receiver { #some(#value) => #ok(#value), #none => #err(#call) })
        }
        _ => return None,
    };
    syn::parse2(code).ok()
}
