//! Tapes of loops that run a known number of times: room for all iterations at once, and an index instead of pushing and popping.
//!
//! What enters: a loop over a range, and its reverse, which push numbers to tapes and pop them. What leaves: the same, with
//!
//! ```text
//! let saved_0 = room(&mut tape_0, n);
//! for i in 0..n { ..; saved_0[i] = t0; }
//! // and
//! let back_0 = back(&tape_0, n);
//! for i in (0..n).rev() { let t0 = back_0[i]; .. }
//! drop_back(&mut tape_0, n);
//! ```
//!
//! Pushing tests whether there is room, and may call the allocator, for which what a loop has in registers goes to memory; an index does
//! neither, and a loop that pops must run backwards, one that reads need not.

use proc_macro2::Span;
use quote::{quote, ToTokens};

use super::{Block, Expr, ForLoop, Place, Proj, Reverse, Stmt, Ty, Var, VarKind};
use crate::types::Float;

/// Larger tuples have no default value in the standard library.
const MOST_VALUES: usize = 12;

/// What stands around the two loops.
#[derive(Default)]
pub(super) struct Around {
    /// In front of the loop of the forward sweep.
    pub forward: Vec<Stmt>,
    /// In front of its reverse, and behind it.
    pub before: Vec<Stmt>,
    pub after: Vec<Stmt>,
}

/// Whether a statement gives one of the variables a value, in its blocks too.
fn changes(s: &Stmt, vars: &[Var]) -> bool {
    let mut found = super::targets(s).iter().any(|v| vars.contains(v));
    s.each_definition(&mut |v| found |= vars.contains(&v));
    match s {
        Stmt::LetPull(v, ..) => found |= v.is_some_and(|v| vars.contains(&v)),
        Stmt::Verbatim(_, all) => found |= all.iter().any(|v| vars.contains(v)),
        // A call may write to what it borrows.
        Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Do(e) if !is_arithmetic(e) => e.each_operand(&mut |v| found |= vars.contains(&v)),
        _ => {}
    }
    s.each_block(&mut |b| found |= b.stmts.iter().any(|s| changes(s, vars)));
    found
}

fn is_arithmetic(e: &Expr) -> bool {
    matches!(e, Expr::Var(_) | Expr::Read(_) | Expr::Bin(..) | Expr::Neg(_) | Expr::Rule(..))
}

impl Reverse<'_> {
    /// Replaces the tapes of a loop's own region.
    pub(super) fn index_tapes(&mut self, l: &mut ForLoop, reverse: &mut Block) -> Around {
        let mut around = Around::default();
        if !self.indexing || l.exit.is_some() {
            return around;
        }
        let Some(count) = self.count_of(l) else { return around };
        for k in 0..l.body.stmts.len() {
            let Stmt::TapePush(tape, vars) = &l.body.stmts[k] else { continue };
            let (tape, vars) = (*tape, vars.clone());
            let number = |v: &Var| matches!(self.info(*v).ty, Ty::Float(Float::F64 | Float::F32 | Float::Inferred));
            let popped = reverse.stmts.iter().position(|s| matches!(s, Stmt::TapePop(t, _) if *t == tape));
            let (Some(at), true) = (popped, vars.len() <= MOST_VALUES && vars.iter().all(number)) else { continue };
            let index = self.index_of(l);
            let element = |row: Var| Place::var(row).project(Proj::Index(Box::new(index.clone()), Span::call_site()));
            let saved = self.row_of_tape("saved_", &vars, true);
            let list: Vec<Expr> = vars.iter().map(|v| Expr::Var(*v)).collect();
            let value = if let [one] = &list[..] { one.clone() } else { Expr::Tuple(list) };
            l.body.stmts.remove(k);
            // As soon as they are there: what a loop still needs after a call does not stay in registers.
            let at_once = l.body.stmts.iter().rposition(|s| changes(s, &vars)).map_or(0, |last| last + 1);
            l.body.stmts.insert(at_once, Stmt::Assign(element(saved), value));
            around.forward.push(Stmt::Let(saved, Expr::Runtime("rt::room", vec![Expr::RefMut(Place::var(tape)), count.clone()])));

            let back = self.row_of_tape("back_", &vars, false);
            let read = |(k, v): (usize, &Var)| {
                let mut place = element(back);
                if vars.len() > 1 {
                    place.path.push(Proj::Field(syn::Member::Unnamed(k.into())));
                }
                Stmt::Let(*v, Expr::Read(place))
            };
            let reads: Vec<Stmt> = vars.iter().enumerate().map(read).collect();
            reverse.stmts.splice(at..=at, reads);
            around.before.push(Stmt::Let(back, Expr::Runtime("rt::back", vec![Expr::Ref(Place::var(tape)), count.clone()])));
            around.after.push(Stmt::Runtime("rt::drop_back", vec![Expr::RefMut(Place::var(tape)), count.clone()]));
        }
        if !around.after.is_empty() {
            self.value(&l.counter.start.clone());
            self.value(&l.counter.end.clone());
        }
        around
    }

    fn row_of_tape(&mut self, stem: &str, vars: &[Var], written: bool) -> Var {
        let mut types: Vec<Ty> = vars.iter().map(|v| self.info(*v).ty.clone()).collect();
        let element = if types.len() == 1 { types.remove(0) } else { Ty::Tuple(types) };
        let name = self.names.numbered(stem);
        self.new_var(name, Ty::Ref(Box::new(Ty::Slice(Box::new(element))), written), VarKind::Value, self.region)
    }

    /// How often a loop runs, where that can be asked again.
    pub(super) fn count_of(&self, l: &ForLoop) -> Option<Expr> {
        let (start, end) = (&l.counter.start, &l.counter.end);
        let known = |e: &Expr| match e {
            Expr::Const(_) | Expr::Var(_) => true,
            Expr::Verbatim(code, _) => crate::lower::is_simple(code),
            _ => false,
        };
        if l.counter.step.is_some() || !known(start) || !known(end) {
            return None;
        }
        let count = if l.counter.inclusive { "rt::count_inclusive" } else { "rt::count" };
        Some(Expr::Runtime(count, vec![start.clone(), end.clone()]))
    }

    /// Which iteration it is, from the lowest item of the range on.
    pub(super) fn index_of(&self, l: &ForLoop) -> Expr {
        let (name, start) = (&self.info(l.var).name, crate::emit::expr_tokens(&self.f.vars, &l.counter.start));
        let mut vars = vec![l.var];
        l.counter.start.each_operand(&mut |v| vars.push(v));
        let zero = matches!(start.to_string().as_str(), "0" | "0usize");
        let code = match (self.counts_in_usize(l), zero) {
            (true, true) => return Expr::Var(l.var),
            (true, false) => syn::parse_quote!(#name - (#start)),
            (false, _) => syn::Expr::Verbatim(quote!(::autodiff_core::rt::count(#start, #name))),
        };
        Expr::Verbatim(Box::new(code), vars)
    }

    /// Whether a loop certainly counts in `usize`: a bound is a length, or its counter is an index.
    fn counts_in_usize(&self, l: &ForLoop) -> bool {
        let mut indexes = false;
        for s in &l.body.stmts {
            crate::rows::places::each_place(s, true, &mut |p, _| {
                for (k, step) in p.path.iter().enumerate() {
                    let list = || self.place_ty(&Place { root: p.root, path: p.path[..k].to_vec() });
                    indexes |= matches!(step, Proj::Index(i, _) if matches!(&**i, Expr::Var(v) if *v == l.var))
                        && matches!(list().peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
                }
            });
        }
        indexes || self.is_length(&l.counter.start, 0) || self.is_length(&l.counter.end, 0)
    }

    fn is_length(&self, e: &Expr, depth: usize) -> bool {
        if depth > 4 {
            return false;
        }
        match e {
            Expr::Var(v) => self.defs.get(v).is_some_and(|e| self.is_length(e, depth + 1)),
            Expr::Verbatim(code, vars) => {
                syn::parse2::<syn::Expr>(code.to_token_stream()).is_ok_and(|code| self.is_length_code(&code, vars, depth))
            }
            _ => false,
        }
    }

    fn is_length_code(&self, code: &syn::Expr, vars: &[Var], depth: usize) -> bool {
        match code {
            syn::Expr::Paren(p) => self.is_length_code(&p.expr, vars, depth),
            syn::Expr::Group(g) => self.is_length_code(&g.expr, vars, depth),
            syn::Expr::Binary(b) if matches!(b.op, syn::BinOp::Add(_) | syn::BinOp::Sub(_) | syn::BinOp::Mul(_) | syn::BinOp::Div(_)) => {
                self.is_length_code(&b.left, vars, depth) || self.is_length_code(&b.right, vars, depth)
            }
            syn::Expr::MethodCall(m) if m.method == "len" && m.args.is_empty() => match &*m.receiver {
                // A method of a type that is not known here may count in anything.
                syn::Expr::Path(p) => vars.iter().any(|v| {
                    p.path.is_ident(&self.info(*v).name) && matches!(self.info(*v).ty.peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_))
                }),
                _ => false,
            },
            syn::Expr::Path(p) => {
                let named = vars.iter().find(|v| p.path.is_ident(&self.info(**v).name));
                named.is_some_and(|v| self.is_length(&Expr::Var(*v), depth + 1))
            }
            _ => false,
        }
    }
}
