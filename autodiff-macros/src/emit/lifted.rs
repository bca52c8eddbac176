//! Derivatives in several directions: of functions on dual numbers, nested once per direction, and of operators by their traits.
//!
//! What enters: operands with tangents by sets of directions. What leaves: the derivative in all directions, as an expression or added to
//! a place.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, ToTokens};

use super::tokens::located;
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

    /// `MulHigher::lhs_along::<3>(&a, &b, &[None, Some(&a_dot), None], &[..], &c_bar, &[..], &mut a_bar_dot_2);`
    pub(super) fn lifted_call(&self, c: &LiftedCall) -> TokenStream {
        // At the operation: there stands its tangent, or the seed, which comes last.
        let seed = c.operands.last().and_then(Lift::moving).filter(|_| !c.name.starts_with("rt::push_"));
        let place = seed.map_or_else(|| Expr::Ref(c.out.clone()), |seed| seed.value.clone());
        located(self.along(c), self.location(&[place]))
    }

    fn along(&self, c: &LiftedCall) -> TokenStream {
        let moving: Vec<Option<&Moving>> = c.operands.iter().map(Lift::moving).collect();
        let sets = moving.iter().flatten().map(|m| m.dots.len()).max().unwrap_or(0);
        let tangents = |still: usize, moved: Option<usize>| {
            let of = |k: usize| moving.get(k).copied().flatten();
            let dots = spread(of(still), moved.and_then(of), sets);
            let dots = dots.into_iter().map(|d| self.optional_tangent(d));
            quote!(&[#(#dots),*])
        };
        let name = c.name.trim_start_matches("rt::");
        let (pushed, name) = name.strip_prefix("push_").map_or((false, name), |name| (true, name));
        let name = name.trim_end_matches("_curvature");
        let (operator, side) = name.split_once('_').unwrap_or((name, "operand"));
        // The operands, the tangent or tangents of them in the direction that the function itself has, and a seed.
        let operands = if operator == "neg" { 1 } else { 2 };
        let values = moving[..operands].iter().flatten().map(|m| self.expr(&m.value));
        let moved = |k: usize| match (pushed, side) {
            (true, "rhs") => (k == 1).then_some(operands),
            (true, _) => (k == 0).then_some(operands),
            (false, _) => Some(operands + k),
        };
        let dots = (0..operands).map(|k| tangents(k, moved(k)));
        let seed = moving.last().copied().flatten().filter(|_| !pushed).map(|seed| {
            let (value, dots) = (self.expr(&seed.value), tangents(moving.len() - 1, None));
            quote!(#value, #dots,)
        });
        let higher = format_ident!("{}{}Higher", operator[..1].to_uppercase(), &operator[1..]);
        let method = format_ident!("{}_along", if pushed { "value" } else { side });
        let order = Literal::usize_unsuffixed(crate::forward::directions(2 * sets + 1).0 + 1);
        let out = self.place(&c.out);
        let call = |out: TokenStream| quote!(::autodiff_core::operators::#higher::#method::<#order>(#(#values,)* #(#dots,)* #seed #out););
        if c.out.is_field(self.vars) {
            let given = Ident::new("out", Span::mixed_site());
            let call = call(given.to_token_stream());
            return quote!(if let ::core::option::Option::Some(#given) = ::autodiff_core::rt::taken_by(&mut #out) { #call });
        }
        call(quote!(&mut #out))
    }

    fn optional_tangent(&self, dot: Option<&Expr>) -> TokenStream {
        match dot {
            None => quote!(::core::option::Option::None),
            Some(e) if self.is_of_a_field(e) => {
                let e = self.expr(e);
                quote!(::autodiff_core::rt::given_by(#e))
            }
            Some(e) => {
                let e = self.expr(e);
                quote!(::core::option::Option::Some(#e))
            }
        }
    }

    fn dual(&self, m: &Moving, leaf: &dyn Fn(&Expr) -> TokenStream) -> TokenStream {
        let mut parts = vec![Some(leaf(&m.value))];
        parts.extend(m.dots.iter().map(|d| d.as_ref().map(leaf)));
        nested(&parts).unwrap_or_default()
    }
}

/// The tangents of an operand, with one direction in front of those that it has: `moved` is its tangent in that direction.
fn spread<'m>(still: Option<&'m Moving>, moved: Option<&'m Moving>, sets: usize) -> Vec<Option<&'m Expr>> {
    let tangent = |set: usize| {
        let (others, of) = (set >> 1, if set & 1 == 1 { moved? } else { still? });
        match others {
            0 => Some(&of.value),
            others => of.dots.get(others - 1)?.as_ref(),
        }
    };
    (1..=2 * sets + 1).map(tangent).collect()
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
