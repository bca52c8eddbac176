//! Trains a neural network on 1,797 handwritten digits and reports how well it reads new ones.
//!
//! ```sh
//! cargo run --release --example digits
//! cargo run --release --example digits -- --help
//! ```

mod cli;
mod data;
mod network;
mod report;

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use cli::Options;
use data::{CLASSES, DataError, Dataset, PIXELS};
use network::Network;
use report::{Epoch, Evaluation, Report};

/// How much the pixels of the training images, from 0 to 1, are disturbed in each step.
const NOISE: f64 = 0.45;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}

/// Loads, trains, reports.
fn run(options: &Options) -> Result<(), Failure> {
    let data = Dataset::load(&options.data).map_err(Failure::Data)?;
    let output = |error| Failure::Output(options.out.clone(), error);
    report::prepare(&options.out).map_err(output)?; // fail now rather than after the training

    let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
    let (train_set, test_set) = data.split(&mut rng);
    let sizes = [&[PIXELS], &options.layers[..], &[CLASSES]].concat();
    let mut network = Network::new(&sizes, options.seed);
    let (history, time) = train(&mut network, &train_set, &test_set, options, &mut rng)?;

    let report = Report {
        sizes: &sizes,
        test_set: &test_set,
        history: &history,
        mistakes: report::mistakes(&network.logits(test_set.images.view()), &test_set.labels),
        steps: options.epochs * train_set.len(),
        time,
    };
    report.write_picture(&options.out).map_err(output)?;
    let text = format!("{}\nPicture: {}\n", report.table(), options.out.display());
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Table(error)),
        _ => Ok(()),
    }
}

/// Trains for the chosen number of epochs; returns the learning curves and the time spent in training
/// steps, evaluation not included.
fn train(
    network: &mut Network,
    train_set: &Dataset,
    test_set: &Dataset,
    options: &Options,
    rng: &mut ChaCha8Rng,
) -> Result<(Vec<Epoch>, Duration), Failure> {
    let bar = progress_bar(options.epochs);
    let mut order: Vec<usize> = (0..train_set.len()).collect();
    let mut history = Vec::new();
    let mut time = Duration::ZERO;
    for epoch in 0..options.epochs {
        let rate = options.learning_rate * (1.0 - epoch as f64 / options.epochs as f64);
        let start = Instant::now();
        order.shuffle(rng);
        for rows in order.chunks(options.batch_size) {
            let mut batch = train_set.select(rows);
            batch.add_noise(NOISE, rng);
            let loss = network.train_step(batch.images.view(), &batch.labels, rate);
            if !loss.is_finite() {
                bar.abandon();
                return Err(Failure::Diverged(epoch + 1));
            }
        }
        time += start.elapsed();

        let evaluate = |set: &Dataset| Evaluation::new(&network.logits(set.images.view()), &set.labels);
        let (train, test) = (evaluate(train_set), evaluate(test_set));
        if !(train.loss.is_finite() && test.loss.is_finite()) {
            bar.abandon();
            return Err(Failure::Diverged(epoch + 1));
        }
        history.push(Epoch { train, test });
        bar.set_message(format!("loss {:.4}, test accuracy {:.1} %", train.loss, 100.0 * test.accuracy));
        bar.inc(1);
    }
    bar.finish();
    Ok((history, time))
}

/// A bar on standard error; hidden where that is not a terminal.
fn progress_bar(epochs: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:32.cyan/blue} epoch {pos}/{len}  {msg}").expect("the template is valid");
    ProgressBar::new(epochs as u64).with_style(style)
}

/// Why there is no report.
enum Failure {
    Data(DataError),
    Diverged(usize),
    Output(PathBuf, io::Error),
    Table(io::Error),
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Data(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Data(error) => error.fmt(f),
            Failure::Diverged(epoch) => write!(f, "the loss is no longer a finite number in epoch {epoch}; try a smaller --learning-rate"),
            Failure::Output(path, error) => {
                write!(f, "{}: can not write the picture: {error}", path.display())
            }
            Failure::Table(error) => write!(f, "can not write the results: {error}"),
        }
    }
}
