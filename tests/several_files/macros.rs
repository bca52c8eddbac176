//! Macros for other files.

macro_rules! blend {
    ($a:expr, $b:expr, $t:expr) => {{
        let t = $t;
        $a * (1.0 - t) + $b * t
    }};
}
