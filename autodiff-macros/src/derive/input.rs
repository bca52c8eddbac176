//! Reads the definition: which fields are kept, and what their types say.
//!
//! What leaves is a [`Model`]. A struct is a model with one variant, called like the struct.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, ToTokens};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Ident, Member, Type, Visibility};

use super::bounds;
use super::field_type::{FieldType, Scope};
use super::options;
use crate::signature::refusals;

/// The definition, understood.
pub(super) struct Model {
    pub ident: Ident,
    pub vis: Visibility,
    /// All parameters of the type; `Self` is spelled out.
    pub generics: Generics,
    /// The name of the cotangent type.
    pub cotangent: Ident,
    /// The parameters that the cotangent type has.
    pub cotangent_generics: Generics,
    /// The types whose cotangents the cotangent type is made of, as far as they depend on parameters: `T`, `T::Item`.
    pub leaves: Vec<Type>,
    /// Whether the cotangent type has the bounds of the user's on its parameters.
    pub keeps_bounds: bool,
    pub variants: Vec<Variant>,
    pub kind: Kind,
    /// `#[repr(packed)]`: fields cannot be borrowed, only copied.
    pub packed: bool,
    pub non_exhaustive: bool,
}

/// What is defined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Struct,
    /// An enum whose cotangent has the same variants.
    Enum,
    /// An enum without a derivative in any field.
    PlainEnum,
}

/// A variant of an enum, or a struct.
pub(super) struct Variant {
    pub ident: Ident,
    pub of_enum: bool,
    pub style: Style,
    pub fields: Vec<Field>,
    pub non_exhaustive: bool,
}

/// How the fields are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Named,
    Tuple,
    Unit,
}

/// One field.
pub(super) struct Field {
    pub member: Member,
    pub vis: Visibility,
    /// The type as written, `Self` spelled out.
    pub ty: Type,
    /// What the cotangent's field is made of; `None` for a field that is left out.
    pub kept: Option<FieldType>,
    /// For a field that is left out because of its type: the type by absolute paths.
    pub plain: Option<TokenStream>,
    /// For a field that is left out: the type and the value that stand for it where generated code names it.
    pub absent: (TokenStream, TokenStream),
}

impl Variant {
    pub fn kept(&self) -> impl Iterator<Item = (&Field, &FieldType)> {
        self.fields.iter().filter_map(|f| Some((f, f.kept.as_ref()?)))
    }

    pub fn absent(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|f| f.kept.is_none())
    }

    /// What stands for a field that is left out among those that have no names, as type and as value. Generated code names a field of a struct by
    /// its position, whether it is skipped or not; those of variants it reaches by methods.
    pub fn in_place_of(&self, field: &Field) -> TokenStream {
        match field.plain {
            None if !self.of_enum => quote!(::autodiff_core::rt::SkippedField),
            _ => quote!(()),
        }
    }

    /// The name without `r#`.
    pub fn name(&self) -> String {
        bare(&self.ident)
    }
}

impl Field {
    /// The place of the field's type in the user's code.
    pub fn here(&self) -> Span {
        here(&self.ty)
    }

    /// The name without `r#`, or the position.
    pub fn name(&self) -> String {
        match &self.member {
            Member::Named(ident) => bare(ident),
            Member::Unnamed(index) => index.index.to_string(),
        }
    }
}

impl Model {
    /// Every field of every variant that is kept.
    pub fn kept(&self) -> impl Iterator<Item = (&Field, &FieldType)> {
        self.variants.iter().flat_map(Variant::kept)
    }

    /// The fields of a struct.
    pub fn only(&self) -> Option<&Variant> {
        self.variants.first().filter(|_| self.kind == Kind::Struct)
    }

    /// The cotangent type with its parameters.
    pub fn cotangent_type(&self) -> TokenStream {
        let (ident, (_, ty_generics, _)) = (&self.cotangent, self.cotangent_generics.split_for_impl());
        quote!(#ident #ty_generics)
    }
}

/// The place of the tokens in the user's code, for code that the macro writes.
pub(super) fn here(tokens: &impl ToTokens) -> Span {
    Span::call_site().located_at(tokens.span())
}

/// The name without `r#`.
pub(super) fn bare(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Reads the definition. `None` if nothing can be generated.
pub(super) fn read(mut input: DeriveInput, errors: &mut Vec<syn::Error>) -> Option<Model> {
    let ident = input.ident.clone();
    let own: Type = {
        let (_, ty_generics, _) = input.generics.split_for_impl();
        syn::parse_quote!(#ident #ty_generics)
    };
    visit_mut::visit_derive_input_mut(&mut SpellOutSelf { own: own.clone() }, &mut input);
    let scope = Scope { own, params: input.generics.type_params().map(|p| p.ident.clone()).collect() };

    let chosen = options::of_type(&input.attrs, errors);
    if let Some(same) = chosen.as_ref().filter(|name| **name == ident) {
        errors.push(syn::Error::new(same.span(), format!("`{ident}` is the type itself; its cotangent type needs another name")));
        return None;
    }
    let variants: Vec<Variant> = match &input.data {
        Data::Struct(data) => vec![read_variant(&ident, &data.fields, &[], &scope, errors)],
        Data::Enum(data) => {
            let mut variants = Vec::new();
            for v in &data.variants {
                options::of_variant(&v.attrs, errors);
                variants.push(Variant { of_enum: true, ..read_variant(&v.ident, &v.fields, &v.attrs, &scope, errors) });
            }
            variants
        }
        Data::Union(data) => {
            errors.push(syn::Error::new_spanned(
                data.union_token,
                "a union has no cotangent type, as nobody knows which field is in use; use an enum",
            ));
            return None;
        }
    };
    let kind = match &input.data {
        Data::Enum(_) if variants.iter().any(|v| v.kept().next().is_some()) => Kind::Enum,
        Data::Enum(_) => Kind::PlainEnum,
        _ => Kind::Struct,
    };
    let mut model = Model {
        cotangent: chosen.unwrap_or_else(|| format_ident!("{}Cotangent", ident.unraw(), span = ident.span())),
        ident,
        vis: input.vis,
        cotangent_generics: Generics::default(),
        leaves: Vec::new(),
        keeps_bounds: false,
        variants,
        kind,
        packed: is_packed(&input.attrs),
        non_exhaustive: is_non_exhaustive(&input.attrs),
        generics: input.generics,
    };
    bounds::complete(&mut model);
    Some(model)
}

fn read_variant(ident: &Ident, fields: &Fields, attributes: &[Attribute], scope: &Scope, errors: &mut Vec<syn::Error>) -> Variant {
    let style = match fields {
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(_) => Style::Tuple,
        Fields::Unit => Style::Unit,
    };
    let fields = fields.members().zip(fields).map(|(member, field)| {
        let (mut kept, mut plain, mut absent) = (None, None, (quote!(()), quote!(())));
        let skipped = options::of_field(&field.attrs, errors);
        match FieldType::parse(&field.ty, scope) {
            Ok(ty) if ty.is_plain() => {
                plain = Some(ty.absolute());
                absent = ty.absent();
            }
            Ok(ty) if !skipped => match refusals::of_field(&field.ty) {
                Ok(()) => kept = Some(ty),
                Err(error) => errors.push(error),
            },
            Err(error) if !skipped => errors.push(error),
            Ok(_) | Err(_) => {}
        }
        Field { member, vis: field.vis.clone(), ty: field.ty.clone(), kept, plain, absent }
    });
    let fields = fields.collect();
    Variant { ident: ident.clone(), of_enum: false, style, fields, non_exhaustive: is_non_exhaustive(attributes) }
}

fn is_non_exhaustive(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| a.path().is_ident("non_exhaustive"))
}

fn is_packed(attributes: &[Attribute]) -> bool {
    let mut packed = false;
    for attribute in attributes.iter().filter(|a| a.path().is_ident("repr")) {
        // a malformed `repr` is reported by rustc
        let _ = attribute.parse_nested_meta(|meta| {
            packed |= meta.path.is_ident("packed");
            let _: TokenStream = meta.input.step(|rest| {
                let mut rest = *rest;
                while let Some((token, next)) = rest.token_tree() {
                    if matches!(&token, proc_macro2::TokenTree::Punct(p) if p.as_char() == ',') {
                        break;
                    }
                    rest = next;
                }
                Ok((TokenStream::new(), rest))
            })?;
            Ok(())
        });
    }
    packed
}

/// Replaces `Self`, which means another type in the cotangent's definition: `Box<Self>` -> `Box<Tree<T>>`.
struct SpellOutSelf {
    own: Type,
}

impl SpellOutSelf {
    /// `Self::N` -> `<Tree<T>>::N`.
    fn spell_out(&self, qself: &mut Option<syn::QSelf>, path: &mut syn::Path) {
        if qself.is_some() || path.leading_colon.is_some() || path.segments[0].ident != "Self" {
            return;
        }
        let (own, rest) = (&self.own, path.segments.iter().skip(1));
        let spelled: syn::TypePath =
            if path.segments.len() == 1 { syn::parse_quote!(#own) } else { syn::parse_quote!(<#own>::#(#rest)::*) };
        (*qself, *path) = (spelled.qself, spelled.path);
    }
}

impl VisitMut for SpellOutSelf {
    fn visit_type_path_mut(&mut self, ty: &mut syn::TypePath) {
        self.spell_out(&mut ty.qself, &mut ty.path);
        visit_mut::visit_type_path_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut syn::ExprPath) {
        self.spell_out(&mut expr.qself, &mut expr.path);
        visit_mut::visit_expr_path_mut(self, expr);
    }
}
