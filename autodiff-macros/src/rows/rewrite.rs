//! The loop in its new form.
//!
//! What enters: an innermost loop and what it does. What leaves: statements in its place, which do the same; see [`super`].

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::{Literal, Span};
use quote::{quote, ToTokens};

use super::affine::{closed, is_zero, with_counter};
use super::places::{each_place, each_place_mut, Access};
use super::uses::{Mode, Row, Uses};
use super::{Pass, Sweep};
use crate::ir::{BinOp, Block, Counter, Expr, ForLoop, Place, Proj, Region, Stmt, Var, VarKind};
use crate::types::Ty;

/// How many iterations are taken at a time.
const LANES: usize = 8;

/// How many iterations are worth strips.
const SHORTEST: usize = 16;

pub(super) struct Rewrite<'r, 'p> {
    pub pass: &'r mut Pass<'p>,
    pub l: &'r ForLoop,
    pub lo: syn::Expr,
    pub hi: syn::Expr,
    /// Whether it runs as often as two literals say.
    pub short: bool,
    pub uses: Uses,
    /// What stands in front of the loop.
    pub before: Vec<Stmt>,
}

pub(super) fn plain(code: syn::Expr, vars: Vec<Var>) -> Expr {
    Expr::Verbatim(Box::new(code), vars)
}

pub(super) fn number(n: usize) -> Expr {
    let n = Literal::usize_unsuffixed(n);
    Expr::Const(quote!(#n))
}

impl Rewrite<'_, '_> {
    pub fn rewritten(mut self, sweep: Sweep) -> Option<Vec<Stmt>> {
        let region = self.l.body.region;
        let straight = self.l.body.stmts.iter().all(|s| self.straight(s));
        let (forward, primal) = match sweep {
            Sweep::Reverse => (false, None),
            Sweep::Both(primal) => (false, Some(primal)),
            Sweep::Forward => (true, Some(&self.l.body)),
        };
        if forward && !self.gains_forward() {
            return None;
        }
        // What the primal adds up, it adds up in the user's order.
        let ordered = primal.is_some() && self.l.counter.reversed;
        let lanes = !forward && !ordered && !self.short && self.pass.lanes && straight && self.fits_lanes();
        if lanes && primal.is_none() && self.pass.gather && self.shares_elements() {
            if let Some(stmts) = self.gathered() {
                return Some(stmts);
            }
        }
        if lanes {
            self.alone();
        } else {
            self.without_overlaps();
        }
        // Two loops for one are worth it where elements are written, or sums are made of vectors.
        let both = primal.is_some() && !forward;
        let written = |m: Mode| m == Mode::Own || lanes && m == Mode::Added;
        let rows = self.uses.rows.iter().any(|r| if both { written(r.mode) } else { r.mode != Mode::Left });
        if !(rows || lanes && !(self.uses.sums.is_empty() && self.uses.totals.is_empty())) {
            return None;
        }
        let len = self.pass.var("len_", Ty::Plain, VarKind::Value, region);
        let (runs, count) = self.bounds();
        let mut body = self.l.body.clone();
        body.stmts.retain(|s| !self.is_covered(s));
        self.fix(&mut body);
        let held = if forward { self.hold(&mut body) } else { Vec::new() };
        let mut fits = primal.map(|_| self.fits(len));
        if forward && self.uses.held.is_empty() && !self.uses.rows.iter().any(|r| r.mode == Mode::Own) {
            // Of a few iterations that only add up, LLVM's vectors cost more than the tests of bounds.
            fits = fits.map(|test| test.map(|test| self.if_long(test, len)));
        }
        let apart = self.apart(len);
        self.slice_rows(len, region);
        let mut fast = std::mem::take(&mut self.before);
        fast.extend(match lanes {
            true if self.pass.strips && (self.shares_elements() || self.uses.rows.iter().any(|r| r.width() > 0)) => {
                // Room for the terms of a strip costs more than a few iterations.
                let (test, strips) = (self.is_at_least(SHORTEST, len), self.in_strips(&body, len));
                vec![Stmt::If(test, Block { region, stmts: strips }, Block { region, stmts: self.in_turn(body, len) })]
            }
            true => self.in_lanes(&body, len),
            false => self.in_turn(body, len),
        });
        fast.extend(held);
        let or = |test: Expr, fast: Vec<Stmt>, body: &Block| {
            let plain_loop = Stmt::For(ForLoop { body: body.clone(), ..self.l.clone() });
            vec![Stmt::If(test, Block { region, stmts: fast }, Block { region, stmts: vec![plain_loop] })]
        };
        let stmts = match (fits, primal) {
            // Without its elements, the loop panics where the primal does.
            (Some(Some(fits)), Some(primal)) => or(fits, fast, primal),
            _ => fast,
        };
        let stmts = match apart {
            Some(apart) => or(apart, stmts, &self.l.body),
            None => stmts,
        };
        let mut inner = vec![Stmt::Let(len, count)];
        inner.extend(stmts);
        if self.short && self.runs_at_all() {
            return Some(inner);
        }
        let nothing = Block { region, stmts: Vec::new() };
        Some(vec![Stmt::If(runs, Block { region, stmts: inner }, nothing)])
    }

    /// `len >= count`
    fn is_at_least(&self, count: usize, len: Var) -> Expr {
        let (name, count) = (self.pass.name(len), Literal::usize_unsuffixed(count));
        plain(syn::parse_quote!(#name >= #count), vec![len])
    }

    fn if_long(&self, test: Expr, len: Var) -> Expr {
        let (Some(code), name, lanes) = (self.pass.code(&test), self.pass.name(len), Literal::usize_unsuffixed(LANES)) else { return test };
        let mut vars = vec![len];
        test.each_operand(&mut |v| vars.push(v));
        plain(syn::parse_quote!(#name >= #lanes && #code), vars)
    }

    /// Whether the loop runs, and how often.
    fn bounds(&self) -> (Expr, Expr) {
        let mut vars = self.starts();
        self.l.counter.end.each_operand(&mut |v| vars.push(v));
        let (lo, hi, inclusive) = (&self.lo, &self.hi, self.l.counter.inclusive);
        let runs = if inclusive { syn::parse_quote!(#lo <= #hi) } else { syn::parse_quote!(#lo < #hi) };
        let count = match (is_zero(lo), inclusive) {
            (true, false) => hi.clone(),
            (true, true) => syn::parse_quote!(#hi + 1),
            (false, false) => syn::parse_quote!(#hi - #lo),
            (false, true) => syn::parse_quote!(#hi - #lo + 1),
        };
        (plain(runs, vars.clone()), plain(count, vars))
    }

    /// Whether it is seen from the literals that it runs.
    fn runs_at_all(&self) -> bool {
        let literal = |e: &syn::Expr| match e {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => n.base10_parse::<u64>().ok(),
            _ => None,
        };
        literal(&self.lo).zip(literal(&self.hi)).is_some_and(|(lo, hi)| lo < hi)
    }

    fn starts(&self) -> Vec<Var> {
        let mut vars = Vec::new();
        self.l.counter.start.each_operand(&mut |v| vars.push(v));
        vars
    }

    fn row(&self, p: &Place) -> Option<&Row> {
        let (row, _) = self.pass.row_of(p, self.l.var, &self.uses)?;
        Some(&self.uses.rows[row])
    }

    pub(super) fn is_sum(&self, p: &Place) -> bool {
        self.uses.sums.iter().any(|(q, _)| self.pass.same(q, p))
    }

    /// Whether the test of bounds is one of a row's element.
    fn is_covered(&self, s: &Stmt) -> bool {
        let Stmt::Check(code, vars) = s else { return false };
        let Ok(syn::Stmt::Local(syn::Local { init: Some(init), .. })) = syn::parse2(quote!(#code)) else { return false };
        let syn::Expr::Reference(r) = &*init.expr else { return false };
        let Some(tested) = self.pass.element(&r.expr, vars) else { return false };
        let mut covered = false;
        for s in &self.l.body.stmts {
            each_place(s, false, &mut |p, access| {
                covered |= access == Access::Read && self.row(p).is_some_and(|r| r.mode != Mode::Left) && self.pass.same(p, &tested);
            });
        }
        covered
    }

    /// Whether a loop of the forward sweep is faster without tests of bounds: iterations that do not wait for each other, or only for one
    /// place in memory, or for a sum, while the processor is at the next ones already. It does nothing else that may panic, so that it is seen to panic in the same state.
    fn gains_forward(&self) -> bool {
        let carried = |root: Var| self.pass.info(root).ty.is_float();
        let known = |root: Var| !self.uses.other.contains(&root) || self.uses.held.iter().any(|(p, _)| p.root == root) || carried(root);
        let plain = |s: &Stmt| match s {
            Stmt::TapePush(_, vars) => vars.iter().all(|v| self.pass.info(*v).ty.is_float()),
            Stmt::Assign(p, Expr::Tuple(items)) if self.row(p).is_some() => items.iter().all(|e| self.computes(e)),
            Stmt::Update(p, _, e, _) | Stmt::Assign(p, e) if known(p.root) => self.computes(e),
            Stmt::Let(v, e) if self.pass.info(*v).ty.is_float() => self.computes(e),
            other => self.straight(other),
        };
        let own = self.uses.rows.iter().filter(|r| r.mode == Mode::Own);
        let sums = !self.uses.totals.is_empty() || self.uses.other.iter().any(|v| carried(*v));
        let sums = sums && self.uses.rows.iter().any(|r| r.mode == Mode::Shared && !self.is_bounded(r));
        (sums || own.clone().next().is_some() || !self.uses.held.is_empty())
            && own.clone().all(|r| r.width() == 0)
            && self.uses.other.iter().all(|v| known(*v))
            && self.l.body.stmts.iter().all(plain)
    }

    /// Whether the loop ends with the row's list at the latest, so that LLVM sees that it has the elements.
    fn is_bounded(&self, row: &Row) -> bool {
        let list = crate::emit::receiver_tokens(&self.pass.f.vars, &row.base);
        let (hi, len) = (self.hi.to_token_stream().to_string(), quote!(#list.len()).to_string());
        row.rest.is_empty() && row.span.1 == 0 && !self.l.counter.inclusive && hi.contains(&len)
    }

    /// The only place of an array that the loop writes to is a variable meanwhile.
    fn hold(&mut self, body: &mut Block) -> Vec<Stmt> {
        let mut after = Vec::new();
        for (place, ty) in self.uses.held.clone() {
            let v = self.pass.var("held_", ty, VarKind::Memory, body.region);
            self.pass.f.vars[v.0 as usize].mutable = true;
            self.before.push(Stmt::Decl(v, Some(Expr::Read(place.clone()))));
            for s in &mut body.stmts {
                each_place_mut(s, &mut |p, _| {
                    if self.pass.same(p, &place) {
                        *p = Place::var(v);
                    }
                });
            }
            after.push(Stmt::Assign(place, Expr::Var(v)));
        }
        after
    }

    // ---- which loops are taken eight iterations at a time ------------------------------------------------------

    /// Plain arithmetic, which every iteration does.
    fn straight(&self, s: &Stmt) -> bool {
        let own = |v: Var| self.uses.own.contains(&v);
        let float = |v: Var| self.pass.info(v).ty.is_float();
        match s {
            Stmt::Let(v, e) | Stmt::LetBar(v, e, _) | Stmt::DeclBar(v, e) | Stmt::Decl(v, Some(e)) => float(*v) && self.arithmetic(e),
            Stmt::Accumulate(_, e) => self.arithmetic(e),
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
                let known =
                    p.path.is_empty() && own(p.root) && float(p.root) || self.uses.totals.contains(&p.root) || self.row(p).is_some();
                known && self.arithmetic(e)
            }
            Stmt::Check(..) => self.is_covered(s),
            _ => false,
        }
    }

    /// Numbers of numbers, functions included.
    fn computes(&self, e: &Expr) -> bool {
        match e {
            Expr::Rule(_, args) => args.iter().all(|a| self.computes(a)),
            Expr::Neg(x) | Expr::Cast(x, _) => self.computes(x),
            Expr::Bin(op, l, r, _) => *op != BinOp::Rem && self.computes(l) && self.computes(r),
            e => self.arithmetic(e),
        }
    }

    fn arithmetic(&self, e: &Expr) -> bool {
        let vector = |name: &proc_macro2::Ident| {
            ["sqrt", "abs", "recip", "max", "min", "signum", "to_degrees", "to_radians"].contains(&name.to_string().as_str())
        };
        // Of these the partial is arithmetic, of the argument or the value.
        let partial = |name: &proc_macro2::Ident| {
            ["exp", "exp2", "ln", "ln_1p", "log2", "log10", "tan", "tanh", "atan", "atanh", "asin", "acos"]
                .contains(&name.to_string().as_str())
        };
        match e {
            Expr::Var(v) => self.pass.info(*v).ty.is_float(),
            Expr::Read(p) => crate::analysis::place_ty(self.pass.f, p).is_float(),
            Expr::Const(_) => true,
            Expr::Verbatim(code, _) => crate::lower::is_simple(code),
            Expr::Neg(x) | Expr::Cast(x, _) => self.arithmetic(x),
            Expr::Bin(op, l, r, _) => *op != BinOp::Rem && self.arithmetic(l) && self.arithmetic(r),
            Expr::Rule(name, args) => vector(name) && args.iter().all(|a| self.arithmetic(a)),
            Expr::Pullback(name, _, args) => (vector(name) || partial(name)) && args.iter().all(|a| self.arithmetic(a)),
            // A selection.
            Expr::Runtime("rt::unless_zero", args) => args.iter().all(|a| self.arithmetic(a)),
            _ => false,
        }
    }

    /// Whether all that iterations share is known, and something is gained.
    fn fits_lanes(&self) -> bool {
        let known = self.uses.other.is_empty()
            && self.uses.rows.iter().all(|r| r.mode != Mode::Own || r.width() == 0)
            && self.l.body.stmts.iter().all(|s| {
                let mut known = true;
                each_place(s, false, &mut |p, access| {
                    let own = self.uses.own.contains(&p.root) && p.path.is_empty();
                    known &= access == Access::Read || own || self.row(p).is_some() || self.is_sum(p) || self.uses.totals.contains(&p.root);
                });
                known
            });
        let overlaps = self.uses.rows.iter().any(|r| r.mode == Mode::Added && (r.width() > 0 || !self.is_only(r)));
        known && (overlaps || !self.uses.sums.is_empty() || !self.uses.totals.is_empty())
    }

    fn is_only(&self, row: &Row) -> bool {
        self.uses.rows.iter().filter(|r| r.base.root == row.base.root).count() == 1
            && !self.uses.sums.iter().any(|(p, _)| p.root == row.base.root)
    }

    /// Elements that only one iteration adds to are added to at once.
    fn alone(&mut self) {
        for k in 0..self.uses.rows.len() {
            let row = &self.uses.rows[k];
            if row.mode == Mode::Added && row.width() == 0 && self.is_only(row) {
                self.uses.rows[k].mode = Mode::Own;
            }
        }
    }

    /// Rows that are added to are borrowed once at most.
    fn without_overlaps(&mut self) {
        for k in 0..self.uses.rows.len() {
            if self.uses.rows[k].mode == Mode::Added {
                let only = self.uses.rows.iter().filter(|r| r.base.root == self.uses.rows[k].base.root).count() == 1;
                self.uses.rows[k].mode = if only { Mode::Own } else { Mode::Left };
            }
        }
    }

    // ---- in front of the loop ----------------------------------------------------------------------------------

    /// What stays the same in all iterations is read in front of the loop.
    fn fix(&mut self, body: &mut Block) {
        let mut found: HashMap<String, Var> = HashMap::default();
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
                    let region = pass.info(p.root).region;
                    let v = pass.var("fixed_", ty, VarKind::Value, region);
                    before.push(Stmt::Let(v, Expr::Read(p.clone())));
                    v
                });
                *e = Expr::Var(v);
            });
        }
    }

    /// The first of a row's indices, and how many there are.
    pub(super) fn extent(&self, row: &Row, len: Var) -> (syn::Expr, proc_macro2::TokenStream, Vec<Var>) {
        let first = closed(with_counter(&row.first, self.pass.name(self.l.var), &self.lo));
        let mut vars: Vec<Var> = row.first_vars.iter().copied().filter(|v| *v != self.l.var).collect();
        vars.extend(self.starts());
        vars.push(len);
        let len = self.pass.name(len);
        let more = Literal::i64_unsuffixed(row.width());
        let count = if row.width() > 0 { quote!(#len + #more) } else { quote!(#len) };
        (first, count, vars)
    }

    /// The range of a row's indices.
    fn range(&self, row: &Row, len: Var) -> (syn::Expr, Vec<Var>) {
        let (first, count, vars) = self.extent(row, len);
        let range = if is_zero(&first) { syn::parse_quote!(..#count) } else { syn::parse_quote!(#first..#first + #count) };
        (range, vars)
    }

    /// Whether the primal has the elements of all rows; nothing if there is no doubt.
    fn fits(&self, len: Var) -> Option<Expr> {
        let mut tests: Vec<proc_macro2::TokenStream> = Vec::new();
        let mut all = Vec::new();
        for row in self.uses.rows.iter().filter(|r| r.mode != Mode::Left) {
            // A tangent that the caller gives has the elements, or it is the caller's mistake.
            let of_sweeps = row.base.root.0 as usize >= self.pass.primal;
            if of_sweeps && matches!(self.pass.info(row.base.root).kind, VarKind::Cotangent | VarKind::Param) {
                continue;
            }
            let (range, vars) = self.range(row, len);
            let array = crate::emit::receiver_tokens(&self.pass.f.vars, &row.base);
            tests.push(quote!(#array.get(#range).is_some()));
            all.push(row.base.root);
            all.extend(vars);
        }
        let tests = tests.into_iter().reduce(|a, b| quote!(#a && #b))?;
        Some(plain(syn::Expr::Verbatim(tests), all))
    }

    fn slice_rows(&mut self, len: Var, region: Region) {
        for pair in self.uses.pairs.clone() {
            self.slice_two(pair, len, region);
        }
        for k in 0..self.uses.rows.len() {
            if matches!(self.uses.rows[k].mode, Mode::Left | Mode::Added) || self.uses.rows[k].var.is_some() {
                continue;
            }
            let row = &self.uses.rows[k];
            let (range, vars) = self.range(row, len);
            let written = row.mode == Mode::Own;
            let ty = self.row_ty(row, written);
            let place = row.base.project(Proj::Slice(Box::new(plain(range, vars)), Span::call_site()));
            let v = self.pass.var("row_", ty, VarKind::Value, region);
            self.uses.rows[k].var = Some(v);
            self.before.push(Stmt::LetRow(v, place, written));
        }
    }

    pub(super) fn row_ty(&self, row: &Row, written: bool) -> Ty {
        let elem = crate::analysis::place_ty(self.pass.f, &row.base).element();
        Ty::Ref(Box::new(Ty::Slice(Box::new(elem))), written)
    }

    // ---- the loop ----------------------------------------------------------------------------------------------

    /// One iteration after the other.
    fn in_turn(&mut self, mut body: Block, len: Var) -> Vec<Stmt> {
        let region = body.region;
        let k = self.pass.var("k", Ty::Plain, VarKind::Index, region);
        self.through_rows(&mut body.stmts, k, &HashMap::default());
        let (mut out, mut after) = (Vec::new(), Vec::new());
        for (place, ty) in self.uses.sums.clone().into_iter().filter(|(p, _)| !p.path.is_empty()) {
            // Its array may be borrowed by a row.
            let sum = self.pass.var("sum_", ty.clone(), VarKind::Cotangent, region);
            self.pass.f.vars[sum.0 as usize].mutable = true;
            out.push(Stmt::DeclBar(sum, crate::emit::zero_of(&ty)));
            for s in &mut body.stmts {
                if let Stmt::Accumulate(p, _) = s {
                    if self.pass.same(p, &place) {
                        *p = Place::var(sum);
                    }
                }
            }
            after.push(Stmt::Accumulate(place, Expr::Var(sum)));
        }
        self.count(&mut body, k, None);
        let mut counter = self.counter(number(0), Expr::Var(len), None);
        counter.reversed = self.l.counter.reversed;
        out.push(self.over(k, counter, body));
        out.extend(after);
        out
    }

    pub(super) fn counter(&self, start: Expr, end: Expr, step: Option<Expr>) -> Counter {
        Counter { start, end, inclusive: false, step, reversed: false }
    }

    pub(super) fn over(&self, var: Var, counter: Counter, body: Block) -> Stmt {
        Stmt::For(ForLoop { var, counter, body, exit: None, span: self.l.span })
    }

    /// Elements of rows are reached by the index `k` of the row; where the row has a part in `within`, by the index in that.
    pub(super) fn through_rows(&self, stmts: &mut [Stmt], k: Var, within: &HashMap<(Var, i64), Var>) {
        let name = self.pass.name(k);
        for s in stmts {
            each_place_mut(s, &mut |p, _| {
                let Some((row, shift)) = self.pass.row_of(p, self.l.var, &self.uses) else { return };
                let row = &self.uses.rows[row];
                let Some(var) = row.var else { return };
                // A part for all distances, or for this one.
                let part = |distance: i64| within.get(&(var, distance)).map(|part| (*part, shift - distance));
                let (var, shift) = part(shift).or_else(|| part(0)).unwrap_or((var, shift));
                let shift_literal = Literal::i64_unsuffixed(shift);
                let index: syn::Expr = if shift == 0 { syn::parse_quote!(#name) } else { syn::parse_quote!(#name + #shift_literal) };
                let Proj::Index(_, span) = &p.path[row.at] else { return };
                let mut path = vec![Proj::Index(Box::new(plain(index, vec![k])), *span)];
                path.extend(p.path[row.at + 1..].iter().cloned());
                *p = Place { root: var, path };
            });
        }
    }

    /// Defines the loop's own counter where it is still mentioned.
    pub(super) fn count(&self, body: &mut Block, k: Var, offset: Option<Var>) {
        if !body.stmts.iter().any(|s| s.mentions(self.l.var)) {
            return;
        }
        let mut vars = self.starts();
        vars.push(k);
        vars.extend(offset);
        let (k, lo) = (self.pass.name(k), &self.lo);
        let mut at = quote!(#k);
        if let Some(o) = offset {
            let o = self.pass.name(o);
            // Without elements the counter may be of any type.
            at = if self.uses.rows.is_empty() { quote!(::autodiff_core::rt::offset(#o, #at)) } else { quote!(#o + #at) };
        }
        if !is_zero(lo) {
            at = quote!(#lo + #at);
        }
        body.stmts.insert(0, Stmt::Let(self.l.var, plain(syn::parse_quote!(#at), vars)));
    }

    /// Eight iterations at a time, and the rest.
    fn in_lanes(&mut self, body: &Block, len: Var) -> Vec<Stmt> {
        let region = body.region;
        let whole = self.pass.var("whole_", Ty::Plain, VarKind::Value, region);
        let lanes = Literal::usize_unsuffixed(LANES);
        let name = self.pass.name(len).clone();
        let mut out = vec![Stmt::Let(whole, plain(syn::parse_quote!(#name - #name % #lanes), vec![len]))];
        let mut kept = Vec::new();
        for (place, ty) in self.uses.sums.clone() {
            let (v, decl) = self.lanes_of("lanes_", &ty, region);
            out.push(decl);
            kept.push((place, v));
        }
        let [k, l, tail] = ["k", "l", "k"].map(|stem| self.pass.var(stem, Ty::Plain, VarKind::Index, region));
        let many = self.eight(body, k, l, &kept);
        let counter = self.counter(number(0), Expr::Var(whole), Some(number(LANES)));
        out.push(self.over(k, counter, Block { region, stmts: many }));
        let mut rest = body.clone();
        self.through_rows(&mut rest.stmts, tail, &HashMap::default());
        self.split_sums(&mut rest.stmts, &kept, &number(0));
        self.count(&mut rest, tail, None);
        let counter = self.counter(Expr::Var(whole), Expr::Var(len), None);
        out.push(self.over(tail, counter, rest));
        for (place, v) in kept {
            out.push(Stmt::Accumulate(place, Expr::Runtime("rt::sum_lanes", vec![Expr::Ref(Place::var(v))])));
        }
        out
    }

    /// A number for each lane.
    fn lanes_of(&mut self, stem: &str, ty: &Ty, region: Region) -> (Var, Stmt) {
        self.numbers_of(stem, ty, region, LANES)
    }

    pub(super) fn numbers_of(&mut self, stem: &str, ty: &Ty, region: Region, count: usize) -> (Var, Stmt) {
        let lanes = Literal::usize_unsuffixed(count);
        let array = Ty::Array(Box::new(ty.clone()), quote!(#lanes));
        let v = self.pass.var(stem, array.clone(), VarKind::Cotangent, region);
        self.pass.f.vars[v.0 as usize].mutable = true;
        (v, Stmt::DeclBar(v, crate::emit::zero_of(&array)))
    }

    fn eight(&mut self, body: &Block, k: Var, l: Var, kept: &[(Place, Var)]) -> Vec<Stmt> {
        let region = body.region;
        let mut within = HashMap::default();
        let mut stmts = Vec::new();
        for row in 0..self.uses.rows.len() {
            let row = &self.uses.rows[row];
            let Some(v) = row.var else { continue };
            let (range, written) = (self.part_of(k, row.width()), row.mode == Mode::Own);
            let ty = self.pass.info(v).ty.clone();
            let part = self.pass.var("part_", ty, VarKind::Value, region);
            stmts.push(Stmt::LetRow(part, Place::var(v).project(Proj::Slice(Box::new(range), Span::call_site())), written));
            within.insert((v, 0), part);
        }
        let mut inner = body.clone();
        // Totals are added up in the order of the iterations, and elements that other lanes may have, too, one lane after the other.
        let mut after = Vec::new();
        let mut late = Vec::new();
        for s in &mut inner.stmts {
            match s {
                Stmt::Update(p, op, e, span) if self.uses.totals.contains(&p.root) => {
                    let ty = self.pass.info(p.root).ty.clone();
                    let (term, decl) = self.lanes_of("terms_", &ty, region);
                    stmts.push(decl);
                    let lane = Place::var(term).project(Proj::Index(Box::new(Expr::Var(l)), Span::call_site()));
                    after.push(Stmt::Update(p.clone(), *op, Expr::Read(lane.clone()), *span));
                    *s = Stmt::Assign(lane, e.clone());
                }
                Stmt::Accumulate(p, e) => {
                    let Some((row, shift)) = self.pass.row_of(p, self.l.var, &self.uses) else { continue };
                    if self.uses.rows[row].mode != Mode::Added {
                        continue;
                    }
                    let ty = crate::analysis::place_ty(self.pass.f, p);
                    let (term, decl) = self.lanes_of("terms_", &ty, region);
                    stmts.push(decl);
                    let lane = Place::var(term).project(Proj::Index(Box::new(Expr::Var(l)), Span::call_site()));
                    late.push((row, shift, p.clone(), lane.clone()));
                    *s = Stmt::Assign(lane, e.clone());
                }
                _ => {}
            }
        }
        self.through_rows(&mut inner.stmts, l, &within);
        self.split_sums(&mut inner.stmts, kept, &Expr::Var(l));
        self.count(&mut inner, l, Some(k));
        let each = |this: &Self, stmts: Vec<Stmt>| {
            let counter = this.counter(number(0), number(LANES), None);
            this.over(l, counter, Block { region, stmts })
        };
        stmts.push(each(self, inner.stmts));
        if !after.is_empty() {
            stmts.push(each(self, after));
        }
        for (row, shift, p, lane) in late {
            let row = &self.uses.rows[row];
            let (first, mut vars) = self.first_of(row, shift, k);
            vars.push(k);
            let lanes = Literal::usize_unsuffixed(LANES);
            let range: syn::Expr = syn::parse_quote!(#first..#first + #lanes);
            let ty = self.row_ty(row, true);
            let place = row.base.project(Proj::Slice(Box::new(plain(range, vars)), Span::call_site()));
            let at = row.at;
            let part = self.pass.var("part_", ty, VarKind::Value, region);
            stmts.push(Stmt::LetRow(part, place, true));
            let mut path = vec![Proj::Index(Box::new(Expr::Var(l)), Span::call_site())];
            path.extend(p.path[at + 1..].iter().cloned());
            let mut add = Block { region, stmts: vec![Stmt::Accumulate(Place { root: part, path }, Expr::Read(lane))] };
            self.count(&mut add, l, Some(k));
            stmts.push(each(self, add.stmts));
        }
        stmts
    }

    /// `k..k + 8`, and a few more.
    fn part_of(&self, k: Var, more: i64) -> Expr {
        let count = Literal::i64_unsuffixed(i64::try_from(LANES).unwrap_or(0) + more);
        let name = self.pass.name(k);
        plain(syn::parse_quote!(#name..#name + #count), vec![k])
    }

    /// The index of the element `shift` behind the row's `k`-th.
    pub(super) fn first_of(&self, row: &Row, shift: i64, k: Var) -> (syn::Expr, Vec<Var>) {
        let mut first = with_counter(&row.first, self.pass.name(self.l.var), &self.lo);
        let mut vars: Vec<Var> = row.first_vars.iter().copied().filter(|v| *v != self.l.var).collect();
        vars.extend(self.starts());
        let name = self.pass.name(k);
        first = if is_zero(&first) { syn::parse_quote!(#name) } else { syn::parse_quote!(#first + #name) };
        if shift > 0 {
            let shift = Literal::i64_unsuffixed(shift);
            first = syn::parse_quote!(#first + #shift);
        }
        (first, vars)
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

fn replace_reads(s: &mut Stmt, f: &mut dyn FnMut(&mut Expr)) {
    fn expr(e: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
        match e {
            Expr::Neg(x) | Expr::Cast(x, _) => expr(x, f),
            Expr::Bin(_, l, r, _) => {
                expr(l, f);
                expr(r, f);
            }
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Runtime("rt::unless_zero", args) => {
                args.iter_mut().for_each(|a| expr(a, f));
            }
            Expr::Read(_) => f(e),
            _ => {}
        }
    }
    match s {
        Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::DeclBar(_, e) | Stmt::Accumulate(_, e) => expr(e, f),
        _ => {}
    }
}
