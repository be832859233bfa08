//! How a call ended, in words: who answered, and why not the backend where it did not.

use crate::server::{Refusal, incoming};
use domain::calls::Call;
use leptos::prelude::*;
use ui::{Notice, Tone};

/// What is said of an outcome.
struct Told {
    tone: Tone,
    title: String,
    text: String,
    /// The refusal that is explained on a page of its own.
    name: Option<&'static str>,
}

#[component]
pub fn Outcome(call: Call) -> AnyView {
    let refusal = incoming().site.refusals.iter().find(|refusal| refusal.name == call.outcome).copied();
    let told = tell(&call, refusal);
    let more = told.name.map(|name| {
        view! { <p><a href=format!("/problems/{name}")>"What " <code>{name}</code> " means, and what to do"</a></p> }
    });
    view! {
        <Notice tone=told.tone title=told.title>
            <p>{told.text}</p>
            {more}
        </Notice>
    }
    .into_any()
}

fn tell(call: &Call, refusal: Option<Refusal>) -> Told {
    match (call.outcome.as_str(), refusal) {
        ("ok", _) => answered(call),
        ("client-gone", _) => Told {
            tone: Tone::Warning,
            title: "The caller left before the end".to_owned(),
            text: left(call),
            name: None,
        },
        (outcome, refusal) => refused(call, outcome, refusal),
    }
}

fn answered(call: &Call) -> Told {
    let status = call.status;
    let (tone, title) = match status {
        500.. => (Tone::Danger, "The backend answered with an error"),
        400..=499 => (Tone::Warning, "The backend turned the call down"),
        _ => (Tone::Good, "Answered by the backend"),
    };
    let attempts = match call.attempts {
        0 | 1 => String::new(),
        attempts => format!(" It was sent {attempts} times before that."),
    };
    let text = format!("The gateway passed the call on and the answer, {status}, back as it came.{attempts}");
    Told { tone, title: title.to_owned(), text, name: None }
}

fn left(call: &Call) -> String {
    if call.status == 499 {
        "The connection was closed before there was an answer; it is on record with status 499.".to_owned()
    } else {
        format!("The answer, {}, was on its way when the connection was closed.", call.status)
    }
}

fn refused(call: &Call, outcome: &str, refusal: Option<Refusal>) -> Told {
    let (tone, who) = if call.ending().is_error() {
        (Tone::Danger, "Failed")
    } else {
        (Tone::Warning, "Refused by the gateway")
    };
    let reason = refusal.map_or_else(|| outcome.replace('-', " "), |refusal| begin_small(refusal.title));
    let sent = if call.attempts == 0 {
        "The backend was not asked."
    } else {
        "The call had been sent to the backend."
    };
    let text = match refusal.map(|refusal| refusal.detail).filter(|detail| !detail.is_empty()) {
        Some(detail) => format!("{} {sent}", crate::error::sentence(detail)),
        None => sent.to_owned(),
    };
    Told { tone, title: format!("{who}: {reason}"), text, name: refusal.map(|refusal| refusal.name) }
}

fn begin_small(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
