//! Running an iterator: the loops it becomes, and the tests of its adaptors around the body.

use proc_macro2::Span;
use quote::quote;
use syn::Expr as Syn;

use super::{Body, By, Function, Iter};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{BinOp, Counter, Expr, Place, Stmt, Var, VarKind, WhileLoop};
use crate::lower::expr::strip;
use crate::lower::{Frame, FrameKind, Lower, Val};
use crate::types::Ty;

/// The loop that an iterator is run for.
#[derive(Clone, Copy)]
struct Run<'s> {
    label: Option<&'s syn::Label>,
    /// The user's body, which may leave.
    body: Option<&'s syn::Block>,
    span: Span,
    /// Something around the body stops the loop.
    stops: bool,
    /// The depth at which the user's loop begins: what `break` leaves.
    base: usize,
}

impl Run<'_> {
    fn leaves(&self) -> bool {
        self.stops || self.body.is_some_and(crate::lower::scan::body_jumps)
    }
}

impl<'a> Lower<'a> {
    /// Runs an iterator that `each` may stop, by [`Lower::stop_from`] with the depth before.
    pub(in crate::lower) fn drive_stopping(&mut self, iter: Iter, span: Span, stops: bool, each: Body<'_, 'a>) -> Lowered<()> {
        let run = Run { label: None, body: None, span, stops, base: self.frames.len() };
        self.drive_inner(iter, run, each)
    }

    /// Runs an iterator: `each` lowers the body for one item.
    pub(in crate::lower) fn drive(
        &mut self,
        iter: Iter,
        label: Option<&syn::Label>,
        body: Option<&syn::Block>,
        span: Span,
        each: Body<'_, 'a>,
    ) -> Lowered<()> {
        let run = Run { label, body, span, stops: false, base: self.frames.len() };
        self.drive_inner(iter, run, each)
    }

    fn drive_inner(&mut self, iter: Iter, run: Run<'_>, each: Body<'_, 'a>) -> Lowered<()> {
        let span = run.span;
        let depth = self.frames.len();
        let stopping = Run { stops: true, ..run };
        if iter.indexable() {
            return self.drive_counted(&iter, run, each);
        }
        match iter {
            Iter::Plain(code) => self.drive_plain(code, run, each),
            Iter::Chain(a, b) => {
                let checkpoint = self.checkpoint;
                if !run.leaves() {
                    self.drive_inner(*a, run, each)?;
                    self.checkpoint = checkpoint;
                    return self.drive_inner(*b, run, each);
                }
                // The second part runs unless the first one was left.
                let stop = self.flag("left");
                self.frames.push(Frame { label: None, kind: FrameKind::Whole, stop: Some(stop), skip: None, dest: None, base: depth });
                let done = self.drive_inner(*a, run, each).and_then(|()| {
                    let goes_on = self.opaque(&[&Expr::Var(stop)], |t| {
                        let s = &t[0];
                        quote!(!#s)
                    });
                    self.checkpoint = checkpoint;
                    self.when(goes_on, |l| l.drive_inner(*b, run, each))
                });
                self.frames.pop();
                done
            }
            Iter::InOrder(i) => self.drive_inner(*i, run, each),
            Iter::Map(i, f) => self.drive_inner(*i, run, &mut |l, item| {
                let item = l.apply(&f, vec![item], span)?;
                each(l, item)
            }),
            Iter::Copied(i) => self.drive_inner(*i, run, &mut |l, item| {
                let item = match item {
                    Val::Ref(p, ty, _) => Val::Place(p, ty),
                    other => other,
                };
                each(l, item)
            }),
            Iter::Filter(i, f) => self.drive_inner(*i, run, &mut |l, item| {
                let item = l.settle_item(item, span)?;
                let cond = l.test(&f, &item, true, span)?;
                l.when(cond, |l| each(l, item))
            }),
            Iter::TakeWhile(i, f) => self.drive_inner(*i, stopping, &mut |l, item| {
                let item = l.settle_item(item, span)?;
                let cond = l.test(&f, &item, true, span)?;
                l.when_else_stop(cond, depth, |l| each(l, item))
            }),
            Iter::SkipWhile(i, f) => {
                let begun = self.flag("begun");
                self.drive_inner(*i, run, &mut |l, item| {
                    let item = l.settle_item(item, span)?;
                    let waiting = l.opaque(&[&Expr::Var(begun)], |t| {
                        let b = &t[0];
                        quote!(!#b)
                    });
                    let waiting = l.condition(waiting);
                    let then = l.block(false, |l| {
                        let cond = l.test(&f, &item, true, span)?;
                        let go = l.opaque(&[&cond], |t| {
                            let c = &t[0];
                            quote!(!(#c))
                        });
                        l.out.push(Stmt::Assign(Place::var(begun), go));
                        Ok(())
                    })?;
                    let other = l.empty_block();
                    l.out.push(Stmt::If(waiting, then, other));
                    l.when(Expr::Read(Place::var(begun)), |l| each(l, item))
                })
            }
            Iter::MapWhile(i, f) => self.drive_inner(*i, stopping, &mut |l, item| l.optional_call(&f, vec![item], Some(depth), span, each)),
            Iter::FilterMap(i, f) => self.drive_inner(*i, run, &mut |l, item| l.optional_call(&f, vec![item], None, span, each)),
            Iter::Scan(i, state, ty, f) => self.drive_inner(*i, stopping, &mut |l, item| {
                let state = Val::Ref(Place::var(state), ty.clone(), true);
                l.optional_call(&f, vec![state, item], Some(depth), span, each)
            }),
            Iter::Inspect(i, f) => self.drive_inner(*i, run, &mut |l, item| {
                let item = l.settle_item(item, span)?;
                match &f {
                    Function::Closure(c) => {
                        let seen = l.borrowed(item.clone());
                        l.bind_params(c, vec![seen])?;
                        l.effect(&c.body)?;
                    }
                    Function::Path(_) => {
                        let call = l.test(&f, &item, true, span)?;
                        l.out.push(Stmt::Do(call));
                    }
                }
                each(l, item)
            }),
            Iter::FlatMap(i, f) => {
                let outer = Run { label: None, body: None, stops: run.leaves(), ..run };
                self.drive_inner(*i, outer, &mut |l, item| {
                    let inner = match &f {
                        Some(f) => match l.flat_item(f, item, span)? {
                            Flat::Iter(inner) => inner,
                            Flat::Option(option) => return l.optional_item(&option, None, each),
                        },
                        None => match item {
                            Val::Ref(p, Ty::Option(inner), m) => {
                                let option = l.name_of(Val::Ref(p, Ty::Option(inner), m));
                                return l.optional_item(&option, None, each);
                            }
                            Val::Place(p, Ty::Option(inner)) => {
                                let option = l.name_of(Val::Place(p, Ty::Option(inner)));
                                return l.optional_item(&option, None, each);
                            }
                            Val::Expr(e, Ty::Option(inner)) => {
                                let option = l.name_of(Val::Expr(e, Ty::Option(inner)));
                                return l.optional_item(&option, None, each);
                            }
                            item => l.iterate(item, By::Value, span)?,
                        },
                    };
                    l.drive_inner(inner, run, each)
                })
            }
            Iter::Enumerate(i) => {
                let counter = self.counter();
                self.drive_inner(*i, run, &mut |l, item| {
                    let at = l.tick(counter);
                    each(l, Val::Tuple(vec![at, item]))
                })
            }
            Iter::Skip(i, n) => {
                let made = matches!(*i, Iter::InOrder(_));
                let counter = self.counter();
                self.drive_inner(*i, run, &mut |l, item| {
                    let item = if made { l.made(item, span)? } else { item };
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let cond = l.opaque(&[&at, &n], |t| {
                        let (k, n) = (&t[0], &t[1]);
                        quote!(#k >= #n)
                    });
                    l.when(cond, |l| each(l, item))
                })
            }
            Iter::StepBy(i, n) => {
                let made = matches!(*i, Iter::InOrder(_));
                let counter = self.counter();
                self.drive_inner(*i, run, &mut |l, item| {
                    let item = if made { l.made(item, span)? } else { item };
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let cond = l.opaque(&[&at, &n], |t| {
                        let (k, n) = (&t[0], &t[1]);
                        quote!(#k % #n == 0)
                    });
                    l.when(cond, |l| each(l, item))
                })
            }
            // The item after the last one is not asked for. That is said behind the last body: what follows in it a statement that may leave
            // looks at the same flag.
            Iter::Take(i, n) => {
                let counter = self.counter();
                let asked = self.opaque(&[&n], |t| {
                    let n = &t[0];
                    quote!(#n > 0)
                });
                self.when(asked, |l| {
                    let depth = l.frames.len();
                    l.drive_inner(*i, stopping, &mut |l, item| {
                        let at = l.tick(counter);
                        let (at, _) = l.operand(at, span)?;
                        let last = l.opaque(&[&at, &n], |t| {
                            let (k, n) = (&t[0], &t[1]);
                            quote!(#k + 1 == #n)
                        });
                        let last = l.condition(last);
                        each(l, item)?;
                        l.when(last, |l| {
                            l.stop_from(depth);
                            Ok(())
                        })
                    })
                })
            }
            Iter::Zip(a, b) if b.indexable() => {
                let counter = self.counter();
                let count = self.count(&b)?;
                let count = self.named(count);
                self.drive_inner(*a, stopping, &mut |l, item| {
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let cond = l.opaque(&[&at, &count], |t| {
                        let (k, n) = (&t[0], &t[1]);
                        quote!(#k < #n)
                    });
                    l.when_else_stop(cond, depth, |l| {
                        let other = l.item(&b, &at, span)?;
                        each(l, Val::Tuple(vec![item.clone(), other]))
                    })
                })
            }
            // The other way round, with no more items than there are others: who lends an iterator goes on with it.
            Iter::Zip(a, b) if a.indexable() && matches!(*b, Iter::Plain(_)) => {
                let Iter::Plain(code) = *b else { return Err(Refused) };
                let counter = self.counter();
                let count = self.count(&a)?;
                let count = self.named(count);
                let code = self.opaque(&[&code, &count], |t| {
                    let (over, n) = (&t[0], &t[1]);
                    quote!(::core::iter::Iterator::take(::core::iter::IntoIterator::into_iter(#over), #n))
                });
                self.drive_plain(code, run, &mut |l, item| {
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let other = l.item(&a, &at, span)?;
                    each(l, Val::Tuple(vec![other, item]))
                })
            }
            Iter::Zip(a, b) if a.indexable() => {
                // An item too many of `b` is made at most where that shows nothing.
                if !b.is_quiet() {
                    return self.errors.refuse(span, "this combination of iterator adaptors cannot be differentiated; write the loop out");
                }
                let counter = self.counter();
                let count = self.count(&a)?;
                let count = self.named(count);
                self.drive_inner(*b, stopping, &mut |l, item| {
                    let at = l.tick(counter);
                    let (at, _) = l.operand(at, span)?;
                    let cond = l.opaque(&[&at, &count], |t| {
                        let (k, n) = (&t[0], &t[1]);
                        quote!(#k < #n)
                    });
                    l.when_else_stop(cond, depth, |l| {
                        let other = l.item(&a, &at, span)?;
                        each(l, Val::Tuple(vec![other, item.clone()]))
                    })
                })
            }
            Iter::RepeatWith(f) => self.drive_endless(run, &mut |l| {
                let item = l.apply(&f, Vec::new(), span)?;
                each(l, item)
            }),
            Iter::FromFn(f) => self.drive_endless(stopping, &mut |l| l.optional_call(&f, Vec::new(), Some(depth), span, each)),
            Iter::Successors(next, ty, f) => self.drive_endless(stopping, &mut |l| {
                // `let item = next?; next = f(&item);`
                let option = Ty::Option(Box::new(ty.clone()));
                let now = l.temp(Expr::Clone(Box::new(Expr::Read(Place::var(next)))), option.clone());
                let now = l.name_of(Val::Expr(Expr::Var(now), option.clone()));
                l.optional_item(&now, Some(depth), &mut |l, item| {
                    let item = l.settle_item(item, span)?;
                    let seen = l.borrowed(item.clone());
                    let val = match &f {
                        Function::Closure(c) => l.inline(c, vec![seen], &option)?,
                        f @ Function::Path(_) => l.apply(f, vec![seen], span)?,
                    };
                    let (e, _) = l.operand(val, span)?;
                    l.out.push(Stmt::Assign(Place::var(next), e));
                    each(l, item)
                })
            }),
            _ => self.errors.refuse(span, "this combination of iterator adaptors cannot be differentiated; write the loop out"),
        }
    }

    /// `loop { .. }`
    fn drive_endless(&mut self, run: Run<'_>, each: &mut dyn FnMut(&mut Lower<'a>) -> Lowered<()>) -> Lowered<()> {
        let empty = syn::Block { brace_token: syn::token::Brace::default(), stmts: Vec::new() };
        let jumps = if run.stops { None } else { Some(run.body.unwrap_or(&empty)) };
        let (body, exit) = self.loop_body(run.label, jumps, None, run.base, each)?;
        self.out.push(Stmt::While(WhileLoop { cond: Expr::Const(quote!(true)), body, exit, span: run.span }));
        Ok(())
    }

    fn drive_counted(&mut self, iter: &Iter, Run { label, body, span, stops, base }: Run<'_>, each: Body<'_, 'a>) -> Lowered<()> {
        // A plain range keeps its own bounds and order.
        let mut inner = iter;
        let (mut reversed, mut step, mut maps) = (false, None, Vec::new());
        loop {
            match inner {
                Iter::Rev(i) if step.is_none() => {
                    reversed = !reversed;
                    inner = i;
                }
                Iter::StepBy(i, n) if step.is_none() && !reversed => {
                    step = Some(n.clone());
                    inner = i;
                }
                Iter::Map(i, f) if step.is_none() => {
                    maps.push(f);
                    inner = i;
                }
                _ => break,
            }
        }
        let name = self.names.numbered("i");
        let empty = syn::Block { brace_token: syn::token::Brace::default(), stmts: Vec::new() };
        let jumps = if stops { None } else { Some(body.unwrap_or(&empty)) };
        if let (Iter::Range { start, end, inclusive }, true) = (inner, step.is_none() || !reversed) {
            let var = self.index_var(name);
            let (body, exit) = self.loop_body(label, jumps, None, base, |l| {
                l.vars[var.0 as usize].region = l.region;
                let mut item = Val::Expr(Expr::Var(var), Ty::Plain);
                for f in maps.iter().rev() {
                    item = l.apply(f, vec![item], span)?;
                }
                each(l, item)
            })?;
            let end = match end {
                Some(end) => end.clone(),
                None => self.opaque(&[start], |t| {
                    let start = &t[0];
                    quote!(::autodiff_core::rt::largest(#start))
                }),
            };
            let counter = Counter { start: start.clone(), end, inclusive: *inclusive, step, reversed };
            self.counted(var, counter, body, exit, span);
            return Ok(());
        }
        // From the last position on, so that elements are at the counter itself.
        let forwards = unreversed(iter);
        let reversed = forwards.is_some();
        let iter = forwards.as_ref().unwrap_or(iter);
        let count = self.count(iter)?;
        let count = if self.is_stable(&count) { count } else { self.named(count) };
        let var = self.index_var(name);
        let (body, exit) = self.loop_body(label, jumps, None, base, |l| {
            l.vars[var.0 as usize].region = l.region;
            let item = l.item(iter, &Expr::Var(var), span)?;
            each(l, item)
        })?;
        let counter = Counter { start: Expr::Const(quote!(0)), end: count, inclusive: false, step: None, reversed };
        self.counted(var, counter, body, exit, span);
        Ok(())
    }

    pub(in crate::lower) fn index_var(&mut self, name: proc_macro2::Ident) -> Var {
        let var = self.local(name, Ty::Plain, VarKind::Index, false);
        self.vars[var.0 as usize].owned = true;
        var
    }

    /// Items of what a parameter holds, by position: the reverse sweep borrows them again, since nothing that it keeps may be borrowed.
    fn drive_lent(&mut self, code: &Expr, Run { label, body, span, stops, base }: Run<'_>, each: Body<'_, 'a>) -> Lowered<()> {
        let count = self.opaque(&[code], |t| {
            let over = &t[0];
            quote!(::autodiff_core::rt::items::count_of((#over).into_iter()))
        });
        let count = self.named(count);
        let name = self.names.numbered("i");
        let at = self.index_var(name);
        let name = self.names.numbered("item");
        let item = self.local(name, Ty::Plain, VarKind::Value, false);
        let empty = syn::Block { brace_token: syn::token::Brace::default(), stmts: Vec::new() };
        let jumps = if stops { None } else { Some(body.unwrap_or(&empty)) };
        let (body, exit) = self.loop_body(label, jumps, None, base, |l| {
            l.vars[at.0 as usize].region = l.region;
            let info = &mut l.vars[item.0 as usize];
            (info.region, info.lent, info.reborrows) = (l.region, true, true);
            let value = l.opaque(&[code, &Expr::Var(at)], |t| {
                let (over, at) = (&t[0], &t[1]);
                quote!((#over).__item_at(#at))
            });
            l.out.push(Stmt::Let(item, value));
            each(l, Val::Expr(Expr::Var(item), Ty::Unknown))
        })?;
        let counter = Counter { start: Expr::Const(quote!(0)), end: count, inclusive: false, step: None, reversed: false };
        self.counted(at, counter, body, exit, span);
        Ok(())
    }

    fn drive_plain(&mut self, code: Expr, run: Run<'_>, each: Body<'_, 'a>) -> Lowered<()> {
        // What a local owns is gone where the pullback is called.
        let stays = |v: &crate::ir::Var| match self.info(*v).kind {
            VarKind::Param | VarKind::Index => true,
            _ => self.info(*v).reborrows && self.info(*v).kind == VarKind::Bound,
        };
        let lent = match &code {
            Expr::Var(v) => self.info(*v).kind == VarKind::Bound && stays(v),
            Expr::Verbatim(_, vars) => vars.iter().all(stays) && self.is_borrow_of_parameters(&code),
            _ => false,
        };
        if lent {
            return self.drive_lent(&code, run, each);
        }
        let Run { label, body, span, stops, base } = run;
        let name = self.names.numbered("item");
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        self.vars[var.0 as usize].lent = true;
        let empty = syn::Block { brace_token: syn::token::Brace::default(), stmts: Vec::new() };
        let jumps = if stops { None } else { Some(body.unwrap_or(&empty)) };
        let (block, exit) = self.loop_body(label, jumps, None, base, |l| {
            l.vars[var.0 as usize].region = l.region;
            each(l, Val::Expr(Expr::Var(var), Ty::Unknown))
        })?;
        self.out.push(Stmt::ForEach(crate::ir::ForEach { var, over: code, body: block, exit, span }));
        Ok(())
    }

    /// A counter of items, for positions after a filter.
    pub(in crate::lower) fn counter(&mut self) -> Var {
        let name = self.names.numbered("k");
        let var = self.local(name, Ty::Plain, VarKind::Memory, false);
        self.out.push(Stmt::Decl(var, Some(Expr::Const(quote!(0usize)))));
        var
    }

    pub(in crate::lower) fn tick(&mut self, counter: Var) -> Val {
        let at = self.named(Expr::Read(Place::var(counter)));
        let one = Expr::Const(quote!(1));
        self.out.push(Stmt::Update(Place::var(counter), BinOp::Add, one, Span::call_site()));
        Val::Expr(at, Ty::Plain)
    }

    pub(in crate::lower) fn borrowed(&mut self, val: Val) -> Val {
        match val {
            Val::Place(p, ty) => Val::Ref(p, ty, false),
            Val::Expr(Expr::Var(v), ty) => Val::Ref(Place::var(v), ty, false),
            Val::Expr(e, ty) => Val::Ref(Place::var(self.temp(e, ty.clone())), ty, false),
            other => other,
        }
    }

    /// An item that is looked at more than once.
    pub(in crate::lower) fn settle_item(&mut self, val: Val, span: Span) -> Lowered<Val> {
        match val {
            Val::Expr(e, ty) => {
                let (e, ty) = self.operand(Val::Expr(e, ty), span)?;
                Ok(Val::Expr(e, ty))
            }
            Val::Tuple(items) => Ok(Val::Tuple(items.into_iter().map(|i| self.settle_item(i, span)).collect::<Lowered<_>>()?)),
            other => Ok(other),
        }
    }

    /// An item that is made here, even if nobody sees it.
    fn made(&mut self, val: Val, span: Span) -> Lowered<Val> {
        Ok(match self.settled(val, span)? {
            Val::Expr(e, ty) if !matches!(e, Expr::Var(_) | Expr::Const(_)) => Val::Expr(Expr::Var(self.temp(e, ty.clone())), ty),
            Val::Tuple(items) => Val::Tuple(items.into_iter().map(|i| self.made(i, span)).collect::<Lowered<_>>()?),
            val => val,
        })
    }

    /// `if cond { then }`
    pub(in crate::lower) fn when(&mut self, cond: Expr, then: impl FnOnce(&mut Self) -> Lowered<()>) -> Lowered<()> {
        let cond = self.condition(cond);
        let then = self.block(false, then)?;
        let other = self.empty_block();
        self.out.push(Stmt::If(cond, then, other));
        Ok(())
    }

    /// Stops all loops that were entered at this depth or later.
    pub(in crate::lower) fn stop_from(&mut self, depth: usize) {
        for flag in self.frames.iter().skip(depth).rev().filter_map(|f| f.stop).collect::<Vec<_>>() {
            self.set_flag(flag);
        }
    }

    /// `if cond { then } else { break }`
    pub(in crate::lower) fn when_else_stop(
        &mut self,
        cond: Expr,
        depth: usize,
        then: impl FnOnce(&mut Self) -> Lowered<()>,
    ) -> Lowered<()> {
        let cond = self.condition(cond);
        let then = self.block(false, then)?;
        let other = self.block(false, |l| {
            l.stop_from(depth);
            Ok(())
        })?;
        self.out.push(Stmt::If(cond, then, other));
        Ok(())
    }

    /// A function that gives an `Option`; `None` stops the loops from `stop` on.
    pub(in crate::lower) fn optional_call(
        &mut self,
        f: &Function,
        args: Vec<Val>,
        stop: Option<usize>,
        span: Span,
        each: Body<'_, 'a>,
    ) -> Lowered<()> {
        match f {
            Function::Closure(c) => {
                self.bind_params(c, args)?;
                let value = self.body_value(&c.body)?;
                self.optional_item(value, stop, each)
            }
            Function::Path(_) => {
                let val = self.apply(f, args, span)?;
                let (e, _) = self.operand(val, span)?;
                let option = self.name_of(Val::Expr(e, Ty::Option(Box::new(Ty::Unknown))));
                self.optional_item(&option, stop, each)
            }
        }
    }

    /// A name for a value, to build syntax with.
    pub(in crate::lower) fn name_of(&mut self, val: Val) -> Syn {
        let name = self.names.fresh("option");
        let ty = match &val {
            Val::Expr(_, ty) | Val::Place(_, ty) => ty.clone(),
            Val::Ref(_, ty, m) => Ty::Ref(Box::new(ty.clone()), *m),
            _ => Ty::Unknown,
        };
        let val = match val {
            Val::Expr(Expr::Var(v), ty) => Val::Place(Place::var(v), ty),
            other => other,
        };
        self.varied.insert(name.to_string());
        self.types.names.insert(name.to_string(), ty);
        self.env.insert(name.to_string(), val);
        syn::parse_quote!(#name)
    }

    /// An expression that gives `Some(item)` or `None`.
    pub(in crate::lower) fn optional_item(&mut self, body: &Syn, stop: Option<usize>, each: Body<'_, 'a>) -> Lowered<()> {
        match strip(body) {
            Syn::Block(b) if b.label.is_none() && !crate::lower::scan::block_exits(&b.block) => {
                let value = self.body_value(body)?;
                self.optional_item(value, stop, each)
            }
            Syn::Call(c) if matches!(&*c.func, Syn::Path(p) if crate::infer::is_some(&p.path)) && c.args.len() == 1 => {
                let val = self.expr(&c.args[0], &Ty::Unknown)?;
                each(self, val)
            }
            Syn::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "None") => {
                if let Some(depth) = stop {
                    self.stop_from(depth);
                }
                Ok(())
            }
            Syn::If(i) if !crate::lower::has_let(&i.cond) && i.else_branch.is_some() => {
                let cond = self.plain(&i.cond)?;
                let cond = self.condition(cond);
                let Some((_, other)) = &i.else_branch else { return Err(Refused) };
                let then_body = Syn::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: i.then_branch.clone() });
                let then = self.block(false, |l| l.optional_item(&then_body, stop, each))?;
                let other = self.block(false, |l| l.optional_item(other, stop, each))?;
                self.out.push(Stmt::If(cond, then, other));
                Ok(())
            }
            Syn::MethodCall(m) if stop.is_none() && m.method == "then_some" && self.is_of_condition(m) => {
                let cond = self.plain(&m.receiver)?;
                let cond = self.condition(cond);
                let value = m.args[0].clone();
                // The value is computed in any case.
                let val = self.expr(&value, &Ty::Unknown)?;
                let val = self.settle_item(val, m.method.span())?;
                self.when(cond, |l| each(l, val))
            }
            Syn::MethodCall(m) if stop.is_none() && m.method == "then" && self.is_of_condition(m) => {
                let cond = self.plain(&m.receiver)?;
                let f = self.function(&m.args[0])?;
                let span = m.method.span();
                self.when(cond, |l| {
                    let val = l.apply(&f, Vec::new(), span)?;
                    each(l, val)
                })
            }
            other => self.looked_into(other, stop, each),
        }
    }

    /// `match option { Some(item) => .., None => .. }`
    fn looked_into(&mut self, option: &Syn, stop: Option<usize>, each: Body<'_, 'a>) -> Lowered<()> {
        let item = self.names.fresh("item");
        self.varied.insert(item.to_string());
        let inner = self.types.item_of_option(option);
        self.types.names.insert(item.to_string(), inner);
        let none = |l: &mut Self| {
            if let Some(depth) = stop {
                l.stop_from(depth);
            }
            Ok(())
        };
        if self.gives_maybe(option) {
            let Val::Maybe { found, value } = self.expr_place(option)? else { return Err(Refused) };
            let pat: syn::Pat = syn::parse_quote!(#item);
            let name = item.to_string();
            return self.maybe_branch(
                found,
                *value,
                &pat,
                |l| {
                    let val = l.env.get(&name).cloned().ok_or(Refused)?;
                    each(l, val)
                },
                none,
            );
        }
        let some: syn::Pat = syn::parse_quote!(::core::option::Option::Some(#item));
        let scrutinee = self.scrutinee(option, std::iter::once(&some))?;
        let name = item.to_string();
        let some = self.match_arm(
            &scrutinee,
            &some,
            None,
            |l| {
                let val = l.env.get(&name).cloned().ok_or(Refused)?;
                each(l, val)
            },
            |_| Ok(()),
        )?;
        let pat: syn::Pat = syn::parse_quote!(::core::option::Option::None);
        let none = self.match_arm(&scrutinee, &pat, None, none, |_| Ok(()))?;
        self.out.push(Stmt::Match(scrutinee.expr, vec![some, none]));
        Ok(())
    }

    /// What the function of a `flat_map` gives.
    fn flat_item(&mut self, f: &Function, item: Val, span: Span) -> Lowered<Flat> {
        let Function::Closure(c) = f else {
            let val = self.apply(f, vec![item], span)?;
            return Ok(Flat::Iter(self.iterate(val, By::Value, span)?));
        };
        self.bind_params(c, vec![item])?;
        let value = self.body_value(&c.body)?;
        if matches!(self.types.of(value), Ty::Option(_)) || self.gives_maybe(value) {
            return Ok(Flat::Option(Box::new(value.clone())));
        }
        Ok(Flat::Iter(self.iterator(value)?))
    }
}

/// What an item becomes before it is flattened.
enum Flat {
    Iter(Iter),
    Option(Box<Syn>),
}

/// The items the other way round, if the last thing that is done to their positions is `rev`.
fn unreversed(iter: &Iter) -> Option<Iter> {
    match iter {
        Iter::Rev(i) => Some((**i).clone()),
        Iter::Map(i, f) => Some(Iter::Map(Box::new(unreversed(i)?), f.clone())),
        Iter::Copied(i) => Some(Iter::Copied(Box::new(unreversed(i)?))),
        _ => None,
    }
}
