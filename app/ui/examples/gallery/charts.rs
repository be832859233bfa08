//! Charts: many series, gaps, one point, nothing.

use crate::home::frame;
use crate::sample::{DAY, HOUR, NOW, course, points};
use leptos::prelude::*;
use ui::*;

pub fn page() -> AnyView {
    frame("Analytics", Box::new(|| view! { <Page>{content()}</Page> }.into_any()))
}

fn content() -> impl IntoView {
    view! {
        <PageHeader title="Analytics" lead="Payments, the last seven days."/>
        <Card>{latency()}</Card>
        <div class="grid grid-large">
            <Card>{calls()}</Card>
            <Card>{top()}</Card>
            <Card>{gaps()}</Card>
            <Card><LineChart title="Errors" series=vec![Series::new("errors", vec![Point::new(NOW, 4.0)])]/></Card>
            <Card>{cost()}</Card>
            <Card><LineChart title="Tokens" series=vec![Series::new("tokens", vec![])] note="Kept for 30 days."/></Card>
        </div>
    }
}

fn latency() -> impl IntoView {
    let one = |name: &'static str, seed, size| Series::new(name, points(&course(84, seed, size), 2 * HOUR));
    let series = vec![one("p50", 1, 60.0), one("p95", 2, 180.0), one("p99", 3, 420.0)];
    view! { <LineChart title="Latency" series unit=Unit::Milliseconds note="Calls are kept for 30 days."/> }
}

fn calls() -> impl IntoView {
    let points = points(&course(24, 5, 9_000.0), HOUR).into_iter().map(|point| point.href("#")).collect();
    view! { <LineChart title="Calls" series=vec![Series::new("Calls", points)] area=true/> }
}

fn top() -> impl IntoView {
    let items = [
        ("Mobile app", 81_230.0),
        ("Checkout", 40_112.0),
        ("Back office with a long name", 9_811.0),
        ("Nightly export", 310.0),
    ];
    let items = items.into_iter().map(|(name, value)| BarItem::new(name, value).href("#")).collect();
    view! { <BarList title="Top applications" items/> }
}

fn gaps() -> impl IntoView {
    let mut list = points(&course(20, 5, 4_000_000.0), HOUR);
    for index in [4, 5, 9, 11] {
        if let Some(point) = list.get_mut(index) {
            *point = Point::new(NOW / HOUR * HOUR - HOUR * (19 - index as i64), None);
        }
    }
    view! { <LineChart title="Bytes" series=vec![Series::new("Bytes", list)] unit=Unit::Bytes/> }
}

fn cost() -> impl IntoView {
    let one = |name: &'static str, seed| Series::new(name, points(&course(14, seed, 3e9), DAY));
    let series = vec![
        one("small", 1),
        one("large", 2),
        one("vision", 3),
        one("speech", 4),
        one("rerank", 6),
        one("other", 7).role(SeriesRole::Rest),
    ];
    view! { <BarChart title="Cost by model" series unit=Unit::Money/> }
}
