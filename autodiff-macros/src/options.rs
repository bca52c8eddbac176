//! The arguments of `#[differentiate(...)]`.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{parenthesized, Token};

/// What the user asked for.
#[derive(Clone, Default)]
pub(crate) struct Options {
    /// `wrt(a, b)`
    pub wrt: Option<Vec<Ident>>,
    /// `no_companion`: no type of the function's name is generated.
    pub no_companion: bool,
    /// `boxed`: the pullback is boxed, for functions that call each other in a circle.
    pub boxed: bool,
    /// `method`: the function is an associated function.
    pub method: bool,
    /// `order = n`, or `hessian` for the second: derivatives up to this order. Not more than the first where it is not given.
    pub order: usize,
    /// `jacobian`: all partials of all numbers of the result.
    pub jacobian: Option<Matrix>,
    /// `lanes`: forward mode in several directions at once.
    pub lanes: bool,
    /// `lanes` is asked for of all functions of a block: of those that can have them.
    pub lanes_where_possible: bool,
    /// `off(..)`, for tests: optimisations that do not run.
    pub off: Vec<Ident>,
}

impl Options {
    /// Whether they only say up to which order and in which mode there are derivatives: nothing of parameters or names.
    pub fn only_modes(&self) -> bool {
        self.wrt.is_none() && !self.no_companion && !self.boxed && !self.method && self.jacobian.is_none()
    }
}

/// What a Jacobian is whose size the signature does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matrix {
    Rows,
    Ndarray,
    Nalgebra,
}

const LIST: &str = "`wrt(...)`, `hessian`, `order = n`, `jacobian`, `lanes`, `boxed`, `method`, `no_companion`";
const KNOWN: &[&str] = &["wrt", "hessian", "order", "jacobian", "lanes", "no_companion", "boxed", "method"];

/// The code of a pullback doubles with every order.
const HIGHEST_ORDER: usize = 6;

/// Whether the environment asks for second derivatives of every function, checked wherever a gradient is taken: for tests.
pub(crate) fn hessian_everywhere() -> bool {
    wanted_everywhere("hessian")
}

/// Whether it asks for gradients by forward mode in lanes, where that is possible: for tests.
pub(crate) fn lanes_everywhere() -> bool {
    wanted_everywhere("lanes")
}

fn wanted_everywhere(what: &str) -> bool {
    let own = std::env::var("CARGO_PKG_NAME").is_ok_and(|name| name == "autodiff-core");
    !own && std::env::var("AUTODIFF_GRADIENT").is_ok_and(|v| v == what)
}

impl Options {
    /// Those of a function of a block that has options, too.
    pub fn in_block(mut self, block: &Options) -> Options {
        self.order = self.order.max(block.order);
        self.jacobian = self.jacobian.or(block.jacobian);
        self.lanes_where_possible = block.lanes && !self.lanes;
        self.lanes |= block.lanes;
        self
    }

    /// Whether second derivatives are asked for.
    pub fn hessian(&self) -> bool {
        self.order >= 2
    }
}

impl Parse for Options {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut options = Options { order: if hessian_everywhere() { 2 } else { 0 }, ..Options::default() };
        let (mut hessian, mut order) = (false, false);
        let mut errors: Option<syn::Error> = None;
        let mut fail = |e: syn::Error| match &mut errors {
            Some(all) => all.combine(e),
            None => errors = Some(e),
        };
        while !input.is_empty() {
            let Ok(name) = input.call(<Ident as syn::ext::IdentExt>::parse_any) else {
                let rest: proc_macro2::TokenStream = input.parse()?;
                fail(syn::Error::new_spanned(rest, format!("expected an option; the options are {LIST}")));
                break;
            };
            match name.to_string().as_str() {
                "wrt" => match wrt(&name, input) {
                    Ok(_) if options.wrt.is_some() => {
                        fail(syn::Error::new(name.span(), "`wrt` is given twice; name all parameters in one list, as in `wrt(x, y)`"));
                    }
                    Ok(names) => options.wrt = Some(names),
                    Err(e) => fail(e),
                },
                "off" => {
                    let content;
                    parenthesized!(content in input);
                    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
                    for name in names.iter().filter(|n| !crate::passes::NAMES.contains(&n.to_string().as_str())) {
                        fail(syn::Error::new(name.span(), format!("unknown optimisation `{name}`")));
                    }
                    options.off = names.into_iter().collect();
                }
                "no_companion" => set(&mut options.no_companion, &name, &mut fail),
                "boxed" => set(&mut options.boxed, &name, &mut fail),
                "method" => set(&mut options.method, &name, &mut fail),
                "hessian" => {
                    set(&mut hessian, &name, &mut fail);
                    options.order = options.order.max(2);
                }
                "order" => {
                    set(&mut order, &name, &mut fail);
                    match highest_order(&name, input) {
                        Ok(n) => options.order = options.order.max(n),
                        Err(e) => fail(e),
                    }
                }
                "jacobian" => match matrix(&name, input) {
                    Ok(_) if options.jacobian.is_some() => {
                        fail(syn::Error::new(name.span(), "the option `jacobian` is given twice"));
                    }
                    Ok(matrix) => options.jacobian = Some(matrix),
                    Err(e) => fail(e),
                },
                "lanes" => set(&mut options.lanes, &name, &mut fail),
                other => {
                    fail(syn::Error::new(name.span(), unknown_option(other)));
                    if input.peek(syn::token::Paren) {
                        input.parse::<proc_macro2::Group>()?;
                    }
                }
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                let rest: proc_macro2::TokenStream = input.parse()?;
                let message = match options.wrt {
                    None if rest.to_string().starts_with(['(', '=']) => format!("the option `{name}` takes no argument"),
                    _ => "expected `,` between options".to_string(),
                };
                fail(syn::Error::new_spanned(rest, message));
            }
        }
        errors.map_or(Ok(options), Err)
    }
}

/// An option without arguments.
fn set(option: &mut bool, name: &Ident, fail: &mut impl FnMut(syn::Error)) {
    if std::mem::replace(option, true) {
        fail(syn::Error::new(name.span(), format!("the option `{name}` is given twice")));
    }
}

/// The library in `jacobian = ndarray`.
fn matrix(name: &Ident, input: ParseStream) -> syn::Result<Matrix> {
    if !input.peek(Token![=]) {
        return Ok(Matrix::Rows);
    }
    let given = until_comma(input);
    let library = |input: ParseStream| {
        input.parse::<Token![=]>()?;
        input.parse::<Ident>()
    };
    match syn::parse::Parser::parse2(library, given).map(|library| library.to_string()).as_deref() {
        Ok("ndarray") => Ok(Matrix::Ndarray),
        Ok("nalgebra") => Ok(Matrix::Nalgebra),
        _ => Err(syn::Error::new(
            name.span(),
            "`jacobian` stands alone, for a list of rows, or names a library of matrices: `jacobian = ndarray` or `jacobian = nalgebra`",
        )),
    }
}

fn until_comma(input: ParseStream) -> proc_macro2::TokenStream {
    std::iter::from_fn(|| {
        let more = !input.is_empty() && !input.peek(Token![,]);
        more.then(|| input.parse::<proc_macro2::TokenTree>().ok()).flatten()
    })
    .collect()
}

/// The number in `order = n`.
fn highest_order(name: &Ident, input: ParseStream) -> syn::Result<usize> {
    let given = until_comma(input);
    let number = |input: ParseStream| {
        input.parse::<Token![=]>()?;
        input.parse::<syn::LitInt>()
    };
    let Ok(number) = syn::parse::Parser::parse2(number, given) else {
        return Err(syn::Error::new(name.span(), "`order` takes a number; write `order = 3` for third derivatives"));
    };
    match number.base10_parse() {
        Ok(n) if (1..=HIGHEST_ORDER).contains(&n) => Ok(n),
        _ => Err(syn::Error::new(number.span(), format!("the order of derivatives is a number from 1 to {HIGHEST_ORDER}"))),
    }
}

/// The names in `wrt(a, b)`.
fn wrt(name: &Ident, input: ParseStream) -> syn::Result<Vec<Ident>> {
    if !input.peek(syn::token::Paren) {
        // `wrt = x`, `wrt[x]`, `wrt "x"`
        while !input.is_empty() && !input.peek(Token![,]) {
            input.parse::<proc_macro2::TokenTree>()?;
        }
        return Err(syn::Error::new(name.span(), "`wrt` takes a list of parameters; write `wrt(x)` or `wrt(x, y)`"));
    }
    let content;
    parenthesized!(content in input);
    let mut names: Vec<Ident> = Vec::new();
    let mut errors: Option<syn::Error> = None;
    let mut fail = |e: syn::Error| match &mut errors {
        Some(all) => all.combine(e),
        None => errors = Some(e),
    };
    if content.is_empty() {
        fail(syn::Error::new(
            name.span(),
            "`wrt()` names no parameter; write `wrt(x)`, or leave it out to differentiate with respect to all",
        ));
    }
    while !content.is_empty() {
        let tokens: proc_macro2::TokenStream = std::iter::from_fn(|| {
            let more = !content.is_empty() && !content.peek(Token![,]);
            more.then(|| content.parse::<proc_macro2::TokenTree>().ok()).flatten()
        })
        .collect();
        match syn::parse::Parser::parse2(<Ident as syn::ext::IdentExt>::parse_any, tokens.clone()) {
            Ok(ident) if names.contains(&ident) => fail(syn::Error::new(ident.span(), format!("`{ident}` is named twice in `wrt`"))),
            Ok(ident) => names.push(ident),
            Err(_) if tokens.is_empty() => {
                fail(syn::Error::new(content.span(), "expected the name of a parameter, found `,`"));
            }
            Err(_) => {
                let found = crate::emit::tidy(&tokens.to_string());
                let inner = found.trim_matches('"');
                let hint = match syn::parse_str::<Ident>(inner) {
                    Ok(ident) => format!("write `wrt({ident})`"),
                    Err(_) => "a part of a parameter cannot be chosen, only a whole one".to_string(),
                };
                fail(syn::Error::new_spanned(tokens, format!("`wrt` takes names of parameters, found `{found}`; {hint}")));
            }
        }
        if content.peek(Token![,]) {
            content.parse::<Token![,]>()?;
        }
    }
    errors.map_or(Ok(names), Err)
}

fn unknown_option(name: &str) -> String {
    let near = KNOWN.iter().min_by_key(|k| distance(k, name)).filter(|k| distance(k, name) <= 2);
    match near {
        Some(k) => format!("unknown option `{name}`; did you mean `{k}`? The options are {LIST}"),
        None => format!("unknown option `{name}`; the options are {LIST}"),
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
