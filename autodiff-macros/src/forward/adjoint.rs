//! Forward over reverse: tangents beside everything that an adjoint computes.
//!
//! What enters: an [`Adjoint`]. What leaves: a [`PushedAdjoint`], which computes the same values and cotangents, and the tangent of
//! each: for a function with a number as its result, the tangent of the gradient is the Hessian times the tangents of the parameters.
//! Guarantees: a tangent of a cotangent has the cotangent's type and shape; values on a tape have their tangents beside them.
//!
//! The functions that the reverse sweep calls are linear in cotangents, so they serve tangents too. The two that are not, the partials of
//! rules and the operators that only rustc knows, are taken on dual numbers and through [`curvature`](crate::ir) traits.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::{Expr, Forward, Function, NoForwardRule, Place, Proj, Pushed, Region, Stmt, Ty, Var, VarKind, Width};
use crate::ir::{
    BinOp, Block, Call, Directions, Lift, LiftedCall, Moving, Part, PullAlong, PullBar, PullCall, PushPullCall, Run, TapeKind,
};
use crate::names::Namer;
use crate::reverse::Adjoint;

/// The outcome, in one direction or more. What there is for each set of directions stands in the order of [`Directions`].
#[derive(Clone)]
pub(crate) struct PushedAdjoint {
    /// Both sweeps, with tangents.
    pub adjoint: Adjoint,
    pub value: Option<Expr>,
    pub along: Vec<Along>,
}

/// Tangents in a set of directions.
#[derive(Clone, Default)]
pub(crate) struct Along {
    /// The tangent of each parameter that has one.
    pub dots: HashMap<Var, Var>,
    /// The tangent of each parameter's cotangent, bound as the cotangent is.
    pub bar_dots: HashMap<Var, Var>,
    pub sum_dots: HashMap<Var, Expr>,
    /// The tangent of the seed, if that moves.
    pub seed_dot: Option<Var>,
    pub value_dot: Option<Expr>,
}

impl PushedAdjoint {
    /// An adjoint without tangents.
    pub fn still(adjoint: &Adjoint) -> Self {
        let mut adjoint = adjoint.clone();
        adjoint.function.result = crate::reverse::kept_result(&adjoint);
        PushedAdjoint { value: adjoint.function.result.take(), adjoint, along: Vec::new() }
    }

    /// Of a function without a body, whose siblings have signatures only: one for each order up to a given one.
    pub fn without_code(adjoint: &Adjoint, order: usize) -> Vec<Self> {
        let of = |directions: usize| PushedAdjoint { along: vec![Along::default(); (1 << directions) - 1], ..Self::still(adjoint) };
        (1..order).map(of).collect()
    }

    pub fn directions(&self) -> Directions {
        super::directions(self.along.len())
    }

    /// What is defined before the code: cotangents of parameters, the seed, and the tangents of both and of parameters.
    pub fn given(&self) -> Vec<Var> {
        let own = self.adjoint.bars.values().copied().chain(self.adjoint.seed);
        let of = |a: &Along| -> Vec<Var> { a.dots.values().chain(a.bar_dots.values()).copied().chain(a.seed_dot).collect() };
        own.chain(self.along.iter().flat_map(of)).collect()
    }
}

/// Puts tangents beside an adjoint, or one direction more beside those that it has. If `for_callers`, the seed has a tangent and the
/// tangent of the result is wanted.
pub(crate) fn forward_over(pushed: &PushedAdjoint, names: &mut Namer, for_callers: bool, width: Width) -> Pushed<PushedAdjoint> {
    let adjoint = &pushed.adjoint;
    let mut pass = Forward {
        f: Function { result: pushed.value.clone(), ..adjoint.function.clone() },
        names,
        active: adjoint.active.clone(),
        dots: HashMap::default(),
        out: Vec::new(),
        region: Region(0),
        primal: adjoint.primal,
        taped: HashMap::default(),
        width,
        still: false,
        structs: HashSet::default(),
        unfit: None,
    };
    let params = pass.f.params.clone();
    // Whatever is given to the code moves.
    let moving = |pass: &mut Forward<'_>, v: Var| {
        pass.active.insert(v);
        pass.dot(v)
    };
    let own = Along { bar_dots: adjoint.bars.clone(), sum_dots: adjoint.sums.clone(), seed_dot: adjoint.seed, ..Along::default() };
    let mut along = Vec::new();
    for known in std::iter::once(&own).chain(&pushed.along) {
        let mut new = Along::default();
        for p in &params {
            if let Some(dot) = known.dots.get(p) {
                new.dots.insert(*p, moving(&mut pass, *dot));
            }
            if let Some(bar) = known.bar_dots.get(p) {
                new.bar_dots.insert(*p, moving(&mut pass, *bar));
            }
        }
        new.seed_dot = known.seed_dot.filter(|_| for_callers).map(|seed| moving(&mut pass, seed));
        along.push(new);
    }
    let mut body = std::mem::replace(&mut pass.f.body, Block { region: Region(0), stmts: Vec::new() });
    pass.block(&mut body)?;
    let mut value = pass.f.result.take();
    if for_callers {
        pass.out = std::mem::take(&mut body.stmts);
        pass.f.result = value.take();
        (value, along[0].value_dot) = pass.result()?;
        for (known, new) in pushed.along.iter().zip(&mut along[1..]) {
            // A tangent has a name of its own.
            if let Some(e) = &known.value_dot {
                new.value_dot = Some(match pass.tangent_of_operand(e) {
                    Some(dot) => dot,
                    None => pass.zeros_beside(e),
                });
            }
        }
        body.stmts = std::mem::take(&mut pass.out);
    }
    for s in adjoint.reverse.clone() {
        pass.stmt(s)?;
    }
    for (known, new) in std::iter::once(&own).chain(&pushed.along).zip(&mut along) {
        for p in &params {
            if let Some(sum) = known.sum_dots.get(p) {
                let dot = pass.number(sum, None)?;
                new.sum_dots.insert(*p, dot.unwrap_or_else(|| pass.static_zero(&pass.info(*p).ty)));
            }
        }
    }
    let reverse = std::mem::take(&mut pass.out);
    pass.check_types();
    if let Some(construct) = pass.unfit {
        return Err(NoForwardRule(construct));
    }
    along[0].dots = params.iter().filter_map(|p| pass.dots.get(p).map(|d| (*p, *d))).collect();
    let mut logs = Vec::new();
    log_decls(&body.stmts, &mut logs);
    log_decls(&reverse, &mut logs);
    let logs = logs.into_iter().filter_map(|log| pass.dots.get(&log)).map(|dot| Stmt::TapeDecl(*dot, TapeKind::Log));
    body.stmts.splice(0..0, logs.collect::<Vec<_>>());
    // What has a tangent in this direction may have one in the next.
    let active = pass.active.iter().copied().chain(pass.dots.values().copied()).collect();
    let mut function = pass.f;
    function.body = body;
    let adjoint = Adjoint { function, reverse, active, report: String::new(), ..adjoint.clone() };
    Ok(PushedAdjoint { adjoint, value, along: pushed.along.iter().cloned().chain(along).collect() })
}

fn log_decls(stmts: &[Stmt], logs: &mut Vec<Var>) {
    for s in stmts {
        if let Stmt::TapeDecl(log, TapeKind::Log) = s {
            logs.push(*log);
        }
        s.each_block(&mut |b| log_decls(&b.stmts, logs));
    }
}

impl Forward<'_> {
    /// A value of the sweeps has a tangent if what it is made of has one; zeros have none.
    pub(super) fn settle(&mut self, v: Var, e: &Expr) {
        let zeros = super::is_zeros(e);
        if v.0 as usize >= self.primal && !zeros && !self.info(v).ty.is_plain() && self.varies(e) {
            self.active.insert(v);
        }
    }

    // ---- tapes -------------------------------------------------------------------------------------------

    pub(super) fn tape_push(&mut self, tape: Var, mut values: Vec<Var>) {
        let dots: Vec<Var> = values.iter().filter_map(|v| self.dots.get(v).copied()).collect();
        values.extend(&dots);
        self.taped.insert(tape, dots);
        self.out.push(Stmt::TapePush(tape, values));
    }

    pub(super) fn tape_pop(&mut self, tape: Var, mut values: Vec<Var>) -> Pushed<()> {
        let Some(dots) = self.taped.get(&tape) else { return Err(NoForwardRule("a tape that is read before it is written")) };
        values.extend(dots);
        self.out.push(Stmt::TapePop(tape, values));
        Ok(())
    }

    pub(super) fn checkpoint(&mut self, checkpoints: Var, mut values: Vec<Var>) {
        let dots: Vec<Var> = values.iter().filter_map(|v| self.dots.get(v).copied()).collect();
        values.extend(&dots);
        self.taped.insert(checkpoints, dots);
        self.out.push(Stmt::Checkpoint(checkpoints, values));
    }

    pub(super) fn recall(&mut self, checkpoints: Var, mut values: Vec<Var>, last: bool) -> Pushed<()> {
        let Some(dots) = self.taped.get(&checkpoints) else {
            return Err(NoForwardRule("checkpoints that are recalled before there are any"));
        };
        values.extend(dots);
        self.out.push(Stmt::Recall(checkpoints, values, last));
        Ok(())
    }

    /// The tangents of an array are recorded and restored beside it, in a log of their own.
    pub(super) fn log(&mut self, stmt: fn(Var, Part) -> Stmt, log: Var, part: Part) -> Pushed<()> {
        if let Some(place) = self.dot_place(part.place(), true) {
            let moved = match &part {
                Part::Slice(_) => Part::Slice(place),
                Part::Run(run) => Part::Run(Box::new(Run { place, ..(**run).clone() })),
            };
            let log_dot = self.dot(log);
            self.out.push(stmt(log_dot, moved));
        }
        self.out.push(stmt(log, part));
        Ok(())
    }

    /// `let v = &place;`
    pub(super) fn let_row(&mut self, v: Var, place: Place, written: bool) {
        if let Some(dot) = self.dot_place(&place, written) {
            self.active.insert(v);
            let v_dot = self.dot(v);
            self.out.push(Stmt::LetRow(v_dot, dot, written));
        }
        self.out.push(Stmt::LetRow(v, place, written));
    }

    // ---- cotangents --------------------------------------------------------------------------------------

    /// `let v_bar = e;`: the tangent comes first, as the value may take away what it is made of.
    pub(super) fn let_bar(&mut self, v: Var, e: Expr, comment: Option<String>) -> Pushed<()> {
        if let Some(dot) = self.bar_tangent(&e)? {
            self.active.insert(v);
            let v_dot = self.dot(v);
            self.out.push(Stmt::LetBar(v_dot, dot, None));
        }
        self.out.push(Stmt::LetBar(v, e, comment));
        Ok(())
    }

    /// `let mut v_bar = e;`: what is added to later has a tangent in any case.
    pub(super) fn decl_bar(&mut self, v: Var, e: Expr) -> Pushed<()> {
        self.active.insert(v);
        let (dot, v_dot) = (self.bar_tangent(&e)?, self.dot(v));
        let ty = &self.info(v).ty;
        let dot = match dot {
            Some(dot) => dot,
            None if super::is_zeros(&e) => self.zeros(&e)?,
            None if ty.static_zero() => self.static_zero(ty),
            None => {
                let zeros = self.zeros_of_bar(Expr::Ref(Place::var(v)));
                self.out.push(Stmt::DeclBar(v, e));
                self.out.push(Stmt::DeclBar(v_dot, zeros));
                return Ok(());
            }
        };
        self.out.push(Stmt::DeclBar(v_dot, dot));
        self.out.push(Stmt::DeclBar(v, e));
        Ok(())
    }

    /// The tangent of a cotangent's value.
    pub(super) fn bar_tangent(&mut self, e: &Expr) -> Pushed<Option<Expr>> {
        Ok(match e {
            zeros if super::is_zeros(zeros) => None,
            // The shape holds zeros, which are their own tangent.
            Expr::Runtime(name @ ("rt::unresize" | "rt::unextend"), _) if self.width != Width::One => return Err(NoForwardRule(name)),
            Expr::Runtime(name @ ("rt::take" | "rt::replace" | "rt::replace_updated" | "rt::unresize" | "rt::unextend"), args) => {
                let Some(Expr::RefMut(p)) = args.first() else { return Err(NoForwardRule(name)) };
                let mut args = args.clone();
                let Some(place) = self.dot_place(p, true) else { return Ok(None) };
                args[0] = Expr::RefMut(place);
                match args.get_mut(1) {
                    Some(shape @ Expr::Var(_)) if self.width != Width::One => *shape = self.zeros_of_bar(Self::value_ref(shape)),
                    Some(shape @ Expr::Var(_)) => *shape = Expr::Clone(Box::new(shape.clone())),
                    Some(shape) => *shape = self.zeros(shape)?,
                    None => {}
                }
                Some(Expr::Runtime(name, args))
            }
            Expr::Container(op, place, args) => self.dot_place(place, true).map(|place| Expr::Container(*op, place, args.clone())),
            other => self.number(other, None)?,
        })
    }

    /// `place += e` on numbers.
    pub(super) fn accumulate(&mut self, place: Place, e: Expr) -> Pushed<()> {
        if let Some(dot) = self.number(&e, None)? {
            let Some(target) = self.raw_dot_place(&place, true) else { return Err(NoForwardRule("a sum")) };
            match self.lane_step(&target) {
                Some(_) => self.store(target, Some(BinOp::Add), dot),
                None => self.out.push(Stmt::Accumulate(target, dot)),
            }
        }
        self.out.push(Stmt::Accumulate(place, e));
        Ok(())
    }

    /// The tangent of what a reference points to.
    pub(super) fn tangent_behind(&mut self, e: &Expr) -> Pushed<Option<Expr>> {
        Ok(match e {
            Expr::Runtime("&", args) => match &args[0] {
                Expr::Runtime("rt::to_owned", lent) => self.tangent_behind(&lent[0])?.map(Expr::listed),
                x @ (Expr::Var(_) | Expr::Read(_) | Expr::Clone(_) | Expr::Ref(_)) => self.tangent_ref(x),
                x => self.number(x, None)?.map(|dot| Expr::Runtime("&", vec![dot])),
            },
            Expr::Ref(p)
                if p.path.is_empty() && matches!(self.info(p.root).ty, Ty::Ref(..)) && self.info(p.root).kind != VarKind::Cotangent =>
            {
                self.dot_place(&p.project(Proj::Deref), false).map(Expr::Ref)
            }
            Expr::Ref(_) | Expr::RefMut(_) | Expr::Var(_) | Expr::Read(_) | Expr::Clone(_) => self.tangent_ref(e),
            Expr::Const(_) | Expr::Verbatim(..) => None,
            _ => return Err(NoForwardRule("a reference")),
        })
    }

    /// A function of the library in the reverse sweep.
    pub(super) fn runtime(&mut self, name: &'static str, args: Vec<Expr>) -> Pushed<()> {
        let target = |this: &mut Self, e: Option<&Expr>| match e {
            Some(Expr::RefMut(p)) => this.dot_place(p, true).map(Expr::RefMut).ok_or(NoForwardRule(name)),
            _ => Err(NoForwardRule(name)),
        };
        let linear = matches!(
            name,
            "rt::sums" | "rt::accumulate_from" | "rt::accumulate_slice" | "rt::set_zero" | "rt::set_zero_slice" | "rt::set_zeros_of"
        );
        if self.width != Width::One && !linear && name != "rt::reserve" {
            return Err(NoForwardRule(name));
        }
        match name {
            // A question to rustc.
            "rt::sums" => {}
            "rt::accumulate_from" | "rt::accumulate_slice" | "rt::add_all" | "rt::add_assigned" | "rt::sub_assigned" | "rt::cast" => {
                if let Some(dot) = self.tangent_behind(&args[1])? {
                    let target = target(self, args.first())?;
                    self.out.push(Stmt::Runtime(name, vec![target, dot]));
                }
            }
            // In forward mode: linear in the last argument.
            "rt::push_add_assigned" | "rt::push_sub_assigned" | "rt::push_cast" => {
                if let Some(dot) = self.tangent_behind(&args[1])? {
                    let target = target(self, args.first())?;
                    self.out.push(Stmt::Runtime(name, vec![target, dot]));
                }
            }
            "rt::set_tangent" => {
                let [value, Expr::RefMut(place)] = &args[..] else { return Err(NoForwardRule(name)) };
                if let Some(place) = self.dot_place(place, true) {
                    let dot = match self.number(value, None)? {
                        Some(dot) => dot,
                        None => Expr::Runtime("rt::zeros_like", vec![Expr::Runtime("&", vec![value.clone()])]),
                    };
                    self.out.push(Stmt::Runtime(name, vec![dot, Expr::RefMut(place)]));
                }
            }
            "rt::write_back" => {
                if let Some(dot) = self.tangent_of_operand(&args[1]) {
                    let target = target(self, args.first())?;
                    self.out.push(Stmt::Runtime(name, vec![target, dot]));
                }
            }
            "rt::unpop" => {
                let zeros = || Expr::Runtime("&", vec![Expr::Runtime("rt::zeros_like", vec![args[1].clone()])]);
                let (target, dot) = (target(self, args.first())?, self.tangent_behind(&args[1])?);
                self.out.push(Stmt::Runtime(name, vec![target, dot.unwrap_or_else(zeros)]));
            }
            // What has no tangent in this direction is zero in it already.
            "rt::set_zero" | "rt::set_zero_slice" => {
                let Some(Expr::RefMut(p)) = args.first() else { return Err(NoForwardRule(name)) };
                if let Some(place) = self.dot_place(p, true) {
                    self.out.push(Stmt::Runtime(name, vec![Expr::RefMut(place)]));
                }
            }
            "rt::set_zeros_of" => {
                let Some(Expr::RefMut(p)) = args.first() else { return Err(NoForwardRule(name)) };
                if let Some(place) = self.dot_place(p, true) {
                    // Only the shape counts, which is that of the tangent.
                    let shape = self.tangent_behind(&args[1])?.unwrap_or_else(|| args[1].clone());
                    self.out.push(Stmt::Runtime(name, vec![Expr::RefMut(place), shape]));
                }
            }
            // Tangents lie beside their values.
            "rt::reserve" => {}
            "rt::neg_operand" => {
                let (x_dot, seed_dot) = (self.tangent_behind(&args[0])?, self.tangent_behind(&args[1])?);
                let out = target(self, args.get(2))?;
                if let Some(seed_dot) = seed_dot {
                    self.out.push(Stmt::Runtime(name, vec![args[0].clone(), seed_dot, out.clone()]));
                }
                if x_dot.is_some() {
                    self.out.push(Stmt::Runtime(
                        "rt::neg_operand_curvature",
                        vec![args[0].clone(), self.optional(x_dot), args[1].clone(), out],
                    ));
                }
            }
            _ if (name.starts_with("rt::push_") || name.ends_with("_curvature")) && self.is_of_slices(name, &args) => {
                return Err(NoForwardRule("an operator on a slice"));
            }
            _ if name.starts_with("rt::push_") || name.ends_with("_curvature") => self.lifted_runtime(name, &args)?,
            _ => {
                let of_slices = self.is_of_slices(name, &args);
                let Some(curvature) = curvature(name, of_slices) else { return Err(NoForwardRule(name)) };
                let (l_dot, r_dot) = (self.tangent_behind(&args[0])?, self.tangent_behind(&args[1])?);
                let seed_dot = self.tangent_behind(&args[2])?;
                let out = target(self, args.get(3))?;
                let (l, r, seed) = (args[0].clone(), args[1].clone(), args[2].clone());
                if let Some(seed_dot) = seed_dot {
                    self.out.push(Stmt::Runtime(name, vec![l.clone(), r.clone(), seed_dot, out.clone()]));
                }
                if l_dot.is_some() || r_dot.is_some() {
                    let [l_dot, r_dot] =
                        [l_dot, r_dot].map(|dot| if of_slices { self.optional_of_slices(dot) } else { self.optional(dot) });
                    self.out.push(Stmt::Runtime(curvature, vec![l, r, l_dot, r_dot, seed, out]));
                }
            }
        }
        self.out.push(Stmt::Runtime(name, args));
        Ok(())
    }

    /// Whether a contribution of an operator is to or from a slice.
    fn is_of_slices(&self, name: &str, args: &[Expr]) -> bool {
        let behind = |e: &Expr| match e {
            Expr::Runtime("&", inner) => self.is_lent_slice(&inner[0]),
            e => self.is_lent_slice(e),
        };
        name.starts_with("rt::slices::") || args.iter().take(2).any(behind)
    }

    // ---- calls -------------------------------------------------------------------------------------------

    pub(super) fn let_pull(&mut self, v: Option<Var>, pull: Var, call: Call) -> Pushed<()> {
        if self.width != Width::One {
            return Err(NoForwardRule("a call"));
        }
        let (call, after) = self.pushed_call(v, call)?;
        self.out.push(Stmt::LetPushPull(Box::new(call), pull));
        self.after_call(after);
        Ok(())
    }

    pub(super) fn call_pull(&mut self, call: PullCall) -> Pushed<()> {
        let along = vec![self.pulled(&call.again, &call.seed, &call.bars, call.of_list)?];
        self.out.push(Stmt::CallPushPull(Box::new(PushPullCall { call, along })));
        Ok(())
    }

    /// The reverse of a call with tangents, with those in one direction more.
    pub(super) fn pull_again(&mut self, mut call: PushPullCall) -> Pushed<()> {
        let mut along = vec![self.pulled(&call.call.again, &call.call.seed, &call.call.bars, call.call.of_list)?];
        for known in &call.along {
            let again: Vec<Expr> = known.again.iter().flatten().cloned().collect();
            let mut new = self.pulled(&again, &known.seed, &known.bars, false)?;
            let mut dots = new.again.into_iter();
            new.again = known.again.iter().map(|e| e.as_ref().and_then(|_| dots.next().flatten())).collect();
            along.push(new);
        }
        call.along.extend(along);
        self.out.push(Stmt::CallPushPull(Box::new(call)));
        Ok(())
    }

    fn pulled(&mut self, again: &[Expr], seed: &Expr, bars: &[PullBar], of_list: bool) -> Pushed<PullAlong> {
        let mut again_dots = Vec::new();
        for (k, e) in again.iter().enumerate() {
            let dot = self.tangent_behind(e)?;
            again_dots.push(if of_list && k == 0 { dot.map(Expr::listed) } else { dot });
        }
        let unit = matches!(seed, Expr::Const(t) if t.to_string() == "()");
        let seed = match self.bar_tangent(seed)? {
            Some(dot) => dot,
            None if unit || super::is_zeros(seed) => seed.clone(),
            None => self.zeros_beside(seed),
        };
        let mut bar_dots = Vec::new();
        for b in bars {
            bar_dots.push(match b {
                PullBar::Nothing => PullBar::Nothing,
                PullBar::Add(p) => PullBar::Add(self.dot_place(p, true).ok_or(NoForwardRule("a call"))?),
                PullBar::Receiver(p) => PullBar::Receiver(self.dot_place(p, true).ok_or(NoForwardRule("a call"))?),
                PullBar::InOut(p) => PullBar::InOut(self.dot_place(p, true).ok_or(NoForwardRule("a call"))?),
            });
        }
        Ok(PullAlong { again: again_dots, seed, bars: bar_dots })
    }

    /// Zeros of the shape of a cotangent.
    fn zeros_beside(&mut self, e: &Expr) -> Expr {
        match e {
            Expr::Var(v) if !self.info(*v).ty.static_zero() => {
                let zeros = self.temp("still_", Ty::Unknown);
                self.out.push(Stmt::Let(zeros, Expr::Runtime("rt::zeros_like", vec![Expr::Ref(Place::var(*v))])));
                Expr::Var(zeros)
            }
            Expr::Var(v) => crate::emit::zero_of(&self.info(*v).ty),
            other => Expr::Runtime("rt::zeros_like", vec![Expr::Runtime("&", vec![other.clone()])]),
        }
    }

    // ---- functions that are not linear -------------------------------------------------------------------

    /// The tangent of an operator's function of the library, which adds to its last argument.
    fn lifted_runtime(&mut self, name: &'static str, args: &[Expr]) -> Pushed<()> {
        let Some((Expr::RefMut(out), rest)) = args.split_last() else { return Err(NoForwardRule(name)) };
        let still = |e: &Expr| Moving { value: e.clone(), dots: Vec::new() };
        let operand = |e: &Expr| match e {
            Expr::Runtime("rt::none", _) => Lift::Optional(None),
            Expr::Runtime("rt::given" | "rt::given_by", inner) => Lift::Optional(Some(still(&inner[0]))),
            e => Lift::Number(still(e)),
        };
        self.add_lifted(&LiftedCall { name, operands: rest.iter().map(operand).collect(), out: out.clone() })
    }

    /// `out += f(..)`, with one direction more.
    pub(super) fn lifted_call(&mut self, call: LiftedCall) -> Pushed<()> {
        self.add_lifted(&call)?;
        self.out.push(Stmt::Lifted(Box::new(call)));
        Ok(())
    }

    fn add_lifted(&mut self, call: &LiftedCall) -> Pushed<()> {
        if let Some(operands) = self.lifted_references(&call.operands)? {
            let out = self.dot_place(&call.out, true).ok_or(NoForwardRule(call.name))?;
            self.out.push(Stmt::Lifted(Box::new(LiftedCall { name: call.name, operands, out })));
        }
        Ok(())
    }

    /// An argument that may be missing.
    fn optional(&self, dot: Option<Expr>) -> Expr {
        match dot {
            Some(dot) if self.is_of_a_field(&dot) => Expr::Runtime("rt::given_by", vec![dot]),
            Some(dot) => Expr::Runtime("rt::given", vec![dot]),
            None => Expr::Runtime("rt::none", Vec::new()),
        }
    }

    /// The same beside a slice.
    fn optional_of_slices(&self, dot: Option<Expr>) -> Expr {
        match dot {
            Some(dot) if self.is_of_a_field(&dot) => Expr::Runtime("rt::given_by", vec![dot]),
            Some(dot) => Expr::Runtime("rt::slices::given", vec![dot]),
            None => Expr::Runtime("rt::slices::nothing", Vec::new()),
        }
    }

    fn is_of_a_field(&self, dot: &Expr) -> bool {
        matches!(dot, Expr::Ref(p) if p.is_field(&self.f.vars))
    }
}

/// What follows an operator's contribution when its operands move.
fn curvature(name: &str, of_slices: bool) -> Option<&'static str> {
    let name = name.replacen("rt::slices::", "rt::", 1);
    let found = match name.as_str() {
        "rt::add_lhs" => "rt::add_lhs_curvature",
        "rt::add_rhs" => "rt::add_rhs_curvature",
        "rt::sub_lhs" => "rt::sub_lhs_curvature",
        "rt::sub_rhs" => "rt::sub_rhs_curvature",
        "rt::mul_lhs" => "rt::mul_lhs_curvature",
        "rt::mul_rhs" => "rt::mul_rhs_curvature",
        "rt::div_lhs" => "rt::div_lhs_curvature",
        "rt::div_rhs" => "rt::div_rhs_curvature",
        "rt::rem_lhs" => "rt::rem_lhs_curvature",
        "rt::rem_rhs" => "rt::rem_rhs_curvature",
        _ => return None,
    };
    Some(if of_slices { crate::analysis::of_slices(found) } else { found })
}
