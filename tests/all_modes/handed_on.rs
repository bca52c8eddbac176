//! What changes in front of something else, and how it is written: by a `&mut` that is handed on by its name, inside `vec![..]`, by a method
//! whose name another type has; options of references that are assigned while what they held is in use; `return` behind branches without `;`.

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy, Debug)]
struct Gauge {
    a: f64,
    b: f64,
}

#[derive(Differentiable, Clone, Copy, Debug)]
struct Lamp {
    a: f64,
}

#[differentiate(hessian)]
impl Gauge {
    fn read(self, k: f64) -> f64 {
        self.a * k + self.b
    }
    fn bump(&mut self, x: f64) -> Option<f64> {
        self.a += x;
        (self.a < 50.0).then_some(self.a * self.b)
    }
}

#[differentiate(hessian)]
impl Lamp {
    fn bump(&self, x: f64) -> Option<f64> {
        Some(self.a * x)
    }
}

#[differentiate(hessian)]
fn advance(g: &mut Gauge, x: f64) -> Option<f64> {
    g.a += x;
    g.b *= 2.0;
    if g.a > 50.0 { None } else { Some(g.a * x) }
}

#[differentiate(hessian)]
fn grow(x: &mut f64, k: f64) -> Option<f64> {
    *x *= k;
    if *x > 50.0 { None } else { Some(*x + k) }
}

#[differentiate(hessian)]
fn root(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.sqrt()) } else { None }
}

#[differentiate(hessian)]
fn copy_and_reference(g: &mut Gauge, x: f64) -> Option<f64> {
    let y = g.read(advance(g, x)?);
    Some(y + 0.1 * g.a)
}

#[differentiate(hessian)]
fn number_and_reference(x: &mut f64, k: f64) -> Option<f64> {
    Some(x.powi(2).max(x.mul_add(grow(x, k)?, 0.1)))
}

#[differentiate(hessian)]
fn names_of_two_types(x: f64, y: f64) -> Option<f64> {
    let mut d = Gauge { a: x, b: y };
    let l = Lamp { a: y };
    let r = d.read(d.bump(0.5 * y)?);
    Some(r + 2.0 * d.a + l.bump(x)?)
}

#[differentiate(hessian)]
fn inside_vec(x: f64, y: f64) -> Option<f64> {
    let mut g = Gauge { a: x, b: y };
    let r = g.read(
        vec![{
            g.b *= 2.0;
            g.a + g.b
        }][0]
            * root(x)?,
    );
    Some(r + 3.0 * g.b)
}

#[derive(Differentiable, Clone, Debug)]
struct Cursor {
    at: usize,
    w: f64,
}

#[differentiate(hessian)]
fn step(r: &mut Cursor, x: f64) -> f64 {
    r.at += 1;
    r.w += x;
    r.w * x
}

#[differentiate(hessian)]
fn filled(slots: &mut [Option<f64>; 3], r: &mut Cursor, x: f64) -> f64 {
    *slots[r.at].get_or_insert_with(|| step(r, x)) + r.w
}

#[derive(Differentiable, Clone, Copy, Debug)]
struct Tally {
    sum: f64,
    n: f64,
}

#[differentiate(hessian)]
impl Tally {
    fn times_over(&mut self, k: f64) -> &mut Tally {
        self.sum *= k;
        self
    }
    fn noted(&mut self) {
        self.n += self.sum;
    }
    fn noted_and_told(&mut self) -> f64 {
        self.n += self.sum;
        self.n * 2.0
    }
}

#[differentiate(hessian)]
fn chained(v: &[f64]) -> f64 {
    let mut t = Tally { sum: v[0], n: v[1] };
    t.times_over(v[2]).times_over(v[3]).noted();
    let a = t.times_over(v[4]).noted_and_told();
    a + t.sum + 2.0 * t.n
}

crate::cases! { without lanes: 6, 0.3, 1.7;
    copy_of_what_a_reference_leads_to v {
        let mut g = Gauge { a: v[0], b: v[1] };
        copy_and_reference(&mut g, v[2]).unwrap_or(0.7) + 3.0 * g.b + 5.0 * g.a
    }
    number_behind_a_reference v {
        let mut x = v[0];
        number_and_reference(&mut x, v[1] + 1.0).unwrap_or(0.1) + 2.0 * x
    }
    copy_before_a_method_of_two_types v {
        names_of_two_types(v[0], v[1]).unwrap_or(0.1) + names_of_two_types(v[2] + 60.0, v[3]).unwrap_or(v[4])
    }
    copy_before_what_vec_is_made_of v {
        inside_vec(v[0], v[1]).unwrap_or(0.1)
    }
    slot_of_a_cursor_that_moves v {
        let mut slots = [None, Some(v[0]), None];
        let mut r = Cursor { at: 0, w: v[1] };
        let a = filled(&mut slots, &mut r, v[2]);
        a + 2.0 * slots[0].unwrap_or(0.9) + 3.0 * slots[1].unwrap_or(0.8) + 5.0 * slots[2].unwrap_or(0.7)
    }
    option_of_a_reference_kept v {
        let mut best: Option<&f64> = Some(&v[0]);
        let before = best;
        best = Some(&v[1]);
        before.copied().unwrap_or(0.5) * 2.0 + best.copied().unwrap_or(0.5) * v[2]
    }
    reference_in_use_when_the_option_is_assigned v {
        let mut s = 0.0;
        let mut best: Option<&f64> = Some(&v[0]);
        for x in &v[1..5] {
            if let Some(b) = best {
                best = Some(x);
                s = s * 0.5 + *b * x;
            }
        }
        s + best.map_or(0.0, |b| 2.0 * b)
    }
    reference_taken_out_of_an_option v {
        let mut best = Some(&v[0]);
        let first = best.unwrap();
        for x in &v[1..4] {
            if best.is_none_or(|b| x > b) {
                best = Some(x);
            }
        }
        best = best.or(Some(&v[5]));
        *first * 3.0 + *best.unwrap() * v[4]
    }
    pair_with_a_reference_in_use v {
        let mut s = 0.0;
        let mut best: Option<(f64, &f64)> = Some((v[0], &v[1]));
        for x in &v[2..5] {
            if let Some((d, a)) = best {
                best = Some((d * 1.1 + x, x));
                s += d * *a;
            }
        }
        let (d, a) = best.unwrap();
        s + d * a
    }
    arms_that_assign_the_option v {
        let mut last: Option<&f64> = None;
        let mut s = 0.3;
        for a in v {
            match last {
                Some(m) if m > a => {
                    last = Some(a);
                    s += m * a;
                }
                Some(m) => {
                    last = Some(a);
                    s = s * 0.7 + m;
                }
                None => last = Some(a),
            }
        }
        s
    }
    return_before_a_branch_without_semicolon v {
        let mut n = v[3];
        let mut f = |x: f64| {
            let mut y = x;
            if x < 5.0 { y = y * y } else {
                n += x;
                return 0.1 * x * n;
            }
            n *= 1.5;
            y * 2.0 + n
        };
        let (a, b) = (f(v[0]), f(v[1] + 6.0));
        a + 3.0 * b + 5.0 * n
    }
    methods_of_what_methods_give v {
        chained(v)
    }
}
