//! What several calls are lent of something that is overwritten later: with writes in between, on one side of a branch, in loops in loops, parts of it.

use std::ops::{Add, Mul};

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct V(f64, f64);

#[differentiate]
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V(self.0 + o.0, self.1 + o.1)
    }
}
#[differentiate]
impl Mul<f64> for V {
    type Output = V;
    fn mul(self, k: f64) -> V {
        V(self.0 * k, self.1 * k)
    }
}

#[derive(Clone, Differentiable)]
struct Body {
    at: [V; 2],
    list: Vec<f64>,
}

#[differentiate]
fn moved(b: &Body, d: &Body, k: f64) -> Body {
    let mut next = b.clone();
    for i in 0..2 {
        next.at[i] = b.at[i] + d.at[i] * k;
    }
    for (n, d) in next.list.iter_mut().zip(&d.list) {
        *n += d * k;
    }
    next
}

#[differentiate]
fn slope(b: &Body, k: f64) -> Body {
    let mut d = b.clone();
    for i in 0..2 {
        d.at[i] = V(b.at[1 - i].1.sin() * k, b.at[i].0 * b.at[i].1);
    }
    for x in &mut d.list {
        *x = (*x * k).cos() + b.at[0].0;
    }
    d
}

#[differentiate]
fn size(b: &Body) -> f64 {
    let numbers = b.at.iter().map(|v| v.0 * v.1 + v.0).sum::<f64>() + b.list.iter().map(|x| x * x).sum::<f64>();
    0.1 * numbers.sin()
}

#[differentiate]
fn shifted(x: &[f64], k: f64) -> Vec<f64> {
    x.iter().map(|v| v.sin() * k + 0.1).collect()
}

#[differentiate]
fn total(x: &[f64], k: f64) -> f64 {
    0.1 * x.iter().map(|v| v * v * k).sum::<f64>().sin()
}

#[differentiate]
fn body(x: &[f64], k: f64) -> Body {
    Body { at: [V(k, 0.5), V(0.3 * k, -0.2)], list: x.to_vec() }
}

with_and_without! {
    steps_of_runge_and_kutta off(copies) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut b = body(x, k);
        for _ in 0..3 {
            let k1 = slope(&b, k);
            let k2 = slope(&moved(&b, &k1, 0.05), k);
            let k3 = slope(&moved(&b, &k2, 0.05), k);
            let k4 = slope(&moved(&b, &k3, 0.1), k);
            b = moved(&b, &k1, 0.1 / 6.0);
            b = moved(&b, &k2, 0.1 / 3.0);
            b = moved(&b, &k3, 0.1 / 3.0);
            b = moved(&b, &k4, 0.1 / 6.0);
        }
        size(&b)
    }
    written_in_between off(copies) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut b = body(x, k);
        let mut sum: f64 = 0.0;
        for n in 0..4 {
            sum += size(&b) * size(&b);
            b.at[0].1 *= k;
            sum += size(&b);
            if n == 2 {
                b.list.fill(k);
            }
            sum += size(&b).sin();
            b = moved(&b, &b, 0.1 * k);
            sum *= size(&b);
            b.at[n % 2].0 += sum.cos();
            sum = sum.sin() + size(&b);
        }
        sum
    }
    replaced_with_what_is_used_again off(copies) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut b = body(x, k);
        let mut sum = k;
        for _ in 0..3 {
            let next = moved(&b, &slope(&b, sum.sin()), 0.1);
            b = next.clone();
            sum += size(&b) + size(&next);
            let other = slope(&next, k);
            b = other;
            sum += size(&b) * size(&next);
            b.at[1].1 = sum.cos();
        }
        sum + size(&b)
    }
    lists off(copies) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut sum = k;
        for n in 0..4 {
            let v = shifted(&u, sum.sin());
            sum += total(&u, k) + total(&u, sum.cos());
            u = v;
            sum += total(&u, k) * total(&u, 0.5);
            if n % 2 == 0 {
                u.push(sum.sin());
                sum += total(&u, k) - total(&u, sum.sin());
            }
            for w in &mut u {
                *w = w.cos() * k;
            }
        }
        sum.sin() + total(&u, k)
    }
    rows_and_parts off(copies) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut rows = vec![x.to_vec(), shifted(x, k), shifted(x, 0.3)];
        let mut sum: f64 = 0.0;
        for n in 0..3 {
            let m = (n + 1) % 3;
            sum += total(&rows[n], k) * total(&rows[n], sum.sin()) + total(&rows[m], k);
            rows[m] = shifted(&rows[n], k);
            sum += total(&rows[m], k) * total(&rows[m], 0.1) + total(&rows[n], sum.cos());
            for i in 0..x.len() {
                sum += total(&rows[n], 0.1) + total(&rows[n], k);
                rows[n][i] *= k;
                sum = sum.sin() + total(&rows[n], k) * total(&rows[n], 0.3);
            }
        }
        sum
    }
    sides_and_loops off(copies) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut b = body(x, k);
        let mut sum: f64 = 0.0;
        let mut n = 0;
        while n < 5 {
            n += 1;
            if sum > 0.4 {
                sum += size(&b) * size(&b);
                b = slope(&b, k);
                sum -= size(&b) + size(&slope(&b, k));
            } else {
                sum += size(&slope(&b, k)) + size(&slope(&b, sum));
                if n == 3 {
                    continue;
                }
                b = moved(&b, &slope(&b, k), 0.2);
            }
            sum = sum.sin() + size(&b).cos();
        }
        sum
    }
    numbers_of_fields off(reads) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut b = body(x, k);
        let mut all = vec![b.clone(), slope(&b, k)];
        let mut sum: f64 = 0.0;
        for n in 0..3 {
            let m = n % 2;
            sum += b.at[m].0 * b.at[m].0 + b.at[m].1;
            b.at[m].1 += 0.1 * b.at[m].0 * b.at[m].0 * sum.sin();
            sum += b.at[m].0 * b.at[m].1 + b.at[1 - m].1;
            b.at[m].0 += 0.1 * b.at[m].1 * b.at[m].1;
            sum = sum.sin() + b.at[m].0 * b.at[m].0;
            for i in 0..x.len() {
                all[m].list[i] += 0.1 * all[0].at[1].0 * all[0].at[1].0 * b.list[i];
                b.list[i] *= (all[m].list[i] * all[0].list[i]).cos();
                all[1].at[1].1 += 0.1 * (all[0].at[1].1 * all[m].list[i] + all[m].list[i] * all[0].at[1].0);
                all[0].at[1] = V(all[1].at[1].1.sin(), all[0].at[1].0 * 0.5);
                sum += 0.1 * (all[m].list[i] * all[m].list[i] * all[0].at[1].1 * all[0].at[1].1 + b.list[i]);
                sum = sum.cos();
            }
        }
        sum + all[1].at[1].1
    }
    arrays_of_what_is_at_hand off(arrays) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = [k, 0.3];
        let mut u = x.to_vec();
        let mut sum: f64 = 0.0;
        for n in 0..3 {
            let a = [p[0] * k, p[1] + 1.0];
            let b = [a[1], a[0] * p[1], sum];
            let rows = [[b[0], a[0]], [k.exp(), sum]];
            sum += total(&a, b[1]) + total(&b, sum.sin()) + total(&rows[n % 2], rows[0][1]);
            p[n % 2] = sum.cos() * a[1];
            let pair = (a[0] * p[0], [b[2], p[1]]);
            p = [pair.1[0] * 0.5, pair.0 * pair.1[1]];
            for i in 0..u.len() {
                let w = [u[i], k * sum, p[0]];
                u[i] = w[0] * w[1] + total(&w, 0.1);
                let [v, y, _] = w;
                sum = 0.1 * (sum.sin() + v * y * u[i]);
                p[1] *= w[2].cos();
            }
        }
        sum + p[0] * p[1] + total(&u, k)
    }
}
