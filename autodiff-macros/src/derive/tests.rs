//! Expansions of one struct and one enum, and the messages.

use proc_macro2::TokenStream;
use quote::quote;

/// The expansion without the lists of silenced lints, formatted.
fn expand(input: TokenStream) -> String {
    let tokens = super::derive(syn::parse2(input).unwrap());
    let mut file: syn::File = syn::parse2(tokens).unwrap();
    for item in &mut file.items {
        if let syn::Item::Struct(syn::ItemStruct { attrs, .. })
        | syn::Item::Enum(syn::ItemEnum { attrs, .. })
        | syn::Item::Const(syn::ItemConst { attrs, .. }) = item
        {
            attrs.retain(|a| !a.path().is_ident("allow"));
        }
    }
    prettyplease::unparse(&file)
}

/// The messages, in order.
fn messages(input: TokenStream) -> Vec<String> {
    let mut errors = Vec::new();
    super::input::read(syn::parse2(input).unwrap(), &mut errors);
    errors.iter().map(ToString::to_string).collect()
}

/// Compares with a file of `snapshots/`; with `AUTODIFF_BLESS=1` it writes the file instead.
fn assert_expands(input: TokenStream, file: &str) {
    let (found, path) = (expand(input), format!("{}/src/derive/snapshots/{file}", env!("CARGO_MANIFEST_DIR")));
    if std::env::var_os("AUTODIFF_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(found == expected, "the expansion is not that of {file} any more; it is\n{found}");
}

#[test]
fn expansion_of_a_struct() {
    assert_expands(
        quote!(
            pub struct Params<T> {
                pub a: f64,
                b: Vec<T>,
                n: usize,
                #[differentiable(skip)]
                f: Foo<T>,
            }
        ),
        "struct.rs",
    );
}

#[test]
fn expansion_of_an_enum() {
    assert_expands(
        quote!(
            enum Shape {
                Circle { radius: f64, n: u8 },
                Pair(f64, bool),
                Empty,
            }
        ),
        "enum.rs",
    );
}

#[test]
fn lost_parameters_take_their_bounds_along() {
    let found = expand(quote! {
        struct S<'a, T: Tr<U> + Copy = f64, U = Vec<T>, const N: usize = 3> where U: Clone, T: Other { x: &'a [Foo<T>], u: PhantomData<U> }
    });
    let expected = "struct SCotangent<T: Copy = f64>\nwhere\n    T: Other,\n    T: ::autodiff_core::Differentiable,\n{";
    assert!(found.contains(expected), "{found}");
}

#[test]
fn bounds_that_no_field_needs_are_left_out() {
    let found = expand(quote!(
        struct S<T: Real + ?Sized>(Box<T>)
        where
            T: Copy;
    ));
    let expected = "struct SCotangent<T: ?Sized>(\n";
    assert!(found.contains(expected), "{found}");
}

#[test]
fn unknown_options() {
    let found = messages(quote! {
        #[differentiable(cotangnet = "A", wibble)]
        struct Params { #[differentiable(skp)] a: f64, #[differentiable(cotangent = "B")] b: f64, #[differentiable(serde::skip)] c: f64 }
    });
    assert_eq!(
        found,
        [
            "unknown option `cotangnet`; did you mean `cotangent`?",
            "unknown option `skp`; did you mean `skip`?",
            "`cotangent` is an option of the type, not of a field",
            "unknown option `serde::skip`; a field takes `skip`",
        ]
    );
    let found = messages(quote!(
        #[differentiable(wibble)]
        enum E {
            #[differentiable(skip)]
            A(f64),
            #[differentiable(x)]
            B,
        }
    ));
    assert_eq!(
        found,
        [
            "unknown option `wibble`; the type takes `cotangent = \"Name\"`",
            "`skip` is an option of a field, not of a variant",
            "unknown option `x`; a variant takes none",
        ]
    );
}

#[test]
fn wrong_values() {
    assert_eq!(
        messages(quote!(
            #[differentiable(cotangent = "a b")]
            struct S;
        )),
        ["`a b` cannot name a type; write `cotangent = \"Name\"`"]
    );
    assert_eq!(
        messages(quote!(
            #[differentiable(cotangent = "S")]
            struct S;
        )),
        ["`S` is the type itself; its cotangent type needs another name"]
    );
    assert_eq!(
        messages(quote!(
            #[differentiable(cotangent = "A")]
            #[differentiable(cotangent = "B")]
            struct S;
        )),
        ["option `cotangent` is given twice"]
    );
    assert_eq!(
        messages(quote!(
            struct S(#[differentiable(skip = true)] f64);
        )),
        ["`skip` takes no value"]
    );
    assert_eq!(
        messages(quote!(
            #[differentiable(cotangent)]
            struct S;
        )),
        ["expected a name; write `cotangent = \"Name\"`"]
    );
    assert_eq!(
        messages(quote!(
            #[differentiable(cotangent = 3)]
            struct S;
        )),
        ["expected a name; write `cotangent = \"Name\"`"]
    );
    assert_eq!(
        messages(quote!(
            #[differentiable]
            struct S;
        ))
        .len(),
        1
    );
}

#[test]
fn refused_types() {
    assert_eq!(
        messages(quote!(union U { a: f64, b: f32 })),
        ["a union has no cotangent type, as nobody knows which field is in use; use an enum"]
    );
    assert_eq!(
        messages(quote!(
            struct S {
                f: fn(f64) -> f64,
                p: Vec<*const f64>,
            }
        )),
        [
            "a function pointer has no cotangent type; add `#[differentiable(skip)]` to the field",
            "a raw pointer has no cotangent type; add `#[differentiable(skip)]` to the field",
        ]
    );
}

#[test]
fn errors_leave_the_rest_of_the_expansion() {
    let tokens = super::derive(syn::parse_quote!(
        struct S {
            a: f64,
            #[differentiable(skp)]
            b: f64,
            #[differentiable(skp)]
            c: f64,
        }
    ));
    let text = tokens.to_string();
    assert_eq!(text.matches("compile_error").count(), 2);
    assert!(text.contains("struct SCotangent"));
}
