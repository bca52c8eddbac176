//! Statements and blocks.
//!
//! There are no jumps. What only a sweep has stands behind what `lower` makes.

use proc_macro2::Span;

use super::{BinOp, Call, Expr, LiftedCall, PartOfLanes, Place, PullCall, PushCall, PushPullCall, Region, Var};

/// Statements on containers in place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ContainerOp {
    /// `place.push(value)`
    Push,
    /// `place.fill(value)`
    Fill,
    /// `place.copy_from_slice(&other)` / `clone_from_slice`
    CopyFrom,
    /// `mem::swap(&mut place, &mut other)`
    Swap,
    /// `place.swap(i, j)`
    SwapIndex,
    /// `place.clear()`
    Clear,
    /// `place.resize(len, value)`
    Resize,
    /// `place.extend_from_slice(&other)`
    Extend,
    /// `place.truncate(len)`
    Truncate,
}

/// One arm of a `match`.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub pat: syn::Pat,
    pub guard: Option<Expr>,
    pub bound: Vec<Var>,
    pub body: Block,
}

/// A sequence of statements with a region of its own.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub region: Region,
    pub stmts: Vec<Stmt>,
}

impl Block {
    /// Whether any statement of it is a loop, or has one inside.
    pub fn has_loop(&self) -> bool {
        self.stmts.iter().any(|s| {
            let mut found = matches!(s, Stmt::For(_) | Stmt::ForEach(_) | Stmt::While(_) | Stmt::Segments(_));
            s.each_block(&mut |b| found |= b.has_loop());
            found
        })
    }
}

/// What a `for` runs over.
#[derive(Clone, Debug)]
pub(crate) struct Counter {
    pub start: Expr,
    pub end: Expr,
    pub inclusive: bool,
    pub step: Option<Expr>,
    pub reversed: bool,
}

/// How a part of the tangents in lanes changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// To what is given.
    Set,
    /// By what is given.
    Update(BinOp),
    /// To zeros of the shape of the tangent that the given reference leads to.
    ZerosOf,
}

/// A statement.
#[derive(Clone, Debug)]
pub(crate) enum Stmt {
    /// `let var = expr;`
    Let(Var, Expr),
    /// `let mut var [= expr];`
    Decl(Var, Option<Expr>),
    /// `place = expr;`
    Assign(Place, Expr),
    /// `place op= expr;`
    Update(Place, BinOp, Expr, Span),
    Container(ContainerOp, Place, Vec<Expr>, Span),
    /// A call whose result is unit.
    Do(Expr),
    If(Expr, Block, Block),
    /// A `match`; the scrutinee is a place, or a tuple of places.
    Match(Expr, Vec<Arm>),
    For(ForLoop),
    ForEach(ForEach),
    While(WhileLoop),
    /// Code of the user that carries no derivative, with the variables it mentions.
    Verbatim(Box<syn::Stmt>, Vec<Var>),
    /// A test of bounds, as creating a reference does: no effect but a panic.
    Check(Box<syn::Stmt>, Vec<Var>),

    // ---- after `forward` only ----
    /// `let (result, dot) = callee::push(args, dots);`
    LetPush(Box<PushCall>),
    /// `part = e;`, or `part += e;` and the like, in each lane.
    Scatter(Box<PartOfLanes>, Change, Expr),
    /// `let (result, dot, pull) = callee::push_pull(args, dots);`
    LetPushPull(Box<PushCall>, Var),
    /// `pull(&args.., dots.., seed, seed_dot, bars.., bar_dots..);`
    CallPushPull(Box<PushPullCall>),
    /// `out += f(operands);` for a function of the library on dual numbers.
    Lifted(Box<LiftedCall>),

    // ---- after `reverse` only ----
    /// `let mut tape = Tape::new();`
    TapeDecl(Var, TapeKind),
    TapePush(Var, Vec<Var>),
    /// `let (vars) = tape.pop();`
    TapePop(Var, Vec<Var>),
    /// If one is due: keeps the variables' values, before an iteration.
    Checkpoint(Var, Vec<Var>),
    /// The part of the loop after each checkpoint, last one first.
    Segments(Box<Segments>),
    /// The variables have the values of the last checkpoint; true if it is not needed any more.
    Recall(Var, Vec<Var>, bool),
    /// Iterations of a loop once more: so many, from this one on.
    Resume(ForLoop, Var, Var),
    /// The log keeps part of an array.
    Save(Var, Part),
    /// The part of the array is again what the log kept last.
    Restore(Var, Part),
    /// `let (result, pull) = callee::pull(args);`
    LetPull(Option<Var>, Var, Box<Call>),
    /// `pull(&args.., seed, bars..);`
    CallPull(Box<PullCall>),
    /// `target += value` on numbers.
    Accumulate(Place, Expr),
    /// A run-time library call as a statement.
    Runtime(&'static str, Vec<Expr>),
    /// `let var = value;` where `var` is a cotangent, with a comment that quotes the primal.
    LetBar(Var, Expr, Option<String>),
    /// `let mut var = value;`
    DeclBar(Var, Expr),
    /// `let var = &place;`, a part of an array by a name of its own; `&mut` if true.
    LetRow(Var, Place, bool),
}

/// `while let Some((first, count)) = checkpoints.segment() { body }`
#[derive(Clone, Debug)]
pub(crate) struct Segments {
    pub checkpoints: Var,
    pub first: Var,
    pub count: Var,
    pub body: Block,
}

/// What keeps values for the reverse sweep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TapeKind {
    /// Of a loop: one entry per iteration.
    Stack,
    /// The same, of numbers, with room for so many entries without the heap.
    Short(usize),
    /// Of loops that run so often in all, as literals say: numbers, and whatever else.
    Numbers(usize),
    Few(usize),
    /// Of a branch outside loops: at most one entry.
    Slot,
    /// Of parts of an array, in a row.
    Log,
    /// Of a loop: what its variables were before some iterations.
    Checkpoints,
}

/// Part of an array.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Slice(Place),
    Run(Box<Run>),
}

/// The elements of a list at `index`, for `var` in `start..end`; the index advances by one. What is out of bounds is no part of it.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub place: Place,
    pub index: Expr,
    pub var: Var,
    pub start: Expr,
    pub end: Expr,
}

impl Part {
    /// The list that it is part of.
    pub fn place(&self) -> &Place {
        match self {
            Part::Slice(p) => p,
            Part::Run(r) => &r.place,
        }
    }

    /// Every variable in it, but the one that a run counts with.
    pub fn each_var(&self, f: &mut dyn FnMut(Var)) {
        self.place().each_var(f);
        if let Part::Run(r) = self {
            r.start.each_operand(f);
            r.end.each_operand(f);
            r.index.each_operand(&mut |v| {
                if v != r.var {
                    f(v);
                }
            });
        }
    }
}

/// `for var in counter { body }`
#[derive(Clone, Debug)]
pub(crate) struct ForLoop {
    pub var: Var,
    pub counter: Counter,
    pub body: Block,
    /// Tested after every iteration.
    pub exit: Option<Var>,
    pub span: Span,
}

/// `for var in over { body }` where `over` is plain code of the user.
#[derive(Clone, Debug)]
pub(crate) struct ForEach {
    pub var: Var,
    pub over: Expr,
    pub body: Block,
    /// Tested after every iteration.
    pub exit: Option<Var>,
    pub span: Span,
}

/// `while cond { body }`
#[derive(Clone, Debug)]
pub(crate) struct WhileLoop {
    pub cond: Expr,
    pub body: Block,
    /// Tested after every iteration.
    pub exit: Option<Var>,
    pub span: Span,
}
