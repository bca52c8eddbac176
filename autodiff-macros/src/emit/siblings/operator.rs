//! The rule of an operator, from the derivatives of its function.
//!
//! ```text
//! fn lhs(&self, rhs: &Vec3, out_bar: &Vec3Cotangent, lhs_bar: &mut Vec3Cotangent) {
//!     let own_self = Clone::clone(self);
//!     let rhs = Clone::clone(rhs);
//!     let seed = Clone::clone(out_bar);
//!     ... both sweeps, with one operand's cotangent
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;

use super::super::Emit;
use super::Siblings;
use crate::signature::Param;

/// What the rule's functions are called, and what they take.
pub(crate) struct RuleShape {
    /// The operands behind the receiver, as the rule takes them: `&rhs`.
    pub rhs: Option<syn::Type>,
    /// The operands that the function takes by reference while the rule is that of the values.
    pub borrowed: Vec<bool>,
}

impl Siblings<'_> {
    fn owned(&self, shape: &RuleShape) -> TokenStream {
        let copied = self.signature.params.iter().zip(&shape.borrowed).filter(|(_, borrowed)| !**borrowed);
        let copies = copied.map(|(p, _)| {
            let (own, given) = (Self::own_operand(p), &p.ident);
            quote!(let #own = ::core::clone::Clone::clone(#given);)
        });
        quote!(#(#copies)*)
    }

    fn own_operand(p: &Param) -> Ident {
        if p.receiver.is_some() {
            Ident::new("own_self", Span::mixed_site())
        } else {
            p.ident.clone()
        }
    }

    /// Sweeps, and what tells the type of the value, which nobody takes: parameters of it may occur in nothing else.
    fn with_typed(&self, body: TokenStream, value: Option<TokenStream>) -> TokenStream {
        let result = &self.signature.result;
        let generic = self.signature.block.generics.type_params().next().is_some();
        let typed = value.filter(|_| generic).map(|value| quote!(let _: #result = #value;));
        quote!(#body #typed)
    }

    fn on_operands(&self, shape: &RuleShape, code: TokenStream) -> TokenStream {
        let code = if shape.borrowed[0] { code } else { super::rename_self(code, "own_self") };
        let owned = self.owned(shape);
        quote!(#owned #code)
    }

    fn operands(&self, shape: &RuleShape) -> TokenStream {
        match (&shape.rhs, self.signature.params.get(1)) {
            (Some(ty), Some(p)) => {
                let name = &p.ident;
                quote!(&self, #name: &#ty)
            }
            _ => quote!(&self),
        }
    }

    /// The function that adds to the cotangent of the one slot.
    pub fn rule_reverse(&self, name: &Ident, shape: &RuleShape, out: &TokenStream, bar_ty: &TokenStream) -> TokenStream {
        let (bars, body, value) = self.sweeps_into_buffers(true);
        let body = self.with_typed(body, self.adjoint.function.result.as_ref().map(|_| value));
        let bar = &bars[0];
        let seed = self.seed_ident();
        let out_bar = Ident::new("rule_seed", Span::mixed_site());
        let (operands, body) = (self.operands(shape), self.on_operands(shape, body));
        let allows = super::allows();
        quote! {
            #allows
            #[inline]
            fn #name(#operands, #out_bar: &#out, #bar: &mut #bar_ty) {
                let #seed = ::core::clone::Clone::clone(#out_bar);
                #body
            }
        }
    }

    /// The function of `+=` that adds to the operand's cotangent, from an adjoint that reads cotangents only.
    pub fn rule_of_assignment(&self, name: &Ident, target: &TokenStream) -> TokenStream {
        let (bars, body, _) = self.sweeps_into_buffers(false);
        let (own, other) = (&bars[0], &bars[1]);
        // Lengths are those of the cotangents.
        let body = renamed(super::rename_self(body, &own.to_string()), &self.signature.params[1].ident, other);
        let seed = self.seed_ident();
        quote!(fn #name(&self, #other: &mut #target) {
            let (#own, #seed) = (self, ());
            #body
        })
    }

    /// The function that adds to the tangent of the result, if forward mode follows the function.
    pub fn rule_forward(&self, name: &Ident, shape: &RuleShape, out: &TokenStream, dot_ty: &TokenStream) -> TokenStream {
        let Some(pushforward) = self.pushforward else { return TokenStream::new() };
        let vars = &pushforward.function.vars;
        let (given, out_dot) = (Ident::new("rule_tangent", Span::mixed_site()), Ident::new("rule_target", Span::mixed_site()));
        let mut dot = None;
        for (p, var) in self.signature.params.iter().zip(&pushforward.function.params) {
            let Some(v) = pushforward.dots.get(var).filter(|_| p.slot) else { continue };
            let name = &vars[v.0 as usize].name;
            dot = Some(if p.by_ref() { quote!(let #name = #given;) } else { quote!(let #name = ::core::clone::Clone::clone(#given);) });
        }
        let emit = Emit::new(vars);
        let body = emit.block(&pushforward.function.body);
        let value_dot = pushforward.value_dot.as_ref().map_or_else(|| quote!(()), |e| emit.expr(e));
        let uses = self.imports();
        let body = if dot.is_some() {
            let value = pushforward.value.as_ref().map(|e| emit.expr(e));
            self.with_typed(quote!(#uses #dot #body ::autodiff_core::Cotangent::accumulate(#out_dot, &#value_dot);), value)
        } else {
            TokenStream::new()
        };
        let (operands, body) = (self.operands(shape), self.on_operands(shape, body));
        let allows = super::allows();
        quote! {
            #allows
            #[inline]
            fn #name(#operands, #given: &#dot_ty, #out_dot: &mut #out) { #body }
        }
    }
}

/// A stream with one variable in place of another.
pub(crate) fn renamed(tokens: TokenStream, from: &Ident, to: &Ident) -> TokenStream {
    let mut field = false;
    let rename = |t: TokenTree| {
        let after_dot = std::mem::replace(&mut field, matches!(&t, TokenTree::Punct(p) if p.as_char() == '.'));
        match t {
            TokenTree::Ident(i) if i == *from && !after_dot => TokenTree::Ident(to.clone()),
            TokenTree::Group(g) => {
                let mut new = proc_macro2::Group::new(g.delimiter(), renamed(g.stream(), from, to));
                new.set_span(g.span());
                TokenTree::Group(new)
            }
            other => other,
        }
    };
    tokens.into_iter().map(rename).collect()
}
