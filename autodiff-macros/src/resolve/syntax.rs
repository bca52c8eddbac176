//! Questions about the syntax tree that need no knowledge of scopes.

use std::mem;

use syn::ext::IdentExt;
use syn::{token, Attribute, Block, Expr, Fields, Item, Pat, Stmt, UseTree};

use super::{Meaning, Scope};

/// The names that the items of a block bring into the value namespace of the whole block.
pub(super) fn items_of(block: &Block) -> Scope {
    let mut scope = Scope::new();
    for stmt in &block.stmts {
        let (ident, constant) = match stmt {
            Stmt::Item(Item::Fn(item)) => (&item.sig.ident, false),
            Stmt::Item(Item::Const(item)) => (&item.ident, true),
            Stmt::Item(Item::Static(item)) => (&item.ident, true),
            Stmt::Item(Item::Struct(item)) => match item.fields {
                Fields::Named(_) => continue,
                Fields::Unnamed(_) | Fields::Unit => (&item.ident, true),
            },
            Stmt::Item(Item::Use(item)) => {
                imports(&item.tree, &mut scope);
                continue;
            }
            _ => continue,
        };
        let name = ident.unraw().to_string();
        scope.insert(name, Meaning::Item { constant });
    }
    scope
}

/// What an import names is unknown; a function is the likeliest among names in lower case.
fn imports(tree: &UseTree, scope: &mut Scope) {
    let ident = match tree {
        UseTree::Path(path) => return imports(&path.tree, scope),
        UseTree::Group(group) => return group.items.iter().for_each(|tree| imports(tree, scope)),
        UseTree::Name(name) => &name.ident,
        UseTree::Rename(rename) => &rename.rename,
        UseTree::Glob(_) => return,
    };
    let name = ident.unraw().to_string();
    scope.insert(name, Meaning::Item { constant: false });
}

/// Whether the attributes remove their target in some configurations.
pub(super) fn is_conditional(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg"))
}

/// The attributes of a closure's parameter.
pub(super) fn attrs_of(param: &Pat) -> &[Attribute] {
    match param {
        Pat::Ident(pat) => &pat.attrs,
        Pat::Type(pat) => &pat.attrs,
        Pat::Reference(pat) => &pat.attrs,
        Pat::Struct(pat) => &pat.attrs,
        Pat::Tuple(pat) => &pat.attrs,
        Pat::TupleStruct(pat) => &pat.attrs,
        _ => &[],
    }
}

/// Takes an expression out of the invisible groups around it, into parentheses if it needs them.
pub(super) fn ungroup(expr: &mut Expr) {
    while let Expr::Group(group) = expr {
        let inner = mem::replace(&mut *group.expr, Expr::PLACEHOLDER);
        *expr = if group.attrs.is_empty() && (is_atom(&inner) || matches!(inner, Expr::Group(_))) {
            inner
        } else {
            Expr::Paren(syn::ExprParen {
                attrs: mem::take(&mut group.attrs),
                paren_token: token::Paren(group.group_token.span),
                expr: Box::new(inner),
            })
        };
    }
}

/// Whether an expression can stand anywhere without parentheses.
fn is_atom(expr: &Expr) -> bool {
    match expr {
        Expr::Path(expr) => expr.attrs.is_empty(),
        Expr::Lit(expr) => expr.attrs.is_empty(),
        Expr::Paren(expr) => expr.attrs.is_empty(),
        Expr::Tuple(expr) => expr.attrs.is_empty(),
        Expr::Array(expr) => expr.attrs.is_empty(),
        Expr::Group(expr) => expr.attrs.is_empty() && is_atom(&expr.expr),
        Expr::Call(expr) => expr.attrs.is_empty() && is_atom(&expr.func),
        Expr::MethodCall(expr) => expr.attrs.is_empty() && is_atom(&expr.receiver),
        Expr::Index(expr) => expr.attrs.is_empty() && is_atom(&expr.expr),
        _ => false,
    }
}
