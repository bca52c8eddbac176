//! Lists in what an operator computes: iterators over them, and loops that change their elements.
//!
//! What enters: an iterator. What leaves: its items, of a list whose length is not known as many as are made up. Guarantee: nothing where an
//! item could be another one than std's methods of that name give.

use quote::quote;
use syn::{Expr, Pat, Stmt};

use super::computes::{index, part, set, Names, Reader, Value, LENGTH, LONGEST, POINTS};
use crate::lower::strip;

/// What an iterator gives.
#[derive(Clone)]
enum Item {
    Value(Value),
    /// An element that may be changed: the variable that it belongs to, and the way there.
    Place(usize, Vec<String>),
    Pair(Box<Item>, Box<Item>),
}

impl Reader<'_> {
    fn items(&self, names: &mut Names, e: &Expr) -> Option<Vec<Item>> {
        let m = match strip(e) {
            Expr::Reference(r) if r.mutability.is_some() => return self.places(names, &r.expr),
            Expr::Range(r) => {
                let (start, end) = (r.start.as_ref()?, r.end.as_ref()?);
                let (start, end) = (index(&self.expr(names, start)?)?, self.end(names, end)?);
                let end = if matches!(r.limits, syn::RangeLimits::Closed(_)) { end + 1 } else { end };
                let number = |i: i64| Item::Value(Value::Number([i as f64; POINTS]));
                return (end - start <= LONGEST).then(|| (start..end).map(number).collect());
            }
            Expr::MethodCall(m) => m,
            list => return self.elements(&self.expr(names, list)?),
        };
        let args: Vec<&Expr> = m.args.iter().collect();
        match (m.method.to_string().as_str(), &args[..]) {
            ("iter_mut", []) => self.places(names, &m.receiver),
            ("iter" | "into_iter", []) => self.elements(&self.expr(names, &m.receiver)?),
            ("copied" | "cloned", []) => self.items(names, &m.receiver),
            ("rev", []) => Some(self.items(names, &m.receiver)?.into_iter().rev().collect()),
            ("enumerate", []) => {
                let position = |k: usize| Box::new(Item::Value(Value::Number([k as f64; POINTS])));
                let items = self.items(names, &m.receiver)?.into_iter().enumerate();
                Some(items.map(|(k, item)| Item::Pair(position(k), Box::new(item))).collect())
            }
            ("zip", [other]) => {
                let (items, others) = (self.items(names, &m.receiver)?, self.items(names, other)?);
                Some(items.into_iter().zip(others).map(|(a, b)| Item::Pair(Box::new(a), Box::new(b))).collect())
            }
            (name @ ("take" | "skip"), [count]) => {
                let count = usize::try_from(index(&self.expr(names, count)?)?).ok()?;
                let items = self.items(names, &m.receiver)?.into_iter();
                Some(if name == "take" { items.take(count).collect() } else { items.skip(count).collect() })
            }
            ("map", [Expr::Closure(c)]) => {
                let items = self.items(names, &m.receiver)?;
                items.into_iter().map(|item| Some(Item::Value(self.applied(names, c, vec![item])?))).collect()
            }
            _ => None,
        }
    }

    /// Where a range ends; a constant with a name is a length.
    pub(super) fn end(&self, names: &Names, e: &Expr) -> Option<i64> {
        match strip(e) {
            Expr::Path(p) if !names.iter().any(|(known, _)| p.path.is_ident(known)) => Some(LENGTH),
            end => index(&self.expr(names, end)?),
        }
    }

    /// The elements of a list. An operand as a whole is iterated over in its own way.
    fn elements(&self, list: &Value) -> Option<Vec<Item>> {
        Some(self.values(list)?.into_iter().map(Item::Value).collect())
    }

    fn values(&self, list: &Value) -> Option<Vec<Value>> {
        let some = |count: i64| (0..count).map(|k| part(list, &format!("[{k}]"))).collect::<Option<Vec<_>>>();
        match list {
            Value::Part(_) if self.is_whole(list) => None,
            Value::Part(_) => some(LENGTH),
            Value::Made(parts, base) => {
                let count = i64::try_from(parts.len()).ok()?;
                let count = if base.is_some() { count.max(LENGTH) } else { count };
                let all: Vec<Value> = some(count)?;
                parts.keys().all(|step| step.starts_with('[')).then_some(all)
            }
            Value::List(items) => Some(items.clone()),
            Value::Number(_) => None,
        }
    }

    /// The elements of a list that may be changed; from here on it has as many as are made up.
    fn places(&self, names: &mut Names, list: &Expr) -> Option<Vec<Item>> {
        let (root, steps) = self.place(names, list)?;
        let items = self.values(&self.expr(names, list)?)?;
        let count = items.len();
        set(&mut names[root].1, &steps, Value::List(items))?;
        let element = |k: usize| Item::Place(root, steps.iter().cloned().chain([format!("[{k}]")]).collect());
        Some((0..count).map(element).collect())
    }

    /// `for pat in over { .. }`
    pub(super) fn walked(&self, names: &mut Names, pat: &Pat, over: &Expr, body: &[Stmt]) -> Option<()> {
        for item in self.items(names, over)? {
            let outer = names.len();
            let mut lent = Vec::new();
            bind(names, pat, item, &mut lent)?;
            self.block(names, body)?;
            for (name, root, steps) in lent {
                let value = names[name].1.clone();
                set(&mut names[root].1, &steps, value)?;
            }
            names.truncate(outer);
        }
        Some(())
    }

    /// What a closure gives.
    fn applied(&self, names: &Names, c: &syn::ExprClosure, args: Vec<Item>) -> Option<Value> {
        let mut names = names.clone();
        if c.inputs.len() != args.len() {
            return None;
        }
        for (pat, arg) in c.inputs.iter().zip(args) {
            bind(&mut names, pat, arg, &mut Vec::new())?;
        }
        self.expr(&names, &c.body)
    }

    /// What a method gives that runs an iterator, or asks a list.
    pub(super) fn run(&self, names: &Names, m: &syn::ExprMethodCall) -> Option<Value> {
        let args: Vec<&Expr> = m.args.iter().collect();
        let items = || self.items(&mut names.clone(), &m.receiver);
        match (m.method.to_string().as_str(), &args[..]) {
            ("collect", []) => Some(Value::List(items()?.into_iter().map(|item| value_of(names, item)).collect::<Option<_>>()?)),
            ("sum" | "product", []) => {
                let (start, op) = if m.method == "sum" { (0.0, '+') } else { (1.0, '*') };
                items()?.into_iter().try_fold(Value::Number([start; POINTS]), |all, item| self.binary(op, &all, &value_of(names, item)?))
            }
            ("fold", [init, Expr::Closure(c)]) => {
                let init = self.expr(names, init)?;
                items()?.into_iter().try_fold(init, |all, item| self.applied(names, c, vec![Item::Value(all), item]))
            }
            ("len", []) => {
                let count = self.values(&self.expr(names, &m.receiver)?)?.len();
                Some(Value::Number([count as f64; POINTS]))
            }
            ("to_vec", []) => Some(Value::List(self.values(&self.expr(names, &m.receiver)?)?)),
            _ => None,
        }
    }

    /// What functions of std make: `Vec::new()`, `array::from_fn(..)`.
    pub(super) fn list(&self, names: &Names, c: &syn::ExprCall) -> Option<Value> {
        let Expr::Path(p) = strip(&c.func) else { return None };
        let mut path = p.path.segments.iter().rev().map(|s| s.ident.to_string());
        let (last, owner) = (path.next()?, path.next());
        match (last.as_str(), c.args.first()) {
            ("new" | "with_capacity", _) if owner.as_deref() == Some("Vec") => Some(Value::List(Vec::new())),
            ("from_fn", Some(Expr::Closure(f))) => {
                let element = |k: i64| self.applied(names, f, vec![Item::Value(Value::Number([k as f64; POINTS]))]);
                Some(Value::List((0..LENGTH).map(element).collect::<Option<_>>()?))
            }
            _ => None,
        }
    }

    /// `vec![..]`
    pub(super) fn written_out(&self, names: &Names, m: &syn::Macro) -> Option<Value> {
        let tokens = &m.tokens;
        m.path.is_ident("vec").then(|| self.expr(names, &syn::parse2(quote!([#tokens])).ok()?)).flatten()
    }

    /// A call that stands for itself: `list.push(..)`, `iterator.for_each(..)`.
    pub(super) fn done(&self, names: &mut Names, m: &syn::ExprMethodCall) -> Option<()> {
        match (m.method.to_string().as_str(), m.args.first()?) {
            ("push", item) => {
                let item = self.expr(names, item)?;
                let (root, steps) = self.place(names, &m.receiver)?;
                let mut items = self.values(&self.expr(names, &m.receiver)?)?;
                items.push(item);
                set(&mut names[root].1, &steps, Value::List(items))
            }
            ("for_each", Expr::Closure(c)) if c.inputs.len() == 1 => {
                let body = match strip(&c.body) {
                    Expr::Block(b) if b.label.is_none() => b.block.stmts.clone(),
                    e => vec![Stmt::Expr(e.clone(), Some(<syn::Token![;]>::default()))],
                };
                self.walked(names, &c.inputs[0], &m.receiver, &body)
            }
            _ => None,
        }
    }
}

/// Binds a pattern; what is bound to elements that may be changed is `lent`.
fn bind(names: &mut Names, pat: &Pat, item: Item, lent: &mut Vec<(usize, usize, Vec<String>)>) -> Option<()> {
    match (pat, item) {
        (Pat::Wild(_), _) => Some(()),
        (Pat::Paren(p), item) => bind(names, &p.pat, item, lent),
        (Pat::Type(p), item) => bind(names, &p.pat, item, lent),
        (Pat::Reference(p), item) => bind(names, &p.pat, item, lent),
        (Pat::Tuple(t), Item::Pair(a, b)) if t.elems.len() == 2 => {
            bind(names, &t.elems[0], *a, lent)?;
            bind(names, &t.elems[1], *b, lent)
        }
        (Pat::Tuple(t), Item::Value(value)) => {
            let mut parts = t.elems.iter().enumerate();
            parts.try_for_each(|(k, p)| bind(names, p, Item::Value(part(&value, &k.to_string())?), lent))
        }
        (Pat::Ident(p), item) if p.by_ref.is_none() && p.subpat.is_none() => {
            let value = value_of(names, item.clone())?;
            names.push((p.ident.to_string(), value));
            if let Item::Place(root, steps) = item {
                lent.push((names.len() - 1, root, steps));
            }
            Some(())
        }
        _ => None,
    }
}

fn value_of(names: &Names, item: Item) -> Option<Value> {
    match item {
        Item::Value(value) => Some(value),
        Item::Place(root, steps) => steps.iter().try_fold(names.get(root)?.1.clone(), |whole, step| part(&whole, step)),
        Item::Pair(a, b) => {
            let parts = [("0".to_string(), value_of(names, *a)?), ("1".to_string(), value_of(names, *b)?)];
            Some(Value::Made(parts.into_iter().collect(), None))
        }
    }
}
