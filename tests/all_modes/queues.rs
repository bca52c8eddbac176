//! `VecDeque`: taken from both ends, overwritten, exchanged, empty, left early.

mod delayed {
    use autodiff_core::differentiate;
    use std::collections::VecDeque;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut q: VecDeque<f64> = VecDeque::with_capacity(3);
        let mut s = 0.0;
        for (i, &x) in v.iter().enumerate() {
            q.push_back(x * x);
            if q.len() > 3 {
                let old = q.pop_front().unwrap();
                s += old * x;
            }
            s += q.iter().sum::<f64>() * (i as f64 + 1.0);
        }
        s + q[0] * q[1] + q.front().unwrap() * q.back().copied().unwrap_or(0.0)
    }
    crate::all_modes!(6, -1.0, 1.0);
}

mod delay_line {
    use autodiff_core::differentiate;
    use std::collections::VecDeque;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut line = VecDeque::from(vec![0.0; 4]);
        let mut out = Vec::new();
        for x in v {
            let y = 0.5 * line[3] - line[1] * x;
            line.push_front(x + 0.3 * y);
            line.pop_back();
            out.push(y);
        }
        for x in line.iter_mut() {
            *x *= 2.0;
        }
        out.iter().zip(&line).map(|(a, b)| a * b).sum::<f64>() + line.iter().rev().take(2).map(|x| x * x * x).sum::<f64>()
    }
    crate::all_modes!(6, -1.0, 1.0);
}

mod visited {
    use autodiff_core::differentiate;
    use std::collections::VecDeque;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut queue = VecDeque::new();
        queue.push_back((0usize, v[0]));
        let mut total = 0.0;
        while let Some((k, w)) = queue.pop_front() {
            total += w * v[k % 5];
            if k < 6 {
                queue.push_back((2 * k + 1, w * v[1]));
                queue.push_back((2 * k + 2, w * w * v[2].sin()));
            }
        }
        total
    }
    crate::all_modes!(5, 0.2, 1.0);
}

mod window {
    use autodiff_core::differentiate;
    use std::collections::VecDeque;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        const W: usize = 3;
        let mut window: VecDeque<f64> = v.iter().take(W).map(|x| x * v[5]).collect();
        let mut s = 0.0;
        for k in W..v.len() {
            let m = window.iter().sum::<f64>() / window.len() as f64;
            let var = window.iter().map(|x| (x - m).powi(2)).sum::<f64>();
            s += var * v[k];
            if let Some(x) = window.pop_front() {
                s -= x * 0.1;
            }
            window.push_back(v[k].sin());
            if let Some(last) = window.back_mut() {
                *last += m;
            }
        }
        let all: Vec<f64> = window.into_iter().collect();
        s + all[0] * all[2]
    }
    crate::all_modes!(6, -1.0, 1.0);
}

mod emptied {
    use autodiff_core::differentiate;
    use std::collections::VecDeque;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut q: VecDeque<f64> = VecDeque::new();
        let none = q.pop_front().unwrap_or(v[0]);
        let mut k = 0;
        while k < 2 {
            q.push_front(v[k] * none);
            k += 1;
        }
        let q2 = q.clone();
        q.clear();
        let z = match q.front() {
            Some(x) => *x,
            None => v[1] * 3.0,
        };
        q.extend(q2.iter().map(|x| x * z));
        q.rotate_left(1);
        q.swap(0, 1);
        q.truncate(5);
        let mut p = VecDeque::from([v[0], v[1]]);
        std::mem::swap(&mut p, &mut q);
        q[1] *= p[0];
        assert_eq!(q.len(), 2);
        q[0] + q[1] * p[1]
    }
    crate::all_modes!(2, -1.0, 1.0);
}

mod left_early {
    use autodiff_core::differentiate;
    use std::collections::VecDeque;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut hist = VecDeque::new();
        for i in 0..20 {
            let x = v[i % 4] * (i as f64 * 0.3).cos();
            hist.push_back(x);
            if hist.len() < 3 {
                continue;
            }
            if hist.len() > 4 {
                hist.pop_front();
            }
            let trend = hist[hist.len() - 1] - hist[0];
            if trend > 2.5 {
                return trend * hist.iter().product::<f64>();
            }
        }
        let q = hist;
        let s: f64 = q.iter().enumerate().map(|(i, x)| x * i as f64).sum();
        s * v[0]
    }
    crate::all_modes!(4, -1.0, 1.0);
}

mod of_arrays {
    use autodiff_core::differentiate;
    use std::collections::VecDeque;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut pts: VecDeque<[f64; 2]> = VecDeque::new();
        for k in 0..6 {
            pts.push_back([v[k % 4], v[(k + 1) % 4] * k as f64]);
            while pts.len() > 3 {
                pts.pop_front();
            }
        }
        let mut s = 0.0;
        for (a, b) in pts.iter().zip(pts.iter().skip(1)) {
            s += (a[0] - b[0]).hypot(a[1] - b[1] + 0.1);
        }
        for p in &pts {
            s += p[0] * p[1];
        }
        s
    }
    crate::all_modes!(4, -1.0, 1.0);
}
