//! Random programs: text that rustc accepts, in the language that the macro supports.
//!
//! What is in scope is tracked with its type, so that every expression is well typed; numbers are kept small by bounded functions and
//! divisors away from zero, loops by their trip counts. Names come from a short list, so that shadowing is the rule.

use crate::rng::Rng;

mod adopted;
mod captured;
mod chain;
mod collection;
mod containers;
mod data;
mod effects;
mod expr;
mod generic;
mod grid;
mod inside;
mod item;
mod leaving;
mod own;
mod pattern;
mod shape;
mod sought;
mod stmt;
mod table;
mod wide;

#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    /// The program's float.
    Float,
    Usize,
    I32,
    Bool,
    Array(Box<Ty>, usize),
    Vec(Box<Ty>),
    /// `&[T]`.
    Slice(Box<Ty>),
    Tuple(Vec<Ty>),
    Option(Box<Ty>),
    /// With the program's error.
    Result(Box<Ty>),
    /// One of the program's structs.
    Struct(usize),
    /// One of its enums.
    Enum(usize),
    /// `&T`: read through `*`.
    Ref(Box<Ty>),
    /// `&mut [T]`, a parameter's.
    SliceMut(Box<Ty>),
    /// What implements one of the program's traits: a type parameter, or the `Self` of the trait.
    Model(usize),
}

/// A variable in scope.
#[derive(Clone, Debug)]
pub struct Var {
    pub name: String,
    pub ty: Ty,
    pub mutable: bool,
    /// Behind a mutable reference: `*x` is the place.
    pub by_mut: bool,
    /// Elements there are for certain.
    pub at_least: usize,
    /// A valid index of this variable.
    pub index_of: Option<String>,
    /// Of a list or table of known lengths.
    pub shape: Option<shape::Shape>,
    /// A length of lists, which never changes: about this.
    pub length: Option<usize>,
}

/// What many statements of a program are about, so that they meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Theme {
    Everything,
    Tables,
    Indices,
    Effects,
    Leaving,
    Lists,
    Containers,
}

const THEMES: &[Theme] = &[Theme::Tables, Theme::Tables, Theme::Indices, Theme::Effects, Theme::Leaving, Theme::Lists, Theme::Containers];

/// How a parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    Value,
    Shared,
    Mutable,
}

#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub params: Vec<(Ty, Mode)>,
    pub result: Ty,
    /// A method of the type of this name; the first parameter is `self`.
    pub method_of: Option<String>,
    /// Generic over its number.
    pub generic: bool,
    /// The first parameter says how often it may still call itself.
    pub recursive: bool,
}

#[derive(Clone, Debug)]
pub struct StructDef {
    pub name: String,
    pub tuple: bool,
    pub fields: Vec<(String, Ty)>,
    /// Whether it derives `Copy`.
    pub copy: bool,
}

/// An operator of one of the structs.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    pub of: usize,
    pub symbol: &'static str,
    /// Whether the operand on the right is a number.
    pub by_number: bool,
    pub unary: bool,
}

#[derive(Clone, Debug)]
pub struct EnumDef {
    pub name: String,
    pub variants: Vec<Variant>,
}

#[derive(Clone, Debug)]
pub struct Variant {
    pub name: String,
    pub types: Vec<Ty>,
    /// Whether its fields have names.
    pub named: bool,
}

impl Variant {
    pub const FIELDS: [&str; 2] = ["p", "q"];

    /// The variant with this in its fields, values or patterns.
    pub fn with(&self, items: &[String]) -> String {
        if items.is_empty() {
            return self.name.clone();
        }
        if self.named {
            let items: Vec<String> = Variant::FIELDS.iter().zip(items).map(|(f, x)| format!("{f}: {x}")).collect();
            return format!("{} {{ {} }}", self.name, items.join(", "));
        }
        format!("{}({})", self.name, items.join(", "))
    }
}

/// The state of the generator.
pub struct Grower {
    pub rng: Rng,
    /// `f64` or `f32`, or `T` inside a generic function.
    pub float: &'static str,
    /// The bound of `T`, and how a number of that type is made from a literal.
    pub number: (&'static str, &'static str),
    /// Whether everything has second derivatives too, and third ones.
    pub hessian: bool,
    pub third: bool,
    /// Whether everything has tangents in several directions at once.
    pub lanes: bool,
    /// The functions of every trait; the first parameter is `self`.
    pub traits: Vec<Vec<Function>>,
    pub structs: Vec<StructDef>,
    pub enums: Vec<EnumDef>,
    pub functions: Vec<Function>,
    pub consts: Vec<(String, Ty)>,
    /// The operators there are of its structs.
    pub operators: Vec<Operator>,
    /// The structs that can be indexed.
    pub indexed: Vec<usize>,
    /// Whether there is a static list, and an error.
    pub table: bool,
    pub fault: bool,
    pub theme: Theme,
    /// The struct whose methods change it, and the one that is in lists.
    pub walk: Option<usize>,
    pub bodies: Option<usize>,
    pub vars: Vec<Var>,
    /// Variables that are borrowed, or iterated over.
    pub locked: Vec<String>,
    /// Result of the function being written.
    pub result: Ty,
    /// Inside a closure, where the function cannot be left.
    pub in_closure: bool,
    /// Labels of the loops around, and whether `break` takes a value there.
    pub loops: Vec<Option<String>>,
    /// While a place is being written that is assigned to: statements that have to come before.
    pub ahead: Option<String>,
    /// The recursive function being written, and the calls of itself it may still have.
    pub calling_itself: Option<(String, u32)>,
    /// Statements left to write.
    pub budget: i32,
    pub out: String,
    counter: usize,
}

/// Names of variables: few, and those that generated code might use too.
const NAMES: &[&str] = &["x", "y", "a", "b", "s", "acc", "t1", "x_bar", "value", "seed", "tape", "grad", "w", "q", "v", "state"];

/// The program that belongs to a seed.
pub fn program(seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let float = if rng.chance(12) { "f32" } else { "f64" };
    let hessian = rng.chance(15);
    let lanes = !hessian && rng.chance(20);
    let third = hessian && seed % 4 == 1;
    let number = *rng.pick(generic::NUMBERS);
    let theme = if rng.chance(75) { *rng.pick(THEMES) } else { Theme::Everything };
    let theme = std::env::var("AUTODIFF_THEME").ok().and_then(|n| THEMES.iter().find(|t| format!("{t:?}") == n)).copied().unwrap_or(theme);
    let mut g = Grower {
        rng,
        float,
        number,
        hessian,
        third,
        lanes,
        traits: Vec::new(),
        structs: Vec::new(),
        enums: Vec::new(),
        functions: Vec::new(),
        consts: Vec::new(),
        operators: Vec::new(),
        indexed: Vec::new(),
        table: false,
        fault: false,
        theme,
        walk: None,
        bodies: None,
        vars: Vec::new(),
        locked: Vec::new(),
        result: Ty::Float,
        in_closure: false,
        loops: Vec::new(),
        ahead: None,
        calling_itself: None,
        budget: 0,
        out: "#[allow(unused_imports)] use autodiff_core::{differentiate, Differentiable};\n".into(),
        counter: 0,
    };
    g.items();
    g.out
}

impl Grower {
    pub fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Float => self.float.into(),
            Ty::Usize => "usize".into(),
            Ty::I32 => "i32".into(),
            Ty::Bool => "bool".into(),
            Ty::Array(t, n) => format!("[{}; {n}]", self.ty(t)),
            Ty::Vec(t) => format!("Vec<{}>", self.ty(t)),
            Ty::Slice(t) => format!("&[{}]", self.ty(t)),
            Ty::Tuple(ts) => format!("({})", ts.iter().map(|t| self.ty(t)).collect::<Vec<_>>().join(", ")),
            Ty::Option(t) => format!("Option<{}>", self.ty(t)),
            Ty::Result(t) => format!("Result<{}, Fault>", self.ty(t)),
            Ty::Struct(i) => self.structs[*i].name.clone(),
            Ty::Enum(i) => self.enums[*i].name.clone(),
            Ty::Ref(t) => format!("&{}", self.ty(t)),
            Ty::SliceMut(t) => format!("&mut [{}]", self.ty(t)),
            Ty::Model(_) => "M".into(),
        }
    }

    pub fn is_copy(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Float | Ty::Usize | Ty::I32 | Ty::Bool | Ty::Slice(_) | Ty::Ref(_) => true,
            Ty::Vec(_) | Ty::Enum(_) | Ty::SliceMut(_) | Ty::Model(_) | Ty::Result(_) => false,
            Ty::Array(t, _) | Ty::Option(t) => self.is_copy(t),
            Ty::Tuple(ts) => ts.iter().all(|t| self.is_copy(t)),
            Ty::Struct(i) => self.structs[*i].copy,
        }
    }

    /// A literal that is exact in both precisions.
    pub fn literal(&mut self) -> String {
        let text = self.digits();
        self.number_of(text)
    }

    /// This number as a literal of the program's float.
    pub fn number_of(&self, digits: &str) -> String {
        if self.float == "T" { self.number.1.replace('#', digits) } else { format!("{digits}_{}", self.float) }
    }

    /// The attribute that functions, blocks and traits carry.
    pub fn attribute(&self) -> &'static str {
        match (self.hessian, self.lanes) {
            (true, _) if self.third => "#[differentiate(order = 3)]",
            (true, _) => "#[differentiate(hessian)]",
            (_, true) => "#[differentiate(lanes)]",
            _ => "#[differentiate]",
        }
    }

    /// A literal beside something whose type is known.
    pub fn bare(&mut self) -> String {
        if self.float == "f64" { self.digits().into() } else { self.literal() }
    }

    fn digits(&mut self) -> &'static str {
        ["0.5", "1.5", "2.0", "0.25", "3.0", "1.0", "0.75", "0.125", "1.25"][self.rng.below(9)]
    }

    pub fn fresh(&mut self) -> String {
        if self.rng.chance(75) {
            let name = *self.rng.pick(NAMES);
            if !self.locked.iter().any(|l| l == name) {
                return name.into();
            }
        }
        self.unique()
    }

    /// A name that nothing else has.
    pub fn unique(&mut self) -> String {
        self.counter += 1;
        format!("z{}", self.counter)
    }

    pub fn bind(&mut self, name: &str, ty: Ty, mutable: bool) {
        self.vars.push(Var { name: name.into(), ty, mutable, by_mut: false, at_least: 0, index_of: None, shape: None, length: None });
    }

    /// The variables that can be named.
    pub fn visible(&self) -> Vec<Var> {
        let mut seen: Vec<&str> = Vec::new();
        let mut out = Vec::new();
        for v in self.vars.iter().rev() {
            if !seen.contains(&v.name.as_str()) {
                seen.push(&v.name);
                out.push(v.clone());
            }
        }
        out
    }

    /// Those of them that are not borrowed and of which `wanted` is true.
    pub fn choose(&mut self, wanted: impl Fn(&Grower, &Var) -> bool) -> Option<Var> {
        let mut vars = self.visible();
        vars.retain(|v| !self.locked.contains(&v.name) && wanted(self, v));
        if vars.is_empty() { None } else { Some(self.rng.pick(&vars).clone()) }
    }

    /// A statement, or some, of the program's theme, or seldom of another one.
    fn on_theme(&mut self, depth: u32) -> Option<String> {
        // Of many loops around, they would take too long.
        if self.in_closure || self.float == "T" || self.loops.len() > 1 {
            return None;
        }
        let theme = match self.theme {
            Theme::Everything if self.rng.chance(5) => *self.rng.pick(THEMES),
            Theme::Everything => return None,
            _ if self.rng.chance(45) => return None,
            _ if self.rng.chance(15) => *self.rng.pick(THEMES),
            theme => theme,
        };
        match theme {
            Theme::Everything => None,
            Theme::Tables if self.rng.chance(55) => Some(self.about_passes()),
            Theme::Tables => Some(self.about_tables()),
            Theme::Indices => Some(self.about_indices()),
            Theme::Effects => self.about_effects(),
            Theme::Leaving => self.about_leaving(depth),
            Theme::Lists => self.about_lists(depth),
            Theme::Containers => self.about_containers(),
        }
    }

    /// Runs `f` with what it binds and locks forgotten afterwards.
    pub fn scoped<T>(&mut self, f: impl FnOnce(&mut Grower) -> T) -> T {
        let (vars, locked) = (self.vars.len(), self.locked.clone());
        let out = f(self);
        self.vars.truncate(vars);
        self.locked = locked;
        out
    }

    /// Runs `f` with variables locked.
    pub fn locking<T>(&mut self, names: &[String], f: impl FnOnce(&mut Grower) -> T) -> T {
        let locked = self.locked.clone();
        self.locked.extend(names.iter().cloned());
        let out = f(self);
        self.locked = locked;
        out
    }
}
