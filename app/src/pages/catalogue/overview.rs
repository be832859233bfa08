//! What an api is for, where it is called, and a first call.

use super::api::{ApiPage, Part, entry};
use super::clients::Clients;
use super::sample::{Ask, Language, write};
use super::version_href;
use crate::islands::copy_button::CopyButton;
use crate::markdown;
use control::catalogue::CatalogueApi;
use domain::apis::ApiKind;
use domain::routes::{Method, Route, Segment};
use leptos::prelude::*;
use ui::{Card, CodeBlock, DefinitionList, Glyph, KeyValue, LinkButton, Load, Prose, Show, Tag, Time};

#[component]
pub fn Overview() -> AnyView {
    view! {
        <Load resource=entry() let:api>
            <ApiPage api=api.clone() part=Part::Overview>
                <div class="split">
                    <div class="stack">
                        <About api=api.clone()/>
                        <FirstCall api=api.clone()/>
                    </div>
                    <Facts api/>
                </div>
            </ApiPage>
        </Load>
    }
    .into_any()
}

/// The description and the guide.
#[component]
fn About(api: CatalogueApi) -> AnyView {
    let description = api.detail.api.description.clone();
    let has_more = description.trim().lines().count() > 1;
    let description = has_more.then(|| view! { <Prose html=markdown::html(&description)/> });
    let guide =
        (!api.version.docs.is_empty()).then(|| view! { <Prose html=markdown::html(&api.version.docs)/> });
    if description.is_none() && guide.is_none() {
        return view! { <p class="soft">"The team has not written a guide yet."</p> }.into_any();
    }
    view! { <div class="stack">{description} {guide}</div> }.into_any()
}

#[component]
fn FirstCall(api: CatalogueApi) -> AnyView {
    if api.detail.api.kind == ApiKind::Ai {
        return view! { <Clients api/> }.into_any();
    }
    let code = write(Language::Curl, &first_ask(&api, None));
    let copy = view! { <CopyButton text=code.clone() label="Copy the call".to_owned()/> };
    view! {
        <Card title="A first call" lead="With a key of an application that is subscribed.">
            <CodeBlock code language="curl" copy/>
        </Card>
    }
    .into_any()
}

/// A call that is likely to be answered: the plainest route, read rather than written.
pub fn first_ask(api: &CatalogueApi, key: Option<&str>) -> Ask {
    let routes = &api.version.routes;
    let params =
        |route: &Route| route.path.segments().iter().filter(|s| matches!(s, Segment::Param(_))).count();
    let reads = |route: &Route| route.methods.is_empty() || route.methods.contains(&Method::Get);
    let plainest = routes.iter().min_by_key(|route| (!reads(route), params(route)));
    let method = plainest.filter(|route| !reads(route)).and_then(|route| route.methods.first().copied());
    let path: String = plainest.map(path_of).unwrap_or_default();
    Ask::new(method.unwrap_or(Method::Get), format!("{}{path}", api.version.base_url)).with_key(key)
}

fn path_of(route: &Route) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Param(name) => format!("/{{{name}}}"),
    };
    let path: String = route.path.segments().iter().map(segment).collect();
    if path.is_empty() { "/".to_owned() } else { path }
}

#[component]
fn Facts(api: CatalogueApi) -> AnyView {
    let CatalogueApi { detail, version, has_document, .. } = api;
    let base = version.base_url.clone();
    let copy = view! { <CopyButton text=base.clone() label="Copy the base address".to_owned()/> };
    let tags = detail.api.tags.iter().map(|tag| view! { <Tag label=tag.clone()/> " " }).collect_view();
    let tags = (!detail.api.tags.is_empty()).then(|| view! { <KeyValue label="Tags">{tags}</KeyValue> });
    let category = (!detail.api.category.is_empty())
        .then(|| view! { <KeyValue label="Category">{detail.api.category.clone()}</KeyValue> });
    let hosts = version.hosts.iter().map(|host| view! { <code>{host.to_string()}</code> " " }).collect_view();
    let hosts = (!version.hosts.is_empty()).then(|| view! { <KeyValue label="Also at">{hosts}</KeyValue> });
    let document = has_document.then(|| {
        let href = format!("{}/openapi.json", version_href(&detail.api.slug, &version.name));
        view! { <LinkButton href glyph=Glyph::Download download=true>"OpenAPI document"</LinkButton> }
    });
    view! {
        <div class="stack">
            <CodeBlock code=base title="Base address" wrap=true copy/>
            {document}
            <Card title="About">
                <DefinitionList>
                    <KeyValue label="Team">{detail.team_name}</KeyValue>
                    {category} {tags} {hosts}
                    <KeyValue label="Published">
                        <Time at=version.published_at.timestamp_millis() show=Show::Date/>
                        " by " {version.published_by}
                    </KeyValue>
                </DefinitionList>
            </Card>
        </div>
    }
    .into_any()
}
