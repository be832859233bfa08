//! The HTML document around every page: head, scripts and the content security policy that goes with its nonce.

use crate::routes::{Failed, Pages};
use crate::server::{Theme, incoming, set_status};
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::Router;
use ui::OnProblem;

/// A page as sent to the browser.
#[must_use]
pub fn document() -> AnyView {
    provide_meta_context();
    provide_context(OnProblem::new(set_status));
    let incoming = incoming();
    let theme = (incoming.theme != Theme::System).then(|| incoming.theme.as_str());
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    send_policy(&nonce);
    let content = match incoming.failure.clone() {
        Some(problem) => view! { <Failed problem/> }.into_any(),
        None => view! { <Router><Pages/></Router> }.into_any(),
    };
    let sheet = format!("/{}/gatehouse.css", incoming.site.package);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=sheet/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <Scripts/>
                <MetaTags/>
            </head>
            <body>
                <Titled/>
                {content}
            </body>
        </html>
    }
    .into_any()
}

/// Wakes the islands; left out where there is nothing to load.
#[component]
fn Scripts() -> AnyView {
    let site = incoming().site.clone();
    if !site.has_assets {
        if let Some(shared) = Owner::current_shared_context() {
            shared.set_is_hydrating(false);
        }
        return ().into_any();
    }
    let options =
        LeptosOptions::builder().output_name("gatehouse").site_pkg_dir(site.package.clone()).build();
    view! { <HydrationScripts options islands=true/> }.into_any()
}

/// Page titles end in the name of the installation.
#[component]
fn Titled() -> AnyView {
    let name = incoming().settings.name.clone();
    let formatter =
        move |text: String| if text.is_empty() { name.clone() } else { format!("{text} · {name}") };
    view! { <Title formatter/> }.into_any()
}

fn send_policy(nonce: &str) {
    let policy = policy(Some(nonce));
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&policy)) {
        response.insert_header(CONTENT_SECURITY_POLICY, value);
    }
}

/// The content security policy of a page: nothing from elsewhere, scripts by nonce alone, no style attributes.
#[must_use]
pub fn policy(nonce: Option<&str>) -> String {
    let nonce = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self'{nonce}; \
         img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         object-src 'none'"
    )
}
