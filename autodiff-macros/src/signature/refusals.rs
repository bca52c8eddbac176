//! Types that cannot stand in the signature of a differentiated function.
//!
//! What enters: types as the user wrote them. What leaves: a message at each part of them that no cotangent can follow. Names decide
//! only where they are certain; every other type is left to rustc, which asks for `Differentiable`.

use syn::visit::{self, Visit};
use syn::Type;

use super::{bounds_of, is_function_bound};
use crate::diagnostics::Errors;
use crate::types::Ty;

/// Refuses what a parameter cannot be made of.
pub(super) fn parameter(ty: &Type, generics: &syn::Generics, slot: bool, errors: &mut Errors) {
    Refusals { generics, slot, result: false, errors }.visit_type(ty);
}

/// Refuses what a result cannot be made of.
pub(super) fn result(ty: &Type, errors: &mut Errors) {
    let generics = syn::Generics::default();
    Refusals { generics: &generics, slot: true, result: true, errors }.visit_type(ty);
}

struct Refusals<'a> {
    generics: &'a syn::Generics,
    slot: bool,
    result: bool,
    errors: &'a mut Errors,
}

impl<'t> Visit<'t> for Refusals<'_> {
    fn visit_type(&mut self, ty: &'t Type) {
        let message = match ty {
            Type::Ptr(_) => "raw pointers cannot be differentiated; use a reference or a slice".to_string(),
            Type::ImplTrait(_) if self.result => {
                "a result of an unnamed type cannot be differentiated; return a number, array, `Vec`, tuple or struct".to_string()
            }
            // The text of an error, as a rule.
            Type::Reference(r) if r.lifetime.as_ref().is_some_and(|l| l.ident == "static") && Ty::parse(&r.elem, &[]).is_plain() => return,
            Type::Reference(_) if self.result => {
                "a reference cannot be returned from a differentiated function; return an owned value".to_string()
            }
            Type::TraitObject(t) if !t.bounds.iter().any(is_function_bound) => {
                "a trait object cannot be differentiated, since the call's target is not known; make the function generic over the trait"
                    .to_string()
            }
            Type::ImplTrait(t) if float_items(t.bounds.iter()) => iterator(),
            Type::Path(p) => match p.path.get_ident() {
                Some(i) if float_items(bounds_of(self.generics, i).into_iter()) => iterator(),
                _ => match self.path(p) {
                    Some(message) => message,
                    None => return visit::visit_type(self, ty),
                },
            },
            // Functions and closures are handed over as they are; their own types do not matter.
            Type::BareFn(_) | Type::ImplTrait(_) | Type::TraitObject(_) => return,
            other => return visit::visit_type(self, other),
        };
        self.errors.push(syn::Error::new_spanned(ty, message));
    }
}

impl Refusals<'_> {
    fn path(&self, p: &syn::TypePath) -> Option<String> {
        let last = p.path.segments.last()?;
        let name = last.ident.to_string();
        if matches!(name.as_str(), "AtomicU64" | "AtomicU32") {
            return Some(format!("a `{name}` cannot be differentiated, since writes to it cannot be followed; pass the value itself"));
        }
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        let types: Vec<&Type> =
            arguments.args.iter().filter_map(|a| if let syn::GenericArgument::Type(t) = a { Some(t) } else { None }).collect();
        // A struct of the user's own may have the name of one of std, with parameters that are the function's.
        let own = types
            .iter()
            .any(|t| matches!(t, Type::Path(p) if p.path.get_ident().is_some_and(|i| self.generics.type_params().any(|g| g.ident == *i))));
        let plain = types.iter().all(|t| Ty::parse(t, &[]).is_plain());
        if own || plain {
            return None;
        }
        match (name.as_str(), types.len()) {
            ("Cell" | "RefCell" | "Mutex" | "RwLock" | "OnceCell" | "OnceLock" | "UnsafeCell", 1) => {
                Some(format!("a `{name}` cannot be differentiated, since writes to it cannot be followed; pass the value itself"))
            }
            // What can be written to is said first.
            ("Rc" | "Arc" | "Cow" | "Pin" | "Weak", 1) if self.slot && !matches!(types[0], Type::Path(p) if self.path(p).is_some()) => Some(format!(
                "`{name}` cannot be differentiated, since it has no cotangent type; take what is inside by reference, as in `&{}`",
                quote::ToTokens::to_token_stream(types[0]).to_string().replace(' ', "")
            )),
            ("HashMap" | "BTreeMap", 2..) | ("VecDeque" | "LinkedList" | "BinaryHeap" | "HashSet" | "BTreeSet", 1) if self.slot => {
                Some(format!("a `{name}` cannot be differentiated, since it has no cotangent type; keep the numbers in a `Vec`"))
            }
            ("Result", 2) if self.slot && quote::ToTokens::to_token_stream(types[1]).to_string().split_whitespace().any(|word| word == "dyn") => Some(
                "a `Result` whose error is a trait object cannot be differentiated, since the error cannot be cloned; name the type of the error, or use a `String`"
                    .to_string(),
            ),
            ("Option", 1) if self.slot && matches!(types[0], Type::Reference(r) if r.mutability.is_some()) => Some(
                "what is written through an `Option` of a `&mut` cannot be followed; take the `&mut` itself, and give a flag or write a second function".to_string(),
            ),
            ("Result", 2) if self.slot && unclonable(types[1]).is_some() => Some(format!(
                "a `Result` is looked at again by the reverse sweep, which needs a copy of its error; put `#[derive(Clone)]` above `{}`",
                unclonable(types[1])?
            )),
            ("Result", 1) if self.slot && p.path.segments.iter().any(|s| s.ident == "io" || s.ident == "fmt") => Some(
                "a `Result` of input or output cannot be differentiated, since it comes from outside; pass the value itself".to_string(),
            ),
            _ => None,
        }
    }
}

/// The name of a type that cannot be cloned, as far as its file tells.
fn unclonable(ty: &Type) -> Option<&syn::Ident> {
    let Type::Path(p) = ty else { return None };
    p.path.get_ident().filter(|name| crate::position::lacks_clone(name))
}

/// Refuses types without a cotangent, as far as their file tells; every other one is left to rustc.
pub(crate) fn without_derive(signature: &super::Signature) -> syn::Result<()> {
    let mut errors = Errors::default();
    for p in signature.params.iter().filter(|p| p.slot) {
        match (&p.receiver, signature.this().lacks_derive()) {
            (None, _) => {
                let instead = ", or leave it out with `#[differentiate(wrt(...))]` of the others";
                Underived { instead, errors: &mut errors }.visit_type(&p.written);
            }
            (Some(_), true) => errors.push(syn::Error::new(p.ident.span(), no_cotangent(&signature.this().name().unwrap_or_default()))),
            (Some(_), false) => {}
        }
    }
    Underived { instead: "", errors: &mut errors }.visit_type(&signature.result);
    errors.finish(())
}

/// The same signature without slots for such parameters.
pub(crate) fn leave_out_underived(signature: &mut super::Signature) {
    let receiver = signature.this().lacks_derive();
    for p in signature.params.iter_mut().filter(|p| p.slot) {
        let mut errors = Errors::default();
        Underived { instead: "", errors: &mut errors }.visit_type(&p.written);
        let found = errors.finish(()).is_err();
        p.slot = if p.receiver.is_some() { !receiver } else { !found };
    }
}

/// Leaves functions of types to the message that these have at a field.
pub(crate) fn without_fields(signature: &super::Signature) -> syn::Result<()> {
    struct Broken<'a>(&'a mut Errors);
    impl<'t> Visit<'t> for Broken<'_> {
        fn visit_type_path(&mut self, p: &'t syn::TypePath) {
            if let Some(name) = p.path.segments.first().filter(|_| p.path.segments.len() == 1) {
                if crate::position::fields(&name.ident).is_some_and(|fields| fields.iter().any(|f| is_field_without_derive(&name.ident, f)))
                {
                    let _ = self.0.left_to_rustc::<()>(name.ident.span());
                }
            }
            visit::visit_type_path(self, p);
        }
    }
    let mut errors = Errors::default();
    for p in signature.params.iter().filter(|p| p.slot) {
        let own = signature.block.self_ty.as_ref().filter(|_| p.receiver.is_some());
        Broken(&mut errors).visit_type(own.unwrap_or(&p.written));
    }
    errors.finish(())
}

fn is_field_without_derive(owner: &syn::Ident, field: &crate::position::Field) -> bool {
    let ty = crate::position::written_at(owner, &field.ty).filter(|_| !field.skipped);
    ty.is_some_and(|ty| of_field(&ty).is_err())
}

/// Refuses a field whose type has no cotangent, as far as its file tells.
pub(crate) fn of_field(ty: &Type) -> syn::Result<()> {
    let mut errors = Errors::default();
    Underived { instead: ", or `#[differentiable(skip)]` above the field", errors: &mut errors }.visit_type(ty);
    errors.finish(())
}

struct Underived<'a> {
    /// What else can be done.
    instead: &'static str,
    errors: &'a mut Errors,
}

impl<'t> Visit<'t> for Underived<'_> {
    fn visit_type_path(&mut self, p: &'t syn::TypePath) {
        let Some(last) = p.path.segments.last() else { return };
        if lacks_derive(&p.path) {
            self.errors.push(syn::Error::new_spanned(p, format!("{}{}", no_cotangent(&last.ident), self.instead)));
        } else if ["Vec", "Option", "Box"].iter().any(|holds| last.ident == holds) {
            // Other types may ask nothing of their arguments.
            visit::visit_type_path(self, p);
        }
    }
    fn visit_type_bare_fn(&mut self, _: &'t syn::TypeBareFn) {}
    fn visit_type_impl_trait(&mut self, _: &'t syn::TypeImplTrait) {}
    fn visit_type_trait_object(&mut self, _: &'t syn::TypeTraitObject) {}
}

/// Whether a type has floats and no cotangent, as far as its file tells.
pub(crate) fn lacks_derive(path: &syn::Path) -> bool {
    let segment = path.segments.first().filter(|_| path.segments.len() == 1);
    segment.is_some_and(|s| crate::position::lacks_derive(&s.ident)) && !crate::position::is_plain(path)
}

pub(crate) fn no_cotangent(name: &impl std::fmt::Display) -> String {
    format!("the type `{name}` has no cotangent; put `#[derive(Differentiable)]` above it")
}

fn iterator() -> String {
    "an iterator as a parameter cannot be differentiated, since its items cannot be read again; take a slice, `&[f64]`".to_string()
}

/// Whether bounds are those of an iterator whose items may be differentiable.
fn float_items<'b>(bounds: impl Iterator<Item = &'b syn::TypeParamBound>) -> bool {
    let mut items = false;
    for bound in bounds {
        let syn::TypeParamBound::Trait(t) = bound else { continue };
        let Some(last) = t.path.segments.last() else { continue };
        if !last.ident.to_string().ends_with("Iterator") {
            continue;
        }
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { continue };
        items |= arguments
            .args
            .iter()
            .any(|a| matches!(a, syn::GenericArgument::AssocType(t) if t.ident == "Item" && !Ty::parse(&t.ty, &[]).is_plain()));
    }
    items
}
