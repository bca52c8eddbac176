//! Exits in the middle of expressions: statements of their own, the operands before them bound first.
//!
//! What enters: a statement with `return`, `break`, `continue` or `?` inside an expression. What leaves: several statements, of which those
//! that leave are whole ones. Guarantees: operands are evaluated in their order, each once; what cannot be taken apart stays as it is.

use quote::ToTokens;
use rustc_hash::FxHashSet as HashSet;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{parse_quote, Block, Expr, Stmt};

use super::Desugar;
use crate::lower::{certainly_changes, changes_place, expr_diverges, expr_exits, has_let, may_change, mutates, stmt_exits, strip};
use crate::varied::root_name;

/// The construct cannot be taken apart without changing what it means.
struct Stays;

impl Desugar {
    /// Moves exits out of the middle of a statement.
    pub(super) fn hoist(&mut self, mut stmt: Stmt, out: &mut Vec<Stmt>) {
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
            // Which side comes first, their types decide.
            Expr::Binary(b) if crate::lower::is_update(&b.op) && (meddles(&b.left, &b.right) || meddles(&b.right, &b.left)) => Err(Stays),
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

    /// A value that got a name of its own, and is changed where it stands.
    fn changed_in_place(&self, e: &Expr, out: &mut [Stmt]) {
        let Some(name) = root_name(e).filter(|name| self.made.contains(name)) else { return };
        for stmt in out {
            if let Stmt::Local(syn::Local { pat: syn::Pat::Ident(i), .. }) = stmt {
                if i.ident == name {
                    i.mutability = Some(Default::default());
                }
            }
        }
    }

    /// An expression inside another one: no exit may remain.
    fn inner(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) -> Result<(), Stays> {
        if !expr_exits(e) {
            return Ok(());
        }
        match e {
            Expr::Paren(p) => self.inner(&mut p.expr, out),
            Expr::Group(g) => self.inner(&mut g.expr, out),
            Expr::Reference(r) => {
                self.inner(&mut r.expr, out)?;
                if r.mutability.is_some() {
                    self.changed_in_place(&r.expr, out);
                }
                Ok(())
            }
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
            Expr::Binary(b) if !crate::lower::is_update(&b.op) => self.operands(First::Value, vec![&mut b.left, &mut b.right], out),
            Expr::Call(c) if !expr_exits(&c.func) => self.operands(First::Value, c.args.iter_mut().collect(), out),
            Expr::MethodCall(m) => {
                // A number is copied before the arguments; anything else stays where it is.
                let name = m.method.to_string();
                let of_number = crate::infer::float_method_args(&name).is_some() && !crate::position::is_method(&m.method, &name);
                let first = if of_number { First::Value } else { First::Receiver };
                if is_place(&m.receiver) && m.args.iter().any(expr_exits) {
                    match before_arguments(m, of_number) {
                        Received::Borrowed => {}
                        // Cloned, since it may stand behind a reference.
                        Received::Copied => {
                            self.inner(&mut m.receiver, out)?;
                            let receiver = &m.receiver;
                            *m.receiver = parse_quote!(#receiver.clone());
                            self.named(&mut m.receiver, out);
                        }
                        Received::Unknown => return Err(Stays),
                    }
                }
                let changes = mutates(m) || crate::position::may_be_mut_method(&m.method);
                let mut list: Vec<&mut Expr> = vec![&mut m.receiver];
                list.extend(m.args.iter_mut());
                self.operands(first, list, out)?;
                if changes {
                    self.changed_in_place(&m.receiver, out);
                }
                Ok(())
            }
            Expr::Tuple(t) => self.operands(First::Value, t.elems.iter_mut().collect(), out),
            Expr::Array(a) => self.operands(First::Value, a.elems.iter_mut().collect(), out),
            Expr::Index(i) => self.operands(First::Base, vec![&mut i.expr, &mut i.index], out),
            Expr::Struct(s) => {
                let mut list: Vec<&mut Expr> = s.fields.iter_mut().map(|f| &mut f.expr).collect();
                list.extend(s.rest.iter_mut().map(|r| &mut **r));
                let done = self.operands(First::Value, list, out);
                for f in &mut s.fields {
                    if f.colon_token.is_none()
                        && !matches!(&f.expr, Expr::Path(p) if matches!(&f.member, syn::Member::Named(n) if p.path.is_ident(n)))
                    {
                        f.colon_token = Some(syn::token::Colon::default());
                    }
                }
                done
            }
            Expr::Range(r) => self.operands(First::Value, r.start.iter_mut().chain(r.end.iter_mut()).map(|e| &mut **e).collect(), out),
            _ => Err(Stays),
        }
    }

    /// Operands that are evaluated one after the other: those before an exit get a name.
    fn operands(&mut self, first: First, mut list: Vec<&mut Expr>, out: &mut Vec<Stmt>) -> Result<(), Stays> {
        let Some(last) = list.iter().rposition(|e| expr_exits(e)) else { return Ok(()) };
        for k in 0..last {
            let (left, right) = list.split_at_mut(k + 1);
            let e = &mut *left[k];
            self.inner(e, out)?;
            let named = match e {
                Expr::Lit(_) => continue,
                // It has copies of what it captures.
                Expr::Closure(c) if c.capture.is_some() && right.iter().any(|r| meddles(e, r)) => true,
                Expr::Closure(_) => continue,
                _ => false,
            };
            if named {
                self.named(e, out);
                continue;
            }
            let name = root_name(e);
            let mentioned = || name.as_ref().is_some_and(|name| right.iter().any(|r| mentions(r, name)));
            let stays = match first {
                First::Base | First::Receiver if k == 0 => is_place(e),
                _ => is_steady(e) && !mentioned(),
            };
            if stays {
                self.settle(e, out);
            } else {
                self.named(e, out);
            }
        }
        self.inner(list[last], out)
    }

    /// A place that is meant itself, not what it holds now: its indices are worked out.
    pub(super) fn settle(&mut self, place: &mut Expr, out: &mut Vec<Stmt>) {
        match place {
            Expr::Paren(syn::ExprParen { expr, .. })
            | Expr::Group(syn::ExprGroup { expr, .. })
            | Expr::Reference(syn::ExprReference { expr, .. })
            | Expr::Unary(syn::ExprUnary { expr, .. })
            | Expr::Field(syn::ExprField { base: expr, .. }) => self.settle(expr, out),
            Expr::Index(i) => {
                self.settle(&mut i.expr, out);
                let parts: Vec<&mut Expr> = match &mut *i.index {
                    Expr::Range(r) => r.start.iter_mut().chain(r.end.iter_mut()).map(|end| &mut **end).collect(),
                    Expr::Tuple(t) => t.elems.iter_mut().collect(),
                    index => vec![index],
                };
                parts.into_iter().filter(|part| !matches!(part, Expr::Lit(_))).for_each(|part| self.named(part, out));
            }
            _ => {}
        }
    }

    pub(super) fn hoist_block(&mut self, b: &mut Block) {
        let stmts = std::mem::take(&mut b.stmts);
        let mut out = Vec::new();
        for s in stmts {
            self.hoist(s, &mut out);
        }
        b.stmts = out;
    }
}

/// The `match` or `if` of something: put in here, since tokens would not say where `return` or a struct ends that is looked at.
pub(super) fn of(mut branches: Expr, what: &Expr) -> Expr {
    match &mut branches {
        Expr::Match(m) => *m.expr = what.clone(),
        Expr::If(i) => *i.cond = what.clone(),
        _ => {}
    }
    branches
}

/// A place whose evaluation shows nothing, so that it may as well happen later.
pub(super) fn is_steady(e: &Expr) -> bool {
    match e {
        Expr::Path(_) => true,
        Expr::Field(f) => is_steady(&f.base),
        Expr::Reference(r) => is_steady(&r.expr),
        Expr::Paren(p) => is_steady(&p.expr),
        _ => false,
    }
}

/// What the first of several operands is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    /// A value, as the others are.
    Value,
    /// What a method is called on, which may borrow it.
    Receiver,
    /// What an index is looked up in.
    Base,
}

/// What becomes of a place that a method is called on, whose arguments may change it.
enum Received {
    /// It stays: nothing changes it, since the method borrows it before its arguments are evaluated.
    Borrowed,
    /// The method gets what it was before the arguments: it takes it by value, and the type is `Copy`.
    Copied,
    /// One of both.
    Unknown,
}

fn before_arguments(m: &syn::ExprMethodCall, of_number: bool) -> Received {
    let certainly = || m.args.iter().any(|a| changes_place(a, &m.receiver));
    let perhaps =
        || root_name(&m.receiver).is_some_and(|name| m.args.iter().any(|a| may_change(a, &std::iter::once(name.clone()).collect())));
    match crate::position::may_take_value(&m.method).filter(|_| !of_number) {
        Some(false) => Received::Borrowed,
        Some(true) if !perhaps() => Received::Borrowed,
        Some(true) if crate::position::may_be_mut_method(&m.method) => Received::Unknown,
        Some(true) => Received::Copied,
        None if mutates(m) || !certainly() => Received::Borrowed,
        None => Received::Copied,
    }
}

/// Whether an expression is a place.
fn is_place(e: &Expr) -> bool {
    match e {
        Expr::Path(_) => true,
        Expr::Index(syn::ExprIndex { expr, .. })
        | Expr::Field(syn::ExprField { base: expr, .. })
        | Expr::Paren(syn::ExprParen { expr, .. })
        | Expr::Group(syn::ExprGroup { expr, .. })
        | Expr::Reference(syn::ExprReference { expr, .. }) => is_place(expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_place(&u.expr),
        _ => false,
    }
}

/// Whether an expression writes to what the indices of another one read, or to anything that it reads if it is no place.
pub(super) fn meddles(with: &Expr, e: &Expr) -> bool {
    let read: HashSet<String> = match strip(with) {
        place if is_place(place) => {
            let mut indices = Indices(HashSet::default());
            indices.visit_expr(place);
            indices.0
        }
        other => crate::varied::names_in(other.to_token_stream()),
    };
    may_change(e, &read)
}

/// The names that indices mention.
struct Indices(HashSet<String>);

impl<'a> Visit<'a> for Indices {
    fn visit_expr_index(&mut self, i: &'a syn::ExprIndex) {
        self.0.extend(crate::varied::names_in(i.index.to_token_stream()));
        syn::visit::visit_expr_index(self, i);
    }
}

fn mentions(e: &Expr, name: &str) -> bool {
    crate::varied::mentions(e.to_token_stream(), &std::iter::once(name.to_string()).collect())
}

/// Whether code in the user's own words certainly writes to a variable; code that cannot be read may.
pub(crate) fn writes_to(code: &Expr, name: &str) -> bool {
    // Parts of it may be tokens that have not been read yet.
    match syn::parse2::<Expr>(code.to_token_stream()) {
        Ok(code) => certainly_changes(&code, &std::iter::once(name.to_string()).collect()),
        Err(_) => mentions(code, name),
    }
}

/// An expression with exits in its middle, in a block that takes what moves out of it.
pub(super) fn in_block(e: &mut Expr) {
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
