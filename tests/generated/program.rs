//! A program: items of which one is the function `f`. From its text come the module to be compiled (the program, its twin on dual
//! numbers, the same without optimisations) and the code that hands it to the runtime's checks.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Item, ItemFn, ReturnType, Type, parse_quote};

/// The module of program number `index`, which defines `check`; if there are passes in `off`, with a version without them.
pub fn module(file: &syn::File, index: usize, points: u64, off: Vec<String>) -> String {
    let primal = primal(file);
    let twin = twin(file);
    let single = uses_single(file);
    let siblings =
        if is_scalar(file) { quote!(&|s| primal::__jvp_only(s), &|s| primal::__grad_only(s)) } else { quote!(&|s| primal::__jvp_only(s)) };
    let accumulate = if is_scalar(file) { quote!(Some(&primal::__accumulate)) } else { quote!(None) };
    let second = if has_second(file) { quote!(Some(&primal::__second)) } else { quote!(None) };
    let jacobian = if has_jacobian(file) { quote!(Some(&primal::__jacobian)) } else { quote!(None) };
    let lanes = if has_lanes(file) { quote!(Some(&primal::__lanes)) } else { quote!(None) };
    let (plain_module, plain) = if !off.is_empty() {
        let mut plain = file.clone();
        SwitchOff(off).visit_file_mut(&mut plain);
        let module = self::primal(&plain);
        (quote!(mod plain { #module }), quote!(Some(&plain::__vjp)))
    } else {
        (quote!(), quote!(None))
    };
    let all = quote! {
        mod primal { #primal }
        mod twin { #twin }
        #plain_module
        pub fn check() {
            let program = ::runtime::check::Program {
                index: #index,
                single: #single,
                value: &primal::__value,
                twin: &twin::__value,
                siblings: &[#siblings],
                vjp: &primal::__vjp,
                jvp: &primal::__jvp,
                accumulate: #accumulate,
                second: #second,
                jacobian: #jacobian,
                lanes: #lanes,
                plain: #plain,
            };
            program.check(#points);
        }
    };
    let all = syn::parse2(all.clone()).unwrap_or_else(|e| panic!("program {index} put together is not Rust: {e}\n{all}"));
    prettyplease::unparse(&all)
}

/// The program alone, without the macro: what rustc says of it is the program's own fault.
pub fn unannotated(file: &syn::File) -> String {
    let mut file = file.clone();
    Unannotate.visit_file_mut(&mut file);
    prettyplease::unparse(&file)
}

fn main_function(file: &syn::File) -> &ItemFn {
    file.items
        .iter()
        .find_map(|i| match i {
            Item::Fn(f) if f.sig.ident == "f" => Some(f),
            _ => None,
        })
        .expect("a function `f`")
}

fn result(f: &ItemFn) -> Type {
    match &f.sig.output {
        ReturnType::Type(_, t) => (**t).clone(),
        ReturnType::Default => parse_quote!(()),
    }
}

/// Whether `f` has a single number as its result.
pub fn is_scalar(file: &syn::File) -> bool {
    let t = result(main_function(file));
    t == parse_quote!(f64) || t == parse_quote!(f32)
}

/// Whether `f` has second derivatives.
fn has_second(file: &syn::File) -> bool {
    let asks = |a: &syn::Attribute| match &a.meta {
        syn::Meta::List(l) => l.path.is_ident("differentiate") && ["hessian", "order = 3"].contains(&l.tokens.to_string().as_str()),
        _ => false,
    };
    is_scalar(file) && main_function(file).attrs.iter().any(asks)
}

/// Whether `f` has a Jacobian.
fn has_jacobian(file: &syn::File) -> bool {
    asks_for(file, "jacobian")
}

/// Whether `f` has tangents in several directions at once.
fn has_lanes(file: &syn::File) -> bool {
    asks_for(file, "lanes")
}

fn asks_for(file: &syn::File, option: &str) -> bool {
    let asks = |a: &syn::Attribute| matches!(&a.meta, syn::Meta::List(l) if l.tokens.to_string().split(", ").any(|o| o == option));
    main_function(file).attrs.iter().any(asks)
}

/// Whether single precision occurs.
fn uses_single(file: &syn::File) -> bool {
    names_type(file, "f32")
}

/// Whether a type of floats occurs, in literals or elsewhere.
fn names_type(file: &syn::File, name: &str) -> bool {
    fn any(tokens: TokenStream, name: &str) -> bool {
        tokens.into_iter().any(|t| match t {
            proc_macro2::TokenTree::Group(g) => any(g.stream(), name),
            proc_macro2::TokenTree::Ident(i) => i == name,
            t => t.to_string().ends_with(name),
        })
    }
    any(quote!(#file), name)
}

struct Param {
    owned: Type,
    reference: bool,
    slot: bool,
}

fn params(f: &ItemFn) -> Vec<Param> {
    let one = |arg: &FnArg| {
        let FnArg::Typed(arg) = arg else { panic!("`f` has no receiver") };
        let (owned, reference) = match &*arg.ty {
            Type::Reference(r) => match &*r.elem {
                Type::Slice(s) => {
                    let e = &s.elem;
                    (parse_quote!(Vec<#e>), true)
                }
                t => (t.clone(), true),
            },
            t => (t.clone(), false),
        };
        let slot = has_slot(quote!(#owned));
        Param { owned, reference, slot }
    };
    f.sig.inputs.iter().map(one).collect()
}

/// Whether a type has floats: it names them, or a type of the program.
fn has_slot(ty: TokenStream) -> bool {
    let plain = ["usize", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "isize", "bool", "Vec", "Option", "Box"];
    ty.into_iter().any(|t| match t {
        proc_macro2::TokenTree::Group(g) => has_slot(g.stream()),
        proc_macro2::TokenTree::Ident(i) => !plain.contains(&i.to_string().as_str()),
        _ => false,
    })
}

/// The program, with functions that build inputs, call every sibling and take results apart.
fn primal(file: &syn::File) -> TokenStream {
    let f = main_function(file);
    let params = params(f);
    let build = build(&params);
    let args = arguments(&params, true);
    let slots: Vec<usize> = (0..params.len()).filter(|&i| params[i].slot).collect();
    let names: Vec<_> = slots.iter().map(|i| format_ident!("a{i}")).collect();
    let dots: Vec<_> = slots.iter().map(|i| format_ident!("d{i}")).collect();
    let tangents: Vec<_> =
        slots.iter().zip(&dots).map(|(&i, d)| if params[i].reference { quote!(&#d) } else { quote!(#d.clone()) }).collect();
    let tangents = match tangents.as_slice() {
        [one] => quote!(#one),
        many => quote!((#(#many),*)),
    };
    let zeros = quote! { #(let mut #dots = ::autodiff_core::Differentiable::zero_cotangent(&#names);)* };
    let fill = quote! { #(::autodiff_core::Cotangent::map_numbers(&mut #dots, fill);)* };
    let numbers = |of: TokenStream| {
        quote! {{
            let mut numbers: Vec<f64> = Vec::new();
            let mut of = #of;
            ::autodiff_core::Cotangent::map_numbers(&mut of, &mut |x| { numbers.push(x); x });
            numbers
        }}
    };
    let bar_numbers = numbers(quote!(bar));
    let scalar = is_scalar(file).then(|| {
        let end = numbers(quote!((#(#dots,)*)));
        quote! {
            pub fn __grad_only(s: &mut ::runtime::input::Source) {
                #build
                let _ = f_grad(#(#args),*);
            }
            pub fn __accumulate(s: &mut ::runtime::input::Source, fill: &mut dyn FnMut(f64) -> f64) -> (::runtime::input::Parts, Vec<f64>) {
                #build
                #zeros
                #fill
                let value = f_grad_accumulate(#(#args,)* #(&mut #dots),*);
                (__parts(&value), #end)
            }
        }
    });
    let second = has_second(file).then(|| {
        let gradient = numbers(quote!(gradient));
        let product = numbers(quote!(product));
        quote! {
            pub fn __second(s: &mut ::runtime::input::Source, fill: &mut dyn FnMut(f64) -> f64) -> (::runtime::input::Parts, Vec<f64>, Vec<f64>) {
                #build
                #zeros
                #fill
                let (value, gradient, product) = f_hvp(#(#args,)* #tangents);
                (__parts(&value), #gradient, #product)
            }
        }
    });
    let jacobian = has_jacobian(file).then(|| {
        quote! {
            pub fn __jacobian(s: &mut ::runtime::input::Source) -> (::runtime::input::Parts, Vec<Vec<f64>>) {
                #build
                let (value, rows) = f_jacobian(#(#args),*);
                (__parts(&value), ::runtime::input::Matrix::rows(&rows))
            }
        }
    });
    let lanes = has_lanes(file).then(|| {
        let many: Vec<_> = slots.iter().map(|i| format_ident!("l{i}")).collect();
        let tangents_in_lanes: Vec<_> =
            slots.iter().zip(&many).map(|(&i, l)| if params[i].reference { quote!(&#l) } else { quote!(#l.clone()) }).collect();
        let tangents_in_lanes = match tangents_in_lanes.as_slice() {
            [one] => quote!(#one),
            many => quote!((#(#many),*)),
        };
        quote! {
            pub fn __lanes(s: &mut ::runtime::input::Source, fill: &mut dyn FnMut(f64) -> f64) -> (::runtime::input::Parts, Vec<Vec<f64>>) {
                #build
                #zeros
                #(let mut #many = ::autodiff_core::InLanes::<3>::zero_lanes(&#dots);)*
                for k in 0..3 {
                    #fill
                    #(::autodiff_core::OfLanes::set_lane(&mut #many, k, &#dots);)*
                }
                let (value, bars) = f_jvp_lanes(#(#args,)* #tangents_in_lanes);
                let bars = (0..3).map(|k| { let bar = ::autodiff_core::OfLanes::lane(&bars, k); #bar_numbers }).collect();
                (__parts(&value), bars)
            }
        }
    });
    let flat = flat_impls(file);
    quote! {
        #file
        #flat
        fn __parts(x: &impl ::runtime::input::Flat) -> ::runtime::input::Parts {
            let mut parts = Default::default();
            x.flat(&mut parts);
            parts
        }
        pub fn __value(s: &mut ::runtime::input::Source) -> ::runtime::input::Parts {
            #build
            __parts(&f(#(#args),*))
        }
        pub fn __vjp(s: &mut ::runtime::input::Source, fill: &mut dyn FnMut(f64) -> f64) -> (::runtime::input::Parts, Vec<f64>) {
            #build
            let mut seed = ::autodiff_core::Differentiable::zero_cotangent(&f(#(#args),*));
            ::autodiff_core::Cotangent::map_numbers(&mut seed, fill);
            let (value, bar) = f_vjp(#(#args,)* seed);
            (__parts(&value), #bar_numbers)
        }
        pub fn __jvp_only(s: &mut ::runtime::input::Source) {
            #build
            #zeros
            let _ = f_jvp(#(#args,)* #tangents);
        }
        pub fn __jvp(s: &mut ::runtime::input::Source, fill: &mut dyn FnMut(f64) -> f64) -> (::runtime::input::Parts, Vec<f64>) {
            #build
            #zeros
            #fill
            let (value, bar) = f_jvp(#(#args,)* #tangents);
            (__parts(&value), #bar_numbers)
        }
        #scalar
        #second
        #jacobian
        #lanes
    }
}

fn build(params: &[Param]) -> TokenStream {
    let names = (0..params.len()).map(|i| format_ident!("a{i}"));
    let types = params.iter().map(|p| &p.owned);
    quote! { #(let #names = <#types as ::runtime::input::Input>::input(s);)* }
}

fn arguments(params: &[Param], clone: bool) -> Vec<TokenStream> {
    params
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let a = format_ident!("a{i}");
            match (p.reference, clone) {
                (true, _) => quote!(&#a),
                (false, true) => quote!(#a.clone()),
                (false, false) => quote!(#a),
            }
        })
        .collect()
}

/// The same text on dual numbers.
fn twin(file: &syn::File) -> TokenStream {
    let mut file = file.clone();
    Unannotate.visit_file_mut(&mut file);
    // A program in double precision may round to single precision.
    let number = if names_type(&file, "f64") { "f64" } else { "f32" };
    Twin { number }.visit_file_mut(&mut file);
    let params = params(main_function(&file));
    let build = build(&params);
    let args = arguments(&params, false);
    let flat = flat_impls(&file);
    quote! {
        #file
        #flat
        pub fn __value(s: &mut ::runtime::input::Source) -> ::runtime::input::Parts {
            #build
            let mut parts = Default::default();
            ::runtime::input::Flat::flat(&f(#(#args),*), &mut parts);
            parts
        }
    }
}

/// Inputs of the program's own types, and their parts.
fn flat_impls(file: &syn::File) -> TokenStream {
    let fields = |fields: &syn::Fields| -> (TokenStream, TokenStream, Vec<syn::Ident>) {
        let names: Vec<_> = (0..fields.len()).map(|i| format_ident!("x{i}")).collect();
        let types = fields.iter().map(|f| &f.ty);
        let inputs: Vec<_> = types.map(|t| quote!(<#t as ::runtime::input::Input>::input(s))).collect();
        match fields {
            syn::Fields::Named(f) => {
                let idents: Vec<_> = f.named.iter().map(|f| &f.ident).collect();
                (quote!({ #(#idents: #inputs),* }), quote!({ #(#idents: #names),* }), names)
            }
            syn::Fields::Unnamed(_) => (quote!((#(#inputs),*)), quote!((#(#names),*)), names),
            syn::Fields::Unit => (quote!(), quote!(), names),
        }
    };
    let mut out = TokenStream::new();
    for item in &file.items {
        let (name, input, arms) = match item {
            Item::Struct(s) if s.generics.params.is_empty() => {
                let (input, pattern, names) = fields(&s.fields);
                let name = &s.ident;
                (name, quote!(#name #input), quote!(#name #pattern => { #(::runtime::input::Flat::flat(#names, parts);)* }))
            }
            Item::Enum(e) => {
                let name = &e.ident;
                let count = e.variants.len() as u64;
                let (mut inputs, mut arms) = (TokenStream::new(), TokenStream::new());
                for (k, v) in e.variants.iter().enumerate() {
                    let (input, pattern, names) = fields(&v.fields);
                    let variant = &v.ident;
                    let k = k as u64;
                    let guard = if k + 1 == count { quote!(_) } else { quote!(#k) };
                    let tag = k as i128;
                    inputs.extend(quote!(#guard => #name::#variant #input,));
                    arms.extend(
                        quote!(#name::#variant #pattern => { parts.rest.push(#tag); #(::runtime::input::Flat::flat(#names, parts);)* }),
                    );
                }
                (name, quote!(match s.next() % #count { #inputs }), arms)
            }
            _ => continue,
        };
        out.extend(quote! {
            impl ::runtime::input::Input for #name {
                fn input(s: &mut ::runtime::input::Source) -> Self { #input }
            }
            impl ::runtime::input::Flat for #name {
                fn flat(&self, parts: &mut ::runtime::input::Parts) { match self { #arms } }
            }
        });
    }
    out
}

fn is_ours(attribute: &syn::Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|s| ["differentiate", "differentiable", "checkpoint"].iter().any(|n| s.ident == n))
}

/// Takes the library's attributes away.
struct Unannotate;

impl VisitMut for Unannotate {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        attributes.retain(|a| !is_ours(a));
        for a in attributes.iter_mut().filter(|a| a.path().is_ident("derive")) {
            if let syn::Meta::List(list) = &mut a.meta {
                let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
                let paths = syn::parse::Parser::parse2(parser, list.tokens.clone()).expect("paths");
                let paths = paths.iter().filter(|p| p.segments.last().is_some_and(|s| s.ident != "Differentiable"));
                list.tokens = quote!(#(#paths),*);
            }
        }
    }

    fn visit_file_mut(&mut self, file: &mut syn::File) {
        file.items.retain(|i| !matches!(i, Item::Use(u) if quote!(#u).to_string().contains("autodiff_core")));
        visit_mut::visit_file_mut(self, file);
    }
}

/// `#[differentiate(off(..))]` with these passes.
struct SwitchOff(Vec<String>);

impl SwitchOff {
    fn option(&self) -> TokenStream {
        let names = self.0.iter().map(|n| format_ident!("{n}"));
        quote!(off(#(#names),*))
    }
}

impl VisitMut for SwitchOff {
    fn visit_attribute_mut(&mut self, a: &mut syn::Attribute) {
        if a.path().is_ident("differentiate") {
            let off = self.option();
            let rest = match &a.meta {
                syn::Meta::List(l) => {
                    let t = &l.tokens;
                    quote!(, #t)
                }
                _ => quote!(),
            };
            *a = parse_quote!(#[differentiate(#off #rest)]);
        }
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        // The attribute of a block has no such option, those of its functions have; a trait's functions have no attributes.
        let ours = block.attrs.iter().position(|a| a.path().is_ident("differentiate"));
        match ours {
            Some(at) if block.trait_.is_none() => {
                let mut attribute = block.attrs.remove(at);
                self.visit_attribute_mut(&mut attribute);
                for item in &mut block.items {
                    if let syn::ImplItem::Fn(f) = item {
                        f.attrs.push(attribute.clone());
                    }
                }
            }
            Some(_) => {}
            None => visit_mut::visit_item_impl_mut(self, block),
        }
    }

    fn visit_item_trait_mut(&mut self, _: &mut syn::ItemTrait) {}
}

/// The names of the passes, from where they are defined.
pub fn passes() -> Vec<String> {
    let text = include_str!("../../autodiff-macros/src/passes.rs");
    let file = syn::parse_file(text).expect("Rust");
    let list = file.items.iter().find_map(|i| match i {
        Item::Const(c) if c.ident == "NAMES" => Some(&*c.expr),
        _ => None,
    });
    let Some(Expr::Reference(r)) = list else { panic!("the list of passes") };
    let Expr::Array(a) = &*r.expr else { panic!("a list") };
    let name = |e: &Expr| match e {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(s), .. }) => s.value(),
        _ => panic!("a name"),
    };
    a.elems.iter().map(name).collect()
}

/// Floats become dual numbers, and so does the type `T` of numbers in generic functions, which lose it.
struct Twin {
    number: &'static str,
}

fn dual_of(name: &str) -> Option<(syn::Path, syn::Path)> {
    match name {
        "f64" => Some((parse_quote!(::runtime::dual::D64), parse_quote!(::runtime::dual::lit64))),
        "f32" => Some((parse_quote!(::runtime::dual::D32), parse_quote!(::runtime::dual::lit32))),
        _ => None,
    }
}

impl VisitMut for Twin {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let first = path.segments[0].ident.to_string();
        if let Some((dual, _)) = dual_of(if first == "T" { self.number } else { &first }) {
            let rest: Vec<_> = path.segments.iter().skip(1).cloned().collect();
            path.leading_colon = dual.leading_colon;
            path.segments = dual.segments;
            path.segments.extend(rest);
        }
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Float(l), .. }) => {
                let (_, lit) = dual_of(if l.suffix() == "f32" { "f32" } else { "f64" }).expect("a float");
                *e = parse_quote!(#lit(#l));
            }
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(l), .. }) if dual_of(l.suffix()).is_some() => {
                let (_, lit) = dual_of(l.suffix()).expect("a float");
                *e = parse_quote!(#lit(#l));
            }
            Expr::Path(p) if p.path.segments.iter().any(|s| s.ident == "consts") => {
                let name = if p.path.segments.iter().any(|s| s.ident == "f32") { "f32" } else { "f64" };
                let (_, lit) = dual_of(name).expect("a float");
                *e = parse_quote!(#lit(#p));
            }
            Expr::Cast(c) => {
                self.visit_expr_mut(&mut c.expr);
                self.visit_type_mut(&mut c.ty);
                let (value, ty) = (&c.expr, &c.ty);
                *e = parse_quote!(::runtime::dual::As::<#ty>::as_(#value));
            }
            // A primitive's `a += b` evaluates `b` first, and may borrow in it what `a` is a part of.
            Expr::Binary(b) if is_assignment(&b.op) => {
                visit_mut::visit_expr_binary_mut(self, b);
                let (left, op, right) = (&b.left, &b.op, &b.right);
                *e = parse_quote!({ let __right = #right; #left #op __right });
            }
            _ => visit_mut::visit_expr_mut(self, e),
        }
    }

    fn visit_generics_mut(&mut self, generics: &mut syn::Generics) {
        generics.params = std::mem::take(&mut generics.params)
            .into_iter()
            .filter(|p| !matches!(p, syn::GenericParam::Type(t) if t.ident == "T"))
            .collect();
    }

    fn visit_item_const_mut(&mut self, c: &mut syn::ItemConst) {
        constant(self, &mut c.ty, &mut c.expr);
    }

    fn visit_item_static_mut(&mut self, s: &mut syn::ItemStatic) {
        constant(self, &mut s.ty, &mut s.expr);
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        type Repeat = (Expr, syn::Token![;], Expr);
        let repeat = |input: syn::parse::ParseStream<'_>| -> syn::Result<Repeat> { Ok((input.parse()?, input.parse()?, input.parse()?)) };
        let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        // `matches!(value, pattern if condition)`
        let asked = |input: syn::parse::ParseStream<'_>| -> syn::Result<(Expr, syn::Pat, Expr)> {
            let value = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let pattern = syn::Pat::parse_multi(input)?;
            input.parse::<syn::Token![if]>()?;
            Ok((value, pattern, input.parse()?))
        };
        if let Ok((mut value, pattern, mut condition)) = syn::parse::Parser::parse2(asked, m.tokens.clone()) {
            self.visit_expr_mut(&mut value);
            self.visit_expr_mut(&mut condition);
            m.tokens = quote!(#value, #pattern if #condition);
        } else if let Ok((mut value, _, mut count)) = syn::parse::Parser::parse2(repeat, m.tokens.clone()) {
            self.visit_expr_mut(&mut value);
            self.visit_expr_mut(&mut count);
            m.tokens = quote!(#value; #count);
        } else if let Ok(mut values) = syn::parse::Parser::parse2(list, m.tokens.clone()) {
            values.iter_mut().for_each(|v| self.visit_expr_mut(v));
            m.tokens = quote!(#values);
        }
    }
}

fn is_assignment(op: &syn::BinOp) -> bool {
    use syn::BinOp::*;
    matches!(op, AddAssign(_) | SubAssign(_) | MulAssign(_) | DivAssign(_) | RemAssign(_))
}

/// The value of a constant number is computed as in the program.
fn constant(twin: &mut Twin, ty: &mut Type, value: &mut Expr) {
    let name = quote!(#ty).to_string();
    match dual_of(&name) {
        Some((dual, lit)) => {
            *value = parse_quote!(#lit(#value));
            *ty = parse_quote!(#dual);
        }
        None => {
            twin.visit_type_mut(ty);
            twin.visit_expr_mut(value);
        }
    }
}
