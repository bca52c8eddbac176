//! `#[differentiate]` on `impl Index`: the cotangent type is indexed in the same way.
//!
//! What enters: an `impl` whose function gives references to parts of `self`. What leaves: `Index` and `IndexMut` of the cotangent
//! type with the same body. Guarantees: an index denotes the cotangent of what it denotes in the primal.
//!
//! A cotangent has no sizes. Where the body asks `self` for them, as in `&self.data[i * self.columns + j]`, the value works out a key, which
//! is all that such a place depends on: `At([i * self.columns + j])`. Then both value and cotangent are indexed by the key.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};
use syn::visit_mut::{self, VisitMut};
use syn::Expr;

use crate::lower::strip;

/// Expands the attribute.
pub(super) fn rule(block: &syn::ItemImpl, path: &syn::Path) -> syn::Result<TokenStream> {
    let function = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Fn(f) => Some(f),
        _ => None,
    });
    let output = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Type(t) if t.ident == "Output" => Some(&t.ty),
        _ => None,
    });
    let index = match path.segments.last().map(|s| &s.arguments) {
        Some(syn::PathArguments::AngleBracketed(a)) => match a.args.first() {
            Some(syn::GenericArgument::Type(t)) => Some(t),
            _ => None,
        },
        _ => None,
    };
    let (Some(f), Some(output), Some(index)) = (function, output, index) else {
        return Err(syn::Error::new_spanned(path, "expected `impl Index<..>` with its function and `type Output`"));
    };
    let mut places = Places::default();
    let mut shared = f.block.clone();
    places.visit_block_mut(&mut shared);
    let asks = places.size.or(places.wrong);
    let by_key = asks.is_some() && places.parts.len() == 1 && ends_in_place(&f.block);
    let argument = f.sig.inputs.iter().nth(1).to_token_stream();
    let cotangent = super::operators::cotangent(&block.self_ty, &block.generics, Some(output));
    let part = quote!(<#output as ::autodiff_core::Differentiable>::Cotangent);
    // Expressions that use the index are not to be reported as well.
    let refused = |span: Span, message: &str| {
        let error = syn::Error::new(span, message).to_compile_error();
        let stub: syn::Block = syn::parse_quote!({ ::core::unimplemented!() });
        let stub = indexed(block, &cotangent, &part, &index.to_token_stream(), &argument, &stub, &stub);
        Ok(quote!(#error #stub))
    };
    if let Some(span) = places.wrong.filter(|_| !by_key) {
        return refused(
            span,
            "only an index that gives `&` of a part of `self`, perhaps behind `match` or `if` that ask the index alone, can be differentiated; give the type a method that returns the value",
        );
    }
    let Some(size) = asks else {
        let mut mutable = f.block.clone();
        Places { mutable: true, ..Places::default() }.visit_block_mut(&mut mutable);
        return Ok(indexed(block, &cotangent, &part, &index.to_token_stream(), &argument, &shared, &mutable));
    };
    let Some(key) = places.parts.first().filter(|_| by_key).and_then(Key::of) else {
        return refused(
            size,
            "the cotangent has no such field, and an index may ask `self` for sizes only if it gives `&` of one place whose indices are numbers; give the type a method that returns the value",
        );
    };
    let mut body = f.block.clone();
    KeyOfPlace(&key).visit_block_mut(&mut body);
    let (this, count) = (&block.self_ty, key.indices.len());
    let generics = super::operators::widened(block);
    let (params, _, wheres) = generics.split_for_impl();
    let at = Ident::new("at", Span::mixed_site());
    let (shared, mutable) = (key.place(&at, false), key.place(&at, true));
    let ty = quote!(::autodiff_core::rt::At<#count>);
    let argument_at = quote!(#at: #ty);
    let of_value = indexed(block, &this.to_token_stream(), &output.to_token_stream(), &ty, &argument_at, &shared, &mutable);
    let of_cotangent = indexed(block, &cotangent, &part, &ty, &argument_at, &shared, &mutable);
    Ok(quote! {
        #[allow(clippy::all, clippy::pedantic, unused)]
        #[automatically_derived]
        impl #params ::autodiff_core::rt::HasKey<#index> for #this #wheres {
            type Key = #ty;
            #[inline]
            fn key(&self, #argument) -> #ty #body
        }
        #of_value
        #of_cotangent
    })
}

/// `Index` and `IndexMut` of a type.
fn indexed(
    block: &syn::ItemImpl,
    ty: &TokenStream,
    part: &TokenStream,
    index: &TokenStream,
    argument: &TokenStream,
    shared: &syn::Block,
    mutable: &syn::Block,
) -> TokenStream {
    let generics = super::operators::widened(block);
    let (params, _, wheres) = generics.split_for_impl();
    quote! {
        #[allow(clippy::all, clippy::pedantic, unused)]
        #[automatically_derived]
        impl #params ::core::ops::Index<#index> for #ty #wheres {
            type Output = #part;
            #[inline]
            fn index(&self, #argument) -> &#part #shared
        }
        #[allow(clippy::all, clippy::pedantic, unused)]
        #[automatically_derived]
        impl #params ::core::ops::IndexMut<#index> for #ty #wheres {
            #[inline]
            fn index_mut(&mut self, #argument) -> &mut #part #mutable
        }
    }
}

/// `&self.part` becomes `&mut self.part`; any other use of `self` outside of indices is wrong.
#[derive(Default)]
struct Places {
    mutable: bool,
    wrong: Option<Span>,
    /// Where an index asks `self` for a size.
    size: Option<Span>,
    parts: Vec<Expr>,
}

impl VisitMut for Places {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Reference(r) if r.mutability.is_none() && is_part_of_self(&r.expr) => {
                self.parts.push((*r.expr).clone());
                self.indices(&r.expr);
                if self.mutable {
                    r.mutability = Some(syn::token::Mut::default());
                }
            }
            Expr::Path(p) if p.path.is_ident("self") => {
                self.wrong = self.wrong.or_else(|| p.path.get_ident().map(Ident::span));
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }
}

impl Places {
    fn indices(&mut self, place: &Expr) {
        match place {
            Expr::Field(f) => self.indices(&f.base),
            Expr::Paren(p) => self.indices(&p.expr),
            Expr::Index(i) => {
                self.indices(&i.expr);
                let mut inside = Places::default();
                inside.visit_expr_mut(&mut i.index.clone());
                self.size = self.size.or(inside.wrong);
            }
            _ => {}
        }
    }
}

/// Whether what a block gives is `&` of a part of `self`.
fn ends_in_place(block: &syn::Block) -> bool {
    match block.stmts.last() {
        Some(syn::Stmt::Expr(e, None)) => match strip(e) {
            Expr::Reference(r) => is_part_of_self(&r.expr),
            Expr::Block(b) => ends_in_place(&b.block),
            _ => false,
        },
        _ => false,
    }
}

fn is_part_of_self(e: &Expr) -> bool {
    match e {
        Expr::Field(f) => matches!(&*f.base, Expr::Path(p) if p.path.is_ident("self")) || is_part_of_self(&f.base),
        Expr::Index(i) => is_part_of_self(&i.expr),
        Expr::Paren(p) => is_part_of_self(&p.expr),
        _ => false,
    }
}

/// A place of `self` whose indices have been worked out.
struct Key {
    place: Expr,
    indices: Vec<Expr>,
}

impl Key {
    /// Of a place whose indices are numbers.
    fn of(place: &Expr) -> Option<Key> {
        struct Indices(Vec<Expr>);
        impl VisitMut for Indices {
            fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
                self.visit_expr_mut(&mut i.expr);
                self.0.push((*i.index).clone());
            }
        }
        let mut indices = Indices(Vec::new());
        indices.visit_expr_mut(&mut place.clone());
        let numbers = indices.0.iter().all(|i| !matches!(strip(i), Expr::Range(_) | Expr::Tuple(_) | Expr::Array(_)));
        numbers.then(|| Key { place: place.clone(), indices: indices.0 })
    }

    /// `{ &self.data[at.0[0]] }`
    fn place(&self, at: &Ident, mutable: bool) -> syn::Block {
        struct Known<'a>(&'a Ident, usize);
        impl VisitMut for Known<'_> {
            fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
                self.visit_expr_mut(&mut i.expr);
                let (at, k) = (self.0, proc_macro2::Literal::usize_unsuffixed(self.1));
                *i.index = syn::parse_quote!(#at.0[#k]);
                self.1 += 1;
            }
        }
        let mut place = self.place.clone();
        Known(at, 0).visit_expr_mut(&mut place);
        if mutable {
            syn::parse_quote!({ &mut #place })
        } else {
            syn::parse_quote!({ &#place })
        }
    }
}

/// `&self.data[i * self.columns + j]` becomes `At([i * self.columns + j])`.
struct KeyOfPlace<'k>(&'k Key);

impl VisitMut for KeyOfPlace<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Reference(r) if r.mutability.is_none() && is_part_of_self(&r.expr) => {
                let indices = &self.0.indices;
                *e = syn::parse_quote!(::autodiff_core::rt::At([#(#indices),*]));
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }
}
