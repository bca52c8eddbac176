//! What each region keeps for its reverse sweep, and what is computed again.

use super::{BTreeSet, Block, Expr, Function, HashMap, HashSet, Region, Reverse, Stmt, TapeKind, Ty, Var, VarKind};
use crate::ir::{Arg, BinOp, Call, Callee, ContainerOp, Place, Proj};
use crate::types::Float;

/// Numbers that a short tape holds without the heap.
const NEAR: usize = 32;

/// Parts of arrays and tuples that are put together again.
const SMALL: usize = 8;

/// How many choices of a loop lie on a tape without the heap.
const FEW: usize = 4;

/// How a value comes back.
enum Plan {
    Kept,
    Again,
}

impl Reverse<'_> {
    /// The prologue of a region's reverse sweep: brings back the values it reads. The forward block gets what keeps them.
    pub(super) fn prologue(&mut self, block: &mut Block) -> Vec<Stmt> {
        let region = block.region;
        if self.f.regions[region.0 as usize].is_loop {
            if let Some(prologue) = self.computed_again(block) {
                return prologue;
            }
        }
        let mut kept = Vec::new();
        let mut again = Vec::new();
        let mut calls = HashMap::default();
        let mut planned = HashSet::default();
        // Definitions come after what they are computed from, as a rule, so walking backwards meets every need in time.
        while let Some(v) = self.needs.get_mut(&region).and_then(BTreeSet::pop_last) {
            if matches!(self.info(v).kind, VarKind::Bound | VarKind::Index) || self.moved_back.contains(&v) || !planned.insert(v) {
                continue;
            }
            if let Some(&y) = self.pulled.get(&v) {
                // Its value comes with the pullback.
                if let Some(call) = self.light_call(block, v, region) {
                    let mut given = Vec::new();
                    self.defs[&y].each_operand(&mut |u| given.push(u));
                    given.into_iter().for_each(|u| self.need(u));
                    calls.insert(y, (v, call));
                    again.push(y);
                    continue;
                }
            }
            if calls.contains_key(&v) {
                continue;
            }
            match self.plan(v, region) {
                Plan::Kept => {
                    self.draft.kept.insert(v);
                    kept.push(v);
                }
                Plan::Again => {
                    again.push(v);
                    if let Some(e) = self.defs.get(&v).cloned() {
                        self.value(&e);
                    }
                }
            }
        }
        let mut prologue = Vec::new();
        kept.reverse();
        self.report_values(region, &kept, again.len());
        if !kept.is_empty() {
            let kind = self.tape_kind(region, &kept);
            let stem = if kind == TapeKind::Slot { "saved_" } else { "tape_" };
            let name = self.names.numbered(stem);
            let tape = self.new_var(name, Ty::Unknown, VarKind::Memory, Region(0));
            self.tapes.push(Stmt::TapeDecl(tape, kind));
            block.stmts.push(Stmt::TapePush(tape, kept.clone()));
            prologue.push(Stmt::TapePop(tape, kept));
        }
        again.sort_unstable();
        again.dedup();
        let undone = self.undone_first.remove(&region).unwrap_or_default();
        prologue.extend(self.in_order(again, undone));
        made_again(block, &mut prologue, calls);
        prologue
    }

    /// A call that costs no more than its pullback keeps, if all it takes is at hand in the reverse sweep of the region.
    fn light_call(&self, block: &Block, pull: Var, region: Region) -> Option<Box<Call>> {
        if !self.again || !self.f.is_in_loop(region) {
            return None;
        }
        let call = block.stmts.iter().find_map(|s| match s {
            Stmt::LetPull(Some(_), p, call) if *p == pull => Some(call),
            _ => None,
        })?;
        let name = called(&call.callee)?;
        let at_hand = |u: Var| matches!(self.info(u).kind, VarKind::Value | VarKind::Index | VarKind::Bound) || self.is_steady(u);
        let given = |a: &Arg| match a {
            Arg::Value(Expr::Const(_)) => true,
            Arg::Value(Expr::Var(u)) => at_hand(*u),
            Arg::Value(Expr::Clone(e)) => matches!(&**e, Expr::Var(u) if at_hand(*u)),
            Arg::Ref(p) | Arg::Receiver(p) => p.path.is_empty() && self.info(p.root).kind == VarKind::Value || self.is_steady(p.root),
            _ => false,
        };
        (call.args.iter().all(given) && crate::position::is_light(name)).then(|| call.clone())
    }

    /// Whether what a variable borrows, if it does, is at hand in the reverse sweep.
    fn lasts(&self, v: Var) -> bool {
        let info = self.info(v);
        let around = || self.fused_in.is_some_and(|body| crate::analysis::inside(&self.f, body, info.region));
        info.lasts() || info.reborrows && around()
    }

    /// Whether a variable is the same in both sweeps.
    fn is_steady(&self, v: Var) -> bool {
        let info = self.info(v);
        !info.mutable && info.kind != VarKind::Memory && (info.kind == VarKind::Param || info.region == Region(0))
    }

    /// A few numbers of a loop that no other one is around are likely to be few in all: functions with such a loop are called in loops.
    fn tape_kind(&self, region: Region, kept: &[Var]) -> TapeKind {
        if !self.f.is_in_loop(region) {
            return TapeKind::Slot;
        }
        let outer = self.f.regions[region.0 as usize].parent;
        let alone = self.f.regions[region.0 as usize].is_loop && !outer.is_some_and(|r| self.f.is_in_loop(r));
        let known = |v: &Var| matches!(self.info(*v).ty, Ty::Float(Float::F64 | Float::F32 | Float::Inferred));
        if let Some(counter) = self.chosen_in.get(&region).filter(|_| alone) {
            // One entry, but for ties.
            return if kept.iter().all(|v| v == counter || known(v)) { TapeKind::Short(FEW) } else { TapeKind::Stack };
        }
        if let Some(n) = self.entries(region).filter(|_| self.few) {
            // A struct is taken for four numbers.
            let numbers = kept.iter().map(|v| if known(v) { 1 } else { 4 }).sum::<usize>();
            match kept.iter().all(known) {
                true if n * numbers <= NEAR => return TapeKind::Numbers(n),
                false if n * numbers <= 3 * NEAR => return TapeKind::Few(n),
                _ => {}
            }
        }
        if alone && kept.len() <= 4 && kept.iter().all(known) {
            return TapeKind::Short(NEAR / kept.len());
        }
        TapeKind::Stack
    }

    /// How often a region runs at most before it is reversed, if literals say so.
    fn entries(&self, region: Region) -> Option<usize> {
        let (mut n, mut at) = (1_usize, Some(region));
        while let Some(r) = at.filter(|r| Some(*r) != self.fused_in) {
            let info = &self.f.regions[r.0 as usize];
            if info.is_loop {
                n = n.checked_mul(*self.trips.get(&r)?)?;
            }
            at = info.parent;
        }
        Some(n)
    }

    /// Values that are computed again, and what is undone before some of them are: each after what it needs.
    fn in_order(&self, again: Vec<Var>, undone: Vec<Stmt>) -> Vec<Stmt> {
        let mut values: Vec<Var> = again.into_iter().filter(|v| self.defs.contains_key(v)).collect();
        let mut undone = undone;
        let mut out = Vec::new();
        while !values.is_empty() || !undone.is_empty() {
            let waits = |reads: &[Var]| reads.iter().any(|u| values.contains(u));
            // A value that reads what is still to be undone waits for that, too.
            let ready = values.iter().position(|v| {
                let mut reads = Vec::new();
                self.defs[v].each_operand(&mut |u| reads.push(u));
                let early = self.undo.reads_again(*v) && undone.iter().any(|s| target(s).is_some_and(|u| reads.contains(&u)));
                !early && !waits(&reads)
            });
            // Writes to one variable are undone in order, those to several independently.
            let next = undone.iter().enumerate().position(|(k, s)| {
                let mut reads = Vec::new();
                s.each_read(&mut |u| reads.push(u));
                undone[..k].iter().all(|t| target(t) != target(s)) && !waits(&reads)
            });
            if let Some(k) = ready {
                let v = values.remove(k);
                let mut again = self.defs[&v].clone();
                if let (Expr::Bin(_, l, r, _), Ty::Named(_)) = (&mut again, &self.info(v).ty) {
                    // What the operator takes is read behind it.
                    [l, r].into_iter().for_each(|e| wrap(e, &|p| p.path.is_empty() && moves(&self.f, p.root)));
                }
                out.push(Stmt::Let(v, again));
            } else if let Some(k) = next {
                out.push(undone.remove(k));
            } else {
                // The plan excludes places that depend on what is undone.
                debug_assert!(false, "a value is read before it can be");
                break;
            }
        }
        out
    }

    /// Independent iterations: if everything that the reverse sweep of a loop's body reads can be computed again from
    /// what is at hand, nothing is kept at all.
    fn computed_again(&mut self, block: &mut Block) -> Option<Vec<Stmt>> {
        let region = block.region;
        let mut open: Vec<Var> = self.needs.get(&region)?.iter().copied().collect();
        let mut again = BTreeSet::new();
        let mut calls = HashSet::default();
        let mut outer = Vec::new();
        while let Some(v) = open.pop() {
            let info = self.info(v);
            if self.moved_back.contains(&v) {
                continue;
            }
            if info.region != region || matches!(info.kind, VarKind::Bound | VarKind::Index | VarKind::Param | VarKind::Cotangent) {
                outer.push(v);
                continue;
            }
            if info.kind != VarKind::Value || again.contains(&v) || calls.contains(&v) {
                if info.kind != VarKind::Value {
                    return None;
                }
                continue;
            }
            if let Some(&y) = self.pulled.get(&v) {
                open.push(y);
                continue;
            }
            let e = self.defs.get(&v)?;
            if !self.pure(e, v, region) {
                return None;
            }
            if matches!(e, Expr::Call(_)) {
                calls.insert(v);
            }
            again.insert(v);
            e.each_operand(&mut |u| open.push(u));
        }
        // Where iterations only read what others have written, dear values are kept.
        let reads_others = |v: &Var| matches!(&self.defs[v], Expr::Read(p) if !self.undo.reads_again(*v) && !self.is_settled(p.root, *v));
        if again.iter().any(reads_others) && again.iter().any(|v| !self.cheap(&self.defs[v], *v, region)) {
            return None;
        }
        // Where the loop around runs both ways, what is kept is as much as one of its iterations needs; where it fills a list, not more than that.
        let function = |v: &Var| matches!(&self.defs[v], Expr::Rule(name, _) if *name != "sqrt") && !self.cheap(&self.defs[v], *v, region);
        if (self.fused_in.is_some() || fills_a_list(block)) && calls.is_empty() && again.iter().any(function) {
            return None;
        }
        // A list of what functions give: keeping what these keep costs no more than the list, unless they have loops with a state.
        let dear = |v: &Var| {
            let call = block.stmts.iter().find_map(|s| match s {
                Stmt::LetPull(Some(y), pull, call) if y == v => Some((*pull, called(&call.callee)?)),
                _ => None,
            });
            call.is_some_and(|(pull, name)| self.light_call(block, pull, region).is_none() && crate::position::keeps_little(name))
        };
        if (fills_a_list(block) || writes_elements(&self.f, block)) && calls.iter().any(dear) {
            return None;
        }
        self.needs.remove(&region);
        for v in outer {
            self.need(v);
        }
        let pulls = block.stmts.iter().filter_map(|s| match s {
            Stmt::LetPull(Some(v), pull, call) if calls.contains(v) => Some((*v, (*pull, call.clone()))),
            _ => None,
        });
        let pulls = pulls.collect();
        self.report_values(region, &[], again.len());
        let undone = self.undone_first.remove(&region).unwrap_or_default();
        let mut prologue = self.in_order(again.into_iter().collect(), undone);
        made_again(block, &mut prologue, pulls);
        Some(prologue)
    }

    /// Whether an expression can be evaluated again in the reverse sweep at all.
    fn pure(&self, e: &Expr, v: Var, region: Region) -> bool {
        match e {
            Expr::Neg(x) => self.pure(x, v, region),
            Expr::Bin(_, l, r, _) if !matches!(self.info(v).ty, Ty::Named(_)) => {
                self.info(v).ty.is_float() && self.pure(l, v, region) && self.pure(r, v, region)
            }
            Expr::Rule(_, args) => args.iter().all(|a| self.pure(a, v, region)),
            Expr::Cast(x, _) => self.pure(x, v, region),
            Expr::Tuple(items) | Expr::Array(items) => items.iter().all(|a| self.pure(a, v, region)),
            Expr::Call(call) => call.args.iter().all(|a| match a {
                Arg::Value(x) => {
                    self.pure(x, v, region) && self.operand_ty(x).is_copy_or_plain()
                        || matches!(x, Expr::Verbatim(..) | Expr::Const(_)) && self.pure(x, v, region)
                }
                Arg::Ref(p) | Arg::Receiver(p) => {
                    let info = self.info(p.root);
                    !info.mutable && info.kind != VarKind::Memory && (info.kind == VarKind::Param || info.region == Region(0))
                }
                Arg::RefMut(_) => false,
            }),
            other => self.cheap(other, v, region),
        }
    }

    fn plan(&self, v: Var, region: Region) -> Plan {
        if self.info(v).kind != VarKind::Value {
            return Plan::Kept;
        }
        match self.defs.get(&v) {
            Some(e) if self.cheap(e, v, region) => Plan::Again,
            _ => Plan::Kept,
        }
    }

    /// Whether an operator of the crate's own types is a straight line of arithmetic, of what is at hand in the reverse sweep.
    fn light_operator(&self, op: BinOp, span: proc_macro2::Span, operands: [&Expr; 2], v: Var, region: Region) -> bool {
        let method = match op {
            BinOp::Add => "add",
            BinOp::Sub => "sub",
            BinOp::Mul => "mul",
            BinOp::Div => "div",
            BinOp::Rem => "rem",
        };
        let at_hand = |e: &Expr| match e {
            Expr::Const(_) => true,
            Expr::Var(u) => self.info(*u).kind == VarKind::Value && self.info(*u).owned,
            // Behind a shared reference nothing is taken away.
            Expr::Read(p) => {
                let info = self.info(p.root);
                info.kind == VarKind::Param
                    && matches!(info.ty, Ty::Ref(_, false))
                    && p.path.iter().all(|s| match s {
                        Proj::Index(i, _) => self.cheap(i, v, region),
                        Proj::Field(_) => true,
                        _ => false,
                    })
            }
            _ => false,
        };
        let name = proc_macro2::Ident::new(method, span);
        self.again && operands.into_iter().all(at_hand) && crate::position::is_light(&name)
    }

    /// Whether an expression can be evaluated again in the reverse sweep, at little cost.
    fn cheap(&self, e: &Expr, v: Var, region: Region) -> bool {
        match e {
            Expr::Const(_) => true,
            Expr::Var(u) => self.info(*u).kind != VarKind::Memory || self.undo.reads_again(v),
            Expr::Neg(x) => self.cheap(x, v, region),
            Expr::Bin(op, l, r, span) if matches!(self.info(v).ty, Ty::Named(_)) => self.light_operator(*op, *span, [l, r], v, region),
            Expr::Bin(_, l, r, _) => self.info(v).ty.is_float() && self.cheap(l, v, region) && self.cheap(r, v, region),
            Expr::Cast(x, _) => self.cheap(x, v, region),
            Expr::Array(items) | Expr::Tuple(items) if self.together_again && items.len() <= SMALL => {
                are_numbers(&self.info(v).ty) && items.iter().all(|x| self.cheap(x, v, region))
            }
            Expr::Read(p) if self.undo.reads_again(v) => p.path.iter().all(|s| matches!(s, Proj::Index(i, _) if self.cheap(i, v, region))),
            Expr::Read(p) => {
                // A parameter taken by `&mut` is not at hand in a pullback.
                let at_hand = !(self.info(p.root).kind == VarKind::Param && self.info(p.root).mutable);
                let copy = at_hand && (self.place_ty(p).is_copy() || self.place_ty(p).is_plain());
                copy && (self.is_settled(p.root, v) || self.is_element_settled(p, v))
                    && !matches!(self.info(p.root).kind, VarKind::Memory if self.info(p.root).region == region)
                    && p.path.iter().all(|s| match s {
                        Proj::Index(i, _) | Proj::Slice(i, _) => self.cheap(i, v, region),
                        _ => true,
                    })
            }
            Expr::Verbatim(code, vars) => {
                let steady = |u: Var| !self.info(u).mutable && self.info(u).kind != VarKind::Memory && self.lasts(u);
                crate::lower::is_simple(code) && vars.iter().all(|u| steady(*u) || self.undo.reads_again(v) && self.undo.restores(*u))
            }
            Expr::Rule(name, args) => {
                matches!(name.to_string().as_str(), "abs" | "max" | "min" | "mul_add" | "signum" | "recip" | "to_radians" | "to_degrees")
                    && args.iter().all(|a| self.cheap(a, v, region))
            }
            _ => false,
        }
    }
}

/// Values that the reverse sweep still reads are cloned where the forward sweep would move them.
///
/// What comes back by a move (`moved_back`) may be moved.
pub(crate) fn keep_moved(f: &mut Function, reverse: &mut [Stmt], read_early: HashSet<Var>, moved_back: &HashSet<Var>) {
    let mut read = Reverse::mentioned(reverse);
    read.extend(read_early);
    read.retain(|v| !moved_back.contains(v));
    collect_kept(&f.body, &mut read);
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    clone_kept(f, &mut body, &read);
    f.body = body;
    reverse.iter_mut().for_each(|s| keep_resumed(f, s, moved_back));
}

/// The same where a loop with checkpoints runs again: its reversal reads what this puts on tapes, and of what it overwrites it
/// records the shape first.
fn keep_resumed(f: &Function, s: &mut Stmt, moved_back: &HashSet<Var>) {
    if let Stmt::Segments(segments) = s {
        if let [_recall, resumed, reversed, ..] = &mut segments.body.stmts[..] {
            let mut read = Reverse::mentioned(std::slice::from_ref(reversed));
            resumed.each_block(&mut |b| {
                read.extend(Reverse::mentioned(&b.stmts).into_iter().filter(|v| f.vars[v.0 as usize].kind == VarKind::Memory))
            });
            read.retain(|v| !moved_back.contains(v));
            resumed.each_block(&mut |b| collect_kept(b, &mut read));
            resumed.each_block_mut(&mut |b| clone_kept(f, b, &read));
        }
    }
    s.each_block_mut(&mut |b| b.stmts.iter_mut().for_each(|s| keep_resumed(f, s, moved_back)));
}

fn clone_kept(f: &Function, block: &mut Block, read: &HashSet<Var>) {
    visit_moves(f, block, &|p| read.contains(&p.root) && takes(f, p));
}

/// Whether a use of a place by value takes it away: a variable, or a part of one, as in `let State { a, b } = s;` and `w.list = s.list;`. A
/// parameter's parts are the caller's, who hands it over again.
fn takes(f: &Function, p: &Place) -> bool {
    let part = || {
        let fields = p.path.iter().all(|s| matches!(s, Proj::Field(_)));
        fields && f.vars[p.root.0 as usize].kind != VarKind::Param && !crate::analysis::place_ty(f, p).is_copy_or_plain()
    };
    moves(f, p.root) && (p.path.is_empty() || part())
}

/// Whether a use by value takes the value away.
fn moves(f: &Function, v: Var) -> bool {
    let info = &f.vars[v.0 as usize];
    !info.is_copied() && info.kind != VarKind::Cotangent
}

/// The result, with clones of what the reverse sweep reads later.
pub(crate) fn kept_result(f: &Function, reverse: &[Stmt]) -> Option<Expr> {
    let read = Reverse::mentioned(reverse);
    let mut result = f.result.clone();
    if let (Some(e), false) = (&mut result, f.result_ty.is_copy()) {
        wrap(e, &|p| read.contains(&p.root) && takes(f, p));
    }
    result
}

/// What the forward sweep puts on tapes is read after its definition, too, and so is the shape of what it overwrites.
fn collect_kept(block: &Block, read: &mut HashSet<Var>) {
    for s in &block.stmts {
        match s {
            Stmt::TapePush(_, vars) => read.extend(vars.iter().copied()),
            Stmt::Let(_, Expr::Runtime("rt::zero", of)) => of.iter().for_each(|e| e.each_operand(&mut |v| _ = read.insert(v))),
            _ => {}
        }
        s.each_block(&mut |b| collect_kept(b, read));
    }
}

fn visit_moves(f: &Function, block: &mut Block, keeps: &dyn Fn(&Place) -> bool) {
    for s in &mut block.stmts {
        match s {
            Stmt::Let(v, Expr::Read(_)) | Stmt::Decl(v, Some(Expr::Read(_))) if f.vars[v.0 as usize].ty.is_copy_or_plain() => {}
            Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Assign(_, e) | Stmt::Update(_, _, e, _) => wrap(e, keeps),
            Stmt::Container(_, _, args, _) => args.iter_mut().for_each(|a| wrap(a, keeps)),
            Stmt::LetPull(_, _, call) => {
                for a in &mut call.args {
                    if let Arg::Value(e) = a {
                        wrap(e, keeps);
                    }
                }
            }
            _ => {}
        }
        s.each_block_mut(&mut |b| visit_moves(f, b, keeps));
    }
}

/// Wraps by-value uses in a clone.
fn wrap(e: &mut Expr, keeps: &dyn Fn(&Place) -> bool) {
    // Parts in arithmetic are numbers, as a rule.
    let whole = |p: &Place| p.path.is_empty() && keeps(p);
    match e {
        Expr::Var(v) if keeps(&Place::var(*v)) => *e = Expr::Clone(Box::new(e.clone())),
        Expr::Read(p) if keeps(p) => *e = Expr::Clone(Box::new(e.clone())),
        Expr::Neg(x) | Expr::Cast(x, _) => wrap(x, &whole),
        Expr::Repeat(x, _) => wrap(x, keeps),
        Expr::Bin(_, l, r, _) => {
            wrap(l, &whole);
            wrap(r, &whole);
        }
        Expr::Rule(_, items) => items.iter_mut().for_each(|x| wrap(x, &whole)),
        Expr::VecRepeat(x, _) => wrap(x, keeps),
        Expr::Tuple(items) | Expr::Array(items) | Expr::VecList(items) | Expr::Ctor(_, items) => {
            items.iter_mut().for_each(|x| wrap(x, keeps));
        }
        Expr::Runtime("rt::assign" | "rt::assigned", items) => items.iter_mut().for_each(|x| wrap(x, keeps)),
        Expr::Struct(_, fields, base) => {
            fields.iter_mut().for_each(|(_, x)| wrap(x, keeps));
            if let Some(b) = base {
                wrap(b, keeps);
            }
        }
        Expr::Call(call) => {
            for a in &mut call.args {
                if let Arg::Value(x) = a {
                    wrap(x, keeps);
                }
            }
        }
        _ => {}
    }
}

/// Arrays and tuples of numbers whose types are known: nothing else is needed to put them together.
fn are_numbers(ty: &Ty) -> bool {
    match ty {
        Ty::Float(Float::Inferred) => false,
        Ty::Float(_) => true,
        Ty::Array(elem, _) => are_numbers(elem),
        Ty::Tuple(items) => items.iter().all(are_numbers),
        _ => false,
    }
}

/// Whether each iteration adds an element to a list.
fn fills_a_list(body: &Block) -> bool {
    body.stmts.iter().any(|s| matches!(s, Stmt::Container(ContainerOp::Push, ..)))
}

/// The name of what is called.
fn called(callee: &Callee) -> Option<&proc_macro2::Ident> {
    match callee {
        Callee::Function(path) => path.segments.last().map(|s| &s.ident),
        Callee::Associated(path) => path.path.segments.last().map(|s| &s.ident),
        Callee::Method(name, _) => Some(name),
    }
}

/// Whether each iteration writes an element of a list from outside.
fn writes_elements(f: &Function, body: &Block) -> bool {
    body.stmts.iter().any(|s| match s {
        Stmt::Assign(p, _) => matches!(p.path.last(), Some(Proj::Index(..))) && f.vars[p.root.0 as usize].region != body.region,
        _ => false,
    })
}

/// Calls whose pullback is made in the reverse sweep are plain calls in the forward sweep.
fn made_again(block: &mut Block, prologue: &mut [Stmt], mut calls: HashMap<Var, (Var, Box<Call>)>) {
    for s in &mut block.stmts {
        if let Stmt::LetPull(Some(v), _, call) = s {
            if calls.contains_key(v) {
                *s = Stmt::Let(*v, Expr::Call(call.clone()));
            }
        }
    }
    for s in prologue {
        if let Stmt::Let(v, _) = s {
            if let Some((pull, call)) = calls.remove(v) {
                *s = Stmt::LetPull(Some(*v), pull, call);
            }
        }
    }
}

/// What a statement writes to.
fn target(s: &Stmt) -> Option<Var> {
    match s {
        Stmt::Assign(p, _) | Stmt::Update(p, ..) => Some(p.root),
        _ => None,
    }
}
