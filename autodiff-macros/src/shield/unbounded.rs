//! Numbers of the primal that finite inputs may make infinite, or no numbers at all.
//!
//! What enters: the forward sweep. What leaves: the variables that may hold such a number, or a list or struct with one. What counts is what is
//! written down: quotients, functions with poles, what calls give, `f64::INFINITY`, and what is made of any of these, in plain code as well.
//! Parameters are taken for finite, and so are sums and products of what is: products that are far too large are not looked for. Statements are
//! gone through once, in their order: what a loop carries to statements in front is no more than it was there.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use crate::ir::{Arg, BinOp, Call, Expr, Function, Stmt, Var};

pub(super) struct Unbounded {
    /// By any of these.
    by_any: HashSet<Var>,
    /// By what has no derivative, which may count something: `x / n as f64`.
    by_count: HashSet<Var>,
    /// What has no derivative.
    plain: HashSet<Var>,
}

impl Unbounded {
    pub fn of(f: &Function) -> Unbounded {
        let plain = (0..f.vars.len()).filter(|k| !f.vars[*k].varied).filter_map(|k| u32::try_from(k).ok()).map(Var).collect();
        let mut found = Found { f, of: Unbounded { by_any: HashSet::default(), by_count: HashSet::default(), plain } };
        found.stmts(&f.body.stmts);
        found.of
    }

    pub fn may_be(&self, e: &Expr) -> bool {
        self.by(e).is_some()
    }

    pub fn may_be_by_count(&self, e: &Expr) -> bool {
        self.by(e) == Some(By::Count)
    }

    /// What makes an expression so, if anything; by a count, if that is one of several.
    fn by(&self, e: &Expr) -> Option<By> {
        let mut by = None;
        let found = makes(e, &self.plain, &mut |v| {
            by = by.max(if self.by_count.contains(&v) { Some(By::Count) } else { self.by_any.contains(&v).then_some(By::Any) });
        });
        by.max(found)
    }
}

/// What makes a number infinite.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Any,
    Count,
}

struct Found<'f> {
    f: &'f Function,
    of: Unbounded,
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
                Stmt::Update(p, op, e, _) => {
                    self.made(p.root, e);
                    if let Some(by) = divides(*op, e, &self.of.plain) {
                        self.note(p.root, by);
                    }
                }
                Stmt::Container(_, p, args, _) => args.iter().for_each(|a| self.made(p.root, a)),
                Stmt::LetPull(v, _, call) => {
                    v.iter().for_each(|v| self.note(*v, By::Any));
                    self.changed(call);
                }
                Stmt::Match(e, arms) => arms.iter().flat_map(|a| &a.bound).for_each(|v| self.made(*v, e)),
                Stmt::ForEach(l) => self.made(l.var, &l.over),
                // Plain code may fill what is plain.
                Stmt::Verbatim(code, vars) if is_written_unbounded(code.to_token_stream()) => {
                    vars.iter().filter(|v| !self.f.vars[v.0 as usize].varied).for_each(|v| self.note(*v, By::Count));
                }
                _ => {}
            }
            s.each_block(&mut |b| self.stmts(&b.stmts));
        }
    }

    fn note(&mut self, v: Var, by: By) {
        if !self.f.vars[v.0 as usize].ty.is_plain() {
            self.of.by_any.insert(v);
            if by == By::Count {
                self.of.by_count.insert(v);
            }
        }
    }

    fn made(&mut self, v: Var, e: &Expr) {
        if let Some(by) = self.of.by(e) {
            self.note(v, by);
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
                Arg::RefMut(p) => self.note(p.root, By::Any),
                Arg::Receiver(p) if self.f.vars[p.root.0 as usize].mutable => self.note(p.root, By::Any),
                _ => {}
            }
        }
    }
}

/// Whether an expression may make such a number of finite ones; the variables that it is made of are handed on.
fn makes(e: &Expr, plain: &HashSet<Var>, of: &mut dyn FnMut(Var)) -> Option<By> {
    match e {
        Expr::Var(v) => of(*v),
        // What tells which element is no part of it.
        Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) | Expr::Container(_, p, _) => of(p.root),
        Expr::Verbatim(_, vars) => vars.iter().copied().for_each(&mut *of),
        _ => {}
    }
    let written = |code: TokenStream| is_written_unbounded(code).then_some(By::Count);
    let mut found = match e {
        Expr::Bin(op, _, r, _) => divides(*op, r, plain),
        Expr::Rule(name, _) | Expr::Pullback(name, ..) => (!is_bounded(&name.to_string())).then_some(By::Any),
        Expr::Call(_) | Expr::Runtime("rt::rem_by", _) => Some(By::Any),
        Expr::Verbatim(code, _) => written(code.to_token_stream()),
        Expr::Const(code) => written(code.clone()),
        _ => None,
    };
    e.each_part(&mut |part| found = found.max(makes(part, plain, of)));
    found
}

/// Whether an operator divides by something; of what is plain only the literals are known not to be zero.
fn divides(op: BinOp, by: &Expr, plain: &HashSet<Var>) -> Option<By> {
    if !matches!(op, BinOp::Div | BinOp::Rem) || matches!(by, Expr::Const(_)) {
        return None;
    }
    Some(if is_plain(by, plain) { By::Count } else { By::Any })
}

fn is_plain(e: &Expr, plain: &HashSet<Var>) -> bool {
    match e {
        Expr::Verbatim(..) => true,
        Expr::Var(v) => plain.contains(v),
        Expr::Read(p) => plain.contains(&p.root),
        Expr::Neg(x) | Expr::Cast(x, _) | Expr::Clone(x) => is_plain(x, plain),
        _ => false,
    }
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
