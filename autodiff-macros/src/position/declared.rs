//! What the types and functions of a file are declared to be: fields, results.
//!
//! What enters: a file. What leaves: the types behind names, as text, since tokens do not outlive an expansion. Guarantees: a name has an
//! answer only if the file has one thing of that name and brings no other into any scope, so that it can mean nothing else. An answer
//! only makes generated code better: without one, rustc finds out.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

mod reader;
mod straight;

pub(crate) use straight::Straight;

use super::Receiver;

/// Named things of a file. Nothing where two have the name, or where the type says too little.
#[derive(Default)]
pub(super) struct Declared {
    types: HashMap<String, Option<Named>>,
    functions: HashMap<String, Option<Given>>,
    /// `Type::method`
    methods: HashMap<String, Option<Given>>,
    /// Methods and associated functions with the attribute that can be written out where they are called, as `Type::f`; nothing where two have
    /// the name.
    straight: HashMap<String, Option<Straight>>,
    /// How methods take their receivers, as `Type::method`, in blocks of their own and of traits of the crate; nothing of those that carry no
    /// derivative, or where two differ.
    receivers: HashMap<String, Option<Receiver>>,
    /// How methods take `self` or a reference to it, as `Type::method`: in blocks of the type's own and in those of traits.
    by_owner: HashMap<String, Vec<Receiver>>,
    by_traits: HashMap<String, Vec<Receiver>>,
    /// What operators between types give, by the name of the trait.
    operators: HashMap<String, Vec<Operator>>,
    /// Functions of traits, and of their `impl`s: a method of the name may be one of them.
    of_traits: HashSet<String>,
    /// How many functions of a name there are, wherever they stand, and whether all of them are methods that only count or compare.
    counting: HashMap<String, (usize, bool)>,
    /// The parameters of types.
    parameters: HashMap<String, Vec<Parameter>>,
    /// Types with an `impl Differentiable` by hand.
    by_hand: HashSet<String>,
    /// Types with an `impl Deref`.
    derefs: HashSet<String>,
    /// Types with an `impl Deref` that has no rule, and those with an `impl Index`.
    dereferenced: HashSet<String>,
    indexed: HashSet<String>,
    /// Those with an `impl Index` of what may carry a derivative, and those where one has a rule.
    unindexed: HashSet<String>,
    with_index_rule: HashSet<String>,
    /// Scopes whose names may come from elsewhere, all at once: `use other::*;`
    globs: Vec<usize>,
    /// The same of what may be an enum: `use Shape::*;`
    variants_of: Vec<(String, usize)>,
    variants: HashMap<String, Vec<String>>,
    /// The scope of each name.
    scopes: HashMap<String, usize>,
    /// What stands in front of the bodies of free functions with the attribute; nothing where two have the name.
    annotated: HashMap<String, Option<String>>,
    /// Free functions. Nothing where two have the name.
    sources: HashMap<String, Option<Written>>,
    /// Names of associated functions and methods.
    associated: HashSet<String>,
    /// Whatever has a name here that is not imported, or may have.
    own: HashSet<String>,
    /// Who sees what stands outside of everything.
    seen: HashMap<String, Seen>,
    brought: Vec<Brought>,
    /// Whether macros may define more outside of everything.
    macros: bool,
    /// Free functions, and whether they have no attribute that may change them. Nothing where two have the name.
    bare: HashMap<String, Option<bool>>,
    /// Fields, methods and associated functions that not everybody sees.
    hidden: HashSet<String>,
    /// Constants and statics. Nothing where two have the name.
    constants: HashMap<String, Option<Constant>>,
    /// Associated functions, as `Type::f`, without an attribute that could give them a derivative.
    unannotated: HashSet<String>,
    /// Types without an attribute that could give them a cotangent.
    underived: HashSet<String>,
    /// Types that derive no copies.
    unclonable: HashSet<String>,
    /// Types that derive `Copy`, and those of which it is known that they do not.
    copied: HashSet<String>,
    moved: HashSet<String>,
    /// Methods of traits, and the trait where only one has the name and has no attribute.
    of_unannotated: HashMap<String, Option<String>>,
    /// The names of types that functions and associated functions, `Type::f`, make; nothing where two differ.
    made: HashMap<String, Option<String>>,
    /// Functions of traits of std, as `Type::f`, and the trait.
    of_std: HashMap<String, String>,
    /// Functions with parameters that they know as values and that may be references, and which those are, behind the receiver; nothing
    /// where that is a parameter of their trait.
    of_values: Vec<(String, Option<usize>)>,
    /// Methods in `impl`s of traits for slices, and whether one takes `&mut self`; and those in `impl`s for arrays.
    of_slices: HashMap<String, bool>,
    of_arrays: HashSet<String>,
    /// Traits with an `impl` for all types, and the functions of traits.
    for_all: HashSet<String>,
    functions_of_traits: Vec<(String, String)>,
    /// Names of traits that other traits ask for, with the names of those.
    supertraits: Vec<(String, String)>,
    /// Which arguments of a trait nothing bounds as numbers; nothing where two traits have the name.
    any_types: HashMap<String, Option<Vec<usize>>>,
    /// Traits, and whether they have no attribute that could give their functions derivatives. Nothing where two have the name.
    traits: HashMap<String, Option<bool>>,
    /// Traits with the attribute.
    annotated_traits: HashSet<String>,
    /// Functions in `impl`s, each with the path of the type.
    in_impls: Vec<(Vec<String>, String)>,
    /// With the type's name alone, those of them in an `impl` of a trait that have the attribute themselves.
    annotated_alone: Vec<(String, String)>,
}

/// Which modules see a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Everywhere,
    /// The one above and those in it.
    Above,
    /// The one where it stands and those in it.
    Inside,
}

impl Seen {
    fn of(vis: &syn::Visibility) -> Seen {
        match vis {
            syn::Visibility::Public(_) => Seen::Everywhere,
            syn::Visibility::Restricted(r) if r.path.is_ident("crate") => Seen::Everywhere,
            syn::Visibility::Restricted(r) if r.path.is_ident("super") => Seen::Above,
            syn::Visibility::Restricted(_) | syn::Visibility::Inherited => Seen::Inside,
        }
    }
}

/// What an import brings into a scope.
#[derive(Clone, Debug)]
pub(super) struct Brought {
    /// As it is written; without the star of `types::*`.
    pub path: Vec<String>,
    /// Under which name; nothing where it is all that is in a module.
    pub name: Option<String>,
    /// Zero outside of everything.
    pub scope: usize,
    /// Whether it stands in a module that is written inside the file.
    pub in_module: bool,
    pub seen: Seen,
}

/// A constant or static.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Constant {
    /// The text of its type.
    ty: String,
    /// A whole number, where it is one.
    value: Option<String>,
}

/// A free function as it is written.
struct Written {
    scope: usize,
    /// Its text, without attributes, where calls may be followed into it.
    text: Option<String>,
    /// Whether there is something to be gained by that.
    worth: bool,
}

enum Named {
    /// The fields with their types, where these are all that the cotangent has, too, but for those that are skipped.
    Struct(Vec<Field>),
    /// The same of an enum, for each variant.
    Enum(Vec<(String, Vec<Field>)>),
    /// No derive: the types that it is made of.
    Bare(Vec<String>),
    /// Only that there is one of the name.
    Only,
}

/// A parameter of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    Lifetime,
    /// A type or a constant, by name.
    Named(String),
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: String,
    /// The text of its type.
    pub ty: String,
    pub skipped: bool,
    /// Whether the whole crate sees it.
    pub seen: bool,
}

/// What an operator gives between two types, references to them included.
#[derive(Clone)]
pub(super) struct Operator {
    pub left: String,
    pub right: String,
    pub gives: String,
    /// How to write it out, where it can be.
    pub straight: Option<Straight>,
}

/// What a function with type parameters or constants gives, in terms of these: `fn times<const N: usize>(a: &[[f64; N]; N]) -> [f64; N]`.
#[derive(Clone)]
pub(super) struct ByArguments {
    /// In the order of the function's.
    pub names: Vec<String>,
    pub takes: Vec<String>,
    pub gives: String,
}

/// What a function gives.
#[derive(Clone)]
struct Given {
    /// Nothing where it depends on the arguments' types.
    ty: Option<String>,
    /// The same of a method of a type with parameters, in terms of these, with their names in the order of the type's.
    in_terms: Option<(String, Vec<String>)>,
    /// The same of a function with parameters of its own, which the arguments tell.
    by_arguments: Option<ByArguments>,
    /// What each parameter but the receiver takes, where that is the same for all arguments.
    takes: Vec<Option<String>>,
    /// It only counts or compares, and changes nothing.
    counts: bool,
    /// It changes nothing, and gives a type of this name.
    decides: Option<String>,
}

impl Declared {
    pub fn read(file: &syn::File) -> Declared {
        reader::read(file)
    }

    /// The fields of a struct.
    pub fn fields(&self, name: &str) -> Option<Vec<Field>> {
        match self.types.get(name)? {
            Some(Named::Struct(fields)) => Some(fields.clone()),
            _ => None,
        }
    }

    /// The variants of an enum with their fields, in the same way.
    pub fn payloads(&self, name: &str) -> Option<Vec<(String, Vec<Field>)>> {
        match self.types.get(name)? {
            Some(Named::Enum(variants)) => Some(variants.clone()),
            _ => None,
        }
    }

    /// Whether a type is dereferenced to another one, without a rule for that.
    pub fn has_no_deref_rule(&self, name: &str) -> bool {
        self.dereferenced.contains(name) && !self.indexed.contains(name) && self.has(name)
    }

    /// Whether a type is indexed without a rule for that.
    pub fn has_no_index_rule(&self, name: &str) -> bool {
        self.unindexed.contains(name) && !self.with_index_rule.contains(name) && self.has(name)
    }

    /// Whether a type or a trait of a name has a function of a name.
    pub fn has_function_of(&self, owner: &str, name: &str) -> bool {
        self.functions_of_traits.iter().any(|(of, function)| of == owner && function == name)
            || self.in_impls.iter().any(|(path, function)| function == name && path.last().is_some_and(|last| last == owner))
    }

    /// Whether a type is dereferenced to another one.
    pub fn is_dereferenced(&self, name: &str) -> bool {
        self.derefs.contains(name)
    }

    /// The parameters of a type.
    pub fn parameters(&self, name: &str) -> Vec<Parameter> {
        self.parameters.get(name).filter(|_| self.has(name)).cloned().unwrap_or_default()
    }

    /// The type of what a function gives.
    pub fn result(&self, name: &str) -> Option<String> {
        self.functions.get(name)?.as_ref()?.ty.clone()
    }

    /// The same of a function with parameters of its own.
    pub fn by_arguments(&self, name: &str) -> Option<ByArguments> {
        self.functions.get(name)?.as_ref()?.by_arguments.clone()
    }

    /// The types of the parameters of a function, each where it tells one.
    pub fn takes(&self, name: &str) -> Option<Vec<Option<String>>> {
        Some(self.functions.get(name)?.as_ref()?.takes.clone())
    }

    /// The same of a method or associated function, without the receiver.
    pub fn method_takes(&self, owner: &str, name: &str) -> Option<Vec<Option<String>>> {
        Some(self.given_by(owner, name)?.takes.clone())
    }

    /// Whether a function only counts or compares, and changes nothing.
    pub fn counts(&self, name: &str) -> bool {
        matches!(self.functions.get(name), Some(Some(given)) if given.counts)
    }

    /// The type of what a function gives that changes nothing.
    pub fn decides(&self, name: &str) -> Option<String> {
        self.functions.get(name)?.as_ref()?.decides.clone()
    }

    /// The same of a method or associated function.
    pub fn method_decides(&self, owner: &str, name: &str) -> Option<String> {
        self.given_by(owner, name)?.decides.clone()
    }

    /// Whether a method or associated function only counts or compares, and changes nothing.
    pub fn method_counts(&self, owner: &str, name: &str) -> bool {
        matches!(self.given_by(owner, name), Some(given) if given.counts)
    }

    /// How many functions have the name, and whether all of them are methods that only count or compare and change nothing.
    pub fn all_count(&self, name: &str) -> (usize, bool) {
        self.counting.get(name).copied().unwrap_or((0, true))
    }

    /// Whether a function of a type has no attribute that could give it a derivative.
    pub fn is_unannotated(&self, owner: &str, name: &str) -> bool {
        let path = format!("{owner}::{name}");
        let one = self.methods.contains_key(&path) && !self.of_traits.contains(name) && self.has(owner);
        one && self.unannotated.contains(&path)
    }

    /// Whether a trait has no attribute that could give its functions derivatives.
    pub fn is_unannotated_trait(&self, name: &str) -> bool {
        matches!(self.traits.get(name), Some(Some(true)))
    }

    /// Whether a trait of the name has the attribute.
    pub fn is_annotated_trait(&self, name: &str) -> bool {
        self.annotated_traits.contains(name)
    }

    /// The types, by their paths, in whose `impl`s there are functions of a name; each as often as there are.
    pub fn types_with<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d [String]> {
        self.in_impls.iter().filter(move |(_, function)| function == name).map(|(of, _)| &of[..])
    }

    /// Whether a function of a type, or of any, has the attribute in the `impl` of a trait.
    pub fn is_annotated_alone(&self, owner: Option<&str>, name: &str) -> bool {
        self.annotated_alone.iter().any(|(of, function)| function == name && owner.is_none_or(|owner| owner == of))
    }

    /// Which arguments of a trait, but for lifetimes, may be of any type.
    pub fn any_types(&self, name: &str) -> Vec<usize> {
        self.any_types.get(name).cloned().flatten().unwrap_or_default()
    }

    /// The trait without an attribute whose function has the name, if nothing else has it.
    pub fn unannotated_trait_of(&self, name: &str) -> Option<String> {
        let alone = self.owners_of(name).next().is_none();
        self.of_unannotated.get(name).filter(|_| alone)?.clone()
    }

    /// Whether several functions that belong to no type have the name.
    pub fn has_several_functions(&self, name: &str) -> bool {
        matches!(self.sources.get(name), Some(None))
    }

    /// The name of the type that a function, or one of a type, gives.
    pub fn made_by(&self, owner: Option<&str>, name: &str) -> Option<String> {
        let path = owner.map_or_else(|| name.to_string(), |owner| format!("{owner}::{name}"));
        self.made.get(&path)?.clone()
    }

    /// The trait of std that a function of a type belongs to, where the type has no other one of the name.
    pub fn trait_of_std(&self, owner: &str, name: &str) -> Option<String> {
        let own = self.owners_of(name).any(|o| o == owner);
        self.of_std.get(&format!("{owner}::{name}")).filter(|_| !own && self.has(owner)).cloned()
    }

    /// Which parameters a function knows as values that may be references.
    pub fn values_of_parameters(&self, name: &str) -> Vec<usize> {
        let one = matches!(self.bare.get(name), Some(Some(_)));
        self.of_values.iter().filter(|(of, _)| one && of == name).filter_map(|(_, k)| *k).collect()
    }

    /// Whether methods of a name know a reference as a parameter of their trait, which is refused where they are written.
    pub fn knows_references(&self, name: &str) -> bool {
        self.of_values.iter().any(|(of, k)| of == name && k.is_none())
    }

    /// Whether a trait gives all types a method of the name.
    pub fn is_method_of_all(&self, name: &str) -> bool {
        self.functions_of_traits.iter().any(|(of, method)| method == name && self.for_all.contains(of))
    }

    /// Whether a method that a trait gives slices changes what it is called on.
    pub fn method_of_slices(&self, name: &str) -> Option<bool> {
        self.of_slices.get(name).copied()
    }

    /// Whether a trait gives arrays a method of the name.
    pub fn is_method_of_arrays(&self, name: &str) -> bool {
        self.of_arrays.contains(name)
    }

    /// The traits that ask for a trait of the name.
    pub fn asking_for<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d String> {
        self.supertraits.iter().filter(move |(above, _)| above == name).map(|(_, below)| below)
    }

    /// Whether a type has neither the derive nor an `impl Differentiable`.
    pub fn lacks_derive(&self, name: &str) -> bool {
        // Elsewhere in the file, a name of the prelude is that of the prelude.
        let prelude = matches!(name, "Vec" | "Option" | "Box" | "Result" | "String");
        !prelude && self.has(name) && self.underived.contains(name) && !self.by_hand.contains(name)
    }

    /// Whether a type derives no `Clone`.
    pub fn derives_no_clone(&self, name: &str) -> bool {
        self.has(name) && self.unclonable.contains(name)
    }

    /// Whether a type derives `Copy`; nothing where its attributes may say anything.
    pub fn derives_copy(&self, name: &str) -> Option<bool> {
        match self.has(name) {
            true if self.copied.contains(name) => Some(true),
            true if self.moved.contains(name) => Some(false),
            _ => None,
        }
    }

    /// Whether the file has one type of the name, and nothing else.
    pub fn has(&self, name: &str) -> bool {
        matches!(self.types.get(name), Some(Some(_)))
    }

    /// What a type without the derive is made of: names of types.
    pub fn parts(&self, name: &str) -> Option<Vec<String>> {
        match self.types.get(name)? {
            Some(Named::Bare(parts)) => Some(parts.clone()),
            _ => None,
        }
    }

    /// Whether a name of a type is known to be something else than what it is in the language.
    pub fn is_taken(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    /// The types with an `impl Differentiable` by hand.
    pub fn by_hand(&self) -> &HashSet<String> {
        &self.by_hand
    }

    /// The text of an annotated function that it pays to follow calls into, and whether a caller is known to stand in the same scope.
    pub fn callee(&self, name: &str, caller: &str) -> Option<(String, bool)> {
        let of = |name: &str| self.sources.get(name)?.as_ref();
        let written = of(name).filter(|written| written.worth)?;
        // Where names of the language mean something else, nobody asks what.
        if crate::desugar::inline::EVERYWHERE.iter().any(|n| self.types.contains_key(*n) || self.functions.contains_key(*n)) {
            return None;
        }
        let beside = of(caller).is_some_and(|c| c.scope == written.scope) && !self.associated.contains(caller);
        Some((written.text.clone()?, beside))
    }

    /// What stands in front of the body of a function with the attribute.
    pub fn annotated(&self, name: &str) -> Option<String> {
        self.annotated.get(name)?.clone()
    }

    /// The text of an annotated function that calls may be followed into.
    pub fn source(&self, name: &str) -> Option<String> {
        self.sources.get(name)?.as_ref()?.text.clone()
    }

    /// Whether something associated has the name.
    pub fn is_associated(&self, name: &str) -> bool {
        self.associated.contains(name)
    }

    /// Whether something has the name that is not imported, or may have.
    pub fn declares(&self, name: &str) -> bool {
        self.own.contains(name)
    }

    /// Who sees what has the name outside of everything.
    pub fn visibility(&self, name: &str) -> Option<Seen> {
        self.seen.get(name).cloned()
    }

    /// The imports.
    pub fn brought(&self) -> &[Brought] {
        &self.brought
    }

    /// Whether macros may define more outside of everything.
    pub fn has_macros(&self) -> bool {
        self.macros
    }

    /// Whether a function of the name has no attribute that may give it a derivative.
    pub fn is_bare(&self, name: &str) -> bool {
        self.bare.get(name) == Some(&Some(true))
    }

    /// Whether a field, method or associated function of the name is not seen by everybody.
    pub fn hides(&self, name: &str) -> bool {
        self.hidden.contains(name)
    }

    /// The variants of an enum.
    pub fn variants(&self, name: &str) -> Option<&[String]> {
        self.variants.get(name).filter(|_| self.has(name)).map(Vec::as_slice)
    }

    /// The text of the type of a constant.
    pub fn constant(&self, name: &str) -> Option<String> {
        Some(self.constants.get(name)?.as_ref()?.ty.clone())
    }

    /// The whole number that a constant is.
    pub fn number(&self, name: &str) -> Option<String> {
        self.constants.get(name)?.as_ref()?.value.clone()
    }

    /// Whether a function of a trait has the name.
    pub fn is_of_a_trait(&self, name: &str) -> bool {
        self.of_traits.contains(name)
    }

    /// The types that have an associated function of the name in blocks of their own.
    pub fn owners_of<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d str> {
        self.methods.keys().filter_map(move |path| path.split_once("::").filter(|(_, of)| *of == name).map(|(owner, _)| owner))
    }

    /// What the `impl`s of an operator's trait say; nothing where the name may be that of another trait.
    pub fn operators(&self, of: &str) -> &[Operator] {
        let is_std = |b: &Brought| matches!(b.path.first().map(String::as_str), Some("std" | "core"));
        let other = self.own.contains(of) || self.brought.iter().any(|b| b.name.as_deref() == Some(of) && !is_std(b));
        self.operators.get(of).filter(|_| !other).map_or(&[], |all| all)
    }

    /// The types that have a method of the name of their own, or one of a trait, and how these take their receivers.
    pub fn receivers_by<'d>(&'d self, trait_: bool, name: &'d str) -> impl Iterator<Item = (&'d str, &'d [Receiver])> {
        let all = if trait_ { &self.by_traits } else { &self.by_owner };
        all.iter()
            .filter_map(move |(path, takes)| path.split_once("::").filter(|(_, of)| *of == name).map(|(owner, _)| (owner, &takes[..])))
    }

    /// The types that have a method of the name, and how it takes its receiver.
    pub fn receivers_of<'d>(&'d self, name: &'d str) -> impl Iterator<Item = (&'d str, Option<Receiver>)> {
        self.receivers
            .iter()
            .filter_map(move |(path, receiver)| path.split_once("::").filter(|(_, of)| *of == name).map(|(owner, _)| (owner, *receiver)))
    }

    fn given_by(&self, owner: &str, name: &str) -> Option<&Given> {
        self.methods.get(&format!("{owner}::{name}")).filter(|_| !self.of_traits.contains(name))?.as_ref()
    }

    /// How to write a method or associated function out where it is called.
    pub fn straight(&self, owner: &str, name: &str) -> Option<Straight> {
        self.given_by(owner, name)?;
        self.straight.get(&format!("{owner}::{name}"))?.clone()
    }

    /// The type of what a method or associated function gives.
    pub fn method(&self, owner: &str, name: &str) -> Option<String> {
        self.given_by(owner, name)?.ty.clone()
    }

    /// The same of a type with parameters, in terms of these, with their names in the order of the type's.
    pub fn method_in_terms(&self, owner: &str, name: &str) -> Option<(String, Vec<String>)> {
        self.given_by(owner, name)?.in_terms.clone()
    }
}

#[cfg(test)]
mod tests;
