//! Functions that a macro of the user writes.
use autodiff_core::differentiate;

macro_rules! monomial {
    ($name:ident, $x:ident, $factor:expr, $power:literal) => {
        #[differentiate]
        fn $name($x: f64) -> f64 {
            let y = $x * $factor;
            y.powi($power)
        }
    };
}

macro_rules! of_type {
    ($name:ident, $t:ty) => {
        #[differentiate]
        fn $name(x: $t, y: &[$t]) -> $t {
            let mut s: $t = 0.0;
            for v in y {
                s += x * v;
            }
            s
        }
    };
}

monomial!(cube, x, 1.0 + 1.0, 3);
monomial!(square, y, 1.0, 2);
of_type!(single, f32);
of_type!(double, f64);

macro_rules! of_statements {
    ($name:ident, $x:ident, $block:block, $($s:stmt;)*) => {
        #[differentiate]
        fn $name($x: f64) -> f64 {
            $($s;)*
            let y = $block;
            y * $x
        }
    };
}
of_statements!(shadowing, x, { let z = x * x; z + 1.0 }, let x = x * 2.0; let y = x; fn unused() {};);

macro_rules! two {
    ($($name:ident: $($parameter:ident),* => $body:expr;)*) => { $(
        #[differentiate(hessian)]
        fn $name($($parameter: f64),*) -> f64 { $body }
    )* };
}
two! {
    product: x, y => x * y;
    calls: x => product(x, x) * x;
}

fn main() {
    // u = 2 x: (u² + 1) u.
    assert_eq!(shadowing_grad(0.5), (2.0, (3.0 + 1.0) * 2.0));
    assert_eq!(calls_hessian(2.0), (8.0, 12.0, 12.0));
    assert_eq!(cube_grad(1.0), (8.0, 24.0));
    assert_eq!(square_grad(3.0), (9.0, 6.0));
    assert_eq!(single_grad(2.0, &[1.0, 2.0]), (6.0, (3.0, vec![2.0, 2.0])));
    assert_eq!(double_grad(2.0, &[1.0, 2.0]), (6.0, (3.0, vec![2.0, 2.0])));
}
