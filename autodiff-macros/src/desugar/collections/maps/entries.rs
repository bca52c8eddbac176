//! `m.entry(k).or_insert(v)`: the place of the key, in front of the statement that changes what is there.
//!
//! What enters: a statement. What leaves: statements that give the key its place, and the statement with the element of the list.
//! Guarantee: only an entry that is evaluated before anything else of the statement goes in front of it.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Expr, Stmt};

use super::Map;
use crate::desugar::hoist::meddles;

/// An entry with what it holds at first.
struct Entry {
    key: Expr,
    first: First,
    /// What is done to a value that is there.
    modify: Option<syn::ExprClosure>,
}

/// The value of a key without one.
enum First {
    /// Evaluated in any case.
    Value(Expr),
    /// What a function gives that is asked for it.
    Asked(Expr),
    Default,
}

impl Map<'_> {
    /// Takes the first entry of a statement out of it; gives what goes in front.
    pub(super) fn entered(&mut self, stmt: &mut Stmt) -> Vec<Stmt> {
        let e = match stmt {
            Stmt::Local(l) => match &mut l.init {
                Some(init) if init.diverge.is_none() => &mut *init.expr,
                _ => return Vec::new(),
            },
            Stmt::Expr(e, _) => e,
            _ => return Vec::new(),
        };
        let mut before = Vec::new();
        let target = match e {
            Expr::Assign(a) => {
                if !self.has_entry(&a.left) {
                    return before;
                }
                self.first(&mut a.right, &mut before);
                &mut *a.left
            }
            Expr::Binary(b) if crate::lower::is_update(&b.op) => {
                if !self.has_entry(&b.left) {
                    return before;
                }
                match self.value_first(&b.left, &b.right) {
                    Some(true) => self.first(&mut b.right, &mut before),
                    // Behind the place, in the statement itself.
                    Some(false) => {}
                    None => return before,
                }
                &mut *b.left
            }
            e => e,
        };
        let mut after = std::mem::take(&mut before);
        self.take_entry(target, false, &mut after);
        after
    }

    /// Whether the right side of `*entry += value` is evaluated first: that of numbers is, and behind the place where the operator is a type's
    /// own. Nothing where that shows, and what is changed is not known.
    fn value_first(&self, entry: &Expr, value: &Expr) -> Option<bool> {
        let ty = match self.arguments().and_then(|types| types.into_iter().nth(1)) {
            Some(syn::GenericArgument::Type(ty)) => crate::types::Ty::parse(&ty, &[]),
            _ => crate::types::Ty::Unknown,
        };
        match ty {
            ty if ty.is_float() || ty.is_plain() => Some(true),
            crate::types::Ty::Named(_) => Some(false),
            _ if !meddles(entry, value) && !meddles(value, entry) => Some(true),
            // No number.
            _ => matches!(crate::lower::strip(value), Expr::Struct(_)).then_some(false),
        }
    }

    fn has_entry(&self, e: &Expr) -> bool {
        super::count(quote::ToTokens::to_token_stream(e), &self.variable.name) == 1
    }

    /// What is assigned is evaluated first, and may look into the map.
    fn first(&mut self, e: &mut Expr, before: &mut Vec<Stmt>) {
        if is_literal(e) {
            return;
        }
        let span = syn::spanned::Spanned::span(&*e);
        let value = self.fresh("value_", span);
        let mut stmt: Option<Stmt> = syn::parse2(quote_spanned!(span=> let #value = #e;)).ok();
        if let Some(stmt) = &mut stmt {
            syn::visit_mut::VisitMut::visit_stmt_mut(self, stmt);
        }
        before.extend(stmt);
        *e = syn::parse_quote!(#value);
    }

    /// Whether an entry was found where evaluation begins.
    fn take_entry(&mut self, e: &mut Expr, dereferenced: bool, before: &mut Vec<Stmt>) -> bool {
        if let Some(entry) = self.entry(e) {
            let span = syn::spanned::Spanned::span(&*e);
            let Some(at) = self.placed(entry, span, before) else { return false };
            let list = &self.list;
            let instead = if dereferenced { quote_spanned!(span=> #list[#at]) } else { quote_spanned!(span=> (&mut #list[#at])) };
            if let Ok(instead) = syn::parse2(instead) {
                *e = instead;
                self.seen += 1;
            }
            return true;
        }
        match e {
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => {
                if self.take_entry(&mut u.expr, true, before) {
                    if let Expr::Index(_) = &*u.expr {
                        *e = (*u.expr).clone();
                    }
                    return true;
                }
                false
            }
            Expr::MethodCall(m) => self.take_entry(&mut m.receiver, true, before),
            Expr::Unary(u) => self.take_entry(&mut u.expr, false, before),
            Expr::Paren(p) => self.take_entry(&mut p.expr, dereferenced, before),
            Expr::Binary(b) => self.take_entry(&mut b.left, false, before),
            Expr::Cast(c) => self.take_entry(&mut c.expr, false, before),
            Expr::Field(f) => self.take_entry(&mut f.base, true, before),
            Expr::Index(i) => self.take_entry(&mut i.expr, true, before),
            _ => false,
        }
    }

    /// `m.entry(k).and_modify(f).or_insert(v)`
    fn entry(&self, e: &Expr) -> Option<Entry> {
        let Expr::MethodCall(or) = e else { return None };
        let first = match (or.method.to_string().as_str(), or.args.first()) {
            ("or_insert", Some(v)) => First::Value(v.clone()),
            ("or_insert_with", Some(Expr::Closure(c))) if c.inputs.is_empty() => First::Asked(syn::parse_quote!((#c))),
            ("or_insert_with", Some(f @ Expr::Path(_))) => First::Asked(f.clone()),
            ("or_default", None) => First::Default,
            _ => return None,
        };
        let mut of = match &*or.receiver {
            Expr::MethodCall(m) => m,
            _ => return None,
        };
        let modify = match of.args.first() {
            Some(Expr::Closure(c)) if of.method == "and_modify" && c.inputs.len() == 1 => {
                let Expr::MethodCall(m) = &*of.receiver else { return None };
                of = m;
                Some(c.clone())
            }
            _ => None,
        };
        let entered = of.method == "entry" && of.args.len() == 1 && self.is_map(&of.receiver);
        entered.then(|| Entry { key: of.args[0].clone(), first, modify })
    }

    /// The statements that give an entry its place, and the place.
    fn placed(&mut self, entry: Entry, span: proc_macro2::Span, before: &mut Vec<Stmt>) -> Option<Ident> {
        let Entry { mut key, first, mut modify } = entry;
        let value = match first {
            First::Value(v) if is_literal(&v) => v,
            First::Value(v) => {
                // In its turn, before the key has a place.
                let (of, name) = (self.fresh("key_", span), self.fresh("value_", span));
                syn::visit_mut::VisitMut::visit_expr_mut(self, &mut key);
                before.push(syn::parse2(quote_spanned!(span=> let #of = #key;)).ok()?);
                // What is there is changed before.
                if let Some(f) = modify.take() {
                    let (at, list) = (self.fresh("at_", span), &self.list);
                    let place = self.asked("get", &syn::parse_quote!(&#of), span);
                    before.push(syn::parse2(quote_spanned!(span=> let #at: usize = #place;)).ok()?);
                    before.push(syn::parse2(quote_spanned!(span=> if #at < #list.len() { (#f)(&mut #list[#at]); })).ok()?);
                }
                before.push(syn::parse2(quote_spanned!(span=> let #name = #v;)).ok()?);
                key = syn::parse_quote!(#of);
                syn::parse_quote!(#name)
            }
            First::Asked(f) => syn::parse_quote!(#f()),
            First::Default => self.default_value(span)?,
        };
        syn::visit_mut::VisitMut::visit_expr_mut(self, &mut key);
        if !crate::lower::is_simple(&key) {
            let of = self.fresh("key_", span);
            before.push(syn::parse2(quote_spanned!(span=> let #of = #key;)).ok()?);
            key = syn::parse_quote!(#of);
        }
        let (at, place) = self.place_of(&key, span);
        before.extend(place);
        let list = &self.list;
        let stmt = match modify {
            None => quote_spanned!(span=> if #at == #list.len() { #list.push(#value); }),
            Some(f) => quote_spanned!(span=> if #at < #list.len() { (#f)(&mut #list[#at]); } else { #list.push(#value); }),
        };
        before.push(syn::parse2(stmt).ok()?);
        Some(at)
    }

    /// What `or_default` begins with, where the type is written down.
    fn default_value(&self, span: proc_macro2::Span) -> Option<Expr> {
        let ty = match self.arguments()?.into_iter().nth(1)? {
            syn::GenericArgument::Type(ty) => ty,
            _ => return None,
        };
        let value = match crate::types::Ty::parse(&ty, &[]) {
            crate::types::Ty::Float(_) => quote_spanned!(span=> 0.0),
            crate::types::Ty::Vec(_) => quote_spanned!(span=> Vec::new()),
            _ => quote_spanned!(span=> <#ty>::default()),
        };
        syn::parse2(value).ok()
    }
}

/// Whether it does not matter when an expression is evaluated: it cannot panic or leave, and nothing changes it.
fn is_literal(e: &Expr) -> bool {
    matches!(crate::lower::strip(e), Expr::Lit(_))
}

/// Tokens of a macro in which `m.len()` and the like are asked of the places, and how often.
pub(super) fn asked(tokens: TokenStream, map: &Ident, places: &Ident) -> (TokenStream, usize) {
    const METHODS: &[&str] = &["len", "is_empty", "contains_key", "keys"];
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = 0;
    let is_method = |k: usize| {
        matches!(tokens.get(k + 1), Some(TokenTree::Punct(p)) if p.as_char() == '.')
            && matches!(tokens.get(k + 2), Some(TokenTree::Ident(m)) if METHODS.iter().any(|name| m == name))
            && matches!(tokens.get(k + 3), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis)
    };
    let replaced = tokens.iter().enumerate().map(|(k, t)| match t {
        TokenTree::Ident(i) if i == map && is_method(k) => {
            found += 1;
            places.clone().into()
        }
        TokenTree::Group(g) => {
            let (inside, more) = asked(g.stream(), map, places);
            found += more;
            let mut new = proc_macro2::Group::new(g.delimiter(), inside);
            new.set_span(g.span());
            TokenTree::Group(new)
        }
        other => other.clone(),
    });
    let replaced = replaced.collect();
    (replaced, found)
}
