//! The one thing to do next with an api: sign in, subscribe, wait, or use what one has.

use super::subscribe_href;
use crate::link;
use crate::pages::catalogue::version_href;
use crate::server::{incoming, needs};
use control::catalogue::CatalogueApi;
use domain::lifecycle::VersionState;
use domain::roles::Permission;
use domain::subscriptions::{SubscriptionState, SubscriptionSummary};
use leptos::prelude::*;
use ui::{ButtonVariant, Glyph, LinkButton, format};

#[component]
pub fn CallToAction(api: CatalogueApi) -> AnyView {
    let subscribe = subscribe_href(&api);
    if incoming().actor.is_none() {
        let href = format!("/sign-in{}", link::query(&[("next", &subscribe)]));
        return view! { <LinkButton href variant=ButtonVariant::Primary>"Sign in to subscribe"</LinkButton> }
            .into_any();
    }
    let Some(held) = furthest(&api.access) else {
        let disabled = barred(&api);
        return view! {
            <LinkButton href=subscribe variant=ButtonVariant::Primary glyph=Glyph::Key disabled>"Subscribe"</LinkButton>
        }
        .into_any();
    };
    let since = format::date(held.subscription.updated_at.timestamp_millis());
    let (words, glyph) = match held.subscription.state {
        SubscriptionState::Pending => (format!("Pending since {since}"), Glyph::Clock),
        SubscriptionState::Paused => (format!("Paused since {since}"), Glyph::Pause),
        SubscriptionState::Expired => (format!("Expired on {since}"), Glyph::Clock),
        _ => ("You have access".to_owned(), Glyph::Check),
    };
    let href = format!("{}/access", version_href(&api.detail.api.slug, &api.version.name));
    view! { <LinkButton href glyph>{words}</LinkButton> }.into_any()
}

/// Of what the person's teams have, what is worth most; nothing where all was refused or has ended.
fn furthest(access: &[SubscriptionSummary]) -> Option<&SubscriptionSummary> {
    use SubscriptionState::{Active, Expired, Paused, Pending};
    let in_state = |state| access.iter().find(|held| held.subscription.state == state);
    [Active, Pending, Paused, Expired].into_iter().find_map(in_state)
}

/// Why the person cannot subscribe, if so.
pub fn barred(api: &CatalogueApi) -> Option<String> {
    let published = |state| state == VersionState::Published;
    if !api.detail.versions.iter().any(|version| published(version.state)) {
        return Some(format!("It is {} and takes no new subscriptions", api.version.state));
    }
    if api.detail.plans.iter().all(|plan| plan.closed) {
        return Some("It has no plan that takes new subscriptions".to_owned());
    }
    let incoming = incoming();
    let teams = incoming.actor.as_ref().and_then(|actor| actor.teams_with(Permission::SubscriptionsRequest));
    teams.is_some_and(|teams| teams.is_empty()).then(|| needs(Permission::SubscriptionsRequest))
}
