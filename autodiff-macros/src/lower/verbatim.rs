//! Code that carries no derivative stays as the user wrote it; only names that denote something else by now
//! (aliases of places, versions of variables) are replaced.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{quote, ToTokens};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr as Syn, Stmt as SynStmt};

use super::changes::{Changes, Variables};
use super::{scan, Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::emit;
use crate::ir::{Expr, Place, Var};
use crate::resolve::tokens::Tokens;
use crate::types::Ty;
use crate::varied;

impl Lower<'_> {
    /// Whether the value of an expression may vary with an input.
    pub(super) fn varies(&self, e: &Syn) -> bool {
        varied::expr_varies(e, &self.varied) && !self.types.is_count(e)
    }

    /// Whether a statement-like expression has nothing to do with varied values at all and does not leave.
    pub(super) fn is_untouched(&self, e: &Syn) -> bool {
        !varied::mentions(e.to_token_stream(), &self.varied) && !scan::expr_exits(e) && self.can_stay(e)
    }

    /// Whether the names an expression mentions can all be written into it, and it changes none of the varied ones.
    pub(super) fn can_stay(&self, e: &Syn) -> bool {
        (self.opaque.is_empty() || !varied::mentions(e.to_token_stream(), &self.opaque)) && self.changes(e).is_none()
    }

    fn refuse_change<T>(&mut self, span: proc_macro2::Span) -> Lowered<T> {
        self.errors.refuse(span, "what this changes cannot be followed inside this expression; bind its value with `let` first")
    }

    /// An expression whose value carries no derivative.
    pub(super) fn plain(&mut self, e: &Syn) -> Lowered<Expr> {
        match e {
            Syn::Lit(l) => return Ok(Expr::Const(l.to_token_stream())),
            Syn::Paren(p) => return self.plain(&p.expr),
            Syn::Group(g) => return self.plain(&g.expr),
            Syn::Path(p) => {
                if let Some(name) = p.path.get_ident() {
                    match self.env.get(&name.to_string()) {
                        Some(Val::Poison) => return Err(Refused),
                        Some(Val::Expr(e @ (Expr::Var(_) | Expr::Const(_)), _)) => return Ok(e.clone()),
                        Some(Val::Place(place, _)) if place.path.is_empty() => return Ok(Expr::Var(place.root)),
                        Some(_) => {}
                        None => return Ok(Expr::Const(p.to_token_stream())),
                    }
                } else {
                    return Ok(Expr::Const(p.to_token_stream()));
                }
            }
            _ => {}
        }
        self.refuse_text(e)?;
        if self.can_stay(e) {
            return self.as_written(e);
        }
        self.taken_apart(e)
    }

    pub(super) fn as_written(&mut self, e: &Syn) -> Lowered<Expr> {
        let mut code = e.clone();
        let vars = self.substitute(|s| s.visit_expr_mut(&mut code))?;
        if vars.is_empty() && scan::is_simple(&code) {
            return Ok(Expr::Const(code.to_token_stream()));
        }
        Ok(Expr::Verbatim(Box::new(code), vars))
    }

    /// Whether all that an expression mentions and has no variable of its own are options, which can be made of their pieces any number of
    /// times, and closures that can be written out.
    pub(super) fn can_be_put_together(&self, e: &Syn) -> bool {
        fn copied(val: &Val) -> bool {
            match val {
                Val::Ref(_, _, mutable) => !mutable,
                Val::Place(_, ty) => ty.is_copy_or_plain(),
                Val::Tuple(items) => items.iter().all(copied),
                _ => false,
            }
        }
        let together = |val: &Val| match val {
            Val::Maybe { value, .. } => copied(value),
            Val::Closure(c) => self.can_be_written_out(c),
            _ => false,
        };
        let mentioned = |name: &&String| varied::mentions(e.to_token_stream(), &std::iter::once((*name).clone()).collect());
        self.changes(e).is_none() && self.opaque.iter().filter(mentioned).all(|name| self.env.get(name).is_some_and(together))
    }

    /// Values do not come back from text or bits: what is made of them is not plain.
    fn refuse_text(&mut self, e: &Syn) -> Lowered<()> {
        struct Text<'v>(&'v HashSet<String>, Option<proc_macro2::Span>);
        impl<'a> syn::visit::Visit<'a> for Text<'_> {
            fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
                let name = m.method.to_string();
                let encodes = matches!(name.as_str(), "to_bits" | "to_string") || name.starts_with("to_") && name.ends_with("_bytes");
                if encodes && varied::expr_varies(&m.receiver, self.0) {
                    self.1 = Some(m.method.span());
                }
                syn::visit::visit_expr_method_call(self, m);
            }
            // What an error says is text in any case.
            fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
                if !matches!(&*c.func, Syn::Path(p) if super::pattern::is_err(&p.path)) {
                    syn::visit::visit_expr_call(self, c);
                }
            }
            fn visit_macro(&mut self, m: &'a syn::Macro) {
                let captures = || captured_names(&m.tokens).iter().any(|name| self.0.contains(name));
                let formats = m.path.segments.last().is_some_and(|s| s.ident == "format");
                if formats && (varied::mentions(m.tokens.clone(), self.0) || captures()) {
                    self.1 = m.path.segments.last().map(|s| s.ident.span());
                }
            }
        }
        let mut text = Text(&self.varied, None);
        syn::visit::Visit::visit_expr(&mut text, e);
        match text.1 {
            Some(span) => self.errors.refuse(
                span,
                "text and bits carry no derivative, and a number made of them again would be taken for a constant; wrap the value in `constant(...)` if that is meant",
            ),
            None => Ok(()),
        }
    }

    /// An expression that mentions closures or other things without a run-time counterpart: its parts are
    /// lowered and put together again.
    fn taken_apart(&mut self, e: &Syn) -> Lowered<Expr> {
        let mut vars = Vec::new();
        let rebuilt: TokenStream = match e {
            // The right operand is evaluated only where the left one does not decide.
            Syn::Binary(b) if matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) && self.needs_statements(&b.right) => {
                let (left, right) = (&b.left, &b.right);
                let branch: Syn = match b.op {
                    // In brackets: what begins with a block would be a statement there.
                    syn::BinOp::And(_) => syn::parse_quote!(if #left { (#right) } else { false }),
                    _ => syn::parse_quote!(if #left { true } else { (#right) }),
                };
                let val = self.expr_active(&branch, &Ty::Plain)?;
                return Ok(self.operand(val, self.span_of(e))?.0);
            }
            Syn::Binary(b) if !scan::is_update(&b.op) => {
                let l = self.part_before(&b.left, self.works(&b.right), &mut vars)?;
                let r = self.part(&b.right, &mut vars)?;
                let op = &b.op;
                self.checked_bits(e, quote!((#l) #op (#r)))
            }
            Syn::Unary(u) => {
                let inner = self.part(&u.expr, &mut vars)?;
                let op = &u.op;
                self.checked_bits(e, quote!(#op (#inner)))
            }
            Syn::Cast(c) => {
                let inner = self.part(&c.expr, &mut vars)?;
                let ty = &c.ty;
                quote!((#inner) as #ty)
            }
            // What is computed is a value here, and `total_cmp(&d(b))` asks for a reference.
            Syn::Reference(r) if r.mutability.is_none() && is_computed(&r.expr) => {
                let inner = self.part(&r.expr, &mut vars)?;
                quote!((&(#inner)))
            }
            // Of an iterator that is followed.
            Syn::MethodCall(m) if m.method == "len" && m.args.is_empty() && self.is_chain(&m.receiver) => {
                let iter = self.iterator(&m.receiver)?;
                let iter = self.started(iter)?;
                if !iter.indexable() {
                    return self
                        .errors
                        .refuse(m.method.span(), "the length of this iterator is not known here; take that of what it goes through");
                }
                return self.count(&iter);
            }
            // An option that is not put together knows whether there is a value.
            Syn::MethodCall(m) if (m.method == "is_some" || m.method == "is_none") && self.found_of(&m.receiver).is_some() => {
                let found = self.found_of(&m.receiver).ok_or(Refused)?;
                if m.method == "is_some" {
                    return Ok(found);
                }
                return Ok(self.opaque(&[&found], |t| {
                    let found = &t[0];
                    quote!(!#found)
                }));
            }
            // What they look at stays where it is.
            Syn::MethodCall(m) if self.asks_option(m) => {
                return self.asked_of_option(m);
            }
            // What its closures look into is put together where they do.
            Syn::MethodCall(m) if varied::observes(m) && self.is_chain(&m.receiver) && self.can_be_put_together(e) => {
                return self.as_written(e);
            }
            Syn::MethodCall(m) if varied::observes(m) || self.types.is_of_integers(m) || self.types.is_asked_of_list(m) => {
                if let Some(span) = m.args.iter().find_map(|a| self.changes(a)) {
                    return self.refuse_change(span);
                }
                let counts = self.types.is_of_integers(m) && m.args.iter().any(|a| self.works(a));
                let recv = self.part_before(&m.receiver, counts, &mut vars)?;
                let mut args = Vec::new();
                for a in &m.args {
                    args.push(self.part(a, &mut vars)?);
                }
                let (name, fish) = (&m.method, &m.turbofish);
                quote!((#recv).#name #fish(#(#args),*))
            }
            // Its arguments change what is followed, in turn; what it is called on is looked at behind them.
            Syn::MethodCall(m) if self.is_made_of_inert(m) => {
                if !matches!(super::strip(&m.receiver), Syn::Path(_)) {
                    if let Some(span) = m.args.iter().find_map(|a| self.changes(a)) {
                        return self.refuse_change(span);
                    }
                }
                let recv = self.part(&m.receiver, &mut vars)?;
                let mut args = Vec::new();
                for (k, a) in m.args.iter().enumerate() {
                    let later = m.args.iter().skip(k + 1).any(|later| self.works(later));
                    args.push(self.part_before(a, later, &mut vars)?);
                }
                let (name, fish) = (&m.method, &m.turbofish);
                quote!((#recv).#name #fish(#(#args),*))
            }
            other => {
                let val = self.expr_active(other, &Ty::Unknown)?;
                // Whoever looks at a reference, or into an option of one, is given references, as by std.
                if matches!(val, Val::Maybe { .. } | Val::Ref(..) | Val::Twice(_)) {
                    if let Some((code, vars)) = self.value_code(&val, self.span_of(other)) {
                        return Ok(Expr::Verbatim(Box::new(Syn::Verbatim(code)), vars));
                    }
                }
                return Ok(self.operand(val, self.span_of(other))?.0);
            }
        };
        let code = match self.changes_anything(e) {
            // As syntax, of which it is seen that it does not only read.
            true => syn::parse2(rebuilt.clone()).unwrap_or(Syn::Verbatim(rebuilt)),
            false => Syn::Verbatim(rebuilt),
        };
        Ok(Expr::Verbatim(Box::new(code), vars))
    }

    /// The condition of a name that stands for an option which is not put together.
    fn found_of(&self, e: &Syn) -> Option<Expr> {
        let Syn::Path(p) = super::strip(e) else { return None };
        match self.env.get(&p.path.get_ident()?.to_string())? {
            Val::Maybe { found, .. } => Some(found.clone()),
            _ => None,
        }
    }

    /// Whether what is put together of this expression's parts may compute some of them in front of it.
    fn needs_statements(&self, e: &Syn) -> bool {
        if self.can_stay(e) {
            return false;
        }
        match e {
            Syn::Paren(syn::ExprParen { expr, .. }) | Syn::Group(syn::ExprGroup { expr, .. }) => self.needs_statements(expr),
            Syn::Path(_) => false,
            Syn::Binary(b) if !scan::is_update(&b.op) => self.needs_statements(&b.left) || self.needs_statements(&b.right),
            Syn::Unary(u) => self.needs_statements(&u.expr),
            Syn::Cast(c) => self.needs_statements(&c.expr),
            Syn::MethodCall(m) if varied::observes(m) || self.types.is_of_integers(m) || self.types.is_asked_of_list(m) => {
                self.needs_statements(&m.receiver) || m.args.iter().any(|a| self.needs_statements(a))
            }
            _ => true,
        }
    }

    /// An operand; evaluated here if what follows changes something.
    fn part_before(&mut self, e: &Syn, changes: bool, vars: &mut Vec<Var>) -> Lowered<TokenStream> {
        if !changes {
            return self.part(e, vars);
        }
        let value = self.plain(e)?;
        let (value, _) = self.operand(Val::Expr(value, Ty::Plain), self.span_of(e))?;
        value.each_operand(&mut |v| vars.push(v));
        Ok(emit::expr_tokens(&self.vars, &value))
    }

    fn part(&mut self, e: &Syn, vars: &mut Vec<Var>) -> Lowered<TokenStream> {
        // An option keeps its references, which it is compared with.
        if !self.can_stay(e) && self.gives_maybe(e) {
            let val = self.expr_place(e)?;
            if let Some((code, of_option)) = self.value_code(&val, self.span_of(e)) {
                vars.extend(of_option);
                return Ok(code);
            }
            let (value, _) = self.operand(val, self.span_of(e))?;
            value.each_operand(&mut |v| vars.push(v));
            return Ok(emit::expr_tokens(&self.vars, &value));
        }
        let value = self.plain(e)?;
        value.each_operand(&mut |v| vars.push(v));
        Ok(emit::expr_tokens(&self.vars, &value))
    }

    /// A statement kept verbatim, with the variables it mentions.
    pub(super) fn verbatim_stmt(&mut self, stmt: &SynStmt) -> Lowered<(SynStmt, Vec<Var>)> {
        let mut code = stmt.clone();
        let mut changes = Changes::new(Variables::These(&self.varied));
        syn::visit::Visit::visit_stmt(&mut changes, stmt);
        if let Some(span) = changes.found {
            return self.refuse_change(span);
        }
        let vars = self.substitute(|s| s.visit_stmt_mut(&mut code))?;
        Ok((code, vars))
    }

    /// The tokens of an expression with all names replaced.
    pub(super) fn verbatim_expr(&mut self, e: &Syn) -> Lowered<(Syn, Vec<Var>)> {
        let mut code = e.clone();
        if let Some(span) = self.changes(e) {
            return self.refuse_change(span);
        }
        let vars = self.substitute(|s| s.visit_expr_mut(&mut code))?;
        Ok((code, vars))
    }

    /// A value in the user's terms, with the variables it mentions; none for what has no run-time counterpart.
    pub(super) fn value_code(&mut self, val: &Val, span: proc_macro2::Span) -> Option<(TokenStream, Vec<Var>)> {
        let mut s = Substitute { lower: self, vars: Vec::new(), poisoned: false, closure: None, own: Vec::new() };
        let code = s.value(val, span)?;
        (s.closure.is_none() && !s.poisoned).then_some((code, s.vars))
    }

    fn substitute(&mut self, run: impl FnOnce(&mut Substitute)) -> Lowered<Vec<Var>> {
        let mut s = Substitute { lower: self, vars: Vec::new(), poisoned: false, closure: None, own: Vec::new() };
        run(&mut s);
        let Substitute { vars, poisoned, closure, .. } = s;
        if let Some(span) = closure {
            return self.errors.refuse(span, "a closure can only be called or passed to an iterator method here; call it directly, or bind what it gives with `let` first");
        }
        if poisoned {
            Err(Refused)
        } else {
            Ok(vars)
        }
    }
}

/// The replacement of names by what they denote.
struct Substitute<'l, 'a> {
    lower: &'l Lower<'a>,
    vars: Vec<Var>,
    poisoned: bool,
    closure: Option<proc_macro2::Span>,
    /// What closures that are written out bind themselves.
    own: Vec<String>,
}

impl<'l> Substitute<'l, '_> {
    fn binding(&self, name: &str) -> Option<&'l Val> {
        let lower: &'l Lower = self.lower;
        lower.binding(name).filter(|_| !self.own.iter().any(|own| own == name))
    }

    /// A closure that is called in code that stays is written out there.
    fn called(&mut self, name: &proc_macro2::Ident) -> Option<syn::ExprClosure> {
        let Some(Val::Closure(c)) = self.binding(&name.to_string()) else { return None };
        if !self.lower.can_be_written_out(c) {
            return None;
        }
        let (mut code, outside) = ((**c).clone(), self.own.len());
        crate::desugar::local::unmark(&mut code);
        self.own.extend(super::closure::bound_in(c));
        self.visit_expr_mut(&mut code.body);
        self.own.truncate(outside);
        Some(code)
    }

    /// The tokens for a name, if it is a local.
    fn replacement(&mut self, name: &proc_macro2::Ident) -> Option<TokenStream> {
        let val = self.binding(&name.to_string())?.clone();
        let code = self.value(&val, name.span())?;
        // An array that was lent as a slice: its patterns are others.
        let slice = matches!(self.lower.types.names.get(&name.to_string()).map(Ty::peel), Some(Ty::Slice(_)));
        let code = match &val {
            Val::Ref(place, _, mutable) if slice && matches!(crate::analysis::ty_at(&self.lower.vars, place), Ty::Array(..)) => {
                let mutable = mutable.then(|| quote!(mut));
                quote!((&#mutable (*#code)[..]))
            }
            _ => code,
        };
        Some(if self.levels(name, &val) == 2 { quote!((&#code)) } else { code })
    }

    /// The place that a `&mut` reference leads to, where a part of it is meant: the reference itself would borrow it while the part's
    /// index is worked out.
    fn behind(&mut self, name: &proc_macro2::Ident) -> Option<TokenStream> {
        match self.binding(&name.to_string()).cloned()? {
            Val::Ref(place, _, true) if !matches!(place.path[..], [crate::ir::Proj::Deref]) => {
                self.note(&place);
                let tokens = emit::place_tokens(&self.lower.vars, &place);
                Some(quote!((#tokens)))
            }
            _ => None,
        }
    }

    /// What a part is taken of, or a method that only looks is called on.
    fn base(&mut self, e: &mut Syn) {
        let behind = match &*e {
            Syn::Path(p) => p.path.get_ident().cloned().and_then(|name| self.behind(&name)),
            _ => None,
        };
        match behind {
            Some(place) => *e = Syn::Verbatim(place),
            None => self.visit_expr_mut(e),
        }
    }

    /// How many references a name is from the place that it denotes.
    fn levels(&self, name: &proc_macro2::Ident, val: &Val) -> usize {
        match val {
            Val::Ref(..) if self.lower.twofold.contains(&name.to_string()) => 2,
            Val::Ref(..) => 1,
            _ => 0,
        }
    }

    fn value(&mut self, val: &Val, span: proc_macro2::Span) -> Option<TokenStream> {
        match val {
            Val::Expr(e @ (Expr::Var(_) | Expr::Const(_) | Expr::Verbatim(..)), _) => {
                e.each_operand(&mut |v| self.vars.push(v));
                let tokens = emit::expr_tokens(&self.lower.vars, e);
                Some(if matches!(e, Expr::Verbatim(..)) { quote!((#tokens)) } else { tokens })
            }
            Val::Place(place, _) => {
                self.note(place);
                let tokens = emit::place_tokens(&self.lower.vars, place);
                Some(if place.path.is_empty() { tokens } else { quote!((#tokens)) })
            }
            Val::Ref(place, _, mutable) => {
                self.note(place);
                if let [crate::ir::Proj::Deref] = place.path[..] {
                    let name = &self.lower.info(place.root).name;
                    return Some(name.to_token_stream());
                }
                let tokens = emit::place_tokens(&self.lower.vars, place);
                Some(if *mutable { quote!((&mut #tokens)) } else { quote!((&#tokens)) })
            }
            Val::Twice(inner) => {
                let code = self.value(inner, span)?;
                Some(quote!((&#code)))
            }
            Val::Tuple(items) => {
                let items: Vec<_> = items.iter().filter_map(|i| self.value(i, span)).collect();
                Some(quote!((#(#items,)*)))
            }
            Val::Unit => Some(quote!(())),
            Val::Poison => {
                self.poisoned = true;
                None
            }
            Val::Maybe { found, value } => {
                found.each_operand(&mut |v| self.vars.push(v));
                let test = emit::expr_tokens(&self.lower.vars, found);
                let value = self.value(value, span)?;
                Some(quote!((if #test { ::core::option::Option::Some(#value) } else { ::core::option::Option::None })))
            }
            Val::Closure(c) if crate::desugar::local::function_of(c).is_some() => {
                crate::desugar::local::function_of(c).map(|name| name.to_token_stream())
            }
            Val::Closure(_) | Val::Iter(_) | Val::Expr(..) => {
                self.closure = Some(span);
                None
            }
        }
    }

    /// Whether a method of a type that is not known could write to a variable that varies: it is called through `&`, so that rustc
    /// refuses one that does.
    fn may_be_written(&self, m: &syn::ExprMethodCall) -> bool {
        let ty = self.lower.types.of(&m.receiver);
        // Of a list that method is known.
        let length = (m.method == "len" || m.method == "is_empty") && matches!(ty.peel(), Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..));
        if length
            || !matches!(ty, Ty::Unknown | Ty::Named(_) | Ty::Ref(_, true))
            // What a call gives, an iterator say, got to the variable through that call.
            || !self.lower.is_place(&m.receiver)
        {
            return false;
        }
        let Some(name) = varied::root_name(&m.receiver).filter(|n| self.lower.varied.contains(n)) else { return false };
        match self.binding(&name) {
            Some(Val::Place(place, _)) => {
                self.lower.info(place.root).mutable || self.lower.info(place.root).kind == crate::ir::VarKind::Memory
            }
            Some(Val::Ref(_, _, mutable)) => *mutable,
            _ => false,
        }
    }

    fn note(&mut self, place: &Place) {
        Expr::Read(place.clone()).each_operand(&mut |v| self.vars.push(v));
    }

    /// The tokens for a name, before what follows it.
    fn part_or_whole(&mut self, name: &proc_macro2::Ident, next: Option<&TokenTree>) -> Option<TokenStream> {
        let part = match next {
            Some(TokenTree::Group(g)) => g.delimiter() == proc_macro2::Delimiter::Bracket,
            Some(TokenTree::Punct(p)) => p.as_char() == '.',
            _ => false,
        };
        let behind = if part { self.behind(name) } else { None };
        behind.or_else(|| self.replacement(name))
    }

    /// The tokens for a name and the arguments behind it, if it is a closure.
    fn called_with(&mut self, name: &proc_macro2::Ident, next: Option<&TokenTree>) -> Option<TokenStream> {
        let Some(TokenTree::Group(g)) = next else { return None };
        if g.delimiter() != proc_macro2::Delimiter::Parenthesis {
            return None;
        }
        let closure = self.called(name)?;
        let given = self.tokens(g.stream(), false);
        let list = Punctuated::<Syn, syn::Token![,]>::parse_terminated;
        Some(match syn::parse::Parser::parse2(list, given.clone()) {
            Ok(args) => applied(&closure, &args),
            Err(_) => quote!((#closure)(#given)),
        })
    }

    fn tokens(&mut self, tokens: TokenStream, top: bool) -> TokenStream {
        let tokens = Tokens::of(tokens);
        let mut out = Vec::new();
        let mut used = false;
        for (at, token) in tokens.0.iter().enumerate() {
            if std::mem::take(&mut used) {
                continue;
            }
            match token {
                TokenTree::Ident(i) if !tokens.is_no_variable(at, top) => {
                    if let Some(new) = self.called_with(i, tokens.0.get(at + 1)) {
                        out.extend(new);
                        used = true;
                        continue;
                    }
                    match self.part_or_whole(i, tokens.0.get(at + 1)) {
                        Some(new) => out.extend(new),
                        None => out.push(token.clone()),
                    }
                }
                TokenTree::Group(g) => {
                    let mut new = Group::new(g.delimiter(), self.tokens(g.stream(), false));
                    new.set_span(g.span());
                    out.push(TokenTree::Group(new));
                }
                other => out.push(other.clone()),
            }
        }
        out.into_iter().collect()
    }
}

impl Substitute<'_, '_> {
    /// `x.len()` of a reference to a list: that of the place behind it, which is borrowed for no longer than that takes.
    fn length(&mut self, e: &Syn) -> Option<Syn> {
        let Syn::MethodCall(m) = e else { return None };
        let Syn::Path(p) = super::expr::strip(&m.receiver) else { return None };
        let name = p.path.get_ident()?;
        let Some(Val::Ref(place, ty, _)) = self.binding(&name.to_string()).cloned() else { return None };
        let list = matches!(ty.peel(), Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..));
        if !list || self.lower.twofold.contains(&name.to_string()) || !m.args.is_empty() || m.method != "len" && m.method != "is_empty" {
            return None;
        }
        if matches!(place.path[..], [crate::ir::Proj::Deref]) {
            return None;
        }
        self.note(&place);
        let (tokens, method) = (emit::place_tokens(&self.lower.vars, &place), &m.method);
        Some(Syn::Verbatim(if place.path.is_empty() { quote!(#tokens.#method()) } else { quote!((#tokens).#method()) }))
    }
}

impl VisitMut for Substitute<'_, '_> {
    fn visit_expr_closure_mut(&mut self, c: &mut syn::ExprClosure) {
        crate::desugar::local::unmark(c);
        // It may stand in a body that was written out before, where its names stood for something else.
        let outside = self.own.len();
        self.own.extend(super::closure::bound_in(c));
        visit_mut::visit_expr_closure_mut(self, c);
        self.own.truncate(outside);
    }

    fn visit_expr_mut(&mut self, e: &mut Syn) {
        if let Syn::Path(p) = e {
            if let Some(name) = p.path.get_ident().cloned() {
                if let Some(new) = self.replacement(&name) {
                    *e = Syn::Verbatim(new);
                }
            }
            return;
        }
        if let Syn::Call(c) = e {
            let called = match super::strip(&c.func) {
                Syn::Path(p) => p.path.get_ident().cloned().and_then(|name| self.called(&name)),
                Syn::Closure(closure) => {
                    let mut closure = closure.clone();
                    visit_mut::visit_expr_closure_mut(self, &mut closure);
                    Some(closure)
                }
                _ => None,
            };
            if let Some(closure) = called {
                c.args.iter_mut().for_each(|a| self.visit_expr_mut(a));
                *e = Syn::Verbatim(applied(&closure, &c.args));
                return;
            }
        }
        if let Some(length) = self.length(e) {
            *e = length;
            return;
        }
        // Operators on bits of what is not known to be an integer: rustc checks that what they give, or are given, carries no derivative.
        if let Some(span) = self.lower.unknown_bits(e) {
            visit_mut::visit_expr_mut(self, e);
            match e {
                Syn::Binary(b) if scan::is_update(&b.op) => *b.right = Syn::Verbatim(super::bits::in_bits(span, &b.right)),
                e => *e = Syn::Verbatim(super::bits::in_bits(span, e)),
            }
            return;
        }
        // `len()` and the like on a type that is not known: rustc checks that what they give carries no derivative.
        if let Syn::MethodCall(m) = &*e {
            let name = m.method.to_string();
            let ty = self.lower.types.of_receiver(&m.receiver);
            // A trait of the user's may give an array, or a vector, a method that comes before a slice's.
            let of_array = match ty.peel() {
                Ty::Array(..) => true,
                Ty::Vec(_) => !matches!(name.as_str(), "len" | "is_empty" | "capacity"),
                _ => false,
            };
            let of_array = of_array && !varied::observes(m) && self.lower.types.is_asked_of_list(m);
            let unknown = match ty.peel() {
                Ty::Unknown | Ty::Named(_) => true,
                Ty::Vec(_) | Ty::Slice(_) | Ty::Array(..) => of_array || !varied::is_observer_of_lists(&name),
                Ty::Float(_) => !matches!(name.as_str(), "classify" | "to_bits"),
                _ => false,
            };
            let certain = name.starts_with("is_")
                || matches!(name.as_str(), "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "cmp" | "partial_cmp" | "total_cmp");
            let lends = || m.args.iter().any(|a| matches!(a, Syn::Closure(_)) && self.lower.varies(a)) && !varied::is_of_a_chain(m);
            if (of_array || varied::observes(m)) && unknown && !certain && (self.lower.varies(&m.receiver) || lends()) {
                let span = m.method.span().resolved_at(proc_macro2::Span::mixed_site());
                let mut inner = m.clone();
                let lent = self.may_be_written(m);
                visit_mut::visit_expr_method_call_mut(self, &mut inner);
                if lent {
                    let receiver = &inner.receiver;
                    *inner.receiver = Syn::Verbatim(quote::quote_spanned!(span=> (&#receiver)));
                }
                *e = Syn::Verbatim(quote::quote_spanned!(span=> ::autodiff_core::rt::plain(#inner)));
                return;
            }
        }
        if let Syn::MethodCall(m) = &mut *e {
            if self.may_be_written(m) {
                let span = m.method.span().resolved_at(proc_macro2::Span::mixed_site());
                let mut receiver = (*m.receiver).clone();
                self.base(&mut receiver);
                m.args.iter_mut().for_each(|a| self.visit_expr_mut(a));
                *m.receiver = Syn::Verbatim(quote::quote_spanned!(span=> (&#receiver)));
                return;
            }
        }
        // `**x` of an iterator's item is the place itself.
        let (mut inner, mut derefs) = (&*e, 0);
        while let Syn::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) = inner {
            inner = super::expr::strip(expr);
            derefs += 1;
        }
        if let (Syn::Unary(_), Syn::Path(p)) = (&*e, inner) {
            let name = p.path.get_ident().cloned();
            let bound = name.and_then(|name| Some((self.binding(&name.to_string()).cloned()?, name)));
            if let Some((val @ (Val::Ref(..) | Val::Place(..)), name)) = bound {
                let levels = self.levels(&name, &val);
                let (Val::Ref(place, ty, _) | Val::Place(place, ty)) = val else { return };
                let known =
                    ty.is_float() || ty.is_plain() && !matches!(place.path.last(), Some(crate::ir::Proj::Deref)) && !place.path.is_empty();
                // Where the type is known, levels need not be told apart.
                if known || levels == derefs && levels == 2 {
                    self.note(&place);
                    let tokens = emit::place_tokens(&self.lower.vars, &place);
                    *e = Syn::Verbatim(quote!((#tokens)));
                    return;
                }
            }
        }
        match e {
            Syn::Index(i) => {
                self.base(&mut i.expr);
                return self.visit_expr_mut(&mut i.index);
            }
            Syn::Field(f) => return self.base(&mut f.base),
            Syn::MethodCall(m) if varied::is_observer(&m.method.to_string()) || borrows_only(&m.method) => {
                self.base(&mut m.receiver);
                return m.args.iter_mut().for_each(|a| self.visit_expr_mut(a));
            }
            _ => {}
        }
        if let Syn::Struct(s) = e {
            for f in &mut s.fields {
                self.visit_expr_mut(&mut f.expr);
                if f.colon_token.is_none() && !matches!(f.expr, Syn::Path(_)) {
                    f.colon_token = Some(syn::token::Colon::default());
                }
            }
            if let Some(rest) = &mut s.rest {
                self.visit_expr_mut(rest);
            }
            return;
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    // A loop that stays has nothing to take up again.
    fn visit_attributes_mut(&mut self, attrs: &mut Vec<syn::Attribute>) {
        attrs.retain(|a| !crate::checkpoint::is_checkpoint(a));
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        let name = m.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        // Names captured in format strings: handed over as arguments where they denote something else by now.
        let mut captured = Vec::new();
        if varied::is_observing_macro(&name) {
            // `name = value` says what it is.
            let given = named_arguments(&m.tokens);
            for name in captured_names(&m.tokens).into_iter().filter(|name| !given.contains(name)) {
                let ident = proc_macro2::Ident::new(&name, proc_macro2::Span::call_site());
                if let Some(val) = self.binding(&name).cloned() {
                    let same = matches!(&val, Val::Place(p, _) if p.path.is_empty() && self.lower.info(p.root).name == ident);
                    if let Some(tokens) = self.value(&val, ident.span()) {
                        if !same {
                            captured.push(quote!(#ident = #tokens));
                        }
                    }
                }
            }
        }
        m.tokens = self.tokens(std::mem::take(&mut m.tokens), true);
        if !captured.is_empty() {
            let trailing = m.tokens.clone().into_iter().last().is_some_and(|t| matches!(&t, TokenTree::Punct(p) if p.as_char() == ','));
            let comma = (!trailing).then(|| quote!(,));
            m.tokens.extend(quote!(#comma #(#captured),*));
        }
    }
}

/// Whether an expression makes a value of its own, and names no place.
fn is_computed(e: &Syn) -> bool {
    match super::strip(e) {
        Syn::Call(_) | Syn::Binary(_) | Syn::Cast(_) => true,
        Syn::MethodCall(m) => !varied::is_observer(&m.method.to_string()) && is_computed(&m.receiver),
        Syn::Unary(u) => !matches!(u.op, syn::UnOp::Deref(_)),
        _ => false,
    }
}

/// The call of a closure where it stands: rustc reads the body of one before it knows the arguments, which tell the types of what it binds.
fn applied(closure: &syn::ExprClosure, args: &Punctuated<Syn, syn::Token![,]>) -> TokenStream {
    let (inputs, body) = (&closure.inputs, &closure.body);
    let told = !matches!(closure.output, syn::ReturnType::Default) || inputs.iter().any(|p| matches!(p, syn::Pat::Type(_)));
    if told || scan::expr_exits(body) || inputs.is_empty() || inputs.len() != args.len() {
        return quote!((#closure)(#args));
    }
    let (args, inputs) = (args.iter(), inputs.iter());
    quote!((match (#(#args,)*) { (#(#inputs,)*) => #body }))
}

/// Whether a method of lists borrows its receiver for no longer than the user's code does, and changes nothing.
fn borrows_only(method: &proc_macro2::Ident) -> bool {
    matches!(method.to_string().as_str(), "iter" | "windows" | "chunks" | "chunks_exact" | "first" | "last" | "get")
}

/// The names that arguments of a macro are given with: `name = value` behind a comma.
fn named_arguments(tokens: &TokenStream) -> HashSet<String> {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let punct = |t: &TokenTree, c: char, alone: bool| matches!(t, TokenTree::Punct(p) if p.as_char() == c && (!alone || p.spacing() == proc_macro2::Spacing::Alone));
    let named = tokens.windows(3).filter_map(|w| match w {
        [comma, TokenTree::Ident(name), assign] if punct(comma, ',', false) && punct(assign, '=', true) => Some(name.to_string()),
        _ => None,
    });
    named.collect()
}

/// Names captured by format strings among the tokens.
fn captured_names(tokens: &TokenStream) -> Vec<String> {
    let mut names = Vec::new();
    for t in tokens.clone() {
        if let TokenTree::Literal(l) = t {
            let text = l.to_string();
            if !text.starts_with('"') && !text.starts_with('r') {
                continue;
            }
            let text = text.replace("{{", "");
            for part in text.split('{').skip(1) {
                let inside = part.split('}').next().unwrap_or_default();
                let name = inside.split(':').next().unwrap_or_default();
                let ident = |s: &str| {
                    !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || c == '_') && !s.starts_with(|c: char| c.is_ascii_digit())
                };
                if ident(name) {
                    names.push(name.to_string());
                }
                for width in inside.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).filter_map(|s| s.strip_suffix('$')) {
                    if ident(width) {
                        names.push(width.to_string());
                    }
                }
            }
        }
    }
    names.sort();
    names.dedup();
    names
}
