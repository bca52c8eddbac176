//! Small clean-ups of the lowered function.

use rustc_hash::FxHashSet as HashSet;

use crate::ir::{Block, Function, Stmt, Var, VarKind};
use crate::types::Ty;

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
