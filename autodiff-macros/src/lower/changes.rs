//! What code writes to.

use rustc_hash::FxHashSet as HashSet;
use syn::Expr as Syn;

use super::expr::strip;
use super::{scan, Lower, Val};
use crate::types::Ty;
use crate::varied;

/// Whether an expression may change one of some variables, by itself or in what it hands on by `&mut`.
pub(crate) fn may_change(e: &Syn, names: &HashSet<String>) -> bool {
    finds(e, Variables::Perhaps(names))
}

/// Whether it certainly does.
pub(crate) fn certainly_changes(e: &Syn, names: &HashSet<String>) -> bool {
    finds(e, Variables::These(names))
}

/// Whether an expression certainly changes a place, or a part of it.
pub(crate) fn changes_place(e: &Syn, place: &Syn) -> bool {
    finds(e, Variables::Place(place))
}

fn finds(e: &Syn, variables: Variables<'_, '_>) -> bool {
    let mut changes = Changes::new(variables);
    syn::visit::Visit::visit_expr(&mut changes, e);
    changes.found.is_some()
}

impl Lower<'_> {
    /// Where an expression changes a varied variable, as `v.pop().is_some()` does, whose value carries no derivative.
    pub(super) fn changes(&self, e: &Syn) -> Option<proc_macro2::Span> {
        let mut changes = Changes::new(Variables::These(&self.varied));
        syn::visit::Visit::visit_expr(&mut changes, e);
        changes.found
    }

    /// Whether an expression changes a variable of any kind.
    pub(super) fn changes_anything(&self, e: &Syn) -> bool {
        let mut changes = Changes::new(Variables::These(&self.facts.written));
        syn::visit::Visit::visit_expr(&mut changes, e);
        changes.found.is_some()
    }
}

/// The variables whose changes are looked for.
#[derive(Clone, Copy)]
pub(super) enum Variables<'v, 'a> {
    These(&'v HashSet<String>),
    /// The same, also where a method changes them of which it is only known that it may.
    Perhaps(&'v HashSet<String>),
    /// A place, and all that it is a part of.
    Place(&'v Syn),
    /// All, also where a closure or a method changes them of which it is only known that it may.
    All(&'v Lower<'a>),
}

/// Looks for what changes a variable that the code does not bind itself.
pub(super) struct Changes<'v, 'a> {
    variables: Variables<'v, 'a>,
    /// What the code binds itself. Every binding has its own name, so none of them is meant elsewhere.
    own: HashSet<String>,
    /// How many closures call each other.
    depth: usize,
    pub found: Option<proc_macro2::Span>,
}

impl<'v, 'a> Changes<'v, 'a> {
    pub fn new(variables: Variables<'v, 'a>) -> Self {
        Changes { variables, own: HashSet::default(), depth: 0, found: None }
    }

    /// Looks at code that does not live as long as the rest.
    fn inside(&mut self, look: impl FnOnce(&mut Changes<'v, 'a>)) {
        let mut inner = Changes { own: self.own.clone(), depth: self.depth + 1, ..Changes::new(self.variables) };
        look(&mut inner);
        self.found = self.found.or(inner.found);
    }

    /// The place is written to.
    fn written(&mut self, place: &Syn, at: proc_macro2::Span) {
        let root = varied::root_name(place);
        let meant = match self.variables {
            Variables::These(names) | Variables::Perhaps(names) => root.is_some_and(|n| names.contains(&n) && !self.own.contains(&n)),
            Variables::Place(other) => root.is_some() && root == varied::root_name(other) && may_overlap(place, other),
            Variables::All(_) => root.is_none_or(|n| !self.own.contains(&n)),
        };
        if meant {
            self.found = self.found.or(Some(at));
        }
    }

    /// Whether a method may write to its receiver.
    fn writes(&self, m: &syn::ExprMethodCall) -> bool {
        scan::mutates(m)
            || match self.variables {
                Variables::These(_) | Variables::Place(_) => crate::position::is_mut_method(&m.method),
                Variables::Perhaps(_) | Variables::All(_) => !scan::only_reads(m) && crate::position::may_be_mut_method(&m.method),
            }
    }

    /// What is matched is written to where a pattern binds a part of it by `ref mut`.
    fn matched<'p>(&mut self, scrutinee: &Syn, pats: impl Iterator<Item = &'p syn::Pat>) {
        for pat in pats {
            if let Some(at) = ref_mut(pat) {
                self.written(scrutinee, at);
            }
        }
    }

    /// A function that is handed on may be called there: a closure, or the name of one.
    fn handed_on(&mut self, argument: &Syn) {
        const DEEPEST: usize = 8;
        let Variables::All(lower) = self.variables else { return };
        let argument = match strip(argument) {
            Syn::Reference(r) => strip(&r.expr),
            a => a,
        };
        match argument {
            Syn::Closure(closure) => self.inside(|inner| syn::visit::visit_expr_closure(inner, closure)),
            Syn::Path(p) if self.depth < DEEPEST => {
                let bound = p.path.get_ident().and_then(|name| lower.env.get(&name.to_string()));
                if let Some(Val::Closure(closure)) = bound {
                    self.inside(|inner| syn::visit::Visit::visit_expr(inner, &closure.body));
                }
            }
            _ => {}
        }
    }

    /// The target of an assignment; several where it is taken apart.
    fn assigned(&mut self, target: &Syn, at: proc_macro2::Span) {
        match target {
            Syn::Tuple(t) => t.elems.iter().for_each(|part| self.assigned(part, at)),
            Syn::Array(a) => a.elems.iter().for_each(|part| self.assigned(part, at)),
            Syn::Call(c) => c.args.iter().for_each(|part| self.assigned(part, at)),
            Syn::Struct(s) => s.fields.iter().for_each(|f| self.assigned(&f.expr, at)),
            place => self.written(place, at),
        }
    }
}

impl<'e> syn::visit::Visit<'e> for Changes<'_, '_> {
    fn visit_item(&mut self, _: &'e syn::Item) {}

    fn visit_pat(&mut self, pat: &'e syn::Pat) {
        self.own.extend(varied::bound_names(pat));
    }

    fn visit_expr_assign(&mut self, a: &'e syn::ExprAssign) {
        self.assigned(&a.left, a.eq_token.spans[0]);
        syn::visit::visit_expr_assign(self, a);
    }

    fn visit_expr_binary(&mut self, b: &'e syn::ExprBinary) {
        if scan::is_update(&b.op) {
            self.written(&b.left, syn::spanned::Spanned::span(&b.op));
        }
        syn::visit::visit_expr_binary(self, b);
    }

    fn visit_expr_method_call(&mut self, m: &'e syn::ExprMethodCall) {
        if self.writes(m) {
            self.written(&m.receiver, m.method.span());
        }
        scan::lent_on_by_method(m).for_each(|a| self.written(a, syn::spanned::Spanned::span(a)));
        m.args.iter().for_each(|a| self.handed_on(a));
        syn::visit::visit_expr_method_call(self, m);
    }

    /// A closure that is not called yet changes nothing yet.
    fn visit_expr_closure(&mut self, c: &'e syn::ExprClosure) {
        if !matches!(self.variables, Variables::All(_)) {
            syn::visit::visit_expr_closure(self, c);
        }
    }

    fn visit_expr_call(&mut self, c: &'e syn::ExprCall) {
        const DEEPEST: usize = 8;
        scan::lent_on(c).for_each(|a| self.written(a, syn::spanned::Spanned::span(a)));
        c.args.iter().for_each(|a| self.handed_on(a));
        if let (Variables::All(lower), true) = (self.variables, self.depth < DEEPEST) {
            let bound = |e: &Syn| match e {
                Syn::Path(p) => p.path.get_ident().and_then(|name| lower.env.get(&name.to_string())),
                _ => None,
            };
            match (&*c.func, bound(&c.func)) {
                (Syn::Closure(closure), _) => syn::visit::visit_expr_closure(self, closure),
                (_, Some(Val::Closure(closure))) => {
                    self.inside(|inner| syn::visit::Visit::visit_expr(inner, &closure.body));
                }
                _ => {}
            }
            for a in &c.args {
                if matches!(bound(a), Some(Val::Ref(_, _, true) | Val::Place(_, Ty::Ref(_, true)))) {
                    self.written(a, syn::spanned::Spanned::span(a));
                }
            }
        }
        syn::visit::visit_expr_call(self, c);
    }

    fn visit_expr_reference(&mut self, r: &'e syn::ExprReference) {
        if r.mutability.is_some() {
            self.written(&r.expr, r.and_token.spans[0]);
        }
        syn::visit::visit_expr_reference(self, r);
    }

    fn visit_expr_match(&mut self, m: &'e syn::ExprMatch) {
        self.matched(&m.expr, m.arms.iter().map(|a| &a.pat));
        syn::visit::visit_expr_match(self, m);
    }

    fn visit_expr_let(&mut self, l: &'e syn::ExprLet) {
        self.matched(&l.expr, std::iter::once(&*l.pat));
        syn::visit::visit_expr_let(self, l);
    }

    fn visit_local(&mut self, l: &'e syn::Local) {
        if let Some(init) = &l.init {
            self.matched(&init.expr, std::iter::once(&l.pat));
        }
        syn::visit::visit_local(self, l);
    }

    fn visit_macro(&mut self, m: &'e syn::Macro) {
        if m.path.is_ident("matches") {
            if let Ok(matched) = syn::parse2::<Matched>(m.tokens.clone()) {
                self.inside(|inner| {
                    inner.matched(&matched.value, std::iter::once(&matched.pat));
                    syn::visit::Visit::visit_expr(inner, &matched.value);
                    syn::visit::Visit::visit_pat(inner, &matched.pat);
                    matched.guard.iter().for_each(|guard| syn::visit::Visit::visit_expr(inner, guard));
                });
            }
        } else {
            let arguments = crate::desugar::arguments_of(m);
            self.inside(|inner| arguments.iter().for_each(|a| syn::visit::Visit::visit_expr(inner, a)));
        }
    }
}

/// Whether two places of one variable may have a part in common: not those of different fields.
fn may_overlap(a: &Syn, b: &Syn) -> bool {
    fn path<'e>(e: &'e Syn, members: &mut Vec<&'e syn::Member>) {
        match e {
            Syn::Field(f) => {
                path(&f.base, members);
                members.push(&f.member);
            }
            // Behind an index nothing is told apart.
            Syn::Index(i) => path(&i.expr, members),
            Syn::Paren(syn::ExprParen { expr, .. })
            | Syn::Group(syn::ExprGroup { expr, .. })
            | Syn::Reference(syn::ExprReference { expr, .. })
            | Syn::Unary(syn::ExprUnary { expr, .. })
            | Syn::MethodCall(syn::ExprMethodCall { receiver: expr, .. }) => path(expr, members),
            _ => {}
        }
    }
    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
    path(a, &mut of_a);
    path(b, &mut of_b);
    of_a.iter().zip(&of_b).all(|(a, b)| a == b)
}

/// Where a pattern binds by `ref mut`.
fn ref_mut(pat: &syn::Pat) -> Option<proc_macro2::Span> {
    struct RefMut(Option<proc_macro2::Span>);
    impl<'a> syn::visit::Visit<'a> for RefMut {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            if p.by_ref.is_some() && p.mutability.is_some() {
                self.0 = self.0.or(Some(p.ident.span()));
            }
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut found = RefMut(None);
    syn::visit::Visit::visit_pat(&mut found, pat);
    found.0
}

/// The guard in a `matches!`.
pub(super) fn guard_of(m: &syn::Macro) -> Option<Syn> {
    m.path.is_ident("matches").then(|| syn::parse2::<Matched>(m.tokens.clone()).ok()?.guard).flatten()
}

/// What `matches!` looks at.
struct Matched {
    value: Syn,
    pat: syn::Pat,
    guard: Option<Syn>,
}

impl syn::parse::Parse for Matched {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<syn::Token![,]>()?;
        let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.peek(syn::Token![if]) {
            input.parse::<syn::Token![if]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        input.parse::<Option<syn::Token![,]>>()?;
        Ok(Matched { value, pat, guard })
    }
}
