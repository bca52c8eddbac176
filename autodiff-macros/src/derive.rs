//! `derive(Differentiable)`: the cotangent type of a struct or enum.
//!
//! What enters: the definition of a struct or enum. What leaves: a type for its cotangent, with the fields that
//! carry a derivative under their own names, and the impls by which `autodiff-core` and generated code use it.
//!
//! ```ignore
//! pub struct Params { pub a: f64, b: Vec<f64>, n: usize }
//! // expands to
//! pub struct ParamsCotangent { pub a: f64, b: Vec<f64> }
//! impl Differentiable for Params { type Cotangent = ParamsCotangent; .. }
//! impl Cotangent for ParamsCotangent { .. }
//! ```
//!
//! | part | what it gives |
//! | --- | --- |
//! | `Differentiable`, `Cotangent`, `AddInto` | the contract with `autodiff-core` |
//! | `Clone`, `Debug`, `PartialEq` | by hand: the bounds are on cotangents, `T::Cotangent: Clone`, not on `T` |
//! | `Default` | for structs, where the fields' cotangents have it |
//! | `__bar_<Variant>_<field>` | hidden methods: the cotangent of a variant's field; a struct counts as its own variant |
//! | `Deref` to a hidden type | structs with absent fields: `p_bar.n` is `()` |
//!
//! What is guaranteed: a field is left out only if its type cannot carry a derivative. The macro sees names, not
//! types, so the expansion also has rustc check that each such name is the standard type
//! ([`emit::plain_fields`]); a user's own `struct String(f64)` is an error, not a field without a gradient.
//!
//! A type none of whose fields carries a derivative still gets a cotangent type, without content. That of an enum
//! is then a unit struct: no variant of it needs to be told from another.

mod bounds;
mod emit;
mod field_type;
mod input;
mod options;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

/// Expands the derive. Errors come back as `compile_error!` next to whatever could still be generated, so that one
/// mistake gives one message.
pub(crate) fn derive(input: syn::DeriveInput) -> TokenStream {
    let mut errors = Vec::new();
    let mut tokens = input::read(input, &mut errors).map_or_else(TokenStream::new, |model| emit::emit(&model));
    let all = errors.into_iter().reduce(|mut first, next| {
        first.combine(next);
        first
    });
    tokens.extend(all.map(syn::Error::into_compile_error));
    tokens
}
