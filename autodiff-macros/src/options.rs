//! The arguments of `#[differentiate(...)]`.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{parenthesized, Token};

/// What the user asked for.
#[derive(Default)]
pub(crate) struct Options {
    /// `wrt(a, b)`
    pub wrt: Option<Vec<Ident>>,
    /// `no_companion`: no type of the function's name is generated.
    pub no_companion: bool,
    /// `boxed`: the pullback is boxed, for functions that call each other in a circle.
    pub boxed: bool,
    /// `method`: the function is an associated function.
    pub method: bool,
    /// `off(..)`, for tests: optimisations that do not run.
    pub off: Vec<Ident>,
}

const KNOWN: &[&str] = &["wrt", "no_companion", "boxed", "method"];

impl Parse for Options {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut options = Options::default();
        let mut errors: Option<syn::Error> = None;
        let mut fail = |e: syn::Error| match &mut errors {
            Some(all) => all.combine(e),
            None => errors = Some(e),
        };
        while !input.is_empty() {
            let name: Ident = input.call(syn::ext::IdentExt::parse_any)?;
            match name.to_string().as_str() {
                "wrt" => {
                    let content;
                    parenthesized!(content in input);
                    let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, syn::ext::IdentExt::parse_any)?;
                    if names.is_empty() {
                        fail(syn::Error::new(
                            name.span(),
                            "`wrt()` names no parameter; write `wrt(x)`, or leave it out to differentiate with respect to all",
                        ));
                    }
                    options.wrt = Some(names.into_iter().collect());
                }
                "off" => {
                    let content;
                    parenthesized!(content in input);
                    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
                    for name in names.iter().filter(|n| !crate::passes::NAMES.contains(&n.to_string().as_str())) {
                        fail(syn::Error::new(name.span(), format!("unknown optimisation `{name}`")));
                    }
                    options.off = names.into_iter().collect();
                }
                "no_companion" => options.no_companion = true,
                "boxed" => options.boxed = true,
                "method" => options.method = true,
                "hessian" | "jacobian" => fail(syn::Error::new(name.span(), format!("the option `{name}` is not supported yet"))),
                other => {
                    fail(syn::Error::new(name.span(), unknown_option(other)));
                    if input.peek(syn::token::Paren) {
                        input.parse::<proc_macro2::Group>()?;
                    }
                }
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                let rest: proc_macro2::TokenStream = input.parse()?;
                fail(syn::Error::new_spanned(rest, "expected `,` between options"));
            }
        }
        errors.map_or(Ok(options), Err)
    }
}

fn unknown_option(name: &str) -> String {
    let list = "`wrt(...)`, `boxed`, `method`, `no_companion`";
    let near = KNOWN.iter().min_by_key(|k| distance(k, name)).filter(|k| distance(k, name) <= 2);
    match near {
        Some(k) => format!("unknown option `{name}`; did you mean `{k}`? The options are {list}"),
        None => format!("unknown option `{name}`; the options are {list}"),
    }
}

/// Edit distance, with swaps of neighbours.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in d.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in d[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (d[i - 1][j] + 1).min(d[i][j - 1] + 1).min(d[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(d[i - 2][j - 2] + 1);
            }
            d[i][j] = best;
        }
    }
    d[a.len()][b.len()]
}
