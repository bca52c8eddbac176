//! Calls of other differentiated functions: the forward sweep keeps their pullback, the reverse sweep calls it.

use super::{Expr, Place, Proj, Reverse, Stmt, Ty, Var, VarKind};
use crate::ir::{Arg, Call, Callee, PullBar, PullCall};

impl Reverse<'_> {
    /// Whether a call takes part: its value is wanted, or something it writes to is.
    pub(super) fn call_is_active(&self, v: Var, call: &Call) -> bool {
        let writes = call.args.iter().any(|a| match a {
            Arg::RefMut(p) => self.active(p.root),
            Arg::Receiver(p) => self.active(p.root) && self.info(p.root).mutable,
            _ => false,
        });
        let reads = call.args.iter().any(|a| match a {
            Arg::Value(e) => self.varies_operand(e),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Receiver(p) => self.info(p.root).varied,
        });
        reads && (self.active(v) || writes)
    }

    fn varies_operand(&self, e: &Expr) -> bool {
        let mut varies = false;
        crate::analysis::each_carrier(e, &mut |v| varies |= self.info(v).varied);
        varies
    }

    /// The forward statement of an active call; writes its reverse.
    pub(super) fn call_stmt(&mut self, v: Var, call: &Call) -> Vec<Stmt> {
        let mut before = Vec::new();
        let mut call = call.clone();
        self.in_place(&mut call);
        let y_name = self.info(v).name.to_string();
        let name = self.names.fresh(&format!("{y_name}_pull"));
        let pull = self.new_var(name, Ty::Unknown, VarKind::Value, self.region);
        self.pulled.insert(pull, v);
        self.need(pull);
        // Cotangents of what the call gave, then of what it took.
        let seed = if matches!(self.info(v).ty, Ty::Unit) {
            Expr::Const(super::quote!(()))
        } else if self.active(v) {
            let known = self.info(v).ty.is_float();
            match self.incoming(v, None) {
                Some(bar) => bar,
                None if known => crate::emit::zero_of(&self.info(v).ty.clone()),
                None => Expr::Var(self.accumulator(v)),
            }
        } else {
            self.need(v);
            Expr::Runtime("rt::zero", vec![Expr::Ref(Place::var(v))])
        };
        let mut again = Vec::new();
        let mut bars = Vec::new();
        let mut after = Vec::new();
        let mut roots: Vec<Place> = Vec::new();
        let mut shares: Vec<(Var, Var)> = Vec::new();
        let mut behind = Vec::new();
        let of_list = call.wants_list(|p| crate::analysis::place_ty(&self.f, p));
        for (k, arg) in call.args.iter_mut().enumerate() {
            let settled = match &*arg {
                Arg::Ref(p) if self.undo.restores(p.root) => true,
                Arg::Ref(p) | Arg::Receiver(p) => self.place_settled(p, v),
                _ => true,
            };
            match arg {
                Arg::Value(e) => {
                    let given = e.clone();
                    let e2 = self.value(&given);
                    let is_reference = match &e2 {
                        Expr::Verbatim(code, _) => {
                            matches!(**code, syn::Expr::Reference(_)) || super::quote!(#code).to_string().starts_with('&')
                        }
                        // One of a table that the function declares, whose type is not known.
                        Expr::Const(code) => match syn::parse2(code.clone()) {
                            Ok(syn::Expr::Reference(_)) => true,
                            Ok(syn::Expr::Lit(l)) => matches!(l.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_) | syn::Lit::CStr(_)),
                            _ => false,
                        },
                        Expr::Var(u) => matches!(self.info(*u).ty, Ty::Ref(..)),
                        Expr::Ref(_) | Expr::Runtime("&", _) => true,
                        _ => false,
                    };
                    if !is_reference && self.moves(&e2) {
                        *e = Expr::Clone(Box::new(e2.clone()));
                    }
                    again.push(if is_reference { e2 } else { self.borrow(e2) });
                    let bar = self.arg_bar(&given, (&mut roots, &mut after, &mut shares), None, false);
                    bars.push(bar);
                }
                Arg::Ref(p) | Arg::Receiver(p) => {
                    let place = p.clone();
                    let receiver = matches!(arg, Arg::Receiver(_));
                    let source = if settled {
                        self.value(&Expr::Ref(place.clone()))
                    } else {
                        self.draft.copied.push((v, place.root));
                        let name = self.names.numbered("seen_");
                        let seen = self.new_var(name, Ty::Unknown, VarKind::Value, self.region);
                        before.push(Stmt::Let(seen, Expr::Runtime("rt::to_owned", vec![Expr::Ref(place.clone())])));
                        self.need(seen);
                        Expr::Ref(Place::var(seen))
                    };
                    again.push(source.clone());
                    let written = receiver && self.info(place.root).mutable;
                    bars.push(
                        match self.arg_bar(&Expr::Ref(place), (&mut roots, &mut after, &mut shares), Some(source), of_list && k == 0) {
                            PullBar::Add(bar) if written => PullBar::Receiver(bar),
                            bar => bar,
                        },
                    );
                }
                Arg::RefMut(p) => {
                    let place = p.clone();
                    match self.bar_place(&place) {
                        Some(bar) => {
                            roots.push(bar.clone());
                            bars.push(PullBar::InOut(bar));
                        }
                        None => {
                            // Written to, but nobody asks for its derivative.
                            let name = self.names.numbered("unused_");
                            let unused = self.new_var(name, Ty::Unknown, VarKind::Memory, self.region);
                            let zero = self.unasked_zero(place, &mut behind);
                            self.out.push(Stmt::DeclBar(unused, zero));
                            bars.push(PullBar::InOut(Place::var(unused)));
                        }
                    }
                }
            }
        }
        self.out.push(Stmt::CallPull(Box::new(PullCall { pull, again, seed, bars, of_list, span: call.span })));
        self.out.extend(after);
        // Not before: a sum may be said in between.
        shares.into_iter().for_each(|(v, share)| self.add(&Expr::Var(v), Expr::Var(share), true));
        let result = if matches!(self.info(v).ty, Ty::Unit) { None } else { Some(v) };
        before.push(Stmt::LetPull(result, pull, Box::new(call)));
        before.extend(behind);
        before
    }

    /// Where a method is known to change its receiver, that is in and out, as a `&mut` argument is.
    fn in_place(&self, call: &mut Call) {
        let (Callee::Method(name, _), Some(Arg::Receiver(p))) = (&call.callee, call.args.first()) else { return };
        let parts = p.path.iter().all(|step| matches!(step, Proj::Field(_) | Proj::Index(..) | Proj::Deref));
        let place = p.clone();
        if !self.in_place || !parts || !self.info(p.root).mutable {
            return;
        }
        if let Ty::Named(named) = crate::analysis::place_ty(&self.f, p).peel() {
            if named.home().is_some_and(|home| home.is_changed_by(name)) {
                call.args[0] = Arg::RefMut(place);
            }
        }
    }

    /// The cotangent of what a call has written to where nobody asks for it.
    fn unasked_zero(&mut self, place: Place, behind: &mut Vec<Stmt>) -> Expr {
        let ty = crate::analysis::place_ty(&self.f, &place);
        if ty.peel().is_plain() {
            return Expr::Const(ty.peel().nothing());
        }
        let info = self.info(place.root);
        if info.kind != VarKind::Param || !info.mutable {
            let value = self.value(&Expr::Ref(place));
            return Expr::Runtime("rt::zero", vec![value]);
        }
        // A parameter taken by `&mut` is not at hand in a pullback.
        let name = self.names.numbered("shape_");
        let shape = self.new_var(name, Ty::Unknown, VarKind::Value, self.region);
        behind.push(Stmt::Let(shape, Expr::Runtime("rt::zero", vec![Expr::Ref(place)])));
        self.need(shape);
        Expr::Var(shape)
    }

    /// The reverse of a call is written by `call_stmt`; there is nothing left to distribute.
    pub(super) fn pull(&mut self, _: Var, _: &Expr) {}

    fn place_settled(&self, p: &Place, at: Var) -> bool {
        let info = self.info(p.root);
        if !info.mutable && info.kind != VarKind::Memory {
            return true;
        }
        // Inside a loop that is reversed in place, whatever is declared around is at hand.
        let around = self.fused_in.is_some_and(|body| crate::analysis::inside(&self.f, body, info.region));
        // One of a loop's own that stays as it is moves onto the tape at the end of the iteration.
        let own = p.path.is_empty() && info.kind == VarKind::Memory && info.owned && info.origin.is_none() && !info.optional;
        let by_name = around || own || info.region == super::Region(0) || info.kind == VarKind::Param;
        // A parameter taken by `&mut` is not at hand in a pullback.
        by_name && !(info.kind == VarKind::Param && info.mutable) && self.is_settled(p.root, at)
    }

    /// Where the pullback adds the cotangent of an argument: the cotangents that it adds to, what is done after it, and the variables of which
    /// it gives a share.
    fn arg_bar(
        &mut self,
        e: &Expr,
        (roots, after, shares): (&mut Vec<Place>, &mut Vec<Stmt>, &mut Vec<(Var, Var)>),
        value: Option<Expr>,
        wants_list: bool,
    ) -> PullBar {
        let place = match e {
            Expr::Var(v) => Place::var(*v),
            Expr::Ref(p) | Expr::Read(p) => p.clone(),
            Expr::Clone(inner) => match &**inner {
                Expr::Read(p) => p.clone(),
                _ => return PullBar::Nothing,
            },
            _ => return PullBar::Nothing,
        };
        // A part that holds no numbers, such as a setting among a struct's fields, has none.
        if !self.active(place.root) || crate::analysis::place_ty(&self.f, &place).peel().is_plain() {
            return PullBar::Nothing;
        }
        let whole = place.path.is_empty() && self.info(place.root).origin.is_none();
        if whole && self.info(place.root).ty.is_float() && self.is_sum_var(place.root) {
            // A number with a single binding: the pullback adds into a temporary.
            let name = self.info(place.root).name.clone();
            let ident = self.names.bar(&name);
            let ty = self.info(place.root).ty.clone();
            let tmp = self.new_var(ident, ty.clone(), VarKind::Cotangent, self.region);
            self.out.push(Stmt::DeclBar(tmp, crate::emit::zero_of(&ty)));
            shares.push((place.root, tmp));
            return PullBar::Add(Place::var(tmp));
        }
        let Some(bar) = self.bar_place(&place) else { return PullBar::Nothing };
        if wants_list || roots.iter().any(|r| r.root == bar.root && !self.lie_apart(r, &bar)) {
            // The same variable in two arguments, or a part of one of which the callee wants the whole: a second buffer.
            let name = self.names.numbered("twin_");
            let twin = self.new_var(name, Ty::Unknown, VarKind::Memory, self.region);
            let value = value.unwrap_or_else(|| Expr::Ref(place.clone()));
            self.out.push(Stmt::DeclBar(twin, Expr::Runtime("rt::zero", vec![value])));
            after.push(Stmt::Runtime("rt::accumulate_from", vec![Expr::RefMut(bar), Expr::Ref(Place::var(twin))]));
            return PullBar::Add(Place::var(twin));
        }
        roots.push(bar.clone());
        PullBar::Add(bar)
    }

    /// Whether two parts of a cotangent are different fields of a struct or tuple, of which both certainly have one: a field that is skipped has
    /// none of its own.
    fn lie_apart(&self, a: &Place, b: &Place) -> bool {
        let mut ty = self.info(a.root).ty.clone();
        for steps in a.path.iter().zip(&b.path) {
            match steps {
                (Proj::Field(x), Proj::Field(y)) if x == y => ty = ty.field(x),
                (Proj::Field(x), Proj::Field(y)) => {
                    return self.apart && [x, y].into_iter().all(|f| !matches!(ty.field(f), Ty::Unknown | Ty::Plain));
                }
                (Proj::Deref, Proj::Deref) => {}
                _ => return false,
            }
        }
        false
    }

    /// Whether a call takes the variable away, so that it cannot be handed to the pullback again.
    fn moves(&self, e: &Expr) -> bool {
        matches!(e, Expr::Var(v) if self.info(*v).varied && !self.info(*v).is_copied())
    }

    fn is_sum_var(&self, v: Var) -> bool {
        match self.bars.get(&v) {
            Some(super::Bar::Sum(_)) => true,
            Some(super::Bar::Memory(_)) => false,
            None => self.info(v).kind == VarKind::Value && !self.activity.used_in_nested(v),
        }
    }
}
