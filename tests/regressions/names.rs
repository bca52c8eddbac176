//! What a branch gives, and how it is called.

/// What a branch in a tuple gives has one name already where it is copied to another: the copy was written to instead, and names that stood
/// in text were not found (wrong values, E0425).
mod copies_of_what_a_branch_gives {
    use autodiff_core::differentiate;

    #[differentiate]
    fn scaled(v: &[f64]) -> f64 {
        let (value, z) = (if v[1] > v[0] { v[1] } else { v[0] }, v[2]);
        let mut r = value;
        r *= 2.0 * z;
        r * value
    }

    #[differentiate]
    fn in_a_loop(v: &[f64]) -> f64 {
        let (value, z) = (if v[1] > v[0] { v[1] } else { v[0] }, v[2]);
        let mut r = value;
        for x in v {
            r *= x + z;
            r += value;
        }
        r * value
    }

    #[differentiate]
    fn twice(v: &[f64]) -> f64 {
        let pair = (if v[1] > v[0] { v[1] * v[2] } else { v[0] }, v[2]);
        let (a, b) = pair;
        let mut r = a;
        let mut s = a;
        r *= b;
        s += r * a;
        let (mut c, _) = pair;
        c *= s;
        r * s + c * a
    }

    #[differentiate]
    fn told_apart(v: &[f64]) -> f64 {
        let (value, z) = (
            match v.len() {
                3 => v[0],
                n if v[1] > 0.5 => v[1] * n as f64,
                _ => v[2],
            },
            v[3],
        );
        let t = z * (if v.iter().all(|x| *x < value) { v[0] } else { v[1] });
        let r = value;
        t * z + r
    }

    #[differentiate]
    fn in_a_block(v: &[f64]) -> f64 {
        let (a, b) = (if v[1] > v[0] { v[1] } else { v[0] }, v[2]);
        let c = {
            let mut a = a;
            a *= b;
            a
        };
        let mut d = a;
        d -= c * a;
        a * c + d
    }

    #[test]
    fn gradients() {
        check! {
            scaled scaled_vjp scaled_jvp;
            in_a_loop in_a_loop_vjp in_a_loop_jvp;
            twice twice_vjp twice_jvp;
            told_apart told_apart_vjp told_apart_jvp;
            in_a_block in_a_block_vjp in_a_block_jvp;
        }
    }
}
