//! Iterators that others go on with, conditions in front of the values they decide on, and ends of nothing.

mod zip_by_ref_range_goes_on {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn total(v: &[f64], k: f64) -> f64 {
        let mut ks = 1..9usize;
        let s: f64 = v[..3].iter().zip(ks.by_ref()).map(|(x, i)| x * k * i as f64).sum();
        let next = ks.next().unwrap_or(0);
        s + k * k * next as f64
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        total(v, v[3])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod zip_mut_own_iterator_goes_on {
    use autodiff_core::differentiate;

    #[derive(Clone)]
    pub struct Steps {
        at: usize,
        by: usize,
    }
    impl Iterator for Steps {
        type Item = usize;
        fn next(&mut self) -> Option<usize> {
            self.at += self.by;
            Some(self.at)
        }
    }
    #[differentiate(hessian, lanes)]
    fn walk(v: &[f64], k: f64) -> f64 {
        let mut st = Steps { at: 0, by: 1 };
        let a: f64 = v[..3].iter().zip(&mut st).map(|(x, i)| x * v[i]).sum();
        let b: f64 = v[..2].iter().zip(&mut st).map(|(x, i)| x * v[i] * k).sum();
        a + 2.0 * b + k * st.at as f64
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        walk(v, v[11])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod then_some_value_changes_condition {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn first_three(v: &[f64], k: f64) -> f64 {
        let mut n = 0usize;
        let s: f64 = v
            .iter()
            .filter_map(|x| {
                (n < 3).then_some({
                    n += 1;
                    x * k
                })
            })
            .sum();
        s + k * n as f64
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        first_three(v, v[0])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod then_some_in_flat_map {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn every_other(v: &[f64], k: f64) -> f64 {
        let mut on = true;
        let mut s = 0.0;
        for y in v.iter().flat_map(|x| {
            on.then_some({
                on = !on;
                x * x * k
            })
        }) {
            s = 0.5 * s + y;
        }
        s
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        every_other(&v[..7], v[8])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod last_of_nothing_backwards {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn ends(v: &[f64], k: f64) -> f64 {
        let few: Vec<f64> = v.iter().copied().filter(|x| *x > 50.0).collect();
        let a = few.iter().rev().last().map_or(k, |x| x * k);
        let all: Vec<f64> = v.iter().map(|x| x * k).collect();
        let b = all.iter().rev().last().map_or(1.0, |x| x * x);
        a * a + 3.0 * b
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        ends(v, v[1])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod first_of_an_empty_circle {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn around(v: &[f64], k: f64) -> f64 {
        let few: Vec<f64> = v.iter().copied().filter(|x| *x > 50.0).collect();
        let a = few.iter().cycle().next().copied().unwrap_or(k);
        let b = v[..3].iter().cycle().nth(7).copied().unwrap_or(1.0);
        a * a + 3.0 * b * k
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        around(v, v[5])
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod empty_circle_by_hand {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn turns(v: &[f64], w: &[f64], k: f64) -> f64 {
        let mut it = w.iter().cycle();
        let mut s = k;
        for x in v {
            if let Some(y) = it.next() {
                s = 0.5 * s + x * y;
            } else {
                s += 0.1 * x * k;
            }
        }
        s
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        turns(&v[..5], &v[3..3], v[9]) + 2.0 * turns(&v[..7], &v[2..4], v[8])
    }

    crate::all_modes!(12, 0.3, 1.7);
}
