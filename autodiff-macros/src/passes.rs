//! The optimisations of the reverse sweep, each of which can be switched off: `#[differentiate(off(fuse))]` for one function,
//! `AUTODIFF_OFF=fuse` in the environment of the compiler for all. Tests compare gradients with and without them.
//!
//! | name | what it does |
//! | --- | --- |
//! | `inline` | calls of functions of the file that have loops are followed, where the file tells which function it is |
//! | `straight` | operators and methods of structs that are straight lines of arithmetic are written out where they are used |
//! | `fieldwise` | variables that are structs of numbers are a variable for each number |
//! | `declared` | the types of fields and of what functions give are those that the file of the function declares |
//! | `again` | calls of straight lines of arithmetic are made again in the reverse sweep, so that loops do not keep their pullbacks |
//! | `apart` | calls get the cotangents of different fields of one struct as they are, not a second buffer for all but one |
//! | `in_place` | what a method was called on that changes it is not kept for its pullback, which keeps what it reads of it |
//! | `copies` | what several calls are lent of what is overwritten later is copied for their pullbacks once |
//! | `arrays` | small arrays and tuples of numbers are put together again in the reverse sweep, of which their parts are kept, if anything |
//! | `reads` | what is read twice with no write in between is kept once |
//! | `lengths` | lists that keep the length they are made with are not kept for it |
//! | `once` | what is computed or read twice of the same numbers is one value, which adds to their cotangents once |
//! | `partners` | the reverse sweep of `sin` multiplies with the `cos` of the same number that the forward sweep has, and the other way round |
//! | `undo` | arrays get their overwritten elements back as the reverse sweep goes, so that it reads them where they are |
//! | `settled` | elements that are never written again after they are read are read again where they are |
//! | `runs` | the elements that a counted loop overwrites one after the other are recorded and restored at once |
//! | `moves` | of arrays that are replaced as a whole the old one moves to the tape, and the new one back in the reverse sweep; needs `undo` |
//! | `adopt` | lists that are moved have as their cotangent what comes back, instead of zeros of their shape that it is added to |
//! | `indexed` | loops that run a known number of times write the numbers they keep by index, instead of pushing them |
//! | `few` | tapes of loops that run as often as a few literals say have their room without the heap |
//! | `collected` | what each iteration of a loop pushes to an empty list is written and its cotangent read by index |
//! | `chosen` | of loops that look for the least or the greatest with `min` or `max`, only the iterations that have a share are kept and reversed |
//! | `greatest` | loops that look for the greatest or the least of elements as they are keep nothing of their iterations |
//! | `checkpoint` | loops with `#[checkpoint]` keep checkpoints; without the pass, what every iteration needs |
//! | `fuse` | one loop for both sweeps, where iterations are independent and the sums they add to enter the result linearly |
//! | `scratch` | the same where iterations share buffers that each overwrites before it reads them |
//! | `advance` | counters of loops (`p += 1`) are worked out from the loop's own, so that iterations do not wait for each other |
//! | `indices` | elements are reached by what an index is made of, not by its name (`let k = i * w + j;`) |
//! | `guard` | loops and calls of the reverse sweep that only hand on what a branch gives are done if it was taken |
//! | `spare` | calls, loops and dear partials that only hand on the share of one side of `max` and `min` are done if it is not zero; needs `guard` |
//! | `shield` | what no branch has asked for adds nothing, even where a partial is infinite |
//! | `last` | of choices that overwrite what a loop carries along, only the last one is kept and reversed |
//! | `merge` | a branch that an iteration runs forwards and right after that backwards is one branch |
//! | `stack` | what calls of a function by itself keep lies on one stack, instead of a pullback on the heap for each |
//! | `first` | what is first added to a cotangent that was just set to zero is what it is set to |
//! | `buffers` | vectors that each iteration of a loop makes and drops keep their memory |
//! | `interchange` | loops that go down columns are turned round, so that they go along rows |
//! | `rows` | what innermost loops walk through is sliced in front of them, so that no bounds are tested inside |
//! | `split` | two rows of one array, of which one is written, are sliced where they are apart; needs `rows` |
//! | `partials` | what callers of a function of numbers get is its gradient times their cotangent or tangent, not another sweep |
//! | `still` | loops in lanes whose tangents come from a few numbers look in front whether these move, and run as the primal if not |
//! | `columns` | Hessians are computed some columns at a time |
//! | `lanes` | eight iterations of such a loop at a time, where they are plain arithmetic; needs `rows` |
//! | `gather` | loops that add to elements at a distance become loops over these elements, where that computes little twice; needs `lanes` |
//! | `strips` | loops that add to elements which other iterations add to at a distance, else, write the terms of 64 iterations down first; needs `lanes` |

/// Which optimisations run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passes {
    pub inline: bool,
    pub straight: bool,
    pub fieldwise: bool,
    pub declared: bool,
    pub fuse: bool,
    pub scratch: bool,
    pub checkpoint: bool,
    pub advance: bool,
    pub indices: bool,
    pub guard: bool,
    pub spare: bool,
    pub shield: bool,
    pub last: bool,
    pub merge: bool,
    pub stack: bool,
    pub first: bool,
    pub buffers: bool,
    pub again: bool,
    pub apart: bool,
    pub in_place: bool,
    pub copies: bool,
    pub arrays: bool,
    pub reads: bool,
    pub lengths: bool,
    pub once: bool,
    pub partners: bool,
    pub undo: bool,
    pub settled: bool,
    pub runs: bool,
    pub moves: bool,
    pub adopt: bool,
    pub indexed: bool,
    pub few: bool,
    pub collected: bool,
    pub interchange: bool,
    pub chosen: bool,
    pub greatest: bool,
    pub rows: bool,
    pub lanes: bool,
    pub strips: bool,
    pub gather: bool,
    pub split: bool,
    pub partials: bool,
    pub columns: bool,
    pub still: bool,
}

/// Their names.
pub(crate) const NAMES: &[&str] = &[
    "inline",
    "straight",
    "fieldwise",
    "declared",
    "fuse",
    "checkpoint",
    "scratch",
    "advance",
    "indices",
    "guard",
    "spare",
    "shield",
    "last",
    "merge",
    "stack",
    "first",
    "buffers",
    "again",
    "apart",
    "in_place",
    "copies",
    "arrays",
    "reads",
    "lengths",
    "once",
    "partners",
    "undo",
    "settled",
    "runs",
    "moves",
    "adopt",
    "indexed",
    "few",
    "collected",
    "interchange",
    "chosen",
    "greatest",
    "rows",
    "lanes",
    "strips",
    "gather",
    "split",
    "partials",
    "columns",
    "still",
];

impl Passes {
    /// All of them, but those whose name is on the list.
    pub fn without(off: &[String]) -> Passes {
        let on = |name: &str| !off.iter().any(|o| o == name);
        Passes {
            inline: on("inline"),
            straight: on("straight"),
            fieldwise: on("fieldwise"),
            declared: on("declared"),
            fuse: on("fuse"),
            checkpoint: on("checkpoint"),
            scratch: on("scratch"),
            advance: on("advance"),
            indices: on("indices"),
            guard: on("guard"),
            spare: on("spare"),
            shield: on("shield"),
            last: on("last"),
            merge: on("merge"),
            stack: on("stack"),
            first: on("first"),
            buffers: on("buffers"),
            again: on("again"),
            apart: on("apart"),
            in_place: on("in_place"),
            copies: on("copies"),
            arrays: on("arrays"),
            reads: on("reads"),
            lengths: on("lengths"),
            once: on("once"),
            partners: on("partners"),
            undo: on("undo"),
            settled: on("settled"),
            runs: on("runs"),
            moves: on("moves"),
            adopt: on("adopt"),
            indexed: on("indexed"),
            few: on("few"),
            collected: on("collected"),
            interchange: on("interchange"),
            chosen: on("chosen"),
            greatest: on("greatest"),
            rows: on("rows"),
            lanes: on("lanes"),
            strips: on("strips"),
            gather: on("gather"),
            split: on("split"),
            columns: on("columns"),
            still: on("still"),
            partials: on("partials"),
        }
    }

    /// For code that runs forwards before the seed is known.
    pub fn unfused(self) -> Passes {
        Passes { fuse: false, ..self }
    }

    /// For reverse sweeps that take back in order what the forward sweep kept, branch by branch.
    pub fn in_order(self) -> Passes {
        Passes {
            guard: false,
            spare: false,
            last: false,
            merge: false,
            again: false,
            indexed: false,
            collected: false,
            chosen: false,
            greatest: false,
            ..self
        }
    }

    /// For second order: tangents lie beside what is pushed to tapes, and beside cotangents that are handed to calls.
    pub fn pushing(self) -> Passes {
        Passes {
            moves: false,
            indexed: false,
            collected: false,
            chosen: false,
            greatest: false,
            apart: false,
            in_place: false,
            copies: false,
            lengths: false,
            arrays: false,
            first: false,
            ..self
        }
    }

    /// What the environment and the options of a function leave.
    pub fn for_options(off: &[proc_macro2::Ident]) -> Passes {
        let mut names: Vec<String> = off.iter().map(ToString::to_string).collect();
        if let Ok(list) = std::env::var("AUTODIFF_OFF") {
            names.extend(list.split(',').map(|n| n.trim().to_string()));
        }
        Passes::without(&names)
    }
}
