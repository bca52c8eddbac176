//! Lists without numbers beside numbers: given in tuples, and lent by `&mut`. With `hessian`, which is asked for by its siblings alone.

/// Lists without numbers in a tuple that is given: the tangent of such a list was no list (E0308).
mod lists_of_positions_beside_numbers {
    use autodiff_core::differentiate;

    #[derive(Clone, PartialEq, Debug)]
    enum Kind {
        Up,
        Down,
    }

    #[differentiate(hessian)]
    fn best(scores: &[f64]) -> (f64, Vec<usize>) {
        let mut path = Vec::new();
        let mut at = 0;
        for i in 0..scores.len() {
            if scores[i] > scores[at] {
                at = i;
            }
            path.push(at);
        }
        path.reverse();
        (scores[at] * scores[at] * scores[0], path)
    }

    #[differentiate(hessian)]
    fn kinds(scores: &[f64]) -> (f64, Vec<Kind>, Option<usize>) {
        let kinds = vec![Kind::Up, Kind::Down];
        (scores[0] * scores[1], kinds, Some(3))
    }

    #[differentiate]
    fn both(scores: &[f64]) -> f64 {
        let (a, path) = best(scores);
        a * scores[path[0]]
    }

    #[test]
    fn gradients() {
        check! { both both_vjp both_jvp; }
        let (value, tangent) = kinds_jvp(&[2.0, 3.0], &[1.0, 0.0]);
        assert_eq!((value, tangent.0), ((6.0, vec![Kind::Up, Kind::Down], Some(3)), 3.0));
    }
}

/// Lists without numbers behind `&mut`: their place was taken by `()` (E0308).
mod lists_of_positions_behind_mutable_references {
    use autodiff_core::differentiate;

    #[differentiate(hessian)]
    fn visit(x: &[f64], seen: &mut Vec<bool>, order: &mut [usize], count: &mut usize) -> f64 {
        let at = seen.iter().position(|s| !s).unwrap_or(0);
        seen[at] = true;
        order[at] = *count;
        *count += 1;
        x[at] * x[at]
    }

    #[differentiate]
    fn all(x: &[f64]) -> f64 {
        let mut seen = vec![false; x.len()];
        let mut order = [0; 4];
        let mut count = 0;
        let mut total = 0.0;
        while count < 3 {
            total += visit(x, &mut seen, &mut order, &mut count) * (1 + order[1]) as f64;
        }
        total * visit(x, &mut seen, &mut order[..], &mut count)
    }

    #[test]
    fn gradients() {
        check! { all all_vjp all_jvp; }
        let (value, gradient) = visit_grad(&[2.0, 3.0], &mut vec![true, false], &mut [0, 0], &mut 0);
        assert_eq!((value, gradient), (9.0, vec![0.0, 6.0]));
        let (.., hessian) = visit_hessian(&[2.0, 3.0], &mut vec![true, false], &mut [0, 0], &mut 0);
        assert_eq!(hessian, [[0.0, 0.0], [0.0, 2.0]]);
    }
}
