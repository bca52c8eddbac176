//! The siblings that other options of the attribute give.
//!
//! What enters: a free function. What leaves: for each sibling that it has not, an item of that name that is configured out, so that rustc
//! points at the attribute where it is called. Where the function's own file calls it, and nothing else of the name can be meant, a function
//! that asks for what nothing has, with a message that names the option:
//!
//! ```text
//! mod f_not_asked_for {
//!     pub fn f_hessian<T0, R>(_: T0) -> R where (T0,): ::autodiff_core::rt::SecondDerivatives { loop {} }
//! }
//! use f_not_asked_for::*;
//! ```
//!
//! Guarantee: such a function hides nothing, since whatever has a name of its own goes before what is imported with all else of a module.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::Siblings;

/// A sibling, and how many arguments it takes beside those of the function.
type Missing = (&'static str, usize);

impl Siblings<'_> {
    pub(super) fn not_asked_for(&self) -> TokenStream {
        if self.method {
            return TokenStream::new();
        }
        let scalar = self.signature.scalar_result();
        let slots = self.slots().count();
        let options: [(bool, &str, &[Missing]); 4] = [
            (!scalar, "OneNumber", &[("_grad", 0), ("_grad_accumulate", slots)]),
            (!self.hessian && scalar, "SecondDerivatives", &[("_hvp", 1), ("_hessian", 0), ("_hessian_into", 2)]),
            (!self.jacobian, "JacobianMatrix", &[("_jacobian", 0), ("_jacobian_into", 1)]),
            (self.lanes.is_none(), "TangentsInLanes", &[("_jvp_lanes", 1)]),
        ];
        let (mut out, mut called) = (TokenStream::new(), TokenStream::new());
        for (_, what, siblings) in options.iter().filter(|(missing, ..)| *missing) {
            for (suffix, more) in *siblings {
                let name = self.name(suffix);
                if crate::position::is_only_called(&self.item.sig.ident, &name.to_string()) {
                    called.extend(self.asking(&name, what, *more));
                } else {
                    out.extend(quote!(#[cfg(any())] fn #name() {}));
                }
            }
        }
        if !called.is_empty() {
            let (module, vis, allows) = (self.name("_not_asked_for"), &self.item.vis, self.allows());
            let cfgs = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
            let common = quote!(#[doc(hidden)] #(#cfgs)* #allows);
            out.extend(quote!(#common mod #module { #called } #common #vis use #module::*;));
        }
        out
    }

    /// A function that takes whatever it is given, and asks for what nothing has.
    fn asking(&self, name: &Ident, what: &str, more: usize) -> TokenStream {
        let count = self.signature.params.len() + more;
        let types: Vec<Ident> = (0..count).map(|k| format_ident!("T{}", k, span = Span::mixed_site())).collect();
        let what = Ident::new(what, Span::mixed_site());
        quote! {
            pub fn #name<#(#types,)* R>(#(_: #types),*) -> R
            where
                (#(#types,)*): ::autodiff_core::rt::#what,
            {
                loop {}
            }
        }
    }
}
