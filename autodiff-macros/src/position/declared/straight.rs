//! Operators and methods that are a straight line of arithmetic, as text.
//!
//! What enters: a function of an `impl` with the attribute. What leaves: its parameters and its body, for callers that write it out where it is
//! called. Guarantees: the body has no control flow, changes nothing, and is short; nothing but the attribute says what its derivative is.

use quote::ToTokens;
use syn::{Expr, Stmt};

use crate::names::bare as unraw;

/// A function that consists of `let`s and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Straight {
    /// The names of the parameters, `self` included.
    pub params: Vec<String>,
    /// The type of each that is a number, by value or behind a reference: `f64`.
    pub numbers: Vec<Option<&'static str>>,
    /// The text of the block.
    pub body: String,
    /// Whether it changes fields of what it is called on, each by itself, and gives nothing.
    pub changes: bool,
}

/// Operations of a function, at most: the code of a gradient grows with them.
const LONGEST: usize = 40;

impl Straight {
    /// Reads a function that has the attribute, itself or by the block around it, if it is one.
    pub(super) fn of(sig: &syn::Signature, block: &syn::Block) -> Option<Straight> {
        let special = sig.asyncness.is_some() || sig.unsafety.is_some() || sig.abi.is_some() || sig.variadic.is_some();
        if special || !sig.generics.params.is_empty() || sig.generics.where_clause.is_some() {
            return None;
        }
        if matches!(sig.inputs.first(), Some(syn::FnArg::Receiver(r)) if r.reference.is_some() && r.mutability.is_some()) {
            return Straight::of_changes(sig, block);
        }
        let params = sig.inputs.iter().map(param).collect::<Option<Vec<_>>>()?;
        let mut size = 0;
        let (last, before) = block.stmts.split_last()?;
        let Stmt::Expr(value, None) = last else { return None };
        let mut bound = params.clone();
        for s in before {
            let Stmt::Local(l) = s else { return None };
            let (syn::Pat::Ident(p), Some(init)) = (&l.pat, &l.init) else { return None };
            let plain = l.attrs.is_empty() && p.by_ref.is_none() && p.mutability.is_none() && p.subpat.is_none() && init.diverge.is_none();
            if !plain || bound.contains(&unraw(&p.ident)) {
                return None;
            }
            size += operations(&init.expr)?;
            bound.push(unraw(&p.ident));
        }
        size += operations(value)?;
        let numbers = sig.inputs.iter().map(number).collect();
        (size <= LONGEST).then(|| Straight { params, numbers, body: block.to_token_stream().to_string(), changes: false })
    }

    /// `self.x += o.x; self.y += o.y;`: what is added is nothing of the receiver's.
    fn of_changes(sig: &syn::Signature, block: &syn::Block) -> Option<Straight> {
        let given = matches!(sig.output, syn::ReturnType::Type(..));
        let more = sig.inputs.iter().skip(1).map(param).collect::<Option<Vec<_>>>()?;
        let params: Vec<String> = std::iter::once("self".to_string()).chain(more).collect();
        let this: rustc_hash::FxHashSet<String> = std::iter::once("self".to_string()).collect();
        for s in &block.stmts {
            let Stmt::Expr(Expr::Binary(b), _) = s else { return None };
            let known =
                matches!(b.op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_) | syn::BinOp::MulAssign(_) | syn::BinOp::DivAssign(_));
            if !known || !is_part_of_self(&b.left) || crate::varied::mentions(b.right.to_token_stream(), &this) {
                return None;
            }
            operations(&b.right)?;
        }
        let short = (1..=LONGEST).contains(&block.stmts.len()) && !given;
        let numbers = sig.inputs.iter().map(number).collect();
        short.then(|| Straight { params, numbers, body: block.to_token_stream().to_string(), changes: true })
    }
}

/// `self.at.x`
fn is_part_of_self(e: &Expr) -> bool {
    match e {
        Expr::Field(f) => matches!(&*f.base, Expr::Path(p) if p.path.is_ident("self")) || is_part_of_self(&f.base),
        _ => false,
    }
}

/// The name of a parameter that is not changed.
fn param(input: &syn::FnArg) -> Option<String> {
    match input {
        syn::FnArg::Receiver(r) => {
            let read = r.mutability.is_none() && r.colon_token.is_none() && r.attrs.is_empty();
            read.then(|| "self".to_string())
        }
        syn::FnArg::Typed(t) => {
            let syn::Pat::Ident(p) = &*t.pat else { return None };
            let written = matches!(&*t.ty, syn::Type::Reference(r) if r.mutability.is_some());
            (p.by_ref.is_none() && p.mutability.is_none() && p.subpat.is_none() && t.attrs.is_empty() && !written).then(|| unraw(&p.ident))
        }
    }
}

/// The type of a parameter that is a number.
fn number(input: &syn::FnArg) -> Option<&'static str> {
    let syn::FnArg::Typed(t) = input else { return None };
    let mut ty = &*t.ty;
    while let syn::Type::Reference(r) = ty {
        ty = &r.elem;
    }
    let syn::Type::Path(p) = ty else { return None };
    ["f64", "f32"].into_iter().find(|name| p.path.is_ident(name))
}

/// How many operations an expression consists of, if it is made of nothing but these.
fn operations(e: &Expr) -> Option<usize> {
    let all = |of: &mut dyn Iterator<Item = &Expr>| of.map(operations).sum::<Option<usize>>();
    match e {
        Expr::Paren(p) => operations(&p.expr),
        Expr::Group(g) => operations(&g.expr),
        Expr::Lit(l) => matches!(l.lit, syn::Lit::Float(_) | syn::Lit::Int(_)).then_some(0),
        Expr::Path(p) => (p.qself.is_none() && p.path.get_ident().is_some()).then_some(0),
        Expr::Field(f) => operations(&f.base),
        Expr::Unary(u) => match u.op {
            syn::UnOp::Neg(_) => Some(1 + operations(&u.expr)?),
            syn::UnOp::Deref(_) => operations(&u.expr),
            _ => None,
        },
        Expr::Reference(r) if r.mutability.is_none() => operations(&r.expr),
        Expr::Binary(b) => {
            use syn::BinOp::{Add, Div, Mul, Sub};
            let known = matches!(b.op, Add(_) | Sub(_) | Mul(_) | Div(_));
            known.then(|| Some(1 + operations(&b.left)? + operations(&b.right)?))?
        }
        Expr::Struct(s) => (s.rest.is_none() && s.qself.is_none()).then(|| all(&mut s.fields.iter().map(|f| &f.expr)))?,
        Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if p.qself.is_none()).then(|| Some(1 + all(&mut c.args.iter())?))?,
        Expr::MethodCall(m) => m.turbofish.is_none().then(|| Some(1 + operations(&m.receiver)? + all(&mut m.args.iter())?))?,
        _ => None,
    }
}
