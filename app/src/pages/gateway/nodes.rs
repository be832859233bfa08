//! Nodes of upstreams and how they are.

use crate::server::{load, next_href, page_of, query};
use control::gateway;
use domain::gateway_status::{BreakerState, NodeStatus};
use leptos::prelude::*;
use ui::{Badge, Column, EmptyState, Glyph, LinkButton, Load, Pager, Row, Table, Tone, format};

#[component]
pub fn AllNodes() -> AnyView {
    let (page, troubled) = (page_of(), query("nodes") == "troubled");
    let nodes = load(move |control, actor| async move {
        Ok(gateway::nodes(&control, &actor, troubled, &page?).await?)
    });
    let (href, label) = if troubled {
        ("/gateway#nodes", "Show all")
    } else {
        ("/gateway?nodes=troubled#nodes", "Only those in trouble")
    };
    view! {
        <div class="row"><LinkButton href glyph=Glyph::Filter>{label}</LinkButton></div>
        <Load resource=nodes let:nodes>
            <Pages nodes troubled/>
        </Load>
    }
    .into_any()
}

#[component]
fn Pages(nodes: domain::paging::Page<NodeStatus>, troubled: bool) -> AnyView {
    let next = next_href(nodes.next.as_deref());
    let empty = if troubled {
        view! { <EmptyState glyph=Glyph::CheckCircle title="No node is in trouble"/> }
    } else {
        let text = "As soon as a version is published, its backends are shown here.";
        view! { <EmptyState glyph=Glyph::Gateway title="Nothing is served yet" text/> }
    };
    let mut columns = columns();
    columns.insert(0, Column::new("API"));
    let rows = nodes
        .items
        .into_iter()
        .map(|node| cells(Row::new().cell(format!("{} {}", node.api, node.version)), node));
    let rows = rows.collect();
    view! {
        <Table caption="Nodes" columns rows empty/>
        <Pager next_href=next/>
    }
    .into_any()
}

/// Those that [`cells`] fills.
pub fn columns() -> Vec<Column> {
    vec![
        Column::mono("Node"),
        Column::shrink("State"),
        Column::number("Under way"),
        Column::number("Answers in"),
        Column::number("Retries"),
        Column::new("Last trouble"),
    ]
}

/// What there is to say of a node.
pub fn cells(row: Row, node: NodeStatus) -> Row {
    let latency = node.ewma_ms.map_or_else(|| "–".to_owned(), |ms| format::millis(ms as f64));
    row.cell(node.url.clone())
        .cell(state(&node))
        .cell(format::count(node.in_flight.into()))
        .cell(latency)
        .cell(format::count(node.retries))
        .cell(trouble(&node))
}

fn state(node: &NodeStatus) -> AnyView {
    let (label, tone, glyph) = match (node.healthy, node.breaker) {
        (false, _) => ("Unhealthy", Tone::Danger, Glyph::Problem),
        (true, BreakerState::Open) => ("Left alone", Tone::Danger, Glyph::Pause),
        (true, BreakerState::HalfOpen) => ("Tried out", Tone::Warning, Glyph::Warning),
        (true, BreakerState::Closed) => ("Healthy", Tone::Good, Glyph::Check),
    };
    view! { <Badge label tone glyph/> }.into_any()
}

/// What went wrong last, and how often calls were led away from the node.
fn trouble(node: &NodeStatus) -> String {
    let word = words(&node.last_error);
    match node.ejections {
        0 => word.to_owned(),
        1 => format!("{word}; led around once"),
        times => format!("{word}; led around {times} times"),
    }
}

/// The gateway's word for what went wrong as people say it.
fn words(error: &str) -> &str {
    match error {
        "" => "none",
        "dns_error" => "its name was not found",
        "destination_ip_prohibited" => "its address is not allowed",
        "connection_refused" => "connection refused",
        "connection_timeout" => "no connection in time",
        "tls_protocol_error" => "TLS could not be agreed on",
        "tls_certificate_error" => "its certificate is not trusted",
        "tls_alert_received" => "it broke off the TLS handshake",
        "connection_terminated" => "the connection ended early",
        "http_protocol_error" => "its answer was not HTTP",
        "http_response_timeout" => "no answer in time",
        "connection_write_timeout" => "it took the request too slowly",
        "http_5xx" => "a status of 500 or more",
        "check_status" => "a check was answered with another status",
        other => other,
    }
}
