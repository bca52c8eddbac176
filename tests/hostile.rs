//! Small functions that try to mislead the transform: shadowing, overwritten inputs, aliasing, zero trips, early
//! exits, values that change after they were read. Each is compared with central differences and with a random seed.

// The functions are written to be awkward.
#![allow(clippy::all, unused)]

use autodiff_core::{Differentiable, differentiate};

/// Central differences with one step of extrapolation.
fn differences(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    (0..x.len())
        .map(|k| {
            let slope = |h: f64| {
                let (mut a, mut b) = (x.to_vec(), x.to_vec());
                a[k] += h;
                b[k] -= h;
                (f(&a) - f(&b)) / (2.0 * h)
            };
            let h = 2e-4 * x[k].abs().max(1.0);
            (4.0 * slope(h / 2.0) - slope(h)) / 3.0
        })
        .collect()
}

fn close(name: &str, got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len(), "{name}: number of slots");
    for (k, (g, w)) in got.iter().zip(want).enumerate() {
        assert!((g - w).abs() <= 2e-7 * (1.0 + w.abs()), "{name}: slot {k}: got {g}, expected {w}");
    }
}

/// A function of two numbers: value, gradient, pullback through a caller.
macro_rules! of_two {
    ($($name:ident)*) => { $(
        mod $name {
            use super::*;
            use super::functions::$name as f;

            #[differentiate]
            fn caller(x: f64, y: f64) -> f64 {
                let a = f(x, y);
                let b = f(y * 0.5, x);
                a * 1.5 + b * 0.25
            }

            #[test]
            fn gradient() {
                for (x, y) in [(0.7, 1.3), (1.9, 0.4), (-0.6, 0.8), (2.5, -1.1)] {
                    let (value, (gx, gy)) = super::functions::grads::$name(x, y, None);
                    assert_eq!(value.to_bits(), f(x, y).to_bits(), "value");
                    let want = differences(|v| f(v[0], v[1]), &[x, y]);
                    close(stringify!($name), &[gx, gy], &want);
                    let (_, (sx, sy)) = super::functions::grads::$name(x, y, Some(-0.73));
                    close("seed", &[sx, sy], &[-0.73 * gx, -0.73 * gy]);
                    let (value, dot) = f::push(x, y, Some(&0.4), Some(&-1.7));
                    assert_eq!(value.to_bits(), f(x, y).to_bits(), "value of forward mode");
                    close("forward mode", &[dot], &[0.4 * gx - 1.7 * gy]);
                    let (value, (gx, gy)) = caller_grad(x, y);
                    assert_eq!(value.to_bits(), caller(x, y).to_bits(), "value through a caller");
                    close("caller", &[gx, gy], &differences(|v| caller(v[0], v[1]), &[x, y]));
                }
            }
        }
    )* };
}

mod functions {
    use super::*;

    macro_rules! grads {
        ($($name:ident $vjp:ident)*) => {
            pub mod grads {
                $(pub fn $name(x: f64, y: f64, seed: Option<f64>) -> (f64, (f64, f64)) { super::$vjp(x, y, seed.unwrap_or(1.0)) })*
            }
        };
    }
    grads!(shadowed shadowed_vjp overwritten overwritten_vjp swapped swapped_vjp zero_trips zero_trips_vjp early early_vjp
        early_in_loop early_in_loop_vjp continued continued_vjp labelled labelled_vjp changing_index changing_index_vjp
        in_place in_place_vjp read_after_write read_after_write_vjp branch_value branch_value_vjp nested_branches nested_branches_vjp
        closure_captures closure_captures_vjp tuple_swap tuple_swap_vjp while_loop while_loop_vjp push_pop push_pop_vjp
        aliased aliased_vjp reused_name reused_name_vjp match_value match_value_vjp integer_state integer_state_vjp
        same_twice same_twice_vjp array_copy array_copy_vjp conditional_overwrite conditional_overwrite_vjp
        loop_break_value loop_break_value_vjp nested_scan nested_scan_vjp slices slices_vjp unused_result unused_result_vjp
        constants constants_vjp changing_bound changing_bound_vjp vec_moved vec_moved_vjp nested_arrays nested_arrays_vjp
        out_parameter out_parameter_vjp struct_state struct_state_vjp option_flow option_flow_vjp many_returns many_returns_vjp
        fold_pairs fold_pairs_vjp break_two break_two_vjp division division_vjp remainder remainder_vjp
        self_assign self_assign_vjp rotating rotating_vjp flag_flipped flag_flipped_vjp flag_overwritten
        flag_overwritten_vjp let_else let_else_vjp windows_sum windows_sum_vjp);

    #[differentiate]
    pub fn shadowed(x: f64, y: f64) -> f64 {
        let x = x * y;
        let y = x + y;
        let x = {
            let x = x.sin();
            x * y
        };
        x + y
    }

    #[differentiate]
    pub fn overwritten(mut x: f64, y: f64) -> f64 {
        let old = x * x;
        x = x * y + 1.0;
        x *= x;
        x -= old;
        x /= 2.0 + y * y;
        x
    }

    #[differentiate]
    pub fn swapped(x: f64, y: f64) -> f64 {
        let (mut a, mut b) = (x, y);
        std::mem::swap(&mut a, &mut b);
        let c = a * a * b;
        std::mem::swap(&mut a, &mut b);
        c + a
    }

    #[differentiate]
    pub fn zero_trips(x: f64, y: f64) -> f64 {
        let mut s = x;
        for i in 0..0 {
            s *= y + i as f64;
        }
        for i in (3..3).rev() {
            s += y * i as f64;
        }
        while s > 1e9 {
            s /= y;
        }
        s * y
    }

    #[differentiate]
    pub fn early(x: f64, y: f64) -> f64 {
        let p = x * y;
        if p < 0.0 {
            return p * p * x;
        }
        let q = p.sqrt() + x;
        if q > 2.0 {
            return q * y;
        }
        q * q
    }

    #[differentiate]
    pub fn early_in_loop(x: f64, y: f64) -> f64 {
        let mut s = x;
        for i in 0..6 {
            s = s * 1.1 + y * i as f64 * 0.1;
            for _ in 0..2 {
                s += 0.05 * x;
                if s > 1.5 {
                    return s * s;
                }
            }
        }
        s.sin()
    }

    #[differentiate]
    pub fn continued(x: f64, y: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..7 {
            let t = x + i as f64 * 0.3;
            if i % 3 == 1 {
                continue;
            }
            s += t * t * y;
            if i == 5 {
                break;
            }
            s *= 1.01;
        }
        s
    }

    #[differentiate]
    pub fn labelled(x: f64, y: f64) -> f64 {
        let mut s = 0.1;
        'outer: for i in 0..5 {
            for j in 0..4 {
                s += x * y * 0.1;
                if i + j == 5 {
                    continue 'outer;
                }
                if i * j > 7 {
                    break 'outer;
                }
                s *= 0.9 + 0.01 * x;
            }
            s += y;
        }
        s
    }

    #[differentiate]
    pub fn changing_index(x: f64, y: f64) -> f64 {
        let a = [x, y, x * y, x + y];
        let mut i = 0;
        let mut s = 0.0;
        while i < 4 {
            let r = &a[i];
            i += 1;
            s += *r * *r * i as f64;
        }
        i -= 2;
        s + a[i]
    }

    #[differentiate]
    pub fn in_place(x: f64, y: f64) -> f64 {
        let mut a = [x; 5];
        a[0] = y;
        for i in 1..5 {
            a[i] = a[i] * a[i - 1] + 0.1 * y;
            a[i - 1] *= a[i];
        }
        a[4] + a[2]
    }

    #[differentiate]
    pub fn read_after_write(x: f64, y: f64) -> f64 {
        let mut a = vec![x, y];
        let before = a[0] * a[1];
        a[0] = before * 2.0;
        let after = a[0] * a[1];
        a[1] = 3.0;
        after * before + a[0] * a[1]
    }

    #[differentiate]
    pub fn branch_value(x: f64, y: f64) -> f64 {
        let z = if x > y {
            x * x
        } else if x > 0.5 {
            x * y
        } else {
            y * y * y
        };
        let w = if z > 1.0 { z.ln() } else { z };
        z * w + x
    }

    #[differentiate]
    pub fn nested_branches(x: f64, y: f64) -> f64 {
        let mut s = x;
        for k in 0..4 {
            if s > y {
                if k % 2 == 0 {
                    s = s * 0.5 + y * y;
                } else {
                    s -= 0.3 * x * s;
                }
            } else {
                s = s * s + 0.2 * k as f64;
            }
        }
        s
    }

    #[differentiate]
    pub fn closure_captures(x: f64, y: f64) -> f64 {
        let scale = x * y;
        let f = |t: f64| t * scale + x;
        let mut count = 0;
        let mut total = 0.0;
        let mut add = |v: f64| {
            count += 1;
            total += v * count as f64;
        };
        add(f(x));
        add(f(y));
        total
    }

    #[differentiate]
    pub fn tuple_swap(x: f64, y: f64) -> f64 {
        let (mut a, mut b) = (x, y);
        for _ in 0..3 {
            (a, b) = (b * 0.9, a + 0.1 * b * b);
        }
        a * b
    }

    #[differentiate]
    pub fn while_loop(x: f64, y: f64) -> f64 {
        let mut s = x.abs() + 0.1;
        let mut n = 0;
        while s < 3.0 && n < 20 {
            s *= 1.2 + 0.1 * y * y;
            n += 1;
        }
        s / (n as f64 + y * y + 1.0)
    }

    #[differentiate]
    pub fn push_pop(x: f64, y: f64) -> f64 {
        let mut v = Vec::new();
        for i in 0..4 {
            v.push(x * i as f64 + y);
        }
        let last = v.pop().unwrap();
        v[0] = last * last;
        v.push(v[0] * y);
        v.iter().sum::<f64>() * v[3]
    }

    #[differentiate]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(p, q)| p * q).sum()
    }

    #[differentiate]
    pub fn aliased(x: f64, y: f64) -> f64 {
        let v = [x, y, x * y];
        dot(&v, &v) + dot(&v[..2], &v[1..])
    }

    #[differentiate]
    pub fn reused_name(x: f64, y: f64) -> f64 {
        let t0 = x + y;
        let x_bar = t0 * x;
        let seed = x_bar * y;
        let result = seed + t0;
        let value = result * 2.0;
        let tape_0 = value - x;
        tape_0
    }

    #[differentiate]
    pub fn match_value(x: f64, y: f64) -> f64 {
        let k = if x > 1.0 { 2 } else { (y > 1.0) as i32 };
        let a = match k {
            0 => x * y,
            1 => {
                let t = x + y;
                t * t
            }
            _ => x.exp(),
        };
        match a {
            v if v > 2.0 => v * x,
            v if v < 0.0 => -v * y,
            v => v * v,
        }
    }

    #[differentiate]
    pub fn integer_state(x: f64, y: f64) -> f64 {
        let mut k = 1;
        let mut s = 0.0;
        for _ in 0..5 {
            s += x * k as f64;
            k = (k * 3 + 1) % 7;
            s *= y.cos() + k as f64 * 0.1;
        }
        s
    }

    #[differentiate]
    fn mul(a: f64, b: f64) -> f64 {
        a * b
    }

    #[differentiate]
    pub fn same_twice(x: f64, y: f64) -> f64 {
        let a = mul(x, x);
        mul(a, a) + mul(y, x) * mul(mul(x, y), y)
    }

    #[differentiate]
    pub fn array_copy(x: f64, y: f64) -> f64 {
        let a = [x, y];
        let mut b = a;
        b[0] *= b[1];
        let c = b;
        b[1] = a[0] * c[0];
        a[0] + b[0] * b[1] * c[1]
    }

    #[differentiate]
    pub fn conditional_overwrite(x: f64, y: f64) -> f64 {
        let mut a = [x, y, 1.0];
        if x > y {
            a[1] = a[0] * a[1];
        }
        let t = a[1];
        if t > 0.5 {
            a = [t, t * t, x];
        }
        a[0] * a[1] * a[2]
    }

    #[differentiate]
    pub fn loop_break_value(x: f64, y: f64) -> f64 {
        let mut t = x.abs() + 0.2;
        let found = loop {
            t = t * 1.3 + 0.01 * y;
            if t > 4.0 {
                break t * y;
            }
        };
        found + t
    }

    #[differentiate]
    pub fn nested_scan(x: f64, y: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..3 {
            let mut inner = y;
            for j in 0..=i {
                inner = inner * x * 0.5 + j as f64;
            }
            total += inner * inner;
        }
        total
    }

    #[differentiate]
    pub fn slices(x: f64, y: f64) -> f64 {
        let v: Vec<f64> = (0..6).map(|i| x + y * i as f64).collect();
        let (a, b) = v.split_at(2);
        let w = &v[1..5];
        a[0] * b[0] + w.iter().enumerate().map(|(i, t)| t * t * i as f64).sum::<f64>() + w[w.len() - 1]
    }

    #[differentiate]
    pub fn unused_result(x: f64, y: f64) -> f64 {
        let _unused = x.ln() * y;
        let z = x * y;
        let _ = z.sqrt();
        x + y * 0.0
    }

    #[differentiate]
    pub fn constants(x: f64, y: f64) -> f64 {
        const G: f64 = 9.81;
        static K: f64 = 0.5;
        x * G + std::f64::consts::PI * y * K + autodiff_core::constant(x * 0.0) * y + f64::EPSILON
    }

    #[differentiate]
    pub fn changing_bound(x: f64, y: f64) -> f64 {
        let mut n = 2;
        let mut s = 1.0;
        for _ in 0..3 {
            for i in 0..n {
                s += x * i as f64 * y * 0.1;
                s *= 1.05;
            }
            n += 1;
        }
        s
    }

    #[differentiate]
    pub fn vec_moved(x: f64, y: f64) -> f64 {
        let a = vec![x, y];
        let mut b = a;
        let mut c = vec![y; 3];
        for i in 0..2 {
            c[i] *= b[i];
            b = c;
            c = vec![b[0] * x, b[1], b[i] * y];
        }
        b[0] + c[1] * c[2]
    }

    #[differentiate]
    pub fn nested_arrays(x: f64, y: f64) -> f64 {
        let mut m = [[x, y], [y, 1.0]];
        for i in 0..2 {
            for j in 0..2 {
                m[i][j] = m[j][i] * m[0][0] + 0.1;
            }
        }
        let row = m[1];
        row[0] * m[0][1] + row[1]
    }

    #[differentiate]
    fn step(state: &mut [f64], dt: f64) {
        let old = state[0];
        state[0] += dt * state[1];
        state[1] -= dt * old * state[0];
    }

    #[differentiate]
    pub fn out_parameter(x: f64, y: f64) -> f64 {
        let mut s = [x, y];
        for _ in 0..3 {
            step(&mut s, 0.1 * y);
        }
        s[0] * s[1]
    }

    #[derive(Clone, Copy, Differentiable)]
    struct State {
        a: f64,
        b: f64,
        n: usize,
    }

    impl State {
        #[differentiate]
        fn energy(&self) -> f64 {
            self.a * self.a * self.n as f64 + self.b
        }

        #[differentiate]
        fn advance(&mut self, dt: f64) {
            self.a += dt * self.b;
            self.b *= 1.0 - dt * self.a;
            self.n += 1;
        }
    }

    #[differentiate]
    pub fn struct_state(x: f64, y: f64) -> f64 {
        let mut s = State { a: x, b: y, n: 2 };
        let mut total = s.energy();
        for _ in 0..2 {
            s.advance(0.3 * x);
            total += s.energy();
        }
        let State { a, b, .. } = s;
        let t = State { a: b, ..s };
        total * a + t.energy()
    }

    #[differentiate]
    fn checked(x: f64, limit: f64) -> Option<f64> {
        if x > limit { Some(x * limit) } else { None }
    }

    #[differentiate]
    pub fn option_flow(x: f64, y: f64) -> f64 {
        let first = match checked(x, y) {
            Some(v) => v * v,
            None => y,
        };
        let second = if let Some(v) = checked(y, x) { v } else { x * 3.0 };
        first * second
    }

    #[differentiate]
    pub fn many_returns(x: f64, y: f64) -> f64 {
        if x > 2.0 {
            return x * y;
        } else if x > 1.0 {
            if y > 0.5 {
                return y * y;
            }
            let t = x * x;
            if t > 3.0 {
                return t * y;
            }
        }
        match (x > 0.0, y > 1.0) {
            (true, true) => return x.sin(),
            (true, false) => {}
            _ => return y.cos() * x,
        }
        x * x * y
    }

    #[differentiate]
    pub fn fold_pairs(x: f64, y: f64) -> f64 {
        let v = [x, y, x * y, 0.5];
        let (sum, product) = v.iter().fold((0.0, 1.0), |(s, p), t| (s + t, p * (t + 2.0)));
        let largest = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        sum * product + largest
    }

    #[differentiate]
    pub fn break_two(x: f64, y: f64) -> f64 {
        let mut s = 0.0;
        let mut i = 0;
        loop {
            i += 1;
            if i > 10 {
                break;
            }
            let t = x * i as f64;
            if t > 4.03 {
                s += t * y;
                break;
            }
            if i == 2 {
                continue;
            }
            s += t * t * 0.1;
        }
        s
    }

    #[differentiate]
    pub fn division(x: f64, y: f64) -> f64 {
        let q = x / (y * y + 1.0);
        let mut r = q;
        r /= x * x + 0.5;
        1.0 / (r + 3.0) / (q - 5.0)
    }

    #[differentiate]
    pub fn remainder(x: f64, y: f64) -> f64 {
        let mut r = (x * 7.0) % (y + 3.0);
        r %= 1.7;
        r * x
    }

    #[differentiate]
    pub fn self_assign(x: f64, y: f64) -> f64 {
        let mut a = [x, y];
        a[0] = a[0];
        a[1] += a[1];
        a[0] *= a[0];
        let mut b = x;
        b = b;
        b += b * b;
        a[0] + a[1] * b
    }

    #[differentiate]
    pub fn rotating(x: f64, y: f64) -> f64 {
        let mut now = vec![x, y, 0.3];
        let mut next = vec![0.0; 3];
        for _ in 0..4 {
            for i in 0..3 {
                next[i] = 0.5 * now[i] + 0.3 * now[(i + 1) % 3] * now[i];
            }
            std::mem::swap(&mut now, &mut next);
        }
        now[0] * now[2] + next[1]
    }

    #[differentiate]
    pub fn flag_flipped(x: f64, y: f64) -> f64 {
        let (mut inside, mut up) = (false, true);
        let mut path = 0.0;
        for k in 0..5 {
            let mut n = x * 1.3;
            if inside {
                n = n * n * y;
            }
            inside = !inside;
            path += match up {
                true => n * path,
                false => n.sin(),
            };
            up = k % 3 == 1;
        }
        path * y
    }

    #[differentiate]
    pub fn flag_overwritten(x: f64, y: f64) -> f64 {
        let mut big = x * y > 0.5;
        let mut n = x * y;
        if big {
            n = n * n;
        }
        big = false;
        let m = if big { n.sin() } else { n.cos() };
        big = y < 1.0;
        m * y + if big { x * n } else { n }
    }

    #[differentiate]
    pub fn let_else(x: f64, y: f64) -> f64 {
        let Some(v) = checked(x, y) else {
            return y * 2.0 + x;
        };
        let w = match checked(v, 1.0) {
            Some(w) => w,
            None => return v * y,
        };
        w * v
    }

    #[differentiate]
    pub fn windows_sum(x: f64, y: f64) -> f64 {
        let v = [x, y, x - y, x * y, 1.0];
        let smooth: f64 = v.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).powi(2)).sum();
        let pairs: f64 = v.chunks_exact(2).map(|c| c[0] * c[1]).sum();
        let rest: f64 = v.chunks(2).map(|c| c.iter().sum::<f64>().powi(3)).sum();
        smooth + pairs * rest + v.iter().rev().skip(1).step_by(2).map(|t| t * t).sum::<f64>()
    }
}

of_two!(shadowed overwritten swapped zero_trips early early_in_loop continued labelled changing_index in_place
    read_after_write branch_value nested_branches closure_captures tuple_swap while_loop push_pop aliased reused_name
    match_value integer_state same_twice array_copy conditional_overwrite loop_break_value nested_scan slices
    unused_result constants changing_bound vec_moved nested_arrays out_parameter struct_state option_flow many_returns
    fold_pairs break_two division remainder self_assign rotating flag_flipped flag_overwritten let_else windows_sum);
