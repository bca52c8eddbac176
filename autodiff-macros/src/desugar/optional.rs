//! References to what is in an `Option`: `as_deref`, `as_ref` where it is looked into, and `get_or_insert_with`.
//!
//! What enters: such a call, where it is looked into at once. What leaves: the same by `match` and `if let` of a reference to the whole, in
//! which the parts are places. Guarantees: what is borrowed is a place whose evaluation shows nothing, so that it may be named twice.

use proc_macro2::Ident;
use quote::{quote, ToTokens};
use rustc_hash::FxHashSet as HashSet;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{parse_quote, Expr, ExprMethodCall, Pat, Stmt};

use super::hoist::{is_steady, meddles};
use super::Desugar;
use crate::lower::{may_change, strip};

/// `place.as_deref()` and the like.
struct Lent<'e> {
    place: &'e Expr,
    by_mut: bool,
    /// What is in the `Option` is dereferenced.
    deref: bool,
}

impl<'e> Lent<'e> {
    fn of(e: &'e Expr) -> Option<Lent<'e>> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        let (by_mut, deref) = match m.method.to_string().as_str() {
            "as_ref" => (false, false),
            "as_mut" => (true, false),
            "as_deref" => (false, true),
            "as_deref_mut" => (true, true),
            _ => return None,
        };
        (m.args.is_empty() && is_place(&m.receiver)).then_some(Lent { place: &m.receiver, by_mut, deref })
    }

    /// A reference to the whole, for what looks into it by patterns.
    fn whole(&self) -> Expr {
        let place = self.place;
        match (self.by_mut, place) {
            (false, _) => parse_quote!(&#place),
            // The name of a `&mut Option` serves as it is, and only a field is certainly a place of its own.
            (true, Expr::Field(_)) => parse_quote!(&mut #place),
            (true, _) => parse_quote!(#place.as_mut()),
        }
    }

    /// The reference that the call gives, of the one to what is in the `Option`.
    fn part(&self, name: &Ident) -> Expr {
        match (self.deref, self.by_mut) {
            (false, _) => parse_quote!(#name),
            (true, false) => parse_quote!(&**#name),
            (true, true) => parse_quote!(&mut **#name),
        }
    }
}

/// A name, a field, or an element.
fn is_place(e: &Expr) -> bool {
    match strip(e) {
        Expr::Index(i) => is_place(&i.expr) && crate::lower::is_simple(&i.index) && !matches!(strip(&i.index), Expr::Range(_)),
        Expr::Field(f) => is_place(&f.base),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_place(&u.expr),
        other => is_steady(other) && !matches!(other, Expr::Reference(_)),
    }
}

/// Whether nobody sees if an expression is evaluated.
fn is_quiet(e: &Expr) -> bool {
    match strip(e) {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Reference(syn::ExprReference { expr, .. })
        | Expr::Field(syn::ExprField { base: expr, .. })
        | Expr::Repeat(syn::ExprRepeat { expr, .. }) => is_quiet(expr),
        Expr::Unary(u) => is_quiet(&u.expr),
        Expr::Array(a) => a.elems.iter().all(is_quiet),
        other => crate::lower::is_cheap(other),
    }
}

/// What `Some(..)` of one part holds.
fn in_some(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::TupleStruct(t) if t.elems.len() == 1 && crate::infer::is_some(&t.path) => t.elems.first(),
        Pat::Paren(p) => in_some(&p.pat),
        _ => None,
    }
}

fn is_irrefutable(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(i) if i.subpat.is_none()) || matches!(pat, Pat::Wild(_))
}

fn with_first(block: &mut syn::Block, stmt: Stmt) {
    block.stmts.insert(0, stmt);
}

impl Desugar {
    /// Patterns that look into what is lent: `if let Some(n) = self.next.as_deref()`.
    pub(super) fn lent_to_patterns(&mut self, e: &mut Expr) {
        match e {
            Expr::If(i) => self.lent_to_condition(&mut i.cond, &mut i.then_branch),
            Expr::While(w) => self.lent_to_condition(&mut w.cond, &mut w.body),
            Expr::Match(m) => {
                let Some(lent) = Lent::of(&m.expr) else { return };
                let fits = |a: &syn::Arm| match in_some(&a.pat) {
                    Some(part) => !lent.deref || is_irrefutable(part),
                    None => matches!(&a.pat, Pat::Wild(_) | Pat::Path(_)) || matches!(&a.pat, Pat::Ident(i) if i.ident == "None"),
                };
                if !m.arms.iter().all(fits) {
                    return;
                }
                for arm in m.arms.iter_mut().filter(|_| lent.deref) {
                    let Some((pat, first)) = in_some(&arm.pat).and_then(|part| self.part_of(&lent, part)) else { continue };
                    arm.pat = pat;
                    let body = &arm.body;
                    *arm.body = parse_quote!({ #first #body });
                    if let Some((_, guard)) = &mut arm.guard {
                        **guard = parse_quote!({ #first #guard });
                    }
                    arm.comma.get_or_insert_with(Default::default);
                }
                *m.expr = lent.whole();
            }
            _ => {}
        }
    }

    fn lent_to_condition(&mut self, cond: &mut Expr, body: &mut syn::Block) {
        let Expr::Let(l) = cond else { return };
        let Some((pat, value, first)) = self.looked_into(&l.pat, &l.expr) else { return };
        (*l.pat, *l.expr) = (pat, value);
        if let Some(first) = first {
            with_first(body, first);
        }
    }

    /// `let Some(n) = self.next.as_deref() else { .. };`, and the statement that follows it.
    pub(super) fn lent_to_local(&mut self, l: &mut syn::Local) -> Option<Stmt> {
        let init = l.init.as_mut().filter(|init| init.diverge.is_some())?;
        let (pat, value, first) = self.looked_into(&l.pat, &init.expr)?;
        l.pat = pat;
        *init.expr = value;
        first
    }

    fn looked_into(&mut self, pat: &Pat, value: &Expr) -> Option<(Pat, Expr, Option<Stmt>)> {
        let lent = Lent::of(value)?;
        let part = in_some(pat)?;
        if !lent.deref {
            return Some((pat.clone(), lent.whole(), None));
        }
        let (pat, first) = self.part_of(&lent, part)?;
        Some((pat, lent.whole(), Some(first)))
    }

    /// `Some(name)`, and `let part = &**name;`
    fn part_of(&mut self, lent: &Lent<'_>, part: &Pat) -> Option<(Pat, Stmt)> {
        if !is_irrefutable(part) {
            return None;
        }
        let name = self.fresh("part_", part.span());
        let value = lent.part(&name);
        Some((parse_quote!(::core::option::Option::Some(#name)), parse_quote!(let #part = #value;)))
    }

    /// Methods that look into what is lent: `self.weights.as_deref().map_or(k, |w| w[0])`.
    pub(super) fn lent_to_method(&mut self, m: &ExprMethodCall) -> Option<Expr> {
        let lent = Lent::of(&m.receiver).filter(|lent| lent.deref && !lent.by_mut)?;
        let (place, method, span) = (lent.place, &m.method, m.method.span());
        let name = self.fresh("part_", span);
        let part = lent.part(&name);
        let some = quote!(::core::option::Option::Some);
        let none = quote!(::core::option::Option::None);
        let args: Vec<&Expr> = m.args.iter().collect();
        Some(match (method.to_string().as_str(), &args[..]) {
            ("unwrap" | "expect", _) => {
                let args = &m.args;
                parse_quote!(&**#place.as_ref().#method(#args))
            }
            // Evaluated in any case.
            ("unwrap_or", [other]) if !is_quiet(other) => {
                let x = self.fresh("part_", span);
                syn::parse_quote_spanned!(span=> { let #x = #other; match &#place { #some(#name) => #part, #none => #x } })
            }
            ("unwrap_or", [other]) => parse_quote!(match &#place { #some(#name) => #part, #none => #other }),
            ("copied", []) => parse_quote!(match &#place { #some(#name) => #some(**#name), #none => #none }),
            ("cloned", []) => parse_quote!(match &#place { #some(#name) => #some((**#name).clone()), #none => #none }),
            ("map" | "and_then" | "is_some_and" | "is_none_or", [f]) => {
                let f = with_part(f, &name, &part);
                parse_quote!(#place.as_ref().#method(#f))
            }
            ("map_or" | "map_or_else", [other, f]) => {
                let f = with_part(f, &name, &part);
                parse_quote!(#place.as_ref().#method(#other, #f))
            }
            _ => return None,
        })
    }

    /// `let p = place.get_or_insert_with(f);` and what comes after it, last statement first; `*place.get_or_insert_with(f) += x;`.
    pub(super) fn filled(&mut self, stmt: &Stmt, rest: &mut Vec<Stmt>) -> Option<Vec<Stmt>> {
        match stmt {
            Stmt::Local(syn::Local { pat, init: Some(init), .. }) if init.diverge.is_none() => {
                let Pat::Ident(p) = (if let Pat::Type(t) = pat { &*t.pat } else { pat }) else { return None };
                let name = p.ident.to_string();
                let (place, fill) = match self.filled_place(&init.expr) {
                    Some(filled) => filled,
                    // What is written through is a reference: no index or flag that an `insert` gives.
                    None if rest.iter().any(|s| assigns_behind(s, &name)) => {
                        inserted(&init.expr).map(|(place, fill)| (place, vec![fill]))?
                    }
                    None => return None,
                };
                if !rest.iter().any(|s| writes_through(s, &name)) {
                    return None;
                }
                let used = while_used(rest, &name);
                let p = &p.ident;
                let looked: Expr = parse_quote!(match &mut #place {
                    ::core::option::Option::Some(#p) => { #(#used)* }
                    ::core::option::Option::None => ::core::unreachable!(),
                });
                let semi = (!rest.is_empty()).then(Default::default);
                Some(fill.into_iter().chain([Stmt::Expr(looked, semi)]).collect())
            }
            // An assignment gives nothing, with a semicolon or without.
            Stmt::Expr(e, _) => {
                let (target, value) = match e {
                    Expr::Assign(a) => (&a.left, &a.right),
                    Expr::Binary(b) if crate::lower::is_update(&b.op) => (&b.left, &b.right),
                    _ => return None,
                };
                let given = given_reference(target)?;
                let (place, fill) = self.filled_place(given).or_else(|| inserted(given).map(|(place, fill)| (place, vec![fill])))?;
                let (p, x) = (self.fresh("part_", target.span()), self.fresh("part_", value.span()));
                let mut write = e.clone();
                match &mut write {
                    Expr::Assign(a) => *a.right = parse_quote!(#x),
                    Expr::Binary(b) => *b.right = parse_quote!(#x),
                    _ => return None,
                }
                let written = match &mut write {
                    Expr::Assign(a) => &mut a.left,
                    Expr::Binary(b) => &mut b.left,
                    _ => return None,
                };
                *given_reference_mut(written)? = parse_quote!(#p);
                let write: Expr = parse_quote!(match &mut #place {
                    ::core::option::Option::Some(#p) => { #write; }
                    ::core::option::Option::None => ::core::unreachable!(),
                });
                // What is assigned comes first, and so does what is added to a number; an operator of another type takes the place before.
                let shows = matches!(e, Expr::Binary(_)) && (meddles(target, value) || meddles(value, target));
                let first = parse_quote!(let #x = #value;);
                let write = Stmt::Expr(write, Some(Default::default()));
                match shows {
                    // Which comes first, a type would tell that is not known here.
                    true if !matches!(strip(value), Expr::Struct(_)) => Some(vec![syn::parse_quote_spanned!(value.span()=>
                        ::core::compile_error!("this value and what is inserted change each other; bind the value with `let` before");
                    )]),
                    true => Some(fill.into_iter().chain([first, write]).collect()),
                    false => Some([first].into_iter().chain(fill).chain([write]).collect()),
                }
            }
            _ => None,
        }
    }

    /// Whether an expression assigns to what is behind such a call: it is a statement of its own then.
    pub(super) fn is_filled(&self, e: &Expr) -> bool {
        let target = match e {
            Expr::Assign(a) => &a.left,
            Expr::Binary(b) if crate::lower::is_update(&b.op) => &b.left,
            _ => return false,
        };
        let fills = |m: &ExprMethodCall| matches!(m.method.to_string().as_str(), "get_or_insert" | "get_or_insert_with" | "insert");
        given_reference(target).is_some_and(|given| matches!(strip(given), Expr::MethodCall(m) if fills(m)))
    }

    /// The value that is there after `get_or_insert_with`, where it is only read.
    pub(super) fn filled_and_read(&mut self, e: &Expr) -> Option<Expr> {
        let (place, fill) = self.filled_place(e)?;
        Some(parse_quote!({ #(#fill)* #place.as_ref().unwrap() }))
    }

    /// The place of `place.get_or_insert_with(f)`, and what fills it.
    fn filled_place(&mut self, e: &Expr) -> Option<(Expr, Vec<Stmt>)> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        if !is_place(&m.receiver) || m.args.len() != 1 {
            return None;
        }
        if !matches!(m.method.to_string().as_str(), "get_or_insert" | "get_or_insert_with") {
            return None;
        }
        let (mut place, arg) = ((*m.receiver).clone(), &m.args[0]);
        let mut statements = Vec::new();
        if meddles(&place, arg) {
            self.settle(&mut place, &mut statements);
        }
        let some = quote!(::core::option::Option::Some);
        let fill: Stmt = match (m.method.to_string().as_str(), strip(arg)) {
            // The value is computed in any case.
            ("get_or_insert", Expr::Lit(_) | Expr::Path(_)) => parse_quote!(if #place.is_none() { #place = #some(#arg); }),
            ("get_or_insert", value) => {
                let x = self.fresh("part_", value.span());
                parse_quote!({ let #x = #value; if #place.is_none() { #place = #some(#x); } })
            }
            ("get_or_insert_with", Expr::Closure(c)) if c.inputs.is_empty() => {
                let body = super::returns::given_by(c);
                parse_quote!(if #place.is_none() { #place = #some(#body); })
            }
            ("get_or_insert_with", f @ Expr::Path(_)) => parse_quote!(if #place.is_none() { #place = #some(#f()); }),
            _ => return None,
        };
        statements.push(fill);
        Some((place, statements))
    }
}

/// The call whose reference a target is behind: `*o.insert(x)`, `o.insert(x).field`.
fn given_reference(target: &Expr) -> Option<&Expr> {
    match strip(target) {
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => Some(&u.expr),
        Expr::Field(f) if matches!(strip(&f.base), Expr::MethodCall(_)) => Some(&f.base),
        Expr::Field(f) => given_reference(&f.base),
        Expr::Index(i) if crate::lower::is_simple(&i.index) && matches!(strip(&i.expr), Expr::MethodCall(_)) => Some(&i.expr),
        Expr::Index(i) if crate::lower::is_simple(&i.index) => given_reference(&i.expr),
        _ => None,
    }
}

/// The same, to write something else there.
fn given_reference_mut(target: &mut Expr) -> Option<&mut Expr> {
    match target {
        Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Group(syn::ExprGroup { expr, .. }) => given_reference_mut(expr),
        Expr::Unary(u) => Some(&mut u.expr),
        Expr::Field(syn::ExprField { base, .. }) | Expr::Index(syn::ExprIndex { expr: base, .. }) => match strip(base) {
            Expr::MethodCall(_) => Some(base),
            _ => given_reference_mut(base),
        },
        _ => None,
    }
}

/// The next statements, up to the last one that uses a name; all of them, where they bind names that others use.
fn while_used(rest: &mut Vec<Stmt>, name: &str) -> Vec<Stmt> {
    let name = std::iter::once(name.to_string()).collect();
    let last = rest.iter().position(|s| crate::varied::mentions(s.to_token_stream(), &name)).unwrap_or(0);
    let binds = rest[last..].iter().any(|s| !matches!(s, Stmt::Expr(..)));
    let mut used = rest.split_off(if binds { 0 } else { last });
    used.reverse();
    used
}

/// The place of `place.insert(x)` of an `Option`, and what fills it.
fn inserted(e: &Expr) -> Option<(Expr, Stmt)> {
    let Expr::MethodCall(m) = strip(e) else { return None };
    if m.method != "insert" || m.args.len() != 1 || !is_place(&m.receiver) || meddles(&m.receiver, &m.args[0]) {
        return None;
    }
    let (place, value) = (&m.receiver, &m.args[0]);
    Some(((**place).clone(), parse_quote!(#place = ::core::option::Option::Some(#value);)))
}

/// Whether a statement assigns to `*name`.
fn assigns_behind(stmt: &Stmt, name: &str) -> bool {
    struct Behind<'n>(&'n str, bool);
    impl Behind<'_> {
        fn target(&mut self, e: &Expr) {
            self.1 |= matches!(strip(e), Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) && matches!(strip(&u.expr), Expr::Path(p) if p.path.is_ident(self.0)));
        }
    }
    impl<'a> Visit<'a> for Behind<'_> {
        fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
            self.target(&a.left);
            syn::visit::visit_expr_assign(self, a);
        }
        fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
            if crate::lower::is_update(&b.op) {
                self.target(&b.left);
            }
            syn::visit::visit_expr_binary(self, b);
        }
    }
    let mut behind = Behind(name, false);
    behind.visit_stmt(stmt);
    behind.1
}

/// Whether a statement may write to what a reference leads to.
fn writes_through(stmt: &Stmt, name: &str) -> bool {
    struct Through<'n>(&'n str, HashSet<String>, bool);
    impl<'a> Visit<'a> for Through<'_> {
        fn visit_expr(&mut self, e: &'a Expr) {
            self.2 |= may_change(e, &self.1);
            // Handed to a function, or bound again.
            if let Expr::Call(c) = e {
                self.2 |= c.args.iter().any(|a| matches!(strip(a), Expr::Path(p) if p.path.is_ident(self.0)));
            }
            syn::visit::visit_expr(self, e);
        }
    }
    let mut through = Through(name, std::iter::once(name.to_string()).collect(), false);
    through.visit_stmt(stmt);
    through.2
}

/// The function with a parameter that is looked behind.
fn with_part(f: &Expr, name: &Ident, part: &Expr) -> Expr {
    match strip(f) {
        Expr::Closure(c) if c.inputs.len() == 1 => {
            let mut c = c.clone();
            let (input, body) = (&c.inputs[0], &c.body);
            let body: Expr = parse_quote!({ let #input = #part; #body });
            c.inputs = std::iter::once::<Pat>(parse_quote!(#name)).collect();
            *c.body = body;
            Expr::Closure(c)
        }
        f => parse_quote!(|#name| #f(#part)),
    }
}
