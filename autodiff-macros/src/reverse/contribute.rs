//! Contributions to cotangents.

use crate::types::Float;

use super::{quote, Bar, BinOp, Conversion, Expr, HashSet, Place, Proj, Region, Reverse, Stmt, Ty, Var, VarKind};

/// Longer sums are bound in parts: nobody reads them in one piece, and compilers take them apart recursively.
const LONGEST_SUM: usize = 24;

impl Reverse<'_> {
    /// Notes that the reverse sweep reads a value of the forward sweep.
    pub(super) fn need(&mut self, v: Var) {
        let info = self.info(v);
        if matches!(info.kind, VarKind::Cotangent | VarKind::Param) || info.region == Region(0) {
            return;
        }
        let region = info.region;
        if info.kind == VarKind::Bound || info.kind == VarKind::Index {
            self.needs.entry(region).or_default().insert(v);
            return;
        }
        self.needs.entry(region).or_default().insert(v);
    }

    /// An expression of the forward sweep, read in the reverse sweep.
    pub(super) fn value(&mut self, e: &Expr) -> Expr {
        let mut vars = Vec::new();
        e.each_operand(&mut |v| vars.push(v));
        for v in vars {
            self.need(v);
        }
        e.clone()
    }

    /// The accumulator of a variable, declared on demand.
    pub(super) fn accumulator(&mut self, v: Var) -> Var {
        if let Some(Bar::Memory(bar)) = self.bars.get(&v) {
            return *bar;
        }
        let found = match self.bars.remove(&v) {
            Some(Bar::Sum(list)) => list,
            _ => Vec::new(),
        };
        let bar = self.bar_var(v);
        // A parameter's is declared by the sibling around this code.
        if self.info(v).kind != VarKind::Param {
            let zero = self.zero(v);
            let region = self.info(v).region;
            self.decls.entry(region).or_default().push((bar, zero));
        }
        self.bars.insert(v, Bar::Memory(bar));
        for c in found {
            self.out.push(Stmt::Accumulate(Place::var(bar), c));
        }
        bar
    }

    /// Zeros of a variable's cotangent.
    fn zero(&mut self, v: Var) -> Expr {
        let ty = self.info(v).ty.clone();
        if ty.static_zero() {
            return crate::emit::zero_of(&ty);
        }
        if let Some(zeros) = self.zeros_of_length(v) {
            return zeros;
        }
        self.need(v);
        if self.info(v).optional {
            return Expr::Runtime("rt::zero_assigned", vec![Expr::Ref(Place::var(v))]);
        }
        Expr::Runtime("rt::zero", vec![Expr::Ref(Place::var(v))])
    }

    /// The same of a list of numbers, or of tuples and arrays of such, that keeps the length it was made with.
    fn zeros_of_length(&mut self, v: Var) -> Option<Expr> {
        let Ty::Vec(element) = &self.info(v).ty else { return None };
        let zero = zero_of_numbers(element)?;
        let length = self.lengths.get(&v)?.clone();
        let length = self.value(&length);
        Some(Expr::VecRepeat(Box::new(Expr::Const(zero)), Box::new(length)))
    }

    /// Whether the cotangent is bound once.
    fn is_sum(&self, v: Var) -> bool {
        match self.bars.get(&v) {
            Some(Bar::Sum(_)) => true,
            Some(Bar::Memory(_)) => false,
            None => {
                let info = self.info(v);
                info.kind == VarKind::Value && info.ty.is_float() && !self.activity.used_in_nested(v)
            }
        }
    }

    /// Adds to the cotangent of an operand; `number` if the contribution is known to be a number.
    pub(super) fn add(&mut self, operand: &Expr, contribution: Expr, number: bool) {
        match operand {
            Expr::Var(v) => {
                if !self.active(*v) {
                    return;
                }
                if self.info(*v).origin.is_some() {
                    self.add_place(&Place::var(*v), contribution, number);
                    return;
                }
                if number && self.is_sum(*v) {
                    let mut terms = 0;
                    if let Bar::Sum(list) = self.bars.entry(*v).or_insert_with(|| Bar::Sum(Vec::new())) {
                        list.push(contribution);
                        terms = list.len();
                    }
                    if terms == LONGEST_SUM {
                        self.subtotal(*v);
                    }
                    return;
                }
                // If it was to be bound once, a contribution that is not known to be a number makes it an accumulator.
                self.add_place(&Place::var(*v), contribution, number);
            }
            Expr::Read(p) if p.path.is_empty() => self.add(&Expr::Var(p.root), contribution, number),
            Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) => self.add_place(p, contribution, number),
            Expr::Clone(inner) => self.add(inner, contribution, number),
            Expr::Runtime("rt::assigned", args) => self.add(&args[0].clone(), contribution, number),
            Expr::Tuple(items) => {
                // Only the seed of a result put together at the end.
                for (k, item) in items.clone().iter().enumerate() {
                    if let Expr::Var(b) = &contribution {
                        let part = Expr::Read(Place::var(*b).project(Proj::Field(syn::Member::Unnamed(k.into()))));
                        self.add(item, part, false);
                    }
                }
            }
            _ => {}
        }
    }

    /// The sum of the contributions so far, as the first of those that follow.
    fn subtotal(&mut self, v: Var) {
        let Some(sum) = self.sum(v) else { return };
        let (name, span) = (crate::names::bare(&self.info(v).name), self.info(v).name.span());
        let ident = self.names.version(&format!("{name}_bar"), span);
        let (ty, region) = (self.info(v).ty.clone(), self.region);
        let part = self.new_var(ident, ty, VarKind::Cotangent, region);
        self.out.push(Stmt::LetBar(part, sum, None));
        self.bars.insert(v, Bar::Sum(vec![Expr::Var(part)]));
    }

    /// The cotangent's place of a place.
    pub(super) fn bar_place(&mut self, p: &Place) -> Option<Place> {
        if !self.active(p.root) {
            return None;
        }
        let mut vars = Vec::new();
        for step in &p.path {
            if let Proj::Index(e, _) | Proj::Slice(e, _) = step {
                e.each_operand(&mut |v| vars.push(v));
            }
        }
        for v in vars {
            self.need(v);
        }
        if let Some(origin) = self.info(p.root).origin.clone() {
            let mut place = self.bar_place(&origin)?;
            place.path.extend(p.path.iter().filter(|s| !matches!(s, Proj::Deref)).cloned());
            return Some(place);
        }
        let bar = self.accumulator(p.root);
        let through = crate::ir::references(&self.info(p.root).ty, &p.path);
        let path = p.path[through..].to_vec();
        Some(Place { root: bar, path })
    }

    fn add_place(&mut self, p: &Place, contribution: Expr, number: bool) {
        let Some(place) = self.bar_place(p) else { return };
        // The cotangent of a variable that may never be assigned is an option.
        if number && !self.info(p.root).optional {
            self.out.push(Stmt::Accumulate(place, contribution));
        } else {
            let value = self.borrow(contribution);
            self.out.push(Stmt::Runtime("rt::accumulate_from", vec![Expr::RefMut(place), value]));
        }
    }

    /// A reference to a value.
    pub(super) fn borrow(&mut self, e: Expr) -> Expr {
        match e {
            Expr::Var(v) => Expr::Ref(Place::var(v)),
            Expr::Read(p) => Expr::Ref(p),
            other => Expr::Runtime("&", vec![other]),
        }
    }

    /// The sum of the contributions to a cotangent that is bound once.
    pub(super) fn sum(&mut self, v: Var) -> Option<Expr> {
        let Some(Bar::Sum(list)) = self.bars.remove(&v) else { return None };
        // Contributions were found last use first; written in the order of the uses.
        let mut list = list.into_iter().rev();
        let first = list.next()?;
        Some(list.fold(first, |a, b| match b {
            Expr::Neg(b) => Expr::Bin(BinOp::Sub, Box::new(a), b, proc_macro2::Span::call_site()),
            b => Expr::Bin(BinOp::Add, Box::new(a), Box::new(b), proc_macro2::Span::call_site()),
        }))
    }

    /// The cotangent of a variable at the reverse of its definition, as an expression that is cheap to repeat.
    pub(super) fn incoming(&mut self, v: Var, comment: Option<String>) -> Option<Expr> {
        match self.bars.get(&v) {
            None => None,
            Some(Bar::Memory(bar)) => Some(Expr::Var(*bar)),
            Some(Bar::Sum(_)) => {
                let sum = self.sum(v)?;
                if matches!(sum, Expr::Var(_)) {
                    return Some(sum);
                }
                let bar = self.bar_var(v);
                self.out.push(Stmt::LetBar(bar, sum, comment));
                Some(Expr::Var(bar))
            }
        }
    }

    /// A snapshot of a cotangent's place.
    pub(super) fn snapshot(&mut self, place: Place, stem: Var, ty: Ty) -> Var {
        self.snapshot_of(Expr::Read(place), stem, ty)
    }

    pub(super) fn snapshot_of(&mut self, value: Expr, stem: Var, ty: Ty) -> Var {
        let name = self.info(stem).name.clone();
        let ident = self.names.bar(&name);
        let bar = self.new_var(ident, ty, VarKind::Cotangent, self.region);
        self.out.push(Stmt::LetBar(bar, value, None));
        bar
    }

    pub(super) fn times(a: Expr, b: Expr) -> Expr {
        Expr::Bin(BinOp::Mul, Box::new(a), Box::new(b), proc_macro2::Span::call_site())
    }

    /// A number that is used twice.
    fn share(&mut self, e: Expr) -> Expr {
        if matches!(e, Expr::Var(_) | Expr::Const(_)) {
            return e;
        }
        let name = self.names.numbered("share_");
        let v = self.new_var(name, Ty::F64, VarKind::Cotangent, self.region);
        self.out.push(Stmt::LetBar(v, e, None));
        Expr::Var(v)
    }

    pub(super) fn over(a: Expr, b: Expr) -> Expr {
        Expr::Bin(BinOp::Div, Box::new(a), Box::new(b), proc_macro2::Span::call_site())
    }

    /// Distributes the cotangent `y_bar` of a definition `y = e` over the operands of `e`.
    /// `y` is the value itself where it has a name.
    pub(super) fn propagate(&mut self, e: &Expr, y: Option<Var>, y_bar: &Expr, number: bool) {
        match e {
            Expr::Var(_) | Expr::Read(_) | Expr::Clone(_) | Expr::Ref(_) | Expr::RefMut(_) => self.add(e, y_bar.clone(), number),
            Expr::Neg(x) => {
                if number {
                    self.add(x, Expr::Neg(Box::new(y_bar.clone())), true);
                } else if let Some(place) = self.operand_bar(x) {
                    let value = self.borrow(y_bar.clone());
                    let x = self.reference_to(x);
                    self.out.push(Stmt::Runtime("rt::neg_operand", vec![x, value, Expr::RefMut(place)]));
                }
            }
            Expr::Bin(op, l, r, _) if number && crate::analysis::are_numbers(&self.f, l, r) => self.number_op(*op, l, r, y, y_bar),
            Expr::Bin(op, l, r, _) => self.generic_op(*op, l, r, y_bar),
            Expr::Rule(name, args) => self.rule(name, args, y, y_bar),
            Expr::Cast(x, conversion) => {
                let from = match self.operand_ty(x) {
                    Ty::Float(crate::types::Float::F32) => Some(quote!(f32)),
                    Ty::Float(crate::types::Float::F64) => Some(quote!(f64)),
                    Ty::Float(crate::types::Float::Generic(t)) => Some(quote!(#t)),
                    _ => None,
                };
                match (from, conversion) {
                    (Some(from), Conversion::As(_)) if number => {
                        self.add(x, Expr::Cast(Box::new(y_bar.clone()), Conversion::As(from)), true);
                    }
                    (Some(from), Conversion::Number(_)) if number => {
                        self.add(x, Expr::Cast(Box::new(y_bar.clone()), Conversion::Number(from)), true);
                    }
                    _ => {
                        if let Some(place) = self.operand_bar(x) {
                            let value = self.borrow(y_bar.clone());
                            self.out.push(Stmt::Runtime("rt::cast", vec![Expr::RefMut(place), value]));
                        }
                    }
                }
            }
            Expr::Tuple(items) => self.parts(items, y_bar, |k| Proj::Field(syn::Member::Unnamed(k.into()))),
            Expr::Array(items) | Expr::VecList(items) => self.parts(items, y_bar, |k| {
                let k = proc_macro2::Literal::usize_unsuffixed(k);
                Proj::Index(Box::new(Expr::Const(quote!(#k))), proc_macro2::Span::call_site())
            }),
            Expr::Repeat(x, _) | Expr::VecRepeat(x, _) => {
                if let Some(place) = self.operand_bar(x) {
                    let value = self.borrow(y_bar.clone());
                    self.out.push(Stmt::Runtime("rt::add_all", vec![Expr::RefMut(place), value]));
                }
            }
            Expr::Struct(path, fields, base) => {
                let Some(bar) = self.as_place(y_bar) else { return };
                // `Shape::Circle { r }` is a variant; its parts are reached by accessors.
                let variant = crate::position::is_variant(path);
                let name = crate::position::declared_name(path);
                let step = |member: &syn::Member| match (variant, &name) {
                    (true, Some(name)) => Proj::Payload(name.clone(), member.clone()),
                    _ => Proj::Field(member.clone()),
                };
                for (member, x) in fields {
                    self.add(x, Expr::Read(bar.project(step(member))), false);
                }
                if let Some(base) = base {
                    // What the base had in their place may have another shape.
                    let target = self.operand_bar(base);
                    for (member, _) in fields {
                        let part = Expr::RefMut(bar.project(step(member)));
                        self.out.push(match &target {
                            Some(target) => Stmt::Runtime("rt::set_zeros_of", vec![part, Expr::Ref(target.project(step(member)))]),
                            None => Stmt::Runtime("rt::set_zero", vec![part]),
                        });
                    }
                    self.add(base, Expr::Read(bar), false);
                }
            }
            Expr::Ctor(path, items) => {
                let Some(bar) = self.as_place(y_bar) else { return };
                let Some(name) = crate::position::declared_name(path) else { return };
                for (k, x) in items.iter().enumerate() {
                    let member = syn::Member::Unnamed(k.into());
                    let step = if name == "new" {
                        Proj::Deref
                    } else if name == "Self" {
                        Proj::Field(member)
                    } else {
                        Proj::Payload(name.clone(), member)
                    };
                    self.add(x, Expr::Read(bar.project(step)), false);
                }
            }
            Expr::Container(op, place, _) => {
                use crate::ir::ContainerExpr::{Pop, PopUnwrap, ToArray, ToVec};
                let Some(target) = self.bar_place(place) else { return };
                match op {
                    ToVec | ToArray => {
                        let value = self.borrow(y_bar.clone());
                        self.out.push(Stmt::Runtime("rt::accumulate_slice", vec![Expr::RefMut(target), value]));
                    }
                    Pop => {
                        let value = self.borrow(y_bar.clone());
                        self.out.push(Stmt::Runtime("rt::unpop", vec![Expr::RefMut(target), value]));
                    }
                    PopUnwrap => self.out.push(Stmt::Container(
                        crate::ir::ContainerOp::Push,
                        target,
                        vec![y_bar.clone()],
                        proc_macro2::Span::call_site(),
                    )),
                }
            }
            Expr::Runtime("rt::assigned" | "rt::assign", args) => self.add(&args[0].clone(), y_bar.clone(), number),
            Expr::Call(_) => {
                if let Some(y) = y {
                    self.pull(y, y_bar);
                }
            }
            Expr::Const(_) | Expr::Verbatim(..) | Expr::Runtime(..) => {}
            Expr::Pullback(..) | Expr::Pushforward(..) | Expr::Lifted(..) | Expr::ByHand(_) | Expr::Gather(_) => {}
        }
    }

    fn parts(&mut self, items: &[Expr], y_bar: &Expr, step: impl Fn(usize) -> Proj) {
        let Some(bar) = self.as_place(y_bar) else { return };
        for (k, x) in items.iter().enumerate() {
            let number = self.operand_ty(x).is_float();
            self.add(x, Expr::Read(bar.project(step(k))), number);
        }
    }

    fn as_place(&mut self, e: &Expr) -> Option<Place> {
        match e {
            Expr::Var(v) => Some(Place::var(*v)),
            Expr::Read(p) => Some(p.clone()),
            _ => None,
        }
    }

    /// The type of an operand, as far as it is known.
    pub(super) fn operand_ty(&self, e: &Expr) -> Ty {
        match e {
            Expr::Var(v) => self.info(*v).ty.clone(),
            Expr::Read(p) => self.place_ty(p),
            _ => Ty::Unknown,
        }
    }

    pub(super) fn place_ty(&self, p: &Place) -> Ty {
        crate::analysis::place_ty(&self.f, p)
    }

    /// The accumulator's place of an operand that takes generic contributions.
    pub(super) fn operand_bar(&mut self, e: &Expr) -> Option<Place> {
        match e {
            Expr::Var(v) => {
                if !self.active(*v) {
                    return None;
                }
                self.bar_place(&Place::var(*v))
            }
            Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) => self.bar_place(p),
            Expr::Clone(inner) => self.operand_bar(inner),
            _ => None,
        }
    }

    fn is_active_operand(&self, e: &Expr) -> bool {
        match e {
            Expr::Var(v) => self.active(*v),
            Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) => self.active(p.root),
            Expr::Clone(inner) => self.is_active_operand(inner),
            _ => false,
        }
    }

    fn number_op(&mut self, op: BinOp, l: &Expr, r: &Expr, y: Option<Var>, y_bar: &Expr) {
        let (la, ra) = (self.is_active_operand(l), self.is_active_operand(r));
        match op {
            BinOp::Add => {
                self.add(l, y_bar.clone(), true);
                self.add(r, y_bar.clone(), true);
            }
            BinOp::Sub => {
                self.add(l, y_bar.clone(), true);
                self.add(r, Expr::Neg(Box::new(y_bar.clone())), true);
            }
            BinOp::Mul => {
                if la {
                    let r = self.value(r);
                    self.add(l, Self::times(y_bar.clone(), r), true);
                }
                if ra {
                    let l = self.value(l);
                    self.add(r, Self::times(y_bar.clone(), l), true);
                }
            }
            BinOp::Div => {
                let rv = self.value(r);
                if la && ra {
                    // y = l / r, so dy/dr = -y / r: one division serves both.
                    let quotient = match y {
                        Some(y) => self.value(&Expr::Var(y)),
                        None => Self::over(self.value(l), rv.clone()),
                    };
                    let share = self.share(Self::over(y_bar.clone(), rv));
                    self.add(l, share.clone(), true);
                    self.add(r, Expr::Neg(Box::new(Self::times(share, quotient))), true);
                    return;
                }
                if la {
                    self.add(l, Self::over(y_bar.clone(), rv.clone()), true);
                }
                if ra {
                    // y = l / r, so dy/dr = -y / r
                    let quotient = match y {
                        Some(y) => self.value(&Expr::Var(y)),
                        None => Self::over(self.value(l), rv.clone()),
                    };
                    // The reciprocal needs no second division: there y / r = y * y.
                    let c = if is_one(l) && matches!(quotient, Expr::Var(_)) {
                        Self::times(Self::times(y_bar.clone(), quotient.clone()), quotient)
                    } else {
                        Self::over(Self::times(y_bar.clone(), quotient), rv)
                    };
                    self.add(r, Expr::Neg(Box::new(c)), true);
                }
            }
            BinOp::Rem => {
                self.add(l, y_bar.clone(), true);
                if ra {
                    let (lv, rv) = (self.value(l), self.value(r));
                    let c = Expr::Runtime("rt::rem_by", vec![lv, rv, y_bar.clone()]);
                    self.add(r, c, true);
                }
            }
        }
    }

    fn generic_op(&mut self, op: BinOp, l: &Expr, r: &Expr, y_bar: &Expr) {
        let seed = self.borrow(y_bar.clone());
        let names = match op {
            BinOp::Add => ["rt::add_lhs", "rt::add_rhs"],
            BinOp::Sub => ["rt::sub_lhs", "rt::sub_rhs"],
            BinOp::Mul => ["rt::mul_lhs", "rt::mul_rhs"],
            BinOp::Div => ["rt::div_lhs", "rt::div_rhs"],
            BinOp::Rem => ["rt::rem_lhs", "rt::rem_rhs"],
        };
        for (f, x) in names.into_iter().zip([l, r]) {
            if let Some(p) = self.operand_bar(x) {
                let lv = self.reference_to(l);
                let rv = self.reference_to(r);
                let f = if self.is_lent_slice(x) { crate::analysis::of_slices(f) } else { f };
                self.out.push(Stmt::Runtime(f, vec![lv, rv, seed.clone(), Expr::RefMut(p)]));
            }
        }
    }

    /// Whether an operand is a slice, so that its cotangent is one.
    fn is_lent_slice(&self, e: &Expr) -> bool {
        let ty = match e {
            Expr::Ref(p) | Expr::RefMut(p) => self.place_ty(p),
            e => self.operand_ty(e),
        };
        matches!(ty.peel(), Ty::Slice(_))
    }

    /// A reference to an operand's value in the reverse sweep.
    fn reference_to(&mut self, e: &Expr) -> Expr {
        match self.value(e) {
            Expr::Verbatim(code, vars) if matches!(*code, syn::Expr::Reference(_)) => Expr::Verbatim(code, vars),
            Expr::Var(v) => Expr::Ref(Place::var(v)),
            Expr::Read(p) => Expr::Ref(p),
            other @ (Expr::Ref(_) | Expr::RefMut(_)) => other,
            other => Expr::Runtime("&", vec![other]),
        }
    }

    fn rule(&mut self, name: &proc_macro2::Ident, args: &[Expr], y: Option<Var>, y_bar: &Expr) {
        if let (Some(partner), [x]) = (y.and_then(|y| self.partners.get(&y).copied()), args) {
            if self.is_active_operand(x) {
                let partial = self.value(&Expr::Var(partner));
                let share = Self::times(y_bar.clone(), partial);
                self.add(x, if *name == "cos" { Expr::Neg(Box::new(share)) } else { share }, true);
            }
            return;
        }
        let reads = crate::analysis::rule_reads(&name.to_string());
        for (k, x) in args.iter().enumerate() {
            if !self.is_active_operand(x) {
                continue;
            }
            let mut operands: Vec<Expr> = Vec::new();
            let result = y.map(Expr::Var);
            // What the rule does not read need not be kept: any value of the type stands in.
            let stand_in = match (reads.inputs, &result) {
                (false, Some(r)) => Some(r.clone()),
                _ => None,
            };
            for a in args {
                let e = if let Some(s) = &stand_in { self.value(s) } else { self.value(a) };
                operands.push(e);
            }
            let out = match result {
                Some(r) if reads.result => self.value(&r),
                _ => operands[0].clone(),
            };
            operands.push(out);
            operands.push(y_bar.clone());
            let which = (args.len() > 1).then_some(k);
            self.add(x, Expr::Pullback(name.clone(), which, operands), true);
        }
    }

    /// The set of variables that statements of the reverse sweep mention.
    pub(super) fn mentioned(stmts: &[Stmt]) -> HashSet<Var> {
        let mut set = HashSet::default();
        for s in stmts {
            s.each_var(&mut |v| {
                set.insert(v);
            });
        }
        set
    }
}

/// Whether an operand is the number one as it is written.
fn is_one(e: &Expr) -> bool {
    match e {
        Expr::Const(t) => matches!(t.to_string().as_str(), "1.0" | "1." | "1.0_f64" | "1.0f64" | "1f64" | "1.0_f32" | "1.0f32" | "1f32"),
        _ => false,
    }
}

/// Zero of a type that is made of numbers alone, whatever is known of where it goes.
pub(super) fn zero_of_numbers(ty: &Ty) -> Option<proc_macro2::TokenStream> {
    match ty {
        Ty::Float(Float::F64) => Some(quote!(0.0)),
        Ty::Float(Float::F32) => Some(quote!(0.0_f32)),
        Ty::Tuple(items) if !items.is_empty() => {
            let items = items.iter().map(zero_of_numbers).collect::<Option<Vec<_>>>()?;
            Some(quote!((#(#items,)*)))
        }
        Ty::Array(element, len) => {
            let zero = zero_of_numbers(element)?;
            Some(quote!([#zero; #len]))
        }
        _ => None,
    }
}
