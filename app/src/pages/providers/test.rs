//! The button that really calls the vendor, and what came of it the last time.

use super::barred;
use crate::api::providers::Test;
use crate::error::sentence;
use crate::server::now;
use domain::providers::{LastTest, ProviderDetail};
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, Form, FormActions, Glyph, Notice, Time, Tone};

#[component]
pub fn TestCard(detail: ProviderDetail) -> AnyView {
    let hidden = vec![("provider", detail.provider.id.to_string())];
    let result = match detail.last_test.clone() {
        Some(last) => view! { <LastResult last detail/> }.into_any(),
        None => view! { <p class="soft">"It was not tested yet."</p> }.into_any(),
    };
    view! {
        <Card title="Test" lead="Calls the vendor with the first key that can be used; that costs nothing.">
            <div class="stack">
                {result}
                <Form action=Test::url() hidden>
                    <FormActions>
                        <Button variant=ButtonVariant::Primary glyph=Glyph::Play disabled=barred()>"Test the connection"</Button>
                    </FormActions>
                </Form>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn LastResult(last: LastTest, detail: ProviderDetail) -> AnyView {
    let LastTest { at, key, test } = last;
    let (tone, title) = if test.ok {
        (Tone::Good, format!("Answered in {} ms", test.latency_ms))
    } else {
        (Tone::Danger, "It did not go well".to_owned())
    };
    let key = key.and_then(|id| detail.provider.keys.into_iter().find(|key| key.id == id));
    let key = key.map(|key| format!(" with the key {}", key.name));
    let error = test.error.map(|error| view! { <p class="break">{sentence(&error)}</p> });
    let at = at.timestamp_millis();
    view! {
        <Notice tone title>
            {error}
            <p class="small soft">"Tested " <Time at now=now().timestamp_millis()/> {key} "."</p>
        </Notice>
    }
    .into_any()
}
