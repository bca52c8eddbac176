//! Tangents of expressions.

use proc_macro2::Span;

use super::{BinOp, Expr, Forward, NoForwardRule, Place, Proj, Pushed, Stmt, Ty, Var, Width};
use crate::ir::{Lift, Lifted, Moving};

fn bin(op: BinOp, l: Expr, r: Expr) -> Expr {
    Expr::Bin(op, Box::new(l), Box::new(r), Span::call_site())
}

/// The sum of two tangents, of which either may be missing.
fn sum(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(Expr::Neg(b))) => Some(bin(BinOp::Sub, a, *b)),
        (Some(a), Some(b)) => Some(bin(BinOp::Add, a, b)),
        (a, b) => a.or(b),
    }
}

/// A copy of what is read; what is gathered from lanes is one.
fn cloned(read: Expr) -> Expr {
    match read {
        Expr::Gather(_) => read,
        read => Expr::Clone(Box::new(read)),
    }
}

impl Forward<'_> {
    /// The tangent of a variable or place, as a value.
    pub(super) fn tangent_of_operand(&mut self, e: &Expr) -> Option<Expr> {
        match e {
            Expr::Var(v) => {
                let place = match self.read_dot(&Place::var(*v))? {
                    Expr::Read(place) => place,
                    gathered => return Some(gathered),
                };
                // Whoever moves a vector moves its tangent; what only rustc knows may be copied and used again.
                let ty = &self.info(*v).ty;
                let moves = ty.is_copy() || matches!(ty, Ty::Vec(_) | Ty::Ref(..)) && place.path.is_empty();
                let read = if place.path.is_empty() { Expr::Var(place.root) } else { Expr::Read(place) };
                Some(if moves { read } else { Expr::Clone(Box::new(read)) })
            }
            Expr::Read(p) => {
                let copy = self.place_ty(p).is_copy();
                Some(match self.read_dot(p)? {
                    read @ Expr::Read(_) if !copy => Expr::Clone(Box::new(read)),
                    read => read,
                })
            }
            Expr::Clone(inner) => match &**inner {
                Expr::Read(p) => Some(cloned(self.read_dot(p)?)),
                Expr::Var(v) => Some(cloned(self.read_dot(&Place::var(*v))?)),
                other => self.tangent_of_operand(other),
            },
            Expr::Ref(p) => self.ref_dot(p),
            Expr::RefMut(p) => Some(Expr::RefMut(self.dot_place(p, true)?)),
            // What this transform has written, in one direction before.
            Expr::Runtime("rt::tangent_of", args) => self.of_tangent_of_field(args),
            other => self.without_tangent(other),
        }
    }

    /// Of an operand of another form: it must not vary, as whoever asks takes nothing for zero.
    fn without_tangent(&mut self, e: &Expr) -> Option<Expr> {
        if !super::is_zeros(e) && self.varies(e) {
            self.unfit = Some("an operand that is an operation");
        }
        None
    }

    /// A reference to the tangent of an operand.
    pub(super) fn tangent_ref(&mut self, e: &Expr) -> Option<Expr> {
        match e {
            Expr::Var(v) => {
                let place = match self.ref_dot(&Place::var(*v))? {
                    Expr::Ref(place) => place,
                    gathered => return Some(gathered),
                };
                // The tangent of a reference is one already.
                let place = if matches!(self.info(*v).ty, Ty::Ref(..)) { place.project(Proj::Deref) } else { place };
                Some(Expr::Ref(place))
            }
            Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) => self.ref_dot(p),
            Expr::Clone(inner) => self.tangent_ref(inner),
            Expr::Runtime("rt::tangent_of", args) => self.of_tangent_of_field(args).map(|dot| Expr::Runtime("&", vec![dot])),
            other => self.without_tangent(other),
        }
    }

    /// A reference to the value of an operand.
    pub(super) fn value_ref(e: &Expr) -> Expr {
        match e {
            Expr::Var(v) => Expr::Ref(Place::var(*v)),
            Expr::Read(p) => Expr::Ref(p.clone()),
            Expr::Clone(inner) => Self::value_ref(inner),
            other @ (Expr::Ref(_) | Expr::RefMut(_)) => other.clone(),
            Expr::Verbatim(code, _) if matches!(**code, syn::Expr::Reference(_)) => e.clone(),
            other => Expr::Runtime("&", vec![other.clone()]),
        }
    }

    /// Whether an operand of the expression has a tangent.
    pub(super) fn varies(&self, e: &Expr) -> bool {
        let mut varies = false;
        crate::analysis::each_carrier(e, &mut |v| varies |= self.is_active(v));
        varies
    }

    /// Whether `tangent` reads operands after they were used: then they must not be moved.
    pub(super) fn keep_operands(&self, e: &mut Expr, number: bool) {
        let keep = |x: &mut Expr| {
            if let Expr::Var(v) = x {
                if !self.info(*v).is_copied() {
                    *x = Expr::Clone(Box::new(x.clone()));
                }
            }
        };
        match e {
            Expr::Bin(_, l, r, _) if !number || !crate::analysis::are_numbers(&self.f, l, r) => {
                keep(l);
                keep(r);
            }
            Expr::Neg(x) if !number => keep(x),
            _ => {}
        }
    }

    /// What has the tangent of an aggregate, written in front of the statement that defines it: in lanes the tangent of a part that is moved asks
    /// the part for its shape, which is gone then.
    pub(super) fn parts_before(&mut self, e: &Expr) -> Expr {
        let mut e = e.clone();
        match &mut e {
            Expr::Ctor(_, items) | Expr::Tuple(items) | Expr::Array(items) | Expr::VecList(items) => {
                items.iter_mut().for_each(|x| self.part_before(x));
            }
            Expr::Struct(_, fields, base) => {
                fields.iter_mut().for_each(|(_, x)| self.part_before(x));
                base.iter_mut().for_each(|x| self.part_before(x));
            }
            _ => {}
        }
        e
    }

    /// If an operand moves a part of tangents in lanes: a variable that has nothing but these tangents.
    pub(super) fn part_before(&mut self, x: &mut Expr) {
        let place = match x {
            Expr::Read(p) => p.clone(),
            Expr::Var(v) => Place::var(*v),
            _ => return,
        };
        if self.width == Width::One || self.place_ty(&place).is_copy() {
            return;
        }
        if let Some(dot @ Expr::Gather(_)) = self.read_dot(&place) {
            let part = self.temp("part_", Ty::Unknown);
            self.active.insert(part);
            let part_dot = self.dot(part);
            self.out.push(Stmt::Let(part_dot, dot));
            *x = Expr::Var(part);
        }
    }

    /// The tangent of `y = e`, written after the statement that defines `y`; `None` where it is zero.
    pub(super) fn tangent(&mut self, e: &Expr, y: Var) -> Pushed<Option<Expr>> {
        let number = self.info(y).ty.is_float();
        self.note_struct(y, e);
        Ok(match e {
            Expr::Var(_) | Expr::Read(_) | Expr::Clone(_) | Expr::Ref(_) | Expr::RefMut(_) => self.tangent_of_operand(e),
            Expr::Const(_) | Expr::Verbatim(..) => None,
            Expr::Neg(x) if number => self.number(x, None)?.map(|x_dot| Expr::Neg(Box::new(x_dot))),
            Expr::Neg(x) if crate::analysis::is_operation(x) => return Err(NoForwardRule("an operation on another")),
            Expr::Neg(x) => {
                let dot = self.tangent_ref(x);
                self.generic(y, vec![dot.map(|d| ("rt::push_neg", vec![Self::value_ref(x), d]))])
            }
            Expr::Bin(_, l, r, _) if number && crate::analysis::are_numbers(&self.f, l, r) => self.number(e, Some(y))?,
            Expr::Bin(_, l, r, _) if [l, r].iter().any(|x| crate::analysis::is_operation(x)) => {
                return Err(NoForwardRule("an operation on another"));
            }
            Expr::Bin(op, l, r, _) => {
                let names = match op {
                    BinOp::Add => ["rt::push_add_lhs", "rt::push_add_rhs"],
                    BinOp::Sub => ["rt::push_sub_lhs", "rt::push_sub_rhs"],
                    BinOp::Mul => ["rt::push_mul_lhs", "rt::push_mul_rhs"],
                    BinOp::Div => ["rt::push_div_lhs", "rt::push_div_rhs"],
                    BinOp::Rem => ["rt::push_rem_lhs", "rt::push_rem_rhs"],
                };
                let (lv, rv) = (Self::value_ref(l), Self::value_ref(r));
                let (l_dot, r_dot) = (self.tangent_ref(l), self.tangent_ref(r));
                let name = |l: &Self, k: usize, e: &Expr| {
                    if l.is_lent_slice(e) {
                        crate::analysis::of_slices(names[k])
                    } else {
                        names[k]
                    }
                };
                let left = l_dot.map(|d| (name(self, 0, l), vec![lv.clone(), rv.clone(), d]));
                let right = r_dot.map(|d| (name(self, 1, r), vec![lv, rv, d]));
                self.generic(y, vec![left, right])
            }
            Expr::Rule(..) => self.number(e, Some(y))?,
            Expr::Cast(x, ty) => {
                if self.operand_ty(x).is_float() && number {
                    self.number(x, None)?.map(|x_dot| self.cast(x_dot, ty))
                } else {
                    let dot = self.tangent_ref(x);
                    let zero = self.zero_of(y);
                    dot.map(|d| {
                        let y_dot = self.dot(y);
                        self.out.push(Stmt::DeclBar(y_dot, zero));
                        self.contribution("rt::push_cast", vec![Expr::RefMut(Place::var(y_dot)), d]);
                        Expr::Var(y_dot)
                    })
                }
            }
            Expr::Tuple(items) => self.aggregate(items, y, |k| Proj::Field(syn::Member::Unnamed(k.into())), Expr::Tuple),
            Expr::Array(items) => self.aggregate(items, y, index, Expr::Array),
            Expr::VecList(items) => self.aggregate(items, y, index, Expr::VecList),
            Expr::Repeat(x, len) => self.tangent_of_operand(x).map(|d| Expr::Repeat(Box::new(d), len.clone())),
            Expr::VecRepeat(x, len) => self.tangent_of_operand(x).map(|d| Expr::VecRepeat(Box::new(d), len.clone())),
            Expr::Struct(path, fields, base) => {
                let variant = crate::position::is_variant(path);
                let name = crate::position::declared_name(path);
                let step = |member: &syn::Member| match (variant, &name) {
                    (true, Some(name)) => Proj::Payload(name.clone(), member.clone()),
                    _ => Proj::Field(member.clone()),
                };
                let start = base.as_ref().and_then(|b| self.tangent_of_operand(b));
                let whole = start.is_some();
                let parts = fields.iter().map(|(member, x)| (step(member), x)).collect();
                self.parts(y, start, whole, parts)
            }
            Expr::Ctor(path, items) => {
                let Some(name) = crate::position::declared_name(path) else { return Err(NoForwardRule("a constructor")) };
                let step = |k: usize| {
                    let member = syn::Member::Unnamed(k.into());
                    if name == "new" {
                        Proj::Deref
                    } else if name == "Self" {
                        Proj::Field(member)
                    } else {
                        Proj::Payload(name.clone(), member)
                    }
                };
                let parts = items.iter().enumerate().map(|(k, x)| (step(k), x)).collect();
                self.parts(y, None, false, parts)
            }
            Expr::Container(op, place, args) => match self.changed(place) {
                None => None,
                Some((place, None)) => Some(Expr::Container(*op, place, args.clone())),
                Some((place, back)) => {
                    let taken = self.temp("taken_", Ty::Unknown);
                    self.out.push(Stmt::Let(taken, Expr::Container(*op, place, args.clone())));
                    self.put_back(back);
                    Some(Expr::Var(taken))
                }
            },
            Expr::Runtime("constant", _) => None,
            zeros if super::is_zeros(zeros) => None,
            Expr::Runtime("rt::tangent_of", args) => self.of_tangent_of_field(args),
            Expr::Runtime("rt::take" | "rt::replace" | "rt::replace_updated" | "rt::unresize" | "rt::unextend", _) => {
                self.bar_tangent(e)?
            }
            Expr::Runtime(name @ ("rt::list" | "rt::list_with_capacity"), args) => Some(Expr::Runtime(name, args.clone())),
            Expr::Runtime(name @ ("rt::assigned" | "rt::to_owned"), args) => {
                self.tangent_of_operand(&args[0]).map(|d| Expr::Runtime(name, vec![d]))
            }
            Expr::Runtime(_, args) if !args.iter().any(|a| self.varies(a)) => None,
            Expr::Runtime(name, _) => return Err(NoForwardRule(name)),
            Expr::Call(_) => return Err(NoForwardRule("a call")),
            Expr::ByHand(h) => {
                // The partials are defined here, as plain calls: they move in directions that follow.
                let mut total = None;
                for (partial, x) in &h.partials {
                    let Some(x_dot) = self.number(&Expr::Var(*x), None)? else { continue };
                    let p = self.temp("partial_", self.info(*x).ty.clone());
                    self.active.insert(p);
                    self.out.push(Stmt::Let(p, partial.clone()));
                    total = sum(total, Some(bin(BinOp::Mul, Expr::Var(p), x_dot)));
                }
                total
            }
            Expr::Pullback(..) | Expr::Pushforward(..) | Expr::Lifted(..) => self.number(e, Some(y))?,
            Expr::Gather(_) => return Err(NoForwardRule("a partial")),
        })
    }

    /// The tangent of an expression of numbers; `y` is its value, where it has a name.
    pub(super) fn number(&mut self, e: &Expr, y: Option<Var>) -> Pushed<Option<Expr>> {
        Ok(match e {
            Expr::Neg(x) => self.number(x, None)?.map(|x_dot| Expr::Neg(Box::new(x_dot))),
            Expr::Cast(x, ty) => self.number(x, None)?.map(|x_dot| self.cast(x_dot, ty)),
            Expr::Bin(op, l, r, _) => {
                let (l_dot, r_dot) = (self.number(l, None)?, self.number(r, None)?);
                let (l, r) = ((**l).clone(), (**r).clone());
                match op {
                    BinOp::Add => sum(l_dot, r_dot),
                    BinOp::Sub => sum(l_dot, r_dot.map(|d| Expr::Neg(Box::new(d)))),
                    BinOp::Mul => sum(l_dot.map(|d| bin(BinOp::Mul, d, r)), r_dot.map(|d| self.scaled(l, d))),
                    BinOp::Div => {
                        // y = l / r, so dy = (dl - y dr) / r
                        let y = y.map_or_else(|| bin(BinOp::Div, l, r.clone()), Expr::Var);
                        let top = sum(l_dot, r_dot.map(|d| Expr::Neg(Box::new(self.scaled(y, d)))));
                        top.map(|t| self.divided(t, r))
                    }
                    BinOp::Rem => sum(l_dot, r_dot.map(|d| self.remainder(l, r, d))),
                }
            }
            Expr::Rule(name, args) => {
                let value = y.map_or_else(|| e.clone(), Expr::Var);
                let mut total = None;
                for (k, x) in args.iter().enumerate() {
                    let Some(x_dot) = self.number(x, None)? else { continue };
                    let mut operands = args.clone();
                    operands.push(value.clone());
                    let which = (args.len() > 1).then_some(k);
                    total = sum(total, Some(self.by_rule(name, which, operands, x_dot)));
                }
                total
            }
            Expr::Pullback(name, which, operands) => self.of_partial(name, *which, operands, false)?,
            Expr::Pushforward(name, which, operands) => self.of_partial(name, *which, operands, true)?,
            Expr::Lifted(_) if self.width != Width::One => return Err(NoForwardRule("a partial of a partial")),
            Expr::Lifted(l) => {
                let operands = self.lifted(&l.operands)?;
                operands.map(|operands| Expr::Lifted(Box::new(Lifted { operands, ..(**l).clone() })))
            }
            Expr::Runtime("rt::rem_by", args) => {
                // The quotient is locally constant.
                self.number(&args[2], None)?.map(|d| self.remainder(args[0].clone(), args[1].clone(), d))
            }
            Expr::Runtime("rt::unless_zero" | "rt::unless_zeros", args) => self.unless_zeros(&args[0], &args[1])?,
            Expr::Runtime(name @ "rt::assigned", args) => self.tangent_of_operand(&args[0]).map(|d| Expr::Runtime(name, vec![d])),
            Expr::Runtime("rt::tangent_of", args) => self.of_tangent_of_field(args),
            Expr::Runtime(name @ ("rt::added" | "rt::subtracted"), _) if self.width != Width::One => return Err(NoForwardRule(name)),
            Expr::Runtime(name @ ("rt::added" | "rt::subtracted"), args) => {
                self.tangent_behind(&args[0])?.map(|d| Expr::Runtime(name, vec![d, args[1].clone()]))
            }
            Expr::Runtime("constant", _) | Expr::Const(_) | Expr::Verbatim(..) => None,
            zeros if super::is_zeros(zeros) => None,
            // An operator reads a number through a reference.
            Expr::Read(p) | Expr::Ref(p) => {
                self.tangent_of_operand(&Expr::Read(p.clone())).map(|dot| self.of_field(Expr::Ref(p.clone()), dot))
            }
            Expr::Var(_) | Expr::Clone(_) | Expr::RefMut(_) => self.tangent_of_operand(e),
            Expr::Runtime(name, args) if args.iter().any(|a| self.varies(a)) => return Err(NoForwardRule(name)),
            Expr::Runtime(..) => None,
            Expr::Gather(_) => return Err(NoForwardRule("a partial")),
            Expr::Call(_) | Expr::ByHand(_) => return Err(NoForwardRule("a call")),
            Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Repeat(..)
            | Expr::VecList(_)
            | Expr::VecRepeat(..)
            | Expr::Struct(..)
            | Expr::Ctor(..)
            | Expr::Container(..) => {
                if self.varies(e) {
                    return Err(NoForwardRule("an aggregate of numbers"));
                }
                None
            }
        })
    }

    /// The tangent of what cotangents contribute: nothing where they are zero, and so are their tangents.
    fn unless_zeros(&mut self, cotangents: &Expr, contribution: &Expr) -> Pushed<Option<Expr>> {
        let Some(dot) = self.number(contribution, None)? else { return Ok(None) };
        let mut all = match cotangents {
            Expr::Array(items) => items.clone(),
            one => vec![one.clone()],
        };
        let mut dots = Vec::new();
        for c in &all {
            dots.extend(self.number(c, None)?);
        }
        if self.width != Width::One {
            return Ok(Some(self.unless_zeros_in_lanes(all, dots, dot)));
        }
        all.extend(dots);
        Ok(Some(Expr::Runtime("rt::unless_zeros", vec![Expr::Array(all), dot])))
    }

    /// The tangent of a rule's partial: linear in the seed, which comes last, and by dual numbers in the rest.
    fn of_partial(&mut self, name: &proc_macro2::Ident, which: Option<usize>, operands: &[Expr], forward: bool) -> Pushed<Option<Expr>> {
        if self.width != Width::One {
            return self.partial_in_lanes(name, which, operands, forward);
        }
        let rule = name.to_string();
        let still = |(k, x): (usize, &Expr)| match crate::analysis::is_integer_operand(&rule, k) {
            true => Lift::Plain(x.clone()),
            false => Lift::Number(Moving { value: x.clone(), dots: Vec::new() }),
        };
        let lifts: Vec<Lift> = operands.iter().enumerate().map(still).collect();
        let Some(lifts) = self.lifted(&lifts)? else { return Ok(None) };
        let Some((Lift::Number(seed), rest)) = lifts.split_last() else { return Ok(None) };
        let moves = |l: &Lift| matches!(l, Lift::Number(Moving { dots, .. }) if dots.iter().any(Option::is_some));
        if rest.iter().any(moves) {
            return Ok(Some(Expr::Lifted(Box::new(Lifted { name: name.clone(), which, forward, operands: lifts }))));
        }
        let [Some(seed_dot)] = &seed.dots[..] else { return Ok(None) };
        let mut operands = operands.to_vec();
        if let Some(last) = operands.last_mut() {
            *last = seed_dot.clone();
        }
        let partial = if forward { Expr::Pushforward } else { Expr::Pullback };
        Ok(Some(partial(name.clone(), which, operands)))
    }

    /// The tangent of a field's tangent: the value tells its zeros as well.
    fn of_tangent_of_field(&mut self, args: &[Expr]) -> Option<Expr> {
        let [value, Expr::Ref(dot)] = args else { return None };
        let dot = self.dot_place(dot, false)?;
        Some(Expr::Runtime("rt::tangent_of", vec![value.clone(), Expr::Ref(dot)]))
    }

    /// Operands on dual numbers, with one direction more; `None` where none of them moves in it.
    fn lifted(&mut self, operands: &[Lift]) -> Pushed<Option<Vec<Lift>>> {
        self.lift(operands, &mut |this, e| this.number(e, None))
    }

    /// The same for operands behind references.
    pub(super) fn lifted_references(&mut self, operands: &[Lift]) -> Pushed<Option<Vec<Lift>>> {
        self.lift(operands, &mut |this, e| this.tangent_behind(e))
    }

    fn lift(&mut self, operands: &[Lift], tangent: &mut dyn FnMut(&mut Self, &Expr) -> Pushed<Option<Expr>>) -> Pushed<Option<Vec<Lift>>> {
        let mut moves = false;
        let mut number = |this: &mut Self, m: &Moving| -> Pushed<Moving> {
            let mut dots = m.dots.clone();
            dots.push(tangent(this, &m.value)?);
            for e in &m.dots {
                dots.push(match e {
                    Some(e) => tangent(this, e)?,
                    None => None,
                });
            }
            moves |= dots[m.dots.len()..].iter().any(Option::is_some);
            Ok(Moving { value: m.value.clone(), dots })
        };
        let mut lifted = Vec::new();
        for o in operands {
            lifted.push(match o {
                Lift::Number(m) => Lift::Number(number(self, m)?),
                Lift::Optional(Some(m)) => Lift::Optional(Some(number(self, m)?)),
                Lift::Plain(_) | Lift::Optional(None) => o.clone(),
            });
        }
        Ok(moves.then_some(lifted))
    }

    /// `let mut y_dot = zero(&y);` and the contributions of operators that only rustc knows.
    fn generic(&mut self, y: Var, contributions: Vec<Option<(&'static str, Vec<Expr>)>>) -> Option<Expr> {
        let contributions: Vec<_> = contributions.into_iter().flatten().collect();
        if contributions.is_empty() {
            return None;
        }
        let start = self.start_of(y);
        let y_dot = self.dot(y);
        self.out.push(Stmt::DeclBar(y_dot, start));
        for (name, mut args) in contributions {
            args.push(Expr::RefMut(Place::var(y_dot)));
            self.contribution(name, args);
        }
        Some(Expr::Var(y_dot))
    }

    /// A tuple, array or list of tangents. A part without one has zeros of its value's shape.
    fn aggregate(&mut self, items: &[Expr], y: Var, step: fn(usize) -> Proj, make: fn(Vec<Expr>) -> Expr) -> Option<Expr> {
        let dots: Vec<Option<Expr>> = items.iter().map(|x| self.tangent_of_operand(x)).collect();
        if dots.iter().all(Option::is_none) {
            return None;
        }
        let parts = dots.into_iter().zip(items).enumerate().map(|(k, (dot, item))| {
            // What was moved is there now.
            let part = || Expr::Ref(Place::var(y).project(step(k)));
            dot.map(|dot| self.of_field(part(), dot)).unwrap_or_else(|| {
                let ty = self.operand_ty(item);
                if ty.static_zero() {
                    self.static_zero(&ty)
                } else if matches!(ty, Ty::Plain | Ty::Inert | Ty::Unit) || ty.is_plain() && ty.has_inert() {
                    Expr::Const(ty.nothing())
                } else {
                    // An option of what has none has an option of nothing.
                    self.shaped_zero(part())
                }
            })
        });
        Some(make(parts.collect()))
    }

    /// `let mut y_dot = zero(&y);` and its parts, one after the other.
    fn parts(&mut self, y: Var, start: Option<Expr>, all: bool, parts: Vec<(Proj, &Expr)>) -> Option<Expr> {
        let dots: Vec<_> = parts.into_iter().map(|(step, x)| (step, self.is_reference(x), self.tangent_of_part(x))).collect();
        if start.is_none() && dots.iter().all(|(.., d)| d.is_none()) {
            return None;
        }
        let zero = self.zero_of(y);
        let y_dot = self.dot(y);
        self.out.push(Stmt::DeclBar(y_dot, start.unwrap_or(zero)));
        let shape = (all && dots.iter().any(|(_, reference, dot)| *reference || dot.is_none())).then(|| {
            let zeros = self.temp("zeros_", Ty::Unknown);
            self.out.push(Stmt::Let(zeros, Expr::Runtime("rt::zero", vec![Expr::Ref(Place::var(y))])));
            Place::var(zeros)
        });
        for (step, reference, dot) in dots {
            let part = Expr::Ref(Place::var(y).project(step.clone()));
            let place = Place::var(y_dot).project(step.clone());
            // What was moved is there now. A variant's part has no name there.
            let dot = match step {
                Proj::Field(_) if !reference => dot.map(|dot| self.of_field(part, dot)),
                _ => dot,
            };
            // Of a base only the other parts remain, and what it had in the place of these may have another shape.
            if let Some(shape) = shape.as_ref().filter(|_| reference || dot.is_none()) {
                self.set_zeros_of(place.clone(), shape.project(step.clone()));
            }
            match dot {
                // The tangent of a field that is a reference owns its numbers.
                Some(dot) if reference => {
                    self.check_lanes(&place);
                    self.out.push(Stmt::Runtime("rt::accumulate_from", vec![Expr::RefMut(place), dot]));
                }
                Some(dot) => self.store(place, None, dot),
                None => {}
            }
        }
        Some(Expr::Var(y_dot))
    }

    fn tangent_of_part(&mut self, x: &Expr) -> Option<Expr> {
        if self.is_reference(x) {
            self.tangent_ref(x)
        } else {
            self.tangent_of_operand(x)
        }
    }

    fn is_reference(&self, x: &Expr) -> bool {
        match x {
            Expr::Ref(_) => true,
            Expr::Var(v) => matches!(self.info(*v).ty, Ty::Ref(..)),
            _ => false,
        }
    }
}

fn index(k: usize) -> Proj {
    let k = proc_macro2::Literal::usize_unsuffixed(k);
    Proj::Index(Box::new(Expr::Const(quote::quote!(#k))), Span::call_site())
}
