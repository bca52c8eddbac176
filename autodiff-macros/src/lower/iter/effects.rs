//! Whether making an iterator's items changes anything, or may panic: then none may be left out that std makes.
//!
//! What enters: an iterator, before an adaptor leaves items out. What leaves: the same, to be run from its first item on if what it maps
//! its items with may write to a variable outside, or panic over something outside. If in doubt, it may.

use rustc_hash::FxHashSet as HashSet;
use syn::visit::{self, Visit};
use syn::Expr as Syn;

use super::{By, Function, Iter};
use crate::lower::{scan, Lower, Val};
use crate::varied::{bound_names, root_name};

impl Lower<'_> {
    /// An iterator whose items are made one after the other if that is seen anywhere.
    pub(in crate::lower) fn in_order(&self, i: Iter) -> Iter {
        if i.indexable() && (self.changes_something(&i) || may_panic(&i)) {
            return Iter::InOrder(Box::new(i));
        }
        i
    }

    /// The same before its end comes first: which items std then makes in vain is another matter, unless that changes something.
    pub(in crate::lower) fn in_any_order(&self, i: Iter) -> Iter {
        let inside = |i: Box<Iter>| Box::new(self.in_any_order(*i));
        match i {
            Iter::InOrder(i) if !self.changes_something(&i) => *i,
            Iter::Skip(i, n) => Iter::Skip(inside(i), n),
            Iter::StepBy(i, n) => Iter::StepBy(inside(i), n),
            Iter::Take(i, n) => Iter::Take(inside(i), n),
            Iter::Map(i, f) => Iter::Map(inside(i), f),
            Iter::Enumerate(i) => Iter::Enumerate(inside(i)),
            Iter::Copied(i) => Iter::Copied(inside(i)),
            other => other,
        }
    }

    pub(in crate::lower) fn changes_something(&self, i: &Iter) -> bool {
        match i {
            Iter::Map(i, f) => self.has_effects(f) || hands_out_mutably(i) || self.changes_something(i),
            Iter::Zip(a, b) => self.changes_something(a) || self.changes_something(b),
            Iter::Enumerate(i)
            | Iter::Rev(i)
            | Iter::Skip(i, _)
            | Iter::Take(i, _)
            | Iter::StepBy(i, _)
            | Iter::Copied(i)
            | Iter::Cycle(i) => self.changes_something(i),
            // Run in order anyway, or not mapped.
            _ => false,
        }
    }

    /// Whether std makes items that change something before it comes to the last one that is given: those that `take` leaves out, and what
    /// the longer one of two has more than the other.
    pub(in crate::lower) fn makes_in_vain(&self, i: &Iter) -> bool {
        match i {
            Iter::Take(i, _) => self.changes_something(i),
            Iter::Zip(a, b) => self.changes_something(a) || self.changes_something(b),
            Iter::Map(i, _) | Iter::Enumerate(i) | Iter::Copied(i) | Iter::Rev(i) => self.makes_in_vain(i),
            Iter::Chain(a, b) => self.makes_in_vain(a) || self.makes_in_vain(b),
            _ => false,
        }
    }

    fn has_effects(&self, f: &Function) -> bool {
        let Function::Closure(c) = f else { return false };
        let mut effects = Effects { lower: self, own: HashSet::default(), found: false };
        c.inputs.iter().for_each(|p| effects.visit_pat(p));
        effects.visit_expr(&c.body);
        effects.found
    }
}

/// Whether there are `&mut` references among the items.
fn hands_out_mutably(i: &Iter) -> bool {
    match i {
        Iter::Elements { by, .. } | Iter::Flat { by, .. } => *by == By::Mut,
        Iter::Chunks { mutable, .. } => *mutable,
        Iter::Zip(a, b) => hands_out_mutably(a) || hands_out_mutably(b),
        Iter::Enumerate(i) | Iter::Rev(i) | Iter::Skip(i, _) | Iter::Take(i, _) | Iter::StepBy(i, _) | Iter::Cycle(i) | Iter::Map(i, _) => {
            hands_out_mutably(i)
        }
        _ => false,
    }
}

/// Whether making an item may panic where that of the items behind it does not.
fn may_panic(i: &Iter) -> bool {
    match i {
        Iter::Map(i, Function::Closure(c)) => {
            let mut panics = Panics { own: HashSet::default(), found: false };
            c.inputs.iter().for_each(|p| panics.visit_pat(p));
            panics.visit_expr(&c.body);
            panics.found || may_panic(i)
        }
        Iter::Map(..) => true,
        Iter::Zip(a, b) => may_panic(a) || may_panic(b),
        Iter::Enumerate(i) | Iter::Rev(i) | Iter::Skip(i, _) | Iter::Take(i, _) | Iter::StepBy(i, _) | Iter::Copied(i) | Iter::Cycle(i) => {
            may_panic(i)
        }
        _ => false,
    }
}

/// Looks for elements of lists outside, calls, and what asks an option or integers for more than they may have.
struct Panics {
    /// The closure's own names: the parts of an item, of which each has the same.
    own: HashSet<String>,
    found: bool,
}

impl<'s> Visit<'s> for Panics {
    fn visit_item(&mut self, _: &'s syn::Item) {}

    fn visit_pat(&mut self, p: &'s syn::Pat) {
        self.own.extend(bound_names(p));
    }

    fn visit_expr_index(&mut self, i: &'s syn::ExprIndex) {
        self.found |= !root_name(&i.expr).is_some_and(|name| self.own.contains(&name));
        visit::visit_expr_index(self, i);
    }

    fn visit_expr_call(&mut self, c: &'s syn::ExprCall) {
        let name = if let Syn::Path(p) = &*c.func { p.path.segments.last().map(|s| s.ident.to_string()) } else { None };
        self.found |= !name.is_some_and(|name| name.starts_with(char::is_uppercase));
        visit::visit_expr_call(self, c);
    }

    fn visit_expr_method_call(&mut self, m: &'s syn::ExprMethodCall) {
        self.found |= m.method == "unwrap" || m.method == "expect";
        visit::visit_expr_method_call(self, m);
    }

    fn visit_expr_binary(&mut self, b: &'s syn::ExprBinary) {
        // A quotient of integers would, too, but cannot be told from one of numbers.
        self.found |= matches!(b.op, syn::BinOp::Rem(_));
        visit::visit_expr_binary(self, b);
    }

    fn visit_macro(&mut self, _: &'s syn::Macro) {
        self.found = true;
    }
}

/// Whether an expression is what methods give: it leads to something that may be written to only if one of them might have written itself.
fn is_given(e: &Syn) -> bool {
    let Syn::MethodCall(m) = crate::lower::strip(e) else { return false };
    // Of a list as of a `&mut` to it.
    m.method != "into_iter" && (is_given(&m.receiver) || !matches!(crate::lower::strip(&m.receiver), Syn::MethodCall(_)))
}

struct Effects<'l, 'a> {
    lower: &'l Lower<'a>,
    /// The closure's own names.
    own: HashSet<String>,
    found: bool,
}

impl Effects<'_, '_> {
    fn base(&mut self, e: &Syn) {
        if !matches!(e, Syn::Path(_)) {
            self.visit_expr(e);
        }
    }

    /// Something at the bottom of this may be written to.
    fn write(&mut self, e: &Syn) {
        let root = root_name(e).filter(|name| !self.own.contains(name));
        self.found |= root.is_some_and(|name| match self.lower.binding(&name) {
            Some(Val::Place(place, _)) => {
                let info = self.lower.info(place.root);
                info.mutable || info.kind == crate::ir::VarKind::Memory
            }
            Some(Val::Ref(_, _, mutable)) => *mutable,
            Some(Val::Iter(_) | Val::Tuple(_) | Val::Maybe { .. }) => true,
            Some(Val::Twice(_) | Val::Expr(..) | Val::Closure(_) | Val::Unit | Val::Poison) | None => false,
        });
    }
}

impl<'s> Visit<'s> for Effects<'_, '_> {
    fn visit_item(&mut self, _: &'s syn::Item) {}

    fn visit_pat(&mut self, p: &'s syn::Pat) {
        self.own.extend(bound_names(p));
    }

    fn visit_expr_assign(&mut self, a: &'s syn::ExprAssign) {
        visit::visit_expr_assign(self, a);
        match &*a.left {
            Syn::Tuple(t) => t.elems.iter().for_each(|e| self.write(e)),
            left => self.write(left),
        }
    }

    fn visit_expr_binary(&mut self, b: &'s syn::ExprBinary) {
        visit::visit_expr_binary(self, b);
        if scan::is_update(&b.op) {
            self.write(&b.left);
        }
    }

    fn visit_expr_reference(&mut self, r: &'s syn::ExprReference) {
        visit::visit_expr_reference(self, r);
        if r.mutability.is_some() {
            self.write(&r.expr);
        }
    }

    // Parts are only read, unless one of the above is done to them.
    fn visit_expr_field(&mut self, f: &'s syn::ExprField) {
        self.base(&f.base);
    }

    fn visit_expr_index(&mut self, i: &'s syn::ExprIndex) {
        self.base(&i.expr);
        self.visit_expr(&i.index);
    }

    fn visit_expr_unary(&mut self, u: &'s syn::ExprUnary) {
        self.base(&u.expr);
    }

    fn visit_expr_method_call(&mut self, m: &'s syn::ExprMethodCall) {
        self.base(&m.receiver);
        m.args.iter().for_each(|a| self.visit_expr(a));
        if !is_given(&m.receiver) && (scan::mutates(m) || !scan::only_reads(m)) {
            self.write(&m.receiver);
        }
    }

    fn visit_expr_path(&mut self, p: &'s syn::ExprPath) {
        let Some(name) = p.path.get_ident().map(ToString::to_string).filter(|name| !self.own.contains(name)) else { return };
        match self.lower.binding(&name) {
            // Handed on.
            Some(Val::Ref(_, _, true)) => self.found = true,
            Some(Val::Closure(c)) if !self.found => self.found = self.lower.has_effects(&Function::Closure(c.clone())),
            _ => {}
        }
    }

    fn visit_macro(&mut self, _: &'s syn::Macro) {
        self.found = true;
    }
}
