//! One test of all modes that a function has: `second!(tolerance; f f_vjp .. at numbers; c => (arguments); direction)`.

macro_rules! first {
    ($tol:expr; $([$t:ident])? $f:ident $vjp:ident $jvp:ident at $x:expr; $c:ident => ($($a:expr),*); $dir:expr) => { {
        use $crate::harness::*;
        let at = $x;
        let primal = |x: &[f64]| -> Vec<f64> { #[allow(unused_mut)] let mut $c = Cur::new(x); values(&$($t::)?$f($($a),*)) };
        first(stringify!($f), $tol, &at, &primal,
            &|x, s| {
                let z = { #[allow(unused_mut)] let mut $c = Cur::new(x); zero(&$($t::)?$f($($a),*)) };
                #[allow(unused_mut)] let mut $c = Cur::new(x);
                let (v, bar) = $($t::)?$vjp($($a,)* Cur::new(s).fill(z));
                (values(&v), flat(&bar))
            },
            &|x, d| {
                #[allow(unused_mut)] let mut $c = Cur::new(&[x, d].concat());
                let (v, t) = $($t::)?$jvp($($a,)* $dir);
                (values(&v), flat(&t))
            });
    } };
}
macro_rules! jac {
    ($tol:expr; $([$t:ident])? $f:ident $vjp:ident $jvp:ident $jacobian:ident at $x:expr; $c:ident => ($($a:expr),*); $dir:expr) => { {
        first!($tol; $([$t])? $f $vjp $jvp at $x; $c => ($($a),*); $dir);
        use $crate::harness::*;
        let at = $x;
        let primal = |x: &[f64]| -> Vec<f64> { #[allow(unused_mut)] let mut $c = Cur::new(x); values(&$($t::)?$f($($a),*)) };
        #[allow(unused_mut)] let mut $c = Cur::new(&at);
        let (v, j) = $($t::)?$jacobian($($a),*);
        jac(stringify!($f), $tol, &at, &primal, (values(&v), j.to_rows()));
    } };
}
macro_rules! second {
    ($tol:expr; $([$t:ident])? $f:ident $vjp:ident $jvp:ident $grad:ident $hvp:ident $hessian:ident at $x:expr; $c:ident => ($($a:expr),*); $dir:expr) => { {
        first!($tol; $([$t])? $f $vjp $jvp at $x; $c => ($($a),*); $dir);
        use $crate::harness::*;
        let at = $x;
        let primal = |x: &[f64]| -> Vec<f64> { #[allow(unused_mut)] let mut $c = Cur::new(x); values(&$($t::)?$f($($a),*)) };
        second(stringify!($f), $tol, &at, &primal,
            &|x| { #[allow(unused_mut)] let mut $c = Cur::new(x); flat(&$($t::)?$grad($($a),*).1) },
            &|x, d| {
                #[allow(unused_mut)] let mut $c = Cur::new(&[x, d].concat());
                let (v, g, p) = $($t::)?$hvp($($a,)* $dir);
                (v as f64, flat(&g), flat(&p))
            },
            &|x| {
                #[allow(unused_mut)] let mut $c = Cur::new(x);
                let (v, g, h) = $($t::)?$hessian($($a),*);
                (v as f64, flat(&g), h.to_rows())
            });
    } };
}
/// Tangents in lanes against tangents one by one: `lanes!(f f_jvp f_jvp_lanes at numbers; c => (arguments); direction)`.
macro_rules! lanes {
    ($([$t:ident])? $f:ident $jvp:ident $jvp_lanes:ident at $x:expr; $c:ident => ($($a:expr),*); $dir:expr) => { {
        use $crate::harness::*;
        let at: Vec<f64> = $x.to_vec();
        let directions = directions(at.len());
        let got = {
            let mut $c = LaneCur::new(&directions);
            match $dir {
                lanes => {
                    let mut $c = Cur::new(&at);
                    let (value, dots) = $($t::)?$jvp_lanes($($a,)* lanes);
                    let mut $c = Cur::new(&at);
                    bits(concat!(stringify!($f), " in lanes"), &values(&value), &values(&$($t::)?$f($($a),*)));
                    lane_numbers(&dots)
                }
            }
        };
        for (got, direction) in got.iter().zip(&directions) {
            let mut $c = Cur::new(&[&at[..], &direction[..]].concat());
            let (_, dot) = $($t::)?$jvp($($a,)* $dir);
            close(concat!(stringify!($f), " in lanes"), got, &flat(&dot), 1e-12);
        }
    } };
}

/// What calls such a function of four numbers and one, and both in all modes.
macro_rules! modes {
    () => {
        #[differentiate(hessian, lanes)]
        fn caller(v: &[f64], k: f64) -> f64 {
            let a = f(v, k);
            a * k + f(&[v[0], v[1], v[2], v[3]], k) * v[0]
        }

        #[test]
        fn in_all_modes() {
            for at in [[0.7, -1.3, 0.4, 1.9, 0.8], [1.27, 0.55, -0.6, 0.3, 1.4], [0.2, 0.85, 1.1, 0.63, -0.5]] {
                second!(1e-6; f f_vjp f_jvp f_grad f_hvp f_hessian at at.to_vec(); c => (&c.vec(4)[..], c.n()); (&c.vec(4)[..], c.n()));
                lanes!(f f_jvp f_jvp_lanes at at; c => (&c.vec(4)[..], c.n()); (&c.vec(4)[..], c.n()));
                second!(1e-6; caller caller_vjp caller_jvp caller_grad caller_hvp caller_hessian at at.to_vec(); c => (&c.vec(4)[..], c.n()); (&c.vec(4)[..], c.n()));
                lanes!(caller caller_jvp caller_jvp_lanes at at; c => (&c.vec(4)[..], c.n()); (&c.vec(4)[..], c.n()));
            }
        }
    };
}
