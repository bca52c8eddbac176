//! Reads what a file declares.
//!
//! What enters: a file. What leaves: [`Declared`], before anybody asks. Guarantees: of two things with one name nothing is said, and what may
//! bring names that are not written here, macros and imports of all that is in a module, is noted with its scope.

use proc_macro2::Delimiter;
use quote::ToTokens;
use rustc_hash::FxHashMap as HashMap;
use syn::visit::{self, Visit};

use super::{Brought, ByArguments, Constant, Declared, Field, Given, Named, Operator, Parameter, Receiver, Seen, Straight, Written};
use crate::names::bare as unraw;

pub(super) fn read(file: &syn::File) -> Declared {
    let mut reader = Reader {
        found: Declared::default(),
        scope: 0,
        scopes: 0,
        owner: None,
        generic: false,
        terms: None,
        bare: false,
        conditional: false,
        in_module: false,
        below: HashMap::default(),
    };
    reader.visit_file(file);
    for (name, scope) in std::mem::take(&mut reader.found.variants_of) {
        match reader.found.variants.get(&name).filter(|_| reader.found.has(&name)).cloned() {
            Some(variants) => variants.into_iter().for_each(|v| reader.taken(v)),
            None => reader.found.globs.push(scope),
        }
    }
    let mut found = std::mem::take(&mut reader.found);
    for (name, scope) in &found.scopes {
        // What a module has of all that is above it, it has of nowhere else: two such imports of one name are an error.
        let above = |g: &usize| reader.below.get(g) == Some(scope);
        if found.globs.iter().any(|g| g != scope && !above(g)) {
            found.types.remove(name);
            found.functions.remove(name);
            found.sources.remove(name);
            found.traits.remove(name);
        }
    }
    found
}

/// `super::*`
fn is_all_above(tree: &syn::UseTree) -> bool {
    matches!(tree, syn::UseTree::Path(p) if p.ident == "super" && matches!(*p.tree, syn::UseTree::Glob(_)))
}

struct Reader {
    found: Declared,
    scope: usize,
    scopes: usize,
    /// The type of the `impl` around, by name; none for traits.
    owner: Option<String>,
    /// Whether that `impl` has parameters.
    generic: bool,
    /// Those of an `impl` that is for all arguments of its type.
    terms: Option<Vec<String>>,
    in_module: bool,
    /// Whether a module around is there under a condition only.
    conditional: bool,
    /// Modules with `use super::*;`, and what is above them.
    below: HashMap<usize, usize>,
    /// Whether that `impl` has no attribute that could give its functions derivatives.
    bare: bool,
}

impl Reader {
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        self.scopes += 1;
        let scope = std::mem::replace(&mut self.scope, self.scopes);
        visit(self);
        self.scope = scope;
    }

    /// Something of the file has the name.
    fn owns(&mut self, name: &syn::Ident, vis: &syn::Visibility) {
        let name = unraw(name);
        if self.scope == 0 {
            self.found.seen.insert(name.clone(), Seen::of(vis));
        }
        self.found.own.insert(name);
    }

    fn declare(&mut self, name: &syn::Ident, vis: &syn::Visibility, what: Option<Named>) {
        self.owns(name, vis);
        let name = name.to_string();
        self.found.scopes.insert(name.clone(), self.scope);
        let known = self.found.types.entry(name);
        known.and_modify(|k| *k = None).or_insert(what);
    }

    fn hides(&mut self, name: Option<&syn::Ident>, vis: &syn::Visibility) {
        self.found.hidden.extend(name.filter(|_| Seen::of(vis) != Seen::Everywhere).map(unraw));
    }

    fn constant(&mut self, name: &syn::Ident, vis: &syn::Visibility, attrs: &[syn::Attribute], ty: &syn::Type, value: Option<&syn::Expr>) {
        self.owns(name, vis);
        let whole = |e: &syn::Expr| match e {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => Some(n.base10_digits().to_string()),
            _ => None,
        };
        let constant = Constant { ty: ty.to_token_stream().to_string(), value: value.and_then(whole) };
        let known = attrs.iter().all(is_known).then_some(constant);
        self.found.constants.entry(name.to_string()).and_modify(|k| *k = None).or_insert(known);
    }

    fn underived(&mut self, name: &syn::Ident, attrs: &[syn::Attribute]) {
        if are_harmless(attrs) && derives_of_std(attrs) {
            self.found.underived.insert(name.to_string());
        }
        if are_harmless(attrs) && derives_no_clone(attrs) {
            self.found.unclonable.insert(name.to_string());
        }
        if derives_copy(attrs) {
            self.found.copied.insert(name.to_string());
        } else if are_harmless(attrs) && derives_only(attrs, &["Clone", "Differentiable", "Error", "Display", "From"]) {
            self.found.moved.insert(name.to_string());
        }
    }

    fn parameters(&mut self, name: &syn::Ident, generics: &syn::Generics) {
        let parameter = |p: &syn::GenericParam| match p {
            syn::GenericParam::Lifetime(_) => Parameter::Lifetime,
            syn::GenericParam::Type(t) => Parameter::Named(t.ident.to_string()),
            syn::GenericParam::Const(c) => Parameter::Named(c.ident.to_string()),
        };
        self.found.parameters.insert(name.to_string(), generics.params.iter().map(parameter).collect());
    }

    /// The name means something else, or something that is not known.
    fn taken(&mut self, name: String) {
        self.found.own.insert(name.clone());
        self.hidden(&name);
    }

    /// What it means is said elsewhere.
    fn hidden(&mut self, name: &str) {
        self.found.types.insert(name.to_string(), None);
        self.found.functions.insert(name.to_string(), None);
        self.found.sources.insert(name.to_string(), None);
        self.found.traits.insert(name.to_string(), None);
    }

    fn imports(&mut self, tree: &syn::UseTree, local: bool) {
        match tree {
            syn::UseTree::Path(p) => {
                let first = p.ident == "super" || p.ident == "self";
                if local && !first && matches!(*p.tree, syn::UseTree::Glob(_)) {
                    self.found.variants_of.push((p.ident.to_string(), self.scope));
                    return;
                }
                self.imports(&p.tree, local && first);
            }
            syn::UseTree::Name(n) if !local => self.hidden(&unraw(&n.ident)),
            syn::UseTree::Name(_) => {}
            syn::UseTree::Rename(r) => self.hidden(&unraw(&r.rename)),
            syn::UseTree::Glob(_) if !local => self.found.globs.push(self.scope),
            syn::UseTree::Glob(_) => {}
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.imports(t, local)),
        }
    }

    /// What an import brings, whatever that is.
    fn brings(&mut self, tree: &syn::UseTree, path: &[String], seen: &Seen) {
        let (path, name) = match tree {
            syn::UseTree::Path(p) => return self.brings(&p.tree, &[path, &[unraw(&p.ident)]].concat(), seen),
            syn::UseTree::Group(g) => return g.items.iter().for_each(|t| self.brings(t, path, seen)),
            syn::UseTree::Name(n) if n.ident == "self" => (path.to_vec(), path.last().cloned()),
            syn::UseTree::Name(n) => ([path, &[unraw(&n.ident)]].concat(), Some(unraw(&n.ident))),
            syn::UseTree::Rename(r) if r.ident == "self" => (path.to_vec(), Some(unraw(&r.rename))),
            syn::UseTree::Rename(r) => ([path, &[unraw(&r.ident)]].concat(), Some(unraw(&r.rename))),
            syn::UseTree::Glob(_) => (path.to_vec(), None),
        };
        if !path.is_empty() {
            self.found.brought.push(Brought { path, name, scope: self.scope, in_module: self.in_module, seen: seen.clone() });
        }
    }

    /// What a macro may define: whatever stands behind a word that defines, and, if nothing else is known of it, all names that are
    /// not in code, and no parts of paths (`Kind::Call`) or borrowed (`&table`).
    fn expands(&mut self, tokens: proc_macro2::TokenStream, all: bool) {
        let (mut defines, mut imports) = (false, false);
        let tokens: Vec<_> = tokens.into_iter().collect();
        let is = |at: Option<usize>, c: char| {
            at.and_then(|at| tokens.get(at)).is_some_and(|t| matches!(t, proc_macro2::TokenTree::Punct(p) if p.as_char() == c))
        };
        let colons = |at: Option<usize>| is(at, ':') && is(at.map(|at| at + 1), ':');
        for (at, t) in tokens.iter().enumerate() {
            let in_use = colons(Some(at + 1)) || colons(at.checked_sub(2)) || is(at.checked_sub(1), '&');
            let mut word = false;
            match t.clone() {
                proc_macro2::TokenTree::Ident(name) => {
                    if all && !in_use || defines || imports {
                        self.taken(unraw(&name));
                    }
                    imports |= name == "use";
                    word = ["struct", "enum", "union", "type", "trait", "fn"].iter().any(|w| name == w);
                }
                proc_macro2::TokenTree::Group(g) => self.expands(g.stream(), imports || all && g.delimiter() != Delimiter::Brace),
                proc_macro2::TokenTree::Punct(p) => imports &= p.as_char() != ';',
                proc_macro2::TokenTree::Literal(_) => {}
            }
            defines = word;
        }
    }

    /// The name of the type that a function gives.
    fn makes(&mut self, owner: Option<&str>, sig: &syn::Signature) {
        let syn::ReturnType::Type(_, ty) = &sig.output else { return };
        let syn::Type::Path(p) = &**ty else { return };
        let Some(last) = p.path.segments.last() else { return };
        let made = match owner {
            Some(owner) if last.ident == "Self" => owner.to_string(),
            _ => unraw(&last.ident),
        };
        let path = owner.map_or_else(|| unraw(&sig.ident), |owner| format!("{owner}::{}", unraw(&sig.ident)));
        let known = self.found.made.entry(path);
        known.and_modify(|k| *k = k.take().filter(|k| *k == made)).or_insert(Some(made.clone()));
    }

    /// Notes what a function knows as values of its type parameters, unless these are functions.
    fn takes_values(&mut self, sig: &syn::Signature) {
        let is_value =
            |name: &syn::Ident| !crate::signature::bounds_of(&sig.generics, name).into_iter().any(crate::signature::is_function_bound);
        let own = |t: &syn::Type| match t {
            syn::Type::Path(p) => p.path.get_ident().is_some_and(|i| sig.generics.type_params().any(|g| g.ident == *i) && is_value(i)),
            _ => false,
        };
        let typed = sig.inputs.iter().filter_map(|input| if let syn::FnArg::Typed(t) = input { Some(&t.ty) } else { None });
        let values = typed.enumerate().filter(|(_, t)| own(t)).map(|(k, _)| (unraw(&sig.ident), Some(k)));
        self.found.of_values.extend(values);
    }

    /// The functions of an `impl`, and which of a trait's have the attribute themselves.
    fn functions_of(&mut self, ty: &syn::TypePath, b: &syn::ItemImpl) {
        let Some(owner) = ty.path.segments.last().map(|s| unraw(&s.ident)) else { return };
        for item in &b.items {
            let syn::ImplItem::Fn(f) = item else { continue };
            let name = unraw(&f.sig.ident);
            if b.trait_.is_some() && f.attrs.iter().any(is_the_attribute) {
                self.found.annotated_alone.push((owner.clone(), name.clone()));
            }
            self.found.in_impls.push((ty.path.segments.iter().map(|s| unraw(&s.ident)).collect(), name));
        }
    }

    /// How a method takes its receiver; nothing of one that gives what carries no derivative, or whose type says more.
    fn receives(&mut self, owner: &str, sig: &syn::Signature) {
        let Some(receiver) = sig.receiver() else { return };
        let plain = matches!(&sig.output, syn::ReturnType::Type(_, ty)
            if crate::types::counts(ty) || matches!(&**ty, syn::Type::Path(p) if p.path.is_ident("String")));
        let takes = match (&receiver.reference, receiver.mutability) {
            _ if plain || receiver.colon_token.is_some() => None,
            (None, _) => Some(Receiver::Value),
            (Some(_), None) => Some(Receiver::Ref),
            (Some(_), Some(_)) => Some(Receiver::Mut),
        };
        let known = self.found.receivers.entry(format!("{owner}::{}", unraw(&sig.ident)));
        known.and_modify(|k| *k = k.filter(|k| Some(*k) == takes)).or_insert(takes);
    }

    /// What a function gives, and whether that is the same for all arguments.
    fn given(&self, sig: &syn::Signature, attrs: &[syn::Attribute]) -> Option<Given> {
        let syn::ReturnType::Type(_, ty) = &sig.output else { return None };
        if sig.asyncness.is_some() || attrs.iter().any(|a| a.path().is_ident("cfg")) {
            return None;
        }
        let plain = sig.generics.type_params().next().is_none() && sig.generics.const_params().next().is_none();
        let ty_of_all = (plain && !self.generic && is_owned(ty)).then(|| self.text(ty));
        let taken = |input: &syn::FnArg| match input {
            syn::FnArg::Receiver(_) => None,
            syn::FnArg::Typed(t) => Some((plain && !self.generic && is_taken(&t.ty)).then(|| self.text(&t.ty))),
        };
        let takes = sig.inputs.iter().filter_map(taken).collect();
        let reads = attrs.iter().all(is_known) && sig.generics.type_params().next().is_none() && sig.inputs.iter().all(only_reads);
        let in_terms = self.terms.clone().filter(|_| plain && is_owned(ty)).map(|names| (self.text(ty), names));
        let by_arguments = self.by_arguments(sig, ty).filter(|_| !plain);
        Some(Given {
            ty: ty_of_all,
            in_terms,
            by_arguments,
            takes,
            counts: reads && crate::types::counts_or_lists(ty),
            decides: reads.then(|| bare_name(ty)).flatten(),
        })
    }

    /// What a function gives in terms of its own parameters, of which the arguments tell some.
    fn by_arguments(&self, sig: &syn::Signature, ty: &syn::Type) -> Option<ByArguments> {
        let name = |p: &syn::GenericParam| match p {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(t) => Some(t.ident.to_string()),
            syn::GenericParam::Const(c) => Some(c.ident.to_string()),
        };
        let taken = |input: &syn::FnArg| match input {
            syn::FnArg::Receiver(_) => None,
            syn::FnArg::Typed(t) => Some(t.ty.to_token_stream().to_string()),
        };
        let known = self.owner.is_none() && !self.generic && is_owned(ty) && sig.receiver().is_none();
        known.then(|| ByArguments {
            names: sig.generics.params.iter().filter_map(name).collect(),
            takes: sig.inputs.iter().filter_map(taken).collect(),
            gives: ty.to_token_stream().to_string(),
        })
    }

    /// A function, and whether it is a method that only counts.
    fn counts(&mut self, sig: &syn::Signature, attrs: &[syn::Attribute]) {
        let counts = sig.receiver().is_some() && self.given(sig, attrs).is_some_and(|given| given.counts);
        let (functions, all) = self.found.counting.entry(unraw(&sig.ident)).or_insert((0, true));
        *functions += 1;
        *all &= counts;
    }

    /// What an `impl` of an operator between types without parameters gives.
    fn operator(&mut self, b: &syn::ItemImpl) {
        let Some(of) = b.trait_.as_ref().and_then(|(_, of, _)| of.segments.last()) else { return };
        let known = ["Add", "Sub", "Mul", "Div", "Rem", "Neg"].iter().any(|name| of.ident == name);
        let in_place = ["AddAssign", "SubAssign", "MulAssign", "DivAssign"].iter().any(|name| of.ident == name);
        let plain = b.generics.type_params().next().is_none() && b.generics.const_params().next().is_none();
        if !(known || in_place) || !plain || b.attrs.iter().any(|a| a.path().is_ident("cfg")) {
            return;
        }
        fn behind(ty: &syn::Type) -> &syn::Type {
            match ty {
                syn::Type::Reference(r) if r.mutability.is_none() => behind(&r.elem),
                syn::Type::Paren(p) => behind(&p.elem),
                ty => ty,
            }
        }
        let right = match &of.arguments {
            syn::PathArguments::None => &b.self_ty,
            syn::PathArguments::AngleBracketed(a) => match a.args.first() {
                Some(syn::GenericArgument::Type(ty)) if a.args.len() == 1 => ty,
                _ => return,
            },
            syn::PathArguments::Parenthesized(_) => return,
        };
        let gives = b.items.iter().find_map(|i| if let syn::ImplItem::Type(t) = i { (t.ident == "Output").then_some(&t.ty) } else { None });
        // What changes its left operand gives nothing else.
        let gives = if in_place { Some(&*b.self_ty) } else { gives };
        let (left, right) = (behind(&b.self_ty), behind(right));
        let named = matches!(left, syn::Type::Path(p) if p.qself.is_none() && p.path.get_ident().is_some());
        let Some(gives) = gives.filter(|gives| named && is_owned(gives) && is_owned(right)) else { return };
        let left = left.to_token_stream().to_string();
        let text = |ty: &syn::Type| {
            let text = ty.to_token_stream().to_string();
            text.split(' ').map(|word| if word == "Self" { &left } else { word }).collect::<Vec<_>>().join(" ")
        };
        let functions: Vec<_> = b.items.iter().filter_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f) } else { None }).collect();
        let straight = match functions[..] {
            [f] if !self.conditional && is_differentiated(b, f) => Straight::of(&f.sig, &f.block),
            _ => None,
        };
        let operator = Operator { right: text(right), gives: text(gives), left: left.clone(), straight };
        self.found.operators.entry(of.ident.to_string()).or_default().push(operator);
    }

    /// Functions that can be written out where they are called.
    fn straight(&mut self, owner: &str, b: &syn::ItemImpl) {
        for item in &b.items {
            let syn::ImplItem::Fn(f) = item else { continue };
            let straight = if !self.conditional && b.generics.params.is_empty() && is_differentiated(b, f) {
                Straight::of(&f.sig, &f.block)
            } else {
                None
            };
            let known = self.found.straight.entry(format!("{owner}::{}", unraw(&f.sig.ident)));
            known.and_modify(|k| *k = None).or_insert(straight);
        }
    }

    /// With the `impl`'s type instead of `Self`.
    fn text(&self, ty: &syn::Type) -> String {
        let text = ty.to_token_stream().to_string();
        match &self.owner {
            Some(owner) => text.split(' ').map(|word| if word == "Self" { owner } else { word }).collect::<Vec<_>>().join(" "),
            None => text,
        }
    }
}

/// Whether the type holds no reference and nothing that depends on where it is written.
fn is_owned(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Array(a) => is_owned(&a.elem),
        syn::Type::Tuple(t) => t.elems.iter().all(is_owned),
        syn::Type::Paren(p) => is_owned(&p.elem),
        syn::Type::Path(p) => {
            p.qself.is_none()
                && p.path.segments.iter().all(|s| match &s.arguments {
                    syn::PathArguments::None => true,
                    syn::PathArguments::AngleBracketed(a) => {
                        a.args.iter().all(|a| matches!(a, syn::GenericArgument::Type(t) if is_owned(t)))
                    }
                    syn::PathArguments::Parenthesized(_) => false,
                })
        }
        _ => false,
    }
}

/// The same of a parameter, which may be a reference to such a type.
fn is_taken(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(r) => r.mutability.is_none() && is_owned(&r.elem),
        ty => is_owned(ty),
    }
}

/// The name that is all of a type.
fn bare_name(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(syn::TypePath { qself: None, path }) = ty else { return None };
    path.get_ident().map(unraw)
}

/// Whether a parameter is a shared reference or a number: nothing can be changed through it, or taken away.
fn only_reads(input: &syn::FnArg) -> bool {
    fn is_number(ty: &syn::Type) -> bool {
        crate::types::counts(ty) || matches!(ty, syn::Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32"))
    }
    fn is_read(ty: &syn::Type) -> bool {
        match ty {
            syn::Type::Reference(r) => r.mutability.is_none() && is_read(&r.elem),
            syn::Type::Slice(s) => is_read(&s.elem),
            syn::Type::Array(a) => is_read(&a.elem),
            syn::Type::Tuple(t) => t.elems.iter().all(is_read),
            syn::Type::Paren(p) => is_read(&p.elem),
            ty => is_owned(ty) && !ty.to_token_stream().to_string().contains("Cell"),
        }
    }
    match input {
        syn::FnArg::Receiver(r) => r.reference.is_some() && r.mutability.is_none() && r.colon_token.is_none(),
        syn::FnArg::Typed(t) => is_number(&t.ty) || matches!(&*t.ty, syn::Type::Reference(_)) && is_read(&t.ty),
    }
}

/// Whether a function of a block has the attribute, without options, and no other that matters: its derivative is that of its body.
fn is_differentiated(b: &syn::ItemImpl, f: &syn::ImplItemFn) -> bool {
    let bare = |a: &&syn::Attribute| matches!(a.meta, syn::Meta::Path(_)) && is_the_attribute(a);
    let all = || b.attrs.iter().chain(&f.attrs);
    all().filter(bare).count() == 1 && all().all(|a| bare(&a) || is_known(a))
}

/// Whether an attribute leaves an item what it seems to be.
fn is_the_attribute(a: &syn::Attribute) -> bool {
    a.path().segments.last().is_some_and(|s| s.ident == "differentiate")
}

fn is_known(a: &syn::Attribute) -> bool {
    ["doc", "derive", "allow", "expect", "must_use", "inline", "non_exhaustive"].iter().any(|n| a.path().is_ident(n))
}

/// What stands in front of the body of a function with the attribute, and no other that matters.
fn annotated_head(f: &syn::ItemFn) -> Option<String> {
    let is_the_attribute =
        |a: &syn::Attribute| matches!(a.meta, syn::Meta::Path(_)) && a.path().segments.last().is_some_and(|s| s.ident == "differentiate");
    let (asked, other): (Vec<_>, Vec<_>) = f.attrs.iter().partition(|a| is_the_attribute(a));
    let plain = asked.len() == 1 && other.iter().all(|a| is_known(a) || a.path().is_ident("track_caller"));
    plain.then(|| f.sig.to_token_stream().to_string())
}

fn are_harmless(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().all(|a| is_known(a) || a.path().is_ident("repr") && !a.meta.to_token_stream().to_string().contains("packed"))
}

/// Whether the cotangent's fields are derived from the type's.
fn derives(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().filter(|a| a.path().is_ident("derive")).any(|a| {
        let mut found = false;
        let _ = a.parse_nested_meta(|m| {
            found |= m.path.segments.last().is_some_and(|s| s.ident == "Differentiable");
            Ok(())
        });
        found
    })
}

/// Whether all that is derived is known, and none of it is a cotangent.
fn derives_of_std(attrs: &[syn::Attribute]) -> bool {
    derives_only(attrs, &["Clone", "Copy"])
}

/// Whether all that is derived is known, and none of it makes copies.
fn derives_no_clone(attrs: &[syn::Attribute]) -> bool {
    derives_only(attrs, &["Differentiable", "Error", "Display", "From"])
}

fn derives_copy(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().filter(|a| a.path().is_ident("derive")).any(|a| {
        let mut found = false;
        let _ = a.parse_nested_meta(|m| {
            found |= m.path.segments.last().is_some_and(|s| s.ident == "Copy");
            Ok(())
        });
        found
    })
}

/// Whether all that is derived is known, or one of some more.
fn derives_only(attrs: &[syn::Attribute], more: &[&str]) -> bool {
    const KNOWN: &[&str] = &["Debug", "Default", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash", "Serialize", "Deserialize"];
    attrs.iter().filter(|a| a.path().is_ident("derive")).all(|a| {
        let mut known = true;
        let read = a.parse_nested_meta(|m| {
            known &= m.path.segments.last().is_some_and(|s| KNOWN.iter().chain(more).any(|k| s.ident == k));
            Ok(())
        });
        read.is_ok() && known
    })
}

/// What a type without the derive is made of, if it has no parameters.
fn bare<'f>(generics: &syn::Generics, attrs: &[syn::Attribute], fields: impl Iterator<Item = &'f syn::Field>) -> Option<Named> {
    struct Parts(Vec<String>);
    impl<'a> Visit<'a> for Parts {
        fn visit_type(&mut self, t: &'a syn::Type) {
            let part = match t {
                syn::Type::Path(p) => match (&p.qself, p.path.segments.len(), p.path.segments.last()) {
                    (None, 1, Some(s)) => s.ident.to_string(),
                    // Not looked into, as all else.
                    _ => "_".to_string(),
                },
                syn::Type::Array(_) | syn::Type::Slice(_) | syn::Type::Tuple(_) | syn::Type::Reference(_) | syn::Type::Paren(_) => {
                    return visit::visit_type(self, t);
                }
                _ => "_".to_string(),
            };
            self.0.push(part);
            visit::visit_type(self, t);
        }
        fn visit_expr(&mut self, _: &'a syn::Expr) {}
    }
    if !generics.params.is_empty() || !are_harmless(attrs) || derives(attrs) {
        return None;
    }
    let mut parts = Parts(Vec::new());
    for f in fields {
        if !f.attrs.iter().all(|a| a.path().is_ident("doc") || a.path().is_ident("allow")) {
            return None;
        }
        parts.visit_type(&f.ty);
    }
    Some(Named::Bare(parts.0))
}

/// The fields, if they are as written.
fn fields(s: &syn::ItemStruct) -> Option<Named> {
    if s.attrs.iter().any(|a| a.path().is_ident("cfg")) {
        return None;
    }
    let plain = are_harmless(&s.attrs) && derives(&s.attrs);
    let written = as_written(&s.fields).filter(|_| plain);
    let otherwise = || bare(&s.generics, &s.attrs, s.fields.iter()).unwrap_or(Named::Only);
    Some(written.map_or_else(otherwise, Named::Struct))
}

/// The variants of an enum with their fields, if they are as written.
fn payloads(e: &syn::ItemEnum) -> Option<Named> {
    let plain = are_harmless(&e.attrs) && derives(&e.attrs);
    let known = |v: &syn::Variant| v.attrs.iter().all(|a| a.path().is_ident("doc") || a.path().is_ident("default"));
    let variant = |v: &syn::Variant| Some((unraw(&v.ident), as_written(&v.fields).filter(|_| known(v))?));
    Some(Named::Enum(e.variants.iter().map(variant).collect::<Option<_>>()?)).filter(|_| plain)
}

/// Fields, if their attributes leave them what they are in the cotangent, or skip them.
fn as_written(fields: &syn::Fields) -> Option<Vec<Field>> {
    let skips = |a: &syn::Attribute| {
        a.path().is_ident("differentiable") && a.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "skip")
    };
    let says_nothing = |a: &syn::Attribute| ["doc", "allow", "expect", "serde"].iter().any(|n| a.path().is_ident(n));
    let written = fields.iter().all(|f| f.attrs.iter().all(|a| says_nothing(a) || skips(a)));
    let field = |(k, f): (usize, &syn::Field)| Field {
        name: f.ident.as_ref().map_or_else(|| k.to_string(), ToString::to_string),
        ty: f.ty.to_token_stream().to_string(),
        skipped: f.attrs.iter().any(skips),
        seen: Seen::of(&f.vis) == Seen::Everywhere,
    };
    written.then(|| fields.iter().enumerate().map(field).collect())
}

/// The parameters of a block that is for all arguments of its type, in the order of the type's: `impl<T, const N: usize> V<T, N>`.
fn terms_of(b: &syn::ItemImpl) -> Option<Vec<String>> {
    let syn::Type::Path(p) = &*b.self_ty else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &p.path.segments.last()?.arguments else { return None };
    let name = |a: &syn::GenericArgument| match a {
        syn::GenericArgument::Type(syn::Type::Path(p)) => p.path.get_ident().map(ToString::to_string),
        syn::GenericArgument::Const(syn::Expr::Path(p)) => p.path.get_ident().map(ToString::to_string),
        _ => None,
    };
    let lifetime = |a: &&syn::GenericArgument| matches!(a, syn::GenericArgument::Lifetime(_));
    let names: Vec<String> = arguments.args.iter().filter(|a| !lifetime(a)).map(name).collect::<Option<_>>()?;
    let own = |name: &String| {
        b.generics.params.iter().any(|p| match p {
            syn::GenericParam::Type(t) => t.ident == name,
            syn::GenericParam::Const(c) => c.ident == name,
            syn::GenericParam::Lifetime(_) => false,
        })
    };
    let distinct = names.iter().enumerate().all(|(k, n)| !names[..k].contains(n));
    (distinct && !names.is_empty() && names.iter().all(own)).then_some(names)
}

/// The text of a function that has the attribute, with no option but those that leave its derivative as it is, and no type parameters.
fn followable(f: &syn::ItemFn) -> Option<String> {
    let sig = &f.sig;
    let special = sig.asyncness.is_some() || sig.unsafety.is_some() || sig.abi.is_some() || sig.variadic.is_some();
    let plain =
        sig.generics.type_params().next().is_none() && sig.generics.const_params().next().is_none() && sig.generics.where_clause.is_none();
    let opaque = sig.to_token_stream().into_iter().any(|t| {
        matches!(&t, proc_macro2::TokenTree::Group(g) if g.stream().into_iter().any(|t| matches!(&t, proc_macro2::TokenTree::Ident(i) if i == "impl" || i == "dyn")))
    });
    let mut annotated = 0;
    for a in &f.attrs {
        if a.path().segments.last().is_some_and(|s| s.ident == "differentiate") {
            let harmless = match &a.meta {
                syn::Meta::Path(_) => true,
                syn::Meta::List(list) => list.tokens.clone().into_iter().all(|t| match t {
                    proc_macro2::TokenTree::Ident(i) => ["wrt", "hessian", "jacobian", "lanes"].iter().any(|o| i == o),
                    proc_macro2::TokenTree::Group(_) => true,
                    proc_macro2::TokenTree::Punct(p) => p.as_char() == ',',
                    proc_macro2::TokenTree::Literal(_) => false,
                }),
                syn::Meta::NameValue(_) => false,
            };
            annotated += if harmless { 1 } else { 2 };
        } else if !is_known(a) {
            return None;
        }
    }
    if special || !plain || opaque || annotated != 1 {
        return None;
    }
    let bare = syn::ItemFn { attrs: Vec::new(), ..f.clone() };
    Some(bare.to_token_stream().to_string())
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_struct(&mut self, s: &'a syn::ItemStruct) {
        self.underived(&s.ident, &s.attrs);
        self.declare(&s.ident, &s.vis, fields(s));
        self.parameters(&s.ident, &s.generics);
        visit::visit_item_struct(self, s);
    }
    fn visit_item_enum(&mut self, e: &'a syn::ItemEnum) {
        self.underived(&e.ident, &e.attrs);
        let written = e.variants.iter().all(|v| v.attrs.iter().all(|a| a.path().is_ident("doc") || a.path().is_ident("default")));
        self.found.variants.insert(e.ident.to_string(), e.variants.iter().map(|v| unraw(&v.ident)).collect());
        let parts = bare(&e.generics, &e.attrs, e.variants.iter().flat_map(|v| &v.fields)).filter(|_| written);
        let only = (!e.attrs.iter().any(|a| a.path().is_ident("cfg"))).then_some(Named::Only);
        self.declare(&e.ident, &e.vis, parts.or(only.map(|only| payloads(e).unwrap_or(only))));
        self.parameters(&e.ident, &e.generics);
        // The fields of variants are seen with the enum.
        e.variants.iter().flat_map(|v| &v.fields).for_each(|f| self.visit_type(&f.ty));
    }
    fn visit_field(&mut self, f: &'a syn::Field) {
        self.hides(f.ident.as_ref(), &f.vis);
        visit::visit_field(self, f);
    }
    fn visit_item_union(&mut self, u: &'a syn::ItemUnion) {
        self.declare(&u.ident, &u.vis, None);
    }
    fn visit_item_trait(&mut self, t: &'a syn::ItemTrait) {
        self.declare(&t.ident, &t.vis, None);
        let bare = t.attrs.iter().all(is_known);
        let above = t.supertraits.iter().filter_map(|b| if let syn::TypeParamBound::Trait(b) = b { b.path.segments.last() } else { None });
        for item in &t.items {
            if let syn::TraitItem::Fn(f) = item {
                self.found.functions_of_traits.push((unraw(&t.ident), unraw(&f.sig.ident)));
                let of = bare.then(|| unraw(&t.ident));
                self.found.of_unannotated.entry(unraw(&f.sig.ident)).and_modify(|k| *k = None).or_insert(of);
            }
        }
        if t.attrs.iter().any(is_the_attribute) {
            self.found.annotated_traits.insert(unraw(&t.ident));
        }
        let numbers = crate::signature::floats_of(&t.generics);
        let arguments = t.generics.params.iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_)));
        let any = arguments.enumerate().filter(|(_, p)| matches!(p, syn::GenericParam::Type(p) if !numbers.contains(&p.ident)));
        let any: Vec<usize> = any.map(|(k, _)| k).collect();
        self.found.any_types.entry(unraw(&t.ident)).and_modify(|k| *k = None).or_insert(Some(any));
        self.found.supertraits.extend(above.map(|s| (unraw(&s.ident), unraw(&t.ident))));
        self.found.traits.entry(t.ident.to_string()).and_modify(|k| *k = None).or_insert(Some(bare));
        let owner = self.owner.take();
        visit::visit_item_trait(self, t);
        self.owner = owner;
    }
    fn visit_item_type(&mut self, t: &'a syn::ItemType) {
        self.declare(&t.ident, &t.vis, None);
    }
    fn visit_type_param(&mut self, p: &'a syn::TypeParam) {
        self.taken(unraw(&p.ident));
    }
    fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
        self.found.macros |= m.ident.is_none() && self.scope == 0;
        self.expands(m.mac.tokens.clone(), m.ident.is_none());
    }
    fn visit_item_use(&mut self, u: &'a syn::ItemUse) {
        self.imports(&u.tree, true);
        self.brings(&u.tree, &[], &Seen::of(&u.vis));
    }
    fn visit_item_mod(&mut self, m: &'a syn::ItemMod) {
        if self.scope == 0 {
            self.found.seen.insert(unraw(&m.ident), Seen::of(&m.vis));
        }
        if m.content.is_some() {
            let around = std::mem::replace(&mut self.in_module, true);
            let conditional = self.conditional;
            self.conditional |= m.attrs.iter().any(|a| a.path().is_ident("cfg"));
            let above = self.scope;
            let super_too = m.content.iter().flat_map(|(_, items)| items).any(|i| matches!(i, syn::Item::Use(u) if is_all_above(&u.tree)));
            self.inside(|r| {
                if super_too {
                    r.below.insert(r.scope, above);
                }
                visit::visit_item_mod(r, m);
            });
            self.in_module = around;
            self.conditional = conditional;
        }
    }
    fn visit_item_const(&mut self, c: &'a syn::ItemConst) {
        self.constant(&c.ident, &c.vis, &c.attrs, &c.ty, Some(&c.expr));
        visit::visit_item_const(self, c);
    }
    fn visit_item_static(&mut self, s: &'a syn::ItemStatic) {
        self.constant(&s.ident, &s.vis, &s.attrs, &s.ty, None);
        visit::visit_item_static(self, s);
    }
    fn visit_block(&mut self, b: &'a syn::Block) {
        // A block's own names and imports.
        let items = b.stmts.iter().any(|s| matches!(s, syn::Stmt::Item(_)));
        if items {
            self.inside(|r| visit::visit_block(r, b));
        } else {
            visit::visit_block(self, b);
        }
    }
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        self.counts(&f.sig, &f.attrs);
        let name = f.sig.ident.to_string();
        let owner = self.owner.take();
        let generic = std::mem::take(&mut self.generic);
        let given = self.given(&f.sig, &f.attrs);
        self.makes(None, &f.sig);
        self.takes_values(&f.sig);
        self.owns(&f.sig.ident, &f.vis);
        self.found.scopes.insert(name.clone(), self.scope);
        self.found.functions.entry(name.clone()).and_modify(|k| *k = None).or_insert(given);
        let known = f.attrs.iter().all(|a| is_known(a) || a.path().is_ident("track_caller") || a.path().is_ident("cold"));
        self.found.bare.entry(name.clone()).and_modify(|k| *k = None).or_insert(Some(known));
        let head = annotated_head(f);
        self.found.annotated.entry(name.clone()).and_modify(|k| *k = None).or_insert(head);
        let (text, worth) = (followable(f), crate::desugar::inline::may_be_followed(f));
        let written = Written { scope: self.scope, text, worth };
        self.found.sources.entry(name).and_modify(|k| *k = None).or_insert(Some(written));
        visit::visit_item_fn(self, f);
        (self.owner, self.generic) = (owner, generic);
    }
    fn visit_trait_item_fn(&mut self, f: &'a syn::TraitItemFn) {
        self.counts(&f.sig, &f.attrs);
        self.found.associated.insert(f.sig.ident.to_string());
        self.found.of_traits.insert(f.sig.ident.to_string());
        visit::visit_trait_item_fn(self, f);
    }
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let name = match &*b.self_ty {
            syn::Type::Path(p) if p.qself.is_none() && p.path.segments.len() == 1 => Some(p.path.segments[0].ident.to_string()),
            _ => None,
        };
        let of_std = b.trait_.as_ref().is_some_and(|(_, of, _)| crate::blocks::is_of_std(of));
        if let (Some(owner), None) = (&name, &b.trait_) {
            self.straight(owner, b);
        }
        if let Some(owner) = name.as_ref().filter(|_| !of_std) {
            for item in &b.items {
                if let syn::ImplItem::Fn(f) = item {
                    self.makes(Some(owner), &f.sig);
                    self.receives(owner, &f.sig);
                    let takes = f.sig.receiver().filter(|r| r.colon_token.is_none()).map(|r| match (&r.reference, r.mutability) {
                        (None, _) => Receiver::Value,
                        (Some(_), None) => Receiver::Ref,
                        (Some(_), Some(_)) => Receiver::Mut,
                    });
                    let of = if b.trait_.is_some() { &mut self.found.by_traits } else { &mut self.found.by_owner };
                    of.entry(format!("{owner}::{}", unraw(&f.sig.ident))).or_default().extend(takes);
                }
            }
        }
        if let syn::Type::Path(p) = &*b.self_ty {
            self.functions_of(p, b);
        }
        let for_all = matches!(&*b.self_ty, syn::Type::Path(p) if p.path.get_ident().is_some_and(|i| b.generics.type_params().any(|t| t.ident == *i)));
        if let (true, Some((_, of, _))) = (for_all, &b.trait_) {
            self.found.for_all.extend(of.segments.last().map(|s| unraw(&s.ident)));
        }
        if let (Some(owner), Some(of)) = (&name, b.trait_.as_ref().and_then(|(_, of, _)| crate::blocks::of_std(of))) {
            let names = b.items.iter().filter_map(|i| if let syn::ImplItem::Fn(f) = i { Some(unraw(&f.sig.ident)) } else { None });
            self.found.of_std.extend(names.map(|f| (format!("{owner}::{f}"), of.clone())));
        }
        let of_references = b.trait_.as_ref().and_then(|(_, of, _)| of.segments.last()).is_some_and(|s| {
            matches!(&s.arguments, syn::PathArguments::AngleBracketed(a)
                if a.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(syn::Type::Reference(_)))))
        });
        let annotated = b.attrs.iter().any(|a| a.path().segments.last().is_some_and(|s| s.ident == "differentiate"));
        if of_references && annotated && !of_std {
            let names = b.items.iter().filter_map(|i| if let syn::ImplItem::Fn(f) = i { Some(unraw(&f.sig.ident)) } else { None });
            self.found.of_values.extend(names.map(|f| (f, None)));
        }
        if let Some((_, of, _)) = &b.trait_ {
            let names = b.items.iter().filter_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f.sig.ident.to_string()) } else { None });
            let names: Vec<String> = names.collect();
            match &*b.self_ty {
                syn::Type::Slice(_) => {
                    for item in &b.items {
                        if let syn::ImplItem::Fn(f) = item {
                            let changes = f.sig.receiver().is_some_and(|r| r.reference.is_some() && r.mutability.is_some());
                            *self.found.of_slices.entry(f.sig.ident.to_string()).or_default() |= changes;
                        }
                    }
                }
                syn::Type::Array(_) => self.found.of_arrays.extend(names.iter().cloned()),
                _ => {}
            }
            self.found.of_traits.extend(names);
            let is = |path: &syn::Path, name: &str| path.segments.last().is_some_and(|s| s.ident == name);
            let on_a_function = b.items.iter().any(|i| matches!(i, syn::ImplItem::Fn(f) if f.attrs.iter().any(is_the_attribute)));
            if let (true, syn::Type::Path(p)) = (is(of, "Differentiable"), &*b.self_ty) {
                self.found.by_hand.extend(p.path.segments.last().map(|s| unraw(&s.ident)));
            }
            if is(of, "Index") {
                self.found.indexed.extend(name.clone());
                let output = b.items.iter().find_map(|i| if let syn::ImplItem::Type(t) = i { Some(&t.ty) } else { None });
                let plain = output.is_some_and(|ty| crate::signature::is_primitive_without_derivative(&ty.to_token_stream().to_string()));
                if !b.attrs.iter().all(is_known) || on_a_function {
                    self.found.with_index_rule.extend(name.clone());
                } else if !plain {
                    self.found.unindexed.extend(name.clone());
                }
            }
            if is(of, "Deref") {
                self.found.derefs.extend(name.clone());
            }
            if is(of, "Deref") && !on_a_function && !b.attrs.iter().any(is_the_attribute) {
                self.found.dereferenced.extend(name.clone());
            }
        }
        self.operator(b);
        let generic = !matches!(&*b.self_ty, syn::Type::Path(p) if p.path.get_ident().is_some() && b.generics.params.is_empty());
        let around =
            (std::mem::replace(&mut self.owner, name.filter(|_| b.trait_.is_none())), std::mem::replace(&mut self.generic, generic));
        let terms = std::mem::replace(&mut self.terms, terms_of(b));
        let bare = std::mem::replace(&mut self.bare, b.attrs.iter().all(is_known));
        visit::visit_item_impl(self, b);
        self.bare = bare;
        self.terms = terms;
        (self.owner, self.generic) = around;
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.counts(&f.sig, &f.attrs);
        self.found.associated.insert(f.sig.ident.to_string());
        self.hides(Some(&f.sig.ident).filter(|_| self.owner.is_some()), &f.vis);
        if let Some(owner) = &self.owner {
            let given = self.given(&f.sig, &f.attrs);
            let path = format!("{owner}::{}", f.sig.ident);
            // One of two that are called so, as those of `V<f32>` and `V<f64>`, may have it.
            if self.bare && f.attrs.iter().all(is_known) && !self.found.methods.contains_key(&path) {
                self.found.unannotated.insert(path.clone());
            } else {
                self.found.unannotated.remove(&path);
            }
            let known = self.found.methods.entry(path);
            known.and_modify(|k| *k = None).or_insert(given);
        }
        visit::visit_impl_item_fn(self, f);
    }
}
