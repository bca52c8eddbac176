//! Assignments, with an operator or without.
//!
//! What enters: the target, a place, and the value. What leaves: a statement that writes to the target's place, or a new version of a variable.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{BinOp as SynOp, Expr as Syn};

use super::super::pattern::better;
use super::super::{Lower, Val};
use super::through;
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{BinOp, Expr, Place, Proj, Stmt, VarKind};
use crate::types::{Float, Ty};
use crate::varied::root_name;

impl Lower<'_> {
    pub(super) fn assign(&mut self, a: &syn::ExprAssign) -> Lowered<Val> {
        let ty = self.types.of(&a.left);
        let val = self.expr(&a.right, &ty)?;
        self.assign_to(&a.left, val, a.right.span())?;
        Ok(Val::Unit)
    }

    fn assign_to(&mut self, target: &Syn, val: Val, span: Span) -> Lowered<()> {
        if matches!(target, Syn::Infer(_)) {
            return self.operand(val, span).map(|_| ());
        }
        if let Syn::Path(p) = target {
            if let Some(name) = p.path.get_ident() {
                let name = name.to_string();
                if self.versions.contains(&name) {
                    return self.new_version(p, &name, val, span);
                }
                if let Some(var) = self.followed.get(&name) {
                    return self.follow(*var, val, span);
                }
            }
        }
        // The value is what it is before an index of the target changes anything.
        let val = if self.works(target) { self.settled(val, span)? } else { val };
        if self.is_bound_without_derivative(target) {
            return self.write_as_written(target, &<syn::Token![=]>::default(), val, span);
        }
        let (place, ty) = self.target(target)?;
        let value = match val {
            Val::Expr(e, from) => {
                let ty = better(from, ty.clone());
                self.assignable(e, &ty)
            }
            Val::Place(from, part) if is_item_moved(&from, &better(part.clone(), ty.clone())) => Expr::Clone(Box::new(Expr::Read(from))),
            Val::Place(from, _) => Expr::Read(from),
            other => self.operand(other, span)?.0,
        };
        if matches!(ty, Ty::Unknown)
            && !place.path.is_empty()
            && self.expr_varies(&value)
            && !matches!(value, Expr::Var(_) | Expr::Const(_) | Expr::Read(_))
        {
            let var = self.temp(value, Ty::Unknown);
            self.out.push(Stmt::Assign(place, Expr::Var(var)));
            return Ok(());
        }
        self.out.push(Stmt::Assign(place, value));
        Ok(())
    }

    /// Whether something is written to through a name that a pattern binds, which carries no derivative: that stays text, as it stays where the
    /// value does.
    fn is_bound_without_derivative(&self, target: &Syn) -> bool {
        let bound = root_name(target).and_then(|name| self.env.get(&name));
        let Some(Val::Place(place, _) | Val::Ref(place, ..)) = bound else { return false };
        let info = self.info(place.root);
        info.kind == VarKind::Bound && !info.varied
    }

    /// `target op value;` as it is written, of a value that has been worked out.
    fn write_as_written(&mut self, target: &Syn, op: &impl ToTokens, val: Val, span: Span) -> Lowered<()> {
        let (value, ty) = self.operand(val, span)?;
        let value = self.temp(value, ty);
        let Some((value, mut vars)) = self.value_code(&Val::Place(Place::var(value), Ty::Unknown), span) else { return Err(Refused) };
        let (place, more) = self.verbatim_expr(target)?;
        vars.extend(more);
        self.out.push(Stmt::Verbatim(Box::new(syn::parse_quote!(#place #op #value;)), vars));
        Ok(())
    }

    /// A new version of a variable that only its own block overwrites.
    fn new_version(&mut self, p: &syn::ExprPath, name: &str, val: Val, span: Span) -> Lowered<()> {
        let ident = p.path.get_ident().cloned().ok_or(Refused)?;
        let (e, ty) = match val {
            Val::Expr(e, ty) => (e, ty),
            other => self.operand(other, span)?,
        };
        let old = match self.env.get(name) {
            Some(Val::Place(_, ty)) => ty.clone(),
            _ => Ty::Unknown,
        };
        let ty = better(old, ty);
        let version = self.names.version(&ident.to_string(), ident.span());
        let var = self.define(version, e, ty.clone());
        let old = self.env.insert(name.to_string(), Val::Place(Place::var(var), ty));
        self.replaced.extend(old.map(|old| (name.to_string(), old)));
        Ok(())
    }

    /// `x.seen |= y` of a part of what varies: the value first, then the place, once.
    fn bits_updated(&mut self, b: &syn::ExprBinary) -> Lowered<Option<Val>> {
        let left = &b.left;
        let is_part = matches!(&**left, Syn::Field(_)) && self.varies(left) && self.types.of(left).is_plain();
        if !is_part {
            return Ok(None);
        }
        let val = self.expr(&b.right, &Ty::Plain)?;
        let (value, _) = self.operand(val, b.right.span())?;
        let value = if matches!(value, Expr::Const(_)) { value } else { Expr::Var(self.temp(value, Ty::Plain)) };
        let (place, _) = self.target(left)?;
        let place = self.freeze(place)?;
        let changed = self.opaque(&[&Expr::Read(place.clone()), &value], |t| {
            let (old, value) = (&t[0], &t[1]);
            match b.op {
                SynOp::BitAndAssign(_) => quote::quote!(#old & #value),
                SynOp::BitOrAssign(_) => quote::quote!(#old | #value),
                SynOp::BitXorAssign(_) => quote::quote!(#old ^ #value),
                SynOp::ShlAssign(_) => quote::quote!(#old << #value),
                _ => quote::quote!(#old >> #value),
            }
        });
        self.out.push(Stmt::Assign(place, changed));
        Ok(Some(Val::Unit))
    }

    pub(super) fn update(&mut self, b: &syn::ExprBinary) -> Lowered<Val> {
        let op = match b.op {
            SynOp::AddAssign(_) => BinOp::Add,
            SynOp::SubAssign(_) => BinOp::Sub,
            SynOp::MulAssign(_) => BinOp::Mul,
            SynOp::DivAssign(_) => BinOp::Div,
            SynOp::RemAssign(_) => BinOp::Rem,
            _ => {
                if let Some(done) = self.bits_updated(b)? {
                    return Ok(done);
                }
                if self.varies(&b.left) && matches!(self.types.of(&b.left).peel(), Ty::Named(_)) {
                    return self
                        .errors
                        .refuse_at(&b.op, "operators on bits have no derivative; write a method with `#[differentiate]`, and call that");
                }
                let stmt = syn::Stmt::Expr(Syn::Binary(b.clone()), Some(syn::token::Semi { spans: [b.span()] }));
                let (stmt, vars) = self.verbatim_stmt(&stmt)?;
                self.out.push(Stmt::Verbatim(Box::new(stmt), vars));
                return Ok(Val::Unit);
            }
        };
        if self.change_written_out(b)?.is_some() {
            return Ok(Val::Unit);
        }
        let ty = self.types.of(&b.left);
        let wanted = if ty.is_float() { ty.clone() } else { Ty::Unknown };
        if self.is_bound_without_derivative(&b.left) {
            let val = self.expr(&b.right, &wanted)?;
            self.write_as_written(&b.left, &b.op, val, b.right.span())?;
            return Ok(Val::Unit);
        }
        let order = self.order_of(b);
        let first = if order == Order::PlaceFirst { Some(self.target(&b.left)?) } else { None };
        let val = self.expr(&b.right, &wanted)?;
        let (value, _) = self.operand(val, b.right.span())?;
        let value = if ty.is_float() { through(value) } else { value };
        if let Syn::Path(p) = &*b.left {
            if let Some(name) = p.path.get_ident().map(ToString::to_string) {
                if self.versions.contains(&name) {
                    let Some(Val::Place(old, ty)) = self.env.get(&name).cloned() else { return Err(Refused) };
                    let sum = Expr::Bin(op, Box::new(Expr::Var(old.root)), Box::new(value), b.op.span());
                    self.new_version(p, &name, Val::Expr(sum, ty), b.span())?;
                    return Ok(Val::Unit);
                }
            }
        }
        let (place, _) = match first {
            Some(target) => target,
            None => self.target(&b.left)?,
        };
        if order == Order::IfNumbers {
            self.must_be_number(&place, self.span_of(&b.right));
        }
        self.out.push(Stmt::Update(place, op, value, b.op.span()));
        Ok(Val::Unit)
    }

    /// Leaves it to rustc to find out that a place is a number.
    fn must_be_number(&mut self, place: &Place, span: Span) {
        let mut vars = Vec::new();
        place.each_var(&mut |v| vars.push(v));
        let place = crate::emit::place_tokens(&self.vars, place);
        let check = syn::parse_quote_spanned!(span.resolved_at(Span::mixed_site())=> ::autodiff_core::rt::value_first(&#place););
        self.out.push(Stmt::Check(Box::new(check), vars));
    }

    /// What of `place += value` comes first, as far as that matters: the value if both are numbers of the language's own.
    fn order_of(&self, b: &syn::ExprBinary) -> Order {
        let names = |e: &Syn| crate::varied::names_in(e.to_token_stream());
        let apart = || names(&b.left).is_disjoint(&names(&b.right));
        if is_steady(&b.left) || !self.works(&b.left) && !self.works(&b.right) || apart() {
            return Order::ValueFirst;
        }
        let own = |ty: &Ty| match ty {
            Ty::Float(Float::F32 | Float::F64 | Float::Inferred) | Ty::Plain => Some(true),
            Ty::Unknown => None,
            _ => Some(false),
        };
        match (own(&self.types.of(&b.left)), own(&self.types.of(&b.right))) {
            (Some(true), Some(true)) => Order::ValueFirst,
            (Some(false), _) | (_, Some(false)) => Order::PlaceFirst,
            _ => Order::IfNumbers,
        }
    }

    /// Whether a place is part of a parameter that cannot be written to: one without `mut`, which holds no references, or one behind `&`.
    fn is_immutable(&self, place: &Place) -> bool {
        fn owns(ty: &Ty) -> bool {
            match ty {
                Ty::Float(_) => true,
                Ty::Vec(e) | Ty::Array(e, _) => owns(e),
                Ty::Tuple(items) => items.iter().all(owns),
                _ => false,
            }
        }
        let info = self.info(place.root);
        let lent = |t: &Ty| owns(t) || matches!(t, Ty::Slice(e) if owns(e));
        let fixed = owns(&info.ty) || matches!(&info.ty, Ty::Ref(t, false) if lent(t));
        info.kind == VarKind::Param && !info.mutable && fixed
    }

    /// A place that is written to.
    pub(in crate::lower) fn target(&mut self, e: &Syn) -> Lowered<(Place, Ty)> {
        match self.expr_place(e)? {
            Val::Place(place, ty) | Val::Ref(place, ty, true) => {
                if self.info(place.root).kind == VarKind::Bound {
                    return self.errors.refuse_at(
                        e,
                        "writing through a name bound by a `match` is not supported yet; assign to the field of the matched value",
                    );
                }
                if place.path.is_empty() && self.info(place.root).kind == VarKind::Value {
                    // Declared without `mut`.
                    return self.errors.left_to_rustc(self.span_of(e));
                }
                if self.is_immutable(&place) {
                    return self.errors.left_to_rustc(self.span_of(e));
                }
                Ok((self.freeze(place)?, ty))
            }
            Val::Poison => Err(Refused),
            _ => self.errors.refuse_at(e, "this cannot be assigned to in a differentiated function"),
        }
    }
}

/// What of `place += value` is worked out first.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    /// Or it does not matter.
    ValueFirst,
    PlaceFirst,
    /// The value if both are numbers, which is not known here.
    IfNumbers,
}

/// Whether a place is an item of a list that is used up, which stays where it is here.
fn is_item_moved(from: &Place, ty: &Ty) -> bool {
    let moved = matches!(ty, Ty::Named(_) | Ty::Vec(_) | Ty::Option(_)) && ty.copied() != Some(true);
    moved && from.path.iter().any(|step| matches!(step, Proj::Index(..)))
}

/// Whether a place has no index that could be another one later.
fn is_steady(e: &Syn) -> bool {
    match e {
        Syn::Path(_) => true,
        Syn::Field(syn::ExprField { base: expr, .. })
        | Syn::Paren(syn::ExprParen { expr, .. })
        | Syn::Group(syn::ExprGroup { expr, .. })
        | Syn::Unary(syn::ExprUnary { expr, .. }) => is_steady(expr),
        Syn::Index(i) => matches!(&*i.index, Syn::Lit(_)) && is_steady(&i.expr),
        _ => false,
    }
}
