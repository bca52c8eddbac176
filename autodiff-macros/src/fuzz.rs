//! Mutated and truncated token streams of real functions, fed to the macros without a compiler.
//!
//! Whatever comes in, no macro panics or hangs. If a function comes in, what leaves is Rust; it holds the function as written, or an
//! error. A run of the tests takes a few thousand inputs; a long one is
//! `AUTODIFF_FUZZ=1000000 cargo test --release -p autodiff-macros --lib fuzz`, with `AUTODIFF_SEED` for others. `AUTODIFF_FUZZ_OF=word`
//! mutates only the functions that have this word, and with `AUTODIFF_SHRINK=1` the first input that fails is made small.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{quote, ToTokens};

/// SplitMix64.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// The Rust files below a folder, in order.
fn files(folder: &Path, out: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The functions, blocks and types of a file, also those in modules.
fn collect(items: Vec<syn::Item>, out: &mut Vec<String>) {
    for item in items {
        match item {
            syn::Item::Mod(syn::ItemMod { content: Some((_, items)), .. }) => collect(items, out),
            syn::Item::Fn(mut f) => {
                f.attrs.clear();
                out.push(f.to_token_stream().to_string());
            }
            syn::Item::Impl(mut i) => {
                i.attrs.clear();
                out.push(i.to_token_stream().to_string());
            }
            syn::Item::Struct(_) | syn::Item::Enum(_) => out.push(item.to_token_stream().to_string()),
            _ => {}
        }
    }
}

fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["src/snapshots/functions", "../tests", "../examples", "../benches/src"] {
        files(&root.join(folder), &mut paths);
    }
    let mut out = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if let Ok(file) = syn::parse_file(&text) {
            collect(file.items, &mut out);
        }
    }
    assert!(out.len() > 200, "the functions of the tests are found");
    let only = std::env::var("AUTODIFF_FUZZ_OF").unwrap_or_default();
    out.retain(|text| text.contains(&only));
    out
}

/// Words that decide something in the macros.
const WORDS: &[&str] = &[
    "mut",
    "&",
    "*",
    "self",
    "return",
    "break",
    "continue",
    "loop",
    "while",
    "for",
    "in",
    "if",
    "else",
    "match",
    "let",
    "ref",
    "move",
    "as",
    "f64",
    "f32",
    "usize",
    "Some",
    "None",
    "x",
    "=",
    "+=",
    "..",
    "..=",
    "=>",
    "->",
    ".",
    ",",
    ";",
    ":",
    "::",
    "|",
    "||",
    "&&",
    "!",
    "?",
    "<",
    ">",
    "1.0",
    "2",
    "'a",
    "unsafe",
    "async",
    "await",
    "const",
    "static",
    "dyn",
    "impl",
    "where",
    "fn",
    "struct",
    "box",
    "_",
    "@",
    "#",
    "iter()",
    "map(|x| x)",
    "sum::<f64>()",
    "[0]",
    "[]",
    "()",
    "{}",
    "vec![x]",
    "push(x)",
    "r#type",
    "ä",
    "\"{x}\"",
    "'l: loop { break 'l; }",
];

const OPTIONS: &[&str] =
    &["", "", "", "", "wrt(x)", "wrt(w, x)", "boxed", "no_companion", "hessian", "jacobian", "off(fuse)", "wrt", "wrt()", "x = 1"];

/// One change somewhere in the tree of tokens.
fn mutate(tokens: TokenStream, rng: &mut Rng, other: &[TokenTree]) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let groups: Vec<usize> = (0..trees.len()).filter(|&k| matches!(&trees[k], TokenTree::Group(_))).collect();
    if !groups.is_empty() && rng.below(10) < 8 {
        let k = *rng.pick(&groups);
        if let TokenTree::Group(g) = &trees[k] {
            let inner = mutate(g.stream(), rng, other);
            let delimiter = if rng.below(40) == 0 {
                *rng.pick(&[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None])
            } else {
                g.delimiter()
            };
            trees[k] = TokenTree::Group(Group::new(delimiter, inner));
        }
        return trees.into_iter().collect();
    }
    let at = rng.below(trees.len() + 1);
    let inside = at.min(trees.len().saturating_sub(1));
    match rng.below(8) {
        0 | 1 if !trees.is_empty() => {
            trees.remove(inside);
        }
        2 if !trees.is_empty() => {
            let t = trees[inside].clone();
            trees.insert(at, t);
        }
        3 if trees.len() > 1 => {
            let (a, b) = (rng.below(trees.len()), rng.below(trees.len()));
            trees.swap(a, b);
        }
        4 => trees.truncate(at),
        5 if !other.is_empty() => {
            let from = rng.below(other.len());
            let n = 1 + rng.below(6);
            let part: Vec<TokenTree> = other[from..(from + n).min(other.len())].to_vec();
            trees.splice(at..at, part);
        }
        6 if !trees.is_empty() => {
            // Nests a part deeper.
            let from = rng.below(trees.len());
            let to = (from + 1 + rng.below(5)).min(trees.len());
            let mut part: TokenStream = trees[from..to].iter().cloned().collect();
            for _ in 0..1 + rng.below(3) {
                let delimiter = *rng.pick(&[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::None]);
                part = TokenTree::Group(Group::new(delimiter, part)).into();
            }
            trees.splice(from..to, part);
        }
        _ => {
            let word: TokenStream = rng.pick(WORDS).parse().unwrap_or_default();
            if rng.below(2) == 0 && !trees.is_empty() {
                trees.remove(inside);
            }
            let at = at.min(trees.len());
            trees.splice(at..at, word);
        }
    }
    trees.into_iter().collect()
}

/// What must hold for any input.
fn check(args: &str, item: &TokenStream) -> Result<(), String> {
    let options: TokenStream = args.parse().unwrap_or_default();
    let out = catch_unwind(AssertUnwindSafe(|| crate::expand::differentiate(options, item.clone()))).map_err(|_| "panics".to_string())?;
    if let Ok(f) = syn::parse2::<syn::ItemFn>(item.clone()) {
        let file = syn::parse2::<syn::File>(out.clone()).map_err(|e| format!("gives what is not Rust: {e}\n{out}"))?;
        let name = f.sig.ident.to_string();
        let kept = file.items.iter().any(|i| matches!(i, syn::Item::Fn(g) if g.sig.ident == name));
        let error = out.to_string().contains("compile_error");
        if !kept {
            return Err(format!("loses the function\n{out}"));
        }
        if !error && !out.to_string().contains("_vjp") {
            return Err("gives neither siblings nor an error".into());
        }
    } else if syn::parse2::<syn::ItemImpl>(item.clone()).is_err()
        && syn::parse2::<syn::ItemFn>(crate::expand::flat(item.clone())).is_err()
        && !out.to_string().contains("compile_error")
    {
        return Err("gives no error for what is no function".into());
    }
    if let Ok(input) = syn::parse2::<syn::DeriveInput>(item.clone()) {
        catch_unwind(AssertUnwindSafe(|| crate::derive::derive(input))).map_err(|_| "panics in the derive".to_string())?;
    }
    let options: TokenStream = if args.is_empty() { quote!(x = 1.0) } else { args.parse().unwrap_or_default() };
    catch_unwind(AssertUnwindSafe(|| crate::derivative::derivative(options, item.clone())))
        .map_err(|_| "panics in `derivative`".to_string())?;
    Ok(())
}

fn input(seed: u64, corpus: &[String]) -> (&'static str, TokenStream) {
    let mut rng = Rng(seed);
    let mut tokens: TokenStream = rng.pick(corpus).parse().unwrap_or_default();
    let other: Vec<TokenTree> = rng
        .pick(corpus)
        .parse::<TokenStream>()
        .unwrap_or_default()
        .into_iter()
        .flat_map(|t| match t {
            TokenTree::Group(g) => g.stream().into_iter().collect::<Vec<_>>(),
            t => vec![t],
        })
        .collect();
    for _ in 0..rng.below(4) {
        tokens = mutate(tokens, &mut rng, &other);
    }
    (OPTIONS[rng.below(OPTIONS.len())], tokens)
}

/// What the last panic said.
static LAST_PANIC: std::sync::Mutex<String> = std::sync::Mutex::new(String::new());

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// Every way to take some tokens out, the most at once first, and those that keep what is inside of a group.
fn smaller(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let with = |from: usize, to: usize, middle: TokenStream| -> TokenStream {
        trees[..from].iter().cloned().chain(middle).chain(trees[to..].iter().cloned()).collect()
    };
    let mut out = Vec::new();
    let mut size = trees.len();
    while size > 0 {
        out.extend((0..=trees.len() - size).step_by(size.div_ceil(2)).map(|from| with(from, from + size, TokenStream::new())));
        size /= 2;
    }
    for (k, tree) in trees.iter().enumerate() {
        if let TokenTree::Group(g) = tree {
            out.push(with(k, k + 1, g.stream()));
            out.extend(
                smaller(&g.stream()).into_iter().map(|inside| with(k, k + 1, TokenTree::Group(Group::new(g.delimiter(), inside)).into())),
            );
        }
    }
    out
}

/// An input that fails as this one does, from which nothing can be taken.
fn shrunk(args: &str, item: &TokenStream) -> TokenStream {
    let kind = |item: &TokenStream| {
        check(args, item).err().map(|e| {
            let said = std::mem::take(&mut *LAST_PANIC.lock().expect("not poisoned"));
            e.chars().chain(said.chars().filter(|c| !c.is_ascii_digit()).take(120)).take(160).collect::<String>()
        })
    };
    let (wanted, mut item) = (kind(item), item.clone());
    while let Some(less) = smaller(&item).into_iter().find(|less| kind(less) == wanted) {
        item = less;
    }
    item
}

#[test]
fn mutated_functions_never_break_the_macros() {
    let (count, first) = (number("AUTODIFF_FUZZ", 1000), number("AUTODIFF_SEED", 0));
    let (tell, told) = mpsc::channel();
    // rustc's main thread has eight megabytes.
    let worker = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        std::panic::set_hook(Box::new(|info| *LAST_PANIC.lock().expect("not poisoned") = info.to_string()));
        let corpus = corpus();
        let mut failures = Vec::new();
        let shrinks = std::env::var_os("AUTODIFF_SHRINK").is_some();
        for seed in first..first + count {
            let (args, item) = input(seed, &corpus);
            let _ = tell.send((seed, format!("#[differentiate({args})] {item}")));
            if let Err(e) = check(args, &item) {
                let e = format!("{e} {}", std::mem::take(&mut *LAST_PANIC.lock().expect("not poisoned")));
                let item = if failures.is_empty() && shrinks { shrunk(args, &item) } else { item };
                failures.push(format!("input {seed} {e}\n#[differentiate({args})]\n{item}"));
            }
        }
        let _ = std::panic::take_hook();
        failures
    });
    let mut last = (first, String::new());
    loop {
        match told.recv_timeout(Duration::from_secs(if std::env::var_os("AUTODIFF_SHRINK").is_some() { 3600 } else { 60 })) {
            Ok(now) => last = now,
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("input {} hangs: {}", last.0, last.1),
        }
    }
    let failures = worker.expect("a thread").join().expect("panics are caught");
    println!("{count} inputs, {} failures", failures.len());
    assert!(
        failures.is_empty(),
        "{} of {count} inputs fail, among them:\n{}",
        failures.len(),
        failures[..failures.len().min(5)].join("\n\n")
    );
}

/// Deep nesting ends neither the stack nor anyone's patience.
#[test]
fn deep_nesting_is_borne() {
    let nested = |open: &str, close: &str, n: usize| format!("{}x{}", open.repeat(n), close.repeat(n));
    let bodies = [
        nested("(", ")", 120),
        nested("-(", ")", 120),
        nested("{ ", " }", 100),
        nested("(x + ", ")", 120),
        nested("(x.sin() * ", ")", 120),
        nested("if x > 0.0 { ", " } else { 0.0 }", 60),
        format!("x{}", " + x".repeat(590)),
        format!("x{}", ".sin()".repeat(400)),
        format!("let mut s = x; {} s", "s += x * s; ".repeat(1500)),
        format!("let mut s = x; {} s += x; {} s", "for i in 0..2 { ".repeat(40), "} ".repeat(40)),
    ];
    let worker = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        for body in bodies {
            let text = format!("fn f(x: f64) -> f64 {{ {body} }}");
            let item: TokenStream = text.parse().expect("tokens");
            check("", &item).unwrap_or_else(|e| panic!("{}.. {}", &text[..80], &e[..e.len().min(300)]));
        }
    });
    worker.expect("a thread").join().expect("no panic");
}

/// What inputs of long runs had broken the representation with, where rustc refuses the text or nothing varies.
#[test]
fn what_rustc_refuses_keeps_the_representation_whole() {
    let items = [
        "fn independent_loop(w: &[f64], x: f64) -> f64 { let mut sum = 0.0; for i in 0..{ (w.len()) } { let d = w[i] - x; sum += d * d; } sum }",
        "impl fmt::Display for Failure { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { match self { \
         Failure::Data(error) => error.fmt(f), Failure::Diverged(epoch) => write!(f, \"in epoch {epoch}\"), \
         Failure::Output(path, error) => { write!(f, \"{}: can not write the picture: {error}\", path.display()) } } } }",
        "fn text(d: &Data, x: f64) -> f64 { let s = match &d.problem { Problem::Value { column, field } => { format!(\"{column}: {field:?}\") } \
         Problem::TooFew(found) => format!(\"the file holds {found}\") }; if s.is_empty() { x } else { x * x } }",
        "fn made(File: syn) -> Tokens { let fields = |types| quote!(::input); match item { () => { let input; } e => for () in () { fields(fields) } } }",
    ];
    for item in items {
        let tokens: TokenStream = item.parse().expect("tokens");
        for options in ["", "hessian", "jacobian", "boxed"] {
            assert_eq!(check(options, &tokens), Ok(()), "{item}");
        }
    }
}

/// What is looked at may be of a form that ends elsewhere in a condition.
#[test]
fn what_branches_look_at_may_be_of_any_form() {
    let items = [
        "fn f(x: f64) -> Option<f64> { let y = (return)?; y * x }",
        "fn f(x: f64) -> Option<f64> { let Some(y) = g(x) else { return ? * None }; Some(y * x) }",
        "fn f(x: f64) -> Option<f64> { let b = S { k: 1 } == s && g(x)? > 0.0; if b { Some(x * x) } else { Some(x) } }",
        "fn f(x: f64) -> Option<f64> { let b = x > 1.0 || g(x)? > 0.0 && g(x * x)? < x; if b { Some(x * x) } else { Some(x) } }",
    ];
    for item in items {
        assert_eq!(check("", &item.parse().expect("tokens")), Ok(()), "{item}");
    }
}

/// What the stack would not bear is refused; 100,000 brackets and operators.
#[test]
fn what_is_too_deep_is_refused() {
    let chain = format!("x{}", " + x".repeat(100_000));
    let calls = format!("x{}", ".sin()".repeat(100_000));
    let mut tokens: TokenStream = quote!(x);
    for _ in 0..200 {
        tokens = TokenTree::Group(Group::new(Delimiter::Parenthesis, tokens)).into();
    }
    for body in [chain.parse().expect("tokens"), calls.parse().expect("tokens"), tokens] {
        let body: TokenStream = body;
        let out = crate::expand::differentiate(TokenStream::new(), quote!(fn f(x: f64) -> f64 { #body }));
        let text = out.to_string();
        assert!(text.starts_with("fn f") && text.contains("bind parts of it with `let`"));
    }
}
