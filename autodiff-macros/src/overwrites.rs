//! Buffers that are overwritten before they are read.
//!
//! What enters: a block, and a variable that lives outside it. What leaves: whether the block can see what the variable held when it
//! began ([`Overwritten`]), and what must hold at run time for that. If in doubt, it can.
//!
//! A buffer is overwritten by an assignment of the whole, by `fill` and copies, by a counted loop that assigns every element in the
//! order of its counter before it reads it, those before the counter's by literal indices (`path[0] = s; for k in 0..n { path[k + 1] = path[k] * r; }`),
//! by constant indices of an array, or by a callee that says so of its parameter: the companion of a function lists what it does
//! to each ([`summary`]).

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::{quote, ToTokens};

use crate::analysis::owner;
use crate::ir::{Arg, Block, Call, Callee, ContainerOp, Expr, ForLoop, Function, Place, Proj, Stmt, Var, VarKind};
use crate::lower::is_simple;
use crate::resized::{resized, Calls};
use crate::rows::affine::affine;
use crate::types::Ty;

/// What must hold when the block begins; each an expression over variables from outside it.
pub(crate) type Conditions = Vec<Expr>;

/// How far a function overwrites one of its parameters before it reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// As many elements as another parameter has.
    UpTo(usize),
    /// The first elements.
    First(usize),
    /// Nothing is known, but that its length stays.
    KeepsLength,
    Unknown,
}

impl ToTokens for Extent {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let variant = match self {
            Extent::Whole => quote!(Whole),
            Extent::UpTo(k) => quote!(UpTo(#k)),
            Extent::First(n) => quote!(First(#n)),
            Extent::KeepsLength => quote!(KeepsLength),
            Extent::Unknown => quote!(Unknown),
        };
        tokens.extend(quote!(::autodiff_core::rt::Overwrites::#variant));
    }
}

/// What a function does to each of its parameters.
pub(crate) fn summary(f: &Function) -> Vec<Extent> {
    let mut defs = HashMap::default();
    crate::analysis::definitions(&f.body, &mut defs);
    let resized = crate::resized::lists(f);
    f.params.iter().map(|&p| of_parameter(f, &defs, &resized, p)).collect()
}

fn of_parameter(f: &Function, defs: &HashMap<Var, Expr>, resized: &HashSet<Var>, p: Var) -> Extent {
    let Ty::Ref(inner, true) = &f.vars[p.0 as usize].ty else { return Extent::Unknown };
    if !matches!(**inner, Ty::Slice(_) | Ty::Array(..)) {
        return Extent::Unknown;
    }
    // A reference that leads to another slice by the time says nothing of the one that was handed over.
    if resized.contains(&p) {
        return Extent::KeepsLength;
    }
    let mut walk = Walk::new(f, defs, resized, p, None);
    let mut end = State::default();
    walk.block(&f.body, &mut end);
    if !end.covered {
        walk.exposed |= f.result.as_ref().is_some_and(|r| walk.reads(r));
    }
    if walk.exposed {
        return Extent::KeepsLength;
    }
    match walk.extent {
        Some(extent) if end.covered => extent,
        None if !end.constants.is_empty() => Extent::First(end.first()),
        _ => Extent::KeepsLength,
    }
}

/// Whether a block overwrites the variable before it reads it, and under which conditions. The variable is declared by `declared`; `resized` are the
/// lists of the function that may get another length.
pub(crate) fn overwritten(
    f: &Function,
    defs: &HashMap<Var, Expr>,
    resized: &HashSet<Var>,
    block: &Block,
    var: Var,
    declared: Option<&Expr>,
) -> Option<Conditions> {
    let mut walk = Walk::new(f, defs, resized, var, Some(block));
    // What it was declared with counts as long as nothing on any way from there to the block makes it longer or shorter.
    walk.declared = declared.filter(|_| walk.keeps_length(var)).and_then(|e| walk.length(e));
    walk.block(block, &mut State::default());
    (!walk.exposed).then_some(walk.conditions)
}

/// What the walk knows at a statement.
#[derive(Clone, Default)]
struct State {
    /// What the variable held at the beginning can no longer be seen.
    covered: bool,
    /// Elements that have been assigned, seen from the counter of a loop.
    near: Option<Near>,
    /// Constant indices that have been assigned.
    constants: BTreeSet<usize>,
}

/// The elements at `counter + d` have been assigned, for all `d` in a range.
#[derive(Clone, Copy)]
struct Near {
    counter: Var,
    from: i64,
    to: i64,
}

impl State {
    /// How many elements from the first on have been assigned.
    fn first(&self) -> usize {
        self.constants.iter().enumerate().take_while(|(n, c)| n == *c).count()
    }
}

struct Walk<'f> {
    f: &'f Function,
    defs: &'f HashMap<Var, Expr>,
    /// The lists of the function that may get another length.
    lists: &'f HashSet<Var>,
    var: Var,
    /// The block whose beginning counts, where it is not a function.
    block: Option<&'f Block>,
    /// The length the variable was declared with.
    declared: Option<String>,
    exposed: bool,
    conditions: Conditions,
    /// In a summary: how far the parameter is overwritten.
    extent: Option<Extent>,
    /// Whether the length of the variable may change in the block.
    resized: bool,
}

impl<'f> Walk<'f> {
    fn new(f: &'f Function, defs: &'f HashMap<Var, Expr>, lists: &'f HashSet<Var>, var: Var, block: Option<&'f Block>) -> Self {
        let resized = block.is_some_and(|b| resized(f, b, var, Calls::Apart, None));
        Walk { f, defs, lists, var, block, declared: None, exposed: false, conditions: Vec::new(), extent: None, resized }
    }

    /// Whether a list has one length from its declaration on.
    fn keeps_length(&self, v: Var) -> bool {
        !self.lists.contains(&v)
    }

    fn is(&self, v: Var) -> bool {
        owner(self.f, v) == self.var
    }

    /// Whether an expression can see the contents of the variable.
    fn reads(&self, e: &Expr) -> bool {
        reads_contents(self.f, e, self.var)
    }

    fn expose(&mut self, state: &State, e: &Expr) {
        if !state.covered && self.reads(e) && !self.is_element(state, e) {
            self.exposed = true;
        }
    }

    /// Whether all that an expression reads of the variable is elements that have been assigned.
    fn is_element(&self, state: &State, e: &Expr) -> bool {
        let Some(near) = state.near else { return false };
        match e {
            Expr::Read(p) | Expr::Ref(p) => {
                let known = |i: &Expr| {
                    let beside = self.beside(i, near.counter).is_some_and(|d| (near.from..near.to).contains(&d));
                    beside || index(i).is_some_and(|k| k < state.first())
                };
                self.is(p.root) && self.element_of(p).is_some_and(|(i, _)| known(i))
            }
            Expr::Neg(x) | Expr::Cast(x, _) | Expr::Clone(x) => self.is_element(state, x) || !self.reads(x),
            Expr::Bin(_, l, r, _) => [l, r].iter().all(|x| self.is_element(state, x) || !self.reads(x)),
            Expr::Rule(_, items) | Expr::Tuple(items) | Expr::Array(items) => {
                items.iter().all(|x| self.is_element(state, x) || !self.reads(x))
            }
            _ => false,
        }
    }

    /// The index of a place that is an element, and what follows it.
    fn element_of<'p>(&self, p: &'p Place) -> Option<(&'p Expr, &'p [Proj])> {
        let path = match p.path.split_first() {
            Some((Proj::Deref, rest)) => rest,
            _ => &p.path[..],
        };
        match path.split_first() {
            Some((Proj::Index(i, _), rest)) if self.f.vars[p.root.0 as usize].origin.is_none() => Some((i, rest)),
            _ => None,
        }
    }

    /// How far an index is behind a counter, if it is that and a literal.
    fn beside(&self, i: &Expr, counter: Var) -> Option<i64> {
        match i {
            Expr::Var(v) => (*v == counter).then_some(0),
            Expr::Verbatim(code, _) => {
                let form = affine(code, &self.f.vars[counter.0 as usize].name)?;
                form.rest.is_empty().then_some(form.offset)
            }
            _ => None,
        }
    }

    fn cover(&mut self, state: &mut State, extent: Extent) {
        if !state.covered {
            self.extent = match self.extent {
                None => Some(extent),
                Some(one) if one == extent => Some(one),
                // Two branches that reach differently far.
                Some(_) => Some(Extent::KeepsLength),
            };
        }
        state.covered = true;
    }

    fn block(&mut self, block: &Block, state: &mut State) -> bool {
        for s in &block.stmts {
            self.stmt(s, state);
        }
        state.covered
    }

    fn stmt(&mut self, s: &Stmt, state: &mut State) {
        match s {
            Stmt::Let(_, Expr::Call(call)) | Stmt::Do(Expr::Call(call)) => self.call(call, state),
            Stmt::Let(_, e) | Stmt::Decl(_, Some(e)) | Stmt::Do(e) => self.expose(state, e),
            Stmt::Assign(p, e) => {
                self.indices(p, state);
                self.expose(state, e);
                if self.is(p.root) {
                    self.assigned(p, state);
                }
            }
            Stmt::Update(p, _, e, _) => {
                self.indices(p, state);
                self.expose(state, e);
                if self.is(p.root) {
                    self.expose(state, &Expr::Read(p.clone()));
                }
            }
            Stmt::Container(op, p, args, _) => {
                args.iter().for_each(|a| self.expose(state, a));
                if !self.is(p.root) {
                    return;
                }
                let whole = p.path.iter().all(|s| matches!(s, Proj::Deref));
                match op {
                    ContainerOp::Fill | ContainerOp::CopyFrom | ContainerOp::Clear if whole => self.cover(state, Extent::Whole),
                    // Part of it: written, not read.
                    ContainerOp::Fill | ContainerOp::CopyFrom => self.indices(p, state),
                    _ => self.expose(state, &Expr::Read(p.clone())),
                }
            }
            Stmt::If(c, a, b) => {
                self.expose(state, c);
                let (mut then, mut other) = (state.clone(), state.clone());
                let both = self.block(a, &mut then) & self.block(b, &mut other);
                state.covered |= both;
            }
            Stmt::Match(e, arms) => {
                self.expose(state, e);
                let mut all = !arms.is_empty();
                for arm in arms {
                    if let Some(g) = &arm.guard {
                        self.expose(state, g);
                    }
                    all &= self.block(&arm.body, &mut state.clone());
                }
                state.covered |= all;
            }
            Stmt::For(l) => self.for_loop(l, state),
            Stmt::ForEach(l) => {
                self.expose(state, &l.over);
                self.block(&l.body, &mut state.clone());
            }
            Stmt::While(l) => {
                self.expose(state, &l.cond);
                self.block(&l.body, &mut state.clone());
            }
            Stmt::Verbatim(code, vars) => {
                if !state.covered && vars.iter().any(|&v| self.is(v)) && !mentions_length_only(self.f, &**code, self.var) {
                    self.exposed = true;
                }
            }
            Stmt::Decl(_, None) | Stmt::Check(..) => {}
            // Not in the functions that this is asked about.
            _ => {
                let mut mentioned = false;
                s.each_var(&mut |v| mentioned |= self.is(v));
                self.exposed |= mentioned;
            }
        }
    }

    /// What the indices of a place read.
    fn indices(&mut self, p: &Place, state: &State) {
        for step in &p.path {
            if let Proj::Index(e, _) | Proj::Slice(e, _) = step {
                self.expose(state, e);
            }
        }
    }

    fn assigned(&mut self, p: &Place, state: &mut State) {
        if p.path.iter().all(|s| matches!(s, Proj::Deref)) && self.f.vars[p.root.0 as usize].origin.is_none() {
            self.cover(state, Extent::Whole);
            return;
        }
        let Some((Expr::Const(index), [])) = self.element_of(p) else {
            let literal = match self.element_of(p) {
                Some((Expr::Verbatim(code, _), [])) => constant(&code.to_token_stream()),
                _ => None,
            };
            if let Some(k) = literal {
                self.constant(k, state);
            }
            return;
        };
        if let Some(k) = constant(index) {
            self.constant(k, state);
        }
    }

    fn constant(&mut self, k: usize, state: &mut State) {
        state.constants.insert(k);
        if let Ty::Array(_, len) = self.f.vars[self.var.0 as usize].ty.peel() {
            if constant(len) == Some(state.first()) {
                self.cover(state, Extent::Whole);
            }
        }
    }

    fn call(&mut self, call: &Call, state: &mut State) {
        let mut whole = None;
        for (k, a) in call.args.iter().enumerate() {
            match a {
                Arg::Value(e) => self.expose(state, e),
                Arg::Ref(p) | Arg::Receiver(p) => self.expose(state, &Expr::Read(p.clone())),
                Arg::RefMut(p) if self.is(p.root) => {
                    if p.path.iter().all(|s| matches!(s, Proj::Deref)) && self.f.vars[p.root.0 as usize].origin.is_none() {
                        whole = Some(k);
                    } else {
                        self.expose(state, &Expr::Read(p.clone()));
                    }
                }
                Arg::RefMut(p) => self.indices(p, state),
            }
        }
        let Some(k) = whole else { return };
        let grows = matches!(self.f.vars[self.var.0 as usize].ty.peel(), Ty::Vec(_));
        if state.covered && !grows {
            return;
        }
        let Callee::Function(path) = &call.callee else {
            self.exposed = true;
            return;
        };
        // In a summary there is no room for conditions.
        // What has no length is not overwritten element by element.
        let listed = matches!(self.f.vars[self.var.0 as usize].ty.peel(), Ty::Slice(_) | Ty::Array(..) | Ty::Vec(_));
        let Some(block) = self.block.filter(|_| !self.resized && (listed || state.covered)) else {
            self.exposed |= !state.covered;
            return;
        };
        let mut path = path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.arguments = syn::PathArguments::None;
        }
        let overwrites = crate::emit::companion_item(&path, &quote!(OVERWRITES));
        let what = Expr::Const(quote!(#overwrites[#k]));
        if state.covered {
            self.require(Expr::Runtime("rt::keeps_length", vec![what]));
            return;
        }
        let lengths = call.args.iter().map(|a| self.length_before(a, block)).collect();
        let own = self.length_of(&Place::var(self.var));
        self.require(Expr::Runtime("rt::overwrites", vec![what, own, Expr::Array(lengths)]));
        self.cover(state, Extent::Whole);
    }

    fn require(&mut self, condition: Expr) {
        self.conditions.push(condition);
    }

    /// The length of an argument, if it can be known before the block.
    fn length_before(&self, a: &Arg, block: &Block) -> Expr {
        if let Arg::Ref(p) | Arg::RefMut(p) = a {
            let info = &self.f.vars[p.root.0 as usize];
            let whole = p.path.iter().all(|s| matches!(s, Proj::Deref)) && info.origin.is_none();
            let counted = matches!(info.ty.peel(), Ty::Slice(_) | Ty::Array(..) | Ty::Vec(_));
            let fixed = !resized(self.f, block, p.root, Calls::Apart, None);
            // A vector that is handed out by `&mut` may come back longer, unless every callee says that it does not.
            let lent = matches!(info.ty.peel(), Ty::Vec(_)) && p.root != self.var && lends(self.f, &block.stmts, p.root);
            if whole && counted && fixed && !lent && !crate::analysis::inside(self.f, info.region, block.region) {
                return self.length_of(p);
            }
        }
        Expr::Const(quote!(::core::primitive::usize::MAX))
    }

    fn length_of(&self, p: &Place) -> Expr {
        let place = Place { root: p.root, path: p.path.iter().filter(|s| !matches!(s, Proj::Deref)).cloned().collect() };
        let tokens = crate::emit::receiver_tokens(&self.f.vars, &place);
        Expr::Verbatim(Box::new(syn::parse_quote!(#tokens.len())), vec![p.root])
    }

    fn for_loop(&mut self, l: &ForLoop, state: &mut State) {
        for e in [Some(&l.counter.start), Some(&l.counter.end), l.counter.step.as_ref()].into_iter().flatten() {
            self.expose(state, e);
        }
        if let (false, false, Some((at, ahead))) = (state.covered, self.exposed, self.assigns_each(l, state)) {
            if let Some(extent) = self.end_of(l, ahead).and_then(|end| self.reach(&end)) {
                // The loop by itself: each element is assigned before it is read.
                let near = |to: i64| Near { counter: l.var, from: if l.counter.reversed { ahead } else { i64::MIN }, to };
                let mut inner = State { covered: false, near: Some(near(ahead)), constants: state.constants.clone() };
                for (k, s) in l.body.stmts.iter().enumerate() {
                    self.stmt(s, &mut inner);
                    if k == at {
                        inner.near = Some(near(ahead + 1));
                    }
                }
                self.cover(state, extent);
                return;
            }
        }
        self.block(&l.body, &mut state.clone());
    }

    /// Whether a loop assigns, in every iteration, the element that is a literal behind its counter, so that none is left out between them and the first
    /// ones, which are assigned already. Gives the statement that does, and how far.
    fn assigns_each(&self, l: &ForLoop, state: &State) -> Option<(usize, i64)> {
        let c = &l.counter;
        let start = i64::try_from(index(&c.start)?).ok()?;
        if c.step.is_some() || l.exit.is_some() || self.resized {
            return None;
        }
        let first = i64::try_from(state.first()).ok()?;
        let assigned = |(at, s): (usize, &Stmt)| match s {
            Stmt::Assign(p, _) if self.is(p.root) => {
                let (i, rest) = self.element_of(p)?;
                let ahead = self.beside(i, l.var)?;
                (rest.is_empty() && ahead >= 0 && start + ahead <= first).then_some((at, ahead))
            }
            _ => None,
        };
        l.body.stmts.iter().enumerate().find_map(assigned)
    }

    /// The first element behind those that a loop assigns.
    fn end_of(&self, l: &ForLoop, ahead: i64) -> Option<Expr> {
        let more = ahead + i64::from(l.counter.inclusive);
        if more == 0 {
            return Some(l.counter.end.clone());
        }
        let mut vars = Vec::new();
        l.counter.end.each_operand(&mut |v| vars.push(v));
        let code: syn::Expr = syn::parse2(crate::emit::expr_tokens(&self.f.vars, &l.counter.end)).ok()?;
        if let Some(n) = index(&l.counter.end) {
            let end = Literal::i64_unsuffixed(i64::try_from(n).ok()?.checked_add(more)?);
            return Some(Expr::Const(quote!(#end)));
        }
        // `n - 1 + 1`
        if let syn::Expr::Binary(syn::ExprBinary { left, op: syn::BinOp::Sub(_), right, .. }) = bare(&code) {
            if constant(&right.to_token_stream()).and_then(|n| i64::try_from(n).ok()) == Some(more) {
                return Some(Expr::Verbatim(left.clone(), vars));
            }
        }
        let more = Literal::i64_unsuffixed(more);
        let code: syn::Expr = if matches!(bare(&code), syn::Expr::Binary(_)) && !matches!(&code, syn::Expr::Paren(_)) {
            syn::parse_quote!((#code))
        } else {
            code
        };
        Some(Expr::Verbatim(Box::new(syn::parse_quote!(#code + #more)), vars))
    }

    /// How far a loop to this end reaches.
    fn reach(&mut self, end: &Expr) -> Option<Extent> {
        let text = self.text(end)?;
        let own = self.text(&self.length_of(&Place::var(self.var)))?;
        if text == own || self.declared.as_ref() == Some(&text) {
            return Some(Extent::Whole);
        }
        if let Ty::Array(_, len) = self.f.vars[self.var.0 as usize].ty.peel() {
            if strip_usize(&len.to_string()) == strip_usize(&text) {
                return Some(Extent::Whole);
            }
        }
        match self.block {
            None => self
                .f
                .params
                .iter()
                .position(|&p| {
                    let ty = &self.f.vars[p.0 as usize].ty;
                    let counted = matches!(ty, Ty::Ref(inner, _) if matches!(**inner, Ty::Slice(_) | Ty::Array(..)));
                    counted && self.text(&self.length_of(&Place::var(p))).is_some_and(|t| t == text)
                })
                .map(Extent::UpTo),
            Some(block) => {
                // Compared when the loop around begins, if the end is known by then.
                let mut fixed = true;
                end.each_operand(&mut |v| {
                    let info = &self.f.vars[v.0 as usize];
                    let by_name = !info.mutable && matches!(info.kind, VarKind::Param | VarKind::Value);
                    fixed &= by_name && !crate::analysis::inside(self.f, info.region, block.region);
                });
                if !fixed || !matches!(end, Expr::Var(_) | Expr::Verbatim(..) | Expr::Const(_)) {
                    return None;
                }
                let own = self.length_of(&Place::var(self.var));
                self.require(Expr::Runtime("rt::reaches", vec![end.clone(), own]));
                Some(Extent::Whole)
            }
        }
    }

    /// The length that an initialiser gives.
    fn length(&self, e: &Expr) -> Option<String> {
        match e {
            Expr::VecRepeat(_, n) => self.text(n),
            Expr::Repeat(_, n) => Some(n.to_string()),
            Expr::Verbatim(code, vars) => {
                let n = match &**code {
                    syn::Expr::Repeat(r) => (*r.len).clone(),
                    syn::Expr::Macro(m) if m.mac.path.is_ident("vec") => syn::parse2::<Repeated>(m.mac.tokens.clone()).ok()?.0,
                    _ => return None,
                };
                self.text(&Expr::Verbatim(Box::new(n), vars.clone()))
            }
            _ => None,
        }
    }

    /// Code that has the same value wherever it stands: names of values are replaced by what they stand for.
    fn text(&self, e: &Expr) -> Option<String> {
        match e {
            Expr::Const(t) => syn::parse2(t.clone()).is_ok_and(|code| is_simple(&code)).then(|| t.to_string()),
            Expr::Var(v) => {
                let info = &self.f.vars[v.0 as usize];
                if info.mutable || !matches!(info.kind, VarKind::Param | VarKind::Value) {
                    return None;
                }
                // The length of a list, taken earlier, is that of the list here only if it keeps it.
                let steady =
                    |def: &Expr| !matches!(def, Expr::Verbatim(_, vars) if vars.contains(&self.var)) || self.keeps_length(self.var);
                match self.defs.get(v) {
                    Some(def @ (Expr::Var(_) | Expr::Verbatim(..))) if steady(def) => {
                        self.text(def).or_else(|| Some(info.name.to_string()))
                    }
                    _ => Some(info.name.to_string()),
                }
            }
            Expr::Verbatim(code, vars) => {
                if let ([v], syn::Expr::Path(_)) = (&vars[..], &**code) {
                    return self.text(&Expr::Var(*v));
                }
                let lengths = vars.iter().all(|&v| {
                    let info = &self.f.vars[v.0 as usize];
                    let steady = !info.mutable && matches!(info.kind, VarKind::Param | VarKind::Value);
                    steady
                        || v == self.var
                        || matches!(info.ty.peel(), Ty::Slice(_) | Ty::Array(..))
                            && mentions_length_only(self.f, code, v)
                            && self.keeps_length(v)
                });
                (lengths && is_simple(code)).then(|| code.to_token_stream().to_string())
            }
            _ => None,
        }
    }
}

/// The length in `value; length`.
struct Repeated(syn::Expr);

impl syn::parse::Parse for Repeated {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        input.parse::<syn::Expr>()?;
        input.parse::<syn::Token![;]>()?;
        input.parse().map(Repeated)
    }
}

fn strip_usize(text: &str) -> &str {
    text.strip_suffix("usize").unwrap_or(text)
}

/// Without parentheses.
fn bare(e: &syn::Expr) -> &syn::Expr {
    match e {
        syn::Expr::Paren(p) => bare(&p.expr),
        syn::Expr::Group(g) => bare(&g.expr),
        e => e,
    }
}

/// A literal index.
fn index(e: &Expr) -> Option<usize> {
    match e {
        Expr::Const(t) => constant(t),
        Expr::Verbatim(code, _) => constant(&code.to_token_stream()),
        _ => None,
    }
}

/// A literal number of elements.
fn constant(t: &TokenStream) -> Option<usize> {
    strip_usize(&t.to_string()).parse().ok()
}

/// Whether a function may leave another shape in what it takes by `&mut` than it found there.
pub(crate) fn reshapes_outputs(f: &Function) -> bool {
    let outputs = f.params.iter().filter(|p| match &f.vars[p.0 as usize].ty {
        Ty::Ref(inner, true) => !inner.static_zero() && !matches!(**inner, Ty::Slice(_)),
        _ => false,
    });
    outputs.into_iter().any(|&p| reshapes(f, &f.body, p))
}

fn reshapes(f: &Function, block: &Block, var: Var) -> bool {
    let of = |p: &Place| owner(f, p.root) == var;
    block.stmts.iter().any(|s| {
        let mut found = match s {
            Stmt::Container(op, p, ..) => {
                let fixed = matches!(op, ContainerOp::Fill | ContainerOp::CopyFrom | ContainerOp::SwapIndex);
                !fixed && of(p)
            }
            Stmt::Assign(p, _) => of(p) && !crate::analysis::place_ty(f, p).static_zero(),
            _ => false,
        };
        each_expr(s, &mut |e| {
            found |= match e {
                Expr::RefMut(p) => of(p),
                Expr::Container(op, p, _) => of(p) && !op.copies(),
                Expr::Call(call) => call.args.iter().any(|a| matches!(a, Arg::RefMut(p) | Arg::Receiver(p) if of(p))),
                _ => false,
            }
        });
        s.each_block(&mut |b| found |= reshapes(f, b, var));
        found
    })
}

/// Whether calls take a variable by `&mut`.
pub(crate) fn lends(f: &Function, stmts: &[Stmt], var: Var) -> bool {
    stmts.iter().any(|s| {
        let mut found = false;
        each_expr(s, &mut |e| {
            if let Expr::Call(call) = e {
                found |= call.args.iter().any(|a| matches!(a, Arg::RefMut(p) | Arg::Receiver(p) if owner(f, p.root) == var));
            }
        });
        s.each_block(&mut |b| found |= lends(f, &b.stmts, var));
        found
    })
}

/// The expressions of a statement outside its blocks, and those they are made of.
fn each_expr(s: &Stmt, note: &mut dyn FnMut(&Expr)) {
    fn parts(e: &Expr, note: &mut dyn FnMut(&Expr)) {
        note(e);
        e.each_part(&mut |part| parts(part, note));
    }
    match s {
        Stmt::Let(_, e) | Stmt::Do(e) | Stmt::Decl(_, Some(e)) | Stmt::Assign(_, e) | Stmt::Update(_, _, e, _) | Stmt::If(e, ..) => {
            parts(e, note);
        }
        Stmt::Match(e, arms) => {
            parts(e, note);
            arms.iter().filter_map(|a| a.guard.as_ref()).for_each(|g| parts(g, note));
        }
        Stmt::Container(_, _, args, _) | Stmt::Runtime(_, args) => args.iter().for_each(|a| parts(a, note)),
        Stmt::While(l) => parts(&l.cond, note),
        Stmt::ForEach(l) => parts(&l.over, note),
        _ => {}
    }
}

/// Whether an expression can see the contents of a variable, or of a part that a pattern binds: more than its length.
pub(crate) fn reads_contents(f: &Function, e: &Expr, var: Var) -> bool {
    let mut found = false;
    match e {
        Expr::Verbatim(code, vars) => vars.iter().any(|&v| owner(f, v) == var) && !mentions_length_only(f, &**code, var),
        Expr::Neg(x) | Expr::Cast(x, _) | Expr::Clone(x) => reads_contents(f, x, var),
        Expr::Bin(_, l, r, _) => reads_contents(f, l, var) || reads_contents(f, r, var),
        Expr::Rule(_, items) | Expr::Tuple(items) | Expr::Array(items) => items.iter().any(|x| reads_contents(f, x, var)),
        Expr::Read(p) | Expr::Ref(p) if owner(f, p.root) != var => p.path.iter().any(|s| match s {
            Proj::Index(i, _) | Proj::Slice(i, _) => reads_contents(f, i, var),
            _ => false,
        }),
        _ => {
            e.each_operand(&mut |v| found |= owner(f, v) == var);
            found
        }
    }
}

/// Whether code mentions a variable by name only to ask how long it is.
fn mentions_length_only(f: &Function, code: &dyn ToTokens, var: Var) -> bool {
    let name = f.vars[var.0 as usize].name.to_string();
    let owned: HashSet<String> =
        f.vars.iter().filter(|info| info.origin.as_ref().is_some_and(|o| o.root == var)).map(|info| info.name.to_string()).collect();
    length_only(code.to_token_stream(), &name, &owned)
}

fn length_only(code: TokenStream, name: &str, parts: &HashSet<String>) -> bool {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    tokens.iter().enumerate().all(|(k, t)| match t {
        TokenTree::Ident(i) if parts.contains(&i.to_string()) => false,
        TokenTree::Ident(i) if *i == name => {
            let after = tokens.get(k + 1..).unwrap_or_default();
            // A field of that name is something else, which does no harm.
            matches!(after, [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(args), ..]
                if dot.as_char() == '.' && (*method == "len" || *method == "is_empty") && args.stream().is_empty())
        }
        TokenTree::Group(g) => length_only(g.stream(), name, parts),
        _ => true,
    })
}

/// Whether a statement, or one in its blocks, can see the contents of a variable. Assignments of parts do not.
pub(crate) fn reads_in(f: &Function, s: &Stmt, var: Var) -> bool {
    let mut found = reads_itself(f, s, var);
    s.each_block(&mut |b| found |= b.stmts.iter().any(|s| reads_in(f, s, var)));
    found
}

/// The same without its blocks.
pub(crate) fn reads_itself(f: &Function, s: &Stmt, var: Var) -> bool {
    let e = |e: &Expr| reads_contents(f, e, var);
    let indices = |p: &Place| {
        p.path.iter().any(|step| match step {
            Proj::Index(i, _) | Proj::Slice(i, _) => e(i),
            _ => false,
        })
    };
    match s {
        Stmt::Let(_, x) | Stmt::Decl(_, Some(x)) | Stmt::Do(x) => e(x),
        Stmt::Assign(p, x) => indices(p) || e(x),
        Stmt::Decl(_, None) | Stmt::Check(..) => false,
        Stmt::If(c, ..) => e(c),
        Stmt::Match(x, arms) => e(x) || arms.iter().filter_map(|a| a.guard.as_ref()).any(e),
        Stmt::For(l) => [Some(&l.counter.start), Some(&l.counter.end), l.counter.step.as_ref()].into_iter().flatten().any(e),
        Stmt::ForEach(l) => e(&l.over),
        Stmt::While(l) => e(&l.cond),
        Stmt::Verbatim(code, vars) => vars.contains(&var) && !mentions_length_only(f, &**code, var),
        other => other.mentions(var),
    }
}
