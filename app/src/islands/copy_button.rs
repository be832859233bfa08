//! A button that copies a text. Hidden until it works: without wasm the text beside it is selected by hand.

use leptos::prelude::*;

/// Copies `text`; `label` says what it is to those who do not see it: "Copy token".
#[island]
pub fn CopyButton(text: String, label: String) -> impl IntoView {
    let awake = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let copy = move |_| {
        let promise = window().navigator().clipboard().write_text(&text);
        copied.set(true);
        drop(promise);
        set_timeout(move || copied.set(false), std::time::Duration::from_secs(2));
    };
    view! {
        <button
            type="button"
            class="button button-secondary button-small"
            hidden=move || !awake.get()
            aria-label=label
            on:click=copy
        >
            {move || if copied.get() { "Copied" } else { "Copy" }}
        </button>
    }
}
