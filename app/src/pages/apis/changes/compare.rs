//! Two revisions of a version compared.

use super::difference::Difference;
use crate::error::AppError;
use crate::pages::apis::desk::{Place, desk};
use crate::pages::apis::workspace::{Part, Workspace};
use crate::server::{load, query};
use control::versions;
use leptos::prelude::*;
use ui::{LinkButton, Load, SectionHeader};

#[component]
pub fn Compare() -> AnyView {
    let place = Place::of_page();
    let (from, to) = (query("from"), query("to"));
    let title = format!("Revision {from} against revision {to}");
    let difference = load(|control, actor| async move {
        let absent = |_| AppError::not_found("revision");
        let (from, to) = (from.parse().map_err(absent)?, to.parse().map_err(absent)?);
        let (detail, version) = place.find(&control, &actor).await?;
        Ok(versions::compare(&control, &actor, &detail.api.id, &version, from, to).await?)
    });
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Changes>
                <SectionHeader
                    title=title.clone()
                    actions=view! { <LinkButton href=desk.href("/changes")>"All revisions"</LinkButton> }
                />
                <Load resource=difference let:changes>
                    <Difference title changes/>
                </Load>
            </Workspace>
        </Load>
    }
    .into_any()
}
