//! Vector forward mode: what the operations on tangents are in lanes.
//!
//! Operations on numbers are those of [`Lanes`]. What only rustc knows is done lane by lane.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::marker::PhantomData;

use super::{Gives, PushDifference, PushSum, SkippedField};
use crate::dense::DenseMatrix;
use crate::operators::{AddRule, CastInto, DivRule, MulRule, NegRule, RemRule, SubRule};
use crate::tangent::{Number, count, set_zeros, symmetrise};
use crate::{Cotangent, Differentiable, InLanes, Lanes, OfLanes, Real};

/// How many directions there are.
#[derive(Clone, Copy, Debug)]
pub struct Width<const N: usize>;

/// The form in lanes of the tangents of a type.
pub type LanesOf<C, const N: usize> = <C as InLanes<N>>::Lanes;

/// No change of a value in any direction.
#[inline]
pub fn zero<T: Differentiable + ?Sized, const N: usize>(_: Width<N>, x: &T) -> LanesOf<T::Cotangent, N>
where
    T::Cotangent: InLanes<N>,
{
    x.zero_cotangent().zero_lanes()
}

/// The same, to be added to.
#[inline]
pub fn start<T: Differentiable + ?Sized, const N: usize>(_: Width<N>, x: &T) -> LanesOf<T::Cotangent, N>
where
    T::Cotangent: InLanes<N>,
{
    x.zero_cotangent().start_lanes()
}

/// The tangent in one direction.
#[inline]
pub fn lane<L: OfLanes<N> + ?Sized, const N: usize>(_: Width<N>, lanes: &L, k: usize) -> L::Lane {
    lanes.lane(k)
}

/// A part of each of the tangents.
#[inline]
pub fn gather<L: OfLanes<N> + ?Sized, C: InLanes<N>, const N: usize>(_: Width<N>, whole: &L, part: impl Fn(&L::Lane) -> C) -> C::Lanes {
    let first = whole.with_lane(0, &part);
    let mut lanes = first.zero_lanes();
    lanes.set_lane(0, &first);
    for k in 1..N {
        lanes.set_lane(k, &whole.with_lane(k, &part));
    }
    lanes
}

/// What stands where the tangent of a part is read.
pub trait PartFor<C> {
    /// The tangent, if there is one: a skipped field has none.
    fn part(&self) -> Option<C>;
}

impl<C: Cotangent + Clone> PartFor<C> for C {
    #[inline(always)]
    fn part(&self) -> Option<C> {
        Some(self.clone())
    }
}

/// What `&**x` reaches.
impl<C: Cotangent + Clone> PartFor<C> for Box<C> {
    #[inline(always)]
    fn part(&self) -> Option<C> {
        Some((**self).clone())
    }
}

impl<C: Clone> PartFor<Vec<C>> for [C] {
    #[inline(always)]
    fn part(&self) -> Option<Vec<C>> {
        Some(self.to_vec())
    }
}

impl<C> PartFor<C> for SkippedField {
    #[inline(always)]
    fn part(&self) -> Option<C> {
        None
    }
}

/// The tangent of a part of a value: zeros where it is a skipped field.
#[inline(always)]
pub fn part_of<T: Differentiable + ?Sized, P: PartFor<T::Cotangent> + ?Sized>(value: &T, part: &P) -> T::Cotangent {
    part.part().unwrap_or_else(|| value.zero_cotangent())
}

/// The tangents of a field's value, which is constant where the field is skipped.
#[inline(always)]
pub fn tangent_of<T: Differentiable, G: Gives<LanesOf<T::Cotangent, N>> + ?Sized, const N: usize>(
    width: Width<N>,
    value: &T,
    dot: &G,
) -> LanesOf<T::Cotangent, N>
where
    T::Cotangent: InLanes<N>,
{
    dot.gives().map_or_else(|| zero(width, value), Clone::clone)
}

/// Changes a part of each of the tangents.
#[inline]
pub fn scatter<L: OfLanes<N> + ?Sized, D: OfLanes<N>, const N: usize>(
    _: Width<N>,
    dot: &D,
    whole: &mut L,
    change: impl Fn(&mut L::Lane, D::Lane),
) {
    for k in 0..N {
        whole.with_lane_mut(k, |lane| change(lane, dot.lane(k)));
    }
}

/// Changes each of the tangents.
#[inline]
pub fn change<L: OfLanes<N> + ?Sized, const N: usize>(_: Width<N>, whole: &mut L, change: impl Fn(&mut L::Lane)) {
    for k in 0..N {
        whole.with_lane_mut(k, &change);
    }
}

/// Keeps the iterations of a loop around lanes apart: the lanes become vectors then, not the iterations, whose numbers lie `N` apart.
#[inline(always)]
pub fn apart() {
    core::hint::black_box(());
}

/// Tangents of known size that can be looked at.
pub trait MayMove {
    /// Whether they are zero, all of them.
    fn is_still(&self) -> bool;
}

impl<T: Real, const N: usize> MayMove for Lanes<T, N> {
    #[inline(always)]
    fn is_still(&self) -> bool {
        self.0.iter().fold(true, |still, d| still & d.__is_zero())
    }
}

impl<L: MayMove, const M: usize> MayMove for [L; M] {
    #[inline]
    fn is_still(&self) -> bool {
        self.iter().all(MayMove::is_still)
    }
}

impl<L: MayMove + ?Sized> MayMove for &L {
    #[inline]
    fn is_still(&self) -> bool {
        (**self).is_still()
    }
}

impl<L: MayMove + ?Sized> MayMove for &mut L {
    #[inline]
    fn is_still(&self) -> bool {
        (**self).is_still()
    }
}

/// Whether nothing moves in any direction.
#[inline(always)]
pub fn still<L: MayMove + ?Sized>(dot: &L) -> bool {
    dot.is_still()
}

/// Whether an element is there of which nothing moves.
#[inline(always)]
pub fn still_at<L: MayMove>(dots: &[L], index: usize) -> bool {
    dots.get(index).is_some_and(MayMove::is_still)
}

// ---- rules -------------------------------------------------------------------------------------------------

/// A partial, or those of two results.
pub trait Partial<const N: usize>: Sized {
    /// The number that the method belongs to.
    type Number: Real;
    /// The tangents.
    type Lanes;

    /// The partial times the tangents of the argument; nothing for a zero, even if the partial is infinite.
    fn times(self, x_dot: Lanes<Self::Number, N>) -> Self::Lanes;
}

impl<T: Real, const N: usize> Partial<N> for T {
    type Number = T;
    type Lanes = Lanes<T, N>;

    #[inline(always)]
    fn times(self, x_dot: Lanes<T, N>) -> Lanes<T, N> {
        x_dot.map(|d| if d.__is_zero() { T::__ZERO } else { d * self })
    }
}

impl<T: Real, const N: usize> Partial<N> for (T, T) {
    type Number = T;
    type Lanes = (Lanes<T, N>, Lanes<T, N>);

    #[inline(always)]
    fn times(self, x_dot: Lanes<T, N>) -> Self::Lanes {
        (self.0.times(x_dot), self.1.times(x_dot))
    }
}

/// What the tangents of an argument contribute to those of a method's result, by its partial.
#[inline(always)]
pub fn scale<P: Partial<N>, const N: usize>(_: Width<N>, x_dot: Lanes<P::Number, N>, partial: P) -> P::Lanes {
    partial.times(x_dot)
}

/// Quotients by one divisor, with one division where its inverse is exact enough.
#[inline(always)]
pub fn divide<T: Real, const N: usize>(_: Width<N>, x_dot: Lanes<T, N>, divisor: impl Borrow<T>) -> Lanes<T, N> {
    let divisor = *divisor.borrow();
    let inverse = T::__ONE / divisor;
    if inverse < T::__INFINITY && inverse > -T::__INFINITY { x_dot * inverse } else { one_by_one(x_dot, divisor) }
}

/// Divisors that are zero, or so small that their inverse is infinite.
#[cold]
fn one_by_one<T: Real, const N: usize>(x_dot: Lanes<T, N>, divisor: T) -> Lanes<T, N> {
    x_dot / divisor
}

/// What the tangents of the divisor contribute to those of a remainder.
#[inline(always)]
pub fn rem_by<T: Real, const N: usize>(_: Width<N>, l: impl Borrow<T>, r: impl Borrow<T>, r_dot: Lanes<T, N>) -> Lanes<T, N> {
    r_dot.map(|d| super::rem_by(*l.borrow(), *r.borrow(), d))
}

/// What a cotangent that does not move contributes to tangents: nothing where it is zero, even if the partial is infinite.
#[inline(always)]
pub fn unless_zero<T: Real, const N: usize>(_: Width<N>, cotangent: T, contribution: Lanes<T, N>) -> Lanes<T, N> {
    if cotangent.__is_zero() { Lanes::ZERO } else { contribution }
}

/// The same of one that moves: nothing in the lanes where its tangent is zero, too.
#[inline(always)]
pub fn unless_zeros<T: Real, const N: usize>(_: Width<N>, cotangent: T, dot: Lanes<T, N>, contribution: Lanes<T, N>) -> Lanes<T, N> {
    if !cotangent.__is_zero() {
        return contribution;
    }
    Lanes(core::array::from_fn(|k| if dot.0[k].__is_zero() { T::__ZERO } else { contribution.0[k] }))
}

/// `as`
#[inline(always)]
pub fn cast<A: Real, B: Number + Real, const N: usize>(_: Width<N>, dot: Lanes<A, N>, _: PhantomData<B>) -> Lanes<B, N> {
    dot.map(|d| <B as Number>::from_f64(d.__to_f64()))
}

// ---- operators ---------------------------------------------------------------------------------------------

/// Changes tangents one direction after the other.
#[inline(always)]
fn update<L: OfLanes<N> + ?Sized, const N: usize>(out: &mut L, mut f: impl FnMut(usize, &mut L::Lane)) {
    for k in 0..N {
        out.with_lane_mut(k, |lane| f(k, lane));
    }
}

macro_rules! operators {
    ($($Rule:ident $lhs:ident $rhs:ident $symbol:literal)*) => { $(
        #[doc = concat!("What the tangents of `a` contribute to those of `a ", $symbol, " b`.")]
        #[inline]
        pub fn $lhs<A: $Rule<B> + ?Sized, B: ?Sized, L, O, const N: usize>(_: Width<N>, a: &A, b: &B, a_dot: &L, out_dot: &mut O)
        where
            L: OfLanes<N, Lane = A::Cotangent> + ?Sized,
            O: OfLanes<N, Lane = <A::Output as Differentiable>::Cotangent>,
        {
            update(out_dot, |k, out| a.push_lhs(b, &a_dot.lane(k), out));
        }

        #[doc = concat!("What the tangents of `b` contribute to those of `a ", $symbol, " b`.")]
        #[inline]
        pub fn $rhs<A: $Rule<B> + ?Sized, B: Differentiable + ?Sized, L, O, const N: usize>(_: Width<N>, a: &A, b: &B, b_dot: &L, out_dot: &mut O)
        where
            L: OfLanes<N, Lane = B::Cotangent> + ?Sized,
            O: OfLanes<N, Lane = <A::Output as Differentiable>::Cotangent>,
        {
            update(out_dot, |k, out| a.push_rhs(b, &b_dot.lane(k), out));
        }
    )* };
}

operators! {
    AddRule push_add_lhs push_add_rhs "+"
    SubRule push_sub_lhs push_sub_rhs "-"
    MulRule push_mul_lhs push_mul_rhs "*"
    DivRule push_div_lhs push_div_rhs "/"
    RemRule push_rem_lhs push_rem_rhs "%"
}

/// What the tangents of `a` contribute to those of `-a`.
#[inline]
pub fn push_neg<A: NegRule + ?Sized, L, O, const N: usize>(_: Width<N>, a: &A, a_dot: &L, out_dot: &mut O)
where
    L: OfLanes<N, Lane = A::Cotangent> + ?Sized,
    O: OfLanes<N, Lane = <A::Output as Differentiable>::Cotangent>,
{
    update(out_dot, |k, out| a.push_operand(&a_dot.lane(k), out));
}

/// Tangents of `+=`.
#[inline]
pub fn push_add_assigned<L: OfLanes<N>, D: OfLanes<N>, const N: usize>(_: Width<N>, target_dot: &mut L, dot: &D)
where
    L::Lane: PushSum<D::Lane>,
{
    update(target_dot, |k, target| target.push_sum(&dot.lane(k)));
}

/// Tangents of `-=`.
#[inline]
pub fn push_sub_assigned<L: OfLanes<N>, D: OfLanes<N>, const N: usize>(_: Width<N>, target_dot: &mut L, dot: &D)
where
    L::Lane: PushDifference<D::Lane>,
{
    update(target_dot, |k, target| target.push_difference(&dot.lane(k)));
}

/// Tangents of `as`.
#[inline]
pub fn push_cast<L: OfLanes<N>, D: OfLanes<N>, const N: usize>(_: Width<N>, out_dot: &mut L, dot: &D)
where
    L::Lane: CastInto<D::Lane>,
{
    update(out_dot, |k, out| out.push_from(&dot.lane(k)));
}

// ---- calls -------------------------------------------------------------------------------------------------

/// The value of a function and its tangents, one direction after the other.
#[inline]
pub fn each_lane<R, C: InLanes<N>, const N: usize>(_: Width<N>, mut f: impl FnMut(usize) -> (R, C)) -> (R, C::Lanes) {
    let (mut value, dot) = f(0);
    let mut lanes = dot.zero_lanes();
    lanes.set_lane(0, &dot);
    for k in 1..N {
        let (again, dot) = f(k);
        value = again;
        lanes.set_lane(k, &dot);
    }
    (value, lanes)
}

/// An argument without tangents.
#[derive(Clone, Copy, Debug)]
pub struct Still;

/// The tangents of an argument as a function takes them: what the compiler turns into it at a call, such as a reference to a vector into one
/// to a slice, is turned into it here.
pub trait DotFor<'d, Buffer: ?Sized> {
    /// The tangents, if there are any.
    fn dot(self) -> Option<&'d Buffer>;
}

impl<'d, Buffer: ?Sized> DotFor<'d, Buffer> for Still {
    #[inline(always)]
    fn dot(self) -> Option<&'d Buffer> {
        None
    }
}

impl<'d, Buffer: ?Sized> DotFor<'d, Buffer> for &'d Buffer {
    #[inline(always)]
    fn dot(self) -> Option<&'d Buffer> {
        Some(self)
    }
}

impl<'d, L> DotFor<'d, [L]> for &'d Vec<L> {
    #[inline(always)]
    fn dot(self) -> Option<&'d [L]> {
        Some(self)
    }
}

impl<'d, L, const M: usize> DotFor<'d, [L]> for &'d [L; M] {
    #[inline(always)]
    fn dot(self) -> Option<&'d [L]> {
        Some(self)
    }
}

impl<'d, C> DotFor<'d, C> for &'d Box<C> {
    #[inline(always)]
    fn dot(self) -> Option<&'d C> {
        Some(self)
    }
}

/// A function that has no form in lanes of its own is evaluated for one direction after the other.
pub trait OneByOne {
    /// The value and its tangents, by `each`.
    #[inline(always)]
    fn lanes<A, D, W, R>(arguments: A, dots: D, width: W, each: impl FnOnce(A, D, W) -> R) -> R {
        each(arguments, dots, width)
    }
}

impl<F: ?Sized> OneByOne for F {}

// ---- Jacobians ---------------------------------------------------------------------------------------------

/// How many columns of a Jacobian are computed at once, of `columns`: few blocks of even sizes that fit vector registers.
#[must_use]
pub const fn block(columns: usize) -> usize {
    let blocks = columns.div_ceil(16);
    if blocks == 0 {
        return 1;
    }
    let size = columns.div_ceil(blocks);
    if size > 2 { size.next_multiple_of(4) } else { size }
}

/// Whether columns in lanes cost less than rows: at most half as much each.
pub fn cheaper_than_rows<G: Cotangent + Clone, C: Cotangent + Clone>(slots: &G, results: &C) -> bool {
    count(slots) <= 2 * count(results)
}

/// The same where the number of columns is known at run time.
pub const BLOCK: usize = 8;

/// Writes the Jacobian of a function with results of this shape; `zeros` of the slots tell how many columns there are.
pub fn jacobian_by_columns<C: Cotangent + Clone, G: Cotangent + Clone, L: OfLanes<N>, D: OfLanes<N>, const N: usize>(
    width: Width<N>,
    results: &C,
    zeros: &G,
    mut directions: L,
    jacobian: &mut impl DenseMatrix,
    mut pushforward: impl FnMut(&L) -> D,
) {
    let columns = count(zeros);
    jacobian.reshape(count(results), columns);
    for first in (0..columns).step_by(N) {
        set_units(width, &mut directions, first);
        let mut at = [0; N];
        pushforward(&directions).map_lanes(&mut |k, d| {
            let row = at[k];
            at[k] += 1;
            if first + k < columns {
                jacobian.set(row, first + k, d);
            }
            d
        });
    }
}

/// Sets each number of `bar` to what `f` gives in the lane whose tangent is 1 there and 0 elsewhere.
pub fn each_partial<C: Cotangent + Clone, L: OfLanes<N>, T: Real, const N: usize>(
    width: Width<N>,
    bar: &mut C,
    mut directions: L,
    mut f: impl FnMut(&L) -> Lanes<T, N>,
) {
    let mut partials = Vec::new();
    for first in (0..count(bar)).step_by(N) {
        set_units(width, &mut directions, first);
        partials.extend(f(&directions).0.map(T::__to_f64));
    }
    let mut partials = partials.into_iter();
    bar.map_numbers(&mut |d| partials.next().unwrap_or(d));
}

/// Directions along the numbers from `first` on, one per lane; a lane without one is zero.
#[inline]
pub fn set_units<L: OfLanes<N>, const N: usize>(_: Width<N>, directions: &mut L, first: usize) {
    let mut at = [0; N];
    directions.map_lanes(&mut |k, _| {
        let number = at[k];
        at[k] += 1;
        if number == first + k { 1.0 } else { 0.0 }
    });
}

/// Copies tangents into the columns of a matrix from `first` on.
#[inline]
pub fn copy_columns<L: OfLanes<N>, T: Number, R: AsMut<[T]>, const N: usize>(_: Width<N>, dot: &mut L, rows: &mut [R], first: usize) {
    let mut at = [0; N];
    dot.map_lanes(&mut |k, d| {
        let row = at[k];
        at[k] += 1;
        if let Some(place) = rows.get_mut(row).and_then(|r| r.as_mut().get_mut(first + k)) {
            *place = T::from_f64(d);
        }
        d
    });
}

// ---- Hessians ----------------------------------------------------------------------------------------------

/// Zeros of the tangents of a cotangent.
#[inline]
pub fn zeros_like<C: InLanes<N>, const N: usize>(_: Width<N>, bar: &C) -> C::Lanes {
    bar.zero_lanes()
}

/// Gives tangents that are zero the shape of those of a value; see [`fit`](super::fit).
pub fn fit<T: Differentiable + ?Sized, const N: usize>(width: Width<N>, dots: &mut LanesOf<T::Cotangent, N>, value: &T)
where
    T::Cotangent: InLanes<N>,
    LanesOf<T::Cotangent, N>: Cotangent,
{
    let mut are_zero = true;
    dots.map_numbers(&mut |d| {
        are_zero &= d == 0.0;
        d
    });
    if are_zero {
        *dots = zero(width, value);
    }
}

/// Value, gradient and Hessian, some columns at a time, where the only slot is an array of numbers, or every slot is a number:
/// `product(directions, gradient, columns)` adds the gradient and the products of the Hessian with the directions.
#[inline]
pub fn hessian_of_array<T: Real, const M: usize, R, const N: usize>(
    _: Width<N>,
    gradient: &mut [T; M],
    rows: &mut [[T; M]; M],
    mut product: impl FnMut(&[Lanes<T, N>; M], &mut [T; M], &mut [Lanes<T, N>; M]) -> R,
) -> R {
    let mut first = 0;
    loop {
        let (mut directions, mut columns) = ([Lanes::ZERO; M], [Lanes::ZERO; M]);
        set_ones(&mut directions, first);
        *gradient = [T::__ZERO; M];
        let value = product(&directions, gradient, &mut columns);
        copy_rows(&columns, rows, first);
        first += N;
        if first >= M {
            symmetrise(rows);
            return value;
        }
    }
}

/// The same for a list of `n` numbers.
#[allow(clippy::ptr_arg, reason = "what `product` takes may be a slice or a vector")]
pub fn hessian_of_list<T: Real, R, const N: usize>(
    _: Width<N>,
    n: usize,
    gradient: &mut Vec<T>,
    rows: &mut Vec<Vec<T>>,
    mut product: impl FnMut(&Vec<Lanes<T, N>>, &mut Vec<T>, &mut Vec<Lanes<T, N>>) -> R,
) -> R {
    let (mut directions, mut columns) = (alloc::vec![Lanes::ZERO; n], alloc::vec![Lanes::ZERO; n]);
    gradient.resize(n, T::__ZERO);
    rows.resize_with(n, Vec::new);
    let mut first = 0;
    loop {
        set_ones(&mut directions, first);
        gradient.fill(T::__ZERO);
        columns.fill(Lanes::ZERO);
        let value = product(&directions, gradient, &mut columns);
        for (k, row) in rows.iter_mut().skip(first).take(N).enumerate() {
            row.clear();
            row.extend(columns.iter().map(|column| column.0[k]));
        }
        directions.iter_mut().skip(first).take(N).for_each(|d| *d = Lanes::ZERO);
        first += N;
        if first >= n {
            symmetrise(rows);
            return value;
        }
    }
}

/// The same for slots of any form; `directions` are zeros of their tangents.
pub fn hessian<G: Cotangent + Clone, L: OfLanes<N> + Cotangent + Clone, R, const N: usize>(
    width: Width<N>,
    zero: G,
    directions: L,
    gradient: &mut G,
    rows: &mut Vec<Vec<f64>>,
    product: impl FnMut(&L, &mut G, &mut L) -> R,
) -> R {
    set_zeros(count(&zero), rows);
    columns(width, zero, directions, gradient, rows, product)
}

/// The same where the count of their numbers is known.
pub fn hessian_of_known<G: Cotangent + Clone, L: OfLanes<N> + Cotangent + Clone, R, const M: usize, const N: usize>(
    width: Width<N>,
    zero: G,
    directions: L,
    gradient: &mut G,
    rows: &mut [[f64; M]; M],
    product: impl FnMut(&L, &mut G, &mut L) -> R,
) -> R {
    columns(width, zero, directions, gradient, rows, product)
}

fn columns<G: Cotangent + Clone, L: OfLanes<N> + Cotangent + Clone, R, const N: usize>(
    width: Width<N>,
    zero: G,
    mut directions: L,
    gradient: &mut G,
    rows: &mut [impl AsMut<[f64]>],
    mut product: impl FnMut(&L, &mut G, &mut L) -> R,
) -> R {
    let mut columns = directions.clone();
    *gradient = zero;
    let mut first = 0;
    loop {
        set_units(width, &mut directions, first);
        gradient.set_zero();
        columns.set_zero();
        let value = product(&directions, gradient, &mut columns);
        let mut at = [0; N];
        columns.map_lanes(&mut |k, d| {
            let j = at[k];
            at[k] += 1;
            if let Some(place) = rows.get_mut(first + k).and_then(|r| r.as_mut().get_mut(j)) {
                *place = d;
            }
            d
        });
        first += N;
        if first >= rows.len() {
            symmetrise(rows);
            return value;
        }
    }
}

/// Directions along the numbers from `first` on, one per lane.
#[inline(always)]
fn set_ones<T: Real, const N: usize>(directions: &mut [Lanes<T, N>], first: usize) {
    for (k, d) in directions.iter_mut().skip(first).take(N).enumerate() {
        d.0[k] = T::__ONE;
    }
}

/// The lanes of the columns as rows from `first` on: the Hessian is symmetric.
#[inline(always)]
fn copy_rows<T: Real, const M: usize, const N: usize>(columns: &[Lanes<T, N>; M], rows: &mut [[T; M]; M], first: usize) {
    for (k, row) in rows.iter_mut().skip(first).take(N).enumerate() {
        for (place, column) in row.iter_mut().zip(columns) {
            *place = column.0[k];
        }
    }
}
