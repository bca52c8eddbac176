//! Loops of the reverse sweep that go down columns, turned round.
//!
//! What enters: an adjoint. What leaves: the same, where a loop of the reverse sweep does some arithmetic and then goes through a column of a table
//! whose rows lie in memory one after the other:
//!
//! ```text
//! for j in 0..m { let s = v_bar[j] / b[j]; v_bar[j] = 0.0; for i in 0..n { k_bar[i][j] += s * u[i]; u_bar[i] += s * k[i][j]; } }
//! // becomes
//! if m >= 8 {
//!     let mut column_0 = vec![0.0; m];
//!     for j in 0..m { let s = v_bar[j] / b[j]; v_bar[j] = 0.0; column_0[j] = s; }
//!     for i in 0..n { for j in 0..m { let s = column_0[j]; k_bar[i][j] += s * u[i]; u_bar[i] += s * k[i][j]; } }
//! } else { /* as it was */ }
//! ```
//!
//! Guarantees: the same contributions in another order of summation. The arithmetic around the inner loop runs in the order in which it did; it neither
//! reads nor writes what the inner loop adds to, and writes nothing that the inner loop reads but the numbers that are handed on.

//!
//! Sums down columns in the forward sweep are turned round as well, see [`sums`].

use proc_macro2::{Ident, Literal, Span};
use rustc_hash::FxHashSet as HashSet;

use crate::ir::{Block, Counter, Expr, ForLoop, Function, Place, Proj, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::reverse::Adjoint;
use crate::rows::affine::{affine, closed, mentions};
use crate::rows::places::each_place;
use crate::types::{Float, Ty};

mod sums;

/// Shorter rows are walked as they are.
const LEAST: usize = 8;

/// Turns loops round, in both sweeps: the forward sweep may hold parts of the reverse sweep.
pub(crate) fn interchange(adjoint: &mut Adjoint, names: &mut Namer) {
    let mut body = std::mem::take(&mut adjoint.function.body.stmts);
    let (together, primal) = (adjoint.together.keys().copied().collect(), adjoint.primal);
    let mut pass = Interchange { f: &mut adjoint.function, names, together, primal };
    pass.stmts(&mut body, Region(0));
    pass.stmts(&mut adjoint.reverse, Region(0));
    adjoint.function.body.stmts = body;
}

struct Interchange<'f> {
    f: &'f mut Function,
    names: &'f mut Namer,
    /// The counters of loops that run both ways.
    together: HashSet<Var>,
    /// Variables from this one on belong to the sweeps.
    primal: usize,
}

impl Interchange<'_> {
    fn stmts(&mut self, stmts: &mut [Stmt], region: Region) {
        for s in stmts {
            let turned = match s {
                Stmt::For(outer) => self.turned(outer, region).or_else(|| self.summed(outer, region)),
                _ => None,
            };
            match turned {
                Some(new) => *s = new,
                None => s.each_block_mut(&mut |b| {
                    let region = b.region;
                    self.stmts(&mut b.stmts, region);
                }),
            }
        }
    }

    /// A loop with the loop in it outside.
    fn turned(&mut self, outer: &ForLoop, region: Region) -> Option<Stmt> {
        let at = outer.body.stmts.iter().position(|s| matches!(s, Stmt::For(_)))?;
        let Stmt::For(inner) = &outer.body.stmts[at] else { return None };
        // What stands behind it does not ask for what it has added to, and may as well come before.
        let beside: Vec<Stmt> = outer.body.stmts.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, s)| s.clone()).collect();
        if !is_simple(outer) || !is_simple(inner) || !beside.iter().all(|s| self.is_plain(s)) || !self.only_adds(inner) {
            return None;
        }
        if !self.goes_down(outer, inner) {
            return None;
        }
        let handed = self.handed_on(&beside, outer, inner)?;
        // What the inner loop reads is what it was in front of it.
        let changed = |v: &Var| {
            let behind = &outer.body.stmts[at + 1..];
            behind.iter().any(|s| matches!(s, Stmt::Assign(p, _) | Stmt::Accumulate(p, _) if p.root == *v))
        };
        if handed.iter().any(changed) {
            return None;
        }
        let long = self.is_long(outer)?;
        let (then, within) = (self.f.branch_in(region), self.f.branch_in(region));
        let (mut stmts, mut first, mut taken) = (Vec::new(), beside.clone(), Vec::new());
        for v in handed {
            let (element, made) = self.column(v, outer, then)?;
            stmts.push(made);
            first.push(Stmt::Assign(element.clone(), Expr::Var(v)));
            taken.push(Stmt::LetBar(v, Expr::Read(element), None));
        }
        if !beside.is_empty() {
            stmts.push(Stmt::For(ForLoop { body: Block { region: outer.body.region, stmts: first }, ..outer.clone() }));
        }
        taken.extend(inner.body.stmts.iter().cloned());
        let counter = Counter { reversed: false, ..outer.counter.clone() };
        let row = ForLoop { counter, body: Block { region: inner.body.region, stmts: taken }, ..outer.clone() };
        let counter = Counter { reversed: false, ..inner.counter.clone() };
        let body = Block { region: within, stmts: vec![Stmt::For(row)] };
        stmts.push(Stmt::For(ForLoop { counter, body, ..inner.clone() }));
        let as_it_was = Block { region: self.f.branch_in(region), stmts: vec![Stmt::For(outer.clone())] };
        Some(Stmt::If(long, Block { region: then, stmts }, as_it_was))
    }

    /// Whether there are as many columns as it takes.
    fn is_long(&self, outer: &ForLoop) -> Option<Expr> {
        let (start, end) = (self.code(&outer.counter.start)?, self.code(&outer.counter.end)?);
        let least = Literal::usize_unsuffixed(LEAST);
        let count: syn::Path = if outer.counter.inclusive { syn::parse_quote!(count_inclusive) } else { syn::parse_quote!(count) };
        Some(Expr::Verbatim(Box::new(syn::parse_quote!(::autodiff_core::rt::#count(#start, #end) >= #least)), bounds(outer)))
    }

    fn code(&self, e: &Expr) -> Option<syn::Expr> {
        syn::parse2(crate::emit::expr_tokens(&self.f.vars, e)).ok().map(closed)
    }

    /// The element, at the outer loop's counter, of a list for a number of that loop, and the statement that makes the list.
    fn column(&mut self, of: Var, outer: &ForLoop, region: Region) -> Option<(Place, Stmt)> {
        let (start, j) = (self.code(&outer.counter.start)?, self.name(outer.var).clone());
        let index = if crate::rows::affine::is_zero(&start) {
            Expr::Var(outer.var)
        } else {
            let vars = bounds(outer).into_iter().chain([outer.var]).collect();
            Expr::Verbatim(Box::new(syn::parse_quote!(#j - #start)), vars)
        };
        let counted = if outer.counter.inclusive { "rt::count_inclusive" } else { "rt::count" };
        let count = Expr::Runtime(counted, vec![outer.counter.start.clone(), outer.counter.end.clone()]);
        let ty = self.f.vars[of.0 as usize].ty.clone();
        let zero = crate::emit::zero_of(&ty);
        let name = self.names.numbered("column_");
        let info = VarInfo::owned(name, Ty::Vec(Box::new(ty)), VarKind::Memory, region);
        let list = self.f.add(VarInfo { mutable: true, ..info });
        let element = Place::var(list).project(Proj::Index(Box::new(index), Span::call_site()));
        Some((element, Stmt::Decl(list, Some(Expr::VecRepeat(Box::new(zero), Box::new(count))))))
    }

    fn is_number(&self, v: Var) -> bool {
        matches!(self.f.vars[v.0 as usize].ty, Ty::Float(Float::F64 | Float::F32 | Float::Inferred | Float::Generic(_)))
    }

    fn name(&self, v: Var) -> &Ident {
        &self.f.vars[v.0 as usize].name
    }

    /// Arithmetic of the reverse sweep, which changes cotangents only.
    fn is_plain(&self, s: &Stmt) -> bool {
        match s {
            Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::DeclBar(_, e) | Stmt::Accumulate(_, e) => is_arithmetic(e),
            Stmt::Assign(p, e) => self.f.vars[p.root.0 as usize].kind == VarKind::Cotangent && is_arithmetic(e),
            _ => false,
        }
    }

    /// Whether a loop does nothing but add to cotangents of others.
    fn only_adds(&self, l: &ForLoop) -> bool {
        let plain = |s: &Stmt| match s {
            Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::Accumulate(_, e) => is_arithmetic(e),
            _ => false,
        };
        l.body.stmts.iter().all(plain) && l.body.stmts.iter().any(|s| matches!(s, Stmt::Accumulate(..)))
    }

    /// Whether the inner loop goes down columns, and along no rows.
    fn goes_down(&self, outer: &ForLoop, inner: &ForLoop) -> bool {
        let (j, i) = (self.name(outer.var).clone(), self.name(inner.var).clone());
        let (mut down, mut other) = (false, false);
        for s in &inner.body.stmts {
            each_place(s, false, &mut |p, _| match self.direction(p, &i, &j) {
                Some(Direction::Column) => down = true,
                Some(Direction::Neither) => {}
                None => other = true,
            });
            if let Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::Accumulate(_, e) | Stmt::Update(_, _, e, _) = s {
                each_code(e, &mut |code| match direction_of(code, &i, &j) {
                    Some(Direction::Column) => down = true,
                    Some(Direction::Neither) => {}
                    None => other = true,
                });
            }
        }
        down && !other
    }

    /// How a place moves with the inner counter `i` and the outer one `j`; nothing if that is along a row, or not known.
    fn direction(&self, p: &Place, i: &Ident, j: &Ident) -> Option<Direction> {
        let mut indices = Vec::new();
        for (k, step) in p.path.iter().enumerate() {
            match step {
                Proj::Index(e, _) => {
                    let list = crate::analysis::place_ty(self.f, &Place { root: p.root, path: p.path[..k].to_vec() });
                    if !matches!(list.peel(), Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) {
                        return None;
                    }
                    indices.push(syn::parse2::<syn::Expr>(crate::emit::expr_tokens(&self.f.vars, e)).ok()?);
                }
                Proj::Field(_) | Proj::Deref => {}
                _ => return None,
            }
        }
        let Some((last, earlier)) = indices.split_last() else { return Some(Direction::Neither) };
        let in_front = |name: &Ident| earlier.iter().any(|e| mentions(e, name));
        let (with_i, with_j) = (in_front(i) || mentions(last, i), in_front(j) || mentions(last, j));
        match (with_i, with_j) {
            (true, true) => {
                let column = affine(last, j).is_some() && !in_front(j) && affine(last, i).is_none();
                column.then_some(Direction::Column)
            }
            _ => Some(Direction::Neither),
        }
    }

    /// The numbers that are computed in front of the inner loop and read in it; nothing if the two are not independent otherwise.
    fn handed_on(&self, beside: &[Stmt], outer: &ForLoop, inner: &ForLoop) -> Option<Vec<Var>> {
        let (mut own, mut written, mut read) = (HashSet::default(), HashSet::default(), HashSet::default());
        for s in beside {
            s.each_read(&mut |v| {
                read.insert(v);
            });
            match s {
                Stmt::Let(v, _) | Stmt::LetBar(v, ..) | Stmt::DeclBar(v, _) => {
                    own.insert(*v);
                }
                Stmt::Assign(p, _) | Stmt::Accumulate(p, _) => {
                    written.insert(p.root);
                }
                _ => {}
            }
        }
        let (mut added, mut uses) = (HashSet::default(), Vec::new());
        for s in &inner.body.stmts {
            s.each_read(&mut |v| uses.push(v));
            if let Stmt::Accumulate(p, _) = s {
                added.insert(p.root);
            }
        }
        let fixed = |v: &Var| *v != outer.var && !own.contains(v) && !written.contains(v);
        let apart = added.iter().all(|v| !own.contains(v) && !written.contains(v) && !read.contains(v) && !uses.contains(v));
        let mut handed: Vec<Var> = uses.iter().copied().filter(|v| own.contains(v)).collect();
        handed.sort_unstable();
        handed.dedup();
        let unchanged = uses.iter().all(|v| !written.contains(v) || own.contains(v));
        (apart && unchanged && bounds(inner).iter().all(fixed) && handed.iter().all(|v| self.is_number(*v))).then_some(handed)
    }
}

/// Whether a loop runs over a whole range.
fn is_simple(l: &ForLoop) -> bool {
    l.exit.is_none() && l.counter.step.is_none()
}

/// What the bounds of a loop read.
fn bounds(l: &ForLoop) -> Vec<Var> {
    let mut vars = Vec::new();
    l.counter.start.each_operand(&mut |v| vars.push(v));
    l.counter.end.each_operand(&mut |v| vars.push(v));
    vars
}

enum Direction {
    Column,
    /// Along one of the loops alone, or not at all.
    Neither,
}

/// The same of an element of what has no derivative.
fn direction_of(code: &syn::Expr, i: &Ident, j: &Ident) -> Option<Direction> {
    if !mentions(code, i) || !mentions(code, j) {
        return Some(Direction::Neither);
    }
    match code {
        syn::Expr::Paren(p) => direction_of(&p.expr, i, j),
        syn::Expr::Index(x) => {
            let column = affine(&x.index, j).is_some() && !mentions(&x.expr, j) && affine(&x.index, i).is_none();
            column.then_some(Direction::Column)
        }
        _ => None,
    }
}

fn each_code(e: &Expr, f: &mut dyn FnMut(&syn::Expr)) {
    match e {
        Expr::Verbatim(code, _) => f(code),
        Expr::Neg(x) | Expr::Cast(x, _) => each_code(x, f),
        Expr::Bin(_, l, r, _) => {
            each_code(l, f);
            each_code(r, f);
        }
        Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Runtime(_, args) => args.iter().for_each(|a| each_code(a, f)),
        _ => {}
    }
}

/// Numbers made of numbers and elements of lists.
fn is_arithmetic(e: &Expr) -> bool {
    match e {
        Expr::Var(_) | Expr::Const(_) | Expr::Read(_) => true,
        Expr::Neg(x) | Expr::Cast(x, _) => is_arithmetic(x),
        Expr::Bin(_, l, r, _) => is_arithmetic(l) && is_arithmetic(r),
        // Elements of what has no derivative.
        Expr::Verbatim(code, _) => crate::lower::is_simple(code),
        Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Runtime("rt::unless_zero", args) => args.iter().all(is_arithmetic),
        _ => false,
    }
}
