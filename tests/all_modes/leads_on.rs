//! References that lead to what changes while they stay, counters of loops without iterations, and fields whose names look like paths of others.

mod settled_by_a_counter_behind_a_reference {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut y = v.to_vec();
        let mut k = 0usize;
        let r = &mut k;
        let mut s = 0.5;
        for i in 0..4 {
            let a = y[*r + 1];
            s += a * a * v[i + 6];
            *r += 1;
            y[*r] = (s * 0.5).sin();
        }
        s + y[2] * 2.0 + y[5] + *r as f64 * 0.1
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod settled_by_a_field_behind_a_reference {
    use autodiff_core::differentiate;

    #[derive(Clone, Debug)]
    struct Spot2 {
        at: usize,
    }
    #[differentiate(hessian, lanes)]
    fn walked(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        let mut own = Spot2 { at: 0 };
        let c = &mut own;
        let mut s = k;
        for i in 0..5 {
            s += y[c.at + 1] * y[c.at + 1] * x[i];
            c.at += 1;
            y[c.at] = (s * 0.3).cos();
        }
        s + y[1] * y[2] + y[3]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        walked(v, v[11])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod settled_by_a_length_behind_a_reference {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut y = v.to_vec();
        let mut stack = vec![0usize, 1, 2, 3, 4];
        let q = &mut stack;
        let mut s = 0.5;
        for i in 0..4 {
            let a = y[q.len() - 1];
            s += a * a * v[i + 5];
            q.pop();
            y[q.len()] = (s * 0.4).sin();
        }
        s + y[2] * 2.0 + y[7] + q.len() as f64 * 0.01
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod settled_by_a_counter_of_unknown_type {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut y = v.to_vec();
        let mut k = usize::from(v.len() > 100);
        let r = &mut k;
        let mut s = 0.5;
        for i in 0..4 {
            let a = y[*r + 1];
            s += a * a * v[i + 6];
            *r += 1;
            y[*r] = (s * 0.5).sin();
        }
        s * y[*r + 2] + y[2] * 2.0 + y[5]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod bound_of_a_loop_behind_a_reference {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = usize::from(v.len() > 3) + 2;
        let r = &mut k;
        let mut s = v[9];
        for i in 0..*r {
            s = s * v[i] + v[i + 1].sin();
        }
        *r += 3;
        for i in 2..*r {
            s = (s * v[i]).tanh() + v[i] * 0.5;
        }
        *r -= 4;
        s * v[*r] + v[*r + 1]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod scratch_as_long_as_a_reference_said_once {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = 4usize;
        let r = &mut k;
        let mut buf = vec![0.0; *r];
        *r -= 2;
        let mut total = 0.0;
        for i in 0..8 {
            for j in 0..*r {
                buf[j] = v[i] * v[i + j + 1];
            }
            total += buf[0] * buf[1] + buf[3] * buf[3];
            buf[3] = buf[0].sin() * v[i];
        }
        total
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod scratch_as_long_as_a_field_said_once {
    use autodiff_core::differentiate;

    #[derive(Clone, Debug)]
    struct Size7 {
        n: usize,
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut own = Size7 { n: 5 };
        let size = &mut own;
        let mut path = vec![0.0; size.n];
        size.n -= 3;
        let mut total = 0.0;
        for i in 0..7 {
            for j in 0..size.n {
                path[j] = v[i] + v[i + j] * 0.5;
            }
            total += path[0] * path[1] + path[4] * v[i] + path[2];
            path[4] = path[0] * path[1] * 0.3;
            path[2] = path[1].cos();
        }
        total
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod advance_by_what_a_reference_leads_to {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut d = 0usize;
        let r = &mut d;
        let mut p = 0;
        let mut s = 0.5;
        for i in 0..4 {
            s += v[p] * v[i] * s;
            *r += 1;
            p += *r;
        }
        s + v[p]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod advance_by_a_field_that_changes {
    use autodiff_core::differentiate;

    #[derive(Clone, Debug)]
    struct Pace9 {
        step: usize,
    }
    #[differentiate(hessian, lanes)]
    fn strides(x: &[f64], k: f64) -> f64 {
        let mut own = Pace9 { step: 3 };
        let c = &mut own;
        let mut p = 0;
        let mut s = k;
        for i in 0..3 {
            s = (s * x[p]).sin() + x[i] * k;
            if i == 0 {
                c.step -= 1;
            }
            p += c.step;
        }
        s + x[p] * k
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        strides(v, v[7])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod advance_by_the_length_of_a_list_that_grows {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut own: Vec<usize> = Vec::new();
        let q = &mut own;
        let mut p = 0;
        let mut s = 0.4;
        for i in 0..4 {
            s += v[p] * v[i + 2] * s;
            q.push(i);
            p += q.len();
        }
        s * v[p]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod advance_by_a_difference_that_overflows_without_iterations {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn strided(x: &[f64], n: usize) -> f64 {
        let mut p = 0;
        let mut s = 0.5;
        for i in 0..n {
            s += x[p] * x[i] * s;
            p += n - 1;
        }
        s + x[p] * x[1]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        strided(v, 3) + 2.0 * strided(v, 0) + 3.0 * strided(v, 1)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod advance_by_an_element_that_is_not_there {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn blocks(x: &[f64], widths: &[usize], k: f64) -> f64 {
        let mut p = 0;
        let mut s = k;
        for i in 0..widths.len() {
            s = s * x[p] + x[i];
            p += widths[0];
        }
        s * x[p]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let none: Vec<usize> = Vec::new();
        blocks(v, &[2, 2, 2], v[3]) + 2.0 * blocks(v, &none, v[4])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod advance_by_a_quotient_of_nothing {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn spread(x: &[f64], n: usize) -> f64 {
        let mut p = 0;
        let mut s = x[10];
        for i in 0..n {
            s += x[p] * x[i];
            p += 9 / n;
        }
        s * x[p]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        spread(v, 3) + 2.0 * spread(v, 0)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod fieldwise_names_that_are_paths_of_others {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Pair14 {
        x: f64,
        y: f64,
    }
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Body14 {
        at: Pair14,
        at_x: f64,
        at_y: f64,
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut b = Body14 { at: Pair14 { x: v[0], y: v[1] }, at_x: v[2], at_y: v[3] };
        for i in 0..4 {
            let x = b.at.x * b.at_x + v[i + 4];
            let y = b.at.y * 0.5 + b.at_y * v[i];
            let turned = Pair14 { x: y, y: x };
            b = Body14 { at: turned, at_x: (x * 0.3).sin(), at_y: b.at_y * 0.9 + y * 0.1 };
            b.at.x *= 0.7;
        }
        b.at.x + 2.0 * b.at.y + 3.0 * b.at_x + 4.0 * b.at_y
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod fieldwise_names_of_paths_without_a_loop {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Low15 {
        b: f64,
        c_d: f64,
    }
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct High15 {
        a_b: f64,
        a: Low15,
        a_c_d: f64,
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let low = Low15 { b: v[0] * v[1], c_d: v[2].sin() };
        let h = High15 { a_b: v[3] * 2.0, a: low, a_c_d: v[4].exp() };
        let s = h.a.b * h.a_b + h.a.c_d * v[5];
        s + h.a_c_d * h.a.b + 3.0 * h.a_b * h.a.c_d
    }

    crate::all_modes!(12, 0.3, 1.7);
}
