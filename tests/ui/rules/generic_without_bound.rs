use autodiff_core::differentiate;

#[differentiate]
fn f<T: Copy + std::ops::Add<Output = T>>(x: T, y: T) -> T {
    x + y
}

fn main() {}
