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
        let mut found = Found { f, unbounded: HashSet::default(), made_of: Vec::new() };
        found.stmts(&f.body.stmts);
        let Found { mut unbounded, made_of, .. } = found;
        // Loops carry numbers to statements in front.
        let mut known = usize::MAX;
        while known != unbounded.len() {
            known = unbounded.len();
            for (v, sources) in &made_of {
                if sources.iter().any(|s| unbounded.contains(s)) {
                    unbounded.insert(*v);
                }
            }
        }
        Unbounded(unbounded)
    }

    pub fn may_be(&self, e: &Expr) -> bool {
        let mut of_unbounded = false;
        makes(e, &mut |v| of_unbounded |= self.0.contains(&v)) || of_unbounded
    }
}

struct Found<'f> {
    f: &'f Function,
    /// What is so by itself.
    unbounded: HashSet<Var>,
    /// What is so if one of others is.
    made_of: Vec<(Var, Vec<Var>)>,
}

impl Found<'_> {
    fn stmts(&mut self, stmts: &[Stmt]) {
        for s in stmts {
            match s {
                Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) => {
                    self.changes(e);
                    self.made(*v, e);
                }
                Stmt::Do(e) => self.changes(e),
                Stmt::Assign(p, e) => self.made(p.root, e),
                Stmt::Update(p, op, e, _) if divides(*op, e) => self.note(p.root),
                Stmt::Update(p, _, e, _) => self.made(p.root, e),
                Stmt::Container(_, p, args, _) => args.iter().for_each(|a| self.made(p.root, a)),
                Stmt::LetPull(v, _, call) => {
                    v.iter().for_each(|v| self.note(*v));
                    self.changed(call);
                }
                Stmt::Match(e, arms) => arms.iter().flat_map(|a| &a.bound).for_each(|v| self.made(*v, e)),
                Stmt::ForEach(l) => self.made(l.var, &l.over),
                // Plain code may fill what is plain.
                Stmt::Verbatim(code, vars) if is_written_unbounded(code.to_token_stream()) => {
                    vars.iter().filter(|v| !self.f.vars[v.0 as usize].varied).for_each(|v| self.note(*v));
                }
                _ => {}
            }
            s.each_block(&mut |b| self.stmts(&b.stmts));
        }
    }

    fn holds_numbers(&self, v: Var) -> bool {
        !self.f.vars[v.0 as usize].ty.is_plain()
    }

    fn note(&mut self, v: Var) {
        if self.holds_numbers(v) {
            self.unbounded.insert(v);
        }
    }

    fn made(&mut self, v: Var, e: &Expr) {
        if !self.holds_numbers(v) {
            return;
        }
        let mut sources = Vec::new();
        if makes(e, &mut |source| sources.push(source)) {
            self.unbounded.insert(v);
        } else {
            self.made_of.push((v, sources));
        }
    }

    fn changes(&mut self, e: &Expr) {
        if let Expr::Call(call) = e {
            self.changed(call);
        }
    }

    /// What a call may write to.
    fn changed(&mut self, call: &Call) {
        for a in &call.args {
            match a {
                Arg::RefMut(p) => self.note(p.root),
                Arg::Receiver(p) if self.f.vars[p.root.0 as usize].mutable => self.note(p.root),
                _ => {}
            }
        }
    }
}

/// Whether an expression may make such a number of finite ones; the variables that it is made of are handed on.
fn makes(e: &Expr, of: &mut dyn FnMut(Var)) -> bool {
    match e {
        Expr::Var(v) => of(*v),
        // What tells which element is no part of it.
        Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) | Expr::Container(_, p, _) => of(p.root),
        Expr::Verbatim(_, vars) => vars.iter().copied().for_each(&mut *of),
        _ => {}
    }
    let mut found = match e {
        Expr::Bin(op, _, r, _) => divides(*op, r),
        Expr::Rule(name, _) | Expr::Pullback(name, ..) => !is_bounded(&name.to_string()),
        Expr::Call(_) | Expr::Runtime("rt::rem_by", _) => true,
        Expr::Verbatim(code, _) => is_written_unbounded(code.to_token_stream()),
        Expr::Const(code) => is_written_unbounded(code.clone()),
        _ => false,
    };
    e.each_part(&mut |part| found |= makes(part, of));
    found
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
    const NAMES: &[&str] = &["INFINITY", "NEG_INFINITY", "NAN", "recip", "ln", "log", "log2", "log10", "powf", "powi"];
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
