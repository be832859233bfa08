//! How the vendors' own libraries call an ai api: with another base address and another key, and nothing else changed.

mod snippet;

use crate::islands::copy_button::CopyButton;
use crate::link;
use crate::server::{incoming, query};
use control::catalogue::CatalogueApi;
use leptos::prelude::*;
use snippet::{Language, Library, write};
use ui::{ButtonGroup, Card, CodeBlock, LinkButton, Notice, Tone};

#[component]
pub fn Clients(api: CatalogueApi) -> AnyView {
    let library = Library::of(&query("sdk"));
    let choices = Library::ALL.map(|choice| {
        let href = link::with(&incoming().here(), "sdk", choice.describe().0);
        view! { <LinkButton href current=choice == library>{choice.describe().1}</LinkButton> }
    });
    let content = match library.base(&api) {
        Some(base) => view! { <Snippets api library base/> }.into_any(),
        None => view! {
            <Notice tone=Tone::Info>
                <p>"Anthropic's libraries put /v1 behind the base address, so that they call the version v1 alone."</p>
            </Notice>
        }
        .into_any(),
    };
    view! {
        <Card title="Call it with the libraries that you know" lead="Only the base address and the key are different.">
            <div class="stack">
                <ButtonGroup label="Library">{choices.into_iter().collect_view()}</ButtonGroup>
                {content}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Snippets(api: CatalogueApi, library: Library, base: String) -> AnyView {
    // the first is what most callers are to take
    let model = api.version.models.first().cloned().unwrap_or_else(|| "MODEL".to_owned());
    let copy = view! { <CopyButton text=base.clone() label="Copy the base address".to_owned()/> };
    let blocks = Language::ALL.map(|language| {
        let code = write(library, language, &base, &model);
        let title = language.title();
        let label = format!("Copy the call in {title}");
        let copy = view! { <CopyButton text=code.clone() label/> };
        view! { <CodeBlock code title copy/> }
    });
    let others = (api.version.models.len() > 1).then(|| {
        let names = api.version.models.iter().map(|name| view! { <code>{name.clone()}</code> " " });
        view! { <p class="small soft">"Its models: " {names.collect_view()}</p> }
    });
    view! {
        <CodeBlock code=base title="Base address" wrap=true copy/>
        {others}
        {blocks.into_iter().collect_view()}
    }
    .into_any()
}
