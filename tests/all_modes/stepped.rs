//! Counters that are stepped by indices of loops, of which the reverse sweep keeps the values: loops with exits, with checkpoints, and those that
//! look for a maximum, of which only some iterations are kept.

use autodiff_core::differentiate;

#[differentiate(hessian, lanes)]
fn spread(v: &[f64], n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.7 + 0.5 * (v[i % v.len()] * (1.0 + 0.37 * i as f64)).sin()).collect()
}

crate::cases! { 6, 0.3, 1.6;
    with_break v {
        let w = spread(v, 40);
        let mut p = 0;
        let mut x = v[0];
        for i in 0..7 {
            x = x * 0.5 + w[p] * w[p] * x;
            p += i;
            if i == 5 {
                break;
            }
        }
        x * w[p]
    }
    while_choosing v {
        let w = spread(v, 40);
        let mut p = 0;
        let mut d = 0.0f64;
        for i in 0..7 {
            let e = w[p] * w[p + 1] + 0.1 * i as f64;
            d = d.max(e);
            p += i;
        }
        d * w[p] + d * d
    }
    by_the_counter_around v {
        let mut u = spread(v, 40);
        let mut p = 1;
        let mut x = v[1];
        for r in 0..5 {
            for k in 0..3 {
                x = (x * u[p]).sin() + u[k] * u[p + 2];
                u[p + 1] = u[p + 1] * 0.5 + x * 0.1;
                p += r;
            }
            if r == 3 {
                break;
            }
        }
        x * u[p]
    }
    of_a_while_inside v {
        let w = spread(v, 30);
        let mut p = 0;
        let mut n = 5;
        let mut x = v[4];
        for i in 1..n {
            while p < 3 * i {
                x = x * w[p] + w[p + i];
                p += i;
            }
            n += 1;
            p -= i;
            if n > 8 {
                break;
            }
            x = (x + w[p]).sqrt();
        }
        x * w[n] + w[p]
    }
    in_both_versions v {
        let w = spread(v, 40);
        let mut buf = vec![0.1; 4];
        let m = v.len() - 3;
        let mut p = 1;
        let mut s = 0.0;
        for i in 0..5 {
            for k in 0..m {
                buf[k] = w[p + k] * v[i];
            }
            for k in 0..3 {
                if k + i > 4 {
                    break;
                }
                s += buf[k] * buf[3] * w[p];
                p += k;
            }
            buf[3] = buf[3] * 0.6 + buf[0] * 0.2;
            p += i;
        }
        s * w[p]
    }
    down_again v {
        let mut u = spread(v, 20);
        let mut p = 0;
        let mut s = 0.0;
        for r in 0..4 {
            for i in 0..5 {
                s += u[p] * v[i];
                u[p] = u[p] * 0.5 + v[r] * 0.2;
                p += i;
                if i > r {
                    break;
                }
            }
            p -= r;
            s += u[p];
        }
        s * u[p + 1]
    }
    with_checkpoints_and_break v {
        let mut w = spread(v, 80);
        let mut p = 0;
        let mut x = v[0];
        #[checkpoint]
        for i in 0..9 {
            x = x * w[p] * 0.5 + w[p] * w[p + 1];
            w[p + 1] = x * 0.2 + 0.5;
            p += i;
            if i == 7 {
                break;
            }
        }
        #[checkpoint]
        while p < 60 {
            x = x * w[p] + w[p + 2] * 0.1;
            p += 5;
        }
        x * w[p]
    }
    with_labels v {
        let mut w = spread(v, 60);
        let mut p = 0;
        let mut x = v[1];
        'a: for i in 0..6 {
            let mut j = 0;
            loop {
                x = x * w[p] * 0.5 + w[p] * w[p + 1];
                w[p + 1] = 0.6 * w[p + 1] + x * 0.05;
                p += i;
                j += 1;
                if j > i {
                    continue 'a;
                }
                if p > 25 {
                    break 'a;
                }
                p += j;
            }
        }
        x * w[p] + w[1]
    }
    chosen_behind_an_update v {
        let mut d = 0.0f64;
        for i in 0..6 {
            let mut w = v[i];
            if i % 2 == 0 {
                w += 0.3;
            }
            w *= v[0];
            let e = w * w;
            d = d.max(e);
        }
        d * v[1]
    }
}
