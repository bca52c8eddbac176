//! Loops that look for the greatest or the least of elements as they are, with `max` or `min`.
//!
//! What enters: `for i in a..b { best = best.max(x[i]); }`, whose body does nothing else. What leaves: the same in the forward sweep, and behind it which
//! elements equal what was reached; in the reverse sweep one call instead of a loop:
//!
//! ```text
//! let begun_0 = best;
//! for i in a..b { best = best.max(x[i]); }
//! let best_0 = best_of(&x[..], a, b, begun_0, best);
//! // and
//! let best_bar_1 = best_bar;
//! best_bar = 0.0;
//! share_of_best(&best_0, best_bar_1, &mut best_bar, &mut x_bar[..]);
//! ```
//!
//! Guarantees: the contributions are those of the loop, ties and NaN included. The reverse sweep needs nothing of the list.

use proc_macro2::Span;
use quote::quote;
use rustc_hash::FxHashMap as HashMap;

use super::{Expr, ForLoop, Place, Proj, Reverse, Stmt, Ty, Var, VarKind};
use crate::types::Float;

const KEEPS: &str = "keeps which elements are the number that it ends with";

/// The number that such a loop carries along, and the list.
struct Search {
    best: Var,
    list: Place,
}

impl Reverse<'_> {
    /// The forward sweep of such a loop, whose reverse is written.
    pub(super) fn greatest(&mut self, l: &ForLoop) -> Option<Vec<Stmt>> {
        let Search { best, list } = self.search(l)?;
        let list = list.project(Proj::Slice(Box::new(Expr::Const(quote!(..))), Span::call_site()));
        let list_bar = self.bar_place(&list)?;
        let best_bar = self.bar_place(&Place::var(best))?;
        let ty = self.info(best).ty.clone();
        let [begun, found] = [("begun_", ty.clone()), ("best_", Ty::Unknown)].map(|(stem, ty)| {
            let name = self.names.numbered(stem);
            self.new_var(name, ty, VarKind::Value, self.region)
        });
        self.need(found);
        let taken = self.snapshot(best_bar.clone(), best, ty.clone());
        self.out.push(Stmt::Assign(best_bar.clone(), crate::emit::zero_of(&ty)));
        let args = vec![Expr::Ref(Place::var(found)), Expr::Var(taken), Expr::RefMut(best_bar), Expr::RefMut(list_bar)];
        self.out.push(Stmt::Runtime("rt::share_of_best", args));
        self.report_instead(l.body.region, KEEPS);
        let (start, end) = (l.counter.start.clone(), l.counter.end.clone());
        let looked = Expr::Runtime("rt::best_of", vec![Expr::Ref(list), start, end, Expr::Var(begun), Expr::Var(best)]);
        Some(vec![Stmt::Let(begun, Expr::Var(best)), Stmt::For(l.clone()), Stmt::Let(found, looked)])
    }

    fn search(&self, l: &ForLoop) -> Option<Search> {
        let c = &l.counter;
        if !self.searching || l.exit.is_some() || c.inclusive || c.reversed || c.step.is_some() || self.count_of(l).is_none() {
            return None;
        }
        let (best, list, element) = searched(l)?;
        let info = self.info(best);
        let number = |ty: &Ty| matches!(ty, Ty::Float(Float::F64 | Float::F32 | Float::Inferred));
        let inside = |v: Var| crate::analysis::inside(&self.f, self.info(v).region, l.body.region);
        let variable = number(&info.ty) && info.kind == VarKind::Memory && info.origin.is_none() && !info.optional && !inside(best);
        let known = matches!(self.place_ty(&list).peel(), Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) && number(&self.place_ty(&element));
        let mut steady = true;
        list.each_var(&mut |v| steady &= v != l.var && v != best && !inside(v));
        let asked = self.active(best) && self.bars.contains_key(&best) && self.active(list.root);
        (variable && known && steady && self.is_plain_list(&list) && asked).then_some(Search { best, list })
    }

    /// A list that is no field, at indices which are numbers that never change.
    fn is_plain_list(&self, list: &Place) -> bool {
        let info = self.info(list.root);
        let once = |v: &Var| {
            let info = self.info(*v);
            let fixed = matches!(info.kind, VarKind::Value | VarKind::Index | VarKind::Param) && !info.mutable && info.origin.is_none();
            fixed && info.owned && !info.lent
        };
        let steps = list.path.iter().all(|step| match step {
            Proj::Index(i, _) | Proj::Slice(i, _) => match &**i {
                Expr::Const(_) => true,
                Expr::Var(v) => once(v),
                Expr::Verbatim(code, vars) => crate::lower::is_simple(code) && vars.iter().all(once),
                _ => false,
            },
            Proj::Deref => true,
            _ => false,
        });
        steps && info.origin.is_none() && !info.optional && matches!(info.kind, VarKind::Param | VarKind::Value | VarKind::Memory)
    }
}

/// The number, the list and its element, if the body of a loop is `best = best.max(list[i]);`, in whatever steps.
fn searched(l: &ForLoop) -> Option<(Var, Place, Place)> {
    let mut lets: HashMap<Var, &Expr> = HashMap::default();
    let mut assigned = None;
    for s in &l.body.stmts {
        match s {
            Stmt::Check(..) => {}
            Stmt::Let(v, e) if assigned.is_none() => drop(lets.insert(*v, e)),
            Stmt::Assign(p, e) if assigned.is_none() && p.path.is_empty() => assigned = Some((p.root, e)),
            _ => return None,
        }
    }
    let (best, e) = assigned?;
    // What a name in the body stands for; every name has to stand for something here.
    let mut used = 0;
    let mut told = |e: &Expr| {
        let mut e = e.clone();
        while let Some(definition) = if let Expr::Var(v) = &e { lets.get(v) } else { None } {
            used += 1;
            e = (*definition).clone();
        }
        e
    };
    let Expr::Rule(rule, args) = told(e) else { return None };
    let [a, b] = &args[..] else { return None };
    let operands = [told(a), told(b)];
    let is_best = |e: &Expr| match e {
        Expr::Var(v) => *v == best,
        Expr::Read(p) => p.root == best && p.path.is_empty(),
        _ => false,
    };
    let element = match operands {
        [old, Expr::Read(p)] | [Expr::Read(p), old] if is_best(&old) && p.root != best => p,
        _ => return None,
    };
    let by_counter = matches!(element.path.last(), Some(Proj::Index(i, _)) if matches!(&**i, Expr::Var(v) if *v == l.var));
    let list = Place { root: element.root, path: element.path[..element.path.len().checked_sub(1)?].to_vec() };
    ((rule == "max" || rule == "min") && used == lets.len() && by_counter).then_some((best, list, element))
}
