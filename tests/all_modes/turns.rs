//! What is evaluated before what, where parts of a statement change what others read.

/// What is assigned is complete before the place: it was read when the place had changed it.
mod assigned {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 0usize;
        let mut a = [v[0], v[1], v[2], v[3]];
        let mut s = v[0];
        a[{
            k += 1;
            k % 4
        }] = k as f64;
        a[{
            k += 1;
            k
        }] = s;
        a[{
            s *= 2.0;
            3
        }] += s;
        a[{
            k = 0;
            k
        }] *= (k + 1) as f64 * s;
        let w = [5.0, 7.0];
        a[{
            k += 1;
            k
        }] += w[k % 2] * v[1];
        a[1] = w[{
            k -= 1;
            k
        }];
        a[0] * a[1] * v[3] + a[2] * a[3] * k as f64
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// The place of `+=` comes first unless both sides are numbers: a reference is none.
mod added_by_reference {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 0usize;
        let mut a = [v[0], v[1], v[2], v[3]];
        a[{
            k += 1;
            k % 3
        }] += &v[{
            k += 1;
            k % 4
        }];
        a[{
            k += 3;
            k % 3
        }] *= &(v[{
            k += 2;
            k % 4
        }] * k as f64);
        a[0] * a[1] + a[2] * a[3] * k as f64
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// The same of generic numbers.
mod added_generic {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn g<T: num_traits::Float + std::ops::AddAssign + std::ops::MulAssign>(v: &[T]) -> T {
        let mut k = 0usize;
        let mut a = [v[0], v[1], v[2], v[3]];
        a[{
            k += 1;
            k % 4
        }] += v[{
            k += 2;
            k % 4
        }];
        a[{
            k += 1;
            k % 4
        }] *= v[{
            k += 2;
            k % 4
        }] * a[0];
        a[{
            k *= 3;
            k % 4
        }] = v[{
            k += 1;
            k % 4
        }];
        a[0] * a[1] + a[2] * a[3] * v[k % 4]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        g(v) * v[1]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// The same of types of the file.
mod added_of_a_type {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Differentiable, Clone, Copy)]
    struct V(f64, f64);
    #[differentiate(hessian)]
    impl std::ops::AddAssign for V {
        fn add_assign(&mut self, o: V) {
            self.0 += o.0;
            self.1 += o.1;
        }
    }
    #[differentiate(hessian)]
    impl std::ops::MulAssign<f64> for V {
        fn mul_assign(&mut self, k: f64) {
            self.0 *= k;
            self.1 *= k * k;
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 0usize;
        let mut a = [V(v[0], v[1]), V(v[2], v[3]), V(v[1], v[2])];
        a[{
            k += 1;
            k % 3
        }] += V(
            v[{
                k += 1;
                k % 4
            }],
            v[k % 4],
        );
        a[{
            k += 1;
            k % 3
        }] *= v[{
            k += 2;
            k % 4
        }];
        a[k % 3] += V(
            {
                k += 1;
                v[k % 4]
            },
            v[0],
        );
        a[0].0 * a[1].1 + a[2].0 * a[2].1
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What guards change is seen by what reads it again in the reverse sweep.
mod guards {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 0usize;
        let mut s = v[0];
        for i in 0..3usize {
            let o = if i == 1 { None } else { Some(v[i] * s) };
            match o {
                Some(x)
                    if {
                        k += 1;
                        k > 1
                    } =>
                {
                    s += x * v[k % 4]
                }
                _ => s *= v[k % 4],
            }
            match i {
                n if {
                    k += 1;
                    n == 1
                } =>
                {
                    s += v[k % 4]
                }
                _ if {
                    k += 2;
                    true
                } =>
                {
                    s *= v[k % 4]
                }
                _ => {}
            }
        }
        s * v[k % 4]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What is matched is that of before the guards.
mod guards_change_what_is_matched {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = v[0];
        let mut c = 0;
        for x in v {
            match c + 0 {
                0 if s > 100.0 => s = 0.0,
                0 => {
                    c = 1;
                    s += x;
                }
                1 if {
                    c = 2;
                    s < 50.0
                } =>
                {
                    s *= x;
                }
                _ => {
                    c = 0;
                    s -= x * x;
                }
            }
            s += c as f64 * x;
        }
        s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What closures count is seen where the count is cast or asked.
mod counted_in_closures {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 0usize;
        let mut s = v[0];
        let a = v.iter().any(|x| {
            k += 1;
            *x * k as f64 > 1e3
        });
        if !a {
            s *= v[k % 4];
        }
        if v.iter().all(|_| {
            k += 2;
            k < 9
        }) {
            s = 0.0;
        } else {
            s += v[k % 4];
        }
        s * v
            .iter()
            .filter(|_| {
                k += 1;
                k % 2 == 0
            })
            .count() as f64
            + k as f64
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// Both sides of a comparison that is put together, of which the right one counts.
mod compared {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 1usize;
        let mut s = v[0];
        let g = |t: f64| t * v[1];
        for i in 0..3usize {
            if (g(s) > -1.0)
                == ({
                    k += 1;
                    k > 2
                })
            {
                s *= v[k % 4];
            } else {
                s += v[k % 4];
            }
            let n = {
                k += 1;
                k
            } + (g(s) > 0.0) as usize;
            s += v[n % 4] * s;
        }
        s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What `replace` puts in comes after the place.
mod replaced {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut a = vec![v[0], v[1], v[2]];
        let mut k = 0usize;
        let mut s = v[3];
        let x = std::mem::replace(
            &mut a[{
                k += 1;
                k
            }],
            {
                k += 1;
                v[k] * s
            },
        );
        x * a[0] + a[1] * a[2] * s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What is dropped is evaluated.
mod dropped {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = v[0];
        let mut k = 0usize;
        let _ = {
            s += v[3];
            s
        };
        _ = {
            s *= 2.0;
            k
        };
        drop({
            s *= v[k];
            s
        });
        s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// The guard of `matches!` writes, too.
mod guard_of_matches {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 0usize;
        let mut s = v[0];
        for i in 0..3usize {
            if matches!(i, n if { k += 1; n == 1 }) {
                s += v[k % 4];
            } else {
                s *= v[k % 4];
            }
        }
        s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// Conditions that begin with a block.
mod conditions {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 0usize;
        let mut s = v[0];
        for i in 0..5usize {
            if i % 2 == 0 && {
                k += 1;
                s *= v[k % 4];
                k % 3 != 0
            } || {
                k += 2;
                s += v[k % 4];
                i == 3
            } {
                s += v[i % 4];
                k += 1;
            } else {
                s *= 0.7;
            }
        }
        let c = s > 1e6 || {
            s *= 2.0;
            true
        } && {
            k += 1;
            k > 100
        };
        if c { 0.0 } else { s * k as f64 }
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What nobody peeks at has no number that overflows.
mod peeked_from_behind {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = v[0];
        let mut jt = v.iter().rev().peekable();
        while let Some(x) = jt.next() {
            if let Some(y) = jt.peek() {
                s += x * **y;
            } else {
                s *= x;
            }
        }
        s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What `split_off` gives may be changed.
mod split_off {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut a = vec![v[0], v[1], v[2], v[3]];
        let mut c = a.split_off(2);
        c.append(&mut a);
        c[0] * c[1]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// A counter that is handed on by the name of a reference.
mod handed_on {
    use autodiff_core::differentiate;
    fn next(k: &mut usize) -> usize {
        *k += 1;
        *k
    }
    #[differentiate(hessian, lanes)]
    fn g(v: &[f64], k: &mut usize, s: f64) -> f64 {
        let mut s = s;
        while next(k) < 5 {
            s = s * v[*k % 4] + v[(*k + 1) % 4];
            if next(k) == 4 {
                s *= 2.0;
            }
        }
        if next(k) > 3 && next(k) % 2 == 0 {
            s += v[*k % 4];
        }
        s = s * v[next(k) % 4] + v[*k % 4] * v[next(k) % 4];
        match next(k) % 3 {
            0 => s += v[0],
            n if next(k) > 2 => s *= v[n],
            _ => {}
        }
        for i in 0..next(k) % 3 {
            s += v[next(k) % 4] * v[i];
        }
        s
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 0;
        let y = g(v, &mut k, v[0]);
        y * v[k % 4] + g(v, &mut k, y)
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// An element that nobody reads must exist all the same.
mod unread {
    use autodiff_core::differentiate;
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let k = v.len();
        v[k];
        v[0] * v[1]
    }
    #[test]
    fn panics() {
        assert!(std::panic::catch_unwind(|| f(&[1.0, 2.0])).is_err());
        assert!(std::panic::catch_unwind(|| f_grad(&[1.0, 2.0])).is_err());
    }
}
