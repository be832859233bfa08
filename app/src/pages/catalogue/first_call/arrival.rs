//! The first call, as soon as it is there. An island looks every few seconds; without it the page looks by itself,
//! but only once the key is no longer on it: a key is shown once.

use crate::flash;
use crate::islands::live_region::LiveRegion;
use crate::link;
use crate::server::{incoming, query};
use control::calls::CallRow;
use leptos::prelude::*;
use ui::{Card, HttpStatus, LinkButton, Method, Notice, Show, Time, Tone, format};

/// The element that the island keeps up to date.
const REGION: &str = "first-call";
/// How often a page without script looks, every five seconds.
const LOOKS: u32 = 60;

#[component]
pub fn Arrival(call: Option<CallRow>, active: bool) -> AnyView {
    let arrived = call.is_some();
    let here = incoming().here();
    let content = match call {
        Some(call) => view! { <Arrived call/> }.into_any(),
        None => view! { <NotYet/> }.into_any(),
    };
    let waiting = !arrived && active;
    let island =
        waiting.then(|| view! { <LiveRegion target=REGION.to_owned() href=here.clone() every_ms=1500u32/> });
    let refresh = (waiting && flash::shown().is_none()).then(|| refresh(&here)).flatten();
    view! {
        <section id=REGION data-settled=arrived.then_some("true") aria-live="polite">{content}</section>
        {island} {refresh}
    }
    .into_any()
}

#[component]
fn Arrived(call: CallRow) -> AnyView {
    let call = call.call;
    let good = call.status < 400;
    let title = if good { "Your call has arrived" } else { "A call has arrived, and was refused" };
    let tone = if good { Tone::Good } else { Tone::Warning };
    let href = format!("/calls/{}", call.id);
    let duration = format::millis(call.duration_us as f64 / 1_000.0);
    view! {
        <Notice tone title actions=view! { <LinkButton href>"See the call"</LinkButton> }>
            <p class="row">
                <Method method=call.method/> <code class="break">{call.path}</code> <HttpStatus status=call.status/>
                <span>{duration}</span> <Time at=call.at.timestamp_millis() show=Show::Second/>
            </p>
        </Notice>
    }
    .into_any()
}

#[component]
fn NotYet() -> AnyView {
    let here = incoming().here();
    let key_is_shown = flash::shown().is_some();
    let look = if key_is_shown { "I have copied the key; look for the call" } else { "Look again" };
    view! {
        <Card title="Waiting for the first call">
            <div class="stack">
                <p class="soft">"Nothing has arrived yet. It stands here a moment after you have called."</p>
                <p class="row"><LinkButton href=here>{look}</LinkButton></p>
            </div>
        </Card>
    }
    .into_any()
}

/// Loads the page again in five seconds, for a while.
fn refresh(here: &str) -> Option<AnyView> {
    let looks: u32 = query("looks").parse().unwrap_or_default();
    let next = link::with(here, "looks", &(looks + 1).to_string());
    (looks < LOOKS).then(|| {
        view! { <noscript><meta http-equiv="refresh" content=format!("5; url={next}")/></noscript> }
            .into_any()
    })
}
