//! Functions of the file that are followed where they are called, like closures.
//!
//! What enters: a body before names are resolved. What leaves: the same, with a closure for each such function in front, of its name, so that
//! calls are followed into it. Guarantees: the name can only mean that function, and what its body names means the same here as there.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, Expr, ItemFn, Stmt};

use super::local;
use crate::position::{self, Callee};
use crate::varied::bound_names;

/// Puts closures in front of a body for functions that it calls; whether there are any.
pub(crate) fn followed(block: &mut Block, sig: &syn::Signature, params: impl Iterator<Item = String>) -> bool {
    let mut here = Here { bound: params.collect(), calls: Vec::new(), depth: 0, items: false };
    here.visit_block(block);
    here.bound.extend(sig.generics.params.iter().filter_map(|p| match p {
        syn::GenericParam::Type(t) => Some(t.ident.to_string()),
        syn::GenericParam::Const(c) => Some(c.ident.to_string()),
        syn::GenericParam::Lifetime(_) => None,
    }));
    let calls = std::mem::take(&mut here.calls);
    if here.items {
        // What they are called may be what a function calls something else.
        return false;
    }
    let mut found = Followed { caller: &sig.ident, bound: &here.bound, asked: HashSet::default(), closures: Vec::new(), room: ROOM };
    for Called { name, .. } in &calls {
        found.follow(name, Uses::of(name, &calls), 0);
    }
    let any = !found.closures.is_empty();
    let closures = std::mem::take(&mut found.closures);
    block.stmts.splice(0..0, closures);
    any
}

/// Tokens of all calls that are followed, at most: the code of a gradient grows with them.
const ROOM: usize = 2000;

struct Followed<'a> {
    caller: &'a Ident,
    /// What is bound in the body, and the caller's parameters.
    bound: &'a HashSet<String>,
    asked: HashSet<String>,
    closures: Vec<Stmt>,
    room: usize,
}

impl Followed<'_> {
    /// Whether the calls of a function are followed.
    fn follow(&mut self, call: &Ident, uses: Uses, depth: usize) -> bool {
        let name = call.to_string();
        if !self.asked.insert(name.clone()) {
            return self.closures.iter().any(|c| closure_name(c).is_some_and(|n| n == name));
        }
        if depth > 3 || self.bound.contains(&name) || *call == *self.caller {
            return false;
        }
        let Some(Callee { function, same_scope }) = position::callee(call, self.caller) else { return false };
        let size = tokens(&quote::ToTokens::to_token_stream(&function));
        if size > self.room
            || !(worth_following(&function, uses.in_loop) || uses.lends_twice(&function))
            || !local::has_numbers(&function.sig)
        {
            return false;
        }
        let mut inside = Here { bound: HashSet::default(), calls: Vec::new(), depth: 0, items: false };
        inside.visit_item_fn_inside(&function);
        if inside.items {
            return false;
        }
        let calls = std::mem::take(&mut inside.calls);
        let mut names = Names::default();
        names.visit_item_fn(&function);
        let mut own = HashSet::default();
        for Called { name, in_loop, .. } in calls.iter().filter(|c| !inside.bound.contains(&c.name.to_string())) {
            let in_loop = uses.in_loop || *in_loop;
            if self.follow(name, Uses { in_loop, twice: Vec::new() }, depth + 1) {
                own.insert(name.to_string());
            }
        }
        let free = |n: &&String| !inside.bound.contains(*n) && !own.contains(*n) && !is_everywhere(n);
        if names.used.iter().filter(free).any(|n| !same_scope || self.bound.contains(n)) {
            return false;
        }
        if !same_scope && names.methods.iter().any(|m| position::is_method(call, m)) {
            return false;
        }
        self.room -= size;
        self.closures.push(local::closure(&function));
        true
    }
}

/// A call.
struct Called {
    name: Ident,
    in_loop: bool,
    /// Arguments that are the same as one before.
    twice: Vec<usize>,
}

/// How a function is called.
struct Uses {
    /// Whether any call stands in a loop.
    in_loop: bool,
    /// Arguments of calls in loops that are the same as one before.
    twice: Vec<usize>,
}

impl Uses {
    fn of(name: &Ident, calls: &[Called]) -> Uses {
        let all = || calls.iter().filter(|c| c.name == *name);
        Uses { in_loop: all().any(|c| c.in_loop), twice: all().filter(|c| c.in_loop).flat_map(|c| c.twice.iter().copied()).collect() }
    }

    /// Whether calls in loops are lent a list twice, for which each would need a second buffer.
    fn lends_twice(&self, f: &ItemFn) -> bool {
        !self.twice.is_empty() && reads_lists(f)
    }
}

/// Whether a function gives one number for lists that it reads.
fn reads_lists(f: &ItemFn) -> bool {
    let list = |input: &syn::FnArg| match input {
        syn::FnArg::Typed(t) => {
            matches!(&*t.ty, syn::Type::Reference(r) if r.mutability.is_none() && matches!(&*r.elem, syn::Type::Slice(_)))
        }
        syn::FnArg::Receiver(_) => false,
    };
    gives_number(f) && f.sig.inputs.iter().all(list)
}

/// Whether it may be that calls of a function are followed.
pub(crate) fn may_be_followed(f: &ItemFn) -> bool {
    worth_following(f, true) || reads_lists(f)
}

/// Whether a function gives one number.
fn gives_number(f: &ItemFn) -> bool {
    matches!(&f.sig.output, syn::ReturnType::Type(_, ty) if matches!(&**ty, syn::Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32")))
}

/// Whether a function gives a list of numbers.
fn gives_list(f: &ItemFn) -> bool {
    matches!(&f.sig.output, syn::ReturnType::Type(_, ty) if ["Vec < f64 >", "Vec < f32 >"].contains(&quote::ToTokens::to_token_stream(ty).to_string().as_str()))
}

/// Whether that is all that it takes.
fn takes_lists_and_numbers(f: &ItemFn) -> bool {
    f.sig.inputs.iter().all(|input| match input {
        syn::FnArg::Typed(t) => match &*t.ty {
            syn::Type::Reference(r) => r.mutability.is_none() && matches!(&*r.elem, syn::Type::Slice(_)),
            syn::Type::Path(p) => ["f64", "f32", "usize"].iter().any(|n| p.path.is_ident(n)),
            _ => false,
        },
        syn::FnArg::Receiver(_) => false,
    })
}

fn closure_name(s: &Stmt) -> Option<String> {
    match s {
        Stmt::Local(l) => bound_names(&l.pat).pop(),
        _ => None,
    }
}

/// Names of the language and of what is in sight everywhere.
fn is_everywhere(name: &str) -> bool {
    EVERYWHERE.contains(&name)
}

/// Names of the language, and of its library.
pub(crate) const EVERYWHERE: &[&str] = &[
    "bool",
    "char",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "str",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "Vec",
    "Option",
    "Some",
    "None",
    "Box",
    "std",
    "core",
    "vec",
    "assert",
    "assert_eq",
    "debug_assert",
    "panic",
    "unreachable",
];

/// Whether a call would keep much that its caller need not: what the function reads of an array that it overwrites in loops inside loops, since
/// its pullback is not handed the array again; or, of a sum over a list, all that is dear; or a list that is made of lists, in each call.
fn worth_following(f: &ItemFn, in_loop: bool) -> bool {
    let mut body =
        Body { lent: HashSet::default(), depth: 0, written: HashSet::default(), read: HashSet::default(), dear: false, nested: false };
    let mut list = false;
    for input in &f.sig.inputs {
        if let syn::FnArg::Typed(t) = input {
            if let syn::Type::Reference(r) = &*t.ty {
                list |= matches!(&*r.elem, syn::Type::Slice(_));
                if r.mutability.is_some() {
                    body.lent.extend(bound_names(&t.pat));
                }
            }
        }
    }
    body.visit_block(&f.block);
    let keeps = gives_number(f) && body.dear || gives_list(f) && !body.nested && takes_lists_and_numbers(f);
    body.written.intersection(&body.read).next().is_some() || in_loop && list && body.lent.is_empty() && keeps
}

/// What loops do.
struct Body {
    /// What is taken by `&mut`.
    lent: HashSet<String>,
    /// How many loops are around.
    depth: usize,
    /// Elements that are overwritten in loops, and those that are read in loops inside loops.
    written: HashSet<String>,
    read: HashSet<String>,
    /// Whether a loop calls what costs more than arithmetic.
    dear: bool,
    /// Whether there are loops inside loops.
    nested: bool,
}

impl Body {
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        self.nested |= self.depth > 1;
        visit(self);
        self.depth -= 1;
    }

    fn assigned(&mut self, target: &Expr) {
        if let (Some(name), true) = (crate::varied::root_name(target), self.depth > 0) {
            self.written.extend(Some(name).filter(|n| self.lent.contains(n)));
        }
    }
}

impl<'a> Visit<'a> for Body {
    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::ForLoop(l) => {
                self.visit_expr(&l.expr);
                self.inside(|b| b.visit_block(&l.body));
            }
            Expr::While(_) | Expr::Loop(_) | Expr::Closure(_) => self.inside(|b| visit::visit_expr(b, e)),
            Expr::Assign(a) => {
                self.assigned(&a.left);
                self.visit_expr(&a.right);
            }
            Expr::Binary(b) if crate::lower::is_update(&b.op) => {
                // Sums read nothing.
                self.assigned(&b.left);
                if !matches!(b.op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_)) {
                    self.visit_expr(&b.left);
                }
                self.visit_expr(&b.right);
            }
            Expr::Index(i) => {
                if let (Some(name), true) = (crate::varied::root_name(&i.expr), self.depth > 1) {
                    self.read.extend(Some(name).filter(|n| self.lent.contains(n)));
                }
                visit::visit_expr(self, e);
            }
            Expr::MethodCall(m) => {
                self.dear |= self.depth > 0 && DEAR.iter().any(|n| m.method == n);
                visit::visit_expr(self, e);
            }
            e => visit::visit_expr(self, e),
        }
    }
}

const DEAR: &[&str] = &["exp", "ln", "powf", "tanh", "sin", "cos", "sin_cos", "exp_m1", "ln_1p", "log10", "log2", "exp2"];

fn tokens(stream: &TokenStream) -> usize {
    let of = |t: TokenTree| if let TokenTree::Group(g) = t { 2 + tokens(&g.stream()) } else { 1 };
    stream.clone().into_iter().map(of).sum()
}

/// What a body binds and calls, and whether it has items.
struct Here {
    bound: HashSet<String>,
    calls: Vec<Called>,
    depth: usize,
    items: bool,
}

impl Here {
    fn visit_item_fn_inside(&mut self, f: &ItemFn) {
        for input in &f.sig.inputs {
            if let syn::FnArg::Typed(t) = input {
                self.bound.extend(bound_names(&t.pat));
            }
        }
        self.visit_block(&f.block);
    }
}

impl<'a> Visit<'a> for Here {
    fn visit_item(&mut self, _: &'a syn::Item) {
        self.items = true;
    }
    fn visit_pat(&mut self, p: &'a syn::Pat) {
        self.bound.extend(bound_names(p));
        visit::visit_pat(self, p);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        let inside = matches!(e, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::Closure(_));
        self.depth += usize::from(inside);
        if let Expr::Call(syn::ExprCall { func, args, .. }) = e {
            if let Expr::Path(p) = &**func {
                let same = |k: &usize| args.iter().take(*k).any(|a| a == &args[*k]);
                let twice = (1..args.len()).filter(same).collect();
                self.calls.extend(p.path.get_ident().map(|name| Called { name: name.clone(), in_loop: self.depth > 0, twice }));
            }
        }
        visit::visit_expr(self, e);
        self.depth -= usize::from(inside);
    }
}

/// What a function names that may mean something else elsewhere: the first words of paths, words in macros; and methods.
#[derive(Default)]
struct Names {
    used: HashSet<String>,
    methods: HashSet<String>,
}

impl<'a> Visit<'a> for Names {
    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}
    fn visit_path(&mut self, p: &'a syn::Path) {
        self.used.extend(p.segments.first().map(|s| s.ident.to_string()));
        visit::visit_path(self, p);
    }
    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        self.methods.insert(m.method.to_string());
        visit::visit_expr_method_call(self, m);
    }
    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        // Perhaps a constant.
        if bound_names(&syn::Pat::Ident(p.clone())).is_empty() {
            self.used.insert(p.ident.to_string());
        }
        visit::visit_pat_ident(self, p);
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        fn words(tokens: TokenStream, used: &mut HashSet<String>) {
            for t in tokens {
                match t {
                    TokenTree::Ident(i) => {
                        used.insert(i.to_string());
                    }
                    TokenTree::Group(g) => words(g.stream(), used),
                    _ => {}
                }
            }
        }
        self.used.extend(m.path.segments.first().map(|s| s.ident.to_string()));
        words(m.tokens.clone(), &mut self.used);
    }
}
