//! A function of a slice, checked in both modes: value bit for bit, gradient against differences, forward against reverse mode.
#![allow(dead_code, unused_imports)]

#[path = "../gallery/support.rs"]
mod support;
pub use support::*;

/// Numbers that no test chose: neither 0 nor 1, of both signs.
pub fn random(count: usize, mut state: u64) -> Vec<f64> {
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64) / ((1_u64 << 53) as f64) * 3.0 - 1.5
    };
    (0..count).map(|_| next()).collect()
}

/// `checked!(f at [1.0, 2.0], [..])` for `#[differentiate] fn f(v: &[f64]) -> f64`.
macro_rules! checked {
    ($($f:ident $grad:ident $vjp:ident $jvp:ident at $($point:expr),+;)*) => { $(
        #[test]
        fn $f() {
            $({
                let point: Vec<f64> = $point.to_vec();
                let name = stringify!($f);
                let want = super::$f(&point);
                assert!(want.is_finite(), "{name}: {want}");
                let differences = $crate::common::numeric_gradient(|v| super::$f(v), &point);
                let (value, gradient) = super::$grad(&point);
                $crate::common::assert_same_bits(name, value, want);
                $crate::common::assert_close(name, &gradient, &differences, 1e-6);
                let seed = -1.37;
                let (value, product) = super::$vjp(&point, seed);
                $crate::common::assert_same_bits(name, value, want);
                let scaled: Vec<f64> = differences.iter().map(|d| d * seed).collect();
                $crate::common::assert_close(name, &product, &scaled, 1e-6);
                let dot = $crate::common::random(point.len(), 7);
                let (value, tangent) = super::$jvp(&point, &dot);
                $crate::common::assert_same_bits(name, value, want);
                let inner: f64 = gradient.iter().zip(&dot).map(|(g, d)| g * d).sum();
                $crate::common::assert_close(name, &[tangent], &[inner], 1e-10);
            })+
        }
    )* };
}
