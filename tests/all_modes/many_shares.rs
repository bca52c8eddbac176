//! Many contributions to one number, of which calls give some, and branches whose calls change the length of lists.

mod sum_of_many_calls {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn g(x: f64, k: f64) -> f64 {
        if x > 50.0 {
            return x * k;
        }
        (x * k).sin() + k * x * x
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let x = v[0] * v[1] + 0.2;
        let a = g(x, 0.10) + g(x, 0.15) + g(x, 0.20) + g(x, 0.25) + g(x, 0.30) + g(x, 0.35) + g(x, 0.40);
        let b = g(x, 0.45) + g(x, 0.50) + g(x, 0.55) + g(x, 0.60) + g(x, 0.65) + g(x, 0.70) + g(x, 0.75);
        let c = g(x, 0.80) + g(x, 0.85) + g(x, 0.90) + g(x, 0.95) + g(x, 1.05) + g(x, 1.10) + g(x, 1.15);
        let d = g(x, 1.20) + g(x, 1.25) + g(x, 1.30) + g(x, 1.35) + g(x, 1.40) + g(x, 1.45) + g(x, 1.50);
        a * 0.7 + b * 1.1 - c * 0.4 + d * 0.9
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod parameter_used_by_many_calls {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn g(x: f64, k: f64) -> f64 {
        if k > 50.0 {
            return x;
        }
        (x * k).cos() * x
    }
    #[differentiate(hessian, lanes)]
    fn many(x: f64, y: f64) -> f64 {
        let a = g(x, 0.11) + g(x, 0.15) + g(x, 0.21) + g(x, 0.25) + g(x, 0.31) + g(x, 0.35) + g(x, 0.41) + g(x, 0.43);
        let b = g(x, 0.46) + g(x, 0.51) + g(x, 0.56) + g(x, 0.61) + g(x, 0.66) + g(x, 0.71) + g(x, 0.76) + g(x, 0.78);
        let c = g(x, 0.81) + g(x, 0.86) + g(x, 0.91) + g(x, 0.96) + g(x, 1.06) + g(x, 1.11) + g(x, 1.16) + g(x, 1.18);
        let d = g(x, 1.21) + g(x, 1.26) + g(x, 1.31);
        a * y + b * 1.3 - c * y * y + d
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        many(v[0], v[1]) * v[2] + many(v[3] * v[1], 0.4)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod call_in_front_of_twenty_three_products {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn bend(x: f64) -> f64 {
        if x > 40.0 { x } else { (1.0 + x * x).sqrt() }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let x = v[0] + v[1] * v[2];
        let t = bend(x) * 3.0;
        let a = x * 0.01 + x * 0.02 - x * 0.03 + x * 0.04 + x * 0.05 + x * 0.06 - x * 0.07 + x * 0.08;
        let b = x * 0.11 + x * 0.12 - x * 0.13 + x * 0.14 + x * 0.15 + x * 0.16 - x * 0.17 + x * 0.18;
        let c = x * 0.21 + x * 0.22 - x * 0.23 + x * 0.24 + x * 0.25 + x * 0.26 - x * 0.27;
        t * 2.0 + a - b * 0.5 + c
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod both_arguments_at_the_boundary {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn mixed(a: f64, b: f64) -> f64 {
        if a > 30.0 { a } else { a * b.sin() + (a * 0.5).cos() }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let x = v[4] * v[5];
        let a = mixed(x, x) * 0.1 + mixed(x, x) * 0.2 + mixed(x, x) * 0.3 + mixed(x, x) * 0.4 + mixed(x, x) * 0.5;
        let b = mixed(x, x) * 0.6 + mixed(x, x) * 0.7 + mixed(x, x) * 0.8 + mixed(x, x) * 0.9 + mixed(x, x) * 1.1;
        let c = mixed(x, x) * 1.2 + mixed(x, x) * 1.3 + mixed(x, x) * 1.4 + mixed(x, x) * 1.5 + mixed(x, x) * 1.6;
        a + b * v[6] - c * 0.3
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod many_calls_in_each_iteration {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn g(x: f64, k: f64) -> f64 {
        if k > 50.0 {
            return x;
        }
        (x + k).sqrt() * x
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.3;
        for i in 0..4 {
            let x = v[i] * v[i + 4] + 0.1;
            let a = g(x, 0.1) + g(x, 0.2) + g(x, 0.3) + g(x, 0.4) + g(x, 0.5) + g(x, 0.6) + g(x, 0.7) + g(x, 0.8);
            let b = g(x, 1.1) - g(x, 1.2) + g(x, 1.3) - g(x, 1.4) + g(x, 1.5) - g(x, 1.6) + g(x, 1.7) + g(x, 1.8);
            let c = g(x, 2.1) + g(x, 2.2) - g(x, 2.3) + g(x, 2.4) + g(x, 2.5) - g(x, 2.6) + g(x, 2.7) + g(x, 2.8);
            let d = g(x, 3.1) - g(x, 3.2) + g(x, 3.3);
            s = s * 0.5 + (a + b * v[8] - c + d * s) * 0.1;
        }
        s
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod many_calls_of_a_struct_with_a_number {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct Curve {
        rate: f64,
        level: f64,
    }
    #[differentiate(hessian)]
    impl Curve {
        fn at(&self, t: f64) -> f64 {
            if t > 90.0 {
                return self.level;
            }
            self.level * (-self.rate * t).exp() + t * self.rate
        }
        fn of(level: f64, t: f64) -> f64 {
            if t > 90.0 {
                return level;
            }
            level.sin() * t
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let c = Curve { rate: v[0], level: v[1] };
        let t = v[2] * 0.5 + v[3] * v[3];
        let a = c.at(t) + Curve::of(0.1, t) + c.at(t) * 2.0 + Curve::of(0.2, t) + c.at(t) + Curve::of(0.3, t);
        let b = c.at(t) - Curve::of(0.4, t) + c.at(t) * 3.0 - Curve::of(0.5, t) + c.at(t) + Curve::of(0.6, t);
        let d = c.at(t) + Curve::of(0.7, t) - c.at(t) * 0.2 + Curve::of(0.8, t) + c.at(t) + Curve::of(0.9, t);
        let e = c.at(t) * 0.3 - Curve::of(1.0, t) + c.at(t) * 0.1 - Curve::of(1.1, t) + c.at(t) + Curve::of(1.2, t);
        let f = c.at(t) * 0.7 + Curve::of(1.3, t);
        a + b * 0.5 - d * v[4] + e + f
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod merged_branch_with_a_call_that_takes_an_element {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn take_last(buf: &mut Vec<f64>) -> f64 {
        buf.pop().unwrap_or(0.0)
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..v.len() {
            let mut buf = vec![v[i] * 2.0, v[i] * v[i], v[i] * 0.5];
            if v[i] > 0.7 {
                let c = take_last(&mut buf);
                s += c * c * 3.0 + buf[1] * buf[0];
            }
        }
        s * 1.5
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod merged_branch_with_a_call_that_grows_a_list {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn grow(buf: &mut Vec<f64>, x: f64) {
        buf.push(x * x + 0.5);
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..v.len() {
            let mut buf = vec![v[i] * 2.0];
            if v[i] > 0.7 {
                grow(&mut buf, v[i]);
                s += buf[buf.len() - 1] * buf[0];
            }
        }
        s * 1.5 + v[0]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod merged_branch_that_calls_in_both_sides {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn cut_to(buf: &mut Vec<f64>, n: usize) -> f64 {
        let mut s = 0.0;
        while buf.len() > n {
            s += buf.pop().unwrap_or(0.0) * 0.5;
        }
        s
    }
    #[differentiate(hessian, lanes)]
    fn add_two(buf: &mut Vec<f64>, x: f64) {
        buf.push(x);
        buf.push(x * x);
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for x in v {
            let mut buf = vec![x * 1.5, x + v[0], x * v[1], 2.0 * x];
            if *x > 0.9 {
                let c = cut_to(&mut buf, 2);
                s += c * buf[0] + buf[1];
            } else {
                add_two(&mut buf, *x);
                for j in 0..buf.len() {
                    s -= buf[j] * buf[j] * 0.1 * j as f64;
                }
            }
        }
        s * 0.7 + v[2]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod merged_branch_with_lists_of_lists {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn widen(t: &mut Vec<Vec<f64>>, x: f64) {
        t[0].push(x * 2.0);
        t.push(vec![x, x * x]);
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..v.len() {
            let mut t = vec![vec![v[i]], vec![0.5, v[i] * v[i]]];
            if v[i] < 1.0 {
                widen(&mut t, v[i]);
                let last = t.len() - 1;
                s += t[0][1] * t[last][1] + t[1][1];
            }
        }
        s
    }

    crate::all_modes!(12, 0.3, 1.7);
}
