//! Procedural macros of `autodiff-core`: the attribute `#[differentiate]` and `derive(Differentiable)`.
//!
//! Depend on `autodiff-core`, which re-exports everything here.

use proc_macro::TokenStream;

mod advance;
mod analysis;
mod blocks;
mod buffers;
mod by_example;
mod checkpoint;
mod cleanup;
mod conditional;
mod depth;
mod derivative;
mod derive;
mod desugar;
mod diagnostics;
mod emit;
mod expand;
mod fallback;
mod fieldwise;
mod first;
mod forward;
mod guard;
mod indices;
mod infer;
mod interchange;
mod ir;
mod last;
mod lower;
mod merge;
mod names;
mod options;
mod overwrites;
mod passes;
mod position;
mod resized;
mod resolve;
mod reverse;
mod rows;
mod settled;
mod shield;
mod signature;
mod simplify;
mod types;
mod unannotated;
mod uncloned;
mod varied;

/// Generates the derivatives of a function, as functions beside it.
///
/// # Siblings
///
/// For `fn f(w: &[f64], x: f64, n: usize) -> f64`:
///
/// | sibling | signature | what it is |
/// |---|---|---|
/// | `f_grad` | `(w, x, n) -> (f64, (Vec<f64>, f64))` | value and gradient, for a result that is one number |
/// | `f_grad_accumulate` | `(w, x, n, &mut [f64], &mut f64) -> f64` | adds the gradient into buffers and gives the value |
/// | `f_vjp` | `(w, x, n, seed) -> (f64, (Vec<f64>, f64))` | value and vector-Jacobian product; `seed` is the cotangent of the result, which may have any type |
/// | `f_jvp` | `(w, x, n, (&dw, dx)) -> (f64, f64)` | value and tangent: forward mode |
///
/// They have the visibility, the generics and the bounds of `f`. A gradient has one slot per parameter that holds floating point numbers,
/// in order; a single one stands bare. In a method, `self` is a parameter like any other: `x.f_grad(y)`.
///
/// A parameter of type `&mut T` is an input and a result: it holds the function's result afterwards, and its cotangent is passed as
/// `&mut`, of the result before and of the input afterwards.
///
/// # Options
///
/// | option | meaning |
/// |---|---|
/// | `wrt(w, x)` | slots for these parameters alone; the others are constants |
/// | `hessian` | also `f_hvp(args.., direction) -> (value, gradient, product)` `f_hessian(args..) -> (value, gradient, hessian)`, and `f_hessian_into(args.., &mut gradient, &mut hessian) -> value`, which uses the memory of what `f_hessian` gave before; functions that `f` calls need it too |
/// | `order = 3` | `hessian`, and callers may differentiate `f_grad` and the other siblings so often; functions that `f` calls need it too |
/// | `jacobian` | also `f_jacobian(args..) -> (value, rows)`, and `f_jacobian_into(args.., &mut rows)`: an array where all sizes are known, else a list of rows, or any `DenseMatrix` to write to. What `&mut` parameters hold after the call has rows behind those of the result |
/// | `jacobian = ndarray`, `jacobian = nalgebra` | the same as a matrix of that library, with the feature of its name |
/// | `lanes` | also `f_jvp_lanes::<N>(args.., tangents)`, forward mode in `N` directions at once, on tangents made of `Lanes<f64, N>`; functions that `f` calls should have it too, and need it where they write through `&mut` or are methods |
/// | `boxed` | for functions that call each other in a circle: pullbacks on the heap. Not needed where a function calls itself |
/// | `no_companion` | no type of the name `f`; see below |
/// | `method` | an associated function without `self`, where the attribute cannot see the `impl` around it, as in a `macro_rules!` |
///
/// # Where it can stand
///
/// On free functions, methods, associated functions, functions inside functions; and on an `impl` block, for all functions in
/// it, with `hessian`, `order = n`, `jacobian` and `lanes` for those that can have them. On an `impl` of an operator
/// (`impl Mul<Vector> for Matrix`) it makes the rule of that operator, so that `a * b` can stand in other annotated functions.
///
/// # Calls
///
/// An annotated function may call others that are annotated. What it finds beside the name `f` is a type `f`, the *companion*, which a `use`
/// imports together with the function. It is in the way of a module or type `f` in the same scope: the option `no_companion`
/// leaves it out, and calls of `f` from other annotated functions with it.
///
/// # Errors
///
/// What cannot be differentiated is an error at the expression, with what to write instead. The function itself is always there,
/// and on errors its siblings are too, with their signatures alone, so that one mistake makes one message.
#[proc_macro_attribute]
pub fn differentiate(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::differentiate(args.into(), item.into()).into()
}

/// Takes a function's derivative as given, instead of generating it from the body, and makes the same siblings as `#[differentiate]`.
///
/// `#[derivative(x = cos(x), y = ...)]` lists the partials of a function whose result is one number, with its parameters and
/// `result` in scope. The partial of a slice is an array, slice or `Vec` of as many numbers. A parameter that is not
/// listed is a constant.
///
/// `#[derivative(pullback = path)]` serves any result: `path` names a function of every argument by reference, the result by reference
/// and the seed, which is the cotangent of the result; it gives the slots of the gradient, a single one bare, several as a tuple.
///
/// With `hessian` or `order = n` beside these, the function has higher derivatives as well: the partials are differentiated as they are
/// written, and so is the function that is named as the pullback, which needs `#[differentiate]`.
#[proc_macro_attribute]
pub fn derivative(args: TokenStream, item: TokenStream) -> TokenStream {
    derivative::derivative(args.into(), item.into()).into()
}

/// Gives a struct or enum a cotangent type, so that it can be a differentiable parameter or result.
///
/// `Params` gets `ParamsCotangent`, with the fields that carry a derivative under the same names and with the same
/// visibility; an enum's has the same variants. Fields of integers, `bool`, `char` and strings are absent; in tuple structs `()` holds
/// their place. Cotangent types are `Clone`, `Debug`, `PartialEq` and `Default`, and their trait `Cotangent` adds them up.
///
/// | option | on | meaning |
/// |---|---|---|
/// | `#[differentiable(skip)]` | a field | it carries no derivative, and its type needs no derive |
/// | `#[differentiable(cotangent = "Name")]` | the type | the name of the cotangent type |
#[proc_macro_derive(Differentiable, attributes(differentiable))]
pub fn derive_differentiable(input: TokenStream) -> TokenStream {
    derive::derive(syn::parse_macro_input!(input as syn::DeriveInput)).into()
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
