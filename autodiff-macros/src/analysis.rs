//! Analyses on the representation: activity, where places are last written, what rules read.
//!
//! What enters: a lowered function. What leaves: answers; the function is not changed, except by [`normalise`].

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::ir::{Arg, Block, Call, Expr, Function, Place, Proj, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::types::Ty;

/// Gives every call a name, so that it can be referred to.
pub(crate) fn normalise(f: &mut Function, names: &mut Namer) {
    let mut body = std::mem::replace(&mut f.body, Block { region: Region(0), stmts: Vec::new() });
    name_calls(f, names, &mut body);
    f.body = body;
}

fn name_calls(f: &mut Function, names: &mut Namer, block: &mut Block) {
    for s in &mut block.stmts {
        if let Stmt::Do(e @ Expr::Call(_)) = s {
            let mut varied = false;
            each_carrier(e, &mut |v| varied |= f.vars[v.0 as usize].varied);
            let v = f.add(crate::ir::VarInfo {
                varied,
                ..crate::ir::VarInfo::owned(names.numbered("t"), Ty::Unknown, VarKind::Value, block.region)
            });
            let call = std::mem::replace(e, Expr::Tuple(Vec::new()));
            *s = Stmt::Let(v, call);
        }
        s.each_block_mut(&mut |b| name_calls(f, names, b));
    }
}

/// The type of what is at a place, as far as it is known.
pub(crate) fn place_ty(f: &Function, p: &Place) -> Ty {
    ty_at(&f.vars, p)
}

/// The same among variables of a function that is being made.
pub(crate) fn ty_at(vars: &[VarInfo], p: &Place) -> Ty {
    let mut ty = vars[p.root.0 as usize].ty.clone();
    for step in &p.path {
        ty = match step {
            Proj::Field(m) => ty.field(m),
            Proj::Index(..) => ty.element(),
            Proj::Slice(..) => Ty::Slice(Box::new(ty.element())),
            Proj::Deref => match ty {
                Ty::Ref(inner, _) => *inner,
                _ => Ty::Unknown,
            },
            Proj::Payload(..) | Proj::PayloadRef(..) => Ty::Unknown,
        };
    }
    ty
}

/// The function of the library for an operand of an operator that is a slice.
pub(crate) fn of_slices(name: &'static str) -> &'static str {
    match name {
        "rt::add_lhs" => "rt::slices::add_lhs",
        "rt::add_rhs" => "rt::slices::add_rhs",
        "rt::sub_lhs" => "rt::slices::sub_lhs",
        "rt::sub_rhs" => "rt::slices::sub_rhs",
        "rt::mul_lhs" => "rt::slices::mul_lhs",
        "rt::mul_rhs" => "rt::slices::mul_rhs",
        "rt::div_lhs" => "rt::slices::div_lhs",
        "rt::div_rhs" => "rt::slices::div_rhs",
        "rt::rem_lhs" => "rt::slices::rem_lhs",
        "rt::rem_rhs" => "rt::slices::rem_rhs",
        "rt::push_add_lhs" => "rt::slices::push_add_lhs",
        "rt::push_add_rhs" => "rt::slices::push_add_rhs",
        "rt::push_sub_lhs" => "rt::slices::push_sub_lhs",
        "rt::push_sub_rhs" => "rt::slices::push_sub_rhs",
        "rt::push_mul_lhs" => "rt::slices::push_mul_lhs",
        "rt::push_mul_rhs" => "rt::slices::push_mul_rhs",
        "rt::push_div_lhs" => "rt::slices::push_div_lhs",
        "rt::push_div_rhs" => "rt::slices::push_div_rhs",
        "rt::push_rem_lhs" => "rt::slices::push_rem_lhs",
        "rt::push_rem_rhs" => "rt::slices::push_rem_rhs",
        "rt::add_lhs_curvature" => "rt::slices::add_lhs_curvature",
        "rt::add_rhs_curvature" => "rt::slices::add_rhs_curvature",
        "rt::sub_lhs_curvature" => "rt::slices::sub_lhs_curvature",
        "rt::sub_rhs_curvature" => "rt::slices::sub_rhs_curvature",
        "rt::mul_lhs_curvature" => "rt::slices::mul_lhs_curvature",
        "rt::mul_rhs_curvature" => "rt::slices::mul_rhs_curvature",
        "rt::div_lhs_curvature" => "rt::slices::div_lhs_curvature",
        "rt::div_rhs_curvature" => "rt::slices::div_rhs_curvature",
        "rt::rem_lhs_curvature" => "rt::slices::rem_lhs_curvature",
        "rt::rem_rhs_curvature" => "rt::slices::rem_rhs_curvature",
        other => other,
    }
}

/// Whether the operands of an operator that gives a number are numbers: if one of them is. Two of other types may have a product that is
/// a number.
pub(crate) fn are_numbers(f: &Function, l: &Expr, r: &Expr) -> bool {
    is_number(f, l) || is_number(f, r) || is_operation(l) || is_operation(r)
}

/// Whether an expression is an operation on others: one that a transform has written, on numbers, as those of the user have names.
pub(crate) fn is_operation(e: &Expr) -> bool {
    let operation = matches!(e, Expr::Bin(..) | Expr::Neg(_) | Expr::Cast(..) | Expr::Rule(..));
    let of_library = matches!(e, Expr::Runtime("rt::rem_by" | "rt::tangent_of", _));
    operation || of_library || matches!(e, Expr::Pullback(..) | Expr::Pushforward(..) | Expr::Lifted(..))
}

fn is_number(f: &Function, e: &Expr) -> bool {
    match e {
        Expr::Var(v) => f.vars[v.0 as usize].ty.peel().is_float(),
        Expr::Read(p) | Expr::Ref(p) => place_ty(f, p).peel().is_float(),
        Expr::Const(code) => is_number_written(code.clone()),
        Expr::Verbatim(code, _) => is_number_written(quote::ToTokens::to_token_stream(&**code)),
        Expr::Clone(x) | Expr::Neg(x) => is_number(f, x),
        _ => false,
    }
}

/// Whether code that carries no derivative is a number for all to see: a literal, or a constant of `f64` or `f32`.
fn is_number_written(code: proc_macro2::TokenStream) -> bool {
    use proc_macro2::TokenTree;
    let sign = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == '-');
    let tokens: Vec<TokenTree> = code.into_iter().skip_while(sign).collect();
    match &tokens[..] {
        [TokenTree::Literal(_)] => true,
        [TokenTree::Group(g)] => is_number_written(g.stream()),
        [TokenTree::Ident(owner), path @ ..] => {
            (owner == "f64" || owner == "f32") && path.iter().all(|t| matches!(t, TokenTree::Ident(_) | TokenTree::Punct(_)))
        }
        _ => false,
    }
}

/// The defining expression of every value.
pub(crate) fn definitions(block: &Block, defs: &mut HashMap<Var, Expr>) {
    for s in &block.stmts {
        if let Stmt::Let(v, e) = s {
            defs.insert(*v, e.clone());
        }
        s.each_block(&mut |b| definitions(b, defs));
    }
}

/// Which variables take part in derivatives: varied with an input, and useful for a result.
pub(crate) struct Activity {
    active: HashSet<Var>,
    nested: HashSet<Var>,
}

impl Activity {
    pub fn of(f: &Function) -> Activity {
        let mut useful = HashSet::default();
        if let Some(result) = &f.result {
            result.each_operand(&mut |v| {
                useful.insert(v);
            });
        }
        for &p in &f.params {
            if matches!(f.vars[p.0 as usize].ty, Ty::Ref(_, true)) {
                useful.insert(p);
            }
        }
        loop {
            let before = useful.len();
            spread(f, &f.body, &mut useful);
            if useful.len() == before {
                break;
            }
        }
        let active: HashSet<Var> = useful.into_iter().filter(|v| f.vars[v.0 as usize].varied).collect();
        let mut nested = HashSet::default();
        nested_uses(f, &f.body, &mut nested);
        Activity { active, nested }
    }

    pub fn active(&self) -> &HashSet<Var> {
        &self.active
    }

    pub fn is_active(&self, v: Var) -> bool {
        self.active.contains(&v)
    }

    /// Whether a value is used in a region inside the one that defines it.
    pub fn used_in_nested(&self, v: Var) -> bool {
        self.nested.contains(&v)
    }
}

/// Operands that carry derivatives: not those of indices or plain code.
pub(crate) fn each_carrier(e: &Expr, f: &mut dyn FnMut(Var)) {
    match e {
        Expr::Var(v) => f(*v),
        Expr::Read(p) | Expr::Ref(p) | Expr::RefMut(p) => f(p.root),
        Expr::Clone(e) | Expr::Neg(e) | Expr::Cast(e, _) | Expr::Repeat(e, _) | Expr::VecRepeat(e, _) => each_carrier(e, f),
        Expr::Bin(_, l, r, _) => {
            each_carrier(l, f);
            each_carrier(r, f);
        }
        Expr::Rule(_, items) | Expr::Tuple(items) | Expr::Array(items) | Expr::VecList(items) | Expr::Ctor(_, items) => {
            items.iter().for_each(|e| each_carrier(e, f));
        }
        Expr::Runtime(name, items) => {
            if *name != "constant" {
                items.iter().for_each(|e| each_carrier(e, f));
            }
        }
        Expr::Call(call) => call_carriers(call, f),
        Expr::ByHand(h) => h.partials.iter().for_each(|(_, x)| f(*x)),
        Expr::Struct(_, fields, base) => {
            fields.iter().for_each(|(_, e)| each_carrier(e, f));
            if let Some(b) = base {
                each_carrier(b, f);
            }
        }
        Expr::Container(_, p, items) => {
            f(p.root);
            items.iter().for_each(|e| each_carrier(e, f));
        }
        Expr::Pullback(..) | Expr::Pushforward(..) | Expr::Lifted(..) => e.each_operand(f),
        Expr::Const(_) | Expr::Verbatim(..) | Expr::Gather(_) => {}
    }
}

fn call_carriers(call: &Call, f: &mut dyn FnMut(Var)) {
    for a in &call.args {
        match a {
            Arg::Value(e) => each_carrier(e, f),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Receiver(p) => f(p.root),
        }
    }
}

fn spread(f: &Function, block: &Block, useful: &mut HashSet<Var>) {
    let mark = |e: &Expr, useful: &mut HashSet<Var>| {
        each_carrier(e, &mut |v| {
            useful.insert(v);
        });
    };
    for s in block.stmts.iter().rev() {
        s.each_block(&mut |b| spread(f, b, useful));
        match s {
            Stmt::Let(v, Expr::Call(call)) => {
                let wanted = useful.contains(v)
                    || call.args.iter().any(|a| match a {
                        Arg::RefMut(p) => useful.contains(&p.root),
                        Arg::Receiver(p) => f.vars[p.root.0 as usize].mutable && useful.contains(&p.root),
                        _ => false,
                    });
                if wanted {
                    call_carriers(call, &mut |v| {
                        useful.insert(v);
                    });
                }
            }
            Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) if useful.contains(v) => mark(e, useful),
            Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) if useful.contains(&p.root) => mark(e, useful),
            Stmt::Container(op, p, args, _) => {
                let other = match (op, args.first()) {
                    (crate::ir::ContainerOp::Swap, Some(Expr::RefMut(o))) => Some(o.root),
                    _ => None,
                };
                if useful.contains(&p.root) || other.is_some_and(|o| useful.contains(&o)) {
                    useful.insert(p.root);
                    args.iter().for_each(|e| mark(e, useful));
                }
            }
            _ => {}
        }
    }
    // A part bound by a pattern stands for its origin.
    for (k, info) in f.vars.iter().enumerate() {
        if let Some(origin) = &info.origin {
            if useful.contains(&Var(u32::try_from(k).unwrap_or(u32::MAX))) {
                useful.insert(origin.root);
            }
        }
    }
}

fn nested_uses(f: &Function, block: &Block, nested: &mut HashSet<Var>) {
    let mut note = |v: Var| {
        if f.vars[v.0 as usize].region != block.region {
            nested.insert(v);
        }
        if let Some(origin) = &f.vars[v.0 as usize].origin {
            nested.insert(origin.root);
        }
    };
    for s in &block.stmts {
        s.each_read(&mut note);
    }
    for s in &block.stmts {
        s.each_block(&mut |b| nested_uses(f, b, nested));
    }
}

/// The variables outside a block that it may change.
pub(crate) fn written_outside(f: &Function, block: &Block) -> std::collections::BTreeSet<Var> {
    let mut written = std::collections::BTreeSet::new();
    may_write(f, &block.stmts, &mut |v| {
        let v = owner(f, v);
        if !inside(f, f.vars[v.0 as usize].region, block.region) {
            written.insert(v);
        }
    });
    written
}

/// The variables that a statement may change, in its blocks too; a part stands for what it is a part of.
pub(crate) fn each_write(f: &Function, s: &Stmt, write: &mut dyn FnMut(Var)) {
    may_write(f, std::slice::from_ref(s), &mut |v| {
        let mut v = v;
        write(v);
        while let Some(origin) = &f.vars[v.0 as usize].origin {
            v = origin.root;
            write(v);
        }
    });
}

/// The variable that a name stands for: a part bound by a pattern, and a reference, stand for what they are a part of or lead to.
pub(crate) fn owner(f: &Function, mut v: Var) -> Var {
    while let Some(origin) = &f.vars[v.0 as usize].origin {
        v = origin.root;
    }
    v
}

fn may_write(f: &Function, stmts: &[Stmt], write: &mut dyn FnMut(Var)) {
    for s in stmts {
        written_by(f, s, write);
        s.each_block(&mut |b| may_write(f, &b.stmts, write));
    }
}

/// The variables that a statement may change by itself, outside its blocks: what it looks at may change something, too.
pub(crate) fn written_by(f: &Function, s: &Stmt, write: &mut dyn FnMut(Var)) {
    match s {
        Stmt::Let(_, e) | Stmt::Do(e) | Stmt::Decl(_, Some(e)) | Stmt::If(e, ..) => may_write_in(f, e, write),
        Stmt::Match(e, arms) => {
            may_write_in(f, e, write);
            arms.iter().filter_map(|a| a.guard.as_ref()).for_each(|g| may_write_in(f, g, write));
        }
        Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
            write(p.root);
            may_write_in(f, e, write);
        }
        Stmt::Container(_, p, args, _) => {
            write(p.root);
            args.iter().for_each(|a| may_write_in(f, a, write));
        }
        Stmt::Verbatim(_, vars) => vars.iter().filter(|v| f.vars[v.0 as usize].mutable).for_each(|v| write(*v)),
        Stmt::LetPull(_, _, call) => written_by_call(f, call, write),
        Stmt::LetPush(push) | Stmt::LetPushPull(push, _) => written_by_call(f, &push.call, write),
        Stmt::While(l) => may_write_in(f, &l.cond, write),
        Stmt::For(l) => {
            may_write_in(f, &l.counter.start, write);
            may_write_in(f, &l.counter.end, write);
        }
        Stmt::ForEach(l) => may_write_in(f, &l.over, write),
        _ => {}
    }
}

/// Whether what carries no derivative is there again, and the same, in the reverse sweep: a pullback is handed its parameters once more, and
/// numbers of its own it keeps. What anything else borrows is not known.
pub(crate) fn lasts(vars: &[VarInfo], e: &Expr) -> bool {
    let lasting = |v: Var| {
        let info = &vars[v.0 as usize];
        let owned = info.owned && !info.lent && matches!(info.ty, Ty::Plain | Ty::Float(_));
        !info.mutable && (owned || matches!(info.kind, VarKind::Param | VarKind::Index))
    };
    let mut all = match e {
        Expr::Verbatim(code, _) => crate::lower::is_simple(code),
        e => matches!(e, Expr::Const(_) | Expr::Var(_) | Expr::Read(_) | Expr::Ref(_)),
    };
    e.each_operand(&mut |v| all &= lasting(v));
    all
}

/// What a call is lent to write to.
fn written_by_call(f: &Function, call: &crate::ir::Call, write: &mut dyn FnMut(Var)) {
    for a in &call.args {
        match a {
            Arg::RefMut(p) => write(p.root),
            Arg::Receiver(p) if f.vars[p.root.0 as usize].mutable => write(p.root),
            Arg::Value(_) | Arg::Ref(_) | Arg::Receiver(_) => {}
        }
    }
}

/// The variables that the evaluation of an expression may write to.
pub(crate) fn may_write_in(f: &Function, e: &Expr, write: &mut dyn FnMut(Var)) {
    match e {
        Expr::RefMut(p) => write(p.root),
        Expr::Container(op, p, _) if !op.copies() => write(p.root),
        Expr::Call(call) => written_by_call(f, call, write),
        Expr::Verbatim(code, vars) if !crate::lower::is_simple(code) => {
            vars.iter().filter(|v| f.vars[v.0 as usize].mutable).for_each(|v| write(*v));
        }
        _ => {}
    }
    e.each_part(&mut |part| may_write_in(f, part, write));
}

/// Where variables are written, and where values are defined, in program order.
pub(crate) struct Writes {
    /// Position and region of each write, by root.
    writes: HashMap<Var, Vec<(usize, Region)>>,
    /// Position and region of each definition.
    defined: HashMap<Var, (usize, Region)>,
}

impl Writes {
    pub fn of(f: &Function) -> Writes {
        let mut w = Writes { writes: HashMap::default(), defined: HashMap::default() };
        let mut clock = 0;
        w.scan(f, &f.body, &mut clock);
        w
    }

    /// A part that a pattern binds stands for what it is a part of.
    fn write(&mut self, f: &Function, root: Var, at: usize, region: Region) {
        let mut v = root;
        loop {
            self.writes.entry(v).or_default().push((at, region));
            match &f.vars[v.0 as usize].origin {
                Some(origin) => v = origin.root,
                None => return,
            }
        }
    }

    fn scan(&mut self, f: &Function, block: &Block, clock: &mut usize) {
        for s in &block.stmts {
            *clock += 1;
            let at = *clock;
            if let Stmt::Let(v, e) = s {
                self.defined.insert(*v, (at, block.region));
                self.effects(f, e, at, block.region);
            }
            if let Stmt::Do(e) = s {
                self.effects(f, e, at, block.region);
            }
            // The condition of a loop is asked in each iteration.
            let region = if let Stmt::While(l) = s { l.body.region } else { block.region };
            written_by(f, s, &mut |v| self.write(f, v, at, region));
            if let Stmt::For(crate::ir::ForLoop { var, .. }) | Stmt::ForEach(crate::ir::ForEach { var, .. }) = s {
                self.defined.insert(*var, (at, block.region));
            }
            // A deferred variable is written where it is declared to be.
            s.each_block(&mut |b| self.scan(f, b, clock));
        }
    }

    /// Of what values are defined as, code of the user counts whatever it looks like: it may call a method that writes.
    fn effects(&mut self, f: &Function, e: &Expr, at: usize, region: Region) {
        match e {
            Expr::Container(_, p, _) => self.write(f, p.root, at, region),
            Expr::Verbatim(_, vars) => {
                for v in vars {
                    if f.vars[v.0 as usize].mutable
                        && f.vars[v.0 as usize].kind == VarKind::Memory
                        && matches!(f.vars[v.0 as usize].ty, Ty::Vec(_) | Ty::Named(_) | Ty::Unknown)
                    {
                        self.write(f, *v, at, region);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether the root keeps, until the end of its life, the value it has where `at` is defined.
    pub fn is_settled(&self, f: &Function, root: Var, at: Var) -> bool {
        // What a pattern binds is looked up again in what it is a part of.
        if f.vars[root.0 as usize].origin.as_ref().is_some_and(|origin| !self.is_settled(f, origin.root, at)) {
            return false;
        }
        let Some(writes) = self.writes.get(&root) else { return true };
        let Some(&(position, region)) = self.defined.get(&at) else { return false };
        let home = f.vars[root.0 as usize].region;
        // Loops around the reading place, inside the region that declares the root.
        let mut loops = Vec::new();
        let mut r = Some(region);
        while let Some(here) = r {
            if here == home {
                break;
            }
            if f.regions[here.0 as usize].is_loop {
                loops.push(here);
            }
            r = f.regions[here.0 as usize].parent;
        }
        writes.iter().all(|(p, w)| *p < position && !loops.iter().any(|l| inside(f, *w, *l)))
    }
}

impl Writes {
    /// The same until the end of an iteration of the loop with this body, in which `at` is defined.
    pub fn is_settled_within(&self, f: &Function, root: Var, at: Var, body: Region) -> bool {
        if f.vars[root.0 as usize].origin.as_ref().is_some_and(|origin| !self.is_settled_within(f, origin.root, at, body)) {
            return false;
        }
        let Some(writes) = self.writes.get(&root) else { return true };
        let Some(&(position, region)) = self.defined.get(&at) else { return false };
        if !inside(f, region, body) {
            return self.is_settled(f, root, at);
        }
        let home = f.vars[root.0 as usize].region;
        let mut loops = Vec::new();
        let mut r = Some(region);
        while let Some(here) = r.filter(|r| *r != body && *r != home) {
            if f.regions[here.0 as usize].is_loop {
                loops.push(here);
            }
            r = f.regions[here.0 as usize].parent;
        }
        writes.iter().all(|(p, w)| !inside(f, *w, body) || *p < position && !loops.iter().any(|l| inside(f, *w, *l)))
    }
}

pub(crate) fn inside(f: &Function, region: Region, outer: Region) -> bool {
    let mut at = Some(region);
    while let Some(r) = at {
        if r == outer {
            return true;
        }
        at = f.regions[r.0 as usize].parent;
    }
    false
}

/// Whether the iterations of a reversed loop must run in reverse order: if they do more than add to
/// accumulators that they do not read.
pub(crate) fn is_ordered(f: &Function, block: &Block) -> bool {
    let mut scan = Order { f, region: block.region, read: HashSet::default(), added: HashSet::default(), ordered: false };
    scan.block(block);
    scan.ordered || scan.read.intersection(&scan.added).next().is_some()
}

struct Order<'f> {
    f: &'f Function,
    region: Region,
    read: HashSet<Var>,
    added: HashSet<Var>,
    ordered: bool,
}

impl Order<'_> {
    fn outer(&self, v: Var) -> bool {
        !inside(self.f, self.f.vars[v.0 as usize].region, self.region)
    }

    fn add(&mut self, p: &Place) {
        if self.outer(p.root) {
            self.added.insert(p.root);
        }
    }

    fn block(&mut self, block: &Block) {
        for s in &block.stmts {
            match s {
                Stmt::TapePop(..) | Stmt::Restore(..) | Stmt::Recall(..) => self.ordered = true,
                Stmt::Assign(p, _) | Stmt::Container(_, p, ..) | Stmt::Update(p, ..) if self.outer(p.root) => self.ordered = true,
                Stmt::Accumulate(p, _) => self.add(p),
                Stmt::Runtime(name, args) => {
                    for a in args {
                        if let Expr::RefMut(p) = a {
                            if matches!(*name, "rt::set_zero" | "rt::set_zero_slice" | "rt::set_zeros_of") && self.outer(p.root) {
                                self.ordered = true;
                            }
                            self.add(p);
                        }
                    }
                    let reads: Vec<&Expr> = args.iter().filter(|a| !matches!(a, Expr::RefMut(_))).collect();
                    for r in reads {
                        self.reads(r);
                    }
                    continue;
                }
                // An array gives a variable its value back.
                Stmt::Let(_, Expr::Runtime("rt::replace", _)) | Stmt::Decl(_, Some(Expr::Runtime("rt::replace", _))) => self.ordered = true,
                Stmt::LetBar(_, e, _) | Stmt::DeclBar(_, e) => {
                    if let Expr::Runtime("rt::take" | "rt::replace" | "rt::replace_updated" | "rt::unextend" | "rt::unresize", args) = e {
                        if let Some(Expr::RefMut(p)) = args.first() {
                            self.ordered |= self.outer(p.root);
                        }
                    }
                    if let Expr::Container(_, p, _) = e {
                        self.ordered |= self.outer(p.root);
                    }
                }
                Stmt::CallPull(c) => {
                    for b in &c.bars {
                        match b {
                            crate::ir::PullBar::Add(p) => self.add(p),
                            crate::ir::PullBar::Receiver(p) | crate::ir::PullBar::InOut(p) => self.ordered |= self.outer(p.root),
                            crate::ir::PullBar::Nothing => {}
                        }
                    }
                    for a in &c.again {
                        self.reads(a);
                    }
                    self.reads(&c.seed);
                    continue;
                }
                _ => {}
            }
            s.each_read(&mut |v| {
                if self.f.vars[v.0 as usize].kind == VarKind::Cotangent || self.f.vars[v.0 as usize].kind == VarKind::Memory {
                    let outer = !inside(self.f, self.f.vars[v.0 as usize].region, self.region);
                    if outer {
                        self.read.insert(v);
                    }
                }
            });
            s.each_block(&mut |b| self.block(b));
        }
    }

    fn reads(&mut self, e: &Expr) {
        let mut vars = Vec::new();
        e.each_operand(&mut |v| vars.push(v));
        for v in vars {
            if self.outer(v) {
                self.read.insert(v);
            }
        }
    }
}

/// What the rule of a method of std reads, besides the seed. Of a method that is not listed: everything.
pub(crate) struct Reads {
    pub inputs: bool,
    pub result: bool,
}

/// What a rule reads. `autodiff-core`'s tests run every rule through this table's eyes: a wrong entry is a wrong gradient there.
pub(crate) fn rule_reads(name: &str) -> Reads {
    match name {
        "exp" | "tanh" | "sqrt" | "exp2" | "recip" => Reads { inputs: false, result: true },
        "sin" | "cos" | "ln" | "ln_1p" | "log2" | "log10" | "abs" | "atan" | "asin" | "acos" | "sinh" | "cosh" | "asinh" | "acosh"
        | "atanh" | "powi" | "max" | "min" | "mul_add" | "signum" | "floor" | "ceil" | "round" | "trunc" | "fract" | "clamp"
        | "to_radians" | "to_degrees" => Reads { inputs: true, result: false },
        _ => Reads { inputs: true, result: true },
    }
}

/// Whether an operand of a rule is an integer.
pub(crate) fn is_integer_operand(rule: &str, k: usize) -> bool {
    rule == "powi" && k == 1
}
