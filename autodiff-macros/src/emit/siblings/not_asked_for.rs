//! The siblings that other options of the attribute give.
//!
//! What enters: a function. What leaves: for each sibling that a free one has not, an item of that name that is configured out, so that rustc
//! points at the attribute where it is called. Where the function's own file calls it, and nothing else of the name can be meant, a function
//! that asks for what nothing has, with a message that names the option; the same of a type, where a file of the crate calls it:
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
use quote::{format_ident, quote, ToTokens};

use super::Siblings;
use crate::signature::BlockKind;

/// A sibling, and how many arguments it takes beside those of the function.
type Missing = (&'static str, usize);

/// What nothing has, where lanes have not been asked for.
const LANES: &str = "TangentsInLanes";

impl Siblings<'_> {
    pub(super) fn not_asked_for(&self) -> TokenStream {
        let scalar = self.signature.scalar_result();
        let slots = self.slots().count();
        let options: [(bool, &str, &[Missing]); 4] = [
            (!scalar, "OneNumber", &[("_grad", 0), ("_grad_accumulate", slots)]),
            (!self.hessian && scalar, "SecondDerivatives", &[("_hvp", 1), ("_hessian", 0), ("_hessian_into", 2)]),
            (self.jacobian.is_none(), "JacobianMatrix", &[("_jacobian", 0), ("_jacobian_into", 1)]),
            (self.lanes.is_none(), LANES, &[("_jvp_lanes", 1)]),
        ];
        let (mut out, mut called) = (TokenStream::new(), TokenStream::new());
        // Nothing gives functions of traits lanes.
        let of_trait = self.signature.block.kind == BlockKind::Trait;
        for (_, what, siblings) in options.iter().filter(|(missing, what, _)| *missing && !(of_trait && *what == LANES)) {
            for (suffix, more) in *siblings {
                let name = self.name(suffix);
                if self.method {
                    called.extend(self.asking_of_type(&name, what, *more));
                } else if crate::position::is_only_called(&self.item.sig.ident, &name.to_string()) {
                    called.extend(self.asking(&name, what, *more));
                } else {
                    out.extend(quote!(#[cfg(any())] fn #name() {}));
                }
            }
        }
        if self.method {
            return called;
        }
        if !called.is_empty() {
            let (module, vis, allows) = (self.name("_not_asked_for"), &self.item.vis, self.allows());
            let cfgs = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
            let common = quote!(#[doc(hidden)] #(#cfgs)* #allows);
            out.extend(quote!(#common mod #module { #called } #common #vis use #module::*;));
        }
        out
    }

    /// The same as a function of a type.
    fn asking_of_type(&self, name: &Ident, what: &str, more: usize) -> TokenStream {
        if !crate::position::is_only_called_of_types(&self.item.sig.ident, &name.to_string()) {
            return TokenStream::new();
        }
        let receiver = self.signature.params.iter().any(|p| p.receiver.is_some());
        let count = self.signature.params.len() + more - usize::from(receiver);
        let (generics, types, result) = self.whatever(what, count);
        let (what, vis, attributes) = (Ident::new(what, Span::mixed_site()), &self.item.vis, self.hidden_attributes());
        let receiver = receiver.then(|| quote!(&self,));
        quote! {
            #[doc(hidden)]
            #attributes
            #vis fn #name<#generics>(#receiver #(_: #types),*) -> #result
            where
                // With a lifetime, so that rustc asks where it is called, not here.
                for<'called> Self: ::autodiff_core::rt::#what,
            {
                loop {}
            }
        }
    }

    /// A function that takes whatever it is given, and asks for what nothing has.
    fn asking(&self, name: &Ident, what: &str, more: usize) -> TokenStream {
        let (generics, types, result) = self.whatever(what, self.signature.params.len() + more);
        let given = if what == LANES { quote!([(); N]) } else { quote!((#(#types,)*)) };
        let what = Ident::new(what, Span::mixed_site());
        quote! {
            pub fn #name<#generics>(#(_: #types),*) -> #result
            where
                #given: ::autodiff_core::rt::#what,
            {
                loop {}
            }
        }
    }

    /// Parameters for types of any arguments, these types, and that of a result. Callers of lanes may write how many there are.
    fn whatever(&self, what: &str, count: usize) -> (TokenStream, Vec<TokenStream>, TokenStream) {
        if what == LANES {
            let result = &self.signature.result;
            return (
                quote!(const N: usize),
                vec![quote!(impl ::core::marker::Sized); count],
                quote!((#result, ::autodiff_core::Lanes<f64, N>)),
            );
        }
        let types: Vec<Ident> = (0..count).map(|k| format_ident!("T{}", k, span = Span::mixed_site())).collect();
        (quote!(#(#types,)* R), types.iter().map(ToTokens::to_token_stream).collect(), quote!(R))
    }
}
