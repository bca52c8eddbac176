//! Loops with `#[checkpoint]`.
//!
//! The forward sweep runs the loop as it is, and keeps what it changes before some of the iterations. The reverse sweep takes the parts between
//! these checkpoints, last one first: it recalls the checkpoint, runs the part once more, now with tapes, and reverses it. With parts of about
//! the square root of all iterations, both the checkpoints and the tapes stay short, at the price of one more forward sweep.
//!
//! ```text
//! for i in a..b {                                 while let Some((first, count)) = checkpoints.segment() {
//!     if checkpoints.is_due() {                       (u, s) = checkpoints.last();
//!         checkpoints.save((u.clone(), s));           for i in (a..b).skip(first).take(count) { body, with tapes }
//!     }                                               for _ in 0..count { reverse of the body }
//!     body                                            (u, s) = checkpoints.pop();
//! }                                               }
//! ```
//!
//! What the loop reads and does not change is the same for all parts. Where it may change behind the loop, or in a loop around it, a copy is
//! made in front of the loop, and given back in front of the parts.

use proc_macro2::Span;

use super::{BTreeSet, Block, Expr, ForLoop, Place, Reverse, Stmt, TapeKind, Ty, Var, VarKind};
use crate::ir::Segments;

/// A loop to be checkpointed: its body, and how its iterations run again.
pub(super) struct Checkpointed {
    /// As the user wrote it.
    plain: Block,
    state: Vec<Var>,
    tapes: usize,
}

impl Reverse<'_> {
    /// Before the body is reversed.
    pub(super) fn begin_checkpoints(&mut self, body: &Block) -> Option<Checkpointed> {
        if !self.checkpointing || !self.f.regions[body.region.0 as usize].checkpoint {
            return None;
        }
        let state = crate::analysis::written_outside(&self.f, body).into_iter().collect();
        Some(Checkpointed { plain: body.clone(), state, tapes: self.tapes.len() })
    }

    /// After that: gives the forward body, and the statement in front of the loop. `again` makes a loop of the body with tapes, from an
    /// iteration on, and so many of them.
    pub(super) fn end_checkpoints(
        &mut self,
        c: Checkpointed,
        taped: Block,
        reversed: Block,
        span: Span,
        again: impl FnOnce(Block, Var, Var) -> Stmt,
    ) -> (Vec<Stmt>, Block) {
        let name = self.names.numbered("checkpoints_");
        let checkpoints = self.new_var(name, Ty::Unknown, VarKind::Memory, self.region);
        self.need(checkpoints);
        let mut numbers = ["first_", "count_"].map(|stem| self.names.numbered(stem)).into_iter();
        let mut number = || numbers.next().map(|name| self.new_var(name, Ty::Plain, VarKind::Index, self.region));
        let (Some(first), Some(count)) = (number(), number()) else { unreachable!("there are two") };
        let region = taped.region;
        let resumed = again(taped, first, count);
        // What the loop reads, its bounds too, must be at hand once more.
        let mut read = BTreeSet::new();
        resumed.each_var(&mut |v| {
            read.insert(v);
        });
        read.extend(&c.state);
        read.retain(|&v| v != first && v != count && !crate::analysis::inside(&self.f, self.info(v).region, region));
        let mut before = vec![Stmt::TapeDecl(checkpoints, TapeKind::Checkpoints)];
        for &v in &read {
            self.need(v);
        }
        let changed: BTreeSet<Var> =
            read.iter().map(|v| crate::analysis::owner(&self.f, *v)).filter(|v| self.written_later.contains(v)).collect();
        // What is assigned once, in branches, is at hand as it was.
        let assigned_once = |v: &Var| self.info(*v).kind == VarKind::Deferred;
        let changed: Vec<Var> = changed.into_iter().filter(|v| !c.state.contains(v) && !assigned_once(v)).collect();
        for v in changed {
            let name = self.names.numbered("seen_");
            let seen = self.new_var(name, self.info(v).ty.clone(), VarKind::Value, self.region);
            before.push(Stmt::Let(seen, Expr::Clone(Box::new(Expr::Read(Place::var(v))))));
            self.need(seen);
            self.need(v);
            self.out.push(Stmt::Assign(Place::var(v), Expr::Var(seen)));
            self.recalled.insert(v);
        }
        let names: Vec<String> = c.state.iter().map(|v| format!("`{}`", self.info(*v).name)).collect();
        let text = format!("keeps checkpoints of {}, about the square root of its iterations, and runs again from each", names.join(", "));
        self.report_instead(region, &text);
        let tapes = self.tapes.split_off(c.tapes);
        self.out.extend(tapes);
        let counter =
            super::Counter { start: Expr::Const(super::quote!(0)), end: Expr::Var(count), inclusive: false, step: None, reversed: false };
        let var = self.new_var(proc_macro2::Ident::new("_", Span::mixed_site()), Ty::Plain, VarKind::Index, reversed.region);
        let body = Block {
            region: self.region,
            stmts: vec![
                Stmt::Recall(checkpoints, c.state.clone(), false),
                resumed,
                Stmt::For(ForLoop { var, counter, body: reversed, exit: None, span }),
                Stmt::Recall(checkpoints, c.state.clone(), true),
            ],
        };
        self.out.push(Stmt::Segments(Box::new(Segments { checkpoints, first, count, body })));
        let mut forward = c.plain;
        forward.stmts.insert(0, Stmt::Checkpoint(checkpoints, c.state.clone()));
        self.recalled.extend(c.state);
        (before, forward)
    }

    /// The variables that a statement may change, if there are loops with checkpoints, which have to know.
    pub(super) fn writes_of(&self, s: &Stmt) -> Vec<Var> {
        let mut writes = Vec::new();
        if self.checkpointing {
            crate::analysis::each_write(&self.f, s, &mut |v| writes.push(v));
        }
        writes
    }
}
