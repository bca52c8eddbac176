//! Statements that few programs need and somebody writes: references that a branch chooses, lookups, closures that change what they
//! capture, lists of structs, double buffers, values of nested loops.

use super::expr::Paren;
use super::{Grower, Ty, Var};

fn one_number() -> Box<Ty> {
    Box::new(Ty::Float)
}

impl Grower {
    /// One of them, if there is what it needs.
    pub fn wider(&mut self, depth: u32) -> Option<String> {
        match self.rng.below(27) {
            0 => self.chosen_reference(),
            1 => self.taken_apart(depth),
            2 => self.changed_by_iterator(),
            3 => Some(self.hashed()),
            4 => Some(self.value_of_nested_loops(depth)),
            5 => Some(self.counting_closure()),
            6 => self.pushing_closure(),
            7 => self.taken(),
            8 => self.inner_function(),
            9 => Some(self.match_with_guards(depth)),
            10 => Some(self.observed()),
            11 => Some(self.nested_tuple()),
            12 => self.by_hand(depth),
            13 => self.split_in_two(),
            14 => self.folded_pair(),
            15 => self.all_or_nothing(),
            16 => self.argument_of_the_largest(),
            17 | 18 => self.struct_list(depth),
            19 => Some(self.optional_pair()),
            20 => Some(self.boxed()),
            21 => Some(self.assigned_later()),
            22 => self.part_of_list(),
            23 => self.double_buffer(),
            24 => self.less_common_change(),
            25 => self.chunks_changed(depth),
            _ => self.closure_in_loop(),
        }
    }

    /// A name for a new variable of this type.
    fn named(&mut self, ty: Ty, mutable: bool) -> String {
        let name = self.fresh();
        self.bind(&name, ty, mutable);
        name
    }

    fn own_list(&mut self) -> Option<Var> {
        self.choose(|_, v| v.mutable && !v.by_mut && v.index_of.is_none() && v.ty == Ty::Vec(one_number()))
    }

    fn mutable_sequence(&mut self) -> Option<Var> {
        self.choose(|_, v| v.mutable && matches!(&v.ty, Ty::Array(t, _) | Ty::Vec(t) | Ty::SliceMut(t) if **t == Ty::Float))
    }

    fn chosen_reference(&mut self) -> Option<String> {
        let (v, w) = (self.sequence()?, self.sequence()?);
        let c = self.condition(1);
        self.locked.extend([v.name.clone(), w.name.clone()]);
        let r = self.named(Ty::Slice(one_number()), false);
        Some(format!("let {r}: &[{}] = if {c} {{ &{}[..] }} else {{ &{}[..] }};\n", self.float, v.name, w.name))
    }

    /// `if let Some((first, rest)) = v.split_first() { .. }` and the like.
    fn taken_apart(&mut self, depth: u32) -> Option<String> {
        let v = self.sequence()?;
        let (a, b) = (self.unique(), self.unique());
        let number = Ty::Ref(one_number());
        let (pattern, value, types) = match self.rng.below(5) {
            0 => (format!("Some(({a}, {b}))"), format!("{}.split_first()", v.name), vec![(a, number), (b, Ty::Slice(one_number()))]),
            1 => (format!("Some(({a}, {b}))"), format!("{}.split_last()", v.name), vec![(a, number), (b, Ty::Slice(one_number()))]),
            2 => (format!("[{a}, .., {b}]"), format!("&{}[..]", v.name), vec![(a, number.clone()), (b, number)]),
            3 => {
                let i = self.usize_expr(1);
                (format!("Some(&{a})"), format!("{}.get({i})", v.name), vec![(a, Ty::Float)])
            }
            _ => (format!("Some({a})"), format!("{}.last()", v.name), vec![(a, number)]),
        };
        let then = self.locking(std::slice::from_ref(&v.name), |g| {
            g.scoped(|g| {
                types.iter().for_each(|(n, t)| g.bind(n, t.clone(), false));
                g.block(3, depth)
            })
        });
        let other = if self.rng.chance(40) { format!(" else {{ {} }}", self.block(2, depth)) } else { String::new() };
        Some(format!("if let {pattern} = {value} {{ {then} }}{other}\n"))
    }

    /// `v.iter_mut().for_each(|x| ..);`
    fn changed_by_iterator(&mut self) -> Option<String> {
        let v = self.mutable_sequence()?;
        let (x, y) = (self.unique(), self.unique());
        let w = self.choose(|_, w| w.name != v.name && matches!(&w.ty, Ty::Array(t, _) | Ty::Vec(t) | Ty::Slice(t) if **t == Ty::Float));
        let op = *self.rng.pick(&["=", "+=", "*="]);
        let names = [v.name.clone()];
        Some(match w {
            Some(w) if self.rng.chance(50) => {
                let body = self.locking(&names, |g| {
                    g.closure_body(|g| {
                        g.bind(&y, Ty::Ref(one_number()), false);
                        g.float_expr(2)
                    })
                });
                format!("{}.iter_mut().zip({}.iter()).for_each(|({x}, {y})| *{x} {op} {body});\n", v.name, w.name)
            }
            _ => {
                let body = self.locking(&names, |g| g.closure_body(|g| g.float_expr(2)));
                format!("{}.iter_mut().for_each(|{x}| *{x} {op} {body});\n", v.name)
            }
        })
    }

    /// Integers that decide.
    fn hashed(&mut self) -> String {
        let i = self.usize_expr(1);
        let name = self.named(Ty::Usize, false);
        match self.rng.below(3) {
            0 => format!(
                "let {name} = ((({i}) as u64).wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407) >> 60) as usize % 4;\n"
            ),
            1 => format!("let {name} = (({i}) ^ 5usize) & 3usize;\n"),
            _ => format!("let {name}: usize = (({i}).pow(2) + 1usize) % 5;\n"),
        }
    }

    /// `let x = 'l: loop { .. for .. { break 'l value; } .. };`
    fn value_of_nested_loops(&mut self, depth: u32) -> String {
        let (label, n, i) = (format!("'{}", self.unique()), self.unique(), self.unique());
        let outer = std::mem::take(&mut self.loops);
        let text = self.scoped(|g| {
            g.bind(&n, Ty::Usize, false);
            let before = g.statements(2, depth);
            let inner = g.scoped(|g| {
                g.bind(&i, Ty::Usize, false);
                format!("{} if {} {{ break {label} {}; }}", g.statements(2, depth), g.condition(1), g.float_expr(2).paren())
            });
            format!("{n} += 1; {before} for {i} in 0..2usize {{ {inner} }} if {n} > 2 {{ break {label} {}; }}", g.float_expr(1).paren())
        });
        self.loops = outer;
        let x = self.named(Ty::Float, true);
        format!("let mut {n} = 0usize;\nlet mut {x}: {} = {label}: loop {{ {text} }};\n", self.float)
    }

    /// A closure with a counter of its own.
    fn counting_closure(&mut self) -> String {
        let (n, h, x) = (self.unique(), self.unique(), self.unique());
        let body = self.closure_body(|g| {
            g.bind(&n, Ty::Usize, false);
            g.bind(&x, Ty::Float, false);
            g.float_expr(2)
        });
        let (a, b) = (self.float_expr(1), self.float_expr(1));
        let y = self.named(Ty::Float, false);
        format!("let {y} = {{ let mut {n} = 0usize; let mut {h} = |{x}: {}| {{ {n} += 1; {body} }}; {h}({a}) + {h}({b}) }};\n", self.float)
    }

    fn pushing_closure(&mut self) -> Option<String> {
        let v = self.own_list()?;
        let (h, x) = (self.unique(), self.unique());
        let name = v.name.clone();
        let (body, a, b) = self.locking(std::slice::from_ref(&name), |g| {
            let body = g.closure_body(|g| {
                g.bind(&x, Ty::Float, false);
                g.float_expr(2)
            });
            (body, g.float_expr(1), g.float_expr(1))
        });
        Some(format!("{{ let mut {h} = |{x}: {}| {name}.push({body}); {h}({a}); {h}({b}); }}\n", self.float))
    }

    fn taken(&mut self) -> Option<String> {
        let v = self.own_list()?;
        self.forget_length(&v.name);
        let mutable = self.rng.chance(50);
        let value = match self.rng.chance(50) {
            true => format!("std::mem::take(&mut {})", v.name),
            false => format!("std::mem::replace(&mut {}, Vec::new())", v.name),
        };
        let x = self.named(Ty::Vec(one_number()), mutable);
        Some(format!("let {}{x} = {value};\n", if mutable { "mut " } else { "" }))
    }

    /// A function that is only known inside.
    fn inner_function(&mut self) -> Option<String> {
        if self.float == "T" {
            return None;
        }
        let (name, x, y) = (format!("inner_{}", self.unique()), self.unique(), self.unique());
        let (vars, locked, loops) = (std::mem::take(&mut self.vars), std::mem::take(&mut self.locked), std::mem::take(&mut self.loops));
        let calling = self.calling_itself.take();
        let body = self.closure_body(|g| {
            g.bind(&x, Ty::Float, false);
            g.bind(&y, Ty::Slice(one_number()), false);
            let functions = std::mem::take(&mut g.functions);
            let text = format!("{} {}", g.statements(2, 1), g.float_expr(2));
            g.functions = functions;
            text
        });
        (self.vars, self.locked, self.loops, self.calling_itself) = (vars, locked, loops, calling);
        let v = self.sequence()?;
        let float = self.float;
        let (a, b) = (self.float_expr(1), self.float_expr(1));
        let z = self.named(Ty::Float, false);
        let n = &v.name;
        Some(format!(
            "fn {name}({x}: {float}, {y}: &[{float}]) -> {float} {{ {body} }}\nlet {z} = {name}({a}, &{n}[..]) * {name}({b}, &{n}[..]);\n"
        ))
    }

    fn match_with_guards(&mut self, depth: u32) -> String {
        let i = self.usize_expr(1);
        let n = self.unique();
        let mut arms = Vec::new();
        for _ in 0..1 + self.rng.below(2) {
            let arm = self.scoped(|g| {
                g.bind(&n, Ty::Usize, false);
                format!("{n} if {} => {{ {} }}", g.condition(1), g.block(2, depth))
            });
            arms.push(arm);
        }
        let last = self.block(2, depth);
        format!("match {i} {{ {} _ => {{ {last} }} }}\n", arms.join(" "))
    }

    /// What only looks.
    fn observed(&mut self) -> String {
        let x = self.leaf();
        match self.rng.below(4) {
            _ if self.float == "T" => String::new(),
            0 => format!("assert!({} || true, \"{{}}\", {x});\n", self.condition(1)),
            1 => format!("eprintln!(\"{{}} {{:?}}\", {x}, {});\n", self.usize_expr(1)),
            2 => format!("debug_assert!(!{x}.is_infinite() || true);\n"),
            _ => format!("let _ = {}.is_nan();\n", x),
        }
    }

    fn nested_tuple(&mut self) -> String {
        let (a, b, c) = (self.float_expr(2), self.float_expr(1), self.usize_expr(1));
        let float = self.float;
        if self.rng.chance(50) {
            let ty = Ty::Tuple(vec![Ty::Float, Ty::Tuple(vec![Ty::Float, Ty::Usize])]);
            let name = self.named(ty, true);
            return format!("let mut {name}: ({float}, ({float}, usize)) = ({a}, ({b}, {c}));\n");
        }
        let (x, y, n) = (self.named(Ty::Float, false), self.unique(), self.unique());
        self.bind(&y, Ty::Float, true);
        self.bind(&n, Ty::Usize, false);
        format!("let ({x}, (mut {y}, {n})) = ({a}, ({b}, {c}));\n")
    }

    /// An iterator that is advanced by hand and looked ahead in.
    fn by_hand(&mut self, depth: u32) -> Option<String> {
        let v = self.sequence()?;
        let (it, x, y) = (self.unique(), self.unique(), self.unique());
        let lit = self.literal();
        let body = self.locking(std::slice::from_ref(&v.name), |g| {
            g.body(None, depth, |g| {
                g.bind(&x, Ty::Ref(one_number()), false);
                g.bind(&y, Ty::Float, false);
            })
        });
        Some(format!(
            "{{ let mut {it} = {}.iter().peekable();\nwhile let Some({x}) = {it}.next() {{ let {y} = {it}.peek().map_or({lit}, |m| **m); {body} }} }}\n",
            v.name
        ))
    }

    fn split_in_two(&mut self) -> Option<String> {
        let source = self.source(1)?;
        let float = self.float;
        if self.rng.chance(50) {
            let lit = self.literal();
            let (p, q) = (self.unique(), self.unique());
            let text = format!("let ({p}, mut {q}): (Vec<{float}>, Vec<{float}>) = {source}.partition(|m| *m < {lit});\n");
            self.bind(&p, Ty::Vec(one_number()), false);
            self.bind(&q, Ty::Vec(one_number()), true);
            return Some(text);
        }
        let x = self.unique();
        let body = self.closure_body(|g| {
            g.bind(&x, Ty::Float, false);
            g.float_expr(2)
        });
        let (p, q) = (self.unique(), self.unique());
        let text = format!("let ({p}, {q}): (Vec<{float}>, Vec<{float}>) = {source}.map(|{x}| ({x}, {body})).unzip();\n");
        self.bind(&p, Ty::Vec(one_number()), false);
        self.bind(&q, Ty::Vec(one_number()), false);
        Some(text)
    }

    fn folded_pair(&mut self) -> Option<String> {
        let source = self.source(1)?;
        let (p, q, x) = (self.unique(), self.unique(), self.unique());
        let (a, b) = (self.leaf(), self.literal());
        let (c, d) = self.closure_body(|g| {
            for n in [&p, &q, &x] {
                g.bind(n, Ty::Float, false);
            }
            (g.float_expr(2), g.float_expr(1))
        });
        let (y, z) = (self.named(Ty::Float, false), self.unique());
        self.bind(&z, Ty::Float, false);
        Some(format!("let ({y}, {z}) = {source}.fold(({a}, {b}), |({p}, {q}), {x}| ({c}, {d}));\n"))
    }

    /// `sum` and `collect` into an `Option`.
    fn all_or_nothing(&mut self) -> Option<String> {
        let source = self.source(1)?;
        let (x, lit) = (self.unique(), self.literal());
        let body = self.closure_body(|g| {
            g.bind(&x, Ty::Float, false);
            g.float_expr(1)
        });
        let chain = format!("{source}.map(|{x}| if {x} < {lit} {{ Some({body}) }} else {{ None }})");
        let float = self.float;
        if self.rng.chance(60) {
            let name = self.named(Ty::Option(one_number()), false);
            return Some(format!("let {name}: Option<{float}> = {chain}.sum();\n"));
        }
        let text = format!("{chain}.collect::<Option<Vec<{float}>>>().unwrap_or_default()");
        let name = self.named(Ty::Vec(one_number()), false);
        Some(format!("let {name}: Vec<{float}> = {text};\n"))
    }

    fn argument_of_the_largest(&mut self) -> Option<String> {
        let v = self.sequence()?;
        let lit = self.literal();
        let text = match self.rng.below(3) {
            0 => format!("{}.iter().position(|m| *m > {lit}).unwrap_or(0)", v.name),
            1 => format!("{}.iter().filter(|m| **m < {lit}).count()", v.name),
            _ if self.float == "T" => return None,
            _ => format!("{}.iter().enumerate().max_by(|m, n| m.1.total_cmp(n.1)).map_or(0, |(m, _)| m)", v.name),
        };
        let name = self.named(Ty::Usize, false);
        Some(format!("let {name}: usize = {text};\n"))
    }

    /// Lists of structs: made, changed, walked through.
    fn struct_list(&mut self, depth: u32) -> Option<String> {
        if self.structs.is_empty() || self.float == "T" {
            return None;
        }
        let s = self.rng.below(self.structs.len());
        let item = Ty::Struct(s);
        let has = |ty: &Ty| matches!(ty, Ty::Vec(t) | Ty::Array(t, _) | Ty::Slice(t) if **t == item);
        let Some(v) = self.choose(|_, v| has(&v.ty) && !v.by_mut) else {
            let ty = if self.rng.chance(50) { Ty::Vec(Box::new(item)) } else { Ty::Array(Box::new(item), 2) };
            let value = self.expr(&ty, 2);
            let text = self.ty(&ty);
            let name = self.named(ty, true);
            return Some(format!("let mut {name}: {text} = {value};\n"));
        };
        let locked = [v.name.clone()];
        let x = self.unique();
        let fields = self.structs[s].fields.clone();
        let field = fields.iter().find(|(_, t)| *t == Ty::Float).map_or("0".into(), |(n, _)| n.clone());
        Some(match self.rng.below(4) {
            0 if v.mutable && !matches!(v.ty, Ty::Slice(_)) => {
                let (value, body) = self.locking(&locked, |g| (g.float_expr(2), g.body(None, depth, |_| {})));
                let op = *self.rng.pick(&["=", "+=", "*="]);
                format!("for {x} in {}.iter_mut() {{ {x}.{field} {op} {value}; {body} }}\n", v.name)
            }
            1 => {
                let body = self.locking(&locked, |g| {
                    g.closure_body(|g| {
                        g.bind(&x, Ty::Ref(Box::new(Ty::Struct(s))), false);
                        g.float_expr(2)
                    })
                });
                let y = self.named(Ty::Float, false);
                format!("let {y} = {}.iter().map(|{x}| {body}).sum::<{}>();\n", v.name, self.float)
            }
            _ => {
                let body = self.locking(&locked, |g| g.body(None, depth, |g| g.bind(&x, Ty::Ref(Box::new(Ty::Struct(s))), false)));
                format!("for {x} in {}.iter() {{ {body} }}\n", v.name)
            }
        })
    }

    fn optional_pair(&mut self) -> String {
        let pair = Ty::Option(Box::new(Ty::Tuple(vec![Ty::Float, Ty::Float])));
        let float = self.float;
        let found = self.choose(|_, v| v.ty == pair && !v.by_mut);
        let Some(v) = found else {
            let (c, value) = (self.condition(1), self.expr(&Ty::Tuple(vec![Ty::Float, Ty::Float]), 2));
            let name = self.named(pair, true);
            return format!("let mut {name}: Option<({float}, {float})> = if {c} {{ Some({value}) }} else {{ None }};\n");
        };
        let (a, b) = (self.unique(), self.unique());
        let inside = |g: &mut Grower, f: &mut dyn FnMut(&mut Grower) -> String| {
            g.scoped(|g| {
                g.bind(&a, Ty::Float, false);
                g.bind(&b, Ty::Float, false);
                f(g)
            })
        };
        match self.rng.below(3) {
            0 => {
                let body = inside(self, &mut |g| g.block(2, 1));
                format!("if let Some(({a}, {b})) = {} {{ {body} }}\n", v.name)
            }
            1 => {
                let body = self.closure_body(|g| inside(g, &mut |g| g.float_expr(2)));
                let other = self.leaf();
                let y = self.named(Ty::Float, false);
                format!("let {y} = {}.map_or({other}, |({a}, {b})| {body});\n", v.name)
            }
            _ if v.mutable => {
                let body = self.locking(std::slice::from_ref(&v.name), |g| {
                    g.scoped(|g| {
                        g.bind(&a, Ty::Float, false);
                        g.vars.iter_mut().rev().take(1).for_each(|v| v.by_mut = true);
                        g.float_expr(2)
                    })
                });
                format!("if let Some(({a}, {b})) = &mut {} {{ *{b} += {body}; }}\n", v.name)
            }
            _ => self.assign(),
        }
    }

    fn boxed(&mut self) -> String {
        let b = self.unique();
        let (value, more) = (self.float_expr(2), self.float_expr(2));
        let y = self.named(Ty::Float, false);
        format!("let mut {b} = Box::new({value});\n*{b} += {more};\nlet {y}: {} = *{b} * *{b};\n", self.float)
    }

    /// `let x; if c { x = a; } else { x = b; }`
    fn assigned_later(&mut self) -> String {
        let (c, b, mutable) = (self.condition(1), self.float_expr(2), self.rng.chance(50));
        let (before, a) = self.scoped(|g| (g.statements(1, 0), g.float_expr(2)));
        let x = self.unique();
        self.bind(&x, Ty::Float, mutable);
        let word = if mutable { "mut " } else { "" };
        format!("let {word}{x}: {};\nif {c} {{ {before} {x} = {a}; }} else {{ {x} = {b}; }}\n", self.float)
    }

    fn part_of_list(&mut self) -> Option<String> {
        let v = self.sequence()?;
        let n = v.name.clone();
        let float = self.float;
        let i = self.usize_expr(1);
        if self.rng.chance(30) {
            self.locked.push(n.clone());
            let (p, q) = (self.unique(), self.unique());
            self.bind(&p, Ty::Slice(one_number()), false);
            self.bind(&q, Ty::Slice(one_number()), false);
            return Some(format!("let ({p}, {q}) = {n}.split_at({n}.len() / 2);\n"));
        }
        let range = match self.rng.below(3) {
            0 => format!("({i}).min({n}.len()).."),
            1 => format!("..({i}).min({n}.len())"),
            _ => "1..".into(),
        };
        self.locked.push(n.clone());
        let s = self.named(Ty::Slice(one_number()), false);
        Some(format!("let {s}: &[{float}] = &{n}[{range}];\n"))
    }

    fn double_buffer(&mut self) -> Option<String> {
        let v = self.sequence()?;
        let (cur, next, i) = (self.unique(), self.unique(), self.unique());
        let lit = self.literal();
        let value = self.scoped(|g| {
            g.bind(&cur, Ty::Vec(one_number()), false);
            g.bind(&i, Ty::Usize, false);
            if let Some(v) = g.vars.last_mut() {
                v.index_of = Some(cur.clone());
            }
            g.float_expr(3)
        });
        let steps = 1 + self.rng.below(3);
        let swap = if self.rng.chance(70) {
            format!("std::mem::swap(&mut {cur}, &mut {next});")
        } else {
            format!("{cur}.copy_from_slice(&{next});")
        };
        let text = format!(
            "let mut {cur} = {}.to_vec();\nlet mut {next} = vec![{lit}; {cur}.len()];\nfor _ in 0..{steps}usize {{ for {i} in 0..{cur}.len() {{ {next}[{i}] = {value}; }} {swap} }}\n",
            v.name
        );
        self.bind(&cur, Ty::Vec(one_number()), true);
        self.bind(&next, Ty::Vec(one_number()), false);
        Some(text)
    }

    fn less_common_change(&mut self) -> Option<String> {
        let v = self.own_list()?;
        let n = v.name.clone();
        self.forget_length(&n);
        let value = self.locking(std::slice::from_ref(&n), |g| g.float_expr(2));
        Some(match self.rng.below(8) {
            0 => format!("if {n}.len() > 1 {{ {n}.drain(..1); }}\n"),
            1 => {
                let x = self.named(Ty::Vec(one_number()), false);
                format!("let {x} = {n}.split_off({n}.len() / 2);\n")
            }
            2 => {
                let x = self.unique();
                format!("{{ let mut {x} = vec![{value}, {}]; {n}.append(&mut {x}); }}\n", self.literal())
            }
            3 => format!("if {n}.len() > 2 {{ {n}.copy_within(0..2, 1); }}\n"),
            4 => format!("{n}.clear(); {n}.push({value});\n"),
            5 => format!("{n}.dedup();\n"),
            6 => format!("{n} = {n}.iter().map(|m| *m * {}).collect();\n", self.literal()),
            _ => format!("if let Some(m) = {n}.last_mut() {{ *m *= {value}; }}\n"),
        })
    }

    /// `for c in v.chunks_mut(2) { c[0] += ..; }`
    fn chunks_changed(&mut self, depth: u32) -> Option<String> {
        let v = self.mutable_sequence()?;
        let c = self.unique();
        let (value, body) = self.locking(std::slice::from_ref(&v.name), |g| {
            let value = g.float_expr(2);
            let body = g.body(None, depth, |g| {
                g.bind(&c, Ty::SliceMut(one_number()), true);
                if let Some(v) = g.vars.last_mut() {
                    v.by_mut = true;
                }
            });
            (value, body)
        });
        let method = *self.rng.pick(&["chunks_mut", "chunks_exact_mut"]);
        Some(format!("for {c} in {}.{method}(2) {{ {c}[0] += {value}; {body} }}\n", v.name))
    }

    fn closure_in_loop(&mut self) -> Option<String> {
        let v = self.sequence()?;
        let (h, a, b, x) = (self.unique(), self.unique(), self.unique(), self.unique());
        let float = self.float;
        let body = self.closure_body(|g| {
            g.bind(&a, Ty::Float, false);
            g.bind(&b, Ty::Float, false);
            g.float_expr(3)
        });
        let (other, lit, s) = (self.leaf(), self.literal(), self.unique());
        self.bind(&s, Ty::Float, true);
        Some(format!(
            "let mut {s}: {float} = {lit};\n{{ let {h} = |{a}: {float}, {b}: {float}| {body}; for {x} in {}.iter() {{ {s} = {h}(*{x}, {s}); }} {s} += {h}({other}, {lit}); }}\n",
            v.name
        ))
    }

    /// An iterator that is no list's.
    pub fn made_source(&mut self, depth: u32) -> String {
        let (x, lit) = (self.unique(), self.literal());
        let start = self.leaf();
        match self.rng.below(4) {
            0 => {
                let body = self.closure_body(|g| {
                    g.bind(&x, Ty::Ref(one_number()), false);
                    g.float_expr(depth.min(2))
                });
                format!("std::iter::successors(Some({start}), |{x}| if *{x} < {lit} {{ Some({body}) }} else {{ None }}).take(3)")
            }
            1 => format!("std::iter::once({start}).chain(std::iter::once({lit}))"),
            2 => match self.sequence() {
                Some(v) => format!("{}.iter().copied().cycle().take(4)", v.name),
                None => format!("std::iter::once({start})"),
            },
            _ => {
                let body = self.closure_body(|g| {
                    g.bind(&x, Ty::Usize, false);
                    g.float_expr(depth.min(2))
                });
                format!("(0..3usize).map(|{x}| {body})")
            }
        }
    }

    /// A number looked up in a list.
    pub fn looked_up(&mut self, depth: u32) -> Option<String> {
        let v = self.sequence()?;
        let n = v.name;
        let other = self.leaf();
        Some(match self.rng.below(5) {
            0 => format!("{n}.get({}).copied().unwrap_or({other})", self.usize_expr(1)),
            1 => {
                let x = self.unique();
                let body = self.closure_body(|g| {
                    g.bind(&x, Ty::Ref(one_number()), false);
                    g.float_expr(depth.min(2))
                });
                format!("{n}.first().map_or({other}, |{x}| {body})")
            }
            2 => format!("{n}.last().copied().unwrap_or({other})"),
            3 => format!("{n}.iter().copied().next().unwrap_or({other})"),
            _ => format!("(if {n}.is_empty() {{ {other} }} else {{ {n}[0] }})"),
        })
    }
}
