//! What an innermost loop does with arrays and sums.
//!
//! What enters: the loop. What leaves: [`Uses`]: the rows that its counter walks through, the places that every iteration adds to, the
//! totals of the primal. Guarantees: every iteration has its element of every row; what is written to is reached in one way only, or is
//! nothing but added to.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::affine::{affine, Affine};
use super::places::{each_place, Access};
use super::Pass;
use crate::ir::{BinOp, ForLoop, Place, Proj, Stmt, Var, VarKind};
use crate::types::Ty;

/// How a row is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Only read.
    Shared,
    /// Read and written, and the only way to its array.
    Own,
    /// Only added to; other rows of the array may have the same elements.
    Added,
    /// Left as it is.
    Left,
}

/// A row: elements of an array that the counter walks through.
pub(super) struct Row {
    /// The array.
    pub base: Place,
    /// Which part of the place is the index that advances.
    pub at: usize,
    pub rest: Vec<String>,
    /// The literals of the first and the last index of the same form.
    pub span: (i64, i64),
    /// The index with the first of them.
    pub first: syn::Expr,
    pub first_vars: Vec<Var>,
    pub mode: Mode,
    /// The slice.
    pub var: Option<Var>,
}

impl Row {
    pub fn width(&self) -> i64 {
        self.span.1 - self.span.0
    }
}

/// What the body does.
pub(super) struct Uses {
    pub rows: Vec<Row>,
    /// Rows of one array, of which at least one is written: they have to be apart.
    pub pairs: Vec<[usize; 2]>,
    /// Places that every iteration adds to and none reads.
    pub sums: Vec<(Place, Ty)>,
    /// Places that are the only ones of their array in the loop.
    pub held: Vec<(Place, Ty)>,
    /// Numbers of the primal that iterations add to and none reads.
    pub totals: HashSet<Var>,
    /// Variables that the body defines.
    pub own: HashSet<Var>,
    /// Variables that the body defines or writes to.
    pub changed: HashSet<Var>,
    /// Arrays for which none of this holds.
    pub other: HashSet<Var>,
}

/// A mention of a place.
struct Mention {
    place: Place,
    access: Access,
    /// In every iteration.
    always: bool,
    /// `total += e`
    total: bool,
}

impl Pass<'_> {
    /// With `lists_only`, rows of arrays of known length do not count.
    pub(super) fn uses(&self, l: &ForLoop, lists_only: bool) -> Uses {
        let mut own = HashSet::from_iter([l.var]);
        l.body.stmts.iter().for_each(|s| defined(s, &mut own));
        let mut changed = own.clone();
        let mut mentions: Vec<Mention> = Vec::new();
        for s in &l.body.stmts {
            let total = matches!(s, Stmt::Update(p, BinOp::Add | BinOp::Sub, ..) if p.path.is_empty());
            let mut note = |p: &Place, access: Access, always: bool| {
                mentions.push(Mention { place: p.clone(), access, always, total: total && access == Access::Write });
            };
            each_place(s, false, &mut |p, access| note(p, access, true));
            s.each_block(&mut |b| b.stmts.iter().for_each(|s| each_place(s, true, &mut |p, access| note(p, access, false))));
            // Plain code may write to its variables.
            plain_vars(s, &mut changed);
        }
        changed.extend(mentions.iter().filter(|m| m.access != Access::Read).map(|m| m.place.root));
        let mut uses = Uses {
            rows: Vec::new(),
            pairs: Vec::new(),
            sums: Vec::new(),
            held: Vec::new(),
            totals: HashSet::default(),
            own,
            changed,
            other: HashSet::default(),
        };
        for m in mentions.iter().filter(|m| m.always && m.access != Access::Borrow) {
            self.note(&m.place, l.var, &mut uses);
        }
        if lists_only {
            uses.rows.retain(|r| !matches!(crate::analysis::place_ty(self.f, &r.base).peel(), Ty::Array(..)));
        }
        let mut by_root: HashMap<Var, Vec<&Mention>> = HashMap::default();
        let mut roots = Vec::new();
        for m in &mentions {
            let list = by_root.entry(m.place.root).or_default();
            if list.is_empty() {
                roots.push(m.place.root);
            }
            list.push(m);
        }
        for root in roots {
            let mentions = &by_root[&root];
            if !uses.own.contains(&root) && mentions.iter().any(|m| m.access != Access::Read) {
                self.classify(root, mentions, l, &mut uses);
            }
        }
        uses
    }

    /// An array or number that is written to.
    fn classify(&self, root: Var, mentions: &[&Mention], l: &ForLoop, uses: &mut Uses) {
        let (info, counter) = (self.info(root), l.var);
        if info.kind == VarKind::Memory && info.ty.is_float() && mentions.iter().all(|m| m.total) {
            uses.totals.insert(root);
            return;
        }
        let row = |m: &Mention| self.row_of(&m.place, counter, uses).map(|(row, _)| row);
        let fixed = |m: &Mention| {
            let mut vars = Vec::new();
            m.place.each_var(&mut |v| vars.push(v));
            vars.iter().skip(1).all(|v| !uses.changed.contains(v)) && crate::analysis::place_ty(self.f, &m.place).is_float()
        };
        // What is added to a row may be added after the iteration, where the body's variables are gone.
        let lasts = |m: &Mention| {
            let mut own = 0;
            m.place.each_var(&mut |v| own += usize::from(v != counter && uses.own.contains(&v)));
            own == 0
        };
        if mentions.iter().all(|m| m.access == Access::Add && m.always && (row(m).is_some() && lasts(m) || fixed(m))) {
            let mut sums = Vec::new();
            for m in mentions.iter().filter(|m| row(m).is_none()) {
                if !sums.iter().any(|(q, _)| self.same(q, &m.place)) {
                    sums.push((m.place.clone(), crate::analysis::place_ty(self.f, &m.place)));
                }
            }
            uses.sums.extend(sums);
            uses.rows.iter_mut().filter(|r| r.base.root == root).for_each(|r| r.mode = Mode::Added);
            return;
        }
        let first = row(mentions[0]);
        let alone = first.is_some() && mentions.iter().all(|m| m.access != Access::Borrow && row(m) == first);
        for r in uses.rows.iter_mut().filter(|r| r.base.root == root) {
            r.mode = if alone { Mode::Own } else { Mode::Left };
        }
        let pair = if alone { None } else { self.two_rows(root, mentions, l, uses) };
        if let Some((pair, written)) = pair {
            for (k, written) in pair.into_iter().zip(written) {
                uses.rows[k].mode = if written { Mode::Own } else { Mode::Shared };
            }
            uses.pairs.push(pair);
            return;
        }
        if !alone {
            let place = &mentions[0].place;
            let one =
                !place.path.is_empty() && mentions.iter().all(|m| m.access != Access::Borrow && m.always && self.same(&m.place, place));
            if one && fixed(mentions[0]) {
                uses.held.push((place.clone(), crate::analysis::place_ty(self.f, place)));
            }
            uses.other.insert(root);
        }
    }

    /// The two rows that are all that the loop does with an array, and which of them it writes to.
    fn two_rows(&self, root: Var, mentions: &[&Mention], l: &ForLoop, uses: &Uses) -> Option<([usize; 2], [bool; 2])> {
        let mut found: Vec<(usize, bool)> = Vec::new();
        for m in mentions {
            let (row, _) = self.row_of(&m.place, l.var, uses).filter(|_| m.always && m.access != Access::Borrow)?;
            let written = m.access != Access::Read;
            match found.iter_mut().find(|(k, _)| *k == row) {
                Some((_, known)) => *known |= written,
                None => found.push((row, written)),
            }
        }
        let [(a, a_written), (b, b_written)] = found[..] else { return None };
        self.can_be_split(root, l, [&uses.rows[a], &uses.rows[b]]).then_some(([a, b], [a_written, b_written]))
    }

    /// The part of a place that advances with the counter, and how.
    fn form(&self, p: &Place, counter: Var, uses: &Uses) -> Option<(usize, Affine, syn::Expr, Vec<Var>)> {
        if uses.own.contains(&p.root) {
            return None;
        }
        for (at, step) in p.path.iter().enumerate() {
            match step {
                Proj::Index(e, _) => {
                    let mut vars = Vec::new();
                    e.each_operand(&mut |v| vars.push(v));
                    if !vars.iter().any(|v| uses.changed.contains(v)) {
                        continue;
                    }
                    if vars.iter().any(|v| *v != counter && uses.changed.contains(v)) {
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
                Proj::Slice(e, _) => {
                    let mut steady = true;
                    e.each_operand(&mut |v| steady &= !uses.changed.contains(&v));
                    if !steady {
                        return None;
                    }
                }
                Proj::Field(_) | Proj::Deref => {}
                Proj::Payload(..) | Proj::PayloadRef(..) => return None,
            }
        }
        None
    }

    fn note(&self, p: &Place, counter: Var, uses: &mut Uses) {
        let Some((at, form, code, vars)) = self.form(p, counter, uses) else { return };
        let base = Place { root: p.root, path: p.path[..at].to_vec() };
        if let Some(row) = uses.rows.iter_mut().find(|r| r.at == at && r.rest == form.rest && self.same(&r.base, &base)) {
            if form.offset < row.span.0 {
                (row.span.0, row.first, row.first_vars) = (form.offset, code, vars);
            }
            row.span.1 = row.span.1.max(form.offset);
            return;
        }
        let span = (form.offset, form.offset);
        let row = Row { base, at, rest: form.rest, span, first: code, first_vars: vars, mode: Mode::Shared, var: None };
        uses.rows.push(row);
    }

    /// The row that a place is an element of, and how far behind the row's first index.
    pub(super) fn row_of(&self, p: &Place, counter: Var, uses: &Uses) -> Option<(usize, i64)> {
        let (at, form, ..) = self.form(p, counter, uses)?;
        let base = Place { root: p.root, path: p.path[..at].to_vec() };
        let row = uses.rows.iter().position(|r| r.at == at && r.rest == form.rest && self.same(&r.base, &base))?;
        let span = uses.rows[row].span;
        // An element in a branch may lie outside what every iteration has.
        (span.0..=span.1).contains(&form.offset).then_some((row, form.offset - span.0))
    }
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
        Stmt::LetPush(c) => into.extend(c.defines()),
        Stmt::LetPushPull(c, pull) => into.extend(c.defines().chain([*pull])),
        Stmt::For(l) | Stmt::Resume(l, ..) => {
            into.insert(l.var);
        }
        Stmt::Segments(s) => into.extend([s.first, s.count]),
        Stmt::ForEach(l) => {
            into.insert(l.var);
        }
        Stmt::Match(_, arms) => into.extend(arms.iter().flat_map(|a| &a.bound)),
        Stmt::If(..)
        | Stmt::While(_)
        | Stmt::Assign(..)
        | Stmt::Update(..)
        | Stmt::Scatter(..)
        | Stmt::Container(..)
        | Stmt::Do(_)
        | Stmt::Verbatim(..)
        | Stmt::Check(..)
        | Stmt::TapePush(..)
        | Stmt::Checkpoint(..)
        | Stmt::Recall(..)
        | Stmt::Save(..)
        | Stmt::Restore(..)
        | Stmt::CallPull(_)
        | Stmt::CallPushPull(_)
        | Stmt::Lifted(_)
        | Stmt::Accumulate(..)
        | Stmt::Runtime(..) => {}
    }
    s.each_block(&mut |b| b.stmts.iter().for_each(|s| defined(s, into)));
}

/// Variables in plain code that is a statement of its own.
fn plain_vars(s: &Stmt, into: &mut HashSet<Var>) {
    if let Stmt::Verbatim(_, vars) = s {
        into.extend(vars);
    }
    s.each_block(&mut |b| b.stmts.iter().for_each(|s| plain_vars(s, into)));
}
