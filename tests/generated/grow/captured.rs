//! Effects in less usual places: closures of chains and options that change what they capture, arguments that leave, headers of loops and
//! conditions that change something, parts of a struct borrowed side by side.

use super::effects::Stage;
use super::{Grower, Ty};

impl Grower {
    /// A statement with such an effect.
    pub(super) fn effect_elsewhere(&mut self, s: &Stage) -> String {
        let Stage { x, k, stack, array, walk } = s;
        let (y, m, h) = (self.unique(), self.unique(), self.unique());
        let (lit, float, leaf) = (self.literal(), self.float, self.leaf());
        let list = self.sequence().map(|v| v.name).filter(|n| n != stack && n != array);
        let list = list.unwrap_or(format!("[{leaf}, {lit}, {lit}]"));
        let has_helpers = self.walk.is_some();
        let result = self.result.clone();
        let out = match &result {
            Ty::Float => x.clone(),
            Ty::Option(t) if **t == Ty::Float => format!("Some({x})"),
            t if *t == Ty::Tuple(Vec::new()) => String::new(),
            t => self.expr(&t.clone(), 1),
        };
        let call = |a: &str, b: &str| if has_helpers { format!("mixed({a}, {b})") } else { format!("({a} * {lit} - {b})") };
        let kind = self.rng.below(30);
        let text = match kind {
            0 => format!("{list}.iter().map(|{m}| {{ {x} += *{m} * {lit}; {x} * *{m} }}).sum::<{float}>()"),
            1 => {
                format!("{list}.iter().filter(|{m}| {{ {k} += 1; **{m} > {lit} || {k} % 2 == 0 }}).map(|{m}| {m} * {lit}).sum::<{float}>()")
            }
            2 => format!("{list}.iter().fold({x}, |{m}, n| {{ {k} += 1; {array}[{k} % 3] += *n * {lit}; {m} * {lit} + n }})"),
            3 => return format!("{list}.iter().for_each(|{m}| {{ {x} = {x} * {lit} + *{m}; {stack}.push({x}); }});\n"),
            4 => return format!("{stack}.retain(|{m}| {{ {k} += 1; {x} += *{m} * {lit}; {k} % 2 == 0 }});\n"),
            5 => format!("Some({leaf}).map(|{m}| {{ {x} += {m}; {x} * {lit} }}).unwrap_or({lit}) * {x}"),
            6 => format!("{stack}.pop().unwrap_or_else(|| {{ {x} *= {lit}; {x} }}) + {x}"),
            7 => format!("{stack}.last().map_or({x}, |{m}| {{ {k} += 1; {m} * {array}[{k} % 3] }})"),
            8 => call(x, &format!("{{ if {x} > {lit} {{ return {out}; }} {x} += {lit}; {x} }}")),
            9 if matches!(&result, Ty::Option(_)) => call(x, &format!("{{ {x} = {stack}.pop()?; {x} }}")),
            10 => call(
                &format!("{array}[0]"),
                &format!("match {stack}.pop() {{ Some({m}) => {{ {array}[0] = {m}; {m} }} None => return {out} }}"),
            ),
            11 => return format!("for {m} in 0..({{ {k} += 1; {k} % 3 }}) {{ {x} += {array}[{m}] * {lit}; {k} += 1; }}\n"),
            12 => return format!("for {m} in [{x}, {{ {x} = {lit}; {array}[1] }}, {x}] {{ {array}[2] = {array}[2] * {lit} + {m}; }}\n"),
            13 => return format!("if ({{ {k} += 1; {k} }}) % 2 == 0 && ({{ {x} += {lit}; {x} }}) > {lit} {{ {x} = {array}[{k} % 3]; }}\n"),
            14 => return format!("while ({{ {k} += 1; {k} }}) % 4 != 0 {{ {x} = ({x} + {array}[{k} % 3]).sin(); }}\n"),
            15 => {
                return format!(
                    "match {stack}.pop() {{ Some({m}) if {m} > {lit} => {{ {stack}.push({m} * {lit}); {x} += {m}; }} Some({m}) => {x} *= {m}, None => {x} = {lit} }}\n"
                );
            }
            16 => {
                return format!(
                    "if let Some({m}) = {stack}.pop() && {m} > {lit} {{ {x} -= {m}; }} else {{ {x} += {stack}.len() as {float} * {lit}; }}\n"
                );
            }
            17 => {
                return format!(
                    "{{ let mut {h} = |{m}: usize, n: {float}| {{ {x} = {x} * {lit} + n; {x} * {m} as {float} }}; {array}[0] = {h}({stack}.len(), {stack}.pop().unwrap_or({lit})); {array}[1] -= {h}(1, {array}[0]); }}\n"
                );
            }
            18 => format!(
                "{{ let {h} = |{m}: usize, n: {float}| {m} as {float} * n; {h}({stack}.len(), {stack}.pop().unwrap_or({lit})) + {h}({k}, {{ {k} += 2; {x} }}) }}"
            ),
            19 => return format!("{array}[{{ {k} += 1; {k} % 3 }}] = {array}[{k} % 3] * {x};\n"),
            20 => return format!("({x}, {array}[{k} % 3]) = ({array}[{k} % 3], {{ {k} += 1; {x} * {lit} }});\n"),
            21 => return format!("[{x}, {array}[0], _] = [{array}[0], {x}, {{ {x} += {lit}; {x} }}];\n"),
            22 => format!(
                "{list}.iter().zip({stack}.iter_mut()).map(|({m}, n)| {{ *n = *n * {lit} + {m}; *n * {m} }}).sum::<{float}>() + {stack}.first().copied().unwrap_or({lit})"
            ),
            23 => format!(
                "{list}.iter().scan({x}, |{m}, n| {{ *{m} = *{m} * {lit} + n; {k} += 1; Some(*{m} * {array}[{k} % 3]) }}).last().unwrap_or({lit})"
            ),
            24 => format!("(0..3usize).map(|{m}| {{ let n = {array}[{m}]; {array}[{m}] = {x}; {x} = n * {lit}; n }}).sum::<{float}>()"),
            25 => match walk {
                Some(w) => {
                    return format!(
                        "{w}.list.iter_mut().for_each(|{m}| {{ *{m} *= {w}.x; {w}.n += 1; }});\n{x} += {w}.list.iter().sum::<{float}>() * {lit};\n"
                    );
                }
                None => format!("{x} * {lit}"),
            },
            26 => match walk {
                Some(w) => {
                    return format!(
                        "{{ let Walk {{ x: {m}, list, n }} = &mut {w}; for q in list.iter_mut() {{ *q += *{m} * {lit}; *{m} *= {lit}; *n += 1; }} }}\n{x} -= {w}.x;\n"
                    );
                }
                None => format!("{x} - {lit}"),
            },
            27 => match walk {
                Some(w) => {
                    format!("{{ let {m} = &mut {w}; let n = {m}.step({x}); {m}.list.push(n); {m}.x += {m}.list[0]; {m}.peek() * n }}")
                }
                None => format!("{x} + {lit}"),
            },
            28 => match walk {
                Some(w) => {
                    format!("{{ let {m} = {w}.clone(); {w}.step({m}.x); {w}.list = {m}.list.clone(); {w}.last() * {w}.peek() + {m}.x }}")
                }
                None => format!("{x} * {x}"),
            },
            _ => format!("({x}).max({{ {x} = {array}[1].min({x}); {x} * {lit} }}).min({x})"),
        };
        self.bind(&y, Ty::Float, false);
        format!("let {y}: {float} = {text};\n")
    }
}
