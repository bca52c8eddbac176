//! Renaming where the syntax is unknown: in the arguments of other macros, by the look of tokens.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, TokenStream, TokenTree};
use rustc_hash::FxHashSet as HashSet;
use syn::ext::IdentExt;
use syn::{LitStr, Macro};

use super::{format, Resolver};

/// Adds all identifiers, and all words in string literals, to `words`.
pub(crate) fn collect_words(tokens: TokenStream, words: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect_words(group.stream(), words),
            TokenTree::Ident(ident) => {
                words.insert(ident.unraw().to_string());
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let text = string_of(&literal).map_or(text, |literal| literal.value());
                let parts = text.split(|c: char| !(c == '_' || c.is_alphanumeric()));
                words.extend(parts.filter(|word| !word.is_empty()).map(str::to_owned));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// Whether a literal names variables, should it be a format string.
pub(crate) fn captures_names(literal: &Literal) -> bool {
    string_of(literal).is_some_and(|literal| format::names(&literal.value()).is_some_and(|names| !names.is_empty()))
}

/// The literal as a string, if it is one.
fn string_of(literal: &Literal) -> Option<LitStr> {
    syn::parse2(TokenTree::Literal(literal.clone()).into()).ok()
}

fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// Whether the tokens are an operator of two characters.
fn is_pair(first: Option<&TokenTree>, second: Option<&TokenTree>, pair: &str) -> bool {
    let joint = matches!(first, Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
    let mut pair = pair.chars();
    let mut next_is = |token| pair.next().is_some_and(|c| is_punct(token, c));
    joint && next_is(first) && next_is(second)
}

/// Tokens of one group, with questions about what is around an index.
pub(crate) struct Tokens(pub Vec<TokenTree>);

impl Tokens {
    pub(crate) fn of(tokens: TokenStream) -> Tokens {
        Tokens(tokens.into_iter().collect())
    }

    /// Whether the identifier at an index is a part of something, a macro, or the name of a field or an argument (in the outermost group).
    pub(crate) fn is_no_variable(&self, at: usize, top: bool) -> bool {
        let names_field = is_punct(self.after(at, 1), ':');
        self.is_member(at) || self.is_in_path(at) || self.is_macro(at) || names_field || top && self.is_argument_name(at)
    }

    fn before(&self, at: usize, distance: usize) -> Option<&TokenTree> {
        self.0.get(at.checked_sub(distance)?)
    }

    fn after(&self, at: usize, distance: usize) -> Option<&TokenTree> {
        self.0.get(at + distance)
    }

    /// `.x`, but not `..x`.
    fn is_member(&self, at: usize) -> bool {
        is_punct(self.before(at, 1), '.') && !is_punct(self.before(at, 2), '.')
    }

    /// `::x` or `x::`
    fn is_in_path(&self, at: usize) -> bool {
        is_pair(self.before(at, 2), self.before(at, 1), "::") || is_pair(self.after(at, 1), self.after(at, 2), "::")
    }

    /// `x!`, but not `x != y`.
    fn is_macro(&self, at: usize) -> bool {
        is_punct(self.after(at, 1), '!') && !is_pair(self.after(at, 1), self.after(at, 2), "!=")
    }

    /// At the start or after a comma.
    fn starts_element(&self, at: usize) -> bool {
        at == 0 || is_punct(self.before(at, 1), ',')
    }

    /// `, x = value`: the name of an argument, not an assignment.
    fn is_argument_name(&self, at: usize) -> bool {
        at > 0
            && self.starts_element(at)
            && is_punct(self.after(at, 1), '=')
            && !is_punct(self.after(at, 2), '=')
            && !is_punct(self.after(at, 2), '>')
    }

    /// Whether the group at an index is the body of a struct literal or pattern, as far as one
    /// can tell: `P { x, .. }` or `Point { x }`, but not `if k == Kind::Full { x }`.
    fn is_struct_body(&self, at: usize, group: &Group) -> bool {
        let Some(TokenTree::Ident(head)) = self.before(at, 1) else {
            return false;
        };
        let head = head.to_string();
        if group.delimiter() != Delimiter::Brace || !head.starts_with(char::is_uppercase) {
            return false;
        }
        let mut inside = group.stream().into_iter().skip(1);
        match inside.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == ',' => return true,
            Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => {
                return !is_punct(inside.next().as_ref(), ':');
            }
            Some(_) => return false,
            None => {}
        }
        let ends_expression = |token: &&TokenTree| match token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => matches!(punct.as_char(), ';' | ','),
            _ => false,
        };
        let is_condition = |token: &TokenTree| match token {
            TokenTree::Ident(ident) => ["if", "while", "match", "in"].iter().any(|k| ident == k),
            _ => false,
        };
        let mut before = self.0.iter().take(at).rev();
        head.contains(char::is_lowercase) && !before.by_ref().take_while(|token| !ends_expression(token)).any(is_condition)
    }
}

impl Resolver {
    /// Renames variables and labels in the arguments of a macro that may mean anything.
    pub(super) fn rewrite_tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let tokens = Tokens::of(tokens);
        // `m!("{x}", x = 1)` does not capture.
        let named = tokens.0.iter().enumerate().filter(|(at, _)| tokens.is_argument_name(*at)).map(|(_, name)| name.to_string()).collect();
        self.rewrite_group(&tokens, &named, true, false)
    }

    /// Renames variables and labels in what the rules of a `macro_rules!` expand to.
    pub(super) fn rewrite_macro_rules(&mut self, mac: &mut Macro) {
        let tokens = Tokens::of(mac.tokens.clone());
        let rewritten = tokens.0.iter().enumerate().map(|(at, token)| match token {
            TokenTree::Group(group) if is_punct(tokens.before(at, 1), '>') => {
                TokenTree::Group(with_stream(group, self.rewrite_tokens(group.stream())))
            }
            token => token.clone(),
        });
        mac.tokens = rewritten.collect();
    }

    fn rewrite_group(&mut self, tokens: &Tokens, named: &BTreeSet<String>, top: bool, fields: bool) -> TokenStream {
        let mut rewritten = TokenStream::new();
        for (at, token) in tokens.0.iter().enumerate() {
            let token = match token {
                TokenTree::Group(group) => {
                    let fields = tokens.is_struct_body(at, group);
                    let inner = Tokens::of(group.stream());
                    let inner = self.rewrite_group(&inner, named, false, fields);
                    TokenTree::Group(with_stream(group, inner))
                }
                TokenTree::Ident(ident) => {
                    let unique = self.token_meaning(tokens, at, ident, top, fields);
                    let is_shorthand =
                        fields && tokens.starts_element(at) && (tokens.after(at, 1).is_none() || is_punct(tokens.after(at, 1), ','));
                    if is_shorthand && unique.as_ref().is_some_and(|unique| unique != ident) {
                        let mut colon = Punct::new(':', Spacing::Alone);
                        colon.set_span(ident.span());
                        rewritten.extend([TokenTree::from(ident.clone()), colon.into()]);
                    }
                    TokenTree::Ident(unique.unwrap_or_else(|| ident.clone()))
                }
                TokenTree::Literal(literal) => TokenTree::Literal(self.rewrite_literal(literal, named).unwrap_or_else(|| literal.clone())),
                TokenTree::Punct(punct) => TokenTree::Punct(punct.clone()),
            };
            rewritten.extend([token]);
        }
        rewritten
    }

    /// What to write for an identifier if it looks like the use of a variable or a label.
    fn token_meaning(&mut self, tokens: &Tokens, at: usize, ident: &Ident, top: bool, fields: bool) -> Option<Ident> {
        if is_punct(tokens.before(at, 1), '\'') {
            let is_lifetime = is_punct(tokens.before(at, 2), '&');
            return self.label(ident).filter(|_| !is_lifetime);
        }
        let is_field = fields && tokens.starts_element(at) && is_punct(tokens.after(at, 1), ':');
        if tokens.is_member(at)
            || tokens.is_in_path(at)
            || tokens.is_macro(at)
            || is_punct(tokens.before(at, 1), '$')
            || is_field
            || top && tokens.is_argument_name(at)
        {
            self.stands_for_something_else(ident.unraw().to_string());
            return None;
        }
        let unique = self.variable(ident)?;
        self.mark(&unique);
        Some(unique)
    }

    /// A string with the renamed variables that it captures, should it be a format string.
    fn rewrite_literal(&mut self, literal: &Literal, named: &BTreeSet<String>) -> Option<Literal> {
        let text = string_of(literal)?.value();
        let names = format::names(&text)?;
        let mut renamed = false;
        for range in &names {
            let name = &text[range.clone()];
            match self.local(name).filter(|_| !named.contains(name)).cloned() {
                Some(unique) => {
                    renamed |= unique.unraw() != name;
                    self.mark(&unique);
                }
                None => self.stands_for_something_else(name.to_string()),
            }
        }
        if !renamed {
            return None;
        }
        let text = format::replace(&text, names, |name| {
            let unique = self.local(name).filter(|_| !named.contains(name))?;
            Some(unique.unraw().to_string())
        });
        let mut renamed = Literal::string(&text);
        renamed.set_span(literal.span());
        Some(renamed)
    }

    /// A word that is no variable's here: whoever looks for the variables in these tokens must not take it for one that is bound elsewhere.
    pub(super) fn stands_for_something_else(&self, name: String) {
        self.unbound.borrow_mut().insert(name);
    }

    /// The same of all words of a macro that uses no variable.
    pub(super) fn use_none(&self, tokens: TokenStream) {
        let mut words = HashSet::default();
        collect_words(tokens, &mut words);
        words.into_iter().for_each(|word| self.stands_for_something_else(word));
    }

    fn mark(&mut self, unique: &Ident) {
        if let Some(binding) = self.bindings.map.get_mut(&unique.to_string()) {
            binding.in_unknown_macro = true;
        }
    }
}

fn with_stream(group: &Group, stream: TokenStream) -> Group {
    let mut new = Group::new(group.delimiter(), stream);
    new.set_span(group.span());
    new
}
