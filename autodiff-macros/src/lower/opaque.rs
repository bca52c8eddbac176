//! Types and functions of the standard library that a derivative cannot follow a value into.
//!
//! What enters: a path that is called, or a body with macros. What leaves: a message that says why and what to use instead, if it is one of them.

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use rustc_hash::FxHashSet as HashSet;
use syn::ext::IdentExt;

/// Why a value cannot be followed through `Owner::function` or `module::function`.
pub(super) fn reason(path: &syn::Path) -> Option<String> {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let owner = names.len().checked_sub(2).map(|k| names[k].as_str())?;
    let last = names.last()?.as_str();
    let is_own = path
        .segments
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|s| crate::position::Home::of(&s.ident.clone().into()).is_some_and(|home| home.is_type()));
    match owner {
        // A type of the user's may have the name.
        _ if is_own => None,
        "Cell" | "RefCell" | "OnceCell" | "LazyCell" | "UnsafeCell" | "Mutex" | "RwLock" | "OnceLock" | "LazyLock" => Some(format!(
            "what is written into a `{owner}` cannot be followed, since any reference to it may write; use a `let mut` variable"
        )),
        _ if owner.starts_with("Atomic") => Some(format!("what is written into an `{owner}` cannot be followed; use a `let mut` variable")),
        "Rc" | "Arc" => Some(format!("a value shared by `{owner}` cannot be differentiated; use the value itself, or a reference to it")),
        "ManuallyDrop" | "MaybeUninit" | "NonNull" => Some(format!("a value in `{owner}` cannot be differentiated; use the value itself")),
        "thread" => Some("what another thread computes cannot be differentiated; call the function here".to_string()),
        "mpsc" => Some("what goes through a channel cannot be followed; hand the value over directly, or through a `Vec`".to_string()),
        "mem" if last.starts_with("transmute") => {
            Some("what `transmute` makes of a number carries no derivative; use `as`, or wrap the value in `constant(...)`".to_string())
        }
        "ptr" => Some("raw pointers cannot be differentiated; use a reference or an index".to_string()),
        _ if is_collection(owner) => Some(collection(owner)),
        _ => None,
    }
}

/// Why a variable of a type that is written down cannot be followed, where it is a collection of std.
pub(super) fn reason_of_type(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(p) = ty else { return None };
    let last = p.path.segments.last()?;
    let is_own = crate::position::Home::of(&last.ident.clone().into()).is_some_and(|home| home.is_type());
    let name = last.ident.to_string();
    (is_collection(&name) && !is_own).then(|| collection(&name))
}

fn is_collection(name: &str) -> bool {
    matches!(name, "VecDeque" | "LinkedList" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "BinaryHeap")
}

pub(super) fn collection(name: &str) -> String {
    let instead = match name {
        "VecDeque" | "LinkedList" => "use a `Vec`, with an index to its front",
        "BinaryHeap" => "use a `Vec`, and `sort_by`",
        _ => "keep the numbers in a `Vec` and their positions in the map",
    };
    if matches!(name, "VecDeque" | "HashMap" | "BTreeMap") {
        return format!(
            "a `{name}` of differentiable values can be followed where a variable of the function holds it, and nothing but methods of std is done to it; here, {instead}"
        );
    }
    format!("a `{name}` of differentiable values cannot be differentiated; {instead}")
}

/// Refuses numbers that are read from outside: the function would not be the same at every call.
///
/// # Errors
/// Where something is read from a file, the terminal or the like, and numbers are made of text or bytes.
pub(crate) fn refuse_input(block: &syn::Block) -> syn::Result<()> {
    #[derive(Default)]
    struct Input {
        read: Option<proc_macro2::Span>,
        converts: bool,
    }
    impl<'a> syn::visit::Visit<'a> for Input {
        fn visit_path(&mut self, path: &'a syn::Path) {
            let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
            let owner = names.len().checked_sub(2).map_or("", |k| names[k].as_str());
            let last = names.last().map_or("", String::as_str);
            let reads = matches!(
                (owner, last),
                ("fs", "read" | "read_to_string")
                    | ("env", "var" | "var_os" | "args")
                    | ("File" | "TcpStream" | "UdpSocket", _)
                    | ("io" | "", "stdin")
                    | ("Command", "new")
            );
            if reads {
                self.read = self.read.or_else(|| path.segments.last().map(|s| s.ident.span()));
            }
            self.converts |= last == "from_str" || last.starts_with("from_") && last.ends_with("_bytes");
            syn::visit::visit_path(self, path);
        }
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            self.converts |= m.method == "parse";
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut input = Input::default();
    syn::visit::Visit::visit_block(&mut input, block);
    match input.read {
        Some(span) if input.converts => Err(syn::Error::new(
            span,
            "a number that is read from outside may be another one at every call, so value and gradient need not belong together; read it before, and pass it as a parameter",
        )),
        _ => Ok(()),
    }
}

/// Refuses instructions of the processor's own: what they read and write stands in a text.
pub(crate) fn refuse_assembly(block: &syn::Block) -> syn::Result<()> {
    struct Assembly(Option<syn::Error>);
    impl<'a> syn::visit::Visit<'a> for Assembly {
        fn visit_item(&mut self, _: &'a syn::Item) {}
        fn visit_macro(&mut self, m: &'a syn::Macro) {
            let Some(name) = m.path.segments.last().map(|s| &s.ident) else { return };
            if self.0.is_none() && name == "asm" {
                let message = "what `asm!` reads and writes is not known, so it cannot be differentiated; put it into a function of its own, with `#[derivative(...)]`";
                self.0 = Some(syn::Error::new(name.span(), message));
            }
        }
    }
    let mut assembly = Assembly(None);
    syn::visit::Visit::visit_block(&mut assembly, block);
    assembly.0.map_or(Ok(()), Err)
}

/// Refuses macros that may leave the function, by themselves or in their arguments: their `return` would give the user's type from
/// inside a sibling that has another one. The elements of `vec!` are looked into.
pub(crate) fn refuse_leaving(block: &syn::Block) -> syn::Result<()> {
    struct Leaving(Option<syn::Error>);
    impl<'a> syn::visit::Visit<'a> for Leaving {
        fn visit_item(&mut self, _: &'a syn::Item) {}
        fn visit_macro(&mut self, m: &'a syn::Macro) {
            let Some(name) = m.path.segments.last().map(|s| &s.ident) else { return };
            if let (None, false, Some((at, exit))) = (&self.0, name == "vec", exit_in(m.tokens.clone())) {
                let message = format!(
                    "`{exit}` in the arguments of `{name}!` cannot be differentiated; give the value a name before, as in `let v = e?;`"
                );
                self.0 = Some(syn::Error::new(at, message));
            }
            let known = matches!(name.to_string().as_str(), "bail" | "ensure" | "ensure_eq" | "ensure_ne");
            if self.0.is_none() && (known || crate::position::macro_leaves(name)) {
                self.0 = Some(syn::Error::new(
                    name.span(),
                    format!("the macro `{name}!` may leave the function, and cannot be looked into; write out what it does, as in `if .. {{ return ..; }}`"),
                ));
            }
        }
    }
    /// The first `?` or `return`.
    fn exit_in(tokens: TokenStream) -> Option<(proc_macro2::Span, &'static str)> {
        tokens.into_iter().find_map(|t| match t {
            TokenTree::Punct(p) if p.as_char() == '?' => Some((p.span(), "?")),
            TokenTree::Ident(i) if i == "return" => Some((i.span(), "return")),
            TokenTree::Group(g) => exit_in(g.stream()),
            _ => None,
        })
    }
    let mut leaving = Leaving(None);
    syn::visit::Visit::visit_block(&mut leaving, block);
    leaving.0.map_or(Ok(()), Err)
}

/// Refuses macros that are defined in the function and name its variables, which no call of them shows, and `include!`, whose file may
/// name any.
pub(crate) fn refuse_capturing(block: &syn::Block, bindings: &crate::resolve::Bindings) -> syn::Result<()> {
    struct Capturing<'b>(HashSet<&'b str>, Option<syn::Error>);
    impl Capturing<'_> {
        fn captured(&self, tokens: TokenStream) -> Option<Ident> {
            // Behind `$` a name is the macro's own, behind `.` one of a field or a method.
            let mut own = false;
            tokens.into_iter().find_map(|t| match t {
                TokenTree::Ident(i) => (!std::mem::take(&mut own) && self.0.contains(i.unraw().to_string().as_str())).then_some(i),
                TokenTree::Group(g) => self.captured(g.stream()),
                TokenTree::Punct(p) => {
                    own = p.as_char() == '$' || p.as_char() == '.' && !own && p.spacing() == Spacing::Alone;
                    None
                }
                TokenTree::Literal(_) => None,
            })
        }
    }
    impl<'a> syn::visit::Visit<'a> for Capturing<'_> {
        fn visit_item(&mut self, item: &'a syn::Item) {
            let syn::Item::Macro(syn::ItemMacro { ident: Some(name), mac, .. }) = item else { return };
            if let (None, Some(variable)) = (&self.1, self.captured(mac.tokens.clone())) {
                let message = format!(
                    "the macro `{name}!` may use the variable `{variable}` of the function, and cannot be looked into; write a closure"
                );
                self.1 = Some(syn::Error::new(variable.span(), message));
            }
        }

        fn visit_macro(&mut self, m: &'a syn::Macro) {
            if m.path.segments.last().is_some_and(|s| s.ident == "include") && self.1.is_none() {
                let message = "the file that `include!` brings in may use variables of the function, and cannot be looked into; bring it in as a `const`";
                self.1 = Some(syn::Error::new_spanned(&m.path, message));
            }
        }
    }
    let names = bindings.iter().map(|(_, b)| b.original.trim_start_matches("r#")).chain(["self"]).collect();
    let mut capturing = Capturing(names, None);
    syn::visit::Visit::visit_block(&mut capturing, block);
    capturing.1.map_or(Ok(()), Err)
}
