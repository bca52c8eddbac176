//! Readability: values that are used once, in the same block, are written where they are used.
//!
//! What enters: an adjoint. What leaves: the same computation in fewer statements. Guarantees: no operation is added, dropped or done
//! in another order with respect to anything it could interact with; what a loop or branch evaluates stays in it.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::ir::{Block, Expr, Proj, Stmt, Var, VarInfo, VarKind};
use crate::reverse::Adjoint;

/// Beyond this many parts an expression reads better in two statements.
const LIMIT: usize = 9;

/// Inlines values that are used once.
pub(crate) fn simplify(adjoint: &mut Adjoint) {
    let mut reads: HashMap<Var, usize> = HashMap::default();
    let mut note = |v: Var| *reads.entry(v).or_insert(0) += 1;
    count(&adjoint.function.body.stmts, &mut note);
    count(&adjoint.reverse, &mut note);
    if let Some(e) = &adjoint.function.result {
        e.each_operand(&mut note);
    }
    for e in adjoint.sums.values() {
        e.each_operand(&mut note);
    }
    let mut pass = Pass { vars: &adjoint.function.vars, reads, spoken_of: HashSet::default() };
    pass.stmts(&mut adjoint.reverse);
    let mut bars = HashSet::default();
    named_bars(&adjoint.reverse, &mut bars);
    let name = |bar: &Var| pass.vars[bar.0 as usize].name.to_string();
    pass.spoken_of = bars.iter().filter_map(|bar| Some(name(bar).strip_suffix("_bar")?.to_owned())).collect();
    pass.stmts(&mut adjoint.function.body.stmts);
}

/// The cotangents that are bound under a name, with a comment on what they are the reverse of.
fn named_bars(stmts: &[Stmt], bars: &mut HashSet<Var>) {
    for s in stmts {
        if let Stmt::LetBar(bar, _, Some(_)) = s {
            bars.insert(*bar);
        }
        s.each_block(&mut |b| named_bars(&b.stmts, bars));
    }
}

fn count(stmts: &[Stmt], note: &mut dyn FnMut(Var)) {
    for s in stmts {
        s.each_read(note);
        // A place that is assigned to is not read, but its variable must keep its name.
        if let Stmt::Assign(p, _) | Stmt::Update(p, ..) | Stmt::Accumulate(p, _) | Stmt::Container(_, p, ..) = s {
            note(p.root);
        }
        s.each_block(&mut |b| count(&b.stmts, note));
    }
}

struct Pass<'v> {
    vars: &'v [VarInfo],
    reads: HashMap<Var, usize>,
    /// The names of values that the reverse sweep's comments speak of: they keep their statement.
    spoken_of: HashSet<String>,
}

impl Pass<'_> {
    fn stmts(&self, stmts: &mut Vec<Stmt>) {
        // Uses as whole values, directly in statements of this block.
        let mut here = HashSet::default();
        for s in stmts.iter_mut() {
            values(s, &mut |e| {
                each_value(e, &mut |v| {
                    here.insert(v);
                });
            });
        }
        let mut waiting: HashMap<Var, Expr> = HashMap::default();
        let mut out = Vec::with_capacity(stmts.len());
        for mut s in std::mem::take(stmts) {
            values(&mut s, &mut |e| replace(e, &mut waiting));
            s.each_block_mut(&mut |b: &mut Block| self.stmts(&mut b.stmts));
            match s {
                Stmt::Let(v, e) if self.moves(v, &e, &here) => {
                    waiting.insert(v, e);
                }
                Stmt::LetBar(v, e, comment) => {
                    if self.moves(v, &e, &here) {
                        waiting.insert(v, e);
                    } else {
                        out.push(Stmt::LetBar(v, e, comment));
                    }
                }
                other => out.push(other),
            }
        }
        *stmts = out;
    }

    /// Whether a definition may be written at its only use.
    fn moves(&self, v: Var, e: &Expr, here: &HashSet<Var>) -> bool {
        if self.reads.get(&v) != Some(&1) || !here.contains(&v) {
            return false;
        }
        let info = &self.vars[v.0 as usize];
        let ours = info.kind == VarKind::Cotangent || info.name.to_string().strip_prefix('t').is_some_and(|n| n.parse::<u32>().is_ok());
        ours && info.annotation.is_none()
            && info.ty.is_float()
            && size(e) <= LIMIT
            && self.steady(e)
            && !self.spoken_of.contains(&info.name.to_string())
    }

    /// Arithmetic on values that do not change: it may be done later.
    fn steady(&self, e: &Expr) -> bool {
        match e {
            Expr::Const(_) => true,
            Expr::Var(v) => {
                let info = &self.vars[v.0 as usize];
                match info.kind {
                    // Only those that are bound once; accumulators change.
                    VarKind::Cotangent => info.ty.is_float() && self.is_bound_once(*v),
                    VarKind::Memory | VarKind::Deferred => false,
                    _ => !info.mutable,
                }
            }
            Expr::Read(p) => {
                let info = &self.vars[p.root.0 as usize];
                // Elements may be out of bounds: the panic must stay where it is.
                info.kind != VarKind::Memory
                    && info.kind != VarKind::Cotangent
                    && !info.mutable
                    && p.path.iter().all(|s| matches!(s, Proj::Field(_) | Proj::Deref))
            }
            Expr::Neg(x) | Expr::Cast(x, _) => self.steady(x),
            Expr::Bin(_, l, r, _) => self.steady(l) && self.steady(r),
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Pushforward(_, _, args) => args.iter().all(|a| self.steady(a)),
            _ => false,
        }
    }

    /// Whether a cotangent is bound by `let` rather than accumulated.
    fn is_bound_once(&self, v: Var) -> bool {
        !self.vars[v.0 as usize].mutable
    }
}

/// The expressions directly in a statement whose value it takes.
fn values(s: &mut Stmt, f: &mut dyn FnMut(&mut Expr)) {
    match s {
        Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Assign(_, e) | Stmt::Update(_, _, e, _) | Stmt::Accumulate(_, e) => f(e),
        Stmt::LetBar(_, e, _) | Stmt::DeclBar(_, e) => f(e),
        Stmt::CallPull(c) => f(&mut c.seed),
        _ => {}
    }
}

/// The variables that stand as whole values in arithmetic.
fn each_value(e: &Expr, f: &mut dyn FnMut(Var)) {
    match e {
        Expr::Var(v) => f(*v),
        Expr::Neg(x) | Expr::Cast(x, _) => each_value(x, f),
        Expr::Bin(_, l, r, _) => {
            each_value(l, f);
            each_value(r, f);
        }
        Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Pushforward(_, _, args) | Expr::Tuple(args) | Expr::Array(args) => {
            args.iter().for_each(|a| each_value(a, f))
        }
        _ => {}
    }
}

fn replace(e: &mut Expr, waiting: &mut HashMap<Var, Expr>) {
    match e {
        Expr::Var(v) => {
            if let Some(with) = waiting.remove(v) {
                *e = with;
            }
        }
        Expr::Neg(x) | Expr::Cast(x, _) => replace(x, waiting),
        Expr::Bin(_, l, r, _) => {
            replace(l, waiting);
            replace(r, waiting);
        }
        Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Pushforward(_, _, args) | Expr::Tuple(args) | Expr::Array(args) => {
            args.iter_mut().for_each(|a| replace(a, waiting))
        }
        _ => {}
    }
}

fn size(e: &Expr) -> usize {
    match e {
        Expr::Neg(x) | Expr::Cast(x, _) => 1 + size(x),
        Expr::Bin(_, l, r, _) => 1 + size(l) + size(r),
        Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Pushforward(_, _, args) => 1 + args.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}
