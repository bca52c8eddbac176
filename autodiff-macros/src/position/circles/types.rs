//! What types expressions of a file can have, as far as its declarations tell.
//!
//! What enters: a file. What leaves: for an expression, the names of all types of the file that its value may be, or may hold in lists and the
//! like. Guarantee: no type of the file that it may be is left out; where that is not known, nothing is said.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use syn::visit::{self, Visit};
use syn::Expr;

/// Names of types; none where it may be any.
pub(super) type Words = Option<HashSet<String>>;

/// What holds things of another type and is no type of the file.
const CONTAINERS: &[&str] =
    &["Vec", "Option", "Box", "Rc", "Arc", "Result", "VecDeque", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "String", "Range"];

/// Methods of std's types that give what they are called on or a part of it, and nothing that is not in there or in their arguments.
const HANDING_ON: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "clone",
    "cloned",
    "copied",
    "to_vec",
    "to_owned",
    "as_ref",
    "as_mut",
    "as_slice",
    "as_deref",
    "first",
    "last",
    "get",
    "get_mut",
    "first_mut",
    "last_mut",
    "unwrap",
    "expect",
    "unwrap_or",
    "enumerate",
    "zip",
    "chain",
    "rev",
    "skip",
    "take",
    "step_by",
    "by_ref",
    "peekable",
    "windows",
    "chunks",
    "chunks_exact",
    "next",
    "pop",
    "borrow",
    "borrow_mut",
    "values",
    "split_at",
];

/// Methods of std's types that hand that on to closures.
const TAKING_CLOSURES: &[&str] = &[
    "map",
    "for_each",
    "filter",
    "filter_map",
    "flat_map",
    "fold",
    "try_fold",
    "scan",
    "any",
    "all",
    "find",
    "find_map",
    "position",
    "inspect",
    "take_while",
    "skip_while",
    "map_while",
    "max_by",
    "min_by",
    "and_then",
    "map_or",
    "is_some_and",
];

#[derive(Default)]
pub(super) struct Types {
    /// The fields of structs, and those of the variants of enums, with what is in them.
    fields: HashMap<String, Vec<(String, Words)>>,
    /// Names that stand for other types, or may: aliases, parameters, and types with an `impl Deref`.
    other: HashSet<String>,
    renamed: HashMap<String, Vec<String>>,
    imported: HashSet<String>,
    /// Whether a block imports all that is in a module.
    globs_in_blocks: bool,
    /// What functions give, by name, and by their type's.
    gives: HashMap<(Option<String>, String), Words>,
    functions: HashSet<String>,
}

/// What one or the other may be.
pub(super) fn both(a: Words, b: Words) -> Words {
    let mut a = a?;
    a.extend(b?);
    Some(a)
}

impl Types {
    pub fn read(file: &syn::File) -> Types {
        let mut names = Names { types: Types::default(), depth: 0 };
        names.visit_file(file);
        let mut reader = Reader { types: names.types, owner: None };
        reader.visit_file(file);
        reader.types
    }

    /// The names that a name is brought in for.
    pub fn renamed(&self, name: &str) -> &[String] {
        self.renamed.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn is_renamed(&self, name: &str) -> bool {
        self.renamed.contains_key(name)
    }

    /// Whether a function that a method of std takes is handed nothing but what the method is called on, or a part of it, and its other arguments.
    pub fn hands_on_to_closures(&self, method: &str) -> bool {
        TAKING_CLOSURES.contains(&method) && !self.functions.contains(method)
    }

    /// Whether a function of the name may hide that of the module around.
    pub fn may_be_imported(&self, name: &str) -> bool {
        self.globs_in_blocks || self.imported.contains(name) || self.is_renamed(name)
    }

    /// Whether the name is that of a type of the file, and stands for no other.
    pub fn is_one(&self, name: &str) -> bool {
        self.fields.contains_key(name) && !self.other.contains(name) && !self.is_renamed(name)
    }

    pub fn of_name(&self, name: &str) -> Words {
        self.is_one(name).then(|| std::iter::once(name.to_string()).collect())
    }

    pub fn of_type(&self, ty: &syn::Type) -> Words {
        match ty {
            syn::Type::Reference(r) => self.of_type(&r.elem),
            syn::Type::Array(a) => self.of_type(&a.elem),
            syn::Type::Slice(s) => self.of_type(&s.elem),
            syn::Type::Paren(p) => self.of_type(&p.elem),
            syn::Type::Group(g) => self.of_type(&g.elem),
            syn::Type::Tuple(t) => self.all(t.elems.iter().map(|t| self.of_type(t))),
            syn::Type::Path(p) if p.qself.is_none() => {
                let last = p.path.segments.last()?;
                let name = last.ident.to_string();
                // `T::Output` is no type of the name `Output`.
                if p.path.segments.iter().rev().skip(1).any(|s| s.ident.to_string().starts_with(char::is_uppercase)) {
                    return None;
                }
                let known = self.is_one(&name);
                let std = !self.fields.contains_key(&name)
                    && !self.other.contains(&name)
                    && !self.is_renamed(&name)
                    && (CONTAINERS.contains(&name.as_str()) || crate::signature::is_primitive(&last.ident) || name == "str");
                if !known && !std {
                    return None;
                }
                let own = known.then_some(name).into_iter().collect();
                let syn::PathArguments::AngleBracketed(given) = &last.arguments else { return Some(own) };
                let given = given.args.iter().map(|a| match a {
                    syn::GenericArgument::Type(t) => self.of_type(t),
                    syn::GenericArgument::Lifetime(_) | syn::GenericArgument::Const(_) => Some(HashSet::default()),
                    _ => None,
                });
                both(Some(own), self.all(given))
            }
            _ => None,
        }
    }

    fn all(&self, parts: impl Iterator<Item = Words>) -> Words {
        parts.fold(Some(HashSet::default()), both)
    }

    /// What types take apart, and what is in that.
    pub fn parts_of(&self, types: &Words) -> Words {
        let fields = types.as_ref()?.iter().filter_map(|name| self.fields.get(name)).flatten();
        let mut found = self.all(fields.map(|(_, types)| types.clone()))?;
        let mut open: Vec<String> = found.iter().cloned().collect();
        while let Some(name) = open.pop() {
            for (_, part) in self.fields.get(&name).into_iter().flatten() {
                for inner in part.as_ref()? {
                    if found.insert(inner.clone()) {
                        open.push(inner.clone());
                    }
                }
            }
        }
        Some(found)
    }

    /// What an expression may be, with what the names of its function may be.
    pub fn of(&self, e: &Expr, bound: &HashMap<String, Words>) -> Words {
        let of = |e: &Expr| self.of(e, bound);
        match e {
            Expr::Lit(_) => Some(HashSet::default()),
            Expr::Paren(p) => of(&p.expr),
            Expr::Group(g) => of(&g.expr),
            Expr::Reference(r) => of(&r.expr),
            Expr::Try(t) => of(&t.expr),
            Expr::Unary(u) => match u.op {
                syn::UnOp::Deref(_) => of(&u.expr),
                _ => of(&u.expr).filter(HashSet::is_empty),
            },
            Expr::Binary(b) => both(of(&b.left), of(&b.right)).filter(HashSet::is_empty),
            Expr::Index(i) => of(&i.expr),
            Expr::Tuple(t) => self.all(t.elems.iter().map(of)),
            Expr::Array(a) => self.all(a.elems.iter().map(of)),
            Expr::Repeat(r) => of(&r.expr),
            Expr::Range(r) => self.all([&r.start, &r.end].into_iter().flatten().map(|e| of(e))),
            Expr::Cast(c) => self.of_type(&c.ty),
            Expr::Path(p) => bound.get(&p.path.get_ident()?.to_string()).cloned()?,
            Expr::Field(f) => self.field(of(&f.base)?, &f.member),
            Expr::Struct(s) => self.made(&s.path, bound),
            Expr::Call(c) => {
                let Expr::Path(p) = &*c.func else { return None };
                self.given(&p.path, bound)
            }
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                if self.functions.contains(&name) {
                    return None;
                }
                let all = both(of(&m.receiver), self.all(m.args.iter().map(of)))?;
                let number = all.is_empty() && (crate::infer::float_method_args(&name).is_some() || name == "len" || name == "powi");
                (number || HANDING_ON.contains(&name.as_str())).then_some(all)
            }
            _ => None,
        }
    }

    fn field(&self, base: HashSet<String>, member: &syn::Member) -> Words {
        let name = quote::ToTokens::to_token_stream(member).to_string();
        let fields = base.iter().filter_map(|ty| self.fields.get(ty)).flatten().filter(|(of, _)| *of == name);
        let found: Vec<Words> = fields.map(|(_, types)| types.clone()).collect();
        match member {
            // It may be a part of a tuple.
            syn::Member::Unnamed(_) => both(Some(base), self.all(found.into_iter())),
            syn::Member::Named(_) if found.is_empty() => None,
            syn::Member::Named(_) => self.all(found.into_iter()),
        }
    }

    /// What is written out under a name, or that of a variant.
    fn made(&self, path: &syn::Path, bound: &HashMap<String, Words>) -> Words {
        let mut names = path.segments.iter().rev().map(|s| s.ident.to_string());
        let (last, before) = (names.next()?, names.next());
        if last == "Self" || before.as_deref() == Some("Self") {
            return bound.get("Self").cloned()?;
        }
        match before {
            Some(before) if before.starts_with(char::is_uppercase) => self.of_name(&before),
            _ => self.of_name(&last),
        }
    }

    fn given(&self, path: &syn::Path, bound: &HashMap<String, Words>) -> Words {
        let mut names = path.segments.iter().rev().map(|s| s.ident.to_string());
        let (last, before) = (names.next()?, names.next());
        if last.starts_with(char::is_uppercase) {
            return self.made(path, bound);
        }
        let owner = match before.as_deref() {
            Some("Self") => Some(bound.get("Self")?.as_ref()?.iter().next()?.clone()),
            Some(before) if self.is_one(before) => Some(before.to_string()),
            Some(_) => return None,
            None if bound.contains_key(&last) || self.may_be_imported(&last) => return None,
            None => None,
        };
        self.gives.get(&(owner, last)).cloned()?
    }
}

/// Collects the names first: what a type is made of depends on them.
struct Names {
    types: Types,
    depth: usize,
}

impl Names {
    fn imports(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(p) => self.imports(&p.tree),
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.imports(t)),
            syn::UseTree::Name(n) => _ = self.types.imported.insert(n.ident.to_string()),
            syn::UseTree::Rename(r) => self.types.renamed.entry(r.rename.to_string()).or_default().push(r.ident.to_string()),
            syn::UseTree::Glob(_) => self.types.globs_in_blocks |= self.depth > 0,
        }
    }
}

impl<'a> Visit<'a> for Names {
    fn visit_item_struct(&mut self, s: &'a syn::ItemStruct) {
        self.types.fields.entry(s.ident.to_string()).or_default();
        visit::visit_item_struct(self, s);
    }
    fn visit_item_enum(&mut self, e: &'a syn::ItemEnum) {
        self.types.fields.entry(e.ident.to_string()).or_default();
        visit::visit_item_enum(self, e);
    }
    fn visit_item_type(&mut self, t: &'a syn::ItemType) {
        self.types.other.insert(t.ident.to_string());
    }
    fn visit_item_union(&mut self, u: &'a syn::ItemUnion) {
        self.types.other.insert(u.ident.to_string());
    }
    fn visit_item_trait(&mut self, t: &'a syn::ItemTrait) {
        self.types.other.insert(t.ident.to_string());
        visit::visit_item_trait(self, t);
    }
    fn visit_type_param(&mut self, p: &'a syn::TypeParam) {
        self.types.other.insert(p.ident.to_string());
    }
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let deref =
            b.trait_.as_ref().and_then(|(_, of, _)| of.segments.last()).is_some_and(|s| s.ident == "Deref" || s.ident == "DerefMut");
        if let (true, syn::Type::Path(p)) = (deref, &*b.self_ty) {
            self.types.other.extend(p.path.segments.last().map(|s| s.ident.to_string()));
        }
        visit::visit_item_impl(self, b);
    }
    fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
        // What a macro may define under a name.
        fn names(tokens: proc_macro2::TokenStream, into: &mut HashSet<String>) {
            for t in tokens {
                match t {
                    proc_macro2::TokenTree::Ident(i) => _ = into.insert(i.to_string()),
                    proc_macro2::TokenTree::Group(g) => names(g.stream(), into),
                    _ => {}
                }
            }
        }
        let defines = m.ident.is_none()
            || ["struct", "enum", "type", "use", "impl"]
                .iter()
                .any(|w| crate::varied::mentions(m.mac.tokens.clone(), &std::iter::once(w.to_string()).collect()));
        if defines {
            names(m.mac.tokens.clone(), &mut self.types.other);
        }
    }
    fn visit_item_use(&mut self, u: &'a syn::ItemUse) {
        self.imports(&u.tree);
    }
    fn visit_block(&mut self, b: &'a syn::Block) {
        self.depth += 1;
        visit::visit_block(self, b);
        self.depth -= 1;
    }
    fn visit_signature(&mut self, s: &'a syn::Signature) {
        self.types.functions.insert(s.ident.to_string());
        visit::visit_signature(self, s);
    }
}

/// Reads what is in types, and what functions give.
struct Reader {
    types: Types,
    owner: Option<String>,
}

impl Reader {
    /// Of a type, which may be written as `Self` in it.
    fn of_type(&self, ty: &syn::Type) -> Words {
        struct This(Option<proc_macro2::Ident>, bool);
        impl syn::visit_mut::VisitMut for This {
            fn visit_ident_mut(&mut self, i: &mut proc_macro2::Ident) {
                if i == "Self" {
                    self.1 = true;
                    if let Some(owner) = &self.0 {
                        *i = owner.clone();
                    }
                }
            }
        }
        let Some(owner) = &self.owner else { return self.types.of_type(ty) };
        // Of a list or a tuple, which have no name, it may be anything.
        let mut this = This(syn::parse_str(owner).ok(), false);
        let mut ty = ty.clone();
        syn::visit_mut::VisitMut::visit_type_mut(&mut this, &mut ty);
        if this.1 && this.0.is_none() {
            return None;
        }
        self.types.of_type(&ty)
    }

    fn fields(&mut self, owner: &proc_macro2::Ident, fields: &syn::Fields) {
        let around = self.owner.replace(owner.to_string());
        for (k, f) in fields.iter().enumerate() {
            let name = f.ident.as_ref().map_or_else(|| k.to_string(), ToString::to_string);
            let types = self.of_type(&f.ty);
            self.types.fields.entry(owner.to_string()).or_default().push((name, types));
        }
        self.owner = around;
    }

    fn gives(&mut self, sig: &syn::Signature) {
        let types = match &sig.output {
            syn::ReturnType::Default => Some(HashSet::default()),
            syn::ReturnType::Type(_, ty) => self.of_type(ty),
        };
        let known = self.types.gives.entry((self.owner.clone(), sig.ident.to_string())).or_insert_with(|| Some(HashSet::default()));
        *known = both(known.take(), types);
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_struct(&mut self, s: &'a syn::ItemStruct) {
        self.fields(&s.ident, &s.fields);
    }
    fn visit_item_enum(&mut self, e: &'a syn::ItemEnum) {
        e.variants.iter().for_each(|v| self.fields(&e.ident, &v.fields));
    }
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let name = match &*b.self_ty {
            syn::Type::Path(p) if p.qself.is_none() => p.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        };
        // What is given under a name that nothing else has is asked for by nobody.
        let around = self.owner.replace(name.unwrap_or_default());
        visit::visit_item_impl(self, b);
        self.owner = around;
    }
    fn visit_item_trait(&mut self, t: &'a syn::ItemTrait) {
        let around = self.owner.replace(t.ident.to_string());
        visit::visit_item_trait(self, t);
        self.owner = around;
    }
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        let around = self.owner.take();
        self.gives(&f.sig);
        visit::visit_item_fn(self, f);
        self.owner = around;
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.gives(&f.sig);
        visit::visit_impl_item_fn(self, f);
    }
}
