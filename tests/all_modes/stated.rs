//! What only a call or a declaration says of what type it is: numbers handed to methods that are written out, and maps of constants.

use autodiff_core::{Differentiable, differentiate};
use std::collections::{BTreeMap, HashSet};

#[derive(Differentiable, Clone, Debug)]
struct Friction {
    coulomb: f64,
    sharp: f64,
}

#[differentiate(hessian)]
impl Friction {
    fn at(&self, v: f64) -> f64 {
        let sign = (v / 0.4).tanh();
        self.coulomb * sign
    }
    fn of(&self, v: &f64, w: f64) -> f64 {
        v.tanh() * w.exp() * self.sharp + self.at(*v)
    }
}

crate::cases! { without lanes: 4, 0.3, 1.2;
    numbers_without_a_type v {
        let m = Friction { coulomb: 0.3 * v[0], sharp: v[2] };
        let mut x = 0.0;
        let mut u = 0.0;
        for k in 1..=6 {
            let pull = v[1] * (0.3 * k as f64 - x);
            u += 0.2 * (pull - m.at(u));
            x += 0.2 * u;
        }
        x + m.of(&u, 0.5) + m.at(0.25) + m.of(&0.5, x) + m.at(v[3]) + m.at(m.sharp)
    }
    maps_of_constants v {
        let market: BTreeMap<u32, f64> = [(1, 0.021), (2, 0.24), (5, 0.3)].into_iter().collect();
        let errors: f64 = market
            .iter()
            .map(|(&years, &y)| {
                let e = v[0] * years as f64 - y * v[1];
                e * e
            })
            .sum();
        let mut s = 0.0;
        for (&years, y) in &market {
            s += v[2] * years as f64 * y;
        }
        for (years, &y) in market.iter() {
            s += v[3] * *years as f64 * y * s;
        }
        let values = market.values().map(|&y| y * v[1]).sum::<f64>();
        errors / market.len() as f64 + s * 0.1 + values * market.keys().map(|&k| k as f64 * v[1]).sum::<f64>()
    }
    collected_maps v {
        let kinds = ["a", "b", "a"].into_iter().collect::<HashSet<_>>();
        let rates = BTreeMap::from_iter([(2usize, 0.5)]);
        rates.iter().map(|(k, r)| v[*k] * r * kinds.len() as f64).sum::<f64>() * v[0]
    }
}
