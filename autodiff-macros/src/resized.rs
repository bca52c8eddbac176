//! Lists that get another length.
//!
//! What enters: a block and a variable. What leaves: whether anything in the block may change how many elements it has, or put something else in its
//! place as a whole ([`resized`]); of a function, all lists of which that is so ([`lists`]). If in doubt, it may.

use rustc_hash::FxHashSet as HashSet;

use crate::ir::{Arg, Block, ContainerOp, Expr, Function, Place, Proj, Stmt, Var};
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
    let vars = f.vars.iter().enumerate().filter(|(_, info)| matches!(info.ty.peel(), Ty::Vec(_) | Ty::Slice(_)));
    let vars = vars.map(|(k, _)| Var(u32::try_from(k).unwrap_or(u32::MAX)));
    vars.filter(|v| resized(f, &f.body, *v, Calls::Count, None)).collect()
}

/// Whether anything may change the length of a list, or what it is as a whole; the loop with the counter `filling` may push to it.
pub(crate) fn resized(f: &Function, block: &Block, v: Var, calls: Calls, filling: Option<Var>) -> bool {
    let ty = &f.vars[v.0 as usize].ty;
    if matches!(ty.peel(), Ty::Array(..)) {
        return false;
    }
    let slice = matches!(ty, Ty::Ref(inner, _) if matches!(**inner, Ty::Slice(_)));
    let part =
        |u: &crate::ir::VarInfo| u.origin.as_ref().is_some_and(|p| p.root == v && !p.path.iter().any(|s| matches!(s, Proj::Index(..))));
    // What a slice has, nobody changes; the reference may lead to another one.
    !slice && f.vars.iter().any(part) || Search { v, slice, calls, filling }.stmts(&block.stmts)
}

struct Search {
    v: Var,
    /// The variable is a reference to a slice.
    slice: bool,
    calls: Calls,
    filling: Option<Var>,
}

impl Search {
    fn stmts(&self, stmts: &[Stmt]) -> bool {
        stmts.iter().any(|s| self.stmt(s))
    }

    fn stmt(&self, s: &Stmt) -> bool {
        let own = match s {
            Stmt::Container(op, p, args, _) => {
                let fixed = matches!(op, ContainerOp::Fill | ContainerOp::CopyFrom | ContainerOp::SwapIndex);
                !fixed && self.whole(p) || args.iter().any(|a| self.changes(a))
            }
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => self.whole(p) || self.changes(e),
            Stmt::Let(_, e) | Stmt::Do(e) | Stmt::Decl(_, Some(e)) | Stmt::If(e, ..) | Stmt::Match(e, _) => self.changes(e),
            Stmt::While(l) => self.changes(&l.cond),
            Stmt::For(l) => self.changes(&l.counter.start) || self.changes(&l.counter.end),
            Stmt::ForEach(l) => self.changes(&l.over),
            Stmt::Decl(_, None) | Stmt::Check(..) => false,
            other => {
                let mut mentioned = false;
                other.each_read(&mut |u| mentioned |= u == self.v);
                mentioned
            }
        };
        let guards = matches!(s, Stmt::Match(_, arms) if arms.iter().any(|a| a.guard.as_ref().is_some_and(|g| self.changes(g))));
        let mut inside = own || guards;
        // All that the loop which fills the list does with it is known.
        if !matches!(s, Stmt::For(l) if Some(l.var) == self.filling) {
            s.each_block(&mut |b| inside |= self.stmts(&b.stmts));
        }
        inside
    }

    /// Whether a place is the list itself, not a part of an element; of a slice, the reference to it.
    fn whole(&self, p: &Place) -> bool {
        p.root == self.v && if self.slice { p.path.is_empty() } else { !p.path.iter().any(|s| matches!(s, Proj::Index(..))) }
    }

    /// Whether an expression may do more with a list than to read it.
    fn changes(&self, e: &Expr) -> bool {
        let all = |items: &[Expr]| items.iter().any(|x| self.changes(x));
        match e {
            Expr::Var(_) | Expr::Const(_) | Expr::Read(_) | Expr::Ref(_) => false,
            Expr::RefMut(p) => self.whole(p),
            Expr::Clone(x) | Expr::Neg(x) | Expr::Cast(x, _) | Expr::Repeat(x, _) => self.changes(x),
            Expr::Bin(_, l, r, _) | Expr::VecRepeat(l, r) => self.changes(l) || self.changes(r),
            Expr::Rule(_, items)
            | Expr::Tuple(items)
            | Expr::Array(items)
            | Expr::VecList(items)
            | Expr::Ctor(_, items)
            | Expr::Runtime(_, items) => all(items),
            Expr::Container(op, p, args) => !op.copies() && self.whole(p) || all(args),
            Expr::Call(call) => call.args.iter().any(|a| match a {
                Arg::Value(x) => self.changes(x),
                Arg::Ref(_) => false,
                Arg::RefMut(p) | Arg::Receiver(p) => self.calls == Calls::Count && self.whole(p),
            }),
            Expr::Verbatim(code, vars) => vars.contains(&self.v) && !crate::lower::is_simple(code),
            other => {
                let mut mentioned = false;
                other.each_operand(&mut |u| mentioned |= u == self.v);
                mentioned
            }
        }
    }
}
