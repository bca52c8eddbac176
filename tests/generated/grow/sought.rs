//! Loops of the forms that the passes look for, each with parts that may be there or not, be another or stand elsewhere: so that some are
//! what a pass takes, and others nearly are.

use super::shape::{Shape, cell, count, numbers};
use super::{Grower, Ty, Var};

/// A table with lists as long as its rows and columns.
struct Table {
    table: Var,
    rows: String,
    columns: String,
    by_row: String,
    by_column: String,
    other: String,
}

impl Grower {
    /// One of them.
    pub fn about_passes(&mut self) -> String {
        match self.rng.below(10) {
            0..4 => self.summed_columns(),
            4 => self.columns_handed_out(),
            5 | 6 => self.sought(),
            7 => self.independent(),
            8 => self.scratch_buffer(),
            _ => self.pushed(),
        }
    }

    fn maybe(&mut self, percent: usize, text: String) -> String {
        if self.rng.chance(percent) { text } else { String::new() }
    }

    fn one_of(&mut self, texts: &[String]) -> String {
        self.rng.pick(texts).clone()
    }

    fn with_lists(&mut self, text: &mut String) -> Table {
        let long = |s: &Shape| s.is_table() && s.changes && s.columns().parse().map_or(true, |n: usize| n >= 8);
        let found = if self.rng.chance(50) { self.shaped(long) } else { None };
        let table = match found {
            Some(t) => t,
            None => self.new_table(text),
        };
        let s = table.shape.clone().expect("a table's");
        let by_row = self.vector(s.rows(), text).name;
        let by_column = self.vector(s.columns(), text).name;
        let other = self.vector(s.columns(), text).name;
        Table { table, rows: count(s.rows()), columns: count(s.columns()), by_row, by_column, other }
    }

    /// `for j { let mut s = b[j]; for i { s += w[i][j] * x[i]; } h[j] = s; }`
    fn summed_columns(&mut self) -> String {
        let mut text = String::new();
        let t = self.with_lists(&mut text);
        let (rows, columns, x, b) = (t.rows.clone(), t.columns.clone(), t.by_row.clone(), t.by_column.clone());
        let square = t.table.shape.as_ref().is_some_and(Shape::is_square);
        let h =
            if self.rng.chance(60) { self.new_vector(&t.table.shape.clone().expect("one").lengths[1], &mut text).name } else { t.other };
        let (i, j, s, u, c, q, carry, float) =
            (self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let (lit, small, zero, leaf) = (self.literal(), self.number_of("0.1"), self.number_of("0.0"), self.leaf());
        let element = cell(&t.table, &i, &j);
        let has_c = self.rng.chance(40);
        let mut starts = vec![
            zero.clone(),
            lit.clone(),
            format!("{b}[{j}]"),
            format!("{b}[{j}] * {leaf}"),
            format!("{carry} * {small}"),
            format!("{h}[{j}]"),
        ];
        starts.truncate(if self.rng.chance(30) { 6 } else { 4 });
        let start = self.one_of(&starts);
        let mut body = String::new();
        if has_c {
            body += &format!("let {c} = {b}[{j}] * {leaf}; ");
        }
        body += &format!("let mut {s}: {float} = {start}; ");
        let mut has_q = false;
        for _ in 0..self.rng.below(3) {
            body += &match self.rng.below(9) {
                0 | 1 => format!("{u} += {s}; "),
                2 => format!("{s} = {s} * {s}; "),
                3 => format!("{s} *= {lit}; "),
                4 => format!("{b}[{j}] += {s} * {small}; "),
                5 if !has_q => {
                    has_q = true;
                    format!("let {q} = {s} * {lit}; ")
                }
                6 => format!("{h}[{j}] = {s}; "),
                7 => format!("if {s} > {lit} {{ {s} = {b}[{j}]; }} "),
                _ => format!("{u} = {u} * {small} + {s}; "),
            };
        }
        let range = match self.rng.below(10) {
            0 if square => format!("0..{j}"),
            1 if square => format!("0..={j}"),
            2 if square => format!("{j}..{rows}"),
            3 => format!("(0..{rows}).rev()"),
            4 => format!("1..{rows}"),
            _ => format!("0..{rows}"),
        };
        let mut term = element.clone();
        for factor in [
            format!("{x}[{i}]"),
            small.clone(),
            leaf.clone(),
            if has_c { c.clone() } else { lit.clone() },
            if has_q { q.clone() } else { lit.clone() },
        ] {
            if self.rng.chance(40) {
                term = format!("{term} * {factor}");
            }
        }
        if self.rng.chance(15) {
            term = format!("({term}).sin()");
        }
        let op = *self.rng.pick(&["+=", "+=", "+=", "-="]);
        let inner = match self.rng.below(12) {
            0 => format!("{s} {op} {term}; {s} += {element}; "),
            1 => format!("{s} {op} {term}; {u} += {element} * {small}; "),
            2 => format!("{s} = {s} * {small} + {term}; "),
            3 => format!("let m = {term}; {s} {op} m * m; "),
            4 => format!("{s} {op} {term} * {s} * {small}; "),
            5 => format!("{x}[{i}] {op} {term}; {s} += {x}[{i}]; "),
            6 => format!("{element} = {term}; {s} += {element}; "),
            _ => format!("{s} {op} {term}; "),
        };
        body += &format!("for {i} in {range} {{ {inner}}} ");
        for _ in 0..self.rng.below(2) {
            body += &match self.rng.below(5) {
                0 => format!("{s} *= {lit}; "),
                1 => format!("{u} += {s} * {lit}; "),
                2 => format!("{b}[{j}] = {s}; "),
                3 => format!("{x}[0] += {s} * {small}; "),
                _ => format!("{u} -= {b}[{j}]; "),
            };
        }
        let value = match self.rng.below(6) {
            0 => format!("{s}.tanh()"),
            1 => format!("{s} * {}", if has_q { &q } else { &lit }),
            2 => format!("{s} + {}", if has_c { &c } else { &leaf }),
            3 => format!("{s} * {h}[{j}]"),
            _ => s.clone(),
        };
        body += &match self.rng.below(7) {
            0 => format!("{h}[{j}] += {value}; "),
            1 => format!("{} = {value}; ", cell(&t.table, "0", &j)),
            2 => format!("{u} += {value}; "),
            _ => format!("{h}[{j}] = {value}; "),
        };
        body += &self.maybe(20, format!("{carry} = {s}; "));
        let outer = match self.rng.below(8) {
            0 => format!("1..{columns}"),
            1 => format!("(0..{columns}).rev()"),
            2 => format!("0..{columns} - 1"),
            3 => format!("0..={columns} - 1"),
            _ => format!("0..{columns}"),
        };
        let again = self.rng.chance(20);
        let loops = format!("for {j} in {outer} {{ {body}}}");
        let loops = if again { format!("for _ in 0..2usize {{ {loops} }}") } else { loops };
        text += &format!("let (mut {u}, mut {carry}): ({float}, {float}) = ({leaf}, {lit});\n{loops}\n");
        self.bind(&u, Ty::Float, true);
        self.bind(&carry, Ty::Float, true);
        text
    }

    /// `for j { let s = v[j] / (..); v[j] = s; for i { z[i] += w[i][j] * s; } }`
    fn columns_handed_out(&mut self) -> String {
        let mut text = String::new();
        let t = self.with_lists(&mut text);
        let (i, j, s) = (self.unique(), self.unique(), self.unique());
        let Table { rows, columns, by_row: z, by_column: v, other, .. } = &t;
        let (lit, small, one) = (self.literal(), self.number_of("0.1"), self.number_of("1.0"));
        let element = cell(&t.table, &i, &j);
        let value = match self.rng.below(4) {
            0 => format!("{v}[{j}] / ({one} + {other}[{j}] * {other}[{j}])"),
            1 => format!("{v}[{j}] * {lit}"),
            2 => format!("({v}[{j}] + {z}[0]).sin()"),
            _ => format!("{v}[{j}]"),
        };
        let front = match self.rng.below(5) {
            0 => format!("{v}[{j}] = {s}; "),
            1 => format!("{other}[{j}] += {s} * {s}; "),
            2 => format!("{v}[{j}] = {lit}; "),
            _ => String::new(),
        };
        let inner = match self.rng.below(8) {
            0 => format!("{z}[{i}] -= {element} * {s}; {element} = {s}; "),
            1 => format!("{element} += {s} * {z}[{i}] * {small}; "),
            2 => format!("{element} = {element} * {s}; "),
            3 => format!("{z}[{i}] += {element} * {s} * {z}[{i}] * {small}; "),
            4 => format!("let m = {element} * {s}; {z}[{i}] += m * m * {small}; "),
            5 => format!("{z}[{i}] += {element} * {v}[{j}]; "),
            _ => format!("{z}[{i}] += {element} * {s}; "),
        };
        let behind = self.maybe(30, format!("{v}[{j}] = {z}[0] * {small}; "));
        let range =
            self.one_of(&[format!("0..{columns}"), format!("0..{columns}"), format!("(0..{columns}).rev()"), format!("1..{columns}")]);
        text += &format!("for {j} in {range} {{ let {s} = {value}; {front}for {i} in 0..{rows} {{ {inner}}} {behind}}}\n");
        text
    }

    /// `most = most.max(d);` in a loop, of what is computed.
    fn sought(&mut self) -> String {
        let mut text = String::new();
        let t = self.with_lists(&mut text);
        let (i, j, d, most, before, sum, float) =
            (self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let Table { rows, columns, by_row: x, by_column: y, .. } = &t;
        let (lit, small, zero, leaf) = (self.literal(), self.number_of("0.1"), self.number_of("0.0"), self.leaf());
        let element = cell(&t.table, &i, &j);
        let distance = match self.rng.below(6) {
            0 | 1 => format!("let mut {d}: {float} = {zero}; for {j} in 0..{columns} {{ let m = {element} - {y}[{j}]; {d} += m * m; }} "),
            2 => format!("let {d} = ({x}[{i}] * {leaf}).sin(); "),
            3 => format!("let {d} = {x}[{i}] * {x}[{i}] + {leaf}; "),
            4 => format!("let mut {d}: {float} = {leaf}; for {j} in 0..={i} {{ {d} = {d} * {x}[{j}].sin() + {small}; }} "),
            _ => format!("let {d} = (({x}[{i}] - {lit}).abs() + {lit}).sqrt(); "),
        };
        let f = *self.rng.pick(&["max", "min"]);
        let choice = match self.rng.below(8) {
            0 => format!("{most} = {d}.{f}({most}); "),
            1 => format!("{most} = {float}::{f}({most}, {d}); "),
            2 => format!("let {before} = {most}; {most} = {before}.{f}({d} + {before} * {small}); "),
            3 => format!("let {before} = {most}; {most} = {before}.{f}({d}); {sum} += {before} * {small}; "),
            4 => format!("if {i} % 2 == 0 {{ {most} = {most}.{f}({d}); }} "),
            5 => format!("if {d} > {most} {{ {most} = {d}; {sum} += {small} * {d}; }} "),
            _ => format!("{most} = {most}.{f}({d}); "),
        };
        let beside = match self.rng.below(8) {
            0 => format!("{sum} = {sum} * {small} + {d}; "),
            1 => format!("{most} *= {lit}; "),
            2 => format!("{x}[{i}] = {most}; "),
            3 => format!("{sum} = {sum}.min({d} * {lit}); "),
            4 => format!("if {most} > {lit} {{ break; }} "),
            _ => String::new(),
        };
        let first = self.maybe(25, format!("{x}[{i}] = {x}[{i}] * {lit} + {small}; "));
        let start = self.one_of(&[format!("-{}", self.number_of("50.0")), self.number_of("50.0"), lit.clone(), leaf.clone()]);
        text += &format!(
            "let (mut {most}, mut {sum}): ({float}, {float}) = ({start}, {lit});\nfor {i} in 0..{rows} {{ {first}{distance}{choice}{beside}}}\n"
        );
        self.bind(&most, Ty::Float, true);
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// Iterations of which nothing but sums leaves, or a little more.
    fn independent(&mut self) -> String {
        let mut text = String::new();
        let t = self.with_lists(&mut text);
        let (i, j, p, sum, scale, out, float) =
            (self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let Table { rows, columns, by_row: x, by_column: y, .. } = &t;
        let (lit, small, leaf) = (self.literal(), self.number_of("0.1"), self.leaf());
        let element = cell(&t.table, &i, &j);
        let body = match self.rng.below(5) {
            0 => format!(
                "let mut {p}: {float} = {x}[{i}] * {leaf}; for {j} in 0..{columns} {{ {p} += {element} * {y}[{j}]; }} {sum} += {p}.tanh(); "
            ),
            1 => format!("let {p} = ({x}[{i}] * {leaf}).exp() * {small}; {sum} += {p} * {x}[{i}]; "),
            2 => format!("for {j} in 0..{columns} {{ {sum} += ({element} * {y}[{j}]).sin() * {small}; }} "),
            3 => {
                format!("let mut {p}: {float} = {lit}; for {j} in 0..{columns} {{ {p} = {p} * {small} + {element}; }} {sum} -= {p} * {p}; ")
            }
            _ => format!("let {p} = {x}[{i}] - {leaf}; if {p} > {small} {{ {sum} += {p} * {p}; }} else {{ {sum} -= {p} * {lit}; }} "),
        };
        let more = match self.rng.below(9) {
            0 => format!("{x}[{i}] = {lit}; "),
            1 => format!("{y}[0] += {x}[{i}] * {small}; "),
            2 => format!("if {sum} > {lit} {{ {sum} *= {small}; }} "),
            3 => format!("{y}[{i} % {columns}] = {sum}; "),
            _ => String::new(),
        };
        let used = match self.rng.below(6) {
            0 => format!("{sum} * {sum}"),
            1 => format!("({sum} / {})", self.number_of("3.0")),
            2 => format!("{scale} * {sum}"),
            3 => format!("({scale} * {lit}).exp() * {sum} * {small}"),
            4 => format!("{sum}.sin()"),
            _ => sum.clone(),
        };
        let after = match self.rng.below(5) {
            0 => format!("{x}[0] = {sum}; "),
            1 => format!("{y}[1] *= {lit}; "),
            _ => String::new(),
        };
        text += &format!(
            "let mut {sum}: {float} = {leaf};\nfor {i} in 0..{rows} {{ {body}{more}}}\n{after}let {scale} = {x}[0] * {lit};\nlet {out} = {used};\n"
        );
        self.bind(&out, Ty::Float, false);
        if self.rng.chance(20) {
            self.bind(&sum, Ty::Float, true);
        }
        text
    }

    /// A buffer that every iteration overwrites, or nearly.
    fn scratch_buffer(&mut self) -> String {
        let mut text = String::new();
        let t = self.with_lists(&mut text);
        let (i, j, buffer, p, sum, float) = (self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let Table { rows, columns, by_row: x, by_column: y, .. } = &t;
        let (lit, small, zero, leaf) = (self.literal(), self.number_of("0.1"), self.number_of("0.0"), self.leaf());
        let element = cell(&t.table, &i, &j);
        let fill = match self.rng.below(6) {
            0 | 1 => format!("for {j} in 0..{columns} {{ {buffer}[{j}] = {element} * {y}[{j}]; }} "),
            2 => format!("for {j} in 1..{columns} {{ {buffer}[{j}] = {element} * {x}[{i}]; }} "),
            3 => format!(
                "{buffer}[0] = {x}[{i}]; for {j} in 0..{columns} - 1 {{ {buffer}[{j} + 1] = {buffer}[{j}] * {small} + {element}; }} "
            ),
            4 => format!("{buffer}.fill({x}[{i}] * {leaf}); {buffer}[1] = {y}[1]; "),
            _ => format!("for {j} in 0..{columns} {{ {buffer}[{j}] += {element} * {small}; }} "),
        };
        let read = match self.rng.below(4) {
            0 => format!(
                "let mut {p}: {float} = {zero}; for {j} in 0..{columns} {{ {p} += {buffer}[{j}] * {buffer}[{columns} - 1 - {j}]; }} {sum} += {p} * {small}; "
            ),
            1 => format!("let {p} = {buffer}.iter().map(|m| m.sin()).sum::<{float}>(); {sum} += {p} * {x}[{i}]; "),
            2 => format!("for {j} in 1..{columns} {{ {sum} += ({buffer}[{j}] - {buffer}[{j} - 1]) * {y}[{j}] * {small}; }} "),
            _ => format!(
                "let {p} = {buffer}[0] * {buffer}[{columns} - 1]; if {p} > {lit} {{ {sum} += {p}; }} else {{ {buffer}[0] = {p}; {sum} -= {buffer}[0]; }} "
            ),
        };
        let first = self.maybe(15, format!("{sum} += {buffer}[2] * {small}; "));
        let last = self.maybe(20, format!("{sum} += {buffer}[1];\n"));
        text += &format!(
            "let mut {buffer} = vec![{lit}; {columns}];\nlet mut {sum}: {float} = {leaf};\nfor {i} in 0..{rows} {{ {first}{fill}{read}}}\n{last}"
        );
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// A list that a loop fills from nothing.
    fn pushed(&mut self) -> String {
        let mut text = String::new();
        let t = self.with_lists(&mut text);
        let (i, j, list, p, sum, float) = (self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let Table { rows, columns, by_row: x, by_column: y, .. } = &t;
        let (lit, small, leaf) = (self.literal(), self.number_of("0.1"), self.leaf());
        let element = cell(&t.table, &i, &j);
        let made = match self.rng.below(4) {
            0 => format!("let mut {list}: Vec<{float}> = Vec::new();\n"),
            1 => format!("let mut {list}: Vec<{float}> = vec![];\n"),
            2 => format!("let mut {list}: Vec<{float}> = Vec::with_capacity({rows});\n"),
            _ => format!("let mut {list}: Vec<{float}> = vec![{lit}];\n"),
        };
        let front = match self.rng.below(4) {
            0 => format!("let mut {p}: {float} = {x}[{i}]; for {j} in 0..{columns} {{ {p} += {element} * {y}[{j}]; }} "),
            1 => format!("let {p} = {x}[{i}] * {leaf}; {x}[{i}] = {p} * {small}; "),
            2 => format!("let mut {p}: {float} = {lit}; for {j} in 0..{columns} {{ {p} = {p}.max({element} * {y}[{j}]); }} "),
            _ => format!("let {p} = ({x}[{i}] - {leaf}).sin(); "),
        };
        let push = match self.rng.below(8) {
            0 => format!("if {p} > {small} {{ {list}.push({p}); }} "),
            1 => format!("{list}.push({p}); {list}.push({p} * {lit}); "),
            2 => format!("{list}.push({p}); if {p} > {lit} {{ break; }} "),
            3 => format!("let m = {list}.last().copied().unwrap_or({lit}); {list}.push({p} + m * {small}); "),
            _ => format!("{list}.push({p} * {lit}); "),
        };
        let range = self.one_of(&[format!("0..{rows}"), format!("0..{rows}"), format!("(0..{rows}).rev()"), format!("1..{rows}")]);
        let after = match self.rng.below(7) {
            0 => format!("let {sum} = {list}.pop().unwrap_or({leaf}) * {lit};\n"),
            1 => format!("let mut {sum}: {float} = {leaf};\nfor m in 1..{list}.len() {{ {sum} += {list}[m] * {list}[m - 1]; }}\n"),
            2 => format!("{list}.push({leaf});\nlet {sum} = {list}.iter().map(|m| m.sin()).sum::<{float}>();\n"),
            3 => format!("let mut {sum}: {float} = {leaf};\nwhile let Some(m) = {list}.pop() {{ {sum} = {sum} * {small} + m; }}\n"),
            4 => format!(
                "if {list}.len() > 1 {{ {list}[0] *= {list}[1]; }}\nlet {sum} = {list}.iter().fold({lit}, |m, n| m * {small} + n);\n"
            ),
            _ => format!("let {sum} = {list}.iter().map(|m| m * m).sum::<{float}>();\n"),
        };
        text += &format!("{made}for {i} in {range} {{ {front}{push}}}\n{after}");
        self.bind(&sum, Ty::Float, false);
        self.bind(&list, numbers(), false);
        text
    }
}
