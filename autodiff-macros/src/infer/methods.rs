//! The types of what methods and functions of the standard library give.
//!
//! What enters: a call. What leaves: its type, or `Unknown`. Guarantee: a name alone is only trusted where the receiver's type is known.

use syn::Expr;

use super::{is_some, option_of, slice_of, Types};
use crate::types::{Float, Ty};
use crate::varied::{is_observer, observes, of_integers, OfIntegers};

/// Methods of floats that give the same float type for any arguments.
pub(crate) fn float_method_args(name: &str) -> Option<usize> {
    Some(match name {
        "sin" | "cos" | "tan" | "asin" | "acos" | "atan" | "sinh" | "cosh" | "tanh" | "asinh" | "acosh" | "atanh" | "exp" | "exp2"
        | "exp_m1" | "ln" | "ln_1p" | "log2" | "log10" | "sqrt" | "cbrt" | "recip" | "abs" | "signum" | "floor" | "ceil" | "round"
        | "round_ties_even" | "trunc" | "fract" | "to_degrees" | "to_radians" | "next_up" | "next_down" => 0,
        "powf" | "log" | "hypot" | "atan2" | "min" | "max" | "copysign" | "rem_euclid" | "div_euclid" | "abs_sub" | "midpoint" => 1,
        "mul_add" | "clamp" => 2,
        _ => return None,
    })
}

/// Methods by which array libraries only read what they are called on, with names that hardly mean anything else.
pub(crate) fn is_method_of_matrices(name: &str) -> bool {
    let names = [
        "dot",
        "norm",
        "norm_squared",
        "magnitude",
        "magnitude_squared",
        "metric_distance",
        "cross",
        "transpose",
        "determinant",
        "trace",
        "try_inverse",
        "component_mul",
        "component_div",
    ];
    names.contains(&name)
}

pub(crate) fn is_integer(name: &proc_macro2::Ident) -> bool {
    let name = name.to_string();
    name.strip_prefix(['u', 'i']).is_some_and(|size| matches!(size, "8" | "16" | "32" | "64" | "128" | "size"))
}

/// `N` of `first_chunk::<N>()`
pub(crate) fn sized_part(m: &syn::ExprMethodCall) -> Option<proc_macro2::TokenStream> {
    match m.turbofish.iter().flat_map(|t| &t.args).next()? {
        syn::GenericArgument::Const(n) => Some(quote::quote!(#n)),
        syn::GenericArgument::Type(syn::Type::Path(n)) => Some(quote::quote!(#n)),
        _ => None,
    }
}

impl Types {
    pub(super) fn of_method(&self, m: &syn::ExprMethodCall) -> Ty {
        let name = m.method.to_string();
        if name == "to_string" {
            return Ty::Inert;
        }
        if observes(m) || self.is_asked_of_list(m) {
            return match of_integers(&name) {
                Some(OfIntegers::Optional) => Ty::Option(Box::new(Ty::Plain)),
                Some(OfIntegers::WithFlag) => Ty::Tuple(vec![Ty::Plain, Ty::Plain]),
                _ if name == "partial_cmp" => Ty::Option(Box::new(Ty::Plain)),
                _ => Ty::Plain,
            };
        }
        let receiver = self.of_receiver(&m.receiver);
        let base = receiver.peel();
        match name.as_str() {
            _ if base.is_float() && (float_method_args(&name).is_some() || name == "powi") => base.clone(),
            "min" | "max" | "clamp" | "abs" | "signum" | "pow" | "rem_euclid" | "div_euclid" | "midpoint" | "is_positive"
            | "is_negative"
                if matches!(base, Ty::Plain) && m.args.iter().all(|a| self.of(a).peel().is_plain()) =>
            {
                Ty::Plain
            }
            // Of what is ordered.
            "min" | "max" | "clamp"
                if base.is_plain()
                    && matches!(base, Ty::Tuple(_) | Ty::Option(_) | Ty::Array(..) | Ty::Inert)
                    && !crate::position::may_have_method(&m.method) =>
            {
                base.clone()
            }
            "sin_cos" if base.is_float() => Ty::Tuple(vec![base.clone(), base.clone()]),
            "clone" | "to_owned" => match base {
                // Of the reference.
                Ty::Slice(_) if name == "clone" => Ty::Ref(Box::new(base.clone()), false),
                Ty::Slice(e) => Ty::Vec(e.clone()),
                other => other.clone(),
            },
            "to_vec" | "into_vec" => Ty::Vec(Box::new(base.element())),
            "sum" | "product" => match &m.turbofish {
                Some(t) => match t.args.first() {
                    Some(syn::GenericArgument::Type(t)) => Ty::parse(t, &self.floats),
                    _ => Ty::Unknown,
                },
                None => match self.item(&m.receiver).peel() {
                    Ty::Float(f) => Ty::Float(f.clone()),
                    _ => Ty::Unknown,
                },
            },
            "fold" => match (m.args.first().map_or(Ty::Unknown, |init| self.of(init)), m.args.iter().nth(1)) {
                // `fold(0.0, |m: f64, x| m.max(x))`
                (init @ (Ty::Unknown | Ty::Float(Float::Inferred)), Some(Expr::Closure(c))) => match c.inputs.first() {
                    Some(syn::Pat::Type(t)) => Ty::parse(&t.ty, &self.floats),
                    _ => init,
                },
                (init, _) => init,
            },
            "as_ref" | "as_mut" if matches!(base, Ty::Option(_)) => Ty::Ref(Box::new(base.clone()), name == "as_mut"),
            "as_slice" | "as_mut_slice" | "as_ref" if matches!(base, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) => {
                Ty::Ref(Box::new(Ty::Slice(Box::new(base.element()))), name == "as_mut_slice")
            }
            "remove" | "swap_remove" if matches!(base, Ty::Vec(_)) => base.element(),
            "split_off" if matches!(base, Ty::Vec(_)) => base.clone(),
            "concat" if matches!(base, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) => match base.element().element() {
                Ty::Unknown => Ty::Unknown,
                elem => Ty::Vec(Box::new(elem)),
            },
            "select_nth_unstable_by" if matches!(base, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) => {
                let part = Ty::Ref(Box::new(slice_of(base.element())), true);
                Ty::Tuple(vec![part.clone(), Ty::Ref(Box::new(base.element()), true), part])
            }
            "split_at" | "split_at_mut" if matches!(base, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) => {
                let part = match slice_of(base.element()) {
                    Ty::Unknown => Ty::Unknown,
                    slice => Ty::Ref(Box::new(slice), name == "split_at_mut"),
                };
                Ty::Tuple(vec![part.clone(), part])
            }
            "first_chunk" | "last_chunk" | "split_first_chunk" | "split_last_chunk" | "as_chunks"
                if matches!(base, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) =>
            {
                let (elem, Some(n)) = (base.element(), sized_part(m)) else { return Ty::Unknown };
                let lent = |ty: Ty| Ty::Ref(Box::new(ty), false);
                let (array, rest) = (Ty::Array(Box::new(elem.clone()), n), lent(Ty::Slice(Box::new(elem))));
                match name.as_str() {
                    "first_chunk" | "last_chunk" => Ty::Option(Box::new(lent(array))),
                    "split_first_chunk" => Ty::Option(Box::new(Ty::Tuple(vec![lent(array), rest]))),
                    "split_last_chunk" => Ty::Option(Box::new(Ty::Tuple(vec![rest, lent(array)]))),
                    _ => Ty::Tuple(vec![lent(Ty::Slice(Box::new(array))), rest]),
                }
            }
            "get" | "get_mut"
                if matches!(base, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..))
                    && m.args.first().is_some_and(|a| matches!(crate::lower::strip(a), Expr::Range(_))) =>
            {
                option_of(Ty::Ref(Box::new(slice_of(base.element())), name == "get_mut"))
            }
            "map" if matches!(base, Ty::Array(..)) => match (base, m.args.first()) {
                (Ty::Array(elem, len), Some(f)) => Ty::Array(Box::new(self.given_by(f, elem)), len.clone()),
                _ => Ty::Unknown,
            },
            "each_ref" if matches!(base, Ty::Array(..)) => match base {
                Ty::Array(elem, len) => Ty::Array(Box::new(Ty::Ref(elem.clone(), false)), len.clone()),
                _ => Ty::Unknown,
            },
            "first" | "last" | "get" | "first_mut" | "last_mut" | "get_mut" | "split_first" | "split_last"
                if matches!(base, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..)) =>
            {
                let elem = base.element();
                if matches!(elem, Ty::Unknown) || m.args.first().is_some_and(|a| !self.is_index(a)) {
                    return Ty::Unknown;
                }
                let mutable = name.ends_with("mut");
                let part = Ty::Ref(Box::new(elem.clone()), mutable);
                let whole = if name.starts_with("split") {
                    Ty::Tuple(vec![part, Ty::Ref(Box::new(Ty::Slice(Box::new(elem))), mutable)])
                } else {
                    part
                };
                Ty::Option(Box::new(whole))
            }
            "min_by" | "max_by" | "min_by_key" | "max_by_key" | "reduce" | "last" | "nth" | "next" | "next_back" | "find" | "min"
            | "max"
                if matches!(&*m.receiver, Expr::MethodCall(_) | Expr::Range(_) | Expr::Paren(_)) && !base.is_float() =>
            {
                match self.item(&m.receiver) {
                    Ty::Unknown => Ty::Unknown,
                    item => Ty::Option(Box::new(item)),
                }
            }
            "then" | "then_some" if matches!(base, Ty::Plain) => match m.args.first() {
                Some(Expr::Closure(c)) => option_of(self.of(&c.body)),
                Some(value) if name == "then_some" => option_of(self.of(value)),
                _ => Ty::Unknown,
            },
            "find_map" => match m.args.first() {
                Some(Expr::Closure(c)) => match self.of(&c.body) {
                    found @ Ty::Option(_) => found,
                    _ => Ty::Unknown,
                },
                _ => Ty::Unknown,
            },
            "copied" | "cloned" => match base {
                Ty::Option(inner) => Ty::Option(Box::new(inner.peel().clone())),
                _ => Ty::Unknown,
            },
            "map_or" | "map_or_else" => {
                let of_closure = |k: usize| match m.args.iter().nth(k) {
                    Some(Expr::Closure(c)) => self.of(&c.body),
                    Some(other) if name == "map_or" => self.of(other),
                    _ => Ty::Unknown,
                };
                match of_closure(0) {
                    Ty::Unknown | Ty::Float(Float::Inferred) => match of_closure(1) {
                        Ty::Unknown => of_closure(0),
                        known => known,
                    },
                    known => known,
                }
            }
            "unwrap" | "expect" if self.conversion(m).is_some() => self.conversion(m).map_or(Ty::Unknown, |(_, _, to)| to),
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else" => match base {
                Ty::Option(inner) => (**inner).clone(),
                Ty::Unknown if name == "unwrap_or" => match m.args.first().map_or(Ty::Unknown, |a| self.of(a)) {
                    Ty::Float(Float::Inferred) => Ty::Unknown,
                    known => known,
                },
                _ => Ty::Unknown,
            },
            "map" if matches!(base, Ty::Array(..)) => match (base, m.args.first()) {
                (Ty::Array(elem, len), Some(f)) => Ty::Array(Box::new(self.given_by(f, elem)), len.clone()),
                _ => Ty::Unknown,
            },
            "map" if matches!(base, Ty::Option(_)) => match (base, m.args.first()) {
                (Ty::Option(inner), Some(f)) => option_of(self.given_by(f, inner)),
                _ => Ty::Unknown,
            },
            "and_then" if matches!(base, Ty::Option(_)) => match m.args.first() {
                Some(Expr::Closure(c)) => self.of(&c.body),
                _ => Ty::Unknown,
            },
            "filter" | "or" | "or_else" | "take" | "replace" if matches!(base, Ty::Option(_)) => base.clone(),
            _ if matches!(base, Ty::Named(_)) => self.declared_method(base, &m.method),
            "flatten" => match base {
                Ty::Option(inner) if matches!(**inner, Ty::Option(_)) => (**inner).clone(),
                _ => Ty::Unknown,
            },
            "zip" => match (base, m.args.first().map(|a| self.of(a))) {
                (Ty::Option(a), Some(Ty::Option(b))) => option_of(Ty::Tuple(vec![(**a).clone(), *b])),
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    /// What a function makes of a value: a closure tells it, and `f64::sin` and the like give a number as they get one.
    fn given_by(&self, f: &Expr, of: &Ty) -> Ty {
        match crate::lower::strip(f) {
            Expr::Closure(c) => self.of(&c.body),
            Expr::Path(p) if of.is_float() => match p.path.segments.iter().collect::<Vec<_>>()[..] {
                [owner, method]
                    if (owner.ident == "f64" || owner.ident == "f32") && float_method_args(&method.ident.to_string()) == Some(0) =>
                {
                    of.clone()
                }
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    /// What `T::from_f64(x).unwrap()` and `x.to_f64().unwrap()` convert, and from what into what, where one of the types is a parameter.
    pub(crate) fn conversion<'e>(&self, m: &'e syn::ExprMethodCall) -> Option<(&'e Expr, Ty, Ty)> {
        if m.method != "unwrap" && m.method != "expect" {
            return None;
        }
        match &*m.receiver {
            Expr::Call(c) => {
                let (Expr::Path(p), [x]) = (&*c.func, &c.args.iter().collect::<Vec<_>>()[..]) else { return None };
                let function = p.path.segments.last()?;
                let owner = match &p.qself {
                    Some(this) => match &*this.ty {
                        syn::Type::Path(t) => t.path.get_ident()?,
                        _ => return None,
                    },
                    None if p.path.segments.len() == 2 => &p.path.segments[0].ident,
                    None => return None,
                };
                let from = match function.ident.to_string().as_str() {
                    "from" => self.of(x).peel().clone(),
                    "from_f64" => Ty::F64,
                    "from_f32" => Ty::Float(Float::F32),
                    _ => return None,
                };
                self.floats.contains(owner).then(|| (*x, from, Ty::Float(Float::Generic(owner.clone()))))
            }
            Expr::MethodCall(to) if to.args.is_empty() => {
                let from = self.of(&to.receiver).peel().clone();
                let into = match to.method.to_string().as_str() {
                    "to_f64" => Ty::F64,
                    "to_f32" => Ty::Float(Float::F32),
                    _ => return None,
                };
                matches!(from, Ty::Float(Float::Generic(_))).then_some((&to.receiver, from, into))
            }
            _ => None,
        }
    }

    pub(super) fn of_call(&self, c: &syn::ExprCall) -> Ty {
        let Expr::Path(p) = &*c.func else { return Ty::Unknown };
        let segments = &p.path.segments;
        let Some(last) = segments.last() else { return Ty::Unknown };
        let owner = segments.iter().rev().nth(1);
        if owner.is_some_and(|s| s.ident == "Vec") && (last.ident == "new" || last.ident == "with_capacity") {
            return Ty::Vec(Box::new(Ty::Unknown));
        }
        if let Some(owner) = owner.filter(|s| self.floats.contains(&s.ident)) {
            let float = Ty::Float(Float::Generic(owner.ident.clone()));
            // `T::zero()`, `T::epsilon()`; `T::from(x)` is an `Option`.
            if c.args.is_empty() {
                return float;
            }
            if last.ident == "from" {
                return Ty::Option(Box::new(float));
            }
        }
        if owner.is_some_and(|s| is_integer(&s.ident))
            && matches!(last.ident.to_string().as_str(), "from" | "min" | "max" | "pow" | "abs_diff")
        {
            return Ty::Plain;
        }
        if let Some(declared) = self.declared_call(&p.path).or_else(|| self.given_by_arguments(c)) {
            return declared;
        }
        if p.qself.is_none() && crate::position::is_plain_variant(&p.path) {
            return Ty::Inert;
        }
        let Some(first) = c.args.first() else { return Ty::Unknown };
        if is_some(&p.path) {
            return match self.of(first) {
                Ty::Unknown => Ty::Unknown,
                inner => Ty::Option(Box::new(inner)),
            };
        }
        if segments.len() == 1 && last.ident == "constant" && !crate::position::may_be_own(&p.path) {
            return self.of(first);
        }
        // What is taken out of a place has the type of the place.
        let of_std = |owner: &syn::PathSegment| owner.ident == "mem" && !crate::position::may_be_own(&p.path);
        if p.qself.is_none() && owner.is_some_and(of_std) && matches!(last.ident.to_string().as_str(), "take" | "replace") {
            return match self.of(first) {
                Ty::Ref(place, true) => *place,
                _ => Ty::Unknown,
            };
        }
        let on_float = segments.iter().rev().nth(1).is_some_and(|s| s.ident == "f64" || s.ident == "f32" || self.floats.contains(&s.ident));
        if on_float
            && !is_observer(&last.ident.to_string())
            && (last.ident == "from" || float_method_args(&last.ident.to_string()).is_some() || last.ident == "powi")
        {
            let name = &segments[segments.len() - 2].ident;
            return match name.to_string().as_str() {
                "f64" => Ty::F64,
                "f32" => Ty::Float(Float::F32),
                _ if last.ident != "from" => Ty::Float(Float::Generic(name.clone())),
                _ => Ty::Unknown,
            };
        }
        Ty::Unknown
    }
}
