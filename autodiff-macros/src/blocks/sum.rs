//! `impl Sum` and `impl Product` of the user's types: whether they add, or multiply, one item after the other.
//!
//! What enters: such a block, with the attribute on it, or as the file of a derived type has it. What leaves: an `impl` of the trait that
//! states so, or nothing. `iter.sum::<V>()` asks for the statement, since generated code adds the items itself: a sum that does something
//! else, as that of logarithms of probabilities may, has neither that value nor that derivative.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, ToTokens};
use syn::{Expr, Stmt};

use super::operators;
use crate::lower::strip;

/// What a block of one of the two traits tells. The file's are kept as text, since tokens do not outlive an expansion.
#[derive(Clone, Debug)]
pub(crate) struct SumBlock {
    /// The name of the type.
    pub owner: String,
    sums: bool,
    annotated: bool,
    /// Of references to items.
    references: bool,
    /// Whether it does what it has to.
    holds: bool,
    /// What it begins with, unless it leaves all to another block.
    start: Option<String>,
    /// The `impl` that says so.
    statement: String,
}

struct Names {
    /// The trait's function, and the operator that each item is taken in with.
    function: &'static str,
    token: &'static str,
    operator: [&'static str; 2],
    /// The statement in `autodiff-core`.
    rule: &'static str,
}

fn names(name: &str) -> Option<Names> {
    match name {
        "Sum" => Some(Names { function: "sum", token: "+", operator: ["Add", "add"], rule: "SumAdds" }),
        "Product" => Some(Names { function: "product", token: "*", operator: ["Mul", "mul"], rule: "ProductMultiplies" }),
        _ => None,
    }
}

pub(super) fn is_sum(name: &str) -> bool {
    names(name).is_some()
}

/// Expands the attribute.
pub(super) fn rule(block: &syn::ItemImpl, path: &syn::Path) -> TokenStream {
    let (Some(own), Some(names)) = (SumBlock::of(block), path.segments.last().and_then(|s| names(&s.ident.to_string()))) else {
        let message = "only an `impl` for a type with a name can be differentiated";
        return syn::Error::new_spanned(&block.self_ty, message).to_compile_error();
    };
    let error = (!own.holds).then(|| {
        let (token, function) = (names.token, names.function);
        let message = format!(
            "a `{function}` has a derivative if it takes in one item after the other: `iter.fold(start, |a, b| a {token} b)`; write anything else as a function of a slice"
        );
        syn::Error::new_spanned(path, message).to_compile_error()
    });
    let others = path.segments.last().map(|s| crate::position::sums_beside(&s.ident, &own.owner)).unwrap_or_default();
    let error = error.or_else(|| {
        let message = "the blocks for values and for references begin with something else, and one derivative serves both; let one of the two call the other";
        others.iter().any(|o| o.differs(&own)).then(|| syn::Error::new_spanned(path, message).to_compile_error())
    });
    let elsewhere = own.references && others.iter().any(|o| o.annotated && o.sums == own.sums && !o.references);
    // Those who sum are not to be reported as well.
    let statement = (!elsewhere).then(|| located(&own.statement, path));
    quote!(#error #statement)
}

/// The statements of a type's blocks of its file that have no attribute, if all of a kind do what they have to.
pub(crate) fn statements(name: &Ident) -> TokenStream {
    let blocks = crate::position::sums_beside(name, &name.to_string());
    let mut all = TokenStream::new();
    for sums in [true, false] {
        let of_kind: Vec<&SumBlock> = blocks.iter().filter(|b| b.sums == sums).collect();
        if of_kind.iter().any(|b| b.annotated) {
            continue;
        }
        let holds = |b: &&SumBlock| b.holds && !of_kind.iter().any(|other| other.differs(b));
        if let (Some(first), true) = (of_kind.first(), of_kind.iter().all(holds)) {
            all.extend(located(&first.statement, name));
        }
    }
    all
}

fn located(text: &str, at: &impl ToTokens) -> TokenStream {
    let span = syn::spanned::Spanned::span(&at.to_token_stream());
    let tokens: TokenStream = text.parse().unwrap_or_default();
    crate::position::moved(tokens, span)
}

impl SumBlock {
    /// Whether another block of the same trait begins with something else.
    fn differs(&self, other: &SumBlock) -> bool {
        self.sums == other.sums && matches!((&self.start, &other.start), (Some(a), Some(b)) if a != b)
    }

    /// None of an `impl` of another trait.
    pub fn of(block: &syn::ItemImpl) -> Option<SumBlock> {
        let last = block.trait_.as_ref()?.1.segments.last()?;
        let name = last.ident.to_string();
        let names = names(&name)?;
        let syn::Type::Path(owner) = &*block.self_ty else { return None };
        let item = match &last.arguments {
            syn::PathArguments::AngleBracketed(a) => match a.args.first() {
                Some(syn::GenericArgument::Type(t)) => t.clone(),
                _ => (*block.self_ty).clone(),
            },
            _ => (*block.self_ty).clone(),
        };
        let (rule, function, of) = (ident(names.rule), ident(names.function), ident(&name));
        let (params, _, wheres) = block.generics.split_for_impl();
        let this = &block.self_ty;
        let statement = quote! {
            #[automatically_derived]
            impl #params ::autodiff_core::#rule for #this #wheres {
                #[inline]
                fn of_nothing() -> Self {
                    <Self as ::core::iter::#of<#item>>::#function(::core::iter::empty::<#item>())
                }
            }
        };
        let is = |a: &syn::Attribute, name: &str| a.path().segments.last().is_some_and(|s| s.ident == name);
        let conditional = block.attrs.iter().any(|a| is(a, "cfg"));
        let name_of_type = owner.path.segments.last()?.ident.to_string();
        let start = accumulates(block, &names).map(|start| {
            let words = start.to_token_stream().to_string();
            words.split_whitespace().map(|word| if word == "Self" { name_of_type.as_str() } else { word }).collect()
        });
        Some(SumBlock {
            owner: name_of_type.clone(),
            references: operators::behind_reference(&item).is_some(),
            sums: name == "Sum",
            annotated: block.attrs.iter().any(|a| is(a, "differentiate")),
            holds: !conditional && (delegates(block, &names) || accumulates(block, &names).is_some()),
            start,
            statement: statement.to_string(),
        })
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, proc_macro2::Span::mixed_site())
}

/// The function of a block, and the name of its parameter.
fn function<'b>(block: &'b syn::ItemImpl, names: &Names) -> Option<(&'b [Stmt], &'b Ident)> {
    let f = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Fn(f) if f.sig.ident == names.function => Some(f),
        _ => None,
    })?;
    match f.sig.inputs.first()? {
        syn::FnArg::Typed(t) => match &*t.pat {
            syn::Pat::Ident(i) => Some((&f.block.stmts, &i.ident)),
            _ => None,
        },
        syn::FnArg::Receiver(_) => None,
    }
}

/// The items, as values or as references.
fn is_items(e: &Expr, iter: &Ident) -> bool {
    match strip(e) {
        Expr::Path(p) => p.path.is_ident(iter),
        Expr::MethodCall(m) => {
            let same = ["copied", "cloned", "into_iter"].iter().any(|n| m.method == n);
            same && m.args.is_empty() && is_items(&m.receiver, iter)
        }
        _ => false,
    }
}

/// `iter.copied().sum()`
fn delegates(block: &syn::ItemImpl, names: &Names) -> bool {
    let Some(([Stmt::Expr(e, None)], iter)) = function(block, names) else { return false };
    let values = |e: &Expr| matches!(strip(e), Expr::MethodCall(m) if m.method == "copied" || m.method == "cloned") && is_items(e, iter);
    matches!(strip(e), Expr::MethodCall(m) if m.method == names.function && values(&m.receiver))
}

/// What `iter.fold(start, |a, b| a + b)` begins with, or a loop with `a = a + b`.
fn accumulates<'b>(block: &'b syn::ItemImpl, names: &Names) -> Option<&'b Expr> {
    let (stmts, iter) = function(block, names)?;
    let joins = |e: &Expr, a: &Ident, b: &Ident| match strip(e) {
        Expr::Binary(op) => {
            let same = op.op.to_token_stream().to_string() == names.token;
            same && operators::is_operand(&op.left, a) && operators::is_operand(&op.right, b)
        }
        _ => false,
    };
    match stmts {
        [Stmt::Expr(e, None)] => {
            let Expr::MethodCall(m) = strip(e) else { return None };
            if m.method != "fold" || m.args.len() != 2 || !is_items(&m.receiver, iter) {
                return None;
            }
            match strip(&m.args[1]) {
                Expr::Closure(c) if c.inputs.len() == 2 => {
                    let (a, b) = (name_in(&c.inputs[0])?, name_in(&c.inputs[1])?);
                    (a != b && joins(sole(&c.body), a, b)).then_some(&m.args[0])
                }
                Expr::Path(p) => {
                    let path: Vec<String> = p.path.segments.iter().rev().take(2).map(|s| s.ident.to_string()).collect();
                    let [owner, method] = names.operator;
                    (p.qself.is_none() && path == [method, owner]).then_some(&m.args[0])
                }
                _ => None,
            }
        }
        [Stmt::Local(start), Stmt::Expr(Expr::ForLoop(l), _), Stmt::Expr(end, None)] => {
            let (a, b) = (name_in(&start.pat)?, name_in(&l.pat)?);
            let [Stmt::Expr(Expr::Assign(s), _)] = &l.body.stmts[..] else { return None };
            let is = |e: &Expr, name: &Ident| matches!(strip(e), Expr::Path(p) if p.path.is_ident(name));
            (a != b && is_items(&l.expr, iter) && is(&s.left, a) && joins(&s.right, a, b) && is(end, a))
                .then_some(&*start.init.as_ref()?.expr)
        }
        _ => None,
    }
}

/// The expression that a block consists of.
fn sole(e: &Expr) -> &Expr {
    match strip(e) {
        Expr::Block(b) => match &b.block.stmts[..] {
            [Stmt::Expr(e, None)] => sole(e),
            _ => e,
        },
        other => other,
    }
}

/// The only name that a pattern binds, perhaps behind `&`.
fn name_in(pat: &syn::Pat) -> Option<&Ident> {
    match pat {
        syn::Pat::Ident(i) if i.subpat.is_none() => Some(&i.ident),
        syn::Pat::Reference(r) => name_in(&r.pat),
        syn::Pat::Type(t) => name_in(&t.pat),
        syn::Pat::Paren(p) => name_in(&p.pat),
        _ => None,
    }
}

#[test]
fn sums_are_told_from_others() {
    let adds = |ty: &str, body: &str| {
        let block = format!("impl<'a> Sum<{ty}> for V {{ fn sum<I: Iterator<Item = {ty}>>(it: I) -> V {{ {body} }} }}");
        SumBlock::of(&syn::parse_str(&block).unwrap()).unwrap().holds
    };
    for body in [
        "it.fold(V::ZERO, |a, b| a + b)",
        "it.fold(V(0.0), |a, &b| a + b)",
        "it.fold(V(0.0), |a: V, b| { a + *b })",
        "it.copied().fold(V::default(), std::ops::Add::add)",
        "let mut s = V::ZERO; for x in it { s = s + x; } s",
        "it.copied().sum()",
        "it.cloned().sum::<V>()",
    ] {
        assert!(adds("&'a V", body), "{body}");
    }
    for body in [
        "it.fold(V::ZERO, |a, b| a * b)",
        "it.fold(V::ZERO, |a, b| b + a)",
        "it.fold(V::ZERO, |a, b| a + b + b)",
        "it.fold(V::ZERO, |a, a| a + a)",
        "it.skip(1).fold(V::ZERO, |a, b| a + b)",
        "it.fold(V::ZERO, V::join)",
        "let mut s = V::ZERO; for x in it { s += x; } s",
        "let mut s = V::ZERO; for x in it { s = s + x; } t",
        "it.sum()",
        "it.map(|x| x.0).sum()",
        "println!(); it.copied().sum()",
    ] {
        assert!(!adds("&'a V", body), "{body}");
    }
}
