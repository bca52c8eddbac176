//! Items of blocks inside the function: `{ const K: f64 = 3.0; x * K }`.
//!
//! What enters: a body as it is written. What leaves: the same body, in which the items of all blocks may stand at its beginning, where
//! both sweeps see them: an item of a block has a name that means nothing else in the function, or another name. Guarantee: where
//! giving it another name might change what the function means, it is refused.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Item, Stmt, UseTree};

/// Gives the items of inner blocks names that may stand at the top of the function.
pub(crate) fn rename_items(f: &mut syn::ItemFn) -> syn::Result<()> {
    let mut inner = Inner::default();
    visit::visit_block(&mut inner, &f.block);
    if inner.declared.is_empty() {
        return Ok(());
    }
    let mut everywhere = HashMap::default();
    count(f.sig.to_token_stream(), &mut everywhere);
    count(f.block.to_token_stream(), &mut everywhere);
    let ambiguous = |(name, in_blocks): (String, Declarations)| {
        let one = in_blocks.texts.len() == 1 && everywhere.get(&name) == Some(&in_blocks.mentions);
        (!one).then_some(name)
    };
    let names: HashSet<String> = inner.declared.into_iter().filter_map(ambiguous).collect();
    if names.is_empty() {
        return Ok(());
    }
    let mut rename = InBlocks { names, words: everywhere.into_keys().collect(), error: None };
    visit_mut::visit_block_mut(&mut rename, &mut f.block);
    rename.error.map_or(Ok(()), Err)
}

/// How often each word stands in tokens.
fn count(tokens: TokenStream, words: &mut HashMap<String, usize>) {
    for t in tokens {
        match t {
            TokenTree::Ident(i) => *words.entry(i.unraw().to_string()).or_default() += 1,
            TokenTree::Group(g) => count(g.stream(), words),
            // `{NAME}` in a text to be formatted; to count too many is safe.
            TokenTree::Literal(l) => {
                for (at, _) in l.to_string().match_indices('{') {
                    let name: String = l.to_string()[at + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    *words.entry(name).or_default() += 1;
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// Where the blocks of a function declare a name.
#[derive(Default)]
struct Declarations {
    texts: HashSet<String>,
    /// How often the name stands in these blocks.
    mentions: usize,
}

/// The names that inner blocks declare.
#[derive(Default)]
struct Inner {
    declared: HashMap<String, Declarations>,
    /// Those of the blocks around.
    around: Vec<String>,
}

impl<'a> Visit<'a> for Inner {
    fn visit_block(&mut self, b: &'a Block) {
        let depth = self.around.len();
        let mut words = None;
        for item in b.stmts.iter().filter_map(item_of) {
            for name in declared(item).iter().map(|name| name.unraw().to_string()) {
                let words = words.get_or_insert_with(|| {
                    let mut words = HashMap::default();
                    count(b.to_token_stream(), &mut words);
                    words
                });
                let known = self.declared.entry(name.clone()).or_default();
                known.texts.insert(item.to_token_stream().to_string());
                if !self.around.contains(&name) {
                    known.mentions += words.get(&name).copied().unwrap_or_default();
                    self.around.push(name);
                }
            }
        }
        visit::visit_block(self, b);
        self.around.truncate(depth);
    }
}

fn item_of(s: &Stmt) -> Option<&Item> {
    match s {
        Stmt::Item(item) => Some(item),
        _ => None,
    }
}

/// The names that an item declares.
fn declared(item: &Item) -> Vec<&Ident> {
    fn leaves<'t>(tree: &'t UseTree, names: &mut Vec<&'t Ident>) {
        match tree {
            UseTree::Path(p) => leaves(&p.tree, names),
            UseTree::Group(g) => g.items.iter().for_each(|t| leaves(t, names)),
            UseTree::Name(n) => names.push(&n.ident),
            UseTree::Rename(r) => names.push(&r.rename),
            UseTree::Glob(_) => {}
        }
    }
    match item {
        Item::Fn(i) => vec![&i.sig.ident],
        Item::Const(i) => vec![&i.ident],
        Item::Static(i) => vec![&i.ident],
        Item::Struct(i) => vec![&i.ident],
        Item::Enum(i) => vec![&i.ident],
        Item::Union(i) => vec![&i.ident],
        Item::Type(i) => vec![&i.ident],
        Item::Trait(i) => vec![&i.ident],
        Item::Mod(i) => vec![&i.ident],
        Item::Macro(i) => i.ident.iter().collect(),
        Item::Use(i) => {
            let mut names = Vec::new();
            leaves(&i.tree, &mut names);
            names
        }
        _ => Vec::new(),
    }
}

/// Renames some of the names that inner blocks declare, each in its block.
struct InBlocks {
    names: HashSet<String>,
    /// Names that cannot be taken.
    words: HashSet<String>,
    error: Option<syn::Error>,
}

impl InBlocks {
    /// A name in the same case.
    fn fresh(&mut self, old: &Ident) -> Ident {
        let text = old.unraw().to_string();
        let camel = text.starts_with(char::is_uppercase) && text.contains(char::is_lowercase);
        let stem = if camel { text } else { format!("{text}_") };
        let free = |k: &usize| !self.words.contains(&format!("{stem}{k}"));
        let name = format!("{stem}{}", (0..).find(free).unwrap_or_default());
        self.words.insert(name.clone());
        Ident::new(&name, old.span())
    }
}

impl VisitMut for InBlocks {
    fn visit_block_mut(&mut self, b: &mut Block) {
        visit_mut::visit_block_mut(self, b);
        let constants: HashSet<String> = b.stmts.iter().filter_map(item_of).filter_map(constant).collect();
        let all: Vec<Ident> = b.stmts.iter().filter_map(item_of).flat_map(declared).cloned().collect();
        for old in all {
            let text = old.unraw().to_string();
            if !self.names.contains(&text) {
                continue;
            }
            let new = self.fresh(&old);
            let mut rename = Rename { constant: constants.contains(&text), old: text, new, failed: false };
            rename.visit_block_mut(b);
            b.stmts.iter_mut().for_each(|s| rename.declaration(s));
            if rename.failed {
                let message = format!("`{old}` is another thing in this block than elsewhere in the function; give it a name of its own");
                self.error.get_or_insert_with(|| syn::Error::new(old.span(), message));
            }
        }
    }
}

/// The name of an item that patterns can name.
fn constant(item: &Item) -> Option<String> {
    match item {
        Item::Const(i) => Some(i.ident.unraw().to_string()),
        Item::Static(i) => Some(i.ident.unraw().to_string()),
        Item::Struct(i) if !matches!(i.fields, syn::Fields::Named(_)) => Some(i.ident.unraw().to_string()),
        _ => None,
    }
}

/// Gives what a block calls by a name another one.
struct Rename {
    old: String,
    new: Ident,
    /// Whether a pattern that is the name does not bind it.
    constant: bool,
    failed: bool,
}

impl Rename {
    fn is_old(&self, name: &Ident) -> bool {
        name.unraw() == self.old
    }

    fn replace(&self, name: &mut Ident) {
        if self.is_old(name) {
            *name = Ident::new(&self.new.to_string(), name.span());
        }
    }

    /// The item itself, if the statement is that.
    fn declaration(&self, s: &mut Stmt) {
        let Stmt::Item(item) = s else { return };
        match item {
            Item::Fn(i) => self.replace(&mut i.sig.ident),
            Item::Const(i) => self.replace(&mut i.ident),
            Item::Static(i) => self.replace(&mut i.ident),
            Item::Struct(i) => self.replace(&mut i.ident),
            Item::Enum(i) => self.replace(&mut i.ident),
            Item::Union(i) => self.replace(&mut i.ident),
            Item::Type(i) => self.replace(&mut i.ident),
            Item::Trait(i) => self.replace(&mut i.ident),
            Item::Mod(i) => self.replace(&mut i.ident),
            Item::Macro(i) => i.ident.iter_mut().for_each(|name| self.replace(name)),
            Item::Use(i) => self.leaves(&mut i.tree),
            _ => {}
        }
    }

    fn leaves(&self, tree: &mut UseTree) {
        match tree {
            UseTree::Path(p) => self.leaves(&mut p.tree),
            UseTree::Group(g) => g.items.iter_mut().for_each(|t| self.leaves(t)),
            UseTree::Name(n) if self.is_old(&n.ident) => {
                let rename = self.new.clone();
                *tree = UseTree::Rename(syn::UseRename { ident: n.ident.clone(), as_token: Default::default(), rename });
            }
            UseTree::Rename(r) => self.replace(&mut r.rename),
            UseTree::Name(_) | UseTree::Glob(_) => {}
        }
    }

    /// The words of a macro's arguments, but for the names of fields and methods.
    fn tokens(&mut self, tokens: TokenStream, braces: bool) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |at: Option<usize>, c: char| matches!(at.and_then(|at| tokens.get(at)), Some(TokenTree::Punct(p)) if p.as_char() == c);
        // `Point { x: 1.0, y: 2.0 }`
        let is_field = |at: usize| braces && (at == 0 || is(at.checked_sub(1), ',')) && is(Some(at + 1), ':') && !is(Some(at + 2), ':');
        let fields: Vec<bool> = (0..tokens.len()).map(is_field).collect();
        let mut behind_dot = false;
        let renamed = tokens.into_iter().zip(fields).map(|(t, is_field)| -> TokenTree {
            let dot = std::mem::take(&mut behind_dot);
            match t {
                TokenTree::Ident(mut i) => {
                    if !dot && !is_field {
                        self.replace(&mut i);
                    }
                    i.into()
                }
                TokenTree::Group(g) => {
                    let mut group =
                        proc_macro2::Group::new(g.delimiter(), self.tokens(g.stream(), g.delimiter() == proc_macro2::Delimiter::Brace));
                    group.set_span(g.span());
                    group.into()
                }
                TokenTree::Punct(p) => {
                    behind_dot = p.as_char() == '.';
                    p.into()
                }
                TokenTree::Literal(l) => {
                    self.failed |= l.to_string().contains(&format!("{{{}", self.old));
                    l.into()
                }
            }
        });
        renamed.collect()
    }
}

impl VisitMut for Rename {
    fn visit_path_mut(&mut self, p: &mut syn::Path) {
        if let (None, Some(first)) = (p.leading_colon, p.segments.first_mut()) {
            self.replace(&mut first.ident);
        }
        visit_mut::visit_path_mut(self, p);
    }
    fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
        if self.is_old(&p.ident) {
            self.failed |= !self.constant;
            self.replace(&mut p.ident);
        }
        visit_mut::visit_pat_ident_mut(self, p);
    }
    fn visit_field_value_mut(&mut self, f: &mut syn::FieldValue) {
        if matches!(&f.member, syn::Member::Named(n) if self.is_old(n)) {
            f.colon_token.get_or_insert_default();
        }
        visit_mut::visit_field_value_mut(self, f);
    }
    fn visit_use_tree_mut(&mut self, tree: &mut UseTree) {
        // What it begins with may be an item of the block.
        if let UseTree::Path(p) = tree {
            self.replace(&mut p.ident);
        }
    }
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        self.visit_path_mut(&mut m.path);
        m.tokens = self.tokens(std::mem::take(&mut m.tokens), false);
    }
}
