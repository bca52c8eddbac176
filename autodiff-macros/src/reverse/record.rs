//! What the forward sweep records of the arrays and counters that are restored, and how the reverse sweep puts it back.
//!
//! What enters: a statement of the forward sweep, and the plan ([`Undo`](super::undo::Undo)). What leaves: what must run in front of it, and, in
//! the reverse sweep, what undoes its writes: at its own reverse, or at the top of its region's.

use super::{undo::Step, Expr, Reverse, Stmt, TapeKind, Ty, Var, VarKind};
use crate::ir::{Arg, ContainerOp, Part, Place, Region};

impl Reverse<'_> {
    /// What must run in front of a statement so that its writes can be undone; writes the undoing.
    ///
    /// `u[i] = e` becomes `let old_0 = u[i]; u[i] = e`, and its reverse begins with `u[i] = old_0`.
    pub(super) fn record(&mut self, stmt: &Stmt) -> Vec<Stmt> {
        if self.undo.is_empty() {
            return Vec::new();
        }
        if let Some(Step { counter, op, by }) = self.undo.step(&self.f, stmt) {
            if !self.undo.takes_back(counter, self.region) {
                return Vec::new();
            }
            let by = self.value(&by);
            let place = self.again_at(&Place::var(counter));
            self.undone(counter, Stmt::Update(place, op, by, proc_macro2::Span::call_site()));
            return Vec::new();
        }
        match stmt {
            Stmt::Verbatim(_, vars) => {
                let mut counters: Vec<Var> = vars.iter().copied().filter(|v| self.undo.is_counter(*v)).collect();
                counters.sort_unstable();
                counters.dedup();
                counters.into_iter().filter_map(|p| self.record_element(&Place::var(p))).collect()
            }
            Stmt::Assign(place, _) if place.path.is_empty() && !self.undo.is_counter(place.root) => {
                self.record_whole(place).into_iter().collect()
            }
            Stmt::Assign(place, _) | Stmt::Update(place, ..) => self.record_element(place).into_iter().collect(),
            Stmt::Container(ContainerOp::Fill | ContainerOp::CopyFrom, place, ..) => self.record_slice(place).into_iter().collect(),
            Stmt::Container(op @ (ContainerOp::Swap | ContainerOp::SwapIndex), place, args, span) => {
                if self.undo.restores(place.root) {
                    let args = args.iter().map(|a| self.value(a)).collect();
                    let place = self.again_at(place);
                    self.out.push(Stmt::Container(*op, place, args, *span));
                }
                Vec::new()
            }
            Stmt::Let(_, Expr::Call(call)) => {
                let written = call.args.iter().filter_map(|a| if let Arg::RefMut(p) = a { Some(p) } else { None });
                written.filter_map(|p| self.record_slice(p)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// `h = next` becomes `let old_0 = take(&mut h); h = next`, and its reverse begins with `let mut next = replace(&mut h, old_0)`.
    fn record_whole(&mut self, place: &Place) -> Option<Stmt> {
        let old = self.old_of(place)?;
        self.olds.insert(old);
        let undo = match self.undo.moved_back(place.root, self.region) {
            Some(source) => {
                self.moved_back.insert(source);
                let back = Expr::Runtime("rt::replace", vec![Expr::RefMut(place.clone()), Expr::Var(old)]);
                match self.info(source).kind {
                    VarKind::Memory => Stmt::Decl(source, Some(back)),
                    _ => Stmt::Let(source, back),
                }
            }
            None => Stmt::Assign(self.again_at(place), Expr::Var(old)),
        };
        self.need(place.root);
        self.out.push(undo);
        let taken = if self.place_ty(place).is_copy() {
            Expr::Read(place.clone())
        } else {
            Expr::Runtime("rt::take_out", vec![Expr::RefMut(place.clone())])
        };
        Some(Stmt::Let(old, taken))
    }

    fn record_element(&mut self, place: &Place) -> Option<Stmt> {
        let old = self.old_of(place)?;
        let undo = Stmt::Assign(self.again_at(place), Expr::Var(old));
        self.undone(place.root, undo);
        Some(Stmt::Let(old, Expr::Read(place.clone())))
    }

    /// What a place is before it is overwritten, if that is recorded.
    fn old_of(&mut self, place: &Place) -> Option<Var> {
        let region = self.region;
        if !self.undo.records(place.root, region) || self.is_stale(place.root) {
            return None;
        }
        let name = self.names.numbered("old_");
        let old = self.new_var(name, self.place_ty(place), VarKind::Value, region);
        self.need(old);
        self.report_old(old, place);
        Some(old)
    }

    /// Puts what undoes a write where it belongs.
    fn undone(&mut self, root: Var, undo: Stmt) {
        if self.undo.is_early(root, self.region) {
            self.undone_first.entry(self.region).or_default().push(undo);
        } else {
            self.out.push(undo);
        }
    }

    fn record_slice(&mut self, place: &Place) -> Option<Stmt> {
        if !self.undo.records(place.root, self.region) || self.is_stale(place.root) {
            return None;
        }
        let log = self.log();
        self.report_slice(place);
        let again = self.again_at(place);
        self.out.push(Stmt::Restore(log, Part::Slice(again)));
        Some(Stmt::Save(log, Part::Slice(place.clone())))
    }

    /// Whether nobody will ask for what an array holds here: the first write to a scratch buffer in an iteration.
    fn is_stale(&self, root: Var) -> bool {
        self.fused_in == Some(self.region) && self.stale.contains(&root)
    }

    /// The runs of elements that the loop with this body writes.
    pub(super) fn record_runs(&mut self, body: Region) -> Vec<Stmt> {
        let mut saves = Vec::new();
        for run in self.undo.runs(body).to_vec() {
            if self.is_stale(run.place.root) {
                continue;
            }
            let log = self.log();
            self.report_ahead(body, &run.place);
            let part = Part::Run(Box::new(run));
            let mut vars = Vec::new();
            part.each_var(&mut |v| vars.push(v));
            vars.into_iter().for_each(|v| self.need(v));
            self.out.push(Stmt::Restore(log, part.clone()));
            saves.push(Stmt::Save(log, part));
        }
        saves
    }

    fn log(&mut self) -> Var {
        let name = self.names.numbered("log_");
        let log = self.new_var(name, Ty::Unknown, VarKind::Memory, Region(0));
        self.tapes.push(Stmt::TapeDecl(log, TapeKind::Log));
        log
    }

    /// The place, as the reverse sweep finds it.
    fn again_at(&mut self, place: &Place) -> Place {
        let mut vars = Vec::new();
        place.each_var(&mut |v| vars.push(v));
        vars.into_iter().for_each(|v| self.need(v));
        place.clone()
    }

    /// A result that the reverse sweep restores is copied before.
    pub(super) fn keep_result(&mut self) {
        let Some(result) = self.f.result.clone() else { return };
        let mut restored = false;
        result.each_operand(&mut |v| restored |= self.undo.restores(v) || self.recalled.contains(&v));
        if restored {
            let name = self.names.numbered("value_");
            let kept = self.new_var(name, self.f.result_ty.clone(), VarKind::Value, Region(0));
            self.f.body.stmts.push(Stmt::Let(kept, result));
            self.f.result = Some(Expr::Var(kept));
        }
    }
}
