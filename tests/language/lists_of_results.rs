//! `Result`s in lists, tuples and closures, with the methods that they share with options.

use autodiff_core::{Differentiable, differentiate};

use super::of_six;

type Outcome<T> = Result<T, String>;

#[differentiate]
fn root(x: f64) -> Result<f64, String> {
    if x > 0.0 { Ok(x * x) } else { Err("negative".into()) }
}

#[differentiate]
fn both(x: f64) -> (Outcome<f64>, f64) {
    (root(x), x)
}

#[differentiate]
fn text_that_lasts(v: &[f64]) -> Result<f64, &'static str> {
    let a = v.first().ok_or("empty")?;
    let b = v.get(1).copied().ok_or_else(|| "short")?;
    Ok(a * b)
}

mod items {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let closure = |x: &f64| if *x > 0.0 { Ok(x.sqrt()) } else { Err("negative") };
        v.iter().map(|&x| root(x)).map(|r| r.unwrap_or(0.5)).sum::<f64>() * v[0]
            + v.iter().zip(v.iter().map(|x| root(*x))).map(|(x, r)| x * r.unwrap_or(1.0)).sum::<f64>()
            + v.iter().map(|x| (x, root(*x))).map(|(x, r)| x * r.unwrap_or(1.5)).sum::<f64>()
            + v.iter().map(|x| root(*x)).enumerate().map(|(i, r)| i as f64 * r.unwrap_or(2.0)).sum::<f64>()
            + v.iter().map(|x| root(*x)).fold(0.0, |s, r| s + r.map_or(1.0, |x| x * 3.0))
            + v.iter().map(closure).map(|r| r.unwrap_or(0.0)).sum::<f64>()
    }
    of_six!();
}

mod lists {
    use super::*;

    #[differentiate]
    fn shared(rs: &[Outcome<f64>], k: f64) -> f64 {
        rs.iter().map(|r| r.clone().unwrap_or(k)).sum::<f64>()
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let all: Vec<_> = v.iter().map(|&x| root(x)).collect();
        let kept = all.iter().map(|r| r.clone().unwrap_or(0.3)).sum::<f64>();
        let mut s = shared(&all, v[1]) * kept;
        for r in all {
            s += r.unwrap_or(v[0]);
        }
        for r in v.iter().map(|&x| root(x)).collect::<Vec<_>>() {
            s += r.map_or(0.0, |x| x * x);
        }
        for x in root(v[3]) {
            s *= x;
        }
        s
    }
    of_six!();
}

mod tuples {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (r, k) = both(v[0]);
        let pair = both(v[1]);
        r.unwrap_or(v[1]) * k
            + pair.0.unwrap_or(v[2]) * pair.1
            + text_that_lasts(v).unwrap_or(0.0)
            + text_that_lasts(&v[5..]).unwrap_or(v[3])
    }
    of_six!();
}

mod errors_left_out {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let good: Vec<f64> = v.iter().map(|&x| root(x)).filter_map(Result::ok).collect();
        let again: Vec<f64> = v.iter().filter_map(|&x| root(x).ok()).collect();
        let n = v.iter().filter(|x| root(**x).is_ok()).count();
        good.iter().sum::<f64>() * n as f64
            + v.iter().flat_map(|&x| root(x)).sum::<f64>()
            + v.iter().map(|&x| root(x)).flatten().map(|x| x * v[0]).sum::<f64>()
            + again.iter().sum::<f64>()
    }
    of_six!();
}

mod options_in_loops {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        let found = v.iter().copied().find(|x| *x > 1.0);
        for x in found {
            s += x * v[1];
        }
        for x in v.iter().max_by(|a, b| a.total_cmp(b)) {
            s += x * x;
        }
        for x in v.get(2) {
            s += x * x;
        }
        for x in v.first().zip(v.last()).map(|(a, b)| a * b) {
            s += x;
        }
        s + found.xor(None).unwrap_or(v[0]) + Some(v[0] * v[1]).xor(None).unwrap_or(0.0)
    }
    of_six!();
}
