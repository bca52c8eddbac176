//! Operands by reference that are overwritten later.
//!
//! What enters: a lowered function. What leaves: the same, where an operator that only rustc knows reads a copy of such an operand:
//! `state = &state * step;` is `let seen = state.clone(); state = &seen * step;`. The reverse of an operator reads both operands, and what
//! they were is gone by then. Operands by value are values of their own anyhow.

use crate::analysis::Writes;
use crate::ir::{BinOp, Block, Expr, Function, Place, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::types::Ty;

/// Gives every such operand a copy.
pub(super) fn settle(f: &mut Function, names: &mut Namer) {
    let writes = Writes::of(f);
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    in_block(f, names, &writes, &mut body);
    f.body = body;
}

fn in_block(f: &mut Function, names: &mut Namer, writes: &Writes, block: &mut Block) {
    let region = block.region;
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut s in std::mem::take(&mut block.stmts) {
        s.each_block_mut(&mut |b| in_block(f, names, writes, b));
        let at = if let Stmt::Let(v, _) = &s { Some(*v) } else { None };
        for operand in operands(&mut s) {
            let (Expr::Ref(p) | Expr::RefMut(p)) = operand else { continue };
            if is_settled(f, writes, p, at) {
                continue;
            }
            let seen = copy(f, names, p.root, region);
            stmts.push(Stmt::Let(seen, Expr::Clone(Box::new(Expr::Read(p.clone())))));
            *operand = Expr::Ref(Place::var(seen));
        }
        stmts.push(s);
    }
    block.stmts = stmts;
}

/// What the reverse of an operator reads again.
fn operands(s: &mut Stmt) -> Vec<&mut Expr> {
    match s {
        Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Assign(_, e) => match e {
            Expr::Neg(x) => vec![x],
            Expr::Bin(_, l, r, _) => vec![l, r],
            _ => Vec::new(),
        },
        Stmt::Update(_, BinOp::Mul | BinOp::Div | BinOp::Rem, e, _) => vec![e],
        _ => Vec::new(),
    }
}

/// Whether the place is at hand in the reverse sweep, with the value it has where `at` is defined.
fn is_settled(f: &Function, writes: &Writes, p: &Place, at: Option<Var>) -> bool {
    let info = &f.vars[p.root.0 as usize];
    if !info.mutable && info.kind != VarKind::Memory {
        return true;
    }
    // A parameter taken by `&mut` is not at hand in a pullback.
    let handed = info.kind == VarKind::Param && info.mutable;
    !handed && at.is_some_and(|at| writes.is_settled(f, p.root, at))
}

fn copy(f: &mut Function, names: &mut Namer, of: Var, region: Region) -> Var {
    let (varied, place) = (f.vars[of.0 as usize].varied, f.vars[of.0 as usize].name.span());
    let mut name = names.numbered("seen_");
    name.set_span(name.span().located_at(place));
    f.add(VarInfo { varied, ..VarInfo::owned(name, Ty::Unknown, VarKind::Value, region) })
}
