//! The names in a pattern.
//!
//! What enters: a pattern. What leaves: its names, or the same pattern with a name changed. Guarantee: what the pattern accepts stays the same.

use proc_macro2::{Ident, Span};
use syn::visit_mut::{self, VisitMut};
use syn::{Member, Pat};

pub(super) fn mutable_names(pat: &Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'a> syn::visit::Visit<'a> for Names {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            if p.mutability.is_some() && p.by_ref.is_none() {
                self.0.push(p.ident.to_string());
            }
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut names = Names(Vec::new());
    syn::visit::Visit::visit_pat(&mut names, pat);
    names.0
}

/// The names that a pattern binds by value beside others that it binds by `ref`, or behind a `&mut` of its own.
pub(super) fn names_by_value(pat: &Pat) -> Vec<String> {
    struct Names {
        behind: usize,
        refs: bool,
        bare: Vec<String>,
        copied: Vec<String>,
    }
    impl<'a> syn::visit::Visit<'a> for Names {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            self.refs |= p.by_ref.is_some();
            if p.by_ref.is_none() {
                let names = if self.behind > 0 { &mut self.copied } else { &mut self.bare };
                names.push(p.ident.to_string());
            }
            syn::visit::visit_pat_ident(self, p);
        }
        fn visit_pat_reference(&mut self, p: &'a syn::PatReference) {
            self.behind += 1;
            syn::visit::visit_pat_reference(self, p);
            self.behind -= 1;
        }
    }
    let mut names = Names { behind: 0, refs: false, bare: Vec::new(), copied: Vec::new() };
    syn::visit::Visit::visit_pat(&mut names, pat);
    if names.refs {
        names.copied.append(&mut names.bare);
    }
    names.copied
}

pub(super) fn unmut_name(pat: &mut Pat, name: &Ident) {
    struct Unmut<'n>(&'n Ident);
    impl VisitMut for Unmut<'_> {
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.ident == *self.0 {
                p.mutability = None;
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
    }
    Unmut(name).visit_pat_mut(pat);
}

pub(super) fn unmut(pat: &mut Pat) {
    struct Unmut;
    impl VisitMut for Unmut {
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.by_ref.is_none() {
                p.mutability = None;
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
    }
    Unmut.visit_pat_mut(pat);
}

pub(super) fn rename_binding(pat: &mut Pat, from: &str, to: &Ident) {
    struct Rename<'r>(&'r str, &'r Ident);
    impl VisitMut for Rename<'_> {
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.ident == self.0 {
                p.ident = self.1.clone();
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
        fn visit_field_pat_mut(&mut self, f: &mut syn::FieldPat) {
            visit_mut::visit_field_pat_mut(self, f);
            if let (None, Pat::Ident(i), Member::Named(m)) = (&f.colon_token, &*f.pat, &f.member) {
                if i.ident != *m {
                    f.colon_token = Some(syn::token::Colon::default());
                }
            }
        }
    }
    Rename(from, to).visit_pat_mut(pat);
}

/// Identifiers from strings, raw where they must be.
pub(crate) trait RawIdent {
    fn new_raw_or_plain(name: &str, span: Span) -> Ident;
}

impl RawIdent for Ident {
    fn new_raw_or_plain(name: &str, span: Span) -> Ident {
        match name.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, span),
            None => Ident::new(name, span),
        }
    }
}
