//! Plain code of the user's that reads the numbers of a struct.
//!
//! What enters: its tokens. What leaves: how often it does, or the same code with other words for them. Guarantee: nothing, if it does anything else
//! with the struct.

use proc_macro2::{TokenStream, TokenTree};
use quote::{quote, ToTokens};
use syn::Member;

use super::members;
use super::shape::Shape;
use crate::ir::Proj;

/// How often plain code reads the numbers of a struct, if it does nothing else with it.
pub(super) fn numbers_in(tokens: TokenStream, name: &str, shape: &Shape) -> Option<usize> {
    let mut n = 0;
    in_code(tokens, name, shape, &mut |_| {
        n += 1;
        None
    })?;
    // What does not name it reads it in another way.
    (n > 0).then_some(n)
}

/// Plain code in which what is read of the numbers of a struct may be replaced; nothing if the code does anything else with it.
pub(super) fn in_code(
    tokens: TokenStream,
    name: &str,
    shape: &Shape,
    f: &mut dyn FnMut(&[Member]) -> Option<TokenStream>,
) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let dot =
        |k: usize| matches!(tokens.get(k), Some(TokenTree::Punct(p)) if p.as_char() == '.' && p.spacing() == proc_macro2::Spacing::Alone);
    // `a.q`, but not `0..q`
    let behind_dot = |k: usize| {
        let range = k > 1 && matches!(&tokens[k - 2], TokenTree::Punct(p) if p.as_char() == '.');
        k > 0 && dot(k - 1) && !range
    };
    let mut out = TokenStream::new();
    let mut k = 0;
    while let Some(t) = tokens.get(k) {
        match t {
            TokenTree::Ident(i) if i == name && !behind_dot(k) => {
                let (mut path, mut end) = (Vec::new(), k + 1);
                loop {
                    match shape.at(&path)? {
                        None => break,
                        Some(_) if !dot(end) => return None,
                        Some(_) => path.push(Proj::Field(syn::parse2(tokens.get(end + 1)?.to_token_stream()).ok()?)),
                    }
                    end += 2;
                }
                // A literal in front of a method would be one of another type.
                match f(&members(&path)) {
                    Some(number) => out.extend(quote!((#number))),
                    None => out.extend(tokens[k..end].iter().cloned()),
                }
                k = end;
                continue;
            }
            TokenTree::Group(g) => {
                let mut new = proc_macro2::Group::new(g.delimiter(), in_code(g.stream(), name, shape, f)?);
                new.set_span(g.span());
                out.extend([TokenTree::Group(new)]);
            }
            // A format may name it.
            TokenTree::Literal(l) if l.to_string().contains(name) => return None,
            other => out.extend([other.clone()]),
        }
        k += 1;
    }
    Some(out)
}
