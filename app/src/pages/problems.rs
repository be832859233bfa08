//! What the `type` of a problem means: every kind that the portal, the management API and the gateway answer with.

use crate::routes::FailedHere;
use crate::server::{Refusal, incoming, param};
use domain::problem::{Problem, ProblemKind};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Card, Column, Crumb, DefinitionList, HttpStatus, KeyValue, Page, PageHeader, Row, SectionHeader, Table,
};

#[component]
pub fn Problems() -> AnyView {
    let gateway = incoming().site.refusals.clone();
    let portal = ProblemKind::ALL.into_iter().map(of_portal).collect();
    let gateway = (!gateway.is_empty()).then(|| {
        view! {
            <SectionHeader title="At the gateway" lead="What callers of APIs get."/>
            <List caption="Problems at the gateway" refusals=gateway/>
        }
    });
    view! {
        <Title text="Problems"/>
        <Page>
            <PageHeader
                title="Problems"
                lead="Errors are told as problem details (RFC 9457). Their type is the address of one of these pages."
            />
            <div class="stack">
                {gateway}
                <SectionHeader title="In the portal and the management API"/>
                <List caption="Problems in the portal" refusals=portal/>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn List(#[prop(into)] caption: String, refusals: Vec<Refusal>) -> AnyView {
    let columns = vec![Column::new("Name"), Column::shrink("Status"), Column::new("Title")];
    let rows = refusals.into_iter().map(|refusal| {
        let href = format!("/problems/{}", refusal.name);
        Row::new()
            .cell(view! { <a class="mono" href=href>{refusal.name}</a> })
            .cell(view! { <HttpStatus status=refusal.status/> })
            .cell(refusal.title)
    });
    view! { <Table caption columns rows=rows.collect()/> }.into_any()
}

#[component]
pub fn ProblemKindPage() -> AnyView {
    let name = param("name");
    let refusals = &incoming().site.refusals;
    let of_gateway = refusals.iter().find(|refusal| refusal.name == name).copied();
    let of_portal = ProblemKind::ALL.into_iter().map(of_portal).find(|refusal| refusal.name == name);
    let Some(refusal) = of_gateway.or(of_portal) else {
        return view! { <FailedHere problem=Problem::not_found("kind of problem")/> }.into_any();
    };
    let place = if of_gateway.is_some() { "the gateway" } else { "the portal and the management API" };
    view! {
        <Title text=refusal.title/>
        <Page>
            <PageHeader
                title=refusal.title
                lead=refusal.detail
                breadcrumb=vec![Crumb::new("Problems", "/problems")]
                badges=view! { <HttpStatus status=refusal.status/> }
            />
            <div class="narrow">
                <Card>
                    <DefinitionList>
                        <KeyValue label="Name"><code>{refusal.name}</code></KeyValue>
                        <KeyValue label="Status">{refusal.status}</KeyValue>
                        <KeyValue label="Answered by">{place}</KeyValue>
                    </DefinitionList>
                </Card>
            </div>
        </Page>
    }
    .into_any()
}

/// A kind of problem as it is explained here.
fn of_portal(kind: ProblemKind) -> Refusal {
    let (status, name, title) = kind.describe();
    Refusal { status, name, title, detail: explain(kind) }
}

fn explain(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::MalformedInput => {
            "The request is not what it says it is: broken JSON, an unknown field, a value of another type."
        }
        ProblemKind::Unauthenticated => {
            "Nobody is signed in, or the token is unknown, expired, or of a disabled account."
        }
        ProblemKind::Forbidden => {
            "You are known, and your role does not allow this. The detail names the role that does."
        }
        ProblemKind::InsufficientScope => {
            "The token was made for less than this, whatever your role allows. The detail names the scope that is needed."
        }
        ProblemKind::NotFound => "There is no such thing, or you may not know of it: both read the same.",
        ProblemKind::MethodNotAllowed => {
            "The address exists and takes other methods, which the Allow header lists."
        }
        ProblemKind::Conflict => {
            "The request is fine by itself and does not go with the present state: a name is taken, a state forbids it."
        }
        ProblemKind::PreconditionFailed => {
            "Somebody changed it after you read it. Read it again, and send the change on top of what is there."
        }
        ProblemKind::UnsupportedMediaType => "The body's Content-Type is not one that this address takes.",
        ProblemKind::TooLarge => "The body is larger than this address takes.",
        ProblemKind::InvalidInput => {
            "Some fields are not as expected. Each is listed with what was expected and what came."
        }
        ProblemKind::TooManyRequests => {
            "Too many attempts in a short time. Retry-After says when to try again."
        }
        ProblemKind::Internal => "The fault is on our side. It is logged under the request id.",
        ProblemKind::Unavailable => {
            "Something that is needed does not answer at the moment. Retry-After says when to try again."
        }
        ProblemKind::NotInEffect => {
            "The change is saved, and the gateway could not take it up yet: calls are still answered as before it. Do \
             not send it again. To revoke a key that is revoked already succeeds once the gateway refuses it."
        }
    }
}
