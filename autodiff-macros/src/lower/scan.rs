//! Questions about the syntax that lowering asks before it decides.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::pattern::write_back::binds_mutably;
use crate::varied::{bound_names, root_name};

/// Where names are written and borrowed.
#[derive(Default)]
pub(crate) struct Facts {
    /// Written anywhere after the definition, or borrowed mutably.
    pub written: HashSet<String>,
    /// Written in a block other than the one that defines them, borrowed, or written in part.
    pub nested: HashSet<String>,
    /// Assigned as a whole after the definition.
    pub reassigned: HashSet<String>,
    /// Assigned as a whole in a loop that the definition is outside of.
    pub repeated: HashSet<String>,
    /// Declared without a value, and assigned by some branches only.
    pub partly: HashSet<String>,
    /// Of iterators from which items are taken at the back.
    pub from_behind: HashSet<String>,
    /// Of maps, sets and queues that std makes.
    pub maps: HashSet<String>,
    /// Written to by closures, or in what methods are handed.
    pub by_arguments: HashSet<String>,
    /// Of which a `move` closure takes parts, and that are mentioned behind it.
    pub after_move: HashSet<String>,
    /// Something asks for addresses, which copies do not have.
    pub addresses: bool,
}

/// Whether the name is that of a map, set or queue of std.
fn names_map(name: &syn::Ident) -> bool {
    const MAPS: &[&str] = &["HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque", "BinaryHeap", "LinkedList"];
    MAPS.iter().any(|m| name == m) && !crate::position::is_type(name)
}

/// `BTreeMap::new()`, `.collect::<BTreeMap<_, _>>()` and the like.
fn is_new_map(e: &Expr) -> bool {
    match super::strip(e) {
        Expr::Call(c) => {
            let Expr::Path(p) = &*c.func else { return false };
            let mut names = p.path.segments.iter().rev().map(|s| &s.ident);
            let made =
                names.next().is_some_and(|n| n == "new" || n == "with_capacity" || n == "from" || n == "default" || n == "from_iter");
            made && names.next().is_some_and(names_map)
        }
        Expr::MethodCall(m) if m.method == "collect" => {
            m.turbofish.as_ref().is_some_and(|t| matches!(t.args.first(), Some(syn::GenericArgument::Type(ty)) if is_map(ty)))
        }
        _ => false,
    }
}

/// `BTreeMap<_, _>`
fn is_map(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(p) if p.path.segments.last().is_some_and(|s| names_map(&s.ident)))
}

impl Facts {
    pub fn of(block: &syn::Block) -> Facts {
        let mut scan = Scan {
            facts: Facts::default(),
            home: HashMap::default(),
            depth: vec![0],
            next: 1,
            loops: Vec::new(),
            mutable: HashSet::default(),
            called: HashSet::default(),
            closures: HashSet::default(),
            moved_in_part: HashSet::default(),
            in_arguments: 0,
        };
        scan.visit_block(block);
        // A function that is handed over may change what it holds, a method of the user's may have the name of one of std's that changes
        // nothing, and a macro may do anything: what is `mut` for no other reason is written to.
        let by_methods: Vec<String> = scan
            .mutable
            .intersection(&scan.called)
            .filter(|n| !scan.facts.written.contains(*n) && !scan.closures.contains(*n))
            .cloned()
            .collect();
        for name in by_methods {
            scan.facts.nested.insert(name.clone());
            scan.facts.written.insert(name);
        }
        scan.facts
    }
}

struct Scan {
    facts: Facts,
    /// The block in which a name is defined.
    home: HashMap<String, usize>,
    depth: Vec<usize>,
    next: usize,
    /// The first block of each loop around.
    loops: Vec<usize>,
    /// Declared `mut`, and names that methods are called on, or that are called.
    mutable: HashSet<String>,
    called: HashSet<String>,
    /// Names of closures that are written here.
    closures: HashSet<String>,
    /// Of which `move` closures take parts.
    moved_in_part: HashSet<String>,
    in_arguments: usize,
}

impl Scan {
    fn here(&self) -> usize {
        self.depth.last().copied().unwrap_or(0)
    }

    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth.push(self.next);
        self.next += 1;
        visit(self);
        self.depth.pop();
    }

    fn repeating(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loops.push(self.next);
        visit(self);
        self.loops.pop();
    }

    /// `ref mut` in a pattern.
    fn through_pattern(&mut self, pat: &syn::Pat, value: &Expr) {
        if binds_mutably(pat) {
            self.write(value, false);
        }
    }

    fn write(&mut self, target: &Expr, whole: bool) {
        if let Expr::Tuple(t) = target {
            for e in &t.elems {
                self.write(e, whole);
            }
            return;
        }
        if let Some(name) = root_name(target) {
            let path = matches!(target, Expr::Path(_));
            if !whole || !path || self.home.get(&name) != Some(&self.here()) {
                self.facts.nested.insert(name.clone());
            }
            if path && whole {
                self.facts.reassigned.insert(name.clone());
                // Blocks are numbered in the order in which they begin.
                if self.loops.last() > self.home.get(&name) {
                    self.facts.repeated.insert(name.clone());
                }
            }
            if self.in_arguments > 0 {
                self.facts.by_arguments.insert(name.clone());
            }
            self.facts.written.insert(name);
        }
    }
}

/// The variables of which code names fields.
fn parts_in(e: &Expr) -> HashSet<String> {
    struct Parts(HashSet<String>);
    impl<'a> Visit<'a> for Parts {
        fn visit_expr_field(&mut self, f: &'a syn::ExprField) {
            self.0.extend(root_name(&f.base));
            visit::visit_expr_field(self, f);
        }
    }
    let mut parts = Parts(HashSet::default());
    parts.visit_expr(e);
    parts.0
}

/// Whether a variable is assigned as a whole somewhere in a statement.
fn assigns(s: &syn::Stmt, name: &str) -> bool {
    struct Assigns<'n>(&'n str, bool);
    impl<'a> Visit<'a> for Assigns<'_> {
        fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
            self.1 |= is_target(&a.left, self.0);
            visit::visit_expr_assign(self, a);
        }
    }
    let mut found = Assigns(name, false);
    found.visit_stmt(s);
    found.1
}

/// The same on each path that leads out of a statement at its end.
fn always_assigns(s: &syn::Stmt, name: &str) -> bool {
    fn always(e: &Expr, name: &str) -> bool {
        let block = |b: &syn::Block| b.stmts.iter().any(|s| always_assigns(s, name));
        match e {
            Expr::Assign(a) => is_target(&a.left, name),
            Expr::Paren(p) => always(&p.expr, name),
            Expr::Block(b) => block(&b.block),
            Expr::If(i) => block(&i.then_branch) && i.else_branch.as_ref().is_some_and(|(_, e)| always(e, name)),
            Expr::Match(m) => m.arms.iter().all(|arm| always(&arm.body, name)),
            // What leaves elsewhere does not come here.
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
            Expr::Macro(m) => m.mac.path.is_ident("panic") || m.mac.path.is_ident("unreachable"),
            _ => false,
        }
    }
    match s {
        syn::Stmt::Expr(e, _) => always(e, name),
        syn::Stmt::Macro(m) => m.mac.path.is_ident("panic") || m.mac.path.is_ident("unreachable"),
        syn::Stmt::Local(_) | syn::Stmt::Item(_) => false,
    }
}

fn is_target(e: &Expr, name: &str) -> bool {
    match e {
        Expr::Path(p) => p.path.is_ident(name),
        Expr::Tuple(t) => t.elems.iter().any(|e| is_target(e, name)),
        Expr::Array(a) => a.elems.iter().any(|e| is_target(e, name)),
        _ => false,
    }
}

impl<'a> Visit<'a> for Scan {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_block(&mut self, b: &'a syn::Block) {
        for (k, s) in b.stmts.iter().enumerate() {
            let syn::Stmt::Local(syn::Local { pat, init: None, .. }) = s else { continue };
            for name in bound_names(pat) {
                if b.stmts[k + 1..].iter().find(|s| assigns(s, &name)).is_some_and(|s| !always_assigns(s, &name)) {
                    self.facts.partly.insert(name);
                }
            }
        }
        self.within(|s| visit::visit_block(s, b));
    }

    fn visit_expr_closure(&mut self, c: &'a syn::ExprClosure) {
        self.in_arguments += 1;
        self.within(|s| visit::visit_expr_closure(s, c));
        self.in_arguments -= 1;
        if c.capture.is_some() {
            self.moved_in_part.extend(parts_in(&c.body));
        }
    }

    fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
        self.repeating(|s| visit::visit_expr_for_loop(s, l));
    }

    fn visit_expr_while(&mut self, l: &'a syn::ExprWhile) {
        self.repeating(|s| visit::visit_expr_while(s, l));
    }

    fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
        self.repeating(|s| visit::visit_expr_loop(s, l));
    }

    fn visit_expr_let(&mut self, l: &'a syn::ExprLet) {
        visit::visit_expr_let(self, l);
        self.through_pattern(&l.pat, &l.expr);
    }

    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        self.visit_expr(&m.expr);
        for arm in &m.arms {
            self.through_pattern(&arm.pat, &m.expr);
            self.within(|s| s.visit_arm(arm));
        }
    }

    fn visit_local(&mut self, l: &'a syn::Local) {
        visit::visit_local(self, l);
        if let Some(init) = &l.init {
            self.through_pattern(&l.pat, &init.expr);
            if let Expr::Closure(_) = super::strip(&init.expr) {
                self.closures.extend(bound_names(&l.pat));
            }
            if is_new_map(&init.expr) || matches!(&l.pat, syn::Pat::Type(t) if is_map(&t.ty)) {
                self.facts.maps.extend(bound_names(&l.pat));
            }
        }
        for name in bound_names(&l.pat) {
            self.home.insert(name, self.here());
        }
        if l.init.is_none() {
            // Assigned later, perhaps in branches.
            for name in bound_names(&l.pat) {
                self.facts.nested.insert(name);
            }
        }
    }

    fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
        visit::visit_expr_assign(self, a);
        self.write(&a.left, true);
    }

    fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
        visit::visit_expr_binary(self, b);
        if is_update(&b.op) {
            self.write(&b.left, true);
        }
    }

    fn visit_expr_reference(&mut self, r: &'a syn::ExprReference) {
        visit::visit_expr_reference(self, r);
        if r.mutability.is_some() {
            self.write(&r.expr, false);
        } else if let Some(name) = root_name(&r.expr) {
            self.facts.nested.insert(name);
        }
    }

    /// `write!(log, ..)` writes to what comes first.
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        visit::visit_macro(self, m);
        for value in crate::desugar::values_of(m) {
            self.visit_expr(&value);
        }
        if let Some(guard) = super::changes::guard_of(m) {
            self.visit_expr(&guard);
        }
        if !crate::resolve::is_macro_of_std(&m.path) {
            // `advance!(i)` may write to `i`.
            crate::resolve::tokens::collect_words(m.tokens.clone(), &mut self.called);
        }
        if m.path.segments.last().is_some_and(|s| s.ident == "write" || s.ident == "writeln") {
            let first: proc_macro2::TokenStream =
                m.tokens.clone().into_iter().take_while(|t| !matches!(t, proc_macro2::TokenTree::Punct(p) if p.as_char() == ',')).collect();
            match syn::parse2::<Expr>(first) {
                Ok(Expr::Reference(r)) => self.write(&r.expr, false),
                Ok(target) => self.write(&target, false),
                Err(_) => {}
            }
        }
    }

    fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
        // `std::ptr::eq`, whichever way it is imported.
        let imported =
            || p.path.segments.first().and_then(|s| crate::position::imported(&s.ident)).is_some_and(|path| path.contains("ptr"));
        self.facts.addresses |= p.path.segments.iter().any(|s| s.ident == "ptr") || imported();
        if let Some(name) = p.path.get_ident().map(ToString::to_string).filter(|name| self.moved_in_part.contains(name)) {
            self.facts.after_move.insert(name);
        }
    }

    fn visit_expr_cast(&mut self, c: &'a syn::ExprCast) {
        self.facts.addresses |= matches!(*c.ty, syn::Type::Ptr(_));
        visit::visit_expr_cast(self, c);
    }

    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        visit::visit_expr_call(self, c);
        self.called.extend(root_name(&c.func));
        lent_on(c).for_each(|a| self.write(a, false));
    }

    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        self.visit_expr(&m.receiver);
        self.in_arguments += 1;
        m.args.iter().for_each(|a| self.visit_expr(a));
        self.in_arguments -= 1;
        lent_on_by_method(m).for_each(|a| self.write(a, false));
        if let (true, Expr::Path(p)) = (m.method == "next_back", &*m.receiver) {
            self.facts.from_behind.extend(p.path.get_ident().map(ToString::to_string));
        }
        // `take()` is not the iterator's `take(n)`.
        if mutates(m) || !only_reads(m) && matches!(*m.receiver, Expr::Path(_) | Expr::Field(_) | Expr::Index(_)) {
            self.write(&m.receiver, false);
        } else if matches!(*m.receiver, Expr::Path(_) | Expr::Field(_) | Expr::Index(_)) {
            self.called.extend(root_name(&m.receiver));
        }
    }

    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        visit::visit_pat_ident(self, p);
        if p.mutability.is_some() {
            self.mutable.insert(p.ident.to_string());
        }
    }
}

pub(crate) fn is_update(op: &syn::BinOp) -> bool {
    use syn::BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign, ShlAssign, ShrAssign, SubAssign,
    };
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | BitXorAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

/// The `&mut` references that a call hands on by their names, `next(k)`, as far as the crate shows what the function takes.
pub(crate) fn lent_on(c: &syn::ExprCall) -> impl Iterator<Item = &Expr> {
    let function = if let Expr::Path(p) = &*c.func { Some(&p.path) } else { None };
    handed_on(function, false, &c.args)
}

/// The same of a call of a method, without its receiver.
pub(crate) fn lent_on_by_method(m: &syn::ExprMethodCall) -> impl Iterator<Item = &Expr> {
    handed_on(Some(&m.method.clone().into()), true, &m.args)
}

fn handed_on<'e>(
    function: Option<&syn::Path>,
    receives: bool,
    args: &'e syn::punctuated::Punctuated<Expr, syn::Token![,]>,
) -> impl Iterator<Item = &'e Expr> {
    let by_name = |e: &Expr| matches!(super::strip(e), Expr::Path(_) | Expr::Field(_));
    let count = args.len() + usize::from(receives);
    let lent = function.filter(|_| args.iter().any(by_name)).and_then(crate::position::lent).filter(|lent| lent.len() == count);
    let taken = lent.unwrap_or_default().into_iter().skip(usize::from(receives)).chain(std::iter::repeat(false));
    args.iter().zip(taken).filter(move |(a, taken)| *taken && by_name(a)).map(|(a, _)| a)
}

/// Whether a call of a method of std's containers writes to its receiver.
pub(crate) fn mutates(m: &syn::ExprMethodCall) -> bool {
    // `take(n)` is an iterator's.
    is_mutating_method(&m.method.to_string())
        && (m.method != "take" || m.args.is_empty())
        && (m.method != "next" || !is_made_here(&m.receiver))
}

/// Whether an iterator is made right here of what it walks through: whoever advances it changes nothing.
fn is_made_here(e: &Expr) -> bool {
    match super::strip(e) {
        Expr::Range(_) => true,
        Expr::MethodCall(m) => {
            let name = m.method.to_string();
            let makes = matches!(name.as_str(), "iter" | "windows" | "chunks" | "chunks_exact" | "rchunks" | "rchunks_exact");
            makes && !crate::position::may_be_mut_method_here(&m.method) || super::iter::is_adaptor(&name) && is_made_here(&m.receiver)
        }
        _ => false,
    }
}

/// Whether a call is that of a method of std's that changes nothing, whatever it is called on.
pub(crate) fn only_reads(m: &syn::ExprMethodCall) -> bool {
    let name = m.method.to_string();
    let known = crate::varied::observes(m)
        || crate::infer::float_method_args(&name).is_some()
        || matches!(
            name.as_str(),
            "iter"
                | "into_iter"
                | "map"
                | "zip"
                | "enumerate"
                | "rev"
                | "skip"
                | "take"
                | "sum"
                | "product"
                | "fold"
                | "clone"
                | "to_vec"
                | "powi"
                | "sin_cos"
                | "windows"
                | "chunks"
                | "chunks_exact"
                | "copied"
                | "cloned"
                | "collect"
                | "filter"
                | "unwrap"
                | "as_slice"
        );
    known && !crate::position::may_be_mut_method_here(&m.method)
}

/// The names of methods of std's containers that write to their receiver.
pub(crate) fn is_mutating_method(name: &str) -> bool {
    super::rearrange::is_rearranging(name)
        || matches!(
            name,
            "push"
                | "pop"
                | "clear"
                | "truncate"
                | "resize"
                | "extend"
                | "extend_from_slice"
                | "fill"
                | "swap"
                | "sort"
                | "sort_unstable"
                | "copy_from_slice"
                | "clone_from_slice"
                | "clone_from"
                | "iter_mut"
                | "chunks_mut"
                | "chunks_exact_mut"
                | "rchunks_mut"
                | "rchunks_exact_mut"
                | "split_at_mut"
                | "split_first_mut"
                | "split_last_mut"
                | "resize_with"
                | "last_mut"
                | "first_mut"
                | "get_mut"
                | "as_mut"
                | "as_mut_slice"
                | "take"
                | "replace"
                | "get_or_insert_with"
                | "next"
                | "next_back"
        )
}

/// Control that leaves a piece of syntax.
#[derive(Default)]
struct Exits {
    found: bool,
    returns: bool,
    loops: usize,
    labels: Vec<String>,
}

impl<'a> Visit<'a> for Exits {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}

    fn visit_expr_return(&mut self, r: &'a syn::ExprReturn) {
        self.found = true;
        self.returns = true;
        visit::visit_expr_return(self, r);
    }

    fn visit_expr_try(&mut self, t: &'a syn::ExprTry) {
        self.found = true;
        self.returns = true;
        visit::visit_expr_try(self, t);
    }

    fn visit_expr_break(&mut self, b: &'a syn::ExprBreak) {
        self.jump(b.label.as_ref());
        visit::visit_expr_break(self, b);
    }

    fn visit_expr_continue(&mut self, c: &'a syn::ExprContinue) {
        self.jump(c.label.as_ref());
    }

    fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
        self.visit_expr(&l.expr);
        self.in_loop(l.label.as_ref(), &l.body);
    }

    fn visit_expr_while(&mut self, l: &'a syn::ExprWhile) {
        self.visit_expr(&l.cond);
        self.in_loop(l.label.as_ref(), &l.body);
    }

    fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
        self.in_loop(l.label.as_ref(), &l.body);
    }

    fn visit_expr_block(&mut self, b: &'a syn::ExprBlock) {
        if let Some(label) = &b.label {
            self.labels.push(label.name.ident.to_string());
            visit::visit_block(self, &b.block);
            self.labels.pop();
        } else {
            visit::visit_expr_block(self, b);
        }
    }
}

impl Exits {
    fn jump(&mut self, label: Option<&syn::Lifetime>) {
        match label {
            Some(l) => self.found |= !self.labels.contains(&l.ident.to_string()),
            None => self.found |= self.loops == 0,
        }
    }

    fn in_loop(&mut self, label: Option<&syn::Label>, body: &syn::Block) {
        self.loops += 1;
        if let Some(l) = label {
            self.labels.push(l.name.ident.to_string());
        }
        self.visit_block(body);
        if label.is_some() {
            self.labels.pop();
        }
        self.loops -= 1;
    }
}

/// Whether control may leave the statement other than at its end.
pub(crate) fn stmt_exits(s: &Stmt) -> bool {
    let mut exits = Exits::default();
    exits.visit_stmt(s);
    exits.found
}

/// Whether control may leave the expression other than at its end.
pub(crate) fn expr_exits(e: &Expr) -> bool {
    let mut exits = Exits::default();
    exits.visit_expr(e);
    exits.found
}

pub(crate) fn block_exits(b: &syn::Block) -> bool {
    b.stmts.iter().any(stmt_exits)
}

/// `let ... else`: what follows it in its block belongs into the arm of a `match`.
pub(crate) fn is_let_else(s: &Stmt) -> bool {
    matches!(s, Stmt::Local(l) if l.init.as_ref().is_some_and(|i| i.diverge.is_some()))
}

/// Whether the body contains `return` (or `?`).
pub(crate) fn has_return(b: &syn::Block) -> bool {
    let mut exits = Exits::default();
    exits.visit_block(b);
    exits.returns
}

/// Whether a block has jumps that stop or skip iterations of the loop it is the body of.
pub(crate) fn body_jumps(b: &syn::Block) -> bool {
    block_exits(b)
}

/// Whether control certainly does not reach the end of the block.
pub(crate) fn diverges(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|s| match s {
        Stmt::Expr(e, _) => expr_diverges(e),
        Stmt::Macro(m) => macro_diverges(&m.mac),
        Stmt::Local(_) | Stmt::Item(_) => false,
    })
}

fn macro_diverges(m: &syn::Macro) -> bool {
    m.path.segments.last().is_some_and(|s| ["panic", "unreachable", "todo", "unimplemented"].contains(&s.ident.to_string().as_str()))
}

pub(crate) fn expr_diverges(e: &Expr) -> bool {
    match e {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(m) => macro_diverges(&m.mac),
        Expr::Block(b) if b.label.is_none() => diverges(&b.block.stmts),
        Expr::If(i) => diverges(&i.then_branch.stmts) && i.else_branch.as_ref().is_some_and(|(_, e)| expr_diverges(e)),
        Expr::Match(m) => !m.arms.is_empty() && m.arms.iter().all(|a| expr_diverges(&a.body)),
        Expr::Paren(p) => expr_diverges(&p.expr),
        _ => false,
    }
}

/// Whether rustc will see that each path assigns the result exactly once: every `return` sits in
/// branches only, and after each branch that returns at most one way goes on.
pub(crate) fn returns_are_nested_branches(b: &syn::Block) -> bool {
    nested(&b.stmts, true)
}

/// `at_end`: nothing of the function comes after these statements.
fn nested(stmts: &[Stmt], at_end: bool) -> bool {
    stmts.iter().enumerate().all(|(k, s)| {
        if !stmt_exits(s) {
            return true;
        }
        let last = at_end && k + 1 == stmts.len();
        match s {
            Stmt::Expr(e, _) => nested_expr(e, last),
            Stmt::Local(l) => l.init.as_ref().is_some_and(|i| {
                !expr_exits(&i.expr) && i.diverge.as_ref().is_some_and(|(_, d)| nested_expr(d, true))
                    || i.diverge.is_none() && matches!(&*i.expr, Expr::If(_) | Expr::Match(_)) && nested_expr(&i.expr, false)
            }),
            _ => false,
        }
    })
}

fn nested_expr(e: &Expr, last: bool) -> bool {
    match e {
        Expr::Return(r) => r.expr.as_ref().is_none_or(|e| !expr_exits(e)),
        Expr::If(i) => {
            let then = nested(&i.then_branch.stmts, last || diverges(&i.then_branch.stmts));
            let other = i.else_branch.as_ref().is_none_or(|(_, e)| nested_expr(e, last) || !expr_exits(e));
            let falls =
                usize::from(!diverges(&i.then_branch.stmts)) + i.else_branch.as_ref().map_or(1, |(_, e)| usize::from(!expr_diverges(e)));
            // Of `if let A = a && c { return x }` what follows goes on from two places.
            let chained = matches!(&*i.cond, Expr::Binary(_)) && super::control::has_let(&i.cond);
            then && other && (last || falls <= 1) && !chained && !expr_exits(&i.cond)
        }
        Expr::Match(m) => {
            let falls = m.arms.iter().filter(|a| !expr_diverges(&a.body)).count();
            (last || falls <= 1) && m.arms.iter().all(|a| !expr_exits(&a.body) || nested_expr(&a.body, last)) && !expr_exits(&m.expr)
        }
        Expr::Block(b) if b.label.is_none() => nested(&b.block.stmts, last || diverges(&b.block.stmts)),
        Expr::Paren(p) => nested_expr(&p.expr, last),
        _ => false,
    }
}

/// A number as it is written.
fn is_literal(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) => true,
        Expr::Paren(p) => is_literal(&p.expr),
        Expr::Group(g) => is_literal(&g.expr),
        Expr::Unary(u) => is_literal(&u.expr),
        _ => false,
    }
}

/// Whether code that is put together of tokens assigns to something, borrows it to be changed, or calls a method that is known to change
/// what it is called on.
fn changes_in(tokens: proc_macro2::TokenStream) -> bool {
    use proc_macro2::{Ident, Spacing, TokenTree};
    // The signs in front of a token, and the name behind a dot.
    let mut signs = String::new();
    let mut method: Option<Ident> = None;
    for token in tokens {
        let called = method.take();
        match token {
            TokenTree::Group(g) => {
                if called.is_some_and(|name| changes_receiver(&name)) || changes_in(g.stream()) {
                    return true;
                }
                signs.clear();
            }
            TokenTree::Punct(p) => {
                let compares = !signs.ends_with("<<") && !signs.ends_with(">>") && signs.ends_with(['=', '<', '>', '!', '.']);
                if p.as_char() == '=' && p.spacing() == Spacing::Alone && !compares {
                    return true;
                }
                signs.push(p.as_char());
                if p.spacing() == Spacing::Alone && !matches!(p.as_char(), '.' | '&') {
                    signs.clear();
                }
            }
            TokenTree::Ident(name) => {
                if signs.ends_with('&') && name == "mut" {
                    return true;
                }
                method = signs.ends_with('.').then_some(name);
                signs.clear();
            }
            TokenTree::Literal(_) => signs.clear(),
        }
    }
    false
}

fn changes_receiver(method: &proc_macro2::Ident) -> bool {
    is_mutating_method(&method.to_string()) || crate::position::is_mut_method(method)
}

/// Arithmetic, comparisons, field accesses, indexing and `len()` only: cheap to evaluate again, without effects.
pub(crate) fn is_simple(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Verbatim(tokens) => !changes_in(tokens.clone()),
        Expr::Paren(p) => is_simple(&p.expr),
        Expr::Group(g) => is_simple(&g.expr),
        Expr::Unary(u) => is_simple(&u.expr),
        Expr::Binary(b) => is_simple(&b.left) && is_simple(&b.right) && !is_update(&b.op),
        Expr::Cast(c) => is_simple(&c.expr),
        Expr::Field(f) => is_simple(&f.base),
        Expr::Index(i) => is_simple(&i.expr) && is_simple(&i.index),
        Expr::Range(r) => r.start.as_ref().is_none_or(|e| is_simple(e)) && r.end.as_ref().is_none_or(|e| is_simple(e)),
        Expr::Reference(r) => r.mutability.is_none() && is_simple(&r.expr),
        Expr::Tuple(t) => t.elems.iter().all(is_simple),
        // The compiler knows the number.
        Expr::MethodCall(m) if is_literal(&m.receiver) && m.args.iter().all(is_literal) => {
            crate::infer::float_method_args(&m.method.to_string()).is_some()
        }
        Expr::MethodCall(m) => {
            ["len", "is_empty", "min", "max", "abs", "saturating_sub", "is_some", "is_none", "is_nan"]
                .contains(&m.method.to_string().as_str())
                && is_simple(&m.receiver)
                && m.args.iter().all(is_simple)
        }
        _ => false,
    }
}
