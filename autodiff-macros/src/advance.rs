//! Counters that advance with a loop.
//!
//! What enters: a function, before it is reversed. What leaves: the same, where `p` in
//!
//! ```text
//! for j in lo..hi { s += a[p] * b[j]; p += 1; }
//! // is replaced by what it is in each iteration
//! let at_0 = p;
//! for j in lo..hi { s += a[at_0 + (j - lo)] * b[j]; }
//! p += count(lo, hi);
//! ```
//!
//! An iteration then needs nothing of the one before. Guarantees: every index has the same value, so that the same elements are read and the
//! same tests of bounds fail. Only indices are counted like this: a counter that is used for anything else stays as it is.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::Span;
use quote::{quote, ToTokens};

use crate::ir::{BinOp, Block, Expr, ForLoop, Function, Place, Proj, Stmt, Var, VarInfo, VarKind};
use crate::lower::is_simple;
use crate::names::Namer;
use crate::rows::affine::{mentions, with_counter};
use crate::rows::places::{each_place, each_place_mut};
use crate::types::Ty;

/// Replaces the counters of all loops, innermost first.
pub(crate) fn advance(f: &mut Function, names: &mut Namer) {
    let mut body = std::mem::replace(&mut f.body, Block { region: crate::ir::Region(0), stmts: Vec::new() });
    Advance { f, names }.block(&mut body);
    f.body = body;
}

struct Advance<'f> {
    f: &'f mut Function,
    names: &'f mut Namer,
}

/// A counter of a loop: where it is advanced, and by how much.
struct Step {
    counter: Var,
    at: usize,
    by: syn::Expr,
    by_vars: Vec<Var>,
}

impl Advance<'_> {
    fn block(&mut self, block: &mut Block) {
        let region = block.region;
        let mut out = Vec::with_capacity(block.stmts.len());
        for mut s in std::mem::take(&mut block.stmts) {
            s.each_block_mut(&mut |b| self.block(b));
            let Stmt::For(mut l) = s else {
                out.push(s);
                continue;
            };
            let mut after = Vec::new();
            while let Some(step) = self.step(&l) {
                let Some((before, then)) = self.replace(&mut l, &step, region) else { break };
                out.push(before);
                after.push(then);
            }
            out.push(Stmt::For(l));
            out.extend(after);
        }
        block.stmts = out;
    }

    /// A statement `p += by` at the end of what the body does with `p`, once per iteration.
    fn step(&self, l: &ForLoop) -> Option<Step> {
        let c = &l.counter;
        if l.exit.is_some() || c.inclusive || c.reversed || c.step.is_some() {
            return None;
        }
        (0..l.body.stmts.len()).find_map(|at| self.step_at(l, at))
    }

    fn step_at(&self, l: &ForLoop, at: usize) -> Option<Step> {
        let Stmt::Verbatim(code, vars) = &l.body.stmts[at] else { return None };
        let syn::Stmt::Expr(code, _) = &**code else { return None };
        let syn::Expr::Binary(b) = parsed(code)? else { return None };
        let syn::Expr::Path(path) = &*b.left else { return None };
        if !matches!(b.op, syn::BinOp::AddAssign(_)) {
            return None;
        }
        let counter = vars.iter().copied().find(|v| path.path.is_ident(&self.info(*v).name))?;
        let by_vars: Vec<Var> = vars.iter().copied().filter(|v| *v != counter).collect();
        let info = self.info(counter);
        let outside = !crate::analysis::inside(self.f, info.region, l.body.region);
        let steady = by_vars.iter().all(|v| self.is_steady(*v, l));
        if info.kind != VarKind::Memory || !outside || !steady || !is_simple(&b.right) || mentions(&b.right, &info.name) {
            return None;
        }
        // Before the step it is only read, as part of indices; after it, it is not mentioned.
        let mut sites: Vec<(Var, bool)> = Vec::new();
        let plain = l.body.stmts[..at].iter().all(|s| self.sites(s, counter, &mut sites));
        let rest = l.body.stmts[at + 1..].iter().all(|s| !s.mentions(counter));
        let counted = sites.iter().any(|(n, same)| *same && self.is_index(&l.body, *n));
        (plain && rest && counted && self.is_index(&l.body, l.var)).then(|| Step { counter, at, by: (*b.right).clone(), by_vars })
    }

    /// The values that are computed from the counter, and whether each is certainly of its type, if nothing else is done with it.
    fn sites(&self, s: &Stmt, counter: Var, sites: &mut Vec<(Var, bool)>) -> bool {
        match s {
            Stmt::Let(n, Expr::Var(v)) if *v == counter => {
                sites.push((*n, true));
                return true;
            }
            Stmt::Let(n, Expr::Verbatim(code, vars)) if vars.contains(&counter) => {
                let Some(code) = parsed(code) else { return false };
                sites.push((*n, keeps_type(&code)));
                return is_simple(&code) && !has_tokens_of_its_own(&code);
            }
            _ => {}
        }
        let mut own = true;
        s.each_read(&mut |v| own &= v != counter);
        if let Stmt::Verbatim(_, vars) = s {
            own &= !vars.contains(&counter);
        }
        if let Stmt::Assign(p, _) | Stmt::Update(p, ..) | Stmt::Container(_, p, ..) = s {
            own &= p.root != counter;
        }
        let mut inner = own;
        s.each_block(&mut |b| inner &= b.stmts.iter().all(|s| self.sites(s, counter, sites)));
        inner
    }

    /// Whether a value is the index of an element: then it is a `usize`.
    fn is_index(&self, block: &Block, v: Var) -> bool {
        let mut found = false;
        for s in &block.stmts {
            each_place(s, false, &mut |p, _| {
                for (k, step) in p.path.iter().enumerate() {
                    let Proj::Index(e, _) = step else { continue };
                    let base = Place { root: p.root, path: p.path[..k].to_vec() };
                    let list = matches!(crate::analysis::place_ty(self.f, &base).peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
                    let own = match &**e {
                        Expr::Var(u) => *u == v,
                        Expr::Verbatim(code, _) => {
                            matches!(parsed(code), Some(syn::Expr::Path(q)) if q.path.is_ident(&self.info(v).name))
                        }
                        _ => false,
                    };
                    found |= list && own;
                }
            });
            s.each_block(&mut |b| found |= self.is_index(b, v));
        }
        found
    }

    fn is_steady(&self, v: Var, l: &ForLoop) -> bool {
        let info = self.info(v);
        let by_name = matches!(info.kind, VarKind::Param | VarKind::Value | VarKind::Index);
        !info.mutable && by_name && !crate::analysis::inside(self.f, info.region, l.body.region)
    }

    fn info(&self, v: Var) -> &VarInfo {
        &self.f.vars[v.0 as usize]
    }

    /// What stands before and after the loop instead.
    fn replace(&mut self, l: &mut ForLoop, step: &Step, region: crate::ir::Region) -> Option<(Stmt, Stmt)> {
        let code = |e: &Expr| syn::parse2::<syn::Expr>(crate::emit::expr_tokens(&self.f.vars, e)).ok();
        let (start, end) = (code(&l.counter.start)?, code(&l.counter.end)?);
        let mut bounds = Vec::new();
        l.counter.start.each_operand(&mut |v| bounds.push(v));
        let starts = bounds.clone();
        l.counter.end.each_operand(&mut |v| bounds.push(v));
        if !bounds.iter().all(|v| self.is_steady(*v, l)) || !is_simple(&start) || !is_simple(&end) {
            return None;
        }
        let counter_name = self.info(step.counter).name.clone();
        let i = self.info(l.var).name.clone();
        let name = self.names.numbered("at_");
        let at =
            self.f.add(VarInfo { name: name.clone(), kind: VarKind::Value, region, mutable: false, ..self.info(step.counter).clone() });
        let zero = matches!(&start, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) if n.base10_digits() == "0");
        let one = matches!(&step.by, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) if n.base10_digits() == "1");
        let by = &step.by;
        let passed: syn::Expr = if zero { syn::parse_quote!(#i) } else { syn::parse_quote!((#i - (#start))) };
        let now: syn::Expr = if one { syn::parse_quote!((#name + #passed)) } else { syn::parse_quote!((#name + #passed * (#by))) };
        let mut vars = vec![at, l.var];
        vars.extend(&starts);
        vars.extend(&step.by_vars);
        l.body.stmts.remove(step.at);
        let mut values = HashMap::default();
        let instead = |old: Option<&syn::Expr>, own: &[Var]| {
            let new = match old.map_or_else(|| now.clone(), |old| with_counter(old, &counter_name, &now)) {
                syn::Expr::Paren(p) => *p.expr,
                other => other,
            };
            let vars = own.iter().copied().filter(|v| *v != step.counter).chain(vars.iter().copied()).collect();
            (new, vars)
        };
        rewrite(&mut l.body, step.counter, &instead, &mut values);
        drop_unread(&mut l.body, &values);
        let before = Stmt::Let(at, Expr::Verbatim(Box::new(syn::parse_quote!(#counter_name)), vec![step.counter]));
        let trips = quote!(::autodiff_core::rt::count(#start, #end));
        let total = match by {
            _ if one => trips,
            syn::Expr::Lit(_) | syn::Expr::Path(_) => quote!(#trips * (#by)),
            // What each iteration would add is not asked where there is none: `n - 1` of no columns.
            _ => quote!(match #trips { 0 => 0, trips => trips * (#by) }),
        };
        bounds.extend(&step.by_vars);
        let total = Expr::Verbatim(Box::new(syn::Expr::Verbatim(total)), bounds);
        Some((before, Stmt::Update(Place::var(step.counter), BinOp::Add, total, Span::call_site())))
    }
}

/// Code, with the variables it mentions.
type Code = (syn::Expr, Vec<Var>);

/// Puts the new code in the place of values computed from the counter, and into the indices that are such values.
fn rewrite(block: &mut Block, counter: Var, instead: &dyn Fn(Option<&syn::Expr>, &[Var]) -> Code, values: &mut HashMap<Var, Code>) {
    for s in &mut block.stmts {
        if let Stmt::Let(n, e) = s {
            let new = match e {
                Expr::Var(v) if *v == counter => Some(instead(None, &[])),
                Expr::Verbatim(code, vars) if vars.contains(&counter) => parsed(code).map(|code| instead(Some(&code), vars)),
                _ => None,
            };
            if let Some((code, vars)) = new {
                *e = Expr::Verbatim(Box::new(code.clone()), vars.clone());
                values.insert(*n, (code, vars));
            }
        }
        each_place_mut(s, &mut |p, _| {
            for step in &mut p.path {
                let Proj::Index(e, _) = step else { continue };
                if let Expr::Var(n) = &**e {
                    if let Some((code, vars)) = values.get(n) {
                        **e = Expr::Verbatim(Box::new(code.clone()), vars.clone());
                    }
                }
            }
        });
        s.each_block_mut(&mut |b| rewrite(b, counter, instead, values));
    }
}

/// Removes the values that only indices were read from.
fn drop_unread(block: &mut Block, values: &HashMap<Var, Code>) {
    let mut read = rustc_hash::FxHashSet::default();
    fn reads(block: &Block, read: &mut rustc_hash::FxHashSet<Var>) {
        for s in &block.stmts {
            match s {
                Stmt::Let(_, e) => e.each_operand(&mut |v| {
                    read.insert(v);
                }),
                s => {
                    s.each_read(&mut |v| {
                        read.insert(v);
                    });
                    if let Stmt::Assign(p, _) | Stmt::Update(p, ..) | Stmt::Container(_, p, ..) = s {
                        p.each_var(&mut |v| {
                            read.insert(v);
                        });
                    }
                }
            }
            s.each_block(&mut |b| reads(b, read));
        }
    }
    reads(block, &mut read);
    fn drop_in(block: &mut Block, dead: &dyn Fn(&Stmt) -> bool) {
        block.stmts.retain(|s| !dead(s));
        block.stmts.iter_mut().for_each(|s| s.each_block_mut(&mut |b| drop_in(b, dead)));
    }
    drop_in(block, &|s| matches!(s, Stmt::Let(n, _) if values.contains_key(n) && !read.contains(n)));
}

/// Whether code gives what its names are: sums and products of them, without a conversion.
fn keeps_type(code: &syn::Expr) -> bool {
    use syn::BinOp::{Add, Div, Mul, Rem, Sub};
    match code {
        syn::Expr::Path(_) | syn::Expr::Lit(_) => true,
        syn::Expr::Paren(p) => keeps_type(&p.expr),
        syn::Expr::Group(g) => keeps_type(&g.expr),
        syn::Expr::Binary(b) => matches!(b.op, Add(_) | Sub(_) | Mul(_) | Div(_) | Rem(_)) && keeps_type(&b.left) && keeps_type(&b.right),
        _ => false,
    }
}

/// Code as syntax: lowering puts names into it as tokens.
fn parsed(code: &syn::Expr) -> Option<syn::Expr> {
    syn::parse2(code.to_token_stream()).ok()
}

/// Whether code holds tokens that are not syntax to `syn`: nothing can be replaced in them.
fn has_tokens_of_its_own(code: &syn::Expr) -> bool {
    struct Find(bool);
    impl<'a> syn::visit::Visit<'a> for Find {
        fn visit_expr(&mut self, e: &'a syn::Expr) {
            self.0 |= matches!(e, syn::Expr::Verbatim(_));
            syn::visit::visit_expr(self, e);
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_expr(&mut find, code);
    find.0 || code.to_token_stream().is_empty()
}
