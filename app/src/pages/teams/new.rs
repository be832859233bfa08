//! Creating a team.

use super::TeamFields;
use crate::api::teams::Create;
use crate::flash::FormState;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, Crumb, Form, FormActions, LinkButton, Page, PageHeader};

#[component]
pub fn NewTeam() -> AnyView {
    let form = FormState::of(Create::url());
    view! {
        <Title text="New team"/>
        <Page>
            <PageHeader
                title="New team"
                lead="A team owns APIs and applications. You will be its owner, and add others."
                breadcrumb=vec![Crumb::new("Teams", "/teams")]
            />
            <div class="narrow">
                <Card>
                    <Form action=Create::url()>
                        <TeamFields form/>
                        <FormActions>
                            <Button variant=ButtonVariant::Primary>"Create team"</Button>
                            <LinkButton href="/teams" variant=ButtonVariant::Quiet>"Cancel"</LinkButton>
                        </FormActions>
                    </Form>
                </Card>
            </div>
        </Page>
    }
    .into_any()
}
