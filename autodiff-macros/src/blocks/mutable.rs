//! Whether `IndexMut` leads where `Index` leads, and `DerefMut` where `Deref` leads.
//!
//! What enters: a block of one of the four traits with the attribute. What leaves: a message, if the place that is written to is not seen to be
//! the one that is read: cotangents have one place for both. Guarantee: bodies that pass are the same but for `mut`, names of parameters and
//! `let`s, and do nothing else.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt};

/// Checks a block against the other one of its type that has been expanded before, or has no attribute.
pub(super) fn check(block: &syn::ItemImpl, path: &syn::Path) -> syn::Result<()> {
    type Expanded = rustc_hash::FxHashMap<(Option<String>, Vec<String>, String), (bool, Option<String>)>;
    thread_local! {
        static EXPANDED: std::cell::RefCell<Expanded> = std::cell::RefCell::default();
    }
    let (Some(own), Some(last), Some(f)) = (Denoting::of(block), path.segments.last(), function(block)) else { return Ok(()) };
    let at = crate::position::first_name(block.self_ty.to_token_stream()).unwrap_or_else(|| last.ident.clone());
    let refused = |at: &dyn ToTokens| {
        let message = format!(
            "`{0}Mut` is not seen to lead where `{0}` leads, and to do nothing else; let both give the same part of `self`, written in the same way, and do anything else in a method",
            own.name,
        );
        Err(syn::Error::new_spanned(at, message))
    };
    if own.mutable && own.place.is_none() {
        return refused(&f.block);
    }
    let key = (crate::position::file_name(&at), crate::position::modules_of(&at), own.key.clone());
    let before = EXPANDED.with_borrow_mut(|all| {
        let before = all.get(&key).filter(|(mutable, _)| *mutable != own.mutable).cloned();
        all.insert(key, (own.mutable, own.place.clone()));
        before
    });
    if before.is_some_and(|(_, place)| place != own.place) {
        return refused(&f.block);
    }
    let differs = |other: &syn::ItemImpl| {
        let annotated = other.attrs.iter().any(|a| a.path().segments.last().is_some_and(|s| s.ident == "differentiate"));
        !annotated && Denoting::of(other).is_some_and(|other| other.mutable && other.key == own.key && other.place != own.place)
    };
    let other = crate::position::items_beside(&at).into_iter().any(|i| matches!(&i, syn::Item::Impl(b) if differs(b)));
    if other && !own.mutable {
        return refused(path);
    }
    Ok(())
}

/// What a block of one of the traits denotes.
struct Denoting {
    /// `Index` or `Deref`.
    name: &'static str,
    mutable: bool,
    /// The trait, the type of the index and that of `self`.
    key: String,
    /// The part of `self`, in words that both blocks have in common; none if the function does anything else.
    place: Option<String>,
}

fn function(block: &syn::ItemImpl) -> Option<&syn::ImplItemFn> {
    block.items.iter().find_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f) } else { None })
}

impl Denoting {
    fn of(block: &syn::ItemImpl) -> Option<Denoting> {
        let last = block.trait_.as_ref()?.1.segments.last()?;
        let (name, mutable) = match last.ident.to_string().as_str() {
            "Index" => ("Index", false),
            "IndexMut" => ("Index", true),
            "Deref" => ("Deref", false),
            "DerefMut" => ("Deref", true),
            _ => return None,
        };
        let f = function(block)?;
        let key = format!("{name} {} {}", dense(&last.arguments), dense(&block.self_ty));
        Some(Denoting { name, mutable, key, place: place(f) })
    }
}

/// Without spaces and lifetimes.
fn dense(code: &impl ToTokens) -> String {
    fn words(code: TokenStream, into: &mut String) {
        let mut lifetime = false;
        for t in code {
            match t {
                proc_macro2::TokenTree::Punct(p) if p.as_char() == '\'' => lifetime = true,
                proc_macro2::TokenTree::Ident(_) if lifetime => lifetime = false,
                proc_macro2::TokenTree::Group(g) => {
                    into.push_str(match g.delimiter() {
                        proc_macro2::Delimiter::Parenthesis => "(",
                        proc_macro2::Delimiter::Brace => "{",
                        proc_macro2::Delimiter::Bracket => "[",
                        proc_macro2::Delimiter::None => "",
                    });
                    words(g.stream(), into);
                    into.push(')');
                }
                other => {
                    into.push_str(&other.to_string());
                    into.push(' ');
                }
            }
        }
    }
    let mut text = String::new();
    words(code.to_token_stream(), &mut text);
    text
}

/// What a function gives a reference to, if it does nothing else.
fn place(f: &syn::ImplItemFn) -> Option<String> {
    let mut names: Vec<(Ident, Expr)> = Vec::new();
    for input in f.sig.inputs.iter().skip(1) {
        let syn::FnArg::Typed(t) = input else { return None };
        for name in crate::varied::bound_names(&t.pat) {
            let parameter = Ident::new(&format!("parameter_{}", names.len()), Span::call_site());
            names.push((Ident::new(&name, Span::call_site()), syn::parse_quote!(#parameter)));
        }
    }
    given(&f.block.stmts, &names).map(|e| dense(&e))
}

/// What statements give, with everything that they bind written out.
fn given(stmts: &[Stmt], outer: &[(Ident, Expr)]) -> Option<Expr> {
    let mut names = outer.to_vec();
    for (k, s) in stmts.iter().enumerate() {
        match s {
            Stmt::Local(l) => {
                let pat = match &l.pat {
                    syn::Pat::Type(t) => &*t.pat,
                    pat => pat,
                };
                let (syn::Pat::Ident(p), Some(init)) = (pat, &l.init) else { return None };
                let used = |s: &Stmt| crate::varied::mentions(s.to_token_stream(), &std::iter::once(p.ident.to_string()).collect());
                if p.mutability.is_some() || p.by_ref.is_some() || init.diverge.is_some() || !stmts[k + 1..].iter().any(used) {
                    return None;
                }
                let value = written(&init.expr, &names)?;
                names.push((p.ident.clone(), syn::parse_quote!((#value))));
            }
            // Whatever it asserts, it does nothing else.
            Stmt::Macro(m) if is_assertion(&m.mac) => {}
            Stmt::Expr(e, _) if k + 1 == stmts.len() => return written(e, &names),
            _ => return None,
        }
    }
    None
}

fn is_assertion(m: &syn::Macro) -> bool {
    m.path.segments.last().is_some_and(|s| {
        let name = s.ident.to_string();
        name.trim_start_matches("debug_").starts_with("assert")
    })
}

fn written(e: &Expr, names: &[(Ident, Expr)]) -> Option<Expr> {
    let mut e = match e {
        Expr::Return(r) => (**r.expr.as_ref()?).clone(),
        e => e.clone(),
    };
    let mut common = Common { names, other: false };
    common.visit_expr_mut(&mut e);
    (!common.other).then_some(e)
}

/// Leaves what two functions have in common of which one gives `&` and the other `&mut`.
struct Common<'n> {
    names: &'n [(Ident, Expr)],
    /// Whether anything is done but to denote a place.
    other: bool,
}

impl VisitMut for Common<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Paren(p) => {
                *e = (*p.expr).clone();
                return self.visit_expr_mut(e);
            }
            Expr::Group(g) => {
                *e = (*g.expr).clone();
                return self.visit_expr_mut(e);
            }
            Expr::Path(p) => {
                if let Some(name) = p.path.get_ident() {
                    if let Some((_, value)) = self.names.iter().rev().find(|(known, _)| known == name) {
                        *e = value.clone();
                        while let Expr::Paren(p) = e {
                            *e = (*p.expr).clone();
                        }
                    }
                }
                return;
            }
            Expr::Block(b) if b.label.is_none() => match given(&b.block.stmts, self.names) {
                Some(inner) => {
                    *e = inner;
                    return;
                }
                None => self.other = true,
            },
            Expr::If(i) => {
                self.visit_expr_mut(&mut i.cond);
                match given(&i.then_branch.stmts, self.names) {
                    Some(inner) => i.then_branch = syn::parse_quote!({ #inner }),
                    None => self.other = true,
                }
                if let Some((_, otherwise)) = &mut i.else_branch {
                    self.visit_expr_mut(otherwise);
                }
                return;
            }
            Expr::Reference(r) => r.mutability = None,
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                let shared = match name.as_str() {
                    "as_mut" => "as_ref",
                    "as_mut_slice" => "as_slice",
                    name => name.strip_suffix("_mut").unwrap_or(name),
                };
                m.method = Ident::new(shared, m.method.span());
            }
            Expr::Macro(m) => {
                let leaves = ["panic", "unreachable", "unimplemented", "todo"].iter().any(|name| m.mac.path.is_ident(name));
                self.other |= !leaves;
                m.mac.tokens = TokenStream::new();
                m.mac.path = syn::parse_quote!(panic);
                return;
            }
            Expr::Assign(_) | Expr::Closure(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::Unsafe(_) => self.other = true,
            Expr::Binary(b) if crate::lower::is_update(&b.op) => self.other = true,
            _ => {}
        }
        visit_mut::visit_expr_mut(self, e);
    }

    // The arms' trailing commas and braces are a matter of style.
    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        arm.comma = Some(syn::token::Comma::default());
        if let syn::Pat::Ident(p) = &mut arm.pat {
            p.mutability = None;
        }
        visit_mut::visit_arm_mut(self, arm);
    }
}

#[test]
fn the_same_places_are_told_from_others() {
    let place = |f: &str| place(&syn::parse_str(f).unwrap());
    let index = |body: &str| place(&format!("fn index(&self, i: usize) -> &f64 {{ {body} }}"));
    let mutable = |body: &str| place(&format!("fn index_mut(&mut self, k: usize) -> &mut f64 {{ {body} }}"));
    let read = index("&self.data[i + self.start]");
    assert!(read.is_some());
    assert_eq!(mutable("&mut self.data[k + self.start]"), read);
    assert_eq!(mutable("assert!(k < 9); let n = self.start; let m = (k + n); &mut self.data[m]"), read);
    for body in
        ["&mut self.back[k + self.start]", "self.writes += 1; &mut self.data[k + self.start]", "let n = self.touch(); &mut self.data[k]"]
    {
        assert_ne!(mutable(body), read, "{body}");
    }
    let read = index("match i { 0 => &self.x, 1 => { &self.y } _ => panic!(\"no {i}\") }");
    assert_eq!(mutable("match k { 0 => &mut self.x, 1 => &mut self.y, _ => panic!() }"), read);
    assert_ne!(mutable("match k { 0 => &mut self.y, 1 => &mut self.x, _ => panic!() }"), read);
    assert_eq!(
        index("if i < 3 { &self.a[i] } else { self.b.get(i - 3).unwrap() }"),
        mutable("if k < 3 { &mut self.a[k] } else { self.b.get_mut(k - 3).unwrap() }")
    );
}
