//! Arguments of macros.

/// What the elements of `vec![..]` change was not seen: functions that change it nowhere else were taken for ones that do not compile.
mod changes_in_lists {
    use autodiff_core::differentiate;

    #[differentiate]
    fn assigned(v: &[f64]) -> f64 {
        let mut y = 1.0;
        let w = vec![
            {
                y = v[0] * 2.0;
                v[1]
            },
            3.0,
        ];
        y * w[0] * w[1]
    }

    #[differentiate]
    fn again(v: &[f64]) -> f64 {
        let mut y = v[0];
        let w = vec![
            y,
            {
                y *= v[1];
                y * y
            },
            y,
        ];
        y * w[0] + w[1] * w[2]
    }

    #[differentiate]
    fn replaced(v: &[f64]) -> f64 {
        let (mut y, mut k) = ([v[0], v[1], v[2]], 0);
        let unused = vec![v[0], std::mem::replace(&mut y[1], v[2])];
        let w = vec![
            std::mem::replace(&mut y[0], v[1] * v[1]),
            {
                k += 1;
                y[k]
            },
            y[0],
        ];
        y[1] * w[1] + w[0] * w[2] * k as f64
    }

    #[differentiate]
    fn repeated(v: &[f64]) -> f64 {
        let mut y = 0.5;
        let w = vec![
            {
                y += v[0];
                y * v[1]
            };
            3
        ];
        w[0] * w[2] + y
    }

    #[test]
    fn what_elements_change_is_changed() {
        for (f, vjp) in [
            (assigned as fn(&[f64]) -> f64, assigned_vjp as fn(&[f64], f64) -> (f64, Vec<f64>)),
            (again, again_vjp),
            (replaced, replaced_vjp),
            (repeated, repeated_vjp),
        ] {
            for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 0.6, 0.8, 2.1]] {
                assert_eq!(vjp(&point, -2.0).0.to_bits(), f(&point).to_bits());
                autodiff_core::check_gradient(|p| -2.0 * f(p), |p| vjp(p, -2.0).1, &point).unwrap();
            }
        }
    }
}
