//! Lists that a loop fills, one element in each iteration.
//!
//! What enters: a loop over a range that pushes a number, or a tuple or array of numbers, to a list which is empty in front of it, and its reverse, which pops its cotangent.
//! What leaves: the same, with
//!
//! ```text
//! refill(&mut list, 0.0, n);
//! for i in 0..n { ..; list[i] = t0; }
//! // and
//! for i in 0..n { let t0_bar = list_bar[i]; .. }
//! ```
//!
//! The list of the forward sweep has its elements in front of the loop only where the function makes room for them, too, as `collect` does.
//! Guarantees: the same values and contributions. The list's cotangent keeps its elements; nothing mentions it any more, since in front of the
//! loop there is nothing but the list's declaration.
//!
//! A list that is popped from must be walked backwards, and changes its length in each iteration; one that is indexed need not, and its
//! rows can be sliced.

use proc_macro2::Span;
use rustc_hash::FxHashMap as HashMap;

use super::{Bar, Block, Expr, ForLoop, Place, Proj, Reverse, Stmt, Ty, Var};
use crate::ir::{ContainerExpr, ContainerOp};

/// A list that was declared without elements.
#[derive(Clone, Copy)]
pub(super) struct EmptyList {
    list: Var,
    /// The function makes room for all elements.
    roomy: bool,
}

impl EmptyList {
    pub(super) fn variable(self) -> Var {
        self.list
    }
}

/// The lists that are declared in a block, by the position of the loop that is the first to mention them.
pub(super) fn empty_lists(stmts: &[Stmt]) -> HashMap<usize, Vec<EmptyList>> {
    let mut found: HashMap<usize, Vec<EmptyList>> = HashMap::default();
    for (k, s) in stmts.iter().enumerate() {
        let Stmt::Decl(list, Some(init)) = s else { continue };
        let roomy = match init {
            Expr::Runtime("rt::list_with_capacity", _) => true,
            Expr::VecList(items) if items.is_empty() => false,
            Expr::Verbatim(code, _) if is_new(code) => false,
            _ => continue,
        };
        let first = stmts[k + 1..].iter().position(|s| s.mentions(*list)).map(|at| k + 1 + at);
        if let Some(at) = first.filter(|at| matches!(stmts[*at], Stmt::For(_))) {
            found.entry(at).or_default().push(EmptyList { list: *list, roomy });
        }
    }
    found
}

/// `Vec::new()`, `Vec::with_capacity(n)` and `vec![]`
fn is_new(code: &syn::Expr) -> bool {
    match code {
        syn::Expr::Call(c) => {
            let syn::Expr::Path(p) = &*c.func else { return false };
            let mut names = p.path.segments.iter().rev();
            let made = names.next().is_some_and(|s| s.ident == "new" && c.args.is_empty() || s.ident == "with_capacity");
            made && names.next().is_some_and(|s| s.ident == "Vec")
        }
        syn::Expr::Macro(m) => m.mac.path.is_ident("vec") && m.mac.tokens.is_empty(),
        _ => false,
    }
}

impl Reverse<'_> {
    /// Indexes what a loop pushes, and its cotangents; gives what makes the elements in front of the loop, or nothing if there are no such lists.
    pub(super) fn index_lists(&mut self, lists: &[EmptyList], l: &mut ForLoop, reverse: &mut Block) -> Option<Vec<Stmt>> {
        if lists.is_empty() || l.exit.is_some() || l.counter.reversed {
            return None;
        }
        let count = self.count_of(l)?;
        let mut sized = None;
        for &EmptyList { list, roomy } in lists {
            let Some((pushed, ty)) = self.pushed(list, l) else { continue };
            let Some(popped) = self.popped(list, reverse) else { continue };
            let index = self.index_of(l);
            let element = |root: Var| Place::var(root).project(Proj::Index(Box::new(index.clone()), Span::call_site()));
            let sized = sized.get_or_insert_with(Vec::new);
            if let Stmt::DeclBar(v, Expr::Container(_, bar, _)) = &reverse.stmts[popped] {
                let (v, bar) = (*v, bar.root);
                self.f.vars[v.0 as usize].ty = ty.clone();
                reverse.stmts[popped] = Stmt::LetBar(v, Expr::Read(element(bar)), None);
            }
            if !roomy {
                continue;
            }
            if let Stmt::Container(_, _, args, _) = &mut l.body.stmts[pushed] {
                let value = args.remove(0);
                l.body.stmts[pushed] = Stmt::Assign(element(list), value);
                let zero = crate::emit::zero_of(&ty);
                sized.push(Stmt::Runtime("rt::refill", vec![Expr::RefMut(Place::var(list)), zero, count.clone()]));
            }
        }
        if sized.is_some() {
            self.value(&l.counter.start.clone());
            self.value(&l.counter.end.clone());
        }
        sized
    }

    /// The only statement of a loop's body that mentions a list, if it pushes a number to it.
    fn pushed(&self, list: Var, l: &ForLoop) -> Option<(usize, Ty)> {
        let at = only(&l.body, list)?;
        let Stmt::Container(ContainerOp::Push, place, args, _) = &l.body.stmts[at] else { return None };
        let mut read = false;
        args.iter().for_each(|a| a.each_operand(&mut |v| read |= v == list));
        let ty = self.operand_ty(args.first()?);
        let number = super::contribute::zero_of_numbers(&ty).is_some() && matches!(self.info(list).ty, Ty::Vec(_));
        (place.path.is_empty() && number && !read).then_some((at, ty))
    }

    /// The only statement of the reverse that mentions a list's cotangent, if it pops from it.
    fn popped(&self, list: Var, reverse: &Block) -> Option<usize> {
        let Some(Bar::Memory(bar)) = self.bars.get(&list) else { return None };
        let at = only(reverse, *bar)?;
        let pops = matches!(&reverse.stmts[at], Stmt::DeclBar(_, Expr::Container(ContainerExpr::PopUnwrap, p, _)) if p.path.is_empty());
        pops.then_some(at)
    }
}

/// The only statement of a block that mentions a variable.
fn only(block: &Block, v: Var) -> Option<usize> {
    let mut at = block.stmts.iter().enumerate().filter(|(_, s)| s.mentions(v)).map(|(at, _)| at);
    at.next().filter(|_| at.next().is_none())
}
