//! Functions and the calls of them: generic over numbers or over what implements a trait, recursive, methods.

use super::{Function, Grower, Mode, Ty};

/// Bounds of a number's type, and how it is made from a literal.
pub const NUMBERS: &[(&str, &str)] = &[
    (
        "num_traits::Float + std::iter::Sum + std::iter::Product + std::ops::AddAssign + std::ops::SubAssign + std::ops::MulAssign",
        "T::from(#).unwrap()",
    ),
    ("autodiff_core::Scalar", "T::from_f64(#)"),
];

impl Grower {
    /// Runs `f` where `T` is the type of numbers.
    pub fn over_numbers<T>(&mut self, f: impl FnOnce(&mut Grower) -> T) -> T {
        let float = std::mem::replace(&mut self.float, "T");
        let out = f(self);
        self.float = float;
        out
    }

    /// A call of a function or method with this result.
    pub fn call(&mut self, result: &Ty, depth: u32) -> Option<String> {
        let good: Vec<Function> = self.functions.clone();
        let good: Vec<Function> = good
            .into_iter()
            .filter(|f| f.result == *result && f.params.iter().all(|(_, m)| *m != Mode::Mutable) && self.callable(f))
            .collect();
        if good.is_empty() {
            return None;
        }
        let f = self.rng.pick(&good).clone();
        Some(self.call_of(&f, depth))
    }

    /// Whether there is what a call needs: arguments of a type parameter, numbers of the type.
    pub fn callable(&self, f: &Function) -> bool {
        let given =
            |t: &Ty| !matches!(t, Ty::Model(_)) || self.visible().iter().any(|v| self.denotes(&v.ty, t) && !self.locked.contains(&v.name));
        let calls_itself = self.calling_itself.as_ref().is_some_and(|(name, left)| *name == f.name && *left == 0);
        (self.float != "T" || f.generic) && f.params.iter().all(|(t, _)| given(t)) && !calls_itself
    }

    /// Whether a variable of type `have` is, or refers to, something of type `want`.
    fn denotes(&self, have: &Ty, want: &Ty) -> bool {
        have == want || matches!(have, Ty::Ref(t) if **t == *want)
    }

    /// The call, with variables for what it writes to; without one, a literal's.
    pub fn call_of(&mut self, f: &Function, depth: u32) -> String {
        let mut args: Vec<Option<String>> = vec![None; f.params.len()];
        let mut taken: Vec<String> = Vec::new();
        let inside_itself = match &mut self.calling_itself {
            Some((name, left)) if *name == f.name => {
                *left = left.saturating_sub(1);
                true
            }
            _ => false,
        };
        for (i, (ty, mode)) in f.params.iter().enumerate() {
            if *mode == Mode::Mutable {
                args[i] = Some(self.lent(ty, i == 0 && f.method_of.is_some(), &mut taken));
            }
        }
        for (i, (ty, mode)) in f.params.iter().enumerate() {
            let receiver = i == 0 && f.method_of.is_some();
            if *mode == Mode::Mutable {
                continue;
            }
            if i == 0 && f.recursive {
                let most = if inside_itself { "levels - 1".into() } else { format!("{} % 3", self.usize_expr(0)) };
                args[i] = Some(most);
                continue;
            }
            let shared = *mode == Mode::Shared;
            let text = self.locking(&taken, |g| match mode {
                Mode::Value => g.expr(ty, depth),
                _ => match g.choose(|g, v| (v.ty == *ty || shared && g.denotes(&v.ty, ty)) && (receiver || !v.by_mut)) {
                    Some(v) if receiver || v.ty != *ty => v.name,
                    Some(v) => format!("&{}", v.name),
                    None if receiver => g.expr(ty, 0),
                    None => format!("&{}", g.expr(ty, depth)),
                },
            });
            args[i] = Some(text);
        }
        let args: Vec<String> = args.into_iter().flatten().collect();
        match &f.method_of {
            Some(owner) if self.rng.chance(15) && f.params[0].1 == Mode::Value => {
                format!("{owner}::{}({})", f.name, args.join(", "))
            }
            Some(_) => format!("{}.{}({})", args[0], f.name, args[1..].join(", ")),
            None => format!("{}({})", f.name, args.join(", ")),
        }
    }

    /// An argument that the callee writes to: a variable, or a temporary.
    fn lent(&mut self, ty: &Ty, receiver: bool, taken: &mut Vec<String>) -> String {
        if let Ty::SliceMut(t) = ty {
            let found = self.locking(taken, |g| {
                g.choose(|_, v| v.mutable && matches!(&v.ty, Ty::Vec(u) | Ty::Array(u, _) | Ty::SliceMut(u) if u == t))
            });
            return match found {
                Some(v) => {
                    taken.push(v.name.clone());
                    let length = matches!(v.ty, Ty::Array(_, n) if n > 1);
                    match self.rng.below(4) {
                        0 if length => format!("&mut {}[1..]", v.name),
                        1 => format!("&mut {}[..]", v.name),
                        2 if matches!(v.ty, Ty::Vec(_)) => format!("{}.as_mut_slice()", v.name),
                        _ if v.by_mut => v.name,
                        _ => format!("&mut {}", v.name),
                    }
                }
                None => {
                    let value = self.locking(taken, |g| g.expr(&Ty::Array(t.clone(), 3), 0));
                    format!("&mut {{ {value} }}")
                }
            };
        }
        let found = self.locking(taken, |g| g.choose(|_, v| v.mutable && v.ty == *ty));
        match found {
            Some(v) => {
                taken.push(v.name.clone());
                match (v.by_mut, receiver) {
                    (_, true) => v.name,
                    (true, false) if self.rng.chance(50) => format!("&mut *{}", v.name),
                    (true, false) => v.name,
                    (false, false) => format!("&mut {}", v.name),
                }
            }
            None => {
                let value = if *ty == Ty::Float { self.literal() } else { self.locking(taken, |g| g.expr(ty, 0)) };
                match (receiver, ty) {
                    (true, _) => format!("{{ {value} }}"),
                    (false, Ty::Float) => format!("&mut {value}"),
                    _ => format!("&mut {{ {value} }}"),
                }
            }
        }
    }

    /// A function that calls itself, `levels` deep at most.
    pub fn recursive_function(&mut self) {
        let name = format!("r{}", self.functions.len());
        let mut params = vec![(Ty::Usize, Mode::Value), (Ty::Float, Mode::Value)];
        if self.rng.chance(50) {
            params.push((Ty::Slice(Box::new(Ty::Float)), Mode::Value));
        }
        if self.rng.chance(25) {
            params.push((Ty::Float, Mode::Mutable));
        }
        let result = if self.rng.chance(75) { Ty::Float } else { Ty::Tuple(vec![Ty::Float, Ty::Float]) };
        let f = Function { name: name.clone(), params, result, method_of: None, generic: false, recursive: true };
        let budget = 2 + self.rng.below(4) as i32;
        self.functions.push(f.clone());
        self.calling_itself = Some((name, 2));
        let text = self.function_text(&f, budget, true, "");
        self.calling_itself = None;
        self.out += &text;
    }

    /// A trait, its implementations for every struct, and functions that take whatever implements it.
    pub fn trait_definition(&mut self) {
        let k = self.traits.len();
        let name = format!("Model{k}");
        let own = |params: &[(Ty, Mode)], name: &str, result: Ty| {
            let mut all = vec![(Ty::Model(k), Mode::Shared)];
            all.extend_from_slice(params);
            Function { name: name.into(), params: all, result, method_of: Some("Self".into()), generic: false, recursive: false }
        };
        let mut params = vec![(Ty::Float, Mode::Value)];
        if self.rng.chance(40) {
            params.push(match self.rng.below(3) {
                0 => (Ty::Usize, Mode::Value),
                1 => (Ty::Float, Mode::Mutable),
                _ => (Ty::Slice(Box::new(Ty::Float)), Mode::Value),
            });
        }
        let required = own(&params, &format!("eval{k}"), Ty::Float);
        let provided = own(&[(Ty::Float, Mode::Value)], &format!("more{k}"), Ty::Float);
        let before = self.functions.clone();
        self.functions.retain(|f| f.method_of.is_none());
        self.functions.push(required.clone());
        let default = self.function_text(&provided, 3, false, "");
        self.functions = before;
        let head = self.head(&required, &["x", "y", "z"].map(String::from)).replace("pub fn", "fn");
        let attribute = "#[differentiate]";
        self.out += &format!("{attribute}\npub trait {name} {{\n{head};\n{}}}\n", default.replace("pub fn", "fn"));
        self.traits.push(vec![required.clone(), provided.clone()]);
        for s in 0..self.structs.len() {
            let here = Function { params: replaced(&required.params, &Ty::Struct(s)), ..required.clone() };
            let body = self.function_text(&here, 3, false, "").replace("pub fn", "fn");
            self.out += &format!("{attribute}\nimpl {name} for {} {{\n{body}}}\n", self.structs[s].name);
        }
        for s in 0..self.structs.len() {
            for f in [&required, &provided] {
                let method_of = Some(self.structs[s].name.clone());
                self.functions.push(Function { params: replaced(&f.params, &Ty::Struct(s)), method_of, ..f.clone() });
            }
        }
        // What takes any of them.
        let f = Function {
            name: format!("over{k}"),
            params: vec![(Ty::Model(k), Mode::Shared), (Ty::Float, Mode::Value), (Ty::Slice(Box::new(Ty::Float)), Mode::Value)],
            result: if self.rng.chance(75) { Ty::Float } else { Ty::Tuple(vec![Ty::Float, Ty::Float]) },
            method_of: None,
            generic: false,
            recursive: false,
        };
        let before = self.functions.clone();
        self.functions.extend(self.traits[k].clone());
        let text = self.function_text(&f, 4, true, &format!("<M: {name}>"));
        self.functions = before;
        self.out += &text;
        for s in 0..self.structs.len() {
            self.functions.push(Function { params: replaced(&f.params, &Ty::Struct(s)), ..f.clone() });
        }
    }
}

fn replaced(params: &[(Ty, Mode)], first: &Ty) -> Vec<(Ty, Mode)> {
    let mut params = params.to_vec();
    params[0].0 = first.clone();
    params
}
