//! Numbers of the primal that finite inputs may make infinite, or no numbers at all.
//!
//! What enters: the forward sweep. What leaves: the variables that may hold such a number, or a list or struct with one. What counts is what is
//! written down: quotients, functions with poles, what calls give, `f64::INFINITY`, and what is made of any of these, in plain code as well.
//! Parameters are taken for finite, and so are sums and products of what is: products that are far too large are not looked for.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use crate::ir::{Arg, BinOp, Call, Expr, Function, Stmt, Var};

pub(super) struct Unbounded(HashSet<Var>);

impl Unbounded {
    pub fn of(f: &Function) -> Unbounded {
        let mut found = Unbounded(HashSet::default());
        loop {
            let known = found.0.len();
            found.stmts(f, &f.body.stmts);
            // A loop carries numbers to statements in front.
            if found.0.len() == known {
                return found;
            }
        }
    }

    fn stmts(&mut self, f: &Function, stmts: &[Stmt]) {
        for s in stmts {
            match s {
                Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) => {
                    self.note_changes(f, e);
                    if self.may_be(e) {
                        self.note(f, *v);
                    }
                }
                Stmt::Assign(p, e) if self.may_be(e) => self.note(f, p.root),
                Stmt::Update(p, op, e, _) if divides(*op, e) || self.may_be(e) => self.note(f, p.root),
                Stmt::Container(_, p, args, _) if args.iter().any(|a| self.may_be(a)) => self.note(f, p.root),
                Stmt::Do(e) => self.note_changes(f, e),
                Stmt::LetPull(v, _, call) => {
                    v.iter().for_each(|v| self.note(f, *v));
                    self.note_changed(f, call);
                }
                Stmt::Match(e, arms) if self.may_be(e) => arms.iter().flat_map(|a| &a.bound).for_each(|v| self.note(f, *v)),
                Stmt::ForEach(l) if self.may_be(&l.over) => self.note(f, l.var),
                // Plain code may fill what is plain.
                Stmt::Verbatim(code, vars) if is_written_unbounded(code.to_token_stream()) => {
                    vars.iter().filter(|v| !f.vars[v.0 as usize].varied).for_each(|v| self.note(f, *v));
                }
                _ => {}
            }
            s.each_block(&mut |b| self.stmts(f, &b.stmts));
        }
    }

    fn note(&mut self, f: &Function, v: Var) {
        if !f.vars[v.0 as usize].ty.is_plain() {
            self.0.insert(v);
        }
    }

    fn note_changes(&mut self, f: &Function, e: &Expr) {
        if let Expr::Call(call) = e {
            self.note_changed(f, call);
        }
    }

    /// What a call may write to.
    fn note_changed(&mut self, f: &Function, call: &Call) {
        for a in &call.args {
            match a {
                Arg::RefMut(p) => self.note(f, p.root),
                Arg::Receiver(p) if f.vars[p.root.0 as usize].mutable => self.note(f, p.root),
                _ => {}
            }
        }
    }

    pub fn may_be(&self, e: &Expr) -> bool {
        match e {
            Expr::Bin(op, l, r, _) => divides(*op, r) || self.may_be(l) || self.may_be(r),
            Expr::Rule(name, args) | Expr::Pullback(name, _, args) => !is_bounded(&name.to_string()) || args.iter().any(|a| self.may_be(a)),
            Expr::Call(_) | Expr::Runtime("rt::rem_by", _) => true,
            Expr::Var(v) => self.0.contains(v),
            // What tells which element is no part of it.
            Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) => self.0.contains(&p.root),
            Expr::Verbatim(code, vars) => vars.iter().any(|v| self.0.contains(v)) || is_written_unbounded(code.to_token_stream()),
            Expr::Const(code) => is_written_unbounded(code.clone()),
            Expr::Container(_, p, args) => self.0.contains(&p.root) || args.iter().any(|a| self.may_be(a)),
            e => {
                let mut found = false;
                e.each_part(&mut |part| found |= self.may_be(part));
                found
            }
        }
    }
}

fn divides(op: BinOp, by: &Expr) -> bool {
    matches!(op, BinOp::Div | BinOp::Rem) && !matches!(by, Expr::Const(_))
}

/// Functions whose value and slope are finite wherever their arguments are.
fn is_bounded(rule: &str) -> bool {
    ["sin", "cos", "tanh", "atan", "abs", "max", "min", "clamp", "floor", "ceil", "round", "trunc", "signum", "mul_add", "hypot", "fract"]
        .contains(&rule)
}

/// Whether plain code divides by something, or names a function with poles or a number that is infinite; what stands in an index does not count.
fn is_written_unbounded(code: TokenStream) -> bool {
    const NAMES: &[&str] = &[
        "INFINITY",
        "NEG_INFINITY",
        "NAN",
        "recip",
        "sqrt",
        "ln",
        "log",
        "log2",
        "log10",
        "ln_1p",
        "exp",
        "exp2",
        "powf",
        "powi",
        "tan",
        "acosh",
        "atanh",
        "div_euclid",
        "rem_euclid",
    ];
    let mut before: Option<TokenTree> = None;
    let mut tokens = code.into_iter().peekable();
    while let Some(t) = tokens.next() {
        let found = match &t {
            TokenTree::Punct(p) if p.as_char() == '/' || p.as_char() == '%' => {
                // `x /= y` as well.
                tokens.next_if(|t| matches!(t, TokenTree::Punct(p) if p.as_char() == '='));
                !matches!(tokens.peek(), Some(TokenTree::Literal(_)))
            }
            TokenTree::Ident(i) => NAMES.iter().any(|n| i == n),
            TokenTree::Group(g) => {
                let index = g.delimiter() == Delimiter::Bracket && matches!(before, Some(TokenTree::Ident(_) | TokenTree::Group(_)));
                !index && is_written_unbounded(g.stream())
            }
            _ => false,
        };
        if found {
            return true;
        }
        before = Some(t);
    }
    false
}
