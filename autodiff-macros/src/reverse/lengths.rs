//! Lists that keep the length that they are made with.
//!
//! What enters: a lowered function. What leaves: the same, where, of lists of an iteration, loops and numbers ask for what such a list was made with, `n`, instead of `list.len()`; and the
//! lengths, of which zeros are made. So the reverse sweep needs a list neither to know how often a loop ran nor for the shape of its cotangent, and what
//! nobody needs is not kept:
//!
//! ```text
//! let mut terms = Vec::with_capacity(n);
//! for i in 0..n { terms.push(a[i] + b[i]); }
//! for i in 0..terms.len() { s += terms[i].exp(); }     // 0..n
//! ```
//!
//! Guarantee: nothing changes the length between the list's declaration, or the loop that fills it, and its end; what the length is made of never changes.

use proc_macro2::TokenStream;
use quote::{quote, ToTokens};
use rustc_hash::FxHashMap as HashMap;
use syn::visit_mut::{self, VisitMut};

use crate::ir::{Block, ContainerOp, Expr, ForLoop, Function, Region, Stmt, Var, VarKind};
use crate::resized::{self, Calls};
use crate::types::Ty;

/// The length of each list that has one.
pub(super) type Lengths = HashMap<Var, Expr>;

/// How often lists are looked for that are filled from others.
const ROUNDS: usize = 4;

/// Finds such lists and asks for what their lengths are made of.
pub(super) fn known(f: &mut Function) -> Lengths {
    let mut found = Lengths::default();
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    for _ in 0..ROUNDS {
        let mut defs = HashMap::default();
        crate::analysis::definitions(&body, &mut defs);
        let mut candidates = Vec::new();
        collect(f, &defs, &body, &mut candidates);
        let before = found.len();
        for (v, length, filling) in candidates {
            if !found.contains_key(&v) && !resized::resized(f, &body, v, Calls::Count, filling) {
                found.insert(v, length);
            }
        }
        if found.len() == before {
            break;
        }
        in_block(f, &found, &mut body);
    }
    f.body = body;
    found
}

/// A list, its length, and the counter of the loop that fills it.
type Candidate = (Var, Expr, Option<Var>);

fn collect(f: &Function, defs: &HashMap<Var, Expr>, block: &Block, out: &mut Vec<Candidate>) {
    for s in &block.stmts {
        if let Stmt::Decl(v, Some(init)) = s {
            if let Some(n) = made_with(init).filter(|n| is_list(f, *v) && is_fixed(f, n)) {
                out.push((*v, if has_type(&n) { n } else { counted(f, &quote!(0usize), &n) }, None));
            }
        }
        s.each_block(&mut |b| collect(f, defs, b, out));
    }
    for (at, lists) in super::collected::empty_lists(&block.stmts) {
        let Stmt::For(l) = &block.stmts[at] else { continue };
        for list in lists {
            let v = list.variable();
            if let Some(n) = pushes(l, v).filter(|n| is_list(f, v) && is_fixed(f, n)) {
                out.push((v, if is_length(f, defs, &n, 0) { n } else { counted(f, &quote!(0), &n) }, Some(l.var)));
            }
        }
    }
}

/// Whether a number has a type without being used: not if it is literals alone.
fn has_type(n: &Expr) -> bool {
    let mut names = false;
    n.each_operand(&mut |_| names = true);
    names
}

/// A number of any type of loops as `usize`.
fn counted(f: &Function, start: &TokenStream, n: &Expr) -> Expr {
    let mut vars = Vec::new();
    n.each_operand(&mut |v| vars.push(v));
    let n = crate::emit::expr_tokens(&f.vars, n);
    Expr::Verbatim(Box::new(syn::Expr::Verbatim(quote!(::autodiff_core::rt::count(#start, #n)))), vars)
}

/// Whether a number certainly is a length, and thereby of type `usize`.
fn is_length(f: &Function, defs: &HashMap<Var, Expr>, n: &Expr, depth: usize) -> bool {
    const DEEPEST: usize = 4;
    match n {
        Expr::Var(v) if depth < DEEPEST => defs.get(v).is_some_and(|e| is_length(f, defs, e, depth + 1)),
        Expr::Verbatim(code, vars) => is_length_code(f, defs, code, vars, depth),
        _ => false,
    }
}

fn is_length_code(f: &Function, defs: &HashMap<Var, Expr>, code: &syn::Expr, vars: &[Var], depth: usize) -> bool {
    match code {
        syn::Expr::Paren(p) => is_length_code(f, defs, &p.expr, vars, depth),
        syn::Expr::Group(g) => is_length_code(f, defs, &g.expr, vars, depth),
        syn::Expr::Path(p) => vars.iter().any(|v| p.path.is_ident(&f.vars[v.0 as usize].name) && is_length(f, defs, &Expr::Var(*v), depth)),
        syn::Expr::Binary(b) if matches!(b.op, syn::BinOp::Add(_) | syn::BinOp::Sub(_) | syn::BinOp::Mul(_) | syn::BinOp::Div(_)) => {
            is_length_code(f, defs, &b.left, vars, depth) || is_length_code(f, defs, &b.right, vars, depth)
        }
        // A method of a type that is not known here may count in anything.
        syn::Expr::MethodCall(m) if m.method == "len" && m.args.is_empty() => {
            let mut receiver = &*m.receiver;
            while let syn::Expr::Index(i) = receiver {
                receiver = &i.expr;
            }
            let syn::Expr::Path(p) = receiver else { return false };
            vars.iter().any(|v| {
                let info = &f.vars[v.0 as usize];
                p.path.is_ident(&info.name) && matches!(info.ty.peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_))
            })
        }
        syn::Expr::Call(c) => is_least_length(code) && c.args.iter().all(|a| is_length_code(f, defs, a, vars, depth)),
        _ => false,
    }
}

/// What `vec![x; n]` makes so many elements of.
fn made_with(init: &Expr) -> Option<Expr> {
    match init {
        Expr::VecRepeat(_, n) => Some((**n).clone()),
        Expr::Verbatim(code, vars) => {
            let (_, n) = crate::buffers::repeated(code)?;
            Some(Expr::Verbatim(Box::new(n), vars.clone()))
        }
        _ => None,
    }
}

/// How many elements a loop from zero on pushes to a list, of which it does nothing else.
fn pushes(l: &ForLoop, v: Var) -> Option<Expr> {
    let c = &l.counter;
    let zero = matches!(&c.start, Expr::Const(code) if matches!(code.to_string().as_str(), "0" | "0usize"))
        || matches!(&c.start, Expr::Verbatim(code, _) if matches!(code.to_token_stream().to_string().as_str(), "0" | "0usize"));
    let mut of_it = l.body.stmts.iter().filter(|s| s.mentions(v));
    let Some(Stmt::Container(ContainerOp::Push, p, args, _)) = of_it.next() else { return None };
    let mut read = false;
    args.iter().for_each(|a| a.each_operand(&mut |u| read |= u == v));
    let alone = of_it.next().is_none() && p.path.is_empty() && !read;
    (alone && zero && !c.inclusive && c.step.is_none() && l.exit.is_none()).then(|| c.end.clone())
}

/// A list of an iteration: outside of loops nothing is kept.
fn is_list(f: &Function, v: Var) -> bool {
    let info = &f.vars[v.0 as usize];
    let mut around = Some(info.region);
    while around.is_some_and(|r| !f.regions[r.0 as usize].is_loop) {
        around = around.and_then(|r| f.regions[r.0 as usize].parent);
    }
    if around.is_none() {
        return false;
    }
    matches!(info.ty, Ty::Vec(_)) && info.kind == VarKind::Memory && info.origin.is_none() && !info.optional
}

/// Whether a number is the same wherever it is asked for: of variables that are defined once.
fn is_fixed(f: &Function, n: &Expr) -> bool {
    let once = |v: &Var| {
        let info = &f.vars[v.0 as usize];
        let kind = matches!(info.kind, VarKind::Value | VarKind::Param | VarKind::Index);
        kind && !info.mutable && info.origin.is_none() && info.owned | (info.kind == VarKind::Param) && !info.lent
    };
    match n {
        Expr::Const(code) => code.clone().into_iter().count() == 1,
        Expr::Var(v) => once(v),
        Expr::Verbatim(code, vars) => (crate::lower::is_simple(code) || is_least_length(code)) && vars.iter().all(once),
        _ => false,
    }
}

/// Behind the loops that fill them, the lengths of lists are what they were made with.
fn in_block(f: &Function, lengths: &Lengths, block: &mut Block) {
    for s in &mut block.stmts {
        match s {
            Stmt::For(l) => {
                written_out(f, lengths, &mut l.counter.start);
                written_out(f, lengths, &mut l.counter.end);
            }
            Stmt::Let(v, _) | Stmt::Decl(v, _) if f.vars[v.0 as usize].annotation.is_some() => {}
            Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Assign(_, e) | Stmt::Update(_, _, e, _) => operands(f, lengths, e),
            _ => {}
        }
        s.each_block_mut(&mut |b| in_block(f, lengths, b));
    }
}

fn operands(f: &Function, lengths: &Lengths, e: &mut Expr) {
    match e {
        Expr::Verbatim(..) => written_out(f, lengths, e),
        Expr::Neg(x) | Expr::Cast(x, _) => operands(f, lengths, x),
        Expr::Bin(_, l, r, _) => {
            operands(f, lengths, l);
            operands(f, lengths, r);
        }
        Expr::Rule(_, args) => args.iter_mut().for_each(|a| operands(f, lengths, a)),
        _ => {}
    }
}

fn written_out(f: &Function, lengths: &Lengths, e: &mut Expr) {
    let Expr::Verbatim(code, vars) = e else { return };
    if !crate::lower::is_simple(code) && !is_least_length(code) {
        return;
    }
    let mut lists: Vec<(Var, &Expr)> = vars.iter().filter_map(|v| lengths.get(v).map(|n| (*v, n))).collect();
    lists.dedup_by_key(|(v, _)| *v);
    for (v, n) in lists {
        let mut write = WriteOut { name: f.vars[v.0 as usize].name.clone(), with: crate::emit::expr_tokens(&f.vars, n), found: false };
        write.visit_expr_mut(code);
        if write.found {
            n.each_operand(&mut |u| {
                if !vars.contains(&u) {
                    vars.push(u);
                }
            });
        }
        if !mentions(&code.to_token_stream(), &write.name) {
            vars.retain(|u| *u != v);
        }
    }
}

/// `Ord::min(a.len(), b.len())`
fn is_least_length(code: &syn::Expr) -> bool {
    match code {
        syn::Expr::Paren(p) => is_least_length(&p.expr),
        syn::Expr::Group(g) => is_least_length(&g.expr),
        syn::Expr::Call(c) => {
            c.func.to_token_stream().to_string().replace(' ', "").ends_with("cmp::Ord::min")
                && c.args.iter().all(|a| crate::lower::is_simple(a) || is_least_length(a))
        }
        _ => false,
    }
}

fn mentions(code: &TokenStream, name: &proc_macro2::Ident) -> bool {
    code.clone().into_iter().any(|t| match t {
        proc_macro2::TokenTree::Ident(i) => i == *name,
        proc_macro2::TokenTree::Group(g) => mentions(&g.stream(), name),
        _ => false,
    })
}

/// Puts a number in place of `name.len()`.
struct WriteOut {
    name: proc_macro2::Ident,
    with: TokenStream,
    found: bool,
}

impl VisitMut for WriteOut {
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        let is_length = match e {
            syn::Expr::MethodCall(m) if m.method == "len" && m.args.is_empty() => {
                matches!(&*m.receiver, syn::Expr::Path(p) if p.path.is_ident(&self.name))
            }
            _ => false,
        };
        if is_length {
            let with = &self.with;
            let number = syn::parse2(quote!((#with))).ok().filter(crate::lower::is_simple);
            *e = number.unwrap_or_else(|| syn::Expr::Verbatim(with.clone()));
            self.found = true;
            return;
        }
        visit_mut::visit_expr_mut(self, e);
    }
}
