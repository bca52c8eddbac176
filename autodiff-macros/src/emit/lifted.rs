//! Functions on dual numbers, nested once per direction, of whose value the derivative in all directions is taken.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::tokens::{located, runtime_path};
use super::Emit;
use crate::ir::{Expr, Lift, Lifted, LiftedCall, Moving};

impl Emit<'_> {
    /// `rules::f::pullback(Dual::new(x, x_dot), ..).eps`
    pub(super) fn lifted(&self, l: &Lifted) -> TokenStream {
        let stem = if l.forward { "pushforward" } else { "pullback" };
        let f = match l.which {
            Some(k) => format_ident!("{}_{}", stem, k),
            None => format_ident!("{}", stem),
        };
        let operands = l.operands.iter().map(|o| match o {
            Lift::Plain(x) => self.expr(x),
            Lift::Number(m) | Lift::Optional(Some(m)) => self.dual(m, &|e| self.expr(e)),
            Lift::Optional(None) => quote!(::core::option::Option::None),
        });
        let rule = Ident::new(&l.name.to_string(), l.name.span().resolved_at(Span::mixed_site()));
        let eps = derivative(&l.operands);
        quote!(::autodiff_core::rules::#rule::#f(#(#operands),*)#eps)
    }

    /// `{ let mut sum = zero; f(&Dual::new(..), &mut sum); out += sum.eps; }`
    pub(super) fn lifted_call(&self, c: &LiftedCall) -> TokenStream {
        let span = self.location(&[Expr::Ref(c.out.clone())]);
        let operands = c.operands.iter().map(|o| match o {
            Lift::Plain(x) => self.expr(x),
            Lift::Number(m) => self.number(m),
            Lift::Optional(None) => quote!(::autodiff_core::rt::none()),
            Lift::Optional(Some(m)) => {
                let number = self.number(m);
                quote!(::autodiff_core::rt::given(#number))
            }
        });
        let path = runtime_path(c.name);
        let (out, eps) = (self.place(&c.out), derivative(&c.operands));
        let sum = Ident::new("sum", Span::mixed_site());
        let code = quote! {
            {
                let mut #sum = <_ as ::autodiff_core::Real>::__ZERO;
                #path(#(#operands,)* &mut #sum);
                ::autodiff_core::rt::add_number(&mut #out, #sum #eps);
            }
        };
        located(code, span)
    }

    /// A dual number behind a reference, of numbers behind references.
    fn number(&self, m: &Moving) -> TokenStream {
        let dual = self.dual(m, &|e| {
            let e = self.expr(e);
            quote!(::autodiff_core::rt::number_of(#e))
        });
        quote!(&#dual)
    }

    fn dual(&self, m: &Moving, leaf: &dyn Fn(&Expr) -> TokenStream) -> TokenStream {
        let mut parts = vec![Some(leaf(&m.value))];
        parts.extend(m.dots.iter().map(|d| d.as_ref().map(leaf)));
        nested(&parts).unwrap_or_default()
    }
}

/// How deep the numbers are nested, in `.eps` of the result.
fn derivative(operands: &[Lift]) -> TokenStream {
    let sets = operands.iter().map(|o| match o {
        Lift::Number(m) | Lift::Optional(Some(m)) => m.dots.len(),
        Lift::Plain(_) | Lift::Optional(None) => 0,
    });
    let directions = crate::forward::directions(sets.max().unwrap_or(0)).0;
    (0..directions).map(|_| quote!(.eps)).collect()
}

/// `Dual::new(..)` of numbers by sets of directions: the last direction is the outermost. `None` where all are missing.
fn nested(parts: &[Option<TokenStream>]) -> Option<TokenStream> {
    if let [one] = parts {
        return one.clone();
    }
    let (value, dot) = parts.split_at(parts.len() / 2);
    match (nested(value), nested(dot)) {
        (Some(value), Some(dot)) => Some(quote!(::autodiff_core::Dual::new(#value, #dot))),
        (Some(value), None) => Some(quote!(::autodiff_core::Dual::constant(#value))),
        (None, Some(dot)) => Some(quote!(::autodiff_core::Dual::new(<_ as ::autodiff_core::Real>::__ZERO, #dot))),
        (None, None) => None,
    }
}
