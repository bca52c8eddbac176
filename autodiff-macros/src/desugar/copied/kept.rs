//! What is taken from an option of a reference, where the option is assigned while that is still in use.
//!
//! What enters: a body, and the options that will hold copies of what their references lead to. What leaves: the same body, in which such a
//! use is of a name of its own: `{ let mut held = best; if let Some(b) = held { best = Some(x); f(b) } }`. Guarantee: what is taken from an
//! option by its own name is not in use any more when the option is assigned; options of which that is not certain are given back.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use rustc_hash::FxHashSet as HashSet;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Block, Expr, Pat, Stmt};

use crate::infer::Types;
use crate::lower::strip;
use crate::names::Namer;
use crate::varied::{bound_names, mentions, root_name};

/// Whether a variable that is there before keeps something of an option for longer: `first = best.unwrap();`.
pub(super) fn is_kept_by_another(block: &Block, types: &Types, options: &[String], option: &str) -> bool {
    let mut uses = Uses { from_option: true, ..Uses::new(types, options, option, HashSet::default()) };
    uses.visit_block(block);
    uses.conflict
}

/// Gives what is kept too long a name of its own.
pub(super) struct Kept<'t> {
    pub types: &'t Types,
    pub names: &'t mut Namer,
    /// The options.
    pub options: Vec<String>,
    /// The new names, each with that of the option.
    pub made: Vec<(String, String)>,
    pub failed: HashSet<String>,
}

impl Kept<'_> {
    /// The options that an expression mentions.
    fn mentioned(&self, e: &Expr) -> Vec<String> {
        let tokens = e.to_token_stream();
        self.options.iter().filter(|o| mentions(tokens.clone(), &HashSet::from_iter([(*o).clone()]))).cloned().collect()
    }

    /// Whether a name may be that of a reference, or of what holds one.
    fn may_refer(&self, name: &str) -> bool {
        may_refer(self.types, name)
    }

    /// Those of the options in a value of which something is in use when they are assigned, by the patterns that take it and the code behind.
    fn too_long(&mut self, value: &Expr, pats: &[&Pat], behind: &dyn Fn(&mut Uses<'_>)) -> Vec<String> {
        let mut found = Vec::new();
        for option in self.mentioned(value) {
            let names: HashSet<String> = pats.iter().flat_map(|p| bound_names(p)).filter(|n| self.may_refer(n)).collect();
            if names.is_empty() {
                continue;
            }
            let mut uses = Uses::new(self.types, &self.options, &option, names);
            behind(&mut uses);
            if !uses.conflict {
                continue;
            }
            // Changed already by the value itself, or kept beyond the place of a new name.
            let mut inside = Uses::new(self.types, &self.options, &option, HashSet::default());
            inside.visit_expr(value);
            if uses.escapes || inside.assigned {
                self.failed.insert(option);
            } else {
                found.push(option);
            }
        }
        found
    }

    /// A name for what an option holds now, in a value.
    fn held(&mut self, value: &mut Expr, option: &str) -> Stmt {
        let name = self.names.numbered("held_");
        self.made.push((name.to_string(), option.to_string()));
        let name = Ident::new(&name.to_string(), Span::mixed_site().located_at(value.span()));
        let old = match option.strip_prefix("r#") {
            Some(bare) => Ident::new_raw(bare, value.span()),
            None => Ident::new(option, value.span()),
        };
        Renamed { option, name: &name }.visit_expr_mut(value);
        parse_quote!(let mut #name = #old;)
    }
}

fn may_refer(types: &Types, name: &str) -> bool {
    let ident = Ident::new(name.trim_start_matches("r#"), Span::call_site());
    let ty = types.of(&parse_quote!(#ident));
    matches!(ty, crate::types::Ty::Unknown) || ty.has_reference()
}

impl VisitMut for Kept<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_block_mut(&mut self, b: &mut Block) {
        let mut left: Vec<Stmt> = std::mem::take(&mut b.stmts);
        left.reverse();
        while let Some(mut stmt) = left.pop() {
            self.visit_stmt_mut(&mut stmt);
            if let Stmt::Local(syn::Local { pat, init: Some(init), .. }) = &mut stmt {
                // What becomes an option of copies itself keeps nothing.
                let copies = bound_names(pat).iter().any(|name| self.options.contains(name));
                let behind = |uses: &mut Uses<'_>| left.iter().rev().for_each(|s| uses.visit_stmt(s));
                let too_long = if copies { Vec::new() } else { self.too_long(&init.expr, &[&*pat], &behind) };
                for option in too_long {
                    b.stmts.push(self.held(&mut init.expr, &option));
                }
            }
            b.stmts.push(stmt);
        }
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        let mut before = Vec::new();
        match e {
            Expr::If(syn::ExprIf { cond, then_branch, .. }) => match &mut **cond {
                Expr::Let(l) => {
                    for option in self.too_long(&l.expr, &[&*l.pat], &|uses| uses.visit_block(then_branch)) {
                        before.push(self.held(&mut l.expr, &option));
                    }
                }
                cond => self.links(cond, then_branch),
            },
            Expr::While(w) => match &mut *w.cond {
                Expr::Let(l) => {
                    let body = &w.body;
                    let too_long = self.too_long(&l.expr, &[&*l.pat], &|uses| uses.visit_block(body));
                    let held: Vec<Stmt> = too_long.iter().map(|option| self.held(&mut l.expr, option)).collect();
                    if !held.is_empty() {
                        let (label, cond, body) = (&w.label, &w.cond, &w.body);
                        *e = parse_quote!(#label loop { #(#held)* if #cond #body else { break; } });
                    }
                }
                cond => self.links(cond, &w.body),
            },
            Expr::Match(m) => {
                let pats: Vec<&Pat> = m.arms.iter().map(|a| &a.pat).collect();
                let arms = &m.arms;
                for option in self.too_long(&m.expr, &pats, &|uses| uses.arms(arms)) {
                    before.push(self.held(&mut m.expr, &option));
                }
            }
            Expr::ForLoop(f) => {
                let body = &f.body;
                for option in self.too_long(&f.expr, &[&*f.pat], &|uses| uses.visit_block(body)) {
                    before.push(self.held(&mut f.expr, &option));
                }
            }
            // The closures of a method.
            Expr::MethodCall(m) => {
                if let Some(option) = root_name(&m.receiver).filter(|name| self.options.contains(name)) {
                    let mut inside = Uses::new(self.types, &self.options, &option, HashSet::default());
                    m.args.iter().for_each(|a| inside.visit_expr(a));
                    if inside.assigned {
                        self.failed.insert(option);
                    }
                }
            }
            _ => {}
        }
        if !before.is_empty() {
            let inner = &*e;
            *e = parse_quote!({ #(#before)* #inner });
        }
    }
}

impl Kept<'_> {
    /// A chain of conditions with patterns in it.
    fn links(&mut self, cond: &Expr, then: &Block) {
        let Expr::Binary(b) = cond else { return };
        let mut lets = Vec::new();
        fn collect<'e>(e: &'e Expr, lets: &mut Vec<&'e syn::ExprLet>) {
            match e {
                Expr::Let(l) => lets.push(l),
                Expr::Binary(b) => {
                    collect(&b.left, lets);
                    collect(&b.right, lets);
                }
                _ => {}
            }
        }
        collect(&b.left, &mut lets);
        collect(&b.right, &mut lets);
        for l in lets {
            let behind = |uses: &mut Uses<'_>| {
                uses.visit_expr(cond);
                uses.visit_block(then);
            };
            let too_long = self.too_long(&l.expr, &[&*l.pat], &behind);
            self.failed.extend(too_long);
        }
    }
}

/// Another name for an option.
struct Renamed<'n> {
    option: &'n str,
    name: &'n Ident,
}

impl VisitMut for Renamed<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_expr_path_mut(&mut self, p: &mut syn::ExprPath) {
        if p.path.is_ident(self.option) {
            p.path = self.name.clone().into();
        }
    }
}

/// Whether names are in use behind an assignment to an option, in the order of evaluation.
struct Uses<'t> {
    types: &'t Types,
    /// What holds copies.
    options: &'t [String],
    option: &'t str,
    /// What is taken from the option, and what is made of that.
    taken: HashSet<String>,
    /// Whether what other variables are assigned from the option itself is looked for.
    from_option: bool,
    /// What was taken before the option was assigned.
    old: HashSet<String>,
    /// What is bound in the code itself.
    own: HashSet<String>,
    assigned: bool,
    conflict: bool,
    /// Whether it is kept by a variable from outside.
    escapes: bool,
}

impl<'t> Uses<'t> {
    fn new(types: &'t Types, options: &'t [String], option: &'t str, taken: HashSet<String>) -> Self {
        let (old, own) = (HashSet::default(), HashSet::default());
        Uses { types, options, option, taken, from_option: false, old, own, assigned: false, conflict: false, escapes: false }
    }

    fn is_taken(&self, tokens: proc_macro2::TokenStream) -> bool {
        mentions(tokens, &self.taken)
    }

    fn assign(&mut self) {
        self.assigned = true;
        self.old.extend(self.taken.iter().cloned());
    }

    /// A pattern takes a value.
    fn bind(&mut self, pat: &Pat, value: &Expr) {
        let names = bound_names(pat);
        self.own.extend(names.iter().cloned());
        if self.is_taken(value.to_token_stream()) {
            let (types, options) = (self.types, self.options);
            self.taken.extend(names.into_iter().filter(|name| !options.contains(name) && may_refer(types, name)));
        }
    }

    /// What may run again.
    fn repeated(&mut self, visit: impl Fn(&mut Self)) {
        visit(self);
        if !self.old.is_empty() || self.assigned {
            visit(self);
        }
    }

    /// Only one of several branches runs.
    fn either<T>(&mut self, branches: impl Iterator<Item = T>, visit: impl Fn(&mut Self, T)) {
        let before = self.old.clone();
        let mut all = before.clone();
        for branch in branches {
            self.old.clone_from(&before);
            visit(self, branch);
            all.extend(self.old.drain());
        }
        self.old = all;
    }

    fn arms(&mut self, arms: &[syn::Arm]) {
        self.either(arms.iter(), |uses, arm| {
            uses.own.extend(bound_names(&arm.pat));
            visit::visit_arm(uses, arm);
        });
    }
}

impl<'a> Visit<'a> for Uses<'_> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
        self.conflict |= p.path.get_ident().is_some_and(|name| self.old.contains(&name.to_string()));
    }

    fn visit_macro(&mut self, m: &'a syn::Macro) {
        self.conflict |= mentions(m.tokens.clone(), &self.old);
        for value in super::super::arguments_of(m) {
            let mut inside = Uses::new(self.types, self.options, self.option, HashSet::default());
            inside.visit_expr(&value);
            if inside.assigned {
                self.assign();
            }
        }
    }

    fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
        self.visit_expr(&a.right);
        if matches!(strip(&a.left), Expr::Path(p) if p.path.is_ident(self.option)) {
            return self.assign();
        }
        let value = a.right.to_token_stream();
        let option = || mentions(value.clone(), &std::iter::once(self.option.to_string()).collect());
        let kept = self.is_taken(value.clone()) || self.from_option && option();
        if let Some(name) = root_name(&a.left).filter(|name| kept && !self.options.contains(name) && self.types.of(&a.left).has_reference())
        {
            self.escapes |= !self.own.contains(&name);
            self.taken.insert(name);
        } else {
            self.visit_expr(&a.left);
        }
    }

    fn visit_local(&mut self, l: &'a syn::Local) {
        if let Some(init) = &l.init {
            visit::visit_local_init(self, init);
            self.bind(&l.pat, &init.expr);
        }
    }

    fn visit_expr_let(&mut self, l: &'a syn::ExprLet) {
        self.visit_expr(&l.expr);
        self.bind(&l.pat, &l.expr);
    }

    fn visit_expr_if(&mut self, i: &'a syn::ExprIf) {
        self.visit_expr(&i.cond);
        let branches = [Some(&*i.then_branch.stmts), None];
        self.either(branches.into_iter(), |uses, then| match (then, &i.else_branch) {
            (Some(stmts), _) => stmts.iter().for_each(|s| uses.visit_stmt(s)),
            (None, Some((_, other))) => uses.visit_expr(other),
            (None, None) => {}
        });
    }

    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        self.visit_expr(&m.expr);
        m.arms.iter().for_each(|a| self.bind(&a.pat, &m.expr));
        self.arms(&m.arms);
    }

    fn visit_expr_for_loop(&mut self, f: &'a syn::ExprForLoop) {
        self.visit_expr(&f.expr);
        self.bind(&f.pat, &f.expr);
        self.repeated(|uses| uses.visit_block(&f.body));
    }

    fn visit_expr_while(&mut self, w: &'a syn::ExprWhile) {
        self.repeated(|uses| visit::visit_expr_while(uses, w));
    }

    fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
        self.repeated(|uses| visit::visit_expr_loop(uses, l));
    }
}
