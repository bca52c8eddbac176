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
use crate::ir::{Block, Call, Part, PullBar, PullCall, PushPullCall, Run, TapeKind};
use crate::names::Namer;
use crate::reverse::Adjoint;

/// The outcome.
pub(crate) struct PushedAdjoint {
    /// Both sweeps, with tangents.
    pub adjoint: Adjoint,
    /// The tangent of each parameter that has one.
    pub dots: HashMap<Var, Var>,
    /// The tangent of each parameter's cotangent, bound as the cotangent is.
    pub bar_dots: HashMap<Var, Var>,
    pub sum_dots: HashMap<Var, Expr>,
    /// The tangent of the seed, if that moves.
    pub seed_dot: Option<Var>,
    pub value: Option<Expr>,
    pub value_dot: Option<Expr>,
}

/// Puts tangents beside an adjoint. If `for_callers`, the seed has a tangent and the tangent of the result is wanted.
pub(crate) fn forward_over(adjoint: &Adjoint, names: &mut Namer, for_callers: bool) -> Pushed<PushedAdjoint> {
    let mut f: Function = adjoint.function.clone();
    f.result = crate::reverse::kept_result(adjoint);
    let mut pass = Forward {
        f,
        names,
        active: adjoint.active.clone(),
        dots: HashMap::default(),
        out: Vec::new(),
        region: Region(0),
        primal: adjoint.primal,
        taped: HashMap::default(),
        width: Width::One,
        structs: HashSet::default(),
        unfit: None,
    };
    let params = pass.f.params.clone();
    let mut bar_dots = HashMap::default();
    for p in &params {
        if let Some(bar) = adjoint.bars.get(p) {
            pass.active.insert(*bar);
            bar_dots.insert(*p, pass.dot(*bar));
        }
    }
    let seed_dot = adjoint.seed.filter(|_| for_callers).map(|seed| {
        pass.active.insert(seed);
        pass.dot(seed)
    });
    let mut body = std::mem::replace(&mut pass.f.body, Block { region: Region(0), stmts: Vec::new() });
    pass.block(&mut body)?;
    let (value, value_dot) = if for_callers {
        pass.out = std::mem::take(&mut body.stmts);
        let result = pass.result()?;
        body.stmts = std::mem::take(&mut pass.out);
        result
    } else {
        (pass.f.result.take(), None)
    };
    for s in adjoint.reverse.clone() {
        pass.stmt(s)?;
    }
    let mut sum_dots = HashMap::default();
    for p in &params {
        if let Some(sum) = adjoint.sums.get(p) {
            let dot = pass.number(sum, None)?;
            sum_dots.insert(*p, dot.unwrap_or_else(|| crate::emit::zero_of(&pass.info(*p).ty)));
        }
    }
    let reverse = std::mem::take(&mut pass.out);
    let dots = params.iter().filter_map(|p| pass.dots.get(p).map(|d| (*p, *d))).collect();
    let mut logs = Vec::new();
    log_decls(&body.stmts, &mut logs);
    log_decls(&reverse, &mut logs);
    let logs = logs.into_iter().filter_map(|log| pass.dots.get(&log)).map(|dot| Stmt::TapeDecl(*dot, TapeKind::Log));
    body.stmts.splice(0..0, logs.collect::<Vec<_>>());
    let mut function = pass.f;
    function.body = body;
    let adjoint = Adjoint {
        function,
        reverse,
        bars: adjoint.bars.clone(),
        sums: adjoint.sums.clone(),
        seed: adjoint.seed,
        fused: adjoint.fused,
        active: adjoint.active.clone(),
        primal: adjoint.primal,
        together: adjoint.together.clone(),
        report: String::new(),
    };
    Ok(PushedAdjoint { adjoint, dots, bar_dots, sum_dots, seed_dot, value, value_dot })
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
        let zeros = matches!(e, Expr::Runtime("rt::zero" | "rt::zero_assigned", _));
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
            None if matches!(e, Expr::Runtime("rt::zero" | "rt::zero_assigned", _)) => e.clone(),
            None if ty.static_zero() => crate::emit::zero_of(ty),
            None => {
                self.out.push(Stmt::DeclBar(v, e));
                self.out.push(Stmt::DeclBar(v_dot, Expr::Runtime("rt::zeros_like", vec![Expr::Ref(Place::var(v))])));
                return Ok(());
            }
        };
        self.out.push(Stmt::DeclBar(v_dot, dot));
        self.out.push(Stmt::DeclBar(v, e));
        Ok(())
    }

    /// The tangent of a cotangent's value.
    fn bar_tangent(&mut self, e: &Expr) -> Pushed<Option<Expr>> {
        Ok(match e {
            Expr::Runtime("rt::zero" | "rt::zero_assigned", _) => None,
            // The shape holds zeros, which are their own tangent.
            Expr::Runtime(name @ ("rt::take" | "rt::replace" | "rt::unresize" | "rt::unextend"), args) => {
                let Some(Expr::RefMut(p)) = args.first() else { return Err(NoForwardRule(name)) };
                let mut args = args.clone();
                let Some(place) = self.dot_place(p, true) else { return Ok(None) };
                args[0] = Expr::RefMut(place);
                if let Some(shape @ Expr::Var(_)) = args.get_mut(1) {
                    *shape = Expr::Clone(Box::new(shape.clone()));
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
            let Some(target) = self.dot_place(&place, true) else { return Err(NoForwardRule("a sum")) };
            self.out.push(Stmt::Accumulate(target, dot));
        }
        self.out.push(Stmt::Accumulate(place, e));
        Ok(())
    }

    /// The tangent of what a reference points to.
    fn tangent_behind(&mut self, e: &Expr) -> Pushed<Option<Expr>> {
        Ok(match e {
            Expr::Runtime("&", args) => match &args[0] {
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
        match name {
            "rt::accumulate_from" | "rt::accumulate_slice" | "rt::add_all" | "rt::add_assigned" | "rt::sub_assigned" | "rt::cast" => {
                if let Some(dot) = self.tangent_behind(&args[1])? {
                    let target = target(self, args.first())?;
                    self.out.push(Stmt::Runtime(name, vec![target, dot]));
                }
            }
            "rt::unpop" => {
                let zeros = || Expr::Runtime("&", vec![Expr::Runtime("rt::zeros_like", vec![args[1].clone()])]);
                let (target, dot) = (target(self, args.first())?, self.tangent_behind(&args[1])?);
                self.out.push(Stmt::Runtime(name, vec![target, dot.unwrap_or_else(zeros)]));
            }
            "rt::set_zero" | "rt::set_zero_slice" => {
                let target = target(self, args.first())?;
                self.out.push(Stmt::Runtime(name, vec![target]));
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
                    self.out.push(Stmt::Runtime("rt::neg_operand_curvature", vec![args[0].clone(), optional(x_dot), args[1].clone(), out]));
                }
            }
            _ => {
                let Some(curvature) = curvature(name) else { return Err(NoForwardRule(name)) };
                let (l_dot, r_dot) = (self.tangent_behind(&args[0])?, self.tangent_behind(&args[1])?);
                let seed_dot = self.tangent_behind(&args[2])?;
                let out = target(self, args.get(3))?;
                let (l, r, seed) = (args[0].clone(), args[1].clone(), args[2].clone());
                if let Some(seed_dot) = seed_dot {
                    self.out.push(Stmt::Runtime(name, vec![l.clone(), r.clone(), seed_dot, out.clone()]));
                }
                if l_dot.is_some() || r_dot.is_some() {
                    self.out.push(Stmt::Runtime(curvature, vec![l, r, optional(l_dot), optional(r_dot), seed, out]));
                }
            }
        }
        self.out.push(Stmt::Runtime(name, args));
        Ok(())
    }

    // ---- calls -------------------------------------------------------------------------------------------

    pub(super) fn let_pull(&mut self, v: Option<Var>, pull: Var, call: Call) -> Pushed<()> {
        let (call, after) = self.pushed_call(v, call)?;
        self.out.push(Stmt::LetPushPull(Box::new(call), pull));
        self.out.extend(after);
        Ok(())
    }

    pub(super) fn call_pull(&mut self, call: PullCall) -> Pushed<()> {
        let mut again_dots = Vec::new();
        for e in &call.again {
            again_dots.push(self.tangent_behind(e)?);
        }
        let unit = matches!(&call.seed, Expr::Const(t) if t.to_string() == "()");
        let seed_dot = match self.bar_tangent(&call.seed)? {
            Some(dot) => dot,
            None if unit || matches!(call.seed, Expr::Runtime("rt::zero", _)) => call.seed.clone(),
            None => match &call.seed {
                Expr::Var(v) if !self.info(*v).ty.static_zero() => {
                    let zeros = self.temp("still_", Ty::Unknown);
                    self.out.push(Stmt::Let(zeros, Expr::Runtime("rt::zeros_like", vec![Expr::Ref(Place::var(*v))])));
                    Expr::Var(zeros)
                }
                Expr::Var(v) => crate::emit::zero_of(&self.info(*v).ty),
                other => Expr::Runtime("rt::zeros_like", vec![Expr::Runtime("&", vec![other.clone()])]),
            },
        };
        let mut bar_dots = Vec::new();
        for b in &call.bars {
            bar_dots.push(match b {
                PullBar::Nothing => PullBar::Nothing,
                PullBar::Add(p) => PullBar::Add(self.dot_place(p, true).ok_or(NoForwardRule("a call"))?),
                PullBar::InOut(p) => PullBar::InOut(self.dot_place(p, true).ok_or(NoForwardRule("a call"))?),
            });
        }
        self.out.push(Stmt::CallPushPull(Box::new(PushPullCall { call, again_dots, seed_dot, bar_dots })));
        Ok(())
    }
}

/// An argument that may be missing.
fn optional(dot: Option<Expr>) -> Expr {
    match dot {
        Some(dot @ Expr::Ref(_)) if matches!(&dot, Expr::Ref(p) if p.is_field()) => Expr::Runtime("rt::given_by", vec![dot]),
        Some(dot) => Expr::Runtime("rt::given", vec![dot]),
        None => Expr::Runtime("rt::none", Vec::new()),
    }
}

/// What follows an operator's contribution when its operands move.
fn curvature(name: &str) -> Option<&'static str> {
    Some(match name {
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
    })
}
