//! Operators and methods of the crate's types that are straight lines of arithmetic, written out where they are used.
//!
//! What enters: the operands of `a + b`, or the receiver and the arguments of `a.dot(b)`, where the file shows the `impl` with the attribute.
//! What leaves: its operations on the operands' fields, and a struct that is put together of the results. Guarantees: the same operations in
//! the same order; whatever is not known to be numbers and structs of numbers stays a call; no field is named that cannot be seen here.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};
use syn::spanned::Spanned;
use syn::{Expr as Syn, Member};

use super::expr::strip;
use super::{Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{BinOp, Expr, Place, Proj, Stmt, Var};
use crate::position::{Home, Straight};
use crate::types::{Float, Named, Ty};

/// What a name of such a function denotes.
#[derive(Clone)]
enum Part {
    /// An operand that is a number.
    Number(Expr, Ty),
    /// A place that nothing writes to while the function is written out.
    At(Place, Ty),
    /// Code without a derivative.
    Code(TokenStream, Vec<Var>, Ty),
    /// A struct that is not put together yet.
    Made(Vec<(Member, Part)>, Named),
}

impl Part {
    fn ty(&self) -> Ty {
        match self {
            Part::Number(_, ty) | Part::At(_, ty) | Part::Code(_, _, ty) => ty.peel().clone(),
            Part::Made(_, named) => Ty::Named(named.clone()),
        }
    }
}

/// How a function is written out.
#[derive(Clone, Copy)]
struct How<'a> {
    /// A name where it is used.
    at: &'a Ident,
    /// Whether it is only asked whether it can be.
    asked: bool,
    /// How many functions are around.
    depth: usize,
}

/// Operations of all that is written out in a function, at most: the code of a gradient grows with them.
pub(super) const ROOM: usize = 1500;

/// The same of what is written out at once.
const LONGEST: usize = 150;

impl Lower<'_> {
    /// A binary operator between types of the crate; nothing if it stays one.
    pub(super) fn operator_written_out(&mut self, b: &syn::ExprBinary) -> Lowered<Option<Val>> {
        let of = match b.op {
            syn::BinOp::Add(_) => "Add",
            syn::BinOp::Sub(_) => "Sub",
            syn::BinOp::Mul(_) => "Mul",
            syn::BinOp::Div(_) => "Div",
            _ => return Ok(None),
        };
        let (left, right) = (self.types.of(&b.left), self.types.of(&b.right));
        let at = Ident::new(of, b.op.span());
        let Some(found) = operator(&at, of, &left, &right).filter(|found| self.fits(&at, found, &[left.clone(), right.clone()])) else {
            return Ok(None);
        };
        let parts = self.operands_of(&[(&b.left, left), (&b.right, right)])?;
        self.write_out(&at, &found, parts, b.span()).map(Some)
    }

    /// `-a` of a type of the crate.
    pub(super) fn negation_written_out(&mut self, u: &syn::ExprUnary) -> Lowered<Option<Val>> {
        let ty = self.types.of(&u.expr);
        let at = Ident::new("Neg", u.op.span());
        let Some(found) = operator(&at, "Neg", &ty, &ty).filter(|found| self.fits(&at, found, std::slice::from_ref(&ty))) else {
            return Ok(None);
        };
        let parts = self.operands_of(&[(&u.expr, ty)])?;
        self.write_out(&at, &found, parts, u.span()).map(Some)
    }

    /// A method of a type of the crate.
    pub(super) fn method_written_out(&mut self, m: &syn::ExprMethodCall) -> Lowered<Option<Val>> {
        let mut operands: Vec<(&Syn, Ty)> = vec![(&m.receiver, self.types.of(&m.receiver))];
        let Ty::Named(named) = operands[0].1.peel() else { return Ok(None) };
        let Some(found) = named.home().and_then(|home| home.straight_method(&m.method)).filter(|_| m.turbofish.is_none()) else {
            return Ok(None);
        };
        operands.extend(m.args.iter().map(|a| (a, self.types.of(a))));
        let types: Vec<Ty> = operands.iter().map(|(_, ty)| ty.clone()).collect();
        if found.1.params.first().is_none_or(|p| p != "self") || !self.fits(&m.method, &found, &types) {
            return Ok(None);
        }
        let parts = self.operands_of(&operands)?;
        self.write_out(&m.method, &found, parts, m.span()).map(Some)
    }

    /// `a += b` between types of the crate: the changes of fields; nothing if it stays one.
    pub(super) fn change_written_out(&mut self, b: &syn::ExprBinary) -> Lowered<Option<()>> {
        let of = match b.op {
            syn::BinOp::AddAssign(_) => "AddAssign",
            syn::BinOp::SubAssign(_) => "SubAssign",
            syn::BinOp::MulAssign(_) => "MulAssign",
            syn::BinOp::DivAssign(_) => "DivAssign",
            _ => return Ok(None),
        };
        let (left, right) = (self.types.of(&b.left), self.types.of(&b.right));
        let (Ty::Named(_), false) = (left.peel(), self.works(&b.left) || self.works(&b.right)) else { return Ok(None) };
        if matches!(strip(&b.left), Syn::Path(p) if p.path.get_ident().is_some_and(|name| self.versions.contains(&name.to_string()))) {
            return Ok(None);
        }
        let at = Ident::new(of, b.op.span());
        let fits = |l: &mut Self, found: &(Home, Straight)| found.1.changes && l.fits(&at, found, &[left.clone(), right.clone()]);
        let Some(found) = operator(&at, of, &left, &right).filter(|found| fits(self, found)) else { return Ok(None) };
        let parts = self.operands_of(&[(&b.right, right)])?;
        let (place, _) = self.target(&b.left)?;
        let place = if matches!(left, Ty::Ref(..)) && place.path.is_empty() { place.project(Proj::Deref) } else { place };
        let args = std::iter::once(Part::At(place, left.peel().clone())).chain(parts).collect();
        let how = How { at: &at, asked: false, depth: 0 };
        match self.changed_fields(how, &found, args) {
            Some(changes) => {
                // Whatever is added is there before the first field changes.
                let changes = changes.into_iter().map(|(place, op, e)| Stmt::Update(place, op, e, b.op.span()));
                self.out.extend(changes.collect::<Vec<_>>());
                Ok(Some(()))
            }
            None => self.errors.refuse(b.span(), "this operator cannot be followed here; bind its operands with a `let` each"),
        }
    }

    /// The fields that a function changes, and how.
    fn changed_fields(&mut self, how: How, (home, straight): &(Home, Straight), args: Vec<Part>) -> Option<Vec<(Place, BinOp, Expr)>> {
        let body = crate::position::block_at(how.at, &straight.body)?;
        let env = self.parameters(how, straight, args)?;
        let mut changes = Vec::new();
        for s in &body.stmts {
            let syn::Stmt::Expr(Syn::Binary(b), _) = s else { return None };
            let op = match b.op {
                syn::BinOp::AddAssign(_) => BinOp::Add,
                syn::BinOp::SubAssign(_) => BinOp::Sub,
                syn::BinOp::MulAssign(_) => BinOp::Mul,
                syn::BinOp::DivAssign(_) => BinOp::Div,
                _ => return None,
            };
            let Part::At(place, ty) = self.value(how, home, &env, &b.left)? else { return None };
            let value = self.value(how, home, &env, &b.right)?;
            let (e, given) = self.number(how, value)?;
            if !ty.is_float() || !ty.is_same(&given) && !matches!(given, Ty::Float(Float::Inferred)) {
                return None;
            }
            changes.push((place, op, e));
        }
        Some(changes)
    }

    /// Whether a function can be written out for operands of these types.
    fn fits(&mut self, at: &Ident, found: &(Home, Straight), types: &[Ty]) -> bool {
        if !self.source.straight {
            return false;
        }
        let how = How { at, asked: true, depth: 0 };
        let parts = types.iter().map(|ty| match ty.peel() {
            Ty::Float(_) => Some(Part::Number(Expr::Const(quote!(0.0)), ty.peel().clone())),
            Ty::Named(named) if named.home().is_some() => Some(Part::At(Place::var(Var(0)), ty.peel().clone())),
            _ => None,
        });
        let Some(parts) = parts.collect::<Option<Vec<_>>>() else { return false };
        let room = self.straight_room;
        self.straight_room = room.min(LONGEST);
        let fits =
            if found.1.changes { self.changed_fields(how, found, parts).is_some() } else { self.straight(how, found, parts).is_some() };
        let fits = fits && self.straight_room > 0;
        self.straight_room = room;
        fits
    }

    fn write_out(&mut self, at: &Ident, found: &(Home, Straight), parts: Vec<Part>, span: Span) -> Lowered<Val> {
        let given = self.straight(How { at, asked: false, depth: 0 }, found, parts);
        match given.and_then(|part| self.put_together_of(at, part)) {
            Some((e, ty)) => Ok(Val::Expr(e, ty)),
            None => self.errors.refuse(span, "this operator cannot be followed here; bind its operands with a `let` each"),
        }
    }

    /// The operands, evaluated in their order. Those that something behind them may change are copied.
    fn operands_of(&mut self, operands: &[(&Syn, Ty)]) -> Lowered<Vec<Part>> {
        let mut parts = Vec::new();
        for (k, (e, ty)) in operands.iter().enumerate() {
            // A number is one behind a reference, too.
            let mut e = *e;
            while let (Syn::Reference(r), true) = (strip(e), ty.peel().is_float()) {
                e = &r.expr;
            }
            let val = if self.is_place(e) { self.expr_place(e)? } else { self.expr(e, ty)? };
            let changed = operands[k + 1..].iter().any(|(later, _)| self.works(later));
            let val = if changed {
                let (e, ty) = self.operand(val, e.span())?;
                Val::Expr(e, ty)
            } else {
                val
            };
            let part = self.operand_part(val, ty.peel(), e.span())?;
            parts.push(part);
        }
        Ok(parts)
    }

    fn operand_part(&mut self, val: Val, ty: &Ty, span: Span) -> Lowered<Part> {
        let val = match val {
            Val::Twice(inner) => return self.operand_part(*inner, ty, span),
            Val::Place(place, Ty::Ref(..)) if !ty.is_float() => return Ok(Part::At(place.project(Proj::Deref), ty.clone())),
            Val::Place(place, _) | Val::Ref(place, ..) => return Ok(Part::At(place, ty.clone())),
            val => val,
        };
        if let (Val::Expr(Expr::Struct(_, fields, None), _), Ty::Named(named)) = (&val, ty) {
            let fields = fields.iter().map(|(m, e)| Some((m.clone(), part_of(e.clone(), &ty.field(m))?)));
            if let Some(fields) = fields.collect::<Option<Vec<_>>>() {
                return Ok(Part::Made(fields, named.clone()));
            }
        }
        if let (Val::Expr(Expr::Ctor(_, fields), _), Ty::Named(named)) = (&val, ty) {
            let fields = fields.iter().enumerate().map(|(k, e)| {
                let m = Member::from(k);
                let part = part_of(e.clone(), &ty.field(&m))?;
                Some((m, part))
            });
            if let Some(fields) = fields.collect::<Option<Vec<_>>>() {
                return Ok(Part::Made(fields, named.clone()));
            }
        }
        let (e, _) = self.operand(val, span)?;
        if let (Expr::Verbatim(code, vars), false) = (&e, ty.is_float()) {
            return Ok(Part::Code(code.to_token_stream(), vars.clone(), ty.clone()));
        }
        let e = match e {
            // Every field is multiplied with it.
            Expr::Verbatim(code, vars) if !matches!(*code, Syn::Path(_) | Syn::Lit(_)) => {
                Expr::Var(self.temp(Expr::Verbatim(code, vars), ty.clone()))
            }
            e => e,
        };
        match part_of(e, ty) {
            Some(part) => Ok(part),
            None => self.errors.refuse(span, "this operand cannot be followed here; bind it with a `let` first"),
        }
    }

    /// What a function gives for its arguments.
    fn straight(&mut self, how: How, (home, straight): &(Home, Straight), args: Vec<Part>) -> Option<Part> {
        if how.depth > 6 || straight.params.len() != args.len() || straight.changes {
            return None;
        }
        let body = crate::position::block_at(how.at, &straight.body)?;
        let mut env = self.parameters(how, straight, args)?;
        let how = How { depth: how.depth + 1, ..how };
        for s in &body.stmts {
            match s {
                syn::Stmt::Local(l) => {
                    let (syn::Pat::Ident(p), Some(init)) = (&l.pat, &l.init) else { return None };
                    let part = self.value(how, home, &env, &init.expr)?;
                    env.push((crate::names::bare(&p.ident), part));
                }
                syn::Stmt::Expr(e, None) => return self.value(how, home, &env, e),
                _ => return None,
            }
        }
        None
    }

    /// What the names of a function's parameters denote.
    fn parameters(&mut self, how: How, straight: &Straight, args: Vec<Part>) -> Option<Vec<(String, Part)>> {
        let mut env = Vec::new();
        for ((name, number), part) in straight.params.iter().zip(&straight.numbers).zip(args) {
            let part = match number {
                Some(number) if part.ty().is_float() => self.as_number(how, number, part)?,
                _ => part,
            };
            env.push((name.clone(), part));
        }
        Some(env)
    }

    /// A number that is handed over: the call would say of what type it is.
    fn as_number(&mut self, how: How, number: &str, part: Part) -> Option<Part> {
        let ty = if number == "f32" { Ty::Float(Float::F32) } else { Ty::F64 };
        if matches!(part.ty(), Ty::Float(Float::F64 | Float::F32)) && !part.ty().is_same(&ty) {
            return None;
        }
        let root = match &part {
            Part::At(place, _) if matches!(place.path.last(), Some(Proj::Field(_))) => return Some(part),
            Part::At(place, _) | Part::Number(Expr::Read(place), _) => Some(place.root),
            Part::Number(Expr::Var(v), _) => Some(*v),
            _ => None,
        };
        let said = !how.asked && root.is_some_and(|v| self.info(v).kind == crate::ir::VarKind::Param || self.info(v).annotation.is_some());
        if said {
            return Some(part);
        }
        let (e, _) = self.number(how, part)?;
        if how.asked {
            return Some(Part::Number(e, ty));
        }
        let own = self.temp(e, ty.clone());
        let name = Ident::new(number, Span::call_site());
        self.vars[own.0 as usize].annotation = Some(syn::parse_quote!(#name));
        Some(Part::Number(Expr::Var(own), ty))
    }

    fn value(&mut self, how: How, home: &Home, env: &[(String, Part)], e: &Syn) -> Option<Part> {
        match strip(e) {
            Syn::Path(p) => {
                let name = crate::names::bare(p.path.get_ident()?);
                env.iter().find(|(known, _)| *known == name).map(|(_, part)| part.clone())
            }
            Syn::Lit(l) => match &l.lit {
                syn::Lit::Float(f) if f.suffix().is_empty() => {
                    Some(Part::Number(Expr::Const(l.to_token_stream()), Ty::Float(Float::Inferred)))
                }
                _ => None,
            },
            Syn::Reference(r) => self.value(how, home, env, &r.expr),
            Syn::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => {
                let behind = self.value(how, home, env, expr)?;
                // Of a value it would be what its `Deref` gives.
                match behind.ty() {
                    Ty::Named(named) if named.home().is_none_or(|home| home.may_be_dereferenced()) => None,
                    _ => Some(behind),
                }
            }
            Syn::Field(f) => {
                let base = self.value(how, home, env, &f.base)?;
                field(base, &f.member)
            }
            Syn::Unary(u) => {
                let x = self.value(how, home, env, &u.expr)?;
                if x.ty().is_float() {
                    let (x, ty) = self.number(how, x)?;
                    return Some(self.operation(how, Expr::Neg(Box::new(x)), ty));
                }
                let found = operator(how.at, "Neg", &x.ty(), &x.ty())?;
                self.straight(how, &found, vec![x])
            }
            Syn::Binary(b) => {
                let (op, of) = match b.op {
                    syn::BinOp::Add(_) => (BinOp::Add, "Add"),
                    syn::BinOp::Sub(_) => (BinOp::Sub, "Sub"),
                    syn::BinOp::Mul(_) => (BinOp::Mul, "Mul"),
                    syn::BinOp::Div(_) => (BinOp::Div, "Div"),
                    _ => return None,
                };
                let (l, r) = (self.value(how, home, env, &b.left)?, self.value(how, home, env, &b.right)?);
                if !l.ty().is_float() || !r.ty().is_float() {
                    let found = operator(how.at, of, &l.ty(), &r.ty())?;
                    return self.straight(how, &found, vec![l, r]);
                }
                let ((l, lt), (r, rt)) = (self.number(how, l)?, self.number(how, r)?);
                let ty = match (lt, rt) {
                    (Ty::Float(Float::Inferred), known) | (known, Ty::Float(Float::Inferred)) => known,
                    (l, r) if l.is_same(&r) => l,
                    _ => return None,
                };
                Some(self.operation(how, Expr::Bin(op, Box::new(l), Box::new(r), how.at.span()), ty))
            }
            Syn::Struct(s) => {
                let named = self.type_of(how, home, &s.path)?;
                let fields = s.fields.iter().map(|f| Some((f.member.clone(), self.value(how, home, env, &f.expr)?)));
                made(named, fields.collect::<Option<_>>()?)
            }
            Syn::Call(c) => self.constructed(how, home, env, c),
            Syn::MethodCall(m) => {
                let x = self.value(how, home, env, &m.receiver)?;
                let args = m.args.iter().map(|a| self.value(how, home, env, a)).collect::<Option<Vec<_>>>();
                if let Ty::Named(named) = x.ty() {
                    let found = named.home()?.straight_method(&Ident::new(&m.method.to_string(), how.at.span()))?;
                    let own = found.1.params.first().is_some_and(|p| p == "self");
                    return if own { self.straight(how, &found, std::iter::once(x).chain(args?).collect()) } else { None };
                }
                let (x, ty) = self.number(how, x).filter(|(_, ty)| matches!(ty, Ty::Float(Float::F64 | Float::F32)))?;
                let name = Ident::new(&m.method.to_string(), how.at.span());
                if let ("powi", [Syn::Lit(n @ syn::ExprLit { lit: syn::Lit::Int(_), .. })]) =
                    (m.method.to_string().as_str(), &m.args.iter().map(strip).collect::<Vec<_>>()[..])
                {
                    return Some(self.operation(how, Expr::Rule(name, vec![x, Expr::Const(n.to_token_stream())]), ty));
                }
                let args = args.filter(|args| crate::infer::float_method_args(&name.to_string()) == Some(args.len()))?;
                let mut operands = vec![x];
                for a in args {
                    let (a, given) = self.number(how, a)?;
                    if !ty.is_same(&given) && !matches!(given, Ty::Float(Float::Inferred)) {
                        return None;
                    }
                    operands.push(a);
                }
                Some(self.operation(how, Expr::Rule(name, operands), ty))
            }
            _ => None,
        }
    }

    /// A constructor, or an associated function that is such a function.
    fn constructed(&mut self, how: How, home: &Home, env: &[(String, Part)], c: &syn::ExprCall) -> Option<Part> {
        let Syn::Path(p) = &*c.func else { return None };
        let args = c.args.iter().map(|a| self.value(how, home, env, a)).collect::<Option<Vec<_>>>()?;
        let (last, owner) = (p.path.segments.last()?, p.path.segments.len());
        if owner == 1 {
            let named = self.type_of(how, home, &p.path)?;
            return made(named, args.into_iter().enumerate().map(|(k, a)| (Member::from(k), a)).collect());
        }
        let mut of = p.path.clone();
        of.segments.pop();
        of.segments.pop_punct();
        let named = self.type_of(how, home, &of).filter(|_| owner == 2)?;
        let found = named.home()?.straight_method(&Ident::new(&last.ident.to_string(), how.at.span()))?;
        self.straight(how, &found, args)
    }

    /// The type of a name in the file of the function.
    fn type_of(&self, how: How, home: &Home, path: &syn::Path) -> Option<Named> {
        let name = path.get_ident()?.to_string();
        let text = if name == "Self" { home.name().to_string() } else { name };
        match home.read(how.at, &text, &[], Some)? {
            Ty::Named(named) => Some(named),
            _ => None,
        }
    }

    fn operation(&mut self, how: How, e: Expr, ty: Ty) -> Part {
        self.straight_room = self.straight_room.saturating_sub(1);
        let e = if how.asked { Expr::Const(quote!(0.0)) } else { Expr::Var(self.temp(e, ty.clone())) };
        Part::Number(e, ty)
    }

    /// A part as an operand that is a number.
    fn number(&mut self, how: How, part: Part) -> Option<(Expr, Ty)> {
        let ty = Some(part.ty()).filter(|ty| matches!(ty, Ty::Float(Float::F64 | Float::F32 | Float::Inferred)))?;
        if how.asked {
            return Some((Expr::Const(quote!(0.0)), ty));
        }
        let val = match part {
            Part::Number(e, _) => return Some((e, ty)),
            Part::At(place, _) => Val::Place(place, ty.clone()),
            Part::Code(code, vars, _) => Val::Expr(Expr::Verbatim(Box::new(Syn::Verbatim(code)), vars), ty.clone()),
            Part::Made(..) => return None,
        };
        self.operand(val, how.at.span()).ok().map(|(e, _)| (e, ty))
    }

    /// The value of a part.
    fn put_together_of(&mut self, at: &Ident, part: Part) -> Option<(Expr, Ty)> {
        let how = How { at, asked: false, depth: 0 };
        let Part::Made(fields, named) = part else { return self.number(how, part) };
        let path: syn::Path = syn::parse2(named.path_at(at)?).ok()?;
        let ty = Ty::Named(named);
        let tuple = matches!(fields.first(), Some((Member::Unnamed(_), _)));
        let mut values = Vec::new();
        for (m, part) in fields {
            let nested = matches!(part, Part::Made(..));
            let (e, ty) = self.put_together_of(at, part)?;
            values.push((m, if nested { Expr::Var(self.temp(e, ty)) } else { e }));
        }
        let e = if tuple { Expr::Ctor(path, values.into_iter().map(|(_, e)| e).collect()) } else { Expr::Struct(path, values, None) };
        Some((e, ty))
    }
}

/// How an operator is written out.
fn operator(at: &Ident, of: &str, left: &Ty, right: &Ty) -> Option<(Home, Straight)> {
    let home = [left, right].into_iter().find_map(|ty| if let Ty::Named(named) = ty.peel() { named.home() } else { None })?;
    home.straight_operator(at, of, left.peel(), right.peel())
}

/// An operand as a part.
fn part_of(e: Expr, ty: &Ty) -> Option<Part> {
    match e {
        e if ty.is_float() => Some(Part::Number(e, ty.clone())),
        Expr::Var(v) => Some(Part::At(Place::var(v), ty.clone())),
        Expr::Read(place) | Expr::Ref(place) => Some(Part::At(place, ty.clone())),
        _ => None,
    }
}

/// A field of a part.
fn field(base: Part, member: &Member) -> Option<Part> {
    let Ty::Named(named) = base.ty() else { return None };
    let ty = Ty::Named(named.clone()).field(member);
    let known = matches!(&ty, Ty::Float(Float::F64 | Float::F32)) || matches!(&ty, Ty::Named(inner) if inner.home().is_some());
    if !known || !named.shows(member) {
        return None;
    }
    match base {
        Part::At(place, _) => Some(Part::At(place.project(Proj::Field(member.clone())), ty)),
        Part::Code(code, vars, _) => Some(Part::Code(quote!((#code).#member), vars, ty)),
        Part::Made(fields, _) => fields.into_iter().find(|(m, _)| m == member).map(|(_, part)| part),
        Part::Number(..) => None,
    }
}

/// A struct of numbers and such structs, all of whose fields are given and can be seen.
fn made(named: Named, fields: Vec<(Member, Part)>) -> Option<Part> {
    let whole = Ty::Named(named.clone());
    let home = named.home().filter(|home| home.parameters().is_empty())?;
    if home.fields()?.len() != fields.len() {
        return None;
    }
    let fits = |(m, part): &(Member, Part)| {
        let (ty, given) = (whole.field(m), part.ty());
        let number = matches!((&ty, &given), (Ty::Float(_), Ty::Float(Float::Inferred))) || ty.is_same(&given);
        // A struct that is there already may not be copied.
        named.shows(m) && number && (ty.is_float() || matches!(part, Part::Made(..)))
    };
    fields.iter().all(fits).then(|| Part::Made(fields, named))
}
