//! What is found of types and functions in a file, and what is not.

use super::Declared;

fn read(text: &str) -> Declared {
    Declared::read(&syn::parse_str(text).unwrap())
}

fn fields(d: &Declared, name: &str) -> Option<String> {
    let field = |f: super::Field| format!("{}{}: {}", if f.skipped { "-" } else { "" }, f.name, f.ty);
    d.fields(name).map(|f| f.into_iter().map(field).collect::<Vec<_>>().join(", "))
}

#[test]
fn fields_and_results_are_found() {
    let d = read(
        "use std::f64::consts::PI; #[derive(Clone, Differentiable)] struct Body { mass: f64, at: [f64; 3] }
         #[derive(autodiff_core::Differentiable)] pub struct Pair(f64, usize);
         fn norm(x: &[f64]) -> f64 { 0.0 } impl Body { fn moved(&self) -> Self { todo!() } fn new() -> Body { todo!() } }
         mod tests { use super::*; }",
    );
    assert_eq!(fields(&d, "Body").as_deref(), Some("mass: f64, at: [f64 ; 3]"));
    assert_eq!(fields(&d, "Pair").as_deref(), Some("0: f64, 1: usize"));
    let skipped = read("#[derive(Differentiable)] struct A { x: f64, #[differentiable(skip)] n: usize }");
    assert_eq!(fields(&skipped, "A").as_deref(), Some("x: f64, -n: usize"));
    let generic = read("#[derive(Differentiable)] struct A<'a, T, const N: usize> { x: [T; N], y: &'a [f64] }");
    assert_eq!(fields(&generic, "A").as_deref(), Some("x: [T ; N], y: & 'a [f64]"));
    assert_eq!(generic.parameters("A")[1..], ["T", "N"].map(|name| super::Parameter::Named(name.to_string())));
    assert_eq!(d.result("norm").as_deref(), Some("f64"));
    assert_eq!(d.method("Body", "moved").as_deref(), Some("Body"));
    assert_eq!(d.method("Body", "new").as_deref(), Some("Body"));
    let d = read("struct A; impl A { fn f(&self, x: [f64; 2], g: &[f64; 3], h: &[f64], i: impl Fn(f64)) -> f64 { 0.0 } } fn g<T>(x: T, y: [f64; 2]) -> T { x }");
    let texts =
        |takes: Option<Vec<Option<String>>>| takes.map(|t| t.iter().map(|t| t.as_deref().unwrap_or("?").to_string()).collect::<Vec<_>>());
    assert_eq!(texts(d.method_takes("A", "f")).unwrap(), ["[f64 ; 2]", "& [f64 ; 3]", "?", "?"]);
    assert_eq!(texts(d.takes("g")).unwrap(), ["?", "?"]);
}

#[test]
fn what_may_be_something_else_is_not() {
    // Two of a name, whatever they are.
    let two = "#[derive(Differentiable)] struct A { x: f64 }";
    for other in [
        "mod m { struct A { x: f32 } }",
        "fn f() { enum A { B } }",
        "mod m { use other::A; }",
        "mod m { use crate::A; }",
        "use other::B as A;",
        "fn f<A>(a: A) {}",
        "impl<A> T for Vec<A> {}",
        "mod m { use other::*; }",
        "fn f() { use other::*; }",
        "mod m { type A = f32; }",
        "mod m { make!(A); }",
        "macro_rules! make { () => { struct A { x: f32 } } }",
        "macro_rules! make { () => { use other::A; } }",
    ] {
        assert!(fields(&read(&format!("{two} {other}")), "A").is_none(), "{other}");
    }
    assert!(fields(&read(&format!("{two} use other::*; mod m {{ use super::*; use super::A; }}")), "A").is_some());
    // Two imports of one name would be an error.
    assert!(fields(&read(&format!("{two} mod tests {{ use super::*; use other::*; }}")), "A").is_some());
    assert!(fields(&read(&format!("{two} mod tests {{ mod inner {{ use super::*; use other::*; }} }}")), "A").is_none());
    assert!(fields(&read(&format!("{two} fn f() {{ println!(\"{{}}\", g(&A {{ x: 1.0 }})); }}")), "A").is_some());
    // Fields that the cotangent does not have, or has otherwise.
    for one in [
        "struct A { x: f64 }",
        "#[derive(Differentiable)] struct A { #[other(skip)] x: f64 }",
        "#[derive(Differentiable)] #[differentiable(skip)] struct A { x: f64 }",
        "#[derive(Differentiable)] #[repr(packed)] struct A { x: f64 }",
        "#[cfg(a)] #[derive(Differentiable)] struct A { x: f64 }",
        "#[derive(Differentiable)] struct A { #[cfg(a)] x: f64 }",
    ] {
        assert!(fields(&read(one), "A").is_none(), "{one}");
    }
    assert!(read("fn f<T>(x: T) -> T { x }").result("f").is_none());
    assert!(read("fn f(x: &[f64]) -> &[f64] { x }").result("f").is_none());
    assert!(read("fn f() -> f64 { 0.0 } mod m { fn f() -> f32 { 0.0 } }").result("f").is_none());
    assert!(read("fn f() -> f64 { 0.0 } mod m { use other::f; }").result("f").is_none());
    assert!(read("fn f() -> impl Fn(f64) -> f64 { |x| x }").result("f").is_none());
}

#[test]
fn what_only_counts_is_found() {
    let d = |text: &str| read(&format!("struct G<T> {{ x: T }} {text}"));
    for counting in ["x: &[f64], tol: f64", "g: &G<f64>, k: usize", ""] {
        assert!(d(&format!("fn f({counting}) -> usize {{ 0 }}")).counts("f"), "{counting}");
        assert!(
            d(&format!("impl<T> G<T> {{ fn f(&self, {counting}) -> Option<usize> {{ None }} }}")).method_counts("G", "f"),
            "{counting}"
        );
    }
    // What may be changed, taken away, or be something else.
    for other in
        ["x: &mut [f64]", "x: &mut f64", "x: Vec<f64>", "x: impl Iterator<Item = f64>", "x: &dyn Fn(f64)", "x: View<'_>", "x: &Cell<f64>"]
    {
        assert!(!d(&format!("fn f({other}) -> usize {{ 0 }}")).counts("f"), "{other}");
    }
    assert!(!d("fn f<T: Bump>(x: T) -> usize { 0 }").counts("f"));
    assert!(!d("fn f(x: &[f64]) -> f64 { 0.0 }").counts("f"));
    assert!(!d("fn f(x: &[f64]) -> u8 { 0 } mod m { fn f(x: &[f64]) -> f64 { 0.0 } }").counts("f"));
    assert!(!d("#[cfg(a)] fn f(x: &[f64]) -> usize { 0 }").counts("f"));
    for receiver in ["&mut self", "self", "mut self"] {
        assert!(!d(&format!("impl G<f64> {{ fn f({receiver}) -> usize {{ 0 }} }}")).method_counts("G", "f"), "{receiver}");
    }
    assert!(!d("impl G<f64> { fn f(&self) -> usize { 0 } } trait F { fn f(self) -> f64; }").method_counts("G", "f"));
    assert!(!d("impl G<f64> { fn f(&self) -> usize { 0 } } impl F for G<f64> { fn f(self) -> f64 { self.x } }").method_counts("G", "f"));
    assert!(!d("impl G<f64> { fn f(&self) -> usize { 0 } } impl G<f32> { fn f(&self) -> usize { 0 } }").method_counts("G", "f"));
}

#[test]
fn what_has_no_attribute_is_found() {
    let one = "struct S { k: f64 } impl S { #[inline] fn e(&self) -> f64 { self.k } } trait T {}";
    let d = read(one);
    assert!(d.is_unannotated("S", "e") && d.lacks_derive("S") && d.is_unannotated_trait("T"));
    for more in [
        "use other::{S, T};",
        "mod n { use other::*; } mod o { use other::*; }",
        "macro_rules! make { () => { struct S; trait T {} } }",
        "make!(S, T);",
    ] {
        let d = read(&format!("{one} {more}"));
        assert!(!d.is_unannotated("S", "e") && !d.lacks_derive("S") && !d.is_unannotated_trait("T"), "{more}");
    }
    let d = read(
        "#[derive(Differentiable)] struct A(f64); #[derive(Other)] struct B(f64); struct C(f64); impl Differentiable for C {}
         #[differentiate] impl A { fn f(&self) {} } impl B { #[grad] fn f(&self) {} } impl C { fn f(&self) {} } trait T { fn f(&self); }
         #[differentiate] trait U {}",
    );
    assert!(["A", "B", "C"].iter().all(|t| !d.lacks_derive(t) && !d.is_unannotated(t, "f")));
    assert!(!d.is_unannotated_trait("U"));
}
