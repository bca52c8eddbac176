//! What the macro can know about types.
//!
//! A macro sees tokens. From annotations, parameters and literals it works out [`Ty`]; what stays
//! [`Ty::Unknown`] is handled through traits of `autodiff-core`, where rustc knows the type.

mod nothing;

use std::cell::OnceCell;
use std::rc::Rc;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned, ToTokens};
use syn::visit_mut::VisitMut;
use syn::{GenericArgument, PathArguments, Type};

use crate::position::{Home, Parameter};

/// A type, as far as it is known.
#[derive(Clone, Debug)]
pub(crate) enum Ty {
    /// Only rustc knows.
    Unknown,
    Float(Float),
    /// An integer, `bool`, `char` or the like, which carries no derivative.
    Plain,
    /// Carries no derivative and may own something: a string, a type of the user's without floats.
    Inert,
    /// A range of integers.
    Range,
    Unit,
    Array(Box<Ty>, TokenStream),
    Slice(Box<Ty>),
    Vec(Box<Ty>),
    Tuple(Vec<Ty>),
    /// A reference; true for `&mut`.
    Ref(Box<Ty>, bool),
    Option(Box<Ty>),
    /// A named type, and what its file tells of it.
    Named(Named),
}

/// What is known of a named type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    of: Option<Rc<Struct>>,
    /// The name of a collection of std that holds more than plain values, and has no cotangent.
    pub collection: Option<&'static str>,
}

/// A type; its fields where its cotangent has the same.
#[derive(Debug)]
struct Struct {
    /// Where it is named, and where it is declared.
    name: proc_macro2::Ident,
    home: Home,
    /// What stands for its parameters; nothing where they are left out.
    arguments: Vec<(String, GenericArgument)>,
    /// Type parameters of the function that stand for numbers.
    floats: Vec<syn::Ident>,
    fields: Fields,
    /// Those of the variants of an enum.
    variants: Vec<(String, Fields)>,
}

/// Fields, and the type of each once it is asked for.
type Fields = Vec<(crate::position::Field, OnceCell<Option<Ty>>)>;

impl Named {
    /// A type by its name, with arguments or without.
    pub fn of(path: &syn::Path, floats: &[syn::Ident]) -> Option<Named> {
        let segment = path.segments.last()?;
        let name = &segment.ident;
        let home = Home::of(path).filter(Home::is_type)?;
        let unread = |fields: Vec<crate::position::Field>| -> Fields { fields.into_iter().map(|field| (field, OnceCell::new())).collect() };
        let fields = unread(home.fields().unwrap_or_default());
        let variants = home.payloads().unwrap_or_default().into_iter().map(|(name, fields)| (name, unread(fields))).collect();
        let parameters = home.parameters().into_iter().filter_map(|p| match p {
            Parameter::Named(name) => Some(name),
            Parameter::Lifetime => None,
        });
        let given = match &segment.arguments {
            PathArguments::AngleBracketed(a) => a.args.iter().filter(|a| !matches!(a, GenericArgument::Lifetime(_))).cloned().collect(),
            _ => Vec::new(),
        };
        // What stands here is looked up there.
        if !home.has_same_meaning(&segment.arguments) {
            return None;
        }
        Some(Named {
            collection: None,
            of: Some(Rc::new(Struct {
                name: name.clone(),
                arguments: parameters.zip(given).collect(),
                home,
                floats: floats.to_vec(),
                fields,
                variants,
            })),
        })
    }

    /// Where it is declared, if anything is known.
    pub fn home(&self) -> Option<&Home> {
        self.of.as_ref().map(|s| &s.home)
    }

    /// Whether a path names it.
    pub fn is_of(&self, path: &syn::Path) -> bool {
        self.home().is_some_and(|home| Home::of(path).is_some_and(|other| home.is_same(&other)))
    }

    /// The name alone, if it names the type at a place.
    pub fn name_at(&self, at: proc_macro2::Span) -> Option<syn::Ident> {
        let name = syn::Ident::new(&self.of.as_ref()?.name.to_string(), at);
        self.is_of(&name.clone().into()).then_some(name)
    }

    /// A path that names it where a name stands.
    pub fn path_at(&self, at: &syn::Ident) -> Option<TokenStream> {
        if let Some(name) = self.name_at(at.span()) {
            return Some(name.to_token_stream());
        }
        let path = self.home()?.path_from(at)?;
        // The module of a file that nothing declares has no name.
        let named = |s: &String| syn::parse_str::<syn::Ident>(s).ok().map(|name| syn::Ident::new(&name.to_string(), at.span()));
        let segments = path.iter().map(named).collect::<Option<Vec<_>>>()?;
        Some(quote!(crate::#(#segments)::*))
    }

    /// The name without what is in front of it, wherever it is declared.
    pub fn last(&self) -> Option<String> {
        self.of.as_ref().map(|s| crate::names::bare(&s.name))
    }

    /// The name, if it is declared in the file itself.
    pub fn name(&self) -> Option<String> {
        self.of.as_ref().filter(|s| crate::position::is_type(&s.name)).map(|s| s.name.to_string())
    }

    /// Whether it has no field of the name, as far as the file tells, which declares it.
    fn has_no_field(&self, member: &syn::Member) -> bool {
        let name = member.to_token_stream().to_string();
        let lacks = |s: &Rc<Struct>| {
            !s.fields.is_empty() && s.fields.iter().all(|(f, _)| f.name != name) && !crate::position::is_dereferenced(&s.name)
        };
        self.name().is_some() && self.of.as_ref().is_some_and(lacks)
    }

    /// Whether a field is skipped, so that nothing in it has a derivative.
    pub fn skips(&self, member: &syn::Member) -> bool {
        let name = member.to_token_stream().to_string();
        self.of.as_ref().is_some_and(|s| s.fields.iter().any(|(f, _)| f.name == name && f.skipped))
    }

    /// Whether a field can be named where the type is.
    pub fn shows(&self, member: &syn::Member) -> bool {
        let name = member.to_token_stream().to_string();
        self.of.as_ref().is_some_and(|s| s.fields.iter().any(|(f, _)| f.name == name && (f.seen || s.home.is_here())))
    }

    /// Whether it has no cotangent.
    pub fn lacks_derive(&self) -> bool {
        self.of.as_ref().is_some_and(|s| crate::position::lacks_derive(&s.name))
    }

    /// Whether it is `Copy`, where its file tells.
    pub fn is_copy(&self) -> Option<bool> {
        self.home()?.is_copy()
    }

    /// Its name, if its file shows that it is not `Clone`.
    pub fn lacks_clone(&self) -> Option<String> {
        self.home().filter(|home| home.lacks_clone()).map(|home| home.name().to_string())
    }

    /// Whether it is dereferenced to another type, without a rule for that.
    pub fn has_no_deref_rule(&self) -> bool {
        self.of.as_ref().is_some_and(|s| s.home.has_no_deref_rule())
    }

    /// Whether it is indexed without a rule for that.
    pub fn has_no_index_rule(&self) -> bool {
        self.of.as_ref().is_some_and(|s| s.home.has_no_index_rule())
    }

    /// What a method gives, as far as the crate tells.
    pub fn result_of_method(&self, method: &syn::Ident) -> Option<Ty> {
        let s = self.of.as_ref()?;
        let in_terms = || s.home.result_in_terms(method, &s.floats, |ty, names| s.with_arguments_of(ty, names));
        s.home.result_of_method(method).or_else(in_terms)?.declared()
    }

    /// The type of a field, where cotangents are made as for a parameter of that type.
    fn field(&self, member: &syn::Member) -> Option<Ty> {
        let s = self.of.as_ref()?;
        s.field(&s.fields, member)
    }

    /// The same of a field of a variant. Of a type that only rustc knows nothing is told.
    fn payload(&self, variant: &syn::Ident, member: &syn::Member) -> Option<Ty> {
        let s = self.of.as_ref()?;
        let (_, fields) = s.variants.iter().find(|(name, _)| variant == name)?;
        s.field(fields, member).filter(|ty| !matches!(ty, Ty::Named(named) if named.of.is_none() && named.collection.is_none()))
    }
}

impl Struct {
    fn field(&self, fields: &Fields, member: &syn::Member) -> Option<Ty> {
        let name = member.to_token_stream().to_string();
        let (field, ty) = fields.iter().find(|(f, _)| f.name == name)?;
        ty.get_or_init(|| {
            let ty = self.home.read(&self.name, &field.ty, &self.floats, |ty| self.with_arguments(ty))?;
            // Of what has no cotangent, only that which needs none is told.
            (if field.skipped { ty.is_plain() } else { ty.is_dense() }).then_some(ty)
        })
        .clone()
    }

    /// A type that is written in terms of the parameters; nothing if it needs one that is left out.
    fn with_arguments(&self, ty: Type) -> Option<Type> {
        let parameters = self.home.parameters().into_iter().filter_map(|p| match p {
            Parameter::Named(name) => Some(name),
            Parameter::Lifetime => None,
        });
        replaced(ty, &self.arguments, parameters.collect())
    }

    /// The same in terms of other names for all parameters, in their order.
    fn with_arguments_of(&self, ty: Type, names: &[String]) -> Option<Type> {
        let given: Vec<_> = names.iter().cloned().zip(self.arguments.iter().map(|(_, given)| given.clone())).collect();
        replaced(ty, &given, names.to_vec())
    }
}

/// A type with arguments in the place of parameters; nothing if it needs one that is not given.
pub(crate) fn replaced(mut ty: Type, given: &[(String, GenericArgument)], parameters: Vec<String>) -> Option<Type> {
    struct Given<'s>(&'s [(String, GenericArgument)], Vec<String>, bool);
    impl VisitMut for Given<'_> {
        fn visit_type_mut(&mut self, t: &mut Type) {
            if let Type::Path(p) = &*t {
                if let Some(name) = p.path.get_ident().filter(|_| p.qself.is_none()).map(ToString::to_string) {
                    match self.0.iter().find(|(p, _)| *p == name) {
                        Some((_, GenericArgument::Type(given))) => {
                            *t = given.clone();
                            return;
                        }
                        Some(_) => self.2 = true,
                        None => self.2 |= self.1.contains(&name),
                    }
                }
            }
            syn::visit_mut::visit_type_mut(self, t);
        }
        // A constant by its name alone looks like a type.
        fn visit_generic_argument_mut(&mut self, a: &mut GenericArgument) {
            if let GenericArgument::Type(Type::Path(p)) = &*a {
                let name = p.path.get_ident().filter(|_| p.qself.is_none()).map(ToString::to_string);
                if let Some((_, given @ GenericArgument::Const(_))) = self.0.iter().find(|(p, _)| Some(p) == name.as_ref()) {
                    *a = given.clone();
                    return;
                }
            }
            syn::visit_mut::visit_generic_argument_mut(self, a);
        }
        fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
            if let syn::Expr::Path(p) = &*e {
                if let Some(name) = p.path.get_ident().map(ToString::to_string) {
                    match self.0.iter().find(|(p, _)| *p == name) {
                        Some((_, GenericArgument::Type(given))) => *e = syn::parse_quote!(#given),
                        Some((_, GenericArgument::Const(given))) => *e = given.clone(),
                        Some(_) => self.2 = true,
                        None => self.2 |= self.1.contains(&name),
                    }
                    return;
                }
            }
            syn::visit_mut::visit_expr_mut(self, e);
        }
    }
    let mut given = Given(given, parameters, false);
    given.visit_type_mut(&mut ty);
    (!given.2).then_some(ty)
}

impl Named {
    fn has_one_shape(&self, field: &crate::position::Field) -> bool {
        let Ok(member) = syn::parse_str(&field.name) else { return false };
        field.skipped || self.field(&member).is_some_and(|t| t.has_one_shape())
    }
}

/// The parts of a tuple. A type without the derive that stands beside numbers has no cotangent to stand beside theirs.
fn parts_of_tuple(t: &syn::TypeTuple, parts: Vec<Ty>) -> Vec<Ty> {
    struct Bare(bool);
    impl<'a> syn::visit::Visit<'a> for Bare {
        fn visit_path(&mut self, p: &'a syn::Path) {
            self.0 |= crate::position::is_plain(p);
            syn::visit::visit_path(self, p);
        }
    }
    if parts.iter().all(Ty::is_plain) {
        return parts;
    }
    let known = |(part, written): (Ty, &Type)| {
        let mut bare = Bare(false);
        syn::visit::Visit::visit_type(&mut bare, written);
        if bare.0 {
            Ty::Named(Named::default())
        } else {
            part
        }
    };
    parts.into_iter().zip(&t.elems).map(known).collect()
}

/// Whether a type only counts or compares: what its values are made from has no derivative, and no number is made of them again but
/// by casts.
pub(crate) fn counts(ty: &Type) -> bool {
    match ty {
        Type::Paren(p) => counts(&p.elem),
        Type::Group(g) => counts(&g.elem),
        Type::Tuple(t) => !t.elems.is_empty() && t.elems.iter().all(counts),
        Type::Path(p) => {
            let names = ["usize", "isize", "i32", "u32", "i64", "bool", "char", "Ordering"];
            p.path
                .get_ident()
                .is_some_and(|i| names.iter().any(|n| i == n) && (i != "Ordering" || !crate::position::may_be_own_type(&p.path)))
                || matches!(p.path.segments.last(), Some(s) if s.ident == "Option") && first_argument(p).is_some_and(counts)
        }
        _ => false,
    }
}

/// The same of lists and sets of such, as positions in an order are.
pub(crate) fn counts_or_lists(ty: &Type) -> bool {
    let list = |p: &syn::TypePath| {
        let named =
            p.path.segments.last().is_some_and(|s| ["Vec", "VecDeque", "HashSet", "BTreeSet", "Option"].iter().any(|name| s.ident == name));
        named && first_argument(p).is_some_and(counts_or_lists)
    };
    match ty {
        Type::Paren(p) => counts_or_lists(&p.elem),
        Type::Group(g) => counts_or_lists(&g.elem),
        Type::Array(a) => counts_or_lists(&a.elem),
        Type::Tuple(t) => !t.elems.is_empty() && t.elems.iter().all(counts_or_lists),
        Type::Path(p) => counts(ty) || list(p),
        _ => false,
    }
}

/// Which floating point type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Float {
    F32,
    F64,
    /// A type parameter of the function, bounded by a trait of floating point numbers.
    Generic(syn::Ident),
    /// A literal whose type rustc infers.
    Inferred,
}

impl Ty {
    pub const F64: Ty = Ty::Float(Float::F64);

    pub fn is_float(&self) -> bool {
        matches!(self, Ty::Float(_))
    }

    /// The type of a struct or variant that is written out: a variant is of its enum.
    pub fn made(path: &syn::Path, floats: &[syn::Ident]) -> Ty {
        if crate::position::is_plain_variant(path) {
            return Ty::Inert;
        }
        let mut owner = path.clone();
        let variant = owner.segments.pop().map(|s| s.into_value().ident);
        owner.segments.pop_punct();
        let bare = !owner.segments.is_empty() && owner.segments.iter().all(|s| s.arguments.is_none());
        let of = Named::of(&owner, floats).filter(|of| bare && of.home().is_some_and(|home| home.parameters().is_empty()));
        match (of, variant) {
            (Some(of), Some(variant)) if of.of.as_ref().is_some_and(|s| s.variants.iter().any(|(name, _)| variant == name)) => {
                Ty::Named(of)
            }
            _ => Ty::named(path, floats),
        }
    }

    /// The type that a path names.
    pub fn named(path: &syn::Path, floats: &[syn::Ident]) -> Ty {
        if crate::position::is_plain(path) {
            return Ty::Inert;
        }
        Ty::Named(Named::of(path, floats).unwrap_or_default())
    }

    /// Certainly without a derivative.
    pub fn is_plain(&self) -> bool {
        match self {
            Ty::Plain | Ty::Inert | Ty::Unit | Ty::Range => true,
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Option(e) | Ty::Ref(e, _) => e.is_plain(),
            Ty::Tuple(items) => items.iter().all(Ty::is_plain),
            Ty::Unknown | Ty::Float(_) | Ty::Named(_) => false,
        }
    }

    /// Whether a part of it is a type of the user's, which may or may not have a cotangent.
    pub fn has_named(&self) -> bool {
        match self {
            Ty::Named(_) => true,
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Option(e) | Ty::Ref(e, _) => e.has_named(),
            Ty::Tuple(items) => items.iter().any(Ty::has_named),
            _ => false,
        }
    }

    /// Whether a part of it is certainly a reference.
    pub fn has_reference(&self) -> bool {
        match self {
            Ty::Ref(..) => true,
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Option(e) => e.has_reference(),
            Ty::Tuple(items) => items.iter().any(Ty::has_reference),
            _ => false,
        }
    }

    /// The type behind references.
    pub fn peel(&self) -> &Ty {
        match self {
            Ty::Ref(inner, _) => inner.peel(),
            other => other,
        }
    }

    /// The element of an array, slice or vector.
    pub fn element(&self) -> Ty {
        match self.peel() {
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) => (**e).clone(),
            _ => Ty::Unknown,
        }
    }

    /// Nothing where the file tells nothing more than a name.
    pub fn declared(self) -> Option<Ty> {
        match &self {
            Ty::Named(named) => named.of.as_ref().is_some_and(|s| !s.fields.is_empty()).then_some(self),
            ty => ty.is_dense().then_some(self),
        }
    }

    /// Whether both are certainly the same number, or the same type of the crate without parameters; a literal is taken for an `f64`.
    pub fn is_same(&self, other: &Ty) -> bool {
        match (self.peel(), other.peel()) {
            (Ty::Float(Float::F64), Ty::Float(Float::F64 | Float::Inferred)) | (Ty::Float(Float::F32), Ty::Float(Float::F32)) => true,
            (Ty::Named(a), Ty::Named(b)) => match (&a.of, &b.of) {
                (Some(a), Some(b)) => a.arguments.is_empty() && b.arguments.is_empty() && a.home.is_same(&b.home),
                _ => false,
            },
            _ => false,
        }
    }

    /// Numbers, structs, whatever has no derivative, and arrays and vectors of them.
    fn is_dense(&self) -> bool {
        match self {
            Ty::Float(Float::F64 | Float::F32 | Float::Generic(_)) | Ty::Plain | Ty::Inert | Ty::Range | Ty::Named(_) => true,
            Ty::Array(e, _) | Ty::Vec(e) | Ty::Option(e) => e.is_dense(),
            Ty::Tuple(items) => items.iter().all(|i| i.is_float()) || items.iter().all(Ty::is_plain),
            _ => false,
        }
    }

    /// A field of a tuple or struct.
    pub fn field(&self, member: &syn::Member) -> Ty {
        match (self.peel(), member) {
            (Ty::Tuple(items), syn::Member::Unnamed(index)) => items.get(index.index as usize).cloned().unwrap_or(Ty::Unknown),
            (Ty::Named(named), member) => named.field(member).unwrap_or(Ty::Unknown),
            _ => Ty::Unknown,
        }
    }

    /// A field of a variant of an enum.
    pub fn payload(&self, variant: &syn::Path, member: &syn::Member) -> Ty {
        match (self.peel(), crate::position::declared_name(variant)) {
            (Ty::Named(named), Some(name)) => named.payload(&name, member).unwrap_or(Ty::Unknown),
            _ => Ty::Unknown,
        }
    }

    /// Whether it has no such field, so that rustc refuses to look at it.
    pub fn has_no_part(&self, member: &syn::Member) -> bool {
        match (self.peel(), member) {
            (Ty::Tuple(items), syn::Member::Unnamed(index)) => index.index as usize >= items.len(),
            (Ty::Tuple(_), syn::Member::Named(_)) => true,
            (Ty::Named(named), member) => named.has_no_field(member),
            _ => false,
        }
    }

    /// Whether a value of the type is copied rather than moved, where that is known.
    pub fn is_copy(&self) -> bool {
        match self {
            Ty::Float(_) | Ty::Unit | Ty::Ref(_, false) => true,
            Ty::Array(e, _) | Ty::Option(e) => e.is_copy(),
            Ty::Tuple(items) => items.iter().all(Ty::is_copy),
            _ => false,
        }
    }

    /// Whether a value of the type is copied, as far as anything tells, types of the crate and integers included.
    pub fn copied(&self) -> Option<bool> {
        match self {
            Ty::Named(named) => named.is_copy(),
            Ty::Unknown | Ty::Inert => None,
            Ty::Array(e, _) | Ty::Option(e) => e.copied(),
            // One part that is not copied settles it, whatever the others are.
            Ty::Tuple(items) => {
                let parts: Vec<Option<bool>> = items.iter().map(Ty::copied).collect();
                if parts.contains(&Some(false)) {
                    return Some(false);
                }
                parts.iter().all(Option::is_some).then_some(true)
            }
            other => Some(other.is_copy_or_plain()),
        }
    }

    /// Copied, integers included.
    pub fn is_copy_or_plain(&self) -> bool {
        match self {
            Ty::Plain | Ty::Range => true,
            Ty::Array(e, _) | Ty::Option(e) | Ty::Slice(e) => e.is_copy_or_plain(),
            Ty::Tuple(items) => items.iter().all(Ty::is_copy_or_plain),
            other => other.is_copy(),
        }
    }

    /// Whether zeros of the type's cotangent can be written down without a value.
    pub fn static_zero(&self) -> bool {
        match self {
            Ty::Float(_) => true,
            Ty::Array(e, _) => e.static_zero(),
            Ty::Tuple(items) => items.iter().all(Ty::static_zero),
            _ => false,
        }
    }

    /// Whether the cotangents of all values of the type have the same shape.
    pub fn has_one_shape(&self) -> bool {
        match self {
            Ty::Float(_) => true,
            Ty::Array(e, _) => e.has_one_shape(),
            Ty::Tuple(items) => items.iter().all(Ty::has_one_shape),
            Ty::Named(named) => {
                named.of.as_ref().is_some_and(|s| !s.fields.is_empty() && s.fields.iter().all(|(f, _)| named.has_one_shape(f)))
            }
            _ => false,
        }
    }

    /// Reads a type as the user wrote it. `floats` are type parameters that stand for floating point numbers.
    pub fn parse(ty: &Type, floats: &[syn::Ident]) -> Ty {
        let parse = |ty| Ty::parse(ty, floats);
        match ty {
            Type::Group(g) => parse(&g.elem),
            Type::Paren(p) => parse(&p.elem),
            Type::Reference(r) => Ty::Ref(Box::new(parse(&r.elem)), r.mutability.is_some()),
            Type::Array(a) => Ty::Array(Box::new(parse(&a.elem)), a.len.to_token_stream()),
            Type::Slice(s) => Ty::Slice(Box::new(parse(&s.elem))),
            Type::Tuple(t) if t.elems.is_empty() => Ty::Unit,
            Type::Tuple(t) => Ty::Tuple(parts_of_tuple(t, t.elems.iter().map(parse).collect())),
            Type::Infer(_) => Ty::Unknown,
            Type::Path(p) => match Ty::parse_path(p, floats) {
                Ty::Named(_) if crate::position::is_plain(&p.path) => Ty::Inert,
                named @ Ty::Named(_) => crate::position::alias(&p.path, floats).unwrap_or(named),
                known => known,
            },
            _ => Ty::Named(Named::default()),
        }
    }

    fn parse_path(p: &syn::TypePath, floats: &[syn::Ident]) -> Ty {
        let Some(last) = p.path.segments.last() else {
            return Ty::Named(Named::default());
        };
        if p.qself.is_some() {
            return Ty::Named(Named::default());
        }
        if p.path.segments.len() == 1 || is_std_path(&p.path) {
            let name = last.ident.to_string();
            let own = match name.as_str() {
                "str" | "String" | "Vec" | "Option" => crate::position::Home::of(&p.path).is_some(),
                _ => name.starts_with(char::is_uppercase) && crate::position::may_be_own_type(&p.path),
            };
            match (name.as_str(), &last.arguments) {
                _ if own => {}
                ("f64", PathArguments::None) => return Ty::Float(Float::F64),
                ("f32", PathArguments::None) => return Ty::Float(Float::F32),
                (
                    "usize" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "i8" | "i16" | "i32" | "i64" | "i128" | "bool" | "char"
                    | "Ordering",
                    PathArguments::None,
                ) => return Ty::Plain,
                ("str" | "String", PathArguments::None) => return Ty::Inert,
                ("Vec" | "Option", PathArguments::AngleBracketed(args)) => {
                    if let Some(GenericArgument::Type(elem)) = args.args.first() {
                        let elem = Box::new(Ty::parse(elem, floats));
                        return if name == "Vec" { Ty::Vec(elem) } else { Ty::Option(elem) };
                    }
                }
                ("HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap", PathArguments::AngleBracketed(args)) => {
                    // No number is a key.
                    let is_key = |k: usize, t: &Type| k == 0 && args.args.len() > 1 && matches!(t, Type::Infer(_));
                    let counts = |(k, a): (usize, &GenericArgument)| matches!(a, GenericArgument::Type(t) if is_key(k, t) || Ty::parse(t, floats).is_plain());
                    if args.args.iter().enumerate().all(counts) {
                        return Ty::Inert;
                    }
                    const NAMES: [&str; 6] = ["HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque", "BinaryHeap"];
                    return Ty::Named(Named { of: None, collection: NAMES.into_iter().find(|known| *known == name) });
                }
                ("Range" | "RangeInclusive" | "RangeFrom" | "RangeTo" | "RangeToInclusive", PathArguments::AngleBracketed(args)) => {
                    if matches!(args.args.first(), Some(GenericArgument::Type(end)) if Ty::parse(end, floats).is_plain()) {
                        return if name == "Range" { Ty::Range } else { Ty::Plain };
                    }
                }
                _ => {}
            }
            if floats.contains(&last.ident) {
                return Ty::Float(Float::Generic(last.ident.clone()));
            }
        }
        Ty::named(&p.path, floats)
    }
}

fn is_std_path(path: &syn::Path) -> bool {
    path.segments.first().is_some_and(|s| s.ident == "std" || s.ident == "core" || s.ident == "alloc")
}

/// The owned cotangent type of a type as the user wrote it: `&[f64]` -> `Vec<f64>`.
pub(crate) fn cotangent_type(ty: &Type, floats: &[syn::Ident]) -> TokenStream {
    with_numbers(ty, floats, None)
}

/// The same with `Lanes<f64, N>` in the place of `f64`, for a number of directions.
pub(crate) fn lanes_type(ty: &Type, floats: &[syn::Ident], width: &TokenStream) -> TokenStream {
    with_numbers(ty, floats, Some(width))
}

/// A cotangent type; its numbers in lanes if there is a width.
fn with_numbers(ty: &Type, floats: &[syn::Ident], width: Option<&TokenStream>) -> TokenStream {
    let opaque = |ty: &Type| match width {
        None => opaque(ty),
        Some(n) => {
            let ty = opaque(ty);
            quote!(::autodiff_core::rt::lanes::LanesOf<#ty, #n>)
        }
    };
    match ty {
        Type::Group(g) => with_numbers(&g.elem, floats, width),
        Type::Paren(p) => with_numbers(&p.elem, floats, width),
        Type::Reference(r) => with_numbers(&r.elem, floats, width),
        Type::Array(a) => {
            let (elem, len) = (with_numbers(&a.elem, floats, width), &a.len);
            quote!([#elem; #len])
        }
        Type::Slice(s) => {
            let elem = with_numbers(&s.elem, floats, width);
            quote!(::autodiff_core::__private::Vec<#elem>)
        }
        Type::Tuple(t) => {
            let elems = t.elems.iter().map(|e| with_numbers(e, floats, width));
            quote!((#(#elems,)*))
        }
        Type::Path(p) => match Ty::parse_path(p, floats) {
            Ty::Float(_) => match width {
                None => ty.to_token_stream(),
                Some(n) => quote!(::autodiff_core::Lanes<#ty, #n>),
            },
            Ty::Plain | Ty::Inert => quote!(()),
            Ty::Named(_) if crate::position::is_plain(&p.path) => quote!(()),
            Ty::Vec(_) => {
                let elem = first_argument(p).map_or_else(TokenStream::new, |e| with_numbers(e, floats, width));
                quote!(::autodiff_core::__private::Vec<#elem>)
            }
            Ty::Option(_) => {
                let elem = first_argument(p).map_or_else(TokenStream::new, |e| with_numbers(e, floats, width));
                quote!(::core::option::Option<#elem>)
            }
            _ => opaque(ty),
        },
        other => opaque(other),
    }
}

/// The cotangent type of a type that only rustc knows.
///
/// Its tokens cover the user's type exactly: wherever rustc finds that the type is not `Differentiable`, it says so at the same place
/// and shows it once.
fn opaque(ty: &Type) -> TokenStream {
    let differentiable = as_differentiable(ty);
    let (_, end) = ends(ty);
    quote_spanned!(end=> #differentiable::Cotangent)
}

/// `<Type as Differentiable>`, spanned as the type.
pub(crate) fn as_differentiable(ty: &Type) -> TokenStream {
    let (start, end) = ends(ty);
    let open = quote_spanned!(start=> <);
    quote_spanned!(end=> #open #ty as ::autodiff_core::Differentiable>)
}

/// The spans of the first and the last token.
pub(crate) fn ends(t: &impl ToTokens) -> (Span, Span) {
    let mut tokens = t.to_token_stream().into_iter();
    let first = tokens.next();
    let start = first.as_ref().map_or_else(Span::call_site, |t| match t {
        proc_macro2::TokenTree::Group(g) => g.span_open(),
        t => t.span(),
    });
    let end = tokens.last().or(first).map_or(start, |t| match t {
        proc_macro2::TokenTree::Group(g) => g.span_close(),
        t => t.span(),
    });
    (start, end)
}

/// The type of the buffer that receives a parameter's cotangent: `&[f64]` -> `[f64]`. In lanes if there is a width.
pub(crate) fn buffer_type(ty: &Type, floats: &[syn::Ident], width: Option<&TokenStream>) -> TokenStream {
    match ty {
        Type::Group(g) => buffer_type(&g.elem, floats, width),
        Type::Paren(p) => buffer_type(&p.elem, floats, width),
        Type::Reference(r) => buffer_type(&r.elem, floats, width),
        Type::Slice(s) => {
            let elem = with_numbers(&s.elem, floats, width);
            quote!([#elem])
        }
        other => with_numbers(other, floats, width),
    }
}

fn first_argument(p: &syn::TypePath) -> Option<&Type> {
    match &p.path.segments.last()?.arguments {
        PathArguments::AngleBracketed(args) => args.args.iter().find_map(|a| match a {
            GenericArgument::Type(t) => Some(t),
            _ => None,
        }),
        _ => None,
    }
}
