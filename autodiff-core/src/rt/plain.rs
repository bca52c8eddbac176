//! What carries no derivative, and what may not be differentiated.
//!
//! Types and functions that exist for the messages of rustc: where they do not fit, their names and labels say what is wrong.

/// The cotangent of a parameter that `#[differentiate(wrt(...))]` leaves out: none. A caller for which the argument matters fails
/// to compile, with this name in the message.
#[derive(Clone, Copy, Debug)]
pub struct ExcludedByWrt;

/// Types that carry no derivative whatever they are made from: what counting and comparing methods give.
#[diagnostic::on_unimplemented(
    message = "this method gives `{Self}`, which may carry a derivative",
    label = "taken for a count or a comparison, by its name",
    note = "rename the method, or call it as a function: `Type::method(&value)`"
)]
pub trait Plain {}

macro_rules! plain {
    ($($t:ty)*) => { $(impl Plain for $t {})* };
}

plain!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char str core::cmp::Ordering alloc::string::String);

impl Plain for () {}

impl Plain for core::num::FpCategory {}

impl<T: Plain> Plain for core::num::Wrapping<T> {}

impl<T: Plain> Plain for alloc::collections::BTreeSet<T> {}

impl<T: Plain + ?Sized> Plain for &T {}

impl<T: Plain> Plain for [T] {}

impl<T: Plain, const N: usize> Plain for [T; N] {}

impl<T: Plain> Plain for Option<T> {}
#[diagnostic::do_not_recommend]
impl<T: Plain, E: Plain> Plain for Result<T, E> {}

impl<A: Plain, B: Plain> Plain for (A, B) {}

impl<A: Plain, B: Plain, C: Plain> Plain for (A, B, C) {}

impl<A: Plain, B: Plain, C: Plain, D: Plain> Plain for (A, B, C, D) {}

#[cfg(feature = "ndarray")]
impl<const N: usize> Plain for ndarray::Dim<[usize; N]> {}

/// Its argument, which carries no derivative.
#[inline(always)]
pub fn plain<T: Plain>(x: T) -> T {
    x
}

/// Types whose operators on bits give what carries no derivative, and which such an operator gives.
#[diagnostic::on_unimplemented(
    message = "an operator on bits with `{Self}`, which may carry a derivative",
    label = "of such operators, only those of integers and `bool`s are differentiated",
    note = "write a method with `#[differentiate]`, and call that: `a.wedge(b)` instead of `a ^ b`"
)]
pub trait PlainBits {}

#[diagnostic::do_not_recommend]
impl<T: Plain> PlainBits for T {}

/// Its argument, what an operator on bits gives.
#[inline(always)]
pub fn bits<T: PlainBits>(x: T) -> T {
    x
}

/// Types of which `place += value` evaluates the value first; the operators of all others find their place before.
#[diagnostic::on_unimplemented(
    message = "`+=` and the like of `{Self}` find their place before the value",
    label = "one of them changes what the other one reads; bind the value with `let` first"
)]
pub trait ValueFirst {}

macro_rules! value_first {
    ($($t:ty)*) => { $(impl ValueFirst for $t {})* };
}

value_first!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool);

/// Does not compile for a place whose type has operators of its own.
#[inline(always)]
pub fn value_first<T: ValueFirst>(_: &T) {}

/// The body of siblings of a function that rustc is certain to refuse. Does not compile where it is used, should rustc not have done so.
pub fn left_to_rustc<T>() -> T {
    const { panic!("this function was taken for one that does not compile; write each of its operations in a `let` of its own, with a type") }
}

/// Stands in such a body where the mistake is: should rustc have found none, its lint has the message.
#[must_use = "this was taken for a mistake that rustc finds; write each operation in a `let` of its own, with a type"]
#[inline(always)]
pub fn taken_for_a_mistake() -> bool {
    true
}

/// What siblings that nobody asked for would need: nothing has it, and the message names the argument of the attribute that gives them.
macro_rules! not_asked_for {
    ($($Trait:ident $message:literal $label:literal $note:literal;)*) => { $(
        #[doc = $note]
        #[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
        pub trait $Trait {}
    )* };
}

not_asked_for! {
    OneNumber "only functions that give one number have a gradient" "this function gives something else"
        "call `f_vjp` with a cotangent of the result, or write `#[differentiate(jacobian)]` and call `f_jacobian`";
    SecondDerivatives "no second derivatives of this function have been asked for" "write `#[differentiate(hessian)]` at the function"
        "`hessian` gives `f_hvp`, `f_hessian` and `f_hessian_into`";
    JacobianMatrix "no Jacobian of this function has been asked for" "write `#[differentiate(jacobian)]` at the function"
        "`jacobian` gives `f_jacobian` and `f_jacobian_into`";
    TangentsInLanes "no tangents in several directions at once of this function have been asked for"
        "write `#[differentiate(lanes)]` at the function" "`lanes` gives `f_jvp_lanes`";
}
