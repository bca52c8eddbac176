//! `#[derive(Differentiable)]`: the generated cotangent types, used as a caller and as generated code use them.

#![allow(dead_code, reason = "absent fields are there to be left out")]

use autodiff_core::{AddInto, Cotangent, Differentiable, Real};

/// Zeros of a value's shape, for comparisons.
fn zero<T: Differentiable>(x: &T) -> T::Cotangent {
    x.zero_cotangent()
}

/// What a field is not allowed to be for a derivative: numbers without an impl of `Differentiable`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Opaque(f64);

#[derive(Differentiable)]
struct Params<T> {
    pub a: f64,
    b: Vec<T>,
    n: usize,
    #[differentiable(skip)]
    name: Opaque,
    tags: Option<Vec<(&'static str, [char; 2])>>,
}

fn params() -> Params<f64> {
    Params { a: 1.0, b: vec![2.0, 3.0], n: 4, name: Opaque(0.0), tags: None }
}

#[test]
fn the_cotangent_of_a_struct_has_the_fields_that_carry_a_derivative() {
    let p = params();
    assert_eq!((p.a, p.b.len(), p.n, &p.name, &p.tags), (1.0, 2, 4, &Opaque(0.0), &None));
    let ParamsCotangent { a, b } = zero(&p);
    assert_eq!((a, b), (0.0, vec![0.0, 0.0]));
}

#[test]
fn absent_fields_can_be_named_and_hold_nothing() {
    let mut bar = zero(&params());
    let () = bar.n;
    bar.n = ();
    bar.name += 1.0;
    let () = bar.tags;
    assert_eq!(bar, zero(&params()));
}

#[test]
fn cotangents_are_added_and_set_to_zero_field_by_field() {
    let mut sum = ParamsCotangent { a: 1.0, b: vec![2.0, 3.0] };
    sum.accumulate(&ParamsCotangent { a: 10.0, b: vec![20.0, 30.0] });
    assert_eq!(sum, ParamsCotangent { a: 11.0, b: vec![22.0, 33.0] });
    ParamsCotangent { a: 0.5, b: vec![1.0, 1.0] }.add_into(&mut sum);
    assert_eq!(sum, ParamsCotangent { a: 11.5, b: vec![23.0, 34.0] });
    ParamsCotangent { a: 1.5, b: vec![3.0, 4.0] }.sub_into(&mut sum);
    assert_eq!(sum, ParamsCotangent { a: 10.0, b: vec![20.0, 30.0] });
    sum.set_zero();
    assert_eq!(sum, zero(&params()));
}

#[test]
fn accessors_reach_the_fields_of_a_struct() {
    let mut bar = zero(&params());
    *bar.__bar_Params_a() += 2.0;
    bar.__bar_Params_b()[1] += 3.0;
    let () = *bar.__bar_Params_n();
    *bar.__bar_Params_name() += 1.0;
    assert_eq!(bar, ParamsCotangent { a: 2.0, b: vec![0.0, 3.0] });
}

#[test]
fn cotangents_of_structs_have_the_usual_traits() {
    let bar = ParamsCotangent::<f64> { a: 1.0, b: vec![2.0] };
    assert_eq!(bar.clone(), bar);
    assert_ne!(ParamsCotangent::default(), bar);
    assert_eq!(ParamsCotangent::<f64>::default(), ParamsCotangent { a: 0.0, b: vec![] });
    assert_eq!(format!("{bar:?}"), "ParamsCotangent { a: 1.0, b: [2.0] }");
}

#[derive(Differentiable)]
struct Tuple(f32, bool, pub [f64; 3]);

#[derive(Differentiable)]
struct Unit;

#[derive(Differentiable)]
struct Empty {}

#[derive(Differentiable)]
struct Counts {
    n: usize,
    m: [u8; 2],
}

#[test]
fn tuple_structs_keep_their_positions() {
    let t = Tuple(1.0, true, [2.0; 3]);
    assert!(t.1 && t.0 < t.2[0] as f32);
    let mut bar = zero(&t);
    assert_eq!(bar, TupleCotangent(0.0, (), [0.0; 3]));
    *bar.__bar_Tuple_0() += 1.0;
    let () = *bar.__bar_Tuple_1();
    bar.__bar_Tuple_2()[2] = 5.0;
    assert_eq!(bar, TupleCotangent(1.0, (), [0.0, 0.0, 5.0]));
    assert_eq!(format!("{bar:?}"), "TupleCotangent(1.0, (), [0.0, 0.0, 5.0])");
}

#[test]
fn structs_without_floats_have_a_cotangent_without_content() {
    assert_eq!(zero(&Unit), UnitCotangent);
    assert_eq!(zero(&Empty {}), EmptyCotangent {});
    let counts = Counts { n: 1, m: [2, 3] };
    assert_eq!(counts.n + usize::from(counts.m[0]), 3);
    let mut bar = zero(&counts);
    bar.accumulate(&CountsCotangent::default());
    let () = bar.n;
    let () = bar.__bar_Counts_m()[1];
    assert_eq!(format!("{bar:?} {UnitCotangent:?}"), "CountsCotangent UnitCotangent");
    assert_eq!(size_of::<CountsCotangent>(), 0);
}

#[derive(Clone, Differentiable)]
enum Shape {
    Circle(f64),
    Rectangle { width: f64, height: f64, sides: u8 },
    Labelled(&'static str, f64),
    Nothing,
}

fn shapes() -> [Shape; 4] {
    [Shape::Circle(1.0), Shape::Rectangle { width: 2.0, height: 3.0, sides: 4 }, Shape::Labelled("dot", 5.0), Shape::Nothing]
}

#[test]
fn the_cotangent_of_an_enum_has_the_same_variant() {
    assert_eq!(
        shapes().map(|s| zero(&s)),
        [
            ShapeCotangent::Circle(0.0),
            ShapeCotangent::Rectangle { width: 0.0, height: 0.0 },
            ShapeCotangent::Labelled((), 0.0),
            ShapeCotangent::Nothing,
        ]
    );
}

#[test]
fn accessors_reach_the_fields_of_variants() {
    let [mut circle, mut rectangle, mut labelled, _] = shapes().map(|s| zero(&s));
    *circle.__bar_Circle_0() += 1.0;
    *rectangle.__bar_Rectangle_width() += 2.0;
    *rectangle.__bar_Rectangle_height() += 3.0;
    let () = *rectangle.__bar_Rectangle_sides();
    let () = *labelled.__bar_Labelled_0();
    *labelled.__bar_Labelled_1() += 4.0;
    assert_eq!(circle, ShapeCotangent::Circle(1.0));
    assert_eq!(rectangle, ShapeCotangent::Rectangle { width: 2.0, height: 3.0 });
    assert_eq!(labelled, ShapeCotangent::Labelled((), 4.0));
    assert_eq!(format!("{rectangle:?} {labelled:?}"), "Rectangle { width: 2.0, height: 3.0 } Labelled((), 4.0)");
}

#[test]
fn cotangents_of_the_same_variant_are_added() {
    let mut bar = ShapeCotangent::Rectangle { width: 1.0, height: 2.0 };
    let other = ShapeCotangent::Rectangle { width: 10.0, height: 20.0 };
    bar.accumulate(&other);
    assert_eq!(bar, ShapeCotangent::Rectangle { width: 11.0, height: 22.0 });
    other.sub_into(&mut bar);
    assert_eq!(bar, ShapeCotangent::Rectangle { width: 1.0, height: 2.0 });
    other.add_into(&mut bar);
    bar.set_zero();
    assert_eq!(bar, ShapeCotangent::Rectangle { width: 0.0, height: 0.0 });
    assert_ne!(bar, ShapeCotangent::Circle(0.0));
}

#[test]
#[should_panic(expected = "cannot add the cotangent of `Shape::Circle` to that of `Shape::Nothing`")]
fn cotangents_of_different_variants_are_not_added() {
    ShapeCotangent::Nothing.accumulate(&ShapeCotangent::Circle(1.0));
}

#[test]
#[should_panic(expected = "cannot subtract the cotangent of `Shape::Circle` from that of `Shape::Nothing`")]
fn cotangents_of_different_variants_are_not_subtracted() {
    ShapeCotangent::Circle(1.0).sub_into(&mut ShapeCotangent::Nothing);
}

#[test]
#[should_panic(expected = "expected the cotangent of `Shape::Circle`, found that of `Shape::Nothing`")]
fn an_accessor_of_another_variant_panics() {
    *ShapeCotangent::Nothing.__bar_Circle_0() += 1.0;
}

#[derive(Differentiable)]
enum Mode {
    Fast,
    Careful { steps: usize },
    Tagged(bool),
}

#[derive(Differentiable)]
enum Never {}

#[derive(Differentiable)]
enum Single {
    Only { x: f64 },
}

#[test]
fn enums_without_floats_have_a_cotangent_without_content() {
    let [mut fast, careful, tagged] = [Mode::Fast, Mode::Careful { steps: 3 }, Mode::Tagged(true)].map(|m| zero(&m));
    fast.accumulate(&careful);
    fast.set_zero();
    assert_eq!(fast, tagged);
    assert_eq!(std::mem::take(&mut fast), ModeCotangent);
    let () = *fast.__bar_Careful_steps();
    let () = *fast.__bar_Tagged_0();
    assert_eq!(None::<Never>.map(|n| zero(&n)), None::<NeverCotangent>);
}

#[test]
fn an_enum_may_have_one_variant() {
    let mut bar = zero(&Single::Only { x: 1.0 });
    *bar.__bar_Only_x() = 2.0;
    assert_eq!(bar, SingleCotangent::Only { x: 2.0 });
}

#[derive(Differentiable)]
struct Layer<T: Copy = f64, const N: usize = 2>
where
    T: PartialOrd,
{
    weights: [[T; N]; N],
    bias: [T; N],
    wide: [f64; 40],
    depth: i32,
}

#[derive(Differentiable)]
struct Network<T: Copy + PartialOrd> {
    first: Layer<T>,
    others: Vec<Layer<T, 1>>,
    shape: Option<Shape>,
    pair: (T, u8, Box<T>),
}

fn layer<const N: usize>() -> Layer<f64, N> {
    Layer { weights: [[1.0; N]; N], bias: [0.0; N], wide: [0.0; 40], depth: 1 }
}

#[test]
fn generic_structs_nest() {
    let network =
        Network { first: layer(), others: vec![layer(), layer()], shape: Some(shapes()[0].clone()), pair: (1.0, 2, Box::new(3.0)) };
    assert_eq!(network.first.depth, 1);
    let mut bar: NetworkCotangent<f64> = zero(&network);
    bar.first.weights[1][0] = 1.0;
    bar.others[1].bias[0] = 2.0;
    let () = bar.first.depth;
    *bar.pair.2 = 3.0;
    let twice = {
        let mut twice = bar.clone();
        twice.accumulate(&bar);
        twice
    };
    assert_eq!(twice.first.weights, [[0.0, 0.0], [2.0, 0.0]]);
    assert_eq!((twice.others[1].bias, twice.pair), ([4.0], (0.0, (), Box::new(6.0))));
    assert_eq!(twice.shape, Some(ShapeCotangent::Circle(0.0)));
    assert_eq!(LayerCotangent::<f64>::default(), zero(&layer::<2>()));
    assert!(NetworkCotangent::<f64>::default().others.is_empty());
}

/// Borrows its data; its cotangent owns.
#[derive(Differentiable)]
struct View<'a, T: 'a, K> {
    data: &'a [T],
    weight: &'a f64,
    name: &'a str,
    key: core::marker::PhantomData<K>,
}

#[test]
fn the_cotangent_of_a_view_owns_its_numbers() {
    let bar = {
        let data = [1.0, 2.0];
        let view = View::<f64, Opaque> { data: &data, weight: &3.0, name: "view", key: core::marker::PhantomData };
        assert_eq!((view.name, *view.weight, view.data.len()), ("view", 3.0, 2));
        let core::marker::PhantomData = view.key;
        zero(&view)
    };
    let bar: ViewCotangent<f64> = bar;
    assert_eq!(bar, ViewCotangent { data: vec![0.0; 2], weight: 0.0 });
}

/// A bound that fixes the cotangent of the parameter, as the scalars of this library do.
trait Number: Copy + Differentiable<Cotangent = Self> {}

impl Number for f64 {}

#[derive(Differentiable)]
struct Point<T: Number> {
    x: T,
    y: Vec<T>,
}

fn double<T: Number + AddInto<T>>(point: &Point<T>, bar: &mut PointCotangent<T>) -> T {
    let zeros = point.zero_cotangent();
    bar.accumulate(&zeros);
    bar.clone().add_into(bar);
    bar.x
}

#[test]
fn generic_functions_use_the_cotangent_of_a_number_as_a_number() {
    let point = Point { x: 1.0, y: vec![2.0] };
    let mut bar = PointCotangent { x: 3.0, y: vec![4.0] };
    assert_eq!(double(&point, &mut bar), 6.0);
    assert_eq!((bar.x, bar.y), (6.0, vec![8.0]));
}

#[derive(Differentiable)]
struct Samples<I: Iterator> {
    last: I::Item,
    all: Vec<<I as Iterator>::Item>,
    #[differentiable(skip)]
    source: I,
}

#[test]
fn associated_types_of_parameters_can_be_fields() {
    let mut source = [1.0, 2.0].into_iter();
    let samples = Samples { last: source.next().unwrap(), all: vec![1.0], source };
    assert_eq!((samples.last, samples.all.len(), samples.source.len()), (1.0, 1, 1));
    let mut bar = zero(&samples);
    bar.last += 1.0;
    assert_eq!(bar.all, [0.0]);
    let _: autodiff_core::rt::SkippedField = bar.source;
}

#[derive(Differentiable)]
enum Tree<T> {
    Leaf(T),
    Node { left: Box<Tree<T>>, right: Box<Self>, weight: f64 },
}

#[derive(Differentiable)]
struct List {
    head: f64,
    tail: Option<Box<List>>,
}

#[derive(Differentiable)]
struct Even<T> {
    x: T,
    next: Option<Box<Odd<T>>>,
}

#[derive(Differentiable)]
struct Odd<T> {
    x: T,
    next: Vec<Even<T>>,
}

#[test]
fn recursive_types_have_recursive_cotangents() {
    let tree = Tree::Node { left: Box::new(Tree::Leaf(1.0)), right: Box::new(Tree::Leaf(2.0)), weight: 3.0 };
    let mut bar = zero(&tree);
    *bar.__bar_Node_left().__bar_Leaf_0() += 4.0;
    *bar.__bar_Node_weight() += 5.0;
    let mut sum = bar.clone();
    bar.add_into(&mut sum);
    let leaf = |x| Box::new(TreeCotangent::Leaf(x));
    assert_eq!(sum, TreeCotangent::Node { left: leaf(8.0), right: leaf(0.0), weight: 10.0 });

    let list = List { head: 1.0, tail: Some(Box::new(List { head: 2.0, tail: None })) };
    let expected = ListCotangent { head: 0.0, tail: Some(Box::new(ListCotangent { head: 0.0, tail: None })) };
    assert_eq!(zero(&list), expected);
    assert_eq!(ListCotangent::default(), ListCotangent { head: 0.0, tail: None });
}

#[test]
fn types_that_contain_each_other_have_cotangents_that_do() {
    let inner = Even { x: 1.0, next: None };
    let chain = Even { x: 2.0, next: Some(Box::new(Odd { x: 3.0, next: vec![inner] })) };
    let mut bar: EvenCotangent<f64> = zero(&chain);
    if let Some(odd) = &mut bar.next {
        odd.x += 1.0;
        odd.next[0].x += 2.0;
    }
    let mut sum = bar.clone();
    sum.accumulate(&bar);
    bar.sub_into(&mut sum);
    assert_eq!(sum, bar);
    assert_eq!(format!("{:?}", sum.next.map(|odd| odd.x)), "Some(1.0)");
}

#[derive(Differentiable)]
struct Names {
    r#type: f64,
    größe: f32,
    r#match: u8,
}

#[derive(Differentiable)]
#[allow(non_camel_case_types)]
enum r#enum {
    r#struct { r#fn: f64, r#in: () },
    Größe(f64),
}

#[test]
fn raw_and_unicode_names_are_kept() {
    let names = Names { r#type: 1.0, größe: 2.0, r#match: 3 };
    assert_eq!(names.r#match, 3);
    let mut bar = zero(&names);
    *bar.__bar_Names_type() += names.r#type;
    *bar.__bar_Names_größe() += names.größe;
    let () = bar.r#match;
    assert_eq!(bar, NamesCotangent { r#type: 1.0, größe: 2.0 });
    assert_eq!(format!("{bar:?}"), "NamesCotangent { type: 1.0, größe: 2.0 }");

    let mut bar = zero(&r#enum::r#struct { r#fn: 1.0, r#in: () });
    *bar.__bar_struct_fn() += 1.0;
    assert_eq!(bar, enumCotangent::r#struct { r#fn: 1.0 });
    assert_eq!(zero(&r#enum::Größe(1.0)), enumCotangent::Größe(0.0));
}

#[derive(Differentiable)]
#[differentiable(cotangent = "PoseGradient")]
struct Pose {
    x: f64,
}

/// The name that the cotangent of [`Pose`] must not take.
#[allow(dead_code)]
struct PoseCotangent;

#[test]
fn the_cotangent_can_be_named() {
    assert_eq!(zero(&Pose { x: 1.0 }), PoseGradient { x: 0.0 });
    assert_eq!(format!("{:?}", PoseGradient::default()), "PoseGradient { x: 0.0 }");
}

mod visibility {
    pub mod inner {
        use autodiff_core::Differentiable;

        #[derive(Differentiable)]
        pub struct Public {
            pub open: f64,
            pub(crate) shared: f64,
            pub(in crate::visibility) near: f64,
            pub(super) count: u8,
            pub id: u8,
            hidden: f64,
        }

        impl Public {
            pub fn new(hidden: f64) -> Self {
                Public { open: 1.0, shared: 2.0, near: 3.0, count: 4, id: 5, hidden }
            }
        }

        pub fn hidden(bar: &PublicCotangent) -> f64 {
            bar.hidden
        }

        #[derive(Differentiable)]
        pub(super) enum Near {
            At(f64),
        }
    }

    use autodiff_core::Differentiable;

    pub fn near() -> (f64, f64) {
        let public = inner::Public::new(1.0);
        assert_eq!((public.near, public.count), (3.0, 4));
        let mut bar = public.zero_cotangent();
        let () = bar.count;
        *bar.__bar_Public_near() = 2.0;
        let mut at: inner::NearCotangent = inner::Near::At(1.0).zero_cotangent();
        *at.__bar_At_0() += 3.0;
        let inner::NearCotangent::At(x) = at;
        (bar.near, x)
    }
}

#[test]
fn the_cotangent_is_as_visible_as_the_type() {
    let public = visibility::inner::Public::new(1.0);
    assert_eq!((public.open, public.shared, public.id), (1.0, 2.0, 5));
    let bar: visibility::inner::PublicCotangent = zero(&public);
    let () = bar.id;
    assert_eq!((bar.open, bar.shared, visibility::inner::hidden(&bar)), (0.0, 0.0, 0.0));
    assert_eq!(visibility::near(), (2.0, 3.0));
}

/// No prelude, hostile names, and every lint that the expansion could trip over.
#[deny(warnings, missing_docs, unreachable_pub, unused_qualifications, missing_debug_implementations)]
#[deny(clippy::all, clippy::pedantic, clippy::nursery)]
pub mod hostile {
    #![no_implicit_prelude]

    use ::autodiff_core::Differentiable;

    /// Shadows what a careless expansion would use.
    pub mod core {}
    /// Shadows what a careless expansion would use.
    pub mod std {}
    /// Shadows what a careless expansion would use.
    #[derive(Debug)]
    pub struct Box;
    /// Shadows what a careless expansion would use.
    #[derive(Debug)]
    pub struct Clone;
    /// Shadows what a careless expansion would use.
    #[allow(non_camel_case_types)]
    #[derive(Debug)]
    pub struct __field_0;
    /// Shadows what a careless expansion would use.
    #[allow(non_upper_case_globals, dead_code)]
    const other: u8 = 0;

    /// Fields called like what a careless expansion would declare.
    #[derive(Differentiable, Debug)]
    #[allow(clippy::pub_underscore_fields)]
    pub struct Fields<T, const LENGTH: usize> {
        /// Documented.
        pub contribution: f64,
        /// Documented.
        pub target: ::std::vec::Vec<T>,
        /// Documented.
        pub __other: [f32; LENGTH],
        /// Documented.
        pub formatter: ::std::string::String,
    }

    /// Variants called like the prelude's.
    #[derive(Differentiable, Debug)]
    pub enum Variants<'a> {
        /// Documented.
        Some(f64),
        /// Documented.
        None,
        /// Documented.
        Ok {
            /// Documented.
            __left: f64,
            /// Documented.
            __right: &'a [f64],
        },
    }

    /// Not to be used any longer.
    #[deprecated]
    #[derive(Differentiable, Debug)]
    pub struct Old {
        /// Documented.
        #[deprecated]
        pub x: f64,
        /// Documented.
        pub n: u8,
    }
}

#[test]
fn hostile_surroundings_change_nothing() {
    use hostile::{Fields, FieldsCotangent, Variants, VariantsCotangent};

    let fields = Fields { contribution: 1.0, target: vec![2.0], __other: [3.0], formatter: String::new() };
    assert_eq!(zero(&fields), FieldsCotangent { contribution: 0.0, target: vec![0.0], __other: [0.0] });
    let values = [Variants::Some(1.0), Variants::None, Variants::Ok { __left: 1.0, __right: &[2.0] }];
    let [some, none, mut ok] = values.map(|v| zero(&v));
    ok.accumulate(&VariantsCotangent::Ok { __left: 1.0, __right: vec![2.0] });
    assert_eq!(ok, VariantsCotangent::Ok { __left: 1.0, __right: vec![2.0] });
    assert_ne!(some, none);
}

#[derive(Clone, Copy, Differentiable)]
#[repr(C, packed)]
struct Packed {
    flag: u8,
    x: f64,
    y: [f32; 2],
}

#[test]
fn packed_structs_have_a_cotangent() {
    let packed = Packed { flag: 1, x: 2.0, y: [3.0; 2] };
    assert_eq!({ packed.flag }, 1);
    assert_eq!(zero(&packed), PackedCotangent { x: 0.0, y: [0.0; 2] });
}

macro_rules! make {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(Differentiable)]
        struct $name {
            $($field: $ty),*
        }
    };
}

make!(Made { x: f64, values: Vec<f64>, count: usize, next: Option<Box<Made>> });

#[test]
fn the_fields_may_come_from_a_macro() {
    let made = Made { x: 1.0, values: vec![2.0], count: 3, next: None };
    assert_eq!(made.count, 3);
    let bar = zero(&made);
    let () = bar.count;
    assert_eq!(bar, MadeCotangent { x: 0.0, values: vec![0.0], next: None });
}

#[test]
fn a_type_can_be_derived_inside_a_function() {
    #[derive(Differentiable)]
    struct Local {
        x: f64,
        n: usize,
    }
    let local = Local { x: 1.0, n: 2 };
    let mut bar: LocalCotangent = zero(&local);
    *bar.__bar_Local_x() += local.x;
    let () = bar.n;
    assert_eq!((bar.x, local.n), (1.0, 2));
}

#[derive(Differentiable)]
struct Dense<T: Real> {
    weights: Vec<T>,
}

#[derive(Differentiable)]
struct Stack<T: Real> {
    bias: Option<T>,
    first: Dense<T>,
}

fn first_weight<T: Real>(dense: &Dense<T>) -> T {
    let mut bar = zero(dense);
    bar.accumulate(&bar.clone());
    bar.weights[0]
}

#[test]
fn bounds_of_the_type_are_kept_where_fields_need_them() {
    let stack = Stack { bias: Some(1.0), first: Dense { weights: vec![2.0_f32] } };
    assert_eq!(first_weight(&stack.first), 0.0);
    let mut bar = zero(&stack);
    bar.first.weights[0] = 3.0;
    let twice = {
        let mut twice = bar.clone();
        twice.accumulate(&bar);
        twice
    };
    assert_eq!(twice.bias, Some(0.0));
    assert_eq!(twice.first, DenseCotangent { weights: vec![6.0] });
}

#[derive(Differentiable)]
struct Table {
    rows: [f64; Self::ROWS],
}

impl Table {
    const ROWS: usize = 3;
}

#[derive(Differentiable)]
struct Borrowed<'a, T: ?Sized> {
    values: &'a T,
}

#[test]
fn lengths_may_be_constants_and_parameters_unsized() {
    assert_eq!(zero(&Table { rows: [1.0; 3] }), TableCotangent { rows: [0.0; 3] });
    assert_eq!(zero(&Borrowed::<[f64]> { values: &[1.0] }).values, [0.0]);
}
