//! Where things stand in the text of a file.
//!
//! What enters: a text. What leaves: its braces and what stands in front of them, `impl` blocks, items beside a line and column. Tokens
//! that are parsed inside a macro have no lines of the file, so braces are matched by hand. Guarantees: those in comments, strings and
//! characters are none; a [`Layout`] is made once for a text, and finds what is around a place in less than linear time.

use std::ops::Range;

/// A block in the source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Around {
    pub kind: Kind,
    /// What stands in front of its brace.
    pub head: String,
    /// Where what it holds begins and ends, in characters.
    pub inside: Range<usize>,
}

impl Around {
    /// The `impl`, without what is in it.
    pub fn block(&self) -> Option<syn::ItemImpl> {
        self.with("")
    }

    /// The `impl` in the text of its file, with all that is in it.
    pub fn whole(&self, text: &str) -> Option<syn::ItemImpl> {
        self.with(&text.chars().take(self.inside.end).skip(self.inside.start).collect::<String>())
    }

    fn with(&self, content: &str) -> Option<syn::ItemImpl> {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let at = self
            .head
            .match_indices("impl")
            .map(|(at, _)| at)
            .find(|at| !self.head[..*at].ends_with(is_name) && !self.head[at + "impl".len()..].starts_with(is_name))?;
        syn::parse_str(&format!("{} {{{content}}}", &self.head[at..])).ok()
    }
}

impl Around {
    /// The name of the type or trait.
    pub fn owner(&self) -> Option<String> {
        if self.kind == Kind::Trait {
            let mut words = self.head.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty());
            return words.find(|w| *w == "trait").and_then(|_| words.next()).map(str::to_string);
        }
        match *self.block()?.self_ty {
            syn::Type::Path(syn::TypePath { qself: None, path }) => path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        }
    }
}

/// Blocks whose functions are associated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `impl Type`
    Inherent,
    /// `trait Name`
    Trait,
    /// `impl Trait for Type`
    TraitImpl,
}

/// Ranges of which each is inside another one or beside it.
pub(super) struct Nested {
    /// By where they begin.
    ranges: Vec<Range<usize>>,
    /// The innermost one around each.
    outer: Vec<Option<usize>>,
}

impl Nested {
    /// The ranges, by where they begin, outer ones first.
    pub fn new(ranges: Vec<Range<usize>>) -> Nested {
        let mut outer = Vec::with_capacity(ranges.len());
        let mut open: Vec<usize> = Vec::new();
        for (k, range) in ranges.iter().enumerate() {
            while open.last().is_some_and(|&last| ranges[last].end <= range.start) {
                open.pop();
            }
            outer.push(open.last().copied());
            open.push(k);
        }
        Nested { ranges, outer }
    }

    /// Those around a place, inner ones first.
    pub fn around(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let last = self.ranges.partition_point(|range| range.start <= at).checked_sub(1);
        std::iter::successors(last, |&k| self.outer[k]).filter(move |&k| self.ranges[k].contains(&at))
    }
}

/// The braces of a text and its lines.
pub(super) struct Layout {
    /// By where they begin.
    braces: Vec<Braces>,
    nested: Nested,
    /// How many characters stand before each line.
    lines: Vec<usize>,
}

impl Layout {
    pub fn of(text: &str) -> Layout {
        let mut braces = braces(text);
        braces.sort_by_key(|b| b.inside.start);
        let nested = Nested::new(braces.iter().map(|b| b.inside.clone()).collect());
        Layout { braces, nested, lines: lines(text) }
    }

    /// How many characters stand before a line and column.
    pub fn offset(&self, (line, column): (usize, usize)) -> usize {
        let line = line.clamp(1, self.lines.len());
        self.lines[line - 1] + column.saturating_sub(1)
    }

    /// The braces around a place, inner ones first.
    pub fn around(&self, at: usize) -> impl Iterator<Item = &Braces> {
        self.nested.around(at).map(|k| &self.braces[k])
    }

    /// The block whose associated function stands in a line and column: neither one in a function of the block, nor one in a module in that.
    pub fn associated(&self, at: (usize, usize)) -> Option<Around> {
        let kind = |b: &Braces| match b.keyword()? {
            Keyword::Fn | Keyword::Mod => Some(None),
            Keyword::Trait => Some(Some(Kind::Trait)),
            Keyword::Impl => Some(Some(if is_trait_impl(&b.head) { Kind::TraitImpl } else { Kind::Inherent })),
        };
        let (kind, b) = self.around(self.offset(at)).find_map(|b| kind(b).map(|kind| (kind, b)))?;
        kind.map(|kind| Around { kind, head: b.head.clone(), inside: b.inside.clone() })
    }

    /// Whether a line and column is in what a macro writes.
    pub fn is_in_macro(&self, at: (usize, usize)) -> bool {
        self.around(self.offset(at)).any(|b| b.words().contains(&"macro_rules"))
    }

    /// Whether a line and column is in a module of a name, and in none in that.
    pub fn is_inside_module(&self, name: &str, at: (usize, usize)) -> bool {
        let module = self.around(self.offset(at)).find(|b| b.keyword() == Some(Keyword::Mod));
        module.is_some_and(|b| b.words().last() == Some(&name))
    }

    /// The names of the modules around a line and column, outer ones first, and of functions, as `fn name`.
    pub fn path(&self, at: (usize, usize)) -> Vec<String> {
        let mut path: Vec<String> = self.around(self.offset(at)).filter_map(Braces::name_of_scope).collect();
        path.reverse();
        path
    }

    /// The items of the text beside what stands in a line and column: those of the innermost module or function around it.
    pub fn items_beside(&self, text: &str, at: (usize, usize)) -> Vec<syn::Item> {
        let is_scope = |b: &&Braces| matches!(b.keyword(), Some(Keyword::Mod | Keyword::Fn));
        let items = |b: syn::Block| b.stmts.into_iter().filter_map(|s| if let syn::Stmt::Item(i) = s { Some(i) } else { None }).collect();
        match self.around(self.offset(at)).find(is_scope) {
            None => syn::parse_file(text).map(|f| f.items).unwrap_or_default(),
            Some(b) => {
                let content: String = text.chars().take(b.inside.end).skip(b.inside.start).collect();
                if b.keyword() == Some(Keyword::Fn) {
                    syn::parse_str(&format!("{{{content}}}")).map(items).unwrap_or_default()
                } else {
                    syn::parse_file(&content).map(|f| f.items).unwrap_or_default()
                }
            }
        }
    }
}

/// How many characters stand before each line.
pub(super) fn lines(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.chars().enumerate().filter(|(_, c)| *c == '\n').map(|(k, _)| k + 1)).collect()
}

/// What stands between braces in a text.
pub(super) struct Braces {
    /// What stands in front of them.
    pub head: String,
    /// Where what they hold begins and ends, in characters.
    pub inside: Range<usize>,
}

/// What makes of a block an item with items or statements in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Fn,
    Mod,
    Trait,
    Impl,
}

impl Braces {
    pub fn keyword(&self) -> Option<Keyword> {
        keyword(&self.head)
    }

    fn name_of_scope(&self) -> Option<String> {
        let words = self.words();
        match self.keyword()? {
            Keyword::Mod => words.last().map(ToString::to_string),
            Keyword::Fn => {
                let name = words.iter().skip_while(|w| **w != "fn").skip(1).find(|w| **w != "r")?;
                Some(format!("fn {name}"))
            }
            Keyword::Trait | Keyword::Impl => None,
        }
    }

    pub fn words(&self) -> Vec<&str> {
        self.head.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect()
    }
}

/// The keyword of the item that a head belongs to. Those in brackets or where a type stands, as in `impl H<fn(f64) -> f64>` and
/// `let f: fn(f64) -> f64`, are none.
fn keyword(head: &str) -> Option<Keyword> {
    let (mut depth, mut before) = (0_usize, "");
    let mut at = 0;
    while let Some(c) = head[at..].chars().next() {
        let rest = &head[at..];
        let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if len == 0 {
            match c {
                '(' | '[' | '{' | '<' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                '>' if !before.ends_with(['-', '=']) => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += c.len_utf8();
            before = &head[..at];
            continue;
        }
        let before_type = before.trim_end();
        let is_type = before_type.ends_with(['=', ':', '&', '|', '+', ',', '$', '#']) || before_type.ends_with("->");
        let found = match &rest[..len] {
            "fn" => Some(Keyword::Fn),
            "mod" => Some(Keyword::Mod),
            "trait" => Some(Keyword::Trait),
            "impl" => Some(Keyword::Impl),
            _ => None,
        };
        if depth == 0 && !is_type && found.is_some() {
            return found;
        }
        at += len;
        before = &head[..at];
    }
    None
}

/// Whether an item's head has begun and its generic arguments have not ended: braces are an argument there.
fn is_open(head: &str) -> bool {
    let Some(_) = keyword(head) else { return false };
    let (mut depth, mut last) = (0_usize, ' ');
    for c in head.chars() {
        match c {
            '<' => depth += 1,
            '>' if last != '-' && last != '=' => depth = depth.saturating_sub(1),
            _ => {}
        }
        last = c;
    }
    depth > 0
}

/// All pairs of braces, inner ones first; those in comments, strings and characters are none.
pub(super) fn braces(text: &str) -> Vec<Braces> {
    let mut found = Vec::new();
    let mut stack: Vec<(usize, String, usize)> = Vec::new();
    // A `;` in brackets, as in `[f64; 3]`, ends nothing.
    let mut brackets = 0_usize;
    let mut head = String::new();
    let chars: Vec<char> = text.chars().collect();
    let mut k = 0;
    while k < chars.len() {
        let c = chars[k];
        let next = chars.get(k + 1).copied().unwrap_or(' ');
        match c {
            '\n' => head.push(' '),
            '/' if next == '/' => {
                while k < chars.len() && chars[k] != '\n' {
                    k += 1;
                }
                continue;
            }
            '/' if next == '*' => {
                let mut depth = 1;
                k += 2;
                while k < chars.len() && depth > 0 {
                    let pair = (chars[k], chars.get(k + 1).copied().unwrap_or(' '));
                    if pair == ('/', '*') {
                        depth += 1;
                        k += 1;
                    } else if pair == ('*', '/') {
                        depth -= 1;
                        k += 1;
                    }
                    k += 1;
                }
                continue;
            }
            '"' => {
                // Raw strings end at a quote followed by as many `#` as came before.
                let hashes = head.chars().rev().take_while(|c| *c == '#').count();
                let raw = head.trim_end_matches('#').ends_with('r');
                k += 1;
                while k < chars.len() {
                    if !raw && chars[k] == '\\' {
                        k += 1;
                    } else if chars[k] == '"' && (!raw || chars[k + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes) {
                        break;
                    }
                    k += 1;
                }
            }
            '\'' if next == '\\' || chars.get(k + 2) == Some(&'\'') => {
                // A character literal.
                k += 1;
                if chars.get(k) == Some(&'\\') {
                    k += 1;
                }
                k += 1;
                while k < chars.len() && chars[k] != '\'' {
                    k += 1;
                }
            }
            '{' => stack.push((k, std::mem::take(&mut head), std::mem::take(&mut brackets))),
            '}' => {
                if let Some((start, before, outside)) = stack.pop() {
                    brackets = outside;
                    found.push(Braces { head: before.clone(), inside: start + 1..k });
                    // An argument of the item does not end its head.
                    let argument = is_open(&before);
                    head = if argument || brackets > 0 { before } else { String::new() };
                    if argument {
                        head.extend(chars[start..=k].iter().map(|c| if *c == '\n' { ' ' } else { *c }));
                    }
                } else {
                    head.clear();
                }
            }
            ';' if brackets == 0 => head.clear(),
            c => {
                match c {
                    '(' | '[' => brackets += 1,
                    ')' | ']' => brackets = brackets.saturating_sub(1),
                    _ => {}
                }
                head.push(c);
            }
        }
        k += 1;
    }
    found
}

/// Whether a type of the name has an `impl` of a trait, by the text.
pub(super) fn implements(text: &str, of: &str, name: &str) -> bool {
    let longer = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let head = format!("{of} for {name}");
    let in_comment = |at: usize| text[..at].rsplit('\n').next().is_some_and(|line| line.contains("//"));
    text.match_indices(&head).any(|(at, _)| !longer(&text[at + head.len()..]) && !in_comment(at))
}

/// Whether the head of an `impl` names a trait: `for` stands there, and not as in `for<'a>`.
pub(super) fn is_trait_impl(head: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    head.match_indices("for").any(|(at, word)| {
        let before = head[..at].chars().next_back();
        let after = head[at + word.len()..].trim_start().chars().next();
        let whole = !before.is_some_and(is_name) && !head[at + word.len()..].starts_with(is_name);
        whole && after != Some('<')
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, Layout};

    #[test]
    fn blocks_of_associated_functions_are_found() {
        // Of what stands at each `$`.
        let found = |text: &str| -> Vec<Option<Kind>> {
            let layout = Layout::of(text);
            let place = |at: usize| (1 + text[..at].matches('\n').count(), text[..at].chars().rev().take_while(|c| *c != '\n').count() + 1);
            text.match_indices('$').map(|(at, _)| layout.associated(place(at)).map(|a| a.kind)).collect()
        };
        let text = "fn $a() { $ }\nimpl X { fn $b() { fn $n(x: [f64; 3]) { fn $i() {} } } }\nmod m {\n    fn $c() {}\n}\ntrait T {\n fn $d() {}\n}\nfn $e() {} impl X { fn $f() {} } fn $g() {}";
        let (inherent, of_trait) = (Some(Kind::Inherent), Some(Kind::Trait));
        assert_eq!(found(text), [None, None, inherent, None, None, None, of_trait, None, inherent, None]);
        assert_eq!(found("impl<F> X<F> where F: for<'a> Fn(&'a f64) {\n$}"), [inherent]);
        assert_eq!(found("impl Add for X {\nfn $add() {}\n}"), [Some(Kind::TraitImpl)]);
        assert_eq!(found("macro_rules! m { () => { impl X { fn $f() {} } } }"), [inherent]);
        assert_eq!(found("impl W<{ 1 + 1 }> { fn $f() {} }"), [inherent]);
        assert_eq!(found("impl A for W<{ 1 + 1 }> where [(); { 2 }]: { fn $f() {} }"), [Some(Kind::TraitImpl)]);
        assert_eq!(found("impl H<fn(usize) -> usize> { fn $f() {} }"), [inherent]);
        assert_eq!(found("impl H { const F: fn(f64) -> f64 = { $ }; }"), [inherent]);
        assert_eq!(found("fn f() -> impl Fn(f64) -> f64 { $ }"), [None]);
        assert_eq!(found("impl X { fn f<const N: usize>(g: impl Fn(f64)) -> [f64; { N }] { $ } fn $g() {} }"), [None, inherent]);
        assert_eq!(found("macro_rules! m { (t:ty) => { impl X<t> { pub fn $f() {} } } }"), [inherent]);
        let of_argument = Layout::of("impl W<{ 1 + 1 }> { }").associated((1, 20));
        assert!(of_argument.and_then(|a| a.block()).is_some());
        let text = "trait T {}\nimpl T for Ä {\n    fn f() {}\n    fn g() {}\n}";
        let whole = Layout::of(text).associated((3, 8)).and_then(|a| a.whole(text));
        assert_eq!(whole.map(|b| b.items.len()), Some(2));
        let around = Layout::of("#[implied]\nimpl<T: Float, const N: usize> X<T, N> where T: Copy {\n\n}").associated((3, 1));
        assert_eq!(around.and_then(|a| a.block()).map(|b| b.generics.params.len()), Some(2));
    }

    #[test]
    fn a_longer_name_is_another_one() {
        let text = "impl Copy for Segment {} impl<T> Clone for Pair<T> {}\n// no Copy for Seg\n";
        assert!(super::implements(text, "Copy", "Segment") && !super::implements(text, "Copy", "Seg"));
        assert!(super::implements(text, "Clone", "Pair"));
    }

    #[test]
    fn items_of_the_same_scope_are_found() {
        let text = "struct A;\nmod m {\n    struct B { x: f64 }\n    fn f() {\n        struct C;\n        struct D;\n    }\n}\n";
        let found = |line| Layout::of(text).items_beside(text, (line, 6)).len();
        assert_eq!((found(1), found(3), found(5)), (2, 2, 2));
        let text = "struct Ä; fn f() { struct B; } impl A { fn f() {} }";
        for (word, items) in [("Ä", 3), ("B", 1), ("impl", 3)] {
            let column = 1 + text[..text.find(word).unwrap()].chars().count();
            assert_eq!(Layout::of(text).items_beside(text, (1, column)).len(), items, "{word}");
        }
    }
}
