//! Loops that run forwards and backwards at once.
//!
//! `for v in w { s += v * v; }`: no iteration reads what another one wrote, and if `s` enters the result linearly, `s_bar` does not depend
//! on what the loop computes. Then each iteration is reversed right after it ran: nothing is kept, nothing is computed twice.
//!
//! What makes it right:
//! - what the body writes outside itself are sums (`s += e`) which nothing else in the body reads, or carries no derivative, or is a
//!   scratch buffer: every iteration overwrites it before it reads it, and nothing reads it after the loop;
//! - the statements that give `s_bar` read nothing that is computed after the loop begins; they move in front of it;
//! - what the body reads from outside is not written again after the loop has begun, so that contributions to its cotangent may come early.

use super::{insert_decls, BTreeSet, Bar, Block, Expr, HashMap, HashSet, Place, Reverse, Stmt, Ty, Var, VarKind};
use crate::analysis::owner;
use crate::ir::{Arg, BinOp, Proj, PullBar};
use crate::overwrites::{self, Conditions};
use crate::resized::{resized, Calls};
use crate::types::Float;

/// What the body of a loop does to variables outside it.
#[derive(Default)]
struct Outside {
    sums: HashSet<Var>,
    reads: HashSet<Var>,
    /// Whatever else is written.
    written: BTreeSet<Var>,
    /// Something is written that the pass does not follow.
    unknown: bool,
}

/// How a loop was reversed inside itself.
pub(super) struct Fused {
    /// What must hold at run time for that.
    conditions: Conditions,
    /// Counters from outside that the loop may change.
    counters: Vec<Var>,
}

impl Reverse<'_> {
    /// Reverses a loop inside itself if that is possible: the body becomes both sweeps.
    /// `counter` is the variable that the loop defines.
    pub(super) fn fused(&mut self, body: &mut Block, counter: Var) -> Option<Fused> {
        if !self.fusing {
            return None;
        }
        let mut outside = Outside::default();
        self.look(body, body.region, &mut outside);
        outside.sums.retain(|s| !outside.written.contains(s));
        if outside.unknown || outside.sums.iter().any(|s| outside.reads.contains(s)) {
            return None;
        }
        let mut conditions = Conditions::new();
        for &v in &outside.written {
            conditions.extend(self.scratch(body, v)?);
        }
        let steady = |v: &Var| {
            outside.written.contains(v)
                || !self.is_outside(*v, body.region)
                || !self.active(*v)
                || self.writes.is_settled(&self.f, *v, counter)
        };
        if !outside.reads.iter().all(steady) {
            return None;
        }
        if outside.reads.iter().chain(&outside.sums).chain(&outside.written).any(|v| self.adopted.contains(v)) {
            return None;
        }
        let mut wanted = Vec::new();
        for &s in &outside.sums {
            match self.bars.get(&s) {
                None => {}
                Some(Bar::Memory(bar)) if self.known.contains(bar) => {}
                Some(Bar::Memory(bar)) if self.info(s).region == self.region => wanted.push(*bar),
                Some(_) => return None,
            }
        }
        let known = self.hoist(wanted, counter)?;
        // What moves in front of the loop may read the seed, whether or not the loop has anything to reverse.
        self.fused |= !known.is_empty();
        self.declare_early(&known);
        let before = self.known.clone();
        self.known.extend(known);

        let primal = body.clone();
        let region = std::mem::replace(&mut self.region, body.region);
        let counters = self.counters_around(body);
        let around = self.fused_in.replace(body.region);
        self.first_read = outside.written.iter().filter_map(|&v| Some((v, self.first_read_in(body, v)?))).collect();
        let rest = std::mem::take(&mut self.out);
        self.block(body);
        let mut stmts = std::mem::replace(&mut self.out, rest);
        self.fused_in = around;
        self.region = region;
        self.known = before;
        insert_decls(&mut stmts, self.decls.remove(&body.region).unwrap_or_default(), Some(&self.olds));
        stmts.splice(0..0, self.undone_first.remove(&body.region).unwrap_or_default());
        self.needs.remove(&body.region);
        self.read_early.extend(Reverse::mentioned(&stmts));
        self.together.insert(counter, primal);
        self.fused |= !stmts.is_empty();
        // The reverse sweep of an iteration takes counters back, the next one goes on from where they were.
        let mut ends = Vec::new();
        for &p in counters.iter().filter(|_| !stmts.is_empty()) {
            let name = self.names.numbered("on_");
            let on = self.new_var(name, Ty::Plain, VarKind::Value, body.region);
            body.stmts.push(Stmt::Let(on, Expr::Var(p)));
            ends.push(Stmt::Assign(Place::var(p), Expr::Var(on)));
        }
        body.stmts.extend(stmts);
        body.stmts.extend(ends);
        let mentioned = Reverse::mentioned(&body.stmts);
        self.declare_early(&mentioned);
        self.read_by_fused.entry(region).or_default().extend(mentioned);
        Some(Fused { conditions, counters })
    }

    /// The counters that a loop's body may change for the loops and statements around it.
    fn counters_around(&self, body: &Block) -> Vec<Var> {
        let mut counters = BTreeSet::new();
        for s in &body.stmts {
            s.each_var(&mut |v| {
                if self.undo.is_counter(v) && self.is_outside(v, body.region) {
                    counters.insert(v);
                }
            });
        }
        counters.into_iter().collect()
    }

    /// Whether a variable is a scratch buffer of the loop: every iteration overwrites it before it reads it, and nothing reads it
    /// afterwards. Its cotangent is then zero between iterations. Gives what must hold at run time for that.
    fn scratch(&self, body: &Block, v: Var) -> Option<Conditions> {
        let info = self.info(v);
        let shaped = match info.ty {
            Ty::Vec(ref e) => e.static_zero() && !resized(&self.f, body, v, Calls::Apart, None),
            _ => info.ty.static_zero(),
        };
        let own = info.kind == VarKind::Memory && info.origin.is_none() && !info.optional;
        if !self.scratch || !own || !shaped || self.bars.contains_key(&v) || self.read_later.contains(&v) {
            return None;
        }
        overwrites::overwritten(&self.f, &self.defs, &self.resized, body, v, self.declared.get(&v))
    }

    /// The loop in both versions: reversed inside itself where the conditions hold, else as it is; in one if there are no conditions.
    pub(super) fn versions(&mut self, how: Fused, body: super::Region, fused: Stmt, plain: Stmt) -> Vec<Stmt> {
        let Fused { conditions, counters } = how;
        let undo = self.out.len();
        let mut fused_stmts = self.record_runs(body);
        let mut at_start = Vec::new();
        for p in counters {
            // What stands in front of the loop finds its counters as they were.
            let name = self.names.numbered("begun_");
            let begun = self.new_var(name, Ty::Plain, VarKind::Value, self.region);
            self.need(begun);
            self.need(p);
            self.out.push(Stmt::Assign(Place::var(p), Expr::Var(begun)));
            at_start.push(Stmt::Let(begun, Expr::Var(p)));
        }
        let undone = self.out.split_off(undo);
        fused_stmts.push(fused);
        if conditions.is_empty() {
            self.out.extend(undone);
            at_start.extend(fused_stmts);
            return at_start;
        }
        let name = self.names.numbered("fused_");
        let flag = self.new_var(name, Ty::Plain, VarKind::Value, self.region);
        self.need(flag);
        // The cotangents that the first version has given to its own variables are not those of the second.
        let mut own = Vec::new();
        plain.each_definition(&mut |v| own.push(v));
        for v in own {
            self.bars.remove(&v);
        }
        let around = std::mem::take(&mut self.out);
        let fusing = std::mem::replace(&mut self.fusing, false);
        let lent: Vec<Var> = self.lent_in(&plain);
        let mut before = self.stmt(plain);
        self.fusing = fusing;
        let reverse = std::mem::replace(&mut self.out, around);
        // What makes room for what the second version keeps belongs to that alone.
        let (mut alone, loops) = (Vec::new(), before.pop());
        before.retain(|s| {
            let keeps = matches!(s, Stmt::Save(..) | Stmt::Runtime("rt::reserve", _) | Stmt::Let(_, Expr::Runtime("rt::room", _)));
            alone.extend(keeps.then(|| s.clone()));
            !keeps
        });
        let other = self.plain_block(alone.into_iter().chain(loops).collect());
        let then = self.plain_block(fused_stmts);
        if !reverse.is_empty() || !undone.is_empty() {
            // A callee may have made a vector longer: its cotangent, made for the first version, is made anew.
            let mut anew = Vec::new();
            for v in lent {
                if let Some(Bar::Memory(bar)) = self.bars.get(&v) {
                    let zero = Expr::Runtime("rt::zero", vec![Expr::Ref(Place::var(v))]);
                    anew.push(Stmt::Assign(Place::var(*bar), zero));
                    self.need(v);
                }
            }
            let reverse = anew.into_iter().chain(reverse).collect();
            let (undone, reverse) = (self.plain_block(undone), self.plain_block(reverse));
            self.out.push(Stmt::If(Expr::Var(flag), undone, reverse));
        }
        before.splice(0..0, at_start);
        before.push(Stmt::Let(flag, Expr::Runtime("rt::all", vec![Expr::Array(conditions)])));
        before.push(Stmt::If(Expr::Var(flag), then, other));
        before
    }

    /// The vectors from outside that calls in a loop take by `&mut`.
    fn lent_in(&self, s: &Stmt) -> Vec<Var> {
        let mut mentioned = HashSet::default();
        s.each_var(&mut |v| {
            mentioned.insert(v);
        });
        let around = |v: &Var| crate::analysis::inside(&self.f, self.region, self.info(*v).region);
        let mut lent: Vec<Var> = mentioned
            .into_iter()
            .filter(|v| self.active(*v) && around(v) && matches!(self.info(*v).ty, Ty::Vec(_)))
            .filter(|v| overwrites::lends(&self.f, std::slice::from_ref(s), *v))
            .collect();
        lent.sort_unstable();
        lent
    }

    fn plain_block(&mut self, stmts: Vec<Stmt>) -> Block {
        self.f.block_in(self.region, stmts)
    }

    /// Notes whose contents a statement reads.
    pub(super) fn note_reads(&mut self, s: &Stmt) {
        let read = self.reads_of(s);
        self.read_later.extend(read);
    }

    /// The variables in memory whose contents a statement reads, or one in its blocks.
    pub(super) fn reads_of(&self, s: &Stmt) -> HashSet<Var> {
        let mut mentioned = HashSet::default();
        s.each_var(&mut |v| {
            mentioned.insert(owner(&self.f, v));
        });
        mentioned.retain(|v| self.info(*v).kind == VarKind::Memory && overwrites::reads_in(&self.f, s, *v));
        mentioned
    }

    /// The first statement of a loop's body that reads a variable, if nothing outside the loop does.
    fn first_read_in(&self, body: &Block, v: Var) -> Option<usize> {
        let regions = self.read_in.get(&v)?;
        let only_here = regions.iter().all(|r| crate::analysis::inside(&self.f, *r, body.region));
        if !only_here {
            return None;
        }
        body.stmts.iter().position(|s| overwrites::reads_in(&self.f, s, v))
    }

    /// The accumulators of this region that are wanted now are declared in the forward sweep.
    fn declare_early(&mut self, wanted: &HashSet<Var>) {
        let Some(decls) = self.decls.get_mut(&self.region) else { return };
        let (now, later): (Vec<_>, Vec<_>) = std::mem::take(decls).into_iter().partition(|(bar, _)| wanted.contains(bar));
        *decls = later;
        for (_, zero) in &now {
            zero.each_operand(&mut |v| {
                self.read_early.insert(v);
            });
        }
        self.decls_early.entry(self.region).or_default().extend(now);
    }

    fn is_outside(&self, v: Var, region: super::Region) -> bool {
        !crate::analysis::inside(&self.f, self.info(v).region, region)
    }

    fn look(&self, block: &Block, region: super::Region, o: &mut Outside) {
        // Whether a write to this root matters.
        let counts = |v: Var| {
            let v = owner(&self.f, v);
            self.active(v) && self.is_outside(v, region)
        };
        for s in &block.stmts {
            s.each_read(&mut |v| {
                o.reads.insert(v);
                o.reads.insert(owner(&self.f, v));
            });
            match s {
                Stmt::Let(_, e) | Stmt::Do(e) | Stmt::Decl(_, Some(e)) => self.writes_to(e, &counts, o),
                Stmt::Update(p, BinOp::Add | BinOp::Sub, ..) if p.path.is_empty() && counts(p.root) => {
                    let info = self.info(p.root);
                    if info.kind == VarKind::Memory && info.ty.is_float() && info.origin.is_none() {
                        o.sums.insert(p.root);
                    } else {
                        o.written.insert(owner(&self.f, p.root));
                    }
                }
                Stmt::Assign(p, _) | Stmt::Update(p, ..) if counts(p.root) => {
                    o.written.insert(owner(&self.f, p.root));
                }
                Stmt::Container(_, p, args, _) => {
                    o.unknown |= args.iter().any(|a| matches!(a, Expr::RefMut(q) if counts(q.root)));
                    if counts(p.root) {
                        o.written.insert(owner(&self.f, p.root));
                    }
                }
                Stmt::Verbatim(_, vars) => o.unknown |= vars.iter().any(|&v| self.info(v).mutable && counts(v)),
                _ => {}
            }
            s.each_block(&mut |b| self.look(b, region, o));
        }
    }

    fn writes_to(&self, e: &Expr, counts: &dyn Fn(Var) -> bool, o: &mut Outside) {
        match e {
            Expr::Call(call) => {
                for a in &call.args {
                    match a {
                        Arg::RefMut(p) if counts(p.root) => {
                            o.written.insert(owner(&self.f, p.root));
                        }
                        Arg::Receiver(p) => o.unknown |= self.info(p.root).mutable && counts(p.root),
                        _ => {}
                    }
                }
            }
            Expr::Container(_, p, _) => o.unknown |= counts(p.root),
            // Comparisons and sums of elements write nothing.
            Expr::Verbatim(code, _) if matches!(**code, syn::Expr::Binary(_)) && crate::lower::is_simple(code) => {}
            Expr::Verbatim(_, vars) => {
                // Code of the user may call a method that writes; asking for the length does not.
                o.unknown |= vars.iter().any(|&v| {
                    let info = self.info(v);
                    let may_write = info.mutable && !info.ty.is_plain() && !info.ty.is_float() && counts(v);
                    may_write && overwrites::reads_contents(&self.f, e, owner(&self.f, v))
                });
            }
            _ => {}
        }
    }

    /// Moves the statements that give these cotangents in front of the loop, from the reverse sweep or from in front of a loop further
    /// down. Gives all the cotangents they bind, or nothing if they need something that is not at hand there.
    fn hoist(&mut self, wanted: Vec<Var>, counter: Var) -> Option<HashSet<Var>> {
        self.hoisting_to = Some(counter);
        let hoisted = self.hoisted.remove(&self.region).unwrap_or_default();
        let first = hoisted.len();
        let all: Vec<&Stmt> = hoisted.iter().map(|(_, s)| s).chain(&self.out).collect();
        let Some((taken, known)) = self.slice(&all, first, wanted) else {
            self.hoisted.insert(self.region, hoisted);
            return None;
        };
        let (mut early, mut rest, mut out) = (Vec::new(), Vec::new(), Vec::new());
        for (k, (before, s)) in hoisted.into_iter().enumerate() {
            if taken.contains(&k) {
                early.push((counter, self.early(s)));
            } else {
                rest.push((before, s));
            }
        }
        for (k, s) in std::mem::take(&mut self.out).into_iter().enumerate() {
            if taken.contains(&(first + k)) {
                let s = self.early(s);
                self.read_early.extend(Reverse::mentioned(std::slice::from_ref(&s)));
                early.push((counter, s));
            } else {
                out.push(s);
            }
        }
        self.out = out;
        early.extend(rest);
        self.hoisted.insert(self.region, early);
        Some(known)
    }

    /// The positions of the statements that give these cotangents, and all cotangents they bind. From `first` on the statements belong
    /// to the reverse sweep, those before stand in front of loops.
    fn slice(&self, all: &[&Stmt], first: usize, wanted: Vec<Var>) -> Option<(HashSet<usize>, HashSet<Var>)> {
        let read_by_fused = self.read_by_fused.get(&self.region);
        let mut known = HashSet::default();
        let mut taken = HashSet::default();
        if wanted.is_empty() {
            return Some((taken, known));
        }
        // Most often the answer stands at the end: what was reversed last adds to it in a way that does not move.
        for &v in &wanted {
            let mut writes = false;
            let last = all.iter().rev().find(|s| {
                gather(s, &mut |u| writes |= u == v);
                writes
            })?;
            if !matches!(last, Stmt::LetBar(..) | Stmt::Accumulate(..)) {
                return None;
            }
        }
        let mut writers_of: HashMap<Var, Vec<usize>> = HashMap::default();
        for (k, s) in all.iter().enumerate() {
            gather(s, &mut |v| {
                let list = writers_of.entry(v).or_default();
                if list.last() != Some(&k) {
                    list.push(k);
                }
            });
        }
        let mut open = wanted;
        while let Some(v) = open.pop() {
            if !known.insert(v) {
                continue;
            }
            for &k in writers_of.get(&v)? {
                let e = match all[k] {
                    Stmt::LetBar(_, e, _) => e,
                    Stmt::Accumulate(p, e) if p.path.is_empty() => e,
                    _ => return None,
                };
                if k >= first && read_by_fused.is_some_and(|r| r.contains(&v)) || !self.at_hand(e, &mut open) {
                    return None;
                }
                taken.insert(k);
            }
        }
        // Whoever else reads one of them must have come after its last contribution.
        let mut last: HashMap<Var, usize> = HashMap::default();
        for &k in &taken {
            gather(all[k], &mut |v| {
                let at = last.entry(v).or_insert(k);
                *at = k.max(*at);
            });
        }
        for (k, s) in all.iter().enumerate().filter(|(k, _)| !taken.contains(k)) {
            let mut early = false;
            s.each_var(&mut |v| early |= last.get(&v).is_some_and(|&at| at > k));
            if early {
                return None;
            }
        }
        Some((taken, known))
    }

    /// Puts what precedes the fused loops of a block in its place.
    pub(super) fn place_hoisted(&mut self, region: super::Region, forward: &mut Vec<Stmt>) {
        let Some(hoisted) = self.hoisted.remove(&region) else { return };
        let mut at = 0;
        for (counter, s) in hoisted {
            while !runs(&forward[at], counter) {
                at += 1;
            }
            forward.insert(at, s);
            at += 1;
        }
    }

    /// Whether a value can be computed in front of the loop; cotangents that it needs are put on the list.
    fn at_hand(&self, e: &Expr, open: &mut Vec<Var>) -> bool {
        match e {
            Expr::Const(_) => true,
            Expr::Var(v) => self.var_at_hand(*v, open),
            Expr::Read(p) => {
                p.path.iter().all(|s| matches!(s, Proj::Field(_) | Proj::Deref))
                    && (Some(p.root) == self.seed || p.path.is_empty() || self.info(p.root).kind != VarKind::Cotangent)
                    && self.var_at_hand(p.root, open)
            }
            Expr::Neg(x) | Expr::Cast(x, _) => self.at_hand(x, open),
            Expr::Bin(_, l, r, _) => self.at_hand(l, open) && self.at_hand(r, open),
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) => args.iter().all(|a| self.at_hand(a, open)),
            Expr::Verbatim(code, vars) => {
                let there = |v: Var, open: &mut Vec<Var>| self.var_at_hand(v, open) || self.stays(v);
                crate::lower::is_simple(code) && vars.iter().all(|v| self.at_hand_later(*v).is_none() && there(*v, open))
            }
            _ => false,
        }
    }

    /// What a number stands for that the function computes after the loop, of what is there before it: arithmetic of numbers, which does not panic
    /// wherever it is done. `(-rate * t).exp() * sum` has its factor early by that.
    fn at_hand_later(&self, v: Var) -> Option<&Expr> {
        let info = self.info(v);
        let number =
            info.kind == VarKind::Value && !info.mutable && matches!(info.ty, Ty::Float(Float::F64 | Float::F32 | Float::Inferred));
        if !number || !self.later.contains(&v) {
            return None;
        }
        self.defs.get(&v).filter(|e| self.moves_early(e))
    }

    fn moves_early(&self, e: &Expr) -> bool {
        match e {
            Expr::Const(_) => true,
            Expr::Neg(x) | Expr::Cast(x, _) => self.moves_early(x),
            Expr::Bin(_, l, r, _) => self.moves_early(l) && self.moves_early(r),
            Expr::Rule(_, args) => args.iter().all(|a| self.moves_early(a)),
            Expr::Var(v) => !self.later.contains(v) || self.at_hand_later(*v).is_some(),
            Expr::Verbatim(code, vars) => is_number(code) && !vars.iter().any(|v| self.later.contains(v)),
            _ => false,
        }
    }

    /// A statement in front of the loop: what is computed after it is written out.
    fn early(&self, s: Stmt) -> Stmt {
        match s {
            Stmt::LetBar(v, e, comment) => Stmt::LetBar(v, self.written_out(e), comment),
            Stmt::Accumulate(p, e) => Stmt::Accumulate(p, self.written_out(e)),
            s => s,
        }
    }

    fn written_out(&self, e: Expr) -> Expr {
        let all = |items: Vec<Expr>| items.into_iter().map(|x| self.written_out(x)).collect();
        match e {
            Expr::Var(v) => self.at_hand_later(v).map_or(Expr::Var(v), |e| self.written_out(e.clone())),
            Expr::Read(p) if p.path.is_empty() => {
                self.at_hand_later(p.root).map_or_else(|| Expr::Read(p.clone()), |e| self.written_out(e.clone()))
            }
            Expr::Neg(x) => Expr::Neg(Box::new(self.written_out(*x))),
            Expr::Cast(x, ty) => Expr::Cast(Box::new(self.written_out(*x)), ty),
            Expr::Bin(op, l, r, span) => Expr::Bin(op, Box::new(self.written_out(*l)), Box::new(self.written_out(*r)), span),
            Expr::Rule(name, args) => Expr::Rule(name, all(args)),
            Expr::Pullback(name, which, args) => Expr::Pullback(name, which, all(args)),
            e => e,
        }
    }

    /// Whether a variable in memory, of which no part that carries a derivative is asked for, is in front of the loop what it is for the rest of its life.
    fn stays(&self, v: Var) -> bool {
        let info = self.info(v);
        let own = info.kind == VarKind::Memory && info.origin.is_none() && !info.optional && !self.later.contains(&v);
        own && self.hoisting_to.is_some_and(|counter| self.writes.is_settled(&self.f, v, counter))
    }

    fn var_at_hand(&self, v: Var, open: &mut Vec<Var>) -> bool {
        if Some(v) == self.seed || self.known.contains(&v) {
            return true;
        }
        let info = self.info(v);
        match info.kind {
            VarKind::Cotangent => {
                open.push(v);
                true
            }
            VarKind::Param => !info.mutable && !matches!(info.ty, Ty::Ref(_, true)),
            VarKind::Value | VarKind::Index if !self.later.contains(&v) => !info.mutable,
            VarKind::Value => self.at_hand_later(v).is_some_and(|e| self.at_hand(e, open)),
            VarKind::Index => false,
            VarKind::Memory | VarKind::Deferred | VarKind::Bound => false,
        }
    }
}

/// A name, a literal, or one of them as a number.
fn is_number(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Lit(_) | syn::Expr::Path(_) => true,
        syn::Expr::Verbatim(tokens) => matches!(&tokens.clone().into_iter().collect::<Vec<_>>()[..], [proc_macro2::TokenTree::Ident(_)]),
        syn::Expr::Paren(p) => is_number(&p.expr),
        syn::Expr::Group(g) => is_number(&g.expr),
        syn::Expr::Cast(c) => is_number(&c.expr),
        _ => false,
    }
}

/// Whether a statement is the loop with this counter, or chooses between its versions.
fn runs(s: &Stmt, counter: Var) -> bool {
    match s {
        Stmt::For(crate::ir::ForLoop { var, .. }) | Stmt::ForEach(crate::ir::ForEach { var, .. }) => *var == counter,
        Stmt::If(_, then, _) => then.stmts.iter().any(|s| runs(s, counter)),
        _ => false,
    }
}

/// The roots that a statement of the reverse sweep binds or changes, in its blocks too.
pub(super) fn gather(s: &Stmt, note: &mut dyn FnMut(Var)) {
    let changed = |e: &Expr, note: &mut dyn FnMut(Var)| {
        let mut places = Vec::new();
        mutable_places(e, &mut places);
        places.iter().for_each(|p| note(p.root));
    };
    match s {
        Stmt::LetBar(v, e, _) | Stmt::DeclBar(v, e) | Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) => {
            note(*v);
            changed(e, note);
        }
        Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) | Stmt::Accumulate(p, e) => {
            note(p.root);
            changed(e, note);
        }
        Stmt::Container(_, p, args, _) => {
            note(p.root);
            args.iter().for_each(|a| changed(a, note));
        }
        Stmt::Runtime(_, args) => args.iter().for_each(|a| changed(a, note)),
        Stmt::CallPull(c) => {
            for b in &c.bars {
                if let PullBar::Add(p) | PullBar::Receiver(p) | PullBar::InOut(p) = b {
                    note(p.root);
                }
            }
        }
        _ => {}
    }
    s.each_block(&mut |b| b.stmts.iter().for_each(|s| gather(s, note)));
}

fn mutable_places(e: &Expr, into: &mut Vec<Place>) {
    match e {
        Expr::RefMut(p) | Expr::Container(_, p, _) => into.push(p.clone()),
        Expr::Runtime(_, args) => args.iter().for_each(|a| mutable_places(a, into)),
        _ => {}
    }
}
