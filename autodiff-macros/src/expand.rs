//! The pipeline: one line per stage, and the only file that knows the order.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use proc_macro2::TokenStream;
use quote::{quote, ToTokens};

use crate::buffers::buffers;
use crate::diagnostics::Errors;
use crate::emit::siblings::lanes::without_lanes;
use crate::emit::siblings::Siblings;
use crate::first::first;
use crate::forward::{forward, forward_over, NoForwardRule, PushedAdjoint, Pushforward, Width};
use crate::guard::guard;
use crate::infer::Types;
use crate::interchange::interchange;
use crate::ir::{Function, Stmt};
use crate::last::last;
use crate::lower::{self, Source};
use crate::merge::{merge, slots};
use crate::names::Namer;
use crate::options::Options;
use crate::passes::Passes;
use crate::reverse::{reverse, Adjoint};
use crate::rows::rows;
use crate::shield::shield;
use crate::signature::{BlockKind, Signature};
use crate::simplify::simplify;
use crate::types::Ty;
use crate::{desugar, fallback, resolve, varied};

/// `#[differentiate]`: the function as written, and its siblings; or the messages and stubs.
pub(crate) fn differentiate(args: TokenStream, item: TokenStream) -> TokenStream {
    let original = item.clone();
    if let Err(e) = crate::depth::check(&item) {
        let e = e.to_compile_error();
        return quote!(#original #e);
    }
    let mut item: syn::ItemFn = match syn::parse2(flat(item)) {
        Ok(f) => f,
        Err(e) => {
            if let Ok(block) = syn::parse2::<syn::ItemImpl>(original.clone()) {
                return crate::blocks::differentiate_impl(&args, block);
            }
            if let Ok(definition) = syn::parse2::<syn::ItemTrait>(original.clone()) {
                return crate::blocks::differentiate_trait(&args, definition);
            }
            // A function in syntax that is not known here, or that is still being written.
            if syn::parse2::<syn::Item>(original.clone()).is_err() && original.clone().into_iter().any(|t| t.to_string() == "fn") {
                let e = syn::Error::new(e.span(), format!("this function cannot be read: {e}")).to_compile_error();
                return quote!(#original #e);
            }
            let error = wrong_place(&original);
            if syn::parse2::<syn::Expr>(original.clone()).is_ok() {
                return quote!({ #error; #original });
            }
            return quote!(#original #error);
        }
    };
    if let Some(k) = item.attrs.iter().position(|a| a.path().segments.last().is_some_and(|s| s.ident == "differentiate")) {
        let again = item.attrs.remove(k);
        let error =
            syn::Error::new_spanned(again, "`#[differentiate]` stands over this function already; write all options in one attribute");
        let original = crate::checkpoint::function_without(&quote!(#item), &item);
        return fallback::with_errors(&original, &item, &error, &Options::default());
    }
    let original = crate::checkpoint::function_without(&original, &item);
    if crate::position::is_defined_twice(&item) {
        // Rustc says so.
        return original;
    }
    if let Some(around) = crate::position::trait_impl_around(&item) {
        return crate::blocks::single::expand(&args, &original, &item, around);
    }
    let options: Options = match syn::parse2(args) {
        Ok(options) => options,
        Err(e) => return fallback::with_errors(&original, &item, &e, &Options::default()),
    };
    let versions = match crate::conditional::versions(&item) {
        Ok(versions) => versions,
        Err(e) => return fallback::with_errors(&original, &item, &e, &options),
    };
    let generated = versions.into_iter().map(|mut version| match siblings(&options, &mut version.item) {
        Ok(generated) => generated,
        // Callers follow it.
        Err(_) if options.only_modes() && crate::position::is_followed(&version.item.sig.ident) => TokenStream::new(),
        Err(e) => fallback::instead(&version.item, version.condition.as_ref(), &e, &options),
    });
    // A function that is only used through its siblings is used.
    let generated: TokenStream = generated.collect();
    quote!(#[allow(dead_code)] #original #generated)
}

/// Whether invisible brackets stand around a statement, as those of `$s:stmt` in a macro: nothing else can be made of `let` in brackets. A block
/// of `$b:block` is the same without them, also where it is a statement.
fn is_statement(g: &proc_macro2::Group) -> bool {
    use proc_macro2::{Delimiter, TokenTree};
    let mut tokens = g.stream().into_iter();
    let (first, alone) = (tokens.next(), tokens.next().is_none());
    let starts = |i: &proc_macro2::Ident| ["let", "fn", "use", "struct", "enum", "impl"].iter().any(|w| i == w);
    g.delimiter() == Delimiter::None
        && match &first {
            Some(TokenTree::Ident(i)) => starts(i),
            Some(TokenTree::Group(block)) => block.delimiter() == Delimiter::Brace && alone,
            _ => false,
        }
}

/// Tokens without such brackets.
pub(crate) fn flat(tokens: TokenStream) -> TokenStream {
    use proc_macro2::TokenTree;
    fn has_statements(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|t| matches!(t, TokenTree::Group(g) if is_statement(&g) || has_statements(g.stream())))
    }
    if !has_statements(tokens.clone()) {
        return tokens;
    }
    let flattened = |t: TokenTree| match t {
        TokenTree::Group(g) if is_statement(&g) => flat(g.stream()),
        TokenTree::Group(g) => {
            let mut new = proc_macro2::Group::new(g.delimiter(), flat(g.stream()));
            new.set_span(g.span());
            TokenTree::Group(new).into()
        }
        other => other.into(),
    };
    tokens.into_iter().flat_map(flattened).collect()
}

/// What else the attribute may have been put on, and what to do instead.
fn wrong_place(item: &TokenStream) -> TokenStream {
    let (what, instead) = match syn::parse2::<syn::Item>(item.clone()) {
        Ok(syn::Item::Struct(_) | syn::Item::Enum(_) | syn::Item::Union(_)) => ("a type", "use `#[derive(Differentiable)]` for it"),
        Ok(syn::Item::Mod(_)) => ("a module", "put it on the functions inside"),
        Ok(syn::Item::Const(_) | syn::Item::Static(_)) => ("a constant", "constants have no derivative"),
        Ok(syn::Item::Macro(_)) => ("a macro", "put it on the functions that the macro writes"),
        _ if syn::parse2::<syn::TraitItemFn>(item.clone()).is_ok() => ("a function without a body", "put it on a function with one"),
        Err(_) => match syn::parse2::<syn::Expr>(item.clone()) {
            Ok(syn::Expr::Closure(_)) => ("a closure", "write a function"),
            _ => ("a statement", "put it on a function"),
        },
        _ => ("something else", "put it on a function or an `impl` block"),
    };
    let message = format!("`#[differentiate]` expects a function, found {what}; {instead}");
    let mut attributes = 0;
    let first = item.clone().into_iter().find(|t| {
        // Other attributes of the item come first.
        attributes = match t {
            proc_macro2::TokenTree::Punct(p) if p.as_char() == '#' => 1,
            proc_macro2::TokenTree::Group(_) if attributes == 1 => 2,
            _ => 0,
        };
        attributes == 0
    });
    syn::Error::new(first.map_or_else(proc_macro2::Span::call_site, |t| t.span()), message).to_compile_error()
}

/// The adjoint of a function with respect to all its slots with tangents in one direction, in two, and so on, for callers.
pub(crate) fn orders_of(item: &syn::ItemFn, signature: &Signature, order: usize) -> syn::Result<Vec<PushedAdjoint>> {
    let lowered = lowered(item, signature, false, Passes::for_options(&[]))?;
    higher_orders(item, &lowered, Passes::for_options(&[]).unfused(), true, order)
}

/// The adjoint of what is lowered with tangents in one direction, in two, and so on, up to derivatives of an order.
fn higher_orders(
    item: &syn::ItemFn,
    (function, names): &(Function, Namer),
    passes: Passes,
    for_callers: bool,
    order: usize,
) -> syn::Result<Vec<PushedAdjoint>> {
    let mut names = names.clone();
    let adjoint = adjoint_to_push(function, &mut names, passes);
    let mut all = tangents_of(item, &adjoint, &mut names, for_callers, order)?;
    for pushed in &mut all {
        // Rows are sliced for values, cotangents and tangents at once.
        rows(&mut pushed.adjoint, &mut names.clone(), passes);
    }
    Ok(all)
}

/// Products with the Hessian in several directions at once, where that is possible and there are several to ask for.
fn columns_in_lanes(signature: &Signature, (function, names): &(Function, Namer), passes: Passes) -> Option<PushedAdjoint> {
    let mut slots = signature.params.iter().filter(|p| p.slot);
    let one = slots.next().is_none_or(|p| p.ty.is_float()) && slots.next().is_none();
    if one || !signature.scalar_result() || without_lanes(signature).is_some() || !signature.floats.is_empty() || !passes.columns {
        return None;
    }
    let mut names = names.clone();
    let adjoint = adjoint_to_push(function, &mut names, passes);
    forward_over(&PushedAdjoint::still(&adjoint), &mut names, false, Width::Tried).ok()
}

/// An adjoint with tangents in one direction, in two, and so on, up to derivatives of an order.
pub(crate) fn tangents_of(
    item: &syn::ItemFn,
    adjoint: &Adjoint,
    names: &mut Namer,
    for_callers: bool,
    order: usize,
) -> syn::Result<Vec<PushedAdjoint>> {
    let mut all = vec![PushedAdjoint::still(adjoint)];
    for n in 2..=order {
        let pushed = pushed_adjoint(item, &all[n - 2], names, for_callers, n)?;
        all.push(pushed);
    }
    all.remove(0);
    Ok(all)
}

/// Forward mode of what is lowered.
fn pushforward_of((function, names): &(Function, Namer), width: Width, passes: Passes) -> Result<Pushforward, NoForwardRule> {
    let mut names = names.clone();
    let mut pushforward = forward(function, &mut names, width, passes.still);
    if let (Ok(p), Width::One) = (&mut pushforward, width) {
        // Loops of values and tangents are those of an adjoint whose sweeps run together.
        let together = std::mem::take(&mut p.together);
        let mut adjoint = Adjoint { together, primal: p.primal, ..Adjoint::of(p.function.clone()) };
        rows(&mut adjoint, &mut names, passes);
        p.function = adjoint.function;
    }
    if let (true, Ok(p)) = (cfg!(test), &pushforward) {
        let dots: Vec<_> = p.dots.values().copied().collect();
        let mut checked = p.function.clone();
        checked.result = p.value_dot.clone();
        assert_eq!(crate::ir::verify::verify_with(&checked, &dots), Ok(()));
    }
    pushforward
}

fn siblings(options: &Options, item: &mut syn::ItemFn) -> syn::Result<TokenStream> {
    if let Some(message) = crate::position::no_room(item) {
        return Err(syn::Error::new(item.sig.ident.span(), message));
    }
    let _asked = crate::position::Undeclared::unless(Passes::for_options(&options.off).declared);
    let mut errors = Errors::default();
    let signature = Signature::read_in(&crate::position::block_around(item), &item.sig, options, &mut errors);
    errors.finish(())?;
    let derived = all_of(item, &signature, options, options.wrt.is_some())?;
    let signature = Signature { copied: derived.copied.clone(), ..signature };
    let is_method = options.method || signature.params.iter().any(|p| p.receiver.is_some()) || crate::position::in_impl(item);
    // A pullback of partials has no other in it; second derivatives have.
    let contains_pullbacks = !derived.partials || options.hessian();
    let boxed = contains_pullbacks
        && (options.boxed || calls_itself(item) || calls_others(item) && crate::position::in_a_circle(item) == Some(true));
    let siblings = Siblings {
        item,
        signature: &signature,
        overwrites: &derived.overwrites,
        adjoint: &derived.adjoint,
        full: derived.full.as_ref().unwrap_or(&derived.adjoint),
        pushforward: derived.pushforward.as_ref(),
        lanes: derived.lanes.as_ref(),
        width: None,
        hessian: options.hessian(),
        jacobian: options.jacobian,
        product: derived.product.as_ref(),
        product_in_lanes: derived.product_in_lanes.as_ref(),
        higher: &derived.higher,
        method: is_method,
        companion: !options.no_companion && !crate::signature::is_primitive(&item.sig.ident) && !crate::position::is_beside_module(item),
        boxed,
        stub: None,
        required: false,
        partials: derived.partials,
        allows: Default::default(),
    };
    Ok(siblings.emit())
}

/// What is derived of a function.
pub(crate) struct Derived {
    pub adjoint: Adjoint,
    /// For callers, where it differs.
    pub full: Option<Adjoint>,
    pub pushforward: Option<Pushforward>,
    /// Whether callers get products with the gradient.
    pub partials: bool,
    /// Forward mode in lanes, where it is asked for, or helps with the Jacobian.
    pub lanes: Option<Pushforward>,
    /// Second derivatives, and for callers those of higher order too, where they are asked for.
    pub product: Option<PushedAdjoint>,
    pub product_in_lanes: Option<PushedAdjoint>,
    pub higher: Vec<PushedAdjoint>,
    /// What the function does to each parameter.
    pub overwrites: Vec<crate::overwrites::Extent>,
    /// Type parameters of the function's own whose values are copied.
    pub copied: Vec<proc_macro2::Ident>,
}

/// Both modes of a function; callers may ask for parameters that `wrt` leaves out if it is `narrowed`.
pub(crate) fn all_of(item: &syn::ItemFn, signature: &Signature, options: &Options, narrowed: bool) -> syn::Result<Derived> {
    crate::signature::refusals::without_derive(signature)?;
    crate::signature::refusals::without_fields(signature)?;
    let mut passes = Passes::for_options(&options.off);
    let narrow = lowered(item, signature, false, passes)?;
    let wide = if narrowed { Some(lowered(item, signature, true, passes)?) } else { None };
    let wide = wide.as_ref().unwrap_or(&narrow);
    if matches!(signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl) {
        // Only callers reach it, and they know the seed after the forward sweep.
        passes = passes.unfused();
    }
    let adjoint = adjoint_with(&narrow.0, &mut narrow.1.clone(), passes);
    crate::unannotated::refuse(&adjoint.function, &adjoint.reverse, options.order)?;
    let only_for_callers = matches!(signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl);
    let partials = passes.partials && !narrowed && options.wrt.is_none() && !only_for_callers && signature.has_partials();
    // They know the seed only after the forward sweep.
    // What calls of the function itself keep is taken back in order.
    let recursive = passes.stack && calls_itself(item);
    let for_callers = if recursive { passes.unfused().in_order() } else { passes.unfused() };
    let full = (narrowed || recursive || adjoint.fused && !partials)
        .then(|| Adjoint { in_order: recursive, ..adjoint_with(&wide.0, &mut wide.1.clone(), for_callers) });
    // A gradient with a tape costs more than a tangent.
    let by_gradient = partials && !narrow.0.body.has_loop();
    let pushforward = if by_gradient { None } else { pushforward_of(wide, Width::One, passes).ok() };
    crate::uncloned::refuse(&narrow.0, signature, &[&adjoint.function.body.stmts, &adjoint.reverse])?;
    if let Some(p) = &pushforward {
        crate::uncloned::refuse(&wide.0, signature, &[&p.function.body.stmts])?;
    }
    let forwards: &[Stmt] = pushforward.as_ref().map_or(&[], |p| &p.function.body.stmts);
    let copied = crate::uncloned::parameters(&wide.0, signature, &[&adjoint.function.body.stmts, &adjoint.reverse, forwards]);
    let lanes = in_lanes(item, signature, options, wide)?;
    let overwrites = crate::overwrites::summary(&narrow.0);
    let (mut product, mut product_in_lanes, mut higher) = (None, None, Vec::new());
    if options.hessian() {
        product_in_lanes = columns_in_lanes(signature, &narrow, passes);
        product = higher_orders(item, &narrow, passes, false, 2)?.pop();
        higher = higher_orders(item, wide, passes.unfused(), true, options.order)?;
    }
    Ok(Derived { adjoint, full, pushforward, lanes, partials, product, product_in_lanes, higher, overwrites, copied })
}

/// Forward mode in several directions: an error if `lanes` asks for what is not possible, none if `jacobian` can do without.
fn in_lanes(item: &syn::ItemFn, signature: &Signature, options: &Options, lowered: &(Function, Namer)) -> syn::Result<Option<Pushforward>> {
    let for_jacobian = options.jacobian.is_some() && signature.floats.is_empty();
    if !options.lanes && !for_jacobian && !crate::options::lanes_everywhere() {
        return Ok(None);
    }
    let demanded = options.lanes && !options.lanes_where_possible;
    let width = if options.lanes { Width::Demanded } else { Width::Tried };
    let pushed = match without_lanes(signature) {
        Some(what) => Err(NoForwardRule(what)),
        None => pushforward_of(lowered, width, Passes::for_options(&options.off)),
    };
    match pushed {
        Ok(pushforward) => {
            let refused = if options.lanes { crate::unannotated::refuse_without_lanes(&pushforward.function) } else { Ok(()) };
            match refused {
                Err(e) if demanded => Err(e),
                Err(_) => Ok(None),
                Ok(()) => Ok(Some(pushforward)),
            }
        }
        Err(NoForwardRule(construct)) if demanded => {
            let name = &item.sig.ident;
            let message = format!("`{name}` has no tangents in lanes, because of {construct}; leave out `lanes`");
            Err(syn::Error::new(name.span(), message))
        }
        Err(_) => Ok(None),
    }
}

/// Forward mode over the adjoint, or over what forward mode made of it: derivatives of one order more.
fn pushed_adjoint(
    item: &syn::ItemFn,
    lower: &PushedAdjoint,
    names: &mut Namer,
    for_callers: bool,
    order: usize,
) -> syn::Result<PushedAdjoint> {
    let pushed = forward_over(lower, names, for_callers, Width::One).map_err(|NoForwardRule(construct)| {
        let (ordinal, instead) = match order {
            2 => ("second".to_string(), "leave out `hessian`".to_string()),
            3 => ("third".to_string(), "write `hessian` instead of `order`".to_string()),
            n => (format!("{n}th"), format!("write `order = {}`", n - 1)),
        };
        let message = format!("`{}` has no {ordinal} derivative yet, because of {construct}; {instead}", item.sig.ident);
        syn::Error::new(item.sig.ident.span(), message)
    })?;
    if cfg!(test) {
        let mut checked = pushed.adjoint.function.clone();
        for result in std::iter::once(&pushed.value).chain(pushed.along.iter().map(|a| &a.value_dot)) {
            checked.result.clone_from(result);
            assert_eq!(crate::ir::verify::verify(&checked, &pushed.adjoint.reverse, &pushed.given()), Ok(()));
        }
    }
    Ok(pushed)
}

/// Reverse mode, stage by stage.
fn adjoint_with(function: &Function, names: &mut Namer, passes: Passes) -> Adjoint {
    let mut adjoint = reverse(function, names, passes);
    verified(|| crate::ir::verify::verify(function, &[], &[]));
    let given = |adjoint: &Adjoint| -> Vec<_> { adjoint.bars.values().copied().chain(adjoint.seed).collect() };
    verified(|| crate::ir::verify::verify(&adjoint.function, &adjoint.reverse, &given(&adjoint)));
    simplify(&mut adjoint);
    if passes.guard {
        guard(&mut adjoint, names, passes.spare);
    }
    if passes.shield {
        shield(&mut adjoint);
    }
    if passes.last {
        last(&mut adjoint, names);
    }
    if passes.merge {
        merge(&mut adjoint);
    }
    crate::cleanup::drop_tapes_at_hand(&mut adjoint);
    if passes.merge {
        slots(&mut adjoint);
    }
    if passes.interchange {
        interchange(&mut adjoint, names);
    }
    if passes.buffers {
        buffers(&mut adjoint);
    }
    if passes.first {
        first(&mut adjoint);
    }
    rows(&mut adjoint, names, passes);
    verified(|| crate::ir::verify::verify_simplified(&adjoint.function, &adjoint.reverse, &given(&adjoint)));
    adjoint
}

/// The reverse sweep that tangents are put beside. What no branch asks for poisons neither its cotangents nor their tangents.
/// A share that is zero may still move.
pub(crate) fn adjoint_to_push(function: &Function, names: &mut Namer, passes: Passes) -> Adjoint {
    let mut adjoint = reverse(function, names, passes.pushing());
    if passes.guard {
        guard(&mut adjoint, names, false);
    }
    if passes.shield {
        shield(&mut adjoint);
    }
    adjoint
}

/// Both modes for the rule of an operator, which only callers reach.
pub(crate) fn rule_of(item: &syn::ItemFn, signature: &Signature) -> syn::Result<(Adjoint, Option<Pushforward>)> {
    let passes = Passes::for_options(&[]);
    let lowered = lowered(item, signature, false, passes)?;
    let adjoint = adjoint_with(&lowered.0, &mut lowered.1.clone(), passes.unfused());
    Ok((adjoint, pushforward_of(&lowered, Width::One, passes).ok()))
}

/// The reverse sweep as it is before the passes that make it fast.
pub(crate) fn plain_adjoint_of(item: &syn::ItemFn, signature: &Signature) -> syn::Result<Adjoint> {
    let none: Vec<String> = crate::passes::NAMES.iter().map(ToString::to_string).collect();
    let passes = Passes::without(&none);
    let (function, mut names) = lowered(item, signature, false, passes)?;
    Ok(reverse(&function, &mut names, passes))
}

/// Checks what a stage guarantees, where the macro itself is being worked on.
fn verified(check: impl FnOnce() -> Result<(), String>) {
    if cfg!(test) {
        assert_eq!(check(), Ok(()));
    }
}

/// Resolve names, take sugar apart, infer types, find what varies, lower.
fn lowered(item: &syn::ItemFn, signature: &Signature, all: bool, passes: Passes) -> syn::Result<(Function, Namer)> {
    crate::checkpoint::check_places(item)?;
    let mut f = item.clone();
    prepend_patterns(&mut f, signature);
    if let Some(block) = crate::by_example::expanded(&f.sig, &f.block) {
        let mut expanded = f.clone();
        *expanded.block = block;
        crate::by_example::refuse_named_as_std(&expanded.block)?;
        return match lowered_with_methods(expanded, signature, all, passes) {
            // Calls whose macro does nothing with numbers may stay, whatever is in it.
            Err(e) if crate::by_example::refuse_named_as_std(&f.block).is_ok() => {
                lowered_with_methods(f, signature, all, passes).map_err(|_| e)
            }
            lowered => lowered,
        };
    }
    crate::by_example::refuse_named_as_std(&f.block)?;
    lowered_with_methods(f, signature, all, passes)
}

fn lowered_with_methods(mut f: syn::ItemFn, signature: &Signature, all: bool, passes: Passes) -> syn::Result<(Function, Namer)> {
    desugar::own::by_path(&mut f, signature);
    let mut with_methods = f.clone();
    let params = signature.params.iter().map(|p| p.ident.to_string());
    if desugar::beside::methods_followed(&mut with_methods.block, params) {
        // What cannot be followed stays a call.
        if let Ok(lowered) = lowered_with_callees(with_methods, signature, all, passes) {
            return Ok(lowered);
        }
    }
    lowered_with_callees(f, signature, all, passes)
}

fn lowered_with_callees(f: syn::ItemFn, signature: &Signature, all: bool, passes: Passes) -> syn::Result<(Function, Namer)> {
    if passes.inline {
        let mut inlined = f.clone();
        let params = signature.params.iter().map(|p| p.ident.to_string());
        if desugar::inline::followed(&mut inlined.block, &inlined.sig, params) {
            // What cannot be followed stays a call.
            if let Ok(lowered) = lowered_body(inlined, signature, all, passes) {
                return Ok(lowered);
            }
        }
    }
    lowered_body(f, signature, all, passes)
}

fn lowered_body(f: syn::ItemFn, signature: &Signature, all: bool, passes: Passes) -> syn::Result<(Function, Namer)> {
    // What cannot be handed over may be followed.
    lowered_with_helpers(f.clone(), signature, all, false, passes)
        .or_else(|e| lowered_with_helpers(f, signature, all, true, passes).map_err(|_| e))
}

fn lowered_with_helpers(
    mut f: syn::ItemFn,
    signature: &Signature,
    all: bool,
    of_parts: bool,
    passes: Passes,
) -> syn::Result<(Function, Namer)> {
    desugar::beside::bring_in(&mut f, signature, of_parts);
    // What was brought in, too.
    crate::conditional::refuse_left(&f)?;
    desugar::scoped::rename_items(&mut f)?;
    desugar::local::functions_to_closures(&mut f.block, signature.params.iter().map(|p| p.ident.to_string()));
    let mut sig = f.sig.clone();
    let mut bindings = resolve::resolve(&mut sig, &mut f.block);
    let mut errors = Errors::default();
    for name in bindings.doubtful(&f.block).filter(|name| !crate::position::is_constant(name)) {
        errors.push(syn::Error::new(
            name.span(),
            format!("whether `{name}` is a constant or binds a value here is not known, since its name is that of a constant; write it in lower case, or the constant with its path"),
        ));
    }
    errors.finish(())?;
    crate::lower::refuse_input(&f.block)?;
    crate::lower::refuse_assembly(&f.block)?;
    desugar::asserted::written_out(&mut f.block);
    crate::lower::refuse_leaving(&f.block)?;
    crate::lower::refuse_capturing(&f.block, &bindings)?;
    desugar::imports::written_out(&mut f.block, |name| bindings.get(name).is_some());
    desugar::items::name_functions(&mut f.block, |name| bindings.get(name).is_some());
    let names = Namer::beside(bindings.words());
    desugar::told::tell_result(&mut f.block, &signature.result);
    let active = |p: &crate::signature::Param| p.slot || all && !p.ty.is_plain() && !p.ty.has_named();
    let (mut made, names) = desugar::collections::as_lists(&mut f.block, names, |block| {
        let seeds = signature.params.iter().filter(|p| active(p)).map(|p| p.ident.to_string());
        let written = signature.params.iter().filter(|p| matches!(p.ty, Ty::Ref(_, true))).map(|p| p.ident.to_string());
        varied::varied_names(block, seeds, written.chain(bindings.iter().map(|(name, _)| name.to_string())).collect())
    });
    let (more, names) = desugar::desugar(&mut f.block, names, signature.shapes(), signature.gives_result());
    made.extend(more);
    let floats = &signature.floats;
    let params: Vec<lower::Param> = signature
        .params
        .iter()
        .map(|p| lower::Param {
            ident: p.ident.clone(),
            ty: p.ty.clone(),
            active: active(p),
            borrows: p.borrows(),
            size: matches!(&p.written, syn::Type::Path(t) if t.path.is_ident("usize")),
        })
        .collect();
    let types: HashMap<String, Ty> = params.iter().map(|p| (p.ident.to_string(), p.ty.clone())).collect();
    let seeds = params.iter().filter(|p| p.active).map(|p| p.ident.to_string());
    let mut mutable: HashSet<String> = params.iter().filter(|p| matches!(p.ty, Ty::Ref(_, true))).map(|p| p.ident.to_string()).collect();
    // Whatever is written through: declared `mut`, or bound to a mutable reference.
    mutable.extend(bindings.iter().map(|(name, _)| name.to_string()));
    mutable.extend(made);
    let seeds: Vec<String> = seeds.collect();
    let facts = |block: &syn::Block| {
        let types = Types::infer(block, types.clone(), &signature.result_ty, floats, signature.this());
        let plain = types.names.iter().filter(|(_, ty)| ty.is_plain()).map(|(name, _)| name.clone()).collect();
        (varied::varied_but(block, seeds.iter().cloned(), mutable.clone(), plain), types)
    };
    let (mut varied, mut types) = facts(&f.block);
    if desugar::copied::copied(&mut f.block, &types, &varied) {
        (varied, types) = facts(&f.block);
    }
    let source = Source {
        params: &params,
        result: signature.result_ty.clone(),
        block: &f.block,
        types,
        varied,
        floats: signature.floats.clone(),
        sizes: signature.generics.const_params().map(|c| c.ident.to_string()).collect(),
        words: names.into_used(),
        straight: passes.straight,
    };
    let (mut function, mut names) = lower::lower(&source)?;
    if passes.fieldwise {
        crate::fieldwise::fieldwise(&mut function, &mut names);
    }
    crate::checkpoint::check_loops(&function)?;
    Ok((function, names))
}

/// `fn f((a, b): (f64, f64))` becomes a plain parameter and a `let`; so does `mut self`, under another name.
fn prepend_patterns(f: &mut syn::ItemFn, signature: &Signature) {
    let mut lets: Vec<syn::Stmt> = Vec::new();
    for (input, p) in f.sig.inputs.iter_mut().zip(&signature.params) {
        let ident = &p.ident;
        match input {
            syn::FnArg::Typed(t) => {
                if let Some(pattern) = &p.pattern {
                    lets.push(syn::parse_quote!(let #pattern = #ident;));
                }
                // Not parsed from tokens, since every parameter of every function is given its name here.
                let (attrs, ident) = (Vec::new(), ident.clone());
                *t.pat = syn::Pat::Ident(syn::PatIdent { attrs, by_ref: None, mutability: None, ident, subpat: None });
            }
            syn::FnArg::Receiver(r) => {
                if p.pattern.is_some() {
                    r.mutability = None;
                    let mut name = "this".to_string();
                    while mentions(&f.block.to_token_stream(), &name) {
                        name.push('_');
                    }
                    syn::visit_mut::VisitMut::visit_block_mut(&mut RenameSelf(&name), &mut f.block);
                    let this = proc_macro2::Ident::new(&name, proc_macro2::Span::mixed_site().located_at(ident.span()));
                    lets.push(syn::parse_quote!(let mut #this = #ident;));
                }
            }
        }
    }
    f.block.stmts.splice(0..0, lets);
}

/// Whether a name occurs, in a text too: formats name variables.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        proc_macro2::TokenTree::Ident(i) => i == name,
        proc_macro2::TokenTree::Group(g) => mentions(&g.stream(), name),
        proc_macro2::TokenTree::Literal(l) => l.to_string().contains(name),
        proc_macro2::TokenTree::Punct(_) => false,
    })
}

/// The receiver under another name.
struct RenameSelf<'n>(&'n str);

impl syn::visit_mut::VisitMut for RenameSelf<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_ident_mut(&mut self, i: &mut proc_macro2::Ident) {
        if i == "self" {
            *i = proc_macro2::Ident::new(self.0, proc_macro2::Span::mixed_site().located_at(i.span()));
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        m.tokens = crate::emit::siblings::rename_self(std::mem::take(&mut m.tokens), self.0);
    }
}

/// Whether the body calls any function by its path.
pub(crate) fn calls_others(item: &syn::ItemFn) -> bool {
    struct Calls(bool);
    impl<'a> syn::visit::Visit<'a> for Calls {
        fn visit_expr_call(&mut self, _: &'a syn::ExprCall) {
            self.0 = true;
        }
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            self.0 |= crate::infer::float_method_args(&m.method.to_string()).is_none();
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut calls = Calls(false);
    let expanded = crate::by_example::expanded(&item.sig, &item.block);
    syn::visit::Visit::visit_block(&mut calls, expanded.as_ref().unwrap_or(&item.block));
    calls.0
}

/// Whether the body calls the function itself, as far as is known: one of another type may have its name.
pub(crate) fn calls_itself(item: &syn::ItemFn) -> bool {
    struct Calls<'n>(&'n syn::Ident, bool);
    impl<'a> syn::visit::Visit<'a> for Calls<'_> {
        fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
            if let syn::Expr::Path(p) = &*c.func {
                self.1 |= p.path.segments.last().is_some_and(|s| s.ident == *self.0);
            }
            syn::visit::visit_expr_call(self, c);
        }
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            self.1 |= m.method == *self.0;
            // A function that is handed over is called there.
            self.1 |= m.args.iter().any(|a| matches!(a, syn::Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == *self.0)));
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut calls = Calls(&item.sig.ident, false);
    let expanded = crate::by_example::expanded(&item.sig, &item.block);
    syn::visit::Visit::visit_block(&mut calls, expanded.as_ref().unwrap_or(&item.block));
    calls.1 && crate::position::in_a_circle(item) != Some(false)
}
