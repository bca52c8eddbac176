//! Which local names may depend on a differentiable input: a flow-insensitive fixed point on the syntax.
//!
//! What enters: a body in which every binding has its own name. What leaves: a set of names that contains every
//! variable whose value may vary with a differentiable parameter. The set is an over-approximation:
//! lowering, which knows more types, may find a member to be plain; it never finds a non-member to vary.

use rustc_hash::FxHashSet as HashSet;

use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Pat, Stmt};

mod observers;

pub(crate) use observers::{is_observer, is_observer_of_lists, is_observing_macro, is_of_a_chain, observes, of_integers, OfIntegers};

/// Whether a comparison, logical or bit operator: its result carries no derivative. Where that is not certain, of bits, rustc says so (`rt::bits`).
pub(crate) fn is_plain_operator(op: &BinOp) -> bool {
    !matches!(
        op,
        BinOp::Add(_)
            | BinOp::Sub(_)
            | BinOp::Mul(_)
            | BinOp::Div(_)
            | BinOp::Rem(_)
            | BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
    )
}

/// Whether an operator on bits, of integers and `bool`s, and its trait; those of other types may give anything.
pub(crate) fn trait_of_bits(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::BitXor(_) => "BitXor",
        BinOp::BitAnd(_) => "BitAnd",
        BinOp::BitOr(_) => "BitOr",
        BinOp::Shl(_) => "Shl",
        BinOp::Shr(_) => "Shr",
        _ => return None,
    })
}

/// Whether `place op= value` on bits.
pub(crate) fn changes_bits(op: &BinOp) -> bool {
    matches!(op, BinOp::BitXorAssign(_) | BinOp::BitAndAssign(_) | BinOp::BitOrAssign(_) | BinOp::ShlAssign(_) | BinOp::ShrAssign(_))
}

/// Whether a type name is an integer's, `bool` or `char`.
pub(crate) fn is_plain_type(ty: &syn::Type) -> bool {
    crate::types::Ty::parse(ty, &[]).is_plain()
}

/// The variable at the bottom of a place expression or method chain.
pub(crate) fn root_name(e: &Expr) -> Option<String> {
    match e {
        Expr::Path(p) => p.path.get_ident().map(ToString::to_string),
        Expr::Field(f) => root_name(&f.base),
        Expr::Index(i) => root_name(&i.expr),
        // An `Ordering` is part of nothing, as in `a.total_cmp(b).reverse()`.
        Expr::MethodCall(m) if ["cmp", "partial_cmp", "total_cmp"].iter().any(|name| m.method == name) => None,
        Expr::MethodCall(m) => root_name(&m.receiver),
        Expr::Paren(p) => root_name(&p.expr),
        Expr::Group(g) => root_name(&g.expr),
        Expr::Unary(u) => root_name(&u.expr),
        Expr::Reference(r) => root_name(&r.expr),
        Expr::Try(t) => root_name(&t.expr),
        _ => None,
    }
}

/// A call of a function of `std::iter` that makes an iterator: its name and arguments.
pub(crate) fn made_iterator(e: &Expr) -> Option<(String, Vec<&Expr>)> {
    let Expr::Call(c) = e else { return None };
    let Expr::Path(p) = &*c.func else { return None };
    let mut names = p.path.segments.iter().rev().map(|s| s.ident.to_string());
    let (what, module) = (names.next()?, names.next()?);
    let known = matches!(what.as_str(), "once" | "repeat" | "repeat_n" | "zip" | "successors" | "from_fn" | "repeat_with");
    (known && module == "iter").then(|| (what, c.args.iter().collect()))
}

/// Whether the value of an expression may vary, given the names that do.
pub(crate) fn expr_varies(e: &Expr, varied: &HashSet<String>) -> bool {
    varies(e, varied)
}

/// The names that a pattern binds.
pub(crate) fn bound_names(pat: &Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'a> Visit<'a> for Names {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            if p.subpat.is_some() || p.by_ref.is_some() || p.mutability.is_some() || !starts_uppercase(&p.ident) {
                self.0.push(p.ident.to_string());
            }
            visit::visit_pat_ident(self, p);
        }
        fn visit_expr(&mut self, _: &'a Expr) {}
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pat);
    names.0
}

/// Whether a call makes a value of a struct or variant: by its case, unless the file has a function of that name, or the crate where the path
/// leads to.
pub(crate) fn is_constructor(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| starts_uppercase(&s.ident)) && !crate::position::is_function(path)
}

pub(crate) fn starts_uppercase(ident: &syn::Ident) -> bool {
    ident.to_string().trim_start_matches("r#").chars().next().is_some_and(char::is_uppercase)
}

/// Computes the set. `seeds` are the differentiable parameters; `mutable` the names that may be written through.
pub(crate) fn varied_names(block: &syn::Block, seeds: impl IntoIterator<Item = String>, mutable: HashSet<String>) -> HashSet<String> {
    varied_but(block, seeds, mutable, HashSet::default())
}

/// The same where the types of some names tell that they hold no numbers: nothing is handed on through these.
pub(crate) fn varied_but(
    block: &syn::Block,
    seeds: impl IntoIterator<Item = String>,
    mutable: HashSet<String>,
    plain: HashSet<String>,
) -> HashSet<String> {
    let mut pass = Pass { varied: seeds.into_iter().collect(), mutable, plain };
    loop {
        let before = pass.varied.len();
        pass.visit_block(block);
        if pass.varied.len() == before {
            return pass.varied;
        }
    }
}

struct Pass {
    varied: HashSet<String>,
    mutable: HashSet<String>,
    plain: HashSet<String>,
}

impl Pass {
    fn taint(&mut self, names: impl IntoIterator<Item = String>) {
        let plain = &self.plain;
        self.varied.extend(names.into_iter().filter(|name| !plain.contains(name)));
    }

    /// Binds a pattern to the items of an iterator: positions that only count (`enumerate`) stay plain, and each side of a `zip` gives what
    /// it has.
    fn bind_items(&mut self, pat: &Pat, items: &Expr) {
        if let (Pat::Tuple(t), Expr::MethodCall(m)) = (pat, crate::lower::strip(items)) {
            let name = m.method.to_string();
            match (name.as_str(), m.args.first(), t.elems.len()) {
                ("enumerate", None, 2) => return self.bind_items(&t.elems[1], &m.receiver),
                ("zip", Some(other), 2) => {
                    self.bind_items(&t.elems[0], &m.receiver);
                    return self.bind_items(&t.elems[1], other);
                }
                ("rev" | "skip" | "take" | "step_by", ..) if !m.args.iter().any(|a| self.varies(a)) => {
                    return self.bind_items(pat, &m.receiver);
                }
                _ => {}
            }
        }
        match (pat, items) {
            (Pat::Reference(r), _) => self.bind_items(&r.pat, items),
            (Pat::Paren(p), _) => self.bind_items(&p.pat, items),
            // Positions.
            _ if matches!(crate::lower::strip(items), Expr::Range(_)) => {}
            _ => self.bind(pat, items),
        }
    }

    /// Binds a pattern to a value.
    fn bind(&mut self, pat: &Pat, value: &Expr) {
        if let (Pat::Tuple(t), Expr::Tuple(e)) = (pat, value) {
            if t.elems.len() == e.elems.len() {
                for (p, e) in t.elems.iter().zip(&e.elems) {
                    self.bind(p, e);
                }
                return;
            }
        }
        if let Pat::Type(t) = pat {
            if !is_plain_type(&t.ty) {
                self.bind(&t.pat, value);
            }
            return;
        }
        if self.varies(value) {
            self.taint(bound_names(pat));
        }
        self.back(pat, value);
    }

    /// What is written through a binding is written to what it borrows from.
    fn back(&mut self, pat: &Pat, value: &Expr) {
        if bound_names(pat).iter().any(|n| self.varied.contains(n)) {
            self.taint_mutable_roots(value);
        }
    }

    fn taint_mutable_roots(&mut self, value: &Expr) {
        let mut roots = Roots(Vec::new());
        roots.visit_expr(value);
        let names: Vec<String> = roots.0.into_iter().filter(|n| self.mutable.contains(n)).collect();
        self.taint(names);
    }

    fn varies(&self, e: &Expr) -> bool {
        varies(e, &self.varied)
    }
}

fn block_varies(block: &syn::Block, varied: &HashSet<String>) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(e, None)) if varies(e, varied))
        || matches!(block.stmts.last(), Some(Stmt::Macro(m)) if m.semi_token.is_none() && macro_varies(&m.mac, varied))
}

fn macro_varies(mac: &syn::Macro, varied: &HashSet<String>) -> bool {
    let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    !is_observing_macro(&name) && mentions(mac.tokens.clone(), varied)
}

fn varies(e: &Expr, varied: &HashSet<String>) -> bool {
    match e {
        Expr::Path(p) => p.path.get_ident().is_some_and(|i| varied.contains(&i.to_string())),
        Expr::Binary(b) => !is_plain_operator(&b.op) && (varies(&b.left, varied) || varies(&b.right, varied)),
        Expr::Unary(u) => !matches!(u.op, syn::UnOp::Not(_)) && varies(&u.expr, varied),
        Expr::Cast(c) => !is_plain_type(&c.ty) && varies(&c.expr, varied),
        Expr::Index(i) => varies(&i.expr, varied),
        Expr::Field(f) => varies(&f.base, varied),
        Expr::Reference(r) => varies(&r.expr, varied),
        Expr::Paren(p) => varies(&p.expr, varied),
        Expr::Group(g) => varies(&g.expr, varied),
        Expr::Try(t) => varies(&t.expr, varied),
        // Ranges that are looped over or select are of integers.
        Expr::MethodCall(m) => {
            let counts = |e: &Expr| matches!(crate::lower::strip(e), Expr::Range(_));
            let arguments = || m.args.iter().any(|a| !(takes_indices(&m.method) && counts(a)) && varies(a, varied));
            !observes(m) && (!(runs_an_iterator(&m.method) && counts(&m.receiver)) && varies(&m.receiver, varied) || arguments())
        }
        Expr::Range(r) => [&r.start, &r.end].into_iter().flatten().any(|e| varies(e, varied)),
        // Only an amount of room.
        Expr::Call(c) if matches!(&*c.func, Expr::Path(p) if makes_room(&p.path)) => false,
        Expr::Call(c) => varies(&c.func, varied) || c.args.iter().any(|a| varies(a, varied)),
        Expr::If(i) => block_varies(&i.then_branch, varied) || i.else_branch.as_ref().is_some_and(|(_, e)| varies(e, varied)),
        Expr::Match(m) => m.arms.iter().any(|a| varies(&a.body, varied)),
        Expr::Block(b) => block_varies(&b.block, varied) || breaks_vary(&b.block, varied),
        Expr::Unsafe(b) => block_varies(&b.block, varied),
        Expr::Const(b) => block_varies(&b.block, varied),
        Expr::Loop(l) => breaks_vary(&l.body, varied),
        Expr::Closure(c) => varies(&c.body, varied),
        Expr::Tuple(t) => t.elems.iter().any(|e| varies(e, varied)),
        Expr::Array(t) => t.elems.iter().any(|e| varies(e, varied)),
        Expr::Repeat(r) => varies(&r.expr, varied),
        Expr::Struct(s) => s.fields.iter().any(|f| varies(&f.expr, varied)) || s.rest.as_ref().is_some_and(|r| varies(r, varied)),
        Expr::Macro(m) => macro_varies(&m.mac, varied),
        Expr::Lit(_)
        | Expr::Assign(_)
        | Expr::ForLoop(_)
        | Expr::While(_)
        | Expr::Break(_)
        | Expr::Continue(_)
        | Expr::Return(_)
        | Expr::Let(_)
        | Expr::Infer(_) => false,
        // Whatever else there is: it varies if it mentions anything that does.
        other => mentions(quote::quote!(#other), varied),
    }
}

/// `Vec::with_capacity(n)`, of a collection of std's.
fn makes_room(path: &syn::Path) -> bool {
    let mut names = path.segments.iter().rev().map(|s| s.ident.to_string());
    let (Some(function), Some(of)) = (names.next(), names.next()) else { return false };
    let is_collection = matches!(of.as_str(), "Vec" | "VecDeque" | "String" | "HashMap" | "HashSet" | "BinaryHeap");
    function == "with_capacity" && is_collection && !crate::position::is_function(path)
}

fn breaks_vary(block: &syn::Block, varied: &HashSet<String>) -> bool {
    struct Breaks<'p>(&'p HashSet<String>, bool);
    impl<'a> Visit<'a> for Breaks<'_> {
        fn visit_expr_break(&mut self, b: &'a syn::ExprBreak) {
            self.1 |= b.expr.as_ref().is_some_and(|e| varies(e, self.0));
        }
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    }
    let mut breaks = Breaks(varied, false);
    breaks.visit_block(block);
    breaks.1
}

/// Names at the bottom of the borrowed or iterated parts of an expression.
struct Roots(Vec<String>);

impl Roots {
    /// Of what a block gives; its other statements are looked at where they stand.
    fn given_by(&mut self, block: &syn::Block) {
        match block.stmts.last() {
            Some(Stmt::Expr(e, None)) => self.visit_expr(e),
            Some(Stmt::Macro(m)) => self.visit_macro(&m.mac),
            _ => {}
        }
    }
}

impl<'a> Visit<'a> for Roots {
    fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
        self.0.extend(p.path.get_ident().map(ToString::to_string));
    }
    fn visit_expr_index(&mut self, i: &'a syn::ExprIndex) {
        self.visit_expr(&i.expr);
    }
    // Nothing is written through a shared reference.
    fn visit_expr_reference(&mut self, r: &'a syn::ExprReference) {
        if r.mutability.is_some() {
            self.visit_expr(&r.expr);
        }
    }
    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        if !gives_owned(&m.method) && !crate::position::gives_plain(&m.method) {
            visit::visit_expr_method_call(self, m);
        }
    }
    // What operators and conversions give is new: it borrows nothing that could be written through.
    fn visit_expr_binary(&mut self, _: &'a syn::ExprBinary) {}
    fn visit_expr_cast(&mut self, _: &'a syn::ExprCast) {}
    fn visit_expr_unary(&mut self, u: &'a syn::ExprUnary) {
        if matches!(u.op, syn::UnOp::Deref(_)) {
            self.visit_expr(&u.expr);
        }
    }
    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    fn visit_expr_block(&mut self, b: &'a syn::ExprBlock) {
        match b.label {
            None => self.given_by(&b.block),
            // What leaves it is given, too.
            Some(_) => visit::visit_expr_block(self, b),
        }
    }
    // What an arm gives may be a part of what is looked into, if it is made of what the arm binds.
    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        for arm in &m.arms {
            let mut given = Roots(Vec::new());
            given.visit_expr(&arm.body);
            let bound = bound_names(&arm.pat);
            if given.0.iter().any(|n| bound.contains(n)) {
                self.visit_expr(&m.expr);
            }
            self.0.append(&mut given.0);
        }
    }
    fn visit_expr_if(&mut self, i: &'a syn::ExprIf) {
        let mut given = Roots(Vec::new());
        given.given_by(&i.then_branch);
        let mut bound = Bound(Vec::new());
        bound.visit_expr(&i.cond);
        if given.0.iter().any(|n| bound.0.contains(n)) {
            self.visit_expr(&i.cond);
        }
        self.0.append(&mut given.0);
        if let Some((_, other)) = &i.else_branch {
            self.visit_expr(other);
        }
    }
}

/// What the patterns of a condition bind.
struct Bound(Vec<String>);

impl<'a> Visit<'a> for Bound {
    fn visit_expr_let(&mut self, l: &'a syn::ExprLet) {
        self.0.extend(bound_names(&l.pat));
    }
}

/// Whether a token stream mentions one of the names as something else than a field or method: behind a dot, that of a range apart.
pub(crate) fn mentions(tokens: proc_macro2::TokenStream, names: &HashSet<String>) -> bool {
    let mut dots = 0;
    tokens.into_iter().any(|t| {
        let of_something = dots == 1;
        dots = match &t {
            proc_macro2::TokenTree::Punct(p) if p.as_char() == '.' => dots + 1,
            _ => 0,
        };
        match t {
            proc_macro2::TokenTree::Ident(i) => !of_something && names.contains(&i.to_string()),
            proc_macro2::TokenTree::Group(g) => mentions(g.stream(), names),
            proc_macro2::TokenTree::Literal(_) | proc_macro2::TokenTree::Punct(_) => false,
        }
    })
}

/// The names among the tokens.
pub(crate) fn names_in(tokens: proc_macro2::TokenStream) -> HashSet<String> {
    fn add(tokens: proc_macro2::TokenStream, names: &mut HashSet<String>) {
        for t in tokens {
            match t {
                proc_macro2::TokenTree::Ident(i) => {
                    names.insert(i.to_string());
                }
                proc_macro2::TokenTree::Group(g) => add(g.stream(), names),
                proc_macro2::TokenTree::Literal(_) | proc_macro2::TokenTree::Punct(_) => {}
            }
        }
    }
    let mut names = HashSet::default();
    add(tokens, &mut names);
    names
}

impl<'a> Visit<'a> for Pass {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_local(&mut self, l: &'a syn::Local) {
        visit::visit_local(self, l);
        if let Some(init) = &l.init {
            self.bind(&l.pat, &init.expr);
            if let (Some(name), Expr::Closure(c)) = (bound_names(&l.pat).first(), &*init.expr) {
                if self.varied.contains(&format!("{name}()")) {
                    for input in &c.inputs {
                        self.taint_typed(input);
                    }
                }
            }
        }
    }

    fn visit_expr_let(&mut self, l: &'a syn::ExprLet) {
        visit::visit_expr_let(self, l);
        self.bind(&l.pat, &l.expr);
    }

    fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
        if matches!(crate::lower::strip(&l.expr), Expr::Range(_)) {
            return visit::visit_expr_for_loop(self, l);
        }
        self.bind_items(&l.pat, &l.expr);
        visit::visit_expr_for_loop(self, l);
        self.back(&l.pat, &l.expr);
    }

    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        for arm in &m.arms {
            self.bind(&arm.pat, &m.expr);
        }
        visit::visit_expr_match(self, m);
        for arm in &m.arms {
            self.back(&arm.pat, &m.expr);
        }
    }

    fn visit_macro(&mut self, m: &'a syn::Macro) {
        for value in crate::desugar::values_of(m) {
            self.visit_expr(&value);
        }
    }

    fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
        visit::visit_expr_assign(self, a);
        if self.varies(&a.right) {
            match &*a.left {
                Expr::Tuple(t) => {
                    let names: Vec<String> = t.elems.iter().filter_map(root_name).collect();
                    self.taint(names);
                }
                left => self.taint(root_name(left)),
            }
        }
    }

    fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
        visit::visit_expr_binary(self, b);
        let assigns =
            matches!(b.op, BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) | BinOp::RemAssign(_));
        if assigns && self.varies(&b.right) {
            self.taint(root_name(&b.left));
        }
    }

    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        let varies = self.varies(&m.receiver) || m.args.iter().any(|a| self.varies(a));
        let handed_on = if takes_items_only(&m.method) { self.varies(&m.receiver) } else { varies };
        if handed_on {
            for arg in &m.args {
                if let Expr::Closure(c) = arg {
                    let counts = m.method != "from_fn";
                    if counts {
                        for (k, p) in c.inputs.iter().enumerate() {
                            // What is folded is not an item.
                            let item = takes_items_only(&m.method) || k > 0 && k + 1 == c.inputs.len() && folds(&m.method);
                            if item {
                                self.bind_items(p, &m.receiver);
                            } else {
                                self.taint_typed(p);
                            }
                        }
                    }
                }
            }
        }
        visit::visit_expr_method_call(self, m);
        if !takes_items_only(&m.method) && m.args.iter().any(|a| self.varies(a)) {
            let root = root_name(&m.receiver).filter(|n| self.mutable.contains(n));
            self.taint(root);
        }
        if varies {
            for arg in &m.args {
                if matches!(arg, Expr::Reference(r) if r.mutability.is_some()) || matches!(arg, Expr::Path(_)) {
                    self.taint_mutable_roots(arg);
                }
            }
        }
        // What a closure writes through its parameter is written to the receiver.
        for arg in &m.args {
            if let Expr::Closure(c) = arg {
                for p in &c.inputs {
                    self.back(p, &m.receiver);
                }
            }
        }
    }

    fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
        // A closure that is handed on may be called with anything.
        if let Some(name) = p.path.get_ident() {
            self.taint([format!("{name}()")]);
        }
    }

    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        if !matches!(&*c.func, Expr::Path(_)) {
            self.visit_expr(&c.func);
        }
        for arg in &c.args {
            self.visit_expr(arg);
        }
        // What a function calls its closures with is not known here, but for the positions of an array's elements.
        let counts = matches!(&*c.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "from_fn"));
        for arg in c.args.iter().chain([&*c.func]) {
            if let (Expr::Closure(closure), false) = (arg, counts) {
                for p in &closure.inputs {
                    self.taint_typed(p);
                }
            }
        }
        if c.args.iter().any(|a| self.varies(a)) {
            for arg in &c.args {
                if matches!(arg, Expr::Reference(r) if r.mutability.is_some()) || matches!(arg, Expr::Path(_)) {
                    self.taint_mutable_roots(arg);
                }
            }
        }
        // A local closure: its parameters take what it is called with.
        if self.varies(&c.func) || c.args.iter().any(|a| self.varies(a)) {
            if let Expr::Path(p) = &*c.func {
                if let Some(name) = p.path.get_ident() {
                    let key = format!("{name}()");
                    self.taint([key]);
                }
            }
        }
    }
}

impl Pass {
    fn taint_typed(&mut self, pat: &Pat) {
        if !matches!(pat, Pat::Type(t) if is_plain_type(&t.ty)) {
            self.taint(bound_names(pat));
        }
    }
}

/// Whether what the method hands to its closure comes out of the receiver, and not out of the closure itself; what the closure gives does not
/// go into the receiver.
fn takes_items_only(method: &syn::Ident) -> bool {
    matches!(
        method.to_string().as_str(),
        "map"
            | "for_each"
            | "filter"
            | "filter_map"
            | "flat_map"
            | "take_while"
            | "skip_while"
            | "map_while"
            | "inspect"
            | "any"
            | "all"
            | "position"
            | "find"
    )
}

/// Whether a method makes an iterator of one, or runs it.
pub(crate) fn runs_an_iterator(method: &syn::Ident) -> bool {
    let name = method.to_string();
    crate::lower::iter::is_adaptor(&name)
        || matches!(
            name.as_str(),
            "all"
                | "any"
                | "collect"
                | "count"
                | "find"
                | "find_map"
                | "fold"
                | "for_each"
                | "into_iter"
                | "last"
                | "max_by"
                | "max_by_key"
                | "min_by"
                | "min_by_key"
                | "next"
                | "nth"
                | "partition"
                | "position"
                | "product"
                | "reduce"
                | "sum"
                | "try_fold"
                | "unzip"
        )
}

/// Whether a range that a method gets is one of indices, or of items that are counted; those of the crate's own may be of anything.
pub(crate) fn takes_indices(method: &syn::Ident) -> bool {
    of_indices(&method.to_string()) && !crate::position::may_have_method(method)
}

/// The same of methods of std.
pub(crate) fn of_indices(method: &str) -> bool {
    matches!(method, "chain" | "copy_within" | "drain" | "extend" | "extract_if" | "get" | "get_mut" | "splice" | "zip")
}

/// Whether what a method gives borrows nothing, whatever it is called on.
fn gives_owned(method: &syn::Ident) -> bool {
    matches!(method.to_string().as_str(), "clone" | "count" | "len" | "parse" | "product" | "sum" | "to_owned" | "to_string" | "to_vec")
}

/// Whether the last parameter of a method's closure is an item, behind what is carried on.
fn folds(method: &syn::Ident) -> bool {
    matches!(method.to_string().as_str(), "fold" | "rfold" | "try_fold" | "scan")
}
