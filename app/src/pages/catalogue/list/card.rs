//! One api in the catalogue.

use crate::pages::catalogue::href;
use domain::catalogue::CatalogueEntry;
use domain::subscriptions::SubscriptionState;
use leptos::prelude::*;
use ui::{Badge, Glyph, LinkCard, StateBadge, Tag, Tone};

/// Tags shown; the page has all.
const TAGS: usize = 3;

#[component]
pub fn Card(entry: CatalogueEntry) -> AnyView {
    let CatalogueEntry { api, team_name, state, subscribers, access } = entry;
    let tags = api.tags.iter().take(TAGS).map(|tag| view! { <Tag label=tag.clone()/> }).collect_view();
    let version = api.default_version.to_string();
    let subscribers = match subscribers {
        0 => "no subscribers yet".to_owned(),
        1 => "1 subscriber".to_owned(),
        n => format!("{n} subscribers"),
    };
    view! {
        <LinkCard
            href=href(&api.slug)
            title=api.name
            text=first_line(&api.description)
            over=team_name
            glyph=Glyph::Api
            badges=view! { <Tag label=version/> <StateBadge state=state.as_str()/> }
        >
            {access.map(|state| view! { <AccessBadge state/> })}
            <span>{subscribers}</span>
            {tags}
        </LinkCard>
    }
    .into_any()
}

/// What the person's teams have of the api.
#[component]
pub fn AccessBadge(state: SubscriptionState) -> AnyView {
    let (label, tone, glyph) = match state {
        SubscriptionState::Active => ("You have access", Tone::Accent, Glyph::Check),
        SubscriptionState::Pending => ("Access is pending", Tone::Warning, Glyph::Clock),
        SubscriptionState::Paused => ("Your access is paused", Tone::Warning, Glyph::Pause),
        SubscriptionState::Expired => ("Your access has expired", Tone::Warning, Glyph::Clock),
        SubscriptionState::Rejected => ("Access was refused", Tone::Danger, Glyph::Close),
        SubscriptionState::Cancelled => return ().into_any(),
    };
    view! { <Badge label tone glyph/> }.into_any()
}

/// Where a description begins: the rest is on the api's page.
pub fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}
