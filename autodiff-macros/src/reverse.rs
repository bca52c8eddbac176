//! The reverse sweep.
//!
//! What enters: a function in A-normal form, with activity. What leaves: an [`Adjoint`]: the forward sweep, extended by what
//! keeps values, and the statements of the reverse sweep, in the same language. Guarantees: the forward
//! sweep computes what the function computes, in the same order; every value that the reverse sweep reads is available where
//! it is read (kept by name, on a tape, or computed again).
//!
//! Each region is reversed by itself: its statements backwards, after a prologue that brings back the region's own values.
//! A cotangent used in one region only is bound once, as the sum of its contributions; any other is an accumulator.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::{BTreeMap, BTreeSet};

use quote::quote;

use crate::analysis::{Activity, Writes};
use crate::ir::{
    BinOp, Block, Conversion, Counter, Expr, ForLoop, Function, Place, Proj, Region, RegionInfo, Stmt, TapeKind, Var, VarInfo, VarKind,
};
use crate::names::Namer;
use crate::passes::Passes;
use crate::settled::Elements;
use crate::types::Ty;

use undo::{Draft, Undo};

mod call;
mod checkpoint;
mod chosen;
mod collected;
mod contribute;
mod copies;
mod fuse;
mod greatest;
mod indexed;
mod lengths;
mod once;
mod operands;
mod partners;
mod reads;
mod record;
mod report;
mod save;
mod stmt;
mod undo;

/// The outcome.
#[derive(Clone)]
pub(crate) struct Adjoint {
    pub function: Function,
    /// The reverse sweep.
    pub reverse: Vec<Stmt>,
    /// The cotangent of each parameter that has one.
    pub bars: HashMap<Var, Var>,
    /// For number parameters whose cotangent is bound once: its value.
    pub sums: HashMap<Var, Expr>,
    /// The cotangent of the result.
    pub seed: Option<Var>,
    /// The forward sweep holds parts of the reverse sweep: it reads the seed.
    pub fused: bool,
    /// The reverse sweep takes back what the forward sweep kept branch by branch, as long as nothing else is found.
    pub in_order: bool,
    /// The variables of the function that take part in derivatives.
    pub active: HashSet<Var>,
    /// How many variables the function had: those that follow belong to the sweeps.
    pub primal: usize,
    /// The counters of loops that run both ways, with the body that the primal has.
    pub together: HashMap<Var, Block>,
    /// What each loop keeps, for documentation.
    pub report: String,
}

impl Adjoint {
    /// Of a function without a body: its siblings have signatures only.
    pub fn empty(result_ty: Ty) -> Adjoint {
        Adjoint::of(Function {
            vars: Vec::new(),
            regions: vec![RegionInfo { parent: None, is_loop: false, checkpoint: false }],
            params: Vec::new(),
            body: Block { region: Region(0), stmts: Vec::new() },
            result: None,
            result_ty,
            this: crate::types::Named::default(),
        })
    }

    /// Without a reverse sweep.
    pub fn of(function: Function) -> Adjoint {
        Adjoint {
            function,
            reverse: Vec::new(),
            bars: HashMap::default(),
            sums: HashMap::default(),
            seed: None,
            fused: false,
            in_order: false,
            active: HashSet::default(),
            primal: 0,
            together: HashMap::default(),
            report: String::new(),
        }
    }
}

/// Where the contributions to a cotangent go.
enum Bar {
    /// Bound once, at the reverse of the definition.
    Sum(Vec<Expr>),
    /// An accumulator.
    Memory(Var),
}

pub(crate) struct Reverse<'n> {
    f: Function,
    names: &'n mut Namer,
    activity: Activity,
    writes: Writes,
    elements: Option<Elements>,
    bars: HashMap<Var, Bar>,
    /// Values of a region that its reverse sweep reads.
    needs: HashMap<Region, BTreeSet<Var>>,
    /// Definitions.
    defs: HashMap<Var, Expr>,
    /// Accumulators to be declared at the top of a region's reverse sweep.
    decls: HashMap<Region, Vec<(Var, Expr)>>,
    /// The same, for the forward sweep.
    decls_early: HashMap<Region, Vec<(Var, Expr)>>,
    /// Tapes, all declared at the top of the function.
    tapes: Vec<Stmt>,
    /// The region whose reverse sweep is being written.
    region: Region,
    out: Vec<Stmt>,
    /// The value that belongs to each pullback.
    pulled: HashMap<Var, Var>,
    seed: Option<Var>,
    /// Whether a loop of this region may be reversed inside itself: nothing but such loops around it.
    fusing: bool,
    /// Whether one was, so that the forward sweep reads the seed.
    fused: bool,
    /// The counters of those that were, with the body that the primal has.
    together: HashMap<Var, Block>,
    /// Cotangents that are complete before the loop at hand begins.
    known: HashSet<Var>,
    /// The counter of the loop in front of which they are asked for.
    hoisting_to: Option<Var>,
    /// Statements of the reverse sweep that moved in front of the loop with this counter, by region and in order.
    hoisted: HashMap<Region, Vec<(Var, Stmt)>>,
    /// What fused loops of a region mention.
    read_by_fused: HashMap<Region, HashSet<Var>>,
    /// Variables that are defined after the statement at hand.
    later: HashSet<Var>,
    /// What statements of the reverse sweep inside the forward sweep read.
    read_early: HashSet<Var>,
    /// Arrays that are restored.
    undo: Undo,
    /// Variables that have their value back by a move.
    moved_back: HashSet<Var>,
    /// What is undone at the top of a region's reverse sweep, last write first.
    undone_first: HashMap<Region, Vec<Stmt>>,
    /// What would be kept for want of such arrays.
    draft: Draft,
    /// Variables whose contents are read after the statement at hand.
    read_later: HashSet<Var>,
    /// The body of the innermost loop that is being reversed inside itself.
    fused_in: Option<Region>,
    /// Scratch buffers of that loop which nothing outside reads, and with the first statement of its body that reads them.
    first_read: Vec<(Var, usize)>,
    /// Those whose contents at the statement at hand nobody will ask for.
    stale: HashSet<Var>,
    /// The regions in which the contents of variables are read.
    read_in: HashMap<Var, HashSet<Region>>,
    /// Whether a loop that is reversed inside itself may write to buffers outside.
    scratch: bool,
    /// What variables in memory are declared with.
    declared: HashMap<Var, Expr>,
    /// Lists that may get another length.
    resized: HashSet<Var>,
    /// How often loops run, where literals say so.
    trips: HashMap<Region, usize>,
    /// Whether tapes of such loops have their room from the start.
    few: bool,
    /// Whether tapes of loops may be indexed.
    indexing: bool,
    /// Whether elements that loops push to lists are read and written by index.
    collecting: bool,
    /// Lists that are empty in front of the statement at hand.
    empty_lists: Vec<collected::EmptyList>,
    /// Whether of folds with `max` and `min` only the iterations with a share are kept.
    choosing: bool,
    /// Whether a search for the greatest element keeps nothing of its iterations.
    searching: bool,
    /// The bodies of such loops, with their counters.
    chosen_in: HashMap<Region, Var>,
    /// Whether calls may be made again.
    again: bool,
    /// Whether different fields of a cotangent are handed to one call.
    apart: bool,
    /// Whether small arrays and tuples of numbers are put together again.
    together_again: bool,
    /// Whether what methods change is kept by their pullbacks alone.
    in_place: bool,
    /// Whether lists may have as their cotangent what is handed to it.
    adopting: bool,
    /// Variables whose cotangent is one that comes back: there is none before.
    adopted: HashSet<Var>,
    /// Functions that are each other's derivatives.
    partners: partners::Partners,
    /// The lengths of lists that keep them.
    lengths: lengths::Lengths,
    /// Whether there are loops that keep checkpoints.
    checkpointing: bool,
    report: report::Report,
    /// What the reverse sweep recalls from checkpoints.
    recalled: HashSet<Var>,
    /// What variables held that were replaced as a whole, and have it back in the reverse sweep.
    olds: HashSet<Var>,
    /// What may be changed by what is reversed already, or by another iteration.
    written_later: HashSet<Var>,
}

/// What was found of the function before it is differentiated.
struct Found {
    partners: partners::Partners,
    lengths: lengths::Lengths,
}

/// Differentiates a function with respect to its active parameters.
pub(crate) fn reverse(function: &Function, names: &mut Namer, passes: Passes) -> Adjoint {
    let mut f = function.clone();
    if passes.advance {
        crate::advance::advance(&mut f, names);
    }
    if passes.indices {
        crate::indices::written_out(&mut f);
    }
    crate::analysis::normalise(&mut f, names);
    let lengths = if passes.lengths { lengths::known(&mut f) } else { lengths::Lengths::default() };
    // A loop that is reversed while it runs adds to cotangents of a shape that the function has yet to make.
    let passes = if crate::overwrites::reshapes_outputs(&f) { passes.unfused() } else { passes };
    operands::settle(&mut f, names);
    if passes.reads {
        reads::share(&mut f);
    }
    if passes.once {
        once::share(&mut f, names);
    }
    let partners = if passes.partners { partners::partners(&mut f, names) } else { partners::Partners::default() };
    let found = Found { partners, lengths };
    if passes.undo {
        // What a draft keeps tells which arrays are worth restoring.
        let draft = |undo| sweep(&f, &mut names.clone(), passes, undo, &found).1;
        let first = draft(Undo::default());
        let mut undo = Undo::plan(&f, &first, passes);
        let settled = first.settled.into_inner();
        if settled.iter().any(|v| undo.restores(*v)) {
            // What is restored has not its last value all the time: then all reads of it count.
            undo = Undo::plan(&f, &draft(Undo::likely_of(settled)), passes);
        }
        if !undo.is_empty() {
            return shared(f, names, passes, undo, &found);
        }
    }
    shared(f, names, passes, Undo::default(), &found)
}

/// The adjoint, where what calls are lent is copied once.
fn shared(mut f: Function, names: &mut Namer, passes: Passes, undo: Undo, found: &Found) -> Adjoint {
    if passes.copies {
        let mut own = names.clone();
        let (adjoint, draft) = sweep(&f, &mut own, passes, undo.clone(), found);
        if !copies::share(&mut f, names, &draft.copied) {
            *names = own;
            return adjoint;
        }
    }
    sweep(&f, names, passes, undo, found).0
}

fn sweep(function: &Function, names: &mut Namer, passes: Passes, undo: Undo, found: &Found) -> (Adjoint, Draft) {
    let f = function.clone();
    let activity = Activity::of(&f);
    let writes = Writes::of(&f);
    let elements = passes.settled.then(|| Elements::of(&f));
    let mut defs = HashMap::default();
    crate::analysis::definitions(&f.body, &mut defs);
    let (mut active, primal) = (activity.active().clone(), f.vars.len());
    // Second derivatives take a tangent of what the reverse sweep multiplies with.
    active.extend(found.partners.iter().filter(|(v, _)| activity.is_active(**v)).map(|(_, partner)| *partner));
    let checkpointing = passes.checkpoint && f.regions.iter().any(|r| r.checkpoint);
    let mut r = Reverse {
        f,
        names,
        activity,
        writes,
        elements,
        bars: HashMap::default(),
        needs: HashMap::default(),
        defs,
        decls: HashMap::default(),
        decls_early: HashMap::default(),
        tapes: Vec::new(),
        region: Region(0),
        out: Vec::new(),
        pulled: HashMap::default(),
        seed: None,
        fusing: passes.fuse,
        fused: false,
        together: HashMap::default(),
        known: HashSet::default(),
        hoisting_to: None,
        hoisted: HashMap::default(),
        read_by_fused: HashMap::default(),
        later: HashSet::default(),
        read_early: HashSet::default(),
        undo,
        moved_back: HashSet::default(),
        undone_first: HashMap::default(),
        draft: Draft::default(),
        read_later: HashSet::default(),
        fused_in: None,
        first_read: Vec::new(),
        stale: HashSet::default(),
        read_in: HashMap::default(),
        scratch: passes.scratch,
        declared: HashMap::default(),
        resized: crate::resized::lists(function),
        trips: HashMap::default(),
        few: passes.few,
        indexing: passes.indexed,
        collecting: passes.collected,
        empty_lists: Vec::new(),
        choosing: passes.chosen,
        searching: passes.greatest,
        chosen_in: HashMap::default(),
        again: passes.again,
        apart: passes.apart,
        in_place: passes.in_place,
        together_again: passes.arrays,
        adopting: passes.adopt,
        adopted: HashSet::default(),
        partners: found.partners.clone(),
        lengths: found.lengths.clone(),
        checkpointing,
        report: report::Report::default(),
        recalled: HashSet::default(),
        olds: HashSet::default(),
        written_later: HashSet::default(),
    };
    r.declarations(&function.body);
    r.params();
    r.seed();
    if let Some(result) = r.f.result.clone() {
        r.note_reads(&Stmt::Do(result));
    }
    let mut body = std::mem::replace(&mut r.f.body, Block { region: Region(0), stmts: Vec::new() });
    r.block(&mut body);
    let mut reverse = r.finish_top();
    let mut bars = HashMap::default();
    let mut sums = HashMap::default();
    for &p in &r.f.params.clone() {
        match r.bars.get(&p) {
            Some(Bar::Memory(v)) => {
                bars.insert(p, *v);
            }
            Some(Bar::Sum(_)) => {
                let sum = r.sum(p);
                sums.insert(p, sum.unwrap_or_else(|| crate::emit::zero_of(&r.f.vars[p.0 as usize].ty)));
            }
            None => {}
        }
    }
    let tapes = std::mem::take(&mut r.tapes);
    body.stmts.splice(0..0, tapes);
    r.f.body = body;
    r.keep_result();
    let report = r.reported();
    let Reverse { mut f, seed, fused, together, read_early, draft, moved_back, .. } = r;
    save::keep_moved(&mut f, &mut reverse, read_early, &moved_back);
    (Adjoint { function: f, reverse, bars, sums, seed, fused, in_order: false, active, primal, together, report }, draft)
}

impl Reverse<'_> {
    fn declarations(&mut self, block: &Block) {
        for s in &block.stmts {
            for v in self.reads_of(s).into_iter().filter(|v| crate::overwrites::reads_itself(&self.f, s, *v)).collect::<Vec<_>>() {
                self.read_in.entry(v).or_default().insert(block.region);
            }
            if let Stmt::Decl(v, Some(e)) = s {
                self.declared.insert(*v, e.clone());
            }
            if let Stmt::For(l) = s {
                self.trips.extend(trips(&l.counter).map(|n| (l.body.region, n)));
            }
            s.each_block(&mut |b| self.declarations(b));
        }
    }

    fn info(&self, v: Var) -> &VarInfo {
        &self.f.vars[v.0 as usize]
    }

    fn active(&self, v: Var) -> bool {
        self.activity.is_active(v)
    }

    fn new_var(&mut self, name: proc_macro2::Ident, ty: Ty, kind: VarKind, region: Region) -> Var {
        self.f.add(VarInfo { mutable: kind == VarKind::Memory, ..VarInfo::owned(name, ty, kind, region) })
    }

    fn bar_var(&mut self, of: Var) -> Var {
        let name = self.info(of).name.clone();
        let ident = self.names.bar(&name);
        // The cotangent of a local reference owns its buffer; that of a parameter is handed over by reference.
        let ty = match &self.info(of).ty {
            Ty::Ref(inner, _) if self.info(of).kind != VarKind::Param => (**inner).clone(),
            ty => ty.clone(),
        };
        let region = self.info(of).region;
        self.new_var(ident, ty, VarKind::Cotangent, region)
    }

    /// Cotangents of the parameters: numbers by value are summed up, everything else has a buffer.
    fn params(&mut self) {
        for p in self.f.params.clone() {
            if !self.info(p).varied {
                continue;
            }
            let bar = if self.info(p).ty.is_float() && !self.activity.used_in_nested(p) {
                Bar::Sum(Vec::new())
            } else {
                Bar::Memory(self.bar_var(p))
            };
            self.bars.insert(p, bar);
        }
    }

    fn seed(&mut self) {
        let Some(result) = self.f.result.clone() else { return };
        if matches!(self.f.result_ty, Ty::Unit) || !result_varies(&self.f, &result) {
            let ident = self.names.fresh("seed");
            self.seed = Some(self.new_var(ident, self.f.result_ty.clone(), VarKind::Cotangent, Region(0)));
            return;
        }
        let ident = self.names.fresh("seed");
        let ty = self.f.result_ty.clone();
        let seed = self.new_var(ident, ty.clone(), VarKind::Cotangent, Region(0));
        self.seed = Some(seed);
        if ty.is_float() {
            self.add(&result, Expr::Var(seed), true);
            return;
        }
        match &result {
            Expr::Var(v) if self.info(*v).kind != VarKind::Param && self.info(*v).region == Region(0) => {
                let bar = self.bar_var(*v);
                self.f.vars[bar.0 as usize].ty = ty;
                self.bars.insert(*v, Bar::Memory(bar));
                self.decls.entry(Region(0)).or_default().push((bar, Expr::Var(seed)));
            }
            Expr::Runtime(_, args) => {
                if let Some(Expr::Var(v)) = args.first() {
                    let bar = self.bar_var(*v);
                    self.bars.insert(*v, Bar::Memory(bar));
                    self.decls.entry(Region(0)).or_default().push((bar, Expr::Var(seed)));
                }
            }
            other => self.add(&other.clone(), Expr::Var(seed), false),
        }
    }

    /// The statements of the outermost reverse sweep, with the declarations of its accumulators.
    fn finish_top(&mut self) -> Vec<Stmt> {
        let mut stmts = std::mem::take(&mut self.out);
        let decls = self.decls.remove(&Region(0)).unwrap_or_default();
        insert_decls(&mut stmts, decls, Some(&self.olds));
        stmts
    }

    /// Reverses the statements of a block into `self.out`.
    fn block(&mut self, block: &mut Block) {
        let mut forward = Vec::new();
        // Statements that must run right before one of the forward sweep are put there.
        let first_read = if self.fused_in == Some(block.region) { std::mem::take(&mut self.first_read) } else { Vec::new() };
        let mut empty_lists = if self.collecting { collected::empty_lists(&block.stmts) } else { Default::default() };
        for (k, stmt) in std::mem::take(&mut block.stmts).into_iter().enumerate().rev() {
            self.empty_lists = empty_lists.remove(&k).unwrap_or_default();
            self.stale = first_read.iter().filter(|(_, first)| k <= *first).map(|(v, _)| *v).collect();
            let mut defined = Vec::new();
            stmt.each_definition(&mut |v| defined.push(v));
            let original = if self.fusing { Some(stmt.clone()) } else { None };
            let writes = self.writes_of(&stmt);
            if matches!(stmt, Stmt::For(_) | Stmt::ForEach(_) | Stmt::While(_)) {
                self.written_later.extend(&writes);
            }
            let replaced = self.stmt(stmt);
            self.written_later.extend(writes);
            if let Some(original) = original {
                self.note_reads(&original);
            }
            self.later.extend(defined);
            forward.extend(replaced.into_iter().rev());
        }
        forward.reverse();
        self.place_hoisted(block.region, &mut forward);
        // Statements of the forward sweep give nothing its old value back.
        insert_decls(&mut forward, self.decls_early.remove(&block.region).unwrap_or_default(), None);
        block.stmts = forward;
    }

    /// Reverses a nested region: its statements, behind a prologue; the forward block gets what keeps values.
    fn nested(&mut self, block: &mut Block) -> Block {
        let outer = (self.region, std::mem::take(&mut self.out));
        let fusing = std::mem::replace(&mut self.fusing, false);
        self.region = block.region;
        self.block(block);
        let mut stmts = std::mem::take(&mut self.out);
        let decls = self.decls.remove(&block.region).unwrap_or_default();
        insert_decls(&mut stmts, decls, Some(&self.olds));
        let idle = stmts.is_empty() && !self.undone_first.contains_key(&block.region);
        let prologue = if idle { Vec::new() } else { self.prologue(block) };
        self.needs.remove(&block.region);
        (self.region, self.out) = outer;
        self.fusing = fusing;
        stmts.splice(0..0, prologue);
        Block { region: block.region, stmts }
    }

    /// Whether what a root holds where `at` is defined is still there when the reverse sweep reads it.
    fn is_settled(&self, root: Var, at: Var) -> bool {
        match self.fused_in {
            Some(body) => self.writes.is_settled_within(&self.f, root, at, body),
            None => self.writes.is_settled(&self.f, root, at),
        }
    }

    /// The same of a place, where only other elements of its root are written later.
    fn is_element_settled(&self, p: &Place, at: Var) -> bool {
        let Some(elements) = self.elements.as_ref().filter(|_| !self.undo.moves(p.root)) else { return false };
        let settled = elements.are_settled(&self.f, p, at, self.fused_in);
        if settled {
            self.draft.settled.borrow_mut().insert(p.root);
        }
        settled
    }
}

/// How often a loop runs at most, if literals say so.
fn trips(c: &Counter) -> Option<usize> {
    let number = |e: &Expr| match e {
        Expr::Const(tokens) => syn::parse2::<syn::LitInt>(tokens.clone()).ok()?.base10_parse::<usize>().ok(),
        Expr::Verbatim(code, _) => syn::parse2::<syn::LitInt>(quote!(#code)).ok()?.base10_parse::<usize>().ok(),
        _ => None,
    };
    number(&c.end)?.checked_add(usize::from(c.inclusive))?.checked_sub(number(&c.start)?)
}

/// The function's result, for a sweep that goes on reading parts of it: those are cloned.
pub(crate) fn kept_result(adjoint: &Adjoint) -> Option<Expr> {
    save::kept_result(&adjoint.function, &adjoint.reverse)
}

/// The roots that a statement of the reverse sweep binds or changes, in its blocks too.
pub(crate) fn targets(s: &Stmt) -> HashSet<Var> {
    let mut set = HashSet::default();
    fuse::gather(s, &mut |v| {
        set.insert(v);
    });
    set
}

fn result_varies(f: &Function, e: &Expr) -> bool {
    let mut varies = false;
    crate::analysis::each_carrier(e, &mut |v| varies |= f.vars[v.0 as usize].varied);
    varies
}

/// The variables that a statement of the reverse sweep gives back what they held before: something of another shape, perhaps.
/// What is assigned back is one of `olds`.
fn each_brought_back(stmt: &Stmt, olds: &HashSet<Var>, f: &mut dyn FnMut(Var)) {
    let old = |e: &Expr| matches!(e, Expr::Var(v) if olds.contains(v));
    match stmt {
        Stmt::Assign(place, e) if place.path.is_empty() && old(e) => f(place.root),
        Stmt::Let(_, Expr::Runtime("rt::replace", args)) | Stmt::Decl(_, Some(Expr::Runtime("rt::replace", args))) => match &args[..] {
            [Expr::RefMut(place), e] if old(e) => f(place.root),
            _ => {}
        },
        Stmt::Restore(_, crate::ir::Part::Slice(place)) => f(place.root),
        Stmt::Container(crate::ir::ContainerOp::Swap, place, args, _) => {
            f(place.root);
            args.iter().for_each(|a| {
                if let Expr::RefMut(other) = a {
                    f(other.root)
                }
            });
        }
        _ => {}
    }
    stmt.each_block(&mut |b| b.stmts.iter().for_each(|s| each_brought_back(s, olds, f)));
}

/// Puts each declaration right before the first statement that mentions the accumulator, or, in a reverse sweep, gives the
/// variable whose shape it has its old value back; what is assigned back is one of `olds`.
fn insert_decls(stmts: &mut Vec<Stmt>, decls: Vec<(Var, Expr)>, olds: Option<&HashSet<Var>>) {
    if decls.is_empty() {
        return;
    }
    let end = stmts.len();
    let (mut first, mut back): (HashMap<Var, usize>, HashMap<Var, usize>) = Default::default();
    for (at, s) in stmts.iter().enumerate() {
        s.each_var(&mut |v| {
            first.entry(v).or_insert(at);
        });
        if let Some(olds) = olds {
            each_brought_back(s, olds, &mut |v| {
                back.entry(v).or_insert(at);
            });
        }
    }
    // Last declaration first: those before it may be what its value mentions.
    let mut placed: Vec<(usize, Stmt)> = Vec::new();
    for (bar, init) in decls.into_iter().rev() {
        let at = first.get(&bar).copied().unwrap_or(end);
        if at == end && !matches!(init, Expr::Var(_)) && !first.contains_key(&bar) {
            continue;
        }
        let mut at = at;
        // A cotangent that is taken over is no shape: what it is exchanged with before belongs to it.
        if !matches!(init, Expr::Var(_)) {
            init.each_operand(&mut |v| at = back.get(&v).map_or(at, |b| at.min(*b)));
        }
        init.each_operand(&mut |v| {
            let known = first.entry(v).or_insert(at);
            *known = at.min(*known);
        });
        placed.push((at, Stmt::DeclBar(bar, init)));
    }
    placed.reverse();
    placed.sort_by_key(|(at, _)| *at);
    let mut placed = placed.into_iter().peekable();
    let mut out = Vec::with_capacity(end + placed.len());
    for (at, s) in std::mem::take(stmts).into_iter().enumerate() {
        while let Some((_, d)) = placed.next_if(|(to, _)| *to == at) {
            out.push(d);
        }
        out.push(s);
    }
    out.extend(placed.map(|(_, d)| d));
    *stmts = out;
}
