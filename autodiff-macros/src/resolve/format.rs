//! The names in a format string, by the grammar of `std::fmt`.

use std::ops::Range;

/// Where a format string names its arguments (`{x}`, `{:x$}`, `{:.x$}`), in bytes and in order.
/// `None` if it is not a format string.
pub(super) fn names(text: &str) -> Option<Vec<Range<usize>>> {
    let mut cursor = Cursor { text, at: 0 };
    let mut names = Vec::new();
    while let Some(c) = cursor.peek() {
        cursor.at += c.len_utf8();
        match c {
            '{' if cursor.eat('{') => {}
            '{' => {
                cursor.spaces();
                match cursor.word() {
                    Some(name) => names.push(name),
                    None => cursor.digits(),
                }
                cursor.spaces();
                if cursor.eat(':') {
                    cursor.spec(&mut names);
                }
                cursor.spaces();
                if !cursor.eat('}') {
                    return None;
                }
            }
            '}' if !cursor.eat('}') => return None,
            _ => {}
        }
    }
    Some(names)
}

/// The text with each of `names` replaced by what `rename` gives for it.
pub(super) fn replace(text: &str, names: Vec<Range<usize>>, rename: impl Fn(&str) -> Option<String>) -> String {
    let mut replaced = String::new();
    let mut copied = 0;
    for range in names {
        if let Some(name) = rename(&text[range.clone()]) {
            replaced.push_str(&text[copied..range.start]);
            replaced.push_str(&name);
            copied = range.end;
        }
    }
    replaced.push_str(&text[copied..]);
    replaced
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn eat_while(&mut self, accept: impl Fn(char) -> bool) {
        while let Some(c) = self.peek().filter(|c| accept(*c)) {
            self.at += c.len_utf8();
        }
    }

    fn spaces(&mut self) {
        self.eat_while(char::is_whitespace);
    }

    fn digits(&mut self) {
        self.eat_while(|c| c.is_ascii_digit());
    }

    fn word(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        if self.peek().is_some_and(|c| c == '_' || c.is_alphabetic()) {
            self.eat_while(|c| c == '_' || c.is_alphanumeric());
        }
        (start != self.at).then_some(start..self.at)
    }

    /// A width or precision: a number, or the number or name of an argument before `$`.
    fn count(&mut self, names: &mut Vec<Range<usize>>) {
        let start = self.at;
        match self.word() {
            Some(name) if self.eat('$') => names.push(name),
            // The type: `x` in `{:x}`.
            Some(_) => self.at = start,
            None => {
                self.digits();
                self.eat('$');
            }
        }
    }

    fn spec(&mut self, names: &mut Vec<Range<usize>>) {
        let is_align = |c: Option<char>| matches!(c, Some('<' | '^' | '>'));
        let mut ahead = self.text[self.at..].chars();
        let fill = ahead.next();
        if let Some(fill) = fill.filter(|_| is_align(ahead.next())) {
            self.at += fill.len_utf8() + 1;
        } else if is_align(fill) {
            self.at += 1;
        }
        let _ = self.eat('+') || self.eat('-');
        self.eat('#');
        if self.eat('0') {
            self.eat('$');
        }
        self.count(names);
        if self.eat('.') && !self.eat('*') {
            self.count(names);
        }
        let _ = self.word();
        self.eat('?');
    }
}
