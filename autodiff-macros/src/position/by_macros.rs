//! Which functions macros of a file may write, and how they take their receivers.
//!
//! What enters: the text of a file. What leaves: the functions in the tokens of its macros, those with names that a macro is given, and the
//! names that are given. Guarantee: a method that a macro of the crate writes is not taken for one that nobody has written.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use syn::visit::{self, Visit};

use super::Receiver;

/// How functions of a name may take their receivers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Takes {
    /// `&mut self`
    pub changes: bool,
    /// In another way.
    pub other: bool,
    /// Whether there are any, with a receiver or without.
    pub defines: bool,
    /// Whether methods among them may give numbers.
    pub numbers: bool,
    /// How functions of traits may do so: by value, by `&` and by `&mut`.
    pub in_traits: [bool; 3],
}

impl Takes {
    pub fn any(self) -> bool {
        self.changes || self.other
    }

    pub fn and(self, other: Takes) -> Takes {
        let in_traits = std::array::from_fn(|k| self.in_traits[k] || other.in_traits[k]);
        Takes {
            changes: self.changes || other.changes,
            other: self.other || other.other,
            defines: self.defines || other.defines,
            numbers: self.numbers || other.numbers,
            in_traits,
        }
    }

    /// Of functions of traits that macros write.
    pub fn of_traits(self) -> Vec<Receiver> {
        let all = [Receiver::Value, Receiver::Ref, Receiver::Mut].into_iter().zip(self.in_traits);
        all.filter_map(|(receiver, is_there)| is_there.then_some(receiver)).collect()
    }
}

#[derive(Debug, Default)]
pub(super) struct ByMacros {
    defined: HashMap<String, Takes>,
    /// `fn $name(..)`
    pub of_any_name: Takes,
    /// Identifiers in what macros are given that may write items.
    given: HashSet<String>,
}

impl ByMacros {
    pub fn read(text: &str) -> ByMacros {
        let mut read = ByMacros::default();
        if text.contains('!') {
            if let Ok(file) = syn::parse_file(text) {
                read.visit_file(&file);
            }
        }
        read
    }

    /// The functions of a name that stand in macros.
    pub fn defined(&self, name: &str) -> Takes {
        self.defined.get(name).copied().unwrap_or_default()
    }

    pub fn is_given(&self, name: &str) -> bool {
        self.given.contains(name)
    }

    fn functions(&mut self, tokens: TokenStream, in_trait: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut of_trait = in_trait;
        for (k, t) in tokens.iter().enumerate() {
            of_trait |= matches!(t, TokenTree::Ident(i) if i == "trait");
            if let TokenTree::Group(g) = t {
                self.functions(g.stream(), of_trait);
                of_trait &= in_trait || g.delimiter() != Delimiter::Brace;
            }
            if !matches!(t, TokenTree::Ident(i) if i == "fn") {
                continue;
            }
            let parameters = tokens[k + 1..].iter().enumerate().find_map(|(at, t)| match t {
                TokenTree::Group(g) if g.delimiter() == Delimiter::Parenthesis => Some((k + 2 + at, g.stream())),
                _ => None,
            });
            let (behind, parameters) = parameters.unwrap_or((tokens.len(), TokenStream::new()));
            let mut takes = takes(parameters);
            takes.numbers = takes.any() && gives_numbers(&tokens[behind..]);
            if !in_trait {
                takes.in_traits = [false; 3];
            }
            match tokens.get(k + 1) {
                Some(TokenTree::Ident(name)) => {
                    let known = self.defined.entry(crate::names::bare(name)).or_default();
                    *known = known.and(takes);
                }
                // `$name`, or a name that is put together.
                Some(TokenTree::Punct(p)) if p.as_char() == '$' => self.of_any_name = self.of_any_name.and(takes),
                Some(TokenTree::Group(_)) => self.of_any_name = self.of_any_name.and(takes),
                _ => {}
            }
        }
    }

    fn calls(&mut self, m: &syn::Macro) {
        // Those of std write no functions.
        if m.path.segments.last().is_some_and(|s| crate::varied::is_observing_macro(&s.ident.to_string())) {
            return;
        }
        fn names(tokens: TokenStream, into: &mut HashSet<String>) {
            for t in tokens {
                match t {
                    TokenTree::Ident(i) => _ = into.insert(crate::names::bare(&i)),
                    TokenTree::Group(g) => names(g.stream(), into),
                    _ => {}
                }
            }
        }
        names(m.tokens.clone(), &mut self.given);
    }
}

/// Whether what stands behind the parameters of a function in a macro says that it gives something else than integers, flags and the like.
fn gives_numbers(behind: &[TokenTree]) -> bool {
    let end = |t: &TokenTree| match t {
        TokenTree::Group(g) => g.delimiter() == Delimiter::Brace,
        TokenTree::Punct(p) => p.as_char() == ';',
        TokenTree::Ident(i) => i == "where",
        TokenTree::Literal(_) => false,
    };
    let plain = |t: &TokenTree| match t {
        TokenTree::Ident(i) => {
            let word = i.to_string();
            ["str", "Vec", "Option", "Ordering", "std", "core", "cmp"].contains(&word.as_str())
                || crate::signature::is_primitive_without_derivative(&word)
        }
        TokenTree::Punct(p) => p.as_char() != '$',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    };
    behind.iter().take_while(|t| !end(t)).any(|t| !plain(t))
}

/// How the parameters of a function in a macro begin; what a macro is given for `self` may be that.
fn takes(parameters: TokenStream) -> Takes {
    let mut by_mut = [false; 2];
    let of_self = |[reference, mutable]: [bool; 2]| {
        let changes = reference && mutable;
        Takes { changes, other: !changes, defines: true, numbers: false, in_traits: [!reference, reference && !mutable, changes] }
    };
    let mut given = false;
    for t in parameters {
        match t {
            TokenTree::Punct(p) if p.as_char() == '&' => by_mut[0] = true,
            TokenTree::Punct(p) if p.as_char() == '\'' => {}
            // `$self`: other names are those of parameters, unless there is a reference in front.
            TokenTree::Punct(p) if p.as_char() == '$' && by_mut[0] => return of_self(by_mut),
            TokenTree::Punct(p) if p.as_char() == '$' => given = true,
            TokenTree::Ident(i) if given && i.to_string().contains("self") => {
                return Takes { changes: true, other: true, defines: true, numbers: false, in_traits: [true; 3] };
            }
            TokenTree::Ident(i) if i == "mut" => by_mut[1] = true,
            TokenTree::Ident(i) if i == "self" => return of_self(by_mut),
            // A lifetime's name.
            TokenTree::Ident(_) if by_mut == [true, false] => {}
            _ => break,
        }
    }
    // It is no method.
    Takes { defines: true, ..Takes::default() }
}

impl<'a> Visit<'a> for ByMacros {
    fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
        if m.ident.is_none() {
            self.calls(&m.mac);
        }
        visit::visit_item_macro(self, m);
    }
    fn visit_impl_item_macro(&mut self, m: &'a syn::ImplItemMacro) {
        self.calls(&m.mac);
        visit::visit_impl_item_macro(self, m);
    }
    fn visit_trait_item_macro(&mut self, m: &'a syn::TraitItemMacro) {
        self.calls(&m.mac);
        visit::visit_trait_item_macro(self, m);
    }
    fn visit_stmt_macro(&mut self, m: &'a syn::StmtMacro) {
        self.calls(&m.mac);
        visit::visit_stmt_macro(self, m);
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        self.functions(m.tokens.clone(), false);
    }
}

#[test]
fn functions_of_macros_are_found() {
    let read = ByMacros::read(
        "macro_rules! m { ($t:ty, $n:ident) => { impl $t { fn turn(&'a mut self, k: f64) {} fn seen(&self) {} fn taken(mut self) {} fn free(k: f64) {} fn $n(&mut self) {} } } }
         m!(V, roll); fn f() { println!(\"{}\", other); }",
    );
    let (changes, other) =
        (Takes { changes: true, defines: true, ..Takes::default() }, Takes { other: true, defines: true, ..Takes::default() });
    assert_eq!((read.defined("turn"), read.defined("seen"), read.defined("taken")), (changes, other, other));
    assert!(read.defined("free").defines && !read.defined("free").any());
    assert_eq!((read.of_any_name, read.defined("roll")), (changes, Takes::default()));
    let of_trait = ByMacros::read("macro_rules! m { () => { trait T { fn f(self) -> f64; } impl V { fn g(&self) {} } } }");
    assert_eq!((of_trait.defined("f").of_traits(), of_trait.defined("g").of_traits()), (vec![Receiver::Value], Vec::new()));
    assert!(read.is_given("roll") && !read.is_given("f") && !read.is_given("other"));
    let gives = ByMacros::read(
        "macro_rules! m { ($t:ty) => { impl S { fn len(&self) -> usize { 3 } fn gt(&self, o: f64) -> f64 { o } fn lt(&self) -> $t {} } } }",
    );
    assert!(!gives.defined("len").numbers && gives.defined("gt").numbers && gives.defined("lt").numbers);
}
