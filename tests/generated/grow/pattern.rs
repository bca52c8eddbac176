//! Statements with patterns: numbers in ranges, alternatives, names for what is matched, chains of conditions, parts of structs.

use super::{Grower, Ty};

fn number() -> Box<Ty> {
    Box::new(Ty::Float)
}

impl Grower {
    /// One of them, if there is what it needs.
    pub fn patterned(&mut self, depth: u32) -> Option<String> {
        match self.rng.below(10) {
            0 | 1 if self.float != "T" => Some(self.match_number(depth)),
            2 => self.chained_conditions(depth),
            3 => self.match_pair(depth),
            4 => self.alternatives(),
            5 => self.let_else_of_enum(),
            6 => self.ref_mut(),
            7 => self.counted_by_hand(depth),
            8 => self.asked_by_matches(),
            _ => self.nested_struct_pattern(),
        }
    }

    /// `match x { v if v < 0.0 => .., 0.0..=1.0 => .., v @ 1.0..=2.0 => .., _ => .. }`
    fn match_number(&mut self, depth: u32) -> String {
        let value = self.float_expr(2);
        let v = self.unique();
        let with = |g: &mut Grower| {
            g.scoped(|g| {
                g.bind(&v, Ty::Float, false);
                g.float_expr(2)
            })
        };
        let b = with(self);
        let c = self.float_expr(1);
        let lit = self.literal();
        // The twin has no patterns of numbers.
        let arms = match self.rng.below(2) {
            0 => {
                let a = with(self);
                format!("{v} if {v} < {lit} => {a}, {v} if {v} > {lit} && {} => {b}, _ => {c}", self.condition(1))
            }
            _ => {
                let a = self.scoped(|g| {
                    g.bind(&v, Ty::Float, false);
                    format!("{{ {} {} }}", g.statements(1, depth), g.float_expr(2))
                });
                format!("{v} if {v}.is_nan() => {c}, {v} if {v} * {v} < {lit} => {a} {v} => {b}")
            }
        };
        let name = self.fresh();
        let text = format!("let {name} = match {value} {{ {arms} }};\n");
        self.bind(&name, Ty::Float, false);
        text
    }

    /// `if let Some(x) = o && x < 2.5 { .. } else { .. }`
    fn chained_conditions(&mut self, depth: u32) -> Option<String> {
        let o = self.choose(|_, v| v.ty == Ty::Option(number()) && !v.by_mut)?;
        let v = self.sequence()?;
        let (x, y) = (self.unique(), self.unique());
        let lit = self.literal();
        let then = self.scoped(|g| {
            g.bind(&x, Ty::Float, false);
            g.bind(&y, Ty::Ref(number()), false);
            g.locking(std::slice::from_ref(&v.name), |g| g.block(3, depth))
        });
        let other = if self.rng.chance(60) { format!(" else {{ {} }}", self.block(2, depth)) } else { String::new() };
        let second = format!("let Some({y}) = {}.first()", v.name);
        let order = match self.rng.below(3) {
            0 => format!("let Some({x}) = {} && {x} < {lit} && {second}", o.name),
            1 => format!("{second} && let Some({x}) = {} && *{y} < {lit}", o.name),
            _ => format!("{} && let Some({x}) = {} && {second}", self.condition(1), o.name),
        };
        Some(format!("if {order} {{ {then} }}{other}\n"))
    }

    /// `match (o, n) { (Some(x), 0) => .., .. }`
    fn match_pair(&mut self, depth: u32) -> Option<String> {
        let o = self.choose(|_, v| v.ty == Ty::Option(number()) && !v.by_mut)?;
        let i = self.usize_expr(1);
        let (x, n) = (self.unique(), self.unique());
        let arm = |g: &mut Grower, names: &[(&str, Ty)]| {
            g.scoped(|g| {
                names.iter().for_each(|(n, t)| g.bind(n, t.clone(), false));
                g.block(2, depth)
            })
        };
        let a = arm(self, &[(&x, Ty::Float)]);
        let b = arm(self, &[(&x, Ty::Float), (&n, Ty::Usize)]);
        let c = arm(self, &[(&n, Ty::Usize)]);
        let d = arm(self, &[]);
        let guard = self.scoped(|g| {
            g.bind(&x, Ty::Float, false);
            g.condition(1)
        });
        Some(format!(
            "match ({}, {i}) {{ (Some({x}), 0 | 2) => {{ {a} }} (Some({x}), {n} @ 1..=5) if {guard} => {{ {b} }} (None, {n}) if {n} > 1 => {{ {c} }} _ => {{ {d} }} }}\n",
            o.name
        ))
    }

    /// Alternatives that bind, of the first two variants if both hold one number first.
    fn alternatives(&mut self) -> Option<String> {
        let e = self.choose(|g, v| matches!(&v.ty, Ty::Enum(i) if g.enums[*i].variants[1].types.len() == 2) && !v.by_mut)?;
        let Ty::Enum(i) = e.ty else { return None };
        let name = self.enums[i].name.clone();
        let p = self.unique();
        let body = self.scoped(|g| {
            g.bind(&p, Ty::Ref(number()), false);
            g.float_expr(2)
        });
        let other = self.float_expr(1);
        let x = self.fresh();
        let last = if self.enums[i].variants.len() > 2 { format!(", _ => {other}") } else { String::new() };
        let text = format!("let {x} = match &{} {{ {name}::A({p}) | {name}::B({p}, _) => {body}{last} }};\n", e.name);
        self.bind(&x, Ty::Float, false);
        Some(text)
    }

    fn let_else_of_enum(&mut self) -> Option<String> {
        if self.in_closure || self.float == "T" {
            return None;
        }
        let e = self.choose(|_, v| matches!(v.ty, Ty::Enum(_)) && !v.by_mut)?;
        let Ty::Enum(i) = e.ty else { return None };
        let name = self.enums[i].name.clone();
        let result = self.result.clone();
        let value = if result == Ty::Tuple(Vec::new()) { String::new() } else { self.expr(&result, 1) };
        let x = self.unique();
        let text = format!("let {name}::A({x}) = {}.clone() else {{ return {value}; }};\n", e.name);
        self.bind(&x, Ty::Float, false);
        Some(text)
    }

    fn ref_mut(&mut self) -> Option<String> {
        let o = self.choose(|_, v| v.ty == Ty::Option(number()) && v.mutable && !v.by_mut)?;
        let x = self.unique();
        let value = self.locking(std::slice::from_ref(&o.name), |g| g.float_expr(2));
        let op = *self.rng.pick(&["=", "+=", "*="]);
        Some(match self.rng.below(2) {
            0 => format!("if let Some(ref mut {x}) = {} {{ *{x} {op} {value}; }}\n", o.name),
            _ => format!("match {}.as_mut() {{ Some({x}) if *{x} < {} => *{x} {op} {value}, _ => {{}} }}\n", o.name, self.literal()),
        })
    }

    fn counted_by_hand(&mut self, depth: u32) -> Option<String> {
        let v = self.sequence()?;
        let (it, i, x) = (self.unique(), self.unique(), self.unique());
        let body = self.locking(std::slice::from_ref(&v.name), |g| {
            g.body(None, depth, |g| {
                g.bind(&i, Ty::Usize, false);
                g.bind(&x, Ty::Ref(number()), false);
            })
        });
        Some(format!("{{ let mut {it} = {}.iter().enumerate();\nwhile let Some(({i}, {x})) = {it}.next() {{ {body} }} }}\n", v.name))
    }

    fn asked_by_matches(&mut self) -> Option<String> {
        let o = self.choose(|_, v| v.ty == Ty::Option(number()) && !v.by_mut)?;
        let (lit, body) = (self.literal(), self.block(1, 0));
        Some(format!("if matches!({}, Some(m) if m > {lit}) {{ {body} }}\n", o.name))
    }

    fn nested_struct_pattern(&mut self) -> Option<String> {
        let named = |g: &Grower, s: usize| {
            !g.structs[s].tuple && g.structs[s].fields.iter().any(|(_, t)| matches!(t, Ty::Tuple(_) | Ty::Array(..)))
        };
        let v = self.choose(|g, v| matches!(v.ty, Ty::Struct(s) if named(g, s)) && !v.by_mut)?;
        let Ty::Struct(s) = v.ty else { return None };
        let def = self.structs[s].clone();
        let (field, ty) = def.fields.iter().find(|(_, t)| matches!(t, Ty::Tuple(_) | Ty::Array(..)))?.clone();
        let (a, b) = (self.unique(), self.unique());
        let pattern = if matches!(ty, Ty::Tuple(_)) { format!("({a}, {b})") } else { format!("[{a}, {b}]") };
        let text = format!("let {} {{ {field}: {pattern}, .. }} = {};\n", def.name, self.value_of(&v));
        self.bind(&a, Ty::Float, false);
        self.bind(&b, Ty::Float, false);
        Some(text)
    }
}
