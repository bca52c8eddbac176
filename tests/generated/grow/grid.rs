//! Elements reached by names of indices and by lists of them: grids in one list with their neighbours, gathers, scatters, sparse tables.

use super::shape::{Shape, count};
use super::{Grower, Ty, Var};

/// A grid in one list, and the name of an index into it.
struct Grid {
    now: String,
    next: String,
    rows: String,
    columns: String,
    i: String,
    j: String,
    k: String,
}

impl Grower {
    /// One statement, or some, about indices with names and lists of indices.
    pub fn about_indices(&mut self) -> String {
        match self.rng.below(10) {
            0..4 => self.stencil(),
            4 | 5 => self.scattered(),
            6 => self.gathered(),
            7 => self.sparse(),
            8 => self.stepped(),
            _ => self.around(),
        }
    }

    /// A flat table of at least three rows and columns, with one more list of its size.
    fn grid(&mut self, text: &mut String) -> Grid {
        let wide = |s: &Shape| s.flat && s.changes;
        let found = if self.rng.chance(70) { self.shaped(wide) } else { None };
        let now = match found {
            Some(v) => v,
            None => self.new_grid(text),
        };
        let s = now.shape.clone().expect("a grid's");
        let other = self.shaped(|o| *o == s);
        let next = match other {
            Some(v) if v.name != now.name && self.rng.chance(70) => v.name,
            _ => {
                let name = self.unique();
                *text += &match self.rng.below(3) {
                    0 => format!("let mut {name} = {}.clone();\n", now.name),
                    1 => format!("let mut {name} = vec![{}; {} * {}];\n", self.literal(), count(s.rows()), count(s.columns())),
                    _ => format!("let mut {name}: Vec<{}> = {}.iter().map(|m| m.sin()).collect();\n", self.float, now.name),
                };
                self.bind_shaped(&name, super::shape::numbers(), &[s.rows(), s.columns()], true, None).name
            }
        };
        let (i, j, k) = (self.unique(), self.unique(), self.unique());
        Grid { now: now.name, next, rows: count(s.rows()), columns: count(s.columns()), i, j, k }
    }

    fn new_grid(&mut self, text: &mut String) -> Var {
        let (rows, columns) = (self.length(&[3, 4, 5, 9], text), self.length(&[3, 4, 8, 9, 11], text));
        let (name, k, float) = (self.unique(), self.unique(), self.float);
        let value = self.closure_body(|g| g.element(&[&k]));
        let (r, c) = (count(&rows), count(&columns));
        *text += &if self.rng.chance(50) {
            format!("let mut {name}: Vec<{float}> = (0..{r} * {c}).map(|{k}| {value}).collect();\n")
        } else {
            format!("let mut {name} = vec![{}; {r} * {c}];\nfor {k} in 0..{name}.len() {{ {name}[{k}] = {value}; }}\n", self.literal())
        };
        self.bind_shaped(&name, super::shape::numbers(), &[&rows, &columns], true, None)
    }

    /// What stands in the brackets, by the name or written out.
    fn index_of(&mut self, g: &Grid) -> String {
        let Grid { i, j, k, columns: w, .. } = g;
        match self.rng.below(14) {
            0..5 => k.clone(),
            5 => format!("{k} - 1"),
            6 => format!("{k} + 1"),
            7 => format!("{k} - {w}"),
            8 => format!("{k} + {w}"),
            9 => format!("{i} * {w} + {j}"),
            10 => format!("({i} - 1) * {w} + {j} + 1"),
            11 => format!("({k} + 1) % ({} * {w})", g.rows),
            12 => format!("{j} * {} + {i}", g.rows),
            _ => format!("{i} * {w}"),
        }
    }

    fn grid_term(&mut self, g: &Grid) -> String {
        let mut text = String::new();
        for n in 0..1 + self.rng.below(4) {
            if n > 0 {
                text += *self.rng.pick(&[" + ", " + ", " - ", " * "]);
            }
            let list = if self.rng.chance(75) { &g.now } else { &g.next };
            text += &format!("{list}[{}]", self.index_of(g));
        }
        match self.rng.below(6) {
            0 => format!("({text}).sin()"),
            1 => format!("({text}) * {} * {}", self.number_of("0.1"), self.leaf()),
            2 => text,
            _ => format!("({text}) * {}", self.number_of("0.25")),
        }
    }

    /// `for i { for j { let k = i * w + j; next[k] = ..; } }`, some times.
    fn stencil(&mut self) -> String {
        let mut text = String::new();
        let mut g = self.grid(&mut text);
        let (h, w) = (g.rows.clone(), g.columns.clone());
        let (i, j, k) = (g.i.clone(), g.j.clone(), g.k.clone());
        let by_columns = self.rng.chance(25);
        let name = match self.rng.below(6) {
            0 => format!("let {k} = {j} + {w} * {i};\n"),
            1 => {
                let row = self.unique();
                format!("let {row} = {i} * {w}; let {k} = {row} + {j};\n")
            }
            2 => format!("let mut {k} = {i} * {w} + {j};\n"),
            _ => format!("let {k} = {i} * {w} + {j};\n"),
        };
        let mutable = name.starts_with("let mut");
        let mut body = name;
        let (sum, lit) = (self.unique(), self.literal());
        for _ in 0..1 + self.rng.below(3) {
            let value = self.grid_term(&g);
            let (now, next, at) = (g.now.clone(), g.next.clone(), self.index_of(&g));
            let op = *self.rng.pick(&["=", "+=", "-="]);
            body += &match self.rng.below(9) {
                0..3 => format!("{next}[{at}] = {value};\n"),
                3 => format!("{next}[{at}] {op} {value};\n"),
                4 => format!("{now}[{at}] = {value};\n"),
                5 => format!("{now}[{at}] {op} {value};\n"),
                6 => format!("{sum} += {value};\n"),
                7 => {
                    let q = self.unique();
                    format!("let {q} = {value}; {next}[{at}] += {q} * {q} * {lit}; {sum} -= {q};\n")
                }
                _ => format!("if {now}[{k}] > {lit} {{ {next}[{at}] = {value}; }}\n"),
            };
            if self.rng.chance(15) {
                // Another element by the same name.
                if mutable && self.rng.chance(60) {
                    body += &format!("{k} {};\n", self.rng.pick(&["-= 1", "+= 1"]));
                } else {
                    body += &format!("let {}{k} = {k} - {i} % 2;\n", if mutable { "mut " } else { "" });
                }
            }
        }
        let (rows, columns) = match self.rng.below(5) {
            0 => (format!("(1..{h} - 1).rev()"), format!("1..{w} - 1")),
            1 => (format!("1..{h} - 1"), format!("(1..{w} - 1).rev()")),
            _ => (format!("1..{h} - 1"), format!("1..{w} - 1")),
        };
        let (rows, columns) = (format!("for {i} in {rows}"), format!("for {j} in {columns}"));
        let loops =
            if by_columns { format!("{columns} {{ {rows} {{ {body} }} }}") } else { format!("{rows} {{ {columns} {{ {body} }} }}") };
        let (now, next) = (&g.now, &g.next);
        let turn = match self.rng.below(6) {
            0 | 1 => format!("std::mem::swap(&mut {now}, &mut {next});"),
            2 => format!("{now}.copy_from_slice(&{next});"),
            3 => format!("{now} = {next}.clone();"),
            4 => format!("{next}[0] = {now}[{w} + 1] * {lit};"),
            _ => String::new(),
        };
        let start = self.leaf();
        text += &format!("let mut {sum}: {} = {start};\n", self.float);
        text += &match self.rng.below(3) {
            0 => format!("{loops}\n"),
            _ => format!("for _ in 0..{}usize {{ {loops} {turn} }}\n", 1 + self.rng.below(3)),
        };
        g.k.clear();
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// `y[at[i]] += x[i];` and its neighbours.
    fn scattered(&mut self) -> String {
        let mut text = String::new();
        let (n, m) = (self.length(&[4, 6, 9, 16], &mut text), self.length(&[3, 5, 8], &mut text));
        let at = self.index_list(&n, &m, &mut text).name;
        let x = self.vector(&n, &mut text).name;
        let y = self.vector(&m, &mut text).name;
        let (i, j, float) = (self.unique(), self.unique(), self.float);
        let (n, m) = (count(&n), count(&m));
        let (lit, small) = (self.literal(), self.number_of("0.25"));
        let (sum, start) = (self.unique(), self.leaf());
        let mut body = String::new();
        for _ in 0..1 + self.rng.below(2) {
            body += &match self.rng.below(12) {
                0 => format!("{y}[{at}[{i}]] += {x}[{i}] * {lit};\n"),
                1 => format!("{y}[{at}[{i}]] = {y}[{at}[{i}]] * {x}[{i}] * {small};\n"),
                2 => format!("let {j} = {at}[{i}]; {y}[{j}] += {x}[{i}] * {y}[{j}] * {small};\n"),
                3 => format!("let {j} = {at}[{i}]; {x}[{i}] = {y}[{j}].sin(); {y}[{j}] = {x}[{i}] * {lit};\n"),
                4 => format!(
                    "let {j} = {at}[{i}]; {y}[{j}] -= {x}[{i}]; let {j} = ({j} + 1) % {m}; {y}[{j}] += {x}[{i}] * {y}[{j}] * {small};\n"
                ),
                5 => format!("let mut {j} = {at}[{i}]; {y}[{j}] += {x}[{i}]; {j} = ({j} + {i}) % {m}; {y}[{j}] *= {x}[{i}].cos();\n"),
                6 => format!("{at}[{i}] = ({at}[{i}] + 1) % {m}; {y}[{at}[{i}]] += {x}[{i}] * {x}[{i}] * {small};\n"),
                7 => format!("{at}.swap(0, {i}); {sum} += {y}[{at}[{i}]] * {x}[{at}[{i}] % {n}];\n"),
                8 => format!("{sum} += {y}[{at}[{i}]] * {x}[{i}]; {y}[{at}[{i}]] = {x}[{i}];\n"),
                9 => format!("if {at}[{i}] > 0 {{ {y}[{at}[{i}] - 1] += {x}[{i}] * {lit}; {sum} += {y}[{at}[{i}]]; }}\n"),
                10 => format!("let q = {x}[{i}] * {y}[{at}[{n} - 1 - {i}]]; {y}[{at}[{i}]] += q * {small}; {x}[{i}] = q;\n"),
                _ => format!("{y}[{at}[{i}]] = {y}[{at}[{i}]].max({x}[{i}]);\n"),
            };
        }
        text += &format!("let mut {sum}: {float} = {start};\n");
        text += &match self.rng.below(3) {
            0 => format!("for _ in 0..2usize {{ for {i} in 0..{n} {{ {body} }} }}\n"),
            1 => format!("for {i} in (0..{n}).rev() {{ {body} }}\n"),
            _ => format!("for {i} in 0..{n} {{ {body} }}\n"),
        };
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// Elements in the order of a list of indices.
    fn gathered(&mut self) -> String {
        let mut text = String::new();
        let (n, m) = (self.length(&[4, 6, 9, 16], &mut text), self.length(&[3, 5, 8], &mut text));
        let at = self.index_list(&n, &m, &mut text).name;
        let y = self.vector(&m, &mut text).name;
        let (name, i, float) = (self.unique(), self.unique(), self.float);
        let lit = self.literal();
        let f = *self.rng.pick(&["", ".sin()", ".abs()"]);
        text += &match self.rng.below(5) {
            0 => format!("let mut {name}: Vec<{float}> = {at}.iter().map(|&{i}| {y}[{i}]{f}).collect();\n"),
            1 => format!(
                "let mut {name}: Vec<{float}> = {at}.iter().enumerate().map(|(m, {i})| {y}[*{i}]{f} * {y}[m % {y}.len()]).collect();\n"
            ),
            2 => format!(
                "let mut {name}: Vec<{float}> = Vec::new();\nfor &{i} in {at}.iter() {{ {name}.push({y}[{i}]{f} * {lit}); {y}[{i}] *= {lit}; }}\n"
            ),
            3 => format!(
                "let mut {name}: Vec<{float}> = {at}.windows(2).map(|{i}| {y}[{i}[0]] * {y}[{i}[1]]{f}).collect();\n{name}.push({lit});\n"
            ),
            _ => format!(
                "let mut {name} = vec![{lit}; {at}.len()];\nfor (m, &{i}) in {at}.iter().enumerate() {{ {name}[m] = {y}[{i}]{f}; {y}[{i}] = {name}[m / 2]; }}\n"
            ),
        };
        self.bind_shaped(&name, super::shape::numbers(), &[&n], false, None);
        text
    }

    /// A sparse table times a list, by rows or by entries.
    fn sparse(&mut self) -> String {
        let mut text = String::new();
        let n = self.length(&[3, 5, 8], &mut text);
        let (start, columns, values) = (self.unique(), self.unique(), self.unique());
        let (i, k, float) = (self.unique(), self.unique(), self.float);
        let c = count(&n);
        let each = 1 + self.rng.below(3);
        let value = self.closure_body(|g| g.element(&[&k]));
        text += &format!(
            "let {start}: Vec<usize> = (0..={c}).map(|m| m * {each}).collect();\nlet {columns}: Vec<usize> = (0..{c} * {each}).map(|m| (m * 5 + 1) % {c}).collect();\nlet mut {values}: Vec<{float}> = (0..{c} * {each}).map(|{k}| {value}).collect();\n"
        );
        let (x, y) = (self.vector(&n, &mut text).name, self.new_vector(&n, &mut text).name);
        let (s, zero) = (self.unique(), self.number_of("0.0"));
        text += &match self.rng.below(6) {
            0 => format!(
                "for {i} in 0..{c} {{ let mut {s}: {float} = {zero}; for {k} in {start}[{i}]..{start}[{i} + 1] {{ {s} += {values}[{k}] * {x}[{columns}[{k}]]; }} {y}[{i}] = {s}; }}\n"
            ),
            1 => format!(
                "for {i} in 0..{c} {{ for {k} in {start}[{i}]..{start}[{i} + 1] {{ {y}[{columns}[{k}]] += {values}[{k}] * {x}[{i}]; }} }}\n"
            ),
            2 => format!(
                "for {i} in 0..{c} {{ let mut {s} = {x}[{i}]; for {k} in {start}[{i}]..{start}[{i} + 1] {{ {s} -= {values}[{k}] * {x}[{columns}[{k}]]; }} {x}[{i}] = {s}.tanh(); {y}[{i}] += {s}; }}\n"
            ),
            3 => format!(
                "for {k} in 0..{values}.len() {{ let {i} = {columns}[{k}]; {y}[{i}] += {values}[{k}] * {x}[{i}]; {values}[{k}] *= {y}[{i}].cos(); }}\n"
            ),
            4 => format!(
                "for {i} in 0..{c} {{ {y}[{i}] = {values}[{start}[{i}]..{start}[{i} + 1]].iter().zip({columns}[{start}[{i}]..{start}[{i} + 1]].iter()).map(|(v, &m)| *v * {x}[m]).sum::<{float}>(); }}\n"
            ),
            _ => format!(
                "for {i} in 0..{c} {{ let (a, b) = ({start}[{i}], {start}[{i} + 1]); for {k} in a..b {{ let m = {columns}[{k}]; {y}[m] = {y}[m] * {values}[{k}] + {x}[{i}]; }} }}\n"
            ),
        };
        text
    }

    /// A position that a loop moves on by itself.
    fn stepped(&mut self) -> String {
        let mut text = String::new();
        let n = self.length(&[6, 9, 16], &mut text);
        let (x, y) = (self.vector(&n, &mut text).name, self.new_vector(&n, &mut text).name);
        let (p, i, j, sum) = (self.unique(), self.unique(), self.unique(), self.unique());
        let (c, lit, start) = (count(&n), self.literal(), self.leaf());
        text += &format!("let mut {sum}: {} = {start};\n", self.float);
        text += &match self.rng.below(7) {
            0 => format!(
                "let mut {p} = 0usize;\nfor {i} in 0..2usize {{ for {j} in 0..{c} / 2 {{ {sum} += {x}[{p}] * {y}[{j}]; {p} += 1; }} }}\n"
            ),
            1 => format!(
                "let mut {p} = 0usize;\nwhile {p} + 1 < {c} {{ {y}[{p} + 1] = {y}[{p}] * {x}[{p}] + {lit}; {p} += 1; if {y}[{p}] > {lit} {{ {p} += 1; }} }}\n"
            ),
            2 => {
                format!("let mut {p} = {c};\nwhile {p} > 1 {{ {p} -= 1; {sum} += {x}[{p}] * {y}[{p} - 1]; {x}[{p} / 2] = {sum}.sin(); }}\n")
            }
            3 => format!(
                "let mut {p} = 0usize;\nfor {i} in 0..{c} {{ if {x}[{i}] > {lit} {{ {y}[{p}] = {x}[{i}] * {lit}; {p} += 1; }} }}\nfor {i} in 0..{p} {{ {sum} += {y}[{i}] * {y}[{i}]; }}\n"
            ),
            4 => format!(
                "let mut {p} = 0usize;\nfor {i} in 0..{c} {{ {y}[{p}] += {x}[{i}]; {p} = ({p} + 3) % {c}; {sum} += {y}[{p}] * {lit}; }}\n"
            ),
            5 => format!(
                "let mut {p} = 1usize;\nwhile {p} < {c} {{ let mut {i} = 0usize; while {i} + {p} < {c} {{ let a = {x}[{i}]; let b = {x}[{i} + {p}] * {y}[{p}]; {x}[{i}] = a + b; {x}[{i} + {p}] = (a - b) * {lit}; {i} += 2 * {p}; }} {p} *= 2; }}\n"
            ),
            _ => format!(
                "let mut {p} = 0usize;\nloop {{ let {j} = {p}; {p} += 1; if {p} >= {c} {{ break; }} {x}[{p}] += {x}[{j}] * {y}[{p}]; {sum} += {x}[{j}]; }}\n"
            ),
        };
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// Neighbours on a ring, and mirrored ones.
    fn around(&mut self) -> String {
        let mut text = String::new();
        let n = self.length(&[5, 8, 9, 20], &mut text);
        let (x, y) = (self.vector(&n, &mut text).name, self.new_vector(&n, &mut text).name);
        let (i, a, b) = (self.unique(), self.unique(), self.unique());
        let (c, lit) = (count(&n), self.literal());
        let names = match self.rng.below(4) {
            0 => format!("let {a} = ({i} + {c} - 1) % {c}; let {b} = ({i} + 1) % {c};"),
            1 => format!("let ({a}, {b}) = (if {i} == 0 {{ {c} - 1 }} else {{ {i} - 1 }}, if {i} + 1 == {c} {{ 0 }} else {{ {i} + 1 }});"),
            2 => format!("let {a} = {i}.saturating_sub(1); let {b} = ({i} + 1).min({c} - 1);"),
            _ => format!("let {a} = {c} - 1 - {i}; let {b} = {i} / 2;"),
        };
        let body = match self.rng.below(6) {
            0 => format!("{y}[{i}] = ({x}[{a}] - {x}[{b}]) * {lit};"),
            1 => format!("{y}[{i}] += {x}[{a}] * {x}[{i}] * {x}[{b}];"),
            2 => format!("{x}[{i}] = ({x}[{a}] + {x}[{b}]).sin() * {lit};"),
            3 => format!("{y}[{a}] += {x}[{i}] * {lit}; {y}[{b}] -= {x}[{i}] * {x}[{a}];"),
            4 => format!("let q = {x}[{b}] - {x}[{a}]; {y}[{i}] = q * q; {x}[{i}] += q * {lit};"),
            _ => format!("{x}.swap({a}, {b}); {y}[{i}] += {x}[{a}] * {lit};"),
        };
        let loops = format!("for {i} in 0..{c} {{ {names} {body} }}");
        text += &if self.rng.chance(50) {
            format!("for _ in 0..{}usize {{ {loops} std::mem::swap(&mut {x}, &mut {y}); }}\n", 1 + self.rng.below(3))
        } else {
            format!("{loops}\n")
        };
        text
    }
}
