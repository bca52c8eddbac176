//! Types, constants and functions.

use super::{EnumDef, Function, Grower, Mode, StructDef, Theme, Ty, Variant};

impl Grower {
    pub fn items(&mut self) {
        // Most programs with a theme are one function, so that there can be many.
        if self.theme != Theme::Everything && self.rng.chance(70) {
            self.items_of_theme();
            return self.main_function(9);
        }
        self.items_of_all_kinds();
    }

    fn items_of_theme(&mut self) {
        if matches!(self.theme, Theme::Effects | Theme::Containers) || self.rng.chance(3) {
            self.helpers();
        }
        if self.theme == Theme::Lists || self.rng.chance(3) {
            self.body_struct();
        }
    }

    fn items_of_all_kinds(&mut self) {
        for _ in 0..self.rng.below(2) {
            let name = format!("K{}", self.consts.len());
            let value = self.literal();
            let text = format!("const {name}: {} = {value};\n", self.float);
            self.out += &text;
            self.consts.push((name, Ty::Float));
        }
        if self.rng.chance(45) {
            self.struct_definition();
        }
        if self.rng.chance(20) {
            self.struct_definition();
        }
        if self.rng.chance(25) {
            self.enum_definition();
            if self.rng.chance(25) {
                self.enum_definition();
            }
        }
        self.own_items();
        self.items_of_theme();
        // Most programs are small, so that there can be many.
        let large = self.rng.chance(40);
        for _ in 0..self.rng.below(if large { 3 } else { 2 }) {
            self.function();
        }
        if self.rng.chance(15) {
            self.recursive_function();
        }
        if self.rng.chance(12) {
            self.fallible_function();
        }
        if self.rng.chance(8) {
            self.sized_function();
        }
        for s in 0..self.structs.len() {
            if self.rng.chance(if large { 60 } else { 35 }) {
                self.methods(s);
            }
        }
        // Functions of traits have no second derivatives, and those that take what implements one no lanes.
        if !self.structs.is_empty() && !self.hessian && !self.lanes && self.rng.chance(if large { 35 } else { 20 }) {
            self.trait_definition();
        }
        if large && self.rng.chance(30) {
            self.function();
        }
        let most = if large { 12 } else { 6 };
        self.main_function(most);
    }

    fn struct_definition(&mut self) {
        let tuple = self.rng.chance(25);
        let copy = self.rng.chance(60);
        let mut fields = Vec::new();
        for i in 0..2 + self.rng.below(2) {
            let name = if tuple { i.to_string() } else { ["x", "rate", "n", "x_bar"][i].to_string() };
            let ty = match self.rng.below(8) {
                _ if i == 0 => Ty::Float,
                0..4 => Ty::Float,
                4 => Ty::Usize,
                5 if !copy => Ty::Vec(Box::new(Ty::Float)),
                6 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
                7 if !self.structs.is_empty() && self.structs[0].copy => Ty::Struct(0),
                _ => Ty::Array(Box::new(Ty::Float), 2),
            };
            fields.push((name, ty));
        }
        let name = format!("S{}", self.structs.len());
        let derives = if copy { "Clone, Copy, Debug" } else { "Clone, Debug" };
        let body = if tuple {
            let fields: Vec<String> = fields.iter().map(|(_, t)| format!("pub {}", self.ty(t))).collect();
            format!("({});", fields.join(", "))
        } else {
            let fields: Vec<String> = fields.iter().map(|(n, t)| format!("pub {n}: {}", self.ty(t))).collect();
            format!("{{ {} }}", fields.join(", "))
        };
        self.out += &format!("#[derive({derives}, Differentiable)]\npub struct {name} {body}\n");
        self.structs.push(StructDef { name, tuple, fields, copy });
    }

    fn enum_definition(&mut self) {
        let name = format!("E{}", self.enums.len());
        let variant = |name: &str, types: &[Ty], named| Variant { name: name.into(), types: types.to_vec(), named };
        let mut variants = vec![variant("A", &[Ty::Float], false)];
        variants.push(if self.rng.chance(50) {
            variant("B", &[Ty::Float, Ty::Float], false)
        } else {
            variant("B", &[Ty::Array(Box::new(Ty::Float), 2)], false)
        });
        if self.rng.chance(50) {
            variants.push(variant("C", &[], false));
        }
        if self.rng.chance(40) {
            variants.push(variant("D", &[Ty::Float, Ty::Vec(Box::new(Ty::Float))], true));
        }
        if !self.enums.is_empty() {
            variants.push(variant("F", &[Ty::Enum(0), Ty::Float], false));
        }
        if !self.structs.is_empty() && self.rng.chance(50) {
            variants.push(variant("E", &[Ty::Struct(0), Ty::Float], self.rng.chance(50)));
        }
        let text: Vec<String> = variants
            .iter()
            .map(|v| {
                let types: Vec<String> = v.types.iter().map(|t| self.ty(t)).collect();
                v.with(&types)
            })
            .collect();
        self.out += &format!("#[derive(Clone, Debug, Differentiable)]\npub enum {name} {{ {} }}\n", text.join(", "));
        self.enums.push(EnumDef { name, variants });
    }

    fn parameter_type(&mut self) -> Ty {
        let float = || Box::new(Ty::Float);
        match self.rng.below(16) {
            0..5 => Ty::Float,
            5..8 => Ty::Slice(float()),
            8 => Ty::Array(float(), 3),
            9 => Ty::Vec(float()),
            10 => Ty::Usize,
            11 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            12 if !self.structs.is_empty() && self.float != "T" => Ty::Struct(self.rng.below(self.structs.len())),
            13 if !self.enums.is_empty() && self.float != "T" => Ty::Enum(self.rng.below(self.enums.len())),
            14 => match self.rng.below(8) {
                5 if !self.structs.is_empty() && self.float != "T" => Ty::Slice(Box::new(Ty::Struct(self.rng.below(self.structs.len())))),
                6 if !self.structs.is_empty() && self.float != "T" => Ty::Vec(Box::new(Ty::Struct(self.rng.below(self.structs.len())))),
                7 => Ty::Option(Box::new(Ty::Tuple(vec![Ty::Float, Ty::Float]))),
                0 => Ty::Slice(Box::new(Ty::Array(float(), 2))),
                1 => Ty::Array(Box::new(Ty::Array(float(), 2)), 2),
                2 => Ty::Option(float()),
                3 => Ty::Vec(Box::new(Ty::Vec(float()))),
                _ => Ty::I32,
            },
            15 if self.rng.chance(50) => Ty::Bool,
            _ => Ty::Float,
        }
    }

    fn result_type(&mut self) -> Ty {
        let float = || Box::new(Ty::Float);
        match self.rng.below(11) {
            10 => Ty::Option(float()),
            0..6 => Ty::Float,
            6 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            7 => Ty::Array(float(), 2 + self.rng.below(2)),
            8 => Ty::Vec(float()),
            _ if !self.structs.is_empty() && self.float != "T" => Ty::Struct(self.rng.below(self.structs.len())),
            _ => Ty::Float,
        }
    }

    fn function(&mut self) {
        let name = format!("g{}", self.functions.len());
        let generic = self.rng.chance(20) && !self.lanes;
        let (f, text) = if generic {
            let budget = 2 + self.rng.below(4) as i32;
            let generics = format!("<T: {}>", self.number.0);
            self.over_numbers(|g| {
                let f = g.header(name, true);
                let text = g.function_text(&f, budget, true, &generics);
                (f, text)
            })
        } else {
            let f = self.header(name, false);
            let budget = 2 + self.rng.below(5) as i32;
            let text = self.function_text(&f, budget, true, "");
            (f, text)
        };
        self.out += &text;
        self.functions.push(f);
    }

    pub fn header(&mut self, name: String, generic: bool) -> Function {
        let mut params = vec![(Ty::Float, Mode::Value)];
        for _ in 0..self.rng.below(3) {
            let ty = self.parameter_type();
            let (ty, mode) = match ty {
                Ty::Slice(t) if self.rng.chance(30) => (Ty::SliceMut(t), Mode::Mutable),
                Ty::Slice(_) | Ty::Usize | Ty::Bool | Ty::I32 | Ty::Enum(_) | Ty::Option(_) => (ty, Mode::Value),
                _ => match self.rng.below(3) {
                    0 => (ty, Mode::Mutable),
                    1 if ty != Ty::Float => (ty, Mode::Shared),
                    _ => (ty, Mode::Value),
                },
            };
            params.push((ty, mode));
        }
        if self.rng.chance(30) {
            params.rotate_left(1);
        }
        let mut result = self.result_type();
        if self.fault && !generic && self.rng.chance(20) {
            result = Ty::Result(Box::new(Ty::Float));
        }
        if params.iter().any(|(_, m)| *m == Mode::Mutable) && self.rng.chance(40) {
            result = Ty::Tuple(Vec::new());
        }
        Function { name, params, result, method_of: None, generic, recursive: false }
    }

    fn methods(&mut self, s: usize) {
        // A block has no lanes.
        let on_block = self.rng.chance(40) && !self.lanes;
        let mut text =
            format!("{}impl {} {{\n", if on_block { format!("{}\n", self.attribute()) } else { String::new() }, self.structs[s].name);
        let mut new = Vec::new();
        for _ in 0..1 + self.rng.below(2) {
            let name = format!("m{}_{s}", new.len());
            let mode = *self.rng.pick(&[Mode::Shared, Mode::Shared, Mode::Mutable, Mode::Value]);
            let mut params = vec![(Ty::Struct(s), mode), (Ty::Float, Mode::Value)];
            if self.rng.chance(30) {
                params.push((Ty::Usize, Mode::Value));
            }
            let result = if mode == Mode::Mutable && self.rng.chance(50) { Ty::Tuple(Vec::new()) } else { self.result_type() };
            let f = Function { name, params, result, method_of: Some(self.structs[s].name.clone()), generic: false, recursive: false };
            let budget = 2 + self.rng.below(3) as i32;
            text += &self.function_text(&f, budget, !on_block, "");
            new.push(f);
        }
        text += "}\n";
        self.out += &text;
        self.functions.extend(new);
    }

    fn main_function(&mut self, most: usize) {
        let mut params =
            vec![(if self.rng.chance(60) { Ty::Slice(Box::new(Ty::Float)) } else { Ty::Array(Box::new(Ty::Float), 3) }, Mode::Value)];
        params.push((Ty::Float, Mode::Value));
        for _ in 0..self.rng.below(3) {
            let ty = self.parameter_type();
            let mode = match ty {
                Ty::Vec(_) | Ty::Struct(_) | Ty::Array(..) if self.rng.chance(50) => Mode::Shared,
                _ => Mode::Value,
            };
            params.push((ty, mode));
        }
        if self.theme == Theme::Tables && self.rng.chance(40) {
            let row = Ty::Array(Box::new(Ty::Float), 8 + self.rng.below(2));
            params.push((Ty::Array(Box::new(row), *self.rng.pick(&[1, 3, 4, 8, 9])), Mode::Value));
        }
        let mut result = self.result_type();
        if self.fault && self.rng.chance(40) {
            result = Ty::Result(Box::new(Ty::Float));
        }
        let f = Function { name: "f".into(), params, result, method_of: None, generic: false, recursive: false };
        let budget = 3 + self.rng.below(most) as i32;
        let listed = matches!(&f.result, Ty::Array(t, _) | Ty::Vec(t) if **t == Ty::Float);
        let mut text = self.function_text(&f, budget, true, "");
        if listed && !self.hessian && self.rng.chance(40) {
            let options = if self.lanes { "#[differentiate(lanes, jacobian)]" } else { "#[differentiate(jacobian)]" };
            text = text.replacen(self.attribute(), options, 1);
        }
        self.out += &text;
    }

    /// The function up to its body; the parameters have these names.
    pub fn head(&mut self, f: &Function, names: &[String]) -> String {
        let mut params = Vec::new();
        let mut names = names.iter();
        for (i, (ty, mode)) in f.params.iter().enumerate() {
            if i == 0 && f.method_of.is_some() {
                params.push(["self", "&self", "&mut self"][*mode as usize].to_string());
                continue;
            }
            let name = names.next().map_or("z", |n| n);
            params.push(match (mode, ty) {
                (Mode::Value, t) | (_, t @ Ty::SliceMut(_)) => format!("{name}: {}", self.ty(t)),
                (Mode::Shared, t) => format!("{name}: &{}", self.ty(t)),
                (Mode::Mutable, t) => format!("{name}: &mut {}", self.ty(t)),
            });
        }
        let result = if f.result == Ty::Tuple(Vec::new()) { String::new() } else { format!(" -> {}", self.ty(&f.result)) };
        format!("pub fn {}({}){result}", f.name, params.join(", "))
    }

    /// The whole function, annotated or not; `generics` stand behind its name.
    pub fn function_text(&mut self, f: &Function, budget: i32, annotated: bool, generics: &str) -> String {
        self.vars.clear();
        self.locked.clear();
        self.loops.clear();
        self.result = f.result.clone();
        self.budget = budget;
        let mut names: Vec<String> = Vec::new();
        let mut mutable_names = Vec::new();
        for (i, (ty, mode)) in f.params.iter().enumerate() {
            let receiver = i == 0 && f.method_of.is_some();
            let name = match (receiver, i == 0 && f.recursive) {
                (true, _) => "self".to_string(),
                (_, true) => "levels".to_string(),
                _ => {
                    let mut name = self.fresh();
                    while names.contains(&name) {
                        name = self.unique();
                    }
                    name
                }
            };
            let table = match ty {
                Ty::Array(row, n) => match &**row {
                    Ty::Array(t, m) if **t == Ty::Float && *m >= 8 => Some([n.to_string(), m.to_string()]),
                    _ => None,
                },
                _ => None,
            };
            if let Some(lengths) = table {
                let name = if name.starts_with('z') { name } else { self.unique() };
                mutable_names.push(true);
                self.bind_shaped(&name, ty.clone(), &[&lengths[0], &lengths[1]], false, None);
                names.push(name);
                continue;
            }
            let mutable = *mode == Mode::Value && !matches!(ty, Ty::Slice(_)) && name != "levels" && self.rng.chance(25);
            mutable_names.push(mutable);
            let seen = match (mode, ty) {
                (Mode::Shared, t) => Ty::Ref(Box::new(t.clone())),
                (_, t) => t.clone(),
            };
            self.bind(&name, seen, mutable || *mode == Mode::Mutable);
            if let Some(v) = self.vars.last_mut() {
                v.by_mut = *mode == Mode::Mutable;
            }
            names.push(name);
        }
        let receivers = usize::from(f.method_of.is_some());
        let declared: Vec<String> =
            names.iter().zip(&mutable_names).skip(receivers).map(|(n, m)| if *m { format!("mut {n}") } else { n.clone() }).collect();
        let mut head = self.head(f, &declared);
        if receivers == 1 && mutable_names[0] {
            head = head.replacen("(self", "(mut self", 1);
        }
        let head = head.replacen('(', &format!("{generics}("), 1);
        let mut body = String::new();
        if f.recursive {
            let calling = self.calling_itself.replace((f.name.clone(), 0));
            let result = f.result.clone();
            body += &format!("if levels == 0 {{ return {}; }}\n", self.expr(&result, 2));
            self.calling_itself = calling;
            if f.result == Ty::Float {
                let call = self.call_of(f, 1);
                let x = self.fresh();
                body += &format!("let {x} = {call};\n");
                self.bind(&x, Ty::Float, false);
            }
        }
        while self.budget > 0 {
            body += &self.statement(3);
        }
        if f.result != Ty::Tuple(Vec::new()) {
            let result = f.result.clone();
            body += &self.last_expression(&result);
        }
        let attribute = if annotated { format!("{}\n", self.attribute()) } else { String::new() };
        format!("{attribute}{head} {{\n{body}\n}}\n")
    }

    /// The function's value, with what its lists hold, or one of them.
    fn last_expression(&mut self, result: &Ty) -> String {
        let list = self.shaped(|s| s.lengths.len() == 1 && s.below.is_none());
        if let (Ty::Vec(_), Some(v)) = (result, list)
            && v.ty == *result
            && self.rng.chance(60)
        {
            return if self.rng.chance(50) { v.name } else { format!("{}.clone()", v.name) };
        }
        let Some(sum) = self.harvest() else { return self.expr(result, 3) };
        let value = self.expr(result, 3);
        match result {
            Ty::Float => format!("{sum} + {value}"),
            Ty::Tuple(ts) if ts.iter().all(|t| *t == Ty::Float) => format!("let (m, n): {} = {value};\n(m + {sum}, n)", self.ty(result)),
            Ty::Array(t, _) | Ty::Vec(t) if **t == Ty::Float => {
                // The operator of a generic number borrows its place first, which is not in the sum.
                format!("let mut m: {} = {value};\nm[0] = m[0] + {sum};\nm", self.ty(result))
            }
            Ty::Option(t) | Ty::Result(t) if **t == Ty::Float => format!("let m: {} = {value};\nm.map(|m| m + {sum})", self.ty(result)),
            _ => value,
        }
    }
}
