//! Calls of `macro_rules!` macros of the crate, written out: macros by example, expanded as rustc does it.
//!
//! What enters: a function as the user wrote it.
//!
//! What leaves: the same function without the calls whose macro is known: defined in front of the call, in the function or where
//! [`position::macro_rules`](crate::position::macro_rules) finds it, and nowhere a second time.
//!
//! What is guaranteed:
//!
//! * Variables and labels that a macro's own text binds are the macro's own: they have names that nothing else in the function has
//!   ([`resolve::hygienic`]). What the text names and does not bind is an item, or a variable that the macro saw where it was defined; where
//!   a variable of the function could be taken for it, the call stays.
//! * Whatever else is not known stays a call: fragments that no part of the syntax is parsed for here, nested definitions, texts that capture
//!   variables, expansions that do not come to an end. What macros that stay may do with numbers is refused later.
//! * What is written out has the place of the call, but for what the call hands over.

mod marks;
mod matching;
mod rules;
mod transcribe;

pub(crate) use marks::{base, is_marked, without_mark};

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Macro, Stmt};

use crate::resolve;
use rules::Rules;

/// Expansions inside expansions.
const DEEPEST: usize = 64;
/// Expansions in one function.
const MOST: usize = 4000;

/// The body with all calls written out that can be; nothing if there are none.
pub(crate) fn expanded(sig: &syn::Signature, block: &Block) -> Option<Block> {
    if !has_calls(block) {
        return None;
    }
    let mut words = HashSet::default();
    resolve::tokens::collect_words(sig.to_token_stream(), &mut words);
    resolve::tokens::collect_words(block.to_token_stream(), &mut words);
    if words.iter().any(|word| is_marked(word)) {
        return None;
    }
    let mut bound = Bound::default();
    bound.visit_signature(sig);
    let parameters = bound.0.keys().cloned().collect();
    bound.visit_block(block);
    let mut expand =
        Expand { bound: bound.0, seen: parameters, words, local: Vec::new(), depth: 0, expansions: 0, unbound: Vec::new(), changed: false };
    let mut new = block.clone();
    expand.visit_block_mut(&mut new);
    while Unused::of(&new).removed_from(&mut new) {}
    let fits = || crate::depth::check(&new.to_token_stream()).is_ok();
    (expand.changed && fits()).then_some(new)
}

/// The items that a call of a macro with these rules stands for.
pub(crate) fn items(rules: TokenStream, arguments: &TokenStream) -> Option<Vec<syn::Item>> {
    let tokens = Rules::read(rules)?.expand(arguments, 0, proc_macro2::Span::call_site())?;
    syn::parse2::<syn::File>(marks::without(tokens)).ok().map(|file| file.items)
}

/// Whether any macro is called that is not one of std.
fn has_calls(block: &Block) -> bool {
    fn inside(tokens: TokenStream) -> bool {
        let mut named = false;
        tokens.into_iter().any(|t| match t {
            TokenTree::Ident(_) => {
                named = true;
                false
            }
            TokenTree::Punct(p) => std::mem::take(&mut named) && p.as_char() == '!',
            TokenTree::Group(g) => {
                named = false;
                inside(g.stream())
            }
            TokenTree::Literal(_) => {
                named = false;
                false
            }
        })
    }
    struct Calls(bool);
    impl<'a> Visit<'a> for Calls {
        fn visit_macro(&mut self, m: &'a Macro) {
            self.0 |= !resolve::is_macro_of_std(&m.path) || is_own(&m.path) || inside(m.tokens.clone());
        }
    }
    let mut calls = Calls(false);
    calls.visit_block(block);
    calls.0
}

/// Whether a macro by a name of std's is one of the crate's own.
fn is_own(path: &syn::Path) -> bool {
    resolve::is_macro_of_std(path) && path.get_ident().is_some_and(crate::position::defines_macro)
}

/// Refuses calls of macros of the crate's own that were not written out and have a name of std's: whoever comes later takes them for std's.
pub(crate) fn refuse_named_as_std(block: &Block) -> syn::Result<()> {
    #[derive(Default)]
    struct Calls {
        local: HashSet<String>,
        found: Option<Ident>,
    }
    impl Calls {
        fn called(&mut self, path: &syn::Path) {
            let local = path.get_ident().filter(|name| self.local.contains(&crate::names::bare(name)) && resolve::is_macro_of_std(path));
            let found = local.or_else(|| path.get_ident().filter(|_| is_own(path)));
            self.found = self.found.take().or_else(|| found.cloned());
        }
        fn inside(&mut self, tokens: TokenStream) {
            let mut name: Option<Ident> = None;
            for t in tokens {
                match t {
                    TokenTree::Ident(i) => name = Some(i),
                    TokenTree::Punct(p) => {
                        let called = name.take().filter(|_| p.as_char() == '!');
                        called.into_iter().for_each(|name| self.called(&name.into()));
                    }
                    TokenTree::Group(g) => {
                        name = None;
                        self.inside(g.stream());
                    }
                    TokenTree::Literal(_) => name = None,
                }
            }
        }
    }
    impl<'a> Visit<'a> for Calls {
        fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
            self.local.extend(m.ident.iter().map(crate::names::bare));
        }
        fn visit_macro(&mut self, m: &'a Macro) {
            self.called(&m.path);
            if resolve::is_macro_of_std(&m.path) {
                self.inside(m.tokens.clone());
            }
        }
    }
    let mut calls = Calls::default();
    calls.visit_block(block);
    match calls.found {
        None => Ok(()),
        Some(name) => Err(syn::Error::new(
            name.span(),
            format!("`{name}!` is a macro of the crate that has the name of one of std's, and what it stands for is not known here; give it another name"),
        )),
    }
}

/// Macros of the function that nothing calls any more.
struct Unused(HashSet<String>);

impl Unused {
    fn of(block: &Block) -> Unused {
        fn called(tokens: TokenStream, names: &mut HashSet<String>) {
            let mut before = [String::new(), String::new()];
            for t in tokens {
                if let (TokenTree::Group(g), [name, bang]) = (&t, &before) {
                    if bang == "!" {
                        names.insert(name.trim_start_matches("r#").to_string());
                    }
                    called(g.stream(), names);
                }
                let text = if matches!(t, TokenTree::Group(_)) { String::new() } else { t.to_string() };
                before = [std::mem::take(&mut before[1]), text];
            }
        }
        let mut names = HashSet::default();
        called(block.to_token_stream(), &mut names);
        Unused(names)
    }

    /// Whether there were any.
    fn removed_from(&self, block: &mut Block) -> bool {
        struct Remove<'n>(&'n HashSet<String>, bool);
        impl VisitMut for Remove<'_> {
            fn visit_block_mut(&mut self, block: &mut Block) {
                let count = block.stmts.len();
                block.stmts.retain(|s| match s {
                    Stmt::Item(syn::Item::Macro(syn::ItemMacro { ident: Some(name), .. })) => self.0.contains(&crate::names::bare(name)),
                    _ => true,
                });
                self.1 |= block.stmts.len() < count;
                visit_mut::visit_block_mut(self, block);
            }
        }
        let mut remove = Remove(&self.0, false);
        remove.visit_block_mut(block);
        remove.1
    }
}

/// How often each name is bound.
#[derive(Default)]
struct Bound(HashMap<String, usize>);

impl<'a> Visit<'a> for Bound {
    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        *self.0.entry(crate::names::bare(&p.ident)).or_default() += 1;
        visit::visit_pat_ident(self, p);
    }
}

/// A macro of the function.
struct Local {
    name: String,
    rules: Option<Rules>,
    /// The variables in front of it.
    seen: HashSet<String>,
}

struct Expand {
    /// All variables of the function, and how often each name is bound.
    bound: HashMap<String, usize>,
    /// Those in front of what is looked at.
    seen: HashSet<String>,
    /// Names that are in use.
    words: HashSet<String>,
    local: Vec<Local>,
    depth: usize,
    expansions: usize,
    /// What the texts of macros name and do not bind, with the number of the macro of the function, if it is one.
    unbound: Vec<Origin>,
    changed: bool,
}

/// Which variables a marked name of an expansion may mean: those that the macro saw.
struct Origin {
    mark: usize,
    seen: HashSet<String>,
}

impl Expand {
    /// The expansion of a call, with marks in it.
    fn call(&mut self, m: &Macro) -> Option<TokenStream> {
        let name = &m.path.segments.last()?.ident;
        if self.depth >= DEEPEST || self.expansions >= MOST {
            return None;
        }
        let local = m.path.get_ident().and_then(|i| self.local.iter().rev().find(|l| l.name == crate::names::bare(i)));
        let found;
        let (rules, seen) = match local {
            Some(local) => (local.rules.as_ref()?, local.seen.clone()),
            None => {
                found = Rules::read(crate::position::macro_rules(&m.path)?)?;
                (&found, HashSet::default())
            }
        };
        let mark = self.expansions;
        self.expansions += 1;
        let tokens = rules.expand(&m.tokens, mark, name.span())?;
        self.unbound.push(Origin { mark, seen });
        Some(tokens)
    }

    /// Statements of an expansion, with the calls in them written out, and names that are the function's.
    fn statements(&mut self, tokens: TokenStream) -> Option<Vec<Stmt>> {
        let stmts = syn::parse::Parser::parse2(Block::parse_within, tokens).ok()?;
        let mut block = Block { brace_token: syn::token::Brace::default(), stmts };
        self.depth += 1;
        self.visit_block_mut(&mut block);
        self.depth -= 1;
        if self.depth == 0 {
            block = self.settled(block)?;
        }
        Some(block.stmts)
    }

    /// Gives the marked names of an expansion their own, and takes the marks from the others.
    fn settled(&mut self, mut block: Block) -> Option<Block> {
        let unbound = resolve::hygienic(&mut block, &mut self.words);
        for name in unbound {
            let (Some(base), Some(mark)) = (base(&name), marks::number(&name)) else { continue };
            let times = self.bound.get(base).copied().unwrap_or(0);
            let seen = self.unbound.iter().find(|o| o.mark == mark).is_some_and(|o| o.seen.contains(base));
            if times > 1 || times == 1 && !seen {
                return None;
            }
        }
        syn::parse2(marks::without(block.to_token_stream())).ok()
    }

    /// As far as everything but the caller's own names goes, what is tried leaves no trace if it fails.
    fn tried<T>(&mut self, attempt: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (locals, origins) = (self.local.len(), self.unbound.len());
        let result = attempt(self);
        self.local.truncate(locals);
        if result.is_none() || self.depth == 0 {
            self.unbound.truncate(origins);
        }
        self.changed |= result.is_some();
        result
    }

    /// What a call that stands for a value is.
    fn value(&mut self, m: &Macro) -> Option<Expr> {
        self.tried(|this| {
            let tokens = this.call(m)?;
            let mut stmts = this.statements(tokens)?;
            let (Some(Stmt::Expr(e, _)), true) = (stmts.pop(), stmts.is_empty()) else { return None };
            Some(e)
        })
    }

    /// What a call that stands for statements is.
    fn in_place(&mut self, m: &syn::StmtMacro, last: bool) -> Option<Vec<Stmt>> {
        if !m.attrs.is_empty() {
            return None;
        }
        let braces = matches!(m.mac.delimiter, syn::MacroDelimiter::Brace(_));
        if last && m.semi_token.is_none() && !braces {
            return Some(vec![Stmt::Expr(self.value(&m.mac)?, None)]);
        }
        self.tried(|this| {
            let tokens = this.call(&m.mac)?;
            let mut stmts = this.statements(tokens)?;
            let items = |s: &Stmt| matches!(s, Stmt::Item(_));
            if stmts.iter().any(items) {
                return None;
            }
            let is_value = last && m.semi_token.is_none();
            match stmts.last_mut() {
                Some(Stmt::Expr(_, semi @ None)) if !is_value => *semi = Some(syn::token::Semi::default()),
                Some(Stmt::Macro(m)) if !is_value => m.semi_token = Some(syn::token::Semi::default()),
                _ => {}
            }
            Some(stmts)
        })
    }

    /// The arguments of a macro that takes expressions, with the calls in them written out.
    fn arguments(&mut self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut new = TokenStream::new();
        let mut k = 0;
        while k < tokens.len() {
            match (&tokens[k], tokens.get(k + 1), tokens.get(k + 2)) {
                (TokenTree::Ident(name), Some(TokenTree::Punct(p)), Some(TokenTree::Group(g))) if p.as_char() == '!' => {
                    let in_path = k > 0 && matches!(&tokens[k - 1], TokenTree::Punct(p) if p.as_char() == ':' || p.as_char() == '$');
                    let value = if in_path { None } else { self.value_of(name, g) };
                    if let Some(value) = value {
                        let mut group = Group::new(Delimiter::Parenthesis, value.into_token_stream());
                        group.set_span(g.span());
                        new.extend([TokenTree::Group(group)]);
                        k += 3;
                        continue;
                    }
                    new.extend([tokens[k].clone()]);
                }
                (TokenTree::Group(g), ..) => {
                    let mut group = Group::new(g.delimiter(), self.arguments(g.stream()));
                    group.set_span(g.span());
                    new.extend([TokenTree::Group(group)]);
                }
                (other, ..) => new.extend([other.clone()]),
            }
            k += 1;
        }
        new
    }

    fn value_of(&mut self, name: &Ident, arguments: &Group) -> Option<Expr> {
        let name = marks::without_mark(name);
        let tokens = arguments.stream();
        let call: Macro = syn::parse2(quote::quote!(#name!(#tokens))).ok()?;
        if resolve::is_macro_of_std(&call.path)
            && !self.local.iter().any(|l| name == l.name)
            && crate::position::macro_rules(&call.path).is_none()
        {
            return None;
        }
        self.value(&call)
    }
}

impl VisitMut for Expand {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let locals = self.local.len();
        let stmts = std::mem::take(&mut block.stmts);
        let count = stmts.len();
        for (k, mut stmt) in stmts.into_iter().enumerate() {
            match &mut stmt {
                Stmt::Item(syn::Item::Macro(syn::ItemMacro { ident: Some(name), mac, attrs, .. })) => {
                    let rules = if attrs.is_empty() { Rules::read(mac.tokens.clone()) } else { None };
                    self.local.push(Local { name: crate::names::bare(name), rules, seen: self.seen.clone() });
                }
                Stmt::Macro(m) => {
                    marks::in_path(&mut m.mac.path);
                    if let Some(stmts) = self.in_place(m, k + 1 == count) {
                        for s in &stmts {
                            self.bind(s);
                        }
                        block.stmts.extend(stmts);
                        continue;
                    }
                    self.visit_macro_mut(&mut m.mac);
                }
                _ => {
                    self.visit_stmt_mut(&mut stmt);
                    self.see(&stmt);
                }
            }
            block.stmts.push(stmt);
        }
        self.local.truncate(locals);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Macro(m) = e {
            marks::in_path(&mut m.mac.path);
            if let Some(value) = self.value(&m.mac) {
                *e = Expr::Group(syn::ExprGroup { attrs: Vec::new(), group_token: syn::token::Group::default(), expr: Box::new(value) });
                return;
            }
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
        self.seen.insert(crate::names::bare(&p.ident));
        visit_mut::visit_pat_ident_mut(self, p);
    }

    fn visit_macro_mut(&mut self, m: &mut Macro) {
        marks::in_path(&mut m.path);
        if resolve::is_macro_of_std(&m.path) {
            m.tokens = self.arguments(std::mem::take(&mut m.tokens));
        }
    }

    fn visit_item_mut(&mut self, item: &mut syn::Item) {
        // Functions inside see no variables, but the macros.
        if let syn::Item::Fn(f) = item {
            self.visit_block_mut(&mut f.block);
        }
    }
}

impl Expand {
    /// What a macro binds for the function is a variable of it.
    fn bind(&mut self, stmt: &Stmt) {
        let mut bound = Bound::default();
        bound.visit_stmt(stmt);
        for (name, times) in bound.0 {
            *self.bound.entry(name.clone()).or_default() += times;
            self.seen.insert(name);
        }
    }

    /// What a statement binds is in front of what follows.
    fn see(&mut self, stmt: &Stmt) {
        let mut bound = Bound::default();
        bound.visit_stmt(stmt);
        self.seen.extend(bound.0.into_keys());
    }
}

#[cfg(test)]
mod tests;
