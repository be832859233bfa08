//! The first page of a new installation: whoever holds the link makes the administrator's account.

use super::{EmailField, NameField, NewPasswordField};
use crate::api::accounts::SetUp as Post;
use crate::flash::FormState;
use crate::frame::Notices;
use crate::server::{load_for_all, param};
use control::accounts;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{Button, ButtonSize, ButtonVariant, EntryPage, Form, FormActions, LinkButton, Load, Notice, Tone};

#[component]
pub fn SetUp() -> AnyView {
    let secret = param("secret");
    let asked = secret.clone();
    let open = load_for_all(|control, _| async move { Ok(accounts::setup_is_open(&control, &asked).await?) });
    view! {
        <Title text="Set up"/>
        <EntryPage
            title="Set up Gatehouse"
            lead="Make the first account. It administers this installation: people, teams and settings."
        >
            <Load resource=open let:open>
                {if open { view! { <FirstAccount secret/> }.into_any() } else { view! { <Closed/> }.into_any() }}
            </Load>
        </EntryPage>
    }
    .into_any()
}

#[component]
fn FirstAccount(secret: String) -> AnyView {
    let form = FormState::of(Post::url());
    view! {
        <div class="stack">
            <Notices entry=true/>
            <Form action=Post::url() hidden=vec![("link", secret)]>
                <NameField form/>
                <EmailField form/>
                <NewPasswordField form/>
                <FormActions>
                    <Button variant=ButtonVariant::Primary size=ButtonSize::Block>"Create the administrator"</Button>
                </FormActions>
            </Form>
        </div>
    }
    .into_any()
}

/// What somebody sees whose link does not work.
#[component]
fn Closed() -> AnyView {
    crate::server::set_status(404);
    view! {
        <div class="stack">
            <Notice tone=Tone::Warning title="This link does not work">
                "A set-up link works once, until the first account is made. While there is none, the server prints a new "
                "link each time it starts; only the newest works."
            </Notice>
            <LinkButton href="/sign-in">"Go to sign in"</LinkButton>
        </div>
    }
    .into_any()
}
