//! Loops in lanes whose tangents come from a few numbers: where all of these are zero, they run as in the primal.
//!
//! What enters: a loop of the function. What leaves: the numbers' tangents, to be looked at in front of it. Guarantees: what is left out would
//! have added zeros. Columns of a Jacobian are such: most of what moves does not move along most of them. Where a partial is infinite,
//! it would have added `0 * inf`; a lane that is zero stays zero.
//!
//! ```text
//! for v in 0..n { skin[v] += t[3] * base[v]; skin_dot[v] += t_dot[3] * base[v]; }
//! // becomes
//! if still(&t_dot) { for v in 0..n { skin[v] += t[3] * base[v]; } } else { /* as it was */ }
//! ```

use rustc_hash::FxHashSet as HashSet;

use super::{BinOp, Block, Expr, Forward, Place, Proj, Stmt, Ty, Var, VarKind, Width};
use crate::analysis::owner;
use crate::ir::ForLoop;

/// What a loop does, as far as it matters here.
struct Loop {
    /// Variables that it defines.
    inside: HashSet<Var>,
    /// The words of statements that are left as they are, which may bind plain values.
    words: HashSet<String>,
    /// Tangents that come from outside.
    given: Vec<Given>,
}

/// Tangents to be looked at: all at a place, or one element of a list, which may not be there.
struct Given {
    dot: Place,
    element: Option<Expr>,
}

impl Forward<'_> {
    /// The loop with tangents, and in front of it a test whether it needs them; none inside of it.
    pub(super) fn loop_in_lanes(&mut self, l: &ForLoop) -> Option<super::Pushed<()>> {
        if self.width == Width::One || !self.still {
            return None;
        }
        let given = self.given_to(l)?;
        let (region, primal) = (l.body.region, Stmt::For(l.clone()));
        self.still = false;
        let outer = std::mem::take(&mut self.out);
        let done = self.stmt(Stmt::For(l.clone()));
        let pushed = std::mem::replace(&mut self.out, outer);
        self.still = true;
        let mut tests = Vec::new();
        for Given { dot, element } in given {
            let test = self.temp("still_", Ty::Plain);
            let dot = Expr::Ref(dot);
            let look = match element {
                Some(index) => Expr::Runtime("rt::lanes::still_at", vec![dot, index]),
                None => Expr::Runtime("rt::lanes::still", vec![dot]),
            };
            self.out.push(Stmt::Let(test, look));
            tests.push(test);
        }
        let names = tests.iter().map(|t| &self.info(*t).name);
        let all = syn::Expr::Verbatim(quote::quote!(#(#names)&&*));
        let all = Expr::Verbatim(Box::new(all), tests);
        self.out.push(Stmt::If(all, Block { region, stmts: vec![primal] }, Block { region, stmts: pushed }));
        Some(done)
    }

    /// The few tangents that all others of the loop come from. None if there are others, or if the loop does more than to add to tangents.
    fn given_to(&mut self, l: &ForLoop) -> Option<Vec<Given>> {
        let literal = |e: &Expr| match e {
            Expr::Verbatim(code, _) => matches!(**code, syn::Expr::Lit(_)),
            e => matches!(e, Expr::Const(_)),
        };
        if literal(&l.counter.start) && literal(&l.counter.end) {
            return None;
        }
        let mut inside = HashSet::from_iter([l.var]);
        for s in &l.body.stmts {
            s.each_definition(&mut |v| {
                inside.insert(v);
            });
        }
        let mut words = HashSet::default();
        words_left_alone(&l.body.stmts, &mut words);
        let mut found = Loop { inside, words, given: Vec::new() };
        let known = l.body.stmts.iter().all(|s| self.only_adds(s, &mut found));
        (known && !found.given.is_empty()).then_some(found.given)
    }

    fn only_adds(&mut self, s: &Stmt, l: &mut Loop) -> bool {
        match s {
            Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) => match self.is_active(*v) {
                true => self.comes_from(e, l),
                false => self.leaves_tangents(e),
            },
            Stmt::Decl(_, None) | Stmt::Check(..) | Stmt::Verbatim(..) => true,
            Stmt::Assign(p, e) if !self.is_active(p.root) => self.leaves_tangents(e),
            Stmt::Assign(p, e) => l.inside.contains(&owner(&self.f, p.root)) && self.comes_from(e, l),
            Stmt::Update(p, op, e, _) => {
                let sum = matches!(op, BinOp::Add | BinOp::Sub) && self.place_ty(p).is_float();
                !self.is_active(p.root) || (sum || l.inside.contains(&owner(&self.f, p.root))) && self.comes_from(e, l)
            }
            Stmt::If(_, a, b) => a.stmts.iter().chain(&b.stmts).all(|s| self.only_adds(s, l)),
            Stmt::For(inner) => inner.body.stmts.iter().all(|s| self.only_adds(s, l)),
            _ => false,
        }
    }

    /// Whether an expression that has no tangent itself leaves all others alone. A call that gives none may write to what it is lent.
    fn leaves_tangents(&self, e: &Expr) -> bool {
        let mut writes = false;
        match e {
            Expr::Container(..) => writes = true,
            Expr::Call(_) | Expr::ByHand(_) => e.each_operand(&mut |v| writes |= self.is_active(owner(&self.f, v))),
            Expr::RefMut(p) => writes = self.is_active(p.root),
            e => e.each_part(&mut |part| writes |= !self.leaves_tangents(part)),
        }
        !writes
    }

    /// Notes the tangents that an expression's comes from; false if it is more than arithmetic.
    fn comes_from(&mut self, e: &Expr, l: &mut Loop) -> bool {
        match e {
            Expr::Const(_) | Expr::Verbatim(..) => true,
            Expr::Var(v) => self.given_at(&Place::var(*v), l),
            Expr::Read(p) | Expr::Ref(p) => self.given_at(p, l),
            Expr::Clone(x) | Expr::Neg(x) | Expr::Cast(x, _) => self.comes_from(x, l),
            Expr::Bin(_, a, b, _) => self.comes_from(a, l) && self.comes_from(b, l),
            Expr::Rule(_, args) => args.iter().all(|a| self.comes_from(a, l)),
            _ => false,
        }
    }

    fn given_at(&mut self, p: &Place, l: &mut Loop) -> bool {
        if !self.is_active(p.root) || l.inside.contains(&owner(&self.f, p.root)) {
            return true;
        }
        // The place as a part of the variable that it belongs to.
        let mut whole = p.clone();
        while let Some(origin) = self.info(whole.root).origin.clone() {
            let rest = whole.path.into_iter().filter(|s| !matches!(s, Proj::Deref));
            whole = Place { root: origin.root, path: origin.path.into_iter().chain(rest).collect() };
        }
        let steady = whole.path.iter().position(|step| match step {
            // In front of the loop nobody knows whether an element is there.
            Proj::Index(..) | Proj::Slice(..) | Proj::Payload(..) | Proj::PayloadRef(..) => true,
            Proj::Field(_) | Proj::Deref => false,
        });
        let rest = whole.path.split_off(steady.unwrap_or(whole.path.len()));
        let mut element = None;
        if !is_small(self.place_ty(&whole).peel()) {
            // Of a list that is too long to be looked at, the element that the loop reads.
            match (self.place_ty(&whole).peel(), rest.first()) {
                (Ty::Slice(e) | Ty::Vec(e), Some(Proj::Index(index, _))) if is_small(e) && self.is_steady(index, l) => {
                    element = Some((**index).clone());
                }
                _ => return false,
            }
        }
        // A value that the loop adds to and reads is zero to begin with, or not.
        let Some(dot) = self.raw_dot_place(&whole, false) else { return true };
        if self.lane_step(&dot).is_some() {
            return false;
        }
        let text = |this: &Self, dot: &Place, element: &Option<Expr>| {
            let index = element.as_ref().map(|e| crate::emit::expr_tokens(&this.f.vars, e).to_string());
            (crate::emit::place_tokens(&this.f.vars, dot).to_string(), index)
        };
        let new = text(self, &dot, &element);
        if !l.given.iter().any(|known| text(self, &known.dot, &known.element) == new) {
            l.given.push(Given { dot, element });
        }
        true
    }

    /// Whether an index is a number that is there in front of the loop and stays the same in it.
    fn is_steady(&self, index: &Expr, l: &Loop) -> bool {
        match index {
            Expr::Const(_) => true,
            Expr::Verbatim(code, _) if matches!(**code, syn::Expr::Lit(_)) => true,
            Expr::Var(v) => {
                let info = self.info(*v);
                !info.mutable
                    && matches!(info.kind, VarKind::Value | VarKind::Index | VarKind::Param)
                    && !l.inside.contains(v)
                    && !l.words.contains(&info.name.to_string())
            }
            _ => false,
        }
    }
}

fn words_left_alone(stmts: &[Stmt], words: &mut HashSet<String>) {
    for s in stmts {
        if let Stmt::Verbatim(code, _) = s {
            crate::resolve::tokens::collect_words(quote::ToTokens::to_token_stream(code), words);
        }
        s.each_block(&mut |b| words_left_alone(&b.stmts, words));
    }
}

/// Whether to look at all of it costs little: numbers, and arrays of known length.
fn is_small(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) => true,
        Ty::Array(elem, _) => is_small(elem),
        _ => false,
    }
}
