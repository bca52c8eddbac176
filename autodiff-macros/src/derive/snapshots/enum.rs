/// Cotangent of `Shape`: the same variants, with the fields that carry a derivative.
enum ShapeCotangent {
    /// Cotangent of `Circle`.
    Circle {
        /// Cotangent of `radius`.
        radius: f64,
    },
    /// Cotangent of `Pair`.
    Pair(
        /// Cotangent of `0`.
        f64,
        /// No derivative.
        (),
    ),
    /// Cotangent of `Empty`.
    Empty,
}
const _: () = {
    #[automatically_derived]
    impl ::autodiff_core::Differentiable for Shape {
        type Cotangent = ShapeCotangent;
        #[inline]
        fn zero_cotangent(&self) -> ShapeCotangent {
            match self {
                Self::Circle { radius: __ad_field_0, .. } => {
                    ShapeCotangent::Circle {
                        radius: <f64 as ::autodiff_core::Differentiable>::zero_cotangent(
                            __ad_field_0,
                        ),
                    }
                }
                Self::Pair { 0: __ad_field_0, .. } => {
                    ShapeCotangent::Pair(
                        <f64 as ::autodiff_core::Differentiable>::zero_cotangent(
                            __ad_field_0,
                        ),
                        (),
                    )
                }
                Self::Empty { .. } => ShapeCotangent::Empty,
            }
        }
    }
    #[automatically_derived]
    impl ::autodiff_core::SumsAsCotangent for Shape {}
    #[automatically_derived]
    impl ::autodiff_core::Cotangent for ShapeCotangent {
        #[inline]
        #[track_caller]
        fn accumulate(&mut self, __ad_contribution: &Self) {
            match (self, __ad_contribution) {
                (
                    Self::Circle { radius: __ad_left_0, .. },
                    Self::Circle { radius: __ad_right_0, .. },
                ) => {
                    ::autodiff_core::Cotangent::accumulate(__ad_left_0, __ad_right_0);
                }
                (
                    Self::Pair { 0: __ad_left_0, .. },
                    Self::Pair { 0: __ad_right_0, .. },
                ) => {
                    ::autodiff_core::Cotangent::accumulate(__ad_left_0, __ad_right_0);
                }
                (Self::Empty { .. }, Self::Empty { .. }) => {}
                (__ad_left, __ad_right) => {
                    ::core::panic!(
                        "cannot add the cotangent of `Shape::{}` to that of `Shape::{}`",
                        __ad_right.__variant(), __ad_left.__variant()
                    )
                }
            }
        }
        #[inline]
        fn set_zero(&mut self) {
            match self {
                Self::Circle { radius: __ad_field_0, .. } => {
                    ::autodiff_core::Cotangent::set_zero(__ad_field_0);
                }
                Self::Pair { 0: __ad_field_0, .. } => {
                    ::autodiff_core::Cotangent::set_zero(__ad_field_0);
                }
                Self::Empty { .. } => {}
            }
        }
        #[inline]
        fn map_numbers(
            &mut self,
            __ad_f: &mut dyn ::core::ops::FnMut(
                ::core::primitive::f64,
            ) -> ::core::primitive::f64,
        ) {
            match self {
                Self::Circle { radius: __ad_field_0, .. } => {
                    ::autodiff_core::Cotangent::map_numbers(__ad_field_0, __ad_f);
                }
                Self::Pair { 0: __ad_field_0, .. } => {
                    ::autodiff_core::Cotangent::map_numbers(__ad_field_0, __ad_f);
                }
                Self::Empty { .. } => {}
            }
        }
    }
    #[automatically_derived]
    impl ::autodiff_core::Differentiable for ShapeCotangent
    where
        ShapeCotangent: ::autodiff_core::Cotangent + ::core::clone::Clone,
    {
        type Cotangent = Self;
        #[inline]
        fn zero_cotangent(&self) -> Self {
            ::autodiff_core::rt::zeros_like(self)
        }
    }
    #[automatically_derived]
    impl ::autodiff_core::SumsAsCotangent for ShapeCotangent
    where
        ShapeCotangent: ::autodiff_core::Cotangent + ::core::clone::Clone,
    {}
    #[automatically_derived]
    impl<
        const AUTODIFF_LANES: ::core::primitive::usize,
    > ::autodiff_core::InLanes<AUTODIFF_LANES> for ShapeCotangent
    where
        ShapeCotangent: ::autodiff_core::Cotangent + ::core::clone::Clone,
    {
        type Lanes = ::autodiff_core::ByLane<Self, AUTODIFF_LANES>;
        #[inline]
        fn zero_lanes(&self) -> Self::Lanes {
            ::autodiff_core::ByLane::zeros(self)
        }
    }
    #[automatically_derived]
    impl ::autodiff_core::AddInto<ShapeCotangent> for ShapeCotangent {
        #[inline]
        #[track_caller]
        fn add_into(&self, __ad_target: &mut ShapeCotangent) {
            match (self, __ad_target) {
                (
                    Self::Circle { radius: __ad_left_0, .. },
                    Self::Circle { radius: __ad_right_0, .. },
                ) => {
                    ::autodiff_core::AddInto::add_into(__ad_left_0, __ad_right_0);
                }
                (
                    Self::Pair { 0: __ad_left_0, .. },
                    Self::Pair { 0: __ad_right_0, .. },
                ) => {
                    ::autodiff_core::AddInto::add_into(__ad_left_0, __ad_right_0);
                }
                (Self::Empty { .. }, Self::Empty { .. }) => {}
                (__ad_left, __ad_right) => {
                    ::core::panic!(
                        "cannot add the cotangent of `Shape::{}` to that of `Shape::{}`",
                        __ad_left.__variant(), __ad_right.__variant()
                    )
                }
            }
        }
        #[inline]
        #[track_caller]
        fn sub_into(&self, __ad_target: &mut ShapeCotangent) {
            match (self, __ad_target) {
                (
                    Self::Circle { radius: __ad_left_0, .. },
                    Self::Circle { radius: __ad_right_0, .. },
                ) => {
                    ::autodiff_core::AddInto::sub_into(__ad_left_0, __ad_right_0);
                }
                (
                    Self::Pair { 0: __ad_left_0, .. },
                    Self::Pair { 0: __ad_right_0, .. },
                ) => {
                    ::autodiff_core::AddInto::sub_into(__ad_left_0, __ad_right_0);
                }
                (Self::Empty { .. }, Self::Empty { .. }) => {}
                (__ad_left, __ad_right) => {
                    ::core::panic!(
                        "cannot subtract the cotangent of `Shape::{}` from that of `Shape::{}`",
                        __ad_left.__variant(), __ad_right.__variant()
                    )
                }
            }
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ShapeCotangent {
        #[inline]
        fn clone(&self) -> Self {
            match self {
                Self::Circle { radius: __ad_field_0, .. } => {
                    Self::Circle {
                        radius: ::core::clone::Clone::clone(__ad_field_0),
                    }
                }
                Self::Pair { 0: __ad_field_0, .. } => {
                    Self::Pair(::core::clone::Clone::clone(__ad_field_0), ())
                }
                Self::Empty { .. } => Self::Empty,
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShapeCotangent {
        fn fmt(
            &self,
            __ad_formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            match self {
                Self::Circle { radius: __ad_field_0, .. } => {
                    __ad_formatter
                        .debug_struct("Circle")
                        .field("radius", __ad_field_0)
                        .finish()
                }
                Self::Pair { 0: __ad_field_0, .. } => {
                    __ad_formatter
                        .debug_tuple("Pair")
                        .field(__ad_field_0)
                        .field(&())
                        .finish()
                }
                Self::Empty { .. } => __ad_formatter.write_str("Empty"),
            }
        }
    }
    #[automatically_derived]
    impl ::core::cmp::PartialEq for ShapeCotangent {
        #[inline]
        fn eq(&self, __ad_other: &Self) -> ::core::primitive::bool {
            match (self, __ad_other) {
                (
                    Self::Circle { radius: __ad_left_0, .. },
                    Self::Circle { radius: __ad_right_0, .. },
                ) => true && ::core::cmp::PartialEq::eq(__ad_left_0, __ad_right_0),
                (
                    Self::Pair { 0: __ad_left_0, .. },
                    Self::Pair { 0: __ad_right_0, .. },
                ) => true && ::core::cmp::PartialEq::eq(__ad_left_0, __ad_right_0),
                (Self::Empty { .. }, Self::Empty { .. }) => true,
                _ => false,
            }
        }
    }
    #[automatically_derived]
    impl ShapeCotangent {
        #[doc(hidden)]
        #[inline]
        fn __bar_Circle_radius(&mut self) -> &mut f64 {
            match self {
                Self::Circle { radius: __ad_field, .. } => __ad_field,
                __ad_other => {
                    ::core::panic!(
                        "expected the cotangent of `{}::{}`, found that of `{}::{}`",
                        "Shape", "Circle", "Shape", __ad_other.__variant()
                    )
                }
            }
        }
        #[doc(hidden)]
        #[inline]
        fn __dot_Circle_radius(&self) -> &f64 {
            match self {
                Self::Circle { radius: __ad_field, .. } => __ad_field,
                __ad_other => {
                    ::core::panic!(
                        "expected the cotangent of `{}::{}`, found that of `{}::{}`",
                        "Shape", "Circle", "Shape", __ad_other.__variant()
                    )
                }
            }
        }
        #[doc(hidden)]
        #[inline]
        fn __bar_Circle_n(&mut self) -> &mut () {
            ::autodiff_core::__private::Box::leak(
                ::autodiff_core::__private::Box::new(()),
            )
        }
        #[doc(hidden)]
        #[inline]
        fn __dot_Circle_n(&self) -> &() {
            &()
        }
        #[doc(hidden)]
        #[inline]
        fn __bar_Pair_0(&mut self) -> &mut f64 {
            match self {
                Self::Pair { 0: __ad_field, .. } => __ad_field,
                __ad_other => {
                    ::core::panic!(
                        "expected the cotangent of `{}::{}`, found that of `{}::{}`",
                        "Shape", "Pair", "Shape", __ad_other.__variant()
                    )
                }
            }
        }
        #[doc(hidden)]
        #[inline]
        fn __dot_Pair_0(&self) -> &f64 {
            match self {
                Self::Pair { 0: __ad_field, .. } => __ad_field,
                __ad_other => {
                    ::core::panic!(
                        "expected the cotangent of `{}::{}`, found that of `{}::{}`",
                        "Shape", "Pair", "Shape", __ad_other.__variant()
                    )
                }
            }
        }
        #[doc(hidden)]
        #[inline]
        fn __bar_Pair_1(&mut self) -> &mut () {
            ::autodiff_core::__private::Box::leak(
                ::autodiff_core::__private::Box::new(()),
            )
        }
        #[doc(hidden)]
        #[inline]
        fn __dot_Pair_1(&self) -> &() {
            &()
        }
        #[doc(hidden)]
        fn __variant(&self) -> &'static ::core::primitive::str {
            match self {
                Self::Circle { .. } => "Circle",
                Self::Pair { .. } => "Pair",
                Self::Empty { .. } => "Empty",
            }
        }
    }
    fn __plain_fields(_: &Shape) {
        let _: ::core::marker::PhantomData<::core::primitive::u8> = ::core::marker::PhantomData::<
            u8,
        >;
        let _: ::core::marker::PhantomData<::core::primitive::bool> = ::core::marker::PhantomData::<
            bool,
        >;
    }
};
