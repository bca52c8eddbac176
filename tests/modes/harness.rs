//! What every mode of a function is compared with: differences of sixth order, and the other modes. Functions are seen as functions of
//! flat lists of numbers; a [`Cur`]sor hands their arguments out.

use autodiff_core::{Cotangent, Differentiable, InLanes, Lanes, OfLanes};

/// Reads numbers one after the other.
pub struct Cur {
    v: Vec<f64>,
    at: usize,
}
impl Cur {
    pub fn new(v: &[f64]) -> Cur {
        Cur { v: v.to_vec(), at: 0 }
    }
    pub fn n(&mut self) -> f64 {
        self.at += 1;
        self.v[self.at - 1]
    }
    pub fn vec(&mut self, k: usize) -> Vec<f64> {
        (0..k).map(|_| self.n()).collect()
    }
    pub fn arr<const N: usize>(&mut self) -> [f64; N] {
        std::array::from_fn(|_| self.n())
    }
    pub fn mat<const M: usize, const N: usize>(&mut self) -> [[f64; N]; M] {
        std::array::from_fn(|_| self.arr())
    }
    pub fn rows(&mut self, m: usize, n: usize) -> Vec<Vec<f64>> {
        (0..m).map(|_| self.vec(n)).collect()
    }
    pub fn fill<C: Cotangent>(&mut self, mut c: C) -> C {
        c.map_numbers(&mut |_| self.n());
        c
    }
}
pub fn flat<C: Cotangent + Clone>(c: &C) -> Vec<f64> {
    let mut out = vec![];
    c.clone().map_numbers(&mut |v| {
        out.push(v);
        v
    });
    out
}
pub fn zero<T: Differentiable>(t: &T) -> T::Cotangent {
    t.zero_cotangent()
}
pub trait Flat {
    fn put(&self, o: &mut Vec<f64>);
}
impl Flat for f64 {
    fn put(&self, o: &mut Vec<f64>) {
        o.push(*self)
    }
}
impl Flat for f32 {
    fn put(&self, o: &mut Vec<f64>) {
        o.push(*self as f64)
    }
}
impl Flat for () {
    fn put(&self, _: &mut Vec<f64>) {}
}
impl Flat for usize {
    fn put(&self, _: &mut Vec<f64>) {}
}
impl Flat for bool {
    fn put(&self, _: &mut Vec<f64>) {}
}
impl<T: Flat> Flat for Vec<T> {
    fn put(&self, o: &mut Vec<f64>) {
        self.iter().for_each(|x| x.put(o))
    }
}
impl<T: Flat, const N: usize> Flat for [T; N] {
    fn put(&self, o: &mut Vec<f64>) {
        self.iter().for_each(|x| x.put(o))
    }
}
impl<T: Flat> Flat for Option<T> {
    fn put(&self, o: &mut Vec<f64>) {
        if let Some(x) = self {
            x.put(o)
        }
    }
}
impl<T: Flat, E> Flat for Result<T, E> {
    fn put(&self, o: &mut Vec<f64>) {
        if let Ok(x) = self {
            x.put(o)
        }
    }
}
impl<T: Flat> Flat for Box<T> {
    fn put(&self, o: &mut Vec<f64>) {
        (**self).put(o)
    }
}
impl<A: Flat, B: Flat> Flat for (A, B) {
    fn put(&self, o: &mut Vec<f64>) {
        self.0.put(o);
        self.1.put(o)
    }
}
impl<A: Flat, B: Flat, C: Flat> Flat for (A, B, C) {
    fn put(&self, o: &mut Vec<f64>) {
        self.0.put(o);
        self.1.put(o);
        self.2.put(o)
    }
}
impl<A: Flat, B: Flat, C: Flat, D: Flat> Flat for (A, B, C, D) {
    fn put(&self, o: &mut Vec<f64>) {
        self.0.put(o);
        self.1.put(o);
        self.2.put(o);
        self.3.put(o)
    }
}
pub fn values<T: Flat>(t: &T) -> Vec<f64> {
    let mut o = vec![];
    t.put(&mut o);
    o
}

pub fn random(n: usize, seed: u64) -> Vec<f64> {
    let mut s = seed.wrapping_mul(0x9e3779b97f4a7c15) | 1;
    (0..n)
        .map(|_| {
            s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (s >> 33) as f64 / (1u64 << 30) as f64 - 1.0 + 1e-3
        })
        .collect()
}
pub fn close(what: &str, got: &[f64], want: &[f64], tol: f64) {
    assert_eq!(got.len(), want.len(), "{what}: {got:?}, expected {want:?}");
    let size = want.iter().fold(1e-3f64, |m, w| m.max(w.abs()));
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        assert!((g - w).abs() <= tol * size, "{what}, number {i}: got {g}, expected {w}; {got:?}, expected {want:?}");
    }
}
pub fn bits(what: &str, got: &[f64], want: &[f64]) {
    let same = got.len() == want.len() && got.iter().zip(want).all(|(a, b)| a.to_bits() == b.to_bits());
    assert!(same, "value of {what}: {got:?}, expected {want:?}");
}
/// Column differences of sixth order of a function of flat numbers.
pub fn along(f: &dyn Fn(&[f64]) -> Vec<f64>, x: &[f64], d: &[f64]) -> Vec<f64> {
    let h = 2e-3;
    let at = |t: f64| {
        let m: Vec<f64> = x.iter().zip(d).map(|(x, d)| x + t * h * d).collect();
        f(&m)
    };
    let (a, b, c, p, q, r) = (at(1.), at(2.), at(3.), at(-1.), at(-2.), at(-3.));
    (0..a.len()).map(|i| (45. * (a[i] - p[i]) - 9. * (b[i] - q[i]) + (c[i] - r[i])) / (60. * h)).collect()
}
pub fn jacobian(f: &dyn Fn(&[f64]) -> Vec<f64>, x: &[f64]) -> Vec<Vec<f64>> {
    let cols: Vec<Vec<f64>> =
        (0..x.len()).map(|k| along(f, x, &std::array::from_fn::<f64, 64, _>(|j| (j == k) as u8 as f64)[..x.len()])).collect();
    (0..f(x).len()).map(|i| cols.iter().map(|c| c[i]).collect()).collect()
}
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
pub type F<'a> = &'a dyn Fn(&[f64]) -> Vec<f64>;
pub type V<'a> = &'a dyn Fn(&[f64], &[f64]) -> (Vec<f64>, Vec<f64>);
pub fn first(name: &str, tol: f64, x: &[f64], primal: F, vjp: V, jvp: V) {
    let value = primal(x);
    let jac = jacobian(primal, x);
    for seed in [3, 11] {
        let (s, d) = (random(value.len(), seed), random(x.len(), seed + 1));
        let (v, bar) = vjp(x, &s);
        bits(&format!("{name} vjp"), &v, &value);
        let (v, tangent) = jvp(x, &d);
        close(&format!("{name} jvp's value"), &v, &value, 1e-12);
        close(&format!("{name} jvp"), &tangent, &jac.iter().map(|r| dot(r, &d)).collect::<Vec<_>>(), tol);
        close(&format!("{name} vjp"), &bar, &(0..x.len()).map(|k| (0..s.len()).map(|i| jac[i][k] * s[i]).sum()).collect::<Vec<_>>(), tol);
        close(&format!("{name} inner"), &[dot(&s, &tangent)], &[dot(&bar, &d)], tol * 1e-3);
    }
}
pub fn jac(name: &str, tol: f64, x: &[f64], primal: F, got: (Vec<f64>, Vec<Vec<f64>>)) {
    bits(&format!("{name} jacobian"), &got.0, &primal(x));
    let want = jacobian(primal, x);
    assert_eq!(got.1.len(), want.len(), "rows of {name}");
    for (i, (g, w)) in got.1.iter().zip(&want).enumerate() {
        close(&format!("{name} jacobian row {i}"), g, w, tol);
    }
}
/// gradient, hvp and hessian
pub fn second(
    name: &str,
    tol: f64,
    x: &[f64],
    primal: F,
    grad: F,
    hvp: &dyn Fn(&[f64], &[f64]) -> (f64, Vec<f64>, Vec<f64>),
    hess: &dyn Fn(&[f64]) -> (f64, Vec<f64>, Vec<Vec<f64>>),
) {
    let g = grad(x);
    close(&format!("{name} gradient"), &g, &jacobian(primal, x)[0], tol);
    let (v, gh, h) = hess(x);
    close(&format!("{name} hessian's value"), &[v], &primal(x), 1e-12);
    close(&format!("{name} hessian's gradient"), &gh, &g, 1e-11);
    for seed in [5, 7] {
        let d = random(x.len(), seed);
        let (v, gg, p) = hvp(x, &d);
        close(&format!("{name} hvp's value"), &[v], &primal(x), 1e-12);
        close(&format!("{name} hvp's gradient"), &gg, &g, 1e-11);
        close(&format!("{name} hvp"), &p, &along(grad, x, &d), tol);
        close(&format!("{name} hvp/hessian"), &p, &h.iter().map(|r| dot(r, &d)).collect::<Vec<_>>(), 1e-10);
    }
    for i in 0..h.len() {
        for j in 0..i {
            close(&format!("{name} symmetry"), &[h[i][j]], &[h[j][i]], 1e-11)
        }
    }
}
pub fn rows<R: AsRef<[f64]>>(r: &[R]) -> Vec<Vec<f64>> {
    r.iter().map(|r| r.as_ref().to_vec()).collect()
}
pub trait ToRows {
    fn to_rows(&self) -> Vec<Vec<f64>>;
}
impl ToRows for f64 {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        vec![vec![*self]]
    }
}
impl<const N: usize, const M: usize> ToRows for [[f64; N]; M] {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        rows(self)
    }
}
impl<const N: usize, const M: usize> ToRows for [[f32; N]; M] {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.iter().map(|r| r.iter().map(|v| *v as f64).collect()).collect()
    }
}
impl ToRows for Vec<Vec<f64>> {
    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.clone()
    }
}

/// How many directions at once.
pub const LANES: usize = 3;
/// Reads lanes of numbers one after the other.
pub struct LaneCur {
    v: Vec<Vec<f64>>,
    at: usize,
}
impl LaneCur {
    pub fn new(v: &[Vec<f64>]) -> LaneCur {
        LaneCur { v: v.to_vec(), at: 0 }
    }
    pub fn n(&mut self) -> Lanes<f64, LANES> {
        self.at += 1;
        Lanes(std::array::from_fn(|k| self.v[k][self.at - 1]))
    }
    pub fn vec(&mut self, k: usize) -> Vec<Lanes<f64, LANES>> {
        (0..k).map(|_| self.n()).collect()
    }
    pub fn arr<const N: usize>(&mut self) -> [Lanes<f64, LANES>; N] {
        std::array::from_fn(|_| self.n())
    }
    pub fn mat<const M: usize, const N: usize>(&mut self) -> [[Lanes<f64, LANES>; N]; M] {
        std::array::from_fn(|_| self.arr())
    }
    pub fn rows(&mut self, m: usize, n: usize) -> Vec<Vec<Lanes<f64, LANES>>> {
        (0..m).map(|_| self.vec(n)).collect()
    }
    pub fn fill<C: InLanes<LANES>>(&mut self, shape: C) -> C::Lanes {
        let (mut lanes, from) = (shape.zero_lanes(), self.at);
        for k in 0..LANES {
            self.at = from;
            let mut one = shape.clone();
            one.map_numbers(&mut |_| {
                self.at += 1;
                self.v[k][self.at - 1]
            });
            lanes.set_lane(k, &one);
        }
        lanes
    }
}
pub fn lane_numbers<D: OfLanes<LANES>>(dots: &D) -> Vec<Vec<f64>>
where
    D::Lane: Cotangent + Clone,
{
    (0..LANES).map(|k| flat(&dots.lane(k))).collect()
}
/// One of them stands still.
pub fn directions(n: usize) -> Vec<Vec<f64>> {
    (0..LANES).map(|k| if k == 1 { vec![0.0; n] } else { random(n, 21 + k as u64) }).collect()
}
