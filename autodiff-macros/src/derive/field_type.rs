//! What a field's type says about its cotangent.
//!
//! The macro looks through the types it can name (references, tuples, arrays, slices, `Vec`, `Option`, `Box`) so that
//! the cotangent type reads as a person would write it; every other type is left to the trait.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned, ToTokens};
use syn::{Expr, GenericArgument, Path, PathArguments, Type};

use super::input::here;

/// Types without a derivative that are known by name, with the path that means them whatever the user's scope holds.
const PLAIN: &[&str] = &["usize", "isize", "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "bool", "char", "str"];

/// Types of std that hold others and have no cotangent type.
const WITHOUT_COTANGENT: &[&str] = &[
    "VecDeque",
    "LinkedList",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "Cow",
    "Rc",
    "Arc",
    "Cell",
    "RefCell",
    "Mutex",
    "RwLock",
    "OnceCell",
];

/// Types of std that are `Differentiable`, some of which have to be imported.
const WITH_COTANGENT: &[&str] = &[
    "Vec",
    "Option",
    "Result",
    "Box",
    "String",
    "PhantomData",
    "Range",
    "RangeInclusive",
    "RangeFrom",
    "RangeTo",
    "RangeToInclusive",
    "RangeFull",
    "Ordering",
];

/// What names mean in the definition.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// The type that is defined, as it is called in its own definition.
    pub own: Type,
    /// The names of its type parameters.
    pub params: Vec<syn::Ident>,
}

impl Scope {
    /// A bare name, or a path into the standard library.
    fn is_std(&self, path: &Path) -> bool {
        let first = &path.segments[0].ident;
        if path.segments.len() == 1 {
            !self.params.contains(first)
        } else {
            first == "std" || first == "core" || first == "alloc"
        }
    }
}

/// The type of a field, as far as the macro can see.
#[derive(Clone, Debug)]
pub(super) enum FieldType {
    /// Certainly without a derivative; holds the absolute path of the type.
    Plain(TokenStream),
    /// `f32` or `f64`, as written.
    Float(Type),
    Array(Box<FieldType>, Box<Expr>),
    Tuple(Vec<FieldType>),
    /// A slice; false for a slice, true for a `Vec`. Both have a `Vec` as cotangent.
    Sequence(Box<FieldType>, bool),
    Option(Box<FieldType>),
    Boxed(Box<FieldType>),
    /// A reference, with everything of it but the type referred to.
    Reference(Box<FieldType>, Box<syn::TypeReference>),
    /// The very type that is defined.
    Own,
    /// A type that only rustc knows.
    Other(Type),
}

impl FieldType {
    /// Reads a type as the user wrote it.
    ///
    /// # Errors
    /// Refuses types that never have a cotangent.
    pub fn parse(ty: &Type, scope: &Scope) -> syn::Result<FieldType> {
        let parse = |ty: &Type| FieldType::parse(ty, scope).map(Box::new);
        Ok(match ty {
            Type::Group(g) => *parse(&g.elem)?,
            Type::Paren(p) => *parse(&p.elem)?,
            Type::Reference(r) => FieldType::Reference(parse(&r.elem)?, Box::new(r.clone())),
            Type::Array(a) => FieldType::Array(parse(&a.elem)?, Box::new(a.len.clone())),
            Type::Slice(s) => FieldType::Sequence(parse(&s.elem)?, false),
            Type::Tuple(t) => {
                let mut items: Vec<FieldType> = t.elems.iter().map(|e| FieldType::parse(e, scope)).collect::<Result<_, _>>()?;
                if !items.iter().all(FieldType::is_plain) {
                    // What stands beside numbers must have a cotangent that stands beside theirs.
                    items.iter_mut().zip(&t.elems).for_each(|(item, written)| item.needs_cotangent(written));
                }
                FieldType::Tuple(items)
            }
            Type::Path(p) if p.qself.is_none() => return FieldType::parse_path(&p.path, ty, scope),
            Type::BareFn(_) => return Err(refusal(ty, "a function pointer")),
            Type::TraitObject(_) => return Err(refusal(ty, "a trait object")),
            Type::Ptr(_) => return Err(refusal(ty, "a raw pointer")),
            other => FieldType::Other(other.clone()),
        })
    }

    fn parse_path(path: &Path, whole: &Type, scope: &Scope) -> syn::Result<FieldType> {
        if *whole == scope.own {
            return Ok(FieldType::Own);
        }
        // A type of the same file without floats, as for parameters.
        if !path.get_ident().is_some_and(|name| scope.params.contains(name)) && crate::position::is_plain(path) {
            return Ok(FieldType::Plain(whole.to_token_stream()));
        }
        if let Some(name) = crate::position::name_in_std(path).filter(|name| WITHOUT_COTANGENT.contains(&name.as_str())) {
            return Err(refusal_of_list(whole, &format!("`{name}`")));
        }
        if let Some(name) = crate::position::name_in_std(path).filter(|name| !WITH_COTANGENT.contains(&name.as_str())) {
            return Err(refusal(whole, &format!("`{name}`")));
        }
        let other = FieldType::Other(whole.clone());
        let Some(last) = path.segments.last().filter(|_| scope.is_std(path)) else {
            return Ok(other);
        };
        let name = last.ident.to_string();
        let argument = match &last.arguments {
            PathArguments::None => None,
            PathArguments::AngleBracketed(args) if args.args.len() == 1 => match &args.args[0] {
                GenericArgument::Type(argument) => Some(argument),
                _ => return Ok(other),
            },
            _ => return Ok(other),
        };
        Ok(match (name.as_str(), argument) {
            ("f32" | "f64", None) => FieldType::Float(whole.clone()),
            ("String", None) => FieldType::Plain(quote!(::autodiff_core::__private::String)),
            (plain, None) if PLAIN.contains(&plain) => FieldType::Plain(quote!(::core::primitive::#last)),
            ("PhantomData", Some(of)) => FieldType::Plain(quote!(::core::marker::PhantomData<#of>)),
            ("Vec", Some(element)) => FieldType::Sequence(Box::new(FieldType::parse(element, scope)?), true),
            ("Option", Some(payload)) => FieldType::Option(Box::new(FieldType::parse(payload, scope)?)),
            ("Box", Some(Type::Slice(_))) => return Err(refusal_of_list(whole, "a boxed slice")),
            ("Box", Some(inner)) => FieldType::Boxed(Box::new(FieldType::parse(inner, scope)?)),
            _ => other,
        })
    }

    /// A type of the same file without the derive has no cotangent.
    fn needs_cotangent(&mut self, written: &Type) {
        if matches!((&*self, written), (FieldType::Plain(_), Type::Path(p)) if crate::position::is_plain(&p.path)) {
            *self = FieldType::Other(written.clone());
        }
    }

    /// Certainly without a derivative.
    pub fn is_plain(&self) -> bool {
        match self {
            FieldType::Plain(_) => true,
            FieldType::Array(e, _)
            | FieldType::Sequence(e, _)
            | FieldType::Option(e)
            | FieldType::Boxed(e)
            | FieldType::Reference(e, _) => e.is_plain(),
            FieldType::Tuple(items) => items.iter().all(FieldType::is_plain),
            FieldType::Float(_) | FieldType::Own | FieldType::Other(_) => false,
        }
    }

    /// The owned cotangent type: `&[f64]` -> `Vec<f64>`. `own` is the cotangent of [`FieldType::Own`].
    pub fn cotangent(&self, own: &TokenStream) -> TokenStream {
        match self {
            FieldType::Plain(_) => quote!(()),
            FieldType::Float(ty) => ty.to_token_stream(),
            FieldType::Array(element, len) => {
                let element = element.cotangent(own);
                quote!([#element; #len])
            }
            FieldType::Tuple(items) => {
                let items = items.iter().map(|item| item.cotangent(own));
                quote!((#(#items,)*))
            }
            FieldType::Sequence(element, _) => {
                let element = element.cotangent(own);
                quote!(::autodiff_core::__private::Vec<#element>)
            }
            FieldType::Option(payload) => {
                let payload = payload.cotangent(own);
                quote!(::core::option::Option<#payload>)
            }
            FieldType::Boxed(inner) => {
                let inner = inner.cotangent(own);
                quote!(::autodiff_core::__private::Box<#inner>)
            }
            FieldType::Reference(inner, _) => inner.cotangent(own),
            FieldType::Own => own.clone(),
            FieldType::Other(ty) => quote_spanned!(here(ty)=> <#ty as ::autodiff_core::Differentiable>::Cotangent),
        }
    }

    /// A type without size that stands for an absent field where generated code names one, and its value: what is asked of it are
    /// elements and parts of tuples. Only for types that are plain.
    pub fn absent(&self) -> (TokenStream, TokenStream) {
        match self {
            FieldType::Array(element, _) | FieldType::Sequence(element, _) => {
                let (element, _) = element.absent();
                let list = quote!(::autodiff_core::__private::NoElements);
                (quote!(#list<#element>), quote!(#list::<#element>::NEW))
            }
            FieldType::Tuple(items) => {
                let (types, values): (Vec<_>, Vec<_>) = items.iter().map(FieldType::absent).unzip();
                (quote!((#(#types,)*)), quote!((#(#values,)*)))
            }
            FieldType::Boxed(inner) | FieldType::Reference(inner, _) => inner.absent(),
            FieldType::Plain(_) | FieldType::Option(_) | FieldType::Float(_) | FieldType::Own | FieldType::Other(_) => {
                (quote!(()), quote!(()))
            }
        }
    }

    /// The same type by absolute paths; only for types that are plain.
    pub fn absolute(&self) -> TokenStream {
        match self {
            FieldType::Plain(path) => path.clone(),
            FieldType::Array(element, len) => {
                let element = element.absolute();
                quote!([#element; #len])
            }
            FieldType::Tuple(items) => {
                let items = items.iter().map(FieldType::absolute);
                quote!((#(#items,)*))
            }
            FieldType::Sequence(element, growable) => {
                let element = element.absolute();
                if *growable {
                    quote!(::autodiff_core::__private::Vec<#element>)
                } else {
                    quote!([#element])
                }
            }
            FieldType::Option(payload) => {
                let payload = payload.absolute();
                quote!(::core::option::Option<#payload>)
            }
            FieldType::Boxed(inner) => {
                let inner = inner.absolute();
                quote!(::autodiff_core::__private::Box<#inner>)
            }
            FieldType::Reference(inner, reference) => {
                let (inner, lifetime, mutability) = (inner.absolute(), &reference.lifetime, &reference.mutability);
                quote!(&#lifetime #mutability #inner)
            }
            FieldType::Float(ty) | FieldType::Other(ty) => ty.to_token_stream(),
            FieldType::Own => quote!(Self),
        }
    }

    /// The default of the cotangent. Arrays are spelled out: the standard library stops at 32 elements.
    pub fn default(&self) -> TokenStream {
        match self {
            FieldType::Array(element, _) => {
                let element = element.default();
                quote!(::core::array::from_fn(|_| #element))
            }
            FieldType::Tuple(items) => {
                let items = items.iter().map(FieldType::default);
                quote!((#(#items,)*))
            }
            FieldType::Boxed(inner) => {
                let inner = inner.default();
                quote!(::autodiff_core::__private::Box::new(#inner))
            }
            FieldType::Reference(inner, _) => inner.default(),
            _ => quote!(::core::default::Default::default()),
        }
    }

    /// The types left to the trait whose cotangents must have a default if this one is to have it.
    pub fn needed_for_default<'a>(&'a self, found: &mut Vec<&'a Type>) {
        match self {
            FieldType::Array(inner, _) | FieldType::Boxed(inner) | FieldType::Reference(inner, _) => inner.needed_for_default(found),
            FieldType::Tuple(items) => items.iter().for_each(|item| item.needed_for_default(found)),
            FieldType::Other(ty) => found.push(ty),
            FieldType::Plain(_) | FieldType::Float(_) | FieldType::Sequence(..) | FieldType::Option(_) | FieldType::Own => {}
        }
    }

    /// All types left to the trait.
    pub fn others<'a>(&'a self, found: &mut Vec<&'a Type>) {
        match self {
            FieldType::Array(e, _)
            | FieldType::Sequence(e, _)
            | FieldType::Option(e)
            | FieldType::Boxed(e)
            | FieldType::Reference(e, _) => {
                e.others(found);
            }
            FieldType::Tuple(items) => items.iter().for_each(|item| item.others(found)),
            FieldType::Other(ty) => found.push(ty),
            FieldType::Plain(_) | FieldType::Float(_) | FieldType::Own => {}
        }
    }
}

fn refusal_of_list(ty: &Type, what: &str) -> syn::Error {
    syn::Error::new_spanned(
        ty,
        format!("{what} has no cotangent type; use a `Vec` where it holds numbers, or add `#[differentiable(skip)]` to the field"),
    )
}

fn refusal(ty: &Type, what: &str) -> syn::Error {
    syn::Error::new_spanned(ty, format!("{what} has no cotangent type; add `#[differentiable(skip)]` to the field"))
}
