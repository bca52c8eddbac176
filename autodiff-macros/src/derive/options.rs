//! The options `#[differentiable(...)]` of a type and of its fields.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Ident, LitStr};

/// What can stand in a place.
const OF_TYPE: &[(&str, &str)] = &[("cotangent", "`cotangent = \"Name\"`")];
const OF_FIELD: &[(&str, &str)] = &[("skip", "`skip`")];

/// Where an attribute stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Type,
    Variant,
    Field,
}

impl Place {
    fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Place::Type => OF_TYPE,
            Place::Variant => &[],
            Place::Field => OF_FIELD,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Place::Type => "the type",
            Place::Variant => "a variant",
            Place::Field => "a field",
        }
    }
}

/// The name of the cotangent type, if the user chose one.
pub(super) fn of_type(attributes: &[Attribute], errors: &mut Vec<syn::Error>) -> Option<Ident> {
    let mut cotangent = None;
    read(attributes, Place::Type, errors, |meta| {
        let text = meta.value().and_then(syn::parse::ParseBuffer::parse::<LitStr>);
        let text = text.map_err(|e| syn::Error::new(e.span(), "expected a name; write `cotangent = \"Name\"`"))?;
        let name = text.parse::<Ident>().map_err(|_| {
            let found = text.value();
            syn::Error::new(text.span(), format!("`{found}` cannot name a type; write `cotangent = \"Name\"`"))
        })?;
        cotangent = Some(name);
        Ok(())
    });
    cotangent
}

/// A variant takes no options.
pub(super) fn of_variant(attributes: &[Attribute], errors: &mut Vec<syn::Error>) {
    read(attributes, Place::Variant, errors, |_| Ok(()));
}

/// Whether the field is left out. A field whose options are wrong is left out too: it was most likely meant.
pub(super) fn of_field(attributes: &[Attribute], errors: &mut Vec<syn::Error>) -> bool {
    let (mut skip, before) = (false, errors.len());
    read(attributes, Place::Field, errors, |meta| {
        skip = true;
        if meta.input.is_empty() || meta.input.peek(syn::Token![,]) {
            return Ok(());
        }
        Err(syn::Error::new_spanned(&meta.path, "`skip` takes no value"))
    });
    skip || errors.len() > before
}

/// Hands each option that is valid in this place to `accept`.
fn read(
    attributes: &[Attribute],
    place: Place,
    errors: &mut Vec<syn::Error>,
    mut accept: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    let mut seen: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("differentiable")) {
        let result = attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if !place.options().iter().any(|(option, _)| *option == name) {
                return Err(unknown(&meta, &name, place));
            }
            if seen.contains(&name) {
                return Err(syn::Error::new_spanned(&meta.path, format!("option `{name}` is given twice")));
            }
            seen.push(name);
            accept(&meta)
        });
        errors.extend(result.err());
    }
}

/// "unknown option `skp`; did you mean `skip`?"
fn unknown(meta: &ParseNestedMeta<'_>, name: &str, place: Place) -> syn::Error {
    let elsewhere = [Place::Type, Place::Field].into_iter().find(|p| p.options().iter().any(|(option, _)| *option == name));
    let advice = match (elsewhere, nearest(name, place.options())) {
        (Some(right), _) => {
            return syn::Error::new_spanned(&meta.path, format!("`{name}` is an option of {}, not of {}", right.name(), place.name()));
        }
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) if place.options().is_empty() => format!("{} takes none", place.name()),
        (None, None) => {
            let valid: Vec<&str> = place.options().iter().map(|(_, usage)| *usage).collect();
            format!("{} takes {}", place.name(), valid.join(", "))
        }
    };
    syn::Error::new_spanned(&meta.path, format!("unknown option `{}`; {advice}", quoted(&meta.path)))
}

fn quoted(path: &syn::Path) -> String {
    let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    segments.join("::")
}

/// The option that is at most two edits, and less than half of its letters, away.
fn nearest(word: &str, options: &[(&'static str, &str)]) -> Option<&'static str> {
    let scored = options.iter().map(|(option, _)| (edits(word, option), *option));
    let (distance, option) = scored.min()?;
    (distance <= 2 && 2 * distance <= option.len()).then_some(option)
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
