//! The links of the sidebar: what a person may open, and where they are.

use crate::server::incoming;
use control::Actor;
use domain::roles::Permission;
use leptos::prelude::*;
use ui::{Glyph, NavItem, NavSection};

struct Link {
    href: &'static str,
    label: &'static str,
    glyph: Glyph,
    shown: fn(&Actor) -> bool,
}

const fn link(href: &'static str, label: &'static str, glyph: Glyph, shown: fn(&Actor) -> bool) -> Link {
    Link { href, label, glyph, shown }
}

const EVERYBODY: fn(&Actor) -> bool = |_| true;

const WORK: [Link; 10] = [
    link("/", "Home", Glyph::Home, EVERYBODY),
    link("/catalogue", "Catalogue", Glyph::Catalogue, EVERYBODY),
    link("/models", "Models", Glyph::Model, EVERYBODY),
    link("/applications", "Applications", Glyph::Application, EVERYBODY),
    link("/apis", "APIs", Glyph::Api, EVERYBODY),
    link("/inbox", "Inbox", Glyph::Inbox, EVERYBODY),
    link("/usage", "Usage", Glyph::Analytics, EVERYBODY),
    link("/budgets", "Budgets", Glyph::Plan, EVERYBODY),
    link("/calls", "Calls", Glyph::Calls, EVERYBODY),
    link("/teams", "Teams", Glyph::Team, EVERYBODY),
];

const ADMINISTRATION: [Link; 5] = [
    link("/accounts", "Accounts", Glyph::User, |actor| actor.may_on_platform(Permission::AccountsRead)),
    link("/providers", "Providers", Glyph::Provider, |actor| {
        actor.may_on_platform(Permission::ProvidersRead)
    }),
    link("/gateway", "Gateway", Glyph::Gateway, |actor| actor.may_on_platform(Permission::SettingsRead)),
    link("/settings", "Settings", Glyph::Settings, |actor| actor.may_on_platform(Permission::SettingsRead)),
    link("/audit", "Audit", Glyph::Audit, |actor| actor.may_on_platform(Permission::AuditRead)),
];

#[component]
pub fn Navigation() -> AnyView {
    let incoming = incoming();
    let Some(actor) = incoming.actor.as_ref() else {
        return view! { <Visitor/> }.into_any();
    };
    let work = items(&WORK, actor, &incoming.path, incoming.pending);
    let administration = items(&ADMINISTRATION, actor, &incoming.path, 0);
    let administration = (!administration.is_empty())
        .then(|| view! { <NavSection label="Administration">{administration}</NavSection> });
    view! {
        <NavSection>{work}</NavSection>
        {administration}
    }
    .into_any()
}

/// What is open to those who are not signed in.
#[component]
fn Visitor() -> AnyView {
    let incoming = incoming();
    let current = incoming.path.starts_with("/catalogue");
    let catalogue = incoming
        .settings
        .anonymous_catalogue
        .then(|| view! { <NavItem href="/catalogue" label="Catalogue" glyph=Glyph::Catalogue current/> });
    view! { <NavSection>{catalogue}</NavSection> }.into_any()
}

fn items(links: &[Link], actor: &Actor, path: &str, pending: i64) -> Vec<AnyView> {
    let shown = links.iter().filter(|link| (link.shown)(actor));
    shown
        .map(|link| {
            let current = is_below(path, link.href);
            let count = if link.href == "/inbox" { u64::try_from(pending).unwrap_or_default() } else { 0 };
            view! { <NavItem href=link.href label=link.label glyph=link.glyph current count/> }.into_any()
        })
        .collect()
}

/// Pages that stand beside the one that a link leads to.
const BESIDE: [(&str, &str); 2] = [("/invitations", "/accounts"), ("/roles", "/accounts")];

/// Whether the page at `path` belongs to the link.
fn is_below(path: &str, href: &str) -> bool {
    let path = BESIDE.iter().find(|(page, _)| *page == path).map_or(path, |(_, beside)| beside);
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn a_page_belongs_to_the_link_above_it() {
        for (path, href, expected) in [
            ("/", "/", true),
            ("/teams", "/", false),
            ("/teams/x", "/teams", true),
            ("/teamsters", "/teams", false),
        ] {
            assert_eq!(is_below(path, href), expected, "{path} {href}");
        }
    }
}
