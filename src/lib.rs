//! Unpublished root package: it holds `tests/` and `examples/`; the library is `autodiff-core`.

/// The code blocks of the documents, as tests.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../docs/internals.md")]
    mod internals {}
    #[doc = include_str!("../docs/language.md")]
    mod language {}
    #[doc = include_str!("../CONTRIBUTING.md")]
    mod contributing {}
}
