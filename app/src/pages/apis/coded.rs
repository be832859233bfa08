//! A message in which names stand between backticks, with these as code.

use leptos::prelude::*;

pub fn coded(message: &str) -> AnyView {
    // every second part stands between two backticks
    let parts = message.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.to_owned().into_any(),
        _ => view! { <code>{part.to_owned()}</code> }.into_any(),
    });
    parts.collect_view().into_any()
}
