//! The nodes that calls go to now, with how they are.

use crate::pages::apis::desk::Place;
use crate::pages::gateway::nodes::{cells, columns};
use crate::server::load;
use control::gateway;
use domain::gateway_status::NodeStatus;
use domain::paging::{MAX_LIMIT, PageOf};
use leptos::prelude::*;
use ui::{Card, Load, Row, Table};

/// Of the live revision of the version that the page is about; nothing while there is none.
#[component]
pub fn LiveNodes() -> AnyView {
    let place = Place::of_page();
    let nodes = load(|control, actor| async move {
        let (detail, version) = place.find(&control, &actor).await?;
        let page = PageOf { limit: MAX_LIMIT, cursor: None };
        Ok(gateway::nodes_of(&control, &actor, &detail.api.id, &version, &page).await?)
    });
    view! {
        <Load resource=nodes let:nodes>
            <Live nodes=nodes.items/>
        </Load>
    }
    .into_any()
}

#[component]
fn Live(nodes: Vec<NodeStatus>) -> AnyView {
    if nodes.is_empty() {
        return ().into_any();
    }
    let rows = nodes.into_iter().map(|node| cells(Row::new(), node)).collect();
    view! {
        <Card title="Now" lead="The nodes that calls of the live revision go to." flush=true>
            <Table caption="Nodes of the live revision" columns=columns() rows/>
        </Card>
    }
    .into_any()
}
