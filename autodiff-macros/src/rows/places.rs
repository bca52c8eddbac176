//! The places that statements mention, with what happens to them.

use crate::ir::{Arg, Call, Expr, Place, Proj, PullBar, PullCall, PushDot, Stmt};

/// What a statement does with a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    Read,
    /// Added to.
    Add,
    Write,
    /// Handed on by `&mut`.
    Borrow,
}

/// Every place in a statement; with `inside`, those in its blocks, too.
pub(crate) fn each_place(s: &Stmt, inside: bool, f: &mut dyn FnMut(&Place, Access)) {
    let mut copy = s.clone();
    each_own_place_mut(&mut copy, &mut |p, access| f(p, access));
    if inside {
        s.each_block(&mut |b| b.stmts.iter().for_each(|s| each_place(s, true, f)));
    }
}

/// The same, to be changed; always with those in blocks.
pub(crate) fn each_place_mut(s: &mut Stmt, f: &mut dyn FnMut(&mut Place, Access)) {
    each_own_place_mut(s, f);
    s.each_block_mut(&mut |b| b.stmts.iter_mut().for_each(|s| each_place_mut(s, f)));
}

/// The same without those in blocks.
pub(crate) fn each_own_place_mut(s: &mut Stmt, f: &mut dyn FnMut(&mut Place, Access)) {
    match s {
        Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Do(e) | Stmt::LetBar(_, e, _) | Stmt::DeclBar(_, e) | Stmt::If(e, ..) => {
            expr(e, f)
        }
        Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
            place(p, Access::Write, f);
            expr(e, f);
        }
        Stmt::Accumulate(p, e) => {
            place(p, Access::Add, f);
            expr(e, f);
        }
        Stmt::Container(_, p, args, _) => {
            place(p, Access::Borrow, f);
            args.iter_mut().for_each(|a| expr(a, f));
        }
        Stmt::Match(e, arms) => {
            expr(e, f);
            arms.iter_mut().filter_map(|a| a.guard.as_mut()).for_each(|g| expr(g, f));
        }
        Stmt::For(l) | Stmt::Resume(l, ..) => {
            expr(&mut l.counter.start, f);
            expr(&mut l.counter.end, f);
            if let Some(s) = &mut l.counter.step {
                expr(s, f);
            }
        }
        Stmt::ForEach(l) => expr(&mut l.over, f),
        Stmt::While(l) => expr(&mut l.cond, f),
        Stmt::Runtime(_, args) => args.iter_mut().for_each(|a| expr(a, f)),
        Stmt::Scatter(part, _, e) => {
            place(&mut part.whole, Access::Borrow, f);
            part.value.iter_mut().for_each(|value| expr(value, f));
            expr(e, f);
        }
        Stmt::LetPull(_, _, c) => call(c, f),
        Stmt::LetPush(c) | Stmt::LetPushPull(c, _) => {
            call(&mut c.call, f);
            for d in c.along.iter_mut().flat_map(|a| &mut a.dots) {
                match d {
                    PushDot::Nothing => {}
                    PushDot::Shared(e) => expr(e, f),
                    PushDot::InOut(p) => place(p, Access::Borrow, f),
                }
            }
        }
        Stmt::CallPull(c) => pull(c, f),
        Stmt::CallPushPull(c) => {
            pull(&mut c.call, f);
            for a in &mut c.along {
                a.again.iter_mut().flatten().for_each(|e| expr(e, f));
                expr(&mut a.seed, f);
                bars(&mut a.bars, f);
            }
        }
        Stmt::Lifted(c) => {
            c.operands.iter_mut().for_each(|o| o.each_mut(&mut |e| expr(e, f)));
            place(&mut c.out, Access::Borrow, f);
        }
        Stmt::LetRow(_, p, _) => place(p, Access::Borrow, f),
        // Whole lists; there is nothing to be changed in them.
        Stmt::Checkpoint(_, vars) => vars.iter().for_each(|v| f(&mut Place::var(*v), Access::Borrow)),
        Stmt::Recall(_, vars, _) => vars.iter().for_each(|v| f(&mut Place::var(*v), Access::Write)),
        Stmt::Segments(_) => {}
        Stmt::Save(_, part) | Stmt::Restore(_, part) => f(&mut part.place().clone(), Access::Borrow),
        // Plain code may write.
        Stmt::Verbatim(_, vars) => vars.iter().for_each(|v| f(&mut Place::var(*v), Access::Borrow)),
        Stmt::Check(_, vars) => vars.iter().for_each(|v| f(&mut Place::var(*v), Access::Read)),
        Stmt::Decl(_, None) | Stmt::TapeDecl(..) | Stmt::TapePush(..) | Stmt::TapePop(..) => {}
    }
}

fn pull(c: &mut PullCall, f: &mut dyn FnMut(&mut Place, Access)) {
    c.again.iter_mut().for_each(|e| expr(e, f));
    expr(&mut c.seed, f);
    bars(&mut c.bars, f);
}

fn bars(bars: &mut [PullBar], f: &mut dyn FnMut(&mut Place, Access)) {
    for b in bars {
        if let PullBar::Add(p) | PullBar::Receiver(p) | PullBar::InOut(p) = b {
            place(p, Access::Borrow, f);
        }
    }
}

fn place(p: &mut Place, access: Access, f: &mut dyn FnMut(&mut Place, Access)) {
    for step in &mut p.path {
        if let Proj::Index(e, _) | Proj::Slice(e, _) = step {
            expr(e, f);
        }
    }
    f(p, access);
}

fn call(c: &mut Call, f: &mut dyn FnMut(&mut Place, Access)) {
    for a in &mut c.args {
        match a {
            Arg::Value(e) => expr(e, f),
            Arg::Ref(p) => place(p, Access::Read, f),
            Arg::RefMut(p) | Arg::Receiver(p) => place(p, Access::Borrow, f),
        }
    }
}

fn expr(e: &mut Expr, f: &mut dyn FnMut(&mut Place, Access)) {
    match e {
        Expr::Const(_) => {}
        // Whole variables; there is nothing to be changed in them.
        Expr::Var(v) => f(&mut Place::var(*v), Access::Read),
        Expr::Verbatim(_, vars) => vars.iter().for_each(|v| f(&mut Place::var(*v), Access::Read)),
        Expr::Read(p) => place(p, Access::Read, f),
        Expr::Ref(p) => place(p, Access::Read, f),
        Expr::RefMut(p) => place(p, Access::Borrow, f),
        Expr::Clone(x) | Expr::Neg(x) | Expr::Cast(x, _) | Expr::Repeat(x, _) => expr(x, f),
        Expr::Bin(_, l, r, _) | Expr::VecRepeat(l, r) => {
            expr(l, f);
            expr(r, f);
        }
        Expr::Rule(_, items)
        | Expr::Tuple(items)
        | Expr::Array(items)
        | Expr::VecList(items)
        | Expr::Ctor(_, items)
        | Expr::Runtime(_, items)
        | Expr::Pullback(_, _, items)
        | Expr::Pushforward(_, _, items) => items.iter_mut().for_each(|x| expr(x, f)),
        Expr::Gather(part) => {
            place(&mut part.whole, Access::Read, f);
            part.value.iter_mut().for_each(|value| expr(value, f));
        }
        Expr::Lifted(l) => l.operands.iter_mut().for_each(|o| o.each_mut(&mut |e| expr(e, f))),
        Expr::Call(c) => call(c, f),
        Expr::ByHand(h) => expr(&mut h.call, f),
        Expr::Struct(_, fields, base) => {
            fields.iter_mut().for_each(|(_, x)| expr(x, f));
            if let Some(b) = base {
                expr(b, f);
            }
        }
        Expr::Container(_, p, items) => {
            place(p, Access::Borrow, f);
            items.iter_mut().for_each(|x| expr(x, f));
        }
    }
}
