//! Functions beside the function, of other files, and methods, that can only be followed where they are called, see `position/helpers.rs`.
//!
//! What enters: a body before names are resolved. What leaves: the same body with such functions inside, as if they had been written there,
//! so that [`local`](super::local) makes closures of them. Guarantee: what has the name in the body itself is what it was.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

use crate::position::{Method, Receiver};
use crate::signature::Signature;
use crate::varied::{bound_names, mentions};

/// Brings the helpers that a function's body calls into it, and those that they call.
///
/// Those that take options or tuples of references, too, if calls of them may be followed (`of_parts`).
pub(crate) fn bring_in(item: &mut syn::ItemFn, signature: &Signature, of_parts: bool) {
    let caller = item.sig.ident.clone();
    super::sized::say(item, &mut |path| {
        let name = path.get_ident()?;
        crate::position::helper(&caller, name, false).or_else(|| crate::position::helper_elsewhere(path, false))
    });
    let mut names = Names { of_parts, ..Names::default() };
    item.sig.inputs.iter().for_each(|input| names.visit_fn_arg(input));
    names.visit_block(&item.block);
    if names.imports {
        return;
    }
    let parameters = item.sig.generics.params.iter().chain(&signature.block.generics.params).filter_map(parameter);
    names.items.extend(parameters);
    let mut methods = Calls::of(&mut item.block, &caller, owner(signature), &names);
    let mut brought: Vec<syn::ItemFn> = Vec::new();
    let mut renamed = Renamed::default();
    loop {
        let mut helper = if let Some(method) = methods.pop() {
            if brought.iter().any(|known| known.sig.ident == method.sig.ident) {
                continue;
            }
            method
        } else {
            let Some(path) = names.called.pop() else { break };
            let Some((helper, name)) = names.helper(&caller, &path, &renamed) else { continue };
            if !path.is_ident(&name) {
                renamed.0.push((path, name));
            }
            helper
        };
        methods.extend(Calls::of(&mut helper.block, &caller, None, &names));
        // What it binds is its own business.
        let mut inside = Names::default();
        inside.visit_block(&helper.block);
        names.called.extend(inside.called.into_iter().filter(|n| !n.get_ident().is_some_and(|n| inside.own.contains(&n.to_string()))));
        brought.push(helper);
    }
    item.block.stmts.splice(0..0, brought.into_iter().map(|f| syn::Stmt::Item(syn::Item::Fn(f))));
    if !renamed.0.is_empty() {
        item.block.stmts.iter_mut().for_each(|s| renamed.stmt(s));
    }
}

impl Names {
    /// The function that a call means, if it is followed, and what it is called here.
    fn helper(&mut self, caller: &Ident, path: &syn::Path, renamed: &Renamed) -> Option<(syn::ItemFn, Ident)> {
        let (bare, given) = super::sized::without_arguments(path);
        let mut name = bare.segments.last()?.ident.clone();
        let imported = bare.get_ident().is_some_and(|name| self.imported.contains(&name.to_string()));
        let beside = |of_parts| crate::position::helper(caller, &name, of_parts);
        let helper = if path.get_ident().is_some() && !imported {
            if self.items.contains(&name.to_string()) || !self.own.insert(name.to_string()) || name == *caller {
                return None;
            }
            beside(false).or_else(|| beside(true).filter(|_| self.of_parts)).or_else(|| self.elsewhere(path))
        } else if renamed.has(path) || imported && self.own.contains(&name.to_string()) {
            return None;
        } else {
            let means_another = self.items.contains(&name.to_string()) || name == *caller;
            let beside = if bare.get_ident().is_some() && !imported && !means_another { beside(false) } else { None };
            // Under a name of its own.
            while self.imported.contains(&name.to_string()) || self.items.contains(&name.to_string()) || !self.own.insert(name.to_string())
            {
                name = Ident::new(&format!("{name}_"), name.span());
            }
            beside.or_else(|| self.elsewhere(&bare))
        };
        let mut helper = match given {
            Some(given) => super::sized::written_out(helper?, &given)?,
            None => helper?,
        };
        let written = std::mem::replace(&mut helper.sig.ident, name.clone());
        self.mean_the_same(&helper, Some(&written)).then_some((helper, name))
    }

    fn elsewhere(&self, path: &syn::Path) -> Option<syn::ItemFn> {
        let found = |of_parts| crate::position::helper_elsewhere(path, of_parts);
        found(false).or_else(|| found(true).filter(|_| self.of_parts))
    }

    /// Whether a helper means the same here as in its module: a name may mean something else.
    fn mean_the_same(&self, helper: &syn::ItemFn, written: Option<&Ident>) -> bool {
        let own: HashSet<String> = helper.sig.generics.params.iter().filter_map(parameter).collect();
        let is_its_own = |n: &String| own.contains(n) || written.is_some_and(|w| w == n);
        let elsewhere: HashSet<String> = self.items.union(&self.imported).filter(|n| !is_its_own(n)).cloned().collect();
        !mentions(helper.to_token_stream(), &elsewhere) && Followed::is(helper)
    }
}

/// Writes calls of methods that are followed as calls of functions: `s.moved(x)` becomes `moved(&mut s, x)`.
struct Calls<'a> {
    caller: &'a Ident,
    /// What `Self` is.
    owner: Option<String>,
    names: &'a Names,
    found: Vec<syn::ItemFn>,
    /// Functions that stand for methods which give a reference.
    lent: HashSet<String>,
    /// Those of them that give one to a value of a type, by its name.
    of_type: HashMap<String, String>,
}

impl<'a> Calls<'a> {
    /// The functions that stand for the methods which a body calls.
    fn of(body: &mut syn::Block, caller: &'a Ident, owner: Option<String>, names: &'a Names) -> Vec<syn::ItemFn> {
        let mut calls = Calls { caller, owner, names, found: Vec::new(), lent: HashSet::default(), of_type: HashMap::default() };
        calls.visit_block_mut(body);
        calls.found
    }

    fn method(&mut self, name: &Ident) -> Option<Method> {
        let found = crate::position::method_helper(self.caller, name)?;
        self.followed(name, found)
    }

    fn followed(&mut self, name: &Ident, (method, function): (Method, syn::ItemFn)) -> Option<Method> {
        let mut inside = Called { name, found: false };
        inside.visit_block(&function.block);
        if *name == *self.caller || inside.found || !self.names.mean_the_same(&function, None) {
            return None;
        }
        self.found.push(function);
        Some(method)
    }

    /// Keeps what a function gives that stands for a method.
    fn gives(&mut self, method: &Method, function: &Ident) {
        if method.gives_reference {
            self.lent.insert(function.to_string());
        }
        if method.gives_itself {
            self.of_type.insert(function.to_string(), method.owner.clone());
        }
    }

    /// Whether an expression is the call of a method that gives a reference.
    fn is_lent(&self, e: &syn::Expr) -> bool {
        called(e).is_some_and(|name| self.lent.contains(&name.to_string()))
    }

    /// The type of what the call of a method gives by reference.
    fn type_of(&self, e: &syn::Expr) -> Option<&String> {
        self.of_type.get(&called(e)?.to_string())
    }
}

/// The name of the function that an expression calls.
fn called(e: &syn::Expr) -> Option<&Ident> {
    let syn::Expr::Call(c) = e else { return None };
    let syn::Expr::Path(p) = &*c.func else { return None };
    p.path.get_ident()
}

impl VisitMut for Calls<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        visit_mut::visit_expr_mut(self, e);
        match e {
            syn::Expr::MethodCall(m) => {
                // Receivers of other types have methods of that name.
                let of_std = crate::position::is_name_of_std(&m.method.to_string());
                let known = self.type_of(&m.receiver);
                let meant = |owner: &str| known.is_some_and(|known| known == owner);
                let is_method = !of_std || crate::position::method_helper(self.caller, &m.method).is_some_and(|(m, _)| meant(&m.owner));
                let Some(method) = is_method.then(|| self.method(&m.method)).flatten() else { return };
                let Some(receiver) = method.receiver else { return };
                let (of, args) = (&m.receiver, &m.args);
                let name = method.name(&m.method);
                let of = match receiver {
                    _ if self.is_lent(of) => of.to_token_stream(),
                    Receiver::Value => of.to_token_stream(),
                    Receiver::Ref => quote::quote!(&#of),
                    Receiver::Mut => quote::quote!(&mut #of),
                };
                self.gives(&method, &name);
                let args = args.iter();
                *e = syn::parse_quote!(#name(#of #(, #args)*));
            }
            syn::Expr::Call(c) => {
                let syn::Expr::Path(p) = &*c.func else { return };
                let segments: Vec<Ident> = p.path.segments.iter().map(|s| s.ident.clone()).collect();
                let [.., owner, name] = &segments[..] else { return };
                let (owner, name) = (owner.to_string(), name.clone());
                let owner = if owner == "Self" { self.owner.clone() } else { Some(owner) };
                let found = owner.and_then(|owner| crate::position::associated_helper(self.caller, &owner, &p.path));
                if let Some(method) = found.and_then(|found| self.followed(&name, found)) {
                    let name = method.name(&name);
                    self.gives(&method, &name);
                    *c.func = syn::parse_quote!(#name);
                }
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        super::each_value_mut(m, &mut |e| self.visit_expr_mut(e));
    }
}

/// Whether something of a name is called.
struct Called<'a> {
    name: &'a Ident,
    found: bool,
}

impl<'a> Visit<'a> for Called<'_> {
    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        self.found |= m.method == *self.name && !crate::position::is_name_of_std(&m.method.to_string());
        visit::visit_expr_method_call(self, m);
    }
    fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
        let mut segments = p.path.segments.iter().rev().map(|s| &s.ident);
        // `Vec::new()` is another one.
        let own = |of: &Ident| !["Vec", "String", "Box", "Some"].iter().any(|std| of == std);
        self.found |= segments.next().is_some_and(|last| last == self.name) && segments.next().is_some_and(own);
        visit::visit_expr_path(self, p);
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        self.found |= mentions(m.tokens.clone(), &std::iter::once(self.name.to_string()).collect());
    }
}

/// The type whose block the function stands in.
fn owner(signature: &Signature) -> Option<String> {
    match signature.block.self_ty.as_ref()? {
        syn::Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    }
}

/// Calls by a path, and the names of the functions that were brought in for them.
#[derive(Default)]
struct Renamed(Vec<(syn::Path, Ident)>);

impl Renamed {
    fn has(&self, path: &syn::Path) -> bool {
        self.0.iter().any(|(p, _)| p == path)
    }

    /// A statement, which may be a function that was brought in.
    fn stmt(&mut self, s: &mut syn::Stmt) {
        match s {
            syn::Stmt::Item(syn::Item::Fn(f)) => self.visit_block_mut(&mut f.block),
            s => self.visit_stmt_mut(s),
        }
    }
}

impl VisitMut for Renamed {
    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        if let syn::Expr::Path(p) = &mut *c.func {
            if let Some((_, name)) = self.0.iter().find(|(path, _)| *path == p.path) {
                p.path = name.clone().into();
            }
        }
        visit_mut::visit_expr_call_mut(self, c);
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        super::each_value_mut(m, &mut |e| self.visit_expr_mut(e));
    }
}

/// Puts closures in front of a body for the methods that it calls and that can only be followed; whether there are any.
pub(crate) fn methods_followed(block: &mut syn::Block, params: impl Iterator<Item = String>) -> bool {
    let mut names = Names::default();
    names.own.extend(params);
    names.visit_block(block);
    let mut methods = Methods { own: names.own, asked: HashSet::default(), known: Vec::new(), closures: Vec::new() };
    methods.visit_block_mut(block);
    let any = !methods.closures.is_empty();
    block.stmts.splice(0..0, methods.closures);
    any
}

/// Calls of methods as calls of closures of their names.
struct Methods {
    /// What has a name in the body.
    own: HashSet<String>,
    asked: HashSet<String>,
    known: Vec<(String, usize)>,
    /// Those that others call come first.
    closures: Vec<syn::Stmt>,
}

impl Methods {
    /// The number of arguments of a method that is followed, with its receiver.
    fn followed(&mut self, method: &Ident) -> Option<usize> {
        let name = method.to_string();
        if self.asked.insert(name.clone()) && !crate::lower::is_method_of_std(&name) {
            if let Some(mut helper) = crate::position::helper_method(method) {
                let mut inside = Names::default();
                helper.sig.inputs.iter().for_each(|input| inside.visit_fn_arg(input));
                inside.visit_block(&helper.block);
                let captured: HashSet<String> = self.own.difference(&inside.own).cloned().collect();
                if !mentions(helper.block.to_token_stream(), &captured) && Followed::is(&helper) && !inside.imports {
                    self.visit_block_mut(&mut helper.block);
                    helper.sig.ident = Self::name(method);
                    self.known.push((name.clone(), helper.sig.inputs.len()));
                    self.closures.push(super::local::closure(&helper));
                }
            }
        }
        self.known.iter().find(|(known, _)| *known == name).map(|(_, count)| *count)
    }

    fn name(method: &Ident) -> Ident {
        Ident::new(&format!("{method}_of_receiver"), method.span())
    }
}

impl VisitMut for Methods {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        visit_mut::visit_expr_mut(self, e);
        if let syn::Expr::MethodCall(m) = e {
            if m.turbofish.is_none() && self.followed(&m.method) == Some(m.args.len() + 1) {
                let (name, receiver, args) = (Self::name(&m.method), &m.receiver, m.args.iter());
                *e = syn::parse_quote_spanned!(m.method.span()=> #name(&#receiver, #(#args),*));
            }
        }
    }
}

fn parameter(p: &syn::GenericParam) -> Option<String> {
    match p {
        syn::GenericParam::Type(t) => Some(t.ident.to_string()),
        syn::GenericParam::Const(c) => Some(c.ident.to_string()),
        syn::GenericParam::Lifetime(_) => None,
    }
}

/// Whether a function means the same at the top of another one: no macros of the module's, whose place matters, no `?` unless the function's
/// own result tells what it is on, no items.
struct Followed {
    so_far: bool,
    /// Whether `?` leaves the function with an `Option` or a `Result` that is written down.
    told: bool,
}

impl Followed {
    fn is(f: &syn::ItemFn) -> bool {
        let told = matches!(&f.sig.output, syn::ReturnType::Type(_, ty)
            if matches!(&**ty, syn::Type::Path(p) if p.path.segments.len() == 1 && ["Option", "Result"].iter().any(|n| p.path.segments[0].ident == n)));
        let mut followed = Followed { so_far: true, told };
        followed.visit_block(&f.block);
        followed.so_far
    }
}

impl<'a> Visit<'a> for Followed {
    fn visit_item(&mut self, _: &'a syn::Item) {
        self.so_far = false;
    }
    fn visit_expr_try(&mut self, e: &'a syn::ExprTry) {
        self.so_far &= self.told;
        visit::visit_expr_try(self, e);
    }
    fn visit_expr_closure(&mut self, c: &'a syn::ExprClosure) {
        let told = std::mem::replace(&mut self.told, false);
        visit::visit_expr_closure(self, c);
        self.told = told;
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        let known =
            ["vec", "assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "panic", "unreachable", "matches", "format"];
        self.so_far &= known.iter().any(|k| m.path.is_ident(k));
    }
}

/// Names that are called as functions or handed over, and those that mean something in the body itself.
#[derive(Default)]
struct Names {
    called: Vec<syn::Path>,
    own: HashSet<String>,
    /// Those of items, which mean something inside an item that is brought in, too.
    items: HashSet<String>,
    /// Those of imports.
    imported: HashSet<String>,
    /// Whether names may come from elsewhere.
    imports: bool,
    /// Whether functions are followed that may also be called otherwise.
    of_parts: bool,
}

impl Names {
    fn import(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(p) => self.import(&p.tree),
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.import(t)),
            syn::UseTree::Name(n) => _ = self.imported.insert(n.ident.to_string()),
            syn::UseTree::Rename(r) => _ = self.imported.insert(r.rename.to_string()),
            syn::UseTree::Glob(_) => self.imports = true,
        }
    }
}

impl<'a> Visit<'a> for Names {
    fn visit_item(&mut self, item: &'a syn::Item) {
        let name = match item {
            syn::Item::Fn(f) => &f.sig.ident,
            syn::Item::Const(c) => &c.ident,
            syn::Item::Static(s) => &s.ident,
            syn::Item::Struct(s) => &s.ident,
            syn::Item::Enum(e) => &e.ident,
            syn::Item::Type(t) => &t.ident,
            syn::Item::Trait(t) => &t.ident,
            syn::Item::Use(u) => return self.import(&u.tree),
            _ => {
                self.imports = true;
                return;
            }
        };
        self.items.insert(name.to_string());
    }
    fn visit_pat(&mut self, p: &'a syn::Pat) {
        self.own.extend(bound_names(p));
        visit::visit_pat(self, p);
    }
    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        if let syn::Expr::Path(p) = &*c.func {
            self.called.push(p.path.clone());
        }
        visit::visit_expr_call(self, c);
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        super::values_of(m).iter().for_each(|value| value_in(self, value));
    }
}

/// Visits an expression that does not live as long as the body.
fn value_in(names: &mut Names, value: &syn::Expr) {
    names.visit_expr(value);
}
