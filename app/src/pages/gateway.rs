//! The running gateway, for those who run the platform: where it listens, how much it does, its certificates, and the
//! nodes of all upstreams.

mod certificates;
pub mod nodes;

use crate::server::{load, now};
use certificates::CertificateTable;
use control::gateway;
use domain::gateway_status::{GatewayStatus, JournalStatus, Listener, Traffic};
use leptos::prelude::*;
use leptos_meta::Title;
use nodes::AllNodes;
use ui::{
    Card, Column, Figure, Glyph, LinkButton, Load, Notice, Page, PageHeader, Row, SectionHeader, Table, Tone,
    format,
};

#[component]
pub fn Gateway() -> AnyView {
    let status = load(|control, actor| async move { Ok(gateway::status(&control, &actor).await?) });
    let again = view! { <LinkButton href="/gateway" glyph=Glyph::Refresh>"Look again"</LinkButton> };
    let lead = format!("As it was at {} UTC.", format::second(now().timestamp_millis()));
    view! {
        <Title text="Gateway"/>
        <Page>
            <PageHeader title="Gateway" lead actions=again/>
            <div class="stack stack-wide">
                <Load resource=status let:status>
                    <Status status/>
                </Load>
                <section class="stack" id="nodes">
                    <SectionHeader title="Nodes" lead="The backends of all versions that are served."/>
                    <AllNodes/>
                </section>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn Status(status: GatewayStatus) -> AnyView {
    let GatewayStatus { listeners, sequence, troubles, traffic, journal, certificates } = status;
    let speaks_tls = listeners.iter().any(|listener| listener.name == "gateway-tls");
    view! {
        <Troubles troubles/>
        <Figures traffic journal/>
        <Listeners listeners sequence/>
        <CertificateTable certificates speaks_tls/>
    }
    .into_any()
}

#[component]
fn Troubles(troubles: Vec<String>) -> AnyView {
    let lines = troubles.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    if lines.is_empty() {
        return ().into_any();
    }
    view! {
        <Notice tone=Tone::Danger title="Not all is served as it should be">
            <ul>{lines}</ul>
        </Notice>
    }
    .into_any()
}

#[component]
fn Figures(traffic: Traffic, journal: JournalStatus) -> AnyView {
    let failing = journal.failing.then(|| {
        view! {
            <Notice tone=Tone::Danger title="The journal cannot be synced to disk">
                "A power cut would now lose calls. See whether the disk is full or broken."
            </Notice>
        }
    });
    let lost = (journal.unrecorded > 0).then(|| {
        let text =
            format!("{} calls since the start could not be written down.", format::count(journal.unrecorded));
        view! { <Notice tone=Tone::Warning>{text}</Notice> }
    });
    view! {
        {failing}
        {lost}
        <div class="grid-figures">
            <Figure label="Calls since the start" value=format::count(traffic.calls)/>
            <Figure label="Of them refused" value=format::count(traffic.refused)/>
            <Figure label="Calls under way" value=format::count(traffic.calls_in_flight)/>
            <Figure label="Open connections" value=format::count(traffic.open_connections)/>
            <Figure label="Connections turned away" value=format::count(traffic.refused_connections)/>
            <Figure label="Calls on their way to the database" value=format::count(journal.pending_records)/>
        </div>
    }
    .into_any()
}

#[component]
fn Listeners(listeners: Vec<Listener>, sequence: i64) -> AnyView {
    let columns = vec![Column::new("Listener"), Column::mono("Address"), Column::new("For")];
    let row = |listener: Listener| {
        let purpose = match listener.name.as_str() {
            "gateway" => "calls",
            "gateway-tls" => "calls, over TLS",
            "portal" => "people and the management API",
            _ => "health checks and metrics",
        };
        Row::new().cell(listener.name).cell(listener.address).cell(purpose)
    };
    let rows = listeners.into_iter().map(row).collect();
    let lead = format!("Serving the configuration as of change {sequence}.");
    view! {
        <Card title="Listeners" lead flush=true>
            <Table caption="Listeners" columns rows/>
        </Card>
    }
    .into_any()
}
