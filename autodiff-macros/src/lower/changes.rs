//! What code writes to.

use rustc_hash::FxHashSet as HashSet;
use syn::Expr as Syn;

use super::{scan, Lower};
use crate::varied;

impl Lower<'_> {
    /// Where an expression changes a varied variable, as `v.pop().is_some()` does, whose value carries no derivative.
    pub(super) fn changes(&self, e: &Syn) -> Option<proc_macro2::Span> {
        let mut changes = Changes::new(&self.varied);
        syn::visit::Visit::visit_expr(&mut changes, e);
        changes.found
    }
}

/// Looks for what changes a varied variable.
pub(super) struct Changes<'v> {
    varied: &'v HashSet<String>,
    /// What the code binds itself. Every binding has its own name, so none of them is meant elsewhere.
    own: HashSet<String>,
    pub found: Option<proc_macro2::Span>,
}

impl<'v> Changes<'v> {
    pub fn new(varied: &'v HashSet<String>) -> Self {
        Changes { varied, own: HashSet::default(), found: None }
    }

    /// The place is written to.
    fn written(&mut self, place: &Syn, at: proc_macro2::Span) {
        if varied::root_name(place).is_some_and(|n| self.varied.contains(&n) && !self.own.contains(&n)) {
            self.found = self.found.or(Some(at));
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

impl<'a> syn::visit::Visit<'a> for Changes<'_> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_pat(&mut self, pat: &'a syn::Pat) {
        self.own.extend(varied::bound_names(pat));
    }

    fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
        self.assigned(&a.left, a.eq_token.spans[0]);
        syn::visit::visit_expr_assign(self, a);
    }

    fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
        if scan::is_update(&b.op) {
            self.written(&b.left, syn::spanned::Spanned::span(&b.op));
        }
        syn::visit::visit_expr_binary(self, b);
    }

    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        if scan::mutates(m) || crate::position::is_mut_method(&m.method) {
            self.written(&m.receiver, m.method.span());
        }
        syn::visit::visit_expr_method_call(self, m);
    }

    fn visit_expr_reference(&mut self, r: &'a syn::ExprReference) {
        if r.mutability.is_some() {
            self.written(&r.expr, r.and_token.spans[0]);
        }
        syn::visit::visit_expr_reference(self, r);
    }

    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        self.matched(&m.expr, m.arms.iter().map(|a| &a.pat));
        syn::visit::visit_expr_match(self, m);
    }

    fn visit_expr_let(&mut self, l: &'a syn::ExprLet) {
        self.matched(&l.expr, std::iter::once(&*l.pat));
        syn::visit::visit_expr_let(self, l);
    }

    fn visit_local(&mut self, l: &'a syn::Local) {
        if let Some(init) = &l.init {
            self.matched(&init.expr, std::iter::once(&l.pat));
        }
        syn::visit::visit_local(self, l);
    }

    fn visit_macro(&mut self, m: &'a syn::Macro) {
        // The arguments do not live as long as the code; what is found in them does.
        let mut inner = Changes { own: self.own.clone(), ..Changes::new(self.varied) };
        let parser = syn::punctuated::Punctuated::<Syn, syn::Token![,]>::parse_terminated;
        if m.path.is_ident("matches") {
            if let Ok(matched) = syn::parse2::<Matched>(m.tokens.clone()) {
                inner.matched(&matched.value, std::iter::once(&matched.pat));
                syn::visit::Visit::visit_expr(&mut inner, &matched.value);
                syn::visit::Visit::visit_pat(&mut inner, &matched.pat);
                matched.guard.iter().for_each(|guard| syn::visit::Visit::visit_expr(&mut inner, guard));
            }
        } else if let Ok(arguments) = syn::parse::Parser::parse2(parser, m.tokens.clone()) {
            arguments.iter().for_each(|a| syn::visit::Visit::visit_expr(&mut inner, a));
        }
        self.found = self.found.or(inner.found);
    }
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
