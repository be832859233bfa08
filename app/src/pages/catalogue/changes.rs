//! The versions of an api and what state each is in.

use super::api::{ApiPage, Part, entry};
use super::version_href;
use control::catalogue::CatalogueApi;
use domain::versions::VersionSummary;
use leptos::prelude::*;
use ui::{Badge, Card, Column, Load, Row, StateBadge, Table, Tone};

#[component]
pub fn Changes() -> AnyView {
    view! {
        <Load resource=entry() let:api>
            <ApiPage api=api.clone() part=Part::Changes>
                <Versions api/>
            </ApiPage>
        </Load>
    }
    .into_any()
}

#[component]
fn Versions(api: CatalogueApi) -> AnyView {
    let api_of = &api.detail.api;
    let row = |version: &VersionSummary| {
        let default = (version.name == api_of.default_version)
            .then(|| view! { " " <Badge label="default" tone=Tone::Accent/> });
        let revision = version.live_revision.map(|number| format!("revision {number}")).unwrap_or_default();
        Row::new()
            .cell(view! {
                <a href=version_href(&api_of.slug, &version.name)>{version.name.to_string()}</a>
                {default}
            })
            .cell(view! { <StateBadge state=version.state.as_str()/> })
            .cell(revision)
    };
    let rows: Vec<Row> = api.detail.versions.iter().rev().map(row).collect();
    let columns = vec![Column::new("Version"), Column::shrink("State"), Column::shrink("Live")];
    view! {
        <Card title="Versions" lead="A version keeps its promises; what breaks them comes as a new version." flush=true>
            <Table caption="Versions" columns rows/>
        </Card>
    }
    .into_any()
}
