//! The functions as GradBench's evals define them: input of a message in, output and times of its runs out.

use std::time::Instant;

use serde_json::{Value, json};

use crate::cases::{ba, gmm, ht, lstm};
use autodiff_core::differentiate;

/// What the eval named `hello` asks for.
#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

/// The evals that are known.
pub const MODULES: [&str; 5] = ["hello", "gmm", "lstm", "ba", "ht"];

/// What a message lacks, or asks for in vain.
type Fault = String;

fn field<'v>(v: &'v Value, name: &str) -> Result<&'v Value, Fault> {
    v.get(name).ok_or_else(|| format!("the input has no field `{name}`"))
}

fn number(v: &Value, name: &str) -> Result<f64, Fault> {
    field(v, name)?.as_f64().ok_or_else(|| format!("`{name}` is not a number"))
}

fn count(v: &Value, name: &str) -> Result<usize, Fault> {
    let n = field(v, name)?.as_u64().ok_or_else(|| format!("`{name}` is not a count"))?;
    usize::try_from(n).map_err(|e| e.to_string())
}

/// Numbers of any depth of nesting, one after the other.
fn flat(v: &Value, into: &mut Vec<f64>) -> Result<(), Fault> {
    match v {
        Value::Array(items) => items.iter().try_for_each(|i| flat(i, into)),
        other => {
            into.push(other.as_f64().ok_or_else(|| format!("expected a number, found {other}"))?);
            Ok(())
        }
    }
}

fn numbers(v: &Value, name: &str) -> Result<Vec<f64>, Fault> {
    let mut list = Vec::new();
    flat(field(v, name)?, &mut list)?;
    Ok(list)
}

/// Rows of a known length.
fn rows<const N: usize>(v: &Value, name: &str) -> Result<Vec<[f64; N]>, Fault> {
    let list = numbers(v, name)?;
    let (rows, rest) = list.as_chunks::<N>();
    if rest.is_empty() { Ok(rows.to_vec()) } else { Err(format!("`{name}` has rows of another length than {N}")) }
}

fn indices(v: &Value, name: &str) -> Result<Vec<usize>, Fault> {
    Ok(numbers(v, name)?.into_iter().map(|x| x as usize).collect())
}

/// Runs a function as often as the input asks, and writes down how long each run took.
fn timed<R>(input: &Value, times: &mut Vec<u128>, mut f: impl FnMut() -> R) -> R {
    let min_runs = input.get("min_runs").and_then(Value::as_u64).unwrap_or(1).max(1);
    let min_seconds = input.get("min_seconds").and_then(Value::as_f64).unwrap_or(0.0);
    let mut seconds = 0.0;
    loop {
        let start = Instant::now();
        let result = std::hint::black_box(f());
        let took = start.elapsed();
        times.push(took.as_nanos());
        seconds += took.as_secs_f64();
        if times.len() as u64 >= min_runs && seconds >= min_seconds {
            return result;
        }
    }
}

/// Evaluates a function of an eval; each run's nanoseconds go into `times`.
pub fn evaluate(module: &str, function: &str, input: &Value, times: &mut Vec<u128>) -> Result<Value, Fault> {
    match (module, function) {
        ("hello", "square" | "double") => {
            let x = input.as_f64().ok_or("expected a number")?;
            Ok(json!(if function == "square" { timed(input, times, || square(x)) } else { timed(input, times, || square_grad(x).1) }))
        }
        ("gmm", "objective" | "jacobian") => mixture(function, input, times),
        ("lstm", "objective" | "jacobian") => network(function, input, times),
        ("ba", "objective" | "jacobian") => bundle(function, input, times),
        ("ht", "objective" | "jacobian") => hand(function, input, times),
        _ => Err(format!("`{module}` has no function `{function}` here")),
    }
}

fn chunked(list: &[f64], of: usize, count: usize) -> Vec<Vec<f64>> {
    (0..count).map(|k| list[k * of..(k + 1) * of].to_vec()).collect()
}

fn mixture(function: &str, input: &Value, times: &mut Vec<u128>) -> Result<Value, Fault> {
    let (d, k) = (count(input, "d")?, count(input, "k")?);
    let wishart = gmm::Wishart { gamma: number(input, "gamma")?, m: number(input, "m")? as i32 };
    let (alphas, means, q) = (numbers(input, "alpha")?, numbers(input, "mu")?, numbers(input, "q")?);
    let (l, x) = (numbers(input, "l")?, numbers(input, "x")?);
    let size = d * (d.max(1) - 1) / 2;
    if alphas.len() != k || means.len() != k * d || q.len() != k * d || l.len() != k * size || x.len() != count(input, "n")? * d {
        return Err("the lengths do not fit `d`, `k` and `n`".into());
    }
    if function == "objective" {
        return Ok(json!(timed(input, times, || gmm::gmm(d, &alphas, &means, &q, &l, &x, wishart))));
    }
    let (alpha, mu, q, l) = timed(input, times, || gmm::gmm_grad(d, &alphas, &means, &q, &l, &x, wishart)).1;
    Ok(json!({ "alpha": alpha, "mu": chunked(&mu, d, k), "q": chunked(&q, d, k), "l": chunked(&l, size, k) }))
}

fn network(function: &str, input: &Value, times: &mut Vec<u128>) -> Result<Value, Fault> {
    let b = field(input, "extra_params")?.get(0).and_then(Value::as_array).ok_or("`extra_params` has no rows")?.len();
    let (main, extra) = (numbers(input, "main_params")?, numbers(input, "extra_params")?);
    let (state, sequence) = (numbers(input, "state")?, numbers(input, "sequence")?);
    let layers = state.len() / (2 * b);
    if main.len() != 8 * layers * b || extra.len() != 3 * b || sequence.len() < 2 * b {
        return Err("the lengths do not fit each other".into());
    }
    if function == "objective" {
        return Ok(json!(timed(input, times, || lstm::lstm(layers, b, &main, &extra, &state, &sequence))));
    }
    let (mut main, extra) = timed(input, times, || lstm::lstm_grad(layers, b, &main, &extra, &state, &sequence)).1;
    main.extend(extra);
    Ok(json!(main))
}

/// A sparse matrix by rows.
#[derive(Default)]
struct Sparse {
    rows: Vec<usize>,
    cols: Vec<usize>,
    vals: Vec<f64>,
}

fn bundle(function: &str, input: &Value, times: &mut Vec<u128>) -> Result<Value, Fault> {
    let (n, m, p) = (count(input, "n")?, count(input, "m")?, count(input, "p")?);
    let (cam, x) = (rows::<11>(input, "cam")?, rows::<3>(input, "x")?);
    let (w, feature) = (number(input, "w")?, rows::<2>(input, "feat")?);
    let ([cam], [x], [feature]) = (&cam[..], &x[..], &feature[..]) else {
        return Err("expected one camera, one point, one feature".into());
    };
    if n == 0 || m == 0 || p == 0 {
        return Err("nothing to adjust".into());
    }
    let (cams, points) = (vec![*cam; n], vec![*x; m]);
    let observations: Vec<(usize, usize, f64, [f64; 2])> = (0..p).map(|k| (k % n, k % m, w, *feature)).collect();
    if function == "objective" {
        let (errors, weights) = timed(input, times, || {
            let errors: Vec<[f64; 2]> = observations.iter().map(|&(c, x, w, f)| ba::reprojection(&cams[c], &points[x], w, f)).collect();
            let weights: Vec<f64> = observations.iter().map(|&(_, _, w, _)| ba::weight_error(w)).collect();
            (errors, weights)
        });
        return Ok(json!({
            "reproj_error": { "elements": errors[0], "repeated": errors.len() },
            "w_err": { "element": weights[0], "repeated": weights.len() },
        }));
    }
    let sparse = timed(input, times, || {
        let mut s = Sparse { rows: Vec::with_capacity(3 * p + 1), cols: Vec::with_capacity(31 * p), vals: Vec::with_capacity(31 * p) };
        s.rows.push(0);
        for (k, &(c, x, w, f)) in observations.iter().enumerate() {
            let cols: [usize; 15] = std::array::from_fn(|i| match i {
                0..11 => 11 * c + i,
                11..14 => 11 * n + 3 * x + (i - 11),
                _ => 11 * n + 3 * m + k,
            });
            for row in ba::reprojection_jacobian(&cams[c], &points[x], w, f).1 {
                s.cols.extend_from_slice(&cols);
                s.vals.extend_from_slice(&row);
                s.rows.push(s.cols.len());
            }
        }
        for (k, &(_, _, w, _)) in observations.iter().enumerate() {
            s.cols.push(11 * n + 3 * m + k);
            s.vals.push(ba::weight_error_grad(w).1);
            s.rows.push(s.cols.len());
        }
        s
    });
    // All observations are alike: the first thirty entries and the last one stand for the rest.
    fn ends<T: Copy>(list: &[T]) -> Vec<T> {
        list.iter().take(30).chain(list.last()).copied().collect()
    }
    Ok(json!({ "rows": ends(&sparse.rows), "cols": ends(&sparse.cols), "vals": ends(&sparse.vals) }))
}

fn hand(function: &str, input: &Value, times: &mut Vec<u128>) -> Result<Value, Fault> {
    let data = field(input, "data")?;
    let model = field(data, "model")?;
    let matrices = |name: &str| -> Result<Vec<ht::Matrix>, Fault> {
        let list = rows::<4>(model, name)?;
        Ok(list.as_chunks::<4>().0.to_vec())
    };
    let weights = numbers(model, "weights")?;
    let parents: Vec<Option<usize>> =
        numbers(model, "parents")?.into_iter().map(|p| if p < 0.0 { None } else { Some(p as usize) }).collect();
    let bones = parents.len();
    let hand = ht::Hand {
        model: ht::Model {
            base_relatives: matrices("base_relatives")?,
            inverse_base_absolutes: matrices("inverse_base_absolutes")?,
            base_positions: rows::<4>(model, "base_positions")?,
            weights: (0..bones).map(|b| weights.iter().skip(b).step_by(bones).copied().collect()).collect(),
            triangles: rows::<3>(model, "triangles")?.into_iter().map(|t| t.map(|v| v as usize)).collect(),
            is_mirrored: field(model, "is_mirrored")?.as_bool().unwrap_or(false),
            parents,
        },
        correspondences: indices(data, "correspondences")?,
        points: rows::<3>(data, "points")?,
    };
    let theta = numbers(input, "theta")?;
    let us = input.get("us").map_or(Ok(Vec::new()), |_| numbers(input, "us"))?;
    if theta.len() != 26 || bones != 22 {
        return Err("expected a hand of 22 bones and 26 parameters".into());
    }
    if function == "objective" {
        let simple = us.is_empty();
        return Ok(json!(timed(input, times, || if simple { ht::simple(&theta, &hand) } else { ht::complicated(&theta, &us, &hand) })));
    }
    let columns = timed(input, times, || ht::jacobian(&theta, &us, &hand)).1;
    let rows: Vec<Vec<f64>> = (0..columns[0].len()).map(|r| columns.iter().map(|c| c[r]).collect()).collect();
    Ok(json!(rows))
}
