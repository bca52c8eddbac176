//! Functions that take functions or iterators, or give iterators or references: nothing but a call tells what they do, so they are
//! followed where they are called, with the attribute or without.
//!
//! What enters: a file. What leaves: the text of such a function, for callers of the same module; that of a method in
//! [`methods`]. Guarantee: a name has an answer only if the file has one function of that name, and imports no other.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

mod methods;

pub(crate) use methods::{is_of_std, Method, Receiver};

/// The helpers of a file, and where its functions stand.
#[derive(Default)]
pub(super) struct Helpers {
    /// The text of each; nothing where two things have the name.
    texts: HashMap<String, Option<String>>,
    /// Functions that take options and tuples of references, which callers can hand over only where they are followed; as above.
    of_parts: HashMap<String, Option<String>>,
    /// The module of the functions of each name; nothing where they stand in several.
    homes: HashMap<String, Option<usize>>,
    /// The methods of each name, of all types; nothing where two have it, or where it is none of these.
    own_methods: HashMap<String, Option<Method>>,
    /// Associated functions and methods that could not have siblings, by their type and name; nothing where two have both.
    associated: HashMap<(String, String), Option<Method>>,
    /// Methods without the attribute, as functions whose receiver is called `this`; nothing where two have the name.
    methods: HashMap<String, Option<String>>,
    /// The names of all methods that could not have siblings, whether or not they are followed.
    without_siblings: HashSet<String>,
    /// What is called in other functions than that of the name.
    called: HashSet<String>,
}

impl Helpers {
    pub fn read(file: &syn::File) -> Helpers {
        let types = methods::patterns(&file.items);
        let mut reader = Reader { found: Helpers::default(), types, module: 0, modules: 0, inside: None };
        reader.visit_file(file);
        reader.found
    }

    /// Whether callers follow the function of a name, so that it needs no siblings.
    pub fn is_followed(&self, name: &str) -> bool {
        self.called.contains(name)
            && (matches!(self.texts.get(name), Some(Some(_)))
                || matches!(self.own_methods.get(name), Some(Some(_)))
                || self.associated.iter().any(|((_, known), method)| known == name && method.is_some()))
    }

    /// Whether a function of a name is called in another one.
    pub fn calls(&self, name: &str) -> bool {
        self.called.contains(name)
    }

    /// Whether all that a method of the name does is told by a call.
    pub fn is_without_siblings(&self, name: &str) -> bool {
        self.without_siblings.contains(name)
    }

    /// A method that a function of the same module calls.
    pub fn method_beside(&self, caller: &str, name: &str) -> Option<&Method> {
        let method = self.own_methods.get(name)?.as_ref()?;
        (self.homes.get(caller).copied().flatten()? == method.module).then_some(method)
    }

    /// A method or associated function of a type that a function of the same module calls by its path.
    pub fn associated_beside(&self, caller: &str, owner: &str, name: &str) -> Option<&Method> {
        let method = self.associated.get(&(owner.to_string(), name.to_string()))?.as_ref()?;
        (self.homes.get(caller).copied().flatten()? == method.module).then_some(method)
    }

    /// The same of a type, wherever in the file it stands.
    pub fn associated_of(&self, owner: &str, name: &str) -> Option<&Method> {
        self.associated.get(&(owner.to_string(), name.to_string()))?.as_ref()
    }

    /// The text of a helper that a function of the same module calls; `of_parts` asks for those that may also be called otherwise.
    pub fn text(&self, caller: &str, name: &str, of_parts: bool) -> Option<String> {
        let home = self.homes.get(name).copied().flatten()?;
        if self.homes.get(caller).copied().flatten()? != home {
            return None;
        }
        if of_parts {
            return self.of_parts.get(name)?.clone();
        }
        self.texts.get(name)?.clone()
    }
}

impl Helpers {
    /// The text of a helper, wherever in the file it stands.
    pub fn of_the_file(&self, name: &str, of_parts: bool) -> Option<String> {
        if of_parts {
            return self.of_parts.get(name)?.clone();
        }
        self.texts.get(name)?.clone()
    }

    /// The text of a method as a function.
    pub fn method(&self, name: &str) -> Option<String> {
        self.methods.get(name)?.clone()
    }
}

struct Reader {
    found: Helpers,
    /// For each type of the file a pattern that all its values match.
    types: HashMap<String, Option<String>>,
    module: usize,
    modules: usize,
    /// The function around, whose names are its own.
    inside: Option<String>,
}

impl Reader {
    fn stands(&mut self, name: &syn::Ident) {
        let module = if self.inside.is_some() { None } else { Some(self.module) };
        self.found.homes.entry(name.to_string()).and_modify(|known| *known = known.filter(|k| Some(*k) == module)).or_insert(module);
    }

    fn taken(&mut self, name: &syn::Ident) {
        self.found.texts.insert(name.to_string(), None);
    }

    /// A call, unless it is the function's own.
    fn calls(&mut self, name: &syn::Ident) {
        let name = name.to_string();
        if self.inside.as_ref() != Some(&name) {
            self.found.called.insert(name);
        }
    }

    /// Visits what is inside a function.
    fn inside(&mut self, name: &syn::Ident, visit: impl FnOnce(&mut Self)) {
        let around = self.inside.replace(name.to_string());
        visit(self);
        self.inside = around;
    }

    fn imports(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(p) => self.imports(&p.tree),
            syn::UseTree::Name(n) => self.taken(&n.ident),
            syn::UseTree::Rename(r) => self.taken(&r.rename),
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.imports(t)),
            syn::UseTree::Glob(_) => {}
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_mod(&mut self, m: &'a syn::ItemMod) {
        self.modules += 1;
        let around = (std::mem::replace(&mut self.module, self.modules), self.inside.take());
        visit::visit_item_mod(self, m);
        (self.module, self.inside) = around;
    }
    fn visit_item_use(&mut self, u: &'a syn::ItemUse) {
        self.imports(&u.tree);
    }
    fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
        // What it defines may have any name that is written in it.
        fn words(found: &mut Helpers, tokens: proc_macro2::TokenStream) {
            for t in tokens {
                match t {
                    proc_macro2::TokenTree::Ident(i) => _ = found.texts.insert(i.to_string(), None),
                    proc_macro2::TokenTree::Group(g) => words(found, g.stream()),
                    _ => {}
                }
            }
        }
        words(&mut self.found, m.mac.tokens.clone());
    }
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        let name = f.sig.ident.to_string();
        let text = (self.inside.is_none() && is_helper(&f.attrs, &f.sig)).then(|| {
            let mut f = f.clone();
            f.attrs.clear();
            f.to_token_stream().to_string()
        });
        let of_parts = (self.inside.is_none() && text.is_none() && takes_parts(f)).then(|| {
            let mut f = f.clone();
            f.attrs.clear();
            f.to_token_stream().to_string()
        });
        self.found.of_parts.entry(name.clone()).and_modify(|k| *k = None).or_insert(of_parts);
        self.found.texts.entry(name).and_modify(|k| *k = None).or_insert(text);
        self.stands(&f.sig.ident);
        self.inside(&f.sig.ident, |reader| visit::visit_item_fn(reader, f));
    }
    fn visit_item_impl(&mut self, block: &'a syn::ItemImpl) {
        let annotated = block.attrs.iter().any(|a| a.path().segments.last().is_some_and(|s| s.ident == "differentiate"));
        for item in &block.items {
            let syn::ImplItem::Fn(f) = item else { continue };
            let helper = self.inside.is_none() && block.trait_.is_none() && is_helper(&f.attrs, &f.sig);
            if helper {
                self.found.without_siblings.insert(f.sig.ident.to_string());
            }
            let method = helper.then(|| Method::of(block, f, self.module, &self.types)).flatten();
            if let syn::Type::Path(p) = &*block.self_ty {
                let owner = p.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
                let both = (owner, f.sig.ident.to_string());
                self.found.associated.entry(both).and_modify(|k| *k = None).or_insert_with(|| method.clone());
            }
            self.found.own_methods.entry(f.sig.ident.to_string()).and_modify(|k| *k = None).or_insert(method);
            let text = as_function(block, f).filter(|f| !annotated && block.trait_.is_none() && is_helper(&f.attrs, &f.sig));
            let text = text.map(|f| f.to_token_stream().to_string());
            self.found.methods.entry(f.sig.ident.to_string()).and_modify(|k| *k = None).or_insert(text);
        }
        visit::visit_item_impl(self, block);
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.stands(&f.sig.ident);
        self.inside(&f.sig.ident, |reader| visit::visit_impl_item_fn(reader, f));
    }
    fn visit_trait_item_fn(&mut self, f: &'a syn::TraitItemFn) {
        self.stands(&f.sig.ident);
        self.found.own_methods.insert(f.sig.ident.to_string(), None);
        self.inside(&f.sig.ident, |reader| visit::visit_trait_item_fn(reader, f));
    }
    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        self.calls(&m.method);
        visit::visit_expr_method_call(self, m);
    }
    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        if let syn::Expr::Path(p) = &*c.func {
            p.path.segments.last().into_iter().for_each(|s| self.calls(&s.ident));
        }
        visit::visit_expr_call(self, c);
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        fn value_in(reader: &mut Reader, value: &syn::Expr) {
            reader.visit_expr(value);
        }
        crate::desugar::values_of(m).iter().for_each(|value| value_in(self, value));
    }
}

/// A method that takes `&self` as a function of `this`.
fn as_function(block: &syn::ItemImpl, f: &syn::ImplItemFn) -> Option<syn::ItemFn> {
    struct Renamed<'a>(&'a syn::Type, bool);
    impl VisitMut for Renamed<'_> {
        fn visit_ident_mut(&mut self, i: &mut syn::Ident) {
            self.1 |= i == "this";
            if i == "self" {
                *i = syn::Ident::new("this", i.span());
            }
        }
        fn visit_type_mut(&mut self, t: &mut syn::Type) {
            match t {
                syn::Type::Path(p) if p.path.is_ident("Self") => *t = self.0.clone(),
                t => visit_mut::visit_type_mut(self, t),
            }
        }
        fn visit_path_mut(&mut self, p: &mut syn::Path) {
            // `Self::N` of a type with parameters is one path no more.
            self.1 |= p.segments.first().is_some_and(|s| s.ident == "Self");
            visit_mut::visit_path_mut(self, p);
        }
        fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
            let names = ["self", "Self", "this"].map(String::from).into_iter().collect();
            self.1 |= crate::varied::mentions(m.tokens.clone(), &names);
        }
    }
    let receiver = f.sig.receiver().filter(|r| r.reference.is_some() && r.mutability.is_none() && r.colon_token.is_none())?;
    receiver.reference.as_ref().filter(|(_, lifetime)| lifetime.is_none())?;
    let ty = &block.self_ty;
    let mut function = syn::ItemFn { attrs: f.attrs.clone(), vis: f.vis.clone(), sig: f.sig.clone(), block: Box::new(f.block.clone()) };
    let mut renamed = Renamed(ty, false);
    renamed.visit_block_mut(&mut function.block);
    renamed.visit_return_type_mut(&mut function.sig.output);
    function.sig.inputs.iter_mut().skip(1).for_each(|i| renamed.visit_fn_arg_mut(i));
    *function.sig.inputs.first_mut()? = syn::parse_quote!(this: &#ty);
    let around = block.generics.params.iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_))).cloned();
    function.sig.generics.params.extend(around);
    (!renamed.1 && !ty.to_token_stream().to_string().contains('\'')).then_some(function)
}

/// Whether siblings of the function could not stand beside it.
fn is_helper(attrs: &[syn::Attribute], sig: &syn::Signature) -> bool {
    if !has_known_attributes(attrs, sig) {
        return false;
    }
    let takes = sig.inputs.iter().any(|input| matches!(input, syn::FnArg::Typed(t) if Unnamed::is_in(&t.ty.to_token_stream())));
    let gives = matches!(&sig.output, syn::ReturnType::Type(_, t) if Unnamed::is_in(&t.to_token_stream()) || is_lent(t));
    takes || gives || Unnamed::is_in(&sig.generics.to_token_stream()) || Unnamed::is_in(&sig.generics.where_clause.to_token_stream())
}

/// Whether nothing but the attribute changes what a function is.
fn has_known_attributes(attrs: &[syn::Attribute], sig: &syn::Signature) -> bool {
    let known = |a: &syn::Attribute| {
        let name = a.path().segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        ["doc", "inline", "allow", "expect", "must_use", "track_caller"].contains(&name.as_str())
            || name == "differentiate" && asks_for_modes(&a.meta)
    };
    attrs.iter().all(known) && sig.asyncness.is_none() && sig.unsafety.is_none() && sig.constness.is_none()
}

/// `differentiate`, `differentiate(hessian)`: nothing that a caller would have to know.
fn asks_for_modes(attribute: &syn::Meta) -> bool {
    match attribute {
        syn::Meta::Path(_) => true,
        syn::Meta::List(list) => syn::parse2::<crate::options::Options>(list.tokens.clone()).is_ok_and(|options| options.only_modes()),
        syn::Meta::NameValue(_) => false,
    }
}

/// Whether a function, which does not call itself, takes an option or a tuple of references to what may be numbers.
fn takes_parts(f: &syn::ItemFn) -> bool {
    let parts = |ty: &syn::Type| !matches!(ty, syn::Type::Reference(_)) && is_lent(ty) && may_hold_numbers(&ty.to_token_stream());
    let takes = f.sig.inputs.iter().any(|input| matches!(input, syn::FnArg::Typed(t) if parts(&t.ty)));
    let itself = std::iter::once(f.sig.ident.to_string()).collect();
    takes && has_known_attributes(&f.attrs, &f.sig) && !crate::varied::mentions(f.block.to_token_stream(), &itself)
}

fn may_hold_numbers(tokens: &proc_macro2::TokenStream) -> bool {
    const NEVER: &[&str] =
        &["Option", "str", "String", "usize", "isize", "i32", "u32", "i64", "u64", "u8", "bool", "char", "mut", "static", "_"];
    tokens.clone().into_iter().any(|t| match t {
        proc_macro2::TokenTree::Ident(i) => !NEVER.iter().any(|n| i == n),
        proc_macro2::TokenTree::Group(g) => may_hold_numbers(&g.stream()),
        _ => false,
    })
}

/// Functions and iterators, whose types have no names.
struct Unnamed;

impl Unnamed {
    fn is_in(tokens: &proc_macro2::TokenStream) -> bool {
        tokens.clone().into_iter().any(|t| match t {
            proc_macro2::TokenTree::Ident(i) => {
                ["fn", "Fn", "FnMut", "FnOnce", "Iterator", "IntoIterator", "ExactSizeIterator", "DoubleEndedIterator"]
                    .iter()
                    .any(|n| i == n)
            }
            proc_macro2::TokenTree::Group(g) => Unnamed::is_in(&g.stream()),
            _ => false,
        })
    }
}

/// A reference, an `Option` of one, or an iterator over them.
fn is_lent(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(_) => true,
        syn::Type::Tuple(t) => t.elems.iter().any(is_lent),
        syn::Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            let iterator = ["Iter", "IterMut", "Windows", "Chunks", "ChunksExact"].iter().any(|n| s.ident == n);
            iterator && p.path.segments.iter().any(|s| s.ident == "slice")
                || s.ident == "Option"
                    && matches!(&s.arguments, syn::PathArguments::AngleBracketed(a)
                    if a.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(t) if is_lent(t))))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Helpers;

    #[test]
    fn helpers_of_the_same_module_are_found() {
        let read = |text: &str| Helpers::read(&syn::parse_str(text).unwrap());
        let sum = "fn sum(xs: impl Iterator<Item = f64>) -> f64 { xs.sum() }";
        let known = |more: &str| read(&format!("{sum} fn f(x: f64) -> f64 {{ x }} {more}")).text("f", "sum", false).is_some();
        assert!(known("") && known("mod m { use super::*; }"));
        for more in [
            "mod m { fn sum() {} }",
            "mod m { fn f() {} }",
            "use other::sum;",
            "use other::{a, b as sum};",
            "make!(sum);",
            "fn g() { fn sum() {} }",
            "fn g() { fn f() {} }",
        ] {
            assert!(!known(more), "{more}");
        }
        let gives = |f: &str| read(&format!("{f} fn f(x: f64) -> f64 {{ x }}")).text("f", "g", false).is_some();
        for helper in [
            "fn g<F: Fn(f64) -> f64>(f: F) -> f64 { f(1.0) }",
            "fn g<F>(f: F) -> f64 where F: Fn(f64) -> f64 { f(1.0) }",
            "fn g(f: &dyn Fn(f64) -> f64) -> f64 { f(1.0) }",
            "fn g(f: fn(f64) -> f64) -> f64 { f(1.0) }",
            "fn g(v: &[f64]) -> impl Iterator<Item = f64> + '_ { v.iter().copied() }",
            "fn g(v: &[f64]) -> &f64 { &v[0] }",
            "#[inline] fn g(v: &[f64]) -> Option<&f64> { v.first() }",
            "#[differentiate] fn g(f: impl Fn(f64) -> f64) -> f64 { f(1.0) }",
            "#[differentiate(hessian, lanes)] fn g(f: impl Fn(f64) -> f64) -> f64 { f(1.0) }",
            "fn g(v: &mut [f64]) -> &mut f64 { &mut v[0] }",
        ] {
            assert!(gives(helper), "{helper}");
        }
        for other in ["fn g(v: &[f64]) -> f64 { v[0] }", "#[differentiate(wrt(x))] fn g(f: impl Fn(f64) -> f64, x: f64) -> f64 { f(x) }"] {
            assert!(!gives(other), "{other}");
        }
    }
    #[test]
    fn methods_of_the_same_module_are_found() {
        let file = "struct V { x: f64 } #[differentiate] impl V { fn x_mut(&mut self) -> &mut f64 { &mut self.x } }";
        let known = |more: &str, name: &str| {
            Helpers::read(&syn::parse_str(&format!("{file} fn f(x: f64) -> f64 {{ x }} {more}")).unwrap())
                .method_beside("f", name)
                .is_some()
        };
        assert!(known("", "x_mut") && !known("mod m { fn f() {} }", "x_mut"));
        for more in ["struct W; impl W { fn x_mut(&self) {} }", "trait T { fn x_mut(&self); }"] {
            assert!(!known(more, "x_mut"), "{more}");
        }
    }
}
