//! One round over a body: what each binding and each use tells of types.
//!
//! What enters: the types known so far. What leaves: the same and more. Guarantee: a type is only made more precise.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Pat, Stmt};

use super::float_method_args;
use super::{is_some, slice_of, Types};
use crate::types::{Float, Ty};
use crate::varied::{is_plain_operator, of_indices, runs_an_iterator, takes_indices};

impl Types {
    /// Computes the types of all locals of a body.
    pub fn infer(block: &syn::Block, params: HashMap<String, Ty>, result: &Ty, floats: &[syn::Ident], this: crate::types::Named) -> Types {
        let mut bound: HashSet<String> = params.keys().cloned().collect();
        super::declared::Bound(&mut bound).visit_block(block);
        let mut pass = Pass {
            types: Types { names: params, floats: floats.to_vec(), consts: HashMap::default(), this, bound },
            result: result.clone(),
            changed: true,
            values: HashSet::default(),
            arrays: HashSet::default(),
            closures: HashMap::default(),
            ranges: HashMap::default(),
        };
        // Each round carries facts one step further along chains of locals; the bound only guards against surprises.
        for _ in 0..12 {
            if !pass.changed {
                break;
            }
            pass.changed = false;
            pass.visit_block(block);
            pass.expect_block(block, &pass.result.clone());
        }
        pass.types
    }
}

struct Pass {
    types: Types,
    result: Ty,
    changed: bool,
    /// Names that certainly hold a value rather than a reference.
    values: HashSet<String>,
    /// Names of arrays that a closure fills.
    arrays: HashSet<String>,
    /// The parameters of closures with a name.
    closures: HashMap<String, Vec<Pat>>,
    /// Ranges with a name, for what is done with them.
    ranges: HashMap<String, syn::ExprRange>,
}

impl Pass {
    fn learn(&mut self, name: &str, ty: &Ty) {
        let known = self.types.names.get(name).cloned().unwrap_or(Ty::Unknown);
        let better = refine(&known, ty);
        if let Some(better) = better {
            self.types.names.insert(name.to_string(), better);
            self.changed = true;
        }
    }

    /// The pattern takes a value of the type.
    fn bind(&mut self, pat: &Pat, ty: &Ty) {
        match pat {
            Pat::Ident(i) if i.subpat.is_none() => {
                if i.by_ref.is_some() {
                    if !matches!(ty, Ty::Unknown) {
                        self.learn(&i.ident.to_string(), &Ty::Ref(Box::new(ty.clone()), i.mutability.is_some()));
                    }
                } else {
                    self.learn(&i.ident.to_string(), ty);
                }
            }
            Pat::Type(t) => {
                let annotated = Ty::parse(&t.ty, &self.types.floats);
                self.bind(&t.pat, &annotated);
                self.bind(&t.pat, ty);
            }
            Pat::Paren(p) => self.bind(&p.pat, ty),
            Pat::Reference(r) => {
                if let Ty::Ref(inner, _) = ty {
                    self.bind(&r.pat, inner);
                }
            }
            Pat::Tuple(t) => match ty {
                Ty::Tuple(items) if items.len() == t.elems.len() => {
                    for (p, ty) in t.elems.iter().zip(items) {
                        self.bind(p, ty);
                    }
                }
                Ty::Ref(inner, mutable) => {
                    if let Ty::Tuple(items) = &**inner {
                        if items.len() == t.elems.len() {
                            for (p, ty) in t.elems.iter().zip(items) {
                                if !matches!(ty, Ty::Unknown) {
                                    self.bind(p, &Ty::Ref(Box::new(ty.clone()), *mutable));
                                }
                            }
                        }
                    }
                }
                _ => {}
            },
            Pat::Slice(s) => {
                let (elem, by_ref) = match ty {
                    Ty::Ref(inner, m) => (inner.element(), Some(*m)),
                    other => (other.element(), None),
                };
                if matches!(elem, Ty::Unknown) {
                    return;
                }
                let elem = by_ref.map_or(elem.clone(), |m| Ty::Ref(Box::new(elem), m));
                for p in &s.elems {
                    match p {
                        Pat::Rest(_) => {}
                        Pat::Ident(i) if i.subpat.as_ref().is_some_and(|(_, sub)| matches!(**sub, Pat::Rest(_))) => {
                            if let Some(m) = by_ref {
                                self.learn(&i.ident.to_string(), &Ty::Ref(Box::new(slice_of(elem.peel().clone())), m));
                            }
                        }
                        p => self.bind(p, &elem),
                    }
                }
            }
            Pat::Struct(s) => {
                let (base, by_ref) = match ty {
                    Ty::Ref(inner, m) => (&**inner, Some(*m)),
                    other => (other, None),
                };
                for f in &s.fields {
                    let part = match base.field(&f.member) {
                        Ty::Unknown => base.payload(&s.path, &f.member),
                        known => known,
                    };
                    match (part, by_ref) {
                        (Ty::Unknown, _) => {}
                        (ty, Some(m)) => self.bind(&f.pat, &Ty::Ref(Box::new(ty), m)),
                        (ty, None) => self.bind(&f.pat, &ty),
                    }
                }
            }
            Pat::TupleStruct(t) if is_some(&t.path) => {
                let inner = match ty {
                    Ty::Option(inner) => (**inner).clone(),
                    Ty::Ref(o, m) => match &**o {
                        Ty::Option(inner) => Ty::Ref(inner.clone(), *m),
                        _ => return,
                    },
                    _ => return,
                };
                if let Some(p) = t.elems.first() {
                    self.bind(p, &inner);
                }
            }
            Pat::TupleStruct(t) if !matches!(t.elems.iter().position(|p| matches!(p, Pat::Rest(_))), Some(k) if k + 1 < t.elems.len()) => {
                for (k, p) in t.elems.iter().enumerate() {
                    match (ty.payload(&t.path, &syn::Member::from(k)), ty) {
                        (Ty::Unknown, _) => {}
                        (part, Ty::Ref(_, m)) => self.bind(p, &Ty::Ref(Box::new(part), *m)),
                        (part, _) => self.bind(p, &part),
                    }
                }
            }
            _ => {}
        }
    }

    /// The type that a pattern demands of its initialiser.
    fn pattern_type(&self, pat: &Pat) -> Ty {
        match pat {
            Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => self.types.name(&i.ident.to_string()),
            Pat::Type(t) => Ty::parse(&t.ty, &self.types.floats),
            Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                Ty::Tuple(t.elems.iter().map(|p| self.pattern_type(p)).collect())
            }
            _ => Ty::Unknown,
        }
    }

    /// The expression's value has the type.
    fn expect(&mut self, e: &Expr, ty: &Ty) {
        if matches!(ty, Ty::Unknown) {
            return;
        }
        match e {
            Expr::Paren(p) => self.expect(&p.expr, ty),
            Expr::Group(g) => self.expect(&g.expr, ty),
            Expr::Path(p) => {
                if let Some(name) = p.path.get_ident() {
                    let name = name.to_string();
                    if self.types.names.contains_key(&name) || !name.starts_with(char::is_uppercase) {
                        // A place of reference type may stand where the target of auto-deref is wanted; only values are certain.
                        self.learn(&name, ty);
                    }
                }
            }
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Neg(_)) && ty.is_float() && !matches!(self.types.of(&u.expr), Ty::Ref(..)) => {
                self.expect_float(&u.expr, ty);
            }
            Expr::Binary(b) if !is_plain_operator(&b.op) && ty.is_float() => {
                // `f64 op _ = f64` leaves only `f64` (or `&f64`) for the other operand; a sum that is a number has numbers for terms.
                let (l, r) = (self.types.of(&b.left), self.types.of(&b.right));
                let sum = matches!(b.op, BinOp::Add(_) | BinOp::Sub(_));
                if sum || l.peel().is_float() {
                    self.expect_float(&b.right, ty);
                }
                if sum || r.peel().is_float() {
                    self.expect_float(&b.left, ty);
                }
            }
            Expr::If(i) => {
                self.expect_block(&i.then_branch, ty);
                if let Some((_, e)) = &i.else_branch {
                    self.expect(e, ty);
                }
            }
            Expr::Match(m) => {
                for arm in &m.arms {
                    self.expect(&arm.body, ty);
                }
            }
            Expr::Block(b) => self.expect_block(&b.block, ty),
            Expr::Tuple(t) => {
                if let Ty::Tuple(items) = ty {
                    for (e, ty) in t.elems.iter().zip(items) {
                        self.expect(e, ty);
                    }
                }
            }
            Expr::Array(a) => {
                if let Ty::Array(elem, _) = ty {
                    for e in &a.elems {
                        self.expect(e, elem);
                    }
                }
            }
            Expr::Repeat(r) => {
                if let Ty::Array(elem, _) = ty {
                    self.expect(&r.expr, elem);
                }
            }
            Expr::MethodCall(m) if ty.is_float() => {
                let name = m.method.to_string();
                if name == "sum" || name == "product" {
                    self.expect_items(&m.receiver, ty);
                }
                // What a fold begins with may be a literal, which the result's type is that of, too.
                if let ("fold", [Some(init), Some(Expr::Closure(c))]) = (name.as_str(), [m.args.first(), m.args.iter().nth(1)]) {
                    if matches!(self.types.of(init), Ty::Float(Float::Inferred)) {
                        if let Some(acc) = c.inputs.first() {
                            self.bind(acc, ty);
                        }
                        self.expect(&c.body, ty);
                    }
                }
            }
            _ => {}
        }
    }

    /// Like [`Self::expect`] where a reference to a float would do as well: a name whose own type is still
    /// unknown may be a reference, so nothing is learnt about it unless it certainly holds a value.
    fn expect_float(&mut self, e: &Expr, ty: &Ty) {
        match e {
            Expr::Paren(p) => self.expect_float(&p.expr, ty),
            Expr::Group(g) => self.expect_float(&g.expr, ty),
            Expr::Path(p) => {
                if p.path.get_ident().is_some_and(|i| self.values.contains(&i.to_string())) {
                    self.expect(e, ty);
                }
            }
            other => self.expect(other, ty),
        }
    }

    /// An argument of a function or a field, whose type the file tells. A reference to a local may be coerced, but not one to an array.
    fn expect_given(&mut self, e: &Expr, ty: &Ty) {
        match (e, ty) {
            (Expr::Reference(r), Ty::Ref(inner, _)) => {
                let is_array =
                    matches!(&*r.expr, Expr::Path(p) if p.path.get_ident().is_some_and(|i| self.arrays.contains(&i.to_string())));
                if is_array && matches!(**inner, Ty::Array(..)) {
                    self.expect(&r.expr, inner);
                }
            }
            (_, Ty::Ref(..)) => {}
            (e, ty) => self.expect(e, ty),
        }
    }

    /// Iterating over a range, or selecting by one: its ends are integers.
    fn counts(&mut self, e: &Expr) {
        let range = match crate::lower::strip(e) {
            Expr::Range(r) => r.clone(),
            Expr::Path(p) => {
                let Some(name) = p.path.get_ident().map(ToString::to_string) else { return };
                let Some(r) = self.ranges.get(&name).cloned() else { return };
                self.learn(&name, &Ty::Range);
                r
            }
            _ => return,
        };
        [&range.start, &range.end].into_iter().flatten().for_each(|end| self.expect(end, &Ty::Plain));
    }

    fn expect_items(&mut self, e: &Expr, ty: &Ty) {
        if let Expr::MethodCall(m) = e {
            if m.method == "map" {
                if let Some(Expr::Closure(c)) = m.args.first() {
                    // `Sum` is implemented for items `f64` and `&f64` alone.
                    self.expect_float(&c.body, ty);
                }
            }
        }
    }

    /// Names of loop counters and the like; one that is not known may hold a range.
    fn is_index(&self, e: &Expr) -> bool {
        matches!(e, Expr::Path(p) if p.path.get_ident().is_some_and(|i| self.values.contains(&i.to_string())))
    }

    fn expect_block(&mut self, b: &syn::Block, ty: &Ty) {
        if let Some(Stmt::Expr(e, None)) = b.stmts.last() {
            self.expect(e, ty);
        }
    }
}

/// Whether an expression certainly gives a value rather than a reference; of several branches one tells for all.
fn is_value(e: &Expr) -> bool {
    let last = |b: &syn::Block| matches!(b.stmts.last(), Some(Stmt::Expr(e, None)) if is_value(e));
    match e {
        Expr::Binary(_) | Expr::Cast(_) | Expr::Call(_) | Expr::Lit(_) => true,
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Neg(_)),
        Expr::Paren(p) => is_value(&p.expr),
        Expr::Block(b) => b.label.is_none() && last(&b.block),
        Expr::If(i) => last(&i.then_branch) || i.else_branch.as_ref().is_some_and(|(_, e)| is_value(e)),
        Expr::Match(m) => m.arms.iter().any(|a| is_value(&a.body)),
        _ => false,
    }
}

/// `array::from_fn(..)`
pub(crate) fn is_filled_array(e: &Expr) -> bool {
    let Expr::Call(c) = e else { return false };
    let Expr::Path(p) = &*c.func else { return false };
    let mut names = p.path.segments.iter().rev().map(|s| &s.ident);
    names.next().is_some_and(|n| n == "from_fn") && names.next().is_some_and(|n| n == "array")
}

/// The more precise of two types, if the second adds to the first.
pub(crate) fn refine(known: &Ty, new: &Ty) -> Option<Ty> {
    match (known, new) {
        (_, Ty::Unknown) => None,
        (Ty::Unknown, new) => Some(new.clone()),
        (Ty::Float(Float::Inferred), Ty::Float(Float::F32 | Float::F64 | Float::Generic(_))) => Some(new.clone()),
        (Ty::Array(a, n), Ty::Array(b, _)) => refine(a, b).map(|t| Ty::Array(Box::new(t), n.clone())),
        (Ty::Vec(a), Ty::Vec(b)) => refine(a, b).map(|t| Ty::Vec(Box::new(t))),
        (Ty::Slice(a), Ty::Slice(b)) => refine(a, b).map(|t| Ty::Slice(Box::new(t))),
        (Ty::Option(a), Ty::Option(b)) => refine(a, b).map(|t| Ty::Option(Box::new(t))),
        (Ty::Ref(a, m), Ty::Ref(b, _)) => refine(a, b).map(|t| Ty::Ref(Box::new(t), *m)),
        (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
            let mut changed = false;
            let items = a
                .iter()
                .zip(b)
                .map(|(a, b)| match refine(a, b) {
                    Some(t) => {
                        changed = true;
                        t
                    }
                    None => a.clone(),
                })
                .collect();
            changed.then_some(Ty::Tuple(items))
        }
        _ => None,
    }
}

impl<'a> Visit<'a> for Pass {
    fn visit_item(&mut self, item: &'a syn::Item) {
        if let syn::Item::Const(c) = item {
            let ty = Ty::parse(&c.ty, &self.types.floats);
            self.types.consts.insert(c.ident.to_string(), ty);
        }
        if let syn::Item::Static(c) = item {
            let ty = Ty::parse(&c.ty, &self.types.floats);
            self.types.consts.insert(c.ident.to_string(), ty);
        }
    }

    fn visit_local(&mut self, l: &'a syn::Local) {
        visit::visit_local(self, l);
        if let Some(init) = &l.init {
            if let (Pat::Ident(i), Expr::Closure(c)) = (&l.pat, &*init.expr) {
                self.closures.entry(i.ident.to_string()).or_insert_with(|| c.inputs.iter().cloned().collect());
            }
            if let (Pat::Ident(i), Expr::Range(r)) = (&l.pat, crate::lower::strip(&init.expr)) {
                self.ranges.entry(i.ident.to_string()).or_insert_with(|| r.clone());
            }
            let ty = self.types.of(&init.expr);
            if let Pat::Ident(i) = &l.pat {
                if i.by_ref.is_none() && is_value(&init.expr) {
                    self.values.insert(i.ident.to_string());
                    if is_filled_array(&init.expr) {
                        self.arrays.insert(i.ident.to_string());
                    }
                }
            }
            self.bind(&l.pat, &ty);
            let demanded = self.pattern_type(&l.pat);
            self.expect(&init.expr, &demanded);
        } else {
            self.bind(&l.pat, &Ty::Unknown);
        }
    }

    fn visit_expr_let(&mut self, l: &'a syn::ExprLet) {
        visit::visit_expr_let(self, l);
        let ty = self.types.of(&l.expr);
        self.bind(&l.pat, &ty);
    }

    fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
        let item = self.types.item(&l.expr);
        self.bind(&l.pat, &item);
        self.counts(&l.expr);
        visit::visit_expr_for_loop(self, l);
    }

    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        let ty = self.types.of(&m.expr);
        for arm in &m.arms {
            self.bind(&arm.pat, &ty);
        }
        visit::visit_expr_match(self, m);
    }

    fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
        visit::visit_expr_assign(self, a);
        let (l, r) = (self.types.of(&a.left), self.types.of(&a.right));
        self.expect(&a.right, &l);
        if let Expr::Path(_) | Expr::Tuple(_) | Expr::Array(_) = &*a.left {
            self.expect(&a.left, &r);
        }
    }

    fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
        visit::visit_expr_binary(self, b);
        let (l, r) = (self.types.of(&b.left), self.types.of(&b.right));
        let compares = matches!(b.op, BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_) | BinOp::Ne(_));
        if compares {
            if l.is_float() {
                self.expect(&b.right, &l);
            }
            if r.is_float() {
                self.expect(&b.left, &r);
            }
        }
        let assigns =
            matches!(b.op, BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) | BinOp::RemAssign(_));
        if assigns && l.is_float() {
            self.expect_float(&b.right, &l);
        }
    }

    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        visit::visit_expr_call(self, c);
        // A local closure has one type: what its parameters say, its arguments are, and the other way round.
        let Expr::Path(p) = &*c.func else { return };
        if p.qself.is_none() {
            let takes = self.types.declared_params(&p.path, c.args.len());
            c.args.iter().zip(&takes).for_each(|(arg, ty)| self.expect_given(arg, ty));
        }
        let Some(inputs) = p.path.get_ident().and_then(|name| self.closures.get(&name.to_string())).cloned() else { return };
        for (pat, arg) in inputs.iter().zip(&c.args) {
            if let Pat::Type(t) = pat {
                let ty = Ty::parse(&t.ty, &self.types.floats);
                if ty.is_float() || ty.is_plain() {
                    self.expect(arg, &ty);
                }
            }
        }
    }

    fn visit_expr_closure(&mut self, c: &'a syn::ExprClosure) {
        // What the closure itself says of its parameters.
        for p in &c.inputs {
            self.bind(p, &Ty::Unknown);
        }
        visit::visit_expr_closure(self, c);
    }

    fn visit_expr_struct(&mut self, s: &'a syn::ExprStruct) {
        visit::visit_expr_struct(self, s);
        for f in &s.fields {
            let ty = self.types.declared_field(&s.path, &f.member);
            self.expect_given(&f.expr, &ty);
        }
    }

    fn visit_expr_return(&mut self, r: &'a syn::ExprReturn) {
        visit::visit_expr_return(self, r);
        if let Some(e) = &r.expr {
            self.expect(e, &self.result.clone());
        }
    }

    fn visit_expr_index(&mut self, i: &'a syn::ExprIndex) {
        visit::visit_expr_index(self, i);
        if !matches!(self.types.of(&i.expr).peel(), Ty::Named(_)) {
            self.counts(&i.index);
        }
        // Built-in indexing takes integers; for types that the macro cannot see, nothing is learnt.
        if let (Expr::Path(_), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) = (&*i.index, self.types.of(&i.expr).peel()) {
            if matches!(self.types.of(&i.index), Ty::Unknown) && self.is_index(&i.index) {
                self.expect(&i.index, &Ty::Plain);
            }
        }
    }

    // The ends may be numbers of any kind: one of them tells the other, or what is done with the range does (`counts`).
    fn visit_expr_range(&mut self, r: &'a syn::ExprRange) {
        visit::visit_expr_range(self, r);
        let (Some(start), Some(end)) = (&r.start, &r.end) else { return };
        for (known, other) in [(start, end), (end, start)] {
            let ty = self.types.of(known);
            if ty.is_float() || matches!(ty, Ty::Plain) {
                self.expect(other, &ty);
            }
        }
    }

    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        let name = m.method.to_string();
        let receiver = self.types.of(&m.receiver);
        if runs_an_iterator(&m.method) {
            self.counts(&m.receiver);
        }
        if takes_indices(&m.method) || of_indices(&name) && matches!(receiver.peel(), Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) {
            m.args.iter().for_each(|arg| self.counts(arg));
        }
        if receiver.peel().is_float() && float_method_args(&name).is_some() {
            for arg in &m.args {
                self.expect(arg, receiver.peel());
            }
        }
        if receiver.peel().is_float() && name == "powi" {
            m.args.iter().for_each(|exponent| self.expect(exponent, &Ty::Plain));
        }
        for (k, arg) in m.args.iter().enumerate() {
            if let Expr::Closure(c) = arg {
                let item = self.types.item(&m.receiver);
                let params: Vec<Ty> = match name.as_str() {
                    // The closure's own value comes last.
                    "map" | "and_then" | "map_or" | "map_or_else" | "is_some_and" | "filter"
                        if matches!(receiver.peel(), Ty::Option(_)) =>
                    {
                        let Ty::Option(inner) = receiver.peel() else { continue };
                        match (name.as_str(), &**inner) {
                            (_, Ty::Unknown) => Vec::new(),
                            ("filter", inner) => vec![Ty::Ref(Box::new(inner.clone()), false)],
                            (_, inner) => vec![inner.clone()],
                        }
                    }
                    // The elements themselves, through a reference to the array too: they are copied then.
                    "map" if matches!(receiver.peel(), Ty::Array(..)) => vec![receiver.peel().element()],
                    "map" | "for_each" | "flat_map" | "filter_map" | "find_map" | "map_while" | "max_by_key" | "min_by_key" | "any"
                    | "all" | "position" | "rposition" => vec![item],
                    "filter" | "take_while" | "skip_while" | "inspect" | "find" if !matches!(item, Ty::Unknown) => {
                        vec![Ty::Ref(Box::new(item), false)]
                    }
                    "fold" if k == 1 => vec![m.args.first().map_or(Ty::Unknown, |i| self.types.of(i)), item],
                    "scan" if k == 1 => {
                        let state = m.args.first().map_or(Ty::Unknown, |i| self.types.of(i));
                        vec![if matches!(state, Ty::Unknown) { Ty::Unknown } else { Ty::Ref(Box::new(state), true) }, item]
                    }
                    "reduce" => vec![item.clone(), item],
                    "min_by" | "max_by" | "sort_by" if !matches!(item, Ty::Unknown) => {
                        let r = Ty::Ref(Box::new(item), false);
                        vec![r.clone(), r]
                    }
                    _ => Vec::new(),
                };
                for (p, ty) in c.inputs.iter().zip(&params) {
                    self.bind(p, ty);
                }
            }
        }
        visit::visit_expr_method_call(self, m);
        let takes = self.types.declared_method_params(&receiver, &m.method, m.args.len());
        m.args.iter().zip(&takes).for_each(|(arg, ty)| self.expect_given(arg, ty));
        if name == "push" {
            if let (Expr::Path(p), Some(arg)) = (&*m.receiver, m.args.first()) {
                if let Some(ident) = p.path.get_ident() {
                    let elem = self.types.of(arg);
                    if matches!(self.types.name(&ident.to_string()), Ty::Vec(_)) {
                        self.learn(&ident.to_string(), &Ty::Vec(Box::new(elem)));
                    }
                }
            }
        }
    }
}
