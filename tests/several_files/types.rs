//! What the project is about: data, without code.

use crate::consts::DIM;
use autodiff_core::Differentiable;

pub type Matrix = Vec<Vec<f64>>;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    Identity,
    Tanh,
    Relu { leak: u8 },
}

#[derive(Clone, Debug, Differentiable)]
pub struct Layer {
    pub weights: Vec<Vec<f64>>,
    pub bias: Vec<f64>,
    pub activation: Activation,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Network {
    pub layers: Vec<Layer>,
    pub scale: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Particle {
    pub position: Vec3,
    pub velocity: Vec3,
    pub mass: f64,
}

#[derive(Clone, Debug, Differentiable)]
pub struct World {
    pub particles: Vec<Particle>,
    pub springs: Vec<Spring>,
    pub damping: f64,
    pub(crate) history: Vec<f64>,
}

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Spring {
    pub ends: (usize, usize),
    pub rest: f64,
    pub stiffness: f64,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Portfolio {
    pub weights: Vec<f64>,
    pub cash: f64,
    pub name: String,
    pub fee: Option<f64>,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Curve {
    pub times: Vec<f64>,
    pub rates: Vec<f64>,
}

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Gaussian {
    pub mean: [f64; DIM],
    pub log_sigma: [f64; DIM],
}

#[derive(Clone, Debug, Differentiable)]
pub struct Grid<T> {
    pub cells: Vec<T>,
    pub cols: usize,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Polynomial<const N: usize> {
    pub coefficients: [f64; N],
}

#[derive(Clone, Debug, Differentiable)]
pub struct Table {
    pub rows: Matrix,
    pub missing: Vec<Option<f64>>,
}

#[derive(Clone, Debug, Differentiable)]
pub enum Shape {
    Circle { radius: f64 },
    Rect { width: f64, height: f64 },
    Polygon(Vec<(f64, f64)>),
    Empty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Add,
    Mul,
    Sub,
}

#[derive(Clone, Debug, Differentiable)]
pub enum Expr {
    Num(f64),
    Var(usize),
    Binary { op: Op, left: Box<Expr>, right: Box<Expr> },
    Call { name: Func, arg: Box<Expr> },
}

#[derive(Clone, Copy, Debug)]
pub enum Func {
    Sin,
    Exp,
}
