//! Iterator chains.

use super::{Grower, Ty};

impl Grower {
    /// An iterator over floats, by value, with adaptors.
    pub fn source(&mut self, depth: u32) -> Option<String> {
        if self.rng.chance(8) {
            return Some(self.made_source(depth));
        }
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
                let plain = w.by_mut || matches!(w.ty, Ty::Slice(_) | Ty::SliceMut(_));
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
            text += &match self.rng.below(14) {
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
                7 => {
                    let (state, x) = (self.unique(), self.unique());
                    let (start, step, out) = self.closure_body(|g| {
                        let start = g.leaf();
                        g.bind(&x, Ty::Float, false);
                        g.bind(&state, Ty::Float, true);
                        if let Some(v) = g.vars.last_mut() {
                            v.by_mut = true;
                        }
                        (start, g.float_expr(depth.min(1)), g.float_expr(depth.min(1)))
                    });
                    let end =
                        if self.rng.chance(25) { format!("if *{state} > {} {{ return None; }} ", self.literal()) } else { String::new() };
                    format!(".scan({start}, |{state}, {x}| {{ {end}*{state} = {step}; Some({out}) }})")
                }
                8 if !text.contains("chain") => {
                    let (x, lit) = (self.unique(), self.literal());
                    format!(".skip_while(|{x}| *{x} < {lit})")
                }
                9 if !text.contains("chain") => {
                    let x = self.unique();
                    let (c, body) = self.closure_body(|g| {
                        g.bind(&x, Ty::Float, false);
                        (g.condition(0), g.float_expr(depth.min(1)))
                    });
                    format!(".map_while(|{x}| if {c} {{ Some({body}) }} else {{ None }})")
                }
                10 => ".step_by(2)".into(),
                11 => {
                    let x = self.unique();
                    let (a, b) = self.closure_body(|g| {
                        g.bind(&x, Ty::Float, false);
                        (g.leaf(), g.float_expr(depth.min(1)))
                    });
                    format!(".flat_map(|{x}| [{a}, {b}])")
                }
                _ => {
                    let (x, body) = self.element_closure(depth);
                    format!(".map(|{x}| {body})")
                }
            };
            let one_way = [".take_while", ".skip_while", ".map_while", ".scan", ".flat_map"].iter().any(|m| text.contains(m));
            if text.ends_with(".rev()") && (one_way || text.contains("(1).rev") && text.contains("filter")) {
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
                format!("{source}.{f}(|m, n| {}).unwrap_or({})", self.comparison(), self.literal())
            }
        })
    }

    /// How `m` and `n` compare.
    fn comparison(&mut self) -> &'static str {
        if self.float == "T" || self.rng.chance(30) { "m.partial_cmp(n).unwrap()" } else { "m.total_cmp(n)" }
    }

    /// A chain that ends in an element, if there is one.
    pub fn search(&mut self, depth: u32) -> Option<String> {
        let source = self.source(depth.min(1))?;
        let lit = self.literal();
        Some(match self.rng.below(7) {
            0 => format!("{source}.last()"),
            1 => format!("{source}.nth(1)"),
            2 => format!("{source}.find(|m| *m > {lit})"),
            3 => {
                let (a, x) = (self.unique(), self.unique());
                let body = self.closure_body(|g| {
                    g.bind(&a, Ty::Float, false);
                    g.bind(&x, Ty::Float, false);
                    g.float_expr(1)
                });
                format!("{source}.reduce(|{a}, {x}| {body})")
            }
            4 => {
                let x = self.unique();
                let body = self.closure_body(|g| {
                    g.bind(&x, Ty::Float, false);
                    g.float_expr(1)
                });
                format!("{source}.find_map(|{x}| if {x} < {lit} {{ Some({body}) }} else {{ None }})")
            }
            5 => {
                let (s, x) = (self.unique(), self.unique());
                let body = self.closure_body(|g| {
                    g.bind(&s, Ty::Float, false);
                    g.bind(&x, Ty::Float, false);
                    g.float_expr(1)
                });
                format!("{source}.try_fold({lit}, |{s}, {x}| if {x} < {} {{ Some({body}) }} else {{ None }})", self.literal())
            }
            _ => format!("{source}.max_by(|m, n| {})", self.comparison()),
        })
    }

    /// A question to a chain.
    pub fn question(&mut self) -> String {
        let Some(source) = self.source(1) else { return "true".into() };
        let lit = self.literal();
        match self.rng.below(3) {
            0 => format!("{source}.any(|m| m > {lit})"),
            1 => format!("{source}.all(|m| m > {lit})"),
            _ => format!("({source}.count() > 2)"),
        }
    }

    /// A chain that is collected.
    pub fn collected(&mut self, depth: u32) -> Option<String> {
        let source = self.source(depth.min(2))?;
        let float = self.float;
        Some(format!("{source}.collect::<Vec<{float}>>()"))
    }
}
