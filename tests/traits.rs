//! Traits: annotated definitions and implementations, and functions that are generic over them.

use autodiff_core::{Differentiable, differentiate};
use num_traits::Float;

#[macro_use]
mod common;

/// An energy of one coordinate.
#[differentiate]
pub trait Model {
    const N: usize;

    fn energy(&self, x: f64) -> f64;

    /// A default, which some types replace.
    fn force(&self, x: f64) -> f64 {
        -self.energy(x) * x
    }

    fn over(&self, xs: &[f64]) -> Vec<f64> {
        xs.iter().map(|&x| self.energy(x) * Self::N as f64).collect()
    }

    fn name(&self) -> &'static str {
        "model"
    }
}

#[derive(Differentiable, Clone)]
pub struct Spring {
    k: f64,
    rest: f64,
}

#[derive(Differentiable, Clone, Copy)]
pub struct Morse(f64, f64);

#[differentiate]
impl Model for Spring {
    const N: usize = 1;

    fn energy(&self, x: f64) -> f64 {
        let d = x - self.rest;
        0.5 * self.k * d * d
    }

    fn name(&self) -> &'static str {
        "spring"
    }
}

#[differentiate]
impl Model for Morse {
    const N: usize = 3;

    fn energy(&self, x: f64) -> f64 {
        let e = 1.0 - (-self.1 * x).exp();
        self.0 * e * e
    }

    fn force(&self, x: f64) -> f64 {
        let e = (-self.1 * x).exp();
        -2.0 * self.0 * self.1 * (1.0 - e) * e
    }
}

#[differentiate]
fn total<M: Model>(m: &M, xs: &[f64]) -> f64 {
    xs.iter().map(|&x| m.energy(x)).sum()
}

#[differentiate]
fn unnamed(m: &impl Model, x: f64) -> f64 {
    m.energy(x) * m.force(x)
}

#[differentiate]
fn by_value(m: impl Model, x: f64) -> f64 {
    m.force(x) + <f64 as From<f32>>::from(0.5)
}

#[differentiate]
fn qualified<M: Model>(m: &M, x: f64) -> f64 {
    M::energy(m, x) + <M as Model>::force(m, 2.0 * x) * M::N as f64 + Model::energy(m, -x)
}

#[differentiate]
fn default_and_override(v: &[f64]) -> f64 {
    let spring = Spring { k: v[0], rest: v[1] };
    let morse = Morse(v[0], v[1]);
    spring.force(v[2]) + morse.force(v[2]) + unnamed(&spring, v[2]) + unnamed(&morse, v[2])
}

#[differentiate]
fn generic_callers(v: &[f64]) -> f64 {
    let spring = Spring { k: v[0], rest: v[1] };
    let morse = Morse(v[1], v[0]);
    total(&spring, v) * total(&morse, &v[1..]) + qualified(&spring, v[2]) - qualified(&morse, v[2])
}

#[differentiate]
fn unnamed_by_value(v: &[f64]) -> f64 {
    let spring = Spring { k: v[0], rest: v[1] };
    by_value(spring, v[2]) * by_value(Morse(v[1], v[2]), v[0])
}

#[differentiate]
fn vector_results(v: &[f64]) -> f64 {
    let spring = Spring { k: v[0], rest: v[1] };
    let ys = spring.over(v);
    ys[0] * ys[1] + Morse(v[2], v[1]).over(v)[2]
}

/// The model changes after the call: the pullback borrows nothing of it.
#[differentiate]
fn changed_after_the_call(v: &[f64]) -> f64 {
    let mut spring = Spring { k: v[0], rest: v[1] };
    let mut s = 0.0;
    for i in 0..3 {
        s += spring.energy(v[2]) * i as f64;
        spring.k *= spring.rest;
        spring.rest += s;
    }
    s + spring.k
}

// ---- wrappers ---------------------------------------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub struct Scaled<M: Model> {
    inner: M,
    factor: f64,
}

#[differentiate]
impl<M: Model> Model for Scaled<M> {
    const N: usize = M::N + 1;

    fn energy(&self, x: f64) -> f64 {
        self.factor * self.inner.energy(x)
    }
}

#[derive(Differentiable)]
pub struct Sum<A, B> {
    a: A,
    b: B,
}

#[differentiate]
impl<A, B> Model for Sum<A, B>
where
    A: Model,
    B: Model,
{
    const N: usize = A::N * B::N;

    fn energy(&self, x: f64) -> f64 {
        self.a.energy(x) + self.b.energy(x * x)
    }
}

#[differentiate]
impl<M: Model + ?Sized> Model for &M {
    const N: usize = M::N;

    fn energy(&self, x: f64) -> f64 {
        (**self).energy(x)
    }
}

#[differentiate]
impl<M: Model> Model for Vec<M> {
    const N: usize = 2;

    fn energy(&self, x: f64) -> f64 {
        let mut s = 0.0;
        for m in self {
            s += m.energy(x + s);
        }
        s
    }
}

#[differentiate]
fn wrapped(v: &[f64]) -> f64 {
    let spring = Spring { k: v[0], rest: v[1] };
    let scaled = Scaled { inner: Scaled { inner: spring.clone(), factor: v[2] }, factor: v[0] };
    let both = Sum { a: scaled.clone(), b: Morse(v[1], v[2]) };
    both.force(v[1]) + total(&both, v) + unnamed(&scaled, v[0]) + both.over(v)[1]
}

#[differentiate]
fn through_references(v: &[f64]) -> f64 {
    let spring = Spring { k: v[0], rest: v[1] };
    total(&&spring, v) + unnamed(&&spring, v[2])
}

#[differentiate]
fn in_vectors(v: &[f64]) -> f64 {
    let chain = vec![Spring { k: v[0], rest: v[1] }, Spring { k: v[2], rest: v[0] }];
    total(&chain, v)
}

// ---- recursion --------------------------------------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub struct Tree {
    weight: f64,
    left: Option<Box<Tree>>,
}

#[differentiate]
impl Model for Tree {
    const N: usize = 0;

    fn energy(&self, x: f64) -> f64 {
        let below = match &self.left {
            Some(t) => t.energy(x * self.weight),
            None => x,
        };
        below * self.weight
    }
}

#[differentiate]
fn recursive(v: &[f64]) -> f64 {
    let leaf = Tree { weight: v[0], left: None };
    let tree = Tree { weight: v[1], left: Some(Box::new(leaf)) };
    tree.energy(v[2]) + tree.force(v[0])
}

// ---- associated functions, methods with parameters ---------------------------------------------------------

#[differentiate]
pub trait Activation {
    fn apply(x: f64) -> f64;

    fn twice(x: f64) -> f64 {
        Self::apply(Self::apply(x))
    }

    fn generic<T: Float>(x: T, _scale: T) -> T {
        x * x
    }
}

pub struct Tanh;
pub struct Softsign;

#[differentiate]
impl Activation for Tanh {
    fn apply(x: f64) -> f64 {
        x.tanh()
    }

    fn generic<T: Float>(x: T, scale: T) -> T {
        (x * scale).sin() * scale
    }
}

#[differentiate]
impl Activation for Softsign {
    fn apply(x: f64) -> f64 {
        x / (1.0 + x.abs())
    }
}

#[differentiate]
fn layer<A: Activation>(w: &[f64], x: f64) -> f64 {
    w.iter().map(|w| A::apply(w * x)).sum::<f64>() + A::twice(x) * A::generic(x, 2.0)
}

#[differentiate]
fn static_dispatch(v: &[f64]) -> f64 {
    layer::<Tanh>(v, v[0]) * layer::<Softsign>(v, v[1]) + <Tanh as Activation>::apply(v[2]) + Tanh::twice(v[1])
}

// ---- `self` by value and by `&mut`, `Self` as a result, supertraits -----------------------------------------

#[differentiate]
pub trait Integrator: Sized + Clone {
    fn advance(&mut self, dt: f64) -> f64;
    fn kick(&mut self, by: &mut [f64]);
    fn done(self, scale: f64) -> f64;
    fn moved(&self, by: f64) -> Self;
    fn run(mut self, n: usize, dt: f64) -> f64
    where
        Self: Sized,
    {
        let mut s = 0.0;
        for _ in 0..n {
            s += self.advance(dt);
        }
        s * self.done(dt)
    }
}

#[derive(Differentiable, Clone)]
pub struct Particle {
    x: f64,
    v: f64,
    steps: usize,
}

#[differentiate]
impl Integrator for Particle {
    fn advance(&mut self, dt: f64) -> f64 {
        self.v -= dt * self.x.sin();
        self.x += dt * self.v;
        self.steps += 1;
        self.x * self.v
    }
    fn kick(&mut self, by: &mut [f64]) {
        self.v += by[0] * self.x;
        by[0] = self.v;
    }
    fn done(self, scale: f64) -> f64 {
        self.x * scale + self.v
    }
    fn moved(&self, by: f64) -> Self {
        Self { x: self.x + by * self.v, ..self.clone() }
    }
}

#[differentiate]
fn simulate<P: Integrator>(start: &P, by: f64, n: usize) -> f64 {
    let mut p = start.moved(by);
    let mut s = 0.0;
    for _ in 0..n {
        s += p.advance(by);
    }
    let mut kicks = [s, by];
    p.kick(&mut kicks);
    s + kicks[0] * p.moved(s).done(by) + start.moved(by).run(n, by)
}

#[differentiate]
fn states(v: &[f64]) -> f64 {
    let p = Particle { x: v[0], v: v[1], steps: 0 };
    simulate(&p, v[2], 4)
}

#[differentiate]
pub trait Damped: Model {
    fn damping(&self) -> f64;
    fn loss(&self, x: f64) -> f64 {
        self.energy(x) * self.damping()
    }
}

#[differentiate]
impl Damped for Spring {
    fn damping(&self) -> f64 {
        self.k.sqrt()
    }
}

#[differentiate]
fn dissipated<D: Damped>(d: &D, x: f64) -> f64 {
    d.loss(x) + d.force(x)
}

#[differentiate]
fn supertraits(v: &[f64]) -> f64 {
    dissipated(&Spring { k: v[0], rest: v[1] }, v[2])
}

// ---- blanket implementation ----------------------------------------------------------------------------------

#[differentiate]
pub trait Summary {
    fn summary(&self, x: f64) -> f64;
}

#[differentiate]
impl<D: Damped> Summary for D {
    fn summary(&self, x: f64) -> f64 {
        self.loss(x) * self.damping()
    }
}

#[differentiate]
fn blanket(v: &[f64]) -> f64 {
    Spring { k: v[0], rest: v[1] }.summary(v[2])
}

// ---- generic over the number --------------------------------------------------------------------------------

#[differentiate]
pub trait Layer<T: Float> {
    fn forward(&self, x: T) -> T;
    fn each(&self, xs: &[T]) -> Vec<T> {
        xs.iter().map(|&x| self.forward(x)).collect()
    }
}

#[derive(Differentiable, Clone)]
pub struct Dense<T> {
    w: T,
    b: T,
}

#[derive(Differentiable, Clone)]
pub struct Chain<A, B> {
    first: A,
    second: B,
}

#[derive(Differentiable, Clone)]
pub struct Square;

#[differentiate]
impl<T: Float> Layer<T> for Dense<T> {
    fn forward(&self, x: T) -> T {
        (self.w * x + self.b).tanh()
    }
}

#[differentiate]
impl<T: Float> Layer<T> for Square {
    fn forward(&self, x: T) -> T {
        x * x
    }
    fn each(&self, xs: &[T]) -> Vec<T> {
        xs.iter().map(|&x| x * x * x).collect()
    }
}

#[differentiate]
impl<T: Float, A: Layer<T>, B: Layer<T>> Layer<T> for Chain<A, B> {
    fn forward(&self, x: T) -> T {
        self.second.forward(self.first.forward(x))
    }
}

/// The bound of the derivative is the siblings' own: the function itself is generic over any `Float`.
#[differentiate]
fn two_layers<T: Float>(a: &Dense<T>, b: &Dense<T>, x: T) -> T {
    b.forward(a.forward(x)) + a.each(&[x, x * x])[1]
}

#[differentiate]
fn any_layer<T: Float, L: Layer<T>>(l: &L, xs: &[T]) -> T {
    let mut s = T::zero();
    for y in l.each(xs) {
        s = s + y * y;
    }
    s
}

#[differentiate]
fn layers(v: &[f64]) -> f64 {
    let (a, b) = (Dense { w: v[0], b: v[1] }, Dense { w: v[2], b: v[0] });
    let direct = two_layers(&a, &b, v[1]);
    let chain = Chain { first: a, second: Chain { first: Square, second: b } };
    direct + any_layer(&chain, v) + any_layer(&Square, v)
}

// ---- the trait in another module, options, attributes ---------------------------------------------------------

mod elsewhere {
    use autodiff_core::differentiate;

    #[differentiate]
    pub trait Potential {
        /// Its value.
        #[must_use]
        #[differentiate(wrt(x))]
        fn at(&self, x: f64, scale: f64) -> f64;
        #[cfg(any())]
        fn absent(&self, x: Missing) -> f64;
        #[inline]
        fn slope(&self, r#in: f64, (a, b): (f64, f64)) -> f64 {
            self.at(a, r#in) * b
        }
    }
}

#[differentiate]
impl elsewhere::Potential for [f64; 2] {
    fn at(&self, x: f64, scale: f64) -> f64 {
        self[0] * x + self[1] * x * x * scale
    }
}

#[differentiate]
fn other_modules(v: &[f64]) -> f64 {
    use elsewhere::Potential;
    let p = [v[0], v[1]];
    p.at(v[2], v[0]) + p.slope(v[1], (v[2], v[0]))
}

mod checks {
    checked! {
        default_and_override default_and_override_grad default_and_override_vjp default_and_override_jvp at [1.3, 0.7, -0.4], [0.5, 2.0, 1.5];
        generic_callers generic_callers_grad generic_callers_vjp generic_callers_jvp at [1.3, 0.7, -0.4], [0.5, 2.0, 1.5];
        unnamed_by_value unnamed_by_value_grad unnamed_by_value_vjp unnamed_by_value_jvp at [1.3, 0.7, -0.4];
        vector_results vector_results_grad vector_results_vjp vector_results_jvp at [1.3, 0.7, -0.4];
        changed_after_the_call changed_after_the_call_grad changed_after_the_call_vjp changed_after_the_call_jvp at [1.3, 0.7, -0.4];
        wrapped wrapped_grad wrapped_vjp wrapped_jvp at [1.3, 0.7, -0.4], [0.5, -0.2, 0.9];
        through_references through_references_grad through_references_vjp through_references_jvp at [1.3, 0.7, -0.4];
        in_vectors in_vectors_grad in_vectors_vjp in_vectors_jvp at [1.3, 0.7, -0.4];
        recursive recursive_grad recursive_vjp recursive_jvp at [1.3, 0.7, -0.4];
        static_dispatch static_dispatch_grad static_dispatch_vjp static_dispatch_jvp at [1.3, 0.7, -0.4];
        states states_grad states_vjp states_jvp at [1.3, 0.7, -0.4];
        supertraits supertraits_grad supertraits_vjp supertraits_jvp at [1.3, 0.7, -0.4];
        blanket blanket_grad blanket_vjp blanket_jvp at [1.3, 0.7, -0.4];
        layers layers_grad layers_vjp layers_jvp at [1.3, 0.7, -0.4];
        other_modules other_modules_grad other_modules_vjp other_modules_jvp at [1.3, 0.7, -0.4];
    }
}

#[test]
fn siblings_of_the_trait() {
    let spring = Spring { k: 1.3, rest: 0.4 };
    let (value, (this, x)) = spring.energy_grad(2.0);
    assert_eq!(value, spring.energy(2.0));
    assert!((this.k - 0.5 * 1.6 * 1.6).abs() < 1e-15 && (x - 1.3 * 1.6).abs() < 1e-15);
    let (_, (this_2, x_2)) = spring.energy_vjp(2.0, -3.0);
    assert_eq!((this_2.k, this_2.rest, x_2), (-3.0 * this.k, -3.0 * this.rest, -3.0 * x));
    let mut bar = spring.zero_cotangent();
    bar.k = 10.0;
    let mut x_bar = 5.0;
    spring.energy_grad_accumulate(2.0, &mut bar, &mut x_bar);
    assert_eq!((bar.k, x_bar), (10.0 + this.k, 5.0 + x));
    let mut dot = spring.zero_cotangent();
    (dot.k, dot.rest) = (0.3, -0.2);
    let (_, tangent) = spring.energy_jvp(2.0, (&dot, 0.7));
    assert!((tangent - (0.3 * this.k - 0.2 * this.rest + 0.7 * x)).abs() < 1e-14);
    assert_eq!(spring.over_vjp(&[1.0, 2.0], vec![0.0, 1.0]).1.1, vec![0.0, x]);
    assert_eq!(Tanh::apply_grad(0.3).1, 1.0 - 0.3_f64.tanh().powi(2));
    assert_eq!((spring.name(), Morse(1.0, 1.0).name()), ("spring", "model"));
}

#[test]
fn wrt_narrows_the_siblings_of_a_trait() {
    use elsewhere::Potential;
    let p = [2.0, 3.0];
    assert_eq!(p.at_grad(0.5, 2.0), (2.5, 2.0 + 3.0 * 2.0 * 0.5 * 2.0));
    assert_eq!(p.at_jvp(0.5, 2.0, 0.1), (2.5, 0.8));
}

#[test]
fn methods_that_take_self() {
    let p = Particle { x: 0.3, v: -0.4, steps: 0 };
    let (value, (this, scale)) = p.clone().done_grad(2.0);
    assert_eq!((value, this.x, this.v, scale), (p.clone().done(2.0), 2.0, 1.0, 0.3));
    let (value, (this, _)) = p.clone().run_grad(3, 0.1);
    assert_eq!(value, p.clone().run(3, 0.1));
    let h = 1e-6;
    let run = |x| Particle { x, ..p.clone() }.run(3, 0.1);
    assert!((this.x - (run(0.3 + h) - run(0.3 - h)) / (2.0 * h)).abs() < 1e-8);
}

/// A trait whose parameter has no bound, for a type of any numbers: the siblings asked for more than those of the trait (E0276).
mod traits_of_any_type {
    use super::*;

    #[differentiate(hessian)]
    trait Response<T> {
        fn at(&self, x: T) -> T;

        fn strengthen(&mut self, x: T) -> T;
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Spring<T> {
        k: T,
    }

    #[differentiate(hessian)]
    impl<T: num_traits::Float> Response<T> for Spring<T> {
        fn at(&self, x: T) -> T {
            self.k * x * x
        }

        #[allow(clippy::assign_op_pattern)] // `Float` has no `*=`
        fn strengthen(&mut self, x: T) -> T {
            self.k = self.k * x;
            self.k
        }
    }

    #[differentiate(hessian)]
    fn pulled(k: f64, x: f64) -> f64 {
        let mut spring = Spring { k };
        let stronger = spring.strengthen(x);
        spring.at(x) * stronger
    }

    #[test]
    fn are_those_of_all_numbers() {
        // k² x⁴
        let (k, x) = (0.7_f64, 1.3_f64);
        let (_, (of_k, of_x)) = pulled_grad(k, x);
        approx::assert_relative_eq!(of_k, 2.0 * k * x.powi(4), max_relative = 1e-12);
        approx::assert_relative_eq!(of_x, 4.0 * k * k * x.powi(3), max_relative = 1e-12);
        approx::assert_relative_eq!(pulled_hessian(k, x).2[0][1], 8.0 * k * x.powi(3), max_relative = 1e-12);
        let (value, (of_spring, of_x)) = Spring { k: 0.5_f32 }.at_vjp(3.0, 1.0);
        assert_eq!((value, of_spring.k, of_x), (4.5, 9.0, 3.0));
    }
}

/// Second derivatives of functions that change what they are called on ask for a copy of it where they are called, not in the trait (E0277).
mod second_derivatives_of_changes {
    use super::*;

    #[differentiate(hessian)]
    trait Grows {
        fn grow(&mut self, x: f64) -> f64;

        fn grow_twice(&mut self, x: f64) {
            let r = self.grow(x);
            self.grow(r);
        }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Plant {
        size: f64,
    }

    #[differentiate(hessian)]
    impl Grows for Plant {
        fn grow(&mut self, x: f64) -> f64 {
            self.size *= x * x;
            self.size
        }
    }

    #[differentiate(hessian)]
    fn grown(size: f64, x: f64) -> f64 {
        let mut plant = Plant { size };
        plant.grow_twice(x);
        plant.size
    }

    #[test]
    fn are_taken_through_a_trait() {
        // (s x²)³
        let (s, x) = (0.7_f64, 1.3_f64);
        approx::assert_relative_eq!(grown_grad(s, x).1.0, 3.0 * s * s * x.powi(6), max_relative = 1e-12);
        let second = grown_hessian(s, x).2;
        approx::assert_relative_eq!(second[0][1], 18.0 * s * s * x.powi(5), max_relative = 1e-12);
        approx::assert_relative_eq!(second[1][1], 30.0 * s.powi(3) * x.powi(4), max_relative = 1e-12);
        assert_eq!(Plant { size: 2.0 }.grow_hessian(3.0).2, [[0.0, 6.0], [6.0, 4.0]]);
    }
}
