//! Takes out of a failing program what its failure does not need.
//!
//! An edit removes an item, a statement or a parameter, puts a block's statements in place of the block, or an operand in place
//! of an expression. Edits that leave a program which rustc rejects are dropped, so none has to know about types.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt, parse_quote};

use crate::batch::{Outcome, Toolchain};

const PER_ROUND: usize = 40;

/// The smallest program that still fails in the same way.
pub fn shrink(toolchain: &Toolchain, name: &str, file: &syn::File, outcome: &Outcome, points: u64, off: &[String]) -> (syn::File, Outcome) {
    let key = outcome.key();
    let (mut best, mut found) = (file.clone(), outcome.clone());
    let (mut from, mut fruitless) = (0, 0);
    loop {
        let count = edits(&best);
        if count == 0 || fruitless >= count {
            return (best, found);
        }
        let tried = PER_ROUND.min(count - fruitless);
        let candidates: Vec<(usize, syn::File)> =
            (0..tried).map(|k| (from + k) % count).filter_map(|k| edited(&best, k).map(|f| (k, f))).collect();
        let refs: Vec<(usize, &syn::File)> = candidates.iter().map(|(k, f)| (*k, f)).collect();
        let outcomes = toolchain.run(name, &refs, points, &|_| off.to_vec());
        let size = |f: &syn::File| quote!(#f).to_string().len();
        let smaller = candidates
            .iter()
            .filter(|(k, f)| outcomes.get(k).is_some_and(|o| o.key() == key) && size(f) < size(&best))
            .min_by_key(|(_, f)| size(f));
        match smaller {
            Some((k, f)) => {
                (from, fruitless) = (*k, 0);
                (found, best) = (outcomes[k].clone(), f.clone());
            }
            None => {
                from = (from + tried) % count;
                fruitless += tried;
            }
        }
    }
}

fn edits(file: &syn::File) -> usize {
    let mut e = Editor { target: usize::MAX, seen: 0 };
    e.visit_file_mut(&mut file.clone());
    e.seen
}

fn edited(file: &syn::File, k: usize) -> Option<syn::File> {
    let mut file = file.clone();
    Editor { target: k, seen: 0 }.visit_file_mut(&mut file);
    // What was put together has to be Rust.
    syn::parse2(file.into_token_stream()).ok()
}

/// Counts the edits there are on its way, and makes the one with number `target`.
struct Editor {
    target: usize,
    seen: usize,
}

impl Editor {
    fn here(&mut self) -> bool {
        self.seen += 1;
        self.seen - 1 == self.target
    }
}

/// The statements of the blocks inside a statement.
fn blocks_of(stmt: &Stmt) -> Vec<Vec<Stmt>> {
    let Stmt::Expr(e, _) = stmt else { return Vec::new() };
    match e {
        Expr::If(i) => {
            let mut out = vec![i.then_branch.stmts.clone()];
            if let Some((_, other)) = &i.else_branch {
                out.push(vec![Stmt::Expr((**other).clone(), None)]);
            }
            out
        }
        Expr::ForLoop(l) => vec![l.body.stmts.clone()],
        Expr::While(l) => vec![l.body.stmts.clone()],
        Expr::Loop(l) => vec![l.body.stmts.clone()],
        Expr::Block(b) => vec![b.block.stmts.clone()],
        Expr::Match(m) => m.arms.iter().map(|a| vec![Stmt::Expr((*a.body).clone(), None)]).collect(),
        _ => Vec::new(),
    }
}

fn operands(e: &Expr) -> Vec<Expr> {
    match e {
        Expr::Binary(b) => vec![(*b.left).clone(), (*b.right).clone()],
        Expr::Paren(p) => vec![(*p.expr).clone()],
        Expr::Unary(u) => vec![(*u.expr).clone()],
        Expr::MethodCall(m) => std::iter::once((*m.receiver).clone()).chain(m.args.iter().cloned()).collect(),
        Expr::Call(c) => c.args.iter().cloned().collect(),
        Expr::If(i) => {
            let mut out: Vec<Expr> = Vec::new();
            if let Some(Stmt::Expr(e, None)) = i.then_branch.stmts.last() {
                out.push(e.clone());
            }
            if let Some((_, other)) = &i.else_branch {
                out.push((**other).clone());
            }
            out
        }
        Expr::Block(b) => match b.block.stmts.as_slice() {
            [Stmt::Expr(e, None)] => vec![e.clone()],
            _ => Vec::new(),
        },
        Expr::Cast(c) => vec![(*c.expr).clone()],
        Expr::Match(m) => m.arms.iter().map(|a| (*a.body).clone()).collect(),
        Expr::Reference(r) => vec![(*r.expr).clone()],
        Expr::Index(i) => vec![(*i.index).clone()],
        _ => Vec::new(),
    }
}

impl VisitMut for Editor {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        let needed = |i: &syn::Item| matches!(i, syn::Item::Use(_)) || matches!(i, syn::Item::Fn(f) if f.sig.ident == "f");
        for k in (0..file.items.len()).rev() {
            if !needed(&file.items[k]) && self.here() {
                file.items.remove(k);
                return;
            }
        }
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        for k in 0..block.items.len() {
            if self.here() {
                block.items.remove(k);
                return;
            }
        }
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_item_fn_mut(&mut self, f: &mut syn::ItemFn) {
        for k in 0..f.sig.inputs.len() {
            if f.sig.ident == "f" && f.sig.inputs.len() > 1 && self.here() {
                f.sig.inputs = f.sig.inputs.iter().enumerate().filter(|(i, _)| *i != k).map(|(_, a)| a.clone()).collect();
                return;
            }
        }
        visit_mut::visit_item_fn_mut(self, f);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        for k in (0..block.stmts.len()).rev() {
            if self.here() {
                block.stmts.remove(k);
                return;
            }
            for inner in blocks_of(&block.stmts[k]) {
                if self.here() {
                    block.stmts.splice(k..=k, inner);
                    return;
                }
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        for operand in operands(e) {
            if self.here() {
                *e = operand;
                return;
            }
        }
        if let Expr::If(i) = e
            && i.else_branch.is_some()
            && self.here()
        {
            i.else_branch = None;
            return;
        }
        if let Expr::MethodCall(m) = e {
            let inner = &m.receiver;
            // One link out of a chain.
            if let Expr::MethodCall(r) = &**inner
                && self.here()
            {
                m.receiver = r.receiver.clone();
                return;
            }
        }
        let literal = matches!(e, Expr::Lit(_));
        let simple = matches!(e, Expr::Path(_));
        if !literal && !simple {
            let replacements: [TokenStream; 2] = [quote!(0.5_f64), quote!(1usize)];
            for r in replacements {
                if self.here() {
                    *e = parse_quote!(#r);
                    return;
                }
            }
        }
        visit_mut::visit_expr_mut(self, e);
    }
}
