//! Small clean-ups of the lowered function, and of its adjoint.

use rustc_hash::FxHashSet as HashSet;

use crate::ir::{Block, Function, Stmt, Var, VarKind};
use crate::reverse::Adjoint;
use crate::types::Ty;

/// Of a loop that runs both ways, an iteration has the values still at hand that it kept itself: they go through no tape.
pub(crate) fn drop_tapes_at_hand(adjoint: &mut Adjoint) {
    let mut tapes = Vec::new();
    at_hand(&mut adjoint.function.body, &mut tapes);
    let body = &mut adjoint.function.body.stmts;
    tapes.retain(|t| uses(body, *t) + uses(&adjoint.reverse, *t) == 0);
    body.retain(|s| !matches!(s, Stmt::TapeDecl(t, _) if tapes.contains(t)));
}

fn at_hand(block: &mut Block, tapes: &mut Vec<Var>) {
    block.stmts.iter_mut().for_each(|s| s.each_block_mut(&mut |b| at_hand(b, tapes)));
    let mut k = 0;
    while k < block.stmts.len() {
        if let Some((tape, popped)) = popped_again(&block.stmts[k..]) {
            block.stmts.remove(k + popped);
            block.stmts.remove(k);
            tapes.push(tape);
        } else {
            k += 1;
        }
    }
}

/// If the first statement pushes what one behind it pops, with nothing done to the variables or the tape in between: the tape, and where it is popped.
fn popped_again(stmts: &[Stmt]) -> Option<(Var, usize)> {
    let Some(Stmt::TapePush(tape, kept)) = stmts.first() else { return None };
    let popped = stmts.iter().position(|s| matches!(s, Stmt::TapePop(t, vars) if t == tape && vars == kept))?;
    let between = &stmts[1..popped];
    (uses(between, *tape) == 0 && !kept.iter().any(|v| between.iter().any(|s| s.mentions(*v)))).then_some((*tape, popped))
}

/// How many statements mention a tape, its declaration apart.
pub(crate) fn uses(stmts: &[Stmt], tape: Var) -> usize {
    let mut n = 0;
    for s in stmts {
        let mut own = false;
        s.each_read(&mut |v| own |= v == tape);
        n += usize::from(own || matches!(s, Stmt::TapePush(t, _) | Stmt::TapePop(t, _) if *t == tape));
        s.each_block(&mut |b| n += uses(&b.stmts, tape));
    }
    n
}

/// Removes exit flags that nothing tests.
pub(crate) fn drop_unread_flags(f: &mut Function) {
    let mut read = HashSet::default();
    reads(&f.body, &mut read);
    if let Some(r) = &f.result {
        r.each_operand(&mut |v| {
            read.insert(v);
        });
    }
    let vars = &f.vars;
    let dead = |v: Var| {
        let info = &vars[v.0 as usize];
        info.kind == VarKind::Memory && matches!(info.ty, Ty::Plain) && !read.contains(&v) && is_flag(&info.name.to_string())
    };
    let mut body = std::mem::replace(&mut f.body, Block { region: crate::ir::Region(0), stmts: Vec::new() });
    drop_in(&mut body, &dead);
    f.body = body;
}

fn is_flag(name: &str) -> bool {
    ["returned", "stop", "skip", "left"].iter().any(|stem| name.starts_with(stem))
}

fn reads(block: &Block, read: &mut HashSet<Var>) {
    for s in &block.stmts {
        s.each_read(&mut |v| {
            read.insert(v);
        });
        s.each_block(&mut |b| reads(b, read));
    }
}

fn drop_in(block: &mut Block, dead: &dyn Fn(Var) -> bool) {
    block.stmts.retain(|s| match s {
        Stmt::Decl(v, _) => !dead(*v),
        Stmt::Assign(p, _) => !p.path.is_empty() || !dead(p.root),
        _ => true,
    });
    for s in &mut block.stmts {
        s.each_block_mut(&mut |b| drop_in(b, dead));
    }
}
