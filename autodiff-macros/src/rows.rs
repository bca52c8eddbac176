//! Rows and lanes: what innermost loops of the reverse sweep read and add to, one element after the other.
//!
//! What enters: an adjoint. What leaves: the same with `x[i * n + j]`, for `j in lo..hi`, read from a slice of `hi - lo` elements, so that
//! no bounds are tested inside the loop; and, with `lanes`, eight iterations at a time where they are plain arithmetic, so that
//! LLVM makes vectors of them: sums that the loop adds to one place are kept in eight parts. Guarantees: the values of the primal, and
//! the same contributions in another order of summation. Panics are those of the primal: in a loop of the reverse sweep alone the forward
//! sweep had the same elements; any other loop is left as the primal has it if its elements do not exist.
//!
//! ```text
//! for j in lo..hi { a_bar[i] += c_bar[i * n + j] * b[j]; b_bar[j] += c_bar[i * n + j] * a[i]; }
//! // becomes
//! if lo < hi {
//!     let fixed_0 = a[i]; let row_0 = &c_bar[i * n + lo..][..hi - lo]; let row_1 = &b[lo..][..hi - lo]; let row_2 = &mut b_bar[..]..;
//!     let mut lanes_0 = [0.0; 8];
//!     for k in (0..whole).step_by(8) {
//!         let part_0 = &row_0[k..k + 8]; ..
//!         for l in 0..8 { lanes_0[l] += part_0[l] * part_1[l]; part_2[l] += part_0[l] * fixed_0; }
//!     }
//!     for k in whole..len { .. }
//!     a_bar[i] += sum(lanes_0);
//! }
//! ```

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use proc_macro2::Ident;

use crate::ir::{Block, Expr, ForLoop, Function, Place, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::passes::Passes;
use crate::reverse::Adjoint;
use crate::types::Ty;

pub(crate) mod affine;
mod expose;
mod gather;
pub(crate) mod places;
mod rewrite;
mod split;
mod strips;
mod uses;

/// Slices rows in the reverse sweep, also where it is part of loops that run both ways.
pub(crate) fn rows(adjoint: &mut Adjoint, names: &mut Namer, passes: Passes) {
    if !passes.rows {
        return;
    }
    let Adjoint { function: f, reverse, together, primal, bars, .. } = adjoint;
    let of_params = bars.values().copied().collect();
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    let mut pass = Pass {
        f,
        names,
        together,
        of_params,
        primal: *primal,
        lanes: passes.lanes,
        strips: passes.strips,
        gather: passes.gather,
        split: passes.split,
    };
    pass.stmts(&mut body.stmts, false);
    pass.stmts(reverse, true);
    pass.f.body = body;
}

/// What a loop belongs to.
#[derive(Clone, Copy)]
enum Sweep<'b> {
    Reverse,
    /// Both at once, with the body that the primal has.
    Both(&'b Block),
    Forward,
}

struct Pass<'p> {
    f: &'p mut Function,
    names: &'p mut Namer,
    together: &'p HashMap<Var, Block>,
    /// The cotangents of parameters, which callers may not have.
    of_params: HashSet<Var>,
    /// Variables from this one on belong to the sweeps.
    primal: usize,
    lanes: bool,
    strips: bool,
    gather: bool,
    split: bool,
}

impl Pass<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>, in_reverse: bool) {
        let mut out = Vec::with_capacity(stmts.len());
        for mut s in std::mem::take(stmts) {
            if let Stmt::For(l) = &mut s {
                let both = self.together.get(&l.var);
                let ours = in_reverse || both.is_none() && l.body.stmts.iter().any(|s| has_cotangents(self.f, s));
                let sweep = match both {
                    _ if ours => Sweep::Reverse,
                    Some(primal) => Sweep::Both(primal),
                    None => Sweep::Forward,
                };
                if !l.body.has_loop() {
                    if let Some(new) = self.for_loop(l, sweep) {
                        out.extend(new);
                        continue;
                    }
                }
                self.stmts(&mut l.body.stmts, ours);
            } else {
                // What runs again belongs to the forward sweep: its values must be the same.
                let in_reverse = in_reverse && !matches!(s, Stmt::Resume(..));
                s.each_block_mut(&mut |b| self.stmts(&mut b.stmts, in_reverse));
            }
            out.push(s);
        }
        *stmts = out;
    }

    fn for_loop(&mut self, l: &ForLoop, sweep: Sweep) -> Option<Vec<Stmt>> {
        let c = &l.counter;
        let literal = |e: &syn::Expr| matches!(e, syn::Expr::Lit(_));
        let (lo, hi) = (affine::closed(self.code(&c.start)?), affine::closed(self.code(&c.end)?));
        if l.exit.is_some() || c.step.is_some() {
            return None;
        }
        // LLVM unrolls it, and knows of arrays by itself which elements they have.
        let short = literal(&lo) && literal(&hi);
        if short && !matches!(sweep, Sweep::Reverse) {
            return None;
        }
        let mut l = l.clone();
        self.expose(&mut l.body.stmts);
        let l = &l;
        let uses = self.uses(l, short);
        rewrite::Rewrite { pass: self, l, lo, hi, short, uses, before: Vec::new() }.rewritten(sweep)
    }

    fn code(&self, e: &Expr) -> Option<syn::Expr> {
        syn::parse2(crate::emit::expr_tokens(&self.f.vars, e)).ok()
    }

    fn info(&self, v: Var) -> &VarInfo {
        &self.f.vars[v.0 as usize]
    }

    fn name(&self, v: Var) -> &Ident {
        &self.info(v).name
    }

    fn same(&self, a: &Place, b: &Place) -> bool {
        a.root == b.root && self.text(a) == self.text(b)
    }

    fn text(&self, p: &Place) -> String {
        crate::emit::place_tokens(&self.f.vars, p).to_string()
    }

    fn var(&mut self, stem: &str, ty: Ty, kind: VarKind, region: Region) -> Var {
        let name = self.names.numbered(stem);
        self.f.add(VarInfo::owned(name, ty, kind, region))
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
