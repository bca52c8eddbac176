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
            ("HashMap" | "BTreeMap", 2..) | ("VecDeque" | "LinkedList" | "BinaryHeap" | "HashSet" | "BTreeSet", 1) if self.slot => {
                Some(format!("a `{name}` cannot be differentiated, since it has no cotangent type; keep the numbers in a `Vec`"))
            }
            ("Result", 2) if self.slot && quote::ToTokens::to_token_stream(types[1]).to_string().split_whitespace().any(|word| word == "dyn") => Some(
                "a `Result` whose error is a trait object cannot be differentiated, since the error cannot be cloned; name the type of the error, or use a `String`"
                    .to_string(),
            ),
            ("Result", 1) if self.slot && p.path.segments.iter().any(|s| s.ident == "io" || s.ident == "fmt") => Some(
                "a `Result` of input or output cannot be differentiated, since it comes from outside; pass the value itself".to_string(),
            ),
            _ => None,
        }
    }
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
