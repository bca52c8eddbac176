//! Loops that run forwards and backwards at once.
//!
//! `for v in w { s += v * v; }`: no iteration reads what another one wrote, and if `s` enters the result linearly, `s_bar` does not depend
//! on what the loop computes. Then each iteration is reversed right after it ran: nothing is kept, nothing is computed twice.
//!
//! What makes it right:
//! - what the body writes outside itself are sums (`s += e`) which nothing else in the body reads, or carries no derivative;
//! - the statements that give `s_bar` read nothing that is computed after the loop begins; they move in front of it;
//! - what the body reads from outside is not written again after the loop has begun, so that contributions to its cotangent may come early.

use super::{insert_decls, Bar, Block, Expr, HashMap, HashSet, Place, Reverse, Stmt, Ty, Var, VarKind};
use crate::ir::{Arg, BinOp, Proj, PullBar};

/// What the body of a loop does to variables outside it.
#[derive(Default)]
struct Outside {
    sums: HashSet<Var>,
    reads: HashSet<Var>,
    other_writes: bool,
}

impl Reverse<'_> {
    /// Reverses a loop inside itself if that is possible: the body becomes both sweeps.
    /// `counter` is the variable that the loop defines.
    pub(super) fn fused(&mut self, body: &mut Block, counter: Var) -> Option<()> {
        if !self.fusing {
            return None;
        }
        let mut outside = Outside::default();
        self.look(body, body.region, &mut outside);
        if outside.other_writes || outside.sums.iter().any(|s| outside.reads.contains(s)) {
            return None;
        }
        let steady = |v: &Var| !self.is_outside(*v, body.region) || !self.active(*v) || self.writes.is_settled(&self.f, *v, counter);
        if !outside.reads.iter().all(steady) {
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
        self.declare_early(&known);
        let before = self.known.clone();
        self.known.extend(known);

        let region = std::mem::replace(&mut self.region, body.region);
        let rest = std::mem::take(&mut self.out);
        self.block(body);
        let mut stmts = std::mem::replace(&mut self.out, rest);
        self.region = region;
        self.known = before;
        insert_decls(&mut stmts, self.decls.remove(&body.region).unwrap_or_default());
        self.needs.remove(&body.region);
        self.read_early.extend(Reverse::mentioned(&stmts));
        if !stmts.is_empty() {
            self.together.insert(counter);
        }
        body.stmts.extend(stmts);
        let mentioned = Reverse::mentioned(&body.stmts);
        self.declare_early(&mentioned);
        self.read_by_fused.entry(region).or_default().extend(mentioned);
        Some(())
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

    /// The variable that a name stands for: a part bound by a pattern stands for what it is a part of.
    fn owner(&self, v: Var) -> Var {
        match &self.info(v).origin {
            Some(origin) => self.owner(origin.root),
            None => v,
        }
    }

    fn look(&self, block: &Block, region: super::Region, o: &mut Outside) {
        // Whether a write to this root matters.
        let counts = |v: Var| {
            let v = self.owner(v);
            self.active(v) && self.is_outside(v, region)
        };
        for s in &block.stmts {
            s.each_read(&mut |v| {
                o.reads.insert(v);
                o.reads.insert(self.owner(v));
            });
            match s {
                Stmt::Let(_, e) | Stmt::Do(e) | Stmt::Decl(_, Some(e)) => o.other_writes |= self.writes_to(e, &counts),
                Stmt::Update(p, BinOp::Add | BinOp::Sub, ..) if p.path.is_empty() && counts(p.root) => {
                    let info = self.info(p.root);
                    if info.kind == VarKind::Memory && info.ty.is_float() && info.origin.is_none() {
                        o.sums.insert(p.root);
                    } else {
                        o.other_writes = true;
                    }
                }
                Stmt::Assign(p, _) | Stmt::Update(p, ..) => o.other_writes |= counts(p.root),
                Stmt::Container(_, p, args, _) => {
                    o.other_writes |= counts(p.root) || args.iter().any(|a| matches!(a, Expr::RefMut(q) if counts(q.root)));
                }
                Stmt::Verbatim(_, vars) => o.other_writes |= vars.iter().any(|&v| self.info(v).mutable && counts(v)),
                _ => {}
            }
            s.each_block(&mut |b| self.look(b, region, o));
        }
    }

    fn writes_to(&self, e: &Expr, counts: &dyn Fn(Var) -> bool) -> bool {
        match e {
            Expr::Call(call) => call.args.iter().any(|a| match a {
                Arg::RefMut(p) => counts(p.root),
                Arg::Receiver(p) => self.info(p.root).mutable && counts(p.root),
                _ => false,
            }),
            Expr::Container(_, p, _) => counts(p.root),
            Expr::Verbatim(_, vars) => {
                vars.iter().any(|&v| self.info(v).mutable && !self.info(v).ty.is_plain() && !self.info(v).ty.is_float() && counts(v))
            }
            _ => false,
        }
    }

    /// Moves the statements that give these cotangents in front of the loop, from the reverse sweep or from in front of a loop further
    /// down. Gives all the cotangents they bind, or nothing if they need something that is not at hand there.
    fn hoist(&mut self, wanted: Vec<Var>, counter: Var) -> Option<HashSet<Var>> {
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
                early.push((counter, s));
            } else {
                rest.push((before, s));
            }
        }
        for (k, s) in std::mem::take(&mut self.out).into_iter().enumerate() {
            if taken.contains(&(first + k)) {
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
        let mut known = HashSet::new();
        let mut taken = HashSet::new();
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
        let mut writers_of: HashMap<Var, Vec<usize>> = HashMap::new();
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
        let mut last: HashMap<Var, usize> = HashMap::new();
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
            while !matches!(&forward[at], Stmt::For(crate::ir::ForLoop { var, .. }) | Stmt::ForEach(crate::ir::ForEach { var, .. }) if *var == counter)
            {
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
            Expr::Verbatim(code, vars) => crate::lower::is_simple(code) && vars.iter().all(|v| self.var_at_hand(*v, open)),
            _ => false,
        }
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
            VarKind::Value | VarKind::Index => !info.mutable && !self.later.contains(&v),
            VarKind::Memory | VarKind::Deferred | VarKind::Bound => false,
        }
    }
}

/// The roots that a statement of the reverse sweep binds or changes, in its blocks too.
fn gather(s: &Stmt, note: &mut dyn FnMut(Var)) {
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
                if let PullBar::Add(p) | PullBar::InOut(p) = b {
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
