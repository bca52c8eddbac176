//! Arms that leave in front of what changes variables: `let .. else`, `match`, `?`, nested loops that are left with values.

use super::{Grower, Ty};

impl Grower {
    /// A statement with ways out.
    pub fn about_leaving(&mut self, depth: u32) -> Option<String> {
        if self.in_closure {
            return None;
        }
        let z = match self.choose(|_, v| v.mutable && !v.by_mut && v.ty == Ty::Float && v.index_of.is_none()) {
            Some(v) if self.rng.chance(60) => (v.name, String::new()),
            _ => {
                let (name, value) = (self.unique(), self.float_expr(2));
                self.bind(&name, Ty::Float, true);
                (name.clone(), format!("let mut {name}: {} = {value};\n", self.float))
            }
        };
        let (z, declared) = z;
        let kind = self.rng.below(12);
        let body = match kind {
            0..2 => self.else_and_again(&z),
            2..4 => self.arms_that_leave(&z),
            4 | 5 => self.else_in_loops(&z, depth),
            6 => self.loop_in_a_loop(&z),
            7 => self.tried_in_a_closure(&z),
            8 => self.left_block(&z),
            9 => self.left_by_values(&z),
            10 => self.tried_in_a_loop(&z),
            _ => self.two_ways_out(&z),
        };
        Some(declared + &body)
    }

    /// An `Option` that depends on a variable, and may be empty.
    fn perhaps(&mut self, z: &str) -> String {
        let lit = self.literal();
        let list = self.sequence().map(|v| v.name);
        match (self.rng.below(5), list) {
            (0, Some(n)) => format!("{n}.get({}).copied()", self.usize_expr(1)),
            (1, Some(n)) => format!("{n}.iter().copied().find(|m| *m > {z})"),
            (2, Some(n)) => format!("{n}.first().map(|m| *m * {z})"),
            (3, _) => format!("(({z} > {lit}) || {}).then(|| {z} * {lit})", self.condition(0)),
            _ => format!("(if {} {{ Some({z} * {}) }} else {{ None }})", self.condition(1), self.leaf()),
        }
    }

    /// What a variable becomes.
    fn again(&mut self, z: &str, y: &str) -> String {
        let lit = self.literal();
        match self.rng.below(5) {
            0 => format!("{z} = {y};"),
            1 => format!("{z} = {z} * {y} + {lit};"),
            2 => format!("{z} += {y} * {lit};"),
            3 => format!("{z} = ({y} - {z}).sin();"),
            _ => format!("{z} *= {y};"),
        }
    }

    /// A value of the function's result, of this number where that is possible.
    fn result_of(&mut self, z: &str) -> String {
        match self.result.clone() {
            Ty::Float => self.rng.pick(&["Z", "(Z * Z)", "(Z + K)"]).replace('Z', z).replace('K', &self.literal()),
            Ty::Option(t) if *t == Ty::Float => format!("Some({z})"),
            Ty::Result(t) if *t == Ty::Float => format!("Ok({z})"),
            Ty::Tuple(ts) if ts.is_empty() => String::new(),
            Ty::Tuple(ts) if ts.iter().all(|t| *t == Ty::Float) => format!("({z}, {z} * {})", self.literal()),
            Ty::Vec(t) if *t == Ty::Float => format!("vec![{z}]"),
            t => self.expr(&t, 1),
        }
    }

    fn else_and_again(&mut self, z: &str) -> String {
        let y = self.fresh_but(z);
        let (o, out) = (self.perhaps(z), self.result_of(z));
        let before = if self.rng.chance(40) { format!("{}\n", self.again(z, &self.number_of("1.5"))) } else { String::new() };
        let inside = if self.rng.chance(30) { self.again(z, &self.number_of("0.5")) } else { String::new() };
        self.bind(&y, Ty::Float, false);
        let after = self.again(z, &y);
        match self.rng.below(4) {
            0 => format!("{before}let {y} = match {o} {{ Some(m) => m, None => {{ {inside} return {out}; }} }};\n{after}\n"),
            1 => {
                format!("{before}let {y} = if let Some(m) = {o} {{ m * {} }} else {{ {inside} return {out}; }};\n{after}\n", self.literal())
            }
            _ => format!("{before}let Some({y}) = {o} else {{ {inside} return {out}; }};\n{after}\n"),
        }
    }

    /// A name that is not this one.
    fn fresh_but(&mut self, z: &str) -> String {
        let y = self.fresh();
        if y == z { self.unique() } else { y }
    }

    /// A way out of a loop around, or of the function.
    fn way_out(&mut self, z: &str, in_loop: bool) -> String {
        match self.rng.below(3) {
            0 if in_loop => "continue".into(),
            1 if in_loop => "break".into(),
            _ => format!("return {}", self.result_of(z)),
        }
    }

    fn arms_that_leave(&mut self, z: &str) -> String {
        let i = self.usize_expr(1);
        let out = self.way_out(z, false);
        let (a, b) = (self.again(z, &self.number_of("0.5")), self.again(z, &self.number_of("1.25")));
        let (lit, y) = (self.literal(), self.unique());
        match self.rng.below(4) {
            0 => format!("{z} = match {i} {{ 3 => {{ {a} {out} }} 0 => {{ {b} {z} + {lit} }} _ => {z} * {lit} }};\n"),
            1 => {
                self.bind(&y, Ty::Float, true);
                format!(
                    "let mut {y} = match {i} {{ 2 => {out}, 0 => {{ {a} {z} }} m if m > 3 => {{ {b} {out} }} _ => {lit} }};\n{}\n{}\n",
                    self.again(z, &y),
                    self.again(&y, z)
                )
            }
            2 => {
                let (first, second) = (self.condition(1), self.condition(1));
                self.bind(&y, Ty::Float, false);
                let after = self.again(z, &y);
                format!("let {y} = if {first} {{ {a} {z} * {lit} }} else if {second} {{ {out} }} else {{ {b} {z} }};\n{after}\n")
            }
            _ => format!("if {} {{ {a} if {z} > {lit} {{ {out}; }} {b} }} else {{ {z} = {lit}; }}\n", self.condition(1)),
        }
    }

    fn else_in_loops(&mut self, z: &str, depth: u32) -> String {
        let Some(v) = self.sequence() else { return self.else_and_again(z) };
        let (a, y) = (self.unique(), self.unique());
        let name = v.name.clone();
        self.locking(std::slice::from_ref(&name), |g| {
            g.scoped(|g| {
                g.bind(&a, Ty::Float, false);
                let o = g.perhaps(z);
                let out = g.way_out(z, true);
                let (first, inside) = (g.again(z, &a), if g.rng.chance(40) { g.again(z, &a) } else { String::new() });
                g.bind(&y, Ty::Float, false);
                let after = g.again(z, &y);
                let more = if depth > 0 && g.rng.chance(40) { format!("{{ {} }}", g.block(2, depth - 1)) } else { String::new() };
                let lit = g.literal();
                let body = match g.rng.below(4) {
                    0 => format!("{first} let Some({y}) = {o} else {{ {inside} {out}; }}; {after} {more}"),
                    1 => format!("let {y} = match {o} {{ Some(m) if m > {lit} => {{ {inside} {out} }} Some(m) => m, None => {a} }}; {after} {more} {first}"),
                    2 => format!("let {y} = {a} * {lit}; if {y} > {z} {{ {inside} {out}; }} {after} {more}"),
                    _ => format!("let Some({y}) = {o} else {{ {out} }}; {first} if {y} < {lit} {{ {after} {} ; }} {after}", g.way_out(z, true)),
                };
                format!("for &{a} in {name}.iter() {{ {body} }}\n")
            })
        })
    }

    fn loop_in_a_loop(&mut self, z: &str) -> String {
        let (label, n, m, y) = (format!("'{}", self.unique()), self.unique(), self.unique(), self.unique());
        let (a, b) = (self.again(z, &self.number_of("0.75")), self.again(z, &self.number_of("0.5")));
        let (c, d, lit) = (self.condition(1), self.condition(1), self.literal());
        let most = 2 + self.rng.below(3);
        let inner = match self.rng.below(3) {
            0 => format!(
                "loop {{ if {c} {{ break {label} ({z} * {lit}); }} {m} += 1; {a} if {m} % 3 == 0 {{ continue {label}; }} if {d} {{ break; }} }}"
            ),
            1 => format!(
                "while {m} < {most} {{ {m} += 1; if {z} > {lit} {{ {b} continue {label}; }} {a} if {m} == 2 && {d} {{ break {label} ({lit}); }} }}"
            ),
            _ => format!(
                "for m in 0..3usize {{ {a} {m} += m; if {d} {{ continue {label}; }} if {z} < {lit} {{ break {label} ({z} + {lit}); }} }}"
            ),
        };
        self.bind(&y, Ty::Float, false);
        let (float, after) = (self.float, self.again(z, &y));
        format!(
            "let (mut {n}, mut {m}) = (0usize, 0usize);\nlet {y}: {float} = {label}: loop {{ if {n} > {most} {{ break {z}; }} {n} += 1; {inner} {b} }};\n{after}\n"
        )
    }

    /// `?` in a loop of a closure.
    fn tried_in_a_closure(&mut self, z: &str) -> String {
        let Some(v) = self.sequence() else { return self.else_and_again(z) };
        let (h, k, y, i) = (self.unique(), self.unique(), self.unique(), self.unique());
        let (n, float) = (v.name, self.float);
        let lit = self.literal();
        let start = if self.rng.chance(50) { z.to_string() } else { lit.clone() };
        let body = match self.rng.below(4) {
            0 => format!("for {i} in 0..{k} {{ {y} *= {n}.get({i}).copied()?; }} Some({y})"),
            1 => format!(
                "for {i} in 0..{k} {{ let m = {n}.get({i})?; if *m > {lit} {{ return Some({y}); }} {y} = {y} * *m + {lit}; }} Some({y} * {lit})"
            ),
            2 => format!(
                "let mut {i} = 0usize; while {i} < {k} {{ {y} += *{n}.get({i})? * {y}; {i} += 1; if {y} > {lit} {{ return None; }} }} Some({y})"
            ),
            _ => format!("for {i} in 0..{k} {{ let Some(m) = {n}.get({i}) else {{ return None; }}; {y} = ({y} - *m).sin(); }} Some({y})"),
        };
        let (c, other) = (self.rng.below(7), self.leaf());
        let closure = format!("let {h} = |{k}: usize| -> Option<{float}> {{ let mut {y} = {start}; {body} }};");
        let w = self.unique();
        self.bind(&w, Ty::Float, false);
        format!("let {w} = {{ {closure} {h}(2).unwrap_or({other}) * {h}({c}).unwrap_or({lit}) }};\n{}\n", self.again(z, &w))
    }

    fn left_block(&mut self, z: &str) -> String {
        let (label, y) = (format!("'{}", self.unique()), self.unique());
        let (a, b, o) = (self.again(z, &self.number_of("0.5")), self.again(z, &self.number_of("1.5")), self.perhaps(z));
        let (c, lit) = (self.condition(1), self.literal());
        self.bind(&y, Ty::Float, false);
        let text = match self.rng.below(3) {
            0 => format!("let Some(m) = {o} else {{ break {label} ({z} * {lit}); }}; {a} if {c} {{ {b} break {label} (m); }} {b} m * {z}"),
            1 => format!("if {c} {{ {a} if {z} > {lit} {{ break {label} ({z}); }} }} {b} {z} * {lit}"),
            _ => format!("for m in 0..3usize {{ {a} if m == 1 && {c} {{ break {label} ({z}); }} }} {b} {lit}"),
        };
        let (float, after) = (self.float, self.again(z, &y));
        format!("let {y}: {float} = {label}: {{ {text} }};\n{after}\n")
    }

    /// Loops that find something, with a flag or without.
    fn left_by_values(&mut self, z: &str) -> String {
        let Some(v) = self.sequence() else { return self.left_block(z) };
        let (n, label, i, y) = (v.name, format!("'{}", self.unique()), self.unique(), self.unique());
        let (lit, zero, float) = (self.literal(), self.number_of("0.0"), self.float);
        self.bind(&y, Ty::Float, true);
        let inner = match self.rng.below(3) {
            0 => format!("for m in {n}.iter() {{ if *m * {z} > {lit} {{ {y} = *m; break {label}; }} {y} += *m * {lit}; }}"),
            1 => format!("for m in {n}.iter() {{ if *m < {zero} {{ continue {label}; }} {y} = {y} * {lit} + *m; }}"),
            _ => format!(
                "for m in 0..{n}.len() {{ if {n}[m] > {y} {{ {y} = {n}[m]; continue; }} if m > 3 {{ break {label}; }} {y} *= {lit}; }}"
            ),
        };
        format!("let mut {y}: {float} = {z};\n{label}: for {i} in 0..3usize {{ {inner} {} }}\n{}\n", self.again(&y, z), self.again(z, &y))
    }

    /// `?` of the function itself, in a loop.
    fn tried_in_a_loop(&mut self, z: &str) -> String {
        let Some(v) = self.sequence() else { return self.else_and_again(z) };
        let (n, i, y) = (v.name, self.unique(), self.unique());
        let lit = self.literal();
        let again = self.again(z, &y);
        match self.result.clone() {
            Ty::Option(_) => format!("for {i} in 0..3usize {{ let {y} = {n}.get({i}).copied()?; {again} }}\n"),
            Ty::Result(_) => format!("for {i} in 0..3usize {{ let {y} = {n}.get({i}).copied().ok_or(Fault::At({i}))?; {again} }}\n"),
            _ => {
                let out = self.result_of(z);
                format!(
                    "for {i} in 0..3usize {{ let {y} = match {n}.get({i}) {{ Some(m) => *m * {lit}, None => return {out} }}; {again} }}\n"
                )
            }
        }
    }

    fn two_ways_out(&mut self, z: &str) -> String {
        let (y, w) = (self.unique(), self.unique());
        let (o, p) = (self.perhaps(z), self.perhaps(z));
        let (out, other) = (self.result_of(z), self.result_of(z));
        let again = self.again(z, &self.number_of("0.5"));
        self.bind(&y, Ty::Float, false);
        self.bind(&w, Ty::Float, false);
        let after = self.again(z, &w);
        format!(
            "let Some({y}) = {o} else {{ return {out}; }};\n{again}\nlet Some({w}) = {p} else {{ {again} return {other}; }};\n{after}\n"
        )
    }
}
