//! What a rule of a macro gives for what it has matched.

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};

use super::marks;
use super::matching::{Bindings, Bound};
use super::rules::repeat;

/// Tokens that one call may give.
const LONGEST: usize = 20_000;

pub(super) struct Transcribe {
    /// The number of the expansion.
    pub mark: usize,
    /// Where the call stands.
    pub at: Span,
}

/// Words that are no names.
const KEYWORDS: &[&str] = &[
    "_", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static", "struct", "super",
    "trait", "true", "type", "unsafe", "use", "where", "while",
];

/// Whether a text does what is not followed: it defines macros, or captures variables in what may be formats.
pub(super) fn is_beyond(body: TokenStream) -> bool {
    body.into_iter().any(|t| match t {
        TokenTree::Ident(i) => i == "macro_rules",
        TokenTree::Group(g) => is_beyond(g.stream()),
        TokenTree::Literal(l) => crate::resolve::captures_names(&l),
        TokenTree::Punct(_) => false,
    })
}

impl Transcribe {
    /// The text of a rule with what it has matched in it.
    pub fn body(&self, body: &TokenStream, bindings: &Bindings) -> Option<TokenStream> {
        let mut left = LONGEST;
        self.tokens(body.clone(), bindings, &mut left)
    }

    fn tokens(&self, body: TokenStream, bindings: &Bindings, left: &mut usize) -> Option<TokenStream> {
        let body: Vec<TokenTree> = body.into_iter().collect();
        let mut out = TokenStream::new();
        let mut k = 0;
        while k < body.len() {
            *left = left.checked_sub(1)?;
            match &body[k] {
                TokenTree::Punct(p) if p.as_char() == '$' => k += self.dollar(&body[k + 1..], bindings, &mut out, left)?,
                TokenTree::Ident(i) => out.extend([self.name(i, k > 0 && is_quote(&body[k - 1]))]),
                TokenTree::Group(g) => {
                    let mut group = Group::new(g.delimiter(), self.tokens(g.stream(), bindings, left)?);
                    group.set_span(self.at);
                    out.extend([TokenTree::Group(group)]);
                }
                other => {
                    let mut other = other.clone();
                    other.set_span(self.at);
                    out.extend([other]);
                }
            }
            k += 1;
        }
        Some(out)
    }

    fn name(&self, name: &proc_macro2::Ident, lifetime: bool) -> TokenTree {
        let mut name = name.clone();
        name.set_span(self.at);
        let text = name.to_string();
        let fixed = KEYWORDS.contains(&text.as_str()) || lifetime && (text == "static" || text == "_");
        if fixed { name } else { marks::marked(&name, self.mark, self.at) }.into()
    }

    /// What follows a `$`; gives how many tokens that are.
    fn dollar(&self, behind: &[TokenTree], bindings: &Bindings, out: &mut TokenStream, left: &mut usize) -> Option<usize> {
        match behind.first()? {
            TokenTree::Ident(i) if i == "crate" => {
                out.extend([TokenTree::Ident(proc_macro2::Ident::new("crate", self.at))]);
                Some(1)
            }
            TokenTree::Ident(i) => {
                let Bound::One(text) = bindings.get(&crate::names::bare(i))? else { return None };
                *left = left.checked_sub(text.clone().into_iter().count())?;
                let in_path = matches!(behind.get(1), Some(TokenTree::Punct(p)) if p.as_char() == ':' && p.spacing() == Spacing::Joint);
                out.extend(if in_path { marks::ungrouped(text.clone()) } else { text.clone() });
                Some(1)
            }
            TokenTree::Group(g) if g.delimiter() == Delimiter::Parenthesis => {
                let (repeat, length) = repeat(g, &behind[1..], |tokens| Some(vec![tokens]))?;
                let text = &repeat.of[0];
                let mut names = Vec::new();
                used(text.clone(), &mut names);
                let repeated = |name: &&String| matches!(bindings.get(*name), Some(Bound::Many(_)));
                let mut counts = names.iter().filter(repeated).map(|name| match &bindings[name] {
                    Bound::Many(many) => many.len(),
                    Bound::One(_) => 0,
                });
                let count = counts.next()?;
                if counts.any(|other| other != count) {
                    return None;
                }
                for round in 0..count {
                    let mut inner = bindings.clone();
                    for name in &names {
                        if let Some(Bound::Many(many)) = bindings.get(name) {
                            inner.insert(name.clone(), many[round].clone());
                        }
                    }
                    if round > 0 {
                        out.extend(self.tokens(repeat.separator.iter().cloned().collect(), bindings, left)?);
                    }
                    out.extend(self.tokens(text.clone(), &inner, left)?);
                }
                Some(1 + length)
            }
            _ => None,
        }
    }
}

fn is_quote(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(p) if p.as_char() == '\'')
}

/// The fragments that a text names.
fn used(tokens: TokenStream, names: &mut Vec<String>) {
    let mut dollar = false;
    for t in tokens {
        match &t {
            TokenTree::Ident(i) if dollar => names.push(crate::names::bare(i)),
            TokenTree::Group(g) => used(g.stream(), names),
            _ => {}
        }
        dollar = matches!(&t, TokenTree::Punct(p) if p.as_char() == '$');
    }
}
