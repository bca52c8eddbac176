/// Cotangent of `Params`: the fields that carry a derivative.
pub struct ParamsCotangent<T>
where
    T: ::autodiff_core::Differentiable,
{
    /// Cotangent of `a`.
    pub a: f64,
    /// Cotangent of `b`.
    b: ::autodiff_core::__private::Vec<
        <T as ::autodiff_core::Differentiable>::Cotangent,
    >,
}
const _: () = {
    #[automatically_derived]
    impl<T> ::autodiff_core::Differentiable for Params<T>
    where
        T: ::autodiff_core::Differentiable,
    {
        type Cotangent = ParamsCotangent<T>;
        #[inline]
        fn zero_cotangent(&self) -> ParamsCotangent<T> {
            ParamsCotangent {
                a: <f64 as ::autodiff_core::Differentiable>::zero_cotangent(&self.a),
                b: <Vec<T> as ::autodiff_core::Differentiable>::zero_cotangent(&self.b),
            }
        }
    }
    #[automatically_derived]
    impl<T> ::autodiff_core::SumsAsCotangent for Params<T>
    where
        T: ::autodiff_core::Differentiable,
    {}
    #[automatically_derived]
    impl<T> ::autodiff_core::Cotangent for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
    {
        #[inline]
        #[track_caller]
        fn accumulate(&mut self, __ad_contribution: &Self) {
            ::autodiff_core::Cotangent::accumulate(&mut self.a, &__ad_contribution.a);
            ::autodiff_core::Cotangent::accumulate(&mut self.b, &__ad_contribution.b);
        }
        #[inline]
        fn set_zero(&mut self) {
            ::autodiff_core::Cotangent::set_zero(&mut self.a);
            ::autodiff_core::Cotangent::set_zero(&mut self.b);
        }
        #[inline]
        fn map_numbers(
            &mut self,
            __ad_f: &mut dyn ::core::ops::FnMut(
                ::core::primitive::f64,
            ) -> ::core::primitive::f64,
        ) {
            ::autodiff_core::Cotangent::map_numbers(&mut self.a, __ad_f);
            ::autodiff_core::Cotangent::map_numbers(&mut self.b, __ad_f);
        }
    }
    #[automatically_derived]
    impl<T> ::autodiff_core::Differentiable for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
        ParamsCotangent<T>: ::autodiff_core::Cotangent + ::core::clone::Clone,
    {
        type Cotangent = Self;
        #[inline]
        fn zero_cotangent(&self) -> Self {
            ::autodiff_core::rt::zeros_like(self)
        }
    }
    #[automatically_derived]
    impl<T> ::autodiff_core::SumsAsCotangent for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
        ParamsCotangent<T>: ::autodiff_core::Cotangent + ::core::clone::Clone,
    {}
    #[automatically_derived]
    impl<
        T,
        const AUTODIFF_LANES: ::core::primitive::usize,
    > ::autodiff_core::InLanes<AUTODIFF_LANES> for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
        ParamsCotangent<T>: ::autodiff_core::Cotangent + ::core::clone::Clone,
    {
        type Lanes = ::autodiff_core::ByLane<Self, AUTODIFF_LANES>;
        #[inline]
        fn zero_lanes(&self) -> Self::Lanes {
            ::autodiff_core::ByLane::zeros(self)
        }
    }
    #[automatically_derived]
    impl<T> ::autodiff_core::AddInto<ParamsCotangent<T>> for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
        <T as ::autodiff_core::Differentiable>::Cotangent: ::autodiff_core::AddInto<
            <T as ::autodiff_core::Differentiable>::Cotangent,
        >,
    {
        #[inline]
        #[track_caller]
        fn add_into(&self, __ad_target: &mut ParamsCotangent<T>) {
            ::autodiff_core::AddInto::add_into(&self.a, &mut __ad_target.a);
            ::autodiff_core::AddInto::add_into(&self.b, &mut __ad_target.b);
        }
        #[inline]
        #[track_caller]
        fn sub_into(&self, __ad_target: &mut ParamsCotangent<T>) {
            ::autodiff_core::AddInto::sub_into(&self.a, &mut __ad_target.a);
            ::autodiff_core::AddInto::sub_into(&self.b, &mut __ad_target.b);
        }
    }
    #[automatically_derived]
    impl<T> ::core::clone::Clone for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
        <T as ::autodiff_core::Differentiable>::Cotangent: ::core::clone::Clone,
    {
        #[inline]
        fn clone(&self) -> Self {
            ParamsCotangent {
                a: ::core::clone::Clone::clone(&self.a),
                b: ::core::clone::Clone::clone(&self.b),
            }
        }
    }
    #[automatically_derived]
    impl<T> ::core::fmt::Debug for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
        <T as ::autodiff_core::Differentiable>::Cotangent: ::core::fmt::Debug,
    {
        fn fmt(
            &self,
            __ad_formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            __ad_formatter
                .debug_struct("ParamsCotangent")
                .field("a", &self.a)
                .field("b", &self.b)
                .finish()
        }
    }
    #[automatically_derived]
    impl<T> ::core::cmp::PartialEq for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
        <T as ::autodiff_core::Differentiable>::Cotangent: ::core::cmp::PartialEq,
    {
        #[inline]
        fn eq(&self, __ad_other: &Self) -> ::core::primitive::bool {
            true && ::core::cmp::PartialEq::eq(&self.a, &__ad_other.a)
                && ::core::cmp::PartialEq::eq(&self.b, &__ad_other.b)
        }
    }
    #[automatically_derived]
    impl<T> ::core::default::Default for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
    {
        #[inline]
        fn default() -> Self {
            ParamsCotangent {
                a: ::core::default::Default::default(),
                b: ::core::default::Default::default(),
            }
        }
    }
    #[automatically_derived]
    impl<T> ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
    {
        #[doc(hidden)]
        #[inline]
        pub fn __bar_Params_a(&mut self) -> &mut f64 {
            &mut self.a
        }
        #[doc(hidden)]
        #[inline]
        pub fn __dot_Params_a(&self) -> &f64 {
            &self.a
        }
        #[doc(hidden)]
        #[inline]
        fn __bar_Params_b(
            &mut self,
        ) -> &mut ::autodiff_core::__private::Vec<
            <T as ::autodiff_core::Differentiable>::Cotangent,
        > {
            &mut self.b
        }
        #[doc(hidden)]
        #[inline]
        fn __dot_Params_b(
            &self,
        ) -> &::autodiff_core::__private::Vec<
            <T as ::autodiff_core::Differentiable>::Cotangent,
        > {
            &self.b
        }
        #[doc(hidden)]
        #[inline]
        fn __bar_Params_n(&mut self) -> &mut () {
            ::autodiff_core::__private::Box::leak(
                ::autodiff_core::__private::Box::new(()),
            )
        }
        #[doc(hidden)]
        #[inline]
        fn __dot_Params_n(&self) -> &() {
            &()
        }
        #[doc(hidden)]
        #[inline]
        fn __bar_Params_f(&mut self) -> &mut ::autodiff_core::rt::SkippedField {
            ::autodiff_core::__private::Box::leak(
                ::autodiff_core::__private::Box::new(::autodiff_core::rt::SkippedField),
            )
        }
        #[doc(hidden)]
        #[inline]
        fn __dot_Params_f(&self) -> &::autodiff_core::rt::SkippedField {
            &::autodiff_core::rt::SkippedField
        }
    }
    #[doc(hidden)]
    pub struct __ParamsCotangentRest {
        /// No derivative.
        n: (),
        /// No derivative.
        f: ::autodiff_core::rt::SkippedField,
    }
    #[automatically_derived]
    impl<T> ::core::ops::Deref for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
    {
        type Target = __ParamsCotangentRest;
        #[inline]
        fn deref(&self) -> &__ParamsCotangentRest {
            &__ParamsCotangentRest {
                n: (),
                f: ::autodiff_core::rt::SkippedField,
            }
        }
    }
    #[automatically_derived]
    impl<T> ::core::ops::DerefMut for ParamsCotangent<T>
    where
        T: ::autodiff_core::Differentiable,
    {
        #[inline]
        fn deref_mut(&mut self) -> &mut __ParamsCotangentRest {
            ::autodiff_core::__private::Box::leak(
                ::autodiff_core::__private::Box::new(__ParamsCotangentRest {
                    n: (),
                    f: ::autodiff_core::rt::SkippedField,
                }),
            )
        }
    }
    fn __plain_fields<T>(_: &Params<T>) {
        let _: ::core::marker::PhantomData<::core::primitive::usize> = ::core::marker::PhantomData::<
            usize,
        >;
    }
};
