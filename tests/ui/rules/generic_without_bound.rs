use autodiff_core::differentiate;

#[differentiate]
fn f<T: Copy + std::ops::Mul<Output = T>>(x: T, y: T) -> T {
    x * y
}

fn main() {}
