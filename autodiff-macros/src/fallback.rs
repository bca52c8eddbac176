//! After an error: the original item, the messages, and stub siblings with the right signatures, so that one mistake gives one message.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::diagnostics::{shown, Errors, HeldBack};
use crate::emit::siblings::lanes::without_lanes;
use crate::emit::siblings::Siblings;
use crate::forward::{PushedAdjoint, Pushforward};
use crate::options::Options;
use crate::reverse::Adjoint;
use crate::signature::Signature;

/// The function as written, the errors, and siblings that only have signatures.
pub(crate) fn with_errors(original: &TokenStream, item: &syn::ItemFn, errors: &syn::Error, options: &Options) -> TokenStream {
    let instead = instead(item, None, errors, options);
    quote!(#[allow(dead_code)] #original #instead)
}

/// The errors, and siblings that only have signatures; `condition` stands on the errors as it does on the item.
pub(crate) fn instead(item: &syn::ItemFn, condition: Option<&syn::Attribute>, errors: &syn::Error, options: &Options) -> TokenStream {
    match shown(errors) {
        Ok(errors) => {
            let errors = under(condition, &errors);
            let stubs = stubs(item, options, &quote!(::core::panic!("the gradient could not be generated"))).unwrap_or_default();
            quote!(#errors #stubs)
        }
        // If rustc has nothing to say, the stubs do not compile: a lint that comes behind all errors says where, unless lints are capped.
        Err(HeldBack) => {
            let said = errors
                .clone()
                .into_iter()
                .map(|e| quote_spanned!(e.span()=> #[deny(unused_must_use)] ::autodiff_core::rt::taken_for_a_mistake();));
            stubs(item, options, &quote!({ #(#said)* ::autodiff_core::rt::left_to_rustc() })).unwrap_or_default()
        }
    }
}

/// Errors that are shown in one configuration only.
pub(crate) fn under(condition: Option<&syn::Attribute>, errors: &syn::Error) -> TokenStream {
    errors
        .clone()
        .into_iter()
        .map(|e| {
            let e = e.to_compile_error();
            quote!(#condition #e)
        })
        .collect()
}

/// Siblings with a body that only fails, where the signature can be read.
fn stubs(item: &syn::ItemFn, options: &Options, body: &TokenStream) -> Option<TokenStream> {
    let mut own = Errors::default();
    let mut signature = Signature::read_in(&crate::position::block_around(item), &item.sig, options, &mut own);
    own.finish(()).ok()?;
    // Who calls the function does not ask for these.
    crate::signature::refusals::leave_out_underived(&mut signature);
    if !signature.params.iter().any(|p| p.slot) {
        return None;
    }
    crate::signature::refusals::without_derive(&signature).ok()?;
    if crate::position::no_room(item).is_some() {
        return None;
    }
    let adjoint = Adjoint::empty(signature.result_ty.clone());
    let lanes = (options.lanes && without_lanes(&signature).is_none()).then(|| Pushforward::without_code(&adjoint));
    let higher = PushedAdjoint::without_code(&adjoint, options.order);
    let method = options.method || signature.params.iter().any(|p| p.receiver.is_some()) || crate::position::in_impl(item);
    let siblings = Siblings {
        item,
        signature: &signature,
        overwrites: &[],
        adjoint: &adjoint,
        full: &adjoint,
        pushforward: None,
        lanes: lanes.as_ref(),
        width: None,
        hessian: options.hessian(),
        jacobian: options.jacobian,
        product: None,
        product_in_lanes: None,
        higher: &higher,
        method,
        companion: !options.no_companion && !crate::position::is_beside_module(item),
        boxed: true,
        stub: Some(body),
        required: false,
        partials: false,
        allows: Default::default(),
    };
    Some(siblings.emit())
}
