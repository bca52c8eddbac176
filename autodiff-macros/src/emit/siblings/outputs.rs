//! Calls that change nothing, and what functions leave in parameters that they take by `&mut`, which are results as well.
//!
//! Whoever evaluates a function more often than once, as a Jacobian and a Hessian do, lets it write to copies, and to what the caller
//! handed over at the end:
//!
//! ```text
//! { let mut x_copy = ToOwned::to_owned(&*x); f_hvp_accumulate(w, &mut x_copy, ..) }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::{opaque_part, Siblings};
use crate::overwrites::Extent;
use crate::reverse::Adjoint;
use crate::signature::Param;
use crate::types::Ty;

impl Siblings<'_> {
    /// The parameters with rows of a Jacobian.
    pub(super) fn outputs(&self) -> impl Iterator<Item = &Param> {
        self.slots().filter(|p| p.by_mut())
    }

    /// For the documentation: behind "of the result".
    pub(super) fn output_list(&self) -> String {
        self.outputs().map(|p| format!(", then of what is in `{}` after the call", p.ident)).collect()
    }

    /// What belongs to the result, with what belongs to the outputs behind it: `(of_result, (of_first, (of_second, ())))`.
    pub(super) fn behind_result(&self, of_result: &TokenStream, of: impl Fn(&Param) -> TokenStream) -> TokenStream {
        let outputs: Vec<TokenStream> = self.outputs().map(of).collect();
        if outputs.is_empty() {
            return of_result.clone();
        }
        let rest = outputs.iter().rev().fold(quote!(()), |rest, output| quote!((#output, #rest)));
        quote!((#of_result, #rest))
    }

    /// Between the sweeps, where a caller made the cotangent of what the function writes to and could not know the shape that it leaves.
    pub(super) fn shape_after(
        &self,
        adjoint: &Adjoint,
        (k, p): (usize, &Param),
        bar: &Ident,
        width: Option<TokenStream>,
    ) -> Option<TokenStream> {
        let fixed = match p.ty.peel() {
            Ty::Slice(_) => true,
            Ty::Vec(e) if e.static_zero() => self.overwrites.get(k).is_some_and(|extent| *extent != Extent::Unknown),
            ty => ty.static_zero(),
        };
        let i = &p.ident;
        (p.by_mut() && !fixed && !adjoint.fused).then(|| match width {
            None => quote!(::autodiff_core::rt::fit(&mut *#bar, &*#i);),
            Some(width) => quote!(::autodiff_core::rt::lanes::fit(#width, &mut *#bar, &*#i);),
        })
    }

    pub(super) fn copy_ident(p: &Param) -> Ident {
        format_ident!("{}_copy", p.ident.to_string().trim_start_matches("r#"), span = Span::mixed_site())
    }

    /// An argument of a call that changes nothing, once there are copies.
    pub(super) fn cloned(p: &Param) -> TokenStream {
        let i = &p.ident;
        if p.by_mut() {
            let copy = Self::copy_ident(p);
            quote!(&mut #copy)
        } else if p.by_ref() {
            quote!(#i)
        } else {
            quote!(::core::clone::Clone::clone(&#i))
        }
    }

    /// A tangent or the like behind a reference, as a parameter's is handed over.
    pub(super) fn handed(p: &Param, reference: &TokenStream) -> TokenStream {
        if p.by_ref() {
            reference.clone()
        } else if p.by_mut() {
            quote!(&mut ::core::clone::Clone::clone(#reference))
        } else {
            quote!(::core::clone::Clone::clone(#reference))
        }
    }

    /// Copies of what the function writes to.
    pub(super) fn copies(&self) -> TokenStream {
        let written = self.signature.params.iter().filter(|p| p.by_mut());
        let copies = written.map(|p| {
            let (i, copy) = (&p.ident, Self::copy_ident(p));
            let anchor = opaque_part(&p.written, &self.signature.floats).unwrap_or_else(Span::call_site);
            if matches!(p.ty.peel(), Ty::Slice(_)) {
                quote_spanned!(anchor=> let mut #copy = ::autodiff_core::__private::ToOwned::to_owned(&*#i);)
            } else {
                quote_spanned!(anchor=> let mut #copy = ::core::clone::Clone::clone(&*#i);)
            }
        });
        copies.collect()
    }

    /// A call of a sibling, of which the arguments are clones.
    pub(super) fn on_clones(&self, f: &Ident, arguments: &[TokenStream]) -> TokenStream {
        let (copies, call) = (self.copies(), self.call_on_copies(f, arguments));
        if copies.is_empty() {
            call
        } else {
            quote!({ #copies #call })
        }
    }

    /// The same where there are copies already.
    pub(super) fn call_on_copies(&self, f: &Ident, arguments: &[TokenStream]) -> TokenStream {
        let fish = self.turbofish_of(f);
        match self.signature.params.iter().find(|p| p.receiver.is_some()) {
            Some(p) if p.by_ref() => quote!(Self::#f(self, #(#arguments),*)),
            Some(p) if p.by_mut() => {
                let this = Self::cloned(p);
                quote!(Self::#f(#this, #(#arguments),*))
            }
            Some(_) => quote!(Self::#f(::core::clone::Clone::clone(&self), #(#arguments),*)),
            None if self.method => quote!(Self::#f #fish(#(#arguments),*)),
            None => quote!(#f #fish(#(#arguments),*)),
        }
    }

    /// A call of the function itself, which writes to what was handed over and moves nothing.
    pub(super) fn primal(&self) -> TokenStream {
        let f = &self.item.sig.ident;
        let fish = self.turbofish_of(f);
        let arguments = self.signature.params.iter().map(|p| match (&p.receiver, p.by_mut()) {
            (Some(_), true) => p.ident.to_token_stream(),
            (Some(_), false) => {
                let this = &p.ident;
                if p.by_ref() {
                    quote!(#this)
                } else {
                    quote!(::core::clone::Clone::clone(&#this))
                }
            }
            (None, true) => {
                let i = &p.ident;
                quote!(&mut *#i)
            }
            (None, false) => Self::cloned(p),
        });
        if self.signature.params.iter().any(|p| p.receiver.is_some()) {
            quote!(Self::#f(#(#arguments),*))
        } else if self.method {
            quote!(Self::#f #fish(#(#arguments),*))
        } else {
            quote!(#f #fish(#(#arguments),*))
        }
    }
}
