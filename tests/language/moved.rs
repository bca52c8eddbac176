//! Lists without a derivative whose elements are moved out: of types that are cloned, and of types that cannot be.

use autodiff_core::differentiate;

struct Job {
    k: usize,
    w: f64,
}

enum Step {
    Add(Job),
    Pick(usize),
    Scale { by: f64 },
    Bend,
}

mod matched {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = v[0];
        for x in v {
            let steps = vec![Step::Add(Job { k: 2, w: 0.7 }), Step::Scale { by: 0.5 }, Step::Pick(3), Step::Bend];
            for step in steps {
                match step {
                    Step::Add(job) => s += x * v[job.k] * job.w,
                    Step::Scale { by } if by < 0.3 => s *= by,
                    Step::Scale { by } => s *= by * x,
                    Step::Pick(k) => s += v[k] * v[k],
                    Step::Bend => s = s.sin() + s * 0.2,
                }
            }
        }
        s
    }

    crate::of_six!();
}

mod taken_apart {
    use super::*;

    struct Named {
        name: String,
        k: usize,
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let list: Vec<Named> = (0..3).map(|k| Named { name: format!("n{k}"), k }).collect();
        let mut s = v[0];
        for Named { name, k } in list {
            if name == "n1" {
                s *= v[k];
            } else {
                s += v[k] * s.cos();
            }
        }
        let mut jobs = vec![Job { k: 1, w: 2.0 }];
        jobs.push(Job { k: 4, w: -0.5 });
        s + jobs.into_iter().map(|Job { k, w }| v[k] * w * s).sum::<f64>()
    }

    crate::of_six!();
}

mod texts_and_rows {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let rows: Vec<Vec<usize>> = vec![vec![0, 1], vec![], vec![2]];
        let names = vec!["a".to_string(), "b".to_string()];
        let mut s = v[5];
        for row in rows {
            for i in row {
                s += v[i] * v[0] * s * 0.1;
            }
        }
        for (i, name) in names.into_iter().enumerate() {
            let longer = name + "x";
            if longer == "bx" {
                s *= v[i + 2];
            } else {
                s += v[i];
            }
        }
        for word in "up down up".split(' ').map(String::from).collect::<Vec<String>>() {
            match word.as_str() {
                "up" => s *= v[1],
                _ => s += v[2] * s,
            }
        }
        s
    }

    crate::of_six!();
}
