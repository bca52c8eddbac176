//! Lengths of arrays in functions that are followed.
//!
//! What enters: a body before names are resolved. What leaves: the same body, in which calls of functions that are followed, and whose const
//! parameters are lengths of arrays which they are handed, say so: `rk4(&y, h, f)` is `rk4::<2>(&y, h, f)` where `y` is made of two numbers.
//! Guarantee: a length that does not show for all variables of a name is not said.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::TokenStream;
use quote::{quote, ToTokens};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};

use crate::varied::bound_names;

/// The lengths of an array of arrays, the outermost first.
type Lengths = Vec<TokenStream>;

/// Says the const arguments of calls in a function; `helper` gives the function that a call follows.
pub(super) fn say(item: &mut syn::ItemFn, helper: &mut dyn FnMut(&syn::Path) -> Option<syn::ItemFn>) {
    let mut known = Known::default();
    for input in &item.sig.inputs {
        let syn::FnArg::Typed(t) = input else { continue };
        known.bind(&t.pat, Some(of_type(&t.ty)));
    }
    known.visit_block(&item.block);
    Say { known, helper }.visit_block_mut(&mut item.block);
}

/// The function with its const parameters written out, by the arguments in a call's path.
pub(super) fn written_out(mut f: syn::ItemFn, given: &syn::AngleBracketedGenericArguments) -> Option<syn::ItemFn> {
    let mut values: HashMap<String, Value> = HashMap::default();
    let parameters = f.sig.generics.params.iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_)));
    let given = given.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
    for (parameter, argument) in parameters.zip(given) {
        if let syn::GenericParam::Const(c) = parameter {
            let length = match argument {
                // A name may be one of a constant.
                syn::GenericArgument::Type(syn::Type::Path(p)) => syn::parse2(p.to_token_stream()).ok()?,
                syn::GenericArgument::Const(syn::Expr::Block(b)) => match &b.block.stmts[..] {
                    [syn::Stmt::Expr(e, None)] => e.clone(),
                    _ => return None,
                },
                syn::GenericArgument::Const(e) => e.clone(),
                _ => return None,
            };
            let ty = &c.ty;
            values.insert(c.ident.to_string(), Value { number: syn::parse_quote!((#length as #ty)), length });
        }
    }
    let left = |p: &syn::GenericParam| !matches!(p, syn::GenericParam::Const(c) if values.contains_key(&c.ident.to_string()));
    f.sig.generics.params = f.sig.generics.params.into_iter().filter(left).collect();
    let mut written = Written { values, failed: false };
    written.visit_item_fn_mut(&mut f);
    (!written.failed).then_some(f)
}

/// What stands for a const parameter: in a type, and as a number, whose type it tells.
struct Value {
    length: syn::Expr,
    number: syn::Expr,
}

struct Written {
    values: HashMap<String, Value>,
    failed: bool,
}

impl Written {
    fn value(&self, path: &syn::Path) -> Option<&Value> {
        path.get_ident().and_then(|name| self.values.get(&name.to_string()))
    }

    fn length(&mut self, e: &mut syn::Expr) {
        match e {
            syn::Expr::Path(p) if self.value(&p.path).is_some() => {
                if let Some(value) = self.value(&p.path) {
                    *e = value.length.clone();
                }
            }
            e => self.visit_expr_mut(e),
        }
    }
}

impl VisitMut for Written {
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        if let syn::Expr::Path(p) = e {
            if let Some(value) = self.value(&p.path) {
                *e = value.number.clone();
                return;
            }
        }
        visit_mut::visit_expr_mut(self, e);
    }
    fn visit_type_array_mut(&mut self, a: &mut syn::TypeArray) {
        self.visit_type_mut(&mut a.elem);
        self.length(&mut a.len);
    }
    fn visit_expr_repeat_mut(&mut self, r: &mut syn::ExprRepeat) {
        self.visit_expr_mut(&mut r.expr);
        self.length(&mut r.len);
    }
    fn visit_generic_argument_mut(&mut self, a: &mut syn::GenericArgument) {
        if let syn::GenericArgument::Type(syn::Type::Path(p)) = a {
            if let Some(value) = self.value(&p.path) {
                let length = &value.length;
                *a = syn::parse_quote!({ #length });
                return;
            }
        }
        visit_mut::visit_generic_argument_mut(self, a);
    }
    // In a pattern, a name is a constant or a new variable.
    fn visit_pat_mut(&mut self, p: &mut syn::Pat) {
        let names = self.values.keys().cloned().collect();
        self.failed |= crate::varied::mentions(p.to_token_stream(), &names) && !matches!(p, syn::Pat::Type(_));
        visit_mut::visit_pat_mut(self, p);
    }
    // What it makes of the words is not known.
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        let names = self.values.keys().cloned().collect();
        self.failed |= crate::varied::mentions(m.tokens.clone(), &names);
    }
}

/// The lengths in the type of an array, or of a reference to one.
fn of_type(ty: &syn::Type) -> Lengths {
    match ty {
        syn::Type::Reference(r) => of_type(&r.elem),
        syn::Type::Paren(p) => of_type(&p.elem),
        syn::Type::Group(g) => of_type(&g.elem),
        syn::Type::Array(a) => std::iter::once(a.len.to_token_stream()).chain(of_type(&a.elem)).collect(),
        _ => Vec::new(),
    }
}

/// What is known of the variables of each name; nothing where two of them differ.
#[derive(Default)]
struct Known(HashMap<String, Option<Lengths>>);

impl Known {
    fn bind(&mut self, pat: &syn::Pat, lengths: Option<Lengths>) {
        let whole = match pat {
            syn::Pat::Ident(i) if i.subpat.is_none() => Some(i.ident.to_string()),
            _ => None,
        };
        for name in bound_names(pat) {
            let lengths = lengths.clone().filter(|l| whole.as_ref() == Some(&name) && !l.is_empty());
            let text = |l: &Lengths| l.iter().map(ToString::to_string).collect::<Vec<_>>();
            self.0
                .entry(name)
                .and_modify(|known| {
                    if known.as_ref().map(text) != lengths.as_ref().map(text) {
                        *known = None;
                    }
                })
                .or_insert(lengths);
        }
    }

    fn of(&self, e: &syn::Expr) -> Lengths {
        match e {
            syn::Expr::Paren(p) => self.of(&p.expr),
            syn::Expr::Group(g) => self.of(&g.expr),
            syn::Expr::Reference(r) => self.of(&r.expr),
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => self.of(expr),
            syn::Expr::Path(p) => p.path.get_ident().and_then(|name| self.0.get(&name.to_string()).cloned().flatten()).unwrap_or_default(),
            syn::Expr::Array(a) => {
                let count = proc_macro2::Literal::usize_unsuffixed(a.elems.len());
                std::iter::once(quote!(#count)).chain(a.elems.first().map(|e| self.of(e)).unwrap_or_default()).collect()
            }
            syn::Expr::Repeat(r) => std::iter::once(r.len.to_token_stream()).chain(self.of(&r.expr)).collect(),
            syn::Expr::MethodCall(m) if m.method == "clone" && m.args.is_empty() => self.of(&m.receiver),
            _ => Vec::new(),
        }
    }
}

impl<'a> Visit<'a> for Known {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_local(&mut self, l: &'a syn::Local) {
        let init = l.init.as_ref();
        if let Some(init) = init {
            self.visit_expr(&init.expr);
            init.diverge.iter().for_each(|(_, e)| self.visit_expr(e));
        }
        match &l.pat {
            syn::Pat::Type(t) => self.bind(&t.pat, Some(of_type(&t.ty))),
            pat => {
                let lengths = init.map(|init| self.of(&init.expr));
                self.bind(pat, lengths);
            }
        }
    }
    fn visit_pat(&mut self, p: &'a syn::Pat) {
        match p {
            syn::Pat::Type(t) => self.bind(&t.pat, Some(of_type(&t.ty))),
            p => self.bind(p, None),
        }
    }
}

struct Say<'f> {
    known: Known,
    helper: &'f mut dyn FnMut(&syn::Path) -> Option<syn::ItemFn>,
}

impl Say<'_> {
    /// The arguments of the call's path, if all lengths show.
    fn arguments(&mut self, c: &syn::ExprCall) -> Option<TokenStream> {
        let syn::Expr::Path(p) = &*c.func else { return None };
        if p.path.segments.iter().any(|s| !s.arguments.is_none()) {
            return None;
        }
        let helper = (self.helper)(&p.path)?;
        helper.sig.generics.const_params().next()?;
        let mut found: HashMap<String, TokenStream> = HashMap::default();
        for (input, argument) in helper.sig.inputs.iter().zip(&c.args) {
            let syn::FnArg::Typed(t) = input else { return None };
            for (parameter, length) in of_type(&t.ty).iter().zip(self.known.of(argument)) {
                found.entry(parameter.to_string()).or_insert(length);
            }
        }
        let parameters = helper.sig.generics.params.iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_)));
        let arguments = parameters.map(|p| match p {
            syn::GenericParam::Const(c) => found.get(&c.ident.to_string()).map(|length| match length.clone().into_iter().count() {
                1 => length.clone(),
                _ => quote!({ #length }),
            }),
            _ => Some(quote!(_)),
        });
        let arguments: Vec<TokenStream> = arguments.collect::<Option<_>>()?;
        Some(quote!(::<#(#arguments),*>))
    }
}

impl VisitMut for Say<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, c);
        if let Some(arguments) = self.arguments(c) {
            let path = &c.func;
            if let Ok(path) = syn::parse2(quote!(#path #arguments)) {
                *c.func = path;
            }
        }
    }
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        super::each_value_mut(m, &mut |e| self.visit_expr_mut(e));
    }
}

/// The arguments in the last segment of a path, and the path without them.
pub(super) fn without_arguments(path: &syn::Path) -> (syn::Path, Option<syn::AngleBracketedGenericArguments>) {
    let mut bare = path.clone();
    let Some(last) = bare.segments.last_mut() else { return (bare, None) };
    match std::mem::take(&mut last.arguments) {
        syn::PathArguments::AngleBracketed(given) => (bare, Some(given)),
        _ => (bare, None),
    }
}
