//! How the hidden companions of functions and methods are named, and how their items are reached.
//!
//! What enters: a name or a path of the user. What leaves: the name or path of what the callee's own expansion wrote beside it. Guarantee:
//! where there is none, the message of rustc is at the user's call and says what is missing.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote_spanned, ToTokens};

use crate::ir::Directions;

/// The suffix of a method's hidden companion; rustc shows it when a method has none.
pub(crate) const METHOD_SUFFIX: &str = "_needs_differentiate";

/// The suffix of a function beside a hidden companion: how a call by path hands over the first argument.
pub(crate) const METHOD_SUFFIX_FIRST: &str = "_needs_differentiate_first";

/// What comes behind the name of a companion that takes tangents one by one, where the sibling takes a tuple of them.
pub(crate) const APART: &str = "_apart";

/// The same for forward mode.
pub(crate) const METHOD_SUFFIX_JVP: &str = "_needs_differentiate_jvp";

/// The same for forward mode in lanes: a function's companion has it without the underscore in front.
pub(crate) const METHOD_SUFFIX_LANES: &str = "_needs_differentiate_lanes";

/// A method that has lanes, asked for in a way in which one that has none can be asked as well.
pub(crate) const METHOD_SUFFIX_EITHER: &str = "_in_lanes_or_one_by_one";

/// The same for derivatives of second order and higher, whose pullbacks have tangents in so many directions: a function's companion has it
/// without the underscore in front.
pub(crate) fn method_suffix_of(directions: Directions) -> String {
    match directions.0 {
        1 => "_needs_differentiate_hessian".to_string(),
        n => format!("_needs_differentiate_order_{}", n + 1),
    }
}

/// What a call calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Companion {
    /// The function itself.
    None,
    Pull,
    /// Of a method that changes its receiver, whose pullback is not handed it again.
    PullInPlace,
    /// The forward sweep that keeps what it keeps on a stack, and the reverse sweep.
    Record,
    Back,
    Push,
    PushLanes,
    /// A pullback with tangents in so many directions.
    PushPull(Directions),
}

impl Companion {
    pub(super) fn method(self, name: &Ident) -> Ident {
        let suffix = match self {
            Companion::None => return name.clone(),
            Companion::Record => "_needs_differentiate_record".to_string(),
            Companion::Back => "_needs_differentiate_back".to_string(),
            Companion::Pull => METHOD_SUFFIX.to_string(),
            Companion::PullInPlace => format!("{METHOD_SUFFIX}_in_place"),
            Companion::Push => METHOD_SUFFIX_JVP.to_string(),
            Companion::PushLanes => METHOD_SUFFIX_LANES.to_string(),
            Companion::PushPull(directions) => method_suffix_of(directions),
        };
        with_suffix(name, &suffix)
    }

    pub(super) fn function(self) -> String {
        match self {
            Companion::None => String::new(),
            Companion::Pull | Companion::PullInPlace => "pull".to_string(),
            Companion::Record => "record".to_string(),
            Companion::Back => "back".to_string(),
            Companion::Push => "push".to_string(),
            Companion::PushLanes => METHOD_SUFFIX_LANES.trim_start_matches('_').to_string(),
            Companion::PushPull(directions) => method_suffix_of(directions).trim_start_matches('_').to_string(),
        }
    }
}

pub(super) fn with_suffix(name: &Ident, suffix: &str) -> Ident {
    Ident::new(&format!("{}{suffix}", name.to_string().trim_start_matches("r#")), name.span())
}

/// An item of the companion of a function. Where the function has none, the name stands for a type of the library that has no such item
/// either, and whose name says what is missing.
pub(crate) fn companion_item(path: &syn::Path, item: &TokenStream) -> TokenStream {
    let sibling = path.segments.last().is_some_and(|s| crate::names::of_sibling(&s.ident).is_some());
    let lookup = Ident::new(if sibling { "__callee_or_sibling" } else { "__callee" }, Span::call_site());
    let at = syn::spanned::Spanned::span(path);
    // A module of the name that comes along with `use super::*` is another meaning of it, but not of `self::name`.
    let own = path.get_ident().filter(|name| crate::position::is_in_module_of_its_name(name)).map(|name| quote_spanned!(at=> self::#name));
    let module = || crate::position::module_of_companion(path).map(|words| crate::position::moved(words, at));
    let path = own.or_else(module).unwrap_or_else(|| path.to_token_stream());
    quote_spanned!(at=> ::autodiff_core::#lookup!(#path => #item))
}
