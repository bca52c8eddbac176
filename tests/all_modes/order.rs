//! What is evaluated first: values in front of what changes them, items of what is overwritten, places in front of values.

/// The items of an array that is copied are those it had in front of the loop: they were read where it was overwritten.
mod copied_array {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let mut s = 0.0;
        for x in a {
            a[1] *= x;
            s = s * a[1] + x;
        }
        for (i, x) in a.into_iter().enumerate().rev() {
            a[(i + 1) % 3] = a[(i + 1) % 3] * x + 0.1;
        }
        let t: f64 = a
            .into_iter()
            .map(|x| {
                a[2] = a[2] * x + s;
                x * a[2]
            })
            .sum();
        let mut order = [2usize, 0, 1];
        for i in order {
            order[(i + 1) % 3] = 0;
            s = s * 0.5 + a[i] * (i + order[1]) as f64;
        }
        s * t + a[0] * a[1]
    }
    crate::all_modes!(3, 0.3, 1.2);
}

/// The items of a list that was moved are its own, whatever its variable is assigned: the new one's were read.
mod moved_list {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let mut s = 1.0;
        for (i, x) in w.into_iter().enumerate() {
            w = vec![x, s * i as f64];
            s = s * w[0] + w[1];
        }
        w = v.to_vec();
        let items = w.into_iter();
        w = vec![v[0] * 2.0, v[1]];
        let t: f64 = items.map(|x| x * w[0]).sum();
        s * w[1] + t
    }
    crate::all_modes!(4, 0.3, 1.2);
}

/// What is dropped is evaluated: it was left out.
mod dropped {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let mut k = v[0];
        drop(w.pop());
        std::mem::drop(w.remove(0));
        drop({
            k *= 2.0;
            vec![k]
        });
        let scaled = |x: f64| x * k;
        let y = scaled(w[0]);
        drop(scaled);
        drop(w);
        k * y
    }
    crate::all_modes!(4, 0.3, 1.2);
}

/// A clone of an iterator with a state begins where that one does: the state was one for both.
mod cloned_states {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let sums = v.iter().scan(v[0], |s, x| {
            *s = *s * x + 0.2;
            Some(*s)
        });
        let a: f64 = sums.clone().sum();
        let b: f64 = sums.clone().take(2).product();
        let c: Vec<f64> = sums.collect();
        let steps = std::iter::successors(Some(v[0]), |x| Some(x * v[1] + 0.1)).take(4);
        let d: f64 = steps.clone().sum();
        a * b + c[3] * d + steps.map(|x| x * a).sum::<f64>()
    }
    crate::all_modes!(4, 0.3, 1.0);
}

/// The place that is replaced is found before its new value.
mod replaced {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let mut i = 0;
        let old = std::mem::replace(&mut w[i], {
            i += 1;
            v[i] * 2.0
        });
        let next = std::mem::replace(&mut w[i + 1], {
            i += 2;
            old * v[i]
        });
        w[0] * w[1] + w[2] * w[3] * next
    }
    crate::all_modes!(4, 0.3, 1.2);
}

/// A value is what it was before an index of the place that it is assigned to changes it.
mod assigned {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let (mut x, mut w, mut u) = (v[0], v.to_vec(), [v[1], v[2]]);
        w[{
            x *= 2.0;
            1
        }] = x;
        w[{
            u[0] = 0.3;
            2
        }] = u[0];
        w[0] * w[1] + w[2] * x + u[0]
    }
    crate::all_modes!(3, 0.3, 1.2);
}

/// What a method takes by value is what it was before the arguments change it.
mod receivers {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Differentiable)]
    struct P {
        x: f64,
        y: f64,
    }
    #[differentiate(hessian, lanes)]
    impl P {
        fn scaled(self, k: f64) -> f64 {
            self.x * k + self.y
        }
        fn step(&mut self, k: f64) -> Option<f64> {
            self.x = self.x * k + 0.2;
            if self.x > 50.0 { None } else { Some(self.x * k) }
        }
    }
    #[differentiate(hessian, lanes)]
    fn stepped(v: &[f64]) -> Option<f64> {
        let mut p = P { x: v[0], y: v[1] };
        let a = p.x * p.step(v[2])?;
        let b = (p.x, p.step(a)?, p.x);
        Some(a * b.0 + b.1 * b.2)
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut p = P { x: v[0], y: v[1] };
        let a = p.scaled({
            p.x *= 2.0;
            p.y
        });
        let mut q = [p, P { x: v[2], y: a }];
        let b = q[0].scaled({
            q[0] = q[1];
            v[2]
        });
        a * b + q[0].x * p.x + stepped(v).unwrap_or(v[1])
    }
    crate::all_modes!(3, 0.3, 1.2);
}

/// The place of an operator of a type of one's own is found before what it is changed by, that of a number's behind it.
mod compound {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Differentiable)]
    struct V(f64, f64);
    #[differentiate(hessian)]
    impl std::ops::AddAssign for V {
        fn add_assign(&mut self, o: V) {
            self.0 += o.0;
            self.1 += o.1;
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut a = [V(v[0], v[1]), V(v[2], v[3])];
        let mut i = 0;
        a[i] += {
            i += 1;
            V(v[i], 0.3)
        };
        let mut w = [v[0], v[1]];
        i = 0;
        w[i] += {
            i += 1;
            v[2]
        };
        a[0].0 * a[1].1 + a[0].1 * a[1].0 + w[0] * w[1] * w[1]
    }
    crate::all_modes!(4, 0.3, 1.2);
}

/// Counts in front of what changes them.
mod counts {
    use autodiff_core::differentiate;
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut n = 1usize;
        let mut calls = 0usize;
        let mut tick = || {
            calls += 1;
            calls
        };
        let mut s = v[0];
        if n == {
            n += 1;
            tick()
        } {
            s *= v[1];
        }
        let k = n.max({
            n += 2;
            tick()
        }) + n * {
            n -= 1;
            tick()
        };
        s * v[k % 3] + n as f64 * k as f64
    }
    crate::all_modes!(3, 0.3, 1.2);
}

/// What is given in place of an error is evaluated behind what may be one.
mod given {
    use autodiff_core::differentiate;
    #[differentiate(hessian)]
    fn next(x: f64, n: &mut f64) -> Result<f64, usize> {
        *n = *n * x + 0.1;
        if x > 0.9 { Err(1) } else { Ok(x * *n) }
    }
    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let mut n = v[0];
        let a = next(v[1] + 1.0, &mut n).unwrap_or(n * v[2]);
        let b = next(v[2], &mut n).map_or(n, |y| y * a);
        let c = next(v[1], &mut n).or(next(2.0 * v[1], &mut n)).unwrap_or(3.0);
        a * b + c * n
    }
    crate::all_modes!(without lanes: 3, 0.1, 0.8);
}

/// Whether the elements are numbers, of which the value comes first, rustc alone knows.
mod elements_of_a_type_left_open {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Differentiable)]
    struct List<T> {
        items: Vec<T>,
    }

    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut list = List { items: v.to_vec() };
        let mut i = 0;
        for x in v {
            list.items[i] += {
                i = (i + 1) % 4;
                v[i] * x
            };
            list.items[{
                i = (i + 2) % 4;
                i
            }] *= v[i];
        }
        list.items.iter().map(|x| x * x).sum()
    }
    crate::all_modes!(4, 0.4, 1.2);
}
