//! `HashMap` and `BTreeMap` of numbers: a map of places, which has no derivative, and a list with what is there.
//!
//! | was | is |
//! | --- | --- |
//! | `m.insert(k, v);` | `let at = *places.entry(k).or_insert(list.len());`, and `list[at] = v` or `list.push(v)` |
//! | `*m.entry(k).or_insert(v) += e;` | the same with `list[at] += e` |
//! | `m[&k]`, `m.get(&k)` | `list[places[&k]]`, `list.get(..)` |
//! | `let old = m.insert(k, v)`, `m.pop_first()` | the same as blocks that give what was there |
//! | `m.values()`, `m.iter()` | `places.values().map(\|&at\| &list[at])`, and so on |
//! | `for v in m.values_mut() {}` | `for at in places.values().copied() { let v = &mut list[at]; }` |
//!
//! Guarantees: what is removed stays in the list, where no place leads to it any more; items come in the order of the map. A map that is
//! handed on, or has another method, stays a map.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use rustc_hash::FxHashSet as HashSet;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt, Type};

use super::{constructor, count, name_of, variables, Variable};
use crate::lower::strip;
use crate::names::Namer;

mod entries;

const KINDS: &[&str] = &["HashMap", "BTreeMap"];

pub(super) fn as_lists(block: &mut syn::Block, varied: &HashSet<String>, mut names: Namer) -> (Vec<String>, Namer) {
    let mut made = Vec::new();
    for variable in variables(block, varied, KINDS) {
        let mut rewritten = block.clone();
        let mut map = Map::of(&variable, names.clone());
        map.visit_block_mut(&mut rewritten);
        // Whatever else is done to it is not known.
        if map.seen == count(block.to_token_stream(), &variable.name) {
            *block = rewritten;
            made.extend(map.made.iter().map(ToString::to_string));
            names = map.names;
        }
    }
    (made, names)
}

/// A map that is taken apart.
struct Map<'v> {
    variable: &'v Variable,
    places: Ident,
    list: Ident,
    names: Namer,
    made: Vec<Ident>,
    /// How often the map's name has been understood.
    seen: usize,
}

impl Map<'_> {
    fn of(variable: &Variable, mut names: Namer) -> Map<'_> {
        let at = |stem: &str, names: &mut Namer| {
            let name = names.numbered(stem);
            Ident::new(&name.to_string(), Span::mixed_site().located_at(variable.name.span()))
        };
        let (places, list) = (at("places_", &mut names), at("list_", &mut names));
        let made = vec![places.clone(), list.clone()];
        Map { variable, places, list, names, made, seen: 0 }
    }

    fn fresh(&mut self, stem: &str, span: Span) -> Ident {
        let name = self.names.numbered(stem);
        let name = Ident::new(&name.to_string(), Span::mixed_site().located_at(span));
        self.made.push(name.clone());
        name
    }

    fn is_map(&self, e: &Expr) -> bool {
        name_of(e).is_some_and(|name| *name == self.variable.name)
    }

    /// `&m` or `&mut m`, and which of them.
    fn is_lent(&self, e: &Expr) -> Option<bool> {
        match strip(e) {
            Expr::Reference(r) if self.is_map(&r.expr) => Some(r.mutability.is_some()),
            _ => None,
        }
    }

    /// `&mut list[at]`, as it stands for an entry.
    fn is_element(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Reference(r) => matches!(&*r.expr, Expr::Index(i) if name_of(&i.expr).is_some_and(|name| *name == self.list)),
            _ => false,
        }
    }

    /// The types of keys and values, where they are written down.
    fn arguments(&self) -> Option<Vec<syn::GenericArgument>> {
        let Some(Type::Path(p)) = &self.variable.ty else { return None };
        match &p.path.segments.last()?.arguments {
            syn::PathArguments::AngleBracketed(a) => Some(a.args.iter().cloned().collect()),
            _ => None,
        }
    }

    /// The declarations in place of the map's.
    fn declared(&mut self, l: &syn::Local) -> Option<Vec<Stmt>> {
        let init = &l.init.as_ref()?.expr;
        let (places, list, span) = (self.places.clone(), self.list.clone(), self.variable.name.span());
        let path = match strip(init) {
            // As it is written, which may be by a longer path.
            Expr::Call(c) => match &*c.func {
                Expr::Path(p) => {
                    let mut path = p.path.clone();
                    path.segments.pop();
                    path.segments.pop_punct();
                    path.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
                    path.to_token_stream()
                }
                _ => return None,
            },
            _ => {
                let kind = Ident::new(self.variable.kind, span);
                quote_spanned!(span=> ::std::collections::#kind)
            }
        };
        let (place_ty, list_ty) = match self.arguments() {
            Some(mut arguments) if arguments.len() >= 2 => {
                let value = std::mem::replace(&mut arguments[1], syn::parse_quote!(usize));
                let Some(Type::Path(mut p)) = self.variable.ty.clone() else { return None };
                p.path.segments.last_mut()?.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#(#arguments),*>));
                let list_ty = match &value {
                    syn::GenericArgument::Type(Type::Infer(_)) => None,
                    value => Some(quote_spanned!(span=> : Vec<#value>)),
                };
                (Some(quote_spanned!(span=> : #p)), list_ty)
            }
            // Keys are no numbers, whatever they are.
            _ => (Some(quote_spanned!(span=> : #path<_, usize>)), None),
        };
        let (function, args) = match strip(init) {
            // The type says into what.
            Expr::MethodCall(m) if m.method == "collect" && m.turbofish.is_none() => ("collect".to_string(), vec![&*m.receiver]),
            _ => constructor(init, KINDS)?,
        };
        let made = |function: &str, n: Option<&Expr>| -> TokenStream {
            let function = Ident::new(function, span);
            quote_spanned!(span=> #path::#function(#n))
        };
        let (maker, filling) = match (function.as_str(), &args[..]) {
            ("new" | "default", []) => (made(&function, None), None),
            ("with_capacity", [n]) => (made("with_capacity", Some(n)), None),
            ("from", [items]) | ("from_iter", [items]) | ("collect", [items]) => (made("new", None), Some((*items).clone())),
            _ => return None,
        };
        let mut stmts: Vec<Stmt> = vec![
            syn::parse2(quote_spanned!(span=> let mut #places #place_ty = #maker;)).ok()?,
            syn::parse2(quote_spanned!(span=> let mut #list #list_ty = Vec::new();)).ok()?,
        ];
        self.seen += 1;
        match filling {
            None => {}
            // Pairs that are written out.
            Some(Expr::Array(pairs)) => {
                for pair in &pairs.elems {
                    let Expr::Tuple(pair) = strip(pair) else { return None };
                    let (Some(k), Some(v), 2) = (pair.elems.first(), pair.elems.last(), pair.elems.len()) else { return None };
                    stmts.extend(self.inserted(k, v, span));
                }
            }
            Some(items) => {
                let (k, v) = (self.fresh("key_", span), self.fresh("value_", span));
                let insert = self.inserted(&syn::parse_quote!(#k), &syn::parse_quote!(#v), span);
                stmts.push(syn::parse2(quote_spanned!(span=> for (#k, #v) in #items { #(#insert)* })).ok()?);
            }
        }
        Some(stmts)
    }

    /// Where the value of a key is, which gets a place if it has none: that at the end of the list.
    fn place_of(&mut self, key: &Expr, span: Span) -> (Ident, Vec<Stmt>) {
        let at = self.fresh("at_", span);
        let (places, list) = (&self.places, &self.list);
        let stmt = quote_spanned!(span=> let #at: usize = *#places.entry(#key).or_insert(#list.len()););
        (at, syn::parse2(stmt).into_iter().collect())
    }

    /// `m.insert(k, v)`: what gives the key a place, the place, and the value.
    fn keyed(&mut self, key: &Expr, value: &Expr, span: Span) -> (Vec<Stmt>, Ident, Ident) {
        let (v, k) = (self.fresh("value_", span), self.fresh("key_", span));
        let (at, place) = self.place_of(&syn::parse_quote!(#k), span);
        // The key comes first.
        let stmts = quote_spanned! {span=> {
            let #k = #key;
            let #v = #value;
            #(#place)*
        }};
        (syn::parse2::<syn::Block>(stmts).map(|b| b.stmts).unwrap_or_default(), at, v)
    }

    /// `m.insert(k, v);`
    fn inserted(&mut self, key: &Expr, value: &Expr, span: Span) -> Vec<Stmt> {
        let (mut stmts, at, v) = self.keyed(key, value, span);
        let list = &self.list;
        let set = quote_spanned!(span=> if #at < #list.len() { #list[#at] = #v; } else { #list.push(#v); });
        stmts.extend(syn::parse2(set));
        stmts
    }

    /// The place of a key, or one behind the list.
    fn asked(&self, method: &str, key: &Expr, span: Span) -> TokenStream {
        let (places, method) = (&self.places, Ident::new(method, span));
        let copied = if method == "get" { quote_spanned!(span=> .copied()) } else { TokenStream::new() };
        quote_spanned!(span=> #places.#method(#key) #copied .unwrap_or(usize::MAX))
    }

    /// The type of what an iterator over places gives, where that of the keys is written down.
    fn pair(&self, by_value: bool) -> TokenStream {
        match self.arguments().as_deref() {
            Some([syn::GenericArgument::Type(key), _]) if !matches!(key, Type::Infer(_)) => {
                if by_value {
                    quote_spanned!(key.span()=> : (#key, usize))
                } else {
                    quote_spanned!(key.span()=> : (&#key, &usize))
                }
            }
            _ => TokenStream::new(),
        }
    }

    /// What stands for a method of the map in an expression.
    fn method(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        if !self.is_map(&m.receiver) {
            return None;
        }
        let (span, name) = (m.method.span(), m.method.to_string());
        let args: Vec<&Expr> = m.args.iter().collect();
        let at = Ident::new("at", Span::mixed_site().located_at(span));
        let key = Ident::new("key", Span::mixed_site().located_at(span));
        let (places, list) = (&self.places, &self.list);
        let (lent, given) = (self.pair(false), self.pair(true));
        let instead = match (name.as_str(), &args[..]) {
            ("get", [k]) => {
                let place = self.asked("get", k, span);
                quote_spanned!(span=> #list.get(#place))
            }
            ("get_mut", [k]) => {
                let place = self.asked("get", k, span);
                quote_spanned!(span=> #list.get_mut(#place))
            }
            ("remove", [k]) => {
                let place = self.asked("remove", k, span);
                quote_spanned!(span=> #list.get(#place).cloned())
            }
            ("insert", [k, v]) => {
                let (stmts, at, v) = self.keyed(k, v, span);
                let list = &self.list;
                quote_spanned! {span=> {
                    #(#stmts)*
                    if #at < #list.len() { Some(::core::mem::replace(&mut #list[#at], #v)) } else { #list.push(#v); None }
                }}
            }
            ("pop_first" | "pop_last", []) => {
                let method = &m.method;
                quote_spanned!(span=> match #places.#method() { Some((#key, #at)) => Some((#key, #list[#at].clone())), None => None })
            }
            ("contains_key", [k]) => quote_spanned!(span=> #places.contains_key(#k)),
            ("len", []) => quote_spanned!(span=> #places.len()),
            ("is_empty", []) => quote_spanned!(span=> #places.is_empty()),
            ("keys", []) => quote_spanned!(span=> #places.keys()),
            ("clear", []) => quote_spanned!(span=> #places.clear()),
            ("values", []) => quote_spanned!(span=> #places.values().map(|&#at| &#list[#at])),
            ("iter", []) => quote_spanned!(span=> #places.iter().map(|(#key, #at) #lent| (#key, &#list[*#at]))),
            ("range", [range]) => quote_spanned!(span=> #places.range(#range).map(|(#key, #at) #lent| (#key, &#list[*#at]))),
            ("into_iter", []) => quote_spanned!(span=> #places.into_iter().map(|(#key, #at) #given| (#key, #list[#at].clone()))),
            ("into_values", []) => quote_spanned!(span=> #places.into_values().map(|#at| #list[#at].clone())),
            _ => return None,
        };
        let instead = syn::parse2(instead).ok()?;
        self.seen += 1;
        Some(instead)
    }

    /// A loop over the map, or over what it gives to be changed.
    fn looped(&mut self, l: &mut syn::ExprForLoop) -> Option<()> {
        let span = l.expr.span();
        let (places, list) = (self.places.clone(), self.list.clone());
        let (whole, mutable) = match strip(&l.expr) {
            Expr::MethodCall(m) if self.is_map(&m.receiver) => match m.method.to_string().as_str() {
                "values_mut" => (false, true),
                "iter_mut" => (true, true),
                _ => return None,
            },
            e if self.is_map(e) => {
                let each: Expr = syn::parse2(quote_spanned!(span=> #e.into_iter())).ok()?;
                let Expr::MethodCall(m) = &each else { return None };
                *l.expr = self.method(m)?;
                return Some(());
            }
            e => {
                let mutable = self.is_lent(e)?;
                if !mutable {
                    let key = Ident::new("key", Span::mixed_site().located_at(span));
                    let at = Ident::new("at", Span::mixed_site().located_at(span));
                    *l.expr = syn::parse2(quote_spanned!(span=> #places.iter().map(|(#key, &#at)| (#key, &#list[#at])))).ok()?;
                    self.seen += 1;
                    return Some(());
                }
                (true, true)
            }
        };
        debug_assert!(mutable);
        let at = self.fresh("at_", span);
        let (key, value) = match (&*l.pat, whole) {
            (Pat::Tuple(t), true) if t.elems.len() == 2 => (Some(t.elems[0].clone()), t.elems[1].clone()),
            (pat, false) => (None, pat.clone()),
            _ => return None,
        };
        let bound: Stmt = syn::parse2(quote_spanned!(span=> let #value = &mut #list[#at];)).ok()?;
        match key {
            Some(key) => {
                *l.pat = Pat::parse_tuple(quote_spanned!(span=> (#key, &#at)))?;
                *l.expr = syn::parse2(quote_spanned!(span=> #places.iter())).ok()?;
            }
            None => {
                *l.pat = Pat::parse_tuple(quote_spanned!(span=> &#at))?;
                *l.expr = syn::parse2(quote_spanned!(span=> #places.values())).ok()?;
            }
        }
        l.body.stmts.insert(0, bound);
        self.seen += 1;
        Some(())
    }

    /// A statement that changes the map.
    fn statement(&mut self, stmt: &Stmt) -> Option<Vec<Stmt>> {
        match stmt {
            Stmt::Local(l) => {
                let pat = if let Pat::Type(t) = &l.pat { &*t.pat } else { &l.pat };
                match pat {
                    Pat::Ident(i) if i.ident == self.variable.name => self.declared(l),
                    _ => None,
                }
            }
            Stmt::Expr(Expr::MethodCall(m), Some(_)) if self.is_map(&m.receiver) => {
                let span = m.method.span();
                match (m.method.to_string().as_str(), m.args.iter().collect::<Vec<_>>().as_slice()) {
                    ("insert", [k, v]) => {
                        self.seen += 1;
                        let stmts = self.inserted(k, v, span);
                        Some(vec![syn::parse2(quote_spanned!(span=> { #(#stmts)* })).ok()?])
                    }
                    ("remove", [k]) => {
                        self.seen += 1;
                        let places = &self.places;
                        Some(vec![syn::parse2(quote_spanned!(span=> #places.remove(#k);)).ok()?])
                    }
                    ("extend", [items]) => {
                        self.seen += 1;
                        let (k, v) = (self.fresh("key_", span), self.fresh("value_", span));
                        let insert = self.inserted(&syn::parse_quote!(#k), &syn::parse_quote!(#v), span);
                        Some(vec![syn::parse2(quote_spanned!(span=> for (#k, #v) in #items { #(#insert)* })).ok()?])
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Patterns have no parser of their own.
trait ParsedPattern: Sized {
    fn parse_tuple(tokens: TokenStream) -> Option<Self>;
}

impl ParsedPattern for Pat {
    fn parse_tuple(tokens: TokenStream) -> Option<Pat> {
        syn::parse::Parser::parse2(Pat::parse_single, tokens).ok()
    }
}

impl VisitMut for Map<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_block_mut(&mut self, b: &mut syn::Block) {
        let mut stmts = Vec::new();
        for mut stmt in std::mem::take(&mut b.stmts) {
            // What a statement is made of comes first: what is written in its place is not looked at again.
            stmts.extend(self.entered(&mut stmt));
            // Whose value nobody asks for.
            let alone = matches!(&stmt, Stmt::Expr(Expr::MethodCall(m), Some(_)) if m.method == "remove" || m.method == "insert");
            let whole = if alone { self.statement(&stmt) } else { None };
            if let Some(mut whole) = whole {
                whole.iter_mut().for_each(|s| visit_mut::visit_stmt_mut(self, s));
                stmts.extend(whole);
                continue;
            }
            visit_mut::visit_stmt_mut(self, &mut stmt);
            match self.statement(&stmt) {
                Some(instead) => stmts.extend(instead),
                // The entry was all there was of it.
                None if matches!(&stmt, Stmt::Expr(e, Some(_)) if self.is_element(e)) => {}
                None => stmts.push(stmt),
            }
        }
        b.stmts = stmts;
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::MethodCall(m) => {
                if let Some(instead) = self.method(m) {
                    *e = instead;
                }
            }
            Expr::Index(i) if self.is_map(&i.expr) => {
                let (places, list, key, span) = (&self.places, &self.list, &i.index, i.span());
                if let Ok(instead) = syn::parse2(quote_spanned!(span=> #list[#places[#key]])) {
                    *e = instead;
                    self.seen += 1;
                }
            }
            Expr::ForLoop(l) => _ = self.looped(l),
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        let (tokens, asked) = entries::asked(std::mem::take(&mut m.tokens), &self.variable.name, &self.places);
        m.tokens = tokens;
        self.seen += asked;
    }
}
