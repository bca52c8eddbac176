//! The data set: reads and checks the file, splits it into training and test images, cuts batches.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ndarray::{Array2, Axis};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

/// Width and height of an image.
pub const SIDE: usize = 8;
/// Number of pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Number of classes: the digits 0 to 9.
pub const CLASSES: usize = 10;
/// Value of a pixel that is all ink.
const INK: u8 = 16;
/// Fewer images than this are not worth a split.
const MIN_IMAGES: usize = 10;

/// Images and what they show.
#[derive(Debug)]
pub struct Dataset {
    /// One row per image, pixels from 0 (paper) to 1 (ink).
    pub images: Array2<f64>,
    /// The digit of each row.
    pub labels: Vec<usize>,
}

impl Dataset {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Reads a file with one image per line: 64 pixels from 0 to 16, then the digit.
    pub fn load(path: &Path) -> Result<Self, DataError> {
        let bytes = fs::read(path).map_err(|error| DataError { path: path.to_owned(), line: None, problem: Problem::Read(error) })?;
        Self::parse(&bytes).map_err(|(line, problem)| DataError { path: path.to_owned(), line, problem })
    }

    /// The contents of such a file; an error comes with its line, counted from 1.
    fn parse(bytes: &[u8]) -> Result<Self, (Option<usize>, Problem)> {
        let mut pixels = Vec::new();
        let mut labels = Vec::new();
        let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        if !text.is_empty() {
            for (index, line) in text.split(|&byte| byte == b'\n').enumerate() {
                let label = parse_line(line, &mut pixels).map_err(|problem| (Some(index + 1), problem))?;
                labels.push(label);
            }
        }
        if labels.len() < MIN_IMAGES {
            return Err((None, Problem::TooFew(labels.len())));
        }
        let images = Array2::from_shape_vec((labels.len(), PIXELS), pixels).expect("each line has contributed 64 pixels");
        Ok(Self { images, labels })
    }

    /// Splits at random: four fifths for training, one fifth for the test.
    pub fn split(&self, rng: &mut impl Rng) -> (Self, Self) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(rng);
        let (train, test) = order.split_at(self.len() - self.len() / 5);
        (self.select(train), self.select(test))
    }

    /// Changes every pixel by a random amount of at most `amplitude`, against overfitting.
    pub fn add_noise(&mut self, amplitude: f64, rng: &mut impl Rng) {
        self.images.mapv_inplace(|pixel| pixel + amplitude * rng.random_range(-1.0..=1.0));
    }

    /// The images with these row numbers, in this order.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self { images: self.images.select(Axis(0), rows), labels: rows.iter().map(|&row| self.labels[row]).collect() }
    }
}

/// Appends the pixels of one line, scaled to 0..=1, and returns its label.
fn parse_line(line: &[u8], pixels: &mut Vec<f64>) -> Result<usize, Problem> {
    let line = std::str::from_utf8(line).map_err(|_| Problem::NotText)?;
    let line = line.trim_end_matches('\r');
    let found = line.split(',').count();
    if line.trim().is_empty() {
        return Err(Problem::Columns(0));
    }
    if found != PIXELS + 1 {
        return Err(Problem::Columns(found));
    }
    let mut label = 0;
    for (index, field) in line.split(',').enumerate() {
        let (what, max) = if index < PIXELS { ("pixel", INK) } else { ("digit", CLASSES as u8 - 1) };
        let value = field.trim().parse::<u8>().ok().filter(|&v| v <= max);
        let value = value.ok_or_else(|| Problem::Value { column: index + 1, field: field.chars().take(20).collect(), what, max })?;
        if index < PIXELS {
            pixels.push(f64::from(value) / f64::from(INK));
        } else {
            label = usize::from(value);
        }
    }
    Ok(label)
}

/// Why a data file can not be used; displays as `file:line: problem`.
#[derive(Debug)]
pub struct DataError {
    path: PathBuf,
    line: Option<usize>,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Read(io::Error),
    NotText,
    Columns(usize),
    Value { column: usize, field: String, what: &'static str, max: u8 },
    TooFew(usize),
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": ")?;
        match &self.problem {
            Problem::Read(error) => write!(f, "can not read the data file: {error}"),
            Problem::NotText => write!(f, "the line is not UTF-8 text"),
            Problem::Columns(found) => {
                write!(f, "expected {} values separated by commas ({PIXELS} pixels and the digit), found {found}", PIXELS + 1)
            }
            Problem::Value { column, field, what, max } => {
                write!(f, "column {column}: expected a {what}, an integer from 0 to {max}, found {field:?}")
            }
            Problem::TooFew(found) => write!(f, "the file holds {found} images, at least {MIN_IMAGES} are needed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// A valid file of `rows` images; row `i` shows the digit `i % 10`.
    fn sample(rows: usize) -> Vec<String> {
        (0..rows).map(|i| format!("{}{}", "0,16,8,1,".repeat(PIXELS / 4), i % CLASSES)).collect()
    }

    fn message(bytes: &[u8]) -> String {
        let (line, problem) = Dataset::parse(bytes).expect_err("the data is wrong");
        let path = PathBuf::from("d.csv");
        let error = DataError { path, line, problem };
        error.to_string()
    }

    #[test]
    fn reads_pixels_and_labels() {
        for ending in ["\n", "\r\n"] {
            let data = Dataset::parse((sample(12).join(ending) + ending).as_bytes()).unwrap();
            assert_eq!(data.images.dim(), (12, PIXELS));
            assert_eq!(data.images.row(11).to_vec()[..4], [0.0, 1.0, 0.5, 0.0625]);
            assert_eq!(data.labels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
        }
    }

    #[test]
    fn bundled_file_is_complete() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let data = Dataset::load(&root.join("examples/data/digits.csv")).unwrap();
        assert_eq!(data.images.dim(), (1797, PIXELS));
        assert!((0..CLASSES).all(|digit| data.labels.contains(&digit)));
    }

    #[test]
    fn missing_file_is_named() {
        let error = Dataset::load(Path::new("no/such/file.csv")).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("no/such/file.csv: can not read"), "{text}");
    }

    #[test]
    fn errors_name_file_line_and_column() {
        let with = |row: usize, line: &str| {
            let mut rows = sample(12);
            rows[row] = line.to_owned();
            message(rows.join("\n").as_bytes())
        };
        let pixels = "0,".repeat(PIXELS);
        assert_eq!(with(6, "1,2,3"), "d.csv:7: expected 65 values separated by commas (64 pixels and the digit), found 3");
        assert_eq!(
            with(0, &format!("17,{}", "0,".repeat(64).trim_end_matches(','))),
            "d.csv:1: column 1: expected a pixel, an integer from 0 to 16, found \"17\""
        );
        assert_eq!(with(11, &format!("{pixels}ten")), "d.csv:12: column 65: expected a digit, an integer from 0 to 9, found \"ten\"");
        assert!(with(3, "").ends_with("found 0"));
        assert!(with(3, &format!("{pixels}10")).starts_with("d.csv:4: column 65"));
        assert!(with(3, &format!("-1,{}", "0,".repeat(64))).starts_with("d.csv:4: expected 65"));
        assert!(with(3, &format!("-1,{}1", "0,".repeat(63))).starts_with("d.csv:4: column 1:"));
        assert!(with(3, &format!("0.5,{}1", "0,".repeat(63))).starts_with("d.csv:4: column 1:"));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(message(b"\xff\xfe\n"), "d.csv:1: the line is not UTF-8 text");
    }

    #[test]
    fn too_few_images_are_refused() {
        let text = "d.csv: the file holds 0 images, at least 10 are needed";
        assert_eq!(message(b""), text);
        assert!(message(sample(9).join("\n").as_bytes()).contains("9 images"));
    }

    #[test]
    fn split_keeps_every_image_once() {
        let data = Dataset { images: Array2::from_shape_fn((23, PIXELS), |(row, _)| row as f64), labels: (0..23).collect() };
        let (train, test) = data.split(&mut ChaCha8Rng::seed_from_u64(3));
        assert_eq!((train.len(), test.len()), (19, 4));
        let mut seen = [train.labels.clone(), test.labels].concat();
        seen.sort_unstable();
        assert_eq!(seen, data.labels);
        for (row, &label) in train.labels.iter().enumerate() {
            assert_eq!(train.images[[row, 0]], label as f64);
        }
    }
}
