//! Icons: stroked line drawings on a grid of 24, drawn for the portal, inline so that they take the
//! text's colour and cost no request.

use crate::text::OptionalText;
use leptos::prelude::*;

mod paths;

/// The drawings there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Add,
    Analytics,
    Api,
    Application,
    ArrowDown,
    ArrowRight,
    ArrowUp,
    Audit,
    Bell,
    Calls,
    Catalogue,
    Check,
    CheckCircle,
    ChevronDown,
    ChevronRight,
    Clock,
    Close,
    Copy,
    Document,
    Download,
    Edit,
    External,
    Eye,
    Filter,
    Gateway,
    Home,
    Inbox,
    Info,
    Key,
    Link,
    Lock,
    Menu,
    Model,
    Moon,
    More,
    Pause,
    Plan,
    Play,
    Policy,
    Problem,
    Prompt,
    Provider,
    Publish,
    Refresh,
    Revision,
    Route,
    Search,
    Settings,
    Shield,
    SignOut,
    Star,
    Sun,
    System,
    Team,
    Trash,
    Upload,
    User,
    Warning,
}

/// An icon. Decoration unless it has a `label`, which then is read aloud.
#[component]
pub fn Icon(
    /// Which drawing.
    glyph: Glyph,
    /// What it says, when no text beside it does.
    #[prop(optional, into)]
    label: OptionalText,
    /// Twice the size of text.
    #[prop(optional)]
    large: bool,
) -> AnyView {
    let label = label.get();
    let role = label.is_some().then_some("img");
    let hidden = label.is_none().then_some("true");
    let class = if large { "icon icon-large" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 24 24" role=role aria-label=label aria-hidden=hidden>
            <path d=paths::of(glyph)></path>
        </svg>
    }
    .into_any()
}
