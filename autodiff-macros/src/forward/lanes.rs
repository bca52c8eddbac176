//! Several directions at once: what differs from one.
//!
//! The statements are the same, on tangents whose numbers are lanes: `dot * factor` is a loop over an array. A partial is computed once and
//! multiplies all lanes. What only rustc knows is done for one direction after the other, by functions of `rt::lanes`, which take the
//! number of directions first.
//!
//! A type of the user's has its tangents one after the other: what is read of a part of it is gathered from the lanes, and what is written to a
//! part of it goes to each.
//!
//! The same of an adjoint gives the Hessian some columns at a time, where all that moves is numbers and lists of numbers.

use proc_macro2::Ident;
use quote::quote;

use super::{Arg, BinOp, Call, Expr, Forward, NoForwardRule, Place, Proj, Pushed, Stmt, Ty, Var, VarInfo, VarKind};
use crate::ir::{CallWidth, Callee, Change, Conversion, Lift, Lifted, Moving, PartOfLanes};
use crate::types::Float;

/// How many directions there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    One,
    /// Several, if that is possible whatever is called.
    Tried,
    /// Several, as the user asks for: what is called has to have lanes, too, where one direction after the other is not possible.
    Demanded,
}

/// The number of directions, a parameter of functions in lanes.
pub(crate) const LANES: &str = "AUTODIFF_LANES";

/// A value that says how many directions there are.
pub(crate) fn width() -> proc_macro2::TokenStream {
    let n = Ident::new(LANES, proc_macro2::Span::mixed_site());
    quote!(::autodiff_core::rt::lanes::Width::<#n>)
}

/// Zeros of a type whose shape is static.
pub(crate) fn zero_of(ty: &Ty) -> Expr {
    match ty {
        Ty::Float(float) => {
            let n = Ident::new(LANES, proc_macro2::Span::mixed_site());
            let number = match float {
                Float::F32 => quote!(f32),
                Float::F64 => quote!(f64),
                Float::Generic(t) => quote!(#t),
                Float::Inferred => quote!(_),
            };
            Expr::Const(quote!(::autodiff_core::Lanes::<#number, #n>::ZERO))
        }
        Ty::Array(elem, len) => Expr::Repeat(Box::new(zero_of(elem)), len.clone()),
        Ty::Tuple(items) => Expr::Tuple(items.iter().map(zero_of).collect()),
        other => crate::emit::zero_of(other),
    }
}

fn with_width(mut args: Vec<Expr>) -> Vec<Expr> {
    args.insert(0, Expr::Const(width()));
    args
}

/// The function for lanes of one for tangents.
fn in_lanes(name: &str) -> Option<&'static str> {
    Some(match name {
        "rt::push_add_lhs" => "rt::lanes::push_add_lhs",
        "rt::push_add_rhs" => "rt::lanes::push_add_rhs",
        "rt::push_sub_lhs" => "rt::lanes::push_sub_lhs",
        "rt::push_sub_rhs" => "rt::lanes::push_sub_rhs",
        "rt::push_mul_lhs" => "rt::lanes::push_mul_lhs",
        "rt::push_mul_rhs" => "rt::lanes::push_mul_rhs",
        "rt::push_div_lhs" => "rt::lanes::push_div_lhs",
        "rt::push_div_rhs" => "rt::lanes::push_div_rhs",
        "rt::push_rem_lhs" => "rt::lanes::push_rem_lhs",
        "rt::push_rem_rhs" => "rt::lanes::push_rem_rhs",
        "rt::push_neg" => "rt::lanes::push_neg",
        "rt::push_add_assigned" => "rt::lanes::push_add_assigned",
        "rt::push_sub_assigned" => "rt::lanes::push_sub_assigned",
        "rt::push_cast" => "rt::lanes::push_cast",
        _ => return None,
    })
}

/// Whether all methods of a name take their receiver by `&self`, as far as the file tells; so do those of array libraries.
fn leaves_receiver(name: &Ident) -> bool {
    crate::infer::is_method_of_matrices(&name.to_string())
        || crate::position::is_method(name, &name.to_string()) && !crate::position::may_be_mut_method(name)
}

impl Forward<'_> {
    /// The step of a tangent's place that leads into a type of the user's, whose tangents lie one after the other.
    pub(super) fn lane_step(&self, p: &Place) -> Option<usize> {
        if self.width == Width::One {
            return None;
        }
        let mut ty = self.info(p.root).ty.clone();
        for (k, step) in p.path.iter().enumerate() {
            ty = match step {
                Proj::Deref => match ty {
                    Ty::Ref(inner, _) => *inner,
                    _ => Ty::Unknown,
                },
                Proj::Field(member) if matches!(ty.peel(), Ty::Tuple(_)) => ty.field(member),
                Proj::Payload(variant, _) | Proj::PayloadRef(variant, _) if variant == "Some" || variant == "Ok" => Ty::Unknown,
                Proj::Field(_) | Proj::Payload(..) | Proj::PayloadRef(..) => return Some(k),
                Proj::Index(..) | Proj::Slice(..) => ty.element(),
            };
        }
        None
    }

    /// Notes an index of a type of the user's. A named type that is not declared in the crate stands for an array, most likely: the user who
    /// asks for lanes knows.
    pub(super) fn check_index(&mut self, p: &Place) {
        let ours = match self.width {
            Width::One => return,
            Width::Tried => matches!(self.info(p.root).ty.peel(), Ty::Named(_)),
            Width::Demanded => {
                matches!(self.info(p.root).ty.peel(), Ty::Named(named) if named.home().is_some_and(crate::position::Home::is_type))
            }
        };
        let first = p.path.iter().find(|s| !matches!(s, Proj::Deref));
        if matches!(first, Some(Proj::Index(..) | Proj::Slice(..))) && (ours || self.structs.contains(&p.root)) {
            self.unfit = Some("an index into a type of your own");
        }
    }

    /// Notes variables that hold a struct, if that can be seen.
    pub(super) fn note_struct(&mut self, v: Var, e: &Expr) {
        let holds = match e {
            Expr::Struct(..) => true,
            Expr::Ctor(path, _) => path.segments.last().is_some_and(|s| s.ident != "Some" && s.ident != "Ok" && s.ident != "new"),
            Expr::Var(of) => self.structs.contains(of),
            _ => false,
        };
        if holds {
            self.structs.insert(v);
        }
    }

    /// Notes that a place of tangents is needed that has no place in lanes.
    pub(super) fn check_lanes(&mut self, p: &Place) {
        if self.lane_step(p).is_some() {
            self.unfit = Some("a change of a part of a struct or enum other than an assignment");
        }
    }

    /// The tangents of a place, to be changed in place: where they lie in several that lie one after the other, a copy, and where that belongs.
    pub(super) fn changed(&mut self, p: &Place) -> Option<(Place, Option<(Place, Var)>)> {
        let target = self.raw_dot_place(p, true)?;
        if self.lane_step(&target).is_none() {
            return Some((target, None));
        }
        if target.path.iter().any(|step| matches!(step, Proj::Slice(..))) {
            self.unfit = Some("a change of several elements of a part of a struct");
            return Some((target, None));
        }
        let read = self.raw_dot_place(p, false)?;
        let whole = self.load(read, p);
        let part = self.temp("part_", Ty::Unknown);
        self.out.push(Stmt::DeclBar(part, whole));
        Some((Place::var(part), Some((target, part))))
    }

    /// Puts a changed copy where it belongs.
    pub(super) fn put_back(&mut self, back: Option<(Place, Var)>) {
        if let Some((target, part)) = back {
            self.store(target, None, Expr::Var(part));
        }
    }

    fn part_of_lanes(&mut self, place: Place, step: usize) -> PartOfLanes {
        let mut whole = place;
        let path = whole.path.split_off(step);
        if whole.path.is_empty() && matches!(self.info(whole.root).ty, Ty::Ref(..)) {
            whole.path.push(Proj::Deref);
        }
        let lane = self.temp("lane_", Ty::Unknown);
        PartOfLanes { whole, lane, part: Place { root: lane, path }, value: None }
    }

    /// Tangents at a place of tangents, which are those of what is at `of`.
    pub(super) fn load(&mut self, place: Place, of: &Place) -> Expr {
        match self.lane_step(&place) {
            Some(step) => {
                let mut part = self.part_of_lanes(place, step);
                part.value = Some(Expr::Ref(of.clone()));
                Expr::Gather(Box::new(part))
            }
            None => Expr::Read(place),
        }
    }

    /// The tangent of a value that may be that of a field: if the field is skipped, the value alone tells which zeros stand for it.
    pub(super) fn of_field(&self, value: Expr, dot: Expr) -> Expr {
        fn field<'e>(dot: &'e Expr, vars: &[VarInfo]) -> Option<&'e Place> {
            match dot {
                Expr::Read(place) | Expr::Ref(place) if place.is_field(vars) => Some(place),
                Expr::Clone(inner) => field(inner, vars),
                _ => None,
            }
        }
        if let Expr::Gather(mut part) = dot {
            part.value = Some(value);
            return Expr::Gather(part);
        }
        match field(&dot, &self.f.vars).cloned() {
            Some(place) if self.width == Width::One => Expr::Runtime("rt::tangent_of", vec![value, Expr::Ref(place)]),
            Some(place) => Expr::Runtime("rt::lanes::tangent_of", with_width(vec![value, Expr::Ref(place)])),
            None => dot,
        }
    }

    /// The tangents of a place.
    pub(super) fn read_dot(&mut self, p: &Place) -> Option<Expr> {
        let place = self.raw_dot_place(p, false)?;
        Some(self.load(place, p))
    }

    /// A reference to the tangents of a place.
    pub(super) fn ref_dot(&mut self, p: &Place) -> Option<Expr> {
        Some(match self.read_dot(p)? {
            Expr::Read(place) => Expr::Ref(place),
            gathered => Expr::Runtime("&", vec![gathered]),
        })
    }

    /// `place = dot;` or `place op= dot;`
    pub(super) fn store(&mut self, place: Place, op: Option<BinOp>, dot: Expr) {
        let stmt = match (self.lane_step(&place), op) {
            (Some(step), op) => Stmt::Scatter(Box::new(self.part_of_lanes(place, step)), op.map_or(Change::Set, Change::Update), dot),
            (None, Some(op)) => Stmt::Update(place, op, dot, proc_macro2::Span::call_site()),
            (None, None) if place.is_field(&self.f.vars) => Stmt::Runtime("rt::set_tangent", vec![dot, Expr::RefMut(place)]),
            (None, None) => Stmt::Assign(place, dot),
        };
        self.out.push(stmt);
    }

    /// How a call is made in lanes. A callee without lanes is evaluated for one direction after the other, which one that writes to its
    /// arguments, or takes its receiver away, cannot be.
    pub(super) fn width_of_call(&self, call: &Call) -> Pushed<CallWidth> {
        let of_number = match &call.callee {
            Callee::Method(name, _) => {
                let name = name.to_string();
                crate::infer::float_method_args(&name).is_some() || name == "powi" && self.width == Width::Demanded
            }
            _ => false,
        };
        let leaves = matches!(&call.callee, Callee::Method(name, _) if leaves_receiver(name));
        let writes = call.args.iter().any(|a| match a {
            Arg::RefMut(_) => true,
            Arg::Receiver(p) => !of_number && !leaves && (self.info(p.root).mutable || self.info(p.root).kind == VarKind::Memory),
            _ => false,
        });
        match (self.width, &call.callee) {
            (Width::One, _) => Ok(CallWidth::One),
            _ if call.apart > 0 => Err(NoForwardRule("tangents behind references in a tuple")),
            (_, Callee::Method(..)) if of_number && !writes => Ok(CallWidth::OneByOne),
            (_, Callee::Function(path)) if path.segments.last().is_some_and(|s| !s.arguments.is_empty()) => match writes {
                true => Err(NoForwardRule("a call with generic arguments that writes through `&mut`")),
                false => Ok(CallWidth::OneByOne),
            },
            (_, Callee::Function(_)) if !writes => Ok(CallWidth::Either),
            (Width::Demanded, Callee::Method(_, fish)) if !writes && fish.is_none() => Ok(CallWidth::Either),
            (_, Callee::Associated(path)) if !writes && has_lanes(path, &self.f) => Ok(CallWidth::Lanes),
            (_, Callee::Associated(_)) if !writes => Ok(CallWidth::OneByOne),
            (Width::Demanded, _) => Ok(CallWidth::Lanes),
            (Width::Tried, Callee::Method(..)) => Err(NoForwardRule("a call of a method")),
            (Width::Tried, _) => Err(NoForwardRule("a call that writes through `&mut`")),
        }
    }

    /// Zeros of a type whose shape is static.
    pub(super) fn static_zero(&self, ty: &Ty) -> Expr {
        if self.width != Width::One {
            zero_of(ty)
        } else {
            crate::emit::zero_of(ty)
        }
    }

    /// Zeros of the tangent of what a reference points to.
    pub(super) fn shaped_zero(&self, of: Expr) -> Expr {
        if self.width != Width::One {
            Expr::Runtime("rt::lanes::zero", with_width(vec![of]))
        } else {
            Expr::Runtime("rt::zero", vec![of])
        }
    }

    /// Sets the tangent in a place to zeros of the shape of a tangent along one direction.
    pub(super) fn set_zeros_of(&mut self, place: Place, shape: Place) {
        let shape = Expr::Ref(shape);
        let stmt = match self.lane_step(&place) {
            Some(step) => Stmt::Scatter(Box::new(self.part_of_lanes(place, step)), Change::ZerosOf, shape),
            None if self.width != Width::One => Stmt::Assign(place, Expr::Runtime("rt::lanes::zeros_like", with_width(vec![shape]))),
            None => Stmt::Runtime("rt::set_zeros_of", vec![Expr::RefMut(place), shape]),
        };
        self.out.push(stmt);
    }

    /// Zeros of the tangent of a value, which are added to.
    pub(super) fn start_of(&self, v: Var) -> Expr {
        match self.zero_of(v) {
            Expr::Runtime("rt::lanes::zero", args) => Expr::Runtime("rt::lanes::start", args),
            other => other,
        }
    }

    /// Zeros of the tangent of an operand.
    pub(super) fn zero_of_operand(&self, e: &Expr) -> Expr {
        self.shaped_zero(match e {
            Expr::Var(v) => Expr::Ref(Place::var(*v)),
            Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) => Expr::Ref(p.clone()),
            other => Expr::Runtime("&", vec![other.clone()]),
        })
    }

    /// A function of the library that adds to a tangent.
    pub(super) fn contribution(&mut self, name: &'static str, args: Vec<Expr>) {
        let stmt = match in_lanes(name) {
            Some(name) if self.width != Width::One => Stmt::Runtime(name, with_width(args)),
            _ => Stmt::Runtime(name, args),
        };
        self.out.push(stmt);
    }

    /// A tangent times a number.
    pub(super) fn scaled(&self, factor: Expr, dot: Expr) -> Expr {
        let (l, r) = if self.width != Width::One { (dot, factor) } else { (factor, dot) };
        Expr::Bin(BinOp::Mul, Box::new(l), Box::new(r), proc_macro2::Span::call_site())
    }

    /// A tangent divided by a number.
    pub(super) fn divided(&self, dot: Expr, divisor: Expr) -> Expr {
        if self.width != Width::One {
            return Expr::Runtime("rt::lanes::divide", with_width(vec![dot, divisor]));
        }
        Expr::Bin(BinOp::Div, Box::new(dot), Box::new(divisor), proc_macro2::Span::call_site())
    }

    /// What is nothing in a lane where a cotangent and its tangent are zero.
    pub(super) fn unless_zeros_in_lanes(&self, mut cotangents: Vec<Expr>, dots: Vec<Expr>, contribution: Expr) -> Expr {
        cotangents.extend(dots);
        cotangents.push(contribution);
        let name = if cotangents.len() == 2 { "rt::lanes::unless_zero" } else { "rt::lanes::unless_zeros" };
        Expr::Runtime(name, with_width(cotangents))
    }

    /// What the tangent of the divisor contributes to that of `l % r`.
    pub(super) fn remainder(&self, l: Expr, r: Expr, r_dot: Expr) -> Expr {
        if self.width != Width::One {
            return Expr::Runtime("rt::lanes::rem_by", with_width(vec![l, r, r_dot]));
        }
        Expr::Runtime("rt::rem_by", vec![l, r, r_dot])
    }

    /// `x_dot as ty`
    pub(super) fn cast(&self, x_dot: Expr, to: &Conversion) -> Expr {
        if self.width != Width::One {
            let (Conversion::As(ty) | Conversion::Number(ty)) = to;
            let target = Expr::Const(quote!(::core::marker::PhantomData::<#ty>));
            return Expr::Runtime("rt::lanes::cast", with_width(vec![x_dot, target]));
        }
        Expr::Cast(Box::new(x_dot), to.clone())
    }

    /// Zeros that the reverse sweep makes, which are their own tangent.
    pub(super) fn zeros(&self, e: &Expr) -> Pushed<Expr> {
        match e {
            e if self.width == Width::One => Ok(e.clone()),
            Expr::Runtime("rt::zero", args) => Ok(Expr::Runtime("rt::lanes::zero", with_width(args.clone()))),
            Expr::Runtime("rt::zeros_like", args) => Ok(Expr::Runtime("rt::lanes::zeros_like", with_width(args.clone()))),
            _ => Err(NoForwardRule("zeros of a shape")),
        }
    }

    /// Zeros of the tangent of a cotangent behind a reference.
    pub(super) fn zeros_of_bar(&self, of: Expr) -> Expr {
        match self.width {
            Width::One => Expr::Runtime("rt::zeros_like", vec![of]),
            _ => Expr::Runtime("rt::lanes::zeros_like", with_width(vec![of])),
        }
    }

    /// The tangent of a rule's partial: of each operand that moves the derivative by a dual number, times its tangents.
    pub(super) fn partial_in_lanes(
        &mut self,
        name: &Ident,
        which: Option<usize>,
        operands: &[Expr],
        forward: bool,
    ) -> Pushed<Option<Expr>> {
        let rule = name.to_string();
        let mut total = None;
        for (k, x) in operands.iter().enumerate() {
            let integer = |k| crate::analysis::is_integer_operand(&rule, k);
            if integer(k) {
                continue;
            }
            if !matches!(self.operand_ty(x), Ty::Float(_) | Ty::Unknown) {
                return Err(NoForwardRule("a rule of more than numbers"));
            }
            let Some(dot) = self.number(x, None)? else { continue };
            let one = Expr::Const(quote!(1.0));
            let partial = if k + 1 == operands.len() {
                // Linear in the seed.
                let mut operands = operands.to_vec();
                operands[k] = one;
                let partial = if forward { Expr::Pushforward } else { Expr::Pullback };
                partial(name.clone(), which, operands)
            } else {
                let lift = |(j, x): (usize, &Expr)| match integer(j) {
                    true => Lift::Plain(x.clone()),
                    false => Lift::Number(Moving { value: x.clone(), dots: vec![(j == k).then(|| one.clone())] }),
                };
                let operands = operands.iter().enumerate().map(lift).collect();
                Expr::Lifted(Box::new(Lifted { name: name.clone(), which, forward, operands }))
            };
            let part = Expr::Runtime("rt::lanes::scale", with_width(vec![dot, partial]));
            total = Some(match total {
                None => part,
                Some(before) => Expr::Bin(BinOp::Add, Box::new(before), Box::new(part), proc_macro2::Span::call_site()),
            });
        }
        Ok(total)
    }

    /// Second derivatives in lanes are of numbers and lists of them, whose tangents have a form that can be written down.
    pub(super) fn check_types(&mut self) {
        fn dense(ty: &Ty) -> bool {
            match ty {
                Ty::Float(f) => !matches!(f, Float::Generic(_)),
                Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => dense(e),
                Ty::Tuple(items) => items.iter().all(dense),
                _ => false,
            }
        }
        let own = |v: &Var| (v.0 as usize) < self.primal;
        if self.width != Width::One && self.active.iter().filter(|v| own(v)).any(|v| !dense(&self.info(*v).ty)) {
            self.unfit = Some("a type of your own");
        }
    }

    /// What the tangent of one argument contributes to that of a method's result; the operands are the arguments and the result.
    pub(super) fn by_rule(&self, name: &Ident, which: Option<usize>, mut operands: Vec<Expr>, x_dot: Expr) -> Expr {
        if self.width != Width::One {
            let generic = self.f.vars.iter().any(|v| matches!(v.ty, Ty::Float(Float::Generic(_))));
            operands.push(Expr::Const(if generic { quote!(<_ as ::autodiff_core::Real>::__ONE) } else { quote!(1.0) }));
            let partial = Expr::Pushforward(name.clone(), which, operands);
            return Expr::Runtime("rt::lanes::scale", with_width(vec![x_dot, partial]));
        }
        operands.push(x_dot);
        Expr::Pushforward(name.clone(), which, operands)
    }
}

/// Whether the file of a type shows that a function of it has lanes.
fn has_lanes(path: &syn::ExprPath, f: &crate::ir::Function) -> bool {
    let known = crate::unannotated::owner_of_path(path, f);
    known.and_then(|(owner, name)| crate::position::modes_of_method(&owner, name)).is_some_and(|modes| modes.lanes)
}
