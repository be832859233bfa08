//! A call that works, ready to be pasted: of an api that the application is subscribed to, with its new key.

use crate::error::Result;
use crate::flash;
use crate::islands::copy_button::CopyButton;
use crate::pages::parts::ShownOnce;
use control::subscriptions::SubscriptionFilter;
use control::{Actor, Control, catalogue, subscriptions};
use domain::ids::ApplicationId;
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use domain::routes::{Method, Route};
use domain::subscriptions::SubscriptionState;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use ui::{ButtonVariant, CodeBlock, LinkButton, Notice, Tone};

/// Where a first call may go.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FirstCall {
    api_name: String,
    method: Method,
    url: String,
}

/// Of the newest active subscription whose api is served; nothing where there is none.
pub async fn find(
    control: &Control,
    actor: &Actor,
    application: &ApplicationId,
) -> Result<Option<FirstCall>> {
    let filter = SubscriptionFilter {
        application: Some(application.clone()),
        state: Some(SubscriptionState::Active),
        ..SubscriptionFilter::default()
    };
    let active = subscriptions::list(control, actor, &filter, &PageOf { limit: 5, cursor: None }).await?;
    for held in active.items {
        match catalogue::entry(control, Some(actor), &held.api_slug, None).await {
            Ok(entry) if entry.version.state.is_served() => {
                let (method, path) = easiest(&entry.version.routes);
                let url = format!("{}{path}", entry.version.base_url);
                return Ok(Some(FirstCall { api_name: held.api_name, method, url }));
            }
            Ok(_) => {}
            Err(error) if error.problem().kind == ProblemKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// A route that can be called without knowing anything: GET, and a path without parameters where there is one.
fn easiest(routes: &[Route]) -> (Method, String) {
    let gets =
        || routes.iter().filter(|route| route.methods.is_empty() || route.methods.contains(&Method::Get));
    let plain = |route: &&Route| !route.path.to_string().contains('{');
    match gets().find(plain).or_else(|| gets().next()).or_else(|| routes.first()) {
        Some(route) => {
            let method = if gets().any(|get| get == route) {
                Some(Method::Get)
            } else {
                route.methods.first().copied()
            };
            (method.unwrap_or(Method::Get), route.path.to_string().trim_end_matches('*').to_owned())
        }
        None => (Method::Get, "/".to_owned()),
    }
}

impl FirstCall {
    fn curl(&self, key: &str) -> String {
        let method = match self.method {
            Method::Get => String::new(),
            method => format!("-X {method} "),
        };
        // an address may hold braces and brackets, which curl would read as ranges
        format!("curl -g {method}'{}' \\\n  -H 'Authorization: Bearer {key}'", self.url)
    }
}

/// The key just made, and what to do with it; nothing when there is none.
#[component]
pub fn NewKey(first_call: Option<FirstCall>) -> AnyView {
    let Some(shown) = flash::shown() else { return ().into_any() };
    let ready = match first_call {
        Some(call) => {
            let code = call.curl(&shown.value);
            let copy = view! { <CopyButton text=code.clone() label="Copy the call".to_owned()/> };
            let title = format!("Try it: {}", call.api_name);
            view! { <CodeBlock title language="curl" code copy/> }.into_any()
        }
        None => view! {
            <Notice
                tone=Tone::Info
                title="One step is left"
                actions=view! { <LinkButton href="/catalogue" variant=ButtonVariant::Primary>"Find an API"</LinkButton> }
            >
                "The key opens what the application is subscribed to, and it has no active subscription yet."
            </Notice>
        }
        .into_any(),
    };
    view! { <div class="stack"><ShownOnce/>{ready}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(methods: &[Method], path: &str) -> Route {
        let methods = serde_json::to_value(methods).unwrap();
        serde_json::from_value(serde_json::json!({ "methods": methods, "path": path })).unwrap()
    }

    #[test]
    fn the_easiest_route_needs_neither_body_nor_parameter() {
        let get = route(&[Method::Get], "/pets");
        let one = route(&[Method::Get], "/pets/{id}");
        let post = route(&[Method::Post], "/pets");
        let all = route(&[], "/*");
        for (routes, expected) in [
            (vec![post.clone(), one.clone(), get], (Method::Get, "/pets")),
            (vec![post.clone(), one], (Method::Get, "/pets/{id}")),
            (vec![post], (Method::Post, "/pets")),
            (vec![all], (Method::Get, "/")),
            (vec![], (Method::Get, "/")),
        ] {
            assert_eq!(easiest(&routes), (expected.0, expected.1.to_owned()));
        }
    }
}
