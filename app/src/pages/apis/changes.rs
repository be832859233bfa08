//! What the draft changes for callers, publication, and the revisions that there were.

mod compare;
mod difference;
mod revisions;

pub use compare::Compare;

use super::desk::{Desk, Place, desk};
use super::workspace::{Part, Workspace};
use crate::api::versions::Publish;
use crate::flash::FormState;
use crate::server::{load, page_of};
use control::versions;
use difference::Difference;
use domain::lifecycle::VersionEvent;
use domain::roles::Permission;
use leptos::prelude::*;
use revisions::Revisions;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, Field, Form, FormActions, Glyph, Load, Notice, TextArea, Tone};

#[component]
pub fn Changes() -> AnyView {
    let (place, page) = (Place::of_page(), page_of());
    let revisions = load(|control, actor| async move {
        let (detail, version) = place.find(&control, &actor).await?;
        Ok(versions::revisions(&control, &actor, &detail.api.id, &version, &page?).await?)
    });
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Changes>
                <Review desk=desk.clone()/>
                <Load resource=revisions part=true let:revisions>
                    <Revisions desk revisions/>
                </Load>
            </Workspace>
        </Load>
    }
    .into_any()
}

/// The draft against what is live, and the form that publishes it.
#[component]
fn Review(desk: Desk) -> AnyView {
    let same = desk.version.live_revision.is_some() && desk.changes.is_none();
    if same {
        return view! {
            <Notice tone=Tone::Good><p>"The draft is what is live: there is nothing to publish."</p></Notice>
        }
        .into_any();
    }
    let title = match desk.version.live_revision {
        Some(number) => format!("The draft against revision {number}, which is live"),
        None => "The draft: nothing of this version is live yet".to_owned(),
    };
    view! {
        <PublishForm desk=desk.clone()/>
        <Difference title changes=desk.changes.clone()/>
    }
    .into_any()
}

#[component]
fn PublishForm(desk: Desk) -> AnyView {
    let form = FormState::of(Publish::url());
    let barred = desk.version.state.next(VersionEvent::Publish).err().map(|error| format!("You {error}"));
    let disabled = desk.missing(Permission::ApisPublish).or(barred);
    let problems = form.errors("routes");
    let problems = (!problems.is_empty()).then(|| {
        let list = problems.iter().map(|problem| view! { <li>{problem.clone()}</li> }).collect_view();
        view! { <Notice tone=Tone::Danger title="Another api answers some of these calls"><ul>{list}</ul></Notice> }
    });
    let upstream =
        form.error("upstream.url").map(|error| view! { <Notice tone=Tone::Danger>{error}</Notice> });
    view! {
        <Card title="Publish" lead="The draft becomes a new revision and is live at once; calls under way end as they began.">
            <Form action=Publish::url() hidden=desk.hidden()>
                {problems} {upstream}
                <Field name="note" label="What changed" hint="For those who read the history." error=form.error("note")>
                    <TextArea value=form.value("note") rows=2 maxlength=500/>
                </Field>
                <FormActions>
                    <Button variant=ButtonVariant::Primary glyph=Glyph::Publish disabled>"Publish the draft"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
