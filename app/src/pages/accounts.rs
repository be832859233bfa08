//! Who can sign in, and who is invited.

pub mod account;
pub mod invitations;
pub mod list;

use domain::accounts::AccountStatus;
use domain::roles::PlatformRole;
use leptos::prelude::*;
use ui::{Badge, Choice, StateBadge, Tab, Tabs, Tone};

/// The pages about accounts.
#[component]
pub fn AccountTabs(#[prop(into)] current: String) -> AnyView {
    let items = vec![
        Tab::new("/accounts", "Accounts"),
        Tab::new("/invitations", "Invitations"),
        Tab::new("/roles", "Roles"),
    ];
    view! { <Tabs label="Accounts" items current/> }.into_any()
}

fn role_choices() -> Vec<Choice> {
    PlatformRole::ALL
        .iter()
        .map(|role| Choice::new(role.as_str(), format!("{role}: {}", role.describe())))
        .collect()
}

#[component]
fn RoleBadge(role: PlatformRole) -> AnyView {
    let tone = if role == PlatformRole::Administrator { Tone::Accent } else { Tone::Neutral };
    view! { <Badge label=role.as_str() tone/> }.into_any()
}

#[component]
fn StatusBadge(status: AccountStatus) -> AnyView {
    view! { <StateBadge state=status.as_str()/> }.into_any()
}
