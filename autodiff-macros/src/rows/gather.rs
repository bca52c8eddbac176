//! Loops that add to elements at a distance, as of `u_bar[i - 1]` and `u_bar[i + 1]`, as loops over these elements.
//!
//! What enters: an innermost loop of the reverse sweep, plain arithmetic, that adds to elements which other iterations add to as well. What
//! leaves: a loop over the elements of each row that is added to, in which an element gets what all iterations have for it. Of an iteration
//! it computes only what that is made of, once for each distance. The few elements at the ends, for which some of these iterations do not
//! exist, are added to one by one; so is everything if there are no others. Guarantees: the same terms in another order of summation. Where
//! that computes much more than the loop did, the loop stays as it is.
//!
//! ```text
//! for i in lo..hi { let g = next_bar[i]; next_bar[i] = 0; let t = g * k; u_bar[i - 1] += t; u_bar[i + 1] += t; k_bar += g * u[i]; }
//! // becomes
//! if lo + 2 < hi {
//!     for q in 0..2 { let i = lo + q; .. u_bar[i - 1] += t; }  for q in 0..2 { let i = hi - 1 - q; .. u_bar[i + 1] += t; }  ..
//!     for i in lo + 2..hi { u_bar[i - 1] += next_bar[i] * k + next_bar[i - 2] * k; }
//!     for i in lo..hi { k_bar += next_bar[i] * u[i]; }
//!     for i in lo..hi { next_bar[i] = 0; }
//! } else { /* as it was */ }
//! ```

use proc_macro2::{Literal, Span};
use quote::quote;
use rustc_hash::FxHashSet as HashSet;

use super::affine::{closed, with_counter};
use super::places::each_place;
use super::rewrite::{number, plain, Rewrite};
use super::uses::Mode;
use crate::ir::{BinOp, Block, Expr, Place, Proj, Stmt, Var, VarKind};
use crate::types::Ty;

/// How many times the plain operations of the loop the loops over elements may have; of dear ones, divisions and the like, no more than it.
const MORE: usize = 2;

/// What is added to by one statement.
struct Target {
    /// Which statement of the body.
    at: usize,
    /// How far behind the row's first element.
    shift: i64,
}

/// A loop to come.
struct Group {
    targets: Vec<Target>,
    width: i64,
}

impl Rewrite<'_, '_> {
    /// The loop as loops over elements, if it pays.
    pub(super) fn gathered(&mut self) -> Option<Vec<Stmt>> {
        let groups = self.groups()?;
        let all = Cost::of(&self.l.body.stmts);
        let mut sum = Cost::default();
        for g in &groups {
            for shift in g.shifts() {
                sum.add(&self.slice(&g.at(shift)));
            }
        }
        if sum.plain > MORE * all.plain || sum.dear > all.dear {
            return None;
        }
        let region = self.l.body.region;
        let widest = groups.iter().map(|g| g.width).max()?;
        let mut stmts = Vec::new();
        for g in &groups {
            for shift in g.shifts() {
                stmts.extend(self.ends(g, shift));
            }
            stmts.extend(self.main(g));
        }
        stmts.extend(self.cleared());
        if widest == 0 {
            return Some(stmts);
        }
        let (lo, hi, more) = (&self.lo, &self.hi, Literal::i64_unsuffixed(widest));
        let runs = if self.l.counter.inclusive { quote!(#lo + #more <= #hi) } else { quote!(#lo + #more < #hi) };
        let runs = plain(syn::Expr::Verbatim(runs), self.bounds_vars());
        let as_it_was = Block { region, stmts: vec![Stmt::For(self.l.clone())] };
        Some(vec![Stmt::If(runs, Block { region, stmts }, as_it_was)])
    }

    /// Which rows are added to, each with the statements that do, and sums by themselves: what writes to no array is taken eight iterations at a
    /// time, and LLVM sees by itself that elements of two slices are apart, but not within eight iterations that it has unrolled. Nothing if the loop does anything else
    /// than that, but for elements that it reads and then sets to a constant.
    fn groups(&self) -> Option<Vec<Group>> {
        let body = &self.l.body.stmts;
        let mut groups: Vec<(usize, Group)> = Vec::new();
        let mut sums = Vec::new();
        let mut cleared: Vec<usize> = Vec::new();
        for (at, s) in body.iter().enumerate() {
            // What is cleared is not read again.
            let mut again = false;
            each_place(s, false, &mut |p, _| again |= self.row_at(p).is_some_and(|(row, _)| cleared.contains(&row)));
            if again {
                return None;
            }
            match s {
                Stmt::Accumulate(p, _) if self.uses.own.contains(&p.root) => {}
                Stmt::Accumulate(p, _) => match self.row_at(p) {
                    Some((row, shift)) if self.uses.rows[row].mode == Mode::Added => {
                        let width = self.uses.rows[row].width();
                        let target = Target { at, shift };
                        match groups.iter_mut().find(|(r, _)| *r == row) {
                            Some((_, g)) => g.targets.push(target),
                            None => groups.push((row, Group { targets: vec![target], width })),
                        }
                    }
                    None if self.is_sum(p) => sums.push(Target { at, shift: 0 }),
                    _ => return None,
                },
                Stmt::Assign(p, Expr::Const(_)) if !self.uses.own.contains(&p.root) => {
                    let (row, _) = self.row_at(p)?;
                    cleared.push(row);
                }
                Stmt::Assign(p, _) | Stmt::Update(p, ..) if !self.uses.own.contains(&p.root) => return None,
                _ => {}
            }
        }
        let mut groups: Vec<Group> = groups.into_iter().map(|(_, g)| g).collect();
        if !sums.is_empty() {
            groups.push(Group { targets: sums, width: 0 });
        }
        Some(groups)
    }

    fn row_at(&self, p: &Place) -> Option<(usize, i64)> {
        self.pass.row_of(p, self.l.var, &self.uses)
    }

    /// What the statements of the body at these positions are made of, and they.
    fn slice(&self, targets: &[usize]) -> Vec<Stmt> {
        let mut needed: HashSet<Var> = HashSet::default();
        let mut kept = Vec::new();
        for (at, s) in self.l.body.stmts.iter().enumerate().rev() {
            let wanted = match s {
                _ if targets.contains(&at) => true,
                Stmt::Let(v, _) | Stmt::LetBar(v, ..) | Stmt::Decl(v, _) | Stmt::DeclBar(v, _) => needed.contains(v),
                Stmt::Accumulate(p, _) | Stmt::Assign(p, _) | Stmt::Update(p, ..) => {
                    self.uses.own.contains(&p.root) && needed.contains(&p.root)
                }
                _ => false,
            };
            if wanted {
                s.each_read(&mut |v| {
                    needed.insert(v);
                });
                kept.push(s.clone());
            }
        }
        kept.reverse();
        kept
    }

    /// Iterations whose elements at this distance are none of the loop over elements.
    fn ends(&mut self, g: &Group, shift: i64) -> Vec<Stmt> {
        let region = self.l.body.region;
        let slice = self.slice(&g.at(shift));
        let mut out = Vec::new();
        for (count, from_end) in [(g.width - shift, false), (shift, true)] {
            if count == 0 {
                continue;
            }
            let q = self.pass.var("q", Ty::Plain, VarKind::Index, region);
            let (name, lo, hi) = (self.pass.name(q), &self.lo, &self.hi);
            let at = match (from_end, self.l.counter.inclusive) {
                (false, _) => quote!(#lo + #name),
                (true, false) => quote!(#hi - 1 - #name),
                (true, true) => quote!(#hi - #name),
            };
            let mut vars = self.bounds_vars();
            vars.push(q);
            let mut stmts = vec![Stmt::Let(self.l.var, plain(syn::parse_quote!(#at), vars))];
            stmts.extend(slice.iter().cloned());
            let counter = self.counter(number(0), number(usize::try_from(count).unwrap_or(0)), None);
            out.push(self.over(q, counter, Block { region, stmts }));
        }
        out
    }

    /// The loop over elements.
    fn main(&mut self, g: &Group) -> Vec<Stmt> {
        let region = self.l.body.region;
        let counter = self.pass.var("i", Ty::Plain, VarKind::Index, region);
        let mut stmts = Vec::new();
        for shift in g.shifts() {
            for mut s in self.slice(&g.at(shift)) {
                let name = self.pass.name(counter).clone();
                let back = Literal::i64_unsuffixed(shift);
                let instead: syn::Expr = if shift == 0 { syn::parse_quote!(#name) } else { syn::parse_quote!(#name - #back) };
                self.with_counter_in(&mut s, counter, &instead);
                stmts.push(s);
            }
        }
        self.add_once(&mut stmts);
        let (lo, more) = (&self.lo, Literal::i64_unsuffixed(g.width));
        let start = if g.width == 0 { lo.clone() } else { closed(super::affine::folded(&syn::parse_quote!(#lo + #more))) };
        let start = plain(start, self.bounds_vars());
        let mut bounds = self.l.counter.clone();
        (bounds.start, bounds.reversed) = (start, false);
        self.again(self.over(counter, bounds, Block { region, stmts }))
    }

    /// What is added to one place at several times is added to it at once: it would be read again right after it was written.
    fn add_once(&mut self, stmts: &mut Vec<Stmt>) {
        let mut places: Vec<(Place, Vec<Expr>)> = Vec::new();
        for s in stmts.iter_mut() {
            let Stmt::Accumulate(p, e) = s else { continue };
            if self.uses.own.contains(&p.root) {
                continue;
            }
            let ty = crate::analysis::place_ty(self.pass.f, p);
            let term = self.pass.var("term_", ty, VarKind::Value, self.l.body.region);
            match places.iter_mut().find(|(q, _)| self.pass.same(q, p)) {
                Some((_, terms)) => terms.push(Expr::Var(term)),
                None => places.push((p.clone(), vec![Expr::Var(term)])),
            }
            *s = Stmt::LetBar(term, e.clone(), None);
        }
        for (place, terms) in places {
            let add = |a, b| Expr::Bin(BinOp::Add, Box::new(a), Box::new(b), Span::call_site());
            stmts.extend(terms.into_iter().reduce(add).map(|sum| Stmt::Accumulate(place, sum)));
        }
    }

    /// Elements that the loop reads and then sets to a constant.
    fn cleared(&mut self) -> Vec<Stmt> {
        let region = self.l.body.region;
        let stmts: Vec<Stmt> = self
            .l
            .body
            .stmts
            .iter()
            .filter(|s| matches!(s, Stmt::Assign(p, Expr::Const(_)) if !self.uses.own.contains(&p.root)))
            .cloned()
            .collect();
        if stmts.is_empty() {
            return Vec::new();
        }
        let mut counter = self.l.counter.clone();
        counter.reversed = false;
        self.again(self.over(self.l.var, counter, Block { region, stmts }))
    }

    /// The new loop through rows and in lanes.
    fn again(&mut self, s: Stmt) -> Vec<Stmt> {
        match &s {
            Stmt::For(l) => self.pass.for_loop(l, super::Sweep::Reverse).unwrap_or_else(|| vec![s]),
            _ => vec![s],
        }
    }

    fn bounds_vars(&self) -> Vec<Var> {
        let mut vars = Vec::new();
        self.l.counter.start.each_operand(&mut |v| vars.push(v));
        self.l.counter.end.each_operand(&mut |v| vars.push(v));
        vars
    }

    // ---- another counter ---------------------------------------------------------------------------------------

    /// The statement with code of another counter in place of the loop's own.
    fn with_counter_in(&self, s: &mut Stmt, counter: Var, instead: &syn::Expr) {
        match s {
            Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::Decl(_, Some(e)) | Stmt::DeclBar(_, e) => {
                self.counter_in_expr(e, counter, instead);
            }
            Stmt::Accumulate(p, e) | Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
                self.counter_in_place(p, counter, instead);
                self.counter_in_expr(e, counter, instead);
            }
            _ => {}
        }
        if let Stmt::LetBar(_, _, comment) = s {
            *comment = None;
        }
    }

    fn counter_in_place(&self, p: &mut Place, counter: Var, instead: &syn::Expr) {
        for step in &mut p.path {
            if let Proj::Index(e, _) | Proj::Slice(e, _) = step {
                self.counter_in_code(e, counter, instead);
            }
        }
    }

    fn counter_in_expr(&self, e: &mut Expr, counter: Var, instead: &syn::Expr) {
        match e {
            Expr::Read(p) => self.counter_in_place(p, counter, instead),
            Expr::Neg(x) | Expr::Cast(x, _) => self.counter_in_expr(x, counter, instead),
            Expr::Bin(_, l, r, _) => {
                self.counter_in_expr(l, counter, instead);
                self.counter_in_expr(r, counter, instead);
            }
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Runtime("rt::unless_zero", args) => {
                args.iter_mut().for_each(|a| self.counter_in_expr(a, counter, instead));
            }
            _ => self.counter_in_code(e, counter, instead),
        }
    }

    /// Plain code.
    fn counter_in_code(&self, e: &mut Expr, counter: Var, instead: &syn::Expr) {
        let mut vars = Vec::new();
        e.each_operand(&mut |v| vars.push(v));
        if !vars.contains(&self.l.var) {
            return;
        }
        if let Some(code) = self.pass.code(e) {
            vars.iter_mut().filter(|v| **v == self.l.var).for_each(|v| *v = counter);
            *e = plain(with_counter(&code, self.pass.name(self.l.var), instead), vars);
        }
    }
}

impl Group {
    /// The distances, each once.
    fn shifts(&self) -> Vec<i64> {
        let mut shifts: Vec<i64> = self.targets.iter().map(|t| t.shift).collect();
        shifts.sort_unstable();
        shifts.dedup();
        shifts
    }

    /// The statements with this distance.
    fn at(&self, shift: i64) -> Vec<usize> {
        self.targets.iter().filter(|t| t.shift == shift).map(|t| t.at).collect()
    }
}

/// How many operations statements do.
#[derive(Default)]
struct Cost {
    plain: usize,
    dear: usize,
}

impl Cost {
    fn of(stmts: &[Stmt]) -> Cost {
        let mut cost = Cost::default();
        cost.add(stmts);
        cost
    }

    fn add(&mut self, stmts: &[Stmt]) {
        for s in stmts {
            match s {
                Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::Decl(_, Some(e)) | Stmt::DeclBar(_, e) => self.expr(e),
                Stmt::Accumulate(_, e) | Stmt::Assign(_, e) | Stmt::Update(_, _, e, _) => {
                    // It is read, added to and written.
                    self.plain += 2;
                    self.expr(e);
                }
                _ => {}
            }
        }
    }

    fn expr(&mut self, e: &Expr) {
        match e {
            Expr::Neg(x) | Expr::Cast(x, _) => {
                self.plain += 1;
                self.expr(x);
            }
            Expr::Bin(op, l, r, _) => {
                *(if *op == BinOp::Div { &mut self.dear } else { &mut self.plain }) += 1;
                self.expr(l);
                self.expr(r);
            }
            Expr::Runtime("rt::unless_zero", args) => {
                self.plain += 1;
                args.iter().for_each(|a| self.expr(a));
            }
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) => {
                self.dear += 1;
                args.iter().for_each(|a| self.expr(a));
            }
            Expr::Read(_) => self.plain += 1,
            _ => {}
        }
    }
}
