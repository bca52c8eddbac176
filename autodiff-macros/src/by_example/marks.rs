//! Marks on the names that come from a macro's own text.
//!
//! rustc keeps beside each name which expansion it comes from; here it is written behind the name until the names are settled.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// Stands in no name that anybody writes; where it does, nothing is expanded. rustc has an opinion on names with other letters, even on those
/// that it is never given.
const MARK: &str = "__of_expansion_";

/// The name as the text of an expansion has it.
pub(super) fn marked(name: &Ident, number: usize, span: proc_macro2::Span) -> Ident {
    Ident::new(&format!("{}{MARK}{number}", crate::names::bare(name)), span)
}

/// Whether a word has a mark.
pub(crate) fn is_marked(word: &str) -> bool {
    word.contains(MARK)
}

/// A marked name without its mark.
pub(crate) fn base(word: &str) -> Option<&str> {
    word.split_once(MARK).map(|(base, _)| base)
}

/// The number of the expansion that a marked name comes from.
pub(super) fn number(word: &str) -> Option<usize> {
    word.split_once(MARK).and_then(|(_, number)| number.parse().ok())
}

/// The name that the macro's text has.
pub(crate) fn without_mark(name: &Ident) -> Ident {
    let text = name.to_string();
    match base(&text) {
        None => name.clone(),
        Some(base) => {
            syn::parse_str::<Ident>(base).map_or_else(|_| Ident::new_raw(base, name.span()), |i| Ident::new(&i.to_string(), name.span()))
        }
    }
}

/// The same of a macro's path.
pub(super) fn in_path(path: &mut syn::Path) {
    for s in &mut path.segments {
        s.ident = without_mark(&s.ident);
    }
}

/// The same of all names. Invisible groups around a name or a path go as well.
pub(super) fn without(tokens: TokenStream) -> TokenStream {
    let plain = |t| match t {
        TokenTree::Ident(i) => TokenTree::Ident(without_mark(&i)).into(),
        TokenTree::Group(g) => {
            let mut new = Group::new(g.delimiter(), without(g.stream()));
            new.set_span(g.span());
            ungrouped(TokenTree::Group(new).into())
        }
        other => other.into(),
    };
    tokens.into_iter().flat_map(|t| -> TokenStream { plain(t) }).collect()
}

/// What stands in an invisible group, if that is a token or a path.
pub(super) fn ungrouped(tokens: TokenStream) -> TokenStream {
    let mut inside = tokens.clone().into_iter();
    let (Some(TokenTree::Group(g)), None) = (inside.next(), inside.next()) else { return tokens };
    let is_path = |t: TokenTree| match t {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(p) => p.as_char() == ':',
        _ => false,
    };
    let one = g.stream().into_iter().nth(1).is_none();
    if g.delimiter() == Delimiter::None && (one || g.stream().into_iter().all(is_path)) {
        return ungrouped(g.stream());
    }
    tokens
}
