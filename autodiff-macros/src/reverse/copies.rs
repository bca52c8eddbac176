//! What calls are lent of a variable that is overwritten later is copied for their pullbacks once, as long as nothing is written in between.
//!
//! What enters: a function, and which of its calls' arguments a draft of the adjoint copies. What leaves: the same, where several of these are one
//! value: a copy in front of the first of them, or what the variable was last replaced with as a whole. Guarantee: the value is that of the
//! variable where the call is.

use rustc_hash::FxHashMap as HashMap;

use crate::ir::{Arg, Block, Expr, Function, Place, Proj, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;

/// Shares copies; true if there was something to be shared.
pub(super) fn share(f: &mut Function, names: &mut Namer, copied: &[(Var, Var)]) -> bool {
    if copied.is_empty() {
        return false;
    }
    let mut shared = Shared { copied, found: false };
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    shared.block(f, names, &mut body);
    f.body = body;
    shared.found
}

struct Shared<'c> {
    /// Calls, and the variables of which a part is copied for them.
    copied: &'c [(Var, Var)],
    found: bool,
}

/// Where a value that a place has comes from.
enum Source {
    /// The place is copied for the first of so many calls, at this statement.
    Copy { at: usize, uses: Vec<usize>, place: Place },
    /// The variable was replaced with another one's value at this statement.
    Replaced { at: usize, with: Var, uses: Vec<usize>, place: Place },
}

impl Shared<'_> {
    fn block(&mut self, f: &mut Function, names: &mut Namer, block: &mut Block) {
        let mut now: HashMap<(Var, String), usize> = HashMap::default();
        let mut sources: Vec<Source> = Vec::new();
        for (k, s) in block.stmts.iter_mut().enumerate() {
            s.each_block_mut(&mut |b| self.block(f, names, b));
            for place in self.lent(f, s) {
                let key = (place.root, crate::emit::place_tokens(&f.vars, &place).to_string());
                let at = *now.entry(key).or_insert_with(|| {
                    sources.push(Source::Copy { at: k, uses: Vec::new(), place });
                    sources.len() - 1
                });
                match &mut sources[at] {
                    Source::Copy { uses, .. } | Source::Replaced { uses, .. } => uses.push(k),
                }
            }
            let mut changed = Vec::new();
            crate::analysis::each_write(f, s, &mut |v| changed.push(v));
            now.retain(|(root, _), _| !changed.contains(root));
            if let Some((place, with)) = replaced(f, s, block.region).filter(|(p, _)| changed == [p.root]) {
                sources.push(Source::Replaced { at: k, with, uses: Vec::new(), place: place.clone() });
                now.insert((place.root, crate::emit::place_tokens(&f.vars, &place).to_string()), sources.len() - 1);
            }
        }
        self.rewrite(f, names, block, sources);
    }

    /// What is copied for a call, where the same may be copied for another one.
    fn lent(&self, f: &Function, s: &Stmt) -> Vec<Place> {
        let Stmt::Let(v, Expr::Call(call)) = s else { return Vec::new() };
        let fixed = |u: Var| !f.vars[u.0 as usize].mutable && matches!(f.vars[u.0 as usize].kind, VarKind::Value | VarKind::Index);
        let mut places: Vec<Place> = Vec::new();
        for a in &call.args {
            let Arg::Ref(p) = a else { continue };
            let steps = p.path.iter().all(|step| match step {
                Proj::Field(_) => true,
                Proj::Index(i, _) => matches!(&**i, Expr::Var(u) if fixed(*u)),
                _ => false,
            });
            let owner = f.vars[p.root.0 as usize].kind == VarKind::Memory && f.vars[p.root.0 as usize].origin.is_none();
            if steps && owner && self.copied.contains(&(*v, p.root)) {
                places.push(p.clone());
            }
        }
        places
    }

    fn rewrite(&mut self, f: &mut Function, names: &mut Namer, block: &mut Block, sources: Vec<Source>) {
        let mut copies: Vec<(usize, Var, Place)> = Vec::new();
        for source in sources {
            let (uses, value, place) = match source {
                Source::Copy { at, uses, place } if uses.len() > 1 => {
                    let seen = copy(f, names, &place, block.region);
                    copies.push((at, seen, place.clone()));
                    (uses, seen, place)
                }
                Source::Replaced { at, with, uses, place } if !uses.is_empty() => {
                    if let Stmt::Assign(_, e) = &mut block.stmts[at] {
                        *e = Expr::Clone(Box::new(Expr::Var(with)));
                    }
                    (uses, with, place)
                }
                _ => continue,
            };
            self.found = true;
            let tokens = crate::emit::place_tokens(&f.vars, &place).to_string();
            for k in uses {
                let Stmt::Let(_, Expr::Call(call)) = &mut block.stmts[k] else { continue };
                for a in &mut call.args {
                    if matches!(a, Arg::Ref(p) if p.root == place.root && crate::emit::place_tokens(&f.vars, p).to_string() == tokens) {
                        *a = Arg::Ref(Place::var(value));
                    }
                }
            }
        }
        copies.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        for (at, seen, place) in copies {
            block.stmts.insert(at, Stmt::Let(seen, Expr::Clone(Box::new(Expr::Read(place)))));
        }
    }
}

/// A variable that is replaced as a whole with the value of another one, which stays what it is.
fn replaced(f: &Function, s: &Stmt, region: Region) -> Option<(Place, Var)> {
    let Stmt::Assign(p, Expr::Var(with)) = s else { return None };
    let info = &f.vars[with.0 as usize];
    let lasts = info.kind == VarKind::Value && info.owned && !info.mutable && info.region == region && info.origin.is_none();
    (p.path.is_empty() && lasts).then(|| (p.clone(), *with))
}

fn copy(f: &mut Function, names: &mut Namer, of: &Place, region: Region) -> Var {
    let ty = crate::analysis::place_ty(f, of);
    let (varied, place) = (f.vars[of.root.0 as usize].varied, f.vars[of.root.0 as usize].name.span());
    let mut name = names.numbered("seen_");
    name.set_span(name.span().located_at(place));
    f.add(VarInfo { varied, ..VarInfo::owned(name, ty, VarKind::Value, region) })
}
