//! Whether the blocks of one operator, for values and for references, and its assignment compute the same.
//!
//! What enters: an annotated block. What leaves: a message, if the file has another block of the same operator and types, annotated or not,
//! that computes something else: one rule serves both, so one of them would have the derivative of the other. Straight lines of arithmetic, loops and iterators
//! are compared by what they compute. Of others, operations are compared as sets, and only where a body has nothing in it but arithmetic,
//! loops and iterators: blocks that are written in different ways agree. A body that uses an operator on `self` as a whole may leave it to
//! another block.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};

use super::beside::OperatorBlock;

/// Refuses a block of values beside one of references, and an assignment beside its operator, that computes something else.
pub(super) fn check(block: &syn::ItemImpl, path: &syn::Path) -> syn::Result<()> {
    let Some(own) = OperatorBlock::of(block) else { return Ok(()) };
    let Some(at) = path.segments.last().map(|s| &s.ident) else { return Ok(()) };
    let disagrees = |other: &&OperatorBlock| own.shares_a_rule_with(other) && own.computes_something_else(other, at);
    let found = crate::position::beside(block, &own, |annotated, all| {
        // Said once: at the values, if both are annotated.
        let other = all.iter().find(disagrees)?;
        (own.comes_before(other) || !annotated.contains(other)).then(|| other.written())
    });
    let Some(other) = found else { return Ok(()) };
    Err(of_another(path, &other))
}

/// The message about a block that computes something else.
pub(super) fn disagreement(path: &syn::Path, other: &OperatorBlock) -> syn::Error {
    of_another(path, &other.written())
}

fn of_another(path: &syn::Path, other: &str) -> syn::Error {
    let message = format!("`{other}` computes something else than this, and one derivative serves both; let one of the two call the other");
    syn::Error::new_spanned(path, message)
}

/// The operations of a body; none if it may do others.
pub(super) fn operations(body: &syn::Block) -> Option<BTreeSet<String>> {
    let mut found = Operations { names: BTreeSet::new(), other: false };
    found.visit_block(body);
    (!found.other).then_some(found.names)
}

struct Operations {
    names: BTreeSet<String>,
    other: bool,
}

impl Operations {
    fn add(&mut self, name: &str) {
        self.names.insert(name.to_string());
    }
}

/// `self`, `*self`, `&self` and the like.
fn is_self(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Path(p) => p.path.is_ident("self"),
        syn::Expr::Paren(syn::ExprParen { expr, .. })
        | syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. })
        | syn::Expr::Reference(syn::ExprReference { expr, .. }) => is_self(expr),
        _ => false,
    }
}

/// Methods that only walk, copy or shape.
const NEUTRAL: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "zip",
    "map",
    "enumerate",
    "rev",
    "copied",
    "cloned",
    "clone",
    "collect",
    "for_each",
    "len",
    "to_vec",
    "chunks",
    "chunks_exact",
    "unwrap",
    "as_slice",
    "as_ref",
    "push",
    "is_empty",
    "min",
    "saturating_sub",
];

impl<'a> Visit<'a> for Operations {
    fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
        use syn::BinOp as Op;
        match b.op {
            Op::Add(_) | Op::AddAssign(_) => self.add("+"),
            Op::Sub(_) | Op::SubAssign(_) => self.add("-"),
            Op::Mul(_) | Op::MulAssign(_) => self.add("*"),
            Op::Div(_) | Op::DivAssign(_) => self.add("/"),
            Op::Rem(_) | Op::RemAssign(_) => self.add("%"),
            _ => {}
        }
        self.other |= [&b.left, &b.right].into_iter().any(|e| is_self(e));
        visit::visit_expr_binary(self, b);
    }

    fn visit_expr_unary(&mut self, u: &'a syn::ExprUnary) {
        if matches!(u.op, syn::UnOp::Neg(_)) {
            self.add("-");
        }
        visit::visit_expr_unary(self, u);
    }

    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        let name = m.method.to_string();
        match name.as_str() {
            "sum" => self.add("+"),
            "product" => self.add("*"),
            "mul_add" => ["*", "+"].iter().for_each(|op| self.add(op)),
            name if NEUTRAL.contains(&name) => {}
            name if crate::infer::float_method_args(name).is_some() => self.add(name),
            _ => self.other = true,
        }
        visit::visit_expr_method_call(self, m);
    }

    // Constructors of the types' own are what they are called; any other function may do anything.
    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        let constructs = matches!(&*c.func, syn::Expr::Path(p) if p.path.segments.last().is_some_and(|s| {
            s.ident.to_string().starts_with(char::is_uppercase) || ["new", "with_capacity", "from_fn", "zeros"].iter().any(|n| s.ident == n)
        }));
        self.other |= !constructs;
        visit::visit_expr_call(self, c);
    }

    // Indices and lengths are computed by operators, too.
    fn visit_expr_index(&mut self, i: &'a syn::ExprIndex) {
        self.visit_expr(&i.expr);
    }

    fn visit_expr_range(&mut self, _: &'a syn::ExprRange) {}

    fn visit_macro(&mut self, m: &'a syn::Macro) {
        self.other |=
            !m.path.is_ident("vec") && !m.path.is_ident("assert_eq") && !m.path.is_ident("assert") && !m.path.is_ident("debug_assert_eq");
    }
}
