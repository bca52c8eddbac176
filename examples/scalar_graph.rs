//! Reverse mode on one neuron: `z = w x + b`, `y = sigmoid(z)`, `E = (y - d)² / 2`.
//!
//! Prints the primitive operations t1, t2, ... with the value and the cotangent of each, and draws the
//! computation graph. The cotangent of `t` is the derivative of `E` with respect to `t`, the rest being
//! computed from `t` on. So there is one function for each `t`, "`E` as a function of `t`", which does the
//! next operation and hands on to the next function; the cotangents are their generated gradients.
//!
//! ```sh
//! cargo run --example scalar_graph            # writes out/scalar_graph.svg
//! cargo run --example scalar_graph -- a.svg   # writes a.svg
//! ```

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use autodiff_core::differentiate;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The error of the neuron, as one would write it.
#[differentiate]
fn neuron(w: f64, x: f64, b: f64, d: f64) -> f64 {
    let z = w * x + b;
    let y = 1.0 / (1.0 + (-z).exp());
    (y - d) * (y - d) / 2.0
}

// The same, one primitive operation per function.

#[differentiate]
fn e_of_inputs(w: f64, x: f64, b: f64, d: f64) -> f64 {
    e_of_t1(w * x, b, d)
}

#[differentiate]
fn e_of_t1(t1: f64, b: f64, d: f64) -> f64 {
    e_of_t2(t1 + b, d)
}

#[differentiate]
fn e_of_t2(t2: f64, d: f64) -> f64 {
    e_of_t3(-t2, d)
}

#[differentiate]
fn e_of_t3(t3: f64, d: f64) -> f64 {
    e_of_t4(t3.exp(), d)
}

#[differentiate]
fn e_of_t4(t4: f64, d: f64) -> f64 {
    e_of_t5(1.0 + t4, d)
}

#[differentiate]
fn e_of_t5(t5: f64, d: f64) -> f64 {
    e_of_t6(1.0 / t5, d)
}

#[differentiate]
fn e_of_t6(t6: f64, d: f64) -> f64 {
    e_of_t7(t6 - d)
}

#[differentiate]
fn e_of_t7(t7: f64) -> f64 {
    e_of_t8(t7 * t7)
}

#[differentiate]
fn e_of_t8(t8: f64) -> f64 {
    e_of_t9(t8 / 2.0)
}

#[differentiate]
fn e_of_t9(t9: f64) -> f64 {
    t9
}

/// An input or an operation of the computation graph.
struct Node {
    name: &'static str,
    /// The operation; empty for an input.
    formula: &'static str,
    /// What it is called in the formulas at the top of this file, if it has a name there.
    meaning: &'static str,
    /// Names of the nodes it is computed from.
    operands: &'static [&'static str],
    value: f64,
    cotangent: f64,
    /// Column and row in the picture.
    place: (i32, i32),
}

/// The graph for these inputs, in the order of evaluation.
#[rustfmt::skip]
fn graph(w: f64, x: f64, b: f64, d: f64) -> Vec<Node> {
    let t1 = w * x;
    let t2 = t1 + b;
    let t3 = -t2;
    let t4 = t3.exp();
    let t5 = 1.0 + t4;
    let t6 = 1.0 / t5;
    let t7 = t6 - d;
    let t8 = t7 * t7;
    let t9 = t8 / 2.0;

    let (_, (w_bar, x_bar, b_bar, d_bar)) = e_of_inputs_grad(w, x, b, d);
    let (_, (t1_bar, _, _)) = e_of_t1_grad(t1, b, d);
    let (_, (t2_bar, _)) = e_of_t2_grad(t2, d);
    let (_, (t3_bar, _)) = e_of_t3_grad(t3, d);
    let (_, (t4_bar, _)) = e_of_t4_grad(t4, d);
    let (_, (t5_bar, _)) = e_of_t5_grad(t5, d);
    let (_, (t6_bar, _)) = e_of_t6_grad(t6, d);
    let (_, t7_bar) = e_of_t7_grad(t7);
    let (_, t8_bar) = e_of_t8_grad(t8);
    let (_, t9_bar) = e_of_t9_grad(t9);

    let node = |name, formula, meaning, operands, value, cotangent, place| Node {
        name, formula, meaning, operands, value, cotangent, place,
    };
    vec![
        node("w",  "",        "",  &[],           w,  w_bar,  (0, 0)),
        node("x",  "",        "",  &[],           x,  x_bar,  (0, 1)),
        node("b",  "",        "",  &[],           b,  b_bar,  (1, 1)),
        node("d",  "",        "",  &[],           d,  d_bar,  (3, 3)),
        node("t1", "w * x",   "",  &["w", "x"],   t1, t1_bar, (1, 0)),
        node("t2", "t1 + b",  "z", &["t1", "b"],  t2, t2_bar, (2, 0)),
        node("t3", "-t2",     "",  &["t2"],       t3, t3_bar, (3, 0)),
        node("t4", "exp(t3)", "",  &["t3"],       t4, t4_bar, (4, 0)),
        node("t5", "1 + t4",  "",  &["t4"],       t5, t5_bar, (4, 1)),
        node("t6", "1 / t5",  "y", &["t5"],       t6, t6_bar, (4, 2)),
        node("t7", "t6 - d",  "",  &["t6", "d"],  t7, t7_bar, (3, 2)),
        node("t8", "t7 * t7", "",  &["t7"],       t8, t8_bar, (2, 2)),
        node("t9", "t8 / 2",  "E", &["t8"],       t9, t9_bar, (1, 2)),
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1);
    let path = path.map_or_else(|| PathBuf::from("out/scalar_graph.svg"), PathBuf::from);
    let (w, x, b, d) = (0.7, 1.5, -0.4, 1.0);
    let nodes = graph(w, x, b, d);

    println!("z = w x + b,  y = sigmoid(z),  E = (y - d)^2 / 2\n");
    println!("{:<19}  {:>9}  {:>9}", "operation", "value", "cotangent");
    for node in &nodes {
        let (value, cotangent) = (node.value, node.cotangent);
        println!("{:<19}  {value:>9.6}  {cotangent:>9.6}", describe(node));
    }

    // The function in one piece has the same gradient.
    let (error, (w_bar, x_bar, b_bar, d_bar)) = neuron_grad(w, x, b, d);
    println!("\nneuron_grad: E = {error:.6}, cotangents of w, x, b, d:");
    println!("{w_bar:.6}, {x_bar:.6}, {b_bar:.6}, {d_bar:.6}");

    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    draw(&nodes, &path)?;
    println!("\nPicture: {}", path.display());
    Ok(())
}

/// A line such as `t2 = t1 + b  (z)`.
fn describe(node: &Node) -> String {
    let mut text = node.name.to_owned();
    if !node.formula.is_empty() {
        text += &format!(" = {}", node.formula);
    }
    if !node.meaning.is_empty() {
        text += &format!("  ({})", node.meaning);
    }
    text
}

// Geometry of the picture, in pixels.
const SIZE: (u32, u32) = (1040, 640);
const BOX: (i32, i32) = (152, 78);
const PITCH: (i32, i32) = (204, 130);
const ORIGIN: (i32, i32) = (36, 116);

const FONT: &str = "DejaVu Sans, Helvetica, Arial, sans-serif";
const TEXT: RGBColor = RGBColor(34, 34, 34);
const LINE: RGBColor = RGBColor(120, 120, 120);
const VALUE: RGBColor = RGBColor(0, 114, 178);
const COTANGENT: RGBColor = RGBColor(213, 94, 0);
const INPUT_FILL: RGBColor = RGBColor(240, 244, 248);
const RESULT_FILL: RGBColor = RGBColor(253, 243, 232);

/// Writes the graph as SVG: arrows follow the evaluation, the cotangents come the other way.
fn draw(nodes: &[Node], path: &Path) -> Result<(), Box<dyn Error>> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let label = |content: &str, at: (i32, i32), size: i32, color: RGBColor, side: HPos| {
            let style = (FONT, size).into_font().color(&color);
            let style = style.pos(Pos::new(side, VPos::Center));
            root.draw(&Text::new(content.to_owned(), at, style))
        };
        let left = ORIGIN.0;
        let title = "z = w x + b,   y = sigmoid(z),   E = (y − d)² / 2";
        label(title, (left, 32), 22, TEXT, HPos::Left)?;
        let forward = "value, computed along the arrows";
        label(forward, (left, 66), 14, VALUE, HPos::Left)?;
        let backward = "cotangent dE/dt, computed against the arrows";
        label(backward, (left + 280, 66), 14, COTANGENT, HPos::Left)?;

        for node in nodes {
            for &operand in node.operands {
                let from = nodes.iter().find(|other| other.name == operand);
                let from = from.ok_or_else(|| format!("{operand} is not in the graph"))?;
                let (start, end) = arrow(from.place, node.place);
                root.draw(&PathElement::new([start, end], LINE.stroke_width(2)))?;
                root.draw(&Polygon::new(head(start, end), LINE))?;
            }
        }
        for node in nodes {
            let (x, y) = corner(node.place);
            let fill = match node {
                Node { operands: [], .. } => INPUT_FILL,
                Node { meaning: "E", .. } => RESULT_FILL,
                _ => WHITE,
            };
            let frame = [(x, y), (x + BOX.0, y + BOX.1)];
            root.draw(&Rectangle::new(frame, fill.filled()))?;
            root.draw(&Rectangle::new(frame, LINE.stroke_width(1)))?;
            let middle = x + BOX.0 / 2;
            label(&describe(node), (middle, y + 17), 15, TEXT, HPos::Center)?;
            let value = format!("{:.6}", node.value);
            label(&value, (middle, y + 40), 14, VALUE, HPos::Center)?;
            let cotangent = format!("{:.6}", node.cotangent);
            label(&cotangent, (middle, y + 61), 14, COTANGENT, HPos::Center)?;
        }
        root.present()?;
    }
    fs::write(path, svg).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Upper left corner of the box in this column and row.
fn corner((column, row): (i32, i32)) -> (i32, i32) {
    (ORIGIN.0 + column * PITCH.0, ORIGIN.1 + row * PITCH.1)
}

/// Start and end of the arrow between two boxes: from the facing side of one to that of the other.
fn arrow(from: (i32, i32), to: (i32, i32)) -> ((i32, i32), (i32, i32)) {
    let across = (to.0 - from.0).signum();
    let down = (to.1 - from.1).signum();
    let side = |place: (i32, i32), across: i32, down: i32| {
        let (x, y) = corner(place);
        (x + BOX.0 / 2 + across * BOX.0 / 2, y + BOX.1 / 2 + down * BOX.1 / 2)
    };
    match (across, down) {
        (0, _) => (side(from, 0, down), side(to, 0, -down)),
        (_, 0) => (side(from, across, 0), side(to, -across, 0)),
        // From one row to another: a little off the middle, clear of the arrow between neighbours.
        _ => {
            let (start, end) = (side(from, across, 0), side(to, -across, 0));
            (start, (end.0, end.1 - down * BOX.1 / 4))
        }
    }
}

/// The three corners of an arrowhead.
fn head(start: (i32, i32), end: (i32, i32)) -> [(i32, i32); 3] {
    let (dx, dy) = (f64::from(end.0 - start.0), f64::from(end.1 - start.1));
    let length = dx.hypot(dy);
    let (ux, uy) = (dx / length, dy / length);
    let corner = |back: f64, aside: f64| {
        let x = f64::from(end.0) - back * ux - aside * uy;
        let y = f64::from(end.1) - back * uy + aside * ux;
        (x.round() as i32, y.round() as i32)
    };
    [end, corner(12.0, 5.0), corner(12.0, -5.0)]
}
