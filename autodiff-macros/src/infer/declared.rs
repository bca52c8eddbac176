//! What functions and methods give and what constants are, where the crate declares that.

use rustc_hash::FxHashSet as HashSet;

use syn::visit::{self, Visit};

use super::Types;
use crate::position::Home;
use crate::types::Ty;

impl Types {
    /// What a function, constructor or associated function gives, as far as the crate tells.
    pub fn declared_call(&self, path: &syn::Path) -> Option<Ty> {
        let last = &path.segments.last()?.ident;
        if let Some((owner, method)) = self.associated(path) {
            let home = owner.home()?;
            // A derive gives the type itself.
            let derived = || (method == "default" && home.parameters().is_empty()).then(|| Ty::Named(owner.clone()));
            return home.result_of_method(method).or_else(derived)?.declared();
        }
        if path.get_ident().is_some_and(|name| self.bound.contains(&name.to_string())) {
            return None;
        }
        let home = Home::of(path).filter(|_| path.segments.iter().all(|s| s.arguments.is_none()));
        let given = home.and_then(|home| home.result(last)?.declared());
        given.or_else(|| Ty::named(path, &self.floats).declared())
    }

    /// What a function with parameters of its own gives, as far as its arguments tell these and the crate the rest.
    pub fn given_by_arguments(&self, c: &syn::ExprCall) -> Option<Ty> {
        let syn::Expr::Path(syn::ExprPath { qself: None, path, .. }) = &*c.func else { return None };
        let last = path.segments.last()?;
        if path.get_ident().is_some_and(|name| self.bound.contains(&name.to_string())) {
            return None;
        }
        let told = |names: &[String], takes: &[syn::Type]| {
            let mut arguments = Arguments { names, told: written_out(names, &last.arguments) };
            for (taken, given) in takes.iter().zip(&c.args) {
                arguments.tell(taken, &self.of(given));
            }
            arguments.told
        };
        Home::of(path)?.result_by_arguments(&last.ident, &self.floats, told)?.declared()
    }

    /// What so many arguments of a function, associated function or tuple struct are, as far as the crate tells.
    pub fn declared_params(&self, path: &syn::Path, count: usize) -> Vec<Ty> {
        let plain = path.segments.iter().all(|s| s.arguments.is_none());
        let bound = path.get_ident().is_some_and(|name| self.bound.contains(&name.to_string()));
        let taken = match (self.associated(path), path.segments.last()) {
            (Some((owner, method)), _) => owner.home().map(|home| home.taken_by_method(method)).unwrap_or_default(),
            (None, Some(last)) if plain && !bound => Home::of(path).map(|home| home.taken(&last.ident)).unwrap_or_default(),
            _ => Vec::new(),
        };
        if taken.is_empty() && path.segments.len() == 1 {
            return (0..count).map(|k| self.declared_field(path, &syn::Member::from(k))).collect();
        }
        told(taken, count)
    }

    /// The type and the function of `Type::function`.
    fn associated<'p>(&self, path: &'p syn::Path) -> Option<(crate::types::Named, &'p syn::Ident)> {
        let mut owner = path.clone();
        owner.segments.pop();
        owner.segments.pop_punct();
        let method = &path.segments.last()?.ident;
        if owner.segments.is_empty() || path.segments.iter().any(|s| !s.arguments.is_none()) {
            return None;
        }
        let named = if owner.is_ident("Self") { self.this.clone() } else { crate::types::Named::of(&owner, &self.floats)? };
        Some((named, method))
    }

    /// What so many arguments of a method are, as far as the crate tells.
    pub fn declared_method_params(&self, receiver: &Ty, name: &syn::Ident, count: usize) -> Vec<Ty> {
        let home = if let Ty::Named(named) = receiver.peel() { named.home() } else { None };
        told(home.map(|home| home.taken_by_method(name)).unwrap_or_default(), count)
    }

    /// What a field of a struct that is written out takes, as far as the file tells.
    pub fn declared_field(&self, path: &syn::Path, member: &syn::Member) -> Ty {
        if path.is_ident("Self") {
            return Ty::Named(self.this.clone()).field(member);
        }
        Ty::named(path, &self.floats).field(member)
    }

    /// What a method of a struct gives, as far as the crate tells.
    pub fn declared_method(&self, receiver: &Ty, name: &syn::Ident) -> Ty {
        if let Ty::Named(named) = receiver.peel() {
            named.result_of_method(name).unwrap_or(Ty::Unknown)
        } else {
            Ty::Unknown
        }
    }

    /// What an operator gives whose operands are types of the crate, as far as that tells.
    pub fn declared_operator(&self, op: &syn::BinOp, left: &Ty, right: &Ty) -> Ty {
        use syn::spanned::Spanned;
        let of = match op {
            syn::BinOp::Add(_) => "Add",
            syn::BinOp::Sub(_) => "Sub",
            syn::BinOp::Mul(_) => "Mul",
            syn::BinOp::Div(_) => "Div",
            syn::BinOp::Rem(_) => "Rem",
            _ => return Ty::Unknown,
        };
        let home = [left, right].into_iter().find_map(|ty| if let Ty::Named(named) = ty.peel() { named.home() } else { None });
        let at = syn::Ident::new(of, op.span());
        home.and_then(|home| home.result_of_operator(&at, of, left, right)?.declared()).unwrap_or(Ty::Unknown)
    }

    /// What `-a` gives of a type of the crate, as far as that tells: it may be another one.
    pub fn declared_negation(&self, u: &syn::ExprUnary, of: &Ty) -> Ty {
        let (Ty::Named(named), syn::UnOp::Neg(minus)) = (of, &u.op) else { return Ty::Unknown };
        let at = syn::Ident::new("Neg", minus.spans[0]);
        let given = named.home().and_then(|home| home.result_of_operator(&at, "Neg", of, of)?.declared());
        given.unwrap_or(Ty::Unknown)
    }

    /// The type of what a method is called on: of a constant, what the crate declares it to be.
    pub fn of_receiver(&self, e: &syn::Expr) -> Ty {
        match (self.of(e), crate::lower::strip(e)) {
            (Ty::Unknown, syn::Expr::Path(p)) if p.qself.is_none() => self.declared_constant(&p.path),
            (ty, _) => ty,
        }
    }

    fn declared_constant(&self, path: &syn::Path) -> Ty {
        let Some(last) = path.segments.last() else { return Ty::Unknown };
        let bound = path.get_ident().is_some_and(|name| self.bound.contains(&name.to_string()));
        let home = Home::of(path).filter(|_| !bound && crate::varied::starts_uppercase(&last.ident));
        home.and_then(|home| home.constant(&last.ident)).unwrap_or(Ty::Unknown)
    }
}

/// What stands for the parameters of a function.
struct Arguments<'n> {
    names: &'n [String],
    told: Vec<(String, syn::GenericArgument)>,
}

/// `N` of `f::<f64, 3>(..)`.
fn written_out(names: &[String], arguments: &syn::PathArguments) -> Vec<(String, syn::GenericArgument)> {
    let syn::PathArguments::AngleBracketed(given) = arguments else { return Vec::new() };
    let given = given.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
    let says = |a: &syn::GenericArgument| !matches!(a, syn::GenericArgument::Type(syn::Type::Infer(_)));
    names.iter().cloned().zip(given.cloned()).filter(|(_, a)| says(a)).collect()
}

impl Arguments<'_> {
    /// What an argument tells of the parameters in the type that is taken.
    fn tell(&mut self, taken: &syn::Type, given: &Ty) {
        use syn::Type;
        match (taken, given) {
            (Type::Paren(p), given) => self.tell(&p.elem, given),
            (Type::Group(g), given) => self.tell(&g.elem, given),
            (Type::Reference(r), Ty::Ref(inner, _)) => self.tell(&r.elem, inner),
            (Type::Array(a), Ty::Array(elem, len)) => {
                self.tell(&a.elem, elem);
                let len = syn::parse2(len.clone()).ok().filter(|len| !matches!(len, syn::Expr::Infer(_)));
                if let (syn::Expr::Path(p), Some(len)) = (&a.len, len) {
                    self.stands_for(&p.path, syn::GenericArgument::Const(len));
                }
            }
            (Type::Slice(s), Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem)) => self.tell(&s.elem, elem),
            (Type::Tuple(t), Ty::Tuple(parts)) => t.elems.iter().zip(parts).for_each(|(taken, given)| self.tell(taken, given)),
            (Type::Path(p), Ty::Float(float)) if p.qself.is_none() => {
                let number: Type = match float {
                    crate::types::Float::F64 => syn::parse_quote!(f64),
                    crate::types::Float::F32 => syn::parse_quote!(f32),
                    crate::types::Float::Generic(name) => syn::parse_quote!(#name),
                    crate::types::Float::Inferred => return,
                };
                self.stands_for(&p.path, syn::GenericArgument::Type(number));
            }
            _ => {}
        }
    }

    fn stands_for(&mut self, path: &syn::Path, given: syn::GenericArgument) {
        let Some(name) = path.get_ident().map(ToString::to_string).filter(|name| self.names.contains(name)) else { return };
        if !self.told.iter().any(|(known, _)| *known == name) {
            self.told.push((name, given));
        }
    }
}

/// Types that say something, of as many parameters as there are arguments: the receiver may be one of these.
fn told(taken: Vec<Option<Ty>>, count: usize) -> Vec<Ty> {
    if taken.len() != count {
        return Vec::new();
    }
    let told = |ty: Option<Ty>| match ty? {
        Ty::Ref(inner, false) => inner.declared().map(|inner| Ty::Ref(Box::new(inner), false)),
        ty => ty.declared(),
    };
    taken.into_iter().map(|ty| told(ty).unwrap_or(Ty::Unknown)).collect()
}

impl Types {
    /// Whether a method is called on an integer, with nothing but such.
    pub fn is_of_integers(&self, m: &syn::ExprMethodCall) -> bool {
        matches!(self.of(&m.receiver).peel(), Ty::Plain) && m.args.iter().all(|a| self.of(a).peel().is_plain())
    }

    /// Whether a method is one of a list's that gives no number, whatever the file's own methods of the name give.
    pub fn is_asked_of_list(&self, m: &syn::ExprMethodCall) -> bool {
        crate::varied::is_observer_of_lists(&m.method.to_string())
            && !m.args.iter().any(|a| matches!(a, syn::Expr::Closure(_)))
            && matches!(self.of_receiver(&m.receiver).peel(), Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..))
    }

    /// Whether a call only counts or compares and changes nothing, as far as the file tells; methods of integers do.
    pub fn is_count(&self, e: &syn::Expr) -> bool {
        match crate::lower::strip(e) {
            syn::Expr::MethodCall(m) => match self.of(&m.receiver).peel() {
                _ if self.is_asked_of_list(m) => true,
                Ty::Plain => self.is_of_integers(m),
                Ty::Named(named) => {
                    named.home().is_some_and(|home| home.method_counts(&m.method) || crate::position::counts_everywhere(&m.method))
                }
                _ => false,
            },
            syn::Expr::Call(c) => match &*c.func {
                syn::Expr::Path(p) if p.qself.is_none() => match self.associated(&p.path) {
                    Some((owner, method)) => owner.home().is_some_and(|home| home.method_counts(method)),
                    None => {
                        let bound = p.path.get_ident().is_some_and(|name| self.bound.contains(&name.to_string()));
                        !bound && Home::of(&p.path).is_some_and(|home| home.counts())
                    }
                },
                _ => false,
            },
            _ => false,
        }
    }
}

/// The names that patterns bind.
pub(super) struct Bound<'b>(pub &'b mut HashSet<String>);

impl<'a> Visit<'a> for Bound<'_> {
    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        self.0.insert(p.ident.to_string());
        visit::visit_pat_ident(self, p);
    }
}
