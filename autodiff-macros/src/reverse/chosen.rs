//! Loops that look for the greatest or the least number with `max` or `min`.
//!
//! What enters: a loop that does `d = d.max(e)` once in each iteration, and its reverse. What leaves: the same, where the forward sweep keeps what
//! the iterations need whose `e` has a share in the result, and the reverse sweep goes through these alone:
//!
//! ```text
//! let mut trips = 0;
//! for i in 0..n {
//!     let gets = e has a share; let keeps = d has one;
//!     d = d.max(e);
//!     if gets { if !keeps { forget(&mut tape, trips); trips = 0; } tape.push((i, ..)); trips += 1; }
//! }
//! // and
//! for _ in 0..trips { let (i, ..) = tape.pop(); e_bar += .. }
//! ```
//!
//! where `e` is computed, as a distance: of elements as they are, the branches of the forward sweep, which nobody foresees, cost more than it spares.
//! What is left is one iteration, but for ties, of which each has a share. Guarantees: the iterations that are left out would have added zeros and handed
//! the cotangent of `d` on, which is looked for in the reverse of the body: it does nothing but hand on the share of `e`, and takes nothing from
//! outside that is kept anywhere else. Where the partials are infinite, those iterations would have added `0 * inf`.

use proc_macro2::{Ident, Span};
use quote::quote;
use rustc_hash::FxHashSet as HashSet;

use super::{Bar, BinOp, Block, Expr, ForLoop, Place, Reverse, Stmt, Ty, Var, VarKind};
use crate::types::Float;

/// What a loop does with the number that it carries along.
pub(super) struct Choice {
    /// What the statement of the body that chooses defines, if it does not assign to the carried number itself.
    chosen: Option<Var>,
    rule: Ident,
    operands: [Expr; 2],
    /// Which of the operands is the number of the iteration; the other one is what was chosen before.
    new: usize,
    carried: Var,
}

impl Reverse<'_> {
    /// The choice that a loop makes in each iteration, if it makes one.
    pub(super) fn choice(&mut self, l: &ForLoop) -> Option<Choice> {
        if !self.choosing || l.exit.is_some() || self.f.regions[l.body.region.0 as usize].checkpoint {
            return None;
        }
        let choice = l.body.stmts.iter().enumerate().find_map(|(at, s)| self.choice_at(at, s, l))?;
        let alone = |s: &Stmt| {
            let other =
                |v: &Var| *v != choice.carried && self.active(*v) && !crate::analysis::inside(&self.f, self.info(*v).region, l.body.region);
            let mut writes = Vec::new();
            crate::analysis::each_write(&self.f, s, &mut |v| writes.push(v));
            !writes.iter().any(other)
        };
        if !l.body.stmts.iter().all(alone) {
            return None;
        }
        self.chosen_in.insert(l.body.region, l.var);
        Some(choice)
    }

    fn choice_at(&self, at: usize, s: &Stmt, l: &ForLoop) -> Option<Choice> {
        let (chosen, e) = match s {
            Stmt::Let(v, e) => (Some(*v), e),
            Stmt::Assign(_, e) => (None, e),
            _ => return None,
        };
        let Expr::Rule(rule, args) = e else { return None };
        let [a, b] = &args[..] else { return None };
        if rule != "max" && rule != "min" {
            return None;
        }
        let carried = l.body.stmts[at..].iter().find_map(|s| match s {
            Stmt::Assign(p, Expr::Var(v)) if p.path.is_empty() && Some(*v) == chosen => Some(p.root),
            Stmt::Assign(p, Expr::Rule(..)) if chosen.is_none() && p.path.is_empty() => Some(p.root),
            _ => None,
        })?;
        let info = self.info(carried);
        let number =
            matches!(info.ty, Ty::Float(Float::F64 | Float::F32 | Float::Inferred)) && info.kind == VarKind::Memory && !info.optional;
        let mentions: Vec<&Stmt> = l.body.stmts.iter().filter(|s| s.mentions(carried)).collect();
        let [Stmt::Let(old, read), Stmt::Assign(..)] = &mentions[..] else { return None };
        let reads =
            matches!(read, Expr::Var(v) if *v == carried) || matches!(read, Expr::Read(p) if p.root == carried && p.path.is_empty());
        let is_old = |e: &Expr| matches!(e, Expr::Var(v) if v == old);
        let new = if is_old(a) && !is_old(b) { 1 } else { usize::from(!is_old(b)) };
        let one = is_old(a) != is_old(b);
        let at_hand = [a, b].into_iter().all(|e| matches!(e, Expr::Var(_) | Expr::Read(_)));
        let outside = !crate::analysis::inside(&self.f, info.region, l.body.region);
        let element = |e: &Expr| match e {
            Expr::Var(v) => matches!(self.defs.get(v), Some(Expr::Read(_) | Expr::Var(_)) | None),
            _ => true,
        };
        // The branches of a few elements are dearer than keeping what was chosen before each.
        let computed = !element([a, b][new]);
        (number && reads && one && computed && at_hand && outside && self.active(carried)).then(|| Choice {
            chosen,
            rule: rule.clone(),
            operands: [a.clone(), b.clone()],
            new,
            carried,
        })
    }

    /// Keeps what the iterations with a share need, and counts them; all iterations if the reverse does more than hand on the shares.
    pub(super) fn count_choices(&mut self, choice: Choice, body: &mut Block, reverse: &Block) -> (Stmt, Var) {
        // What the sweep put in front of other statements has moved it.
        let chooses = |s: &Stmt| match (s, choice.chosen) {
            (Stmt::Let(v, Expr::Rule(..)), Some(chosen)) => *v == chosen,
            (Stmt::Assign(p, Expr::Rule(..)), None) => p.root == choice.carried && p.path.is_empty(),
            _ => false,
        };
        let at = match body.stmts.iter().position(chooses) {
            Some(at) if self.hands_on(&choice, reverse) => at,
            _ => return self.count_trips(body),
        };
        let name = self.names.numbered("trips_");
        let trips = self.new_var(name, Ty::Plain, VarKind::Memory, self.region);
        self.need(trips);
        let push = match body.stmts.last() {
            Some(Stmt::TapePush(..)) => body.stmts.pop(),
            _ => None,
        };
        let one = Expr::Const(quote!(1));
        let mut kept = Vec::new();
        let mut forgotten = Vec::new();
        if let Some(Stmt::TapePush(tape, _)) = &push {
            forgotten.push(Stmt::Runtime("rt::forget", vec![Expr::RefMut(Place::var(*tape)), Expr::Var(trips)]));
        }
        forgotten.push(Stmt::Assign(Place::var(trips), Expr::Const(quote!(0))));
        let [gets, keeps] = ["gets_", "keeps_"].map(|stem| {
            let name = self.names.numbered(stem);
            self.new_var(name, Ty::Plain, VarKind::Value, body.region)
        });
        let (nothing, forgotten) = (self.f.block_in(body.region, Vec::new()), self.f.block_in(body.region, forgotten));
        kept.push(Stmt::If(Expr::Var(keeps), nothing, forgotten));
        kept.extend(push);
        kept.push(Stmt::Update(Place::var(trips), BinOp::Add, one, Span::call_site()));
        let (kept, nothing) = (self.f.block_in(body.region, kept), self.f.block_in(body.region, Vec::new()));
        body.stmts.push(Stmt::If(Expr::Var(gets), kept, nothing));
        let share = |operand: usize| {
            let [a, b] = choice.operands.clone();
            let args = vec![a.clone(), b, a, Expr::Const(quote!(1.0))];
            Expr::Runtime("rt::counts", vec![Expr::Pullback(choice.rule.clone(), Some(operand), args)])
        };
        let shares = [Stmt::Let(gets, share(choice.new)), Stmt::Let(keeps, share(1 - choice.new))];
        body.stmts.splice(at..at, shares);
        (Stmt::Decl(trips, Some(Expr::Const(quote!(0usize)))), trips)
    }

    /// Whether the reverse of an iteration without a share adds zeros, and gives the carried number its cotangent back.
    fn hands_on(&self, choice: &Choice, reverse: &Block) -> bool {
        let Some(Bar::Memory(bar)) = self.bars.get(&choice.carried) else { return false };
        let mut hands =
            Hands { choice, bar: *bar, whole: HashSet::default(), back: HashSet::default(), zeros: HashSet::default(), given: 0 };
        let mut stmts = &reverse.stmts[..];
        if let [Stmt::TapePop(..), rest @ ..] = stmts {
            stmts = rest;
        }
        stmts.iter().all(|s| hands.stmt(s)) && hands.given == 1
    }
}

/// What the reverse of an iteration does, if the new number has no share.
struct Hands<'c> {
    choice: &'c Choice,
    /// The carried number's cotangent.
    bar: Var,
    /// Variables that hold it.
    whole: HashSet<Var>,
    /// Variables that hold the share of what was chosen before: all of it.
    back: HashSet<Var>,
    /// Variables that are zero.
    zeros: HashSet<Var>,
    /// How often the carried number gets its cotangent back.
    given: usize,
}

impl Hands<'_> {
    fn stmt(&mut self, s: &Stmt) -> bool {
        match s {
            Stmt::LetBar(v, Expr::Read(p), _) if p.root == self.bar && p.path.is_empty() => self.whole.insert(*v),
            Stmt::LetBar(v, Expr::Var(u), _) if self.whole.contains(u) => self.whole.insert(*v),
            Stmt::LetBar(v, e, _) if self.is_share(e, 1 - self.choice.new) => self.back.insert(*v),
            Stmt::LetBar(v, Expr::Var(u), _) if self.back.contains(u) => self.back.insert(*v),
            Stmt::Assign(p, e) if p.root == self.bar => p.path.is_empty() && !self.whole.is_empty() && crate::guard::is_zero(e),
            Stmt::Accumulate(p, e) if p.root == self.bar => {
                self.given += 1;
                p.path.is_empty() && (self.is_share(e, 1 - self.choice.new) || matches!(e, Expr::Var(v) if self.back.contains(v)))
            }
            s if s.mentions(self.bar) => false,
            Stmt::LetBar(v, e, _) if self.is_share(e, self.choice.new) => self.zeros.insert(*v),
            Stmt::Accumulate(_, e) if self.is_share(e, self.choice.new) => true,
            s => crate::guard::vanishes(s, &mut self.zeros),
        }
    }

    /// Whether an expression is the share of an operand.
    fn is_share(&self, e: &Expr, operand: usize) -> bool {
        let Expr::Pullback(rule, Some(of), args) = e else { return false };
        let [a, b, _, bar] = &args[..] else { return false };
        let same = |e: &Expr, other: &Expr| matches!((e, other), (Expr::Var(v), Expr::Var(u)) if v == u) || !matches!(other, Expr::Var(_));
        *rule == self.choice.rule
            && *of == operand
            && same(a, &self.choice.operands[0])
            && same(b, &self.choice.operands[1])
            && matches!(bar, Expr::Var(v) if self.whole.contains(v))
    }
}
