//! Making an account for oneself, where the platform allows it.

use super::{EmailField, NameField, NewPasswordField};
use crate::api::accounts::Create as Post;
use crate::flash::FormState;
use crate::frame::Notices;
use crate::server::{incoming, set_status};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{Button, ButtonSize, ButtonVariant, EntryPage, Form, FormActions, Notice, Tone};

#[component]
pub fn SignUp() -> AnyView {
    let settings = incoming().settings.clone();
    let content = if settings.self_registration {
        view! { <NewAccount/> }.into_any()
    } else {
        set_status(403);
        view! {
            <Notice tone=Tone::Info title="Accounts are made by invitation here">
                "Ask an administrator to invite you; the invitation is a link."
            </Notice>
        }
        .into_any()
    };
    let lead = (settings.self_registration && settings.approve_registrations)
        .then_some("An administrator looks at each new account before it can sign in.");
    view! {
        <Title text="Create an account"/>
        <EntryPage
            title="Create an account"
            lead=lead
            footer=view! { <p>"Have one already? " <a href="/sign-in">"Sign in"</a></p> }
        >
            {content}
        </EntryPage>
    }
    .into_any()
}

#[component]
fn NewAccount() -> AnyView {
    let form = FormState::of(Post::url());
    view! {
        <div class="stack">
            <Notices entry=true/>
            <Form action=Post::url()>
                <NameField form/>
                <EmailField form/>
                <NewPasswordField form/>
                <FormActions>
                    <Button variant=ButtonVariant::Primary size=ButtonSize::Block>"Create my account"</Button>
                </FormActions>
            </Form>
        </div>
    }
    .into_any()
}
