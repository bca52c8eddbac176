//! Sums down the columns of a table, all at once.
//!
//! What enters: a loop of the forward sweep over columns, which adds up each from a number that it starts with. What leaves: the same, with
//!
//! ```text
//! for j in 0..m { let mut s = b[j]; for i in 0..n { s += w[i][j] * x[i]; } h[j] = s.tanh(); }
//! // becomes
//! if m >= 8 {
//!     let mut column_0 = vec![0.0; m];
//!     for j in 0..m { let mut s = b[j]; column_0[j] = s; }
//!     for i in 0..n { for j in 0..m { column_0[j] += w[i][j] * x[i]; } }
//!     for j in 0..m { let mut s = column_0[j]; h[j] = s.tanh(); }
//! } else { /* as it was */ }
//! ```
//!
//! Guarantees: the same values bit for bit, since each sum adds the same terms in the same order. Nothing in front of a sum or in its terms reads what is
//! written behind it, and what is written is the function's own, so that nobody sees how far it came where an element does not exist.

use rustc_hash::FxHashMap as HashMap;
use rustc_hash::FxHashSet as HashSet;

use super::{bounds, is_arithmetic, is_simple, Interchange};
use crate::ir::{BinOp, Block, Counter, Expr, ForLoop, Place, Region, Stmt, Var, VarKind};
use crate::types::Ty;

impl Interchange<'_> {
    /// A loop that adds up columns, by rows.
    pub(super) fn summed(&mut self, outer: &ForLoop, region: Region) -> Option<Stmt> {
        let at = outer.body.stmts.iter().position(|s| matches!(s, Stmt::For(_)))?;
        let Stmt::For(inner) = &outer.body.stmts[at] else { return None };
        let (front, behind) = (&outer.body.stmts[..at], &outer.body.stmts[at + 1..]);
        let both = self.together.contains(&outer.var) || self.together.contains(&inner.var);
        if both || !is_simple(outer) || !is_simple(inner) || !self.goes_down(outer, inner) {
            return None;
        }
        if bounds(inner).contains(&outer.var) {
            return None;
        }
        let (sums, handed) = self.parts(front, inner, behind)?;
        let long = self.is_long(outer)?;
        let (then, within) = (self.f.branch_in(region), self.f.branch_in(region));
        let (mut stmts, mut first, mut taken, mut last) = (Vec::new(), front.to_vec(), Vec::new(), Vec::new());
        let mut columns: HashMap<Var, Place> = HashMap::default();
        for v in sums.iter().chain(&handed) {
            let (element, made) = self.column(*v, outer, then)?;
            stmts.push(made);
            first.push(Stmt::Assign(element.clone(), Expr::Var(*v)));
            let again = Expr::Read(element.clone());
            if sums.contains(v) {
                last.push(Stmt::Decl(*v, Some(again)));
            } else {
                taken.push(Stmt::Let(*v, again.clone()));
                last.push(Stmt::Let(*v, again));
            }
            columns.insert(*v, element);
        }
        taken.retain(|s| matches!(s, Stmt::Let(v, _) if inner.body.stmts.iter().any(|s| s.mentions(*v))));
        taken.extend(inner.body.stmts.iter().cloned().map(|s| match s {
            Stmt::Update(p, op, e, span) => Stmt::Update(columns[&p.root].clone(), op, e, span),
            s => s,
        }));
        last.extend(behind.iter().cloned());
        stmts.push(Stmt::For(ForLoop { body: Block { region: outer.body.region, stmts: first }, ..outer.clone() }));
        let counter = Counter { reversed: false, ..outer.counter.clone() };
        let row = ForLoop { counter, body: Block { region: inner.body.region, stmts: taken }, ..outer.clone() };
        stmts.push(Stmt::For(ForLoop { body: Block { region: within, stmts: vec![Stmt::For(row)] }, ..inner.clone() }));
        let rest = self.f.branch_in(region);
        stmts.push(Stmt::For(ForLoop { body: Block { region: rest, stmts: last }, ..outer.clone() }));
        let as_it_was = Block { region: self.f.branch_in(region), stmts: vec![Stmt::For(outer.clone())] };
        Some(Stmt::If(long, Block { region: then, stmts }, as_it_was))
    }

    /// The numbers that the inner loop adds to, and those that are computed in front of it and read later.
    fn parts(&self, front: &[Stmt], inner: &ForLoop, behind: &[Stmt]) -> Option<(Vec<Var>, Vec<Var>)> {
        let (mut own, mut sums) = (HashSet::default(), Vec::new());
        let (mut early, mut late) = (HashSet::default(), HashSet::default());
        for s in front {
            let (Stmt::Let(v, e) | Stmt::Decl(v, Some(e))) = s else { return None };
            if !is_arithmetic(e) {
                return None;
            }
            own.insert(*v);
            s.each_read(&mut |v| {
                early.insert(v);
            });
        }
        for s in &inner.body.stmts {
            s.each_read(&mut |v| {
                early.insert(v);
            });
            match s {
                Stmt::Let(_, e) if is_arithmetic(e) => {}
                Stmt::Update(p, BinOp::Add | BinOp::Sub, e, _) if p.path.is_empty() && is_arithmetic(e) => {
                    let declared = front.iter().any(|s| matches!(s, Stmt::Decl(v, _) if *v == p.root));
                    if !declared || !self.is_number(p.root) {
                        return None;
                    }
                    if !sums.contains(&p.root) {
                        sums.push(p.root);
                    }
                }
                _ => return None,
            }
        }
        let mut written = HashSet::default();
        for s in behind {
            s.each_read(&mut |v| {
                late.insert(v);
            });
            match s {
                Stmt::Let(_, e) if is_arithmetic(e) => {}
                Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) if is_arithmetic(e) && (!own.contains(&p.root) || sums.contains(&p.root)) => {
                    written.insert(p.root);
                }
                Stmt::TapePush(tape, _) => {
                    written.insert(*tape);
                }
                _ => return None,
            }
        }
        // What the forward sweep keeps is no one else's either.
        let local = |v: &Var| {
            let info = &self.f.vars[v.0 as usize];
            v.0 as usize >= self.primal || info.kind != VarKind::Param && info.origin.is_none() && !matches!(info.ty, Ty::Ref(..))
        };
        let apart = written.iter().all(|v| local(v) && !early.contains(v) && !bounds(inner).contains(v));
        let closed = bounds(inner).iter().all(|v| !own.contains(v)) && sums.iter().all(|v| !early.contains(v));
        let mut handed: Vec<Var> = own.iter().copied().filter(|v| !sums.contains(v)).collect();
        handed.retain(|v| late.contains(v) || inner.body.stmts.iter().any(|s| s.mentions(*v)));
        handed.sort_unstable();
        // What a loop declares and changes is one of its sums.
        let fixed = |v: &Var| self.is_number(*v) && !front.iter().any(|s| matches!(s, Stmt::Decl(d, _) if d == v));
        (!sums.is_empty() && apart && closed && handed.iter().all(fixed)).then_some((sums, handed))
    }
}
