//! Lists and tables of known lengths: made, looked for, added up.
//!
//! Other statements read them as they read any list and change nothing of them, so that their lengths stay what they are.

use super::{Grower, Ty, Var};

/// What is known of a list or a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its length, or its rows and columns: numbers, or names of variables that never change.
    pub lengths: Vec<String>,
    /// Whether the rows of a table lie one after the other in one list.
    pub flat: bool,
    /// Whether its elements may be written to.
    pub changes: bool,
    /// Integers: they are below this.
    pub below: Option<String>,
}

impl Shape {
    pub fn rows(&self) -> &str {
        &self.lengths[0]
    }

    pub fn columns(&self) -> &str {
        &self.lengths[1]
    }

    pub fn is_table(&self) -> bool {
        self.lengths.len() == 2
    }

    pub fn is_square(&self) -> bool {
        self.is_table() && self.lengths[0] == self.lengths[1]
    }
}

/// A length as an integer that needs no context.
pub fn count(length: &str) -> String {
    if length.bytes().all(|b| b.is_ascii_digit()) { format!("{length}usize") } else { length.to_string() }
}

pub fn numbers() -> Ty {
    Ty::Vec(Box::new(Ty::Float))
}

/// An element of a table.
pub fn cell(table: &Var, i: &str, j: &str) -> String {
    let flat = table.shape.as_ref().filter(|s| s.flat);
    match flat {
        Some(s) => format!("{}[{i} * {} + {j}]", table.name, s.columns()),
        None => format!("{}[{i}][{j}]", table.name),
    }
}

impl Grower {
    /// Binds a list of which this is known; only what asks for its shape may change it.
    pub fn bind_shaped(&mut self, name: &str, ty: Ty, lengths: &[&str], flat: bool, below: Option<&str>) -> Var {
        self.bind(name, ty, false);
        let shape = Shape { lengths: lengths.iter().map(|l| l.to_string()).collect(), flat, changes: true, below: below.map(String::from) };
        let last = self.vars.last_mut().expect("just bound");
        last.shape = Some(shape);
        last.clone()
    }

    /// A list or table whose shape is as wanted.
    pub fn shaped(&mut self, wanted: impl Fn(&super::shape::Shape) -> bool) -> Option<Var> {
        self.choose(|_, v| v.shape.as_ref().is_some_and(&wanted))
    }

    /// A number that differs from element to element.
    pub fn element(&mut self, at: &[&str]) -> String {
        let sum = match at {
            [i] => i.to_string(),
            [i, j, ..] => format!("{i} * 3 + {j}"),
            [] => "0".into(),
        };
        let list =
            self.choose(|_, v| matches!(&v.ty, Ty::Slice(t) | Ty::Vec(t) | Ty::Array(t, _) if **t == Ty::Float) && v.shape.is_none());
        let lit = self.literal();
        let cast = if self.float == "T" {
            lit.clone()
        } else {
            format!("({} as {} * {})", sum.clone().in_parens(), self.float, self.number_of("0.125"))
        };
        match list {
            Some(v) if self.rng.chance(70) => match self.rng.below(3) {
                0 => format!("{n}[({sum}) % {n}.len()]", n = v.name),
                1 => format!("{n}[({sum}) % {n}.len()] * {lit}", n = v.name),
                _ => format!("({n}[({sum}) % {n}.len()] + {cast}).sin()", n = v.name),
            },
            _ => format!("({} + {cast}).cos()", self.leaf()),
        }
    }

    /// A number of elements: a literal, or one that only run time knows, for which `text` gets a statement.
    pub fn length(&mut self, lengths: &[usize], text: &mut String) -> String {
        let n = *self.rng.pick(lengths);
        if self.rng.chance(50) {
            return n.to_string();
        }
        if let Some(v) = self.choose(|_, v| v.length.is_some_and(|n| lengths.contains(&n)))
            && self.rng.chance(60)
        {
            return v.name;
        }
        let list = self.choose(|_, v| matches!(&v.ty, Ty::Slice(t) | Ty::Vec(t) if **t == Ty::Float) && !v.mutable && v.shape.is_none());
        let name = self.unique();
        *text += &match list {
            Some(v) if n > 4 => format!("let {name} = {}.len() + {};\n", v.name, n - 4),
            _ => format!("let {name} = {n}usize;\n"),
        };
        self.bind(&name, Ty::Usize, false);
        if let Some(v) = self.vars.last_mut() {
            v.length = Some(n);
        }
        name
    }

    /// A list of so many numbers that may be changed; `text` gets its declaration if it is new.
    pub fn vector(&mut self, length: &str, text: &mut String) -> Var {
        if self.rng.chance(55)
            && let Some(v) = self.shaped(|s| s.lengths == [length] && s.changes && s.below.is_none())
        {
            return v;
        }
        self.new_vector(length, text)
    }

    pub fn new_vector(&mut self, length: &str, text: &mut String) -> Var {
        let (name, i, float) = (self.unique(), self.unique(), self.float);
        let value = self.closure_body(|g| g.element(&[&i]));
        let (n, lit) = (count(length), self.literal());
        *text += &match self.rng.below(5) {
            0 => format!("let mut {name}: Vec<{float}> = vec![{lit}; {n}];\n"),
            1 => format!("let mut {name}: Vec<{float}> = Vec::new();\nfor {i} in 0..{n} {{ {name}.push({value}); }}\n"),
            2 => format!("let mut {name}: Vec<{float}> = Vec::with_capacity({n});\nfor {i} in 0..{n} {{ {name}.push({value}); }}\n"),
            3 => format!("let mut {name} = vec![{lit}; {n}];\nfor {i} in 0..{n} {{ {name}[{i}] = {value}; }}\n"),
            _ => format!("let mut {name}: Vec<{float}> = (0..{n}).map(|{i}| {value}).collect();\n"),
        };
        self.bind_shaped(&name, numbers(), &[length], false, None)
    }

    /// Integers below `bound`, with repetitions or without.
    pub fn index_list(&mut self, length: &str, bound: &str, text: &mut String) -> Var {
        if self.rng.chance(50)
            && let Some(v) = self.shaped(|s| s.lengths == [length] && s.below.as_deref() == Some(bound))
        {
            return v;
        }
        let (name, i) = (self.unique(), self.unique());
        let (n, b) = (count(length), count(bound));
        *text += &match self.rng.below(5) {
            0 => format!("let mut {name}: Vec<usize> = (0..{n}).map(|{i}| ({i} * 7 + 3) % {b}).collect();\n"),
            1 => format!("let mut {name}: Vec<usize> = (0..{n}).map(|{i}| ({i} / 2) % {b}).collect();\n"),
            2 => format!("let mut {name} = vec![0usize; {n}];\nfor {i} in 0..{n} {{ {name}[{i}] = ({i} * {i}) % {b}; }}\n"),
            3 => format!("let mut {name}: Vec<usize> = (0..{n}).map(|{i}| ({b} * 2 - 1 - {i} % {b}) % {b}).collect();\n"),
            _ => format!("let mut {name}: Vec<usize> = Vec::new();\nfor {i} in 0..{n} {{ {name}.push(({i} + 2) % {b}); }}\n"),
        };
        self.bind_shaped(&name, Ty::Vec(Box::new(Ty::Usize)), &[length], false, Some(bound))
    }

    /// A table; `text` gets its declaration.
    pub fn new_table(&mut self, text: &mut String) -> Var {
        let float = self.float;
        let kind = self.rng.below(5);
        let columns =
            if kind == 0 { self.rng.pick(&[8, 9, 9, 10, 12, 3]).to_string() } else { self.length(&[8, 8, 9, 10, 12, 17, 3], text) };
        let rows = match self.rng.below(10) {
            0..4 => columns.clone(),
            _ if kind == 0 => (1 + self.rng.below(5)).to_string(),
            _ => self.length(&[1, 2, 3, 4, 5, 8], text),
        };
        let (name, i, j) = (self.unique(), self.unique(), self.unique());
        let value = self.closure_body(|g| g.element(&[&i, &j]));
        let (r, c, lit) = (count(&rows), count(&columns), self.literal());
        let lengths = [rows.as_str(), columns.as_str()];
        let list = Ty::Vec(Box::new(numbers()));
        let fill = format!("for {i} in 0..{r} {{ for {j} in 0..{c} {{ {name}[{i}][{j}] = {value}; }} }}\n");
        match kind {
            0 => {
                *text += &if self.rng.chance(50) {
                    format!(
                        "let mut {name}: [[{float}; {columns}]; {rows}] = std::array::from_fn(|{i}| std::array::from_fn(|{j}| {value}));\n"
                    )
                } else {
                    format!("let mut {name}: [[{float}; {columns}]; {rows}] = [[{lit}; {columns}]; {rows}];\n{fill}")
                };
                let row = Ty::Array(Box::new(Ty::Float), columns.parse().expect("a literal"));
                let table = Ty::Array(Box::new(row), rows.parse().expect("a literal"));
                self.bind_shaped(&name, table, &lengths, false, None)
            }
            1 => {
                let k = self.unique();
                *text += &match self.rng.below(3) {
                    0 => format!(
                        "let mut {name} = vec![{lit}; {r} * {c}];\nfor {i} in 0..{r} {{ for {j} in 0..{c} {{ {name}[{i} * {c} + {j}] = {value}; }} }}\n"
                    ),
                    1 => format!(
                        "let mut {name} = vec![{lit}; {r} * {c}];\nfor {i} in 0..{r} {{ for {j} in 0..{c} {{ let {k} = {i} * {c} + {j}; {name}[{k}] = {value}; }} }}\n"
                    ),
                    _ => format!(
                        "let mut {name}: Vec<{float}> = (0..{r} * {c}).map(|{k}| {{ let ({i}, {j}) = ({k} / {c}, {k} % {c}); {value} }}).collect();\n"
                    ),
                };
                self.bind_shaped(&name, numbers(), &lengths, true, None)
            }
            2 => {
                *text += &format!("let mut {name}: Vec<Vec<{float}>> = vec![vec![{lit}; {c}]; {r}];\n{fill}");
                self.bind_shaped(&name, list, &lengths, false, None)
            }
            3 => {
                let row = self.unique();
                *text += &format!(
                    "let mut {name}: Vec<Vec<{float}>> = Vec::new();\nfor {i} in 0..{r} {{ let mut {row} = Vec::with_capacity({c}); for {j} in 0..{c} {{ {row}.push({value}); }} {name}.push({row}); }}\n"
                );
                self.bind_shaped(&name, list, &lengths, false, None)
            }
            _ => {
                *text +=
                    &format!("let mut {name}: Vec<Vec<{float}>> = (0..{r}).map(|{i}| (0..{c}).map(|{j}| {value}).collect()).collect();\n");
                self.bind_shaped(&name, list, &lengths, false, None)
            }
        }
    }

    /// A table that is there, or a new one.
    pub fn table(&mut self, text: &mut String) -> Var {
        if self.rng.chance(70)
            && let Some(v) = self.shaped(|s| s.is_table() && s.changes)
        {
            return v;
        }
        self.new_table(text)
    }

    /// One number of all that a list or table holds.
    pub fn added_up(&mut self, v: &Var) -> String {
        let (n, float) = (v.name.clone(), self.float);
        let lit = self.literal();
        let rows = v.shape.as_ref().is_some_and(|s| s.is_table() && !s.flat);
        match (self.rng.below(4), rows) {
            (0, true) => format!("{n}.iter().map(|m| m.iter().copied().sum::<{float}>()).fold({lit}, |m, n| m + n * n)"),
            (1, true) => format!("{n}.iter().flatten().map(|m| m.sin()).sum::<{float}>()"),
            (_, true) => format!("{n}.iter().map(|m| m.iter().map(|&m| m * m).sum::<{float}>() * {lit}).sum::<{float}>()"),
            (0, false) => format!("{n}.iter().copied().sum::<{float}>()"),
            (1, false) => format!("{n}.iter().fold({lit}, |m, &n| m * {} + n)", self.number_of("0.5")),
            (2, false) => format!("{n}.iter().map(|m| m.sin()).sum::<{float}>()"),
            (_, false) => format!("{n}.iter().map(|&m| m * m).sum::<{float}>()"),
        }
    }

    /// What the lists and tables hold that this function has filled.
    pub fn harvest(&mut self) -> Option<String> {
        let mut all: Vec<Var> = self.visible();
        all.retain(|v| v.shape.as_ref().is_some_and(|s| s.below.is_none()) && !self.locked.contains(&v.name));
        let mut terms = Vec::new();
        for v in all {
            if self.rng.chance(60) {
                terms.push(self.added_up(&v));
            }
        }
        if terms.is_empty() { None } else { Some(terms.join(" + ")) }
    }
}

trait InParens {
    fn in_parens(self) -> String;
}

impl InParens for String {
    fn in_parens(self) -> String {
        if self.contains(' ') { format!("({self})") } else { self }
    }
}
