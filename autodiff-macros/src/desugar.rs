//! Sugar: constructs that the language itself explains by others.
//!
//! What enters: a body in which every binding has its own name. What leaves: a body of the same meaning, in which
//!
//! | was | is |
//! | --- | --- |
//! | `e?` | `match e { Some(v) => v, None => return None }`, or the same with `Ok` and `Err` |
//! | an exit in the middle of an expression | a statement of its own, the operands before it bound first |
//! | `return` inside a closure | the value of a branch, or of a labelled block |
//! | `if let A = a && c { .. } else { .. }` | nested branches |
//! | `A(x) \| B(x) => ..` | an arm for each alternative |
//! | an assignment to a pattern, see [`assign`] | a `let`, and an assignment for each part |
//! | `as_deref` and the like, looked into, see [`optional`] | `match` and `if let` of a reference |
//! | `let x;` and, later in the block, `x = e;` | `let x = e;` |
//! | `items.map(f).count();` | `items.map(f).for_each(\|_\| ());` |
//! | a function of lists by its path, see [`lists`] | a closure that calls it, or the method |
//! | `items.rfind(f)` | `items.rev().find(f)` |
//! | `items.collect::<Result<Vec<f64>, E>>()`, see [`shunted`] | a loop that leaves at the first error |
//! | a method of a type of the crate with a name of std's, see [`own`] | the method by its path |
//! | a function inside, see [`local`] | a closure that captures nothing |
//! | a function under another name, see [`items`] | the function |
//! | an item of a block that hides another thing, see [`scoped`] | the same under another name |
//! | `let m = Matrix::zeros(); ..; m`, see [`told`] | the same with the type of the function's result |
//!
//! Guarantees: operands are evaluated in their order, each once. What does not fit is left as it is, for lowering to refuse.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use rustc_hash::FxHashSet as HashSet;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Block, Expr, Pat, Stmt};

pub(crate) use results::{is_result_type, is_written_as_result};

use crate::lower::{expr_diverges, expr_exits, has_let, has_return, stmt_exits};
use crate::names::Namer;
use crate::varied::{bound_names, root_name};

mod assign;
pub(crate) mod beside;
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
mod shunted;
pub(crate) mod told;

/// Rewrites a body; gives the names it made.
///
/// Some names may be known to be those of `Result`s, and the function may give one.
pub(crate) fn desugar(block: &mut Block, names: Namer, results: HashSet<String>, result: bool) -> (Vec<String>, Namer) {
    let mut pass = Desugar { names, made: Vec::new(), result, closures: 0, gives_result: false, results };
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
    /// Names of `Result`s.
    results: HashSet<String>,
}

/// The construct cannot be taken apart without changing what it means.
struct Stays;

impl Desugar {
    /// Whether a closure is known to give a `Result`.
    fn gives_result(&self, c: &syn::ExprClosure) -> bool {
        let written = matches!(&c.output, syn::ReturnType::Type(_, ty) if is_result_type(ty));
        written || results::is_result(&c.body, &self.results)
    }

    fn fresh(&mut self, stem: &str, span: Span) -> Ident {
        let name = self.names.numbered(stem);
        self.made.push(name.to_string());
        Ident::new(&name.to_string(), Span::mixed_site().located_at(span))
    }

    /// Moves exits out of the middle of a statement.
    fn hoist(&mut self, mut stmt: Stmt, out: &mut Vec<Stmt>) {
        if !stmt_exits(&stmt) {
            out.push(stmt);
            return;
        }
        let whole = stmt.clone();
        let mut before = Vec::new();
        let done = match &mut stmt {
            Stmt::Local(l) => match &mut l.init {
                Some(init) => {
                    let done = self.outermost(&mut init.expr, &mut before);
                    if init.diverge.is_some() && expr_exits(&init.expr) {
                        self.named(&mut init.expr, &mut before);
                    }
                    done
                }
                None => Ok(()),
            },
            Stmt::Expr(e, _) => self.outermost(e, &mut before),
            Stmt::Macro(_) | Stmt::Item(_) => Ok(()),
        };
        if done.is_err() {
            out.push(whole);
            return;
        }
        // What was moved out may have exits of its own to move.
        out.extend(before);
        out.push(stmt);
    }

    /// An expression that is a statement, or the value of a `let`: exits of branches may stay where they are.
    fn outermost(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) -> Result<(), Stays> {
        match e {
            // What branches is looked for where the statement begins.
            Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Group(syn::ExprGroup { expr, .. }) => {
                *e = (**expr).clone();
                self.outermost(e, out)
            }
            Expr::If(i) => self.condition(&mut i.cond, out),
            Expr::Match(m) => self.inner(&mut m.expr, out),
            Expr::ForLoop(f) => self.inner(&mut f.expr, out),
            Expr::Block(_) | Expr::Loop(_) | Expr::While(_) | Expr::Continue(_) => Ok(()),
            Expr::Return(syn::ExprReturn { expr: Some(value), .. }) | Expr::Break(syn::ExprBreak { expr: Some(value), .. }) => {
                self.outermost(value, out)?;
                if expr_exits(value) && !expr_diverges(value) {
                    self.named(value, out);
                }
                Ok(())
            }
            Expr::Return(_) | Expr::Break(_) => Ok(()),
            Expr::Assign(a) => self.inner(&mut a.right, out),
            Expr::Binary(b) if crate::lower::is_update(&b.op) => self.inner(&mut b.right, out),
            other => self.inner(other, out),
        }
    }

    fn condition(&mut self, cond: &mut Expr, out: &mut Vec<Stmt>) -> Result<(), Stays> {
        if !expr_exits(cond) {
            return Ok(());
        }
        match cond {
            Expr::Let(l) => self.inner(&mut l.expr, out),
            Expr::Binary(b) if has_let(&b.left) || has_let(&b.right) => {
                // The first link is evaluated in any case.
                self.condition(&mut b.left, out)?;
                if expr_exits(&b.right) {
                    Err(Stays)
                } else {
                    Ok(())
                }
            }
            other => self.inner(other, out),
        }
    }

    /// `let t = e;`, and `t` in its place.
    fn named(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) {
        let name = self.fresh("part_", e.span());
        let value = std::mem::replace(e, parse_quote!(#name));
        out.push(parse_quote!(let #name = #value;));
    }

    /// An expression inside another one: no exit may remain.
    fn inner(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) -> Result<(), Stays> {
        if !expr_exits(e) {
            return Ok(());
        }
        match e {
            Expr::Paren(p) => self.inner(&mut p.expr, out),
            Expr::Group(g) => self.inner(&mut g.expr, out),
            Expr::Reference(r) => self.inner(&mut r.expr, out),
            Expr::Unary(u) => self.inner(&mut u.expr, out),
            Expr::Cast(c) => self.inner(&mut c.expr, out),
            Expr::Field(f) => self.inner(&mut f.base, out),
            Expr::Repeat(r) => self.inner(&mut r.expr, out),
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Loop(_) => {
                self.outermost(e, out)?;
                self.named(e, out);
                Ok(())
            }
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
                self.outermost(e, out)?;
                let exit = std::mem::replace(e, parse_quote!(::core::unreachable!()));
                out.push(Stmt::Expr(exit, Some(syn::token::Semi::default())));
                Ok(())
            }
            Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                if has_let(&b.left) || has_let(&b.right) {
                    return Err(Stays);
                }
                if !expr_exits(&b.right) {
                    return self.inner(&mut b.left, out);
                }
                // Not written as tokens: at the beginning of a block `match .. { .. } > 0.0` would be a statement, and more.
                let block = |value: &Expr| Block { brace_token: Default::default(), stmts: vec![Stmt::Expr(value.clone(), None)] };
                let mut branch = of(parse_quote!(if true { true } else { false }), &b.left);
                if let Expr::If(i) = &mut branch {
                    match (&b.op, &mut i.else_branch) {
                        (syn::BinOp::Or(_), Some((_, other))) => {
                            **other = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: block(&b.right) });
                        }
                        _ => i.then_branch = block(&b.right),
                    }
                }
                // The operands have been visited; their exits move within their own blocks.
                if let Expr::If(i) = &mut branch {
                    self.hoist_block(&mut i.then_branch);
                    if let Some((_, other)) = &mut i.else_branch {
                        if let Expr::Block(b) = &mut **other {
                            self.hoist_block(&mut b.block);
                        }
                    }
                }
                *e = branch;
                self.outermost(e, out)?;
                self.named(e, out);
                Ok(())
            }
            Expr::Binary(b) if !crate::lower::is_update(&b.op) => self.operands(vec![&mut b.left, &mut b.right], out),
            Expr::Call(c) if !expr_exits(&c.func) => self.operands(c.args.iter_mut().collect(), out),
            Expr::MethodCall(m) => {
                let mut list: Vec<&mut Expr> = vec![&mut m.receiver];
                list.extend(m.args.iter_mut());
                self.operands(list, out)
            }
            Expr::Tuple(t) => self.operands(t.elems.iter_mut().collect(), out),
            Expr::Array(a) => self.operands(a.elems.iter_mut().collect(), out),
            Expr::Index(i) => self.operands(vec![&mut i.expr, &mut i.index], out),
            Expr::Struct(s) => {
                let mut list: Vec<&mut Expr> = s.fields.iter_mut().map(|f| &mut f.expr).collect();
                list.extend(s.rest.iter_mut().map(|r| &mut **r));
                let done = self.operands(list, out);
                for f in &mut s.fields {
                    if f.colon_token.is_none()
                        && !matches!(&f.expr, Expr::Path(p) if matches!(&f.member, syn::Member::Named(n) if p.path.is_ident(n)))
                    {
                        f.colon_token = Some(syn::token::Colon::default());
                    }
                }
                done
            }
            Expr::Range(r) => self.operands(r.start.iter_mut().chain(r.end.iter_mut()).map(|e| &mut **e).collect(), out),
            _ => Err(Stays),
        }
    }

    /// Operands that are evaluated one after the other: those before an exit get a name.
    fn operands(&mut self, mut list: Vec<&mut Expr>, out: &mut Vec<Stmt>) -> Result<(), Stays> {
        let Some(last) = list.iter().rposition(|e| expr_exits(e)) else { return Ok(()) };
        for k in 0..last {
            let (left, right) = list.split_at_mut(k + 1);
            let e = &mut *left[k];
            self.inner(e, out)?;
            if matches!(e, Expr::Lit(_) | Expr::Closure(_)) {
                continue;
            }
            let steady = is_steady(e);
            let changed = root_name(e).is_some_and(|name| right.iter().any(|r| writes(r, &name)));
            match (steady, changed) {
                (true, false) => {}
                (true, true) if !matches!(e, Expr::Path(_)) => return Err(Stays),
                _ => self.named(e, out),
            }
        }
        self.inner(list[last], out)
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

    fn hoist_block(&mut self, b: &mut Block) {
        let stmts = std::mem::take(&mut b.stmts);
        let mut out = Vec::new();
        for s in stmts {
            self.hoist(s, &mut out);
        }
        b.stmts = out;
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
    let runs = matches!(&*count.receiver, Expr::MethodCall(m) if m.method == "map" || m.method == "inspect");
    if runs && count.method == "count" && count.args.is_empty() {
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

/// The `match` or `if` of something: put in here, since tokens would not say where `return` or a struct ends that is looked at.
fn of(mut branches: Expr, what: &Expr) -> Expr {
    match &mut branches {
        Expr::Match(m) => *m.expr = what.clone(),
        Expr::If(i) => *i.cond = what.clone(),
        _ => {}
    }
    branches
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

/// A place whose evaluation shows nothing, so that it may as well happen later.
fn is_steady(e: &Expr) -> bool {
    match e {
        Expr::Path(_) => true,
        Expr::Field(f) => is_steady(&f.base),
        Expr::Reference(r) => is_steady(&r.expr),
        Expr::Paren(p) => is_steady(&p.expr),
        _ => false,
    }
}

/// Whether an expression may write to a variable.
fn writes(e: &Expr, name: &str) -> bool {
    struct Writes<'n>(&'n str, bool);
    impl<'a> Visit<'a> for Writes<'_> {
        fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
            self.1 |= crate::varied::mentions(a.left.to_token_stream(), &std::iter::once(self.0.to_string()).collect());
            syn::visit::visit_expr_assign(self, a);
        }
        fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
            self.1 |= crate::lower::is_update(&b.op) && root_name(&b.left).is_some_and(|n| n == self.0);
            syn::visit::visit_expr_binary(self, b);
        }
        fn visit_expr_reference(&mut self, r: &'a syn::ExprReference) {
            self.1 |= r.mutability.is_some() && root_name(&r.expr).is_some_and(|n| n == self.0);
            syn::visit::visit_expr_reference(self, r);
        }
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            self.1 |= crate::lower::mutates(m) && root_name(&m.receiver).is_some_and(|n| n == self.0);
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut writes = Writes(name, false);
    writes.visit_expr(e);
    writes.1
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
        visit_mut::visit_arm_mut(self, arm);
    }

    fn visit_expr_closure_mut(&mut self, c: &mut syn::ExprClosure) {
        self.closures += 1;
        let gives_result = self.gives_result(c);
        let around = std::mem::replace(&mut self.gives_result, gives_result);
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
    }

    fn visit_local_mut(&mut self, l: &mut syn::Local) {
        let written = matches!(&l.pat, Pat::Type(t) if is_result_type(&t.ty));
        let result = written || l.init.as_ref().is_some_and(|init| init.diverge.is_none() && results::is_result(&init.expr, &self.results));
        if let (Pat::Type(t), Some(init)) = (&l.pat, &mut l.init) {
            if let Some(code) = self.collected_results(&init.expr, &t.ty) {
                *init.expr = code;
            }
        }
        visit_mut::visit_local_mut(self, l);
        let given = match l.init.as_ref().map(|init| &*init.expr) {
            Some(Expr::Closure(c)) => self.gives_result(c),
            _ => false,
        };
        match results::bound(&l.pat) {
            Some(name) if result => self.results.insert(name),
            Some(name) if given => self.results.insert(results::given_by(&name)),
            _ => false,
        };
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        let of_result = match e {
            Expr::MethodCall(m) => {
                let makes = m.method == "ok_or" || m.method == "ok_or_else";
                makes || results::is_only_results(m) || results::is_result(&m.receiver, &self.results)
            }
            _ => false,
        };
        // Before the parts: what becomes a block of its own.
        self.lent_to_patterns(e);
        if let Expr::MethodCall(m) = e {
            from_the_back(m);
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
            Expr::While(w) if expr_exits(&w.cond) => {
                let (label, cond, body) = (&w.label, &w.cond, &w.body);
                *e = parse_quote!(#label loop { if #cond #body else { break; } });
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
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::MethodCall(m) if of_result => {
                let at = m.method.span();
                let names = [self.fresh("payload_", at), self.fresh("error_", at), self.fresh("given_", at)];
                if let Some(code) = results::method(m, &names[0], &names[1], &names[2]) {
                    *e = code;
                }
            }
            Expr::Try(t) => {
                let v = self.fresh("payload_", t.question_token.span);
                let inner = &t.expr;
                let at = t.question_token.span;
                let in_result = if self.closures > 0 { self.gives_result } else { self.result };
                if self.result && self.closures > 0 && !in_result {
                    // What the closure gives is not known: left for lowering to refuse.
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

/// An expression with exits in its middle, in a block that takes what moves out of it.
fn in_block(e: &mut Expr) {
    let structural = matches!(
        e,
        Expr::Block(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Return(syn::ExprReturn { expr: None, .. })
            | Expr::Break(syn::ExprBreak { expr: None, .. })
            | Expr::Continue(_)
    );
    let moves = if structural { !matches!(e, Expr::Block(_)) && conditions_exit(e) } else { expr_exits(e) };
    if moves {
        let inner = e.clone();
        *e = parse_quote!({ #inner });
    }
}

fn conditions_exit(e: &Expr) -> bool {
    match e {
        Expr::If(i) => expr_exits(&i.cond),
        Expr::Match(m) => expr_exits(&m.expr),
        Expr::ForLoop(f) => expr_exits(&f.expr),
        _ => false,
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
