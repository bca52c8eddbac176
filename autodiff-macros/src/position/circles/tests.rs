//! Circles that are found, and names that are shared by others.

use super::{Asked, Circles, Of};

fn has(text: &str, module: &[&str], owner: Option<&str>, name: &str) -> Option<bool> {
    let circles = Circles::read(&syn::parse_str(text).expect("a file"));
    let module = Some(module.iter().map(ToString::to_string).collect());
    let owner = owner.map_or(Of::Nothing, |o| Of::Type(o.to_string()));
    circles.has(&Asked { module, owner, name: name.to_string() })
}

/// Types with methods of one name in each other.
const NESTED: &str = "struct Net { first: Layer, rest: Vec<Layer>, boxed: Box<Act>, tree: Tree, any: Box<dyn Model> }
    struct Layer { w: Vec<f64>, act: Act } enum Act { Relu, Scaled(Scale) } struct Scale(f64); struct Tree { children: Vec<Tree> }
    impl Scale { fn f(&self, x: f64) -> f64 { x } }
    impl Act { fn f(&self, x: f64) -> f64 { match self { Act::Relu => x.max(0.0), Act::Scaled(s) => s.f(x) } } fn new() -> Self { Act::Relu } }
    impl Layer { fn f(&self, x: f64) -> f64 { self.act.f(x * self.w.iter().sum::<f64>()) } }
    impl Tree { fn f(&self, x: f64) -> f64 { self.children.iter().map(|c| c.f(x)).sum() } }
";

#[test]
fn methods_of_other_types_are_other_functions() {
    let on = |e: &str| format!("{NESTED} impl Net {{ fn f(&self, x: f64) -> f64 {{ {e} }} }}");
    for e in [
        "self.first.f(x)",
        "self.rest[0].f(x)",
        "self.boxed.f(x)",
        "self.tree.f(x)",
        "let mut y = x; for l in &self.rest { y = l.f(y); } y",
        "self.rest.iter().fold(x, |y, l| l.f(y))",
        "self.rest.iter().rev().zip(&[1.0]).map(|(l, k)| l.f(x) * k).sum()",
        "let Layer { act, .. } = &self.first; act.f(x)",
        "let act = Act::new(); act.f(x)",
        "if let Some(l) = self.rest.last() { l.f(x) } else { x }",
        "Layer::f(&self.first, x)",
        "let l: &Layer = self.any(); l.f(x)",
        "Scale(2.0).f(x)",
    ] {
        assert_eq!(has(&on(e), &[], Some("Net"), "f"), Some(false), "{e}");
    }
    for e in [
        "self.any.f(x)",
        "self.other().f(x)",
        "Self::f(self, x)",
        "Net::f(self, x)",
        "self.f(x - 1.0)",
        "self.clone().f(x)",
        "let l = self.rest.iter().map(|l| l.net()).last(); l.f(x)",
        "let l = if x > 0.0 { self } else { self }; l.f(x)",
        "let l = &self.first; let l = self; l.f(x)",
        "[self].iter().map(Net::f)",
        "<Self as Model>::f(self, x)",
    ] {
        assert_eq!(has(&on(e), &[], Some("Net"), "f"), Some(true), "{e}");
    }
    assert_eq!(has(NESTED, &[], Some("Tree"), "f"), Some(true));
    for other in ["Layer", "Act", "Scale"] {
        assert_eq!(has(NESTED, &[], Some(other), "f"), Some(false), "{other}");
    }
    assert_eq!(has(NESTED, &[], None, "f"), None);
}

#[test]
fn what_types_stand_for_others_is_not_known() {
    let layer = "struct Net { first: F } struct Layer; impl Net { fn f(&self) { self.first.f() } } impl Layer { fn f(&self) {} }";
    for (with, expected) in [
        ("type F = Layer;", true),
        ("use Layer as F;", true),
        ("struct F; impl Deref for F {} impl F { fn f(&self) {} }", true),
        ("make!(struct F;);", true),
        ("struct F; impl F { fn f(&self) {} }", false),
        ("struct F; impl Model for F { fn f(&self) {} } impl<T: Model> Model for Many<T> { fn f(&self) { self.net.f() } }", true),
    ] {
        let text = format!("{layer} {with}");
        assert_eq!(has(&text, &[], Some("Net"), "f"), Some(expected), "{with}");
    }
}

#[test]
fn names_alone_are_those_of_their_module() {
    let text = "mod a { fn step(n: u32) { step(n - 1) } fn user() { step(1); super::b::step(1) } }
        mod b { fn step(n: u32) { half(n) } fn half(n: u32) { n } }
        mod c { use super::d::step; fn half(n: u32) { step(n) } } mod d { fn step(n: u32) { super::c::half(n) } }
        mod e { use super::f::back as forth; fn half(n: u32) { forth(n) } } mod f { fn back(n: u32) { super::e::half(n) } }
        mod g { fn half(n: u32) { use super::h::step; step(n) } fn step(n: u32) { n } } mod h { fn step(n: u32) { super::g::half(n) } }";
    for (module, name, expected) in [
        ("a", "step", true),
        ("a", "user", false),
        ("b", "step", false),
        ("b", "half", false),
        ("c", "half", true),
        ("d", "step", true),
        ("e", "half", true),
        ("f", "back", true),
        ("g", "half", true),
        ("h", "step", true),
    ] {
        assert_eq!(has(text, &[module], None, name), Some(expected), "{module}::{name}");
    }
}

/// `Self` of what has no name of its own, and of what has a raw one: the macro panicked.
#[test]
fn types_without_a_plain_name() {
    let text = "struct A; impl From<A> for [f64; 2] { fn from(a: A) -> Self { a.f() } fn lent(a: &Self) -> &Self { a } }
        impl A { fn f(&self) -> Self { A } } struct r#type; impl r#type { fn g(&self) -> Self { self.g() } }";
    assert_eq!(has(text, &[], Some("A"), "f"), Some(false));
    assert_eq!(has(text, &[], Some("r#type"), "g"), Some(true));
}
