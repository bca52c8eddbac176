//! Inputs made from a stream of numbers, for a program and for its twin alike, and the numbers of results.

use crate::dual::{As, D32, D64};

/// Where inputs come from: the sizes depend on the point, and the coordinate that carries the tangent can be chosen.
pub struct Source {
    state: u64,
    /// Coordinates handed out so far.
    pub taken: usize,
    /// The one whose tangent is 1.
    pub along: Option<usize>,
    /// The second tangents, none if it is empty.
    pub direction: Vec<f64>,
    /// Whether collections may be empty.
    pub hostile: bool,
    /// Whether numbers are moved a little, so that none of them are equal.
    pub apart: bool,
}

impl Source {
    pub fn new(seed: u64, hostile: bool) -> Source {
        Source { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x2545_F491_4F6C_DD1D, taken: 0, along: None, direction: Vec::new(), hostile, apart: false }
    }

    /// The same inputs, each number moved by another small amount.
    pub fn moved_apart(mut self) -> Source {
        self.apart = true;
        self
    }

    pub fn along(mut self, coordinate: usize, direction: &[f64]) -> Source {
        self.along = Some(coordinate);
        self.direction = direction.to_vec();
        self
    }

    /// The next random number (SplitMix64).
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Between -2 and 2, seldom 0 or a whole number.
    pub fn number(&mut self) -> f64 {
        let k = self.next();
        if self.hostile && k % 16 == 0 {
            return [0.0, 1.0, -1.0, 2.0][(k >> 8) as usize % 4];
        }
        ((k >> 11) as f64 / (1_u64 << 53) as f64) * 4.0 - 2.0
    }

    fn coordinate(&mut self) -> D64 {
        let v = self.number() + if self.apart { 1e-3 + 3.7e-5 * self.taken as f64 } else { 0.0 };
        let d = f64::from(u8::from(self.along == Some(self.taken)));
        let e = self.direction.get(self.taken).copied().unwrap_or(0.0);
        self.taken += 1;
        D64 { v, d, m: d, e, n: e.abs(), c: 0.0, k: 0.0 }
    }

    fn length(&mut self) -> usize {
        let k = self.next() as usize;
        if self.hostile { k % 6 } else { 3 + k % 3 }
    }
}

/// A value made from a stream.
pub trait Input: Sized {
    fn input(s: &mut Source) -> Self;
}

/// The numbers and the rest of a value, in order.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    pub numbers: Vec<D64>,
    pub rest: Vec<i128>,
}

pub trait Flat {
    fn flat(&self, parts: &mut Parts);
}

impl Input for f64 {
    fn input(s: &mut Source) -> f64 {
        s.coordinate().v
    }
}

impl Input for f32 {
    fn input(s: &mut Source) -> f32 {
        s.coordinate().v as f32
    }
}

impl Input for D64 {
    fn input(s: &mut Source) -> D64 {
        s.coordinate()
    }
}

impl Input for D32 {
    fn input(s: &mut Source) -> D32 {
        s.coordinate().as_()
    }
}

impl Flat for f64 {
    fn flat(&self, parts: &mut Parts) {
        parts.numbers.push(D64 { v: *self, ..D64::ZERO });
    }
}

impl Flat for f32 {
    fn flat(&self, parts: &mut Parts) {
        parts.numbers.push(D64 { v: f64::from(*self), ..D64::ZERO });
    }
}

impl Flat for D64 {
    fn flat(&self, parts: &mut Parts) {
        parts.numbers.push(*self);
    }
}

impl Flat for D32 {
    fn flat(&self, parts: &mut Parts) {
        parts.numbers.push((*self).into());
    }
}

macro_rules! integers {
    ($($int:ident)*) => { $(
        impl Input for $int {
            fn input(s: &mut Source) -> $int {
                (s.next() % 5) as $int
            }
        }
        impl Flat for $int {
            fn flat(&self, parts: &mut Parts) {
                parts.rest.push(*self as i128);
            }
        }
    )* };
}

integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Input for bool {
    fn input(s: &mut Source) -> bool {
        s.next() % 2 == 0
    }
}

impl Flat for bool {
    fn flat(&self, parts: &mut Parts) {
        parts.rest.push(i128::from(*self));
    }
}

impl<T: Input> Input for Vec<T> {
    fn input(s: &mut Source) -> Vec<T> {
        (0..s.length()).map(|_| T::input(s)).collect()
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn flat(&self, parts: &mut Parts) {
        parts.rest.push(self.len() as i128);
        self.iter().for_each(|x| x.flat(parts));
    }
}

impl<T: Input, const N: usize> Input for [T; N] {
    fn input(s: &mut Source) -> [T; N] {
        std::array::from_fn(|_| T::input(s))
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn flat(&self, parts: &mut Parts) {
        self.iter().for_each(|x| x.flat(parts));
    }
}

impl<T: Input> Input for Option<T> {
    fn input(s: &mut Source) -> Option<T> {
        (s.next() % 4 != 0).then(|| T::input(s))
    }
}

impl<T: Flat> Flat for Option<T> {
    fn flat(&self, parts: &mut Parts) {
        parts.rest.push(i128::from(self.is_some()));
        self.iter().for_each(|x| x.flat(parts));
    }
}

impl<T: Flat, E: Flat> Flat for Result<T, E> {
    fn flat(&self, parts: &mut Parts) {
        parts.rest.push(i128::from(self.is_ok()));
        match self {
            Ok(x) => x.flat(parts),
            Err(e) => e.flat(parts),
        }
    }
}

impl<T: Input> Input for Box<T> {
    fn input(s: &mut Source) -> Box<T> {
        Box::new(T::input(s))
    }
}

impl<T: Flat> Flat for Box<T> {
    fn flat(&self, parts: &mut Parts) {
        (**self).flat(parts);
    }
}

macro_rules! tuples {
    ($(($($T:ident $i:tt)*))*) => { $(
        impl<$($T: Input),*> Input for ($($T,)*) {
            fn input(s: &mut Source) -> Self {
                ($($T::input(s),)*)
            }
        }
        impl<$($T: Flat),*> Flat for ($($T,)*) {
            fn flat(&self, parts: &mut Parts) {
                $(self.$i.flat(parts);)*
            }
        }
    )* };
}

tuples!((A 0) (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 E 3));

impl Flat for () {
    fn flat(&self, _: &mut Parts) {}
}

/// A Jacobian, in whatever form.
pub trait Matrix {
    fn rows(&self) -> Vec<Vec<f64>>;
}

impl<T: Copy + Into<f64>, const N: usize, const M: usize> Matrix for [[T; N]; M] {
    fn rows(&self) -> Vec<Vec<f64>> {
        self.iter().map(|r| r.iter().map(|&x| x.into()).collect()).collect()
    }
}

impl<T: Copy + Into<f64>> Matrix for Vec<Vec<T>> {
    fn rows(&self) -> Vec<Vec<f64>> {
        self.iter().map(|r| r.iter().map(|&x| x.into()).collect()).collect()
    }
}
