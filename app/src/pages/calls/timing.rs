//! Where the time of a call went: in the gateway, or waiting for the backend.

use domain::calls::Call;
use leptos::prelude::*;
use ui::{Card, format};

#[component]
pub fn Timing(call: Call) -> AnyView {
    let Split { gateway_us, upstream_us, share } = split(&call);
    let total = millis(call.duration_us);
    let Some(upstream_us) = upstream_us else {
        let text = format!("The call took {total}, all of it in the gateway: it was not sent on.");
        return view! { <Card title="Time"><p class="soft">{text}</p></Card> }.into_any();
    };
    let gateway = millis(gateway_us);
    let upstream = millis(upstream_us);
    let words = format!("{total} in all: {upstream} at the backend, {gateway} in the gateway");
    let width = format!("{:.2}%", share * 100.0);
    view! {
        <Card title="Time" lead=words.clone()>
            <svg width="100%" height="14" role="img" aria-label=words>
                <rect class="chart-bar series-2" width="100%" height="100%" rx="4"></rect>
                <rect class="chart-bar series-1" width=width height="100%" rx="4"></rect>
            </svg>
            <ul class="chart-legend" role="list">
                <Key class="series-1" label="Backend" value=upstream/>
                <Key class="series-2" label="Gateway" value=gateway/>
            </ul>
        </Card>
    }
    .into_any()
}

#[component]
fn Key(class: &'static str, label: &'static str, value: String) -> AnyView {
    view! {
        <li class=format!("chart-key {class}")>
            <svg class="chart-marker" viewBox="-5 -5 10 10" width="10" height="10" aria-hidden="true">
                <path d="M-4-4h8v8h-8z"></path>
            </svg>
            {label} " " <strong>{value}</strong>
        </li>
    }
    .into_any()
}

struct Split {
    gateway_us: i64,
    upstream_us: Option<i64>,
    /// Of the whole, spent at the backend: 0 to 1.
    share: f64,
}

fn split(call: &Call) -> Split {
    let total = call.duration_us.max(0);
    let upstream_us = call.upstream_us.map(|us| us.clamp(0, total));
    let upstream = upstream_us.unwrap_or(0);
    let share = if total > 0 { upstream as f64 / total as f64 } else { 0.0 };
    Split { gateway_us: total - upstream, upstream_us, share }
}

fn millis(us: i64) -> String {
    format::millis(us as f64 / 1_000.0)
}
