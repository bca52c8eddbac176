//! Tangents beside each statement.

use super::{Arg, BinOp, Block, Call, Expr, Forward, NoForwardRule, Place, PushCall, PushDot, Pushed, Stmt, Ty, Var, VarKind, Width};
use crate::ir::{CallWidth, ContainerExpr, ContainerOp, PushAlong};

/// What follows a call with tangents.
pub(super) struct AfterCall {
    write_back: Option<Stmt>,
    /// Copies of parts that the call has changed, and where they belong.
    parts: Vec<(Place, Var)>,
}

impl Forward<'_> {
    /// Puts the tangents of a block's variables beside them.
    pub(super) fn block(&mut self, block: &mut Block) -> Pushed<()> {
        let outer = (self.region, std::mem::take(&mut self.out));
        self.region = block.region;
        for stmt in std::mem::take(&mut block.stmts) {
            self.stmt(stmt)?;
        }
        block.stmts = std::mem::take(&mut self.out);
        (self.region, self.out) = outer;
        Ok(())
    }

    pub(super) fn stmt(&mut self, mut stmt: Stmt) -> Pushed<()> {
        if let Stmt::For(l) = &stmt {
            if let Some(done) = self.loop_in_lanes(l) {
                return done;
            }
        }
        match stmt {
            Stmt::Let(v, Expr::Call(call)) if self.call_is_active(v, &call) => return self.call(v, *call),
            Stmt::Let(v, e) => return self.let_stmt(v, e),
            Stmt::Decl(v, init) => return self.decl(v, init),
            Stmt::Assign(place, e) => return self.assign(place, e),
            Stmt::Update(place, op, e, span) => {
                self.update(&place, op, &e)?;
                self.out.push(Stmt::Update(place, op, e, span));
                return Ok(());
            }
            Stmt::Container(op, place, args, span) => {
                self.container(op, &place, &args, span)?;
                self.out.push(Stmt::Container(op, place, args, span));
                return Ok(());
            }
            Stmt::If(..) | Stmt::Match(..) | Stmt::For(_) | Stmt::ForEach(_) | Stmt::While(_) | Stmt::Segments(_) | Stmt::Resume(..) => {
                if let Stmt::If(condition, ..) = &mut stmt {
                    self.counts_with_tangent(condition)?;
                }
                let mut inner = Ok(());
                let in_loop = self.width != Width::One && !matches!(stmt, Stmt::If(..) | Stmt::Match(..));
                stmt.each_block_mut(&mut |b| {
                    if inner.is_ok() {
                        inner = self.block(b);
                        if in_loop {
                            b.stmts.insert(0, Stmt::Runtime("rt::lanes::apart", Vec::new()));
                        }
                    }
                });
                inner?;
            }
            Stmt::Do(ref e) => {
                self.taken_out(e);
            }
            Stmt::Verbatim(..) | Stmt::Check(..) | Stmt::TapeDecl(..) => {}
            Stmt::TapePush(tape, values) => {
                self.tape_push(tape, values);
                return Ok(());
            }
            Stmt::TapePop(tape, values) => return self.tape_pop(tape, values),
            Stmt::Checkpoint(checkpoints, values) => {
                self.checkpoint(checkpoints, values);
                return Ok(());
            }
            Stmt::Recall(checkpoints, values, last) => return self.recall(checkpoints, values, last),
            Stmt::Save(log, part) => return self.log(Stmt::Save, log, part),
            Stmt::Restore(log, part) => return self.log(Stmt::Restore, log, part),
            Stmt::LetRow(v, place, written) => {
                self.let_row(v, place, written);
                return Ok(());
            }
            Stmt::LetPull(v, pull, call) => return self.let_pull(v, pull, *call),
            Stmt::CallPull(call) => return self.call_pull(*call),
            Stmt::Accumulate(place, e) => return self.accumulate(place, e),
            Stmt::Runtime(name, args) => return self.runtime(name, args),
            Stmt::LetBar(v, e, comment) => return self.let_bar(v, e, comment),
            Stmt::DeclBar(v, e) => return self.decl_bar(v, e),
            Stmt::LetPush(call) => {
                // Only pullbacks have tangents in several directions.
                let unused = self.temp("unused_", Ty::Unknown);
                return self.push_again(*call, unused);
            }
            Stmt::LetPushPull(call, pull) => return self.push_again(*call, pull),
            Stmt::CallPushPull(call) => return self.pull_again(*call),
            Stmt::Lifted(call) => return self.lifted_call(*call),
            Stmt::Scatter(..) => return Err(NoForwardRule("tangents in lanes")),
        }
        self.out.push(stmt);
        Ok(())
    }

    /// `let v = e;` and `let v_dot = ..;`
    pub(super) fn let_stmt(&mut self, v: Var, mut e: Expr) -> Pushed<()> {
        self.settle(v, &e);
        if !self.is_active(v) || self.info(v).origin.is_some() {
            self.taken_out(&e);
            self.out.push(Stmt::Let(v, e));
            return Ok(());
        }
        let original = self.parts_before(&e);
        self.keep_operands(&mut e, self.info(v).ty.is_float());
        self.out.push(Stmt::Let(v, e));
        let dot = self.tangent(&original, v)?.unwrap_or_else(|| self.zero_of(v));
        self.bind(v, dot, false);
        Ok(())
    }

    /// What takes the tangent of an element away with the element, which nobody uses.
    fn taken_out(&mut self, e: &Expr) {
        let Expr::Container(op @ (ContainerExpr::Pop | ContainerExpr::PopUnwrap), place, args) = e else { return };
        let Some((place, back)) = self.changed(place) else { return };
        self.out.push(Stmt::Do(Expr::Container(*op, place, args.clone())));
        self.put_back(back);
    }

    /// Binds the tangent of `v`, unless the expression is that binding.
    fn bind(&mut self, v: Var, dot: Expr, memory: bool) {
        let v_dot = self.dot(v);
        if matches!(dot, Expr::Var(d) if d == v_dot) {
            return;
        }
        let dot = self.of_field(Expr::Ref(Place::var(v)), dot);
        self.out.push(if memory { Stmt::Decl(v_dot, Some(dot)) } else { Stmt::Let(v_dot, dot) });
    }

    fn decl(&mut self, v: Var, init: Option<Expr>) -> Pushed<()> {
        if !self.is_active(v) {
            if let Some(e) = &init {
                self.taken_out(e);
            }
            self.out.push(Stmt::Decl(v, init));
            return Ok(());
        }
        let Some(mut e) = init else {
            let v_dot = self.dot(v);
            self.out.push(Stmt::Decl(v, None));
            self.out.push(Stmt::Decl(v_dot, None));
            return Ok(());
        };
        let original = self.parts_before(&e);
        self.keep_operands(&mut e, self.info(v).ty.is_float());
        self.out.push(Stmt::Decl(v, Some(e)));
        let dot = self.tangent(&original, v)?.unwrap_or_else(|| self.zero_of(v));
        self.bind(v, dot, true);
        Ok(())
    }

    /// An expression by name, with its tangent beside it.
    fn named(&mut self, e: Expr, ty: Ty) -> Pushed<Expr> {
        if matches!(e, Expr::Var(_) | Expr::Read(_) | Expr::Const(_) | Expr::Ref(_) | Expr::Clone(_) | Expr::Verbatim(..)) {
            return Ok(e);
        }
        let t = self.temp("t", ty);
        self.active.insert(t);
        self.let_stmt(t, e)?;
        Ok(Expr::Var(t))
    }

    fn assign(&mut self, place: Place, e: Expr) -> Pushed<()> {
        // Behind `Option` until it is assigned.
        let optional = place.path.is_empty() && self.info(place.root).optional;
        let ty = if optional { Ty::Unknown } else { self.place_ty(&place) };
        if !self.is_active(place.root) {
            self.taken_out(&e);
            self.out.push(Stmt::Assign(place, e));
            return Ok(());
        }
        if let Expr::Runtime(name @ "rt::assign", args) = &e {
            // The value inside by name: zeros of its shape may be wanted.
            let inner = self.temp("t", Ty::Unknown);
            self.active.insert(inner);
            self.let_stmt(inner, args[0].clone())?;
            let dot = self.dot(inner);
            self.assign_dot(&place, Expr::Runtime(name, vec![Expr::Var(dot)]));
            self.out.push(Stmt::Assign(place, Expr::Runtime(name, vec![Expr::Var(inner)])));
            return Ok(());
        }
        if super::is_zeros(&e) {
            // A cotangent that begins again; so does its tangent.
            let zeros = self.zeros(&e)?;
            self.assign_dot(&place, zeros);
            self.out.push(Stmt::Assign(place, e));
            return Ok(());
        }
        let e = self.named(e, ty.clone())?;
        let dot = match self.tangent_of_operand(&e) {
            Some(dot) => self.of_field(Self::value_ref(&e), dot),
            None if ty.static_zero() => self.static_zero(&ty),
            None => {
                // Zeros of the new value's shape.
                let kept = self.temp("t", ty);
                self.out.push(Stmt::Let(kept, e));
                let zero = self.zero_of(kept);
                self.assign_dot(&place, zero);
                self.out.push(Stmt::Assign(place, Expr::Var(kept)));
                return Ok(());
            }
        };
        self.assign_dot(&place, dot);
        self.out.push(Stmt::Assign(place, e));
        Ok(())
    }

    fn assign_dot(&mut self, place: &Place, dot: Expr) {
        if let Some(target) = self.raw_dot_place(place, true) {
            self.store(target, None, dot);
        }
    }

    /// The tangent of `place op= e`, before the statement itself.
    fn update(&mut self, place: &Place, op: BinOp, e: &Expr) -> Pushed<()> {
        let Some(target) = self.raw_dot_place(place, true) else { return Ok(()) };
        let ty = self.place_ty(place);
        let linear = matches!(op, BinOp::Add | BinOp::Sub);
        if ty.is_float() {
            let e_dot = self.number(e, None)?;
            let span = proc_macro2::Span::call_site();
            let bin = |op, l: Expr, r: Expr| Expr::Bin(op, Box::new(l), Box::new(r), span);
            if linear {
                if let Some(e_dot) = e_dot {
                    self.store(target, Some(op), e_dot);
                }
                return Ok(());
            }
            // With y = p op e, in terms of the old p.
            let y = Expr::Bin(op, Box::new(Expr::Read(place.clone())), Box::new(e.clone()), span);
            let old = self.load(target.clone(), place);
            let dot = match (op, e_dot) {
                (BinOp::Mul, None) => bin(BinOp::Mul, old, e.clone()),
                (BinOp::Mul, Some(d)) => bin(BinOp::Add, bin(BinOp::Mul, old, e.clone()), self.scaled(Expr::Read(place.clone()), d)),
                (BinOp::Div, None) => self.divided(old, e.clone()),
                (BinOp::Div, Some(d)) => self.divided(bin(BinOp::Sub, old, self.scaled(y, d)), e.clone()),
                (_, None) => return Ok(()),
                (_, Some(d)) => bin(BinOp::Add, old, self.remainder(Expr::Read(place.clone()), e.clone(), d)),
            };
            self.store(target, None, dot);
            return Ok(());
        }
        let e_dot = self.tangent_ref(e);
        let in_place = self.lane_step(&target).is_none() && (linear || !target.is_field(&self.f.vars));
        if in_place {
            self.update_unknown(place, target, op, e, e_dot);
        } else if e_dot.is_some() || !linear {
            // A part of each lane, or what may not be there, by itself.
            let (part, whole) = (self.temp("part_", Ty::Unknown), self.load(target.clone(), place));
            let whole = self.of_field(Expr::Ref(place.clone()), whole);
            self.out.push(Stmt::DeclBar(part, whole));
            self.update_unknown(place, Place::var(part), op, e, e_dot);
            self.store(target, None, Expr::Var(part));
        }
        Ok(())
    }

    /// The tangent of `place op= e` where only rustc knows the operator.
    fn update_unknown(&mut self, place: &Place, target: Place, op: BinOp, e: &Expr, e_dot: Option<Expr>) {
        if matches!(op, BinOp::Add | BinOp::Sub) {
            let f = if op == BinOp::Add { "rt::push_add_assigned" } else { "rt::push_sub_assigned" };
            if let Some(e_dot) = e_dot {
                self.contribution(f, vec![Expr::RefMut(target), e_dot]);
            }
            return;
        }
        let names = match op {
            BinOp::Mul => ["rt::push_mul_lhs", "rt::push_mul_rhs"],
            BinOp::Div => ["rt::push_div_lhs", "rt::push_div_rhs"],
            _ => ["rt::push_rem_lhs", "rt::push_rem_rhs"],
        };
        let old_dot = self.temp("old_", Ty::Unknown);
        let (old, operand) = (Expr::Ref(place.clone()), Expr::Runtime("&", vec![e.clone()]));
        let operand = match e {
            Expr::Var(v) => Expr::Ref(Place::var(*v)),
            Expr::Read(p) | Expr::Ref(p) => Expr::Ref(p.clone()),
            _ => operand,
        };
        self.out.push(Stmt::Let(old_dot, Expr::Runtime("rt::take", vec![Expr::RefMut(target.clone())])));
        let seed = Expr::Ref(Place::var(old_dot));
        self.contribution(names[0], vec![old.clone(), operand.clone(), seed, Expr::RefMut(target.clone())]);
        if let Some(e_dot) = e_dot {
            self.contribution(names[1], vec![old, operand, e_dot, Expr::RefMut(target)]);
        }
    }

    /// The tangents of a container, before the statement on the container itself.
    fn container(&mut self, op: ContainerOp, place: &Place, args: &[Expr], span: proc_macro2::Span) -> Pushed<()> {
        let target = self.changed(place);
        if op == ContainerOp::Swap {
            let Some(Expr::RefMut(other)) = args.first() else { return Err(NoForwardRule("`swap`")) };
            let other = self.changed(other);
            match (target, other) {
                (Some((a, back_a)), Some((b, back_b))) => {
                    self.out.push(Stmt::Container(op, a, vec![Expr::RefMut(b)], span));
                    self.put_back(back_a);
                    self.put_back(back_b);
                }
                (None, None) => {}
                // One side of a swap with what varies varies.
                _ => return Err(NoForwardRule("`swap` with a constant")),
            }
            return Ok(());
        }
        let Some((target, back)) = target else { return Ok(()) };
        let element = self.place_ty(place).element();
        let value = |this: &mut Self, e: &Expr| {
            let dot = this.tangent_of_operand(e).map(|dot| this.of_field(Self::value_ref(e), dot));
            dot.unwrap_or_else(|| if element.static_zero() { this.static_zero(&element) } else { this.zero_of_operand(e) })
        };
        let new = match op {
            ContainerOp::Push | ContainerOp::Fill => vec![value(self, &args[0])],
            ContainerOp::Resize => vec![args[0].clone(), value(self, &args[1])],
            ContainerOp::CopyFrom | ContainerOp::Extend => match self.tangent_ref(&args[0]) {
                Some(source) => vec![source],
                None => vec![Expr::Runtime("&", vec![self.zero_of_operand(&args[0])])],
            },
            ContainerOp::SwapIndex | ContainerOp::Clear | ContainerOp::Truncate => args.to_vec(),
            ContainerOp::Swap => return Err(NoForwardRule("`swap`")),
        };
        self.out.push(Stmt::Container(op, target, new, span));
        self.put_back(back);
        Ok(())
    }

    // ---- calls -------------------------------------------------------------------------------------------

    /// A cotangent that is zero may still move: what it is handed to is left out where its tangent is zero, too.
    fn counts_with_tangent(&mut self, condition: &mut Expr) -> Pushed<()> {
        let Expr::Runtime("rt::any_counts", args) = condition else { return Ok(()) };
        if let Some(Expr::Array(cotangents)) = args.first_mut() {
            let mut tangents = Vec::new();
            for c in cotangents.iter() {
                tangents.extend(self.number(c, None)?);
            }
            cotangents.extend(tangents);
        }
        Ok(())
    }

    /// Whether a call takes part: something it reads varies, and its value or something it writes to is wanted.
    fn call_is_active(&self, v: Var, call: &Call) -> bool {
        let writes = call.args.iter().any(|a| match a {
            Arg::RefMut(p) => self.is_active(p.root),
            Arg::Receiver(p) => self.is_active(p.root) && self.info(p.root).mutable,
            _ => false,
        });
        let reads = call.args.iter().any(|a| match a {
            Arg::Value(e) => {
                let mut varies = false;
                crate::analysis::each_carrier(e, &mut |v| varies |= self.info(v).varied);
                varies
            }
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Receiver(p) => self.info(p.root).varied,
        });
        reads && (self.is_active(v) || writes)
    }

    fn call(&mut self, v: Var, call: Call) -> Pushed<()> {
        let unit = matches!(self.info(v).ty, Ty::Unit);
        let (call, after) = self.pushed_call((!unit).then_some(v), call)?;
        self.out.push(Stmt::LetPush(Box::new(call)));
        self.after_call(after);
        Ok(())
    }

    pub(super) fn after_call(&mut self, after: AfterCall) {
        self.out.extend(after.write_back);
        for back in after.parts {
            self.put_back(Some(back));
        }
    }

    /// A call with the tangents of its arguments, and what follows it.
    pub(super) fn pushed_call(&mut self, v: Option<Var>, mut call: Call) -> Pushed<(PushCall, AfterCall)> {
        let width = self.width_of_call(&call)?;
        let (mut dots, mut parts) = (Vec::new(), Vec::new());
        let mut after = None;
        let of_list = call.wants_list(|p| self.place_ty(p));
        for (k, arg) in call.args.iter_mut().enumerate() {
            let dot = match arg {
                Arg::Value(e) => {
                    let ty = Ty::Unknown;
                    *e = self.named(e.clone(), ty)?;
                    let mut given = e.clone();
                    self.part_before(&mut given);
                    match &given {
                        Expr::Ref(_) | Expr::Var(_) | Expr::Read(_) | Expr::Clone(_) => {
                            self.tangent_ref(&given).map_or(PushDot::Nothing, PushDot::Shared)
                        }
                        _ => PushDot::Nothing,
                    }
                }
                Arg::Ref(p) => self.ref_dot(p).map_or(PushDot::Nothing, PushDot::Shared),
                // What stands in its place in a cotangent may be none.
                Arg::Receiver(p) if self.place_ty(p).is_plain() => PushDot::Nothing,
                Arg::Receiver(p) => {
                    if !matches!(width, CallWidth::OneByOne | CallWidth::Either)
                        && (self.info(p.root).mutable || self.info(p.root).kind == VarKind::Memory)
                    {
                        after = self.changed(p).map(|(place, back)| {
                            parts.extend(back);
                            place
                        });
                    }
                    self.ref_dot(p).map_or(PushDot::Nothing, PushDot::Shared)
                }
                Arg::RefMut(p) => self.pushed_in_out(p, &mut parts),
            };
            dots.push(match dot {
                PushDot::Shared(e) if of_list && k == 0 => PushDot::Shared(e.listed()),
                dot => dot,
            });
        }
        let after = after.map(|place| (self.temp("after_", Ty::Unknown), place));
        let along = PushAlong { dot: v.map(|v| self.dot(v)), dots, after: after.as_ref().map(|(a, _)| *a) };
        let write_back = after.map(|(after, place)| Stmt::Runtime("rt::write_back", vec![Expr::RefMut(place), Expr::Var(after)]));
        Ok((PushCall { result: v, call, along: vec![along], width }, AfterCall { write_back, parts }))
    }

    /// A call with tangents, with those in one direction more.
    fn push_again(&mut self, call: PushCall, pull: Var) -> Pushed<()> {
        let PushCall { result, call, along: before, .. } = call;
        let (mut call, after_call) = self.pushed_call(result, call)?;
        let added = call.along.pop();
        call.along = before.clone();
        call.along.extend(added);
        for known in before {
            let mut dots = Vec::new();
            for d in &known.dots {
                dots.push(match d {
                    PushDot::Nothing => PushDot::Nothing,
                    PushDot::Shared(e) => self.tangent_behind(e)?.map_or(PushDot::Nothing, PushDot::Shared),
                    PushDot::InOut(p) => self.pushed_in_out(p, &mut Vec::new()),
                });
            }
            let mut defined = |v: Option<Var>| {
                v.map(|v| {
                    self.active.insert(v);
                    self.dot(v)
                })
            };
            let (dot, after) = (defined(known.dot), defined(known.after));
            call.along.push(PushAlong { dot, dots, after });
        }
        self.out.push(Stmt::LetPushPull(Box::new(call), pull));
        self.after_call(after_call);
        Ok(())
    }

    fn pushed_in_out(&mut self, p: &Place, parts: &mut Vec<(Place, Var)>) -> PushDot {
        if let Some((place, back)) = self.changed(p) {
            parts.extend(back);
            return PushDot::InOut(place);
        }
        // Written to, but nobody asks for its derivative.
        let unused = self.temp("unused_", Ty::Unknown);
        let ty = self.place_ty(p);
        let zero = match ty.peel().is_plain() {
            true => Expr::Const(ty.peel().nothing()),
            false => self.shaped_zero(Expr::Ref(p.clone())),
        };
        self.out.push(Stmt::DeclBar(unused, zero));
        PushDot::InOut(Place::var(unused))
    }
}
