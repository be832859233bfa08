//! The menu of the person who is signed in, with the choice of light and dark.

use crate::api::{sessions, theme};
use crate::server::{Theme, actor, incoming};
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Avatar, Glyph, Hidden, Icon, Menu, MenuItem, MenuNote};

#[component]
pub fn AccountMenu() -> AnyView {
    let actor = actor();
    let (name, email) = (actor.name.clone(), actor.email.clone());
    let summary = view! {
        <span class="person">
            <Avatar name=name.clone()/>
            <span class="truncate">{name.clone()}</span>
        </span>
    };
    view! {
        <Menu label="Account" summary upwards=true>
            <MenuNote title=name text=email/>
            <hr/>
            <MenuItem href="/profile" glyph=Glyph::User>"Profile"</MenuItem>
            <MenuItem href="/profile/tokens" glyph=Glyph::Key>"Access tokens"</MenuItem>
            <hr/>
            <ThemeChoice/>
            <hr/>
            <form method="post" action=sessions::Delete::url()>
                <button class="menu-item"><Icon glyph=Glyph::SignOut/>"Sign out"</button>
            </form>
        </Menu>
    }
    .into_any()
}

/// Light, dark, or as the system has it.
#[component]
pub fn ThemeChoice() -> AnyView {
    let chosen = incoming().theme;
    let choices = Theme::ALL.map(|theme| {
        let (label, glyph) = match theme {
            Theme::System => ("Theme of the system", Glyph::System),
            Theme::Light => ("Light theme", Glyph::Sun),
            Theme::Dark => ("Dark theme", Glyph::Moon),
        };
        let current = (theme == chosen).then_some("true");
        view! {
            <form method="post" action=theme::Update::url()>
                <Hidden values=vec![("theme", theme.as_str().to_owned())]/>
                <button class="menu-item" aria-current=current><Icon glyph/>{label}</button>
            </form>
        }
    });
    choices.collect_view().into_any()
}
