//! Loops that add to elements which other iterations add to as well, at a distance: `u_bar[i - 1] += a; u_bar[i + 1] += b`.
//!
//! What enters: an innermost loop of plain arithmetic. What leaves: the same in strips of 64 iterations. What iterations add to such elements, or
//! to one place, is written down first, so that no iteration waits for another and LLVM makes vectors of them; then it is added, one
//! distance after the other. Adding a few at a time instead would read again what was just written a few elements further on, and
//! wait for it.
//!
//! ```text
//! for b in (0..len).step_by(64) {
//!     let size = min(64, len - b);
//!     let part_0 = &row_0[b..][..size]; let part_1 = &mut terms_0[..size]; ..
//!     for l in 0..size { part_1[l] = part_0[l] * k; .. }
//!     let part_2 = &mut u_bar[b + 2..][..size];
//!     for l in 0..size { part_2[l] += part_1[l]; }
//! }
//! ```

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::{Literal, Span};
use quote::quote;

use super::rewrite::{number, plain, Rewrite};
use super::uses::Mode;
use crate::ir::{Block, Expr, Place, Proj, Stmt, Var, VarKind};
use crate::types::Ty;

/// How many iterations a strip has.
const STRIP: usize = 64;

/// Where terms go that were written down.
enum Target {
    /// Elements of a row, so far behind its first.
    Row(usize, i64, Place),
    Sum(Place),
    /// A number of the primal: in the user's order.
    Total(Box<Stmt>),
}

impl Rewrite<'_, '_> {
    /// Whether elements may be shared with other iterations, at a distance or in another row of the same array.
    pub(super) fn shares_elements(&self) -> bool {
        let added = |r: &&super::uses::Row| r.mode == Mode::Added;
        let rows = || self.uses.rows.iter().filter(added);
        rows().any(|r| r.width() > 0 || rows().filter(|o| o.base.root == r.base.root).count() > 1)
    }

    pub(super) fn in_strips(&mut self, body: &Block, len: Var) -> Vec<Stmt> {
        let region = body.region;
        let [b, l] = ["b", "l"].map(|stem| self.pass.var(stem, Ty::Plain, VarKind::Index, region));
        let size = self.pass.var("size_", Ty::Plain, VarKind::Value, region);
        let (b_name, len_name, strip) = (self.pass.name(b), self.pass.name(len), Literal::usize_unsuffixed(STRIP));
        let count = syn::Expr::Verbatim(quote!(::core::cmp::Ord::min(#strip, #len_name - #b_name)));
        let mut stmts = vec![Stmt::Let(size, plain(count, vec![len, b]))];
        // Each distance by a name of its own.
        let (mut within, mut parts) = (HashMap::default(), Vec::new());
        for row in 0..self.uses.rows.len() {
            let row = &self.uses.rows[row];
            let Some(v) = row.var else { continue };
            let (written, width, ty) = (row.mode == Mode::Own, row.width(), self.pass.info(v).ty.clone());
            for shift in 0..=width {
                let part = self.pass.var("part_", ty.clone(), VarKind::Value, region);
                let range = self.strip_of(b, shift, size);
                within.insert((v, shift), part);
                parts.push((part, Stmt::LetRow(part, Place::var(v).project(Proj::Slice(Box::new(range), Span::call_site())), written)));
            }
        }
        let direct = self.added_at_once();
        let mut at_once = HashMap::default();
        for &row in &direct {
            let (part, slice) = self.strip_of_row(row, 0, [b, size]);
            stmts.push(slice);
            at_once.insert(row, part);
        }
        let mut inner = body.clone();
        let (mut decls, mut slices, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        for s in &mut inner.stmts {
            let (target, e, ty) = match &*s {
                Stmt::Update(p, _, e, _) if self.uses.totals.contains(&p.root) => {
                    (Target::Total(Box::new(s.clone())), e.clone(), self.pass.info(p.root).ty.clone())
                }
                Stmt::Accumulate(p, e) => {
                    let ty = crate::analysis::place_ty(self.pass.f, p);
                    match self.pass.row_of(p, self.l.var, &self.uses) {
                        Some((row, _)) if at_once.contains_key(&row) => {
                            let mut path = vec![self.lane(l)];
                            path.extend(p.path[self.uses.rows[row].at + 1..].iter().cloned());
                            *s = Stmt::Accumulate(Place { root: at_once[&row], path }, e.clone());
                            continue;
                        }
                        Some((row, shift)) if self.uses.rows[row].mode == Mode::Added => {
                            (Target::Row(row, shift, p.clone()), e.clone(), ty)
                        }
                        None if self.is_sum(p) => (Target::Sum(p.clone()), e.clone(), ty),
                        _ => continue,
                    }
                }
                _ => continue,
            };
            let (terms, decl) = self.numbers_of("terms_", &ty, region, STRIP);
            decls.push(decl);
            let part = self.pass.var("part_", Ty::Ref(Box::new(Ty::Slice(Box::new(ty))), true), VarKind::Value, region);
            slices.push(Stmt::LetRow(part, self.first_few(terms, size), true));
            *s = Stmt::Assign(Place::var(part).project(self.lane(l)), e);
            targets.push((target, part));
        }
        self.through_rows(&mut inner.stmts, l, &within);
        let used = |part: Var| inner.stmts.iter().any(|s| s.mentions(part));
        stmts.extend(parts.into_iter().filter(|(part, _)| used(*part)).map(|(_, s)| s));
        stmts.extend(slices);
        self.count(&mut inner, l, Some(b));
        let each = |this: &Self, stmts: Vec<Stmt>| {
            let counter = this.counter(number(0), Expr::Var(size), None);
            this.over(l, counter, Block { region, stmts })
        };
        stmts.push(each(self, inner.stmts));
        // Sums of the primal wait for each other least in one loop.
        let mut totals = Vec::new();
        for (target, terms) in targets {
            let term = Expr::Read(Place::var(terms).project(self.lane(l)));
            match target {
                Target::Total(mut total) => {
                    if let Stmt::Update(_, _, e, _) = &mut *total {
                        *e = term;
                    }
                    totals.push(*total);
                }
                Target::Sum(p) => stmts.push(Stmt::Accumulate(p, Expr::Runtime("rt::sum_terms", vec![Expr::Read(Place::var(terms))]))),
                Target::Row(row, shift, p) => {
                    let at = self.uses.rows[row].at;
                    let (part, slice) = self.strip_of_row(row, shift, [b, size]);
                    stmts.push(slice);
                    let mut path = vec![self.lane(l)];
                    path.extend(p.path[at + 1..].iter().cloned());
                    let mut add = Block { region, stmts: vec![Stmt::Accumulate(Place { root: part, path }, term)] };
                    self.count(&mut add, l, Some(b));
                    stmts.push(each(self, add.stmts));
                }
            }
        }
        if !totals.is_empty() {
            stmts.push(each(self, totals));
        }
        let counter = self.counter(number(0), Expr::Var(len), Some(number(STRIP)));
        decls.push(self.over(b, counter, Block { region, stmts }));
        decls
    }

    /// Of the rows of each array that are added to, one without distances: it is borrowed while the terms of the others are written down.
    fn added_at_once(&self) -> Vec<usize> {
        let mut roots = Vec::new();
        let mut found = Vec::new();
        for (k, row) in self.uses.rows.iter().enumerate() {
            if row.mode == Mode::Added && row.width() == 0 && !roots.contains(&row.base.root) {
                roots.push(row.base.root);
                found.push(k);
            }
        }
        found
    }

    /// A strip of a row that is added to, so far behind its first element.
    fn strip_of_row(&mut self, row: usize, shift: i64, [b, size]: [Var; 2]) -> (Var, Stmt) {
        let row = &self.uses.rows[row];
        let (first, vars) = self.first_of(row, shift, b);
        let size_name = self.pass.name(size);
        let range = plain(syn::parse_quote!(#first..#first + #size_name), vars.into_iter().chain([b, size]).collect());
        let place = row.base.project(Proj::Slice(Box::new(range), Span::call_site()));
        let (ty, region) = (self.row_ty(row, true), self.l.body.region);
        let part = self.pass.var("part_", ty, VarKind::Value, region);
        (part, Stmt::LetRow(part, place, true))
    }

    fn lane(&self, l: Var) -> Proj {
        Proj::Index(Box::new(Expr::Var(l)), Span::call_site())
    }

    /// `list[..size]`
    fn first_few(&self, list: Var, size: Var) -> Place {
        let name = self.pass.name(size);
        Place::var(list).project(Proj::Slice(Box::new(plain(syn::parse_quote!(..#name), vec![size])), Span::call_site()))
    }

    /// The indices of a strip of a row that begins `shift` behind the `b`-th element.
    fn strip_of(&self, b: Var, shift: i64, size: Var) -> Expr {
        let (b_name, size_name) = (self.pass.name(b), self.pass.name(size));
        let vars = vec![b, size];
        if shift == 0 {
            return plain(syn::parse_quote!(#b_name..#b_name + #size_name), vars);
        }
        let shift = Literal::i64_unsuffixed(shift);
        plain(syn::parse_quote!(#b_name + #shift..#b_name + #shift + #size_name), vars)
    }
}
