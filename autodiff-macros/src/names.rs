//! The one place that invents identifiers.
//!
//! | name | what it is |
//! | --- | --- |
//! | `x` | the user's own variable; a version that overwrites it is `x_1`, `x_2` |
//! | `t0`, `t1` | intermediate values, in evaluation order |
//! | `x_bar` | the cotangent of `x` |
//! | `x_dot` | the tangent of `x` |
//! | `x_pull` | the pullback of the call that computed `x` |
//! | `took_0` | whether a branch was taken |
//! | `arm_0` | which arm of a `match` ran |
//! | `trips_0` | how often a loop ran |
//! | `tape_0` | values that a loop keeps for the reverse sweep |
//! | `saved_0` | values that a branch keeps for the reverse sweep |
//! | `old_0` | what an assignment overwrites |
//! | `checkpoints_0` | what a loop's variables were before some of its iterations |
//! | `first_0`, `count_0` | the part of a loop after a checkpoint |
//! | `x_bar_out`, `value_out` | what a sibling hands out; no other name of ours ends like this |
//! | `shape_0` | the zeros of what a call wrote to, of which nobody asks for the derivative |
//! | `log_0` | parts of an array before they are overwritten |
//!
//! All of them are hygienic (`Span::mixed_site`), so that no name of the user collides; they avoid the user's
//! names all the same, so that printed code is unambiguous.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// Gives out names.
#[derive(Clone, Default)]
pub(crate) struct Namer {
    used: HashSet<String>,
    counters: HashMap<String, usize>,
    places: HashMap<String, Span>,
}

impl Namer {
    /// Starts with every identifier that occurs in the user's function.
    pub fn new(tokens: TokenStream) -> Self {
        let mut namer = Namer::default();
        namer.avoid(tokens);
        namer
    }

    /// The same, where they are known already.
    pub fn beside(used: HashSet<String>) -> Self {
        Namer { used, ..Namer::default() }
    }

    /// All names that are in use.
    pub fn into_used(self) -> HashSet<String> {
        self.used
    }

    pub fn avoid(&mut self, tokens: TokenStream) {
        for t in tokens {
            match t {
                TokenTree::Ident(i) => {
                    self.used.insert(bare(&i));
                }
                TokenTree::Group(g) => self.avoid(g.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// `stem0`, `stem1`, ...
    pub fn numbered(&mut self, stem: &str) -> Ident {
        loop {
            let n = self.counters.entry(stem.to_string()).or_insert(0);
            let name = format!("{stem}{n}");
            *n += 1;
            if self.used.insert(name.clone()) {
                return Ident::new(&name, Span::mixed_site());
            }
        }
    }

    /// `name`, or `name_1`, ... if it is taken.
    pub fn fresh(&mut self, name: &str) -> Ident {
        let name = name.trim_start_matches("r#");
        if self.used.insert(name.to_string()) {
            return Ident::new(name, Span::mixed_site());
        }
        self.version(name, Span::mixed_site())
    }

    /// `name_1`, `name_2`, ... with the user's span.
    pub fn version(&mut self, name: &str, span: Span) -> Ident {
        let name = name.trim_start_matches("r#");
        loop {
            let n = self.counters.entry(format!("{name}_")).or_insert(0);
            *n += 1;
            let candidate = format!("{name}_{n}");
            if self.used.insert(candidate.clone()) {
                return Ident::new(&candidate, span.resolved_at(Span::mixed_site()));
            }
        }
    }

    /// Remembers where the operation stands that gives a variable its value.
    pub fn place(&mut self, name: &Ident, at: Span) {
        self.places.insert(bare(name), at);
    }

    /// The tangent's name of a variable. Errors about it are shown at the operation that the variable comes from.
    pub fn dot(&mut self, name: &Ident) -> Ident {
        self.derived(name, "dot")
    }

    /// The cotangent's name of a variable, with the same errors.
    pub fn bar(&mut self, name: &Ident) -> Ident {
        self.derived(name, "bar")
    }

    fn derived(&mut self, name: &Ident, suffix: &str) -> Ident {
        let at = self.places.get(&bare(name)).copied().unwrap_or_else(|| name.span());
        let name = if name == "self" { "self".to_string() } else { bare(name) };
        let mut derived = self.fresh(&format!("{name}_{suffix}"));
        derived.set_span(derived.span().located_at(at));
        derived
    }
}

/// The name without `r#`.
pub(crate) fn bare(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(ToString::to_string).unwrap_or(text)
}

/// The hidden method by which the cotangent (`bar`) or tangent (`dot`) of a variant's field is reached. No two fields have one name: where the
/// variant's has an underscore, its length tells where it ends.
pub(crate) fn accessor(side: &str, variant: &str, field: &str, span: proc_macro2::Span) -> Ident {
    let length = if variant.contains('_') { variant.len().to_string() } else { String::new() };
    Ident::new(&format!("__{side}_{length}{variant}_{field}"), span)
}

/// The function that a sibling's name is made of, and the suffix of the sibling: `f_grad` is `f` and `_grad`.
pub(crate) fn of_sibling(ident: &Ident) -> Option<(Ident, &'static str)> {
    let text = bare(ident);
    let suffix = ["_grad", "_vjp", "_jvp", "_hvp"].into_iter().find(|suffix| text.ends_with(suffix))?;
    let function = text.strip_suffix(suffix).filter(|name| !name.is_empty())?;
    Some((Ident::new(function, ident.span()), suffix))
}
