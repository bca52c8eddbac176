//! Long sequences of loops.
//!
//! What rustc's borrow checker takes grows with the square of a body's size. Where a function has many loops, one after the other, those that
//! can are written as closures that are called at once: `(|| for k in 0..n { .. })();`. Each is then checked by itself, and a compiler that
//! optimises sees through it. What comes in is a statement; what goes out is whether it can be such a closure: no control flow leaves it,
//! and what it captures are numbers, which are copied, or parts of places, which it borrows.

use proc_macro2::TokenTree;
use rustc_hash::FxHashSet as HashSet;

use super::Emit;
use crate::ir::{Block, Counter, Expr, Place, Stmt, Var};
use crate::types::Ty;

/// Sequences with more loops than this are taken apart.
const LOOPS: usize = 24;

/// The statements of a sequence that become closures.
pub(super) fn outlined(emit: &Emit, stmts: &[Stmt]) -> Vec<bool> {
    let is_loop = |s: &Stmt| match s {
        Stmt::For(_) => true,
        Stmt::If(_, a, b) => a.has_loop() || b.has_loop(),
        _ => false,
    };
    if stmts.iter().filter(|s| is_loop(s)).count() <= LOOPS {
        return Vec::new();
    }
    // What has no value yet cannot be captured.
    let unset = stmts.iter().filter_map(|s| if let Stmt::Decl(v, None) = s { Some(*v) } else { None }).collect();
    stmts.iter().map(|s| is_loop(s) && Outline { emit, unset: &unset, inside: HashSet::default() }.stmt(s)).collect()
}

struct Outline<'e, 'v> {
    emit: &'e Emit<'v>,
    unset: &'e HashSet<Var>,
    /// What the statement itself defines.
    inside: HashSet<Var>,
}

impl Outline<'_, '_> {
    fn block(&mut self, b: &Block) -> bool {
        b.stmts.iter().all(|s| self.stmt(s))
    }

    fn stmt(&mut self, s: &Stmt) -> bool {
        match s {
            Stmt::Let(v, e) | Stmt::LetBar(v, e, _) | Stmt::DeclBar(v, e) | Stmt::Decl(v, Some(e)) => {
                self.inside.insert(*v);
                self.expr(e)
            }
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) | Stmt::Accumulate(p, e) => {
                !self.unset.contains(&p.root) && self.part(p) && self.expr(e)
            }
            Stmt::LetRow(v, p, _) => {
                self.inside.insert(*v);
                self.indices(p)
            }
            Stmt::If(c, a, b) => self.expr(c) && self.block(a) && self.block(b),
            Stmt::For(l) => {
                let Counter { start, end, step, .. } = &l.counter;
                self.inside.insert(l.var);
                self.expr(start)
                    && self.expr(end)
                    && step.as_ref().is_none_or(|s| self.expr(s))
                    && l.exit.is_none_or(|v| self.value(v))
                    && self.block(&l.body)
            }
            Stmt::TapePush(_, vars) => vars.iter().all(|v| self.value(*v)),
            Stmt::TapePop(_, vars) => {
                self.inside.extend(vars);
                true
            }
            _ => false,
        }
    }

    /// A variable whose value is copied.
    fn value(&self, v: Var) -> bool {
        self.inside.contains(&v) || matches!(self.emit.info(v).ty, Ty::Float(_) | Ty::Plain)
    }

    /// A number, or an element of what is borrowed.
    fn part(&self, p: &Place) -> bool {
        (!p.path.is_empty() || self.value(p.root)) && self.indices(p)
    }

    fn indices(&self, p: &Place) -> bool {
        p.path.iter().all(|q| match q {
            crate::ir::Proj::Index(e, _) | crate::ir::Proj::Slice(e, _) => self.expr(e),
            crate::ir::Proj::Field(_) | crate::ir::Proj::Deref => true,
            crate::ir::Proj::Payload(..) | crate::ir::Proj::PayloadRef(..) => false,
        })
    }

    fn expr(&self, e: &Expr) -> bool {
        match e {
            Expr::Const(_) => true,
            Expr::Var(v) => self.value(*v),
            Expr::Read(p) => self.part(p),
            Expr::Neg(e) | Expr::Cast(e, _) => self.expr(e),
            Expr::Bin(_, a, b, _) => self.expr(a) && self.expr(b),
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Pushforward(_, _, args) => args.iter().all(|a| self.expr(a)),
            Expr::Verbatim(code, _) => is_plain(code),
            _ => false,
        }
    }
}

/// Arithmetic, comparisons and lengths: nothing is moved, and control stays inside.
fn is_plain(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Lit(_) | syn::Expr::Path(_) => true,
        // A place as the lowering writes it.
        syn::Expr::Verbatim(tokens) => tokens.clone().into_iter().all(|t| match t {
            TokenTree::Ident(i) => !["return", "break", "continue"].iter().any(|k| i == k),
            TokenTree::Punct(p) => p.as_char() == '.',
            TokenTree::Literal(_) => true,
            TokenTree::Group(_) => false,
        }),
        syn::Expr::Paren(p) => is_plain(&p.expr),
        syn::Expr::Unary(u) => is_plain(&u.expr),
        syn::Expr::Binary(b) => is_plain(&b.left) && is_plain(&b.right),
        syn::Expr::Cast(c) => is_plain(&c.expr),
        syn::Expr::Field(f) => is_plain(&f.base),
        syn::Expr::Index(i) => is_plain(&i.expr) && is_plain(&i.index),
        syn::Expr::Range(r) => r.start.as_deref().is_none_or(is_plain) && r.end.as_deref().is_none_or(is_plain),
        syn::Expr::MethodCall(m) => {
            let by_reference = ["len", "is_empty", "is_some", "is_none", "get", "min", "max"];
            by_reference.iter().any(|n| m.method == n) && is_plain(&m.receiver) && m.args.iter().all(is_plain)
        }
        _ => false,
    }
}
