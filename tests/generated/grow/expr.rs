//! Expressions of every type.

use super::{Grower, Ty, Var};

impl Grower {
    /// An expression of a type.
    pub fn expr(&mut self, ty: &Ty, depth: u32) -> String {
        match ty {
            Ty::Float => self.float_expr(depth),
            Ty::Usize => self.usize_expr(depth),
            Ty::I32 => self.i32_expr(depth),
            Ty::Bool => self.condition(depth),
            Ty::Ref(t) => format!("&{}", self.expr(t, depth)),
            Ty::Slice(t) => {
                let n = 1 + self.rng.below(3);
                if let (true, Some(v)) = (self.rng.chance(70), self.choose(|_, v| has_elements(&v.ty, t))) {
                    return if v.by_mut { format!("&{}[..]", v.name) } else { format!("&{}", self.place(&v)) };
                }
                format!("&{}", self.expr(&Ty::Array(t.clone(), n), depth))
            }
            _ => self.compound(ty, depth),
        }
    }

    /// The place that a variable is.
    pub fn place(&self, v: &Var) -> String {
        if v.by_mut && !matches!(v.ty, Ty::Vec(_) | Ty::Array(..) | Ty::Struct(_) | Ty::SliceMut(_)) {
            format!("(*{})", v.name)
        } else {
            v.name.clone()
        }
    }

    /// The value of a variable, copied or cloned.
    pub fn value_of(&mut self, v: &Var) -> String {
        if v.by_mut {
            return if self.is_copy(&v.ty) { format!("(*{})", v.name) } else { format!("{}.clone()", v.name) };
        }
        if self.is_copy(&v.ty) { v.name.clone() } else { format!("{}.clone()", v.name) }
    }

    fn compound(&mut self, ty: &Ty, depth: u32) -> String {
        if self.rng.chance(45)
            && let Some(v) = self.choose(|_, v| v.ty == *ty)
        {
            return self.value_of(&v);
        }
        if depth > 0
            && self.rng.chance(20)
            && let Some(call) = self.call(ty, depth - 1)
        {
            return call;
        }
        if depth > 0 && self.rng.chance(8) {
            let c = self.condition(1);
            return format!("if {c} {{ {} }} else {{ {} }}", self.expr(ty, depth - 1), self.expr(ty, depth - 1)).paren();
        }
        let d = depth.saturating_sub(1);
        match ty {
            Ty::Array(t, n) => {
                if self.rng.chance(15) && self.is_copy(t) {
                    return format!("[{}; {n}]", self.expr(t, d));
                }
                if self.rng.chance(15) && depth > 0 {
                    return self.array_by_function(t, Some(*n), d);
                }
                if self.rng.chance(12)
                    && depth > 0
                    && **t == Ty::Float
                    && let Some(v) = self.choose(|_, v| v.ty == *ty && !v.by_mut)
                {
                    let (x, body) = self.element_closure(d);
                    return format!("{}.map(|{x}| {body})", v.name);
                }
                let items: Vec<String> = (0..*n).map(|_| self.expr(t, d)).collect();
                format!("[{}]", items.join(", "))
            }
            Ty::Vec(t) => {
                if self.rng.chance(25)
                    && depth > 0
                    && **t == Ty::Float
                    && let Some(chain) = self.collected(d)
                {
                    return chain;
                }
                if self.rng.chance(25) {
                    return format!("vec![{}; {}]", self.expr(t, d), 1 + self.rng.below(4));
                }
                let n = 1 + self.rng.below(3);
                let items: Vec<String> = (0..n).map(|_| self.expr(t, d)).collect();
                format!("vec![{}]", items.join(", "))
            }
            Ty::Tuple(ts) => {
                let items: Vec<String> = ts.iter().map(|t| self.expr(t, d)).collect();
                format!("({})", items.join(", "))
            }
            Ty::Option(t) => {
                if self.rng.chance(25) {
                    return "None".into();
                }
                if depth > 0
                    && **t == Ty::Float
                    && self.rng.chance(25)
                    && let Some(text) = self.option_expr(d)
                {
                    return text;
                }
                format!("Some({})", self.expr(t, d))
            }
            Ty::Result(t) => self.result_value(&t.clone(), d),
            Ty::Struct(i) => {
                if self.rng.chance(40)
                    && let Some(text) = self.by_operator(*i, depth)
                {
                    return text;
                }
                let def = self.structs[*i].clone();
                if def.tuple {
                    let items: Vec<String> = def.fields.iter().map(|(_, t)| self.expr(t, d)).collect();
                    return format!("{}({})", def.name, items.join(", "));
                }
                if self.rng.chance(20)
                    && let Some(base) = self.choose(|_, v| v.ty == *ty && !v.by_mut)
                {
                    let (name, t) = self.rng.pick(&def.fields).clone();
                    let base = self.value_of(&base);
                    return format!("{} {{ {name}: {}, ..{base} }}", def.name, self.expr(&t, d)).paren();
                }
                let items: Vec<String> = def.fields.iter().map(|(n, t)| format!("{n}: {}", self.expr(t, d))).collect();
                format!("{} {{ {} }}", def.name, items.join(", ")).paren()
            }
            Ty::Enum(i) => {
                let def = self.enums[*i].clone();
                let variant = self.rng.pick(&def.variants).clone();
                let items: Vec<String> = variant.types.iter().map(|t| self.expr(t, d)).collect();
                format!("{}::{}", def.name, variant.with(&items)).paren()
            }
            _ => unreachable!("{ty:?} is not compound"),
        }
    }

    /// `std::array::from_fn(|i| ..)`; without a length, it has to be inferred.
    pub fn array_by_function(&mut self, t: &Ty, length: Option<usize>, depth: u32) -> String {
        let i = self.unique();
        let body = self.closure_body(|g| {
            g.bind(&i, Ty::Usize, false);
            g.expr(t, depth)
        });
        let types = length.map_or(String::new(), |n| format!("::<{}, {n}, _>", self.ty(t)));
        format!("std::array::from_fn{types}(|{i}| {body})")
    }

    /// The name and body of a closure from float to float.
    pub fn element_closure(&mut self, depth: u32) -> (String, String) {
        let x = self.fresh();
        let body = self.closure_body(|g| {
            g.bind(&x, Ty::Float, false);
            g.expr(&Ty::Float, depth)
        });
        (x, body)
    }

    pub fn closure_body<T>(&mut self, f: impl FnOnce(&mut Grower) -> T) -> T {
        let was = std::mem::replace(&mut self.in_closure, true);
        let out = self.scoped(f);
        self.in_closure = was;
        out
    }

    /// Something of type float that is a place or a literal.
    pub fn leaf(&mut self) -> String {
        for _ in 0..3 {
            let Some(v) = self.choose(|g, v| g.leads_to_float(&v.ty)) else { break };
            if let Some(path) = self.path_to_float(&v) {
                return path;
            }
        }
        if self.rng.chance(30)
            && self.float != "T"
            && let Some((name, _)) = self.consts.iter().find(|(_, t)| *t == Ty::Float)
        {
            return name.clone();
        }
        self.literal()
    }

    pub fn leads_to_float(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Float => true,
            Ty::Array(t, _) | Ty::Vec(t) | Ty::Slice(t) | Ty::SliceMut(t) | Ty::Ref(t) => self.leads_to_float(t),
            Ty::Tuple(ts) => ts.iter().any(|t| self.leads_to_float(t)),
            Ty::Struct(i) => self.structs[*i].fields.iter().any(|(_, t)| self.leads_to_float(t)),
            _ => false,
        }
    }

    /// A place of type float inside a variable.
    pub fn path_to_float(&mut self, v: &Var) -> Option<String> {
        let base = if matches!(v.ty, Ty::Ref(_)) { format!("(*{})", v.name) } else { self.place(v) };
        let ty = if let Ty::Ref(t) = &v.ty { (**t).clone() } else { v.ty.clone() };
        self.descend(base, &ty, v)
    }

    fn descend(&mut self, base: String, ty: &Ty, v: &Var) -> Option<String> {
        match ty {
            Ty::Float => Some(base),
            Ty::Array(t, _) | Ty::Vec(t) | Ty::Slice(t) | Ty::SliceMut(t) if self.leads_to_float(t) => {
                let whole = base == v.name;
                let index = self.index_into(&base, ty, whole.then_some(v));
                self.descend(format!("{base}[{index}]"), t, v)
            }
            Ty::Tuple(ts) => {
                let good: Vec<usize> = (0..ts.len()).filter(|&i| self.leads_to_float(&ts[i])).collect();
                if good.is_empty() {
                    return None;
                }
                let i = *self.rng.pick(&good);
                self.descend(format!("{base}.{i}"), &ts[i].clone(), v)
            }
            Ty::Struct(i) => {
                let mut fields = self.structs[*i].fields.clone();
                fields.retain(|(_, t)| self.leads_to_float(t));
                if fields.is_empty() {
                    return None;
                }
                let (name, t) = self.rng.pick(&fields).clone();
                self.descend(format!("{base}.{name}"), &t, v)
            }
            _ => None,
        }
    }

    /// An index that is inside, or seldom may not be.
    pub fn index_into(&mut self, base: &str, ty: &Ty, whole: Option<&Var>) -> String {
        if let Some(v) = whole
            && self.rng.chance(70)
            && let Some(i) = self.choose(|_, i| i.ty == Ty::Usize && i.index_of.as_ref() == Some(&v.name))
        {
            return i.name;
        }
        let any = self.choose(|_, i| i.ty == Ty::Usize && !i.by_mut);
        match ty {
            Ty::Array(_, n) => match any {
                Some(i) if self.rng.chance(40) => format!("{} % {n}", i.name),
                _ => self.rng.below(*n).to_string(),
            },
            _ => {
                let known = whole.map_or(0, |v| v.at_least);
                if whole.is_none_or(|v| v.by_mut) && self.rng.chance(80) {
                    return "0".into();
                }
                if known > 0 && self.rng.chance(50) {
                    return self.rng.below(known).to_string();
                }
                let index = match any {
                    Some(i) if self.rng.chance(50) => format!("{} % {base}.len().max(1)", i.name),
                    _ if self.rng.chance(25) => format!("{base}.len() - 1"),
                    _ => return "0".into(),
                };
                // An element of a `Vec` that is written to may not ask it for its length.
                match (&mut self.ahead, ty) {
                    (Some(_), Ty::Vec(_)) => {
                        let name = self.unique();
                        let text = format!("let {name} = {index};\n");
                        self.ahead.iter_mut().for_each(|a| a.push_str(&text));
                        name
                    }
                    _ => index,
                }
            }
        }
    }

    pub fn float_expr(&mut self, depth: u32) -> String {
        if depth == 0 || self.rng.chance(12) {
            return if self.rng.chance(80) { self.leaf() } else { self.literal() };
        }
        let d = depth - 1;
        match self.rng.below(100) {
            0..40 => {
                let (a, b) = if self.rng.chance(25) { (self.leaf(), self.bare()) } else { (self.float_expr(d), self.float_expr(d)) };
                match self.rng.below(9) {
                    0..3 => format!("({a} + {b})"),
                    3..5 => format!("({a} - {b})"),
                    5..8 => format!("({a} * {b})"),
                    _ => {
                        let c = self.literal();
                        format!("({a} / ({c} + {b} * {b}))")
                    }
                }
            }
            40..43 => {
                let a = self.float_expr(d);
                format!("(-{a})")
            }
            43..60 => {
                let a = self.float_expr(d);
                let one = self.one();
                let unary = *self.rng.pick(&[
                    "sin()",
                    "cos()",
                    "tanh()",
                    "atan()",
                    "abs()",
                    "powi(2)",
                    "powi(3)",
                    "SQRT",
                    "LN",
                    "EXP",
                    "RECIP",
                    "fract()",
                    "floor()",
                    "signum()",
                    "CLAMP",
                    "asinh",
                    "to_radians()",
                    "LN1P",
                    "cbrt",
                    "sinh",
                ]);
                match unary {
                    "SQRT" => format!("({one} + ({a}).powi(2)).sqrt()"),
                    "LN" => format!("({one} + ({a}).abs()).ln()"),
                    "EXP" => format!("(-({a}).abs()).exp()"),
                    "RECIP" => format!("({one} + ({a}).abs()).recip()"),
                    "CLAMP" => format!("({a}).clamp(-{one}, {one})"),
                    "LN1P" => format!("({a}).abs().ln_1p()"),
                    "asinh" | "cbrt" | "sinh" => format!("(({a}).sin() * {one}).sinh()"),
                    m => format!("({a}).{m}"),
                }
            }
            60..69 => {
                let (a, b) = (self.float_expr(d), self.float_expr(d));
                let one = self.one();
                match self.rng.below(8) {
                    0 => format!("({a}).max({b})"),
                    1 => format!("({a}).min({b})"),
                    2 => format!("({a}).hypot({b})"),
                    3 => format!("({a}).atan2({one} + ({b}).abs())"),
                    4 => format!("({one} + ({a}).abs()).powf(({b}).sin())"),
                    5 => format!("({a}).mul_add({b}, {})", self.leaf()),
                    6 => format!("{}::max({a}, {b})", self.float),
                    _ => format!("({a}).copysign({b})"),
                }
            }
            69..73 => {
                let c = self.condition(1);
                format!("if {c} {{ {} }} else {{ {} }}", self.float_expr(d), self.float_expr(d)).paren()
            }
            73..77 if self.float != "T" => {
                let i = self.usize_expr(1);
                format!("(({i}) as {})", self.float)
            }
            77..85 => self.call(&Ty::Float, d).unwrap_or_else(|| self.leaf()),
            85..92 => self.chain(d).unwrap_or_else(|| self.leaf()),
            92..94 => self.block_expr(d),
            94..96 => {
                if self.rng.chance(35) {
                    self.slice_pattern(d).unwrap_or_else(|| self.leaf())
                } else {
                    self.match_expr(d)
                }
            }
            96 if self.rng.chance(70) => self.rarely(d).unwrap_or_else(|| self.leaf()),
            96..97 => {
                let (x, body) = self.element_closure(d);
                let float = self.float;
                let arg = self.float_expr(d);
                format!("(|{x}: {float}| {body})({arg})")
            }
            97..98 if self.float == "f64" => {
                let a = self.float_expr(d);
                format!("(({a}) as f64)")
            }
            _ => self.optional(d).unwrap_or_else(|| self.leaf()),
        }
    }

    /// What few expressions are.
    fn rarely(&mut self, depth: u32) -> Option<String> {
        match self.rng.below(9) {
            0 | 1 => self.looked_up(depth),
            2 | 3 => self.if_it_worked(depth),
            4 | 5 => self.tried(depth),
            6 => self.element_of_struct(),
            7 if self.table && self.float != "T" => Some(format!("TABLE[{} % 2]", self.usize_expr(0))),
            8 if self.float == "f64" && self.rng.chance(30) => Some(format!("(({}) as f32 as f64)", self.float_expr(depth))),
            _ if self.float != "T" => Some(format!("(({} as i32 - 2) as {})", self.usize_expr(1), self.float)),
            _ => None,
        }
    }

    fn one(&self) -> String {
        self.number_of("1.0")
    }

    fn block_expr(&mut self, depth: u32) -> String {
        let (x, value) = (self.fresh(), self.float_expr(depth));
        let rest = self.scoped(|g| {
            g.bind(&x, Ty::Float, false);
            g.float_expr(depth)
        });
        format!("{{ let {x} = {value}; {rest} }}").paren()
    }

    fn match_expr(&mut self, depth: u32) -> String {
        if self.rng.chance(60)
            && let Some(v) = self.choose(|_, v| matches!(v.ty, Ty::Enum(_)) && !v.by_mut)
        {
            let Ty::Enum(i) = v.ty else { unreachable!() };
            return self.match_enum(&v.name, i, depth);
        }
        let i = self.usize_expr(1);
        let (a, b, c) = (self.float_expr(depth), self.float_expr(depth), self.float_expr(depth));
        match self.rng.below(3) {
            0 => format!("match {i} {{ 0 => {a}, 1 | 2 => {b}, _ => {c} }}").paren(),
            1 => format!("match {i} {{ 0..=1 => {a}, n if n % 2 == 0 => {b}, _ => {c} }}").paren(),
            _ => {
                let cond = self.condition(1);
                format!("match ({i}, {cond}) {{ (0, true) => {a}, (_, false) => {b}, _ => {c} }}").paren()
            }
        }
    }

    pub fn usize_expr(&mut self, depth: u32) -> String {
        if depth == 0 || self.rng.chance(50) {
            return match self.choose(|_, v| v.ty == Ty::Usize) {
                Some(v) if self.rng.chance(80) => self.place(&v),
                _ => format!("{}usize", self.rng.below(4)),
            };
        }
        let d = depth - 1;
        match self.rng.below(11) {
            8 => format!("{}.saturating_sub({})", self.usize_expr(d).paren(), self.usize_expr(d)),
            9 => format!("{}.abs_diff({})", self.usize_expr(d).paren(), self.usize_expr(d)),
            0 => format!("({} + {})", self.usize_expr(d), self.usize_expr(d)),
            1 => format!("({} * 2)", self.usize_expr(d)),
            2 => format!("({} % 3)", self.usize_expr(d)),
            3 => format!("{}.min({})", self.usize_expr(d).paren(), self.usize_expr(d)),
            4 => match self.choose(|_, v| matches!(v.ty, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..))) {
                Some(v) => format!("{}.len()", v.name),
                None => "1usize".into(),
            },
            5 if self.float != "T" => {
                let x = self.leaf();
                format!("(({x}).abs().min({}) as usize)", self.number_of("3.0"))
            }
            6 => match self.choose(|_, v| v.ty == Ty::I32) {
                Some(v) => format!("({}.unsigned_abs() as usize % 4)", self.place(&v)),
                None => "2usize".into(),
            },
            _ => format!("usize::from({})", self.condition(d)),
        }
    }

    fn i32_expr(&mut self, depth: u32) -> String {
        match self.choose(|_, v| v.ty == Ty::I32) {
            Some(v) if self.rng.chance(60) => format!("({} - {})", self.place(&v), self.rng.below(3)),
            _ => format!("({} as i32 - {})", self.usize_expr(depth.min(1)), self.rng.below(3)),
        }
    }

    pub fn condition(&mut self, depth: u32) -> String {
        match self.rng.below(12) {
            0..5 => {
                let (a, b) = (self.leaf(), if self.rng.chance(50) { self.leaf() } else { self.bare() });
                format!("({a} {} {b})", self.rng.pick(&["<", ">", "<=", ">="]))
            }
            5..8 => {
                let i = self.usize_expr(1);
                format!("({i} {} {})", self.rng.pick(&["<", ">", "==", "!="]), self.rng.below(4))
            }
            8 => match self.choose(|_, v| v.ty == Ty::Bool) {
                Some(v) => self.place(&v),
                None => "true".into(),
            },
            9 if depth > 0 => format!("({} && {})", self.condition(depth - 1), self.condition(depth - 1)),
            10 if self.rng.chance(40) => self.question(),
            10 if depth > 0 => format!("({} || !{})", self.condition(depth - 1), self.condition(depth - 1)),
            _ => match self.choose(|_, v| matches!(v.ty, Ty::Option(_)) && !v.by_mut) {
                Some(v) => format!("{}.is_some()", v.name),
                None => {
                    let a = self.leaf();
                    format!("({a} < {})", self.number_of("0.5"))
                }
            },
        }
    }
}

fn has_elements(ty: &Ty, element: &Ty) -> bool {
    matches!(ty, Ty::Array(t, _) | Ty::Vec(t) if **t == *element)
}

/// Parentheses around.
pub trait Paren {
    fn paren(self) -> String;
}

impl Paren for String {
    fn paren(self) -> String {
        if self.starts_with('(') && self.ends_with(')') && self.matches('(').count() == 1 { self } else { format!("({self})") }
    }
}
