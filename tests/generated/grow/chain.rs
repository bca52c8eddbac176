//! Iterator chains.

use super::{Grower, Ty, Var};

impl Grower {
    fn sequence(&mut self) -> Option<Var> {
        self.choose(|_, v| matches!(&v.ty, Ty::Array(t, _) | Ty::Vec(t) | Ty::Slice(t) if **t == Ty::Float))
    }

    /// An iterator over floats, by value, with adaptors.
    fn source(&mut self, depth: u32) -> Option<String> {
        let v = self.sequence()?;
        let mut text = match self.rng.below(10) {
            0..4 => format!("{}.iter().copied()", v.name),
            4..6 => {
                let x = self.fresh();
                let body = self.closure_body(|g| {
                    g.bind(&x, Ty::Ref(Box::new(Ty::Float)), false);
                    g.float_expr(depth)
                });
                format!("{}.iter().map(|{x}| {body})", v.name)
            }
            6 => {
                let w = self.sequence()?;
                let (x, y) = (self.unique(), self.unique());
                let body = self.closure_body(|g| {
                    g.bind(&x, Ty::Ref(Box::new(Ty::Float)), false);
                    g.bind(&y, Ty::Ref(Box::new(Ty::Float)), false);
                    g.float_expr(depth)
                });
                let plain = w.by_mut || matches!(w.ty, Ty::Slice(_));
                let zipped = if plain || self.rng.chance(50) { format!("{}.iter()", w.name) } else { format!("&{}", w.name) };
                format!("{}.iter().zip({zipped}).map(|({x}, {y})| {body})", v.name)
            }
            7 => {
                let (i, x) = (self.unique(), self.unique());
                let body = self.closure_body(|g| {
                    g.bind(&i, Ty::Usize, false);
                    g.bind(&x, Ty::Float, false);
                    g.float_expr(depth)
                });
                format!("{}.iter().enumerate().map(|({i}, &{x})| {body})", v.name)
            }
            8 => {
                let w = self.unique();
                let size = 1 + self.rng.below(2);
                let kind = *self.rng.pick(&["windows", "chunks"]);
                let body = self.closure_body(|g| {
                    g.bind(&w, Ty::Slice(Box::new(Ty::Float)), false);
                    if let Some(v) = g.vars.last_mut() {
                        v.at_least = if kind == "windows" { size } else { 1 };
                    }
                    g.float_expr(depth)
                });
                format!("{}.{kind}({size}).map(|{w}| {body})", v.name)
            }
            _ => {
                let i = self.unique();
                let body = self.closure_body(|g| {
                    g.bind(&i, Ty::Usize, false);
                    if let Some(var) = g.vars.last_mut() {
                        var.index_of = Some(v.name.clone());
                    }
                    g.float_expr(depth)
                });
                format!("(0..{}.len()).map(|{i}| {body})", v.name)
            }
        };
        for _ in 0..self.rng.below(3) {
            text += &match self.rng.below(9) {
                0 => ".skip(1)".into(),
                1 if !text.contains("chain") => ".take(2)".into(),
                2 if !text.contains("chain") => ".rev()".into(),
                3 => {
                    let x = self.fresh();
                    let c = self.closure_body(|g| {
                        g.bind(&x, Ty::Ref(Box::new(Ty::Float)), false);
                        let lit = g.literal();
                        format!("*{x} < {lit}")
                    });
                    format!(".filter(|{x}| {c})")
                }
                4 if !text.contains("chain") => {
                    let x = self.fresh();
                    let lit = self.literal();
                    format!(".take_while(|{x}| *{x} < {lit})")
                }
                5 if !text.contains("take") => match self.sequence() {
                    Some(w) => format!(".chain({}.iter().copied())", w.name),
                    None => String::new(),
                },
                6 => {
                    let x = self.fresh();
                    let (c, body) = self.closure_body(|g| {
                        g.bind(&x, Ty::Float, false);
                        (g.condition(0), g.float_expr(depth))
                    });
                    format!(".filter_map(|{x}| if {c} {{ Some({body}) }} else {{ None }})")
                }
                _ => {
                    let (x, body) = self.element_closure(depth);
                    format!(".map(|{x}| {body})")
                }
            };
            if text.ends_with(".rev()") && (text.contains("take_while") || text.contains("(1).rev") && text.contains("filter")) {
                text.truncate(text.len() - 6);
            }
        }
        Some(text)
    }

    /// A chain that ends in a number.
    pub fn chain(&mut self, depth: u32) -> Option<String> {
        let source = self.source(depth.min(2))?;
        let float = self.float;
        Some(match self.rng.below(8) {
            0..4 => format!("{source}.sum::<{float}>()"),
            4 => format!("{source}.map(|m| m.tanh()).product::<{float}>()"),
            5 => {
                let (a, x) = (self.unique(), self.unique());
                let start = self.leaf();
                let body = self.closure_body(|g| {
                    g.bind(&a, Ty::Float, false);
                    g.bind(&x, Ty::Float, false);
                    g.float_expr(depth.min(2))
                });
                format!("{source}.fold({start}, |{a}, {x}| {body})")
            }
            6 => {
                let f = *self.rng.pick(&["max", "min"]);
                format!("{source}.fold({}, {float}::{f})", self.literal())
            }
            _ => {
                let f = *self.rng.pick(&["max_by", "min_by"]);
                format!("{source}.{f}(|m, n| m.total_cmp(n)).unwrap_or({})", self.literal())
            }
        })
    }

    /// A chain that is collected.
    pub fn collected(&mut self, depth: u32) -> Option<String> {
        let source = self.source(depth.min(2))?;
        let float = self.float;
        Some(format!("{source}.collect::<Vec<{float}>>()"))
    }
}
