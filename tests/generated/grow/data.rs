//! Enums and options: built, matched, changed in place.

use super::expr::Paren;
use super::{Grower, Ty, Var};

impl Grower {
    pub fn match_enum(&mut self, name: &str, i: usize, depth: u32) -> String {
        let def = self.enums[i].clone();
        let by_value = self.rng.chance(20);
        let mut arms = Vec::new();
        for variant in &def.variants {
            let bound = |t: &Ty| if by_value { t.clone() } else { Ty::Ref(Box::new(t.clone())) };
            let guarded = self.rng.chance(20);
            for guard in [true, false] {
                if guard && !guarded {
                    continue;
                }
                let arm = self.scoped(|g| {
                    let mut parts = Vec::new();
                    for t in &variant.types {
                        let n = g.unique();
                        // A struct may be taken apart in place.
                        let inner = match t {
                            Ty::Struct(s) if !g.structs[*s].tuple && g.rng.chance(50) => Some(g.structs[*s].clone()),
                            _ => None,
                        };
                        match inner {
                            Some(def) => {
                                g.bind(&n, bound(&Ty::Float), false);
                                parts.push(format!("{} {{ {}: {n}, .. }}", def.name, def.fields[0].0));
                            }
                            None => {
                                g.bind(&n, bound(t), false);
                                parts.push(n);
                            }
                        }
                    }
                    let condition = if guard { format!(" if {}", g.condition(0)) } else { String::new() };
                    format!("{}::{}{condition} => {}", def.name, variant.with(&parts), g.float_expr(depth))
                });
                arms.push(arm);
            }
        }
        let scrutinee = if by_value { format!("{name}.clone()") } else { format!("&{name}") };
        format!("match {scrutinee} {{ {} }}", arms.join(", ")).paren()
    }

    /// `match &mut e { .. }`, whose arms write to what they bind.
    pub fn change_enum(&mut self, depth: u32) -> Option<String> {
        let v = self.choose(|_, v| matches!(v.ty, Ty::Enum(_)) && v.mutable && !v.by_mut)?;
        let Ty::Enum(i) = v.ty else { return None };
        let def = self.enums[i].clone();
        let mut arms = Vec::new();
        for variant in &def.variants {
            let arm = self.locking(std::slice::from_ref(&v.name), |g| {
                g.scoped(|g| {
                    let mut parts = Vec::new();
                    for t in &variant.types {
                        let n = g.unique();
                        g.bind(&n, t.clone(), true);
                        if let Some(var) = g.vars.last_mut() {
                            var.by_mut = true;
                        }
                        parts.push(n);
                    }
                    let mut text = String::new();
                    if let (Some(n), Some(Ty::Float)) = (parts.last(), variant.types.last()) {
                        text = format!("*{n} {} {};\n", *g.rng.pick(&["=", "+=", "*="]), g.float_expr(2));
                    }
                    text += &g.block(2, depth);
                    format!("{}::{} => {{ {text} }}", def.name, variant.with(&parts))
                })
            });
            arms.push(arm);
        }
        Some(format!("match &mut {} {{ {} }}\n", v.name, arms.join(", ")))
    }

    fn option(&mut self) -> Option<Var> {
        self.choose(|_, v| v.ty == Ty::Option(Box::new(Ty::Float)) && !v.by_mut)
    }

    /// A number out of an `Option`.
    pub fn optional(&mut self, depth: u32) -> Option<String> {
        let v = self.option()?;
        let name = v.name;
        Some(match self.rng.below(7) {
            0 => format!("{name}.unwrap_or({})", self.float_expr(depth)),
            1 => {
                let (x, body) = self.element_closure(depth);
                format!("{name}.map_or({}, |{x}| {body})", self.literal())
            }
            2 => {
                let (x, body) = self.element_closure(depth);
                format!("{name}.map(|{x}| {body}).unwrap_or({})", self.leaf())
            }
            3 => {
                let other = self.closure_body(|g| g.float_expr(depth));
                format!("{name}.unwrap_or_else(|| {other})")
            }
            4 => {
                let text = self.option_expr(depth)?;
                format!("{text}.unwrap_or({})", self.leaf())
            }
            _ => {
                let x = self.fresh();
                let some = self.scoped(|g| {
                    g.bind(&x, Ty::Float, false);
                    g.float_expr(depth)
                });
                format!("if let Some({x}) = {name} {{ {some} }} else {{ {} }}", self.float_expr(depth)).paren()
            }
        })
    }

    /// An `Option` made from another one, or from a search.
    pub fn option_expr(&mut self, depth: u32) -> Option<String> {
        let depth = depth.min(2);
        if self.rng.chance(30) {
            return self.search(depth);
        }
        let v = self.option()?;
        let name = v.name;
        Some(match self.rng.below(6) {
            0 => {
                let (x, body) = self.element_closure(depth);
                format!("{name}.map(|{x}| {body})")
            }
            1 => {
                let x = self.fresh();
                let (c, body) = self.closure_body(|g| {
                    g.bind(&x, Ty::Float, false);
                    (g.condition(0), g.float_expr(depth))
                });
                format!("{name}.and_then(|{x}| if {c} {{ Some({body}) }} else {{ None }})")
            }
            2 => {
                let (x, lit) = (self.unique(), self.literal());
                format!("{name}.filter(|{x}| *{x} < {lit})")
            }
            3 => {
                let w = self.option()?;
                let (x, y) = (self.unique(), self.unique());
                let body = self.closure_body(|g| {
                    g.bind(&x, Ty::Float, false);
                    g.bind(&y, Ty::Float, false);
                    g.float_expr(depth)
                });
                format!("{name}.zip({}).map(|({x}, {y})| {body})", w.name)
            }
            4 => {
                let w = self.option()?;
                format!("{name}.or({})", w.name)
            }
            _ => {
                let c = self.condition(0);
                format!("if {c} {{ {name} }} else {{ None }}").paren()
            }
        })
    }

    /// A statement that changes an `Option` in place.
    pub fn change_option(&mut self, depth: u32) -> Option<String> {
        let v = self.choose(|_, v| v.ty == Ty::Option(Box::new(Ty::Float)) && v.mutable && !v.by_mut)?;
        let name = v.name.clone();
        Some(match self.rng.below(5) {
            0 => {
                let x = self.fresh();
                self.bind(&x, Ty::Option(Box::new(Ty::Float)), false);
                format!("let {x} = {name}.take();\n")
            }
            1 => {
                let value = self.locking(std::slice::from_ref(&name), |g| g.float_expr(2));
                let x = self.fresh();
                self.bind(&x, Ty::Option(Box::new(Ty::Float)), false);
                format!("let {x} = {name}.replace({value});\n")
            }
            2 if !self.in_closure => {
                if self.result != Ty::Option(Box::new(Ty::Float)) {
                    return None;
                }
                let x = self.fresh();
                self.bind(&x, Ty::Float, false);
                format!("let {x} = {name}?;\n")
            }
            _ => {
                let x = self.unique();
                let text = self.locking(std::slice::from_ref(&name), |g| {
                    g.scoped(|g| {
                        g.bind(&x, Ty::Float, true);
                        if let Some(var) = g.vars.last_mut() {
                            var.by_mut = true;
                        }
                        let op = *g.rng.pick(&["=", "+=", "*="]);
                        format!("*{x} {op} {}; {}", g.float_expr(2), g.block(2, depth))
                    })
                });
                format!("if let Some({x}) = &mut {name} {{ {text} }}\n")
            }
        })
    }
}
