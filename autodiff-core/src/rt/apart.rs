//! Slices as the parameters of a closure.
//!
//! What enters: slices, and a closure of them that is called at once. What leaves: nothing but the call. What a function is handed by reference, LLVM takes
//! for apart: so it makes vectors of a loop without testing first whether what it writes is what it reads.

macro_rules! apart {
    ($($name:ident($($row:ident: $T:ident),*);)*) => { $(
        /// Calls the closure.
        #[inline(always)]
        pub fn $name<$($T),*>($($row: $T,)* f: impl FnOnce($($T),*)) {
            f($($row),*);
        }
    )* };
}

apart! {
    apart_0();
    apart_1(a: A);
    apart_2(a: A, b: B);
    apart_3(a: A, b: B, c: C);
    apart_4(a: A, b: B, c: C, d: D);
    apart_5(a: A, b: B, c: C, d: D, e: E);
    apart_6(a: A, b: B, c: C, d: D, e: E, g: G);
    apart_7(a: A, b: B, c: C, d: D, e: E, g: G, h: H);
    apart_8(a: A, b: B, c: C, d: D, e: E, g: G, h: H, i: I);
    apart_9(a: A, b: B, c: C, d: D, e: E, g: G, h: H, i: I, j: J);
    apart_10(a: A, b: B, c: C, d: D, e: E, g: G, h: H, i: I, j: J, k: K);
    apart_11(a: A, b: B, c: C, d: D, e: E, g: G, h: H, i: I, j: J, k: K, l: L);
    apart_12(a: A, b: B, c: C, d: D, e: E, g: G, h: H, i: I, j: J, k: K, l: L, m: M);
}
