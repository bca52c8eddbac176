//! Vectors, arrays and slices of cotangents: what copies, fills and changes of length contribute.
//!
//! What enters: lists, also behind references. Guarantee: lengths that do not fit are a panic, never a part left out.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use super::SkippedField;
use super::optional::unassigned;
use crate::{AddInto, Cotangent, Real};

/// `target += seed * partials`, element by element.
///
/// # Panics
/// If there are more or fewer partials than elements.
#[inline]
#[track_caller]
pub fn add_scaled<T: Real, L: ListMut<Item = T> + ?Sized, P: List<Item = T> + ?Sized>(target: &mut L, partials: &P, seed: T) {
    let (target, partials) = (target.items_mut(), partials.items());
    crate::differentiable::check_lengths(target.len(), partials.len());
    for (t, &d) in target.iter_mut().zip(partials) {
        *t += seed * d;
    }
}

/// The sum of the products of elements.
///
/// # Panics
/// If there are more or fewer of one than of the other.
#[inline]
#[track_caller]
pub fn inner_product<T: Real, P: List<Item = T> + ?Sized, D: List<Item = T> + ?Sized>(partials: &P, dot: &D) -> T {
    let (partials, dot) = (partials.items(), dot.items());
    crate::differentiable::check_lengths(dot.len(), partials.len());
    partials.iter().zip(dot).fold(T::__ZERO, |sum, (&p, &d)| sum + p * d)
}

/// What has parts that follow one another, as slices do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list whose parts can be followed",
    label = "taken for the method of a list, by its name",
    note = "bind a slice of it first, as in `let part = &x[..];`"
)]
pub trait IsList {}

impl<T> IsList for [T] {}
impl<T, const N: usize> IsList for [T; N] {}
impl<T> IsList for Vec<T> {}
impl<T: ?Sized + IsList> IsList for Box<T> {}
impl<T: ?Sized + IsList> IsList for &T {}
impl<T: ?Sized + IsList> IsList for &mut T {}

/// A method of lists is called on this: does nothing, and does not compile of anything else.
#[inline(always)]
pub fn is_list<T: ?Sized + IsList>(_: &T) {}

/// An empty vector.
#[inline]
#[must_use]
pub fn list<T>() -> Vec<T> {
    Vec::new()
}

/// An empty vector with space for `n` elements.
#[inline]
#[must_use]
pub fn list_with_capacity<T>(n: usize) -> Vec<T> {
    Vec::with_capacity(n)
}

/// Vectors, arrays and slices of cotangents, also behind references.
pub trait List {
    /// The cotangent of one element.
    type Item;

    /// All elements.
    fn items(&self) -> &[Self::Item];
}

/// The same, to be written to.
pub trait ListMut: List {
    /// All elements.
    fn items_mut(&mut self) -> &mut [Self::Item];
}

macro_rules! lists {
    ($([$($generics:tt)*] $List:ty => $Item:ty;)*) => {$(
        impl<$($generics)*> List for $List {
            type Item = $Item;

            #[inline]
            fn items(&self) -> &[$Item] {
                self
            }
        }

        impl<$($generics)*> ListMut for $List {
            #[inline]
            fn items_mut(&mut self) -> &mut [$Item] {
                self
            }
        }
    )*};
}

lists! {
    [C] [C] => C;
    [C] Vec<C> => C;
    [C, const N: usize] [C; N] => C;
}

macro_rules! pointers {
    ($($Pointer:ty),*) => {$(
        impl<L: List + ?Sized> List for $Pointer {
            type Item = L::Item;

            #[inline]
            fn items(&self) -> &[L::Item] {
                L::items(self)
            }
        }
    )*};
    (mut $($Pointer:ty),*) => {
        pointers!($($Pointer),*);
        $(
            impl<L: ListMut + ?Sized> ListMut for $Pointer {
                #[inline]
                fn items_mut(&mut self) -> &mut [L::Item] {
                    L::items_mut(self)
                }
            }
        )*
    };
}

pointers!(&L);

pointers!(mut &mut L, Box<L>);

/// The elements of a list as an array.
///
/// # Panics
/// If the array has another length.
#[inline]
#[track_caller]
pub fn array_of<L: List<Item: Clone> + ?Sized, const N: usize>(list: &L) -> [L::Item; N] {
    let items = list.items();
    assert!(items.len() == N, "an array of {N} elements is made of {}", items.len());
    core::array::from_fn(|i| items[i].clone())
}

/// The same, where what is made of a [`Length`] has that length.
///
/// # Panics
/// If the list is not made of it.
#[inline]
#[track_caller]
pub fn array_of_length<L: List<Item: Clone> + ?Sized, const N: usize>(list: &L, _: Length<N>) -> [L::Item; N] {
    array_of(list)
}

/// The length of an array that rustc infers from the use of the array.
#[derive(Clone, Copy, Debug, Default)]
pub struct Length<const N: usize>;

impl<const N: usize> Length<N> {
    /// As a number.
    #[inline]
    pub fn get(self) -> usize {
        N
    }
}

/// `x_bar += part` for each part. Reverse of `[x; n]` and of `fill`.
#[inline]
#[track_caller]
pub fn add_all<D: ?Sized, L: List<Item: AddInto<D>> + ?Sized>(x_bar: &mut D, parts: &L) {
    for part in parts.items() {
        part.add_into(x_bar);
    }
}

/// `target[i] += c[i]` for each `i`. Reverse of copies between vectors, arrays and slices.
///
/// # Panics
/// If the lengths differ.
#[inline]
#[track_caller]
pub fn accumulate_slice<T, L>(target: &mut T, c: &L)
where
    T: ListMut<Item: Cotangent> + ?Sized,
    L: List<Item = T::Item> + ?Sized,
{
    target.items_mut().accumulate(c.items());
}

/// Sets each element to zero.
#[inline]
pub fn set_zero_slice<T: ListMut<Item: Cotangent> + ?Sized>(target: &mut T) {
    target.items_mut().set_zero();
}

/// A cotangent that takes contributions from an owned one.
pub trait AccumulateFrom<C: ?Sized> {
    /// `self += c`
    fn accumulate_from(&mut self, c: &C);
}

impl<C: Cotangent + ?Sized> AccumulateFrom<C> for C {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &C) {
        self.accumulate(c);
    }
}

impl<C: ?Sized> AccumulateFrom<C> for SkippedField {
    #[inline(always)]
    fn accumulate_from(&mut self, _: &C) {}
}

/// As a contribution it is zero.
impl<C: Cotangent + ?Sized> AccumulateFrom<SkippedField> for C {
    #[inline(always)]
    fn accumulate_from(&mut self, _: &SkippedField) {}
}

impl<C: Cotangent> AccumulateFrom<[C]> for Vec<C> {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &[C]) {
        self.as_mut_slice().accumulate(c);
    }
}

impl<C: Cotangent, const N: usize> AccumulateFrom<[C; N]> for Vec<C> {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &[C; N]) {
        self.as_mut_slice().accumulate(c);
    }
}

/// The cotangent of a variable that is assigned after its declaration takes what its value gets.
impl<C: Cotangent> AccumulateFrom<C> for Option<C> {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &C) {
        match self {
            Some(target) => target.accumulate(c),
            None => unassigned(),
        }
    }
}

/// And hands it on to what was assigned.
impl<C: Cotangent> AccumulateFrom<Option<C>> for C {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &Option<C>) {
        if let Some(c) = c {
            self.accumulate(c);
        }
    }
}

/// What is in a box was lent to a name of its own.
impl<C: Cotangent> AccumulateFrom<C> for Box<C> {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &C) {
        (**self).accumulate(c);
    }
}

impl<C: Cotangent> AccumulateFrom<Vec<C>> for [C] {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &Vec<C>) {
        self.accumulate(c);
    }
}

impl<C: Cotangent, const N: usize> AccumulateFrom<Vec<C>> for [C; N] {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &Vec<C>) {
        self.as_mut_slice().accumulate(c);
    }
}

/// `target += c`, where the target may be a slice or an array and `c` a vector.
///
/// # Panics
/// If the shapes differ.
#[inline]
#[track_caller]
pub fn accumulate_from<T: AccumulateFrom<C> + ?Sized, C: ?Sized>(target: &mut T, c: &C) {
    target.accumulate_from(c);
}

/// Reverse of `Vec::pop`: puts the cotangent of the value back, if there was one.
#[inline]
pub fn unpop<C: Clone>(target: &mut Vec<C>, popped_bar: &Option<C>) {
    target.extend(popped_bar.clone());
}

/// Reverse of `Vec::extend`: splits off the cotangents of what was added to the `shape` before.
///
/// # Panics
/// If the vector has become shorter, which the generated code excludes.
#[inline]
#[track_caller]
pub fn unextend<C>(target: &mut Vec<C>, shape: &[C]) -> Vec<C> {
    target.split_off(shape.len())
}

/// Reverse of `resize`, `truncate` and `clear`: gives `target` the length of the `shape` before, with the zeros of
/// `shape` where elements had been cut off. Returns the cotangents of elements that had been added.
#[inline]
pub fn unresize<C>(target: &mut Vec<C>, mut shape: Vec<C>) -> Vec<C> {
    if target.len() >= shape.len() {
        return target.split_off(shape.len());
    }
    target.extend(shape.drain(target.len()..));
    Vec::new()
}

/// Two elements of a list.
///
/// # Panics
/// If they are the same one, or not there. Generated code asks before.
#[inline]
#[track_caller]
pub fn two<T>(list: &mut [T], a: usize, b: usize) -> (&mut T, &mut T) {
    if a < b {
        let (head, tail) = list.split_at_mut(b);
        (&mut head[a], &mut tail[0])
    } else {
        let (head, tail) = list.split_at_mut(a);
        (&mut tail[0], &mut head[b])
    }
}

/// Two parts of a list.
///
/// # Panics
/// If they overlap, or are not there. Generated code asks before.
#[inline]
#[track_caller]
pub fn two_parts<T>(list: &mut [T], a: Range<usize>, b: Range<usize>) -> (&mut [T], &mut [T]) {
    if a.end <= b.start {
        let (head, tail) = list.split_at_mut(b.start);
        (&mut head[a], &mut tail[..b.end - b.start])
    } else {
        let (head, tail) = list.split_at_mut(a.start);
        (&mut tail[..a.end - a.start], &mut head[b])
    }
}
