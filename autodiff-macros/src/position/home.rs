//! What is known of a type, function or constant, wherever in the crate it is declared.
//!
//! What enters: a path where it is used. What leaves: the file that declares it, and what that says. Guarantee: whatever a text of another
//! file names is looked up there: the types of fields are those that they are where they are written. A module that is written inside a
//! file counts as one of its own.

use std::cell::RefCell;
use std::path::PathBuf;

use rustc_hash::FxHashMap as HashMap;

use quote::ToTokens;
use syn::visit_mut::VisitMut;

use super::crates::{self, Declaration};
use super::declared::{Declared, Field, Operator, Parameter, Straight};
use super::text;
use crate::types::Ty;

thread_local! {
    /// The file whose text is read, where that is another one than the one that is expanded.
    static READING: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
}

/// The file where a name stands, or the module inside it.
pub(super) fn place_of(name: &proc_macro2::Ident) -> Option<PathBuf> {
    READING.with_borrow(Clone::clone).or_else(|| outside(name))
}

/// The same in the file that is expanded.
fn outside(name: &proc_macro2::Ident) -> Option<PathBuf> {
    #[cfg(not(test))]
    if proc_macro::is_available() {
        let file = name.span().unwrap().local_file().map(crates::canonical)?;
        return Some(super::inside::around(file, super::place_of(name)?));
    }
    let _ = name;
    None
}

/// Where something is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    declaration: Declaration,
    /// Whether that is the file that is expanded.
    same_file: bool,
    /// The file whose names were meant where it was asked for.
    asked_in: PathBuf,
}

impl Home {
    /// Where what a path names is declared, without its parameters.
    pub fn of(path: &syn::Path) -> Option<Home> {
        let (last, modules) = path.segments.iter().map(|s| &s.ident).collect::<Vec<_>>().split_last().map(|(l, m)| (*l, m.to_vec()))?;
        if path.leading_colon.is_some() || path.segments.iter().rev().skip(1).any(|s| !s.arguments.is_none()) {
            return None;
        }
        let at = place_of(last)?;
        let modules: Vec<String> = modules.into_iter().map(crate::names::bare).collect();
        let declaration = crates::locate_in(&at, &modules, &crate::names::bare(last))?;
        let expanded = outside(last).unwrap_or_else(|| at.clone());
        Some(Home { same_file: declaration.file == expanded, declaration, asked_in: at })
    }

    /// Whether both are the same thing.
    pub fn is_same(&self, other: &Home) -> bool {
        self.declaration == other.declaration
    }

    /// Whether what stands where it was asked for means the same, or nothing, in its file.
    pub fn has_same_meaning(&self, written: &impl ToTokens) -> bool {
        fn all(tokens: proc_macro2::TokenStream, same: &impl Fn(&str) -> bool) -> bool {
            tokens.into_iter().all(|t| match t {
                proc_macro2::TokenTree::Ident(i) => same(&crate::names::bare(&i)),
                proc_macro2::TokenTree::Group(g) => all(g.stream(), same),
                _ => true,
            })
        }
        let there = |name: &str| crates::locate(&self.declaration.file, name);
        let same = |name: &str| there(name).is_none_or(|there| crates::locate(&self.asked_in, name) == Some(there));
        self.asked_in == self.declaration.file || all(written.to_token_stream(), &same)
    }

    /// Whether that is the module where it was asked for.
    pub fn is_here(&self) -> bool {
        self.same_file && self.asked_in == self.declaration.file
    }

    /// The name there.
    pub fn name(&self) -> &str {
        &self.declaration.name
    }

    fn ask<T>(&self, question: impl FnOnce(&Declared, &str) -> T) -> T {
        question(crates::file(&self.declaration.file).declared(), &self.declaration.name)
    }

    /// While its text is read, names are looked up there.
    fn reading<T>(&self, read: impl FnOnce() -> T) -> T {
        let around = READING.replace(Some(self.declaration.file.clone()));
        let result = read();
        READING.set(around);
        result
    }

    /// Whether the file has one type of the name, and nothing else.
    pub fn is_type(&self) -> bool {
        self.ask(Declared::has)
    }

    /// The fields of a struct and their types, if its cotangent has the same fields but for those that are skipped.
    pub fn fields(&self) -> Option<Vec<Field>> {
        if super::UNDECLARED.get() {
            return None;
        }
        self.ask(Declared::fields)
    }

    /// The variants of an enum with their fields, in the same way.
    pub fn payloads(&self) -> Option<Vec<(String, Vec<Field>)>> {
        self.declared().then(|| self.ask(Declared::payloads))?
    }

    pub fn parameters(&self) -> Vec<Parameter> {
        self.ask(Declared::parameters)
    }

    /// Whether what stands for some of its parameters occurs in no field but `PhantomData` and those that are skipped.
    pub fn only_marks(&self, arguments: Option<&syn::PathArguments>, name: &proc_macro2::Ident) -> bool {
        let Some(syn::PathArguments::AngleBracketed(given)) = arguments else { return false };
        let fields: Option<Vec<Field>> = self.ask(Declared::fields).or_else(|| {
            let variants = self.ask(Declared::payloads)?;
            Some(variants.into_iter().flat_map(|(_, fields)| fields).collect())
        });
        let Some(fields) = fields else { return false };
        let mentions =
            |tokens: proc_macro2::TokenStream, name: &str| crate::varied::mentions(tokens, &std::iter::once(name.to_string()).collect());
        let holds = |parameter: &String| {
            fields.iter().filter(|f| !f.skipped).any(|f| {
                let Ok(ty) = syn::parse_str::<syn::Type>(&f.ty) else { return true };
                let phantom = matches!(&ty, syn::Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "PhantomData"));
                !phantom && mentions(ty.to_token_stream(), parameter)
            })
        };
        let given = given.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
        let parameters: Vec<String> =
            self.parameters().into_iter().filter_map(|p| if let Parameter::Named(name) = p { Some(name) } else { None }).collect();
        let mut marks = false;
        for (k, argument) in given.enumerate() {
            if !mentions(argument.to_token_stream(), &name.to_string()) {
                continue;
            }
            if parameters.get(k).is_none_or(holds) {
                return false;
            }
            marks = true;
        }
        marks
    }

    /// Whether it is dereferenced to another type.
    pub fn is_dereferenced(&self) -> bool {
        self.ask(Declared::is_dereferenced)
    }

    /// Whether a file of the crate may dereference it to another type.
    pub fn may_be_dereferenced(&self) -> bool {
        let name = self.name();
        crates::with(&self.declaration.file, "Deref").iter().any(|path| crates::file(path).declared().is_dereferenced(name))
    }

    /// Whether it is dereferenced to another type, without a rule for that.
    pub fn has_no_deref_rule(&self) -> bool {
        self.ask(Declared::has_no_deref_rule)
    }

    /// Whether it is indexed without a rule for that.
    pub fn has_no_index_rule(&self) -> bool {
        self.ask(Declared::has_no_index_rule)
    }

    /// Whether it holds no floats and has no cotangent.
    pub fn is_plain(&self) -> bool {
        self.is_plain_within(&mut Vec::new())
    }

    /// The same inside of types that are looked at already: one that is in itself holds floats where its other parts do.
    fn is_plain_within(&self, around: &mut Vec<Declaration>) -> bool {
        let Some(parts) = self.ask(Declared::parts).filter(|_| !self.is_differentiable_by_hand()) else { return false };
        around.push(self.declaration.clone());
        let mut plain = |part: &String| match crates::locate(&self.declaration.file, part) {
            None => {
                let taken = crates::file(&self.declaration.file).declared().is_taken(part);
                !taken && (matches!(part.as_str(), "Vec" | "Option" | "Box") || crate::signature::is_primitive_without_derivative(part))
            }
            Some(declaration) => around.contains(&declaration) || Home { declaration, ..self.clone() }.is_plain_within(around),
        };
        parts.iter().all(&mut plain)
    }

    /// Whether it is an enum with a variant of the name.
    pub fn has_variant(&self, variant: &proc_macro2::Ident) -> bool {
        let variant = crate::names::bare(variant);
        self.ask(|declared, name| declared.variants(name).is_some_and(|all| all.contains(&variant)))
    }

    /// Whether a file has an `impl Differentiable` for it.
    fn is_differentiable_by_hand(&self) -> bool {
        crates::with(&self.declaration.file, "Differentiable for").iter().any(|path| {
            // By a longer path, whatever has the name.
            let is_this = |owner: &String| match crates::locate(path, owner) {
                Some(home) => home == self.declaration,
                None => owner == self.name(),
            };
            crates::file(path).declared().by_hand().iter().any(is_this)
        })
    }

    /// The type that a text of the file says, as if it stood at a name; its parameters are replaced before it is read.
    pub fn read(
        &self,
        at: &proc_macro2::Ident,
        text: &str,
        floats: &[syn::Ident],
        replace: impl FnOnce(syn::Type) -> Option<syn::Type>,
    ) -> Option<Ty> {
        self.read_with(at, text, floats, self.parameters(), replace)
    }

    /// The same where a text has other parameters than those of a type.
    fn read_with(
        &self,
        at: &proc_macro2::Ident,
        text: &str,
        floats: &[syn::Ident],
        names: Vec<Parameter>,
        replace: impl FnOnce(syn::Type) -> Option<syn::Type>,
    ) -> Option<Ty> {
        let mut ty = super::written_at(at, text)?;
        if !self.same_file {
            let mut lengths = Lengths { home: self, names, unknown: false };
            lengths.visit_type_mut(&mut ty);
            if lengths.unknown {
                return None;
            }
        }
        let ty = replace(ty)?;
        Some(self.reading(|| Ty::parse(&ty, floats)))
    }

    /// The type of what a function gives.
    pub fn result(&self, at: &proc_macro2::Ident) -> Option<Ty> {
        let text = self.declared().then(|| self.ask(Declared::result))??;
        self.read(at, &text, &[], Some)
    }

    /// The same of a function with parameters of its own, as far as its arguments tell these: `told` gets their names and what is taken.
    pub fn result_by_arguments(
        &self,
        at: &proc_macro2::Ident,
        floats: &[syn::Ident],
        told: impl FnOnce(&[String], &[syn::Type]) -> Vec<(String, syn::GenericArgument)>,
    ) -> Option<Ty> {
        let given = self.declared().then(|| self.ask(Declared::by_arguments))??;
        let takes: Vec<syn::Type> = given.takes.iter().map(|t| super::written_at(at, t)).collect::<Option<_>>()?;
        let told = told(&given.names, &takes);
        // A name that is a parameter of the caller's only is something else in the file of the function.
        let other = floats.iter().filter(|f| !given.names.iter().any(|n| *f == n)).map(ToString::to_string).collect();
        if crate::varied::mentions(super::written_at(at, &given.gives)?.to_token_stream(), &other) {
            return None;
        }
        let names: Vec<Parameter> = given.names.iter().cloned().map(Parameter::Named).collect();
        self.read_with(at, &given.gives, floats, names, |ty| crate::types::replaced(ty, &told, given.names.clone()))
    }

    /// The types of what a function takes, each where the file tells one.
    pub fn taken(&self, at: &proc_macro2::Ident) -> Vec<Option<Ty>> {
        let takes = self.declared().then(|| self.ask(Declared::takes)).flatten().unwrap_or_default();
        takes.iter().map(|t| self.read(at, t.as_ref()?, &[], Some)).collect()
    }

    /// Whether a function only counts, compares or decides, and changes nothing.
    pub fn counts(&self) -> bool {
        self.ask(Declared::counts) || self.ask(Declared::decides).is_some_and(|ty| self.is_choice(&ty))
    }

    /// Whether a name of its file is that of an enum whose variants hold nothing.
    fn is_choice(&self, name: &str) -> bool {
        crates::locate(&self.declaration.file, name).is_some_and(|declaration| {
            let of = Home { declaration, ..self.clone() };
            let nothing = of.ask(Declared::parts).is_some_and(|parts| parts.is_empty());
            nothing && of.ask(|declared, name| declared.variants(name).is_some_and(|all| !all.is_empty())) && of.is_plain()
        })
    }

    /// What it stands for, if it is another name for a type.
    pub fn alias(&self, at: &proc_macro2::Ident, floats: &[syn::Ident]) -> Option<Ty> {
        let text = crates::file(&self.declaration.file).alias(&self.declaration.name)?;
        self.read(at, &text, floats, Some)
    }

    /// Whether it is another name for a `Result`.
    pub fn is_name_of_result(&self) -> bool {
        crates::file(&self.declaration.file).is_name_of_result(&self.declaration.name)
    }

    /// Whether it is a trait whose types are numbers.
    pub fn is_number_trait(&self) -> bool {
        crates::file(&self.declaration.file).is_number_trait(&self.declaration.name)
    }

    /// What it asks of its types, if it is a trait.
    pub fn supertraits(&self) -> Vec<String> {
        crates::file(&self.declaration.file).supertraits(&self.declaration.name)
    }

    /// Whether it is a trait with the attribute.
    pub fn is_annotated_trait(&self) -> bool {
        self.ask(Declared::is_annotated_trait)
    }

    /// Whether it is a function, and no type or variant.
    pub fn is_function(&self) -> bool {
        crates::file(&self.declaration.file).is_function(&self.declaration.name)
    }

    /// Where `Result`s are in what it gives, if it is a function.
    pub fn gives(&self) -> crate::desugar::shape::Shape {
        crates::file(&self.declaration.file).gives(&self.declaration.name)
    }

    /// Which parameters the functions of the name in its file take by `&mut`, if they agree.
    pub fn lent(&self) -> Option<Vec<bool>> {
        crates::file(&self.declaration.file).lent(&self.declaration.name)
    }

    /// Whether it is a function without an attribute that may give it a derivative.
    pub fn has_no_derivative(&self) -> bool {
        self.ask(Declared::is_bare)
    }

    /// Which modes its attribute gives.
    pub fn modes(&self) -> Option<super::Modes> {
        crates::file(&self.declaration.file).modes(&self.declaration.name)
    }

    /// Whether it is a type that is not `Clone`, as far as its file tells.
    pub fn lacks_clone(&self) -> bool {
        let by_hand = || text::implements(crates::file(&self.declaration.file).text(), "Clone", self.name());
        self.ask(Declared::derives_no_clone) && !by_hand()
    }

    /// Whether it is a type that is `Copy`, where its file tells.
    pub fn is_copy(&self) -> Option<bool> {
        let file = crates::file(&self.declaration.file);
        let by_hand = text::implements(file.text(), "Copy", self.name());
        if by_hand {
            return Some(true);
        }
        file.declared().derives_copy(&self.declaration.name)
    }

    /// What its `wrt` leaves out.
    pub fn left_out(&self) -> Vec<super::LeftOut> {
        crates::file(&self.declaration.file).left_out(&self.declaration.name)
    }

    /// What that of one of its functions leaves out.
    pub fn left_out_of_method(&self, name: &str) -> Vec<super::LeftOut> {
        crates::file(&self.declaration.file).left_out(&format!("{}::{name}", self.declaration.name))
    }

    /// Which modes the attribute of a function of a type gives.
    pub fn modes_of_method(&self, name: &str) -> Option<super::Modes> {
        crates::file(&self.declaration.file).modes_of_method(&self.declaration.name, name)
    }

    /// The module around it, where that has its companion.
    pub fn module_of_companion(&self) -> Option<String> {
        if !crates::is_imported_beside_its_module(&self.declaration.file, &self.declaration.name) {
            return None;
        }
        let path = crates::path_for(&self.declaration, &self.asked_in)?;
        let (_, module) = path.split_last()?;
        Some(format!("crate::{}", module.join("::")))
    }

    /// Which parameters it knows as values that may be references.
    pub fn values_of_parameters(&self) -> Vec<usize> {
        self.ask(Declared::values_of_parameters)
    }

    /// Which arguments of a trait, but for lifetimes, may be of any type.
    pub fn any_types(&self) -> Vec<usize> {
        self.ask(Declared::any_types)
    }

    /// The type of a constant.
    pub fn constant(&self, at: &proc_macro2::Ident) -> Option<Ty> {
        let text = self.declared().then(|| self.ask(Declared::constant))??;
        self.read(at, &text, &[], Some)
    }

    fn declared(&self) -> bool {
        !super::UNDECLARED.get()
    }

    /// Where a method or associated function of the type is written, and under which name of the type, if that is in one place.
    fn place_of(&self, method: &str) -> Option<Declaration> {
        let mut found = None;
        for path in crates::with(&self.declaration.file, &format!("fn {method}")).iter() {
            let file = crates::file(path);
            let declared = file.declared();
            // One of a trait may be meant.
            if declared.is_of_a_trait(method) && file.text().contains(self.name()) {
                return None;
            }
            for owner in declared.owners_of(method) {
                if crates::locate(path, owner).is_some_and(|home| home == self.declaration) {
                    if found.is_some() {
                        return None;
                    }
                    found = Some(Declaration { file: path.clone(), name: owner.to_string() });
                }
            }
        }
        found
    }

    /// What the file of a method or associated function of the type says of it.
    fn of_method<T>(&self, method: &str, question: impl FnOnce(&Home, &Declared, &str) -> Option<T>) -> Option<T> {
        thread_local! {
            static PLACES: RefCell<HashMap<(Declaration, String), Option<Declaration>>> = RefCell::default();
        }
        let asked = (self.declaration.clone(), method.to_string());
        let known = PLACES.with_borrow(|places| places.get(&asked).cloned());
        let declaration = known.unwrap_or_else(|| {
            // One that a macro writes may go before it.
            let by_macros = super::written_by_macros(&self.declaration.file, method).any();
            let found = if by_macros { None } else { self.place_of(method) };
            PLACES.with_borrow_mut(|places| places.insert(asked, found.clone()));
            found
        })?;
        let same_file = self.same_file && declaration.file == self.declaration.file;
        let home = Home { declaration, same_file, asked_in: self.asked_in.clone() };
        question(&home, crates::file(&home.declaration.file).declared(), &home.declaration.name)
    }

    /// The type of what a method or associated function gives.
    pub fn result_of_method(&self, method: &proc_macro2::Ident) -> Option<Ty> {
        self.fields()?;
        let name = crate::names::bare(method);
        self.of_method(&name, |home, declared, owner| home.read(method, &declared.method(owner, &name)?, &[], Some))
    }

    /// What an operator gives, one of whose sides is this type, if an `impl` in the crate says so for these very types, whether or not they
    /// are behind references.
    pub fn result_of_operator(&self, at: &proc_macro2::Ident, of: &str, left: &Ty, right: &Ty) -> Option<Ty> {
        self.of_operator(at, of, left, right, |home, operator| home.read(at, &operator.gives, &[], Some), Ty::is_same)
    }

    /// How to write an operator out, one of whose sides is this type, if all `impl`s in the crate for these very types, whether or not they are
    /// behind references, say the same; a unary one has the same type twice.
    pub fn straight_operator(&self, at: &proc_macro2::Ident, of: &str, left: &Ty, right: &Ty) -> Option<(Home, Straight)> {
        let straight = |home: &Home, operator: &Operator| Some((home.clone(), operator.straight.clone()?));
        self.of_operator(at, of, left, right, straight, |(_, known), (_, other)| known == other)
    }

    /// What all `impl`s of an operator in the crate for these types say, if they say the same.
    fn of_operator<T>(
        &self,
        at: &proc_macro2::Ident,
        of: &str,
        left: &Ty,
        right: &Ty,
        say: impl Fn(&Home, &Operator) -> Option<T>,
        same: impl Fn(&T, &T) -> bool,
    ) -> Option<T> {
        if !self.declared() {
            return None;
        }
        let mut found = None;
        for path in crates::with(&self.declaration.file, of).iter() {
            for operator in crates::file(path).declared().operators(of) {
                let declaration = Declaration { file: path.clone(), name: operator.left.clone() };
                let same_file = self.same_file && declaration.file == self.declaration.file;
                let home = Home { declaration, same_file, asked_in: self.asked_in.clone() };
                let is = |text: &str, ty: &Ty| home.read(at, text, &[], Some).is_some_and(|read| read.is_same(ty));
                if is(&operator.left, left) && is(&operator.right, right) {
                    let said = say(&home, operator)?;
                    if found.as_ref().is_some_and(|known| !same(known, &said)) {
                        return None;
                    }
                    found = Some(said);
                }
            }
        }
        found
    }

    /// How to write a method or associated function of the type out.
    pub fn straight_method(&self, method: &proc_macro2::Ident) -> Option<(Home, Straight)> {
        let name = crate::names::bare(method);
        // Which one is called depends on what it is called on.
        if self.own_and_of_traits(method).is_some_and(|(own, others)| others.into_iter().any(|other| other != own)) {
            return None;
        }
        let straight = |home: &Home, declared: &Declared, owner: &str| Some((home.clone(), declared.straight(owner, &name)?));
        self.declared().then(|| self.of_method(&name, straight)).flatten()
    }

    /// The same of a type with parameters, whose arguments `replace` writes in place of the names it gets.
    pub fn result_in_terms(
        &self,
        method: &proc_macro2::Ident,
        floats: &[syn::Ident],
        replace: impl FnOnce(syn::Type, &[String]) -> Option<syn::Type>,
    ) -> Option<Ty> {
        self.fields()?;
        let name = crate::names::bare(method);
        self.of_method(&name, |home, declared, owner| {
            let (text, names) = declared.method_in_terms(owner, &name)?;
            home.read(method, &text, floats, |ty| replace(ty, &names))
        })
    }

    /// The types of what a method or associated function takes, without the receiver.
    pub fn taken_by_method(&self, method: &proc_macro2::Ident) -> Vec<Option<Ty>> {
        let name = crate::names::bare(method);
        let read = |home: &Home, declared: &Declared, owner: &str| {
            let takes = declared.method_takes(owner, &name)?;
            Some(takes.iter().map(|t| home.read(method, t.as_ref()?, &[], Some)).collect())
        };
        self.declared().then(|| self.of_method(&name, read)).flatten().unwrap_or_default()
    }

    /// How a method of the type takes its receiver, unless it carries no derivative, or several have the name and differ in that.
    pub fn receiver_of(&self, method: &proc_macro2::Ident) -> Option<super::Receiver> {
        let name = crate::names::bare(method);
        let mut found = None;
        for path in crates::with(&self.declaration.file, &format!("fn {name}")).iter() {
            let file = crates::file(path);
            for (owner, receiver) in file.declared().receivers_of(&name) {
                if crates::locate(path, owner).is_some_and(|home| home == self.declaration) {
                    if found.is_some_and(|known| known != receiver) {
                        return None;
                    }
                    found = Some(receiver);
                }
            }
        }
        found?
    }

    /// How a method of the type's own and those of traits take their receivers, if there are both.
    pub fn own_and_of_traits(&self, method: &proc_macro2::Ident) -> Option<(super::Receiver, Vec<super::Receiver>)> {
        let name = crate::names::bare(method);
        let (mut own, mut others) = (None, super::written_by_macros(&self.declaration.file, &name).of_traits());
        for path in crates::with(&self.declaration.file, &format!("fn {name}")).iter() {
            let file = crates::file(path);
            let is_it = |owner: &str| crates::locate(path, owner).is_some_and(|home| home == self.declaration);
            let declared = file.declared();
            own = own.or_else(|| declared.receivers_by(false, &name).find(|(owner, _)| is_it(owner))?.1.first().copied());
            others.extend(declared.receivers_by(true, &name).filter(|(owner, _)| is_it(owner)).flat_map(|(_, takes)| takes.to_vec()));
        }
        own.filter(|_| !others.is_empty()).map(|own| (own, others))
    }

    /// Whether a method changes the type in place, and has the attribute.
    pub fn is_changed_by(&self, method: &proc_macro2::Ident) -> bool {
        let name = crate::names::bare(method);
        self.declared() && self.modes_of_method(&name).is_some() && self.receiver_of(method) == Some(super::Receiver::Mut)
    }

    /// The modules and the name by which a file sees it, from the root of the crate.
    pub fn path_from(&self, at: &proc_macro2::Ident) -> Option<Vec<String>> {
        crates::path_for(&self.declaration, &place_of(at)?)
    }

    /// Whether a method or associated function only counts, compares or decides, and changes nothing.
    pub fn method_counts(&self, method: &proc_macro2::Ident) -> bool {
        let name = crate::names::bare(method);
        let decides =
            |home: &Home, declared: &Declared, owner: &str| declared.method_decides(owner, &name).is_some_and(|ty| home.is_choice(&ty));
        self.of_method(&name, |home, declared, owner| {
            (declared.method_counts(owner, &name) || decides(home, declared, owner)).then_some(())
        })
        .is_some()
    }
}

/// Whether all functions of the crate that have the name of a method are methods that only count or compare, those of traits included.
pub(super) fn counts_everywhere(method: &proc_macro2::Ident) -> bool {
    let Some(at) = place_of(method) else { return false };
    let name = crate::names::bare(method);
    let mut any = false;
    for path in crates::with(&at, &format!("fn {name}")).iter() {
        let file = crates::file(path);
        // Macros may define more.
        let follows = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let written = file.text().split(&format!("fn {name}")).skip(1).filter(|rest| follows(rest)).count();
        let (functions, all) = file.declared().all_count(&name);
        if functions != written || !all {
            return false;
        }
        any |= functions > 0;
    }
    any
}

/// The name that what an import gives another one has where it is declared: `Circle` of `Round` with `use Shape::Circle as Round`.
pub(super) fn original(name: &proc_macro2::Ident) -> Option<String> {
    let file = crates::file(&place_of(name)?);
    let name = crate::names::bare(name);
    let declared = file.declared();
    let mut all = declared.brought().iter().filter(|b| b.name.as_ref() == Some(&name)).filter_map(|b| b.path.last());
    let first = all.next()?;
    let only = all.all(|other| other == first) && !declared.declares(&name);
    (only && *first != name).then(|| first.clone())
}

/// Whether a name that stands alone is that of a variant, by the imports of its file: `use Shape::*`, `use crate::types::Shape::Circle`.
pub(super) fn is_variant(name: &proc_macro2::Ident) -> bool {
    let Some(at) = place_of(name) else { return false };
    let file = crates::file(&at);
    let name = crate::names::bare(name);
    let upper = |word: Option<&String>| word.is_some_and(|w| w.starts_with(char::is_uppercase));
    file.declared().brought().iter().any(|b| match (&b.name, b.path.split_last()) {
        (Some(brought), Some((_, before))) => *brought == name && upper(before.last()),
        (None, Some((shape, modules))) if upper(Some(shape)) => match crates::locate_in(&at, modules, shape) {
            Some(home) => crates::file(&home.file).declared().variants(&home.name).is_some_and(|all| all.contains(&name)),
            None => !file.declared().declares(&name) && crates::locate(&at, &name).is_none(),
        },
        _ => false,
    })
}

/// Writes the lengths of arrays out that are constants of the file.
struct Lengths<'h> {
    home: &'h Home,
    names: Vec<Parameter>,
    unknown: bool,
}

impl VisitMut for Lengths<'_> {
    fn visit_type_array_mut(&mut self, a: &mut syn::TypeArray) {
        self.visit_type_mut(&mut a.elem);
        let syn::Expr::Path(p) = &a.len else {
            self.unknown |= !matches!(a.len, syn::Expr::Lit(_));
            return;
        };
        let name = p.path.to_token_stream().to_string();
        if self.names.iter().any(|n| matches!(n, Parameter::Named(n) if *n == name)) {
            return;
        }
        let home = self.home.reading(|| Home::of(&p.path));
        match home.and_then(|home| home.ask(Declared::number)).and_then(|n| syn::parse_str(&n).ok()) {
            Some(n) => a.len = n,
            None => self.unknown = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::crates::tests::project;
    use super::*;

    /// What a path says in the first of the files.
    fn read<T>(name: &str, files: &[(&str, &str)], path: &str, question: impl FnOnce(&Home) -> Option<T>) -> Option<T> {
        let folder = project(name, files);
        let around = READING.replace(Some(folder.join(files[0].0)));
        let home = Home::of(&syn::parse_str(path).unwrap());
        let found = home.as_ref().and_then(question);
        READING.set(around);
        std::fs::remove_dir_all(folder).unwrap();
        found
    }

    fn is_plain(name: &str, files: &[(&str, &str)], path: &str) -> bool {
        read(name, files, path, |home| Some(home.is_plain())) == Some(true)
    }

    #[test]
    fn types_without_floats_are_plain() {
        let right = "#[derive(Clone)] enum Right { Call, Put(u8) }";
        let mut files = 0;
        let mut plain = |text: &str, name: &str| {
            files += 1;
            is_plain(&format!("plain{files}"), &[("lib.rs", &format!("{right} {text}"))], name)
        };
        for more in [
            "",
            "fn f() { use Right::*; }",
            "mod tests { use super::*; }",
            "#[derive(Differentiable)] struct B { #[differentiable(skip)] r: Right, x: f64 }",
        ] {
            assert!(plain(more, "Right"), "{more}");
        }
        assert!(plain("struct S { days: Vec<u32>, right: Option<Right>, name: &'static str, at: [(usize, bool); 3] }", "S"));
        for more in [
            "enum Right { Call }",
            "use other::Right;",
            "fn f() { use other::*; }",
            "fn f() { use Unknown::*; }",
            "enum E { Right } fn f() { use E::*; }",
            "impl Differentiable for Right {}",
            "impl autodiff_core::Differentiable for Right {}",
            "fn f<Right>(r: Right) {}",
            "struct u8(f64);",
        ] {
            assert!(!plain(more, "Right"), "{more}");
        }
        for fields in [
            "{ x: f64 }",
            "{ x: Vec<f32> }",
            "{ x: Real }",
            "{ x: other::Right }",
            "{ x: Other }",
            "{ f: fn(usize) -> usize }",
            "{ x: Box<dyn Any> }",
            "{ x: HashMap<u8, u8> }",
            "{ #[differentiable(skip)] x: u8 }",
        ] {
            assert!(!plain(&format!("type Real = f64; struct Other(f64); struct S {fields}"), "S"), "{fields}");
        }
        assert!(!plain("#[derive(Differentiable)] struct S { n: u8 }", "S"));
        assert!(!plain("#[cfg(a)] struct S { n: u8 }", "S"));
        assert!(!plain("struct Vec<T>(T, f64); struct S(Vec<u8>);", "S"));
    }

    #[test]
    fn plain_types_of_other_files_are_found() {
        let user = ("user.rs", "use crate::types::*; use crate::kinds::Kind; struct Own { kind: Kind }");
        let lib = ("lib.rs", "mod types; mod kinds; mod user;");
        let kinds = ("kinds.rs", "pub enum Kind { A, B(u8) } pub struct Scale(f64);");
        let types = (
            "types.rs",
            "use crate::kinds::*; pub struct Both { kind: Kind } pub struct Scaled { scale: Scale } pub struct Other { u: Unknown }",
        );
        let files = [user, lib, kinds, types];
        for (k, (name, want)) in
            [("Kind", true), ("Own", true), ("Both", true), ("Scaled", false), ("Other", false)].into_iter().enumerate()
        {
            assert_eq!(is_plain(&format!("others{k}"), &files, name), want, "{name}");
        }
        let by_hand = ("kinds.rs", "pub enum Kind { A } impl Differentiable for Kind {}");
        assert!(!is_plain("others_by_hand", &[user, lib, by_hand], "Kind"));
        let by_hand = ("lib.rs", "mod kinds; mod user; impl autodiff_core::Differentiable for kinds::Kind {}");
        assert!(!is_plain("others_by_hand_elsewhere", &[user, by_hand, kinds], "Kind"));
    }

    #[test]
    fn fields_are_what_they_are_where_they_are_written() {
        let types = "use crate::consts::N; use crate::parts::Part; pub type Row = Vec<f64>;
            #[derive(Differentiable)] pub struct Whole<T> { part: Part, rows: [f64; N], list: Row, own: T, far: [Vec<f64>; M] }";
        let files = [
            ("user.rs", "use crate::types::Whole; #[derive(Differentiable)] struct Part { other: f32 }"),
            ("lib.rs", "mod types; mod parts; mod consts; mod user;"),
            ("types.rs", types),
            ("parts.rs", "#[derive(Differentiable)] pub struct Part { x: f64 }"),
            ("consts.rs", "pub const N: usize = 3; const M: usize = 4;"),
        ];
        let field = |at: &str, path: &str, name: &str| {
            let ty = read(at, &files, path, |_| {
                let path: syn::Path = syn::parse_str(path).unwrap();
                let ty = Ty::named(&path, &[]);
                let member = |name: &str| syn::parse_str::<syn::Member>(name).unwrap();
                Some(name.split('.').fold(ty, |ty, name| ty.field(&member(name))))
            });
            ty.map_or(String::new(), |ty| format!("{ty:?}").replace(' ', ""))
        };
        assert_eq!(field("fields1", "Whole<f64>", "part.x"), "Float(F64)");
        assert_eq!(field("fields2", "Whole<f64>", "part.other"), "Unknown");
        assert!(field("fields3", "Whole<f64>", "rows").starts_with("Array(Float(F64),TokenStream[Literal"));
        assert_eq!(field("fields4", "Whole<f64>", "list"), "Vec(Float(F64))");
        assert_eq!(field("fields5", "Whole<f64>", "own"), "Float(F64)");
        assert_eq!(field("fields6", "Whole<f64>", "far"), "Unknown");
        // What means another thing there than here is not handed there.
        assert_eq!(field("fields7", "Whole<Part>", "own"), "Unknown");
        assert_eq!(field("fields8", "Whole<Vec<f64>>", "own"), "Vec(Float(F64))");
    }

    #[test]
    fn methods_are_found_in_whatever_file_they_stand() {
        let files = [
            ("user.rs", "use crate::types::A;"),
            ("lib.rs", "mod types; mod methods; mod more; mod user;"),
            ("types.rs", "#[derive(Differentiable)] pub struct A { x: f64 }"),
            ("methods.rs", "use crate::types::A as B; impl B { pub fn f(&self, k: [f64; 2]) -> [f64; 3] { todo!() } pub fn n(&self) -> usize { 0 } fn twice(&self) -> f64 { 0.0 } }"),
            ("more.rs", "use crate::types::*; struct C; impl C { fn f(&self) -> f32 { 0.0 } } impl A { fn twice(&self) -> f32 { 0.0 } } impl T for A { fn g(&self) -> f64 { 0.0 } } impl A { fn g(&self) -> f64 { 0.0 } }"),
        ];
        let at = |name: &str| proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
        let result = |k: &str, name: &str| read(k, &files, "A", |home| home.result_of_method(&at(name)));
        assert!(matches!(result("methods1", "f"), Some(Ty::Array(..))));
        assert!(result("methods2", "twice").is_none() && result("methods3", "g").is_none());
        assert_eq!(read("methods4", &files, "A", |home| Some(home.method_counts(&at("n")))), Some(true));
        assert_eq!(read("methods5", &files, "A", |home| Some(home.taken_by_method(&at("f")).len())), Some(1));
    }
}
