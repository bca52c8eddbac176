//! The values that a loop of the forward sweep keeps for its reverse sweep.

use alloc::vec::Vec;

/// A stack of saved values: the forward sweep pushes, the reverse sweep pops.
///
/// ```
/// use autodiff_core::tape::Tape;
///
/// let mut tape = Tape::new();
/// tape.push((1.0, 2));
/// tape.push((3.0, 4));
/// assert_eq!(tape.pop(), (3.0, 4));
/// assert_eq!(tape.len(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct Tape<T> {
    values: Vec<T>,
}

impl<T> Tape<T> {
    /// An empty tape, which has allocated nothing.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Tape { values: Vec::new() }
    }

    /// An empty tape with room for `capacity` values.
    #[inline]
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Tape { values: Vec::with_capacity(capacity) }
    }

    /// Makes room for `additional` more values.
    #[inline]
    pub fn reserve(&mut self, additional: usize) {
        self.values.reserve(additional);
    }

    /// Saves a value.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.values.push(value);
    }

    /// Gives back the value saved last.
    ///
    /// # Panics
    /// If the tape is empty. Generated code pops as often as it pushes.
    #[inline]
    #[track_caller]
    pub fn pop(&mut self) -> T {
        match self.values.pop() {
            Some(value) => value,
            None => panic!("a reverse sweep read more values than the forward sweep saved; this is a bug in autodiff"),
        }
    }

    /// The number of values on the tape.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing is on the tape.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl<T> Default for Tape<T> {
    #[inline]
    fn default() -> Self {
        Tape::new()
    }
}

/// Room for one saved value, for code that runs at most once: the methods of a [`Tape`], and no heap.
///
/// ```
/// use autodiff_core::tape::Slot;
///
/// let mut slot = Slot::new();
/// slot.push((1.0, 2));
/// assert_eq!(slot.pop(), (1.0, 2));
/// assert!(slot.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Slot<T> {
    value: Option<T>,
}

impl<T> Slot<T> {
    /// An empty slot.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Slot { value: None }
    }

    /// Saves a value.
    ///
    /// # Panics
    /// If the slot is taken. Generated code uses one only where it pushes at most once before it pops.
    #[inline]
    #[track_caller]
    pub fn push(&mut self, value: T) {
        if self.value.replace(value).is_some() {
            panic!("a forward sweep saved two values where there is room for one; this is a bug in autodiff");
        }
    }

    /// Gives back the value.
    ///
    /// # Panics
    /// If the slot is empty. Generated code pops as often as it pushes.
    #[inline]
    #[track_caller]
    pub fn pop(&mut self) -> T {
        match self.value.take() {
            Some(value) => value,
            None => panic!("a reverse sweep read a value that the forward sweep did not save; this is a bug in autodiff"),
        }
    }

    /// The number of values in the slot: 0 or 1.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.value.is_some())
    }

    /// Whether the slot is empty.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.value.is_none()
    }
}

impl<T> Default for Slot<T> {
    #[inline]
    fn default() -> Self {
        Slot::new()
    }
}
