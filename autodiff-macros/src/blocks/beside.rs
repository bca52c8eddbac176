//! Other blocks of the same operator.
//!
//! `impl Add for V` and `impl Add for &V` have one rule, and so have `impl Mul<f64> for V` and `impl MulAssign<f64> for V`. Where several of
//! them carry code, the file tells, and one of them gives the rule: values before references, operators before assignments.

use quote::ToTokens;

use super::assign::{self, Written};
use super::operators;

/// A block as far as it matters here; the file's are kept as text, since tokens do not outlive the expansion of an attribute.
#[derive(Clone, Debug)]
pub(crate) struct OperatorBlock {
    /// The trait.
    name: String,
    /// The types of the operands, without references.
    operands: [String; 2],
    /// Which operands are references.
    references: [bool; 2],
    /// The name of the right operand.
    rhs: Option<String>,
    body: String,
    /// Whether the block does the work, rather than to call another one.
    carries: bool,
}

fn dense(t: &impl ToTokens) -> String {
    t.to_token_stream().to_string().split_whitespace().collect()
}

impl PartialEq for OperatorBlock {
    fn eq(&self, other: &OperatorBlock) -> bool {
        let dense = |text: &str| text.split_whitespace().collect::<String>();
        (&self.name, &self.operands, &self.references) == (&other.name, &other.operands, &other.references)
            && dense(&self.body) == dense(&other.body)
    }
}

impl OperatorBlock {
    /// None of an `impl` of another trait.
    pub fn of(block: &syn::ItemImpl) -> Option<OperatorBlock> {
        let last = block.trait_.as_ref()?.1.segments.last()?;
        let name = last.ident.to_string();
        let assignment = assign::assignment(&name);
        let operator = operators::operator_rule(&name);
        if assignment.is_none() && operator.is_none() {
            return None;
        }
        let rhs = match &last.arguments {
            syn::PathArguments::AngleBracketed(a) => {
                a.args.iter().find_map(|a| if let syn::GenericArgument::Type(t) = a { Some(t.clone()) } else { None })
            }
            _ => None,
        };
        let mut rhs = rhs.unwrap_or_else(|| (*block.self_ty).clone());
        if matches!(&rhs, syn::Type::Path(p) if p.path.is_ident("Self")) {
            rhs = (*block.self_ty).clone();
        }
        let f = block.items.iter().find_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f) } else { None })?;
        let other = f.sig.inputs.iter().nth(1).and_then(|i| match i {
            syn::FnArg::Typed(t) => match &*t.pat {
                syn::Pat::Ident(i) => Some(i.ident.clone()),
                _ => None,
            },
            syn::FnArg::Receiver(_) => None,
        });
        let value = |t: &syn::Type| operators::behind_reference(t).cloned().unwrap_or_else(|| t.clone());
        let carries = match (&operator, &assignment, &other) {
            (_, Some(assignment), Some(other)) => match assign::written(&f.block, other, assignment) {
                Written::WithAssignment => false,
                Written::WithOperator => assignment.adds(),
                Written::Out => true,
            },
            (Some(operator), ..) => !operators::is_delegation(&f.block, other.as_ref(), operator),
            _ => true,
        };
        Some(OperatorBlock {
            name,
            operands: [dense(&value(&block.self_ty)), dense(&value(&rhs))],
            references: [operators::behind_reference(&block.self_ty).is_some(), operators::behind_reference(&rhs).is_some()],
            rhs: other.map(|i| i.to_string()),
            body: f.block.to_token_stream().to_string(),
            carries,
        })
    }

    /// Whether another block is to give the rule instead of this one.
    fn yields_to(&self, other: &OperatorBlock) -> bool {
        if !other.carries || self.operands != other.operands || self == other {
            return false;
        }
        self.takes_the_rule_of(other)
            || self.name == other.name && !self.is_mixed() && !other.is_mixed() && self.references > other.references
    }

    /// Whether this is `*=`, `/=` or `%=`, and the other the operator of the same types that gives its rule.
    fn takes_the_rule_of(&self, other: &OperatorBlock) -> bool {
        let operator = self.name.strip_suffix("Assign").filter(|name| ["Mul", "Div", "Rem"].contains(name));
        operator == Some(&other.name) && self.operands == other.operands && !other.is_mixed()
    }

    /// Whether both carry code, and one rule serves both: blocks of one operator and types, of which others are references, or an assignment
    /// and its operator.
    pub(super) fn shares_a_rule_with(&self, other: &OperatorBlock) -> bool {
        let same = self.name == other.name && self.operands == other.operands;
        let references = same && self.references != other.references && !self.name.ends_with("Assign");
        self.carries && other.carries && (references || self.takes_the_rule_of(other))
    }

    /// Values come before references, and assignments are what differs from their operator.
    pub(super) fn comes_before(&self, other: &OperatorBlock) -> bool {
        self.references < other.references || self.takes_the_rule_of(other)
    }

    /// Whether another block certainly computes something else; `at` is a name in the file of both.
    pub(super) fn computes_something_else(&self, other: &OperatorBlock, at: &proc_macro2::Ident) -> bool {
        if let (Some(own), Some(others)) = (self.computed(at), other.computed(at)) {
            return !own.is_same(&others);
        }
        matches!((self.operations(), other.operations()), (Some(a), Some(b)) if a != b)
    }

    fn computed(&self, at: &proc_macro2::Ident) -> Option<super::computes::Value> {
        let number = |k: usize| matches!(self.operands[k].as_str(), "f64" | "f32");
        let constructor = |path: &syn::Path| {
            let mut names = path.segments.iter().rev().map(|s| s.ident.to_string());
            let (name, owner) = (names.next()?, names.next()?);
            let owner = if owner == "Self" { self.operands[0].split('<').next()?.to_string() } else { owner };
            crate::position::constructor(&owner, &proc_macro2::Ident::new(&name, at.span()))
        };
        let operands = [("self", number(0)), (self.rhs.as_deref().unwrap_or_default(), number(1))];
        let reader = super::computes::Reader { operands, constructor: &constructor, assigns: self.name.ends_with("Assign") };
        reader.value(&syn::parse_str(&self.body).ok()?)
    }

    /// The operations of the body; none if it may do others.
    fn operations(&self) -> Option<std::collections::BTreeSet<String>> {
        super::agreement::operations(&syn::parse_str(&self.body).ok()?)
    }

    /// Its head.
    pub(super) fn written(&self) -> String {
        let [lhs, rhs] = [0, 1].map(|k| format!("{}{}", if self.references[k] { "&" } else { "" }, self.operands[k]));
        match (self.name.as_str(), &self.rhs) {
            ("Neg", _) | (_, None) => format!("impl {} for {lhs}", self.name),
            _ => format!("impl {}<{rhs}> for {lhs}", self.name),
        }
    }

    /// `V + &V` has a rule of its own, unless one of the two is a number.
    fn is_mixed(&self) -> bool {
        let number = |k: usize| {
            syn::parse_str::<syn::Type>(&self.operands[k]).is_ok_and(|t| {
                matches!(crate::types::Ty::parse(&t, &[]), crate::types::Ty::Float(_) | crate::types::Ty::Plain | crate::types::Ty::Inert)
            })
        };
        !self.name.ends_with("Assign") && self.references[0] != self.references[1] && !number(0) && !number(1)
    }
}

/// The body of the operator that goes with an assignment, from values or references, and its right operand's name.
pub(super) fn operator_of(block: &syn::ItemImpl, operator: &str) -> Option<(syn::Block, String)> {
    let own = OperatorBlock::of(block)?;
    let fits = |b: &&OperatorBlock| b.name == operator && b.carries && b.operands == own.operands && !b.is_mixed();
    let found = crate::position::beside(block, &own, |blocks, _| {
        let found = blocks.contains(&own).then(|| blocks.iter().find(fits)).flatten()?;
        Some((found.body.clone(), found.rhs.clone()?))
    });
    let (body, rhs) = found?;
    Some((syn::parse_str(&body).ok()?, rhs))
}

/// Whether the file has another block that gives this one's rule.
pub(super) fn carried_elsewhere(block: &syn::ItemImpl) -> bool {
    let Some(own) = OperatorBlock::of(block) else { return false };
    let yields = |blocks: &[OperatorBlock]| blocks.contains(&own) && blocks.iter().any(|other| own.yields_to(other));
    crate::position::beside(block, &own, |blocks, _| yields(blocks).then_some(())).is_some()
}

/// Whether a block of a value and a reference is the only one of its operator that carries code, so that it has to give the values' rule.
pub(super) fn is_alone(block: &syn::ItemImpl) -> bool {
    let Some(own) = OperatorBlock::of(block).filter(|own| own.carries) else { return false };
    let gives_it = |other: &OperatorBlock| {
        let same = own.name == other.name && own.operands == other.operands && other.carries;
        same && own != *other && (!other.is_mixed() || other.references < own.references)
    };
    let alone = |blocks: &[OperatorBlock]| blocks.contains(&own) && !blocks.iter().any(gives_it);
    crate::position::beside(block, &own, |blocks, _| alone(blocks).then_some(())).is_some()
}

/// Whether another block of a macro has given the rule that this one would give: of blocks that macros of elsewhere write, all that is known
/// is what has been expanded before.
///
/// # Errors
/// If the two compute something else.
pub(super) fn is_given_by_another(block: &syn::ItemImpl, path: &syn::Path) -> syn::Result<bool> {
    type Expanded = rustc_hash::FxHashMap<(Option<String>, String, [String; 2]), OperatorBlock>;
    thread_local! {
        static EXPANDED: std::cell::RefCell<Expanded> = std::cell::RefCell::default();
    }
    let (Some(own), Some(name)) = (OperatorBlock::of(block), path.segments.last()) else { return Ok(false) };
    let written = crate::position::beside(block, &own, |blocks, _| blocks.contains(&own).then_some(())).is_some();
    if written || !own.carries {
        return Ok(false);
    }
    let key = (crate::position::file_name(&name.ident), own.name.clone(), own.operands.clone());
    let other = EXPANDED.with_borrow_mut(|all| {
        let known = all.entry(key).or_insert_with(|| own.clone());
        (known.references != own.references).then(|| known.clone())
    });
    let Some(other) = other else { return Ok(false) };
    if own.computes_something_else(&other, &name.ident) {
        return Err(super::agreement::disagreement(path, &other));
    }
    Ok(true)
}
