//! What the functions of regressions are compared with.

/// The value bit for bit, both modes beside each other, and the gradient against differences: of functions of four numbers, and what else they take.
macro_rules! check {
    ($f:ident $vjp:ident $jvp:ident, $($more:expr),*) => {
        for point in [[0.7, -0.4, 0.9, 1.2], [-0.3, 0.8, 0.2, -0.7], [1.3, 1.1, -0.6, -0.9]] {
            let (value, gradient) = $vjp(&point, $($more,)* -2.0);
            assert_eq!(value.to_bits(), $f(&point, $($more),*).to_bits(), "{}", stringify!($f));
            let along = [0.5, -1.0, 0.25, 2.0];
            let (_, tangent) = $jvp(&point, $($more,)* &along);
            let product: f64 = gradient.iter().zip(&along).map(|(g, d)| g * d).sum();
            assert!((product + 2.0 * tangent).abs() < 1e-12 * (1.0 + product.abs()), "{}", stringify!($f));
            autodiff_core::check_gradient(|p| -2.0 * $f(p, $($more),*), |_| gradient.clone(), &point).unwrap();
        }
    };
    ($($f:ident $vjp:ident $jvp:ident;)*) => { $(check!($f $vjp $jvp,);)* };
}
