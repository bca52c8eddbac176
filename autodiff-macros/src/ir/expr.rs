//! Expressions, and calls as part of them.
//!
//! In A-normal form where derivatives flow: the operands of an operation are variables, constants or places.

use proc_macro2::{Ident, Span, TokenStream};

use super::{PartOfLanes, Place, Var};

/// Binary operators that carry derivatives.
/// How a number becomes one of another type.
#[derive(Clone, Debug)]
pub enum Conversion {
    /// `x as f64`
    As(TokenStream),
    /// `f64::from(x)`, `T::from_f64(x).unwrap()`: one of the types is a parameter.
    Number(TokenStream),
}

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
    /// A number as one of another type.
    Cast(Box<Expr>, Conversion),
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
    pub(super) fn each(&self, f: &mut dyn FnMut(&Expr)) {
        f(&self.value);
        self.dots.iter().flatten().for_each(f);
    }
}

impl Lift {
    /// The number, if there is one.
    pub fn moving(&self) -> Option<&Moving> {
        match self {
            Lift::Number(m) | Lift::Optional(Some(m)) => Some(m),
            Lift::Plain(_) | Lift::Optional(None) => None,
        }
    }

    pub(super) fn each(&self, f: &mut dyn FnMut(&Expr)) {
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

/// Values that containers give out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ContainerExpr {
    /// `place.to_vec()`
    ToVec,
    /// All elements as an array, whose length rustc knows: from its use, or from a `rt::Length`.
    ToArray,
    /// `place.pop()`, an `Option`
    Pop,
    /// `place.pop().unwrap()`
    PopUnwrap,
}

impl ContainerExpr {
    /// Whether the container stays what it is.
    pub fn copies(self) -> bool {
        matches!(self, ContainerExpr::ToVec | ContainerExpr::ToArray)
    }
}

/// A call of a user's function or method.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub callee: Callee,
    pub args: Vec<Arg>,
    pub span: Span,
    /// So many of the last arguments are parts of a tuple: the tangents that `f_jvp` takes, some of them behind references.
    pub apart: usize,
}

impl Call {
    /// Whether the first argument is a slice for which the callee wants a list's cotangent: the receiver of a method of an `impl` for
    /// slices, whose functions know it by the type of its trait alone.
    pub fn wants_list(&self, type_of: impl FnOnce(&Place) -> crate::types::Ty) -> bool {
        let of_slices = || match &self.callee {
            Callee::Method(..) => true,
            Callee::Associated(path) => match &path.qself {
                Some(q) => matches!(*q.ty, syn::Type::Slice(_)),
                None => {
                    path.path.segments.iter().rev().nth(1).is_some_and(|s| crate::position::is_annotated_trait(&s.ident.clone().into()))
                }
            },
            Callee::Function(_) => false,
        };
        match self.args.first() {
            Some(Arg::Ref(p) | Arg::Receiver(p)) => matches!(type_of(p).peel(), crate::types::Ty::Slice(_)) && of_slices(),
            _ => false,
        }
    }
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

    /// What stands behind a reference to a slice, as a list that is lent.
    pub fn listed(self) -> Expr {
        Expr::Runtime("&", vec![Expr::Runtime("rt::to_owned", vec![self])])
    }

    /// Whether it consists of operators and rules on variables and constants alone.
    pub fn is_arithmetic(&self) -> bool {
        match self {
            Expr::Var(_) | Expr::Const(_) => true,
            Expr::Neg(x) => x.is_arithmetic(),
            Expr::Bin(_, l, r, _) => l.is_arithmetic() && r.is_arithmetic(),
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Pushforward(_, _, args) => args.iter().all(Expr::is_arithmetic),
            _ => false,
        }
    }

    /// The expressions that this one is made of.
    pub fn each_part(&self, f: &mut dyn FnMut(&Expr)) {
        match self {
            Expr::Var(_) | Expr::Const(_) | Expr::Read(_) | Expr::Ref(_) | Expr::RefMut(_) | Expr::Verbatim(..) | Expr::Gather(_) => {}
            Expr::Clone(e) | Expr::Neg(e) | Expr::Cast(e, _) | Expr::Repeat(e, _) => f(e),
            Expr::Bin(_, l, r, _) | Expr::VecRepeat(l, r) => {
                f(l);
                f(r);
            }
            Expr::Rule(_, items)
            | Expr::Tuple(items)
            | Expr::Array(items)
            | Expr::VecList(items)
            | Expr::Ctor(_, items)
            | Expr::Runtime(_, items)
            | Expr::Pullback(_, _, items)
            | Expr::Pushforward(_, _, items)
            | Expr::Container(_, _, items) => items.iter().for_each(f),
            Expr::Lifted(l) => l.operands.iter().for_each(|o| o.each(f)),
            Expr::Call(call) => {
                for a in &call.args {
                    if let Arg::Value(e) = a {
                        f(e);
                    }
                }
            }
            Expr::ByHand(h) => f(&h.call),
            Expr::Struct(_, fields, base) => {
                fields.iter().for_each(|(_, e)| f(e));
                if let Some(b) = base {
                    f(b);
                }
            }
        }
    }

    /// Every variable the expression reads.
    pub fn each_operand(&self, f: &mut dyn FnMut(Var)) {
        match self {
            Expr::Var(v) => f(*v),
            Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) | Expr::Container(_, p, _) => p.each_var(f),
            Expr::Verbatim(_, vars) => vars.iter().copied().for_each(&mut *f),
            Expr::Gather(part) => part.each_var(f),
            // In the order of the arguments.
            Expr::Call(call) => return call.each_var(f),
            _ => {}
        }
        self.each_part(&mut |e| e.each_operand(f));
    }
}

impl Call {
    pub(super) fn each_var(&self, f: &mut dyn FnMut(Var)) {
        for a in &self.args {
            match a {
                Arg::Value(e) => e.each_operand(f),
                Arg::Ref(p) | Arg::RefMut(p) | Arg::Receiver(p) => p.each_var(f),
            }
        }
    }
}
