//! Functions of lists that are named by their type: the method, or a closure that calls it.
//!
//! What enters: `<[f64]>::to_vec` and `Vec::from` where a function is handed over, `<[f64]>::to_vec(x)` where it is called. What leaves:
//! `|v| v.to_vec()`, `|v| Vec::from(v)`, `x.to_vec()`. Guarantee: only what the language says of its own slices and of `Vec`.

use proc_macro2::Ident;
use syn::{parse_quote, Expr};

/// Methods that look at a list and may be called with a dot.
const METHODS: [&str; 5] = ["to_vec", "to_owned", "clone", "len", "is_empty"];

/// A function of one list, by its path, applied to an expression.
fn applied(p: &syn::ExprPath, to: &Expr) -> Option<Expr> {
    let last = p.path.segments.last()?;
    let plain = last.arguments.is_none();
    let is_method = METHODS.iter().any(|m| last.ident == m);
    let name = &last.ident;
    match &p.qself {
        Some(q) if q.position == 0 && p.path.segments.len() == 1 && plain && is_method => {
            matches!(&*q.ty, syn::Type::Slice(_)).then(|| parse_quote!(#to.#name()))
        }
        Some(_) => None,
        None => {
            let owner = p.path.segments.iter().rev().nth(1)?;
            if owner.ident != "Vec" || !plain {
                return None;
            }
            match name {
                _ if name == "from" => Some(parse_quote!(#p(#to))),
                _ if is_method => Some(parse_quote!(#to.#name())),
                _ => None,
            }
        }
    }
}

/// `f(<[f64]>::to_vec)` as `f(|v| v.to_vec())`.
pub(super) fn as_closure(e: &Expr, fresh: impl FnOnce() -> Ident) -> Option<Expr> {
    let Expr::Path(p) = e else { return None };
    applied(p, &parse_quote!(probe))?;
    let v = fresh();
    let body = applied(p, &parse_quote!(#v))?;
    Some(parse_quote!(|#v| #body))
}

/// `<[f64]>::to_vec(x)` as `x.to_vec()`.
pub(super) fn as_method(c: &syn::ExprCall) -> Option<Expr> {
    let (Expr::Path(p), [to]) = (&*c.func, &c.args.iter().collect::<Vec<_>>()[..]) else { return None };
    if p.path.segments.last().is_some_and(|s| s.ident == "from") {
        return None;
    }
    applied(p, &parse_quote!((#to)))
}
