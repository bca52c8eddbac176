//! Which functions of a file call each other in a circle.
//!
//! What enters: a file. What leaves: for a function, by its module, type and name, whether what it calls may lead back to it. Guarantees: a
//! circle within the file is found, since a call that may mean several functions counts as a call of all of them. What tells them apart: a name
//! that stands alone means the function of its own module, where that has one; a method is one of the receiver's type, where the
//! declarations of the file tell what types that can be.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use proc_macro2::TokenTree;
use syn::visit::{self, Visit};

mod types;

use types::{Types, Words};

/// The functions of a file, and what they call.
#[derive(Default)]
pub(super) struct Circles {
    nodes: Vec<Node>,
    named: HashMap<String, Vec<usize>>,
    types: Types,
}

/// A function, or a macro, as `name!`.
struct Node {
    module: Vec<String>,
    owner: Option<Owner>,
    calls: Vec<Callee>,
}

/// The block around a function.
#[derive(Clone)]
struct Owner {
    /// The name of its type.
    name: String,
    /// Functions of a trait, and of its `impl`s for all types, are methods of any type.
    any: bool,
}

/// A function that is asked for; one of any module without a module.
pub(super) struct Asked {
    pub module: Option<Vec<String>>,
    pub owner: Of,
    pub name: String,
}

/// What a function belongs to.
pub(super) enum Of {
    Nothing,
    /// A type or trait of the name.
    Type(String),
    /// That is not known.
    Any,
}

/// What a call may mean.
enum Callee {
    /// Whatever has the name.
    Any(String),
    /// `f(x)`
    Alone(String),
    /// `owner::f(x)`
    Of(String, String),
    /// `receiver.f(x)`, on one of so many types.
    Method(String, Words),
}

impl Circles {
    pub fn read(file: &syn::File) -> Circles {
        let circles = Circles { types: Types::read(file), ..Circles::default() };
        let mut reader = Reader { circles, module: Vec::new(), owner: None, inside: Vec::new(), bound: HashMap::default() };
        reader.visit_file(file);
        reader.circles
    }

    /// Whether what a function calls may lead back to it; nothing where there is none.
    pub fn has(&self, asked: &Asked) -> Option<bool> {
        let is = |node: &Node| {
            let of = match (&asked.owner, &node.owner) {
                (Of::Any, _) | (Of::Nothing, None) => true,
                (Of::Type(name), Some(owner)) => *name == owner.name,
                _ => false,
            };
            of && asked.module.as_ref().is_none_or(|m| *m == node.module)
        };
        let meant: Vec<usize> = self.named.get(&asked.name)?.iter().copied().filter(|k| is(&self.nodes[*k])).collect();
        (!meant.is_empty()).then(|| meant.into_iter().any(|k| self.leads_back(k)))
    }

    fn leads_back(&self, start: usize) -> bool {
        let mut seen = HashSet::default();
        let mut next = vec![start];
        while let Some(k) = next.pop() {
            for callee in self.nodes[k].calls.iter().flat_map(|c| self.meant(&self.nodes[k], c)) {
                if callee == start {
                    return true;
                }
                if seen.insert(callee) {
                    next.push(callee);
                }
            }
        }
        false
    }

    /// The functions that a call in another one may mean.
    fn meant(&self, from: &Node, callee: &Callee) -> Vec<usize> {
        let of = |name: &str, is: &dyn Fn(&Node) -> bool| -> Vec<usize> {
            let under =
                |name: &str| self.named.get(name).into_iter().flatten().copied().filter(|k| is(&self.nodes[*k])).collect::<Vec<_>>();
            let mut found = under(name);
            self.types.renamed(name).iter().for_each(|name| found.extend(under(name)));
            found
        };
        let free = |node: &Node| node.owner.is_none();
        let of_type = |node: &Node, name: &str| node.owner.as_ref().is_some_and(|o| o.any || o.name == name);
        match callee {
            Callee::Any(name) => of(name, &|_| true),
            Callee::Alone(name) => {
                let beside = if self.types.may_be_imported(name) { Vec::new() } else { of(name, &|n| free(n) && n.module == from.module) };
                if beside.is_empty() {
                    of(name, &free)
                } else {
                    beside
                }
            }
            Callee::Of(owner, name) => {
                let owner = match &from.owner {
                    Some(o) if owner == "Self" && !o.any => &o.name,
                    _ => owner,
                };
                let own = |n: &Node| n.owner.as_ref().is_some_and(|o| o.name == *owner);
                let of_module = |n: &Node| free(n) && n.module.last() == Some(owner);
                let known = self.types.is_one(owner) && !of(name, &own).is_empty();
                if known {
                    of(name, &|n| of_type(n, owner))
                } else if !self.types.is_renamed(owner) && !of(name, &of_module).is_empty() {
                    of(name, &of_module)
                } else {
                    of(name, &|_| true)
                }
            }
            Callee::Method(name, None) => of(name, &|n| n.owner.is_some()),
            Callee::Method(name, Some(types)) => of(name, &|n| n.owner.as_ref().is_some_and(|o| o.any || types.contains(&o.name))),
        }
    }
}

struct Reader {
    circles: Circles,
    module: Vec<String>,
    owner: Option<Owner>,
    inside: Vec<usize>,
    /// What types the names of the function at hand may have.
    bound: HashMap<String, Words>,
}

impl Reader {
    fn calls(&mut self, callee: Callee) {
        if let Some(&k) = self.inside.last() {
            self.circles.nodes[k].calls.push(callee);
        }
    }

    fn inside(&mut self, name: String, owner: Option<Owner>, visit: impl FnOnce(&mut Self)) {
        let k = self.circles.nodes.len();
        self.circles.nodes.push(Node { module: self.module.clone(), owner, calls: Vec::new() });
        self.circles.named.entry(name).or_default().push(k);
        self.inside.push(k);
        let bound = std::mem::take(&mut self.bound);
        visit(self);
        self.bound = bound;
        self.inside.pop();
    }

    /// What tokens may call: names in front of parentheses, and macros.
    fn called_in(&mut self, tokens: proc_macro2::TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (k, t) in tokens.iter().enumerate() {
            match (t, tokens.get(k + 1)) {
                (TokenTree::Ident(i), Some(TokenTree::Group(_))) => self.calls(Callee::Any(i.to_string())),
                (TokenTree::Ident(i), Some(TokenTree::Punct(p))) if p.as_char() == '!' => self.calls(Callee::Any(format!("{i}!"))),
                (TokenTree::Group(g), _) => self.called_in(g.stream()),
                _ => {}
            }
        }
    }

    /// A name may have one of several types, where several things have it.
    fn bind(&mut self, pat: &syn::Pat, types: &Words) {
        match pat {
            syn::Pat::Ident(p) => {
                let known = self.bound.entry(p.ident.to_string()).or_insert_with(|| Some(HashSet::default()));
                *known = types::both(known.take(), types.clone());
                if let Some((_, inner)) = &p.subpat {
                    self.bind(inner, types);
                }
            }
            syn::Pat::Type(p) => {
                let written = self.circles.types.of_type(&p.ty);
                self.bind(&p.pat, &written.or_else(|| types.clone()));
            }
            syn::Pat::Reference(p) => self.bind(&p.pat, types),
            syn::Pat::Paren(p) => self.bind(&p.pat, types),
            syn::Pat::Tuple(p) => p.elems.iter().for_each(|p| self.bind(p, types)),
            syn::Pat::Slice(p) => p.elems.iter().for_each(|p| self.bind(p, types)),
            syn::Pat::Or(p) => p.cases.iter().for_each(|p| self.bind(p, types)),
            // Of what std has, `Some(x)`, it may be all.
            syn::Pat::TupleStruct(p) if p.path.segments.last().is_some_and(|s| ["Some", "Ok", "Err"].iter().any(|n| s.ident == n)) => {
                p.elems.iter().for_each(|p| self.bind(p, types));
            }
            syn::Pat::TupleStruct(p) => {
                let parts = self.circles.types.parts_of(types);
                p.elems.iter().for_each(|p| self.bind(p, &parts));
            }
            syn::Pat::Struct(p) => {
                let parts = self.circles.types.parts_of(types);
                p.fields.iter().for_each(|f| self.bind(&f.pat, &parts));
            }
            _ => {}
        }
    }

    fn parameters(&mut self, sig: &syn::Signature) {
        let this = self.owner.as_ref().filter(|o| !o.any).map(|o| o.name.clone());
        let this = this.and_then(|name| self.circles.types.of_name(&name));
        for input in &sig.inputs {
            match input {
                syn::FnArg::Receiver(r) if r.colon_token.is_none() => _ = self.bound.insert("self".to_string(), this.clone()),
                syn::FnArg::Receiver(_) => _ = self.bound.insert("self".to_string(), None),
                syn::FnArg::Typed(t) => {
                    let types = self.circles.types.of_type(&t.ty);
                    self.bind(&t.pat, &types);
                }
            }
        }
    }

    fn of(&self, e: &syn::Expr) -> Words {
        self.circles.types.of(e, &self.bound)
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_mod(&mut self, m: &'a syn::ItemMod) {
        self.module.push(m.ident.to_string());
        visit::visit_item_mod(self, m);
        self.module.pop();
    }
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let name = match &*b.self_ty {
            syn::Type::Path(p) if p.qself.is_none() => p.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        };
        // Of what is no type of a name, and of names that may stand for others, anything may be a receiver.
        let own = name.as_ref().is_some_and(|name| self.circles.types.is_one(name) && !b.generics.type_params().any(|p| p.ident == *name));
        let owner = Owner { name: name.unwrap_or_default(), any: !own };
        let around = self.owner.replace(owner);
        visit::visit_item_impl(self, b);
        self.owner = around;
    }
    fn visit_item_trait(&mut self, t: &'a syn::ItemTrait) {
        let around = self.owner.replace(Owner { name: t.ident.to_string(), any: true });
        visit::visit_item_trait(self, t);
        self.owner = around;
    }
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        let around = self.owner.take();
        self.inside(f.sig.ident.to_string(), None, |r| {
            r.parameters(&f.sig);
            visit::visit_item_fn(r, f);
        });
        self.owner = around;
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.inside(f.sig.ident.to_string(), self.owner.clone(), |r| {
            r.parameters(&f.sig);
            visit::visit_impl_item_fn(r, f);
        });
    }
    fn visit_trait_item_fn(&mut self, f: &'a syn::TraitItemFn) {
        self.inside(f.sig.ident.to_string(), self.owner.clone(), |r| {
            r.parameters(&f.sig);
            visit::visit_trait_item_fn(r, f);
        });
    }
    fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
        if let Some(name) = &m.ident {
            // Whoever calls the macro calls what its text calls.
            self.inside(format!("{name}!"), None, |r| r.called_in(m.mac.tokens.clone()));
        }
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        if let Some(last) = m.path.segments.last() {
            self.calls(Callee::Any(format!("{}!", last.ident)));
        }
        self.called_in(m.tokens.clone());
    }
    fn visit_local(&mut self, l: &'a syn::Local) {
        let types = l.init.as_ref().and_then(|init| self.of(&init.expr));
        self.bind(&l.pat, &types);
        visit::visit_local(self, l);
    }
    fn visit_expr_let(&mut self, l: &'a syn::ExprLet) {
        let types = self.of(&l.expr);
        self.bind(&l.pat, &types);
        visit::visit_expr_let(self, l);
    }
    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        let types = self.of(&m.expr);
        m.arms.iter().for_each(|a| self.bind(&a.pat, &types));
        visit::visit_expr_match(self, m);
    }
    fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
        let types = self.of(&l.expr);
        self.bind(&l.pat, &types);
        visit::visit_expr_for_loop(self, l);
    }
    fn visit_expr_closure(&mut self, c: &'a syn::ExprClosure) {
        c.inputs.iter().for_each(|p| self.bind(p, &None));
        visit::visit_expr_closure(self, c);
    }
    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        if let syn::Expr::Path(p) = &*c.func {
            let names: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
            match &names[..] {
                [name] => self.calls(Callee::Alone(name.clone())),
                [.., owner, name] if p.qself.is_none() => self.calls(Callee::Of(owner.clone(), name.clone())),
                [.., name] => self.calls(Callee::Any(name.clone())),
                [] => {}
            }
        }
        visit::visit_expr_call(self, c);
    }
    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        let receiver = self.of(&m.receiver);
        self.calls(Callee::Method(m.method.to_string(), receiver.clone()));
        // A function that is handed over is called there: `nodes.iter().map(Node::weight)`.
        for a in &m.args {
            if let syn::Expr::Path(p) = a {
                self.calls(Callee::Any(p.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default()));
            }
        }
        if !self.circles.types.hands_on_to_closures(&m.method.to_string()) {
            return visit::visit_expr_method_call(self, m);
        }
        self.visit_expr(&m.receiver);
        let others = m.args.iter().filter(|a| !matches!(a, syn::Expr::Closure(_)));
        let handed = others.fold(receiver, |types, a| types::both(types, self.of(a)));
        for a in &m.args {
            match a {
                syn::Expr::Closure(c) => {
                    c.inputs.iter().for_each(|p| self.bind(p, &handed));
                    self.visit_expr(&c.body);
                }
                a => self.visit_expr(a),
            }
        }
    }
}

#[cfg(test)]
mod tests;
