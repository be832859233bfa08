//! The certificates that clients of the gateway are served with.

use crate::pages::parts::Validity;
use domain::gateway_status::CertificateStatus;
use leptos::prelude::*;
use ui::{Card, Column, Row, Show, Table, Time};

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
    let rows = certificates.into_iter().map(row).collect();
    let lead = "Read again by itself when the folder changes. A host without a certificate of its own gets the first.";
    view! {
        <Card title="Certificates" lead flush=true>
            <Table caption="Certificates" columns rows/>
        </Card>
    }
    .into_any()
}

fn row(certificate: CertificateStatus) -> Row {
    let (from, until) = (certificate.not_before, certificate.not_after);
    Row::new()
        .cell(certificate.hosts.join(", "))
        .cell(certificate.issuer)
        .cell(view! { <Time at=from.timestamp_millis() show=Show::Date/> })
        .cell(view! { <Time at=until.timestamp_millis() show=Show::Date/> })
        .cell(view! { <Validity from until/> })
}
