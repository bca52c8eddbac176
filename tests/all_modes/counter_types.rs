//! Counters of other types than `usize`, which advance with a loop and are cast where they are indices.

use autodiff_core::differentiate;

crate::cases! { 4, 0.3, 1.2;
    unsigned v {
        let mut s = 0.0;
        let mut p: u32 = 0;
        for i in 0..2 {
            for j in 0..2 {
                s += v[p as usize] * v[j] * (i + 1) as f64 * v[3];
                p += 1;
            }
        }
        s * p as f64
    }
    signed v {
        let w: Vec<f64> = v.iter().map(|x| x * x).collect();
        let mut s = 0.0;
        let mut p: i32 = -2;
        for j in 0..3 {
            s += w[(p + 2) as usize] * v[j] + w[j + 1];
            p += 1;
        }
        s * (p as f64 + 0.5)
    }
    with_a_step v {
        let (mut at, width) = (0u64, 2u64);
        let mut s = 0.0;
        for i in 0..2 {
            for j in 0..2 {
                s += v[at as usize % 4] * v[j] * v[i + 1];
                at += width;
            }
        }
        s * at as f64
    }
    cast_and_not v {
        let mut p = 0;
        let mut s = 0.0;
        for j in 0..4 {
            s += v[p] * v[j] * p as f64 + v[(p + 1) % 4];
            p += 1;
        }
        s * v[0]
    }
}
