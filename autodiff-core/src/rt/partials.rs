//! Functions of a few numbers: from the partials, a pullback and a tangent.

use crate::Real;

macro_rules! of_partials {
    ($($pullback:ident $pushforward:ident $Gradient:ty, $gradient:pat = $($g:ident $b:ident),+;)*) => {$(
        /// A pullback that adds the seed times each partial to the cotangents that are wanted.
        #[inline]
        pub fn $pullback<T: Real>($gradient: $Gradient) -> impl FnOnce($(of_partials!(argument $b T),)+ T, $(of_partials!(bar $b T)),+) {
            move |$(_: of_partials!(argument $b T),)+ seed: T, $($b: of_partials!(bar $b T)),+| {
                $(if let Some(bar) = $b {
                    *bar += seed * $g;
                })+
            }
        }

        #[allow(clippy::too_many_arguments)] // one per number
        /// The tangent: the sum of the partials times the tangents that are there.
        #[inline]
        pub fn $pushforward<T: Real>($gradient: $Gradient, $($b: Option<&T>),+) -> T {
            let mut dot = T::ZERO;
            $(if let Some(&d) = $b {
                dot += $g * d;
            })+
            dot
        }
    )*};
    (argument $name:ident $T:ident) => { &$T };
    (bar $name:ident $T:ident) => { Option<&mut $T> };
}

of_partials! {
    pullback_of_1 pushforward_of_1 T, g0 = g0 b0;
    pullback_of_2 pushforward_of_2 (T, T), (g0, g1) = g0 b0, g1 b1;
    pullback_of_3 pushforward_of_3 (T, T, T), (g0, g1, g2) = g0 b0, g1 b1, g2 b2;
    pullback_of_4 pushforward_of_4 (T, T, T, T), (g0, g1, g2, g3) = g0 b0, g1 b1, g2 b2, g3 b3;
    pullback_of_5 pushforward_of_5 (T, T, T, T, T), (g0, g1, g2, g3, g4) = g0 b0, g1 b1, g2 b2, g3 b3, g4 b4;
    pullback_of_6 pushforward_of_6 (T, T, T, T, T, T), (g0, g1, g2, g3, g4, g5) = g0 b0, g1 b1, g2 b2, g3 b3, g4 b4, g5 b5;
    pullback_of_7 pushforward_of_7 (T, T, T, T, T, T, T), (g0, g1, g2, g3, g4, g5, g6) = g0 b0, g1 b1, g2 b2, g3 b3, g4 b4, g5 b5, g6 b6;
    pullback_of_8 pushforward_of_8 (T, T, T, T, T, T, T, T), (g0, g1, g2, g3, g4, g5, g6, g7) = g0 b0, g1 b1, g2 b2, g3 b3, g4 b4, g5 b5, g6 b6, g7 b7;
}
