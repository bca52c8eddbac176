//! Rows: what an innermost loop of the reverse sweep reads and adds to, one element after the other, is sliced in front of it.
//!
//! What enters: an adjoint. What leaves: the same with `x[i * n + j]`, for `j in lo..hi`, read from a slice of `hi - lo` elements, so that
//! no bounds are tested inside the loop and rustc vectorises it; and, with `lanes`, sums that such a loop adds to one place are
//! split into eight that do not wait for each other. Guarantees: the same contributions, in another order of summation. Nothing
//! panics: the forward sweep had the same elements, and where the loop does not run, nothing is sliced.
//!
//! ```text
//! for j in lo..hi { a_bar[i] += c_bar[i * n + j] * b[j]; b_bar[j] += c_bar[i * n + j] * a[i]; }
//! // becomes
//! if lo < hi {
//!     let fixed_0 = a[i]; let row_0 = &c_bar[i * n + lo..][..hi - lo]; let row_1 = &b[lo..][..hi - lo]; let row_2 = &mut b_bar[..]..;
//!     let mut lanes_0 = [0.0; 8];
//!     for k in (0..whole).step_by(8) { for l in 0..8 { lanes_0[l] += row_0[k + l] * row_1[k + l]; row_2[k + l] += row_0[k + l] * fixed_0; } }
//!     for k in whole..len { .. }
//!     a_bar[i] += sum(lanes_0);
//! }
//! ```
//!
//! Only loops of the reverse sweep are changed: elsewhere the place of a panic would move.

use std::collections::{HashMap, HashSet};

use proc_macro2::Span;
use quote::quote;

use crate::ir::{BinOp, Block, Counter, Expr, ForLoop, Function, Place, Proj, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::passes::Passes;
use crate::types::Ty;

mod affine;
mod places;

use affine::{affine, with_counter, Affine};
use places::{each_place, each_place_mut, Access};

/// How many sums are kept apart.
const LANES: usize = 8;

/// Slices rows in the reverse sweep of `f`: `reverse`, and the parts of it in the loops `together`, which run both ways at once.
pub(crate) fn rows(f: &mut Function, reverse: &mut Vec<Stmt>, together: &HashSet<Var>, names: &mut Namer, passes: Passes) {
    if !passes.rows {
        return;
    }
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    let mut pass = Pass { f, names, together, lanes: passes.lanes };
    if !together.is_empty() {
        pass.stmts(&mut body.stmts, false);
    }
    pass.stmts(reverse, true);
    f.body = body;
}

struct Pass<'p> {
    f: &'p mut Function,
    names: &'p mut Namer,
    together: &'p HashSet<Var>,
    lanes: bool,
}

/// A row: elements of an array that the counter walks through.
struct Row {
    /// The array.
    base: Place,
    /// Which part of the place is the index that advances.
    at: usize,
    form: Affine,
    /// The literals of the first and the last index of the same form.
    span: (i64, i64),
    /// The index with the first of them.
    first: syn::Expr,
    first_vars: Vec<Var>,
    written: bool,
    var: Option<Var>,
}

/// What a loop does with arrays.
struct Uses {
    rows: Vec<Row>,
    /// Variables that the body defines.
    own: HashSet<Var>,
    /// Variables that the body defines or writes to.
    changed: HashSet<Var>,
}

impl Pass<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>, in_reverse: bool) {
        let mut out = Vec::with_capacity(stmts.len());
        for mut s in std::mem::take(stmts) {
            if let Stmt::For(l) = &s {
                let ours = in_reverse || !self.together.contains(&l.var) && l.body.stmts.iter().any(|s| has_cotangents(self.f, s));
                if ours && !has_loop(&l.body) {
                    if let Some(new) = self.for_loop(l) {
                        out.extend(new);
                        continue;
                    }
                }
                let Stmt::For(l) = &mut s else { continue };
                self.stmts(&mut l.body.stmts, ours);
            } else {
                s.each_block_mut(&mut |b| self.stmts(&mut b.stmts, in_reverse));
            }
            out.push(s);
        }
        *stmts = out;
    }

    fn for_loop(&mut self, l: &ForLoop) -> Option<Vec<Stmt>> {
        let c = &l.counter;
        let literal = |e: &syn::Expr| matches!(e, syn::Expr::Lit(_));
        let (lo, hi) = (closed(self.code(&c.start)?), closed(self.code(&c.end)?));
        if l.exit.is_some() || c.step.is_some() || literal(&lo) && literal(&hi) {
            return None;
        }
        let uses = self.uses(l)?;
        if uses.rows.is_empty() {
            return None;
        }
        let mut new = Rewrite { pass: self, l, lo, hi, uses, before: Vec::new() };
        Some(new.rewritten())
    }

    fn code(&self, e: &Expr) -> Option<syn::Expr> {
        syn::parse2(crate::emit::expr_tokens(&self.f.vars, e)).ok()
    }

    fn name(&self, v: Var) -> &proc_macro2::Ident {
        &self.f.vars[v.0 as usize].name
    }

    /// The rows of a loop's body. Every iteration reads or writes an element of each.
    fn uses(&self, l: &ForLoop) -> Option<Uses> {
        let mut own = HashSet::from([l.var]);
        l.body.stmts.iter().for_each(|s| defined(s, &mut own));
        let mut changed = own.clone();
        for s in &l.body.stmts {
            each_place(s, true, &mut |p, access| {
                if access != Access::Read {
                    changed.insert(p.root);
                }
            });
            // Plain code may write to its variables.
            plain_vars(s, &mut changed);
        }
        let mut uses = Uses { rows: Vec::new(), own, changed };
        for s in &l.body.stmts {
            each_place(s, false, &mut |p, access| {
                if access != Access::Borrow {
                    self.note(p, access, l.var, &mut uses);
                }
            });
        }
        // An array that is written to is reached through one row only.
        let mut faulty = HashSet::new();
        for s in &l.body.stmts {
            each_place(s, true, &mut |p, access| {
                let row = self.row_of(p, l.var, &uses);
                let written = uses.rows.iter().any(|r| r.base.root == p.root && r.written) || access != Access::Read;
                let alone = uses.rows.iter().filter(|r| r.base.root == p.root).count() == 1;
                if written && (row.is_none() || access == Access::Borrow || !alone) {
                    faulty.insert(p.root);
                }
            });
        }
        uses.rows.retain(|r| !faulty.contains(&r.base.root));
        Some(uses)
    }

    /// The part of a place that advances with the counter, and how.
    fn form(&self, p: &Place, counter: Var, uses: &Uses) -> Option<(usize, Affine, syn::Expr, Vec<Var>)> {
        let changed = &uses.changed;
        if uses.own.contains(&p.root) {
            return None;
        }
        for (at, step) in p.path.iter().enumerate() {
            match step {
                Proj::Index(e, _) => {
                    let mut vars = Vec::new();
                    e.each_operand(&mut |v| vars.push(v));
                    if !vars.iter().any(|v| changed.contains(v)) {
                        continue;
                    }
                    if vars.iter().any(|v| *v != counter && changed.contains(v)) {
                        return None;
                    }
                    let base = Place { root: p.root, path: p.path[..at].to_vec() };
                    let ty = crate::analysis::place_ty(self.f, &base);
                    if !matches!(ty.peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) {
                        return None;
                    }
                    let code = self.code(e)?;
                    let form = affine(&code, self.name(counter))?;
                    return Some((at, form, code, vars));
                }
                Proj::Field(_) | Proj::Deref => {}
                Proj::Slice(..) | Proj::Payload(..) | Proj::PayloadRef(..) => return None,
            }
        }
        None
    }

    fn note(&self, p: &Place, access: Access, counter: Var, uses: &mut Uses) {
        let Some((at, form, code, vars)) = self.form(p, counter, uses) else { return };
        let written = access != Access::Read;
        let base = Place { root: p.root, path: p.path[..at].to_vec() };
        if let Some(row) = uses.rows.iter_mut().find(|r| r.at == at && r.form.rest == form.rest && self.same(&r.base, &base)) {
            row.written |= written;
            if form.offset < row.span.0 {
                (row.span.0, row.first, row.first_vars) = (form.offset, code, vars);
            }
            row.span.1 = row.span.1.max(form.offset);
            return;
        }
        let span = (form.offset, form.offset);
        uses.rows.push(Row { base, at, form, span, first: code, first_vars: vars, written, var: None });
    }

    fn row_of(&self, p: &Place, counter: Var, uses: &Uses) -> Option<(usize, i64)> {
        let (at, form, ..) = self.form(p, counter, uses)?;
        let base = Place { root: p.root, path: p.path[..at].to_vec() };
        let row = uses.rows.iter().position(|r| r.at == at && r.form.rest == form.rest && self.same(&r.base, &base))?;
        let span = uses.rows[row].span;
        // An element in a branch may lie outside what every iteration has.
        (span.0..=span.1).contains(&form.offset).then_some((row, form.offset - span.0))
    }

    fn same(&self, a: &Place, b: &Place) -> bool {
        a.root == b.root && self.text(a) == self.text(b)
    }

    fn text(&self, p: &Place) -> String {
        crate::emit::place_tokens(&self.f.vars, p).to_string()
    }

    fn var(&mut self, stem: &str, ty: Ty, kind: VarKind, region: Region) -> Var {
        let name = self.names.numbered(stem);
        self.f.vars.push(VarInfo {
            name,
            ty,
            kind,
            region,
            varied: false,
            owned: true,
            mutable: false,
            origin: None,
            optional: false,
            annotation: None,
        });
        Var(u32::try_from(self.f.vars.len() - 1).unwrap_or(u32::MAX))
    }
}

/// In parentheses, unless it holds together without them.
fn closed(e: syn::Expr) -> syn::Expr {
    match e {
        syn::Expr::Lit(_)
        | syn::Expr::Path(_)
        | syn::Expr::Paren(_)
        | syn::Expr::MethodCall(_)
        | syn::Expr::Field(_)
        | syn::Expr::Index(_) => e,
        e => syn::parse_quote!((#e)),
    }
}

fn plain(code: syn::Expr, vars: Vec<Var>) -> Expr {
    Expr::Verbatim(Box::new(code), vars)
}

/// The loop in its new form.
struct Rewrite<'r, 'p> {
    pass: &'r mut Pass<'p>,
    l: &'r ForLoop,
    lo: syn::Expr,
    hi: syn::Expr,
    uses: Uses,
    before: Vec<Stmt>,
}

impl Rewrite<'_, '_> {
    fn rewritten(&mut self) -> Vec<Stmt> {
        let region = self.l.body.region;
        let mut bounds = Vec::new();
        self.l.counter.start.each_operand(&mut |v| bounds.push(v));
        let starts = bounds.clone();
        self.l.counter.end.each_operand(&mut |v| bounds.push(v));
        let (lo, hi) = (self.lo.clone(), self.hi.clone());
        let inclusive = self.l.counter.inclusive;
        let runs: syn::Expr = if inclusive { syn::parse_quote!(#lo <= #hi) } else { syn::parse_quote!(#lo < #hi) };

        let len = self.pass.var("len_", Ty::Plain, VarKind::Value, region);
        let zero = matches!(&lo, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) if n.base10_digits() == "0");
        let count: syn::Expr = match (zero, inclusive) {
            (true, false) => hi.clone(),
            (true, true) => syn::parse_quote!(#hi + 1),
            (false, false) => syn::parse_quote!(#hi - #lo),
            (false, true) => syn::parse_quote!(#hi + 1 - #lo),
        };
        self.before.push(Stmt::Let(len, plain(count, bounds.clone())));
        let mut body = self.l.body.clone();
        let independent = self.independent(&body);
        let lanes = self.pass.lanes && independent;
        self.fix(&mut body);
        self.slice_rows(len, &lo, &starts, region);
        let loops = match lanes.then(|| self.lane_sums(&body)).flatten() {
            Some(sums) => self.in_lanes(&body, len, zero.then_some(()), &lo, &starts, sums),
            None => {
                let k = self.pass.var("k", Ty::Plain, VarKind::Index, region);
                let mut body = body;
                self.through_rows(&mut body.stmts, &plain_var(self.pass, k), k, &HashMap::new());
                self.count(&mut body, k, None, zero, &lo, &starts);
                let counter = Counter {
                    start: Expr::Const(quote!(0)),
                    end: Expr::Var(len),
                    inclusive: false,
                    step: None,
                    reversed: self.l.counter.reversed && !independent,
                };
                vec![Stmt::For(ForLoop { var: k, counter, body, exit: None, span: self.l.span })]
            }
        };
        let mut stmts = std::mem::take(&mut self.before);
        stmts.extend(loops);
        let nothing = Block { region, stmts: Vec::new() };
        vec![Stmt::If(plain(runs, bounds), Block { region, stmts }, nothing)]
    }

    /// Whether the iterations may be taken in any order, and are plain arithmetic: each has its own elements of what is written to, or
    /// adds to what none of them reads.
    fn independent(&self, body: &Block) -> bool {
        let mut read = HashSet::new();
        let mut added = HashSet::new();
        let mut alone = true;
        for s in &body.stmts {
            each_place(s, true, &mut |p, access| {
                let row = self.pass.row_of(p, self.l.var, &self.uses).map(|(row, _)| &self.uses.rows[row]);
                match row {
                    Some(row) => alone &= !row.written || row.span.0 == row.span.1,
                    None if self.uses.own.contains(&p.root) => {}
                    None if access == Access::Read => {
                        read.insert(p.root);
                    }
                    None if access == Access::Add => {
                        added.insert(p.root);
                    }
                    None => alone = false,
                }
            });
        }
        alone && read.is_disjoint(&added) && body.stmts.iter().all(|s| self.straight(s))
    }

    fn straight(&self, s: &Stmt) -> bool {
        match s {
            Stmt::Let(v, e) | Stmt::LetBar(v, e, _) => self.pass.f.vars[v.0 as usize].ty.is_float() && arithmetic(e),
            Stmt::Accumulate(_, e) => arithmetic(e),
            Stmt::Assign(p, e) => self.pass.row_of(p, self.l.var, &self.uses).is_some() && arithmetic(e),
            _ => false,
        }
    }

    /// What stays the same in all iterations is read in front of the loop.
    fn fix(&mut self, body: &mut Block) {
        let mut found: HashMap<String, Var> = HashMap::new();
        for s in &mut body.stmts {
            let changed = &self.uses.changed;
            let (pass, before) = (&mut *self.pass, &mut self.before);
            replace_reads(s, &mut |e| {
                let Expr::Read(p) = e else { return };
                let mut vars = Vec::new();
                p.each_var(&mut |v| vars.push(v));
                let ty = crate::analysis::place_ty(pass.f, p);
                if vars.iter().any(|v| changed.contains(v)) || !ty.is_float() || !p.path.iter().any(|s| matches!(s, Proj::Index(..))) {
                    return;
                }
                let text = pass.text(p);
                let v = *found.entry(text).or_insert_with(|| {
                    let region = pass.f.vars[p.root.0 as usize].region;
                    let v = pass.var("fixed_", ty, VarKind::Value, region);
                    before.push(Stmt::Let(v, Expr::Read(p.clone())));
                    v
                });
                *e = Expr::Var(v);
            });
        }
    }

    fn slice_rows(&mut self, len: Var, lo: &syn::Expr, starts: &[Var], region: Region) {
        for k in 0..self.uses.rows.len() {
            let row = &self.uses.rows[k];
            let elem = crate::analysis::place_ty(self.pass.f, &row.base).element();
            let ty = Ty::Ref(Box::new(Ty::Slice(Box::new(elem))), row.written);
            let first = with_counter(&row.first, self.pass.name(self.l.var), lo);
            let mut vars: Vec<Var> = row.first_vars.iter().copied().filter(|v| *v != self.l.var).collect();
            vars.extend(starts);
            vars.push(len);
            let count = self.pass.name(len).clone();
            let wider = row.span.1 - row.span.0;
            let more = proc_macro2::Literal::i64_unsuffixed(wider);
            let count = if wider > 0 { quote!(#count + #more) } else { quote!(#count) };
            let v = self.pass.var("row_", ty, VarKind::Value, region);
            let row = &mut self.uses.rows[k];
            row.var = Some(v);
            let nothing = matches!(&first, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) if n.base10_digits() == "0");
            let first = closed(first);
            let range: syn::Expr = if nothing { syn::parse_quote!(..#count) } else { syn::parse_quote!(#first..#first + #count) };
            let place = row.base.project(Proj::Slice(Box::new(plain(range, vars)), Span::call_site()));
            let written = row.written;
            self.before.push(Stmt::LetRow(v, place, written));
        }
    }

    /// Places in rows are reached by the index `k` of the row; those in `within` by the index in a part of the row.
    fn through_rows(&mut self, stmts: &mut [Stmt], k: &syn::Expr, k_var: Var, within: &HashMap<Var, Var>) {
        let (pass, uses, counter) = (&*self.pass, &self.uses, self.l.var);
        for s in stmts {
            each_place_mut(s, &mut |p, _| {
                let Some((row, shift)) = pass.row_of(p, counter, uses) else { return };
                let row = &uses.rows[row];
                let Some(var) = row.var else { return };
                let var = within.get(&var).copied().unwrap_or(var);
                let shift = proc_macro2::Literal::i64_unsuffixed(shift);
                let index: syn::Expr = if shift.to_string() == "0" { k.clone() } else { syn::parse_quote!(#k + #shift) };
                let Proj::Index(_, span) = &p.path[row.at] else { return };
                let mut path = vec![Proj::Index(Box::new(plain(index, vec![k_var])), *span)];
                path.extend(p.path[row.at + 1..].iter().cloned());
                *p = Place { root: var, path };
            });
        }
    }

    /// Defines the loop's own counter where it is still mentioned.
    fn count(&mut self, body: &mut Block, k: Var, offset: Option<Var>, zero: bool, lo: &syn::Expr, starts: &[Var]) {
        if !body.stmts.iter().any(|s| s.mentions(self.l.var)) {
            return;
        }
        let mut vars = starts.to_vec();
        vars.push(k);
        vars.extend(offset);
        let k = self.pass.name(k).clone();
        let mut at: syn::Expr = match offset {
            Some(o) => {
                let o = self.pass.name(o);
                syn::parse_quote!(#o + #k)
            }
            None => syn::parse_quote!(#k),
        };
        if !zero {
            at = syn::parse_quote!(#lo + #at);
        }
        body.stmts.insert(0, Stmt::Let(self.l.var, plain(at, vars)));
    }

    /// The places that every iteration adds to, if there is nothing else than those and rows.
    fn lane_sums(&self, body: &Block) -> Option<Vec<(Place, Ty)>> {
        let mut sums: Vec<(Place, Ty)> = Vec::new();
        let mut fits = true;
        for s in &body.stmts {
            each_place(s, true, &mut |p, access| {
                if self.pass.row_of(p, self.l.var, &self.uses).is_some() {
                    return;
                }
                let mut vars = Vec::new();
                p.each_var(&mut |v| vars.push(v));
                let index = vars.iter().skip(1).any(|v| self.uses.changed.contains(v));
                match access {
                    // Numbers of the iteration itself.
                    Access::Read if p.path.is_empty() => {}
                    Access::Add if !index && !self.uses.own.contains(&p.root) => {
                        let ty = crate::analysis::place_ty(self.pass.f, p);
                        fits &= ty.is_float();
                        if !sums.iter().any(|(q, _)| self.pass.same(q, p)) {
                            sums.push((p.clone(), ty));
                        }
                    }
                    _ => fits = false,
                }
            });
        }
        // Whatever only one row is written to is vectorised as it is.
        (fits && !sums.is_empty()).then_some(sums)
    }

    fn in_lanes(&mut self, body: &Block, len: Var, zero: Option<()>, lo: &syn::Expr, starts: &[Var], sums: Vec<(Place, Ty)>) -> Vec<Stmt> {
        let region = body.region;
        let zero = zero.is_some();
        let lanes = proc_macro2::Literal::usize_unsuffixed(LANES);
        let whole = self.pass.var("whole_", Ty::Plain, VarKind::Value, region);
        let len_name = self.pass.name(len).clone();
        let mut out = vec![Stmt::Let(whole, plain(syn::parse_quote!(#len_name - #len_name % #lanes), vec![len]))];
        let mut kept = Vec::new();
        for (place, ty) in sums {
            let array = Ty::Array(Box::new(ty.clone()), quote!(#lanes));
            let v = self.pass.var("lanes_", array.clone(), VarKind::Cotangent, region);
            self.pass.f.vars[v.0 as usize].mutable = true;
            out.push(Stmt::DeclBar(v, crate::emit::zero_of(&array)));
            kept.push((place, v));
        }
        let (k, l, tail) = (
            self.pass.var("k", Ty::Plain, VarKind::Index, region),
            self.pass.var("l", Ty::Plain, VarKind::Index, region),
            self.pass.var("k", Ty::Plain, VarKind::Index, region),
        );
        // Eight at a time.
        let (k_name, l_code) = (self.pass.name(k).clone(), plain_var(self.pass, l));
        let mut within = HashMap::new();
        let mut parts = Vec::new();
        for row in 0..self.uses.rows.len() {
            let row = &self.uses.rows[row];
            let (Some(v), written, wide) = (row.var, row.written, row.span.1 - row.span.0) else { continue };
            let ty = self.pass.f.vars[v.0 as usize].ty.clone();
            let part = self.pass.var("part_", ty, VarKind::Value, region);
            let count = proc_macro2::Literal::i64_unsuffixed(i64::try_from(LANES).unwrap_or(0) + wide);
            let range = plain(syn::parse_quote!(#k_name..#k_name + #count), vec![k]);
            parts.push(Stmt::LetRow(part, Place::var(v).project(Proj::Slice(Box::new(range), Span::call_site())), written));
            within.insert(v, part);
        }
        let mut inner = body.clone();
        self.through_rows(&mut inner.stmts, &l_code, l, &within);
        self.split_sums(&mut inner.stmts, &kept, &Expr::Var(l));
        self.count(&mut inner, l, Some(k), zero, lo, starts);
        let counter = |start: Expr, end: Expr, step: Option<Expr>| Counter { start, end, inclusive: false, step, reversed: false };
        let number = |n: usize| {
            let n = proc_macro2::Literal::usize_unsuffixed(n);
            Expr::Const(quote!(#n))
        };
        parts.push(Stmt::For(ForLoop {
            var: l,
            counter: counter(number(0), number(LANES), None),
            body: inner,
            exit: None,
            span: self.l.span,
        }));
        out.push(Stmt::For(ForLoop {
            var: k,
            counter: counter(number(0), Expr::Var(whole), Some(number(LANES))),
            body: Block { region, stmts: parts },
            exit: None,
            span: self.l.span,
        }));
        // The rest.
        let mut rest = body.clone();
        let tail_code = plain_var(self.pass, tail);
        self.through_rows(&mut rest.stmts, &tail_code, tail, &HashMap::new());
        self.split_sums(&mut rest.stmts, &kept, &number(0));
        self.count(&mut rest, tail, None, zero, lo, starts);
        out.push(Stmt::For(ForLoop {
            var: tail,
            counter: counter(Expr::Var(whole), Expr::Var(len), None),
            body: rest,
            exit: None,
            span: self.l.span,
        }));
        for (place, v) in kept {
            out.push(Stmt::Accumulate(place, Expr::Runtime("rt::sum_lanes", vec![Expr::Ref(Place::var(v))])));
        }
        out
    }

    /// What is added to one of the places is added to a lane of it.
    fn split_sums(&self, stmts: &mut [Stmt], kept: &[(Place, Var)], lane: &Expr) {
        for s in stmts {
            let Stmt::Accumulate(p, _) = s else { continue };
            if let Some((_, v)) = kept.iter().find(|(q, _)| self.pass.same(q, p)) {
                *p = Place::var(*v).project(Proj::Index(Box::new(lane.clone()), Span::call_site()));
            }
        }
    }
}

fn plain_var(pass: &Pass, v: Var) -> syn::Expr {
    let name = pass.name(v);
    syn::parse_quote!(#name)
}

/// Additions, products and the like of numbers.
fn arithmetic(e: &Expr) -> bool {
    match e {
        Expr::Var(_) | Expr::Const(_) | Expr::Read(_) => true,
        Expr::Neg(x) => arithmetic(x),
        Expr::Bin(op, l, r, _) => *op != BinOp::Rem && arithmetic(l) && arithmetic(r),
        _ => false,
    }
}

/// Whether a statement belongs to a reverse sweep.
fn has_cotangents(f: &Function, s: &Stmt) -> bool {
    match s {
        Stmt::LetBar(..) | Stmt::DeclBar(..) | Stmt::Accumulate(..) | Stmt::CallPull(_) | Stmt::TapePop(..) => true,
        Stmt::Assign(p, _) | Stmt::Update(p, ..) => f.vars[p.root.0 as usize].kind == VarKind::Cotangent,
        _ => {
            let mut found = false;
            s.each_block(&mut |b| found |= b.stmts.iter().any(|s| has_cotangents(f, s)));
            found
        }
    }
}

fn has_loop(b: &Block) -> bool {
    b.stmts.iter().any(|s| {
        let mut found = matches!(s, Stmt::For(_) | Stmt::ForEach(_) | Stmt::While(_));
        s.each_block(&mut |b| found |= has_loop(b));
        found
    })
}

/// Variables that a statement defines, in its blocks too.
fn defined(s: &Stmt, into: &mut HashSet<Var>) {
    match s {
        Stmt::Let(v, _) | Stmt::Decl(v, _) | Stmt::LetBar(v, ..) | Stmt::DeclBar(v, _) | Stmt::TapeDecl(v, _) | Stmt::LetRow(v, ..) => {
            into.insert(*v);
        }
        Stmt::TapePop(_, vars) => into.extend(vars),
        Stmt::LetPull(v, pull, _) => {
            into.extend(v);
            into.insert(*pull);
        }
        Stmt::LetPush(c) => into.extend(c.result.into_iter().chain(c.dot).chain(c.after)),
        Stmt::For(l) => {
            into.insert(l.var);
        }
        Stmt::ForEach(l) => {
            into.insert(l.var);
        }
        Stmt::Match(_, arms) => into.extend(arms.iter().flat_map(|a| &a.bound)),
        Stmt::If(..)
        | Stmt::While(_)
        | Stmt::Assign(..)
        | Stmt::Update(..)
        | Stmt::Container(..)
        | Stmt::Do(_)
        | Stmt::Verbatim(..)
        | Stmt::Check(..)
        | Stmt::TapePush(..)
        | Stmt::Save(..)
        | Stmt::Restore(..)
        | Stmt::CallPull(_)
        | Stmt::Accumulate(..)
        | Stmt::Runtime(..) => {}
    }
    s.each_block(&mut |b| b.stmts.iter().for_each(|s| defined(s, into)));
}

/// Variables in plain code that is a statement of its own.
fn plain_vars(s: &Stmt, into: &mut HashSet<Var>) {
    if let Stmt::Verbatim(_, vars) | Stmt::Check(_, vars) = s {
        into.extend(vars);
    }
    s.each_block(&mut |b| b.stmts.iter().for_each(|s| plain_vars(s, into)));
}

fn replace_reads(s: &mut Stmt, f: &mut dyn FnMut(&mut Expr)) {
    fn expr(e: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
        match e {
            Expr::Neg(x) | Expr::Cast(x, _) => expr(x, f),
            Expr::Bin(_, l, r, _) => {
                expr(l, f);
                expr(r, f);
            }
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) => args.iter_mut().for_each(|a| expr(a, f)),
            Expr::Read(_) => f(e),
            _ => {}
        }
    }
    match s {
        Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::DeclBar(_, e) | Stmt::Accumulate(_, e) => expr(e, f),
        _ => {}
    }
}
