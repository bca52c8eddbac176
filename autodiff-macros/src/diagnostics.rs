//! The accumulator of errors: a stage collects all it finds, then the pipeline flushes them together.

use proc_macro2::Span;

/// A construct was refused; the message has been recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused;

/// What a fallible step of lowering gives.
pub(crate) type Lowered<T> = Result<T, Refused>;

/// Stands for a message that rustc gives.
const LEFT_TO_RUSTC: &str = "left to rustc";

/// All messages are rustc's to give.
pub(crate) struct HeldBack;

/// The messages to show, if any.
pub(crate) fn shown(errors: &syn::Error) -> Result<syn::Error, HeldBack> {
    let shown = errors.clone().into_iter().filter(|e| e.to_string() != LEFT_TO_RUSTC);
    shown
        .reduce(|mut all, e| {
            all.combine(e);
            all
        })
        .ok_or(HeldBack)
}

/// Errors of one stage. Dropping it unread is a bug.
#[derive(Default, Debug)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
}

impl Errors {
    /// Records a message at a place in the user's code.
    pub fn refuse<T>(&mut self, span: Span, message: impl std::fmt::Display) -> Lowered<T> {
        self.list.push(syn::Error::new(span, message));
        Err(Refused)
    }

    /// Records a message that covers several tokens.
    pub fn refuse_at<T>(&mut self, tokens: &impl quote::ToTokens, message: impl std::fmt::Display) -> Lowered<T> {
        self.list.push(syn::Error::new_spanned(tokens, message));
        Err(Refused)
    }

    /// Records a mistake of the user's that rustc is certain to find in the function itself, and explains best.
    pub fn left_to_rustc<T>(&mut self, span: Span) -> Lowered<T> {
        self.refuse(span, LEFT_TO_RUSTC)
    }

    pub fn push(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    /// The same, but for what has been said elsewhere if it is to be said `once`.
    pub fn push_unless(&mut self, error: syn::Error, once: bool) {
        if !once || self.list.iter().all(|e| e.to_string() != error.to_string()) {
            self.list.push(error);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All messages as one error, or the value.
    pub fn finish<T>(self, value: T) -> syn::Result<T> {
        let mut all: Option<syn::Error> = None;
        let mut shown = rustc_hash::FxHashSet::default();
        for error in self.list {
            // A part that was looked at twice has its messages twice.
            if !shown.insert(format!("{:?} {error}", error.span())) && error.to_string() != LEFT_TO_RUSTC {
                continue;
            }
            match &mut all {
                Some(first) => first.combine(error),
                None => all = Some(error),
            }
        }
        all.map_or(Ok(value), Err)
    }
}
