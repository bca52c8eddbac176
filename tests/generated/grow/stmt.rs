//! Statements.

use super::expr::Paren;
use super::{Function, Grower, Mode, Ty, Var};

impl Grower {
    /// A block's statements; what they bind is forgotten after it.
    pub fn block(&mut self, most: usize, depth: u32) -> String {
        self.scoped(|g| g.statements(most, depth))
    }

    pub fn statements(&mut self, most: usize, depth: u32) -> String {
        let n = 1 + self.rng.below(most);
        (0..n).map(|_| self.statement(depth)).collect()
    }

    pub fn statement(&mut self, depth: u32) -> String {
        self.budget -= 1;
        if self.budget < 0 {
            return String::new();
        }
        if depth > 0
            && let Some(text) = self.on_theme(depth - 1)
        {
            return text;
        }
        if depth > 0
            && let Some(text) = self.rarer(depth - 1)
        {
            return text;
        }
        if depth > 0
            && self.rng.chance(24)
            && let Some(text) = match self.rng.below(8) {
                0 | 1 => self.patterned(depth - 1),
                2 => self.inside_something(depth - 1),
                _ => self.wider(depth - 1),
            }
        {
            return text;
        }
        let k = self.rng.below(100);
        match k {
            0..18 => self.let_value(),
            18..34 => self.assign(),
            34..44 => self.assign_element(),
            44..52 if depth > 0 => self.branch(depth - 1),
            52..66 if depth > 0 => self.for_loop(depth - 1),
            66..70 if depth > 0 => self.while_loop(depth - 1),
            70..73 if depth > 0 => self.loop_value(depth - 1),
            73..75 => self.early_return(),
            75..80 => self.rearrange(),
            80..85 => self.call_statement(),
            85..88 => self.destructure(),
            88..91 => self.closure(),
            91..94 if depth > 0 => self.match_statement(depth - 1),
            94..96 => self.leave_loop(),
            96..98 => self.grow_vec(),
            98 if depth > 0 => {
                let block = self.block(3, depth - 1);
                format!("{{ {block} }}\n")
            }
            _ => self.assign(),
        }
    }

    /// What is less common.
    fn rarer(&mut self, depth: u32) -> Option<String> {
        match self.rng.below(100) {
            0..3 => self.while_let(depth),
            3..5 => self.change_option(depth),
            5..7 if self.float != "T" => self.change_enum(depth),
            7..10 => self.rows(depth),
            10..12 => self.for_chain(depth),
            12..14 => Some(self.labelled_block(depth)),
            14..18 => Some(self.flag()),
            _ => None,
        }
    }

    /// A flag that conditions read, and that changes as a loop goes.
    fn flag(&mut self) -> String {
        let inside = self.in_closure;
        let known = self.choose(|_, v| v.ty == Ty::Bool && v.mutable && !v.by_mut && !inside);
        let often = if self.loops.is_empty() { 40 } else { 85 };
        match known {
            Some(Var { name, .. }) if self.rng.chance(often) => match self.rng.below(4) {
                0 => format!("{name} = !{name};\n"),
                1 => format!("if {} {{ {name} = !{name}; }}\n", self.condition(1)),
                2 => format!("{name} ^= {};\n", self.condition(1)),
                _ => format!("{name} = {};\n", self.condition(1)),
            },
            _ => {
                let (value, name) = (self.condition(1), self.fresh());
                self.bind(&name, Ty::Bool, true);
                format!("let mut {name} = {value};\n")
            }
        }
    }

    fn local_type(&mut self) -> Ty {
        let float = || Box::new(Ty::Float);
        match self.rng.below(14) {
            0..6 => Ty::Float,
            6..8 => Ty::Array(float(), 2 + self.rng.below(2)),
            8 => Ty::Vec(float()),
            9 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            10 => Ty::Usize,
            11 => Ty::Option(float()),
            12 if !self.structs.is_empty() && self.float != "T" => Ty::Struct(self.rng.below(self.structs.len())),
            13 if self.rng.chance(30) => Ty::Array(Box::new(Ty::Array(float(), 2)), 2),
            13 if self.rng.chance(30) => Ty::Vec(Box::new(Ty::Array(float(), 2))),
            13 if self.rng.chance(50) && !self.enums.is_empty() && self.float != "T" => Ty::Enum(self.rng.below(self.enums.len())),
            _ => Ty::Float,
        }
    }

    /// Whether a value of this type gets its type from the text alone.
    fn let_value(&mut self) -> String {
        let ty = self.local_type();
        if let Ty::Array(t, _) = &ty
            && self.rng.chance(10)
        {
            let (value, name) = (self.array_by_function(t, None, 2), self.fresh());
            let text = format!("let {name}: {} = {value};\n", self.ty(&ty));
            self.bind(&name, ty, false);
            return text;
        }
        let value = self.expr(&ty, 3);
        let mutable = self.rng.chance(55);
        let name = self.fresh();
        let annotated = self.rng.chance(30) || !matches!(ty, Ty::Float | Ty::Struct(_) | Ty::Enum(_) | Ty::Vec(_));
        let annotation = if annotated { format!(": {}", self.ty(&ty)) } else { String::new() };
        let at_least = usize::from(matches!(ty, Ty::Vec(_)) && value.starts_with("vec!"));
        self.bind(&name, ty, mutable);
        if let Some(v) = self.vars.last_mut() {
            v.at_least = at_least;
        }
        format!("let {}{name}{annotation} = {value};\n", if mutable { "mut " } else { "" })
    }

    fn assignable(&mut self) -> Option<Var> {
        let outside = !self.in_closure;
        self.choose(move |g, v| outside && v.mutable && g.leads_to_float(&v.ty) && !matches!(v.ty, Ty::Ref(_) | Ty::Slice(_)))
    }

    pub fn assign(&mut self) -> String {
        if self.rng.chance(12)
            && let Some(v) = self.choose(|_, v| v.mutable && v.ty == Ty::Usize && v.index_of.is_none())
        {
            let place = self.place(&v);
            return if self.rng.chance(50) { format!("{place} += 1;\n") } else { format!("{place} = {};\n", self.usize_expr(1)) };
        }
        let Some(v) = self.choose(|_, v| v.mutable && !matches!(v.ty, Ty::Ref(_) | Ty::Slice(_) | Ty::SliceMut(_) | Ty::Usize)) else {
            return self.let_value();
        };
        if v.ty == Ty::Float {
            let place = self.place(&v);
            let value = self.float_expr(3);
            return match self.rng.below(8) {
                0..3 => format!("{place} = {value};\n"),
                3..6 => format!("{place} += {value};\n"),
                6 => format!("{place} -= {value};\n"),
                _ => format!("{place} *= {value};\n"),
            };
        }
        let value = self.expr(&v.ty, 2);
        let star = if v.by_mut { "*" } else { "" };
        if let (Ty::Vec(_), true) = (&v.ty, true) {
            // The length may change, and with it what is known of it.
            self.forget_length(&v.name);
        }
        format!("{star}{} = {value};\n", v.name)
    }

    pub fn forget_length(&mut self, name: &str) {
        for v in self.vars.iter_mut().filter(|v| v.name == name) {
            v.at_least = 0;
        }
        for v in self.vars.iter_mut().filter(|v| v.index_of.as_deref() == Some(name)) {
            v.index_of = None;
        }
    }

    fn assign_element(&mut self) -> String {
        let Some(v) = self.assignable() else { return self.assign() };
        self.ahead = Some(String::new());
        let place = self.path_to_float(&v);
        let ahead = self.ahead.take().unwrap_or_default();
        let Some(place) = place else { return self.assign() };
        let op = *self.rng.pick(&["=", "=", "=", "+=", "+=", "+=", "-=", "*="]);
        // Of a vector of vectors, rustc lends the whole, and a trait's operator borrows its place first.
        let nested = matches!(&v.ty, Ty::Vec(t) if matches!(**t, Ty::Vec(_))) || self.float == "T" && op != "=";
        let lent: &[String] = if nested { std::slice::from_ref(&v.name) } else { &[] };
        let value = self.locking(lent, |g| g.float_expr(3));
        format!("{ahead}{place} {op} {value};\n")
    }

    fn branch(&mut self, depth: u32) -> String {
        if self.rng.chance(20)
            && let Some(v) = self.choose(|_, v| v.ty == Ty::Option(Box::new(Ty::Float)) && !v.by_mut)
        {
            let x = self.fresh();
            let then = self.scoped(|g| {
                g.bind(&x, Ty::Float, false);
                g.block(3, depth)
            });
            let other = self.block(2, depth);
            return format!("if let Some({x}) = {} {{ {then} }} else {{ {other} }}\n", v.name);
        }
        let c = self.condition(1);
        let then = self.block(3, depth);
        match self.rng.below(3) {
            0 => format!("if {c} {{ {then} }}\n"),
            1 => {
                let other = self.block(3, depth);
                format!("if {c} {{ {then} }} else {{ {other} }}\n")
            }
            _ => {
                let (d, b, other) = (self.condition(1), self.block(2, depth), self.block(2, depth));
                format!("if {c} {{ {then} }} else if {d} {{ {b} }} else {{ {other} }}\n")
            }
        }
    }

    pub fn label(&mut self) -> (Option<String>, String) {
        if self.rng.chance(25) {
            let name = format!("'{}", self.unique());
            (Some(name.clone()), format!("{name}: "))
        } else {
            (None, String::new())
        }
    }

    pub fn body(&mut self, label: Option<String>, depth: u32, bind: impl FnOnce(&mut Grower)) -> String {
        self.loops.push(label);
        let text = self.scoped(|g| {
            bind(g);
            g.block(4, depth)
        });
        self.loops.pop();
        text
    }

    fn for_loop(&mut self, depth: u32) -> String {
        let (label, mut prefix) = self.label();
        // What was lent by `&mut` cannot be kept in checkpoints.
        let lent = self.vars.iter().any(|v| v.by_mut);
        if !lent && !self.in_closure && label.is_none() && self.rng.chance(8) {
            prefix = format!("#[checkpoint]\n{prefix}");
        }
        let sequence = self.sequence();
        let i = self.fresh();
        match (self.rng.below(10), sequence) {
            (0..4, Some(v)) => {
                // By index; the length must not change.
                let range = match self.rng.below(6) {
                    0 => format!("1..{}.len()", v.name),
                    1 => format!("(0..{}.len()).rev()", v.name),
                    2 => format!("(0..{}.len()).step_by(2)", v.name),
                    _ => format!("0..{}.len()", v.name),
                };
                if i == v.name {
                    return self.assign();
                }
                let body = self.body(label, depth, |g| {
                    g.bind(&i, Ty::Usize, false);
                    if let Some(var) = g.vars.last_mut() {
                        var.index_of = Some(v.name.clone());
                    }
                });
                format!("{prefix}for {i} in {range} {{ {body} }}\n")
            }
            (4, Some(v)) => {
                let locked = [v.name.clone()];
                let header = match self.rng.below(3) {
                    0 if matches!(v.ty, Ty::Slice(_) | Ty::SliceMut(_)) || v.by_mut => format!("for {i} in {}.iter()", v.name),
                    0 => format!("for {i} in &{}", v.name),
                    1 => format!("for {i} in {}.iter().rev()", v.name),
                    _ => format!("for {i} in {}.iter().skip(1)", v.name),
                };
                let body = self.locking(&locked, |g| g.body(label, depth, |g| g.bind(&i, Ty::Ref(Box::new(Ty::Float)), false)));
                format!("{prefix}{header} {{ {body} }}\n")
            }
            (5, Some(v)) => {
                let locked = [v.name.clone()];
                let n = self.unique();
                let body = self.locking(&locked, |g| {
                    g.body(label, depth, |g| {
                        g.bind(&n, Ty::Usize, false);
                        g.bind(&i, Ty::Float, false);
                    })
                });
                format!("{prefix}for ({n}, &{i}) in {}.iter().enumerate() {{ {body} }}\n", v.name)
            }
            (6, Some(v)) if v.mutable && !matches!(v.ty, Ty::Slice(_)) => {
                let locked = [v.name.clone()];
                let body = self.locking(&locked, |g| {
                    g.body(label, depth, |g| {
                        g.bind(&i, Ty::Float, true);
                        if let Some(var) = g.vars.last_mut() {
                            var.by_mut = true;
                        }
                    })
                });
                format!("{prefix}for {i} in {}.iter_mut() {{ {body} }}\n", v.name)
            }
            (7, Some(v)) => {
                let Some(w) = self
                    .choose(|_, w| w.name != v.name && matches!(&w.ty, Ty::Array(t, _) | Ty::Vec(t) | Ty::Slice(t) if **t == Ty::Float))
                else {
                    return self.assign();
                };
                let locked = [v.name.clone(), w.name.clone()];
                let j = self.unique();
                let mutable = v.mutable && !matches!(v.ty, Ty::Slice(_));
                let body = self.locking(&locked, |g| {
                    g.body(label, depth, |g| {
                        if mutable {
                            g.bind(&i, Ty::Float, true);
                            if let Some(var) = g.vars.last_mut() {
                                var.by_mut = true;
                            }
                        } else {
                            g.bind(&i, Ty::Ref(Box::new(Ty::Float)), false);
                        }
                        g.bind(&j, Ty::Ref(Box::new(Ty::Float)), false);
                    })
                });
                let iter = if mutable { "iter_mut" } else { "iter" };
                format!("{prefix}for ({i}, {j}) in {}.{iter}().zip({}.iter()) {{ {body} }}\n", v.name, w.name)
            }
            _ => {
                let range = match self.rng.below(6) {
                    0 => format!("0..{}.min(4)", self.usize_expr(1).paren()),
                    1 => format!("0..={}usize", self.rng.below(3)),
                    2 => "(0..3usize).rev()".into(),
                    3 => format!("{}usize..4", self.rng.below(5)),
                    _ => format!("0..{}usize", 1 + self.rng.below(4)),
                };
                let name = if self.rng.chance(15) { "_".to_string() } else { i.clone() };
                let body = self.body(label, depth, |g| {
                    if name != "_" {
                        g.bind(&i, Ty::Usize, false);
                    }
                });
                format!("{prefix}for {name} in {range} {{ {body} }}\n")
            }
        }
    }

    /// A loop that ends by its counter at the latest.
    fn while_loop(&mut self, depth: u32) -> String {
        let (label, prefix) = self.label();
        let n = self.unique();
        let c = self.condition(1);
        self.bind(&n, Ty::Usize, false);
        let body = self.body(label, depth, |_| {});
        let most = 2 + self.rng.below(3);
        format!("let mut {n} = 0usize;\n{prefix}while {n} < {most} && {c} {{ {n} += 1; {body} }}\n")
    }

    /// `let x = loop { .. break value; .. };`
    fn loop_value(&mut self, depth: u32) -> String {
        let n = self.unique();
        let x = self.fresh();
        let most = 1 + self.rng.below(3);
        let text = self.scoped(|g| {
            g.bind(&n, Ty::Usize, false);
            let outer = std::mem::take(&mut g.loops);
            let before = g.statements(2, depth);
            let value = g.float_expr(2);
            let c = g.condition(1);
            let after = g.statements(2, depth);
            g.loops = outer;
            format!("{before} if {n} >= {most} || {c} {{ break {value}; }} {n} += 1; {after}")
        });
        self.bind(&n, Ty::Usize, false);
        self.bind(&x, Ty::Float, false);
        format!("let mut {n} = 0usize;\nlet {x}: {} = loop {{ {text} }};\n", self.float)
    }

    fn early_return(&mut self) -> String {
        if self.in_closure {
            return String::new();
        }
        let c = self.condition(1);
        let result = self.result.clone();
        let value = self.expr(&result, 2);
        format!("if {c} {{ return {value}; }}\n")
    }

    fn leave_loop(&mut self) -> String {
        if self.loops.is_empty() || self.in_closure {
            return self.assign();
        }
        let c = self.condition(1);
        let word = if self.rng.chance(50) { "break" } else { "continue" };
        let labels: Vec<String> = self.loops.iter().flatten().cloned().collect();
        let label = if !labels.is_empty() && self.rng.chance(50) { format!(" {}", self.rng.pick(&labels)) } else { String::new() };
        format!("if {c} {{ {word}{label}; }}\n")
    }

    /// Swaps, replacements, copies of places.
    fn rearrange(&mut self) -> String {
        let free = |_: &Grower, v: &Var| {
            v.mutable && v.index_of.is_none() && !matches!(v.ty, Ty::Ref(_) | Ty::Slice(_) | Ty::SliceMut(_) | Ty::Usize)
        };
        let Some(v) = self.choose(free) else { return self.assign() };
        let other = self.choose(|g, w| free(g, w) && w.name != v.name && w.ty == v.ty);
        let by_mut = |v: &Var| if v.by_mut { v.name.clone() } else { format!("&mut {}", v.name) };
        match (self.rng.below(8), &v.ty, other) {
            (0..2, t, Some(w)) => {
                if matches!(t, Ty::Vec(_)) {
                    self.forget_length(&v.name);
                    self.forget_length(&w.name);
                }
                format!("std::mem::swap({}, {});\n", by_mut(&v), by_mut(&w))
            }
            (2, Ty::Float, Some(w)) => {
                format!("({}, {}) = ({}, {});\n", self.place(&v), self.place(&w), self.place(&w), self.float_expr(1))
            }
            (_, Ty::Array(t, n), _) if **t == Ty::Float && self.rng.chance(30) => {
                let (i, j) = (self.rng.below(*n), self.rng.below(*n));
                format!("{}.swap({i}, {j});\n", v.name)
            }
            (_, Ty::Array(..), Some(w)) if self.rng.chance(30) => format!("{}.copy_from_slice(&{});\n", v.name, w.name),
            (_, Ty::Array(t, _) | Ty::Vec(t), _) if **t == Ty::Float && self.rng.chance(40) => {
                let value = self.locking(std::slice::from_ref(&v.name), |g| g.float_expr(2));
                format!("{}.fill({value});\n", v.name)
            }
            (_, Ty::Array(t, n), _) if **t == Ty::Float && *n >= 2 && self.rng.chance(30) => {
                let (p, q) = (self.unique(), self.unique());
                let value = self.locking(std::slice::from_ref(&v.name), |g| g.float_expr(1));
                format!("{{ let ({p}, {q}) = {}.split_at_mut(1); {p}[0] += {q}[0] * {value}; {q}[0] = {p}[0]; }}\n", v.name)
            }
            (_, Ty::Float, _) if self.rng.chance(40) => {
                let x = self.fresh();
                let value = self.locking(std::slice::from_ref(&v.name), |g| g.float_expr(1));
                let text = format!("let {x} = std::mem::replace({}, {value});\n", by_mut(&v));
                self.bind(&x, Ty::Float, false);
                text
            }
            _ => self.assign_element(),
        }
    }

    /// A call that is a statement, with what it writes to.
    fn call_statement(&mut self) -> String {
        if self.in_closure {
            return self.assign();
        }
        let good: Vec<Function> = self
            .functions
            .iter()
            .filter(|f| self.callable(f) && (f.params.iter().any(|(_, m)| *m == Mode::Mutable) || f.result == Ty::Float))
            .cloned()
            .collect();
        if good.is_empty() {
            return self.assign();
        }
        let f = self.rng.pick(&good).clone();
        if f.result == Ty::Tuple(Vec::new()) {
            // All it does is write: to variables.
            let writable = f.params.iter().filter(|(_, m)| *m == Mode::Mutable).all(|(t, _)| {
                *t == Ty::SliceMut(Box::new(Ty::Float))
                    || self.visible().iter().filter(|v| v.mutable && v.ty == *t && !self.locked.contains(&v.name)).count() >= f.params.len()
            });
            if !writable {
                return self.assign();
            }
        }
        let call = self.call_of(&f, 2);
        if f.result == Ty::Tuple(Vec::new()) {
            return format!("{call};\n");
        }
        let x = self.fresh();
        self.bind(&x, f.result, false);
        format!("let {x} = {call};\n")
    }

    fn destructure(&mut self) -> String {
        match self.rng.below(4) {
            0 => {
                let value = self.expr(&Ty::Tuple(vec![Ty::Float, Ty::Float]), 2);
                let (a, b) = (self.fresh(), self.unique());
                self.bind(&a, Ty::Float, false);
                self.bind(&b, Ty::Float, true);
                format!("let ({a}, mut {b}): ({}, {}) = {value};\n", self.float, self.float)
            }
            1 => {
                let value = self.expr(&Ty::Array(Box::new(Ty::Float), 3), 2);
                let (a, b) = (self.fresh(), self.unique());
                self.bind(&a, Ty::Float, false);
                self.bind(&b, Ty::Float, false);
                format!("let [{a}, _, {b}]: [{}; 3] = {value};\n", self.float)
            }
            2 => {
                let Some(v) = self.choose(|_, v| matches!(v.ty, Ty::Struct(_)) && !v.by_mut) else { return self.let_value() };
                let Ty::Struct(i) = v.ty else { unreachable!() };
                let def = self.structs[i].clone();
                let Some((field, _)) = def.fields.iter().find(|(_, t)| *t == Ty::Float) else { return self.let_value() };
                let x = self.unique();
                self.bind(&x, Ty::Float, false);
                if def.tuple {
                    let at: usize = field.parse().unwrap_or(0);
                    let before = "_, ".repeat(at);
                    return format!("let {}({before}{x}, ..) = {};\n", def.name, v.name);
                }
                format!("let {} {{ {field}: {x}, .. }} = {};\n", def.name, v.name)
            }
            _ => {
                let Some(v) = self.choose(|_, v| v.ty == Ty::Option(Box::new(Ty::Float)) && !v.by_mut) else { return self.let_value() };
                if self.in_closure {
                    return String::new();
                }
                let result = self.result.clone();
                let value = self.expr(&result, 1);
                let x = self.fresh();
                self.bind(&x, Ty::Float, false);
                format!("let Some({x}) = {} else {{ return {value}; }};\n", v.name)
            }
        }
    }

    fn closure(&mut self) -> String {
        let h = self.unique();
        let float = self.float;
        if self.rng.chance(30)
            && let Some(v) = self.choose(|_, v| v.mutable && !v.by_mut && v.ty == Ty::Float)
        {
            // One that writes to what it captures.
            let x = self.unique();
            let name = v.name.clone();
            let body = self.closure_body(|g| {
                g.bind(&x, Ty::Float, false);
                let value = g.float_expr(2);
                let op = *g.rng.pick(&["+=", "-=", "*=", "="]);
                format!("{name} {op} {value};")
            });
            let (a, b) = self.locking(std::slice::from_ref(&v.name), |g| (g.float_expr(1), g.float_expr(1)));
            return format!("{{ let mut {h} = |{x}: {float}| {{ {body} }}; {h}({a}); {h}({b}); }}\n");
        }
        let (x, body) = self.element_closure(3);
        let moved = if self.rng.chance(15) { "move " } else { "" };
        let y = self.fresh();
        let (a, b) = (self.float_expr(1), self.float_expr(1));
        let vars = self.visible();
        let copies = vars.iter().all(|v| self.is_copy(&v.ty) && !v.by_mut);
        self.bind(&y, Ty::Float, false);
        let moved = if copies { moved } else { "" };
        format!("let {y} = {{ let {h} = {moved}|{x}: {float}| {body}; {h}({a}) + {h}({b}) }};\n")
    }

    fn match_statement(&mut self, depth: u32) -> String {
        if self.rng.chance(40)
            && let Some(v) = self.choose(|_, v| matches!(v.ty, Ty::Enum(_)) && !v.by_mut)
        {
            let Ty::Enum(i) = v.ty else { unreachable!() };
            let value = self.match_enum(&v.name, i, 2);
            let x = self.fresh();
            self.bind(&x, Ty::Float, true);
            return format!("let mut {x} = {value};\n");
        }
        let i = self.usize_expr(1);
        let (a, b, c) = (self.block(2, depth), self.block(2, depth), self.block(2, depth));
        format!("match {i} {{ 0 => {{ {a} }} 1..=2 => {{ {b} }} _ => {{ {c} }} }}\n")
    }
}
