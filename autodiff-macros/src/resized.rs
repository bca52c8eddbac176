//! Lists that get another length.
//!
//! What enters: a block and a variable. What leaves: whether anything in the block may change how many elements it has, or put something else in its
//! place as a whole ([`resized`]); of a function, all lists of which that is so ([`lists`]). If in doubt, it may.

use rustc_hash::FxHashSet as HashSet;

use crate::ir::{Arg, Block, ContainerOp, Expr, Function, Place, Proj, Stmt, Var, VarInfo};
use crate::types::Ty;

/// What calls that take a list by `&mut` do to its length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// They may change it.
    Count,
    /// Somebody else looks at that.
    Apart,
}

/// The lists and slices of a function that may have another length at one time than at another.
pub(crate) fn lists(f: &Function) -> HashSet<Var> {
    let mut found: HashSet<Var> = f.vars.iter().filter_map(split).collect();
    found.retain(|v| !is_slice(f, *v));
    let note = &mut |v| _ = found.insert(v);
    Search { f, calls: Calls::Count, filling: None, note }.stmts(&f.body.stmts);
    found.retain(|v| matches!(f.vars[v.0 as usize].ty.peel(), Ty::Vec(_) | Ty::Slice(_)));
    found
}

/// Whether anything may change the length of a list, or what it is as a whole; the loop with the counter `filling` may push to it.
pub(crate) fn resized(f: &Function, block: &Block, v: Var, calls: Calls, filling: Option<Var>) -> bool {
    if matches!(f.vars[v.0 as usize].ty.peel(), Ty::Array(..)) {
        return false;
    }
    // What a slice has, nobody changes; the reference may lead to another one.
    if !is_slice(f, v) && f.vars.iter().any(|u| split(u) == Some(v)) {
        return true;
    }
    let mut found = false;
    Search { f, calls, filling, note: &mut |u| found |= u == v }.stmts(&block.stmts);
    found
}

/// The list of which a pattern binds a part that is no element.
fn split(u: &VarInfo) -> Option<Var> {
    u.origin.as_ref().filter(|p| !p.path.iter().any(|s| matches!(s, Proj::Index(..)))).map(|p| p.root)
}

/// Whether a variable is a reference to a slice.
fn is_slice(f: &Function, v: Var) -> bool {
    matches!(&f.vars[v.0 as usize].ty, Ty::Ref(inner, _) if matches!(**inner, Ty::Slice(_)))
}

/// Notes the variables that are changed so.
struct Search<'f, 'n> {
    f: &'f Function,
    calls: Calls,
    /// All that this loop does with the list that it fills is known.
    filling: Option<Var>,
    note: &'n mut dyn FnMut(Var),
}

impl Search<'_, '_> {
    fn stmts(&mut self, stmts: &[Stmt]) {
        stmts.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, s: &Stmt) {
        match s {
            Stmt::Container(op, p, args, _) => {
                if !matches!(op, ContainerOp::Fill | ContainerOp::CopyFrom | ContainerOp::SwapIndex) {
                    self.whole(p);
                }
                args.iter().for_each(|a| self.expr(a));
            }
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
                self.whole(p);
                self.expr(e);
            }
            Stmt::Let(_, e) | Stmt::Do(e) | Stmt::Decl(_, Some(e)) | Stmt::If(e, ..) => self.expr(e),
            Stmt::Match(e, arms) => {
                self.expr(e);
                arms.iter().filter_map(|a| a.guard.as_ref()).for_each(|g| self.expr(g));
            }
            Stmt::While(l) => self.expr(&l.cond),
            Stmt::For(l) => {
                self.expr(&l.counter.start);
                self.expr(&l.counter.end);
            }
            Stmt::ForEach(l) => self.expr(&l.over),
            Stmt::Decl(_, None) | Stmt::Check(..) => {}
            other => other.each_read(&mut |u| (self.note)(u)),
        }
        if !matches!(s, Stmt::For(l) if Some(l.var) == self.filling) {
            s.each_block(&mut |b| self.stmts(&b.stmts));
        }
    }

    /// A place that is the list itself, not a part of an element; of a slice, the reference to it.
    fn whole(&mut self, p: &Place) {
        let itself = if is_slice(self.f, p.root) { p.path.is_empty() } else { !p.path.iter().any(|s| matches!(s, Proj::Index(..))) };
        if itself {
            (self.note)(p.root);
        }
    }

    /// What an expression may do more with than to read it.
    fn expr(&mut self, e: &Expr) {
        match e {
            Expr::Var(_) | Expr::Const(_) | Expr::Read(_) | Expr::Ref(_) => {}
            Expr::RefMut(p) => self.whole(p),
            Expr::Clone(x) | Expr::Neg(x) | Expr::Cast(x, _) | Expr::Repeat(x, _) => self.expr(x),
            Expr::Bin(_, l, r, _) | Expr::VecRepeat(l, r) => {
                self.expr(l);
                self.expr(r);
            }
            Expr::Rule(_, items)
            | Expr::Tuple(items)
            | Expr::Array(items)
            | Expr::VecList(items)
            | Expr::Ctor(_, items)
            | Expr::Runtime(_, items) => items.iter().for_each(|x| self.expr(x)),
            Expr::Container(op, p, args) => {
                if !op.copies() {
                    self.whole(p);
                }
                args.iter().for_each(|x| self.expr(x));
            }
            Expr::Call(call) => {
                for a in &call.args {
                    match a {
                        Arg::Value(x) => self.expr(x),
                        Arg::RefMut(p) | Arg::Receiver(p) if self.calls == Calls::Count => self.whole(p),
                        _ => {}
                    }
                }
            }
            Expr::Verbatim(code, vars) => {
                if !crate::lower::is_simple(code) {
                    vars.iter().for_each(|u| (self.note)(*u));
                }
            }
            other => other.each_operand(&mut |u| (self.note)(u)),
        }
    }
}
