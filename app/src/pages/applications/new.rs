//! Creating an application.

use super::ApplicationFields;
use crate::api::applications::Create;
use crate::error::Result;
use crate::flash::FormState;
use crate::server::{load, needs, query};
use control::{Actor, Control, teams};
use domain::paging::{MAX_LIMIT, PageOf};
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Choice, Crumb, EmptyState, Field, Form, FormActions, Glyph, LinkButton,
    Load, Page, PageHeader, Select,
};

#[component]
pub fn NewApplication() -> AnyView {
    let teams = load(|control, actor| async move { owners(&control, &actor).await });
    view! {
        <Title text="New application"/>
        <Page>
            <PageHeader
                title="New application"
                lead="It belongs to a team, whose members use its keys and subscriptions."
                breadcrumb=vec![Crumb::new("Applications", "/applications")]
            />
            <Load resource=teams let:teams>
                <NewForm teams/>
            </Load>
        </Page>
    }
    .into_any()
}

/// Ids and names of the teams for which the person may make one.
async fn owners(control: &Control, actor: &Actor) -> Result<Vec<(String, String)>> {
    let all = teams::list(control, actor, "", &PageOf { limit: MAX_LIMIT, cursor: None }).await?;
    let may = all.items.into_iter().filter(|team| actor.may(Permission::ApplicationsManage, &team.team.id));
    Ok(may.map(|team| (team.team.id.to_string(), team.team.name)).collect())
}

#[component]
fn NewForm(teams: Vec<(String, String)>) -> AnyView {
    if teams.is_empty() {
        return view! { <NoTeam/> }.into_any();
    }
    let form = FormState::of(Create::url());
    let chosen = form.value_or("team", &query("team"));
    let options = teams.into_iter().map(|(id, name)| Choice::new(id, name)).collect();
    view! {
        <div class="narrow">
            <Card>
                <Form action=Create::url()>
                    <Field name="team" label="Team" error=form.error("team") required=true>
                        <Select options value=chosen/>
                    </Field>
                    <ApplicationFields form/>
                    <FormActions>
                        <Button variant=ButtonVariant::Primary>"Create application"</Button>
                        <LinkButton href="/applications" variant=ButtonVariant::Quiet>"Cancel"</LinkButton>
                    </FormActions>
                </Form>
            </Card>
        </div>
    }
    .into_any()
}

#[component]
fn NoTeam() -> AnyView {
    let text =
        format!("{}. Create a team of your own, or ask its owner.", needs(Permission::ApplicationsManage));
    view! {
        <EmptyState
            glyph=Glyph::Team
            title="No team to make it for"
            text
            action=view! { <LinkButton href="/teams/new" variant=ButtonVariant::Primary>"New team"</LinkButton> }
        />
    }
    .into_any()
}
