//! Fields and payloads that are overwritten with what they were made of.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

use super::calls::State;

mod fields_from_themselves {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    struct Held {
        x: f64,
        pair: (f64, f64),
        list: Vec<f64>,
        rows: [[f64; 2]; 2],
        state: State,
        #[differentiable(skip)]
        scale: f64,
    }

    #[differentiate(hessian)]
    fn assigned(h: &mut Held, k: f64, i: usize) -> f64 {
        *h = Held { x: h.x * k, pair: (k, h.x), list: vec![h.x * k, k * k], rows: [[k, h.x]; 2], state: h.state, scale: 2.0 };
        h.x = h.x;
        h.pair.0 = h.pair.1;
        h.pair = h.pair;
        h.list = h.list.clone();
        h.list[i] = h.list[1 - i];
        h.rows[i] = h.rows[1 - i];
        h.rows[i][0] = h.rows[i][1];
        h.state = h.state;
        h.scale = h.scale;
        h.state.y[i] = h.state.y[1 - i];
        h.state.x = h.state.y[i];
        let after = h.x * h.pair.0 * h.pair.1 + h.list[0] * h.list[1] + h.rows[1 - i][1] * h.rows[i][0];
        after * h.scale + h.state.x * h.state.y[0] * h.state.y[1]
    }

    #[differentiate(hessian)]
    fn made(x: [f64; 4], i: usize) -> f64 {
        let mut h = Held {
            x: x[0],
            pair: (x[0], x[1]),
            list: vec![x[1], x[2]],
            rows: [[x[2], x[3]], [x[0], x[1]]],
            state: State { x: x[0], y: [x[2], x[3] * x[0]] },
            scale: 2.0,
        };
        h.x = h.x;
        h.list[i] = h.list[1 - i];
        h.state.y[i] = h.state.y[1 - i];
        h.x * assigned(&mut h, x[3], i)
    }

    #[differentiate]
    impl State {
        fn swapped(&mut self, b: f64) -> f64 {
            *self = *self;
            self.x = self.x;
            self.y[0] = self.y[1];
            self.x -= (self.x * b).sin();
            self.x += self.x;
            self.y[0] *= self.y[1];
            self.x * self.y[0]
        }
    }

    #[differentiate]
    fn of_swapped(x: f64, y: [f64; 2], b: f64) -> f64 {
        State { x, y }.swapped(b)
    }

    /// The tangent of the field was lent and read at once: what was generated did not compile.
    #[test]
    fn have_their_tangents() {
        let point = [0.7, 1.3, -0.4, 0.9];
        let by_hand = |x: [f64; 4], i: usize| {
            let (list, y) = ([x[1], x[2]][1 - i], [x[2], x[3] * x[0]][1 - i]);
            let k = x[3];
            let l = [x[0] * k, k * k][1 - i];
            let after = x[0] * k * x[0] * x[0] + l * l + x[0] * x[0];
            x[0] * (after * 2.0 + y * y * y)
        };
        for i in [0, 1] {
            assert_relative_eq!(made(point, i), by_hand(point, i), max_relative = 1e-14);
            let at = |p: &[f64]| [p[0], p[1], p[2], p[3]];
            let (value, bar) = made_grad(point, i);
            assert_eq!(value.to_bits(), made(point, i).to_bits());
            autodiff_core::check_gradient(|p| made(at(p), i), |p| made_grad(at(p), i).1.to_vec(), &point).unwrap();
            let along = [0.3, -1.1, 0.8, 0.5];
            let (value, tangent) = made_jvp(point, i, along);
            assert_eq!(value.to_bits(), made(point, i).to_bits());
            assert_relative_eq!(tangent, bar.iter().zip(along).map(|(b, a)| b * a).sum::<f64>(), max_relative = 1e-12);
            let product = made_hvp(point, i, along).2;
            for j in 0..4 {
                let of_bar = |p: &[f64]| made_grad(at(p), i).1[j];
                let moved = |t: f64| of_bar(&[0, 1, 2, 3].map(|n| point[n] + t * along[n]));
                assert_relative_eq!(product[j], (moved(1e-5) - moved(-1e-5)) / 2e-5, epsilon = 1e-7, max_relative = 1e-7);
            }
        }
    }

    #[test]
    fn have_their_tangents_in_methods() {
        let point = [0.7, 1.3, -0.4, 0.9];
        let gradient = |p: &[f64]| {
            let (x, y, b) = of_swapped_grad(p[0], [p[1], p[2]], p[3]).1;
            vec![x, y[0], y[1], b]
        };
        autodiff_core::check_gradient(|p| of_swapped(p[0], [p[1], p[2]], p[3]), gradient, &point).unwrap();
        let (value, tangent) = of_swapped_jvp(0.7, [1.3, -0.4], 0.9, (0.3, [-1.1, 0.8], 0.5));
        assert_eq!(value.to_bits(), of_swapped(0.7, [1.3, -0.4], 0.9).to_bits());
        let along: f64 = gradient(&point).iter().zip([0.3, -1.1, 0.8, 0.5]).map(|(b, a)| b * a).sum();
        assert_relative_eq!(tangent, along, max_relative = 1e-12);
    }
}

mod taken_from_options {
    use super::*;

    #[differentiate]
    fn constant(x: f64, k: f64) -> f64 {
        let values = vec![x * k, x];
        let mut constant: Option<f64> = Some(2.0);
        let first = constant.take();
        values[0] * first.unwrap_or(k) * constant.unwrap_or(values[1])
    }

    #[differentiate]
    fn varied(x: f64, k: f64) -> f64 {
        let mut varied = Some(x * k);
        let first = varied.take();
        first.unwrap_or(1.0) * varied.unwrap_or(k)
    }

    /// `take()` was held for the `take(n)` of iterators, which writes to nothing: the variable was not declared as mutable.
    #[test]
    fn are_written_to() {
        let point = [0.7, 0.3];
        for (value, gradient) in
            [(constant as fn(f64, f64) -> f64, constant_grad as fn(f64, f64) -> (f64, (f64, f64))), (varied, varied_grad)]
        {
            assert_eq!(gradient(point[0], point[1]).0.to_bits(), value(point[0], point[1]).to_bits());
            let flat = |p: &[f64]| {
                let (x, k) = gradient(p[0], p[1]).1;
                vec![x, k]
            };
            autodiff_core::check_gradient(|p| value(p[0], p[1]), flat, &point).unwrap();
        }
    }
}

/// For functions in other files, which see nothing of its fields.
#[derive(Clone, Copy, Debug, Differentiable)]
pub(super) struct Place {
    pub x: f64,
    pub n: usize,
}

/// A struct whose new field has more or fewer elements than that of the struct behind `..`: the gradient panicked.
#[test]
fn lists_of_other_lengths_in_struct_updates() {
    #[derive(Clone, Debug, Differentiable)]
    struct Model {
        level: f64,
        rates: Vec<f64>,
    }

    #[differentiate(hessian)]
    fn updated(mut model: Model, g: &[f64], steps: usize) -> f64 {
        let mut sum = 0.0;
        for k in 0..steps {
            model = Model { rates: vec![model.level * g[0]; k + 1], ..model.clone() };
            sum += model.rates[k] * model.level;
            model = Model { level: sum, ..model };
        }
        model = Model { rates: vec![3.0, g[0], model.level], ..model.clone() };
        model.level * g[1]
    }

    let at = |p: &[f64]| (Model { level: p[0], rates: vec![p[1]] }, vec![p[2], p[3]]);
    let point = [0.7, -0.4, 0.9, 1.2];
    for steps in 0..4 {
        let f = |p: &[f64]| {
            let (model, g) = at(p);
            updated(model, &g, steps)
        };
        let gradient = |p: &[f64]| {
            let (model, g) = at(p);
            let (value, (model, g)) = updated_vjp(model, &g, steps, -1.75);
            assert_eq!(value.to_bits(), f(p).to_bits());
            [vec![model.level], model.rates, g].concat()
        };
        autodiff_core::check_gradient(|p| -1.75 * f(p), gradient, &point).unwrap();
        let (model, g) = at(&point);
        let d = [0.4, -1.1, 0.3, 0.8];
        let (along, h) = at(&d);
        let (_, _, (model, g)) = updated_hvp(model, &g, steps, (ModelCotangent { level: along.level, rates: along.rates }, &h));
        let moved = |h: f64| gradient(&point.iter().zip(d).map(|(p, d)| p + h * d).collect::<Vec<_>>());
        for ((got, more), less) in [vec![model.level], model.rates, g].concat().iter().zip(moved(1e-5)).zip(moved(-1e-5)) {
            approx::assert_relative_eq!(*got, (more - less) / (-1.75 * 2e-5), max_relative = 1e-6, epsilon = 1e-6);
        }
    }
}

/// The tangent of a constant that takes the place of a field of `..base` had the shape of what the base has there.
mod in_place_of_the_base {
    use autodiff_core::{Differentiable, Lanes, differentiate};

    #[derive(Clone, Debug, PartialEq)]
    struct Tag(u8);

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Walk {
        x: f64,
        n: usize,
        list: Vec<f64>,
        label: String,
        #[differentiable(skip)]
        tag: Tag,
        parts: Option<Vec<f64>>,
    }

    #[differentiate(order = 3, lanes)]
    fn restarted(x: f64, k: f64) -> Walk {
        let base = Walk { x, n: 1, list: vec![3.0, k], label: "a".to_string(), tag: Tag(1), parts: Some(vec![k, k]) };
        Walk { list: vec![2.0; 3], n: 4, label: String::new(), tag: Tag(4), parts: Some(vec![1.0]), ..base.clone() }
    }

    #[differentiate(order = 3, lanes)]
    fn used(x: f64, k: f64) -> f64 {
        let mut walk = restarted(x, k);
        walk.list[2] *= k * k;
        walk.x * walk.list[2] + walk.parts.map_or(0.0, |parts| parts[0] * x)
    }

    #[differentiate(hessian)]
    fn of_slopes(x: f64, k: f64) -> f64 {
        let (by_x, by_k) = used_grad(x, k).1;
        by_x * by_k
    }

    #[test]
    fn tangents_have_the_shape_of_their_values() {
        let (y, y_dot) = restarted_jvp(1.5, 0.5, (2.0, 3.0));
        assert_eq!(y, restarted(1.5, 0.5));
        assert_eq!((y_dot.x, &y_dot.list[..], y_dot.parts.as_deref()), (2.0, &[0.0; 3][..], Some(&[0.0][..])));
        let lanes = restarted_jvp_lanes::<2>(1.5, 0.5, (Lanes::from([2.0, 0.0]), Lanes::from([3.0, 1.0]))).1;
        let shapes = lanes.0.iter().map(|dot| (dot.x, dot.list.len(), dot.parts.as_ref().map(Vec::len)));
        assert_eq!(shapes.collect::<Vec<_>>(), [(2.0, 3, Some(1)), (0.0, 3, Some(1))]);
        // 2 x k^2 + x
        assert_eq!(used_grad(1.5, 0.5), (2.25, (1.5, 3.0)));
        assert_eq!(used_jvp(1.5, 0.5, (2.0, 3.0)), (2.25, 12.0));
        assert_eq!(used_hessian(1.5, 0.5).2, [[0.0, 2.0], [2.0, 6.0]]);
        // (2 k^2 + 1) 4 x k
        assert_eq!(of_slopes_hessian(1.5, 0.5), (4.5, (3.0, 15.0), [[0.0, 10.0], [10.0, 36.0]]));
    }
}

/// The copy's other parts are asked for when the reverse sweep begins.
#[test]
fn parts_moved_out_of_copies() {
    #[derive(Clone, Debug, Differentiable)]
    struct Walker {
        x: f64,
        list: Vec<f64>,
    }
    #[differentiate(hessian, lanes)]
    impl Walker {
        fn step(&mut self, k: f64) {
            self.x *= k;
            self.list[0] += self.x;
        }
    }
    #[differentiate(hessian, lanes)]
    fn once(x: f64, k: f64) -> f64 {
        let mut w = Walker { x, list: vec![k, x * k] };
        w.x *= k;
        let m = w.clone();
        w.step(m.x);
        w.list = m.list;
        w.x * w.list[0] + m.x * k
    }
    #[differentiate(hessian, lanes)]
    fn in_a_loop(x: f64, k: f64) -> f64 {
        let mut w = Walker { x, list: vec![k, x * k] };
        for i in 0..3 {
            let m = w.clone();
            w.step(m.x * k);
            let u = Walker { x: m.x * w.x, list: m.list };
            let mut all = vec![u.list];
            all.push(w.list);
            w = Walker { x: m.x * k + u.x, list: all.swap_remove(i % 2) };
        }
        w.x * w.list[0] * w.list[1]
    }
    let at = [0.7, 0.9];
    autodiff_core::check_gradient(|v| once(v[0], v[1]), |v| <[f64; 2]>::from(once_grad(v[0], v[1]).1), &at).unwrap();
    autodiff_core::check_gradient(|v| in_a_loop(v[0], v[1]), |v| <[f64; 2]>::from(in_a_loop_grad(v[0], v[1]).1), &at).unwrap();
    for row in 0..2 {
        let partial = |v: &[f64]| <[f64; 2]>::from(once_grad(v[0], v[1]).1)[row];
        autodiff_core::check_gradient(partial, |v| once_hessian(v[0], v[1]).2[row], &at).unwrap();
        let partial = |v: &[f64]| <[f64; 2]>::from(in_a_loop_grad(v[0], v[1]).1)[row];
        autodiff_core::check_gradient(partial, |v| in_a_loop_hessian(v[0], v[1]).2[row], &at).unwrap();
    }
    let along = in_a_loop_jvp(0.7, 0.9, (0.5, -2.0)).1;
    let (of_x, of_k) = in_a_loop_grad(0.7, 0.9).1;
    assert_relative_eq!(along, 0.5 * of_x - 2.0 * of_k, max_relative = 1e-12);
}

mod taken_out {
    use super::*;

    #[derive(Clone, Default, Debug, Differentiable)]
    struct Walk {
        x: f64,
        list: Vec<f64>,
    }
    #[differentiate]
    impl Walk {
        fn last(&mut self) -> f64 {
            self.list.pop().unwrap_or(self.x)
        }
    }

    #[differentiate]
    fn f(v: [f64; 3]) -> f64 {
        let mut w = Walk { x: v[0], list: vec![v[1], v[0] * v[2], v[2]] };
        let end = w.last();
        let taken = std::mem::take(&mut w.list);
        let before = core::mem::replace(&mut w.list, vec![end * v[1]]);
        let last = taken.last().map_or(v[1], |z| z * z);
        let first = before.last().map_or(end, |z| z * v[0]);
        let walk = std::mem::replace(&mut w, Walk { x: v[2], list: taken });
        last * first + walk.list.last().map_or(0.0, |z| z.sin()) * w.last() + w.last() * walk.x
    }

    #[test]
    fn what_is_taken_out_of_a_field_has_its_type() {
        let point = [0.7, -0.4, 0.9];
        let (value, gradient) = f_vjp(point, -2.0);
        assert_eq!(value.to_bits(), f(point).to_bits());
        autodiff_core::check_gradient(|p| -2.0 * f([p[0], p[1], p[2]]), |_| gradient.to_vec(), &point).unwrap();
    }
}

/// A struct inside of one that is a variable for each number is handed on: it was looked for in the whole, which was not there (E0425).
mod a_struct_within_one_taken_apart_is_handed_on {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Copy, Differentiable)]
    struct Vector {
        x: f64,
        y: f64,
    }

    #[derive(Clone, Copy, Differentiable)]
    struct Quaternion {
        v: Vector,
        w: f64,
    }

    #[differentiate]
    fn nearer(a: Quaternion, mut end: Quaternion, t: f64) -> Quaternion {
        let dot = a.w * end.w;
        if dot < 0.0 {
            end = Quaternion { v: Vector { x: -end.v.x, y: end.v.y }, w: -end.w };
        }
        Quaternion { v: end.v, w: t * end.w }
    }

    #[differentiate]
    fn turned(p: &[f64]) -> f64 {
        let q = |x: f64, y: f64, w: f64| Quaternion { v: Vector { x, y }, w };
        let r = nearer(q(1.0, 2.0, p[3]), q(p[0], p[1], p[2]), p[3]);
        r.v.x * r.v.y + r.w * r.w
    }

    #[test]
    fn gradients() {
        check! { turned turned_vjp turned_jvp; }
    }
}
