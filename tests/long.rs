//! Functions of many statements: longer than what the printer lays out for readers, with sums of contributions that are bound in parts.

use autodiff_core::differentiate;

/// One function per list: five statements for each of its tokens.
macro_rules! long {
    ($name:ident $($step:tt)*) => {
        #[differentiate]
        fn $name(x: f64, y: f64, z: f64) -> f64 {
            let (a, b, c) = (x * y, y + z, z - x);
            $(
                let a = 0.5 * a * y + c + constant($step);
                let b = (a * b).sin();
                let c = b - 0.5 * a * x;
                let a = a / (1.0 + c * c) + z * 0.01;
                let b = (b + x).tanh() * z;
            )*
            a + b + c
        }
    };
}

fn constant(x: f64) -> f64 {
    x / 1000.0
}

long!(short 1.0 2.0 3.0);
long!(many
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0
    1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0 17.0 18.0 19.0 20.0);

#[differentiate]
fn through(x: f64) -> f64 {
    many(x, x * x, 0.3) * short(x, 1.0, x)
}

#[test]
fn long_functions_have_the_gradients_of_short_ones() {
    let points = [[0.3, -0.7, 0.9], [-1.2, 0.4, 0.2], [0.8, 0.6, -1.1]];
    for at in points {
        let value = many_grad(at[0], at[1], at[2]).0;
        assert_eq!(value.to_bits(), many(at[0], at[1], at[2]).to_bits());
        let gradient = |p: &[f64]| {
            let (x, y, z) = many_grad(p[0], p[1], p[2]).1;
            vec![x, y, z]
        };
        autodiff_core::check_gradient(|p| many(p[0], p[1], p[2]), gradient, &at).expect("the gradient");
        let seed = -1.7;
        let (by_seed, dots) = (many_vjp(at[0], at[1], at[2], seed).1, (0.2, 1.1, -0.6));
        let forward = many_jvp(at[0], at[1], at[2], dots).1;
        let reverse = (by_seed.0 * dots.0 + by_seed.1 * dots.1 + by_seed.2 * dots.2) / seed;
        assert!((forward - reverse).abs() < 1e-9 * (1.0 + forward.abs()), "{forward} {reverse}");
        autodiff_core::check_gradient(|p| through(p[0]), |p| vec![through_grad(p[0]).1], &at[..1]).expect("the gradient");
    }
}
