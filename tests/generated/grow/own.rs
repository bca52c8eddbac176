//! Items beyond plain functions: functions that may fail, operators and indexing of the program's own types, const generics, statics.

use super::expr::Paren;
use super::{Function, Grower, Mode, Operator, Ty};

/// The error of functions that fail; it carries no derivative.
const FAULT: &str = "#[derive(Clone, Debug, PartialEq)]\npub enum Fault { Empty, At(usize) }\n";

/// Trait, method and symbol of operators, and whether the operand is a number.
const OPERATORS: &[(&str, &str, &str, bool)] = &[
    ("Add", "add", "+", false),
    ("Sub", "sub", "-", false),
    ("Mul", "mul", "*", true),
    ("Div", "div", "/", true),
    ("Neg", "neg", "-", false),
];

impl Grower {
    /// What follows the program's types.
    pub fn own_items(&mut self) {
        if self.rng.chance(12) {
            self.static_item();
        }
        if self.hessian {
            return;
        }
        for s in 0..self.structs.len() {
            if self.structs[s].copy && self.rng.chance(35) {
                self.operators_of(s);
            }
            if self.rng.chance(20) {
                self.index_of_struct(s);
            }
        }
        for s in 0..self.structs.len() {
            if self.rng.chance(20) {
                self.constructor(s);
            }
        }
    }

    fn static_item(&mut self) {
        let (a, b) = (self.literal(), self.literal());
        self.out += &format!("static TABLE: [{}; 2] = [{a}, {b}];\n", self.float);
        self.table = true;
    }

    /// `impl Add for S { .. }`: each field from its counterparts.
    fn operators_of(&mut self, s: usize) {
        let (name, fields, tuple) = (self.structs[s].name.clone(), self.structs[s].fields.clone(), self.structs[s].tuple);
        for &(trait_, method, symbol, by_number) in OPERATORS {
            if self.rng.chance(50) {
                continue;
            }
            let unary = trait_ == "Neg";
            let mut parts = Vec::new();
            for (field, ty) in &fields {
                let value = self.part(&format!("self.{field}"), &format!("o.{field}"), ty, symbol, by_number, unary);
                parts.push(if tuple { value } else { format!("{field}: {value}") });
            }
            let made = if tuple { format!("{name}({})", parts.join(", ")) } else { format!("{name} {{ {} }}", parts.join(", ")) };
            let operand = if by_number { self.float.to_string() } else { name.clone() };
            let (of, parameter) = match (unary, by_number) {
                (true, _) => (String::new(), String::new()),
                (_, true) => (format!("<{operand}>"), format!(", o: {operand}")),
                _ => (String::new(), format!(", o: {operand}")),
            };
            self.out += &format!(
                "#[differentiate]\nimpl std::ops::{trait_}{of} for {name} {{\ntype Output = {name};\nfn {method}(self{parameter}) -> {name} {{ {made} }}\n}}\n"
            );
            self.operators.push(Operator { of: s, symbol, by_number, unary });
        }
    }

    fn part(&mut self, a: &str, b: &str, ty: &Ty, symbol: &str, by_number: bool, unary: bool) -> String {
        match ty {
            Ty::Float if unary => format!("-{a}"),
            Ty::Float if by_number && symbol == "/" => format!("{a} / ({} + o * o)", self.literal()),
            Ty::Float if by_number => format!("{a} {symbol} o"),
            Ty::Float => format!("{a} {symbol} {b}"),
            Ty::Array(t, n) => {
                let parts: Vec<String> =
                    (0..*n).map(|i| self.part(&format!("{a}[{i}]"), &format!("{b}[{i}]"), t, symbol, by_number, unary)).collect();
                format!("[{}]", parts.join(", "))
            }
            Ty::Tuple(ts) => {
                let parts: Vec<String> = ts
                    .iter()
                    .enumerate()
                    .map(|(i, t)| self.part(&format!("{a}.{i}"), &format!("{b}.{i}"), t, symbol, by_number, unary))
                    .collect();
                format!("({})", parts.join(", "))
            }
            _ => a.to_string(),
        }
    }

    /// A struct from its operators.
    pub fn by_operator(&mut self, s: usize, depth: u32) -> Option<String> {
        let there: Vec<_> = self.operators.iter().filter(|o| o.of == s).copied().collect();
        if there.is_empty() || depth == 0 {
            return None;
        }
        let Operator { symbol, by_number, unary, .. } = *self.rng.pick(&there);
        let ty = Ty::Struct(s);
        let a = self.expr(&ty, depth - 1);
        Some(match (unary, by_number) {
            (true, _) => format!("(-{a})"),
            (_, true) => format!("({a} {symbol} {})", self.float_expr(depth - 1).paren()),
            _ => format!("({a} {symbol} {})", self.expr(&ty, depth - 1)),
        })
    }

    /// `impl Index<usize> for S`, of a list in it.
    fn index_of_struct(&mut self, s: usize) {
        let (name, fields) = (self.structs[s].name.clone(), self.structs[s].fields.clone());
        let Some((field, Ty::Array(..))) = fields.iter().find(|(_, t)| matches!(t, Ty::Array(t, _) if **t == Ty::Float)) else { return };
        let float = self.float;
        self.out += &format!(
            "#[differentiate]\nimpl std::ops::Index<usize> for {name} {{\ntype Output = {float};\nfn index(&self, i: usize) -> &{float} {{ &self.{field}[i] }}\n}}\n"
        );
        self.indexed.push(s);
    }

    /// An element of a struct that can be indexed.
    pub fn element_of_struct(&mut self) -> Option<String> {
        let v = self.choose(|g, v| matches!(&v.ty, Ty::Struct(s) if g.indexed.contains(s)) && !v.by_mut)?;
        let i = self.usize_expr(0);
        Some(format!("{}[{i} % 2]", v.name))
    }

    /// `S::new(..)`
    fn constructor(&mut self, s: usize) {
        let struct_name = self.structs[s].name.clone();
        let name = format!("{struct_name}::make");
        let params = vec![(Ty::Float, Mode::Value), (Ty::Float, Mode::Value)];
        let f = Function { name, params, result: Ty::Struct(s), method_of: None, generic: false, recursive: false };
        let text = self.function_text(&f, 2, true, "").replace(&format!("fn {struct_name}::make"), "fn make");
        self.out += &format!("impl {struct_name} {{\n{text}}}\n");
        self.functions.push(f);
    }

    /// A function that may fail, with `?` in it.
    pub fn fallible_function(&mut self) {
        if !self.fault {
            self.out += FAULT;
            self.fault = true;
        }
        let mut f = self.header(format!("u{}", self.functions.len()), false);
        f.result = Ty::Result(Box::new(Ty::Float));
        let budget = 2 + self.rng.below(4) as i32;
        let text = self.function_text(&f, budget, true, "");
        self.out += &text;
        self.functions.push(f);
    }

    /// `Ok(..)`, or seldom `Err(..)`.
    pub fn result_value(&mut self, t: &Ty, depth: u32) -> String {
        match self.rng.below(10) {
            0 => format!("Err(Fault::At({}))", self.usize_expr(1)),
            1 => {
                let c = self.condition(1);
                format!("if {c} {{ Ok({}) }} else {{ Err(Fault::Empty) }}", self.expr(t, depth)).paren()
            }
            _ => format!("Ok({})", self.expr(t, depth)),
        }
    }

    fn fallible(&mut self, depth: u32) -> Option<String> {
        self.call(&Ty::Result(Box::new(Ty::Float)), depth)
    }

    /// A number of a function that may fail.
    pub fn if_it_worked(&mut self, depth: u32) -> Option<String> {
        let call = self.fallible(depth.min(1))?;
        let x = self.unique();
        let body = |g: &mut Grower| {
            g.closure_body(|g| {
                g.bind(&x, Ty::Float, false);
                g.float_expr(depth.min(2))
            })
        };
        Some(match self.rng.below(5) {
            0 => format!("{call}.unwrap_or({})", self.leaf()),
            1 => {
                let (body, other) = (body(self), self.leaf());
                format!("{call}.map_or({other}, |{x}| {body})")
            }
            2 => {
                let body = body(self);
                format!("{call}.map(|{x}| {body}).unwrap_or({})", self.literal())
            }
            3 => {
                let (body, other) = (body(self), self.leaf());
                format!("match {call} {{ Ok({x}) => {body}, Err(_) => {other} }}").paren()
            }
            _ => format!("{call}.ok().unwrap_or({})", self.literal()),
        })
    }

    /// `?`, where the function can be left by it.
    pub fn tried(&mut self, depth: u32) -> Option<String> {
        if self.in_closure {
            return None;
        }
        let value = match &self.result {
            Ty::Result(_) => format!("{}?", self.fallible(depth.min(1))?),
            Ty::Option(_) => {
                let float = Ty::Option(Box::new(Ty::Float));
                format!("{}?", self.call(&float, depth.min(1)).or_else(|| self.option_expr(1))?)
            }
            _ => return None,
        };
        Some(format!("({value} * {})", self.leaf()))
    }

    /// `fn c<const N: usize>(x: &[f64; N], y: f64) -> f64`
    pub fn sized_function(&mut self) {
        let name = format!("c{}", self.functions.len());
        let with = |list: Ty, mode: Mode| vec![(list, mode), (Ty::Float, Mode::Value)];
        let params = with(Ty::Slice(Box::new(Ty::Float)), Mode::Value);
        let f = Function { name, params, result: Ty::Float, method_of: None, generic: false, recursive: false };
        let text = self.function_text(&f, 4, true, "<const N: usize>");
        // Inside, it is a slice like any other.
        let (slice, array) = (format!("&[{}]", self.float), format!("&[{}; N]", self.float));
        let list = text.split_once(">(").and_then(|(_, rest)| rest.split_once(':')).map_or("x".to_string(), |(n, _)| n.to_string());
        let text = text.replacen(&slice, &array, 1).replacen("{\n", &format!("{{\nlet {list}: {slice} = {list};\n"), 1);
        self.out += &text;
        // Any length will do.
        let n = 1 + self.rng.below(3);
        let params = with(Ty::Array(Box::new(Ty::Float), n), Mode::Shared);
        self.functions.push(Function { params, ..f });
    }
}
