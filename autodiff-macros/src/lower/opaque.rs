//! Types and functions of the standard library that a derivative cannot follow a value into.
//!
//! What enters: a path that is called. What leaves: a message that says why and what to use instead, if it is one of them.

/// Why a value cannot be followed through `Owner::function` or `module::function`.
pub(super) fn reason(path: &syn::Path) -> Option<String> {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let owner = names.len().checked_sub(2).map(|k| names[k].as_str())?;
    let last = names.last()?.as_str();
    match owner {
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

fn is_collection(name: &str) -> bool {
    matches!(name, "VecDeque" | "LinkedList" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "BinaryHeap")
}

fn collection(name: &str) -> String {
    let instead = match name {
        "VecDeque" | "LinkedList" => "use a `Vec`, with an index to its front",
        "BinaryHeap" => "use a `Vec`, and `sort_by`",
        _ => "keep the numbers in a `Vec` and their positions in the map",
    };
    format!("a `{name}` of differentiable values cannot be differentiated; {instead}")
}
