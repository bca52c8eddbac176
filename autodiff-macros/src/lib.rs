//! Procedural macros of `autodiff-core`: the attribute `#[differentiate]` and `derive(Differentiable)`.
//!
//! Depend on `autodiff-core`, which re-exports everything here.

use proc_macro::TokenStream;

mod analysis;
mod blocks;
mod cleanup;
mod derivative;
mod derive;
mod diagnostics;
mod emit;
mod expand;
mod fallback;
mod forward;
mod infer;
mod ir;
mod lower;
mod names;
mod options;
mod passes;
mod position;
mod resolve;
mod reverse;
mod rows;
mod signature;
mod simplify;
mod types;
mod varied;

/// Generates the gradient of a function.
#[proc_macro_attribute]
pub fn differentiate(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::differentiate(args.into(), item.into()).into()
}

/// Takes a function's derivative as given: `#[derivative(x = cos(x))]` lists the partials of a function with a number as its
/// result, with its parameters and `result` in scope; a slice's partial is an array, slice or `Vec` of as many numbers.
///
/// `#[derivative(pullback = path)]` serves any result: `path` is a function of every argument by reference, the result by reference
/// and the seed (the cotangent of the result); it gives the slots of the gradient, a single one bare, several as a tuple.
#[proc_macro_attribute]
pub fn derivative(args: TokenStream, item: TokenStream) -> TokenStream {
    derivative::derivative(args.into(), item.into()).into()
}

/// Gives a struct or enum a cotangent type, so that it can be a differentiable parameter or result.
///
/// `Params` gets `ParamsCotangent`, with the fields that carry a derivative under the same names and with the same
/// visibility; an enum's has the same variants. Fields of integers, `bool`, `char` and strings are absent, and so are
/// those marked `#[differentiable(skip)]`; in tuples `()` holds their place.
///
/// `#[differentiable(cotangent = "Name")]` on the type gives the cotangent type another name.
#[proc_macro_derive(Differentiable, attributes(differentiable))]
pub fn derive_differentiable(input: TokenStream) -> TokenStream {
    derive::derive(syn::parse_macro_input!(input as syn::DeriveInput)).into()
}

#[cfg(test)]
mod tests;
