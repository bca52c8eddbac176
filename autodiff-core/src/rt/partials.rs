//! Functions of a few numbers: from the value and the partials, all that callers and forward mode ask for.
//!
//! What enters: what `f_vjp` gives for seed 1. What leaves: a value with a pullback or a tangent, or with the gradient added to buffers.
//! Generated code calls these instead of writing them out: rustc checks one function here instead of one for each function of the user.

use crate::Real;

macro_rules! of_partials {
    ($($Pullback:ident $pullback:ident $pushforward:ident $along:ident $added:ident $Gradient:ty, $gradient:pat, $tangent:pat = $($g:ident $b:ident),+;)*) => {$(
        /// A pullback of so many numbers.
        pub trait $Pullback<T>: FnOnce($(of_partials!(argument $b T),)+ T, $(of_partials!(bar $b T)),+) {}

        impl<T, F: FnOnce($(of_partials!(argument $b T),)+ T, $(of_partials!(bar $b T)),+)> $Pullback<T> for F {}

        /// The value, and a pullback that adds the seed times each partial to the cotangents that are wanted.
        #[inline]
        pub fn $pullback<T: Real>((value, $gradient): (T, $Gradient)) -> (T, impl $Pullback<T>) {
            (value, move |$(_: of_partials!(argument $b T),)+ seed: T, $($b: of_partials!(bar $b T)),+| {
                $(if let Some(bar) = $b {
                    *bar += seed * $g;
                })+
            })
        }

        #[allow(clippy::too_many_arguments)] // one per number
        /// The value and the tangent: the sum of the partials times the tangents that are there. One that is zero adds nothing to an infinite
        /// partial either.
        #[inline]
        pub fn $pushforward<T: Real>((value, $gradient): (T, $Gradient), $($b: Option<&T>),+) -> (T, T) {
            let mut dot = T::__ZERO;
            $(if let Some(&d) = $b {
                dot += super::unless_zero(d, $g * d);
            })+
            (value, dot)
        }

        /// The same along a direction, where all tangents are there.
        #[inline]
        pub fn $along<T: Real>(partials: (T, $Gradient), $tangent: $Gradient) -> (T, T) {
            $pushforward(partials, $(Some(&$b)),+)
        }

        #[allow(clippy::too_many_arguments)] // one per number
        /// The value; the partials are added to the buffers.
        #[inline]
        pub fn $added<T: Real>((value, $gradient): (T, $Gradient), $($b: &mut T),+) -> T {
            $(*$b += $g;)+
            value
        }
    )*};
    (argument $name:ident $T:ident) => { &$T };
    (bar $name:ident $T:ident) => { Option<&mut $T> };
}

of_partials! {
    PullbackOf1 pullback_of_1 pushforward_of_1 along_of_1 added_of_1 T, g0, b0 = g0 b0;
    PullbackOf2 pullback_of_2 pushforward_of_2 along_of_2 added_of_2 (T, T), (g0, g1), (b0, b1) = g0 b0, g1 b1;
    PullbackOf3 pullback_of_3 pushforward_of_3 along_of_3 added_of_3 (T, T, T), (g0, g1, g2), (b0, b1, b2) = g0 b0, g1 b1, g2 b2;
    PullbackOf4 pullback_of_4 pushforward_of_4 along_of_4 added_of_4 (T, T, T, T), (g0, g1, g2, g3), (b0, b1, b2, b3) = g0 b0, g1 b1, g2 b2, g3 b3;
    PullbackOf5 pullback_of_5 pushforward_of_5 along_of_5 added_of_5 (T, T, T, T, T), (g0, g1, g2, g3, g4), (b0, b1, b2, b3, b4) = g0 b0, g1 b1, g2 b2, g3 b3, g4 b4;
    PullbackOf6 pullback_of_6 pushforward_of_6 along_of_6 added_of_6 (T, T, T, T, T, T), (g0, g1, g2, g3, g4, g5), (b0, b1, b2, b3, b4, b5) = g0 b0, g1 b1, g2 b2, g3 b3, g4 b4, g5 b5;
    PullbackOf7 pullback_of_7 pushforward_of_7 along_of_7 added_of_7 (T, T, T, T, T, T, T), (g0, g1, g2, g3, g4, g5, g6), (b0, b1, b2, b3, b4, b5, b6) = g0 b0, g1 b1, g2 b2, g3 b3, g4 b4, g5 b5, g6 b6;
    PullbackOf8 pullback_of_8 pushforward_of_8 along_of_8 added_of_8 (T, T, T, T, T, T, T, T), (g0, g1, g2, g3, g4, g5, g6, g7), (b0, b1, b2, b3, b4, b5, b6, b7) = g0 b0, g1 b1, g2 b2, g3 b3, g4 b4, g5 b5, g6 b6, g7 b7;
}
