//! What is read twice with no write in between is one value.
//!
//! What enters: a lowered function. What leaves: the same, where the second `let t1 = u[i];` of a block is `let t1 = t0;`. So that
//! the reverse sweep keeps such a value once, or reads it again once.

use rustc_hash::FxHashMap as HashMap;

use crate::ir::{Block, Expr, Function, Place, Proj, Region, Stmt, Var, VarKind};

/// Gives every value that is read again in its block the name of the first one.
pub(super) fn share(f: &mut Function) {
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    in_block(f, &mut body);
    f.body = body;
}

fn in_block(f: &Function, block: &mut Block) {
    let mut seen: HashMap<(Var, String), (Var, Place)> = HashMap::default();
    for s in &mut block.stmts {
        if let Stmt::Let(v, e) = s {
            let place = match e {
                Expr::Read(p) => Some(p.clone()),
                Expr::Var(u) => Some(Place::var(*u)),
                _ => None,
            };
            if let Some(p) = place.filter(|p| is_number_in_memory(f, p)) {
                let key = (p.root, crate::emit::place_tokens(&f.vars, &p).to_string());
                let first = seen.entry(key).or_insert_with(|| (*v, p)).0;
                if first != *v && f.vars[v.0 as usize].annotation.is_none() {
                    *e = Expr::Var(first);
                }
                continue;
            }
        }
        s.each_block_mut(&mut |b| in_block(f, b));
        let mut changed = Vec::new();
        crate::analysis::each_write(f, s, &mut |v| changed.push(v));
        let part = match &*s {
            Stmt::Assign(p, _) | Stmt::Update(p, ..) if changed == [p.root] => Some(p),
            _ => None,
        };
        seen.retain(|(root, _), (_, read)| !changed.contains(root) || part.is_some_and(|part| are_other_fields(part, read)));
    }
}

/// Whether two places of one variable are different fields, of whichever elements.
fn are_other_fields(a: &Place, b: &Place) -> bool {
    let told = a.path.iter().zip(&b.path).find_map(|steps| match steps {
        (Proj::Field(a), Proj::Field(b)) if a == b => None,
        (Proj::Deref, Proj::Deref) | (Proj::Index(..), Proj::Index(..)) => None,
        (Proj::Field(_), Proj::Field(_)) => Some(true),
        _ => Some(false),
    });
    told == Some(true)
}

/// A number that code may change, at a place whose indices it may not.
fn is_number_in_memory(f: &Function, p: &Place) -> bool {
    let fixed = |v: Var| {
        let info = &f.vars[v.0 as usize];
        !info.mutable && matches!(info.kind, VarKind::Value | VarKind::Index | VarKind::Param)
    };
    let info = &f.vars[p.root.0 as usize];
    let indices = p.path.iter().all(|s| match s {
        Proj::Index(i, _) => {
            let mut all = match &**i {
                Expr::Const(_) | Expr::Var(_) => true,
                Expr::Verbatim(code, _) => crate::lower::is_simple(code),
                _ => false,
            };
            i.each_operand(&mut |v| all &= fixed(v));
            all
        }
        Proj::Field(_) | Proj::Deref => true,
        _ => false,
    });
    let in_memory = matches!(info.kind, VarKind::Memory | VarKind::Param) && info.mutable && info.origin.is_none();
    in_memory && indices && crate::analysis::place_ty(f, p).is_float()
}
