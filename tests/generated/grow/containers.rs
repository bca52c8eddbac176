//! Queues and maps, which a function fills, counts in and empties; parts of one list that are lent together.

use super::effects::Stage;
use super::{Grower, Ty};

impl Grower {
    pub fn about_containers(&mut self) -> Option<String> {
        if self.in_closure {
            return None;
        }
        let mut text = String::new();
        let stage = self.stage(&mut text)?;
        text += &match self.rng.below(9) {
            0..4 => self.queue(&stage),
            4..8 => self.map(&stage),
            _ => self.lent_halves(&stage),
        };
        Some(text)
    }

    /// Some of these statements, in a loop or not.
    fn repeated(&mut self, statements: Vec<String>) -> String {
        let body = statements.join("");
        let i = self.unique();
        match self.rng.below(4) {
            0 => body,
            1 => format!("for {i} in 0..{}usize {{\n{body}}}\n", 1 + self.rng.below(4)),
            2 => format!("for {i} in 0..4usize {{\n{body}if {i} == {} {{ break; }}\n}}\n", self.rng.below(3)),
            _ => {
                let condition = self.condition(1);
                format!("for {i} in 0..3usize {{\nif {condition} {{ continue; }}\n{body}}}\n")
            }
        }
    }

    fn queue(&mut self, s: &Stage) -> String {
        let (q, sum, float, start) = (self.unique(), self.unique(), self.float, self.leaf());
        let (a, b) = (self.part_with_effect(s), self.leaf());
        let made = match self.rng.below(5) {
            0 => "std::collections::VecDeque::new()".into(),
            1 => format!("std::collections::VecDeque::from([{a}, {b}, {start}])"),
            2 => format!("std::collections::VecDeque::from(vec![{b}; 4])"),
            3 => format!("{}.iter().map(|m| m * {b}).collect()", s.stack),
            _ => format!("(0..3usize).map(|m| {}[m] * {b}).collect()", s.array),
        };
        let count = 2 + self.rng.below(4);
        let statements = (0..count).map(|_| self.on_queue(&q, &sum, s)).collect();
        let repeated = self.repeated(statements);
        let lit = self.literal();
        let end = match self.rng.below(4) {
            0 => format!("while let Some(m) = {q}.pop_front() {{ {sum} = {sum} * {lit} + m; }}\n"),
            1 => format!("for (m, n) in {q}.iter().enumerate() {{ {sum} += *n * (m as {float} + {lit}); }}\n"),
            2 => format!("{sum} += {q}.into_iter().rev().fold({lit}, |m, n| m * {lit} + n);\n"),
            _ => format!("{sum} *= {q}.back().copied().unwrap_or({lit}) + {q}.iter().take(2).sum::<{float}>();\n"),
        };
        self.bind(&sum, Ty::Float, true);
        format!("let mut {q}: std::collections::VecDeque<{float}> = {made};\nlet mut {sum}: {float} = {start};\n{repeated}{end}")
    }

    fn on_queue(&mut self, q: &str, sum: &str, s: &Stage) -> String {
        let (p, r, lit, float) = (self.part_with_effect(s), self.part_with_effect(s), self.literal(), self.float);
        let x = &s.x;
        match self.rng.below(22) {
            0 | 1 => format!("{q}.push_back({p});\n"),
            2 => format!("{q}.push_front({p});\n"),
            3 => format!("{q}.push_back({q}.front().copied().unwrap_or({p}) * {lit});\n"),
            4 => format!("if let Some(m) = {q}.pop_front() {{ {sum} += m * {p}; }}\n"),
            5 => format!("{sum} += {q}.pop_back().unwrap_or({p}) * {r};\n"),
            6 => format!("if !{q}.is_empty() {{ {q}[0] {} {p}; }}\n", self.rng.pick(&["=", "+=", "*="])),
            7 => format!("for m in {q}.iter_mut() {{ *m = *m * {lit} + {x}; {sum} -= *m; }}\n"),
            8 => format!("{sum} += {q}.iter().sum::<{float}>() * {p};\n"),
            9 => format!("if {q}.len() > 1 {{ {q}.rotate_left(1); {q}.swap(0, 1); }}\n"),
            10 => format!("if let Some(m) = {q}.{}() {{ *m += {x} * {lit}; }}\n", self.rng.pick(&["front_mut", "back_mut"])),
            11 => format!("{q}.extend([{p}, {r}]);\n"),
            12 => format!("{q}.truncate({});\n", 1 + self.rng.below(4)),
            13 => format!("while {q}.len() > 2 {{ {sum} += {q}.pop_front().unwrap() * {lit}; }}\n"),
            14 => format!("{q}.insert({q}.len() / 2, {p});\n"),
            15 => format!("{q}.retain(|m| *m < {lit});\n"),
            16 => format!("{sum} += {q}.iter().rev().take(2).map(|m| m * m * {lit}).sum::<{float}>();\n"),
            17 => format!("let m = {q}.pop_front(); {q}.push_back(m.map_or({p}, |m| m * {lit}));\n"),
            18 => format!("for m in {q}.drain(..{q}.len().min(1)) {{ {x} = {x} * {lit} + m; }}\n"),
            19 => format!("{q}.clear(); {q}.push_back({p});\n"),
            20 => format!(
                "{{ let m = {q}.clone(); for n in &m {{ {sum} += n * {lit}; }} if let Some(n) = {q}.get_mut(1) {{ *n = {p}; }} }}\n"
            ),
            _ => format!("(({sum} += {p}));\n"),
        }
    }

    fn map(&mut self, s: &Stage) -> String {
        let (m, sum, float, start) = (self.unique(), self.unique(), self.float, self.leaf());
        let kind = *self.rng.pick(&["HashMap", "BTreeMap", "BTreeMap"]);
        let lists = self.rng.chance(25);
        let item = if lists { format!("Vec<{float}>") } else { float.to_string() };
        let made = match self.rng.below(3) {
            0 if !lists => format!("std::collections::{kind}::from([(0usize, {}), (2usize, {})])", self.part_with_effect(s), self.leaf()),
            1 if !lists => format!("{}.iter().enumerate().map(|(m, n)| (m % 2, n * {start})).collect()", s.array),
            _ => format!("std::collections::{kind}::new()"),
        };
        let count = 2 + self.rng.below(4);
        let statements = (0..count).map(|_| if lists { self.on_lists_by_key(&m, &sum, s) } else { self.on_map(&m, &sum, s) }).collect();
        let repeated = self.repeated(statements);
        let lit = self.literal();
        // The order of a hash map is another one in every run.
        let end = match self.rng.below(4) {
            0 if kind == "BTreeMap" && !lists => format!("for (k, hit) in &{m} {{ {sum} = {sum} * {lit} + *hit * (*k as {float}); }}\n"),
            1 if kind == "BTreeMap" && !lists => format!("{sum} += {m}.values().map(|hit| hit * {lit}).sum::<{float}>();\n"),
            2 if kind == "BTreeMap" && !lists => {
                format!("{sum} += {m}.into_iter().map(|(k, hit)| hit * (k as {float} + {lit})).sum::<{float}>();\n")
            }
            _ if lists => {
                format!("for k in 0..4usize {{ if let Some(hit) = {m}.get(&k) {{ {sum} += hit.iter().sum::<{float}>() * {lit}; }} }}\n")
            }
            _ => format!("for k in 0..4usize {{ if let Some(hit) = {m}.get(&k) {{ {sum} = {sum} * {lit} + hit; }} }}\n"),
        };
        self.bind(&sum, Ty::Float, true);
        format!("let mut {m}: std::collections::{kind}<usize, {item}> = {made};\nlet mut {sum}: {float} = {start};\n{repeated}{end}")
    }

    fn key(&mut self, s: &Stage) -> String {
        format!("({}) % 4", self.count_with_effect(s))
    }

    fn on_map(&mut self, m: &str, sum: &str, s: &Stage) -> String {
        let (p, r, lit, float) = (self.part_with_effect(s), self.part_with_effect(s), self.literal(), self.float);
        let (key, other) = (self.key(s), self.key(s));
        let x = &s.x;
        let leave = self.loops.is_empty() && self.rng.chance(20);
        match self.rng.below(18) {
            0 | 1 => format!("{m}.insert({key}, {p});\n"),
            2 | 3 => format!("*{m}.entry({key}).or_insert({p}) {} {r};\n", self.rng.pick(&["=", "+=", "*="])),
            4 => format!("{m}.entry({key}).and_modify(|m| *m = *m * {lit} + {x}).or_insert({lit});\n"),
            5 => format!("{{ let e = {m}.entry({key}).or_insert_with(|| {x} * {lit}); *e *= {lit}; }}\n"),
            6 => format!("if let Some(hit) = {m}.get_mut(&({key})) {{ *hit += {x} * {lit}; }}\n"),
            7 => format!("if let Some(hit) = {m}.get(&({key})) {{ {sum} += hit * {x}; }}\n"),
            8 => format!("{sum} += {m}.get(&({key})).copied().unwrap_or({p}) * {r};\n"),
            9 => format!("if {m}.contains_key(&({key})) {{ {sum} *= {lit}; }} else {{ {m}.insert({other}, {p}); }}\n"),
            10 => format!("if let Some(hit) = {m}.remove(&({key})) {{ {sum} += hit * {p}; }}\n"),
            11 => format!("{m}.remove(&({key}));\n"),
            12 => format!("if {m}.contains_key(&1) {{ {sum} += {m}[&1] * {p}; }}\n"),
            13 => format!("for hit in {m}.values_mut() {{ *hit = *hit * {lit} + {x}; }}\n"),
            14 => format!("{sum} += {m}.len() as {float} * {p};\n"),
            15 => format!(
                "match {m}.get(&({key})) {{ Some(hit) if *hit > {lit} => {{ {sum} -= hit; }} Some(hit) => {{ {sum} += hit * {lit}; }} None => {{ {sum} *= {p}; }} }}\n"
            ),
            16 if leave => format!("{m}.clear();\n"),
            _ => format!("if let Some(hit) = {m}.insert({key}, {p}) {{ {sum} -= hit * {lit}; }}\n"),
        }
    }

    fn on_lists_by_key(&mut self, m: &str, sum: &str, s: &Stage) -> String {
        let (p, lit, float) = (self.part_with_effect(s), self.literal(), self.float);
        let key = self.key(s);
        match self.rng.below(6) {
            0..3 => format!("{m}.entry({key}).or_default().push({p});\n"),
            3 => format!("if let Some(hit) = {m}.get_mut(&({key})) {{ if let Some(part) = hit.pop() {{ {sum} += part * {lit}; }} }}\n"),
            4 => format!(
                "if let Some(hit) = {m}.get(&({key})) {{ {sum} += hit.iter().map(|part| part * part).sum::<{float}>() * {lit}; }}\n"
            ),
            _ => format!("{m}.insert({key}, vec![{p}, {lit}]);\n"),
        }
    }

    /// Halves of a list, and elements of them, as arguments of one call.
    fn lent_halves(&mut self, s: &Stage) -> String {
        let mut text = String::new();
        let n = self.length(&[4, 5, 6, 9], &mut text);
        let v = self.vector(&n, &mut text).name;
        let (p, q, y, lit) = (self.unique(), self.unique(), self.unique(), self.literal());
        let x = &s.x;
        let kind = if self.walk.is_some() { self.rng.below(6) } else { 5 };
        let call = match kind {
            0 => format!("{x} += met(&mut {p}[0], &mut {q}[1]) * {lit};"),
            1 => format!("{x} += merged({p}, {q}) * {lit};"),
            2 => format!("{x} -= merged(&mut {q}[..2], {p});"),
            3 => format!("for m in 0..2usize {{ {x} += met(&mut {q}[m], &mut {p}[1 - m]) * {p}[0]; }}"),
            4 => format!("let m = met(&mut {p}[0], &mut {x}); {q}[0] = {q}[0] * m + {p}[0];"),
            _ => format!("{p}[0] += {q}[0] * {lit}; std::mem::swap(&mut {p}[1], &mut {q}[1]); {q}[0] *= {x};"),
        };
        text += &format!("{{ let ({p}, {q}) = {v}.split_at_mut(2); {call} }}\nlet {y} = {v}[0] * {v}[2] + {v}[1] * {v}[3];\n");
        self.bind(&y, Ty::Float, false);
        text
    }
}
