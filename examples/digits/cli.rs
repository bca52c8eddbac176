//! The command line: what can be chosen, its defaults and its limits.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::RangedU64ValueParser;

/// The data set that comes with the project; found from any working directory.
const BUNDLED_DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv");

/// Trains a small neural network to read handwritten digits.
///
/// The images are split 80/20 into training and test images. The network is trained on the former, with
/// noise added to their pixels, by stochastic gradient descent; the test images it sees only to be measured.
/// Results are printed as a table and drawn as an SVG picture: the learning curves and the misread digits.
#[derive(Parser, Debug)]
#[command(
    name = "digits",
    after_help = "Exit codes: 0 success; 1 training diverged or the picture could not be written; \
                  2 wrong options or an unusable data file."
)]
pub struct Options {
    /// Sizes of the hidden layers, from input to output, separated by commas
    #[arg(long, value_name = "SIZES", value_delimiter = ',', default_value = "64,32",
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=4096))]
    pub layers: Vec<usize>,

    /// Number of passes over the training images
    #[arg(long, value_name = "N", default_value_t = 80,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=100_000))]
    pub epochs: usize,

    /// Number of images per training step
    #[arg(long, value_name = "N", default_value_t = 32,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub batch_size: usize,

    /// Step size at the start; it falls linearly towards zero during the training
    #[arg(long, value_name = "RATE", default_value_t = 0.05, value_parser = positive)]
    pub learning_rate: f64,

    /// Seed of everything random: split, initial weights, order of the batches, noise
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Data file: one image per line, 64 pixels from 0 to 16 and the digit, separated by commas
    /// [default: the project's examples/data/digits.csv]
    #[arg(long, value_name = "PATH", default_value = BUNDLED_DATA, hide_default_value = true)]
    pub data: PathBuf,

    /// Picture to write (SVG); its directory is created if it is missing
    #[arg(long, value_name = "PATH", default_value = "out/digits.svg")]
    pub out: PathBuf,
}

/// Parses a finite number above zero.
fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        Ok(_) => Err("must be a finite number above zero".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn definition_is_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn layers_are_a_list() {
        let options = Options::parse_from(["digits", "--layers", "10,20,30"]);
        assert_eq!(options.layers, [10, 20, 30]);
    }

    #[test]
    fn impossible_values_are_refused() {
        for arguments in [
            ["--layers", "0"],
            ["--layers", ""],
            ["--batch-size", "0"],
            ["--epochs", "0"],
            ["--learning-rate", "0"],
            ["--learning-rate", "NaN"],
            ["--seed", "-1"],
        ] {
            let line = ["digits"].into_iter().chain(arguments);
            assert!(Options::try_parse_from(line).is_err(), "{arguments:?}");
        }
    }
}
