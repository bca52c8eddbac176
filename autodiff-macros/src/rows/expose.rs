//! Elements of arrays in plain code.
//!
//! What enters: statements with code that carries no derivative, as in `w * data[i][j]` or `x[columns[k]]`. What leaves: the same, where that code
//! is the element of an array of numbers, or an index out of a list of such, with the place it reads. Guarantees: the same value; anything else
//! stays plain code.

use proc_macro2::Span;

use super::affine::mentions;
use super::places::each_place_mut;
use super::Pass;
use crate::ir::{Expr, Place, Proj, Stmt, Var};
use crate::types::Ty;

impl Pass<'_> {
    pub(super) fn expose(&self, stmts: &mut [Stmt]) {
        for s in stmts {
            each_place_mut(s, &mut |p, _| self.expose_indices(p));
            match s {
                Stmt::Let(v, e) if self.info(*v).ty.is_float() => self.exposed(e),
                Stmt::LetBar(_, e, _)
                | Stmt::DeclBar(_, e)
                | Stmt::Decl(_, Some(e))
                | Stmt::Accumulate(_, e)
                | Stmt::Assign(_, e)
                | Stmt::Update(_, _, e, _) => self.exposed(e),
                _ => {}
            }
        }
    }

    /// Indices that are elements of a list, which nothing changes.
    fn expose_indices(&self, p: &mut Place) {
        for step in &mut p.path {
            let Proj::Index(e, _) = step else { continue };
            let Expr::Verbatim(code, vars) = &**e else { continue };
            let Some(place) = self.element(code, vars).filter(|place| !self.info(place.root).mutable) else { continue };
            let Some((Proj::Index(..), list)) = place.path.split_last() else { continue };
            let list = crate::analysis::place_ty(self.f, &Place { root: place.root, path: list.to_vec() });
            if matches!(list.peel(), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) {
                **e = Expr::Read(place);
            }
        }
    }

    fn exposed(&self, e: &mut Expr) {
        match e {
            Expr::Verbatim(code, vars) => {
                if let Some(place) = self.element(code, vars) {
                    if !place.path.is_empty() && crate::analysis::place_ty(self.f, &place).is_float() {
                        *e = Expr::Read(place);
                    }
                }
            }
            Expr::Neg(x) | Expr::Cast(x, _) => self.exposed(x),
            Expr::Bin(_, l, r, _) => {
                self.exposed(l);
                self.exposed(r);
            }
            Expr::Rule(_, args) | Expr::Pullback(_, _, args) | Expr::Runtime("rt::unless_zero", args) => {
                args.iter_mut().for_each(|a| self.exposed(a));
            }
            _ => {}
        }
    }

    /// The place that code reads.
    pub(super) fn element(&self, code: &syn::Expr, vars: &[Var]) -> Option<Place> {
        match code {
            syn::Expr::Paren(p) => self.element(&p.expr, vars),
            syn::Expr::Group(g) => self.element(&g.expr, vars),
            syn::Expr::Verbatim(tokens) => self.element(&syn::parse2(tokens.clone()).ok()?, vars),
            syn::Expr::Reference(r) if r.mutability.is_none() => self.element(&r.expr, vars),
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => Some(self.element(expr, vars)?.project(Proj::Deref)),
            syn::Expr::Path(p) => {
                let name = p.path.get_ident()?;
                vars.iter().find(|v| self.name(**v) == name).map(|v| Place::var(*v))
            }
            syn::Expr::Field(f) => Some(self.element(&f.base, vars)?.project(Proj::Field(f.member.clone()))),
            syn::Expr::Index(i) => {
                let base = self.element(&i.expr, vars)?;
                let inside = vars.iter().copied().filter(|v| mentions(&i.index, self.name(*v))).collect();
                let index = Box::new(Expr::Verbatim(i.index.clone(), inside));
                Some(base.project(match &*i.index {
                    syn::Expr::Range(_) => Proj::Slice(index, Span::call_site()),
                    _ => Proj::Index(index, Span::call_site()),
                }))
            }
            _ => None,
        }
    }
}
