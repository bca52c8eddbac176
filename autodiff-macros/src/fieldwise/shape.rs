//! What structs of numbers consist of.
//!
//! What enters: a type. What leaves: its fields, down to the numbers. Guarantee: all of them are seen where the function stands.

use proc_macro2::Ident;
use syn::Member;

use crate::ir::Proj;
use crate::types::{Float, Named, Ty};

/// Numbers of a struct, at most.
const LARGEST: usize = 16;

/// What a struct of numbers consists of.
#[derive(Clone)]
pub(super) struct Shape {
    pub named: Named,
    /// How it is named where the function stands.
    pub path: syn::Path,
    pub fields: Vec<(Member, Leaf)>,
}

#[derive(Clone)]
pub(super) enum Leaf {
    Number(Ty),
    Struct(Shape),
}

impl Shape {
    /// The paths to all numbers.
    pub fn numbers(&self) -> Vec<(Vec<Member>, Ty)> {
        let mut all = Vec::new();
        for (m, leaf) in &self.fields {
            match leaf {
                Leaf::Number(ty) => all.push((vec![m.clone()], ty.clone())),
                Leaf::Struct(s) => {
                    all.extend(s.numbers().into_iter().map(|(path, ty)| (std::iter::once(m.clone()).chain(path).collect(), ty)))
                }
            }
        }
        all
    }

    /// What a path of fields leads to: a number, or a struct.
    pub fn at(&self, path: &[Proj]) -> Option<Option<&Shape>> {
        let Some((first, rest)) = path.split_first() else { return Some(Some(self)) };
        let Proj::Field(m) = first else { return None };
        match self.fields.iter().find(|(n, _)| n == m)? {
            (_, Leaf::Number(_)) => rest.is_empty().then_some(None),
            (_, Leaf::Struct(s)) => s.at(rest),
        }
    }
}

/// What a type consists of, if that is numbers alone, all of which can be named where the function stands.
pub(super) fn shape(ty: &Ty, at: &Ident) -> Option<Shape> {
    fn within(at: &Ident, named: &Named, depth: usize, room: &mut usize) -> Option<Shape> {
        // One that is dereferenced to another type has no numbers behind its `*`.
        let home = named.home().filter(|home| depth < 4 && home.parameters().is_empty() && !home.may_be_dereferenced())?;
        let mut fields = Vec::new();
        for field in home.fields()? {
            let member: Member = syn::parse_str(&field.name).ok()?;
            if field.skipped || !named.shows(&member) {
                return None;
            }
            let leaf = match Ty::Named(named.clone()).field(&member) {
                ty @ Ty::Float(Float::F64 | Float::F32) => {
                    *room = room.checked_sub(1)?;
                    Leaf::Number(ty)
                }
                Ty::Named(inner) => Leaf::Struct(within(at, &inner, depth + 1, room)?),
                _ => return None,
            };
            fields.push((member, leaf));
        }
        let path = syn::parse2(named.path_at(at)?).ok()?;
        (!fields.is_empty()).then(|| Shape { named: named.clone(), path, fields })
    }
    let Ty::Named(named) = ty else { return None };
    within(at, named, 0, &mut { LARGEST })
}
