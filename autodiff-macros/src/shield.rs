//! Infinite partials of values that a branch, a loop without iterations, `max`, `min` or `clamp` leaves unused.
//!
//! What enters: an adjoint. What leaves: the same, where a cotangent that only some branches, loops or such functions add to adds nothing if none of
//! them did:
//!
//! ```text
//! // let r = x.sqrt(); if x > 0.0 { r } else { 0.0 }
//! let mut r_bar = 0.0;
//! if took_0 { r_bar += seed; }
//! let x_bar = sqrt::pullback(r, r, r_bar);
//! // becomes
//! let x_bar = rt::unless_zero(r_bar, sqrt::pullback(r, r, r_bar));
//! ```
//!
//! A call that such a cotangent is handed to is left out where it is zero, since what the callee computes with zero is not known.
//!
//! Elements of lists are such cotangents, too, where branches alone add to the list, or loops that do not go through all of it, as over one half
//! of a matrix. A list that loops go through from end to end is asked for as a whole; what they do with its elements costs nothing more.
//!
//! Guarantees: what is left out is zero times something; of finite partials nothing changes but the sign of zeros. Forward mode and dual
//! numbers do the same. A cotangent that is not a branch's stays as it is: singular points are not hidden.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::guard::is_zero;
use crate::ir::{BinOp, Block, ContainerExpr, Counter, Expr, Function, Place, Proj, PullBar, Region, Stmt, Var};
use crate::reverse::{targets, Adjoint};
use crate::types::{Float, Ty};

use unbounded::Unbounded;

mod unbounded;

/// Shields what branches decide, in both sweeps: the forward sweep may hold parts of the reverse sweep.
pub(crate) fn shield(adjoint: &mut Adjoint) {
    let unbounded = Unbounded::of(&adjoint.function);
    let has_loop = adjoint.function.body.has_loop();
    let mut body = std::mem::take(&mut adjoint.function.body.stmts);
    let mut pass = Shield {
        f: &mut adjoint.function,
        region: Region(0),
        unbounded,
        dense: HashMap::default(),
        branches: 0,
        sparse: HashSet::default(),
        quiet: HashSet::default(),
        elements: HashSet::default(),
        ahead: false,
    };
    let mut chosen = HashSet::default();
    // What is looked at outside of loops is nothing beside these.
    let parts = adjoint.seed.filter(|seed| matches!(pass.f.vars[seed.0 as usize].ty, Ty::Tuple(_) | Ty::Named(_)));
    if let (Some(seed), true) = (parts, has_loop) {
        chosen.insert(seed);
        pass.quiet.insert(seed);
    }
    // The reverse sweep reads what loops that run both ways have added to.
    pass.stmts(&mut body, &mut chosen);
    pass.stmts(&mut adjoint.reverse, &mut chosen);
    for sum in adjoint.sums.values_mut() {
        pass.expr(sum, &chosen);
    }
    adjoint.function.body.stmts = body;
}

struct Shield<'f> {
    f: &'f mut Function,
    /// That of the statements that are gone through.
    region: Region,
    unbounded: Unbounded,
    /// The counters of loops, and whether these begin and end where no other loop says so.
    dense: HashMap<Var, bool>,
    /// How many branches are around.
    branches: usize,
    /// Lists to some of whose elements something is added whatever branches are taken, and numbers out of them.
    sparse: HashSet<Var>,
    /// What loops alone have added to that may have no iterations, a seed of several parts, of which callers may ask for some, and what is made of
    /// these. Inside of loops that is not looked at: it would be in each of their iterations.
    quiet: HashSet<Var>,
    /// Numbers out of lists.
    elements: HashSet<Var>,
    /// Whether an iteration is gone through for what the next one finds: then a list hands nothing on that may be missing from its other elements.
    ahead: bool,
}

impl Shield<'_> {
    /// Goes through statements with the cotangents that are zero so far unless a branch has added to them, or a loop that may have no iterations; of
    /// lists, with those of which this may hold for some elements.
    fn stmts(&mut self, stmts: &mut [Stmt], chosen: &mut HashSet<Var>) {
        for s in stmts {
            let wanted = match &*s {
                Stmt::CallPull(c) if c.bars.iter().all(|b| matches!(b, PullBar::Add(_) | PullBar::Nothing)) => {
                    self.factor(&c.seed, chosen).filter(|_| !self.reads_sparse(&c.seed))
                }
                _ => None,
            };
            match s {
                Stmt::LetBar(v, e, _) | Stmt::DeclBar(v, e) => {
                    self.expr(e, chosen);
                    let vanishes =
                        || if self.is_number(*v) { self.may_vanish(e, chosen) } else { taken_from(e).is_some_and(|w| chosen.contains(&w)) };
                    if is_zero(e) || is_zeros(e) || is_last_of(e, chosen) || vanishes() {
                        chosen.insert(*v);
                        if matches!(e, Expr::Read(p) if !p.path.is_empty()) {
                            self.elements.insert(*v);
                        }
                        self.like_operands(*v, e);
                    }
                }
                // The cotangent of what is overwritten.
                Stmt::Let(v, e) if self.factor(e, chosen).is_some() => {
                    chosen.insert(*v);
                    self.like_operands(*v, e);
                }
                Stmt::Accumulate(p, e) => {
                    self.expr(e, chosen);
                    if !self.may_vanish(e, chosen) || self.ahead && !p.path.is_empty() {
                        if self.covers(p) {
                            chosen.remove(&p.root);
                        } else if self.branches == 0 {
                            self.sparse.insert(p.root);
                        }
                    } else if p.path.is_empty() {
                        self.like_operands(p.root, e);
                    }
                }
                // Whatever else is written is not followed.
                Stmt::Assign(p, e) if !is_zero(e) => {
                    chosen.remove(&p.root);
                }
                Stmt::Assign(..) => {}
                Stmt::If(..) | Stmt::Match(..) => {
                    let mut sides = Vec::new();
                    self.branches += 1;
                    s.each_block_mut(&mut |b| {
                        let mut side = chosen.clone();
                        self.block(b, &mut side);
                        sides.push(side);
                    });
                    self.branches -= 1;
                    // What every side adds to is used whichever side was taken.
                    chosen.retain(|v| sides.iter().any(|side| side.contains(v)));
                    // What a branch overwrites has had nothing to add to.
                    s.each_block(&mut |b| taken_away(&b.stmts, chosen));
                }
                // What a call adds where it is wanted may be nothing.
                Stmt::CallPull(_) if wanted.is_some() => {}
                Stmt::For(_) | Stmt::ForEach(_) | Stmt::While(_) => {
                    if let Stmt::For(l) = &*s {
                        let dense = self.is_dense(&l.counter) && l.exit.is_none();
                        self.dense.insert(l.var, dense);
                    }
                    let mut inside: HashSet<Var> = chosen.difference(&self.quiet).copied().collect();
                    let idle = self.may_be_idle(s);
                    self.without_carried(s, &mut inside);
                    s.each_block_mut(&mut |b| self.block(b, &mut inside));
                    // Without iterations a list has no elements either.
                    let asked: Vec<Var> = chosen.difference(&inside).copied().filter(|v| !self.quiet.contains(v)).collect();
                    for v in asked {
                        if idle && self.is_number(v) {
                            self.quiet.insert(v);
                        } else {
                            chosen.remove(&v);
                        }
                    }
                    chosen.extend(inside);
                }
                Stmt::Segments(_) | Stmt::Resume(..) => s.each_block_mut(&mut |b| self.block(b, chosen)),
                Stmt::CallPull(_) => targets(s).iter().for_each(|v| {
                    chosen.remove(v);
                }),
                // Of lists, what else adds to them is taken for all of them.
                _ => targets(s).iter().filter(|v| !self.is_number(**v)).for_each(|v| {
                    chosen.remove(v);
                }),
            }
            if let Some(cotangents) = wanted {
                let (call, nothing) = (self.f.block_in(self.region, vec![s.clone()]), self.f.block_in(self.region, Vec::new()));
                *s = Stmt::If(Expr::Runtime(ANY_COUNTS, vec![Expr::Array(cotangents)]), call, nothing);
            }
        }
    }

    /// Lists that an iteration adds to are not those that no one has asked for by the next one.
    fn without_carried(&mut self, s: &Stmt, inside: &mut HashSet<Var>) {
        let mentions_list = |v: &&Var| !is_number(&self.f.vars[v.0 as usize].ty) && s.mentions(**v);
        if !inside.iter().any(|v| mentions_list(&v)) {
            return;
        }
        let mut behind = inside.clone();
        let ahead = std::mem::replace(&mut self.ahead, true);
        s.clone().each_block_mut(&mut |b| self.block(b, &mut behind));
        self.ahead = ahead;
        inside.retain(|v| is_number(&self.f.vars[v.0 as usize].ty) || behind.contains(v));
    }

    /// What is made of such cotangents is like them.
    fn like_operands(&mut self, v: Var, e: &Expr) {
        e.each_operand(&mut |w| {
            if self.sparse.contains(&w) {
                self.sparse.insert(v);
            }
            if self.quiet.contains(&w) {
                self.quiet.insert(v);
            }
        });
    }

    fn block(&mut self, b: &mut Block, chosen: &mut HashSet<Var>) {
        let around = std::mem::replace(&mut self.region, b.region);
        self.stmts(&mut b.stmts, chosen);
        self.region = around;
    }

    /// Whether a contribution is nothing where something else was chosen.
    fn may_vanish(&self, e: &Expr, chosen: &HashSet<Var>) -> bool {
        match e {
            Expr::Bin(BinOp::Add | BinOp::Sub, l, r, _) => self.may_vanish(l, chosen) && self.may_vanish(r, chosen),
            e => self.factor(e, chosen).is_some(),
        }
    }

    /// The numbers of the same type with which a number is zero: cotangents that may be.
    fn factor(&self, e: &Expr, chosen: &HashSet<Var>) -> Option<Vec<Expr>> {
        let of = |e: &Expr| self.factor(e, chosen);
        match e {
            Expr::Var(v) => (chosen.contains(v) && self.is_number(*v)).then(|| vec![e.clone()]),
            Expr::Read(p) if p.path.is_empty() => of(&Expr::Var(p.root)),
            Expr::Read(p) => {
                // What is written to a part of a list is asked for, most often, by loops over that part.
                let may_be_zero = chosen.contains(&p.root) && self.covers(p) && is_number(&crate::analysis::place_ty(self.f, p));
                may_be_zero.then(|| vec![e.clone()])
            }
            Expr::Neg(x) => of(x),
            Expr::Bin(BinOp::Mul, l, r, _) => of(l).or_else(|| of(r)),
            Expr::Bin(BinOp::Div, l, _, _) => of(l),
            Expr::Bin(BinOp::Add | BinOp::Sub, l, r, _) => match (&of(l)?[..], &of(r)?[..]) {
                ([Expr::Var(l)], [Expr::Var(r)]) if l == r => Some(vec![Expr::Var(*l)]),
                // The sum itself, which may be zero for another reason: then it contributes nothing as well.
                _ if !self.unbounded.may_be(e) => Some(vec![e.clone()]),
                (l, r) => Some([l, r].concat()),
            },
            // The cotangent of the result comes last. Where something else is chosen, it is zero itself.
            Expr::Pullback(_, _, args) => of(args.last()?).or_else(|| is_of_choice(e).then(|| vec![e.clone()])),
            Expr::Runtime("rt::rem_by", args) => of(args.last()?),
            Expr::Runtime(UNLESS_ZERO, args) => of(&args[0]),
            Expr::Runtime(UNLESS_ZEROS, args) => match &args[0] {
                Expr::Array(cotangents) => Some(cotangents.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Numbers that begin as a literal are mostly sums that a loop carries along; nothing is asked of these.
    fn is_number(&self, v: Var) -> bool {
        let ty = &self.f.vars[v.0 as usize].ty;
        ty.is_float() && (!matches!(ty, Ty::Float(Float::Inferred)) || self.elements.contains(&v))
    }

    fn reads_sparse(&self, e: &Expr) -> bool {
        let mut sparse = false;
        e.each_operand(&mut |v| sparse |= self.sparse.contains(&v));
        sparse
    }

    /// Whether what is added there is taken for an addition to all elements of a list: the loops around go through all of them, as far as their bounds
    /// tell, or the code names the elements one by one.
    fn covers(&self, p: &Place) -> bool {
        p.path.iter().all(|step| {
            let Proj::Index(e, _) = step else { return true };
            let mut covers =
                matches!(&**e, Expr::Const(_) | Expr::Var(_)) || matches!(&**e, Expr::Verbatim(code, _) if is_of_counters(code));
            e.each_operand(&mut |v| {
                let steady = || !self.f.is_in_loop(self.f.vars[v.0 as usize].region);
                covers &= self.dense.get(&v).copied().unwrap_or_else(steady);
            });
            covers
        })
    }

    /// Whether a loop begins at a literal, and other loops have no say in where it ends.
    fn is_dense(&self, c: &Counter) -> bool {
        let literal =
            matches!(&c.start, Expr::Const(_)) || matches!(&c.start, Expr::Verbatim(code, _) if matches!(**code, syn::Expr::Lit(_)));
        let mut steady = true;
        c.end.each_operand(&mut |v| steady &= !self.dense.contains_key(&v));
        literal && steady && c.step.is_none()
    }

    /// Whether a loop may have no iterations: literals, constants and the lengths of arrays tell that it has some.
    fn may_be_idle(&self, s: &Stmt) -> bool {
        let known = |e: &Expr| {
            let mut known = true;
            e.each_operand(&mut |v| known &= matches!(self.f.vars[v.0 as usize].ty.peel(), Ty::Array(..)));
            known
        };
        match s {
            Stmt::For(l) => !(known(&l.counter.start) && known(&l.counter.end)),
            _ => true,
        }
    }

    /// The terms of a sum, each by itself.
    fn expr(&self, e: &mut Expr, chosen: &HashSet<Var>) {
        if let Expr::Bin(BinOp::Add | BinOp::Sub, l, r, _) = e {
            self.expr(l, chosen);
            self.expr(r, chosen);
            return;
        }
        if let (true, Expr::Pullback(_, _, args)) = (is_of_choice(e), &mut *e) {
            // It hands on what it is given, whatever that is.
            if let Some(seed) = args.last_mut() {
                self.expr(seed, chosen);
            }
            return;
        }
        let (infinite, by_count) = (self.unbounded.may_be(e), self.unbounded.may_be_by_count(e));
        let quiet = |c: &Expr| {
            let mut quiet = false;
            c.each_operand(&mut |v| quiet |= self.quiet.contains(&v));
            quiet
        };
        // Where a loop has no iterations, it is some count that is zero.
        let cotangents = self.factor(e, chosen).filter(|all| by_count || infinite && !all.iter().any(quiet));
        if let Expr::Pullback(_, _, args) = &mut *e {
            // Of a sum, one term may be wanted and another one not.
            if let Some(seed @ Expr::Bin(BinOp::Add | BinOp::Sub, ..)) = args.last_mut() {
                self.expr(seed, chosen);
            }
        }
        match cotangents.as_deref() {
            None => {}
            Some([cotangent]) => *e = Expr::Runtime(UNLESS_ZERO, vec![cotangent.clone(), e.clone()]),
            Some(several) => *e = Expr::Runtime(UNLESS_ZEROS, vec![Expr::Array(several.to_vec()), e.clone()]),
        }
    }
}

/// What a function that chooses one of its arguments hands on to one of them.
fn is_of_choice(e: &Expr) -> bool {
    matches!(e, Expr::Pullback(name, ..) if name == "max" || name == "min" || name == "clamp")
}

/// The numbers whose cotangents statements end.
fn taken_away(stmts: &[Stmt], found: &mut HashSet<Var>) {
    for s in stmts {
        match s {
            Stmt::Assign(p, e) if is_zero(e) && p.path.is_empty() => {
                found.insert(p.root);
            }
            _ => s.each_block(&mut |b| taken_away(&b.stmts, found)),
        }
    }
}

/// Whether any of several cotangents has something to add, in the run-time library.
const ANY_COUNTS: &str = "rt::any_counts";

const UNLESS_ZERO: &str = "rt::unless_zero";
const UNLESS_ZEROS: &str = "rt::unless_zeros";

fn is_number(ty: &Ty) -> bool {
    ty.is_float()
}

/// Whether an expression makes zeros of some length or shape.
fn is_zeros(e: &Expr) -> bool {
    match e {
        Expr::VecRepeat(x, _) => is_zero(x),
        Expr::Runtime(name, _) => *name == "rt::zero",
        _ => false,
    }
}

/// The list or struct that an expression hands on, or takes a part from.
fn taken_from(e: &Expr) -> Option<Var> {
    match e {
        Expr::Var(v) => Some(*v),
        Expr::Read(p) | Expr::Container(ContainerExpr::PopUnwrap, p, _) => Some(p.root),
        Expr::Clone(x) => taken_from(x),
        Expr::Runtime("rt::take" | "rt::replace", args) => match &args[0] {
            Expr::RefMut(p) => Some(p.root),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression takes the last element of one of these lists.
fn is_last_of(e: &Expr, chosen: &HashSet<Var>) -> bool {
    matches!(e, Expr::Container(ContainerExpr::PopUnwrap, p, _) if chosen.contains(&p.root))
}

/// Whether an index is sums and products of numbers: nothing that is looked up, no remainders, which may leave elements out.
fn is_of_counters(code: &syn::Expr) -> bool {
    match code {
        syn::Expr::Lit(_) | syn::Expr::Path(_) => true,
        syn::Expr::Verbatim(tokens) => tokens.clone().into_iter().all(|t| !matches!(t, proc_macro2::TokenTree::Group(_))),
        syn::Expr::Paren(p) => is_of_counters(&p.expr),
        syn::Expr::Group(g) => is_of_counters(&g.expr),
        syn::Expr::Cast(c) => is_of_counters(&c.expr),
        syn::Expr::Field(f) => is_of_counters(&f.base),
        syn::Expr::Binary(b) => {
            matches!(b.op, syn::BinOp::Add(_) | syn::BinOp::Sub(_) | syn::BinOp::Mul(_))
                && is_of_counters(&b.left)
                && is_of_counters(&b.right)
        }
        syn::Expr::MethodCall(m) => m.method == "len" && is_of_counters(&m.receiver),
        _ => false,
    }
}
