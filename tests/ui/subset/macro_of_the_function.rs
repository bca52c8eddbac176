use autodiff_core::differentiate;

#[differentiate]
fn scaled(x: f64, n: usize) -> f64 {
    macro_rules! times {
        ($n:expr) => {
            x * $n as f64
        };
    }
    let y = times!(n);
    let x = y * y;
    times!(n) * x
}

#[differentiate]
fn of_a_variable(x: f64) -> f64 {
    let y = x * x;
    macro_rules! power {
        () => {{
            let once = y;
            once * y
        }};
    }
    let y = y + 1.0;
    y + power!()
}

#[differentiate]
fn of_its_arguments(x: f64, n: usize) -> f64 {
    macro_rules! twice {
        ($x:expr) => {
            2 * $x
        };
    }
    x * twice!(n) as f64
}

#[differentiate]
fn of_another_file(x: f64) -> f64 {
    const TABLE: [f64; 2] = include!("table.in");
    x * TABLE[1] + include!("square.in")
}

fn main() {}
