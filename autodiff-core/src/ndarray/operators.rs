//! `+`, `-`, `*`, `/`, negation and `dot` of arrays.
//!
//! Operators broadcast as those of `ndarray` do: the cotangent of an operand that was repeated along an axis is the sum along it.

use ndarray::linalg::{general_mat_mul, general_mat_vec_mul};
use ndarray::{Array, Array1, Array2, ArrayViewD, Axis, CowArray, Dimension, Ix1, Ix2, IxDyn, Zip};

use super::Element;
use crate::operators::curvature::lift;
use crate::operators::higher::each_share;
use crate::operators::{AddCurvature, DivCurvature, MulCurvature, NegCurvature, SubCurvature};
use crate::operators::{AddRule, DivRule, MulRule, NegRule, SubRule};
use crate::rt::Unchanged;
use crate::{Cotangent, Differentiable, Dual, Real};

/// An array's cotangent, in the words of the traits: rustc does not see through them where both operands have one type.
pub(super) type CotangentOf<T> = <T as Differentiable>::Cotangent;

/// Sums over the axes along which an operand of this shape was repeated.
fn unbroadcast<'a, T: Element>(contribution: ArrayViewD<'a, T>, shape: &[usize]) -> CowArray<'a, T, IxDyn> {
    let mut c = CowArray::from(contribution);
    while c.ndim() > shape.len() {
        c = CowArray::from(c.sum_axis(Axis(0)));
    }
    for (axis, &n) in shape.iter().enumerate() {
        if n != c.len_of(Axis(axis)) {
            c = CowArray::from(c.sum_axis(Axis(axis)).insert_axis(Axis(axis)));
        }
    }
    c
}

/// `bar += factor contribution`
pub(super) fn add<T: Element, D: Dimension>(bar: &mut Array<T, D>, contribution: ArrayViewD<T>, factor: T) {
    let c = unbroadcast(contribution, bar.shape());
    bar.view_mut().into_dyn().zip_mut_with(&c, |b, &c| *b += factor * c);
}

/// `bar += f(out_bar, other)`, with `other` repeated as the operator did.
fn add_with<T: Element, D: Dimension, E: Dimension, O: Dimension>(
    bar: &mut Array<T, D>,
    out_bar: &Array<T, O>,
    other: &Array<T, E>,
    f: impl Fn(T, T) -> T,
) {
    let mut product = out_bar.clone().into_dyn();
    product.zip_mut_with(&other.view().into_dyn(), |y, &b| *y = f(*y, b));
    add(bar, product.view(), T::__ONE);
}

/// One operator for a pair of dimensions, and for the two mixed forms of values and references.
macro_rules! rule {
    ($rule:ident, [$($D:ident)?] $L:ty, $R:ty => $O:ty, |$a:ident, $b:ident, $y:ident, $bar:ident| $lhs:expr, $rhs:expr) => {
        rule!(one $rule, [$($D)?] Array<T, $L>, Array<T, $R> => $L, $R, $O, |$a, $b, $y, $bar| $lhs, $rhs);
        rule!(one $rule, [$($D)?] Array<T, $L>, &Array<T, $R> => $L, $R, $O, |$a, $b, $y, $bar| $lhs, $rhs);
        rule!(one $rule, [$($D)?] &Array<T, $L>, Array<T, $R> => $L, $R, $O, |$a, $b, $y, $bar| $lhs, $rhs);
    };
    (one $rule:ident, [$($D:ident)?] $Lhs:ty, $Rhs:ty => $L:ty, $R:ty, $O:ty,
     |$a:ident, $b:ident, $y:ident, $bar:ident| $lhs:expr, $rhs:expr) => {
        #[diagnostic::do_not_recommend]
        impl<T: Element, $($D: Dimension)?> $rule<$Rhs> for $Lhs {
            type Output = Array<T, $O>;

            fn lhs(&self, rhs: &$Rhs, $y: &CotangentOf<Self::Output>, $bar: &mut CotangentOf<Self>) {
                let ($a, $b): (&Array<T, $L>, &Array<T, $R>) = (self, rhs);
                let _ = ($a, $b);
                $lhs;
            }

            fn rhs(&self, rhs: &$Rhs, $y: &CotangentOf<Self::Output>, $bar: &mut CotangentOf<$Rhs>) {
                let ($a, $b): (&Array<T, $L>, &Array<T, $R>) = (self, rhs);
                let _ = ($a, $b);
                $rhs;
            }
        }
    };
}

macro_rules! rules {
    ($($dims:tt $L:ty, $R:ty => $O:ty;)*) => { $(
        rule!(AddRule, $dims $L, $R => $O, |a, b, y, bar| add(bar, y.view().into_dyn(), T::__ONE), add(bar, y.view().into_dyn(), T::__ONE));
        rule!(SubRule, $dims $L, $R => $O, |a, b, y, bar| add(bar, y.view().into_dyn(), T::__ONE), add(bar, y.view().into_dyn(), -T::__ONE));
        rule!(MulRule, $dims $L, $R => $O, |a, b, y, bar| add_with(bar, y, b, |y, b| y * b), add_with(bar, y, a, |y, a| y * a));
        rule!(DivRule, $dims $L, $R => $O, |a, b, y, bar| add_with(bar, y, b, |y, b| y / b), {
            // -y_bar a / b^2
            let mut quotient = y.clone();
            quotient.view_mut().into_dyn().zip_mut_with(&a.view().into_dyn(), |y, &a| *y = -(*y * a));
            add_with(bar, &quotient, b, |q, b| q / b / b)
        });
    )* };
}

rules! {
    [D] D, D => D;
    [] Ix2, Ix1 => Ix2;
    [] Ix1, Ix2 => Ix2;
}

/// `y other`, with `other` repeated as the operator did.
fn times<T: Element, O: Dimension, E: Dimension>(y: &Array<T, O>, other: &Array<T, E>) -> Array<T, O> {
    let mut product = y.clone();
    product.view_mut().into_dyn().zip_mut_with(&other.view().into_dyn(), |y, &b| *y *= b);
    product
}

/// How the contributions of an operator change, for a pair of dimensions and the forms that [`rule`] has.
macro_rules! change {
    ($curvature:ident, [$($D:ident)?] $L:ty, $R:ty => $O:ty, |$a:ident, $b:ident, $ad:ident, $bd:ident, $y:ident, $bar:ident| $lhs:expr, $rhs:expr) => {
        change!(one $curvature, [$($D)?] Array<T, $L>, Array<T, $R> => $L, $R, |$a, $b, $ad, $bd, $y, $bar| $lhs, $rhs);
        change!(one $curvature, [$($D)?] Array<T, $L>, &Array<T, $R> => $L, $R, |$a, $b, $ad, $bd, $y, $bar| $lhs, $rhs);
        change!(one $curvature, [$($D)?] &Array<T, $L>, Array<T, $R> => $L, $R, |$a, $b, $ad, $bd, $y, $bar| $lhs, $rhs);
    };
    (one $curvature:ident, [$($D:ident)?] $Lhs:ty, $Rhs:ty => $L:ty, $R:ty,
     |$a:ident, $b:ident, $ad:ident, $bd:ident, $y:ident, $bar:ident| $lhs:expr, $rhs:expr) => {
        #[diagnostic::do_not_recommend]
        impl<T: Element, $($D: Dimension)?> $curvature<$Rhs> for $Lhs {
            fn lhs_curvature(
                &self,
                rhs: &$Rhs,
                $ad: Option<&CotangentOf<Self>>,
                $bd: Option<&CotangentOf<$Rhs>>,
                $y: &CotangentOf<Self::Output>,
                $bar: &mut CotangentOf<Self>,
            ) {
                let ($a, $b): (&Array<T, $L>, &Array<T, $R>) = (self, rhs);
                let _ = ($a, $b, $ad, $bd, $y, &$bar);
                $lhs;
            }

            fn rhs_curvature(
                &self,
                rhs: &$Rhs,
                $ad: Option<&CotangentOf<Self>>,
                $bd: Option<&CotangentOf<$Rhs>>,
                $y: &CotangentOf<Self::Output>,
                $bar: &mut CotangentOf<$Rhs>,
            ) {
                let ($a, $b): (&Array<T, $L>, &Array<T, $R>) = (self, rhs);
                let _ = ($a, $b, $ad, $bd, $y, &$bar);
                $rhs;
            }
        }
    };
}

macro_rules! changes {
    ($($dims:tt $L:ty, $R:ty => $O:ty;)*) => { $(
        change!(AddCurvature, $dims $L, $R => $O, |a, b, ad, bd, y, bar| (), ());
        change!(SubCurvature, $dims $L, $R => $O, |a, b, ad, bd, y, bar| (), ());
        change!(MulCurvature, $dims $L, $R => $O, |a, b, ad, bd, y, bar| {
            if let Some(bd) = bd {
                add_with(bar, y, bd, |y, bd| y * bd);
            }
        }, {
            if let Some(ad) = ad {
                add_with(bar, y, ad, |y, ad| y * ad);
            }
        });
        change!(DivCurvature, $dims $L, $R => $O, |a, b, ad, bd, y, bar| {
            // of y_bar / b
            if let Some(bd) = bd {
                add_with(bar, &times(y, bd), b, |q, b| -(q / b / b));
            }
        }, {
            // of -y_bar a / b^2
            if let Some(ad) = ad {
                add_with(bar, &times(y, ad), b, |q, b| -(q / b / b));
            }
            if let Some(bd) = bd {
                add_with(bar, &times(&times(y, a), bd), b, |q, b| (q + q) / b / b / b);
            }
        });
    )* };
}

changes! {
    [D] D, D => D;
    [] Ix2, Ix1 => Ix2;
    [] Ix1, Ix2 => Ix2;
}

/// A number's tangent, and elements with theirs; zeros where there is none.
fn moving<T: Real, D: Dimension>(a: &Array<T, D>, dot: Option<&Array<T, D>>) -> Array<Dual<T>, D> {
    match dot {
        Some(dot) => Zip::from(a).and(dot).map_collect(|&a, &dot| Dual::new(a, dot)),
        None => a.map(|&a| Dual::constant(a)),
    }
}

/// Operators with one number; `$f` and `$g` are the contributions of `$y` to the array's element and to the number.
macro_rules! with_number {
    ($float:ident: $($rule:ident $curvature:ident |$a:ident, $s:ident, $y:ident| $f:expr, $g:expr;)*) => { $(
        // The contributions on dual numbers.
        #[diagnostic::do_not_recommend]
        impl<D: Dimension> $curvature<$float> for Array<$float, D> {
            fn lhs_curvature(
                &self,
                &s: &$float,
                lhs_dot: Option<&CotangentOf<Self>>,
                rhs_dot: Option<&$float>,
                out_bar: &CotangentOf<Self>,
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                let $s = lift(s, rhs_dot);
                Zip::from(lhs_bar_dot).and(&moving(self, lhs_dot)).and(out_bar).for_each(|bar, &$a, &y| {
                    let $y = Dual::constant(y);
                    let _ = ($a, $s);
                    *bar += ($f).eps;
                });
            }

            fn rhs_curvature(
                &self,
                &s: &$float,
                lhs_dot: Option<&CotangentOf<Self>>,
                rhs_dot: Option<&$float>,
                out_bar: &CotangentOf<Self>,
                rhs_bar_dot: &mut $float,
            ) {
                let $s = lift(s, rhs_dot);
                Zip::from(&moving(self, lhs_dot)).and(out_bar).for_each(|&$a, &y| {
                    let $y = Dual::constant(y);
                    let _ = ($a, $s);
                    *rhs_bar_dot += ($g).eps;
                });
            }
        }

        #[diagnostic::do_not_recommend]
        impl<D: Dimension> $rule<$float> for Array<$float, D> {
            type Output = Self;

            fn lhs(&self, &$s: &$float, out_bar: &CotangentOf<Self>, lhs_bar: &mut CotangentOf<Self>) {
                let _ = $s;
                Zip::from(lhs_bar).and(self).and(out_bar).for_each(|bar, &$a, &$y| {
                    let _ = $a;
                    *bar += $f;
                });
            }

            fn rhs(&self, &$s: &$float, out_bar: &CotangentOf<Self>, rhs_bar: &mut CotangentOf<$float>) {
                Zip::from(self).and(out_bar).for_each(|&$a, &$y| {
                    let _ = ($a, $s);
                    *rhs_bar += $g;
                });
            }
        }
    )* };
}

macro_rules! numbers_first {
    ($float:ident: $($rule:ident $curvature:ident |$s:ident, $a:ident, $y:ident| $g:expr, $f:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<D: Dimension> $curvature<Array<$float, D>> for $float {
            fn lhs_curvature(
                &self,
                rhs: &Array<$float, D>,
                lhs_dot: Option<&$float>,
                rhs_dot: Option<&CotangentOf<Array<$float, D>>>,
                out_bar: &CotangentOf<Self::Output>,
                lhs_bar_dot: &mut $float,
            ) {
                let $s = lift(*self, lhs_dot);
                Zip::from(&moving(rhs, rhs_dot)).and(out_bar).for_each(|&$a, &y| {
                    let $y = Dual::constant(y);
                    let _ = ($a, $s);
                    *lhs_bar_dot += ($g).eps;
                });
            }

            fn rhs_curvature(
                &self,
                rhs: &Array<$float, D>,
                lhs_dot: Option<&$float>,
                rhs_dot: Option<&CotangentOf<Array<$float, D>>>,
                out_bar: &CotangentOf<Self::Output>,
                rhs_bar_dot: &mut CotangentOf<Array<$float, D>>,
            ) {
                let $s = lift(*self, lhs_dot);
                Zip::from(rhs_bar_dot).and(&moving(rhs, rhs_dot)).and(out_bar).for_each(|bar, &$a, &y| {
                    let $y = Dual::constant(y);
                    let _ = ($a, $s);
                    *bar += ($f).eps;
                });
            }
        }

        #[diagnostic::do_not_recommend]
        impl<D: Dimension> $rule<Array<$float, D>> for $float {
            type Output = Array<$float, D>;

            fn lhs(&self, rhs: &Array<$float, D>, out_bar: &CotangentOf<Self::Output>, lhs_bar: &mut CotangentOf<Self>) {
                let $s = *self;
                Zip::from(rhs).and(out_bar).for_each(|&$a, &$y| {
                    let _ = ($a, $s);
                    *lhs_bar += $g;
                });
            }

            fn rhs(&self, rhs: &Array<$float, D>, out_bar: &CotangentOf<Self::Output>, rhs_bar: &mut CotangentOf<Array<$float, D>>) {
                let $s = *self;
                Zip::from(rhs_bar).and(rhs).and(out_bar).for_each(|bar, &$a, &$y| {
                    let _ = ($a, $s);
                    *bar += $f;
                });
            }
        }
    )* };
}

macro_rules! numbers {
    ($($float:ident)*) => { $(
        with_number! { $float:
            AddRule AddCurvature |a, s, y| y, y;
            SubRule SubCurvature |a, s, y| y, -y;
            MulRule MulCurvature |a, s, y| y * s, y * a;
            DivRule DivCurvature |a, s, y| y / s, -(y * (a / s) / s);
        }
        numbers_first! { $float:
            AddRule AddCurvature |s, a, y| y, y;
            SubRule SubCurvature |s, a, y| y, -y;
            MulRule MulCurvature |s, a, y| y * a, y * s;
            DivRule DivCurvature |s, a, y| y / a, -(y * (s / a) / a);
        }
    )* };
}
numbers!(f32 f64);

#[diagnostic::do_not_recommend]
impl<T: Real, D: Dimension> NegRule for Array<T, D> {
    type Output = Self;

    fn operand(&self, out_bar: &CotangentOf<Self>, bar: &mut CotangentOf<Self>) {
        bar.zip_mut_with(out_bar, |b, &y| *b -= y);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real, D: Dimension> NegCurvature for Array<T, D> {
    fn operand_curvature(&self, _: Option<&CotangentOf<Self>>, _: &CotangentOf<Self>, _: &mut CotangentOf<Self>) {}
}

/// `a.dot(&b)` in annotated functions: matrix times matrix, matrix times vector, vector times vector.
#[doc(hidden)]
pub trait DotRule<Rhs: Differentiable>: Differentiable {
    /// What the product gives.
    type Output: Differentiable;

    /// The product, and its pullback.
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    fn dot_needs_differentiate(
        &self,
        rhs: &Rhs,
    ) -> (
        Self::Output,
        impl FnOnce(&Self, &Rhs, <Self::Output as Differentiable>::Cotangent, Option<&mut Self::Cotangent>, Option<&mut Rhs::Cotangent>)
        + use<Self, Rhs>,
    );

    /// The product and its tangent.
    fn dot_needs_differentiate_jvp(
        &self,
        rhs: &Rhs,
        lhs_dot: Option<&Self::Cotangent>,
        rhs_dot: Option<&Rhs::Cotangent>,
    ) -> (Self::Output, <Self::Output as Differentiable>::Cotangent, Unchanged);

    /// The product, its tangent, and a pullback with tangents.
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    fn dot_needs_differentiate_hessian(
        &self,
        rhs: &Rhs,
        lhs_dot: Option<&Self::Cotangent>,
        rhs_dot: Option<&Rhs::Cotangent>,
    ) -> (
        Self::Output,
        <Self::Output as Differentiable>::Cotangent,
        Unchanged,
        impl FnOnce(
            &Self,
            &Rhs,
            Option<&Self::Cotangent>,
            Option<&Rhs::Cotangent>,
            <Self::Output as Differentiable>::Cotangent,
            <Self::Output as Differentiable>::Cotangent,
            Option<&mut Self::Cotangent>,
            Option<&mut Rhs::Cotangent>,
            Option<&mut Self::Cotangent>,
            Option<&mut Rhs::Cotangent>,
        ) + use<Self, Rhs>,
    );

    /// The same with tangents in two directions, and in both.
    #[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "the protocol of pullbacks")]
    fn dot_needs_differentiate_order_3(
        &self,
        rhs: &Rhs,
        lhs_1: Option<&Self::Cotangent>,
        rhs_1: Option<&Rhs::Cotangent>,
        lhs_2: Option<&Self::Cotangent>,
        rhs_2: Option<&Rhs::Cotangent>,
        lhs_12: Option<&Self::Cotangent>,
        rhs_12: Option<&Rhs::Cotangent>,
    ) -> (
        Self::Output,
        <Self::Output as Differentiable>::Cotangent,
        <Self::Output as Differentiable>::Cotangent,
        <Self::Output as Differentiable>::Cotangent,
        Unchanged,
        Unchanged,
        Unchanged,
        impl FnOnce(
            &Self,
            &Rhs,
            Option<&Self::Cotangent>,
            Option<&Rhs::Cotangent>,
            Option<&Self::Cotangent>,
            Option<&Rhs::Cotangent>,
            Option<&Self::Cotangent>,
            Option<&Rhs::Cotangent>,
            <Self::Output as Differentiable>::Cotangent,
            <Self::Output as Differentiable>::Cotangent,
            <Self::Output as Differentiable>::Cotangent,
            <Self::Output as Differentiable>::Cotangent,
            Option<&mut Self::Cotangent>,
            Option<&mut Rhs::Cotangent>,
            Option<&mut Self::Cotangent>,
            Option<&mut Rhs::Cotangent>,
            Option<&mut Self::Cotangent>,
            Option<&mut Rhs::Cotangent>,
            Option<&mut Self::Cotangent>,
            Option<&mut Rhs::Cotangent>,
        ) + use<Self, Rhs>,
    );
}

macro_rules! dot {
    ($L:ty, $R:ty => $O:ty, |$a:ident, $b:ident, $y:ident, $bar:ident| $lhs:expr, $rhs:expr) => {
        #[diagnostic::do_not_recommend]
        impl<T: Element> DotRule<$R> for $L {
            type Output = $O;

            #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
            fn dot_needs_differentiate(&self, rhs: &$R) -> ($O, impl FnOnce(&$L, &$R, $O, Option<&mut $L>, Option<&mut $R>) + use<T>) {
                (self.dot(rhs), |$a: &$L, $b: &$R, y_bar: $O, a_bar: Option<&mut $L>, b_bar: Option<&mut $R>| {
                    let $y = &y_bar;
                    if let Some($bar) = a_bar {
                        $lhs;
                    }
                    if let Some($bar) = b_bar {
                        $rhs;
                    }
                })
            }

            // The product is linear in either operand.
            fn dot_needs_differentiate_jvp(&self, rhs: &$R, lhs_dot: Option<&$L>, rhs_dot: Option<&$R>) -> ($O, $O, Unchanged) {
                let y = self.dot(rhs);
                let y_dot = match (lhs_dot, rhs_dot) {
                    (Some(lhs_dot), Some(rhs_dot)) => lhs_dot.dot(rhs) + self.dot(rhs_dot),
                    (Some(lhs_dot), None) => lhs_dot.dot(rhs),
                    (None, Some(rhs_dot)) => self.dot(rhs_dot),
                    (None, None) => y.zero_cotangent(),
                };
                (y, y_dot, Unchanged)
            }

            // A contribution is linear in the seed and in the other operand.
            #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
            fn dot_needs_differentiate_hessian(
                &self,
                rhs: &$R,
                lhs_dot: Option<&$L>,
                rhs_dot: Option<&$R>,
            ) -> (
                $O,
                $O,
                Unchanged,
                impl FnOnce(&$L, &$R, Option<&$L>, Option<&$R>, $O, $O, Option<&mut $L>, Option<&mut $R>, Option<&mut $L>, Option<&mut $R>)
                + use<T>,
            ) {
                let (y, y_dot, _) = self.dot_needs_differentiate_jvp(rhs, lhs_dot, rhs_dot);
                let to_lhs = |$b: &$R, $y: &$O, $bar: &mut $L| $lhs;
                let to_rhs = |$a: &$L, $y: &$O, $bar: &mut $R| $rhs;
                (
                    y,
                    y_dot,
                    Unchanged,
                    move |a: &$L,
                          b: &$R,
                          a_dot: Option<&$L>,
                          b_dot: Option<&$R>,
                          y_bar: $O,
                          y_bar_dot: $O,
                          a_bar: Option<&mut $L>,
                          b_bar: Option<&mut $R>,
                          a_bar_dot: Option<&mut $L>,
                          b_bar_dot: Option<&mut $R>| {
                        if let Some(bar) = a_bar {
                            to_lhs(b, &y_bar, bar);
                        }
                        if let Some(bar) = b_bar {
                            to_rhs(a, &y_bar, bar);
                        }
                        if let Some(bar) = a_bar_dot {
                            to_lhs(b, &y_bar_dot, bar);
                            if let Some(b_dot) = b_dot {
                                to_lhs(b_dot, &y_bar, bar);
                            }
                        }
                        if let Some(bar) = b_bar_dot {
                            to_rhs(a, &y_bar_dot, bar);
                            if let Some(a_dot) = a_dot {
                                to_rhs(a_dot, &y_bar, bar);
                            }
                        }
                    },
                )
            }

            #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
            fn dot_needs_differentiate_order_3(
                &self,
                rhs: &$R,
                lhs_1: Option<&$L>,
                rhs_1: Option<&$R>,
                lhs_2: Option<&$L>,
                rhs_2: Option<&$R>,
                lhs_12: Option<&$L>,
                rhs_12: Option<&$R>,
            ) -> (
                $O,
                $O,
                $O,
                $O,
                Unchanged,
                Unchanged,
                Unchanged,
                impl FnOnce(
                    &$L,
                    &$R,
                    Option<&$L>,
                    Option<&$R>,
                    Option<&$L>,
                    Option<&$R>,
                    Option<&$L>,
                    Option<&$R>,
                    $O,
                    $O,
                    $O,
                    $O,
                    Option<&mut $L>,
                    Option<&mut $R>,
                    Option<&mut $L>,
                    Option<&mut $R>,
                    Option<&mut $L>,
                    Option<&mut $R>,
                    Option<&mut $L>,
                    Option<&mut $R>,
                ) + use<T>,
            ) {
                let y = self.dot(rhs);
                let along = |lhs_dots: &[Option<&$L>], rhs_dots: &[Option<&$R>]| {
                    let mut y_dot = y.zero_cotangent();
                    each_share(lhs_dots, rhs_dots, |a, b| Cotangent::accumulate(&mut y_dot, &a.unwrap_or(self).dot(b.unwrap_or(rhs))));
                    y_dot
                };
                let dots = (along(&[lhs_1], &[rhs_1]), along(&[lhs_2], &[rhs_2]), along(&[lhs_1, lhs_2, lhs_12], &[rhs_1, rhs_2, rhs_12]));
                let to_lhs = |$b: &$R, $y: &$O, $bar: &mut $L| $lhs;
                let to_rhs = |$a: &$L, $y: &$O, $bar: &mut $R| $rhs;
                (
                    y,
                    dots.0,
                    dots.1,
                    dots.2,
                    Unchanged,
                    Unchanged,
                    Unchanged,
                    move |a: &$L,
                          b: &$R,
                          a_1: Option<&$L>,
                          b_1: Option<&$R>,
                          a_2: Option<&$L>,
                          b_2: Option<&$R>,
                          a_12: Option<&$L>,
                          b_12: Option<&$R>,
                          y_bar: $O,
                          y_1: $O,
                          y_2: $O,
                          y_12: $O,
                          a_bar: Option<&mut $L>,
                          b_bar: Option<&mut $R>,
                          a_bar_1: Option<&mut $L>,
                          b_bar_1: Option<&mut $R>,
                          a_bar_2: Option<&mut $L>,
                          b_bar_2: Option<&mut $R>,
                          a_bar_12: Option<&mut $L>,
                          b_bar_12: Option<&mut $R>| {
                        if let Some(bar) = a_bar {
                            to_lhs(b, &y_bar, bar);
                        }
                        if let Some(bar) = b_bar {
                            to_rhs(a, &y_bar, bar);
                        }
                        let (first, second, both): (&[_], &[_], &[_]) =
                            (&[Some(&y_1)], &[Some(&y_2)], &[Some(&y_1), Some(&y_2), Some(&y_12)]);
                        let of_lhs: [(_, _, &[_]); 3] =
                            [(a_bar_1, first, &[b_1]), (a_bar_2, second, &[b_2]), (a_bar_12, both, &[b_1, b_2, b_12])];
                        for (bar, y_dots, b_dots) in of_lhs {
                            if let Some(bar) = bar {
                                each_share(y_dots, b_dots, |y, b_dot| to_lhs(b_dot.unwrap_or(b), y.unwrap_or(&y_bar), bar));
                            }
                        }
                        let of_rhs: [(_, _, &[_]); 3] =
                            [(b_bar_1, first, &[a_1]), (b_bar_2, second, &[a_2]), (b_bar_12, both, &[a_1, a_2, a_12])];
                        for (bar, y_dots, a_dots) in of_rhs {
                            if let Some(bar) = bar {
                                each_share(y_dots, a_dots, |y, a_dot| to_rhs(a_dot.unwrap_or(a), y.unwrap_or(&y_bar), bar));
                            }
                        }
                    },
                )
            }
        }
    };
}

dot!(Array2<T>, Array2<T> => Array2<T>, |a, b, y, bar|
    general_mat_mul(T::__ONE, y, &b.t(), T::__ONE, bar),
    general_mat_mul(T::__ONE, &a.t(), y, T::__ONE, bar));
dot!(Array2<T>, Array1<T> => Array1<T>, |a, b, y, bar|
    bar.outer_iter_mut().zip(y).for_each(|(mut row, &y)| row.scaled_add(y, b)),
    general_mat_vec_mul(T::__ONE, &a.t(), y, T::__ONE, bar));
dot!(Array1<T>, Array1<T> => T, |a, b, y, bar| bar.scaled_add(*y, b), bar.scaled_add(*y, a));
