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
    /// The parameters that a function's `wrt` leaves out although their types may have a derivative of their own.
    left_out: HashMap<String, Vec<LeftOut>>,
    /// The type of the block around, by name, and what its attribute asks for.
    block: Option<(String, Option<Modes>)>,
}

/// A parameter of a type of the crate, by its place among the arguments, the receiver's included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub place: usize,
    pub name: String,
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

    /// What the `wrt` of a function leaves out, where its attribute shows all.
    pub fn left_out(&self, name: &str) -> &[LeftOut] {
        let known = self.modes(name).and_then(|_| self.left_out.get(name));
        known.map_or(&[], Vec::as_slice)
    }

    fn leaves_out(&mut self, name: String, attrs: &[syn::Attribute], sig: &syn::Signature) {
        let Some(wrt) = options(attrs).and_then(|options| options.wrt) else { return };
        let left_out = sig.inputs.iter().enumerate().filter_map(|(place, input)| {
            let (name, named) = match input {
                syn::FnArg::Receiver(_) => ("self".to_string(), true),
                syn::FnArg::Typed(t) => match &*t.pat {
                    syn::Pat::Ident(p) => (bare(&p.ident), names_a_type(&t.ty)),
                    _ => return None,
                },
            };
            (named && !wrt.iter().any(|w| bare(w) == name)).then_some(LeftOut { place, name })
        });
        self.left_out.insert(name, left_out.collect());
    }

    fn found(&mut self, name: String, modes: Option<Modes>) {
        self.of.entry(name).and_modify(|known| *known = None).or_insert(modes);
    }
}

/// What the only attribute of this library asks for; nothing where there may be others.
fn asked(attrs: &[syn::Attribute]) -> Option<Modes> {
    options(attrs).map(|options| Modes { order: options.order.max(1), lanes: options.lanes })
}

fn options(attrs: &[syn::Attribute]) -> Option<Options> {
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
    syn::parse2(arguments).ok()
}

/// Whether a type has a name, or is made of one that has, that is not one of the language's own.
fn names_a_type(ty: &syn::Type) -> bool {
    struct Named(bool);
    impl<'a> Visit<'a> for Named {
        fn visit_ident(&mut self, i: &'a proc_macro2::Ident) {
            let of_std = ["Vec", "Option", "String"].iter().any(|known| i == known);
            self.0 |= !of_std && crate::varied::starts_uppercase(i);
        }
    }
    let mut named = Named(false);
    named.visit_type(ty);
    named.0
}

impl<'a> Visit<'a> for Asked {
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        let block = self.block.take();
        self.leaves_out(bare(&f.sig.ident), &f.attrs, &f.sig);
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
                (Some(all), Some(own)) => Some(Modes { order: all.order.max(own.order), lanes: all.lanes || own.lanes }),
                (all, own) => own.or(all.filter(|_| f.attrs.iter().all(|a| !a.path().to_token_stream().to_string().contains("deriv")))),
            };
            self.leaves_out(name.clone(), &f.attrs, &f.sig);
            self.found(name, modes);
        }
        visit::visit_impl_item_fn(self, f);
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, LeftOut, Modes};

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

    #[test]
    fn what_is_left_out() {
        let file = syn::parse_str(
            "#[differentiate(wrt(x))] fn a(x: f64, y: f64, s: &Spring) {} #[differentiate] fn b(s: &Spring) {}
             impl S { #[differentiate(wrt(x))] fn f(&self, x: f64) {} #[differentiate(wrt(self))] fn g(&self, x: f64) {} }",
        );
        let asked = Asked::read(&file.expect("a file"));
        assert_eq!(asked.left_out("a"), [LeftOut { place: 2, name: "s".into() }]);
        assert_eq!(asked.left_out("S::f"), [LeftOut { place: 0, name: "self".into() }]);
        for name in ["b", "S::g", "c"] {
            assert_eq!(asked.left_out(name), [], "{name}");
        }
    }
}
