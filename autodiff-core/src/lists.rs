//! Methods that change a `Vec` or a slice, where the macro cannot see that it is one: `self.history.push(x)`.
//!
//! What the macro knows to be a list, it follows itself. Elsewhere such a call is the call of a method like any other, whose companions are
//! found here. All of these methods move values about; so they do to tangents what they do to values, and to cotangents the transpose of it.

use alloc::vec::Vec;

use crate::InLanes;
use crate::differentiable::{Cotangent, Differentiable};
use crate::rt::lanes::{LanesOf, Width};
use crate::rt::{ChangedList, zero};

/// Adds to a cotangent that is wanted.
fn add<C: Cotangent>(to: Option<&mut C>, contribution: &C) {
    if let Some(to) = to {
        to.accumulate(contribution);
    }
}

/// Adds the elements of a list to a cotangent that is wanted.
fn add_list<C: Cotangent>(to: Option<&mut [C]>, contributions: &[C]) {
    if let Some(to) = to {
        to.accumulate(contributions);
    }
}

/// A tangent, or zeros of the value's shape.
fn dot_of<T: Differentiable>(x: &T, dot: Option<&T::Cotangent>) -> T::Cotangent {
    dot.cloned().unwrap_or_else(|| x.zero_cotangent())
}

fn dots_of<T: Differentiable>(x: &[T], dot: Option<&[T::Cotangent]>) -> Vec<T::Cotangent> {
    dot.map_or_else(|| x.zero_cotangent(), <[_]>::to_vec)
}

fn set_zero<C: Cotangent>(bars: &mut [C]) {
    bars.iter_mut().for_each(C::set_zero);
}

/// Takes what was appended off the end of the cotangents.
fn cut<C>(bars: &mut Vec<C>, appended: usize) -> Vec<C> {
    bars.split_off(bars.len() - appended)
}

/// How arguments appear: in a call, again in a pullback, as a tangent, as a cotangent.
macro_rules! argument {
    (value given) => { T };
    (value again) => { &T };
    (value dot) => { Option<&T::Cotangent> };
    (value bar) => { Option<&mut T::Cotangent> };
    (list given) => { &[T] };
    (list again) => { &[T] };
    (list dot) => { Option<&[T::Cotangent]> };
    (list bar) => { Option<&mut [T::Cotangent]> };
    (index given) => { usize };
    (index again) => { &usize };
    (index dot) => { Option<&()> };
    (value lanes) => { Option<&LanesOf<T::Cotangent, N>> };
    (list lanes) => { Option<&[LanesOf<T::Cotangent, N>]> };
    (index lanes) => { Option<&()> };
    (index bar) => { Option<&mut ()> };
}

/// A method and the three functions of its derivatives.
///
/// `keep` is evaluated before the method runs, for `reverse`, which is done to cotangents and to their tangents alike; `tangent` is the
/// method itself on tangents, before it runs on values.
macro_rules! methods {
    (
        $(#[$doc:meta])*
        $trait:ident: $list:ty, $bars:ty, $in_lanes:ty;
        $(
            $pull:ident $push:ident $second:ident $third:ident $lanes:ident ($($arg:ident $dot:ident $bar:ident: $kind:ident),*) -> $out:ty, $out_bar:ty
            where $v:ident, $d:ident, $b:ident, $kept:ident, $y_bar:ident {
                keep $keep:expr;
                value $value:expr;
                tangent $tangent:expr;
                reverse $reverse:expr;
            }
        )*
    ) => {
        $(#[$doc])*
        #[allow(clippy::type_complexity, clippy::too_many_arguments, missing_docs, reason = "the protocol of pullbacks")]
        pub trait $trait<T: Differentiable> {
            $(
                fn $pull(&mut self $(, $arg: argument!($kind given))*)
                    -> ($out, impl FnOnce(&$list $(, argument!($kind again))*, $out_bar, Option<&mut $bars> $(, argument!($kind bar))*) + use<Self, T>);

                fn $push(&mut self $(, $arg: argument!($kind given))*, self_dot: Option<&$bars> $(, $dot: argument!($kind dot))*)
                    -> ($out, $out_bar, ChangedList<T::Cotangent>);

                fn $second(&mut self $(, $arg: argument!($kind given))*, self_dot: Option<&$bars> $(, $dot: argument!($kind dot))*)
                    -> (
                        $out, $out_bar, ChangedList<T::Cotangent>,
                        impl FnOnce(
                            &$list $(, argument!($kind again))*, Option<&$bars> $(, argument!($kind dot))*, $out_bar, $out_bar,
                            Option<&mut $bars> $(, argument!($kind bar))*, Option<&mut $bars> $(, argument!($kind bar))*
                        ) + use<Self, T>
                    );

                third! { @ declared [$third $list, $bars, $out, $out_bar] [] $($arg $dot $bar $kind,)* }

                fn $lanes<const N: usize>(
                    &mut self $(, $arg: argument!($kind given))*,
                    self_dot: Option<&$in_lanes> $(, $dot: argument!($kind lanes))*, width: Width<N>
                ) -> ($out, LanesOf<$out_bar, N>, ChangedList<LanesOf<T::Cotangent, N>>)
                where
                    T::Cotangent: InLanes<N>;
            )*
        }

        #[allow(unused_variables, unused_mut, clippy::let_unit_value, clippy::unused_unit, clippy::clone_on_copy, reason = "the same code for all methods")]
        impl<T: Differentiable + Clone> $trait<T> for $list {
            $(
                #[inline]
                #[track_caller]
                fn $pull(&mut self $(, $arg: argument!($kind given))*)
                    -> ($out, impl FnOnce(&$list $(, argument!($kind again))*, $out_bar, Option<&mut $bars> $(, argument!($kind bar))*) + use<T>)
                {
                    let $v = self;
                    let $kept = $keep;
                    let y = $value;
                    (y, move |_: &$list $(, $arg: argument!($kind again))*, $y_bar: $out_bar, bars: Option<&mut $bars> $(, $bar: argument!($kind bar))*| {
                        if let Some($b) = bars {
                            $reverse
                        }
                    })
                }

                #[inline]
                #[track_caller]
                fn $push(&mut self $(, $arg: argument!($kind given))*, self_dot: Option<&$bars> $(, $dot: argument!($kind dot))*)
                    -> ($out, $out_bar, ChangedList<T::Cotangent>)
                {
                    let $v = self;
                    let mut dots: Vec<T::Cotangent> = self_dot.map_or_else(|| zero(&*$v), |d| d.to_vec());
                    let y_dot = {
                        let $d = &mut dots;
                        $tangent
                    };
                    let y = $value;
                    (y, y_dot, ChangedList(dots))
                }

                #[inline]
                #[track_caller]
                fn $second(&mut self $(, $arg: argument!($kind given))*, self_dot: Option<&$bars> $(, $dot: argument!($kind dot))*)
                    -> (
                        $out, $out_bar, ChangedList<T::Cotangent>,
                        impl FnOnce(
                            &$list $(, argument!($kind again))*, Option<&$bars> $(, argument!($kind dot))*, $out_bar, $out_bar,
                            Option<&mut $bars> $(, argument!($kind bar))*, Option<&mut $bars> $(, argument!($kind bar))*
                        ) + use<T>
                    )
                {
                    let kept = {
                        let $v = &*self;
                        $keep
                    };
                    let (y, y_dot, after) = self.$push($($arg,)* self_dot $(, $dot)*);
                    (y, y_dot, after, move |
                        _: &$list $(, $arg: argument!($kind again))*, _: Option<&$bars> $(, _: argument!($kind dot))*,
                        y_bar: $out_bar, y_bar_dot: $out_bar,
                        bars: Option<&mut $bars> $(, $bar: argument!($kind bar))*, bar_dots: Option<&mut $bars> $(, $dot: argument!($kind bar))*
                    | {
                        if let Some($b) = bars {
                            let ($kept, $y_bar) = (kept.clone(), y_bar);
                            $reverse
                        }
                        if let Some($b) = bar_dots {
                            let ($kept, $y_bar) = (kept, y_bar_dot);
                            $(let $bar = $dot;)*
                            $reverse
                        }
                    })
                }

                third! {
                    @ defined [$third $list, $bars, $out, $out_bar, $v $d $b $kept $y_bar { $keep } { $value } { $tangent } { $reverse }]
                    [] $($arg $dot $bar $kind,)*
                }

                #[inline]
                #[track_caller]
                fn $lanes<const N: usize>(
                    &mut self $(, $arg: argument!($kind given))*,
                    self_dot: Option<&$in_lanes> $(, $dot: argument!($kind lanes))*, width: Width<N>
                ) -> ($out, LanesOf<$out_bar, N>, ChangedList<LanesOf<T::Cotangent, N>>)
                where
                    T::Cotangent: InLanes<N>,
                {
                    // The same names for tangents in lanes.
                    #[allow(unused_imports, reason = "not every method adds elements")]
                    use in_lanes::{dot_of, dots_of};
                    let $v = self;
                    let mut dots: Vec<LanesOf<T::Cotangent, N>> = self_dot.map_or_else(|| in_lanes::zeros(&*$v), |d| d.to_vec());
                    let y_dot = {
                        let $d = &mut dots;
                        $tangent
                    };
                    let y = $value;
                    (y, y_dot, ChangedList(dots))
                }
            )*
        }
    };
}

/// The same with tangents in two directions, in a trait and in an `impl`.
macro_rules! third {
    // One argument after the other: the names that belong to each stand in an expansion of their own, which keeps them apart.
    (@ $how:ident $fixed:tt [$($done:tt)*] $arg:ident $dot:ident $bar:ident $kind:ident, $($rest:tt)*) => {
        third! { @ $how $fixed [$($done)* ($arg $dot $bar $kind first second both bar bar_first bar_second bar_both)] $($rest)* }
    };
    (@ declared [$third:ident $list:ty, $bars:ty, $out:ty, $out_bar:ty]
        [$(($arg:ident $dot:ident $bar:ident $kind:ident $first:ident $second:ident $both:ident $($more:ident)*))*]) => {
        fn $third(
            &mut self $(, $arg: argument!($kind given))*,
            self_first: Option<&$bars> $(, $first: argument!($kind dot))*,
            self_second: Option<&$bars> $(, $second: argument!($kind dot))*,
            self_both: Option<&$bars> $(, $both: argument!($kind dot))*
        ) -> (
            $out, $out_bar, $out_bar, $out_bar, ChangedList<T::Cotangent>, ChangedList<T::Cotangent>, ChangedList<T::Cotangent>,
            impl FnOnce(
                &$list $(, argument!($kind again))*,
                Option<&$bars> $(, argument!($kind dot))*, Option<&$bars> $(, argument!($kind dot))*, Option<&$bars> $(, argument!($kind dot))*,
                $out_bar, $out_bar, $out_bar, $out_bar,
                Option<&mut $bars> $(, argument!($kind bar))*, Option<&mut $bars> $(, argument!($kind bar))*,
                Option<&mut $bars> $(, argument!($kind bar))*, Option<&mut $bars> $(, argument!($kind bar))*
            ) + use<Self, T>
        );
    };
    (@ defined [$third:ident $list:ty, $bars:ty, $out:ty, $out_bar:ty, $v:ident $d:ident $b:ident $kept:ident $y_bar:ident
        { $keep:expr } { $value:expr } { $tangent:expr } { $reverse:expr }]
        [$((
            $arg:ident $dot:ident $bar:ident $kind:ident
            $first:ident $second:ident $both:ident $own:ident $own_first:ident $own_second:ident $own_both:ident
        ))*]) => {
        #[inline]
        #[track_caller]
        fn $third(
            &mut self $(, $arg: argument!($kind given))*,
            self_first: Option<&$bars> $(, $first: argument!($kind dot))*,
            self_second: Option<&$bars> $(, $second: argument!($kind dot))*,
            self_both: Option<&$bars> $(, $both: argument!($kind dot))*
        ) -> (
            $out, $out_bar, $out_bar, $out_bar, ChangedList<T::Cotangent>, ChangedList<T::Cotangent>, ChangedList<T::Cotangent>,
            impl FnOnce(
                &$list $(, argument!($kind again))*,
                Option<&$bars> $(, argument!($kind dot))*, Option<&$bars> $(, argument!($kind dot))*, Option<&$bars> $(, argument!($kind dot))*,
                $out_bar, $out_bar, $out_bar, $out_bar,
                Option<&mut $bars> $(, argument!($kind bar))*, Option<&mut $bars> $(, argument!($kind bar))*,
                Option<&mut $bars> $(, argument!($kind bar))*, Option<&mut $bars> $(, argument!($kind bar))*
            ) + use<T>
        ) {
            let $v = self;
            let kept = $keep;
            let dots = |d: Option<&$bars>| -> Vec<T::Cotangent> { d.map_or_else(|| zero(&*$v), |d| d.to_vec()) };
            let (mut dots_first, mut dots_second, mut dots_both) = (dots(self_first), dots(self_second), dots(self_both));
            let y_first = {
                $(let $dot = $first;)*
                let $d = &mut dots_first;
                $tangent
            };
            let y_second = {
                $(let $dot = $second;)*
                let $d = &mut dots_second;
                $tangent
            };
            let y_both = {
                $(let $dot = $both;)*
                let $d = &mut dots_both;
                $tangent
            };
            let y = $value;
            (y, y_first, y_second, y_both, ChangedList(dots_first), ChangedList(dots_second), ChangedList(dots_both), move |
                _: &$list $(, $arg: argument!($kind again))*,
                _: Option<&$bars> $(, _: argument!($kind dot))*, _: Option<&$bars> $(, _: argument!($kind dot))*,
                _: Option<&$bars> $(, _: argument!($kind dot))*,
                y_bar: $out_bar, y_bar_first: $out_bar, y_bar_second: $out_bar, y_bar_both: $out_bar,
                bars: Option<&mut $bars> $(, $own: argument!($kind bar))*,
                bars_first: Option<&mut $bars> $(, $own_first: argument!($kind bar))*,
                bars_second: Option<&mut $bars> $(, $own_second: argument!($kind bar))*,
                bars_both: Option<&mut $bars> $(, $own_both: argument!($kind bar))*
            | {
                if let Some($b) = bars {
                    let ($kept, $y_bar) = (kept.clone(), y_bar);
                    $(let $bar = $own;)*
                    $reverse
                }
                if let Some($b) = bars_first {
                    let ($kept, $y_bar) = (kept.clone(), y_bar_first);
                    $(let $bar = $own_first;)*
                    $reverse
                }
                if let Some($b) = bars_second {
                    let ($kept, $y_bar) = (kept.clone(), y_bar_second);
                    $(let $bar = $own_second;)*
                    $reverse
                }
                if let Some($b) = bars_both {
                    let ($kept, $y_bar) = (kept, y_bar_both);
                    $(let $bar = $own_both;)*
                    $reverse
                }
            })
        }
    };
}

/// Tangents of elements in lanes.
mod in_lanes {
    use alloc::vec::Vec;

    use crate::rt::lanes::LanesOf;
    use crate::{Differentiable, InLanes};

    pub(super) fn zeros<T: Differentiable, const N: usize>(x: &[T]) -> Vec<LanesOf<T::Cotangent, N>>
    where
        T::Cotangent: InLanes<N>,
    {
        x.iter().map(|x| x.zero_cotangent().zero_lanes()).collect()
    }

    pub(super) fn dot_of<T: Differentiable, const N: usize>(x: &T, dot: Option<&LanesOf<T::Cotangent, N>>) -> LanesOf<T::Cotangent, N>
    where
        T::Cotangent: InLanes<N>,
    {
        dot.cloned().unwrap_or_else(|| x.zero_cotangent().zero_lanes())
    }

    pub(super) fn dots_of<T: Differentiable, const N: usize>(
        x: &[T],
        dot: Option<&[LanesOf<T::Cotangent, N>]>,
    ) -> Vec<LanesOf<T::Cotangent, N>>
    where
        T::Cotangent: InLanes<N>,
    {
        dot.map_or_else(|| zeros(x), <[_]>::to_vec)
    }
}

methods! {
    /// Methods of `Vec`.
    VecMethods: Vec<T>, Vec<T::Cotangent>, Vec<LanesOf<T::Cotangent, N>>;

    push_needs_differentiate push_needs_differentiate_jvp push_needs_differentiate_hessian push_needs_differentiate_order_3 push_needs_differentiate_lanes (x x_dot x_bar: value) -> (), ()
    where v, d, b, kept, y_bar {
        keep ();
        value v.push(x);
        tangent d.push(dot_of(&x, x_dot));
        reverse add(x_bar, &cut(b, 1)[0]);
    }

    pop_needs_differentiate pop_needs_differentiate_jvp pop_needs_differentiate_hessian pop_needs_differentiate_order_3 pop_needs_differentiate_lanes () -> Option<T>, Option<T::Cotangent>
    where v, d, b, kept, y_bar {
        keep v.last().map(T::zero_cotangent);
        value v.pop();
        tangent d.pop();
        reverse b.extend(if kept.is_some() { y_bar.or(kept) } else { None });
    }

    clear_needs_differentiate clear_needs_differentiate_jvp clear_needs_differentiate_hessian clear_needs_differentiate_order_3 clear_needs_differentiate_lanes () -> (), ()
    where v, d, b, kept, y_bar {
        keep v.zero_cotangent();
        value v.clear();
        tangent d.clear();
        reverse *b = kept;
    }

    truncate_needs_differentiate truncate_needs_differentiate_jvp truncate_needs_differentiate_hessian truncate_needs_differentiate_order_3 truncate_needs_differentiate_lanes (n n_dot n_bar: index) -> (), ()
    where v, d, b, kept, y_bar {
        keep v.iter().skip(n).map(T::zero_cotangent).collect::<Vec<_>>();
        value v.truncate(n);
        tangent d.truncate(n);
        reverse b.extend(kept);
    }

    resize_needs_differentiate resize_needs_differentiate_jvp resize_needs_differentiate_hessian resize_needs_differentiate_order_3 resize_needs_differentiate_lanes (n n_dot n_bar: index, x x_dot x_bar: value) -> (), ()
    where v, d, b, kept, y_bar {
        keep (n.saturating_sub(v.len()), v.iter().skip(n).map(T::zero_cotangent).collect::<Vec<_>>());
        value v.resize(n, x);
        tangent d.resize(n, dot_of(&x, x_dot));
        reverse {
            let mut x_bar = x_bar;
            for c in cut(b, kept.0) {
                add(x_bar.as_deref_mut(), &c);
            }
            b.extend(kept.1);
        };
    }

    extend_from_slice_needs_differentiate extend_from_slice_needs_differentiate_jvp extend_from_slice_needs_differentiate_hessian extend_from_slice_needs_differentiate_order_3 extend_from_slice_needs_differentiate_lanes (x x_dot x_bar: list) -> (), ()
    where v, d, b, kept, y_bar {
        keep x.len();
        value v.extend_from_slice(x);
        tangent d.extend(dots_of(x, x_dot));
        reverse add_list(x_bar, &cut(b, kept));
    }

    insert_needs_differentiate insert_needs_differentiate_jvp insert_needs_differentiate_hessian insert_needs_differentiate_order_3 insert_needs_differentiate_lanes (n n_dot n_bar: index, x x_dot x_bar: value) -> (), ()
    where v, d, b, kept, y_bar {
        keep n;
        value v.insert(n, x);
        tangent d.insert(n, dot_of(&x, x_dot));
        reverse add(x_bar, &b.remove(kept));
    }

    remove_needs_differentiate remove_needs_differentiate_jvp remove_needs_differentiate_hessian remove_needs_differentiate_order_3 remove_needs_differentiate_lanes (n n_dot n_bar: index) -> T, T::Cotangent
    where v, d, b, kept, y_bar {
        keep n;
        value v.remove(n);
        tangent d.remove(n);
        reverse b.insert(kept, y_bar);
    }

    swap_remove_needs_differentiate swap_remove_needs_differentiate_jvp swap_remove_needs_differentiate_hessian swap_remove_needs_differentiate_order_3 swap_remove_needs_differentiate_lanes (n n_dot n_bar: index) -> T, T::Cotangent
    where v, d, b, kept, y_bar {
        keep n;
        value v.swap_remove(n);
        tangent d.swap_remove(n);
        reverse {
            b.push(y_bar);
            let last = b.len() - 1;
            b.swap(kept, last);
        };
    }
}

methods! {
    /// Methods of slices.
    SliceMethods: [T], [T::Cotangent], [LanesOf<T::Cotangent, N>];

    swap_needs_differentiate swap_needs_differentiate_jvp swap_needs_differentiate_hessian swap_needs_differentiate_order_3 swap_needs_differentiate_lanes (i i_dot i_bar: index, j j_dot j_bar: index) -> (), ()
    where v, d, b, kept, y_bar {
        keep (i, j);
        value v.swap(i, j);
        tangent d.swap(i, j);
        reverse b.swap(kept.0, kept.1);
    }

    fill_needs_differentiate fill_needs_differentiate_jvp fill_needs_differentiate_hessian fill_needs_differentiate_order_3 fill_needs_differentiate_lanes (x x_dot x_bar: value) -> (), ()
    where v, d, b, kept, y_bar {
        keep ();
        value v.fill(x);
        tangent d.fill(dot_of(&x, x_dot));
        reverse {
            let mut x_bar = x_bar;
            b.iter().for_each(|c| add(x_bar.as_deref_mut(), c));
            set_zero(b);
        };
    }

    copy_from_slice_needs_differentiate copy_from_slice_needs_differentiate_jvp copy_from_slice_needs_differentiate_hessian copy_from_slice_needs_differentiate_order_3 copy_from_slice_needs_differentiate_lanes (x x_dot x_bar: list) -> (), ()
    where v, d, b, kept, y_bar {
        keep ();
        value v.clone_from_slice(x);
        tangent d.clone_from_slice(&dots_of(x, x_dot));
        reverse {
            add_list(x_bar, b);
            set_zero(b);
        };
    }

    clone_from_slice_needs_differentiate clone_from_slice_needs_differentiate_jvp clone_from_slice_needs_differentiate_hessian clone_from_slice_needs_differentiate_order_3 clone_from_slice_needs_differentiate_lanes (x x_dot x_bar: list) -> (), ()
    where v, d, b, kept, y_bar {
        keep ();
        value v.clone_from_slice(x);
        tangent d.clone_from_slice(&dots_of(x, x_dot));
        reverse {
            add_list(x_bar, b);
            set_zero(b);
        };
    }

    reverse_needs_differentiate reverse_needs_differentiate_jvp reverse_needs_differentiate_hessian reverse_needs_differentiate_order_3 reverse_needs_differentiate_lanes () -> (), ()
    where v, d, b, kept, y_bar {
        keep ();
        value v.reverse();
        tangent d.reverse();
        reverse b.reverse();
    }

    rotate_left_needs_differentiate rotate_left_needs_differentiate_jvp rotate_left_needs_differentiate_hessian rotate_left_needs_differentiate_order_3 rotate_left_needs_differentiate_lanes (n n_dot n_bar: index) -> (), ()
    where v, d, b, kept, y_bar {
        keep n;
        value v.rotate_left(n);
        tangent d.rotate_left(n);
        reverse b.rotate_right(kept);
    }

    rotate_right_needs_differentiate rotate_right_needs_differentiate_jvp rotate_right_needs_differentiate_hessian rotate_right_needs_differentiate_order_3 rotate_right_needs_differentiate_lanes (n n_dot n_bar: index) -> (), ()
    where v, d, b, kept, y_bar {
        keep n;
        value v.rotate_right(n);
        tangent d.rotate_right(n);
        reverse b.rotate_left(kept);
    }
}
