//! The generated siblings of a function, around its adjoint.
//!
//! | sibling | role |
//! | --- | --- |
//! | `f_grad` | seed 1 |
//! | `f_vjp` | any seed; carries the code where all slots are numbers |
//! | `f_grad_accumulate` | adds into the caller's buffers |
//! | `f_vjp_accumulate` (hidden) | carries the code where a slot needs a buffer |
//! | `f::pull`, `f_needs_differentiate` (hidden) | the value and a pullback, for callers |
//! | `f_jvp` | forward mode |
//! | `f::push`, `f_needs_differentiate_jvp` (hidden) | carries the code of forward mode, for callers too |
//! | `f_jvp_lanes` | forward mode in several directions at once |
//! | `f::needs_differentiate_lanes`, `f_needs_differentiate_lanes` (hidden) | carries its code; `f::lanes` is for callers that can do without |
//! | `f_hvp`, `f_hessian`, `f_hessian_into` | second derivatives |
//! | `f_hvp_accumulate` (hidden) | carries their code |
//! | `f_grad::pull`, .. (hidden) | companions of `f_grad`, `f_vjp`, `f_jvp` and `f_hvp`, for functions that call these and are differentiated |
//! | `f_jacobian`, `f_jacobian_into` | rows by `f_vjp` or columns by `f_jvp`, whichever are fewer |
//! | `f::needs_differentiate_hessian`, `f_needs_differentiate_hessian` (hidden) | value, tangent and a pullback with tangents, for callers; `.._order_3` and so on with tangents in more directions |

use std::cell::OnceCell;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::Emit;
use crate::forward::{PushedAdjoint, Pushforward};
use crate::overwrites::Extent;
use crate::reverse::Adjoint;
use crate::signature::{BlockKind, Param, Signature};
use crate::types::{Float, Ty};

mod associated;
mod compared;
mod forward;
mod in_place;
mod jacobian;
pub(crate) mod lanes;
mod nested;
mod not_asked_for;
pub(crate) mod operator;
mod outputs;
mod partials;
mod pull;
mod reverse;
mod second;
pub(crate) mod stack;

pub(crate) use partials::PARTIALS;

/// Lints that generated code may trip, each for a reason that is not the user's concern.
fn allows() -> TokenStream {
    quote! {
        #[allow(
            unused, // not every forward value or cotangent is read; comments in expansions are doc comments
            nonstandard_style, // names derived from the user's, and items of the function
            impl_trait_overcaptures, // what a pullback captures is right in each edition
            clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction // style is the printer's
        )]
    }
}

/// Everything needed to write the siblings.
#[derive(Clone)]
pub(crate) struct Siblings<'a> {
    pub item: &'a syn::ItemFn,
    pub signature: &'a Signature,
    /// What the function does to its parameters, for callers; nothing is known of those that are missing.
    pub overwrites: &'a [Extent],
    pub adjoint: &'a Adjoint,
    /// The adjoint with respect to all parameters, for callers, where `wrt` narrows the slots.
    pub full: &'a Adjoint,
    /// Forward mode; none where only the reverse rule is known.
    pub pushforward: Option<&'a Pushforward>,
    /// Forward mode in lanes, where it is asked for and possible.
    pub lanes: Option<&'a Pushforward>,
    /// The number of directions while siblings in lanes are written.
    pub width: Option<TokenStream>,
    /// Whether second derivatives are asked for.
    pub hessian: bool,
    /// Whether the Jacobian is asked for.
    pub jacobian: Option<crate::options::Matrix>,
    /// Forward mode over `adjoint`, where second derivatives are asked for.
    pub product: Option<&'a PushedAdjoint>,
    /// The same in lanes, for the columns of the Hessian, where that is possible.
    pub product_in_lanes: Option<&'a PushedAdjoint>,
    /// The same over `full`, for callers: with tangents in one direction, in two, and so on.
    pub higher: &'a [PushedAdjoint],
    pub method: bool,
    pub companion: bool,
    pub boxed: bool,
    /// The body of siblings that only have their signature, after an error: calls of them give no second message.
    pub stub: Option<&'a TokenStream>,
    /// A function of a trait that has no body: its hidden siblings have none either.
    pub required: bool,
    /// Whether callers get products with the gradient instead of another sweep.
    pub partials: bool,
    /// The lints that are allowed: the same tokens for every sibling.
    pub allows: OnceCell<TokenStream>,
}

impl Siblings<'_> {
    fn name(&self, suffix: &str) -> Ident {
        let name = &self.item.sig.ident;
        let text = name.to_string();
        Ident::new(&format!("{}{suffix}", text.trim_start_matches("r#")), name.span())
    }

    /// The body of a sibling that carries code.
    fn body(&self, code: TokenStream) -> TokenStream {
        self.stub.cloned().unwrap_or(code)
    }

    fn slots(&self) -> impl Iterator<Item = &Param> {
        self.signature.params.iter().filter(|p| p.slot)
    }

    fn declarations(&self) -> Vec<TokenStream> {
        self.signature.params.iter().map(Param::declaration).collect()
    }

    /// A call of another sibling with the same parameters.
    fn call(&self, f: &Ident, more: &[TokenStream]) -> TokenStream {
        self.call_on(&quote!(self), f, more)
    }

    /// The same with a receiver, if the function has one.
    fn call_on(&self, receiver: &TokenStream, f: &Ident, more: &[TokenStream]) -> TokenStream {
        let args = self.signature.params.iter().filter(|p| p.receiver.is_none()).map(|p| {
            let i = &p.ident;
            if p.by_mut() {
                quote!(&mut *#i)
            } else {
                quote!(#i)
            }
        });
        let mut all: Vec<TokenStream> = args.collect();
        all.extend(more.iter().cloned());
        let anchor = self.anchor();
        let f = Ident::new(&f.to_string(), anchor);
        if self.signature.params.iter().any(|p| p.receiver.is_some()) {
            // By path: for a method, rustc would report what its signature needs a second time.
            all.insert(
                0,
                receiver
                    .clone()
                    .into_iter()
                    .map(|mut t| {
                        t.set_span(anchor);
                        t
                    })
                    .collect(),
            );
            quote_spanned!(anchor=> Self::#f(#(#all),*))
        } else {
            let (of_type, fish) = (self.method.then(|| quote!(Self::)), self.turbofish_of(&f));
            quote_spanned!(anchor=> #of_type #f #fish(#(#all),*))
        }
    }

    /// Of the function itself or of another sibling: what has no name in the function has none to be given.
    fn turbofish_of(&self, f: &Ident) -> Option<TokenStream> {
        let unnamed = *f == self.item.sig.ident && self.item.sig.inputs.to_token_stream().to_string().contains("impl ");
        self.turbofish().filter(|_| !unnamed)
    }

    fn turbofish(&self) -> Option<TokenStream> {
        let mut names: Vec<TokenStream> = self
            .signature
            .generics
            .params
            .iter()
            .filter_map(|p| match p {
                syn::GenericParam::Type(t) => Some(t.ident.to_token_stream()),
                // A type may have the name, too.
                syn::GenericParam::Const(c) => {
                    let name = &c.ident;
                    Some(quote!({ #name }))
                }
                syn::GenericParam::Lifetime(_) => None,
            })
            .collect();
        names.extend(self.width.clone());
        let anonymous = || self.signature.params.iter().any(|p| p.written.to_token_stream().to_string().contains("impl "));
        (!names.is_empty() && !anonymous()).then(|| quote!(::<#(#names),*>))
    }

    /// Where rustc finds first that a type is not `Differentiable`: everything else that needs it to be is put at the same place, so
    /// that the message is shown once.
    fn anchor(&self) -> Span {
        let of_result = || match &self.signature.result_ty {
            Ty::Float(_) => None,
            _ => opaque_part(&self.signature.result, &self.signature.floats),
        };
        self.slots().find_map(|p| self.opaque_in(p)).or_else(of_result).unwrap_or_else(Span::call_site)
    }

    /// Where the type of a parameter needs `Differentiable`, if it does.
    fn opaque_in(&self, p: &Param) -> Option<Span> {
        if p.ty.is_float() {
            return None;
        }
        opaque_part(&p.written, &self.signature.floats)
    }

    /// Slot types as the gradient has them.
    fn gradient_type(&self) -> TokenStream {
        let types: Vec<TokenStream> = self.slots().map(|p| self.signature.cotangent(&p.written)).collect();
        match &types[..] {
            [one] => one.clone(),
            many => quote_spanned!(self.anchor()=> (#(#many),*)),
        }
    }

    /// The type of a sibling's result: the value and something else.
    fn with_value(&self, other: &TokenStream) -> TokenStream {
        let result = &self.signature.result;
        quote_spanned!(self.anchor()=> (#result, #other))
    }

    /// `&mut` cotangent of a parameter.
    fn buffer(&self, p: &Param) -> TokenStream {
        borrowed(&p.written, &self.signature.buffer(&p.written), &self.signature.floats)
    }

    fn gradient_value(values: &[TokenStream]) -> TokenStream {
        match values {
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        }
    }

    fn one(&self) -> TokenStream {
        match &self.signature.result_ty {
            Ty::Float(Float::Generic(t)) => quote!(<#t as ::autodiff_core::Real>::__ONE),
            _ => quote!(1.0),
        }
    }

    fn bar_ident(p: &Param) -> Ident {
        format_ident!("{}_bar", p.ident.to_string().trim_start_matches("r#"), span = Span::mixed_site())
    }

    fn allows(&self) -> &TokenStream {
        self.allows.get_or_init(allows)
    }

    /// What every sibling carries of the user's attributes.
    fn attributes(&self) -> TokenStream {
        let cfgs = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
        let allows = self.allows();
        quote!(#(#cfgs)* #allows #[inline])
    }

    /// What every hidden sibling carries: those of a companion have the rest in common.
    fn hidden_attributes(&self) -> TokenStream {
        if self.method {
            self.attributes()
        } else {
            quote!(#[inline])
        }
    }

    pub fn emit(&self) -> TokenStream {
        if matches!(self.signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl) {
            return self.hidden();
        }
        let mut out = TokenStream::new();
        let with_seeds = self.signature.params.iter().any(Param::by_mut);
        if self.signature.numbers_only() {
            out.extend(self.vjp_of_numbers());
            out.extend(self.accumulate_numbers());
        } else {
            out.extend(self.core());
            if with_seeds && !self.signature.scalar_result() {
                out.extend(self.vjp_of_outputs());
            } else {
                out.extend(self.vjp_of_buffers());
            }
            if self.signature.scalar_result() {
                out.extend(self.accumulate_buffers());
            }
        }
        if self.signature.scalar_result() {
            out.extend(self.grad());
        }
        let (push, jvp) = self.forward_mode();
        out.extend(jvp);
        out.extend(self.second_order());
        out.extend(self.jacobians());
        out.extend(self.nested());
        let (lanes, jvp_lanes) = self.forward_mode_in_lanes();
        out.extend(jvp_lanes);
        out.extend(self.companion_with([push, lanes]));
        out.extend(self.not_asked_for());
        out
    }

    /// Only what callers reach.
    pub fn for_callers(&self) -> TokenStream {
        let (push, _) = self.forward_mode();
        self.companion_with([push, TokenStream::new()])
    }

    fn companion_with(&self, forward: [TokenStream; 2]) -> TokenStream {
        let pulls = self.higher.iter().map(|pushed| self.push_pull(pushed));
        self.companion(&std::iter::once(self.pull()).chain(forward).chain(pulls).collect::<Vec<_>>())
    }

    fn header(&self, f: &Ident, more: &[TokenStream], result: &TokenStream, doc: Option<String>) -> TokenStream {
        self.header_with(self.with_clones(self.with_width(self.signature.sibling_generics())), f, more, result, doc)
    }

    /// The same of one that hands its arguments on several times.
    fn header_of_several(&self, f: &Ident, more: &[TokenStream], result: &TokenStream, doc: Option<String>) -> TokenStream {
        let mut generics = self.with_clones(self.signature.sibling_generics());
        let copied = self.signature.several_times();
        if !copied.is_empty() {
            generics.make_where_clause().predicates.extend(copied);
        }
        self.header_with(generics, f, more, result, doc)
    }

    fn header_with(
        &self,
        generics: syn::Generics,
        f: &Ident,
        more: &[TokenStream],
        result: &TokenStream,
        doc: Option<String>,
    ) -> TokenStream {
        let vis = &self.item.vis;
        let (params, _, wheres) = generics.split_for_impl();
        let declarations = self.declarations();
        let attributes = self.attributes();
        let doc = match doc {
            Some(d) => quote!(#[doc = #d]),
            None => quote!(#[doc(hidden)]),
        };
        quote! {
            #doc
            #attributes
            #vis fn #f #params(#(#declarations,)* #(#more),*) -> #result #wheres
        }
    }

    fn slot_list(&self) -> String {
        self.slots().map(|p| format!("`{}`", p.ident)).collect::<Vec<_>>().join(", ")
    }
}

/// Where a type needs `Differentiable`, if it does.
fn opaque_part(ty: &syn::Type, floats: &[Ident]) -> Option<Span> {
    struct Opaque<'f>(&'f [Ident], Option<Span>);
    impl<'t> syn::visit::Visit<'t> for Opaque<'_> {
        fn visit_type(&mut self, t: &'t syn::Type) {
            let part = match t {
                syn::Type::Path(_) => matches!(Ty::parse(t, self.0), Ty::Named(_)),
                syn::Type::Reference(_) | syn::Type::Array(_) | syn::Type::Slice(_) | syn::Type::Tuple(_) => false,
                syn::Type::Group(_) | syn::Type::Paren(_) => false,
                _ => return,
            };
            if !part {
                return syn::visit::visit_type(self, t);
            }
            self.1 = self.1.or_else(|| Some(crate::types::ends(t).0));
        }
    }
    let mut opaque = Opaque(floats, None);
    syn::visit::Visit::visit_type(&mut opaque, ty);
    opaque.1
}

/// `&mut` of a cotangent type.
fn borrowed(written: &syn::Type, buffer: &TokenStream, floats: &[Ident]) -> TokenStream {
    let span = opaque_part(written, floats).unwrap_or_else(Span::call_site);
    quote_spanned!(span=> &mut #buffer)
}

/// Inside the pullback's closure the receiver is handed again under another name.
pub(crate) fn replace_self(tokens: TokenStream) -> TokenStream {
    rename_self(tokens, "this")
}

/// `self` under another name.
pub(crate) fn rename_self(tokens: TokenStream, name: &str) -> TokenStream {
    tokens
        .into_iter()
        .map(|t| match t {
            TokenTree::Ident(i) if i == "self" => TokenTree::Ident(Ident::new(name, Span::mixed_site().located_at(i.span()))),
            TokenTree::Group(g) => {
                let mut new = proc_macro2::Group::new(g.delimiter(), rename_self(g.stream(), name));
                new.set_span(g.span());
                TokenTree::Group(new)
            }
            other => other,
        })
        .collect()
}
