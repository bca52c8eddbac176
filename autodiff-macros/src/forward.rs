//! Forward mode.
//!
//! What enters: a function in A-normal form. What leaves: a [`Pushforward`]: the same function, with a tangent beside every active
//! variable, computed right where the variable is. Guarantees: the operations on values are those of the function, in its order; a
//! tangent has the type and shape of its variable's cotangent; nothing is computed for a variable that is not active.
//!
//! An operand without a tangent contributes nothing, so that a singular partial of it does no harm.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::analysis::Activity;
use crate::ir::{Arg, BinOp, Block, Call, Directions, Expr, Function, Place, Proj, PushCall, PushDot, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::reverse::Adjoint;
use crate::types::Ty;

mod adjoint;
mod expr;
mod lanes;
mod still;
mod stmt;

pub(crate) use adjoint::{forward_over, Along, PushedAdjoint};
pub(crate) use lanes::{width, zero_of, Width, LANES};

/// The outcome.
pub(crate) struct Pushforward {
    pub function: Function,
    /// The tangent of each parameter that has one.
    pub dots: HashMap<Var, Var>,
    /// The result, by name, and its tangent.
    pub value: Option<Expr>,
    pub value_dot: Option<Expr>,
    /// The counters of innermost loops, with the body that the primal has.
    pub together: HashMap<Var, Block>,
    /// Variables from this one on are tangents and what belongs to them.
    pub primal: usize,
}

impl Pushforward {
    /// Of a function whose siblings have signatures only.
    pub fn without_code(adjoint: &Adjoint) -> Self {
        let function = adjoint.function.clone();
        Pushforward { function, dots: HashMap::default(), value: None, value_dot: None, together: HashMap::default(), primal: 0 }
    }
}

/// The construct, named here, has no forward rule; for first derivatives the reverse rule serves instead.
pub(crate) struct NoForwardRule(pub &'static str);

type Pushed<T> = Result<T, NoForwardRule>;

/// As many directions as there are sets of, without the empty one.
pub(crate) fn directions(sets: usize) -> Directions {
    Directions((sets + 1).trailing_zeros() as usize)
}

/// Zeros, which are their own tangent.
fn is_zeros(e: &Expr) -> bool {
    matches!(e, Expr::Runtime("rt::zero" | "rt::zero_assigned" | "rt::zeros_like", _))
}

/// Differentiates a function in the direction of tangents of its active parameters; in several at once by the `width`, with the pass `still`.
pub(crate) fn forward(function: &Function, names: &mut Namer, width: Width, still: bool) -> Pushed<Pushforward> {
    let mut f = function.clone();
    crate::analysis::normalise(&mut f, names);
    let activity = Activity::of(&f);
    let mut together = HashMap::default();
    innermost(&f.body, &mut together);
    let own = f.vars.len();
    let active = (0..f.vars.len()).filter_map(|k| u32::try_from(k).ok().map(Var)).filter(|v| activity.is_active(*v)).collect();
    let primal = usize::MAX;
    let (dots, taped) = (HashMap::default(), HashMap::default());
    let mut pass = Forward {
        f,
        names,
        active,
        dots,
        out: Vec::new(),
        region: Region(0),
        primal,
        taped,
        width,
        still,
        structs: HashSet::default(),
        unfit: None,
    };
    let mut body = std::mem::replace(&mut pass.f.body, Block { region: Region(0), stmts: Vec::new() });
    pass.block(&mut body)?;
    pass.out = std::mem::take(&mut body.stmts);
    let (value, value_dot) = pass.result()?;
    body.stmts = std::mem::take(&mut pass.out);
    pass.f.body = body;
    if let Some(construct) = pass.unfit {
        return Err(NoForwardRule(construct));
    }
    let dots = pass.f.params.iter().filter_map(|p| pass.dots.get(p).map(|d| (*p, *d))).collect();
    Ok(Pushforward { function: pass.f, dots, value, value_dot, together, primal: own })
}

/// The loops without another inside.
fn innermost(block: &Block, found: &mut HashMap<Var, Block>) {
    for s in &block.stmts {
        match s {
            Stmt::For(l) if !l.body.has_loop() => {
                found.insert(l.var, l.body.clone());
            }
            _ => s.each_block(&mut |b| innermost(b, found)),
        }
    }
}

pub(crate) struct Forward<'n> {
    f: Function,
    names: &'n mut Namer,
    active: HashSet<Var>,
    dots: HashMap<Var, Var>,
    out: Vec<Stmt>,
    region: Region,
    /// Variables from this one on belong to the sweeps: whether they have a tangent is seen at their definition.
    primal: usize,
    /// The tangents that are on each tape, behind the values.
    taped: HashMap<Var, Vec<Var>>,
    width: Width,
    /// Whether loops look in front whether they have tangents at all; not those inside of them.
    still: bool,
    /// Variables that hold a struct, where that can be seen.
    structs: HashSet<Var>,
    /// What was met that has no tangent, or none in lanes.
    unfit: Option<&'static str>,
}

impl Forward<'_> {
    fn info(&self, v: Var) -> &VarInfo {
        &self.f.vars[v.0 as usize]
    }

    fn is_active(&self, v: Var) -> bool {
        self.active.contains(&v)
    }

    fn new_var(&mut self, info: VarInfo) -> Var {
        self.f.add(info)
    }

    /// A value of this pass.
    fn temp(&mut self, stem: &str, ty: Ty) -> Var {
        let name = self.names.numbered(stem);
        let region = self.region;
        self.new_var(VarInfo::owned(name, ty, VarKind::Value, region))
    }

    /// The tangent of a variable: lives where the variable does, in the same way.
    fn dot(&mut self, v: Var) -> Var {
        if let Some(dot) = self.dots.get(&v) {
            return *dot;
        }
        let mut info = self.info(v).clone();
        info.name = self.names.dot(&info.name);
        info.annotation = None;
        let dot = self.new_var(info);
        self.dots.insert(v, dot);
        dot
    }

    /// The tangent's place of a place; `write` if it is going to be changed.
    fn dot_place(&mut self, p: &Place, write: bool) -> Option<Place> {
        let place = self.raw_dot_place(p, write)?;
        self.check_lanes(&place);
        Some(place)
    }

    /// The same, of which a part of each lane may be needed.
    fn raw_dot_place(&mut self, p: &Place, write: bool) -> Option<Place> {
        // A part that holds no numbers, such as a setting among a struct's fields, has none.
        let of_value = self.info(p.root).kind != VarKind::Cotangent && !p.path.is_empty();
        if !self.is_active(p.root) || of_value && self.place_ty(p).peel().is_plain() {
            return None;
        }
        let accessed = |step: &Proj| match step {
            Proj::Payload(variant, member) if !write => Proj::PayloadRef(variant.clone(), member.clone()),
            other => other.clone(),
        };
        if let Some(origin) = self.info(p.root).origin.clone() {
            let mut place = self.raw_dot_place(&origin, write)?;
            place.path.extend(p.path.iter().filter(|s| !matches!(s, Proj::Deref)).map(accessed));
            return Some(place);
        }
        self.check_index(p);
        let root = self.dot(p.root);
        // The tangent of `&&T` is that of `T`, behind one reference.
        let through = crate::ir::references(&self.info(p.root).ty, &p.path).saturating_sub(1);
        let path = p.path.iter().skip(through).map(accessed).collect();
        Some(Place { root, path })
    }

    /// Zeros of the tangent of a value that has a name.
    fn zero_of(&self, v: Var) -> Expr {
        let ty = &self.info(v).ty;
        if ty.static_zero() && !self.info(v).optional {
            return self.static_zero(ty);
        }
        self.shaped_zero(Expr::Ref(Place::var(v)))
    }

    /// The type of an operand, as far as it is known.
    fn operand_ty(&self, e: &Expr) -> Ty {
        match e {
            Expr::Var(v) => self.info(*v).ty.clone(),
            Expr::Read(p) => self.place_ty(p),
            Expr::Clone(e) => self.operand_ty(e),
            _ => Ty::Unknown,
        }
    }

    /// Whether an operand is a slice, so that its tangent is one; in lanes the tangents of a slice are no list.
    fn is_lent_slice(&self, e: &Expr) -> bool {
        let ty = match e {
            Expr::Ref(p) | Expr::RefMut(p) => self.place_ty(p),
            e => self.operand_ty(e),
        };
        self.width == Width::One && matches!(ty.peel(), Ty::Slice(_))
    }

    fn place_ty(&self, p: &Place) -> Ty {
        crate::analysis::place_ty(&self.f, p)
    }

    /// The value of the function and its tangent, at the end of the body.
    fn result(&mut self) -> Pushed<(Option<Expr>, Option<Expr>)> {
        let Some(result) = self.f.result.take() else { return Ok((None, None)) };
        if matches!(self.f.result_ty, Ty::Unit) {
            return Ok((Some(result), None));
        }
        let value = match result {
            Expr::Var(v) => v,
            other => {
                let ty = self.f.result_ty.clone();
                let name = self.names.fresh("value");
                let value = self.temp("t", ty);
                self.f.vars[value.0 as usize].name = name;
                self.active.insert(value);
                self.let_stmt(value, other)?;
                value
            }
        };
        // A variable without statements has no tangent, but parameters come with theirs.
        let has_dot = self.dots.contains_key(&value) || self.f.params.contains(&value);
        let dot = if self.is_active(value) && has_dot { self.tangent_of_operand(&Expr::Var(value)) } else { None };
        let dot = dot.unwrap_or_else(|| self.zero_of(value));
        // The shape of zeros is read off the value, which therefore moves last.
        let kept = self.temp("t", self.f.result_ty.clone());
        self.f.vars[kept.0 as usize].name = self.names.fresh("value_dot");
        self.out.push(Stmt::Let(kept, dot));
        Ok((Some(Expr::Var(value)), Some(Expr::Var(kept))))
    }
}
