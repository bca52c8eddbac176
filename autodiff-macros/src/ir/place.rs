//! Memory locations.
//!
//! A place is a variable and the steps from it to a part. Guarantee of whoever builds one: what its indices read does not change while the
//! place is in use.

use proc_macro2::{Ident, Span};

use super::{Expr, Var, VarInfo};
use crate::types::Ty;

/// A memory location.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub root: Var,
    pub path: Vec<Proj>,
}

impl Place {
    pub fn var(root: Var) -> Self {
        Place { root, path: Vec::new() }
    }

    /// Whether it is a field of a struct or a part of a variant, or lies in one: where it is skipped, cotangents and tangents have none.
    /// So is a part by its position, but for one of what is known to be a tuple.
    pub fn is_field(&self, vars: &[VarInfo]) -> bool {
        let mut ty = vars[self.root.0 as usize].ty.clone();
        for step in &self.path {
            ty = match step {
                Proj::Field(member @ syn::Member::Unnamed(_)) if matches!(ty.peel(), Ty::Tuple(_)) => ty.field(member),
                Proj::Field(_) | Proj::Payload(..) | Proj::PayloadRef(..) => return true,
                Proj::Index(..) => ty.element(),
                Proj::Slice(..) => Ty::Slice(Box::new(ty.element())),
                Proj::Deref => match ty {
                    Ty::Ref(inner, _) => *inner,
                    _ => Ty::Unknown,
                },
            };
        }
        false
    }

    /// Whether the two are of one variable and not, for all that rustc knows, parts that have nothing in common.
    pub fn meets(&self, other: &Place) -> bool {
        let apart = self.path.iter().zip(&other.path).find_map(|steps| match steps {
            (Proj::Field(a), Proj::Field(b)) if a == b => None,
            (Proj::Deref, Proj::Deref) => None,
            (Proj::Field(_), Proj::Field(_)) => Some(true),
            _ => Some(false),
        });
        self.root == other.root && !apart.unwrap_or(false)
    }

    pub fn project(&self, step: Proj) -> Self {
        let mut place = self.clone();
        place.path.push(step);
        place
    }
}

/// One step from a location to a part of it.
#[derive(Clone, Debug)]
pub(crate) enum Proj {
    /// `.name` or `.0`
    Field(syn::Member),
    /// `[index]`; the index carries no derivative.
    Index(Box<Expr>, Span),
    /// `[a..b]`
    Slice(Box<Expr>, Span),
    /// `*`
    Deref,
    /// The payload of an enum variant: only on the cotangent's side, where it becomes an accessor call.
    Payload(Ident, syn::Member),
    /// The same on the tangent's side, where it is only read.
    PayloadRef(Ident, syn::Member),
}

/// How many steps at the start of a path go through references, which cotangents do not have.
pub(crate) fn references(mut ty: &Ty, path: &[Proj]) -> usize {
    let mut count = 0;
    while let (Ty::Ref(inner, _), Some(Proj::Deref)) = (ty, path.get(count)) {
        ty = inner;
        count += 1;
    }
    count
}
