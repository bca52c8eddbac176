//! The intermediate representation: a small structured language.
//!
//! What enters: what `lower` produces from a function body. What leaves: the same language, extended by
//! `reverse` with cotangent statements, for `emit`. Guarantees, checked by [`verify`]:
//!
//! ```text
//! block   ::= stmt*
//! stmt    ::= let v = expr                 one definition per variable, in the region that declares it
//!           | var v [= expr]               a variable in memory (assigned later, element-wise, or in nested regions)
//!           | place  = expr | place op= expr
//!           | if expr block else block | match place { pat => block }* | for v in range block | while expr block
//!           | verbatim                     code of the user that carries no derivative
//!           | let (v, v) = push(arg*; tangent*)   (only after `forward`)
//!           | let (v, v, v) = push_pull(arg*; tangent*) | v(arg*; tangent*; seeds; places)   (only after `forward` of an adjoint)
//!           | place += f(dual*)            (only after `forward` of what `forward` gave)
//!           | cotangent and tape statements, let v = &[mut] place (only after `reverse`)
//! expr    ::= operand | op operand+ | rule(operand*) | call(arg*) | aggregate | verbatim
//! operand ::= v | literal | place          (a place only where its root never changes)
//! place   ::= v (.field | [index] | [range] | *)*
//! ```
//!
//! There are no jumps: `return`, `break` and `continue` are lowered to nested branches and, for loops, an exit flag
//! that the loop tests after each iteration. Every block belongs to a region; a region's reverse sweep
//! is generated from its own statements alone.

use proc_macro2::{Ident, Span, TokenStream};

use crate::types::Ty;

pub(crate) mod verify;

/// A variable: an index into [`Function::vars`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Var(pub u32);

/// A region: the body of the function, of a branch or of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Region(pub u32);

/// How a variable comes to have a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum VarKind {
    /// A parameter of the function.
    Param,
    /// Defined once by `let`.
    Value,
    /// Lives in memory and may be overwritten.
    Memory,
    /// Assigned exactly once on every path that reads it.
    Deferred,
    /// The counter of a loop.
    Index,
    /// Bound by a pattern of a `match`.
    Bound,
    /// The cotangent of another variable.
    Cotangent,
}

/// What is known about a variable.
#[derive(Clone, Debug)]
pub(crate) struct VarInfo {
    pub name: Ident,
    pub ty: Ty,
    pub kind: VarKind,
    pub region: Region,
    /// The value may depend on a differentiable input.
    pub varied: bool,
    /// The variable certainly owns its value (borrows nothing).
    pub owned: bool,
    /// Whether the user's own code may overwrite it after its definition.
    pub mutable: bool,
    /// A pattern binding stands for this place of the scrutinee.
    pub origin: Option<Place>,
    /// A `Memory` variable that starts empty and is wrapped in `Option` until it is assigned.
    pub optional: bool,
    /// The type the user wrote at the definition.
    pub annotation: Option<syn::Type>,
}

impl VarInfo {
    /// Whether a use by value copies it, as far as is known: numbers, and names that a pattern binds by reference.
    pub fn is_copied(&self) -> bool {
        self.ty.is_copy_or_plain() || matches!(self.ty, Ty::Ref(..)) || self.kind == VarKind::Bound && !self.owned
    }
}

/// Position of a region in the tree.
#[derive(Clone, Debug)]
pub(crate) struct RegionInfo {
    pub parent: Option<Region>,
    /// Whether the region is the body of a loop.
    pub is_loop: bool,
    /// Whether that loop keeps checkpoints instead of what all its iterations need.
    pub checkpoint: bool,
}

/// A memory location.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub root: Var,
    pub path: Vec<Proj>,
}

impl Place {
    pub fn var(root: Var) -> Self {
        Place { root, path: Vec::new() }
    }

    /// Whether it is a field of a struct or a part of a variant, or lies in one: where it is skipped, cotangents and tangents have none.
    pub fn is_field(&self) -> bool {
        self.path.iter().any(|step| matches!(step, Proj::Field(syn::Member::Named(_)) | Proj::Payload(..) | Proj::PayloadRef(..)))
    }

    /// Whether the two are of one variable and not, for all that rustc knows, parts that have nothing in common.
    pub fn meets(&self, other: &Place) -> bool {
        let apart = self.path.iter().zip(&other.path).find_map(|steps| match steps {
            (Proj::Field(a), Proj::Field(b)) if a == b => None,
            (Proj::Deref, Proj::Deref) => None,
            (Proj::Field(_), Proj::Field(_)) => Some(true),
            _ => Some(false),
        });
        self.root == other.root && !apart.unwrap_or(false)
    }

    pub fn project(&self, step: Proj) -> Self {
        let mut place = self.clone();
        place.path.push(step);
        place
    }
}

/// One step from a location to a part of it.
#[derive(Clone, Debug)]
pub(crate) enum Proj {
    /// `.name` or `.0`
    Field(syn::Member),
    /// `[index]`; the index carries no derivative.
    Index(Box<Expr>, Span),
    /// `[a..b]`
    Slice(Box<Expr>, Span),
    /// `*`
    Deref,
    /// The payload of an enum variant: only on the cotangent's side, where it becomes an accessor call.
    Payload(Ident, syn::Member),
    /// The same on the tangent's side, where it is only read.
    PayloadRef(Ident, syn::Member),
}

/// Binary operators that carry derivatives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

impl BinOp {
    pub fn symbol(self) -> &'static str {
        match self {
            BinOp::Add => "+",
            BinOp::Sub => "-",
            BinOp::Mul => "*",
            BinOp::Div => "/",
            BinOp::Rem => "%",
        }
    }
}

/// An expression.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Var(Var),
    /// A literal or constant expression without variables.
    Const(TokenStream),
    /// The value of a place, copied (or moved, as the user's code did).
    Read(Place),
    /// The value of a place, cloned.
    Clone(Box<Expr>),
    /// A shared reference to a place.
    Ref(Place),
    /// A mutable reference to a place.
    RefMut(Place),
    Neg(Box<Expr>),
    Bin(BinOp, Box<Expr>, Box<Expr>, Span),
    /// A method of a floating point number; the receiver comes first.
    Rule(Ident, Vec<Expr>),
    /// `expr as type`
    Cast(Box<Expr>, TokenStream),
    /// A call of a user's function.
    Call(Box<Call>),
    Tuple(Vec<Expr>),
    Array(Vec<Expr>),
    /// `[value; len]`
    Repeat(Box<Expr>, TokenStream),
    /// `vec![a, b]`
    VecList(Vec<Expr>),
    /// `vec![value; len]`
    VecRepeat(Box<Expr>, Box<Expr>),
    /// `Path { field: value, ..base }`
    Struct(syn::Path, Vec<(syn::Member, Expr)>, Option<Box<Expr>>),
    /// `Path(args)`: a tuple struct or enum variant.
    Ctor(syn::Path, Vec<Expr>),
    /// Code of the user that carries no derivative, with the variables it mentions.
    Verbatim(Box<syn::Expr>, Vec<Var>),
    /// A method of a container that gives a value out of a place (`v.pop()`, `v.to_vec()`, `mem::take`).
    Container(ContainerExpr, Place, Vec<Expr>),
    /// A call of a function of the run-time library: `::autodiff_core::<path>(args)`.
    Runtime(&'static str, Vec<Expr>),
    /// A call of a rule's partial: `::autodiff_core::rules::<name>::pullback[_k](args)`.
    Pullback(Ident, Option<usize>, Vec<Expr>),
    /// The same in forward mode: `::autodiff_core::rules::<name>::pushforward[_k](args)`.
    Pushforward(Ident, Option<usize>, Vec<Expr>),
    /// A part of tangents that lie one after the other, in lanes.
    Gather(Box<PartOfLanes>),
    /// The tangent of a rule's partial, in one or more directions: the partial on dual numbers, of which the derivative is taken.
    Lifted(Box<Lifted>),
    /// A function with partials given by hand.
    ByHand(Box<ByHand>),
}

/// A call of a function of the user's own, and for each number that it takes the call that gives its partial.
#[derive(Clone, Debug)]
pub(crate) struct ByHand {
    pub call: Expr,
    pub partials: Vec<(Expr, Var)>,
}

/// A partial of a rule on dual numbers.
#[derive(Clone, Debug)]
pub(crate) struct Lifted {
    pub name: Ident,
    pub which: Option<usize>,
    /// `pushforward[_k]` instead of `pullback[_k]`.
    pub forward: bool,
    pub operands: Vec<Lift>,
}

/// An operand on dual numbers.
#[derive(Clone, Debug)]
pub(crate) enum Lift {
    /// An integer, which stays as it is.
    Plain(Expr),
    Number(Moving),
    /// A number that may be missing.
    Optional(Option<Moving>),
}

/// A number and its tangents, of which any may be missing.
#[derive(Clone, Debug)]
pub(crate) struct Moving {
    pub value: Expr,
    /// By sets of directions, as in [`Directions`], the empty set left out.
    pub dots: Vec<Option<Expr>>,
}

impl Moving {
    fn each(&self, f: &mut dyn FnMut(&Expr)) {
        f(&self.value);
        self.dots.iter().flatten().for_each(f);
    }
}

impl Lift {
    fn each(&self, f: &mut dyn FnMut(&Expr)) {
        match self {
            Lift::Plain(x) => f(x),
            Lift::Number(m) | Lift::Optional(Some(m)) => m.each(f),
            Lift::Optional(None) => {}
        }
    }

    /// Its expressions, to be changed.
    pub fn each_mut(&mut self, f: &mut dyn FnMut(&mut Expr)) {
        match self {
            Lift::Plain(x) => f(x),
            Lift::Number(m) | Lift::Optional(Some(m)) => {
                f(&mut m.value);
                m.dots.iter_mut().flatten().for_each(f);
            }
            Lift::Optional(None) => {}
        }
    }
}

/// A function of the library that adds a number to its last argument, on dual numbers, of which the derivative is added.
#[derive(Clone, Debug)]
pub(crate) struct LiftedCall {
    pub name: &'static str,
    pub operands: Vec<Lift>,
    pub out: Place,
}

/// Values that containers give out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ContainerExpr {
    /// `place.to_vec()`
    ToVec,
    /// `place.pop()`, an `Option`
    Pop,
    /// `place.pop().unwrap()`
    PopUnwrap,
}

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

/// A call of a user's function or method.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub callee: Callee,
    pub args: Vec<Arg>,
    pub span: Span,
}

/// How the callee is named.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    /// A free function: its companion has the same path.
    Function(syn::Path),
    /// `Type::name(args)`, also `<T as Trait>::name`.
    Associated(Box<syn::ExprPath>),
    /// `receiver.name::<turbofish>(args)`; the receiver is the first argument.
    Method(Ident, Option<syn::AngleBracketedGenericArguments>),
}

/// One argument of a call.
#[derive(Clone, Debug)]
pub(crate) enum Arg {
    /// By value.
    Value(Expr),
    /// By shared reference to a place.
    Ref(Place),
    /// By mutable reference to a place: in and out.
    RefMut(Place),
    /// The receiver of a method: by value or reference, whichever the method takes.
    Receiver(Place),
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
    Scatter(Box<PartOfLanes>, Option<BinOp>, Expr),
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

/// The reverse of a call.
#[derive(Clone, Debug)]
pub(crate) struct PullCall {
    pub pull: Var,
    /// The arguments handed again, by reference.
    pub again: Vec<Expr>,
    pub seed: Expr,
    /// `None` for an argument that is constant for the caller.
    pub bars: Vec<PullBar>,
    pub span: Span,
}

/// A call in forward mode. What there is of each set of directions stands in the order of [`Directions`].
#[derive(Clone, Debug)]
pub(crate) struct PushCall {
    /// The value; none where the call gives unit.
    pub result: Option<Var>,
    pub call: Call,
    pub along: Vec<PushAlong>,
    pub width: CallWidth,
}

/// The tangents of a call in a set of directions.
#[derive(Clone, Debug)]
pub(crate) struct PushAlong {
    /// That of the value.
    pub dot: Option<Var>,
    /// Those of the arguments.
    pub dots: Vec<PushDot>,
    /// What a method did to the tangent of its receiver.
    pub after: Option<Var>,
}

/// A part of each of several tangents that lie one after the other.
#[derive(Clone, Debug)]
pub(crate) struct PartOfLanes {
    /// All of them.
    pub whole: Place,
    /// The name of one of them, and the part of it.
    pub lane: Var,
    pub part: Place,
}

impl PartOfLanes {
    fn each_var(&self, f: &mut dyn FnMut(Var)) {
        self.whole.each_var(f);
        self.part.each_var(&mut |v| {
            if v != self.lane {
                f(v);
            }
        });
    }
}

/// How many directions a call in forward mode has, and who does them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallWidth {
    One,
    /// The callee, in lanes.
    Lanes,
    /// The callee, which is called once per direction.
    OneByOne,
    /// The callee in lanes if it has them, once per direction otherwise.
    Either,
}

impl PushCall {
    /// What the call defines.
    pub fn defines(&self) -> impl Iterator<Item = Var> + '_ {
        self.result.into_iter().chain(self.along.iter().flat_map(|a| a.dot.into_iter().chain(a.after)))
    }
}

/// The reverse of a call, with tangents.
#[derive(Clone, Debug)]
pub(crate) struct PushPullCall {
    pub call: PullCall,
    pub along: Vec<PullAlong>,
}

/// The tangents of the reverse of a call in a set of directions.
#[derive(Clone, Debug)]
pub(crate) struct PullAlong {
    /// Those of the arguments that are handed again.
    pub again: Vec<Option<Expr>>,
    pub seed: Expr,
    pub bars: Vec<PullBar>,
}

/// Sets of directions: with one direction `{1}`; each further direction adds itself and its union with every set before, so that with
/// two there are `{1}`, `{2}`, `{1, 2}`. The bits of a set's place in this list, counted from one, are its directions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Directions(pub usize);

/// The tangent of an argument.
#[derive(Clone, Debug)]
pub(crate) enum PushDot {
    /// The argument is constant for the caller.
    Nothing,
    Shared(Expr),
    InOut(Place),
}

/// Where a pullback adds the cotangent of an argument.
#[derive(Clone, Debug)]
pub(crate) enum PullBar {
    Nothing,
    Add(Place),
    InOut(Place),
}

/// A function in the intermediate representation.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub vars: Vec<VarInfo>,
    pub regions: Vec<RegionInfo>,
    pub params: Vec<Var>,
    pub body: Block,
    /// The value of the function, valid at the end of the body.
    pub result: Option<Expr>,
    pub result_ty: Ty,
}

/// How many steps at the start of a path go through references, which cotangents do not have.
pub(crate) fn references(mut ty: &Ty, path: &[Proj]) -> usize {
    let mut count = 0;
    while let (Ty::Ref(inner, _), Some(Proj::Deref)) = (ty, path.get(count)) {
        ty = inner;
        count += 1;
    }
    count
}

impl Place {
    /// Every variable in the place: the root, and those of indices.
    pub fn each_var(&self, f: &mut dyn FnMut(Var)) {
        f(self.root);
        for step in &self.path {
            if let Proj::Index(e, _) | Proj::Slice(e, _) = step {
                e.each_operand(f);
            }
        }
    }
}

impl Expr {
    /// Where the operation stands in the user's source, for messages.
    pub fn place(&self) -> Option<proc_macro2::Span> {
        use syn::spanned::Spanned;
        match self {
            Expr::Bin(_, _, _, span) => Some(*span),
            Expr::Call(call) => Some(call.span),
            Expr::Rule(name, _) => Some(name.span()),
            Expr::Struct(path, ..) | Expr::Ctor(path, _) => path.segments.first().map(|s| s.ident.span()),
            Expr::Verbatim(code, _) => Some(code.span()),
            Expr::Cast(x, _) | Expr::Neg(x) => x.place(),
            _ => None,
        }
    }

    /// Every variable the expression reads.
    pub fn each_operand(&self, f: &mut dyn FnMut(Var)) {
        match self {
            Expr::Var(v) => f(*v),
            Expr::Const(_) => {}
            Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) => p.each_var(f),
            Expr::Clone(e) | Expr::Neg(e) | Expr::Cast(e, _) | Expr::Repeat(e, _) => e.each_operand(f),
            Expr::Bin(_, l, r, _) | Expr::VecRepeat(l, r) => {
                l.each_operand(f);
                r.each_operand(f);
            }
            Expr::Rule(_, items)
            | Expr::Tuple(items)
            | Expr::Array(items)
            | Expr::VecList(items)
            | Expr::Ctor(_, items)
            | Expr::Runtime(_, items)
            | Expr::Pullback(_, _, items)
            | Expr::Pushforward(_, _, items) => items.iter().for_each(|e| e.each_operand(f)),
            Expr::Lifted(l) => l.operands.iter().for_each(|o| o.each(&mut |e| e.each_operand(f))),
            Expr::Call(call) => call.each_var(f),
            Expr::ByHand(h) => h.call.each_operand(f),
            Expr::Struct(_, fields, base) => {
                fields.iter().for_each(|(_, e)| e.each_operand(f));
                if let Some(b) = base {
                    b.each_operand(f);
                }
            }
            Expr::Verbatim(_, vars) => vars.iter().copied().for_each(f),
            Expr::Gather(part) => part.each_var(f),
            Expr::Container(_, p, items) => {
                p.each_var(f);
                items.iter().for_each(|e| e.each_operand(f));
            }
        }
    }
}

impl Call {
    fn each_var(&self, f: &mut dyn FnMut(Var)) {
        for a in &self.args {
            match a {
                Arg::Value(e) => e.each_operand(f),
                Arg::Ref(p) | Arg::RefMut(p) | Arg::Receiver(p) => p.each_var(f),
            }
        }
    }
}

impl PullCall {
    fn each_var(&self, f: &mut dyn FnMut(Var)) {
        f(self.pull);
        self.again.iter().for_each(|e| e.each_operand(f));
        self.seed.each_operand(f);
        self.bars.iter().for_each(|b| b.each_var(f));
    }
}

impl PullBar {
    fn each_var(&self, f: &mut dyn FnMut(Var)) {
        if let PullBar::Add(p) | PullBar::InOut(p) = self {
            p.each_var(f);
        }
    }
}

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
