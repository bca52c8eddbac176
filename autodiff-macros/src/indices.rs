//! Indices that have a name.
//!
//! What enters: a function in A-normal form. What leaves: the same, where elements are reached by what an index is made of:
//!
//! ```text
//! for j in 1..w - 1 { let k = i * w + j; next[k] = now[k - 1] + now[k + 1]; }
//! // becomes
//! for j in 1..w - 1 { next[i * w + j] = now[(i * w + j) - 1] + now[(i * w + j) + 1]; }
//! ```
//!
//! So it is seen that the loop walks along rows. Guarantees: the same elements, and the same panics where an index overflows. An index is
//! written out if it is a sum or product of counters, literals and numbers that never change, where it is defined once; its name goes where
//! nothing has it any more and its own block works the index out as often.

use quote::ToTokens;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::ir::{Block, Expr, Function, Proj, Stmt, Var, VarKind};
use crate::rows::affine::with_counter;
use crate::rows::places::each_own_place_mut;

/// Writes indices out where elements are reached by them.
pub(crate) fn written_out(f: &mut Function) {
    let mut body = std::mem::replace(&mut f.body, Block { region: crate::ir::Region(0), stmts: Vec::new() });
    let mut pass = Indices { f, known: HashMap::default(), at_once: HashSet::default() };
    pass.block(&mut body, false);
    let at_once = pass.at_once;
    // A name may have been needed by another one alone.
    loop {
        let mut used = HashSet::default();
        body.stmts.iter().for_each(|s| s.each_use(&mut |v| _ = used.insert(v)));
        if !drop_names(&mut body, &|v| at_once.contains(&v) && !used.contains(&v)) {
            break;
        }
    }
    f.body = body;
}

/// Takes out the names of indices that nothing has; whether there were any.
fn drop_names(block: &mut Block, unused: &impl Fn(Var) -> bool) -> bool {
    let before = block.stmts.len();
    block.stmts.retain(|s| !matches!(s, Stmt::Let(v, _) if unused(*v)));
    let mut dropped = block.stmts.len() < before;
    block.stmts.iter_mut().for_each(|s| s.each_block_mut(&mut |b| dropped |= drop_names(b, unused)));
    dropped
}

struct Indices<'f> {
    f: &'f Function,
    /// What they are made of.
    known: HashMap<Var, Index>,
    /// Those that are written out in a statement of the block that names them.
    at_once: HashSet<Var>,
}

#[derive(Clone)]
struct Index {
    code: syn::Expr,
    vars: Vec<Var>,
    /// Itself, and other named ones that it was made of.
    names: Vec<Var>,
}

impl Indices<'_> {
    fn block(&mut self, block: &mut Block, in_loop: bool) {
        let mut here = Vec::new();
        for s in &mut block.stmts {
            if !self.known.is_empty() {
                let replaced = self.replace(s);
                self.at_once.extend(replaced.into_iter().filter(|k| here.contains(k)));
            }
            if let Stmt::Let(k, Expr::Verbatim(code, vars)) = s {
                let code = read(code);
                if in_loop && self.is_index(*k, &code, vars) {
                    let mut index = Index { code, vars: vars.clone(), names: Vec::new() };
                    self.write_out(&mut index);
                    index.names.push(*k);
                    self.known.insert(*k, index);
                    here.push(*k);
                }
            }
            let is_loop = matches!(s, Stmt::For(_));
            s.each_block_mut(&mut |b| self.block(b, in_loop || is_loop));
        }
    }

    /// Whether a number is made of counters and others that never change.
    fn is_index(&self, k: Var, code: &syn::Expr, vars: &[Var]) -> bool {
        let info = &self.f.vars[k.0 as usize];
        let steady = |v: &Var| {
            let info = &self.f.vars[v.0 as usize];
            !info.mutable && !info.lent && matches!(info.kind, VarKind::Index | VarKind::Value | VarKind::Param)
        };
        let counts = vars.iter().any(|v| self.f.vars[v.0 as usize].kind == VarKind::Index || self.known.contains_key(v));
        info.kind == VarKind::Value && !info.mutable && info.annotation.is_none() && counts && vars.iter().all(steady) && is_sum(code)
    }

    /// Writes out the named indices in code; whether there are any.
    fn write_out(&self, index: &mut Index) -> bool {
        let mut found: Vec<Var> = index.vars.iter().copied().filter(|v| self.known.contains_key(v)).collect();
        found.dedup();
        for k in &found {
            let made_of = &self.known[k];
            let alone = matches!(index.code, syn::Expr::Path(_));
            let instead = if alone { made_of.code.clone() } else { crate::rows::affine::closed(made_of.code.clone()) };
            index.code = with_counter(&index.code, &self.f.vars[k.0 as usize].name, &instead);
            index.vars.retain(|v| v != k);
            index.vars.extend(&made_of.vars);
            index.names.extend(&made_of.names);
        }
        index.vars.sort_unstable();
        index.vars.dedup();
        !found.is_empty()
    }

    /// The same in an expression.
    fn expr(&self, e: &mut Expr, replaced: &mut Vec<Var>) {
        let (code, vars) = match e {
            Expr::Var(k) if self.known.contains_key(k) => {
                let name = &self.f.vars[k.0 as usize].name;
                (syn::parse_quote!(#name), vec![*k])
            }
            Expr::Verbatim(code, vars) if vars.iter().any(|v| self.known.contains_key(v)) => (read(code), vars.clone()),
            _ => return,
        };
        let mut index = Index { code, vars, names: Vec::new() };
        if self.write_out(&mut index) {
            *e = Expr::Verbatim(Box::new(index.code), index.vars);
            replaced.append(&mut index.names);
        }
    }

    /// Writes indices out in a statement, outside its blocks, and says which.
    fn replace(&self, s: &mut Stmt) -> Vec<Var> {
        let mut replaced = Vec::new();
        each_own_place_mut(s, &mut |p, _| {
            for step in &mut p.path {
                if let Proj::Index(e, _) = step {
                    self.expr(e, &mut replaced);
                }
            }
        });
        match s {
            Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) if self.f.vars[v.0 as usize].ty.is_float() => self.elements(e, &mut replaced),
            Stmt::Assign(_, e) | Stmt::Update(_, _, e, _) => self.elements(e, &mut replaced),
            _ => {}
        }
        replaced
    }

    /// Elements of what has no derivative.
    fn elements(&self, e: &mut Expr, replaced: &mut Vec<Var>) {
        match e {
            Expr::Verbatim(code, _) if is_element(&read(code)) => self.expr(e, replaced),
            Expr::Neg(x) | Expr::Cast(x, _) => self.elements(x, replaced),
            Expr::Bin(_, l, r, _) => {
                self.elements(l, replaced);
                self.elements(r, replaced);
            }
            Expr::Rule(_, args) => args.iter_mut().for_each(|a| self.elements(a, replaced)),
            _ => {}
        }
    }
}

/// Code that is made of tokens, as an expression.
fn read(code: &syn::Expr) -> syn::Expr {
    syn::parse2(code.to_token_stream()).unwrap_or_else(|_| code.clone())
}

/// `a[e]`, with nothing but names and sums in it.
fn is_element(code: &syn::Expr) -> bool {
    match code {
        syn::Expr::Index(x) => (is_element(&x.expr) || matches!(&*x.expr, syn::Expr::Path(_))) && is_sum(&x.index),
        syn::Expr::Paren(p) => is_element(&p.expr),
        _ => false,
    }
}

/// Sums, differences and products of names and whole numbers.
fn is_sum(code: &syn::Expr) -> bool {
    match code {
        syn::Expr::Paren(p) => is_sum(&p.expr),
        syn::Expr::Group(g) => is_sum(&g.expr),
        syn::Expr::Path(p) => p.path.get_ident().is_some(),
        syn::Expr::Lit(l) => matches!(l.lit, syn::Lit::Int(_)),
        syn::Expr::Binary(b) => {
            matches!(b.op, syn::BinOp::Add(_) | syn::BinOp::Sub(_) | syn::BinOp::Mul(_)) && is_sum(&b.left) && is_sum(&b.right)
        }
        _ => false,
    }
}
