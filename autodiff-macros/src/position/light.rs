//! Which functions of a file cost as little as what they would have to keep, straight lines of arithmetic, and which keep little, whatever
//! they cost: those without loops that carry a state.
//!
//! What enters: a file. What leaves: an answer for each name of a function. Guarantees: none but about time. A wrong answer costs some:
//! whatever is computed again is the same.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use syn::visit::{self, Visit};
use syn::{BinOp, Expr};

/// What the functions of a name cost, all of them.
#[derive(Default)]
pub(super) struct Costs(HashMap<String, Cost>);

#[derive(Default)]
struct Cost {
    dear: bool,
    /// A loop of any length changes something else than sums.
    carries: bool,
    calls: HashSet<String>,
}

/// Methods of numbers that are instructions, or few of them; and what costs nothing.
const INSTRUCTIONS: &[&str] =
    &["abs", "max", "min", "clamp", "sqrt", "mul_add", "powi", "recip", "signum", "to_radians", "to_degrees", "clone", "len", "is_empty"];

const OPERATORS: &[&str] = &["add", "sub", "mul", "div", "rem", "neg"];

impl Costs {
    pub fn read(file: &syn::File) -> Costs {
        let mut costs = Costs::default();
        costs.visit_file(file);
        costs
    }

    /// Whether a function is a straight line of arithmetic, with what it calls.
    pub fn is_light(&self, name: &str) -> bool {
        self.0.contains_key(name) && self.is_light_within(name, &mut Vec::new())
    }

    /// Whether what a function keeps does not grow with the trips of its loops, nor that of what it calls.
    pub fn keeps_little(&self, name: &str) -> bool {
        self.0.contains_key(name) && self.keeps_little_within(name, &mut Vec::new())
    }

    fn keeps_little_within<'a>(&'a self, name: &'a str, callers: &mut Vec<&'a str>) -> bool {
        let Some(cost) = self.0.get(name) else {
            return INSTRUCTIONS.contains(&name) || OPERATORS.contains(&name) || crate::lower::is_method_of_std(name);
        };
        if cost.carries || callers.contains(&name) {
            return !cost.carries && OPERATORS.contains(&name);
        }
        callers.push(name);
        let little = cost.calls.iter().all(|c| self.keeps_little_within(c, callers));
        callers.pop();
        little
    }

    fn is_light_within<'a>(&'a self, name: &'a str, callers: &mut Vec<&'a str>) -> bool {
        let Some(cost) = self.0.get(name) else {
            // Operators of numbers.
            return INSTRUCTIONS.contains(&name) || OPERATORS.contains(&name);
        };
        if cost.dear || callers.contains(&name) {
            // An operator is made of those of numbers.
            return !cost.dear && OPERATORS.contains(&name);
        }
        callers.push(name);
        let light = cost.calls.iter().all(|c| self.is_light_within(c, callers));
        callers.pop();
        light
    }

    fn function(&mut self, sig: &syn::Signature, block: &syn::Block) {
        let mut body = Body::default();
        body.visit_block(block);
        let sized = sig.inputs.iter().all(|i| match i {
            syn::FnArg::Typed(t) => is_small(&t.ty),
            syn::FnArg::Receiver(r) => r.mutability.is_none(),
        });
        let known = self.0.entry(sig.ident.to_string()).or_default();
        known.dear |= body.0.dear || !sized || sig.generics.type_params().next().is_some() || sig.generics.const_params().next().is_some();
        known.carries |= body.0.carries;
        known.calls.extend(body.0.calls);
    }
}

/// Whether a parameter's type shows that it is not changed, and is no function.
fn is_small(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(r) => r.mutability.is_none() && is_small(&r.elem),
        syn::Type::Array(a) => is_small(&a.elem),
        syn::Type::Slice(s) => is_small(&s.elem),
        syn::Type::Tuple(t) => t.elems.iter().all(is_small),
        syn::Type::Paren(p) => is_small(&p.elem),
        syn::Type::Path(p) => p.path.get_ident().is_some(),
        _ => false,
    }
}

impl<'a> Visit<'a> for Costs {
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        self.function(&f.sig, &f.block);
        visit::visit_item_fn(self, f);
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.function(&f.sig, &f.block);
        visit::visit_impl_item_fn(self, f);
    }
    fn visit_trait_item_fn(&mut self, f: &'a syn::TraitItemFn) {
        // Who implements it decides.
        self.0.entry(f.sig.ident.to_string()).or_default().dear = true;
        visit::visit_trait_item_fn(self, f);
    }
}

#[derive(Default)]
struct Body(Cost);

impl<'a> Visit<'a> for Body {
    fn visit_item(&mut self, _: &'a syn::Item) {
        self.0.dear = true;
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        self.0.dear = true;
        self.0.carries |= !crate::resolve::is_macro_of_std(&m.path);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::ForLoop(l) if is_short(&l.expr) => {}
            Expr::ForLoop(l) => {
                self.0.dear = true;
                self.0.carries |= carries(&l.body);
            }
            Expr::While(_) | Expr::Loop(_) => (self.0.dear, self.0.carries) = (true, true),
            Expr::Closure(_) | Expr::Async(_) | Expr::Unsafe(_) => self.0.dear = true,
            Expr::MethodCall(m) => {
                const STATES: &[&str] = &["fold", "rfold", "try_fold", "scan", "product", "reduce"];
                self.0.carries |= STATES.iter().any(|s| m.method == s);
                self.0.calls.insert(m.method.to_string());
            }
            Expr::Call(c) => match &*c.func {
                Expr::Path(p) => {
                    let last = p.path.segments.last().map(|s| &s.ident).filter(|i| !crate::varied::starts_uppercase(i));
                    self.0.calls.extend(last.map(ToString::to_string));
                }
                _ => self.0.dear = true,
            },
            Expr::Binary(b) => {
                let name = match b.op {
                    BinOp::Add(_) | BinOp::AddAssign(_) => "add",
                    BinOp::Sub(_) | BinOp::SubAssign(_) => "sub",
                    BinOp::Mul(_) | BinOp::MulAssign(_) => "mul",
                    BinOp::Div(_) | BinOp::DivAssign(_) => "div",
                    _ => "rem",
                };
                self.0.calls.insert(name.to_string());
            }
            _ => {}
        }
        visit::visit_expr(self, e);
    }
}

/// Whether a loop's body changes something else than sums.
fn carries(body: &syn::Block) -> bool {
    struct Changed(bool);
    impl<'a> Visit<'a> for Changed {
        fn visit_expr_assign(&mut self, _: &'a syn::ExprAssign) {
            self.0 = true;
        }
        fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
            self.0 |= crate::lower::is_update(&b.op) && !matches!(b.op, BinOp::AddAssign(_) | BinOp::SubAssign(_));
            visit::visit_expr_binary(self, b);
        }
        fn visit_expr_reference(&mut self, r: &'a syn::ExprReference) {
            self.0 |= r.mutability.is_some();
            visit::visit_expr_reference(self, r);
        }
    }
    let mut changed = Changed(false);
    changed.visit_block(body);
    changed.0
}

/// A range of a few numbers, as written.
fn is_short(e: &Expr) -> bool {
    let Expr::Range(r) = e else { return false };
    let number = |e: &Expr| match e {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => n.base10_parse::<usize>().ok(),
        _ => None,
    };
    r.end.as_deref().and_then(number).is_some_and(|n| n <= 8)
}

#[cfg(test)]
mod tests {
    use super::Costs;

    #[test]
    fn straight_lines_are_light() {
        let c = Costs::read(
            &syn::parse_str(
                "struct V(f64, f64); impl Add for V { fn add(self, o: V) -> V { V(self.0 + o.0, self.1 + o.1) } }
                 impl V { fn dot(&self, o: &V) -> f64 { self.0 * o.0 + self.1 * o.1 } fn norm(&self) -> f64 { self.dot(self).sqrt() } }
                 fn field(s: &[f64; 3]) -> [f64; 3] { let mut o = *s; for i in 0..3 { o[i] *= 2.0; } o }
                 fn waves(x: f64) -> f64 { x.sin() } fn calls(x: f64) -> f64 { waves(x) } fn long(x: &[f64]) -> f64 { for i in 0..9 {} 0.0 }
                 fn again(x: f64) -> f64 { again(x) } fn changes(x: &mut f64) {} fn maps(x: [f64; 2]) -> [f64; 2] { x.map(|v| v) }
                 fn generic<T: Float>(x: T) -> T { x } trait T { fn unknown(&self) -> f64; }",
            )
            .unwrap(),
        );
        for name in ["add", "dot", "norm", "field"] {
            assert!(c.is_light(name), "{name}");
        }
        for name in ["waves", "calls", "long", "again", "changes", "maps", "generic", "unknown", "elsewhere"] {
            assert!(!c.is_light(name), "{name}");
        }
        let c = Costs::read(
            &syn::parse_str(
                "fn dot(a: &[f64], b: &[f64]) -> f64 { let mut s = 0.0; for i in 0..a.len() { s += a[i] * b[i]; } s }
                 fn gelu(x: f64) -> f64 { x * (x.tanh() + 1.0) } fn summed(a: &[f64]) -> f64 { a.iter().map(|x| gelu(*x)).sum() }
                 fn walk(n: usize, mut s: f64) -> f64 { for _ in 0..n { s = gelu(s); } s } fn grown(n: usize, mut s: f64) -> f64 { for _ in 0..n { s *= 2.0; } s }
                 fn paths(n: usize, s: f64) -> f64 { dot(&[walk(n, s)], &[s]) } fn chained(a: &[f64]) -> f64 { a.iter().fold(1.0, |s, x| s * x) }
                 fn found(mut s: f64) -> f64 { while s > 1.0 { s -= 1.0; } s } fn again(x: f64) -> f64 { again(x) } fn other(x: f64) -> f64 { elsewhere::f(x) }",
            )
            .unwrap(),
        );
        for name in ["dot", "gelu", "summed"] {
            assert!(c.keeps_little(name), "{name}");
        }
        for name in ["walk", "grown", "paths", "chained", "found", "again", "other", "elsewhere"] {
            assert!(!c.keeps_little(name), "{name}");
        }
        // Matrices of any size have operators with loops.
        let c = Costs::read(
            &syn::parse_str(
                "impl Mul for M { fn mul(self, o: M) -> M { for i in 0..self.n { } self } } fn product(a: &M, b: &M) -> M { a * b }
                 fn sum(a: f64, b: f64) -> f64 { a + b }",
            )
            .unwrap(),
        );
        assert!(!c.is_light("product") && c.is_light("sum"));
    }
}
