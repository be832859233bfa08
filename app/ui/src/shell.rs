//! The frame of every page: sidebar with brand, tools, navigation and account; the content beside it.
//! On a small screen the sidebar is a bar whose drawer is an HTML popover: no script.

use crate::text::{OptionalText, Slot};
use crate::words::words;
use crate::{Button, ButtonKind, ButtonVariant, Glyph, Icon};
use leptos::prelude::*;

const DRAWER: &str = "navigation";

/// The frame. Put a [`Page`] in it.
#[component]
pub fn Shell(
    /// The [`crate::Brand`].
    #[prop(into)]
    brand: Slot,
    /// [`NavSection`]s with [`NavItem`]s.
    #[prop(into)]
    navigation: Slot,
    /// Search and the like, below the brand.
    #[prop(optional, into)]
    tools: Slot,
    /// The account menu, or a link to sign in.
    #[prop(optional, into)]
    account: Slot,
    /// [`crate::Banner`]s above every page.
    #[prop(optional, into)]
    banner: Slot,
    children: Children,
) -> AnyView {
    let words = words();
    view! {
        <div class="shell">
            <a class="skip-link" href="#content">{words.skip_to_content}</a>
            <header class="sidebar">
                <div class="sidebar-top">
                    {brand.get()}
                    <div class="sidebar-open">
                        <Button kind=ButtonKind::Button variant=ButtonVariant::Quiet glyph=Glyph::Menu opens=DRAWER>
                            {words.menu}
                        </Button>
                    </div>
                </div>
                <div class="sidebar-panel" id=DRAWER popover="auto">
                    <div class="sidebar-close">
                        <Button
                            kind=ButtonKind::Button
                            variant=ButtonVariant::Quiet
                            glyph=Glyph::Close
                            closes=DRAWER
                        >
                            {words.close}
                        </Button>
                    </div>
                    {tools.get().map(|tools| view! { <div class="sidebar-tools">{tools}</div> })}
                    <nav class="navigation" aria-label=words.main_navigation>{navigation.get()}</nav>
                    {account.get().map(|account| view! { <div class="sidebar-foot">{account}</div> })}
                </div>
            </header>
            <main class="content" id="content" tabindex="-1">
                {banner.get()}
                {children()}
            </main>
        </div>
    }
    .into_any()
}

/// The padded column in the frame that holds a page's parts, one below the other.
#[component]
pub fn Page(
    /// As wide as the window, for work on many columns.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> AnyView {
    let class = if wide { "page page-wide" } else { "page" };
    view! { <div class=class>{children()}</div> }.into_any()
}

/// A group of links in the sidebar.
#[component]
pub fn NavSection(
    /// Its name; the first group needs none.
    #[prop(optional, into)]
    label: OptionalText,
    children: Children,
) -> AnyView {
    view! {
        <div class="nav-section">
            {label.get().map(|label| view! { <h2 class="nav-label">{label}</h2> })}
            <ul role="list">{children()}</ul>
        </div>
    }
    .into_any()
}

/// A link in the sidebar.
#[component]
pub fn NavItem(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    glyph: Glyph,
    /// The page shown belongs to this link.
    #[prop(optional)]
    current: bool,
    /// How many things wait there; nothing is shown for 0.
    #[prop(optional)]
    count: u64,
) -> AnyView {
    view! {
        <li>
            <a class="nav-item" href=href aria-current=current.then_some("page")>
                <Icon glyph/>
                <span class="truncate">{label}</span>
                {(count > 0).then(|| view! { <span class="nav-count">{count}</span> })}
            </a>
        </li>
    }
    .into_any()
}
