//! Systems with states: filters, buckets, neurons, doses, elevators, tables.

mod interp_table {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Table {
        xs: Vec<f64>,
        ys: Vec<f64>,
    }

    #[differentiate]
    impl Table {
        fn eval(&self, x: f64) -> f64 {
            let n = self.xs.len();
            if x <= self.xs[0] {
                return self.ys[0];
            }
            if x >= self.xs[n - 1] {
                return self.ys[n - 1];
            }
            let i = match self.xs.binary_search_by(|p| p.partial_cmp(&x).unwrap()) {
                Ok(i) => i.min(n - 2),
                Err(i) => i - 1,
            };
            let t = (x - self.xs[i]) / (self.xs[i + 1] - self.xs[i]);
            self.ys[i] + t * (self.ys[i + 1] - self.ys[i])
        }
    }

    #[differentiate]
    fn interp_table(table: &Table, queries: &[f64]) -> f64 {
        queries.iter().map(|&q| table.eval(q).powi(2)).sum::<f64>()
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Table { xs, ys });
        trial! { interp_table interp_table_grad interp_table_vjp interp_table_jvp |r| {
            x0: Table = Table{xs:(0..5).map(|i| i as f64 + r.u(0.,0.5)).collect(),ys:r.v(5,-1.,1.)};
            x1: Vec<f64> = r.v(5,-0.5,5.);
        } (&x0, &x1) dots => (&dots.0, &dots.1) }
    }
}

mod bucket_hydrology {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Season {
        Wet,
        Dry,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Bucket {
        storage: f64,
        capacity: f64,
        k: f64,
    }

    #[differentiate]
    impl Bucket {
        fn step(&mut self, rain: f64, pet: f64) -> f64 {
            self.storage += rain;
            let aet = pet * (self.storage / self.capacity).min(1.0);
            self.storage -= aet;
            let mut overflow = 0.0;
            if self.storage > self.capacity {
                overflow = self.storage - self.capacity;
                self.storage = self.capacity;
            }
            let base = self.k * self.storage;
            self.storage -= base;
            overflow + base
        }
    }

    #[differentiate]
    fn bucket_hydrology(mut bucket: Bucket, rain: &[f64], obs: &[f64]) -> f64 {
        let mut season = Season::Wet;
        let mut dry_days = 0;
        let mut num = 0.0;
        let mut den = 0.0;
        let mean = obs.iter().sum::<f64>() / obs.len() as f64;
        for (day, &p) in rain.iter().enumerate() {
            season = match (season, p) {
                (Season::Wet, p) if p < 0.5 => {
                    dry_days += 1;
                    if dry_days > 2 { Season::Dry } else { Season::Wet }
                }
                (Season::Dry, p) if p > 2.0 => {
                    dry_days = 0;
                    Season::Wet
                }
                (s, _) => s,
            };
            let pet = match season {
                Season::Wet => 0.3,
                Season::Dry => 0.8,
            };
            let q = bucket.step(p, pet);
            num += (q - obs[day]).powi(2);
            den += (obs[day] - mean).powi(2);
        }
        1.0 - num / den
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Bucket { storage, capacity, k });
        trial! { bucket_hydrology bucket_hydrology_grad bucket_hydrology_vjp bucket_hydrology_jvp |r| {
            x0: Bucket = Bucket{storage:r.u(3.,5.),capacity:r.u(6.,8.),k:r.u(0.05,0.2)};
            x1: Vec<f64> = (0..12).map(|i| if i%4==0 {r.u(2.5,4.)} else {r.u(0.,0.4)}).collect();
            x2: Vec<f64> = r.v(12,0.,2.);
        } (x0.clone(), &x1, &x2) dots => (dots.0.clone(), &dots.1, &dots.2) }
    }
}

mod lif_threshold {
    use autodiff_core::differentiate;
    #[differentiate]
    fn lif_threshold(current: &[f64], tau: f64, thresh: f64, reset: f64) -> f64 {
        enum Mode {
            Integrating,
            Refractory(usize),
        }
        let mut v = reset;
        let mut mode = Mode::Integrating;
        let mut acc = 0.0;
        for &i in current {
            mode = match mode {
                Mode::Integrating => {
                    v += (i - v) / tau;
                    if v > thresh {
                        acc += v - thresh;
                        v = reset;
                        Mode::Refractory(2)
                    } else {
                        Mode::Integrating
                    }
                }
                Mode::Refractory(0) => Mode::Integrating,
                Mode::Refractory(k) => Mode::Refractory(k - 1),
            };
            acc += 0.1 * v * v;
        }
        acc
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { lif_threshold lif_threshold_grad lif_threshold_vjp lif_threshold_jvp |r| {
            x0: Vec<f64> = r.v(15,1.,3.);
            x1: f64 = r.u(2.,4.);
            x2: f64 = r.u(0.9,1.1);
            x3: f64 = r.u(-0.2,0.2);
        } (&x0, x1.clone(), x2.clone(), x3.clone()) dots => (&dots.0, dots.1.clone(), dots.2.clone(), dots.3.clone()) }
    }
}

mod pk_dosing_events {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Event {
        Bolus(f64),
        Infusion { rate: f64, hours: f64 },
        Observe(f64),
    }
    #[derive(Clone, Debug, Differentiable)]
    struct Pk {
        cl: f64,
        v1: f64,
        q: f64,
        v2: f64,
    }
    #[differentiate]
    impl Pk {
        fn flow(&self, state: (f64, f64), rate: f64, dt: f64) -> (f64, f64) {
            let (a1, a2) = state;
            let k10 = self.cl / self.v1;
            let k12 = self.q / self.v1;
            let k21 = self.q / self.v2;
            (a1 + dt * (rate - (k10 + k12) * a1 + k21 * a2), a2 + dt * (k12 * a1 - k21 * a2))
        }
    }
    #[differentiate]
    fn pk_dosing_events(pk: &Pk, dose: f64, rate: f64, obs: &[f64]) -> f64 {
        let mut state = (0.0, 0.0);
        let mut sse = 0.0;
        let dt = 0.25;
        state.0 += dose;
        for (k, &y) in obs.iter().enumerate() {
            let inf = if k < 3 { rate } else { 0.0 };
            for _ in 0..4 {
                state = pk.flow(state, inf, dt);
            }
            let conc = state.0 / pk.v1;
            sse += (conc.ln() - y.ln()).powi(2);
        }
        sse
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Pk { cl, v1, q, v2 });
        trial! { pk_dosing_events pk_dosing_events_grad pk_dosing_events_vjp pk_dosing_events_jvp |r| {
            x0: Pk = Pk{cl:r.u(1.,2.),v1:r.u(8.,12.),q:r.u(0.5,1.),v2:r.u(10.,20.)};
            x1: f64 = r.u(50.,100.);
            x2: f64 = r.u(5.,10.);
            x3: Vec<f64> = r.v(6,1.,8.);
        } (&x0, x1.clone(), x2.clone(), &x3) dots => (&dots.0, dots.1.clone(), dots.2.clone(), &dots.3) }
    }
}

mod integrator_enum_dispatch {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug)]
    enum Method {
        Euler,
        Midpoint,
        Ab2,
    }
    #[derive(Clone, Debug, Differentiable)]
    struct Sim {
        t: f64,
        y: [f64; 2],
        prev: Option<[f64; 2]>,
    }
    #[derive(Clone, Debug, Differentiable)]
    struct Model {
        a: f64,
        b: f64,
    }
    #[differentiate]
    impl Model {
        fn f(&self, y: &[f64; 2]) -> [f64; 2] {
            [self.a * y[0] - y[0] * y[1], -self.b * y[1] + y[0] * y[1]]
        }
    }
    #[differentiate]
    impl Sim {
        fn advance(&mut self, model: &Model, method: Method, h: f64) {
            let k = model.f(&self.y);
            let slope = match (method, self.prev) {
                (Method::Euler, _) => k,
                (Method::Midpoint, _) => {
                    let mid = [self.y[0] + 0.5 * h * k[0], self.y[1] + 0.5 * h * k[1]];
                    model.f(&mid)
                }
                (Method::Ab2, None) => k,
                (Method::Ab2, Some(p)) => [1.5 * k[0] - 0.5 * p[0], 1.5 * k[1] - 0.5 * p[1]],
            };
            self.prev = Some(k);
            for (y, s) in self.y.iter_mut().zip(slope.iter()) {
                *y += h * s;
            }
            self.t += h;
        }
    }
    #[differentiate]
    fn integrator_enum_dispatch(model: &Model, y0: [f64; 2], h: f64) -> f64 {
        let mut out = 0.0;
        for method in [Method::Euler, Method::Midpoint, Method::Ab2] {
            let mut sim = Sim { t: 0.0, y: y0, prev: None };
            while sim.t < 0.95 {
                sim.advance(model, method, h);
            }
            out += sim.y[0] * sim.y[1] + sim.t;
        }
        out
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        numbers_of!(Model { a, b });
        trial! { integrator_enum_dispatch integrator_enum_dispatch_grad integrator_enum_dispatch_vjp integrator_enum_dispatch_jvp |r| {
            x0: Model = Model{a:r.u(0.5,1.),b:r.u(0.5,1.)};
            x1: [f64;2] = r.a::<2>(0.5,1.);
            x2: f64 = r.u(0.09,0.098);
        } (&x0, x1.clone(), x2.clone()) dots => (&dots.0, dots.1.clone(), dots.2.clone()) }
    }
}

mod pedigree_memo {
    use autodiff_core::differentiate;
    #[differentiate]
    fn kinship(i: usize, j: usize, parents: &[Option<(usize, usize)>], memo: &mut Vec<Vec<Option<f64>>>, f: f64) -> f64 {
        if let Some(v) = memo[i][j] {
            return v;
        }
        let v = if i == j {
            match parents[i] {
                Some((a, b)) => 0.5 * (1.0 + kinship(a, b, parents, memo, f)),
                None => 0.5 * (1.0 + f),
            }
        } else {
            let (young, old) = if i > j { (i, j) } else { (j, i) };
            match parents[young] {
                Some((a, b)) => 0.5 * (kinship(a, old, parents, memo, f) + kinship(b, old, parents, memo, f)),
                None => 0.0,
            }
        };
        memo[i][j] = Some(v);
        v
    }
    #[differentiate]
    fn pedigree_memo(parents: &[Option<(usize, usize)>], f: f64, h2: f64, y: &[f64]) -> f64 {
        let n = parents.len();
        let mut memo = vec![vec![None; n]; n];
        let mut q = 0.0;
        for i in 0..n {
            for j in 0..n {
                q += y[i] * y[j] * (2.0 * h2 * kinship(i, j, parents, &mut memo, f));
            }
        }
        q
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { pedigree_memo pedigree_memo_grad pedigree_memo_vjp pedigree_memo_jvp |r| {
            x0: Vec<Option<(usize,usize)>> = vec![None,None,Some((0,1)),Some((0,2)),Some((2,3))];
            x1: f64 = r.u(0.,0.3);
            x2: f64 = r.u(0.3,0.6);
            x3: Vec<f64> = r.v(5,-1.,1.);
        } (&x0, x1.clone(), x2.clone(), &x3) dots => (dots.0.clone(), dots.1.clone(), &dots.2) }
    }
}

mod elevator {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Dir {
        Up,
        Down,
        Idle,
    }
    #[derive(Clone, Debug, Differentiable)]
    struct Car {
        pos: f64,
        vel: f64,
        energy: f64,
        dir: Dir,
        door: u8,
    }
    #[differentiate]
    impl Car {
        fn tick(&mut self, target: f64, acc: f64, dt: f64) {
            self.dir = match (self.dir, target - self.pos) {
                (_, d) if d.abs() < 0.05 => Dir::Idle,
                (Dir::Idle, d) if self.door > 0 => {
                    self.door -= 1;
                    let _ = d;
                    Dir::Idle
                }
                (_, d) if d > 0.0 => Dir::Up,
                _ => Dir::Down,
            };
            let a = match self.dir {
                Dir::Up => acc,
                Dir::Down => -acc,
                Dir::Idle => -0.5 * self.vel,
            };
            if self.dir == Dir::Idle && self.door == 0 {
                self.door = 2;
            }
            let v0 = self.vel;
            self.vel += a * dt;
            self.pos += 0.5 * (v0 + self.vel) * dt;
            self.energy += (a * self.vel * dt).abs();
        }
    }
    #[differentiate]
    fn k_elevator_fsm(targets: &[f64], acc: f64, dt: f64) -> f64 {
        let mut car = Car { pos: 0.0, vel: 0.0, energy: 0.0, dir: Dir::Idle, door: 1 };
        for &t in targets {
            for _ in 0..6 {
                car.tick(t, acc, dt);
            }
        }
        car.energy + car.pos * car.pos
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { k_elevator_fsm k_elevator_fsm_grad k_elevator_fsm_vjp k_elevator_fsm_jvp |r| {
            x0: Vec<f64> = r.v(3,-1.,2.);
            x1: f64 = r.u(0.5,1.);
            x2: f64 = r.u(0.1,0.2);
        } (&x0, x1.clone(), x2.clone()) dots => (&dots.0, dots.1.clone(), dots.2.clone()) }
    }
}

mod drained {
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Default, Differentiable)]
    struct Filter {
        prev: Option<f64>,
        acc: Vec<f64>,
        gain: f64,
    }
    #[differentiate]
    impl Filter {
        fn feed(&mut self, x: f64) -> f64 {
            let d = match self.prev.replace(x) {
                Some(p) => x - p,
                None => 0.0,
            };
            self.acc.push(d * self.gain);
            if self.acc.len() > 3 {
                let dropped = std::mem::take(&mut self.acc);
                self.gain *= 0.9;
                return dropped.iter().sum::<f64>();
            }
            d
        }
    }
    #[differentiate]
    fn k_take_replace_state(xs: &[f64], gain: f64) -> f64 {
        let mut f = Filter { gain, ..Filter::default() };
        let mut s = 0.0;
        for &x in xs {
            s += f.feed(x) * x;
        }
        s + f.acc.iter().product::<f64>() + f.prev.unwrap_or(0.0)
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { k_take_replace_state k_take_replace_state_grad k_take_replace_state_vjp k_take_replace_state_jvp |r| {
            x0: Vec<f64> = r.v(9,-1.,1.);
            x1: f64 = r.u(0.5,1.);
        } (&x0, x1.clone()) dots => (&dots.0, dots.1.clone()) }
    }
}

mod flags_and_counts {
    use autodiff_core::differentiate;
    #[differentiate]
    fn k_flag_reverse_mix(v: &[f64], k: f64) -> f64 {
        let mut sign = 1;
        let mut seen_neg = false;
        let mut count = 0usize;
        let mut best: Option<usize> = None;
        let mut s = k;
        let mut hist = vec![];
        for (i, &x) in v.iter().enumerate() {
            seen_neg |= x < 0.0;
            if seen_neg {
                s += x * x * k;
            } else {
                s *= 1.0 + x;
            }
            sign = -sign;
            s += sign as f64 * x * s;
            if let Some(b) = best {
                if v[b] < x {
                    best = Some(i);
                }
            } else {
                best = Some(i);
            }
            if let Some(b) = best {
                s += v[b] * 0.1 * s;
            }
            count += usize::from(seen_neg);
            s *= (count as f64 * 0.1 + 1.0) * k;
            hist.push(s);
            if count > 2 {
                seen_neg = false;
                count = 0;
                hist.truncate(2);
            }
            let tail = hist[hist.len() - 1];
            s = 0.5 * s + 0.5 * tail * tail;
        }
        s + hist.iter().sum::<f64>() + best.map_or(0.0, |b| v[b] * k)
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { k_flag_reverse_mix k_flag_reverse_mix_grad k_flag_reverse_mix_vjp k_flag_reverse_mix_jvp |r| {
            x0: Vec<f64> = r.v(7,-0.6,0.6);
            x1: f64 = r.u(0.5,1.);
        } (&x0, x1.clone()) dots => (&dots.0, dots.1.clone()) }
    }
}

mod gears {
    use autodiff_core::differentiate;
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Gear {
        Wait(usize),
        Run { left: usize, gear: i32 },
        Done,
    }
    #[differentiate]
    fn m_enum_state_payload(v: &[f64], k: f64) -> f64 {
        let mut mode = Gear::Wait(1);
        let mut s = k;
        for (t, x) in v.iter().enumerate() {
            let rate = match mode {
                Gear::Run { gear, .. } => gear as f64 * k,
                Gear::Wait(n) if n > 0 => 0.5,
                _ => 0.1,
            };
            s += rate * x * s;
            mode = match mode {
                Gear::Wait(0) => Gear::Run { left: 2, gear: t as i32 },
                Gear::Wait(n) => Gear::Wait(n - 1),
                Gear::Run { left: 0, .. } => Gear::Done,
                Gear::Run { left, gear } => Gear::Run { left: left - 1, gear: gear + 1 },
                Gear::Done if *x > 0.0 => Gear::Wait(0),
                Gear::Done => Gear::Done,
            };
            if let Gear::Run { left, gear } = mode {
                s = s.powi(gear % 2 + 1) + left as f64 * x;
            }
            if mode == Gear::Done {
                s *= k;
            }
            if matches!(mode, Gear::Wait(_)) {
                s += x;
                mode = Gear::Wait(0);
            }
        }
        mode = Gear::Done;
        match mode {
            Gear::Done => s,
            _ => 0.0,
        }
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { m_enum_state_payload m_enum_state_payload_grad m_enum_state_payload_vjp m_enum_state_payload_jvp |r| {
            x0: Vec<f64> = r.v(9,-0.6,0.6);
            x1: f64 = r.u(0.3,0.6);
        } (&x0, x1.clone()) dots => (&dots.0, dots.1.clone()) }
    }
}

mod to_and_fro {
    use autodiff_core::differentiate;
    #[differentiate]
    fn m_while_flags(v: &[f64], k: f64) -> f64 {
        let mut going = true;
        let mut back = false;
        let mut i = 0usize;
        let mut s = k;
        let mut turns = 0;
        while going {
            s = if back { s * v[i] + k } else { s + v[i] * v[i] };
            if back {
                if i == 0 {
                    back = false;
                    turns += 1;
                    going = turns < 2;
                } else {
                    i -= 1;
                }
            } else if i + 1 == v.len() {
                back = true;
            } else {
                i += 1;
            }
            if going && back && turns == 1 {
                s *= 0.9 * k;
            }
        }
        going = back;
        s + if going { k } else { v[i] }
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { m_while_flags m_while_flags_grad m_while_flags_vjp m_while_flags_jvp |r| {
            x0: Vec<f64> = r.v(4,-0.6,0.6);
            x1: f64 = r.u(0.3,0.6);
        } (&x0, x1.clone()) dots => (&dots.0, dots.1.clone()) }
    }
}

mod gates {
    use autodiff_core::differentiate;
    #[differentiate]
    fn m_bool_array_gates(v: &[f64], k: f64) -> f64 {
        let mut gates = [true, false, true];
        let mut mask = 0b101u8;
        let mut s = k;
        for (i, &x) in v.iter().enumerate() {
            for (g, w) in gates.iter().zip([0.5, 1.0, k]) {
                if *g {
                    s += w * x * s;
                }
            }
            let open = gates[i % 3];
            gates[i % 3] = !open;
            gates.rotate_left(1);
            if open && gates[0] {
                s = s.sin() + x;
            }
            if mask & (1 << (i % 3)) != 0 {
                s *= k + x;
            }
            mask = mask.rotate_left(1) ^ 1;
            let n = gates.iter().filter(|g| **g).count();
            s += x * x * n as f64;
            if gates.iter().all(|g| !g) {
                gates = [true; 3];
            }
        }
        gates.fill(false);
        s
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { m_bool_array_gates m_bool_array_gates_grad m_bool_array_gates_vjp m_bool_array_gates_jvp |r| {
            x0: Vec<f64> = r.v(7,-0.4,0.6);
            x1: f64 = r.u(0.3,0.6);
        } (&x0, x1.clone()) dots => (&dots.0, dots.1.clone()) }
    }
}

mod latches {
    use autodiff_core::differentiate;
    #[differentiate]
    fn m_tuple_state_destructured(v: &[f64], k: f64) -> f64 {
        let mut st = (k, false, 0usize);
        for &x in v {
            let (y, on, n) = st;
            st = match (on, n) {
                (false, 0) => (y + x, true, 2),
                (true, n) if n > 0 => (y * x + k, n > 1, n - 1),
                (_, n) => (y.cos() * x, false, n / 2),
            };
            if st.1 {
                st.0 += x * x;
            }
            st.1 = st.1 != (x > 0.2);
            if !st.1 {
                st.0 *= 1.0 + k;
                st.2 = 0;
            }
        }
        let (y, on, n) = st;
        st.1 = !on;
        y * (n as f64 + 1.0) + if st.1 { k * y } else { y * y }
    }

    mod checks {
        use super::*;
        use crate::professions::{numbers_of, trial};
        trial! { m_tuple_state_destructured m_tuple_state_destructured_grad m_tuple_state_destructured_vjp m_tuple_state_destructured_jvp |r| {
            x0: Vec<f64> = r.v(7,-0.4,0.6);
            x1: f64 = r.u(0.3,0.6);
        } (&x0, x1.clone()) dots => (&dots.0, dots.1.clone()) }
    }
}
