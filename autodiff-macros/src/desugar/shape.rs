//! Where `Result`s are: in names, in lists and tuples, in what closures and functions give.
//!
//! What enters: a body in which every binding has its own name, and what is written of the types of its parameters. What leaves: the shape of
//! each name, as far as the syntax and the crate tell. Guarantee: what is called a `Result` is one; everything else may be one, too.

use rustc_hash::FxHashMap as HashMap;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Type};

use crate::lower::strip;

/// What is known of where `Result`s are in a value. References are looked through.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum Shape {
    #[default]
    Other,
    Result,
    /// Of numbers: by which a list is cut.
    Range,
    /// Arrays, slices, vectors, iterators.
    List(Box<Shape>),
    Option(Box<Shape>),
    Tuple(Vec<Shape>),
    /// What gives it when it is called.
    Function(Box<Shape>),
}

impl Shape {
    /// Whether a type is written as an `Option`.
    pub fn is_option_type(ty: &Type) -> bool {
        matches!(Shape::of_type(ty, &|_| false), Shape::Option(_))
    }

    /// The shape of a type as it is written; other names for `Result` are known to `is_name`.
    pub fn of_type(ty: &Type, is_name: &dyn Fn(&syn::Path) -> bool) -> Shape {
        let of = |ty: &Type| Shape::of_type(ty, is_name);
        match ty {
            Type::Paren(p) => of(&p.elem),
            Type::Group(g) => of(&g.elem),
            Type::Reference(r) => of(&r.elem),
            Type::Array(a) => list(of(&a.elem)),
            Type::Slice(s) => list(of(&s.elem)),
            Type::Tuple(t) => tuple(t.elems.iter().map(of).collect()),
            Type::ImplTrait(t) => of_all(t.bounds.iter().map(|b| of_bound(b, &of))),
            Type::Path(p) => {
                let Some(last) = p.path.segments.last() else { return Shape::Other };
                let first = || match &last.arguments {
                    syn::PathArguments::AngleBracketed(a) => a.args.iter().find_map(|a| match a {
                        syn::GenericArgument::Type(t) => Some(of(t)),
                        _ => None,
                    }),
                    _ => None,
                };
                match last.ident.to_string().as_str() {
                    "Result" => Shape::Result,
                    _ if is_name(&p.path) => Shape::Result,
                    "Vec" => list(first().unwrap_or_default()),
                    "Option" => option(first().unwrap_or_default()),
                    "Box" => first().unwrap_or_default(),
                    "Range" | "RangeInclusive" | "RangeFrom" | "RangeTo" | "RangeToInclusive" | "RangeFull" => Shape::Range,
                    _ => Shape::Other,
                }
            }
            _ => Shape::Other,
        }
    }

    /// The items of what is iterated over.
    fn item(self) -> Shape {
        match self {
            Shape::List(item) | Shape::Option(item) => *item,
            _ => Shape::Other,
        }
    }

    /// What a call gives.
    fn given(self) -> Shape {
        match self {
            Shape::Function(given) => *given,
            _ => Shape::Other,
        }
    }

    /// What two shapes of the same value tell.
    fn and(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Other, known) | (known, Shape::Other) => known,
            (Shape::List(a), Shape::List(b)) => list(a.and(*b)),
            (Shape::Option(a), Shape::Option(b)) => option(a.and(*b)),
            (Shape::Function(a), Shape::Function(b)) => function(a.and(*b)),
            (Shape::Tuple(a), Shape::Tuple(b)) if a.len() == b.len() => tuple(a.into_iter().zip(b).map(|(a, b)| a.and(b)).collect()),
            (known, _) => known,
        }
    }
}

/// What the shapes of what is of one type tell.
fn of_all(shapes: impl Iterator<Item = Shape>) -> Shape {
    shapes.fold(Shape::Other, Shape::and)
}

fn list(item: Shape) -> Shape {
    Shape::List(Box::new(item))
}

fn option(item: Shape) -> Shape {
    Shape::Option(Box::new(item))
}

fn function(given: Shape) -> Shape {
    Shape::Function(Box::new(given))
}

fn tuple(parts: Vec<Shape>) -> Shape {
    if parts.iter().all(|p| *p == Shape::Other) {
        Shape::Other
    } else {
        Shape::Tuple(parts)
    }
}

/// `Iterator<Item = T>`, `Fn(A) -> T`
fn of_bound(bound: &syn::TypeParamBound, of: &dyn Fn(&Type) -> Shape) -> Shape {
    let syn::TypeParamBound::Trait(t) = bound else { return Shape::Other };
    match t.path.segments.last().map(|s| &s.arguments) {
        Some(syn::PathArguments::AngleBracketed(a)) => {
            let item = a.args.iter().find_map(|a| match a {
                syn::GenericArgument::AssocType(a) if a.ident == "Item" => Some(of(&a.ty)),
                _ => None,
            });
            list(item.unwrap_or_default())
        }
        Some(syn::PathArguments::Parenthesized(p)) => match &p.output {
            syn::ReturnType::Type(_, ty) => function(of(ty)),
            syn::ReturnType::Default => function(Shape::Other),
        },
        _ => Shape::Other,
    }
}

/// The shapes of names.
#[derive(Default)]
pub(crate) struct Shapes {
    names: HashMap<String, Shape>,
}

impl Shapes {
    /// The shapes of the names of a body, some of which are known.
    pub fn of_body(known: HashMap<String, Shape>, body: &syn::Block) -> Shapes {
        let mut shapes = Shapes { names: known };
        shapes.visit_block(body);
        shapes
    }

    /// Whether an expression is known to be a `Result`.
    pub fn is_result(&self, e: &Expr) -> bool {
        self.of(e) == Shape::Result
    }

    /// The same of an `Option`.
    pub fn is_option(&self, e: &Expr) -> bool {
        matches!(self.of(e), Shape::Option(_))
    }

    /// Whether it is known to be iterated over by `Result`s.
    pub fn holds_results(&self, e: &Expr) -> bool {
        self.of(e).item() == Shape::Result
    }

    /// Whether a function that is handed over is known to give a `Result`.
    pub fn gives_result(&self, f: &Expr) -> bool {
        self.of_function(f) == Shape::Result
    }

    /// What a function gives that is handed over by its name, or as a closure.
    fn of_function(&self, f: &Expr) -> Shape {
        match strip(f) {
            Expr::Path(p) => match p.path.get_ident().and_then(|name| self.names.get(&name.to_string())) {
                Some(known) => known.clone().given(),
                None => of_path(&p.path),
            },
            f => self.of(f).given(),
        }
    }

    fn of(&self, e: &Expr) -> Shape {
        let last = |b: &syn::Block| match b.stmts.last() {
            Some(syn::Stmt::Expr(e, None)) => self.of(e),
            _ => Shape::Other,
        };
        match strip(e) {
            Expr::Path(p) => p.path.get_ident().and_then(|i| self.names.get(&i.to_string())).cloned().unwrap_or_default(),
            Expr::Reference(r) => self.of(&r.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.of(&u.expr),
            Expr::Tuple(t) => tuple(t.elems.iter().map(|e| self.of(e)).collect()),
            Expr::Array(a) => list(of_all(a.elems.iter().map(|e| self.of(e)))),
            Expr::Repeat(r) => list(self.of(&r.expr)),
            Expr::Macro(m) => match super::elements(&m.mac) {
                Some((elements, _)) => list(of_all(elements.iter().map(|e| self.of(e)))),
                None => Shape::Other,
            },
            Expr::Range(_) => Shape::Range,
            Expr::Index(i) => match self.of(&i.index) {
                Shape::Range => self.of(&i.expr),
                _ => self.of(&i.expr).item(),
            },
            Expr::Field(f) => match (self.of(&f.base), &f.member) {
                (Shape::Tuple(mut parts), syn::Member::Unnamed(k)) if (k.index as usize) < parts.len() => {
                    parts.swap_remove(k.index as usize)
                }
                _ => Shape::Other,
            },
            Expr::Closure(c) => {
                let written = match &c.output {
                    syn::ReturnType::Type(_, ty) => of_written(ty),
                    syn::ReturnType::Default => Shape::Other,
                };
                function(written.and(self.of(&c.body)))
            }
            Expr::Call(c) => match strip(&c.func) {
                Expr::Path(p) => {
                    let last = p.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
                    match (last.as_str(), c.args.first()) {
                        ("Ok" | "Err", _) => Shape::Result,
                        ("Some", Some(inner)) => option(self.of(inner)),
                        _ => self.of_function(&c.func),
                    }
                }
                f => self.of(f).given(),
            },
            Expr::MethodCall(m) => self.of_method(m),
            Expr::Match(m) => of_all(m.arms.iter().map(|a| self.of(&a.body))),
            Expr::If(i) => of_all([last(&i.then_branch), i.else_branch.as_ref().map_or(Shape::Other, |(_, e)| self.of(e))].into_iter()),
            Expr::Block(b) => last(&b.block),
            Expr::Loop(l) => {
                let mut breaks = Breaks { label: l.label.as_ref().map(|l| &l.name.ident), inside: 0, values: Vec::new() };
                breaks.visit_block(&l.body);
                of_all(breaks.values.into_iter().map(|value| self.of(value)))
            }
            _ => Shape::Other,
        }
    }

    /// The name of a function that gives an `Option` or a `Result`, nobody knows which, where it matters to a method that both have.
    pub fn unclear<'e>(&self, m: &'e syn::ExprMethodCall) -> Option<&'e syn::Ident> {
        const OF_BOTH: &[&str] = &[
            "unwrap",
            "expect",
            "unwrap_or",
            "unwrap_or_else",
            "unwrap_or_default",
            "map",
            "and_then",
            "or_else",
            "map_or",
            "map_or_else",
        ];
        let name = match strip(&m.receiver) {
            Expr::MethodCall(inner) => &inner.method,
            Expr::Call(c) => match strip(&c.func) {
                Expr::Path(p) => &p.path.segments.last()?.ident,
                _ => return None,
            },
            _ => return None,
        };
        let of_std = OF_BOTH.iter().any(|both| m.method == both) && !crate::position::has_method(&m.method);
        let matters = of_std && crate::position::gives_unlike(name);
        (matters && self.of(&m.receiver) == Shape::Other).then_some(name)
    }

    fn of_method(&self, m: &syn::ExprMethodCall) -> Shape {
        let receiver = || self.of(&m.receiver);
        let arg = |k: usize| m.args.iter().nth(k);
        let name = m.method.to_string();
        match (name.as_str(), m.args.len()) {
            ("map_err" | "ok_or" | "ok_or_else" | "inspect_err", _) => return Shape::Result,
            ("sum" | "product" | "collect", 0) if super::results::collected_result(m).is_some() => return Shape::Result,
            ("try_fold", 2) => return arg(1).map_or(Shape::Other, |f| self.of_function(f)),
            // Of a text.
            ("parse", 0) => return Shape::Result,
            _ => {}
        }
        let of_receiver = receiver();
        match (&of_receiver, name.as_str()) {
            (
                Shape::Result,
                "map" | "and_then" | "or_else" | "and" | "or" | "inspect" | "clone" | "cloned" | "copied" | "as_ref" | "as_mut"
                | "as_deref",
            ) => Shape::Result,
            (
                Shape::List(_),
                "iter" | "iter_mut" | "into_iter" | "clone" | "cloned" | "copied" | "to_vec" | "to_owned" | "as_slice" | "rev" | "skip"
                | "take" | "step_by" | "chain" | "filter" | "take_while" | "skip_while" | "inspect" | "by_ref" | "peekable" | "fuse"
                | "cycle" | "drain" | "collect",
            ) => of_receiver,
            (Shape::Option(_), "as_ref" | "as_mut" | "cloned" | "copied" | "take" | "or" | "or_else" | "filter" | "iter" | "into_iter") => {
                of_receiver
            }
            // What is mapped may be an option that nothing tells of: lists have no such methods.
            (Shape::Option(item) | Shape::List(item), "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else") => (**item).clone(),
            (Shape::Option(item) | Shape::List(item), "transpose") if **item == Shape::Result => Shape::Result,
            (Shape::List(_), "get" | "get_mut") if arg(0).is_some_and(|at| self.of(at) == Shape::Range) => option(of_receiver),
            (Shape::List(item), "next" | "next_back" | "last" | "nth" | "find" | "first" | "pop" | "get") => option((**item).clone()),
            (Shape::List(item), "remove" | "swap_remove") => (**item).clone(),
            (Shape::List(item), "enumerate") => list(tuple(vec![Shape::Other, (**item).clone()])),
            (_, "map" | "scan" | "filter_map" | "flat_map" | "map_while") => {
                let given = m.args.last().map_or(Shape::Other, |f| self.of_function(f));
                match name.as_str() {
                    "map" if matches!(of_receiver, Shape::Option(_)) => option(given),
                    _ if given == Shape::Other && !matches!(of_receiver, Shape::List(_)) => Shape::Other,
                    "map" => list(given),
                    _ => list(given.item()),
                }
            }
            (item, "zip") => {
                let other = arg(0).map_or(Shape::Other, |e| self.of(e)).item();
                list(tuple(vec![item.clone().item(), other]))
            }
            _ if crate::position::gives(&m.method) != Shape::Other => crate::position::gives(&m.method),
            _ => Shape::Other,
        }
    }

    /// Something more is known of a name.
    fn learn(&mut self, name: &syn::Ident, shape: &Shape) {
        let known = self.names.entry(name.to_string()).or_default();
        *known = std::mem::take(known).and(shape.clone());
    }

    /// A pattern takes a value of the shape.
    fn bind(&mut self, pat: &Pat, shape: &Shape) {
        if *shape == Shape::Other {
            return;
        }
        match (pat, shape) {
            (Pat::Ident(i), _) if i.subpat.is_none() => {
                self.learn(&i.ident, shape);
            }
            (Pat::Type(t), _) => self.bind(&t.pat, shape),
            (Pat::Paren(p), _) => self.bind(&p.pat, shape),
            (Pat::Reference(r), _) => self.bind(&r.pat, shape),
            (Pat::Tuple(t), Shape::Tuple(parts)) if t.elems.len() == parts.len() => {
                t.elems.iter().zip(parts).for_each(|(p, s)| self.bind(p, s));
            }
            (Pat::Slice(s), Shape::List(item)) => {
                for p in &s.elems {
                    match p {
                        Pat::Ident(syn::PatIdent { ident, subpat: Some(_), .. }) => {
                            self.learn(ident, shape);
                        }
                        p => self.bind(p, item),
                    }
                }
            }
            (Pat::TupleStruct(t), Shape::Option(item)) if crate::infer::is_some(&t.path) && t.elems.len() == 1 => {
                self.bind(&t.elems[0], item)
            }
            _ => {}
        }
    }

    /// What is handed to the closures of a method of lists.
    fn bind_closures(&mut self, m: &syn::ExprMethodCall) {
        let of_receiver = self.of(&m.receiver);
        let (Shape::List(item) | Shape::Option(item)) = of_receiver else { return };
        let which = match m.method.to_string().as_str() {
            "fold" | "rfold" | "try_fold" | "scan" => 1,
            _ => 0,
        };
        for a in &m.args {
            if let Expr::Closure(c) = strip(a) {
                if let Some(pat) = c.inputs.iter().nth(which) {
                    self.bind(pat, &item);
                }
            }
        }
    }
}

/// The values that a loop is left with.
struct Breaks<'a> {
    label: Option<&'a syn::Ident>,
    /// How many loops are around, in that one.
    inside: usize,
    values: Vec<&'a Expr>,
}

impl<'a> Breaks<'a> {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.inside += 1;
        visit(self);
        self.inside -= 1;
    }
}

impl<'a> Visit<'a> for Breaks<'a> {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
        self.within(|s| visit::visit_expr_loop(s, l));
    }
    fn visit_expr_while(&mut self, w: &'a syn::ExprWhile) {
        self.within(|s| visit::visit_expr_while(s, w));
    }
    fn visit_expr_for_loop(&mut self, f: &'a syn::ExprForLoop) {
        self.within(|s| visit::visit_expr_for_loop(s, f));
    }
    fn visit_expr_break(&mut self, b: &'a syn::ExprBreak) {
        let meant = match &b.label {
            Some(label) => self.label == Some(&label.ident),
            None => self.inside == 0,
        };
        self.values.extend(b.expr.as_deref().filter(|_| meant));
        visit::visit_expr_break(self, b);
    }
}

/// The shape of a type in the body.
pub(crate) fn of_written(ty: &Type) -> Shape {
    Shape::of_type(ty, &crate::position::is_name_of_result)
}

/// What a function that is called by its path gives.
fn of_path(path: &syn::Path) -> Shape {
    crate::position::call_gives(path)
}

impl<'a> Visit<'a> for Shapes {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_local(&mut self, l: &'a syn::Local) {
        let written = if let Pat::Type(t) = &l.pat { of_written(&t.ty) } else { Shape::Other };
        if let Some(init) = &l.init {
            self.visit_expr(&init.expr);
            if let Some((_, other)) = &init.diverge {
                self.visit_expr(other);
            }
            self.bind(&l.pat, &written.clone().and(self.of(&init.expr)));
        } else {
            self.bind(&l.pat, &written);
        }
    }

    fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
        visit::visit_expr_assign(self, a);
        if let Expr::Path(p) = strip(&a.left) {
            if let Some(name) = p.path.get_ident() {
                let shape = self.of(&a.right);
                self.learn(name, &shape);
            }
        }
    }

    fn visit_expr_let(&mut self, l: &'a syn::ExprLet) {
        self.visit_expr(&l.expr);
        self.bind(&l.pat, &self.of(&l.expr));
    }

    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        self.visit_expr(&m.expr);
        let shape = self.of(&m.expr);
        for arm in &m.arms {
            self.bind(&arm.pat, &shape);
            self.visit_arm(arm);
        }
    }

    fn visit_expr_for_loop(&mut self, f: &'a syn::ExprForLoop) {
        self.visit_expr(&f.expr);
        self.bind(&f.pat, &self.of(&f.expr).item());
        self.visit_block(&f.body);
    }

    fn visit_expr_closure(&mut self, c: &'a syn::ExprClosure) {
        for p in &c.inputs {
            if let Pat::Type(t) = p {
                self.bind(&t.pat, &of_written(&t.ty));
            }
        }
        self.visit_expr(&c.body);
    }

    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        self.visit_expr(&m.receiver);
        self.bind_closures(m);
        m.args.iter().for_each(|a| self.visit_expr(a));
    }
}
