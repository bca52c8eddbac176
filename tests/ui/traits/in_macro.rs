use autodiff_core::differentiate;

macro_rules! model {
    ($name:ident $method:ident) => {
        trait $name {
            #[differentiate]
            fn $method(&self, x: f64) -> f64 {
                x * x
            }
        }
    };
}

model!(Model energy);

struct Steep;

impl Model for Steep {
    fn energy(&self, x: f64) -> f64 {
        x * x * x
    }
}

fn main() {}
