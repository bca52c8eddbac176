//! Loops over rows inside loops over columns and the reverse: sums into a local with reads of it in between, accumulations into rows
//! and columns, changes in place, triangles, searches; those that the passes look for, and their neighbours.

use super::shape::{cell, count};
use super::{Grower, Ty, Var};

/// The names that the statements of a nest of two loops have.
struct Nest {
    table: Var,
    /// Counters of rows and of columns.
    i: String,
    j: String,
    /// Whether the outer loop goes over columns.
    by_columns: bool,
    /// Lists as long as there are rows and columns.
    of_rows: Var,
    of_columns: Var,
    /// A number of the outer iteration that can be written to, and all of them.
    own: Option<String>,
    locals: Vec<String>,
    /// A sum of all iterations.
    sum: String,
    /// Which neighbours there are: above, below, left, right.
    beside: [bool; 4],
}

impl Nest {
    fn outer(&self) -> (&str, &Var) {
        if self.by_columns { (&self.j, &self.of_columns) } else { (&self.i, &self.of_rows) }
    }

    fn inner(&self) -> (&str, &Var) {
        if self.by_columns { (&self.i, &self.of_rows) } else { (&self.j, &self.of_columns) }
    }
}

impl Grower {
    /// One statement, or some, about tables.
    pub fn about_tables(&mut self) -> String {
        match self.rng.below(16) {
            0 => self.elimination(),
            1 => self.product_of_tables(),
            2 => self.nearest(),
            3 => self.collected_columns(),
            4 | 5 => self.rows_at_once(),
            _ => self.nest(),
        }
    }

    fn nest(&mut self) -> String {
        let mut text = String::new();
        let table = self.table(&mut text);
        let shape = table.shape.clone().expect("a table's");
        let of_rows = self.vector(shape.rows(), &mut text);
        let of_columns = self.vector(shape.columns(), &mut text);
        let sum = self.unique();
        let (i, j) = (self.unique(), self.unique());
        let start = self.leaf();
        text += &format!("let mut {sum}: {} = {start};\n", self.float);
        let by_columns = self.rng.chance(50);
        let beside = std::array::from_fn(|_| self.rng.chance(12));
        let mut n = Nest { table, i, j, by_columns, of_rows, of_columns, own: None, locals: Vec::new(), sum: sum.clone(), beside };
        let lengths = if by_columns { [shape.columns(), shape.rows()] } else { [shape.rows(), shape.columns()] };
        let sides = if by_columns { [[2, 3], [0, 1]] } else { [[0, 1], [2, 3]] };
        let outer = self.range(lengths[0], beside[sides[0][0]], beside[sides[0][1]]);
        let inner = if shape.is_square() && self.rng.chance(35) && sides[1].iter().all(|&s| !beside[s]) {
            self.triangle(n.outer().0, lengths[1])
        } else {
            self.range(lengths[1], beside[sides[1][0]], beside[sides[1][1]])
        };
        let mut body = String::new();
        if self.rng.chance(75) {
            let s = self.unique();
            let value = self.combined(&n, false);
            body += &format!("let mut {s}: {} = {value};\n", self.float);
            n.own = Some(s.clone());
            n.locals.push(s);
        }
        for _ in 0..self.rng.below(3) {
            body += &self.beside_the_inner_loop(&mut n);
        }
        let mut inside = String::new();
        let known = n.locals.len();
        for _ in 0..1 + self.rng.below(3) {
            inside += &self.in_the_inner_loop(&mut n);
        }
        n.locals.truncate(known);
        body += &format!("for {} in {inner} {{ {inside} }}\n", n.inner().0);
        for _ in 0..1 + self.rng.below(2) {
            body += &self.beside_the_inner_loop(&mut n);
        }
        text += &format!("for {} in {outer} {{ {body} }}\n", n.outer().0);
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// All of so many, from the second one or up to the last but one.
    fn range(&mut self, length: &str, from_second: bool, to_last: bool) -> String {
        let n = count(length);
        let low = if from_second { "1" } else { "0" };
        let high = if to_last { format!("{n} - 1") } else { n.clone() };
        match self.rng.below(12) {
            0 => format!("({low}..{high}).rev()"),
            1 if !to_last => format!("{low}..{n}.min({})", 3 + self.rng.below(8)),
            2 if !from_second => format!("{n} / 3..{high}"),
            3 => format!("({low}..{high}).step_by(2)"),
            _ => format!("{low}..{high}"),
        }
    }

    fn triangle(&mut self, outer: &str, length: &str) -> String {
        let n = count(length);
        match self.rng.below(5) {
            0 => format!("0..{outer}"),
            1 => format!("0..={outer}"),
            2 => format!("{outer}..{n}"),
            3 => format!("{outer} + 1..{n}"),
            _ => format!("(0..{outer}).rev()"),
        }
    }

    /// A place that an iteration of the inner loop, or of the outer one, may read.
    fn operand(&mut self, n: &Nest, inside: bool) -> String {
        let (outer, by_outer) = n.outer();
        let (inner, by_inner) = n.inner();
        if !inside {
            return match self.rng.below(8) {
                0..3 => format!("{}[{outer}]", by_outer.name),
                3 | 4 if !n.locals.is_empty() => self.rng.pick(&n.locals).clone(),
                5 if n.by_columns => cell(&n.table, "0", &n.j),
                5 => cell(&n.table, &n.i, "0"),
                6 if self.rng.chance(30) => n.sum.clone(),
                _ => self.leaf(),
            };
        }
        match self.rng.below(14) {
            0..4 => cell(&n.table, &n.i, &n.j),
            4..6 => format!("{}[{inner}]", by_inner.name),
            6 | 7 => format!("{}[{outer}]", by_outer.name),
            8 | 9 if !n.locals.is_empty() => self.rng.pick(&n.locals).clone(),
            10 if self.rng.chance(30) => n.sum.clone(),
            11 | 12 => self.neighbour(n).unwrap_or_else(|| cell(&n.table, &n.i, &n.j)),
            _ => self.leaf(),
        }
    }

    fn neighbour(&mut self, n: &Nest) -> Option<String> {
        let there: Vec<usize> = (0..4).filter(|&k| n.beside[k]).collect();
        if there.is_empty() {
            return None;
        }
        let (i, j) = (&n.i, &n.j);
        Some(match *self.rng.pick(&there) {
            0 => cell(&n.table, &format!("({i} - 1)"), j),
            1 => cell(&n.table, &format!("({i} + 1)"), j),
            2 => cell(&n.table, i, &format!("({j} - 1)")),
            _ => cell(&n.table, i, &format!("({j} + 1)")),
        })
    }

    /// A term of such places, mostly a small one.
    fn combined(&mut self, n: &Nest, inside: bool) -> String {
        let mut text = self.operand(n, inside);
        for _ in 0..self.rng.below(3) {
            let op = *self.rng.pick(&["*", "*", "*", "+", "-"]);
            text = format!("({text} {op} {})", self.operand(n, inside));
        }
        match self.rng.below(9) {
            0 => format!("({text}).sin()"),
            1 => format!("({text}).tanh()"),
            2 => format!("(-({text}).abs()).exp()"),
            3..7 => format!("{text} * {}", self.number_of("0.1")),
            _ => text,
        }
    }

    fn beside_the_inner_loop(&mut self, n: &mut Nest) -> String {
        let value = self.combined(n, false);
        let (outer, by_outer) = n.outer();
        let place = format!("{}[{outer}]", by_outer.name);
        let sum = n.sum.clone();
        let half = self.number_of("0.5");
        match (self.rng.below(13), n.own.clone()) {
            (0 | 1, Some(s)) => format!("{sum} += {s};\n"),
            (2, Some(s)) => format!("{s} = {s} * {s} * {half};\n"),
            (3, Some(s)) => format!("{s} *= {value};\n"),
            (4, Some(s)) => {
                let q = self.unique();
                n.locals.push(q.clone());
                format!("let {q} = {s} * {};\n", self.literal())
            }
            (5 | 6, Some(s)) => format!("{place} = {s};\n"),
            (7, Some(s)) => format!("{place} += {s} * {};\n", self.literal()),
            (8, _) => format!("if {value} < {} {{ continue; }}\n", self.number_of("-0.5")),
            (9, Some(s)) => format!("if {s} > {} {{ {s} = {value}; }}\n", self.literal()),
            (10, _) => format!("{sum} = {sum} * {half} + {value};\n"),
            (11, _) => format!("{place} = {value};\n"),
            _ => format!("{sum} += {value};\n"),
        }
    }

    fn in_the_inner_loop(&mut self, n: &mut Nest) -> String {
        let value = self.combined(n, true);
        let (outer, by_outer) = n.outer();
        let (inner, by_inner) = n.inner();
        let (a, b) = (format!("{}[{outer}]", by_outer.name), format!("{}[{inner}]", by_inner.name));
        let element = cell(&n.table, &n.i, &n.j);
        let (sum, small) = (n.sum.clone(), self.number_of("0.1"));
        let op = *self.rng.pick(&["+=", "+=", "-="]);
        match (self.rng.below(20), n.own.clone()) {
            (0..5, Some(s)) => format!("{s} {op} {value};\n"),
            (5, Some(s)) => format!("{s} = {s} + {value};\n"),
            (6, Some(s)) => format!("{s} = {s}.{}({value});\n", self.rng.pick(&["max", "min"])),
            (7, Some(s)) => format!("{s} = {s} * {small} + {value};\n"),
            (8 | 9, _) => format!("{element} {op} {value};\n"),
            (10, _) => format!("{element} = ({value}).sin();\n"),
            (11, _) => format!("{element} = {element} * {small} + {value};\n"),
            (12 | 13, _) => format!("{b} {op} {value};\n"),
            (14, _) => format!("{a} {op} {value};\n"),
            (15, _) => {
                let q = self.unique();
                n.locals.push(q.clone());
                let place = if self.rng.chance(50) { a } else { b };
                format!("let {q} = {value};\n{place} {op} {q} * {q};\n")
            }
            (16, _) => format!("if {} {{ {b} {op} {value}; }}\n", self.question_of(n)),
            (17, _) => format!("if {} {{ {} }}\n", self.question_of(n), self.rng.pick(&["continue;", "break;"])),
            _ => format!("{sum} {op} {value};\n"),
        }
    }

    fn question_of(&mut self, n: &Nest) -> String {
        let (i, j) = (&n.i, &n.j);
        match self.rng.below(4) {
            0 => format!("{i} != {j}"),
            1 => format!("({i} + {j}) % 3 == 0"),
            2 => format!("{i} < {j}"),
            _ => format!("{} > {}", self.operand(n, true), self.literal()),
        }
    }

    /// `for k { for i { let f = a[i][k] / p; for j { a[i][j] -= f * a[k][j]; } } }`
    fn elimination(&mut self) -> String {
        let mut text = String::new();
        let found = self.shaped(|s| s.is_square());
        let Some(t) = found.or_else(|| Some(self.new_table(&mut text)).filter(|t| t.shape.as_ref().is_some_and(|s| s.is_square()))) else {
            return text;
        };
        let n = count(t.shape.as_ref().expect("a table's").rows());
        let (k, i, j, f) = (self.unique(), self.unique(), self.unique(), self.unique());
        let rows = match self.rng.below(4) {
            0 => format!("0..{n}"),
            1 => format!("{k}..{n}"),
            2 => format!("({k} + 1..{n}).rev()"),
            _ => format!("{k} + 1..{n}"),
        };
        let columns = match self.rng.below(4) {
            0 => format!("0..{n}"),
            1 => format!("{k} + 1..{n}"),
            _ => format!("{k}..{n}"),
        };
        let (one, p) = (self.number_of("1.0"), cell(&t, &k, &k));
        let of_rows = self.vector(t.shape.as_ref().expect("a table's").rows(), &mut text);
        let more = match self.rng.below(3) {
            0 => format!("{v}[{i}] -= {f} * {v}[{k}];", v = of_rows.name),
            1 => format!("{} = {f};", cell(&t, &i, &k)),
            _ => String::new(),
        };
        let op = *self.rng.pick(&["-=", "-=", "+="]);
        text += &format!(
            "for {k} in 0..{n} {{ for {i} in {rows} {{ let {f} = {} / ({one} + {p} * {p}); for {j} in {columns} {{ {} {op} {f} * {}; }} {more} }} }}\n",
            cell(&t, &i, &k),
            cell(&t, &i, &j),
            cell(&t, &k, &j)
        );
        text
    }

    /// `out[i][j] += a[i][k] * b[k][j]`, in any order of its loops.
    fn product_of_tables(&mut self) -> String {
        let mut text = String::new();
        let (a, b) = (self.table(&mut text), self.table(&mut text));
        let (sa, sb) = (a.shape.clone().expect("a table's"), b.shape.clone().expect("a table's"));
        let (out, float) = (self.unique(), self.float);
        let (i, j, k) = (self.unique(), self.unique(), self.unique());
        let (rows, columns) = (count(sa.rows()), count(sb.columns()));
        let most = format!("{}.min({})", count(sa.columns()), count(sb.rows()));
        let zero = self.number_of("0.0");
        text += &format!("let mut {out}: Vec<Vec<{float}>> = vec![vec![{zero}; {columns}]; {rows}];\n");
        let mut loops = [format!("for {i} in 0..{rows}"), format!("for {j} in 0..{columns}"), format!("for {k} in 0..{most}")];
        for at in (1..3).rev() {
            loops.swap(at, self.rng.below(at + 1));
        }
        let term = format!("{} * {}", cell(&a, &i, &k), cell(&b, &k, &j));
        let term = if self.rng.chance(40) { format!("({term}).sin()") } else { term };
        text += &format!("{} {{ {} {{ {} {{ {out}[{i}][{j}] += {term}; }} }} }}\n", loops[0], loops[1], loops[2]);
        let list = Ty::Vec(Box::new(super::shape::numbers()));
        self.bind_shaped(&out, list, &[sa.rows(), sb.columns()], false, None);
        text
    }

    /// The least of the distances to each row, the greatest of each column.
    fn nearest(&mut self) -> String {
        let mut text = String::new();
        let t = self.table(&mut text);
        let s = t.shape.clone().expect("a table's");
        let of_columns = self.vector(s.columns(), &mut text);
        let of_rows = self.vector(s.rows(), &mut text);
        let (i, j, d, e, sum, at) = (self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.unique());
        let (rows, columns, float) = (count(s.rows()), count(s.columns()), self.float);
        let (far, zero, lit) = (self.number_of("100.0"), self.number_of("0.0"), self.literal());
        let element = cell(&t, &i, &j);
        let distance = format!(
            "let mut {e}: {float} = {zero}; for {j} in 0..{columns} {{ let q = {element} - {}[{j}]; {e} += q * q; }}",
            of_columns.name
        );
        let uses = match self.rng.below(3) {
            0 => format!("{sum} += {e} * {lit};"),
            1 => format!("{}[{i}] = {d};", of_rows.name),
            _ => String::new(),
        };
        let body = match self.rng.below(5) {
            0 => format!("let mut {d}: {float} = {far}; for {i} in 0..{rows} {{ {distance} {d} = {d}.min({e}); {uses} }} {sum} += {d};"),
            1 => format!(
                "let mut {d}: {float} = {far}; let mut {at} = 0usize; for {i} in 0..{rows} {{ {distance} if {e} < {d} {{ {d} = {e}; {at} = {i}; }} {uses} }} {sum} += {d} * {}[{at}];",
                of_rows.name
            ),
            2 => format!(
                "let mut {d}: {float} = -{far}; for {i} in 0..{rows} {{ {distance} {d} = {d}.max({e} * {lit}).min({far}); {uses} }} {sum} += {d};"
            ),
            3 => format!(
                "for {j} in 0..{columns} {{ let mut {d}: {float} = {lit}; for {i} in 0..{rows} {{ {d} = {d}.max(({element}).sin() * {}[{i}]); }} {sum} += {d}; }}",
                of_rows.name
            ),
            _ => format!(
                "for {i} in 0..{rows} {{ let {d} = (0..{columns}).map(|{j}| {element} * {}[{j}]).fold({zero}, {float}::max); {sum} += {d} * {d}; }}",
                of_columns.name
            ),
        };
        text += &format!("let mut {sum}: {float} = {lit};\n{{ {body} }}\n");
        self.bind(&sum, Ty::Float, true);
        text
    }

    /// Rows and columns collected into lists.
    fn collected_columns(&mut self) -> String {
        let mut text = String::new();
        let t = self.table(&mut text);
        let s = t.shape.clone().expect("a table's");
        let of_rows = self.vector(s.rows(), &mut text);
        let (name, i, j, q, float) = (self.unique(), self.unique(), self.unique(), self.unique(), self.float);
        let (rows, columns, w) = (count(s.rows()), count(s.columns()), of_rows.name);
        let element = cell(&t, &i, &j);
        let f = *self.rng.pick(&["", ".sin()", ".tanh()"]);
        let zero = self.number_of("0.0");
        let length = match self.rng.below(5) {
            0 => {
                text += &format!(
                    "let mut {name}: Vec<{float}> = (0..{columns}).map(|{j}| (0..{rows}).map(|{i}| ({element} * {w}[{i}]){f}).sum::<{float}>()).collect();\n"
                );
                s.columns()
            }
            1 => {
                text += &format!(
                    "let mut {name}: Vec<{float}> = Vec::new();\nfor {j} in 0..{columns} {{ let mut {q}: {float} = {zero}; for {i} in 0..{rows} {{ {q} += ({element} * {w}[{i}]){f}; }} {name}.push({q}); }}\n"
                );
                s.columns()
            }
            2 => {
                text += &format!(
                    "let mut {name} = Vec::with_capacity({rows});\nfor {i} in 0..{rows} {{ let mut {q}: {float} = {w}[{i}]; for {j} in 0..{columns} {{ {q} += ({element} * {w}[{i}]){f}; }} {name}.push({q}); {w}[{i}] += {q}; }}\n"
                );
                s.rows()
            }
            3 => {
                let k = self.unique();
                text += &format!(
                    "let mut {name}: Vec<{float}> = Vec::new();\nfor {i} in 0..{rows} {{ let {k} = {name}.last().copied().unwrap_or({zero}); {name}.push(({k} + {w}[{i}]){f}); }}\n"
                );
                s.rows()
            }
            _ => {
                text += &format!(
                    "let mut {name}: Vec<{float}> = Vec::new();\nfor {i} in 0..{rows} {{ {name}.push(({w}[{i}] * {}){f}); {w}[{i}] = {name}[{i} / 2]; }}\n",
                    self.literal()
                );
                s.rows()
            }
        };
        self.bind_shaped(&name, super::shape::numbers(), &[length], false, None);
        text
    }

    /// Rows by iterators, borrowed, exchanged.
    fn rows_at_once(&mut self) -> String {
        let mut text = String::new();
        let t = self.table(&mut text);
        let s = t.shape.clone().expect("a table's");
        let (of_rows, mut of_columns) = (self.vector(s.rows(), &mut text).name, self.vector(s.columns(), &mut text).name);
        if of_columns == of_rows {
            of_columns = self.new_vector(s.columns(), &mut text).name;
        }
        let (rows, columns, n) = (count(s.rows()), count(s.columns()), t.name.clone());
        let (row, w, a, b, i, j) = (self.unique(), self.unique(), self.unique(), self.unique(), self.unique(), self.unique());
        let lit = self.literal();
        let flat = s.flat;
        let (each, each_mut) = if flat {
            (format!("{n}.chunks({columns})"), format!("{n}.chunks_mut({columns})"))
        } else {
            (format!("{n}.iter()"), format!("{n}.iter_mut()"))
        };
        let slice = if flat { format!("&{n}[{i} * {columns}..({i} + 1) * {columns}]") } else { format!("&{n}[{i}]") };
        text += &match self.rng.below(11) {
            0 => format!(
                "for ({row}, &{w}) in {each_mut}.zip({of_rows}.iter()) {{ for ({a}, {b}) in {row}.iter_mut().zip({of_columns}.iter()) {{ *{a} += *{b} * {w}; }} }}\n"
            ),
            1 => format!(
                "for ({row}, {w}) in {each}.zip({of_rows}.iter_mut()) {{ for {j} in 0..{columns} {{ {of_columns}[{j}] += {row}[{j}] * *{w} * {lit}; }} *{w} = {row}[0]; }}\n"
            ),
            2 => format!(
                "for ({i}, {row}) in {each}.enumerate() {{ {of_rows}[{i}] = {row}.iter().zip({of_columns}.iter()).map(|(&{a}, &{b})| {a} * {b}).sum(); }}\n"
            ),
            3 => format!(
                "for {i} in 0..{rows} {{ let {row} = {slice}; let mut {w} = {of_rows}[{i}]; for {j} in 0..{columns} {{ {w} += {row}[{j}] * {of_columns}[{j}]; }} {of_rows}[{i}] = {w}.tanh(); }}\n"
            ),
            4 if flat => format!("for {i} in 0..{rows} {{ {n}.swap({i} * {columns}, {i}); }}\n"),
            4 => format!("for {i} in 1..{rows} {{ {n}.swap({i}, {i} - 1); {n}[{i}][0] *= {lit}; }}\n"),
            5 if flat => format!(
                "{{ let ({a}, {b}) = {n}.split_at_mut({columns}); for ({w}, {row}) in {a}.iter_mut().zip({b}.iter()) {{ *{w} += *{row} * {lit}; }} }}\n"
            ),
            5 => format!(
                "if {n}.len() > 1 {{ let ({a}, {b}) = {n}.split_at_mut(1); for {j} in 0..{columns} {{ {a}[0][{j}] += {b}[0][{j}] * {of_columns}[{j}]; {b}[0][{j}] = {a}[0][{j}].sin(); }} }}\n"
            ),
            6 => format!(
                "for {row} in {each_mut} {{ let {w} = {row}.iter().copied().fold({lit}, |{a}, {b}| {a} + {b} * {b}); for {a} in {row}.iter_mut() {{ *{a} = *{a} / {w}; }} }}\n"
            ),
            7 => format!(
                "for {row} in {each_mut} {{ for {j} in 1..{columns} {{ {row}[{j}] = {row}[{j}] + {row}[{j} - 1] * {lit} * {of_columns}[{j}]; }} }}\n"
            ),
            8 if !flat => {
                let (k, rest) = (self.unique(), self.unique());
                format!(
                    "for {i} in 1..{rows} {{ let ({k}, {rest}) = {n}.split_at_mut({i}); let {a} = &{k}[{i} - 1]; let {b} = &mut {rest}[0]; for {j} in 0..{columns} {{ {b}[{j}] += {a}[{j}] * {lit}; }} }}\n"
                )
            }
            9 if !flat && matches!(t.ty, Ty::Vec(_)) => format!(
                "for {i} in 0..{rows} {{ let {row} = {n}[{i}].clone(); for {j} in 0..{columns} {{ {n}[{i}][{j}] = {row}[{columns} - 1 - {j}] * {of_columns}[{j}]; }} }}\n"
            ),
            _ => format!(
                "let {w}: {} = {each}.map(|{row}| {row}.iter().zip({of_columns}.iter()).map(|(&{a}, &{b})| ({a} - {b}) * ({a} - {b})).sum::<{}>()).fold({lit}, |{a}, {b}| {a} + ({b} + {lit}).sqrt());\n{of_columns}[0] += {w};\n",
                self.float, self.float
            ),
        };
        text
    }
}
