//! What plain code asks of an option that is not put together: `it.next().is_some_and(|y| *y > 0.0)`.
//!
//! What enters: such a call, in code that cannot stay as it is written. What leaves: its answer, a plain value. Guarantee: the closure or
//! function gets what std's would hand it, a reference to the part where it is.

use syn::Expr as Syn;

use super::expr::strip;
use super::{Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Expr, Place, Stmt};
use crate::types::Ty;

fn is_closure(e: &Syn) -> bool {
    matches!(strip(e), Syn::Closure(_))
}

impl Lower<'_> {
    /// Whether a call is one of these.
    pub(super) fn asks_option(&self, m: &syn::ExprMethodCall) -> bool {
        let asks = m.method == "is_some_and" || m.method == "is_none_or";
        asks && m.args.len() == 1 && (is_closure(&m.args[0]) || self.gives_maybe(&m.receiver))
    }

    /// `is_some_and` and `is_none_or`, of which what is in the option is a place.
    pub(super) fn asked_of_option(&mut self, m: &syn::ExprMethodCall) -> Lowered<Expr> {
        let otherwise = m.method == "is_none_or";
        let f = m.args.first().ok_or(Refused)?;
        if is_closure(f) {
            let mut asked = m.clone();
            asked.method = proc_macro2::Ident::new("map_or", m.method.span());
            asked.args.insert(0, syn::parse_quote!(#otherwise));
            let val = self.expr_active(&Syn::MethodCall(asked), &Ty::Plain)?;
            return Ok(self.operand(val, m.method.span())?.0);
        }
        let Val::Maybe { found, value } = self.expr_place(&m.receiver)? else { return Err(Refused) };
        let f = self.function(f)?;
        let holds = self.flag("holds");
        let found = self.condition(found);
        let then = self.block(false, |l| {
            let test = l.test(&f, &value, false, m.method.span())?;
            l.out.push(Stmt::Assign(Place::var(holds), test));
            Ok(())
        })?;
        let other = self.block(false, |l| {
            if otherwise {
                l.set_flag(holds);
            }
            Ok(())
        })?;
        self.out.push(Stmt::If(found, then, other));
        Ok(self.condition(Expr::Read(Place::var(holds))))
    }
}
