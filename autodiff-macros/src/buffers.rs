//! Vectors of loops that keep their memory from one iteration to the next.
//!
//! What enters: an adjoint. What leaves: the same, where a vector that each iteration makes and drops is declared in front of the outermost
//! loop, and filled again in each iteration:
//!
//! ```text
//! for i in (0..n).rev() { let mut x_bar = zero(&x); pull(&x, y_bar, &mut x_bar); .. }
//! // becomes
//! let mut x_bar = empty();
//! for i in (0..n).rev() { zero_into(&mut x_bar, &x); pull(&x, y_bar, &mut x_bar); .. }
//! ```
//!
//! A cotangent that is taken out of another one, with zeros left behind (`replace`), changes places with it. Guarantees: the same values; a
//! vector that anything takes away, onto a tape or into another variable, is made anew as before.

use crate::ir::{Arg, Block, ContainerExpr, Expr, Function, Place, Proj, Region, Stmt, Var, VarKind};
use crate::reverse::Adjoint;
use crate::types::Ty;

/// Declares vectors in front of loops, in both sweeps.
pub(crate) fn buffers(adjoint: &mut Adjoint) {
    let mut body = std::mem::take(&mut adjoint.function.body.stmts);
    let mut pass = Buffers { f: &mut adjoint.function, found: Vec::new() };
    pass.outside(&mut body, Region(0));
    pass.outside(&mut adjoint.reverse, Region(0));
    adjoint.function.body.stmts = body;
}

struct Buffers<'f> {
    f: &'f mut Function,
    /// What is to be declared in front of the loop.
    found: Vec<Var>,
}

impl Buffers<'_> {
    /// Statements that no loop is around.
    fn outside(&mut self, stmts: &mut Vec<Stmt>, region: Region) {
        let mut out = Vec::with_capacity(stmts.len());
        for mut s in std::mem::take(stmts) {
            let is_loop = matches!(s, Stmt::For(_) | Stmt::ForEach(_) | Stmt::While(_) | Stmt::Segments(_));
            if is_loop {
                s.each_block_mut(&mut |b| self.inside(&mut b.stmts));
                for v in std::mem::take(&mut self.found) {
                    let info = &mut self.f.vars[v.0 as usize];
                    info.region = region;
                    let empty = Some(Expr::Runtime("rt::empty", Vec::new()));
                    out.push(Stmt::Decl(v, empty));
                }
            } else {
                s.each_block_mut(&mut |b| {
                    let region = b.region;
                    self.outside(&mut b.stmts, region);
                });
            }
            out.push(s);
        }
        *stmts = out;
    }

    fn inside(&mut self, stmts: &mut Vec<Stmt>) {
        let mut k = 0;
        while k < stmts.len() {
            stmts[k].each_block_mut(&mut |b| self.inside(&mut b.stmts));
            if let Some((v, again, alias)) = self.filled(&stmts[k], &stmts[k + 1..]) {
                stmts[k] = again;
                if let Some(at) = alias {
                    stmts.remove(k + 1 + at);
                }
                self.found.push(v);
            }
            k += 1;
        }
    }

    /// A vector that a statement makes, what fills it instead, and which of the statements behind gives it another name.
    fn filled(&self, s: &Stmt, rest: &[Stmt]) -> Option<(Var, Stmt, Option<usize>)> {
        let (v, e) = match s {
            Stmt::DeclBar(v, e) | Stmt::Decl(v, Some(e)) => (*v, e),
            _ => return None,
        };
        let info = &self.f.vars[v.0 as usize];
        if info.optional {
            return None;
        }
        let runtime = |name, args: Vec<Expr>| Stmt::Runtime(name, args);
        let target = |v: Var| Expr::RefMut(Place::var(v));
        if let Expr::Runtime("rt::replace", args) = e {
            let (Some(bar @ Expr::RefMut(p)), Some(Expr::Runtime("rt::zero", shape))) = (args.first(), args.get(1)) else { return None };
            let shape = self.list(shape.first()?).filter(|_| p.path.is_empty())?;
            // It may have another name from where it is first mentioned.
            let first = rest.iter().position(|s| s.mentions(v));
            let renamed = first.and_then(|at| match &rest[at] {
                Stmt::DeclBar(n, Expr::Var(of)) if *of == v => {
                    let free = !rest[at + 1..].iter().any(|s| s.mentions(v)) && !rest[..at].iter().any(|s| s.mentions(*n));
                    free.then_some((*n, at))
                }
                _ => None,
            });
            let (v, rest, alias) = renamed.map_or((v, rest, None), |(n, at)| (n, &rest[at + 1..], Some(at)));
            return self.stays(v, rest).then(|| (v, runtime("rt::swap_zeroed", vec![bar.clone(), target(v), shape]), alias));
        }
        let again = match e {
            Expr::Runtime("rt::zero", shape) if matches!(s, Stmt::DeclBar(..)) => {
                runtime("rt::zero_into", vec![target(v), self.list(shape.first()?)?])
            }
            Expr::VecRepeat(x, n) if matches!(s, Stmt::DeclBar(..)) && matches!(**x, Expr::Const(_)) => {
                runtime("rt::refill", vec![target(v), (**x).clone(), (**n).clone()])
            }
            _ if info.kind != VarKind::Memory || !is_numbers(&info.ty) => return None,
            Expr::VecRepeat(x, n) if matches!(**x, Expr::Const(_)) => runtime("rt::refill", vec![target(v), (**x).clone(), (**n).clone()]),
            Expr::Verbatim(code, vars) => {
                let (x, n) = repeated(code)?;
                runtime("rt::refill", vec![target(v), x, Expr::Verbatim(Box::new(n), vars.clone())])
            }
            Expr::Runtime("rt::list_with_capacity", n) => runtime("rt::cleared", vec![target(v), n.first()?.clone()]),
            Expr::Container(ContainerExpr::ToVec, p, _) => runtime("rt::copied_into", vec![target(v), self.list(&Expr::Ref(p.clone()))?]),
            _ => return None,
        };
        self.stays(v, rest).then_some((v, again, None))
    }

    /// A reference to a list, if it is one.
    fn list(&self, e: &Expr) -> Option<Expr> {
        let Expr::Ref(p) = e else { return None };
        let ty = crate::analysis::place_ty(self.f, p);
        matches!(ty.peel(), Ty::Vec(_) | Ty::Slice(_)).then(|| e.clone())
    }

    /// Whether nothing takes the variable away.
    fn stays(&self, v: Var, stmts: &[Stmt]) -> bool {
        !stmts.iter().any(|s| takes(s, v))
    }
}

/// A vector of numbers.
fn is_numbers(ty: &Ty) -> bool {
    matches!(ty, Ty::Vec(e) if e.is_float())
}

/// The literal and the length of `vec![0.0; n]`.
pub(crate) fn repeated(code: &syn::Expr) -> Option<(Expr, syn::Expr)> {
    let syn::Expr::Macro(m) = code else { return None };
    let parts = |input: syn::parse::ParseStream| {
        let literal: syn::Lit = input.parse()?;
        input.parse::<syn::Token![;]>()?;
        Ok((literal, input.parse::<syn::Expr>()?))
    };
    let (literal, n) = m.mac.path.is_ident("vec").then(|| m.mac.parse_body_with(parts).ok())??;
    Some((Expr::Const(quote::quote!(#literal)), n))
}

/// Whether a statement may take a variable away: whatever does not only read its parts, or borrow it.
fn takes(s: &Stmt, v: Var) -> bool {
    let e = |e: &Expr| takes_value(e, v);
    let place = |p: &Place| takes_in(p, v);
    let own = match s {
        Stmt::Let(_, x) | Stmt::Decl(_, Some(x)) | Stmt::Do(x) | Stmt::LetBar(_, x, _) | Stmt::DeclBar(_, x) | Stmt::If(x, ..) => e(x),
        Stmt::Assign(p, x) | Stmt::Update(p, _, x, _) | Stmt::Accumulate(p, x) => place(p) || e(x),
        Stmt::Container(_, p, args, _) => place(p) || args.iter().any(e),
        Stmt::Runtime(_, args) => args.iter().any(e),
        Stmt::For(l) => e(&l.counter.start) || e(&l.counter.end) || l.counter.step.as_ref().is_some_and(e),
        Stmt::While(l) => e(&l.cond),
        Stmt::LetPull(_, _, call) => call.args.iter().any(|a| takes_argument(a, v)),
        Stmt::CallPull(c) => c.again.iter().any(e) || e(&c.seed),
        Stmt::Check(..) | Stmt::Decl(_, None) | Stmt::TapeDecl(..) | Stmt::Segments(_) => false,
        Stmt::Save(_, part) | Stmt::Restore(_, part) => place(part.place()),
        other => {
            let mut read = false;
            other.each_read(&mut |u| read |= u == v);
            read || matches!(other, Stmt::Recall(_, vars, _) | Stmt::TapePop(_, vars) if vars.contains(&v))
        }
    };
    let mut found = own;
    s.each_block(&mut |b: &Block| found |= b.stmts.iter().any(|s| takes(s, v)));
    found
}

fn takes_argument(a: &Arg, v: Var) -> bool {
    match a {
        Arg::Value(e) => takes_value(e, v),
        Arg::Ref(p) | Arg::RefMut(p) => takes_in(p, v),
        Arg::Receiver(p) => p.root == v || takes_in(p, v),
    }
}

fn takes_value(e: &Expr, v: Var) -> bool {
    match e {
        Expr::Var(u) => *u == v,
        Expr::Read(p) => p.root == v && p.path.is_empty() || takes_in(p, v),
        Expr::Clone(x) => match &**x {
            Expr::Read(p) => takes_in(p, v),
            Expr::Var(_) => false,
            x => takes_value(x, v),
        },
        Expr::Ref(p) | Expr::RefMut(p) => takes_in(p, v),
        Expr::Container(_, p, args) => takes_in(p, v) || args.iter().any(|x| takes_value(x, v)),
        Expr::Neg(x) | Expr::Cast(x, _) | Expr::Repeat(x, _) => takes_value(x, v),
        Expr::Bin(_, l, r, _) | Expr::VecRepeat(l, r) => takes_value(l, v) || takes_value(r, v),
        Expr::Rule(_, args) | Expr::Runtime(_, args) | Expr::Pullback(_, _, args) | Expr::Tuple(args) | Expr::Array(args) => {
            args.iter().any(|x| takes_value(x, v))
        }
        Expr::Call(call) => call.args.iter().any(|a| takes_argument(a, v)),
        // Elements and lengths.
        Expr::Verbatim(code, vars) => {
            vars.contains(&v)
                && (!crate::lower::is_simple(code) || matches!(**code, syn::Expr::Path(_) | syn::Expr::Paren(_) | syn::Expr::Tuple(_)))
        }
        other => {
            let mut read = false;
            other.each_operand(&mut |u| read |= u == v);
            read
        }
    }
}

/// Whether an index of a place takes the variable.
fn takes_in(p: &Place, v: Var) -> bool {
    p.path.iter().any(|step| match step {
        Proj::Index(i, _) | Proj::Slice(i, _) => takes_value(i, v),
        _ => false,
    })
}
