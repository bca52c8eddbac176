//! Functions that are each other's derivatives: `sin` and `cos`, `sinh` and `cosh`.
//!
//! What enters: a lowered function. What leaves: for each of these of an operand which its partner is taken of in the same block, the partner's
//! value, which the reverse sweep multiplies with instead of asking for it once more. In loops a partner that nobody took is taken beside it:
//! both at once cost little more than one, and where it is kept, it is kept instead of the operand.

use rustc_hash::FxHashMap as HashMap;

use crate::ir::{Block, Expr, Function, Place, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;

/// The value of the partner, by value.
pub(super) type Partners = HashMap<Var, Var>;

/// The partner's name.
fn partner(name: &str) -> Option<&'static str> {
    Some(match name {
        "sin" => "cos",
        "cos" => "sin",
        "sinh" => "cosh",
        "cosh" => "sinh",
        _ => return None,
    })
}

/// Finds and makes partners.
pub(super) fn partners(f: &mut Function, names: &mut Namer) -> Partners {
    let mut found = Partners::default();
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    in_block(f, names, &mut body, false, &mut found);
    f.body = body;
    found
}

fn in_block(f: &mut Function, names: &mut Namer, block: &mut Block, in_loop: bool, found: &mut Partners) {
    let in_loop = in_loop || f.regions[block.region.0 as usize].is_loop;
    // Other names of values.
    let mut same: HashMap<Var, Var> = HashMap::default();
    let mut taken: HashMap<(String, String), Var> = HashMap::default();
    let mut alone = Vec::new();
    for (at, s) in block.stmts.iter().enumerate() {
        let Stmt::Let(v, e) = s else { continue };
        match e {
            Expr::Var(u) if is_fixed(f, *u) => {
                let first = *same.get(u).unwrap_or(u);
                same.insert(*v, first);
            }
            Expr::Rule(name, args) if f.vars[v.0 as usize].kind == VarKind::Value && f.vars[v.0 as usize].ty.is_float() => {
                let name = name.to_string();
                let (Some(other), [x]) = (partner(&name), &args[..]) else { continue };
                let Some(operand) = operand(f, &same, x) else { continue };
                let key = |name: &str| (name.to_owned(), operand.clone());
                if let Some(u) = taken.get(&key(other)) {
                    found.insert(*v, *u);
                    found.entry(*u).or_insert(*v);
                }
                taken.entry(key(&name)).or_insert(*v);
                alone.push((at, *v, key(other)));
            }
            _ => {}
        }
    }
    if in_loop {
        for (at, v, key) in alone.into_iter().rev() {
            if found.contains_key(&v) {
                continue;
            }
            let Stmt::Let(_, Expr::Rule(name, args)) = &block.stmts[at] else { continue };
            let name = proc_macro2::Ident::new(&key.0, name.span());
            let made = Expr::Rule(name, args.clone());
            let u = match taken.get(&key) {
                Some(u) => *u,
                None => {
                    let u = beside(f, names, v);
                    taken.insert(key, u);
                    block.stmts.insert(at + 1, Stmt::Let(u, made));
                    u
                }
            };
            found.insert(v, u);
        }
    }
    for s in &mut block.stmts {
        s.each_block_mut(&mut |b| in_block(f, names, b, in_loop, found));
    }
}

/// A value like another.
fn beside(f: &mut Function, names: &mut Namer, of: Var) -> Var {
    let info = VarInfo { name: names.numbered("beside_"), origin: None, annotation: None, ..f.vars[of.0 as usize].clone() };
    f.add(info)
}

/// What an operand is, as text, if it is the same all through the block.
fn operand(f: &Function, same: &HashMap<Var, Var>, x: &Expr) -> Option<String> {
    let place = match x {
        Expr::Var(v) => Place::var(*same.get(v).unwrap_or(v)),
        Expr::Read(p) => p.clone(),
        _ => return None,
    };
    let mut fixed = true;
    place.each_var(&mut |v| fixed &= is_fixed(f, v));
    fixed.then(|| format!("{} {}", place.root.0, crate::emit::place_tokens(&f.vars, &place)))
}

fn is_fixed(f: &Function, v: Var) -> bool {
    let info = &f.vars[v.0 as usize];
    !info.mutable && info.origin.is_none() && matches!(info.kind, VarKind::Value | VarKind::Param | VarKind::Index | VarKind::Bound)
}
