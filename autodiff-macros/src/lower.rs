//! Lowering: the syntax of a function body to the intermediate representation.
//!
//! What enters: a body in which every binding has its own name, with the types and the varied names that are known.
//! What leaves: a [`Function`], in A-normal form where derivatives flow. Guarantees: every construct
//! of the syntax is either lowered to statements of the same meaning, kept verbatim because it carries no derivative, or
//! refused at its span; the matches over the syntax refuse by default.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;

use crate::diagnostics::{Errors, Lowered};
use crate::infer::Types;
use crate::ir::{Arg, Block, Expr, Function, Place, Proj, Region, RegionInfo, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::types::Ty;

mod asked;
mod bits;
mod call;
mod changes;
mod closure;
mod combinator;
mod control;
mod expr;
mod follow;
mod halves;
pub(crate) mod iter;
mod method;
mod opaque;
mod optional;
mod pattern;
mod rearrange;
mod scan;
mod sized;
mod straight;
mod verbatim;

pub(crate) use changes::{certainly_changes, changes_place, may_change};
pub(crate) use combinator::{behind_text, is_cheap};
pub(crate) use control::{bind_in_branch, has_let};
pub(crate) use expr::strip;
pub(crate) use method::is_method_of_std;
pub(crate) use opaque::{refuse_assembly, refuse_capturing, refuse_input, refuse_leaving};
pub(crate) use scan::{diverges, expr_diverges, expr_exits, has_return, is_simple, is_update, mutates, stmt_exits, Facts};

/// What a name or an expression denotes while lowering.
#[derive(Clone, Debug)]
pub(crate) enum Val {
    /// A value: an operand, or one operation over operands that has no name yet.
    Expr(Expr, Ty),
    /// A memory location.
    Place(Place, Ty),
    /// A reference to a location; true for `&mut`.
    Ref(Place, Ty, bool),
    /// A reference to a reference.
    Twice(Box<Val>),
    /// Parts that never were put together.
    Tuple(Vec<Val>),
    Closure(Rc<syn::ExprClosure>),
    Iter(Box<iter::Iter>),
    /// An `Option` that never was put together: what is in it, where the plain condition holds.
    Maybe {
        found: Expr,
        value: Box<Val>,
    },
    /// No value (unit, or control does not come back).
    Unit,
    /// The definition was refused; uses stay silent.
    Poison,
}

/// A parameter as lowering wants it.
#[derive(Clone)]
pub(crate) struct Param {
    pub ident: Ident,
    pub ty: Ty,
    /// Whether a cotangent is wanted.
    pub active: bool,
    /// Taken by value, but with references in it.
    pub borrows: bool,
    /// Its type is `usize`.
    pub size: bool,
}

/// What lowering starts from.
pub(crate) struct Source<'a> {
    pub params: &'a [Param],
    pub result: Ty,
    pub block: &'a syn::Block,
    pub types: Types,
    pub varied: HashSet<String>,
    pub floats: Vec<Ident>,
    /// Parameters of the function that are numbers known at compile time.
    pub sizes: HashSet<String>,
    /// All identifiers of the item, to be avoided.
    pub words: HashSet<String>,
    /// Whether operators and methods that are straight lines are written out.
    pub straight: bool,
}

/// An enclosing construct that `break`, `continue` or `return` leaves.
pub(crate) struct Frame {
    pub label: Option<String>,
    pub kind: FrameKind,
    /// Set when the construct must stop.
    pub stop: Option<Var>,
    /// Set when the rest of the current iteration must not run.
    pub skip: Option<Var>,
    /// Receives the value of `break value` or `return value`.
    pub dest: Option<Var>,
    /// The outermost frame that belongs to the same construct of the user: what `break` leaves.
    pub base: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FrameKind {
    Function,
    Loop,
    Block,
    /// Several loops that are one to the user.
    Whole,
}

/// The state of lowering one function.
pub(crate) struct Lower<'a> {
    pub errors: Errors,
    source: &'a Source<'a>,
    types: Types,
    varied: HashSet<String>,
    names: Namer,
    vars: Vec<VarInfo>,
    regions: Vec<RegionInfo>,
    region: Region,
    /// Statements of the region being filled.
    out: Vec<Stmt>,
    /// Whether the next loop keeps checkpoints.
    checkpoint: bool,
    /// An item is worked out that may not be there.
    perhaps: bool,
    env: HashMap<String, Val>,
    frames: Vec<Frame>,
    facts: scan::Facts,
    result: Option<Expr>,
    /// The closures whose bodies stand in for calls of them, outer ones first.
    calls_around: Vec<std::rc::Rc<syn::ExprClosure>>,
    /// Names whose assignments make new versions instead of writing to memory.
    versions: HashSet<String>,
    /// What they stood for before, last ones last: an arm beside the one that goes on sees none of its versions.
    replaced: Vec<(String, Val)>,
    /// Variables that lowering made and that a `let` of the user may take over.
    pub(crate) invented: HashSet<Var>,
    /// Variables that take the value of an `if` or `match`, and whether they own copies of what references led to.
    chosen: HashMap<Var, bool>,
    /// References that are assigned again, and the copies of what they lead to.
    followed: HashMap<String, Var>,
    /// Lists whose elements an iterator hands out by value: the user's code moves them.
    handed_out: HashSet<Var>,
    /// Elements without a derivative that the user moves out of a list.
    moved: HashSet<Var>,
    /// Variables that only a search writes.
    found: HashSet<Var>,
    /// Names of the user that variables have already.
    bound: HashSet<String>,
    /// Names of closures and iterators, which cannot stand in plain code.
    opaque: HashSet<String>,
    /// Parameters of closures that are references to references: to items that are references themselves.
    twofold: HashSet<String>,
    /// Whether the iterator being lowered is followed to its end.
    runs_out: bool,
    /// Whether the value being lowered goes where generated code tells rustc its type, as the user's code does: to a function, a field.
    told: bool,
    /// How many operations of operators and methods may still be written out.
    straight_room: usize,
    /// At the top, so that both sweeps see them: items inside the body, lengths that rustc infers.
    items: Vec<Stmt>,
}

/// Lowers a function; on failure all messages of the stage.
pub(crate) fn lower(source: &Source) -> syn::Result<(Function, Namer)> {
    let mut lower = Lower {
        errors: Errors::default(),
        types: source.types.clone(),
        varied: source.varied.clone(),
        names: Namer::beside(source.words.clone()),
        vars: Vec::new(),
        regions: vec![RegionInfo { parent: None, is_loop: false, checkpoint: false }],
        region: Region(0),
        out: Vec::new(),
        checkpoint: false,
        perhaps: false,
        env: HashMap::default(),
        frames: Vec::new(),
        facts: scan::Facts::of(source.block),
        result: None,
        calls_around: Vec::new(),
        versions: HashSet::default(),
        replaced: Vec::new(),
        told: false,
        runs_out: false,
        straight_room: straight::ROOM,
        items: Vec::new(),
        invented: HashSet::default(),
        chosen: HashMap::default(),
        followed: HashMap::default(),
        handed_out: HashSet::default(),
        moved: HashSet::default(),
        found: HashSet::default(),
        bound: source.params.iter().map(|p| p.ident.to_string()).collect(),
        opaque: HashSet::default(),
        twofold: HashSet::default(),
        source,
    };
    let known: Vec<String> = lower.types.names.iter().filter(|(_, t)| t.is_plain()).map(|(n, _)| n.clone()).collect();
    for name in known {
        lower.varied.remove(&name);
    }
    let params: Vec<Var> = source.params.iter().map(|p| lower.param(p)).collect();
    lower.body();
    let Lower { errors, vars, regions, mut out, result, names, items, types, .. } = lower;
    out.splice(0..0, items);
    let (result_ty, this) = (source.result.clone(), types.this().clone());
    let mut function = Function { vars, regions, params, body: Block { region: Region(0), stmts: out }, result, result_ty, this };
    let mut errors = errors;
    if errors.is_empty() {
        unforeseen(&function, &function.body, &mut errors);
        borrowing(&function, &function.body, &mut errors);
    }
    errors.finish(())?;
    crate::cleanup::drop_unread_flags(&mut function);
    Ok((function, names))
}

const LIST_OF_REFERENCES: &str =
    "a list of references to differentiable values cannot be followed; keep copies of them, as by `.cloned()`, or their indices";

/// Refuses data that borrows what varies, unless it is the function's result: the pullback would have to keep the references in it.
fn borrowing(function: &Function, block: &Block, errors: &mut Errors) {
    for s in &block.stmts {
        if let Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) = s {
            let is_read = || {
                let mut read = false;
                function.body.stmts.iter().for_each(|s| s.each_use(&mut |u| read |= u == *v));
                read
            };
            if let Some(borrowed) = held_reference(function, e).filter(|_| is_read()) {
                let span = e.place().unwrap_or(borrowed);
                let _: Lowered<()> = errors.refuse(
                    span,
                    "data that borrows differentiable values cannot be used where it is made; let it own them, or hand over the references themselves",
                );
            }
        }
        if let Stmt::Container(crate::ir::ContainerOp::Push, _, items, span) = s {
            let lent = |e: &Expr| matches!(e, Expr::Ref(p) if function.vars[p.root.0 as usize].varied);
            if items.iter().any(|e| lent(e) || held_reference(function, e).is_some()) {
                let _: Lowered<()> = errors.refuse(*span, LIST_OF_REFERENCES);
            }
        }
        s.each_block(&mut |b| borrowing(function, b, errors));
    }
}

/// Where the data that an expression makes borrows what varies, if it does.
fn held_reference(function: &Function, e: &Expr) -> Option<Span> {
    let part = |x: &Expr| match x {
        Expr::Ref(p) => {
            let root = &function.vars[p.root.0 as usize];
            let step = p.path.iter().rev().find_map(|step| match step {
                Proj::Index(_, span) | Proj::Slice(_, span) => Some(*span),
                _ => None,
            });
            root.varied.then(|| step.unwrap_or_else(|| root.name.span()))
        }
        x => held_reference(function, x),
    };
    match e {
        Expr::Struct(_, fields, _) => fields.iter().find_map(|(_, x)| part(x)),
        Expr::Ctor(_, items) | Expr::Tuple(items) | Expr::Array(items) | Expr::VecList(items) => items.iter().find_map(part),
        Expr::Call(call) => {
            let path = match &call.callee {
                crate::ir::Callee::Function(path) => Some(path),
                crate::ir::Callee::Associated(path) => Some(&path.path),
                crate::ir::Callee::Method(..) => None,
            };
            let lent = |a: &Arg| matches!(a, Arg::Ref(p) if function.vars[p.root.0 as usize].varied);
            (call.args.iter().any(lent) && path.is_some_and(crate::position::gives_what_borrows)).then_some(call.span)
        }
        _ => None,
    }
}

/// Refuses what writes a varied value into a variable that was taken for plain: its uses before that carry no derivative.
fn unforeseen(function: &Function, block: &Block, errors: &mut Errors) {
    let varied = |v: Var| function.vars[v.0 as usize].varied;
    let varies = |e: &Expr| {
        let mut found = false;
        crate::analysis::each_carrier(e, &mut |v| found |= varied(v));
        found
    };
    for s in &block.stmts {
        // What is written to, and whether what it is written to with varies.
        let (written, by_varied): (Vec<&Place>, bool) = match s {
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => (vec![p], varies(e)),
            Stmt::Container(_, p, args, _) => {
                // Both sides of a swap.
                let others = args.iter().filter_map(|a| if let Expr::RefMut(q) = a { Some(q) } else { None });
                let written: Vec<&Place> = std::iter::once(p).chain(others).collect();
                let swapped = written.len() > 1 && written.iter().any(|p| varied(p.root));
                (written, swapped || args.iter().any(varies))
            }
            Stmt::Let(_, Expr::Call(call)) | Stmt::Do(Expr::Call(call)) => {
                let written = call.args.iter().filter_map(|a| match a {
                    Arg::RefMut(p) => Some(p),
                    // Whether a method changes its receiver is not known; of locals `varied` takes it for granted.
                    Arg::Receiver(p) if function.vars[p.root.0 as usize].kind == VarKind::Param => {
                        Some(p).filter(|p| matches!(function.vars[p.root.0 as usize].ty, Ty::Ref(_, true)))
                    }
                    _ => None,
                });
                let by_varied = call.args.iter().any(|a| match a {
                    Arg::Value(e) => varies(e),
                    Arg::Ref(p) | Arg::RefMut(p) | Arg::Receiver(p) => varied(p.root),
                });
                (written.collect(), by_varied)
            }
            _ => {
                s.each_block(&mut |b| unforeseen(function, b, errors));
                continue;
            }
        };
        for root in written.into_iter().map(|p| &function.vars[p.root.0 as usize]) {
            if !by_varied || root.varied || root.ty.is_plain() {
                continue;
            }
            let name = &root.name;
            let message = match (root.kind, s) {
                (VarKind::Param, Stmt::Let(..) | Stmt::Do(_)) => {
                    format!("`{name}` may come to depend on the inputs in a call, but `wrt` leaves it out; name it in `wrt`, too")
                }
                (VarKind::Param, _) => format!("`{name}` comes to depend on the inputs, but `wrt` leaves it out; name it in `wrt`, too"),
                _ => format!("how `{name}` comes to depend on the inputs cannot be followed here; write what assigns it as a loop"),
            };
            let _: Lowered<()> = errors.refuse(name.span(), message);
        }
    }
}

impl Lower<'_> {
    fn param(&mut self, p: &Param) -> Var {
        let name = p.ident.to_string();
        let mutable = matches!(p.ty, Ty::Ref(_, true));
        let var = self.new_var(VarInfo {
            name: p.ident.clone(),
            ty: p.ty.clone(),
            kind: VarKind::Param,
            region: Region(0),
            varied: p.active,
            owned: !p.borrows && !matches!(p.ty, Ty::Ref(..)),
            lent: false,
            reborrows: false,
            mutable,
            origin: None,
            optional: false,
            annotation: None,
        });
        let place = Place::var(var);
        let val = match &p.ty {
            Ty::Ref(inner, m) => Val::Ref(place.project(Proj::Deref), (**inner).clone(), *m),
            ty => Val::Place(place, ty.clone()),
        };
        self.env.insert(name, val);
        var
    }

    fn body(&mut self) {
        let returns = scan::has_return(self.source.block);
        // What follows a `let ... else` stands in its arm, and so does the result.
        let inside = returns || self.source.block.stmts.iter().any(scan::is_let_else);
        let dest = if inside && !matches!(self.source.result, Ty::Unit) {
            let simple = scan::returns_are_nested_branches(self.source.block);
            let result = self.source.result.clone();
            Some(if simple { self.deferred_result("result", &result) } else { self.result_var("result", &result, true) })
        } else {
            None
        };
        let stop = returns.then(|| self.flag("returned"));
        self.frames.push(Frame { label: None, kind: FrameKind::Function, stop, skip: None, dest, base: 0 });
        let block = self.source.block;
        if let (false, Some(syn::Stmt::Expr(last, None))) = (matches!(self.source.result, Ty::Unit), block.stmts.last()) {
            if matches!(last, syn::Expr::If(i) if i.else_branch.is_none()) || matches!(last, syn::Expr::ForLoop(_) | syn::Expr::While(_)) {
                let _ = self.errors.left_to_rustc::<()>(syn::spanned::Spanned::span(last));
            }
        }
        let done = self.block_to(&block.stmts, &control::Dest::Return);
        if done.is_err() && self.errors.is_empty() {
            // Whatever is given up without a message must not come out as a function without a result.
            let message = "something in this function cannot be followed; write it in smaller steps, each with a `let` of its own";
            let _ = self.errors.refuse_at::<()>(block, message);
        }
        self.frames.pop();
        if let Some(var) = dest {
            self.result = Some(self.read_result(var));
        }
    }

    /// A variable that several branches assign: deferred where rustc sees that it is assigned
    /// exactly once, otherwise zero or `None` at first.
    fn result_var(&mut self, name: &str, ty: &Ty, varies: bool) -> Var {
        let ident = self.names.fresh(name);
        let optional = !ty.static_zero() && !matches!(ty, Ty::Float(_));
        let var = self.local(ident, ty.clone(), VarKind::Memory, varies && !ty.is_plain());
        let info = &mut self.vars[var.0 as usize];
        info.owned = true;
        info.optional = optional;
        self.out.push(Stmt::Decl(var, Some(if optional { none() } else { crate::emit::zero_of(ty) })));
        var
    }

    /// The same where every path assigns it once.
    fn deferred_result(&mut self, name: &str, ty: &Ty) -> Var {
        let ident = self.names.fresh(name);
        let var = self.local(ident, ty.clone(), VarKind::Deferred, !ty.is_plain());
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, None));
        var
    }

    /// The value of such a variable, once all assignments have run.
    fn read_result(&mut self, var: Var) -> Expr {
        if self.vars[var.0 as usize].optional {
            return Expr::Runtime("rt::assigned", vec![Expr::Var(var)]);
        }
        Expr::Var(var)
    }

    /// A boolean in memory, false at first.
    fn flag(&mut self, stem: &str) -> Var {
        self.noted(stem, quote::quote!(false))
    }

    /// A variable in memory that carries no derivative, with this at first.
    fn noted(&mut self, stem: &str, first: TokenStream) -> Var {
        let ident = self.names.fresh(stem);
        let var = self.new_var(VarInfo { mutable: true, ..VarInfo::owned(ident, Ty::Plain, VarKind::Memory, self.region) });
        self.out.push(Stmt::Decl(var, Some(Expr::Const(first))));
        var
    }

    fn set_flag(&mut self, flag: Var) {
        self.out.push(Stmt::Assign(Place::var(flag), Expr::Const(quote::quote!(true))));
    }

    pub(crate) fn new_var(&mut self, info: VarInfo) -> Var {
        self.vars.push(info);
        Var(u32::try_from(self.vars.len() - 1).unwrap_or(u32::MAX))
    }

    pub(crate) fn info(&self, var: Var) -> &VarInfo {
        &self.vars[var.0 as usize]
    }

    /// A new variable of the current region.
    fn local(&mut self, name: Ident, ty: Ty, kind: VarKind, varied: bool) -> Var {
        let owned = !matches!(ty, Ty::Unknown | Ty::Named(_) | Ty::Ref(..));
        self.new_var(VarInfo { varied, owned, mutable: kind == VarKind::Memory, ..VarInfo::owned(name, ty, kind, self.region) })
    }

    /// Names an operation: `let t0 = expr;`
    fn temp(&mut self, expr: Expr, ty: Ty) -> Var {
        let mut name = self.names.numbered("t");
        if let Some(at) = expr.place() {
            name.set_span(name.span().located_at(at));
        }
        self.define(name, expr, ty)
    }

    /// `let name = expr;`
    fn define(&mut self, name: Ident, expr: Expr, ty: Ty) -> Var {
        let varied = self.expr_varies(&expr) && !ty.is_plain();
        if let Some(at) = expr.place() {
            self.names.place(&name, at);
        }
        let produced = matches!(
            expr,
            Expr::Bin(..)
                | Expr::Neg(_)
                | Expr::Call(_)
                | Expr::Rule(..)
                | Expr::Tuple(_)
                | Expr::Array(_)
                | Expr::Struct(..)
                | Expr::Ctor(..)
                | Expr::Clone(_)
                | Expr::Container(..)
                | Expr::VecList(_)
                | Expr::VecRepeat(..)
                | Expr::Cast(..)
        );
        let var = self.local(name, ty, VarKind::Value, varied);
        self.vars[var.0 as usize].owned |= produced;
        self.out.push(Stmt::Let(var, expr));
        var
    }

    /// A name for a user's binding: the user's own ident, or a version of it if it has been used already.
    fn user_name(&mut self, ident: &Ident) -> Ident {
        if !self.bound.insert(ident.to_string()) {
            self.names.version(&ident.to_string(), ident.span())
        } else {
            ident.clone()
        }
    }

    /// Runs `fill` in a new region and gives its statements.
    fn block(&mut self, is_loop: bool, fill: impl FnOnce(&mut Self) -> Lowered<()>) -> Lowered<Block> {
        let parent = self.region;
        let checkpoint = is_loop && std::mem::take(&mut self.checkpoint);
        self.regions.push(RegionInfo { parent: Some(parent), is_loop, checkpoint });
        let region = Region(u32::try_from(self.regions.len() - 1).unwrap_or(u32::MAX));
        self.region = region;
        let outer = std::mem::take(&mut self.out);
        let replaced = self.replaced.len();
        let done = fill(self);
        while self.replaced.len() > replaced {
            self.env.extend(self.replaced.pop());
        }
        let stmts = std::mem::replace(&mut self.out, outer);
        self.region = parent;
        done.map(|()| Block { region, stmts })
    }

    fn empty_block(&mut self) -> Block {
        self.regions.push(RegionInfo { parent: Some(self.region), is_loop: false, checkpoint: false });
        Block { region: Region(u32::try_from(self.regions.len() - 1).unwrap_or(u32::MAX)), stmts: Vec::new() }
    }

    /// Whether an expression of the representation may vary with an input.
    pub(crate) fn expr_varies(&self, e: &Expr) -> bool {
        let mut varies = false;
        crate::analysis::each_carrier(e, &mut |v| varies |= self.info(v).varied);
        varies
    }

    /// Whether the user's code may write to the variable after this point.
    fn place_is_fixed(&self, place: &Place) -> bool {
        let info = self.info(place.root);
        !info.mutable
    }

    /// Turns a value into an operand: a variable, a constant, or a place that never changes.
    fn operand(&mut self, val: Val, span: Span) -> Lowered<(Expr, Ty)> {
        match self.sized(val) {
            // Plain code whose variables change later is evaluated now: the reverse sweep reads it, too.
            Val::Expr(e @ Expr::Verbatim(..), ty) if !self.is_stable(&e) => {
                if matches!(ty, Ty::Ref(..)) || crate::emit::expr_tokens(&self.vars, &e).to_string().starts_with('&') {
                    let seen = self.temp(Expr::Runtime("rt::to_owned", vec![e]), Ty::Unknown);
                    self.vars[seen.0 as usize].varied = false;
                    return Ok((Expr::Ref(Place::var(seen)), ty));
                }
                let var = self.temp(e, ty.clone());
                Ok((Expr::Var(var), ty))
            }
            Val::Expr(e @ Expr::Var(v), ty) if self.info(v).mutable => {
                let var = self.temp(e, ty.clone());
                Ok((Expr::Var(var), ty))
            }
            Val::Expr(e @ (Expr::Var(_) | Expr::Const(_) | Expr::Verbatim(..)), ty) => Ok((e, ty)),
            Val::Expr(e, ty) => {
                let var = self.temp(e, ty.clone());
                Ok((Expr::Var(var), ty))
            }
            Val::Place(place, ty) => self.read(place, ty),
            Val::Ref(place, ty, _) if ty.is_float() || ty.is_plain() => self.read(place, ty),
            Val::Ref(place, ty, mutable) => {
                Ok((if mutable { Expr::RefMut(place) } else { Expr::Ref(place) }, Ty::Ref(Box::new(ty), mutable)))
            }
            Val::Twice(inner) => self.operand(*inner, span),
            Val::Tuple(items) => {
                let mut exprs = Vec::new();
                let mut types = Vec::new();
                for item in items {
                    let (e, t) = self.operand(item, span)?;
                    exprs.push(e);
                    types.push(t);
                }
                let ty = Ty::Tuple(types);
                let var = self.temp(Expr::Tuple(exprs), ty.clone());
                Ok((Expr::Var(var), ty))
            }
            Val::Unit => Ok((Expr::Const(quote::quote!(())), Ty::Unit)),
            Val::Closure(_) => {
                self.errors.refuse(span, "a closure can only be called or passed to an iterator method here; call it directly")
            }
            Val::Iter(_) => self.errors.refuse(
                span,
                "an iterator is only followed where it is consumed; loop over it, or end the chain with `sum`, `fold`, `collect`, ...",
            ),
            Val::Maybe { found, value } => self.put_together(found, *value, span),
            Val::Poison => Err(crate::diagnostics::Refused),
        }
    }

    /// The value of a place as an operand.
    fn read(&mut self, place: Place, ty: Ty) -> Lowered<(Expr, Ty)> {
        if place.path.is_empty() && !self.info(place.root).mutable {
            return Ok((Expr::Var(place.root), ty));
        }
        if self.place_is_fixed(&place) && !self.is_handed_out(&place, &ty) {
            return Ok((Expr::Read(place), ty));
        }
        let var = self.temp(self.value_of(place, &ty), ty.clone());
        Ok((Expr::Var(var), ty))
    }

    /// Whether the place is an element that the user's code has moved out of its list.
    fn is_handed_out(&self, place: &Place, ty: &Ty) -> bool {
        self.handed_out.contains(&place.root) && !ty.is_copy_or_plain()
    }

    /// The value of a place, as a definition takes it.
    fn value_of(&self, place: Place, ty: &Ty) -> Expr {
        // Nothing but `cloned` gives the value of an element that is not copied.
        let copied = place.path.iter().any(|step| matches!(step, Proj::Index(..))) && !ty.is_copy_or_plain();
        let cloned = self.is_handed_out(&place, ty) || copied && !matches!(ty, Ty::Unknown);
        let read = Expr::Read(place);
        if cloned {
            Expr::Clone(Box::new(read))
        } else {
            read
        }
    }

    /// An expression that may stand on the right of an assignment: calls and rules get a name, since their reverse
    /// refers to their result.
    fn assignable(&mut self, e: Expr, ty: &Ty) -> Expr {
        match e {
            Expr::Call(_) | Expr::Rule(..) => Expr::Var(self.temp(e, ty.clone())),
            other => other,
        }
    }

    /// An operand that is certainly a variable.
    fn variable(&mut self, val: Val, span: Span) -> Lowered<(Var, Ty)> {
        match self.operand(val, span)? {
            (Expr::Var(v), ty) => Ok((v, ty)),
            (e, ty) => {
                let var = self.temp(e, ty.clone());
                Ok((var, ty))
            }
        }
    }

    /// A place for a value: its own, or that of a temporary.
    fn place(&mut self, val: Val, span: Span) -> Lowered<(Place, Ty)> {
        match val {
            Val::Place(p, ty) | Val::Ref(p, ty, _) => Ok((p, ty)),
            Val::Twice(inner) => self.place(*inner, span),
            other => {
                let (var, ty) = self.variable(other, span)?;
                Ok((Place::var(var), ty))
            }
        }
    }

    /// An index, count or bound: plain code whose value is fixed at this point.
    fn fixed(&mut self, e: &syn::Expr) -> Lowered<Expr> {
        let val = self.plain(e)?;
        if self.is_stable(&val) {
            return Ok(val);
        }
        let name = self.names.numbered("n");
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        self.out.push(Stmt::Let(var, val));
        Ok(Expr::Var(var))
    }

    /// Whether evaluating the expression again later gives the same value, at no great cost.
    fn is_stable(&self, e: &Expr) -> bool {
        match e {
            Expr::Const(_) => true,
            Expr::Var(v) => !self.info(*v).mutable,
            Expr::Verbatim(code, vars) => {
                let steady = |v: &Var| !self.info(*v).mutable && self.info(*v).lasts();
                vars.iter().all(steady) && scan::is_simple(code)
            }
            _ => false,
        }
    }

    fn binding(&self, name: &str) -> Option<&Val> {
        self.env.get(name)
    }

    fn span_of(&self, e: &impl ToTokens) -> Span {
        e.to_token_stream().span()
    }
}

/// `None`
pub(crate) fn none() -> Expr {
    Expr::Const(quote::quote!(::core::option::Option::None))
}
