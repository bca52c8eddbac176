//! `f_jacobian` and `f_jacobian_into`: one row per number of the result, one column per number of the slots, both in order. What a
//! parameter that is taken by `&mut` holds after the call has rows behind those of the result.
//!
//! Rows come from `f_vjp`, columns from `f_jvp_lanes`, several at once, or from `f_jvp`, whichever costs less. Where the signature tells all
//! sizes the Jacobian is an array, and nothing is allocated that the function does not allocate itself, but for copies of what it writes to.
//! Elsewhere, and where the option names a library, it is a list of rows or a matrix of that library; `f_jacobian_into` writes any
//! `DenseMatrix`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::second::count;
use super::{Emit, Siblings};
use crate::forward::width;
use crate::options::Matrix;
use crate::signature::Param;
use crate::types::{Float, Ty};

/// A Jacobian of known size.
struct Known {
    rows: TokenStream,
    columns: TokenStream,
    number: TokenStream,
    zero: TokenStream,
    /// Of one array, whose length may be a parameter, which no constant can be made of.
    of_arrays: bool,
    /// Of numbers of a type parameter, which are more than an `f64` holds.
    generic: bool,
}

impl Siblings<'_> {
    pub(super) fn jacobians(&self) -> TokenStream {
        let Some(matrix) = self.jacobian else { return TokenStream::new() };
        match self.known_size().filter(|_| matrix == Matrix::Rows) {
            Some(known) => {
                let (into, whole) = (self.jacobian_into(&known), self.jacobian_of_known(&known));
                quote!(#into #whole)
            }
            None => self.jacobian_of_any(matrix),
        }
    }

    fn known_size(&self) -> Option<Known> {
        let (number, zero, generic) = self.number()?;
        let names = self.generic_names();
        let results = std::iter::once(&self.signature.result_ty).chain(self.outputs().map(|p| p.ty.peel()));
        let rows: Option<Vec<TokenStream>> = results.map(|ty| count(ty, &names)).collect();
        let columns: Option<Vec<TokenStream>> = self.slots().map(|p| count(p.ty.peel(), &names)).collect();
        if let (Some(rows), Some(columns)) = (rows, columns) {
            return Some(Known { rows: quote!(#(#rows)+*), columns: quote!(#(#columns)+*), number, zero, of_arrays: false, generic });
        }
        // A length that is a parameter is a length again, and nothing can be added to it.
        let slots: Vec<&Param> = self.slots().collect();
        let [one] = slots[..] else { return None };
        let (rows, columns) = (length(&self.signature.result_ty)?, length(one.ty.peel())?);
        self.outputs().next().is_none().then_some(Known { rows, columns, number, zero, of_arrays: true, generic })
    }

    /// The type of all numbers, if they have the same, its zero, and whether it is a type parameter.
    fn number(&self) -> Option<(TokenStream, TokenStream, bool)> {
        let types: Vec<&Ty> = self.slots().map(|p| p.ty.peel()).chain([&self.signature.result_ty]).collect();
        let all = |kind: &dyn Fn(&Float) -> bool| types.iter().all(|t| of_numbers(t, kind));
        if all(&|f| matches!(f, Float::F64)) {
            return Some((quote!(f64), quote!(0.0), false));
        }
        if all(&|f| matches!(f, Float::F32)) {
            return Some((quote!(f32), quote!(0.0), false));
        }
        let [t] = &self.signature.floats[..] else { return None };
        // Their numbers are handed over as they are.
        let flat = types.iter().all(|t| length(t).is_some()) && self.outputs().next().is_none();
        let same = flat && all(&|f| matches!(f, Float::Generic(g) if g == t));
        same.then(|| (t.to_token_stream(), quote!(<#t as ::autodiff_core::Real>::__ZERO), true))
    }

    /// Whether there is an `f_jvp`.
    fn has_columns(&self) -> bool {
        (self.method || self.companion) && (self.pushforward.is_some() || !self.signature.params.iter().any(Param::by_mut))
    }

    /// The arguments, of which nothing is moved.
    fn clones(&self) -> Vec<TokenStream> {
        self.signature.params.iter().filter(|p| p.receiver.is_none()).map(Self::cloned).collect()
    }

    /// Value and row of a seed, which is an expression: that of the result, and behind it those of what the function writes to.
    fn row_call(&self, seed: TokenStream) -> TokenStream {
        let mut arguments = self.clones();
        if self.outputs().next().is_none() {
            arguments.push(seed);
            return self.on_clones(&self.name("_vjp"), &arguments);
        }
        let here = Span::mixed_site();
        let (own, value) = (Ident::new("own_seed", here), Ident::new("value", here));
        arguments.push(own.to_token_stream());
        let pattern = self.behind_result(&own.to_token_stream(), |p| Self::bar_ident(p).to_token_stream());
        let (mut zeros, mut bars) = (Vec::new(), Vec::new());
        for p in self.slots() {
            let (bar, zero) = (Self::bar_ident(p), self.zero(p));
            zeros.push(if p.by_mut() { quote!(let mut #bar = #bar;) } else { quote!(let mut #bar = #zero;) });
            arguments.push(quote!(&mut #bar));
            bars.push(bar.to_token_stream());
        }
        let call = self.on_clones(&self.name("_vjp_accumulate"), &arguments);
        let bars = Self::gradient_value(&bars);
        quote_spanned!(here=> { let #pattern = #seed; #(#zeros)* let #value = #call; (#value, #bars) })
    }

    /// Value and column of a direction behind a reference.
    fn column_call(&self, direction: &Ident) -> TokenStream {
        let several = self.slots().count() > 1;
        let mut outputs = Vec::new();
        let mut parts = Vec::new();
        for (k, p) in self.slots().enumerate() {
            let k = syn::Index::from(k);
            let place = if several { quote!(#direction.#k) } else { quote!((*#direction)) };
            parts.push(if p.by_mut() {
                let dot = Self::dot_ident(p);
                outputs.push(quote!(let mut #dot = ::core::clone::Clone::clone(&#place);));
                quote!(&mut #dot)
            } else if p.by_ref() {
                quote!(&#place)
            } else {
                quote!(::core::clone::Clone::clone(&#place))
            });
        }
        let mut arguments = self.clones();
        arguments.push(Self::gradient_value(&parts));
        let call = self.on_clones(&self.jvp_name(), &arguments);
        if outputs.is_empty() {
            return call;
        }
        let here = Span::mixed_site();
        let (value, dot) = (Ident::new("value", here), Ident::new("value_dot", here));
        let all = self.behind_result(&dot.to_token_stream(), |p| Self::dot_ident(p).to_token_stream());
        quote_spanned!(here=> { #(#outputs)* let (#value, #dot) = #call; (#value, #all) })
    }

    /// Zeros of everything that has rows.
    fn results(&self, value: &TokenStream) -> TokenStream {
        self.behind_result(&quote!(::autodiff_core::rt::zero(&#value)), |p| {
            let copy = Self::copy_ident(p);
            quote!(::autodiff_core::rt::zero(&#copy))
        })
    }

    fn zeros(&self) -> TokenStream {
        Self::gradient_value(&self.slots().map(|p| self.zero_tangent(p)).collect::<Vec<_>>())
    }

    /// Statements that leave `value`, of a Jacobian of known size by columns.
    fn columns_of_known(&self, known: &Known) -> TokenStream {
        let columns = &known.columns;
        let block = match known.of_arrays {
            true => quote!(::autodiff_core::rt::lanes::BLOCK),
            false => quote!(::autodiff_core::rt::lanes::block(#columns)),
        };
        let here = Span::mixed_site();
        let direction = Ident::new("direction", here);
        match self.columns_in_lanes() {
            Some(lanes) => {
                let (zeros, call, width, n) = (lanes.zeros(), lanes.column_call(&direction), width(), &lanes.width);
                quote_spanned! {here=>
                    const #n: usize = #block;
                    let (mut value, mut first) = (::core::option::Option::None, 0);
                    while first < (#columns) {
                        let mut units = #zeros;
                        ::autodiff_core::rt::lanes::set_units(#width, &mut units, first);
                        let #direction = &units;
                        let (result, mut some) = #call;
                        value = ::core::option::Option::Some(result);
                        ::autodiff_core::rt::lanes::copy_columns(#width, &mut some, jacobian, first);
                        first += #n;
                    }
                    value
                }
            }
            None => {
                let (zeros, call) = (self.zeros(), self.column_call(&direction));
                let copied = match (known.generic, self.signature.result_ty.is_float()) {
                    (false, _) => quote_spanned!(here=> ::autodiff_core::rt::copy_column(&mut column, jacobian, k);),
                    (true, true) => quote_spanned!(here=> jacobian[0][k] = column;),
                    (true, false) => quote_spanned!(here=> jacobian.iter_mut().zip(column).for_each(|(row, partial)| row[k] = partial);),
                };
                quote_spanned! {here=>
                    let mut value = ::core::option::Option::None;
                    for k in 0..(#columns) {
                        let mut unit = #zeros;
                        ::autodiff_core::rt::set_unit(&mut unit, k);
                        let #direction = &unit;
                        let (result, mut column) = #call;
                        value = ::core::option::Option::Some(result);
                        #copied
                    }
                    value
                }
            }
        }
    }

    /// A Jacobian of any size by columns.
    fn columns_of_any(&self) -> TokenStream {
        let here = Span::mixed_site();
        let direction = Ident::new("direction", here);
        match self.columns_in_lanes() {
            Some(lanes) => {
                let (zeros, call, width, n) = (lanes.zeros(), lanes.column_call(&direction), width(), &lanes.width);
                quote_spanned! {here=>
                    const #n: usize = ::autodiff_core::rt::lanes::BLOCK;
                    ::autodiff_core::rt::lanes::jacobian_by_columns(#width, &results, &zeros, #zeros, jacobian, |#direction| #call.1);
                }
            }
            None => {
                let call = self.column_call(&direction);
                quote_spanned!(here=> ::autodiff_core::rt::jacobian_by_columns(&results, zeros, jacobian, |#direction| #call.1);)
            }
        }
    }

    fn jacobian_doc(&self) -> String {
        format!(
            " Value of [`{}`] and its Jacobian: one row per number of the result{}, one column per number of {}.",
            self.item.sig.ident,
            self.output_list(),
            self.slot_list()
        )
    }

    fn jacobian_into(&self, known: &Known) -> TokenStream {
        let here = Span::mixed_site();
        let Known { rows, columns, number, .. } = known;
        let zero_of = |ty: &Ty| Emit::new(&[]).expr(&super::super::zero_of(ty));
        let seed_zero = self.behind_result(&zero_of(&self.signature.result_ty), |p| zero_of(p.ty.peel()));
        let seed = Ident::new("seed", here);
        let row_call = self.row_call(quote!(#seed));
        // The numbers of each slot, where they belong.
        let mut offset = quote!(0);
        let mut parts = Vec::new();
        let several = self.slots().count() > 1;
        let generic = self.generic_names();
        for (k, p) in self.slots().enumerate() {
            let size = count(p.ty.peel(), &generic).unwrap_or_default();
            let index = syn::Index::from(k);
            let part = if several { quote_spanned!(here=> gradient.#index) } else { quote_spanned!(here=> gradient) };
            parts.push(match p.ty.peel() {
                Ty::Array(..) if known.of_arrays => quote_spanned!(here=> row.copy_from_slice(&#part);),
                Ty::Float(_) => quote_spanned!(here=> row[#offset] = #part;),
                Ty::Array(e, _) if e.is_float() => quote_spanned!(here=> row[#offset..#offset + #size].copy_from_slice(&#part);),
                _ => quote_spanned!(here=> ::autodiff_core::rt::copy_into(&mut #part, &mut row[#offset..#offset + #size]);),
            });
            offset = quote!(#offset + #size);
        }
        let by_rows = quote_spanned! {here=>
            let mut value = ::core::option::Option::None;
            for (k, row) in jacobian.iter_mut().enumerate() {
                let mut #seed = #seed_zero;
                ::autodiff_core::rt::set_unit(&mut #seed, k);
                let (result, mut gradient) = #row_call;
                value = ::core::option::Option::Some(result);
                #(#parts)*
            }
            value
        };
        let by_columns = self.has_columns().then(|| {
            let by_columns = self.columns_of_known(known);
            // What is measured: a column in lanes costs at most half a row.
            let several = if self.columns_in_lanes().is_some() { quote!(<= 2 *) } else { quote!(<) };
            quote_spanned!(here=> if (#columns) #several (#rows) { #by_columns } else)
        });
        let primal = self.primal();
        let jacobian = Ident::new("jacobian", here);
        let doc = format!(
            " Value of [`{}`]; writes its Jacobian, one row per number of the result{}, one column per number of {}. Allocates nothing itself.",
            self.item.sig.ident,
            self.output_list(),
            self.slot_list()
        );
        let buffer = quote!(#jacobian: &mut [[#number; #columns]; #rows]);
        let header = self.header_of_several(&self.name("_jacobian_into"), &[buffer], &self.signature.result.to_token_stream(), Some(doc));
        let body = if self.outputs().next().is_some() {
            // What is written to is written to once.
            quote_spanned!(here=> let _ = #by_columns { #by_rows }; #primal)
        } else {
            quote_spanned! {here=>
                let value = #by_columns { #by_rows };
                match value {
                    ::core::option::Option::Some(value) => value,
                    ::core::option::Option::None => #primal,
                }
            }
        };
        let body = self.body(body);
        quote!(#header { #body })
    }

    fn jacobian_of_known(&self, known: &Known) -> TokenStream {
        let here = Span::mixed_site();
        let Known { rows, columns, number, zero, .. } = known;
        let ty = quote!([[#number; #columns]; #rows]);
        let header = self.header_of_several(&self.name("_jacobian"), &[], &self.with_value(&ty), Some(self.jacobian_doc()));
        let call = self.call(&self.name("_jacobian_into"), &[quote_spanned!(here=> &mut jacobian)]);
        let body = self.body(quote_spanned! {here=>
            let mut jacobian: #ty = [[#zero; #columns]; #rows];
            let value = #call;
            (value, jacobian)
        });
        quote!(#header { #body })
    }

    /// `f_jacobian_into` any matrix, and `f_jacobian` as rows.
    fn jacobian_of_any(&self, matrix: Matrix) -> TokenStream {
        let here = Span::mixed_site();
        let vec = quote!(::autodiff_core::__private::Vec);
        let (ty, empty) = match matrix {
            Matrix::Rows => (quote!(#vec<#vec<f64>>), quote!(#vec::new())),
            Matrix::Ndarray => (quote!(::autodiff_core::__matrices::OfNdarray), quote!(::autodiff_core::__matrices::of_ndarray())),
            Matrix::Nalgebra => (quote!(::autodiff_core::__matrices::OfNalgebra), quote!(::autodiff_core::__matrices::of_nalgebra())),
        };
        let seed = Ident::new("seed", here);
        let primal = self.primal();
        let (zeros, row_call) = (self.zeros(), self.row_call(quote!(#seed)));
        let by_rows = quote_spanned!(here=> ::autodiff_core::rt::jacobian_by_rows(&results, &zeros, jacobian, |#seed| #row_call.1););
        let choice = if self.has_columns() {
            let by_columns = self.columns_of_any();
            let fewer = match self.columns_in_lanes() {
                Some(_) => quote!(::autodiff_core::rt::lanes::cheaper_than_rows),
                None => quote!(::autodiff_core::rt::fewer_numbers),
            };
            quote_spanned!(here=> if #fewer(&zeros, &results) { #by_columns } else { #by_rows })
        } else {
            by_rows
        };
        let value = format_ident!("value", span = here);
        let results = self.results(&value.to_token_stream());
        let body = if self.outputs().next().is_some() {
            let (copies, once) = (self.copies(), self.call_on_copies(&self.item.sig.ident, &self.clones()));
            quote_spanned! {here=>
                let results = { #copies let #value = #once; #results };
                let zeros = #zeros;
                #choice
                #primal
            }
        } else {
            quote_spanned!(here=> let #value = #primal; let results = #results; let zeros = #zeros; #choice #value)
        };
        let jacobian = Ident::new("jacobian", here);
        let doc = format!(
            " Value of [`{}`]; writes its Jacobian over a matrix, one row per number of the result{}, one column per number of {}.",
            self.item.sig.ident,
            self.output_list(),
            self.slot_list()
        );
        let into = self.name("_jacobian_into");
        let buffer = quote!(#jacobian: &mut impl ::autodiff_core::DenseMatrix);
        let header_into = self.header_of_several(&into, &[buffer], &self.signature.result.to_token_stream(), Some(doc));
        let header = self.header_of_several(&self.name("_jacobian"), &[], &self.with_value(&ty), Some(self.jacobian_doc()));
        let call = self.call(&into, &[quote_spanned!(here=> &mut jacobian)]);
        let rows = quote_spanned!(here=> let mut jacobian: #ty = #empty; let value = #call; (value, jacobian));
        let (body, rows) = (self.body(body), self.body(rows));
        quote!(#header_into { #body } #header { #rows })
    }
}

/// How many numbers there are in a number or in an array of numbers: an expression that is a length.
fn length(ty: &Ty) -> Option<TokenStream> {
    match ty {
        Ty::Float(_) => Some(quote!(1)),
        Ty::Array(e, len) if e.is_float() => Some(len.clone()),
        _ => None,
    }
}

/// Whether all floating point numbers in a type are of one kind.
fn of_numbers(ty: &Ty, kind: &dyn Fn(&Float) -> bool) -> bool {
    match ty {
        Ty::Float(f) => kind(f),
        Ty::Array(e, _) => of_numbers(e, kind),
        Ty::Tuple(items) => items.iter().all(|t| of_numbers(t, kind)),
        Ty::Plain | Ty::Inert | Ty::Unit => true,
        _ => false,
    }
}
