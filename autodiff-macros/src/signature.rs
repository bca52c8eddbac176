//! A function's signature: which parameters have a slot, how they are handed over, and the result.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};
use syn::{FnArg, Pat, ReturnType, Type};

use crate::diagnostics::Errors;
use crate::options::Options;
use crate::types::{buffer_type, cotangent_type, lanes_type, Ty};

mod bounds;
pub(crate) mod refusals;

pub(crate) use bounds::{floats_of, Block, BlockKind};

/// One parameter.
#[derive(Clone)]
pub(crate) struct Param {
    pub ident: Ident,
    /// The type as the user wrote it; for a receiver the type of `self`.
    pub written: Type,
    pub ty: Ty,
    /// Whether the gradient has a slot for it.
    pub slot: bool,
    pub receiver: Option<syn::Receiver>,
    /// A pattern or `mut` that the body starts by binding.
    pub pattern: Option<Pat>,
}

impl Param {
    pub fn by_ref(&self) -> bool {
        matches!(self.ty, Ty::Ref(_, false))
    }

    pub fn by_mut(&self) -> bool {
        matches!(self.ty, Ty::Ref(_, true))
    }

    /// Taken by value, but with references in it.
    pub fn borrows(&self) -> bool {
        struct Borrow(bool);
        impl<'t> syn::visit::Visit<'t> for Borrow {
            fn visit_type_reference(&mut self, _: &'t syn::TypeReference) {
                self.0 = true;
            }
            fn visit_lifetime(&mut self, l: &'t syn::Lifetime) {
                self.0 |= l.ident != "static";
            }
        }
        let mut borrow = Borrow(false);
        syn::visit::Visit::visit_type(&mut borrow, &self.written);
        borrow.0 && self.receiver.is_none() && !self.by_ref() && !self.by_mut()
    }

    /// As a parameter of a sibling.
    pub fn declaration(&self) -> TokenStream {
        match &self.receiver {
            Some(r) => {
                let mut r = r.clone();
                if r.reference.is_none() {
                    r.mutability = None;
                }
                r.to_token_stream()
            }
            None => {
                let (ident, ty) = (&self.ident, &self.written);
                quote!(#ident: #ty)
            }
        }
    }
}

/// The signature of a function that is differentiated.
#[derive(Clone)]
pub(crate) struct Signature {
    pub params: Vec<Param>,
    pub result: Type,
    pub result_ty: Ty,
    /// Type parameters that stand for floating point numbers.
    pub floats: Vec<Ident>,
    /// The function's own parameters; `impl Trait` has become a parameter with a name.
    pub generics: syn::Generics,
    /// The `impl` block or trait around the function, where it is known.
    pub block: Block,
    /// Type parameters of the function's own whose values a sweep copies.
    pub copied: Vec<Ident>,
}

/// Whether a companion of the name would take it away from a type of the language.
pub(crate) fn is_primitive(name: &Ident) -> bool {
    const PRIMITIVES: &[&str] =
        &["bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128", "usize"];
    PRIMITIVES.iter().any(|p| name == p)
}

/// The same of those that carry no derivative, and of text.
pub(crate) fn is_primitive_without_derivative(name: &str) -> bool {
    let ident = syn::parse_str::<Ident>(name);
    name == "String" || ident.is_ok_and(|i| is_primitive(&i) && i != "f64" && i != "f32")
}

/// Bounds that make a type parameter a function, an iterator or the like: no cotangent.
pub(crate) fn is_function_bound(b: &syn::TypeParamBound) -> bool {
    let syn::TypeParamBound::Trait(t) = b else { return false };
    t.path.segments.last().is_some_and(|s| {
        matches!(
            s.ident.to_string().as_str(),
            "Fn" | "FnMut" | "FnOnce" | "Iterator" | "IntoIterator" | "DoubleEndedIterator" | "ExactSizeIterator"
        )
    })
}

/// Whether a bound says that a type is a number: a trait that is known by its name, or one whose definition in the file says so.
pub(crate) fn is_float_bound(b: &syn::TypeParamBound) -> bool {
    let syn::TypeParamBound::Trait(t) = b else { return false };
    t.path.segments.last().is_some_and(|s| is_number_trait(&s.ident.to_string()) || crate::position::is_number_trait(&s.ident))
}

/// Traits of floating point numbers, and those of all numbers: siblings are for the former.
pub(crate) fn is_number_trait(name: &str) -> bool {
    matches!(
        name,
        "Float"
            | "FloatCore"
            | "Real"
            | "RealField"
            | "ComplexField"
            | "Scalar"
            | "NdFloat"
            | "Num"
            | "NumAssign"
            | "NumAssignOps"
            | "Signed"
    )
}

/// Whether a bound is a product or quotient with itself that has the type itself: of numbers, since those of vectors are of other types.
pub(crate) fn is_arithmetic(b: &syn::TypeParamBound, name: &str) -> bool {
    let syn::TypeParamBound::Trait(t) = b else { return false };
    let Some(last) = t.path.segments.last() else { return false };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    let itself = |t: &Type| matches!(t, Type::Path(p) if p.path.is_ident(name) || p.path.is_ident("Self"));
    (last.ident == "Mul" || last.ident == "Div")
        && arguments.args.iter().all(|a| match a {
            syn::GenericArgument::Type(t) => itself(t),
            syn::GenericArgument::AssocType(t) => t.ident == "Output" && itself(&t.ty),
            _ => false,
        })
}

/// The bounds of a type parameter, in place and in the `where` clause.
pub(crate) fn bounds_of<'g>(generics: &'g syn::Generics, name: &Ident) -> Vec<&'g syn::TypeParamBound> {
    let mut bounds: Vec<&syn::TypeParamBound> = Vec::new();
    for p in generics.type_params() {
        if p.ident == *name {
            bounds.extend(&p.bounds);
        }
    }
    if let Some(w) = &generics.where_clause {
        for p in &w.predicates {
            if let syn::WherePredicate::Type(t) = p {
                if matches!(&t.bounded_ty, Type::Path(p) if p.path.is_ident(name)) {
                    bounds.extend(&t.bounds);
                }
            }
        }
    }
    bounds
}

/// A type, with what stands around the function in the place of `Self`.
fn ty_in(block: &Block, ty: &Type, floats: &[Ident]) -> Ty {
    struct Own<'t>(&'t Type);
    impl syn::visit_mut::VisitMut for Own<'_> {
        fn visit_type_mut(&mut self, t: &mut Type) {
            if matches!(t, Type::Path(p) if p.path.is_ident("Self")) {
                *t = self.0.clone();
            } else {
                syn::visit_mut::visit_type_mut(self, t);
            }
        }
    }
    match (&block.self_ty, ty) {
        (Some(own), _) if mentions(ty, "Self") => {
            let mut ty = ty.clone();
            syn::visit_mut::VisitMut::visit_type_mut(&mut Own(own), &mut ty);
            Ty::parse(&ty, floats)
        }
        (None, Type::Path(p)) if p.path.is_ident("Self") => Ty::Named(block.named.clone()),
        (None, Type::Reference(r)) => Ty::Ref(Box::new(ty_in(block, &r.elem, floats)), r.mutability.is_some()),
        _ => Ty::parse(ty, floats),
    }
}

impl Signature {
    /// Reads the signature of a function whose surroundings are not known; refuses what cannot have a gradient.
    pub fn read(sig: &syn::Signature, options: &Options, errors: &mut Errors) -> Signature {
        Signature::read_in(&Block::default(), sig, options, errors)
    }

    /// Reads a signature; refuses what cannot have a gradient.
    pub fn read_in(block: &Block, sig: &syn::Signature, options: &Options, errors: &mut Errors) -> Signature {
        if let Some(a) = &sig.asyncness {
            errors.push(syn::Error::new(
                a.span,
                "async functions cannot be differentiated; differentiate a plain function, and call it from the async one",
            ));
        }
        if let Some(u) = &sig.unsafety {
            errors.push(syn::Error::new(
                u.span,
                "unsafe functions cannot be differentiated; wrap the unsafe part in a function with `#[derivative(...)]`",
            ));
        }
        if let Some(abi) = &sig.abi {
            errors.push(syn::Error::new_spanned(
                abi,
                "functions with a foreign ABI cannot be differentiated; wrap them in a Rust function with `#[derivative(...)]`",
            ));
        }
        if let Some(v) = &sig.variadic {
            errors.push(syn::Error::new_spanned(v, "variadic functions cannot be differentiated"));
        }
        // Second derivatives and Jacobians hand arguments on several times, in functions that name their types.
        let (mut signature, sig) = Self::unchecked(block, sig, options.hessian() || options.jacobian.is_some(), errors);
        signature.narrow(options, errors);
        signature.check(&sig, errors);
        signature
    }

    /// The signature of an associated function that takes nothing differentiable and gives something that may be.
    pub fn of_constant(block: &Block, sig: &syn::Signature) -> Option<Signature> {
        let plain = sig.asyncness.is_none() && sig.unsafety.is_none() && sig.abi.is_none() && sig.variadic.is_none();
        let mut own = Errors::default();
        let (signature, _) = Self::unchecked(block, sig, false, &mut own);
        let certain = |p: &Param| p.ty.is_plain() && !p.by_mut() && p.receiver.is_none();
        let fits = plain && !signature.params.is_empty() && signature.params.iter().all(certain) && !signature.result_ty.is_plain();
        own.finish(()).is_ok_and(|()| fits).then_some(signature)
    }

    /// What is written, whether or not it has a gradient.
    fn unchecked(block: &Block, sig: &syn::Signature, functions: bool, errors: &mut Errors) -> (Signature, syn::Signature) {
        let sig = bounds::with_named_parameters(sig, functions);
        let floats: Vec<Ident> = block.floats().into_iter().chain(bounds::floats_of(&sig.generics)).collect();
        let params = sig.inputs.iter().enumerate().map(|(k, input)| Self::param(k, input, &sig, block, &floats, errors)).collect();
        let result: Type = match &sig.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, t) => (**t).clone(),
        };
        let result_ty = ty_in(block, &result, &floats);
        (Signature { params, result, result_ty, floats, generics: sig.generics.clone(), block: block.clone(), copied: Vec::new() }, sig)
    }

    fn param(k: usize, input: &FnArg, sig: &syn::Signature, block: &Block, floats: &[Ident], errors: &mut Errors) -> Param {
        match input {
            FnArg::Receiver(r) => {
                let span = r.self_token.span;
                if r.colon_token.is_some() {
                    errors.push(syn::Error::new_spanned(r, "a typed `self` cannot be differentiated; use `self`, `&self` or `&mut self`"));
                }
                let written: Type = match (&r.reference, &r.mutability) {
                    (Some(_), Some(_)) => syn::parse_quote_spanned!(span=> &mut Self),
                    (Some(_), None) => syn::parse_quote_spanned!(span=> &Self),
                    (None, _) => syn::parse_quote_spanned!(span=> Self),
                };
                let this = ty_in(block, &syn::parse_quote!(Self), floats);
                let (slot, written) = match &block.self_ty {
                    // Its cotangent is that of any type without a derivative.
                    Some(own) if this.is_plain() => (false, in_place_of_self(written, own)),
                    _ => (true, written),
                };
                let ty = if r.reference.is_some() { Ty::Ref(Box::new(this), r.mutability.is_some()) } else { this };
                let pattern = (r.reference.is_none() && r.mutability.is_some()).then(|| syn::parse_quote!(mut self));
                Param { ident: Ident::new("self", span), written, ty, slot, receiver: Some(r.clone()), pattern }
            }
            FnArg::Typed(t) => {
                let ty = ty_in(block, &t.ty, floats);
                let function = match &*t.ty {
                    Type::ImplTrait(_) | Type::BareFn(_) | Type::TraitObject(_) => true,
                    Type::Path(p) => p.path.get_ident().is_some_and(|i| bounds_of(&sig.generics, i).into_iter().any(is_function_bound)),
                    Type::Reference(r) => match &*r.elem {
                        Type::ImplTrait(_) | Type::BareFn(_) | Type::TraitObject(_) => true,
                        Type::Path(p) => p.path.get_ident().is_some_and(|i| bounds_of(&sig.generics, i).into_iter().any(is_function_bound)),
                        _ => false,
                    },
                    _ => false,
                };
                let (ident, pattern) = match &*t.pat {
                    Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() && i.mutability.is_none() => (i.ident.clone(), None),
                    Pat::Wild(_) => (quote::format_ident!("arg_{}", k, span = Span::mixed_site()), None),
                    Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => {
                        (Ident::new(&i.ident.to_string().replace("r#", ""), i.ident.span()), Some((*t.pat).clone()))
                    }
                    other => (quote::format_ident!("arg_{}", k, span = Span::mixed_site()), Some(other.clone())),
                };
                let slot = !ty.is_plain() && !function;
                Param { ident, written: (*t.ty).clone(), ty, slot, receiver: None, pattern }
            }
        }
    }

    /// `wrt(...)`
    fn narrow(&mut self, options: &Options, errors: &mut Errors) {
        let Some(wrt) = &options.wrt else { return };
        for name in wrt {
            match self.params.iter().find(|p| p.ident == *name || names_of(p).contains(&name.to_string())) {
                None => {
                    let known: Vec<String> = self.params.iter().filter(|p| p.slot).map(|p| format!("`{}`", p.ident)).collect();
                    errors.push(syn::Error::new(
                        name.span(),
                        format!("there is no parameter `{name}`; the differentiable ones are {}", known.join(", ")),
                    ));
                }
                Some(p) if !p.slot => {
                    let ty = p.written.to_token_stream().to_string();
                    errors.push(syn::Error::new(
                        name.span(),
                        format!("`wrt({name})`: parameter `{name}` has type `{ty}`, which has no derivative"),
                    ));
                }
                Some(_) => {}
            }
        }
        for p in &mut self.params {
            p.slot &= wrt.iter().any(|n| p.ident == *n || names_of(p).contains(&n.to_string()));
        }
    }

    fn check(&self, sig: &syn::Signature, errors: &mut Errors) {
        if !errors.is_empty() {
            return;
        }
        if !self.params.iter().any(|p| p.slot) {
            for p in &self.params {
                refusals::parameter(&p.written, &self.generics, p.slot, errors);
            }
            if !errors.is_empty() {
                return;
            }
            errors.push(syn::Error::new(sig.ident.span(), "expected a function with at least one `f64` or `f32` parameter, found none; what it gives is a constant, and calls of it need no attribute"));
        }
        let writes = self.params.iter().any(|p| p.by_mut() && !p.ty.is_plain());
        if self.result_ty.is_plain() && !writes {
            let ty = self.result.to_token_stream().to_string().replace(' ', "");
            errors.push(syn::Error::new(
                sig.ident.span(),
                format!("the result of type `{ty}` has no floating point numbers, so there is nothing to differentiate; remove the attribute, functions of plain values may be called as they are"),
            ));
        }
        refusals::result(&self.result, errors);
        for p in &self.params {
            refusals::parameter(&p.written, &self.generics, p.slot, errors);
        }
    }

    /// What `Self` stands for, as far as the file tells.
    pub fn this(&self) -> crate::types::Named {
        match self.block.self_ty.as_ref().map(|t| Ty::parse(t, &self.floats)) {
            Some(Ty::Named(named)) => named,
            Some(_) => crate::types::Named::default(),
            None => self.block.named.clone(),
        }
    }

    /// Whether the result is a `Result`.
    pub fn gives_result(&self) -> bool {
        crate::desugar::is_result_type(&self.result)
    }

    /// Where `Result`s are in parameters, by their names.
    pub fn shapes(&self) -> rustc_hash::FxHashMap<String, crate::desugar::shape::Shape> {
        self.params.iter().map(|p| (p.ident.to_string(), crate::desugar::shape::of_written(&p.written))).collect()
    }

    pub fn scalar_result(&self) -> bool {
        self.result_ty.is_float()
    }

    /// Whether every slot is a number by value: then nothing needs a buffer.
    pub fn numbers_only(&self) -> bool {
        self.params.iter().all(|p| (!p.slot || p.ty.is_float()) && !p.by_mut())
    }

    /// Whether the function is one of a few numbers of one type, beside arguments without derivatives, so that its derivative is one number
    /// each.
    pub fn has_partials(&self) -> bool {
        let Ty::Float(float) = &self.result_ty else { return false };
        let number = |p: &Param| p.receiver.is_none() && matches!(&p.ty, Ty::Float(f) if f == float);
        let fits = |p: &Param| if p.slot { number(p) } else { p.ty.is_plain() && !p.by_mut() && p.receiver.is_none() };
        self.params.iter().all(fits) && self.params.iter().filter(|p| p.slot).count() <= crate::emit::siblings::PARTIALS
    }

    pub fn cotangent(&self, ty: &Type) -> TokenStream {
        cotangent_type(ty, &self.floats)
    }

    pub fn buffer(&self, ty: &Type) -> TokenStream {
        buffer_type(ty, &self.floats, None)
    }

    /// The type of tangents, in lanes if there is a width, as values and as buffers.
    pub fn tangent(&self, ty: &Type, width: Option<&TokenStream>) -> (TokenStream, TokenStream) {
        let value = match width {
            None => cotangent_type(ty, &self.floats),
            Some(n) => lanes_type(ty, &self.floats, n),
        };
        (value, buffer_type(ty, &self.floats, width))
    }
}

fn names_of(p: &Param) -> Vec<String> {
    p.pattern.as_ref().map(crate::varied::bound_names).unwrap_or_default()
}

fn mentions(ty: &Type, name: &str) -> bool {
    crate::varied::mentions(ty.to_token_stream(), &std::iter::once(name.to_string()).collect())
}

/// `Self` or `&Self` by the name of the type.
fn in_place_of_self(written: Type, own: &Type) -> Type {
    match written {
        Type::Reference(r) => Type::Reference(syn::TypeReference { elem: Box::new(own.clone()), ..r }),
        _ => own.clone(),
    }
}
