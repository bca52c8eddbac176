//! Arguments, operands and parts of literals that change what others of them read.

use super::{Function, Grower, Mode, StructDef, Ty};

/// What such an expression works on: a number, a counter, a stack, an array, and a walk, which has all of them.
pub(super) struct Stage {
    pub x: String,
    pub k: String,
    pub stack: String,
    pub array: String,
    pub walk: Option<String>,
}

impl Grower {
    /// Functions of a few arguments, and a type whose methods change it.
    pub fn helpers(&mut self) {
        let float = self.float;
        let kinds: [(&str, Vec<Ty>); 4] = [
            ("counted", vec![Ty::Usize, Ty::Float]),
            ("mixed", vec![Ty::Float, Ty::Float]),
            ("among", vec![Ty::Float, Ty::Usize, Ty::Float]),
            ("listed", vec![Ty::Float, Ty::Slice(Box::new(Ty::Float)), Ty::Float]),
        ];
        for (name, types) in kinds {
            let params = types.into_iter().map(|t| (t, Mode::Value)).collect();
            let f = Function { name: name.into(), params, result: Ty::Float, method_of: None, generic: false, recursive: false };
            let budget = 1 + self.rng.below(2) as i32;
            let text = self.function_text(&f, budget, true, "");
            self.out += &text;
            self.functions.push(f);
        }
        let attribute = self.attribute();
        let (a, b) = (self.literal(), self.literal());
        let step = match self.rng.below(3) {
            0 => format!("self.x = (self.x * by).sin() + {a};"),
            1 => format!("self.x += by * {a};"),
            _ => "self.x *= by;".into(),
        };
        self.out += &format!(
            "#[derive(Clone, Debug, Differentiable)]\npub struct Walk {{ pub x: {float}, pub n: usize, pub list: Vec<{float}> }}\nimpl Walk {{\n\
            {attribute}\npub fn step(&mut self, by: {float}) -> {float} {{ self.n += 1; {step} self.x }}\n\
            {attribute}\npub fn peek(&self) -> {float} {{ self.x * {b} }}\n\
            {attribute}\npub fn put(&mut self, x: {float}) -> {float} {{ self.list.push(x * self.x); self.list.len() as {float} * {a} }}\n\
            {attribute}\npub fn last(&mut self) -> {float} {{ self.list.pop().unwrap_or(self.x) }}\n\
            {attribute}\npub fn turn(&mut self, by: {float}) -> {float} {{ let m = self.step(by) * {a}; self.put(m); let n = self.last(); self.x += n * {b}; m - self.peek() }}\n\
            {attribute}\npub fn meet(&mut self, other: &mut Walk) -> {float} {{ other.x = (other.x * {a} + self.x).sin(); self.n += other.n; self.step(other.x) + other.last() }}\n}}\n"
        );
        self.out += &format!(
            "{attribute}\npub fn met(a: &mut {float}, b: &mut {float}) -> {float} {{ *a = (*a * *b).sin(); *b += *a * {b}; *a - *b }}\n\
            {attribute}\npub fn merged(a: &mut [{float}], b: &mut [{float}]) -> {float} {{ for (m, n) in a.iter_mut().zip(b.iter_mut()) {{ *m = *m * {a}; *n = (*n + *m).cos(); }} a[0] * b[1] }}\n"
        );
        let fields = vec![("x".into(), Ty::Float), ("n".into(), Ty::Usize), ("list".into(), super::shape::numbers())];
        self.walk = Some(self.structs.len());
        self.structs.push(StructDef { name: "Walk".into(), tuple: false, fields, copy: false });
    }

    /// A statement whose arguments have effects.
    pub fn about_effects(&mut self) -> Option<String> {
        if self.in_closure {
            return None;
        }
        let mut text = String::new();
        let stage = self.stage(&mut text)?;
        for _ in 0..1 + self.rng.below(3) {
            text += &if self.rng.chance(45) { self.effect_elsewhere(&stage) } else { self.with_effects(&stage) };
        }
        Some(text)
    }

    pub(super) fn stage(&mut self, text: &mut String) -> Option<Stage> {
        let mut variable = |g: &mut Grower, ty: Ty, value: &dyn Fn(&mut Grower) -> String| {
            let mine = |v: &super::Var| v.mutable && !v.by_mut && v.index_of.is_none() && v.shape.is_none() && v.ty == ty;
            if g.rng.chance(60)
                && let Some(v) = g.choose(|_, v| mine(v))
            {
                return v.name;
            }
            let (value, name) = (value(g), g.unique());
            *text += &format!("let mut {name}: {} = {value};\n", g.ty(&ty));
            g.bind(&name, ty.clone(), true);
            name
        };
        let x = variable(self, Ty::Float, &|g| g.float_expr(1));
        let k = variable(self, Ty::Usize, &|g| format!("{}usize", g.rng.below(3)));
        let stack = variable(self, super::shape::numbers(), &|g| format!("vec![{}, {}, {}]", g.leaf(), g.leaf(), g.literal()));
        self.forget_length(&stack);
        let array = variable(self, Ty::Array(Box::new(Ty::Float), 3), &|g| format!("[{}, {}, {}]", g.leaf(), g.literal(), g.leaf()));
        let walk = self.walk.map(|s| {
            variable(self, Ty::Struct(s), &|g| format!("Walk {{ x: {}, n: 1usize, list: vec![{}, {}] }}", g.leaf(), g.literal(), g.leaf()))
        });
        Some(Stage { x, k, stack, array, walk })
    }

    /// A number that one part of an expression gives, and what it changes.
    pub(super) fn part_with_effect(&mut self, s: &Stage) -> String {
        let Stage { x, k, stack, array, walk } = s;
        let (lit, float) = (self.literal(), self.float);
        if let Some(w) = walk
            && self.rng.chance(25)
        {
            return match self.rng.below(10) {
                8 | 9 => format!("{w}.turn({x})"),
                0 | 1 => format!("{w}.step({lit})"),
                2 => format!("{w}.step({w}.x)"),
                3 => format!("{w}.peek()"),
                4 => format!("{w}.x"),
                5 => format!("{w}.put({x})"),
                6 => format!("{w}.last()"),
                _ => format!("({w}.n as {float} * {lit})"),
            };
        }
        match self.rng.below(24) {
            // Those that read.
            0..3 => x.clone(),
            3 => format!("({x} * {lit})"),
            4 => format!("({stack}.len() as {float} * {lit})"),
            5 => format!("{stack}.last().copied().unwrap_or({lit})"),
            6 => format!("{array}[{k} % 3]"),
            7 => format!("{array}[1]"),
            8 => format!("({k} as {float} * {lit})"),
            9 => format!("{stack}.iter().copied().sum::<{float}>()"),
            // Those that change something.
            10 => format!("({{ {x} = {x} * {lit} + {array}[0]; {x} }})"),
            11 => format!("({{ {x} += {lit}; {x} * {x} }})"),
            12 => format!("({{ {k} += 1; {array}[{k} % 3] }})"),
            13 => format!("({{ {k} += 1; {k} as {float} }})"),
            14 | 15 => format!("{stack}.pop().unwrap_or({lit})"),
            16 => format!("({{ {stack}.push({x}); {x} * {lit} }})"),
            17 => format!("({{ {array}[0] += {x}; {array}[1] }})"),
            18 => format!("std::mem::replace(&mut {x}, {lit})"),
            19 => format!("std::mem::replace(&mut {array}[1], {x})"),
            20 => format!("({{ let m = {x}; {x} = {array}[2].sin(); m * {x} }})"),
            21 => format!("(if {x} > {lit} {{ {x} *= {lit}; {x} }} else {{ {array}[2] = {x}; {lit} }})"),
            22 => format!("({{ for m in {array}.iter_mut() {{ *m *= {lit}; }} {x} += {array}[0]; {x} }})"),
            _ => format!("({{ {stack}.reverse(); {stack}.len() as {float} }})"),
        }
    }

    pub(super) fn count_with_effect(&mut self, s: &Stage) -> String {
        let Stage { x: _, k, stack, .. } = s;
        match self.rng.below(6) {
            0 => format!("{stack}.len()"),
            1 => k.clone(),
            2 => format!("({{ {k} += 1; {k} }})"),
            3 => format!("({{ {stack}.pop(); {stack}.len() }})"),
            4 => format!("std::mem::replace(&mut {k}, 2)"),
            _ => format!("({k} % 2)"),
        }
    }

    fn with_effects(&mut self, s: &Stage) -> String {
        let (p, q, r) = (self.part_with_effect(s), self.part_with_effect(s), self.part_with_effect(s));
        let n = self.count_with_effect(s);
        let (y, lit, float) = (self.unique(), self.literal(), self.float);
        let Stage { x, k, stack, array, walk } = s;
        let has_helpers = self.walk.is_some();
        let kind = self.rng.below(27);
        let value = match kind {
            0..2 if has_helpers => format!("counted({n}, {p})"),
            2..6 if has_helpers => format!("mixed({p}, {q})"),
            6..8 if has_helpers => format!("among({p}, {n}, {q})"),
            8 if has_helpers => format!("listed({p}, &[{q}, {r}], {x})"),
            9 if has_helpers => format!("mixed(mixed({p}, {q}), {r})"),
            10 => format!("({p} + {q} * {r})"),
            11 => format!("({p}).max({q})"),
            12 => format!("({p}).mul_add({q}, {r})"),
            13 => {
                let (a, b) = (self.unique(), self.unique());
                return self.bound(&[&a, &b], format!("let ({a}, {b}) = ({p}, {q});\n"));
            }
            14 => {
                let a = self.unique();
                self.bind(&a, Ty::Array(Box::new(Ty::Float), 3), true);
                return format!("let mut {a} = [{p}, {q}, {r}];\n");
            }
            15 => {
                let a = self.unique();
                self.bind(&a, super::shape::numbers(), true);
                return format!("let mut {a} = vec![{p}, {q}];\n");
            }
            16 if has_helpers => {
                let a = self.unique();
                self.bind(&a, Ty::Struct(self.walk.expect("the helpers' type")), true);
                let fields = match self.rng.below(3) {
                    0 => format!("x: {p}, n: {n}, list: vec![{q}, {r}]"),
                    1 => format!("list: vec![{q}, {r}], x: {p}, n: {n}"),
                    _ => format!("n: {n}, list: {stack}.clone(), x: {p}"),
                };
                return format!("let mut {a} = Walk {{ {fields} }};\n");
            }
            17 if has_helpers => format!("{}.step({})", walk.as_deref().expect("one"), self.part_of_others(s)),
            18 => return format!("{x} += {p};\n"),
            19 => return format!("{x} = {p} - {x} * {q};\n"),
            20 => return format!("{array}[{k} % 3] {} {p};\n", self.rng.pick(&["=", "+=", "*="])),
            21 => {
                let h = self.unique();
                let call = if has_helpers { format!("mixed({h}(), {h}())") } else { format!("({h}() * {lit} - {h}())") };
                return self.bound(&[&y], format!("let {y} = {{ let mut {h} = || {stack}.pop().unwrap_or({lit}); {call} }};\n"));
            }
            22 => {
                let (h, d, i) = (self.unique(), self.unique(), self.unique());
                return self.bound(&[&y], format!(
                    "let {y} = {{ let mut {h}_sum = {lit}; let mut {h} = |{d}: {float}| {{ {x} = {x} * {lit} + {d}; {k} += 1; {x} }}; for {i} in 0..3usize {{ {h}_sum += {h}({array}[{i}]) * {h}({lit}); }} {h}_sum }};\n"
                ));
            }
            23 => return format!("for m in [{p}, {q}] {{ {x} = {x} * {lit} + m; {array}[{k} % 3] -= m; }}\n"),
            24 => {
                return format!(
                    "match ({p}, {n}) {{ (m, 0 | 1) => {{ {x} += m * {lit}; }} (m, n) => {{ {x} = m * {x} * {lit}; {array}[n % 3] = m; }} }}\n"
                );
            }
            26 if has_helpers => {
                let (a, w) = (self.unique(), walk.as_deref().expect("one"));
                return self.bound(
                    &[&y],
                    format!("let mut {a} = {w}.clone();\nlet {y} = {w}.meet(&mut {a}) * {a}.meet(&mut {w}.clone()) + {a}.x;\n"),
                );
            }
            25 => return format!("if {p} > {lit} {{ {x} = {q}; }} else {{ {array}[0] = {r}; }}\n"),
            _ => format!("({p} * {lit} - {q})"),
        };
        self.bound(&[&y], format!("let {y} = {value};\n"))
    }

    fn bound(&mut self, names: &[&String], text: String) -> String {
        names.iter().for_each(|n| self.bind(n, Ty::Float, false));
        text
    }

    /// One that leaves the walk alone, whose method it is handed to.
    fn part_of_others(&mut self, s: &Stage) -> String {
        let others = Stage { x: s.x.clone(), k: s.k.clone(), stack: s.stack.clone(), array: s.array.clone(), walk: None };
        self.part_with_effect(&others)
    }
}
