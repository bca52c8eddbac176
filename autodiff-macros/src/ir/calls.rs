//! What calls become in the sweeps: calls of pullbacks and pushforwards, with cotangents and tangents.
//!
//! What `reverse` and `forward` add to the representation; `lower` makes none of it.

use proc_macro2::Span;

use super::{Call, Expr, Lift, Place, Var};

/// A function of the library that adds to its last argument, of which the derivative in more directions is added: that of an operator.
#[derive(Clone, Debug)]
pub(crate) struct LiftedCall {
    pub name: &'static str,
    pub operands: Vec<Lift>,
    pub out: Place,
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
    /// The first argument is a slice of which the callee knows tangents as those of a list.
    pub of_list: bool,
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
    /// The value whose tangent it is, where it is read: a skipped field has none, and the value tells the zeros that stand for it.
    pub value: Option<Expr>,
}

impl PartOfLanes {
    pub(super) fn each_var(&self, f: &mut dyn FnMut(Var)) {
        self.whole.each_var(f);
        self.part.each_var(&mut |v| {
            if v != self.lane {
                f(v);
            }
        });
        if let Some(value) = &self.value {
            value.each_operand(f);
        }
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
    /// That of a receiver which the method may write to: handed like the one above, but what is in it may be replaced, whatever the seed is.
    Receiver(Place),
    InOut(Place),
}

impl PullCall {
    pub(super) fn each_var(&self, f: &mut dyn FnMut(Var)) {
        f(self.pull);
        self.again.iter().for_each(|e| e.each_operand(f));
        self.seed.each_operand(f);
        self.bars.iter().for_each(|b| b.each_var(f));
    }
}

impl PullBar {
    pub(super) fn each_var(&self, f: &mut dyn FnMut(Var)) {
        if let PullBar::Add(p) | PullBar::Receiver(p) | PullBar::InOut(p) = self {
            p.each_var(f);
        }
    }
}
