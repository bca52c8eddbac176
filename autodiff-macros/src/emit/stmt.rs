//! Statements.
//!
//! What enters: the statements of a block. What leaves: their tokens in the same order. Guarantee: nothing is moved or left out; very long
//! blocks are only written in a way that rustc takes faster.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned, ToTokens, TokenStreamExt};

use super::companion::Companion;
use super::outline;
use super::tokens::{library_path, located, punct, runtime_path};
use super::Emit;
use crate::ir::{Arg, BinOp, Block, Callee, ContainerOp, Counter, Expr, Part, Place, Run, Stmt, TapeKind, Var};

/// A block of more statements than this is not written for readers.
const MANY: usize = 300;

/// How many numbers of such a block are declared together.
const TOGETHER: usize = 64;

impl Emit<'_> {
    pub fn block(&self, b: &Block) -> TokenStream {
        self.stmts(&b.stmts)
    }

    pub fn stmts(&self, stmts: &[Stmt]) -> TokenStream {
        let mut out = TokenStream::new();
        let outlined = outline::outlined(self, stmts);
        if stmts.len() > MANY || !outlined.is_empty() {
            self.many(stmts, &outlined, &mut out);
        } else {
            stmts.iter().for_each(|s| self.stmt_to(s, &mut out));
        }
        out
    }

    /// Numbers of a long block are declared together, some at a time, and assigned one by one. Each `let` opens a scope inside the one
    /// before it, and compilers walk scopes recursively: without this, rustc's stack ends at a few thousand statements.
    fn many(&self, stmts: &[Stmt], outlined: &[bool], out: &mut TokenStream) {
        let mut rest = stmts;
        while let Some(first) = rest.first() {
            if outlined.get(stmts.len() - rest.len()) == Some(&true) {
                let code = self.stmt(first);
                out.extend(quote!((|| #code)();));
                rest = &rest[1..];
                continue;
            }
            let mut names = HashSet::default();
            let together = |s: &&Stmt| self.number_bound(s).is_some_and(|v| names.insert(self.name(v).to_string()));
            let count = rest.iter().take(TOGETHER).take_while(together).count();
            if count < 2 {
                self.stmt_to(first, out);
                rest = &rest[1..];
                continue;
            }
            let (chunk, others) = rest.split_at(count);
            let names = chunk.iter().filter_map(|s| self.number_bound(s)).map(|v| self.name(v));
            out.extend(quote!(let (#(#names),*);));
            for s in chunk {
                if let Stmt::Let(v, e) | Stmt::LetBar(v, e, _) = s {
                    out.append(self.name(*v).clone());
                    punct("=", Span::call_site(), out);
                    self.expr_to(e, out);
                    punct(";", Span::call_site(), out);
                }
            }
            rest = others;
        }
    }

    /// The number that a statement binds, if it does nothing else.
    fn number_bound(&self, s: &Stmt) -> Option<Var> {
        match s {
            Stmt::Let(v, _) => Some(*v),
            Stmt::LetBar(v, ..) if self.optional.borrow().is_empty() => Some(*v),
            _ => None,
        }
        .filter(|v| self.info(*v).ty.is_float() && self.info(*v).annotation.is_none())
    }

    /// Writes a statement behind what is there, the most frequent ones token by token.
    fn stmt_to(&self, s: &Stmt, out: &mut TokenStream) {
        let here = Span::call_site();
        let (v, mutable, e) = match s {
            Stmt::Let(v, e) if self.info(*v).annotation.is_none() => (v, false, e),
            Stmt::LetBar(v, e, comment) if self.optional.borrow().is_empty() => {
                if let Some(c) = comment {
                    out.extend(quote!(#[doc = #c]));
                }
                (v, false, e)
            }
            Stmt::DeclBar(v, e) if self.optional.borrow().is_empty() => (v, true, e),
            other => return out.extend(self.stmt(other)),
        };
        out.append(Ident::new("let", here));
        if mutable {
            out.append(Ident::new("mut", here));
        }
        out.append(self.name(*v).clone());
        punct("=", here, out);
        self.expr_to(e, out);
        punct(";", here, out);
    }

    /// Optional buffers that a statement adds into.
    pub(super) fn buffers(&self, s: &Stmt) -> Vec<Ident> {
        let mut roots = Vec::new();
        let mut note = |v: Var| {
            if self.optional.borrow().contains(&v) && !roots.contains(&v) {
                roots.push(v);
            }
        };
        match s {
            Stmt::Accumulate(..)
            | Stmt::Runtime(..)
            | Stmt::Lifted(_)
            | Stmt::LetBar(..)
            | Stmt::DeclBar(..)
            | Stmt::Container(..)
            | Stmt::Assign(..)
            | Stmt::Update(..) => {
                s.each_var(&mut note);
            }
            _ => {}
        }
        roots.iter().map(|v| self.name(*v).clone()).collect()
    }

    pub(super) fn stmt(&self, s: &Stmt) -> TokenStream {
        let buffers = self.buffers(s);
        let inner = self.stmt_inner(s);
        if buffers.is_empty() {
            return inner;
        }
        let pattern = buffers.iter().map(|b| quote!(::core::option::Option::Some(#b)));
        let options = buffers.iter().map(|b| self.lent_option(b));
        if buffers.len() == 1 {
            quote!(if let #(#pattern)* = #(#options)* { #inner })
        } else {
            quote!(if let (#(#pattern),*) = (#(#options),*) { #inner })
        }
    }

    fn stmt_inner(&self, s: &Stmt) -> TokenStream {
        match s {
            Stmt::Let(v, e) => {
                let (name, e) = (self.name(*v), self.expr(e));
                let ty = self.info(*v).annotation.as_ref().map(|t| quote!(: #t));
                quote!(let #name #ty = #e;)
            }
            Stmt::Decl(v, None) => {
                let name = self.name(*v);
                let ty = self.info(*v).annotation.as_ref().map(|t| quote!(: #t));
                let mutability = (self.info(*v).kind == crate::ir::VarKind::Memory).then(|| quote!(mut));
                quote!(let #mutability #name #ty;)
            }
            Stmt::Decl(v, Some(e)) => {
                let (name, e) = (self.name(*v), self.expr(e));
                let ty = self.info(*v).annotation.as_ref().map(|t| quote!(: #t));
                quote!(let mut #name #ty = #e;)
            }
            // A field's cotangent may not be there, whatever was assigned to the field.
            Stmt::Assign(p, Expr::Const(_)) if self.is_bar_of_a_field(p) => {
                let p = self.place(p);
                quote!(::autodiff_core::rt::set_zero(&mut #p);)
            }
            Stmt::Assign(p, e) => {
                let (p, e) = (self.place(p), self.expr(e));
                quote!(#p = #e;)
            }
            Stmt::Update(p, op, e, span) => {
                let (p, e, op) = (self.place(p), self.expr(e), assignment(*op, *span));
                quote!(#p #op #e;)
            }
            Stmt::Container(op, p, args, _) => self.container(*op, p, args),
            Stmt::Do(e) => {
                let e = self.expr(e);
                quote!(#e;)
            }
            Stmt::If(cond, a, b) => {
                let c = self.expr(cond);
                let a_tokens = self.block(a);
                if b.stmts.is_empty() {
                    return quote!(if #c { #a_tokens });
                }
                let b = self.block(b);
                if a.stmts.is_empty() {
                    let c = self.sub(cond, 5);
                    return quote!(if !#c { #b });
                }
                quote!(if #c { #a_tokens } else { #b })
            }
            Stmt::Match(e, arms) => {
                let e = self.expr(e);
                let arms = arms.iter().map(|a| {
                    let pat = &a.pat;
                    let guard = a.guard.as_ref().map(|g| {
                        let g = self.expr(g);
                        quote!(if #g)
                    });
                    let body = self.block(&a.body);
                    quote!(#pat #guard => { #body })
                });
                quote!(match #e { #(#arms)* })
            }
            Stmt::For(l) => {
                let name = self.name(l.var);
                let range = self.counter(&l.counter);
                let body = self.block(&l.body);
                let exit = self.exit(l.exit);
                quote!(for #name in #range { #body #exit })
            }
            Stmt::ForEach(l) => {
                let (name, over, body, exit) = (self.name(l.var), self.expr(&l.over), self.block(&l.body), self.exit(l.exit));
                // A struct that is written out would begin the loop's body.
                let has_brace = |t: TokenTree| matches!(t, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
                let over = if over.clone().into_iter().any(has_brace) { quote!((#over)) } else { over };
                quote!(for #name in #over { #body #exit })
            }
            Stmt::While(l) => {
                let (cond, body, exit) = (self.expr(&l.cond), self.block(&l.body), self.exit(l.exit));
                if cond.to_string() == "true" {
                    return quote!(loop { #body #exit });
                }
                quote!(while #cond { #body #exit })
            }
            Stmt::Verbatim(stmt, _) | Stmt::Check(stmt, _) => match &**stmt {
                syn::Stmt::Expr(e, None) => quote!(#e;),
                other => other.to_token_stream(),
            },
            Stmt::TapeDecl(..) | Stmt::Runtime(super::siblings::stack::RESERVE, _) if self.stacked.is_some() => TokenStream::new(),
            Stmt::TapeDecl(v, kind) => {
                let name = self.name(*v);
                match kind {
                    TapeKind::Stack => quote!(let mut #name = ::autodiff_core::rt::Tape::new();),
                    TapeKind::Short(n) => {
                        let n = proc_macro2::Literal::usize_unsuffixed(*n);
                        quote!(let mut #name = ::autodiff_core::rt::ShortTape::<_, #n>::new();)
                    }
                    TapeKind::Numbers(n) => {
                        let n = proc_macro2::Literal::usize_unsuffixed(*n);
                        quote!(let mut #name = ::autodiff_core::rt::NumberTape::<_, #n>::new();)
                    }
                    TapeKind::Few(n) => {
                        let n = proc_macro2::Literal::usize_unsuffixed(*n);
                        quote!(let mut #name = ::autodiff_core::rt::FewTape::<_, #n>::new();)
                    }
                    TapeKind::Slot => quote!(let mut #name = ::autodiff_core::rt::Slot::new();),
                    TapeKind::Checkpoints => quote!(let mut #name = ::autodiff_core::rt::Checkpoints::new();),
                    TapeKind::Log => quote!(let mut #name = ::autodiff_core::rt::Log::new();),
                }
            }
            Stmt::TapePush(_, vars) if self.stacked.is_some() => self.put_on_stack(vars),
            Stmt::TapePop(_, vars) if self.stacked.is_some() => self.taken_from_stack(vars),
            Stmt::TapePush(t, vars) => {
                let t = self.name(*t);
                let values = together(vars.iter().map(|v| self.name(*v).to_token_stream()).collect());
                let call = self.library_method(t, "Recorder", ("push", "put"), true, &[values]);
                quote!(#call;)
            }
            Stmt::TapePop(t, vars) => {
                let t = self.name(*t);
                let vars = vars.iter().map(|v| {
                    let name = self.name(*v);
                    let info = self.info(*v);
                    if info.kind == crate::ir::VarKind::Memory {
                        quote!(mut #name)
                    } else {
                        quote!(#name)
                    }
                });
                let values = together(vars.collect());
                let call = self.library_method(t, "Recorder", ("pop", "take"), true, &[]);
                quote!(let #values = #call;)
            }
            Stmt::Checkpoint(c, vars) => {
                let c = self.name(*c);
                let vars = vars.iter().map(|v| self.name(*v));
                let due = self.library_method(c, "Checkpoints", ("is_due", "is_due"), true, &[]);
                let state = quote!((#(::core::clone::Clone::clone(&#vars),)*));
                let save = self.library_method(c, "Checkpoints", ("save", "save"), true, &[state]);
                quote!(if #due { #save; })
            }
            Stmt::Segments(s) => {
                let (c, first, count) = (self.name(s.checkpoints), self.name(s.first), self.name(s.count));
                let body = self.block(&s.body);
                let segment = self.library_method(c, "Checkpoints", ("segment", "segment"), false, &[]);
                quote!(while let ::core::option::Option::Some((#first, #count)) = #segment { #body })
            }
            Stmt::Recall(c, vars, last) => {
                let c = self.name(*c);
                let vars = vars.iter().map(|v| self.name(*v));
                let recall = if *last { "pop" } else { "last" };
                let recall = self.library_method(c, "Checkpoints", (recall, recall), *last, &[]);
                quote!((#(#vars,)*) = #recall;)
            }
            Stmt::Resume(l, first, count) => {
                let (name, first, count) = (self.name(l.var), self.name(*first), self.name(*count));
                let (range, body) = (self.counter(&l.counter), self.block(&l.body));
                quote!(for #name in ::core::iter::Iterator::take(::core::iter::Iterator::skip(#range, #first), #count) { #body })
            }
            Stmt::Save(log, part) => {
                let (log, list) = (self.name(*log), self.reference(part.place()));
                match part {
                    Part::Slice(_) => {
                        let save = self.library_method(log, "Log", ("save", "save"), true, &[list]);
                        quote!(#save;)
                    }
                    Part::Run(run) => {
                        let (range, index) = self.run(run);
                        let save = self.library_method(log, "Log", ("save_run", "save_run"), true, &[list, range, index]);
                        quote!(#save;)
                    }
                }
            }
            Stmt::Restore(log, part) => {
                let (log, list) = (self.name(*log), self.place(part.place()));
                match part {
                    Part::Slice(_) => {
                        let restore = self.library_method(log, "Log", ("restore", "restore"), true, &[quote!(&mut #list)]);
                        quote!(#restore;)
                    }
                    Part::Run(run) => {
                        let (range, index) = self.run(run);
                        let restore =
                            self.library_method(log, "Log", ("restore_run", "restore_run"), true, &[quote!(&mut #list), range, index]);
                        quote!(#restore;)
                    }
                }
            }
            Stmt::LetPull(v, _, call) if self.stacked.is_some() => {
                let result = v.map_or_else(|| quote!(()), |v| self.name(v).to_token_stream());
                let stack = super::siblings::stack::stack();
                let call = self.call(call, Companion::Record, &[quote!(#stack)]);
                quote!(let #result = #call;)
            }
            Stmt::LetPull(v, pull, call) => {
                let at = call.span.resolved_at(Span::mixed_site());
                let pull = located(self.name(*pull).to_token_stream(), Some(at));
                let result = match v {
                    Some(v) => located(self.name(*v).to_token_stream(), Some(at)),
                    None => quote!(()),
                };
                let in_place = matches!((&call.callee, call.args.first()), (Callee::Method(..), Some(Arg::RefMut(_))));
                let call = self.call(call, if in_place { Companion::PullInPlace } else { Companion::Pull }, &[]);
                let ty = self.type_of_first(*v, 1);
                quote_spanned!(at=> let (#result, #pull) #ty = #call;)
            }
            Stmt::CallPull(c) => self.call_pull(c),
            Stmt::LetPush(c) => self.push(c, None),
            Stmt::Scatter(part, op, e) => self.scatter(part, *op, e),
            Stmt::LetPushPull(c, pull) => self.push(c, Some(*pull)),
            Stmt::CallPushPull(c) => self.call_push_pull(c),
            Stmt::Lifted(c) => self.lifted_call(c),
            Stmt::Accumulate(p, e) => {
                let p = self.place(p);
                match e {
                    Expr::Neg(x) => {
                        let x = self.expr(x);
                        quote!(#p -= #x;)
                    }
                    e => {
                        let e = self.expr(e);
                        quote!(#p += #e;)
                    }
                }
            }
            Stmt::Runtime(path, args) => {
                let at = match args.last() {
                    // What it is pushed into belongs to the operation.
                    Some(Expr::RefMut(out)) if path.starts_with("rt::push_") || path.starts_with("rt::lanes::push_") => {
                        Some(self.name(out.root).span())
                    }
                    _ => self.location(args),
                };
                // A field's cotangent may not be there.
                let of_a_field = match args.iter().rev().nth(1) {
                    Some(dot) if path.starts_with("rt::push_") => self.is_of_a_field(dot),
                    _ => matches!(args.last(), Some(Expr::RefMut(bar)) if self.is_bar_of_a_field(bar)),
                };
                let path = if of_a_field { library_path(path) } else { runtime_path(path) };
                let args = args.iter().map(|a| self.expr(a));
                located(quote!(#path(#(#args),*);), at)
            }
            Stmt::LetBar(v, e, comment) => {
                let (name, e) = (self.name(*v), self.expr(e));
                let doc = comment.as_ref().map(|c| quote!(#[doc = #c]));
                quote!(#doc let #name = #e;)
            }
            Stmt::DeclBar(v, e) => {
                let (name, e) = (self.name(*v), self.expr(e));
                quote!(let mut #name = #e;)
            }
            Stmt::LetRow(v, p, written) => {
                let (name, place, root) = (self.name(*v), self.place(p), self.name(p.root));
                if self.optional.borrow().contains(&p.root) {
                    self.optional.borrow_mut().insert(*v);
                    return quote! {
                        let mut #name = match &mut #root {
                            ::core::option::Option::Some(#root) => ::core::option::Option::Some(&mut #place),
                            ::core::option::Option::None => ::core::option::Option::None,
                        };
                    };
                }
                let mutability = written.then(|| quote!(mut));
                quote!(let #name = &#mutability #place;)
            }
        }
    }

    /// Where errors about a function of the library are shown: at the operation whose cotangent it is given, or at a variable.
    pub(super) fn location(&self, args: &[Expr]) -> Option<Span> {
        let mut roots = Vec::new();
        args.iter().for_each(|a| a.each_operand(&mut |v| roots.push(v)));
        let cotangent = roots.iter().find(|v| self.info(**v).kind == crate::ir::VarKind::Cotangent);
        cotangent.or(roots.first()).map(|v| self.name(*v).span())
    }

    /// A method of the library's; by its path where a trait of the user's, for all types, has methods of the name.
    fn library_method(&self, of: &Ident, owner: &str, (name, by_path): (&str, &str), mutable: bool, args: &[TokenStream]) -> TokenStream {
        if !self.is_taken(name) {
            let name = Ident::new(name, Span::call_site());
            return quote!(#of.#name(#(#args),*));
        }
        let (owner, name) = (Ident::new(owner, Span::call_site()), Ident::new(by_path, Span::call_site()));
        let lent = if mutable { quote!(&mut #of) } else { quote!(&#of) };
        quote!(::autodiff_core::rt::#owner::#name(#lent #(, #args)*))
    }

    /// What is in an option that stays what it is.
    pub(super) fn lent_option(&self, of: &Ident) -> TokenStream {
        match self.is_taken("as_deref_mut") {
            true => quote!(::core::option::Option::as_deref_mut(&mut #of)),
            false => quote!(#of.as_deref_mut()),
        }
    }

    /// The same of a method of ranges.
    fn iterator_method(&self, range: &TokenStream, name: &str, args: &[TokenStream]) -> TokenStream {
        let taken = self.is_taken(name);
        let name = Ident::new(name, Span::call_site());
        match taken {
            true => quote!(::core::iter::Iterator::#name(#range #(, #args)*)),
            false => quote!((#range).#name(#(#args),*)),
        }
    }

    /// Whether a trait of the crate gives all types a method of a name.
    fn is_taken(&self, name: &str) -> bool {
        let Some(user) = self.vars.iter().find(|v| v.kind == crate::ir::VarKind::Param) else { return false };
        crate::position::is_method_of_all(&user.name, name)
    }

    pub(super) fn exit(&self, flag: Option<Var>) -> Option<TokenStream> {
        flag.map(|f| {
            let name = self.name(f);
            quote!(if #name { break; })
        })
    }

    pub(super) fn counter(&self, c: &Counter) -> TokenStream {
        let (start, end) = (self.sub(&c.start, 2), self.sub(&c.end, 2));
        let mut range = if c.inclusive { quote!(#start..=#end) } else { quote!(#start..#end) };
        if let (Some(step), true) = (&c.step, c.reversed) {
            // Not every range of integers knows its last step.
            let back = if c.inclusive { quote!(steps_back_inclusive) } else { quote!(steps_back) };
            let (start, end, step) = (self.expr(&c.start), self.expr(&c.end), self.expr(step));
            return quote!(::autodiff_core::rt::#back(#start, #end, #step));
        }
        if let Some(step) = &c.step {
            let step = self.expr(step);
            range = self.iterator_method(&range, "step_by", &[step]);
        }
        if c.reversed {
            range = self.iterator_method(&range, "rev", &[]);
        }
        range
    }

    /// The range of a run's counter, and its index as a function of it.
    fn run(&self, run: &Run) -> (TokenStream, TokenStream) {
        let (start, end) = (self.sub(&run.start, 2), self.sub(&run.end, 2));
        let (var, index) = (self.name(run.var), self.expr(&run.index));
        (quote!(#start..#end), quote!(|#var| #index))
    }

    fn container(&self, op: ContainerOp, p: &Place, args: &[Expr]) -> TokenStream {
        let receiver = self.receiver(p);
        let values: Vec<TokenStream> = args.iter().map(|a| self.expr(a)).collect();
        match op {
            ContainerOp::Push => quote!(#receiver.push(#(#values),*);),
            ContainerOp::Fill => quote!(#receiver.fill(#(#values),*);),
            ContainerOp::CopyFrom => quote!(#receiver.clone_from_slice(#(#values),*);),
            ContainerOp::Swap => {
                let p = self.place(p);
                quote!(::core::mem::swap(&mut #p, #(#values),*);)
            }
            ContainerOp::SwapIndex => quote!(#receiver.swap(#(#values),*);),
            ContainerOp::Clear => quote!(#receiver.clear();),
            ContainerOp::Resize => quote!(#receiver.resize(#(#values),*);),
            ContainerOp::Extend => quote!(#receiver.extend_from_slice(#(#values),*);),
            ContainerOp::Truncate => quote!(#receiver.truncate(#(#values),*);),
        }
    }
}

/// `+=` and the like.
pub(super) fn assignment(op: BinOp, span: Span) -> TokenStream {
    match op {
        BinOp::Add => quote_spanned!(span=> +=),
        BinOp::Sub => quote_spanned!(span=> -=),
        BinOp::Mul => quote_spanned!(span=> *=),
        BinOp::Div => quote_spanned!(span=> /=),
        BinOp::Rem => quote_spanned!(span=> %=),
    }
}

/// A tuple of values, or of tuples of them: of more than twelve the standard library has no traits, and a tape wants `Default`.
fn together(values: Vec<TokenStream>) -> TokenStream {
    const MOST: usize = 12;
    if values.len() <= MOST {
        return quote!((#(#values,)*));
    }
    let parts = values.chunks(values.len().div_ceil(MOST).max(MOST)).map(|part| quote!((#(#part,)*)));
    quote!((#(#parts,)*))
}
