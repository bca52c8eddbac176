//! What only looks: methods and macros that count, compare and decide.
//!
//! What enters: a name, or a call. What leaves: whether what it gives carries no derivative, by its name. Guarantee: a method that the file, or a macro
//! of the crate, writes itself to give numbers is none of them.

use syn::Expr;

/// Whether a call of a method gives what carries no derivative: a method of std's by its name and its arguments, unless the file has one
/// of that name that gives numbers.
///
/// Where this is wrong about a type that is not known, rustc says so (`rt::plain`).
pub(crate) fn observes(m: &syn::ExprMethodCall) -> bool {
    let name = m.method.to_string();
    if !is_observer(&name) {
        return false;
    }
    let of_std = || is_of_a_chain(m) || !crate::position::gives_numbers(&m.method);
    match m.args.first() {
        Some(Expr::Closure(_)) => m.args.len() == 1 && is_asking(&name) && of_std(),
        // A function's name, or a number's.
        Some(arg) if is_asking(&name) => m.args.len() == 1 && matches!(arg, Expr::Path(_)) && !crate::position::gives_numbers(&m.method),
        _ => is_of_a_chain(m) || !crate::position::gives_numbers(&m.method) && !crate::position::may_be_mut_method_here(&m.method),
    }
}

/// Whether a method is called on an iterator that is made where it stands.
pub(crate) fn is_of_a_chain(m: &syn::ExprMethodCall) -> bool {
    match crate::lower::strip(&m.receiver) {
        Expr::MethodCall(r) => {
            ["iter", "iter_mut", "into_iter", "chars", "bytes"].iter().any(|name| r.method == name)
                || crate::lower::iter::is_adaptor(&r.method.to_string())
        }
        Expr::Range(_) => true,
        _ => false,
    }
}

/// Observers that lists have themselves, whatever traits give them.
pub(crate) fn is_observer_of_lists(method: &str) -> bool {
    matches!(
        method,
        "len"
            | "is_empty"
            | "capacity"
            | "contains"
            | "starts_with"
            | "ends_with"
            | "binary_search"
            | "binary_search_by_key"
            | "is_sorted"
            | "partition_point"
            | "partial_cmp"
            | "cmp"
            | "eq"
            | "ne"
            | "lt"
            | "le"
            | "gt"
            | "ge"
    )
}

/// Those of them that take a function.
fn is_asking(method: &str) -> bool {
    matches!(
        method,
        "any"
            | "all"
            | "position"
            | "rposition"
            | "partition_point"
            | "binary_search_by"
            | "is_sorted_by"
            | "is_sorted_by_key"
            | "is_some_and"
            | "is_none_or"
    )
}

/// Methods whose result carries no derivative whatever they are called on.
pub(crate) fn is_observer(method: &str) -> bool {
    of_integers(method).is_some()
        || matches!(
            method,
            "len"
                | "is_empty"
                | "capacity"
                | "nrows"
                | "ncols"
                | "dim"
                | "raw_dim"
                | "shape"
                | "len_of"
                | "ndim"
                | "is_nan"
                | "is_infinite"
                | "is_finite"
                | "is_normal"
                | "is_subnormal"
                | "is_sign_positive"
                | "is_sign_negative"
                | "classify"
                | "total_cmp"
                | "partial_cmp"
                | "cmp"
                | "eq"
                | "ne"
                | "lt"
                | "le"
                | "gt"
                | "ge"
                | "to_bits"
                | "to_string"
                | "is_some"
                | "is_none"
                | "is_ok"
                | "is_err"
                | "contains"
                | "starts_with"
                | "ends_with"
                | "any"
                | "all"
                | "position"
                | "rposition"
                | "partition_point"
                | "binary_search_by"
                | "binary_search_by_key"
                | "is_sorted"
                | "as_str"
                | "is_sorted_by"
                | "is_sorted_by_key"
                | "is_some_and"
                | "is_none_or"
                | "count"
        )
}

/// Methods that only integers have, and what they give: one integer or `bool`, an option of one, or one and whether it is another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfIntegers {
    One,
    Optional,
    WithFlag,
}

/// What a method of that name gives, which no number with a fraction has.
pub(crate) fn of_integers(method: &str) -> Option<OfIntegers> {
    const OPERATIONS: &[&str] = &[
        "add",
        "sub",
        "mul",
        "div",
        "rem",
        "neg",
        "pow",
        "abs",
        "shl",
        "shr",
        "div_euclid",
        "rem_euclid",
        "add_signed",
        "sub_unsigned",
        "add_unsigned",
    ];
    let operation = |way: &str| method.strip_prefix(way).is_some_and(|rest| OPERATIONS.contains(&rest));
    match method {
        _ if operation("wrapping_") || operation("saturating_") => Some(OfIntegers::One),
        "checked_ilog" | "checked_ilog2" | "checked_ilog10" | "checked_next_power_of_two" | "checked_isqrt" => Some(OfIntegers::Optional),
        _ if operation("checked_") => Some(OfIntegers::Optional),
        _ if operation("overflowing_") => Some(OfIntegers::WithFlag),
        "count_ones" | "count_zeros" | "leading_zeros" | "trailing_zeros" | "leading_ones" | "trailing_ones" | "is_power_of_two"
        | "next_power_of_two" | "abs_diff" | "unsigned_abs" | "div_ceil" | "next_multiple_of" | "isqrt" | "ilog" | "ilog2" | "ilog10"
        | "swap_bytes" | "reverse_bits" => Some(OfIntegers::One),
        _ => None,
    }
}

/// Macros that only look at their arguments.
pub(crate) fn is_observing_macro(name: &str) -> bool {
    matches!(
        name,
        "assert"
            | "assert_eq"
            | "assert_ne"
            | "debug_assert"
            | "debug_assert_eq"
            | "debug_assert_ne"
            | "println"
            | "print"
            | "eprintln"
            | "eprint"
            | "panic"
            | "unreachable"
            | "todo"
            | "unimplemented"
            | "matches"
            | "format"
            | "write"
            | "writeln"
            | "line"
            | "file"
            | "column"
            | "module_path"
            | "stringify"
            | "concat"
            | "env"
            | "option_env"
            | "cfg"
            | "include_str"
    )
}
