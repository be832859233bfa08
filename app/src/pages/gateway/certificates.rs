//! The certificates that clients of the gateway are served with.

use crate::server::now;
use domain::gateway_status::CertificateStatus;
use leptos::prelude::*;
use ui::{Badge, Card, Column, Glyph, Row, Show, Table, Time, Tone, format};

/// A certificate is renewed before it has so long left.
const SOON_MS: i64 = 21 * 86_400_000;

#[component]
pub fn CertificateTable(certificates: Vec<CertificateStatus>, speaks_tls: bool) -> AnyView {
    if !speaks_tls {
        let text = "The gateway does not speak TLS itself. With GATEHOUSE_GATEWAY_TLS_LISTEN it does, with the \
            certificates of a folder.";
        return view! { <Card title="Certificates"><p class="muted">{text}</p></Card> }.into_any();
    }
    let columns = vec![
        Column::new("Hosts"),
        Column::new("Issued by"),
        Column::shrink("From"),
        Column::shrink("Until"),
        Column::shrink("State"),
    ];
    let now_ms = now().timestamp_millis();
    let rows = certificates.into_iter().map(|certificate| row(certificate, now_ms)).collect();
    let lead = "Read again by itself when the folder changes. A host without a certificate of its own gets the first.";
    view! {
        <Card title="Certificates" lead flush=true>
            <Table caption="Certificates" columns rows/>
        </Card>
    }
    .into_any()
}

fn row(certificate: CertificateStatus, now_ms: i64) -> Row {
    let (from, until) = (certificate.not_before.timestamp_millis(), certificate.not_after.timestamp_millis());
    let state = if now_ms < from {
        view! { <Badge label="Not valid yet" tone=Tone::Danger glyph=Glyph::Problem/> }.into_any()
    } else if now_ms >= until {
        view! { <Badge label="Expired" tone=Tone::Danger glyph=Glyph::Problem/> }.into_any()
    } else if until - now_ms < SOON_MS {
        let label = format!("Ends in {}", format::duration(until - now_ms));
        view! { <Badge label tone=Tone::Warning glyph=Glyph::Warning/> }.into_any()
    } else {
        view! { <Badge label="Valid" tone=Tone::Good glyph=Glyph::Check/> }.into_any()
    };
    Row::new()
        .cell(certificate.hosts.join(", "))
        .cell(certificate.issuer)
        .cell(view! { <Time at=from show=Show::Date/> })
        .cell(view! { <Time at=until show=Show::Date/> })
        .cell(state)
}
