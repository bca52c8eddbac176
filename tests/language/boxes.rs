//! `Box` in enums and structs that contain themselves, and as a parameter.

use autodiff_core::{Differentiable, differentiate};

mod trees {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    enum Tree {
        Leaf(f64),
        Node(Box<Tree>, Box<Tree>),
        Many(Vec<Tree>),
        Scaled { k: f64, inner: Box<Tree> },
        Maybe(Option<Box<Tree>>),
    }

    #[differentiate]
    fn value(t: &Tree, x: f64) -> f64 {
        match t {
            Tree::Leaf(v) => v * x,
            Tree::Node(l, r) => value(l, x) * value(r, x.sin()),
            Tree::Many(list) => list.iter().map(|c| value(c, x)).sum::<f64>() + total(list),
            Tree::Scaled { k, inner } => k * value(inner, x) + value(&*inner, x * k),
            Tree::Maybe(Some(c)) => value(c, x * x),
            Tree::Maybe(None) => x,
        }
    }
    #[differentiate]
    fn total(list: &[Tree]) -> f64 {
        let mut s = 0.0;
        for t in list {
            if let Tree::Node(l, _) = t {
                s += value(l, 0.5);
            } else if let Tree::Many(inner) = t {
                s += total(inner) * 2.0;
            }
        }
        s
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let pair = Tree::Node(Box::new(Tree::Leaf(v[0])), Box::new(Tree::Scaled { k: v[1], inner: Box::new(Tree::Leaf(v[2])) }));
        let list = Tree::Many(vec![pair.clone(), Tree::Leaf(v[3]), Tree::Many(vec![pair.clone()])]);
        let maybe = Tree::Node(Box::new(Tree::Maybe(Some(Box::new(list)))), Box::new(Tree::Maybe(None)));
        value(&maybe, v[4]) + value(&pair, v[5])
    }

    crate::of_six!();
}

mod lists {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    struct Node {
        v: f64,
        next: Option<Box<Node>>,
    }

    #[differentiate]
    fn by_match(n: &Node) -> f64 {
        n.v * n.v
            + match &n.next {
                Some(m) => by_match(m) * n.v,
                None => 1.0,
            }
    }
    #[differentiate]
    fn by_as_ref(n: &Node) -> f64 {
        if let Some(m) = n.next.as_ref() { by_as_ref(m) * n.v } else { n.v }
    }
    #[differentiate]
    fn by_as_deref(n: &Node) -> f64 {
        match n.next.as_deref() {
            Some(m) => by_as_deref(m).sin() * n.v,
            None => n.v,
        }
    }
    #[differentiate]
    fn by_map(n: &Option<Box<Node>>) -> f64 {
        n.as_ref().map_or(1.0, |m| m.v * by_map(&m.next))
    }
    #[differentiate]
    fn scaled(n: &mut Node, k: f64) {
        n.v *= k;
        if let Some(m) = n.next.as_mut() {
            m.v += k * k;
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let last = Node { v: v[2], next: None };
        let mut list = Node { v: v[0], next: Some(Box::new(Node { v: v[1], next: Some(Box::new(last)) })) };
        let before = by_match(&list);
        scaled(&mut list, v[3]);
        before * v[4] + by_as_ref(&list) + by_as_deref(&list) * v[5] + by_map(&list.next)
    }

    crate::of_six!();
}

mod parameters {
    use super::*;

    #[differentiate]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }
    #[differentiate]
    fn g(b: &Box<[f64]>, w: Box<Vec<f64>>, x: &Vec<f64>) -> f64 {
        dot(b, &w) + dot(&b[1..], x) + dot(&*w, b) + dot(x, x) * b[0]
    }
    #[differentiate]
    fn through(x: &Vec<f64>, y: &mut Vec<f64>) -> f64 {
        y[0] *= dot(x, y);
        dot(x, x) + dot(y, x)
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut copy: Vec<f64> = v.into();
        let mut other = v.to_vec();
        copy[1] *= v[2];
        through(&copy, &mut other) * other[0] + dot(&copy, &other)
    }

    crate::of_six!();

    #[test]
    fn boxes_by_reference_and_by_value() {
        let x = crate::random(6, 3);
        let h = |p: &[f64]| g(&p[..2].to_vec().into_boxed_slice(), Box::new(p[2..4].to_vec()), &p[4..].to_vec());
        let (value, (b, w, y)) = g_grad(&x[..2].to_vec().into_boxed_slice(), Box::new(x[2..4].to_vec()), &x[4..].to_vec());
        assert_eq!(value.to_bits(), h(&x).to_bits());
        crate::close("gradient", &[&b[..], &w[..], &y[..]].concat(), &crate::differences(h, &x));
    }
}

mod mutable_references_handed_on {
    use super::*;

    #[derive(Clone, Differentiable)]
    struct Field(Vec<f64>);

    #[differentiate]
    impl Field {
        fn norm(&self, w: &[f64], k: f64) -> f64 {
            self.0.iter().zip(w).map(|(a, b)| a * b * k).sum()
        }
        fn add(&mut self, other: &mut Field, w: &mut [f64]) -> f64 {
            let n = self.norm(w, other.0[0]) + Field::norm(other, w, 2.0) + Self::norm(self, w, 0.5);
            self.0[0] += n;
            bump(w, other);
            n * w[0]
        }
    }
    #[differentiate]
    fn bump(w: &mut [f64], f: &Field) {
        w[0] *= f.0[1];
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (mut a, mut b, mut w) = (Field(v[..2].to_vec()), Field(v[2..4].to_vec()), v[4..].to_vec());
        let n = a.add(&mut b, &mut w);
        n * a.0[0] + b.norm(&w, 1.0)
    }

    crate::of_six!();
}
