//! Tokens as such: punctuation, positions, and paths of the library.
//!
//! What enters and leaves: tokens, or the text of a path. Guarantee: nothing here knows the representation.

use proc_macro2::{Group, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, TokenStreamExt};

/// Code as rustc's stringification would have it, without the extra spaces of token streams.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // What may be too much is a space; between two of them stands nothing to be changed.
    while let Some(at) = rest.find(' ') {
        let (word, behind) = (&rest[..at], &rest[at + 1..]);
        out.push_str(word);
        rest = behind;
        let opened = matches!(out.as_bytes(), [.., b'(' | b'[' | b'&'] | [.., b':', b':']);
        match behind.as_bytes() {
            _ if out.ends_with(',') => out.push(' '),
            [b'.', b' ', ..] => {
                out.push('.');
                rest = &behind[2..];
            }
            [b'(' | b')' | b'[' | b']' | b';', ..] | [b',', b' ', ..] | [b':', b':', b' ', ..] => {}
            _ if opened => {}
            _ => out.push(' '),
        }
    }
    out.push_str(rest);
    out
}

/// Writes an operator or separator.
pub(super) fn punct(symbol: &str, span: Span, out: &mut TokenStream) {
    let mut rest = symbol.chars().peekable();
    while let Some(c) = rest.next() {
        let mut p = Punct::new(c, if rest.peek().is_some() { Spacing::Joint } else { Spacing::Alone });
        p.set_span(span);
        out.append(p);
    }
}

/// The same tokens at another place in the user's source; names keep their meaning.
pub(super) fn located(tokens: TokenStream, at: Option<Span>) -> TokenStream {
    let Some(at) = at else { return tokens };
    tokens
        .into_iter()
        .map(|t| match t {
            TokenTree::Group(g) => {
                let mut new = Group::new(g.delimiter(), located(g.stream(), Some(at)));
                new.set_span(g.span().located_at(at));
                new.into()
            }
            mut t => {
                t.set_span(t.span().located_at(at));
                t
            }
        })
        .collect()
}

/// A function of the library. What is a trait's own is called by the trait: an error then names nothing but what the user wrote.
pub(super) fn runtime_path(path: &str) -> TokenStream {
    let rule = match path.strip_prefix("rt::").unwrap_or(path) {
        "zero" => "Differentiable::zero_cotangent",
        "add_lhs" => "AddRule::lhs",
        "push_add_lhs" => "AddRule::push_lhs",
        "add_rhs" => "AddRule::rhs",
        "push_add_rhs" => "AddRule::push_rhs",
        "sub_lhs" => "SubRule::lhs",
        "push_sub_lhs" => "SubRule::push_lhs",
        "sub_rhs" => "SubRule::rhs",
        "push_sub_rhs" => "SubRule::push_rhs",
        "mul_lhs" => "MulRule::lhs",
        "push_mul_lhs" => "MulRule::push_lhs",
        "mul_rhs" => "MulRule::rhs",
        "push_mul_rhs" => "MulRule::push_rhs",
        "div_lhs" => "DivRule::lhs",
        "push_div_lhs" => "DivRule::push_lhs",
        "div_rhs" => "DivRule::rhs",
        "push_div_rhs" => "DivRule::push_rhs",
        "rem_lhs" => "RemRule::lhs",
        "push_rem_lhs" => "RemRule::push_lhs",
        "rem_rhs" => "RemRule::rhs",
        "push_rem_rhs" => "RemRule::push_rhs",
        "add_lhs_curvature" => "AddCurvature::lhs_curvature",
        "add_rhs_curvature" => "AddCurvature::rhs_curvature",
        "sub_lhs_curvature" => "SubCurvature::lhs_curvature",
        "sub_rhs_curvature" => "SubCurvature::rhs_curvature",
        "mul_lhs_curvature" => "MulCurvature::lhs_curvature",
        "mul_rhs_curvature" => "MulCurvature::rhs_curvature",
        "div_lhs_curvature" => "DivCurvature::lhs_curvature",
        "div_rhs_curvature" => "DivCurvature::rhs_curvature",
        "rem_lhs_curvature" => "RemCurvature::lhs_curvature",
        "rem_rhs_curvature" => "RemCurvature::rhs_curvature",
        "neg_operand_curvature" => "NegCurvature::operand_curvature",
        "neg_operand" => "NegRule::operand",
        "push_neg" => "NegRule::push_operand",
        _ => path,
    };
    library_path(rule)
}

pub(super) fn library_path(path: &str) -> TokenStream {
    let segments = path.split("::").map(|s| format_ident!("{}", s));
    quote!(::autodiff_core::#(#segments)::*)
}
