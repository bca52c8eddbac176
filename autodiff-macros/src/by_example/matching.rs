//! What a rule of a macro matches.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use rustc_hash::FxHashMap as HashMap;
use syn::parse::{Parse, ParseStream, Parser};

use super::marks;
use super::rules::{token_length, Kind, Matcher, Repeat};

/// Steps that one call may take to be matched.
pub(super) const FUEL: usize = 20_000;

/// What the fragments of a rule stand for.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    One(TokenStream),
    Many(Vec<Bound>),
}

pub(super) type Bindings = HashMap<String, Bound>;

/// Whether a rule matches all of the tokens; nothing if that is not known.
pub(super) fn whole(matchers: &[Matcher], tokens: &[TokenTree], bindings: &mut Bindings, fuel: &mut usize) -> Option<bool> {
    let mut matching = Matching { fuel: *fuel, unknown: false };
    let end = matching.sequence(matchers, tokens, 0, bindings, true);
    *fuel = matching.fuel;
    (!matching.unknown).then_some(end.is_some())
}

struct Matching {
    fuel: usize,
    /// Whether something is in doubt, so that no later rule may be tried.
    unknown: bool,
}

impl Matching {
    /// Where a sequence ends that begins at a token; at the end of all tokens, if it is to reach that.
    fn sequence(&mut self, matchers: &[Matcher], tokens: &[TokenTree], at: usize, bindings: &mut Bindings, to_end: bool) -> Option<usize> {
        self.unknown |= self.fuel == 0;
        if self.unknown {
            return None;
        }
        self.fuel -= 1;
        let Some((first, rest)) = matchers.split_first() else { return (!to_end || at == tokens.len()).then_some(at) };
        match first {
            Matcher::Token(wanted) => {
                let at = same(wanted, tokens.get(at)?).then_some(at + 1)?;
                self.sequence(rest, tokens, at, bindings, to_end)
            }
            Matcher::Group(delimiter, inner) => {
                let TokenTree::Group(g) = tokens.get(at)? else { return None };
                if g.delimiter() != *delimiter {
                    return None;
                }
                let inside: Vec<TokenTree> = g.stream().into_iter().collect();
                self.sequence(inner, &inside, 0, bindings, true)?;
                self.sequence(rest, tokens, at + 1, bindings, to_end)
            }
            Matcher::Fragment(name, kind) => {
                let (length, text) = self.fragment(*kind, &tokens[at..])?;
                bindings.insert(name.clone(), Bound::One(text));
                self.sequence(rest, tokens, at + length, bindings, to_end)
            }
            Matcher::Repeat(repeat) => self.repeated(repeat, rest, tokens, at, bindings, to_end),
        }
    }

    /// As many times as it goes, or fewer where the rest asks for that.
    fn repeated(
        &mut self,
        repeat: &Repeat<Matcher>,
        rest: &[Matcher],
        tokens: &[TokenTree],
        mut at: usize,
        bindings: &mut Bindings,
        to_end: bool,
    ) -> Option<usize> {
        let mut ends = vec![at];
        let mut rounds: Vec<Bindings> = Vec::new();
        while rounds.len() < repeat.most {
            let mut from = at;
            if !rounds.is_empty() {
                let separator = &repeat.separator;
                let found = tokens.get(at..at + separator.len());
                if !found.is_some_and(|found| found.iter().zip(separator).all(|(a, b)| same(b, a))) {
                    break;
                }
                from += separator.len();
            }
            let mut round = Bindings::default();
            match self.sequence(&repeat.of, tokens, from, &mut round, false) {
                // What matches nothing does so for ever.
                Some(end) if end > at => at = end,
                _ => break,
            }
            rounds.push(round);
            ends.push(at);
        }
        let mut names = Vec::new();
        named(&repeat.of, &mut names);
        loop {
            if rounds.len() < repeat.least || self.unknown {
                return None;
            }
            let mut all = bindings.clone();
            for name in &names {
                let many = rounds.iter().map(|round| round.get(*name).cloned()).collect::<Option<_>>()?;
                all.insert((*name).to_string(), Bound::Many(many));
            }
            if let Some(end) = self.sequence(rest, tokens, ends[rounds.len()], &mut all, to_end) {
                *bindings = all;
                return Some(end);
            }
            rounds.pop()?;
        }
    }

    /// How many tokens a fragment takes, and what stands for it where it is used.
    fn fragment(&mut self, kind: Kind, tokens: &[TokenTree]) -> Option<(usize, TokenStream)> {
        let first = tokens.first()?;
        // What an expression may begin with differs between editions.
        if kind == Kind::Expr && matches!(first, TokenTree::Ident(i) if i == "_" || i == "const") {
            self.unknown = true;
            return None;
        }
        let length = match kind {
            Kind::Tt => token_length(tokens)?,
            Kind::Ident => matches!(first, TokenTree::Ident(i) if i != "_").then_some(1)?,
            Kind::Lifetime => matches!(first, TokenTree::Punct(p) if p.as_char() == '\'').then_some(2)?,
            Kind::Block => is_block(first).then_some(1)?,
            Kind::Literal => literal(tokens)?,
            Kind::Expr => prefix(<syn::Expr as Parse>::parse, tokens)?,
            Kind::Ty => prefix(<syn::Type as Parse>::parse, tokens)?,
            Kind::Path => prefix(<syn::Path as Parse>::parse, tokens)?,
            Kind::Pat => prefix(syn::Pat::parse_multi_with_leading_vert, tokens)?,
            Kind::PatParam => prefix(syn::Pat::parse_single, tokens)?,
        };
        let text: TokenStream = tokens.get(..length)?.iter().cloned().collect();
        // No later rule looks into these.
        let grouped = matches!(kind, Kind::Expr | Kind::Literal | Kind::Ty | Kind::Path) && !is_grouped(&text);
        if kind == Kind::Pat && matches!(syn::Pat::parse_multi_with_leading_vert.parse2(text.clone()), Ok(syn::Pat::Or(_))) {
            return Some((length, TokenTree::Group(Group::new(Delimiter::Parenthesis, text)).into()));
        }
        let text = if grouped { TokenTree::Group(Group::new(Delimiter::None, text)).into() } else { text };
        Some((length, text))
    }
}

/// Whether a token is the one that a rule has.
fn same(wanted: &TokenTree, found: &TokenTree) -> bool {
    match (wanted, found) {
        (TokenTree::Ident(a), TokenTree::Ident(b)) => *a == marks::without_mark(b),
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (TokenTree::Literal(a), TokenTree::Literal(b)) => a.to_string() == b.to_string(),
        _ => false,
    }
}

/// The fragments in a part of a rule.
fn named<'m>(matchers: &'m [Matcher], names: &mut Vec<&'m str>) {
    for m in matchers {
        match m {
            Matcher::Token(_) => {}
            Matcher::Group(_, inner) => named(inner, names),
            Matcher::Fragment(name, _) => names.push(name),
            Matcher::Repeat(repeat) => named(&repeat.of, names),
        }
    }
}

fn is_grouped(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    matches!(tokens.next(), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::None) && tokens.next().is_none()
}

fn is_block(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(g) if g.delimiter() == Delimiter::None => {
            let mut inside = g.stream().into_iter();
            inside.next().is_some_and(|t| is_block(&t)) && inside.next().is_none()
        }
        TokenTree::Group(g) => g.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

/// `1.5`, `-2`, `true`.
fn literal(tokens: &[TokenTree]) -> Option<usize> {
    match tokens {
        [TokenTree::Group(g), ..] if g.delimiter() == Delimiter::None => {
            let inside: Vec<TokenTree> = g.stream().into_iter().collect();
            (literal(&inside)? == inside.len()).then_some(1)
        }
        [TokenTree::Punct(p), TokenTree::Literal(_), ..] if p.as_char() == '-' && p.spacing() == Spacing::Alone => Some(2),
        [TokenTree::Literal(_), ..] => Some(1),
        [TokenTree::Ident(i), ..] if i == "true" || i == "false" => Some(1),
        _ => None,
    }
}

/// How many tokens the longest piece of syntax takes that begins here.
fn prefix<T>(parse: impl Fn(ParseStream) -> syn::Result<T>, tokens: &[TokenTree]) -> Option<usize> {
    let taken = |input: ParseStream| {
        parse(input)?;
        Ok(input.parse::<TokenStream>()?.into_iter().count())
    };
    let left = taken.parse2(tokens.iter().cloned().collect()).ok()?;
    tokens.len().checked_sub(left).filter(|length| *length > 0)
}
