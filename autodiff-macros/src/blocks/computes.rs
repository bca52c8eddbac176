//! What the body of an operator computes, at points made up for its operands.
//!
//! What enters: a body, and the name of its right operand. What leaves: the value that it gives, or that `self` has behind it, as numbers and
//! structs of these; nothing where the body is more than `let`s, assignments, arithmetic, loops and iterators. Guarantee: two bodies whose
//! values are told apart compute something else. Functions that are not known give numbers made of their names and arguments, so that they
//! are the same only where they are called in the same way.

use std::collections::hash_map::DefaultHasher;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use quote::ToTokens;
use syn::{Expr, Member, Pat, Stmt, UnOp};

use crate::lower::strip;

/// At how many points.
pub(super) const POINTS: usize = 3;
/// How often a loop runs whose length is a constant with a name, or that of a list.
pub(super) const LENGTH: i64 = 3;
pub(super) const LONGEST: i64 = 16;

/// A value at all points.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Number([f64; POINTS]),
    /// A part of an operand that nothing has been asked of yet.
    Part(String),
    /// What has been put together, of what its other parts are.
    Made(BTreeMap<String, Value>, Option<String>),
    /// The first elements of a list whose length is not known.
    List(Vec<Value>),
}

/// How a body is read.
pub(super) struct Reader<'r> {
    /// The names of the operands, and whether they are numbers.
    pub operands: [(&'r str, bool); 2],
    /// The fields that `Type::new` fills.
    pub constructor: &'r dyn Fn(&syn::Path) -> Option<Vec<String>>,
    /// Whether what `self` is behind the body is asked for, as of an assignment.
    pub assigns: bool,
}

pub(super) type Names = Vec<(String, Value)>;

impl Reader<'_> {
    /// What a body computes.
    pub fn value(&self, body: &syn::Block) -> Option<Value> {
        let mut names: Names =
            self.operands.iter().zip(["self", "rhs"]).map(|((name, _), part)| (name.to_string(), Value::Part(part.into()))).collect();
        let given = self.block(&mut names, &body.stmts)?;
        if self.assigns {
            return names.into_iter().next().map(|(_, value)| value);
        }
        given
    }

    pub(super) fn block(&self, names: &mut Names, stmts: &[Stmt]) -> Option<Option<Value>> {
        let mut given = None;
        for (k, s) in stmts.iter().enumerate() {
            match s {
                Stmt::Local(l) => {
                    let pat = match &l.pat {
                        Pat::Type(t) => &*t.pat,
                        pat => pat,
                    };
                    let (Pat::Ident(p), Some(init)) = (pat, &l.init) else { return None };
                    if init.diverge.is_some() || p.by_ref.is_some() || p.subpat.is_some() {
                        return None;
                    }
                    let value = self.expr(names, &init.expr)?;
                    names.push((p.ident.to_string(), value));
                }
                Stmt::Expr(Expr::ForLoop(l), _) if l.label.is_none() => self.walked(names, &l.pat, &l.expr, &l.body.stmts)?,
                Stmt::Expr(Expr::MethodCall(m), _) if m.method == "push" || m.method == "for_each" => self.done(names, m)?,
                Stmt::Expr(Expr::Assign(a), _) => {
                    let value = self.expr(names, &a.right)?;
                    self.assign(names, &a.left, value)?;
                }
                Stmt::Expr(Expr::Binary(b), _) if operation_of_assignment(&b.op).is_some() => {
                    let (old, by) = (self.expr(names, &b.left)?, self.expr(names, &b.right)?);
                    let value = self.binary(operation_of_assignment(&b.op)?, &old, &by)?;
                    self.assign(names, &b.left, value)?;
                }
                Stmt::Expr(e, None) if k + 1 == stmts.len() => given = Some(self.expr(names, e)?),
                _ => return None,
            }
        }
        Some(given)
    }

    /// A name and the parts of it.
    pub(super) fn place(&self, names: &Names, e: &Expr) -> Option<(usize, Vec<String>)> {
        match e {
            Expr::Path(p) => {
                let name = p.path.get_ident()?.to_string();
                names.iter().rposition(|(known, _)| *known == name).map(|k| (k, Vec::new()))
            }
            Expr::Field(f) => {
                let (root, mut steps) = self.place(names, &f.base)?;
                steps.push(member(&f.member));
                Some((root, steps))
            }
            Expr::Index(i) => {
                let (root, mut steps) = self.place(names, &i.expr)?;
                steps.push(format!("[{}]", index(&self.expr(names, &i.index)?)?));
                Some((root, steps))
            }
            Expr::Paren(p) => self.place(names, &p.expr),
            Expr::Group(g) => self.place(names, &g.expr),
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => self.place(names, &u.expr),
            _ => None,
        }
    }

    fn assign(&self, names: &mut Names, place: &Expr, value: Value) -> Option<()> {
        let (root, steps) = self.place(names, place)?;
        set(&mut names[root].1, &steps, value)
    }

    pub(super) fn expr(&self, names: &Names, e: &Expr) -> Option<Value> {
        match e {
            Expr::Paren(p) => self.expr(names, &p.expr),
            Expr::Group(g) => self.expr(names, &g.expr),
            Expr::Reference(r) => self.expr(names, &r.expr),
            Expr::Block(b) if b.label.is_none() => self.block(&mut names.clone(), &b.block.stmts)?,
            Expr::Lit(l) => match &l.lit {
                syn::Lit::Float(f) => Some(Value::Number([f.base10_parse().ok()?; POINTS])),
                syn::Lit::Int(i) => Some(Value::Number([i.base10_parse().ok()?; POINTS])),
                _ => None,
            },
            Expr::Path(p) => match p.path.get_ident().and_then(|i| names.iter().rev().find(|(known, _)| i == known)) {
                Some((_, value)) => Some(value.clone()),
                None => Some(made_up(&dense(p), &[])),
            },
            Expr::Field(f) => part(&self.expr(names, &f.base)?, &member(&f.member)),
            Expr::Index(i) => part(&self.expr(names, &i.expr)?, &format!("[{}]", index(&self.expr(names, &i.index)?)?)),
            Expr::Unary(u) => match u.op {
                UnOp::Deref(_) => self.expr(names, &u.expr),
                UnOp::Neg(_) => self.binary('-', &Value::Number([0.0; POINTS]), &self.expr(names, &u.expr)?),
                _ => None,
            },
            Expr::Binary(b) => self.binary(operation(&b.op)?, &self.expr(names, &b.left)?, &self.expr(names, &b.right)?),
            Expr::Array(a) => {
                let parts = a.elems.iter().enumerate().map(|(k, e)| Some((format!("[{k}]"), self.expr(names, e)?)));
                Some(Value::Made(parts.collect::<Option<_>>()?, None))
            }
            Expr::Repeat(r) => {
                let count = self.end(names, &r.len)?;
                let value = self.expr(names, &r.expr)?;
                (count <= LONGEST).then(|| Value::Made((0..count).map(|k| (format!("[{k}]"), value.clone())).collect(), None))
            }
            Expr::Struct(s) => {
                let base = match &s.rest {
                    Some(rest) => match self.expr(names, rest)? {
                        Value::Made(parts, base) => (parts, base),
                        Value::Part(path) => (BTreeMap::new(), Some(path)),
                        Value::Number(_) | Value::List(_) => return None,
                    },
                    None => (BTreeMap::new(), None),
                };
                let (mut parts, base) = base;
                for f in &s.fields {
                    parts.insert(member(&f.member), self.expr(names, &f.expr)?);
                }
                Some(Value::Made(parts, base))
            }
            Expr::Call(c) => {
                let Expr::Path(p) = strip(&c.func) else { return None };
                if let Some(list) = self.list(names, c) {
                    return Some(list);
                }
                let args = c.args.iter().map(|a| self.expr(names, a)).collect::<Option<Vec<_>>>()?;
                let last = p.path.segments.last()?.ident.to_string();
                if last.starts_with(char::is_uppercase) {
                    return Some(Value::Made(args.into_iter().enumerate().map(|(k, a)| (k.to_string(), a)).collect(), None));
                }
                if let Some(fields) = (self.constructor)(&p.path).filter(|fields| fields.len() == args.len()) {
                    return Some(Value::Made(fields.into_iter().zip(args).collect(), None));
                }
                let numbers = args.iter().map(|a| self.number(a)).collect::<Option<Vec<_>>>()?;
                Some(made_up(&dense(p), &numbers))
            }
            Expr::Macro(m) => self.written_out(names, &m.mac),
            Expr::MethodCall(m) => {
                if let Some(value) = self.run(names, m) {
                    return Some(value);
                }
                let receiver = self.expr(names, &m.receiver)?;
                if m.args.is_empty() && (m.method == "clone" || m.method == "to_owned") {
                    return Some(receiver);
                }
                let mut numbers = vec![number_of(&receiver)?];
                for a in &m.args {
                    numbers.push(number_of(&self.expr(names, a)?)?);
                }
                Some(method(&m.method.to_string(), &numbers))
            }
            Expr::Cast(c) => {
                let number = self.number(&self.expr(names, &c.expr)?)?;
                Some(Value::Number(number))
            }
            _ => None,
        }
    }

    /// Whether a value is a whole operand that is no number, which has operators and methods of its own.
    pub(super) fn is_whole(&self, value: &Value) -> bool {
        let whole = |path: &str| (path == "self" && !self.operands[0].1) || (path == "rhs" && !self.operands[1].1);
        matches!(value, Value::Part(path) if whole(path))
    }

    /// An operand of arithmetic.
    fn number(&self, value: &Value) -> Option<[f64; POINTS]> {
        if self.is_whole(value) {
            return None;
        }
        number_of(value)
    }

    pub(super) fn binary(&self, op: char, left: &Value, right: &Value) -> Option<Value> {
        let (l, r) = (self.number(left)?, self.number(right)?);
        Some(Value::Number(std::array::from_fn(|k| match op {
            '+' => l[k] + r[k],
            '-' => l[k] - r[k],
            '*' => l[k] * r[k],
            '/' => l[k] / r[k],
            _ => l[k] % r[k],
        })))
    }
}

impl Value {
    /// Whether two values are the same at all points, up to rounding.
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b)),
            // Others may name more elements than are made up, or fewer.
            (Value::List(items), Value::Made(parts, _)) => {
                let there = |step: &str| element(step).and_then(|k| items.get(k));
                parts.iter().all(|(step, value)| there(step).is_none_or(|there| there.is_same(value)))
            }
            (Value::List(items), Value::Part(_)) => {
                items.iter().enumerate().all(|(k, item)| part(other, &format!("[{k}]")).is_some_and(|there| item.is_same(&there)))
            }
            (Value::Made(..) | Value::Part(_), Value::List(_)) => other.is_same(self),
            (Value::Made(a, from), Value::Made(b, of)) => {
                let all = |parts: &BTreeMap<String, Value>, other: &Value| {
                    parts.iter().all(|(step, value)| part(other, step).is_some_and(|there| value.is_same(&there)))
                };
                (from == of || from.is_none() || of.is_none()) && all(a, other) && all(b, self)
            }
            (Value::Made(parts, _), Value::Part(_)) => {
                parts.iter().all(|(step, value)| part(other, step).is_some_and(|there| value.is_same(&there)))
            }
            (Value::Part(_), Value::Made(..)) => other.is_same(self),
            (Value::Part(a), Value::Part(b)) => a == b,
            _ => match (number_of(self), number_of(other)) {
                (Some(a), Some(b)) => {
                    let near =
                        |(a, b): (&f64, &f64)| a == b || (a - b).abs() <= 1e-9 * (1.0 + a.abs() + b.abs()) || a.is_nan() && b.is_nan();
                    a.iter().zip(&b).all(near)
                }
                _ => false,
            },
        }
    }
}

/// Puts a value where the steps lead.
pub(super) fn set(whole: &mut Value, steps: &[String], value: Value) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        *whole = value;
        return Some(());
    };
    if let Value::Part(path) = whole {
        *whole = Value::Made(BTreeMap::new(), Some(path.clone()));
    }
    let mut inner = part(whole, step)?;
    set(&mut inner, rest, value)?;
    match whole {
        Value::Made(parts, _) => _ = parts.insert(step.clone(), inner),
        Value::List(items) => *items.get_mut(element(step)?)? = inner,
        _ => return None,
    }
    Some(())
}

/// Which element a step leads to.
fn element(step: &str) -> Option<usize> {
    step.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn dense(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string().split_whitespace().collect()
}

fn member(m: &Member) -> String {
    match m {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(k) => k.index.to_string(),
    }
}

pub(super) fn part(whole: &Value, step: &str) -> Option<Value> {
    match whole {
        Value::Part(path) => Some(Value::Part(format!("{path}.{step}"))),
        Value::Made(parts, base) => parts.get(step).cloned().or_else(|| base.as_ref().map(|path| Value::Part(format!("{path}.{step}")))),
        Value::List(items) => items.get(element(step)?).cloned(),
        Value::Number(_) => None,
    }
}

fn number_of(value: &Value) -> Option<[f64; POINTS]> {
    match value {
        Value::Number(n) => Some(*n),
        Value::Part(path) => match made_up(path, &[]) {
            Value::Number(n) => Some(n),
            _ => None,
        },
        Value::Made(..) | Value::List(_) => None,
    }
}

/// An integer that is the same at all points.
pub(super) fn index(value: &Value) -> Option<i64> {
    let Value::Number(n) = value else { return None };
    (n[0].fract() == 0.0 && n.iter().all(|x| *x == n[0]) && n[0].abs() < 1e6).then_some(n[0] as i64)
}

/// Numbers between 0.5 and 1.5 that depend on a name and on others.
fn made_up(name: &str, of: &[[f64; POINTS]]) -> Value {
    Value::Number(std::array::from_fn(|k| {
        let mut hasher = DefaultHasher::new();
        (name, k).hash(&mut hasher);
        of.iter().for_each(|n| format!("{:.6e}", n[k]).hash(&mut hasher));
        0.5 + (hasher.finish() >> 11) as f64 / (1_u64 << 53) as f64
    }))
}

/// Methods of numbers by which the same is written in different ways; what others give is made up.
fn method(name: &str, of: &[[f64; POINTS]]) -> Value {
    let known: Option<fn(&[f64]) -> f64> = match (name, of.len()) {
        ("recip", 1) => Some(|x| 1.0 / x[0]),
        ("sqrt", 1) => Some(|x| x[0].sqrt()),
        ("abs", 1) => Some(|x| x[0].abs()),
        ("mul_add", 3) => Some(|x| x[0] * x[1] + x[2]),
        ("powi", 2) => Some(|x| x[0].powf(x[1])),
        ("powf", 2) => Some(|x| x[0].powf(x[1])),
        ("min", 2) => Some(|x| x[0].min(x[1])),
        ("max", 2) => Some(|x| x[0].max(x[1])),
        _ => None,
    };
    match known {
        Some(f) => Value::Number(std::array::from_fn(|k| f(&of.iter().map(|n| n[k]).collect::<Vec<_>>()))),
        None => made_up(&format!(".{name}"), of),
    }
}

fn operation(op: &syn::BinOp) -> Option<char> {
    use syn::BinOp as Op;
    match op {
        Op::Add(_) => Some('+'),
        Op::Sub(_) => Some('-'),
        Op::Mul(_) => Some('*'),
        Op::Div(_) => Some('/'),
        Op::Rem(_) => Some('%'),
        _ => None,
    }
}

fn operation_of_assignment(op: &syn::BinOp) -> Option<char> {
    use syn::BinOp as Op;
    match op {
        Op::AddAssign(_) => Some('+'),
        Op::SubAssign(_) => Some('-'),
        Op::MulAssign(_) => Some('*'),
        Op::DivAssign(_) => Some('/'),
        Op::RemAssign(_) => Some('%'),
        _ => None,
    }
}

#[test]
fn bodies_that_compute_something_else_are_told_apart() {
    let value = |body: &str, assigns: bool| {
        let constructor = |p: &syn::Path| p.segments.last().filter(|s| s.ident == "new").map(|_| vec!["x".to_string(), "y".to_string()]);
        let reader = Reader { operands: [("self", false), ("o", false)], constructor: &constructor, assigns };
        reader.value(&syn::parse_str(&format!("{{ {body} }}")).unwrap())
    };
    let same = |a: &str, b: &str, assigns: bool| value(a, false).unwrap().is_same(&value(b, assigns).unwrap());
    assert!(same("V { x: self.x - o.x, y: self.y - o.y }", "let mut r = self.clone(); r.y -= o.y; r.x -= o.x; r", false));
    assert!(!same("V { x: self.x - o.x, y: self.y - o.y }", "V { x: o.x - self.x, y: o.y - self.y }", false));
    assert!(same("V::new(self.x * o.x, self.y / o.y)", "self.x *= o.x; self.y = self.y * (1.0 / o.y);", true));
    assert!(!same("V::new(self.x * o.x, self.y * o.y)", "self.x *= o.y; self.y *= o.x;", true));
    assert!(!same("V { x: self.x * o.x, y: self.y * o.y }", "self.x *= o.x;", true));
    assert!(same(
        "let mut r = [0.0; N]; for i in 0..N { r[i] = self.0[i] * o.0[i]; } V(r)",
        "for i in 0..N { self.0[i] *= o.0[i]; }",
        true
    ));
    assert!(value("self * o", false).is_none() && value("self.iter().map(|x| x).collect()", false).is_none());
    let zipped = "V { l: self.l.iter().zip(&o.l).map(|(a, b)| a - b).collect() }";
    assert!(same(zipped, "let mut r = self.clone(); for (i, x) in r.l.iter_mut().enumerate() { *x -= o.l[i]; } r", false));
    assert!(same(zipped, "let mut l = vec![]; for i in 0..self.l.len() { l.push(self.l[i] - o.l[i]); } V { l }", false));
    assert!(same(zipped, "V { l: std::array::from_fn(|i| self.l[i] - o.l[i]) }", false));
    assert!(same(zipped, "self.l.iter_mut().zip(o.l).for_each(|(a, b)| *a -= b);", true));
    assert!(same("V { l: [self.l[0] * o.l[0], self.l[1] * o.l[1]] }", "for (a, b) in self.l.iter_mut().zip(&o.l) { *a *= b; }", true));
    assert!(!same(zipped, "V { l: o.l.iter().zip(&self.l).map(|(a, b)| a - b).collect() }", false));
    assert!(!same(zipped, "for (a, b) in self.l.iter_mut().zip(o.l).take(2) { *a -= b; }", true));
}
