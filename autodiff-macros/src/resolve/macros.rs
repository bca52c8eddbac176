//! Renaming in the arguments of the macros of the standard library.

use std::collections::BTreeSet;
use std::mem;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Expr, Lit, Macro, Pat, Path, PathArguments, Token};

use super::{format, BindingKind, Resolver, Scope};

/// What a macro makes of its arguments.
enum Shape {
    /// Expressions, then a format string at this index, and its arguments.
    Format(usize),
    /// Expressions only.
    Exprs,
    /// `vec![a, b]` or `vec![a; n]`.
    Vec,
    /// An expression and a pattern with an optional guard.
    Matches,
    /// Text or types; no variable is used.
    Inert,
}

impl Shape {
    fn of(path: &Path) -> Option<Shape> {
        let name = path.segments.last()?.ident.unraw().to_string();
        let root = &path.segments.first()?.ident;
        let plain = path.segments.iter().all(|segment| matches!(segment.arguments, PathArguments::None));
        let in_std = path.segments.len() == 1 && path.leading_colon.is_none() || ["std", "core", "alloc"].iter().any(|std| root == std);
        if !(plain && in_std) {
            return None;
        }
        Some(match &*name {
            "print" | "println" | "eprint" | "eprintln" | "format" | "format_args" | "panic" | "unreachable" | "todo" | "unimplemented" => {
                Shape::Format(0)
            }
            "write" | "writeln" | "assert" | "debug_assert" => Shape::Format(1),
            "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Shape::Format(2),
            "dbg" => Shape::Exprs,
            "vec" => Shape::Vec,
            "matches" => Shape::Matches,
            "stringify" | "concat" | "cfg" | "env" | "option_env" | "compile_error" | "include" | "include_str" | "include_bytes"
            | "file" | "line" | "column" | "module_path" | "offset_of" => Shape::Inert,
            _ => return None,
        })
    }
}

/// Whether a macro is one of the standard library whose arguments are known.
pub(crate) fn is_macro_of_std(path: &Path) -> bool {
    Shape::of(path).is_some()
}

/// An argument of a formatting macro: `value` or `name = value`.
struct Argument {
    name: Option<(Ident, Token![=])>,
    value: Expr,
}

impl ToTokens for Argument {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some((name, eq)) = &self.name {
            name.to_tokens(tokens);
            eq.to_tokens(tokens);
        }
        self.value.to_tokens(tokens);
    }
}

impl Resolver {
    /// Rewrites the arguments of a macro in place.
    pub(super) fn rewrite_macro(&mut self, mac: &mut Macro) {
        let tokens = mac.tokens.clone();
        let rewritten = match Shape::of(&mac.path) {
            Some(Shape::Format(at)) => self.format_macro(tokens, at),
            Some(Shape::Exprs) => self.list_macro(tokens),
            Some(Shape::Vec) => self.repeat_macro(tokens.clone()).or_else(|_| self.list_macro(tokens)),
            Some(Shape::Matches) => self.matches_macro(tokens),
            Some(Shape::Inert) => return self.use_none(tokens),
            None => Ok(self.rewrite_tokens(tokens)),
        };
        // Whoever defines a macro of that name for something else gets what unknown macros get.
        mac.tokens = rewritten.unwrap_or_else(|_| self.rewrite_tokens(mem::take(&mut mac.tokens)));
    }

    fn format_macro(&mut self, tokens: TokenStream, at: usize) -> syn::Result<TokenStream> {
        let parse = |input: ParseStream| arguments(input, at);
        let mut args = parse.parse2(tokens)?;
        for arg in &mut args {
            self.visit_expr_mut(&mut arg.value);
        }
        for (name, value) in self.captures(&args, at) {
            let name = Some((name, Token![=](value.span())));
            let path = Path::from(value);
            let value = Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path });
            args.push(Argument { name, value });
        }
        Ok(args.into_token_stream())
    }

    /// The renamed variables that the format string captures: their names there and now.
    fn captures(&self, args: &Punctuated<Argument, Token![,]>, at: usize) -> Vec<(Ident, Ident)> {
        let Some(Argument { name: None, value }) = args.get(at) else {
            return Vec::new();
        };
        let Expr::Lit(syn::ExprLit { lit: Lit::Str(lit), .. }) = value else {
            return Vec::new();
        };
        let text = lit.value();
        let mut named: BTreeSet<String> = args.iter().filter_map(|arg| Some(arg.name.as_ref()?.0.unraw().to_string())).collect();
        let mut captures = Vec::new();
        for range in format::names(&text).unwrap_or_default() {
            let name = &text[range];
            if self.local(name).is_none() {
                self.stands_for_something_else(name.to_owned());
            }
            let renamed = self.local(name).filter(|unique| unique.unraw() != name);
            if let Some(unique) = renamed.filter(|_| named.insert(name.to_owned())) {
                let mut unique = unique.clone();
                unique.set_span(lit.span());
                captures.push((identifier(name, lit.span()), unique));
            }
        }
        captures
    }

    fn list_macro(&mut self, tokens: TokenStream) -> syn::Result<TokenStream> {
        let mut list = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens)?;
        for expr in &mut list {
            self.visit_expr_mut(expr);
        }
        Ok(list.into_token_stream())
    }

    fn repeat_macro(&mut self, tokens: TokenStream) -> syn::Result<TokenStream> {
        let parse = |input: ParseStream| {
            let value: Expr = input.parse()?;
            let semi: Token![;] = input.parse()?;
            Ok((value, semi, input.parse::<Expr>()?))
        };
        let (mut value, semi, mut count) = parse.parse2(tokens)?;
        self.visit_expr_mut(&mut value);
        self.visit_expr_mut(&mut count);
        Ok(quote!(#value #semi #count))
    }

    fn matches_macro(&mut self, tokens: TokenStream) -> syn::Result<TokenStream> {
        let parse = |input: ParseStream| {
            let value: Expr = input.parse()?;
            let comma: Token![,] = input.parse()?;
            let pat = Pat::parse_multi_with_leading_vert(input)?;
            let guard = match input.parse::<Option<Token![if]>>()? {
                Some(token) => Some((token, input.parse::<Expr>()?)),
                None => None,
            };
            Ok((value, comma, pat, guard, input.parse::<Option<Token![,]>>()?))
        };
        let (mut value, comma, mut pat, mut guard, end) = parse.parse2(tokens)?;
        self.visit_expr_mut(&mut value);
        self.scoped(Scope::new(), |this| {
            this.bind(&mut pat, BindingKind::Pattern, false);
            if let Some((_, guard)) = &mut guard {
                this.visit_expr_mut(guard);
            }
        });
        let (token, guard) = guard.unzip();
        Ok(quote!(#value #comma #pat #token #guard #end))
    }
}

/// Arguments separated by commas, of which those after the format string may have names.
fn arguments(input: ParseStream, at: usize) -> syn::Result<Punctuated<Argument, Token![,]>> {
    let mut args = Punctuated::new();
    while !input.is_empty() {
        let is_named = args.len() > at
            && input.peek(Ident::peek_any)
            && input.peek2(Token![=])
            && !input.peek2(Token![==])
            && !input.peek2(Token![=>]);
        let name = if is_named { Some((input.call(Ident::parse_any)?, input.parse()?)) } else { None };
        let value = input.parse()?;
        args.push_value(Argument { name, value });
        if !input.is_empty() {
            args.push_punct(input.parse()?);
        }
    }
    Ok(args)
}

/// `name` as an identifier, raw if it is a keyword. It is the name of a variable in scope.
fn identifier(name: &str, span: Span) -> Ident {
    match syn::parse_str::<Ident>(name) {
        Ok(mut ident) => {
            ident.set_span(span);
            ident
        }
        Err(_) => Ident::new_raw(name, span),
    }
}
