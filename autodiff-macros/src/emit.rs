//! The representation to tokens.
//!
//! What enters: statements and expressions. What leaves: Rust code, hygienic and with absolute paths. No decisions
//! are made here, except where parentheses are needed.

use rustc_hash::FxHashSet as HashSet;
use std::cell::RefCell;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned, ToTokens, TokenStreamExt};

use crate::ir::{
    Arg, BinOp, Block, Call, CallWidth, Callee, ContainerExpr, ContainerOp, Counter, Directions, Expr, Part, Place, Proj, PullBar,
    PullCall, PushCall, PushDot, PushPullCall, Run, Stmt, TapeKind, Var, VarInfo,
};
use crate::types::{Float, Ty};

mod lanes;
mod lifted;
mod outline;
pub(crate) mod siblings;

/// The suffix of a method's hidden companion; rustc shows it when a method has none.
pub(crate) const METHOD_SUFFIX: &str = "_needs_differentiate";

/// The suffix of a function beside a hidden companion: how a call by path hands over the first argument.
pub(crate) const METHOD_SUFFIX_FIRST: &str = "_needs_differentiate_first";

/// The same for forward mode.
pub(crate) const METHOD_SUFFIX_JVP: &str = "_needs_differentiate_jvp";

/// The same for forward mode in lanes: a function's companion has it without the underscore in front.
pub(crate) const METHOD_SUFFIX_LANES: &str = "_needs_differentiate_lanes";

/// The same for derivatives of second order and higher, whose pullbacks have tangents in so many directions: a function's companion has it
/// without the underscore in front.
pub(crate) fn method_suffix_of(directions: Directions) -> String {
    match directions.0 {
        1 => "_needs_differentiate_hessian".to_string(),
        n => format!("_needs_differentiate_order_{}", n + 1),
    }
}

/// What a call calls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Companion {
    /// The function itself.
    None,
    Pull,
    Push,
    PushLanes,
    /// A pullback with tangents in so many directions.
    PushPull(Directions),
}

impl Companion {
    fn method(self, name: &Ident) -> Ident {
        let suffix = match self {
            Companion::None => return name.clone(),
            Companion::Pull => METHOD_SUFFIX.to_string(),
            Companion::Push => METHOD_SUFFIX_JVP.to_string(),
            Companion::PushLanes => METHOD_SUFFIX_LANES.to_string(),
            Companion::PushPull(directions) => method_suffix_of(directions),
        };
        with_suffix(name, &suffix)
    }

    fn function(self) -> String {
        match self {
            Companion::None => String::new(),
            Companion::Pull => "pull".to_string(),
            Companion::Push => "push".to_string(),
            Companion::PushLanes => METHOD_SUFFIX_LANES.trim_start_matches('_').to_string(),
            Companion::PushPull(directions) => method_suffix_of(directions).trim_start_matches('_').to_string(),
        }
    }
}

fn with_suffix(name: &Ident, suffix: &str) -> Ident {
    Ident::new(&format!("{}{suffix}", name.to_string().trim_start_matches("r#")), name.span())
}

/// An item of the companion of a function. Where the function has none, the name stands for a type of the library that has no such item
/// either, and whose name says what is missing.
pub(crate) fn companion_item(path: &syn::Path, item: &TokenStream) -> TokenStream {
    let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    let sibling = ["_grad", "_vjp", "_jvp", "_hvp"].iter().any(|suffix| name.ends_with(suffix));
    let lookup = Ident::new(if sibling { "__callee_or_sibling" } else { "__callee" }, Span::call_site());
    quote_spanned!(syn::spanned::Spanned::span(path)=> ::autodiff_core::#lookup!(#path => #item))
}

/// Zeros of a type whose shape is static.
pub(crate) fn zero_of(ty: &Ty) -> Expr {
    match ty {
        Ty::Float(Float::Generic(t)) => Expr::Const(quote!(<#t as ::autodiff_core::Real>::ZERO)),
        Ty::Array(elem, len) => Expr::Repeat(Box::new(zero_of(elem)), len.clone()),
        Ty::Tuple(items) => Expr::Tuple(items.iter().map(zero_of).collect()),
        Ty::Plain | Ty::Unit => Expr::Const(quote!(())),
        _ => Expr::Const(quote!(0.0)),
    }
}

/// Code as rustc's stringification would have it, without the extra spaces of token streams.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = text.to_string();
    for (from, to) in [
        (" . ", "."),
        (" :: ", "::"),
        (":: ", "::"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" [", "["),
        ("[ ", "["),
        (" ]", "]"),
        (" , ", ", "),
        (" ;", ";"),
        ("& ", "&"),
    ] {
        out = out.replace(from, to);
    }
    out
}

/// An expression over a table of variables.
pub(crate) fn expr_tokens(vars: &[VarInfo], e: &Expr) -> TokenStream {
    Emit::new(vars).expr(e)
}

/// A place over a table of variables.
pub(crate) fn place_tokens(vars: &[VarInfo], p: &Place) -> TokenStream {
    Emit::new(vars).place(p)
}

/// A place as the receiver of a method call or field access.
pub(crate) fn receiver_tokens(vars: &[VarInfo], p: &Place) -> TokenStream {
    Emit::new(vars).receiver(p)
}

/// A block of more statements than this is not written for readers.
const MANY: usize = 300;

/// How many numbers of such a block are declared together.
const TOGETHER: usize = 64;

/// The printer.
pub(crate) struct Emit<'v> {
    vars: &'v [VarInfo],
    /// Cotangents behind `Option<&mut _>`, and rows of them.
    optional: RefCell<HashSet<Var>>,
}

/// A literal, a path, or a call of a path: needs no parentheses anywhere.
fn is_atomic(t: &TokenStream) -> bool {
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

impl<'v> Emit<'v> {
    pub fn new(vars: &'v [VarInfo]) -> Self {
        Emit { vars, optional: RefCell::default() }
    }

    pub fn with_optional(vars: &'v [VarInfo], optional: HashSet<Var>) -> Self {
        Emit { vars, optional: RefCell::new(optional) }
    }

    fn info(&self, v: Var) -> &VarInfo {
        &self.vars[v.0 as usize]
    }

    pub fn name(&self, v: Var) -> &Ident {
        &self.info(v).name
    }

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
        if !buffer && path.len() > 1 && matches!(path[0], Proj::Deref) && !matches!(path[1], Proj::Deref) {
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
                        format_ident!("__{}_{}_{}", side, variant.to_string().trim_start_matches("r#"), member.trim_start_matches("r#"));
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
    fn reference(&self, p: &Place) -> TokenStream {
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

    fn sub(&self, e: &Expr, at_least: u8) -> TokenStream {
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
    fn expr_to(&self, e: &Expr, out: &mut TokenStream) {
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
            Expr::Cast(x, ty) => {
                let t = self.sub(x, 3);
                quote!(#t as #ty)
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
                let fields = fields.iter().map(|(m, e)| {
                    let e = self.expr(e);
                    quote!(#m: #e)
                });
                let base = base.as_ref().map(|b| {
                    let b = self.expr(b);
                    quote!(..#b)
                });
                quote!(#path { #(#fields,)* #base })
            }
            Expr::Ctor(path, args) => {
                let args = args.iter().map(|a| self.expr(a));
                quote!(#path(#(#args),*))
            }
            Expr::Verbatim(code, _) => code.to_token_stream(),
            Expr::Container(op, place, _) => {
                let place = self.receiver(place);
                match op {
                    ContainerExpr::ToVec => quote!(#place.to_vec()),
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

    fn receiver(&self, p: &Place) -> TokenStream {
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

    /// The arguments of a call in the forward sweep; a method's receiver apart.
    fn args(&self, args: &[Arg]) -> Vec<TokenStream> {
        args.iter()
            .map(|a| match a {
                Arg::Value(e @ Expr::Clone(inner)) if matches!(**inner, Expr::Var(v) if matches!(self.info(v).ty, Ty::Unknown)) => {
                    // It may be a reference to a box, which becomes one to what is inside where it is handed over, not where it is cloned.
                    let e = self.expr(e);
                    let given = Ident::new("given", Span::mixed_site());
                    quote!({ let #given = #e; #given })
                }
                Arg::Value(e) => self.expr(e),
                Arg::Ref(p) => self.reference(p),
                Arg::RefMut(p) => {
                    let t = self.place(p);
                    quote!(&mut #t)
                }
                Arg::Receiver(p) => self.receiver(p),
            })
            .collect()
    }

    /// A call, plain or of a companion, which may take more arguments.
    fn call(&self, call: &Call, companion: Companion, more: &[TokenStream]) -> TokenStream {
        self.call_with(call, &self.args(&call.args), companion, more)
    }

    /// A call with other arguments.
    fn call_with(&self, call: &Call, args: &[TokenStream], companion: Companion, more: &[TokenStream]) -> TokenStream {
        match &call.callee {
            Callee::Function(path) => {
                let mut path = path.clone();
                if companion == Companion::None {
                    return quote!(#path(#(#args),*));
                }
                // The companion is no function of the parameters, its functions are.
                let fish = path.segments.last_mut().map(|last| type_arguments(std::mem::take(&mut last.arguments)));
                let span = call.span.resolved_at(Span::mixed_site());
                let name = Ident::new(&companion.function(), span);
                let function = companion_item(&path, &quote_spanned!(span=> #name #fish));
                quote_spanned!(span=> #function(#(#args,)* #(#more),*))
            }
            Callee::Associated(path) => {
                let by_path = match &call.args[..] {
                    [Arg::Value(first), ..] if companion != Companion::None => self.first_by_path(path, first),
                    _ => None,
                };
                let args: Vec<&TokenStream> = match &by_path {
                    Some(first) => std::iter::once(first).chain(&args[1..]).collect(),
                    None => args.iter().collect(),
                };
                let mut path = (**path).clone();
                if let Some(last) = path.path.segments.last_mut() {
                    last.ident = companion.method(&last.ident);
                }
                quote!(#path(#(#args,)* #(#more),*))
            }
            Callee::Method(name, fish) => {
                let name = companion.method(name);
                let receiver = match &call.args[0] {
                    Arg::Receiver(p) => self.receiver(p),
                    Arg::Value(e) => {
                        let t = self.sub(e, 5);
                        quote!(#t)
                    }
                    Arg::Ref(p) | Arg::RefMut(p) => self.receiver(p),
                };
                let args = &args[1..];
                quote!(#receiver.#name #fish(#(#args,)* #(#more),*))
            }
        }
    }

    /// The first argument of a call by path. It may be a receiver, which companions take by reference, and only the companion knows:
    /// `Type::f_needs_differentiate_first(&x)` is `x` or `&x`.
    fn first_by_path(&self, path: &syn::ExprPath, first: &Expr) -> Option<TokenStream> {
        let given = match first {
            Expr::Clone(inner) => inner,
            other => other,
        };
        let reference = |code: &TokenStream| code.to_string().starts_with('&');
        let plain = match given {
            Expr::Var(v) => self.info(*v).ty.is_plain() || matches!(self.info(*v).ty, Ty::Ref(..)),
            Expr::Verbatim(code, _) => matches!(**code, syn::Expr::Closure(_)) || reference(&code.to_token_stream()),
            Expr::Ref(_) | Expr::RefMut(_) => true,
            _ => false,
        };
        if plain {
            return Some(self.expr(first));
        }
        let mut path = path.clone();
        if let Some(last) = path.path.segments.last_mut() {
            last.ident = with_suffix(&last.ident, METHOD_SUFFIX_FIRST);
            last.arguments = syn::PathArguments::None;
        }
        let given = self.sub(given, 5);
        Some(quote!(#path(&#given)))
    }

    pub fn block(&self, b: &Block) -> TokenStream {
        self.stmts(&b.stmts)
    }

    pub fn stmts(&self, stmts: &[Stmt]) -> TokenStream {
        let mut out = TokenStream::new();
        let outlined = outline::outlined(self, stmts);
        if stmts.len() > MANY || !outlined.is_empty() {
            self.many(stmts, &outlined, &mut out);
        } else {
            stmts.iter().for_each(|s| self.stmt_to(s, &mut out));
        }
        out
    }

    /// Numbers of a long block are declared together, some at a time, and assigned one by one. Each `let` opens a scope inside the one
    /// before it, and compilers walk scopes recursively: without this, rustc's stack ends at a few thousand statements.
    fn many(&self, stmts: &[Stmt], outlined: &[bool], out: &mut TokenStream) {
        let mut rest = stmts;
        while let Some(first) = rest.first() {
            if outlined.get(stmts.len() - rest.len()) == Some(&true) {
                let code = self.stmt(first);
                out.extend(quote!((|| #code)();));
                rest = &rest[1..];
                continue;
            }
            let mut names = HashSet::default();
            let together = |s: &&Stmt| self.number_bound(s).is_some_and(|v| names.insert(self.name(v).to_string()));
            let count = rest.iter().take(TOGETHER).take_while(together).count();
            if count < 2 {
                self.stmt_to(first, out);
                rest = &rest[1..];
                continue;
            }
            let (chunk, others) = rest.split_at(count);
            let names = chunk.iter().filter_map(|s| self.number_bound(s)).map(|v| self.name(v));
            out.extend(quote!(let (#(#names),*);));
            for s in chunk {
                if let Stmt::Let(v, e) | Stmt::LetBar(v, e, _) = s {
                    out.append(self.name(*v).clone());
                    punct("=", Span::call_site(), out);
                    self.expr_to(e, out);
                    punct(";", Span::call_site(), out);
                }
            }
            rest = others;
        }
    }

    /// The number that a statement binds, if it does nothing else.
    fn number_bound(&self, s: &Stmt) -> Option<Var> {
        match s {
            Stmt::Let(v, _) => Some(*v),
            Stmt::LetBar(v, ..) if self.optional.borrow().is_empty() => Some(*v),
            _ => None,
        }
        .filter(|v| self.info(*v).ty.is_float() && self.info(*v).annotation.is_none())
    }

    /// Writes a statement behind what is there, the most frequent ones token by token.
    fn stmt_to(&self, s: &Stmt, out: &mut TokenStream) {
        let here = Span::call_site();
        let (v, mutable, e) = match s {
            Stmt::Let(v, e) if self.info(*v).annotation.is_none() => (v, false, e),
            Stmt::LetBar(v, e, comment) if self.optional.borrow().is_empty() => {
                if let Some(c) = comment {
                    out.extend(quote!(#[doc = #c]));
                }
                (v, false, e)
            }
            Stmt::DeclBar(v, e) if self.optional.borrow().is_empty() => (v, true, e),
            other => return out.extend(self.stmt(other)),
        };
        out.append(Ident::new("let", here));
        if mutable {
            out.append(Ident::new("mut", here));
        }
        out.append(self.name(*v).clone());
        punct("=", here, out);
        self.expr_to(e, out);
        punct(";", here, out);
    }

    /// Optional buffers that a statement adds into.
    fn buffers(&self, s: &Stmt) -> Vec<Ident> {
        let mut roots = Vec::new();
        let mut note = |v: Var| {
            if self.optional.borrow().contains(&v) && !roots.contains(&v) {
                roots.push(v);
            }
        };
        match s {
            Stmt::Accumulate(..)
            | Stmt::Runtime(..)
            | Stmt::Lifted(_)
            | Stmt::LetBar(..)
            | Stmt::DeclBar(..)
            | Stmt::Container(..)
            | Stmt::Assign(..)
            | Stmt::Update(..) => {
                s.each_var(&mut note);
            }
            _ => {}
        }
        roots.iter().map(|v| self.name(*v).clone()).collect()
    }

    fn stmt(&self, s: &Stmt) -> TokenStream {
        let buffers = self.buffers(s);
        let inner = self.stmt_inner(s);
        if buffers.is_empty() {
            return inner;
        }
        let pattern = buffers.iter().map(|b| quote!(::core::option::Option::Some(#b)));
        let options = buffers.iter().map(|b| quote!(#b.as_deref_mut()));
        if buffers.len() == 1 {
            quote!(if let #(#pattern)* = #(#options)* { #inner })
        } else {
            quote!(if let (#(#pattern),*) = (#(#options),*) { #inner })
        }
    }

    fn stmt_inner(&self, s: &Stmt) -> TokenStream {
        match s {
            Stmt::Let(v, e) => {
                let (name, e) = (self.name(*v), self.expr(e));
                let ty = self.info(*v).annotation.as_ref().map(|t| quote!(: #t));
                quote!(let #name #ty = #e;)
            }
            Stmt::Decl(v, None) => {
                let name = self.name(*v);
                let ty = self.info(*v).annotation.as_ref().map(|t| quote!(: #t));
                let mutability = (self.info(*v).kind == crate::ir::VarKind::Memory).then(|| quote!(mut));
                quote!(let #mutability #name #ty;)
            }
            Stmt::Decl(v, Some(e)) => {
                let (name, e) = (self.name(*v), self.expr(e));
                let ty = self.info(*v).annotation.as_ref().map(|t| quote!(: #t));
                quote!(let mut #name #ty = #e;)
            }
            Stmt::Assign(p, e) => {
                let (p, e) = (self.place(p), self.expr(e));
                quote!(#p = #e;)
            }
            Stmt::Update(p, op, e, span) => {
                let (p, e, op) = (self.place(p), self.expr(e), assignment(*op, *span));
                quote!(#p #op #e;)
            }
            Stmt::Container(op, p, args, _) => self.container(*op, p, args),
            Stmt::Do(e) => {
                let e = self.expr(e);
                quote!(#e;)
            }
            Stmt::If(cond, a, b) => {
                let c = self.expr(cond);
                let a_tokens = self.block(a);
                if b.stmts.is_empty() {
                    return quote!(if #c { #a_tokens });
                }
                let b = self.block(b);
                if a.stmts.is_empty() {
                    let c = self.sub(cond, 5);
                    return quote!(if !#c { #b });
                }
                quote!(if #c { #a_tokens } else { #b })
            }
            Stmt::Match(e, arms) => {
                let e = self.expr(e);
                let arms = arms.iter().map(|a| {
                    let pat = &a.pat;
                    let guard = a.guard.as_ref().map(|g| {
                        let g = self.expr(g);
                        quote!(if #g)
                    });
                    let body = self.block(&a.body);
                    quote!(#pat #guard => { #body })
                });
                quote!(match #e { #(#arms)* })
            }
            Stmt::For(l) => {
                let name = self.name(l.var);
                let range = self.counter(&l.counter);
                let body = self.block(&l.body);
                let exit = self.exit(l.exit);
                quote!(for #name in #range { #body #exit })
            }
            Stmt::ForEach(l) => {
                let (name, over, body, exit) = (self.name(l.var), self.expr(&l.over), self.block(&l.body), self.exit(l.exit));
                quote!(for #name in #over { #body #exit })
            }
            Stmt::While(l) => {
                let (cond, body, exit) = (self.expr(&l.cond), self.block(&l.body), self.exit(l.exit));
                if cond.to_string() == "true" {
                    return quote!(loop { #body #exit });
                }
                quote!(while #cond { #body #exit })
            }
            Stmt::Verbatim(stmt, _) | Stmt::Check(stmt, _) => match &**stmt {
                syn::Stmt::Expr(e, None) => quote!(#e;),
                other => other.to_token_stream(),
            },
            Stmt::TapeDecl(v, kind) => {
                let name = self.name(*v);
                match kind {
                    TapeKind::Stack => quote!(let mut #name = ::autodiff_core::rt::Tape::new();),
                    TapeKind::Short(n) => {
                        let n = proc_macro2::Literal::usize_unsuffixed(*n);
                        quote!(let mut #name = ::autodiff_core::rt::ShortTape::<_, #n>::new();)
                    }
                    TapeKind::Slot => quote!(let mut #name = ::autodiff_core::rt::Slot::new();),
                    TapeKind::Checkpoints => quote!(let mut #name = ::autodiff_core::rt::Checkpoints::new();),
                    TapeKind::Log => quote!(let mut #name = ::autodiff_core::rt::Log::new();),
                }
            }
            Stmt::TapePush(t, vars) => {
                let t = self.name(*t);
                let vars = vars.iter().map(|v| self.name(*v));
                quote!(#t.push((#(#vars,)*));)
            }
            Stmt::TapePop(t, vars) => {
                let t = self.name(*t);
                let vars = vars.iter().map(|v| {
                    let name = self.name(*v);
                    let info = self.info(*v);
                    if info.kind == crate::ir::VarKind::Memory {
                        quote!(mut #name)
                    } else {
                        quote!(#name)
                    }
                });
                quote!(let (#(#vars,)*) = #t.pop();)
            }
            Stmt::Checkpoint(c, vars) => {
                let c = self.name(*c);
                let vars = vars.iter().map(|v| self.name(*v));
                quote!(if #c.is_due() { #c.save((#(::core::clone::Clone::clone(&#vars),)*)); })
            }
            Stmt::Segments(s) => {
                let (c, first, count) = (self.name(s.checkpoints), self.name(s.first), self.name(s.count));
                let body = self.block(&s.body);
                quote!(while let ::core::option::Option::Some((#first, #count)) = #c.segment() { #body })
            }
            Stmt::Recall(c, vars, last) => {
                let c = self.name(*c);
                let vars = vars.iter().map(|v| self.name(*v));
                let recall = if *last { quote!(pop) } else { quote!(last) };
                quote!((#(#vars,)*) = #c.#recall();)
            }
            Stmt::Resume(l, first, count) => {
                let (name, first, count) = (self.name(l.var), self.name(*first), self.name(*count));
                let (range, body) = (self.counter(&l.counter), self.block(&l.body));
                quote!(for #name in (#range).skip(#first).take(#count) { #body })
            }
            Stmt::Save(log, part) => {
                let (log, list) = (self.name(*log), self.reference(part.place()));
                match part {
                    Part::Slice(_) => quote!(#log.save(#list);),
                    Part::Run(run) => {
                        let (range, index) = self.run(run);
                        quote!(#log.save_run(#list, #range, #index);)
                    }
                }
            }
            Stmt::Restore(log, part) => {
                let (log, list) = (self.name(*log), self.place(part.place()));
                match part {
                    Part::Slice(_) => quote!(#log.restore(&mut #list);),
                    Part::Run(run) => {
                        let (range, index) = self.run(run);
                        quote!(#log.restore_run(&mut #list, #range, #index);)
                    }
                }
            }
            Stmt::LetPull(v, pull, call) => {
                let pull = self.name(*pull);
                let result = match v {
                    Some(v) => self.name(*v).to_token_stream(),
                    None => quote!(()),
                };
                let call = self.call(call, Companion::Pull, &[]);
                quote!(let (#result, #pull) = #call;)
            }
            Stmt::CallPull(c) => self.call_pull(c),
            Stmt::LetPush(c) => self.push(c, None),
            Stmt::Scatter(part, op, e) => self.scatter(part, *op, e),
            Stmt::LetPushPull(c, pull) => self.push(c, Some(*pull)),
            Stmt::CallPushPull(c) => self.call_push_pull(c),
            Stmt::Lifted(c) => self.lifted_call(c),
            Stmt::Accumulate(p, e) => {
                let p = self.place(p);
                match e {
                    Expr::Neg(x) => {
                        let x = self.expr(x);
                        quote!(#p -= #x;)
                    }
                    e => {
                        let e = self.expr(e);
                        quote!(#p += #e;)
                    }
                }
            }
            Stmt::Runtime(path, args) => {
                let at = match args.last() {
                    // What it is pushed into belongs to the operation.
                    Some(Expr::RefMut(out)) if path.starts_with("rt::push_") || path.starts_with("rt::lanes::push_") => {
                        Some(self.name(out.root).span())
                    }
                    _ => self.location(args),
                };
                // A field's cotangent may not be there.
                let of_a_field = match args.iter().rev().nth(1) {
                    Some(dot) if path.starts_with("rt::push_") => is_of_a_field(dot),
                    _ => args.last().is_some_and(|bar| self.is_bar_of_a_field(bar)),
                };
                let path = if of_a_field { library_path(path) } else { runtime_path(path) };
                let args = args.iter().map(|a| self.expr(a));
                located(quote!(#path(#(#args),*);), at)
            }
            Stmt::LetBar(v, e, comment) => {
                let (name, e) = (self.name(*v), self.expr(e));
                let doc = comment.as_ref().map(|c| quote!(#[doc = #c]));
                quote!(#doc let #name = #e;)
            }
            Stmt::DeclBar(v, e) => {
                let (name, e) = (self.name(*v), self.expr(e));
                quote!(let mut #name = #e;)
            }
            Stmt::LetRow(v, p, written) => {
                let (name, place, root) = (self.name(*v), self.place(p), self.name(p.root));
                if self.optional.borrow().contains(&p.root) {
                    self.optional.borrow_mut().insert(*v);
                    return quote! {
                        let mut #name = match &mut #root {
                            ::core::option::Option::Some(#root) => ::core::option::Option::Some(&mut #place),
                            ::core::option::Option::None => ::core::option::Option::None,
                        };
                    };
                }
                let mutability = written.then(|| quote!(mut));
                quote!(let #name = &#mutability #place;)
            }
        }
    }

    /// Where errors about a function of the library are shown: at the operation whose cotangent it is given, or at a variable.
    fn location(&self, args: &[Expr]) -> Option<Span> {
        let mut roots = Vec::new();
        args.iter().for_each(|a| a.each_operand(&mut |v| roots.push(v)));
        let cotangent = roots.iter().find(|v| self.info(**v).kind == crate::ir::VarKind::Cotangent);
        cotangent.or(roots.first()).map(|v| self.name(*v).span())
    }

    fn exit(&self, flag: Option<Var>) -> Option<TokenStream> {
        flag.map(|f| {
            let name = self.name(f);
            quote!(if #name { break; })
        })
    }

    fn counter(&self, c: &Counter) -> TokenStream {
        let (start, end) = (self.sub(&c.start, 2), self.sub(&c.end, 2));
        let mut range = if c.inclusive { quote!(#start..=#end) } else { quote!(#start..#end) };
        if let (Some(step), true) = (&c.step, c.reversed) {
            // Not every range of integers knows its last step.
            let back = if c.inclusive { quote!(steps_back_inclusive) } else { quote!(steps_back) };
            let (start, end, step) = (self.expr(&c.start), self.expr(&c.end), self.expr(step));
            return quote!(::autodiff_core::rt::#back(#start, #end, #step));
        }
        if let Some(step) = &c.step {
            let step = self.expr(step);
            range = quote!((#range).step_by(#step));
        }
        if c.reversed {
            range = quote!((#range).rev());
        }
        range
    }

    /// The range of a run's counter, and its index as a function of it.
    fn run(&self, run: &Run) -> (TokenStream, TokenStream) {
        let (start, end) = (self.sub(&run.start, 2), self.sub(&run.end, 2));
        let (var, index) = (self.name(run.var), self.expr(&run.index));
        (quote!(#start..#end), quote!(|#var| #index))
    }

    fn container(&self, op: ContainerOp, p: &Place, args: &[Expr]) -> TokenStream {
        let receiver = self.receiver(p);
        let values: Vec<TokenStream> = args.iter().map(|a| self.expr(a)).collect();
        match op {
            ContainerOp::Push => quote!(#receiver.push(#(#values),*);),
            ContainerOp::Fill => quote!(#receiver.fill(#(#values),*);),
            ContainerOp::CopyFrom => quote!(#receiver.clone_from_slice(#(#values),*);),
            ContainerOp::Swap => {
                let p = self.place(p);
                quote!(::core::mem::swap(&mut #p, #(#values),*);)
            }
            ContainerOp::SwapIndex => quote!(#receiver.swap(#(#values),*);),
            ContainerOp::Clear => quote!(#receiver.clear();),
            ContainerOp::Resize => quote!(#receiver.resize(#(#values),*);),
            ContainerOp::Extend => quote!(#receiver.extend_from_slice(#(#values),*);),
            ContainerOp::Truncate => quote!(#receiver.truncate(#(#values),*);),
        }
    }

    fn push(&self, c: &PushCall, pull: Option<Var>) -> TokenStream {
        if c.width != CallWidth::One {
            return self.push_in_lanes(c);
        }
        let dots = c.along.iter().flat_map(|a| &a.dots).map(|d| match d {
            PushDot::Nothing => quote!(::core::option::Option::None),
            PushDot::Shared(e) if is_of_a_field(e) => {
                let e = self.expr(e);
                quote!(::autodiff_core::rt::given_by(#e))
            }
            PushDot::Shared(e) => {
                let e = self.expr(e);
                located(quote!(::core::option::Option::Some(#e)), Some(c.call.span))
            }
            PushDot::InOut(p) => {
                let p = self.place(p);
                quote!(&mut #p)
            }
        });
        let companion = if pull.is_some() { Companion::PushPull(crate::forward::directions(c.along.len())) } else { Companion::Push };
        let call = self.call(&c.call, companion, &dots.collect::<Vec<_>>());
        let pull = pull.map(|p| self.name(p));
        let pull = pull.iter();
        let name = |v: Option<Var>| v.map_or_else(|| quote!(_), |v| self.name(v).to_token_stream());
        let (result, dots) = (name(c.result), c.along.iter().map(|a| name(a.dot)));
        let method = !matches!(c.call.callee, Callee::Function(_));
        let after = c.along.iter().filter(|_| method).map(|a| name(a.after));
        quote!(let (#result #(, #dots)* #(, #after)* #(, #pull)*) = #call;)
    }

    fn call_pull(&self, c: &PullCall) -> TokenStream {
        let pull = self.name(c.pull);
        let again = c.again.iter().map(|e| self.expr(e));
        let seed = self.expr(&c.seed);
        let bars = self.pull_bars(&c.bars).into_iter().map(|b| located(b, Some(c.span)));
        quote!(#pull(#(#again,)* #seed, #(#bars),*);)
    }

    fn call_push_pull(&self, c: &PushPullCall) -> TokenStream {
        let pull = self.name(c.call.pull);
        let mut args: Vec<TokenStream> = c.call.again.iter().map(|e| self.expr(e)).collect();
        args.extend(c.along.iter().flat_map(|a| &a.again).map(|d| match d {
            None => quote!(::core::option::Option::None),
            Some(e) => {
                let e = self.expr(e);
                quote!(::core::option::Option::Some(#e))
            }
        }));
        args.push(self.expr(&c.call.seed));
        args.extend(c.along.iter().map(|a| self.expr(&a.seed)));
        args.extend(self.pull_bars(&c.call.bars));
        args.extend(c.along.iter().flat_map(|a| self.pull_bars(&a.bars)));
        quote!(#pull(#(#args),*);)
    }

    fn is_bar_of_a_field(&self, e: &Expr) -> bool {
        matches!(e, Expr::RefMut(p) if self.info(p.root).kind == crate::ir::VarKind::Cotangent && p.is_field())
    }

    /// Where a pullback adds to.
    fn pull_bars(&self, bars: &[PullBar]) -> Vec<TokenStream> {
        bars.iter().map(|b| match b {
            PullBar::Nothing => quote!(::core::option::Option::None),
            PullBar::InOut(p) => {
                let t = self.place(p);
                quote!(&mut #t)
            }
            PullBar::Add(p) if self.optional.borrow().contains(&p.root) => {
                let name = self.name(p.root);
                if p.path.is_empty() && matches!(&self.info(p.root).ty, Ty::Ref(inner, _) if !inner.is_float() && !matches!(**inner, Ty::Slice(_))) {
                    // Written out, since an array or a vector becomes a slice in `Some(..)` and nowhere else.
                    quote!(match &mut #name { ::core::option::Option::Some(#name) => ::core::option::Option::Some(&mut **#name), ::core::option::Option::None => ::core::option::Option::None })
                } else if p.path.is_empty() {
                    quote!(#name.as_deref_mut())
                } else if p.is_field() {
                    let t = self.place(p);
                    quote!(match &mut #name { ::core::option::Option::Some(#name) => ::autodiff_core::rt::taken_by(&mut #t), ::core::option::Option::None => ::core::option::Option::None })
                } else {
                    let t = self.place(p);
                    quote!(match &mut #name { ::core::option::Option::Some(#name) => ::core::option::Option::Some(&mut #t), ::core::option::Option::None => ::core::option::Option::None })
                }
            }
            PullBar::Add(p) if p.is_field() => {
                let t = self.place(p);
                quote!(::autodiff_core::rt::taken_by(&mut #t))
            }
            PullBar::Add(p) => {
                let t = self.place(p);
                quote!(::core::option::Option::Some(&mut #t))
            }
        }).collect()
    }
}

/// `::<T, N>` without lifetimes, which a function need not take.
fn type_arguments(arguments: syn::PathArguments) -> Option<TokenStream> {
    let syn::PathArguments::AngleBracketed(given) = arguments else { return None };
    let types = given.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
    let types: Vec<_> = types.collect();
    (!types.is_empty()).then(|| quote!(::<#(#types),*>))
}

/// `+=` and the like.
fn assignment(op: BinOp, span: Span) -> TokenStream {
    match op {
        BinOp::Add => quote_spanned!(span=> +=),
        BinOp::Sub => quote_spanned!(span=> -=),
        BinOp::Mul => quote_spanned!(span=> *=),
        BinOp::Div => quote_spanned!(span=> /=),
        BinOp::Rem => quote_spanned!(span=> %=),
    }
}

/// Writes an operator or separator.
fn punct(symbol: &str, span: Span, out: &mut TokenStream) {
    let mut rest = symbol.chars().peekable();
    while let Some(c) = rest.next() {
        let mut p = Punct::new(c, if rest.peek().is_some() { Spacing::Joint } else { Spacing::Alone });
        p.set_span(span);
        out.append(p);
    }
}

/// The same tokens at another place in the user's source; names keep their meaning.
fn located(tokens: TokenStream, at: Option<Span>) -> TokenStream {
    let Some(at) = at else { return tokens };
    tokens
        .into_iter()
        .map(|t| match t {
            TokenTree::Group(g) => {
                let mut new = Group::new(g.delimiter(), located(g.stream(), Some(at)));
                new.set_span(g.span().located_at(at));
                new.into()
            }
            mut t => {
                t.set_span(t.span().located_at(at));
                t
            }
        })
        .collect()
}

/// A function of the library. What is a trait's own is called by the trait: an error then names nothing but what the user wrote.
fn runtime_path(path: &str) -> TokenStream {
    let rule = match path.strip_prefix("rt::").unwrap_or(path) {
        "zero" => "Differentiable::zero_cotangent",
        "add_lhs" => "AddRule::lhs",
        "push_add_lhs" => "AddRule::push_lhs",
        "add_rhs" => "AddRule::rhs",
        "push_add_rhs" => "AddRule::push_rhs",
        "sub_lhs" => "SubRule::lhs",
        "push_sub_lhs" => "SubRule::push_lhs",
        "sub_rhs" => "SubRule::rhs",
        "push_sub_rhs" => "SubRule::push_rhs",
        "mul_lhs" => "MulRule::lhs",
        "push_mul_lhs" => "MulRule::push_lhs",
        "mul_rhs" => "MulRule::rhs",
        "push_mul_rhs" => "MulRule::push_rhs",
        "div_lhs" => "DivRule::lhs",
        "push_div_lhs" => "DivRule::push_lhs",
        "div_rhs" => "DivRule::rhs",
        "push_div_rhs" => "DivRule::push_rhs",
        "rem_lhs" => "RemRule::lhs",
        "push_rem_lhs" => "RemRule::push_lhs",
        "rem_rhs" => "RemRule::rhs",
        "push_rem_rhs" => "RemRule::push_rhs",
        "add_lhs_curvature" => "AddCurvature::lhs_curvature",
        "add_rhs_curvature" => "AddCurvature::rhs_curvature",
        "sub_lhs_curvature" => "SubCurvature::lhs_curvature",
        "sub_rhs_curvature" => "SubCurvature::rhs_curvature",
        "mul_lhs_curvature" => "MulCurvature::lhs_curvature",
        "mul_rhs_curvature" => "MulCurvature::rhs_curvature",
        "div_lhs_curvature" => "DivCurvature::lhs_curvature",
        "div_rhs_curvature" => "DivCurvature::rhs_curvature",
        "rem_lhs_curvature" => "RemCurvature::lhs_curvature",
        "rem_rhs_curvature" => "RemCurvature::rhs_curvature",
        "neg_operand_curvature" => "NegCurvature::operand_curvature",
        "neg_operand" => "NegRule::operand",
        "push_neg" => "NegRule::push_operand",
        _ => path,
    };
    library_path(rule)
}

fn is_of_a_field(e: &Expr) -> bool {
    matches!(e, Expr::Ref(p) if p.is_field())
}

fn library_path(path: &str) -> TokenStream {
    let segments = path.split("::").map(|s| format_ident!("{}", s));
    quote!(::autodiff_core::#(#segments)::*)
}
