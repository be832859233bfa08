//! The call in the language that the reader chose.

use crate::islands::copy_button::CopyButton;
use crate::link;
use crate::pages::catalogue::sample::{Ask, Language, write};
use crate::server::{incoming, query};
use leptos::prelude::*;
use ui::{ButtonGroup, ButtonSize, Card, CodeBlock, LinkButton};

#[component]
pub fn Samples(ask: Ask) -> AnyView {
    let language = Language::of(&query("sample"));
    let here = incoming().here();
    let choices = Language::ALL.map(|choice| {
        let (word, name) = choice.describe();
        let href = link::with(&here, "sample", word);
        view! { <LinkButton href size=ButtonSize::Small current=choice == language>{name}</LinkButton> }
    });
    let code = write(language, &ask);
    let copy = view! { <CopyButton text=code.clone() label="Copy the sample".to_owned()/> };
    view! {
        <div class="sticky">
            <Card title="A call to copy">
                <div class="stack">
                    <ButtonGroup label="Language">{choices.collect_view()}</ButtonGroup>
                    <CodeBlock code language=language.describe().0 copy/>
                </div>
            </Card>
        </div>
    }
    .into_any()
}
