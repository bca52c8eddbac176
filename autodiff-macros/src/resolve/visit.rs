//! The walk over the body: which construct opens which scope, and where names are replaced.

use std::mem;

use syn::visit_mut::{self, VisitMut};
use syn::{token, Attribute, Block, Expr, Member, Pat};

use super::{syntax, BindingKind, Resolver, Scope};

impl VisitMut for Resolver {
    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}

    fn visit_item_mut(&mut self, item: &mut syn::Item) {
        // An item cannot name a local, except through the expansion of a `macro_rules!`.
        match item {
            syn::Item::Macro(item) if item.mac.path.is_ident("macro_rules") => self.rewrite_macro_rules(&mut item.mac),
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        self.rewrite_macro(mac);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let items = syntax::items_of(block);
        self.scoped(items, |this| visit_mut::visit_block_mut(this, block));
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let Some(init) = &mut local.init {
            self.visit_local_init_mut(init);
        }
        let conditional = syntax::is_conditional(&local.attrs);
        let fails = local.init.as_ref().is_some_and(|i| i.diverge.is_some());
        self.bind(&mut local.pat, if fails { BindingKind::Pattern } else { BindingKind::Let }, conditional);
    }

    fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
        if self.is_binding(pat) {
            let mut unique = self.introduce(pat);
            unique.set_span(pat.ident.span());
            pat.ident = unique;
        } else if pat.subpat.is_none() && pat.ident != "None" && !self.is_declared_constant(&pat.ident) {
            self.bindings.constants.push(pat.ident.clone());
        }
        if let Some((_, subpat)) = &mut pat.subpat {
            self.visit_pat_mut(subpat);
        }
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        let outer = self.pattern.conditional;
        self.pattern.conditional |= syntax::is_conditional(&field.attrs);
        self.visit_pat_mut(&mut field.pat);
        self.pattern.conditional = outer;
        match (&field.colon_token, &field.member, &*field.pat) {
            (None, Member::Named(name), Pat::Ident(pat)) if *name != pat.ident => {
                field.colon_token = Some(token::Colon(name.span()));
            }
            _ => {}
        }
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        self.visit_expr_mut(&mut field.expr);
        match (&field.colon_token, &field.member, &field.expr) {
            (None, Member::Named(name), Expr::Path(value)) if !value.path.is_ident(name) => {
                field.colon_token = Some(token::Colon(name.span()));
            }
            _ => {}
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.scoped(Scope::new(), |this| {
            this.bind(&mut arm.pat, BindingKind::Pattern, false);
            if let Some((_, guard)) = &mut arm.guard {
                this.visit_expr_mut(guard);
            }
            this.visit_expr_mut(&mut arm.body);
        });
    }

    fn visit_expr_let_mut(&mut self, node: &mut syn::ExprLet) {
        self.visit_expr_mut(&mut node.expr);
        self.bind(&mut node.pat, BindingKind::Pattern, false);
    }

    fn visit_expr_if_mut(&mut self, node: &mut syn::ExprIf) {
        self.scoped(Scope::new(), |this| {
            this.visit_expr_mut(&mut node.cond);
            this.visit_block_mut(&mut node.then_branch);
        });
        if let Some((_, branch)) = &mut node.else_branch {
            self.visit_expr_mut(branch);
        }
    }

    fn visit_expr_while_mut(&mut self, node: &mut syn::ExprWhile) {
        self.labelled(node.label.as_mut(), |this| {
            this.scoped(Scope::new(), |this| {
                this.visit_expr_mut(&mut node.cond);
                this.visit_block_mut(&mut node.body);
            });
        });
    }

    fn visit_expr_for_loop_mut(&mut self, node: &mut syn::ExprForLoop) {
        self.visit_expr_mut(&mut node.expr);
        self.labelled(node.label.as_mut(), |this| {
            this.scoped(Scope::new(), |this| {
                this.bind(&mut node.pat, BindingKind::For, false);
                this.visit_block_mut(&mut node.body);
            });
        });
    }

    fn visit_expr_loop_mut(&mut self, node: &mut syn::ExprLoop) {
        self.labelled(node.label.as_mut(), |this| {
            this.visit_block_mut(&mut node.body);
        });
    }

    fn visit_expr_block_mut(&mut self, node: &mut syn::ExprBlock) {
        self.labelled(node.label.as_mut(), |this| {
            this.visit_block_mut(&mut node.block);
        });
    }

    fn visit_expr_break_mut(&mut self, node: &mut syn::ExprBreak) {
        self.use_label(node.label.as_mut());
        visit_mut::visit_expr_break_mut(self, node);
    }

    fn visit_expr_continue_mut(&mut self, node: &mut syn::ExprContinue) {
        self.use_label(node.label.as_mut());
    }

    fn visit_expr_closure_mut(&mut self, node: &mut syn::ExprClosure) {
        self.scoped(Scope::new(), |this| {
            for input in &mut node.inputs {
                let conditional = syntax::is_conditional(syntax::attrs_of(input));
                this.bind(input, BindingKind::ClosureParam, conditional);
            }
            this.visit_return_type_mut(&mut node.output);
            this.visit_expr_mut(&mut node.body);
        });
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        syntax::ungroup(expr);
        match expr {
            Expr::Path(node) if node.qself.is_none() => {
                let unique = node.path.get_ident().and_then(|name| self.variable(name));
                if let (Some(unique), Some(segment)) = (unique, node.path.segments.first_mut()) {
                    segment.ident = unique;
                }
                visit_mut::visit_expr_path_mut(self, node);
            }
            Expr::Verbatim(tokens) => *tokens = self.rewrite_tokens(mem::take(tokens)),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }
}
