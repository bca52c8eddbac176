//! Where an attribute stands: a function without `self` may be free or associated, and only the surroundings tell.

mod by_macros;
mod circles;
mod crates;
mod declared;
mod elsewhere;
mod file;
mod helpers;
mod home;
mod inside;
mod light;
mod macros;
mod mentioned;
mod modes;
mod text;

pub(crate) use declared::{Field, Parameter, Straight};
pub(crate) use helpers::{Method, Receiver};
pub(crate) use home::Home;

use text::{Around, Kind};

use crate::desugar::shape::Shape;
use syn::visit::Visit;

/// Whether the function is an associated function of an `impl` block or trait.
pub(crate) fn in_impl(item: &syn::ItemFn) -> bool {
    if mentions_self(item) {
        return true;
    }
    #[cfg(not(test))]
    {
        source_says_so(item)
    }
    #[cfg(test)]
    false
}

fn mentions_self(item: &syn::ItemFn) -> bool {
    struct Finder(bool);
    impl<'a> Visit<'a> for Finder {
        fn visit_ident(&mut self, i: &'a proc_macro2::Ident) {
            self.0 |= i == "Self";
        }
        fn visit_item(&mut self, _: &'a syn::Item) {}
        fn visit_macro(&mut self, m: &'a syn::Macro) {
            self.0 |= crate::varied::mentions(m.tokens.clone(), &std::iter::once("Self".to_string()).collect());
        }
    }
    let mut finder = Finder(false);
    finder.visit_item_fn(item);
    finder.0
}

/// What the function knows of the block around it: numbers may be among its type parameters.
pub(crate) fn block_around(item: &syn::ItemFn) -> crate::signature::Block {
    #[cfg(not(test))]
    let block = surroundings(item).and_then(|around| around.block());
    #[cfg(test)]
    let block: Option<syn::ItemImpl> = None;
    let Some(syn::ItemImpl { generics, self_ty, .. }) = block else { return crate::signature::Block::default() };
    let own: Vec<_> = generics.type_params().map(|p| p.ident.clone()).collect();
    // As if it were written where the function stands, whose file is asked.
    let written = written_at(&item.sig.ident, &quote::ToTokens::to_token_stream(&self_ty).to_string());
    let named = match &written {
        Some(syn::Type::Path(p)) => crate::types::Named::of(&p.path, &crate::signature::floats_of(&generics)),
        _ => None,
    };
    // A receiver without a derivative has no slot.
    let self_ty = written.filter(|ty| crate::types::Ty::parse(ty, &[]).is_plain());
    crate::signature::Block { generics, own, self_ty, named: named.unwrap_or_default(), ..crate::signature::Block::default() }
}

/// Why siblings cannot stand beside the function, if they cannot.
///
/// Where the source does not tell, rustc does: the hidden sibling has a visibility, which nothing in a trait has.
pub(crate) fn no_room(item: &syn::ItemFn) -> Option<&'static str> {
    #[cfg(not(test))]
    let found = surroundings(item);
    #[cfg(test)]
    let found = {
        let _ = item;
        None
    };
    match found.map(|around: Around| around.kind) {
        Some(Kind::TraitImpl) => {
            Some("a function of a trait's `impl` has no room for siblings; put `#[differentiate]` on the whole `impl` block, and on the trait")
        }
        Some(Kind::Trait) => Some(
            "a function of a trait may be replaced by an `impl`, its siblings too; put `#[differentiate]` on the whole trait, and on its `impl`s",
        ),
        Some(Kind::Inherent) | None => None,
    }
}

/// The `impl` of a trait around a function, as its file has it and as if it stood where the function does.
pub(crate) fn trait_impl_around(item: &syn::ItemFn) -> Option<syn::ItemImpl> {
    #[cfg(not(test))]
    let block = surroundings(item).filter(|around| around.kind == Kind::TraitImpl).and_then(|around| {
        let file = item.sig.ident.span().unwrap().local_file()?;
        around.whole(crates::file(&crates::canonical(file)).text())
    });
    #[cfg(test)]
    let block: Option<syn::ItemImpl> = None;
    let tokens = quote::ToTokens::to_token_stream(&block?);
    syn::parse2(moved(tokens, item.sig.ident.span())).ok()
}

/// Whether a trait of the crate has the attribute.
pub(crate) fn is_annotated_trait(path: &syn::Path) -> bool {
    let here = path.get_ident().is_some_and(|name| ask_at(name, |file, name| file.declared().is_annotated_trait(name)));
    here || Home::of(path).is_some_and(|home| home.is_annotated_trait())
}

/// How many functions of a name there are in the `impl`s of a type, of its own and of traits, as far as the crate tells.
pub(crate) fn functions_of(owner: &syn::Path, name: &proc_macro2::Ident) -> usize {
    let Some(at) = home::place_of(name) else { return 0 };
    let word = crate::names::bare(name);
    let own: Vec<String> = owner.segments.iter().map(|s| crate::names::bare(&s.ident)).collect();
    let located =
        |at: &std::path::Path, path: &[String]| path.split_last().and_then(|(last, modules)| crates::locate_in(at, modules, last));
    let here = located(&at, &own);
    let is_it = |file: &std::path::Path, path: &[String]| match located(file, path) {
        // One that a function declares has no place.
        None => here.is_none() && file == at && path.last() == own.last(),
        there => there == here,
    };
    let files = crates::with(&at, &format!("fn {word}"));
    files.iter().map(|file| crates::file(file).declared().types_with(&word).filter(|path| is_it(file, path)).count()).sum()
}

/// Whether an `impl` of a trait gives a function of a type siblings, as far as the file tells: the attribute stands on that function.
pub(crate) fn is_annotated_alone(owner: Option<&str>, name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().is_annotated_alone(owner, name))
}

/// Whether the function and others of its file call each other in a circle; nothing where the file does not tell which function it is.
pub(crate) fn in_a_circle(item: &syn::ItemFn) -> Option<bool> {
    let name = &item.sig.ident;
    let path = home::place_of(name)?;
    let (at, file) = (place_of(name)?, inside::file(&path));
    let module = inside::names(&file, &path)?;
    let read = crates::file(&file);
    if read.layout().is_in_macro(at) {
        return None;
    }
    let owner = match read.layout().associated(at) {
        None => circles::Of::Nothing,
        Some(around) => match around.owner() {
            Some(owner) => circles::Of::Type(owner),
            None => circles::Of::Any,
        },
    };
    read.in_a_circle(&circles::Asked { module: Some(module), owner, name: name.to_string() })
}

/// Whether a module beside the function has its name.
pub(crate) fn is_beside_module(item: &syn::ItemFn) -> bool {
    ask(item, |file, name| file.is_beside_module(name)) || matches!(companion_place(item), CompanionPlace::Nowhere)
}

/// The name of a type of std that a path names: `std::rc::Rc`, or `Rc` with that import.
pub(crate) fn name_in_std(path: &syn::Path) -> Option<String> {
    let of_std = |word: &str| word == "std" || word == "core" || word == "alloc";
    let last = crate::names::bare(&path.segments.last()?.ident);
    if path.segments.len() > 1 {
        return of_std(&path.segments[0].ident.to_string()).then_some(last);
    }
    let at = home::place_of(&path.segments[0].ident)?;
    let file = crates::file(&at);
    let mut brought = file.declared().brought().iter().filter(|b| b.name.as_ref() == Some(&last)).peekable();
    brought.peek()?;
    brought.all(|b| of_std(&b.path[0]) && b.path.last() == Some(&last)).then_some(last).filter(|name| !file.declared().declares(name))
}

/// Whether a path that ends like one of the standard library, `mem::swap`, may lead to a module, type or trait of the crate.
pub(crate) fn may_be_own(path: &syn::Path) -> bool {
    let of_std = |word: &proc_macro2::Ident| ["std", "core", "alloc"].iter().any(|library| word == library);
    let names: Vec<&proc_macro2::Ident> = path.segments.iter().map(|s| &s.ident).collect();
    if names.first().is_none_or(|first| of_std(first)) {
        return false;
    }
    if Home::of(path).is_some() {
        return true;
    }
    let [.., owner, last] = names[..] else { return false };
    let Some(at) = home::place_of(owner) else { return false };
    let (owner, last) = (crate::names::bare(owner), crate::names::bare(last));
    if owner.starts_with(char::is_lowercase) {
        return crates::with(&at, &format!("mod {owner}")).iter().any(|path| crates::file(path).has_module(&owner));
    }
    let declares = |keyword: &str| {
        let files = crates::with(&at, &format!("{keyword} {owner}"));
        files.iter().any(|path| crates::file(path).declared().has_function_of(&owner, &last))
    };
    ["struct", "enum", "trait", "impl"].iter().any(|keyword| declares(keyword))
}

/// Whether a name of a type that has to be imported from the standard library, `Ordering`, may be that of a type of the crate.
pub(crate) fn may_be_own_type(path: &syn::Path) -> bool {
    let Some(name) = path.get_ident() else { return false };
    let Some(at) = home::place_of(name) else { return false };
    let word = crate::names::bare(name);
    let declares = |keyword: &str| {
        let files = crates::with(&at, &format!("{keyword} {word}"));
        files.iter().any(|path| crates::file(path).declared().declares(&word))
    };
    ["struct", "enum", "type"].iter().any(|keyword| declares(keyword)) && name_in_std(path).is_none()
}

/// Where callers look for the companion of a function.
pub(crate) enum CompanionPlace {
    /// In a type of its name.
    Type,
    /// In the module around it, which has its name and stands beside an import of it: `mod huber; pub use huber::huber;`
    Module,
    /// The same, but the module has these names already.
    Nowhere,
}

/// Where callers of a function look for its companion, as far as the crate tells.
pub(crate) fn companion_place(item: &syn::ItemFn) -> CompanionPlace {
    let Some(at) = home::place_of(&item.sig.ident) else { return CompanionPlace::Type };
    if !crates::is_imported_beside_its_module(&at, &crate::names::bare(&item.sig.ident)) {
        return CompanionPlace::Type;
    }
    let file = crates::file(&at);
    let taken = ["pull", "push", "OVERWRITES"].iter().any(|name| file.declared().declares(name));
    if taken {
        CompanionPlace::Nowhere
    } else {
        CompanionPlace::Module
    }
}

/// The module of the crate that has the companion of the function that a path calls, where that is no type of its name, by its whole path:
/// an import from that module brings the function, and not the module.
pub(crate) fn module_of_companion(path: &syn::Path) -> Option<proc_macro2::TokenStream> {
    Home::of(path)?.module_of_companion()?.parse().ok()
}

/// Whether a name stands in a module of that name, which has a function of the name, as far as the file of the name tells.
pub(crate) fn is_in_module_of_its_name(name: &proc_macro2::Ident) -> bool {
    let at = place_of(name);
    ask_at(name, |file, name| file.is_in_module_of_its_name(name) && at.is_some_and(|at| file.is_inside_module(name, at)))
}

/// The line and column of a name.
fn place_of(name: &proc_macro2::Ident) -> Option<(usize, usize)> {
    #[cfg(not(test))]
    if proc_macro::is_available() {
        let start = name.span().unwrap().start();
        return Some((start.line(), start.column()));
    }
    let _ = name;
    None
}

/// Whether methods of a name give what may hold numbers, as far as the file of the name tells, and the macros of the crate.
pub(crate) fn gives_numbers(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.gives_numbers(name)) || by_macros(name).numbers
}

/// Whether a name is that of methods that take `&mut self`, as far as the file of the name tells, and of nothing else; of a name that the file
/// does not have, as far as the crate tells.
pub(crate) fn is_mut_method(name: &proc_macro2::Ident) -> bool {
    let here = ask_at(name, |file, name| file.takes(name));
    let by_macros = by_macros(name);
    if here.any() {
        return here.changes && !here.other && !by_macros.other;
    }
    // Elsewhere in the crate, a method with the name of one of std's is one of its own type alone.
    let all = of_the_crate(name).and(by_macros);
    all.changes && !all.other && !crate::lower::is_method_of_std(&name.to_string())
}

/// Whether there are methods of the name that take `&mut self`, as far as the crate tells.
pub(crate) fn may_be_mut_method(name: &proc_macro2::Ident) -> bool {
    let of_std = crate::lower::is_method_of_std(&crate::names::bare(name));
    may_be_mut_method_here(name) || !of_std && (of_the_crate(name).changes || by_macros(name).changes)
}

/// The same as far as the file of the name tells: of methods with the names of those of lists and iterators.
pub(crate) fn may_be_mut_method_here(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.takes(name).and(file.by_macros().defined(name))).changes
}

/// Whether the crate has functions of a name, and whether any of them may take its receiver by value, as far as the crate tells.
pub(crate) fn may_take_value(name: &proc_macro2::Ident) -> Option<bool> {
    let at = home::place_of(name)?;
    let word = crate::names::bare(name);
    let files = crates::with(&at, &format!("fn {word}"));
    let defined = by_macros(name);
    let any = !files.is_empty() || defined.any() || defined.defines;
    any.then(|| defined.other || defined.defines || files.iter().any(|path| crates::file(path).takes_value(&word)))
}

/// How the functions of a name in the crate take their receivers.
fn of_the_crate(name: &proc_macro2::Ident) -> by_macros::Takes {
    let Some(at) = home::place_of(name) else { return by_macros::Takes::default() };
    let word = crate::names::bare(name);
    let files = crates::with(&at, &format!("fn {word}"));
    files.iter().fold(by_macros::Takes::default(), |all, path| all.and(crates::file(path).takes(&word)))
}

/// The same of those that macros of the crate may write.
fn by_macros(name: &proc_macro2::Ident) -> by_macros::Takes {
    home::place_of(name).map(|at| written_by_macros(&at, &crate::names::bare(name))).unwrap_or_default()
}

fn written_by_macros(at: &std::path::Path, word: &str) -> by_macros::Takes {
    type Known = rustc_hash::FxHashMap<(std::path::PathBuf, String), by_macros::Takes>;
    thread_local! {
        static KNOWN: std::cell::RefCell<Known> = std::cell::RefCell::default();
    }
    let asked = (at.to_path_buf(), word.to_string());
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&asked).copied()) {
        return known;
    }
    let found = read_macros(at, word);
    KNOWN.with_borrow_mut(|known| known.insert(asked, found));
    found
}

fn read_macros(at: &std::path::Path, word: &str) -> by_macros::Takes {
    let defined = crates::with(at, &format!("fn {word}"));
    let all = defined.iter().fold(by_macros::Takes::default(), |all, path| all.and(crates::file(path).by_macros().defined(word)));
    let rules = crates::with(at, "macro_rules!");
    let of_any_name = rules.iter().fold(by_macros::Takes::default(), |all, path| all.and(crates::file(path).by_macros().of_any_name));
    let given = || crates::with(at, word).iter().any(|path| crates::file(path).by_macros().is_given(word));
    if of_any_name.defines && given() {
        return all.and(of_any_name);
    }
    all
}

/// Which parameters a function takes by `&mut`, as far as the functions of its name in the file of the call tell, or the crate.
pub(crate) fn lent(path: &syn::Path) -> Option<Vec<bool>> {
    let of = |path: &syn::Path| -> Option<Vec<bool>> {
        let name = &path.segments.last()?.ident;
        ask_at(name, |file, name| file.lent(name)).or_else(|| Home::of(path)?.lent())
    };
    of(path).or_else(|| {
        // A generated sibling takes what its function takes, and perhaps one value more.
        let mut path = path.clone();
        let last = path.segments.last_mut()?;
        let (function, sibling) = crate::names::of_sibling(&last.ident)?;
        last.ident = function;
        let more = (sibling != "_grad").then_some(false);
        of(&path).map(|lent| lent.into_iter().chain(more).collect())
    })
}

/// Whether a path names a function of the crate that has no attribute.
pub(crate) fn has_no_derivative(path: &syn::Path) -> bool {
    Home::of(path).is_some_and(|home| home.has_no_derivative())
}

/// Whether all functions of a name in the crate give an `Option`, and there are any.
pub(crate) fn gives_option(name: &proc_macro2::Ident) -> bool {
    let Some(at) = home::place_of(name) else { return false };
    let word = crate::names::bare(name);
    let files = crates::with(&at, &format!("fn {word}"));
    let known: Vec<bool> = files.iter().filter_map(|path| crates::file(path).gives_option(&word)).collect();
    !known.is_empty() && known.into_iter().all(|optional| optional)
}

/// Whether all methods of a name in the crate give an integer, a flag or the like, and there are any.
pub(crate) fn gives_plain(name: &proc_macro2::Ident) -> bool {
    let word = crate::names::bare(name);
    let Some(at) = home::place_of(name).filter(|_| !is_name_of_std(&word)) else { return false };
    let files = crates::with(&at, &format!("fn {word}"));
    let known: Vec<bool> = files.iter().filter_map(|path| crates::file(path).gives_plain(&word)).collect();
    !known.is_empty() && known.into_iter().all(|plain| plain)
}

/// Where `Result`s are in what the functions of a name give, as far as the file of the name tells.
pub(crate) fn gives(name: &proc_macro2::Ident) -> Shape {
    ask_at(name, |file, name| file.gives(name))
}

/// Whether some functions of a name give a `Result`, and others do not, as far as the file of the name tells.
pub(crate) fn gives_unlike(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.gives_unlike(name))
}

/// The same of a function that is called by a path, as far as the crate tells.
pub(crate) fn call_gives(path: &syn::Path) -> Shape {
    match path.segments.last().map(|s| gives(&s.ident)) {
        Some(known) if known != Shape::Other => known,
        _ => of_type(path).or_else(|| Some(Home::of(path)?.gives())).unwrap_or_default(),
    }
}

/// The same of `Type::function`, by what the block of the type says.
fn of_type(path: &syn::Path) -> Option<Shape> {
    let mut names = path.segments.iter().rev().map(|s| &s.ident);
    let (name, owner) = (names.next()?, crate::names::bare(names.next()?));
    let mut text = None;
    ask_at(name, |file, name| {
        text = file.declared().method(&owner, name);
        text.is_some()
    });
    Some(crate::desugar::shape::of_written(&syn::parse_str(&text?).ok()?))
}

/// Whether the file of the name defines a macro of that name with a `return` or `?`.
pub(crate) fn macro_leaves(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.macro_leaves(name))
}

/// The rules of the macro that a path calls, as far as the crate tells.
pub(crate) fn macro_rules(path: &syn::Path) -> Option<proc_macro2::TokenStream> {
    let name = &path.segments.last()?.ident;
    let words: Vec<String> = path.segments.iter().map(|s| crate::names::bare(&s.ident)).collect();
    macros::rules(&inside::file(&home::place_of(name)?), place_of(name), &words)?.parse().ok()
}

/// Whether the crate defines a macro of a name, in the file of the call or so that it is known there.
pub(crate) fn defines_macro(name: &proc_macro2::Ident) -> bool {
    let Some(at) = home::place_of(name) else { return false };
    let word = crate::names::bare(name);
    let here = crates::file(&inside::file(&at)).macros().defines(&word);
    here || !crates::with(&at, &format!("macro_rules! {word}")).is_empty() && macro_rules(&name.clone().into()).is_some()
}

/// Whether a name is that of a constant, of a variant or of something imported, as far as the file of the name tells.
pub(crate) fn is_constant(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.is_constant(name))
}

/// Whether no constant of the name can be in scope, as far as the file of the name tells.
pub(crate) fn is_no_constant(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.is_no_constant(name))
}

/// The name of a variant or a struct that accessors of its parts have in theirs: that of its declaration, whatever an import calls it.
pub(crate) fn declared_name(path: &syn::Path) -> Option<proc_macro2::Ident> {
    let last = &path.segments.last()?.ident;
    let original = path.get_ident().and_then(home::original).and_then(|name| syn::parse_str::<proc_macro2::Ident>(&name).ok());
    Some(original.map_or_else(|| last.clone(), |name| proc_macro2::Ident::new(&name.to_string(), last.span())))
}

/// Whether a path to what is made with `{ .. }` names a variant: `Shape::Circle`, or `Circle` with `use Shape::*`.
pub(crate) fn is_variant(path: &syn::Path) -> bool {
    match path.segments.iter().rev().nth(1) {
        Some(owner) => crate::varied::starts_uppercase(&owner.ident),
        None => path.get_ident().is_some_and(home::is_variant),
    }
}

/// Whether a call of a name in a constant's or type's case is one of a function of the file, or of the crate.
pub(crate) fn is_function(path: &syn::Path) -> bool {
    path.get_ident().is_some_and(|name| ask_at(name, |file, name| file.is_function(name)))
        || Home::of(path).is_some_and(|home| home.is_function())
}

/// Whether a trait is one of numbers, as far as the crate tells.
pub(crate) fn is_number_trait(name: &proc_macro2::Ident) -> bool {
    Home::of(&name.clone().into()).is_some_and(|home| home.is_number_trait())
}

/// What a trait of the crate asks of its types, as far as the crate tells.
pub(crate) fn supertraits(name: &proc_macro2::Ident) -> Vec<syn::TypeParamBound> {
    let written = Home::of(&name.clone().into()).map(|home| home.supertraits()).unwrap_or_default();
    written.iter().filter_map(|bound| syn::parse_str(bound).ok()).collect()
}

/// The function or module of the standard library that a name stands for, as far as the imports of its file tell.
pub(crate) fn imported(name: &proc_macro2::Ident) -> Option<String> {
    ask_at(name, |file, name| file.imported(name))
}

/// What a type stands for, as far as the crate tells: `Matrix` with `type Matrix = Vec<Vec<f64>>;`.
pub(crate) fn alias(path: &syn::Path, floats: &[syn::Ident]) -> Option<crate::types::Ty> {
    let last = path.segments.last().filter(|s| s.arguments.is_none())?;
    Home::of(path)?.alias(&last.ident, floats)
}

/// Whether a type stands for a `Result`, as far as the crate tells.
pub(crate) fn is_name_of_result(path: &syn::Path) -> bool {
    Home::of(path).is_some_and(|home| home.is_name_of_result())
}

/// The file of a name.
pub(crate) fn file_name(name: &proc_macro2::Ident) -> Option<String> {
    home::place_of(name).map(|path| path.to_string_lossy().into_owned())
}

/// What a question finds among the operators beside a block, those with the attribute first and then all of them. Another module or function may
/// have the same block, word for word, and other operators beside it.
pub(crate) fn beside<T>(
    block: &syn::ItemImpl,
    own: &crate::blocks::beside::OperatorBlock,
    question: impl Fn(&[crate::blocks::beside::OperatorBlock], &[crate::blocks::beside::OperatorBlock]) -> Option<T>,
) -> Option<T> {
    let name = first_name(quote::ToTokens::to_token_stream(&block.self_ty))?;
    ask_at(&name, |file, _| file.scopes_of(own, place_of(&name)).into_iter().find_map(|scope| question(&scope.annotated, &scope.all)))
}

/// The names of the modules and functions around a name in its file.
pub(crate) fn modules_of(name: &proc_macro2::Ident) -> Vec<String> {
    let Some(at) = place_of(name) else { return Vec::new() };
    ask_at(name, |file, _| file.layout().path(at))
}

/// The items in the scope of a name.
pub(crate) fn items_beside(name: &proc_macro2::Ident) -> Vec<syn::Item> {
    let Some(at) = place_of(name) else { return Vec::new() };
    ask_at(name, |file, _| file.layout().items_beside(file.text(), at))
}

/// The first identifier of some code.
pub(crate) fn first_name(code: proc_macro2::TokenStream) -> Option<proc_macro2::Ident> {
    code.into_iter().find_map(|t| match t {
        proc_macro2::TokenTree::Ident(i) => Some(i),
        proc_macro2::TokenTree::Group(g) => first_name(g.stream()),
        _ => None,
    })
}

/// The fields that the associated function of the name and type fills with its arguments, one after the other, if it does nothing else.
pub(crate) fn constructor(ty: &str, name: &proc_macro2::Ident) -> Option<Vec<String>> {
    // A macro of the file may write that of another type of the name.
    ask_at(name, |file, name| {
        let by_macro = || file.by_macros().defined(name).defines;
        file.constructor(&format!("{ty}::{name}")).filter(|_| !by_macro())
    })
}

/// Whether an associated function, called by its path, takes no receiver, as far as its file tells.
pub(crate) fn is_without_receiver(path: &syn::Path) -> bool {
    let segments: Vec<&proc_macro2::Ident> = path.segments.iter().map(|s| &s.ident).collect();
    let [owner, name] = segments[..] else { return false };
    ask_at(name, |file, name| file.is_without_receiver(&owner.to_string(), name))
}

thread_local! {
    static UNDECLARED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Until it is dropped, nothing is asked about what the file declares.
pub(crate) struct Undeclared(bool);

impl Undeclared {
    pub fn unless(declared: bool) -> Undeclared {
        Undeclared(UNDECLARED.replace(!declared))
    }
}

impl Drop for Undeclared {
    fn drop(&mut self) {
        UNDECLARED.set(self.0);
    }
}

/// What the file of a name declares.
fn ask_declared<T: Default>(name: &proc_macro2::Ident, question: impl FnOnce(&declared::Declared, &str) -> T) -> T {
    if UNDECLARED.get() {
        return T::default();
    }
    ask_at(name, |file, name| question(file.declared(), name))
}

/// The fields of a struct in the file of the name, if the name can only be that.
pub(crate) fn fields(name: &proc_macro2::Ident) -> Option<Vec<Field>> {
    ask_declared(name, declared::Declared::fields)
}

/// Whether a type is dereferenced to another one, as far as its file tells.
pub(crate) fn is_dereferenced(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().is_dereferenced(name))
}

/// Whether a type has an annotated `impl Deref`, as far as its file tells.
pub(crate) fn has_deref_rule(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().is_dereferenced(name) && !file.declared().has_no_deref_rule(name))
}

/// How many arguments a function takes, as far as its file tells.
pub(crate) fn arity(name: &proc_macro2::Ident) -> Option<usize> {
    ask_declared(name, declared::Declared::takes).map(|takes| takes.len())
}

/// The same of a method, without the receiver.
pub(crate) fn arity_of_method(owner: &str, name: &proc_macro2::Ident) -> Option<usize> {
    ask_declared(name, |file, name| file.method_takes(owner, name)).map(|takes| takes.len())
}

/// Whether a function of a type has no attribute that could give it a derivative, as far as its file tells.
pub(crate) fn is_unannotated(owner: &str, name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().is_unannotated(owner, name))
}

pub(crate) use modes::{LeftOut, Modes};

/// Which modes the attribute of a function gives, as far as its file tells.
pub(crate) fn modes_of(path: &syn::Path) -> Option<Modes> {
    Home::of(path).and_then(|home| home.modes())
}

/// What the `wrt` of a function leaves out, as far as its file tells.
pub(crate) fn left_out_of(path: &syn::Path) -> Vec<LeftOut> {
    Home::of(path).map(|home| home.left_out()).unwrap_or_default()
}

/// What the `wrt` of a function of a type leaves out.
pub(crate) fn left_out_of_method(owner: &str, name: &proc_macro2::Ident) -> Vec<LeftOut> {
    let there = syn::parse_str::<proc_macro2::Ident>(owner).ok().and_then(|mut owner| {
        owner.set_span(name.span());
        Some(Home::of(&owner.into())?.left_out_of_method(&crate::names::bare(name)))
    });
    there.unwrap_or_else(|| ask_at(name, |file, name| file.left_out(&format!("{owner}::{name}"))))
}

/// Whether a file of the crate declares what a path names.
pub(crate) fn is_declared(path: &syn::Path) -> bool {
    Home::of(path).is_some()
}

/// Which modes the attribute of a function of a type gives.
pub(crate) fn modes_of_method(owner: &str, name: &proc_macro2::Ident) -> Option<Modes> {
    let there = syn::parse_str::<proc_macro2::Ident>(owner).ok().and_then(|mut owner| {
        owner.set_span(name.span());
        Home::of(&owner.into())?.modes_of_method(&crate::names::bare(name))
    });
    there.or_else(|| ask_at(name, |file, name| file.modes_of_method(owner, name)))
}

/// Whether a file of the crate calls an associated function or method of a name that the crate does not define.
pub(crate) fn is_only_called_of_types(at: &proc_macro2::Ident, name: &str) -> bool {
    let Some(at) = home::place_of(at) else { return false };
    let texts: Vec<_> = crates::with(&at, name).iter().map(|path| crates::file(path)).collect();
    mentioned::is_only_called_of_types(texts.iter().map(|file| file.text()), name)
}

/// Whether the crate has a function of the name, by its text.
pub(crate) fn has_method(name: &proc_macro2::Ident) -> bool {
    let word = crate::names::bare(name);
    home::place_of(name).is_some_and(|at| !crates::with(&at, &format!("fn {word}")).is_empty())
}

/// The same, also of those that macros of the crate may write.
pub(crate) fn may_have_method(name: &proc_macro2::Ident) -> bool {
    has_method(name) || by_macros(name).defines
}

/// Whether the text of the crate has a word, that of a trait say.
pub(crate) fn mentions(at: &impl quote::ToTokens, word: &str) -> bool {
    let at = proc_macro2::Ident::new(word, crate::types::ends(at).0);
    home::place_of(&at).is_some_and(|at| !crates::with(&at, word).is_empty())
}

/// Whether types of the language and of its library have methods of a name.
pub(crate) use helpers::is_of_std as is_name_of_std;

/// Whether the crate has objects of a trait, or of one that asks for it, by its name.
pub(crate) fn has_objects(name: &proc_macro2::Ident) -> bool {
    home::place_of(name).is_some_and(|at| crates::has_objects(&at, &crate::names::bare(name)))
}

/// Whether a type parameter stands for nothing that values of a type hold: `U` in `Length<f64, U>` with a field of `PhantomData<U>`.
pub(crate) fn only_marks(ty: &syn::Type, name: &proc_macro2::Ident) -> bool {
    let syn::Type::Path(p) = ty else { return false };
    Home::of(&p.path).is_some_and(|home| home.only_marks(p.path.segments.last().map(|s| &s.arguments), name))
}

/// The same of a trait.
pub(crate) fn is_unannotated_trait(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().is_unannotated_trait(name))
}

/// The trait of the file whose function a method of the name is, if it has no attribute and nothing else of the file has such a method.
pub(crate) fn unannotated_trait_of(name: &proc_macro2::Ident) -> Option<String> {
    ask_at(name, |file, name| file.declared().unannotated_trait_of(name))
}

/// Whether a trait of the crate gives all types a method of a name, as far as files tell that have the name; `at` stands in the crate.
pub(crate) fn is_method_of_all(at: &proc_macro2::Ident, name: &str) -> bool {
    let Some(at) = home::place_of(at) else { return false };
    crates::with(&at, &format!("fn {name}")).iter().any(|path| crates::file(path).declared().is_method_of_all(name))
}

/// Whether a method that a trait gives slices, and arrays none of their own, changes what it is called on, as far as the crate tells.
pub(crate) fn method_of_slices(name: &proc_macro2::Ident) -> Option<bool> {
    let at = home::place_of(name)?;
    let (files, name) = (crates::with(&at, &format!("fn {name}")), name.to_string());
    if files.iter().any(|path| crates::file(path).declared().is_method_of_arrays(&name)) {
        return None;
    }
    files.iter().filter_map(|path| crates::file(path).declared().method_of_slices(&name)).reduce(|a, b| a | b)
}

/// The trait of std that a function of a type of the file belongs to, if it is one that cannot have siblings.
pub(crate) fn trait_of_std(owner: &str, name: &proc_macro2::Ident) -> Option<String> {
    ask_at(name, |file, name| file.declared().trait_of_std(owner, name))
}

/// Which parameters a function knows as values that may be references, by a type parameter, as far as the crate tells.
pub(crate) fn values_of_parameters(path: &syn::Path) -> Vec<usize> {
    Home::of(path).map(|home| home.values_of_parameters()).unwrap_or_default()
}

/// Whether methods of a name are refused where they are written, in the file of the name, since they know a reference as a parameter of
/// their trait.
pub(crate) fn knows_references(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().knows_references(name))
}

/// Whether a function has another one of its name beside it, so that rustc refuses both.
pub(crate) fn is_defined_twice(item: &syn::ItemFn) -> bool {
    let name = &item.sig.ident;
    let Some(at) = place_of(name) else { return false };
    ask_at(name, |file, name| file.is_defined_twice(name, at))
}

/// Whether a call of a function of the crate, by its path or that of its type, gives data that borrows, by the name of its type.
pub(crate) fn gives_what_borrows(path: &syn::Path) -> bool {
    let mut segments = path.segments.iter().rev().map(|s| &s.ident);
    let Some(name) = segments.next() else { return false };
    let made = ask_at(name, |file, name| file.declared().made_by(segments.next().map(ToString::to_string).as_deref(), name));
    let made = made.map(|made| proc_macro2::Ident::new(&made, name.span()));
    made.is_some_and(|made| parameters(&made).contains(&Parameter::Lifetime))
}

/// Whether a type is not `Clone`, as far as its file tells.
pub(crate) fn lacks_clone(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().derives_no_clone(name) && !text::implements(file.text(), "Clone", name))
}

/// Whether a type has no cotangent: neither the derive nor an `impl` by hand, as far as its file tells.
pub(crate) fn lacks_derive(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().lacks_derive(name))
}

/// Whether the file has one type of the name, and nothing else.
pub(crate) fn is_type(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.declared().has(name))
}

/// Whether a type holds no floats and has no cotangent, as far as the crate tells: `enum Side { Call, Put }`.
pub(crate) fn is_plain(path: &syn::Path) -> bool {
    let bare = path.segments.last().is_some_and(|s| s.arguments.is_none());
    bare && (Home::of(path).is_some_and(|home| home.is_plain()) || is_plain_in_std(path))
}

/// Whether a method of the crate, of types or of traits, can only be one that counts or compares and changes nothing.
pub(crate) fn counts_everywhere(method: &proc_macro2::Ident) -> bool {
    !is_name_of_std(&method.to_string()) && home::counts_everywhere(method)
}

/// Whether a path names a variant of such a type: `Side::Call`.
pub(crate) fn is_plain_variant(path: &syn::Path) -> bool {
    let mut owner = path.clone();
    let Some(variant) = owner.segments.pop().map(syn::punctuated::Pair::into_value) else { return false };
    owner.segments.pop_punct();
    !owner.segments.is_empty() && Home::of(&owner).is_some_and(|home| home.has_variant(&variant.ident) && home.is_plain())
}

/// Whether a path names a type of std that holds no floats, and that is `Differentiable`.
fn is_plain_in_std(path: &syn::Path) -> bool {
    const PLAIN: &[&str] = &["Duration", "Instant", "SystemTime", "PathBuf", "Path", "OsString", "OsStr"];
    // Most paths are asked for in vain.
    let named = path.segments.last().is_some_and(|s| PLAIN.iter().any(|name| s.ident == name));
    named && name_in_std(path).is_some()
}

/// The parameters of a type, as far as the crate tells.
pub(crate) fn parameters(name: &proc_macro2::Ident) -> Vec<Parameter> {
    Home::of(&name.clone().into()).map(|home| home.parameters()).unwrap_or_default()
}

/// The blocks of `Sum` and `Product` of a type in the scope where its name stands.
pub(crate) fn sums_beside(name: &proc_macro2::Ident, owner: &str) -> Vec<crate::blocks::sum::SumBlock> {
    let Some(at) = place_of(name) else { return Vec::new() };
    let blocks = ask_at(name, |file, _| file.sums_beside(at));
    blocks.into_iter().filter(|b| b.owner == owner).collect()
}

/// Tokens as if they stood somewhere else.
pub(crate) fn moved(tokens: proc_macro2::TokenStream, span: proc_macro2::Span) -> proc_macro2::TokenStream {
    let moved = |mut t: proc_macro2::TokenTree| {
        if let proc_macro2::TokenTree::Group(g) = &t {
            t = proc_macro2::Group::new(g.delimiter(), moved(g.stream(), span)).into();
        }
        t.set_span(span);
        t
    };
    tokens.into_iter().map(moved).collect()
}

/// A function of the same module that is followed where it is called, as if it stood there.
/// With `of_parts`, one that takes options or tuples of references.
pub(crate) fn helper(caller: &proc_macro2::Ident, name: &proc_macro2::Ident, of_parts: bool) -> Option<syn::ItemFn> {
    let caller = caller.to_string();
    let text = ask_at(name, |file, name| file.helper(&caller, name, of_parts));
    // Other modules of the file may have functions of these names.
    let text = text.or_else(|| home::place_of(name).and_then(|at| crates::file(&at).helper(&caller, &name.to_string(), of_parts)))?;
    syn::parse2(moved(text.parse().ok()?, name.span())).ok()
}

/// A helper of another file that a path calls, as if it stood where the call is.
pub(crate) fn helper_elsewhere(path: &syn::Path, of_parts: bool) -> Option<syn::ItemFn> {
    let name = &path.segments.last()?.ident;
    let function = elsewhere::function(&home::place_of(name)?, path, of_parts)?;
    syn::parse2(moved(quote::ToTokens::to_token_stream(&function), name.span())).ok()
}

/// The only method of a name that the crate has, if it is a helper, as a function of its receiver.
pub(crate) fn helper_method(name: &proc_macro2::Ident) -> Option<syn::ItemFn> {
    let function = elsewhere::method(&home::place_of(name)?, &crate::names::bare(name))?;
    syn::parse2(moved(quote::ToTokens::to_token_stream(&function), name.span())).ok()
}

/// A method of the same module that is followed where it is called, as a function of its receiver.
pub(crate) fn method_helper(caller: &proc_macro2::Ident, name: &proc_macro2::Ident) -> Option<(Method, syn::ItemFn)> {
    let caller = caller.to_string();
    let method = ask_at(name, |file, name| file.method_helper(&caller, name).cloned());
    // Other modules of the file may have functions of these names.
    let of_module = || home::place_of(name).and_then(|at| crates::file(&at).method_helper(&caller, &name.to_string()).cloned());
    let method = method.or_else(of_module)?;
    let function = parsed_at(name, &method.text)?;
    Some((method, function))
}

/// The same of a method or an associated function of a type that a path names, `Matrix::from_fn`, of this module or another one.
pub(crate) fn associated_helper(caller: &proc_macro2::Ident, owner: &str, path: &syn::Path) -> Option<(Method, syn::ItemFn)> {
    let name = &path.segments.last()?.ident;
    let caller = caller.to_string();
    let beside = || {
        let method = ask_at(name, |file, name| file.associated_helper(&caller, owner, name).cloned());
        let of_module =
            || home::place_of(name).and_then(|at| crates::file(&at).associated_helper(&caller, owner, &name.to_string()).cloned());
        let method = method.or_else(of_module)?;
        let function = parsed_at(name, &method.text)?;
        Some((method, function))
    };
    if let Some(found) = (path.segments.len() == 2).then(beside).flatten() {
        return Some(found);
    }
    let (method, function) = elsewhere::associated(&home::place_of(name)?, path)?;
    let function = syn::parse2(moved(quote::ToTokens::to_token_stream(&function), name.span())).ok()?;
    Some((method, function))
}

/// Whether types of the file are converted to a number of a name by an `impl From`.
pub(crate) fn is_converted_to(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.is_converted_to(name))
}

/// Whether a function that cannot have siblings needs none, since others of its file call it and follow it there.
pub(crate) fn is_followed(name: &proc_macro2::Ident) -> bool {
    let (followed, called) = ask_at(name, |file, name| (file.is_followed(name), file.calls(name)));
    // Modules of the file may import it.
    let of_module = || home::place_of(name).is_some_and(|at| crates::file(&at).is_helper(&name.to_string()));
    followed || called && of_module()
}

/// Whether only calls of a method tell what it does, so that a block with the attribute leaves it alone.
pub(crate) fn is_without_siblings(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.is_without_siblings(name))
}

/// A function of the file that calls may be followed into.
pub(crate) struct Callee {
    pub function: syn::ItemFn,
    /// Whether the caller is known to stand in the same scope.
    pub same_scope: bool,
}

/// The function of the file that a call names, if it can name no other and is annotated.
pub(crate) fn callee(name: &proc_macro2::Ident, caller: &proc_macro2::Ident) -> Option<Callee> {
    let found = ask_at(name, |file, name| file.declared().callee(name, &caller.to_string()).filter(|_| !file.may_be_in_a_circle(name)));
    let (text, same_scope) = found?;
    Some(Callee { function: parsed_at(name, &text)?, same_scope })
}

/// Whether the annotated function of a name in the file has a signature that is refused: there the message stands.
pub(crate) fn is_refused(name: &proc_macro2::Ident) -> bool {
    let head = ask_at(name, |file, name| file.declared().annotated(name)).and_then(|text| parsed_at::<syn::Signature>(name, &text));
    let Some(head) = head else { return false };
    let mut errors = crate::diagnostics::Errors::default();
    let options = crate::options::Options::default();
    let signature = crate::signature::Signature::read_in(&crate::signature::Block::default(), &head, &options, &mut errors);
    errors.finish(()).is_err() || crate::signature::refusals::without_derive(&signature).is_err()
}

/// Whether functions of a name are straight lines of arithmetic, as far as the file of the name tells.
pub(crate) fn is_light(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.is_light(name))
}

/// Whether what functions of a name keep does not grow with the trips of loops, as far as the file of the name tells.
pub(crate) fn keeps_little(name: &proc_macro2::Ident) -> bool {
    ask_at(name, |file, name| file.keeps_little(name))
}

/// Whether a function of a name is called in the file of another, and comes from nowhere else.
pub(crate) fn is_only_called(at: &proc_macro2::Ident, name: &str) -> bool {
    ask_at(at, |file, _| file.is_only_called(name))
}

/// Whether something associated has a name, as far as the file of another name tells.
pub(crate) fn is_method(at: &proc_macro2::Ident, name: &str) -> bool {
    ask_at(at, |file, _| file.declared().is_associated(name))
}

/// The type that a text says, as if it stood where the name stands.
pub(crate) fn written_at(name: &proc_macro2::Ident, text: &str) -> Option<syn::Type> {
    parsed_at(name, text)
}

/// The same of a block.
pub(crate) fn block_at(name: &proc_macro2::Ident, text: &str) -> Option<syn::Block> {
    parsed_at(name, text)
}

fn parsed_at<T: syn::parse::Parse>(name: &proc_macro2::Ident, text: &str) -> Option<T> {
    syn::parse2(moved(text.parse().ok()?, name.span())).ok()
}

#[cfg(test)]
fn ask(_: &syn::ItemFn, _: impl FnOnce(&file::File, &str) -> bool) -> bool {
    false
}

#[cfg(test)]
fn ask_at<T: Default>(_: &proc_macro2::Ident, _: impl FnOnce(&file::File, &str) -> T) -> T {
    T::default()
}

#[cfg(not(test))]
fn ask(item: &syn::ItemFn, question: impl FnOnce(&file::File, &str) -> bool) -> bool {
    ask_at(&item.sig.ident, question)
}

#[cfg(not(test))]
fn ask_at<T: Default>(name: &proc_macro2::Ident, question: impl FnOnce(&file::File, &str) -> T) -> T {
    // All of it, since methods and operators are not asked for by a path.
    home::place_of(name).map(|path| question(&crates::file(&inside::file(&path)), &name.to_string())).unwrap_or_default()
}

/// Looks at the source file around the function.
#[cfg(not(test))]
fn source_says_so(item: &syn::ItemFn) -> bool {
    surroundings(item).is_some()
}

/// The block around a function, as the source file tells.
#[cfg(not(test))]
fn surroundings(item: &syn::ItemFn) -> Option<Around> {
    if !proc_macro::is_available() {
        return None;
    }
    let file = item.sig.ident.span().unwrap().local_file()?;
    crates::file(&crates::canonical(file)).layout().associated(place_of(&item.sig.ident)?)
}
