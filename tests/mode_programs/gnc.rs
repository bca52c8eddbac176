//! Gauss-Newton with f32 and generic T, num_traits::Float; bundle adjustment into a buffer.
use autodiff_core::differentiate;
use super::harness::*;
use num_traits::Float;
#[differentiate(jacobian, hessian, lanes)]
pub fn project<T: Float>(cam: &[T; 6], pt: &[T; 3]) -> [T; 2] {
    let one = T::one();
    let theta2 = cam[0] * cam[0] + cam[1] * cam[1] + cam[2] * cam[2];
    let mut p = *pt;
    if theta2 > T::epsilon() {
        let theta = theta2.sqrt();
        let (s, c) = theta.sin_cos();
        let w = [cam[0] / theta, cam[1] / theta, cam[2] / theta];
        let cr = [w[1] * pt[2] - w[2] * pt[1], w[2] * pt[0] - w[0] * pt[2], w[0] * pt[1] - w[1] * pt[0]];
        let d = (w[0] * pt[0] + w[1] * pt[1] + w[2] * pt[2]) * (one - c);
        for i in 0..3 { p[i] = pt[i] * c + cr[i] * s + w[i] * d; }
    }
    let z = p[2] + cam[5];
    [(p[0] + cam[3]) / z, (p[1] + cam[4]) / z]
}
#[test]
fn ba() {
    let x = [0.1, -0.2, 0.3, 0.4, 0.5, 3.0, 0.5, 0.7, -0.9];
    let a = |x: &[f64]| -> ([f64; 6], [f64; 3]) { (x[..6].try_into().unwrap(), x[6..9].try_into().unwrap()) };
    let (c, p) = a(&x);
    let (v, j) = project_jacobian(&c, &p);
    jac("ba", 1e-6, &x, &|x| { let (c, p) = a(x); project(&c, &p).to_vec() }, (v.to_vec(), rows(&j)));
    let mut into = [[0.0; 9]; 2];
    project_jacobian_into(&c, &p, &mut into);
    assert_eq!(into, j);
    let (v, j32) = project_jacobian(&c.map(|v| v as f32), &p.map(|v| v as f32));
    for i in 0..2 { close("f32", &j32[i].map(|v| v as f64), &j[i], 1e-5); }
}
use autodiff_core::Dual;
#[differentiate(jacobian, hessian)]
pub fn normalised<const N: usize>(x: &[f64; N]) -> [f64; N] {
    let n = x.iter().map(|v| v * v).sum::<f64>().sqrt();
    x.map(|v| v / n)
}
#[differentiate(jacobian)]
pub fn mean_of<const N: usize>(x: [f64; N]) -> f64 { x.iter().map(|v| v * v).sum::<f64>() / N as f64 }
#[differentiate(jacobian)]
pub fn spread_out<const M: usize>(x: f64) -> [f64; M] { std::array::from_fn(|i| (x * i as f64).sin()) }
#[differentiate(jacobian)]
pub fn gen2<T: Float, const N: usize>(x: [T; N]) -> [T; 2] { let mut s = [T::one(), T::zero()]; for v in x { s[0] = s[0] * v; s[1] = s[1] + v.sin(); } s }
#[differentiate(jacobian)]
pub fn gscal<T: autodiff_core::Scalar>(x: T, y: T) -> [T; 3] { [x * y, x.sin(), y * y] }
#[differentiate(jacobian)]
pub fn gone<T: autodiff_core::Scalar>(x: T, y: [T; 2]) -> T { x * y[0] + y[1].exp() }
pub struct Basis;
#[differentiate(jacobian)]
impl Basis {
    pub const N: usize = 3;
    pub fn at(c: &[f64; Self::N]) -> [f64; 2] { [c[0] * c[1], c[2].sin()] }
}
#[test]
fn consts() {
    let x = [0.5, -0.7, 1.2];
    let (v, j): ([f64; 3], [[f64; 3]; 3]) = normalised_jacobian(&x);
    jac("n", 1e-6, &x, &|x| normalised::<3>(x.try_into().unwrap()).to_vec(), (v.to_vec(), rows(&j)));
    let (v, j): (f64, [[f64; 3]; 1]) = mean_of_jacobian(x);
    jac("m", 1e-6, &x, &|x| vec![mean_of::<3>(x.try_into().unwrap())], (vec![v], rows(&j)));
    let (v, j): ([f64; 4], [[f64; 1]; 4]) = spread_out_jacobian::<4>(0.3);
    jac("s", 1e-6, &[0.3], &|x| spread_out::<4>(x[0]).to_vec(), (v.to_vec(), rows(&j)));
    let (v, j): ([f64; 2], [[f64; 3]; 2]) = gen2_jacobian(x);
    jac("g", 1e-6, &x, &|x| gen2::<f64, 3>(x.try_into().unwrap()).to_vec(), (v.to_vec(), rows(&j)));
    let (v, j): ([f64; 3], [[f64; 2]; 3]) = gscal_jacobian(0.3, 0.6);
    jac("gs", 1e-6, &[0.3, 0.6], &|x| gscal(x[0], x[1]).to_vec(), (v.to_vec(), rows(&j)));
    let (v, j): (f64, [[f64; 3]; 1]) = gone_jacobian(0.3, [0.6, 0.2]);
    jac("go", 1e-6, &[0.3, 0.6, 0.2], &|x| vec![gone(x[0], [x[1], x[2]])], (vec![v], rows(&j)));
    let (v, j): ([f64; 2], [[f64; 3]; 2]) = Basis::at_jacobian(&x);
    jac("b", 1e-6, &x, &|x| Basis::at(x.try_into().unwrap()).to_vec(), (v.to_vec(), rows(&j)));
    let (_, j) = gscal_jacobian(Dual::new(0.3, 1.0), Dual::new(0.6, 0.0));
    close("dual", &[j[0][1].eps, j[1][0].eps], &[1.0, -0.3f64.sin()], 1e-12);
    let (_, j) = gone_jacobian(Dual::new(0.3, 0.0), [Dual::new(0.6, 0.0), Dual::new(0.2, 1.0)]);
    close("dual", &[j[0][2].eps], &[0.2f64.exp()], 1e-12);
}
