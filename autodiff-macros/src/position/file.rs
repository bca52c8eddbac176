//! What the source file tells of other functions: which ones call each other in a circle, which share their name with a module, and what
//! they take by `&mut`.
//!
//! What enters: the file around a function, read once. What leaves: answers that only make generated code better: where the file cannot be
//! read, circles need `#[differentiate(boxed)]`, modules of a function's name `#[differentiate(no_companion)]`, and a `&mut` that is handed to
//! a function that takes `&` is written `&*x`.

use std::cell::{Cell, OnceCell};

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use quote::ToTokens;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;

use super::by_macros::{ByMacros, Takes};
use super::circles::{self, Circles};
use super::declared::Declared;
use super::helpers::{Helpers, Method};
use super::light::Costs;
use super::macros::Macros;
use super::mentioned;
use super::modes::{Asked, LeftOut, Modes};
use super::text::Layout;
use crate::blocks::beside::OperatorBlock;
use crate::blocks::sum::SumBlock;
use crate::desugar::shape::Shape;

mod functions;

/// A file, parsed where that is needed to answer.
pub(super) struct File {
    text: String,
    /// Words that follow the word `mod`: the names of all modules, and perhaps others.
    modules: HashSet<String>,
    /// The same of the word `fn`. Looked for once, as what follows: each call and each type asks, and the file grows with them.
    functions: HashSet<String>,
    /// Whether the word `Result` is in it, and whether `type`.
    has_results: bool,
    has_aliases: bool,
    has_traits: bool,
    has_imports: bool,
    has_macros: bool,
    /// Whether it may have functions that are followed.
    has_helpers: bool,
    parsed: OnceCell<Parsed>,
    macros: OnceCell<Macros>,
    by_macros: OnceCell<ByMacros>,
    /// The words of the text: each function asks for names that hardly any file has.
    words: OnceCell<HashSet<String>>,
    layout: OnceCell<Layout>,
    reading: Cell<bool>,
}

/// The functions of a file.
#[derive(Default)]
struct Parsed {
    circles: Circles,
    /// Functions beside a module of the same name.
    beside_modules: HashSet<String>,
    /// Functions in a module of the same name, which `use super::*` may bring into it.
    in_modules_of_their_name: HashSet<String>,
    /// Names of methods that take `&mut self`, and those of all other functions.
    mut_methods: HashSet<String>,
    others: HashSet<String>,
    /// Methods that take their receiver by value.
    by_value: HashSet<String>,
    /// Which parameters each function takes by `&mut`; none where functions of one name differ.
    lent: HashMap<String, Option<Vec<bool>>>,
    /// Where `Result`s are in what the functions of a name give; nothing where two of a name differ.
    results: HashMap<String, Shape>,
    /// Names of which some functions give a `Result`, and others do not.
    unlike: HashSet<String>,
    /// Whether all functions of a name give an `Option`.
    options: HashMap<String, bool>,
    /// The words in the types of what the methods of a name give.
    given: HashMap<String, HashSet<String>>,
    /// Operators, scope by scope.
    operators: Vec<Scope>,
    /// What the names of types stand for that are made of types of the language; none where two of a name differ.
    aliases: HashMap<String, Option<String>>,
    /// Those of them that stand for a `Result`: `type Outcome<T> = Result<T, Fault>`.
    results_by_name: HashSet<String>,
    /// Associated functions, `Type::new`, that fill a struct with their arguments; none where two of a name differ.
    constructors: HashMap<String, Option<Vec<String>>>,
    /// Whether the types of a trait are numbers: all traits of that name.
    numbers: HashMap<String, bool>,
    /// What traits ask of their types; nothing where there are two of a name.
    supertraits: HashMap<String, Vec<String>>,
    /// Traits, and types that they are implemented for.
    implemented: Vec<(String, String)>,
    /// Types with `#[derive(Differentiable)]`.
    derived: HashSet<String>,
    /// Macros with a `return` or `?`.
    leaving: HashSet<String>,
    /// Constants, units, variants and imported names.
    constants: HashSet<String>,
    /// Whether names may come from elsewhere, all at once.
    globs: bool,
    /// The same of an enum's variants.
    globs_of_types: bool,
    /// Functions that belong to no type.
    free: HashSet<String>,
    /// Types that are called to make a value.
    constructed: HashSet<String>,
    /// Associated functions, `Type::new`: whether they have no receiver; none where two of a name differ.
    without_receiver: HashMap<String, Option<bool>>,
    /// The paths of functions and modules of the standard library behind names; none where a name may be another thing's.
    imports: HashMap<String, Option<String>>,
    declared: Declared,
    helpers: Helpers,
    costs: Costs,
    asked: Asked,
}

/// The operators of a scope: of a module, or of a block in one.
#[derive(Debug)]
pub(super) struct Scope {
    /// The names of the modules around, from the file's own on, and of functions, as `fn name`.
    pub path: Vec<String>,
    /// Those with the attribute, and all of them.
    pub annotated: Vec<OperatorBlock>,
    pub all: Vec<OperatorBlock>,
}

impl File {
    pub fn of(text: String) -> File {
        let (mut modules, mut functions) = (HashSet::default(), HashSet::default());
        let mut before = "";
        for word in words(&text) {
            match before {
                "mod" => _ = modules.insert(word.to_string()),
                "fn" => _ = functions.insert(word.to_string()),
                _ => {}
            }
            // `mod r#match`
            if word != "r" || before != "mod" && before != "fn" {
                before = word;
            }
        }
        let (has_results, has_aliases, has_traits) = (text.contains("Result"), text.contains("type "), text.contains("trait "));
        let has_imports = ["std", "core", "alloc"].iter().any(|library| text.contains(&format!("use {library}::")));
        let has_macros = text.contains("macro_rules!");
        // Nearly every file has none.
        let has_helpers = ["Iterator", "Fn", "fn(", "-> &", "(&", "Option<&", "slice::"].iter().any(|word| text.contains(word));
        File {
            text,
            modules,
            functions,
            has_results,
            has_aliases,
            has_traits,
            has_imports,
            has_macros,
            has_helpers,
            parsed: OnceCell::new(),
            macros: OnceCell::new(),
            by_macros: OnceCell::new(),
            words: OnceCell::new(),
            layout: OnceCell::new(),
            reading: Cell::new(false),
        }
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where things stand in it.
    pub fn layout(&self) -> &Layout {
        self.layout.get_or_init(|| Layout::of(&self.text))
    }

    /// Whether all that the text does with a name is to call it.
    pub fn is_only_called(&self, name: &str) -> bool {
        let all = self.words.get_or_init(|| words(&self.text).map(str::to_string).collect());
        all.contains(name) && mentioned::is_only_called(&self.text, name)
    }

    /// Its macros, and how they come to other files.
    pub fn macros(&self) -> &Macros {
        self.macros.get_or_init(|| Macros::read(&self.text))
    }

    /// Whether the word `mod` stands in front of a name.
    pub fn has_module(&self, name: &str) -> bool {
        self.modules.contains(name)
    }

    fn has_function(&self, name: &str) -> bool {
        self.functions.contains(name.trim_start_matches("r#"))
    }

    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| {
            self.reading.set(true);
            let parsed = Parsed::read(&self.text);
            self.reading.set(false);
            parsed
        })
    }

    /// Whether what a function calls may lead back to it; nothing where the file has no such function.
    pub fn in_a_circle(&self, asked: &circles::Asked) -> Option<bool> {
        self.parsed().circles.has(asked)
    }

    /// The same of any function with a name.
    pub fn may_be_in_a_circle(&self, name: &str) -> bool {
        self.in_a_circle(&circles::Asked { module: None, owner: circles::Of::Any, name: name.to_string() }) == Some(true)
    }

    /// How the functions of a name take their receivers, but for those that macros write.
    pub fn takes(&self, name: &str) -> Takes {
        if !self.has_function(name) {
            return Takes::default();
        }
        let parsed = self.parsed();
        Takes { changes: parsed.mut_methods.contains(name), other: parsed.others.contains(name), ..Takes::default() }
    }

    /// Whether a method of a name takes its receiver by value.
    pub fn takes_value(&self, name: &str) -> bool {
        self.has_function(name) && self.parsed().by_value.contains(name)
    }

    /// What its macros may write.
    pub fn by_macros(&self) -> &ByMacros {
        self.by_macros.get_or_init(|| ByMacros::read(&self.text))
    }

    /// Which parameters functions of a name take by `&mut`, if they agree.
    pub fn lent(&self, name: &str) -> Option<Vec<bool>> {
        self.parsed().lent(name)
    }

    /// Operators, scope by scope.
    pub fn operators(&self) -> &[Scope] {
        &self.parsed().operators
    }

    /// The scopes that may be the one in which a block of an operator stands, by its line and column. What a macro writes stands where the
    /// macro is called.
    pub fn scopes_of<'f>(&'f self, block: &OperatorBlock, at: Option<(usize, usize)>) -> Vec<&'f Scope> {
        let has_it = |scope: &&Scope| scope.all.contains(block);
        let path = at.filter(|at| !self.layout().is_in_macro(*at)).map(|at| self.layout().path(at));
        let there: Vec<&Scope> = self.operators().iter().filter(|s| Some(&s.path) == path.as_ref()).filter(has_it).collect();
        if there.is_empty() {
            return self.operators().iter().filter(has_it).collect();
        }
        there
    }

    /// Whether a line and column is in a module of a name, and in none in that.
    pub fn is_inside_module(&self, name: &str, at: (usize, usize)) -> bool {
        self.layout().is_inside_module(name.trim_start_matches("r#"), at)
    }

    /// Whether two functions of a name stand beside each other where one of them stands, and neither under a condition.
    pub fn is_defined_twice(&self, name: &str, at: (usize, usize)) -> bool {
        if !self.has_function(name) || !self.declared().has_several_functions(name) {
            return false;
        }
        let is_one =
            |i: &syn::Item| matches!(i, syn::Item::Fn(f) if f.sig.ident == name && !f.attrs.iter().any(|a| a.path().is_ident("cfg")));
        self.layout().items_beside(&self.text, at).iter().filter(|i| is_one(i)).count() > 1
    }

    /// `impl Sum` and `impl Product` beside what stands in a line and column.
    pub fn sums_beside(&self, at: (usize, usize)) -> Vec<SumBlock> {
        if !self.text.contains("Sum") && !self.text.contains("Product") {
            return Vec::new();
        }
        let of = |i: syn::Item| if let syn::Item::Impl(b) = i { SumBlock::of(&b) } else { None };
        self.layout().items_beside(&self.text, at).into_iter().filter_map(of).collect()
    }

    /// The fields that an associated function, `Type::new`, fills with its arguments, if it does nothing else.
    pub fn constructor(&self, path: &str) -> Option<Vec<String>> {
        self.parsed().constructors.get(path).cloned().flatten()
    }

    /// Whether an associated function, `Type::new`, has no receiver: one of a type of the file, or one with the name of a constructor.
    pub fn is_without_receiver(&self, owner: &str, name: &str) -> bool {
        match self.parsed().without_receiver.get(&format!("{owner}::{name}")) {
            Some(without) => *without == Some(true) && self.declared().has(owner),
            // If it has one after all, rustc says so.
            None => matches!(name, "new" | "repeat") || name.starts_with("from_"),
        }
    }

    /// What the name of a type stands for, in types of the language and of `alloc`.
    pub fn alias(&self, name: &str) -> Option<String> {
        // Not while the file is read.
        if !self.has_aliases || self.reading.get() {
            return None;
        }
        self.parsed().aliases.get(name).cloned().flatten()
    }

    /// Whether a type of the name stands for a `Result`.
    pub fn is_name_of_result(&self, name: &str) -> bool {
        self.has_aliases && self.has_results && !self.reading.get() && self.parsed().results_by_name.contains(name)
    }

    /// Whether the file defines a trait of the name whose types are numbers.
    pub fn is_number_trait(&self, name: &str) -> bool {
        self.has_traits && !self.reading.get() && self.parsed().numbers.get(name) == Some(&true)
    }

    /// What a trait of the name asks of its types, as far as the file tells.
    pub fn supertraits(&self, name: &str) -> Vec<String> {
        if !self.has_traits || self.reading.get() {
            return Vec::new();
        }
        self.parsed().supertraits.get(name).cloned().unwrap_or_default()
    }

    /// Whether the file defines a macro of the name that may leave the function it stands in.
    pub fn macro_leaves(&self, name: &str) -> bool {
        self.has_macros && self.parsed().leaving.contains(name)
    }

    /// Whether the file has a constant or unit of the name, or imports it.
    pub fn is_constant(&self, name: &str) -> bool {
        self.parsed().constants.contains(name)
    }

    /// Whether no constant of the name can be in any scope.
    pub fn is_no_constant(&self, name: &str) -> bool {
        let parsed = self.parsed();
        !parsed.globs && !parsed.constants.is_empty() && !parsed.constants.contains(name)
    }

    /// Whether the file has a function of the name, and no type or variant.
    pub fn is_function(&self, name: &str) -> bool {
        let parsed = self.parsed();
        !parsed.globs_of_types && parsed.free.contains(name) && !parsed.constructed.contains(name)
    }

    /// The path of the function or module of the standard library that a name is imported from.
    pub fn imported(&self, name: &str) -> Option<String> {
        if !self.has_imports || self.reading.get() {
            return None;
        }
        self.parsed().imports.get(name).cloned().flatten()
    }

    /// The text of a function that is followed where a function of the same module calls it.
    pub fn helper(&self, caller: &str, name: &str, of_parts: bool) -> Option<String> {
        self.helpers()?.text(caller, name, of_parts)
    }

    /// A method that is followed where a function of the same module calls it.
    pub fn method_helper(&self, caller: &str, name: &str) -> Option<&Method> {
        self.helpers()?.method_beside(caller, name)
    }

    /// A method or associated function of a type that is followed where a function of the same module calls it by its path.
    pub fn associated_helper(&self, caller: &str, owner: &str, name: &str) -> Option<&Method> {
        self.helpers()?.associated_beside(caller, owner, name)
    }

    /// Whether the function of a name is followed where it is called.
    pub fn is_followed(&self, name: &str) -> bool {
        self.helpers().is_some_and(|helpers| helpers.is_followed(name))
    }

    /// Whether a function of a name is called in another one.
    pub fn calls(&self, name: &str) -> bool {
        self.helpers().is_some_and(|helpers| helpers.calls(name))
    }

    /// Whether the file has a function of a name that could be followed.
    pub fn is_helper(&self, name: &str) -> bool {
        self.helpers().is_some_and(|helpers| helpers.of_the_file(name, false).is_some())
    }

    /// Whether a method of the name takes functions or iterators, or gives iterators or references.
    pub fn is_without_siblings(&self, name: &str) -> bool {
        self.helpers().is_some_and(|helpers| helpers.is_without_siblings(name))
    }

    /// Whether the text has an `impl From<..> for` a type of the name.
    pub fn is_converted_to(&self, name: &str) -> bool {
        let to = format!("for {name}");
        self.text.split("From<").skip(1).any(|t| t.split('{').next().is_some_and(|head| head.trim_end().ends_with(&to)))
    }

    /// Which modes the attribute of a function gives.
    pub fn modes(&self, name: &str) -> Option<Modes> {
        self.parsed().asked.modes(name)
    }

    /// The parameters that a function's `wrt` leaves out although their types may have a derivative; of a type's, as `Type::function`.
    pub fn left_out(&self, name: &str) -> Vec<LeftOut> {
        self.parsed().asked.left_out(name).to_vec()
    }

    /// Which modes the attribute of a function of a type gives, where no function of a trait has its name.
    pub fn modes_of_method(&self, owner: &str, name: &str) -> Option<Modes> {
        let declared = self.declared();
        self.parsed().asked.modes(&format!("{owner}::{name}")).filter(|_| declared.has(owner) && !declared.is_of_a_trait(name))
    }

    /// The functions that are followed where they are called: nearly every file has none, and nearly every name is not in it.
    pub fn helpers(&self) -> Option<&Helpers> {
        (self.has_helpers && !self.reading.get()).then(|| &self.parsed().helpers)
    }

    /// What the file's names are declared to be.
    pub fn declared(&self) -> &Declared {
        &self.parsed().declared
    }

    /// Whether the functions of the name are straight lines of arithmetic.
    pub fn is_light(&self, name: &str) -> bool {
        self.parsed().costs.is_light(name)
    }

    /// Whether functions of a name keep no more the longer their loops are.
    pub fn keeps_little(&self, name: &str) -> bool {
        self.parsed().costs.keeps_little(name)
    }

    /// Where `Result`s are in what all functions of the name give.
    pub fn gives(&self, name: &str) -> Shape {
        let known = || self.parsed().results.get(name).cloned();
        if self.has_results && !self.reading.get() { known() } else { None }.unwrap_or_default()
    }

    /// Whether some functions of the name give a `Result`, and others do not.
    pub fn gives_unlike(&self, name: &str) -> bool {
        self.has_results && !self.reading.get() && self.parsed().unlike.contains(name)
    }

    /// Whether a method of the name gives something that may hold numbers.
    pub fn gives_numbers(&self, name: &str) -> bool {
        // Most files do not have one.
        if !self.has_function(name) {
            return false;
        }
        let parsed = self.parsed();
        let plain = |word: &str| {
            ["str", "Vec", "Option", "Result", "Box", "Ordering", "std", "core", "cmp"].contains(&word)
                || crate::signature::is_primitive_without_derivative(word)
                || parsed
                    .declared
                    .parts(word)
                    .is_some_and(|parts| parts.iter().all(|p| crate::signature::is_primitive_without_derivative(p)))
        };
        parsed.given.get(name).is_some_and(|words| words.iter().any(|w| !plain(w)))
    }

    /// Whether all functions of the name give an `Option`; none where it has none.
    pub fn gives_option(&self, name: &str) -> Option<bool> {
        if !self.has_function(name) {
            return None;
        }
        self.parsed().options.get(name).copied()
    }

    /// Whether all methods of the name give an integer, a flag or the like; none where it has none.
    pub fn gives_plain(&self, name: &str) -> Option<bool> {
        if !self.has_function(name) {
            return None;
        }
        let plain = |words: &HashSet<String>| words.iter().all(|word| crate::signature::is_primitive_without_derivative(word));
        Some(self.parsed().given.get(name).is_some_and(plain))
    }

    /// Whether a module beside the function has its name.
    pub fn is_beside_module(&self, name: &str) -> bool {
        self.modules.contains(name.trim_start_matches("r#")) && self.parsed().beside_modules.contains(name)
    }
}

impl File {
    /// Whether a function of the name stands in a module of that name.
    pub fn is_in_module_of_its_name(&self, name: &str) -> bool {
        self.modules.contains(name.trim_start_matches("r#")) && self.parsed().in_modules_of_their_name.contains(name)
    }
}

/// The names of types that stand for a `Result`.
struct NamesOfResults<'f>(&'f mut HashSet<String>);

impl<'a> Visit<'a> for NamesOfResults<'_> {
    fn visit_item_type(&mut self, t: &'a syn::ItemType) {
        if crate::desugar::is_written_as_result(&t.ty) {
            self.0.insert(t.ident.to_string());
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// The items with those that macros of the file in front of them write, where these are known; the same of modules inside.
fn written_out<'i>(
    items: &'i [syn::Item],
    macros: &mut HashMap<String, Option<proc_macro2::TokenStream>>,
    depth: usize,
) -> std::borrow::Cow<'i, [syn::Item]> {
    const DEEPEST: usize = 8;
    let calls = |i: &syn::Item| match i {
        syn::Item::Macro(_) => true,
        syn::Item::Mod(m) => m.content.is_some(),
        _ => false,
    };
    if depth == DEEPEST || !items.iter().any(calls) {
        return items.into();
    }
    let mut out = Vec::new();
    for i in items {
        match i {
            syn::Item::Macro(syn::ItemMacro { ident: Some(name), mac, .. }) => {
                // One that is defined again may be the one or the other.
                macros.entry(name.to_string()).and_modify(|known| *known = None).or_insert_with(|| Some(mac.tokens.clone()));
            }
            syn::Item::Macro(m) => {
                let rules = m.mac.path.get_ident().and_then(|name| macros.get(&name.to_string())?.clone());
                if let Some(written) = rules.and_then(|rules| crate::by_example::items(rules, &m.mac.tokens)) {
                    out.extend(written_out(&written, macros, depth + 1).into_owned());
                    continue;
                }
            }
            syn::Item::Mod(m @ syn::ItemMod { content: Some((brace, inside)), .. }) => {
                let inside = written_out(inside, &mut macros.clone(), depth + 1).into_owned();
                out.push(syn::Item::Mod(syn::ItemMod { content: Some((*brace, inside)), ..m.clone() }));
                continue;
            }
            _ => {}
        }
        out.push(i.clone());
    }
    out.into()
}

impl Parsed {
    fn read(text: &str) -> Parsed {
        let mut file = Parsed::default();
        if let Ok(parsed) = syn::parse_file(text) {
            file.scope(&mut Vec::new(), &written_out(&parsed.items, &mut HashMap::default(), 0));
            NamesOfResults(&mut file.results_by_name).visit_file(&parsed);
            let traits = functions::read(&mut file, &parsed);
            file.resolve_numbers(&traits);
            file.circles = Circles::read(&parsed);
            file.declared = Declared::read(&parsed);
            file.helpers = Helpers::read(&parsed);
            file.resolve_aliases();
            file.costs = Costs::read(&parsed);
            file.asked = Asked::read(&parsed);
        }
        file
    }

    /// Writes aliases out that stand for others, and drops those of types that only their scope knows.
    fn resolve_aliases(&mut self) {
        // Aliases of aliases of aliases; one that contains itself would not come to an end.
        for _ in 0..4 {
            let known = self.aliases.clone();
            for alias in self.aliases.values_mut() {
                let Some(mut ty) = alias.as_ref().and_then(|text| syn::parse_str::<syn::Type>(text).ok()) else { continue };
                let mut everywhere = Everywhere { aliases: &known, declared: &self.declared, replaced: false, unknown: false };
                everywhere.visit_type_mut(&mut ty);
                if everywhere.replaced {
                    *alias = Some(ty.to_token_stream().to_string());
                }
            }
        }
        for alias in self.aliases.values_mut() {
            let Some(mut ty) = alias.as_ref().and_then(|text| syn::parse_str::<syn::Type>(text).ok()) else { continue };
            let mut everywhere = Everywhere { aliases: &HashMap::default(), declared: &self.declared, replaced: false, unknown: false };
            everywhere.visit_type_mut(&mut ty);
            if everywhere.unknown {
                *alias = None;
            }
        }
    }

    /// Traits of numbers, and those that ask for them.
    fn resolve_numbers(&mut self, traits: &[&syn::ItemTrait]) {
        for t in traits {
            let above = t.supertraits.iter().map(|bound| bound.to_token_stream().to_string()).collect();
            self.supertraits.entry(t.ident.to_string()).and_modify(Vec::clear).or_insert(above);
        }
        // Traits of traits of traits.
        for _ in 0..4 {
            let known = std::mem::take(&mut self.numbers);
            for t in traits {
                let is_number = t.supertraits.iter().any(|bound| {
                    let syn::TypeParamBound::Trait(above) = bound else { return false };
                    let name = above.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
                    crate::signature::is_number_trait(&name)
                        || known.get(&name) == Some(&true)
                        || crate::signature::is_arithmetic(bound, "Self") && !self.is_of_structs(&t.ident)
                });
                *self.numbers.entry(t.ident.to_string()).or_insert(true) &= is_number;
            }
        }
    }

    /// Whether a trait is implemented for types that have a cotangent of their own, as complex numbers have it: those are no numbers.
    fn is_of_structs(&self, name: &syn::Ident) -> bool {
        self.implemented.iter().any(|(of, own)| name == of && self.derived.contains(own))
    }

    /// The names of an import, with the paths that they stand for.
    fn import(&mut self, tree: &syn::UseTree, path: &str) {
        let (name, path) = match tree {
            syn::UseTree::Path(p) => return self.import(&p.tree, &format!("{path}{}::", p.ident)),
            syn::UseTree::Group(g) => return g.items.iter().for_each(|t| self.import(t, path)),
            syn::UseTree::Name(n) if n.ident == "self" => {
                let path = path.trim_end_matches("::");
                (path.rsplit("::").next().unwrap_or_default().to_string(), path.to_string())
            }
            syn::UseTree::Name(n) => (n.ident.to_string(), format!("{path}{}", n.ident)),
            syn::UseTree::Rename(r) if r.ident == "self" => (r.rename.to_string(), path.trim_end_matches("::").to_string()),
            syn::UseTree::Rename(r) => (r.rename.to_string(), format!("{path}{}", r.ident)),
            syn::UseTree::Glob(_) => {
                self.globs = true;
                let last = path.trim_end_matches("::").rsplit("::").next().unwrap_or_default();
                self.globs_of_types |= last.starts_with(char::is_uppercase);
                return;
            }
        };
        self.constants.insert(name.clone());
        self.stands_for(name, is_function_of_std(&path).then_some(path));
    }

    fn stands_for(&mut self, name: String, path: Option<String>) {
        let known = self.imports.entry(name).or_insert_with(|| path.clone());
        if *known != path {
            *known = None;
        }
    }

    fn blocks<'i>(&mut self, path: &[String], items: impl Iterator<Item = &'i syn::Item>) {
        let has_it = |attrs: &[syn::Attribute]| attrs.iter().any(|a| a.path().segments.last().is_some_and(|s| s.ident == "differentiate"));
        // On the block, or on its function.
        let annotated =
            |b: &&syn::ItemImpl| has_it(&b.attrs) || b.items.iter().any(|i| matches!(i, syn::ImplItem::Fn(f) if has_it(&f.attrs)));
        let blocks: Vec<&syn::ItemImpl> = items.filter_map(|i| if let syn::Item::Impl(b) = i { Some(b) } else { None }).collect();
        let found: Vec<OperatorBlock> = blocks.iter().copied().filter(annotated).filter_map(OperatorBlock::of).collect();
        if !found.is_empty() {
            let all = blocks.into_iter().filter_map(OperatorBlock::of).collect();
            self.operators.push(Scope { path: path.to_vec(), annotated: found, all });
        }
    }

    fn scope(&mut self, path: &mut Vec<String>, items: &[syn::Item]) {
        self.blocks(path, items.iter());
        let modules: HashSet<String> = items
            .iter()
            .filter_map(|i| match i {
                syn::Item::Mod(m) => Some(m.ident.to_string()),
                _ => None,
            })
            .collect();
        for i in items {
            match i {
                syn::Item::Fn(f) if modules.contains(&f.sig.ident.to_string()) => {
                    self.beside_modules.insert(f.sig.ident.to_string());
                }
                syn::Item::Mod(syn::ItemMod { ident, content: Some((_, items)), .. }) => {
                    if items.iter().any(|i| matches!(i, syn::Item::Fn(f) if f.sig.ident == *ident)) {
                        self.in_modules_of_their_name.insert(ident.to_string());
                    }
                    path.push(crate::names::bare(ident));
                    self.scope(path, items);
                    path.pop();
                }
                _ => {}
            }
        }
    }

    fn lent(&self, name: &str) -> Option<Vec<bool>> {
        self.lent.get(name).cloned().flatten()
    }
}

/// Functions, and modules of functions, that lowering knows by their paths.
fn is_function_of_std(path: &str) -> bool {
    let mut names = path.split("::");
    let std = matches!(names.next(), Some("std" | "core" | "alloc"));
    let (module, function, rest) = (names.next().unwrap_or_default(), names.next(), names.next());
    let lower = |name: &str| name.starts_with(char::is_lowercase);
    let known = matches!(module, "mem" | "iter" | "array" | "cmp" | "convert" | "hint" | "ptr");
    std && known && rest.is_none() && function.is_none_or(lower)
}

/// Looks for what a type is made of that does not mean the same in every scope.
struct Everywhere<'a> {
    aliases: &'a HashMap<String, Option<String>>,
    declared: &'a Declared,
    replaced: bool,
    unknown: bool,
}

impl VisitMut for Everywhere<'_> {
    fn visit_type_mut(&mut self, t: &mut syn::Type) {
        if let syn::Type::Path(p) = &*t {
            let name = p.path.get_ident().map(ToString::to_string);
            if let Some(Some(other)) = name.and_then(|name| self.aliases.get(&name)) {
                if let Ok(other) = syn::parse_str(other) {
                    *t = other;
                    self.replaced = true;
                    return;
                }
            }
        }
        let plain = matches!(
            t,
            syn::Type::Path(_)
                | syn::Type::Array(_)
                | syn::Type::Slice(_)
                | syn::Type::Tuple(_)
                | syn::Type::Paren(_)
                | syn::Type::Group(_)
        );
        let array_of_its_own = matches!(&*t, syn::Type::Array(a) if !matches!(a.len, syn::Expr::Lit(_)));
        self.unknown |= !plain || array_of_its_own;
        syn::visit_mut::visit_type_mut(self, t);
    }
    fn visit_type_path_mut(&mut self, p: &mut syn::TypePath) {
        let containers = ["Vec", "Option"];
        let known = p.qself.is_none()
            && p.path.segments.len() == 1
            && p.path.segments.iter().all(|s| {
                let name = s.ident.to_string();
                containers.contains(&name.as_str()) || crate::signature::is_primitive(&s.ident) || self.declared.has(&name)
            });
        self.unknown |= !known;
        syn::visit_mut::visit_type_path_mut(self, p);
    }
}

#[test]
fn what_is_taken_by_mutable_reference_is_found() {
    let file = File::of(
        "fn norm(u: &[f64]) -> f64 { 0.0 } impl X { fn step(&mut self, u: &mut [f64], n: usize) {} fn twice(a: &mut f64) {} } fn twice(a: f64) {}"
            .to_string(),
    );
    assert_eq!(file.lent("norm"), Some(vec![false]));
    assert_eq!(file.lent("step"), Some(vec![true, true, false]));
    assert_eq!(file.lent("twice"), None);
}

#[test]
fn circles_and_modules_are_found() {
    let file = File::of(
        "fn even(n: u32) -> f64 { odd(n) } fn odd(n: u32) -> f64 { x.half(n) } impl X { fn half(self, n: u32) -> f64 { even(n) } }
         fn user() { even(1); } fn loss() {} mod loss { fn user() {} mod user {} } mod inner { fn f() {} } fn f() {}"
            .to_string(),
    );
    for name in ["even", "odd", "half"] {
        assert!(file.may_be_in_a_circle(name), "{name}");
    }
    let by_macros = "macro_rules! next { ($n:expr) => { [odd($n - 1)][0] }; } fn even(n: u32) -> f64 { next!(n) } fn odd(n: u32) -> f64 { vec![even(n)][0] } fn other(n: u32) -> f64 { next!(n) }";
    let by_macros = File::of(by_macros.to_string());
    assert!(by_macros.may_be_in_a_circle("even") && by_macros.may_be_in_a_circle("odd") && !by_macros.may_be_in_a_circle("other"));
    assert!(!file.may_be_in_a_circle("user") && !file.may_be_in_a_circle("f"));
    assert!(!file.is_in_module_of_its_name("loss") && !file.is_in_module_of_its_name("f"));
    assert!(File::of("mod blend { use super::*; fn blend() {} }".to_string()).is_in_module_of_its_name("blend"));
    let named = File::of(
        "fn model() {} mod model {} impl X { fn confine(&mut self) {} fn r#move(&mut self) {} } fn r#mod() {} mod r#mod {}".to_string(),
    );
    assert!(named.is_beside_module("model") && named.is_beside_module("r#mod"));
    assert!(named.takes("confine").changes && named.takes("r#move").changes && !named.takes("con").changes);
    assert!(file.is_beside_module("loss") && file.is_beside_module("user") && !file.is_beside_module("f"));
}

#[test]
fn aliases_are_written_out() {
    let file = File::of(
        "type Row = Vec<f64>; type Matrix = Vec<Row>; type Pair = (f64, [f64; 3]); type Own = Vec<Body>; type Sized = [f64; N]; struct Body; type Elsewhere = Vec<Other>; struct Other; mod n { struct Other; }
         type Shadowed = f64; mod inner { struct Shadowed; } type Generic<T> = Vec<T>; mod m { type Row = Vec<f64>; }"
            .to_string(),
    );
    let known = |name: &str| file.alias(name).map(|t| t.replace(' ', ""));
    assert_eq!(known("Matrix").as_deref(), Some("Vec<Vec<f64>>"));
    assert_eq!(known("Pair").as_deref(), Some("(f64,[f64;3])"));
    assert_eq!(known("Own").as_deref(), Some("Vec<Body>"));
    for name in ["Elsewhere", "Sized", "Shadowed", "Generic", "Body"] {
        assert_eq!(known(name), None, "{name}");
    }
}
