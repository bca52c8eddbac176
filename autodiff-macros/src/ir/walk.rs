//! Walks over statements: which variables they read, define and mention, and which blocks they have.
//!
//! What enters: a statement. What leaves: its variables or blocks, each handed to a function. Guarantee: one definition of "reads" for all
//! passes.

use super::{Block, Place, PushDot, Stmt, Var};

impl Stmt {
    /// The blocks directly inside the statement.
    pub fn each_block(&self, f: &mut dyn FnMut(&Block)) {
        match self {
            Stmt::If(_, a, b) => {
                f(a);
                f(b);
            }
            Stmt::Match(_, arms) => arms.iter().for_each(|a| f(&a.body)),
            Stmt::For(l) => f(&l.body),
            Stmt::ForEach(l) => f(&l.body),
            Stmt::While(l) => f(&l.body),
            Stmt::Segments(s) => f(&s.body),
            Stmt::Resume(l, ..) => f(&l.body),
            _ => {}
        }
    }

    /// The blocks directly inside the statement, to be changed.
    pub fn each_block_mut(&mut self, f: &mut dyn FnMut(&mut Block)) {
        match self {
            Stmt::If(_, a, b) => {
                f(a);
                f(b);
            }
            Stmt::Match(_, arms) => arms.iter_mut().for_each(|a| f(&mut a.body)),
            Stmt::For(l) => f(&mut l.body),
            Stmt::ForEach(l) => f(&mut l.body),
            Stmt::While(l) => f(&mut l.body),
            Stmt::Segments(s) => f(&mut s.body),
            Stmt::Resume(l, ..) => f(&mut l.body),
            _ => {}
        }
    }

    /// Every variable the statement itself reads, outside its blocks; definitions and targets excepted.
    pub fn each_read(&self, f: &mut dyn FnMut(Var)) {
        let target = |p: &Place, f: &mut dyn FnMut(Var)| {
            p.each_var(&mut |v| {
                if v != p.root {
                    f(v);
                }
            });
        };
        match self {
            Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Do(e) | Stmt::LetBar(_, e, _) | Stmt::DeclBar(_, e) | Stmt::If(e, ..) => {
                e.each_operand(f);
            }
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) | Stmt::Accumulate(p, e) => {
                target(p, f);
                e.each_operand(f);
            }
            Stmt::Container(_, p, args, _) => {
                target(p, f);
                args.iter().for_each(|a| a.each_operand(f));
            }
            Stmt::Match(e, arms) => {
                e.each_operand(f);
                arms.iter().filter_map(|a| a.guard.as_ref()).for_each(|g| g.each_operand(f));
            }
            Stmt::Checkpoint(c, vars) => {
                f(*c);
                vars.iter().copied().for_each(f);
            }
            Stmt::Recall(c, ..) => f(*c),
            Stmt::Segments(s) => f(s.checkpoints),
            Stmt::Resume(l, first, count) => {
                l.counter.start.each_operand(f);
                l.counter.end.each_operand(f);
                if let Some(s) = &l.counter.step {
                    s.each_operand(f);
                }
                f(*first);
                f(*count);
            }
            Stmt::For(l) => {
                l.counter.start.each_operand(f);
                l.counter.end.each_operand(f);
                if let Some(s) = &l.counter.step {
                    s.each_operand(f);
                }
                l.exit.into_iter().for_each(f);
            }
            Stmt::ForEach(l) => {
                l.over.each_operand(f);
                l.exit.into_iter().for_each(f);
            }
            Stmt::While(l) => {
                l.cond.each_operand(f);
                l.exit.into_iter().for_each(f);
            }
            Stmt::Verbatim(_, vars) | Stmt::Check(_, vars) | Stmt::TapePush(_, vars) => vars.iter().copied().for_each(f),
            Stmt::Runtime(_, args) => args.iter().for_each(|a| a.each_operand(f)),
            Stmt::Scatter(part, _, e) => {
                part.each_var(f);
                e.each_operand(f);
            }
            Stmt::LetPull(_, _, call) => call.each_var(f),
            Stmt::LetPush(c) | Stmt::LetPushPull(c, _) => {
                c.call.each_var(f);
                for d in c.along.iter().flat_map(|a| &a.dots) {
                    match d {
                        PushDot::Nothing => {}
                        PushDot::Shared(e) => e.each_operand(f),
                        PushDot::InOut(p) => p.each_var(f),
                    }
                }
            }
            Stmt::CallPull(c) => c.each_var(f),
            Stmt::CallPushPull(c) => {
                c.call.each_var(f);
                for a in &c.along {
                    a.again.iter().flatten().for_each(|e| e.each_operand(f));
                    a.seed.each_operand(f);
                    a.bars.iter().for_each(|b| b.each_var(f));
                }
            }
            Stmt::Lifted(c) => {
                c.out.each_var(f);
                c.operands.iter().for_each(|o| o.each(&mut |e| e.each_operand(f)));
            }
            Stmt::LetRow(_, p, _) => p.each_var(f),
            Stmt::TapePop(t, _) => f(*t),
            Stmt::Save(t, part) | Stmt::Restore(t, part) => {
                f(*t);
                part.each_var(f);
            }
            Stmt::Decl(_, None) | Stmt::TapeDecl(..) => {}
        }
    }

    /// Whether it gives a variable as a whole a value by operators and rules alone.
    pub fn is_arithmetic(&self) -> bool {
        match self {
            Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::Decl(_, Some(e)) | Stmt::DeclBar(_, e) => e.is_arithmetic(),
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) | Stmt::Accumulate(p, e) => p.path.is_empty() && e.is_arithmetic(),
            _ => false,
        }
    }

    /// Every variable read anywhere in the statement, in its blocks too.
    pub fn each_use(&self, f: &mut dyn FnMut(Var)) {
        self.each_read(f);
        self.each_block(&mut |b| b.stmts.iter().for_each(|s| s.each_use(f)));
    }

    /// Every variable mentioned anywhere in the statement.
    pub fn each_var(&self, f: &mut dyn FnMut(Var)) {
        self.each_read(f);
        match self {
            Stmt::Let(v, _) | Stmt::Decl(v, _) | Stmt::LetBar(v, ..) | Stmt::DeclBar(v, _) | Stmt::LetRow(v, ..) => f(*v),
            Stmt::Assign(p, _) | Stmt::Update(p, ..) | Stmt::Accumulate(p, _) | Stmt::Container(_, p, ..) => f(p.root),
            Stmt::LetPush(c) => c.defines().for_each(&mut *f),
            Stmt::LetPushPull(c, pull) => c.defines().chain([*pull]).for_each(&mut *f),
            Stmt::Recall(_, vars, _) => vars.iter().copied().for_each(&mut *f),
            _ => {}
        }
        self.each_block(&mut |b| b.stmts.iter().for_each(|s| s.each_var(f)));
    }

    /// Every variable of the function that the statement defines, in its blocks too.
    pub fn each_definition(&self, f: &mut dyn FnMut(Var)) {
        match self {
            Stmt::Let(v, _) | Stmt::Decl(v, _) => f(*v),
            Stmt::For(l) => f(l.var),
            Stmt::ForEach(l) => f(l.var),
            Stmt::Resume(l, ..) => f(l.var),
            Stmt::Match(_, arms) => arms.iter().flat_map(|a| &a.bound).for_each(|v| f(*v)),
            _ => {}
        }
        self.each_block(&mut |b| b.stmts.iter().for_each(|s| s.each_definition(f)));
    }

    /// Whether the statement mentions the variable anywhere.
    pub fn mentions(&self, var: Var) -> bool {
        let mut found = false;
        self.each_var(&mut |v| found |= v == var);
        found
    }
}
