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

use proc_macro2::Ident;

use crate::types::Ty;

mod calls;
mod expr;
mod place;
mod stmt;
pub(crate) mod verify;
mod walk;

pub(crate) use calls::{
    CallWidth, Directions, LiftedCall, PartOfLanes, PullAlong, PullBar, PullCall, PushAlong, PushCall, PushDot, PushPullCall,
};
pub(crate) use expr::{Arg, BinOp, ByHand, Call, Callee, ContainerExpr, Conversion, Expr, Lift, Lifted, Moving};
pub(crate) use place::{references, Place, Proj};
pub(crate) use stmt::{Arm, Block, Change, ContainerOp, Counter, ForEach, ForLoop, Part, Run, Segments, Stmt, TapeKind, WhileLoop};

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
    /// Part of what carries no derivative and may be borrowed: where the reverse sweep reads it, a value is kept that was made of it.
    pub lent: bool,
    /// A part of a parameter, which may be borrowed again as long as that is at hand.
    pub reborrows: bool,
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
    /// A variable that owns its value and never changes. It is no function of an input, unless that is said.
    pub fn owned(name: Ident, ty: Ty, kind: VarKind, region: Region) -> VarInfo {
        VarInfo {
            name,
            ty,
            kind,
            region,
            varied: false,
            owned: true,
            lent: false,
            reborrows: false,
            mutable: false,
            origin: None,
            optional: false,
            annotation: None,
        }
    }

    /// Whether the reverse sweep of the region that defines the variable may read it: it borrows nothing that may be gone by then.
    pub fn lasts(&self) -> bool {
        // Outside of loops and branches nothing is computed again.
        !self.lent || self.reborrows && self.region != Region(0)
    }

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
    /// What `Self` stands for, as far as that is known.
    pub this: crate::types::Named,
}

impl Function {
    /// One more variable.
    pub fn add(&mut self, info: VarInfo) -> Var {
        self.vars.push(info);
        Var(u32::try_from(self.vars.len() - 1).unwrap_or(u32::MAX))
    }

    /// One more region, of a branch in another one.
    pub fn branch_in(&mut self, parent: Region) -> Region {
        self.regions.push(RegionInfo { parent: Some(parent), is_loop: false, checkpoint: false });
        Region(u32::try_from(self.regions.len() - 1).unwrap_or(u32::MAX))
    }

    /// The block of a branch.
    pub fn block_in(&mut self, parent: Region, stmts: Vec<Stmt>) -> Block {
        Block { region: self.branch_in(parent), stmts }
    }

    /// Whether code of a region may run several times.
    pub fn is_in_loop(&self, region: Region) -> bool {
        let mut at = Some(region);
        while let Some(r) = at {
            let info = &self.regions[r.0 as usize];
            if info.is_loop {
                return true;
            }
            at = info.parent;
        }
        false
    }
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
