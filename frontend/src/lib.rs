//! The browser half of the portal: wakes the islands of `app` that a page holds.
//! Pages themselves are rendered by the server; nothing else belongs here.

// The islands are exported by `app`; naming it keeps them in the linked module.
use app as _;

/// Called once by the page's loader script, before it wakes the islands one by one.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
