//! The one list of tuple sizes: up to twelve elements, as in the standard library.

/// Calls `$callback!` once per tuple size with the type parameters and their positions: `A 0 B 1 ..`.
macro_rules! for_each_tuple {
    ($callback:ident) => {
        crate::tuples::for_each_tuple!($callback [] A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
    };
    ($callback:ident [$($done:tt)*]) => {};
    ($callback:ident [$($done:tt)*] $t:ident $index:tt $($rest:tt)*) => {
        $callback!($($done)* $t $index);
        crate::tuples::for_each_tuple!($callback [$($done)* $t $index] $($rest)*);
    };
}
pub(crate) use for_each_tuple;
