//! Calls of functions of the user: of the function itself, and of its pullback and pushforward.
//!
//! What enters: calls of the representation, with the places of cotangents and tangents. What leaves: one statement or expression each.
//! Guarantee: what may not be there, as the cotangent of a field that is skipped, is handed on as an `Option`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned, ToTokens};

use super::companion::{companion_item, with_suffix, Companion, APART, METHOD_SUFFIX_FIRST};
use super::tokens::located;
use super::Emit;
use crate::ir::{Arg, Call, CallWidth, Callee, Expr, PullBar, PullCall, PushCall, PushDot, PushPullCall, Var};
use crate::types::Ty;

/// `Matrix<2, 3>`, `[f64; 3]`
fn has_parameters(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(p) => p.path.segments.iter().any(|s| !s.arguments.is_none()),
        syn::Type::Array(_) => true,
        _ => false,
    }
}

impl Emit<'_> {
    /// The arguments of a call in the forward sweep; a method's receiver apart.
    pub(super) fn args(&self, args: &[Arg]) -> Vec<TokenStream> {
        args.iter()
            .map(|a| match a {
                Arg::Value(e @ Expr::Clone(inner)) if matches!(**inner, Expr::Var(v) if matches!(self.info(v).ty, Ty::Unknown)) => {
                    // It may be a reference to a box, which becomes one to what is inside where it is handed over, not where it is cloned.
                    let e = self.expr(e);
                    let given = Ident::new("given", Span::mixed_site());
                    quote!({ let #given = #e; #given })
                }
                Arg::Value(e) => self.expr(e),
                Arg::Ref(p) => self.reference(p),
                Arg::RefMut(p) => {
                    let t = self.place(p);
                    quote!(&mut #t)
                }
                Arg::Receiver(p) => self.receiver(p),
            })
            .collect()
    }

    /// A call, plain or of a companion, which may take more arguments.
    pub(super) fn call(&self, call: &Call, companion: Companion, more: &[TokenStream]) -> TokenStream {
        // What cannot be cloned is said at the call.
        let args = self.args(&call.args).into_iter().zip(&call.args);
        let args: Vec<_> = args
            .map(|(tokens, a)| match a {
                Arg::Value(Expr::Clone(_)) => located(tokens, Some(call.span)),
                _ => tokens,
            })
            .collect();
        self.call_with(call, &args, companion, more)
    }

    /// A call with other arguments.
    pub(super) fn call_with(&self, call: &Call, args: &[TokenStream], companion: Companion, more: &[TokenStream]) -> TokenStream {
        let (whole, apart) = args.split_at(args.len() - call.apart);
        let together: Vec<TokenStream>;
        let args = match companion {
            Companion::None if call.apart > 0 => {
                together = whole.iter().cloned().chain([quote!((#(#apart),*))]).collect();
                &together[..]
            }
            _ => args,
        };
        let of_parts = if call.apart > 0 && companion != Companion::None { APART } else { "" };
        match &call.callee {
            Callee::Function(path) => {
                let mut path = path.clone();
                if companion == Companion::None {
                    return quote!(#path(#(#args),*));
                }
                // The companion is no function of the parameters, its functions are.
                let fish = path.segments.last_mut().map(|last| type_arguments(std::mem::take(&mut last.arguments)));
                let span = call.span.resolved_at(Span::mixed_site());
                let name = Ident::new(&format!("{}{of_parts}", companion.function()), span);
                let function = companion_item(&path, &quote_spanned!(span=> #name #fish));
                quote_spanned!(span=> #function(#(#args,)* #(#more),*))
            }
            Callee::Associated(path) => {
                let by_path = match &call.args[..] {
                    [Arg::Value(first), ..] if companion != Companion::None => self.first_by_path(path, first),
                    _ => None,
                };
                // Only methods take a reference by themselves.
                let by_path = match &call.args[..] {
                    [Arg::Receiver(p), ..] => {
                        let t = self.place(p);
                        Some(quote!(&mut #t))
                    }
                    _ => by_path,
                };
                let args: Vec<&TokenStream> = match &by_path {
                    Some(first) => std::iter::once(first).chain(&args[1..]).collect(),
                    None => args.iter().collect(),
                };
                let mut path = (**path).clone();
                if let Some(last) = path.path.segments.last_mut() {
                    last.ident = with_suffix(&companion.method(&last.ident), of_parts);
                }
                quote!(#path(#(#args,)* #(#more),*))
            }
            Callee::Method(name, fish) => {
                let name = with_suffix(&companion.method(name), of_parts);
                let receiver = match &call.args[0] {
                    Arg::Receiver(p) => self.receiver(p),
                    Arg::Value(e) => {
                        let t = self.sub(e, 5);
                        quote!(#t)
                    }
                    Arg::Ref(p) | Arg::RefMut(p) => self.receiver(p),
                };
                let args = &args[1..];
                quote!(#receiver.#name #fish(#(#args,)* #(#more),*))
            }
        }
    }

    /// The first argument of a call by path. It may be a receiver, which companions take by reference, and only the companion knows:
    /// `Type::f_needs_differentiate_first(&x)` is `x` or `&x`.
    pub(super) fn first_by_path(&self, path: &syn::ExprPath, first: &Expr) -> Option<TokenStream> {
        let given = match first {
            Expr::Clone(inner) => inner,
            other => other,
        };
        let reference = |code: &TokenStream| code.to_string().starts_with('&');
        let plain = match given {
            Expr::Var(v) => self.info(*v).ty.is_plain() || matches!(self.info(*v).ty, Ty::Ref(..)),
            Expr::Verbatim(code, _) => matches!(**code, syn::Expr::Closure(_)) || reference(&code.to_token_stream()),
            Expr::Ref(_) | Expr::RefMut(_) => true,
            _ => false,
        };
        // Parameters of the type that only later arguments settle are the same in one path alone.
        if plain || crate::position::is_without_receiver(&path.path) {
            return Some(self.expr(first));
        }
        let mut path = path.clone();
        if let Some(last) = path.path.segments.last_mut() {
            last.ident = with_suffix(&last.ident, METHOD_SUFFIX_FIRST);
            last.arguments = syn::PathArguments::None;
        }
        let given = self.sub(given, 5);
        Some(quote!(#path(&#given)))
    }

    pub(super) fn push(&self, c: &PushCall, pull: Option<Var>) -> TokenStream {
        if c.width != CallWidth::One {
            return self.push_in_lanes(c);
        }
        let dots = c.along.iter().flat_map(|a| &a.dots).map(|d| match d {
            PushDot::Nothing => quote!(::core::option::Option::None),
            PushDot::Shared(e) if self.is_of_a_field(e) => {
                let e = self.expr(e);
                quote!(::autodiff_core::rt::given_by(#e))
            }
            PushDot::Shared(e) => {
                let e = self.expr(e);
                located(quote!(::core::option::Option::Some(#e)), Some(c.call.span))
            }
            PushDot::InOut(p) => {
                let p = self.place(p);
                quote!(&mut #p)
            }
        });
        let companion = if pull.is_some() { Companion::PushPull(crate::forward::directions(c.along.len())) } else { Companion::Push };
        let call = self.call(&c.call, companion, &dots.collect::<Vec<_>>());
        let pull = pull.map(|p| self.name(p));
        let pull = pull.iter();
        let name = |v: Option<Var>| v.map_or_else(|| quote!(_), |v| self.name(v).to_token_stream());
        let (result, dots) = (name(c.result), c.along.iter().map(|a| name(a.dot)));
        let method = !matches!(c.call.callee, Callee::Function(_));
        let after: Vec<_> = c.along.iter().filter(|_| method).map(|a| name(a.after)).collect();
        let ty = self.type_of_first(c.result, c.along.len() + after.len() + pull.len());
        quote!(let (#result #(, #dots)* #(, #after)* #(, #pull)*) #ty = #call;)
    }

    /// The type of what a call gives, where the user wrote it and it has parameters that rustc may have from nowhere else; so many others
    /// are bound beside it.
    pub(super) fn type_of_first(&self, v: Option<Var>, others: usize) -> Option<TokenStream> {
        let info = self.info(v?);
        let ty = info.annotation.as_ref().filter(|t| matches!(info.ty, Ty::Unknown | Ty::Named(_) | Ty::Array(..)) && has_parameters(t))?;
        let others = vec![quote!(_); others];
        Some(quote!(: (#ty #(, #others)*)))
    }

    pub(super) fn call_pull(&self, c: &PullCall) -> TokenStream {
        let Some(shared) = self.shared_option(&c.bars) else { return self.pulled(c, None) };
        // Parts of what is there or not are borrowed together.
        let none = self.pulled(c, Some(shared));
        self.optional.borrow_mut().remove(&shared);
        let some = self.pulled(c, None);
        self.optional.borrow_mut().insert(shared);
        let name = self.name(shared);
        quote!(match &mut #name { ::core::option::Option::Some(#name) => { #some } ::core::option::Option::None => { #none } })
    }

    /// A variable, in an option, of which a call gets several parts.
    fn shared_option(&self, bars: &[PullBar]) -> Option<Var> {
        let optional = self.optional.borrow();
        let mut roots = bars.iter().filter_map(|b| match b {
            PullBar::Add(p) if optional.contains(&p.root) => Some(p.root),
            _ => None,
        });
        let mut seen = Vec::new();
        roots.find(|r| {
            let again = seen.contains(r);
            seen.push(*r);
            again
        })
    }

    /// The call; nothing is added to the parts of a variable that is not there.
    fn pulled(&self, c: &PullCall, absent: Option<Var>) -> TokenStream {
        let own = self.stacked.and_then(|s| s.calls.get(&c.pull));
        let pull = match own {
            Some(path) => {
                let span = c.span.resolved_at(Span::mixed_site());
                let name = Ident::new(&Companion::Back.function(), span);
                companion_item(path, &name.to_token_stream())
            }
            None => self.name(c.pull).to_token_stream(),
        };
        let stack = own.map(|_| super::siblings::stack::stack());
        let stack = stack.iter();
        let again = c.again.iter().map(|e| self.expr(e));
        let seed = self.expr(&c.seed);
        let nothing = |b: &PullBar| matches!(b, PullBar::Add(p) if absent == Some(p.root));
        let bars = self.pull_bars(&c.bars).into_iter().zip(&c.bars).map(|(tokens, b)| match nothing(b) {
            true => quote!(::core::option::Option::None),
            false => located(tokens, Some(c.span)),
        });
        // Where the callee's pullback has no type, rustc says so at the call.
        let at = c.span.resolved_at(Span::mixed_site());
        let pull = located(pull, Some(at));
        quote_spanned!(at=> #pull(#(#again,)* #seed, #(#bars),* #(, #stack)*);)
    }

    /// Values on the stack; what calls of the function itself keep is there already.
    pub(super) fn put_on_stack(&self, vars: &[Var]) -> TokenStream {
        let stack = super::siblings::stack::stack();
        let kept = vars.iter().filter(|v| self.stacked.is_some_and(|s| s.types.contains_key(v)));
        kept.map(|v| self.name(*v)).map(|name| quote!(#stack.push(#name);)).collect()
    }

    /// The same values again.
    pub(super) fn taken_from_stack(&self, vars: &[Var]) -> TokenStream {
        let stack = super::siblings::stack::stack();
        let types = |v: &Var| self.stacked.and_then(|s| s.types.get(v));
        let taken = vars.iter().rev().filter_map(|v| Some((self.name(*v), types(v)?, self.info(*v).kind)));
        let lets = taken.map(|(name, ty, kind)| {
            let mutable = (kind == crate::ir::VarKind::Memory).then(|| quote!(mut));
            quote!(let #mutable #name: #ty = #stack.pop();)
        });
        lets.collect()
    }

    pub(super) fn call_push_pull(&self, c: &PushPullCall) -> TokenStream {
        let pull = self.name(c.call.pull);
        let mut args: Vec<TokenStream> = c.call.again.iter().map(|e| self.expr(e)).collect();
        args.extend(c.along.iter().flat_map(|a| &a.again).map(|d| match d {
            None => quote!(::core::option::Option::None),
            // That of a field may not be there.
            Some(e) if self.is_of_a_field(e) => {
                let e = self.expr(e);
                quote!(::autodiff_core::rt::given_by(#e))
            }
            Some(e) => {
                let e = self.expr(e);
                quote!(::core::option::Option::Some(#e))
            }
        }));
        args.push(self.expr(&c.call.seed));
        args.extend(c.along.iter().map(|a| self.expr(&a.seed)));
        args.extend(self.pull_bars(&c.call.bars));
        args.extend(c.along.iter().flat_map(|a| self.pull_bars(&a.bars)));
        quote!(#pull(#(#args),*);)
    }

    pub(super) fn is_bar_of_a_field(&self, p: &crate::ir::Place) -> bool {
        self.info(p.root).kind == crate::ir::VarKind::Cotangent && p.is_field(self.vars)
    }

    pub(super) fn is_of_a_field(&self, e: &Expr) -> bool {
        matches!(e, Expr::Ref(p) if p.is_field(self.vars))
    }

    /// Where a pullback adds to.
    fn pull_bars(&self, bars: &[PullBar]) -> Vec<TokenStream> {
        bars.iter().map(|b| match b {
            PullBar::Nothing => quote!(::core::option::Option::None),
            PullBar::InOut(p) => {
                let t = self.place(p);
                quote!(&mut #t)
            }
            PullBar::Add(p) | PullBar::Receiver(p) if self.optional.borrow().contains(&p.root) => {
                let name = self.name(p.root);
                if p.path.is_empty() && matches!(&self.info(p.root).ty, Ty::Ref(inner, _) if !inner.is_float() && !matches!(**inner, Ty::Slice(_))) {
                    // Written out, since an array or a vector becomes a slice in `Some(..)` and nowhere else.
                    quote!(match &mut #name { ::core::option::Option::Some(#name) => ::core::option::Option::Some(&mut **#name), ::core::option::Option::None => ::core::option::Option::None })
                } else if p.path.is_empty() {
                    self.lent_option(name)
                } else if p.is_field(self.vars) {
                    let t = self.place(p);
                    quote!(match &mut #name { ::core::option::Option::Some(#name) => ::autodiff_core::rt::taken_by(&mut #t), ::core::option::Option::None => ::core::option::Option::None })
                } else {
                    let t = self.place(p);
                    quote!(match &mut #name { ::core::option::Option::Some(#name) => ::core::option::Option::Some(&mut #t), ::core::option::Option::None => ::core::option::Option::None })
                }
            }
            PullBar::Add(p) | PullBar::Receiver(p) if p.is_field(self.vars) => {
                let t = self.place(p);
                quote!(::autodiff_core::rt::taken_by(&mut #t))
            }
            PullBar::Add(p) | PullBar::Receiver(p) => {
                let t = self.place(p);
                quote!(::core::option::Option::Some(&mut #t))
            }
        }).collect()
    }
}

/// `::<T, N>` without lifetimes, which a function need not take.
fn type_arguments(arguments: syn::PathArguments) -> Option<TokenStream> {
    let syn::PathArguments::AngleBracketed(given) = arguments else { return None };
    let types = given.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
    let types: Vec<_> = types.collect();
    (!types.is_empty()).then(|| quote!(::<#(#types),*>))
}
