use crate::{html, tag_with};
use leptos::prelude::*;
use ui::*;

const NOW: i64 = 1_773_480_000_000;
const HOUR: i64 = 3_600_000;

fn points(values: &[f64]) -> Vec<Point> {
    values.iter().enumerate().map(|(index, value)| Point::new(NOW + HOUR * index as i64, *value)).collect()
}

fn line(series: Vec<Series>) -> String {
    html(|| view! { <LineChart title="Calls" series area=true/> })
}

fn bars(series: Vec<Series>) -> String {
    html(|| view! { <BarChart title="Calls" series/> })
}

/// No place in a chart is outside of it or no number at all.
fn assert_sound(page: &str) {
    assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
    for (at, _) in page.match_indices("%\"") {
        let start = page[..at].rfind('"').expect("an attribute") + 1;
        let place: f64 = page[start..at].parse().expect("a number");
        assert!((0.0..=100.0).contains(&place), "{place}%");
    }
}

#[test]
fn chart_of_nothing_says_so() {
    for series in
        [vec![], vec![Series::new("calls", vec![])], vec![Series::new("calls", vec![Point::new(NOW, None)])]]
    {
        let page = line(series.clone());
        assert!(
            page.contains("No calls in this period") && !page.contains("<path class=\"chart-stroke"),
            "{page}"
        );
        assert!(bars(series).contains("No calls in this period"));
    }
}

#[test]
fn chart_of_one_point_shows_it() {
    let page = line(vec![Series::new("calls", points(&[4.0]))]);
    assert_sound(&page);
    assert!(page.contains("class=\"chart-marker series-1\""), "a line of one point is invisible: {page}");
    assert_sound(&bars(vec![Series::new("calls", points(&[4.0]))]));
}

#[test]
fn chart_of_zeros_and_of_huge_values_is_sound() {
    for values in [
        vec![0.0; 5],
        vec![1e15, 0.0, 3e14],
        vec![1e-9; 3],
        vec![-5.0, 5.0],
        vec![f64::NAN, f64::INFINITY, 1.0],
    ] {
        let series = vec![Series::new("a", points(&values)), Series::new("b", points(&values))];
        assert_sound(&line(series.clone()));
        assert_sound(&bars(series));
    }
}

#[test]
fn chart_of_many_points_has_no_markers_and_few_words() {
    let many: Vec<f64> = (0..2_000).map(f64::from).collect();
    let page = line(vec![Series::new("calls", points(&many))]);
    assert_sound(&page);
    assert!(!page.contains("class=\"chart-marker series-1\""));
    assert!(page.matches("chart-time").count() < 30, "words below the chart stay readable");
}

#[test]
fn gap_breaks_the_line() {
    let mut list = points(&[1.0, 2.0, 3.0, 4.0]);
    list[1] = Point::new(NOW + HOUR, None);
    let page = line(vec![Series::new("calls", list)]);
    let stroke = tag_with(&page, "chart-stroke");
    assert_eq!(stroke.matches('M').count(), 2, "{stroke}");
}

#[test]
fn chart_can_be_read_without_seeing() {
    let page = line(vec![Series::new("calls", points(&[3.0, 9.0, 6.0]))]);
    let caption = &page[page.find("<figcaption").expect("a caption")..];
    for part in ["total 18", "highest 9 (14 Mar 10:20)", "lowest 3 (14 Mar 09:20)", "last 6"] {
        assert!(caption.contains(part), "{part} in {caption}");
    }
    assert!(page.contains("<details") && page.contains("<table"));
    assert!(page.contains("<title>14 Mar 10:20  ·  9</title>"), "{page}");
}

#[test]
fn percentiles_are_not_added_up() {
    let series = vec![Series::new("p95", points(&[3.0, 9.0]))];
    let page = html(|| view! { <LineChart title="Latency" series unit=Unit::Milliseconds/> });
    assert!(!page.contains("total") && page.contains("highest 9 ms"), "{page}");
}

#[test]
fn point_leads_to_its_calls_by_keyboard() {
    let list = vec![Point::new(NOW, 3.0).href("/calls?since=1&until=2")];
    for page in [line(vec![Series::new("calls", list.clone())]), bars(vec![Series::new("calls", list)])] {
        assert!(page.contains("href=\"/calls?since=1&amp;until=2\""), "{page}");
        assert!(
            tag_with(&page, "chart-drawing").contains("role=\"group\""),
            "links inside an image are lost"
        );
    }
}

#[test]
fn bars_are_stacked() {
    let series =
        vec![Series::new("2xx", points(&[60.0])), Series::new("5xx", points(&[40.0])).role(SeriesRole::Bad)];
    let page = bars(series);
    let lower = tag_with(&page, "chart-bar series-1");
    let upper = tag_with(&page, "chart-bar series-bad");
    assert!(lower.contains("y=\"40%\"") && lower.contains("height=\"60%\""), "{lower}");
    assert!(upper.contains("y=\"0%\"") && upper.contains("height=\"40%\""), "{upper}");
}

#[test]
fn bar_list_is_sound_without_values() {
    let items = vec![BarItem::new("a", 0.0), BarItem::new("b", f64::NAN)];
    assert_sound(&html(|| view! { <BarList title="Top" items/> }));
    assert!(html(|| view! { <BarList title="Top" items=vec![]/> }).contains("No calls in this period"));
}

#[test]
fn nothing_has_a_style_attribute() {
    let page = line(vec![Series::new("calls", points(&[3.0, 9.0]))])
        + &bars(vec![Series::new("calls", points(&[3.0]))]);
    assert!(!page.contains("style="), "the content security policy forbids it");
}
