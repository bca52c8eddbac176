//! Expressions and places.
//!
//! What enters: an expression or a place, and how strongly its surroundings bind. What leaves: its tokens. Guarantees: parentheses stand
//! where they are needed and nowhere else; indices keep the user's positions.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, ToTokens, TokenStreamExt};

use super::companion::Companion;
use super::tokens::{located, punct, runtime_path};
use super::Emit;
use crate::ir::{BinOp, ContainerExpr, Conversion, Expr, Place, Proj};
use crate::types::Ty;

/// A literal, a path, or a call of a path: needs no parentheses anywhere.
pub(super) fn is_atomic(t: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = t.clone().into_iter().collect();
    let (head, tail) = match tokens.split_last() {
        Some((TokenTree::Group(g), head)) if g.delimiter() == Delimiter::Parenthesis => (head, true),
        _ => (&tokens[..], false),
    };
    if tail && head.is_empty() {
        return true;
    }
    tokens.len() == 1 && matches!(tokens[0], TokenTree::Literal(_) | TokenTree::Ident(_))
        || head.iter().all(|t| matches!(t, TokenTree::Ident(_)) || matches!(t, TokenTree::Punct(p) if p.as_char() == ':'))
}

/// Binding strength, loosest first.
fn strength(e: &Expr) -> u8 {
    match e {
        Expr::Bin(BinOp::Add | BinOp::Sub, ..) => 1,
        Expr::Bin(..) => 2,
        Expr::Cast(..) => 3,
        Expr::Neg(_) | Expr::Ref(_) | Expr::RefMut(_) => 4,
        Expr::Read(p) if matches!(p.path.last(), Some(Proj::Deref)) => 4,
        Expr::Verbatim(code, _) => match &**code {
            syn::Expr::MethodCall(_)
            | syn::Expr::Call(_)
            | syn::Expr::Path(_)
            | syn::Expr::Field(_)
            | syn::Expr::Index(_)
            | syn::Expr::Paren(_) => 9,
            _ => 0,
        },
        Expr::Const(t) if !is_atomic(t) => 0,
        Expr::Runtime("&", _) => 4,
        _ => 9,
    }
}

impl Emit<'_> {
    /// A place; whole values behind references are dereferenced.
    pub fn place(&self, p: &Place) -> TokenStream {
        let info = self.info(p.root);
        let mut tokens = info.name.to_token_stream();
        if p.path.is_empty() && info.kind != crate::ir::VarKind::Cotangent {
            return tokens;
        }
        let mut starred = false;
        let mut path = &p.path[..];
        let buffer = info.kind == crate::ir::VarKind::Cotangent && matches!(info.ty, Ty::Ref(..));
        if buffer && (path.is_empty() || matches!(path[0], Proj::Deref)) {
            tokens = quote!(*#tokens);
            if path.is_empty() {
                starred = true;
            } else {
                tokens = quote!((#tokens));
            }
        }
        // What a type of the user's is dereferenced to may have a field of the same name.
        let own = || matches!(&info.ty, Ty::Named(named) if named.home().is_some_and(|home| home.may_be_dereferenced()));
        if !buffer && path.len() > 1 && matches!(path[0], Proj::Deref) && !matches!(path[1], Proj::Deref) && !own() {
            // Fields, methods and indexing see through references.
            path = &path[1..];
        }
        for step in path {
            if starred && !matches!(step, Proj::Deref) {
                tokens = quote!((#tokens));
            }
            starred = false;
            tokens = match step {
                Proj::Field(member) => quote!(#tokens.#member),
                Proj::Index(i, span) => {
                    let i = self.expr(i);
                    let span = span.resolved_at(Span::mixed_site());
                    let bracket = proc_macro2::Group::new(proc_macro2::Delimiter::Bracket, i);
                    let mut bracket = bracket;
                    bracket.set_span(span);
                    quote!(#tokens #bracket)
                }
                Proj::Slice(range, span) => {
                    // A range kept in a variable is used more than once.
                    let shared = matches!(**range, Expr::Var(_));
                    let range = self.expr(range);
                    let range = if shared { quote!(::core::clone::Clone::clone(&#range)) } else { range };
                    let mut bracket = proc_macro2::Group::new(proc_macro2::Delimiter::Bracket, range);
                    bracket.set_span(span.resolved_at(Span::mixed_site()));
                    quote!(#tokens #bracket)
                }
                Proj::Deref => {
                    starred = true;
                    quote!(*#tokens)
                }
                Proj::Payload(variant, member) | Proj::PayloadRef(variant, member) => {
                    let side = if matches!(step, Proj::Payload(..)) { "bar" } else { "dot" };
                    let member = match member {
                        syn::Member::Named(i) => i.to_string(),
                        syn::Member::Unnamed(i) => i.index.to_string(),
                    };
                    let accessor =
                        crate::names::accessor(side, &crate::names::bare(variant), member.trim_start_matches("r#"), Span::call_site());
                    starred = true;
                    quote!(*#tokens.#accessor())
                }
            };
        }
        tokens
    }

    fn place_operand(&self, p: &Place) -> TokenStream {
        self.place(p)
    }

    /// A shared reference to a place.
    pub(super) fn reference(&self, p: &Place) -> TokenStream {
        let info = self.info(p.root);
        if p.path.is_empty() && matches!(info.ty, Ty::Ref(..)) && info.kind == crate::ir::VarKind::Cotangent {
            return info.name.to_token_stream();
        }
        if let [Proj::Deref] = p.path[..] {
            if matches!(info.ty, Ty::Ref(_, false)) {
                return info.name.to_token_stream();
            }
        }
        let t = self.place(p);
        quote!(&#t)
    }

    pub(super) fn sub(&self, e: &Expr, at_least: u8) -> TokenStream {
        let mut out = TokenStream::new();
        self.sub_to(e, at_least, &mut out);
        out
    }

    fn sub_to(&self, e: &Expr, at_least: u8, out: &mut TokenStream) {
        if strength(e) < at_least {
            out.append(Group::new(Delimiter::Parenthesis, self.expr(e)));
        } else {
            self.expr_to(e, out);
        }
    }

    /// `(a, b)`
    fn list_to(&self, items: &[Expr], out: &mut TokenStream) {
        let mut inner = TokenStream::new();
        for (k, e) in items.iter().enumerate() {
            if k > 0 {
                punct(",", Span::call_site(), &mut inner);
            }
            self.expr_to(e, &mut inner);
        }
        out.append(Group::new(Delimiter::Parenthesis, inner));
    }

    pub fn expr(&self, e: &Expr) -> TokenStream {
        let mut out = TokenStream::new();
        self.expr_to(e, &mut out);
        out
    }

    /// Writes an expression behind what is there. What arithmetic consists of is written token by token: a stream put into another
    /// one is copied, in the compiler more slowly than here, and a long sum would be copied at every term.
    pub(super) fn expr_to(&self, e: &Expr, out: &mut TokenStream) {
        match e {
            Expr::Var(v) => {
                let info = self.info(*v);
                if info.kind == crate::ir::VarKind::Cotangent && matches!(info.ty, Ty::Ref(..)) {
                    punct("*", Span::call_site(), out);
                }
                out.append(info.name.clone());
            }
            Expr::Neg(x) => {
                punct("-", Span::call_site(), out);
                self.sub_to(x, 4, out);
            }
            Expr::Bin(op, l, r, span) => {
                let (own, right) = match op {
                    BinOp::Add | BinOp::Sub => (1, 2),
                    _ => (2, 3),
                };
                self.sub_to(l, own, out);
                punct(op.symbol(), *span, out);
                self.sub_to(r, right, out);
            }
            Expr::Rule(name, args) if !matches!(args[0], Expr::Const(_)) => {
                self.sub_to(&args[0], 5, out);
                punct(".", Span::call_site(), out);
                out.append(name.clone());
                self.list_to(&args[1..], out);
            }
            Expr::Pullback(name, which, args) | Expr::Pushforward(name, which, args) => {
                let stem = if matches!(e, Expr::Pullback(..)) { "pullback" } else { "pushforward" };
                let f = match which {
                    Some(k) => format_ident!("{}_{}", stem, k),
                    None => format_ident!("{}", stem),
                };
                let rule = Ident::new(&name.to_string(), name.span().resolved_at(Span::mixed_site()));
                let root = |name: &str| Ident::new(name, Span::call_site());
                for step in [root("autodiff_core"), root("rules"), rule, f] {
                    punct("::", Span::call_site(), out);
                    out.append(step);
                }
                self.list_to(args, out);
            }
            other => out.extend(self.other(other)),
        }
    }

    /// Expressions that are not arithmetic.
    fn other(&self, e: &Expr) -> TokenStream {
        match e {
            Expr::Var(_) | Expr::Neg(_) | Expr::Bin(..) | Expr::Pullback(..) | Expr::Pushforward(..) => self.expr(e),
            Expr::Const(t) => t.clone(),
            Expr::Read(p) => self.place_operand(p),
            Expr::Clone(inner) => {
                let inner = match &**inner {
                    Expr::Read(p) => self.reference(p),
                    Expr::Var(v) => {
                        let name = self.name(*v);
                        quote!(&#name)
                    }
                    other => {
                        let t = self.expr(other);
                        quote!(&(#t))
                    }
                };
                quote!(::core::clone::Clone::clone(#inner))
            }
            Expr::Ref(p) => self.reference(p),
            Expr::RefMut(p) => {
                let t = self.place(p);
                quote!(&mut #t)
            }
            Expr::Rule(name, args) => {
                let receiver = match &args[0] {
                    Expr::Const(t) => {
                        let t = t.clone();
                        quote!((#t))
                    }
                    other => self.sub(other, 5),
                };
                let rest = args[1..].iter().map(|a| self.expr(a));
                quote!(#receiver.#name(#(#rest),*))
            }
            Expr::Cast(x, Conversion::As(ty)) => {
                let t = self.sub(x, 3);
                quote!(#t as #ty)
            }
            Expr::Cast(x, Conversion::Number(ty)) => {
                let x = self.expr(x);
                quote!(::autodiff_core::rt::converted::<#ty>(#x))
            }
            Expr::Call(call) => self.call(call, Companion::None, &[]),
            Expr::Tuple(items) => {
                let items = items.iter().map(|i| self.expr(i));
                quote!((#(#items,)*))
            }
            Expr::Array(items) => {
                let items = items.iter().map(|i| self.expr(i));
                quote!([#(#items),*])
            }
            // A type that is copied may have a cotangent that is not.
            Expr::Repeat(x, len) if matches!(**x, Expr::Clone(_)) => {
                let x = self.expr(x);
                quote!(::core::array::from_fn::<_, { #len }, _>(|_| #x))
            }
            Expr::Repeat(x, len) => {
                let x = self.expr(x);
                quote!([#x; #len])
            }
            Expr::VecList(items) => {
                let items = items.iter().map(|i| self.expr(i));
                quote!(::autodiff_core::__private::vec![#(#items),*])
            }
            Expr::VecRepeat(x, len) => {
                let (x, len) = (self.expr(x), self.expr(len));
                quote!(::autodiff_core::__private::vec![#x; #len])
            }
            Expr::Struct(path, fields, base) => {
                let moved = base.as_ref().and_then(|b| self.base_of_moved(fields, b));
                let first = moved.as_ref().map(|(name, b)| quote!(let #name = #b;));
                let fields = fields.iter().map(|(m, e)| {
                    let e = self.expr(e);
                    quote!(#m: #e)
                });
                let base = base.as_ref().map(|b| {
                    let b = moved.as_ref().map_or_else(|| self.expr(b), |(name, _)| name.to_token_stream());
                    quote!(..#b)
                });
                let whole = quote!(#path { #(#fields,)* #base });
                if first.is_some() {
                    quote!({ #first #whole })
                } else {
                    whole
                }
            }
            Expr::Ctor(path, args) => {
                let args = args.iter().map(|a| self.expr(a));
                quote!(#path(#(#args),*))
            }
            Expr::Verbatim(code, _) => code.to_token_stream(),
            Expr::Container(ContainerExpr::ToArray, place, length) => {
                let list = self.sub(&Expr::Ref(place.clone()), 4);
                match length.first() {
                    Some(length) => {
                        let length = self.expr(length);
                        quote!(::autodiff_core::rt::array_of_length(#list, #length))
                    }
                    None => quote!(::autodiff_core::rt::array_of(#list)),
                }
            }
            Expr::Container(op, place, _) => {
                let place = self.receiver(place);
                match op {
                    ContainerExpr::ToVec | ContainerExpr::ToArray => quote!(#place.to_vec()),
                    ContainerExpr::Pop => quote!(#place.pop()),
                    ContainerExpr::PopUnwrap => quote!(#place.pop().unwrap()),
                }
            }
            Expr::Runtime("&", args) => {
                let t = self.sub(&args[0], 4);
                quote!(&#t)
            }
            Expr::Runtime(path, args) => {
                let at = self.location(args);
                let path = runtime_path(path);
                let args = args.iter().map(|a| self.expr(a));
                located(quote!(#path(#(#args),*)), at)
            }
            Expr::Gather(part) => self.gather(part),
            Expr::Lifted(lifted) => self.lifted(lifted),
            Expr::ByHand(h) => self.expr(&h.call),
        }
    }

    /// The copy of a base, by name, from which the fields before it move something away.
    fn base_of_moved(&self, fields: &[(syn::Member, Expr)], base: &Expr) -> Option<(Ident, TokenStream)> {
        let Expr::Clone(inner) = base else { return None };
        let root = match &**inner {
            Expr::Var(v) => *v,
            Expr::Read(p) => p.root,
            _ => return None,
        };
        let moves = fields.iter().any(|(_, e)| matches!(e, Expr::Read(p) if p.root == root));
        moves.then(|| (Ident::new("base", Span::mixed_site()), self.expr(base)))
    }

    pub(super) fn receiver(&self, p: &Place) -> TokenStream {
        if let ([Proj::Deref], Ty::Ref(..)) = (&p.path[..], &self.info(p.root).ty) {
            // Methods see through references.
            return self.info(p.root).name.to_token_stream();
        }
        let t = self.place(p);
        let info = self.info(p.root);
        let buffer = p.path.is_empty() && info.kind == crate::ir::VarKind::Cotangent && matches!(info.ty, Ty::Ref(..));
        if buffer || matches!(p.path.last(), Some(Proj::Deref | Proj::Payload(..) | Proj::PayloadRef(..))) {
            quote!((#t))
        } else {
            t
        }
    }
}
