//! Where an attribute stands: a function without `self` may be free or associated, and only the surroundings tell.

use syn::visit::Visit;

/// Whether the function is an associated function of an `impl` block or trait.
pub(crate) fn in_impl(item: &syn::ItemFn) -> bool {
    if mentions_self(item) {
        return true;
    }
    #[cfg(not(test))]
    {
        source_says_so(item)
    }
    #[cfg(test)]
    false
}

fn mentions_self(item: &syn::ItemFn) -> bool {
    struct Finder(bool);
    impl<'a> Visit<'a> for Finder {
        fn visit_ident(&mut self, i: &'a proc_macro2::Ident) {
            self.0 |= i == "Self";
        }
        fn visit_item(&mut self, _: &'a syn::Item) {}
        fn visit_macro(&mut self, m: &'a syn::Macro) {
            self.0 |= crate::varied::mentions(m.tokens.clone(), &std::iter::once("Self".to_string()).collect());
        }
    }
    let mut finder = Finder(false);
    finder.visit_item_fn(item);
    finder.0
}

/// Whether the function belongs to an `impl` of a trait.
pub(crate) fn in_trait_impl(item: &syn::ItemFn) -> bool {
    #[cfg(not(test))]
    {
        surroundings(item) == Some(Kind::TraitImpl)
    }
    #[cfg(test)]
    {
        let _ = item;
        false
    }
}

/// Looks at the source file around the function.
#[cfg(not(test))]
fn source_says_so(item: &syn::ItemFn) -> bool {
    surroundings(item).is_some()
}

/// The block around a function, as the source file tells.
#[cfg(not(test))]
fn surroundings(item: &syn::ItemFn) -> Option<Kind> {
    if !proc_macro::is_available() {
        return None;
    }
    let span = item.sig.ident.span().unwrap();
    // A function at the left margin is never associated.
    let (line, column) = (span.start().line(), span.start().column());
    if column <= "pub(crate) async unsafe fn ".len() && item.sig.fn_token.span.unwrap().start().column() == 1 {
        return None;
    }
    let path = span.local_file()?;
    type Ranges = std::collections::HashMap<std::path::PathBuf, Vec<(Kind, usize, usize)>>;
    thread_local! {
        static FILES: std::cell::RefCell<Ranges> =
            std::cell::RefCell::default();
    }
    FILES.with(|files| {
        let mut files = files.borrow_mut();
        let ranges = files.entry(path.clone()).or_insert_with(|| impl_ranges(&path));
        let _ = column;
        ranges.iter().filter(|(_, from, to)| (*from..=*to).contains(&line)).map(|r| r.0).next_back()
    })
}

/// The lines of associated functions in a file.
#[cfg(not(test))]
fn impl_ranges(path: &std::path::Path) -> Vec<(Kind, usize, usize)> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    // Token positions of text parsed inside a macro are not lines of the file: blocks are matched by hand.
    associated_lines(&text)
}

/// Blocks whose functions are associated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `impl Type` or `trait Name`
    Inherent,
    /// `impl Trait for Type`
    TraitImpl,
}

/// Finds the lines inside `impl` and `trait` blocks, outside the functions' bodies in them.
fn associated_lines(text: &str) -> Vec<(Kind, usize, usize)> {
    let mut ranges = Vec::new();
    let mut stack: Vec<(Option<Kind>, usize)> = Vec::new();
    let mut head = String::new();
    let mut line = 1;
    let chars: Vec<char> = text.chars().collect();
    let mut k = 0;
    while k < chars.len() {
        let c = chars[k];
        let next = chars.get(k + 1).copied().unwrap_or(' ');
        match c {
            '\n' => {
                line += 1;
                head.push(' ');
            }
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
                    } else if chars[k] == '\n' {
                        line += 1;
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
                    if chars[k] == '\n' {
                        line += 1;
                    }
                    if !raw && chars[k] == '\\' {
                        k += 1;
                        if chars.get(k) == Some(&'\n') {
                            line += 1;
                        }
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
            '{' => {
                let words: Vec<&str> = head.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
                let function = words.contains(&"fn");
                let block = words.iter().any(|w| *w == "impl" || *w == "trait") && !function;
                let kind = if words.contains(&"for") { Kind::TraitImpl } else { Kind::Inherent };
                stack.push((block.then_some(kind), line));
                head.clear();
            }
            '}' => {
                if let Some((Some(kind), from)) = stack.pop() {
                    ranges.push((kind, from, line));
                }
                head.clear();
            }
            ';' => head.clear(),
            c => head.push(c),
        }
        k += 1;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::{associated_lines, Kind};

    #[test]
    fn impl_blocks_are_found() {
        let text = "fn a() {\n}\nimpl X {\n    fn b() {}\n}\nmod m {\n    fn c() {}\n}\ntrait T {\n fn d() {}\n}\n";
        assert_eq!(associated_lines(text), vec![(Kind::Inherent, 3, 5), (Kind::Inherent, 9, 11)]);
        assert_eq!(associated_lines("impl Add for X {\n fn add() {}\n}"), vec![(Kind::TraitImpl, 1, 3)]);
    }
}
