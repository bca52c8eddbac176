//! The values that a loop of the forward sweep keeps for its reverse sweep.

use alloc::vec::Vec;
use core::ops::Range;

mod stack;

pub use stack::{OnStack, Stack};

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
        if self.values.capacity() == 0 {
            self.start();
        }
        self.values.push(value);
    }

    /// Room for the first values at once: a short tape would grow step by step, and each step may copy.
    #[cold]
    fn start(&mut self) {
        const BYTES: usize = 1024;
        self.values.reserve((BYTES / size_of::<T>().max(1)).clamp(4, 64));
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

/// A [`Tape`] of numbers whose first `N` values need no heap.
///
/// ```
/// use autodiff_core::tape::ShortTape;
///
/// let mut tape = ShortTape::<_, 2>::new();
/// for k in 0..5 {
///     tape.push((k, 0.5));
/// }
/// for k in (0..5).rev() {
///     assert_eq!(tape.pop(), (k, 0.5));
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ShortTape<T, const N: usize> {
    near: [T; N],
    len: usize,
    far: Vec<T>,
}

impl<T: Copy + Default, const N: usize> ShortTape<T, N> {
    /// An empty tape, which has allocated nothing.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        ShortTape { near: [T::default(); N], len: 0, far: Vec::new() }
    }

    /// Makes room for `additional` more values.
    #[inline]
    pub fn reserve(&mut self, additional: usize) {
        if self.len + additional > N {
            self.far.reserve(self.len + additional - N - self.far.len());
        }
    }

    /// Saves a value.
    #[inline]
    pub fn push(&mut self, value: T) {
        match self.near.get_mut(self.len) {
            Some(place) => *place = value,
            None => self.far.push(value),
        }
        self.len += 1;
    }

    /// Gives back the value saved last.
    ///
    /// # Panics
    /// If the tape is empty. Generated code pops as often as it pushes.
    #[inline]
    #[track_caller]
    pub fn pop(&mut self) -> T {
        self.len = self.len.wrapping_sub(1);
        match self.near.get(self.len) {
            Some(value) => *value,
            None => match self.far.pop() {
                Some(value) => value,
                None => panic!("a reverse sweep read more values than the forward sweep saved; this is a bug in autodiff"),
            },
        }
    }
}

impl<T: Copy + Default, const N: usize> Default for ShortTape<T, N> {
    #[inline]
    fn default() -> Self {
        ShortTape::new()
    }
}

/// What can make room for values.
pub trait Reserve {
    /// Makes room for `additional` more values.
    fn reserve(&mut self, additional: usize);
}

/// What can drop the values that were saved last.
pub trait Forget {
    /// Drops the last `count` values.
    fn forget(&mut self, count: usize);
}

impl<T> Forget for Tape<T> {
    #[inline]
    fn forget(&mut self, count: usize) {
        self.values.truncate(self.values.len().saturating_sub(count));
    }
}

impl<T: Copy + Default, const N: usize> Forget for ShortTape<T, N> {
    #[inline]
    fn forget(&mut self, count: usize) {
        self.len = self.len.saturating_sub(count);
        self.far.truncate(self.len.saturating_sub(N));
    }
}

/// What values are pushed onto and popped from, where a trait of the user's has methods of these names.
pub trait Recorder<T> {
    /// Puts a value on top.
    fn put(&mut self, value: T);
    /// Takes it away again.
    fn take(&mut self) -> T;
}

impl<T> Recorder<T> for Tape<T> {
    #[inline]
    fn put(&mut self, value: T) {
        self.push(value);
    }

    #[inline]
    #[track_caller]
    fn take(&mut self) -> T {
        self.pop()
    }
}

impl<T: Copy + Default, const N: usize> Recorder<T> for ShortTape<T, N> {
    #[inline]
    fn put(&mut self, value: T) {
        self.push(value);
    }

    #[inline]
    #[track_caller]
    fn take(&mut self) -> T {
        self.pop()
    }
}

impl<T> Recorder<T> for Slot<T> {
    #[inline]
    fn put(&mut self, value: T) {
        self.push(value);
    }

    #[inline]
    #[track_caller]
    fn take(&mut self) -> T {
        self.pop()
    }
}

impl<T> Reserve for Tape<T> {
    #[inline]
    fn reserve(&mut self, additional: usize) {
        Tape::reserve(self, additional);
    }
}

impl<T: Copy + Default, const N: usize> Reserve for ShortTape<T, N> {
    #[inline]
    fn reserve(&mut self, additional: usize) {
        ShortTape::reserve(self, additional);
    }
}

/// Tapes whose values are reached by index, all that a loop saves at once.
///
/// ```
/// use autodiff_core::tape::{Indexed, Tape};
///
/// let mut tape = Tape::new();
/// tape.room(2)[1] = 0.5;
/// tape.room(1)[0] = 3.0;
/// assert_eq!(tape.back(1), [3.0]);
/// tape.drop_back(1);
/// assert_eq!(tape.back(2), [0.0, 0.5]);
/// ```
pub trait Indexed {
    /// What is saved.
    type Value;
    /// The places of the next `count` values.
    ///
    /// # Panics
    /// If there is no memory for them.
    fn room(&mut self, count: usize) -> &mut [Self::Value];
    /// The last `count` values.
    fn back(&self, count: usize) -> &[Self::Value];
    /// Removes the last `count` values.
    fn drop_back(&mut self, count: usize);
}

/// The size from which on a first loop may be one that ends early by a panic: its memory is zeroed by the system, as it is touched.
const LONG: usize = 1 << 16;

/// Zeros, or a panic if there is no memory for them.
#[cold]
#[track_caller]
fn many<T: Copy + Default>(count: usize) -> Vec<T> {
    let mut probe: Vec<T> = Vec::new();
    assert!(probe.try_reserve_exact(count).is_ok(), "no memory for the {count} values that a loop of the forward sweep saves");
    drop(probe);
    alloc::vec![T::default(); count]
}

impl<T: Copy + Default> Indexed for Tape<T> {
    type Value = T;

    #[inline]
    #[track_caller]
    fn room(&mut self, count: usize) -> &mut [T] {
        let start = self.values.len();
        if start == 0 && count > LONG {
            self.values = many(count);
        } else {
            self.values.resize(start + count, T::default());
        }
        &mut self.values[start..]
    }

    #[inline]
    #[track_caller]
    fn back(&self, count: usize) -> &[T] {
        &self.values[self.values.len() - count..]
    }

    #[inline]
    fn drop_back(&mut self, count: usize) {
        self.values.truncate(self.values.len() - count);
    }
}

/// A tape of one loop: what fits without the heap lies there, else all of it on the heap.
impl<T: Copy + Default, const N: usize> Indexed for ShortTape<T, N> {
    type Value = T;

    #[inline]
    #[track_caller]
    fn room(&mut self, count: usize) -> &mut [T] {
        match self.near.get_mut(..count) {
            Some(near) => near,
            None => {
                self.far = if count > LONG { many(count) } else { alloc::vec![T::default(); count] };
                &mut self.far
            }
        }
    }

    #[inline]
    #[track_caller]
    fn back(&self, count: usize) -> &[T] {
        match self.near.get(..count) {
            Some(near) => near,
            None => &self.far[..count],
        }
    }

    #[inline]
    fn drop_back(&mut self, _: usize) {}
}

/// A tape of numbers for loops that run a known number of times: room for `N` values, and no heap.
///
/// ```
/// use autodiff_core::tape::{Indexed, NumberTape};
///
/// let mut tape = NumberTape::<_, 3>::new();
/// tape.push(0.5);
/// tape.room(2)[1] = 2.0;
/// assert_eq!(tape.back(2), [0.0, 2.0]);
/// tape.drop_back(2);
/// assert_eq!(tape.pop(), 0.5);
/// ```
#[derive(Clone, Debug)]
pub struct NumberTape<T, const N: usize> {
    values: [T; N],
    len: usize,
}

impl<T: Copy + Default, const N: usize> NumberTape<T, N> {
    /// An empty tape.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        NumberTape { values: [T::default(); N], len: 0 }
    }

    /// Saves a value.
    ///
    /// # Panics
    /// If there is no room. Generated code pushes at most `N` values before it pops them.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.values[self.len] = value;
        self.len += 1;
    }

    /// Gives back the value saved last.
    ///
    /// # Panics
    /// If the tape is empty. Generated code pops as often as it pushes.
    #[inline]
    pub fn pop(&mut self) -> T {
        self.len = self.len.wrapping_sub(1);
        self.values[self.len]
    }
}

impl<T: Copy + Default, const N: usize> Default for NumberTape<T, N> {
    #[inline]
    fn default() -> Self {
        NumberTape::new()
    }
}

impl<T: Copy + Default, const N: usize> Indexed for NumberTape<T, N> {
    type Value = T;

    #[inline]
    fn room(&mut self, count: usize) -> &mut [T] {
        let start = self.len;
        self.len += count;
        &mut self.values[start..self.len]
    }

    #[inline]
    fn back(&self, count: usize) -> &[T] {
        &self.values[self.len - count..self.len]
    }

    #[inline]
    fn drop_back(&mut self, count: usize) {
        self.len -= count;
    }
}

/// The same for values of any type.
///
/// ```
/// use autodiff_core::tape::FewTape;
///
/// let mut tape = FewTape::<_, 2>::new();
/// tape.push("one");
/// tape.push("two");
/// assert_eq!((tape.pop(), tape.pop()), ("two", "one"));
/// ```
#[derive(Clone, Debug)]
pub struct FewTape<T, const N: usize> {
    values: [Option<T>; N],
    len: usize,
}

impl<T, const N: usize> FewTape<T, N> {
    /// An empty tape.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        FewTape { values: [const { None }; N], len: 0 }
    }

    /// Saves a value.
    ///
    /// # Panics
    /// If there is no room. Generated code pushes at most `N` values before it pops them.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.values[self.len] = Some(value);
        self.len += 1;
    }

    /// Gives back the value saved last.
    ///
    /// # Panics
    /// If the tape is empty. Generated code pops as often as it pushes.
    #[inline]
    #[track_caller]
    pub fn pop(&mut self) -> T {
        self.len = self.len.wrapping_sub(1);
        match self.values.get_mut(self.len).and_then(Option::take) {
            Some(value) => value,
            None => panic!("a reverse sweep read more values than the forward sweep saved; this is a bug in autodiff"),
        }
    }
}

impl<T, const N: usize> Default for FewTape<T, N> {
    #[inline]
    fn default() -> Self {
        FewTape::new()
    }
}

/// Tapes that have their room from the start.
macro_rules! with_room {
    ($($Tape:ident $(: $Copy:ident + $Default:ident)?;)*) => { $(
        impl<T $(: $Copy + $Default)?, const N: usize> Recorder<T> for $Tape<T, N> {
            #[inline]
            fn put(&mut self, value: T) {
                self.push(value);
            }

            #[inline]
            fn take(&mut self) -> T {
                self.pop()
            }
        }

        impl<T $(: $Copy + $Default)?, const N: usize> Reserve for $Tape<T, N> {
            #[inline]
            fn reserve(&mut self, _: usize) {}
        }

        impl<T $(: $Copy + $Default)?, const N: usize> Forget for $Tape<T, N> {
            #[inline]
            fn forget(&mut self, count: usize) {
                (0..count).for_each(|_| _ = self.pop());
            }
        }
    )* };
}
with_room! {
    NumberTape: Copy + Default;
    FewTape;
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

/// Parts of arrays before they are overwritten, one after the other; the last one is restored first.
///
/// ```
/// use autodiff_core::tape::Log;
///
/// let mut u = vec![1.0, 2.0, 3.0];
/// let mut log = Log::new();
/// log.save(&u[1..]);
/// u[1] = 5.0;
/// log.restore(&mut u[1..]);
/// assert_eq!(u, [1.0, 2.0, 3.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Log<T> {
    values: Vec<T>,
    lengths: Vec<usize>,
}

/// What a [`Log`] can restore.
pub trait Restore<T> {
    /// Becomes equal to `saved`.
    fn restore(&mut self, saved: &[T]);
}

impl<T: Clone> Restore<T> for [T] {
    #[inline]
    fn restore(&mut self, saved: &[T]) {
        self.clone_from_slice(saved);
    }
}

impl<T: Clone, const N: usize> Restore<T> for [T; N] {
    #[inline]
    fn restore(&mut self, saved: &[T]) {
        self.clone_from_slice(saved);
    }
}

impl<T: Clone> Restore<T> for Vec<T> {
    #[inline]
    fn restore(&mut self, saved: &[T]) {
        if self.len() == saved.len() {
            self.clone_from_slice(saved);
        } else {
            self.clear();
            self.extend_from_slice(saved);
        }
    }
}

impl<T: Clone> Log<T> {
    /// An empty log, which has allocated nothing.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Log { values: Vec::new(), lengths: Vec::new() }
    }

    /// Keeps the elements of a list.
    #[inline]
    pub fn save(&mut self, list: &[T]) {
        self.lengths.push(list.len());
        self.values.extend_from_slice(list);
    }

    /// Puts back what was kept last.
    ///
    /// # Panics
    /// If nothing is kept, or, for slices, if it has another length. Generated code restores what it saved.
    #[inline]
    #[track_caller]
    pub fn restore<L: Restore<T> + ?Sized>(&mut self, list: &mut L) {
        let Some(length) = self.lengths.pop() else {
            panic!("a reverse sweep restored more than the forward sweep saved; this is a bug in autodiff")
        };
        let start = self.values.len() - length;
        list.restore(&self.values[start..]);
        self.values.truncate(start);
    }

    /// Keeps the elements that a loop over `counter` is about to overwrite: those from `at(counter.start)` on, as far as they exist.
    #[inline]
    pub fn save_run(&mut self, list: &[T], counter: Range<usize>, at: impl FnOnce(usize) -> usize) {
        if counter.start < counter.end {
            let first = at(counter.start).min(list.len());
            let length = (counter.end - counter.start).min(list.len() - first);
            self.save(&list[first..first + length]);
        }
    }

    /// Puts back what [`save_run`](Log::save_run) kept last.
    #[inline]
    #[track_caller]
    pub fn restore_run(&mut self, list: &mut [T], counter: Range<usize>, at: impl FnOnce(usize) -> usize) {
        if counter.start < counter.end {
            let first = at(counter.start).min(list.len());
            let length = (counter.end - counter.start).min(list.len() - first);
            self.restore(&mut list[first..first + length]);
        }
    }
}

impl<T: Clone> Default for Log<T> {
    #[inline]
    fn default() -> Self {
        Log::new()
    }
}

/// What a loop's variables were before some of its iterations: about as many checkpoints as there are iterations between two of them.
///
/// How often the loop will run need not be known: when the checkpoints become too many, every second one is dropped.
///
/// ```
/// use autodiff_core::tape::Checkpoints;
///
/// let mut checkpoints = Checkpoints::new();
/// let mut x = 1_u64;
/// for _ in 0..50 {
///     if checkpoints.is_due() {
///         checkpoints.save(x);
///     }
///     x += x / 2 + 1;
/// }
/// while let Some((first, count)) = checkpoints.segment() {
///     let mut y = checkpoints.last();
///     for _ in 0..count {
///         y += y / 2 + 1;
///     }
///     assert_eq!(y, x, "iterations from {first} on");
///     x = checkpoints.pop();
/// }
/// assert_eq!(x, 1);
/// ```
#[derive(Clone, Debug)]
pub struct Checkpoints<S> {
    kept: Vec<S>,
    /// Iterations from one checkpoint to the next.
    stride: usize,
    /// Iterations begun.
    begun: usize,
    /// The next iteration with a checkpoint.
    due: usize,
}

/// The fewest checkpoints that are worth dropping some.
const FEW: usize = 16;

impl<S: Clone> Checkpoints<S> {
    /// No checkpoints.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Checkpoints { kept: Vec::new(), stride: 1, begun: 0, due: 0 }
    }

    /// Whether the iteration that begins now needs a checkpoint. To be called once for each.
    #[inline]
    pub fn is_due(&mut self) -> bool {
        let now = self.begun;
        self.begun += 1;
        if now < self.due {
            return false;
        }
        self.due += self.stride;
        if self.kept.len() == FEW.max(2 * self.stride) {
            return self.thin();
        }
        true
    }

    /// Drops every second checkpoint; whether the iteration that begins now still needs one.
    #[cold]
    fn thin(&mut self) -> bool {
        let mut even = false;
        self.kept.retain(|_| {
            even = !even;
            even
        });
        self.stride *= 2;
        let next = self.kept.len() * self.stride;
        let now = self.begun - 1;
        self.due = if now < next { next } else { now + self.stride };
        now >= next
    }

    /// Keeps the values of the loop's variables.
    #[inline]
    pub fn save(&mut self, state: S) {
        self.kept.push(state);
    }

    /// The iterations after the last checkpoint: the first of them, and how many.
    #[inline]
    #[must_use]
    pub fn segment(&self) -> Option<(usize, usize)> {
        let first = self.kept.len().checked_sub(1)? * self.stride;
        Some((first, self.begun - first))
    }

    /// A copy of the last checkpoint.
    ///
    /// # Panics
    /// If there is none. Generated code asks for the segment first.
    #[inline]
    #[track_caller]
    #[must_use]
    pub fn last(&self) -> S {
        match self.kept.last() {
            Some(state) => state.clone(),
            None => panic!("a reverse sweep recalled more checkpoints than there are; this is a bug in autodiff"),
        }
    }

    /// The last checkpoint, and no iterations after it any more.
    ///
    /// # Panics
    /// If there is none. Generated code asks for the segment first.
    #[inline]
    #[track_caller]
    pub fn pop(&mut self) -> S {
        match self.kept.pop() {
            Some(state) => {
                self.begun = self.kept.len() * self.stride;
                state
            }
            None => panic!("a reverse sweep recalled more checkpoints than there are; this is a bug in autodiff"),
        }
    }
}

impl<S: Clone> Default for Checkpoints<S> {
    #[inline]
    fn default() -> Self {
        Checkpoints::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Checkpoints;

    /// Every iteration belongs to one segment, which begins with the state before it; neither side grows faster than the square root.
    #[test]
    fn segments_cover_all_iterations() {
        for steps in (0..300).chain([511, 512, 513, 1024, 10_000, 123_457]) {
            let mut c = Checkpoints::new();
            let mut most = 0;
            for i in 0..steps {
                if c.is_due() {
                    c.save(i);
                }
                most = most.max(c.kept.len());
            }
            let mut end = steps;
            let mut longest = 0;
            while let Some((first, count)) = c.segment() {
                assert_eq!(first + count, end, "{steps}");
                assert_eq!(c.last(), first);
                assert_eq!(c.pop(), first);
                longest = longest.max(count);
                end = first;
            }
            assert_eq!(end, 0, "{steps}");
            let root = (steps as f64).sqrt();
            assert!(
                most as f64 <= 16.0 + 3.0 * root && longest as f64 <= 1.0 + 2.0 * root,
                "{steps}: {most} checkpoints, {longest} iterations"
            );
        }
    }
}
