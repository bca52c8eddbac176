//! Constants, conversions, and macros that only observe.

use autodiff_core::{Differentiable, differentiate};

mod consts {
    use super::*;

    const K: f64 = 2.5;
    static S: f64 = 0.5;
    struct W;
    impl W {
        const Z: f64 = 3.0;
        const A: [f64; 2] = [1.0, 2.0];
    }
    static TABLE: [f64; 3] = [1.0, 2.0, 4.0];
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        const L: f64 = 0.1;
        a * K + S * b.powi(2) + W::Z * a * b * W::A[1] + TABLE[2] * L * a + std::f64::consts::PI * f64::EPSILON + f64::MAX.min(a)
    }

    crate::of_two!();
}

mod casts {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let k = a as f32;
        let i = (b * 3.0) as i64;
        let n = i as f64;
        let d = a as f64;
        f64::from(i as i32) * d + n * b + (i as usize % 3) as f64 * a
    }

    crate::of_two!();
}

mod asserts {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        assert!(a > -10.0, "a = {a}");
        debug_assert!(b.is_finite());
        assert_eq!(1, 1);
        assert_ne!(a, 100.0);
        let y = dbg!(a * b);
        if y > 1e9 {
            panic!("too big: {y:?}")
        }
        if a > 1e9 {
            unreachable!()
        }
        eprintln!("{y:.3} {a}");
        if matches!(Some(y), Some(v) if v > 1e8) {
            todo!()
        }
        y * a
    }

    crate::of_two!();
}

mod const_block_etc {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let k = const { 2.0 * 3.0 };
        let z = if cfg!(debug_assertions) { a } else { a };
        z * k + b
    }

    crate::of_two!();
}

mod default_float {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let z = f64::default();
        let mut acc: f64 = Default::default();
        acc += a;
        z + acc * b
    }

    crate::of_two!();
}
