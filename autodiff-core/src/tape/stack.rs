//! One stack for all calls of a function by itself.
//!
//! What enters: what each call keeps, one value after the other. What leaves: the same values, last one first. Guarantee: a value comes
//! back as it was saved; what is not there is a panic, as with a [`Tape`](super::Tape).

use alloc::vec::Vec;

/// What the calls of a function by itself keep: numbers, flags and lengths, taken back in the opposite order.
///
/// ```
/// use autodiff_core::tape::Stack;
///
/// let mut stack = Stack::new();
/// stack.push(2.5);
/// stack.push(true);
/// assert!(stack.pop::<bool>());
/// assert_eq!(stack.pop::<f64>(), 2.5);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stack {
    numbers: Vec<f64>,
    flags: Vec<bool>,
    sizes: Vec<usize>,
}

impl Stack {
    /// An empty stack, which has allocated nothing.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Stack { numbers: Vec::new(), flags: Vec::new(), sizes: Vec::new() }
    }

    /// Saves a number, a flag or a length.
    #[inline]
    pub fn push<T: OnStack>(&mut self, value: T) {
        value.put(self);
    }

    /// Gives back what was saved last.
    ///
    /// # Panics
    /// If nothing of the type is left. Generated code pops as often as it pushes.
    #[inline]
    #[track_caller]
    #[must_use]
    pub fn pop<T: OnStack>(&mut self) -> T {
        match T::take(self) {
            Some(value) => value,
            None => panic!("a reverse sweep read more values than the forward sweep saved; this is a bug in autodiff"),
        }
    }
}

/// What a [`Stack`] holds.
pub trait OnStack: Sized {
    /// Puts it there.
    fn put(self, stack: &mut Stack);
    /// The last one.
    fn take(stack: &mut Stack) -> Option<Self>;
}

macro_rules! on_stack {
    ($($T:ty: $list:ident;)*) => {$(
        impl OnStack for $T {
            #[inline]
            fn put(self, stack: &mut Stack) {
                stack.$list.push(self);
            }

            #[inline]
            fn take(stack: &mut Stack) -> Option<$T> {
                stack.$list.pop()
            }
        }
    )*};
}

on_stack! {
    f64: numbers;
    bool: flags;
    usize: sizes;
}

impl OnStack for f32 {
    #[inline]
    fn put(self, stack: &mut Stack) {
        stack.numbers.push(f64::from(self));
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // what was put there is an `f32`
    fn take(stack: &mut Stack) -> Option<f32> {
        stack.numbers.pop().map(|n| n as f32)
    }
}
