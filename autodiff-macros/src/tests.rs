//! Expansion of whole functions, tokens in, text out.
//!
//! `snapshots/functions/*.rs` are expanded to `snapshots/expanded/*.rs`; `AUTODIFF_BLESS=1 cargo test -p autodiff-macros`
//! writes them anew.

use std::path::Path;

/// What the functions of a file ask for: the arguments of the attribute, which is then dropped.
fn options(attrs: &[syn::Attribute]) -> proc_macro2::TokenStream {
    let list = attrs.iter().find(|a| a.path().is_ident("differentiate")).map(|a| &a.meta);
    match list {
        Some(syn::Meta::List(l)) => l.tokens.clone(),
        _ => proc_macro2::TokenStream::new(),
    }
}

fn expand_file(text: &str) -> String {
    let file = syn::parse_file(text).expect("a Rust file");
    let mut out = String::new();
    for item in file.items {
        let attrs = if let syn::Item::Fn(f) = &item { &f.attrs[..] } else { &[] };
        let tokens = crate::expand::differentiate(options(attrs), quote::quote!(#item));
        let parsed: syn::File = syn::parse2(tokens).expect("the expansion is Rust");
        out += &prettyplease::unparse(&parsed);
    }
    out
}

/// The generated code of a dozen functions, as people read it in `cargo expand`.
#[test]
fn expansions_match_their_snapshots() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/snapshots");
    let bless = std::env::var_os("AUTODIFF_BLESS").is_some();
    let mut names: Vec<_> = std::fs::read_dir(root.join("functions")).expect("the folder").flatten().map(|e| e.file_name()).collect();
    names.sort();
    assert!(names.len() >= 12);
    for name in names {
        let text = std::fs::read_to_string(root.join("functions").join(&name)).expect("readable");
        let got = expand_file(&text);
        let path = root.join("expanded").join(&name);
        if bless {
            std::fs::create_dir_all(root.join("expanded")).expect("writable");
            std::fs::write(&path, &got).expect("writable");
        }
        let want = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(got, want, "the expansion of {name:?} has changed; look at it, and bless it if it is better");
    }
}

/// Straight-line code of numbers comes out as straight-line code.
#[test]
fn straight_line_code_stays_straight() {
    let text = expand_file("fn f(x: f64, y: f64) -> f64 { let a = x * y; let b = a.sin() + x.powi(3); b / y }");
    let start = text.find("fn f_vjp").expect("the sibling");
    let body = &text[start..start + text[start..].find("\n}\n").expect("its end")];
    for word in ["|", "clone", "impl", "mut", "loop", "for ", "if "] {
        assert!(!body.contains(word), "found {word} in {body}");
    }
}

/// The README shows its first function's code as it is generated, without `#[allow]`, `#[inline]` and its documentation.
#[test]
fn the_readme_shows_what_is_generated() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).expect("readable");
    let function = |name: &str| {
        let start = readme.find(&format!("\nfn {name}(")).expect("the function") + 1;
        let end = readme[start..].find("\n}\n").expect("its end") + 3;
        &readme[start..start + end]
    };
    let tokens = function("f").parse().expect("Rust");
    let file: syn::File = syn::parse2(crate::expand::differentiate(proc_macro2::TokenStream::new(), tokens)).expect("Rust");
    let generated = file.items.into_iter().find_map(|item| match item {
        syn::Item::Fn(f) if f.sig.ident == "f_vjp" => Some(syn::Item::Fn(syn::ItemFn { attrs: Vec::new(), ..f })),
        _ => None,
    });
    let file = syn::File { shebang: None, attrs: Vec::new(), items: generated.into_iter().collect() };
    assert_eq!(prettyplease::unparse(&file), function("f_vjp"));
}

/// Prints the expansion of the functions in the file that `AUTODIFF_EXPAND` names: with the options of their attribute, if they have one.
#[test]
fn print_expansions() {
    let Ok(path) = std::env::var("AUTODIFF_EXPAND") else { return };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let file = syn::parse_file(&text).expect("a Rust file");
    for item in file.items {
        if let syn::Item::Fn(mut f) = item {
            let args = options(&f.attrs);
            f.attrs.retain(|a| !a.path().is_ident("differentiate"));
            let out = crate::expand::differentiate(args, quote::quote!(#f));
            match syn::parse2::<syn::File>(out.clone()) {
                Ok(file) => println!("{}", prettyplease::unparse(&file)),
                Err(e) => println!("UNPARSABLE {e}: {out}"),
            }
        }
    }
}

/// Lists the messages for the annotated functions in the files that `AUTODIFF_REFUSALS` names.
#[test]
fn print_refusals() {
    let Ok(paths) = std::env::var("AUTODIFF_REFUSALS") else { return };
    let mut count = (0, 0);
    let mut one = |name: String, attrs: &[syn::Attribute], f: syn::ItemFn| {
        let Some(attr) = attrs.iter().find(|a| a.path().is_ident("differentiate")) else { return };
        let args = options(std::slice::from_ref(attr));
        count.0 += 1;
        let out = crate::expand::differentiate(args, quote::quote!(#f));
        if let Err(e) = syn::parse2::<syn::File>(out.clone()) {
            println!("{name}: UNPARSABLE {e}");
        }
        let text = out.to_string();
        let errors: Vec<&str> = text.split("compile_error !").skip(1).collect();
        if !errors.is_empty() {
            count.1 += 1;
        }
        for e in errors {
            println!("{name}: {}", &e[..e.len().min(200)]);
        }
    };
    for path in paths.split(':') {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let file = syn::parse_file(&text).expect("a Rust file");
        for item in file.items {
            match item {
                syn::Item::Fn(f) => one(format!("{path} {}", f.sig.ident), &f.attrs.clone(), f),
                syn::Item::Impl(i) => {
                    for item in i.items {
                        if let syn::ImplItem::Fn(m) = item {
                            let f = syn::ItemFn { attrs: Vec::new(), vis: m.vis, sig: m.sig, block: Box::new(m.block) };
                            one(format!("{path} {}", f.sig.ident), &m.attrs, f);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    println!("{} functions, {} refused", count.0, count.1);
}

/// How long the expansion of the functions in the file that `AUTODIFF_TIME` names takes.
#[test]
fn print_times() {
    let Ok(path) = std::env::var("AUTODIFF_TIME") else { return };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let file = syn::parse_file(&text).expect("a Rust file");
    let start = std::time::Instant::now();
    let mut tokens = 0;
    for item in file.items {
        if let syn::Item::Fn(mut f) = item {
            f.attrs.clear();
            tokens += crate::expand::differentiate(proc_macro2::TokenStream::new(), quote::quote!(#f)).into_iter().count();
        }
    }
    println!("{:.3} s, {tokens} tokens outside groups", start.elapsed().as_secs_f64());
}

/// What an editor hands over while a function is being written: the function comes back, with one message, and nothing panics.
#[test]
fn unfinished_functions_come_back() {
    let whole = "fn f(x: f64, v: &[f64]) -> f64 { let y = v.iter().map(|v| v * x).sum::<f64>(); if y > 0.0 { y.ln() } else { -y } }";
    let tokens: Vec<_> = whole.parse::<proc_macro2::TokenStream>().expect("tokens").into_iter().collect();
    let proc_macro2::TokenTree::Group(body) = &tokens[tokens.len() - 1] else { panic!("a body") };
    let inside: Vec<_> = body.stream().into_iter().collect();
    for end in 0..=inside.len() {
        let part: proc_macro2::TokenStream = inside[..end].iter().cloned().collect();
        let mut item: proc_macro2::TokenStream = tokens[..tokens.len() - 1].iter().cloned().collect();
        item.extend(quote::quote!({ #part }));
        let out = crate::expand::differentiate(proc_macro2::TokenStream::new(), item.clone()).to_string();
        assert!(out.contains(&item.to_string()), "{item} became {out}");
        assert!(out.matches("compile_error").count() <= 1, "{out}");
    }
}

/// Comments are written as people write code, whichever spaces the tokens' own text has.
#[test]
fn spaces_of_tokens_are_taken_out_of_comments() {
    for (tokens, text) in [
        ("a . b (c , d) ;", "a.b(c, d);"),
        (":: core :: f (& x [0] , ( ) )", "::core::f(&x[0], ())"),
        ("seed * a.sin() - 0.5", "seed * a.sin() - 0.5"),
        ("x [1 .. n]", "x[1 .. n]"),
    ] {
        assert_eq!(crate::emit::tidy(tokens), text);
    }
}
