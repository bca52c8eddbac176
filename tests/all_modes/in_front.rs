//! What stands in front of closures that change something: arguments, operands, targets, copies of arrays, and what `move` closures take.

mod argument_before_a_chain_that_changes_it {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn mixed(x: f64, y: f64) -> f64 {
        x * x + 3.0 * y
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = v[0];
        let a = mixed(
            k,
            v[1..4]
                .iter()
                .map(|x| {
                    k += x;
                    k * 0.5
                })
                .sum::<f64>(),
        );
        a + k
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod plain_chain_before_what_reads_its_counter {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn times(n: usize, x: f64) -> f64 {
        n as f64 * x * x
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let order = [1usize, 2, 3];
        let mut n = 1usize;
        let a = times(
            order
                .iter()
                .map(|j| {
                    n += j;
                    *j
                })
                .sum::<usize>(),
            v[0] * n as f64,
        );
        a + v[1] * n as f64
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod field_before_a_chain_of_steps {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Walk {
        x: f64,
        n: usize,
    }
    #[differentiate(hessian)]
    impl Walk {
        fn step(&mut self, by: f64) -> f64 {
            self.n += 1;
            self.x = 0.8 * self.x + by * by;
            self.x
        }
    }
    #[differentiate(hessian)]
    fn mixed(x: f64, y: f64) -> f64 {
        x * x + 3.0 * y
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let mut r = Walk { x: v[0], n: 1 };
        let a = mixed(r.x, (1..4).map(|i| r.step(v[i])).sum::<f64>());
        a * r.x + r.n as f64 * v[5]
    }

    crate::all_modes!(without lanes: 12, 0.3, 1.7);
}

mod argument_before_for_each {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn mixed(x: f64, y: f64) -> f64 {
        x * x + 3.0 * y
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut k = v[0];
        let a = mixed(k, {
            v[1..4].iter().for_each(|x| k += x);
            k * 2.0
        });
        a - 0.5 * k
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod argument_before_a_helper_with_a_closure {
    use autodiff_core::differentiate;

    fn twice(mut f: impl FnMut() -> f64) -> f64 {
        let a = f();
        a * 0.5 + f()
    }
    #[differentiate(hessian, lanes)]
    fn times(n: usize, x: f64) -> f64 {
        n as f64 * x * x
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut n = 1usize;
        let a = times(
            n,
            twice(|| {
                n += 1;
                v[0] * n as f64
            }),
        );
        a + v[1] * n as f64
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod closure_argument_before_a_chain {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let g = |a: f64, p: [f64; 2], b: f64| a * a * p[0] + 3.0 * b * p[1];
        let (mut k, mut p) = (v[0], [v[1], v[2]]);
        let a = g(
            k,
            p,
            v[3..6]
                .iter()
                .map(|x| {
                    k += x;
                    p[0] *= 1.5;
                    k
                })
                .sum::<f64>(),
        );
        a + k + p[0]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod option_before_a_chain_that_changes_its_list {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn begun(v: &[f64]) -> f64 {
        let mut a = vec![v[0], v[1]];
        let x = a.first().copied().unwrap_or(
            v[2..5]
                .iter()
                .map(|y| {
                    a[0] += y;
                    *y
                })
                .sum::<f64>(),
        );
        x * x + 3.0 * a[0] + a[1]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        begun(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod value_before_a_chain_in_the_target {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn placed(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2], v[3]];
        let mut k = v[4];
        let js = [0usize, 1, 2];
        a[js.iter()
            .map(|j| {
                k *= 2.0;
                *j
            })
            .sum::<usize>()] = k;
        a[0] + 2.0 * a[1] + 3.0 * a[2] + 4.0 * a[3] + 5.0 * k
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        placed(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod comparison_before_a_chain {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn compared(v: &[f64]) -> f64 {
        let (mut n, mut k) = (3usize, v[0]);
        let more = n < v[1..4]
            .iter()
            .map(|x| {
                k += x;
                n += 1;
                1usize
            })
            .sum::<usize>()
            + 2;
        if more { k * k } else { 7.0 * k + v[5] }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        compared(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod generic_update_index_before_chain {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn put<T: Copy + std::ops::Add<Output = T> + std::ops::Mul<Output = T> + std::ops::AddAssign>(a: &mut [T], xs: &[T], k: T) -> T {
        let mut i = 0usize;
        a[i] += xs
            .iter()
            .map(|x| {
                i += 1;
                *x
            })
            .fold(k, |s, x| s * k + x);
        a[0] * k + a[i]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let s = put(&mut a, &v[3..5], v[6]);
        s + 2.0 * a[0] + 3.0 * a[1] + 5.0 * a[2]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod operator_written_out_before_a_chain {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct P {
        x: f64,
        y: f64,
    }
    #[differentiate(hessian)]
    impl std::ops::Add for P {
        type Output = P;
        fn add(self, o: P) -> P {
            P { x: self.x + o.x, y: self.y + o.y }
        }
    }
    #[differentiate(hessian)]
    impl P {
        fn dot(self, o: P) -> f64 {
            self.x * o.x + self.y * o.y
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut p = P { x: v[0], y: v[1] };
        let q = p + P {
            x: v[2..4]
                .iter()
                .map(|t| {
                    p.x += t;
                    *t
                })
                .sum::<f64>(),
            y: v[4],
        };
        let d = p.dot(P {
            x: v[5..7]
                .iter()
                .map(|t| {
                    p.y *= t;
                    *t
                })
                .sum::<f64>(),
            y: v[7],
        });
        q.x + 2.0 * q.y + 3.0 * d + 5.0 * p.x + 7.0 * p.y
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod array_zip_with_a_block_that_writes {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn zipped(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let s: f64 = a
            .into_iter()
            .zip({
                a[1] *= 5.0;
                [v[3], v[4], v[5]]
            })
            .map(|(x, y)| x * y)
            .sum();
        s + 2.0 * a[1]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        zipped(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod array_fold_with_an_init_that_writes {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn folded(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let s = a.into_iter().fold(
            {
                a[2] = 3.0 * v[3];
                a[2]
            },
            |s, x| s * 0.5 + x,
        );
        s + a[2] * v[4]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        folded(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod loop_over_a_copy_behind_a_reference {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn spread(r: &mut [f64; 3], k: f64) -> f64 {
        let mut s = 0.0;
        for x in *r {
            r[2] += x * k;
            s = 0.5 * s + x;
        }
        s
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let s = spread(&mut a, v[3]);
        s + 2.0 * a[2] + 3.0 * a[0] * a[1]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod loop_over_a_local_deref {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn shifted(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2], v[3]];
        let r = &mut a;
        for (i, x) in (*r).into_iter().enumerate() {
            r[(i + 1) % 4] = 0.5 * x + v[4];
        }
        a[0] + 2.0 * a[1] + 3.0 * a[2] + 5.0 * a[3]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        shifted(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod array_map_whose_closure_writes {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn mapped(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let b = a.map(|x| {
            a[2] += x;
            x * v[3]
        });
        b[0] + 2.0 * b[1] + 3.0 * b[2] + 5.0 * a[2]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        mapped(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod fold_move_closure_after_init {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn folded(v: &[f64]) -> f64 {
        let mut k = v[0];
        let s = v[1..4].iter().fold(
            {
                k *= 2.0;
                k
            },
            move |a, x| a * 0.5 + k * x,
        );
        s + 3.0 * k
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        folded(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod scan_move_closure_after_init {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn scanned(v: &[f64]) -> f64 {
        let mut k = v[0];
        let s: f64 = v[1..5]
            .iter()
            .scan(
                {
                    k *= 3.0;
                    0.5 * k
                },
                move |st, x| {
                    *st += k * x;
                    Some(*st)
                },
            )
            .sum();
        s + k * v[6]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        scanned(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod successors_move_closure_after_first {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn grown(v: &[f64]) -> f64 {
        let mut k = v[0];
        let s: f64 = std::iter::successors(
            Some({
                k *= 0.5;
                k + v[1]
            }),
            move |x| Some(x * 0.7 + k * k),
        )
        .take(4)
        .sum();
        s * v[2] + k
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        grown(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod try_fold_move_closure_after_init {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn tried(v: &[f64]) -> f64 {
        let mut k = v[0];
        let o: Option<f64> = v[1..4].iter().try_fold(
            {
                k += 1.0;
                k
            },
            move |a, x| if *x > 0.01 { Some(a * x + k) } else { None },
        );
        o.unwrap_or(0.0) + k * v[5]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        tried(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod move_closure_called_at_once {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn at_once(v: &[f64]) -> f64 {
        let mut k = v[0];
        let a = (move |x: f64| x * k)({
            k *= 3.0;
            v[1]
        });
        a + 2.0 * k
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        at_once(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod move_closure_takes_one_field {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Gain {
        k: f64,
        list: Vec<f64>,
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut s = Gain { k: v[0], list: vec![v[1], v[2]] };
        let f = move |x: f64| x * s.k;
        s.k = 5.0 * v[3];
        f(v[4]) + s.k * s.list[1] + s.list[0]
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod move_closure_takes_a_field_of_a_tuple {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn later(v: &[f64]) -> f64 {
        let mut t = (v[0], vec![v[1], v[2]]);
        let it = v[3..6].iter().map(move |x| x * t.0);
        t.0 = 2.0 * v[7];
        let s: f64 = it.sum();
        s + 3.0 * t.0 * t.1[0]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        later(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod moving_reference_in_a_tuple {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn paired(v: &[f64]) -> f64 {
        let mut r = &v[0..3];
        let t = (r, {
            r = &v[3..6];
            r[0]
        });
        t.0[0] * 2.0 + t.0[2] * t.1 + r[1]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        paired(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod moving_reference_as_an_argument {
    use autodiff_core::differentiate;

    #[differentiate(hessian, lanes)]
    fn weighted(a: &[f64], k: f64) -> f64 {
        a[0] * k + a[1] * a[2]
    }
    #[differentiate(hessian, lanes)]
    fn handed(v: &[f64]) -> f64 {
        let mut r = &v[0..3];
        let mut s = 0.0;
        for i in 1..4 {
            s += weighted(r, {
                r = &v[2 * i..2 * i + 3];
                r[0]
            });
        }
        s + r[2]
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        handed(v)
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod bits_of_an_index_that_counts {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Cell2 {
        w: f64,
        mask: u32,
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut cells = vec![Cell2 { w: v[0], mask: 1 }, Cell2 { w: v[1], mask: 2 }, Cell2 { w: v[2], mask: 4 }];
        let mut i = 0usize;
        cells[{
            i += 1;
            i
        }]
        .mask |= 8;
        let mut s = v[3] * i as f64;
        for c in &cells {
            s = 0.5 * s + c.w * c.mask as f64;
        }
        s
    }

    crate::all_modes!(12, 0.3, 1.7);
}

mod bits_of_a_field_that_its_value_changes {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Cell3 {
        w: f64,
        mask: u32,
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut c = Cell3 { w: v[0], mask: 2 };
        c.mask |= {
            c.mask += 8;
            c.w *= v[1];
            1
        };
        c.w * c.mask as f64
    }

    crate::all_modes!(12, 0.3, 1.7);
}
