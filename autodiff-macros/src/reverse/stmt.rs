//! The reverse of each statement.

use proc_macro2::Span;

use super::{quote, BinOp, Block, Counter, Expr, ForLoop, Place, Region, Reverse, Stmt, Ty, Var, VarKind};
use crate::ir::{Arm, ContainerExpr, ContainerOp, ForEach, WhileLoop};

const BOTH_WAYS: &str = "keeps nothing, since each iteration is reversed right after it ran";

impl Reverse<'_> {
    /// Writes the reverse of a statement and gives the statement of the forward sweep that stands for it.
    pub(super) fn stmt(&mut self, stmt: Stmt) -> Vec<Stmt> {
        let mut forward = self.record(&stmt);
        forward.extend(self.reversed(stmt));
        forward
    }

    fn reversed(&mut self, stmt: Stmt) -> Vec<Stmt> {
        match stmt {
            Stmt::Let(v, e) => self.let_stmt(v, e),
            Stmt::Decl(v, init) => {
                if self.active(v) {
                    if let Some(e) = &init {
                        if self.bars.contains_key(&v) {
                            let number = self.info(v).ty.is_float();
                            let bar = self.accumulator(v);
                            // In front of its declaration nobody reads its cotangent.
                            if number || self.info(v).optional || !self.adopt_moved(e, bar) {
                                self.propagate(&e.clone(), None, &Expr::Var(bar), number);
                            }
                        }
                    }
                }
                vec![Stmt::Decl(v, init.or_else(|| self.unset(v)))]
            }
            Stmt::Assign(place, e) => self.assign(place, e),
            Stmt::Update(place, op, e, span) => self.update(place, op, e, span),
            Stmt::Container(op, place, args, span) => self.container(op, place, args, span),
            Stmt::If(cond, then, other) => self.branch(cond, then, other),
            Stmt::Match(scrutinee, arms) => self.match_stmt(scrutinee, arms),
            Stmt::For(l) => self.for_loop(l),
            Stmt::ForEach(l) => self.for_each(l),
            Stmt::While(l) => self.while_loop(l),
            other => vec![other],
        }
    }

    fn let_stmt(&mut self, v: Var, e: Expr) -> Vec<Stmt> {
        if let Expr::Call(call) = &e {
            if self.call_is_active(v, call) {
                return self.call_stmt(v, call);
            }
            return vec![Stmt::Let(v, e)];
        }
        let mut bar = None;
        if self.active(v) {
            let comment = self.comment(v, &e);
            bar = self.incoming(v, comment);
        }
        if let Some(bar) = bar {
            let number = self.info(v).ty.is_float();
            let adopted = !number && matches!(&bar, Expr::Var(b) if self.owns(v, *b) && self.adopt_moved(&e, *b));
            if !adopted {
                self.propagate(&e, Some(v), &bar, number);
            }
            return vec![Stmt::Let(v, e)];
        }
        if matches!(&e, Expr::Container(ContainerExpr::Pop | ContainerExpr::PopUnwrap, p, _) if self.active(p.root) && !self.is_plain_part(p))
        {
            // Nobody asks for the element, but its place is in the cotangent again from here on.
            let name = self.names.numbered("shape_");
            let shape = self.new_var(name, Ty::Unknown, VarKind::Value, self.region);
            self.need(shape);
            self.propagate(&e, Some(v), &Expr::Var(shape), false);
            return vec![Stmt::Let(v, e), Stmt::Let(shape, Expr::Runtime("rt::zero", vec![Expr::Ref(Place::var(v))]))];
        }
        vec![Stmt::Let(v, e)]
    }

    /// `reverse of: let y = ..`
    fn comment(&self, v: Var, e: &Expr) -> Option<String> {
        let name = &self.info(v).name;
        let text = crate::emit::expr_tokens(&self.f.vars, e).to_string();
        let text = crate::emit::tidy(&text);
        (text.len() < 90).then(|| format!(" reverse of: let {name} = {text}"))
    }

    /// What a variable holds before its first assignment, where that records what it overwrites.
    fn unset(&self, v: Var) -> Option<Expr> {
        let info = self.info(v);
        let known = info.kind == VarKind::Memory && !info.optional && info.ty.static_zero();
        (known && self.undo.records_somewhere(v)).then(|| crate::emit::zero_of(&info.ty))
    }

    /// A field that the cotangent does not have.
    fn is_plain_part(&self, place: &Place) -> bool {
        !place.path.is_empty() && self.place_ty(place).is_plain()
    }

    fn assign(&mut self, place: Place, e: Expr) -> Vec<Stmt> {
        if !self.active(place.root) {
            return vec![Stmt::Assign(place, e)];
        }
        let whole = place.path.is_empty();
        let kind = self.info(place.root).kind;
        let ty = match self.place_ty(&place) {
            Ty::Unknown if !whole => self.operand_ty(&e),
            ty => ty,
        };
        if !whole && ty.is_plain() {
            return vec![Stmt::Assign(place, e)];
        }
        let Some(bar) = self.bar_place(&place) else { return vec![Stmt::Assign(place, e)] };
        if whole && kind == VarKind::Deferred {
            self.propagate(&e, None, &Expr::Read(bar), ty.is_float());
            return vec![Stmt::Assign(place, e)];
        }
        if self.info(place.root).optional {
            let taken = self.snapshot_taken(bar, place.root);
            self.propagate(&e, None, &Expr::Var(taken), false);
            return vec![Stmt::Assign(place, e)];
        }
        let mut before = Vec::new();
        if ty.is_float() {
            let taken = self.snapshot(bar.clone(), place.root, ty.clone());
            self.out.push(Stmt::Assign(bar, crate::emit::zero_of(&ty)));
            self.propagate(&e, None, &Expr::Var(taken), true);
        } else if ty.has_one_shape() {
            let taken = self.snapshot_taken(bar, place.root);
            self.propagate(&e, None, &Expr::Var(taken), false);
        } else {
            // The new value may have another shape than the old one.
            let region = self.region;
            let shape = if whole && self.undo.records(place.root, region) {
                // The old one is there again.
                Expr::Runtime("rt::zero", vec![Expr::Ref(place.clone())])
            } else {
                let name = self.names.numbered("shape_");
                let shape = self.new_var(name, Ty::Unknown, VarKind::Value, region);
                before.push(Stmt::Let(shape, Expr::Runtime("rt::zero", vec![Expr::Ref(place.clone())])));
                self.need(shape);
                Expr::Var(shape)
            };
            let taken = self.new_bar(place.root);
            self.out.push(Stmt::DeclBar(taken, Expr::Runtime("rt::replace", vec![Expr::RefMut(bar), shape])));
            if !self.adopt(&e, taken) {
                self.propagate(&e, None, &Expr::Var(taken), false);
            }
        }
        before.push(Stmt::Assign(place, e));
        before
    }

    /// A variable of this region that was moved, and has no cotangent yet, has what is handed to it as its cotangent.
    fn adopt(&mut self, e: &Expr, taken: Var) -> bool {
        let source = match e {
            Expr::Var(v) => *v,
            Expr::Read(p) if p.path.is_empty() => p.root,
            _ => return false,
        };
        if !self.active(source) || !self.moved_back.contains(&source) || self.bars.contains_key(&source) {
            return false;
        }
        let bar = self.bar_var(source);
        self.decls.entry(self.region).or_default().push((bar, Expr::Var(taken)));
        self.adopted.insert(source);
        self.bars.insert(source, super::Bar::Memory(bar));
        true
    }

    /// A list of this region whose last use this is has what comes back as its cotangent: nothing needs to know its shape.
    fn adopt_moved(&mut self, e: &Expr, taken: Var) -> bool {
        let mut e = e;
        while let Expr::Clone(inner) = e {
            e = inner;
        }
        let source = match e {
            Expr::Var(v) => *v,
            Expr::Read(p) if p.path.is_empty() => p.root,
            _ => return false,
        };
        let info = self.info(source);
        let local = matches!(info.kind, VarKind::Value | VarKind::Memory) && info.region == self.region;
        let list = matches!(info.ty, Ty::Vec(_)) && info.owned && info.origin.is_none() && !info.optional;
        if !self.adopting || !local || !list || !self.active(source) || self.bars.contains_key(&source) {
            return false;
        }
        let bar = self.bar_var(source);
        self.decls.entry(self.region).or_default().push((bar, Expr::Var(taken)));
        self.adopted.insert(source);
        self.bars.insert(source, super::Bar::Memory(bar));
        true
    }

    /// Whether the cotangent of a value is a variable of the same region, which nobody reads once the value is reversed.
    fn owns(&self, v: Var, bar: Var) -> bool {
        let info = self.info(v);
        info.kind == VarKind::Value && info.region == self.region && info.origin.is_none() && self.info(bar).region == self.region
    }

    fn new_bar(&mut self, of: Var) -> Var {
        let name = self.info(of).name.clone();
        let ident = self.names.bar(&name);
        self.new_var(ident, Ty::Unknown, VarKind::Memory, self.region)
    }

    /// `let mut taken = take(&mut bar)`: the cotangent, with zeros of the same shape left behind.
    fn snapshot_taken(&mut self, bar: Place, of: Var) -> Var {
        let taken = self.new_bar(of);
        self.out.push(Stmt::DeclBar(taken, Expr::Runtime("rt::take", vec![Expr::RefMut(bar)])));
        taken
    }

    fn update(&mut self, place: Place, op: BinOp, e: Expr, span: Span) -> Vec<Stmt> {
        let mut keep = vec![Stmt::Update(place.clone(), op, e.clone(), span)];
        if !self.active(place.root) {
            return keep;
        }
        let ty = self.place_ty(&place);
        let number = ty.is_float() || self.operand_ty(&e).is_float() && matches!(op, BinOp::Add | BinOp::Sub);
        match op {
            BinOp::Add | BinOp::Sub => {
                let operand_varies =
                    matches!(&e, Expr::Var(v) if self.active(*v)) || matches!(&e, Expr::Read(p) | Expr::Ref(p) if self.active(p.root));
                if !operand_varies {
                    return keep;
                }
                if let Some(types) = self.sums_as_cotangents(&place, &ty, &e) {
                    keep.insert(0, types);
                }
                let Some(bar) = self.bar_place(&place) else { return keep };
                if number {
                    let taken = if ty.is_float() {
                        self.snapshot(bar, place.root, ty)
                    } else {
                        // A number, or something that numbers are added to.
                        let of = self.operand_ty(&e);
                        let f = if op == BinOp::Add { "rt::added" } else { "rt::subtracted" };
                        self.snapshot_of(Expr::Runtime(f, vec![Expr::Ref(bar), crate::emit::zero_of(&of)]), place.root, of)
                    };
                    let c = if op == BinOp::Add { Expr::Var(taken) } else { Expr::Neg(Box::new(Expr::Var(taken))) };
                    self.add(&e, c, true);
                } else if let Some(target) = self.operand_bar(&e) {
                    // Which sums are linear in their parts is up to the cotangents.
                    let f = if op == BinOp::Add { "rt::add_assigned" } else { "rt::sub_assigned" };
                    self.out.push(Stmt::Runtime(f, vec![Expr::RefMut(target), Expr::Ref(bar)]));
                }
                keep
            }
            _ => {
                // The old value is read by the rule.
                let name = self.names.numbered("old_");
                let old = self.new_var(name, ty.clone(), VarKind::Value, self.region);
                let Some(bar) = self.bar_place(&place) else { return keep };
                self.need(old);
                let kept = if ty.is_float() { Expr::Read(place.clone()) } else { Expr::Clone(Box::new(Expr::Read(place.clone()))) };
                let taken = if ty.is_float() {
                    let t = self.snapshot(bar.clone(), place.root, ty.clone());
                    self.out.push(Stmt::Assign(bar.clone(), crate::emit::zero_of(&ty)));
                    t
                } else {
                    // The product may have another shape than the old value.
                    let taken = self.new_bar(place.root);
                    let shape = Expr::Runtime("rt::zero", vec![Expr::Ref(Place::var(old))]);
                    // The rule wants a cotangent, which a skipped field has none of.
                    let name = if bar.is_field(&self.f.vars) { "rt::replace_updated" } else { "rt::replace" };
                    self.out.push(Stmt::DeclBar(taken, Expr::Runtime(name, vec![Expr::RefMut(bar.clone()), shape])));
                    taken
                };
                self.update_rule(op, bar, old, &e, taken, ty.is_float());
                vec![Stmt::Let(old, kept), Stmt::Update(place, op, e, span)]
            }
        }
    }

    /// Asks rustc whether `+=` on the types of both sides is what the rules of their cotangents take it for.
    fn sums_as_cotangents(&self, place: &Place, ty: &Ty, e: &Expr) -> Option<Stmt> {
        if ty.is_float() && self.operand_ty(e).is_float() {
            return None;
        }
        let operand = match e {
            Expr::Var(v) => Expr::Ref(Place::var(*v)),
            Expr::Read(p) | Expr::Ref(p) => Expr::Ref(p.clone()),
            _ => return None,
        };
        Some(Stmt::Runtime("rt::sums", vec![Expr::Ref(place.clone()), operand]))
    }

    /// Reverse of `place op= e` where the old value was `old`.
    fn update_rule(&mut self, op: BinOp, bar: Place, old: Var, e: &Expr, taken: Var, number: bool) {
        let t = Expr::Var(taken);
        if number {
            let ev = self.value(e);
            match op {
                BinOp::Mul => {
                    self.out.push(Stmt::Accumulate(bar, Self::times(t.clone(), ev)));
                    self.add(e, Self::times(t, Expr::Var(old)), true);
                }
                BinOp::Div => {
                    self.out.push(Stmt::Accumulate(bar, Self::over(t.clone(), ev.clone())));
                    let c = Self::over(Self::times(t, Self::over(Expr::Var(old), ev.clone())), ev);
                    self.add(e, Expr::Neg(Box::new(c)), true);
                }
                _ => {
                    self.out.push(Stmt::Accumulate(bar, t.clone()));
                    self.add(e, Expr::Runtime("rt::rem_by", vec![Expr::Var(old), ev, t]), true);
                }
            }
            return;
        }
        let names = match op {
            BinOp::Mul => ["rt::mul_lhs", "rt::mul_rhs"],
            BinOp::Div => ["rt::div_lhs", "rt::div_rhs"],
            _ => ["rt::rem_lhs", "rt::rem_rhs"],
        };
        let ev = self.value(e);
        let ev = self.borrow(ev);
        let seed = Expr::Ref(Place::var(taken));
        let oldv = Expr::Ref(Place::var(old));
        self.out.push(Stmt::Runtime(names[0], vec![oldv.clone(), ev.clone(), seed.clone(), Expr::RefMut(bar)]));
        if let Some(p) = self.generic_target(e) {
            self.out.push(Stmt::Runtime(names[1], vec![oldv, ev, seed, Expr::RefMut(p)]));
        }
    }

    fn generic_target(&mut self, e: &Expr) -> Option<Place> {
        match e {
            Expr::Var(v) if self.active(*v) => self.bar_place(&Place::var(*v)),
            Expr::Read(p) | Expr::Ref(p) => self.bar_place(&p.clone()),
            _ => None,
        }
    }

    fn container(&mut self, op: ContainerOp, place: Place, args: Vec<Expr>, span: Span) -> Vec<Stmt> {
        let keep = Stmt::Container(op, place.clone(), args.clone(), span);
        let other_active = matches!((op, args.first()), (ContainerOp::Swap, Some(Expr::RefMut(p))) if self.active(p.root));
        if !self.active(place.root) && !other_active {
            return vec![keep];
        }
        if self.is_plain_part(&place) {
            return vec![keep];
        }
        let Some(bar) = self.bar_place(&place) else { return vec![keep] };
        let mut before = Vec::new();
        match op {
            ContainerOp::Push => {
                let number = self.place_ty(&place).element().is_float() || self.operand_ty(&args[0]).is_float();
                let taken = self.new_bar(place.root);
                self.out.push(Stmt::DeclBar(taken, Expr::Container(ContainerExpr::PopUnwrap, bar, Vec::new())));
                if number || !self.adopt_moved(&args[0], taken) {
                    self.propagate(&args[0].clone(), None, &Expr::Var(taken), number);
                }
            }
            ContainerOp::Fill => {
                if let Some(target) = self.generic_target(&args[0]) {
                    self.out.push(Stmt::Runtime("rt::add_all", vec![Expr::RefMut(target), Expr::Ref(bar.clone())]));
                }
                self.out.push(Stmt::Runtime("rt::set_zero", vec![Expr::RefMut(bar)]));
            }
            ContainerOp::CopyFrom => {
                if let Some(Expr::Ref(src) | Expr::RefMut(src)) = args.first() {
                    if let Some(target) = self.bar_place(&src.clone()) {
                        self.out.push(Stmt::Runtime("rt::accumulate_slice", vec![Expr::RefMut(target), Expr::Ref(bar.clone())]));
                    }
                }
                self.out.push(Stmt::Runtime("rt::set_zero_slice", vec![Expr::RefMut(bar)]));
            }
            ContainerOp::Swap => {
                if let Some(Expr::RefMut(other)) = args.first() {
                    if let Some(other) = self.bar_place(&other.clone()) {
                        self.out.push(Stmt::Container(ContainerOp::Swap, bar, vec![Expr::RefMut(other)], span));
                    }
                }
            }
            ContainerOp::SwapIndex => {
                let args: Vec<Expr> = args.iter().map(|a| self.value(a)).collect();
                self.out.push(Stmt::Container(ContainerOp::SwapIndex, bar, args, span));
            }
            ContainerOp::Clear | ContainerOp::Truncate | ContainerOp::Resize | ContainerOp::Extend => {
                let name = self.names.numbered("shape_");
                let shape = self.new_var(name, Ty::Unknown, VarKind::Value, self.region);
                before.push(Stmt::Let(shape, Expr::Runtime("rt::zero", vec![Expr::Ref(place.clone())])));
                self.need(shape);
                match op {
                    ContainerOp::Extend => {
                        let tail = Expr::Runtime("rt::unextend", vec![Expr::RefMut(bar), Expr::Ref(Place::var(shape))]);
                        let taken = self.new_bar(place.root);
                        self.out.push(Stmt::LetBar(taken, tail, None));
                        if let Some(Expr::Ref(src) | Expr::RefMut(src)) = args.first() {
                            if let Some(target) = self.bar_place(&src.clone()) {
                                self.out
                                    .push(Stmt::Runtime("rt::accumulate_slice", vec![Expr::RefMut(target), Expr::Ref(Place::var(taken))]));
                            }
                        }
                    }
                    _ => {
                        let tail = Expr::Runtime("rt::unresize", vec![Expr::RefMut(bar), Expr::Var(shape)]);
                        let taken = self.new_bar(place.root);
                        self.out.push(Stmt::LetBar(taken, tail, None));
                        if op == ContainerOp::Resize {
                            if let Some(target) = args.get(1).cloned().and_then(|x| self.generic_target(&x)) {
                                self.out.push(Stmt::Runtime("rt::add_all", vec![Expr::RefMut(target), Expr::Ref(Place::var(taken))]));
                            }
                        }
                    }
                }
            }
        }
        before.push(keep);
        before
    }

    // ---- control flow ------------------------------------------------------------------------------------

    fn branch(&mut self, cond: Expr, mut then: Block, mut other: Block) -> Vec<Stmt> {
        let a = self.nested(&mut then);
        let b = self.nested(&mut other);
        if !a.stmts.is_empty() || !b.stmts.is_empty() {
            let c = self.value(&cond);
            self.out.push(Stmt::If(c, a, b));
        }
        vec![Stmt::If(cond, then, other)]
    }

    fn match_stmt(&mut self, scrutinee: Expr, mut arms: Vec<Arm>) -> Vec<Stmt> {
        let plain = arms.iter().flat_map(|a| &a.bound).all(|v| self.info(*v).origin.is_none());
        if plain && !super::result_varies(&self.f, &scrutinee) && !crate::analysis::lasts(&self.f.vars, &scrutinee) {
            return self.match_by_arm(scrutinee, arms);
        }
        let mut reversed = Vec::new();
        for arm in &mut arms {
            let body = self.nested(&mut arm.body);
            let guard = arm.guard.as_ref().map(|g| self.value_in(g, arm.body.region));
            reversed.push(Arm { pat: arm.pat.clone(), guard, bound: arm.bound.clone(), body });
        }
        if reversed.iter().any(|a| !a.body.stmts.is_empty()) {
            let s = self.value(&scrutinee);
            self.out.push(Stmt::Match(s, reversed));
        }
        vec![Stmt::Match(scrutinee, arms)]
    }

    /// What was looked at may be gone: the forward sweep keeps which arm ran, and of what the arm bound the values that are read.
    fn match_by_arm(&mut self, scrutinee: Expr, mut arms: Vec<Arm>) -> Vec<Stmt> {
        let name = self.names.numbered("arm_");
        let ran = self.new_var(name, Ty::Plain, VarKind::Deferred, self.region);
        let mut reversed = Vec::new();
        let last = arms.len().saturating_sub(1);
        for (k, arm) in arms.iter_mut().enumerate() {
            arm.bound.iter().for_each(|v| self.f.vars[v.0 as usize].kind = VarKind::Value);
            let body = self.nested(&mut arm.body);
            let number = proc_macro2::Literal::usize_unsuffixed(k);
            arm.body.stmts.insert(0, Stmt::Assign(Place::var(ran), Expr::Const(quote!(#number))));
            let pat = if k == last { syn::parse_quote!(_) } else { syn::parse_quote!(#number) };
            reversed.push(Arm { pat, guard: None, bound: Vec::new(), body });
        }
        if reversed.iter().all(|a| a.body.stmts.is_empty()) {
            arms.iter_mut().for_each(|arm| drop(arm.body.stmts.remove(0)));
            return vec![Stmt::Match(scrutinee, arms)];
        }
        let s = self.value(&Expr::Var(ran));
        self.out.push(Stmt::Match(s, reversed));
        vec![Stmt::Decl(ran, None), Stmt::Match(scrutinee, arms)]
    }

    /// A guard reads values of outer regions, and names that its own pattern binds.
    fn value_in(&mut self, e: &Expr, arm: Region) -> Expr {
        let mut vars = Vec::new();
        e.each_operand(&mut |v| vars.push(v));
        for v in vars {
            if self.info(v).region != arm {
                self.need(v);
            }
        }
        e.clone()
    }

    fn for_loop(&mut self, mut l: ForLoop) -> Vec<Stmt> {
        let empty_lists = std::mem::take(&mut self.empty_lists);
        self.report_for(&l);
        if let Some(forward) = self.greatest(&l) {
            return forward;
        }
        let plain = self.fusing.then(|| l.clone());
        if let (Some(how), Some(plain)) = (self.fused(&mut l.body, l.var), plain) {
            self.report_instead(l.body.region, BOTH_WAYS);
            return self.versions(how, l.body.region, Stmt::For(l), Stmt::For(plain));
        }
        let runs = self.record_runs(l.body.region);
        let checkpointed = self.begin_checkpoints(&l.body);
        let choice = self.choice(&l);
        let keep_index = l.exit.is_some() || checkpointed.is_some() || choice.is_some();
        let body = self.nested_loop(&mut l.body, Some(l.var), keep_index);
        let Some((body, ordered)) = body else { return runs.into_iter().chain([Stmt::For(l)]).collect() };
        if let Some(c) = checkpointed {
            let resumed = |body, first, count| Stmt::Resume(ForLoop { body, exit: None, ..l.clone() }, first, count);
            let (before, forward) = self.end_checkpoints(c, l.body.clone(), body, l.span, resumed);
            return runs.into_iter().chain(before).chain([Stmt::For(ForLoop { body: forward, ..l })]).collect();
        }
        if l.exit.is_some() {
            let (decl, trips) = self.count_trips(&mut l.body);
            self.repeat(trips, body, l.span);
            return vec![decl, Stmt::For(l)];
        }
        if let Some(choice) = choice {
            let (decl, trips) = self.count_choices(choice, &mut l.body, &body);
            self.repeat(trips, body, l.span);
            return runs.into_iter().chain([decl, Stmt::For(l)]).collect();
        }
        let mut body = body;
        let sized = self.index_lists(&empty_lists, &mut l, &mut body);
        let around = self.index_tapes(&mut l, &mut body);
        let as_before = around.after.is_empty() && sized.is_none();
        let ordered = ordered && (as_before || crate::analysis::is_ordered(&self.f, &body));
        let counter = Counter {
            start: self.value(&l.counter.start),
            end: self.value(&l.counter.end),
            inclusive: l.counter.inclusive,
            step: l.counter.step.clone(),
            reversed: l.counter.reversed ^ ordered,
        };
        if let Some(s) = &counter.step {
            self.value(&s.clone());
        }
        self.out.extend(around.before);
        self.out.push(Stmt::For(ForLoop { var: l.var, counter, body, exit: None, span: l.span }));
        self.out.extend(around.after);
        let reserved = self.reserved(&l);
        runs.into_iter().chain(sized.into_iter().flatten()).chain(around.forward).chain(reserved).chain([Stmt::For(l)]).collect()
    }

    /// Room on the tapes to which every iteration of a loop pushes.
    fn reserved(&self, l: &ForLoop) -> Vec<Stmt> {
        let Some(count) = self.count_of(l) else { return Vec::new() };
        let pushed = l.body.stmts.iter().filter_map(|s| if let Stmt::TapePush(tape, _) = s { Some(*tape) } else { None });
        pushed.map(|tape| Stmt::Runtime("rt::reserve", vec![Expr::RefMut(Place::var(tape)), count.clone()])).collect()
    }

    fn for_each(&mut self, mut l: ForEach) -> Vec<Stmt> {
        let plain = self.fusing.then(|| l.clone());
        let head =
            format!("for {} in {}", self.info(l.var).name, crate::emit::tidy(&crate::emit::expr_tokens(&self.f.vars, &l.over).to_string()));
        self.report_head(l.body.region, head);
        if let (Some(how), Some(plain)) = (self.fused(&mut l.body, l.var), plain) {
            self.report_instead(l.body.region, BOTH_WAYS);
            return self.versions(how, l.body.region, Stmt::ForEach(l), Stmt::ForEach(plain));
        }
        let body = self.nested_loop(&mut l.body, Some(l.var), true);
        let Some((body, _)) = body else { return vec![Stmt::ForEach(l)] };
        let (decl, trips) = self.count_trips(&mut l.body);
        self.repeat(trips, body, l.span);
        vec![decl, Stmt::ForEach(l)]
    }

    fn while_loop(&mut self, mut l: WhileLoop) -> Vec<Stmt> {
        let head = match &l.cond {
            Expr::Const(_) => "loop".to_string(),
            cond => format!("while {}", crate::emit::tidy(&crate::emit::expr_tokens(&self.f.vars, cond).to_string())),
        };
        self.report_head(l.body.region, head);
        let checkpointed = self.begin_checkpoints(&l.body);
        let body = self.nested_loop(&mut l.body, None, true);
        let Some((body, _)) = body else { return vec![Stmt::While(l)] };
        if let Some(c) = checkpointed {
            let var = self.new_var(proc_macro2::Ident::new("_", Span::mixed_site()), Ty::Plain, VarKind::Index, l.body.region);
            let resumed = |body, first, count| {
                let (start, end) = (Expr::Const(quote!(0)), Expr::Const(quote!(usize::MAX)));
                let counter = Counter { start, end, inclusive: false, step: None, reversed: false };
                Stmt::Resume(ForLoop { var, counter, body, exit: None, span: l.span }, first, count)
            };
            let (mut stmts, forward) = self.end_checkpoints(c, l.body.clone(), body, l.span, resumed);
            stmts.push(Stmt::While(WhileLoop { body: forward, ..l }));
            return stmts;
        }
        let (decl, trips) = self.count_trips(&mut l.body);
        self.repeat(trips, body, l.span);
        vec![decl, Stmt::While(l)]
    }

    /// The reverse of a loop's body, and whether its iterations must run in reverse order.
    /// If `keep_index`, the counter's values are kept like any other value.
    fn nested_loop(&mut self, body: &mut Block, index: Option<Var>, keep_index: bool) -> Option<(Block, bool)> {
        if let (Some(v), true) = (index, keep_index) {
            // Kept on the tape where it is read.
            self.f.vars[v.0 as usize].kind = VarKind::Value;
        }
        let reversed = self.nested(body);
        if reversed.stmts.is_empty() {
            return None;
        }
        let ordered = crate::analysis::is_ordered(&self.f, &reversed);
        Some((reversed, ordered))
    }

    /// Counts the iterations in the forward sweep.
    pub(super) fn count_trips(&mut self, body: &mut Block) -> (Stmt, Var) {
        let name = self.names.numbered("trips_");
        let trips = self.new_var(name, Ty::Plain, VarKind::Memory, self.region);
        let one = Expr::Const(quote!(1));
        body.stmts.push(Stmt::Update(Place::var(trips), BinOp::Add, one, Span::call_site()));
        self.need(trips);
        (Stmt::Decl(trips, Some(Expr::Const(quote!(0usize)))), trips)
    }

    fn repeat(&mut self, trips: Var, body: Block, span: Span) {
        let var = self.new_var(proc_macro2::Ident::new("_", Span::mixed_site()), Ty::Plain, VarKind::Index, body.region);
        let counter = Counter { start: Expr::Const(quote!(0)), end: Expr::Var(trips), inclusive: false, step: None, reversed: false };
        self.out.push(Stmt::For(ForLoop { var, counter, body, exit: None, span }));
    }
}
