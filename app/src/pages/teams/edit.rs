//! Changing a team's name and description, and deleting it.

use super::TeamFields;
use crate::api::teams::{Delete, Update};
use crate::flash::FormState;
use crate::server::{actor, id, load, missing};
use control::teams;
use domain::ids::TeamId;
use domain::roles::Permission;
use domain::teams::TeamSummary;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Confirm, Crumb, Form, FormActions, LinkButton, Load, Page, PageHeader,
};

#[component]
pub fn EditTeam() -> AnyView {
    let team = id::<TeamId>("team", "team");
    let team = load(|control, actor| async move { Ok(teams::get(&control, &actor, &team?).await?) });
    view! {
        <Title text="Edit team"/>
        <Page>
            <Load resource=team let:team>
                <PageHeader
                    title=format!("Edit {}", team.team.name)
                    breadcrumb=vec![
                        Crumb::new("Teams", "/teams"),
                        Crumb::new(team.team.name.clone(), format!("/teams/{}", team.team.id)),
                    ]
                />
                <div class="narrow stack">
                    <About team=team.clone()/>
                    <Ending team/>
                </div>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn About(team: TeamSummary) -> AnyView {
    let form = FormState::of(Update::url());
    let barred = missing(actor().may(Permission::TeamsManage, &team.team.id), Permission::TeamsManage);
    let id = team.team.id.to_string();
    let back = format!("/teams/{id}");
    view! {
        <Card>
            <Form action=Update::url() hidden=vec![("team", id)]>
                <TeamFields form name=team.team.name description=team.team.description/>
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled=barred>"Save"</Button>
                    <LinkButton href=back variant=ButtonVariant::Quiet>"Cancel"</LinkButton>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

/// Deleting the team, or why that is not possible yet.
#[component]
fn Ending(team: TeamSummary) -> AnyView {
    let owned = team.apis + team.applications;
    let full = (owned > 0).then(|| {
        format!("It still owns {} APIs and {} applications: delete them first", team.apis, team.applications)
    });
    let barred =
        missing(actor().may(Permission::TeamsManage, &team.team.id), Permission::TeamsManage).or(full);
    view! {
        <Card
            title="Delete this team"
            lead="Its members lose what the team gave them; their accounts stay. This cannot be undone."
            danger=true
        >
            <Confirm
                id="delete-team"
                label="Delete team"
                title=format!("Delete {}?", team.team.name)
                text="The team and its memberships are gone for good. The audit trail keeps what it did."
                action=Delete::url()
                confirm="Delete team"
                variant=ButtonVariant::Danger
                danger=true
                hidden=vec![("team", team.team.id.to_string())]
                disabled=barred
            />
        </Card>
    }
    .into_any()
}
