//! The picture of a run, as SVG: how many had a message when, who came and went, how a message spread on average.

use std::time::Duration;

use plotters::prelude::*;

use crate::Report;

/// Draws it.
///
/// # Errors
/// What the plotting library could not draw.
pub fn chart(report: &Report) -> Result<String, String> {
    let mut svg = String::new();
    draw(report, &mut svg).map_err(|error| format!("the picture cannot be drawn: {error}"))?;
    Ok(svg)
}

/// When the mean no longer grows, in milliseconds, up to a full second.
fn until(report: &Report) -> Duration {
    let last = report.reach(Duration::from_secs(10)).mean;
    let steps = [200, 300, 500, 800, 1200, 2000, 3000, 5000, 10_000];
    let enough = steps.into_iter().find(|ms| report.reach(Duration::from_millis(*ms)).mean >= last - 0.0005);
    Duration::from_millis(enough.unwrap_or(10_000))
}

fn draw(report: &Report, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, (1000, 720)).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(&report.scenario.name, ("sans-serif", 22))?;
    let (above, below) = root.split_vertically(360);
    reach(report, &above)?;
    population(report, &below)?;
    root.present()?;
    Ok(())
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn reach(report: &Report, area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let until = until(report);
    let curve = report.curve(until, 100);
    let milliseconds = until.as_secs_f64() * 1000.;
    let caption = format!("reach of {} messages, in % of those who wanted it", report.messages());
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 15))
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..milliseconds, 0.0..100.5)
        .map_err(|error| error.to_string())?;
    let mesh = chart.configure_mesh().x_desc("ms after it was published").y_desc("%").draw();
    mesh.map_err(|error| error.to_string())?;
    let mean =
        LineSeries::new(curve.iter().map(|(ms, spread)| (*ms, spread.mean * 100.)), BLACK.stroke_width(2));
    let drawn = chart.draw_series(mean).map_err(|error| error.to_string())?;
    drawn.label("mean").legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], BLACK));
    let worst = LineSeries::new(curve.iter().map(|(ms, spread)| (*ms, spread.worst * 100.)), RED);
    let drawn = chart.draw_series(worst).map_err(|error| error.to_string())?;
    drawn.label("worst").legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], RED));
    let labels =
        chart.configure_series_labels().position(SeriesLabelPosition::LowerRight).border_style(BLACK).draw();
    labels.map_err(|error| error.to_string())?;
    Ok(())
}

fn population(report: &Report, area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let samples = &report.samples;
    let end = report.simulated.as_secs_f64().max(1.);
    // Per sample, so that joins and leaves are rates beside the number of peers.
    let change = |of: fn(&crate::report::Sample) -> usize| {
        samples
            .windows(2)
            .map(|pair| (pair[1].at.as_secs_f64(), (of(&pair[1]) - of(&pair[0])) as f64))
            .collect()
    };
    let joins: Vec<(f64, f64)> = change(|sample| sample.joins);
    let leaves: Vec<(f64, f64)> = change(|sample| sample.leaves);
    let peers: Vec<(f64, f64)> =
        samples.iter().map(|sample| (sample.at.as_secs_f64(), sample.peers as f64)).collect();
    let top = joins.iter().chain(&leaves).chain(&peers).map(|(_, value)| *value).fold(1., f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption("honest peers; joins and leaves between two samples", ("sans-serif", 15))
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..end, 0.0..top * 1.05)
        .map_err(|error| error.to_string())?;
    chart.configure_mesh().x_desc("s").draw().map_err(|error| error.to_string())?;
    for (label, series, colour) in [("peers", peers, BLACK), ("joins", joins, GREEN), ("leaves", leaves, RED)]
    {
        let drawn = chart.draw_series(LineSeries::new(series, colour)).map_err(|error| error.to_string())?;
        drawn.label(label).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour));
    }
    chart.configure_series_labels().border_style(BLACK).draw().map_err(|error| error.to_string())?;
    Ok(())
}
