//! The way from nothing to the first call.

use leptos::prelude::*;
use ui::{Badge, Card, Glyph, LinkList, LinkRow, Tone};

/// What is there already.
#[derive(Clone, Copy)]
pub struct Progress {
    pub team: bool,
    pub api: bool,
    pub published: bool,
    pub application: bool,
    pub call: bool,
}

impl Progress {
    pub fn is_done(self) -> bool {
        self.team && self.api && self.published && self.application && self.call
    }

    fn steps(self) -> [(bool, &'static str, &'static str, &'static str); 5] {
        [
            (self.team, "Create a team", "It will own your APIs and applications.", "/teams/new"),
            (self.api, "Connect a backend", "From its address, or from an OpenAPI document.", "/apis/new"),
            (
                self.published,
                "Publish the API",
                "It appears in the catalogue and answers at the gateway.",
                "/apis",
            ),
            (
                self.application,
                "Make an application with a key",
                "Subscribe it to an API in the catalogue; the key is shown once.",
                "/applications",
            ),
            (self.call, "Make the first call", "It shows up here and under Calls.", "/calls"),
        ]
    }
}

#[component]
pub fn FirstSteps(progress: Progress) -> AnyView {
    let steps = progress.steps();
    let next = steps.iter().position(|(done, ..)| !done);
    let rows = steps.into_iter().enumerate().map(move |(index, (done, title, text, href))| {
        let glyph = if done { Glyph::CheckCircle } else { Glyph::ArrowRight };
        let badge = match (done, next == Some(index)) {
            (true, _) => view! { <Badge label="done" tone=Tone::Good/> }.into_any(),
            (false, true) => view! { <Badge label="next" tone=Tone::Accent/> }.into_any(),
            (false, false) => ().into_any(),
        };
        view! { <LinkRow href title text glyph>{badge}</LinkRow> }
    });
    let rows = rows.collect_view();
    view! {
        <Card title="To the first call" lead="Five steps, each a few minutes." flush=true>
            <LinkList>{rows}</LinkList>
        </Card>
    }
    .into_any()
}
