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

mod methods_by_path {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut m = 0.3;
        let (mut u, mut v) = (0.1, 0.2);
        let mut pair = [0.3, 0.5];
        for k in 1..3 {
            m += 0.1 * a * f64::powi(m, k);
            u = f64::sin(u) + b;
            v = f64::max(v, 0.2 * u);
            pair[1] = f64::atan2(pair[1], 1.5 + f64::abs(pair[0]));
            pair[0] += a;
        }
        let w = f64::powf(2.0, a) + f64::hypot(-1.5, b) + f64::max(0.25, a) + f64::mul_add(1.0 + 0.5, u, v);
        w + m * f64::exp(0.1 * pair[0]) + pair[1]
    }

    crate::of_two!();
}

mod folded_by_path {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let largest = v.iter().copied().fold(0.0, f64::max);
        let smallest = v.iter().fold(0.5, |m, &x| f64::min(m, x));
        largest * largest + smallest * v[1]
    }

    crate::of_six!();
}
