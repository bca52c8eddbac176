//! Buffers that a loop overwrites, but not to their end: they are longer by then than they were declared, or than they were when their length was
//! taken. What lies behind is carried from iteration to iteration.

use autodiff_core::differentiate;

#[differentiate(hessian, lanes)]
fn spread(v: &[f64], n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.7 + 0.5 * (v[i % v.len()] * (1.0 + 0.37 * i as f64)).sin()).collect()
}

#[differentiate(hessian, lanes)]
fn lengthen(b: &mut Vec<f64>, x: f64) {
    b.push(x);
}

#[differentiate(hessian, lanes)]
fn fill_some(out: &mut [f64], mut x: &[f64], k: f64) {
    if x.len() > 4 {
        x = &x[2..];
    }
    for i in 0..x.len() {
        out[i] = x[i] * k;
    }
}

crate::cases! { 6, 0.3, 1.6;
    pushed_to v {
        let n = v.len();
        let mut buf = vec![0.0; n];
        buf.push(v[0] * v[1]);
        let mut s = 0.0;
        for r in 0..4 {
            for k in 0..n {
                buf[k] = v[k] * (r as f64 + 1.0);
            }
            s += buf[0] * buf[n] * v[2];
            let t = buf[n] * 0.5 + buf[1] * buf[2];
            buf[n] = t;
        }
        s
    }
    length_taken_before_a_push v {
        let mut buf = v.to_vec();
        let n = buf.len();
        buf.push(v[3] * v[3]);
        let mut s = 0.0;
        for r in 0..3 {
            for k in 0..n {
                buf[k] = v[k] + 0.1 * r as f64;
            }
            s += buf[2] * buf[n];
            buf[n] = buf[n] * buf[0] * 0.5;
        }
        s
    }
    literal_length v {
        let mut buf = vec![0.0; 4];
        buf.resize(6, v[0]);
        let mut total = 0.0;
        for r in 0..3 {
            for k in 0..4 {
                buf[k] = v[k] * v[r];
            }
            total += buf[3] * buf[4] + buf[5] * buf[0];
            buf[4] = buf[5] * v[4];
            buf[5] = buf[1] + 0.25 * buf[4];
        }
        total
    }
    replaced v {
        let n = 3;
        let mut work = vec![0.0; n];
        if v.len() > 2 {
            work = vec![v[5]; n + 2];
        }
        let mut s = 0.0;
        for x in v {
            for k in 0..n {
                work[k] = x * v[k];
            }
            s += work[3] * work[2];
            work[3] = 0.5 * work[4] * work[1] + 0.2 * work[3];
            work[4] = work[3] * x;
        }
        s
    }
    swapped v {
        let n = v.len();
        let mut work = vec![0.0; n];
        let mut other = spread(v, n + 3);
        std::mem::swap(&mut work, &mut other);
        let mut s = 0.0;
        for r in 0..n {
            for k in 0..n {
                work[k] = v[k] * v[r];
            }
            s += work[n] * work[r] + work[n + 1];
            work[n + 1] = work[n] * 0.7;
            work[n] = work[n + 2] * work[0] * 0.3 + work[n] * 0.1;
            work[n + 2] *= 0.9;
        }
        s
    }
    inside_an_outer_loop v {
        let n = 3;
        let mut s = 0.0;
        for x in v {
            let mut buf = vec![0.0; n];
            buf.push(x * x);
            for r in 0..3 {
                for k in 0..n {
                    buf[k] = v[k] * x + r as f64;
                }
                s += buf[1] * buf[n] * 0.1;
                buf[n] = 0.5 * buf[n] + buf[2] * 0.1;
            }
        }
        s
    }
    of_two_loops v {
        let n = 4;
        let mut buf = vec![0.0; n];
        let mut s = 0.0;
        for r in 0..3 {
            for k in 0..n {
                buf[k] = v[k] * v[r];
            }
            s += buf[0] * buf[3];
        }
        buf.push(v[5]);
        for r in 0..3 {
            for k in 0..n {
                buf[k] = v[k] + v[r];
            }
            s += buf[1] * buf[4];
            buf[4] = buf[4] * 0.5 + buf[2] * 0.3;
        }
        s
    }
    when_the_outer_loop_comes_round v {
        let n = 3;
        let mut buf = vec![0.0; n];
        let mut s = 0.0;
        for x in v {
            for r in 0..3 {
                for k in 0..n {
                    buf[k] = v[k] * x + r as f64 * 0.1;
                }
                let m = buf.len() - 1;
                s += buf[0] * buf[m] * 0.2;
                buf[m] = buf[m] * 0.5 + buf[1] * x;
            }
            buf.push(x * 0.5);
        }
        s
    }
    by_a_callee v {
        let n = 4;
        let mut buf = vec![0.1; n];
        lengthen(&mut buf, v[2]);
        let mut s = 0.0;
        for x in v {
            for k in 0..n {
                buf[k] = v[k] * x;
            }
            s += buf[0] * buf[4];
            buf[4] = 0.5 * buf[4] + buf[3] * 0.2;
        }
        s
    }
    replaced_in_a_branch v {
        let n = 3;
        let mut store = vec![spread(v, 5), spread(v, 6)];
        let mut buf = vec![0.0; n];
        let mut s = 0.0;
        for x in v {
            if let Some(b) = store.pop() {
                buf = b;
            }
            for k in 0..n {
                buf[k] = v[k] * x;
            }
            s += buf[0] * buf[4] * buf[2];
            buf[4] = 0.5 * buf[4] + buf[2] * 0.2;
        }
        s
    }
    callee_whose_slice_moves_on v {
        let mut buf = vec![0.0; 6];
        buf[5] = v[0];
        let mut s = 0.0;
        for r in 0..4 {
            fill_some(&mut buf, v, v[r]);
            s += buf[0] * buf[5];
            buf[5] = buf[5] * 0.8 + buf[1] * 0.1;
        }
        s
    }
}
