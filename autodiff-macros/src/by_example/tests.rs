//! Expansions of macros that the function defines itself; `tests/by_example.rs` and `tests/several_files` have those of files.

use quote::ToTokens;

/// The body with its macros written out, or as it is.
fn expanded(body: &str) -> String {
    let f: syn::ItemFn = syn::parse_str(&format!("fn f(x: f64, y: f64) -> f64 {{ {body} }}")).unwrap();
    let block = super::expanded(&f.sig, &f.block);
    let stmts = block.as_ref().unwrap_or(&f.block).stmts.iter().filter(|s| !matches!(s, syn::Stmt::Item(syn::Item::Macro(_))));
    stmts.map(|s| s.to_token_stream().to_string()).collect::<Vec<_>>().join(" ")
}

/// What a text should be, however it is spaced.
fn same(body: &str, want: &str) {
    let want: proc_macro2::TokenStream = want.parse().unwrap();
    assert_eq!(expanded(body), want.to_string(), "{body}");
}

/// A body whose call stays.
fn stays(body: &str) {
    assert!(expanded(body).contains('!'), "{}", expanded(body));
}

#[test]
fn fragments_stand_for_what_they_match() {
    same("macro_rules! m { ($x:expr) => { $x * $x }; } m!(x + y)", "(x + y) * (x + y)");
    same("macro_rules! m { ($x:ident . $f:ident) => { $x.$f() }; } m!(x.sin)", "x.sin()");
    same("macro_rules! m { ($a:ty, $x:expr) => { $x as $a }; } m!(f64, x)", "x as f64");
    same("macro_rules! m { ($a:ty) => { $a::EPSILON }; } m!(f64)", "f64::EPSILON");
    same("macro_rules! m { ($n:literal) => { $n }; } m!(-2.0)", "(-2.0)");
    same(
        "macro_rules! m { ($p:pat => $e:expr) => { match x { $p => $e, _ => y } }; } m!(0.0 | 1.0 => 3.0)",
        "match x { (0.0 | 1.0) => 3.0, _ => y }",
    );
    same("macro_rules! m { ($f:path, $b:block) => { $f($b) }; } m!(f64::sin, { x })", "f64::sin({ x })");
    same("macro_rules! m { ($l:lifetime) => { $l: loop { break $l x } }; } m!('a)", "'a: loop { break 'a x }");
    same("macro_rules! m { ($o:tt) => { x $o y }; } m!(*)", "x * y");
    same("macro_rules! m { (a) => { x }; (b) => { y }; } m!(b) + m!(a)", "y + x");
}

#[test]
fn repetitions_nest() {
    same("macro_rules! m { ($($x:expr),* $(,)?) => { 0.0 $(+ $x)* }; } m!(x, y,)", "0.0 + x + y");
    same("macro_rules! m { ($([$($x:ident),+]);*) => { [$([$($x * 2.0),+]),*] }; } m!([x, y]; [y])", "[[x * 2.0, y * 2.0], [y * 2.0]]");
    same("macro_rules! m { ($k:expr; $($x:expr),*) => { [$($k * $x),*] }; } m!(x; x, y)", "[x * x, x * y]");
    same("macro_rules! m { () => { 1.0 }; ($x:ident $($r:ident)*) => { $x * m!($($r)*) }; } m!(x y)", "x * (y * 1.0)");
    same("macro_rules! m { ($($x:expr => $y:expr),+) => { $($x * $y)++ }; } m!(x => y)", "m!(x => y)");
    same("macro_rules! m { ($($t:tt)*) => { [$($t)*] }; } m!(x, 'a', 1..=2)", "[x, 'a', 1..=2]");
}

#[test]
fn names_of_a_macro_are_its_own() {
    same("macro_rules! m { ($x:expr) => {{ let y = $x; y * y }}; } m!(y) + y", "{ let y_1 = y; y_1 * y_1 } + y");
    same("macro_rules! m { ($x:expr) => { let y = $x; }; } m!(x); y", "let y_1 = x; y");
    same("macro_rules! m { ($n:ident = $x:expr) => { let t = $x; let $n = t * t; }; } m!(t = x); t", "let t_1 = x; let t = t_1 * t_1; t");
    same(
        "macro_rules! m { ($e:expr) => { 'a: loop { break 'a $e; } }; } 'a: loop { break 'a m!(x); }",
        "'a: loop { break 'a 'a_1: loop { break 'a_1 x; }; }",
    );
    same("macro_rules! m { ($x:expr) => {{ let sin = sin($x); sin }}; } m!(x)", "{ let sin_1 = sin(x); sin_1 }");
    same("macro_rules! m { ($x:expr) => { (|a: f64| a * $x)(y) }; } let a = x; m!(a)", "let a = x; (| a_1: f64 | a_1 * a)(y)");
    // Twice the same macro, and one inside another.
    same("macro_rules! m { ($x:expr) => {{ let t = $x; t * t }}; } m!(m!(x))", "{ let t_2 = ({ let t_1 = x; t_1 * t_1 }); t_2 * t_2 }");
    same("macro_rules! p { ($x:expr) => { P { t: $x, s: y } }; } p!(x).t", "P { t: x, s: y }.t");
}

#[test]
fn variables_that_a_macro_saw_are_those() {
    same("let k = x; macro_rules! m { () => { k * y }; } m!()", "let k = x; k * y");
    // Another one has the name by now, or it means an item.
    stays("let k = x; macro_rules! m { () => { k * y }; } let k = 2.0; m!() * k");
    stays("macro_rules! m { () => { k * y }; } let k = 2.0; m!() * k");
}

#[test]
fn what_is_not_known_stays() {
    for rules in [
        "($x:item) => { x }",
        "($($x:stmt;)*) => { x }",
        "($x:expr) => { format!(\"{x}\") }",
        "($x:expr) => { macro_rules! n { () => { 1.0 } } }",
        "($x:expr) => { m!($x) }",
        "($x:expr) => { $y }",
        "($x:expr) => { ${count($x)} }",
        "(a $x:expr) => { $x }",
        "($x:expr) => { let a = $x; a }",
        "($x:expr) => { $x; fn g() {} }",
    ] {
        stays(&format!("macro_rules! m {{ {rules}; }} y * m!(x)"));
    }
    stays("elsewhere!(x)");
    stays("m!(x) + { macro_rules! m { ($x:expr) => { $x }; } 1.0 }");
    // What rustc takes for an expression already is not looked into again.
    stays("macro_rules! a { (y) => { 1.0 }; } macro_rules! m { ($x:expr) => { a!($x) }; } m!(y)");
}

#[test]
fn arguments_of_std_are_looked_into() {
    same(
        "macro_rules! m { ($x:expr) => { $x * 2.0 }; } assert!(m!(x) > 0.0, \"{}\", m!(y)); x",
        "assert!((x * 2.0) > 0.0, \"{}\", (y * 2.0)); x",
    );
    same("macro_rules! m { ($x:expr) => { $x * 2.0 }; } vec![m!(x); 3]", "vec![(x * 2.0); 3]");
}
