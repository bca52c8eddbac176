//! Methods that are followed where they are called, as functions.
//!
//! What enters: a method and its block. What leaves: the text of a function that does the same, with the receiver as its first parameter.
//! Guarantee: the function cannot be called with a value of another type, whatever else has a method of the name: it matches the receiver
//! with a pattern of the type.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};
use syn::visit_mut::{self, VisitMut};

/// How a method takes its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    Value,
    Ref,
    Mut,
}

/// A method, or an associated function.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    pub owner: String,
    pub receiver: Option<Receiver>,
    /// Whether it gives a reference, so that a method of what it gives borrows nothing anew.
    pub gives_reference: bool,
    /// Whether that leads to a value of its own type.
    pub gives_itself: bool,
    pub(super) module: usize,
    pub text: String,
}

impl Method {
    /// What the function is called, for a call of the method.
    pub fn name(&self, call: &Ident) -> Ident {
        function_name(&self.owner, call)
    }
}

/// The receiver, in the function.
const THIS: &str = "this";

impl Method {
    pub(super) fn of(block: &syn::ItemImpl, f: &syn::ImplItemFn, module: usize, types: &HashMap<String, Option<String>>) -> Option<Method> {
        let syn::Type::Path(ty) = &*block.self_ty else { return None };
        let owner = ty.path.get_ident().or_else(|| ty.path.segments.last().map(|s| &s.ident))?.clone();
        let pattern: TokenStream = types.get(&owner.to_string())?.as_ref()?.parse().ok()?;
        let name = &f.sig.ident;
        let this = std::iter::once(THIS.to_string()).collect();
        if crate::varied::mentions(f.to_token_stream(), &this) {
            return None;
        }
        let mut function: syn::ItemFn = syn::parse_quote!(
            fn f() {}
        );
        function.sig = f.sig.clone();
        function.sig.ident = function_name(&owner.to_string(), name);
        *function.block = f.block.clone();
        let this = Ident::new(THIS, Span::call_site());
        let self_ty = &block.self_ty;
        let mut borrowed = None;
        let others = function.sig.inputs.len() > 1;
        let receiver = match function.sig.inputs.first_mut() {
            Some(input @ syn::FnArg::Receiver(_)) => {
                let syn::FnArg::Receiver(r) = &*input else { return None };
                if r.colon_token.is_some() {
                    return None;
                }
                let (mutable, mut lifetime) = (r.mutability, r.reference.as_ref().and_then(|(_, l)| l.clone()));
                // What a method gives without a lifetime is borrowed from its receiver, which a function's first parameter does not say.
                if others && r.reference.is_some() && lifetime.as_ref().is_none_or(|l| l.ident == "_") {
                    let own = syn::Lifetime::new("'__this", Span::call_site());
                    if (Unnamed { with: own.clone(), found: false }).named_in(&mut function.sig.output) {
                        (lifetime, borrowed) = (Some(own.clone()), Some(own));
                    }
                }
                let (receiver, parameter) = match (r.reference.is_some(), mutable.is_some()) {
                    (false, _) => (Receiver::Value, quote!(#mutable #this: #self_ty)),
                    (true, false) => (Receiver::Ref, quote!(#this: &#lifetime #self_ty)),
                    (true, true) => (Receiver::Mut, quote!(#this: &#lifetime mut #self_ty)),
                };
                *input = syn::parse2(parameter).ok()?;
                let matched = if receiver == Receiver::Value { quote!(&#this) } else { this.to_token_stream() };
                function.block.stmts.insert(0, syn::parse_quote!(debug_assert!(matches!(#matched, #pattern));));
                Some(receiver)
            }
            _ => None,
        };
        let given = match &f.sig.output {
            syn::ReturnType::Type(_, t) => match &**t {
                syn::Type::Reference(r) => Some(&r.elem),
                _ => None,
            },
            syn::ReturnType::Default => None,
        };
        let itself = |t: &syn::Type| *t == **self_ty || matches!(t, syn::Type::Path(p) if p.path.is_ident("Self"));
        let (gives_reference, gives_itself) = (given.is_some(), given.is_some_and(|t| itself(t)));
        let mut generics = block.generics.clone();
        if let Some(borrowed) = borrowed {
            generics.params.insert(0, syn::parse_quote!(#borrowed));
        }
        generics.params.extend(std::mem::take(&mut function.sig.generics.params));
        if let Some(own) = function.sig.generics.where_clause.take() {
            generics.make_where_clause().predicates.extend(own.predicates);
        }
        function.sig.generics = generics;
        let mut written = WithoutSelf { owner: &owner, self_ty, this: &this, in_macro: false };
        written.visit_item_fn_mut(&mut function);
        // A macro's words may stand for anything.
        if written.in_macro {
            return None;
        }
        Some(Method {
            owner: owner.to_string(),
            receiver,
            gives_reference,
            gives_itself,
            module,
            text: function.to_token_stream().to_string(),
        })
    }
}

/// Gives a name to the lifetimes of a type that have none.
struct Unnamed {
    with: syn::Lifetime,
    found: bool,
}

impl Unnamed {
    /// Whether there are any in what a function gives.
    fn named_in(mut self, output: &mut syn::ReturnType) -> bool {
        self.visit_return_type_mut(output);
        self.found
    }
}

impl VisitMut for Unnamed {
    fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
        if r.lifetime.is_none() {
            r.lifetime = Some(self.with.clone());
            self.found = true;
        }
        visit_mut::visit_type_reference_mut(self, r);
    }
    fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
        if l.ident == "_" {
            *l = self.with.clone();
            self.found = true;
        }
    }
    fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
}

fn function_name(owner: &str, name: &Ident) -> Ident {
    Ident::new(&format!("__{owner}_{name}"), name.span())
}

/// For each struct and enum a pattern that all its values match.
pub(super) fn patterns(items: &[syn::Item]) -> HashMap<String, Option<String>> {
    let mut found: HashMap<String, Option<String>> = HashMap::default();
    fn read(items: &[syn::Item], found: &mut HashMap<String, Option<String>>) {
        for item in items {
            let (name, pattern) = match item {
                syn::Item::Struct(s) => (&s.ident, Some(format!("{} {{ .. }}", s.ident))),
                syn::Item::Enum(e) => (&e.ident, e.variants.first().map(|v| format!("{}::{} {{ .. }} | _", e.ident, v.ident))),
                syn::Item::Type(t) => (&t.ident, None),
                syn::Item::Mod(m) => {
                    if let Some((_, items)) = &m.content {
                        read(items, found);
                    }
                    continue;
                }
                _ => continue,
            };
            found.entry(name.to_string()).and_modify(|known| *known = None).or_insert(pattern);
        }
    }
    read(items, &mut found);
    found
}

/// Writes a method without the words `self` and `Self`.
struct WithoutSelf<'a> {
    owner: &'a Ident,
    self_ty: &'a syn::Type,
    this: &'a Ident,
    in_macro: bool,
}

impl VisitMut for WithoutSelf<'_> {
    fn visit_type_mut(&mut self, t: &mut syn::Type) {
        if matches!(t, syn::Type::Path(p) if p.qself.is_none() && p.path.is_ident("Self")) {
            *t = self.self_ty.clone();
            return;
        }
        visit_mut::visit_type_mut(self, t);
    }
    fn visit_path_mut(&mut self, p: &mut syn::Path) {
        if let Some(first) = p.segments.first_mut() {
            if first.ident == "Self" {
                first.ident = Ident::new(&self.owner.to_string(), first.ident.span());
            }
        }
        if p.is_ident("self") {
            *p = self.this.clone().into();
        }
        visit_mut::visit_path_mut(self, p);
    }
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        let words = ["self", "Self"].map(String::from).into_iter().collect();
        self.in_macro |= crate::varied::mentions(m.tokens.clone(), &words);
    }
}

/// Whether types of the language and of its library have methods of a name.
pub(crate) fn is_of_std(name: &str) -> bool {
    let numbers = ["abs", "ceil", "floor", "round", "trunc", "fract", "sqrt", "cbrt", "hypot", "recip", "signum", "mul_add", "clamp"];
    let lists = [
        "first",
        "first_mut",
        "last",
        "last_mut",
        "get",
        "get_mut",
        "get_or_insert",
        "get_or_insert_with",
        "iter",
        "iter_mut",
        "into_iter",
        "push",
        "pop",
        "insert",
        "remove",
        "swap",
        "swap_remove",
        "sort_by",
        "retain",
        "drain",
        "extend",
        "append",
        "fill",
        "fill_with",
        "chunks",
        "windows",
        "split_at",
        "split_first",
        "split_last",
        "concat",
        "join",
        "as_slice",
        "as_mut_slice",
        "keys",
        "values",
        "values_mut",
        "entry",
        "front",
        "front_mut",
        "back",
        "back_mut",
        "range",
        "peek",
        "peek_mut",
        "binary_search_by",
        "as_str",
    ];
    let options = [
        "map",
        "map_or",
        "map_or_else",
        "and_then",
        "or_else",
        "unwrap_or_else",
        "filter",
        "take",
        "replace",
        "as_ref",
        "as_mut",
        "as_deref",
        "as_deref_mut",
        "unwrap",
        "expect",
        "zip",
        "unzip",
        "borrow",
        "borrow_mut",
        "deref",
        "deref_mut",
        "index",
        "index_mut",
        "inspect",
    ];
    let iterators = [
        "next",
        "fold",
        "try_fold",
        "rfold",
        "scan",
        "sum",
        "product",
        "min_by",
        "max_by",
        "min_by_key",
        "max_by_key",
        "all",
        "any",
        "find",
        "find_map",
        "position",
        "filter_map",
        "flat_map",
        "flatten",
        "for_each",
        "take_while",
        "skip_while",
        "map_while",
        "reduce",
        "chain",
        "cycle",
        "rev",
        "skip",
        "step_by",
        "enumerate",
        "peekable",
        "partition",
        "collect",
        "copied",
        "cloned",
        "count",
        "nth",
        "by_ref",
    ];
    [&numbers[..], &lists, &options, &iterators].iter().any(|names| names.contains(&name))
}
