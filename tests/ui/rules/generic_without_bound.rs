use autodiff_core::differentiate;

trait Sums: Copy
where
    Self: std::ops::Add<Output = Self>,
{
}

#[differentiate]
fn f<T: Sums>(x: T, y: T) -> T {
    x + y
}

fn main() {}
