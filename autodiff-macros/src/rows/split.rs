//! Two rows of one array, of which at least one is written: `lu[i][j] -= factor * lu[k][j]`, or the same in one list, `lu[i * n + j]`.
//!
//! What enters: an innermost loop that does nothing else with the array. What leaves: what tells whether the rows are apart, and the two
//! slices for where they are; where they are not, the loop stays as it was. Guarantees: the same reads and writes in the same order.
//!
//! ```text
//! for j in lo..hi { lu[i][j] -= factor * lu[k][j]; }
//! // becomes
//! if i != k {
//!     let pair_0 = two(&mut lu[..], i, k); let row_0 = &mut pair_0.0[lo..]..; let row_1 = &pair_0.1[lo..]..;
//!     for j in 0..len { row_0[j] -= factor * row_1[j]; }
//! } else { /* as it was */ }
//! ```

use proc_macro2::Span;
use quote::{quote, ToTokens};

use super::rewrite::{plain, Rewrite};
use super::uses::{Mode, Row};
use super::Pass;
use crate::ir::{Expr, ForLoop, Place, Proj, Region, Stmt, Var, VarKind};
use crate::types::Ty;

/// What rows of one array differ in.
enum Differ {
    /// Their elements in one list.
    Ranges,
    /// One index of their bases, after so many steps.
    Index(usize),
}

impl Pass<'_> {
    /// Whether two rows of an array can be told apart, and borrowed at once.
    pub(super) fn can_be_split(&self, root: Var, l: &ForLoop, rows: [&Row; 2]) -> bool {
        // What the slices begin and end with is evaluated while the array is borrowed.
        let mut bounds = Vec::new();
        l.counter.start.each_operand(&mut |v| bounds.push(v));
        l.counter.end.each_operand(&mut |v| bounds.push(v));
        self.split && !self.of_params.contains(&root) && !bounds.contains(&root) && self.differ(rows).is_some()
    }

    fn differ(&self, [a, b]: [&Row; 2]) -> Option<Differ> {
        if a.at != b.at {
            return None;
        }
        if self.same(&a.base, &b.base) {
            return Some(Differ::Ranges);
        }
        let step = |row: &Row, k: usize| self.text(&Place { root: row.base.root, path: vec![row.base.path[k].clone()] });
        let mut differ = (0..a.at).filter(|k| step(a, *k) != step(b, *k));
        let (at, None) = (differ.next()?, differ.next()) else { return None };
        let lists = crate::analysis::place_ty(self.f, &before(&a.base, at));
        let indices = matches!((&a.base.path[at], &b.base.path[at]), (Proj::Index(..), Proj::Index(..)));
        (indices && matches!(lists.peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_))).then_some(Differ::Index(at))
    }
}

impl Rewrite<'_, '_> {
    /// Whether all rows of one array are apart; nothing if there are none.
    pub(super) fn apart(&self, len: Var) -> Option<Expr> {
        let mut tests: Vec<proc_macro2::TokenStream> = Vec::new();
        let mut all = Vec::new();
        for pair in &self.uses.pairs {
            let rows = pair.map(|k| &self.uses.rows[k]);
            tests.push(match self.pass.differ(rows)? {
                Differ::Ranges => {
                    let [(a, count_a, vars_a), (b, count_b, vars_b)] = rows.map(|r| self.extent(r, len));
                    all.extend(vars_a.into_iter().chain(vars_b));
                    quote!((#a + #count_a <= #b || #b + #count_b <= #a))
                }
                Differ::Index(at) => {
                    let [a, b] = rows.map(|r| self.index(r, at, &mut all));
                    quote!(#a != #b)
                }
            });
        }
        let tests = tests.into_iter().reduce(|a, b| quote!(#a && #b))?;
        Some(plain(syn::Expr::Verbatim(tests), all))
    }

    /// The code of an index of a row's base.
    fn index(&self, row: &Row, at: usize, vars: &mut Vec<Var>) -> proc_macro2::TokenStream {
        let Proj::Index(e, _) = &row.base.path[at] else { return proc_macro2::TokenStream::new() };
        e.each_operand(&mut |v| vars.push(v));
        self.pass.code(e).map(super::affine::closed).to_token_stream()
    }

    pub(super) fn slice_two(&mut self, pair: [usize; 2], len: Var, region: Region) {
        let rows = pair.map(|k| &self.uses.rows[k]);
        let Some(differ) = self.pass.differ(rows) else { return };
        let all: Proj = Proj::Slice(Box::new(plain(syn::parse_quote!(..), Vec::new())), Span::call_site());
        let extents = rows.map(|r| self.extent(r, len));
        let base = &rows[0].base;
        let mut vars = vec![base.root];
        let (code, parts) = match differ {
            Differ::Ranges => {
                let list = crate::emit::place_tokens(&self.pass.f.vars, &base.project(all.clone()));
                let [(a, count_a, vars_a), (b, count_b, vars_b)] = extents;
                vars.extend(vars_a.into_iter().chain(vars_b));
                (quote!(::autodiff_core::rt::two_parts(&mut #list, #a..#a + #count_a, #b..#b + #count_b)), [vec![all.clone()], vec![all]])
            }
            Differ::Index(at) => {
                let list = crate::emit::place_tokens(&self.pass.f.vars, &before(base, at).project(all));
                let [a, b] = rows.map(|r| self.index(r, at, &mut vars));
                let mut extents = extents.into_iter();
                let parts = rows.map(|r| {
                    let mut path = r.base.path[at + 1..].to_vec();
                    if let Some((first, count, vars)) = extents.next() {
                        let range = plain(syn::parse_quote!(#first..#first + #count), vars);
                        path.push(Proj::Slice(Box::new(range), Span::call_site()));
                    }
                    path
                });
                (quote!(::autodiff_core::rt::two(&mut #list, #a, #b)), parts)
            }
        };
        let both = self.pass.var("pair_", Ty::Unknown, VarKind::Value, region);
        self.before.push(Stmt::Let(both, plain(syn::Expr::Verbatim(code), vars)));
        for ((k, part), n) in pair.into_iter().zip(parts).zip(0..) {
            let written = self.uses.rows[k].mode == Mode::Own;
            let ty = self.row_ty(&self.uses.rows[k], written);
            let mut path = vec![Proj::Field(syn::Member::Unnamed(n.into()))];
            path.extend(part);
            let v = self.pass.var("row_", ty, VarKind::Value, region);
            self.uses.rows[k].var = Some(v);
            self.before.push(Stmt::LetRow(v, Place { root: both, path }, written));
        }
    }
}

/// A place up to one of its steps.
fn before(p: &Place, at: usize) -> Place {
    Place { root: p.root, path: p.path[..at].to_vec() }
}
