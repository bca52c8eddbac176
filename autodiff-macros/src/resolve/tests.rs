use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{quote, ToTokens};
use syn::ItemFn;

use super::{resolve, Binding, BindingKind, Bindings};

fn pretty(f: &ItemFn) -> String {
    let file = syn::parse_quote!(#f);
    prettyplease::unparse(&file)
}

/// Resolves, and checks that this can be repeated without effect.
fn run(f: &mut ItemFn) -> Bindings {
    let bindings = resolve(&mut f.sig, &mut f.block);
    let mut again = f.clone();
    resolve(&mut again.sig, &mut again.block);
    assert_eq!(f.to_token_stream().to_string(), again.to_token_stream().to_string());
    bindings
}

/// Resolves `fn f(x: f64) { <body> }` and compares the body.
#[track_caller]
fn check(body: &str, expected: &str) -> Bindings {
    check_fn(&format!("fn f(x: f64) {{ {body} }}"), &format!("fn f(x: f64) {{ {expected} }}"))
}

#[track_caller]
fn check_fn(source: &str, expected: &str) -> Bindings {
    let mut f: ItemFn = syn::parse_str(source).unwrap();
    let expected: ItemFn = syn::parse_str(expected).unwrap();
    let bindings = run(&mut f);
    assert_eq!(pretty(&f), pretty(&expected));
    bindings
}

fn binding<'a>(bindings: &'a Bindings, name: &str) -> &'a Binding {
    bindings.get(name).unwrap()
}

#[test]
fn let_sees_the_old_variable_in_its_initialiser() {
    let bindings =
        check("let x = x + 1.0; let mut x: f64 = x * x; x += x; x", "let x_1 = x + 1.0; let mut x_2: f64 = x_1 * x_1; x_2 += x_2; x_2");
    let third = binding(&bindings, "x_2");
    assert_eq!(third.original, "x");
    assert_eq!(third.kind, BindingKind::Let);
    assert!(third.mutable && !third.by_ref && !third.in_unknown_macro && !third.conditional);
    assert_eq!(binding(&bindings, "x").kind, BindingKind::Param);
    assert_eq!(bindings.iter().count(), 3);
}

#[test]
fn blocks_end_scopes() {
    check(
        "{ let x = 2.0; g(x); } g(x); unsafe { let x = 3.0; g(x) }; let y = x; \
         async { let y = y; y }; const { let y = 1; y }; { { y } }",
        "{ let x_1 = 2.0; g(x_1); } g(x); unsafe { let x_2 = 3.0; g(x_2) }; let y = x; \
         async { let y_1 = y; y_1 }; const { let y_2 = 1; y_2 }; { { y } }",
    );
    // Siblings are distinct even though neither shadows the other.
    check("{ let a = 1; a } { let a = 2; a }", "{ let a = 1; a } { let a_1 = 2; a_1 }");
}

#[test]
fn parameters_are_patterns() {
    let bindings = check_fn(
        "fn f(&mut self, (a, mut b): (f64, f64), P { c, ref d }: P) { let a = self.a + a + b; a + c + d }",
        "fn f(&mut self, (a, mut b): (f64, f64), P { c, ref d }: P) { let a_1 = self.a + a + b; a_1 + c + d }",
    );
    assert!(binding(&bindings, "b").mutable);
    assert!(binding(&bindings, "d").by_ref);
    assert!(bindings.get("self").is_none());
}

#[test]
fn match_arms() {
    let bindings = check(
        "match x { x if x > 1.0 => x, P { x, y: Some(y) } => x + y, P { x: ref mut x, .. } => *x, \
         [x, y @ .., z] => x, A(x) | B(x, _) => x, NONE => x, y @ Y => y, mut X => X, X => x, _ => x }",
        "match x { x_1 if x_1 > 1.0 => x_1, P { x: x_2, y: Some(y) } => x_2 + y, \
         P { x: ref mut x_3, .. } => *x_3, [x_4, y_1 @ .., z] => x_4, A(x_5) | B(x_5, _) => x_5, \
         NONE => x, y_2 @ Y => y_2, mut x_6 => x_6, X => x, _ => x }",
    );
    assert_eq!(binding(&bindings, "x_1").kind, BindingKind::Pattern);
    let by_ref = binding(&bindings, "x_3");
    assert!(by_ref.by_ref && by_ref.mutable);
    check(
        "match y { P { ref mut x, .. } if let Some(x) = *x => x, P { x } => x }",
        "match y { P { x: ref mut x_1, .. } if let Some(x_2) = *x_1 => x_2, P { x: x_3 } => x_3 }",
    );
}

#[test]
fn upper_case_variables() {
    check(
        "let mut A = 1.0; { let mut A = A; let A = A; match y { A => A } } A",
        "let mut a = 1.0; { let mut a_1 = a; let a_2 = a_1; match y { a_3 => a_3 } } a",
    );
    check("let N = 1; let N = N; N", "let n = 1; let n_1 = n; n_1");
    check(
        "let F = F(x); let (A, b) = F; let f = |X: f64| X * A; f(b)",
        "let f_1 = F(x); let (a, b) = f_1; let f_2 = |x_1: f64| x_1 * a; f_2(b)",
    );
}

#[test]
fn conditions() {
    let bindings = check(
        "if let Some(x) = x && let Some(y) = g(x) && x > y { x + y } \
         else if let Ok(x) = h(x) { x } else { x }",
        "if let Some(x_1) = x && let Some(y) = g(x_1) && x_1 > y { x_1 + y } \
         else if let Ok(x_2) = h(x) { x_2 } else { x }",
    );
    assert_eq!(binding(&bindings, "y").kind, BindingKind::Pattern);
    check(
        "while let Some(x) = g(x) && x > 0.0 { let x = x; g(x); } x",
        "while let Some(x_1) = g(x) && x_1 > 0.0 { let x_2 = x_1; g(x_2); } x",
    );
    check(
        "let Some(x) = g(x) else { return x; }; let (x, y) = (x, x); x",
        "let Some(x_1) = g(x) else { return x; }; let (x_2, y) = (x_1, x_1); x_2",
    );
}

#[test]
fn for_loops() {
    let bindings = check(
        "for x in g(x) { let x = x; } for (i, x) in g(x) { x += i; } x",
        "for x_1 in g(x) { let x_2 = x_1; } for (i, x_3) in g(x) { x_3 += i; } x",
    );
    assert_eq!(binding(&bindings, "x_1").kind, BindingKind::For);
}

#[test]
fn closures() {
    let bindings = check(
        "let g = |x: f64, P { y, .. }| -> f64 { x + y }; let g = move |z| g(x, z); g(|x| |x| x)",
        "let g = |x_1: f64, P { y, .. }| -> f64 { x_1 + y }; let g_1 = move |z| g(x, z); \
         g_1(|x_2| |x_3| x_3)",
    );
    assert_eq!(binding(&bindings, "y").kind, BindingKind::ClosureParam);
}

#[test]
fn struct_literals_and_fields() {
    check(
        "let x = P { x, y: x }; let y = x.x.max(x.y); P { x: y, ..x }; P { x, y }; P { x, y } = q;",
        "let x_1 = P { x, y: x }; let y = x_1.x.max(x_1.y); P { x: y, ..x_1 }; P { x: x_1, y }; \
         P { x: x_1, y } = q;",
    );
    check("let x = x; x::x(x::<f64>(x), m::x, <T as x>::x, x as x)", "let x_1 = x; x::x(x::<f64>(x_1), m::x, <T as x>::x, x_1 as x)");
}

#[test]
fn items_are_left_alone() {
    check(
        "let x = x; fn g(x: f64) -> f64 { let x = x; x } const K: f64 = { let x = 1.0; x }; g(x)",
        "let x_1 = x; fn g(x: f64) -> f64 { let x = x; x } const K: f64 = { let x = 1.0; x }; g(x_1)",
    );
    // An item of an inner block shadows outer variables, a variable of the same block shadows it.
    check(
        "let x = x; { fn x() {} x(); let x = x; x }; { use m::{x}; x() }; { const x: f64 = 1.0; match y { x => x } }",
        "let x_1 = x; { fn x() {} x(); let x_2 = x; x_2 }; { use m::{x}; x() }; \
         { const x: f64 = 1.0; match y { x => x } }",
    );
    check(
        "let x = x; macro_rules! m { ($x:ident, x) => { $x + x.x }; } m!(y, x)",
        "let x_1 = x; macro_rules! m { ($x:ident, x) => { $x + x_1.x }; } m!(y, x_1)",
    );
}

#[test]
fn labels() {
    check(
        "'a: loop { 'a: for x in x { 'b: while x { continue 'a; } break 'a x; } break 'a; } \
         'a: { break 'a x } m!(break 'a, &'a T); 'c: loop { m!(break 'c); }",
        "'a: loop { 'a_1: for x_1 in x { 'b: while x_1 { continue 'a_1; } break 'a_1 x_1; } break 'a; } \
         'a_2: { break 'a_2 x } m!(break 'a, &'a T); 'c: loop { m!(break 'c); }",
    );
    check("'a: loop {} 'a: loop { m!(break 'a; &'a T); }", "'a: loop {} 'a_1: loop { m!(break 'a_1; &'a T); }");
}

#[test]
fn cfg_shares_names() {
    let bindings = check(
        "#[cfg(a)] let x = 1.0; #[cfg(b)] let y = x; #[cfg(not(b))] let y = 2.0; #[allow(unused)] let x = y; x",
        "#[cfg(a)] let x = 1.0; #[cfg(b)] let y = x; #[cfg(not(b))] let y = 2.0; #[allow(unused)] let x_1 = y; x_1",
    );
    assert!(binding(&bindings, "x").conditional && binding(&bindings, "y").conditional);
    assert!(!binding(&bindings, "x_1").conditional);
}

#[test]
fn std_macros() {
    check(
        "let x = x; assert!(x > 0.0, \"{}\", x); debug_assert_eq!(x, y, \"{y} {x}\",); \
         vec![x; x]; std::vec![x, P { x }]; vec![]; dbg!(x, |x| x); todo!(); assert!(x == y); \
         matches!(x, Some(x) | Ok(x) if x > y && x > 0.0); matches!(x, X); stringify!(x); cfg!(x);",
        "let x_1 = x; assert!(x_1 > 0.0, \"{}\", x_1); \
         debug_assert_eq!(x_1, y, \"{y} {x}\", x = x_1); \
         vec![x_1; x_1]; std::vec![x_1, P { x: x_1 }]; vec![]; dbg!(x_1, |x_2| x_2); todo!(); \
         assert!(x_1 == y); matches!(x_1, Some(x_3) | Ok(x_3) if x_3 > y && x_3 > 0.0); \
         matches!(x_1, X); stringify!(x); cfg!(x);",
    );
}

#[test]
fn format_captures() {
    check(
        r#"let y = 1; println!("{x} {y}"); let x = x; println!("{x:.3} {y} {x:?}");
           write!(x, "{:x$} {:>.y$}", x, y); format!("{{x}} {:x} {0:x$} { x }", x);
           panic!("{x} {}", y, x = x); format!("{:x?} {:#x} {:{<5} {:x^5}", y, y, y, y);
           unreachable!(r"{x:08}"); print!("{", x); format!("{}", x == x); format!("{:x<1$}", x, y)"#,
        r#"let y = 1; println!("{x} {y}"); let x_1 = x; println!("{x:.3} {y} {x:?}", x = x_1);
           write!(x_1, "{:x$} {:>.y$}", x_1, y, x = x_1);
           format!("{{x}} {:x} {0:x$} { x }", x_1, x = x_1);
           panic!("{x} {}", y, x = x_1); format!("{:x?} {:#x} {:{<5} {:x^5}", y, y, y, y);
           unreachable!(r"{x:08}", x = x_1); print!("{", x_1); format!("{}", x_1 == x_1);
           format!("{:x<1$}", x_1, y)"#,
    );
}

#[test]
fn unknown_macros() {
    let bindings = check(
        r#"let y = 1; let z = 1; let x = x; m!(x, a.x, x.x, x::y, m::x, x!(x), x != 1, 0..x, {[x]}, "x");
           a::vec![x in x]; n!("{x} {y:?} {}", x); n!("{x}", x = x); n!(P { x, y: x, z, x: 1 });
           n!(if a == A::Bc { x }, Point { x }, if N { x }); n! { x => x, $x }; vec![x => x];"#,
        r#"let y_1 = 1; let z = 1; let x_1 = x; m!(x_1, a.x, x_1.x, x::y, m::x, x!(x_1), x_1 != 1, 0..x_1, {[x_1]}, "x");
           a::vec![x_1 in x_1]; n!("{x_1} {y_1:?} {}", x_1); n!("{x}", x = x_1); n!(P { x: x_1, y: x_1, z, x: 1 });
           n!(if a == A::Bc { x_1 }, Point { x: x_1 }, if N { x_1 }); n! { x_1 => x_1, $x }; vec![x_1 => x_1];"#,
    );
    assert!(binding(&bindings, "x_1").in_unknown_macro);
    assert!(binding(&bindings, "y_1").in_unknown_macro);
    assert!(!binding(&bindings, "x").in_unknown_macro);
}

#[test]
fn words_of_macros_that_are_no_variables_of_the_function() {
    check(
        r#"m!(a.p, q::r, "{s}"); stringify!(t); println!("{u}"); { let (p, q, r) = x; let (s, t, u, v) = x; g(p, q, r, s, t, u, v); }"#,
        r#"m!(a.p, q::r, "{s}"); stringify!(t); println!("{u}");
           { let (p_1, q_1, r_1) = x; let (s_1, t_1, u_1, v) = x; g(p_1, q_1, r_1, s_1, t_1, u_1, v); }"#,
    );
}

#[test]
fn macro_delimiters_and_attributes_stay() {
    check(
        "let x = x; #[allow(a)] println! { \"{}\", x } #[b(x)] vec!(x); #[c = \"x\"] { x }",
        "let x_1 = x; #[allow(a)] println! { \"{}\", x_1 } #[b(x)] vec!(x_1); #[c = \"x\"] { x_1 }",
    );
}

#[test]
fn hostile_names() {
    check(
        "let x = x_1; let x = m!(x_3); let x = \"x_4\"; let x = x.x_5; x",
        "let x_2 = x_1; let x_6 = m!(x_3); let x_7 = \"x_4\"; let x_8 = x_7.x_5; x_8",
    );
    check("let x_1 = x; let x = x_1; let x_1 = x; x_1", "let x_1 = x; let x_2 = x_1; let x_1_1 = x_2; x_1_1");
    let bindings = check(
        r#"let r#type = 1; let r#type = r#type; println!("{type}"); let P { r#type } = p;
           let größe = 1; let größe = größe; let _x = 1; let _x = _x; let r#x = x; print!("{größe}");"#,
        r#"let r#type = 1; let type_1 = r#type; println!("{type}", r#type = type_1); let P { r#type: type_2 } = p;
           let größe = 1; let größe_1 = größe; let _x = 1; let _x_1 = _x; let x_1 = x; print!("{größe}", größe = größe_1);"#,
    );
    assert_eq!(binding(&bindings, "r#type").original, "r#type");
    assert_eq!(binding(&bindings, "type_2").original, "r#type");
    // One variable has one spelling.
    check("let r#y = x; y", "let r#y = x; r#y");
}

/// An expression as `macro_rules!` substitutes it.
fn group(tokens: TokenStream) -> TokenTree {
    Group::new(Delimiter::None, tokens).into()
}

#[test]
fn invisible_groups() {
    let (sum, name, call) = (group(quote!(x + 1.0)), group(quote!(x)), group(quote!(x.g())));
    let format = group(quote!("{x}"));
    let mut f: ItemFn = syn::parse_quote! {
        fn f(x: f64) -> f64 { let x = #sum * #name; println!(#format); #call * #sum }
    };
    run(&mut f);
    let expected: ItemFn = syn::parse_quote! {
        fn f(x: f64) -> f64 {
            let x_1 = (x + 1.0) * x;
            println!("{x}", x = x_1);
            x_1.g() * (x_1 + 1.0)
        }
    };
    assert_eq!(f, expected);
}

#[test]
fn odd_input_is_accepted() {
    for body in [
        "",
        ";;",
        "println!(,); vec![;]; matches!(); dbg!(,,); write!(); assert!(x, \"{\", = 1);",
        "println!(\"{:}}}{x\"); print!(\"{:x\"); print!(\"{:<\"); print!(\"{é:é<é$.é$é}\"); m!(\"{\");",
        "let x; let x: [f64; { let x = 3; x }] = [0.0; 3]; return;",
        "let mut ref_x @ (ref a | ref a) = x; let (Some(mut x) | Ok(mut x)) = x else { loop {} };",
        "m!(. x); m!(:: x); m!(x ::); m!(! x); m!($); m!(, x); m!(x =); m!(, x =); m!(A {}); m!({});",
        "println!(\"{self} {crate}\", self = 1); println!(b\"{x}\"); println!(c\"{x}\");",
        "let self_ = |self_| self_; let _ = |_: u8, ..| 1; let [.., x] = x; let &x = &x;",
        "macro_rules! a { } macro_rules! b { () => } macro_rules! c { x } m! { 'a 'static '_ }",
    ] {
        let mut f: ItemFn = syn::parse_str(&format!("fn f(x: f64) {{ {body} }}")).expect(body);
        run(&mut f);
    }
}
