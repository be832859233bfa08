//! The members of a team: who they are, what they may do, adding and removing.

use crate::api::teams::members::{Create, Delete, Update};
use crate::flash::FormState;
use crate::server::{actor, missing};
use control::Actor;
use domain::ids::TeamId;
use domain::roles::{Permission, TeamRole};
use domain::teams::Member;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Badge, Button, ButtonSize, ButtonVariant, Card, Choice, Column, Confirm, Field, Form, FormActions,
    InputKind, Person, RadioCard, RadioCards, Row, Select, Show, Table, TextInput, Time,
};

#[component]
pub fn Members(team: TeamId, members: Vec<Member>) -> AnyView {
    let actor = actor();
    let columns =
        vec![Column::new("Name"), Column::shrink("Role"), Column::shrink("Since"), Column::actions()];
    let rows = members.into_iter().map(|member| row(&team, member, &actor)).collect();
    view! { <Table caption="Members" columns rows/> }.into_any()
}

fn row(team: &TeamId, member: Member, actor: &Actor) -> Row {
    let barred = missing(actor.may(Permission::TeamsManage, team), Permission::TeamsManage);
    let me = (member.account == actor.account).then(|| view! { " " <Badge label="you"/> });
    let role = if barred.is_some() {
        view! { <Badge label=member.role.as_str()/> }.into_any()
    } else {
        view! { <RoleForm team=team.to_string() member=member.clone()/> }.into_any()
    };
    let remove = view! {
        <Confirm
            id=format!("remove-{}", member.account)
            label="Remove"
            size=ButtonSize::Small
            title=format!("Remove {} from the team?", member.name)
            text="What the team gave them ends at once. You can add them again."
            action=Delete::url()
            confirm="Remove member"
            danger=true
            hidden=vec![("team", team.to_string()), ("account", member.account.to_string())]
            disabled=barred
        />
    };
    Row::new()
        .cell(view! { <Person name=member.name detail=member.email.to_string()/> {me} })
        .cell(role)
        .cell(view! { <Time at=member.joined_at.timestamp_millis() show=Show::Date/> })
        .cell(remove)
}

/// Changes a member's role.
#[component]
fn RoleForm(team: String, member: Member) -> AnyView {
    let options =
        TeamRole::ALL.iter().map(|role| Choice::new(role.as_str(), role.as_str())).collect::<Vec<_>>();
    let label = format!("Role of {}", member.name);
    view! {
        <form method="post" action=Update::url() class="row nowrap">
            <ui::Hidden values=vec![("team", team), ("account", member.account.to_string())]/>
            <Select options value=member.role.as_str() name="role" label/>
            <Button size=ButtonSize::Small>"Set"</Button>
        </form>
    }
    .into_any()
}

/// Adds somebody, with the roles explained.
#[component]
pub fn AddMember(team: TeamId) -> AnyView {
    let form = FormState::of(Create::url());
    let barred = missing(actor().may(Permission::TeamsManage, &team), Permission::TeamsManage);
    let cards = TeamRole::ALL
        .iter()
        .map(|role| RadioCard::new(role.as_str(), role.as_str()).text(role.describe()))
        .collect::<Vec<_>>();
    view! {
        <Card title="Add a member" lead="Who has no account yet gets an invitation: you are given its link.">
            <Form action=Create::url() hidden=vec![("team", team.to_string())]>
                <Field name="email" label="E-mail address" error=form.error("email") required=true>
                    <TextInput value=form.value("email") kind=InputKind::Email maxlength=254 autocomplete="off"/>
                </Field>
                <RadioCards
                    name="role"
                    legend="Role"
                    cards
                    value=form.value_or("role", TeamRole::Viewer.as_str())
                    error=form.error("role")
                />
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled=barred>"Add member"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
