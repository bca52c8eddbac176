//! Indices that advance with a loop's counter.
//!
//! What enters: the code of an index. What leaves: what it is besides the counter, if it grows by one from iteration to iteration.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit_mut::VisitMut;

/// `counter + rest + offset`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Affine {
    /// The summands that stay the same, as text, in an order of their own.
    pub rest: Vec<String>,
    /// The sum of the literals.
    pub offset: i64,
}

/// An index as `counter + rest + offset`, if it has that form.
pub(crate) fn affine(index: &syn::Expr, counter: &Ident) -> Option<Affine> {
    let mut sum = Sum { counter, times: 0, rest: Vec::new(), offset: 0 };
    sum.add(index, 1)?;
    sum.rest.sort();
    (sum.times == 1).then_some(Affine { rest: sum.rest, offset: sum.offset })
}

struct Sum<'i> {
    counter: &'i Ident,
    times: i64,
    rest: Vec<String>,
    offset: i64,
}

impl Sum<'_> {
    fn add(&mut self, e: &syn::Expr, sign: i64) -> Option<()> {
        match e {
            syn::Expr::Paren(p) => self.add(&p.expr, sign),
            syn::Expr::Group(g) => self.add(&g.expr, sign),
            syn::Expr::Verbatim(tokens) => self.add(&syn::parse2(tokens.clone()).ok()?, sign),
            syn::Expr::Binary(b) => match b.op {
                syn::BinOp::Add(_) => {
                    self.add(&b.left, sign)?;
                    self.add(&b.right, sign)
                }
                syn::BinOp::Sub(_) => {
                    self.add(&b.left, sign)?;
                    self.add(&b.right, -sign)
                }
                _ => self.other(e, sign),
            },
            syn::Expr::Path(p) if p.path.is_ident(self.counter) => {
                self.times += sign;
                Some(())
            }
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => {
                self.offset += sign * n.base10_parse::<i64>().ok()?;
                Some(())
            }
            _ => self.other(e, sign),
        }
    }

    fn other(&mut self, e: &syn::Expr, sign: i64) -> Option<()> {
        if mentions(e, self.counter) {
            return None;
        }
        self.rest.push(format!("{} {}", if sign > 0 { '+' } else { '-' }, e.to_token_stream()));
        Some(())
    }
}

/// Whether code mentions a name.
pub(crate) fn mentions(e: &syn::Expr, name: &Ident) -> bool {
    fn inside(tokens: proc_macro2::TokenStream, name: &Ident) -> bool {
        tokens.into_iter().any(|t| match t {
            proc_macro2::TokenTree::Ident(i) => i == *name,
            proc_macro2::TokenTree::Group(g) => inside(g.stream(), name),
            _ => false,
        })
    }
    inside(e.to_token_stream(), name)
}

/// The code with something else in place of the counter.
pub(crate) fn with_counter(index: &syn::Expr, counter: &Ident, instead: &syn::Expr) -> syn::Expr {
    struct Replace<'i>(&'i Ident, &'i syn::Expr);
    impl VisitMut for Replace<'_> {
        fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
            match e {
                syn::Expr::Path(p) if p.path.is_ident(self.0) => {
                    let instead = self.1;
                    *e = match instead {
                        syn::Expr::Lit(_) | syn::Expr::Path(_) | syn::Expr::Paren(_) => instead.clone(),
                        other => syn::parse_quote!((#other)),
                    };
                }
                _ => syn::visit_mut::visit_expr_mut(self, e),
            }
        }
    }
    let mut index = index.clone();
    Replace(counter, instead).visit_expr_mut(&mut index);
    folded(&index)
}

/// In parentheses, unless it holds together without them.
pub(crate) fn closed(e: syn::Expr) -> syn::Expr {
    match e {
        syn::Expr::Lit(_)
        | syn::Expr::Path(_)
        | syn::Expr::Paren(_)
        | syn::Expr::MethodCall(_)
        | syn::Expr::Field(_)
        | syn::Expr::Index(_) => e,
        e => syn::parse_quote!((#e)),
    }
}

/// Whether it is the literal 0.
pub(crate) fn is_zero(e: &syn::Expr) -> bool {
    matches!(e, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) if n.base10_digits() == "0")
}

/// Without the zeros that are added, and with differences of literals and of equal names worked out. What overflows still does: only names
/// and literals cancel, for whatever is computed may fail.
pub(crate) fn folded(e: &syn::Expr) -> syn::Expr {
    let number = |e: &syn::Expr| match e {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => n.base10_parse::<u64>().ok(),
        _ => None,
    };
    match e {
        syn::Expr::Paren(p) => match folded(&p.expr) {
            inner @ (syn::Expr::Lit(_) | syn::Expr::Path(_) | syn::Expr::Paren(_)) => inner,
            inner => syn::parse_quote!((#inner)),
        },
        syn::Expr::Binary(b) => {
            let (left, right) = (folded(&b.left), folded(&b.right));
            if let (syn::BinOp::Sub(_), syn::Expr::Path(l), syn::Expr::Path(r)) = (b.op, &left, &right) {
                if l == r {
                    return syn::parse_quote!(0);
                }
            }
            let value = match (b.op, number(&left), number(&right)) {
                (syn::BinOp::Add(_), Some(l), Some(r)) => l.checked_add(r),
                (syn::BinOp::Sub(_), Some(l), Some(r)) => l.checked_sub(r),
                (syn::BinOp::Add(_), Some(0), _) => return right,
                (syn::BinOp::Add(_) | syn::BinOp::Sub(_), _, Some(0)) => return left,
                _ => None,
            };
            if let Some(value) = value {
                let value = proc_macro2::Literal::u64_unsuffixed(value);
                return syn::parse_quote!(#value);
            }
            syn::Expr::Binary(syn::ExprBinary { left: Box::new(left), right: Box::new(right), ..b.clone() })
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{affine, with_counter};
    use quote::{format_ident, ToTokens};
    use syn::parse_quote;

    fn parts(e: &syn::Expr) -> Option<(String, i64)> {
        affine(e, &format_ident!("j")).map(|a| (a.rest.join(" "), a.offset))
    }

    #[test]
    fn sums_with_the_counter_once() {
        assert_eq!(parts(&parse_quote!(j)), Some((String::new(), 0)));
        assert_eq!(parts(&parse_quote!(j + 2 - 1)), Some((String::new(), 1)));
        assert_eq!(parts(&parse_quote!(i * n + (j - 1))), Some(("+ i * n".into(), -1)));
        assert_eq!(parts(&parse_quote!((j + i) - k)), Some(("+ i - k".into(), 0)));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(parts(&parse_quote!(2 * j)), None);
        assert_eq!(parts(&parse_quote!(n - j)), None);
        assert_eq!(parts(&parse_quote!(j + j)), None);
        assert_eq!(parts(&parse_quote!(i)), None);
        assert_eq!(parts(&parse_quote!(order[j])), None);
        assert_eq!(parts(&parse_quote!((j + 1) % n)), None);
        assert_eq!(parts(&parse_quote!(j as usize)), None);
    }

    #[test]
    fn the_first_index() {
        let e = with_counter(&parse_quote!(i * n + j - 1), &format_ident!("j"), &parse_quote!(a + 1));
        assert_eq!(e.to_token_stream().to_string(), "i * n + (a + 1) - 1");
        let e = with_counter(&parse_quote!(i * n + j), &format_ident!("j"), &parse_quote!(0));
        assert_eq!(e.to_token_stream().to_string(), "i * n");
        let e = with_counter(&parse_quote!(j - 1), &format_ident!("j"), &parse_quote!(1));
        assert_eq!(e.to_token_stream().to_string(), "0");
        let e = with_counter(&parse_quote!(j - k), &format_ident!("j"), &parse_quote!(k));
        assert_eq!(e.to_token_stream().to_string(), "0");
        let e = with_counter(&parse_quote!((j - 5) - (j - 5)), &format_ident!("j"), &parse_quote!(i));
        assert_eq!(e.to_token_stream().to_string(), "(i - 5) - (i - 5)");
    }
}
