//! Lists that are inside something: fields of structs, rows of matrices.

use super::{Grower, Ty, Var};

fn number() -> Box<Ty> {
    Box::new(Ty::Float)
}

impl Grower {
    /// One of them, if there is what it needs.
    pub fn inside_something(&mut self, depth: u32) -> Option<String> {
        if self.rng.chance(50) { self.list_in_field(depth) } else { self.matrix(depth) }
    }

    fn list_in_field(&mut self, depth: u32) -> Option<String> {
        let list = |g: &Grower, s: usize| g.structs[s].fields.iter().find(|(_, t)| *t == Ty::Vec(number())).map(|(n, _)| n.clone());
        let v = self.choose(|g, v| matches!(v.ty, Ty::Struct(s) if list(g, s).is_some()) && v.mutable)?;
        let Ty::Struct(s) = v.ty else { return None };
        let place = format!("{}.{}", v.name, list(self, s)?);
        let float = self.float;
        let x = self.unique();
        let locked = [v.name.clone()];
        let value = self.locking(&locked, |g| g.float_expr(2));
        Some(match self.rng.below(9) {
            0 | 1 => format!("{place}.push({value});\n"),
            2 => {
                let other = self.literal();
                self.bind(&x, Ty::Float, false);
                format!("let {x} = {place}.pop().unwrap_or({other});\n")
            }
            3 => format!("if let Some({x}) = {place}.last_mut() {{ *{x} *= {value}; }}\n"),
            4 => format!("for {x} in {place}.iter_mut() {{ *{x} += {value}; }}\n"),
            5 => {
                self.bind(&x, Ty::Vec(number()), true);
                format!("let mut {x} = std::mem::take(&mut {place});\n")
            }
            6 => {
                self.bind(&x, Ty::Float, false);
                format!("let {x} = {place}.iter().map(|m| {}).sum::<{float}>();\n", if float == "T" { "*m * *m" } else { "m * m" })
            }
            7 => {
                let y = self.unique();
                let body = self.locking(&locked, |g| {
                    g.body(None, depth, |g| {
                        g.bind(&x, Ty::Usize, false);
                        g.bind(&y, Ty::Float, false);
                    })
                });
                format!("for ({x}, &{y}) in {place}.iter().enumerate() {{ {body} }}\n")
            }
            _ => format!("if !{place}.is_empty() {{ {place}[0] = {value}; {place}.reverse(); }}\n"),
        })
    }

    fn rows_of(&mut self) -> Option<Var> {
        let rows = Ty::Vec(Box::new(Ty::Vec(number())));
        self.choose(|_, v| v.ty == rows && v.mutable && !v.by_mut)
    }

    /// A list of lists: made, walked through, changed.
    fn matrix(&mut self, depth: u32) -> Option<String> {
        let float = self.float;
        let Some(v) = self.rows_of() else {
            let (lit, name, i) = (self.literal(), self.unique(), self.unique());
            let text = if self.rng.chance(50) {
                let (a, b) = (self.float_expr(1), self.float_expr(1));
                format!("let mut {name}: Vec<Vec<{float}>> = vec![vec![{a}, {b}], vec![{lit}; 2]];\n")
            } else {
                let row = self.closure_body(|g| {
                    g.bind(&i, Ty::Usize, false);
                    format!("{}, {}", g.float_expr(2), g.float_expr(1))
                });
                format!("let mut {name}: Vec<Vec<{float}>> = (0..2usize).map(|{i}| vec![{row}]).collect();\n")
            };
            self.bind(&name, Ty::Vec(Box::new(Ty::Vec(number()))), true);
            return Some(text);
        };
        let (n, i, j, x) = (v.name.clone(), self.unique(), self.unique(), self.unique());
        let locked = [n.clone()];
        let value = self.locking(&locked, |g| g.float_expr(2));
        // References to numbers add up and multiply where their type is known.
        let (copied, square) = if float == "T" { (".copied()", "*m * *m") } else { ("", "m * m") };
        Some(match self.rng.below(8) {
            0 => format!("for {i} in 0..{n}.len() {{ for {j} in 0..{n}[{i}].len() {{ {n}[{i}][{j}] = {n}[{i}][{j}] * {value}; }} }}\n"),
            1 => {
                self.bind(&x, Ty::Float, false);
                format!("let {x} = {n}.iter().map(|m| m.iter(){copied}.sum::<{float}>()).fold({}, |m, n| m + n * n);\n", self.literal())
            }
            2 => {
                self.bind(&x, Ty::Float, false);
                format!("let {x}: {float} = {n}.iter().flatten().map(|m| *m * {value}).sum();\n")
            }
            3 => format!("{n}.push(vec![{value}]);\n"),
            4 => format!("{n}.reverse();\n"),
            5 => format!("if {n}.len() > 1 {{ {n}.swap(0, 1); }}\n"),
            6 => {
                let body = self.locking(&locked, |g| g.block(2, depth));
                format!("for {x} in {n}.iter_mut() {{ {x}.push({value}); {body} }}\n")
            }
            _ => {
                self.bind(&x, Ty::Vec(number()), true);
                format!("let mut {x}: Vec<{float}> = {n}.iter().map(|m| m.iter().map(|m| {square}).sum::<{float}>()).collect();\n")
            }
        })
    }
}
