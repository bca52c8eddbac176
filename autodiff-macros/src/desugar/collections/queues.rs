//! `VecDeque`: a `Vec` whose first element is taken by `remove(0)`.
//!
//! Guarantee: a queue that is handed on, or has a method that lists do not have, stays a queue, and so do those that it is exchanged with.

use proc_macro2::Ident;
use quote::{quote_spanned, ToTokens};
use rustc_hash::FxHashSet as HashSet;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Type};

use super::{constructor, count, name_of, variables};

const KINDS: &[&str] = &["VecDeque"];

/// Methods that lists have under the same name, with the same meaning.
const SHARED: &[&str] = &[
    "len",
    "is_empty",
    "iter",
    "iter_mut",
    "get",
    "get_mut",
    "clear",
    "truncate",
    "resize",
    "extend",
    "insert",
    "swap",
    "drain",
    "append",
    "rotate_left",
    "rotate_right",
    "contains",
    "retain",
    "retain_mut",
    "split_off",
    "into_iter",
    "clone",
    "reserve",
];

pub(super) fn as_lists(block: &mut syn::Block, varied: &HashSet<String>) {
    let found = variables(block, varied, KINDS);
    let mut names: HashSet<String> = found.iter().map(|v| v.name.to_string()).collect();
    while !names.is_empty() {
        let mut rewritten = block.clone();
        let mut queues = Queues { names: &names, seen: Vec::new() };
        queues.visit_block_mut(&mut rewritten);
        let seen = queues.seen;
        // Whatever else is done to one of them is not known.
        let known = |name: &Ident| seen.iter().filter(|s| *s == name).count() == count(block.to_token_stream(), name);
        let unknown: Vec<String> =
            found.iter().filter(|v| !known(&v.name)).map(|v| v.name.to_string()).filter(|n| names.contains(n)).collect();
        if unknown.is_empty() {
            *block = rewritten;
            return;
        }
        names.retain(|n| !unknown.contains(n));
    }
}

struct Queues<'n> {
    names: &'n HashSet<String>,
    /// The names as they have been understood.
    seen: Vec<Ident>,
}

impl Queues<'_> {
    fn queue(&self, e: &Expr) -> Option<Ident> {
        name_of(e).filter(|name| self.names.contains(&name.to_string())).cloned()
    }

    /// `q`, `&q`, `&mut q`
    fn lent(&self, e: &Expr) -> Option<Ident> {
        match crate::lower::strip(e) {
            Expr::Reference(r) => self.queue(&r.expr),
            e => self.queue(e),
        }
    }

    /// A list in place of what makes a queue.
    fn made(&self, e: &mut Expr) {
        let Some((function, args)) = constructor(e, KINDS) else { return };
        let span = e.span();
        let args: Vec<Expr> = args.into_iter().cloned().collect();
        let list = match (function.as_str(), &args[..]) {
            ("new" | "default", []) => quote_spanned!(span=> Vec::new()),
            ("with_capacity", [n]) => quote_spanned!(span=> Vec::with_capacity(#n)),
            ("from", [Expr::Array(a)]) => {
                let elements = &a.elems;
                quote_spanned!(span=> vec![#elements])
            }
            ("from", [Expr::Repeat(r)]) => {
                let (value, n) = (&r.expr, &r.len);
                quote_spanned!(span=> vec![#value; #n])
            }
            ("from", [Expr::Macro(m)]) if m.mac.path.is_ident("vec") => m.to_token_stream(),
            ("from", [list]) => quote_spanned!(span=> (#list).to_vec()),
            ("from_iter", [items]) => quote_spanned!(span=> (#items).into_iter().collect::<Vec<_>>()),
            ("collect", [items]) => quote_spanned!(span=> (#items).collect::<Vec<_>>()),
            _ => return,
        };
        if let Ok(list) = syn::parse2(list) {
            *e = list;
        }
    }

    fn method(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let queue = self.queue(&m.receiver)?;
        let (span, name, q) = (m.method.span(), m.method.to_string(), &m.receiver);
        let args: Vec<&Expr> = m.args.iter().collect();
        let instead = match (name.as_str(), &args[..]) {
            // The other one stays a queue.
            ("append", [other]) if self.lent(other).is_none() => return None,
            ("push_back", [x]) => quote_spanned!(span=> #q.push(#x)),
            ("push_front", [x]) => quote_spanned!(span=> #q.insert(0, #x)),
            ("pop_back", []) => quote_spanned!(span=> #q.pop()),
            ("pop_front", []) => quote_spanned!(span=> (if #q.is_empty() { None } else { Some(#q.remove(0)) })),
            // The index is evaluated twice.
            ("remove", [i]) if crate::lower::is_simple(i) => {
                quote_spanned!(span=> (if #i < #q.len() { Some(#q.remove(#i)) } else { None }))
            }
            ("front", []) => quote_spanned!(span=> #q.first()),
            ("back", []) => quote_spanned!(span=> #q.last()),
            ("front_mut", []) => quote_spanned!(span=> #q.first_mut()),
            ("back_mut", []) => quote_spanned!(span=> #q.last_mut()),
            ("range", [range]) => quote_spanned!(span=> #q[#range].iter()),
            ("make_contiguous", []) => quote_spanned!(span=> #q.as_mut_slice()),
            (name, _) if SHARED.contains(&name) => m.to_token_stream(),
            _ => return None,
        };
        let instead = syn::parse2(instead).ok()?;
        self.seen.push(queue);
        Some(instead)
    }
}

impl VisitMut for Queues<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_stmt_mut(&mut self, s: &mut syn::Stmt) {
        if let syn::Stmt::Expr(Expr::MethodCall(m), Some(_)) = &*s {
            // Nobody asks for it.
            let at = match (m.method.to_string().as_str(), m.args.first()) {
                ("pop_front", None) => Some(quote_spanned!(m.method.span()=> 0)),
                ("remove", Some(i)) if crate::lower::is_simple(i) => Some(i.to_token_stream()),
                _ => None,
            };
            if let (Some(queue), Some(at)) = (self.queue(&m.receiver), at) {
                let instead = quote_spanned!(m.method.span()=> if #at < #queue.len() { #queue.remove(#at); });
                if let Ok(instead) = syn::parse2(instead) {
                    *s = instead;
                    self.seen.push(queue);
                    return;
                }
            }
        }
        visit_mut::visit_stmt_mut(self, s);
    }

    fn visit_local_mut(&mut self, l: &mut syn::Local) {
        visit_mut::visit_local_mut(self, l);
        let (pat, ty) = match &mut l.pat {
            syn::Pat::Type(t) => (&*t.pat, Some(&mut *t.ty)),
            pat => (&*pat, None),
        };
        let syn::Pat::Ident(i) = pat else { return };
        if self.names.contains(&i.ident.to_string()) {
            self.seen.push(i.ident.clone());
            ty.into_iter().for_each(as_list);
            if let Some(init) = &mut l.init {
                self.seen.extend(self.queue(&init.expr));
                self.made(&mut init.expr);
            }
        }
    }

    /// What an expression is made of comes first: what is written in its place is not looked at again.
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::MethodCall(m) => {
                if ["zip", "chain", "extend", "append"].iter().any(|taking| m.method == taking) {
                    let lent = m.args.iter().filter_map(|a| self.lent(a)).collect::<Vec<_>>();
                    self.seen.extend(lent);
                }
                if let Some(instead) = self.method(m) {
                    *e = instead;
                }
            }
            Expr::Index(i) => self.seen.extend(self.queue(&i.expr)),
            Expr::ForLoop(l) => self.seen.extend(self.lent(&l.expr)),
            Expr::Assign(a) => {
                let Some(queue) = self.queue(&a.left) else { return };
                if constructor(&a.right, KINDS).is_some() {
                    self.made(&mut a.right);
                    self.seen.push(queue);
                } else if let Some(other) = self.queue(&a.right) {
                    self.seen.extend([queue, other]);
                }
            }
            Expr::Call(c) => {
                let Expr::Path(p) = &*c.func else { return };
                let names: Vec<String> = p.path.segments.iter().rev().map(|s| s.ident.to_string()).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                if names.get(1) == Some(&"mem") && crate::position::may_be_own(&p.path) {
                    return;
                }
                let args: Vec<Option<Ident>> = c.args.iter().map(|a| self.lent(a)).collect();
                match (&names[..], &args[..]) {
                    (["swap", "mem", ..], [Some(a), Some(b)]) => self.seen.extend([a.clone(), b.clone()]),
                    (["take", "mem", ..], [Some(a)]) => self.seen.push(a.clone()),
                    (["from", "Vec"], [Some(a)]) => {
                        self.seen.push(a.clone());
                        *e = c.args[0].clone();
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        // What is asked of it there, lists have as well.
        for name in self.names {
            let asked = asked_in(m.tokens.clone(), name);
            self.seen.extend(std::iter::repeat_n(Ident::new(name, m.path.span()), asked));
        }
    }
}

/// `VecDeque<T>` as `Vec<T>`.
fn as_list(ty: &mut Type) {
    let Type::Path(p) = &*ty else { return };
    let Some(last) = p.path.segments.last() else { return };
    let (arguments, span) = (&last.arguments, last.ident.span());
    let vec = Ident::new("Vec", span);
    if let Ok(list) = syn::parse2(quote_spanned!(span=> #vec #arguments)) {
        *ty = list;
    }
}

/// How often tokens have `name.len()`, `name.is_empty()` or `name[..]`.
fn asked_in(tokens: proc_macro2::TokenStream, name: &str) -> usize {
    use proc_macro2::{Delimiter, TokenTree};
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = 0;
    for (k, t) in tokens.iter().enumerate() {
        match t {
            TokenTree::Group(g) => found += asked_in(g.stream(), name),
            TokenTree::Ident(i) if i == name => {
                let indexed = matches!(tokens.get(k + 1), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Bracket);
                let method = matches!(tokens.get(k + 1), Some(TokenTree::Punct(p)) if p.as_char() == '.')
                    && matches!(tokens.get(k + 2), Some(TokenTree::Ident(m)) if m == "len" || m == "is_empty" || m == "iter");
                found += usize::from(indexed || method);
            }
            _ => {}
        }
    }
    found
}
