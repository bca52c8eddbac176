//! Operators on bits, which carry no derivative where they are those of integers and `bool`s.
//!
//! What enters: an expression that stays as it is written. What leaves: the same, where its type is not known in a form that rustc only takes
//! for integers and `bool`s. Guarantee: an operator of a user's type is never taken for one that carries no derivative.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::Lower;
use crate::varied;

impl Lower<'_> {
    /// Where an operator on bits stands whose operands may be something else than integers and `bool`s.
    pub(super) fn unknown_bits(&self, e: &Syn) -> Option<proc_macro2::Span> {
        let may = |e: &Syn| self.varies(e) && !self.types.of(e).is_plain();
        match e {
            Syn::Binary(b) if varied::trait_of_bits(&b.op).is_some() => (may(&b.left) || may(&b.right)).then(|| b.op.span()),
            Syn::Binary(b) if varied::changes_bits(&b.op) => may(&b.right).then(|| b.op.span()),
            Syn::Unary(u) if matches!(u.op, syn::UnOp::Not(_)) => may(&u.expr).then(|| u.op.span()),
            _ => None,
        }
    }

    /// The code of an operator on bits; of such, rustc checks that what it gives carries no derivative.
    pub(super) fn checked_bits(&self, e: &Syn, code: TokenStream) -> TokenStream {
        match self.unknown_bits(e) {
            Some(span) => in_bits(span, &code),
            None => code,
        }
    }
}

/// What rustc checks to be an integer or a `bool`; a name of its own lets the message stand at the operator.
pub(super) fn in_bits(span: proc_macro2::Span, code: &impl ToTokens) -> TokenStream {
    let span = span.resolved_at(proc_macro2::Span::mixed_site());
    quote::quote_spanned!(span=> (match (#code) { value => ::autodiff_core::rt::bits(value) }))
}
