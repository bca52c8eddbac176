//! Code that is there in some configurations only: what stands under `#[cfg(..)]` in the body of a function.
//!
//! What enters: a function as written. An attribute macro gets it before rustc has looked at the conditions, and cannot ask for them.
//!
//! What leaves: the function as it is in each configuration, under the condition of that. The siblings of each version carry its
//! condition, so that rustc keeps those of the one that it compiles.
//!
//! What is guaranteed: exactly one of the conditions holds, and under it a version has the statements, arms, fields and
//! parameters that rustc leaves in the function. Where an attribute stands anywhere else it is refused ([`refuse_left`]).

use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Stmt, Token};

/// More conditions than this would make more than eight versions.
const MOST: usize = 3;

/// A function in one configuration.
pub(crate) struct Version {
    /// None if there is only one.
    pub condition: Option<Attribute>,
    pub item: syn::ItemFn,
}

/// The function in each configuration of what its body asks for.
pub(crate) fn versions(item: &syn::ItemFn) -> syn::Result<Vec<Version>> {
    let mut asked = Asked::default();
    asked.visit_signature(&item.sig);
    asked.visit_block(&item.block);
    if asked.first.is_none() {
        return Ok(vec![Version { condition: None, item: item.clone() }]);
    }
    if let Some(e) = asked.error {
        return Err(e);
    }
    let atoms = asked.atoms;
    if let (true, Some(first)) = (atoms.len() > MOST, &asked.first) {
        let message = format!("a function can depend on at most {MOST} different conditions of `#[cfg]` to be differentiated; put what depends on them into functions of their own");
        return Err(syn::Error::new_spanned(first, message));
    }
    let all = (0..1_u32 << atoms.len()).map(|bits| {
        let holds = |k: usize| bits & (1 << k) != 0;
        let parts = atoms.iter().enumerate().map(|(k, atom)| if holds(k) { quote!(#atom) } else { quote!(not(#atom)) });
        let condition = syn::parse_quote!(#[cfg(all(#(#parts),*))]);
        let mut item = item.clone();
        Take { atoms: &atoms, bits }.visit_item_fn_mut(&mut item);
        item.attrs.push(syn::parse_quote!(#condition));
        Version { condition: Some(condition), item }
    });
    Ok(all.collect())
}

/// An error at a condition that is left: in code of another function, or where a version cannot do without what stands under it.
pub(crate) fn refuse_left(item: &syn::ItemFn) -> syn::Result<()> {
    let mut asked = Asked::default();
    asked.visit_signature(&item.sig);
    asked.visit_block(&item.block);
    asked.first.map_or(Ok(()), |first| {
        Err(syn::Error::new_spanned(
            first,
            "whether this is there is not known here; put `#[cfg(..)]` on a statement, or use `cfg!(..)` in a condition",
        ))
    })
}

/// What stands between the parentheses of `cfg(..)`.
enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    Atom(Box<syn::Meta>),
    Known(bool),
}

impl Parse for Predicate {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::LitBool) {
            return Ok(Predicate::Known(input.parse::<syn::LitBool>()?.value));
        }
        let meta: syn::Meta = input.parse()?;
        let syn::Meta::List(list) = &meta else { return Ok(Predicate::Atom(Box::new(meta))) };
        let name = list.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let inner =
            || list.parse_args_with(Punctuated::<Predicate, Token![,]>::parse_terminated).map(|l| l.into_iter().collect::<Vec<_>>());
        Ok(match name.as_str() {
            "all" => Predicate::All(inner()?),
            "any" => Predicate::Any(inner()?),
            "not" => Predicate::Not(Box::new(list.parse_args()?)),
            _ => Predicate::Atom(Box::new(meta)),
        })
    }
}

impl Predicate {
    /// That of an attribute, if it is `#[cfg(..)]`.
    fn of(attr: &Attribute) -> Option<syn::Result<Predicate>> {
        attr.path().is_ident("cfg").then(|| attr.parse_args())
    }

    fn atoms(&self, out: &mut Vec<syn::Meta>) {
        match self {
            Predicate::All(list) | Predicate::Any(list) => list.iter().for_each(|p| p.atoms(out)),
            Predicate::Not(p) => p.atoms(out),
            Predicate::Atom(atom) if !out.contains(atom) => out.push((**atom).clone()),
            Predicate::Atom(_) | Predicate::Known(_) => {}
        }
    }

    fn holds(&self, atom_holds: &dyn Fn(&syn::Meta) -> bool) -> bool {
        match self {
            Predicate::All(list) => list.iter().all(|p| p.holds(atom_holds)),
            Predicate::Any(list) => list.iter().any(|p| p.holds(atom_holds)),
            Predicate::Not(p) => !p.holds(atom_holds),
            Predicate::Atom(atom) => atom_holds(atom),
            Predicate::Known(value) => *value,
        }
    }
}

/// The conditions that a body mentions, each once.
#[derive(Default)]
struct Asked {
    atoms: Vec<syn::Meta>,
    first: Option<Attribute>,
    error: Option<syn::Error>,
}

impl<'a> Visit<'a> for Asked {
    fn visit_attribute(&mut self, a: &'a Attribute) {
        match Predicate::of(a) {
            Some(Ok(p)) => p.atoms(&mut self.atoms),
            Some(Err(e)) => self.error = Some(e),
            None => return,
        }
        self.first.get_or_insert_with(|| a.clone());
    }
}

/// Takes out what is not there, and the conditions of what is.
struct Take<'a> {
    atoms: &'a [syn::Meta],
    bits: u32,
}

impl Take<'_> {
    /// Whether what carries these attributes is there.
    fn keeps(&self, attrs: &mut Vec<Attribute>) -> bool {
        let holds = |atom: &syn::Meta| self.atoms.iter().position(|a| a == atom).is_some_and(|k| self.bits & (1 << k) != 0);
        let mut all = true;
        attrs.retain(|a| match Predicate::of(a) {
            Some(Ok(p)) => {
                all &= p.holds(&holds);
                false
            }
            _ => true,
        });
        all
    }

    fn keeps_stmt(&self, s: &mut Stmt) -> bool {
        /// The attributes of a statement itself are the first to be visited.
        struct First<'t, 'a>(Option<&'t Take<'a>>, bool);
        impl VisitMut for First<'_, '_> {
            fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
                if let Some(take) = self.0.take() {
                    self.1 = take.keeps(attrs);
                }
            }
        }
        let mut first = First(Some(self), true);
        first.visit_stmt_mut(s);
        first.1
    }

    fn retain<T, P: Default>(list: &mut Punctuated<T, P>, keeps: impl Fn(&mut T) -> bool) {
        let trailing = list.trailing_punct();
        *list = std::mem::take(list).into_iter().filter_map(|mut t| keeps(&mut t).then_some(t)).collect();
        if trailing && !list.is_empty() {
            list.push_punct(P::default());
        }
    }
}

impl VisitMut for Take<'_> {
    fn visit_block_mut(&mut self, b: &mut syn::Block) {
        b.stmts.retain_mut(|s| self.keeps_stmt(s));
        visit_mut::visit_block_mut(self, b);
    }

    fn visit_expr_match_mut(&mut self, m: &mut syn::ExprMatch) {
        m.arms.retain_mut(|a| self.keeps(&mut a.attrs));
        visit_mut::visit_expr_match_mut(self, m);
    }

    fn visit_expr_struct_mut(&mut self, s: &mut syn::ExprStruct) {
        Self::retain(&mut s.fields, |f| self.keeps(&mut f.attrs));
        visit_mut::visit_expr_struct_mut(self, s);
    }

    fn visit_pat_struct_mut(&mut self, s: &mut syn::PatStruct) {
        Self::retain(&mut s.fields, |f| self.keeps(&mut f.attrs));
        visit_mut::visit_pat_struct_mut(self, s);
    }

    fn visit_signature_mut(&mut self, s: &mut syn::Signature) {
        Self::retain(&mut s.inputs, |i| match i {
            syn::FnArg::Typed(t) => self.keeps(&mut t.attrs),
            syn::FnArg::Receiver(r) => self.keeps(&mut r.attrs),
        });
        visit_mut::visit_signature_mut(self, s);
    }
}
