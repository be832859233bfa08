//! What callers of a version must know about its state: that it ends, that it does not answer, what takes over.

use control::catalogue::CatalogueApi;
use domain::Time;
use domain::lifecycle::VersionState;
use leptos::prelude::*;
use ui::{Notice, Show, Time as At, Tone};

#[component]
pub fn Standing(api: CatalogueApi) -> AnyView {
    let lifecycle = api.version.lifecycle.clone();
    let successor = lifecycle.successor.clone().map(|successor| view! { <Successor successor/> });
    match api.version.state {
        VersionState::Deprecated => view! {
            <Notice tone=Tone::Warning title="This version is deprecated">
                <p>"It takes no new subscriptions. " {sunset(lifecycle.sunset_at)} {successor}</p>
            </Notice>
        }
        .into_any(),
        VersionState::Blocked => view! {
            <Notice tone=Tone::Danger title="This version does not answer at the moment">
                <p>
                    {lifecycle.blocked_reason.unwrap_or_default()}
                    {lifecycle.blocked_until.map(|at| view! { " Expected back: " {minute(at)} "." })}
                </p>
            </Notice>
        }
        .into_any(),
        VersionState::Retired => view! {
            <Notice tone=Tone::Neutral title="This version is retired">
                <p>"Calls are no longer answered; these pages stay for reading. " {successor}</p>
            </Notice>
        }
        .into_any(),
        VersionState::Draft | VersionState::Published => ().into_any(),
    }
}

fn minute(at: Time) -> impl IntoView {
    view! { <At at=at.timestamp_millis()/> }
}

fn sunset(at: Option<Time>) -> AnyView {
    match at {
        Some(at) => {
            view! { "It is answered until " <At at=at.timestamp_millis() show=Show::Date/> ". " }.into_any()
        }
        None => "No end is set yet. ".into_any(),
    }
}

/// `petstore/v2`
#[component]
fn Successor(successor: String) -> AnyView {
    let href = format!("/catalogue/{successor}");
    view! { "Its successor is " <a href=href>{successor}</a> "." }.into_any()
}
