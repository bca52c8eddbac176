//! Iterators of `Result`s that stop at the first error: loops.
//!
//! What enters: `sum`, `product` or `collect` of `Result`s, `try_fold` with a closure that gives one. What leaves: the loop that keeps the
//! error and leaves, and the `Result` of both. Guarantees: sums begin where std's do, and no item is asked for after an error.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, Type};

use super::hoist::meddles;
use super::Desugar;
use crate::lower::strip;

/// Such a loop.
struct Shunted<'e> {
    items: &'e Expr,
    /// The variable that takes the values, its type if it is told, and its first value.
    all: Ident,
    told: TokenStream,
    first: TokenStream,
    /// What is looked at of an item.
    result: TokenStream,
    /// What is done with a value.
    step: TokenStream,
}

impl Desugar {
    /// `'all: { let mut all = ..; for item in items { match .. { Ok(value) => .., Err(error) => break 'all Err(error) } } Ok(all) }`
    fn shunted(&mut self, s: &Shunted<'_>, item: &Ident, value: &Ident, at: Span) -> Option<Expr> {
        let (error, failed) = (self.fresh("error_", at), self.fresh("failed_", at));
        let label = syn::Lifetime { apostrophe: at, ident: self.fresh("all_", at) };
        let Shunted { items, all, told, first, result, step } = s;
        let (ok, err) = (quote!(::core::result::Result::Ok), quote!(::core::result::Result::Err));
        syn::parse2(quote_spanned! {at=> (#label: {
            let mut #all #told = #first;
            for #item in #items {
                match #result {
                    #ok(#value) => #step,
                    #err(#error) => {
                        // A path behind the label would look like a labelled loop.
                        let #failed = #err(#error);
                        break #label #failed;
                    }
                }
            }
            #ok(#all)
        })})
        .ok()
    }

    /// `items.collect::<Result<Vec<T>, E>>()` and the like, which give a `Result` of this type.
    pub(super) fn collected_results(&mut self, e: &Expr, whole: &Type) -> Option<Expr> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        if !m.args.is_empty() || !is_chain(&m.receiver) {
            return None;
        }
        let of = super::results::first_of_result(whole)?;
        let at = m.method.span();
        let [all, item, value] = ["all_", "item_", "payload_"].map(|stem| self.fresh(stem, at));
        // The neutral elements are those of std.
        let (first, step) = match m.method.to_string().as_str() {
            "sum" if is_float(&of) => (quote!(-0.0), quote!(#all += #value)),
            "product" if is_float(&of) => (quote!(1.0), quote!(#all *= #value)),
            "collect" if is_vec(&of) => (quote!(::std::vec::Vec::new()), quote!(#all.push(#value))),
            _ => return None,
        };
        let told = if is_vec(&of) && is_open(&of) { quote!() } else { quote!(: #of) };
        let s = Shunted { items: &m.receiver, all, told, first, result: quote!(#item), step };
        self.shunted(&s, &item, &value, at)
    }

    /// `items.try_fold(first, |all, item| ..)` whose closure gives a `Result`.
    pub(super) fn folded_results(&mut self, e: &Expr) -> Option<Expr> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        let (true, [first, Expr::Closure(f)]) = (m.method == "try_fold", &m.args.iter().collect::<Vec<_>>()[..]) else { return None };
        if !is_chain(&m.receiver) || !self.shapes.is_result(&f.body) {
            return None;
        }
        let at = m.method.span();
        let [all, item, value] = ["all_", "item_", "payload_"].map(|stem| self.fresh(stem, at));
        let told = match f.inputs.first()? {
            syn::Pat::Type(t) => {
                let ty = &t.ty;
                quote!(: #ty)
            }
            _ => quote!(),
        };
        let (result, step) = (quote!((#f)(#all, #item)), quote!(#all = #value));
        let s = Shunted { items: &m.receiver, all, told, first: quote!(#first), result, step };
        if !meddles(&m.receiver, first) && !meddles(first, &m.receiver) {
            return self.shunted(&s, &item, &value, at);
        }
        // The iterator is made first.
        let made = self.fresh("items_", at);
        let items: Expr = syn::parse_quote!(#made);
        let folded = self.shunted(&Shunted { items: &items, ..s }, &item, &value, at)?;
        let items = &m.receiver;
        syn::parse2(quote_spanned!(at=> { let #made = #items; #folded })).ok()
    }
}

/// Whether an expression is certainly an iterator.
pub(super) fn is_chain(e: &Expr) -> bool {
    match strip(e) {
        Expr::Range(_) => true,
        Expr::MethodCall(m) => {
            let name = m.method.to_string();
            matches!(
                name.as_str(),
                "iter" | "iter_mut" | "into_iter" | "windows" | "chunks" | "chunks_exact" | "rchunks" | "rchunks_exact" | "drain"
            ) || crate::lower::iter::is_adaptor(&name) && is_chain(&m.receiver)
        }
        call => crate::varied::made_iterator(call).is_some(),
    }
}

fn is_float(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32"))
}

/// Whether a part of a type is left to rustc.
fn is_open(ty: &Type) -> bool {
    struct Open(bool);
    impl<'a> syn::visit::Visit<'a> for Open {
        fn visit_type_infer(&mut self, _: &'a syn::TypeInfer) {
            self.0 = true;
        }
    }
    let mut open = Open(false);
    syn::visit::Visit::visit_type(&mut open, ty);
    open.0
}

fn is_vec(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Vec"))
}
