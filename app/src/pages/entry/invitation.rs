//! Where an invitation's link leads: the invited person says their name and makes a password.

use super::{NameField, NewPasswordField};
use crate::api::invitations::Accept as Post;
use crate::error::AppError;
use crate::flash::FormState;
use crate::frame::Notices;
use crate::server::{load_for_all, param, set_status};
use control::invitations;
use domain::accounts::Invitation;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonSize, ButtonVariant, DefinitionList, EntryPage, Form, FormActions, KeyValue, LinkButton,
    Load, Notice, Tone,
};

#[component]
pub fn AcceptInvitation() -> AnyView {
    let secret = param("secret");
    let asked = secret.clone();
    let invitation =
        load_for_all(
            |control, _| async move { Ok::<_, AppError>(invitations::open(&control, &asked).await?) },
        );
    view! {
        <Title text="Invitation"/>
        <EntryPage title="You are invited" lead="Make your account to come in.">
            <Load resource=invitation let:invitation>
                {match invitation {
                    Some(invitation) => view! { <Invited invitation secret/> }.into_any(),
                    None => view! { <Gone/> }.into_any(),
                }}
            </Load>
        </EntryPage>
    }
    .into_any()
}

#[component]
fn Invited(invitation: Invitation, secret: String) -> AnyView {
    let form = FormState::of(Post::url());
    view! {
        <div class="stack">
            <Notices entry=true/>
            <DefinitionList>
                <KeyValue label="You sign in as">{invitation.email.to_string()}</KeyValue>
                <KeyValue label="Your role">
                    {format!("{}: {}", invitation.role, invitation.role.describe())}
                </KeyValue>
            </DefinitionList>
            <Form action=Post::url() hidden=vec![("link", secret)]>
                <NameField form/>
                <NewPasswordField form/>
                <FormActions>
                    <Button variant=ButtonVariant::Primary size=ButtonSize::Block>"Create my account"</Button>
                </FormActions>
            </Form>
        </div>
    }
    .into_any()
}

#[component]
fn Gone() -> AnyView {
    set_status(404);
    view! {
        <div class="stack">
            <Notice tone=Tone::Warning title="This invitation does not work">
                "An invitation works once and for seven days, and can be taken back. Ask whoever invited you for a new one."
            </Notice>
            <LinkButton href="/sign-in">"Go to sign in"</LinkButton>
        </div>
    }
    .into_any()
}
