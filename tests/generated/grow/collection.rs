//! Vectors that grow and shrink, rows of matrices, patterns of slices, loops that take elements one by one.

use super::expr::Paren;
use super::{Grower, Ty, Var};

fn floats(ty: &Ty) -> bool {
    matches!(ty, Ty::Array(t, _) | Ty::Vec(t) | Ty::Slice(t) | Ty::SliceMut(t) if **t == Ty::Float)
}

impl Grower {
    /// A variable that holds numbers one after the other.
    pub fn sequence(&mut self) -> Option<Var> {
        self.choose(|_, v| floats(&v.ty))
    }

    fn own_vec(&mut self) -> Option<Var> {
        self.choose(|_, v| v.mutable && v.index_of.is_none() && matches!(&v.ty, Ty::Vec(t) if **t == Ty::Float))
    }

    /// `while let`, over a stack, an iterator or an option.
    pub fn while_let(&mut self, depth: u32) -> Option<String> {
        let x = self.unique();
        let float = self.float;
        match self.rng.below(3) {
            0 => {
                let v = self.own_vec()?;
                self.forget_length(&v.name);
                let body = self.locking(std::slice::from_ref(&v.name), |g| g.body(None, depth, |g| g.bind(&x, Ty::Float, false)));
                Some(format!("while let Some({x}) = {}.pop() {{ {body} }}\n", v.name))
            }
            1 => {
                let v = self.sequence()?;
                let it = self.unique();
                let body = self
                    .locking(std::slice::from_ref(&v.name), |g| g.body(None, depth, |g| g.bind(&x, Ty::Ref(Box::new(Ty::Float)), false)));
                Some(format!("{{ let mut {it} = {}.iter();\nwhile let Some({x}) = {it}.next() {{ {body} }} }}\n", v.name))
            }
            _ => {
                let (o, n) = (self.unique(), self.unique());
                let (start, most) = (self.float_expr(2), 1 + self.rng.below(3));
                let text = self.scoped(|g| {
                    g.bind(&x, Ty::Float, false);
                    // Nothing may skip the step.
                    let outer = std::mem::take(&mut g.loops);
                    let body = g.statements(3, depth);
                    g.loops = outer;
                    format!("{body} {n} += 1; {o} = if {n} < {most} && {} {{ Some({}) }} else {{ None }};", g.condition(0), g.float_expr(2))
                });
                Some(format!(
                    "let mut {n} = 0usize;\nlet mut {o}: Option<{float}> = Some({start});\nwhile let Some({x}) = {o} {{ {text} }}\n"
                ))
            }
        }
    }

    /// A number from a `match` on how many elements there are.
    pub fn slice_pattern(&mut self, depth: u32) -> Option<String> {
        let v = self.choose(|_, v| matches!(&v.ty, Ty::Vec(t) | Ty::Slice(t) if **t == Ty::Float) && !v.by_mut)?;
        let scrutinee = match v.ty {
            Ty::Slice(_) => v.name.clone(),
            _ if self.rng.chance(50) => format!("{}.as_slice()", v.name),
            _ => format!("&{}[..]", v.name),
        };
        let (a, b, rest) = (self.unique(), self.unique(), self.unique());
        let arm = |g: &mut Grower, names: &[(&str, Ty)]| {
            g.scoped(|g| {
                for (n, t) in names {
                    g.bind(n, t.clone(), false);
                }
                g.float_expr(depth)
            })
        };
        let number = Ty::Ref(Box::new(Ty::Float));
        let slice = Ty::Slice(Box::new(Ty::Float));
        let one = arm(self, &[(&a, number.clone())]);
        let last = match self.rng.below(3) {
            0 => {
                let body = arm(self, &[(&a, number.clone()), (&b, number)]);
                format!("[{a}, .., {b}] => {body}")
            }
            1 => {
                let body = arm(self, &[(&a, number), (&rest, slice)]);
                format!("[{a}, {rest} @ ..] => {body}")
            }
            _ => {
                let body = arm(self, &[(&b, number), (&rest, slice)]);
                format!("[{rest} @ .., {b}] => {body}")
            }
        };
        let none = self.leaf();
        Some(format!("match {scrutinee} {{ [] => {none}, [{a}] => {one}, {last} }}").paren())
    }

    /// Changes how many elements there are, or their order.
    pub fn grow_vec(&mut self) -> String {
        let Some(v) = self.own_vec() else {
            let name = self.unique();
            let value = self.float_expr(2);
            self.bind(&name, Ty::Vec(Box::new(Ty::Float)), true);
            return format!("let mut {name}: Vec<{}> = Vec::new();\n{name}.push({value});\n", self.float);
        };
        let name = v.name.clone();
        let value = self.locking(std::slice::from_ref(&name), |g| g.float_expr(2));
        let kind = self.rng.below(16);
        if kind > 2 {
            self.forget_length(&name);
        }
        match kind {
            0..3 => format!("{name}.push({value});\n"),
            3..5 => {
                let x = self.fresh();
                let other = self.literal();
                self.bind(&x, Ty::Float, false);
                format!("let {x} = {name}.pop().unwrap_or({other});\n")
            }
            5 => {
                let w = self.choose(|_, w| w.name != name && matches!(&w.ty, Ty::Vec(t) | Ty::Array(t, _) if **t == Ty::Float));
                match w {
                    Some(w) => format!("{name}.extend_from_slice(&{});\n", w.name),
                    None => self.assign(),
                }
            }
            6 => format!("{name}.truncate({});\n", 1 + self.rng.below(3)),
            7 => format!("{name}.insert(0, {value});\n"),
            8 => {
                let x = self.unique();
                self.bind(&x, Ty::Float, false);
                format!("let {x} = if {name}.len() > 1 {{ {name}.remove(1) }} else {{ {value} }};\n")
            }
            9 => format!("if {name}.len() > 1 {{ {name}.swap_remove(0); }}\n"),
            10 => format!("{name}.reverse();\n"),
            11 => format!("if {name}.len() > 1 {{ {name}.rotate_left(1); }}\n"),
            12 if self.float != "T" => format!("{name}.sort_by(|m, n| m.total_cmp(n));\n"),
            13 => {
                let lit = self.literal();
                format!("{name}.retain(|m| *m < {lit});\n")
            }
            14 => format!("{name}.resize({}, {value});\n", 1 + self.rng.below(4)),
            _ => {
                let chain = self.locking(std::slice::from_ref(&name), |g| g.source(1));
                match chain {
                    Some(chain) => format!("{name}.extend({chain});\n"),
                    None => format!("{name}.push({value});\n"),
                }
            }
        }
    }

    /// A loop over the rows of a matrix.
    pub fn rows(&mut self, depth: u32) -> Option<String> {
        let matrix = |ty: &Ty| matches!(ty, Ty::Array(t, _) | Ty::Vec(t) | Ty::Slice(t) if matches!(&**t, Ty::Array(u, _) | Ty::Vec(u) if **u == Ty::Float));
        let v = self.choose(|_, v| matrix(&v.ty))?;
        let (Ty::Array(row, _) | Ty::Vec(row) | Ty::Slice(row)) = v.ty.clone() else { return None };
        let (r, i) = (self.unique(), self.unique());
        let locked = [v.name.clone()];
        let name = &v.name;
        if v.mutable && !matches!(v.ty, Ty::Slice(_)) && self.rng.chance(50) {
            let body = self.locking(&locked, |g| {
                g.body(None, depth, |g| {
                    g.bind(&r, (*row).clone(), true);
                    if let Some(var) = g.vars.last_mut() {
                        var.by_mut = true;
                    }
                })
            });
            return Some(format!("for {r} in {name}.iter_mut() {{ {body} }}\n"));
        }
        let elements = Ty::Slice(Box::new(Ty::Float));
        let body = self.locking(&locked, |g| {
            g.body(None, depth, |g| {
                g.bind(&r, elements, false);
                g.bind(&i, Ty::Usize, false);
            })
        });
        Some(format!("for ({i}, {r}) in {name}.iter().enumerate() {{ let {r}: &[{}] = &{r}[..]; {body} }}\n", self.float))
    }

    /// A loop over what an iterator chain gives.
    pub fn for_chain(&mut self, depth: u32) -> Option<String> {
        let chain = self.source(1)?;
        let used: Vec<String> = self.visible().into_iter().map(|v| v.name).filter(|n| mentions(&chain, n)).collect();
        let x = self.unique();
        let (label, prefix) = self.label();
        let body = self.locking(&used, |g| g.body(label, depth, |g| g.bind(&x, Ty::Float, false)));
        Some(format!("{prefix}for {x} in {chain} {{ {body} }}\n"))
    }

    /// A block that is left early, with a value or without.
    pub fn labelled_block(&mut self, depth: u32) -> String {
        let label = format!("'{}", self.unique());
        let outer = std::mem::take(&mut self.loops);
        let text = if self.rng.chance(50) {
            let x = self.fresh();
            let text = self.scoped(|g| {
                let first = g.statements(2, depth);
                format!("{first} if {} {{ break {label} ({}); }} {}", g.condition(1), g.float_expr(2), g.float_expr(2))
            });
            let text = format!("let {x}: {} = {label}: {{ {text} }};\n", self.float);
            self.bind(&x, Ty::Float, false);
            text
        } else {
            let text = self
                .scoped(|g| format!("{} if {} {{ break {label}; }} {}", g.statements(2, depth), g.condition(1), g.statements(2, depth)));
            format!("{label}: {{ {text} }}\n")
        };
        self.loops = outer;
        text
    }
}

/// Whether a text has this word.
fn mentions(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word)
}
