//! A picture with axes, lines and points, for the examples that draw one: `out/<name>.svg`, or the file named on the command line.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use plotters::prelude::*;

/// How numbers are drawn.
#[derive(Clone, Copy)]
pub enum Mark {
    Line,
    Points,
}

/// Points of one colour, and what they are called.
pub struct Series<'n> {
    pub name: &'n str,
    pub color: RGBColor,
    pub mark: Mark,
    pub points: Vec<(f64, f64)>,
}

/// Colours that are told apart by everybody (Okabe and Ito).
pub const COLORS: [RGBColor; 5] =
    [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115), RGBColor(204, 121, 167), RGBColor(120, 120, 120)];

/// Writes the picture and gives its path.
pub fn draw(name: &str, caption: &str, [x_label, y_label]: [&str; 2], series: &[Series<'_>]) -> Result<PathBuf, Box<dyn Error>> {
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(format!("out/{name}.svg")), PathBuf::from);
    // Room on all sides; above, for the legend.
    let range = |part: fn(&(f64, f64)) -> f64, above: f64| {
        let all = || series.iter().flat_map(|s| &s.points).map(part);
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        let size = (high - low).max(1e-12);
        low - 0.04 * size..high + above * size
    };
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (820, 520)).into_drawing_area();
        root.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&root)
            .caption(caption, ("sans-serif", 20))
            .margin(14)
            .x_label_area_size(46)
            .y_label_area_size(64)
            .build_cartesian_2d(range(|p| p.0, 0.04), range(|p| p.1, 0.08 * series.len() as f64))?;
        chart.configure_mesh().x_desc(x_label).y_desc(y_label).axis_desc_style(("sans-serif", 16)).light_line_style(WHITE).draw()?;
        for s in series {
            let color = s.color;
            let drawn = match s.mark {
                Mark::Line => chart.draw_series(LineSeries::new(s.points.iter().copied(), color.stroke_width(2)))?,
                Mark::Points => chart.draw_series(s.points.iter().map(|&p| Circle::new(p, 3, color.filled())))?,
            };
            match s.mark {
                Mark::Line => drawn.label(s.name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2))),
                Mark::Points => {
                    drawn.label(s.name).legend(move |(x, y)| PathElement::new([(x + 7, y), (x + 11, y)], color.stroke_width(6)))
                }
            };
        }
        let legend = SeriesLabelPosition::UpperRight;
        chart.configure_series_labels().position(legend).label_font(("sans-serif", 15)).background_style(WHITE.mix(0.85)).draw()?;
        root.present()?;
    }
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, svg)?;
    Ok(path)
}
