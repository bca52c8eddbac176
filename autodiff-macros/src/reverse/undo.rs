//! Arrays that get back their old elements as the reverse sweep goes, so that it reads them where they are.
//!
//! What enters: a function, and what a first draft of its adjoint kept. What leaves: an [`Undo`]: which arrays are restored, where their
//! writes are recorded, and which reads are done again instead of being kept.
//!
//! The reverse of a write `u[i] = e` puts the old `u[i]` back. When the sweep has come to a statement, every write behind it is
//! undone, and the array is what the statement saw. A read is done again at the top of its region's reverse sweep, where the writes of that
//! region are not undone yet. So it is done again if
//! - no write of its region comes after it (*late*: each write is undone at its own reverse), or
//! - all of those are elements written by the region itself, and nothing reads the array after the first of them: then they are undone at
//!   the top, before the reads (*early*);
//!
//! else it is kept as before. A write is recorded only if a read that is done again may come before it (*to be recorded*); in a loop,
//! that is any read of the loop. Arrays that change places (`swap`) share one fate.
//!
//! Counters (`let mut p = 0; .. p += 1`) are treated in the same way, but nothing is recorded of a step: it is taken back.
//!
//! The elements that a counted loop writes one after the other, and nothing else, are recorded at once in front of it (*run*).
//!
//! Of an array that is replaced as a whole (`h = next`), the old one moves into the record. If the new one was a variable of the same region,
//! its reverse is a move, too: the variable has its value again, out of the array (*moved back*).

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::ir::{Arg, BinOp, Block, ContainerOp, Counter, Expr, Function, Place, Proj, Region, Run, Stmt, Var, VarInfo, VarKind};
use crate::passes::Passes;
use crate::types::Ty;

/// What a draft of the adjoint kept.
#[derive(Default)]
pub(super) struct Draft {
    /// Values on tapes.
    pub kept: BTreeSet<Var>,
    /// Copies of arrays for pullbacks: the call's value, and the array.
    pub copied: Vec<(Var, Var)>,
    /// Arrays whose elements are read again since they are not written any more.
    pub settled: RefCell<HashSet<Var>>,
}

/// The plan.
#[derive(Clone, Default)]
pub(super) struct Undo {
    roots: HashSet<Var>,
    /// In a draft, arrays that are likely to be restored.
    moving: HashSet<Var>,
    again: HashSet<Var>,
    recorded: HashSet<(Var, Region)>,
    early: HashSet<(Var, Region)>,
    /// Counters, and the regions whose steps are taken back.
    stepped: HashSet<(Var, Region)>,
    runs: HashMap<Region, Vec<Run>>,
    counters: HashSet<Var>,
    /// What steps may be made of: see [`known`].
    known: HashSet<Var>,
    /// What an array is replaced with in a region, and has back in the reverse sweep.
    moved_back: HashMap<(Var, Region), Var>,
}

impl Undo {
    /// For a draft: arrays that are likely to be restored.
    pub fn likely_of(moving: HashSet<Var>) -> Undo {
        Undo { moving, ..Undo::default() }
    }

    /// Whether the array may not be read as if it had its last values all the time.
    pub fn moves(&self, root: Var) -> bool {
        self.roots.contains(&root) || self.moving.contains(&root)
    }

    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Whether the array is what it was, whenever the reverse sweep comes to a statement.
    pub fn restores(&self, root: Var) -> bool {
        self.roots.contains(&root)
    }

    /// Whether the value is read again at the top of its region's reverse sweep.
    pub fn reads_again(&self, v: Var) -> bool {
        self.again.contains(&v)
    }

    /// Whether a write of this region is recorded where it is.
    pub fn records(&self, root: Var, region: Region) -> bool {
        self.recorded.contains(&(root, region)) && !self.runs.get(&region).is_some_and(|r| r.iter().any(|r| r.place.root == root))
    }

    /// Whether any write to a variable is recorded where it is.
    pub fn records_somewhere(&self, root: Var) -> bool {
        self.recorded.iter().any(|&(v, region)| v == root && self.records(root, region))
    }

    /// Whether the writes of this region are undone at the top of its reverse sweep.
    pub fn is_early(&self, root: Var, region: Region) -> bool {
        self.early.contains(&(root, region))
    }

    /// What is recorded in front of the loop with this body.
    pub fn runs(&self, body: Region) -> &[Run] {
        self.runs.get(&body).map_or(&[], |r| r)
    }

    /// The variable that gets its value back out of the array when it is restored to what it was before this region replaced it.
    pub fn moved_back(&self, root: Var, region: Region) -> Option<Var> {
        self.moved_back.get(&(root, region)).copied()
    }

    pub fn is_counter(&self, v: Var) -> bool {
        self.counters.contains(&v)
    }

    /// Whether steps of this region are taken back.
    pub fn takes_back(&self, counter: Var, region: Region) -> bool {
        self.stepped.contains(&(counter, region))
    }

    /// What takes back a step of a counter.
    pub fn step(&self, f: &Function, s: &Stmt) -> Option<Step> {
        step(f, &self.counters, &self.known, s)
    }

    /// Chooses the arrays for which recording what is overwritten costs less than keeping what is read.
    pub fn plan(f: &Function, draft: &Draft, passes: Passes) -> Undo {
        if draft.kept.is_empty() && draft.copied.is_empty() {
            return Undo::default();
        }
        let mut scan = Scan::of(f, passes);
        scan.exclude();
        let mut undo = Undo { known: scan.known.clone(), ..Undo::default() };
        for class in scan.classes() {
            scan.plan_class(&class, draft, &mut undo);
        }
        scan.keep_what_is_read_first(&mut undo);
        undo
    }
}

/// `counter op= by`
pub(super) struct Step {
    pub counter: Var,
    pub op: BinOp,
    pub by: Expr,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Event {
    /// The definition of a value, if it copies; else any other use of the value.
    Read(Option<Var>),
    /// An argument of the call that gives this value.
    Argument(Var),
    /// One element.
    Element,
    /// A slice, by this library or by a call.
    Slice,
    /// All of it at once, perhaps by a variable of the same region.
    Whole(Option<Var>),
    /// Elements are pushed: not to be undone, but done where nothing is read again before.
    Grown,
    /// A counter is changed by something that is known in the reverse sweep.
    Step,
    /// Elements or arrays change places.
    Moved,
    /// Something that cannot be undone.
    Other,
}

struct Seen {
    root: Var,
    region: Region,
    event: Event,
}

/// Everything that happens to the arrays of a function, in order.
struct Scan<'f> {
    f: &'f Function,
    passes: Passes,
    seen: Vec<Seen>,
    defs: HashMap<Var, Expr>,
    swapped: Vec<(Var, Var)>,
    excluded: HashSet<Var>,
    loops: HashMap<Region, (Var, Counter, bool)>,
    /// Whole numbers that begin with a literal.
    counters: HashSet<Var>,
    /// What steps may be made of.
    known: HashSet<Var>,
    /// Element writes directly in a region.
    elements: HashMap<(Var, Region), Vec<Place>>,
    /// Values that read a counter, and the lists of which they read the length alone.
    lengths: Vec<(Var, Var)>,
    /// Those of them whose list may get another length.
    of_resized: HashSet<Var>,
}

impl<'f> Scan<'f> {
    fn of(f: &'f Function, passes: Passes) -> Self {
        let mut defs = HashMap::default();
        crate::analysis::definitions(&f.body, &mut defs);
        let mut scan = Scan {
            f,
            passes,
            defs,
            seen: Vec::new(),
            swapped: Vec::new(),
            counters: HashSet::default(),
            known: known(f),
            excluded: HashSet::default(),
            loops: HashMap::default(),
            elements: HashMap::default(),
            lengths: Vec::new(),
            of_resized: HashSet::default(),
        };
        scan.block(&f.body);
        let resizes = |s: &&Seen| matches!(s.event, Event::Whole(_) | Event::Grown | Event::Other);
        let resized: HashSet<Var> = scan.seen.iter().filter(resizes).map(|s| s.root).collect();
        scan.of_resized = scan.lengths.iter().filter(|(_, list)| resized.contains(list)).map(|(v, _)| *v).collect();
        scan
    }

    fn note(&mut self, root: Var, region: Region, event: Event) {
        self.seen.push(Seen { root, region, event });
    }

    fn block(&mut self, block: &Block) {
        let region = block.region;
        for s in &block.stmts {
            match s {
                Stmt::Let(v, e) => self.value(e, Some(*v), region),
                Stmt::Decl(v, Some(e)) if self.f.vars[v.0 as usize].kind == VarKind::Memory && is_whole_number(e) => {
                    self.counters.insert(*v);
                }
                Stmt::Decl(_, Some(e)) | Stmt::Do(e) => self.value(e, None, region),
                Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) if self.counters.contains(&p.root) => {
                    self.value(e, None, region);
                    let event = if step(self.f, &self.counters, &self.known, s).is_some() { Event::Step } else { Event::Element };
                    self.note(p.root, region, event);
                }
                Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
                    self.value(e, None, region);
                    if let Some(event) = self.whole(s, region) {
                        self.note(p.root, region, event);
                        continue;
                    }
                    let element = !p.path.is_empty() && p.path.iter().all(is_step) && crate::analysis::place_ty(self.f, p).is_float();
                    self.note(p.root, region, if element { Event::Element } else { Event::Other });
                    self.elements.entry((p.root, region)).or_default().push(p.clone());
                }
                Stmt::Container(op, p, args, _) => self.container(*op, p, args, region),
                Stmt::Verbatim(code, vars) => {
                    let aliased = may_alias(code);
                    let step = step(self.f, &self.counters, &self.known, s);
                    for v in vars {
                        if self.counters.contains(v) {
                            // Whatever plain code does with it, its old value can be recorded.
                            let event = match &step {
                                Some(s) if s.counter == *v => Event::Step,
                                Some(_) => Event::Read(None),
                                None if aliased => Event::Other,
                                None => Event::Element,
                            };
                            self.note(*v, region, event);
                        } else if self.f.vars[v.0 as usize].mutable {
                            self.note(*v, region, Event::Other);
                        }
                    }
                }
                // What decides may change something, too: `match { k += 1; k } { .. }`.
                Stmt::If(e, ..) | Stmt::Match(e, _) => self.value(e, None, region),
                Stmt::While(l) => self.value(&l.cond, None, l.body.region),
                Stmt::ForEach(l) => self.value(&l.over, None, region),
                Stmt::For(l) => {
                    self.loops.insert(l.body.region, (l.var, l.counter.clone(), l.exit.is_some()));
                }
                _ => {}
            }
            s.each_block(&mut |b| self.block(b));
        }
    }

    /// An array of numbers is replaced by something else.
    fn whole(&self, s: &Stmt, region: Region) -> Option<Event> {
        let Stmt::Assign(p, e) = s else { return None };
        let mut mentioned = false;
        e.each_operand(&mut |v| mentioned |= v == p.root);
        let ty = &self.f.vars[p.root.0 as usize].ty;
        if !self.passes.moves || mentioned || !p.path.is_empty() || !is_numbers(ty) || !matches!(ty, Ty::Vec(_)) && !ty.is_copy() {
            return None;
        }
        let source = match e {
            Expr::Var(v) => Some(*v),
            Expr::Read(q) if q.path.is_empty() => Some(q.root),
            _ => None,
        };
        Some(Event::Whole(source.filter(|v| {
            let info = &self.f.vars[v.0 as usize];
            let own = info.region == region && info.owned && info.origin.is_none() && !info.optional;
            own && matches!(info.kind, VarKind::Memory | VarKind::Value) && !info.ty.is_copy()
        })))
    }

    fn value(&mut self, e: &Expr, v: Option<Var>, region: Region) {
        match (e, v) {
            (Expr::Var(p), v) if self.counters.contains(p) => self.note(*p, region, Event::Read(v)),
            (Expr::Verbatim(code, vars), v) if crate::lower::is_simple(code) => {
                let changes = |p: &Var| {
                    let info = &self.f.vars[p.0 as usize];
                    info.mutable && info.kind == VarKind::Memory
                };
                let (mut read, others): (Vec<Var>, Vec<Var>) = vars.iter().copied().partition(|p| self.counters.contains(p));
                if read.is_empty() {
                    return;
                }
                for p in others.into_iter().filter(changes) {
                    if crate::overwrites::reads_contents(self.f, e, p) {
                        read.push(p);
                    } else if let Some(v) = v {
                        self.lengths.push((v, p));
                    }
                }
                read.sort_unstable();
                read.dedup();
                for p in &read {
                    self.note(*p, region, Event::Read(v));
                    // All that one value reads share a fate.
                    self.swapped.push((read[0], *p));
                }
            }
            (Expr::Read(p), v) => {
                let copied = crate::analysis::place_ty(self.f, p).is_copy();
                self.note(p.root, region, Event::Read(v.filter(|_| copied)));
            }
            (Expr::Runtime(_, args) | Expr::Tuple(args) | Expr::Array(args) | Expr::Ctor(_, args), _) => {
                args.iter().for_each(|a| self.value(a, None, region));
            }
            (Expr::Call(call), v) => {
                for a in &call.args {
                    match a {
                        Arg::Value(e) => self.value(e, None, region),
                        Arg::Ref(p) => {
                            if let Some(v) = v {
                                self.note(p.root, region, Event::Argument(v));
                            }
                        }
                        Arg::RefMut(p) => {
                            let listed =
                                matches!(crate::analysis::place_ty(self.f, p), Ty::Vec(e) | Ty::Slice(e) | Ty::Array(e, _) if e.is_float());
                            let steps = p.path.iter().all(|s| is_step(s) || matches!(s, Proj::Slice(..)));
                            self.note(p.root, region, if listed && steps { Event::Slice } else { Event::Other });
                        }
                        Arg::Receiver(p) => self.note(p.root, region, Event::Other),
                    }
                }
            }
            // In whatever it is wrapped, as in a clone of what code gives that stays as it is.
            (e, _) => {
                let mut written = Vec::new();
                crate::analysis::may_write_in(self.f, e, &mut |v| written.push(v));
                written.into_iter().for_each(|v| self.note(v, region, Event::Other));
            }
        }
    }

    fn container(&mut self, op: ContainerOp, p: &Place, args: &[Expr], region: Region) {
        let steps = p.path.iter().all(|s| is_step(s) || matches!(s, Proj::Slice(..)));
        let event = match (op, args.first()) {
            (ContainerOp::Swap, Some(Expr::RefMut(o))) if p.path.is_empty() && o.path.is_empty() && p.root != o.root => {
                self.swapped.push((p.root, o.root));
                self.note(o.root, region, Event::Moved);
                Event::Moved
            }
            (ContainerOp::Swap, Some(Expr::RefMut(o))) => {
                self.note(o.root, region, Event::Other);
                Event::Other
            }
            (ContainerOp::SwapIndex, _) if steps => Event::Moved,
            (ContainerOp::Fill | ContainerOp::CopyFrom, _) if steps => Event::Slice,
            (ContainerOp::Push | ContainerOp::Extend, _) if p.path.is_empty() && self.passes.moves => Event::Grown,
            _ => Event::Other,
        };
        if matches!(event, Event::Slice | Event::Moved) && op != ContainerOp::Swap {
            let listed = matches!(crate::analysis::place_ty(self.f, p), Ty::Vec(e) | Ty::Slice(e) | Ty::Array(e, _) if e.is_float());
            self.note(p.root, region, if listed { event } else { Event::Other });
        } else {
            self.note(p.root, region, event);
        }
    }

    /// Arrays of numbers that live as long as the function, and to which nothing happens that cannot be undone.
    fn exclude(&mut self) {
        let f = self.f;
        for (k, info) in f.vars.iter().enumerate() {
            let v = Var(u32::try_from(k).unwrap_or(u32::MAX));
            if info.kind != VarKind::Memory || info.optional || !is_numbers(&info.ty) && !self.counters.contains(&v) {
                self.excluded.insert(v);
            }
            if let Some(origin) = &info.origin {
                self.excluded.insert(origin.root);
            }
        }
        // A constant array may be written by a loop that runs both sweeps at once.
        let activity = crate::analysis::Activity::of(f);
        let idle = self.seen.iter().map(|s| s.root).filter(|v| !activity.is_active(*v) && !self.counters.contains(v));
        self.excluded.extend(idle);
        let other: Vec<Var> = self.seen.iter().filter(|s| s.event == Event::Other).map(|s| s.root).collect();
        self.excluded.extend(other);
    }

    /// The arrays that may be restored, those that change places together.
    fn classes(&self) -> Vec<BTreeSet<Var>> {
        let mut classes: Vec<BTreeSet<Var>> = Vec::new();
        let roots: BTreeSet<Var> = self.seen.iter().map(|s| s.root).collect();
        for root in roots {
            classes.push(BTreeSet::from([root]));
        }
        for (a, b) in &self.swapped {
            let position = |v: &Var| classes.iter().position(|c| c.contains(v));
            if let (Some(i), Some(j)) = (position(a), position(b)) {
                if i != j {
                    let moved = classes.remove(i.max(j));
                    classes[i.min(j)].extend(moved);
                }
            }
        }
        classes.retain(|c| c.iter().all(|v| !self.excluded.contains(v)));
        classes
    }

    fn depth(&self, region: Region) -> u32 {
        let mut depth = 0;
        let mut at = Some(region);
        while let Some(r) = at {
            depth += u32::from(self.f.regions[r.0 as usize].is_loop);
            at = self.f.regions[r.0 as usize].parent;
        }
        depth
    }

    /// How often something in a region happens, roughly.
    fn weight(&self, region: Region) -> u64 {
        8_u64.pow(self.depth(region).min(16))
    }

    /// Whether what happens to a variable in one region may happen again after something in another one.
    fn share_a_loop(&self, root: Var, a: Region, b: Region) -> bool {
        let home = self.f.vars[root.0 as usize].region;
        let mut at = Some(a);
        while let Some(r) = at {
            if r == home {
                return false;
            }
            if self.f.regions[r.0 as usize].is_loop && crate::analysis::inside(self.f, b, r) {
                return true;
            }
            at = self.f.regions[r.0 as usize].parent;
        }
        false
    }

    fn plan_class(&self, class: &BTreeSet<Var>, draft: &Draft, undo: &mut Undo) {
        let events: Vec<&Seen> = self.seen.iter().filter(|s| class.contains(&s.root)).collect();
        // Regions whose writes of elements are undone first; an array that is replaced before them has its old value back where that is.
        let mut early = HashSet::default();
        let direct = |s: &Seen| matches!(s.event, Event::Element | Event::Step);
        let regions: BTreeSet<Region> = events.iter().filter(|s| direct(s)).map(|s| s.region).collect();
        for region in regions.into_iter().filter(|r| *r != Region(0)) {
            let inside = |s: &Seen| crate::analysis::inside(self.f, s.region, region);
            let first = events.iter().position(|s| s.region == region && direct(s)).unwrap_or(0);
            let only_elements = events[first..].iter().filter(|s| inside(s)).all(|s| s.region == region && direct(s));
            if only_elements && class.iter().all(|v| self.places_are_plain(*v, region, class, draft)) {
                early.insert(region);
            }
        }
        // Reads that can be done again.
        let (mut again, mut anew) = (Vec::new(), Vec::new());
        let mut moved_back = Vec::new();
        let mut keeping = 0;
        let stays = |k: usize, s: &Seen| {
            events[k + 1..].iter().all(|w| {
                !is_write(w)
                    || !crate::analysis::inside(self.f, w.region, s.region)
                    || w.region == s.region && direct(w) && early.contains(&s.region)
            })
        };
        // Of what one value reads, all must be as it was.
        let moved_on = |(k, s): (usize, &&Seen)| match s.event {
            Event::Read(Some(v)) if draft.kept.contains(&v) && !stays(k, s) => Some(v),
            _ => None,
        };
        let moved_on: HashSet<Var> = events.iter().enumerate().filter_map(moved_on).collect();
        for (k, s) in events.iter().enumerate() {
            match s.event {
                Event::Read(Some(v)) if draft.kept.contains(&v) && !moved_on.contains(&v) && !self.of_resized.contains(&v) => {
                    again.push(v);
                    anew.push(k);
                    keeping += self.weight(s.region);
                }
                Event::Whole(Some(v)) if draft.kept.contains(&v) && !self.is_written_after(v, s) => {
                    // The array is read right behind the write.
                    anew.push(k);
                    moved_back.push((s.root, s.region, v));
                    keeping += 8 * self.weight(s.region);
                }
                Event::Argument(v) if draft.copied.contains(&(v, s.root)) => {
                    anew.push(k);
                    keeping += 8 * self.weight(s.region);
                }
                _ => {}
            }
        }
        // What lives in a loop's body must itself come back.
        let homes = class.iter().map(|v| self.f.vars[v.0 as usize].region).filter(|r| *r != Region(0));
        let mut recording: u64 = homes.map(|r| self.weight(r)).sum();
        let mut recorded = HashSet::default();
        let mut runs: HashMap<Region, Vec<Run>> = HashMap::default();
        for (k, w) in
            events.iter().enumerate().filter(|(_, s)| matches!(s.event, Event::Element | Event::Slice | Event::Whole(_) | Event::Grown))
        {
            let back = moved_back.iter().any(|(root, region, _)| (*root, *region) == (w.root, w.region));
            if !back && !anew.iter().any(|r| *r < k || self.share_a_loop(w.root, events[*r].region, w.region)) {
                continue;
            }
            if w.event == Event::Grown {
                return;
            }
            recorded.insert((w.root, w.region));
            let run = self.run(&events, &anew, w);
            recording += match (w.event, &run) {
                (Event::Slice | Event::Whole(None), _) => 4 * self.weight(w.region),
                // Copying in one go is nearly free.
                (_, Some(_)) => self.weight(w.region) / 2,
                _ => self.weight(w.region),
            };
            if let Some(run) = run {
                runs.entry(w.region).or_default().push(run);
            }
        }
        if recording >= keeping {
            return;
        }
        // A step is taken back for what is read before it, as any other write is.
        let read_before = |k: usize, w: &Seen| anew.iter().any(|r| *r < k || self.share_a_loop(w.root, events[*r].region, w.region));
        let steps = events.iter().enumerate().filter(|(k, s)| s.event == Event::Step && read_before(*k, s));
        undo.stepped.extend(steps.map(|(_, s)| (s.root, s.region)));
        undo.roots.extend(class);
        undo.counters.extend(class.iter().filter(|v| self.counters.contains(v)));
        undo.again.extend(again);
        undo.early.extend(
            early
                .iter()
                .flat_map(|r| class.iter().map(|c| (*c, *r)))
                .filter(|(c, r)| !runs.get(r).is_some_and(|l| l.iter().any(|x| x.place.root == *c))),
        );
        undo.recorded.extend(recorded);
        undo.moved_back.extend(moved_back.into_iter().map(|(root, region, v)| ((root, region), v)));
        for (region, list) in runs {
            undo.runs.entry(region).or_default().extend(list);
        }
    }

    /// Whether something happens to a variable after an event.
    fn is_written_after(&self, v: Var, event: &Seen) -> bool {
        let at = self.seen.iter().position(|s| std::ptr::eq(s, event)).unwrap_or(0);
        self.seen[at..].iter().any(|s| s.root == v && !matches!(s.event, Event::Read(_)))
    }

    /// A variable that only has its value back where the array is restored cannot be read at the top of the region, and is kept.
    fn keep_what_is_read_first(&self, undo: &mut Undo) {
        let early: HashSet<Var> = undo.early.iter().map(|(v, _)| *v).collect();
        let mut read = HashSet::default();
        for v in &undo.again {
            if let Some(e) = self.defs.get(v) {
                e.each_operand(&mut |u| {
                    if self.f.vars[u.0 as usize].region == self.f.vars[v.0 as usize].region {
                        read.insert(u);
                    }
                });
            }
        }
        undo.moved_back.retain(|_, v| !read.contains(v) && !early.contains(v));
    }

    /// Whether the places of a region's writes can be found before any number of the region is read.
    fn places_are_plain(&self, root: Var, region: Region, class: &BTreeSet<Var>, draft: &Draft) -> bool {
        let mut open = Vec::new();
        for p in self.elements.get(&(root, region)).into_iter().flatten() {
            p.path.iter().for_each(|s| {
                if let Proj::Index(i, _) = s {
                    i.each_operand(&mut |v| open.push(v));
                }
            });
        }
        let mut met = HashSet::default();
        while let Some(v) = open.pop() {
            let info = &self.f.vars[v.0 as usize];
            if info.region != region || !met.insert(v) {
                continue;
            }
            if info.varied {
                return false;
            }
            if let Some(e) = self.defs.get(&v) {
                let from = open.len();
                e.each_operand(&mut |u| open.push(u));
                // A read of the array that is done again waits for what is undone, which would wait for it.
                if draft.kept.contains(&v) && open[from..].iter().any(|u| class.contains(u)) {
                    return false;
                }
            }
        }
        true
    }

    /// The run of elements that a counted loop writes, if it is the only thing that happens to these arrays in the loop.
    fn run(&self, events: &[&Seen], anew: &[usize], w: &Seen) -> Option<Run> {
        if !self.passes.runs || w.event != Event::Element {
            return None;
        }
        let (var, counter, exits) = self.loops.get(&w.region)?;
        let [place] = &self.elements.get(&(w.root, w.region))?[..] else { return None };
        let inside = |s: &Seen| s.root == w.root && crate::analysis::inside(self.f, s.region, w.region);
        let alone = events.iter().enumerate().filter(|(k, s)| inside(s) && (is_write(s) || anew.contains(k))).count() == 1;
        let bounds = [&counter.start, &counter.end];
        if *exits || !alone || counter.inclusive || counter.step.is_some() || !bounds.iter().all(|b| self.is_steady(b, w.region)) {
            return None;
        }
        let (Some(Proj::Index(index, _)), rest) = (place.path.last(), &place.path[..place.path.len() - 1]) else { return None };
        let steady = rest.iter().all(|s| matches!(s, Proj::Index(i, _) if self.is_steady(i, w.region)));
        if !steady || !self.advances_by_one(index, *var, w.region) {
            return None;
        }
        Some(Run {
            place: Place { root: place.root, path: rest.to_vec() },
            index: (**index).clone(),
            var: *var,
            start: counter.start.clone(),
            end: counter.end.clone(),
        })
    }

    /// Whether an expression gives the same in front of a loop as in each iteration, at no cost.
    fn is_steady(&self, e: &Expr, body: Region) -> bool {
        let steady = |v: Var| {
            let info = &self.f.vars[v.0 as usize];
            !info.mutable
                && info.kind != VarKind::Memory
                && info.kind != VarKind::Deferred
                && !crate::analysis::inside(self.f, info.region, body)
        };
        match e {
            Expr::Const(_) => true,
            Expr::Var(v) => steady(*v),
            Expr::Verbatim(code, vars) => crate::lower::is_simple(code) && vars.iter().all(|v| steady(*v)),
            _ => false,
        }
    }

    /// Whether an index is the counter plus something steady.
    fn advances_by_one(&self, index: &Expr, var: Var, body: Region) -> bool {
        match index {
            Expr::Var(v) => *v == var,
            Expr::Verbatim(code, vars) => {
                let others = Expr::Verbatim(code.clone(), vars.iter().copied().filter(|v| *v != var).collect());
                let name = &self.f.vars[var.0 as usize].name;
                self.is_steady(&others, body) && adds_once(code, name)
            }
            Expr::Bin(BinOp::Add, l, r, _) => {
                self.advances_by_one(l, var, body) && self.is_steady(r, body)
                    || self.is_steady(l, body) && self.advances_by_one(r, var, body)
            }
            _ => false,
        }
    }
}

/// `i`, `i + a`, `a + i`, `i - a`, where `a` does not mention `i`.
fn adds_once(code: &syn::Expr, name: &proc_macro2::Ident) -> bool {
    match code {
        syn::Expr::Paren(p) => adds_once(&p.expr, name),
        syn::Expr::Group(g) => adds_once(&g.expr, name),
        syn::Expr::Binary(b) => match b.op {
            syn::BinOp::Add(_) => {
                adds_once(&b.left, name) && !mentions(&b.right, name) || !mentions(&b.left, name) && adds_once(&b.right, name)
            }
            syn::BinOp::Sub(_) => adds_once(&b.left, name) && !mentions(&b.right, name),
            _ => false,
        },
        other => is_name(other, name),
    }
}

fn is_name(code: &syn::Expr, name: &proc_macro2::Ident) -> bool {
    syn::parse2::<proc_macro2::Ident>(quote::ToTokens::to_token_stream(code)).is_ok_and(|i| i == *name)
}

fn mentions(code: &syn::Expr, name: &proc_macro2::Ident) -> bool {
    crate::varied::mentions(quote::ToTokens::to_token_stream(code), &HashSet::from_iter([name.to_string()]))
}

fn step(f: &Function, counters: &HashSet<Var>, known: &HashSet<Var>, s: &Stmt) -> Option<Step> {
    match s {
        Stmt::Update(p, op @ (BinOp::Add | BinOp::Sub), e, _) if p.path.is_empty() && counters.contains(&p.root) && is_known(known, e) => {
            Some(Step { counter: p.root, op: inverse(*op), by: e.clone() })
        }
        Stmt::Verbatim(code, vars) => {
            let syn::Stmt::Expr(syn::Expr::Binary(b), _) = &**code else { return None };
            let counter = vars.iter().copied().find(|v| counters.contains(v) && is_name(&b.left, &f.vars[v.0 as usize].name))?;
            let by = Expr::Verbatim(b.right.clone(), vars.iter().copied().filter(|v| *v != counter).collect());
            let name = &f.vars[counter.0 as usize].name;
            (is_known(known, &by) && !mentions(&b.right, name)).then_some(Step { counter, op: inverse(step_op(&b.op)?), by })
        }
        _ => None,
    }
}

/// The variables that keep their value for good, or have it again in the reverse sweep of the loop around, at no cost. The sweep asks what
/// the plan has asked: to it, counters of loops that keep them are values like others.
fn known(f: &Function) -> HashSet<Var> {
    let steady = |info: &VarInfo| match info.kind {
        VarKind::Param | VarKind::Index => true,
        VarKind::Value => info.region == Region(0),
        _ => false,
    };
    let all = f.vars.iter().enumerate().filter(|(_, info)| steady(info) && !info.mutable);
    all.map(|(k, _)| Var(u32::try_from(k).unwrap_or(u32::MAX))).collect()
}

fn is_known(known: &HashSet<Var>, e: &Expr) -> bool {
    match e {
        Expr::Const(_) => true,
        Expr::Var(v) => known.contains(v),
        Expr::Verbatim(code, vars) => crate::lower::is_simple(code) && vars.iter().all(|v| known.contains(v)),
        _ => false,
    }
}

/// Whether plain code may make a reference through which something is written later.
fn may_alias(code: &syn::Stmt) -> bool {
    struct Alias(bool);
    impl<'a> syn::visit::Visit<'a> for Alias {
        fn visit_expr_reference(&mut self, r: &'a syn::ExprReference) {
            self.0 |= r.mutability.is_some();
            syn::visit::visit_expr_reference(self, r);
        }
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            self.0 |= p.by_ref.is_some();
        }
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {
            self.0 = true;
        }
        fn visit_macro(&mut self, _: &'a syn::Macro) {
            self.0 = true;
        }
        fn visit_expr_method_call(&mut self, _: &'a syn::ExprMethodCall) {
            self.0 = true;
        }
    }
    let mut alias = Alias(matches!(code, syn::Stmt::Local(_) | syn::Stmt::Macro(_)));
    syn::visit::Visit::visit_stmt(&mut alias, code);
    alias.0
}

fn is_write(s: &Seen) -> bool {
    matches!(s.event, Event::Element | Event::Step | Event::Slice | Event::Moved | Event::Whole(_) | Event::Grown)
}

/// `+=` and `-=`.
fn step_op(op: &syn::BinOp) -> Option<BinOp> {
    match op {
        syn::BinOp::AddAssign(_) => Some(BinOp::Add),
        syn::BinOp::SubAssign(_) => Some(BinOp::Sub),
        _ => None,
    }
}

fn inverse(op: BinOp) -> BinOp {
    if op == BinOp::Add {
        BinOp::Sub
    } else {
        BinOp::Add
    }
}

/// A literal that can only be an integer.
fn is_whole_number(e: &Expr) -> bool {
    let tokens = match e {
        Expr::Const(t) => t.clone(),
        Expr::Verbatim(code, _) => quote::ToTokens::to_token_stream(code),
        _ => return false,
    };
    matches!(syn::parse2::<syn::LitInt>(tokens), Ok(n) if !n.suffix().starts_with('f'))
}

fn is_step(s: &Proj) -> bool {
    matches!(s, Proj::Index(..))
}

/// Lists of numbers, or of such lists.
fn is_numbers(ty: &Ty) -> bool {
    match ty {
        Ty::Vec(e) | Ty::Array(e, _) => e.is_float() || is_numbers(e),
        _ => false,
    }
}
