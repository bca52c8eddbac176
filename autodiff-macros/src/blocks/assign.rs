//! `#[differentiate]` on the `impl` of a compound assignment.
//!
//! What enters: the block. What leaves, of `*=`, `/=` and `%=`: the rule of `*`, `/` or `%`, unless another block gives it, since `a *= b`
//! has the derivative of `a = a * b`. Of `+=` and `-=`: a rule on cotangents, if the operator adds to parts of the target what depends on
//! the operand alone.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};

use super::{beside, operators, partwise};
use crate::diagnostics::Errors;
use crate::options::Options;
use crate::signature::Signature;
use crate::types::Ty;

pub(super) struct Assignment {
    /// The operator that it goes with: its trait, function and token.
    operator: &'static str,
    function: &'static str,
    pub token: &'static str,
    /// The rule on cotangents.
    sum: Option<SumNames>,
}

struct SumNames {
    rule: &'static str,
    function: &'static str,
}

impl Assignment {
    /// Whether it is `+=` or `-=`.
    pub fn adds(&self) -> bool {
        self.sum.is_some()
    }
}

pub(super) fn assignment(name: &str) -> Option<Assignment> {
    let (operator, function, token) = match name {
        "AddAssign" => ("Add", "add", "+"),
        "SubAssign" => ("Sub", "sub", "-"),
        "MulAssign" => ("Mul", "mul", "*"),
        "DivAssign" => ("Div", "div", "/"),
        "RemAssign" => ("Rem", "rem", "%"),
        _ => return None,
    };
    let sum = match token {
        "+" => Some(SumNames { rule: "AddAssignRule", function: "add_assigned" }),
        "-" => Some(SumNames { rule: "SubAssignRule", function: "sub_assigned" }),
        _ => None,
    };
    Some(Assignment { operator, function, token, sum })
}

/// How the body says that another `impl` carries the code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// `*self = *self + rhs`
    WithOperator,
    /// `*self += *rhs`
    WithAssignment,
    Out,
}

pub(super) fn rule(block: &mut syn::ItemImpl, path: &syn::Path, assignment: &Assignment, order: usize) -> syn::Result<TokenStream> {
    let expected = || syn::Error::new_spanned(path, "expected a compound assignment with its function");
    let Some(f) = block.items.iter().find_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f.clone()) } else { None }) else {
        return Err(expected());
    };
    let rhs = match f.sig.inputs.iter().nth(1) {
        Some(syn::FnArg::Typed(t)) if f.sig.receiver().is_some_and(|r| r.reference.is_some() && r.mutability.is_some()) => t.clone(),
        _ => return Err(expected()),
    };
    let written = match &*rhs.pat {
        syn::Pat::Ident(i) => written(&f.block, &i.ident, assignment),
        _ => Written::Out,
    };
    if matches!(written, Written::WithAssignment) || beside::carried_elsewhere(block) {
        return Ok(TokenStream::new());
    }
    match &assignment.sum {
        None if matches!(written, Written::WithOperator) => Ok(TokenStream::new()),
        None => product(block, path, &f, assignment, order),
        Some(names) => {
            let function = part_by_part(block, &f, &rhs, assignment, matches!(written, Written::WithOperator));
            sum(block, &function, &rhs, assignment, names)
        }
    }
}

pub(super) fn written(body: &syn::Block, rhs: &Ident, assignment: &Assignment) -> Written {
    let this = Ident::new("self", Span::call_site());
    let e = match &body.stmts[..] {
        [syn::Stmt::Expr(e, _)] => e,
        _ => return Written::Out,
    };
    let target =
        |e: &syn::Expr| matches!(e, syn::Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) && operators::is_operand(&u.expr, &this));
    match crate::lower::strip(e) {
        syn::Expr::Assign(a) if target(&a.left) => match crate::lower::strip(&a.right) {
            syn::Expr::Binary(b) => {
                let same = b.op.to_token_stream().to_string() == assignment.token;
                if same && operators::is_operand(&b.left, &this) && operators::is_operand(&b.right, rhs) {
                    return Written::WithOperator;
                }
                Written::Out
            }
            _ => Written::Out,
        },
        syn::Expr::Binary(b) if target(&b.left) && operators::is_operand(&b.right, rhs) => {
            let same = b.op.to_token_stream().to_string() == format!("{}=", assignment.token);
            if same {
                Written::WithAssignment
            } else {
                Written::Out
            }
        }
        _ => Written::Out,
    }
}

/// `fn mul_assign(&mut self, rhs: R)` as `fn mul(self, rhs: R) -> Self`, and the rule of that.
fn product(
    block: &syn::ItemImpl,
    path: &syn::Path,
    f: &syn::ImplItemFn,
    assignment: &Assignment,
    order: usize,
) -> syn::Result<TokenStream> {
    let Some(operator) = operators::operator_rule(assignment.operator) else { return Ok(TokenStream::new()) };
    if crate::lower::has_return(&f.block) {
        return Err(syn::Error::new_spanned(
            path,
            "a compound assignment that returns early cannot be differentiated; write the branches out",
        ));
    }
    let mut item = block.clone();
    let name = Ident::new(assignment.function, f.sig.ident.span());
    let mut sig = f.sig.clone();
    sig.ident = name;
    if let Some(receiver) = sig.inputs.first_mut() {
        *receiver = syn::parse_quote!(self);
    }
    sig.output = syn::parse_quote!(-> Self);
    let (own, this) = (Ident::new("changed", Span::mixed_site()), Ident::new("target", Span::mixed_site()));
    let body = crate::emit::siblings::rename_self(f.block.to_token_stream(), "target");
    let function: syn::ImplItemFn = syn::parse_quote! {
        #sig {
            let mut #own = self;
            let #this = &mut #own;
            #body
            #own
        }
    };
    let self_ty = &block.self_ty;
    item.items = vec![syn::parse_quote!(type Output = #self_ty;), syn::ImplItem::Fn(function)];
    let mut refused = crate::diagnostics::Errors::default();
    let rule = operators::rule(&mut item, path, &operator, order, &mut refused)?;
    refused.finish(rule)
}

/// `*self = V { x: self.x + rhs.x }` as `self.x += rhs.x;`, also where it is the operator of the same file that says so.
fn part_by_part(
    block: &syn::ItemImpl,
    f: &syn::ImplItemFn,
    rhs: &syn::PatType,
    assignment: &Assignment,
    with_operator: bool,
) -> syn::ImplItemFn {
    let parts = |e: &syn::Expr| partwise::statements(e, &block.self_ty, assignment.token == "-");
    let stmts = if with_operator {
        let body = beside::operator_of(block, assignment.operator);
        body.and_then(|(body, name)| match (&body.stmts[..], &*rhs.pat) {
            ([syn::Stmt::Expr(e, None)], syn::Pat::Ident(i)) => {
                let e = crate::emit::siblings::operator::renamed(e.to_token_stream(), &Ident::new(&name, Span::call_site()), &i.ident);
                parts(&syn::parse2(e).ok()?)
            }
            _ => None,
        })
    } else {
        match &f.block.stmts[..] {
            [syn::Stmt::Expr(syn::Expr::Assign(a), _)] if matches!(&*a.left, syn::Expr::Unary(_)) => parts(&a.right),
            _ => None,
        }
    };
    let mut f = f.clone();
    if let Some(stmts) = stmts {
        f.block.stmts = stmts;
    }
    f
}

/// The rule on cotangents.
fn sum(
    block: &syn::ItemImpl,
    f: &syn::ImplItemFn,
    rhs: &syn::PatType,
    assignment: &Assignment,
    names: &SumNames,
) -> syn::Result<TokenStream> {
    let around = operators::around(block);
    let item = syn::ItemFn { attrs: Vec::new(), vis: syn::Visibility::Inherited, sig: f.sig.clone(), block: Box::new(f.block.clone()) };
    let mut errors = Errors::default();
    let signature = Signature::read_in(&around, &item.sig, &Options::default(), &mut errors);
    errors.finish(())?;
    let item = syn::ItemFn { block: Box::new(updating(&item.block, &block.self_ty, &signature, assignment)), ..item };
    let self_ty = &block.self_ty;
    let mut other = operators::behind_reference(&rhs.ty).cloned().unwrap_or_else(|| (*rhs.ty).clone());
    if matches!(&other, syn::Type::Path(p) if p.path.is_ident("Self")) {
        other = (**self_ty).clone();
    }
    let mut generics = operators::widened(block);
    operators::with_lifetimes(&mut other, &mut generics);
    let (params, _, wheres) = generics.split_for_impl();
    let projection = |t: &syn::Type| quote!(<#t as ::autodiff_core::Differentiable>::Cotangent);
    let (own, target) = (operators::cotangent(self_ty, &generics, None), signature.cotangent(&other));
    let target = if target.to_string() == projection(&other).to_string() { operators::cotangent(&other, &generics, None) } else { target };
    let (rule, function) = (Ident::new(names.rule, Span::mixed_site()), Ident::new(names.function, Span::mixed_site()));
    let method = if signature.params.get(1).is_none_or(|p| !p.slot) {
        // Nothing differentiable is added.
        quote!(fn #function(&self, _: &mut #target) {})
    } else {
        let adjoint = crate::expand::plain_adjoint_of(&item, &signature)?;
        let operands: Vec<&Ident> = signature.params.iter().map(|p| &p.ident).collect();
        let bar = |k: usize| adjoint.bars.get(&adjoint.function.params[k]).copied();
        let on_cotangents = match bar(0) {
            Some(source) => partwise::on_cotangents(&adjoint, source, bar(1), &operands),
            None => None,
        };
        let Some(on_cotangents) = on_cotangents else {
            let message = format!(
                "it does not show here that this `{0}=` changes each part of `self` by something of the operand, and does nothing else; write it out, as in `self.x {0}= {1}.x;`, or write `a = a {0} b` where it is used",
                assignment.token,
                rhs.pat.to_token_stream(),
            );
            return Err(syn::Error::new(f.sig.ident.span(), message));
        };
        operators::of(&item, &signature, &on_cotangents, None).rule_of_assignment(&function, &target)
    };
    let cfgs = block.attrs.iter().filter(|a| a.path().is_ident("cfg"));
    Ok(quote! {
        #(#cfgs)*
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, unused)]
        impl #params ::autodiff_core::#rule<#target> for #own #wheres {
            #[inline]
            #method
        }
    })
}

/// `self.x = self.x + o.x;` as `self.x += o.x;`, where `x` is a number: its type may have no `+=`, but cotangents have.
fn updating(body: &syn::Block, self_ty: &syn::Type, signature: &Signature, assignment: &Assignment) -> syn::Block {
    let this = Ty::parse(self_ty, &signature.floats);
    let reads_self = |e: &syn::Expr| crate::varied::mentions(e.to_token_stream(), &std::iter::once("self".to_string()).collect());
    let update = |e: &syn::Expr| -> Option<syn::Expr> {
        let syn::Expr::Assign(a) = e else { return None };
        let (syn::Expr::Field(f), syn::Expr::Binary(b)) = (&*a.left, crate::lower::strip(&a.right)) else { return None };
        let own = matches!(&*f.base, syn::Expr::Path(p) if p.path.is_ident("self")) && this.field(&f.member).is_float();
        let same = b.op.to_token_stream().to_string() == assignment.token && a.left == b.left && !reads_self(&b.right);
        let (left, right) = (&a.left, &b.right);
        let token: syn::BinOp = syn::parse_str(&format!("{}=", assignment.token)).ok()?;
        (own && same).then(|| syn::parse_quote!(#left #token #right))
    };
    let mut body = body.clone();
    for s in &mut body.stmts {
        if let syn::Stmt::Expr(e, _) = s {
            if let Some(updated) = update(e) {
                *e = updated;
            }
        }
    }
    body
}
