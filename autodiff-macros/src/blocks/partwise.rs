//! Operators that add to the parts of one operand something that depends on the other alone.
//!
//! What enters: the adjoint of an operator's function. What leaves: its reverse as code on cotangents, or nothing if it reads any value of
//! the forward sweep. `a += b` keeps nothing only because of this: no old `a` is recorded, and a loop of such sums needs no tape.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Ident, TokenTree};

use super::operators;
use crate::ir::{Expr, Stmt, Var};
use crate::lower::strip;
use crate::reverse::Adjoint;

/// The adjoint with a forward sweep that only asks for lengths, if its reverse adds to `target` what it reads of `source`, and nothing else.
pub(super) fn on_cotangents(adjoint: &Adjoint, source: Var, target: Option<Var>, operands: &[&Ident]) -> Option<Adjoint> {
    let mut known: HashSet<Var> = target.into_iter().chain([source]).collect();
    let mut lengths = Vec::new();
    for s in &adjoint.function.body.stmts {
        if let Stmt::Let(v, e) = s {
            if is_length(adjoint, e, operands) {
                known.insert(*v);
                lengths.push(s.clone());
            }
        }
    }
    for s in &adjoint.reverse {
        s.each_definition(&mut |v| {
            known.insert(v);
        });
    }
    let reads_cotangents = adjoint.reverse.iter().all(|s| {
        let mut all = true;
        s.each_var(&mut |v| all &= known.contains(&v) || v.0 as usize >= adjoint.primal);
        all && leaves(s, source)
    });
    if !reads_cotangents || adjoint.fused {
        return None;
    }
    let mut function = adjoint.function.clone();
    function.body.stmts = lengths;
    Some(Adjoint {
        function,
        reverse: adjoint.reverse.clone(),
        bars: adjoint.bars.clone(),
        sums: adjoint.sums.clone(),
        seed: adjoint.seed,
        fused: false,
        in_order: false,
        active: adjoint.active.clone(),
        primal: adjoint.primal,
        together: adjoint.together.clone(),
        report: String::new(),
    })
}

/// Whether a statement writes nothing into the variable.
fn leaves(s: &Stmt, source: Var) -> bool {
    fn lent(e: &Expr, source: Var) -> bool {
        match e {
            Expr::RefMut(p) => p.root == source,
            Expr::Runtime(_, args) => args.iter().any(|a| lent(a, source)),
            _ => false,
        }
    }
    let written = match s {
        Stmt::Assign(p, _) | Stmt::Update(p, ..) | Stmt::Accumulate(p, _) | Stmt::Container(_, p, ..) => p.root == source,
        Stmt::Let(_, e) | Stmt::LetBar(_, e, _) | Stmt::DeclBar(_, e) | Stmt::Decl(_, Some(e)) => lent(e, source),
        Stmt::Runtime(_, args) => args.iter().any(|a| lent(a, source)),
        Stmt::For(_) | Stmt::Decl(_, None) => false,
        _ => true,
    };
    let mut inside = true;
    s.each_block(&mut |b| inside &= b.stmts.iter().all(|s| leaves(s, source)));
    !written && inside
}

/// Whether an expression is made of lengths of the operands: `self.list.len()`, which cotangents have too.
fn is_length(adjoint: &Adjoint, e: &Expr, operands: &[&Ident]) -> bool {
    let tokens: Vec<TokenTree> = crate::emit::expr_tokens(&adjoint.function.vars, e).into_iter().collect();
    fn only_lengths(tokens: &[TokenTree], operands: &[&Ident]) -> bool {
        let mut k = 0;
        while k < tokens.len() {
            match &tokens[k] {
                TokenTree::Ident(i) if operands.contains(&i) => {
                    // `.field .field .len ()`
                    let mut last = None;
                    k += 1;
                    while let (Some(TokenTree::Punct(p)), Some(part)) = (tokens.get(k), tokens.get(k + 1)) {
                        if p.as_char() != '.' {
                            break;
                        }
                        last = Some(part.to_string());
                        k += 2;
                    }
                    if last.as_deref() != Some("len") {
                        return false;
                    }
                }
                TokenTree::Group(g) => {
                    if !only_lengths(&g.stream().into_iter().collect::<Vec<_>>(), operands) {
                        return false;
                    }
                    k += 1;
                }
                _ => k += 1,
            }
        }
        true
    }
    let calls = |e: &Expr| !matches!(e, Expr::Call(_));
    calls(e) && only_lengths(&tokens, operands)
}

/// `V { x: self.x + rhs.x }` as what it does to `self`: `self.x += rhs.x;`, if every part is its own with something added.
///
/// A struct without a base names all its fields, so none is left out.
pub(super) fn statements(e: &syn::Expr, self_ty: &syn::Type, minus: bool) -> Option<Vec<syn::Stmt>> {
    let own = match operators::behind_reference(self_ty).unwrap_or(self_ty) {
        syn::Type::Path(t) => &t.path.segments.last()?.ident,
        _ => return None,
    };
    let named = |p: &syn::Path| p.is_ident("Self") || p.segments.last().is_some_and(|s| s.ident == *own);
    let parts: Vec<(syn::Member, &syn::Expr)> = match strip(e) {
        syn::Expr::Struct(s) if named(&s.path) && s.rest.as_ref().is_none_or(|b| is_self(b)) => {
            s.fields.iter().map(|f| (f.member.clone(), &f.expr)).collect()
        }
        syn::Expr::Call(c) => {
            let syn::Expr::Path(p) = &*c.func else { return None };
            let members = if named(&p.path) {
                (0..c.args.len()).map(|k| syn::Member::Unnamed(k.into())).collect()
            } else {
                constructor(&p.path, own, &named)?
            };
            if members.len() != c.args.len() {
                return None;
            }
            members.into_iter().zip(&c.args).collect()
        }
        _ => return None,
    };
    let mut statements = Vec::new();
    for (member, e) in parts {
        if let Some(added) = added(e, &member, minus)? {
            statements.push(if minus { syn::parse_quote!(self.#member -= #added;) } else { syn::parse_quote!(self.#member += #added;) });
        }
    }
    Some(statements)
}

/// The fields that `V::new(a, b)` fills, if the file has a `new` that does nothing else.
fn constructor(p: &syn::Path, own: &Ident, named: &dyn Fn(&syn::Path) -> bool) -> Option<Vec<syn::Member>> {
    let mut owner = p.clone();
    let name = owner.segments.pop()?.into_value().ident;
    owner.segments.pop_punct();
    if !named(&owner) {
        return None;
    }
    let members = crate::position::constructor(&own.to_string(), &name)?;
    members.iter().map(|m| syn::parse_str(m).ok()).collect()
}

/// What is added to `self.member`, if it is that with something added that does not come from `self`, or nothing.
fn added<'e>(e: &'e syn::Expr, member: &syn::Member, minus: bool) -> Option<Option<&'e syn::Expr>> {
    let own = |e: &syn::Expr| {
        let e = match strip(e) {
            syn::Expr::Reference(r) => strip(&r.expr),
            syn::Expr::MethodCall(m) if m.method == "clone" && m.args.is_empty() => strip(&m.receiver),
            e => e,
        };
        matches!(e, syn::Expr::Field(f) if f.member == *member && is_self(&f.base))
    };
    let names = std::iter::once("self".to_string()).collect();
    let other = |e: &syn::Expr| !crate::varied::mentions(quote::ToTokens::to_token_stream(e), &names);
    match strip(e) {
        syn::Expr::Binary(b) => match b.op {
            syn::BinOp::Add(_) if !minus && own(&b.left) && other(&b.right) => Some(Some(&b.right)),
            syn::BinOp::Add(_) if !minus && own(&b.right) && other(&b.left) => Some(Some(&b.left)),
            syn::BinOp::Sub(_) if minus && own(&b.left) && other(&b.right) => Some(Some(&b.right)),
            _ => None,
        },
        e => own(e).then_some(None),
    }
}

fn is_self(e: &syn::Expr) -> bool {
    matches!(strip(e), syn::Expr::Path(p) if p.path.is_ident("self"))
}
