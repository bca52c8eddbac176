//! The results: a table for the terminal and a picture with learning curves and misread digits.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use ndarray::{Array2, ArrayView1};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::data::{CLASSES, Dataset, SIDE};

/// How well the network does on a set of images.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation {
    /// Mean cross entropy.
    pub loss: f64,
    /// Share of the images that are read correctly.
    pub accuracy: f64,
}

impl Evaluation {
    /// Compares the network's scores with the truth.
    pub fn new(logits: &Array2<f64>, labels: &[usize]) -> Self {
        let mut loss = 0.0;
        let mut correct = 0;
        for (row, &label) in logits.rows().into_iter().zip(labels) {
            let max = row[largest(row)];
            let sum: f64 = row.iter().map(|x| (x - max).exp()).sum();
            loss += max + sum.ln() - row[label];
            correct += usize::from(largest(row) == label);
        }
        let count = labels.len() as f64;
        Self { loss: loss / count, accuracy: correct as f64 / count }
    }
}

/// The state after an epoch, one point of the learning curves.
#[derive(Clone, Copy, Debug)]
pub struct Epoch {
    pub train: Evaluation,
    pub test: Evaluation,
}

/// A misread image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mistake {
    pub row: usize,
    pub label: usize,
    pub predicted: usize,
    /// By how much the wrong digit's score exceeds the right one's.
    pub margin: f64,
}

/// All misread images, the most confident mistake first.
pub fn mistakes(logits: &Array2<f64>, labels: &[usize]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (row, (scores, &label)) in logits.rows().into_iter().zip(labels).enumerate() {
        let predicted = largest(scores);
        if predicted != label {
            mistakes.push(Mistake { row, label, predicted, margin: scores[predicted] - scores[label] });
        }
    }
    mistakes.sort_by(|a, b| b.margin.total_cmp(&a.margin));
    mistakes
}

/// Position of the largest score, the first one of several.
fn largest(scores: ArrayView1<f64>) -> usize {
    (1..scores.len()).fold(0, |best, i| if scores[i] > scores[best] { i } else { best })
}

/// The most frequent confusion: true digit, predicted digit, how often.
fn worst_pair(mistakes: &[Mistake]) -> Option<(usize, usize, usize)> {
    let mut counts = [[0; CLASSES]; CLASSES];
    let mut worst = None;
    for mistake in mistakes {
        let count = &mut counts[mistake.label][mistake.predicted];
        *count += 1;
        if worst.is_none_or(|(_, _, most)| *count > most) {
            worst = Some((mistake.label, mistake.predicted, *count));
        }
    }
    worst
}

/// Creates the directory of a file to be written, and refuses a directory in its place.
pub fn prepare(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent),
        None => Ok(()),
    }
}

/// What there is to tell after the training.
pub struct Report<'a> {
    /// Sizes of all layers, input and output included.
    pub sizes: &'a [usize],
    pub test_set: &'a Dataset,
    pub history: &'a [Epoch],
    pub mistakes: Vec<Mistake>,
    /// Number of images the network was trained on, repetitions included.
    pub steps: usize,
    pub time: Duration,
}

// Geometry of the picture, in pixels.
const WIDTH: u32 = 1000;
const MARGIN: i32 = 24;
const TITLE: u32 = 64;
const CHARTS: u32 = 360;
const CELL: i32 = 9;
const TILE: i32 = CELL * SIDE as i32;
const PER_ROW: usize = 10;
const ROWS: usize = 2;
const STRIP_TITLE: i32 = 44;
const STRIP_ROW: i32 = TILE + 44;

const FONT: &str = "DejaVu Sans, Helvetica, Arial, sans-serif";
const TEXT: RGBColor = RGBColor(34, 34, 34);
const MUTED: RGBColor = RGBColor(102, 102, 102);
const GRID: RGBColor = RGBColor(228, 228, 228);
const TRAIN: RGBColor = RGBColor(0, 114, 178);
const TEST: RGBColor = RGBColor(213, 94, 0);

/// A drawing area of the picture.
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// Drawing into a string can not fail in practice; plotters still wants its error type.
type Drawn = Result<(), DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>>;

impl Report<'_> {
    /// The table, ready to print.
    pub fn table(&self) -> String {
        let total = self.test_set.len();
        let right = total - self.mistakes.len();
        let worst = match worst_pair(&self.mistakes) {
            Some((label, predicted, count)) => {
                let shown = self.test_set.labels.iter().filter(|&&l| l == label).count();
                format!("{label} read as {predicted}, {count} of {shown}")
            }
            None => "none".to_owned(),
        };
        let seconds = self.time.as_secs_f64();
        let rows = [
            ("Network", self.network()),
            ("Test accuracy", format!("{:.2} % ({right} of {total})", percent(right, total))),
            ("Worst confusion", worst),
            ("Training speed", format!("{:.0} samples/s", self.steps as f64 / seconds.max(1e-9))),
            ("Training time", format!("{seconds:.2} s")),
        ];
        let left = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let right = rows.iter().map(|(_, value)| value.len()).max().unwrap_or(0);
        let line = format!("+-{}-+-{}-+\n", "-".repeat(left), "-".repeat(right));
        let mut table = line.clone();
        for (name, value) in rows {
            table += &format!("| {name:left$} | {value:right$} |\n");
        }
        table + &line
    }

    /// The sizes of the layers in one word.
    fn network(&self) -> String {
        let sizes: Vec<String> = self.sizes.iter().map(usize::to_string).collect();
        sizes.join("-")
    }

    /// Writes the picture.
    pub fn write_picture(&self, path: &Path) -> io::Result<()> {
        let rows = self.mistakes.len().div_ceil(PER_ROW).clamp(1, ROWS);
        let height = TITLE + CHARTS + (STRIP_TITLE + rows as i32 * STRIP_ROW) as u32;
        let mut svg = String::new();
        self.draw(&SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area()).map_err(io::Error::other)?;
        fs::write(path, svg)
    }

    fn draw(&self, root: &Area) -> Drawn {
        root.fill(&WHITE)?;
        let (title, rest) = root.split_vertically(TITLE);
        let (charts, strip) = rest.split_vertically(CHARTS);
        let right = self.test_set.len() - self.mistakes.len();
        let headline = format!("Handwritten digits: {:.1} % of the test images read correctly", percent(right, self.test_set.len()));
        text(&title, headline, (MARGIN, 20), 22, TEXT, HPos::Left)?;
        let epochs = self.history.len();
        let subtitle = format!("Network {}, {epochs} {}", self.network(), if epochs == 1 { "epoch" } else { "epochs" });
        text(&title, subtitle, (MARGIN, 46), 14, MUTED, HPos::Left)?;
        let mut x = WIDTH as i32 - MARGIN - 280;
        for (name, color) in [("training images", TRAIN), ("test images", TEST)] {
            title.draw(&PathElement::new([(x, 46), (x + 20, 46)], color.stroke_width(2)))?;
            text(&title, name.to_owned(), (x + 28, 46), 14, TEXT, HPos::Left)?;
            x += 164;
        }

        let (left, right) = charts.split_horizontally(WIDTH / 2);
        self.draw_curves(&left, "Loss (mean cross entropy)", |point| point.loss)?;
        self.draw_curves(&right, "Accuracy (%)", |point| 100.0 * point.accuracy)?;
        self.draw_mistakes(&strip)?;
        root.present()
    }

    /// One quantity over the epochs, for training and test images.
    fn draw_curves(&self, area: &Area, name: &str, quantity: fn(&Evaluation) -> f64) -> Drawn {
        let points = |of: fn(&Epoch) -> Evaluation| -> Vec<(f64, f64)> {
            let values = self.history.iter().map(|epoch| quantity(&of(epoch)));
            values.enumerate().map(|(i, value)| ((i + 1) as f64, value)).collect()
        };
        let curves = [(TRAIN, points(|epoch| epoch.train)), (TEST, points(|epoch| epoch.test))];
        let values = || curves.iter().flat_map(|curve| &curve.1).map(|point| point.1);
        let is_percent = name.contains('%');
        let (low, high) = if is_percent {
            let min = values().fold(100.0, f64::min);
            ((min / 5.0).floor() * 5.0, 100.0)
        } else {
            (0.0, values().fold(0.0, f64::max).max(1e-9) * 1.05)
        };
        let low = if high - low < 5.0 && is_percent { 95.0 } else { low };
        let last = self.history.len().max(2) as f64;

        let mut chart = ChartBuilder::on(area)
            .margin_left(MARGIN - 8)
            .margin_right(MARGIN)
            .margin_top(8)
            .margin_bottom(8)
            .caption(name, (FONT, 16).into_font().color(&TEXT))
            .x_label_area_size(44)
            .y_label_area_size(48)
            .build_cartesian_2d(1.0..last, low..high)?;
        let label = (FONT, 12).into_font().color(&MUTED);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(MUTED)
            .x_labels(8)
            .y_labels(7)
            .x_desc("Epoch")
            .y_label_formatter(&|value| {
                if is_percent { format!("{value:.0}") } else { format!("{value:.1}") }
            })
            .x_label_formatter(&|&value| {
                let whole = value == value.round(); // no label between two epochs
                if whole { format!("{value:.0}") } else { String::new() }
            })
            .label_style(label.clone())
            .axis_desc_style((FONT, 13).into_font().color(&MUTED))
            .draw()?;
        for (color, points) in curves {
            if let [only] = points[..] {
                chart.draw_series([Circle::new(only, 4, color.filled())])?;
            }
            chart.draw_series(LineSeries::new(points, color.stroke_width(2)))?;
        }
        Ok(())
    }

    /// The misread digits with the answer and the truth.
    fn draw_mistakes(&self, area: &Area) -> Drawn {
        let shown = self.mistakes.len().min(PER_ROW * ROWS);
        let title = match self.mistakes.len() {
            0 => "No test image was misread".to_owned(),
            1 => "The only misread test image".to_owned(),
            all if all == shown => format!("All {all} misread test images"),
            all => format!("The {shown} most confident of {all} misread test images"),
        };
        text(area, title, (MARGIN, 18), 16, TEXT, HPos::Left)?;
        let pitch = (WIDTH as i32 - 2 * MARGIN) / PER_ROW as i32;
        for (index, mistake) in self.mistakes.iter().take(shown).enumerate() {
            let left = MARGIN + pitch * (index % PER_ROW) as i32;
            let top = STRIP_TITLE + STRIP_ROW * (index / PER_ROW) as i32;
            let image = self.test_set.images.row(mistake.row);
            for (pixel, &ink) in image.iter().enumerate() {
                let x = left + CELL * (pixel % SIDE) as i32;
                let y = top + CELL * (pixel / SIDE) as i32;
                let shade = (255.0 * (1.0 - ink)).round() as u8;
                area.draw(&Rectangle::new([(x, y), (x + CELL, y + CELL)], RGBColor(shade, shade, shade).filled()))?;
            }
            let frame = [(left, top), (left + TILE, top + TILE)];
            area.draw(&Rectangle::new(frame, RGBColor(170, 170, 170)))?;
            let under = |down| (left + TILE / 2, top + TILE + down);
            let read = format!("read as {}", mistake.predicted);
            text(area, read, under(12), 13, TEST, HPos::Center)?;
            let truth = format!("is a {}", mistake.label);
            text(area, truth, under(28), 13, TEXT, HPos::Center)?;
        }
        Ok(())
    }
}

fn percent(part: usize, total: usize) -> f64 {
    100.0 * part as f64 / total as f64
}

/// Draws a line of text, vertically centred at a position.
fn text(area: &Area, content: String, at: (i32, i32), size: i32, color: RGBColor, side: HPos) -> Drawn {
    let style = (FONT, size).into_font().color(&color).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(content, at, style))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn evaluation_counts_and_averages() {
        let logits = array![[0.0, 0.0], [1000.0, 0.0]];
        let evaluation = Evaluation::new(&logits, &[0, 0]);
        assert_eq!(evaluation.accuracy, 1.0);
        assert!((evaluation.loss - 0.5 * 2f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn mistakes_come_most_confident_first() {
        let logits = array![[1.0, 0.0], [0.0, 1.0], [0.0, 3.0]];
        let found = mistakes(&logits, &[0, 0, 0]);
        assert_eq!(found.iter().map(|m| m.row).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(worst_pair(&found), Some((0, 1, 2)));
        assert_eq!(worst_pair(&[]), None);
    }
}
