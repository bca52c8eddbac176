//! The rules of a `macro_rules!`: what they match, and what they give.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};

use super::matching::{self, Bindings};
use super::transcribe;

/// A macro.
pub(super) struct Rules(Vec<Rule>);

struct Rule {
    matcher: Vec<Matcher>,
    body: TokenStream,
}

/// A part of what a rule matches.
pub(super) enum Matcher {
    /// A token as it is written.
    Token(TokenTree),
    Group(Delimiter, Vec<Matcher>),
    /// `$x:expr`
    Fragment(String, Kind),
    /// `$(..),*`
    Repeat(Repeat<Matcher>),
}

/// What is repeated, in what is matched or in what is given.
pub(super) struct Repeat<T> {
    pub of: Vec<T>,
    /// The punctuation of one separator.
    pub separator: Vec<TokenTree>,
    pub least: usize,
    pub most: usize,
}

/// The parts of the syntax that a fragment may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Ident,
    Expr,
    Ty,
    Tt,
    Literal,
    Pat,
    PatParam,
    Path,
    Block,
    Lifetime,
}

impl Kind {
    fn of(name: &Ident) -> Option<Kind> {
        Some(match name.to_string().as_str() {
            "ident" => Kind::Ident,
            "expr" | "expr_2021" => Kind::Expr,
            "ty" => Kind::Ty,
            "tt" => Kind::Tt,
            "literal" => Kind::Literal,
            "pat" => Kind::Pat,
            "pat_param" => Kind::PatParam,
            "path" => Kind::Path,
            "block" => Kind::Block,
            "lifetime" => Kind::Lifetime,
            _ => return None,
        })
    }
}

impl Rules {
    /// The rules between the braces, if all of them are known.
    pub fn read(tokens: TokenStream) -> Option<Rules> {
        let mut tokens = tokens.into_iter().peekable();
        let mut rules = Vec::new();
        while let Some(first) = tokens.next() {
            let TokenTree::Group(matcher) = first else { return None };
            let arrow = (tokens.next()?, tokens.next()?);
            let (TokenTree::Punct(a), TokenTree::Punct(b)) = arrow else { return None };
            let TokenTree::Group(body) = tokens.next()? else { return None };
            if (a.as_char(), b.as_char()) != ('=', '>') || transcribe::is_beyond(body.stream()) {
                return None;
            }
            rules.push(Rule { matcher: matchers(matcher.stream())?, body: body.stream() });
            match tokens.next() {
                None => break,
                Some(TokenTree::Punct(p)) if p.as_char() == ';' => {}
                Some(_) => return None,
            }
        }
        Some(Rules(rules))
    }

    /// What a call gives: the first rule that matches decides.
    pub fn expand(&self, arguments: &TokenStream, mark: usize, at: Span) -> Option<TokenStream> {
        let arguments: Vec<TokenTree> = arguments.clone().into_iter().collect();
        let mut fuel = matching::FUEL;
        for rule in &self.0 {
            let mut bindings = Bindings::default();
            match matching::whole(&rule.matcher, &arguments, &mut bindings, &mut fuel) {
                Some(true) => return transcribe::Transcribe { mark, at }.body(&rule.body, &bindings),
                Some(false) => {}
                None => return None,
            }
        }
        None
    }
}

/// The parts of what a rule matches.
fn matchers(tokens: TokenStream) -> Option<Vec<Matcher>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut k = 0;
    while k < tokens.len() {
        match &tokens[k] {
            TokenTree::Punct(p) if p.as_char() == '$' => match tokens.get(k + 1)? {
                TokenTree::Ident(name) => {
                    let (TokenTree::Punct(colon), TokenTree::Ident(kind)) = (tokens.get(k + 2)?, tokens.get(k + 3)?) else { return None };
                    if colon.as_char() != ':' {
                        return None;
                    }
                    found.push(Matcher::Fragment(crate::names::bare(name), Kind::of(kind)?));
                    k += 4;
                }
                TokenTree::Group(g) if g.delimiter() == Delimiter::Parenthesis => {
                    let (repeat, length) = repeat(g, &tokens[k + 2..], matchers)?;
                    found.push(Matcher::Repeat(repeat));
                    k += 2 + length;
                }
                _ => return None,
            },
            TokenTree::Group(g) => {
                found.push(Matcher::Group(g.delimiter(), matchers(g.stream())?));
                k += 1;
            }
            other => {
                found.push(Matcher::Token(other.clone()));
                k += 1;
            }
        }
    }
    Some(found)
}

/// What follows `$(..)`: a separator and how often; and how many tokens that are.
pub(super) fn repeat<T>(group: &Group, behind: &[TokenTree], read: impl Fn(TokenStream) -> Option<Vec<T>>) -> Option<(Repeat<T>, usize)> {
    let operator = |t: Option<&TokenTree>| match t {
        Some(TokenTree::Punct(p)) => match p.as_char() {
            '*' => Some((0, usize::MAX)),
            '+' => Some((1, usize::MAX)),
            '?' => Some((0, 1)),
            _ => None,
        },
        _ => None,
    };
    let of = read(group.stream())?;
    if let Some((least, most)) = operator(behind.first()) {
        // `$(a)+*`: the first is a separator.
        let separates = most > 1 && matches!(&behind[0], TokenTree::Punct(p) if p.as_char() == '+') && operator(behind.get(1)).is_some();
        if separates {
            return None;
        }
        return Some((Repeat { of, separator: Vec::new(), least, most }, 1));
    }
    let length = token_length(behind)?;
    let (least, most) = operator(behind.get(length))?;
    (most > 1).then_some(())?;
    let separator = behind[..length].to_vec();
    let plain = separator.iter().all(|t| !matches!(t, TokenTree::Group(_)) && !matches!(t, TokenTree::Punct(p) if p.as_char() == '$'));
    plain.then_some((Repeat { of, separator, least, most }, length + 1))
}

/// How many of these tokens are one to rustc: `..=` and `'a` are.
pub(super) fn token_length(tokens: &[TokenTree]) -> Option<usize> {
    const LONG: &[&str] = &[
        "<<=", ">>=", "...", "..=", "&&", "||", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "==", "!=", ">=", "<=", "->",
        "=>", "::", "..",
    ];
    let TokenTree::Punct(first) = tokens.first()? else { return Some(1) };
    if first.as_char() == '\'' {
        return Some(2);
    }
    let mut text = String::new();
    for t in tokens.iter().take(3) {
        let TokenTree::Punct(p) = t else { break };
        text.push(p.as_char());
        if p.spacing() == Spacing::Alone {
            break;
        }
    }
    Some(LONG.iter().find(|long| text.starts_with(**long)).map_or(1, |long| long.len()))
}
