//! Sugar: constructs that the language itself explains by others.
//!
//! What enters: a body in which every binding has its own name. What leaves: a body of the same meaning, in which
//!
//! | was | is |
//! | --- | --- |
//! | `e?` | `match e { Some(v) => v, None => return None }`, or the same with `Ok` and `Err` |
//! | an exit in the middle of an expression, see [`hoist`] | a statement of its own, the operands before it bound first |
//! | `return` inside a closure | the value of a branch, or of a labelled block |
//! | `if let A = a && c { .. } else { .. }` | nested branches |
//! | `A(x) \| B(x) => ..` | an arm for each alternative |
//! | `assert!` of what may leave, see [`asserted`] | a branch that panics |
//! | an assignment to a pattern, see [`assign`] | a `let`, and an assignment for each part |
//! | `as_deref` and the like, looked into, see [`optional`] | `match` and `if let` of a reference |
//! | `let x;` and, later in the block, `x = e;` | `let x = e;` |
//! | `items.map(f).count();` | `items.map(f).for_each(\|_\| ());` |
//! | a function of lists by its path, see [`lists`] | a closure that calls it, or the method |
//! | `items.rfind(f)` | `items.rev().find(f)` |
//! | `items.collect::<Result<Vec<f64>, E>>()`, see [`shunted`] | a loop that leaves at the first error |
//! | a method of a type of the crate with a name of std's, see [`own`] | the method by its path |
//! | a queue or a map of numbers, see [`collections`] | lists |
//! | a function inside, see [`local`] | a closure that captures nothing |
//! | a function under another name, see [`items`] | the function |
//! | an item of a block that hides another thing, see [`scoped`] | the same under another name |
//! | an option of a reference that is assigned again, see [`copied`] | an option of copies |
//! | `let m = Matrix::zeros(); ..; m`, see [`told`] | the same with the type of the function's result |
//!
//! Guarantees: operands are evaluated in their order, each once. What does not fit is left as it is, for lowering to refuse.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, parse_quote_spanned, Block, Expr, Pat, Stmt};

pub(crate) use results::{is_result_type, is_written_as_result};

use crate::lower::{expr_exits, has_let, has_return};
use crate::names::Namer;
use crate::varied::bound_names;
pub(crate) use hoist::writes_to;
use hoist::{in_block, of};
use shape::{Shape, Shapes};

pub(crate) mod asserted;
mod assign;
pub(crate) mod beside;
pub(crate) mod collections;
pub(crate) mod copied;
mod hoist;
pub(crate) mod imports;
pub(crate) mod inline;
pub(crate) mod items;
mod lists;
pub(crate) mod local;
mod optional;
pub(crate) mod own;
mod results;
mod returns;
pub(crate) mod scoped;
pub(crate) mod shape;
mod shunted;
mod sized;
pub(crate) mod told;

/// Rewrites a body; gives the names it made.
///
/// Of some names it is known where `Result`s are in them, and the function may give one.
pub(crate) fn desugar(block: &mut Block, names: Namer, shapes: HashMap<String, Shape>, result: bool) -> (Vec<String>, Namer) {
    let shapes = Shapes::of_body(shapes, block);
    let mut pass = Desugar { names, made: Vec::new(), result, closures: 0, gives_result: false, gives_option: false, shapes };
    pass.visit_block_mut(block);
    (pass.made, pass.names)
}

struct Desugar {
    names: Namer,
    made: Vec<String>,
    /// Whether the function gives a `Result`, so that `?` looks into one.
    result: bool,
    /// How many closures are around, and whether the innermost one is known to give a `Result`.
    closures: usize,
    gives_result: bool,
    /// The same of an `Option`.
    gives_option: bool,
    /// Where `Result`s are.
    shapes: Shapes,
}

impl Desugar {
    /// Whether a closure is known to give a `Result`.
    fn gives_result(&self, c: &syn::ExprClosure) -> bool {
        let written = matches!(&c.output, syn::ReturnType::Type(_, ty) if is_result_type(ty));
        written || self.shapes.is_result(&c.body)
    }

    /// Whether a closure is known to give an `Option`.
    fn gives_option(&self, c: &syn::ExprClosure) -> bool {
        let written = matches!(&c.output, syn::ReturnType::Type(_, ty) if Shape::is_option_type(ty));
        written || self.shapes.is_option(&c.body)
    }

    fn fresh(&mut self, stem: &str, span: Span) -> Ident {
        let name = self.names.numbered(stem);
        self.made.push(name.to_string());
        Ident::new(&name.to_string(), Span::mixed_site().located_at(span))
    }

    /// What becomes several statements.
    fn statements(&mut self, b: &mut Block) {
        let mut left: Vec<Stmt> = std::mem::take(&mut b.stmts);
        left.reverse();
        while let Some(mut stmt) = left.pop() {
            if declared_where_assigned(&stmt, &mut left) {
                continue;
            }
            if let Some(stmts) = self.filled(&stmt, &mut left) {
                b.stmts.extend(stmts);
                continue;
            }
            let more = match &mut stmt {
                Stmt::Expr(Expr::Assign(a), Some(_)) => match self.assignment_by_parts(a) {
                    Some(stmts) => {
                        b.stmts.extend(stmts);
                        continue;
                    }
                    None => None,
                },
                Stmt::Local(l) => self.lent_to_local(l),
                _ => None,
            };
            b.stmts.push(stmt);
            b.stmts.extend(more);
        }
    }

    /// Alternatives that bind names become arms of their own.
    fn alternatives(pat: &Pat) -> Vec<Pat> {
        if bound_names(pat).is_empty() {
            return vec![pat.clone()];
        }
        match pat {
            Pat::Or(o) => o.cases.iter().flat_map(Self::alternatives).collect(),
            Pat::Paren(p) => Self::alternatives(&p.pat),
            Pat::Reference(r) => Self::alternatives(&r.pat)
                .into_iter()
                .map(|p| {
                    let mut r = r.clone();
                    *r.pat = p;
                    Pat::Reference(r)
                })
                .collect(),
            Pat::TupleStruct(t) => product(t.elems.iter())
                .into_iter()
                .map(|elems| {
                    let mut t = t.clone();
                    t.elems = elems.into_iter().collect();
                    Pat::TupleStruct(t)
                })
                .collect(),
            Pat::Tuple(t) => product(t.elems.iter())
                .into_iter()
                .map(|elems| {
                    let mut new = t.clone();
                    new.elems = elems.into_iter().collect();
                    if new.elems.len() == 1 {
                        new.elems.push_punct(syn::token::Comma::default());
                    }
                    Pat::Tuple(new)
                })
                .collect(),
            Pat::Struct(s) => product(s.fields.iter().map(|f| &*f.pat))
                .into_iter()
                .map(|pats| {
                    let mut s = s.clone();
                    for (f, p) in s.fields.iter_mut().zip(pats) {
                        *f.pat = p;
                    }
                    Pat::Struct(s)
                })
                .collect(),
            other => vec![other.clone()],
        }
    }
}

/// `let x;` is `let x = e;` where the first statement that has the name is `x = e;`, in the same block. Statements come last first.
fn declared_where_assigned(declaration: &Stmt, left: &mut [Stmt]) -> bool {
    let Stmt::Local(local @ syn::Local { init: None, .. }) = declaration else { return false };
    let pat = if let Pat::Type(t) = &local.pat { &*t.pat } else { &local.pat };
    let Pat::Ident(ident) = pat else { return false };
    let name = HashSet::from_iter([ident.ident.to_string()]);
    let named = |tokens: proc_macro2::TokenStream| crate::varied::mentions(tokens, &name);
    let Some(first) = left.iter_mut().rfind(|s| named(s.to_token_stream())) else { return false };
    let Stmt::Expr(Expr::Assign(a), Some(semi)) = first else { return false };
    if !a.attrs.is_empty() || !matches!(&*a.left, Expr::Path(p) if p.path.is_ident(&ident.ident)) || named(a.right.to_token_stream()) {
        return false;
    }
    let mut local = local.clone();
    local.init = Some(syn::LocalInit { eq_token: a.eq_token, expr: a.right.clone(), diverge: None });
    local.semi_token = *semi;
    *first = Stmt::Local(local);
    true
}

/// An iterator that is counted, and the count dropped, runs for what its closure does.
fn counted_for_nothing(stmt: &mut Stmt) {
    let Stmt::Expr(Expr::MethodCall(count), Some(_)) = stmt else { return };
    let Expr::MethodCall(m) = &*count.receiver else { return };
    let runs = m.method == "map" || m.method == "inspect";
    let own = |name: &Ident| crate::position::is_method(name, &name.to_string());
    if runs
        && (shunted::is_chain(&m.receiver) || !own(&m.method) && !own(&count.method))
        && count.method == "count"
        && count.args.is_empty()
    {
        count.method = Ident::new("for_each", count.method.span());
        count.args.push(parse_quote!(|_| ()));
    }
}

/// `items.rfold(x, f)` is `items.rev().fold(x, f)`, and so for the others that begin at the end.
fn from_the_back(m: &mut syn::ExprMethodCall) {
    let forwards = match (m.method.to_string().as_str(), m.args.len()) {
        ("rfold", 2) => "fold",
        // Texts and iterators with a name have some of these, too.
        ("try_rfold", 2) if shunted::is_chain(&m.receiver) => "try_fold",
        ("rfind", 1) if shunted::is_chain(&m.receiver) => "find",
        ("nth_back", 1) if shunted::is_chain(&m.receiver) => "nth",
        ("next_back", 0) if shunted::is_chain(&m.receiver) => "next",
        _ => return,
    };
    let name = m.method.to_string();
    if crate::position::is_method(&m.method, &name) {
        return;
    }
    let items = &m.receiver;
    let rev = Ident::new("rev", m.method.span());
    m.receiver = parse_quote!(#items.#rev());
    m.method = Ident::new(forwards, m.method.span());
}

/// All ways to choose one alternative for each part.
fn product<'p>(parts: impl Iterator<Item = &'p Pat>) -> Vec<Vec<Pat>> {
    let mut all: Vec<Vec<Pat>> = vec![Vec::new()];
    for part in parts {
        let choices = Desugar::alternatives(part);
        all = all
            .into_iter()
            .flat_map(|chosen| {
                choices.iter().map(move |c| {
                    let mut chosen = chosen.clone();
                    chosen.push(c.clone());
                    chosen
                })
            })
            .collect();
    }
    all
}

/// The elements of `vec![..]`, and how often the only one is repeated.
fn elements(m: &syn::Macro) -> Option<(Vec<Expr>, Option<Expr>)> {
    type Repeat = (Expr, syn::Token![;], Expr);
    if !m.path.is_ident("vec") {
        return None;
    }
    let repeat = |input: syn::parse::ParseStream<'_>| -> syn::Result<Repeat> { Ok((input.parse()?, input.parse()?, input.parse()?)) };
    if let Ok((value, _, count)) = syn::parse::Parser::parse2(repeat, m.tokens.clone()) {
        return Some((vec![value], Some(count)));
    }
    let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    syn::parse::Parser::parse2(list, m.tokens.clone()).ok().map(|values| (values.into_iter().collect(), None))
}

/// The values that a macro of std is handed, which may change variables.
pub(crate) fn values_of(m: &syn::Macro) -> Vec<Expr> {
    match crate::resolve::is_macro_of_std(&m.path) {
        true => arguments_of(m),
        false => Vec::new(),
    }
}

/// The values that a macro is handed, if it takes expressions.
pub(crate) fn arguments_of(m: &syn::Macro) -> Vec<Expr> {
    if let Some((mut values, count)) = elements(m) {
        values.extend(count);
        return values;
    }
    let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    syn::parse::Parser::parse2(list, m.tokens.clone()).map_or_else(|_| Vec::new(), |values| without_names(values).collect())
}

/// Changes the values that a macro of std is handed.
pub(crate) fn each_value_mut(m: &mut syn::Macro, f: &mut dyn FnMut(&mut Expr)) {
    if let Some((mut values, count)) = elements(m) {
        values.iter_mut().for_each(&mut *f);
        let count = count.map(|mut count| {
            f(&mut count);
            count
        });
        m.tokens = match count {
            Some(count) => quote::quote!(#(#values),*; #count),
            None => quote::quote!(#(#values),*),
        };
        return;
    }
    let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    if !crate::resolve::is_macro_of_std(&m.path) {
        return;
    }
    if let Ok(mut values) = syn::parse::Parser::parse2(list, m.tokens.clone()) {
        values.iter_mut().for_each(|value| match value {
            // `{name}` of a format string.
            Expr::Assign(named) if matches!(&*named.left, Expr::Path(_)) => f(&mut named.right),
            value => f(value),
        });
        m.tokens = quote::ToTokens::to_token_stream(&values);
    }
}

/// The arguments of a macro; behind a format string `name = value` names one.
pub(crate) fn without_names(arguments: impl IntoIterator<Item = Expr>) -> impl Iterator<Item = Expr> {
    let mut formats = false;
    arguments.into_iter().map(move |argument| match argument {
        Expr::Assign(named) if formats && matches!(&*named.left, Expr::Path(_)) => *named.right,
        other => {
            formats |= matches!(&other, Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(_), .. }));
            other
        }
    })
}

/// `a = b`, `a += b`
fn is_assignment(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => is_assignment(&p.expr),
        Expr::Binary(b) => crate::lower::is_update(&b.op),
        other => matches!(other, Expr::Assign(_)),
    }
}

/// Whether something is bound inside, or may leave it.
fn binds_or_exits(e: &Expr) -> bool {
    struct Search(bool);
    impl<'a> Visit<'a> for Search {
        fn visit_pat(&mut self, _: &'a Pat) {
            self.0 = true;
        }
        fn visit_macro(&mut self, m: &'a syn::Macro) {
            self.0 |= elements(m).is_some_and(|(values, _)| values.iter().any(binds_or_exits));
        }
    }
    let mut found = Search(expr_exits(e));
    found.visit_expr(e);
    found.0
}

impl VisitMut for Desugar {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_block_mut(&mut self, b: &mut Block) {
        if let Some(Stmt::Macro(m)) =
            b.stmts.last().filter(|s| matches!(s, Stmt::Macro(m) if m.semi_token.is_none() && m.mac.path.is_ident("vec")))
        {
            let tail = Expr::Macro(syn::ExprMacro { attrs: m.attrs.clone(), mac: m.mac.clone() });
            b.stmts.pop();
            b.stmts.push(Stmt::Expr(tail, None));
        }
        self.statements(b);
        b.stmts.iter_mut().for_each(counted_for_nothing);
        visit_mut::visit_block_mut(self, b);
        self.hoist_block(b);
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        in_block(&mut arm.body);
        if self.is_filled(&arm.body) {
            let body = &arm.body;
            *arm.body = parse_quote!({ #body; });
        }
        visit_mut::visit_arm_mut(self, arm);
    }

    fn visit_expr_closure_mut(&mut self, c: &mut syn::ExprClosure) {
        self.closures += 1;
        let gives_result = self.gives_result(c);
        let gives_option = self.gives_option(c);
        let around = std::mem::replace(&mut self.gives_result, gives_result);
        let option_around = std::mem::replace(&mut self.gives_option, gives_option);
        in_block(&mut c.body);
        visit_mut::visit_expr_closure_mut(self, c);
        if let Expr::Block(b) = &mut *c.body {
            if b.label.is_none() && has_return(&b.block) {
                let label = syn::Lifetime { apostrophe: c.or1_token.span, ident: self.fresh("closure_", c.or1_token.span) };
                returns::to_values(b, label);
            }
        }
        self.closures -= 1;
        self.gives_result = around;
        self.gives_option = option_around;
    }

    fn visit_local_mut(&mut self, l: &mut syn::Local) {
        if let (Pat::Type(t), Some(init)) = (&l.pat, &mut l.init) {
            if let Some(code) = self.collected_results(&init.expr, &t.ty) {
                *init.expr = code;
            }
        }
        visit_mut::visit_local_mut(self, l);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        let of_result = match e {
            Expr::MethodCall(m) => {
                let makes = m.method == "ok_or" || m.method == "ok_or_else";
                makes || results::is_only_results(m) || self.shapes.is_result(&m.receiver)
            }
            _ => false,
        };
        if let (false, Expr::MethodCall(m)) = (of_result, &*e) {
            if let Some(unclear) = self.shapes.unclear(m) {
                *e = parse_quote_spanned! {unclear.span()=> ::core::compile_error!(
                    "whether this is an `Option` or a `Result` is not known here, since several functions have the name; bind it with `let` and its type before"
                ) };
                return;
            }
        }
        // Before the parts: what becomes a block of its own.
        self.lent_to_patterns(e);
        if let Expr::MethodCall(m) = e {
            from_the_back(m);
            self.results_flattened(m);
        }
        if let Expr::ForLoop(f) = e {
            if self.shapes.is_result(&f.expr) {
                let result = &f.expr;
                *f.expr = parse_quote!(#result.ok());
            }
        }
        let collected = if let Expr::MethodCall(m) = &*e { results::collected_result(m) } else { None };
        if let Some(code) = collected.and_then(|whole| self.collected_results(e, &whole)).or_else(|| self.folded_results(e)) {
            *e = code;
        }
        match e {
            Expr::MethodCall(m) => {
                if let Some(code) = self.lent_to_method(m) {
                    *e = code;
                } else if let Some(code) = self.filled_and_read(e) {
                    *e = code;
                }
            }
            Expr::If(i) => {
                if let Some((_, other)) = &mut i.else_branch {
                    if matches!(&**other, Expr::If(nested) if expr_exits(&nested.cond)) {
                        let inner = (**other).clone();
                        **other = parse_quote!({ #inner });
                    }
                }
                chain_with_else(e);
            }
            // `x.ok_or(e)?`: no `Result` of what may be a reference.
            Expr::Try(t) if self.result && self.closures == 0 => {
                let v = self.fresh("payload_", t.question_token.span);
                if let Some(direct) = results::tried_option(&t.expr, &v, t.question_token.span) {
                    *e = direct;
                }
            }
            // What is bound in a macro's arguments, or leaves them, is not seen by what comes after this: the elements are bound first.
            Expr::Macro(m) => {
                if let Some((values, count)) = elements(&m.mac).filter(|(values, _)| values.iter().any(binds_or_exits)) {
                    let names: Vec<Ident> = values.iter().map(|v| self.fresh("element_", v.span())).collect();
                    let repeated = count.map(|n| quote::quote!(; #n));
                    let path = &m.mac.path;
                    *e = parse_quote!({ #(let #names = #values;)* #path![#(#names),* #repeated] });
                }
            }
            Expr::While(w) if expr_exits(&w.cond) || has_let(&w.cond) && matches!(&*w.cond, Expr::Binary(_)) => {
                let (label, cond, body) = (&w.label, &w.cond, &w.body);
                *e = parse_quote!(#label loop { if #cond #body else { break; } });
            }
            // An assignment gives nothing: it is a statement of its own.
            Expr::Break(syn::ExprBreak { label, expr: Some(value), .. }) if is_assignment(value) => {
                *e = parse_quote!({ #value; break #label; });
            }
            Expr::Assign(a) => {
                if let Some(stmts) = self.assignment_by_parts(a) {
                    *e = parse_quote!({ #(#stmts)* });
                }
            }
            _ => {}
        }
        if let Expr::MethodCall(m) = e {
            for a in &mut m.args {
                let span = a.span();
                if let Some(closure) = lists::as_closure(a, || self.fresh("list_", span)) {
                    *a = closure;
                }
            }
        }
        if let Some(method) = if let Expr::Call(c) = &*e { lists::as_method(c) } else { None } {
            *e = method;
        }
        let transposed =
            matches!(e, Expr::MethodCall(m) if m.method == "transpose" && m.args.is_empty() && self.shapes.holds_results(&m.receiver));
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::MethodCall(m) if transposed => {
                let at = m.method.span();
                *e = results::transposed(m, [self.fresh("result_", at), self.fresh("payload_", at), self.fresh("error_", at)]);
            }
            Expr::MethodCall(m) if of_result => {
                let at = m.method.span();
                let names = [self.fresh("payload_", at), self.fresh("error_", at)];
                if let Some(code) = results::method(m, &names[0], &names[1]) {
                    *e = code;
                }
            }
            Expr::Try(t) => {
                let v = self.fresh("payload_", t.question_token.span);
                let inner = &t.expr;
                let at = t.question_token.span;
                let in_result = if self.closures > 0 { self.gives_result } else { self.result };
                if self.result && self.closures > 0 && !in_result && !self.gives_option {
                    // What the closure gives is not known: left for lowering to refuse.
                    return;
                }
                if let Some(left) = results::left_by(inner, in_result, self.closures > 0) {
                    *e = left;
                    return;
                }
                if in_result {
                    let error = self.fresh("error_", t.question_token.span);
                    // Inside a closure nothing would say into what the error is converted.
                    let given = if self.closures > 0 { quote::quote!(#error) } else { quote::quote!(::core::convert::From::from(#error)) };
                    let code = syn::parse_quote_spanned! {at=>
                        match () {
                            ::core::result::Result::Ok(#v) => #v,
                            ::core::result::Result::Err(#error) => {
                                return ::core::result::Result::Err(#given)
                            }
                        }
                    };
                    *e = of(code, inner);
                    return;
                }
                let code = syn::parse_quote_spanned! {at=>
                    match () {
                        ::core::option::Option::Some(#v) => #v,
                        ::core::option::Option::None => return ::core::option::Option::None,
                    }
                };
                *e = of(code, inner);
            }
            Expr::Match(m) => {
                let arms = std::mem::take(&mut m.arms);
                for arm in arms {
                    for pat in Self::alternatives(&arm.pat) {
                        let mut arm = arm.clone();
                        arm.pat = pat;
                        arm.comma = Some(syn::token::Comma::default());
                        m.arms.push(arm);
                    }
                }
            }
            Expr::If(i) => {
                if let Expr::Let(l) = &*i.cond {
                    let pats = Self::alternatives(&l.pat);
                    if pats.len() > 1 {
                        let (value, then) = (&l.expr, &i.then_branch);
                        let other: Expr = i.else_branch.as_ref().map_or_else(|| parse_quote!({}), |(_, e)| (**e).clone());
                        *e = of(parse_quote!(match () { #(#pats => #then,)* _ => #other }), value);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A chain of `let` conditions with `else`: nested branches, each with that `else`.
fn chain_with_else(e: &mut Expr) {
    let Expr::If(i) = e else { return };
    let Some((_, other)) = &i.else_branch else { return };
    if !has_let(&i.cond) {
        return;
    }
    let Expr::Binary(b) = &*i.cond else { return };
    let mut links = Vec::new();
    fn flatten<'e>(cond: &'e Expr, links: &mut Vec<&'e Expr>) {
        match cond {
            Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => {
                flatten(&b.left, links);
                flatten(&b.right, links);
            }
            other => links.push(other),
        }
    }
    flatten(&b.left, &mut links);
    flatten(&b.right, &mut links);
    let mut inner = i.then_branch.clone();
    let mut nested = None;
    for link in links.into_iter().rev() {
        let branch: Expr = parse_quote!(if #link #inner else #other);
        inner = parse_quote!({ #branch });
        nested = Some(branch);
    }
    if let Some(nested) = nested {
        *e = nested;
    }
}
