//! The verifier: what every function in the representation guarantees, checked in tests and debug builds.
//!
//! 1. A variable is defined before it is read, in the region that reads it or in one around it.
//! 2. A value is defined once in a scope.
//! 3. Calls and rules have a name, which their reverse refers to; rules until `simplify` puts them where they are used.
//! 4. Only memory, deferred variables and cotangents are assigned to.

use rustc_hash::FxHashSet as HashSet;

use super::{Block, Expr, Function, Stmt, Var, VarKind};

/// The first violation, if any.
pub(crate) fn verify(f: &Function, reverse: &[Stmt], bars: &[Var]) -> Result<(), String> {
    verified(f, reverse, bars, false)
}

/// The same after `simplify`.
pub(crate) fn verify_simplified(f: &Function, reverse: &[Stmt], bars: &[Var]) -> Result<(), String> {
    verified(f, reverse, bars, true)
}

fn verified(f: &Function, reverse: &[Stmt], bars: &[Var], simplified: bool) -> Result<(), String> {
    let mut v = Verifier { f, known: f.params.iter().copied().collect(), values: HashSet::default(), forward: true, simplified };
    v.known.extend(bars);
    v.stmts(&f.body.stmts)?;
    if let Some(result) = &f.result {
        let mut vars = Vec::new();
        result.each_operand(&mut |x| vars.push(x));
        for x in vars {
            v.read(x, "the result")?;
        }
    }
    v.forward = false;
    v.stmts(reverse)
}

/// The same for a function with tangents, those of the parameters included.
pub(crate) fn verify_with(f: &Function, given: &[Var]) -> Result<(), String> {
    verify(f, &[], given)
}

struct Verifier<'f> {
    f: &'f Function,
    known: HashSet<Var>,
    values: HashSet<Var>,
    forward: bool,
    simplified: bool,
}

impl Verifier<'_> {
    fn name(&self, v: Var) -> String {
        self.f.vars[v.0 as usize].name.to_string()
    }

    fn read(&self, v: Var, at: &str) -> Result<(), String> {
        if self.known.contains(&v) {
            Ok(())
        } else {
            Err(format!("`{}` is read before it is defined, in {at}", self.name(v)))
        }
    }

    fn block(&mut self, block: &Block, bound: &[Var]) -> Result<(), String> {
        let outer = (self.known.clone(), self.values.clone());
        self.known.extend(bound);
        self.stmts(&block.stmts)?;
        (self.known, self.values) = outer;
        Ok(())
    }

    fn stmts(&mut self, stmts: &[Stmt]) -> Result<(), String> {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    fn stmt(&mut self, s: &Stmt) -> Result<(), String> {
        let mut reads = Vec::new();
        match s {
            // A guard may read what its own pattern binds.
            Stmt::Match(e, _) => e.each_operand(&mut |v| reads.push(v)),
            // Plain code may define names of its own.
            Stmt::Verbatim(..) => {}
            _ => s.each_read(&mut |v| reads.push(v)),
        }
        let text = format!("{s:?}");
        let at = &text[..text.len().min(120)];
        for v in reads {
            self.read(v, at)?;
        }
        if let Stmt::Decl(_, Some(e)) | Stmt::Assign(_, e) | Stmt::Update(_, _, e, _) = s {
            if self.forward && (matches!(e, Expr::Call(_)) || !self.simplified && matches!(e, Expr::Rule(..))) {
                return Err(format!("a call has no name, in {at}"));
            }
        }
        match s {
            Stmt::Let(v, _) | Stmt::LetBar(v, ..) => {
                if self.forward && !self.values.insert(*v) {
                    return Err(format!("`{}` is defined twice", self.name(*v)));
                }
                self.known.insert(*v);
            }
            Stmt::Decl(v, _) | Stmt::DeclBar(v, _) | Stmt::TapeDecl(v, _) | Stmt::LetRow(v, ..) => {
                self.known.insert(*v);
            }
            Stmt::LetPull(v, pull, _) => {
                self.known.extend(v.iter());
                self.known.insert(*pull);
            }
            Stmt::LetPush(c) => self.known.extend(c.defines()),
            Stmt::LetPushPull(c, pull) => self.known.extend(c.defines().chain([*pull])),
            Stmt::TapePop(_, vars) | Stmt::Verbatim(_, vars) => self.known.extend(vars),
            Stmt::Assign(p, _) | Stmt::Update(p, ..) | Stmt::Accumulate(p, _) => {
                self.read(p.root, at)?;
                let info = &self.f.vars[p.root.0 as usize];
                if info.kind == VarKind::Value && info.annotation.is_none() && p.path.is_empty() {
                    return Err(format!("the value `{}` is assigned to", info.name));
                }
            }
            Stmt::If(_, a, b) => {
                self.block(a, &[])?;
                self.block(b, &[])?;
            }
            Stmt::Match(_, arms) => {
                for a in arms {
                    self.block(&a.body, &a.bound)?;
                }
            }
            Stmt::For(l) => self.block(&l.body, &[l.var])?,
            Stmt::ForEach(l) => self.block(&l.body, &[l.var])?,
            Stmt::While(l) => self.block(&l.body, &[])?,
            Stmt::Container(..) | Stmt::Do(_) | Stmt::Check(..) | Stmt::TapePush(..) | Stmt::CallPull(_) => {}
            Stmt::CallPushPull(_) | Stmt::Runtime(..) | Stmt::Scatter(..) | Stmt::Lifted(_) => {}
            Stmt::Segments(s) => self.block(&s.body, &[s.first, s.count])?,
            Stmt::Resume(l, ..) => self.block(&l.body, &[l.var])?,
            Stmt::Recall(_, vars, _) => vars.iter().try_for_each(|v| self.read(*v, at))?,
            Stmt::Checkpoint(..) => {}
            Stmt::Save(_, part) | Stmt::Restore(_, part) => {
                if self.f.vars[part.place().root.0 as usize].kind != VarKind::Memory {
                    return Err(format!("`{}` is no memory, in {at}", self.name(part.place().root)));
                }
            }
        }
        Ok(())
    }
}
