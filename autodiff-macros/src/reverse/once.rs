//! What is computed twice of the same numbers is one value.
//!
//! What enters: a lowered function. What leaves: the same, where the second `let t1 = x[i] - y[i];` of a block is `let t1 = t0;`, and a number at a place
//! that never changes, which arithmetic reads several times, is a value in front of the first statement that reads it. So the reverse of
//! `(x[i] - y[i]) * (x[i] - y[i])` adds to the cotangents of both elements once, not twice.
//!
//! Guarantee: the same operations on the same numbers. Only what cannot change takes part: variables that are defined once, and places in them.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::ir::{Block, Expr, Function, Place, Proj, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;

/// Gives every such value the name of the first one.
pub(super) fn share(f: &mut Function, names: &mut Namer) {
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    in_block(f, names, &mut body);
    f.body = body;
}

fn in_block(f: &mut Function, names: &mut Namer, block: &mut Block) {
    share_computed(f, block);
    // Outside of loops and branches values are kept by name: pullbacks would own what is at hand in their arguments.
    if block.region != Region(0) {
        share_read(f, names, block);
    }
    for s in &mut block.stmts {
        s.each_block_mut(&mut |b| in_block(f, names, b));
    }
}

/// `let t1 = x * y;` behind `let t0 = x * y;` is `let t1 = t0;`.
fn share_computed(f: &Function, block: &mut Block) {
    let mut same: HashMap<Var, Var> = HashMap::default();
    let mut first: HashMap<String, Var> = HashMap::default();
    for s in &mut block.stmts {
        let Stmt::Let(v, e) = s else { continue };
        let info = &f.vars[v.0 as usize];
        if info.kind != VarKind::Value || !is_fixed(f, *v) || !info.varied {
            continue;
        }
        if let Expr::Var(u) = e {
            if is_fixed(f, *u) {
                let root = *same.get(u).unwrap_or(u);
                same.insert(*v, root);
            }
            continue;
        }
        let arithmetic = matches!(e, Expr::Neg(_) | Expr::Bin(..) | Expr::Rule(..));
        if !arithmetic || !info.ty.is_float() || info.annotation.is_some() {
            continue;
        }
        let mut text = Text { f, same: &same, numbers: false };
        let Some(key) = text.of(e).filter(|_| text.numbers) else { continue };
        let u = *first.entry(key).or_insert(*v);
        if u != *v {
            *e = Expr::Var(u);
            same.insert(*v, u);
        }
    }
}

/// An expression of what cannot change, as text.
struct Text<'a> {
    f: &'a Function,
    /// Other names of values.
    same: &'a HashMap<Var, Var>,
    /// It reads a number that has a type of its own: constants alone have the one that is asked for.
    numbers: bool,
}

impl Text<'_> {
    fn of(&mut self, e: &Expr) -> Option<String> {
        Some(match e {
            Expr::Var(v) if is_fixed(self.f, *v) => {
                self.numbers |= self.f.vars[v.0 as usize].ty.is_float();
                format!("#{}", self.same.get(v).unwrap_or(v).0)
            }
            Expr::Read(p) if is_fixed_number(self.f, p) => {
                self.numbers = true;
                text_of(self.f, p)
            }
            Expr::Const(code) if is_name_or_literal(code) => code.to_string(),
            Expr::Neg(x) => format!("-({})", self.of(x)?),
            Expr::Bin(op, l, r, _) => format!("({}) {} ({})", self.of(l)?, op.symbol(), self.of(r)?),
            Expr::Rule(name, args) => {
                let args: Option<Vec<String>> = args.iter().map(|a| self.of(a)).collect();
                format!("{name}({})", args?.join(", "))
            }
            Expr::Verbatim(code, vars) if crate::lower::is_simple(code) && vars.iter().all(|v| is_fixed(self.f, *v)) => {
                quote::ToTokens::to_token_stream(code).to_string()
            }
            _ => return None,
        })
    }
}

/// A number that arithmetic reads several times of a place is a value.
fn share_read(f: &mut Function, names: &mut Namer, block: &mut Block) {
    let mut seen: HashSet<String> = HashSet::default();
    let mut twice: HashSet<String> = HashSet::default();
    for s in &mut block.stmts {
        each_read(s, &mut |e| {
            if let Expr::Read(p) = e {
                if is_fixed_number(f, p) && f.vars[p.root.0 as usize].varied {
                    let key = text_of(f, p);
                    if !seen.insert(key.clone()) {
                        twice.insert(key);
                    }
                }
            }
        });
    }
    if twice.is_empty() {
        return;
    }
    let mut taken: HashMap<String, Var> = HashMap::default();
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut s in std::mem::take(&mut block.stmts) {
        if let Stmt::Let(v, Expr::Read(p)) = &s {
            let key = text_of(f, p);
            let own = is_fixed(f, *v) && f.vars[v.0 as usize].kind == VarKind::Value && f.vars[v.0 as usize].annotation.is_none();
            if own && twice.contains(&key) && !taken.contains_key(&key) {
                taken.insert(key, *v);
                stmts.push(s);
                continue;
            }
        }
        each_read(&mut s, &mut |e| {
            let Expr::Read(p) = e else { return };
            let key = text_of(f, p);
            if !twice.contains(&key) {
                return;
            }
            let v = *taken.entry(key).or_insert_with(|| {
                let v = value_of(f, names, p, block.region);
                stmts.push(Stmt::Let(v, Expr::Read(p.clone())));
                v
            });
            *e = Expr::Var(v);
        });
        stmts.push(s);
    }
    block.stmts = stmts;
}

/// The operands of arithmetic that are read of places, in order.
fn each_read(s: &mut Stmt, f: &mut dyn FnMut(&mut Expr)) {
    match s {
        Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Assign(_, e) | Stmt::Update(_, _, e, _) => operands(e, f),
        _ => {}
    }
}

fn operands(e: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
    match e {
        Expr::Read(_) => f(e),
        Expr::Neg(x) | Expr::Cast(x, _) => operands(x, f),
        Expr::Bin(_, l, r, _) => {
            operands(l, f);
            operands(r, f);
        }
        Expr::Rule(_, args) => args.iter_mut().for_each(|a| operands(a, f)),
        _ => {}
    }
}

fn value_of(f: &mut Function, names: &mut Namer, p: &Place, region: Region) -> Var {
    let ty = crate::analysis::place_ty(f, p);
    let varied = f.vars[p.root.0 as usize].varied;
    f.add(VarInfo { varied, ..VarInfo::owned(names.numbered("t"), ty, VarKind::Value, region) })
}

fn text_of(f: &Function, p: &Place) -> String {
    format!("#{} {}", p.root.0, crate::emit::place_tokens(&f.vars, p))
}

/// A part of what cannot change that is a number, by indices that cannot change either.
fn is_fixed_number(f: &Function, p: &Place) -> bool {
    let mut fixed = !p.path.is_empty();
    p.each_var(&mut |v| fixed &= is_fixed(f, v));
    let steps = p.path.iter().all(|s| match s {
        Proj::Index(i, _) => match &**i {
            Expr::Const(_) | Expr::Var(_) => true,
            Expr::Verbatim(code, _) => crate::lower::is_simple(code),
            _ => false,
        },
        Proj::Field(_) | Proj::Deref => true,
        _ => false,
    });
    fixed && steps && crate::analysis::place_ty(f, p).is_float()
}

/// A variable that is defined once and stands for nothing else.
fn is_fixed(f: &Function, v: Var) -> bool {
    let info = &f.vars[v.0 as usize];
    !info.mutable && info.origin.is_none() && matches!(info.kind, VarKind::Value | VarKind::Param | VarKind::Index | VarKind::Bound)
}

/// No call, no block, nothing that may be another value the next time.
fn is_name_or_literal(code: &proc_macro2::TokenStream) -> bool {
    code.clone().into_iter().all(|t| !matches!(t, proc_macro2::TokenTree::Group(_)))
}
