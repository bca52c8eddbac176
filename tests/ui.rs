//! What the macro refuses and how it says so (`tests/ui`), and programs that must compile and run (`tests/ui-pass`).
//!
//! Each file in `tests/ui` has one fault, and beside it the message in a `.stderr` file; after a change of a message,
//! `TRYBUILD=overwrite cargo test --test ui` writes them anew. `tests/ui/rules` and `tests/ui/traits` hold messages whose words come from rustc.

#[test]
fn refusals_and_hostile_programs() {
    let t = trybuild::TestCases::new();
    t.compile_fail("tests/ui/*.rs");
    for folder in ["options", "signature", "subset", "lowering", "rules", "traits", "operators", "mistakes"] {
        t.compile_fail(format!("tests/ui/{folder}/*.rs"));
    }
    t.pass("tests/ui-pass/*.rs");
}
