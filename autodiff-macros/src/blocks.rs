//! `#[differentiate]` on an `impl` block or a trait.
//!
//! What enters: the block. What leaves: the block, and what makes its functions differentiable: siblings in a second block of the same
//! type, hidden functions inside a trait and its `impl`s, or the rule of an operator.
//!
//! A block may hold functions that have no derivative: those without floating point numbers are left alone.

use proc_macro2::TokenStream;
use quote::{quote, ToTokens};

use crate::conditional::Version;
use crate::diagnostics::Errors;
use crate::emit::siblings::Siblings;
use crate::forward::PushedAdjoint;
use crate::ir::{Expr, Place, Proj, Stmt, Var};
use crate::options::Options;
use crate::reverse::Adjoint;
use crate::signature::{refusals, Block, BlockKind, Signature};

mod agreement;
mod assign;
pub(crate) mod beside;
mod computes;
mod conversion;
mod definition;
mod deref;
mod implementation;
mod index;
mod inherent;
mod mutable;
mod operators;
mod partwise;
pub(crate) mod single;
pub(crate) mod sum;
mod walked;

pub(crate) use implementation::of_std;
pub(crate) use operators::with_lifetimes;

/// Whether a path may name a trait of the standard library that types of numbers implement, an operator or another one.
pub(crate) fn is_of_std(path: &syn::Path) -> bool {
    let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    let operator = operators::operator_rule(&name).is_some() || assign::assignment(&name).is_some();
    operator || sum::is_sum(&name) || ["Index", "IndexMut", "From"].contains(&name.as_str()) || implementation::of_std(path).is_some()
}

/// Expands the attribute on an `impl` block.
pub(crate) fn differentiate_impl(args: &TokenStream, mut block: syn::ItemImpl) -> TokenStream {
    let mut errors = Errors::default();
    let options = options_of_block(args, block.trait_.is_none(), &mut errors);
    let generated = generated(&options, &mut block, &mut errors);
    with_errors(&block, generated, errors)
}

/// What stands beside the block; what has to stand in it is added there.
fn generated(options: &Options, block: &mut syn::ItemImpl, errors: &mut Errors) -> TokenStream {
    let order = options.order;
    let Some((_, path, _)) = block.trait_.clone() else { return inherent::expand(block, options, errors) };
    let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    let rule = match (operators::operator_rule(&name), assign::assignment(&name), name.as_str()) {
        (Some(operator), ..) => {
            agreement::check(block, &path).unwrap_or_else(|e| errors.push(e));
            operators::rule(block, &path, &operator, order, errors)
        }
        (_, Some(assignment), _) => {
            agreement::check(block, &path).unwrap_or_else(|e| errors.push(e));
            assign::rule(block, &path, &assignment, order)
        }
        (.., "Index") => mutable::check(block, &path).and_then(|()| index::rule(block, &path)),
        (.., "Deref") => mutable::check(block, &path).and_then(|()| deref::rule(block, &path)),
        (.., "From") => conversion::rule(block, order, errors),
        (.., of) if sum::is_sum(of) => Ok(sum::rule(block, &path)),
        // That of `Index`, or of `Deref`, serves both.
        (.., "IndexMut" | "DerefMut") => mutable::check(block, &path).map(|()| TokenStream::new()),
        _ => Ok(implementation::expand(block, &path, order, errors)),
    };
    rule.unwrap_or_else(|e| {
        errors.push(e);
        TokenStream::new()
    })
}

/// Expands the attribute on a trait.
pub(crate) fn differentiate_trait(args: &TokenStream, mut definition: syn::ItemTrait) -> TokenStream {
    let mut errors = Errors::default();
    let order = options_of_block(args, false, &mut errors).order;
    definition::expand(&mut definition, order, &mut errors);
    with_errors(&definition, TokenStream::new(), errors)
}

/// What is asked for of all functions.
fn options_of_block(args: &TokenStream, inherent: bool, errors: &mut Errors) -> Options {
    let (known, listed): (&[&str], _) = if inherent {
        (&["hessian", "order", "jacobian", "lanes"], "`hessian`, `order = n`, `jacobian` and `lanes`")
    } else {
        (&["hessian", "order"], "`hessian` and `order = n`")
    };
    let first = args.clone().into_iter().next();
    let mut behind_equals = false;
    let only_known = !args.clone().into_iter().any(|t| match &t {
        proc_macro2::TokenTree::Ident(i) => !std::mem::take(&mut behind_equals) && !known.iter().any(|k| i == k),
        proc_macro2::TokenTree::Punct(p) => {
            behind_equals = p.as_char() == '=';
            false
        }
        _ => false,
    });
    if let Some(first) = first.filter(|_| !only_known) {
        let message = format!("the attribute of a block takes no options but {listed}; put them on the function");
        errors.push(syn::Error::new(first.span(), message));
        return Options::default();
    }
    match syn::parse2::<Options>(args.clone()) {
        Ok(options) => options,
        Err(e) => {
            errors.push(e);
            Options::default()
        }
    }
}

fn with_errors(block: &impl ToTokens, generated: TokenStream, errors: Errors) -> TokenStream {
    let errors = errors.finish(()).err().and_then(|e| crate::diagnostics::shown(&e).ok()).map(|e| e.to_compile_error());
    let block = crate::checkpoint::tokens_without(block.to_token_stream());
    quote!(#block #generated #errors)
}

/// What is generated of a function.
struct Generated {
    tokens: TokenStream,
    copies_self: bool,
}

/// Whether a sweep copies the whole receiver.
fn copies_receiver(adjoint: &Adjoint, signature: &Signature) -> bool {
    let Some(k) = signature.params.iter().position(|p| p.receiver.is_some()) else { return false };
    let Some(&receiver) = adjoint.function.params.get(k) else { return false };
    fn copied(e: &Expr, receiver: Var) -> bool {
        match e {
            Expr::Runtime("rt::to_owned", args) => matches!(&args[..], [Expr::Ref(p)] if whole(p, receiver)),
            Expr::Clone(e) => matches!(&**e, Expr::Read(p) if whole(p, receiver)),
            _ => false,
        }
    }
    fn whole(p: &Place, receiver: Var) -> bool {
        p.root == receiver && p.path.iter().all(|step| matches!(step, Proj::Deref))
    }
    fn copies(stmts: &[Stmt], receiver: Var) -> bool {
        stmts.iter().any(|s| {
            let mut found = matches!(s, Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) if copied(e, receiver));
            s.each_block(&mut |b| found |= copies(&b.stmts, receiver));
            found
        })
    }
    copies(&adjoint.function.body.stmts, receiver) || copies(&adjoint.reverse, receiver)
}

/// A function of a block, and what the user asks for it.
struct Function {
    item: syn::ItemFn,
    options: Options,
    /// The attribute stands on the function itself, so that a function without a derivative is a mistake.
    asked: bool,
    has_body: bool,
}

impl Function {
    /// Takes the attribute off a function; none if the function is left to another attribute, or left out.
    fn take(
        attrs: &mut Vec<syn::Attribute>,
        vis: &syn::Visibility,
        sig: &syn::Signature,
        body: Option<&syn::Block>,
        errors: &mut Errors,
    ) -> Option<Function> {
        let is = |a: &syn::Attribute, name: &str| a.path().segments.last().is_some_and(|s| s.ident == name);
        if attrs.iter().any(|a| is(a, "derivative")) {
            return None;
        }
        let mut options = Options::default();
        let mut asked = false;
        let mut failed = false;
        attrs.retain(|a| {
            if !is(a, "differentiate") {
                return true;
            }
            asked = true;
            let given = match &a.meta {
                syn::Meta::Path(_) => Ok(Options::default()),
                _ => a.parse_args(),
            };
            match given {
                Ok(given) => options = given,
                Err(e) => {
                    failed = true;
                    errors.push(e);
                }
            }
            false
        });
        if failed {
            return None;
        }
        let block = Box::new(body.cloned().unwrap_or_else(|| syn::parse_quote!({})));
        let item = syn::ItemFn { attrs: attrs.clone(), vis: vis.clone(), sig: sig.clone(), block };
        Some(Function { item, options, asked, has_body: body.is_some() })
    }

    /// The signature, narrowed by `wrt` or not; none if the function has no derivative.
    fn signature(&self, block: &Block, errors: &mut Errors) -> Option<Signature> {
        let mut own = Errors::default();
        let all = Options { wrt: None, ..self.options.clone() };
        let signature = Signature::read_in(block, &self.item.sig, &all, &mut own);
        match own.finish(()) {
            Ok(()) => Some(signature),
            Err(e) => {
                if self.asked {
                    errors.push(e);
                }
                None
            }
        }
    }

    /// The signature of a function that makes numbers from none, as `Matrix::zeros(rows, columns)`: it has no derivative, but callers whose
    /// arguments are not known to be plain ask for its companions.
    fn constant(&self, block: &Block) -> Option<Signature> {
        if self.asked {
            return None;
        }
        let signature = Signature::of_constant(block, &self.item.sig)?;
        let made_of_self = |t: &syn::Type| match t {
            syn::Type::Path(p) if p.path.is_ident("Self") => true,
            t => block.self_ty.as_ref().is_some_and(|s| s.to_token_stream().to_string() == t.to_token_stream().to_string()),
        };
        (made_of_self(&signature.result) || signature.result_ty.static_zero()).then_some(signature)
    }

    /// The companions of such a function: its value, and a pullback that adds nothing.
    fn constant_siblings(&self, signature: &Signature) -> TokenStream {
        let name = &self.item.sig.ident;
        let names: Vec<_> = signature.params.iter().map(|p| &p.ident).collect();
        let mut item = self.item.clone();
        for (input, name) in item.sig.inputs.iter_mut().zip(&names) {
            if let syn::FnArg::Typed(t) = input {
                *t.pat = syn::parse_quote!(#name);
            }
        }
        item.block = syn::parse_quote!({ Self::#name(#(#names),*) });
        let options = Options { order: self.options.order, ..Options::default() };
        let Ok(derived) = crate::expand::all_of(&item, signature, &options, false) else { return TokenStream::new() };
        let siblings = Siblings {
            item: &item,
            overwrites: &[],
            signature,
            adjoint: &derived.adjoint,
            full: derived.full.as_ref().unwrap_or(&derived.adjoint),
            pushforward: derived.pushforward.as_ref(),
            lanes: None,
            width: None,
            hessian: options.hessian(),
            jacobian: None,
            product: None,
            product_in_lanes: None,
            higher: &derived.higher,
            method: true,
            companion: false,
            boxed: false,
            stub: None,
            required: false,
            partials: false, // one parameter is the receiver
            allows: Default::default(),
        };
        siblings.for_callers()
    }

    /// The hidden siblings, and all others too unless the function belongs to a trait: those of each configuration.
    fn siblings(&self, full: &Signature, visible: &Signature, errors: &mut Errors) -> Generated {
        let versions = match crate::conditional::versions(&self.item) {
            Ok(versions) => versions,
            Err(e) => {
                errors.push(e);
                vec![Version { condition: None, item: self.item.clone() }]
            }
        };
        let mut all = Generated { tokens: TokenStream::new(), copies_self: false };
        for Version { condition, item } in versions {
            let mut own = Errors::default();
            let function = Function { item, options: self.options.clone(), ..*self };
            let generated = function.siblings_of_one(full, visible, &mut own);
            all.tokens.extend(generated.tokens);
            all.copies_self |= generated.copies_self;
            match (own.finish(()), &condition) {
                (Ok(()), _) => {}
                (Err(e), None) => errors.push(e),
                (Err(e), Some(_)) => {
                    let shown = crate::diagnostics::shown(&e);
                    all.tokens.extend(shown.map(|e| crate::fallback::under(condition.as_ref(), &e)).unwrap_or_default());
                }
            }
        }
        all
    }

    fn siblings_of_one(&self, full: &Signature, visible: &Signature, errors: &mut Errors) -> Generated {
        let in_trait = full.block.kind != BlockKind::Inherent;
        let boxed = self.options.boxed || self.calls_itself(full);
        let fails = quote!(::core::panic!("the gradient could not be generated"));
        let empty = Adjoint::empty(full.result_ty.clone());
        // Every `impl` has the functions that the trait has.
        let without_code = PushedAdjoint::without_code(&empty, if in_trait { self.options.order } else { 0 });
        let mut siblings = Siblings {
            item: &self.item,
            overwrites: &[],
            signature: if in_trait { full } else { visible },
            adjoint: &empty,
            full: &empty,
            pushforward: None,
            lanes: None,
            width: None,
            hessian: self.options.hessian() && !in_trait,
            jacobian: self.options.jacobian.filter(|_| !in_trait),
            product: None,
            product_in_lanes: None,
            higher: &without_code,
            method: true,
            companion: false,
            boxed,
            stub: None,
            required: !self.has_body,
            partials: false,
            allows: Default::default(),
        };
        if !self.has_body {
            return Generated { tokens: siblings.emit(), copies_self: false };
        }
        let narrowed = !in_trait && self.options.wrt.is_some();
        match crate::expand::all_of(&self.item, siblings.signature, &self.options, narrowed) {
            Ok(derived) => {
                siblings.adjoint = &derived.adjoint;
                siblings.full = derived.full.as_ref().unwrap_or(&derived.adjoint);
                siblings.pushforward = derived.pushforward.as_ref();
                siblings.lanes = derived.lanes.as_ref();
                siblings.product = derived.product.as_ref();
                siblings.product_in_lanes = derived.product_in_lanes.as_ref();
                siblings.partials = derived.partials;
                siblings.higher = &derived.higher;
                let by_value = full.params.iter().any(|p| p.receiver.is_some() && !p.by_ref() && !p.by_mut());
                let copies_self = full.block.kind == BlockKind::Trait && (by_value || copies_receiver(siblings.full, siblings.signature));
                let mut signature = siblings.signature.clone();
                signature.block.copies_self = copies_self;
                // Each `impl` has the bounds that the trait has.
                if !in_trait {
                    signature.copied = derived.copied.clone();
                }
                siblings.signature = &signature;
                Generated { tokens: siblings.emit(), copies_self }
            }
            Err(e) => {
                let underived = refusals::without_derive(siblings.signature).is_err();
                errors.push_unless(e, underived);
                if underived {
                    return Generated { tokens: TokenStream::new(), copies_self: false };
                }
                siblings.stub = Some(&fails);
                siblings.boxed = true;
                Generated { tokens: siblings.emit(), copies_self: false }
            }
        }
    }

    /// In a block with a parameter that is not a number, `self.inner.f()` is another type's function, most likely.
    fn calls_itself(&self, signature: &Signature) -> bool {
        let block = &signature.block;
        let wrapper = block.kind == BlockKind::TraitImpl && block.generics.type_params().any(|p| !block.floats().contains(&p.ident));
        let circle = || crate::expand::calls_others(&self.item) && crate::position::in_a_circle(&self.item) == Some(true);
        !wrapper && (crate::expand::calls_itself(&self.item) || block.kind == BlockKind::Inherent && circle())
    }
}
