//! Times the products of one training step of a dense layer: `x w`, `x^T y_bar` and `y_bar w^T`, each added to what is there.
//!
//! The three libraries take turns in one process, on one thread; a time is the minimum over the rounds. A product of ndarray is
//! `general_mat_mul`, which is `matrixmultiply`.
//!
//! ```sh
//! RUSTFLAGS="-C target-cpu=native" cargo run --release --manifest-path benches/gemm/Cargo.toml
//! ```

use std::hint::black_box;
use std::time::Instant;

use ndarray::{Array2, ArrayView2, ArrayViewMut2, linalg::general_mat_mul};

/// Rows of the batch, inputs and outputs of the layer.
const SIZES: [(usize, usize, usize); 8] = [
    (32, 64, 64), // the layers of the example `digits`
    (32, 64, 32),
    (32, 32, 10),
    (128, 128, 128),
    (128, 784, 256),
    (256, 512, 512),
    (512, 512, 512),
    (1024, 1024, 1024),
];
const ROUNDS: usize = 60;

/// `c += a b`
type Product<T> = fn(ArrayView2<T>, ArrayView2<T>, ArrayViewMut2<T>);

macro_rules! element {
    ($module:ident, $t:ident) => {
        mod $module {
            use super::*;

            pub fn with_ndarray(a: ArrayView2<$t>, b: ArrayView2<$t>, mut c: ArrayViewMut2<$t>) {
                general_mat_mul(1.0, &a, &b, 1.0, &mut c);
            }

            pub fn with_gemm(a: ArrayView2<$t>, b: ArrayView2<$t>, mut c: ArrayViewMut2<$t>) {
                let (m, k, n) = (a.nrows(), a.ncols(), b.ncols());
                let (sa, sb, sc) = (a.strides().to_vec(), b.strides().to_vec(), c.strides().to_vec());
                // SAFETY: the shapes and strides are those of the arrays.
                unsafe {
                    gemm::gemm(
                        m, n, k,
                        c.as_mut_ptr(), sc[1], sc[0], true,
                        a.as_ptr(), sa[1], sa[0],
                        b.as_ptr(), sb[1], sb[0],
                        1.0, 1.0, false, false, false,
                        gemm::Parallelism::None,
                    );
                }
            }

            pub fn with_faer(a: ArrayView2<$t>, b: ArrayView2<$t>, mut c: ArrayViewMut2<$t>) {
                let view = |x: &ArrayView2<$t>| {
                    // SAFETY: the shapes and strides are those of the arrays.
                    unsafe { faer::MatRef::from_raw_parts(x.as_ptr(), x.nrows(), x.ncols(), x.strides()[0], x.strides()[1]) }
                };
                let (rows, columns) = c.dim();
                let (rs, cs) = (c.strides()[0], c.strides()[1]);
                // SAFETY: as above.
                let target = unsafe { faer::MatMut::from_raw_parts_mut(c.as_mut_ptr(), rows, columns, rs, cs) };
                faer::linalg::matmul::matmul(target, faer::Accum::Add, view(&a), view(&b), 1.0, faer::Par::Seq);
            }

            pub const ALL: [Product<$t>; 3] = [with_ndarray, with_gemm, with_faer];

            pub fn report((n, k, m): (usize, usize, usize)) {
                let data = |rows, columns| Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 7 + j * 3 + 1) as $t * 0.37).sin());
                let (x, w, y_bar) = (data(n, k), data(k, m), data(n, m));
                let cases: [(&str, ArrayView2<$t>, ArrayView2<$t>); 3] =
                    [("x w", x.view(), w.view()), ("x^T y_bar", x.t(), y_bar.view()), ("y_bar w^T", y_bar.view(), w.t())];
                for (name, a, b) in cases {
                    let mut results = ALL.map(|_| Array2::zeros((a.nrows(), b.ncols())));
                    for (product, c) in ALL.iter().zip(&mut results) {
                        product(a, b, c.view_mut());
                    }
                    for c in &results[1..] {
                        let off = c.iter().zip(&results[0]).fold(0.0, |d: $t, (p, q)| d.max((p - q).abs()));
                        assert!(off < k.max(n).max(m) as $t * 10.0 * $t::EPSILON, "{name}: off by {off}");
                    }
                    let work = 2 * a.nrows() * a.ncols() * b.ncols();
                    let repeats = (4_000_000 / work).max(1);
                    let mut best = [f64::INFINITY; 3];
                    for round in 0..ROUNDS {
                        for turn in 0..3 {
                            let which = (turn + round) % 3;
                            let start = Instant::now();
                            for _ in 0..repeats {
                                ALL[which](black_box(a), black_box(b), black_box(results[which].view_mut()));
                            }
                            best[which] = best[which].min(start.elapsed().as_secs_f64() / repeats as f64);
                        }
                    }
                    let rate = best.map(|t| work as f64 / t / 1e9);
                    println!(
                        "| {} | {n} x {k} x {m} | {name} | {:.1} | {:.1} | {:.1} | {:.2} |",
                        stringify!($t),
                        rate[0],
                        rate[1],
                        rate[2],
                        rate[0] / rate[1].max(rate[2])
                    );
                }
            }
        }
    };
}
element!(double, f64);
element!(single, f32);

fn main() {
    println!("| numbers | n x k x m | product | ndarray GFLOP/s | gemm | faer | ndarray / fastest |");
    println!("| --- | --- | --- | ---: | ---: | ---: | ---: |");
    for size in SIZES {
        double::report(size);
        single::report(size);
    }
}
