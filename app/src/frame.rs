//! The frame around pages: sidebar, account menu, and what the last request left to say.

mod account;
mod navigation;
mod notices;

use crate::error::sentence;
use crate::server::incoming;
use account::AccountMenu;
use leptos::prelude::*;
use navigation::Navigation;
pub use notices::Notices;
use ui::{Banner, Brand, Glyph, LinkButton, Shell, Tone};

/// The frame of pages inside the portal. Visitors who are not signed in get it with what is open to them.
#[component]
pub fn Frame(children: Children) -> AnyView {
    let incoming = incoming();
    let name = incoming.settings.name.clone();
    let banner = incoming
        .control
        .notice()
        .map(str::to_owned)
        .map(|text| view! { <Banner tone=Tone::Info>{text}</Banner> });
    let troubles = (!incoming.troubles.is_empty()).then(|| {
        let lines = incoming.troubles.iter().map(|line| view! { <li>{sentence(line)}</li> }).collect_view();
        view! {
            <Banner tone=Tone::Warning>
                "The gateway does not serve all that it should. Calls are answered from its last good state."
                <ul>{lines}</ul>
            </Banner>
        }
    });
    let account = if incoming.actor.is_some() {
        view! { <AccountMenu/> }.into_any()
    } else {
        view! { <LinkButton href="/sign-in" glyph=Glyph::User>"Sign in"</LinkButton> }.into_any()
    };
    view! {
        <Shell
            brand=view! { <Brand name/> }
            navigation=view! { <Navigation/> }
            account=account
            banner=view! {
                {banner}
                {troubles}
                <Notices/>
            }
        >
            {children()}
        </Shell>
    }
    .into_any()
}
