//! How deeply tokens nest and how long single expressions are, before anything recursive looks at them.
//!
//! The stages walk the syntax tree by recursion, and the compiler gives a macro a stack of some megabytes. What would not fit is
//! refused here, with its place; what passes is well inside.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// Groups inside groups.
const DEEPEST: usize = 128;
/// Operators and method calls in a row, without a `;`, a `,` or a block between them.
const LONGEST: usize = 600;

/// The message, if the tokens are too deep or too long.
pub(crate) fn check(tokens: &TokenStream) -> syn::Result<()> {
    walk(tokens.clone(), 0)
}

fn walk(tokens: TokenStream, depth: usize) -> syn::Result<()> {
    let refuse = |at: Span, what: &str| Err(syn::Error::new(at, format!("{what} to be differentiated; bind parts of it with `let` first")));
    let mut operators = 0;
    for t in tokens {
        match t {
            TokenTree::Group(g) => {
                if depth == DEEPEST {
                    return refuse(g.span(), "this is nested too deeply");
                }
                walk(g.stream(), depth + 1)?;
                if g.delimiter() == Delimiter::Brace {
                    operators = 0;
                }
            }
            TokenTree::Punct(p) if matches!(p.as_char(), ';' | ',') => operators = 0,
            TokenTree::Punct(p) if p.as_char() != ':' && p.spacing() == proc_macro2::Spacing::Alone => {
                operators += 1;
                if operators > LONGEST {
                    return refuse(p.span(), "this expression is too long");
                }
            }
            _ => {}
        }
    }
    Ok(())
}
