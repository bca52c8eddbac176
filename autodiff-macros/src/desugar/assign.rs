//! Assignments to patterns: `((a, b), c) = e;`, `[a, ..] = e;`, `P { x, y: w[0] } = e;`.
//!
//! What enters: an assignment. What leaves: what the language says that it means, `let ((p, q), r) = e; a = p; b = q; c = r;`. Guarantees:
//! the value is complete before a target is written to, and targets are evaluated from left to right, after it.

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{parse_quote, Expr, Pat, Stmt};

use super::Desugar;

impl Desugar {
    /// The statements that an assignment to a pattern stands for.
    pub(super) fn assignment_by_parts(&mut self, a: &syn::ExprAssign) -> Option<Vec<Stmt>> {
        if !is_pattern(&a.left) {
            return None;
        }
        let mut targets = Vec::new();
        let pat = self.pattern_of(&a.left, &mut targets)?;
        let value = &a.right;
        let mut stmts: Vec<Stmt> = vec![parse_quote!(let #pat = #value;)];
        stmts.extend(targets.into_iter().map(|(target, name)| -> Stmt { parse_quote!(#target = #name;) }));
        Some(stmts)
    }

    /// The pattern that a target means, with names for the places in it.
    fn pattern_of(&mut self, target: &Expr, targets: &mut Vec<(Expr, Ident)>) -> Option<Pat> {
        let mut all = |list: &mut dyn Iterator<Item = &Expr>, this: &mut Self| -> Option<Vec<Pat>> {
            list.map(|e| this.pattern_of(e, targets)).collect()
        };
        Some(match target {
            Expr::Paren(p) => return self.pattern_of(&p.expr, targets),
            Expr::Group(g) => return self.pattern_of(&g.expr, targets),
            Expr::Infer(_) => parse_quote!(_),
            Expr::Range(r) if r.start.is_none() && r.end.is_none() => parse_quote!(..),
            Expr::Tuple(t) => {
                let parts = all(&mut t.elems.iter(), self)?;
                parse_quote!((#(#parts,)*))
            }
            Expr::Array(a) => {
                let parts = all(&mut a.elems.iter(), self)?;
                parse_quote!([#(#parts),*])
            }
            Expr::Call(c) if is_pattern(target) => {
                let (path, parts) = (&c.func, all(&mut c.args.iter(), self)?);
                parse_quote!(#path(#(#parts),*))
            }
            Expr::Struct(s) if s.rest.is_none() => {
                let (path, rest) = (&s.path, &s.dot2_token);
                let members = s.fields.iter().map(|f| &f.member);
                let parts = all(&mut s.fields.iter().map(|f| &f.expr), self)?;
                parse_quote!(#path { #(#members: #parts,)* #rest })
            }
            place => {
                let name = self.fresh("part_", place.span());
                targets.push((place.clone(), name.clone()));
                parse_quote!(#name)
            }
        })
    }
}

/// Whether what is assigned to is taken apart.
fn is_pattern(target: &Expr) -> bool {
    match crate::lower::strip(target) {
        Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) => true,
        // A function gives no place.
        Expr::Call(c) => {
            matches!(&*c.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| crate::varied::starts_uppercase(&s.ident)))
        }
        _ => false,
    }
}
