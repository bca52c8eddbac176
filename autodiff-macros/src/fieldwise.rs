//! Structs of numbers, field by field.
//!
//! What enters: a lowered function. What leaves: the same, where variables of types of the crate that consist of numbers are a variable for each
//! number, as if the user had written them so:
//!
//! ```text
//! let mut q = Quaternion { w: 1.0, x: 0.0 };   // let mut q_w = 1.0; let mut q_x = 0.0;
//! q = Quaternion { w: t0, x: t1 };             // q_w = t0; q_x = t1;
//! ```
//!
//! Guarantees: the same operations in the same order. A variable stays whole if anything but its numbers is borrowed or matched, or stands in code of the
//! user's; where its value is handed on, it is put together there.

use quote::ToTokens;
use rustc_hash::FxHashMap as HashMap;
use syn::Member;

use crate::ir::{Arg, Block, Expr, Function, Place, Proj, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::rows::places::{each_place, Access};
use crate::types::{Float, Ty};

mod plain;
mod shape;

use plain::{in_code, numbers_in};
use shape::{shape, Leaf, Shape};

/// Takes structs apart.
pub(crate) fn fieldwise(f: &mut Function, names: &mut Namer) {
    let mut found = Found::default();
    for (k, info) in f.vars.iter().enumerate() {
        let own = matches!(info.kind, VarKind::Value | VarKind::Memory) && !info.optional && !info.lent && info.origin.is_none();
        if let Some(shape) = own.then(|| shape(&info.ty, &info.name)).flatten() {
            let name = info.name.to_string();
            found.whole.insert(Var(k as u32), Use { shape, name, stays: false, defined: false, numbers: 0, handed_on: 0 });
        }
    }
    if found.whole.is_empty() {
        return;
    }
    for info in &f.vars {
        if let Some(origin) = &info.origin {
            origin.each_var(&mut |v| found.stays(v));
        }
    }
    found.block(&f.body);
    if let Some(result) = &f.result {
        found.read(result);
    }
    let vars = &f.vars;
    found.whole.retain(|v, u| {
        !u.stays && u.defined && (u.numbers > u.handed_on || u.handed_on == 0 && vars[v.0 as usize].kind == VarKind::Memory)
    });
    if found.whole.is_empty() {
        return;
    }
    let mut apart = Apart { vars: std::mem::take(&mut f.vars), names, shapes: HashMap::default(), numbers: HashMap::default() };
    let mut all: Vec<_> = found.whole.into_iter().collect();
    all.sort_by_key(|(v, _)| *v);
    for (v, u) in all {
        apart.declare(v, u);
    }
    let mut body = std::mem::replace(&mut f.body, Block { region: crate::ir::Region(0), stmts: Vec::new() });
    apart.block(&mut body);
    if let Some(result) = &mut f.result {
        apart.operands(result, body.region, &mut body.stmts);
    }
    f.vars = apart.vars;
    f.body = body;
}

/// How a struct is used.
struct Use {
    shape: Shape,
    name: String,
    stays: bool,
    /// Whether it is put together of numbers anywhere.
    defined: bool,
    /// How often its numbers are read.
    numbers: usize,
    /// How often all of it is.
    handed_on: usize,
}

#[derive(Default)]
struct Found {
    whole: HashMap<Var, Use>,
}

impl Found {
    fn stays(&mut self, v: Var) {
        if let Some(u) = self.whole.get_mut(&v) {
            u.stays = true;
        }
    }

    fn block(&mut self, b: &Block) {
        b.stmts.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, s: &Stmt) {
        match s {
            Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) if self.whole.contains_key(v) => self.given(Place::var(*v), e),
            Stmt::Assign(p, e) if self.whole.contains_key(&p.root) => {
                self.indices(p);
                self.given(p.clone(), e);
            }
            Stmt::Update(p, _, e, _) if self.whole.contains_key(&p.root) => {
                if !matches!(self.whole[&p.root].shape.at(&p.path), Some(None)) {
                    self.stays(p.root);
                }
                self.read(e);
            }
            Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Do(e) => self.read(e),
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
                self.indices(p);
                self.read(e);
            }
            Stmt::If(e, ..) => self.read(e),
            Stmt::While(l) => self.read(&l.cond),
            Stmt::Decl(_, None) => {}
            s => {
                // Blocks are looked at by themselves.
                let mut own = Vec::new();
                s.each_read(&mut |v| own.push(v));
                each_place(s, false, &mut |p, _: Access| own.push(p.root));
                own.into_iter().for_each(|v| self.stays(v));
            }
        }
        s.each_block(&mut |b| self.block(b));
    }

    /// A struct, or a part of it, gets a value.
    fn given(&mut self, p: Place, e: &Expr) {
        let Some(part) = self.whole[&p.root].shape.at(&p.path).map(|part| part.cloned()) else { return self.stays(p.root) };
        let Some(part) = part else { return self.read(e) };
        if !self.source(&part, e) {
            self.stays(p.root);
            return self.read(e);
        }
        if let (Some(u), true) = (self.whole.get_mut(&p.root), matches!(e, Expr::Struct(..) | Expr::Ctor(..))) {
            u.defined = true;
        }
    }

    /// Whether the numbers of a struct can be read of what is put there; looks at what that reads.
    fn source(&mut self, part: &Shape, e: &Expr) -> bool {
        match e {
            Expr::Var(_) => true,
            Expr::Read(p) => {
                // A part of another one, or of whatever else.
                match self.whole.get(&p.root).map(|u| u.shape.at(&p.path).is_some()) {
                    Some(false) => self.stays(p.root),
                    Some(true) => {}
                    None => self.indices(p),
                }
                true
            }
            Expr::Clone(inner) if matches!(**inner, Expr::Var(_) | Expr::Read(_)) => self.source(part, inner),
            Expr::Struct(..) | Expr::Ctor(..) => {
                let fits = part.fields.iter().all(|(m, _)| component(e, m).is_some()) && count(e) == part.fields.len();
                if !fits {
                    return false;
                }
                for (m, leaf) in &part.fields {
                    let Some(of) = component(e, m) else { return false };
                    match leaf {
                        Leaf::Number(_) => self.read(of),
                        Leaf::Struct(s) if matches!(of, Expr::Var(_) | Expr::Read(_) | Expr::Clone(_)) => {
                            if !self.source(s, of) {
                                return false;
                            }
                        }
                        Leaf::Struct(_) => return false,
                    }
                }
                true
            }
            // Whatever else is put together first.
            other => {
                self.read(other);
                true
            }
        }
    }

    fn indices(&mut self, p: &Place) {
        p.each_var(&mut |v| {
            if v != p.root {
                self.stays(v);
            }
        });
    }

    /// What an expression reads.
    fn read(&mut self, e: &Expr) {
        match e {
            Expr::Var(v) => {
                if let Some(u) = self.whole.get_mut(v) {
                    u.handed_on += 1;
                }
            }
            Expr::Read(p) => {
                self.indices(p);
                if let Some(u) = self.whole.get_mut(&p.root) {
                    match u.shape.at(&p.path) {
                        Some(None) => u.numbers += 1,
                        Some(Some(_)) if p.path.is_empty() => u.handed_on += 1,
                        _ => u.stays = true,
                    }
                }
            }
            Expr::Bin(..)
            | Expr::Neg(_)
            | Expr::Rule(..)
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Struct(..)
            | Expr::Ctor(..)
            | Expr::Clone(_)
            | Expr::Cast(..) => {
                e.each_part(&mut |part| self.read(part));
            }
            Expr::Call(call) => {
                for a in &call.args {
                    match a {
                        Arg::Value(e) => self.read(e),
                        Arg::Ref(p) if p.path.is_empty() => self.read(&Expr::Var(p.root)),
                        Arg::Ref(p) | Arg::RefMut(p) | Arg::Receiver(p) => p.each_var(&mut |v| self.stays(v)),
                    }
                }
            }
            Expr::Verbatim(code, vars) => {
                let tokens = code.to_token_stream();
                for v in vars {
                    let Some(u) = self.whole.get_mut(v) else { continue };
                    match numbers_in(tokens.clone(), &u.name, &u.shape) {
                        Some(n) => u.numbers += n,
                        None => u.stays = true,
                    }
                }
            }
            other => other.each_operand(&mut |v| self.stays(v)),
        }
    }
}

/// A field of a struct that is written out.
fn component<'e>(e: &'e Expr, m: &Member) -> Option<&'e Expr> {
    match (e, m) {
        (Expr::Struct(_, fields, None), m) => fields.iter().find(|(n, _)| n == m).map(|(_, e)| e),
        (Expr::Ctor(_, items), Member::Unnamed(k)) => items.get(k.index as usize),
        _ => None,
    }
}

fn count(e: &Expr) -> usize {
    match e {
        Expr::Struct(_, fields, _) => fields.len(),
        Expr::Ctor(_, items) => items.len(),
        _ => 0,
    }
}

struct Apart<'n> {
    vars: Vec<VarInfo>,
    names: &'n mut Namer,
    shapes: HashMap<Var, Shape>,
    /// The variable, or what else it is, for each number.
    numbers: HashMap<(Var, String), Expr>,
}

/// A path of fields as a key: `at.x` is not the field `at_x`.
fn text(path: &[Member]) -> String {
    let names = path.iter().map(|m| match m {
        Member::Named(name) => crate::names::bare(name),
        Member::Unnamed(k) => k.index.to_string(),
    });
    names.collect::<Vec<_>>().join(".")
}

impl Apart<'_> {
    fn declare(&mut self, v: Var, u: Use) {
        let whole = self.vars[v.0 as usize].clone();
        for (path, ty) in u.shape.numbers() {
            let mut name = self.names.fresh(&format!("{}_{}", crate::names::bare(&whole.name), text(&path).replace('.', "_")));
            name.set_span(name.span().located_at(whole.name.span()));
            let info = VarInfo { name, ty, annotation: None, ..whole.clone() };
            self.vars.push(VarInfo { owned: true, ..info });
            self.numbers.insert((v, text(&path)), Expr::Var(Var(self.vars.len() as u32 - 1)));
        }
        self.shapes.insert(v, u.shape);
    }

    fn block(&mut self, b: &mut Block) {
        let region = b.region;
        let mut out = Vec::new();
        for mut s in std::mem::take(&mut b.stmts) {
            s.each_block_mut(&mut |b| self.block(b));
            match s {
                Stmt::Let(v, e) if self.shapes.contains_key(&v) => {
                    let e = self.at_hand(Place::var(v), e, region, &mut out);
                    self.defined(v, &e, &mut out, Stmt::Let);
                }
                Stmt::Decl(v, Some(e)) if self.shapes.contains_key(&v) => {
                    let e = self.at_hand(Place::var(v), e, region, &mut out);
                    self.defined(v, &e, &mut out, |v, e| Stmt::Decl(v, Some(e)));
                }
                Stmt::Decl(v, None) if self.shapes.contains_key(&v) => {
                    for (path, _) in self.shapes[&v].numbers() {
                        out.push(Stmt::Decl(self.variable(v, &path), None));
                    }
                }
                Stmt::Assign(p, e) if self.is_struct(&p) => {
                    let prefix: Vec<Member> = members(&p.path);
                    let e = self.at_hand(p.clone(), e, region, &mut out);
                    self.check(&e, &mut out);
                    for (path, value) in self.values(p.root, &prefix, &e) {
                        out.push(Stmt::Assign(Place::var(self.variable(p.root, &path)), value));
                    }
                }
                mut s => {
                    match &mut s {
                        Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Do(e) | Stmt::If(e, ..) => self.operands(e, region, &mut out),
                        Stmt::While(l) => self.operands(&mut l.cond, region, &mut out),
                        Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
                            self.operands(e, region, &mut out);
                            self.place(p);
                        }
                        _ => {}
                    }
                    out.push(s);
                }
            }
        }
        b.stmts = out;
    }

    fn is_struct(&self, p: &Place) -> bool {
        self.shapes.get(&p.root).is_some_and(|shape| matches!(shape.at(&p.path), Some(Some(_))))
    }

    fn variable(&self, v: Var, path: &[Member]) -> Var {
        match &self.numbers[&(v, text(path))] {
            Expr::Var(v) => *v,
            _ => v,
        }
    }

    /// What a struct is given, as something whose fields can be read.
    fn at_hand(&mut self, p: Place, mut e: Expr, region: crate::ir::Region, out: &mut Vec<Stmt>) -> Expr {
        let direct = match &e {
            Expr::Clone(inner) => matches!(**inner, Expr::Var(_) | Expr::Read(_)),
            e => matches!(e, Expr::Var(_) | Expr::Read(_) | Expr::Struct(..) | Expr::Ctor(..)),
        };
        let Some(Some(shape)) = self.shapes[&p.root].at(&p.path).filter(|_| !direct) else { return e };
        let (name, ty) = (self.names.numbered("t"), Ty::Named(shape.named.clone()));
        self.operands(&mut e, region, out);
        let varied = self.vars[p.root.0 as usize].varied && !matches!(e, Expr::Verbatim(..) | Expr::Const(_));
        self.vars.push(VarInfo { varied, ..VarInfo::owned(name, ty, VarKind::Value, region) });
        let whole = Var(self.vars.len() as u32 - 1);
        out.push(Stmt::Let(whole, e));
        Expr::Var(whole)
    }

    /// A struct gets its value: numbers that have a name already need no other.
    fn defined(&mut self, v: Var, e: &Expr, out: &mut Vec<Stmt>, stmt: impl Fn(Var, Expr) -> Stmt) {
        self.check(e, out);
        let value = self.vars[v.0 as usize].kind == VarKind::Value;
        for (path, e) in self.values(v, &[], e) {
            let named =
                matches!(&e, Expr::Var(of) if !self.vars[of.0 as usize].mutable && self.vars[of.0 as usize].kind != VarKind::Deferred);
            if value && named {
                self.numbers.insert((v, text(&path)), e);
                continue;
            }
            let number = self.variable(v, &path);
            if !matches!(e, Expr::Var(_) | Expr::Read(_)) {
                // A literal has the type of the field.
                let single = matches!(self.vars[number.0 as usize].ty, Ty::Float(Float::F32));
                let ty = if single { syn::parse_quote!(::core::primitive::f32) } else { syn::parse_quote!(::core::primitive::f64) };
                self.vars[number.0 as usize].annotation = Some(ty);
            }
            out.push(stmt(number, e));
        }
    }

    /// Elements that are read have to be there, whether or not their numbers are used.
    fn check(&mut self, e: &Expr, out: &mut Vec<Stmt>) {
        let place = match e {
            Expr::Read(p) => p,
            Expr::Clone(inner) => match &**inner {
                Expr::Read(p) => p,
                _ => return,
            },
            _ => return,
        };
        if place.path.iter().any(|step| matches!(step, Proj::Index(..))) {
            let code = crate::emit::place_tokens(&self.vars, place);
            let mut vars = Vec::new();
            place.each_var(&mut |v| vars.push(v));
            out.push(Stmt::Check(Box::new(syn::parse_quote!(let _ = &#code;)), vars));
        }
    }

    /// The numbers of a struct, or of a part of it, read of what it is given.
    fn values(&self, v: Var, prefix: &[Member], e: &Expr) -> Vec<(Vec<Member>, Expr)> {
        let numbers = self.shapes[&v].numbers().into_iter().filter(|(path, _)| path.starts_with(prefix));
        numbers
            .map(|(path, _)| {
                let value = self.number_of(e, &path[prefix.len()..]);
                (path, value)
            })
            .collect()
    }

    fn number_of(&self, e: &Expr, path: &[Member]) -> Expr {
        match e {
            Expr::Clone(inner) => self.number_of(inner, path),
            Expr::Struct(..) | Expr::Ctor(..) => match path.split_first().and_then(|(m, rest)| Some((component(e, m)?, rest))) {
                Some((of, [])) => {
                    let mut of = of.clone();
                    self.replace(&mut of);
                    of
                }
                Some((of, rest)) => self.number_of(of, rest),
                None => e.clone(),
            },
            Expr::Var(v) => self.part(Place::var(*v), path),
            Expr::Read(p) => self.part(p.clone(), path),
            other => other.clone(),
        }
    }

    fn part(&self, mut p: Place, path: &[Member]) -> Expr {
        p.path.extend(path.iter().cloned().map(Proj::Field));
        let mut e = Expr::Read(p);
        self.replace(&mut e);
        e
    }

    /// Reads of numbers become reads of variables.
    fn replace(&self, e: &mut Expr) {
        if let Expr::Read(p) = e {
            if self.shapes.contains_key(&p.root) && !p.path.is_empty() {
                if let Some(number) = self.numbers.get(&(p.root, text(&members(&p.path)))) {
                    *e = number.clone();
                }
            }
        }
    }

    fn place(&self, p: &mut Place) {
        if self.shapes.contains_key(&p.root) {
            if let Some(Expr::Var(v)) = self.numbers.get(&(p.root, text(&members(&p.path)))) {
                *p = Place::var(*v);
            }
        }
    }

    /// The operands of an expression: where a struct is handed on, it is put together in front.
    fn operands(&mut self, e: &mut Expr, region: crate::ir::Region, out: &mut Vec<Stmt>) {
        let mut made = HashMap::default();
        self.operand(e, region, out, &mut made);
    }

    fn operand(&mut self, e: &mut Expr, region: crate::ir::Region, out: &mut Vec<Stmt>, made: &mut HashMap<Var, Var>) {
        self.replace(e);
        match e {
            Expr::Var(v) if self.shapes.contains_key(v) => *e = Expr::Var(self.whole(*v, region, out, made)),
            Expr::Read(p) if p.path.is_empty() && self.shapes.contains_key(&p.root) => {
                *e = Expr::Var(self.whole(p.root, region, out, made))
            }
            // A part that is a struct is handed on.
            Expr::Read(p) if self.is_struct(p) => {
                let (of, mut prefix) = (self.vars[p.root.0 as usize].clone(), members(&p.path));
                let Some(Some(shape)) = self.shapes[&p.root].at(&p.path).map(|part| part.cloned()) else { return };
                *e = Expr::Var(self.together(p.root, &shape, &mut prefix, &of, region, out));
            }
            Expr::Neg(x) | Expr::Clone(x) | Expr::Cast(x, _) => self.operand(x, region, out, made),
            Expr::Bin(_, l, r, _) => {
                self.operand(l, region, out, made);
                self.operand(r, region, out, made);
            }
            Expr::Rule(_, items) | Expr::Tuple(items) | Expr::Array(items) | Expr::Ctor(_, items) => {
                items.iter_mut().for_each(|e| self.operand(e, region, out, made));
            }
            Expr::Struct(_, fields, base) => {
                fields.iter_mut().for_each(|(_, e)| self.operand(e, region, out, made));
                if let Some(base) = base {
                    self.operand(base, region, out, made);
                }
            }
            Expr::Verbatim(code, vars) => {
                let Some(v) = vars.iter().copied().find(|v| self.shapes.contains_key(v)) else { return };
                let name = self.vars[v.0 as usize].name.to_string();
                let mut more = Vec::new();
                let replaced = in_code(code.to_token_stream(), &name, &self.shapes[&v], &mut |path| {
                    let number = &self.numbers[&(v, text(path))];
                    number.each_operand(&mut |v| more.push(v));
                    Some(crate::emit::expr_tokens(&self.vars, number))
                });
                if let Some(replaced) = replaced {
                    **code = syn::Expr::Verbatim(replaced);
                    vars.retain(|known| *known != v);
                    vars.extend(more);
                    self.operand(e, region, out, made);
                }
            }
            Expr::Call(call) => {
                for a in &mut call.args {
                    match a {
                        Arg::Value(e) => self.operand(e, region, out, made),
                        Arg::Ref(p) if p.path.is_empty() && self.shapes.contains_key(&p.root) => {
                            *p = Place::var(self.whole(p.root, region, out, made));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// The struct, put together.
    fn whole(&mut self, v: Var, region: crate::ir::Region, out: &mut Vec<Stmt>, made: &mut HashMap<Var, Var>) -> Var {
        if let Some(known) = made.get(&v) {
            return *known;
        }
        let shape = self.shapes[&v].clone();
        let info = self.vars[v.0 as usize].clone();
        let whole = self.together(v, &shape, &mut Vec::new(), &info, region, out);
        made.insert(v, whole);
        whole
    }

    fn together(
        &mut self,
        v: Var,
        shape: &Shape,
        prefix: &mut Vec<Member>,
        of: &VarInfo,
        region: crate::ir::Region,
        out: &mut Vec<Stmt>,
    ) -> Var {
        let mut values = Vec::new();
        for (m, leaf) in &shape.fields {
            prefix.push(m.clone());
            let value = match leaf {
                Leaf::Number(_) => self.numbers[&(v, text(prefix))].clone(),
                Leaf::Struct(s) => Expr::Var(self.together(v, s, prefix, of, region, out)),
            };
            prefix.pop();
            values.push((m.clone(), value));
        }
        let path = shape.path.clone();
        let tuple = matches!(values.first(), Some((Member::Unnamed(_), _)));
        let e = if tuple { Expr::Ctor(path, values.into_iter().map(|(_, e)| e).collect()) } else { Expr::Struct(path, values, None) };
        let name = self.names.numbered("t");
        let info = VarInfo { varied: of.varied, ..VarInfo::owned(name, Ty::Named(shape.named.clone()), VarKind::Value, region) };
        self.vars.push(info);
        let whole = Var(self.vars.len() as u32 - 1);
        out.push(Stmt::Let(whole, e));
        whole
    }
}

fn members(path: &[Proj]) -> Vec<Member> {
    path.iter().filter_map(|step| if let Proj::Field(m) = step { Some(m.clone()) } else { None }).collect()
}
