//! Which modes the attributes of a file's functions give.
//!
//! What enters: a file. What leaves: an answer for `f` and `Type::f`, where the file has one function of the name, and its attribute shows
//! all. Guarantee: an answer is right, since only messages depend on it, and none is better than a wrong one.

use quote::ToTokens;
use rustc_hash::FxHashMap as HashMap;
use syn::visit::{self, Visit};

use crate::names::bare;
use crate::options::Options;

/// What an attribute asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Modes {
    /// Derivatives up to this order.
    pub order: usize,
    pub lanes: bool,
}

/// Those of functions, by name; nothing where two have it, or something else may change it.
#[derive(Default)]
pub(super) struct Asked {
    of: HashMap<String, Option<Modes>>,
    /// The type of the block around, by name, and what its attribute asks for.
    block: Option<(String, Option<Modes>)>,
}

impl Asked {
    pub fn read(file: &syn::File) -> Asked {
        let mut asked = Asked::default();
        asked.visit_file(file);
        asked
    }

    pub fn modes(&self, name: &str) -> Option<Modes> {
        self.of.get(name).copied().flatten()
    }

    fn found(&mut self, name: String, modes: Option<Modes>) {
        self.of.entry(name).and_modify(|known| *known = None).or_insert(modes);
    }
}

/// What the only attribute of this library asks for; nothing where there may be others.
fn asked(attrs: &[syn::Attribute]) -> Option<Modes> {
    let is = |a: &syn::Attribute, name: &str| a.path().segments.last().is_some_and(|s| s.ident == name);
    if attrs.iter().any(|a| is(a, "cfg") || is(a, "cfg_attr") || is(a, "derivative")) {
        return None;
    }
    let mut own = attrs.iter().filter(|a| is(a, "differentiate"));
    let (attribute, None) = (own.next()?, own.next()) else { return None };
    let arguments = match &attribute.meta {
        syn::Meta::Path(_) => proc_macro2::TokenStream::new(),
        syn::Meta::List(list) => list.tokens.clone(),
        syn::Meta::NameValue(_) => return None,
    };
    let options: Options = syn::parse2(arguments).ok()?;
    Some(Modes { order: options.order.max(1), lanes: options.lanes })
}

impl<'a> Visit<'a> for Asked {
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        let block = self.block.take();
        self.found(bare(&f.sig.ident), asked(&f.attrs));
        visit::visit_item_fn(self, f);
        self.block = block;
    }
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let owner = match &*b.self_ty {
            syn::Type::Path(p) if b.trait_.is_none() => p.path.segments.last().map(|s| bare(&s.ident)),
            _ => None,
        };
        let around = std::mem::replace(&mut self.block, owner.map(|owner| (owner, asked(&b.attrs))));
        visit::visit_item_impl(self, b);
        self.block = around;
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        if let Some((owner, of_block)) = &self.block {
            let name = format!("{owner}::{}", bare(&f.sig.ident));
            let modes = match (*of_block, asked(&f.attrs)) {
                (Some(all), Some(own)) => Some(Modes { order: all.order.max(own.order), lanes: own.lanes }),
                (all, own) => own.or(all.filter(|_| f.attrs.iter().all(|a| !a.path().to_token_stream().to_string().contains("deriv")))),
            };
            self.found(name, modes);
        }
        visit::visit_impl_item_fn(self, f);
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Modes};

    #[test]
    fn of_functions_and_methods() {
        let file = syn::parse_str(
            "#[differentiate] fn a() {} #[autodiff_core::differentiate(order = 3, lanes)] fn b() {} #[cfg(x)] #[differentiate] fn c() {}
             #[differentiate] fn d() {} mod m { #[differentiate(hessian)] fn d() {} } fn e() {}
             #[differentiate(hessian)] impl S<f64> { fn f(&self) {} #[differentiate(lanes)] fn g(&self) {} #[derivative(x = 1.0)] fn h(&self) {} }
             impl S<f32> { #[differentiate] fn i(&self) {} fn j(&self) {} } impl T for S { #[differentiate] fn k(&self) {} }",
        );
        let asked = Asked::read(&file.expect("a file"));
        let modes = |name: &str| asked.modes(name).map(|Modes { order, lanes }| (order, lanes));
        let least = if crate::options::hessian_everywhere() { 2 } else { 1 };
        for (name, expected) in [
            ("a", Some((least, false))),
            ("b", Some((3, true))),
            ("S::f", Some((2, false))),
            ("S::g", Some((2, true))),
            ("S::i", Some((least, false))),
        ] {
            assert_eq!(modes(name), expected, "{name}");
        }
        for name in ["c", "d", "e", "S::h", "S::j", "S::k", "k", "x"] {
            assert_eq!(modes(name), None, "{name}");
        }
    }
}
