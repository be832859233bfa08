//! The mark of the house: a gate arch with its portcullis half raised.

use crate::text::OptionalText;
use leptos::prelude::*;

/// The mark alone.
#[component]
pub fn Mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="mark-ground" width="32" height="32" rx="8"></rect>
            <path class="mark-lines" stroke-width="2.25" d="M7 25.5V15a9 9 0 0 1 18 0v10.5"></path>
            <path
                class="mark-lines"
                stroke-width="1.75"
                d="M7.5 14.5h17M12 8v12.5M16 6.5V22.5M20 8v12.5"
            ></path>
        </svg>
    }
    .into_any()
}

/// The mark and the name of this installation, as a link home.
#[component]
pub fn Brand(
    /// Where it leads.
    #[prop(default = "/".into(), into)]
    href: String,
    /// The name of the installation; the product's name when left out.
    #[prop(optional, into)]
    name: OptionalText,
) -> AnyView {
    view! {
        <a class="brand" href=href>
            <Mark/>
            <span class="truncate">{name.get().unwrap_or_else(|| "Gatehouse".to_owned())}</span>
        </a>
    }
    .into_any()
}
