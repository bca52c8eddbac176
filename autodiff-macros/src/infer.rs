//! Types of locals, as far as the syntax tells: annotations, literals, and the places values flow to.
//!
//! What enters: a body in which every binding has its own name, the parameters' types and the result's. What leaves:
//! [`Types`], which answers the type of a name and of an expression. Every answer other than
//! `Unknown` is certain, provided the function type-checks; nothing is guessed.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use crate::types::{Float, Ty};
use crate::varied::is_plain_operator;

mod declared;
pub(crate) mod methods;
mod pass;

pub(crate) use methods::{float_method_args, is_method_of_matrices};

/// Types of names.
#[derive(Default, Clone)]
pub(crate) struct Types {
    pub names: HashMap<String, Ty>,
    pub floats: Vec<syn::Ident>,
    /// Constants inside the body.
    consts: HashMap<String, Ty>,
    /// What `Self` stands for, as far as the file tells.
    this: crate::types::Named,
    /// What the body binds: no function or type of the file.
    bound: HashSet<String>,
}

impl Types {
    /// What `Self` stands for, as far as the file tells.
    pub fn this(&self) -> &crate::types::Named {
        &self.this
    }
}

pub(crate) use pass::{is_filled_array, refine};

impl Types {
    /// Whether the body binds the name.
    pub fn binds(&self, name: &str) -> bool {
        self.bound.contains(name)
    }

    fn name(&self, name: &str) -> Ty {
        self.names.get(name).cloned().unwrap_or(Ty::Unknown)
    }

    /// The type of an expression.
    pub fn of(&self, e: &Expr) -> Ty {
        match e {
            Expr::Lit(l) => match &l.lit {
                syn::Lit::Float(f) => Ty::Float(match f.suffix() {
                    "f64" => Float::F64,
                    "f32" => Float::F32,
                    _ => Float::Inferred,
                }),
                syn::Lit::Int(i) if i.suffix() == "f64" => Ty::F64,
                syn::Lit::Int(i) if i.suffix() == "f32" => Ty::Float(Float::F32),
                _ => Ty::Plain,
            },
            Expr::Paren(p) => self.of(&p.expr),
            Expr::Group(g) => self.of(&g.expr),
            Expr::Path(p) => self.of_path(p),
            Expr::Unary(u) => match u.op {
                syn::UnOp::Deref(_) => match self.of(&u.expr) {
                    Ty::Ref(inner, _) => *inner,
                    _ => Ty::Unknown,
                },
                _ => match self.of(&u.expr).peel() {
                    Ty::Inert => Ty::Unknown,
                    own @ Ty::Named(_) => self.declared_negation(u, own),
                    number => number.clone(),
                },
            },
            Expr::Binary(b) if self.may_be_own(b) => Ty::Unknown,
            Expr::Binary(b) if is_plain_operator(&b.op) => Ty::Plain,
            Expr::Binary(b) => match (self.of(&b.left), self.of(&b.right)) {
                (l, r) if matches!(l.peel(), Ty::Named(_)) || matches!(r.peel(), Ty::Named(_)) => self.declared_operator(&b.op, &l, &r),
                (l, r) => arithmetic(&l, &r),
            },
            Expr::Cast(c) => Ty::parse(&c.ty, &self.floats),
            Expr::Field(f) => self.of(&f.base).field(&f.member),
            Expr::Index(i) => {
                let base = self.of(&i.expr);
                if matches!(crate::lower::strip(&i.index), Expr::Range(_)) || matches!(self.of(&i.index), Ty::Range) {
                    match base.peel() {
                        Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) => Ty::Slice(Box::new(base.element())),
                        _ => Ty::Unknown,
                    }
                } else {
                    base.element()
                }
            }
            Expr::Reference(r) => match self.of(&r.expr) {
                Ty::Unknown => Ty::Unknown,
                inner => Ty::Ref(Box::new(inner), r.mutability.is_some()),
            },
            Expr::Tuple(t) if t.elems.is_empty() => Ty::Unit,
            Expr::Tuple(t) => Ty::Tuple(t.elems.iter().map(|e| self.of(e)).collect()),
            Expr::Array(a) => match a.elems.first() {
                Some(first) => {
                    let n = a.elems.len();
                    let elem = a.elems.iter().map(|e| self.of(e)).find(|t| !matches!(t, Ty::Unknown)).unwrap_or_else(|| self.of(first));
                    Ty::Array(Box::new(elem), quote::quote!(#n))
                }
                None => Ty::Unknown,
            },
            Expr::Repeat(r) => {
                let len = &r.len;
                Ty::Array(Box::new(self.of(&r.expr)), quote::quote!(#len))
            }
            Expr::MethodCall(m) => self.of_method(m),
            Expr::Call(c) => self.of_call(c),
            Expr::If(i) => match self.of_block(&i.then_branch) {
                Ty::Unknown => i.else_branch.as_ref().map_or(Ty::Unit, |(_, e)| self.of(e)),
                known => known,
            },
            Expr::Match(m) => m.arms.iter().map(|a| self.of(&a.body)).find(|t| !matches!(t, Ty::Unknown)).unwrap_or(Ty::Unknown),
            Expr::Block(b) => match (&b.label, self.of_block(&b.block)) {
                (Some(label), Ty::Unknown) => self.of_breaks(Some(label), false, &b.block),
                (_, known) => known,
            },
            Expr::Loop(l) => self.of_breaks(l.label.as_ref(), true, &l.body),
            Expr::Macro(m) if m.mac.path.is_ident("vec") => {
                let first = syn::parse::Parser::parse2(
                    |input: syn::parse::ParseStream| {
                        let first: Expr = input.parse()?;
                        input.parse::<proc_macro2::TokenStream>()?;
                        Ok(first)
                    },
                    m.mac.tokens.clone(),
                );
                Ty::Vec(Box::new(first.map_or(Ty::Unknown, |e| self.of(&e))))
            }
            Expr::Macro(m) if m.mac.path.is_ident("matches") => Ty::Plain,
            Expr::Range(r) if [&r.start, &r.end].into_iter().flatten().all(|e| matches!(self.of(e), Ty::Plain)) => Ty::Range,
            Expr::Range(_) => Ty::Unknown,
            Expr::Struct(s) => Ty::made(&s.path, &self.floats),
            Expr::Assign(_) | Expr::ForLoop(_) | Expr::While(_) => Ty::Unit,
            _ => Ty::Unknown,
        }
    }

    /// Whether an operator on bits may be one of the crate's own, as far as its text tells.
    fn may_be_own(&self, b: &syn::ExprBinary) -> bool {
        let own = |name: &str| {
            crate::position::mentions(&b.op, name) && ![&b.left, &b.right].into_iter().all(|e| matches!(self.of(e).peel(), Ty::Plain))
        };
        crate::varied::trait_of_bits(&b.op).is_some_and(own)
    }

    /// Whether an expression is a skipped field, or a part of one.
    pub fn is_skipped(&self, e: &Expr) -> bool {
        match e {
            Expr::Field(f) => self.is_skipped(&f.base) || matches!(self.of(&f.base).peel(), Ty::Named(named) if named.skips(&f.member)),
            Expr::Paren(p) => self.is_skipped(&p.expr),
            Expr::Reference(r) => self.is_skipped(&r.expr),
            Expr::Index(i) => self.is_skipped(&i.expr),
            _ => false,
        }
    }

    fn of_path(&self, p: &syn::ExprPath) -> Ty {
        if let Some(name) = p.path.get_ident() {
            let name = name.to_string();
            if let Some(ty) = self.consts.get(&name) {
                return ty.clone();
            }
            return self.name(&name);
        }
        // `f64::DIGITS`, `f64::MAX_EXP`
        let counts = |s: &syn::PathSegment| {
            ["RADIX", "DIGITS", "MANTISSA_DIGITS", "MIN_EXP", "MAX_EXP", "MIN_10_EXP", "MAX_10_EXP"].iter().any(|name| s.ident == name)
        };
        let of_float = |s: &syn::PathSegment| s.ident == "f64" || s.ident == "f32";
        if p.path.segments.last().is_some_and(counts) && p.path.segments.iter().rev().nth(1).is_some_and(of_float) {
            return Ty::Plain;
        }
        // `f64::EPSILON`, `std::f64::consts::PI`, `T::MAX`
        for segment in p.path.segments.iter().rev().skip(1) {
            if segment.ident == "f64" {
                return Ty::F64;
            }
            if segment.ident == "f32" {
                return Ty::Float(Float::F32);
            }
        }
        if p.qself.is_none() && crate::position::is_plain_variant(&p.path) {
            return Ty::Inert;
        }
        Ty::Unknown
    }

    fn of_block(&self, b: &syn::Block) -> Ty {
        match b.stmts.last() {
            Some(Stmt::Expr(e, None)) => self.of(e),
            Some(_) => Ty::Unknown,
            None => Ty::Unit,
        }
    }

    /// The type of the values that leave a loop or a block with a label.
    fn of_breaks(&self, label: Option<&syn::Label>, is_loop: bool, body: &syn::Block) -> Ty {
        let mut breaks = Breaks { label: label.map(|l| &l.name), own: is_loop, values: Vec::new(), bare: false };
        breaks.visit_block(body);
        if breaks.bare {
            return Ty::Unit;
        }
        let known = breaks.values.iter().map(|e| self.of(e)).find(|t| !matches!(t, Ty::Unknown));
        known.unwrap_or(Ty::Unknown)
    }

    /// Whether `get` takes it for the index of one element. What is dereferenced is no range, since that is not copied.
    pub fn is_index(&self, e: &Expr) -> bool {
        match self.of(e) {
            Ty::Plain => true,
            Ty::Unknown => !matches!(crate::lower::strip(e), Expr::Range(_)),
            _ => false,
        }
    }

    /// The type of what an expression of type `Option` may hold.
    pub fn item_of_option(&self, e: &Expr) -> Ty {
        match self.of(e).peel() {
            Ty::Option(inner) => (**inner).clone(),
            _ => Ty::Unknown,
        }
    }

    /// The type of the items that iterating over an expression gives.
    pub fn item(&self, e: &Expr) -> Ty {
        match e {
            Expr::Paren(p) => self.item(&p.expr),
            Expr::Range(_) => Ty::Plain,
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                let boxed = |t: Ty, mutable| match t {
                    Ty::Unknown => Ty::Unknown,
                    t => Ty::Ref(Box::new(t), mutable),
                };
                match name.as_str() {
                    "iter" => boxed(self.of(&m.receiver).element(), false),
                    "iter_mut" => boxed(self.of(&m.receiver).element(), true),
                    "into_iter" | "drain" => self.item_of_value(&self.of(&m.receiver), &m.receiver),
                    "copied" | "cloned" => self.item(&m.receiver).peel().clone(),
                    "rev" | "skip" | "take" | "step_by" | "filter" | "take_while" | "skip_while" | "chain" | "inspect" | "by_ref"
                    | "peekable" | "fuse" | "cycle" => self.item(&m.receiver),
                    "enumerate" => Ty::Tuple(vec![Ty::Plain, self.item(&m.receiver)]),
                    "zip" => Ty::Tuple(vec![self.item(&m.receiver), m.args.first().map_or(Ty::Unknown, |a| self.item(a))]),
                    "windows" | "chunks" | "chunks_exact" | "rchunks" | "rchunks_exact" => {
                        boxed(slice_of(self.of(&m.receiver).element()), false)
                    }
                    "chunks_mut" | "chunks_exact_mut" | "rchunks_mut" | "rchunks_exact_mut" => {
                        boxed(slice_of(self.of(&m.receiver).element()), true)
                    }
                    "flatten" => match self.item(&m.receiver) {
                        Ty::Ref(inner, mutable) => boxed(inner.element(), mutable),
                        inner => inner.element(),
                    },
                    "map" => match m.args.first() {
                        Some(Expr::Closure(c)) => self.of(&c.body),
                        _ => Ty::Unknown,
                    },
                    "filter_map" | "map_while" => match m.args.first() {
                        Some(Expr::Closure(c)) => self.item_of_option(&c.body),
                        _ => Ty::Unknown,
                    },
                    _ => Ty::Unknown,
                }
            }
            other => match crate::varied::made_iterator(other) {
                Some((what, args)) => self.item_of_made(&what, &args),
                None => self.item_of_value(&self.of(other), other),
            },
        }
    }

    /// The type of the items that `std::iter::once(x)` and the like give.
    fn item_of_made(&self, what: &str, args: &[&Expr]) -> Ty {
        let body = |e: &Expr| match e {
            Expr::Closure(c) => (*c.body).clone(),
            other => other.clone(),
        };
        match (what, args) {
            ("once" | "repeat" | "repeat_n", [value, ..]) => self.of(value),
            ("zip", [a, b]) => Ty::Tuple(vec![self.item(a), self.item(b)]),
            ("successors", [first, _]) => self.item_of_option(first),
            ("from_fn", [f @ Expr::Closure(_)]) => self.item_of_option(&body(f)),
            ("repeat_with", [f @ Expr::Closure(_)]) => self.of(&body(f)),
            _ => Ty::Unknown,
        }
    }

    fn item_of_value(&self, ty: &Ty, e: &Expr) -> Ty {
        match ty {
            Ty::Ref(inner, mutable) => match inner.element() {
                Ty::Unknown => Ty::Unknown,
                elem => Ty::Ref(Box::new(elem), *mutable),
            },
            Ty::Array(elem, _) | Ty::Vec(elem) => (**elem).clone(),
            _ => match e {
                Expr::MethodCall(_) => self.item(e),
                _ => Ty::Unknown,
            },
        }
    }
}

/// The values that leave one loop or block.
struct Breaks<'a> {
    label: Option<&'a syn::Lifetime>,
    /// Whether a `break` without a label is one of it.
    own: bool,
    values: Vec<&'a Expr>,
    /// Whether one leaves without a value.
    bare: bool,
}

impl<'a> Breaks<'a> {
    fn inside(&mut self, body: &'a syn::Block) {
        let own = std::mem::replace(&mut self.own, false);
        self.visit_block(body);
        self.own = own;
    }
}

impl<'a> Visit<'a> for Breaks<'a> {
    fn visit_expr_break(&mut self, b: &'a syn::ExprBreak) {
        let meant = match &b.label {
            Some(l) => self.label == Some(l),
            None => self.own,
        };
        self.bare |= meant && b.expr.is_none();
        self.values.extend(b.expr.as_deref().filter(|_| meant));
        visit::visit_expr_break(self, b);
    }

    fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
        self.visit_expr(&l.expr);
        self.inside(&l.body);
    }

    fn visit_expr_while(&mut self, l: &'a syn::ExprWhile) {
        self.inside(&l.body);
    }

    fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
        self.inside(&l.body);
    }

    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    fn visit_item(&mut self, _: &'a syn::Item) {}
}

fn option_of(inner: Ty) -> Ty {
    match inner {
        Ty::Unknown => Ty::Unknown,
        inner => Ty::Option(Box::new(inner)),
    }
}

fn slice_of(elem: Ty) -> Ty {
    match elem {
        Ty::Unknown => Ty::Unknown,
        elem => Ty::Slice(Box::new(elem)),
    }
}

/// The type of `a op b`.
fn arithmetic(a: &Ty, b: &Ty) -> Ty {
    match (a.peel(), b.peel()) {
        (Ty::Float(Float::Inferred), Ty::Float(f)) | (Ty::Float(f), Ty::Float(_)) => Ty::Float(f.clone()),
        (Ty::Plain, Ty::Plain) => Ty::Plain,
        _ => Ty::Unknown,
    }
}

/// `Some`, also by its whole path.
pub(crate) fn is_some(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| s.ident == "Some")
}
