//! Lists that are handed on: cloned, taken, replaced, exchanged, kept in other lists, changed through slices of them; lists of structs.

use super::{Grower, StructDef, Ty};

impl Grower {
    /// A body in space, as it were: floats and an integer.
    pub fn body_struct(&mut self) {
        let float = self.float;
        self.out += &format!(
            "#[derive(Clone, Debug, Differentiable)]\npub struct Body {{ pub x: {float}, pub k: usize, pub v: [{float}; 2], pub on: bool }}\n"
        );
        let pair = Ty::Array(Box::new(Ty::Float), 2);
        let fields = vec![("x".into(), Ty::Float), ("k".into(), Ty::Usize), ("v".into(), pair), ("on".into(), Ty::Bool)];
        self.bodies = Some(self.structs.len());
        self.structs.push(StructDef { name: "Body".into(), tuple: false, fields, copy: false });
    }

    /// A statement, or some, about lists that change hands.
    pub fn about_lists(&mut self, depth: u32) -> Option<String> {
        if self.in_closure {
            return None;
        }
        match self.rng.below(14) {
            0..3 if self.bodies.is_some() => Some(self.about_bodies()),
            3 | 4 => Some(self.buffers_in_loops()),
            5 => Some(self.kept_lists()),
            6 => Some(self.stack_in_a_loop(depth)),
            7 => Some(self.shortened()),
            8 => Some(self.optional_reference()),
            9 | 10 => Some(self.changed_by_slices()),
            11 => Some(self.closures_that_change()),
            _ => Some(self.copied_and_changed()),
        }
    }

    fn list_of_numbers(&mut self, text: &mut String) -> String {
        let n = self.length(&[4, 5, 6, 9, 16], text);
        self.vector(&n, text).name
    }

    /// Two buffers in a loop over time steps.
    fn buffers_in_loops(&mut self) -> String {
        let mut text = String::new();
        let n = self.length(&[4, 5, 9, 16], &mut text);
        let (cur, next) = (self.vector(&n, &mut text).name, self.new_vector(&n, &mut text).name);
        let (i, t, old, float) = (self.unique(), self.unique(), self.unique(), self.float);
        let (lit, sum) = (self.literal(), self.unique());
        let step = match self.rng.below(5) {
            0 => format!("for {i} in 1..{cur}.len() {{ {next}[{i}] = {cur}[{i}] * {cur}[{i} - 1] * {lit}; }}"),
            1 => format!("for {i} in 0..{cur}.len() {{ {next}[{i}] = ({cur}[{i}] + {next}[{i}] * {lit}).sin(); }}"),
            2 => format!("for ({i}, m) in {next}.iter_mut().zip({cur}.iter()) {{ *{i} += *m * {lit}; }}"),
            3 => format!("for {i} in 0..{cur}.len() {{ {next}[{i}] += {cur}[({i} * 2) % {cur}.len()] * {lit}; {sum} += {next}[{i}]; }}"),
            _ => format!("{next}.fill({cur}[0] * {lit}); {next}[1] = {cur}[1].sin();"),
        };
        let turn = match self.rng.below(9) {
            0 | 1 => format!("std::mem::swap(&mut {cur}, &mut {next});"),
            2 => format!("{cur} = std::mem::replace(&mut {next}, {cur}.clone());"),
            3 => format!("let {old} = std::mem::replace(&mut {cur}, {next}.clone()); {sum} += {old}[0] * {next}[1];"),
            4 => format!(
                "let {old} = std::mem::take(&mut {cur}); {cur} = {old}.iter().zip({next}.iter()).map(|(a, b)| a * {lit} + b).collect();"
            ),
            5 => format!("let {old} = {cur}; {cur} = {next}; {next} = {old};"),
            6 => format!("if {t} % 2 == 0 {{ std::mem::swap(&mut {cur}, &mut {next}); }} else {{ {cur}[0] *= {lit}; }}"),
            7 => format!("{cur}.clone_from(&{next});"),
            _ => format!("let {old} = {next}.clone(); {next} = {cur}.clone(); {cur} = {old}; {sum} += {cur}[{t}];"),
        };
        let start = self.leaf();
        let leave = match self.rng.below(4) {
            0 => format!("if {cur}[0] > {lit} {{ break; }}"),
            1 => format!("if {cur}[1] > {lit} {{ continue; }}"),
            _ => String::new(),
        };
        text += &format!("let mut {sum}: {float} = {start};\nfor {t} in 0..{}usize {{ {step} {leave} {turn} }}\n", 1 + self.rng.below(4));
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// A history of lists.
    fn kept_lists(&mut self) -> String {
        let mut text = String::new();
        let cur = self.list_of_numbers(&mut text);
        let (all, t, m, float) = (self.unique(), self.unique(), self.unique(), self.float);
        let (lit, sum) = (self.literal(), self.unique());
        let keep = match self.rng.below(5) {
            0 => format!("{all}.push({cur}.clone()); {cur}[0] = {cur}[1] * {lit};"),
            1 => format!(
                "let {m}: Vec<{float}> = {cur}.iter().map(|m| m * {lit}).collect(); {all}.push(std::mem::replace(&mut {cur}, {m}));"
            ),
            2 => format!("let mut {m} = {cur}.clone(); {m}[{t}] *= {lit}; {cur}[{t}] += {m}[0]; {all}.push({m});"),
            3 => format!("let {m}: Vec<{float}> = {cur}.iter().rev().copied().collect(); {cur} = {m}.clone(); {all}.push({m});"),
            _ => format!("{all}.push({cur}.to_vec()); for m in {cur}.iter_mut() {{ *m = (*m + {lit}).sin(); }}"),
        };
        let read = match self.rng.below(6) {
            0 => format!("let {sum}: {float} = {all}.iter().map(|m| m[0] * m[1]).sum();\n"),
            1 => format!("let mut {sum}: {float} = {lit};\nfor m in &{all} {{ {sum} = {sum} * m[0] + m[1]; }}\n"),
            2 => format!(
                "let mut {sum}: {float} = {lit};\nwhile let Some({m}) = {all}.pop() {{ {sum} += {m}[0] * {cur}[1]; {cur} = {m}; }}\n"
            ),
            3 => format!("{cur} = {all}.swap_remove(1);\nlet {sum}: {float} = {all}[0][1] * {cur}[0];\n"),
            4 => format!(
                "let {m} = {all}[1].clone();\n{all}[1][0] *= {lit};\n{all}[0] = {m};\nlet {sum} = {all}[0][0] * {all}[1][0] + {all}[2][1];\n"
            ),
            _ => format!(
                "let {m} = std::mem::take(&mut {all}[0]);\nlet {sum} = {m}.iter().zip({all}[1].iter()).map(|(a, b)| a * b).sum::<{float}>();\n{all}[0] = {m};\n"
            ),
        };
        text += &format!("let mut {all}: Vec<Vec<{float}>> = Vec::new();\nfor {t} in 0..3usize {{ {keep} }}\n{read}");
        self.bind(&sum, Ty::Float, false);
        text
    }

    /// `while let Some(x) = stack.pop() { .. stack.push(..) .. }`
    fn stack_in_a_loop(&mut self, depth: u32) -> String {
        let (stack, n, x, sum, float) = (self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let (a, b, lit, start) = (self.leaf(), self.leaf(), self.literal(), self.leaf());
        let half = self.number_of("0.5");
        let more = if depth > 0 && self.rng.chance(40) {
            let x = x.clone();
            let names = [stack.clone(), sum.clone()];
            self.locking(&names, |g| {
                g.scoped(|g| {
                    g.bind(&x, Ty::Float, false);
                    let outer = std::mem::take(&mut g.loops);
                    let text = g.block(2, depth - 1);
                    g.loops = outer;
                    format!("{{ {text} }}")
                })
            })
        } else {
            String::new()
        };
        let body = match self.rng.below(5) {
            0 => format!(
                "if {x} > {lit} && {n} < 6 {{ {stack}.push({x} * {half}); {stack}.push({x} - {lit}); }} else {{ {sum} += {x} * {x}; }}"
            ),
            1 => format!("{sum} = {sum} * {half} + {x}; if {n} % 3 == 1 {{ {stack}.push({sum}); }}"),
            2 => format!("if let Some(m) = {stack}.last_mut() {{ *m += {x} * {half}; }} {sum} += {x} * {lit};"),
            3 => {
                format!("let Some(m) = {stack}.pop() else {{ {sum} += {x}; break; }}; if {n} < 5 {{ {stack}.push(m * {x}); }} {sum} -= m;")
            }
            _ => format!("if {n} < 4 {{ {stack}.insert(0, {x} * {half}); }} {sum} += {x} * {stack}.len() as {float};"),
        };
        let guard = if self.rng.chance(30) { format!("if {n} > 9 {{ break; }}") } else { String::new() };
        self.bind(&sum, Ty::Float, true);
        format!(
            "let mut {stack} = vec![{a}, {b}, {lit}];\nlet (mut {n}, mut {sum}): (usize, {float}) = (0, {start});\nwhile let Some({x}) = {stack}.pop() {{ {n} += 1; {guard} {body} {more} }}\n"
        )
    }

    /// `retain`, `drain`, `dedup`, `rotate` and the like, of a copy.
    fn shortened(&mut self) -> String {
        let mut text = String::new();
        let list = self.list_of_numbers(&mut text);
        let (v, w, sum, float) = (self.unique(), self.unique(), self.unique(), self.float);
        let (lit, c) = (self.literal(), self.usize_expr(0));
        text += &format!("let mut {v} = {list}.clone();\n");
        for _ in 0..1 + self.rng.below(3) {
            text += &match self.rng.below(14) {
                0 => format!("{v}.retain(|m| *m < {lit});\n"),
                1 => format!("{v}.retain_mut(|m| {{ *m *= {lit}; *m < {lit} }});\n"),
                2 => format!(
                    "let {w}: Vec<{float}> = {v}.drain(..{v}.len() / 2).collect();\n{v}.extend({w}.iter().map(|m| m * {lit}));\n",
                    w = self.unique()
                ),
                3 => format!("for m in {v}.drain(..{v}.len().min(2)) {{ {list}[0] += m * {lit}; }}\n"),
                4 => format!("let {q} = ({c}) % {v}.len().max(1); {v}.rotate_left({q});\n", q = self.unique()),
                5 => format!("if {v}.len() > 1 {{ {v}.rotate_right(1); {v}[0] += {v}[1] * {lit}; }}\n"),
                6 => format!("{v}.dedup();\n"),
                7 => format!("{v}.truncate(({c}) % 4 + 1);\n"),
                8 => format!("{v}.reverse(); if let Some(m) = {v}.first_mut() {{ *m = m.sin(); }}\n"),
                9 => format!("{v}.extend_from_slice(&{list}[..2]);\n"),
                10 => format!("if !{v}.is_empty() {{ let m = {v}.remove(0); {v}.push(m * {lit}); }}\n"),
                11 => format!("{v}.sort_by(|m, n| m.total_cmp(n));\n"),
                12 => format!("let {q} = {v}.split_off({v}.len() / 2); {v}.extend({q}.iter().rev().copied()); \n", q = self.unique()),
                _ => format!("{v}.insert({v}.len() / 2, {lit} * {});\n", self.leaf()),
            };
        }
        text += &format!("let {sum} = {v}.iter().enumerate().map(|(m, n)| *n * (m as {float} + {lit})).sum::<{float}>();\n");
        let _ = w;
        self.bind(&sum, Ty::Float, false);
        text
    }

    /// A reference that a search keeps, and what it refers to.
    fn optional_reference(&mut self) -> String {
        let mut text = String::new();
        let v = self.list_of_numbers(&mut text);
        let (best, i, sum) = (self.unique(), self.unique(), self.unique());
        let (lit, other) = (self.literal(), self.leaf());
        text += &match self.rng.below(5) {
            0 => format!(
                "let mut {best}: Option<usize> = None;\nfor {i} in 0..{v}.len() {{ if {best}.is_none_or(|m| {v}[{i}] > {v}[m]) {{ {best} = Some({i}); }} }}\nlet {sum} = {best}.map_or({other}, |m| {v}[m] * {lit});\n"
            ),
            1 => format!(
                "let {best} = {v}.iter().find(|m| **m > {lit});\nlet {sum} = match {best} {{ Some(m) => m * m, None => {other} }};\n"
            ),
            2 => format!(
                "let mut {best} = 0usize;\nfor {i} in 1..{v}.len() {{ if {v}[{i}] > {v}[{best}] {{ {best} = {i}; }} }}\nlet {sum} = {v}[{best}] * {lit};\n{v}[{best}] = {other};\n"
            ),
            3 => format!(
                "let {best} = {v}.get(1).filter(|m| **m < {lit}).or({v}.first());\nlet {sum} = {best}.map_or({other}, |m| m.sin());\n"
            ),
            _ => format!("let {sum} = if let Some(m) = {v}.iter_mut().find(|m| **m > {lit}) {{ *m *= {lit}; *m }} else {{ {other} }};\n"),
        };
        self.bind(&sum, Ty::Float, false);
        text
    }

    /// Slices of a list that are written to, borrowed again, split.
    fn changed_by_slices(&mut self) -> String {
        let mut text = String::new();
        let v = self.list_of_numbers(&mut text);
        let (p, q, r, a, b, float) = (self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let lit = self.literal();
        let w = self.choose(|_, w| w.name != v && matches!(&w.ty, Ty::Slice(t) | Ty::Vec(t) | Ty::Array(t, _) if **t == Ty::Float));
        let w = w.map_or(format!("[{lit}; 4]"), |w| w.name);
        text += &match self.rng.below(10) {
            0 => format!("{{ let ({p}, {q}) = {v}.split_at_mut(2); {p}[0] += {q}[0] * {lit}; {q}[1] = {p}[1] * {q}[0]; }}\n"),
            1 => format!(
                "{{ let ({p}, {q}) = {v}.split_at_mut(2); for ({a}, {b}) in {p}.iter_mut().zip({q}.iter_mut()) {{ std::mem::swap({a}, {b}); *{a} *= {lit}; }} }}\n"
            ),
            2 => format!(
                "{{ let {p} = &mut {v}[1..]; {p}[0] *= {lit}; let {q} = &mut {p}[..2]; {q}[1] += {q}[0]; {p}[0] = {p}[1].sin(); }}\n"
            ),
            3 => {
                format!("for {p} in {v}.chunks_mut(2) {{ let {a} = {p}[0]; for {b} in {p}.iter_mut() {{ *{b} = *{b} * {a} + {lit}; }} }}\n")
            }
            4 => format!("for ({p}, {q}) in {v}.chunks_mut(2).zip({w}.iter()) {{ {p}[0] += *{q} * {p}[{p}.len() - 1]; }}\n"),
            5 => format!("for ({a}, {b}) in {v}.iter_mut().zip({w}.iter()).skip(1) {{ *{a} = *{a} * *{b} + {lit}; }}\n"),
            6 => format!(
                "let {r}: Vec<{float}> = {v}.windows(2).map(|m| m[1] - m[0] * {lit}).collect();\nfor ({a}, {b}) in {v}.iter_mut().zip({r}.iter()) {{ *{a} += *{b} * *{b}; }}\n"
            ),
            7 => format!(
                "if let Some(({a}, {p})) = {v}.split_first_mut() {{ for {b} in {p}.iter_mut() {{ *{b} *= *{a}; *{a} += {lit}; }} }}\n"
            ),
            8 => format!("{v}[1..].iter_mut().enumerate().for_each(|({a}, {b})| *{b} = *{b} * {lit} + {a} as {float});\n"),
            _ => format!(
                "{{ let {a} = {v}[0]; let {p} = &{v}[1..3]; let {b} = {p}[0] * {p}[1]; {v}[0] = {b} * {lit}; {v}[2] = {a} * {b}; }}\n"
            ),
        };
        text
    }

    /// Closures that change what they capture, called in loops.
    fn closures_that_change(&mut self) -> String {
        let mut text = String::new();
        let v = self.list_of_numbers(&mut text);
        let (h, x, i, sum, float) = (self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let (lit, start) = (self.literal(), self.leaf());
        text += &format!("let mut {sum}: {float} = {start};\n");
        text += &match self.rng.below(6) {
            0 => format!(
                "{{ let mut {h} = |{i}: usize, {x}: {float}| {{ {v}[{i}] = {v}[{i}] * {x} + {sum}; {sum} += {x} * {lit}; }}; for m in 0..3usize {{ {h}(m, {lit}); {h}(0, {lit} * {lit}); }} }}\n"
            ),
            1 => format!(
                "{{ let mut {h} = |{x}: {float}| -> {float} {{ {sum} = ({sum} + {x}).sin(); {sum} * {lit} }}; for m in {v}.iter_mut() {{ *m = {h}(*m) + {h}({lit}); }} }}\n"
            ),
            2 => format!(
                "{{ let mut {h} = |{x}: {float}| {{ if {x} > {lit} {{ return {sum}; }} {sum} += {x}; {x} * {sum} }}; let q: {float} = {v}.iter().map(|m| {h}(*m)).sum(); {v}[0] = q; }}\n"
            ),
            3 => format!(
                "{{ let mut {i} = 0usize; let mut {h} = || {{ let m = {v}[{i} % {v}.len()]; {i} += 1; m }}; while {sum} < {lit} {{ {sum} += {h}().abs() + {lit}; }} {sum} *= {h}(); }}\n"
            ),
            4 => format!(
                "{{ let mut {x} = {v}.clone(); let mut {h} = |m: {float}| {{ {x}.push(m * {x}[0]); {x}.len() }}; for m in {v}.iter() {{ {h}(*m); }} {sum} += {x}[{x}.len() - 1] * {x}[1]; }}\n"
            ),
            _ => format!(
                "{{ let {h} = |m: &mut {float}, n: {float}| *m = *m * n + {lit}; {h}(&mut {sum}, {v}[0]); {h}(&mut {v}[1], {sum}); }}\n"
            ),
        };
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// A copy that changes, or whose original does.
    fn copied_and_changed(&mut self) -> String {
        let mut text = String::new();
        let n = self.length(&[4, 6, 9], &mut text);
        let a = self.vector(&n, &mut text).name;
        let (b, c, i, lit) = (self.unique(), self.unique(), self.unique(), self.literal());
        let condition = self.condition(1);
        text += &match self.rng.below(7) {
            0 => format!("let mut {b} = {a}.clone();\n{a}[0] *= {lit};\n{b}[1] += {a}[0];\n"),
            1 => format!("let mut {b} = std::mem::take(&mut {a});\n{b}[0] = {b}[0].sin();\n{a} = {b}.clone();\n{a}[1] += {b}[0];\n"),
            2 => format!(
                "let {c} = {a}.clone();\nlet mut {b} = if {condition} {{ {c} }} else {{ {a}[1] = {lit}; {a}.clone() }};\n{b}[0] += {a}[1];\n"
            ),
            3 => format!("let mut {b} = {a};\n{b}[0] += {lit};\n{a} = {b}.iter().map(|m| m * {lit}).collect();\n"),
            4 => format!(
                "let mut {b} = {a}.clone();\nfor {i} in 0..{b}.len() {{ let {c} = {a}.clone(); {b}[{i}] = {c}[0] * {a}[{i}]; {a}[{i}] = {b}[{i}] * {lit}; }}\n"
            ),
            5 => format!(
                "let mut {b} = vec![{lit}; {a}.len()];\nif {condition} {{ std::mem::swap(&mut {a}, &mut {b}); }}\n{b}[1] += {a}[0] * {lit};\n"
            ),
            _ => {
                format!("let mut {b} = {{ let mut {c} = {a}.clone(); {c}.swap(0, 1); {a}[0] = {c}[0] * {lit}; {c} }};\n{b}[2] = {a}[0];\n")
            }
        };
        self.bind_shaped(&b, super::shape::numbers(), &[&n], false, None);
        text
    }

    fn about_bodies(&mut self) -> String {
        let Some(s) = self.bodies else { return String::new() };
        let list = Ty::Vec(Box::new(Ty::Struct(s)));
        let mut text = String::new();
        let float = self.float;
        let found = self.choose(|_, v| v.ty == list && v.shape.is_some());
        let v = match found {
            Some(v) if self.rng.chance(75) => v.name,
            _ => {
                let (name, i) = (self.unique(), self.unique());
                let n = self.length(&[3, 4, 5], &mut text);
                let value = self.closure_body(|g| g.element(&[&i]));
                let (a, b) = (self.leaf(), self.literal());
                text += &format!(
                    "let mut {name}: Vec<Body> = (0..{}).map(|{i}| Body {{ x: {value}, k: {i} % 2, v: [{a}, {b}], on: {i} != 1 }}).collect();\n",
                    super::shape::count(&n)
                );
                self.bind_shaped(&name, list, &[&n], false, Some("bodies"));
                name
            }
        };
        let (i, j, b, sum, lit) = (self.unique(), self.unique(), self.unique(), self.unique(), self.literal());
        let small = self.number_of("0.1");
        let start = self.leaf();
        text += &format!("let mut {sum}: {float} = {start};\n");
        text += &match self.rng.below(14) {
            0 => format!(
                "for {i} in 0..{v}.len() {{ for {j} in 0..{v}.len() {{ if {i} != {j} {{ let d = {v}[{i}].x - {v}[{j}].x; {v}[{i}].v[0] += d * {small}; {v}[{j}].v[1] -= d * d * {small}; }} }} }}\n"
            ),
            1 => format!(
                "for {b} in {v}.iter_mut() {{ {b}.x += {b}.v[{b}.k] * {lit}; {b}.k = ({b}.k + 1) % 2; if {b}.on {{ {sum} += {b}.x; }} }}\n"
            ),
            2 => format!(
                "for {i} in 0..{v}.len() {{ let {b} = {v}[{i}].clone(); {v}[{i}].x = {b}.v[0] * {b}.x; {sum} += {b}.x * {v}[{i}].x; }}\n"
            ),
            3 => format!(
                "for {i} in 0..{v}.len() {{ let {j} = ({v}[{i}].k + {i}) % {v}.len(); {v}[{j}].x = {v}[{j}].x * {small} + {v}[{i}].x; {v}[{i}].k = {j} % 2; }}\n"
            ),
            4 => {
                format!("let mut {b} = {v}.clone();\n{b}.retain(|m| m.x > {lit} || m.on);\nfor m in &{b} {{ {sum} += m.x * m.v[m.k]; }}\n")
            }
            5 => format!("{v}.sort_by(|m, n| m.x.total_cmp(&n.x));\n{sum} += {v}[0].x * {lit};\n"),
            6 => format!("{v}.swap(0, 1);\n{v}[0].x += {v}[1].v[0];\n"),
            7 => format!(
                "let {b} = std::mem::replace(&mut {v}[1], Body {{ x: {lit}, k: 1, v: [{sum}, {lit}], on: false }});\n{v}[0].x += {b}.x * {v}[1].v[0];\n"
            ),
            8 => format!("let mut {b} = {v}.pop().unwrap();\n{b}.x *= {lit};\n{b}.v[0] = {v}[0].x;\n{v}.push({b});\n"),
            9 => format!(
                "for {b} in {v}.iter_mut().filter(|m| m.on) {{ let Body {{ x, v, .. }} = {b}; *x += v[0] * {small}; v[1] = *x; }}\n"
            ),
            10 => format!("{v} = {v}.into_iter().map(|m| Body {{ x: m.x * {lit}, v: [m.v[1], m.v[0]], ..m }}).collect();\n"),
            11 => format!(
                "{v} = {v}.iter().map(|m| Body {{ x: m.x.sin(), ..m.clone() }}).collect();\n{sum} = {v}.iter().map(|m| m.x * m.v[0]).sum();\n"
            ),
            12 => format!(
                "let {b} = &mut {v}[1];\n{b}.x = {b}.x * {lit};\n{b}.v.swap(0, 1);\nlet {j} = {b}.k;\n{v}[0].v[{j} % 2] += {v}[1].x;\n"
            ),
            _ => format!("while let Some({b}) = {v}.iter_mut().find(|m| m.on) {{ {b}.on = false; {b}.x *= {lit}; {sum} += {b}.x; }}\n"),
        };
        text += &format!("{sum} += {v}.iter().map(|m| m.x * m.x + m.v[0] * m.v[1]).sum::<{float}>() * {small};\n");
        self.bind(&sum, Ty::Float, true);
        text
    }
}
