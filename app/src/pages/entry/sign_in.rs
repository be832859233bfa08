//! Signing in.

use crate::api::sessions::Create as Post;
use crate::flash::FormState;
use crate::frame::Notices;
use crate::link;
use crate::server::{incoming, query};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonSize, ButtonVariant, EntryPage, Field, Form, FormActions, InputKind, Notice, PasswordInput,
    TextInput, Tone,
};

#[component]
pub fn SignIn() -> AnyView {
    let incoming = incoming();
    if incoming.actor.is_some() {
        leptos_axum::redirect("/");
    }
    let form = FormState::of(Post::url());
    let next = link::local(&query("next")).unwrap_or_default().to_owned();
    let first = incoming.needs_setup.then(|| view! { <NotSetUp/> });
    let failed = form.error("password").is_some();
    let notices = (!failed).then(|| view! { <Notices entry=true/> });
    view! {
        <Title text="Sign in"/>
        <EntryPage title=format!("Sign in to {}", incoming.settings.name) footer=view! { <Footer/> }>
            <div class="stack">
                {first}
                {notices}
                <Form action=Post::url() hidden=vec![("next", next)]>
                    <Field name="email" label="E-mail address" required=true>
                        <TextInput
                            value=form.value("email")
                            kind=InputKind::Email
                            autocomplete="username"
                            maxlength=254
                            autofocus=!failed
                        />
                    </Field>
                    <Field name="password" label="Password" error=form.error("password") required=true>
                        <PasswordInput autocomplete="current-password" maxlength=128 autofocus=failed/>
                    </Field>
                    <FormActions>
                        <Button variant=ButtonVariant::Primary size=ButtonSize::Block>"Sign in"</Button>
                    </FormActions>
                </Form>
            </div>
        </EntryPage>
    }
    .into_any()
}

#[component]
fn Footer() -> AnyView {
    let settings = incoming().settings.clone();
    let sign_up = settings.self_registration.then(|| view! { <a href="/sign-up">"Create an account"</a> });
    let catalogue =
        settings.anonymous_catalogue.then(|| view! { <a href="/catalogue">"Look at the catalogue"</a> });
    if sign_up.is_none() && catalogue.is_none() {
        return view! { <p>"No account yet? An administrator can invite you."</p> }.into_any();
    }
    view! { <div class="row">{sign_up}{catalogue}</div> }.into_any()
}

#[component]
fn NotSetUp() -> AnyView {
    view! {
        <Notice tone=Tone::Info title="This installation is new">
            "There is no account yet. Open the set-up link that the server printed when it started."
        </Notice>
    }
    .into_any()
}
