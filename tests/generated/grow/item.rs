//! Types, constants and functions.

use super::{EnumDef, Function, Grower, Mode, StructDef, Ty};

impl Grower {
    pub fn items(&mut self) {
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
        }
        for _ in 0..self.rng.below(3) {
            self.function();
        }
        for s in 0..self.structs.len() {
            if self.rng.chance(60) {
                self.methods(s);
            }
        }
        if self.rng.chance(30) {
            self.function();
        }
        self.main_function();
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
        let mut variants = vec![("A".to_string(), vec![Ty::Float])];
        variants.push(("B".into(), if self.rng.chance(50) { vec![Ty::Float, Ty::Float] } else { vec![Ty::Array(Box::new(Ty::Float), 2)] }));
        if self.rng.chance(50) {
            variants.push(("C".into(), Vec::new()));
        }
        let text: Vec<String> =
            variants
                .iter()
                .map(|(n, ts)| {
                    if ts.is_empty() { n.clone() } else { format!("{n}({})", ts.iter().map(|t| self.ty(t)).collect::<Vec<_>>().join(", ")) }
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
            12 if !self.structs.is_empty() => Ty::Struct(self.rng.below(self.structs.len())),
            13 if !self.enums.is_empty() => Ty::Enum(self.rng.below(self.enums.len())),
            14 => match self.rng.below(5) {
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
        match self.rng.below(10) {
            0..6 => Ty::Float,
            6 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            7 => Ty::Array(float(), 2 + self.rng.below(2)),
            8 => Ty::Vec(float()),
            _ if !self.structs.is_empty() => Ty::Struct(self.rng.below(self.structs.len())),
            _ => Ty::Float,
        }
    }

    fn function(&mut self) {
        let name = format!("g{}", self.functions.len());
        let mut params = vec![(Ty::Float, Mode::Value)];
        for _ in 0..self.rng.below(3) {
            let ty = self.parameter_type();
            let mode = match ty {
                Ty::Slice(_) => Mode::Value,
                Ty::Usize | Ty::Bool | Ty::I32 | Ty::Enum(_) | Ty::Option(_) => Mode::Value,
                _ => match self.rng.below(3) {
                    0 => Mode::Mutable,
                    1 if ty != Ty::Float => Mode::Shared,
                    _ => Mode::Value,
                },
            };
            params.push((ty, mode));
        }
        if self.rng.chance(30) {
            params.rotate_left(1);
        }
        let mut result = self.result_type();
        if params.iter().any(|(_, m)| *m == Mode::Mutable) && self.rng.chance(40) {
            result = Ty::Tuple(Vec::new());
        }
        let f = Function { name, params, result, method_of: None };
        let budget = 2 + self.rng.below(5) as i32;
        let text = self.function_text(&f, budget, "");
        self.out += &text;
        self.functions.push(f);
    }

    fn methods(&mut self, s: usize) {
        let on_block = self.rng.chance(40);
        let mut text = format!("{}impl {} {{\n", if on_block { "#[differentiate]\n" } else { "" }, self.structs[s].name);
        let mut new = Vec::new();
        for _ in 0..1 + self.rng.below(2) {
            let name = format!("m{}_{s}", new.len());
            let mode = *self.rng.pick(&[Mode::Shared, Mode::Shared, Mode::Mutable, Mode::Value]);
            let mut params = vec![(Ty::Struct(s), mode), (Ty::Float, Mode::Value)];
            if self.rng.chance(30) {
                params.push((Ty::Usize, Mode::Value));
            }
            let result = if mode == Mode::Mutable && self.rng.chance(50) { Ty::Tuple(Vec::new()) } else { self.result_type() };
            let f = Function { name, params, result, method_of: Some(s) };
            let budget = 2 + self.rng.below(3) as i32;
            text += &self.function_text(&f, budget, if on_block { "plain" } else { "" });
            new.push(f);
        }
        text += "}\n";
        self.out += &text;
        self.functions.extend(new);
    }

    fn main_function(&mut self) {
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
        let result = self.result_type();
        let f = Function { name: "f".into(), params, result, method_of: None };
        let budget = 4 + self.rng.below(12) as i32;
        let text = self.function_text(&f, budget, "");
        self.out += &text;
    }

    fn function_text(&mut self, f: &Function, budget: i32, plain: &str) -> String {
        self.vars.clear();
        self.locked.clear();
        self.loops.clear();
        self.result = f.result.clone();
        self.budget = budget;
        let mut params = Vec::new();
        let mut used: Vec<String> = Vec::new();
        for (i, (ty, mode)) in f.params.iter().enumerate() {
            let name = if i == 0 && f.method_of.is_some() {
                "self".to_string()
            } else {
                let mut name = self.fresh();
                while used.contains(&name) {
                    name = self.unique();
                }
                name
            };
            used.push(name.clone());
            let mutable = *mode == Mode::Value && !matches!(ty, Ty::Slice(_)) && self.rng.chance(25);
            let m = if mutable { "mut " } else { "" };
            let receiver = name == "self";
            params.push(match (mode, ty) {
                (Mode::Value, _) if receiver => format!("{m}self"),
                (Mode::Shared, _) if receiver => "&self".into(),
                (Mode::Mutable, _) if receiver => "&mut self".into(),
                (Mode::Value, t) => format!("{m}{name}: {}", self.ty(t)),
                (Mode::Shared, Ty::Vec(t)) if self.rng.chance(50) => format!("{name}: &[{}]", self.ty(t)),
                (Mode::Shared, t) => format!("{name}: &{}", self.ty(t)),
                (Mode::Mutable, Ty::Vec(t)) if self.rng.chance(0) => format!("{name}: &mut [{}]", self.ty(t)),
                (Mode::Mutable, t) => format!("{name}: &mut {}", self.ty(t)),
            });
            let seen = match (mode, ty) {
                (Mode::Shared, t) => Ty::Ref(Box::new(t.clone())),
                (_, t) => t.clone(),
            };
            self.bind(&name, seen, mutable || *mode == Mode::Mutable);
            if let Some(v) = self.vars.last_mut() {
                v.by_mut = *mode == Mode::Mutable;
            }
        }
        let mut body = String::new();
        while self.budget > 0 {
            body += &self.statement(3);
        }
        if f.result != Ty::Tuple(Vec::new()) {
            let result = f.result.clone();
            body += &self.expr(&result, 3);
        }
        let attribute = if plain.is_empty() { "#[differentiate]\n" } else { "" };
        let result = if f.result == Ty::Tuple(Vec::new()) { String::new() } else { format!(" -> {}", self.ty(&f.result)) };
        format!("{attribute}pub fn {}({}){result} {{\n{body}\n}}\n", f.name, params.join(", "))
    }
}
