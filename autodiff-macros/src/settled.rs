//! Elements that are never written again once they are read.
//!
//! What enters: a function. What leaves: for a read of an element, whether anything that may run after it may write that element. If not, the
//! reverse sweep reads it where it is, and nothing is kept. So it is with `y[i - 1]` where a loop over `i` writes `y[i]`, with the rows above
//! the one that an elimination works on, and with the neighbours in a table that is filled row by row.
//!
//! Let `a` be an index of the read and `b` that of a write. In each way in which the write may come later (a later iteration of the outermost
//! loop around both, or the same one and a later one of the next loop, and so on; or the same of all, and a statement further down) the
//! two have to differ in one index. What is known of the counters are differences: `start <= i`, `i < end`, `i + 1 <= i'`. From these
//! follows the largest that `a - b` or `b - a` can be, as the length of a shortest path; if that is below zero, the elements differ.
//! Indices like `i * n + j` are two if `0 <= j < n`. Different fields of a struct are different places, too.

use rustc_hash::FxHashMap as HashMap;

use crate::analysis::inside;
use crate::ir::{Block, ContainerOp, Counter, Expr, Function, Place, Proj, Region, Stmt, Var, VarKind};

/// Where elements are written, and the loops around.
#[derive(Default)]
pub(crate) struct Elements {
    writes: HashMap<Var, Vec<Write>>,
    /// Position and region of each definition.
    defined: HashMap<Var, (usize, Region)>,
    defs: HashMap<Var, Expr>,
    /// The counter of each loop, by its body.
    loops: HashMap<Region, (Var, Counter)>,
}

struct Write {
    at: usize,
    region: Region,
    /// What is written; nothing if that is not known.
    place: Option<Place>,
}

/// What the difference of two things is known by: a counter in the iteration of the read or of the write, or something that stays the same.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Node {
    Zero,
    Counter(Var, bool),
    Same(String),
}

/// `node + offset`
#[derive(Clone, PartialEq, Eq, Debug)]
struct Term {
    node: Node,
    offset: i64,
}

/// An index: one number, or `row * width + column`.
enum Index {
    One(Term),
    Two(Term, String, Term),
}

impl Elements {
    pub fn of(f: &Function) -> Elements {
        let mut found = Elements::default();
        crate::analysis::definitions(&f.body, &mut found.defs);
        let mut clock = 0;
        found.block(f, &f.body, &mut clock);
        // What a pattern binds by reference may be written by another name.
        for info in f.vars.iter().filter(|info| info.mutable) {
            if let Some(origin) = &info.origin {
                found.note(origin.root, 0, Region(0), None);
                found.note(origin.root, usize::MAX, Region(0), None);
            }
        }
        found
    }

    fn note(&mut self, root: Var, at: usize, region: Region, place: Option<Place>) {
        self.writes.entry(root).or_default().push(Write { at, region, place });
    }

    fn block(&mut self, f: &Function, block: &Block, clock: &mut usize) {
        for s in &block.stmts {
            *clock += 1;
            let (at, region) = (*clock, block.region);
            match s {
                Stmt::Let(v, _) => {
                    self.defined.insert(*v, (at, region));
                }
                Stmt::For(l) => {
                    self.loops.insert(l.body.region, (l.var, l.counter.clone()));
                }
                _ => {}
            }
            match s {
                Stmt::Assign(p, e) | Stmt::Update(p, _, e, _) => {
                    self.note(p.root, at, region, Some(p.clone()));
                    self.effects(f, e, at, region);
                }
                // What is there stays.
                Stmt::Container(ContainerOp::Push | ContainerOp::Extend, p, args, _) if p.path.is_empty() => {
                    args.iter().for_each(|a| self.effects(f, a, at, region));
                }
                // The condition of a loop is asked in each iteration.
                Stmt::While(l) => self.effects(f, &l.cond, at, l.body.region),
                s => crate::analysis::written_by(f, s, &mut |v| self.note(v, at, region, None)),
            }
            s.each_block(&mut |b| self.block(f, b, clock));
        }
    }

    fn effects(&mut self, f: &Function, e: &Expr, at: usize, region: Region) {
        crate::analysis::may_write_in(f, e, &mut |v| self.note(v, at, region, None));
    }

    /// Whether the place that `at` is defined as keeps its value until the end of its root's life, or of an iteration of the loop `within`.
    pub fn are_settled(&self, f: &Function, read: &Place, at: Var, within: Option<Region>) -> bool {
        let Some(&(position, region)) = self.defined.get(&at) else { return false };
        let home = f.vars[read.root.0 as usize].region;
        let end = within.filter(|body| inside(f, region, *body) && !inside(f, home, *body) || home == *body);
        let scope = end.unwrap_or(home);
        let Some(writes) = self.writes.get(&read.root) else { return true };
        let question = Question { elements: self, f, read, position, around: around(f, region, scope), scope };
        writes.iter().filter(|w| end.is_none_or(|body| inside(f, w.region, body))).all(|w| question.is_apart(w))
    }
}

/// The loops around a region, inside another one, outermost first.
fn around(f: &Function, region: Region, scope: Region) -> Vec<Region> {
    let mut loops = Vec::new();
    let mut at = Some(region);
    while let Some(here) = at.filter(|r| *r != scope) {
        if f.regions[here.0 as usize].is_loop {
            loops.push(here);
        }
        at = f.regions[here.0 as usize].parent;
    }
    loops.reverse();
    loops
}

/// Whether writes may hit one read.
struct Question<'e> {
    elements: &'e Elements,
    f: &'e Function,
    read: &'e Place,
    position: usize,
    /// The loops around the read.
    around: Vec<Region>,
    scope: Region,
}

impl Question<'_> {
    /// Whether a write, where it comes after the read, is of another element.
    fn is_apart(&self, w: &Write) -> bool {
        let loops = around(self.f, w.region, self.scope);
        let common: Vec<Region> = self.around.iter().copied().take_while(|l| loops.contains(l)).collect();
        if common.is_empty() && w.at < self.position {
            return true;
        }
        let Some(place) = &w.place else { return false };
        let mut pairs = Vec::new();
        for (a, b) in self.read.path.iter().zip(&place.path) {
            match (a, b) {
                (Proj::Field(a), Proj::Field(b)) if a != b => return true,
                (Proj::Field(_), Proj::Field(_)) | (Proj::Deref, Proj::Deref) => {}
                (Proj::Index(a, _), Proj::Index(b, _)) => pairs.push((self.index(a, false), self.index(b, true))),
                _ => break,
            }
        }
        let mut facts = Facts::default();
        for (loops, later) in [(&self.around, false), (&loops, true)] {
            for body in loops {
                self.range(*body, later, &mut facts);
            }
        }
        let mut same = facts.clone();
        for body in &common {
            let counter = self.elements.loops.get(body);
            let mut after = same.clone();
            if let Some((v, c)) = counter {
                let (now, then) = (Node::Counter(*v, false), Node::Counter(*v, true));
                let (low, high) = if c.reversed { (then.clone(), now.clone()) } else { (now.clone(), then.clone()) };
                after.at_most(&low, &high, -1);
                same.at_most(&now, &then, 0);
                same.at_most(&then, &now, 0);
            }
            if !differ(&pairs, after) {
                return false;
            }
        }
        w.at < self.position || differ(&pairs, same)
    }

    /// What a loop says of its counter.
    fn range(&self, body: Region, later: bool, facts: &mut Facts) {
        let Some((v, c)) = self.elements.loops.get(&body) else { return };
        let node = Node::Counter(*v, later);
        if let Some(start) = self.term(&c.start, later) {
            facts.at_most(&start.node, &node, -start.offset);
        }
        if let Some(end) = self.term(&c.end, later) {
            facts.at_most(&node, &end.node, end.offset - i64::from(!c.inclusive));
        }
    }

    fn index(&self, e: &Expr, later: bool) -> Option<Index> {
        if let Some(term) = self.term(e, later) {
            return Some(Index::One(term));
        }
        let (code, vars) = self.code(e)?;
        let (row, width, column) = flat(&code)?;
        let part = |code: syn::Expr| self.term(&Expr::Verbatim(Box::new(code), vars.clone()), later);
        let width = self.term(&Expr::Verbatim(Box::new(width), vars.clone()), later)?;
        let Term { node: Node::Same(width), offset: 0 } = width else { return None };
        let column = match column {
            Some(column) => part(column)?,
            None => Term { node: Node::Zero, offset: 0 },
        };
        Some(Index::Two(part(row)?, width, column))
    }

    fn code(&self, e: &Expr) -> Option<(syn::Expr, Vec<Var>)> {
        match e {
            Expr::Verbatim(code, vars) => match &**code {
                syn::Expr::Verbatim(tokens) => Some((syn::parse2(tokens.clone()).ok()?, vars.clone())),
                code => Some((code.clone(), vars.clone())),
            },
            Expr::Const(tokens) => Some((syn::parse2(tokens.clone()).ok()?, Vec::new())),
            Expr::Var(v) => match self.elements.defs.get(v)? {
                e @ Expr::Verbatim(..) if !self.f.vars[v.0 as usize].mutable => self.code(e),
                _ => None,
            },
            _ => None,
        }
    }

    /// An index or bound that is something plus a number.
    fn term(&self, e: &Expr, later: bool) -> Option<Term> {
        if let Expr::Var(v) = e {
            return self.variable(*v, later);
        }
        let (code, vars) = self.code(e)?;
        self.sum(&code, &vars, later)
    }

    fn variable(&self, v: Var, later: bool) -> Option<Term> {
        let info = &self.f.vars[v.0 as usize];
        if info.mutable || info.kind == VarKind::Memory {
            return None;
        }
        if self.is_fixed(v) {
            return Some(Term { node: Node::Same(info.name.to_string()), offset: 0 });
        }
        if info.kind == VarKind::Index && self.elements.loops.values().any(|(c, _)| *c == v) {
            return Some(Term { node: Node::Counter(v, later), offset: 0 });
        }
        match self.elements.defs.get(&v)? {
            e @ (Expr::Var(_) | Expr::Verbatim(..) | Expr::Const(_)) => self.term(&e.clone(), later),
            _ => None,
        }
    }

    /// Whether a variable has one value wherever the read and the writes are.
    fn is_fixed(&self, v: Var) -> bool {
        let info = &self.f.vars[v.0 as usize];
        let counts = |body: &Region| self.elements.loops.get(body).is_some_and(|(c, _)| *c == v);
        let inside_scope = info.region != self.scope && inside(self.f, info.region, self.scope);
        let own_loop = self.f.regions[self.scope.0 as usize].is_loop && counts(&self.scope);
        !info.mutable
            && info.kind != VarKind::Memory
            && info.kind != VarKind::Deferred
            && (own_loop || !inside_scope && !self.counts_inside(v))
    }

    /// Whether it is the counter of a loop inside the scope.
    fn counts_inside(&self, v: Var) -> bool {
        self.elements.loops.iter().any(|(body, (c, _))| *c == v && *body != self.scope && inside(self.f, *body, self.scope))
    }

    fn sum(&self, code: &syn::Expr, vars: &[Var], later: bool) -> Option<Term> {
        match code {
            syn::Expr::Paren(p) => self.sum(&p.expr, vars, later),
            syn::Expr::Group(g) => self.sum(&g.expr, vars, later),
            syn::Expr::Verbatim(tokens) => self.sum(&syn::parse2(tokens.clone()).ok()?, vars, later),
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => Some(Term { node: Node::Zero, offset: n.base10_parse().ok()? }),
            syn::Expr::Path(p) => {
                let name = p.path.get_ident()?;
                let v = vars.iter().find(|v| self.f.vars[v.0 as usize].name == *name)?;
                self.variable(*v, later)
            }
            syn::Expr::Binary(b) if matches!(b.op, syn::BinOp::Add(_) | syn::BinOp::Sub(_)) => {
                let minus = matches!(b.op, syn::BinOp::Sub(_));
                match (self.sum(&b.left, vars, later), self.sum(&b.right, vars, later)) {
                    (Some(l), Some(Term { node: Node::Zero, offset })) => {
                        let offset = if minus { l.offset - offset } else { l.offset + offset };
                        Some(Term { node: l.node, offset })
                    }
                    (Some(Term { node: Node::Zero, offset }), Some(r)) if !minus => Some(Term { node: r.node, offset: r.offset + offset }),
                    _ => self.same(code, vars),
                }
            }
            _ => self.same(code, vars),
        }
    }

    /// Something that has one value wherever the read and the writes are.
    fn same(&self, code: &syn::Expr, vars: &[Var]) -> Option<Term> {
        let mut named = Vec::new();
        names(quote::quote!(#code), &mut named);
        let all = named.iter().all(|n| vars.iter().filter(|v| self.f.vars[v.0 as usize].name == *n).all(|v| self.is_fixed(*v)));
        let fixed = all && crate::lower::is_simple(code);
        fixed.then(|| Term { node: Node::Same(quote::quote!(#code).to_string()), offset: 0 })
    }
}

fn names(tokens: proc_macro2::TokenStream, found: &mut Vec<proc_macro2::Ident>) {
    for t in tokens {
        match t {
            proc_macro2::TokenTree::Ident(i) => found.push(i),
            proc_macro2::TokenTree::Group(g) => names(g.stream(), found),
            _ => {}
        }
    }
}

/// `row * width + column`
fn flat(code: &syn::Expr) -> Option<(syn::Expr, syn::Expr, Option<syn::Expr>)> {
    let product = |e: &syn::Expr| match bare(e) {
        syn::Expr::Binary(b) if matches!(b.op, syn::BinOp::Mul(_)) => Some(((*b.left).clone(), (*b.right).clone())),
        _ => None,
    };
    match bare(code) {
        syn::Expr::Binary(b) if matches!(b.op, syn::BinOp::Add(_) | syn::BinOp::Sub(_)) => {
            let minus = matches!(b.op, syn::BinOp::Sub(_));
            if let (Some((row, width)), false) = (product(&b.left), minus) {
                return Some((row, width, Some((*b.right).clone())));
            }
            // `row * width + column - 1`
            let (row, width, column) = flat(&b.left)?;
            let (right, op) = (&b.right, &b.op);
            let column = match column {
                Some(column) => syn::parse_quote!(#column #op #right),
                None if !minus => (**right).clone(),
                None => return None,
            };
            Some((row, width, Some(column)))
        }
        e => product(e).map(|(row, width)| (row, width, None)),
    }
}

fn bare(e: &syn::Expr) -> &syn::Expr {
    match e {
        syn::Expr::Paren(p) => bare(&p.expr),
        syn::Expr::Group(g) => bare(&g.expr),
        e => e,
    }
}

/// Whether two places differ in one index at least.
fn differ(pairs: &[(Option<Index>, Option<Index>)], facts: Facts) -> bool {
    let closed = facts.closed();
    if closed.contradict() {
        return true;
    }
    let apart = |a: &Term, b: &Term| closed.most(a, b) < 0 || closed.most(b, a) < 0;
    pairs.iter().any(|pair| match pair {
        (Some(Index::One(a)), Some(Index::One(b))) => apart(a, b),
        (Some(Index::Two(a, n, j)), Some(Index::Two(b, m, k))) if n == m => {
            let width = Term { node: Node::Same(n.clone()), offset: 0 };
            let zero = Term { node: Node::Zero, offset: 0 };
            let fits = |column: &Term| closed.most(column, &width) < 0 && closed.most(&zero, column) <= 0;
            fits(j) && fits(k) && (apart(a, b) || apart(j, k))
        }
        _ => false,
    })
}

/// Bounds of differences.
#[derive(Clone, Default)]
struct Facts {
    nodes: Vec<Node>,
    /// `nodes[i] - nodes[j] <= bound`
    bounds: Vec<(usize, usize, i64)>,
}

impl Facts {
    fn node(&mut self, node: &Node) -> usize {
        self.nodes.iter().position(|n| n == node).unwrap_or_else(|| {
            self.nodes.push(node.clone());
            self.nodes.len() - 1
        })
    }

    /// `a <= b + bound`
    fn at_most(&mut self, a: &Node, b: &Node, bound: i64) {
        let (a, b) = (self.node(a), self.node(b));
        self.bounds.push((a, b, bound));
    }

    /// All that follows.
    fn closed(self) -> Closed {
        let n = self.nodes.len();
        let mut most = vec![vec![None; n]; n];
        for (k, row) in most.iter_mut().enumerate() {
            row[k] = Some(0);
        }
        for (a, b, bound) in self.bounds {
            let known: &mut Option<i64> = &mut most[a][b];
            *known = Some(known.map_or(bound, |k| k.min(bound)));
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    if let (Some(x), Some(y)) = (most[i][k], most[k][j]) {
                        let sum = x + y;
                        if most[i][j].is_none_or(|z: i64| sum < z) {
                            most[i][j] = Some(sum);
                        }
                    }
                }
            }
        }
        Closed { nodes: self.nodes, most }
    }
}

/// The largest that each difference can be.
struct Closed {
    nodes: Vec<Node>,
    most: Vec<Vec<Option<i64>>>,
}

impl Closed {
    /// Whether the facts cannot all hold: then nothing happens.
    fn contradict(&self) -> bool {
        (0..self.nodes.len()).any(|k| self.most[k][k].is_some_and(|d| d < 0))
    }

    /// The largest that `a - b` can be.
    fn most(&self, a: &Term, b: &Term) -> i64 {
        let at = |n: &Node| self.nodes.iter().position(|m| m == n);
        let between = if a.node == b.node { Some(0) } else { at(&a.node).zip(at(&b.node)).and_then(|(a, b)| self.most[a][b]) };
        between.map_or(i64::MAX, |d| d.saturating_add(a.offset - b.offset))
    }
}
